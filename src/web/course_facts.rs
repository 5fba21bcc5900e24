//! What a course is called and what it says of itself, as a form; and the question before it is archived under people who work
//! in it.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::build::unchanged;
use super::confirm::{self, Confirm};
use super::course::CoursePlace;
use super::flash::Flash;
use super::form::{Fields, Form};
use super::frame::Frame;
use super::quiz::moment;
use super::visitor::{Posted, Visitor};
use crate::domain::access::{self, Actor, Permission, Scope};
use crate::domain::attempt;
use crate::domain::course::{self, Course, CourseFacts, CourseInput, CourseStatus};
use crate::domain::faults::Faults;
use crate::domain::ids::CourseId;
use crate::domain::language::LanguageTag;
use crate::domain::refusal::Refusal;
use crate::http::routes::{Needs, Routes};
use crate::state::State;
use crate::store::Class;

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    let edit = Needs::Course(Permission::EditCourse);
    routes.page("/courses/{course}/facts", Class::Interactive, edit, show);
    routes.form("/courses/{course}/facts", Class::Interactive, edit, change);
}

/// Languages that a form offers, with their own names; others are typed.
const LANGUAGES: [(&str, &str); 18] = [
    ("ar", "العربية"),
    ("de", "Deutsch"),
    ("en", "English"),
    ("es", "Español"),
    ("fa", "فارسی"),
    ("fr", "Français"),
    ("he", "עברית"),
    ("hi", "हिन्दी"),
    ("id", "Bahasa Indonesia"),
    ("it", "Italiano"),
    ("ja", "日本語"),
    ("nl", "Nederlands"),
    ("pl", "Polski"),
    ("pt", "Português"),
    ("ru", "Русский"),
    ("tr", "Türkçe"),
    ("uk", "Українська"),
    ("zh", "中文"),
];

#[derive(Template)]
#[template(path = "course/facts.html")]
struct FactsPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    form: &'a Form,
}

fn find(state: &State, actor: &Actor, id: CourseId) -> Result<CoursePlace, Refusal> {
    state.store.read(|read| {
        access::require(read, actor, Permission::EditCourse, Scope::Course(id))?;
        CoursePlace::of(read, actor, id, "/edit")
    })
}

fn stored(frame: &Frame, course: &Course) -> Fields {
    let local = |at: Option<_>| at.map(|at| frame.calendar.local(at)).unwrap_or_default();
    Fields::default()
        .with("revision", course.revision)
        .with("title", &course.title)
        .with("short_name", &course.short_name)
        .with("summary", &course.summary)
        .with("starts", local(course.starts))
        .with("ends", local(course.ends))
        .with("language", course.language.as_ref().map(LanguageTag::as_str).unwrap_or_default())
}

async fn show(visitor: Visitor, id: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    let (frame, place) = (&visitor.frame, find(&visitor.state, visitor.actor(), *id)?);
    let form = Form::of(stored(frame, &place.course));
    form.show(frame, &FactsPage { frame, place: &place, form: &form })
}

/// What was typed. Seats and learning records have places of their own and stay, which the revision holds to.
fn facts(frame: &Frame, fields: &Fields, course: &Course) -> Result<CourseFacts, Refusal> {
    let mut faults = Faults::default();
    let mut date = |name, known| faults.or_default(moment(frame, fields, name, known));
    let input = CourseInput {
        short_name: fields.get("short_name").to_owned(),
        title: fields.get("title").to_owned(),
        summary: fields.get("summary").to_owned(),
        capacity: course.capacity,
        starts: date("starts", course.starts),
        ends: date("ends", course.ends),
        learning_records: None,
        language: fields.optional("language").map(str::to_owned),
    };
    faults.and(input.parse())
}

async fn change(posted: Posted, id: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, id) = (who.actor, *id);
    let place = find(&state, &actor, id)?;
    let done = match facts(&frame, &fields, &place.course) {
        Ok(facts) => {
            let same = unchanged(fields.get("revision").to_owned());
            let write = state
                .store
                .write(Class::Interactive, move |txn| course::change(txn, &actor, id, facts, same).map(drop));
            write.await
        }
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(()) => Ok(frame.go_and_say(&format!("/courses/{id}/edit"), &Flash::done("build-saved"))),
        Err(refusal) => {
            let form = Form::refused(fields, refusal, frame.text)?;
            form.show(&frame, &FactsPage { frame: &frame, place: &place, form: &form })
        }
    }
}

/// May a course get this state without a question?
pub(super) fn is_free(next: CourseStatus, fields: &Fields) -> bool {
    next != CourseStatus::Archived || confirm::is_sure(fields)
}

/// The question before a course is archived. The form is sent to `action` again.
pub(super) fn ask_archive(
    state: &State,
    frame: &Frame,
    course: CourseId,
    fields: &Fields,
    (action, back): (&str, &str),
) -> Result<HttpResponse, Refusal> {
    let (running, enrolled, title) = state.store.read(|read| -> Result<_, Refusal> {
        let known = course::get(read, course)?;
        let running = attempt::running_in_course(read, course)?;
        Ok((running, course::enrolled(read, course)?, known.title.clone()))
    })?;
    let mut what = vec![frame.t1("build-archive-people", "count", enrolled)];
    if running > 0 {
        what.push(frame.t1("build-archive-running", "count", running));
    }
    what.push(frame.t("build-archive-closes").into_owned());
    Confirm {
        question: frame.t1("build-archive-question", "name", title),
        what,
        action,
        fields: &confirm::again(fields),
        button: frame.t("build-archive").into_owned(),
        back,
    }
    .show(frame)
}
