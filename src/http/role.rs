//! Permissions, roles and grants: `/api/permissions`, `/api/roles`, `.../grants`.

use actix_web::http::Method;
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::account::CourseRole;
use super::actor::SignedIn;
use super::body::{Body, json};
use super::edit::{Edit, revised};
use super::once::{self, Once};
use super::page::Page;
#[cfg(test)]
use super::problems::{Changing, Making, OnceHeader, Reading};
use super::revision;
use super::routes::{Needs, Routes};
use crate::domain::access::{BUILT_IN, Grants, Permission, Role, RoleName, Scope};
use crate::domain::ids::{CourseId, UserId};
use crate::domain::refusal::{Refusal, invalid};
use crate::domain::role::{self, RoleInput};
use crate::state::State;
use crate::store::Class;

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    use Class::{Browse, Interactive};
    let site = Needs::Site(Permission::ManageRoles);
    let course = Needs::Course(Permission::ManageRoles);
    let in_course = "/api/courses/{course}/grants/{account}/{role}";
    routes.add(Method::GET, "/api/permissions", Browse, Needs::SignIn, permissions);
    routes.add(Method::GET, "/api/roles", Browse, Needs::SignIn, list);
    routes.add(Method::POST, "/api/roles", Interactive, site, create);
    routes.add(Method::GET, "/api/roles/{role}", Browse, Needs::SignIn, get);
    routes.add(Method::PUT, "/api/roles/{role}", Interactive, site, change);
    routes.add(Method::DELETE, "/api/roles/{role}", Interactive, site, delete);
    routes.add(Method::GET, "/api/accounts/{account}/grants", Browse, site, grants);
    routes.add(Method::PUT, "/api/accounts/{account}/grants/{role}", Interactive, site, grant);
    routes.add(Method::DELETE, "/api/accounts/{account}/grants/{role}", Interactive, site, revoke);
    routes.add(Method::PUT, in_course, Interactive, course, grant_in_course);
    routes.add(Method::DELETE, in_course, Interactive, course, revoke_in_course);
}

/// The documents of this file.
#[cfg(test)]
#[derive(utoipa::OpenApi)]
#[openapi(paths(
    permissions,
    list,
    create,
    get,
    change,
    delete,
    grants,
    grant,
    revoke,
    grant_in_course,
    revoke_in_course
))]
pub struct Api;

/// A right.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct PermissionView {
    /// Its name.
    pub name: Permission,
    /// What it allows.
    pub meaning: String,
}

/// A role.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct RoleView {
    /// Its name.
    #[cfg_attr(test, schema(value_type = String))]
    pub name: RoleName,
    /// What it is for.
    pub description: String,
    /// What it allows.
    pub permissions: Vec<Permission>,
    /// Is it the program's? Then it cannot be changed.
    pub built_in: bool,
    /// What `If-Match` of a change names; 0 for a built-in role.
    pub revision: u32,
}

revised!(RoleView);

impl RoleView {
    fn of(role: &Role) -> Self {
        Self {
            name: role.name.clone(),
            description: role.description.clone(),
            permissions: role.permissions.list(),
            built_in: false,
            revision: role.revision,
        }
    }
}

fn built_in() -> impl Iterator<Item = RoleView> {
    BUILT_IN.iter().filter_map(|(name, permissions)| {
        Some(RoleView {
            name: RoleName::parse(name).ok()?,
            description: format!("The built-in {name}."),
            permissions: permissions.list(),
            built_in: true,
            revision: 0,
        })
    })
}

fn role_name(at: &str, text: &str) -> Result<RoleName, Refusal> {
    RoleName::parse(text).map_err(|problem| invalid(at, problem))
}

/// Every right that a role can have.
#[cfg_attr(test, utoipa::path(get, path = "/api/permissions", tag = "roles", responses(
    (status = 200, description = "Permissions", body = Page<PermissionView>), Reading)))]
async fn permissions(_who: SignedIn) -> Result<HttpResponse, Refusal> {
    let items = Permission::ALL
        .iter()
        .map(|permission| PermissionView {
            name: *permission,
            meaning: permission.meaning().trim().to_owned(),
        })
        .collect();
    json(&Page { items, next: None })
}

/// All roles: the built-in ones, then those that were made here, by name.
#[cfg_attr(test, utoipa::path(get, path = "/api/roles", tag = "roles", responses(
    (status = 200, description = "Roles", body = Page<RoleView>), Reading)))]
async fn list(_who: SignedIn, state: web::Data<State>) -> Result<HttpResponse, Refusal> {
    let custom = state.store.read(|read| role::list(read))?;
    json(&Page { items: built_in().chain(custom.iter().map(RoleView::of)).collect(), next: None })
}

/// A role to be made.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewRoleInput {
    /// 1 to 40 of `a-z`, `0-9`, `_`, beginning with a letter.
    pub name: String,
    /// What it is for, up to 500 characters.
    pub description: String,
    /// What it allows; no more than you may yourself.
    pub permissions: Vec<Permission>,
}

/// Makes a role.
#[cfg_attr(test, utoipa::path(post, path = "/api/roles", tag = "roles", params(OnceHeader), request_body = NewRoleInput, responses(
    (status = 201, description = "Made", body = RoleView), Making)))]
async fn create(
    who: SignedIn,
    state: web::Data<State>,
    input: Once<NewRoleInput>,
) -> Result<HttpResponse, Refusal> {
    let NewRoleInput { name, description, permissions } = input.body;
    let name = role_name("/name", &name)?;
    let facts = RoleInput { description, permissions }.parse()?;
    let actor = who.actor.clone();
    once::create(
        &state,
        Class::Interactive,
        &who,
        input.key,
        once::on_site(Permission::ManageRoles),
        move |txn| {
            let role = role::create(txn, &actor, &name, facts)?;
            Ok((format!("/api/roles/{}", role.name), RoleView::of(&role)))
        },
    )
    .await
}

/// One role.
#[cfg_attr(test, utoipa::path(get, path = "/api/roles/{role}", tag = "roles",
    params(("role" = String, Path, description = "The role's name")), responses(
    (status = 200, description = "The role", body = RoleView), Reading)))]
async fn get(
    _who: SignedIn,
    state: web::Data<State>,
    path: web::Path<String>,
) -> Result<HttpResponse, Refusal> {
    if let Some(view) = built_in().find(|view| view.name.as_str() == *path) {
        return revision::json(view.revision, &view);
    }
    let name = role_name("{role}", &path)?;
    let role = state.store.read(|read| role::get(read, &name))?;
    revision::json(role.revision, &RoleView::of(&role))
}

/// Changes what a role allows, for everybody who has it.
#[cfg_attr(test, utoipa::path(put, path = "/api/roles/{role}", tag = "roles", request_body = RoleInput,
    params(("role" = String, Path, description = "The role's name"), ("If-Match" = String, Header, description = "The ETag that was read, or *")),
    responses((status = 200, description = "Changed", body = RoleView), Changing)))]
async fn change(edit: Edit<String>, body: Body<RoleInput>) -> Result<HttpResponse, Refusal> {
    let (name, facts) = (role_name("{role}", &edit.at)?, body.0.parse()?);
    edit.change(move |txn, actor, unchanged| {
        Ok(RoleView::of(&*role::change(txn, actor, &name, facts, unchanged)?))
    })
    .await
}

/// Removes a role that nobody has. While a grant or an enrolment has it this is refused (409 `role_in_use`).
#[cfg_attr(test, utoipa::path(delete, path = "/api/roles/{role}", tag = "roles",
    params(("role" = String, Path, description = "The role's name"), ("If-Match" = String, Header, description = "The ETag that was read, or *")),
    responses((status = 204, description = "Removed"), Changing)))]
async fn delete(edit: Edit<String>) -> Result<HttpResponse, Refusal> {
    let name = role_name("{role}", &edit.at)?;
    edit.remove(move |txn, actor, unchanged| role::delete(txn, actor, &name, unchanged)).await
}

/// What was granted to a person, beside their enrolments.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct GrantsView {
    /// To whom.
    pub account: UserId,
    /// Everywhere.
    #[cfg_attr(test, schema(value_type = Vec<String>))]
    pub site: Vec<RoleName>,
    /// In single courses.
    pub courses: Vec<CourseRole>,
}

fn answer(grants: Grants) -> Result<HttpResponse, Refusal> {
    let courses = grants.courses.into_iter().map(|(course, role)| CourseRole { course, role }).collect();
    json(&GrantsView { account: grants.user, site: grants.site, courses })
}

/// What was granted to a person.
#[cfg_attr(test, utoipa::path(get, path = "/api/accounts/{account}/grants", tag = "roles",
    params(("account" = UserId, Path, description = "The account")), responses(
    (status = 200, description = "Grants", body = GrantsView), Reading)))]
async fn grants(
    who: SignedIn,
    state: web::Data<State>,
    path: web::Path<UserId>,
) -> Result<HttpResponse, Refusal> {
    answer(state.store.read(|read| role::grants(read, &who, *path))?)
}

async fn set(
    who: SignedIn,
    state: &State,
    user: UserId,
    role: &str,
    scope: Scope,
    give: bool,
) -> Result<HttpResponse, Refusal> {
    let role = role_name("{role}", role)?;
    let actor = who.actor;
    let grants = state
        .store
        .write(Class::Interactive, move |txn| {
            if give {
                role::grant(txn, &actor, user, &role, scope)
            } else {
                role::revoke(txn, &actor, user, &role, scope)
            }
        })
        .await?;
    answer(grants)
}

/// Grants a role everywhere.
#[cfg_attr(test, utoipa::path(put, path = "/api/accounts/{account}/grants/{role}", tag = "roles",
    params(("account" = UserId, Path, description = "The account"), ("role" = String, Path, description = "The role's name")),
    responses((status = 200, description = "Granted", body = GrantsView), Making)))]
async fn grant(
    who: SignedIn,
    state: web::Data<State>,
    path: web::Path<(UserId, String)>,
) -> Result<HttpResponse, Refusal> {
    let (user, role) = path.into_inner();
    set(who, &state, user, &role, Scope::Site, true).await
}

/// Takes a role back that was granted everywhere.
#[cfg_attr(test, utoipa::path(delete, path = "/api/accounts/{account}/grants/{role}", tag = "roles",
    params(("account" = UserId, Path, description = "The account"), ("role" = String, Path, description = "The role's name")),
    responses((status = 200, description = "Revoked", body = GrantsView), Making)))]
async fn revoke(
    who: SignedIn,
    state: web::Data<State>,
    path: web::Path<(UserId, String)>,
) -> Result<HttpResponse, Refusal> {
    let (user, role) = path.into_inner();
    set(who, &state, user, &role, Scope::Site, false).await
}

/// Grants a role in one course.
#[cfg_attr(test, utoipa::path(put, path = "/api/courses/{course}/grants/{account}/{role}", tag = "roles",
    params(("course" = CourseId, Path, description = "The course"), ("account" = UserId, Path, description = "The account"),
        ("role" = String, Path, description = "The role's name")),
    responses((status = 200, description = "Granted", body = GrantsView), Making)))]
async fn grant_in_course(
    who: SignedIn,
    state: web::Data<State>,
    path: web::Path<(CourseId, UserId, String)>,
) -> Result<HttpResponse, Refusal> {
    let (course, user, role) = path.into_inner();
    set(who, &state, user, &role, Scope::Course(course), true).await
}

/// Takes a role back that was granted in one course.
#[cfg_attr(test, utoipa::path(delete, path = "/api/courses/{course}/grants/{account}/{role}", tag = "roles",
    params(("course" = CourseId, Path, description = "The course"), ("account" = UserId, Path, description = "The account"),
        ("role" = String, Path, description = "The role's name")),
    responses((status = 200, description = "Revoked", body = GrantsView), Making)))]
async fn revoke_in_course(
    who: SignedIn,
    state: web::Data<State>,
    path: web::Path<(CourseId, UserId, String)>,
) -> Result<HttpResponse, Refusal> {
    let (course, user, role) = path.into_inner();
    set(who, &state, user, &role, Scope::Course(course), false).await
}
