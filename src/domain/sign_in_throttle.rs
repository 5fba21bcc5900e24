//! Failed sign-ins cost growing delays: per account and address together, per account, per address. The table is bounded
//! in memory, and a delay is an answer (429 with Retry-After), never a thread that sleeps.
//!
//! What it cannot do: somebody who keeps guessing at an account from many addresses keeps its owner waiting too, at most
//! a minute at a time. A school behind one address has room for many typing errors before its address is slowed down.

use std::time::Duration;

use moka::ops::compute::Op;
use moka::sync::Cache;
use sha2::{Digest, Sha256};

use super::refusal::Refusal;
use super::sign_in::THROTTLED;
use crate::clock::Timestamp;

/// Entries kept, about 100 bytes each: ten megabytes at most, and more than an attack keeps busy in an hour.
const ENTRIES: u64 = 100_000;
/// A failure is forgotten when nothing followed it for so long.
const FORGET: Duration = Duration::from_hours(1);

/// What failures are counted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    /// Somebody at an address who says they are somebody.
    Pair,
    /// Whoever says they are somebody.
    Account,
    /// Whoever is at an address.
    Address,
}

impl Kind {
    /// Failures that cost nothing, and the longest delay.
    const fn terms(self) -> (u32, u64) {
        match self {
            Self::Pair => (5, 900),
            // Short, because it also hits the owner.
            Self::Account => (20, 60),
            // Behind one address there may be a school at nine o'clock.
            Self::Address => (100, 60),
        }
    }

    /// The delay after so many failures: doubling from one second.
    fn delay(self, failures: u32) -> Duration {
        let (free, longest_seconds) = self.terms();
        match failures.checked_sub(free) {
            None | Some(0) => Duration::ZERO,
            Some(over) => Duration::from_secs((1_u64 << (over - 1).min(20)).min(longest_seconds)),
        }
    }
}

type Key = (Kind, [u8; 16]);

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last: Timestamp,
}

/// The table of failures.
#[derive(Debug, Clone)]
pub struct Throttle {
    failures: Cache<Key, Failures>,
}

impl Default for Throttle {
    fn default() -> Self {
        Self { failures: Cache::builder().max_capacity(ENTRIES).time_to_idle(FORGET).build() }
    }
}

fn key(kind: Kind, parts: &[&str]) -> Key {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let digest: [u8; 32] = hash.finalize().into();
    let mut short = [0; 16];
    short.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    (kind, short)
}

impl Throttle {
    /// Lets one attempt at `login` from `address` begin, or says when the next one may. It counts as failed until it is
    /// known to be right, so that many at once are not free.
    pub fn admit(&self, login: &str, address: &str, now: Timestamp) -> Result<Attempt, Refusal> {
        let keys = [
            key(Kind::Pair, &[login, address]),
            key(Kind::Account, &[login]),
            key(Kind::Address, &[address]),
        ];
        let wait = keys.iter().map(|key| self.wait(key, now)).max().unwrap_or_default();
        if wait > Duration::ZERO {
            let seconds = u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX);
            return Err(THROTTLED
                .refuse(format!("too many sign-ins failed; try again in {seconds} s"))
                .retry_after(seconds));
        }
        let [pair, account, address] = keys;
        self.count(pair, now);
        self.count(account, now);
        Ok(Attempt { throttle: self.clone(), pair, account, address, open: true })
    }

    fn wait(&self, key: &Key, now: Timestamp) -> Duration {
        match self.failures.get(key) {
            Some(failures) if now.since(failures.last) < FORGET => {
                failures.last.plus(key.0.delay(failures.count)).since(now)
            }
            _ => Duration::ZERO,
        }
    }

    fn count(&self, key: Key, now: Timestamp) {
        self.failures.entry(key).and_upsert_with(|old| match old.map(moka::Entry::into_value) {
            Some(old) if now.since(old.last) < FORGET => {
                Failures { count: old.count.saturating_add(1), last: now }
            }
            _ => Failures { count: 1, last: now },
        });
    }

    fn discount(&self, key: Key) {
        self.failures.entry(key).and_compute_with(|old| match old.map(moka::Entry::into_value) {
            Some(old) if old.count > 1 => Op::Put(Failures { count: old.count - 1, last: old.last }),
            Some(_) => Op::Remove,
            None => Op::Nop,
        });
    }
}

/// An attempt under way. Dropped without a verdict (the queue was full, the client went away) it costs nothing.
#[derive(Debug)]
pub struct Attempt {
    throttle: Throttle,
    pair: Key,
    account: Key,
    address: Key,
    open: bool,
}

impl Attempt {
    /// The password was wrong.
    pub fn failed(mut self, now: Timestamp) {
        self.open = false;
        self.throttle.count(self.address, now);
    }

    /// The password was right: this person at this address begins anew.
    pub fn succeeded(mut self) {
        self.open = false;
        self.throttle.failures.invalidate(&self.pair);
        self.throttle.discount(self.account);
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        if self.open {
            self.throttle.discount(self.pair);
            self.throttle.discount(self.account);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: u64) -> Timestamp {
        Timestamp::EPOCH.plus(Duration::from_secs(second))
    }

    #[test]
    fn delays_double_and_end_at_a_quarter_of_an_hour() {
        let delays: Vec<u64> = (5..18).map(|count| Kind::Pair.delay(count).as_secs()).collect();
        assert_eq!(delays, [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
        assert_eq!(Kind::Pair.delay(u32::MAX).as_secs(), 900);
    }

    #[test]
    fn a_sixth_failure_waits_and_a_success_wipes_the_slate() {
        let throttle = Throttle::default();
        for _ in 0..6 {
            throttle.admit("ada", "::1", at(0)).unwrap().failed(at(0));
        }
        let refusal = throttle.admit("ada", "::1", at(0)).unwrap_err();
        assert_eq!((refusal.code, refusal.retry_after_seconds), (THROTTLED, Some(1)));
        // Others are not held up, neither at the address nor with the account.
        throttle.admit("bob", "::1", at(0)).unwrap().succeeded();
        throttle.admit("ada", "::2", at(0)).unwrap().succeeded();
        throttle.admit("ada", "::1", at(1)).unwrap().succeeded();
        throttle.admit("ada", "::1", at(1)).unwrap().failed(at(1));
        assert!(throttle.admit("ada", "::1", at(1)).is_ok());
    }

    #[test]
    fn attempts_at_once_are_counted_before_any_has_failed() {
        let throttle = Throttle::default();
        let under_way: Vec<Attempt> =
            (0..10).map_while(|_| throttle.admit("ada", "::1", at(0)).ok()).collect();
        assert_eq!(under_way.len(), 6);
        drop(under_way);
        assert!(throttle.admit("ada", "::1", at(0)).is_ok(), "what had no verdict costs nothing");
    }

    #[test]
    fn an_address_that_guesses_at_many_accounts_is_slowed_down() {
        let throttle = Throttle::default();
        for number in 0..101 {
            throttle.admit(&format!("user{number}"), "::1", at(0)).unwrap().failed(at(0));
        }
        assert!(throttle.admit("another", "::1", at(0)).is_err());
        assert!(throttle.admit("another", "::2", at(0)).is_ok());
    }
}
