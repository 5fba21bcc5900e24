//! Importing learning records as a job. Lines are read and checked, and their files kept, before the transaction that keeps the
//! statements with their part of the report and the place where the next lines begin.

use std::sync::Arc;

use parking_lot::Mutex;

use super::{another_kind, kept};
use crate::domain::access::Actor;
use crate::domain::ids::JobId;
use crate::domain::job::run::{self, Next, Output, Progress};
use crate::domain::job::{Job, StatementImport, Work};
use crate::domain::refusal::Refusal;
use crate::domain::xapi::credential::Caller;
use crate::domain::xapi::import::{self, MOST_LISTED, Made, RefusedLine, Tried};
use crate::domain::xapi::keep::Ready;
use crate::state::State;
use crate::statement_import::{Chunk, Packing, Reader};
use crate::store::{Class, Txn};

/// Fields of the report that are known at its end only.
const LATER: &[&str] = &["lines", "imported", "unchanged", "refused", "repeats_compared"];

/// The file that is being imported.
pub(super) struct Hand {
    reader: Reader,
    /// What a dry run remembers, longer than this hand is there.
    tried: Arc<Mutex<Tried>>,
}

impl Hand {
    pub(super) fn open(state: &State, job: JobId, import: &StatementImport) -> Result<Self, Refusal> {
        let packing = if import.zip { Packing::Zip } else { Packing::Ndjson };
        let tried: Arc<Mutex<Tried>> =
            if import.dry_run { state.jobs.remembered(job) } else { Arc::default() };
        let place = if import.dry_run {
            let tried = tried.lock();
            (tried.at, tried.lines)
        } else {
            (import.at, import.lines)
        };
        let open = || kept::open(state, &import.file);
        let reader = Reader::open(&state.config.xapi, open, packing, place, import.dry_run)?;
        Ok(Self { reader, tried })
    }
}

/// What is to be noted of a chunk beside its statements.
struct Rest {
    refused: Vec<RefusedLine>,
    line: u64,
    end: u64,
    over: bool,
}

/// Adds to the report and goes on to the next lines.
fn add(
    txn: &mut Txn<'_>,
    actor: &Actor,
    import: &mut StatementImport,
    output: &mut Output,
    made: Made,
    rest: Rest,
) -> Result<Progress, Refusal> {
    if import.at == 0 {
        output.begin(&import.report(), "problems", LATER)?;
    }
    if import.refused == 0 {
        output.nothing_listed();
    }
    let mut refused = rest.refused;
    refused.extend(made.refused);
    refused.sort_by_key(|line| line.line);
    for line in &refused {
        if import.refused < MOST_LISTED {
            output.entry(line)?;
        }
        import.refused += 1;
    }
    import.imported += made.imported;
    import.unchanged += made.unchanged;
    let done = rest.line - import.lines;
    import.lines = rest.line;
    import.at = rest.end;
    if rest.over && !import.dry_run {
        import::note(txn, actor, &import.report())?;
    }
    Ok(Progress { done, over: rest.over })
}

/// Tries what would become of statements, of which some may have stood before them.
fn made(
    state: &State,
    job: &Job,
    caller: &Caller,
    tried: &Tried,
    mut statements: Vec<(u64, Ready)>,
) -> Result<Made, Refusal> {
    let mut made = tried.repeats(&mut statements);
    if !statements.is_empty() {
        let (actor, caller) = (job.actor(caller.now), caller.clone());
        let apply = move |txn: &mut Txn<'_>| import::apply(txn, &actor, &caller, statements);
        made.and(state.store.try_out_blocking(Class::Bulk, apply)?);
    }
    Ok(made)
}

/// Says what would become of some lines. Those up to the last that was `told` were looked at before the server started again:
/// they are only remembered.
fn try_out(
    state: &State,
    job: &Job,
    told: u64,
    caller: &Caller,
    tried: &mut Tried,
    chunk: Chunk,
) -> Result<Next, Refusal> {
    let (id, now) = (job.id, caller.now);
    let Chunk { statements, mut refused, line, end, over, .. } = chunk;
    let (before, statements): (Vec<_>, Vec<_>) = statements.into_iter().partition(|(line, _)| *line <= told);
    let again = made(state, job, caller, tried, before)?.fresh;
    tried.learn(again, (tried.lines, tried.at));
    let mut made = made(state, job, caller, tried, statements)?;
    let fresh = std::mem::take(&mut made.fresh);
    refused.retain(|wrong| wrong.line > told);
    let rest = Rest { refused, line, end, over };
    let next = state.store.write_blocking(Class::Bulk, move |txn| {
        run::chunk(txn, id, now, |txn, actor, work, output| {
            let Work::StatementImport(import) = work else { return Err(another_kind()) };
            if line <= told && !over {
                return Ok(Progress { done: 0, over: false });
            }
            add(txn, actor, import, output, made, rest)
        })
    })?;
    tried.learn(fresh, (line, end));
    Ok(next)
}

/// Imports some lines.
fn take(state: &State, job: &Job, caller: Caller, chunk: Chunk) -> Result<Next, Refusal> {
    let (id, now) = (job.id, caller.now);
    let Chunk { statements, refused, line, end, over, .. } = chunk;
    let rest = Rest { refused, line, end, over };
    state.store.write_blocking(Class::Bulk, move |txn| {
        run::chunk(txn, id, now, |txn, actor, work, output| {
            let Work::StatementImport(import) = work else { return Err(another_kind()) };
            let made = import::apply(txn, actor, &caller, statements)?;
            add(txn, actor, import, output, made, rest)
        })
    })
}

impl super::Hand for Hand {
    fn chunk(&mut self, state: &State, job: &Job) -> Result<Next, Refusal> {
        let Work::StatementImport(import) = &job.work else { return Err(another_kind()) };
        let caller = Caller::importing(&state.home, state.now());
        let tried = &self.tried;
        self.reader.next(state, &caller, |chunk| {
            if import.dry_run {
                try_out(state, job, import.lines, &caller, &mut tried.lock(), chunk)
            } else {
                take(state, job, caller.clone(), chunk)
            }
        })
    }
}
