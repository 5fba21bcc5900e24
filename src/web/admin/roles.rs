//! Roles: those of the program, and those that were made here, which are made, changed and removed on these pages.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{require, unchanged};
use crate::domain::access::{
    self, ADMINISTRATOR, Actor, BUILT_IN, Permission, PermissionSet, Role, RoleName, Scope,
};
use crate::domain::account::name_of;
use crate::domain::course::Course;
use crate::domain::enrolment;
use crate::domain::faults::together;
use crate::domain::ids::{CourseId, UserId};
use crate::domain::refusal::{Refusal, invalid};
use crate::domain::role::{self, RoleFacts, RoleInput};
use crate::http::beside::beside;
use crate::http::routes::{Needs, Routes};
use crate::state::State;
use crate::store::{Class, Read};
use crate::web::confirm::{self, Confirm};
use crate::web::flash::Flash;
use crate::web::form::{Fields, Form};
use crate::web::frame::Frame;
use crate::web::people::role_words;
use crate::web::visitor::{Posted, Visitor};

/// People with grants, and courses with enrolments, that the page of a role in use names.
const SHOWN: usize = 50;
/// Enrolments per read, and reads at most: no index has enrolments by role, and 50,000 of them take a tenth of a second.
const PER_READ: usize = 500;
const MOST_READS: usize = 100;

/// Routes of this file.
pub(super) fn routes(routes: &mut Routes) {
    use Class::{Browse, Interactive, Report};
    let roles = Needs::Site(Permission::ManageRoles);
    routes.page("/admin/roles", Browse, roles, list);
    routes.page("/admin/roles/new", Browse, roles, new);
    routes.form("/admin/roles/new", Interactive, roles, create);
    routes.page("/admin/roles/{role}/edit", Browse, roles, edit);
    routes.form("/admin/roles/{role}/edit", Interactive, roles, change);
    routes.page("/admin/roles/{role}/delete", Report, roles, ask_delete);
    routes.form("/admin/roles/{role}/delete", Interactive, roles, delete);
}

fn role_name(at: &str, text: &str) -> Result<RoleName, Refusal> {
    RoleName::parse(text).map_err(|problem| invalid(at, problem))
}

fn right_words(frame: &Frame, right: Permission) -> String {
    frame.t_of("permission-", &right.name().replace('_', "-")).into_owned()
}

/// Rights by name. Some of them have commas in themselves.
pub(super) fn rights_words(frame: &Frame, rights: &[Permission]) -> String {
    let rights: Vec<String> = rights.iter().map(|right| right_words(frame, *right)).collect();
    rights.join(" · ")
}

/// A role as the list has it.
struct RoleLine {
    name: RoleName,
    words: String,
    description: String,
    rights: String,
    /// In how many grants and enrolments it is; `None` for one of the program.
    holders: Option<u64>,
}

impl RoleLine {
    fn of(frame: &Frame, name: RoleName, rights: PermissionSet, made: Option<(String, u64)>) -> Self {
        let all = rights.list();
        let rights = match all.is_empty() {
            _ if name.as_str() == ADMINISTRATOR => frame.t("admin-roles-everything").into_owned(),
            true => frame.t("admin-roles-nothing").into_owned(),
            false => rights_words(frame, &all),
        };
        let words = role_words(frame, &name);
        let (description, holders) = made.map_or((String::new(), None), |(text, count)| (text, Some(count)));
        Self { name, words, description, rights, holders }
    }
}

#[derive(Template)]
#[template(path = "admin/roles.html")]
struct RolesPage<'a> {
    frame: &'a Frame,
    roles: Vec<RoleLine>,
}

async fn list(visitor: Visitor) -> Result<HttpResponse, Refusal> {
    let (frame, state) = (&visitor.frame, &visitor.state);
    require(state, visitor.actor(), Permission::ManageRoles)?;
    let made = state.store.read(|read| -> Result<Vec<_>, Refusal> {
        let roles = role::list(read)?.into_iter();
        roles.map(|role| role::holders(read, &role.name).map(|holders| (role, holders))).collect()
    })?;
    let built_in = BUILT_IN.iter().filter_map(|(name, rights)| {
        RoleName::parse(name).ok().map(|name| RoleLine::of(frame, name, *rights, None))
    });
    let made = made.into_iter().map(|(Role { name, description, permissions, .. }, holders)| {
        RoleLine::of(frame, name, permissions, Some((description, holders)))
    });
    frame.show(&RolesPage { frame, roles: built_in.chain(made).collect() })
}

#[derive(Template)]
#[template(path = "admin/role.html")]
struct RolePage<'a> {
    frame: &'a Frame,
    form: &'a Form,
    /// The role that is changed; `None` for a new one.
    role: Option<&'a RoleName>,
    /// Rights to choose from.
    rights: Vec<(&'static str, String)>,
}

impl RolePage<'_> {
    fn action(&self) -> String {
        self.role.map_or_else(|| "/admin/roles/new".to_owned(), |role| format!("/admin/roles/{role}/edit"))
    }
}

/// The form with the rights that the actor has everywhere, which are all that they can give, and those that the role has.
fn show_role(
    state: &State,
    frame: &Frame,
    actor: &Actor,
    role: Option<&Role>,
    form: &Form,
) -> Result<HttpResponse, Refusal> {
    let mine = state.store.read(|read| access::permissions(read, actor, Scope::Site))?;
    let offered = mine.or(role.map_or(PermissionSet::NONE, |role| role.permissions)).list().into_iter();
    let rights = offered.map(|right| (right.name(), right_words(frame, right))).collect();
    form.show(frame, &RolePage { frame, form, role: role.map(|role| &role.name), rights })
}

async fn new(visitor: Visitor) -> Result<HttpResponse, Refusal> {
    require(&visitor.state, visitor.actor(), Permission::ManageRoles)?;
    show_role(&visitor.state, &visitor.frame, visitor.actor(), None, &Form::default())
}

/// What was typed, and the rights that were chosen.
fn facts(fields: &Fields) -> Result<(RoleFacts, PermissionSet), Refusal> {
    let chosen: Option<Vec<Permission>> = fields.all("permissions").map(Permission::parse).collect();
    let permissions = chosen.ok_or_else(|| invalid("/permissions", "is not one of the choices"))?;
    let rights = PermissionSet::of(&permissions);
    let input = RoleInput { description: fields.get("description").to_owned(), permissions };
    Ok((input.parse()?, rights))
}

async fn create(posted: Posted) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let actor = who.actor;
    require(&state, &actor, Permission::ManageRoles)?;
    let done = match together((role_name("/name", fields.get("name").trim()), facts(&fields))) {
        Ok((name, (facts, _))) => {
            let by = actor.clone();
            let write =
                state.store.write(Class::Interactive, move |txn| role::create(txn, &by, &name, facts));
            write.await
        }
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(role) => {
            Ok(frame.go_and_say("/admin/roles", &Flash::done("admin-role-made").with("role", &role.name)))
        }
        Err(refusal) => show_role(&state, &frame, &actor, None, &Form::refused(fields, refusal, frame.text)?),
    }
}

async fn edit(visitor: Visitor, path: web::Path<String>) -> Result<HttpResponse, Refusal> {
    let Visitor { who, frame, state } = &visitor;
    let name = role_name("role", &path)?;
    let role = state.store.read(|read| role::changeable(read, &who.actor, &name))?;
    let fields = Fields::default().with("description", &role.description).with("revision", role.revision);
    let rights = role.permissions.list().into_iter();
    let fields = rights.fold(fields, |fields, right| fields.with("permissions", right.name()));
    show_role(state, frame, &who.actor, Some(&role), &Form::of(fields))
}

/// What a change takes from everybody who has the role, a sentence each; nothing where nobody has it.
fn taken(frame: &Frame, old: &Role, rights: PermissionSet, holders: u64) -> Vec<String> {
    let lost: Vec<Permission> =
        old.permissions.list().into_iter().filter(|right| !rights.has(*right)).collect();
    if lost.is_empty() || holders == 0 {
        return Vec::new();
    }
    vec![
        frame.t1("admin-revoke-rights", "rights", rights_words(frame, &lost)),
        frame.t1("admin-role-in-use", "count", holders),
    ]
}

async fn change(posted: Posted, path: web::Path<String>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, name) = (who.actor, role_name("role", &path)?);
    let (old, holders) = state.store.read(|read| -> Result<_, Refusal> {
        Ok((role::changeable(read, &actor, &name)?, role::holders(read, &name)?))
    })?;
    let done = match facts(&fields) {
        Ok((facts, rights)) => {
            let what = taken(&frame, &old, rights, holders);
            let sure = what.is_empty() || confirm::is_sure(&fields);
            let (by, same) = (actor.clone(), unchanged(fields.get("revision").to_owned()));
            let write =
                confirm::once_sure(&state, sure, move |txn| role::change(txn, &by, &name, facts, same));
            match write.await {
                Ok(None) => return ask_change(&frame, &old.name, what, &fields),
                done => done.map(drop),
            }
        }
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(()) => {
            Ok(frame.go_and_say("/admin/roles", &Flash::done("admin-role-changed").with("role", &old.name)))
        }
        Err(refusal) => {
            show_role(&state, &frame, &actor, Some(&old), &Form::refused(fields, refusal, frame.text)?)
        }
    }
}

fn ask_change(
    frame: &Frame,
    name: &RoleName,
    what: Vec<String>,
    fields: &Fields,
) -> Result<HttpResponse, Refusal> {
    let edit = format!("/admin/roles/{name}/edit");
    Confirm {
        question: frame.t1("admin-role-change-question", "role", name.as_str()),
        what,
        action: &edit,
        fields: &confirm::again(fields),
        button: frame.t("admin-role-save").into_owned(),
        back: &edit,
    }
    .show(frame)
}

/// Where a role is.
struct Places {
    holders: u64,
    granted: Vec<(UserId, Scope)>,
    /// Enrolments with it, by course.
    enrolled: BTreeMap<CourseId, u64>,
}

/// Looks for all of them, or until it would take too long. How many there are is counted as they come and go.
fn places(state: &State, actor: &Actor, name: &RoleName) -> Result<Places, Refusal> {
    let (holders, granted) = state.store.read(|read| -> Result<_, Refusal> {
        Ok((role::holders(read, name)?, role::granted_to(read, actor, name, SHOWN)?))
    })?;
    let mut left = holders.saturating_sub(granted.len() as u64);
    let (mut enrolled, mut after) = (BTreeMap::new(), None);
    for _ in 0..MOST_READS {
        if left == 0 {
            break;
        }
        let (courses, last) = state.store.read(|read| enrolment::with_role(read, name, after, PER_READ))?;
        left = left.saturating_sub(courses.len() as u64);
        for course in courses {
            *enrolled.entry(course).or_insert(0) += 1;
        }
        if last.is_none() {
            break;
        }
        after = last;
    }
    Ok(Places { holders, granted, enrolled })
}

/// Where a role is, a sentence each.
fn said_places(frame: &Frame, read: &impl Read, places: &Places) -> Result<Vec<String>, Refusal> {
    let title = |id: CourseId| -> Result<String, Refusal> {
        let course = read.get::<Course>(&id)?;
        Ok(course.map_or_else(|| id.to_string(), |course| course.title.clone()))
    };
    let mut said = vec![frame.t1("admin-role-in-use", "count", places.holders)];
    for (user, scope) in places.granted.iter().take(SHOWN) {
        let name = name_of(read, *user)?;
        said.push(match scope {
            Scope::Site => frame.t1("admin-role-granted", "name", name),
            Scope::Course(id) => frame.t2("admin-role-granted-in", "name", name, "course", title(*id)?),
        });
    }
    let mut named = places.granted.len().min(SHOWN) as u64;
    for (id, count) in places.enrolled.iter().take(SHOWN) {
        said.push(frame.t2("admin-role-enrolled-in", "course", title(*id)?, "count", *count));
        named += count;
    }
    let others = places.holders.saturating_sub(named);
    if others > 0 {
        said.push(frame.t1("admin-role-others", "count", others));
    }
    said.push(frame.t("admin-role-free-first").into_owned());
    Ok(said)
}

async fn ask_delete(visitor: Visitor, path: web::Path<String>) -> Result<HttpResponse, Refusal> {
    let Visitor { who, frame, state } = &visitor;
    let name = role_name("role", &path)?;
    let role = state.store.read(|read| role::changeable(read, &who.actor, &name))?;
    let (held, by, asked) = (state.clone(), who.actor.clone(), name.clone());
    let places = beside(state, move || places(&held, &by, &asked)).await?;
    let used = places.holders > 0;
    let what = if used {
        state.store.read(|read| said_places(frame, read, &places))?
    } else {
        vec![frame.t("admin-role-delete-what").into_owned()]
    };
    let button = if used { String::new() } else { frame.t("admin-role-delete").into_owned() };
    Confirm {
        question: frame.t1("admin-role-delete-title", "role", name.as_str()),
        what,
        action: &format!("/admin/roles/{name}/delete"),
        fields: &[("revision", role.revision.to_string())],
        button,
        back: "/admin/roles",
    }
    .show(frame)
}

async fn delete(posted: Posted, path: web::Path<String>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, name) = (who.actor, role_name("role", &path)?);
    let (gone, same) = (name.clone(), unchanged(fields.get("revision").to_owned()));
    state.store.write(Class::Interactive, move |txn| role::delete(txn, &actor, &gone, same)).await?;
    Ok(frame.go_and_say("/admin/roles", &Flash::done("admin-role-deleted").with("role", &name)))
}
