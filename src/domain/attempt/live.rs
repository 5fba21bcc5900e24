//! The live list: where everybody who began a quiz stands, for who supervises.

use std::sync::Arc;

use super::heard::{Heard, LOST};
use super::log::{AttemptEvent, Happened, ReportKind};
use super::{Attempt, AttemptHead, AttemptState, AttemptsByQuiz, FinishedBy, saved};
use crate::clock::Timestamp;
use crate::domain::access::{Actor, Permission};
use crate::domain::ids::{AttemptId, QuizId, UserId};
use crate::domain::quiz::{self, LIVE_TOPIC};
use crate::domain::refusal::Refusal;
use crate::store::{Read, Topic, Txn};

/// How far back a sign of the learner is looked for among what supervisors did since: they act a few times on one attempt.
const EVENTS_LOOKED_AT: usize = 20;

/// Where one attempt stands: small, because one is made for every step of every learner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveRow {
    /// The attempt.
    pub attempt: AttemptId,
    /// The learner.
    pub user: UserId,
    /// The learner's first, second, .. attempt.
    pub number: u16,
    /// When it began.
    pub started: Timestamp,
    /// Its last moment.
    pub deadline: Option<Timestamp>,
    /// When and by whom it was handed in.
    pub finished: Option<(Timestamp, FinishedBy)>,
    /// Questions with a saved response that is not blank.
    pub answered: u16,
    /// Questions.
    pub questions: u16,
    /// Saves so far.
    pub saves: u32,
    /// Entries in the log so far.
    pub events: u32,
}

impl LiveRow {
    /// A first attempt at one question that has just begun.
    pub const fn begun(attempt: AttemptId, user: UserId, started: Timestamp) -> Self {
        Self {
            attempt,
            user,
            number: 1,
            started,
            deadline: None,
            finished: None,
            answered: 0,
            questions: 1,
            saves: 0,
            events: 0,
        }
    }

    /// Where an attempt stands.
    pub fn of(attempt: &Attempt, head: &AttemptHead) -> Self {
        Self {
            attempt: attempt.id,
            user: attempt.user,
            number: attempt.number,
            started: attempt.started,
            deadline: head.deadline,
            finished: match head.state {
                AttemptState::Running => None,
                AttemptState::Finished { at, by } => Some((at, by)),
            },
            answered: u16::try_from(head.answered()).unwrap_or(u16::MAX),
            questions: u16::try_from(attempt.paper.len()).unwrap_or(u16::MAX),
            saves: head.saves,
            events: head.events,
        }
    }
}

/// When a learner last gave a sign of life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sign {
    /// The last start, save, return or report.
    pub at: Timestamp,
    /// The page of the room was heard of and is not any more, or the last thing that came was a report of a lost connection.
    pub lost: bool,
}

/// The last sign of life of a row's learner, who may think for long: cut off is who has a page that says nothing any more.
/// No right is checked.
pub fn sign(read: &impl Read, row: &LiveRow, heard: &Heard, now: Timestamp) -> Result<Sign, Refusal> {
    let mut sign = Sign { at: row.started, lost: false };
    if row.saves > 0
        && let Some(saved) = saved::line(read, row.attempt, row.saves)?
    {
        sign.at = sign.at.max(saved.at);
    }
    // What supervisors did meanwhile is no sign of the learner.
    for number in (1..=row.events).rev().take(EVENTS_LOOKED_AT) {
        let Some(event) = read.get::<AttemptEvent>(&(row.attempt, number))? else { break };
        if event.at < sign.at {
            break;
        }
        if event.by == Some(row.user) {
            let lost = matches!(event.what, Happened::Reported { kind: ReportKind::ConnectionLost, .. });
            sign = Sign { at: event.at, lost };
            break;
        }
    }
    if let Some(heard) = heard.last(row.attempt) {
        let last = heard.max(sign.at);
        sign.lost = (sign.lost && heard <= sign.at) || now.since(last) >= LOST;
    }
    sign.lost &= row.finished.is_none();
    Ok(sign)
}

/// Where one attempt stands now. No right is checked.
pub fn row(read: &impl Read, attempt: AttemptId) -> Result<LiveRow, Refusal> {
    Ok(LiveRow::of(&*super::get(read, attempt)?, &*super::head(read, attempt)?))
}

/// Where live rows of a quiz are told.
pub fn topic(quiz: QuizId) -> Topic {
    Topic::new(LIVE_TOPIC, quiz.0)
}

/// Tells listeners where the attempt stands, once that is durable.
pub(super) fn tell(txn: &mut Txn<'_>, attempt: &Attempt, head: &AttemptHead) {
    txn.announce(topic(attempt.quiz), Arc::new(LiveRow::of(attempt, head)));
}

/// Where everybody stands, by learner; behind `after` when given.
pub fn list(
    read: &impl Read,
    actor: &Actor,
    quiz: QuizId,
    after: Option<(UserId, AttemptId)>,
    limit: usize,
) -> Result<Vec<LiveRow>, Refusal> {
    let quiz = quiz::require(read, actor, Permission::ViewAttempts, quiz)?;
    let after = after.map(|(user, attempt)| ((quiz.id, user), attempt));
    let after = after.as_ref().map(|(key, attempt)| (key, attempt));
    let mut rows = Vec::new();
    for (_, attempt) in read.index_keys::<AttemptsByQuiz>(&(quiz.id,), after, limit)? {
        rows.push(row(read, attempt)?);
    }
    Ok(rows)
}
