//! What the sender of statements reads and writes down: what comes next, what was taken, what was not wanted, and when it is
//! tried again.
//!
//! A position moves in the transaction that says what became of the statements before it, so a crash sends some of them twice
//! and loses none. What one store answered says nothing of another: every function here takes the target as it was when it was
//! asked, and leaves things as they are when it is gone or another by now.

use std::sync::Arc;
use std::time::Duration;

use super::edit::MAX_LETTERS;
use super::forget;
use super::{
    Chosen, DEAD_LETTERS, DeadLetter, ForwardProgress, ForwardTarget, ForwardTargetId, LettersToSend, Trouble,
};
use crate::clock::Timestamp;
use crate::domain::refusal::Refusal;
use crate::domain::xapi::query;
use crate::domain::xapi::record::{Statement, Stored};
use crate::domain::xapi::voiding;
use crate::store::{Counter, Exactly, Read, Txn};

/// Statements of one request. Others look at as many as they like; this many are taken everywhere.
pub const MAX_BATCH: usize = 50;
/// Text and files of one request, which is sent again as a whole when it fails; one statement with its files may have more.
const MAX_BATCH_BYTES: u64 = 1024 * 1024;
/// Statements looked at in one read: a millisecond or two under the lock.
const LOOK: usize = 100;
/// Statements that are counted as waiting: more are told as so many.
pub const MOST_COUNTED: usize = 1_000;
/// What an answer says is kept up to here.
const ANSWER_CHARS: usize = 500;
/// The wait behind the first failure; it doubles with each that follows.
pub const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest wait that doubling comes to.
pub const LONGEST_WAIT: Duration = Duration::from_mins(10);
/// Tries, two hours of them, behind which it is asked whether it is the statement alone that does not get through.
pub const MANY_TRIES: u32 = 20;
/// The longest wait that a target may ask for.
const LONGEST_ASKED: Duration = Duration::from_hours(24);

/// A target with how far it has come.
#[derive(Debug, Clone)]
pub struct Way {
    /// The target.
    pub target: Arc<ForwardTarget>,
    /// How far.
    pub progress: ForwardProgress,
}

/// The targets to which something may be sent, with when they are to be tried.
pub fn ways(read: &impl Read) -> Result<Vec<(ForwardTargetId, Timestamp)>, Refusal> {
    let mut ways = Vec::new();
    for target in super::edit::all(read)?.into_iter().filter(|target| !target.paused) {
        if let Some(progress) = read.get::<ForwardProgress>(&target.id)? {
            ways.push((
                target.id,
                progress.trouble.as_ref().map_or(Timestamp::EPOCH, |trouble| trouble.next),
            ));
        }
    }
    Ok(ways)
}

/// A target to which something may be sent now.
pub fn way(read: &impl Read, id: ForwardTargetId, now: Timestamp) -> Result<Option<Way>, Refusal> {
    let target = read.get::<ForwardTarget>(&id)?.filter(|target| !target.paused);
    let (Some(target), Some(progress)) = (target, read.get::<ForwardProgress>(&id)?) else {
        return Ok(None);
    };
    let later = progress.trouble.as_ref().is_some_and(|trouble| trouble.next > now);
    Ok((!later).then(|| Way { target, progress: (*progress).clone() }))
}

/// The next letter that is to be sent again, with its statement when there still is one.
pub fn letter(
    read: &impl Read,
    id: ForwardTargetId,
) -> Result<Option<(DeadLetter, Option<Statement>)>, Refusal> {
    let Some((_, key)) = read.index_keys::<LettersToSend>(&Exactly(id), None, 1)?.pop() else {
        return Ok(None);
    };
    let Some(letter) = read.get::<DeadLetter>(&key)? else { return Ok(None) };
    let statement = read.get::<Statement>(&letter.stored)?.map(|statement| (*statement).clone());
    Ok(Some(((*letter).clone(), statement)))
}

/// Statements that go out together.
#[derive(Debug, Default)]
pub struct Batch {
    /// In stored order; behind one that was voided before it came is what voids it.
    pub statements: Vec<Statement>,
    /// With these everything up to here is done; `None` when nothing is behind the place.
    pub through: Option<Stored>,
}

/// So many statements go out together: half as many with each try that failed, down to one. What comes back from a standstill is
/// not met with the most that it can bear, and of what is too much for it something gets through.
pub fn batch_size(progress: &ForwardProgress) -> usize {
    let tries = progress.trouble.as_ref().map_or(0, |trouble| trouble.tries);
    MAX_BATCH.checked_shr(tries).unwrap_or(0).max(1)
}

/// The next statements behind a place that a target is to get, `most` of them.
pub fn batch(
    read: &impl Read,
    chosen: &Chosen,
    attachments: bool,
    after: Stored,
    most: usize,
) -> Result<Batch, Refusal> {
    let mut batch = Batch::default();
    let mut bytes = 0;
    for statement in read.list::<Statement>(&(), Some(&after), LOOK)? {
        let stored = statement.stored;
        let due = due(read, chosen, statement)?;
        bytes += due.iter().map(Statement::text_bytes).sum::<u64>();
        bytes +=
            due.iter().flat_map(|one| &one.files).filter(|_| attachments).map(|file| file.bytes).sum::<u64>();
        let full = batch.statements.len() >= most || bytes > MAX_BATCH_BYTES;
        if full && !due.is_empty() && !batch.statements.is_empty() {
            break;
        }
        batch.statements.extend(due);
        batch.through = Some(stored);
    }
    Ok(batch)
}

/// What goes out when it is the turn of a statement: that, when it is selected, and behind it all that voided it before it came, which
/// may have had its turn long ago, and need not be selected.
fn due(read: &impl Read, chosen: &Chosen, statement: Statement) -> Result<Vec<Statement>, Refusal> {
    if !chosen.has(&statement) || !voiding::is_told(read, &statement, |target| chosen.has(target))? {
        return Ok(Vec::new());
    }
    let voids = voiding::before(read, &statement)?.into_iter().map(Arc::unwrap_or_clone);
    Ok(std::iter::once(statement).chain(voids).collect())
}

/// Up to where everything is done with the first `count` of these: not yet up to a statement of which what voids it is still to go.
pub fn done_with(statements: &[Statement], count: usize) -> Option<Stored> {
    let last = statements.iter().take(count).map(|statement| statement.stored).max()?;
    let goes_along = statements.get(count).is_some_and(|next| next.stored < last);
    Some(if goes_along { Stored(last.0.saturating_sub(1)) } else { last })
}

/// What a target, or the way to it, said no with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Its status; `None` when nothing came back.
    pub status: Option<u16>,
    /// What it said, or why there was nothing.
    pub said: String,
    /// How long it wants us to wait.
    pub retry_after: Option<Duration>,
}

impl Answer {
    /// Nothing came in time, or the machine failed: that may be about the statements, or about anything else. Every other answer
    /// says what it is about.
    pub const fn says_little(&self) -> bool {
        matches!(self.status, None | Some(408 | 500..))
    }

    /// The credential over there may not do that.
    pub const fn is_forbidden(&self) -> bool {
        matches!(self.status, Some(403))
    }

    /// What is kept of what it said: one line, without control characters.
    pub fn kept(&self) -> String {
        let words = self.said.split(|letter: char| letter.is_whitespace() || letter.is_control());
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        words.join(" ").chars().take(ANSWER_CHARS).collect()
    }
}

/// The wait behind the last of so many failures. `spread` (0 to 255) is random: it adds up to a quarter, so that several
/// that failed together do not come back together.
pub fn wait(tries: u32, spread: u8, asked: Option<Duration>) -> Duration {
    let doublings = tries.saturating_sub(1).min(20);
    let wait = FIRST_WAIT.saturating_mul(1 << doublings).min(LONGEST_WAIT);
    let wait = wait + wait.mul_f64(f64::from(spread) / 1024.0);
    wait.max(asked.unwrap_or_default().min(LONGEST_ASKED))
}

/// Is the target as it was when it was asked? A pause and another name change nothing of what it answers.
fn is_as_asked(read: &impl Read, asked: &ForwardTarget) -> Result<bool, Refusal> {
    let is_same = |known: &ForwardTarget| {
        let ForwardTarget { endpoint, version, login, selection, attachments, .. } = known;
        (endpoint, version, login) == (&asked.endpoint, &asked.version, &asked.login)
            && (selection, attachments) == (&asked.selection, &asked.attachments)
    };
    Ok(read.get::<ForwardTarget>(&asked.id)?.is_some_and(|known| is_same(&known)))
}

fn change(
    txn: &mut Txn<'_>,
    asked: &ForwardTarget,
    change: impl FnOnce(&mut ForwardProgress),
) -> Result<bool, Refusal> {
    let progress = txn.get::<ForwardProgress>(&asked.id)?;
    let (Some(progress), true) = (progress, is_as_asked(txn, asked)?) else { return Ok(false) };
    let mut progress = (*progress).clone();
    change(&mut progress);
    txn.put(progress)?;
    Ok(true)
}

impl ForwardProgress {
    /// Everything up to a place is done. Was some of it not done yet?
    fn go_on(&mut self, through: Stored) -> bool {
        let moves = through > self.position;
        self.position = self.position.max(through);
        moves
    }
}

/// What a target has taken.
#[derive(Debug, Clone, Copy)]
pub struct Taken {
    /// The last of them.
    pub last: Stored,
    /// How many.
    pub count: u64,
}

impl Taken {
    /// These; `None` when there are none.
    pub fn of(statements: &[Statement]) -> Option<Self> {
        statements.last().map(|last| Self { last: last.stored, count: statements.len() as u64 })
    }
}

fn took(progress: &mut ForwardProgress, taken: Option<Taken>, now: Timestamp) {
    progress.trouble = None;
    if let Some(Taken { last, count }) = taken {
        progress.delivered += count;
        progress.delivered_at = Some(now);
        progress.last = Some(last);
    }
}

/// Everything up to a place is done; these were taken. Is the target as it was?
pub fn delivered(
    txn: &mut Txn<'_>,
    asked: &ForwardTarget,
    through: Stored,
    taken: Option<Taken>,
    now: Timestamp,
) -> Result<bool, Refusal> {
    change(txn, asked, |progress| {
        let moves = progress.go_on(through);
        // Where more of what voids them is still to go, all go again when that fails, and the tries count on.
        let goes_again = taken.as_ref().is_some_and(|taken| !moves || through < taken.last);
        let trouble = progress.trouble.take_if(|_| goes_again);
        took(progress, taken, now);
        progress.trouble = trouble;
    })
}

/// What became of a statement that a target did not want.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PutAside {
    /// It is a dead letter now, and the way is free.
    Done,
    /// There are as many letters as there may be.
    Full,
    /// The target is gone, or another.
    Gone,
}

/// Puts a statement aside that a target does not want, or that is the one on which it fails. Everything up to `through` is done.
/// Behind one of the latter the trouble lasts until something gets through, so that several in a row take no longer than one.
pub fn put_aside(
    txn: &mut Txn<'_>,
    asked: &ForwardTarget,
    statement: (Stored, [u8; 16]),
    through: Stored,
    answer: &Answer,
    now: Timestamp,
) -> Result<PutAside, Refusal> {
    let (id, (stored, statement)) = (asked.id, statement);
    let letters = txn.counter(&Counter::new(DEAD_LETTERS, &id))?;
    if usize::try_from(letters).is_ok_and(|letters| letters >= MAX_LETTERS) {
        return Ok(PutAside::Full);
    }
    let mut tries = 1;
    let there = change(txn, asked, |progress| {
        let moves = progress.go_on(through);
        if answer.says_little() {
            tries += progress.trouble.as_ref().map_or(0, |trouble| trouble.tries);
        } else if moves && through >= stored {
            progress.trouble = None;
        }
    })?;
    if !there {
        return Ok(PutAside::Gone);
    }
    if !txn.exists::<Statement>(&stored)? {
        // It was removed while the target was asked.
        return Ok(PutAside::Done);
    }
    let (status, answer) = (answer.status, forget::kept(txn, &statement, answer)?);
    txn.put(DeadLetter { target: id, stored, statement, refused: now, tries, status, answer, again: false })?;
    Ok(PutAside::Done)
}

/// A letter is over: it was taken, or its statement is gone.
pub fn letter_over(
    txn: &mut Txn<'_>,
    asked: &ForwardTarget,
    stored: Stored,
    taken: bool,
    now: Timestamp,
) -> Result<bool, Refusal> {
    let taken = taken.then_some(Taken { last: stored, count: 1 });
    let there = change(txn, asked, |progress| took(progress, taken, now))?;
    if there {
        txn.delete::<DeadLetter>(&(asked.id, stored))?;
    }
    Ok(there)
}

/// A letter was refused again.
pub fn letter_refused(
    txn: &mut Txn<'_>,
    asked: &ForwardTarget,
    stored: Stored,
    answer: &Answer,
    now: Timestamp,
) -> Result<bool, Refusal> {
    let Some(letter) = txn.get::<DeadLetter>(&(asked.id, stored))? else { return Ok(true) };
    if !change(txn, asked, |progress| progress.trouble = None)? {
        return Ok(false);
    }
    let (tries, status) = (letter.tries.saturating_add(1), answer.status);
    let answer = forget::kept(txn, &letter.statement, answer)?;
    txn.put(DeadLetter { refused: now, tries, status, answer, again: false, ..(*letter).clone() })?;
    Ok(true)
}

/// Nothing gets through. When it is tried again; `None` when the target is gone, or another.
pub fn failed(
    txn: &mut Txn<'_>,
    asked: &ForwardTarget,
    answer: &Answer,
    spread: u8,
    now: Timestamp,
) -> Result<Option<Timestamp>, Refusal> {
    let mut next = now;
    let there = change(txn, asked, |progress| {
        let (since, tries) =
            progress.trouble.as_ref().map_or((now, 0), |trouble| (trouble.since, trouble.tries));
        let tries = tries.saturating_add(1);
        next = now.plus(wait(tries, spread, answer.retry_after));
        progress.trouble = Some(Trouble { since, tries, next, status: answer.status, reason: answer.kept() });
    })?;
    Ok(there.then_some(next))
}

/// How far a target is behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lag {
    /// Statements that were not looked at yet, selected or not; counted up to [`MOST_COUNTED`].
    pub statements: usize,
    /// The age of the first of them.
    pub age: Duration,
}

/// How far a target is behind.
pub fn lag(read: &impl Read, progress: &ForwardProgress, now: Timestamp) -> Result<Lag, Refusal> {
    let (statements, first) = query::behind(read, progress.position, MOST_COUNTED)?;
    let age = first.map_or(Duration::ZERO, |first| {
        let now = u64::try_from(now.ms()).unwrap_or(0).saturating_mul(1_000);
        Duration::from_micros(now.saturating_sub(first.0))
    });
    Ok(Lag { statements, age })
}

/// Every target with how far it is behind and how many dead letters it has; checks no right.
pub fn lags(read: &impl Read, now: Timestamp) -> Result<Vec<(ForwardTargetId, Lag, u64)>, Refusal> {
    let mut lags = Vec::new();
    for target in super::edit::all(read)? {
        if let Some(progress) = read.get::<ForwardProgress>(&target.id)? {
            let (letters, _) = super::edit::letter_counts(read, target.id)?;
            lags.push((target.id, lag(read, &progress, now)?, letters));
        }
    }
    Ok(lags)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_ten_minutes_and_are_spread_by_a_quarter() {
        let seconds: Vec<u64> = (1..=12).map(|tries| wait(tries, 0, None).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]);
        assert!(
            wait(4, 255, None) < Duration::from_secs(10) && wait(4, 255, None) > Duration::from_millis(9_900)
        );
        assert_eq!(wait(u32::MAX, 0, None), LONGEST_WAIT);
    }

    #[test]
    fn many_tries_are_two_hours_of_them() {
        let waits: Duration = (1..=MANY_TRIES).map(|tries| wait(tries, 0, None)).sum();
        assert!(waits > Duration::from_mins(100) && waits < Duration::from_hours(2), "{waits:?}");
    }

    #[test]
    fn batches_are_halved_with_each_failure_down_to_one() {
        let of = |tries| {
            let trouble = Trouble {
                since: Timestamp::EPOCH,
                tries,
                next: Timestamp::EPOCH,
                status: None,
                reason: String::new(),
            };
            let (target, position) = (ForwardTargetId(1), Stored(0));
            batch_size(&ForwardProgress {
                target,
                position,
                delivered: 0,
                delivered_at: None,
                trouble: (tries > 0).then_some(trouble),
                last: None,
            })
        };
        assert_eq!([0, 1, 2, 3, 4, 5, 6, 20, 64, u32::MAX].map(of), [50, 25, 12, 6, 3, 1, 1, 1, 1, 1]);
    }

    #[test]
    fn a_target_may_ask_for_more_patience_and_not_for_less() {
        let asked = |seconds| Some(Duration::from_secs(seconds));
        assert_eq!(wait(1, 0, asked(30)).as_secs(), 30);
        assert_eq!(wait(8, 0, asked(30)).as_secs(), 128);
        assert_eq!(wait(1, 0, asked(1_000_000)), LONGEST_ASKED);
    }

    #[test]
    fn what_is_kept_of_an_answer_is_one_short_line() {
        let said = format!("<p>no\r\n\u{7}\tway</p>{}", "x".repeat(1_000));
        let kept = Answer { status: None, said, retry_after: None }.kept();
        assert!(kept.starts_with("<p>no way</p>x") && kept.chars().count() == ANSWER_CHARS, "{kept}");
    }
}
