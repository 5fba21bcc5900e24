//! What supervisors do to attempts: extend, close, reopen, and give back time that the server lost.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::log::{self, Happened};
use super::marks::Marks;
use super::submit::{self, Ending, Prepared};
use super::{
    ATTEMPT_OVER, ATTEMPT_RUNNING, Attempt, AttemptHead, AttemptState, ExpiredAttempts, FinishedBy,
    NO_DEADLINE, RunningAttempts, follow, live, result,
};
use crate::clock::Timestamp;
use crate::domain::access::{self, Actor, Permission, Scope};
use crate::domain::course::COURSE_ARCHIVED;
use crate::domain::faults::{each, together};
use crate::domain::ids::{AttemptId, QuizId};
use crate::domain::limits::{REASON_LETTERS, is_longer};
use crate::domain::quiz::{self, Quiz};
use crate::domain::refusal::{Refusal, invalid};
use crate::domain::standing::Standing;
use crate::domain::{audit, course};
use crate::store::{Exactly, Read, Record, Table, Txn};

/// Longest extension in one go: a day; a typo in minutes must not hand out weeks.
pub const MAX_EXTENSION_MS: u64 = 24 * 60 * 60 * 1000;

/// The farthest end of an attempt that is reopened: take-home work has weeks, and nobody means a year by mistake.
const LONGEST_REOPENED: Duration = Duration::from_hours(366 * 24);

/// More time, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    by: Duration,
    reason: String,
    reference: u64,
    begun_before: Option<Timestamp>,
}

impl Extension {
    /// From the outside. `reference` names the extension: an attempt takes each one once, however often it is sent.
    pub fn parse(extra_ms: u64, reason: String, reference: u64) -> Result<Self, Refusal> {
        let (by, reason) = together((parse_extra(extra_ms), parse_reason(reason)))?;
        Ok(Self { by, reason, reference, begun_before: None })
    }

    /// Only for attempts that had begun before then.
    #[must_use]
    pub fn of_those_begun_before(self, end: Timestamp) -> Self {
        Self { begun_before: Some(end), ..self }
    }

    fn is_for(&self, attempt: &Attempt) -> bool {
        self.begun_before.is_none_or(|end| attempt.started < end)
    }

    /// Did the attempt have it already?
    fn is_taken(&self, read: &impl Read, head: &AttemptHead) -> Result<bool, Refusal> {
        // Earlier the head alone knew the last one, and nought was none.
        let last = head.extension != 0 && head.extension == self.reference;
        Ok(last || read.exists::<TakenExtension>(&(head.attempt, self.reference))?)
    }

    fn take(&self, txn: &mut Txn<'_>, attempt: AttemptId, at: Timestamp) -> Result<(), Refusal> {
        Ok(txn.put(TakenExtension { attempt, reference: self.reference, at })?)
    }
}

/// An extension that an attempt took, so that it takes it once, whatever others came in between.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenExtension {
    /// The attempt.
    pub attempt: AttemptId,
    /// The name of the extension.
    pub reference: u64,
    /// When it was taken.
    pub at: Timestamp,
}

impl Record for TakenExtension {
    const TABLE: Table = Table { tag: 107, name: "taken extension" };
    const VERSION: u8 = 1;
    type Key = (AttemptId, u64);

    fn key(&self) -> Self::Key {
        (self.attempt, self.reference)
    }
}

/// Time that is given in one go, from the outside.
pub fn parse_extra(extra_ms: u64) -> Result<Duration, Refusal> {
    if extra_ms == 0 || extra_ms > MAX_EXTENSION_MS {
        return Err(invalid("/extra_ms", format!("is not between 1 and {MAX_EXTENSION_MS}")));
    }
    Ok(Duration::from_millis(extra_ms))
}

/// Checks the length of a reason.
pub fn parse_reason(reason: String) -> Result<String, Refusal> {
    if is_longer(&reason, REASON_LETTERS) {
        return Err(invalid("/reason", format!("is longer than {REASON_LETTERS} characters")));
    }
    Ok(reason)
}

fn extend_head(
    txn: &mut Txn<'_>,
    actor: &Actor,
    attempt: &Attempt,
    head: &AttemptHead,
    extension: &Extension,
) -> Result<bool, Refusal> {
    let Some(deadline) = head.deadline else { return Ok(false) };
    if !head.is_running() || !extension.is_for(attempt) || extension.is_taken(txn, head)? {
        return Ok(false);
    }
    extension.take(txn, head.attempt, actor.now)?;
    move_deadline(txn, actor, attempt, head, Some(deadline.plus(extension.by)), extension.reason.clone())?;
    Ok(true)
}

/// Gives a running attempt another deadline, and says so in its log.
pub(super) fn move_deadline(
    txn: &mut Txn<'_>,
    actor: &Actor,
    attempt: &Attempt,
    head: &AttemptHead,
    to: Option<Timestamp>,
    reason: String,
) -> Result<(), Refusal> {
    let mut head = head.clone();
    let what = Happened::Extended { from: head.deadline, to, reason };
    head.deadline = to;
    log::write(txn, &mut head, actor.now, actor.account(), what)?;
    live::tell(txn, attempt, &head);
    submit::wake_scheduler(txn, &head);
    Ok(txn.put(head)?)
}

/// Gives one running attempt more time. Did it change (not when it had this extension already)?
pub fn extend(
    txn: &mut Txn<'_>,
    actor: &Actor,
    attempt: AttemptId,
    extension: &Extension,
) -> Result<bool, Refusal> {
    let attempt = super::require(txn, actor, Permission::SuperviseAttempts, attempt)?;
    let head = follow::up_to_date(txn, attempt.id, actor.now)?;
    if !head.is_running() {
        return Err(ATTEMPT_OVER.refuse("the attempt is handed in; reopen it to give more time"));
    }
    if head.deadline.is_none() {
        return Err(NO_DEADLINE.refuse("the attempt runs until it is handed in or closed"));
    }
    let changed = extend_head(txn, actor, &attempt, &head, extension)?;
    if changed {
        let detail = format!("{} ms: {}", extension.by.as_millis(), extension.reason);
        audit::note(
            txn,
            actor,
            "attempt.extend",
            Some(attempt.course),
            format!("attempt {}", attempt.id),
            detail,
        )?;
    }
    Ok(changed)
}

/// Running attempts of a quiz behind `after`, for working through them page by page.
pub fn running_in_quiz(
    read: &impl Read,
    quiz: QuizId,
    after: Option<AttemptId>,
    limit: usize,
) -> Result<Vec<AttemptId>, Refusal> {
    let after = after.as_ref().map(|attempt| (&quiz, attempt));
    let found = read.index_keys::<RunningAttempts>(&Exactly(quiz), after, limit)?;
    Ok(found.into_iter().map(|(_, attempt)| attempt).collect())
}

/// Refuses time given back in a quiz that is not there, which would reach nobody, or since a time that is still to come.
pub fn check_gift(
    read: &impl Read,
    actor: &Actor,
    quiz: Option<QuizId>,
    since: Option<Timestamp>,
) -> Result<(), Refusal> {
    access::require(read, actor, Permission::ManageSite, Scope::Site)?;
    let quiz = match quiz {
        Some(id) if !read.exists::<Quiz>(&id)? => Err(invalid("/quiz", "names no quiz")),
        _ => Ok(()),
    };
    let since = match since {
        Some(since) if since > actor.now => Err(invalid("/reopen_expired_since", "is in the future")),
        _ => Ok(()),
    };
    together((quiz, since)).map(drop)
}

/// Running attempts of one quiz or of all, behind `after`, for who manages the site.
pub fn running(
    read: &impl Read,
    actor: &Actor,
    quiz: Option<QuizId>,
    after: Option<(QuizId, AttemptId)>,
    limit: usize,
) -> Result<Vec<(QuizId, AttemptId)>, Refusal> {
    access::require(read, actor, Permission::ManageSite, Scope::Site)?;
    if let Some(quiz) = quiz {
        let found = running_in_quiz(read, quiz, after.map(|(_, attempt)| attempt), limit)?;
        return Ok(found.into_iter().map(|attempt| (quiz, attempt)).collect());
    }
    let after = after.as_ref().map(|(quiz, attempt)| (quiz, attempt));
    Ok(read.index_keys::<RunningAttempts>(&(), after, limit)?)
}

/// Gives these attempts of a quiz more time: those of them that run. How many changed?
pub fn extend_some(
    txn: &mut Txn<'_>,
    actor: &Actor,
    quiz: QuizId,
    attempts: &[AttemptId],
    extension: &Extension,
) -> Result<u32, Refusal> {
    let quiz = quiz::require(txn, actor, Permission::SuperviseAttempts, quiz)?;
    let extended = extend_each(txn, actor, attempts.iter().map(|attempt| (quiz.id, *attempt)), extension)?;
    let changed = extended.len();
    if changed > 0 {
        let detail = format!("{changed} attempts, {} ms: {}", extension.by.as_millis(), extension.reason);
        audit::note(txn, actor, "attempt.extend", Some(quiz.course), format!("quiz {}", quiz.id), detail)?;
    }
    Ok(u32::try_from(changed).unwrap_or(u32::MAX))
}

/// Refuses attempts that are of another quiz, each at its place.
pub fn check_named(read: &impl Read, quiz: QuizId, attempts: &[AttemptId]) -> Result<(), Refusal> {
    each(attempts.iter().enumerate().map(|(at, attempt)| {
        if super::get(read, *attempt)?.quiz == quiz {
            return Ok(());
        }
        Err(invalid(format!("/attempts/{at}"), format!("has attempt {attempt}, which is of another quiz")))
    }))
    .map(drop)
}

/// Gives attempts anywhere more time, by each of these. For who manages the site. How many changed?
pub fn give_back(
    txn: &mut Txn<'_>,
    actor: &Actor,
    attempts: &[(QuizId, AttemptId)],
    extensions: &[Extension],
) -> Result<u32, Refusal> {
    access::require(txn, actor, Permission::ManageSite, Scope::Site)?;
    let mut changed = BTreeSet::new();
    for extension in extensions {
        let extended = extend_each(txn, actor, attempts.iter().copied(), extension)?;
        if !extended.is_empty() {
            let (count, ms) = (extended.len(), extension.by.as_millis());
            let detail = format!("{count} attempts, {ms} ms: {}", extension.reason);
            audit::note(txn, actor, "attempt.give_back", None, "all running attempts", detail)?;
        }
        changed.extend(extended);
    }
    Ok(u32::try_from(changed.len()).unwrap_or(u32::MAX))
}

/// A place among attempts that their deadline ended.
pub type ExpiredPlace = (Timestamp, AttemptId);

/// Attempts that their deadline ended at `since` or later, of one quiz or of all, behind `after`. Of up to `limit` that
/// are looked at, and where to go on.
pub fn expired(
    read: &impl Read,
    actor: &Actor,
    quiz: Option<QuizId>,
    since: Timestamp,
    after: Option<ExpiredPlace>,
    limit: usize,
) -> Result<(Vec<AttemptId>, Option<ExpiredPlace>), Refusal> {
    access::require(read, actor, Permission::ManageSite, Scope::Site)?;
    // Ids begin at 1.
    let (time, attempt) = after.unwrap_or((since, AttemptId(0)));
    let found = read.index_keys::<ExpiredAttempts>(&(), Some((&time, &attempt)), limit)?;
    let next = if found.len() < limit { None } else { found.last().copied() };
    let mut attempts = Vec::new();
    for (_, attempt) in found {
        if quiz.is_none_or(|quiz| super::head(read, attempt).is_ok_and(|head| head.quiz == quiz)) {
            attempts.push(attempt);
        }
    }
    Ok((attempts, next))
}

/// Lets learners go on whose deadline passed while the server was down, as if they had been given the time before, all of it together:
/// where the new deadline is still to come, nothing else of the quiz runs, and the course is not over. How many were reopened?
pub fn revive(
    txn: &mut Txn<'_>,
    actor: &Actor,
    attempts: &[AttemptId],
    extensions: &[Extension],
) -> Result<u32, Refusal> {
    access::require(txn, actor, Permission::ManageSite, Scope::Site)?;
    let mut revived: BTreeMap<(u128, &str), u32> = BTreeMap::new();
    for id in attempts {
        let head = super::head(txn, *id)?;
        let AttemptState::Finished { by: FinishedBy::Deadline, at } = head.state else { continue };
        let attempt = super::get(txn, *id)?;
        let owed = owed_of(txn, extensions, &attempt, &head)?;
        let Some(last) = owed.last() else { continue };
        let by: Duration = owed.iter().map(|extension| extension.by).sum();
        let until = at.plus(by);
        let standing = txn.get::<Standing>(&(attempt.course, attempt.user, attempt.quiz))?;
        let busy = standing.is_some_and(|standing| standing.running.is_some());
        if busy || until <= actor.now || is_over(txn, &attempt)? {
            continue;
        }
        for extension in &owed {
            extension.take(txn, *id, actor.now)?;
        }
        run_again(txn, actor, &attempt, head.as_ref().clone(), Some(until), last.reason.clone())?;
        *revived.entry((by.as_millis(), &last.reason)).or_default() += 1;
    }
    for ((ms, reason), count) in &revived {
        let detail = format!("{count} attempts, {ms} ms: {reason}");
        audit::note(txn, actor, "attempt.give_back", None, "expired attempts", detail)?;
    }
    Ok(revived.values().sum())
}

/// Those that are for an attempt and that it has not taken yet.
fn owed_of<'e>(
    read: &impl Read,
    extensions: &'e [Extension],
    attempt: &Attempt,
    head: &AttemptHead,
) -> Result<Vec<&'e Extension>, Refusal> {
    let mut owed = Vec::new();
    for extension in extensions.iter().filter(|extension| extension.is_for(attempt)) {
        if !extension.is_taken(read, head)? {
            owed.push(extension);
        }
    }
    Ok(owed)
}

/// Is the course of an attempt over? Then nobody goes on with what was handed in.
fn is_over(read: &impl Read, attempt: &Attempt) -> Result<bool, Refusal> {
    Ok(course::get(read, attempt.course)?.status.is_over())
}

/// Makes a finished attempt run, without its marks.
fn run_again(
    txn: &mut Txn<'_>,
    actor: &Actor,
    attempt: &Attempt,
    mut head: AttemptHead,
    until: Option<Timestamp>,
    reason: String,
) -> Result<(), Refusal> {
    head.state = AttemptState::Running;
    head.deadline = until;
    log::write(txn, &mut head, actor.now, actor.account(), Happened::Reopened { until, reason })?;
    live::tell(txn, attempt, &head);
    submit::wake_scheduler(txn, &head);
    txn.put(head)?;
    txn.delete::<Marks>(&attempt.id)?;
    let quiz = quiz::get(txn, attempt.quiz)?;
    result::recount(txn, &quiz, attempt.user)
}

fn extend_each(
    txn: &mut Txn<'_>,
    actor: &Actor,
    attempts: impl Iterator<Item = (QuizId, AttemptId)>,
    extension: &Extension,
) -> Result<Vec<AttemptId>, Refusal> {
    let mut changed = Vec::new();
    for (quiz, attempt) in attempts {
        let attempt = super::get(txn, attempt)?;
        // [`check_named`] says it at its place before; here it holds that a right in one quiz reaches no other.
        if attempt.quiz != quiz {
            return Err(invalid(
                "/attempts",
                format!("has attempt {}, which is of another quiz", attempt.id),
            ));
        }
        let head = follow::up_to_date(txn, attempt.id, actor.now)?;
        if extend_head(txn, actor, &attempt, &head, extension)? {
            changed.push(attempt.id);
        }
    }
    Ok(changed)
}

/// Hands in a running attempt as it is. Safe to repeat.
pub fn close(
    txn: &mut Txn<'_>,
    actor: &Actor,
    attempt: AttemptId,
    prepared: Option<Prepared>,
) -> Result<(), Refusal> {
    let attempt = super::require(txn, actor, Permission::SuperviseAttempts, attempt)?;
    let head = follow::caught_up(txn, attempt.id, actor.now)?;
    if !head.is_running() {
        return Ok(());
    }
    let ending = Ending::of(&head, actor, FinishedBy::Supervisor);
    if ending.by == FinishedBy::Supervisor {
        audit::note(
            txn,
            actor,
            "attempt.close",
            Some(attempt.course),
            format!("attempt {}", attempt.id),
            "",
        )?;
    }
    submit::finish(txn, &attempt, &head, ending, prepared)
}

/// Lets a learner go on with an attempt that was handed in, until `until`. Marks by hand stay where the answer does; where
/// it is another one, the response waits for a mark once more. Everything is marked again when it is handed in.
pub fn reopen(
    txn: &mut Txn<'_>,
    actor: &Actor,
    attempt: AttemptId,
    until: Option<Timestamp>,
    reason: String,
) -> Result<(), Refusal> {
    let attempt = super::require(txn, actor, Permission::SuperviseAttempts, attempt)?;
    if is_over(txn, &attempt)? {
        return Err(COURSE_ARCHIVED.refuse("the course is archived: attempts that were handed in stay so"));
    }
    let head = super::head(txn, attempt.id)?;
    if head.is_running() {
        return Err(ATTEMPT_RUNNING.refuse("the attempt runs; extend it to give more time"));
    }
    let standing = txn.get::<Standing>(&(attempt.course, attempt.user, attempt.quiz))?;
    if let Some(other) = standing.and_then(|standing| standing.running) {
        return Err(ATTEMPT_RUNNING.refuse(format!("the learner works on attempt {other} of this quiz")));
    }
    if until.is_some_and(|until| until <= actor.now || actor.now.plus(LONGEST_REOPENED) < until) {
        return Err(invalid("/until", "is not in the future and within 366 days"));
    }
    let described = until.map_or_else(|| "without end".to_owned(), |until| format!("until {until}"));
    let subject = format!("attempt {}", attempt.id);
    let detail = format!("{described}: {reason}");
    audit::note(txn, actor, "attempt.reopen", Some(attempt.course), subject, detail)?;
    run_again(txn, actor, &attempt, head.as_ref().clone(), until, reason)
}
