//! Attempts that run follow their quiz: when its times or somebody's exception change, who has more time by them gets it.
//! Nobody gets less: whoever wants an attempt to end earlier closes it.
//!
//! It is done behind the change, some attempts per transaction, and may be done again at any time: only who is behind is
//! changed. So when the program stops in between, the next change of the quiz or of an exception catches those that are left.

use super::log::Happened;
use super::supervise::{move_deadline, running_in_quiz};
use super::{Attempt, AttemptEvent, AttemptHead};
use crate::clock::Timestamp;
use crate::domain::access::{Actor, Permission};
use crate::domain::ids::{AttemptId, QuizId};
use crate::domain::quiz::{self, Quiz, Who};
use crate::domain::refusal::Refusal;
use crate::domain::{audit, group};
use crate::store::{Read, Txn};

/// Why, in the log of each attempt and in the audit trail.
pub const REASON: &str = "the quiz has other times now";

/// What changed, so whose attempts may be behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The times of the quiz.
    Times,
    /// Something else in the quiz. What supervisors reopened ends when they said.
    Other,
    /// Somebody's exception.
    Exception(Who),
}

/// The deadline of a running attempt by what its learner's terms are now.
fn deadline_now(
    read: &impl Read,
    quiz: &Quiz,
    head: &AttemptHead,
    now: Timestamp,
) -> Result<Deadline, Refusal> {
    let attempt = super::get(read, head.attempt)?;
    let terms = quiz::terms(read, quiz, attempt.user)?;
    let given = terms.deadline(attempt.started);
    let to = match (head.deadline, given) {
        (Some(has), Some(given)) => Some(has.max(given)),
        (Some(_), None) => None,
        // It never had an end. Of a time limit that it has passed already it hears nothing, of the close it does.
        (None, given) => [given, terms.closes].into_iter().flatten().find(|end| now <= *end),
    };
    Ok(Deadline { attempt, to })
}

struct Deadline {
    attempt: std::sync::Arc<Attempt>,
    to: Option<Timestamp>,
}

fn concerns(read: &impl Read, change: Change, attempt: &Attempt) -> Result<bool, Refusal> {
    Ok(match change {
        Change::Times => true,
        Change::Other => {
            let events = read.list::<AttemptEvent>(&(attempt.id,), None, usize::MAX)?;
            !events.iter().any(|event| matches!(event.what, Happened::Reopened { .. }))
        }
        Change::Exception(Who::User(user)) => attempt.user == user,
        Change::Exception(Who::Group(group)) => {
            group::of_user(read, attempt.course, attempt.user)?.contains(&group)
        }
    })
}

/// Those of the next `limit` running attempts of a quiz that are behind, and where to go on.
pub fn behind(
    read: &impl Read,
    quiz: QuizId,
    change: Change,
    now: Timestamp,
    after: Option<AttemptId>,
    limit: usize,
) -> Result<(Vec<AttemptId>, Option<AttemptId>), Refusal> {
    let mut attempts = running_in_quiz(read, quiz, after, limit)?;
    let next = attempts.last().copied().filter(|_| attempts.len() == limit);
    let quiz = quiz::get(read, quiz)?;
    let mut late = Vec::new();
    for id in attempts.drain(..) {
        let head = super::head(read, id)?;
        let Deadline { attempt, to } = deadline_now(read, &quiz, &head, now)?;
        if to != head.deadline && concerns(read, change, &attempt)? {
            late.push(id);
        }
    }
    Ok((late, next))
}

/// Gives these attempts of a quiz the deadline that they have by now.
pub fn catch_up(
    txn: &mut Txn<'_>,
    actor: &Actor,
    quiz: QuizId,
    attempts: &[AttemptId],
) -> Result<(), Refusal> {
    let quiz = quiz::require(txn, actor, Permission::EditQuiz, quiz)?;
    let mut changed = 0;
    for id in attempts {
        let head = super::head(txn, *id)?;
        if !head.is_running() || head.quiz != quiz.id {
            continue;
        }
        let Deadline { attempt, to } = deadline_now(txn, &quiz, &head, actor.now)?;
        if to != head.deadline {
            move_deadline(txn, actor, &attempt, &head, to, REASON.to_owned())?;
            changed += 1;
        }
    }
    if changed == 0 {
        return Ok(());
    }
    let detail = format!("{changed} attempts: {REASON}");
    audit::note(txn, actor, "attempt.follow", Some(quiz.course), format!("quiz {}", quiz.id), detail)
}
