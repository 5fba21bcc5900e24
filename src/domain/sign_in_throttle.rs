//! Failed sign-ins cost whoever fails: growing delays, per name and address together, per name, per address. All names of an
//! account count as one (`sign_in::counted_for`). The tables
//! are bounded in memory, and a delay is an answer (429 with Retry-After), never a thread that sleeps.
//!
//! Behind one address there may be a whole school, and one in it who guesses. So
//! - whoever signed in from an address within a month answers there for failures under their own name alone, whatever
//!   others do at that address, and whoever tries that name elsewhere;
//! - at an address from which very many fail, all who have not signed in from it before share a pace of some tries a
//!   second. That is what slows down guessing one password at many names. Who is refused is told a second, and asking
//!   again makes it no longer for anybody. A failure is forgotten every 36 seconds, and one more with everybody who signs
//!   in there for the first time, so that the mistypings of a school never add up;
//! - no delay is longer than a minute, because it may be somebody else's fault.
//!
//! What it cannot do: somebody who keeps guessing at a name from its owner's own address keeps the owner waiting, too, at
//! most a minute at a time; and whoever is new at an address from which a flood of guesses comes needs some tries.

use std::time::Duration;

use moka::Entry;
use moka::ops::compute::Op;
use moka::sync::Cache;
use sha2::{Digest, Sha256};

use super::refusal::Refusal;
use super::sign_in::THROTTLED;
use crate::clock::Timestamp;

/// Entries kept per table, about 100 bytes each: ten megabytes at most, and more than an attack keeps busy in an hour.
const ENTRIES: u64 = 100_000;
/// A failure is forgotten when nothing followed it for so long.
const FORGET: Duration = Duration::from_hours(1);
/// Whoever signed in from an address is known there for so long. Only the right password makes an entry, so guessing
/// crowds nobody out.
const KNOWN: Duration = Duration::from_hours(30 * 24);
/// The longest delay: it may hit the owner of the name.
const LONGEST_SECONDS: u64 = 60;
/// Failures at an address that slow down nobody: behind it there may be a school at nine o'clock.
const FREE_AT_ADDRESS: u32 = 100;
/// An address forgets a failure every so often, all the free ones within [`FORGET`].
const EACH: Duration = Duration::from_secs(36);
/// The pace of those who are new at an address from which very many fail: fast enough for a class, and more than a year for
/// the guesses that the weakest password takes.
const PACE: Duration = Duration::from_millis(500);
/// So many of them at once.
const AT_ONCE: u32 = 10;

/// What failures are counted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    /// Somebody at an address who says they are somebody.
    Pair,
    /// Whoever says they are somebody.
    Name,
}

impl Kind {
    /// Failures that cost nothing.
    const fn free(self) -> u32 {
        match self {
            Self::Pair => 5,
            Self::Name => 20,
        }
    }

    /// The delay after so many failures: doubling from one second.
    fn delay(self, failures: u32) -> Duration {
        match failures.checked_sub(self.free()) {
            None | Some(0) => Duration::ZERO,
            Some(over) => Duration::from_secs((1_u64 << (over - 1).min(20)).min(LONGEST_SECONDS)),
        }
    }
}

/// Part of a hash of what something is counted for.
type Short = [u8; 16];
type Key = (Kind, Short);

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last: Timestamp,
}

/// An address from which somebody failed.
#[derive(Debug, Clone, Copy)]
struct Address {
    /// When its failures will be forgotten: each moves this on by [`EACH`].
    clear: Timestamp,
    /// When the next try of somebody new is in step with [`PACE`].
    next: Timestamp,
}

impl Address {
    /// Did very many fail?
    fn is_slow(&self, now: Timestamp) -> bool {
        self.clear.since(now) > EACH * FREE_AT_ADDRESS
    }
}

/// The tables.
#[derive(Debug, Clone)]
pub struct Throttle {
    failures: Cache<Key, Failures>,
    addresses: Cache<Short, Address>,
    /// Since when somebody is known at an address.
    known: Cache<Short, Timestamp>,
}

impl Default for Throttle {
    fn default() -> Self {
        Self {
            failures: Cache::builder().max_capacity(ENTRIES).time_to_idle(FORGET).build(),
            addresses: Cache::builder().max_capacity(ENTRIES).time_to_idle(FORGET * 2).build(),
            known: Cache::builder().max_capacity(ENTRIES).time_to_live(KNOWN).build(),
        }
    }
}

fn short(parts: &[&str]) -> Short {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let digest: [u8; 32] = hash.finalize().into();
    let mut short = [0; 16];
    short.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    short
}

impl Throttle {
    /// Lets one attempt at `login` from `address` begin, or says when the next one may. It counts as failed until it is
    /// known to be right, so that many at once are not free.
    pub fn admit(&self, login: &str, address: &str, now: Timestamp) -> Result<Attempt, Refusal> {
        let pair = (Kind::Pair, short(&[login, address]));
        let name = (Kind::Name, short(&[login]));
        let address = short(&[address]);
        let known = self.is_known(&pair.1, now);
        let mut wait = self.wait(&pair, now);
        if !known {
            wait = wait.max(self.wait(&name, now));
        }
        if !known && wait.is_zero() {
            wait = self.step(address, now);
        }
        if wait > Duration::ZERO {
            let seconds = u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX);
            return Err(THROTTLED
                .refuse(format!("too many sign-ins failed; try again in {seconds} s"))
                .retry_after(seconds));
        }
        self.count(pair, now);
        self.count(name, now);
        Ok(Attempt { throttle: self.clone(), pair, name, address, open: true })
    }

    fn is_known(&self, pair: &Short, now: Timestamp) -> bool {
        self.known.get(pair).is_some_and(|since| now.since(since) < KNOWN)
    }

    fn wait(&self, key: &Key, now: Timestamp) -> Duration {
        match self.failures.get(key) {
            Some(failures) if now.since(failures.last) < FORGET => {
                failures.last.plus(key.0.delay(failures.count)).since(now)
            }
            _ => Duration::ZERO,
        }
    }

    /// Lets somebody who is new at an address try, in step with the others when very many failed there. How long until
    /// the next may; who has to wait moves nothing.
    fn step(&self, address: Short, now: Timestamp) -> Duration {
        let mut wait = Duration::ZERO;
        self.addresses.entry(address).and_compute_with(|old| match old.map(Entry::into_value) {
            Some(old) if old.is_slow(now) => {
                wait = old.next.since(now).saturating_sub(PACE * (AT_ONCE - 1));
                if wait.is_zero() {
                    Op::Put(Address { next: old.next.max(now).plus(PACE), ..old })
                } else {
                    Op::Nop
                }
            }
            _ => Op::Nop,
        });
        wait
    }

    fn count(&self, key: Key, now: Timestamp) {
        self.failures.entry(key).and_upsert_with(|old| match old.map(Entry::into_value) {
            Some(old) if now.since(old.last) < FORGET => {
                Failures { count: old.count.saturating_add(1), last: now }
            }
            _ => Failures { count: 1, last: now },
        });
    }

    fn discount(&self, key: Key) {
        self.failures.entry(key).and_compute_with(|old| match old.map(Entry::into_value) {
            Some(old) if old.count > 1 => Op::Put(Failures { count: old.count - 1, last: old.last }),
            Some(_) => Op::Remove,
            None => Op::Nop,
        });
    }

    /// Somebody failed at an address. However many did, it is slow for an hour behind the last of them at most.
    fn count_at(&self, address: Short, now: Timestamp) {
        self.addresses.entry(address).and_upsert_with(|old| {
            let old = old.map_or(Address { clear: now, next: now }, Entry::into_value);
            let clear = old.clear.max(now).plus(EACH).min(now.plus(FORGET * 2));
            Address { clear, ..old }
        });
    }

    /// Somebody signed in from an address for the first time.
    fn discount_at(&self, address: Short) {
        self.addresses.entry(address).and_compute_with(|old| match old.map(Entry::into_value) {
            Some(old) => Op::Put(Address { clear: old.clear.minus(EACH), ..old }),
            None => Op::Nop,
        });
    }
}

/// An attempt under way. Dropped without a verdict (the queue was full, the client went away) it is no failure.
#[derive(Debug)]
pub struct Attempt {
    throttle: Throttle,
    pair: Key,
    name: Key,
    address: Short,
    open: bool,
}

impl Attempt {
    /// The password was wrong.
    pub fn failed(mut self, now: Timestamp) {
        self.open = false;
        self.throttle.count_at(self.address, now);
    }

    /// The password was right: this person at this address begins anew.
    pub fn succeeded(mut self, now: Timestamp) {
        self.open = false;
        self.throttle.failures.invalidate(&self.pair);
        self.throttle.discount(self.name);
        // Once for each person, else whoever has an account could pay for guesses by signing in.
        if !self.throttle.is_known(&self.pair.1, now) {
            self.throttle.discount_at(self.address);
        }
        self.throttle.known.insert(self.pair.1, now);
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        if self.open {
            self.throttle.discount(self.pair);
            self.throttle.discount(self.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: u64) -> Timestamp {
        Timestamp::EPOCH.plus(Duration::from_secs(second))
    }

    fn fail(throttle: &Throttle, login: &str, address: &str, second: u64) -> bool {
        throttle.admit(login, address, at(second)).map(|attempt| attempt.failed(at(second))).is_ok()
    }

    fn sign_in(throttle: &Throttle, login: &str, address: &str, second: u64) -> bool {
        throttle.admit(login, address, at(second)).map(|attempt| attempt.succeeded(at(second))).is_ok()
    }

    /// So many names that nobody has are tried from an address, by somebody who comes back as often as it takes.
    fn guess(throttle: &Throttle, address: &str, names: u64, mut second: u64) -> u64 {
        for number in 0..names {
            while !fail(throttle, &format!("invented{number}"), address, second) {
                second += 1;
            }
        }
        second
    }

    #[test]
    fn delays_double_and_end_at_a_minute() {
        let delays: Vec<u64> = (5..14).map(|count| Kind::Pair.delay(count).as_secs()).collect();
        assert_eq!(delays, [0, 1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(Kind::Name.delay(20).as_secs(), 0);
        assert_eq!(Kind::Name.delay(u32::MAX).as_secs(), 60);
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
        assert!(sign_in(&throttle, "bob", "::1", 0) && sign_in(&throttle, "ada", "::2", 0));
        assert!(sign_in(&throttle, "ada", "::1", 1) && fail(&throttle, "ada", "::1", 1));
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
    fn one_who_guesses_behind_the_address_of_a_school_keeps_nobody_waiting_who_signed_in_there() {
        let throttle = Throttle::default();
        assert!(sign_in(&throttle, "ada", "school", 0));
        let second = guess(&throttle, "school", 500, 10);
        assert!((150..=400).contains(&second), "slowed down, not stopped: {second}");
        assert!((0..3).all(|_| sign_in(&throttle, "ada", "school", second)));
        // Their own mistypings cost what they always do.
        assert!((0..6).all(|_| fail(&throttle, "ada", "school", second)));
        assert!(!fail(&throttle, "ada", "school", second));
        // A class that is new there gets in, too, within the minute, though there are guesses without end.
        let mut waiting: Vec<String> = (0..30).map(|number| format!("pupil{number}")).collect();
        let mut seconds = 0;
        while !waiting.is_empty() {
            fail(&throttle, &format!("more{seconds}"), "school", second + seconds);
            waiting.retain(|pupil| !sign_in(&throttle, pupil, "school", second + seconds));
            seconds += 1;
        }
        assert!(seconds < 60, "{seconds}");
    }

    #[test]
    fn one_password_at_many_names_is_slowed_down_and_asking_again_makes_it_no_longer() {
        let throttle = Throttle::default();
        assert_eq!(guess(&throttle, "::1", 101, 0), 0, "a school's mistypings are free");
        let tried = (0..1000).filter(|number| fail(&throttle, &format!("user{number}"), "::1", 0)).count();
        assert_eq!(tried, 10);
        let refusal = throttle.admit("another", "::1", at(0)).unwrap_err();
        assert_eq!((refusal.code, refusal.retry_after_seconds), (THROTTLED, Some(1)));
        assert!(sign_in(&throttle, "another", "::1", 1));
        assert!(sign_in(&throttle, "somebody", "::2", 0), "other addresses are free");
        let began = guess(&throttle, "::3", 101, 0);
        let minute = guess(&throttle, "::3", 130, began) - began;
        assert!((59..=61).contains(&minute), "ten at once, then two a second: {minute}");
    }

    #[test]
    fn mistypings_are_forgotten_by_and_by_and_paid_for_by_who_is_new() {
        // At a rate of a hundred an hour for days, without a pause.
        let throttle = Throttle::default();
        assert!((0..5_000).all(|number| fail(&throttle, &format!("p{number}"), "school", number * 36)));
        let slow = |throttle: &Throttle, address: &str, now: Timestamp| {
            throttle.addresses.get(&short(&[address])).is_some_and(|address| address.is_slow(now))
        };
        assert!(!slow(&throttle, "school", at(5_000 * 36)));
        // Everybody signs in at once, and every second one mistypes first.
        for number in 0..1_000 {
            assert!(fail(&throttle, &format!("n{number}"), "other", 0), "{number}");
            assert!(sign_in(&throttle, &format!("n{number}"), "other", 0), "{number}");
        }
        // The same person again and again pays for one.
        guess(&throttle, "third", 101, 0);
        assert!(slow(&throttle, "third", at(0)));
        guess(&throttle, "third", 5, 0);
        for _ in 0..100 {
            assert!(sign_in(&throttle, "mallory", "third", 1));
        }
        assert!(slow(&throttle, "third", at(1)));
        // However many there were, an hour later all is as before.
        let second = guess(&throttle, "fourth", 2_000, 0);
        assert!(slow(&throttle, "fourth", at(second)));
        assert!(!slow(&throttle, "fourth", at(second + 3_600)));
    }

    #[test]
    fn who_tries_a_name_elsewhere_does_not_keep_its_owner_waiting_where_they_are_known() {
        let throttle = Throttle::default();
        assert!(sign_in(&throttle, "ada", "home", 0));
        let tries = (0..100).filter(|place| fail(&throttle, "ada", &format!("net{place}"), 1)).count();
        assert_eq!(tries, 21);
        assert!(!fail(&throttle, "ada", "cafe", 1));
        assert!(sign_in(&throttle, "ada", "home", 1));
        let month = 1 + KNOWN.as_secs();
        assert!((0..21).all(|place| fail(&throttle, "ada", &format!("net{place}"), month)));
        assert!(!fail(&throttle, "ada", "home", month), "nobody is known for ever");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn nothing_that_others_do_keeps_somebody_waiting_where_they_are_known(
            steps in prop::collection::vec((0..40_u8, 0..2_u8, 0..3_000_u64, any::<bool>()), 1..600),
        ) {
            let throttle = Throttle::default();
            prop_assert!(sign_in(&throttle, "ada", "0", 0));
            let mut now = at(0);
            for (name, address, gap_ms, right) in steps {
                now = now.plus(Duration::from_millis(gap_ms));
                // Under her own name they try elsewhere only.
                let login = if name == 0 && address != 0 { "ada".to_owned() } else { format!("p{name}") };
                match throttle.admit(&login, &address.to_string(), now) {
                    Ok(attempt) if right => attempt.succeeded(now),
                    Ok(attempt) => attempt.failed(now),
                    Err(refusal) => prop_assert!(
                        refusal.retry_after_seconds.is_some_and(|seconds| (1..=60).contains(&seconds))
                    ),
                }
                prop_assert!(throttle.admit("ada", "0", now).is_ok());
            }
        }
    }
}
