//! Five times what saturates the machine: 280 learners who answer, 100 people who read, 20 who teach (and regrade, which is what
//! costs most) play the same day five times as fast. So of everything, starts, answers, hand-ins, pages and regrades, five times as
//! much is asked a second; how much is kept a second is compared. A machine on which nobody has to be put off at five times as much
//! is asked for twice as much again, and again.

use lyceum::load::report::Report;

use crate::promise::Promise;
use crate::{Stage, action, float, lost};

/// How much faster the second day goes, and how much at most.
const TIMES: u32 = 5;
const MOST_TIMES: u32 = 40;
/// As many of those who are less urgent are put off when there is more than the machine can do.
const PUT_OFF: f64 = 0.002;
/// From the first start to the last hand-in of the first day: 150 questions of 90 s, 150 times as fast, and 5 s apart.
const SATURATING_SECONDS: f64 = 95.0;
/// Saturates two cores that the generator shares: the steps of those who teach begin to wait.
const SATURATING: &str = "--profile mixed --learners 400 --questions 150 --start-within 5s --speed-up 150 --think 200ms --max-seconds 120";

/// The same day so many times as fast.
fn faster(times: u32) -> String {
    format!(
        "--profile mixed --learners 400 --questions 150 --start-within {}ms --speed-up {} --think {}ms --max-seconds 45",
        5000 / times,
        150 * times,
        200 / times
    )
}

/// What is asked, by the class of its route, the most urgent first.
const CLASSES: [&[&str]; 5] = [
    &["save", "submit", "start", "paper", "reload", "here"],
    &["course_edit", "overview"],
    &["outline", "page", "file"],
    &["matrix", "live"],
    &["regrade", "regrade_preview"],
];
/// Two shares are the same within so many standard errors: some classes ask a few hundred times only.
const ERRORS: f64 = 3.0;

/// What was put off of a class.
struct PutOff {
    share: f64,
    /// The standard error of that share, of a binomial count.
    error: f64,
}

impl PutOff {
    fn of(report: &Report, actions: &[&str]) -> Self {
        let (put_off, answered) = actions
            .iter()
            .filter_map(|name| report.actions.get(*name))
            .fold((0, 0), |(put_off, answered), action| (put_off + action.put_off, answered + action.count));
        let asked = float(put_off + answered).max(1.0);
        let share = float(put_off) / asked;
        Self { share, error: (share * (1.0 - share) / asked).sqrt() }
    }

    /// Clearly more often than one that is less urgent?
    fn is_more_than(&self, less_urgent: &Self) -> bool {
        self.share - less_urgent.share > ERRORS * self.error.hypot(less_urgent.error)
    }
}

/// The share of those put off who read, supervise or regrade, of whichever it is most.
fn less_urgent(shares: [f64; CLASSES.len()]) -> f64 {
    shares[2..].iter().copied().fold(0.0, f64::max)
}

/// How busy the processors were, in the median second.
fn busy(report: &Report) -> f64 {
    let mut seconds: Vec<f64> = report.samples.iter().map(|sample| sample.cpu).collect();
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}

/// Saves and hand-ins a second.
#[derive(Debug)]
struct Answers {
    /// That were to be made.
    asked: f64,
    /// That succeeded.
    kept: f64,
}

impl Answers {
    /// Of a day that is planned to last for so long.
    fn of(report: &Report, planned_seconds: f64) -> Self {
        let (saves, submits) = (action(report, "save"), action(report, "submit"));
        let (kept, failed) = (float(saves.count + submits.count), float(saves.errors + submits.errors));
        // Whatever is late makes the day longer: latency counts from the plan.
        let seconds = planned_seconds + saves.max_ms.max(submits.max_ms) / 1000.0;
        Self { asked: (kept + failed) / planned_seconds, kept: kept / seconds }
    }
}

pub(crate) fn rehearse() -> Vec<Promise> {
    let stage = Stage::open();
    let calm = stage.load(SATURATING);
    let before = stage.server.memory_bytes();
    let mut times = TIMES;
    let mut all_lost = lost(&calm);
    let (full, classes, shares) = loop {
        let full = stage.load(&faster(times));
        all_lost += lost(&full);
        let classes = CLASSES.map(|actions| PutOff::of(&full, actions));
        let shares = classes.each_ref().map(|class| class.share);
        if times >= MOST_TIMES || less_urgent(shares) >= PUT_OFF {
            break (full, classes, shares);
        }
        eprintln!("  {times} times as much put off {shares:.4?} only: twice as much again");
        times *= 2;
    };
    let after = stage.server.memory_bytes();
    let times = f64::from(times);
    eprintln!("  {times} times as much:");
    eprintln!("  put off by class, the most urgent first: {shares:.3?}");
    eprintln!("  processors busy in the median second: {:.2}, then {:.2}", busy(&calm), busy(&full));
    let out_of_order = classes.windows(2).filter(|pair| pair[0].is_more_than(&pair[1])).count();
    let calm_a_second = Answers::of(&calm, SATURATING_SECONDS);
    let full_a_second = Answers::of(&full, SATURATING_SECONDS / times);
    eprintln!("  answers and hand-ins a second: {calm_a_second:.0?}, then {full_a_second:.0?}");
    vec![
        Promise::at_most("overload_lost", all_lost, 0.0),
        // What is saturated is the row of long work, by regrades: no more of them are done, however many are asked.
        Promise::at_least("overload_saturation_regrade_p50_s", action(&calm, "regrade").p50_ms / 1000.0, 1.0),
        Promise::at_least(
            "overload_asked_to_saturation",
            full_a_second.asked / calm_a_second.asked,
            0.95 * times,
        ),
        Promise::at_least("overload_kept_to_saturation", full_a_second.kept / calm_a_second.kept, 0.95),
        // More than was promised: not only as many as before, but of those that were asked.
        Promise::at_least("overload_kept_to_asked", full_a_second.kept / full_a_second.asked, 0.95),
        Promise::at_most(
            "overload_save_p99_to_saturation",
            action(&full, "save").p99_ms / action(&calm, "save").p99_ms,
            2.0,
        ),
        Promise::at_most("overload_urgent_put_off", shares[0], 0.0),
        // Nothing would be in order where nothing is refused.
        Promise::at_least("overload_less_urgent_put_off", less_urgent(shares), PUT_OFF),
        Promise::at_most("overload_classes_out_of_order", float(out_of_order as u64), 0.0),
        Promise::at_most("overload_memory_to_saturation", float(after) / float(before), 1.3),
    ]
}
