//! When the committer gives the next group time to grow.
//!
//! A group costs the same however few transactions it has: a write and a sync of the journal, and three threads that are woken.
//! Where the processors are busy with many callers, the committer is free again before more than a few of those have had their turn,
//! and takes a few. So behind a group of many the next one waits, as long as more keep coming. Few callers never wait, and who waits
//! for nobody else waits for one look.

use std::time::{Duration, Instant};

/// So many transactions of a group say that there are many callers.
const MANY: usize = 16;
/// With so many transactions a group need not grow: what it costs is little for each.
const ENOUGH: usize = 64;
/// With so many bytes it costs more to sync than to begin.
const ENOUGH_BYTES: usize = 64 * 1024;
/// Groups follow each other at most so much later.
const AT_MOST: Duration = Duration::from_millis(1);
/// For so long it is looked whether more come.
const LOOK: Duration = Duration::from_micros(200);
/// So many within a look are more to come.
const MORE: usize = 4;

/// What the last group was like, and how many came since.
#[derive(Debug, Default)]
pub(super) struct Growth {
    /// When the last group was taken, and how many transactions it had.
    last: Option<(Instant, usize)>,
    /// Transactions that came since the look began.
    came: usize,
}

/// A group as it is offered.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Offered {
    pub(super) transactions: usize,
    pub(super) bytes: usize,
}

impl Growth {
    /// A transaction came.
    pub(super) fn comes(&mut self) {
        self.came += 1;
    }

    /// A group of so many transactions was taken.
    pub(super) fn taken(&mut self, transactions: usize, now: Instant) {
        self.last = Some((now, transactions));
    }

    /// There was nothing to take.
    pub(super) fn idle(&mut self) {
        self.last = None;
    }

    /// For how long to look whether more come to what is offered. `None`: it is to be taken as it is.
    pub(super) fn look(&mut self, offered: Offered, now: Instant) -> Option<Duration> {
        let (taken, transactions) = self.last?;
        let grown = offered.transactions >= ENOUGH || offered.bytes >= ENOUGH_BYTES;
        let left = AT_MOST.checked_sub(now.duration_since(taken)).filter(|left| !left.is_zero())?;
        let waits = transactions >= MANY && !grown;
        self.came = 0;
        waits.then_some(LOOK.min(left))
    }

    /// Did more come since the look began?
    pub(super) fn goes_on(&self) -> bool {
        self.came >= MORE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(transactions: usize) -> Offered {
        Offered { transactions, bytes: transactions * 500 }
    }

    fn behind(transactions: usize) -> (Growth, Instant) {
        let (mut growth, now) = (Growth::default(), Instant::now());
        growth.taken(transactions, now);
        (growth, now)
    }

    #[test]
    fn few_callers_never_wait() {
        let (mut growth, now) = (Growth::default(), Instant::now());
        assert_eq!(growth.look(offered(1), now), None, "the first group");
        growth.taken(MANY - 1, now);
        assert_eq!(growth.look(offered(1), now), None, "behind one of few");
    }

    #[test]
    fn behind_a_group_of_many_the_next_waits_until_it_is_large_enough() {
        let (mut growth, now) = behind(MANY);
        assert_eq!(growth.look(Offered::default(), now), Some(LOOK), "nothing is offered yet");
        assert_eq!(growth.look(offered(ENOUGH - 1), now), Some(LOOK));
        assert_eq!(growth.look(offered(ENOUGH), now), None);
        assert_eq!(
            growth.look(Offered { transactions: 1, bytes: ENOUGH_BYTES }, now),
            None,
            "one of many bytes"
        );
    }

    #[test]
    fn it_waits_while_more_come_and_no_longer_than_a_millisecond() {
        let (mut growth, now) = behind(MANY);
        assert!(growth.look(offered(1), now).is_some());
        for _ in 1..MORE {
            growth.comes();
        }
        assert!(!growth.goes_on());
        growth.comes();
        assert!(growth.goes_on());
        assert!(growth.look(offered(5), now + LOOK).is_some());
        assert!(!growth.goes_on(), "none came since this look began");

        let late = AT_MOST.checked_sub(LOOK / 2).unwrap();
        assert_eq!(growth.look(offered(5), now + late), Some(LOOK / 2), "no longer than what is left");
        assert_eq!(growth.look(offered(5), now + AT_MOST), None);
        assert_eq!(growth.look(offered(5), now + 2 * AT_MOST), None);
    }

    #[test]
    fn who_had_nothing_to_do_begins_at_once() {
        let (mut growth, now) = behind(1_000);
        growth.idle();
        assert_eq!(growth.look(offered(1), now), None);
    }
}
