//! The moment up to which everything that is stored can be read (`X-Experience-API-Consistent-Through`).
//!
//! While nothing is being written that moment is now, and what is written later is stored later than it, whatever the clock
//! says. While something is being written it is the moment of the last statement that can be read, or the last now that was told
//! before, whichever is later: so it never goes back.

use super::record::{LastStored, Stored};
use crate::clock::Timestamp;
use crate::domain::refusal::Refusal;
use crate::store::{Read, Snapshot, StoreError, Txn};

fn as_us(time: Timestamp) -> u64 {
    u64::try_from(time.ms()).unwrap_or(0).saturating_mul(1000)
}

/// The moments at which the next `count` things are stored: the first of them.
pub fn take(txn: &mut Txn<'_>, now: Timestamp, count: u64) -> Result<Stored, Refusal> {
    let last = last(txn)?;
    let first = as_us(now).max(last.0 + 1).max(txn.take_moments() + 1);
    txn.put(LastStored { stored: Stored(first + count.max(1) - 1) })?;
    Ok(Stored(first))
}

/// The moment up to which `read` shows everything.
pub fn through(read: &Snapshot<'_>, now: Timestamp) -> Result<Stored, StoreError> {
    let promised = Stored(read.promise(as_us(now)));
    Ok(last(read)?.max(promised))
}

fn last(read: &impl Read) -> Result<Stored, StoreError> {
    Ok(read.get::<LastStored>(&0)?.map_or(Stored(0), |last| last.stored))
}
