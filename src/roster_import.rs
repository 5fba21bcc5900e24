//! Importing a file of people: checks the whole file first, hashes passwords behind everybody who signs in, then writes
//! in transactions of bounded size. Used by `POST /api/import/roster` and `lyceum import roster` alike.

use std::collections::VecDeque;

use crate::domain::access::{self, Actor, Permission, Scope};
use crate::domain::refusal::{Refusal, invalid};
pub use crate::domain::roster::RosterReport;
use crate::domain::roster::{self, AccountOutcome, ReadyRow, RowReport};
use crate::domain::roster_file::RosterFile;
use crate::domain::roster_rows::{self, Row, Rows, WrongRow};
use crate::domain::session::token_hash;
use crate::domain::sign_in;
use crate::hashing::Hashing;
use crate::secret;
use crate::store::{Class, Store, Txn};

/// What one transaction takes: some milliseconds of the writer, so that an exam beside an import does not notice it.
const AT_ONCE: Portion = Portion { rows: 100, courses: 400, passwords: usize::MAX };
/// New accounts with a password in one file sent over HTTP: half a minute of one hashing thread.
pub const PASSWORDS_OVER_HTTP: usize = 1_000;

/// How to import.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Say what would happen and write nothing.
    pub dry_run: bool,
    /// Make activation links for new accounts without a password and put their tokens into the report.
    pub links: bool,
    /// The file's encoding when it is not UTF-8 and not marked.
    pub encoding: Option<String>,
    /// New accounts with a password that may be in the file.
    pub passwords: usize,
    /// New accounts without a password get this one, which is hashed once for all of them. For passwords that are no
    /// secret: equal hashes tell that passwords are equal.
    pub password_for_the_rest: Option<String>,
}

/// How much goes together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Portion {
    pub(crate) rows: usize,
    /// A row may name many.
    pub(crate) courses: usize,
    /// They are hashed first.
    pub(crate) passwords: usize,
}

impl Portion {
    /// How many of these rows go together; one at least. Wrong rows are `None`.
    pub(crate) fn of<'r>(self, rows: impl Iterator<Item = Option<&'r Row>>) -> usize {
        let (mut courses, mut passwords) = (0, 0);
        let fitting = rows.take(self.rows).enumerate().take_while(|(place, row)| {
            if let Some(row) = row {
                courses += row.enrolments.len();
                passwords += usize::from(row.password.is_some());
            }
            *place == 0 || (courses <= self.courses && passwords <= self.passwords)
        });
        fitting.count()
    }
}

/// A row that can be written, with its activation token in the clear.
type Prepared = (ReadyRow, Option<String>);
/// A row that was looked at.
pub(crate) type Checked = Result<Prepared, WrongRow>;

/// What an import works with.
#[derive(Clone, Copy)]
pub struct Importer<'a> {
    /// Where it goes.
    pub store: &'a Store,
    /// What hashes passwords.
    pub hashing: &'a Hashing,
    /// Shortest password.
    pub password_min_length: usize,
}

impl Importer<'_> {
    /// Imports a file. A structural error refuses all of it before anything is written; a wrong row is skipped and named
    /// in the report. Blocks for seconds: for threads outside the async runtime.
    pub fn import(self, actor: &Actor, file: &[u8], options: &Options) -> Result<RosterReport, Refusal> {
        self.import_telling(actor, file, options, |_| ())
    }

    /// [`Self::import`] that tells what became of rows as soon as they are stored: the tokens of links are told nowhere else, and
    /// a refusal in the middle of the file has no report.
    pub fn import_telling(
        self,
        actor: &Actor,
        file: &[u8],
        options: &Options,
        mut stored: impl FnMut(&[RowReport]),
    ) -> Result<RosterReport, Refusal> {
        self.store.read(|read| access::require(read, actor, Permission::ManagePeople, Scope::Site))?;
        let (file, rows) = roster_rows::read(file, options.encoding.as_deref())?;
        let mut report = begin_report(&file, &rows, options);
        let prepared = self.prepare(rows.rows, options)?;
        let mut results: Vec<RowReport> = Vec::with_capacity(prepared.len());
        let mut rest = VecDeque::from(prepared);
        while let Some(first) = rest.front() {
            let line = first.as_ref().map_or_else(|wrong| wrong.line, |(ready, _)| ready.row.line);
            let rows = rest.iter().map(|row| row.as_ref().ok().map(|(ready, _)| &ready.row));
            let count = AT_ONCE.of(rows);
            let rows: Vec<_> = rest.drain(..count).collect();
            let written = self.write(actor, rows, options.dry_run);
            let written = written.map_err(|refusal| stopped(refusal, line, &results, options))?;
            stored(&written);
            results.extend(written);
        }
        report.count(&results);
        report.results = results;
        Ok(report)
    }

    fn write(self, actor: &Actor, rows: Vec<Checked>, dry_run: bool) -> Result<Vec<RowReport>, Refusal> {
        if dry_run {
            return try_out(self.store, actor, rows);
        }
        let actor = actor.clone();
        self.store.write_blocking(Class::Bulk, move |txn| apply(txn, &actor, rows))
    }

    /// Checks and hashes passwords of new accounts, and makes activation tokens.
    pub(crate) fn prepare(
        self,
        rows: Vec<Result<Row, WrongRow>>,
        options: &Options,
    ) -> Result<Vec<Checked>, Refusal> {
        let mut prepared = Vec::with_capacity(rows.len());
        let mut to_hash: Vec<(usize, String)> = Vec::new();
        for row in rows {
            let row = match row {
                Ok(row) => row,
                Err(wrong) => {
                    prepared.push(Err(wrong));
                    continue;
                }
            };
            // Each its own short read.
            let new = self.store.read(|read| roster::is_new(read, &row))?;
            let mut token = None;
            if let (true, Some(password)) = (new, &row.password) {
                if let Err(refusal) = self.check_password(&row, password) {
                    let problems = vec![format!("{}; leave it empty for an activation link", refusal.detail)];
                    let username = row.username.as_str().to_owned();
                    prepared.push(Err(WrongRow { line: row.line, username, problems }));
                    continue;
                }
                if to_hash.len() == options.passwords {
                    let problem = format!(
                        "is the {}th new account with a password, which is too many for one import over HTTP; leave \
                         passwords empty for activation links, send Prefer: respond-async, or use lyceum import \
                         roster",
                        options.passwords + 1
                    );
                    return Err(invalid(format!("line {}", row.line), problem));
                }
                to_hash.push((prepared.len(), password.clone()));
            } else if new && options.links && !options.dry_run {
                token = Some(secret::token()?);
            }
            let link = token.as_deref().map(token_hash);
            prepared.push(Ok((ReadyRow { row, hash: None, link, links: options.links }, token)));
        }
        if !options.dry_run {
            self.give_the_rest(&mut prepared, options)?;
            let passwords: Vec<&str> = to_hash.iter().map(|(_, password)| password.as_str()).collect();
            let hashes = self.hashing.hash_bulk(&passwords)?;
            for ((place, _), hash) in to_hash.iter().zip(hashes) {
                if let Some(Ok((ready, _))) = prepared.get_mut(*place) {
                    ready.hash = Some(hash);
                }
            }
        }
        Ok(prepared)
    }

    fn give_the_rest(self, prepared: &mut [Checked], options: &Options) -> Result<(), Refusal> {
        let Some(password) = &options.password_for_the_rest else { return Ok(()) };
        let hash = self.hashing.hash_bulk(&[password])?.pop();
        for (ready, _) in prepared.iter_mut().flatten() {
            if ready.row.password.is_none() && self.store.read(|read| roster::is_new(read, &ready.row))? {
                ready.hash.clone_from(&hash);
            }
        }
        Ok(())
    }

    fn check_password(self, row: &Row, password: &str) -> Result<(), Refusal> {
        let words = sign_in::own_words(
            row.username.as_str(),
            row.email.as_ref().map(crate::domain::account::Email::as_str),
            row.first_name.as_ref().map_or("", |name| name.as_str()),
            row.last_name.as_ref().map_or("", |name| name.as_str()),
        );
        sign_in::check_new("password", password, &words, self.password_min_length)
    }
}

/// The refusal of an import that stops in the middle of its file.
fn stopped(mut refusal: Refusal, line: u32, results: &[RowReport], options: &Options) -> Refusal {
    if options.dry_run {
        return refusal;
    }
    refusal.detail = format!(
        "{}; rows before line {line} are stored, the others are not: import the file again, which changes nothing about \
         those that are",
        refusal.detail
    );
    if options.links && results.iter().any(|row| row.activation_token.is_some()) {
        refusal.detail.push_str(", and names who of them has no password yet and needs another link");
    }
    refusal
}

/// Writes rows; what became of each. A wrong one is reported only.
pub(crate) fn apply(txn: &mut Txn<'_>, actor: &Actor, rows: Vec<Checked>) -> Result<Vec<RowReport>, Refusal> {
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

/// What would become of rows: they are written in a transaction that is given up.
pub(crate) fn try_out(store: &Store, actor: &Actor, rows: Vec<Checked>) -> Result<Vec<RowReport>, Refusal> {
    let actor = actor.clone();
    store.try_out_blocking(Class::Bulk, move |txn| apply(txn, &actor, rows))
}

/// The report before the first row.
pub(crate) fn begin_report(file: &RosterFile, rows: &Rows, options: &Options) -> RosterReport {
    RosterReport {
        dry_run: options.dry_run,
        encoding: file.encoding.to_owned(),
        delimiter: file.delimiter.to_string(),
        ignored_columns: rows.ignored_columns.clone(),
        rows: rows.rows.len(),
        ..RosterReport::default()
    }
}

/// What the report says of a row that was skipped.
fn refused(wrong: WrongRow) -> RowReport {
    RowReport {
        line: wrong.line,
        username: wrong.username,
        user: None,
        account: AccountOutcome::Refused,
        enrolments: Vec::new(),
        problems: wrong.problems,
        notes: Vec::new(),
        activation_token: None,
    }
}
