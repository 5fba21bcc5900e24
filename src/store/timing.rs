//! Where the time of a write went, told to whoever awaits it: a value of the thread, taken after each poll, so that no
//! caller in between has to pass it on.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// The times of the writes that ended during one poll, added up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WriteTimes {
    /// Waiting for the writer.
    pub queue: Duration,
    /// The transactions' own code.
    pub apply: Duration,
    /// From then until they were durable and visible.
    pub sync: Duration,
}

thread_local! {
    static ENDED: Cell<WriteTimes> = const {
        Cell::new(WriteTimes { queue: Duration::ZERO, apply: Duration::ZERO, sync: Duration::ZERO })
    };
}

/// Takes the times of the writes that ended on this thread since this was called last.
pub fn take() -> WriteTimes {
    ENDED.take()
}

/// When the writer had a transaction.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ran {
    pub(crate) from: Instant,
    pub(crate) to: Instant,
}

/// Notes a write that was queued at `queued` and ends now.
pub(crate) fn note(queued: Instant, ran: Ran) {
    let mut times = ENDED.get();
    times.queue += ran.from.saturating_duration_since(queued);
    times.apply += ran.to.saturating_duration_since(ran.from);
    times.sync += ran.to.elapsed();
    ENDED.set(times);
}
