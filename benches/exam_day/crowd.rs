//! Thousands start within one second.

use crate::promise::Promise;
use crate::{Stage, action, lost};

pub(crate) fn rehearse(learners: usize, speed_up: u32) -> Vec<Promise> {
    let stage = Stage::open();
    let report =
        stage.load(&format!("--profile exam --learners {learners} --start-within 1s --speed-up {speed_up}"));
    let name = |what: &str| format!("exam_of_{learners}_{what}");
    vec![
        Promise::at_most(name("lost"), lost(&report), 0.0),
        Promise::at_most(name("mean_ms"), report.totals.mean_ms, 20.0),
        Promise::at_most(name("save_p99_ms"), action(&report, "save").p99_ms, 100.0),
    ]
}
