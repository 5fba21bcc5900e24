//! Lists of questions by name, category and tag, and the pools that quizzes draw from.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::category::{Category, Tree, with_descendants};
use super::question::{
    Question, QuestionType, QuestionsByCategory, QuestionsByName, QuestionsByTag, TOP, name_key, tag_key,
};
use super::search::Words;
use crate::domain::access::{Actor, Permission};
use crate::domain::ids::{CategoryId, CourseId, QuestionId};
use crate::domain::naming::{self, composed, decomposed};
use crate::domain::refusal::{NO_CURSOR, Refusal, invalid, not_found};
use crate::store::{Index, KeyPart, PrefixOf, Read};

/// What a quiz draws from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Draw {
    /// A category.
    Category {
        /// Which one.
        category: CategoryId,
        /// Also from the categories in it.
        with_children: bool,
    },
    /// Questions with a tag; capitals do not matter.
    Tag(String),
}

/// What the questions with a tag are found by: as tags are kept, in pieces, and as it stands, because earlier ones were kept as they
/// were typed.
pub(super) fn tag_keys(tag: &str) -> Vec<String> {
    let mut keys = vec![tag_key(&composed(tag)), tag_key(&decomposed(tag)), tag_key(tag)];
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Are both the same tag? Capitals do not matter, nor how letters and their marks are put together.
pub fn is_same_tag(one: &str, other: &str) -> bool {
    tag_key(&composed(one)) == tag_key(&composed(other))
}

/// The questions of a pool that are not retired, by id. No right is asked for.
pub fn candidates(read: &impl Read, course: CourseId, draw: &Draw) -> Result<Vec<QuestionId>, Refusal> {
    let mut ids: Vec<QuestionId> = Vec::new();
    match draw {
        Draw::Category { category, with_children } => {
            let categories =
                if *with_children { with_descendants(read, course, *category)? } else { vec![*category] };
            for category in categories {
                let found = read.index_keys::<QuestionsByCategory>(
                    &crate::store::Exactly((course, category, false)),
                    None,
                    usize::MAX,
                )?;
                ids.extend(found.into_iter().map(|(_, id)| id));
            }
        }
        Draw::Tag(tag) => {
            for key in tag_keys(tag) {
                let prefix = crate::store::Exactly((course, key, false));
                let found = read.index_keys::<QuestionsByTag>(&prefix, None, usize::MAX)?;
                ids.extend(found.into_iter().map(|(_, id)| id));
            }
        }
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// How many questions lie directly in a category, retired ones too. No right is asked for.
pub fn count(read: &impl Read, course: CourseId, category: CategoryId) -> Result<usize, Refusal> {
    Ok(read.index_keys::<QuestionsByCategory>(&(course, category), None, usize::MAX)?.len())
}

/// What a list shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Of one category; `Some(None)` is the top of the bank.
    pub category: Option<Option<CategoryId>>,
    /// Also of the categories in it.
    pub with_children: bool,
    /// With this tag; capitals do not matter.
    pub tag: Option<String>,
    /// Of this kind.
    pub kind: Option<QuestionType>,
    /// Whose name begins so; capitals do not matter.
    pub name: Option<String>,
    /// With all these words somewhere in the name, the text, a tag or the identifier; capitals do not matter.
    pub words: Option<String>,
    /// Retired or not.
    pub retired: Option<bool>,
}

/// Where a page ends: what its order is by, then the question.
pub type Place = (String, bool, QuestionId);

/// Rows that one page looks at: where few of many questions fit, a page may come back short, with a place to go on.
const ROWS_LOOKED_AT: usize = 2_000;
/// The same where words are looked for, which are in the text of the question.
const TEXTS_LOOKED_AT: usize = 400;

/// A page of questions: ordered by name, or by id where a category or a tag is asked for.
pub fn list(
    read: &impl Read,
    actor: &Actor,
    course: CourseId,
    filter: &Filter,
    after: Option<Place>,
    limit: usize,
) -> Result<(Vec<Arc<Question>>, Option<Place>), Refusal> {
    super::require(read, actor, Permission::ViewQuestions, course)?;
    let name = filter.name.as_deref().map(|name| begins(read, course, name)).transpose()?;
    let tags = filter.tag.as_deref().map(|tag| kept_tags(read, course, tag)).transpose()?;
    // Of several forms no index has all in one order.
    let tag = tags.as_deref().and_then(|tags| if let [tag] = tags { Some(tag.clone()) } else { None });
    let categories = match filter.category {
        Some(Some(category)) if !read.exists::<Category>(&(course, category))? => {
            return Err(not_found("question category", category));
        }
        Some(Some(category)) if filter.with_children => {
            Some(Tree::read(read, course)?.with_descendants(category))
        }
        Some(category) if !filter.with_children => Some(vec![category.unwrap_or(TOP)]),
        // Everything lies below the top.
        _ => None,
    };
    let words = filter.words.as_deref().and_then(Words::of);
    let fits = |question: &Question| -> Result<bool, Refusal> {
        let fits = name.as_ref().is_none_or(|name| name_key(&question.name).starts_with(name.as_str()))
            && tags
                .as_ref()
                .is_none_or(|tags| question.tags.iter().any(|known| tags.contains(&tag_key(known))))
            && filter.kind.is_none_or(|kind| question.kind == kind)
            && filter.retired.is_none_or(|retired| question.retired == retired)
            && categories
                .as_ref()
                .is_none_or(|categories| categories.contains(&question.category.unwrap_or(TOP)));
        match &words {
            Some(words) if fits => words.are_in(read, question),
            _ => Ok(fits),
        }
    };
    let looks = Looks { limit, rows: if words.is_some() { TEXTS_LOOKED_AT } else { ROWS_LOOKED_AT } };
    // By name or by id: a place in one order is none in the other, in which nothing has a name.
    let by_id = tag.is_some() || categories.as_ref().is_some_and(|categories| categories.len() == 1);
    if after.as_ref().is_some_and(|(name, ..)| name.is_empty() != by_id) {
        return Err(invalid("?after", NO_CURSOR));
    }
    // A place is put together with the course and filter of this request, so it cannot lead anywhere else.
    if let Some(tag) = &tag {
        let after = after.map(|(_, retired, id)| ((course, tag.clone(), retired), id));
        let (rows, last) = walk::<QuestionsByTag>(read, &(course, tag.clone()), after, fits, looks)?;
        return Ok((rows, last.map(|((_, _, retired), id)| (String::new(), retired, id))));
    }
    if let Some([category]) = categories.as_deref() {
        let category = *category;
        let after = after.map(|(_, retired, id)| ((course, category, retired), id));
        let (rows, last) = walk::<QuestionsByCategory>(read, &(course, category), after, fits, looks)?;
        return Ok((rows, last.map(|((_, _, retired), id)| (String::new(), retired, id))));
    }
    let after = after.map(|(name, _, id)| ((course, name), id));
    let prefix = NamePrefix { course, name: name.clone().unwrap_or_default() };
    let (rows, last) = walk::<QuestionsByName>(read, &prefix, after, fits, looks)?;
    Ok((rows, last.map(|((_, name), id)| (name, false, id))))
}

/// What the names of a course begin with that is asked for: as names are kept, or as it stands where only an earlier one does.
fn begins(read: &impl Read, course: CourseId, name: &str) -> Result<String, Refusal> {
    let found = naming::find(name, |name| {
        let name = name_key(name);
        let prefix = NamePrefix { course, name: name.clone() };
        let some = read.index_keys::<QuestionsByName>(&prefix, None, 1)?;
        Ok::<_, Refusal>((!some.is_empty()).then_some(name))
    })?;
    Ok(found.unwrap_or_else(|| name_key(&composed(name))))
}

/// The forms of a tag that questions have; the one in which tags are kept now where none has.
fn kept_tags(read: &impl Read, course: CourseId, tag: &str) -> Result<Vec<String>, Refusal> {
    let mut kept = Vec::new();
    for key in tag_keys(tag) {
        if !read.index_keys::<QuestionsByTag>(&(course, key.clone()), None, 1)?.is_empty() {
            kept.push(key);
        }
    }
    if kept.is_empty() {
        kept.push(tag_key(&composed(tag)));
    }
    Ok(kept)
}

/// How far a page looks.
#[derive(Clone, Copy)]
struct Looks {
    /// Questions on it.
    limit: usize,
    /// Questions that are looked at for it.
    rows: usize,
}

type Walked<I> = (Vec<Arc<Question>>, Option<(<I as Index>::Key, QuestionId)>);

fn walk<I: Index<Of = Question>>(
    read: &impl Read,
    prefix: &impl PrefixOf<I::Key>,
    mut after: Option<(I::Key, QuestionId)>,
    fits: impl Fn(&Question) -> Result<bool, Refusal>,
    Looks { limit, rows: most }: Looks,
) -> Result<Walked<I>, Refusal> {
    // Small pages over a strict filter should not cost one scan per row.
    let batch = limit.max(100);
    let mut rows = Vec::new();
    let mut looked_at = 0;
    loop {
        let from = after.as_ref().map(|(key, id)| (key, id));
        let entries = read.index_keys::<I>(prefix, from, batch + 1)?;
        let at_end = entries.len() <= batch;
        for (key, id) in entries.into_iter().take(batch) {
            if rows.len() == limit {
                return Ok((rows, after));
            }
            if let Some(question) = read.get::<Question>(&id)?
                && fits(&question)?
            {
                rows.push(question);
            }
            after = Some((key, id));
            looked_at += 1;
        }
        if at_end {
            return Ok((rows, None));
        }
        if rows.len() == limit || looked_at >= most {
            return Ok((rows, after));
        }
    }
}

/// All names of a course that begin in some way.
struct NamePrefix {
    course: CourseId,
    name: String,
}

impl PrefixOf<(CourseId, String)> for NamePrefix {
    fn encode_prefix(&self, out: &mut Vec<u8>) {
        self.course.encode(out);
        let mut name = Vec::new();
        self.name.encode(&mut name);
        // Without its end mark of two bytes, the name is the beginning of longer ones.
        name.truncate(name.len().saturating_sub(2));
        out.extend_from_slice(&name);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_name_prefix_covers_exactly_the_names_that_begin_so(name: String, begin in ".{0,3}", course in 0..3_u64) {
            let mut key = Vec::new();
            (CourseId(1), name.clone()).encode(&mut key);
            let mut prefix = Vec::new();
            NamePrefix { course: CourseId(course), name: begin.clone() }.encode_prefix(&mut prefix);
            prop_assert_eq!(key.starts_with(&prefix), course == 1 && name.starts_with(&begin));
        }

        #[test]
        fn names_are_found_by_how_they_begin_whatever_the_case(name in "\\PC{0,80}", chars in 0..10_usize) {
            let begin: String = name.chars().take(chars).collect();
            prop_assert!(name_key(&name).starts_with(&name_key(&begin)));
        }
    }
}
