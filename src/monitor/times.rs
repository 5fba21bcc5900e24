//! Histograms of times into which every request goes. Those of the library have one set of counters for all threads, and
//! each request would wait some dozen times for what another processor has just written; here every thread has its own,
//! and they are added up when somebody looks.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use prometheus::core::{Collector, Desc};
use prometheus::proto::{Bucket, Histogram, LabelPair, Metric, MetricFamily, MetricType};

use crate::store::tally::{LINES, line};

/// Upper bounds in microseconds.
pub const BOUNDS_US: [u32; 13] =
    [100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 5_000_000];

/// Of a collector the series of which something was seen. There are hundreds of routes, and most servers answer on a few of
/// them: what never happened would be nine tenths of what every scrape carries.
pub struct OnlySeen<C>(pub C);

impl<C: Collector> Collector for OnlySeen<C> {
    fn desc(&self) -> Vec<&Desc> {
        self.0.desc()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        let mut families = self.0.collect();
        for family in &mut families {
            let mut metrics = family.take_metric();
            metrics.retain(|metric| {
                metric.get_counter().get_value() > 0.0 || metric.get_histogram().get_sample_count() > 0
            });
            family.set_metric(metrics);
        }
        families
    }
}

/// What one thread counted: by bucket, the last of them above all bounds.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Counts {
    buckets: [AtomicU64; BOUNDS_US.len() + 1],
    sum_ns: AtomicU64,
}

/// A histogram.
#[derive(Debug, Default)]
pub struct Times([Counts; LINES]);

/// What a histogram says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seen {
    /// Times within each bound.
    pub within: [u64; BOUNDS_US.len()],
    /// All times.
    pub count: u64,
    /// Their sum.
    pub sum: Duration,
}

impl Times {
    /// One more.
    pub fn observe(&self, time: Duration) {
        let Some(counts) = self.0.get(line()) else { return };
        let bucket =
            BOUNDS_US.iter().take_while(|bound| time > Duration::from_micros((**bound).into())).count();
        if let Some(bucket) = counts.buckets.get(bucket) {
            bucket.fetch_add(1, Ordering::Relaxed);
        }
        counts.sum_ns.fetch_add(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// What all threads counted.
    pub fn seen(&self) -> Seen {
        let mut seen = Seen::default();
        let in_bucket = |bucket: usize| -> u64 {
            self.0
                .iter()
                .filter_map(|counts| counts.buckets.get(bucket))
                .map(|it| it.load(Ordering::Relaxed))
                .sum()
        };
        for (bucket, within) in seen.within.iter_mut().enumerate() {
            seen.count += in_bucket(bucket);
            *within = seen.count;
        }
        seen.count += in_bucket(BOUNDS_US.len());
        seen.sum =
            Duration::from_nanos(self.0.iter().map(|counts| counts.sum_ns.load(Ordering::Relaxed)).sum());
        seen
    }
}

/// A histogram by the values of its labels.
#[derive(Clone)]
pub struct TimesVec(Arc<Parts>);

struct Parts {
    desc: Desc,
    labels: &'static [&'static str],
    children: Mutex<Vec<(Vec<String>, Arc<Times>)>>,
}

impl TimesVec {
    /// Under a name, with what it means and its labels.
    pub fn new(name: &str, help: &str, labels: &'static [&'static str]) -> Result<Self, prometheus::Error> {
        let names = labels.iter().map(|label| (*label).to_owned()).collect();
        let desc = Desc::new(name.to_owned(), help.to_owned(), names, std::collections::HashMap::new())?;
        Ok(Self(Arc::new(Parts { desc, labels, children: Mutex::default() })))
    }

    /// The one with these values, made when it is new.
    pub fn with(&self, values: &[&str]) -> Arc<Times> {
        let mut children = self.0.children.lock();
        if let Some((_, times)) = children.iter().find(|(known, _)| known == values) {
            return times.clone();
        }
        let times = Arc::new(Times::default());
        children.push((values.iter().map(|value| (*value).to_owned()).collect(), times.clone()));
        times
    }

    /// What each of them says.
    pub fn seen(&self) -> Vec<Seen> {
        self.0.children.lock().iter().map(|(_, times)| times.seen()).collect()
    }

    fn metric(&self, values: &[String], seen: &Seen) -> Metric {
        let mut labels: Vec<LabelPair> = self.0.labels.iter().zip(values).map(label).collect();
        labels.sort();
        let buckets = BOUNDS_US.iter().zip(seen.within).map(|(bound, within)| {
            let mut bucket = Bucket::default();
            bucket.set_upper_bound(f64::from(*bound) / 1e6);
            bucket.set_cumulative_count(within);
            bucket
        });
        let mut histogram = Histogram::default();
        histogram.set_bucket(buckets.collect());
        histogram.set_sample_count(seen.count);
        histogram.set_sample_sum(seen.sum.as_secs_f64());
        let mut metric = Metric::from_label(labels);
        metric.set_histogram(histogram);
        metric
    }
}

fn label((name, value): (&&str, &String)) -> LabelPair {
    let mut pair = LabelPair::default();
    pair.set_name((*name).to_owned());
    pair.set_value(value.clone());
    pair
}

impl Collector for TimesVec {
    fn desc(&self) -> Vec<&Desc> {
        vec![&self.0.desc]
    }

    fn collect(&self) -> Vec<MetricFamily> {
        let children = self.0.children.lock();
        let metrics = children.iter().map(|(values, times)| self.metric(values, &times.seen()));
        let mut family = MetricFamily::default();
        family.set_name(self.0.desc.fq_name.clone());
        family.set_help(self.0.desc.help.clone());
        family.set_field_type(MetricType::HISTOGRAM);
        family.set_metric(metrics.collect());
        vec![family]
    }
}

#[cfg(test)]
mod tests {
    use prometheus::{Encoder as _, Registry, TextEncoder};

    use super::*;

    #[test]
    fn what_threads_saw_is_added_up_and_a_bound_belongs_to_its_bucket() {
        let times = Times::default();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for us in [100, 101, 6_000_000] {
                        times.observe(Duration::from_micros(us));
                    }
                });
            }
        });
        let seen = times.seen();
        assert_eq!((seen.within[0], seen.within[1], seen.within[12], seen.count), (4, 8, 8, 12));
        assert_eq!(seen.sum, Duration::from_micros(4 * 6_000_201));
    }

    #[test]
    fn it_reads_as_one_of_the_library_does() {
        let labels = ["route", "class"];
        let library = prometheus::HistogramVec::new(
            prometheus::HistogramOpts::new("t_seconds", "Times.")
                .buckets(BOUNDS_US.iter().map(|bound| f64::from(*bound) / 1e6).collect()),
            &labels,
        )
        .unwrap();
        let ours = TimesVec::new("t_seconds", "Times.", &["route", "class"]).unwrap();
        for ms in [1_u32, 3, 250, 7000] {
            library.with_label_values(&["/a", "exam"]).observe(f64::from(ms) / 1e3);
            ours.with(&["/a", "exam"]).observe(Duration::from_millis(ms.into()));
        }
        let text = |collector: Box<dyn Collector>| {
            let registry = Registry::new();
            registry.register(collector).unwrap();
            let mut text = Vec::new();
            TextEncoder::new().encode(&registry.gather(), &mut text).unwrap();
            String::from_utf8(text).unwrap()
        };
        let ours = text(Box::new(ours));
        assert!(ours.contains("t_seconds_bucket{class=\"exam\",route=\"/a\",le=\"0.25\"} 3"), "{ours}");
        assert_eq!(ours, text(Box::new(library)));
    }

    #[test]
    fn what_never_happened_is_not_told() {
        let ours = TimesVec::new("t_seconds", "Times.", &["route"]).unwrap();
        let registry = Registry::new();
        registry.register(Box::new(OnlySeen(ours.clone()))).unwrap();
        let counters =
            prometheus::IntCounterVec::new(prometheus::Opts::new("c_total", "C."), &["route"]).unwrap();
        registry.register(Box::new(OnlySeen(counters.clone()))).unwrap();
        let (a, _) = (ours.with(&["/a"]), ours.with(&["/b"]));
        let (counted, _) = (counters.with_label_values(&["/a"]), counters.with_label_values(&["/b"]));
        assert!(registry.gather().is_empty());
        a.observe(Duration::from_millis(1));
        counted.inc();
        let mut text = Vec::new();
        TextEncoder::new().encode(&registry.gather(), &mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert!(text.contains("c_total{route=\"/a\"} 1") && text.contains("t_seconds_count{route=\"/a\"} 1"));
        assert!(!text.contains("/b"), "{text}");
    }
}
