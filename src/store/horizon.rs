//! Up to which moment everything that is stored can be read, for records whose key is their moment of storing.
//!
//! A reader who sees everything that was stored promises that nothing more comes up to a moment; whoever takes a moment
//! afterwards takes a later one. Readers and the writer need no lock for that, only one order of two words.

use std::sync::atomic::{AtomicU64, Ordering};

/// Promises made, and the last group that moments were taken in.
#[derive(Debug, Default)]
pub(crate) struct Horizon {
    promised: AtomicU64,
    taken_in: AtomicU64,
}

impl Horizon {
    /// A transaction of this group takes moments. They have to be later than the answer.
    pub(crate) fn take(&self, group: u64) -> u64 {
        // Said before the look: a reader who promises after the look finds it.
        self.taken_in.store(group, Ordering::SeqCst);
        self.promised.load(Ordering::SeqCst)
    }

    /// Promises that nothing is stored any more up to `moment`. Does a reader who sees groups up to `shown` see everything that
    /// was taken before? If not, the promise keeps nobody from anything, and says nothing.
    pub(crate) fn promise(&self, moment: u64, shown: u64) -> bool {
        self.promised.fetch_max(moment, Ordering::SeqCst);
        self.taken_in.load(Ordering::SeqCst) <= shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_after_a_promise_is_later_and_before_what_is_taken_is_shown_nothing_is_promised() {
        let horizon = Horizon::default();
        assert!(horizon.promise(10, 0), "nothing was ever taken");
        assert_eq!(horizon.take(1), 10);
        assert!(!horizon.promise(20, 0), "group 1 is under way");
        assert_eq!(horizon.take(2), 20, "what could not be promised is kept free all the same");
        assert!(!horizon.promise(30, 1), "group 2 is under way");
        assert!(horizon.promise(30, 2));
        assert!(horizon.promise(5, 2), "an earlier moment is promised with a later one");
        assert_eq!(horizon.take(3), 30);
    }
}
