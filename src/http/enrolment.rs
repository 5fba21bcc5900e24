//! Enrolment: by staff, one or many; by key; changing, suspending and removing; the list of who is in.

use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::actor::{SignedIn, state as state_of};
use super::address::Query;
use super::beside::beside_in_time;
use super::body::{Body, json};
use super::course::key_cost;
use super::edit::{Edit, revised};
use super::page::{self, Page, PageQuery};
#[cfg(test)]
use super::problems::{Changing, Making, Reading, Trying};
use super::revision;
use super::routes::{Needs, Routes};
use super::stream::{self, NDJSON, Then};
use super::trail::Trail;
use crate::clock::Timestamp;
use crate::domain::access::{self, Actor, Permission, Scope};
use crate::domain::account::{self, Account};
use crate::domain::enrolment::{self, Enrolled, EnrolledBy, Enrolment, EnrolmentStatus, PersonInput};
use crate::domain::enrolment_key;
use crate::domain::ids::{CourseId, UserId};
use crate::domain::refusal::Refusal;
use crate::json::present;
use crate::state::State;
use crate::store::{Class, Read};

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    const LIST: &str = "/api/courses/{course}/enrolments";
    const ONE: &str = "/api/courses/{course}/enrolments/{user}";
    let manage = Needs::Course(Permission::ManageEnrolment);
    let roster = Needs::Course(Permission::ViewRoster);
    routes.add(Method::POST, "/api/enrolments/by-key", Class::Interactive, Needs::SignIn, by_key);
    routes.add(Method::GET, LIST, Class::Browse, roster, list);
    routes.add(Method::GET, "/api/courses/{course}/export/enrolments", Class::Bulk, roster, export);
    routes.add(Method::POST, LIST, Class::Interactive, manage, enrol);
    routes.add(Method::GET, ONE, Class::Browse, roster, show);
    routes.add(Method::PATCH, ONE, Class::Interactive, manage, change);
    routes.add(Method::DELETE, ONE, Class::Interactive, manage, remove);
}

/// The documents of this file.
#[cfg(test)]
#[derive(utoipa::OpenApi)]
#[openapi(paths(by_key, list, export, enrol, show, change, remove))]
pub struct Api;

/// Somebody in a course.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct EnrolmentView {
    /// Who.
    pub user: UserId,
    /// Their username; `null` when the account is gone.
    pub username: Option<String>,
    /// First and family name; `null` when the account is gone.
    pub name: Option<String>,
    /// The role in the course.
    pub role: String,
    /// Does it count?
    pub status: EnrolmentStatus,
    /// Counts from here on.
    pub starts: Option<Timestamp>,
    /// Counts until here.
    pub ends: Option<Timestamp>,
    /// When it was made.
    pub enrolled: Timestamp,
    /// How it was made.
    pub by: EnrolledBy,
    /// For `If-Match`.
    pub revision: u32,
}

revised!(EnrolmentView);

fn view(read: &impl Read, enrolment: &Enrolment) -> Result<EnrolmentView, Refusal> {
    let account = read.get::<Account>(&enrolment.user)?;
    Ok(EnrolmentView {
        user: enrolment.user,
        username: account.as_ref().map(|account| account.username.as_str().to_owned()),
        name: account.as_deref().map(account::display_name),
        role: enrolment.role.to_string(),
        status: enrolment.status,
        starts: enrolment.starts,
        ends: enrolment.ends,
        enrolled: enrolment.enrolled,
        by: enrolment.by,
        revision: enrolment.revision,
    })
}

/// Who is enrolled, with names.
#[cfg_attr(test, utoipa::path(get, path = "/api/courses/{course}/enrolments", tag = "enrolment",
    params(("course" = CourseId, Path), PageQuery),
    responses((status = 200, description = "A page", body = Page<EnrolmentView>), Reading)))]
async fn list(
    request: HttpRequest,
    who: SignedIn,
    course: web::Path<CourseId>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Refusal> {
    let (limit, after) = (query.limit()?, query.after::<UserId>()?);
    let rows = state_of(&request)?.store.read(|read| {
        let rows = enrolment::list(read, &who.actor, *course, after, limit + 1)?;
        rows.iter().map(|row| view(read, row)).collect::<Result<Vec<_>, Refusal>>()
    })?;
    page::respond(&request, &Page::of(rows, limit, |row| row.user, |row| row))
}

/// Enrolments per read, each with its account.
const PER_READ: usize = 100;

/// Everybody who is enrolled, with names, an enrolment per line, in the order of accounts.
#[cfg_attr(test, utoipa::path(get, path = "/api/courses/{course}/export/enrolments", tag = "enrolment",
    params(("course" = CourseId, Path)),
    responses((status = 200, description = "An EnrolmentView per line", content_type = "application/x-ndjson",
        body = EnrolmentView), Reading)))]
async fn export(
    state: web::Data<State>,
    who: SignedIn,
    course: web::Path<CourseId>,
    trail: Trail,
) -> Result<HttpResponse, Refusal> {
    let course = course.into_inner();
    let noted = trail.of("enrolments_export", format!("course {course}"), Some(course));
    let mut after = None;
    let name = format!("enrolments-{course}.ndjson");
    stream::file(&state, &who, NDJSON, &name, noted, move |state, actor, to| {
        state.store.read(|read| {
            let rows = enrolment::list(read, actor, course, after, PER_READ)?;
            for row in &rows {
                after = Some(row.user);
                stream::line(to, &view(read, row)?)?;
            }
            Ok(Then::after(rows.len(), PER_READ))
        })
    })
    .await
}

/// People to enrol.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EnrolInput {
    /// 1 to 500 people. All of them are enrolled, or nobody.
    pub people: Vec<PersonInput>,
}

/// What enrolling came to.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct EnrolResult {
    /// In the order of the list.
    pub people: Vec<EnrolledView>,
}

/// What enrolling one person came to.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct EnrolledView {
    /// Who.
    pub user: UserId,
    /// Added, changed, or as it was.
    pub outcome: Enrolled,
}

/// Enrols people, by id, username or login. Who is in already gets the role and the dates that are named, and keeps those that
/// are not. Nobody takes their own right to manage enrolments away (409 `own_management`): somebody else must do it.
#[cfg_attr(test, utoipa::path(post, path = "/api/courses/{course}/enrolments", tag = "enrolment",
    params(("course" = CourseId, Path)), request_body = EnrolInput,
    responses((status = 200, description = "All are in", body = EnrolResult), Making)))]
async fn enrol(
    request: HttpRequest,
    who: SignedIn,
    course: web::Path<CourseId>,
    body: Body<EnrolInput>,
) -> Result<HttpResponse, Refusal> {
    let (actor, course, people) = (who.actor, course.into_inner(), body.0.people);
    let done = state_of(&request)?
        .store
        .write(Class::Interactive, move |txn| enrolment::enrol_each(txn, &actor, course, &people))
        .await?;
    let people = done.into_iter().map(|(user, outcome)| EnrolledView { user, outcome }).collect();
    json(&EnrolResult { people })
}

/// An enrolment.
#[cfg_attr(test, utoipa::path(get, path = "/api/courses/{course}/enrolments/{user}", tag = "enrolment",
    params(("course" = CourseId, Path), ("user" = UserId, Path)),
    responses((status = 200, description = "The enrolment, with an ETag", body = EnrolmentView), Reading)))]
async fn show(
    request: HttpRequest,
    who: SignedIn,
    path: web::Path<(CourseId, UserId)>,
) -> Result<HttpResponse, Refusal> {
    let (course, user) = path.into_inner();
    let view = state_of(&request)?.store.read(|read| {
        access::require(read, &who.actor, Permission::ViewRoster, Scope::Course(course))?;
        view(read, &*enrolment::get(read, course, user)?)
    })?;
    revision::json(view.revision, &view)
}

/// What of an enrolment changes. What is absent stays.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EnrolmentChange {
    /// Another role.
    #[serde(default)]
    pub role: Option<String>,
    /// Suspend or reactivate.
    #[serde(default)]
    pub status: Option<EnrolmentStatus>,
    /// Another start; `null` for none.
    #[serde(default, deserialize_with = "present")]
    #[cfg_attr(test, schema(value_type = Option<Timestamp>))]
    pub starts: Option<Option<Timestamp>>,
    /// Another end; `null` for none.
    #[serde(default, deserialize_with = "present")]
    #[cfg_attr(test, schema(value_type = Option<Timestamp>))]
    pub ends: Option<Option<Timestamp>>,
}

/// Changes role or dates, suspends or reactivates. An attempt that runs is not broken off: its learner saves and hands in as
/// before, and it counts. Who is to stop it hands it in for them.
#[cfg_attr(test, utoipa::path(patch, path = "/api/courses/{course}/enrolments/{user}", tag = "enrolment",
    params(("course" = CourseId, Path), ("user" = UserId, Path), ("If-Match" = String, Header)),
    request_body = EnrolmentChange,
    responses((status = 200, description = "Changed", body = EnrolmentView), Changing)))]
async fn change(
    edit: Edit<(CourseId, UserId)>,
    body: Body<EnrolmentChange>,
) -> Result<HttpResponse, Refusal> {
    let ((course, user), input) = (edit.at, body.0);
    edit.change(move |txn, actor, unchanged| {
        let role = input.role.as_deref();
        let role = role.map(|role| access::parse_role(txn, "/role", role)).transpose()?;
        let change = enrolment::Change { role, status: input.status, starts: input.starts, ends: input.ends };
        let changed = enrolment::change(txn, actor, course, user, change, unchanged)?;
        view(txn, &changed)
    })
    .await
}

/// Takes somebody out of the course and its groups. What they did stays. An attempt that runs is not broken off: its learner
/// saves and hands in as before. Who is to stop it hands it in for them.
#[cfg_attr(test, utoipa::path(delete, path = "/api/courses/{course}/enrolments/{user}", tag = "enrolment",
    params(("course" = CourseId, Path), ("user" = UserId, Path), ("If-Match" = String, Header)),
    responses((status = 204, description = "Out"), Changing)))]
async fn remove(edit: Edit<(CourseId, UserId)>) -> Result<HttpResponse, Refusal> {
    let (course, user) = edit.at;
    edit.remove(move |txn, actor, unchanged| enrolment::remove(txn, actor, course, user, unchanged)).await
}

/// A key for a course.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ByKeyInput {
    /// The course's short name.
    pub short_name: String,
    /// Its key.
    pub key: String,
}

/// You are in.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct ByKeyResult {
    /// The course.
    pub course: CourseId,
    /// Added, or in as before.
    pub outcome: Enrolled,
}

/// Enrols yourself as a learner in a published course with its key. Ten tries in a quarter of an hour. Not with a personal token.
#[cfg_attr(test, utoipa::path(post, path = "/api/enrolments/by-key", tag = "enrolment", request_body = ByKeyInput,
    responses((status = 200, description = "You are in", body = ByKeyResult), Trying)))]
async fn by_key(
    request: HttpRequest,
    who: SignedIn,
    body: Body<ByKeyInput>,
) -> Result<HttpResponse, Refusal> {
    let ByKeyInput { short_name, key } = body.0;
    let (course, outcome) = enrol_with_key(state_of(&request)?, who.actor, &short_name, key).await?;
    json(&ByKeyResult { course, outcome })
}

/// Enrols who has the key of a course. The try counts before the key is looked at.
pub(crate) async fn enrol_with_key(
    state: &State,
    actor: Actor,
    short_name: &str,
    key: String,
) -> Result<(CourseId, Enrolled), Refusal> {
    let cost = key_cost(state);
    let counted = actor.clone();
    state.store.write(Class::Interactive, move |txn| enrolment_key::take_attempt(txn, &counted)).await?;
    let offered = state.store.read(|read| enrolment_key::offered(read, short_name, actor.now))?;
    // The try is counted: it is answered, however long that takes.
    let opened = beside_in_time(state, move || match offered {
        Some((course, offered)) => Ok(offered.matches(&key)?.then_some((course, offered))),
        None => enrolment_key::compare_with_nothing(&key, cost).map(|()| None),
    })
    .await?;
    let (course, compared) = opened.ok_or_else(enrolment_key::refused)?;
    let outcome = state
        .store
        .write(Class::Interactive, move |txn| enrolment_key::enrol_by_key(txn, &actor, course, &compared))
        .await?;
    Ok((course, outcome))
}
