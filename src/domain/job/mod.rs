//! Jobs: bulk work that is done in short transactions behind everything more urgent, and that outlives a crash.
//!
//! The record of a job holds what is to be done and how far it is. A chunk of the work, its part of the report and the
//! new place are one transaction, so a chunk is done once in effect, whatever crashes. What a job may do is looked at
//! when it is asked for and again with every chunk, as the person who asked; and what it came to is for whoever may do the
//! work at the time of reading.

pub mod run;
mod stage;
mod work;

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use stage::JobStage;
pub use work::{
    CourseCopy, CourseDeletion, GradesExport, GradesImport, JobKind, PeopleExport, QuestionImport, Regrade,
    RosterImport, StatementImport, Work,
};

use super::access::{self, Actor, Permission, PermissionSet, Scope};
use super::ids::{CourseId, JobId, UserId};
use super::refusal::{Code, FORBIDDEN, Kind, Refusal, not_found};
use super::{audit, course, quiz, session};
use crate::clock::Timestamp;
use crate::store::{
    Counter, CounterKind, Entries, Exactly, Index, Read, Record, StoreError, Table, TableInfo, Txn,
};

/// Jobs of one person that wait or run: enough for a morning's imports, too few to fill the list for everybody.
pub const MOST_OF_ONE: usize = 20;
/// Jobs that wait or run: the runner looks at all of them to choose the next.
pub const MOST_ACTIVE: usize = 200;
/// Jobs that are over are kept for so long.
pub const KEPT: Duration = Duration::from_hours(30 * 24);
/// And so many of them at most, the oldest go first: reports have some room each.
pub const MOST_KEPT: i64 = 1_000;
/// Rows of 12 KiB that a report may have: 96 MiB, the grades of a hundred thousand people.
pub const MOST_PARTS: u32 = 8_192;

/// Too many jobs.
pub const JOBS_FULL: Code = Code::new(
    "jobs_full",
    Kind::TooMany,
    "So many jobs wait already, yours or everybody's; try again when some are done.",
);
/// The job has come to its end.
pub const JOB_OVER: Code = Code::new(
    "job_over",
    Kind::Conflict,
    "The job is over already, or cannot be stopped half-way; it cannot be cancelled.",
);
/// There is no result, or not yet.
pub const JOB_WITHOUT_RESULT: Code = Code::new(
    "job_without_result",
    Kind::Conflict,
    "The job is not over, or an export that did not come to its end; it has no result.",
);

/// Codes of this noun.
pub const CODES: &[Code] = &[JOBS_FULL, JOB_OVER, JOB_WITHOUT_RESULT];

/// Why a job ended before it was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The code of the refusal.
    pub code: String,
    /// What was wrong.
    pub detail: String,
    /// Where: `line 7`, `behind 300 attempts`.
    pub at: String,
}

/// How far a job is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum JobState {
    /// It waits for its turn.
    Queued,
    /// It has begun. It may wait for its next turn, also through a restart.
    Running,
    /// It ends with the present chunk.
    Cancelling,
    /// All of it is done.
    Done(Timestamp),
    /// It could not go on.
    Failed(Timestamp, Failure),
    /// Somebody stopped it.
    Cancelled(Timestamp),
}

impl JobState {
    /// Without what only some of them hold.
    pub const fn stage(&self) -> JobStage {
        match self {
            Self::Queued => JobStage::Queued,
            Self::Running => JobStage::Running,
            Self::Cancelling => JobStage::Cancelling,
            Self::Done(_) => JobStage::Done,
            Self::Failed(..) => JobStage::Failed,
            Self::Cancelled(_) => JobStage::Cancelled,
        }
    }

    /// When it came to its end, if it did.
    pub const fn ended(&self) -> Option<Timestamp> {
        match self {
            Self::Queued | Self::Running | Self::Cancelling => None,
            Self::Done(at) | Self::Failed(at, _) | Self::Cancelled(at) => Some(*at),
        }
    }
}

/// A piece of bulk work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// Who asked for it.
    pub owner: UserId,
    /// What the token narrowed their rights to with which they asked.
    pub scopes: PermissionSet,
    /// What is to be done, and where it goes on.
    pub work: Work,
    /// How far it is.
    pub state: JobState,
    /// When it was asked for.
    pub asked: Timestamp,
    /// When it began.
    pub started: Option<Timestamp>,
    /// How much is done, in the work's unit.
    pub done: u64,
    /// Of how much, where that is known.
    pub total: Option<u64>,
    /// Rows of its report so far.
    pub parts: u32,
    /// Starts of the server that found it where the start before had found it.
    pub strikes: u8,
    /// How much was done when a start of the server found it.
    pub found_at: u64,
}

impl Job {
    /// How far it is where `parallel` jobs run at once: where none does, one that has begun waits, too.
    pub const fn stage(&self, parallel: usize) -> JobStage {
        self.state.stage().among(parallel)
    }

    /// Who asked, at `now`.
    pub const fn actor(&self, now: Timestamp) -> Actor {
        Actor { user: self.owner, scopes: self.scopes, now }
    }
}

/// Jobs by kind and state.
pub const JOBS: CounterKind = CounterKind { tag: 70, name: "jobs per kind and state" };
/// Jobs that are over.
const OVER: CounterKind = CounterKind { tag: 71, name: "jobs that are over" };

impl Record for Job {
    const TABLE: Table = Table { tag: 135, name: "job" };
    const VERSION: u8 = 1;
    type Key = JobId;

    fn key(&self) -> JobId {
        self.id
    }

    fn index(&self, entries: &mut Entries) {
        entries.add::<JobsByOwner>(&(self.owner, u64::MAX - self.id.0));
        entries.count(Counter::new(JOBS, &(self.work.kind().number(), self.state.stage().number())), 1);
        if let Some(at) = self.state.ended() {
            entries.add::<JobsByEnd>(&at);
            entries.count(Counter::new(OVER, &0_u8), 1);
        } else {
            entries.add::<ActiveJobs>(&self.owner);
            if let Some(file) = self.work.file() {
                entries.add::<JobsByFile>(&file.to_owned());
            }
        }
    }
}

/// Jobs that wait or run, by who asked.
#[derive(Debug)]
pub struct ActiveJobs;

impl Index for ActiveJobs {
    const TABLE: Table = Table { tag: 136, name: "active jobs" };
    type Key = UserId;
    type Of = Job;
}

/// Jobs of a person, the last one first.
#[derive(Debug)]
pub struct JobsByOwner;

impl Index for JobsByOwner {
    const TABLE: Table = Table { tag: 137, name: "jobs by owner" };
    type Key = (UserId, u64);
    type Of = Job;
}

/// Jobs that are over by their end.
#[derive(Debug)]
pub struct JobsByEnd;

impl Index for JobsByEnd {
    const TABLE: Table = Table { tag: 138, name: "jobs by end" };
    type Key = Timestamp;
    type Of = Job;
}

/// Jobs that wait or run by the file that they read.
#[derive(Debug)]
pub struct JobsByFile;

impl Index for JobsByFile {
    const TABLE: Table = Table { tag: 139, name: "jobs by file" };
    type Key = String;
    type Of = Job;
}

/// A piece of a job's report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobPart {
    /// The job.
    pub job: JobId,
    /// Counted from 0.
    pub place: u32,
    /// Bytes of the report.
    pub body: Vec<u8>,
}

impl Record for JobPart {
    const TABLE: Table = Table { tag: 140, name: "job part" };
    const VERSION: u8 = 1;
    const PLAIN: bool = true;
    type Key = (JobId, u32);

    fn key(&self) -> Self::Key {
        (self.job, self.place)
    }
}

/// Tables of this noun.
pub const TABLES: &[TableInfo] = &[
    TableInfo::rows::<Job>(),
    TableInfo::index::<ActiveJobs>(),
    TableInfo::index::<JobsByOwner>(),
    TableInfo::index::<JobsByEnd>(),
    TableInfo::index::<JobsByFile>(),
    TableInfo::rows::<JobPart>(),
];

/// Takes work in. Whoever calls has looked at the right to it.
pub fn start(txn: &mut Txn<'_>, actor: &Actor, work: Work, total: Option<u64>) -> Result<Job, Refusal> {
    let own = txn.index_keys::<ActiveJobs>(&Exactly(actor.user), None, MOST_OF_ONE)?.len();
    let all = txn.index_keys::<ActiveJobs>(&(), None, MOST_ACTIVE)?.len();
    if own == MOST_OF_ONE || all == MOST_ACTIVE {
        let (count, whose) = if own == MOST_OF_ONE { (own, "of yours") } else { (all, "of everybody") };
        return Err(JOBS_FULL.refuse(format!("{count} jobs {whose} wait or run already")).retry_after(60));
    }
    let id: JobId = txn.new_id()?;
    let what = format!("{} of {}", work.kind().name(), work.subject());
    audit::note(txn, actor, "job.start", work.course(), format!("job {id}"), what)?;
    let job = Job {
        id,
        owner: actor.user,
        scopes: actor.scopes,
        work,
        state: JobState::Queued,
        asked: actor.now,
        started: None,
        done: 0,
        total,
        parts: 0,
        strikes: 0,
        found_at: 0,
    };
    txn.put(job.clone())?;
    Ok(job)
}

fn sees_all(read: &impl Read, actor: &Actor) -> Result<bool, Refusal> {
    access::allows(read, actor, Permission::ManageSite, Scope::Site)
}

/// May the actor do the work of a job, now and with what they showed?
pub fn may_do(read: &impl Read, actor: &Actor, job: &Job) -> Result<bool, Refusal> {
    let (permission, scope) = job.work.right();
    access::allows(read, actor, permission, scope)
}

/// A job of the actor's own whose work they may do; of everybody's for who manages the installation.
pub fn get(read: &impl Read, actor: &Actor, id: JobId) -> Result<Arc<Job>, Refusal> {
    let job = read.get::<Job>(&id)?;
    match job {
        Some(job) if job.owner == actor.user && may_do(read, actor, &job)? => Ok(job),
        Some(job) if sees_all(read, actor)? => Ok(job),
        _ => Err(not_found("job", id)),
    }
}

/// What the course or quiz is called that a job is about, for who may see it. A course that was removed is called as it was.
pub fn subject_name(read: &impl Read, actor: &Actor, job: &Job) -> Result<Option<String>, Refusal> {
    if let Work::Regrade(regrade) = &job.work {
        let quiz = course::unless_hidden(quiz::visible(read, actor, regrade.quiz))?;
        return Ok(quiz.map(|quiz| quiz.name.clone()));
    }
    let Some(course) = job.work.course() else { return Ok(None) };
    let seen = course::unless_hidden(course::seen(read, actor, course))?;
    let title = seen.map(|(course, _)| course.title.clone());
    Ok(match &job.work {
        Work::CourseDeletion(deletion) => title.or_else(|| Some(deletion.short_name.clone())),
        _ => title,
    })
}

/// Up to `limit` jobs before `before`, the last one first: the actor's own whose work they may do, or all for who manages
/// the installation.
pub fn list(
    read: &impl Read,
    actor: &Actor,
    before: Option<JobId>,
    limit: usize,
) -> Result<Vec<Job>, Refusal> {
    if sees_all(read, actor)? {
        return Ok(read.list_back::<Job>(&(), before.as_ref(), limit)?);
    }
    let mut before = before.map(|id| ((actor.user, u64::MAX - id.0), id));
    let mut jobs = Vec::new();
    // Bounded by `MOST_OF_ONE` and `MOST_KEPT`.
    while jobs.len() < limit {
        let from = before.as_ref().map(|(key, id)| (key, id));
        let keys = read.index_keys::<JobsByOwner>(&(actor.user,), from, limit)?;
        let Some(last) = keys.last().copied() else { break };
        for (_, id) in keys {
            if let Some(job) = read.get::<Job>(&id)?
                && may_do(read, actor, &job)?
                && jobs.len() < limit
            {
                jobs.push(Arc::unwrap_or_clone(job));
            }
        }
        before = Some(last);
    }
    Ok(jobs)
}

/// Stops a job: at once while it waits, with its present chunk when it runs. Safe to repeat.
pub fn cancel(txn: &mut Txn<'_>, actor: &Actor, id: JobId) -> Result<Job, Refusal> {
    let mut job = Arc::unwrap_or_clone(get(txn, actor, id)?);
    match &job.state {
        JobState::Cancelling | JobState::Cancelled(_) => return Ok(job),
        JobState::Done(_) | JobState::Failed(..) => {
            return Err(JOB_OVER.refuse(format!("job {id} is over")));
        }
        JobState::Running if !job.work.stops_half_way() => {
            return Err(JOB_OVER.refuse(format!(
                "job {id} has begun, and what is half {} is of no use",
                job.work.kind().name()
            )));
        }
        JobState::Running => job.state = JobState::Cancelling,
        JobState::Queued => {
            job.state = JobState::Cancelled(actor.now);
            job.work.forget();
        }
    }
    audit::note(txn, actor, "job.cancel", job.work.course(), format!("job {id}"), job.work.kind().name())?;
    txn.put(job.clone())?;
    Ok(job)
}

/// Refuses when the job has no result to be read now.
pub fn require_result(job: &Job) -> Result<(), Refusal> {
    match job.state {
        JobState::Queued | JobState::Running | JobState::Cancelling => {
            Err(JOB_WITHOUT_RESULT.refuse(format!("job {} is not over", job.id)))
        }
        JobState::Done(_) => Ok(()),
        _ if job.work.has_partial_result() => Ok(()),
        _ => Err(JOB_WITHOUT_RESULT.refuse(format!("job {} did not come to its end", job.id))),
    }
}

/// Refuses whoever may not read what a job came to: seeing that it runs is not enough, one must be allowed to do the work.
/// A report with activation tokens is for nobody but who asked, in person: with each of them somebody can be the person.
pub fn require_reader(read: &impl Read, actor: &Actor, job: &Job) -> Result<(), Refusal> {
    let (permission, scope) = job.work.right();
    access::require(read, actor, permission, scope)?;
    if !job.work.has_links() {
        return Ok(());
    }
    session::require_session(actor)?;
    if job.owner != actor.user {
        return Err(
            FORBIDDEN.refuse("the report has activation tokens; only who asked for the import reads it")
        );
    }
    Ok(())
}

/// A piece of a job's report; `None` behind the last.
pub fn part(read: &impl Read, job: JobId, place: u32) -> Result<Option<Arc<JobPart>>, Refusal> {
    Ok(read.get::<JobPart>(&(job, place))?)
}

/// How many jobs there are, by kind and state, where `parallel` run at once.
pub fn totals(read: &impl Read, parallel: usize) -> Result<Vec<(JobKind, JobStage, i64)>, Refusal> {
    let mut totals = Vec::new();
    for kind in JobKind::ALL {
        let mut of_kind = JobStage::ALL.map(|stage| (kind, stage, 0));
        for stage in JobStage::ALL {
            let count = read.counter(&Counter::new(JOBS, &(kind.number(), stage.number())))?;
            let shown = stage.among(parallel);
            for (_, _, sum) in of_kind.iter_mut().filter(|(_, of, _)| *of == shown) {
                *sum += count;
            }
        }
        totals.extend(of_kind);
    }
    Ok(totals)
}

/// Does a job that waits or runs read this file?
pub fn names_file(read: &impl Read, sha256: &str) -> Result<bool, Refusal> {
    Ok(!read.index_keys::<JobsByFile>(&Exactly(sha256.to_owned()), None, 1)?.is_empty())
}

/// Does a job that waits or runs read any file?
pub fn names_any_file(read: &impl Read) -> Result<bool, StoreError> {
    Ok(!read.index_keys::<JobsByFile>(&(), None, 1)?.is_empty())
}

/// Does a job that waits or runs remove this course?
pub fn deletes(read: &impl Read, course: CourseId) -> Result<bool, Refusal> {
    for (_, id) in read.index_keys::<ActiveJobs>(&(), None, MOST_ACTIVE)? {
        if let Some(job) = read.get::<Job>(&id)?
            && matches!(&job.work, Work::CourseDeletion(deletion) if deletion.course == course)
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Removes up to `limit` rows of jobs that are over for long, or of the oldest when there are too many. How many were.
pub fn sweep(txn: &mut Txn<'_>, now: Timestamp, limit: usize) -> Result<usize, Refusal> {
    let mut old = txn.index_until::<JobsByEnd>(&now.minus(KEPT), 1)?;
    if old.is_empty() && txn.counter(&Counter::new(OVER, &0_u8))? > MOST_KEPT {
        old = txn.index_keys::<JobsByEnd>(&(), None, 1)?;
    }
    let Some((_, id)) = old.first() else { return Ok(0) };
    let parts = txn.list::<JobPart>(&(*id,), None, limit)?;
    for part in &parts {
        txn.delete::<JobPart>(&part.key())?;
    }
    if parts.len() < limit {
        txn.delete::<Job>(id)?;
    }
    Ok(parts.len() + 1)
}
