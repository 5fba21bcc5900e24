//! Metrics of admission.

use prometheus::core::Collector;
use prometheus::{Gauge, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry};

use crate::admission::limiter::Ticked;
use crate::admission::rate::RATES;
use crate::store::Class;

/// What the limiter does.
pub struct AdmissionMetrics {
    refused: [IntCounter; Class::ALL.len()],
    rate_refused: IntCounterVec,
    limit: Gauge,
    wait_seconds: Gauge,
    floor_seconds: Gauge,
    busy: Gauge,
    beside: [IntGauge; Class::ALL.len()],
}

impl AdmissionMetrics {
    /// Makes and registers them.
    pub fn new(registry: &Registry) -> Result<Self, prometheus::Error> {
        fn register<C: Collector + Clone + 'static>(
            registry: &Registry,
            metric: C,
        ) -> Result<C, prometheus::Error> {
            registry.register(Box::new(metric.clone()))?;
            Ok(metric)
        }
        let refused = register(
            registry,
            IntCounterVec::new(
                Opts::new(
                    "lyceum_admission_refused_total",
                    "Requests refused because the machine was full, by class.",
                ),
                &["class"],
            )?,
        )?;
        let rate_refused = register(
            registry,
            IntCounterVec::new(
                Opts::new(
                    "lyceum_rate_refused_total",
                    "Requests refused (429) because a person, a token or an address sent too many.",
                ),
                &["limit"],
            )?,
        )?;
        for limit in RATES {
            rate_refused.with_label_values(&[limit]);
        }
        let beside = register(
            registry,
            IntGaugeVec::new(
                Opts::new(
                    "lyceum_admission_beside_waiting",
                    "Requests that wait for a place for their long work beside the workers, by class.",
                ),
                &["class"],
            )?,
        )?;
        let gauge = |name: &str, help: &str| register(registry, Gauge::new(name, help)?);
        Ok(Self {
            refused: Class::ALL.map(|class| refused.with_label_values(&[class.name()])),
            rate_refused,
            limit: gauge(
                "lyceum_admission_limit_workers",
                "Work admitted at once, in workers; -1 while nothing is limited.",
            )?,
            wait_seconds: gauge(
                "lyceum_admission_wait_seconds",
                "Wait of what is ready for its turn on a worker.",
            )?,
            floor_seconds: gauge(
                "lyceum_admission_wait_floor_seconds",
                "The shortest such wait, as the limiter knows it.",
            )?,
            busy: gauge("lyceum_admission_busy_workers", "Work under way, in workers, in the last tick.")?,
            beside: Class::ALL.map(|class| beside.with_label_values(&[class.name()])),
        })
    }

    /// One more was refused, for whom the workers had room and the row beside them had not.
    pub fn turned_away(&self, class: Class) {
        if let Some(counter) = self.refused.get(class as usize) {
            counter.inc();
        }
    }

    /// One more was refused by this limit.
    pub fn rate_refused(&self, limit: &str) {
        self.rate_refused.with_label_values(&[limit]).inc();
    }

    /// Shows one tick, and how many wait for a place beside the workers.
    pub fn show(&self, ticked: &Ticked, beside: [usize; Class::ALL.len()]) {
        for (gauge, waiting) in self.beside.iter().zip(beside) {
            gauge.set(i64::try_from(waiting).unwrap_or(i64::MAX));
        }
        for (counter, class) in self.refused.iter().zip(ticked.seen.classes) {
            counter.inc_by(class.refused);
        }
        let spent: f64 = ticked.seen.classes.iter().map(|class| class.spent_us).sum();
        self.limit.set(ticked.limit.unwrap_or(-1.0));
        self.wait_seconds.set(ticked.wait_us / 1e6);
        self.floor_seconds.set(ticked.floor_us / 1e6);
        self.busy.set(spent / ticked.seen.elapsed_us.max(1.0));
    }
}
