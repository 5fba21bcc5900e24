//! Courses: making, changing, publishing and archiving them, their key, lists, and copies.

use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::actor::{SignedIn, state as state_of};
use super::address::Query;
use super::beside::beside;
use super::body::{Body, created};
use super::edit::{Edit, revised};
use super::job::{self, Prefers};
use super::once::{self, Once};
use super::page::{self, Page, PageQuery};
#[cfg(test)]
use super::problems::{Changing, JobView, Making, OnceHeader, PreferHeader, Reading, Trying};
use super::revision;
use super::routes::{Needs, Routes};
use crate::clock::Timestamp;
use crate::domain::access::{Actor, Permission};
use crate::domain::course::{self, Course, CourseInput, CourseStatus, View};
use crate::domain::course_clone::{self, CloneInput};
use crate::domain::course_delete::{self, Gone, Looked};
use crate::domain::enrolment::Enrolment;
use crate::domain::enrolment_key::{KeyCost, KeyHash};
use crate::domain::ids::CourseId;
use crate::domain::job::{CourseCopy, CourseDeletion, Work};
use crate::domain::language::LanguageTag;
use crate::domain::once as domain_once;
use crate::domain::refusal::{INTERNAL, Refusal};
use crate::json::nullable;
use crate::state::State;
use crate::store::{Class, Read};

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    let edit = Needs::Course(Permission::EditCourse);
    let interactive = Class::Interactive;
    routes.add(Method::GET, "/api/my/courses", Class::Browse, Needs::SignIn, mine);
    routes.add(Method::GET, "/api/courses", Class::Browse, Needs::Site(Permission::ViewCourse), all);
    routes.add(Method::POST, "/api/courses", interactive, Needs::Site(Permission::CreateCourse), create);
    let view = Needs::Course(Permission::ViewCourse);
    routes.add(Method::GET, "/api/courses/{course}", Class::Browse, view, show);
    routes.add(Method::PUT, "/api/courses/{course}", interactive, edit, change);
    let site = Needs::Site(Permission::ManageSite);
    routes.add(Method::DELETE, "/api/courses/{course}", interactive, site, delete);
    routes.add(Method::PUT, "/api/courses/{course}/status", interactive, edit, set_status);
    routes.add(Method::PUT, "/api/courses/{course}/key", interactive, edit, set_key);
    routes.add(Method::POST, "/api/courses/{course}/copies", interactive, edit, copy);
    routes.add(Method::POST, "/api/courses/{course}/copying", interactive, edit, go_on_copying);
}

/// The documents of this file.
#[cfg(test)]
#[derive(utoipa::OpenApi)]
#[openapi(paths(mine, all, create, show, change, delete, set_status, set_key, copy, go_on_copying))]
pub struct Api;

/// A course.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct CourseView {
    /// Its id.
    pub id: CourseId,
    /// What files and people call it.
    pub short_name: String,
    /// Its title.
    pub title: String,
    /// What it is about, in Markdown.
    pub summary: String,
    /// The same as HTML that is safe to show.
    pub summary_html: String,
    /// Its state.
    pub status: CourseStatus,
    /// Seats; `null` for as many as come.
    pub capacity: Option<u32>,
    /// When it begins.
    pub starts: Option<Timestamp>,
    /// When it ends.
    pub ends: Option<Timestamp>,
    /// When it was made.
    pub created: Timestamp,
    /// For `If-Match`.
    pub revision: u32,
    /// What its contents are written in, a tag of RFC 5646; `null` when it is not told.
    pub language: Option<LanguageTag>,
    /// For staff: how it is run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub staff: Option<CourseStaffView>,
}

/// What only staff see of a course.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct CourseStaffView {
    /// People enrolled.
    pub enrolled: u64,
    /// Can people enrol themselves with a key?
    pub has_key: bool,
    /// The course whose content is still being copied into this one.
    pub copying: Option<CourseId>,
    /// Is what happens in it written as statements of the learning record store, too?
    pub learning_records: bool,
}

revised!(CourseView);

fn view(read: &impl Read, course: &Course, how: View) -> Result<CourseView, Refusal> {
    let staff = match how {
        View::Learner => None,
        View::Staff => Some(CourseStaffView {
            enrolled: course::enrolled(read, course.id)?,
            has_key: course.key.is_some(),
            copying: course.copying,
            learning_records: course.learning_records,
        }),
    };
    Ok(CourseView {
        id: course.id,
        short_name: course.short_name.to_string(),
        title: course.title.clone(),
        summary: course.summary.clone(),
        summary_html: course.summary_html.html().to_owned(),
        status: course.status,
        capacity: course.capacity,
        starts: course.starts,
        ends: course.ends,
        created: course.created,
        revision: course.revision,
        language: course.language.clone(),
        staff,
    })
}

/// A course in a list.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct CourseLine {
    /// Its id.
    pub id: CourseId,
    /// What files and people call it.
    pub short_name: String,
    /// Its title.
    pub title: String,
    /// Its state.
    pub status: CourseStatus,
    /// When it begins.
    pub starts: Option<Timestamp>,
    /// When it ends.
    pub ends: Option<Timestamp>,
    /// What its contents are written in, a tag of RFC 5646; `null` when it is not told.
    pub language: Option<LanguageTag>,
    /// In your own list: your role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
}

fn line(course: &Course, enrolment: Option<&Enrolment>) -> CourseLine {
    CourseLine {
        id: course.id,
        short_name: course.short_name.to_string(),
        title: course.title.clone(),
        status: course.status,
        starts: course.starts,
        ends: course.ends,
        language: course.language.clone(),
        role: enrolment.map(|enrolment| enrolment.role.to_string()),
    }
}

/// The courses that you are enrolled in and may see now.
#[cfg_attr(test, utoipa::path(get, path = "/api/my/courses", tag = "courses", params(PageQuery),
    responses((status = 200, description = "A page", body = Page<CourseLine>), Reading)))]
async fn mine(request: HttpRequest, who: SignedIn, query: Query<PageQuery>) -> Result<HttpResponse, Refusal> {
    let (limit, after) = (query.limit()?, query.after::<CourseId>()?);
    let rows = state_of(&request)?.store.read(|read| course::mine(read, &who.actor, after, limit + 1))?;
    let page = Page::of(rows, limit, |row| row.0.id, |row| line(&row.0, Some(&row.1)));
    page::respond(&request, &page)
}

/// Every course of the installation, for who may see courses everywhere.
#[cfg_attr(test, utoipa::path(get, path = "/api/courses", tag = "courses", params(PageQuery),
    responses((status = 200, description = "A page", body = Page<CourseLine>), Reading)))]
async fn all(request: HttpRequest, who: SignedIn, query: Query<PageQuery>) -> Result<HttpResponse, Refusal> {
    let (limit, after) = (query.limit()?, query.after::<CourseId>()?);
    let rows = state_of(&request)?.store.read(|read| course::all(read, &who.actor, after, limit + 1))?;
    page::respond(&request, &Page::of(rows, limit, |course| course.id, |course| line(&course, None)))
}

/// How a course is made.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[cfg_attr(test, into_params(parameter_in = Query))]
pub struct CreateQuery {
    /// Enrol yourself as its teacher. When absent: if you could not change it otherwise.
    pub teach: Option<bool>,
}

/// Makes a course, as a draft.
#[cfg_attr(test, utoipa::path(post, path = "/api/courses", tag = "courses", params(CreateQuery, OnceHeader), request_body = CourseInput,
    responses((status = 201, description = "Made", body = CourseView), Making)))]
async fn create(
    request: HttpRequest,
    who: SignedIn,
    query: Query<CreateQuery>,
    input: Once<CourseInput>,
) -> Result<HttpResponse, Refusal> {
    let state = state_of(&request)?;
    let (actor, facts, teach) = (who.actor.clone(), input.body.parse()?, query.teach);
    once::create(
        state,
        Class::Interactive,
        &who,
        input.key,
        once::on_site(Permission::CreateCourse),
        move |txn| {
            let course = course::create(txn, &actor, facts, teach)?;
            Ok((format!("/api/courses/{}", course.id), view(txn, &course, View::Staff)?))
        },
    )
    .await
}

/// A course.
#[cfg_attr(test, utoipa::path(get, path = "/api/courses/{course}", tag = "courses", params(("course" = CourseId, Path)),
    responses((status = 200, description = "The course, with an ETag", body = CourseView), Reading)))]
async fn show(request: HttpRequest, who: SignedIn, id: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    let view = state_of(&request)?.store.read(|read| {
        let (course, how) = course::seen(read, &who.actor, *id)?;
        view(read, &course, how)
    })?;
    revision::json(view.revision, &view)
}

/// Changes the facts of a course.
#[cfg_attr(test, utoipa::path(put, path = "/api/courses/{course}", tag = "courses",
    params(("course" = CourseId, Path), ("If-Match" = String, Header)), request_body = CourseInput,
    responses((status = 200, description = "Changed", body = CourseView), Changing)))]
async fn change(edit: Edit<CourseId>, body: Body<CourseInput>) -> Result<HttpResponse, Refusal> {
    let (id, facts) = (edit.at, body.0.parse()?);
    edit.change(move |txn, actor, unchanged| {
        let course = course::change(txn, actor, id, facts, unchanged)?;
        view(txn, &course, View::Staff)
    })
    .await
}

/// What confirms that a course is meant.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DeleteCourseInput {
    /// The course's short name, exactly.
    pub short_name: String,
}

/// Removes an archived course with everything in it: enrolments, attempts, grades, content, quizzes, questions, groups.
/// Refused while attempts at its quizzes run, or a copy of it is not finished. A job does it. Once the job has begun nobody enters the course; it
/// cannot be undone, and not be stopped. A job that is cancelled before leaves the course as it was.
/// The audit trail keeps what was done in the course, and says what went. Files that nothing else names go a day later.
/// A copy that was cut off may be removed, too.
#[cfg_attr(test, utoipa::path(delete, path = "/api/courses/{course}", tag = "courses",
    params(("course" = CourseId, Path), PreferHeader, OnceHeader), request_body = DeleteCourseInput,
    responses((status = 202, description = "A job does it; its result is what went", body = JobView), Trying)))]
async fn delete(
    request: HttpRequest,
    who: SignedIn,
    id: web::Path<CourseId>,
    prefers: Prefers,
    input: Once<DeleteCourseInput>,
) -> Result<HttpResponse, Refusal> {
    let (id, short_name) = (id.into_inner(), input.body.short_name);
    job::start(state_of(&request)?, &who, prefers, input.key, move |txn, actor| {
        let course = course_delete::check(txn, actor, id, &short_name)?;
        let short_name = course.short_name.to_string();
        let (looked, gone) = (Looked::To(None), Gone::default());
        Ok((Work::CourseDeletion(CourseDeletion { course: id, short_name, looked, gone }), None))
    })
    .await
}

/// Another state.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct StatusInput {
    /// `published` or `archived`.
    pub status: CourseStatus,
}

/// Publishes, archives or reopens a course.
#[cfg_attr(test, utoipa::path(put, path = "/api/courses/{course}/status", tag = "courses",
    params(("course" = CourseId, Path), ("If-Match" = String, Header)), request_body = StatusInput,
    responses((status = 200, description = "In that state", body = CourseView), Changing)))]
async fn set_status(edit: Edit<CourseId>, body: Body<StatusInput>) -> Result<HttpResponse, Refusal> {
    let (id, next) = (edit.at, body.0.status);
    edit.change(move |txn, actor, unchanged| {
        let course = course::set_status(txn, actor, id, next, unchanged)?;
        view(txn, &course, View::Staff)
    })
    .await
}

/// Another key.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct KeyInput {
    /// 4 to 100 characters; `null` for no enrolment by key. It is stored hashed and never shown.
    #[serde(deserialize_with = "nullable")]
    #[cfg_attr(test, schema(required))]
    pub key: Option<String>,
}

/// What hashing a key costs here.
pub(crate) fn key_cost(state: &State) -> KeyCost {
    let sign_in = &state.config.sign_in;
    KeyCost { memory_kib: sign_in.argon2_memory_kib, passes: sign_in.argon2_passes }
}

/// Sets or removes the key with which people enrol themselves.
#[cfg_attr(test, utoipa::path(put, path = "/api/courses/{course}/key", tag = "courses",
    params(("course" = CourseId, Path), ("If-Match" = String, Header)), request_body = KeyInput,
    responses((status = 200, description = "Set or removed", body = CourseView), Changing)))]
async fn set_key(edit: Edit<CourseId>, body: Body<KeyInput>) -> Result<HttpResponse, Refusal> {
    let id = edit.at;
    let key = match body.0.key {
        None => None,
        Some(key) => {
            let mut salt = [0; 16];
            getrandom::fill(&mut salt).map_err(|error| INTERNAL.refuse(error.to_string()))?;
            let cost = key_cost(edit.state());
            Some(beside(edit.state(), move || KeyHash::make(&key, salt, cost)).await?)
        }
    };
    edit.change(move |txn, actor, unchanged| {
        let course = course::set_key(txn, actor, id, key, unchanged)?;
        view(txn, &course, View::Staff)
    })
    .await
}

/// Makes a draft from this course, without people and what they did. Answers when all of it is there; with
/// `Prefer: respond-async`, and for a bank of more than 500 questions, at once with a job that makes it.
///
/// Copied are the content, the files, the question bank (each question as its latest version says it), the quizzes,
/// the gradebook with its letters, categories and items, and the groups with what they have different in quizzes, without
/// members. Not copied are enrolments, attempts, grades, exceptions of single learners and the key. Quizzes keep their rules and access codes but come unpublished, so that none
/// opens before somebody looked at it; a slot that kept an older version of a question asks the latest one. When both
/// courses have a start, the end, availabilities and the dates of quizzes, exceptions and grades move by the days between
/// the two and keep their time of day, in your zone or else the installation's; otherwise they stay. An end that is behind us
/// is left out.
/// A large course is copied in short steps: when the connection or the server ends between two of them, the copy stays a
/// draft that says so in `staff.copying`, cannot be published, and is finished by `copying`. What is changed in the old
/// course meanwhile may or may not be in it; it cannot be deleted meanwhile. Needs the right to see the question bank, too.
#[cfg_attr(test, utoipa::path(post, path = "/api/courses/{course}/copies", tag = "courses",
    params(("course" = CourseId, Path), PreferHeader, OnceHeader), request_body = CloneInput,
    responses((status = 201, description = "Made", body = CourseView),
        (status = 202, description = "A job makes it; its result names the course", body = JobView), Trying)))]
async fn copy(
    request: HttpRequest,
    who: SignedIn,
    from: web::Path<CourseId>,
    prefers: Prefers,
    input: Once<CloneInput>,
) -> Result<HttpResponse, Refusal> {
    let state = state_of(&request)?;
    let (actor, from) = (who.actor, from.into_inner());
    let zone = state.config.server.time_zone.clone();
    let (facts, large) = state.store.read(|read| -> Result<_, Refusal> {
        let facts = course_clone::facts(read, &actor, from, input.body)?;
        Ok((facts, course_clone::is_large(read, from)?))
    })?;
    // As it was done the first time, whatever the course has become and the client prefers now.
    let known =
        input.key.map(|key| state.store.read(|read| domain_once::kept(read, actor.user, actor.now, key)));
    let by_job = match known.transpose()?.flatten() {
        Some((location, _)) => location.starts_with(job::JOBS),
        None => prefers.respond_async || large,
    };
    if by_job {
        return job::start(state, &actor, prefers, input.key, move |txn, actor| {
            let to = course_clone::begin(txn, actor, from, facts, &zone)?.id;
            Ok((Work::CourseCopy(CourseCopy { to }), None))
        })
        .await;
    }
    let (beginner, key) = (actor.clone(), input.key);
    let (_, to) = state
        .store
        .write(Class::Interactive, move |txn| {
            domain_once::run(txn, beginner.user, beginner.now, key, |txn| {
                let to = course_clone::begin(txn, &beginner, from, facts, &zone)?.id;
                Ok((format!("/api/courses/{to}"), once::as_bytes(&to)?))
            })
        })
        .await?;
    let to: CourseId = serde_json::from_slice(&to).map_err(|error| INTERNAL.refuse(error.to_string()))?;
    let view = finish_copy(state, &actor, to).await?;
    created(&format!("/api/courses/{}", view.id), &view)
}

/// Goes on with a copy that was cut off, by a restart for example. Answers when all of it is there.
#[cfg_attr(test, utoipa::path(post, path = "/api/courses/{course}/copying", tag = "courses", params(("course" = CourseId, Path)),
    responses((status = 200, description = "All copied", body = CourseView), Making)))]
async fn go_on_copying(
    request: HttpRequest,
    who: SignedIn,
    id: web::Path<CourseId>,
) -> Result<HttpResponse, Refusal> {
    let view = finish_copy(state_of(&request)?, &who.actor, id.into_inner()).await?;
    revision::json(view.revision, &view)
}

async fn finish_copy(state: &State, actor: &Actor, id: CourseId) -> Result<CourseView, Refusal> {
    loop {
        let actor = actor.clone();
        if state.store.write(Class::Bulk, move |txn| course_clone::step(txn, &actor, id)).await? {
            break;
        }
    }
    state.store.read(|read| view(read, &*course::get(read, id)?, View::Staff))
}
