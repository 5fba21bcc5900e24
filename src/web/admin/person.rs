//! One person: facts, roles that hold everywhere, and keeping somebody out.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::people::{LinkPage, link_address, typed};
use super::roles::rights_words;
use super::{require, unchanged};
use crate::domain::access::{BUILT_IN, Permission, RoleName, Scope};
use crate::domain::account::{Account, AccountStatus, display_name};
use crate::domain::course::{self, Course};
use crate::domain::ids::{CourseId, UserId};
use crate::domain::refusal::{FORBIDDEN, Refusal, invalid};
use crate::domain::session::token_hash;
use crate::domain::{access, account_change, activation, enrolment, role, session};
use crate::http::routes::{Needs, Routes};
use crate::secret;
use crate::state::State;
use crate::store::{Class, Read};
use crate::web::confirm::{self, Confirm};
use crate::web::flash::Flash;
use crate::web::form::{Fields, Form};
use crate::web::frame::Frame;
use crate::web::people::{Standing, role_words};
use crate::web::visitor::{Posted, Visitor};

/// Routes of this file.
pub(super) fn routes(routes: &mut Routes) {
    use Class::{Browse, Interactive};
    let manage = Needs::Site(Permission::ManagePeople);
    let roles = Needs::Site(Permission::ManageRoles);
    routes.page("/admin/people/{account}", Browse, Needs::Site(Permission::ViewPeople), show);
    routes.page("/admin/people/{account}/edit", Browse, manage, edit);
    routes.form("/admin/people/{account}/edit", Interactive, manage, change);
    routes.page("/admin/people/{account}/suspend", Browse, manage, ask_suspend);
    routes.form("/admin/people/{account}/suspend", Interactive, manage, suspend);
    routes.form("/admin/people/{account}/restore", Interactive, manage, restore);
    routes.page("/admin/people/{account}/sign-out", Browse, manage, ask_sign_out);
    routes.form("/admin/people/{account}/sign-out", Interactive, manage, sign_out);
    routes.form("/admin/people/{account}/link", Interactive, manage, link);
    routes.form("/admin/people/{account}/grant", Interactive, roles, grant);
    routes.page("/admin/people/{account}/revoke/{role}", Browse, roles, ask_revoke);
    routes.form("/admin/people/{account}/revoke/{role}", Interactive, roles, revoke);
}

fn address(id: UserId) -> String {
    format!("/admin/people/{id}")
}

/// A role with its name in the viewer's language; one that was made here has only its own.
struct RoleLine {
    name: String,
    words: String,
}

impl RoleLine {
    fn of(frame: &Frame, name: &str) -> Self {
        let built_in = BUILT_IN.iter().any(|(known, _)| *known == name);
        let words = if built_in { frame.t_of("admin-role-", name).into_owned() } else { name.to_owned() };
        Self { name: name.to_owned(), words }
    }
}

/// Roles of a person, for who may grant them.
struct Roles {
    granted: Vec<RoleLine>,
    /// Roles in single courses.
    in_courses: usize,
    /// What can be granted yet.
    others: Vec<RoleLine>,
}

/// Courses of a person on a page.
const COURSES_SHOWN: usize = 50;

/// A course in which the person is enrolled.
struct Enrolled {
    course: Arc<Course>,
    role: String,
    standing: Standing,
}

/// The next of them, and where to go on.
fn enrolled(
    read: &impl Read,
    visitor: &Visitor,
    id: UserId,
    after: Option<CourseId>,
) -> Result<(Vec<Enrolled>, Option<CourseId>), Refusal> {
    let (frame, actor) = (&visitor.frame, visitor.actor());
    let (enrolments, next) = enrolment::of_person(read, actor, id, after, COURSES_SHOWN)?;
    let lines = enrolments.into_iter().map(|enrolment| {
        Ok(Enrolled {
            course: course::get(read, enrolment.course)?,
            role: role_words(frame, &enrolment.role),
            standing: Standing::of(&enrolment, actor.now),
        })
    });
    Ok((lines.collect::<Result<_, Refusal>>()?, next))
}

#[derive(Template)]
#[template(path = "admin/person.html")]
struct PersonPage<'a> {
    frame: &'a Frame,
    courses: Vec<Enrolled>,
    /// The course behind which more of them stand.
    next: Option<CourseId>,
    /// Are these not the first?
    behind: bool,
    form: &'a Form,
    account: &'a Account,
    name: String,
    suspended: bool,
    itself: bool,
    /// Sessions; `None` for who may not end them.
    sessions: Option<usize>,
    roles: Option<Roles>,
}

/// Sessions of somebody over whom the actor has power; `None` without it.
fn sessions(read: &impl Read, visitor: &Visitor, id: UserId) -> Result<Option<usize>, Refusal> {
    match session::list(read, visitor.actor(), id) {
        Ok(sessions) if visitor.frame.may(Permission::ManagePeople) => Ok(Some(sessions.len())),
        Ok(_) => Ok(None),
        Err(refusal) if refusal.code.kind == FORBIDDEN.kind => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

fn roles(read: &impl Read, visitor: &Visitor, id: UserId) -> Result<Option<Roles>, Refusal> {
    if !visitor.frame.may(Permission::ManageRoles) {
        return Ok(None);
    }
    let grants = role::grants(read, visitor.actor(), id)?;
    let custom = role::list(read)?;
    let all = BUILT_IN.iter().map(|(name, _)| *name).chain(custom.iter().map(|role| role.name.as_str()));
    let others = all.filter(|name| !grants.site.iter().any(|granted| granted.as_str() == *name));
    Ok(Some(Roles {
        others: others.map(|name| RoleLine::of(&visitor.frame, name)).collect(),
        granted: grants.site.iter().map(|role| RoleLine::of(&visitor.frame, role.as_str())).collect(),
        in_courses: grants.courses.len(),
    }))
}

/// How the list of courses goes on.
#[derive(Debug, Deserialize)]
struct From {
    after: Option<u64>,
}

async fn show(
    visitor: Visitor,
    id: web::Path<UserId>,
    from: web::Query<From>,
) -> Result<HttpResponse, Refusal> {
    // One's own account is shown to everybody; this page is not.
    require(&visitor.state, visitor.actor(), Permission::ViewPeople)?;
    show_with(&visitor, *id, from.after.map(CourseId), &Form::of(Fields::default()))
}

fn show_with(
    visitor: &Visitor,
    id: UserId,
    after: Option<CourseId>,
    form: &Form,
) -> Result<HttpResponse, Refusal> {
    let (account, sessions, roles, (courses, next)) =
        visitor.state.store.read(|read| -> Result<_, Refusal> {
            let account = account_change::seen(read, visitor.actor(), id)?;
            let (sessions, roles) = (sessions(read, visitor, id)?, roles(read, visitor, id)?);
            Ok((account, sessions, roles, enrolled(read, visitor, id, after)?))
        })?;
    let page = PersonPage {
        frame: &visitor.frame,
        courses,
        next,
        behind: after.is_some(),
        form,
        name: display_name(&account),
        suspended: account.status == AccountStatus::Suspended,
        itself: visitor.actor().user == id,
        account: &account,
        sessions,
        roles,
    };
    form.show(&visitor.frame, &page)
}

#[derive(Template)]
#[template(path = "admin/person_edit.html")]
struct EditPage<'a> {
    frame: &'a Frame,
    form: &'a Form,
    id: UserId,
    name: String,
}

async fn edit(visitor: Visitor, id: web::Path<UserId>) -> Result<HttpResponse, Refusal> {
    require(&visitor.state, visitor.actor(), Permission::ManagePeople)?;
    let account = visitor.state.store.read(|read| account_change::seen(read, visitor.actor(), *id))?;
    let fields = Fields::default()
        .with("first_name", account.first_name.as_str())
        .with("last_name", account.last_name.as_str())
        .with("username", account.username.as_str())
        .with("email", account.email.as_ref().map_or("", |email| email.as_str()))
        .with("revision", account.revision);
    let form = Form::of(fields);
    let page = EditPage { frame: &visitor.frame, form: &form, id: *id, name: display_name(&account) };
    form.show(&visitor.frame, &page)
}

async fn change(posted: Posted, id: web::Path<UserId>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, id) = (who.actor, *id);
    require(&state, &actor, Permission::ManagePeople)?;
    let account = state.store.read(|read| account_change::seen(read, &actor, id))?;
    let mut input = typed(&fields);
    // The form does not have them; with another revision nothing is changed.
    input.profile = Some(account.profile.iter().cloned().collect());
    let same = unchanged(fields.get("revision").to_owned());
    let done = match input.parse() {
        Ok(new) => {
            state
                .store
                .write(Class::Interactive, move |txn| {
                    access::require(txn, &actor, Permission::ManagePeople, Scope::Site)?;
                    account_change::change(txn, &actor, id, new, same)
                })
                .await
        }
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(account) => {
            let said = Flash::done("admin-person-changed").with("name", display_name(&account));
            Ok(frame.go_and_say(&address(id), &said))
        }
        Err(refusal) => {
            let form = Form::refused(fields, refusal, frame.text)?;
            form.show(&frame, &EditPage { frame: &frame, form: &form, id, name: display_name(&account) })
        }
    }
}

/// Somebody of whom something is about to be changed, with how many sessions they have.
fn before_change(visitor: &Visitor, id: UserId) -> Result<(String, usize), Refusal> {
    require(&visitor.state, visitor.actor(), Permission::ManagePeople)?;
    visitor.state.store.read(|read| -> Result<_, Refusal> {
        let account = account_change::seen(read, visitor.actor(), id)?;
        Ok((display_name(&account), session::list(read, visitor.actor(), id)?.len()))
    })
}

async fn ask_suspend(visitor: Visitor, id: web::Path<UserId>) -> Result<HttpResponse, Refusal> {
    let frame = &visitor.frame;
    let (name, sessions) = before_change(&visitor, *id)?;
    let question = Confirm {
        question: frame.t1("admin-suspend-title", "name", name),
        what: vec![
            frame.t1("admin-suspend-sessions", "count", sessions),
            frame.t("admin-suspend-links").into_owned(),
            frame.t("admin-suspend-tokens").into_owned(),
            frame.t("admin-suspend-stays").into_owned(),
        ],
        action: &format!("{}/suspend", address(*id)),
        button: frame.t("admin-suspend-button").into_owned(),
        back: &address(*id),
        fields: &[],
    };
    question.show(frame)
}

async fn suspend(posted: Posted, id: web::Path<UserId>) -> Result<HttpResponse, Refusal> {
    let (actor, id) = (posted.who.actor, *id);
    let done = posted
        .state
        .store
        .write(Class::Interactive, move |txn| account_change::suspend(txn, &actor, id))
        .await?;
    let said = Flash::done("admin-suspended").with("name", display_name(&done));
    Ok(posted.frame.go_and_say(&address(id), &said))
}

async fn restore(posted: Posted, id: web::Path<UserId>) -> Result<HttpResponse, Refusal> {
    let (actor, id) = (posted.who.actor, *id);
    let done = posted
        .state
        .store
        .write(Class::Interactive, move |txn| account_change::reactivate(txn, &actor, id))
        .await?;
    let said = Flash::done("admin-restored").with("name", display_name(&done));
    Ok(posted.frame.go_and_say(&address(id), &said))
}

async fn ask_sign_out(visitor: Visitor, id: web::Path<UserId>) -> Result<HttpResponse, Refusal> {
    let frame = &visitor.frame;
    let (name, sessions) = before_change(&visitor, *id)?;
    let question = Confirm {
        question: frame.t1("admin-sign-out-title", "name", name),
        what: vec![
            frame.t1("admin-suspend-sessions", "count", sessions),
            frame.t("admin-sign-out-stays").into_owned(),
        ],
        action: &format!("{}/sign-out", address(*id)),
        button: frame.t("admin-sign-out-button").into_owned(),
        back: &address(*id),
        fields: &[],
    };
    question.show(frame)
}

async fn sign_out(posted: Posted, id: web::Path<UserId>) -> Result<HttpResponse, Refusal> {
    let (actor, id) = (posted.who.actor, *id);
    require(&posted.state, &actor, Permission::ManagePeople)?;
    let ended = posted
        .state
        .store
        .write(Class::SignIn, move |txn| session::revoke_all(txn, &actor, id, None))
        .await?;
    Ok(posted.frame.go_and_say(&address(id), &Flash::done("admin-signed-out").with("count", ended)))
}

async fn link(request: HttpRequest, posted: Posted, id: web::Path<UserId>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, id) = (who.actor, *id);
    require(&state, &actor, Permission::ManagePeople)?;
    let (name, working) = state.store.read(|read| -> Result<_, Refusal> {
        let account = account_change::seen(read, &actor, id)?;
        Ok((display_name(&account), activation::working(read, id, actor.now)?))
    })?;
    if let Some(working) = working
        && !confirm::is_sure(&fields)
    {
        let question = Confirm {
            question: frame.t1("admin-link-again-title", "name", name),
            what: vec![
                frame.t1("admin-link-again-goes", "until", frame.calendar.moment(working.expires)),
                frame.t("admin-link-again-stays").into_owned(),
            ],
            action: &format!("{}/link", address(id)),
            fields: &confirm::again(&fields),
            button: frame.t("admin-link-again-button").into_owned(),
            back: &address(id),
        };
        return question.show(&frame);
    }
    let token = secret::token()?;
    let hash = token_hash(&token);
    let (link, account) = state
        .store
        .write(Class::Interactive, move |txn| -> Result<_, Refusal> {
            let link = activation::issue(txn, &actor, id, hash)?;
            Ok((link, account_change::seen(txn, &actor, id)?))
        })
        .await?;
    frame.show(&LinkPage {
        frame: &frame,
        id,
        name: display_name(&account),
        address: link_address(&state, &request, &token),
        expires: Some(link.expires),
        made: false,
    })
}

async fn set(state: &State, posted: &Posted, id: UserId, role: &str, give: bool) -> Result<(), Refusal> {
    let role = RoleName::parse(role).map_err(|problem| invalid("/role", problem))?;
    let actor = posted.who.actor.clone();
    let grants = state.store.write(Class::Interactive, move |txn| {
        if give {
            role::grant(txn, &actor, id, &role, Scope::Site)
        } else {
            role::revoke(txn, &actor, id, &role, Scope::Site)
        }
    });
    grants.await.map(drop)
}

async fn grant(posted: Posted, id: web::Path<UserId>) -> Result<HttpResponse, Refusal> {
    let state = posted.state.clone();
    require(&state, posted.actor(), Permission::ManageRoles)?;
    let name = posted.fields.get("role").to_owned();
    match set(&state, &posted, *id, &name, true).await {
        Ok(()) => {
            let said = Flash::done("admin-granted").with("role", RoleLine::of(&posted.frame, &name).words);
            Ok(posted.frame.go_and_say(&address(*id), &said))
        }
        Err(refusal) => {
            let Posted { who, frame, fields, state } = posted;
            let form = Form::refused(fields, refusal, frame.text)?;
            show_with(&Visitor { who, frame, state }, *id, None, &form)
        }
    }
}

async fn ask_revoke(visitor: Visitor, path: web::Path<(UserId, String)>) -> Result<HttpResponse, Refusal> {
    let (id, name) = path.into_inner();
    require(&visitor.state, visitor.actor(), Permission::ManageRoles)?;
    let frame = &visitor.frame;
    let role = RoleName::parse(&name).map_err(|problem| invalid("role", problem))?;
    let (person, may) = visitor.state.store.read(|read| -> Result<_, Refusal> {
        let account = crate::domain::account::get(read, id)?;
        Ok((display_name(&account), access::allowed_by(read, &role)?))
    })?;
    let words = RoleLine::of(frame, &name).words;
    let rights = rights_words(frame, &may.list());
    let question = Confirm {
        question: frame.t2("admin-revoke-title", "role", words, "name", person),
        what: vec![
            frame.t1("admin-revoke-rights", "rights", rights),
            frame.t("admin-revoke-stays").into_owned(),
        ],
        action: &format!("{}/revoke/{role}", address(id)),
        button: frame.t("admin-revoke-button").into_owned(),
        back: &address(id),
        fields: &[],
    };
    question.show(frame)
}

async fn revoke(posted: Posted, path: web::Path<(UserId, String)>) -> Result<HttpResponse, Refusal> {
    let (id, name) = path.into_inner();
    require(&posted.state, posted.actor(), Permission::ManageRoles)?;
    set(&posted.state.clone(), &posted, id, &name, false).await?;
    let said = Flash::done("admin-revoked").with("role", RoleLine::of(&posted.frame, &name).words);
    Ok(posted.frame.go_and_say(&address(id), &said))
}
