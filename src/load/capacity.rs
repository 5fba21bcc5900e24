//! How many learners a server carries in one exam: a ladder of runs until an objective breaks, bisection of the knee, and
//! which resource was exhausted first. The search is a pure function of the runs.
//!
//! Rules: a rung holds when one of up to two runs meets every objective (a run that misses may be chance). The ladder
//! doubles until a rung breaks; then the gap between the highest rung that held and the lowest that broke is halved until
//! it is narrow enough. What the machine carries is the highest rung that held; what is recommended is a margin less.

use std::collections::BTreeMap;

use crate::clock::Timestamp;
use crate::config::Objectives;
use crate::domain::capacity::{CapacityInput, Evidence, Limit, Rung, evidence};
use crate::domain::decimal::Decimal;

use super::limit::{GeneratorLimit, MACHINE_BUSY, OWN_BUSY, SHARE_OF_BUSY};
use super::page::number;
use super::report::{Report, Sample};

/// So many seconds in a row above its threshold and a resource is exhausted; one alone is a spike.
const IN_A_ROW: usize = 3;
/// Of the machine's memory.
const MEMORY_FULL: f64 = 0.9;
/// Where to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ladder {
    /// Learners of the first rung.
    pub first: u32,
    /// Learners beyond which nobody asks.
    pub most: u32,
    /// Runs altogether, repeats included.
    pub runs: u32,
    /// The knee is found when the gap is at most so many percent of its upper end.
    pub width_percent: u32,
}

/// Why the search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The knee lies between what held and what broke.
    Knee,
    /// Even the highest rung that was asked for held.
    Most,
    /// No runs were left; the gap is wider than asked for.
    Runs,
}

/// What the search found.
#[derive(Debug, Clone, PartialEq)]
pub struct Search {
    /// Every run, in order.
    pub rungs: Vec<Rung>,
    /// The highest number of learners with whom every objective held; 0 when there was none.
    pub carried: u32,
    /// The lowest number with whom one broke, and what the last run with them showed.
    pub broke: Option<(u32, Vec<String>, Finding)>,
    /// Why it ended.
    pub end: End,
}

/// Climbs, then bisects. `run` makes one run with so many learners; its error ends the search.
pub fn search<E>(
    ladder: Ladder,
    objectives: &Objectives,
    mut run: impl FnMut(u32) -> Result<Report, E>,
) -> Result<Search, E> {
    let mut search = Search { rungs: Vec::new(), carried: 0, broke: None, end: End::Runs };
    let mut learners = ladder.first.clamp(1, ladder.most.max(1));
    let mut left = ladder.runs;
    loop {
        let mut broken = None;
        for _ in 0..2 {
            if left == 0 {
                break;
            }
            left -= 1;
            let report = run(learners)?;
            let misses = misses(&report, objectives);
            search.rungs.push(Rung { learners, held: misses.is_empty() });
            if misses.is_empty() {
                broken = None;
                break;
            }
            broken = Some((learners, misses, exhausted(&report, objectives)));
        }
        match broken {
            Some(broken) => search.broke = Some(broken),
            None if search.rungs.last().is_some_and(|rung| rung.held && rung.learners == learners) => {
                search.carried = learners;
            }
            // No run was left for this rung.
            None => return Ok(search),
        }
        learners = match &search.broke {
            None if search.carried >= ladder.most => {
                search.end = End::Most;
                return Ok(search);
            }
            None => search.carried.saturating_mul(2).min(ladder.most),
            Some((broke, _, _)) => {
                let gap = broke - search.carried;
                let narrow = u64::from(*broke) * u64::from(ladder.width_percent) / 100;
                if u64::from(gap) <= narrow.max(1) {
                    search.end = End::Knee;
                    return Ok(search);
                }
                search.carried + gap / 2
            }
        };
    }
}

/// The objectives that a run missed, each as a sentence.
#[expect(clippy::cast_precision_loss, reason = "milliseconds and counts")]
pub fn misses(report: &Report, objectives: &Objectives) -> Vec<String> {
    let mut missed = Vec::new();
    for (action, most_ms) in [
        ("save", objectives.save_p99_ms),
        ("submit", objectives.submit_p99_ms),
        ("start", objectives.start_p99_ms),
    ] {
        if most_ms == 0 {
            continue;
        }
        // Waiting for the turn is waiting.
        let turn = report.actions.get("turn").filter(|_| action == "start").map_or(0.0, |turn| turn.p99_ms);
        match report.actions.get(action) {
            Some(found) if found.count > 0 && found.p99_ms + turn <= most_ms as f64 => {}
            Some(found) if found.count > 0 => {
                let p99_ms = number(found.p99_ms + turn);
                missed.push(format!("{action} p99 {p99_ms} ms, objective {most_ms} ms"));
            }
            _ => missed.push(format!("no {action} was answered")),
        }
    }
    let (errors, all) = (report.totals.errors, report.totals.count + report.totals.errors);
    if u128::from(errors) * 1_000_000 > u128::from(all) * u128::from(objectives.errors_per_million) {
        missed.push(format!(
            "{errors} errors in {all} requests, objective {} in a million",
            objectives.errors_per_million
        ));
    }
    missed
}

/// Which resource a run exhausted first.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Which.
    pub limit: Limit,
    /// The generator, and not the server alone, was what ran out; more learners than were measured may be carried.
    pub generator_limited: bool,
    /// What the samples say.
    pub evidence: Vec<Evidence>,
}

/// The first of [`IN_A_ROW`] seconds that are all above a threshold.
fn since(samples: &[Sample], over: impl Fn(&Sample) -> bool) -> Option<u32> {
    samples
        .windows(IN_A_ROW)
        .find(|window| window.iter().all(&over))
        .and_then(|window| window.first())
        .map(|sample| sample.second)
}

fn fact(facts: &BTreeMap<String, String>, name: &str) -> Option<f64> {
    let text = facts.get(name)?;
    text.split_whitespace().next()?.parse().ok().filter(|value: &f64| value.is_finite() && *value > 0.0)
}

/// With as many digits as are worth reading.
fn rounded(value: f64, digits: usize) -> Decimal {
    format!("{value:.digits$}").parse().unwrap_or_default()
}

fn percent(share: f64) -> Decimal {
    rounded(share * 100.0, 0)
}

impl From<GeneratorLimit> for Evidence {
    fn from(limit: GeneratorLimit) -> Self {
        match limit {
            GeneratorLimit::Late { p99_ms } => Self::GeneratorLate { ms: rounded(p99_ms, 0) },
            GeneratorLimit::Threads { used, of } => {
                Self::GeneratorThreads { used: rounded(used, 1), of: rounded(of, 1) }
            }
            GeneratorLimit::ShareOfBusy { used, of } => {
                Self::GeneratorTook { used: rounded(used, 1), of: rounded(of, 1) }
            }
        }
    }
}

/// Which resource was exhausted first: by the samples, and by what the run says of itself.
pub fn exhausted(report: &Report, objectives: &Objectives) -> Finding {
    let mut finding = by_samples(report, objectives);
    // The generator knows more than the samples say: how late it sent.
    finding.generator_limited |= !report.generator_limits.is_empty();
    finding.evidence.extend(report.generator_limits.iter().copied().map(Evidence::from));
    finding.evidence.extend(finding.generator_limited.then_some(Evidence::AtLeast));
    let others = report.others_processors;
    finding.evidence.extend(others.map(|used| Evidence::OtherPrograms { processors: rounded(used, 1) }));
    finding
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds and bytes")]
fn by_samples(report: &Report, objectives: &Objectives) -> Finding {
    let samples = &report.samples;
    let known_cores = fact(&report.hardware, "cores");
    let cores = known_cores.unwrap_or(1.0);
    // On another machine than the server's, the generator has its own processors and takes none from the server.
    let elsewhere = report.generator_hardware.is_some();
    let own_cores = report.generator_hardware.as_ref().map_or(known_cores, |own| fact(own, "cores"));
    let threads = fact(&report.settings, "threads").unwrap_or(1.0).min(own_cores.unwrap_or(1.0));
    let memory = fact(&report.hardware, "memory_bytes");
    // A save waits for one sync at least, and for the one that runs when it comes.
    let sync_ms = if objectives.save_p99_ms == 0 { 50.0 } else { objectives.save_p99_ms as f64 / 2.0 };
    let generator = since(samples, |sample| sample.generator_cpu >= threads * OWN_BUSY);
    let processors = since(samples, |sample| sample.cpu >= MACHINE_BUSY);
    let disk = since(samples, |sample| sample.sync_ms >= sync_ms);
    let full =
        memory.and_then(|all| since(samples, |sample| sample.memory_bytes as f64 >= all * MEMORY_FULL));
    let candidates = [
        generator.map(|second| {
            (second, Limit::Generator, Evidence::GeneratorBusy { second, percent: percent(OWN_BUSY) })
        }),
        processors.map(|second| {
            (second, Limit::Cpu, Evidence::ProcessorsBusy { second, percent: percent(MACHINE_BUSY) })
        }),
        disk.map(|second| (second, Limit::DiskSync, Evidence::SyncSlow { second, ms: rounded(sync_ms, 1) })),
        full.map(|second| {
            (second, Limit::Memory, Evidence::MemoryFull { second, percent: percent(MEMORY_FULL) })
        }),
    ];
    // The generator comes first in the list and so wins a tie: what it could not send is not the server's fault.
    let Some((_, limit, first)) = candidates.into_iter().flatten().min_by_key(|(second, ..)| *second) else {
        let peak = |value: fn(&Sample) -> f64| samples.iter().map(value).fold(0.0, f64::max);
        let known = !elsewhere || known_cores.is_some();
        let nothing = Evidence::NothingExhausted {
            processors_percent: known.then(|| percent(peak(|sample| sample.cpu))),
            sync_ms: rounded(peak(|sample| sample.sync_ms), 1),
        };
        return Finding { limit: Limit::Unknown, generator_limited: false, evidence: vec![nothing] };
    };
    let busy: f64 =
        samples.iter().filter(|sample| sample.cpu >= MACHINE_BUSY).map(|sample| sample.cpu * cores).sum();
    let own: f64 =
        samples.iter().filter(|sample| sample.cpu >= MACHINE_BUSY).map(|sample| sample.generator_cpu).sum();
    let share = if busy > 0.0 && !elsewhere { own / busy } else { 0.0 };
    let generator_limited = limit == Limit::Generator || (limit == Limit::Cpu && share >= SHARE_OF_BUSY);
    let mut evidence = vec![first];
    if limit == Limit::Cpu && share > 0.0 {
        evidence.push(Evidence::GeneratorShare { percent: percent(share) });
    }
    Finding { limit, generator_limited, evidence }
}

/// Whose hardware a report names, when that is in question.
fn from_where(report: &Report) -> Option<Evidence> {
    let known = !report.hardware.is_empty();
    let elsewhere = if known { Evidence::DrivenFromElsewhere } else { Evidence::HardwareUnknown };
    report.generator_hardware.is_some().then_some(elsewhere)
}

/// What is kept of a search: `last` is the report of the highest rung that held, or of any when none did.
pub fn input(search: &Search, last: &Report, objectives: &Objectives, now: Timestamp) -> CapacityInput {
    let (failed, broken, finding) = match &search.broke {
        Some((learners, broken, finding)) => (Some(*learners), broken.clone(), Some(finding)),
        None => (None, Vec::new(), None),
    };
    let mut evidence =
        finding.map_or_else(|| vec![Evidence::NothingBroke], |finding| finding.evidence.clone());
    evidence.extend((finding.is_some() && search.end == End::Runs).then_some(Evidence::RunsUsedUp));
    evidence.extend(from_where(last));
    let mut settings = last.settings.clone();
    // What differs from run to run, or says where and not how.
    for name in ["learners", "url", "kept", "course", "quiz"] {
        settings.remove(name);
    }
    CapacityInput {
        measured: last.began.parse().unwrap_or(now),
        carried: search.carried,
        margin_percent: objectives.margin_percent,
        failed,
        broken,
        limit: finding.map_or(Limit::NotReached, |finding| finding.limit),
        generator_limited: finding.is_some_and(|finding| finding.generator_limited),
        explanation: evidence::sentence(&evidence),
        evidence,
        rungs: search.rungs.clone(),
        settings,
        hardware: last.hardware.clone(),
        versions: last.versions.clone(),
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::super::report::{Action, FORMAT};
    use super::*;

    const LADDER: Ladder = Ladder { first: 100, most: 20_000, runs: 24, width_percent: 10 };

    fn said(finding: &Finding) -> String {
        evidence::sentence(&finding.evidence)
    }

    /// A run whose saves take so long.
    fn run(save_p99_ms: f64, errors: u64) -> Report {
        let action = |p99_ms| Action { count: 1000, p99_ms, ..Action::default() };
        Report {
            format: FORMAT,
            began: "2026-11-24T09:00:00Z".to_owned(),
            seconds: 60.0,
            settings: BTreeMap::new(),
            versions: BTreeMap::new(),
            hardware: [("cores".to_owned(), "2".to_owned())].into(),
            generator_hardware: None,
            actions: [("save", action(save_p99_ms)), ("submit", action(20.0)), ("start", action(20.0))]
                .map(|(name, action)| (name.to_owned(), action))
                .into(),
            totals: Action { count: 3000, errors, ..Action::default() },
            samples: Vec::new(),
            notes: Vec::new(),
            generator_limits: Vec::new(),
            others_processors: None,
            working_time: None,
        }
    }

    fn find(ladder: Ladder, holds: impl Fn(u32, usize) -> bool) -> (Search, usize) {
        let mut runs = 0;
        let search = search(ladder, &Objectives::default(), |learners| {
            runs += 1;
            Ok::<_, Infallible>(run(if holds(learners, runs) { 20.0 } else { 400.0 }, 0))
        })
        .unwrap();
        assert_eq!(search.rungs.len(), runs);
        (search, runs)
    }

    #[test]
    fn the_knee_of_a_server_that_breaks_at_one_number_is_found() {
        for knee in [1, 7, 99, 100, 101, 777, 3000, 12_345, 19_999] {
            let (found, runs) = find(LADDER, |learners, _| learners <= knee);
            let broke = found.broke.clone().unwrap().0;
            assert_eq!(found.end, End::Knee, "{knee}");
            assert!(found.carried <= knee && knee < broke, "{knee}: {found:?}");
            assert!(broke - found.carried <= (broke / 10).max(1), "{knee}: {found:?}");
            assert!(runs <= 22, "{knee} took {runs} runs");
        }
    }

    #[test]
    fn what_holds_everywhere_is_carried_as_far_as_was_asked() {
        let (found, runs) = find(LADDER, |_, _| true);
        assert_eq!((found.carried, found.end, found.broke), (20_000, End::Most, None));
        assert_eq!(runs, 9, "100 to 12,800 by doubling, then 20,000");
    }

    #[test]
    fn what_holds_nowhere_is_carried_for_nobody() {
        let (found, _) = find(LADDER, |_, _| false);
        assert_eq!((found.carried, found.broke.unwrap().0), (0, 1));
    }

    #[test]
    fn one_bad_run_is_chance_and_two_are_the_limit() {
        // Every third run misses, whatever the number; beyond 3,000 all do.
        let (found, _) = find(LADDER, |learners, nth| learners <= 3000 && nth % 3 != 0);
        let broke = found.broke.unwrap().0;
        assert!((2700..=3000).contains(&found.carried) && broke > 3000, "{} {broke}", found.carried);
    }

    #[test]
    fn runs_are_bounded_whatever_they_show() {
        for runs in [1, 2, 3, 5, 8] {
            let ladder = Ladder { runs, ..LADDER };
            let (found, made) = find(ladder, |learners, nth| learners < 150 || nth % 2 == 0);
            assert!(made <= runs as usize, "{made} of {runs}");
            assert!(found.broke.is_none_or(|(broke, _, _)| broke > found.carried));
            let (found, _) = find(ladder, |_, _| false);
            assert_eq!((found.carried, found.end), (0, End::Runs));
        }
    }

    #[test]
    fn the_search_ends_with_the_first_run_that_cannot_be_made() {
        let mut runs = 0;
        let outcome = search(LADDER, &Objectives::default(), |_| {
            runs += 1;
            if runs == 3 { Err("gone") } else { Ok(run(1.0, 0)) }
        });
        assert_eq!((outcome.unwrap_err(), runs), ("gone", 3));
    }

    #[test]
    fn each_objective_is_named_that_a_run_misses() {
        let objectives = Objectives::default();
        assert!(misses(&run(100.0, 0), &objectives).is_empty(), "as much as the objective is kept");
        assert_eq!(misses(&run(182.4, 0), &objectives), ["save p99 182 ms, objective 100 ms"]);
        assert_eq!(
            misses(&run(1.0, 1), &objectives),
            ["1 errors in 3001 requests, objective 0 in a million"]
        );
        let lenient = Objectives { save_p99_ms: 0, errors_per_million: 1000, ..objectives };
        assert!(misses(&run(900.0, 1), &lenient).is_empty());
        let mut silent = run(1.0, 0);
        silent.actions.remove("submit");
        assert_eq!(
            misses(&silent, &objectives),
            ["no submit was answered"],
            "what was not measured did not hold"
        );
    }

    fn with_samples(sample: impl Fn(u32) -> Sample) -> Report {
        let mut report = run(400.0, 0);
        report.samples = (0..60).map(|second| Sample { second, ..sample(second) }).collect();
        report.settings.insert("threads".to_owned(), "2".to_owned());
        report.hardware.insert("memory_bytes".to_owned(), "1000000".to_owned());
        report
    }

    #[test]
    fn a_server_on_another_machine_is_judged_by_its_own_hardware_or_not_at_all() {
        let objectives = Objectives::default();
        let elsewhere = |cores: Option<&str>, sample: Sample| {
            let mut report = with_samples(|_| sample.clone());
            report.generator_hardware = Some([("cores".to_owned(), "2".to_owned())].into());
            report.hardware = cores.map(|cores| ("cores".to_owned(), cores.to_owned())).into_iter().collect();
            report
        };
        let full = Sample { cpu: 0.99, generator_cpu: 1.2, ..Sample::default() };
        let found = exhausted(&elsewhere(Some("2"), full), &objectives);
        assert_eq!((found.limit, found.generator_limited), (Limit::Cpu, false), "{}", said(&found));
        let own = Sample { cpu: 0.3, generator_cpu: 1.9, ..Sample::default() };
        let report = elsewhere(Some("64"), own);
        let found = exhausted(&report, &objectives);
        assert_eq!(found.limit, Limit::Generator, "two processors of its own: {}", said(&found));
        let blind = Sample { memory_bytes: 999_999, generator_cpu: 0.5, ..Sample::default() };
        let report = elsewhere(None, blind);
        let found = exhausted(&report, &objectives);
        assert_eq!(found.limit, Limit::Unknown);
        assert!(said(&found).contains("processors and memory are not known"), "{}", said(&found));
        let search = Search { rungs: Vec::new(), carried: 5, broke: None, end: End::Most };
        let kept = input(&search, &report, &objectives, Timestamp::from_ms(0));
        assert!(kept.hardware.is_empty(), "never the generator's");
        assert!(kept.explanation.contains("driven from another machine"), "{}", kept.explanation);
    }

    #[test]
    fn the_resource_that_ran_out_first_is_named() {
        let objectives = Objectives::default();
        let found = |report: &Report| exhausted(report, &objectives);
        let cpu = found(&with_samples(|second| Sample {
            cpu: if second >= 20 { 0.99 } else { 0.3 },
            generator_cpu: 0.4,
            sync_ms: if second >= 30 { 80.0 } else { 1.0 },
            ..Sample::default()
        }));
        assert_eq!((cpu.limit, cpu.generator_limited), (Limit::Cpu, false), "{}", said(&cpu));
        assert!(said(&cpu).contains("second 20"), "{}", said(&cpu));
        let shared = found(&with_samples(|_| Sample { cpu: 1.0, generator_cpu: 0.9, ..Sample::default() }));
        assert_eq!((shared.limit, shared.generator_limited), (Limit::Cpu, true), "{}", said(&shared));
        let generator =
            found(&with_samples(|_| Sample { cpu: 1.0, generator_cpu: 1.9, ..Sample::default() }));
        assert_eq!((generator.limit, generator.generator_limited), (Limit::Generator, true));
        let disk = found(&with_samples(|_| Sample { cpu: 0.2, sync_ms: 60.0, ..Sample::default() }));
        assert_eq!(disk.limit, Limit::DiskSync);
        let memory = found(&with_samples(|_| Sample { memory_bytes: 950_000, ..Sample::default() }));
        assert_eq!(memory.limit, Limit::Memory);
        let spikes = found(&with_samples(|second| Sample {
            cpu: if second % 3 == 0 { 1.0 } else { 0.5 },
            ..Sample::default()
        }));
        assert_eq!(spikes.limit, Limit::Unknown, "{}", said(&spikes));
        let mut late = with_samples(|_| Sample::default());
        late.generator_limits = vec![GeneratorLimit::Late { p99_ms: 12.0 }];
        late.others_processors = Some(1.9);
        let late = found(&late);
        assert!(late.generator_limited && said(&late).contains("12 ms late"), "{}", said(&late));
        assert!(said(&late).contains("nothing else to do"), "{}", said(&late));
    }
}
