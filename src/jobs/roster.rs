//! Importing people as a job. The file lies beside the store while the job lives; each chunk hashes the passwords of a
//! few rows and writes them with their lines of the report.

use std::sync::Arc;

use jiff::tz::TimeZone;
use parking_lot::Mutex;

use super::{another_kind, kept};
use crate::domain::access::Actor;
use crate::domain::account;
use crate::domain::job::run::{self, Next, Progress};
use crate::domain::job::{Job, RosterImport, Work};
use crate::domain::refusal::Refusal;
use crate::domain::roster::RowReport;
use crate::domain::roster_addresses::Addresses;
use crate::domain::roster_rows::{self, Row, WrongRow};
use crate::roster_import::{Importer, Options, Portion, Trial, apply, begin_report};
use crate::state::State;
use crate::store::Class;

/// Rows of a file that are imported while the client waits; more are a job.
pub const ROWS_AT_ONCE: usize = 2_000;
/// What a chunk takes: a millisecond of the writer, and a quarter of a second of a hashing thread before.
const CHUNK: Portion = Portion { rows: 16, courses: 64, passwords: 8 };

/// A file that was checked and may become a job.
pub struct Checked {
    /// Rows that are not empty.
    pub rows: usize,
    /// The work, when the file is kept.
    pub import: RosterImport,
}

/// Checks a file as a whole.
pub fn check(file: &[u8], options: &Options) -> Result<Checked, Refusal> {
    // How many rows there are is the same in every zone.
    let (table, rows) = roster_rows::read(file, options.encoding.as_deref(), &TimeZone::UTC)?;
    let import = RosterImport {
        file: String::new(),
        encoding: options.encoding.clone(),
        links: options.links,
        next: 0,
        report: begin_report(&table, &rows, options),
    };
    Ok(Checked { rows: rows.rows.len(), import })
}

/// The rows of a file that is being imported.
pub(super) struct Hand {
    rows: Vec<Result<Row, WrongRow>>,
    addresses: Arc<Addresses>,
    /// What a dry run remembers, longer than this hand is there.
    tried: Arc<Mutex<Tried>>,
}

/// What a dry run came to so far.
#[derive(Default)]
struct Tried {
    trial: Trial,
    /// The rows that were tried.
    rows: u64,
}

impl Hand {
    pub(super) fn open(state: &State, job: &Job, import: &RosterImport) -> Result<Self, Refusal> {
        let file = kept::read(state, &import.file)?;
        let zone = state.store.read(|read| account::zone_of(read, job.owner, &state.zone))?;
        let (_, rows) = roster_rows::read(&file, import.encoding.as_deref(), &zone)?;
        let addresses = Arc::new(Addresses::of(&rows.rows));
        let tried = if import.report.dry_run { state.jobs.remembered(job.id) } else { Arc::default() };
        Ok(Self { rows: rows.rows, addresses, tried })
    }

    /// The rows of the next chunk.
    fn some(&self, from: u64) -> Vec<Result<Row, WrongRow>> {
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        let rest = self.rows.get(from..).unwrap_or_default();
        let count = CHUNK.of(rest.iter().map(|row| row.as_ref().ok()));
        rest.iter().take(count).cloned().collect()
    }

    /// What would become of the next chunk, behind `next` rows.
    fn try_out(
        &self,
        importer: Importer<'_>,
        actor: &Actor,
        options: &Options,
        next: u64,
    ) -> Result<Vec<RowReport>, Refusal> {
        let mut tried = self.tried.lock();
        if tried.rows > next {
            // What was tried could not be stored.
            *tried = Tried::default();
        }
        loop {
            // It is in memory only: a dry run that goes on in another life of the server tries its first rows again.
            let from = tried.rows;
            let rows = importer.prepare(self.some(from), options)?;
            tried.rows = from + rows.len() as u64;
            let reports = tried.trial.portion(importer.store, actor, rows, &self.addresses)?;
            if from >= next {
                return Ok(reports);
            }
        }
    }
}

fn add(work: &mut Work, output: &mut run::Output, reports: &[RowReport], done: u64) -> Result<(), Refusal> {
    let Work::RosterImport(import) = work else { return Err(another_kind()) };
    import.next += done;
    import.report.count(reports);
    reports.iter().try_for_each(|report| output.entry(report))
}

impl super::Hand for Hand {
    fn chunk(&mut self, state: &State, job: &Job) -> Result<Next, Refusal> {
        let Work::RosterImport(import) = &job.work else { return Err(another_kind()) };
        let importer = Importer {
            store: &state.store,
            hashing: &state.hashing,
            password_min_length: state.config.sign_in.password_min_length,
            zone: &state.zone,
        };
        let options = Options {
            dry_run: import.report.dry_run,
            links: import.links,
            encoding: None,
            passwords: usize::MAX,
            password_for_the_rest: None,
        };
        let (id, now) = (job.id, state.now());
        let (rows, tried) = if options.dry_run {
            (Vec::new(), self.try_out(importer, &job.actor(now), &options, import.next)?)
        } else {
            (importer.prepare(self.some(import.next), &options)?, Vec::new())
        };
        let done = (rows.len() + tried.len()) as u64;
        let over = import.next + done >= self.rows.len() as u64;
        let addresses = Arc::clone(&self.addresses);
        state.store.write_blocking(Class::Bulk, move |txn| {
            run::chunk(txn, id, now, |txn, actor, work, output| {
                let reports = if rows.is_empty() { tried } else { apply(txn, actor, rows, &addresses)? };
                add(work, output, &reports, done)?;
                Ok(Progress { done, over })
            })
        })
    }
}
