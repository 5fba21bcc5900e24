//! `lyceum doctor`: is this server ready for the exams that are ahead?

use std::path::PathBuf;

use clap::Args;

use super::{Failure, Place, remote, secret_in};
use crate::config::MOST_DAYS_AHEAD;
use crate::domain::access::Actor;
use crate::readiness::{CheckLevel, ExamReadiness, look};

/// The variable that has an administrator's token, so that it stands in no list of processes.
const TOKEN_VARIABLE: &str = "LYCEUM_TOKEN";

/// Say whether this server is ready for the exams that are ahead.
///
/// Compares the exams of the next days, and how many learners they bring at once, with the last report of `lyceum load
/// capacity`, and checks the machine: free space, open files, clock, durability, and whether the store takes writes.
/// `--url` asks a running server with an administrator's token from a file or from `LYCEUM_TOKEN`; without it, the store of
/// `--data` is looked at, which needs it for itself.
///
/// Exit code 0 when nothing warns, 1 when something does, 2 when it could not be found out.
#[derive(Debug, Args)]
pub(super) struct Doctor {
    #[command(flatten)]
    place: Place,
    /// Ask this running server. Only http://: a proxy speaks TLS.
    #[arg(long, value_name = "URL", conflicts_with_all = ["data", "config"])]
    url: Option<String>,
    /// An administrator's personal token, in the first line of this file.
    #[arg(long, value_name = "FILE", requires = "url")]
    token_file: Option<PathBuf>,
    /// So many days ahead, 1 to 366; as configured when absent.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_DAYS_AHEAD)))]
    days: Option<u32>,
    /// Print everything as JSON.
    #[arg(long)]
    json: bool,
}

impl Doctor {
    fn ask(&self, url: &str) -> Result<ExamReadiness, Failure> {
        remote::check(url)?;
        let token = match &self.token_file {
            Some(path) => std::fs::read_to_string(path).map_err(Failure::io(path.display().to_string()))?,
            None => secret_in(TOKEN_VARIABLE, "a token", "--token-file").map_err(Failure::Unfit)?,
        };
        let token = token.lines().next().unwrap_or_default().trim();
        let path = match self.days {
            Some(days) => format!("/api/readiness?days={days}"),
            None => "/api/readiness".to_owned(),
        };
        let view = remote::call(url, "GET", &path, Some(token), None)?;
        serde_json::from_value(view)
            .map_err(|error| Failure::Unfit(format!("the server's answer is not understood: {error}")))
    }

    fn examine(&self) -> Result<ExamReadiness, Failure> {
        if let Some(url) = &self.url {
            return self.ask(url);
        }
        let state = self.place.open_known()?;
        let found = look(&state, &Actor::program(state.now()), self.days)?;
        state.store.close();
        Ok(found)
    }

    pub(super) fn run(&self) -> Result<(), Failure> {
        // Whatever keeps it from an answer is no warning, and must not pass for one.
        let found = self.examine().map_err(|failure| Failure::Unfit(failure.to_string()))?;
        if self.json {
            let text = serde_json::to_string_pretty(&found)
                .map_err(|error| Failure::Unfit(format!("the answer cannot be printed: {error}")))?;
            say!("{text}");
        } else {
            print(&found);
        }
        let warnings = found.checks.iter().filter(|check| check.level == CheckLevel::Warning).count();
        match warnings {
            0 => Ok(()),
            1 => Err(Failure::Answer("1 warning".to_owned())),
            more => Err(Failure::Answer(format!("{more} warnings"))),
        }
    }
}

fn print(found: &ExamReadiness) {
    for check in &found.checks {
        let level = match check.level {
            CheckLevel::Ok => "ok",
            CheckLevel::Warning => "WARNING",
        };
        say!("{level:<8} {:<11} {}", check.name, check.detail);
    }
    for exam in &found.exams {
        let draft = if exam.published { "" } else { " (not published yet)" };
        let closes = exam.closes.map_or_else(|| "without an end".to_owned(), |closes| format!("to {closes}"));
        say!("{} {closes:<27}  {:>6} learners  {}{draft}", exam.opens, exam.learners, exam.name);
    }
    let left = found.exam_count.saturating_sub(found.exams.len() as u64);
    if left > 0 {
        say!("and {left} more exams");
    }
}
