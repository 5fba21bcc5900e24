//! Groups of a course: making, renaming and removing them, and who is in each.

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::person::name_of;
use super::{place, require, unchanged};
use crate::domain::access::{Actor, Permission};
use crate::domain::account::{self, Account, display_name};
use crate::domain::enrolment::Enrolment;
use crate::domain::faults::Faults;
use crate::domain::group::{self, Group, GroupName, MEMBERS};
use crate::domain::ids::{CourseId, GroupId, UserId};
use crate::domain::refusal::{Refusal, invalid, not_found};
use crate::http::routes::{Needs, Routes};
use crate::state::State;
use crate::store::{Class, Counter, Read};
use crate::web::confirm::Confirm;
use crate::web::course::CoursePlace;
use crate::web::flash::Flash;
use crate::web::form::{Fields, Form};
use crate::web::frame::Frame;
use crate::web::visitor::{Posted, Visitor};

/// As many groups as a course may have, in one list.
const MOST_GROUPS: usize = 500;
/// Members on a page.
const PER_PAGE: usize = 50;

pub(super) fn routes(routes: &mut Routes) {
    use Class::{Browse, Interactive};
    let roster = Needs::Course(Permission::ViewRoster);
    let manage = Needs::Course(Permission::ManageEnrolment);
    routes.page("/courses/{course}/groups", Browse, roster, list);
    routes.form("/courses/{course}/groups", Interactive, manage, create);
    routes.page("/courses/{course}/groups/{group}", Browse, roster, show);
    routes.form("/courses/{course}/groups/{group}", Interactive, manage, rename);
    routes.form("/courses/{course}/groups/{group}/members", Interactive, manage, add);
    routes.page("/courses/{course}/groups/{group}/members/{user}/remove", Browse, manage, ask_take_out);
    routes.form("/courses/{course}/groups/{group}/members/{user}/remove", Interactive, manage, take_out);
    routes.page("/courses/{course}/groups/{group}/delete", Browse, manage, ask_delete);
    routes.form("/courses/{course}/groups/{group}/delete", Interactive, manage, delete);
}

fn list_address(course: CourseId) -> String {
    format!("/courses/{course}/groups")
}

fn address(course: CourseId, group: GroupId) -> String {
    format!("/courses/{course}/groups/{group}")
}

fn members(read: &impl Read, group: GroupId) -> Result<u64, Refusal> {
    Ok(u64::try_from(read.counter(&Counter::new(MEMBERS, &group))?).unwrap_or(0))
}

#[derive(Template)]
#[template(path = "people/groups.html")]
struct GroupsPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    groups: &'a [(Group, u64)],
    form: &'a Form,
    manages: bool,
}

fn show_list(
    state: &State,
    frame: &Frame,
    actor: &Actor,
    course: CourseId,
    form: &Form,
) -> Result<HttpResponse, Refusal> {
    let (place, groups) = state.store.read(|read| -> Result<_, Refusal> {
        let place = place(read, actor, course)?;
        let mut groups = Vec::new();
        for group in group::list(read, actor, course, None, MOST_GROUPS)? {
            let count = members(read, group.id)?;
            groups.push((group, count));
        }
        groups.sort_by_cached_key(|(group, _)| group.name.to_lowercase());
        Ok((place, groups))
    })?;
    let manages = place.can(Permission::ManageEnrolment);
    form.show(frame, &GroupsPage { frame, place: &place, groups: &groups, form, manages })
}

async fn list(visitor: Visitor, id: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    require(&visitor.state, visitor.actor(), *id, Permission::ViewRoster)?;
    show_list(&visitor.state, &visitor.frame, visitor.actor(), *id, &Form::default())
}

async fn create(posted: Posted, id: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, course) = (who.actor, *id);
    require(&state, &actor, course, Permission::ManageEnrolment)?;
    let done = match GroupName::parse(fields.get("name")) {
        Ok(name) => {
            let by = actor.clone();
            state.store.write(Class::Interactive, move |txn| group::create(txn, &by, course, name)).await
        }
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(made) => {
            let said = Flash::done("people-group-made").with("name", &made.name);
            Ok(frame.go_and_say(&address(course, made.id), &said))
        }
        Err(refusal) => {
            let form = Form::refused(fields, refusal, frame.text)?;
            show_list(&state, &frame, &actor, course, &form)
        }
    }
}

struct Member {
    user: UserId,
    name: String,
    username: String,
}

struct Found {
    place: CoursePlace,
    group: Arc<Group>,
    count: u64,
    members: Vec<Member>,
    next: Option<UserId>,
}

fn found(
    read: &impl Read,
    actor: &Actor,
    course: CourseId,
    id: GroupId,
    after: Option<UserId>,
) -> Result<Found, Refusal> {
    let mut users = group::members(read, actor, course, id, after, PER_PAGE + 1)?;
    let more = users.len() > PER_PAGE;
    users.truncate(PER_PAGE);
    let next = users.last().copied().filter(|_| more);
    let members_of = users.into_iter().map(|user| {
        let account = read.get::<Account>(&user)?;
        Ok(Member {
            user,
            name: account.as_deref().map_or_else(|| user.to_string(), display_name),
            username: account.map(|account| account.username.as_str().to_owned()).unwrap_or_default(),
        })
    });
    Ok(Found {
        members: members_of.collect::<Result<_, Refusal>>()?,
        place: place(read, actor, course)?,
        group: group::get(read, course, id)?,
        count: members(read, id)?,
        next,
    })
}

#[derive(Template)]
#[template(path = "people/group.html")]
struct GroupPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    found: &'a Found,
    behind: bool,
    form: &'a Form,
    manages: bool,
}

#[derive(Debug, Default, Deserialize)]
struct From {
    after: Option<u64>,
}

fn show_group(
    state: &State,
    frame: &Frame,
    actor: &Actor,
    (course, id): (CourseId, GroupId),
    after: Option<UserId>,
    came_back: Option<Form>,
) -> Result<HttpResponse, Refusal> {
    let found = state.store.read(|read| found(read, actor, course, id, after))?;
    let form = came_back.unwrap_or_else(|| {
        Form::of(Fields::default().with("name", &found.group.name).with("revision", found.group.revision))
    });
    let page = GroupPage {
        frame,
        place: &found.place,
        behind: after.is_some(),
        manages: found.place.can(Permission::ManageEnrolment),
        found: &found,
        form: &form,
    };
    form.show(frame, &page)
}

async fn show(
    visitor: Visitor,
    at: web::Path<(CourseId, GroupId)>,
    from: web::Query<From>,
) -> Result<HttpResponse, Refusal> {
    require(&visitor.state, visitor.actor(), at.0, Permission::ViewRoster)?;
    let after = from.after.map(UserId);
    show_group(&visitor.state, &visitor.frame, visitor.actor(), *at, after, None)
}

async fn rename(posted: Posted, at: web::Path<(CourseId, GroupId)>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let ((course, id), actor) = (*at, who.actor);
    require(&state, &actor, course, Permission::ManageEnrolment)?;
    let done = match GroupName::parse(fields.get("name")) {
        Ok(name) => {
            let (by, same) = (actor.clone(), unchanged(&fields));
            let write = state
                .store
                .write(Class::Interactive, move |txn| group::rename(txn, &by, course, id, name, same));
            write.await
        }
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(group) => {
            let said = Flash::done("people-group-renamed").with("name", &group.name);
            Ok(frame.go_and_say(&address(course, id), &said))
        }
        Err(refusal) => {
            let form = Form::refused(fields, refusal, frame.text)?;
            show_group(&state, &frame, &actor, (course, id), None, Some(form))
        }
    }
}

/// The accounts of what was typed. Where some have none, who is not in the course is told with them.
fn users(state: &State, course: CourseId, fields: &Fields) -> Result<Vec<UserId>, Refusal> {
    let logins = super::list::logins(fields.get("people"));
    state.store.read(|read| {
        let (mut users, mut faults) = (Vec::new(), Faults::default());
        for (place, login) in logins.iter().enumerate() {
            let Some(account) = account::by_login(read, login)? else {
                faults.add(invalid("/people", format!("names nobody who has an account: {login}")));
                continue;
            };
            if !read.exists::<Enrolment>(&(course, account.id))? {
                faults.add(group::not_enrolled(account.id, &format!("/users/{place}")));
            }
            users.push(account.id);
        }
        faults.and(Ok(users))
    })
}

async fn add(posted: Posted, at: web::Path<(CourseId, GroupId)>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let ((course, id), actor) = (*at, who.actor);
    require(&state, &actor, course, Permission::ManageEnrolment)?;
    let done = match users(&state, course, &fields) {
        Ok(users) => {
            let by = actor.clone();
            let write = state
                .store
                .write(Class::Interactive, move |txn| group::add_members(txn, &by, course, id, &users));
            write.await
        }
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(added) => {
            let said = Flash::done("people-group-added").with("count", added);
            Ok(frame.go_and_say(&address(course, id), &said))
        }
        Err(mut refusal) => {
            let logins = super::list::logins(fields.get("people"));
            for field in refusal.fields.iter_mut().filter(|field| field.at.starts_with("/users")) {
                let place = field.at.strip_prefix("/users/").and_then(|place| place.parse::<usize>().ok());
                if let Some(login) = place.and_then(|place| logins.get(place)) {
                    field.problem = format!("{}: {login}", field.problem);
                }
                "/people".clone_into(&mut field.at);
            }
            let group = state.store.read(|read| group::get(read, course, id))?;
            let fields = fields.with("name", &group.name).with("revision", group.revision);
            let form = Form::refused(fields, refusal, frame.text)?;
            show_group(&state, &frame, &actor, (course, id), None, Some(form))
        }
    }
}

async fn ask_take_out(
    visitor: Visitor,
    at: web::Path<(CourseId, GroupId, UserId)>,
) -> Result<HttpResponse, Refusal> {
    let (course, id, user) = *at;
    require(&visitor.state, visitor.actor(), course, Permission::ManageEnrolment)?;
    let group = visitor.state.store.read(|read| -> Result<_, Refusal> {
        let group = group::get(read, course, id)?;
        let is_member = read.exists::<group::Member>(&(course, user, id))?;
        if is_member { Ok(group) } else { Err(not_found("member", user)) }
    })?;
    let (frame, name) = (&visitor.frame, name_of(&visitor.state, user)?);
    Confirm {
        question: frame.t2("people-group-take-out-question", "name", name, "group", &group.name),
        what: vec![
            frame.t("people-group-take-out-goes").into_owned(),
            frame.t("people-group-take-out-stays").into_owned(),
        ],
        action: &format!("{}/members/{user}/remove", address(course, id)),
        fields: &[],
        button: frame.t("people-group-take-out").into_owned(),
        back: &address(course, id),
    }
    .show(frame)
}

async fn take_out(
    posted: Posted,
    at: web::Path<(CourseId, GroupId, UserId)>,
) -> Result<HttpResponse, Refusal> {
    let ((course, id, user), actor) = (*at, posted.actor().clone());
    let write = posted
        .state
        .store
        .write(Class::Interactive, move |txn| group::remove_member(txn, &actor, course, id, user));
    write.await?;
    let said = Flash::done("people-group-taken-out").with("name", name_of(&posted.state, user)?);
    Ok(posted.frame.go_and_say(&address(course, id), &said))
}

async fn ask_delete(visitor: Visitor, at: web::Path<(CourseId, GroupId)>) -> Result<HttpResponse, Refusal> {
    let (course, id) = *at;
    require(&visitor.state, visitor.actor(), course, Permission::ManageEnrolment)?;
    let frame = &visitor.frame;
    let found = visitor.state.store.read(|read| found(read, visitor.actor(), course, id, None))?;
    Confirm {
        question: frame.t1("people-group-delete-question", "name", &found.group.name),
        what: vec![
            frame.t1("people-group-delete-members", "count", found.count),
            frame.t("people-group-delete-quizzes").into_owned(),
        ],
        action: &format!("{}/delete", address(course, id)),
        fields: &[("revision", found.group.revision.to_string())],
        button: frame.t("people-group-delete").into_owned(),
        back: &address(course, id),
    }
    .show(frame)
}

async fn delete(posted: Posted, at: web::Path<(CourseId, GroupId)>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let ((course, id), actor) = (*at, who.actor);
    let mut same = Some(unchanged(&fields));
    loop {
        let (by, same) = (actor.clone(), same.take());
        let step = state.store.write(Class::Interactive, move |txn| {
            let unchanged = |revision| same.map_or(Ok(()), |same| same(revision));
            group::remove_step(txn, &by, course, id, unchanged)
        });
        if step.await? {
            return Ok(frame.go_and_say(&list_address(course), &Flash::done("people-group-deleted")));
        }
    }
}
