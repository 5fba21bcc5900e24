//! Reading what was saved, in whichever row it lies: [`Saved`] for almost all, a [`LongSave`] for an essay of more than a few pages.

use std::sync::Arc;

use super::Saved;
use super::long::{self, LongSave, Texts};
use crate::clock::Timestamp;
use crate::domain::ids::AttemptId;
use crate::domain::question::Response;
use crate::domain::refusal::Refusal;
use crate::store::{Read, StoreError};

/// Bytes of long texts behind which a list ends early: what asks for some hundred saves is answered with some megabytes at most.
const MOST_BYTES: usize = 1024 * 1024;

/// A save without its response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SaveLine {
    /// Counts the saves of the attempt, from 1.
    pub number: u32,
    /// The place on the paper, from 0.
    pub slot: u16,
    /// The client's number.
    pub sequence: u64,
    /// When the server took it.
    pub at: Timestamp,
    /// The link in the chain of receipts.
    pub receipt: [u8; 32],
}

impl Saved {
    /// All but the response.
    pub const fn line(&self) -> SaveLine {
        let Self { number, slot, sequence, at, receipt, .. } = *self;
        SaveLine { number, slot, sequence, at, receipt }
    }
}

/// The save of a number; none for the number 0, before there is one.
pub fn find(read: &impl Read, attempt: AttemptId, number: u32) -> Result<Option<Arc<Saved>>, Refusal> {
    if number == 0 {
        return Ok(None);
    }
    match read.get::<Saved>(&(attempt, number))? {
        Some(saved) => Ok(Some(saved)),
        None => long::find(read, attempt, number),
    }
}

/// The same without its response.
pub fn line(read: &impl Read, attempt: AttemptId, number: u32) -> Result<Option<SaveLine>, Refusal> {
    if let Some(saved) = read.get::<Saved>(&(attempt, number))? {
        return Ok(Some(saved.line()));
    }
    Ok(read.get::<LongSave>(&(attempt, number))?.map(|save| save.line()))
}

/// A save as it lies in its row.
enum Row {
    Short(Saved),
    Long(LongSave),
}

impl Row {
    fn line(&self) -> SaveLine {
        match self {
            Self::Short(saved) => saved.line(),
            Self::Long(save) => save.line(),
        }
    }
}

fn rows(read: &impl Read, attempt: AttemptId, after: u32, limit: usize) -> Result<Vec<Row>, StoreError> {
    let (of, after) = ((attempt,), (attempt, after));
    let mut rows: Vec<Row> =
        read.list::<Saved>(&of, Some(&after), limit)?.into_iter().map(Row::Short).collect();
    let long = read.list::<LongSave>(&of, Some(&after), limit)?;
    if !long.is_empty() {
        rows.extend(long.into_iter().map(Row::Long));
        rows.sort_by_key(|row| row.line().number);
        rows.truncate(limit);
    }
    Ok(rows)
}

/// The saves behind number `after` in their order, without their responses.
pub fn lines(
    read: &impl Read,
    attempt: AttemptId,
    after: u32,
    limit: usize,
) -> Result<Vec<SaveLine>, Refusal> {
    Ok(rows(read, attempt, after, limit)?.iter().map(Row::line).collect())
}

/// The saves behind number `after` in their order, and whether there are more: behind `limit`, or behind many long texts.
pub fn list(
    read: &impl Read,
    attempt: AttemptId,
    after: u32,
    limit: usize,
) -> Result<(Vec<Saved>, bool), Refusal> {
    let mut rows = rows(read, attempt, after, limit + 1)?.into_iter();
    let (mut texts, mut bytes) = (Texts::of(read), 0);
    let mut saves = Vec::with_capacity(rows.len().min(limit));
    while saves.len() < limit
        && bytes < MOST_BYTES
        && let Some(row) = rows.next()
    {
        saves.push(match row {
            Row::Short(saved) => saved,
            Row::Long(save) => {
                let saved = texts.saved(&save)?;
                if let Response::Essay(text) = &saved.response {
                    bytes += text.len();
                }
                saved
            }
        });
    }
    Ok((saves, rows.next().is_some()))
}
