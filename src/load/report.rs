//! What a load run found: the JSON that `lyceum load` writes, `compare` reads and the page draws.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::limit::GeneratorLimit;

/// The format of this document; raised when a reader of the old one would misunderstand the new one.
pub const FORMAT: u32 = 1;

/// One run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// [`FORMAT`].
    pub format: u32,
    /// When it began, RFC 3339 in UTC.
    pub began: String,
    /// How long it ran, from the first request intended to the last answer.
    pub seconds: f64,
    /// What was asked for: profile, learners, size, arrival, and every other setting by name.
    pub settings: BTreeMap<String, String>,
    /// Versions of the generator and of the target.
    pub versions: BTreeMap<String, String>,
    /// The server's machine: cores, memory, processor, operating system; of another machine than the generator's, as far as
    /// the server tells.
    pub hardware: BTreeMap<String, String>,
    /// The generator's machine, when the server's is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generator_hardware: Option<BTreeMap<String, String>>,
    /// By the action's name: `sign_in`, `start`, `save`, `submit`, `outline`, ...
    pub actions: BTreeMap<String, Action>,
    /// All actions together.
    pub totals: Action,
    /// One per second, in order.
    pub samples: Vec<Sample>,
    /// What the generator has to say about itself, for people: was it the limit, what was not measured and why.
    pub notes: Vec<String>,
    /// How the generator was a limit, if it was.
    #[serde(default)]
    pub generator_limits: Vec<GeneratorLimit>,
    /// Processors that other programs used meanwhile, when they were many.
    #[serde(default)]
    pub others_processors: Option<f64>,
    /// The learners' own working time, where exams were taken.
    #[serde(default)]
    pub working_time: Option<WorkingTime>,
}

/// How long learners could work, by the server's times: each from their own start to their deadline or, where the exam has
/// none, to when the attempt counts as handed in. Not a latency: what matters is how far it is apart.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkingTime {
    /// Learners whose time is known.
    pub learners: u64,
    /// The shortest.
    pub min_ms: u64,
    /// Half had less.
    pub p50_ms: u64,
    /// Ninety-nine in a hundred had less.
    pub p99_ms: u64,
    /// The longest.
    pub max_ms: u64,
}

impl WorkingTime {
    /// Of everybody's.
    pub fn of(mut each_ms: Vec<u64>) -> Option<Self> {
        each_ms.sort_unstable();
        // The nearest rank: of a hundred, the ninety-ninth.
        let at = |percent: usize| {
            let rank = (each_ms.len() * percent).div_ceil(100).max(1);
            each_ms.get(rank - 1).copied()
        };
        Some(Self {
            learners: u64::try_from(each_ms.len()).ok()?,
            min_ms: *each_ms.first()?,
            p50_ms: at(50)?,
            p99_ms: at(99)?,
            max_ms: *each_ms.last()?,
        })
    }

    /// How much more than the shortest the longest is.
    pub const fn spread_ms(&self) -> u64 {
        self.max_ms - self.min_ms
    }
}

/// What came of one action, or of all. Latency counts from the time the request was meant to be sent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// Requests that were answered as they should be.
    pub count: u64,
    /// Requests that were answered with an error, or not at all.
    pub errors: u64,
    /// Requests that were put off (429, 503 with `Retry-After`) and asked again; not counted as errors when they
    /// succeeded in the end.
    pub put_off: u64,
    /// Mean.
    pub mean_ms: f64,
    /// Mean when the wait for the turn to start counts as part of the start: of `start` and of the totals, where learners
    /// started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean_with_turns_ms: Option<f64>,
    /// Half were faster.
    pub p50_ms: f64,
    /// Ninety in a hundred were faster.
    pub p90_ms: f64,
    /// Ninety-nine in a hundred were faster.
    pub p99_ms: f64,
    /// The slowest.
    pub max_ms: f64,
    /// By status code, and `none` for no answer.
    pub by_status: BTreeMap<String, u64>,
}

/// One second of the run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// Seconds since the run began.
    pub second: u32,
    /// Answers in this second.
    pub answers: u64,
    /// Errors in this second.
    pub errors: u64,
    /// By action: p50 and p99 of this second in milliseconds.
    pub latency_ms: BTreeMap<String, [f64; 2]>,
    /// Busy share of the processors of the server's machine, 0 to 1; on another machine than the generator's, by the server
    /// alone, and 0 when it does not tell.
    pub cpu: f64,
    /// Busy share of one processor that the generator itself used, may exceed 1.
    pub generator_cpu: f64,
    /// Resident memory of the server, from its metrics.
    pub memory_bytes: u64,
    /// Mean time of the store's syncs in this second, from the server's metrics; zero when there were none.
    pub sync_ms: f64,
    /// Transactions waiting in the store, from the server's metrics.
    pub queued: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn working_time_is_of_all_learners_and_exact() {
        assert_eq!(WorkingTime::of(Vec::new()), None);
        let time = WorkingTime::of((1..=200).rev().collect()).unwrap();
        let shown = (time.learners, time.min_ms, time.p50_ms, time.p99_ms, time.max_ms);
        assert_eq!(shown, (200, 1, 100, 198, 200));
        assert_eq!(time.spread_ms(), 199);
        let one = WorkingTime::of(vec![7]).unwrap();
        assert_eq!((one.p50_ms, one.p99_ms, one.spread_ms()), (7, 7, 0));
    }
}
