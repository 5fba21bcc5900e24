//! Metrics of the process, read from /proc when somebody scrapes: memory, open files, threads, CPU time.

use std::fs;

use prometheus::core::{Collector, Desc};
use prometheus::proto::MetricFamily;
use prometheus::{Counter, IntGauge};

/// Reads /proc/self. On systems without it the values stay 0.
pub struct ProcessCollector {
    resident_bytes: IntGauge,
    open_files: IntGauge,
    threads: IntGauge,
    cpu_seconds: Counter,
}

/// Clock ticks per second in /proc/self/stat: fixed at 100 for user space on Linux.
const TICKS_PER_SECOND: f64 = 100.0;

impl ProcessCollector {
    /// The names that every Prometheus client library uses.
    pub fn new() -> Result<Self, prometheus::Error> {
        Ok(Self {
            resident_bytes: IntGauge::new("process_resident_memory_bytes", "Resident memory size in bytes.")?,
            open_files: IntGauge::new("process_open_fds", "Number of open file descriptors.")?,
            threads: IntGauge::new("process_threads", "Number of OS threads in the process.")?,
            cpu_seconds: Counter::new(
                "process_cpu_seconds_total",
                "User and system CPU time spent in seconds.",
            )?,
        })
    }

    fn refresh(&self) {
        if let Ok(status) = fs::read_to_string("/proc/self/status") {
            let value = |name: &str| -> Option<i64> {
                status
                    .lines()
                    .find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse().ok())
            };
            if let Some(kib) = value("VmRSS:") {
                self.resident_bytes.set(kib * 1024);
            }
            if let Some(threads) = value("Threads:") {
                self.threads.set(threads);
            }
        }
        if let Ok(files) = fs::read_dir("/proc/self/fd") {
            self.open_files.set(i64::try_from(files.count()).unwrap_or(i64::MAX));
        }
        if let Ok(stat) = fs::read_to_string("/proc/self/stat")
            && let Some((_, rest)) = stat.rsplit_once(") ")
        {
            // Behind the name in brackets: field 14 and 15 of the whole line are 11 and 12 here.
            let ticks: f64 =
                rest.split(' ').skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
            self.cpu_seconds.inc_by((ticks / TICKS_PER_SECOND - self.cpu_seconds.get()).max(0.0));
        }
    }
}

impl Collector for ProcessCollector {
    fn desc(&self) -> Vec<&Desc> {
        [self.resident_bytes.desc(), self.open_files.desc(), self.threads.desc(), self.cpu_seconds.desc()]
            .concat()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        self.refresh();
        [
            self.resident_bytes.collect(),
            self.open_files.collect(),
            self.threads.collect(),
            self.cpu_seconds.collect(),
        ]
        .concat()
    }
}
