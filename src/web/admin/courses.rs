//! All courses: making one, its state, copying it, removing it.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::{require, unchanged};
use crate::domain::access::{self, Actor, Permission, PermissionSet, Scope};
use crate::domain::course::{self, Course, CourseInput, CourseStatus};
use crate::domain::course_clone::{self, CloneInput};
use crate::domain::course_delete::{self, Gone, Looked};
use crate::domain::grade::item::GradeItem;
use crate::domain::ids::{CourseId, JobId};
use crate::domain::job::{CourseCopy, CourseDeletion, Work};
use crate::domain::quiz::QuizzesByCourse;
use crate::domain::quiz::edit::MAX_QUIZZES;
use crate::domain::refusal::{Refusal, invalid};
use crate::http::page::{Page, PageQuery};
use crate::http::routes::{Needs, Routes};
use crate::state::State;
use crate::store::{Class, Exactly, Read};
use crate::web::confirm;
use crate::web::course_facts::{ask_archive, is_free};
use crate::web::flash::Flash;
use crate::web::form::{Fields, Form};
use crate::web::frame::Frame;
use crate::web::job;
use crate::web::visitor::{Posted, Visitor};

/// Routes of this file.
pub(super) fn routes(routes: &mut Routes) {
    use Class::{Browse, Interactive};
    let edit = Needs::Course(Permission::EditCourse);
    let make = Needs::Site(Permission::CreateCourse);
    let site = Needs::Site(Permission::ManageSite);
    routes.page("/admin/courses", Browse, Needs::Site(Permission::ViewCourse), list);
    routes.page("/admin/courses/new", Browse, make, new);
    routes.form("/admin/courses/new", Interactive, make, create);
    routes.form("/admin/courses/{course}/status", Interactive, edit, set_status);
    routes.page("/admin/courses/{course}/copy", Browse, edit, ask_copy);
    routes.form("/admin/courses/{course}/copy", Interactive, edit, copy);
    routes.page("/admin/courses/{course}/delete", Browse, site, ask_delete);
    routes.form("/admin/courses/{course}/delete", Interactive, site, delete);
}

#[derive(Debug, Deserialize)]
struct ListQuery {
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "admin/courses.html")]
struct CoursesPage<'a> {
    frame: &'a Frame,
    /// Each with how many are enrolled.
    courses: Vec<(Course, u64)>,
    next: Option<String>,
    behind: bool,
    /// What the viewer may do everywhere.
    may: PermissionSet,
}

impl CoursesPage<'_> {
    fn makes(&self) -> bool {
        self.may.has(Permission::CreateCourse)
    }

    fn edits(&self) -> bool {
        self.may.has(Permission::EditCourse)
    }

    /// Can the viewer remove this one, as it is now?
    fn removes(&self, course: &Course) -> bool {
        let removable = course.status == CourseStatus::Archived || course.copying.is_some();
        removable && self.may.has(Permission::ManageSite)
    }
}

async fn list(visitor: Visitor, query: web::Query<ListQuery>) -> Result<HttpResponse, Refusal> {
    let (frame, state) = (&visitor.frame, &visitor.state);
    let query = PageQuery { limit: None, after: query.into_inner().after };
    let (limit, after) = (query.limit()?, query.after::<CourseId>()?);
    let behind = after.is_some();
    let (courses, next) = state.store.read(|read| -> Result<_, Refusal> {
        let rows = course::all(read, visitor.actor(), after, limit + 1)?;
        let page = Page::of(rows, limit, |course| course.id, |course| course);
        let mut courses = Vec::new();
        for course in page.items {
            let enrolled = course::enrolled(read, course.id)?;
            courses.push((course, enrolled));
        }
        Ok((courses, page.next))
    })?;
    frame.show(&CoursesPage {
        frame,
        courses,
        next: next.map(|next| format!("/admin/courses?after={next}")),
        behind,
        may: frame.site,
    })
}

#[derive(Template)]
#[template(path = "admin/course_new.html")]
struct NewPage<'a> {
    frame: &'a Frame,
    form: &'a Form,
    /// The course that is copied.
    from: Option<&'a Course>,
}

async fn new(visitor: Visitor) -> Result<HttpResponse, Refusal> {
    require(&visitor.state, visitor.actor(), Permission::CreateCourse)?;
    let form = Form::of(Fields::default());
    form.show(&visitor.frame, &NewPage { frame: &visitor.frame, form: &form, from: None })
}

async fn create(posted: Posted) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let actor = who.actor;
    require(&state, &actor, Permission::CreateCourse)?;
    let input = CourseInput {
        short_name: fields.get("short_name").to_owned(),
        title: fields.get("title").to_owned(),
        summary: fields.get("summary").to_owned(),
        ..CourseInput::default()
    };
    let done = match input.parse() {
        Ok(facts) => {
            state.store.write(Class::Interactive, move |txn| course::create(txn, &actor, facts, None)).await
        }
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(course) => {
            let said = Flash::done("admin-course-made").with("title", &course.title);
            Ok(frame.go_and_say(&format!("/courses/{}", course.id), &said))
        }
        Err(refusal) => {
            let form = Form::refused(fields, refusal, frame.text)?;
            form.show(&frame, &NewPage { frame: &frame, form: &form, from: None })
        }
    }
}

async fn set_status(posted: Posted, id: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, id) = (who.actor, *id);
    state.store.read(|read| access::require(read, &actor, Permission::EditCourse, Scope::Course(id)))?;
    let next = match fields.get("status") {
        "published" => CourseStatus::Published,
        "archived" => CourseStatus::Archived,
        _ => return Err(invalid("/status", "is neither published nor archived")),
    };
    let same = unchanged(fields.get("revision").to_owned());
    let write = confirm::once_sure(&state, is_free(next, &fields), move |txn| {
        course::set_status(txn, &actor, id, next, same)
    });
    let Some(course) = write.await? else {
        let action = format!("/admin/courses/{id}/status");
        return ask_archive(&state, &frame, id, &fields, (&action, "/admin/courses"));
    };
    let key =
        if next == CourseStatus::Published { "admin-course-published" } else { "admin-course-archived" };
    Ok(frame.go_and_say("/admin/courses", &Flash::done(key).with("title", &course.title)))
}

/// A course of which the actor may make a copy.
fn source(state: &State, actor: &Actor, id: CourseId) -> Result<Course, Refusal> {
    state.store.read(|read| {
        access::require(read, actor, Permission::EditCourse, Scope::Course(id))?;
        access::require(read, actor, Permission::CreateCourse, Scope::Site)?;
        course::visible(read, actor, id).map(|course| (*course).clone())
    })
}

async fn ask_copy(visitor: Visitor, id: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    let from = source(&visitor.state, visitor.actor(), *id)?;
    let form = Form::of(Fields::default().with("title", &from.title));
    form.show(&visitor.frame, &NewPage { frame: &visitor.frame, form: &form, from: Some(&from) })
}

/// Starts the job that copies.
async fn copied(state: &State, actor: Actor, from: CourseId, fields: &Fields) -> Result<JobId, Refusal> {
    let input = CloneInput {
        short_name: fields.get("short_name").to_owned(),
        title: fields.get("title").to_owned(),
        starts: None,
    };
    let facts = state.store.read(|read| course_clone::facts(read, &actor, from, input))?;
    let zone = state.config.server.time_zone.clone();
    job::begin(state, &actor, move |txn, actor| {
        let to = course_clone::begin(txn, actor, from, facts, &zone)?.id;
        Ok((Work::CourseCopy(CourseCopy { to }), None))
    })
    .await
}

async fn copy(posted: Posted, id: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let from = source(&state, &who.actor, *id)?;
    match copied(&state, who.actor, *id, &fields).await {
        Ok(job) => Ok(frame.go(&format!("/admin/jobs/{job}"))),
        Err(refusal) => {
            let form = Form::refused(fields, refusal, frame.text)?;
            form.show(&frame, &NewPage { frame: &frame, form: &form, from: Some(&from) })
        }
    }
}

#[derive(Template)]
#[template(path = "admin/course_delete.html")]
struct DeletePage<'a> {
    frame: &'a Frame,
    form: &'a Form,
    course: &'a Course,
    /// What will go, a line each.
    goes: Vec<String>,
}

/// The course with what goes with it.
fn doomed(
    frame: &Frame,
    read: &impl Read,
    actor: &Actor,
    id: CourseId,
) -> Result<(Course, Vec<String>), Refusal> {
    access::require(read, actor, Permission::ManageSite, Scope::Site)?;
    let course = course::get(read, id)?;
    let quizzes = read.index_keys::<QuizzesByCourse>(&Exactly(id), None, MAX_QUIZZES)?.len();
    let graded = read.list::<GradeItem>(&(id,), None, 1_000)?.len();
    let goes = vec![
        frame.t1("admin-course-goes-people", "count", course::enrolled(read, id)?),
        frame.t1("admin-course-goes-quizzes", "count", quizzes),
        frame.t1("admin-course-goes-grades", "count", graded),
        frame.t("admin-course-goes-content").into_owned(),
        frame.t("admin-course-goes-stays").into_owned(),
    ];
    Ok(((*course).clone(), goes))
}

async fn ask_delete(visitor: Visitor, id: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    let frame = &visitor.frame;
    let (course, goes) = visitor.state.store.read(|read| doomed(frame, read, visitor.actor(), *id))?;
    let form = Form::of(Fields::default());
    form.show(frame, &DeletePage { frame, form: &form, course: &course, goes })
}

async fn delete(posted: Posted, id: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, id) = (who.actor, *id);
    let (course, goes) = state.store.read(|read| doomed(&frame, read, &actor, id))?;
    let typed = fields.get("short_name").trim().to_owned();
    let begun = job::begin(&state, &actor, move |txn, actor| {
        let course = course_delete::check(txn, actor, id, &typed)?;
        let short_name = course.short_name.to_string();
        let (looked, gone) = (Looked::To(None), Gone::default());
        let work = Work::CourseDeletion(CourseDeletion { course: id, short_name, looked, gone });
        Ok((work, None))
    });
    match begun.await {
        Ok(job) => Ok(frame.go(&format!("/admin/jobs/{job}"))),
        Err(refusal) => {
            let form = Form::refused(fields, refusal, frame.text)?;
            form.show(&frame, &DeletePage { frame: &frame, form: &form, course: &course, goes })
        }
    }
}
