//! Attempts that run follow their quiz: when its times, somebody's exception or somebody's groups change, who has more time by
//! that gets it. Nobody gets less: whoever wants an attempt to end earlier closes it.
//!
//! That attempts may be behind is noted with the change itself ([`Behind`]), so that a change stands or falls with it. The
//! attempts are changed behind that, some per transaction, and it may be done again at any time: only who is behind is changed.
//! Whatever keeps it from being done at once (the program stops, the store is full), the schedule does it later, before it
//! hands in what is overdue.
//!
//! What a supervisor said of one attempt counts before what is changed for many: reopened without an end it has none, and
//! reopened for a while it gets more time by a later change only.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::log::Happened;
use super::submit::SCHEDULE_TOPIC;
use super::supervise::{move_deadline, running_in_quiz};
use super::{Attempt, AttemptEvent, AttemptHead, RUNNING_IN_QUIZ};
use crate::clock::Timestamp;
use crate::domain::access::Actor;
use crate::domain::ids::{AttemptId, CourseId, GroupId, QuizId, UserId};
use crate::domain::quiz::overrides::{OverrideKey, quizzes_of_group};
use crate::domain::quiz::{self, Override, Quiz, Who};
use crate::domain::refusal::Refusal;
use crate::domain::standing::Standing;
use crate::domain::{audit, group};
use crate::store::{Counter, Read, Record, StoreError, Table, Txn};

/// Why, in the log of each attempt and in the audit trail.
pub const REASON: &str = "the quiz has other times now";

/// What stands in a key for everybody, beside 0 for a learner and 1 for a group.
const EVERYBODY: u8 = 2;

/// Attempts of a quiz that run may be behind what was changed. It is there until they are not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Behind {
    /// The quiz.
    pub quiz: QuizId,
    /// Whose attempts; everybody's when absent.
    pub whose: Option<Who>,
    /// When it was changed last.
    pub at: Timestamp,
    /// By whom.
    pub by: UserId,
    /// Tells one change from the next.
    pub change: u64,
}

impl Record for Behind {
    const TABLE: Table = Table { tag: 109, name: "attempts that may be behind" };
    const VERSION: u8 = 1;
    type Key = OverrideKey;

    fn key(&self) -> Self::Key {
        match self.whose {
            Some(who) => Override::key_of(self.quiz, who),
            None => (self.quiz, EVERYBODY, 0),
        }
    }
}

/// Does anybody's attempt run who may be behind?
fn runs(read: &impl Read, course: CourseId, quiz: QuizId, whose: Option<Who>) -> Result<bool, StoreError> {
    match whose {
        Some(Who::User(user)) => Ok(running(read, course, quiz, user)?.is_some()),
        Some(Who::Group(_)) | None => Ok(read.counter(&Counter::new(RUNNING_IN_QUIZ, &quiz))? > 0),
    }
}

fn running(
    read: &impl Read,
    course: CourseId,
    quiz: QuizId,
    user: UserId,
) -> Result<Option<AttemptId>, StoreError> {
    let standing = read.get::<Standing>(&(course, user, quiz))?;
    Ok(standing.and_then(|standing| standing.running))
}

/// Notes that a change of a quiz in this transaction gives other times: to everybody, a learner or a group.
pub fn note(
    txn: &mut Txn<'_>,
    actor: &Actor,
    (course, quiz): (CourseId, QuizId),
    whose: Option<Who>,
) -> Result<bool, Refusal> {
    let runs = runs(txn, course, quiz, whose)?;
    if runs {
        let change = txn.new_id()?;
        txn.put(Behind { quiz, whose, at: actor.now, by: actor.user, change })?;
    }
    Ok(runs)
}

/// Notes that these people came into a group or left it, which may have other times in quizzes.
pub fn note_members(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: CourseId,
    group: GroupId,
    users: &[UserId],
) -> Result<(), Refusal> {
    let mut noted = false;
    for quiz in quizzes_of_group(txn, group)? {
        if !runs(txn, course, quiz, None)? {
            continue;
        }
        for user in users {
            noted |= note(txn, actor, (course, quiz), Some(Who::User(*user)))?;
        }
    }
    if noted {
        txn.announce(SCHEDULE_TOPIC, Arc::new(actor.now));
    }
    Ok(())
}

/// What is noted of one quiz or of all, behind `after`.
pub fn noted(
    read: &impl Read,
    quiz: Option<QuizId>,
    after: Option<&OverrideKey>,
    limit: usize,
) -> Result<Vec<Behind>, Refusal> {
    Ok(match quiz {
        Some(quiz) => read.list::<Behind>(&(quiz,), after, limit)?,
        None => read.list::<Behind>(&(), after, limit)?,
    })
}

/// The deadline of a running attempt by what its learner's terms are now.
fn deadline_now(
    read: &impl Read,
    quiz: &Quiz,
    head: &AttemptHead,
    behind: &Behind,
) -> Result<Deadline, Refusal> {
    let attempt = super::get(read, head.attempt)?;
    let terms = quiz::terms(read, quiz, attempt.user)?;
    let given = terms.deadline(attempt.started);
    let to = match (head.deadline, given) {
        (Some(has), Some(given)) => Some(has.max(given)),
        (Some(_), None) => None,
        // It never had an end. Of a time limit that it had passed already it hears nothing, of the close it does.
        (None, given) => [given, terms.closes].into_iter().flatten().find(|end| behind.at <= *end),
    };
    Ok(Deadline { attempt, to })
}

struct Deadline {
    attempt: Arc<Attempt>,
    to: Option<Timestamp>,
}

fn concerns(read: &impl Read, behind: &Behind, attempt: &Attempt) -> Result<bool, Refusal> {
    let is_theirs = match behind.whose {
        None => true,
        Some(Who::User(user)) => attempt.user == user,
        Some(Who::Group(group)) => group::of_user(read, attempt.course, attempt.user)?.contains(&group),
    };
    if !is_theirs {
        return Ok(false);
    }
    let events = read.list_back::<AttemptEvent>(&(attempt.id,), None, usize::MAX)?;
    let reopened = events.iter().find_map(|event| match event.what {
        Happened::Reopened { until, .. } => Some((event.at, until)),
        _ => None,
    });
    Ok(match reopened {
        None => true,
        Some((_, None)) => false,
        Some((at, Some(_))) => at <= behind.at,
    })
}

/// An attempt that is behind, with the entries in its log when it was found so: while there are no more, nobody reopened it.
pub type Late = (AttemptId, u32);

/// Of the next `limit` running attempts that a note is about those that are behind, and where to go on.
pub fn late(
    read: &impl Read,
    behind: &Behind,
    after: Option<AttemptId>,
    limit: usize,
) -> Result<(Vec<Late>, Option<AttemptId>), Refusal> {
    let Some(quiz) = read.get::<Quiz>(&behind.quiz)? else { return Ok((Vec::new(), None)) };
    let (attempts, next) = match behind.whose {
        Some(Who::User(user)) => (Vec::from_iter(running(read, quiz.course, quiz.id, user)?), None),
        Some(Who::Group(_)) | None => {
            let attempts = running_in_quiz(read, quiz.id, after, limit)?;
            let next = attempts.last().copied().filter(|_| attempts.len() == limit);
            (attempts, next)
        }
    };
    let mut late = Vec::new();
    for id in attempts {
        let head = super::head(read, id)?;
        let Deadline { attempt, to } = deadline_now(read, &quiz, &head, behind)?;
        if to != head.deadline && concerns(read, behind, &attempt)? {
            late.push((id, head.events));
        }
    }
    Ok((late, next))
}

/// A step of what was noted.
#[derive(Debug, Clone)]
pub struct Step {
    /// The note.
    pub behind: Behind,
    /// Attempts that are behind.
    pub attempts: Vec<Late>,
    /// All others that it is about have followed.
    pub last: bool,
}

/// Gives attempts the deadline that they have by now, and takes away the notes that are done. In the name of who made the change;
/// it had their right.
pub fn catch_up(txn: &mut Txn<'_>, now: Timestamp, steps: &[Step]) -> Result<(), Refusal> {
    let mut changed: BTreeMap<(QuizId, UserId), usize> = BTreeMap::new();
    for Step { behind, attempts, last } in steps {
        let by = Actor::person(behind.by, now);
        for (id, events) in attempts {
            let (head, quiz) = (super::head(txn, *id)?, quiz::get(txn, behind.quiz)?);
            if !head.is_running() || head.quiz != quiz.id {
                continue;
            }
            let Deadline { attempt, to } = deadline_now(txn, &quiz, &head, behind)?;
            let as_found = head.events == *events;
            if to != head.deadline && (as_found || concerns(txn, behind, &attempt)?) {
                move_deadline(txn, &by, &attempt, &head, to, REASON.to_owned())?;
                *changed.entry((quiz.id, behind.by)).or_default() += 1;
            }
        }
        // Unless there was another change meanwhile, which some of them may not have seen.
        if *last && txn.get::<Behind>(&behind.key())?.as_deref() == Some(behind) {
            txn.delete::<Behind>(&behind.key())?;
        }
    }
    for ((quiz, by), count) in changed {
        let course = quiz::get(txn, quiz)?.course;
        let (subject, detail) = (format!("quiz {quiz}"), format!("{count} attempts: {REASON}"));
        audit::note(txn, &Actor::person(by, now), "attempt.follow", Some(course), subject, detail)?;
    }
    Ok(())
}
