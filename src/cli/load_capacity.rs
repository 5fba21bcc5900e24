//! `lyceum load capacity`: how many learners a server carries in one exam.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use serde_json::Value;

use super::load::{Run, interruptible, print_progress, write_file};
use super::{Failure, remote};
use crate::clock::Clock;
use crate::config::{Config, Objectives};
use crate::domain::capacity::CapacityInput;
use crate::load::capacity::{End, Ladder, Search, input, misses, search};
use crate::load::report::Report;
use crate::load::run::run_on;
use crate::load::settings::{MOST_LEARNERS, Place, Profile, Settings};
use crate::load::stage::Stage;
use crate::load::stop::Stop;
use crate::load::{LoadError, page};

/// As [`MOST_LEARNERS`], for the command line.
const MOST: i64 = 20_000;
const _: () = assert!(MOST_LEARNERS == 20_000, "the command line takes as many learners as a run does");

/// Find out how many learners this machine carries, and what runs out first.
///
/// Makes runs of the exam profile, everybody in one exam, with more and more learners until an objective breaks, then
/// bisects. A rung that breaks is tried once more, and broke only when it did twice. What is recommended is a margin less
/// than what was carried. The objectives are the section `[objectives]` of the configuration. With `--admin`, the report is
/// kept in the server, for `lyceum doctor` and `GET /api/capacity`.
///
/// Everything else is as for `lyceum load`: `--seed-course --admin USERNAME` makes the course.
///
/// Exit code 0 when the search came to an end, whatever it found, and 2 when it did not or its report could not be kept.
#[derive(Debug, Args)]
pub(super) struct LoadCapacity {
    #[command(flatten)]
    run: Run,
    /// The configuration file with the objectives (TOML).
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Learners of the first rung.
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=MOST))]
    first: u32,
    /// Stop when so many are carried.
    #[arg(long, value_name = "N", default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(1..=MOST))]
    most: u32,
    /// Make so many runs at most, repeats included.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100))]
    runs: u32,
    /// Go on until the gap between what held and what broke is so many percent.
    #[arg(long, value_name = "PERCENT", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=100))]
    width: u32,
}

/// Runs on one stage until more people are wanted than it has.
struct Runs {
    settings: Settings,
    /// Ctrl-c.
    stop: Stop,
    stage: Option<(usize, Arc<Stage>)>,
    /// Every run, in order.
    ladder: Vec<page::Rung>,
    /// The report of the highest rung that held, or of the last one when none did.
    best: Option<(usize, bool, Report)>,
}

impl Runs {
    async fn put_away(&mut self) {
        let Some((learners, stage)) = self.stage.take() else { return };
        let settings = Settings { learners, ..self.settings.clone() };
        for note in Stage::close(stage, &settings, &mut print_progress).await {
            tell!("{note}");
        }
    }

    async fn make(&mut self, learners: usize) -> Result<Report, LoadError> {
        let settings = Settings { learners, ..self.settings.clone() };
        settings.check()?;
        if self.stage.as_ref().is_none_or(|(size, _)| *size < learners) {
            self.put_away().await;
            let stage = Stage::open(&settings, &self.stop, &mut print_progress).await?;
            self.stage = Some((learners, Arc::new(stage)));
        }
        let Some((_, stage)) = &self.stage else {
            return Err(LoadError::Setting("there is no course to play in".to_owned()));
        };
        tell!("a run with {learners} learners");
        let report = run_on(&settings, stage.clone(), &self.stop, &mut print_progress).await?;
        // Half a run does not say what is carried.
        if self.stop.is_said() { Err(LoadError::Stopped) } else { Ok(report) }
    }

    fn keep(&mut self, learners: usize, missed: Vec<String>, report: &Report) {
        let held = missed.is_empty();
        self.ladder.push(page::Rung { learners, missed });
        let better = match &self.best {
            Some((most, true, _)) => held && learners >= *most,
            _ => true,
        };
        if better {
            self.best = Some((learners, held, report.clone()));
        }
    }
}

impl LoadCapacity {
    fn check(&self) -> Result<(), Failure> {
        if self.first > self.most {
            return Err(Failure::Unfit("--first is more than --most".to_owned()));
        }
        Ok(())
    }

    /// The administrator who keeps the report, if one was named.
    fn keeper(&self, settings: &Settings) -> Result<Option<(String, String)>, LoadError> {
        match (&settings.place, &self.run.admin) {
            (Place::Seed { admin, password, .. }, _) => Ok(Some((admin.clone(), password.clone()))),
            (Place::Given { .. }, Some(admin)) => Ok(Some((admin.clone(), self.run.admin_password(admin)?))),
            (Place::Given { .. }, None) => Ok(None),
        }
    }

    pub(super) fn run(self) -> Result<(), Failure> {
        self.check()?;
        let config = Config::load(self.config.as_deref(), std::env::vars_os());
        let objectives = config.map_err(|error| Failure::Unfit(error.to_string()))?.objectives;
        let first = usize::try_from(self.first).unwrap_or(MOST_LEARNERS);
        let settings = self.run.settings(Profile::Exam, first, false)?;
        let keeper = self.keeper(&settings)?;
        let people = match &settings.place {
            Place::Seed { .. } => u32::MAX,
            Place::Given { people, .. } => {
                u32::try_from(people.iter().filter(|who| !who.teaches).count()).unwrap_or(u32::MAX)
            }
        };
        let ladder = Ladder {
            first: self.first,
            most: self.most.min(people),
            runs: self.runs,
            width_percent: self.width,
        };
        let (runtime, stop) = interruptible()?;
        let mut runs = Runs { settings, stop, stage: None, ladder: Vec::new(), best: None };
        let found = search(ladder, &objectives, |learners| {
            let learners = usize::try_from(learners).unwrap_or(MOST_LEARNERS);
            let report = runtime.block_on(runs.make(learners))?;
            let missed = misses(&report, &objectives);
            say!("{}", rung(learners, &report, &missed));
            runs.keep(learners, missed, &report);
            Ok::<_, LoadError>(report)
        });
        runtime.block_on(runs.put_away());
        let found = found?;
        let Some((_, _, report)) = runs.best else {
            return Err(Failure::Unfit("no run was made".to_owned()));
        };
        let capacity = input(&found, &report, &objectives, Clock::System.now());
        let machine = match &report.generator_hardware {
            None => "This machine".to_owned(),
            Some(_) => format!("The machine of {}", self.run.url),
        };
        say_part!("{}", verdict(&found, &capacity, &objectives, &machine));
        if let Some(path) = &self.run.json {
            let text = serde_json::to_string_pretty(&capacity)
                .map_err(|error| Failure::Unfit(format!("the report cannot be written: {error}")))?;
            write_file(path, &text)?;
        }
        if let Some(path) = &self.run.html {
            write_file(path, &page::render_with_ladder(&report, &runs.ladder))?;
        }
        if let Some((admin, password)) = keeper {
            let kept = keep(&self.run.url, &admin, &password, &capacity);
            return kept.map_err(|failure| Failure::Unfit(failure.to_string()));
        }
        say!("Not kept in the server: no --admin was named.");
        Ok(())
    }
}

/// Sends the report to the server.
fn keep(url: &str, admin: &str, password: &str, capacity: &CapacityInput) -> Result<(), Failure> {
    let input = serde_json::json!({ "username": admin, "password": password, "carrier": "bearer" });
    let signed_in = remote::call(url, "POST", "/api/session", None, Some(&input))?;
    let token = signed_in.get("token").and_then(Value::as_str);
    let body = serde_json::to_value(capacity)
        .map_err(|error| Failure::Unfit(format!("the report cannot be written: {error}")))?;
    remote::call(url, "PUT", "/api/capacity", token, Some(&body))?;
    remote::call(url, "DELETE", "/api/session", token, None)?;
    say!("Kept in the server; `lyceum doctor` compares it with the exams that are ahead.");
    Ok(())
}

/// One line about one run.
fn rung(learners: usize, report: &Report, missed: &[String]) -> String {
    let p99 = |name: &str| {
        report
            .actions
            .get(name)
            .map_or_else(|| "none".to_owned(), |action| format!("{:.1} ms", action.p99_ms))
    };
    let outcome = if missed.is_empty() { "held".to_owned() } else { format!("broke: {}", missed.join("; ")) };
    format!(
        "{learners:>6} learners  save p99 {}  submit p99 {}  {} errors  {outcome}",
        p99("save"),
        p99("submit"),
        report.totals.errors
    )
}

/// What it comes to. Writing to a string does not fail.
fn verdict(found: &Search, capacity: &CapacityInput, objectives: &Objectives, machine: &str) -> String {
    let margin = u64::from(objectives.margin_percent);
    let recommended = u64::from(capacity.carried) * (100 - margin.min(100)) / 100;
    let carried = match (found.end, capacity.carried) {
        (_, 0) => format!("{machine} carries not even one learner within the objectives."),
        (End::Most, carried) => {
            format!("{machine} carries {carried} learners in one exam, and more were not asked for.")
        }
        (End::Runs, carried) => {
            format!("{machine} carries {carried} learners in one exam at least; the runs were used up.")
        }
        (End::Knee, carried) => format!("{machine} carries {carried} learners in one exam."),
    };
    let mut text = format!("{carried}\nRecommended: up to {recommended}, which is {margin} % less.\n");
    if let Some(failed) = capacity.failed {
        let _ = writeln!(text, "With {failed}: {}.", capacity.broken.join("; "));
    }
    let explanation = &capacity.explanation;
    let _ = writeln!(text, "What ran out first: {}; {explanation}.", capacity.limit.name());
    text
}
