//! Importing grades as a job. The whole file was checked before it was taken; each chunk checks its lines anew and carries
//! them out. A line that has become wrong meanwhile stops it there, with what is done; the file may be sent again.

use super::{another_kind, kept};
use crate::domain::access::Actor;
use crate::domain::grade::sheet::{self, MOST_LISTED, Plan, Sheet};
use crate::domain::ids::CourseId;
use crate::domain::job::run::{self, Next, Progress};
use crate::domain::job::{GradesImport, Job, Work};
use crate::domain::refusal::{CHANGED, Refusal};
use crate::state::State;
use crate::store::{Class, Store};

/// Lines per chunk.
const CHUNK_LINES: usize = 50;
/// Changed grades after which a chunk takes no more lines: some milliseconds of the writer.
const CHUNK_CHANGES: usize = 50;
/// Lines that one read checks.
const PER_READ: usize = 5;
/// How often a chunk is planned anew when somebody grades the same learners between the plan and its transaction.
const TRIES: usize = 5;
/// Lines that one read checks while somebody waits for the whole of it.
const CHECKED_PER_READ: usize = 50;
/// Fields of the report that are known at its end only.
const LATER: &[&str] = &["learners", "changed", "unchanged"];

/// What a file comes to, and how many lines it has.
pub fn check(
    store: &Store,
    actor: &Actor,
    course: CourseId,
    bytes: &[u8],
    overrides: bool,
) -> Result<(Plan, u64), Refusal> {
    let sheet = Sheet::parse(bytes)?;
    let mut plan = store.read(|read| Plan::begin(read, actor, course, &sheet, overrides))?;
    for lines in sheet.lines.chunks(CHECKED_PER_READ) {
        store.read(|read| plan.take(read, lines))?;
    }
    Ok((plan, sheet.lines.len() as u64))
}

/// The file that is being imported.
pub(super) struct Hand {
    sheet: Sheet,
}

impl Hand {
    pub(super) fn open(state: &State, import: &GradesImport) -> Result<Self, Refusal> {
        Ok(Self { sheet: Sheet::parse(&kept::read(state, &import.file)?)? })
    }

    /// The plan of the next lines, and how many they are.
    fn plan(&self, state: &State, actor: &Actor, import: &GradesImport) -> Result<(Plan, usize), Refusal> {
        let (course, overrides) = (import.course, import.overrides);
        let mut plan = state.store.read(|read| Plan::begin(read, actor, course, &self.sheet, overrides))?;
        let from = usize::try_from(import.next).unwrap_or(usize::MAX);
        let mut taken = 0;
        for lines in self.sheet.lines.get(from..).unwrap_or_default().chunks(PER_READ) {
            if taken >= CHUNK_LINES || plan.report.changed >= CHUNK_CHANGES {
                break;
            }
            state.store.read(|read| plan.take(read, lines))?;
            taken += lines.len();
        }
        plan.require_clean()?;
        Ok((plan, taken))
    }

    fn carry_out(&self, state: &State, job: &Job, import: &GradesImport) -> Result<Next, Refusal> {
        let (id, now) = (job.id, state.now());
        let (plan, taken) = self.plan(state, &job.actor(now), import)?;
        let done = taken as u64;
        let over = import.next + done >= self.sheet.lines.len() as u64;
        state.store.write_blocking(Class::Bulk, move |txn| {
            run::chunk(txn, id, now, |txn, actor, work, output| {
                let Work::GradesImport(import) = work else { return Err(another_kind()) };
                let report = plan.apply(txn, actor)?;
                if import.next == 0 {
                    output.begin(&report, "changes", LATER)?;
                }
                if import.changed == 0 {
                    output.nothing_listed();
                }
                let count = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
                let room = MOST_LISTED.saturating_sub(count(import.changed));
                report.changes.iter().take(room).try_for_each(|change| output.entry(change))?;
                if !over && import.changed == 0 && report.changed > 0 {
                    sheet::note_begun(txn, actor, import.course)?;
                }
                import.next += done;
                import.changed += report.changed as u64;
                import.unchanged += report.unchanged as u64;
                if over {
                    sheet::note_import(txn, actor, import.course, count(import.changed), count(import.next))?;
                }
                Ok(Progress { done, over })
            })
        })
    }
}

impl super::Hand for Hand {
    fn chunk(&mut self, state: &State, job: &Job) -> Result<Next, Refusal> {
        let Work::GradesImport(import) = &job.work else { return Err(another_kind()) };
        let mut tries = 0;
        loop {
            tries += 1;
            match self.carry_out(state, job, import) {
                Err(refusal) if refusal.code.name == CHANGED.name && tries < TRIES => {}
                outcome => return outcome,
            }
        }
    }
}
