//! `lyceum import questions`: a question file into the bank of a course.

use std::fs::File;
use std::io::Read as _;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::import::each_on_its_line;
use super::{Failure, Place};
use crate::domain::access::Actor;
use crate::domain::bank::import::{self, Arrival, QuestionImportReport};
use crate::domain::bank::transfer::FileFormat;
use crate::domain::course;
use crate::domain::question::format::MAX_FILE_BYTES;
use crate::store::{Class, Txn};

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Whatever its beginning says.
    Auto,
    /// GIFT.
    Gift,
    /// Moodle XML.
    #[value(name = "moodle_xml", alias = "moodle-xml")]
    MoodleXml,
}

#[derive(Debug, Args)]
pub(super) struct Questions {
    /// The file.
    file: PathBuf,
    #[command(flatten)]
    place: Place,
    /// The short name of the course.
    #[arg(long)]
    course: String,
    /// How the file is written.
    #[arg(long, value_enum, default_value = "auto")]
    format: Format,
    /// The encoding of a GIFT file that is not UTF-8, such as windows-1256.
    #[arg(long)]
    encoding: Option<String>,
    /// Say what would happen and write nothing.
    #[arg(long)]
    dry_run: bool,
}

impl Questions {
    pub(super) fn run(self) -> Result<(), Failure> {
        let Self { file, place, course, format, encoding, dry_run } = self;
        let what = format!("reading {} failed", file.display());
        let mut bytes = Vec::new();
        let limit = u64::try_from(MAX_FILE_BYTES).unwrap_or(u64::MAX);
        File::open(&file)
            .and_then(|opened| opened.take(limit + 1).read_to_end(&mut bytes))
            .map_err(Failure::io(what))?;
        if bytes.len() > MAX_FILE_BYTES {
            return Err(Failure::Answer(format!("{} is larger than {MAX_FILE_BYTES} bytes", file.display())));
        }
        let format = match format {
            Format::Auto => None,
            Format::Gift => Some(FileFormat::Gift),
            Format::MoodleXml => Some(FileFormat::MoodleXml),
        };
        let arrival = Arrival::read(&bytes, format, encoding.as_deref()).map_err(each_on_its_line)?;
        let state = place.open_known()?;
        let known = state.store.read(|read| course::by_short_name(read, &course))?;
        let Some(known) = known else {
            return Err(Failure::Answer(format!("there is no course with the short name {course:?}")));
        };
        if !dry_run {
            for (file, content) in arrival.files() {
                state.blobs.put(content).map_err(Failure::io(format!("keeping {} failed", file.name)))?;
            }
        }
        let actor = Actor::program(state.now());
        let id = known.id;
        let run = move |txn: &mut Txn<'_>| import::run(txn, &actor, id, &arrival, dry_run);
        let store = &state.store;
        let report = if dry_run {
            store.try_out_blocking(Class::Bulk, run)
        } else {
            store.write_blocking(Class::Bulk, run)
        }?;
        state.store.close();
        print(&report);
        Ok(())
    }
}

fn print(report: &QuestionImportReport) {
    for path in &report.categories_created {
        say!("new category: {}", path.join(" / "));
    }
    for skipped in &report.skipped {
        say!("line {} ({}): left out: {}", skipped.line, skipped.name, skipped.reason);
    }
    for note in &report.notes {
        say!("line {}: note: {}", note.line, note.text);
    }
    for question in &report.questions {
        if let Some(note) = &question.note {
            say!("line {}: note: {note}", question.line);
        }
    }
    say!(
        "{}{} ({}): {} created, {} unchanged, {} left out",
        if report.dry_run { "dry run, nothing was written: " } else { "" },
        report.format.name(),
        report.encoding,
        report.created,
        report.unchanged,
        report.skipped.len(),
    );
}
