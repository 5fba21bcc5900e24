//! Importing people as a job. The file lies beside the store while the job lives; each chunk hashes the passwords of a
//! few rows and writes them with their lines of the report.

use super::{another_kind, kept};
use crate::domain::access::{self, Permission, Scope};
use crate::domain::ids::JobId;
use crate::domain::job::run::{self, Next, Progress};
use crate::domain::job::{Job, RosterImport, Work};
use crate::domain::refusal::Refusal;
use crate::domain::roster::{self, AccountOutcome, RowReport};
use crate::domain::roster_rows::{Row, WrongRow};
use crate::domain::{roster_file, roster_rows};
use crate::http::state::State;
use crate::roster_import::{Importer, Options, Prepared, begin_report, refused};
use crate::store::{Class, StoreError};

/// Rows of a file that are imported while the client waits; more are a job.
pub const ROWS_AT_ONCE: usize = 2_000;
/// Rows per chunk: some milliseconds of the writer.
const CHUNK_ROWS: usize = 50;
/// Courses per chunk; a row may name many.
const CHUNK_COURSES: usize = 200;
/// Passwords per chunk: they are hashed before it, a quarter of a second of one thread.
const CHUNK_PASSWORDS: usize = 8;

/// A file that was checked and may become a job.
pub struct Checked {
    /// Rows that are not empty.
    pub rows: usize,
    /// The work, when the file is kept.
    pub import: RosterImport,
}

/// Checks a file as a whole.
pub fn check(file: &[u8], options: &Options) -> Result<Checked, Refusal> {
    let table = roster_file::read(file, options.encoding.as_deref())?;
    let rows = roster_rows::parse(&table)?;
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
}

impl Hand {
    pub(super) fn open(state: &State, import: &RosterImport) -> Result<Self, Refusal> {
        let file = kept::read(state, &import.file)?;
        let table = roster_file::read(&file, import.encoding.as_deref())?;
        Ok(Self { rows: roster_rows::parse(&table)?.rows })
    }

    /// The rows of the next chunk.
    fn some(&self, from: u64) -> Vec<Result<Row, WrongRow>> {
        let (mut courses, mut passwords) = (0, 0);
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        let behind = self.rows.iter().skip(from).take(CHUNK_ROWS).enumerate();
        let fitting = behind.take_while(|(place, row)| {
            if let Ok(row) = row {
                courses += row.enrolments.len();
                passwords += usize::from(row.password.is_some());
            }
            *place == 0 || (courses <= CHUNK_COURSES && passwords <= CHUNK_PASSWORDS)
        });
        fitting.map(|(_, row)| row.clone()).collect()
    }
}

/// Ends a transaction that was tried only.
enum Stop {
    Refused(Refusal),
    Tried(Vec<RowReport>),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.into())
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

fn apply(
    txn: &mut crate::store::Txn<'_>,
    actor: &access::Actor,
    rows: Vec<Result<Prepared, WrongRow>>,
) -> Result<Vec<RowReport>, Refusal> {
    // A right that was taken away stops the import; without this it would be a problem of each row.
    access::require(txn, actor, Permission::ManagePeople, Scope::Site)?;
    let mut reports = Vec::with_capacity(rows.len());
    for row in rows {
        reports.push(match row {
            Err(wrong) => refused(wrong),
            Ok((ready, token)) => {
                let mut report = roster::apply(txn, actor, &ready)?;
                if report.account == AccountOutcome::Created {
                    report.activation_token = token;
                }
                report
            }
        });
    }
    Ok(reports)
}

fn write(
    state: &State,
    id: JobId,
    rows: Vec<Result<Prepared, WrongRow>>,
    over: bool,
) -> Result<Next, Refusal> {
    let (now, done) = (state.now(), rows.len() as u64);
    state.store.write_blocking(Class::Bulk, move |txn| {
        run::chunk(txn, id, now, |txn, actor, work, output| {
            let reports = apply(txn, actor, rows)?;
            add(work, output, &reports, done)?;
            Ok(Progress { done, over })
        })
    })
}

/// Says what would happen, and writes only that.
fn try_out(
    state: &State,
    job: &Job,
    rows: Vec<Result<Prepared, WrongRow>>,
    over: bool,
) -> Result<Next, Refusal> {
    let (now, done) = (state.now(), rows.len() as u64);
    let (id, actor) = (job.id, job.actor(now));
    let tried = state.store.write_blocking(Class::Bulk, move |txn| -> Result<(), Stop> {
        Err(Stop::Tried(apply(txn, &actor, rows)?))
    });
    let reports = match tried {
        Ok(()) => Vec::new(),
        Err(Stop::Tried(reports)) => reports,
        Err(Stop::Refused(refusal)) => return Err(refusal),
    };
    state.store.write_blocking(Class::Bulk, move |txn| {
        run::chunk(txn, id, now, |_, _, work, output| {
            add(work, output, &reports, done)?;
            Ok(Progress { done, over })
        })
    })
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
        let some = self.some(import.next);
        let over = import.next + some.len() as u64 >= self.rows.len() as u64;
        let importer = Importer {
            store: &state.store,
            hashing: &state.hashing,
            password_min_length: state.config.sign_in.password_min_length,
        };
        let options = Options {
            dry_run: import.report.dry_run,
            links: import.links,
            encoding: None,
            passwords: usize::MAX,
        };
        let prepared = importer.prepare(some, &options)?;
        if options.dry_run {
            try_out(state, job, prepared, over)
        } else {
            write(state, job.id, prepared, over)
        }
    }
}
