//! The machine that the generator runs on, from /proc. On systems without it what is not known is left out or 0.

use std::collections::BTreeMap;
use std::fs;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::monitor::{Machine, Usage};

/// Open files beside the connections: the journal of the process, the scraper, standard streams.
const OTHER_FILES: u64 = 64;

fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().find_map(|line| Some(line.strip_prefix(name)?.trim_start_matches([' ', '\t', ':']).trim()))
}

/// Cores, memory, processor and operating system.
pub(super) fn hardware() -> BTreeMap<String, String> {
    let mut named = BTreeMap::new();
    let machine = Machine::read();
    named.insert("cores".to_owned(), machine.processors.to_string());
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    if let Some(bytes) = machine.memory_bytes {
        named.insert("memory_bytes".to_owned(), bytes.to_string());
    }
    if let Some(model) = field(&read("/proc/cpuinfo"), "model name") {
        named.insert("cpu".to_owned(), model.to_owned());
    }
    let (kind, release) = (read("/proc/sys/kernel/ostype"), read("/proc/sys/kernel/osrelease"));
    if !kind.is_empty() {
        named.insert("os".to_owned(), format!("{} {}", kind.trim(), release.trim()));
    }
    named
}

/// Asks for as many open files as the system lets this process have. How many people fit then, when fewer than wanted.
pub(super) fn raise_open_files(people: usize) -> Option<u64> {
    let wanted = u64::try_from(people).unwrap_or(u64::MAX).saturating_add(OTHER_FILES);
    let limit = getrlimit(Resource::Nofile);
    let is_enough = |limit: Option<u64>| limit.is_none_or(|limit| limit >= wanted);
    if is_enough(limit.current) {
        return None;
    }
    if setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum }).is_ok()
        && is_enough(limit.maximum)
    {
        return None;
    }
    Some(getrlimit(Resource::Nofile).current.unwrap_or(wanted).saturating_sub(OTHER_FILES))
}

/// Processor time, as counted so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct Processors {
    busy: f64,
    all: f64,
    own_seconds: f64,
    at: std::time::Instant,
}

/// Shares of processor time between two readings.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Shares {
    /// Of the machine, 0 to 1.
    pub machine: f64,
    /// Of one processor, by this process.
    pub own: f64,
}

impl Processors {
    pub(super) fn read() -> Self {
        let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
        // user nice system idle iowait irq softirq steal; the guest times behind them are part of user.
        let times: Vec<f64> = stat
            .lines()
            .next()
            .unwrap_or_default()
            .split_whitespace()
            .skip(1)
            .take(8)
            .filter_map(|text| text.parse().ok())
            .collect();
        let all: f64 = times.iter().sum();
        let idle: f64 = times.iter().skip(3).take(2).sum();
        let own_seconds = Usage::read().cpu_seconds;
        Self { busy: all - idle, all, own_seconds, at: std::time::Instant::now() }
    }

    pub(super) fn seconds_since(&self, earlier: &Self) -> f64 {
        self.at.saturating_duration_since(earlier.at).as_secs_f64()
    }

    pub(super) fn since(&self, earlier: &Self) -> Shares {
        let (all, busy) = (self.all - earlier.all, self.busy - earlier.busy);
        let seconds = self.at.saturating_duration_since(earlier.at).as_secs_f64();
        Shares {
            machine: if all > 0.0 { (busy / all).clamp(0.0, 1.0) } else { 0.0 },
            own: if seconds > 0.0 {
                (self.own_seconds - earlier.own_seconds).max(0.0) / seconds
            } else {
                0.0
            },
        }
    }
}
