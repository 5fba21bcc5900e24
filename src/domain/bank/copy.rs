//! Copying a question bank into another course: files, categories, and every question as its latest version says it.
//! Older versions, and who used a question where, stay with the old course.

use super::category::{self, Category};
use super::question::{Question, QuestionsByCategory, version};
use super::{Draft, change, file};
use crate::domain::access::Actor;
use crate::domain::copying::{self, Budget, Passage};
use crate::domain::ids::{CategoryId, QuestionId};
use crate::domain::question::format::MAX_CATEGORY_DEPTH;
use crate::domain::refusal::Refusal;
use crate::store::{Exactly, Read as _, Txn};

/// Rows of a category: itself, its twin, index entries.
const CATEGORY_ROWS: usize = 4;
/// Rows of a question, which may be 16 KiB large: itself, its version, its twin, index entries.
const QUESTION_ROWS: usize = 5;

/// Where copying questions is: category, retired, question.
pub type Place = (CategoryId, bool, QuestionId);

/// Copies some files behind `after`; the last one, or `None` when that were all. The bytes lie content-addressed
/// beside the store, so only who has them is written.
pub fn files(
    txn: &mut Txn<'_>,
    passage: &Passage,
    after: Option<String>,
    budget: &mut Budget,
) -> Result<Option<String>, Refusal> {
    let batch = budget.batch(2);
    let from = passage.from;
    let after = after.map(|sha256| (sha256, from));
    let behind = after.as_ref().map(|key| (&from, key));
    let keys = txn.index_keys::<file::FilesByCourse>(&Exactly(from), behind, batch)?;
    for (_, key) in &keys {
        if let Some(known) = txn.get::<file::CourseFile>(key)? {
            file::keep(txn, passage.to, &known.reference())?;
        }
    }
    budget.spend(2 * keys.len(), 0);
    let more = keys.len() == batch;
    Ok(keys.into_iter().next_back().map(|(_, (sha256, _))| sha256).filter(|_| more))
}

/// Copies some categories behind `after`; the last one, or `None` when that were all.
pub fn categories(
    txn: &mut Txn<'_>,
    passage: &Passage,
    after: Option<CategoryId>,
    budget: &mut Budget,
) -> Result<Option<CategoryId>, Refusal> {
    let batch = budget.batch(CATEGORY_ROWS);
    let after = after.map(|category| (passage.from, category));
    let page = txn.list::<Category>(&(passage.from,), after.as_ref(), batch)?;
    for old in &page {
        category_twin(txn, passage, old.id)?;
        budget.spend(CATEGORY_ROWS, old.description.html().len());
    }
    Ok(page.last().map(|category| category.id).filter(|_| page.len() == batch))
}

/// The copy of a category, made with those above it when there is none yet. `None` for one that went meanwhile.
pub fn category_twin(
    txn: &mut Txn<'_>,
    passage: &Passage,
    id: CategoryId,
) -> Result<Option<CategoryId>, Refusal> {
    let (mut line, mut at, mut parent) = (Vec::new(), Some(id), None);
    // A tree deeper than the limit cannot have been stored; the bound is against a damaged one.
    while let Some(here) = at
        && line.len() <= MAX_CATEGORY_DEPTH
    {
        parent = copying::twin(txn, passage.to, here)?;
        if parent.is_some() {
            break;
        }
        let Some(old) = txn.get::<Category>(&(passage.from, here))? else { break };
        at = old.parent;
        line.push(old);
    }
    for old in line.iter().rev() {
        let new = category::take_over(txn, passage.to, parent, old)?;
        copying::pair(txn, passage.to, old.id, new)?;
        parent = Some(new);
    }
    Ok(parent)
}

/// Copies some questions behind `after`; the last one, or `None` when that were all.
pub fn questions(
    txn: &mut Txn<'_>,
    actor: &Actor,
    passage: &Passage,
    after: Option<Place>,
    budget: &mut Budget,
) -> Result<Option<Place>, Refusal> {
    let batch = budget.batch(QUESTION_ROWS);
    let from = passage.from;
    let after = after.map(|(category, retired, id)| ((from, category, retired), id));
    let behind = after.as_ref().map(|(key, id)| (key, id));
    let keys = txn.index_keys::<QuestionsByCategory>(&(from,), behind, batch)?;
    for (_, id) in &keys {
        question_twin(txn, actor, passage, *id)?;
    }
    budget.spend(QUESTION_ROWS * keys.len(), 0);
    let last = keys.last().map(|((_, category, retired), id)| (*category, *retired, *id));
    Ok(last.filter(|_| keys.len() == batch))
}

/// The copy of a question, made when there is none yet. `None` for one that went meanwhile or is another course's.
pub fn question_twin(
    txn: &mut Txn<'_>,
    actor: &Actor,
    passage: &Passage,
    id: QuestionId,
) -> Result<Option<QuestionId>, Refusal> {
    if let Some(twin) = copying::twin(txn, passage.to, id)? {
        return Ok(Some(twin));
    }
    let Some(old) = txn.get::<Question>(&id)?.filter(|old| old.course == passage.from) else {
        return Ok(None);
    };
    let mut draft = Draft::of_version(&*version(txn, id, old.latest)?);
    let category = match old.category {
        Some(category) => category_twin(txn, passage, category)?,
        None => None,
    };
    for file in &draft.body().files {
        file::keep(txn, passage.to, file)?;
    }
    // Only when somebody gave it away in the new course while it was being copied.
    if let Some(id_number) = draft.body().id_number.clone()
        && change::holder(txn, passage.to, category, &id_number)?.is_some()
    {
        draft = draft.with_id_number(None);
    }
    let new = change::insert(txn, actor, passage.to, category, draft)?;
    let id_of_new = new.id;
    if old.retired {
        txn.put(Question { retired: true, ..new })?;
    }
    copying::pair(txn, passage.to, id, id_of_new)?;
    Ok(Some(id_of_new))
}
