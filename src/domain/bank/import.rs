//! Importing a file into the bank. The file is read and checked as a whole first, and refused with the line and the reason;
//! then a small one is written in one transaction, a large one by a job, some questions at a time.
//!
//! A question that is there already (same category, same content) is left as it is, save for an identifier that it lacks, so
//! a file may be imported again, and what was stopped half-way goes on where it was.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::change::{self, holder, insert};
use super::draft::{Draft, Fingerprint};
use super::question::{Question, QuestionType, QuestionsByFingerprint, TOP};
use super::transfer::FileFormat;
use super::{BROKEN_FILE, category, file};
use crate::domain::access::{Actor, Permission};
use crate::domain::audit;
use crate::domain::encoding;
use crate::domain::faults::{Faults, Joined};
use crate::domain::ids::{CategoryId, CourseId, QuestionId};
use crate::domain::naming::composed;
use crate::domain::question::format::{self, FormatError, Imported, gift, moodle_xml};
use crate::domain::question::{FileRef, QuestionBody, validate::encoded_bytes};
use crate::domain::refusal::{Refusal, TOO_LARGE, not_found};
use crate::domain::rich_text::RichText;
use crate::store::{Exactly, Read, Txn};

/// Most questions of one file: it is held in memory while it is imported, and what the command line imports is one
/// transaction.
pub const MAX_IMPORT_QUESTIONS: usize = 2_000;
/// Questions that are imported in one transaction while the client waits, some ten milliseconds of the writer; more are a
/// job.
pub const QUESTIONS_AT_ONCE: usize = 200;
/// Bytes of questions, measured as JSON, that are imported at once.
pub const BYTES_AT_ONCE: usize = 1024 * 1024;
/// Questions per chunk of a job: some milliseconds of the writer.
const CHUNK_QUESTIONS: usize = 25;
/// Bytes of questions per chunk.
const CHUNK_BYTES: usize = 128 * 1024;
/// Most bytes of questions of one file, measured as JSON and without embedded files. Leaves room in a transaction
/// for what questions are found by.
pub const MAX_IMPORT_BYTES: usize = 3 * 1024 * 1024 - 512 * 1024;

/// Between two notes on one question.
pub const BETWEEN_NOTES: &str = "; ";
/// What is said where a file and the bank differ in whether a question is retired.
const COMES_RETIRED: &str = "the question was hidden and comes as retired";
const STAYS_RETIRED: &str = "the question is retired here and stays so";
const STAYS_IN_USE: &str = "the question is in use here and stays so";

/// A question of a file, ready to be stored.
#[derive(Debug, Clone)]
struct Arriving {
    line: u32,
    path: Vec<String>,
    draft: Draft,
    /// Not to be used in anything new.
    retired: bool,
    /// As JSON.
    bytes: usize,
    /// Equal questions of the same category before it in the file.
    twins: usize,
}

/// A file that has been read and is within all limits.
#[derive(Debug)]
pub struct Arrival {
    format: FileFormat,
    encoding: &'static str,
    categories: Vec<format::Category>,
    questions: Vec<Arriving>,
    skipped: Vec<SkippedQuestion>,
    notes: Vec<ImportNote>,
    files: Vec<(FileRef, Vec<u8>)>,
}

/// What became of a question of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ImportStatus {
    /// It is new.
    Created,
    /// An equal one was in the category already. It gets the identifier that it has in the file, where it has none.
    Unchanged,
}

/// A question of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct ImportedLine {
    /// The line where it begins, from 1.
    pub line: u32,
    /// Its name.
    pub name: String,
    /// Names of its categories from the top.
    pub category: Vec<String>,
    /// Its kind.
    #[serde(rename = "type")]
    pub kind: QuestionType,
    /// What became of it.
    pub status: ImportStatus,
    /// The question here. After a rehearsal the id of a new one means nothing.
    pub question: QuestionId,
    /// What it lost, or in what it is not here as in the file: its identifier, or whether it is retired. Also that one that was
    /// there took the identifier of the file, which makes a version of it.
    pub note: Option<String>,
}

/// A question that was left out, because there is no such kind here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct SkippedQuestion {
    /// The line where it begins, from 1.
    pub line: u32,
    /// Its name.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// Something that was assumed, changed or lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct ImportNote {
    /// The line, from 1; 0 where it is about the whole file.
    pub line: u32,
    /// What.
    pub text: String,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct QuestionImportReport {
    /// The format of the file.
    pub format: FileFormat,
    /// The encoding of the file.
    pub encoding: String,
    /// Nothing was written: this is what would be done.
    pub dry_run: bool,
    /// Questions that are new.
    pub created: usize,
    /// Questions that were there already.
    pub unchanged: usize,
    /// Paths of categories that are new.
    pub categories_created: Vec<Vec<String>>,
    /// Questions that were left out.
    pub skipped: Vec<SkippedQuestion>,
    /// What was assumed, changed or lost.
    pub notes: Vec<ImportNote>,
    /// Every question of the file.
    pub questions: Vec<ImportedLine>,
}

impl QuestionImportReport {
    /// Of an import of which nothing is done.
    pub fn empty(format: FileFormat, encoding: String, dry_run: bool) -> Self {
        Self {
            format,
            encoding,
            dry_run,
            created: 0,
            unchanged: 0,
            categories_created: Vec::new(),
            skipped: Vec::new(),
            notes: Vec::new(),
            questions: Vec::new(),
        }
    }
}

fn broken(error: &FormatError) -> Refusal {
    let one = |FormatError { line, reason, .. }: &FormatError| {
        BROKEN_FILE.refuse(format!("line {line}: {reason}")).at(format!("line {line}"), reason.clone())
    };
    error.further.iter().map(one).fold(one(error), Joined::joined)
}

impl Arrival {
    /// Reads a file. Takes as long as the file is large: not for a thread that serves others.
    /// `encoding` is that of a GIFT file that is not UTF-8; Moodle XML declares its own.
    pub fn read(bytes: &[u8], format: Option<FileFormat>, encoding: Option<&str>) -> Result<Self, Refusal> {
        let encoding = encoding.map(encoding::named).transpose()?;
        let format = format.unwrap_or_else(|| FileFormat::of(bytes));
        let imported = match format {
            FileFormat::Gift => gift::parse(bytes, encoding.map(encoding_rs::Encoding::name)),
            FileFormat::MoodleXml => moodle_xml::parse(bytes),
        };
        Self::of(format, imported.map_err(|error| broken(&error))?)
    }

    /// Reads a file again that was read as `encoding`, whether that was told or found.
    pub fn read_again(bytes: &[u8], format: FileFormat, encoding: &str) -> Result<Self, Refusal> {
        match Self::read(bytes, Some(format), None) {
            Ok(found) if found.encoding == encoding => Ok(found),
            _ => Self::read(bytes, Some(format), Some(encoding)),
        }
    }

    fn of(format: FileFormat, imported: Imported) -> Result<Self, Refusal> {
        let count = imported.questions.len();
        if count > MAX_IMPORT_QUESTIONS {
            return Err(TOO_LARGE.refuse_whole(format!(
                "the file has {count} questions; at most {MAX_IMPORT_QUESTIONS} are imported at once: split it"
            )));
        }
        for category in &imported.categories {
            if category.description.html().len() > category::MAX_DESCRIPTION_BYTES {
                let limit = category::MAX_DESCRIPTION_BYTES;
                let path = category.path.join(" / ");
                let problem = format!("has a description of more than {limit} bytes");
                let refusal = BROKEN_FILE.refuse(format!("the category {path:?} {problem}"));
                return Err(refusal.at(format!("category {path}"), problem));
            }
        }
        let mut bytes = 0;
        let mut questions = Vec::with_capacity(count);
        let mut faults = Faults::default();
        let mut files: BTreeMap<String, (FileRef, Vec<u8>)> = BTreeMap::new();
        let mut met: BTreeMap<(Vec<String>, Fingerprint), usize> = BTreeMap::new();
        for question in imported.questions {
            let encoded = encoded_bytes(&question.body);
            bytes += encoded;
            let line = question.line;
            let draft = match Draft::new(question.body) {
                Ok(draft) => draft,
                Err(error) => {
                    faults.add(FormatError::new(line, error.to_string()));
                    continue;
                }
            };
            for (file, content) in question.files {
                files.entry(file.sha256.clone()).or_insert((file, content));
            }
            let (path, retired) = (question.category_path, question.retired);
            let place: Vec<String> = path.iter().map(|name| composed(name)).collect();
            let met = met.entry((place, draft.fingerprint())).or_default();
            questions.push(Arriving { line, path, draft, retired, bytes: encoded, twins: *met });
            *met += 1;
        }
        faults.and(Ok(())).map_err(|error| broken(&error))?;
        if bytes > MAX_IMPORT_BYTES {
            return Err(TOO_LARGE.refuse_whole(format!(
                "the questions of the file take {bytes} bytes; at most {MAX_IMPORT_BYTES} are imported at once: \
                 split it"
            )));
        }
        let skipped = imported
            .skipped
            .into_iter()
            .map(|it| SkippedQuestion { line: it.line, name: it.name, reason: it.reason })
            .collect();
        let notes =
            imported.notes.into_iter().map(|it| ImportNote { line: it.line, text: it.text }).collect();
        Ok(Self {
            format,
            encoding: imported.encoding,
            categories: imported.categories,
            questions,
            skipped,
            notes,
            files: files.into_values().collect(),
        })
    }

    /// How the file is written.
    pub const fn format(&self) -> FileFormat {
        self.format
    }

    /// The encoding of the file.
    pub const fn encoding(&self) -> &'static str {
        self.encoding
    }

    /// Its questions.
    pub const fn count(&self) -> usize {
        self.questions.len()
    }

    /// Is it more than one transaction should take while others wait?
    pub fn is_large(&self) -> bool {
        let bytes: usize = self.questions.iter().map(|arriving| arriving.bytes).sum();
        self.questions.len() > QUESTIONS_AT_ONCE || bytes > BYTES_AT_ONCE
    }

    /// The questions of the next chunk of a job.
    pub fn chunk(&self, from: usize) -> Range<usize> {
        let mut bytes = 0;
        let behind = self.questions.iter().skip(from).take(CHUNK_QUESTIONS).enumerate();
        let fitting = behind.take_while(|(place, arriving)| {
            bytes += arriving.bytes;
            *place == 0 || bytes <= CHUNK_BYTES
        });
        from..from + fitting.count()
    }

    /// Embedded files, to be stored before [`run`] or [`begin`]; each comes once.
    pub fn files(&self) -> &[(FileRef, Vec<u8>)] {
        &self.files
    }
}

/// The transaction of an import: stores everything that is not there yet. A rehearsal does the same in a transaction that
/// is only tried, so that its report is what would happen. Embedded files must be on stable storage unless it is a
/// rehearsal.
pub fn run(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: CourseId,
    arrival: &Arrival,
    dry_run: bool,
) -> Result<QuestionImportReport, Refusal> {
    let mut report = begin(txn, actor, course, arrival, dry_run)?;
    report.questions = some(txn, actor, course, arrival, 0..arrival.count())?;
    report.created = created(&report.questions);
    report.unchanged = report.questions.len() - report.created;
    note(txn, actor, course, arrival, report.created, report.unchanged)?;
    Ok(report)
}

/// How many of these are new.
pub fn created(lines: &[ImportedLine]) -> usize {
    lines.iter().filter(|line| line.status == ImportStatus::Created).count()
}

/// The first step: files and categories; the report without questions.
pub fn begin(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: CourseId,
    arrival: &Arrival,
    dry_run: bool,
) -> Result<QuestionImportReport, Refusal> {
    super::require(txn, actor, Permission::EditQuestions, course)?;
    let mut report = QuestionImportReport {
        skipped: arrival.skipped.clone(),
        notes: arrival.notes.clone(),
        ..QuestionImportReport::empty(arrival.format, arrival.encoding.to_owned(), dry_run)
    };
    for (file, _) in &arrival.files {
        file::keep(txn, course, file)?;
    }
    let mut storing = Storing { course, actor, placed: BTreeMap::new() };
    for category in &arrival.categories {
        storing.category(txn, category, &mut report)?;
    }
    for arriving in &arrival.questions {
        storing.place(txn, &arriving.path, &mut report.categories_created)?;
    }
    Ok(report)
}

/// The next step, for some of the questions.
pub fn some(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: CourseId,
    arrival: &Arrival,
    places: Range<usize>,
) -> Result<Vec<ImportedLine>, Refusal> {
    super::require(txn, actor, Permission::EditQuestions, course)?;
    let mut storing = Storing { course, actor, placed: BTreeMap::new() };
    let arriving = arrival.questions.get(places).unwrap_or_default();
    arriving.iter().map(|arriving| storing.question(txn, arriving)).collect()
}

/// The last step: what it came to, for the audit.
pub fn note(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: CourseId,
    arrival: &Arrival,
    created: usize,
    unchanged: usize,
) -> Result<(), Refusal> {
    let (format, skipped) = (arrival.format.name(), arrival.skipped.len());
    let detail = format!("{format}: {created} created, {unchanged} unchanged, {skipped} skipped");
    audit::note(
        txn,
        actor,
        "question.import",
        Some(course),
        format!("question bank of course {course}"),
        detail,
    )
}

struct Storing<'file> {
    course: CourseId,
    actor: &'file Actor,
    placed: BTreeMap<&'file [String], Option<CategoryId>>,
}

impl<'file> Storing<'file> {
    fn place(
        &mut self,
        txn: &mut Txn<'_>,
        path: &'file [String],
        made: &mut Vec<Vec<String>>,
    ) -> Result<Option<CategoryId>, Refusal> {
        if let Some(category) = self.placed.get(path) {
            return Ok(*category);
        }
        let category = category::ensure(txn, self.course, path, made)?;
        self.placed.insert(path, category);
        Ok(category)
    }

    fn category(
        &mut self,
        txn: &mut Txn<'_>,
        arriving: &'file format::Category,
        report: &mut QuestionImportReport,
    ) -> Result<(), Refusal> {
        let described = arriving.description != RichText::empty() || arriving.id_number.is_some();
        match self.place(txn, &arriving.path, &mut report.categories_created)? {
            Some(id) if described => {
                let id_number = arriving.id_number.as_deref();
                let notes = category::describe(txn, self.course, id, &arriving.description, id_number)?;
                report.notes.extend(notes.into_iter().map(|text| ImportNote { line: arriving.line, text }));
            }
            None if described => {
                let text = "the top of a question bank has no description and no identifier here".to_owned();
                report.notes.push(ImportNote { line: arriving.line, text });
            }
            _ => {}
        }
        Ok(())
    }

    /// A question that is there already gets the identifier that it has in the file, where it has none. Says so, or why not.
    fn identify(
        &self,
        txn: &mut Txn<'_>,
        id: QuestionId,
        body: &QuestionBody,
    ) -> Result<Option<String>, Refusal> {
        let Some(wanted) = &body.id_number else { return Ok(None) };
        let known = txn.get::<Question>(&id)?.ok_or_else(|| not_found("question", id))?;
        let (name, has) = (&body.name, known.id_number.as_ref());
        if has.is_some_and(|has| composed(has) == *wanted) {
            return Ok(None);
        }
        if has.is_some() {
            return Ok(Some(format!("{name:?} keeps the identifier that it has here")));
        }
        if let Some(other) = holder(txn, self.course, known.category, wanted)? {
            let text = format!(
                "{name:?} stays without its identifier {wanted:?}, which question {other} of the category has"
            );
            return Ok(Some(text));
        }
        Ok(Some(if change::identify(txn, self.actor, &known, wanted)? {
            format!("{name:?} takes the identifier {wanted:?} from the file")
        } else {
            format!("{name:?} stays without its identifier {wanted:?}: it has too many versions")
        }))
    }

    fn question(&mut self, txn: &mut Txn<'_>, arriving: &'file Arriving) -> Result<ImportedLine, Refusal> {
        let category = self.place(txn, &arriving.path, &mut Vec::new())?;
        let body = arriving.draft.body();
        // Equal questions, the oldest first. Each is met once, so a file with a question twice has it twice here: those
        // before this one in the file have met, or made, the first ones.
        let prints =
            std::iter::once(arriving.draft.fingerprint()).chain(arriving.draft.earlier_fingerprint());
        let mut known = Vec::new();
        for fingerprint in prints {
            let prefix = Exactly((self.course, category.unwrap_or(TOP), fingerprint));
            known.extend(txn.index_keys::<QuestionsByFingerprint>(&prefix, None, arriving.twins + 1)?);
        }
        let mut notes = Vec::new();
        let (question, status) = if let Some((_, known)) = known.get(arriving.twins) {
            notes.extend(self.identify(txn, *known, body)?);
            let retired = txn.get::<Question>(known)?.is_some_and(|known| known.retired);
            if retired != arriving.retired {
                notes.push(if retired { STAYS_RETIRED } else { STAYS_IN_USE }.to_owned());
            }
            (*known, ImportStatus::Unchanged)
        } else {
            let mut draft = arriving.draft.clone();
            if let Some(id_number) = &body.id_number
                && let Some(other) = holder(txn, self.course, category, id_number)?
            {
                notes.push(format!(
                    "{:?} comes without its identifier {id_number:?}, which question {other} of the category has",
                    body.name
                ));
                draft = draft.with_id_number(None);
            }
            let made = insert(txn, self.actor, self.course, category, draft)?;
            let id = made.id;
            if arriving.retired {
                txn.put(Question { retired: true, ..made })?;
                notes.push(COMES_RETIRED.to_owned());
            }
            (id, ImportStatus::Created)
        };
        Ok(ImportedLine {
            line: arriving.line,
            name: body.name.clone(),
            category: arriving.path.clone(),
            kind: (&body.kind).into(),
            status,
            question,
            note: (!notes.is_empty()).then(|| notes.join(BETWEEN_NOTES)),
        })
    }
}
