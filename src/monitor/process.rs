//! Metrics of the process, read from /proc when somebody scrapes: memory, open files, threads, CPU time; and of what machine
//! it is.

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
    processors: IntGauge,
    memory_bytes: IntGauge,
}

/// What the process may use of the machine that it runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Machine {
    /// Processors; 0 where the system does not say.
    pub processors: usize,
    /// Memory of the machine, where the system says it.
    pub memory_bytes: Option<u64>,
}

impl Machine {
    /// Asks the system.
    pub fn read() -> Self {
        let text = fs::read_to_string("/proc/meminfo").unwrap_or_default();
        let kib = || -> Option<u64> {
            let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
            line.split_whitespace().next()?.parse().ok()
        };
        Self {
            processors: std::thread::available_parallelism().map_or(0, usize::from),
            memory_bytes: kib().map(|kib| kib * 1024),
        }
    }
}

/// What the process uses; 0 where the system does not say.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Usage {
    /// Memory.
    pub resident_bytes: u64,
    /// Threads.
    pub threads: u64,
    /// User and system time since the start.
    pub cpu_seconds: f64,
}

impl Usage {
    /// Reads /proc/self.
    pub fn read() -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let value = |name: &str| -> Option<u64> {
            status.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse().ok())
        };
        let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
        // Behind the name in brackets: field 14 and 15 of the whole line are 11 and 12 here.
        let times = stat.rsplit_once(") ").map_or("", |(_, rest)| rest).split(' ').skip(11).take(2);
        let ticks: f64 = times.filter_map(|field| field.parse::<f64>().ok()).sum();
        Self {
            resident_bytes: value("VmRSS:").unwrap_or(0) * 1024,
            threads: value("Threads:").unwrap_or(0),
            cpu_seconds: ticks / TICKS_PER_SECOND,
        }
    }
}

/// Clock ticks per second in /proc/self/stat: fixed at 100 for user space on Linux.
const TICKS_PER_SECOND: f64 = 100.0;

impl ProcessCollector {
    /// The names that every Prometheus client library uses, and the machine's own.
    pub fn new() -> Result<Self, prometheus::Error> {
        Ok(Self {
            resident_bytes: IntGauge::new("process_resident_memory_bytes", "Resident memory size in bytes.")?,
            open_files: IntGauge::new("process_open_fds", "Number of open file descriptors.")?,
            threads: IntGauge::new("process_threads", "Number of OS threads in the process.")?,
            cpu_seconds: Counter::new(
                "process_cpu_seconds_total",
                "User and system CPU time spent in seconds.",
            )?,
            processors: IntGauge::new("lyceum_machine_processors", "Processors that the process may use.")?,
            memory_bytes: IntGauge::new("lyceum_machine_memory_bytes", "Memory of the machine in bytes.")?,
        })
    }

    fn refresh(&self) {
        let usage = Usage::read();
        self.resident_bytes.set(i64::try_from(usage.resident_bytes).unwrap_or(i64::MAX));
        self.threads.set(i64::try_from(usage.threads).unwrap_or(i64::MAX));
        self.cpu_seconds.inc_by((usage.cpu_seconds - self.cpu_seconds.get()).max(0.0));
        let machine = Machine::read();
        self.processors.set(i64::try_from(machine.processors).unwrap_or(0));
        self.memory_bytes.set(machine.memory_bytes.and_then(|bytes| i64::try_from(bytes).ok()).unwrap_or(0));
        if let Ok(files) = fs::read_dir("/proc/self/fd") {
            self.open_files.set(i64::try_from(files.count()).unwrap_or(i64::MAX));
        }
    }
}

impl Collector for ProcessCollector {
    fn desc(&self) -> Vec<&Desc> {
        [
            self.resident_bytes.desc(),
            self.open_files.desc(),
            self.threads.desc(),
            self.cpu_seconds.desc(),
            self.processors.desc(),
            self.memory_bytes.desc(),
        ]
        .concat()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        self.refresh();
        [
            self.resident_bytes.collect(),
            self.open_files.collect(),
            self.threads.collect(),
            self.cpu_seconds.collect(),
            self.processors.collect(),
            self.memory_bytes.collect(),
        ]
        .concat()
    }
}
