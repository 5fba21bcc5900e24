//! Question files in and out: GIFT and Moodle XML.

use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::stream;
use serde::Deserialize;

use crate::domain::access::{Actor, Permission};
#[cfg(test)]
use crate::domain::bank::import::QuestionImportReport;
use crate::domain::bank::import::{self, Arrival};
use crate::domain::bank::transfer::FileFormat;
use crate::domain::bank::{self, export};
use crate::domain::ids::{CategoryId, CourseId};
use crate::domain::job::{QuestionImport, Work};
use crate::domain::question::format::MAX_FILE_BYTES;
use crate::domain::refusal::{INTERNAL, Refusal, invalid};
use crate::http::actor::SignedIn;
use crate::http::address::Query;
use crate::http::beside::beside;
use crate::http::body::{Upload, collect};
use crate::http::job::{self, Prefers};
use crate::http::once::KeyHead;
#[cfg(test)]
use crate::http::problems::{JobView, OnceHeader, PreferHeader, Reading, Trying};
use crate::jobs::kept;
use crate::state::State;
use crate::store::{Class, Txn};

/// How a file is to be taken.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[cfg_attr(test, into_params(parameter_in = Query))]
pub struct ImportQuery {
    /// `gift`, `moodle_xml`, or `auto` (also when absent), which looks at the beginning of the file.
    pub format: Option<String>,
    /// The encoding of a GIFT file that is not UTF-8, such as `windows-1256`; without it such a file is read as windows-1252, with a
    /// note. Moodle XML declares its own.
    pub encoding: Option<String>,
    /// Only say what would be done.
    #[serde(default)]
    pub dry_run: bool,
}

/// What is to be written.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[cfg_attr(test, into_params(parameter_in = Query))]
pub struct ExportQuery {
    /// `gift`, or `moodle_xml` (also when absent).
    pub format: Option<String>,
    /// Only this category and those in it.
    pub category: Option<u64>,
}

fn format_of(name: &str) -> Result<FileFormat, Refusal> {
    FileFormat::parse(name).ok_or_else(|| invalid("?format", "is neither gift nor moodle_xml"))
}

/// Reads a question file. A file with anything wrong in it is refused as a whole, before anything is written. Up to 200
/// questions with 1 MiB of text are stored in one go; a job stores more. What is there already is left as it is, save for
/// an identifier that it lacks, which its note says, so a file may be sent again, also after a job that was stopped, which keeps
/// what it has stored. At most 2,000 questions with
/// 2.5 MiB of text in one file; embedded files do not count.
#[cfg_attr(test, utoipa::path(post, path = "/api/courses/{course}/questions/import", tag = "questions",
    params(("course" = u64, Path, description = "The course"), ImportQuery, PreferHeader, OnceHeader),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, description = "What was done with every question", body = QuestionImportReport),
        (status = 202, description = "A job does it; its result is the report", body = JobView), Trying)))]
pub async fn import(
    request: HttpRequest,
    state: web::Data<State>,
    actor: SignedIn,
    course: web::Path<CourseId>,
    query: Query<ImportQuery>,
    prefers: Prefers,
    payload: Upload,
) -> Result<HttpResponse, Refusal> {
    let course = course.into_inner();
    let dry_run = query.dry_run;
    let format = match query.format.as_deref() {
        None | Some("auto") => None,
        Some(name) => Some(format_of(name)?),
    };
    let encoding = query.into_inner().encoding;
    let key = KeyHead::of(&request)?;
    state.store.read(|read| bank::require(read, &actor, Permission::EditQuestions, course))?;
    let limit = state.config.server.upload_limit_bytes.min(MAX_FILE_BYTES);
    let bytes = collect(payload.into_inner(), limit, &state).await?;
    let key = key.map(|key| key.with(&bytes));
    if let Some(answer) = job::repeated(&state, &actor, prefers, key)? {
        return Ok(answer);
    }
    let held = state.clone();
    let (arrival, kept) = beside(&state, move || {
        let arrival = Arrival::read(&bytes, format, encoding.as_deref())?;
        let large = prefers.respond_async || arrival.is_large();
        let kept = if large { Some(kept::keep(&held, &bytes)?) } else { None };
        if !large && !dry_run {
            keep_files(&held, &arrival)?;
        }
        Ok((arrival, kept))
    })
    .await?;
    let Some(file) = kept else {
        if dry_run {
            let by = actor.actor.clone();
            let run = move |txn: &mut Txn<'_>| import::run(txn, &by, course, &arrival, dry_run);
            let report = state.store.try_out(Class::Bulk, run).await?;
            return job::rehearsed(&state, &actor, prefers, key, report).await;
        }
        let run = move |txn: &mut Txn<'_>, actor: &Actor| import::run(txn, actor, course, &arrival, dry_run);
        return job::at_once(&state, &actor, prefers, key, run).await;
    };
    let work = Work::QuestionImport(QuestionImport::of(course, file.clone(), &arrival, dry_run));
    let total = arrival.count() as u64;
    let answer = job::start(&state, &actor, prefers, key, move |txn, actor| {
        bank::require(txn, actor, Permission::EditQuestions, course)?;
        Ok((work, Some(total)))
    })
    .await;
    job::forget_file(&state, file).await?;
    answer
}

/// Keeps a file's embedded files. A refused import leaves those behind; nothing refers to them.
pub(crate) fn keep_files(state: &State, arrival: &Arrival) -> Result<(), Refusal> {
    for (_, content) in arrival.files() {
        state.blobs.put(content).map_err(|error| INTERNAL.refuse(format!("keeping a file: {error}")))?;
    }
    Ok(())
}

/// Writes a course's bank, or a category with those in it, without retired questions. What the format cannot carry is
/// named in comments.
#[cfg_attr(test, utoipa::path(get, path = "/api/courses/{course}/questions/export", tag = "questions",
    params(("course" = u64, Path, description = "The course"), ExportQuery),
    responses((status = 200, description = "The file", content((String = "application/xml"), (String = "text/plain"))), Reading)))]
pub async fn export(
    state: web::Data<State>,
    actor: SignedIn,
    course: web::Path<CourseId>,
    query: Query<ExportQuery>,
) -> Result<HttpResponse, Refusal> {
    let course = course.into_inner();
    let format = query.format.as_deref().map_or(Ok(FileFormat::MoodleXml), format_of)?;
    let category = query.category.map(CategoryId);
    let progress = state.store.read(|read| export::begin(read, &actor, course, category, format))?;
    let pieces =
        stream::try_unfold((state, actor, progress), move |(state, actor, mut progress)| async move {
            let held = state.clone();
            beside(&held, move || -> Result<Option<(web::Bytes, _)>, Refusal> {
                let piece = state.store.read(|read| {
                    let by = actor.still(read, state.now())?;
                    bank::require(read, &by, Permission::ViewQuestions, course)?;
                    progress.next(read)
                })?;
                let Some(piece) = piece else { return Ok(None) };
                // A file that cannot be read is named in the export as missing.
                let text = piece.write(&|sha256| state.blobs.get(sha256).ok().flatten())?;
                Ok(Some((web::Bytes::from(text), (state, actor, progress))))
            })
            .await
            .inspect_err(|refusal| tracing::warn!(%refusal, "an export of questions was not sent to its end"))
        });
    let name = format!("attachment; filename=\"questions-{course}.{}\"", format.ending());
    Ok(HttpResponse::Ok()
        .content_type(format.media_type())
        .insert_header((CONTENT_DISPOSITION, name))
        .streaming(pieces))
}
