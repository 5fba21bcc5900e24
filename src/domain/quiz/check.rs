//! What is wrong with a quiz, asked before it opens: errors keep it from being published, warnings do not.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Pool, Quiz, Source};
use crate::domain::access::{Actor, Permission};
use crate::domain::bank::{self, Draw};
use crate::domain::ids::{QuestionId, QuizId};
use crate::domain::refusal::Refusal;
use crate::store::Read;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Learners could not take it, or it would mean nothing.
    Error,
    /// It works, but perhaps not as meant.
    Warning,
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// JSON pointer into the quiz.
    pub at: String,
    /// What is wrong and what would be right.
    pub problem: String,
}

/// The pool as the question bank takes it.
pub fn draw_of(pool: &Pool) -> Draw {
    match pool {
        Pool::Category { category, with_children } => {
            Draw::Category { category: *category, with_children: *with_children }
        }
        Pool::Tag(tag) => Draw::Tag(tag.clone()),
    }
}

struct Findings(Vec<Finding>);

impl Findings {
    fn error(&mut self, at: impl Into<String>, problem: impl Into<String>) {
        self.0.push(Finding { severity: Severity::Error, at: at.into(), problem: problem.into() });
    }

    fn warning(&mut self, at: impl Into<String>, problem: impl Into<String>) {
        self.0.push(Finding { severity: Severity::Warning, at: at.into(), problem: problem.into() });
    }
}

/// Everything that is wrong with a quiz.
pub fn check(read: &impl Read, quiz: &Quiz) -> Result<Vec<Finding>, Refusal> {
    let mut found = Findings(Vec::new());
    if quiz.slots.is_empty() {
        found.error("/slots", "is empty; a quiz needs at least one question");
    } else if quiz.sum_of_points().is_zero() {
        found.error("/slots", "give no points at all; a quiz needs some");
    }
    if let (Some(opens), Some(closes)) = (quiz.opens, quiz.closes) {
        if closes <= opens {
            found.error("/closes", "is not after opens");
        } else if let Some(limit_ms) = quiz.time_limit_ms
            && closes.since(opens).as_millis() < u128::from(limit_ms)
        {
            found.warning("/time_limit_ms", "is longer than the quiz is open, so nobody gets all of it");
        }
    }
    if quiz.closes.is_none() && quiz.review.after_close != quiz.review.after_submit {
        found.warning("/review/after_close", "never comes, because the quiz has no closing time");
    }
    let mut fixed: BTreeSet<QuestionId> = BTreeSet::new();
    for (at, slot) in quiz.slots.iter().enumerate() {
        if let Source::Question { question, version } = slot.source {
            fixed_slot(read, quiz, at, question, version, &mut found)?;
            if !fixed.insert(question) {
                found.error(format!("/slots/{at}/question"), "is in the quiz twice");
            }
        }
        if slot.points.is_zero() {
            found.warning(format!("/slots/{at}/points"), "is nought, so the question does not count");
        }
    }
    draws(read, quiz, &fixed, &mut found)?;
    Ok(found.0)
}

fn fixed_slot(
    read: &impl Read,
    quiz: &Quiz,
    at: usize,
    id: QuestionId,
    version: Option<u32>,
    found: &mut Findings,
) -> Result<(), Refusal> {
    let place = format!("/slots/{at}/question");
    match read.get::<bank::Question>(&id)? {
        Some(question) if question.course == quiz.course => {
            if question.retired {
                found.warning(&*place, format!("names question {id}, which is retired"));
            }
            if let Some(version) = version
                && !(1..=question.latest).contains(&version)
            {
                found.error(
                    format!("/slots/{at}/version"),
                    format!("names version {version}; question {id} has versions 1 to {}", question.latest),
                );
            } else if let Some(version) = version
                && version < question.latest
            {
                found.warning(
                    format!("/slots/{at}/version"),
                    format!("keeps version {version}, but the question is at version {}", question.latest),
                );
            }
        }
        _ => found
            .error(place, format!("names question {id}, which this course's question bank does not have")),
    }
    Ok(())
}

/// Do the draws find enough, whatever each of them takes from the others? A draw must find its own number beside the
/// fixed questions and all that the other draws from overlapping pools might take first.
fn draws(
    read: &impl Read,
    quiz: &Quiz,
    fixed: &BTreeSet<QuestionId>,
    found: &mut Findings,
) -> Result<(), Refusal> {
    let mut pools: BTreeMap<usize, (BTreeSet<QuestionId>, u16)> = BTreeMap::new();
    for (at, slot) in quiz.slots.iter().enumerate() {
        if let Source::Draw { pool, count } = &slot.source {
            let ids = bank::candidates(read, quiz.course, &draw_of(pool))?;
            let ids = ids.into_iter().filter(|id| !fixed.contains(id)).collect();
            pools.insert(at, (ids, *count));
        }
    }
    for (at, (ids, count)) in &pools {
        let place = format!("/slots/{at}/draw");
        if ids.len() < usize::from(*count) {
            found.error(
                place,
                format!("draws {count} questions, but only {} are there to be drawn", ids.len()),
            );
            continue;
        }
        // What others may take of this pool before it is this draw's turn.
        let others = pools.iter().filter(|(other, _)| **other < *at);
        let taken: usize =
            others.map(|(_, (other, count))| usize::from(*count).min(other.intersection(ids).count())).sum();
        if ids.len() < usize::from(*count) + taken {
            found.error(
                place,
                format!(
                    "draws {count} of {} questions, of which draws before it may have taken {taken}",
                    ids.len()
                ),
            );
        }
    }
    Ok(())
}

/// [`check()`], for who may change the quiz.
pub fn of(read: &impl Read, actor: &Actor, quiz: QuizId) -> Result<Vec<Finding>, Refusal> {
    let quiz = super::require(read, actor, Permission::EditQuiz, quiz)?;
    check(read, &quiz)
}
