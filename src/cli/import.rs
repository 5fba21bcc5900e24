//! `lyceum import`: files into the store.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::{Failure, Place, address_hint, of_options, public_address};
use crate::domain::access::Actor;
use crate::domain::refusal::Refusal;
use crate::domain::roster::{AccountOutcome, EnrolmentOutcome, RowReport};
use crate::domain::roster_file::{self, write_field};
use crate::roster_import::{Importer, Options, RosterReport};

/// Largest file: as many rows as an import takes, with long fields.
const FILE_BYTES: u64 = 256 * 1024 * 1024;

/// Take in files.
///
/// Needs the store for itself: stop the server, or send the file to it over HTTP.
#[derive(Debug, Args)]
pub(super) struct Import {
    #[command(subcommand)]
    command: ImportCommand,
}

#[derive(Debug, Subcommand)]
enum ImportCommand {
    /// People and their courses, from CSV with Moodle's column names.
    ///
    /// The columns: username, firstname, lastname, email, password, suspended, lang, timezone, `profile_field_NAME`, and
    /// course1, role1 or type1 (1 student, 2 teacher, 3 non-editing teacher), group1, enroltimestart1, enrolperiod1,
    /// enrolstatus1. A day in enroltimestart1 begins at midnight in `server.time_zone`. lang and timezone are for who has chosen none.
    ///
    /// Exit code 0 only when every row was taken. Importing the same file again changes nothing.
    Roster(Roster),
    /// Questions, from GIFT or Moodle XML.
    ///
    /// A file with a fault is refused as a whole; kinds that are not known here are left out and named. Importing the same
    /// file again changes nothing.
    Questions(super::import_questions::Questions),
    /// Learning records, as exports give them.
    ///
    /// Statements as NDJSON, or a zip of statements.ndjson and attachments/SHA2.
    ///
    /// Exit code 0 only when every line was taken. Importing the same file again changes nothing.
    Statements(super::import_statements::Statements),
}

#[derive(Debug, Args)]
struct Roster {
    /// The file.
    file: PathBuf,
    #[command(flatten)]
    place: Place,
    /// Say what would happen and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// The file's encoding when it is not UTF-8, such as windows-1252.
    #[arg(long)]
    encoding: Option<String>,
    /// Make activation links for accounts that have no password and no link that works, and write them to this new CSV file.
    ///
    /// Each line is written once its account is stored, also when the import ends early. Who is left without a line is named.
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run")]
    links: Option<PathBuf>,
}

impl Import {
    pub(super) fn run(self) -> Result<(), Failure> {
        match self.command {
            ImportCommand::Roster(command) => command.run(),
            ImportCommand::Questions(command) => command.run(),
            ImportCommand::Statements(command) => command.run(),
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let what = || format!("reading {} failed", path.display());
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(Failure::io(what()))?;
    file.take(FILE_BYTES + 1).read_to_end(&mut bytes).map_err(Failure::io(what()))?;
    if bytes.len() as u64 > FILE_BYTES {
        return Err(Failure::Answer(format!("{} is larger than {FILE_BYTES} bytes", path.display())));
    }
    Ok(bytes)
}

/// A new file that only its owner reads: links are as good as passwords.
fn new_secret_file(path: &Path) -> Result<File, Failure> {
    use std::os::unix::fs::OpenOptionsExt as _;
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(Failure::io(format!("making {} failed", path.display())))
}

/// The file of activation links, which gets whole lines only.
struct Links {
    file: File,
    address: String,
    /// Bytes of the lines that are written whole.
    whole: u64,
    /// Whose lines those are.
    written: Vec<String>,
    /// Whose lines could not be written.
    lost: Vec<String>,
    failure: Option<std::io::Error>,
}

impl Links {
    fn of(file: File, address: String) -> Self {
        Self { file, address, whole: 0, written: Vec::new(), lost: Vec::new(), failure: None }
    }

    /// Writes a line, or notes why not. Behind one that failed nothing is tried any more.
    fn line(&mut self, text: &str) -> bool {
        if self.failure.is_some() {
            return false;
        }
        if let Err(error) = self.file.write_all(text.as_bytes()) {
            // A part of the line may be there. Where that cannot be taken back, the account is named all the same.
            drop(self.file.set_len(self.whole));
            self.failure = Some(error);
            return false;
        }
        self.whole += text.len() as u64;
        true
    }

    fn head(&mut self) {
        if self.whole == 0 {
            self.line("username,link\n");
        }
    }

    /// Takes in the links of rows that are stored.
    fn take(&mut self, rows: &[RowReport]) {
        for row in rows {
            let Some(token) = &row.activation_token else { continue };
            self.head();
            let mut text = String::new();
            write_field(&mut text, &row.username);
            text.push(',');
            write_field(&mut text, &format!("{}/activation?token={token}", self.address));
            text.push('\n');
            let written = self.line(&text);
            let whose = if written { &mut self.written } else { &mut self.lost };
            whose.push(row.username.clone());
        }
    }

    /// Says who has no link, and how many have none. What is not surely on the disk counts as not written.
    fn end(mut self) -> Result<(), Failure> {
        self.head();
        if self.failure.is_none()
            && let Err(error) = self.file.sync_all()
        {
            self.failure = Some(error);
            self.lost.append(&mut self.written);
        }
        let Some(error) = self.failure else { return Ok(()) };
        if self.lost.is_empty() {
            return Err(Failure::io("writing the links failed")(error));
        }
        for username in &self.lost {
            tell!("no link was written for {username}");
        }
        Err(Failure::Answer(format!(
            "writing the links failed: {error}; {} accounts have no link: make each one by lyceum admin \
             reset-password --username, or on the person's page",
            self.lost.len()
        )))
    }
}

impl Roster {
    fn run(self) -> Result<(), Failure> {
        let bytes = read(&self.file)?;
        // Before anything is written: links that could not be kept would be lost.
        let links = self.links.as_deref().map(new_secret_file).transpose()?;
        let outcome = self.import(&bytes, links);
        if let (Err(_), Some(path)) = (&outcome, &self.links)
            && std::fs::metadata(path).is_ok_and(|meta| meta.len() == 0)
        {
            // Else the next try would find a file in its way.
            std::fs::remove_file(path).map_err(Failure::io(format!("removing {} failed", path.display())))?;
        }
        outcome
    }

    fn import(&self, bytes: &[u8], links: Option<File>) -> Result<(), Failure> {
        let state = self.place.open_known()?;
        let importer = Importer {
            store: &state.store,
            hashing: &state.hashing,
            password_min_length: state.config.sign_in.password_min_length,
            zone: &state.zone,
        };
        let options = Options {
            dry_run: self.dry_run,
            links: links.is_some(),
            encoding: self.encoding.clone(),
            passwords: roster_file::ROWS,
            password_for_the_rest: None,
        };
        let mut links = links.map(|file| Links::of(file, public_address(&state.config)));
        let mut stored = Vec::new();
        let actor = Actor::program(state.now());
        let outcome = importer.import_telling(&actor, bytes, &options, |rows| {
            if let Some(links) = &mut links {
                links.take(rows);
            }
            stored.extend_from_slice(rows);
        });
        state.store.close();
        let begun = outcome.is_ok() || !stored.is_empty();
        let printed = match outcome {
            Ok(report) => print(&report),
            Err(refusal) => {
                if begun && !self.dry_run {
                    drop(print(&so_far(stored)));
                }
                Err(each_on_its_line(refusal))
            }
        };
        // Where no row was stored the file stays empty, and goes.
        let Some(links) = links.filter(|_| begun) else { return printed };
        if let Some(hint) = address_hint(&state.config) {
            say!("{hint}");
        }
        let kept = links.end();
        if let (Err(_), Err(failure)) = (&kept, &printed) {
            tell!("lyceum: {failure}");
        }
        kept.and(printed)
    }
}

/// Of several faults of a file each is a line. What is a parameter of the API is an option here.
pub(super) fn each_on_its_line(refusal: Refusal) -> Failure {
    let faults: Vec<String> = refusal
        .fields
        .iter()
        .map(|fault| match fault.at.strip_prefix('?') {
            Some(parameter) => format!("--{parameter} {}", fault.problem),
            None => format!("{}: {}", fault.at, fault.problem),
        })
        .collect();
    if let [_, _, ..] = faults.as_slice() {
        for fault in &faults {
            say!("{fault}");
        }
        let more = if refusal.has_more_faults() { "more than " } else { "" };
        return Failure::Answer(format!("nothing was imported: {more}{} faults", faults.len()));
    }
    let is_of_option = matches!(refusal.fields.as_slice(), [fault] if fault.at.starts_with('?'));
    if is_of_option { of_options(refusal) } else { Failure::Refused(refusal) }
}

/// What an import did until it stopped.
fn so_far(results: Vec<RowReport>) -> RosterReport {
    let mut report = RosterReport { rows: results.len(), ..RosterReport::default() };
    report.count(&results);
    report.results = results;
    report
}

fn print(report: &RosterReport) -> Result<(), Failure> {
    if !report.ignored_columns.is_empty() {
        say!("columns that mean nothing here: {}", report.ignored_columns.join(", "));
    }
    let mut incomplete = 0;
    for row in &report.results {
        for problem in &row.problems {
            say!("line {} ({}): {problem}", row.line, row.username);
        }
        for note in &row.notes {
            say!("line {} ({}): note: {note}", row.line, row.username);
        }
        if row.account == AccountOutcome::Updated {
            say!("line {} ({}): the account was there and changes", row.line, row.username);
        }
        let refused = row.account == AccountOutcome::Refused
            || row.enrolments.iter().any(|course| course.outcome == EnrolmentOutcome::Refused);
        incomplete += usize::from(refused);
    }
    say!(
        "{}{} rows: {} created, {} updated, {} unchanged, {} refused; {} enrolled, {} enrolments changed, {} refused",
        if report.dry_run { "dry run, nothing was written: " } else { "" },
        report.rows,
        report.created,
        report.updated,
        report.unchanged,
        report.refused,
        report.enrolled,
        report.enrolments_changed,
        report.enrolments_refused,
    );
    if incomplete == 0 {
        Ok(())
    } else {
        Err(Failure::Answer(format!("{incomplete} rows were not taken in full")))
    }
}
