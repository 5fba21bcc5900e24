//! `lyceum import`: files into the store.
#![expect(clippy::print_stdout, reason = "the report is this command's output")]

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::{Failure, Place, address_hint, of_options, public_address};
use crate::domain::access::Actor;
use crate::domain::refusal::Refusal;
use crate::domain::roster::{AccountOutcome, EnrolmentOutcome};
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
    /// enrolstatus1. lang and timezone are for who has chosen none.
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
    /// Make activation links for new accounts without a password and write them to this new CSV file.
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
        };
        let options = Options {
            dry_run: self.dry_run,
            links: links.is_some(),
            encoding: self.encoding.clone(),
            passwords: roster_file::ROWS,
            password_for_the_rest: None,
        };
        let report =
            importer.import(&Actor::program(state.now()), bytes, &options).map_err(each_on_its_line)?;
        if let Some(mut file) = links {
            let mut text = "username,link\n".to_owned();
            let address = public_address(&state.config);
            for row in &report.results {
                if let Some(token) = &row.activation_token {
                    write_field(&mut text, &row.username);
                    text.push(',');
                    write_field(&mut text, &format!("{address}/activation?token={token}"));
                    text.push('\n');
                }
            }
            file.write_all(text.as_bytes())
                .and_then(|()| file.sync_all())
                .map_err(Failure::io("writing the links failed; make new ones for these accounts"))?;
            if let Some(hint) = address_hint(&state.config) {
                println!("{hint}");
            }
        }
        state.store.close();
        print(&report)
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
            println!("{fault}");
        }
        let more = if refusal.has_more_faults() { "more than " } else { "" };
        return Failure::Answer(format!("nothing was imported: {more}{} faults", faults.len()));
    }
    let is_of_option = matches!(refusal.fields.as_slice(), [fault] if fault.at.starts_with('?'));
    if is_of_option { of_options(refusal) } else { Failure::Refused(refusal) }
}

fn print(report: &RosterReport) -> Result<(), Failure> {
    if !report.ignored_columns.is_empty() {
        println!("columns that mean nothing here: {}", report.ignored_columns.join(", "));
    }
    let mut incomplete = 0;
    for row in &report.results {
        for problem in &row.problems {
            println!("line {} ({}): {problem}", row.line, row.username);
        }
        for note in &row.notes {
            println!("line {} ({}): note: {note}", row.line, row.username);
        }
        if row.account == AccountOutcome::Updated {
            println!("line {} ({}): the account was there and changes", row.line, row.username);
        }
        let refused = row.account == AccountOutcome::Refused
            || row.enrolments.iter().any(|course| course.outcome == EnrolmentOutcome::Refused);
        incomplete += usize::from(refused);
    }
    println!(
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
