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

impl Checkpointer {
    pub(crate) fn run(self) {
        let _leaving = Leaving { shared: &self.shared, leave: |_| {} };
        let mut last = Instant::now();
        // The first is taken also when nothing is written: what was replayed waits in memory until then.
        let mut last_number = None;
        let mut stamp = 1 << 40;
        while !self.shared.is_stopping() {
            std::thread::park_timeout(TICK);
            if self.shared.is_stopping() {
                return;
            }
            self.shared.watch_room();
            stamp += 1;
            self.prepare_spare(stamp);
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

    fn prepare_spare(&self, stamp: u64) {
        let bytes = self.shared.options.segment_bytes;
        // A spare is a comfort: it must not be what fills the disk.
        let room = self.shared.options.low_water_bytes.saturating_add(bytes.saturating_mul(2));
        if self.shared.is_read_only() || self.shared.counts.free_bytes.load(Ordering::Relaxed) < room {
            return;
        }
        let _maintenance = self.shared.hold_maintenance();
        if let Err(error) = prepare_spare(self.shared.files.as_ref(), bytes, stamp) {
            tracing::warn!(%error, "preparing a journal segment failed; the next switch makes one itself");
        }
    }
}
