//! What a load run found: the JSON that `lyceum load` writes, `compare` reads and the page draws.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

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
    /// The machine that the generator ran on: cores, memory, processor, operating system.
    pub hardware: BTreeMap<String, String>,
    /// By the action's name: `sign_in`, `start`, `save`, `submit`, `outline`, ...
    pub actions: BTreeMap<String, Action>,
    /// All actions together.
    pub totals: Action,
    /// One per second, in order.
    pub samples: Vec<Sample>,
    /// What the generator has to say about itself: was it the limit, what was not measured and why.
    pub notes: Vec<String>,
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
    /// Busy share of the machine's processors, 0 to 1.
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
