//! Importing questions as a job. The whole file was checked before it was taken; each chunk writes some questions with
//! their lines of the report. One that is stopped leaves what is done, and the file may be sent again.

use std::ops::Range;
use std::sync::Arc;

use parking_lot::Mutex;

use super::{another_kind, kept};
use crate::domain::access::Actor;
use crate::domain::bank::import::{self, Arrival, ImportedLine, QuestionImportReport};
use crate::domain::ids::JobId;
use crate::domain::job::run::{self, Next, Output, Progress};
use crate::domain::job::{Job, QuestionImport, Work};
use crate::domain::refusal::{INTERNAL, Refusal};
use crate::state::State;
use crate::store::{Class, Txn};

/// Fields of the report that are known at its end only.
const LATER: &[&str] = &["created", "unchanged"];

/// The file that is being imported.
pub(super) struct Hand {
    arrival: Arc<Arrival>,
    /// What a dry run came to, longer than this hand is there.
    tried: Arc<Mutex<Option<QuestionImportReport>>>,
}

/// What a chunk did: the head of the report when it was the first, and its questions.
struct Made {
    head: Option<QuestionImportReport>,
    lines: Vec<ImportedLine>,
}

impl Hand {
    pub(super) fn open(state: &State, job: JobId, import: &QuestionImport) -> Result<Self, Refusal> {
        let arrival =
            Arrival::read_again(&kept::read(state, &import.file)?, import.format, &import.encoding)?;
        let tried = if import.dry_run { state.jobs.remembered(job) } else { Arc::default() };
        Ok(Self { arrival: Arc::new(arrival), tried })
    }

    /// What would become of the questions of a chunk. All are tried in one transaction, a tenth of a second for the largest file:
    /// what is refused or left out because of a question before it shows in no other way.
    fn try_out(
        &self,
        state: &State,
        actor: Actor,
        import: &QuestionImport,
        places: Range<usize>,
    ) -> Result<Made, Refusal> {
        let mut tried = self.tried.lock();
        let report = match &mut *tried {
            Some(report) => report,
            none => {
                let (course, arrival) = (import.course, self.arrival.clone());
                let run = move |txn: &mut Txn<'_>| import::run(txn, &actor, course, &arrival, true);
                none.insert(state.store.try_out_blocking(Class::Bulk, run)?)
            }
        };
        let head =
            (places.start == 0).then(|| QuestionImportReport { questions: Vec::new(), ..report.clone() });
        Ok(Made { head, lines: report.questions.get(places).unwrap_or_default().to_vec() })
    }
}

/// The step of a chunk that begins at a question.
fn step(
    txn: &mut Txn<'_>,
    actor: &Actor,
    import: &QuestionImport,
    arrival: &Arrival,
    from: usize,
) -> Result<Made, Refusal> {
    let course = import.course;
    let first = from == 0;
    let head = first.then(|| import::begin(txn, actor, course, arrival, false)).transpose()?;
    let lines = import::some(txn, actor, course, arrival, arrival.chunk(from))?;
    Ok(Made { head, lines })
}

fn add(import: &mut QuestionImport, output: &mut Output, made: &Made) -> Result<(), Refusal> {
    if let Some(head) = &made.head {
        output.begin(head, "questions", LATER)?;
    }
    import.next += made.lines.len() as u64;
    import.created += import::created(&made.lines) as u64;
    made.lines.iter().try_for_each(|line| output.entry(line))
}

impl super::Hand for Hand {
    fn chunk(&mut self, state: &State, job: &Job) -> Result<Next, Refusal> {
        let Work::QuestionImport(import) = &job.work else { return Err(another_kind()) };
        let from = usize::try_from(import.next).unwrap_or(usize::MAX);
        let places = self.arrival.chunk(from);
        let over = places.end >= self.arrival.count();
        if from == 0 && !import.dry_run {
            for (_, content) in self.arrival.files() {
                let put = state.blobs.put(content);
                put.map_err(|error| INTERNAL.refuse(format!("keeping a file: {error}")))?;
            }
        }
        let (id, now, arrival) = (job.id, state.now(), self.arrival.clone());
        if import.dry_run {
            let made = self.try_out(state, job.actor(now), import, places)?;
            return state.store.write_blocking(Class::Bulk, move |txn| {
                run::chunk(txn, id, now, |_, _, work, output| {
                    let Work::QuestionImport(import) = work else { return Err(another_kind()) };
                    add(import, output, &made)?;
                    Ok(Progress { done: made.lines.len() as u64, over })
                })
            });
        }
        state.store.write_blocking(Class::Bulk, move |txn| {
            run::chunk(txn, id, now, |txn, actor, work, output| {
                let Work::QuestionImport(import) = work else { return Err(another_kind()) };
                let made = step(txn, actor, import, &arrival, from)?;
                add(import, output, &made)?;
                if over {
                    let count = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
                    let unchanged = import.next - import.created;
                    let (created, unchanged) = (count(import.created), count(unchanged));
                    import::note(txn, actor, import.course, &arrival, created, unchanged)?;
                }
                Ok(Progress { done: made.lines.len() as u64, over })
            })
        })
    }
}
