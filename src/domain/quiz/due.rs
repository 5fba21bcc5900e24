//! What was changed under marks: since attempts were begun, the quiz gave other points or counts another attempt, or a
//! question got another key. Until a regrade has looked at them, these attempts are due, and the quiz says so: marks never
//! disagree with the quiz in silence.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Quiz, Source};
use crate::clock::Timestamp;
use crate::domain::bank::usage;
use crate::domain::ids::{QuestionId, QuizId};
use crate::domain::refusal::Refusal;
use crate::store::{Read, Record, Table, Txn};

/// Questions that are remembered: a paper's worth. Beyond, the regrade that settles them is one of all questions.
const MAX_QUESTIONS: usize = super::MAX_PAPER;
/// Quizzes in which one question was asked: all of a course.
const MAX_USES: usize = super::edit::MAX_QUIZZES;
/// Quizzes that a question names: more are not read, and one regrade at a time is done.
const MAX_NAMED: usize = 100;

/// A regrade is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegradeDue {
    /// Of this quiz.
    pub quiz: QuizId,
    /// Something was first changed then.
    pub since: Timestamp,
    /// And last then.
    pub last: Timestamp,
    /// Slots give other points.
    pub points: bool,
    /// Another attempt of a learner counts.
    pub grade_method: bool,
    /// Questions with another key, up to `MAX_QUESTIONS`.
    pub questions: Vec<QuestionId>,
    /// Attempts that were begun before the last change: so many at most are concerned.
    pub attempts: u64,
}

impl Record for RegradeDue {
    const TABLE: Table = Table { tag: 103, name: "regrade due" };
    const VERSION: u8 = 1;
    type Key = QuizId;

    fn key(&self) -> QuizId {
        self.quiz
    }
}

impl RegradeDue {
    const fn is_settled(&self) -> bool {
        !self.points && !self.grade_method && self.questions.is_empty()
    }
}

/// What is due in a quiz; no right is checked.
pub fn of(read: &impl Read, quiz: QuizId) -> Result<Option<Arc<RegradeDue>>, Refusal> {
    Ok(read.get::<RegradeDue>(&quiz)?)
}

/// Quizzes in which a regrade is due because of this question, up to `MAX_NAMED`.
pub fn by_question(read: &impl Read, question: QuestionId) -> Result<Vec<QuizId>, Refusal> {
    let mut due = Vec::new();
    for used in usage::quizzes(read, question, MAX_USES)? {
        if due.len() < MAX_NAMED && of(read, used.quiz)?.is_some_and(|due| due.questions.contains(&question))
        {
            due.push(used.quiz);
        }
    }
    Ok(due)
}

fn note(
    txn: &mut Txn<'_>,
    quiz: QuizId,
    now: Timestamp,
    change: impl FnOnce(&mut RegradeDue),
) -> Result<(), Refusal> {
    let attempts = u64::try_from(super::attempts(txn, quiz)?).unwrap_or(0);
    if attempts == 0 {
        return Ok(());
    }
    let known = of(txn, quiz)?;
    let mut due = known.as_deref().cloned().unwrap_or(RegradeDue {
        quiz,
        since: now,
        last: now,
        points: false,
        grade_method: false,
        questions: Vec::new(),
        attempts,
    });
    due.last = now;
    due.attempts = attempts;
    change(&mut due);
    txn.put(due)?;
    Ok(())
}

/// The quiz is changed.
pub(super) fn quiz_changed(
    txn: &mut Txn<'_>,
    before: &Quiz,
    after: &Quiz,
    now: Timestamp,
) -> Result<(), Refusal> {
    let points = before.slots.iter().zip(&after.slots).any(|(before, after)| before.points != after.points);
    let grade_method = before.grade_method != after.grade_method;
    if !points && !grade_method {
        return Ok(());
    }
    note(txn, after.id, now, |due| {
        due.points |= points;
        due.grade_method |= grade_method;
    })
}

/// A question is marked by another key from now on. Quizzes that fixed its version keep to that one.
pub fn key_changed(txn: &mut Txn<'_>, question: QuestionId, now: Timestamp) -> Result<(), Refusal> {
    for used in usage::quizzes(txn, question, MAX_USES)? {
        let quiz = super::get(txn, used.quiz)?;
        let names = |source: &Source| matches!(source, Source::Question { question: named, .. } if *named == question);
        let fixed = quiz.slots.iter().any(|slot| slot.fixes_version() && names(&slot.source));
        if fixed {
            continue;
        }
        note(txn, quiz.id, now, |due| {
            if !due.questions.contains(&question) && due.questions.len() < MAX_QUESTIONS {
                due.questions.push(question);
            }
        })?;
    }
    Ok(())
}

/// What a regrade that came to its end has looked at.
#[derive(Debug, Clone, Copy)]
pub struct Settled {
    /// When it began: what was changed behind that is still due.
    pub began: Timestamp,
    /// Of this question only.
    pub question: Option<QuestionId>,
    /// With the latest versions.
    pub latest_versions: bool,
}

/// A regrade came to its end.
pub fn settle(txn: &mut Txn<'_>, quiz: QuizId, settled: Settled) -> Result<(), Refusal> {
    let Some(known) = of(txn, quiz)? else { return Ok(()) };
    if known.last > settled.began {
        return Ok(());
    }
    let mut due = known.as_ref().clone();
    due.grade_method = false;
    if settled.question.is_none() {
        due.points = false;
    }
    if settled.latest_versions {
        due.questions.retain(|question| settled.question.is_some_and(|only| only != *question));
    }
    if due.is_settled() {
        txn.delete::<RegradeDue>(&quiz)?;
    } else {
        txn.put(due)?;
    }
    Ok(())
}
