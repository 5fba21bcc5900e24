//! Importing learning records as a job. Lines are read and checked, and their files kept, before the transaction that keeps the
//! statements with their part of the report and the place where the next lines begin.

use super::{another_kind, kept};
use crate::domain::access::Actor;
use crate::domain::job::run::{self, Next, Output, Progress};
use crate::domain::job::{Job, StatementImport, Work};
use crate::domain::refusal::Refusal;
use crate::domain::xapi::credential::Caller;
use crate::domain::xapi::import::{self, MOST_LISTED, Made, RefusedLine};
use crate::state::State;
use crate::statement_import::{Chunk, Packing, Reader};
use crate::store::{Class, Txn};

/// Fields of the report that are known at its end only.
const LATER: &[&str] = &["lines", "imported", "unchanged", "refused"];

/// The file that is being imported.
pub(super) struct Hand {
    reader: Reader,
}

impl Hand {
    pub(super) fn open(state: &State, import: &StatementImport) -> Result<Self, Refusal> {
        let packing = if import.zip { Packing::Zip } else { Packing::Ndjson };
        let reader = Reader::open(
            &state.config.xapi,
            || kept::open(state, &import.file),
            packing,
            (import.at, import.lines),
            import.dry_run,
        )?;
        Ok(Self { reader })
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

/// Imports some lines, or tries it.
fn take(state: &State, job: &Job, dry_run: bool, caller: Caller, chunk: Chunk) -> Result<Next, Refusal> {
    let (id, now) = (job.id, caller.now);
    let Chunk { statements, refused, line, end, over, .. } = chunk;
    let rest = Rest { refused, line, end, over };
    if dry_run {
        let actor = job.actor(now);
        let made = state
            .store
            .try_out_blocking(Class::Bulk, move |txn| import::apply(txn, &actor, &caller, statements))?;
        return state.store.write_blocking(Class::Bulk, move |txn| {
            run::chunk(txn, id, now, |txn, actor, work, output| {
                let Work::StatementImport(import) = work else { return Err(another_kind()) };
                add(txn, actor, import, output, made, rest)
            })
        });
    }
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
        self.reader.next(state, &caller, |chunk| take(state, job, import.dry_run, caller.clone(), chunk))
    }
}
