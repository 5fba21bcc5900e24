//! The checkpoint thread: watches the room on the disk, keeps a spare segment ready, takes checkpoints.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::journal::prepare_spare;
use super::shared::{Shared, Stop};
use super::writer::Leaving;

/// The checkpoint thread.
pub(crate) struct Checkpointer {
    pub(crate) shared: Arc<Shared>,
}

/// How often it looks.
const TICK: Duration = Duration::from_millis(250);
/// How often it says that the same goes on failing.
const SAID_AGAIN: Duration = Duration::from_mins(10);

impl Checkpointer {
    pub(crate) fn run(self) {
        let _leaving = Leaving { shared: &self.shared, leave: |_| {} };
        let mut last = Instant::now();
        // The first is taken also when nothing is written: what was replayed waits in memory until then.
        let mut last_number = None;
        let mut stamp = 1 << 40;
        let mut said = None;
        while !self.shared.is_stopping() {
            std::thread::park_timeout(TICK);
            if self.shared.is_stopping() {
                return;
            }
            self.shared.watch_room();
            stamp += 1;
            self.prepare_spare(stamp, &mut said);
            let number = self.shared.applied_number.load(Ordering::Acquire);
            let due = last.elapsed() >= self.shared.options.checkpoint_interval
                || self.shared.counts.bytes_since_checkpoint() >= self.shared.options.checkpoint_bytes;
            if due && Some(number) != last_number && !self.shared.has(Stop::ENGINE) {
                last = Instant::now();
                match self.shared.checkpoint() {
                    Ok(()) => last_number = Some(number),
                    Err(error) => {
                        tracing::error!(%error, "a checkpoint failed; the journal keeps everything");
                    }
                }
            }
        }
    }

    /// `said` is when it was said last that this fails.
    fn prepare_spare(&self, stamp: u64, said: &mut Option<Instant>) {
        let bytes = self.shared.options.segment_bytes;
        // A spare is a comfort: it must not be what fills the disk.
        let room = self.shared.options.low_water_bytes.saturating_add(bytes.saturating_mul(2));
        if self.shared.is_read_only() || self.shared.counts.free_bytes.load(Ordering::Relaxed) < room {
            return;
        }
        let _maintenance = self.shared.hold_maintenance();
        match prepare_spare(self.shared.files.as_ref(), bytes, stamp) {
            Ok(()) => *said = None,
            Err(error) if said.is_none_or(|said| said.elapsed() >= SAID_AGAIN) => {
                *said = Some(Instant::now());
                tracing::warn!(%error, "preparing a journal segment failed; the next switch makes one itself");
            }
            Err(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::engine::MemoryEngine;
    use crate::store::journal::crammed::Crammed;
    use crate::store::journal::files::Files as _;
    use crate::store::shared::{Parts, StoreOptions};

    #[test]
    fn a_spare_segment_that_cannot_be_made_is_told_once_and_not_four_times_a_second() {
        let files = Crammed::with(u64::MAX / 2);
        let options = StoreOptions { segment_bytes: 4096, ..StoreOptions::default() };
        let parts = Parts::alone(options, Arc::new(files.clone()), Arc::new(MemoryEngine::default()));
        let shared = Shared::new(parts).unwrap();
        shared.counts.free_bytes.store(u64::MAX / 2, Ordering::Relaxed);
        let checkpointer = Checkpointer { shared: Arc::new(shared) };
        files.refuses.store(true, Ordering::Relaxed);
        let mut said = None;
        checkpointer.prepare_spare(1, &mut said);
        let first = said.expect("the first failure is told");
        checkpointer.prepare_spare(2, &mut said);
        assert_eq!(said, Some(first), "it was told just now");
        files.refuses.store(false, Ordering::Relaxed);
        checkpointer.prepare_spare(3, &mut said);
        assert_eq!(said, None, "the next failure is a new one");
        assert_eq!(files.list().unwrap().len(), 1);
    }
}
