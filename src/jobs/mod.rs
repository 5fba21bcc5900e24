//! The runner of jobs: a bounded number of threads that do chunk after chunk, each a short transaction of the lowest
//! class, and take turns between the people who asked.

mod course;
pub mod export;
pub mod grades;
pub mod kept;
mod person;
mod questions;
pub mod regrade;
pub mod roster;
mod statements;

use std::any::Any;
use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::domain::ids::{JobId, UserId};
use crate::domain::job::run::{self, Next};
use crate::domain::job::{Job, Work};
use crate::domain::refusal::{INTERNAL, Kind, Refusal};
use crate::state::State;
use crate::store::{Class, Read as _};
use crate::turns::{Piece, Turns};

/// How long one person's job goes on while others wait, and no shorter than opening its file took: else a zip that is unpacked up to
/// the place where it was would cost more than what is done of it.
const TURN: Duration = Duration::from_secs(2);
/// How long the runner waits when the store cannot be written, and at most when nobody wakes it.
const PAUSE: Duration = Duration::from_secs(5);

/// The runner. Cheap to clone.
#[derive(Clone, Default)]
pub struct Jobs {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    turns: Turns<JobId, UserId>,
    /// Jobs that were begun or found since the server started, and are not over.
    known: Mutex<HashSet<JobId>>,
    /// What dry runs remember between their turns: of each what its kind of work keeps.
    remembered: Mutex<HashMap<JobId, Arc<dyn Any + Send + Sync>>>,
}

/// What there is to do.
fn waiting(state: &State) -> Result<Vec<Piece<JobId, UserId>>, Refusal> {
    let active = state.store.read(|read| run::active(read))?;
    Ok(active.into_iter().map(|(owner, id)| Piece { id, owner, is_due: true }).collect())
}

impl Jobs {
    /// Says that there is a new job.
    pub fn wake(&self) {
        self.shared.turns.wake();
    }

    /// Asks the threads to end with their present chunk. What they were at goes on with the next start.
    pub fn stop(&self) {
        self.shared.turns.stop();
    }

    /// Is this the first time since the server started that the job is taken?
    fn found(&self, job: JobId) -> bool {
        self.shared.known.lock().insert(job)
    }

    /// What a dry run remembers, nothing at first; gone when the server starts again.
    fn remembered<T: Default + Send + 'static>(&self, job: JobId) -> Arc<Mutex<T>> {
        let mut all = self.shared.remembered.lock();
        let kept = all.entry(job).or_insert_with(|| Arc::<Mutex<T>>::default()).clone();
        kept.downcast().unwrap_or_default()
    }

    /// Forgets a job that is over.
    fn forget(&self, job: JobId) {
        self.shared.known.lock().remove(&job);
        self.shared.remembered.lock().remove(&job);
    }
}

/// Starts the threads, `jobs.parallel` of them.
pub fn start(state: &State) -> std::io::Result<Vec<JoinHandle<()>>> {
    (0..state.config.jobs.parallel)
        .map(|number| {
            let state = state.clone();
            std::thread::Builder::new().name(format!("jobs-{number}")).spawn(move || serve(&state))
        })
        .collect()
}

fn serve(state: &State) {
    let turns = &state.jobs.shared.turns;
    while let Some(job) = turns.next(PAUSE, || waiting(state)) {
        turn(state, job, None);
        turns.put_back(job, Duration::ZERO);
    }
}

/// Does chunks of a job until it is over, its turn is, or the server stops; `chunks` of them at most.
fn turn(state: &State, id: JobId, chunks: Option<usize>) {
    let outcome = catch_unwind(AssertUnwindSafe(|| some_chunks(state, id, chunks)));
    let refusal = match outcome {
        Ok(Ok(())) => return,
        Ok(Err(refusal)) => refusal,
        Err(_) => INTERNAL.refuse("it panicked; the log has the message"),
    };
    if refusal.code.kind == Kind::Unavailable {
        tracing::info!(job = %id, %refusal, "a job waits");
        state.jobs.shared.turns.pause(PAUSE);
        return;
    }
    tracing::warn!(job = %id, %refusal, "a job failed");
    let refusal = if refusal.code.kind == Kind::Internal {
        Refusal { detail: "the server failed; its log has the reason".to_owned(), ..refusal }
    } else {
        refusal
    };
    let now = state.now();
    let failed = state.store.write_blocking(Class::Bulk, move |txn| run::fail(txn, id, now, &refusal));
    if let Err(error) = failed.and_then(|()| forget_file(state, id)) {
        tracing::warn!(job = %id, %error, "the end of a job that failed cannot be written; it is tried again");
        state.jobs.shared.turns.pause(PAUSE);
    }
}

fn some_chunks(state: &State, id: JobId, chunks: Option<usize>) -> Result<(), Refusal> {
    let (now, found) = (state.now(), state.jobs.found(id));
    let taken = state.store.write_blocking(Class::Bulk, move |txn| run::take(txn, id, now, found))?;
    let Some(job) = taken else {
        forget_file(state, id)?;
        return Ok(());
    };
    let opening = Instant::now();
    let mut hand = hand(state, &job)?;
    let until = Instant::now() + TURN.max(opening.elapsed());
    let seconds = state.metrics.job_chunk_seconds(job.work.kind().name());
    let mut left = chunks;
    loop {
        if left == Some(0) || state.jobs.shared.turns.is_stopping() {
            return Ok(());
        }
        let Some(job) = state.store.read(|read| read.get::<Job>(&id))? else { return Ok(()) };
        let began = Instant::now();
        let next = hand.chunk(state, &job)?;
        seconds.observe(began.elapsed().as_secs_f64());
        if next == Next::Over {
            forget_file(state, id)?;
            return Ok(());
        }
        left = left.map(|left| left - 1);
        if chunks.is_none()
            && Instant::now() >= until
            && state.jobs.shared.turns.others_wait(&waiting(state).unwrap_or_default())
        {
            return Ok(());
        }
    }
}

/// Removes the file that a job read, and what it remembered. Nobody else can name it: it begins with bytes of its own.
fn forget_file(state: &State, id: JobId) -> Result<(), Refusal> {
    state.jobs.forget(id);
    let job = state.store.read(|read| read.get::<Job>(&id))?;
    if let Some(file) = job.as_ref().and_then(|job| job.work.file()) {
        kept::forget(state, file)?;
    }
    Ok(())
}

/// What does the chunks of a kind of work, with what is best prepared once.
trait Hand {
    /// Does the next chunk of the job as it is now.
    fn chunk(&mut self, state: &State, job: &Job) -> Result<Next, Refusal>;
}

fn hand(state: &State, job: &Job) -> Result<Box<dyn Hand>, Refusal> {
    Ok(match &job.work {
        Work::RosterImport(import) => Box::new(roster::Hand::open(state, job, import)?),
        Work::Regrade(_) => Box::new(regrade::Hand),
        Work::PeopleExport(_) => Box::new(export::People),
        Work::GradesExport(_) => Box::new(export::Grades),
        Work::CourseDeletion(_) => Box::new(course::Deletion),
        Work::CourseCopy(_) => Box::new(course::Copy),
        Work::QuestionImport(import) => Box::new(questions::Hand::open(state, job.id, import)?),
        Work::GradesImport(import) => Box::new(grades::Hand::open(state, import)?),
        Work::StatementImport(import) => Box::new(statements::Hand::open(state, job.id, import)?),
        Work::PersonErasure(_) => Box::new(person::Hand),
    })
}

/// A record of another kind than its number says cannot be.
fn another_kind() -> Refusal {
    INTERNAL.refuse("the job is of another kind than it was")
}

/// Does up to `chunks` chunks of a job on this thread, for tests of what happens between two of them: with
/// `jobs.parallel = 0` nobody else does.
#[doc(hidden)]
pub fn do_chunks(state: &State, id: JobId, chunks: usize) {
    turn(state, id, Some(chunks));
}
