//! Groups of a course and their members.

use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::actor::{SignedIn, state as state_of};
use super::address::Query;
use super::body::{Body, json};
use super::edit::{Edit, revised};
use super::once::{self, Once};
use super::page::{self, Page, PageQuery};
#[cfg(test)]
use super::problems::{Changing, Making, OnceHeader, Reading};
use super::revision;
use super::routes::{Needs, Routes};
use crate::domain::access::{self, Permission, Scope};
use crate::domain::account::{self, Account};
use crate::domain::group::{self, Group, GroupName, MEMBERS};
use crate::domain::ids::{CourseId, GroupId, UserId};
use crate::domain::refusal::Refusal;
use crate::store::{Class, Counter, Read};

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    const LIST: &str = "/api/courses/{course}/groups";
    const ONE: &str = "/api/courses/{course}/groups/{group}";
    const MEMBERS: &str = "/api/courses/{course}/groups/{group}/members";
    const MEMBER: &str = "/api/courses/{course}/groups/{group}/members/{user}";
    let manage = Needs::Course(Permission::ManageEnrolment);
    let roster = Needs::Course(Permission::ViewRoster);
    routes.add(Method::GET, LIST, Class::Browse, roster, list);
    routes.add(Method::POST, LIST, Class::Interactive, manage, create);
    routes.add(Method::GET, ONE, Class::Browse, roster, show);
    routes.add(Method::PUT, ONE, Class::Interactive, manage, rename);
    routes.add(Method::DELETE, ONE, Class::Interactive, manage, remove);
    routes.add(Method::GET, MEMBERS, Class::Browse, roster, members);
    routes.add(Method::POST, MEMBERS, Class::Interactive, manage, add_members);
    routes.add(Method::DELETE, MEMBER, Class::Interactive, manage, remove_member);
}

/// The documents of this file.
#[cfg(test)]
#[derive(utoipa::OpenApi)]
#[openapi(paths(list, create, show, rename, remove, members, add_members, remove_member))]
pub struct Api;

/// A group.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct GroupView {
    /// Its id.
    pub id: GroupId,
    /// Its course.
    pub course: CourseId,
    /// Its name.
    pub name: String,
    /// People in it.
    pub members: u64,
    /// For `If-Match`.
    pub revision: u32,
}

revised!(GroupView);

fn view(read: &impl Read, group: &Group) -> Result<GroupView, Refusal> {
    let members = read.counter(&Counter::new(MEMBERS, &group.id))?;
    Ok(GroupView {
        id: group.id,
        course: group.course,
        name: group.name.clone(),
        members: u64::try_from(members).unwrap_or(0),
        revision: group.revision,
    })
}

/// A group from the outside.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GroupInput {
    /// 1 to 100 characters; unique in the course whatever the case.
    pub name: String,
}

/// The groups of a course.
#[cfg_attr(test, utoipa::path(get, path = "/api/courses/{course}/groups", tag = "groups",
    params(("course" = CourseId, Path), PageQuery),
    responses((status = 200, description = "A page", body = Page<GroupView>), Reading)))]
async fn list(
    request: HttpRequest,
    who: SignedIn,
    course: web::Path<CourseId>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Refusal> {
    let (limit, after) = (query.limit()?, query.after::<GroupId>()?);
    let rows = state_of(&request)?.store.read(|read| {
        let rows = group::list(read, &who.actor, *course, after, limit + 1)?;
        rows.iter().map(|row| view(read, row)).collect::<Result<Vec<_>, Refusal>>()
    })?;
    page::respond(&request, &Page::of(rows, limit, |row| row.id, |row| row))
}

/// Makes a group.
#[cfg_attr(test, utoipa::path(post, path = "/api/courses/{course}/groups", tag = "groups",
    params(("course" = CourseId, Path), OnceHeader),
    request_body = GroupInput, responses((status = 201, description = "Made", body = GroupView), Making)))]
async fn create(
    request: HttpRequest,
    who: SignedIn,
    course: web::Path<CourseId>,
    input: Once<GroupInput>,
) -> Result<HttpResponse, Refusal> {
    let state = state_of(&request)?;
    let (actor, course) = (who.actor.clone(), course.into_inner());
    let name = GroupName::parse(&input.body.name)?;
    once::create(
        state,
        Class::Interactive,
        &who,
        input.key,
        once::in_course(Permission::ManageEnrolment, course),
        move |txn| {
            let group = group::create(txn, &actor, course, name)?;
            Ok((format!("/api/courses/{course}/groups/{}", group.id), view(txn, &group)?))
        },
    )
    .await
}

/// A group.
#[cfg_attr(test, utoipa::path(get, path = "/api/courses/{course}/groups/{group}", tag = "groups",
    params(("course" = CourseId, Path), ("group" = GroupId, Path)),
    responses((status = 200, description = "The group, with an ETag", body = GroupView), Reading)))]
async fn show(
    request: HttpRequest,
    who: SignedIn,
    path: web::Path<(CourseId, GroupId)>,
) -> Result<HttpResponse, Refusal> {
    let (course, id) = path.into_inner();
    let view = state_of(&request)?.store.read(|read| {
        access::require(read, &who.actor, Permission::ViewRoster, Scope::Course(course))?;
        view(read, &*group::get(read, course, id)?)
    })?;
    revision::json(view.revision, &view)
}

/// Gives a group another name.
#[cfg_attr(test, utoipa::path(put, path = "/api/courses/{course}/groups/{group}", tag = "groups",
    params(("course" = CourseId, Path), ("group" = GroupId, Path), ("If-Match" = String, Header)),
    request_body = GroupInput, responses((status = 200, description = "Renamed", body = GroupView), Changing)))]
async fn rename(edit: Edit<(CourseId, GroupId)>, body: Body<GroupInput>) -> Result<HttpResponse, Refusal> {
    let ((course, id), name) = (edit.at, GroupName::parse(&body.0.name)?);
    edit.change(move |txn, actor, unchanged| {
        let group = group::rename(txn, actor, course, id, name, unchanged)?;
        view(txn, &group)
    })
    .await
}

/// Removes a group, and what it has different in quizzes; its people stay in the course.
#[cfg_attr(test, utoipa::path(delete, path = "/api/courses/{course}/groups/{group}", tag = "groups",
    params(("course" = CourseId, Path), ("group" = GroupId, Path), ("If-Match" = String, Header)),
    responses((status = 204, description = "Removed"), Changing)))]
async fn remove(edit: Edit<(CourseId, GroupId)>) -> Result<HttpResponse, Refusal> {
    let (course, id) = edit.at;
    let mut first = true;
    loop {
        let (step, asks) = (edit.clone(), std::mem::take(&mut first));
        let gone = step.write(move |txn, actor, unchanged| {
            let unchanged = |revision| if asks { unchanged(revision) } else { Ok(()) };
            group::remove_step(txn, actor, course, id, unchanged)
        });
        if gone.await? {
            return Ok(HttpResponse::NoContent().finish());
        }
    }
}

/// Somebody in a group.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct MemberView {
    /// Who.
    pub user: UserId,
    /// First and family name; `null` when the account is gone.
    pub name: Option<String>,
}

/// The members of a group, with names.
#[cfg_attr(test, utoipa::path(get, path = "/api/courses/{course}/groups/{group}/members", tag = "groups",
    params(("course" = CourseId, Path), ("group" = GroupId, Path), PageQuery),
    responses((status = 200, description = "A page", body = Page<MemberView>), Reading)))]
async fn members(
    request: HttpRequest,
    who: SignedIn,
    path: web::Path<(CourseId, GroupId)>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Refusal> {
    let (course, id) = path.into_inner();
    let (limit, after) = (query.limit()?, query.after::<UserId>()?);
    let rows = state_of(&request)?.store.read(|read| {
        let rows = group::members(read, &who.actor, course, id, after, limit + 1)?;
        let named = rows.into_iter().map(|user| {
            let account = read.get::<Account>(&user)?;
            Ok(MemberView { user, name: account.as_deref().map(account::display_name) })
        });
        named.collect::<Result<Vec<_>, Refusal>>()
    })?;
    page::respond(&request, &Page::of(rows, limit, |row| row.user, |row| row))
}

/// People for a group.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MembersInput {
    /// 1 to 500 people who are enrolled in the course.
    pub users: Vec<UserId>,
}

/// What adding came to.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct MembersResult {
    /// How many were not in the group before.
    pub added: u32,
}

/// Puts people into a group: all of them, or nobody. An attempt that runs gets the time that quizzes give the group, where that
/// is more.
#[cfg_attr(test, utoipa::path(post, path = "/api/courses/{course}/groups/{group}/members", tag = "groups",
    params(("course" = CourseId, Path), ("group" = GroupId, Path)), request_body = MembersInput,
    responses((status = 200, description = "All are in", body = MembersResult), Making)))]
async fn add_members(
    request: HttpRequest,
    who: SignedIn,
    path: web::Path<(CourseId, GroupId)>,
    body: Body<MembersInput>,
) -> Result<HttpResponse, Refusal> {
    let (course, id) = path.into_inner();
    let (actor, users) = (who.actor, body.0.users);
    let added = state_of(&request)?
        .store
        .write(Class::Interactive, move |txn| group::add_members(txn, &actor, course, id, &users))
        .await?;
    json(&MembersResult { added })
}

/// Takes somebody out of a group. An attempt that runs keeps its deadline, or gets a later one by what holds then.
#[cfg_attr(test, utoipa::path(delete, path = "/api/courses/{course}/groups/{group}/members/{user}", tag = "groups",
    params(("course" = CourseId, Path), ("group" = GroupId, Path), ("user" = UserId, Path)),
    responses((status = 204, description = "Out"), Making)))]
async fn remove_member(
    request: HttpRequest,
    who: SignedIn,
    path: web::Path<(CourseId, GroupId, UserId)>,
) -> Result<HttpResponse, Refusal> {
    let (course, id, user) = path.into_inner();
    let actor = who.actor;
    state_of(&request)?
        .store
        .write(Class::Interactive, move |txn| group::remove_member(txn, &actor, course, id, user))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
