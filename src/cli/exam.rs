//! `lyceum exam`: what an exam needs from whoever is at the machine.

use clap::{Args, Subcommand};

use super::{Failure, Place, of_options};
use crate::app::StartError;
use crate::domain::access::Actor;
use crate::domain::attempt::supervise::Extension;
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
/// Without `--minutes` it gives back the measured outage: from the last sign of life of the server until now, or when
/// that is less than a minute ago, the outage before it. One of less than a minute mostly is not measured. The same outage
/// is given back to an attempt only once, however often this runs.
#[derive(Debug, Args)]
struct GiveBack {
    #[command(flatten)]
    place: Place,
    /// Give so many minutes, up to 1440, instead of the measured outage. Each run gives them anew.
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

/// The outage that goes on, which is hereby over, or else the last one.
fn outage(state: &State, actor: &Actor) -> Result<Option<Downtime>, Refusal> {
    let now = actor.now;
    // Ends the outage here: what passes until the server is back is counted as another one, and nothing twice.
    match state.store.write_blocking(Class::Interactive, move |txn| schedule::beat(txn, now, None))? {
        Beat::Down(down) => return Ok(Some(down)),
        Beat::SetBack(from) => {
            say!("The clock was set back: it is {now} here, and the server ran at {from}.");
        }
        Beat::Steady => {}
    }
    Ok(state.store.read(|read| schedule::downtimes(read, actor, None, 1))?.pop())
}

impl GiveBack {
    fn run(self) -> Result<(), Failure> {
        let state = self.place.open_known().map_err(name_the_route)?;
        let actor = Actor::program(state.now());
        let outage = outage(&state, &actor)?;
        let since = outage.as_ref().map(|down| down.from);
        if let Some(down) = &outage {
            say!("The server was down from {} until {}.", down.from, down.until);
        }
        let (minutes, names) = match (self.minutes, &outage) {
            (Some(minutes), _) => (minutes, actor.now),
            (None, Some(down)) => (down.minutes(), down.from),
            (None, None) => {
                return Err(Failure::Answer(
                    "no outage was measured in this store, and one of less than a minute mostly is not; say with --minutes \
                     how much to give back"
                        .to_owned(),
                ));
            }
        };
        if minutes == 0 || minutes > DAY_MINUTES {
            return Err(Failure::Answer(format!(
                "{minutes} minutes cannot be given back at once; say with --minutes how much, 1 to {DAY_MINUTES}"
            )));
        }
        let reference = u64::try_from(names.ms()).unwrap_or(1);
        let extension = Extension::parse(minutes * 60_000, self.reason, reference).map_err(of_options)?;
        let lost = Lost { extension, quiz: None, reopen_expired_since: since };
        let GivenBack { extended, reopened } =
            actix_web::rt::System::new().block_on(give_back(&state, &actor, lost))?;
        say!("{extended} running attempts have {minutes} minutes more.");
        say!("{reopened} attempts that were handed in by their deadline run again.");
        state.store.close();
        Ok(())
    }
}
