//! When the server was down: a heartbeat in the store, and the gaps between heartbeats, so that time that learners lost
//! can be given back.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::access::{self, Actor, Permission, Scope};
use super::refusal::Refusal;
use crate::clock::Timestamp;
use crate::store::{CodecError, Read, Record, Table, TableInfo, Txn, decode_appended};

/// A gap of so long between heartbeats was a time in which nobody was served. Heartbeats come every 15 seconds.
const LONGEST_PAUSE_MS: i64 = 45_000;

/// A heartbeat so far in the future means that the clock was set back.
pub const CLOCK_SLACK: Duration = Duration::from_mins(1);

/// Of outages that ended longer ago nobody is reminded: exams are over by then, or the time was made up for in another way.
const REMEMBERED: Duration = Duration::from_hours(24);

/// So many outages of a day are given back by themselves, the last ones.
const MOST_OWED: usize = 20;

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
    /// When it had been given back to everybody.
    pub given_back: Option<Timestamp>,
}

impl Record for Downtime {
    const TABLE: Table = Table { tag: 98, name: "downtime" };
    const VERSION: u8 = 2;
    type Key = Timestamp;

    fn key(&self) -> Timestamp {
        self.from
    }

    fn upgrade(version: u8, body: &[u8]) -> Result<Self, CodecError> {
        // Version 1 did not say whether it was given back, the last field.
        decode_appended(Self::TABLE.name, (version, 1), body, &None::<Timestamp>)
    }
}

impl Downtime {
    /// Its name as an extension: an attempt takes it once, whoever gives it back.
    pub fn reference(&self) -> u64 {
        u64::try_from(self.from.ms()).unwrap_or(1)
    }

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
    /// The clock had been set back, last to this moment, and was put right since.
    PutRight(Timestamp),
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
    if now.ms() - last.at.ms() <= LONGEST_PAUSE_MS {
        return Ok(Beat::Steady);
    }
    if put_right {
        return Ok(Beat::PutRight(last.at));
    }
    let downtime = Downtime { from: last.at, until: now, given_back: None };
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

/// The downtime that a reference names, if it names one.
pub fn named(read: &impl Read, reference: u64) -> Result<Option<Arc<Downtime>>, Refusal> {
    let Ok(from) = i64::try_from(reference) else { return Ok(None) };
    Ok(read.get::<Downtime>(&Timestamp::from_ms(from))?)
}

/// The downtimes of the last day that were not given back, the last one first.
pub fn owed(read: &impl Read, actor: &Actor) -> Result<Vec<Downtime>, Refusal> {
    let earliest = actor.now.minus(REMEMBERED);
    let mut found = downtimes(read, actor, None, MOST_OWED)?;
    found.retain(|down| down.given_back.is_none() && earliest <= down.until);
    Ok(found)
}

/// Notes that the downtimes that began then were given back to everybody.
pub fn note_given_back(txn: &mut Txn<'_>, actor: &Actor, begun: &[Timestamp]) -> Result<(), Refusal> {
    access::require(txn, actor, Permission::ManageSite, Scope::Site)?;
    for from in begun {
        if let Some(down) = txn.get::<Downtime>(from)?
            && down.given_back.is_none()
        {
            txn.put(Downtime { given_back: Some(actor.now), ..down.as_ref().clone() })?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{decode_value, encode_value};

    #[test]
    fn a_downtime_of_version_1_was_not_given_back_as_far_as_it_knows() {
        let at = Timestamp::from_ms;
        let known = Downtime { from: at(1_000), until: at(61_000), given_back: None };
        let mut bytes = encode_value(&known).unwrap();
        assert_eq!((bytes[0], bytes.pop()), (2, Some(0)), "that it was not is the last byte");
        bytes[0] = 1;
        assert_eq!(decode_value::<Downtime>(&bytes).unwrap(), known);
        bytes[0] = 3;
        assert!(decode_value::<Downtime>(&bytes).is_err());
        let given = Downtime { given_back: Some(at(70_000)), ..known };
        assert_eq!(decode_value::<Downtime>(&encode_value(&given).unwrap()).unwrap(), given);
    }
}
