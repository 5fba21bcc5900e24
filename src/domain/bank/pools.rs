//! What quizzes draw from. A question that is retired, moved, tagged otherwise or deleted may leave a published quiz fewer
//! questions than it draws, and then nobody can begin it. Whoever does that is told which quizzes these are, and has to want
//! it.

use std::sync::Arc;

use super::category::{self, Category};
use super::list::tag_keys;
use super::question::{Question, TOP, tag_key};
use super::{DRAWS_TOO_FEW, MOST_NAMED};
use crate::clock::Timestamp;
use crate::domain::ids::{CategoryId, CourseId};
use crate::domain::question::format::MAX_CATEGORY_DEPTH;
use crate::domain::quiz::{self, Pool, Quiz, Source, check};
use crate::domain::refusal::Refusal;
use crate::store::Read;

/// May a change leave published quizzes fewer questions than they draw?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pools {
    /// No, it is refused then.
    Kept,
    /// Yes: who makes it was told.
    MayRunShort,
}

impl Pools {
    /// For somebody who was told, or was not.
    pub const fn of(is_told: bool) -> Self {
        if is_told { Self::MayRunShort } else { Self::Kept }
    }
}

/// Quizzes that find enough before a change and are looked at behind it.
pub(super) struct Watch(Vec<Arc<Quiz>>);

impl Watch {
    /// For a change after which nothing is drawn that was not before, and the other way round.
    pub(super) const fn nothing() -> Self {
        Self(Vec::new())
    }

    /// Those that draw from where a question is now.
    pub(super) fn of_question(
        read: &impl Read,
        question: &Question,
        pools: Pools,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        if question.retired {
            return Ok(Self::nothing());
        }
        let above = categories_of(read, question)?;
        let tags: Vec<String> = question.tags.iter().map(|tag| tag_key(tag)).collect();
        let concerns = |pool: &Pool| match pool {
            Pool::Category { category, with_children } => {
                let place = above.iter().position(|known| known == category);
                place.is_some_and(|place| place == 0 || *with_children)
            }
            Pool::Tag(tag) => tag_keys(tag).iter().any(|key| tags.contains(key)),
        };
        Self::of(read, question.course, pools, now, concerns)
    }

    /// Those that draw from a category and all below it.
    pub(super) fn of_categories(
        read: &impl Read,
        course: CourseId,
        pools: Pools,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let concerns = |pool: &Pool| matches!(pool, Pool::Category { with_children: true, .. });
        Self::of(read, course, pools, now, concerns)
    }

    fn of(
        read: &impl Read,
        course: CourseId,
        pools: Pools,
        now: Timestamp,
        concerns: impl Fn(&Pool) -> bool,
    ) -> Result<Self, Refusal> {
        if pools == Pools::MayRunShort {
            return Ok(Self::nothing());
        }
        let draws = |quiz: &Quiz| {
            quiz.slots.iter().any(|slot| matches!(&slot.source, Source::Draw { pool, .. } if concerns(pool)))
        };
        let mut watched = Vec::new();
        for quiz in quiz::to_be_taken(read, course, now)? {
            if draws(&quiz) && !check::finds_too_few(read, &quiz)? {
                watched.push(quiz);
            }
        }
        Ok(Self(watched))
    }

    /// Refuses when one of them finds too few by now.
    pub(super) fn check(self, read: &impl Read) -> Result<(), Refusal> {
        let mut short = Vec::new();
        for quiz in self.0 {
            if short.len() < MOST_NAMED && check::finds_too_few(read, &quiz)? {
                short.push(quiz);
            }
        }
        let Some(first) = short.first() else { return Ok(()) };
        let problem = "would find fewer questions than it draws, so that nobody could begin it";
        let refusal = DRAWS_TOO_FEW.refuse(format!("quiz {} {:?} {problem}", first.id, first.name));
        Err(short.iter().fold(refusal, |refusal, quiz| {
            refusal.at(format!("/quizzes/{}", quiz.id), format!("{:?} {problem}", quiz.name))
        }))
    }
}

/// The category of a question and those above it.
fn categories_of(read: &impl Read, question: &Question) -> Result<Vec<CategoryId>, Refusal> {
    let mut line = vec![question.category.unwrap_or(TOP)];
    let mut at = question.category;
    // A tree deeper than the limit cannot have been stored; the bound is against a damaged one.
    while let Some(id) = at
        && line.len() <= MAX_CATEGORY_DEPTH
    {
        let category: Arc<Category> = category::get(read, question.course, id)?;
        at = category.parent;
        line.extend(at);
    }
    Ok(line)
}
