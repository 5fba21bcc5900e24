//! The start page: running exams first, then what is due, then my courses with how far I am, and the way into another one by
//! its key.

use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpResponse;
use askama::Template;

use super::desk::{Desk, looks_on};
use super::flash::Flash;
use super::form::{Fields, Form};
use super::frame::Frame;
use super::visitor::{Posted, Visitor};
use crate::clock::Timestamp;
use crate::domain::access::{Actor, Permission, Scope, permissions};
use crate::domain::course::{self, Course, CourseStatus, View};
use crate::domain::enrolment::Enrolled;
use crate::domain::faults::together;
use crate::domain::ids::{AttemptId, CourseId, QuizId, UserId};
use crate::domain::outline::{self, Outline, OutlineContent, OutlineItem, Progress};
use crate::domain::quiz;
use crate::domain::refusal::{Kind, Refusal, invalid};
use crate::domain::standing::{self, Standing};
use crate::domain::{attempt, enrolment};
use crate::http::enrolment::enrol_with_key;
use crate::http::routes::{Needs, Routes};
use crate::store::{Class, Read};

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    routes.page("/", Class::Browse, Needs::SignIn, show);
    routes.form("/", Class::Interactive, Needs::SignIn, enrol);
}

/// More courses than one person has at a time.
const MAX_COURSES: usize = 100;
/// More enrolments than one person gathers in a life of studies.
const MAX_ENROLMENTS: usize = 1_000;
/// What opens later is not news yet.
const AHEAD: Duration = Duration::from_hours(24 * 28);
/// More would hide the first of them.
const MAX_DUE: usize = 12;

/// An attempt that is being worked on.
struct RunningExam {
    attempt: AttemptId,
    name: String,
    course: Arc<Course>,
    deadline: Option<Timestamp>,
}

/// A quiz that can be taken, now or soon.
struct Due {
    quiz: QuizId,
    name: String,
    course: Arc<Course>,
    open: bool,
    /// When it closes where it is open, else when it opens.
    next: Timestamp,
}

/// A course of a learner.
struct Learning {
    course: Arc<Course>,
    progress: Progress,
}

/// A course that somebody helps to run.
struct Teaching {
    course: Arc<Course>,
    enrolled: u64,
}

#[derive(Default)]
struct Found {
    running: Vec<RunningExam>,
    due: Vec<Due>,
    learning: Vec<Learning>,
    teaching: Vec<Teaching>,
    desk: Desk,
}

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage<'a> {
    frame: &'a Frame,
    found: Found,
    admin: bool,
    form: &'a Form,
}

impl Found {
    fn learner(&mut self, now: Timestamp, course: &Arc<Course>, outline: &Outline) {
        for item in outline.sections.iter().flat_map(|section| &section.items) {
            self.quiz(now, course, item);
        }
        self.learning.push(Learning { course: course.clone(), progress: Progress::of(outline) });
    }

    /// What somebody works on in a course, seen in its outline or not.
    fn running(&mut self, read: &impl Read, id: CourseId, user: UserId) -> Result<(), Refusal> {
        for Standing { running, quiz, .. } in standing::running(read, id, user)? {
            let Some(attempt) = running else { continue };
            let deadline = attempt::head(read, attempt)?.deadline;
            let (name, course) = (quiz::get(read, quiz)?.name.clone(), course::get(read, id)?);
            self.running.push(RunningExam { attempt, name, course, deadline });
        }
        Ok(())
    }

    fn quiz(&mut self, now: Timestamp, course: &Arc<Course>, item: &OutlineItem) {
        let OutlineContent::Quiz { quiz, opens, closes, open, state, .. } = &item.content else {
            return;
        };
        if state.as_ref().is_some_and(|state| state.running.is_some()) {
            return;
        }
        // Without dates there is nothing to be late for; the outline has it. What is open can be taken, however late it closes.
        let next = if *open { closes } else { opens };
        let Some(next) = next.filter(|next| now < *next && (*open || *next <= now.plus(AHEAD))) else {
            return;
        };
        if !item.is_done() && !course.status.is_over() {
            let (name, course) = (item.title.clone(), course.clone());
            self.due.push(Due { quiz: *quiz, name, course, open: *open, next });
        }
    }
}

/// What was taken away since the list was made is left out.
fn still_there(looked: Result<(), Refusal>) -> Result<(), Refusal> {
    match looked {
        Err(refusal) if refusal.code.kind == Kind::NotFound => Ok(()),
        other => other,
    }
}

/// Courses with a role of their own, without an enrolment, come behind those in which the actor is enrolled; a role that
/// holds everywhere leads to the list of all. Each course is a read of its own, so that nobody with many courses keeps a writer waiting.
fn look(visitor: &Visitor, actor: &Actor) -> Result<Found, Refusal> {
    let store = &visitor.state.store;
    let mut found = Found::default();
    for course in store.read(|read| enrolment::courses_of(read, actor.user, MAX_ENROLMENTS))? {
        still_there(store.read(|read| found.running(read, course, actor.user)))?;
    }
    let courses = store.read(|read| -> Result<_, Refusal> {
        let own = course::mine(read, actor, None, MAX_COURSES)?;
        let granted = course::granted(read, actor, MAX_COURSES)?;
        Ok(own.into_iter().map(|(course, _)| course).chain(granted).collect::<Vec<_>>())
    })?;
    for course in courses {
        let looked = store.read(|read| -> Result<(), Refusal> {
            let may = permissions(read, actor, Scope::Course(course.id))?;
            found.desk.duties(read, actor, may, &course)?;
            match outline::view(read, actor, course.id)? {
                View::Learner if looks_on(may) => found.desk.observe(read, actor, course.id)?,
                View::Learner => {
                    let (outline, _) = outline::build(read, actor, course.id, View::Learner)?;
                    found.learner(actor.now, &course, &outline);
                }
                View::Staff => {
                    let enrolled = course::enrolled(read, course.id)?;
                    found.teaching.push(Teaching { course: course.clone(), enrolled });
                }
            }
            Ok(())
        });
        still_there(looked)?;
    }
    // What can be taken now stands above what opens later.
    found.due.sort_by_key(|due| (!due.open, due.next));
    found.due.truncate(MAX_DUE);
    Ok(found)
}

async fn show(visitor: Visitor) -> Result<HttpResponse, Refusal> {
    show_with(&visitor, &Form::default())
}

fn show_with(visitor: &Visitor, form: &Form) -> Result<HttpResponse, Refusal> {
    let mut found = look(visitor, visitor.actor())?;
    let rights = [Permission::ViewPeople, Permission::ManageRoles, Permission::ManageSite];
    let admin = rights.iter().any(|permission| visitor.frame.may(*permission));
    found.desk.everywhere = !admin && visitor.frame.may(Permission::ViewCourse);
    form.show(&visitor.frame, &HomePage { frame: &visitor.frame, found, admin, form })
}

/// The short name and the key. What was left empty is told before the try counts.
fn typed(fields: &Fields) -> Result<(String, String), Refusal> {
    let given = |name: &str| {
        let missing = || invalid(format!("/{name}"), "is missing");
        fields.optional(name).map(str::to_owned).ok_or_else(missing)
    };
    together((given("short_name"), given("key")))
}

/// Enrols with a key, and leads into the course.
async fn enrol(posted: Posted) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let done = match typed(&fields) {
        Ok((short_name, key)) => enrol_with_key(&state, who.actor.clone(), &short_name, key).await,
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok((id, outcome)) => {
            let (course, open) = state.store.read(|read| -> Result<_, Refusal> {
                Ok((course::get(read, id)?, course::visible(read, &who.actor, id).is_ok()))
            })?;
            let (to, key) = match outcome {
                _ if !open => ("/".to_owned(), "home-enrolled-later"),
                Enrolled::Unchanged => (format!("/courses/{id}"), "home-enrolled-already"),
                Enrolled::Added | Enrolled::Changed => (format!("/courses/{id}"), "home-enrolled"),
            };
            Ok(frame.go_and_say(&to, &Flash::done(key).with("title", &course.title)))
        }
        Err(refusal) => {
            // The codes tell nothing of which of the two was wrong: all of them stand beside the key.
            let form = Form::refused_beside("key", fields, refusal, frame.text)?;
            show_with(&Visitor { who, frame, state }, &form)
        }
    }
}
