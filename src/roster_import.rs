//! Importing a file of people: checks the whole file first, hashes passwords behind everybody who signs in, then writes
//! in transactions of bounded size. Used by `POST /api/import/roster` and `lyceum import roster` alike.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::domain::access::{self, Actor, Permission, Scope};
use crate::domain::account::{self, Email};
use crate::domain::course;
use crate::domain::enrolment;
use crate::domain::ids::{CourseId, UserId};
use crate::domain::refusal::{Refusal, invalid};
pub use crate::domain::roster::RosterReport;
use crate::domain::roster::{self, AccountOutcome, EnrolmentOutcome, ReadyRow, RowReport};
use crate::domain::roster_addresses::{self, Addresses};
use crate::domain::roster_file::RosterFile;
use crate::domain::roster_rows::{self, Row, Rows, WrongRow};
use crate::domain::sign_in;
use crate::hashing::Hashing;
use crate::secret;
use crate::store::{Class, Read, Store, Txn};

/// What one transaction takes: some milliseconds of the writer, so that an exam beside an import does not notice it.
const AT_ONCE: Portion = Portion { rows: 100, courses: 400, passwords: usize::MAX };
/// New accounts with a password in one file sent over HTTP: half a minute of one hashing thread.
pub const PASSWORDS_OVER_HTTP: usize = 1_000;

/// How to import.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Say what would happen and write nothing.
    pub dry_run: bool,
    /// Make activation links for accounts that have no password and no link that works, and put their tokens into the report.
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

/// A row that was looked at.
pub(crate) type Checked = Result<ReadyRow, WrongRow>;

/// What an import works with.
#[derive(Clone, Copy)]
pub struct Importer<'a> {
    /// Where it goes.
    pub store: &'a Store,
    /// What hashes passwords.
    pub hashing: &'a Hashing,
    /// Shortest password.
    pub password_min_length: usize,
    /// The zone of who has chosen none.
    pub zone: &'a TimeZone,
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
        let zone = self.store.read(|read| account::zone_of(read, actor.user, self.zone))?;
        let (file, rows) = roster_rows::read(file, options.encoding.as_deref(), &zone)?;
        let mut report = begin_report(&file, &rows, options);
        let addresses = Arc::new(Addresses::of(&rows.rows));
        let mut trial = Trial::default();
        let prepared = self.prepare(rows.rows, options)?;
        let mut results: Vec<RowReport> = Vec::with_capacity(prepared.len());
        let mut rest = VecDeque::from(prepared);
        while let Some(first) = rest.front() {
            let line = first.as_ref().map_or_else(|wrong| wrong.line, |ready| ready.row.line);
            let rows = rest.iter().map(|row| row.as_ref().ok().map(|ready| &ready.row));
            let count = AT_ONCE.of(rows);
            let rows: Vec<_> = rest.drain(..count).collect();
            let written = if options.dry_run {
                trial.portion(self.store, actor, rows, &addresses)
            } else {
                self.write(actor, rows, &addresses)
            };
            let written = written.map_err(|refusal| stopped(refusal, line, &results, options))?;
            stored(&written);
            results.extend(written);
        }
        report.count(&results);
        report.results = results;
        Ok(report)
    }

    fn write(
        self,
        actor: &Actor,
        rows: Vec<Checked>,
        addresses: &Arc<Addresses>,
    ) -> Result<Vec<RowReport>, Refusal> {
        let (actor, addresses) = (actor.clone(), Arc::clone(addresses));
        self.store.write_blocking(Class::Bulk, move |txn| apply(txn, &actor, rows, &addresses))
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
            if let (true, Some(password)) = (new, &row.password) {
                if let Err(refusal) = self.check_password(&row, password) {
                    let problem = refusal.detail.trim_end_matches('.');
                    let problems = vec![format!("password {problem}; leave it empty for an activation link")];
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
            }
            // Who needs a link is known once the row is taken.
            let token = options.links.then(secret::token).transpose()?;
            prepared.push(Ok(ReadyRow { row, hash: None, token }));
        }
        if !options.dry_run {
            self.give_the_rest(&mut prepared, options)?;
            let passwords: Vec<&str> = to_hash.iter().map(|(_, password)| password.as_str()).collect();
            let hashes = self.hashing.hash_bulk(&passwords)?;
            for ((place, _), hash) in to_hash.iter().zip(hashes) {
                if let Some(Ok(ready)) = prepared.get_mut(*place) {
                    ready.hash = Some(hash);
                }
            }
        }
        Ok(prepared)
    }

    fn give_the_rest(self, prepared: &mut [Checked], options: &Options) -> Result<(), Refusal> {
        let Some(password) = &options.password_for_the_rest else { return Ok(()) };
        let hash = self.hashing.hash_bulk(&[password])?.pop();
        for ready in prepared.iter_mut().flatten() {
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
pub(crate) fn apply(
    txn: &mut Txn<'_>,
    actor: &Actor,
    rows: Vec<Checked>,
    addresses: &Addresses,
) -> Result<Vec<RowReport>, Refusal> {
    // A right that was taken away stops the import; without this it would be a problem of each row.
    access::require(txn, actor, Permission::ManagePeople, Scope::Site)?;
    let mut reports = Vec::with_capacity(rows.len());
    for row in rows {
        reports.push(match row {
            Err(wrong) => refused(wrong),
            Ok(ready) => roster::apply(txn, actor, &ready, addresses)?,
        });
    }
    Ok(reports)
}

/// A dry run: its portions are written in transactions that are given up, so that none of them sees what those before it took
/// and freed. That is remembered here.
#[derive(Debug, Default)]
pub(crate) struct Trial {
    /// People who would be in a course besides those who are.
    added: HashMap<CourseId, u64>,
    /// Addresses that accounts would have given up, and which accounts.
    freed: HashMap<String, UserId>,
}

impl Trial {
    /// What would become of the next rows.
    pub(crate) fn portion(
        &mut self,
        store: &Store,
        actor: &Actor,
        rows: Vec<Checked>,
        addresses: &Arc<Addresses>,
    ) -> Result<Vec<RowReport>, Refusal> {
        let emails: Vec<Option<Email>> =
            rows.iter().map(|row| row.as_ref().ok().and_then(|ready| ready.row.email.clone())).collect();
        let freed = self.freed_for(store, &rows, addresses)?;
        let (actor, addresses) = (actor.clone(), Arc::clone(addresses));
        let mut reports = store.try_out_blocking(Class::Bulk, move |txn| {
            for user in freed {
                roster_addresses::free(txn, user)?;
            }
            apply(txn, &actor, rows, &addresses)
        })?;
        for (report, email) in reports.iter_mut().zip(emails) {
            store.read(|read| self.remember(read, report, email.as_ref()))?;
        }
        Ok(reports)
    }

    /// The accounts that would have given up an address which these rows need.
    fn freed_for(
        &self,
        store: &Store,
        rows: &[Checked],
        addresses: &Addresses,
    ) -> Result<Vec<UserId>, Refusal> {
        let mut freed = Vec::new();
        for ready in rows.iter().flatten().filter(|_| !self.freed.is_empty()) {
            let (chain, _) = store.read(|read| addresses.chain(read, &ready.row))?;
            freed.extend(chain.iter().filter_map(|email| self.freed.get(email)));
        }
        Ok(freed)
    }

    /// Remembers what a row took and freed, and refuses what it took of seats that are taken by rows before it.
    fn remember(
        &mut self,
        read: &impl Read,
        report: &mut RowReport,
        email: Option<&Email>,
    ) -> Result<(), Refusal> {
        // It opens nothing.
        report.activation_token = None;
        if let (Some(user), Some(email), AccountOutcome::Updated) = (report.user, email, report.account) {
            let old = account::get(read, user)?.email.as_ref().map(Email::folded);
            if let Some(old) = old.filter(|old| *old != email.folded()) {
                self.freed.insert(old, user);
            }
        }
        for enrolment in &mut report.enrolments {
            if enrolment.outcome != EnrolmentOutcome::Added {
                continue;
            }
            let Some(course) = course::by_short_name(read, &enrolment.course)? else { continue };
            let added = self.added.entry(course.id).or_default();
            let taken = course::enrolled(read, course.id)? + *added;
            if let Some(seats) = course.capacity.filter(|seats| taken >= u64::from(*seats)) {
                enrolment.outcome = EnrolmentOutcome::Refused;
                let problem = enrolment::full(seats).detail;
                report.problems.push(format!("{}: {problem}", enrolment.course));
            } else {
                *added += 1;
            }
        }
        Ok(())
    }
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
