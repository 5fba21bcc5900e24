//! Five times what saturates the machine, of everything: 280 learners who answer, 100 people who read, 20 who teach (and
//! regrade, which is what costs most).

use crate::promise::Promise;
use crate::{Stage, action, float, lost};

/// Saturates two cores that the generator shares: the steps of those who teach begin to wait.
const SATURATING: &str =
    "--profile mixed --learners 400 --questions 150 --speed-up 150 --think 200ms --max-seconds 120";
const FIVE_TIMES: &str =
    "--profile mixed --learners 400 --questions 150 --speed-up 750 --think 40ms --max-seconds 45";

pub(crate) fn rehearse() -> Vec<Promise> {
    let stage = Stage::open();
    let calm = stage.load(SATURATING);
    let before = stage.server.memory_bytes();
    let full = stage.load(FIVE_TIMES);
    let after = stage.server.memory_bytes();
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
        Promise::at_most("overload_memory_to_saturation", float(after) / float(before), 1.5),
    ]
}
