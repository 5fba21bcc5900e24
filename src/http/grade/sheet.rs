//! Grades as files. CSV: out as a stream in constant memory, in as a file that is checked whole before anything of it is
//! taken. A spreadsheet: put together beside the workers on disk, then sent in pieces.

use std::fs::File;
use std::io::Read as _;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use crate::domain::access::Actor;
use crate::domain::course;
use crate::domain::grade::export;
use crate::domain::grade::report;
use crate::domain::grade::sheet::{CHANGES_AT_ONCE, ImportReport, MOST_BYTES};
use crate::domain::grade::workbook::GradesWorkbook;
use crate::domain::ids::CourseId;
use crate::domain::job::{GradesExport, GradesImport, JobKind, Work};
use crate::domain::refusal::{INTERNAL, Refusal};
use crate::http::actor::SignedIn;
use crate::http::address::Query;
use crate::http::beside::beside;
use crate::http::body::{Upload, collect};
use crate::http::job::{self, Prefers};
use crate::http::once::KeyHead;
#[cfg(test)]
use crate::http::problems::{JobView, OnceHeader, PreferHeader, Starting, Trying};
use crate::http::stream::{self, Then};
use crate::http::trail::{Noted, Trail};
use crate::jobs::export::GradePage;
use crate::jobs::grades::check;
use crate::jobs::kept;
use crate::state::State;

/// The query of an export.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[cfg_attr(test, into_params(parameter_in = Query))]
pub(super) struct ExportQuery {
    /// CSV when absent.
    format: Option<ExportFormat>,
    /// Begin CSV with a byte order mark, by which some spreadsheets know UTF-8; no when absent.
    bom: Option<bool>,
}

/// What file the grades come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// Comma-separated values.
    Csv,
    /// An Office Open XML spreadsheet.
    Xlsx,
}

/// The media type of a spreadsheet.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Bytes of a spreadsheet that are read from disk at once.
const PIECE_BYTES: u64 = 32 * 1024;

/// All learners' grades as CSV (RFC 4180, UTF-8): exact points per item, percentages per category, letters. Cells that
/// a spreadsheet would compute begin with an apostrophe. `/grades/import` reads the file again. With `format=xlsx` a
/// spreadsheet with the same columns: grades are numbers, and no cell is a formula. It is never a job.
#[cfg_attr(test, utoipa::path(get, path = "/api/courses/{course}/grades/export", tag = "grades",
    params(("course" = u64, Path, description = "The course"), ExportQuery, PreferHeader),
    responses((status = 200, description = "The file", content(
            (String = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
        (status = 202, description = "A job writes it; its result is the file", body = JobView), Starting)))]
pub(super) async fn export(
    state: web::Data<State>,
    actor: SignedIn,
    course: web::Path<CourseId>,
    query: Query<ExportQuery>,
    prefers: Prefers,
    trail: Trail,
) -> Result<HttpResponse, Refusal> {
    let course = course.into_inner();
    let noted = trail.of(JobKind::GradesExport.name(), format!("course {course}"), Some(course));
    if query.format == Some(ExportFormat::Xlsx) {
        return spreadsheet(&state, &actor, course, trail.head_alone, noted).await;
    }
    if prefers.respond_async {
        let bom = query.bom.unwrap_or(false);
        return job::start(&state, &actor, prefers, None, move |txn, actor| {
            report::tree(txn, actor, course)?;
            let total = course::enrolled(txn, course)?;
            Ok((Work::GradesExport(GradesExport { course, bom, after: None, header: None }), Some(total)))
        })
        .await;
    }
    let bom = query.bom.unwrap_or(false);
    let mut columns: Option<String> = None;
    let mut after = None;
    let name = format!("grades-{course}.csv");
    stream::file(&state, &actor, "text/csv; charset=utf-8", &name, noted, move |state, actor, to| {
        let mut text = String::new();
        let page = GradePage::read(&state.store, actor, course, after)?;
        let today = export::header(page.tree.as_ref());
        match &columns {
            None => {
                text.push_str(if bom { export::BOM } else { "" });
                text.push_str(&today);
                columns = Some(today);
            }
            Some(begun_with) if *begun_with == today => {}
            Some(_) => return Err(export::columns_changed()),
        }
        for row in &page.rows {
            export::line(&mut text, row);
        }
        to.extend_from_slice(text.as_bytes());
        after = page.next;
        Ok(Then::from(&after))
    })
    .await
}

/// All learners' grades as a spreadsheet. A page of learners is read and written at a time, each beside the workers, so
/// that others come in between; what is written lies on disk in files without a name. For the head of an answer alone no more is
/// read than who may have it.
async fn spreadsheet(
    state: &web::Data<State>,
    who: &SignedIn,
    course: CourseId,
    head_alone: bool,
    noted: Option<Noted>,
) -> Result<HttpResponse, Refusal> {
    let name = format!("grades-{course}.xlsx");
    if head_alone {
        return stream::file(state, who, XLSX, &name, None, move |state, actor, _| {
            state.store.read(|read| report::tree(read, actor, course))?;
            Ok(Then::End)
        })
        .await;
    }
    let held = state.clone();
    let mut book = beside(state, move || {
        let folder = held.store.directory().map_or_else(std::env::temp_dir, std::path::Path::to_path_buf);
        GradesWorkbook::begin(&folder)
    })
    .await?;
    let mut after = None;
    loop {
        let (held, actor) = (state.clone(), Actor { now: state.now(), ..who.actor.clone() });
        let (written, next) = beside(state, move || {
            let page = GradePage::read(&held.store, &actor, course, after)?;
            book.take(page.tree.as_ref(), &page.rows)?;
            Ok((book, page.next))
        })
        .await?;
        (book, after) = (written, next);
        if after.is_none() {
            break;
        }
    }
    let mut file: File = beside(state, move || book.finish()).await?;
    stream::file(state, who, XLSX, &name, noted, move |_, _, to| {
        let before = to.len();
        let read = file.by_ref().take(PIECE_BYTES).read_to_end(to);
        read.map_err(|error| INTERNAL.refuse(format!("reading the spreadsheet: {error}")))?;
        Ok(if to.len() == before { Then::End } else { Then::More })
    })
    .await
}

/// The query of an import.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[cfg_attr(test, into_params(parameter_in = Query))]
pub(super) struct ImportQuery {
    /// Only say what the file would change and what is wrong with it; no when absent.
    dry_run: Option<bool>,
    /// Let the file override results of quizzes and change overrides, of which `-` takes one away; no when absent.
    overrides: Option<bool>,
}

/// Takes grades from a CSV file; the same file again changes nothing. A file with a wrong line is refused as a whole, before
/// anything is written. Up to 500 changed grades are written in one go, all or none; a job writes more. It stops at a line
/// that has become wrong meanwhile and, when it is stopped, keeps what it has written. Learners by `user_id` or
/// `username`, items by `[#id]` behind a name, `#id`, or a name that only one has. An empty cell changes nothing, `-` takes
/// a grade by hand back, with `overrides=true` an override and no grade. Where semicolons separate the cells a number
/// may have a decimal comma; tabs separate them, too, and digits may be of any script. UTF-8, UTF-16, or else windows-1252. Up to 4 MiB, 5000 learners and 5000 changed grades. A dry run is never a job.
#[cfg_attr(test, utoipa::path(post, path = "/api/courses/{course}/grades/import", tag = "grades",
    params(("course" = u64, Path, description = "The course"), ImportQuery, PreferHeader, OnceHeader),
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, description = "What changed, or would", body = ImportReport),
        (status = 202, description = "A job does it; its result is the report", body = JobView), Trying)))]
pub(super) async fn import(
    request: HttpRequest,
    state: web::Data<State>,
    actor: SignedIn,
    course: web::Path<CourseId>,
    query: Query<ImportQuery>,
    prefers: Prefers,
    payload: Upload,
) -> Result<HttpResponse, Refusal> {
    let course = course.into_inner();
    let dry_run = query.dry_run.unwrap_or(false);
    let overrides = query.overrides.unwrap_or(false);
    let key = KeyHead::of(&request)?;
    // Asked before the file is read: nobody else's upload is taken in.
    state.store.read(|read| report::require_edit(read, &actor, course))?;
    let bytes = collect(payload.into_inner(), MOST_BYTES, &state).await?;
    let key = key.map(|key| key.with(&bytes));
    // What the file changes, and whether it is large, depends on grades that it has changed already.
    if let Some(answer) = job::repeated(&state, &actor, prefers, key)? {
        return Ok(answer);
    }
    let held = state.clone();
    let by = actor.actor.clone();
    let (plan, lines, kept) = beside(&state, move || {
        let (plan, lines) = check(&held.store, &by, course, &bytes, overrides)?;
        if dry_run {
            return Ok((plan, lines, None));
        }
        plan.require_clean()?;
        let large = prefers.respond_async || plan.report.changed > CHANGES_AT_ONCE;
        let kept = if large { Some(kept::keep(&held, &bytes)?) } else { None };
        Ok((plan, lines, kept))
    })
    .await?;
    if dry_run {
        let report = ImportReport { dry_run: true, ..plan.report };
        return job::rehearsed(&state, &actor, prefers, key, report).await;
    }
    let Some(file) = kept else {
        return job::at_once(&state, &actor, prefers, key, move |txn, actor| plan.carry_out(txn, actor))
            .await;
    };
    let file_of_work = file.clone();
    let answer = job::start(&state, &actor, prefers, key, move |txn, actor| {
        report::require_edit(txn, actor, course)?;
        Ok((Work::GradesImport(GradesImport::of(course, file_of_work, overrides)), Some(lines)))
    })
    .await;
    job::forget_file(&state, file).await?;
    answer
}
