//! Doing once what a client may send twice: the answer to an `Idempotency-Key` is stored in the transaction of the
//! work itself, so a repeat finds either nothing done or the answer. One writer runs them in turn, so there is no
//! "still in progress".

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::ids::UserId;
use super::refusal::{Code, Kind, Refusal};
use crate::clock::Timestamp;
use crate::store::{Entries, Index, Read, Record, Table, TableInfo, Txn};

/// How long an answer is kept: a client that retries does so within minutes; a day covers a machine that slept.
const KEPT: Duration = Duration::from_hours(24);
/// Old answers removed with each new one, so that they never pile up and nobody pays for all.
const SWEPT_AT_ONCE: usize = 4;
/// Larger answers are not kept; what is created once has a small view.
const ANSWER_LIMIT_BYTES: usize = 12 * 1024;

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
    body: Vec<u8>,
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

/// Tables of this noun.
pub const TABLES: &[TableInfo] = &[TableInfo::rows::<KeptAnswer>(), TableInfo::index::<KeptByTime>()];

/// The address of what was made, and its view as JSON.
pub type Answer = (String, Vec<u8>);

/// Runs `work` unless its answer is kept already.
pub fn run(
    txn: &mut Txn<'_>,
    user: UserId,
    now: Timestamp,
    once: Option<OnceKey>,
    work: impl FnOnce(&mut Txn<'_>) -> Result<Answer, Refusal>,
) -> Result<Answer, Refusal> {
    let Some(once) = once else { return work(txn) };
    if let Some(kept) = txn.get::<KeptAnswer>(&(user, once.key))?
        && now.since(kept.at) < KEPT
    {
        return if kept.request == once.request {
            Ok((kept.location.clone(), kept.body.clone()))
        } else {
            Err(KEY_REUSED.refuse("this Idempotency-Key was sent before with another body or address"))
        };
    }
    let (location, body) = work(txn)?;
    if body.len() <= ANSWER_LIMIT_BYTES {
        txn.put(KeptAnswer {
            user,
            key: once.key,
            request: once.request,
            at: now,
            location: location.clone(),
            body: body.clone(),
        })?;
    }
    for (_, old) in txn.index_until::<KeptByTime>(&now.minus(KEPT), SWEPT_AT_ONCE)? {
        txn.delete::<KeptAnswer>(&old)?;
    }
    Ok((location, body))
}
