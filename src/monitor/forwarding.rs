//! Metrics of forwarding. Targets are named by their id: there are few, and names may change.

use std::collections::HashSet;
use std::time::Duration;

use prometheus::core::Collector as _;
use prometheus::proto::{LabelPair, Metric, MetricFamily};
use prometheus::{GaugeVec, IntCounterVec, IntGaugeVec, Opts, Registry};

/// How forwarding goes.
pub struct ForwardingMetrics {
    behind: IntGaugeVec,
    behind_seconds: GaugeVec,
    letters: IntGaugeVec,
    delivered: IntCounterVec,
    failed: IntCounterVec,
}

impl ForwardingMetrics {
    /// Makes and registers them.
    pub fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        let labels = &["target"];
        let metrics = Self {
            behind: IntGaugeVec::new(
                Opts::new(
                    "lyceum_forward_behind_statements",
                    "Statements that a target was not given yet, counted up to 1000.",
                ),
                labels,
            )?,
            behind_seconds: GaugeVec::new(
                Opts::new(
                    "lyceum_forward_behind_seconds",
                    "Age of the first statement that waits for a target.",
                ),
                labels,
            )?,
            letters: IntGaugeVec::new(
                Opts::new(
                    "lyceum_forward_dead_letters",
                    "Statements that a target did not want and that are kept.",
                ),
                labels,
            )?,
            delivered: IntCounterVec::new(
                Opts::new("lyceum_forward_delivered_total", "Statements that a target has taken."),
                labels,
            )?,
            failed: IntCounterVec::new(
                Opts::new(
                    "lyceum_forward_failed_tries_total",
                    "Tries that came to nothing and are repeated.",
                ),
                labels,
            )?,
        };
        registry.register(Box::new(metrics.behind.clone()))?;
        registry.register(Box::new(metrics.behind_seconds.clone()))?;
        registry.register(Box::new(metrics.letters.clone()))?;
        registry.register(Box::new(metrics.delivered.clone()))?;
        registry.register(Box::new(metrics.failed.clone()))?;
        Ok(metrics)
    }

    /// Counts statements that a target has taken.
    pub fn delivered(&self, target: u64, count: u64) {
        self.delivered.with_label_values(&[&target.to_string()]).inc_by(count);
    }

    /// Counts a try that came to nothing.
    pub fn failed(&self, target: u64) {
        self.failed.with_label_values(&[&target.to_string()]).inc();
    }

    /// Shows how far every target is: id, statements and time behind, dead letters. Others are forgotten. What is counted begins
    /// at nought, so that the first is seen as a change.
    pub fn show(&self, targets: impl Iterator<Item = (u64, usize, Duration, u64)>) {
        self.behind.reset();
        self.behind_seconds.reset();
        self.letters.reset();
        let whole = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let mut shown = HashSet::new();
        for (target, statements, age, letters) in targets {
            let target = target.to_string();
            for counted in [&self.delivered, &self.failed] {
                counted.with_label_values(&[&target]);
            }
            self.behind.with_label_values(&[&target]).set(whole(statements as u64));
            self.behind_seconds.with_label_values(&[&target]).set(age.as_secs_f64());
            self.letters.with_label_values(&[&target]).set(whole(letters));
            shown.insert(target);
        }
        for counted in [&self.delivered, &self.failed] {
            let counts = counted.collect();
            let labels = counts.iter().flat_map(MetricFamily::get_metric).flat_map(Metric::get_label);
            for gone in labels.map(LabelPair::value).filter(|target| !shown.contains(*target)) {
                // It is there, unless somebody else has forgotten it meanwhile.
                let _ = counted.remove_label_values(&[gone]);
            }
        }
    }
}
