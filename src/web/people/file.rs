//! Enrolling by a CSV file: it is tried first, and nothing is written; then the same file is taken. Between the two it is
//! kept beside the store for whoever tried it; a file that is never taken goes a day later.

use std::collections::BTreeSet;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::{place, require};
use crate::domain::access::{Actor, Permission};
use crate::domain::account;
use crate::domain::course;
use crate::domain::enrolment_file::{self, Row, RowReport};
use crate::domain::ids::CourseId;
use crate::domain::refusal::Refusal;
use crate::domain::roster::EnrolmentOutcome;
use crate::http::beside::beside;
use crate::http::routes::{Needs, Routes};
use crate::jobs::kept;
use crate::state::State;
use crate::store::Class;
use crate::web::course::CoursePlace;
use crate::web::form::{Fields, Form};
use crate::web::frame::Frame;
use crate::web::upload::{KeptFor, UploadRight, Uploaded, course_of, file_choices, file_problems, kept_file};
use crate::web::visitor::{Posted, Visitor};

/// Rows of one transaction: a few milliseconds of the writer, so that an exam beside it does not notice.
const ROWS_PER_WRITE: usize = 100;
/// Rows with problems that the page shows.
const ROWS_SHOWN: usize = 200;

pub(super) fn routes(routes: &mut Routes) {
    let manage = Needs::Course(Permission::ManageEnrolment);
    routes.page("/courses/{course}/people/file", Class::Browse, manage, show);
    routes.form("/courses/{course}/people/file", Class::Bulk, manage, try_out);
    routes.form("/courses/{course}/people/file/run", Class::Bulk, manage, run);
}

/// The right to send a file of enrolments for the course in the path.
struct MayEnrol;

impl UploadRight for MayEnrol {
    fn require(state: &State, actor: &Actor, request: &HttpRequest) -> Result<(), Refusal> {
        require(state, actor, course_of(request)?, Permission::ManageEnrolment)
    }
}

#[derive(Template)]
#[template(path = "people/file.html")]
struct FilePage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    form: &'a Form,
    encodings: Vec<(&'static str, String)>,
}

fn show_file(
    state: &State,
    frame: &Frame,
    actor: &Actor,
    course: CourseId,
    form: &Form,
) -> Result<HttpResponse, Refusal> {
    let place = state.store.read(|read| place(read, actor, course))?;
    form.show(frame, &FilePage { frame, place: &place, form, encodings: file_choices(frame) })
}

async fn show(visitor: Visitor, id: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    require(&visitor.state, visitor.actor(), *id, Permission::ManageEnrolment)?;
    show_file(&visitor.state, &visitor.frame, visitor.actor(), *id, &Form::default())
}

/// What a file came to, or would come to.
struct Report {
    rows: usize,
    ignored: BTreeSet<String>,
    added: usize,
    changed: usize,
    unchanged: usize,
    refused: Vec<RowReport>,
    refused_count: usize,
    /// People who would be in after a try, when there are fewer seats.
    over: Option<u64>,
}

fn take_in(
    state: &State,
    actor: &Actor,
    course: CourseId,
    file: &[u8],
    encoding: Option<&str>,
    dry_run: bool,
) -> Result<Report, Refusal> {
    let zone = state.store.read(|read| account::zone_of(read, actor.user, &state.zone))?;
    let (table, rows) = enrolment_file::read(file, encoding, &zone)?;
    let ignored = table.columns.iter().filter(|column| !enrolment_file::is_known(column)).cloned();
    let mut report = Report {
        rows: rows.len(),
        ignored: ignored.collect(),
        added: 0,
        changed: 0,
        unchanged: 0,
        refused: Vec::new(),
        refused_count: 0,
        over: None,
    };
    for some in rows.chunks(ROWS_PER_WRITE) {
        for row in write(state, actor, course, some.to_vec(), dry_run)? {
            match row.outcome {
                EnrolmentOutcome::Added => report.added += 1,
                EnrolmentOutcome::Changed => report.changed += 1,
                EnrolmentOutcome::Unchanged => report.unchanged += 1,
                EnrolmentOutcome::Refused => {
                    report.refused_count += 1;
                    if report.refused.len() < ROWS_SHOWN {
                        report.refused.push(row);
                    }
                }
            }
        }
    }
    if dry_run {
        let (course, enrolled) = state.store.read(|read| -> Result<_, Refusal> {
            Ok((course::get(read, course)?, course::enrolled(read, course)?))
        })?;
        // Each portion was tried by itself, so that none of them saw all who come.
        let then = enrolled + report.added as u64;
        report.over = course.capacity.filter(|seats| then > u64::from(*seats)).map(|_| then);
    }
    Ok(report)
}

fn write(
    state: &State,
    actor: &Actor,
    course: CourseId,
    rows: Vec<Row>,
    dry_run: bool,
) -> Result<Vec<RowReport>, Refusal> {
    let by = actor.clone();
    let work = move |txn: &mut crate::store::Txn<'_>| enrolment_file::apply(txn, &by, course, &rows);
    if dry_run {
        state.store.try_out_blocking(Class::Bulk, work)
    } else {
        state.store.write_blocking(Class::Bulk, work)
    }
}

#[derive(Template)]
#[template(path = "people/report.html")]
struct ReportPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    report: &'a Report,
    /// The kept file and its encoding, when it was only tried.
    tried: Option<(&'a str, &'a str)>,
}

fn show_report(
    state: &State,
    frame: &Frame,
    actor: &Actor,
    course: CourseId,
    report: &Report,
    tried: Option<(&str, &str)>,
) -> Result<HttpResponse, Refusal> {
    let place = state.store.read(|read| place(read, actor, course))?;
    frame.show(&ReportPage { frame, place: &place, report, tried })
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

async fn try_out(uploaded: Uploaded<MayEnrol>, id: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    let course = *id;
    let file = uploaded.file("file").map(|file| file.bytes.to_vec());
    let Uploaded { who, frame, fields, state, .. } = uploaded;
    let actor = who.actor.clone();
    let encoding = fields.get("encoding").to_owned();
    let done = match file {
        Ok(file) => {
            let (held, by, encoding) = (state.clone(), actor.clone(), encoding.clone());
            let tried = beside(&state, move || {
                let encoding = Some(encoding.as_str()).filter(|encoding| !encoding.is_empty());
                let report = take_in(&held, &by, course, &file, encoding, true)?;
                Ok((report, kept::keep(&held, &file)?))
            });
            tried.await
        }
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok((report, file)) => {
            let file = KeptFor::Enrolment(course).sealed(&who, &file);
            show_report(&state, &frame, &actor, course, &report, Some((&file, &encoding)))
        }
        Err(refusal) => refused(&state, &frame, &actor, course, fields, refusal),
    }
}

async fn run(posted: Posted, id: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, course) = (who.actor.clone(), *id);
    require(&state, &actor, course, Permission::ManageEnrolment)?;
    let (held, by) = (state.clone(), actor.clone());
    let name = KeptFor::Enrolment(course).open(&who, fields.get("file"));
    let encoding = fields.get("encoding").to_owned();
    let done = beside(&state, move || {
        let name = name?;
        let file = kept_file(&held, &name)?;
        let encoding = Some(encoding.as_str()).filter(|encoding| !encoding.is_empty());
        let report = take_in(&held, &by, course, &file, encoding, false)?;
        kept::forget(&held, &name)?;
        Ok(report)
    });
    match done.await {
        Ok(report) => show_report(&state, &frame, &actor, course, &report, None),
        Err(refusal) => refused(&state, &frame, &actor, course, fields, refusal),
    }
}
