//! Copying a quiz into another course, for whoever copies courses.

use std::collections::BTreeMap;

use super::edit::fixed_questions;
use super::{Pool, Quiz, Slot, Source};
use crate::clock::Timestamp;
use crate::domain::ids::{CategoryId, CourseId, QuestionId, QuizId};
use crate::domain::refusal::Refusal;
use crate::domain::{bank, grade};
use crate::store::Txn;

/// What became of the question bank when it was copied.
#[derive(Debug, Clone, Copy)]
pub struct Copied<'a> {
    /// The new question of each old one.
    pub questions: &'a BTreeMap<QuestionId, QuestionId>,
    /// The new category of each old one.
    pub categories: &'a BTreeMap<CategoryId, CategoryId>,
}

/// Makes a copy of `quiz` in the course `to`, not published and without dates, overrides and attempts. Slots whose
/// question or category was not copied are left out; tags stay. No right is checked.
pub fn clone_into(
    txn: &mut Txn<'_>,
    quiz: &Quiz,
    to: CourseId,
    copied: Copied<'_>,
    now: Timestamp,
) -> Result<QuizId, Refusal> {
    let id: QuizId = txn.new_id()?;
    let mut copy = Quiz {
        id,
        course: to,
        published: false,
        opens: None,
        closes: None,
        slots: quiz.slots.iter().filter_map(|slot| slot_in(slot, copied)).collect(),
        created: now,
        revision: 1,
        ..quiz.clone()
    };
    copy.max_points = copy.sum_of_points();
    bank::set_slots(txn, id, &fixed_questions(&copy))?;
    grade::add_quiz_item(txn, to, id, &copy.name, copy.max_points, now)?;
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
