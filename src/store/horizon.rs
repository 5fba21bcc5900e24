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
    /// The latest promise of a reader who saw everything.
    whole: AtomicU64,
}

impl Horizon {
    /// A transaction of this group takes moments. They have to be later than the answer.
    pub(crate) fn take(&self, group: u64) -> u64 {
        // Said before the look: a reader who promises after the look finds it.
        self.taken_in.store(group, Ordering::SeqCst);
        self.promised.load(Ordering::SeqCst)
    }

    /// Promises that nothing is stored any more up to `moment`. Up to which moment does a reader who sees groups up to `shown` see
    /// everything? Up to this one, when they see what was taken before. If not, the promise says nothing, but the last one does
    /// that was made when everything was seen: nothing was taken up to there since, and what was seen then is seen by now. So what
    /// is answered never goes back.
    pub(crate) fn promise(&self, moment: u64, shown: u64) -> u64 {
        self.promised.fetch_max(moment, Ordering::SeqCst);
        if self.taken_in.load(Ordering::SeqCst) <= shown {
            self.whole.fetch_max(moment, Ordering::SeqCst).max(moment)
        } else {
            self.whole.load(Ordering::SeqCst)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_after_a_promise_is_later_and_before_what_is_taken_is_shown_nothing_is_promised() {
        let horizon = Horizon::default();
        assert_eq!(horizon.promise(10, 0), 10, "nothing was ever taken");
        assert_eq!(horizon.take(1), 10);
        assert_eq!(horizon.promise(20, 0), 10, "group 1 is under way: what was promised before it holds");
        assert_eq!(horizon.take(2), 20, "what could not be promised is kept free all the same");
        assert_eq!(horizon.promise(30, 1), 10, "group 2 is under way");
        assert_eq!(horizon.promise(30, 2), 30);
        assert_eq!(horizon.promise(5, 2), 30, "an earlier moment is promised with a later one");
        assert_eq!(horizon.take(3), 30);
        assert_eq!(horizon.promise(40, 2), 30, "it does not go back while something is under way");
    }
}
