//! Metrics of the store, read from its own counts when somebody scrapes.

use std::sync::atomic::Ordering;

use prometheus::core::{Collector, Desc};
use prometheus::proto::MetricFamily;
use prometheus::{IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts};

use crate::store::{Class, Durability, Store};

/// Reads a store's counts into metrics.
pub struct StoreCollector {
    store: Store,
    queue: IntGaugeVec,
    cache_requests: IntCounterVec,
    cache_bytes: IntGauge,
    tree_bytes: IntGauge,
    journal_kept_bytes: IntGauge,
    journal_written_bytes: IntCounter,
    free_bytes: IntGauge,
    read_only: IntGauge,
    synced: IntGauge,
    rebuilds: IntCounter,
    checkpoints: IntCounter,
    group: IntGauge,
}

impl StoreCollector {
    /// Watches `store`.
    pub fn new(store: Store) -> Result<Self, prometheus::Error> {
        Ok(Self {
            store,
            queue: IntGaugeVec::new(
                Opts::new("lyceum_store_writer_queue", "Transactions waiting for the writer, by class."),
                &["class"],
            )?,
            cache_requests: IntCounterVec::new(
                Opts::new(
                    "lyceum_store_cache_requests_total",
                    "Look-ups in the caches, by cache and outcome.",
                ),
                &["cache", "outcome"],
            )?,
            cache_bytes: IntGauge::new("lyceum_store_cache_bytes", "What the caches weigh.")?,
            tree_bytes: IntGauge::new("lyceum_store_tree_bytes", "The tree on disk.")?,
            journal_kept_bytes: IntGauge::new(
                "lyceum_store_journal_kept_bytes",
                "Journal segments kept on disk.",
            )?,
            journal_written_bytes: IntCounter::new(
                "lyceum_store_journal_written_bytes_total",
                "Bytes written to the journal.",
            )?,
            free_bytes: IntGauge::new(
                "lyceum_store_disk_free_bytes",
                "Free space on the disk of the store.",
            )?,
            read_only: IntGauge::new("lyceum_store_read_only", "1 while nothing can be written.")?,
            synced: IntGauge::new(
                "lyceum_store_durability_synced",
                "1 when every write waits for the disk.",
            )?,
            rebuilds: IntCounter::new(
                "lyceum_store_tree_rebuilds_total",
                "Trees rebuilt from snapshot and journal since the start.",
            )?,
            checkpoints: IntCounter::new("lyceum_store_checkpoints_total", "Checkpoints since the start.")?,
            group: IntGauge::new("lyceum_store_group_number", "The last group that reads show.")?,
        })
    }

    fn parts(&self) -> [&dyn Collector; 14] {
        let counts = self.store.counts();
        [
            &self.queue,
            &self.cache_requests,
            &self.cache_bytes,
            &self.tree_bytes,
            &self.journal_kept_bytes,
            &self.journal_written_bytes,
            &self.free_bytes,
            &self.read_only,
            &self.synced,
            &self.rebuilds,
            &self.checkpoints,
            &self.group,
            &counts.group_size,
            &counts.sync_seconds,
        ]
    }

    fn refresh(&self) {
        let gauge = |gauge: &IntGauge, value: u64| gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        let counter = |counter: &IntCounter, value: u64| counter.inc_by(value.saturating_sub(counter.get()));
        for (class, depth) in Class::ALL.iter().zip(self.store.queue_depths()) {
            gauge(&self.queue.with_label_values(&[class.name()]), depth);
        }
        for (cache, hits, misses) in self.store.cache_counts() {
            counter(&self.cache_requests.with_label_values(&[cache, "hit"]), hits);
            counter(&self.cache_requests.with_label_values(&[cache, "miss"]), misses);
        }
        let counts = self.store.counts();
        gauge(&self.cache_bytes, self.store.cache_bytes());
        gauge(&self.tree_bytes, self.store.tree_bytes().unwrap_or(0));
        gauge(&self.journal_kept_bytes, self.store.journal_bytes());
        gauge(&self.free_bytes, counts.free_bytes.load(Ordering::Relaxed));
        gauge(&self.read_only, u64::from(self.store.read_only_reason().is_some()));
        gauge(&self.synced, u64::from(self.store.durability() == Durability::Synced));
        gauge(&self.group, self.store.group_number());
        counter(&self.journal_written_bytes, counts.journal_bytes.load(Ordering::Relaxed));
        counter(&self.rebuilds, counts.rebuilds.load(Ordering::Relaxed));
        counter(&self.checkpoints, counts.checkpoints.load(Ordering::Relaxed));
    }
}

impl Collector for StoreCollector {
    fn desc(&self) -> Vec<&Desc> {
        let counts = self.store.counts();
        let mut all: Vec<&Desc> = self.parts().into_iter().flat_map(Collector::desc).collect();
        all.extend(counts.apply_seconds.desc());
        all
    }

    fn collect(&self) -> Vec<MetricFamily> {
        self.refresh();
        let mut all: Vec<MetricFamily> = self.parts().into_iter().flat_map(Collector::collect).collect();
        all.extend(self.store.counts().apply_seconds.collect());
        all
    }
}
