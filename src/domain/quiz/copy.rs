//! Copying a course's quizzes into another course: what they ask and by which rules, without attempts.
//! What groups have different comes with the groups; what single learners have stays behind with them.

use std::collections::BTreeMap;

use super::edit::fixed_questions;
use super::{Override, Pool, Quiz, QuizzesByCourse, Slot, Source, Who, overrides};
use crate::clock::Timestamp;
use crate::domain::access::Actor;
use crate::domain::copying::{self, Budget, Passage};
use crate::domain::ids::{CategoryId, GroupId, QuestionId, QuizId};
use crate::domain::refusal::Refusal;
use crate::domain::{bank, grade};
use crate::store::{Exactly, Read as _, Txn};

/// Rows of a quiz beside those of its slots: itself, its twin, its grade item and the categories above that.
const QUIZ_ROWS: usize = 8;
/// Rows of a slot: which question it uses, by question and by quiz.
const SLOT_ROWS: usize = 2;

/// What became of the question bank when it was copied.
#[derive(Debug, Clone, Copy)]
pub struct Copied<'a> {
    /// The new question of each old one.
    pub questions: &'a BTreeMap<QuestionId, QuestionId>,
    /// The new category of each old one.
    pub categories: &'a BTreeMap<CategoryId, CategoryId>,
}

/// Copies some quizzes behind `after`; the last one, or `None` when that were all.
pub fn quizzes(
    txn: &mut Txn<'_>,
    actor: &Actor,
    passage: &Passage,
    mut after: Option<QuizId>,
    budget: &mut Budget,
) -> Result<Option<QuizId>, Refusal> {
    let from = passage.from;
    while !budget.is_spent() {
        let behind = after.as_ref().map(|quiz| (&from, quiz));
        let Some((_, id)) = txn.index_keys::<QuizzesByCourse>(&Exactly(from), behind, 1)?.pop() else {
            return Ok(None);
        };
        let quiz = super::get(txn, id)?;
        budget.spend(QUIZ_ROWS + SLOT_ROWS * quiz.slots.len(), quiz.description.html().len());
        let (questions, categories) = used(txn, actor, passage, &quiz)?;
        let copied = Copied { questions: &questions, categories: &categories };
        let new = clone_into(txn, &quiz, passage, copied, actor.now)?;
        copying::pair(txn, passage.to, id, new)?;
        after = Some(id);
    }
    Ok(after)
}

/// Gives the group `new` what the group `old` has different in quizzes that were copied; in how many it has.
pub fn overrides_of_group(
    txn: &mut Txn<'_>,
    passage: &Passage,
    old: GroupId,
    new: GroupId,
) -> Result<usize, Refusal> {
    let later = |time: Option<Timestamp>| time.map(|time| passage.later(time));
    let mut copied = 0;
    for quiz in overrides::quizzes_of_group(txn, old)? {
        let row = txn.get::<Override>(&Override::key_of(quiz, Who::Group(old)))?;
        let twin = copying::twin(txn, passage.to, quiz)?;
        // Somebody may have removed the copy already.
        if let (Some(row), Some(quiz)) = (row, twin)
            && txn.exists::<Quiz>(&quiz)?
        {
            let (opens, closes) = (later(row.opens), later(row.closes));
            let (course, who) = (passage.to, Who::Group(new));
            txn.put(Override { quiz, course, who, opens, closes, ..row.as_ref().clone() })?;
            copied += 1;
        }
    }
    Ok(copied)
}

type Used = (BTreeMap<QuestionId, QuestionId>, BTreeMap<CategoryId, CategoryId>);

/// The twins of what the slots name; what came into the bank after it was copied is copied now.
fn used(txn: &mut Txn<'_>, actor: &Actor, passage: &Passage, quiz: &Quiz) -> Result<Used, Refusal> {
    let (mut questions, mut categories) = (BTreeMap::new(), BTreeMap::new());
    for slot in &quiz.slots {
        match &slot.source {
            Source::Question { question, .. } => {
                if let Some(twin) = bank::copy::question_twin(txn, actor, passage, *question)? {
                    questions.insert(*question, twin);
                }
            }
            Source::Draw { pool: Pool::Category { category, .. }, .. } => {
                if let Some(twin) = bank::copy::category_twin(txn, passage, *category)? {
                    categories.insert(*category, twin);
                }
            }
            Source::Draw { pool: Pool::Tag(_), .. } => {}
        }
    }
    Ok((questions, categories))
}

/// Makes a copy of `quiz`, not published, with its dates as much later as everything in the new course, and without
/// overrides and attempts. Slots whose question or category was not copied are left out; tags stay. No right is
/// checked.
pub fn clone_into(
    txn: &mut Txn<'_>,
    quiz: &Quiz,
    passage: &Passage,
    copied: Copied<'_>,
    now: Timestamp,
) -> Result<QuizId, Refusal> {
    let id: QuizId = txn.new_id()?;
    let mut copy = Quiz {
        id,
        course: passage.to,
        published: false,
        opens: quiz.opens.map(|opens| passage.later(opens)),
        closes: quiz.closes.map(|closes| passage.later(closes)),
        slots: quiz.slots.iter().filter_map(|slot| slot_in(slot, copied)).collect(),
        created: now,
        revision: 1,
        ..quiz.clone()
    };
    copy.max_points = super::sum_of_points(&copy.slots);
    bank::set_slots(txn, id, &fixed_questions(&copy))?;
    grade::copy::quiz_item(txn, passage, quiz.id, &copy, now)?;
    txn.put(copy)?;
    Ok(id)
}

/// The slot in the other course. A pinned version has no counterpart there: the copy asks the question as it is.
fn slot_in(slot: &Slot, copied: Copied<'_>) -> Option<Slot> {
    let source = match &slot.source {
        Source::Question { question, .. } => {
            Source::Question { question: *copied.questions.get(question)?, version: None }
        }
        Source::Draw { pool, count } => Source::Draw {
            pool: match pool {
                Pool::Category { category, with_children } => Pool::Category {
                    category: *copied.categories.get(category)?,
                    with_children: *with_children,
                },
                Pool::Tag(tag) => Pool::Tag(tag.clone()),
            },
            count: *count,
        },
    };
    Some(Slot { points: slot.points, source })
}
