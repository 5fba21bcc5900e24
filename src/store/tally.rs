//! A count that many threads raise at once: each has a cache line of its own to write to, so nobody waits for another's.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Lines per count; more threads share them.
pub(crate) const LINES: usize = 8;

/// One line: processors fetch pairs of 64 bytes.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Line(AtomicU64);

/// A count.
#[derive(Debug, Default)]
pub(crate) struct Tally([Line; LINES]);

thread_local! {
    static LINE: Cell<Option<usize>> = const { Cell::new(None) };
}

/// The line of this thread: threads take them in turn.
pub(crate) fn line() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    LINE.get().unwrap_or_else(|| {
        let line = NEXT.fetch_add(1, Ordering::Relaxed) % LINES;
        LINE.set(Some(line));
        line
    })
}

impl Tally {
    /// One more.
    pub(crate) fn raise(&self) {
        self.add(1);
    }

    /// So many more.
    pub(crate) fn add(&self, more: u64) {
        if let Some(line) = self.0.get(line()) {
            line.0.fetch_add(more, Ordering::Relaxed);
        }
    }

    /// What it is; it begins anew.
    pub(crate) fn take(&self) -> u64 {
        self.0.iter().map(|line| line.0.swap(0, Ordering::Relaxed)).sum()
    }

    /// What it is.
    pub(crate) fn total(&self) -> u64 {
        self.0.iter().map(|line| line.0.load(Ordering::Relaxed)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_together_count_what_they_counted() {
        let tally = Tally::default();
        std::thread::scope(|scope| {
            for _ in 0..2 * LINES {
                scope.spawn(|| (0..1000).for_each(|_| tally.raise()));
            }
        });
        assert_eq!(tally.total(), 2 * LINES as u64 * 1000);
        assert_eq!(tally.take(), 2 * LINES as u64 * 1000);
        tally.add(7);
        assert_eq!(tally.total(), 7);
    }
}
