//! Doing once what a client may send twice: the answer to an `Idempotency-Key` is stored in the transaction of the
//! work itself, so a repeat finds either nothing done or the answer. One writer runs them in turn, so there is no
//! "still in progress".

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::ids::UserId;
use super::refusal::{Code, INTERNAL, Kind, Refusal};
use crate::clock::Timestamp;
use crate::store::{Entries, Index, Read, Record, Table, TableInfo, Txn};

/// How long an answer is kept: a client that retries does so within minutes; a day covers a machine that slept.
const KEPT: Duration = Duration::from_hours(24);
/// Of an answer in one row; a longer one goes on in further rows, because a stored value is at most 16 KiB.
const PART_BYTES: usize = 12 * 1024;

/// The key was used for something else.
pub const KEY_REUSED: Code = Code::new(
    "idempotency_key_reused",
    Kind::Invalid,
    "This Idempotency-Key was sent before with another body or address; use a new key for new work.",
);

/// Codes of this noun.
pub const CODES: &[Code] = &[KEY_REUSED];

/// What a client sent: its key, and what it was sent with, both hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OnceKey {
    /// SHA-256 of the header's value.
    pub key: [u8; 32],
    /// SHA-256 of method, address and body.
    pub request: [u8; 32],
}

/// A kept answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptAnswer {
    user: UserId,
    key: [u8; 32],
    request: [u8; 32],
    at: Timestamp,
    location: String,
    /// The answer, or its beginning.
    body: Vec<u8>,
    /// Rows in which it goes on.
    more: u16,
}

impl Record for KeptAnswer {
    const TABLE: Table = Table { tag: 132, name: "kept answer" };
    const VERSION: u8 = 1;
    type Key = (UserId, [u8; 32]);

    fn key(&self) -> Self::Key {
        (self.user, self.key)
    }

    fn index(&self, entries: &mut Entries) {
        entries.add::<KeptByTime>(&self.at);
    }
}

/// Kept answers by age.
#[derive(Debug)]
pub struct KeptByTime;

impl Index for KeptByTime {
    const TABLE: Table = Table { tag: 133, name: "kept answer by time" };
    type Key = Timestamp;
    type Of = KeptAnswer;
}

/// A further part of a kept answer that is longer than one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptPart {
    user: UserId,
    key: [u8; 32],
    place: u16,
    body: Vec<u8>,
}

impl Record for KeptPart {
    const TABLE: Table = Table { tag: 134, name: "kept answer part" };
    const VERSION: u8 = 1;
    type Key = (UserId, [u8; 32], u16);

    fn key(&self) -> Self::Key {
        (self.user, self.key, self.place)
    }
}

/// Tables of this noun.
pub const TABLES: &[TableInfo] =
    &[TableInfo::rows::<KeptAnswer>(), TableInfo::index::<KeptByTime>(), TableInfo::rows::<KeptPart>()];

/// The address of what was made or of the job that does it, empty for what is done at once; and its view as JSON.
pub type Answer = (String, Vec<u8>);

/// The answer that is kept under a key, for who was looked at again: may they still do what it is about? Refused when the
/// key was sent with another request.
pub fn kept(
    read: &impl Read,
    user: UserId,
    now: Timestamp,
    once: OnceKey,
) -> Result<Option<Answer>, Refusal> {
    let known = read.get::<KeptAnswer>(&(user, once.key))?;
    let Some(known) = known.filter(|known| now.since(known.at) < KEPT) else { return Ok(None) };
    if known.request != once.request {
        let problem = "was sent before with another body or address";
        return Err(KEY_REUSED
            .refuse(format!("this Idempotency-Key {problem}"))
            .at("Idempotency-Key", problem));
    }
    answer_of(read, &known).map(Some)
}

/// Runs `work` unless its answer is kept already. Whoever calls has looked at the right to it, as for [`kept`]: a right may
/// be gone since the answer was kept, and a token may have less of them than what was shown then.
pub fn run(
    txn: &mut Txn<'_>,
    user: UserId,
    now: Timestamp,
    once: Option<OnceKey>,
    work: impl FnOnce(&mut Txn<'_>) -> Result<Answer, Refusal>,
) -> Result<Answer, Refusal> {
    let Some(once) = once else { return work(txn) };
    if let Some(answer) = kept(txn, user, now, once)? {
        return Ok(answer);
    }
    let (location, body) = work(txn)?;
    keep(txn, user, now, once, &location, &body)?;
    Ok((location, body))
}

fn keep(
    txn: &mut Txn<'_>,
    user: UserId,
    at: Timestamp,
    once: OnceKey,
    location: &str,
    answer: &[u8],
) -> Result<(), Refusal> {
    let OnceKey { key, request } = once;
    // One that is too old to be repeated may not be swept yet.
    forget(txn, user, key)?;
    let mut parts = answer.chunks(PART_BYTES);
    let body = parts.next().unwrap_or_default().to_vec();
    let mut more = 0;
    for part in parts {
        txn.put(KeptPart { user, key, place: more, body: part.to_vec() })?;
        more += 1;
    }
    txn.put(KeptAnswer { user, key, request, at, location: location.to_owned(), body, more })?;
    Ok(())
}

/// How many rows went.
fn forget(txn: &mut Txn<'_>, user: UserId, key: [u8; 32]) -> Result<usize, Refusal> {
    let Some(kept) = txn.get::<KeptAnswer>(&(user, key))? else { return Ok(0) };
    for place in 0..kept.more {
        txn.delete::<KeptPart>(&(user, key, place))?;
    }
    txn.delete::<KeptAnswer>(&(user, key))?;
    Ok(usize::from(kept.more) + 1)
}

/// Removes answers that are too old to be repeated, until about `limit` rows are gone. How many were.
pub fn sweep(txn: &mut Txn<'_>, now: Timestamp, limit: usize) -> Result<usize, Refusal> {
    let mut removed = 0;
    for (_, (user, key)) in txn.index_until::<KeptByTime>(&now.minus(KEPT), limit)? {
        if removed >= limit {
            break;
        }
        removed += forget(txn, user, key)?;
    }
    Ok(removed)
}

fn answer_of(read: &impl Read, kept: &KeptAnswer) -> Result<Answer, Refusal> {
    let mut body = kept.body.clone();
    for place in 0..kept.more {
        let part = read.get::<KeptPart>(&(kept.user, kept.key, place))?;
        let part = part.ok_or_else(|| INTERNAL.refuse("a part of a kept answer is missing"))?;
        body.extend_from_slice(&part.body);
    }
    Ok((kept.location.clone(), body))
}
