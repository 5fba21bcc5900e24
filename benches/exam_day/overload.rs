//! Five times what saturates the machine, of everything: 280 learners who answer, 100 people who read, 20 who teach (and
//! regrade, which is what costs most).

use lyceum::load::report::Report;

use crate::promise::Promise;
use crate::{Stage, action, float, lost};

/// Saturates two cores that the generator shares: the steps of those who teach begin to wait.
const SATURATING: &str =
    "--profile mixed --learners 400 --questions 150 --speed-up 150 --think 200ms --max-seconds 120";
const FIVE_TIMES: &str =
    "--profile mixed --learners 400 --questions 150 --speed-up 750 --think 40ms --max-seconds 45";

/// What is asked, by the class of its route, the most urgent first.
const CLASSES: [&[&str]; 5] = [
    &["save", "submit", "start", "paper", "reload"],
    &["course_edit"],
    &["outline", "page", "file", "overview"],
    &["matrix", "live"],
    &["regrade", "regrade_preview"],
];
/// Shares of what was refused that are this near are the same: some classes ask a few hundred times only.
const NEAR: f64 = 0.01;

/// The share of a class that was put off.
fn put_off(report: &Report, actions: &[&str]) -> f64 {
    let (put_off, answered) = actions
        .iter()
        .filter_map(|name| report.actions.get(*name))
        .fold((0, 0), |(put_off, answered), action| (put_off + action.put_off, answered + action.count));
    float(put_off) / float(put_off + answered).max(1.0)
}

pub(crate) fn rehearse() -> Vec<Promise> {
    let stage = Stage::open();
    let calm = stage.load(SATURATING);
    let before = stage.server.memory_bytes();
    let full = stage.load(FIVE_TIMES);
    let after = stage.server.memory_bytes();
    let shares = CLASSES.map(|actions| put_off(&full, actions));
    eprintln!("  put off by class, the most urgent first: {shares:.3?}");
    let out_of_order = shares.windows(2).filter(|pair| pair[0] > pair[1] + NEAR).count();
    let kept = |report| float(action(report, "save").count + action(report, "submit").count);
    vec![
        Promise::at_most("overload_lost", lost(&calm) + lost(&full), 0.0),
        // Both runs have as many answers to save; the second one in a fifth of the time.
        Promise::at_least("overload_kept_to_saturation", kept(&full) / kept(&calm), 0.95),
        Promise::at_most(
            "overload_save_p99_to_saturation",
            action(&full, "save").p99_ms / action(&calm, "save").p99_ms,
            2.0,
        ),
        Promise::at_most("overload_urgent_put_off", shares[0], 0.0),
        // Nothing would be in order where nothing is refused.
        Promise::at_least(
            "overload_less_urgent_put_off",
            shares[2..].iter().copied().fold(0.0, f64::max),
            0.002,
        ),
        Promise::at_most("overload_classes_out_of_order", float(out_of_order as u64), 0.0),
        Promise::at_most("overload_memory_to_saturation", float(after) / float(before), 1.3),
    ]
}
