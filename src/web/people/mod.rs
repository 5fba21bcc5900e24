//! Who is in a course, for who teaches it: the list, enrolling one, many or by a file, one person's role and dates, groups,
//! and the way in: seats and the key.

mod entry;
mod file;
mod group;
mod list;
mod person;

use super::course::CoursePlace;
use super::form::Fields;
use super::frame::Frame;
use crate::clock::Timestamp;
use crate::domain::access::{self, Actor, Permission, RoleName, Scope};
use crate::domain::enrolment::{Enrolment, EnrolmentStatus};
use crate::domain::ids::CourseId;
use crate::domain::refusal::{CHANGED, Refusal, invalid};
use crate::http::routes::Routes;
use crate::state::State;
use crate::store::Read;

/// Routes of this folder. What has a name of its own stands before the pages of a person.
pub fn routes(routes: &mut Routes) {
    list::routes(routes);
    entry::routes(routes);
    file::routes(routes);
    group::routes(routes);
    person::routes(routes);
}

fn address(course: CourseId) -> String {
    format!("/courses/{course}/people")
}

fn require(state: &State, actor: &Actor, course: CourseId, permission: Permission) -> Result<(), Refusal> {
    state.store.read(|read| access::require(read, actor, permission, Scope::Course(course)))
}

fn place(read: &impl Read, actor: &Actor, course: CourseId) -> Result<CoursePlace, Refusal> {
    CoursePlace::of(read, actor, course, "/people")
}

/// A role in the viewer's language; one that was made here has only its own name.
pub(super) fn role_words(frame: &Frame, role: &RoleName) -> String {
    if access::is_built_in(role) {
        frame.t_of("admin-role-", role.as_str()).into_owned()
    } else {
        role.to_string()
    }
}

/// Roles to choose from.
fn choices(frame: &Frame, roles: &[RoleName]) -> Vec<(String, String)> {
    roles.iter().map(|role| (role.to_string(), role_words(frame, role))).collect()
}

/// Whether an enrolment counts at this moment, and if not, why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Active,
    Suspended,
    Later,
    Over,
}

impl Standing {
    const ALL: [Self; 4] = [Self::Active, Self::Suspended, Self::Later, Self::Over];

    pub(super) fn of(enrolment: &Enrolment, now: Timestamp) -> Self {
        match () {
            () if enrolment.status == EnrolmentStatus::Suspended => Self::Suspended,
            () if enrolment.starts.is_some_and(|starts| now < starts) => Self::Later,
            () if enrolment.ends.is_some_and(|ends| ends <= now) => Self::Over,
            () => Self::Active,
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Later => "later",
            Self::Over => "over",
        }
    }

    pub(super) const fn colour(self) -> &'static str {
        match self {
            Self::Active => "good",
            Self::Suspended => "bad",
            Self::Later => "warn",
            Self::Over => "",
        }
    }
}

/// A moment that was typed, in the viewer's zone.
fn moment(frame: &Frame, fields: &Fields, name: &str) -> Result<Option<Timestamp>, Refusal> {
    let read = |text| {
        let moment = frame.calendar.parse_local(text);
        moment.ok_or_else(|| invalid(format!("/{name}"), "is not a date and a time"))
    };
    fields.optional(name).map(read).transpose()
}

/// Refuses another revision than the one that the page was made of.
fn unchanged(fields: &Fields) -> impl FnOnce(u32) -> Result<(), Refusal> + Send + 'static {
    let seen = fields.get("revision").parse();
    move |now| {
        if seen == Ok(now) { Ok(()) } else { Err(CHANGED.refuse("it was changed since the page was loaded")) }
    }
}
