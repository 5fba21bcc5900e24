//! Handing in: by the learner, by the deadline or by a supervisor. Marks by the keys, the learner's standing and the
//! gradebook follow in the same transaction.

use std::sync::Arc;

use super::log::{self, Happened};
use super::marks::Marks;
use super::material::{self, Material};
use super::{Attempt, AttemptHead, AttemptState, DueAttempts, FinishedBy, follow, live, result};
use crate::clock::Timestamp;
use crate::domain::access::Actor;
use crate::domain::course::Course;
use crate::domain::ids::{AttemptId, UserId};
use crate::domain::outline::ToDo;
use crate::domain::refusal::Refusal;
use crate::domain::standing::Standing;
use crate::domain::xapi::keep::Ready;
use crate::domain::xapi::own::attempt::Scene;
use crate::domain::xapi::own::{self, Voice};
use crate::domain::{content, course, progress, quiz};
use crate::store::{Read, Topic, Txn};

/// Tells the scheduler that something may be due earlier than it knows.
pub const SCHEDULE_TOPIC: Topic = Topic::new(SCHEDULE_KIND, 0);
const SCHEDULE_KIND: u8 = 40;

/// What handing in needs, read in one go.
#[derive(Debug, Clone)]
pub struct ToHandIn {
    material: Material,
    /// When it will count as handed in.
    at: Timestamp,
    /// What telling of it needs, where its course keeps learning records.
    scene: Option<Scene>,
    /// What there is to do in the course, where that is told too.
    to_do: Option<ToDo>,
}

impl ToHandIn {
    fn read(
        read: &impl Read,
        attempt: Arc<Attempt>,
        head: &AttemptHead,
        ending: Moment,
    ) -> Result<Self, Refusal> {
        let scene = Scene::of(read, &attempt, ending.noticed)?;
        let to_do = match &scene {
            Some(_) if tells_progress(read, &attempt, 0)? => {
                progress::to_do(read, &*course::get(read, attempt.course)?, attempt.user, ending.noticed)
            }
            _ => None,
        };
        Ok(Self { material: material::material(read, attempt, head)?, at: ending.at, scene, to_do })
    }
}

/// What was worked out beside the writer: marks, and what is told. Good for one state of the attempt and one paper, which a
/// regrade changes.
#[derive(Debug, Clone)]
pub struct Prepared {
    attempt: Arc<Attempt>,
    state: (u32, u32),
    at: Timestamp,
    marks: Marks,
    told: Option<Vec<Ready>>,
    to_do: Option<ToDo>,
}

impl Prepared {
    /// Marks what was read.
    pub fn of(read: &ToHandIn) -> Result<Self, Refusal> {
        let ToHandIn { material, at, scene, to_do } = read;
        let marks = material::mark(material);
        let told = scene.as_ref().map(|scene| {
            scene.handed_in(material, &marks, *at).unwrap_or_else(|refusal| {
                own::not_told("a hand-in", &refusal);
                Vec::new()
            })
        });
        let (attempt, state) = (material.attempt.clone(), material.state);
        Ok(Self { attempt, state, at: *at, marks, told, to_do: to_do.clone() })
    }

    /// How many statements are told of it.
    pub fn told(&self) -> usize {
        self.told.as_ref().map_or(0, Vec::len)
    }
}

/// What handing in the learner's attempt needs; `None` when it is handed in already.
pub fn read_own(read: &impl Read, actor: &Actor, attempt: AttemptId) -> Result<Option<ToHandIn>, Refusal> {
    let attempt = super::own(read, actor, attempt)?;
    read_running(read, attempt, actor.now)
}

/// What handing in an attempt at `now` needs; `None` when it is handed in already.
pub fn read_running(
    read: &impl Read,
    attempt: Arc<Attempt>,
    now: Timestamp,
) -> Result<Option<ToHandIn>, Refusal> {
    let head = super::head(read, attempt.id)?;
    if !head.is_running() {
        return Ok(None);
    }
    ToHandIn::read(read, attempt, &head, Moment::of(&head, now)).map(Some)
}

/// Hands in the learner's attempt. Safe to repeat: what is handed in stays as it is.
pub fn submit(
    txn: &mut Txn<'_>,
    actor: &Actor,
    attempt: AttemptId,
    prepared: Option<Prepared>,
) -> Result<(), Refusal> {
    let attempt = super::own(txn, actor, attempt)?;
    let head = follow::caught_up(txn, attempt.id, actor.now)?;
    if head.is_running() {
        let ending = Ending::of(&head, actor, FinishedBy::Learner);
        finish(txn, &attempt, &head, ending, prepared)?;
    }
    Ok(())
}

/// Hands in an attempt whose time is over, as of its deadline. Was it running and overdue? One that a change of its quiz gave more
/// time gets that instead.
pub fn hand_in_if_overdue(
    txn: &mut Txn<'_>,
    now: Timestamp,
    attempt: AttemptId,
    prepared: Option<Prepared>,
) -> Result<bool, Refusal> {
    let head = follow::caught_up(txn, attempt, now)?;
    if !head.is_running() || !head.is_overdue(now) {
        return Ok(false);
    }
    let attempt = super::get(txn, attempt)?;
    finish(txn, &attempt, &head, Ending::by_deadline(Moment::of(&head, now)), prepared)?;
    Ok(true)
}

/// When an attempt ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    /// When it counts as handed in.
    pub(super) at: Timestamp,
    /// When that happened; later than `at` for a deadline.
    pub(super) noticed: Timestamp,
}

impl Moment {
    /// When an attempt counts as handed in that ends now: its deadline, when that is over.
    fn of(head: &AttemptHead, now: Timestamp) -> Self {
        Self { at: head.deadline.filter(|_| head.is_overdue(now)).unwrap_or(now), noticed: now }
    }
}

/// How an attempt ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ending {
    /// When.
    pub(super) moment: Moment,
    /// By whom or what.
    pub(super) by: FinishedBy,
    /// By whom, when it was a person.
    pub(super) who: Option<UserId>,
}

impl Ending {
    /// Of a running attempt that somebody ends now: by its deadline, when that is over.
    pub(super) fn of(head: &AttemptHead, actor: &Actor, by: FinishedBy) -> Self {
        let moment = Moment::of(head, actor.now);
        if head.is_overdue(actor.now) {
            return Self::by_deadline(moment);
        }
        Self { moment, by, who: actor.account() }
    }

    const fn by_deadline(moment: Moment) -> Self {
        Self { moment, by: FinishedBy::Deadline, who: None }
    }
}

/// Ends a running attempt and marks it.
pub(super) fn finish(
    txn: &mut Txn<'_>,
    attempt: &Arc<Attempt>,
    head: &AttemptHead,
    ending: Ending,
    prepared: Option<Prepared>,
) -> Result<(), Refusal> {
    let Ending { moment: Moment { at, noticed }, by, who } = ending;
    let course = course::get(txn, attempt.course)?;
    let good = |prepared: &Prepared| {
        let told_right = match &prepared.told {
            Some(_) => course.learning_records && prepared.at == at,
            None => !course.learning_records,
        };
        prepared.state == material::state(head) && prepared.attempt.paper == attempt.paper && told_right
    };
    let prepared = match prepared.filter(good) {
        Some(prepared) => prepared,
        None => Prepared::of(&ToHandIn::read(txn, attempt.clone(), head, ending.moment)?)?,
    };
    let mut head = head.clone();
    head.state = AttemptState::Finished { at, by };
    log::write(txn, &mut head, noticed, who, Happened::Finished { by })?;
    live::tell(txn, attempt, &head);
    txn.put(head)?;
    txn.put(prepared.marks)?;
    let quiz = quiz::get(txn, attempt.quiz)?;
    result::recount(txn, &quiz, attempt.user)?;
    prepared.told.map_or(Ok(()), |told| tell(txn, attempt, &course, noticed, told, prepared.to_do))
}

/// Is it told how far the learner is in the course? With the first attempt at a quiz of the outline: the one that is handed in with
/// so many `finished`, 0 before and 1 behind it.
fn tells_progress(read: &impl Read, attempt: &Attempt, finished: u16) -> Result<bool, Refusal> {
    let standing = read.get::<Standing>(&(attempt.course, attempt.user, attempt.quiz))?;
    let first = standing.is_some_and(|standing| standing.finished == finished);
    Ok(first && content::item_of_quiz(read, attempt.quiz)?.is_some())
}

/// Keeps what is told of an attempt that was handed in, and tells how far the learner is when it is their first.
fn tell(
    txn: &mut Txn<'_>,
    attempt: &Attempt,
    course: &Arc<Course>,
    noticed: Timestamp,
    told: Vec<Ready>,
    to_do: Option<ToDo>,
) -> Result<(), Refusal> {
    let Some(voice) = Voice::of(txn, course, attempt.user, noticed)? else { return Ok(()) };
    voice.keep(txn, told)?;
    if tells_progress(txn, attempt, 1)? {
        progress::tell(txn, course, attempt.user, noticed, to_do)?;
    }
    Ok(())
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

/// When the next attempt that is not over at `now` can be handed in: the moment after its last one.
pub fn next_due(read: &impl Read, now: Timestamp) -> Result<Option<Timestamp>, Refusal> {
    let over = (Timestamp::from_ms(now.ms() - 1), AttemptId(u64::MAX));
    let first = read.index_keys::<DueAttempts>(&(), Some((&over.0, &over.1)), 1)?;
    Ok(first.first().map(|(last, _)| last.plus(std::time::Duration::from_millis(1))))
}
