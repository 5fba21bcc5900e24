//! Who is enrolled, with search; enrolling some by their username or e-mail address.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::{Standing, address, choices, moment, place, require, role_words};
use crate::clock::Timestamp;
use crate::domain::access::{Actor, LEARNER, Permission, RoleName};
use crate::domain::account::{Account, display_name};
use crate::domain::course;
use crate::domain::enrolment::{self, Enrolled, PersonInput};
use crate::domain::faults::together;
use crate::domain::ids::{CourseId, UserId};
use crate::domain::limits::searched;
use crate::domain::refusal::Refusal;
use crate::http::beside::beside;
use crate::http::routes::{Needs, Routes};
use crate::state::State;
use crate::store::{Class, Read as _};
use crate::web::course::CoursePlace;
use crate::web::flash::Flash;
use crate::web::form::{Fields, Form};
use crate::web::frame::Frame;
use crate::web::sign_in::encoded;
use crate::web::visitor::{Posted, Visitor};

/// Enrolments per read, each with its account.
const PER_READ: usize = 200;
/// People on a page.
const PER_PAGE: usize = 50;

pub(super) fn routes(routes: &mut Routes) {
    const LIST: &str = "/courses/{course}/people";
    routes.page(LIST, Class::Report, Needs::Course(Permission::ViewRoster), list);
    routes.form(LIST, Class::Interactive, Needs::Course(Permission::ManageEnrolment), enrol);
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Filter {
    #[serde(default)]
    name: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    page: usize,
}

struct Line {
    user: UserId,
    name: String,
    username: String,
    role: RoleName,
    standing: Standing,
    starts: Option<Timestamp>,
    ends: Option<Timestamp>,
}

/// One page of those that the filter lets through.
struct Found {
    lines: Vec<Line>,
    count: usize,
    pages: usize,
    page: usize,
}

/// Looks through all enrolments, a few per read, in the order of names.
fn find(state: &State, actor: &Actor, course: CourseId, filter: &Filter) -> Result<Found, Refusal> {
    let wanted = filter.name.to_lowercase();
    let mut found: Vec<(String, Line)> = Vec::new();
    let mut after = None;
    loop {
        let more = state.store.read(|read| -> Result<bool, Refusal> {
            let rows = enrolment::list(read, actor, course, after, PER_READ)?;
            for row in &rows {
                after = Some(row.user);
                let standing = Standing::of(row, actor.now);
                if !filter.state.is_empty() && standing.name() != filter.state {
                    continue;
                }
                let account = read.get::<Account>(&row.user)?;
                let account = account.as_deref();
                let name = account.map_or_else(|| row.user.to_string(), display_name);
                let username =
                    account.map(|account| account.username.as_str().to_owned()).unwrap_or_default();
                let order = account.map_or_else(String::new, |account| {
                    let (last, first) = (account.last_name.as_str(), account.first_name.as_str());
                    format!("{last}\0{first}").to_lowercase()
                });
                if !name.to_lowercase().contains(&wanted) && !username.contains(&wanted) {
                    continue;
                }
                let line = Line {
                    user: row.user,
                    name,
                    username,
                    role: row.role.clone(),
                    standing,
                    starts: row.starts,
                    ends: row.ends,
                };
                found.push((order, line));
            }
            Ok(rows.len() == PER_READ)
        })?;
        if !more {
            break;
        }
    }
    found.sort_by(|(one, left), (other, right)| one.cmp(other).then(left.user.cmp(&right.user)));
    let count = found.len();
    let pages = count.div_ceil(PER_PAGE).max(1);
    let page = filter.page.min(pages - 1);
    let lines = found.into_iter().skip(page * PER_PAGE).take(PER_PAGE).map(|(_, line)| line).collect();
    Ok(Found { lines, count, pages, page })
}

#[derive(Template)]
#[template(path = "people/list.html")]
struct ListPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    enrolled: u64,
    found: &'a Found,
    filter: &'a Filter,
    states: Vec<(&'static str, String)>,
    form: &'a Form,
    /// Roles to give; `None` for who only looks on.
    roles: Option<Vec<(String, String)>>,
}

impl ListPage<'_> {
    fn role(&self, line: &Line) -> String {
        role_words(self.frame, &line.role)
    }

    fn page(&self, page: usize) -> String {
        let (name, state) = (encoded(&self.filter.name), encoded(&self.filter.state));
        format!("{}?name={name}&state={state}&page={page}", address(self.place.course.id))
    }

    fn before(&self) -> Option<String> {
        self.found.page.checked_sub(1).map(|page| self.page(page))
    }

    fn after(&self) -> Option<String> {
        (self.found.page + 1 < self.found.pages).then(|| self.page(self.found.page + 1))
    }
}

async fn show_list(
    state: &State,
    frame: &Frame,
    actor: &Actor,
    course: CourseId,
    mut filter: Filter,
    form: &Form,
) -> Result<HttpResponse, Refusal> {
    require(state, actor, course, Permission::ViewRoster)?;
    filter.name = searched(&filter.name);
    let (place, enrolled, roles) = state.store.read(|read| -> Result<_, Refusal> {
        let place = place(read, actor, course)?;
        let roles = if place.can(Permission::ManageEnrolment) {
            Some(enrolment::grantable_roles(read, actor, course)?)
        } else {
            None
        };
        Ok((place, course::enrolled(read, course)?, roles))
    })?;
    let (held, by, asked) = (state.clone(), actor.clone(), filter.clone());
    let found = beside(state, move || find(&held, &by, course, &asked)).await?;
    let states = Standing::ALL.map(|state| (state.name(), frame.t_of("people-state-", state.name())));
    let page = ListPage {
        frame,
        place: &place,
        enrolled,
        found: &found,
        filter: &filter,
        states: states.map(|(name, words)| (name, words.into_owned())).into(),
        form,
        roles: roles.map(|roles| choices(frame, &roles)),
    };
    form.show(frame, &page)
}

async fn list(
    visitor: Visitor,
    id: web::Path<CourseId>,
    filter: web::Query<Filter>,
) -> Result<HttpResponse, Refusal> {
    let form = Form::of(Fields::default().with("role", LEARNER));
    let Visitor { who, frame, state } = &visitor;
    show_list(state, frame, &who.actor, *id, filter.into_inner(), &form).await
}

/// Usernames and addresses, whatever stands between them.
pub(super) fn logins(text: &str) -> Vec<&str> {
    let between = |c: char| c.is_whitespace() || matches!(c, ',' | ';');
    text.split(between).filter(|login| !login.is_empty()).collect()
}

fn typed(frame: &Frame, fields: &Fields) -> Result<Vec<PersonInput>, Refusal> {
    let (starts, ends) = together((moment(frame, fields, "starts"), moment(frame, fields, "ends")))?;
    let people = logins(fields.get("people")).into_iter().map(|login| PersonInput {
        login: Some(login.to_owned()),
        role: fields.optional("role").map(str::to_owned),
        starts,
        ends,
        ..PersonInput::default()
    });
    Ok(people.collect())
}

/// What is wrong with one of several people stands at the field of all, with who it is.
fn at_people(mut refusal: Refusal, fields: &Fields) -> Refusal {
    let logins = logins(fields.get("people"));
    for field in &mut refusal.fields {
        let Some(rest) = field.at.strip_prefix("/people/") else { continue };
        let (place, part) = rest.split_once('/').unwrap_or((rest, ""));
        if part == "role" {
            "/role".clone_into(&mut field.at);
            continue;
        }
        let who = place.parse().ok().and_then(|place: usize| logins.get(place)).copied().unwrap_or_default();
        field.problem = format!("{}: {who}", field.problem);
        "/people".clone_into(&mut field.at);
    }
    refusal
}

async fn enrol(posted: Posted, id: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, course) = (who.actor, *id);
    require(&state, &actor, course, Permission::ManageEnrolment)?;
    let done = match typed(&frame, &fields) {
        Ok(people) => {
            let by = actor.clone();
            let write = state
                .store
                .write(Class::Interactive, move |txn| enrolment::enrol_each(txn, &by, course, &people));
            write.await
        }
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(done) => {
            let of = |wanted: Enrolled| done.iter().filter(|(_, outcome)| *outcome == wanted).count();
            let said = Flash::done("people-enrolled")
                .with("added", of(Enrolled::Added))
                .with("changed", of(Enrolled::Changed))
                .with("unchanged", of(Enrolled::Unchanged));
            Ok(frame.go_and_say(&address(course), &said))
        }
        Err(refusal) => {
            let refusal = at_people(refusal, &fields);
            let form = Form::refused(fields, refusal, frame.text)?;
            show_list(&state, &frame, &actor, course, Filter::default(), &form).await
        }
    }
}
