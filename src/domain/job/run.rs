//! How a job goes on: it is taken, does a chunk with its report in one transaction, and comes to an end. Called by the
//! runner alone.

use std::sync::Arc;

use serde::Serialize;

use super::{
    ActiveJobs, Failure, JOBS, Job, JobKind, JobPart, JobStage, JobState, MOST_ACTIVE, MOST_PARTS, Work,
};
use crate::clock::Timestamp;
use crate::domain::access::Actor;
use crate::domain::account::{Account, AccountStatus};
use crate::domain::audit;
use crate::domain::ids::{JobId, UserId};
use crate::domain::refusal::{FORBIDDEN, INTERNAL, Refusal, TOO_LARGE};
use crate::store::{Counter, Read, Txn};

/// Bytes of a report in one row, because a stored value is at most 16 KiB.
const PART_BYTES: usize = 12 * 1024;
/// Starts of the server that find a job at the same place: it may be what ends the server, and is given up.
const MOST_STRIKES: u8 = 5;

/// What comes after a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Another chunk.
    More,
    /// Nothing: the job is over, whichever way.
    Over,
}

/// What a chunk came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// How much more is done.
    pub done: u64,
    /// Was it the last?
    pub over: bool,
}

/// What a chunk adds to the report.
#[derive(Debug, Default)]
pub struct Output {
    bytes: Vec<u8>,
    behind_others: bool,
}

impl Output {
    /// Adds an entry to the list that the report is.
    pub fn entry(&mut self, entry: &impl Serialize) -> Result<(), Refusal> {
        if self.behind_others {
            self.bytes.push(b',');
        }
        self.behind_others = true;
        serde_json::to_writer(&mut self.bytes, entry).map_err(|error| INTERNAL.refuse(error.to_string()))
    }

    /// Begins an object whose list named `list` the entries fill. What is known at the end only, `later`, is for who puts
    /// the end behind it.
    pub fn begin(&mut self, view: &impl Serialize, list: &str, later: &[&str]) -> Result<(), Refusal> {
        let internal = |error: serde_json::Error| INTERNAL.refuse(error.to_string());
        let mut view = serde_json::to_value(view).map_err(internal)?;
        if let Some(fields) = view.as_object_mut() {
            fields.retain(|name, _| name != list && !later.contains(&name.as_str()));
            serde_json::to_writer(&mut self.bytes, fields).map_err(internal)?;
            // The end of the object comes behind the list.
            if self.bytes.pop() == Some(b'}') && !fields.is_empty() {
                self.bytes.push(b',');
            }
        }
        self.text(&format!("\"{list}\":["));
        Ok(())
    }

    /// The list of an object that an earlier chunk began has no entries yet.
    pub const fn nothing_listed(&mut self) {
        self.behind_others = false;
    }

    /// Adds text to the file that the report is.
    pub fn text(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }
}

/// The jobs that run or may, with who asked. An erasure waits for what was to be imported when it was asked for: that may have the
/// person in it.
pub fn active(read: &impl Read) -> Result<Vec<(UserId, JobId)>, Refusal> {
    let mut active = read.index_keys::<ActiveJobs>(&(), None, MOST_ACTIVE)?;
    if !is_any(read, JobKind::PersonErasure)? || !is_any(read, JobKind::StatementImport)? {
        return Ok(active);
    }
    let (mut first_import, mut erasures) = (None, Vec::new());
    for (_, id) in &active {
        match read.get::<Job>(id)?.as_ref().map(|job| &job.work) {
            Some(Work::StatementImport(import)) if !import.dry_run => {
                first_import = Some(first_import.map_or(*id, |first: JobId| first.min(*id)));
            }
            Some(Work::PersonErasure(erasure)) if !erasure.dry_run => erasures.push(*id),
            _ => {}
        }
    }
    active.retain(|(_, id)| !(erasures.contains(id) && first_import.is_some_and(|import| import < *id)));
    Ok(active)
}

/// Does a job of a kind wait or run?
fn is_any(read: &impl Read, kind: JobKind) -> Result<bool, Refusal> {
    for stage in [JobStage::Queued, JobStage::Running, JobStage::Cancelling] {
        if read.counter(&Counter::new(JOBS, &(kind.number(), stage.number())))? > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Begins with a job, or goes on with it; `None` when there is nothing to do. `found` says that this is the first time
/// since the server started.
pub fn take(txn: &mut Txn<'_>, id: JobId, now: Timestamp, found: bool) -> Result<Option<Arc<Job>>, Refusal> {
    let Some(job) = txn.get::<Job>(&id)? else { return Ok(None) };
    let mut job = Arc::unwrap_or_clone(job);
    match job.state {
        JobState::Queued => {
            job.state = JobState::Running;
            job.started = Some(now);
        }
        JobState::Running if !found => return Ok(Some(Arc::new(job))),
        JobState::Running => {
            job.strikes = if job.done == job.found_at { job.strikes + 1 } else { 0 };
            job.found_at = job.done;
            if job.strikes >= MOST_STRIKES {
                let at = place(&job);
                let refusal = INTERNAL.refuse(format!("the server ended {MOST_STRIKES} times at this place"));
                end(txn, job, now, JobState::Failed(now, failure(&refusal, at)))?;
                return Ok(None);
            }
        }
        JobState::Cancelling => {
            end(txn, job, now, JobState::Cancelled(now))?;
            return Ok(None);
        }
        _ => return Ok(None),
    }
    txn.put(job.clone())?;
    Ok(Some(Arc::new(job)))
}

/// Does a chunk: what `chunk` changes, what it adds to the report and the new place are one transaction.
pub fn chunk(
    txn: &mut Txn<'_>,
    id: JobId,
    now: Timestamp,
    chunk: impl FnOnce(&mut Txn<'_>, &Actor, &mut Work, &mut Output) -> Result<Progress, Refusal>,
) -> Result<Next, Refusal> {
    let Some(job) = txn.get::<Job>(&id)? else { return Ok(Next::Over) };
    let mut job = Arc::unwrap_or_clone(job);
    match job.state {
        JobState::Running => {}
        JobState::Cancelling => {
            end(txn, job, now, JobState::Cancelled(now))?;
            return Ok(Next::Over);
        }
        _ => return Ok(Next::Over),
    }
    let actor = job.actor(now);
    require_active(txn, job.owner)?;
    let mut output = Output { bytes: Vec::new(), behind_others: job.parts > 0 };
    let progress = chunk(txn, &actor, &mut job.work, &mut output)?;
    for body in output.bytes.chunks(PART_BYTES) {
        if job.parts == MOST_PARTS {
            return Err(TOO_LARGE.refuse(format!("the report is longer than {MOST_PARTS} parts of 12 KiB")));
        }
        txn.put(JobPart { job: id, place: job.parts, body: body.to_vec() })?;
        job.parts += 1;
    }
    job.done += progress.done;
    if progress.over {
        end(txn, job, now, JobState::Done(now))?;
        return Ok(Next::Over);
    }
    txn.put(job)?;
    Ok(Next::More)
}

/// Whoever was suspended meanwhile does nothing more. Somebody without an account is the program.
fn require_active(read: &impl Read, owner: UserId) -> Result<(), Refusal> {
    match read.get::<Account>(&owner)? {
        Some(account) if account.status != AccountStatus::Active => {
            Err(FORBIDDEN.refuse("the account of who asked for the job is suspended"))
        }
        _ => Ok(()),
    }
}

/// Where a job is, in words.
fn place(job: &Job) -> String {
    format!("behind {} {}", job.done, job.work.unit())
}

fn failure(refusal: &Refusal, at: String) -> Failure {
    let at = refusal.fields.iter().find(|field| !field.at.is_empty()).map_or(at, |field| field.at.clone());
    Failure { code: refusal.code.name.to_owned(), detail: refusal.detail.clone(), at }
}

/// Ends a job that cannot go on.
pub fn fail(txn: &mut Txn<'_>, id: JobId, now: Timestamp, refusal: &Refusal) -> Result<(), Refusal> {
    let Some(job) = txn.get::<Job>(&id)? else { return Ok(()) };
    if job.state.ended().is_some() {
        return Ok(());
    }
    let at = place(&job);
    end(txn, Arc::unwrap_or_clone(job), now, JobState::Failed(now, failure(refusal, at)))
}

fn end(txn: &mut Txn<'_>, mut job: Job, now: Timestamp, state: JobState) -> Result<(), Refusal> {
    let detail = match &state {
        JobState::Failed(_, failure) => format!("failed at {}: {}", failure.at, failure.detail),
        JobState::Cancelled(_) => format!("cancelled, {} {} done", job.done, job.work.unit()),
        _ => format!("done, {} {}", job.done, job.work.unit()),
    };
    let (subject, actor) = (format!("job {}", job.id), job.actor(now));
    audit::note(txn, &actor, "job.end", job.work.course(), subject, detail)?;
    job.state = state;
    job.work.forget();
    Ok(txn.put(job)?)
}
