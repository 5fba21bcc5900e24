//! Is this server ready for the exams that are ahead? Compares them with the last capacity report, and looks at the
//! machine. For the route, the command and the metric alike; all of it is cheap enough to be asked every minute.

use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::config::{Config, RELAXED_DURABILITY};
use crate::domain::access::Actor;
use crate::domain::capacity::{self, Capacity};
use crate::domain::readiness::{self, ExpectedPeak, MOST_EXAMS, PlannedExam};
use crate::domain::refusal::Refusal;
use crate::domain::schedule::{CLOCK_SLACK, Heartbeat};
use crate::monitor::Machine;
use crate::state::State;
use crate::store::{Durability, Read as _, Store};

/// Exams that a report names; the checks count all.
const NAMED: usize = 100;
/// Open files beside one connection per learner: the store, the log, people who only read.
const OTHER_FILES: u64 = 512;
/// Memory of machines that are the same differs by what the kernel keeps for itself.
const SAME_MEMORY: f64 = 0.1;

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CheckLevel {
    /// As it should be.
    Ok,
    /// Somebody should look at it before the exam.
    Warning,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct ReadinessCheck {
    /// What: `exams`, `capacity`, `space`, `open_files`, `clock`, `writing`, `durability`, `proxy`.
    pub name: String,
    /// How it came out.
    pub level: CheckLevel,
    /// What was found, and what to do about it.
    pub detail: String,
}

fn check(name: &str, fine: bool, detail: impl Into<String>) -> ReadinessCheck {
    let level = if fine { CheckLevel::Ok } else { CheckLevel::Warning };
    ReadinessCheck { name: name.to_owned(), level, detail: detail.into() }
}

/// What is ahead, and whether this server is ready for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct ExamReadiness {
    /// When this was looked at.
    pub at: Timestamp,
    /// No check warns.
    pub ready: bool,
    /// So many days ahead.
    pub days: u32,
    /// Every check.
    pub checks: Vec<ReadinessCheck>,
    /// The first hundred exams that are ahead, by opening time.
    pub exams: Vec<PlannedExam>,
    /// How many there are.
    pub exam_count: u64,
    /// The most learners at once; absent when no exam is ahead.
    pub peak: Option<ExpectedPeak>,
    /// How many learners this machine carries, less the margin; absent when that was not measured.
    pub recommended: Option<u32>,
    /// Learners at the peak for each learner that is recommended; above 1 is too many.
    pub ratio: Option<f64>,
}

/// What is ahead.
struct Ahead {
    exams: Vec<PlannedExam>,
    peak: Option<ExpectedPeak>,
    capacity: Option<std::sync::Arc<Capacity>>,
    /// There were more exams than are looked at.
    cut: bool,
}

fn ahead(store: &Store, actor: &Actor, days: u32) -> Result<Ahead, Refusal> {
    let from = actor.now;
    let to = from.plus(Duration::from_hours(24).saturating_mul(days));
    let mut exams = Vec::new();
    let mut next = Some(readiness::begin(from));
    let mut cut = false;
    while let Some(after) = next {
        let (page, more) = store.read(|read| readiness::page(read, actor, from, to, after))?;
        exams.extend(page);
        cut = more.is_some() && exams.len() >= MOST_EXAMS;
        next = more.filter(|_| !cut);
    }
    let capacity = store.read(|read| capacity::last(read))?;
    let peak = readiness::peak(&exams);
    Ok(Ahead { exams, peak, capacity, cut })
}

#[expect(clippy::cast_precision_loss, reason = "numbers of learners")]
fn ratio(peak: Option<&ExpectedPeak>, capacity: Option<&Capacity>) -> Option<f64> {
    let recommended = f64::from(capacity?.recommended());
    let expected = peak.map_or(0, |peak| peak.learners) as f64;
    if recommended > 0.0 {
        Some(expected / recommended)
    } else {
        // A machine that carries nobody is full with the first one.
        Some(expected)
    }
}

/// Everything. For who runs the site.
pub fn look(state: &State, actor: &Actor, days: Option<u32>) -> Result<ExamReadiness, Refusal> {
    let days = days.unwrap_or(state.config.readiness.days_ahead);
    let ahead = ahead(&state.store, actor, days)?;
    let expected = ahead.peak.as_ref().map_or(0, |peak| peak.learners);
    let ratio = ratio(ahead.peak.as_ref(), ahead.capacity.as_deref());
    let heartbeat = state.store.read(|read| read.get::<Heartbeat>(&0))?.map(|beat| beat.at);
    let checks = vec![
        exams_check(&ahead, days, ratio),
        capacity_check(ahead.capacity.as_deref(), &state.config, actor.now),
        writing_check(&state.store),
        durability_check(&state.store),
        space_check(&state.config, &state.store),
        files_check(expected),
        // The heartbeats go on by the clock as it is.
        clock_check(heartbeat.max(state.set_back.latest()), actor.now),
        proxy_check(&state.config),
    ];
    Ok(ExamReadiness {
        at: actor.now,
        ready: checks.iter().all(|check| check.level == CheckLevel::Ok),
        days,
        checks,
        exam_count: ahead.exams.len() as u64,
        exams: ahead.exams.into_iter().take(NAMED).collect(),
        peak: ahead.peak,
        recommended: ahead.capacity.as_deref().map(Capacity::recommended),
        ratio,
    })
}

/// Sets the metric. For the scheduler, and whenever a new report comes.
pub fn refresh(state: &State) -> Result<(), Refusal> {
    let actor = Actor::program(state.now());
    let ahead = ahead(&state.store, &actor, state.config.readiness.days_ahead)?;
    state.metrics.set_exam_capacity_ratio(ratio(ahead.peak.as_ref(), ahead.capacity.as_deref()));
    Ok(())
}

fn exams_check(ahead: &Ahead, days: u32, ratio: Option<f64>) -> ReadinessCheck {
    let Some(peak) = &ahead.peak else {
        return check("exams", true, format!("no exam opens within {days} days"));
    };
    let count = ahead.exams.len();
    let cut = if ahead.cut { "at least " } else { "" };
    let what = format!(
        "{cut}{count} exams within {days} days, at most {} learners at once, from {} on",
        peak.learners, peak.at
    );
    match (ratio, ahead.capacity.as_deref()) {
        (Some(ratio), Some(capacity)) => {
            let recommended = capacity.recommended();
            let fine = ratio <= 1.0 && !ahead.cut;
            let advice = if fine { "" } else { "; move an exam, split the start, or use a larger machine" };
            check("exams", fine, format!("{what}; {recommended} are recommended{advice}"))
        }
        _ => check("exams", false, format!("{what}; how many this machine carries was not measured")),
    }
}

fn capacity_check(capacity: Option<&Capacity>, config: &Config, now: Timestamp) -> ReadinessCheck {
    let name = "capacity";
    let Some(capacity) = capacity else {
        return check(name, false, "was not measured yet; `lyceum load capacity` does it");
    };
    let measured = &capacity.measurement;
    let what = format!(
        "{} learners carried, {} recommended (a margin of {} %), measured {}",
        measured.carried,
        capacity.recommended(),
        measured.margin_percent,
        measured.measured
    );
    let most = config.readiness.report_max_age_days;
    let age_days = now.since(measured.measured).as_secs() / (24 * 3600);
    if age_days > u64::from(most) {
        return check(name, false, format!("{what}: {age_days} days ago; measure again"));
    }
    if let Some(other) = other_machine(measured.hardware.get("cores"), measured.hardware.get("memory_bytes"))
    {
        return check(name, false, format!("{what}, on another machine ({other}); measure on this one"));
    }
    let version = measured.versions.get("target").map(String::as_str);
    let mut aside = match version {
        Some(version) if version != env!("CARGO_PKG_VERSION") => format!("; with version {version}"),
        _ => String::new(),
    };
    if !measured.hardware.contains_key("cores") {
        aside.push_str("; on what machine is not known");
    }
    check(name, true, what + &aside)
}

/// In what this machine differs from the one that was measured, as far as both are known.
fn other_machine(cores: Option<&String>, memory: Option<&String>) -> Option<String> {
    let known = |text: Option<&String>| text?.split_whitespace().next()?.parse::<f64>().ok();
    let machine = Machine::read();
    let here = machine.processors;
    if let Some(cores) = known(cores)
        && (cores - f64::from(u32::try_from(here).unwrap_or(1))).abs() > 0.5
    {
        return Some(format!("{cores} processors instead of {here}"));
    }
    if let (Some(memory), Some(here)) = (known(memory), machine.memory_bytes.map(as_float))
        && (memory - here).abs() > SAME_MEMORY * here
    {
        let gib = 1_073_741_824.0;
        return Some(format!("{:.1} GiB of memory instead of {:.1}", memory / gib, here / gib));
    }
    None
}

#[expect(clippy::cast_precision_loss, reason = "bytes of memory, compared by the tenth")]
const fn as_float(bytes: u64) -> f64 {
    bytes as f64
}

fn writing_check(store: &Store) -> ReadinessCheck {
    match store.read_only_reason() {
        None => check("writing", true, "the store takes writes"),
        Some(reason) => check("writing", false, format!("the store is read-only: {reason}")),
    }
}

fn durability_check(store: &Store) -> ReadinessCheck {
    match store.durability() {
        Durability::Synced => check("durability", true, "every write waits for the disk"),
        Durability::Relaxed => check("durability", false, RELAXED_DURABILITY),
    }
}

/// Bytes that an exam day may need, with a journal that grows by so much before the first snapshot.
const fn day_bytes(journal: u64, last_snapshot: u64, tree: u64) -> u64 {
    // Later ones come when it has grown by the last one, and take a quarter more than that.
    let grows = if last_snapshot > journal { last_snapshot } else { journal };
    let snapshot = last_snapshot.saturating_add(last_snapshot / 4);
    let snapshot = if snapshot > grows { snapshot } else { grows };
    // A tree that fails is made anew beside the one that there is.
    grows.saturating_add(snapshot).saturating_add(tree)
}

fn space_check(config: &Config, store: &Store) -> ReadinessCheck {
    let options = config.store.options();
    let tree = store.tree_bytes().unwrap_or_default();
    let day = day_bytes(options.snapshot_bytes, store.snapshot_bytes(), tree);
    let wanted = options.low_water_bytes.saturating_add(day);
    let mib = |bytes: u64| bytes >> 20;
    match free_bytes(&config.store.directory) {
        Ok(free) if free >= wanted => check("space", true, format!("{} MiB are free", mib(free))),
        Ok(free) => check(
            "space",
            false,
            format!(
                "{} MiB are free; writing stops at {} MiB, and an exam day may need {} MiB more",
                mib(free),
                config.store.low_water_mib,
                mib(day)
            ),
        ),
        Err(error) => check("space", false, format!("the free space is not known: {error}")),
    }
}

fn free_bytes(directory: &Path) -> std::io::Result<u64> {
    let system = rustix::fs::statvfs(directory)?;
    Ok(system.f_bavail.saturating_mul(system.f_frsize))
}

fn files_check(expected: u64) -> ReadinessCheck {
    let wanted = expected.saturating_add(OTHER_FILES);
    match rustix::process::getrlimit(rustix::process::Resource::Nofile).current {
        None => check("open_files", true, "unlimited"),
        Some(limit) if limit >= wanted => check("open_files", true, format!("up to {limit}")),
        Some(limit) => check(
            "open_files",
            false,
            format!(
                "the limit is {limit}, and {expected} learners with a connection each want {wanted}; raise it \
                 (LimitNOFILE=, ulimit -n)"
            ),
        ),
    }
}

/// Signs of a service that keeps the clock right.
const TIME_SERVICES: [&str; 4] = [
    "/run/systemd/timesync/synchronized",
    "/run/chrony/chronyd.pid",
    "/run/ntpd.pid",
    "/run/ntpsec/ntpd.pid",
];

/// `ran` is the latest moment at which the server is known to have run.
fn clock_check(ran: Option<Timestamp>, now: Timestamp) -> ReadinessCheck {
    if let Some(ran) = ran
        && ran > now.plus(CLOCK_SLACK)
    {
        return check(
            "clock",
            false,
            format!(
                "it is {now} here, and the server ran at {ran}: the clock was set back, and deadlines go by it"
            ),
        );
    }
    let kept = TIME_SERVICES.iter().any(|place| Path::new(place).exists());
    let aside =
        if kept { "" } else { "; no time service was seen here, so see that the host keeps it right" };
    check("clock", true, format!("{now}{aside}"))
}

fn proxy_check(config: &Config) -> ReadinessCheck {
    let hint = config.server.proxy_hint();
    check("proxy", hint.is_none(), hint.unwrap_or("clients are told apart by their addresses"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_set_back_is_found() {
        let now = Timestamp::from_ms(1_000_000_000);
        assert_eq!(clock_check(None, now).level, CheckLevel::Ok);
        assert_eq!(clock_check(Some(now.plus(Duration::from_secs(20))), now).level, CheckLevel::Ok);
        let back = clock_check(Some(now.plus(Duration::from_hours(1))), now);
        assert_eq!(back.level, CheckLevel::Warning);
        assert!(back.detail.contains("set back"), "{}", back.detail);
    }

    #[test]
    fn a_day_needs_room_for_the_journal_a_snapshot_and_a_second_tree() {
        assert_eq!(day_bytes(512, 0, 0), 1024, "a store that is only begun");
        assert_eq!(day_bytes(512, 100, 300), 1324);
        assert_eq!(day_bytes(512, 4000, 12_000), 4000 + 5000 + 12_000);
    }

    #[test]
    fn open_files_are_counted_per_learner() {
        assert_eq!(files_check(u64::MAX - OTHER_FILES).name, "open_files");
        let far = files_check(1 << 50);
        let unlimited = far.detail == "unlimited";
        assert!(unlimited || far.level == CheckLevel::Warning, "{}", far.detail);
        assert_eq!(files_check(0).level, CheckLevel::Ok);
    }

    #[test]
    fn another_machine_is_known_by_its_processors_and_its_memory() {
        let machine = Machine::read();
        let here = machine.processors;
        let (same, more) = (here.to_string(), (here + 2).to_string());
        assert_eq!(other_machine(Some(&same), None), None);
        assert!(other_machine(Some(&more), None).unwrap().contains("processors"));
        if let Some(memory) = machine.memory_bytes.map(as_float) {
            assert_eq!(other_machine(Some(&same), Some(&memory.to_string())), None);
            let half = (memory / 2.0).to_string();
            assert!(other_machine(Some(&same), Some(&half)).unwrap().contains("memory"));
        }
    }
}
