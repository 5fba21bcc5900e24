//! The moment up to which everything that is stored can be read (`X-Experience-API-Consistent-Through`).
//!
//! While nothing is being written that moment is now, and what is written later is stored later than it, whatever the clock
//! says. While something is being written it is the moment of the last statement that can be read.

use std::sync::atomic::{AtomicU64, Ordering};

use super::record::{LastStored, Stored};
use crate::clock::Timestamp;
use crate::domain::refusal::Refusal;
use crate::store::{Read, StoreError, Txn};

/// Promises made, and writes under way.
#[derive(Debug, Default)]
pub struct Watermark {
    promised_us: AtomicU64,
    writing: AtomicU64,
}

/// A write that is under way until it is dropped.
#[derive(Debug)]
pub struct Writing<'w>(&'w Watermark);

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        self.0.writing.fetch_sub(1, Ordering::SeqCst);
    }
}

fn as_us(time: Timestamp) -> u64 {
    u64::try_from(time.ms()).unwrap_or(0).saturating_mul(1000)
}

impl Watermark {
    /// Something is about to be written: hold it until that is answered.
    pub fn writing(&self) -> Writing<'_> {
        self.writing.fetch_add(1, Ordering::SeqCst);
        Writing(self)
    }

    /// The moments at which the next `count` things are stored.
    pub fn take(&self, txn: &mut Txn<'_>, now: Timestamp, count: u64) -> Result<Stored, Refusal> {
        let last = last(txn)?;
        let promised = self.promised_us.load(Ordering::SeqCst);
        let first = as_us(now).max(last.0 + 1).max(promised + 1);
        txn.put(LastStored { stored: Stored(first + count.max(1) - 1) })?;
        Ok(Stored(first))
    }

    /// The moment up to which `read` shows everything.
    pub fn through(&self, read: &impl Read, now: Timestamp) -> Result<Stored, StoreError> {
        let now_us = as_us(now);
        self.promised_us.fetch_max(now_us, Ordering::SeqCst);
        let last = last(read)?;
        // Whoever begins to write after this look sees the promise.
        if self.writing.load(Ordering::SeqCst) == 0 { Ok(last.max(Stored(now_us))) } else { Ok(last) }
    }
}

fn last(read: &impl Read) -> Result<Stored, StoreError> {
    Ok(read.get::<LastStored>(&0)?.map_or(Stored(0), |last| last.stored))
}
