//! `lyceum load`: drives a server over HTTP as its people do, and says how it kept up.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Subcommand};
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};

use super::load_capacity::LoadCapacity;
use super::load_compare::LoadCompare;
use super::{Failure, secret_in};
use crate::load::LoadError;
use crate::load::page;
use crate::load::report::{Action, Report, WorkingTime};
use crate::load::run::{Progress, run_until};
use crate::load::settings::{Arrival, Place, Profile, Settings, SignIn, Size};
use crate::load::stop::Stop;
use crate::load::target::Target;

/// The variable that has the administrator's password, so that it stands in no list of processes.
const PASSWORD_VARIABLE: &str = "LYCEUM_LOAD_PASSWORD";
/// People when neither a number nor a size is named.
const LEARNERS: usize = 100;
/// The largest file of users: twenty thousand lines with long names.
const USERS_BYTES: u64 = 16 * 1024 * 1024;

/// Drive a server as its people do, and say how it kept up.
///
/// Latency counts from when a request was meant to be sent.
///
/// Needs a course to play in: `--seed-course` makes one, with people, through the API, and puts it away afterwards;
/// otherwise `--course`, `--quiz` and `--users` name what is there.
///
/// Exit code 0 when every request was answered as it should be, 1 when one failed, 2 when no run could be made or its report
/// could not be written.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Load {
    #[command(subcommand)]
    other: Option<LoadCommand>,
    #[command(flatten)]
    single: Single,
}

#[derive(Debug, Subcommand)]
enum LoadCommand {
    // No documentation comments: they would stand in the place of the commands'.
    Compare(LoadCompare),
    Capacity(Box<LoadCapacity>),
}

// No documentation comment: it would stand in the place of the command's.
#[derive(Debug, Args)]
struct Single {
    /// Who does what.
    #[arg(long, value_enum, default_value = "exam")]
    profile: Profile,
    /// Learners, loops and ramp of this size, unless they are named.
    #[arg(long, value_enum)]
    size: Option<Size>,
    /// How many people, up to 20000; 100 when no size is named either.
    #[arg(long, value_name = "N")]
    learners: Option<usize>,
    /// How often who reads or teaches does everything; 5 when no size is named.
    #[arg(long, value_name = "N")]
    loops: Option<u32>,
    #[command(flatten)]
    run: Run,
    /// Leave the course that was made, and write who can sign in to the file of --users.
    #[arg(long, requires_all = ["seed_course", "users"])]
    keep: bool,
    /// Exit with 0 although requests failed.
    #[arg(long)]
    tolerate_errors: bool,
}

// What every run needs, a single one and those of a search.
#[derive(Debug, Args)]
pub(super) struct Run {
    /// The server. Only http://: a proxy speaks TLS.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    pub(super) url: String,
    /// Drive this host although it is not this machine.
    #[arg(long, value_name = "HOST")]
    allow_host: Option<String>,
    /// Everybody starts within this; 1s when nothing else says so.
    #[arg(long, value_name = "TIME", value_parser = span)]
    start_within: Option<Duration>,
    /// Questions of the exam that is made.
    #[arg(long, value_name = "N", default_value_t = 20)]
    questions: u16,
    /// The share of questions before which a learner loads the page again.
    #[arg(long, value_name = "SHARE", default_value_t = 0.05)]
    reloads: f64,
    /// The share of questions before which a learner's connection breaks.
    #[arg(long, value_name = "SHARE", default_value_t = 0.02)]
    drops: f64,
    /// When the next request is sent: as planned, or a time to think after the answer.
    #[arg(long, value_enum, default_value = "open")]
    arrival: Arrival,
    /// Time to think: with closed arrival, and between the steps of who reads or teaches.
    #[arg(long, value_name = "TIME", value_parser = span, default_value = "2s")]
    think: Duration,
    /// The exam goes by so much faster than for people, who take 90 seconds a question.
    #[arg(long, value_name = "X", default_value_t = 10.0)]
    speed_up: f64,
    /// Spread the sign-ins over this; without it, they are as fast as the server takes them.
    #[arg(long, value_name = "TIME", value_parser = span)]
    sign_in_within: Option<Duration>,
    /// Threads of the generator.
    #[arg(long, value_name = "N", default_value_t = 2)]
    threads: usize,
    /// The same seed plans the same requests.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// End after so many seconds at the latest.
    #[arg(long, value_name = "N", default_value_t = 3600)]
    max_seconds: u64,
    /// End after so many requests at the latest.
    #[arg(long, value_name = "N", default_value_t = 10_000_000)]
    max_requests: u64,
    /// Make a course with people for the run, for tools a credential. Needs --admin.
    #[arg(long, requires = "admin", conflicts_with_all = ["course", "quiz"])]
    seed_course: bool,
    /// The administrator who makes the course. The password comes from a file or from `LYCEUM_LOAD_PASSWORD`.
    #[arg(long, value_name = "USERNAME")]
    pub(super) admin: Option<String>,
    /// The administrator's password, in the first line of this file.
    #[arg(long, value_name = "FILE")]
    admin_password_file: Option<PathBuf>,
    /// Play in this course.
    #[arg(long, value_name = "ID", requires_all = ["quiz", "users"])]
    course: Option<u64>,
    /// The exam is this quiz of it.
    #[arg(long, value_name = "ID", requires = "course")]
    quiz: Option<u64>,
    /// Who can sign in: CSV with the columns username, password and, for teachers, role.
    #[arg(long, value_name = "FILE")]
    users: Option<PathBuf>,
    /// The bearer token of the server's /metrics, in the first line of this file.
    #[arg(long, value_name = "FILE")]
    metrics_token_file: Option<PathBuf>,
    /// Write the report to this file.
    #[arg(long, value_name = "FILE")]
    pub(super) json: Option<PathBuf>,
    /// Write the report to this file as one HTML page with plots.
    #[arg(long, value_name = "FILE")]
    pub(super) html: Option<PathBuf>,
}

/// Reads `500ms`, `1s`, `2m`, or a number of seconds.
pub(super) fn span(text: &str) -> Result<Duration, String> {
    let end = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let unit_seconds = match unit {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return Err(format!("{unit} is none of ms, s, m, h")),
    };
    let number: f64 = number.trim().parse().map_err(|_| "begins with no number".to_owned())?;
    Duration::try_from_secs_f64(number * unit_seconds).map_err(|error| error.to_string())
}

fn first_line(path: &Path) -> Result<String, LoadError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| LoadError::File { path: path.to_path_buf(), source })?;
    Ok(text.lines().next().unwrap_or_default().trim_end_matches('\r').to_owned())
}

/// Reads who can sign in.
fn read_users(path: &Path) -> Result<Vec<SignIn>, LoadError> {
    let file = |source| LoadError::File { path: path.to_path_buf(), source };
    let wrong = |problem: String| LoadError::Setting(format!("{}: {problem}", path.display()));
    if std::fs::metadata(path).map_err(file)?.len() > USERS_BYTES {
        return Err(wrong("is larger than 16 MiB".to_owned()));
    }
    let mut reader = csv::Reader::from_path(path).map_err(|error| wrong(error.to_string()))?;
    let header = reader.headers().map_err(|error| wrong(error.to_string()))?.clone();
    let column = |name: &str| header.iter().position(|known| known.trim() == name);
    let (Some(username), Some(password)) = (column("username"), column("password")) else {
        return Err(wrong("the first line must name the columns username and password".to_owned()));
    };
    let role = column("role");
    let mut people = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|error| wrong(error.to_string()))?;
        let field = |at: usize| row.get(at).unwrap_or_default().trim().to_owned();
        let teaches = role.is_some_and(|at| matches!(field(at).as_str(), "teacher" | "editingteacher"));
        people.push(SignIn { username: field(username), password: field(password), teaches });
    }
    Ok(people)
}

impl Load {
    pub(super) fn run(self) -> Result<(), Failure> {
        match self.other {
            Some(LoadCommand::Compare(command)) => command.run(),
            Some(LoadCommand::Capacity(command)) => command.run(),
            None => self.single.run(),
        }
    }
}

/// Writes a file that was asked for.
pub(super) fn write_file(path: &Path, text: &str) -> Result<(), LoadError> {
    std::fs::write(path, text).map_err(|source| LoadError::File { path: path.to_path_buf(), source })
}

/// A runtime, and what ctrl-c says on it from now on: it never ends the process, because what a run has made is put away.
pub(super) fn interruptible() -> Result<(Runtime, Stop), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::io("making a runtime"))?;
    let stop = Stop::default();
    let says = stop.clone();
    let entered = runtime.enter();
    let mut interrupts = signal(SignalKind::interrupt()).map_err(Failure::io("listening to ctrl-c"))?;
    drop(entered);
    runtime.spawn(async move {
        while interrupts.recv().await.is_some() {
            says.say();
            tell!("stopping: what is under way is ended, and what was made for the run is put away");
        }
    });
    Ok((runtime, stop))
}

impl Run {
    pub(super) fn admin_password(&self, admin: &str) -> Result<String, LoadError> {
        match &self.admin_password_file {
            Some(path) => first_line(path),
            None => {
                secret_in(PASSWORD_VARIABLE, &format!("the password of {admin}"), "--admin-password-file")
                    .map_err(LoadError::Setting)
            }
        }
    }

    fn place(&self, keep: bool) -> Result<Place, LoadError> {
        if self.seed_course {
            let admin = self.admin.clone().unwrap_or_default();
            let password = self.admin_password(&admin)?;
            let keep = self.users.clone().filter(|_| keep);
            return Ok(Place::Seed { admin, password, keep });
        }
        let (Some(course), Some(quiz), Some(users)) = (self.course, self.quiz, &self.users) else {
            return Err(LoadError::Setting(
                "say where: --seed-course --admin USERNAME makes a course; --course, --quiz and --users name one"
                    .to_owned(),
            ));
        };
        Ok(Place::Given { course, quiz, people: read_users(users)? })
    }

    /// The settings of a run with so many people, who leave the course behind or not.
    pub(super) fn settings(
        &self,
        profile: Profile,
        learners: usize,
        keep: bool,
    ) -> Result<Settings, LoadError> {
        // Before a secret is asked for, of which a wrong address makes no use.
        Target::find(&self.url, self.allow_host.as_deref())?;
        let mut settings = Settings::new(self.url.clone(), profile, learners, self.place(keep)?);
        settings.allow_host.clone_from(&self.allow_host);
        settings.start_within = self.start_within.unwrap_or(settings.start_within);
        settings.questions = self.questions;
        settings.reloads = self.reloads;
        settings.drops = self.drops;
        settings.arrival = self.arrival;
        settings.think = self.think;
        settings.speed_up = self.speed_up;
        settings.sign_in_within = self.sign_in_within;
        settings.threads = self.threads;
        settings.seed = self.seed;
        settings.max_seconds = self.max_seconds;
        settings.max_requests = self.max_requests;
        settings.metrics_token = self.metrics_token_file.as_deref().map(first_line).transpose()?;
        Ok(settings)
    }
}

impl Single {
    fn settings(&self) -> Result<Settings, LoadError> {
        let sized = self.size.map(Size::numbers);
        let learners = self.learners.or(sized.map(|(learners, ..)| learners)).unwrap_or(LEARNERS);
        let mut settings = self.run.settings(self.profile, learners, self.keep)?;
        settings.size = self.size;
        if let Some((_, loops, seconds)) = sized {
            settings.loops = loops;
            settings.start_within = self.run.start_within.unwrap_or(Duration::from_secs(seconds));
        }
        settings.loops = self.loops.unwrap_or(settings.loops);
        Ok(settings)
    }

    fn run(self) -> Result<(), Failure> {
        let settings = self.settings()?;
        let (runtime, stop) = interruptible()?;
        let report = runtime.block_on(run_until(&settings, &stop, &mut print_progress))?;
        say_part!("{}", table(&report));
        for note in &report.notes {
            say!("note: {note}");
        }
        if let Some(path) = &self.run.json {
            let mut text = serde_json::to_string_pretty(&report)
                .map_err(|error| Failure::Answer(format!("the report cannot be written: {error}")))?;
            text.push('\n');
            write_file(path, &text)?;
        }
        if let Some(path) = &self.run.html {
            write_file(path, &page::render(&report))?;
        }
        if report.totals.errors > 0 && !self.tolerate_errors {
            return Err(Failure::Answer(format!("{} requests failed", report.totals.errors)));
        }
        Ok(())
    }
}

/// One line about what goes on.
pub(super) fn print_progress(progress: Progress) {
    match progress {
        Progress::Says(text) => tell!("{text}"),
        Progress::Second { phase, second, signed_in, done, rate, errors, p99_ms } => tell!(
            "{second:>5} s  {phase:<10}  {signed_in} signed in  {done} done  {rate}/s  {errors} errors  p99 {p99_ms:.1} ms"
        ),
    }
}

/// The actions as a table.
pub(super) fn table(report: &Report) -> String {
    let mut text = format!(
        "{:<16} {:>9} {:>8} {:>8} {:>9} {:>9} {:>9} {:>9}\n",
        "action", "count", "errors", "put off", "mean ms", "p50 ms", "p99 ms", "max ms"
    );
    let line = |name: &str, action: &Action| {
        format!(
            "{name:<16} {:>9} {:>8} {:>8} {:>9.2} {:>9.2} {:>9.2} {:>9.2}\n",
            action.count,
            action.errors,
            action.put_off,
            action.mean_ms,
            action.p50_ms,
            action.p99_ms,
            action.max_ms
        )
    };
    for (name, action) in &report.actions {
        text.push_str(&line(name, action));
    }
    text.push_str(&line("all", &report.totals));
    if let Some(mean_ms) = report.totals.mean_with_turns_ms {
        let _ =
            writeln!(text, "mean of all when the wait for the turn to start counts, too: {mean_ms:.2} ms");
    }
    if let Some(time) = &report.working_time {
        text.push_str(&working_time(time));
    }
    text
}

/// The spread of the working time, in seconds.
#[expect(clippy::cast_precision_loss, reason = "milliseconds far below 2^52")]
fn working_time(time: &WorkingTime) -> String {
    let seconds = |ms: u64| ms as f64 / 1000.0;
    format!(
        "working time of {} learners, from their own start: {:.3} s to {:.3} s, {:.3} s apart; p50 {:.3} s, p99 {:.3} s\n",
        time.learners,
        seconds(time.min_ms),
        seconds(time.max_ms),
        seconds(time.spread_ms()),
        seconds(time.p50_ms),
        seconds(time.p99_ms),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_their_unit() {
        assert_eq!(span("1s").unwrap(), Duration::from_secs(1));
        assert_eq!(span("250ms").unwrap(), Duration::from_millis(250));
        assert_eq!(span("1.5m").unwrap(), Duration::from_secs(90));
        assert_eq!(span("3").unwrap(), Duration::from_secs(3));
        assert!(span("1 fortnight").is_err());
        assert!(span("s").is_err());
        assert!(span("-1s").is_err());
    }
}
