//! Importing questions from a GIFT or Moodle XML file: it is tried first, and nothing is written; then the same file is
//! imported. Between the two it is kept beside the store for whoever tried it; a file that is never imported goes a day
//! later. A large file is a job, as through the API.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::into_quiz::IntoQuiz;
use super::{id_in, path_words, place_of};
use crate::domain::access::{Actor, Permission};
use crate::domain::bank::import::{self, Arrival, ImportStatus, ImportedLine, QuestionImportReport};
use crate::domain::bank::transfer::FileFormat;
use crate::domain::bank::{self, BROKEN_FILE, QuestionType};
use crate::domain::ids::{CourseId, JobId};
use crate::domain::job::{QuestionImport, Work};
use crate::domain::question::format::MAX_FILE_BYTES;
use crate::domain::refusal::{Refusal, TOO_LARGE, invalid};
use crate::http::bank::keep_files;
use crate::http::beside::beside;
use crate::http::job::forget_file;
use crate::jobs::kept;
use crate::state::State;
use crate::store::{Class, Txn};
use crate::web::course::CoursePlace;
use crate::web::form::{Fields, Form};
use crate::web::frame::Frame;
use crate::web::job;
use crate::web::said::{self, Said};
use crate::web::upload::{KeptFor, UploadRight, Uploaded, file_choices, kept_file};
use crate::web::visitor::{Posted, Visitor};

/// Questions, skipped ones and notes that a report names; it counts all of them.
pub(super) const LINES_SHOWN: usize = 200;

/// The right to send a file of questions.
pub(super) struct MayImport;

impl UploadRight for MayImport {
    fn require(state: &State, actor: &Actor, request: &HttpRequest) -> Result<(), Refusal> {
        let course = CourseId(id_in(request, "course")?);
        state.store.read(|read| place_of(read, actor, Permission::EditQuestions, course)).map(drop)
    }
}

/// A file that is kept between trying and importing.
#[derive(Debug, Clone)]
pub(super) struct Tried {
    pub(super) file: String,
    pub(super) format: String,
    pub(super) encoding: String,
}

/// How many questions of a kind go into a category, and how many of them are new.
pub(super) struct Sort {
    pub(super) category: String,
    pub(super) kind: QuestionType,
    pub(super) created: usize,
    pub(super) unchanged: usize,
}

/// A report, put together for reading.
pub(super) struct Shown {
    pub(super) report: QuestionImportReport,
    pub(super) sorts: Vec<Sort>,
}

impl Shown {
    pub(super) fn of(report: QuestionImportReport) -> Self {
        let mut sorts: BTreeMap<(Vec<String>, &'static str), Sort> = BTreeMap::new();
        for line in &report.questions {
            let ImportedLine { category, kind, status, .. } = line;
            let sort = sorts.entry((category.clone(), kind.name())).or_insert_with(|| Sort {
                category: path_words(category),
                kind: *kind,
                created: 0,
                unchanged: 0,
            });
            match status {
                ImportStatus::Created => sort.created += 1,
                ImportStatus::Unchanged => sort.unchanged += 1,
            }
        }
        Self { report, sorts: sorts.into_values().collect() }
    }

    pub(super) fn is_new(line: &ImportedLine) -> bool {
        line.status == ImportStatus::Created
    }

    /// Is there something to say of a question?
    pub(super) fn has_notes(&self) -> bool {
        self.report.questions.iter().any(|line| line.note.is_some())
    }

    /// First those of which there is something to say: only so many are shown.
    pub(super) fn lines(&self) -> impl Iterator<Item = &ImportedLine> {
        let all = &self.report.questions;
        let noted = all.iter().filter(|line| line.note.is_some());
        noted.chain(all.iter().filter(|line| line.note.is_none())).take(LINES_SHOWN)
    }

    /// Names of the new categories.
    pub(super) fn new_categories(&self) -> Vec<String> {
        self.report.categories_created.iter().map(|path| path_words(path)).collect()
    }
}

#[derive(Template)]
#[template(path = "bank/import.html")]
struct ImportPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    form: &'a Form,
    encodings: Vec<(&'static str, String)>,
    /// Lines and reasons of a file that is refused as a whole.
    broken: Vec<(String, Said)>,
}

impl ImportPage<'_> {
    fn formats(&self) -> Vec<(&'static str, String)> {
        ["auto", "gift", "moodle_xml"]
            .map(|name| (name, self.frame.t_of("bank-file-format-", &name.replace('_', "-")).into_owned()))
            .into()
    }
}

#[derive(Template)]
#[template(path = "bank/imported.html")]
struct ReportPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    shown: &'a Shown,
    tried: Option<&'a Tried>,
    into_quiz: Option<IntoQuiz>,
}

pub(super) async fn show(visitor: Visitor, course: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    let (frame, actor) = (&visitor.frame, visitor.actor());
    let place = visitor.state.store.read(|read| place_of(read, actor, Permission::EditQuestions, *course))?;
    let form = Form::of(Fields::default().with("format", "auto"));
    form.show(
        frame,
        &ImportPage { frame, place: &place, form: &form, encodings: file_choices(frame), broken: Vec::new() },
    )
}

/// What tells how a file is to be read.
struct Reading {
    format: Option<FileFormat>,
    encoding: Option<String>,
}

impl Reading {
    fn of(fields: &Fields) -> Result<Self, Refusal> {
        let encoding = Some(fields.get("encoding")).filter(|name| !name.is_empty()).map(str::to_owned);
        Ok(Self { format: format_of(fields.get("format"))?, encoding })
    }

    fn read(&self, file: &[u8]) -> Result<Arrival, Refusal> {
        Arrival::read(file, self.format, self.encoding.as_deref())
    }
}

fn format_of(name: &str) -> Result<Option<FileFormat>, Refusal> {
    match name {
        "" | "auto" => Ok(None),
        name => FileFormat::parse(name)
            .map(Some)
            .ok_or_else(|| invalid("/format", "is neither gift nor moodle_xml")),
    }
}

/// What a file came to.
enum Outcome {
    Report(QuestionImportReport),
    Job(JobId),
}

/// Starts a job that reads a kept file.
async fn start(
    state: &State,
    actor: &Actor,
    course: CourseId,
    file: String,
    arrival: &Arrival,
    dry_run: bool,
) -> Result<JobId, Refusal> {
    let work = Work::QuestionImport(QuestionImport::of(course, file.clone(), arrival, dry_run));
    let total = arrival.count() as u64;
    let begun = job::begin(state, actor, move |txn, actor| {
        bank::require(txn, actor, Permission::EditQuestions, course)?;
        Ok((work, Some(total)))
    });
    let begun = begun.await;
    if begun.is_err() {
        forget_file(state, file).await?;
    }
    begun
}

/// Tries a file out; what it would come to, and the name under which it is kept. A job reads and removes a copy of its own.
async fn tried(
    state: &State,
    actor: &Actor,
    course: CourseId,
    file: Vec<u8>,
    reading: Reading,
) -> Result<(Outcome, String), Refusal> {
    let held = state.clone();
    let (arrival, kept, for_job) = beside(state, move || {
        let arrival = reading.read(&file)?;
        let kept = kept::keep(&held, &file)?;
        let for_job = if arrival.is_large() { Some(kept::keep(&held, &file)?) } else { None };
        Ok((arrival, kept, for_job))
    })
    .await?;
    let outcome = if let Some(file) = for_job {
        start(state, actor, course, file, &arrival, true).await.map(Outcome::Job)
    } else {
        let by = actor.clone();
        let run = move |txn: &mut Txn<'_>| import::run(txn, &by, course, &arrival, true);
        state.store.try_out(Class::Bulk, run).await.map(Outcome::Report)
    };
    match outcome {
        Ok(outcome) => Ok((outcome, kept)),
        Err(refusal) => {
            forget_file(state, kept).await?;
            Err(refusal)
        }
    }
}

/// Imports a kept file and removes it.
async fn imported(
    state: &State,
    actor: &Actor,
    course: CourseId,
    name: String,
    reading: Reading,
) -> Result<Outcome, Refusal> {
    let (held, kept) = (state.clone(), name.clone());
    let arrival = beside(state, move || {
        let file = kept_file(&held, &kept)?;
        let arrival = reading.read(&file)?;
        if !arrival.is_large() {
            keep_files(&held, &arrival)?;
        }
        Ok(arrival)
    })
    .await?;
    if arrival.is_large() {
        return start(state, actor, course, name, &arrival, false).await.map(Outcome::Job);
    }
    let by = actor.clone();
    let run = move |txn: &mut Txn<'_>| import::run(txn, &by, course, &arrival, false);
    let report = state.store.write(Class::Bulk, run).await?;
    forget_file(state, name).await?;
    Ok(Outcome::Report(report))
}

/// The form with what is wrong. A file that is refused as a whole says where.
fn refused(
    state: &State,
    frame: &Frame,
    actor: &Actor,
    course: CourseId,
    fields: Fields,
    mut refusal: Refusal,
) -> Result<HttpResponse, Refusal> {
    let place = state.store.read(|read| place_of(read, actor, Permission::EditQuestions, course))?;
    let mut broken = Vec::new();
    if refusal.code == BROKEN_FILE {
        let fields = std::mem::take(&mut refusal.fields);
        let lines = fields.iter().filter_map(|field| Some((field.at.strip_prefix("line ")?, field)));
        broken.extend(lines.map(|(line, field)| (line.to_owned(), said::file(frame, &field.problem))));
        if broken.is_empty() {
            broken.push((String::new(), said::file(frame, &refusal.detail)));
        }
    }
    let form = Form::refused(fields, refusal, frame.text)?;
    form.show(
        frame,
        &ImportPage { frame, place: &place, form: &form, encodings: file_choices(frame), broken },
    )
}

fn show_report(
    state: &State,
    frame: &Frame,
    actor: &Actor,
    course: CourseId,
    report: QuestionImportReport,
    tried: Option<&Tried>,
) -> Result<HttpResponse, Refusal> {
    let (place, into_quiz) = state.store.read(|read| -> Result<_, Refusal> {
        let place = place_of(read, actor, Permission::EditQuestions, course)?;
        let into_quiz = IntoQuiz::of(read, actor, &place, &report)?;
        Ok((place, into_quiz))
    })?;
    frame.show(&ReportPage { frame, place: &place, shown: &Shown::of(report), tried, into_quiz })
}

pub(super) async fn try_out(
    uploaded: Uploaded<MayImport>,
    course: web::Path<CourseId>,
) -> Result<HttpResponse, Refusal> {
    let course = *course;
    let file = uploaded.file("file").map(|file| file.bytes.to_vec());
    let Uploaded { who, frame, fields, state, .. } = uploaded;
    let actor = who.actor.clone();
    let read = |file: Vec<u8>| -> Result<_, Refusal> {
        if file.len() > MAX_FILE_BYTES {
            let problem = format!("is larger than {MAX_FILE_BYTES} bytes; split it");
            return Err(TOO_LARGE.refuse(format!("the file {problem}")).at("/file", problem));
        }
        Ok((file, Reading::of(&fields)?))
    };
    let done = match file.and_then(read) {
        Ok((file, reading)) => tried(&state, &actor, course, file, reading).await,
        Err(refusal) => Err(refusal),
    };
    let done = done.map(|(outcome, file)| (outcome, KeptFor::Questions(course).sealed(&who, &file)));
    match done {
        Ok((Outcome::Report(report), file)) => {
            let encoding = fields.get("encoding").to_owned();
            let tried = Tried { file, format: report.format.name().to_owned(), encoding };
            show_report(&state, &frame, &actor, course, report, Some(&tried))
        }
        Ok((Outcome::Job(job), file)) => {
            let format = crate::web::sign_in::encoded(fields.get("format"));
            let encoding = crate::web::sign_in::encoded(fields.get("encoding"));
            let query = format!("file={file}&format={format}&encoding={encoding}");
            Ok(frame.go(&format!("/courses/{course}/questions/import/{job}?{query}")))
        }
        Err(refusal) => refused(&state, &frame, &actor, course, fields, refusal),
    }
}

pub(super) async fn run(posted: Posted, course: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, course) = (who.actor.clone(), *course);
    state.store.read(|read| bank::require(read, &actor, Permission::EditQuestions, course))?;
    let name = KeptFor::Questions(course).open(&who, fields.get("file"));
    let done = match name.and_then(|name| Ok((name, Reading::of(&fields)?))) {
        Ok((name, reading)) => imported(&state, &actor, course, name, reading).await,
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(Outcome::Report(report)) => show_report(&state, &frame, &actor, course, report, None),
        Ok(Outcome::Job(job)) => Ok(frame.go(&format!("/courses/{course}/questions/import/{job}"))),
        Err(refusal) => refused(&state, &frame, &actor, course, fields, refusal),
    }
}
