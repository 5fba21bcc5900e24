//! Counts and times of the store, for metrics.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::error::StoreError;

/// Bounds of the histograms of seconds, from a fast disk to a stalled one.
pub const SECONDS_BOUNDS: [f64; 12] =
    [0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];
/// Bounds of the histogram of transactions per group.
pub const GROUP_BOUNDS: [f64; 11] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0];

/// Counts and times of the store since it was opened.
pub struct StoreCounts {
    /// Transactions per group.
    pub group_size: prometheus::Histogram,
    /// Seconds to write and sync a group.
    pub sync_seconds: prometheus::Histogram,
    /// Seconds to apply a group.
    pub apply_seconds: prometheus::Histogram,
    /// Bytes written to the journal.
    pub journal_bytes: AtomicU64,
    /// Free space as last seen.
    pub free_bytes: AtomicU64,
    /// Trees rebuilt from snapshot and journal.
    pub rebuilds: AtomicU64,
    /// Checkpoints taken.
    pub checkpoints: AtomicU64,
    /// Times the tree was exchanged while the store was running, rebuilt or not.
    pub heals: AtomicU64,
    pub(crate) since_checkpoint: AtomicU64,
    pub(crate) snapshot_bytes: AtomicU64,
}

impl StoreCounts {
    pub(crate) fn new() -> Result<Self, StoreError> {
        let histogram = |name: &str, help: &str, bounds: &[f64]| {
            prometheus::Histogram::with_opts(
                prometheus::HistogramOpts::new(name, help).buckets(bounds.to_vec()),
            )
            .map_err(|error| StoreError::Defect(error.to_string()))
        };
        Ok(Self {
            group_size: histogram(
                "lyceum_store_group_transactions",
                "Transactions synced together.",
                &GROUP_BOUNDS,
            )?,
            sync_seconds: histogram(
                "lyceum_store_sync_seconds",
                "Time to write a group to the journal and sync it.",
                &SECONDS_BOUNDS,
            )?,
            apply_seconds: histogram(
                "lyceum_store_apply_seconds",
                "Time to apply a synced group to the tree.",
                &SECONDS_BOUNDS,
            )?,
            journal_bytes: AtomicU64::new(0),
            free_bytes: AtomicU64::new(0),
            rebuilds: AtomicU64::new(0),
            checkpoints: AtomicU64::new(0),
            heals: AtomicU64::new(0),
            since_checkpoint: AtomicU64::new(0),
            snapshot_bytes: AtomicU64::new(0),
        })
    }

    pub(crate) fn synced(&self, time: Duration, transactions: usize, bytes: usize) {
        self.sync_seconds.observe(time.as_secs_f64());
        self.group_size.observe(f64::from(u32::try_from(transactions).unwrap_or(u32::MAX)));
        self.journal_bytes.fetch_add(bytes as u64, Ordering::Relaxed);
        self.since_checkpoint.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(crate) fn applied(&self, time: Duration) {
        self.apply_seconds.observe(time.as_secs_f64());
    }

    pub(crate) fn bytes_since_checkpoint(&self) -> u64 {
        self.since_checkpoint.load(Ordering::Relaxed)
    }
}
