//! The metrics catalogue: names by Prometheus conventions, fixed label sets, lock-free counters.

pub mod admission;
pub mod forwarding;
pub mod history;
mod process;
pub mod stages;
mod store;
mod times;

use std::sync::Arc;
use std::time::Duration;

use prometheus::core::{AtomicU64, Collector as _, GenericCounter};
use prometheus::{
    Encoder as _, GaugeVec, Histogram, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, IntGaugeVec,
    Opts, Registry, TextEncoder,
};

use crate::store::{Class, Store};
use admission::AdmissionMetrics;
use forwarding::ForwardingMetrics;
use history::History;
use process::ProcessCollector;
pub use process::{Machine, Usage};
use stages::{Stage, Stages};
use store::StoreCollector;
use times::{BOUNDS_US, OnlySeen, Times, TimesVec};

/// All metrics of the process that are not read from somewhere else at scrape time.
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    stages: TimesVec,
    /// What the limiter does.
    pub admission: AdmissionMetrics,
    /// How statements get to other record stores.
    pub forwarding: ForwardingMetrics,
    /// The last hour.
    pub history: History,
    seconds: TimesVec,
    /// Attempts that are being worked on.
    pub attempts_active: IntGauge,
    jobs: IntGaugeVec,
    job_chunk_seconds: HistogramVec,
    /// Without labels: a gauge that can be absent.
    exam_capacity_ratio: GaugeVec,
}

/// Requests since the start, of all routes together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Totals {
    /// Answered.
    pub requests: u64,
    /// Answered with 5xx, but for turns that are kept.
    pub failed: u64,
    /// Answered within each of the bounds.
    pub within: [u64; BOUNDS_US.len()],
}

/// The metrics of one route, resolved once.
#[derive(Clone)]
pub struct RouteMetrics {
    by_status: [GenericCounter<AtomicU64>; 5],
    later: GenericCounter<AtomicU64>,
    seconds: Arc<Times>,
    stages: [Arc<Times>; Stage::ALL.len()],
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// With this status.
    With(u16),
    /// With 503 and a turn that is kept: the server did as it should.
    Later,
}

impl RouteMetrics {
    /// Counts one request.
    pub fn observe(&self, ended: Ended, whole: Duration, stages: &Stages) {
        match ended {
            Ended::With(status) => self.count(status),
            Ended::Later => self.later.inc(),
        }
        self.seconds.observe(whole);
        for ((_, time), histogram) in stages.iter().zip(&self.stages) {
            // A stage that a request does not pass is not one that took no time.
            if !time.is_zero() {
                histogram.observe(time);
            }
        }
    }

    /// Counts one request that no handler saw.
    pub fn count(&self, status: u16) {
        let class = usize::from(status / 100).saturating_sub(1);
        if let Some(counter) = self.by_status.get(class) {
            counter.inc();
        }
    }
}

/// A counter's value, which the library gives as a float.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count below 2^53")]
const fn whole(value: f64) -> u64 {
    value as u64
}

impl Metrics {
    /// Makes and registers them, with those of the store and the process.
    pub fn new(store: &Store) -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        registry.register(Box::new(StoreCollector::new(store.clone())?))?;
        registry.register(Box::new(ProcessCollector::new()?))?;
        let requests = IntCounterVec::new(
            Opts::new(
                "lyceum_http_requests_total",
                "Requests answered, by route (none: nothing is there), class and status class (later: 503 with a turn that is kept).",
            ),
            &["method", "route", "class", "status"],
        )?;
        let seconds = TimesVec::new(
            "lyceum_http_request_duration_seconds",
            "Time from a request's head to its answer.",
            &["method", "route", "class"],
        )?;
        let attempts_active = IntGauge::new("lyceum_attempts_active", "Attempts that are being worked on.")?;
        let jobs = IntGaugeVec::new(
            Opts::new("lyceum_jobs", "Jobs, by kind and state; those that are over are kept for 30 days."),
            &["kind", "state"],
        )?;
        let job_chunk_seconds = HistogramVec::new(
            HistogramOpts::new(
                "lyceum_job_chunk_duration_seconds",
                "Time of one chunk of a job, waiting too.",
            )
            .buckets(BOUNDS_US.map(|bound| f64::from(bound) / 1e6).to_vec()),
            &["kind"],
        )?;
        registry.register(Box::new(jobs.clone()))?;
        registry.register(Box::new(job_chunk_seconds.clone()))?;
        let exam_capacity_ratio = GaugeVec::new(
            Opts::new(
                "lyceum_exam_capacity_ratio",
                "Most learners expected in exams at once, for each that this machine carries with its margin.",
            ),
            &[],
        )?;
        registry.register(Box::new(exam_capacity_ratio.clone()))?;
        let stages = TimesVec::new(
            "lyceum_http_stage_duration_seconds",
            "Where the time of requests goes: admit, parse, queue, apply, sync, render; by class.",
            &["class", "stage"],
        )?;
        let admission = AdmissionMetrics::new(&registry)?;
        let forwarding = ForwardingMetrics::new(&registry)?;
        registry.register(Box::new(stages.clone()))?;
        registry.register(Box::new(OnlySeen(requests.clone())))?;
        registry.register(Box::new(OnlySeen(seconds.clone())))?;
        registry.register(Box::new(attempts_active.clone()))?;
        Ok(Self {
            registry,
            requests,
            stages,
            admission,
            forwarding,
            history: History::default(),
            seconds,
            attempts_active,
            jobs,
            job_chunk_seconds,
            exam_capacity_ratio,
        })
    }

    /// Requests of all routes together.
    pub fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for times in self.seconds.seen() {
            totals.requests += times.count;
            for (sum, within) in totals.within.iter_mut().zip(times.within) {
                *sum += within;
            }
        }
        for family in self.requests.collect() {
            for metric in family.get_metric() {
                let failed = metric.get_label().iter().any(|label| label.value() == "5xx");
                if failed {
                    totals.failed += whole(metric.get_counter().get_value());
                }
            }
        }
        totals
    }

    /// Sets how many jobs of a kind are in a state.
    pub fn set_jobs(&self, kind: &str, state: &str, jobs: i64) {
        self.jobs.with_label_values(&[kind, state]).set(jobs);
    }

    /// The times of chunks of a kind of job.
    pub fn job_chunk_seconds(&self, kind: &str) -> Histogram {
        self.job_chunk_seconds.with_label_values(&[kind])
    }

    /// Sets the ratio of expected learners to the capacity; without one it is absent.
    pub fn set_exam_capacity_ratio(&self, ratio: Option<f64>) {
        match ratio {
            Some(ratio) => self.exam_capacity_ratio.with_label_values::<&str>(&[]).set(ratio),
            None => self.exam_capacity_ratio.reset(),
        }
    }

    /// The registry, for parts that bring their own.
    pub const fn registry(&self) -> &Registry {
        &self.registry
    }

    /// The metrics of what leads to no route: the methods and paths that somebody thinks of are no labels.
    pub fn no_route(&self, class: Class) -> RouteMetrics {
        self.route("any", "none", class)
    }

    /// The metrics of a route.
    pub fn route(&self, method: &str, route: &str, class: Class) -> RouteMetrics {
        let counter = |status| self.requests.with_label_values(&[method, route, class.name(), status]);
        RouteMetrics {
            by_status: ["1xx", "2xx", "3xx", "4xx", "5xx"].map(counter),
            later: counter("later"),
            seconds: self.seconds.with(&[method, route, class.name()]),
            stages: Stage::ALL.map(|stage| self.stages.with(&[class.name(), stage.name()])),
        }
    }

    /// Everything in the text format of Prometheus.
    pub fn render(&self) -> Result<Vec<u8>, prometheus::Error> {
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text)?;
        Ok(text)
    }
}
