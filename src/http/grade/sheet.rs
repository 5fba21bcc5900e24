//! Grades as CSV: out as a stream in constant memory, in as a file that is taken whole or not at all.

use actix_web::{HttpResponse, web};
use serde::Deserialize;

use crate::domain::access::Actor;
use crate::domain::course;
use crate::domain::grade::export;
use crate::domain::grade::report;
use crate::domain::grade::sheet::{ImportReport, MOST_BYTES, Plan, Sheet};
use crate::domain::ids::CourseId;
use crate::domain::job::{GradesExport, Work};
use crate::domain::refusal::Refusal;
use crate::http::actor::SignedIn;
use crate::http::beside::beside;
use crate::http::body::{Upload, collect, json};
use crate::http::job::{self, JobView, PreferHeader, Prefers};
use crate::http::problems::{Making, Starting};
use crate::http::stream::{self, Then};
use crate::jobs::export::GradePage;
use crate::state::State;
use crate::store::{Class, Store};

/// Lines of a file that are checked per read.
const PER_READ: usize = 50;

/// The query of an export.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ExportQuery {
    /// Begin with a byte order mark, by which some spreadsheets know UTF-8; no when absent.
    bom: Option<bool>,
}

/// All learners' grades as CSV (RFC 4180, UTF-8): exact points per item, percentages per category, letters. Cells that
/// a spreadsheet would compute begin with an apostrophe. `/grades/import` reads the file again.
#[utoipa::path(get, path = "/api/courses/{course}/grades/export", tag = "grades",
    params(("course" = u64, Path, description = "The course"), ExportQuery, PreferHeader),
    responses((status = 200, description = "The file", content_type = "text/csv", body = String),
        (status = 202, description = "A job writes it; its result is the file", body = JobView), Starting))]
pub(super) async fn export(
    state: web::Data<State>,
    actor: SignedIn,
    course: web::Path<CourseId>,
    query: web::Query<ExportQuery>,
    prefers: Prefers,
) -> Result<HttpResponse, Refusal> {
    let course = course.into_inner();
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
    stream::file(&state, &actor, "text/csv; charset=utf-8", &name, move |state, actor, to| {
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

/// The query of an import.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ImportQuery {
    /// Only say what the file would change and what is wrong with it; no when absent.
    dry_run: Option<bool>,
    /// Let the file override results of quizzes and change overrides; no when absent.
    overrides: Option<bool>,
}

/// Takes grades from a CSV file, all of it or nothing; the same file again changes nothing. Learners by `user_id` or
/// `username`, items by `[#id]` behind a name, `#id`, or a name that only one has. An empty cell changes nothing, `-`
/// takes a grade back. Up to 4 MiB, 5000 learners and 5000 changed grades.
#[utoipa::path(post, path = "/api/courses/{course}/grades/import", tag = "grades",
    params(("course" = u64, Path, description = "The course"), ImportQuery),
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, description = "What changed, or would", body = ImportReport), Making))]
pub(super) async fn import(
    state: web::Data<State>,
    actor: SignedIn,
    course: web::Path<CourseId>,
    query: web::Query<ImportQuery>,
    payload: Upload,
) -> Result<HttpResponse, Refusal> {
    let course = course.into_inner();
    let dry_run = query.dry_run.unwrap_or(false);
    let overrides = query.overrides.unwrap_or(false);
    // Asked before the file is read: nobody else's upload is taken in.
    state.store.read(|read| report::require_edit(read, &actor, course))?;
    let bytes = collect(payload.into_inner(), MOST_BYTES, state.config.server.body_patience()).await?;
    let store = state.store.clone();
    let by = actor.actor.clone();
    let plan = beside(&state, move || check(&store, &by, course, &bytes, overrides)).await?;
    if dry_run {
        return json(&ImportReport { dry_run: true, ..plan.report });
    }
    plan.require_clean()?;
    let report = state.store.write(Class::Bulk, move |txn| plan.carry_out(txn, &actor)).await?;
    json(&report)
}

fn check(
    store: &Store,
    actor: &Actor,
    course: CourseId,
    bytes: &[u8],
    overrides: bool,
) -> Result<Plan, Refusal> {
    let sheet = Sheet::parse(bytes)?;
    let mut plan = store.read(|read| Plan::begin(read, actor, course, &sheet.header, overrides))?;
    for lines in sheet.lines.chunks(PER_READ) {
        store.read(|read| plan.take(read, lines))?;
    }
    Ok(plan)
}
