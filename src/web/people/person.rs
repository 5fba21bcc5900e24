//! One person in a course: role, dates, suspension, groups; taking them out.

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{Standing, address, choices, moment, place, require, role_words, unchanged};
use crate::domain::access::{self, Actor, Permission, RoleName};
use crate::domain::account::{self, Account, display_name};
use crate::domain::enrolment::{self, Change, EnrolledBy, Enrolment, EnrolmentStatus};
use crate::domain::faults::together;
use crate::domain::group::{self, Group};
use crate::domain::ids::{CourseId, UserId};
use crate::domain::refusal::Refusal;
use crate::domain::standing;
use crate::http::routes::{Needs, Routes};
use crate::state::State;
use crate::store::{Class, Read};
use crate::web::confirm::{self, Confirm};
use crate::web::course::CoursePlace;
use crate::web::flash::Flash;
use crate::web::form::{Fields, Form};
use crate::web::frame::Frame;
use crate::web::visitor::{Posted, Visitor};

pub(super) fn routes(routes: &mut Routes) {
    let manage = Needs::Course(Permission::ManageEnrolment);
    let one = "/courses/{course}/people/{user}";
    routes.page(one, Class::Browse, Needs::Course(Permission::ViewRoster), show);
    routes.form(one, Class::Interactive, manage, change);
    routes.page("/courses/{course}/people/{user}/remove", Class::Browse, manage, ask_remove);
    routes.form("/courses/{course}/people/{user}/remove", Class::Interactive, manage, remove);
}

struct Found {
    place: CoursePlace,
    enrolment: Arc<Enrolment>,
    name: String,
    username: String,
    groups: Vec<Arc<Group>>,
    roles: Vec<RoleName>,
}

fn found(read: &impl Read, actor: &Actor, course: CourseId, user: UserId) -> Result<Found, Refusal> {
    let place = place(read, actor, course)?;
    access::require(read, actor, Permission::ViewRoster, access::Scope::Course(course))?;
    let enrolment = enrolment::get(read, course, user)?;
    let account = read.get::<Account>(&user)?;
    let groups = group::of_user(read, course, user)?.into_iter().map(|id| group::get(read, course, id));
    let mut roles = if place.can(Permission::ManageEnrolment) {
        enrolment::grantable_roles(read, actor, course)?
    } else {
        Vec::new()
    };
    if !roles.is_empty() && !roles.contains(&enrolment.role) {
        if enrolment::may_change(read, actor, course, &enrolment.role)? {
            // A role that nobody is given any more, and that this one may keep.
            roles.push(enrolment.role.clone());
        } else {
            // A role above the actor's own stays what it is; then nothing of the enrolment can be changed.
            roles.clear();
        }
    }
    Ok(Found {
        groups: groups.collect::<Result<_, _>>()?,
        name: account.as_deref().map_or_else(|| user.to_string(), display_name),
        username: account.map(|account| account.username.as_str().to_owned()).unwrap_or_default(),
        place,
        enrolment,
        roles,
    })
}

#[derive(Template)]
#[template(path = "people/person.html")]
struct PersonPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    found: &'a Found,
    standing: Standing,
    by: &'static str,
    role: String,
    roles: Vec<(String, String)>,
    states: Vec<(&'static str, String)>,
    form: &'a Form,
}

fn show_person(frame: &Frame, found: &Found, form: &Form) -> Result<HttpResponse, Refusal> {
    let states = [Standing::Active, Standing::Suspended];
    let page = PersonPage {
        frame,
        place: &found.place,
        standing: Standing::of(&found.enrolment, frame.now),
        by: match found.enrolment.by {
            EnrolledBy::Teacher => "teacher",
            EnrolledBy::Key => "key",
            EnrolledBy::Import => "import",
        },
        role: role_words(frame, &found.enrolment.role),
        roles: choices(frame, &found.roles),
        states: states
            .map(|state| (state.name(), frame.t_of("people-choose-", state.name()).into_owned()))
            .into(),
        found,
        form,
    };
    form.show(frame, &page)
}

async fn show(visitor: Visitor, at: web::Path<(CourseId, UserId)>) -> Result<HttpResponse, Refusal> {
    let (course, user) = *at;
    let frame = &visitor.frame;
    let found = visitor.state.store.read(|read| found(read, visitor.actor(), course, user))?;
    let enrolment = &found.enrolment;
    let local = |at: Option<_>| at.map(|at| frame.calendar.local(at)).unwrap_or_default();
    let status = match enrolment.status {
        EnrolmentStatus::Active => Standing::Active,
        EnrolmentStatus::Suspended => Standing::Suspended,
    };
    let fields = Fields::default()
        .with("role", &enrolment.role)
        .with("status", status.name())
        .with("starts", local(enrolment.starts))
        .with("ends", local(enrolment.ends))
        .with("revision", enrolment.revision);
    show_person(frame, &found, &Form::of(fields))
}

/// What was typed. A moment that stands as the page showed it stays as it is, to the millisecond.
fn typed(frame: &Frame, fields: &Fields, old: &Enrolment) -> Result<Change, Refusal> {
    let date = |name: &str, old: Option<_>| -> Result<_, Refusal> {
        let shown = old.map(|at| frame.calendar.local(at)).unwrap_or_default();
        Ok(if fields.get(name) == shown { None } else { Some(moment(frame, fields, name)?) })
    };
    let suspended = fields.get("status") == Standing::Suspended.name();
    let (starts, ends) = together((date("starts", old.starts), date("ends", old.ends)))?;
    Ok(Change {
        role: None,
        status: Some(if suspended { EnrolmentStatus::Suspended } else { EnrolmentStatus::Active }),
        starts,
        ends,
    })
}

/// What a change takes from somebody, a sentence each: the course itself, or what their role allows.
fn taken(
    frame: &Frame,
    read: &impl Read,
    old: &Enrolment,
    change: &Change,
    role: &str,
) -> Result<Vec<String>, Refusal> {
    let new = Enrolment {
        status: change.status.unwrap_or(old.status),
        starts: change.starts.unwrap_or(old.starts),
        ends: change.ends.unwrap_or(old.ends),
        ..old.clone()
    };
    let mut what = Vec::new();
    if old.is_active(frame.now) && !new.is_active(frame.now) {
        what.push(frame.t("people-change-shut-out").into_owned());
        let running = standing::running(read, old.course, old.user)?.len();
        if running > 0 {
            what.push(frame.t1("people-change-running", "count", running));
        }
    }
    // A role that is none is refused later, beside its field.
    if let Ok(role) = access::parse_role(read, "/role", role) {
        let (had, has) = (access::allowed_by(read, &old.role)?, access::allowed_by(read, &role)?);
        let lost: Vec<String> = had
            .list()
            .into_iter()
            .filter(|right| !has.has(*right))
            .map(|right| frame.t_of("permission-", &right.name().replace('_', "-")).into_owned())
            .collect();
        if !lost.is_empty() {
            let rights = lost.join(frame.t("admin-list-comma").as_ref());
            what.push(frame.t1("admin-revoke-rights", "rights", rights));
        }
    }
    if !what.is_empty() {
        what.push(frame.t("people-change-stays").into_owned());
    }
    Ok(what)
}

fn ask_change(
    frame: &Frame,
    found: &Found,
    what: Vec<String>,
    fields: &Fields,
) -> Result<HttpResponse, Refusal> {
    let one = format!("{}/{}", address(found.enrolment.course), found.enrolment.user);
    Confirm {
        question: frame.t1("people-change-question", "name", &found.name),
        what,
        action: &one,
        fields: &confirm::again(fields),
        button: frame.t("people-save").into_owned(),
        back: &one,
    }
    .show(frame)
}

async fn change(posted: Posted, at: web::Path<(CourseId, UserId)>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let ((course, user), actor) = (*at, who.actor);
    require(&state, &actor, course, Permission::ManageEnrolment)?;
    let found = state.store.read(|read| found(read, &actor, course, user))?;
    let done = match typed(&frame, &fields, &found.enrolment) {
        Ok(change) => {
            let taken = state
                .store
                .read(|read| taken(&frame, read, &found.enrolment, &change, fields.get("role")))?;
            let (same, role) = (unchanged(&fields), fields.get("role").to_owned());
            let sure = taken.is_empty() || confirm::is_sure(&fields);
            let write = confirm::once_sure(&state, sure, move |txn| {
                let role = Some(access::parse_role(txn, "/role", &role)?);
                enrolment::change(txn, &actor, course, user, Change { role, ..change }, same)
            });
            match write.await {
                Ok(None) => return ask_change(&frame, &found, taken, &fields),
                done => done.map(drop),
            }
        }
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(()) => {
            let said = Flash::done("people-changed").with("name", &found.name);
            Ok(frame.go_and_say(&format!("{}/{user}", address(course)), &said))
        }
        Err(refusal) => show_person(&frame, &found, &Form::refused(fields, refusal, frame.text)?),
    }
}

async fn ask_remove(visitor: Visitor, at: web::Path<(CourseId, UserId)>) -> Result<HttpResponse, Refusal> {
    let (course, user) = *at;
    require(&visitor.state, visitor.actor(), course, Permission::ManageEnrolment)?;
    let found = visitor.state.store.read(|read| found(read, visitor.actor(), course, user))?;
    let frame = &visitor.frame;
    let mut what = vec![frame.t1("people-remove-role", "role", role_words(frame, &found.enrolment.role))];
    if !found.groups.is_empty() {
        let names: Vec<&str> = found.groups.iter().map(|group| group.name.as_str()).collect();
        let names = names.join(frame.t("admin-list-comma").as_ref());
        what.push(frame.t2("people-remove-groups", "count", found.groups.len(), "names", names));
    }
    let running = visitor.state.store.read(|read| standing::running(read, course, user))?.len();
    if running > 0 {
        what.push(frame.t1("people-change-running", "count", running));
    }
    what.push(frame.t("people-remove-stays").into_owned());
    Confirm {
        question: frame.t2(
            "people-remove-question",
            "name",
            &found.name,
            "course",
            &found.place.course.title,
        ),
        what,
        action: &format!("{}/{user}/remove", address(course)),
        fields: &[("revision", found.enrolment.revision.to_string())],
        button: frame.t("people-remove").into_owned(),
        back: &format!("{}/{user}", address(course)),
    }
    .show(frame)
}

async fn remove(posted: Posted, at: web::Path<(CourseId, UserId)>) -> Result<HttpResponse, Refusal> {
    let ((course, user), actor) = (*at, posted.actor().clone());
    let name = name_of(&posted.state, user)?;
    let same = unchanged(&posted.fields);
    let write = posted
        .state
        .store
        .write(Class::Interactive, move |txn| enrolment::remove(txn, &actor, course, user, same));
    write.await?;
    Ok(posted.frame.go_and_say(&address(course), &Flash::done("people-removed").with("name", name)))
}

/// The name of somebody, for a message.
pub(super) fn name_of(state: &State, user: UserId) -> Result<String, Refusal> {
    state.store.read(|read| account::name_of(read, user))
}
