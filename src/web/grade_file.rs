//! Grades of a course from a CSV file: it is tried first, and nothing is written; then the same file is taken. Between the two
//! it is kept beside the store for whoever tried it; a file that is never taken goes a day later. What is taken is what the
//! report showed: where the file would change something else by then, the report is shown once more.

use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::course::CoursePlace;
use super::flash::Flash;
use super::form::{Fields, Form};
use super::frame::Frame;
use super::job;
use super::upload::{KeptFor, UploadRight, Uploaded, course_of, file_problems, kept_file};
use super::visitor::{Posted, Visitor};
use crate::domain::access::{Actor, Permission};
use crate::domain::account::name_of;
use crate::domain::decimal::Decimal;
use crate::domain::grade::report;
use crate::domain::grade::sheet::{CHANGES_AT_ONCE, ImportReport, MOST_PROBLEMS};
use crate::domain::ids::{CourseId, GradeItemId, JobId};
use crate::domain::job::{GradesImport, Work};
use crate::domain::refusal::Refusal;
use crate::http::actor::SignedIn;
use crate::http::beside::beside;
use crate::http::job::forget_file;
use crate::http::routes::{Needs, Routes};
use crate::jobs::grades::check;
use crate::jobs::kept;
use crate::state::State;
use crate::store::{Class, Read};

/// Changes that the page shows; all of them are counted.
const CHANGES_SHOWN: usize = 200;

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    let edit = Needs::Course(Permission::EditGrades);
    routes.page("/courses/{course}/gradebook/file", Class::Browse, edit, show);
    routes.form("/courses/{course}/gradebook/file", Class::Bulk, edit, try_out);
    routes.form("/courses/{course}/gradebook/file/run", Class::Bulk, edit, run);
}

/// The right to send a file of grades for the course in the path.
struct MayGrade;

impl UploadRight for MayGrade {
    fn require(state: &State, actor: &Actor, request: &HttpRequest) -> Result<(), Refusal> {
        let course = course_of(request)?;
        state.store.read(|read| report::require_edit(read, actor, course))
    }
}

fn place(read: &impl Read, actor: &Actor, course: CourseId) -> Result<CoursePlace, Refusal> {
    CoursePlace::of(read, actor, course, "/gradebook")
}

#[derive(Template)]
#[template(path = "gradebook/file.html")]
struct FilePage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    form: &'a Form,
}

fn show_file(
    state: &State,
    frame: &Frame,
    actor: &Actor,
    course: CourseId,
    form: &Form,
) -> Result<HttpResponse, Refusal> {
    let place = state.store.read(|read| place(read, actor, course))?;
    form.show(frame, &FilePage { frame, place: &place, form })
}

async fn show(visitor: Visitor, id: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    visitor.state.store.read(|read| report::require_edit(read, visitor.actor(), *id))?;
    show_file(&visitor.state, &visitor.frame, visitor.actor(), *id, &Form::default())
}

fn refused(
    state: &State,
    frame: &Frame,
    actor: &Actor,
    course: CourseId,
    fields: Fields,
    refusal: Refusal,
) -> Result<HttpResponse, Refusal> {
    let form = Form::refused(fields, file_problems(refusal), frame.text)?;
    show_file(state, frame, actor, course, &form)
}

/// A grade that the file changes.
struct ChangeLine {
    line: u64,
    learner: String,
    item: String,
    from: String,
    to: String,
    overrides: bool,
}

/// The changes of a report with the names of whom and what they are about.
fn changes(
    read: &impl Read,
    actor: &Actor,
    course: CourseId,
    report: &ImportReport,
) -> Result<Vec<ChangeLine>, Refusal> {
    let items = report::tree(read, actor, course)?.map(|tree| tree.items()).unwrap_or_default();
    let names: HashMap<GradeItemId, &str> =
        items.iter().map(|(item, _)| (item.id, item.name.as_str())).collect();
    let points = |points: Option<Decimal>| points.map_or_else(|| "–".to_owned(), |points| points.to_string());
    let lines = report.changes.iter().take(CHANGES_SHOWN).map(|change| -> Result<_, Refusal> {
        Ok(ChangeLine {
            line: change.line,
            learner: name_of(read, change.user)?,
            item: names.get(&change.item).copied().unwrap_or_default().to_owned(),
            from: points(change.from),
            to: points(change.to),
            overrides: change.overrides,
        })
    });
    lines.collect()
}

/// What is wrong with a file, each with the number of its line.
fn faults(report: &ImportReport) -> Vec<(&str, &str)> {
    let errors = report.errors.iter();
    errors
        .map(|error| (error.at.strip_prefix("line ").unwrap_or(&error.at), error.problem.as_str()))
        .collect()
}

#[derive(Template)]
#[template(path = "gradebook/report.html")]
struct ReportPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    changes: Vec<ChangeLine>,
    faults: Vec<(&'a str, &'a str)>,
    tried: &'a Tried,
}

impl ReportPage<'_> {
    /// May there be more faults than those that are named?
    fn is_cut(&self) -> bool {
        self.faults.len() >= MOST_PROBLEMS
    }
}

fn show_report(
    state: &State,
    frame: &Frame,
    actor: &Actor,
    course: CourseId,
    tried: &Tried,
) -> Result<HttpResponse, Refusal> {
    let (place, changes) = state.store.read(|read| -> Result<_, Refusal> {
        Ok((place(read, actor, course)?, changes(read, actor, course, &tried.report)?))
    })?;
    frame.show(&ReportPage { frame, place: &place, changes, faults: faults(&tried.report), tried })
}

/// A file that was looked at.
struct Tried {
    report: ImportReport,
    /// All its changes, with which it can be taken.
    digest: String,
    /// Its name, when it can be taken.
    file: Option<String>,
    overrides: bool,
    /// It was to be taken, but would change something else than was shown then.
    differs: bool,
}

async fn try_out(uploaded: Uploaded<MayGrade>, id: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    let course = *id;
    let file = uploaded.file("file").map(|file| file.bytes.to_vec());
    let Uploaded { who, frame, fields, state, .. } = uploaded;
    let (actor, overrides) = (who.actor.clone(), fields.ticked("overrides"));
    let done = match file {
        Ok(bytes) => {
            let (held, by) = (state.clone(), actor.clone());
            let tried = beside(&state, move || {
                let (plan, _) = check(&held.store, &by, course, &bytes, overrides)?;
                let takes = plan.report.errors.is_empty() && plan.report.changed > 0;
                let file = if takes { Some(kept::keep(&held, &bytes)?) } else { None };
                Ok(Tried { digest: plan.digest(), report: plan.report, file, overrides, differs: false })
            });
            tried.await
        }
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(tried) => {
            let file = tried.file.as_deref().map(|file| KeptFor::Grades(course).sealed(&who, file));
            show_report(&state, &frame, &actor, course, &Tried { file, ..tried })
        }
        Err(refusal) => refused(&state, &frame, &actor, course, fields, refusal),
    }
}

/// What taking a file came to.
enum Taken {
    /// So many grades were changed.
    Grades(usize),
    /// There are so many that a job changes them.
    Job(JobId),
    /// Nothing: it has become wrong since it was tried, or would change something else.
    Otherwise(Tried),
}

/// Starts a job that reads a kept file.
async fn start(
    state: &State,
    actor: &Actor,
    course: CourseId,
    file: String,
    overrides: bool,
    lines: u64,
) -> Result<JobId, Refusal> {
    job::begin(state, actor, move |txn, actor| {
        report::require_edit(txn, actor, course)?;
        Ok((Work::GradesImport(GradesImport::of(course, file, overrides)), Some(lines)))
    })
    .await
}

/// Takes a kept file and removes it.
async fn taken(state: &State, who: &SignedIn, course: CourseId, fields: &Fields) -> Result<Taken, Refusal> {
    let name = KeptFor::Grades(course).open(who, fields.get("file"))?;
    let (actor, overrides) = (&who.actor, fields.ticked("overrides"));
    let (held, by, kept_as) = (state.clone(), actor.clone(), name.clone());
    let (plan, lines) = beside(state, move || {
        let file = kept_file(&held, &kept_as)?;
        check(&held.store, &by, course, &file, overrides)
    })
    .await?;
    let (digest, wrong) = (plan.digest(), !plan.report.errors.is_empty());
    // Where nothing is left to change, nothing else is changed than was shown.
    let differs = !wrong && plan.report.changed > 0 && digest != fields.get("changes");
    if wrong || differs {
        let file = differs.then(|| fields.get("file").to_owned());
        return Ok(Taken::Otherwise(Tried { report: plan.report, digest, file, overrides, differs }));
    }
    if plan.report.changed > CHANGES_AT_ONCE {
        return Ok(Taken::Job(start(state, actor, course, name, overrides, lines).await?));
    }
    let by = actor.clone();
    let report = state.store.write(Class::Bulk, move |txn| plan.carry_out(txn, &by)).await?;
    forget_file(state, name).await?;
    Ok(Taken::Grades(report.changed))
}

async fn run(posted: Posted, id: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, course) = (&who.actor, *id);
    state.store.read(|read| report::require_edit(read, actor, course))?;
    match taken(&state, &who, course, &fields).await {
        Ok(Taken::Grades(0)) => Ok(frame.go_and_say(
            &format!("/courses/{course}/gradebook"),
            &Flash::attention("gradebook-nothing-changed"),
        )),
        Ok(Taken::Grades(count)) => Ok(frame.go_and_say(
            &format!("/courses/{course}/gradebook"),
            &Flash::done("gradebook-changed").with("count", count),
        )),
        Ok(Taken::Job(job)) => Ok(frame.go(&format!("/admin/jobs/{job}"))),
        Ok(Taken::Otherwise(tried)) => show_report(&state, &frame, actor, course, &tried),
        Err(refusal) => refused(&state, &frame, actor, course, fields, refusal),
    }
}
