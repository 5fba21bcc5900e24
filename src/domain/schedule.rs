//! When the server was down: a heartbeat in the store, and the gaps between heartbeats, so that time that learners lost
//! can be given back.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::access::{self, Actor, Permission, Scope};
use super::refusal::Refusal;
use crate::clock::Timestamp;
use crate::store::{Read, Record, Table, TableInfo, Txn};

/// A gap of so long between heartbeats was a time in which nobody was served. Heartbeats come every 15 seconds.
const LONGEST_PAUSE_MS: i64 = 45_000;

/// A heartbeat so far in the future means that the clock was set back.
pub const CLOCK_SLACK: Duration = Duration::from_mins(1);

/// The last time at which the server is known to have run. There is one, under key 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heartbeat {
    /// When.
    pub at: Timestamp,
}

impl Record for Heartbeat {
    const TABLE: Table = Table { tag: 97, name: "heartbeat" };
    const VERSION: u8 = 1;
    type Key = u8;

    fn key(&self) -> u8 {
        0
    }
}

/// A time in which the server did not run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Downtime {
    /// The last heartbeat before.
    pub from: Timestamp,
    /// The first one after.
    pub until: Timestamp,
}

impl Record for Downtime {
    const TABLE: Table = Table { tag: 98, name: "downtime" };
    const VERSION: u8 = 1;
    type Key = Timestamp;

    fn key(&self) -> Timestamp {
        self.from
    }
}

impl Downtime {
    /// The minutes to give back: every one that was begun.
    pub fn minutes(&self) -> u64 {
        u64::try_from(self.until.since(self.from).as_millis().div_ceil(60_000)).unwrap_or(u64::MAX)
    }
}

/// Tables of this noun.
pub const TABLES: &[TableInfo] = &[TableInfo::rows::<Heartbeat>(), TableInfo::rows::<Downtime>()];

/// What is found when the server writes that it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Beat {
    /// It ran a moment ago, or never before.
    Steady,
    /// It did not run in between.
    Down(Downtime),
    /// It ran at this moment, which is yet to come.
    SetBack(Timestamp),
}

/// Writes that the server runs at `now`, and the downtime before it when there was one. `set_back` is the moment from which the
/// clock was set back while this process ran: when that has come again, the clock was put right, and nobody was away.
pub fn beat(txn: &mut Txn<'_>, now: Timestamp, set_back: Option<Timestamp>) -> Result<Beat, Refusal> {
    let last = txn.get::<Heartbeat>(&0)?;
    txn.put(Heartbeat { at: now })?;
    let Some(last) = last else { return Ok(Beat::Steady) };
    if last.at > now.plus(CLOCK_SLACK) {
        return Ok(Beat::SetBack(last.at));
    }
    let put_right = set_back.is_some_and(|from| last.at < from && from <= now.plus(CLOCK_SLACK));
    if put_right || now.ms() - last.at.ms() <= LONGEST_PAUSE_MS {
        return Ok(Beat::Steady);
    }
    let downtime = Downtime { from: last.at, until: now };
    txn.put(downtime.clone())?;
    Ok(Beat::Down(downtime))
}

/// Times in which the server did not run, the last one first, before `before` when given.
pub fn downtimes(
    read: &impl Read,
    actor: &Actor,
    before: Option<Timestamp>,
    limit: usize,
) -> Result<Vec<Downtime>, Refusal> {
    access::require(read, actor, Permission::ManageSite, Scope::Site)?;
    Ok(read.list_back::<Downtime>(&(), before.as_ref(), limit)?)
}
