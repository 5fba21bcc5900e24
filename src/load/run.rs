//! A load run from beginning to end: the course, the people, the seconds, the report.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::LoadError;
use super::crew::Crew;
use super::desk::Desk;
use super::limit;
use super::machine::{self, Processors, Shares};
use super::measure::{self, Totals};
use super::person::Bounds;
use super::report::{FORMAT, Report, Sample};
use super::scrape::{Scraped, Scraper};
use super::settings::Settings;
use super::stage::Stage;
use super::stop::Stop;
use super::target::Target;
use crate::clock::Clock;

/// Processors that other programs may use before that is said.
const OTHERS: f64 = 0.25;

/// What a run says while it goes on.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress {
    /// A sentence.
    Says(String),
    /// A second went by.
    Second {
        /// `signing in`, `waiting` or `running`.
        phase: &'static str,
        /// Seconds since the run began.
        second: u32,
        /// People who have signed in.
        signed_in: u64,
        /// Answers so far.
        done: u64,
        /// Answers in this second.
        rate: u64,
        /// Errors so far.
        errors: u64,
        /// Of this second's answers.
        p99_ms: f64,
    },
}

/// Runs it: makes the course where that is asked for, drives the server, puts the course away.
pub async fn run(settings: &Settings, tell: &mut dyn FnMut(Progress)) -> Result<Report, LoadError> {
    run_until(settings, &Stop::default(), tell).await
}

/// [`run`], until `stop` is said: what is under way is ended, whatever was made is put away, and the report is of what was
/// seen. Putting away is not stopped.
pub async fn run_until(
    settings: &Settings,
    stop: &Stop,
    tell: &mut dyn FnMut(Progress),
) -> Result<Report, LoadError> {
    settings.check()?;
    let stage = Arc::new(Stage::open(settings, stop, tell).await?);
    let mut seen = run_on(settings, stage.clone(), stop, tell).await;
    for note in Stage::close(stage, settings, tell).await {
        match &mut seen {
            Ok(report) => report.notes.push(note),
            // There is no report that could say it.
            Err(_) => tell(Progress::Says(note)),
        }
    }
    seen
}

/// Drives a server on a stage that is there and stays there, until `stop` is said: for several runs on one course.
pub async fn run_on(
    settings: &Settings,
    stage: Arc<Stage>,
    stop: &Stop,
    tell: &mut dyn FnMut(Progress),
) -> Result<Report, LoadError> {
    settings.check()?;
    let target = Target::find(&settings.url, settings.allow_host.as_deref())?;
    let notes = stage.notes.clone();
    let target_version = version(&target, stop).await;
    let began = Clock::System.now().to_string();
    let since = Instant::now();
    let bounds =
        Arc::new(Bounds::new(since + Duration::from_secs(settings.max_seconds), settings.max_requests));
    let scraper = Scraper::start(&target, settings.metrics_token.clone());
    let mut crew = Crew::start(settings, &target, stage, &bounds)?;
    let here = target.address.ip().is_loopback();
    let mut watch = Watch::new(&scraper, here);
    let mut every = interval_at(since + Duration::from_secs(1), Duration::from_secs(1));
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut stopped = false;
    loop {
        tokio::select! {
            () = crew.done() => break,
            _ = every.tick() => watch.second(&crew, since, tell)?,
            () = stop.said(), if !stopped => {
                stopped = true;
                bounds.stop();
            }
        }
    }
    watch.second(&crew, since, tell)?;
    let others = watch.others(cores()).filter(|_| here);
    let seconds = since.elapsed().as_secs_f64();
    let signed_in = crew.signed_in();
    let recorders = crew.join()?;
    let guards: Vec<_> = recorders.iter().map(|recorder| recorder.lock()).collect();
    let totals = measure::total(guards.iter().map(|guard| &**guard))?;
    if signed_in == 0 && !stopped && !bounds.is_over() {
        let by_status = totals.actions.get("sign_in").map(|action| format!("{:?}", action.by_status));
        return Err(LoadError::NobodySignedIn(by_status.unwrap_or_default()));
    }
    let mut report = Report {
        format: FORMAT,
        began,
        seconds,
        settings: settings.named(),
        versions: [("generator".to_owned(), env!("CARGO_PKG_VERSION").to_owned())].into(),
        hardware: if here { machine::hardware() } else { scraper.last().unwrap_or_default().hardware() },
        generator_hardware: (!here).then(machine::hardware),
        actions: totals.actions.clone(),
        totals: totals.all.clone(),
        samples: watch.samples,
        notes,
        generator_limits: Vec::new(),
        others_processors: others.filter(|others| *others >= OTHERS),
        working_time: totals.working_time,
    };
    report.versions.extend(target_version.map(|version| ("target".to_owned(), version)));
    let wanted = settings.parts().iter().sum::<usize>();
    if u64::try_from(wanted).is_ok_and(|wanted| signed_in < wanted) {
        report.notes.push(format!("{signed_in} of {wanted} people signed in; the others did nothing"));
    }
    if stopped {
        report.notes.push("the run was stopped before its end".to_owned());
    } else if bounds.is_used_up() {
        report.notes.push(format!("the run ended at --max-requests {}", settings.max_requests));
    } else if bounds.is_over() {
        report.notes.push(format!("the run ended after --max-seconds {}", settings.max_seconds));
    }
    if scraper.last().is_none() {
        report.notes.push(format!(
            "the target's /metrics {}: memory, sync and queue were not measured",
            match (scraper.is_refused(), &settings.metrics_token) {
                (true, None) => "asks for a token (--metrics-token-file)",
                (true, Some(_)) => "does not take the token of --metrics-token-file",
                (false, _) => "did not answer",
            }
        ));
    }
    if let Some(others) = report.others_processors {
        report.notes.push(format!(
            "other programs used {others:.1} of the machine's {} processors meanwhile",
            cores()
        ));
    }
    about_itself(settings, &totals, &mut report);
    Ok(report)
}

/// What the generator has to say about itself.
fn about_itself(settings: &Settings, totals: &Totals, report: &mut Report) {
    if report.generator_hardware.is_some() {
        let note = if report.hardware.is_empty() {
            "driven from another machine, and the server does not tell what its own is: its processors and memory were not judged"
        } else {
            "driven from another machine: the processors, the memory and the hardware are the server's, as its /metrics tell them"
        };
        report.notes.push(note.to_owned());
    }
    if totals.dropped > 0 || totals.reopened > 0 {
        report.notes.push(format!(
            "{} connections were dropped on purpose; {} were found closed and opened again",
            totals.dropped, totals.reopened
        ));
    }
    if totals.stranded > 0 {
        report.notes.push(format!(
            "{} learners could not start, and the requests that they would have made were not sent",
            totals.stranded
        ));
    }
    let mean = |of: fn(&Sample) -> f64| {
        let busy: Vec<f64> = report.samples.iter().filter(|sample| sample.answers > 0).map(of).collect();
        let count = u32::try_from(busy.len()).unwrap_or(u32::MAX);
        if count == 0 { 0.0 } else { busy.iter().sum::<f64>() / f64::from(count) }
    };
    let own = mean(|sample| sample.generator_cpu);
    // From another machine it takes nothing from the server, however busy that is.
    let machine = if report.generator_hardware.is_none() { mean(|sample| sample.cpu) } else { 0.0 };
    let threads = f64::from(u32::try_from(settings.threads).unwrap_or(u32::MAX));
    let late_ms = totals.late_p99.as_secs_f64() * 1000.0;
    report.generator_limits = limit::found(late_ms, own, threads, machine, cores());
    if !report.generator_limits.is_empty() {
        report.notes.push(limit::sentence(&report.generator_limits));
    }
}

/// The version of the target, as its OpenAPI document says.
async fn version(target: &Target, stop: &Stop) -> Option<String> {
    let document = Desk::new(target).heeding(stop).get("/api/openapi.json").await.ok()?;
    document.pointer("/info/version").and_then(Value::as_str).map(str::to_owned)
}

/// The seconds of a run.
struct Watch<'a> {
    scraper: &'a Scraper,
    /// The server runs on this machine.
    here: bool,
    processors: Processors,
    scraped: Option<Scraped>,
    /// The first scrape, and the machine's and the generator's processor time at that moment.
    first: Option<(Scraped, Processors)>,
    samples: Vec<Sample>,
    done: u64,
    errors: u64,
}

impl<'a> Watch<'a> {
    fn new(scraper: &'a Scraper, here: bool) -> Self {
        let processors = Processors::read();
        Self {
            scraper,
            here,
            processors,
            scraped: None,
            first: None,
            samples: Vec::new(),
            done: 0,
            errors: 0,
        }
    }

    fn second(
        &mut self,
        crew: &Crew,
        since: Instant,
        tell: &mut dyn FnMut(Progress),
    ) -> Result<(), LoadError> {
        let now = Processors::read();
        let Shares { machine, own } = now.since(&self.processors);
        self.processors = now;
        let parts = crew.recorders.iter().map(|recorder| recorder.lock().take_second()).collect();
        let second = measure::second(parts)?;
        let scraped = self.scraper.last();
        let (earlier, after) = (self.scraped.unwrap_or_default(), scraped.unwrap_or_default());
        let syncs = after.syncs - earlier.syncs;
        let is_first = self.scraped.is_none();
        if let Some(scraped) = scraped.filter(|_| is_first) {
            self.first = Some((scraped, now));
        }
        self.scraped = scraped;
        self.done += second.answers;
        self.errors += second.errors;
        let number = u32::try_from(since.elapsed().as_secs()).unwrap_or(u32::MAX);
        self.samples.push(Sample {
            second: number,
            answers: second.answers,
            errors: second.errors,
            latency_ms: second.latency_ms,
            cpu: if self.here {
                machine
            } else {
                // Between two scrapes it is as busy as it was.
                let before = self.samples.last().map_or(0.0, |sample| sample.cpu);
                after.share_since(&earlier).unwrap_or(before)
            },
            generator_cpu: own,
            memory_bytes: whole(after.memory_bytes),
            // The first scrape's counts are of everything since the server started.
            sync_ms: if syncs > 0.0 && !is_first {
                (after.sync_seconds - earlier.sync_seconds).max(0.0) / syncs * 1000.0
            } else {
                0.0
            },
            queued: whole(after.queued),
        });
        tell(Progress::Second {
            phase: crew.phase(),
            second: number,
            signed_in: crew.signed_in(),
            done: self.done,
            rate: second.answers,
            errors: self.errors,
            p99_ms: second.p99_ms,
        });
        Ok(())
    }
}

impl Watch<'_> {
    /// Processors that neither the server nor the generator used. Known when both are on this machine.
    fn others(&self, cores: f64) -> Option<f64> {
        let ((first, then), last) = (self.first.as_ref()?, self.scraped?);
        let Shares { machine, own } = self.processors.since(then);
        let seconds = self.processors.seconds_since(then);
        let server = (last.cpu_seconds - first.cpu_seconds) / seconds;
        // A server that did nothing measurable is one without this metric, or a run of a moment.
        (seconds > 5.0 && server > 0.0).then_some(machine * cores - own - server)
    }
}

fn cores() -> f64 {
    f64::from(u32::try_from(std::thread::available_parallelism().map_or(1, usize::from)).unwrap_or(u32::MAX))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a gauge of whole numbers, not negative"
)]
fn whole(value: f64) -> u64 {
    value.max(0.0) as u64
}
