//! Guesses at something short that is said aloud, a key or an access code: nobody may go through all of them, so a few may be
//! wrong in a while. Whose guesses they are, and at what, is for whoever keeps them.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::domain::refusal::{Code, Refusal};
use crate::store::{Read, Record, Txn};

/// Guesses in a window: who mistypes gets through, who guesses gets a thousand a day.
const PER_WINDOW: u32 = 10;
/// The window.
const WINDOW: Duration = Duration::from_mins(15);

/// A row that keeps guesses.
pub trait Kept: Record<Key: Send> {
    /// When their window began.
    fn since(&self) -> Timestamp;
}

/// Keys of rows, and the one to go on behind.
pub type Outdated<R> = (Vec<<R as Record>::Key>, Option<<R as Record>::Key>);

/// Of the next `limit` rows those that are too old to matter, and where to go on.
pub fn outdated<R: Kept>(
    read: &impl Read,
    now: Timestamp,
    after: Option<&R::Key>,
    limit: usize,
) -> Result<Outdated<R>, Refusal> {
    let rows = read.list::<R>(&(), after, limit)?;
    let next = rows.last().filter(|_| rows.len() == limit).map(R::key);
    let over = rows.iter().filter(|row| Guesses::is_over(row.since(), now));
    Ok((over.map(R::key).collect(), next))
}

/// Removes rows that are too old to matter, unless they were written anew meanwhile. How many.
pub fn sweep<R: Kept>(txn: &mut Txn<'_>, now: Timestamp, keys: &[R::Key]) -> Result<usize, Refusal> {
    let mut swept = 0;
    for key in keys {
        if txn.get::<R>(key)?.is_some_and(|row| Guesses::is_over(row.since(), now)) {
            swept += usize::from(txn.delete::<R>(key)?);
        }
    }
    Ok(swept)
}

/// Guesses of somebody at something lately.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guesses {
    /// When the window began.
    pub since: Timestamp,
    /// How many in it.
    pub count: u32,
}

impl Guesses {
    /// Those that are kept, as far as they still count; a new window where none is open.
    pub fn lately(kept: Option<(Timestamp, u32)>, now: Timestamp) -> Self {
        let open = kept.filter(|(since, _)| !Self::is_over(*since, now));
        let (since, count) = open.unwrap_or((now, 0));
        Self { since, count }
    }

    /// Do guesses of a window that began then count no more?
    pub fn is_over(since: Timestamp, now: Timestamp) -> bool {
        now.since(since) >= WINDOW
    }

    /// Refuses one more with `code` when there were as many as there may be; `what` was guessed, in words behind their number.
    pub fn refuse_more(self, now: Timestamp, code: Code, what: &str) -> Result<(), Refusal> {
        if self.count < PER_WINDOW {
            return Ok(());
        }
        let wait = self.since.plus(WINDOW).since(now).as_secs().max(1);
        Err(code
            .refuse(format!("{} {what}; try again in {wait} seconds", self.count))
            .retry_after(u32::try_from(wait).unwrap_or(u32::MAX)))
    }
}
