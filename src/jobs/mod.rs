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

use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use crate::domain::ids::{JobId, UserId};
use crate::domain::job::run::{self, Next};
use crate::domain::job::{Job, Work};
use crate::domain::refusal::{INTERNAL, Kind, Refusal};
use crate::domain::xapi::import::Tried;
use crate::state::State;
use crate::store::{Class, Read as _};

/// How long one person's job goes on while others wait: long enough that reading its file again does not count.
const TURN: Duration = Duration::from_secs(2);
/// How long the runner waits when the store cannot be written, and at most when nobody wakes it.
const PAUSE: Duration = Duration::from_secs(5);

/// Which jobs run, and whose turn it is.
#[derive(Default)]
struct Desk {
    stopping: bool,
    running: HashMap<JobId, UserId>,
    /// The turn in which somebody was served last.
    served: HashMap<UserId, u64>,
    turn: u64,
    /// Jobs that were begun or found since the server started.
    known: HashSet<JobId>,
}

impl Desk {
    /// The next job: of whoever was not served for longest, the oldest.
    fn choose(&mut self, active: &[(UserId, JobId)]) -> Option<JobId> {
        // Whoever has nothing more to do is forgotten, so that this stays as small as the list.
        self.served.retain(|user, _| active.iter().any(|(owner, _)| owner == user));
        self.known.retain(|known| active.iter().any(|(_, job)| job == known));
        let waiting = active.iter().filter(|(_, job)| !self.running.contains_key(job));
        let served = |user: &UserId| self.served.get(user).copied().unwrap_or(0);
        let (owner, job) = *waiting.min_by_key(|(owner, job)| (served(owner), *job))?;
        self.turn += 1;
        self.served.insert(owner, self.turn);
        self.running.insert(job, owner);
        Some(job)
    }
}

/// The runner. Cheap to clone.
#[derive(Clone, Default)]
pub struct Jobs {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    desk: Mutex<Desk>,
    changed: Condvar,
    /// What dry runs of imports of learning records remember between their turns.
    tried: Mutex<HashMap<JobId, Arc<Mutex<Tried>>>>,
}

impl Jobs {
    /// Says that there is a new job.
    pub fn wake(&self) {
        // Under the lock: a thread that found nothing to do waits already.
        drop(self.shared.desk.lock());
        self.shared.changed.notify_all();
    }

    /// Asks the threads to end with their present chunk. What they were at goes on with the next start.
    pub fn stop(&self) {
        self.shared.desk.lock().stopping = true;
        self.shared.changed.notify_all();
    }

    fn is_stopping(&self) -> bool {
        self.shared.desk.lock().stopping
    }

    fn pause(&self) {
        let mut desk = self.shared.desk.lock();
        if !desk.stopping {
            let _ = self.shared.changed.wait_for(&mut desk, PAUSE);
        }
    }

    /// Waits for a job; `None` when it is time to end.
    fn next(&self, state: &State) -> Option<JobId> {
        let mut desk = self.shared.desk.lock();
        loop {
            if desk.stopping {
                return None;
            }
            match state.store.read(|read| run::active(read)) {
                Ok(active) => {
                    if let Some(job) = desk.choose(&active) {
                        return Some(job);
                    }
                }
                // The store has said why.
                Err(refusal) if refusal.code.kind == Kind::Unavailable => {}
                Err(error) => tracing::warn!(%error, "the list of jobs cannot be read"),
            }
            let _ = self.shared.changed.wait_for(&mut desk, PAUSE);
        }
    }

    /// Is this the first time since the server started that the job is taken?
    fn found(&self, job: JobId) -> bool {
        self.shared.desk.lock().known.insert(job)
    }

    /// What a dry run of an import of learning records remembers.
    fn tried(&self, job: JobId) -> Arc<Mutex<Tried>> {
        self.shared.tried.lock().entry(job).or_default().clone()
    }

    fn put_back(&self, job: JobId) {
        self.shared.desk.lock().running.remove(&job);
        self.shared.changed.notify_all();
    }

    /// Does another job wait for its turn?
    fn others_wait(&self, state: &State) -> bool {
        let active = state.store.read(|read| run::active(read)).unwrap_or_default();
        let desk = self.shared.desk.lock();
        active.iter().any(|(_, job)| !desk.running.contains_key(job))
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
    while let Some(job) = state.jobs.next(state) {
        turn(state, job, None);
        state.jobs.put_back(job);
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
        state.jobs.pause();
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
        state.jobs.pause();
    }
}

fn some_chunks(state: &State, id: JobId, chunks: Option<usize>) -> Result<(), Refusal> {
    let (now, found) = (state.now(), state.jobs.found(id));
    let taken = state.store.write_blocking(Class::Bulk, move |txn| run::take(txn, id, now, found))?;
    let Some(job) = taken else {
        forget_file(state, id)?;
        return Ok(());
    };
    let mut hand = hand(state, &job)?;
    let until = Instant::now() + TURN;
    let seconds = state.metrics.job_chunk_seconds(job.work.kind().name());
    let mut left = chunks;
    loop {
        if left == Some(0) || state.jobs.is_stopping() {
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
        if chunks.is_none() && Instant::now() >= until && state.jobs.others_wait(state) {
            return Ok(());
        }
    }
}

/// Removes the file that a job read, and what it remembered. Nobody else can name it: it begins with bytes of its own.
fn forget_file(state: &State, id: JobId) -> Result<(), Refusal> {
    state.jobs.shared.tried.lock().remove(&id);
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
        Work::RosterImport(import) => Box::new(roster::Hand::open(state, import)?),
        Work::Regrade(_) => Box::new(regrade::Hand),
        Work::PeopleExport(_) => Box::new(export::People),
        Work::GradesExport(_) => Box::new(export::Grades),
        Work::CourseDeletion(_) => Box::new(course::Deletion),
        Work::CourseCopy(_) => Box::new(course::Copy),
        Work::QuestionImport(import) => Box::new(questions::Hand::open(state, import)?),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_take_turns_and_each_ones_oldest_job_goes_first() {
        let mut desk = Desk::default();
        let (many, one) = (UserId(1), UserId(2));
        let mut active: Vec<(UserId, JobId)> = [10, 11, 12].map(|job| (many, JobId(job))).to_vec();
        active.push((one, JobId(20)));
        let mut order = Vec::new();
        while let Some(job) = desk.choose(&active) {
            desk.running.remove(&job);
            active.retain(|(_, other)| *other != job);
            order.push(job.0);
        }
        assert_eq!(order, [10, 20, 11, 12]);
        assert!(desk.served.is_empty(), "who has no job is forgotten");
    }

    #[test]
    fn a_long_job_is_put_back_behind_the_other_ones() {
        let mut desk = Desk::default();
        let active = [(UserId(1), JobId(10)), (UserId(2), JobId(20))];
        let mut order = Vec::new();
        for _ in 0..4 {
            let job = desk.choose(&active).unwrap();
            desk.running.remove(&job);
            order.push(job.0);
        }
        assert_eq!(order, [10, 20, 10, 20]);
    }
}
