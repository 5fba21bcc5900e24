//! Handing in: by the learner, by the deadline or by a supervisor. Marks by the keys, the learner's standing and the
//! gradebook follow in the same transaction.

use std::sync::Arc;

use super::log::{self, Happened};
use super::marks::Marks;
use super::material::{self, Material};
use super::{Attempt, AttemptHead, AttemptState, DueAttempts, FinishedBy, live, result};
use crate::clock::Timestamp;
use crate::domain::access::Actor;
use crate::domain::ids::{AttemptId, UserId};
use crate::domain::quiz;
use crate::domain::refusal::Refusal;
use crate::store::{Read, Topic, Txn};

/// Tells the scheduler that something may be due earlier than it knows.
pub const SCHEDULE_TOPIC: Topic = Topic::new(SCHEDULE_KIND, 0);
const SCHEDULE_KIND: u8 = 40;

/// Marks that were worked out beside the writer, good for one state of the attempt.
#[derive(Debug, Clone)]
pub struct Prepared {
    saves: u32,
    marks: Marks,
}

impl Prepared {
    /// Marks what was read.
    pub fn of(material: &Material) -> Self {
        Self { saves: material.saves, marks: material::mark(material) }
    }
}

/// What marking the learner's attempt needs; `None` when it is handed in already.
pub fn read_own(read: &impl Read, actor: &Actor, attempt: AttemptId) -> Result<Option<Material>, Refusal> {
    let attempt = super::own(read, actor, attempt)?;
    read_running(read, attempt)
}

/// What marking an attempt needs; `None` when it is handed in already.
pub fn read_running(read: &impl Read, attempt: Arc<Attempt>) -> Result<Option<Material>, Refusal> {
    let head = super::head(read, attempt.id)?;
    if head.is_running() { material::material(read, attempt, &head).map(Some) } else { Ok(None) }
}

/// Hands in the learner's attempt. Safe to repeat: what is handed in stays as it is.
pub fn submit(
    txn: &mut Txn<'_>,
    actor: &Actor,
    attempt: AttemptId,
    prepared: Option<Prepared>,
) -> Result<(), Refusal> {
    let attempt = super::own(txn, actor, attempt)?;
    if hand_in_if_overdue(txn, actor.now, attempt.id, prepared.clone())? {
        return Ok(());
    }
    let head = super::head(txn, attempt.id)?;
    if head.is_running() {
        let ending =
            Ending { at: actor.now, noticed: actor.now, by: FinishedBy::Learner, who: Some(actor.user) };
        finish(txn, &attempt, &head, ending, prepared)?;
    }
    Ok(())
}

/// Hands in an attempt whose time is over, as of its deadline. Was it running and overdue?
pub fn hand_in_if_overdue(
    txn: &mut Txn<'_>,
    now: Timestamp,
    attempt: AttemptId,
    prepared: Option<Prepared>,
) -> Result<bool, Refusal> {
    let head = super::head(txn, attempt)?;
    match head.deadline {
        Some(deadline) if head.is_running() && head.is_overdue(now) => {
            let attempt = super::get(txn, attempt)?;
            let ending = Ending { at: deadline, noticed: now, by: FinishedBy::Deadline, who: None };
            finish(txn, &attempt, &head, ending, prepared)?;
            Ok(true)
        }
        _ => Ok(false),
    }
}

/// How an attempt ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ending {
    /// When it counts as handed in.
    pub(super) at: Timestamp,
    /// When that happened; later than `at` for a deadline.
    pub(super) noticed: Timestamp,
    /// By whom or what.
    pub(super) by: FinishedBy,
    /// By whom, when it was a person.
    pub(super) who: Option<UserId>,
}

/// Ends a running attempt and marks it.
pub(super) fn finish(
    txn: &mut Txn<'_>,
    attempt: &Arc<Attempt>,
    head: &AttemptHead,
    ending: Ending,
    prepared: Option<Prepared>,
) -> Result<(), Refusal> {
    let Ending { at, noticed, by, who } = ending;
    let marks = match prepared {
        Some(prepared) if prepared.saves == head.saves => prepared.marks,
        _ => material::mark(&material::material(txn, attempt.clone(), head)?),
    };
    let mut head = head.clone();
    head.state = AttemptState::Finished { at, by };
    log::write(txn, &mut head, noticed, who, Happened::Finished { by })?;
    live::tell(txn, attempt, &head);
    txn.put(head)?;
    txn.put(marks)?;
    let quiz = quiz::get(txn, attempt.quiz)?;
    result::recount(txn, &quiz, attempt.user, noticed)
}

/// Tells the scheduler of a new deadline.
pub(super) fn wake_scheduler(txn: &mut Txn<'_>, head: &AttemptHead) {
    if let Some(last) = head.last_moment() {
        txn.announce(SCHEDULE_TOPIC, Arc::new(last));
    }
}

/// Attempts whose time is over at `now`, the longest overdue first, behind `after` when given.
pub fn overdue(
    read: &impl Read,
    now: Timestamp,
    after: Option<(Timestamp, AttemptId)>,
    limit: usize,
) -> Result<Vec<(Timestamp, AttemptId)>, Refusal> {
    let after = after.as_ref().map(|(last, attempt)| (last, attempt));
    let mut due = read.index_keys::<DueAttempts>(&(), after, limit)?;
    // At its last moment an answer is still taken.
    due.retain(|(last, _)| *last < now);
    Ok(due)
}

/// When the next attempt can be handed in: the moment after its last one.
pub fn next_due(read: &impl Read) -> Result<Option<Timestamp>, Refusal> {
    let first = read.index_keys::<DueAttempts>(&(), None, 1)?;
    Ok(first.first().map(|(last, _)| last.plus(std::time::Duration::from_millis(1))))
}
