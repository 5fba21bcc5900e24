//! The log of slow requests, written sparingly: when everything is slow, ten lines a second say so as well as ten thousand,
//! which would make it slower yet.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Lines a second.
const LINES: u64 = 10;
const COUNT_BITS: u32 = 32;

/// What lets lines through.
pub struct SlowLog {
    /// A request that takes as long as this is slow.
    pub from: Duration,
    since: Instant,
    /// The second, and how many were slow in it.
    second: AtomicU64,
    left_out: AtomicU64,
}

impl SlowLog {
    /// Nothing was slow yet.
    pub fn new(from: Duration) -> Self {
        let (second, left_out) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { from, since: Instant::now(), second, left_out }
    }

    /// May a line be written at `now`? With how many were left out before it.
    pub fn takes(&self, now: Instant) -> Option<u64> {
        let current = now.saturating_duration_since(self.since).as_secs() << COUNT_BITS;
        let next =
            |seen: u64| if seen >> COUNT_BITS == current >> COUNT_BITS { seen + 1 } else { current + 1 };
        let seen = self
            .second
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |seen| Some(next(seen)))
            .unwrap_or_default();
        if next(seen) - current <= LINES {
            return Some(self.left_out.swap(0, Ordering::Relaxed));
        }
        self.left_out.fetch_add(1, Ordering::Relaxed);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_told_by_some_and_counted() {
        let log = SlowLog::new(Duration::from_millis(500));
        let told = |at: Duration, asked: u64| -> Vec<u64> {
            (0..asked).filter_map(|_| log.takes(log.since + at)).collect()
        };
        assert_eq!(told(Duration::ZERO, 10_000), [0; 10]);
        assert_eq!(told(Duration::from_secs(1), 1), [9_990]);
        assert_eq!(told(Duration::from_secs(1), 12), [0; 9]);
        assert_eq!(told(Duration::from_secs(70), 2), [3, 0]);
    }
}
