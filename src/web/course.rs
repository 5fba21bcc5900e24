//! A course as somebody sees it: what is in it, with where they stand.

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use askama::Template;

use super::frame::Frame;
use super::kept::PageKey;
use super::visitor::Visitor;
use crate::domain::access::{Actor, Permission, PermissionSet, Scope, permissions};
use crate::domain::course::{self, Course, CourseStatus, View};
use crate::domain::ids::CourseId;
use crate::domain::outline::{self, Outline, OutlineContent, OutlineItem, Progress};
use crate::domain::refusal::{Refusal, not_found};
use crate::http::outline::prepared_outline;
use crate::http::prepared;
use crate::http::routes::{Needs, Routes};
use crate::store::{Class, Read};

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    routes.page("/courses/{course}", Class::Browse, Needs::Course(Permission::ViewCourse), show);
}

/// The pages of a course: what stands behind `/courses/{course}`, the key of the name, and the rights of which one is
/// needed. Without any it is for everybody who sees the course.
const TABS: &[(&str, &str, &[Permission])] = &[
    ("", "course-tab-outline", &[]),
    ("/grades", "course-tab-own-grades", &[Permission::ViewOwnGrades]),
    ("/quizzes", "course-tab-quizzes", &[Permission::ViewAttempts]),
    ("/questions", "course-tab-questions", &[Permission::ViewQuestions]),
    ("/edit", "course-tab-edit", &[Permission::EditCourse]),
    ("/gradebook", "course-tab-gradebook", &[Permission::ViewGrades]),
    ("/people", "course-tab-people", &[Permission::ViewRoster]),
];

/// A tab of a course.
pub struct Tab {
    /// Its address.
    pub address: String,
    /// The key of its name.
    pub name: &'static str,
    /// Is it the page?
    pub current: bool,
}

/// Where a page of a course stands: what `course/frame.html` shows around it.
pub struct CoursePlace {
    /// The course.
    pub course: Arc<Course>,
    /// What the viewer may do in it.
    pub may: PermissionSet,
    /// Its tabs.
    pub tabs: Vec<Tab>,
}

impl CoursePlace {
    /// The place of a course that the actor may see; `tab` is what stands behind its address.
    pub fn of(read: &impl Read, actor: &Actor, id: CourseId, tab: &str) -> Result<Self, Refusal> {
        let course = course::visible(read, actor, id)?;
        let may = permissions(read, actor, Scope::Course(id))?;
        let mine = TABS
            .iter()
            .filter(|(_, _, needs)| needs.is_empty() || needs.iter().any(|permission| may.has(*permission)));
        let tabs = mine.map(|(rest, name, _)| Tab {
            address: format!("/courses/{id}{rest}"),
            name,
            current: *rest == tab,
        });
        Ok(Self { course, may, tabs: tabs.collect() })
    }

    /// May the viewer do this here?
    pub const fn can(&self, permission: Permission) -> bool {
        self.may.has(permission)
    }
}

/// What a quiz offers a learner at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Offer {
    /// It is being worked on.
    Running,
    /// It can be begun.
    Open,
    /// It opens later.
    Later,
    /// It is closed.
    Closed,
    /// No attempt is left.
    UsedUp,
}

impl Offer {
    const fn key(self) -> &'static str {
        match self {
            Self::Running => "course-quiz-running",
            Self::Open => "course-quiz-open",
            Self::Later => "course-quiz-later",
            Self::Closed => "course-quiz-closed",
            Self::UsedUp => "course-quiz-used-up",
        }
    }

    const fn colour(self) -> &'static str {
        match self {
            Self::Running => "warn",
            Self::Open => "accent",
            Self::Later | Self::Closed | Self::UsedUp => "",
        }
    }
}

/// It says nothing of the moment that does not follow from the outline.
#[derive(Template)]
#[template(path = "course/show.html")]
struct CoursePage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    outline: &'a Outline,
    learner: bool,
    progress: Progress,
}

impl CoursePage<'_> {
    fn offer(&self, item: &OutlineItem) -> Option<Offer> {
        let OutlineContent::Quiz { opens, open, attempts_allowed, state, .. } = &item.content else {
            return None;
        };
        let attempts = state.as_ref().map_or(0, |state| state.attempts);
        Some(match () {
            () if state.as_ref().is_some_and(|state| state.running.is_some()) => Offer::Running,
            () if !open && opens.is_some_and(|opens| self.frame.now < opens) => Offer::Later,
            () if !open => Offer::Closed,
            () if attempts_allowed.is_some_and(|allowed| allowed <= attempts) => Offer::UsedUp,
            () => Offer::Open,
        })
    }
}

async fn show(visitor: Visitor, id: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    let (actor, id, state, frame) = (visitor.actor(), *id, &visitor.state, &visitor.frame);
    let may = state.store.read(|read| permissions(read, actor, Scope::Course(id)))?;
    let view = View::of(may).ok_or_else(|| not_found("course", id))?;
    let shown = prepared_outline(state, actor, id, view)?;
    let key = PageKey { of: id.0, viewer: actor.user.0 };
    if let Some(basis) = frame.basis(shown.etag, may)
        && let Some(page) = state.pages.get(key, &basis)
    {
        return Ok(frame.show_kept(&page));
    }
    let (outline, until, place) = state.store.read(|read| -> Result<_, Refusal> {
        let (outline, until) = outline::build(read, actor, id, view)?;
        Ok((outline, until, CoursePlace::of(read, actor, id, "")?))
    })?;
    // Of what is shown, not of what was looked for: it may have changed meanwhile.
    let basis = frame.basis(prepared::body(&outline, until)?.etag, place.may);
    let (learner, progress) = (view == View::Learner, Progress::of(&outline));
    frame.show_and_keep(
        key,
        basis,
        &CoursePage { frame, place: &place, outline: &outline, learner, progress },
    )
}
