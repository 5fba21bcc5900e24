//! `lyceum exam`: what an exam needs from whoever is at the machine.

use clap::{Args, Subcommand};

use super::{Failure, Place, of_options};
use crate::app::StartError;
use crate::domain::access::Actor;
use crate::domain::attempt::supervise::{self, Extension};
use crate::domain::refusal::Refusal;
use crate::domain::schedule::{self, Beat, Downtime};
use crate::give_back::{GivenBack, Lost, give_back};
use crate::state::State;
use crate::store::{Class, StoreError};

/// Minutes of a day: more is not given in one go, here as everywhere.
const DAY_MINUTES: u64 = 24 * 60;

/// Give lost time back, on the machine itself.
///
/// Needs the store for itself: stop the server.
#[derive(Debug, Args)]
pub(super) struct Exam {
    #[command(subcommand)]
    command: ExamCommand,
}

#[derive(Debug, Subcommand)]
enum ExamCommand {
    // No documentation comment: it would stand in the place of the command's.
    GiveBack(GiveBack),
}

/// Give the time that the server was down back to every attempt that runs.
///
/// Those that their deadline ended meanwhile run again, with that time.
///
/// Needs the store for itself, so run it before the server is started again: then nobody is handed in who would have had
/// time left. While the server runs, `POST /api/exam/give-back` does the same; `GET /api/exam/downtimes` lists what was
/// measured.
///
/// Without `--minutes` it gives back the measured outages: the one from the last sign of life of the server until now, and those
/// before it that ended within a day and were not given back yet, each to the attempts that had begun by then. One of less than a
/// minute mostly is not measured. The same outage is given back to an attempt only once, however often this runs, also when it
/// was broken off.
#[derive(Debug, Args)]
struct GiveBack {
    #[command(flatten)]
    place: Place,
    /// Give so many minutes, up to 1440, instead of the measured outages, which count as given back then. Each run gives
    /// them anew.
    #[arg(long, value_name = "N")]
    minutes: Option<u64>,
    /// Why; kept in the log of each attempt.
    #[arg(long, value_name = "TEXT", default_value = "the server was down")]
    reason: String,
}

impl Exam {
    pub(super) fn run(self) -> Result<(), Failure> {
        match self.command {
            ExamCommand::GiveBack(command) => command.run(),
        }
    }
}

/// A store in use is a server that runs, and that can do it.
fn name_the_route(failure: Failure) -> Failure {
    match failure {
        Failure::Start(StartError::Store(error @ StoreError::InUse { .. })) => Failure::Answer(format!(
            "{error}. Or let the running server do it: POST /api/exam/give-back with {{\"extra_ms\": ..}}; \
             GET /api/exam/downtimes says how long it was down"
        )),
        other => other,
    }
}

/// Ends the outage that goes on: what passes until the server is back is counted as another one, and nothing twice.
fn end_outage(state: &State, actor: &Actor) -> Result<(), Refusal> {
    let now = actor.now;
    let beat = state.store.write_blocking(Class::Interactive, move |txn| schedule::beat(txn, now, None))?;
    if let Beat::SetBack(from) = beat {
        say!("The clock was set back: it is {now} here, and the server ran at {from}.");
    }
    Ok(())
}

/// Checks a number of minutes from the outside.
fn check_minutes(minutes: u64) -> Result<(), Failure> {
    if (1..=DAY_MINUTES).contains(&minutes) {
        return Ok(());
    }
    Err(Failure::Answer(format!(
        "{minutes} minutes cannot be given back at once; say with --minutes how much, 1 to {DAY_MINUTES}"
    )))
}

/// Is an outage given back without being asked how much of it?
fn is_given_whole(down: &Downtime) -> bool {
    down.minutes() <= DAY_MINUTES
}

/// What is given back for these outages, each to those who had begun.
fn measured(outages: &[Downtime], reason: &str) -> Result<Vec<Extension>, Failure> {
    let one = |down: &Downtime| {
        check_minutes(down.minutes())?;
        let extension = Extension::parse(down.minutes() * 60_000, reason.to_owned(), down.reference());
        Ok(extension.map_err(of_options)?.of_those_begun_before(down.until))
    };
    outages.iter().map(one).collect()
}

/// When no outage is left to give back: is that because it was?
fn nothing_left(last: Option<&Downtime>) -> Result<(), Failure> {
    if let Some((down, at)) = last.and_then(|down| Some((down, down.given_back?))) {
        say!("The outage from {} until {} was given back at {at}.", down.from, down.until);
        return Ok(());
    }
    Err(Failure::Answer(
        "no outage was measured in this store within a day, and one of less than a minute mostly is not; say with --minutes \
         how much to give back"
            .to_owned(),
    ))
}

impl GiveBack {
    fn run(self) -> Result<(), Failure> {
        // What cannot be done is refused before anything of the outage is written.
        let reason = supervise::parse_reason(self.reason).map_err(of_options)?;
        self.minutes.map_or(Ok(()), check_minutes)?;
        let state = self.place.open_known().map_err(name_the_route)?;
        let actor = Actor::program(state.now());
        end_outage(&state, &actor)?;
        let (mut outages, last) = state.store.read(|read| -> Result<_, Refusal> {
            Ok((schedule::owed(read, &actor)?, schedule::downtimes(read, &actor, None, 1)?.pop()))
        })?;
        outages.reverse();
        for down in &outages {
            let much =
                if is_given_whole(down) { "" } else { ", more than is given back at once without --minutes" };
            say!(
                "The server was down from {} until {}: {} minutes{much}.",
                down.from,
                down.until,
                down.minutes()
            );
        }
        if self.minutes.is_none() && outages.iter().any(is_given_whole) {
            // Of more than a day whoever knows what it means says how much; it does not keep the others waiting.
            outages.retain(is_given_whole);
        }
        let (extensions, minutes) = match self.minutes {
            Some(minutes) => {
                let reference = u64::try_from(actor.now.ms()).unwrap_or(1);
                let extension = Extension::parse(minutes * 60_000, reason, reference);
                (vec![extension.map_err(of_options)?], minutes)
            }
            None if outages.is_empty() => {
                state.store.close();
                return nothing_left(last.as_ref());
            }
            None => (measured(&outages, &reason)?, outages.iter().map(Downtime::minutes).sum()),
        };
        let most = if extensions.len() > 1 { "up to " } else { "" };
        let lost = Lost {
            extensions,
            quiz: None,
            reopen_expired_since: outages.first().or(last.as_ref()).map(|down| down.from),
            outages: outages.iter().map(|down| down.from).collect(),
        };
        let GivenBack { extended, reopened } =
            actix_web::rt::System::new().block_on(give_back(&state, &actor, lost))?;
        say!("{extended} running attempts have {most}{minutes} minutes more.");
        say!("{reopened} attempts that were handed in by their deadline run again.");
        state.store.close();
        Ok(())
    }
}
