//! Making a course from another one: its facts, question bank, quizzes, gradebook, sections, items and groups with
//! their exceptions, without people and without what they did.
//!
//! A course may be larger than one transaction, so it is copied in steps. What is still to do is a record; the new
//! course says that it is being copied until the last step, cannot be published before, and a copy that was cut off
//! goes on where it was.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::access::{self, Actor, Permission, Scope};
use super::account;
use super::content::{self, Availability, Item, ItemKind, Section};
use super::content_edit::{append_item, append_section};
use super::copying::{self, Budget, Passage, Shift};
use super::course::{self, Course, CourseFacts, CourseInput};
use super::group::{self, Group, GroupName};
use super::ids::{CategoryId, CourseId, GradeItemId, GroupId, ItemId, QuizId, SectionId};
use super::page::{Page, PageSource};
use super::preferences::ZoneName;
use super::refusal::{INTERNAL, Refusal, not_found};
use super::{audit, bank, grade, quiz};
use crate::clock::Timestamp;
use crate::store::{CodecError, Read, Record, Table, TableInfo, Txn, decode_old};

/// Rows of an item: itself, its text.
const ITEM_ROWS: usize = 1;

/// How far a copy is, in the order in which things need one another. Each holds the last thing that was copied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// Files of the course, by their SHA-256.
    Files(Option<String>),
    /// Categories of the question bank.
    QuestionCategories(Option<CategoryId>),
    /// Questions.
    Questions(Option<bank::copy::Place>),
    /// Letters and categories of the gradebook.
    GradeCategories,
    /// Quizzes with their grade items.
    Quizzes(Option<QuizId>),
    /// Grade items that are graded by hand.
    GradeItems(Option<GradeItemId>),
    /// The order of the gradebook.
    GradeOrder,
    /// Sections and items.
    Content,
    /// Groups, without members.
    Groups(Option<GroupId>),
    /// Only the twins are still to be forgotten.
    Forgetting,
}

/// What is still to be copied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copying {
    /// The new course.
    pub to: CourseId,
    /// The old one.
    pub from: CourseId,
    /// How much later everything is than in the old one.
    pub shift: Shift,
    /// How far it is.
    pub stage: Stage,
    /// Sections to do, the next one last.
    pub sections: Vec<SectionId>,
    /// The new section that is being filled.
    pub filling: Option<SectionId>,
    /// Items to do for it, the next one last.
    pub items: Vec<ItemId>,
}

impl Copying {
    fn passage(&self) -> Passage {
        Passage { from: self.from, to: self.to, shift: self.shift.clone() }
    }
}

/// A copy as version 2 had it: everything was later by so many milliseconds.
type Version2 = (CourseId, CourseId, i64, Stage, Vec<SectionId>, Option<SectionId>, Vec<ItemId>);

impl Record for Copying {
    const TABLE: Table = Table { tag: 55, name: "course being copied" };
    const VERSION: u8 = 3;
    type Key = CourseId;

    fn key(&self) -> CourseId {
        self.to
    }

    fn upgrade(version: u8, body: &[u8]) -> Result<Self, CodecError> {
        let old: Version2 = decode_old(Self::TABLE.name, (version, 2), body)?;
        let (to, from, shift_ms, stage, sections, filling, items) = old;
        Ok(Self { to, from, shift: Shift::Exactly(shift_ms), stage, sections, filling, items })
    }
}

/// Tables of this file.
pub const TABLES: &[TableInfo] = &[TableInfo::rows::<Copying>()];

/// The new course from the outside.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CloneInput {
    /// 1 to 40 characters; unique whatever the case.
    pub short_name: String,
    /// 1 to 200 characters.
    pub title: String,
    /// When the new course begins. When the old one has a start too, its end, every availability and every
    /// date of a quiz, an exception or a grade moves by the days between the two, and keeps its time of day; otherwise they
    /// stay as they are.
    #[serde(default)]
    pub starts: Option<Timestamp>,
}

/// Who makes a copy reads its question bank there, with keys: so they must be allowed to read it here. What goes away is
/// not copied: parts would be missing.
fn require_source(read: &impl Read, actor: &Actor, from: CourseId) -> Result<Arc<Course>, Refusal> {
    access::require(read, actor, Permission::EditCourse, Scope::Course(from))?;
    access::require(read, actor, Permission::ViewQuestions, Scope::Course(from))?;
    let source = course::get(read, from)?;
    course::refuse_deleting(&source)?;
    Ok(source)
}

/// A course that is still being made from this one; one that is being removed needs it no more. Checks no right.
pub(super) fn unfinished_copy(read: &impl Read, from: CourseId) -> Result<Option<CourseId>, Refusal> {
    for copying in read.list::<Copying>(&(), None, usize::MAX)? {
        if copying.from == from && !course::is_deleting(read, copying.to)? {
            return Ok(Some(copying.to));
        }
    }
    Ok(None)
}

/// The right to copy, and the facts of the new course as of now; text is rendered here, outside a transaction.
pub fn facts(
    read: &impl Read,
    actor: &Actor,
    from: CourseId,
    input: CloneInput,
) -> Result<CourseFacts, Refusal> {
    let old = require_source(read, actor, from)?;
    CourseInput {
        short_name: input.short_name,
        title: input.title,
        summary: old.summary.clone(),
        capacity: old.capacity,
        starts: input.starts,
        ends: None,
        learning_records: Some(old.learning_records),
        language: old.language.as_ref().map(ToString::to_string),
    }
    .parse()
}

/// Questions of a bank that is copied while the client waits.
const QUESTIONS_AT_ONCE: usize = 500;

/// Does copying take longer than somebody waits for it? Checks no right.
pub fn is_large(read: &impl Read, from: CourseId) -> Result<bool, Refusal> {
    let questions =
        read.index_keys::<bank::question::QuestionsByName>(&(from,), None, QUESTIONS_AT_ONCE + 1)?;
    Ok(questions.len() > QUESTIONS_AT_ONCE)
}

/// Makes the new course, empty, with a list of what is to be copied. Days and times of day are those of the actor's zone, or
/// of `zone`, the installation's, for who has chosen none.
pub fn begin(
    txn: &mut Txn<'_>,
    actor: &Actor,
    from: CourseId,
    facts: CourseFacts,
    zone: &str,
) -> Result<Arc<Course>, Refusal> {
    let old = require_source(txn, actor, from)?;
    let new = course::create(txn, actor, facts, None)?;
    let shift = match (old.starts, new.starts) {
        (Some(old), Some(new)) => Shift::between(old, new, zone_of(txn, actor, zone)?),
        _ => Shift::Exactly(0),
    };
    // An end that is behind us would close the new course before it began.
    let ahead = |ends: &Timestamp| actor.now < *ends && new.starts.is_none_or(|starts| starts < *ends);
    let passage = Passage { from, to: new.id, shift };
    let ends = old.ends.map(|ends| passage.later(ends)).filter(ahead);
    let mut sections = content::contents(txn, from)?.sections.clone();
    sections.reverse();
    txn.insert(Copying {
        to: new.id,
        from,
        shift: passage.shift,
        stage: Stage::Files(None),
        sections,
        filling: None,
        items: Vec::new(),
    })?;
    let id = new.id;
    txn.put(Course { copying: Some(from), ends, ..(*new).clone() })?;
    audit::note(txn, actor, "course.clone", Some(id), format!("course {id}"), format!("from course {from}"))?;
    course::get(txn, id)
}

/// The zone in which the actor reads dates.
fn zone_of(read: &impl Read, actor: &Actor, zone: &str) -> Result<ZoneName, Refusal> {
    match account::own_zone(read, actor.user)? {
        Some(own) => Ok(own),
        None => {
            ZoneName::parse(zone).map_err(|problem| INTERNAL.refuse(format!("server.time_zone {problem}")))
        }
    }
}

/// Copies some more. Is it done? A copy whose source is gone stays marked as one that was cut off.
pub fn step(txn: &mut Txn<'_>, actor: &Actor, to: CourseId) -> Result<bool, Refusal> {
    access::require(txn, actor, Permission::EditCourse, Scope::Course(to))?;
    let mut copying = match txn.get::<Copying>(&to)? {
        Some(copying) => Arc::unwrap_or_clone(copying),
        None if txn.exists::<Course>(&to)? => return Ok(true),
        None => return Err(not_found("course", to)),
    };
    course::refuse_deleting(&*course::get(txn, to)?)?;
    require_source(txn, actor, copying.from)?;
    let mut budget = Budget::STEP;
    while !budget.is_spent() {
        let Some(stage) = some_more(txn, actor, &mut copying, &mut budget)? else {
            txn.delete::<Copying>(&to)?;
            let course = course::get(txn, to)?;
            txn.put(Course { copying: None, revision: course.revision + 1, ..(*course).clone() })?;
            return Ok(true);
        };
        copying.stage = stage;
    }
    txn.put(copying)?;
    Ok(false)
}

/// Some of the present stage; the stage to go on with, or `None` when everything is there.
fn some_more(
    txn: &mut Txn<'_>,
    actor: &Actor,
    copying: &mut Copying,
    budget: &mut Budget,
) -> Result<Option<Stage>, Refusal> {
    let passage = copying.passage();
    Ok(Some(match copying.stage.clone() {
        Stage::Files(after) => match bank::copy::files(txn, &passage, after, budget)? {
            Some(last) => Stage::Files(Some(last)),
            None => Stage::QuestionCategories(None),
        },
        Stage::QuestionCategories(after) => match bank::copy::categories(txn, &passage, after, budget)? {
            Some(last) => Stage::QuestionCategories(Some(last)),
            None => Stage::Questions(None),
        },
        Stage::Questions(after) => match bank::copy::questions(txn, actor, &passage, after, budget)? {
            Some(last) => Stage::Questions(Some(last)),
            None => Stage::GradeCategories,
        },
        Stage::GradeCategories => {
            grade::copy::categories(txn, &passage, budget)?;
            Stage::Quizzes(None)
        }
        Stage::Quizzes(after) => match quiz::copy::quizzes(txn, actor, &passage, after, budget)? {
            Some(last) => Stage::Quizzes(Some(last)),
            None => Stage::GradeItems(None),
        },
        Stage::GradeItems(after) => match grade::copy::hand_items(txn, &passage, after, budget)? {
            Some(last) => Stage::GradeItems(Some(last)),
            None => Stage::GradeOrder,
        },
        Stage::GradeOrder => {
            grade::copy::order(txn, &passage, budget)?;
            Stage::Content
        }
        Stage::Content if copy_content(txn, copying, budget)? => Stage::Groups(None),
        Stage::Content => Stage::Content,
        Stage::Groups(after) => match copy_groups(txn, actor, &passage, after, budget)? {
            Some(last) => Stage::Groups(Some(last)),
            None => Stage::Forgetting,
        },
        Stage::Forgetting if copying::forget(txn, copying.to, budget)? => return Ok(None),
        Stage::Forgetting => Stage::Forgetting,
    }))
}

fn shifted(availability: Availability, passage: &Passage) -> Availability {
    let later = |time: Option<Timestamp>| time.map(|time| passage.later(time));
    Availability { from: later(availability.from), until: later(availability.until), ..availability }
}

/// Copies some more sections and items. Were those all?
fn copy_content(txn: &mut Txn<'_>, copying: &mut Copying, budget: &mut Budget) -> Result<bool, Refusal> {
    let passage = copying.passage();
    let mut filling = match copying.filling {
        Some(id) => txn.get::<Section>(&id)?.map(Arc::unwrap_or_clone),
        None => None,
    };
    let done = loop {
        if budget.is_spent() {
            break false;
        }
        budget.spend(ITEM_ROWS, 0);
        if let Some(id) = copying.items.pop() {
            if let Some(parent) = &mut filling {
                budget.spend(0, copy_item(txn, &passage, parent, id)?);
            }
            continue;
        }
        if let Some(section) = filling.take() {
            txn.put(section)?;
        }
        let Some(id) = copying.sections.pop() else { break true };
        // What was removed meanwhile is not copied.
        let Some(old) = txn.get::<Section>(&id)? else { continue };
        let new = append_section(txn, passage.to, old.title.clone(), shifted(old.availability, &passage))?;
        filling = txn.get::<Section>(&new)?.map(Arc::unwrap_or_clone);
        copying.items.clone_from(&old.items);
        copying.items.reverse();
    };
    copying.filling = filling.as_ref().map(|section| section.id);
    if let Some(section) = filling {
        txn.put(section)?;
    }
    Ok(done)
}

/// Copies an item into `parent`; how many bytes of text it had.
fn copy_item(
    txn: &mut Txn<'_>,
    passage: &Passage,
    parent: &mut Section,
    id: ItemId,
) -> Result<usize, Refusal> {
    let Some(old) = txn.get::<Item>(&id)? else { return Ok(0) };
    let source = txn.get::<Page>(&id)?.map(|page| page.source.clone());
    let kind = match &old.kind {
        ItemKind::Quiz(quiz) => match copying::twin(txn, passage.to, *quiz)? {
            // Somebody may have placed the copy already.
            Some(twin) if content::item_of_quiz(txn, twin)?.is_none() => ItemKind::Quiz(twin),
            _ => return Ok(0),
        },
        other => other.clone(),
    };
    let bytes = match &source {
        Some(PageSource::Inline(text)) => text.len(),
        _ => 0,
    };
    append_item(txn, parent, old.title.clone(), shifted(old.availability, passage), kind, source)?;
    Ok(bytes)
}

/// Copies some groups behind `after`, without members and with what they have different in quizzes; the last one, or `None`
/// when those were all.
fn copy_groups(
    txn: &mut Txn<'_>,
    actor: &Actor,
    passage: &Passage,
    mut after: Option<GroupId>,
    budget: &mut Budget,
) -> Result<Option<GroupId>, Refusal> {
    while !budget.is_spent() {
        let behind = after.map(|id| (passage.from, id));
        let Some(old) = txn.list::<Group>(&(passage.from,), behind.as_ref(), 1)?.pop() else {
            return Ok(None);
        };
        // Somebody may have made one of that name already.
        let new = match group::by_kept_name(txn, passage.to, &old.name)? {
            Some(there) => there,
            None => group::create(txn, actor, passage.to, GroupName::of(&old))?.id,
        };
        let exceptions = quiz::copy::overrides_of_group(txn, passage, old.id, new)?;
        budget.spend(1 + exceptions, 0);
        after = Some(old.id);
    }
    Ok(after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{decode_value, encode_value};

    /// A copy as an older program wrote it.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
    struct Old(Version2);

    impl Record for Old {
        const TABLE: Table = Copying::TABLE;
        const VERSION: u8 = 2;
        type Key = CourseId;

        fn key(&self) -> CourseId {
            self.0.0
        }
    }

    #[test]
    fn a_copy_that_an_older_program_began_moves_by_milliseconds_to_its_end() {
        let (to, from, stage) = (CourseId(2), CourseId(1), Stage::Quizzes(Some(QuizId(7))));
        let (sections, filling, items) = (vec![SectionId(3)], Some(SectionId(4)), vec![ItemId(5)]);
        let old = Old((to, from, -5_000, stage.clone(), sections.clone(), filling, items.clone()));
        let shift = Shift::Exactly(-5_000);
        let new = Copying { to, from, shift, stage, sections, filling, items };
        assert_eq!(decode_value::<Copying>(&encode_value(&old).unwrap()).unwrap(), new);
        assert_eq!(decode_value::<Copying>(&encode_value(&new).unwrap()).unwrap(), new);
    }
}
