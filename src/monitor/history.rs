//! The last hour in memory: a sample of the process's own metrics every few seconds, for the charts of the health page.
//! A ring of bounded size; who wants more keeps `/metrics` elsewhere.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use super::process::Usage;
use super::times::BOUNDS_US;
use super::{Metrics, Totals};
use crate::clock::Timestamp;
use crate::store::Store;

/// Time between samples: short enough for the start of an exam to be seen, long enough to cost nothing.
pub const INTERVAL: Duration = Duration::from_secs(5);
/// Samples that are kept: an hour of them, under a tenth of a megabyte.
pub const MOST_SAMPLES: usize = 720;

/// How the server was over one interval.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct Sample {
    /// When the interval ended.
    pub at: Timestamp,
    /// Requests answered a second.
    pub requests_per_second: f64,
    /// Of them those that the server failed or refused to serve (5xx), but for turns that are kept.
    pub failed_per_second: f64,
    /// Half of the requests took no longer; `null` where there were none.
    pub latency_p50_ms: Option<f64>,
    /// Ninety-nine in a hundred took no longer; `null` where there were none.
    pub latency_p99_ms: Option<f64>,
    /// Changes that waited for the writer.
    pub queue: f64,
    /// Mean time to sync a group of changes to the disk; `null` where nothing was written.
    pub sync_ms: Option<f64>,
    /// Processor time used, of one processor.
    pub cpu_percent: f64,
    /// Memory.
    pub memory_bytes: f64,
    /// Free on the disk of the store.
    pub disk_free_bytes: f64,
    /// Attempts that were being worked on; `null` where the store could not be read.
    pub attempts: Option<f64>,
}

/// The samples, the oldest first.
#[derive(Default)]
pub struct History(Mutex<VecDeque<Sample>>);

impl History {
    /// Takes one more; the oldest goes when there is no room.
    pub fn add(&self, sample: Sample) {
        let mut samples = self.0.lock();
        if samples.len() == MOST_SAMPLES {
            samples.pop_front();
        }
        samples.push_back(sample);
    }

    /// The last `most`, the oldest first.
    pub fn last(&self, most: usize) -> Vec<Sample> {
        let samples = self.0.lock();
        samples.iter().skip(samples.len().saturating_sub(most)).copied().collect()
    }
}

/// Counts at one moment.
pub struct Reading {
    at: Instant,
    totals: Totals,
    usage: Usage,
    syncs: (u64, f64),
}

impl Reading {
    /// The counts now.
    pub fn take(metrics: &Metrics, store: &Store) -> Self {
        let sync = &store.counts().sync_seconds;
        Self {
            at: Instant::now(),
            totals: metrics.totals(),
            usage: Usage::read(),
            syncs: (sync.get_sample_count(), sync.get_sample_sum()),
        }
    }

    /// How the server was from `before` until this reading, taken at `at` while so many attempts were being worked on.
    pub fn since(&self, before: &Self, store: &Store, at: Timestamp, attempts: Option<u64>) -> Sample {
        let seconds = self.at.duration_since(before.at).as_secs_f64().max(0.001);
        let rate = |now: u64, before: u64| float(now.saturating_sub(before)) / seconds;
        let syncs = self.syncs.0.saturating_sub(before.syncs.0);
        Sample {
            at,
            requests_per_second: rate(self.totals.requests, before.totals.requests),
            failed_per_second: rate(self.totals.failed, before.totals.failed),
            latency_p50_ms: quantile_ms(&before.totals, &self.totals, 0.5),
            latency_p99_ms: quantile_ms(&before.totals, &self.totals, 0.99),
            queue: float(store.queue_depths().into_iter().sum()),
            sync_ms: (syncs > 0).then(|| (self.syncs.1 - before.syncs.1) * 1e3 / float(syncs)),
            cpu_percent: (self.usage.cpu_seconds - before.usage.cpu_seconds).max(0.0) * 100.0 / seconds,
            memory_bytes: float(self.usage.resident_bytes),
            disk_free_bytes: float(store.counts().free_bytes.load(Ordering::Relaxed)),
            attempts: attempts.map(float),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts for charts")]
const fn float(count: u64) -> f64 {
    count as f64
}

/// The bound within which this share of the requests between two readings lies, in milliseconds; `None` without requests.
fn quantile_ms(before: &Totals, now: &Totals, share: f64) -> Option<f64> {
    let count = now.requests.saturating_sub(before.requests);
    if count == 0 {
        return None;
    }
    let wanted = float(count) * share;
    let buckets = now.within.iter().zip(&before.within).map(|(now, before)| now.saturating_sub(*before));
    let bound = buckets.zip(BOUNDS_US).find(|(within, _)| float(*within) >= wanted);
    // Slower than the last bound: that one is said.
    Some(f64::from(bound.map_or(BOUNDS_US.last().copied().unwrap_or_default(), |(_, bound)| bound)) / 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Sample {
        Sample { at: Timestamp::from_ms(ms), ..Sample::default() }
    }

    #[test]
    fn the_ring_keeps_an_hour_and_no_more() {
        let history = History::default();
        for ms in 0..1_000 {
            history.add(at(ms));
        }
        let all = history.last(usize::MAX);
        assert_eq!(all.len(), MOST_SAMPLES);
        assert_eq!(all.last().unwrap().at.ms(), 999);
        assert_eq!(history.last(2).iter().map(|sample| sample.at.ms()).collect::<Vec<_>>(), [998, 999]);
    }

    #[test]
    fn a_quantile_is_of_the_requests_between_two_readings() {
        let before = Totals { requests: 10, failed: 0, within: [10; BOUNDS_US.len()] };
        let mut now = Totals { requests: 110, failed: 0, within: [110; BOUNDS_US.len()] };
        // Ninety of the hundred new ones within 1 ms, all within 250 ms.
        for (within, bound) in now.within.iter_mut().zip(BOUNDS_US) {
            *within = if bound < 1_000 {
                10
            } else if bound < 250_000 {
                100
            } else {
                110
            };
        }
        assert_eq!(quantile_ms(&before, &now, 0.5), Some(1.0));
        assert_eq!(quantile_ms(&before, &now, 0.99), Some(250.0));
        assert_eq!(quantile_ms(&now, &now, 0.5), None, "nothing was asked");
    }
}
