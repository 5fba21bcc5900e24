//! A course as somebody sees it: what is in it, with where they stand.

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use askama::Template;

use super::fragment::FragmentKey;
use super::frame::Frame;
use super::visitor::Visitor;
use crate::domain::access::{Actor, Permission, PermissionSet, Scope, permissions};
use crate::domain::course::{self, Course, CourseStatus, View};
use crate::domain::ids::CourseId;
use crate::domain::outline::{self, Outline, OutlineContent, OutlineItem, Progress};
use crate::domain::refusal::{INTERNAL, Refusal};
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

#[derive(Template)]
#[template(path = "course/show.html")]
struct CoursePage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    html: &'a str,
}

/// What changes only with the outline. It says nothing of the moment that does not follow from it.
#[derive(Template)]
#[template(path = "course/outline.html")]
struct OutlinePart<'a> {
    frame: &'a Frame,
    outline: &'a Outline,
    learner: bool,
    progress: Progress,
}

impl OutlinePart<'_> {
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
    let (view, place) = state.store.read(|read| -> Result<_, Refusal> {
        Ok((outline::view(read, actor, id)?, CoursePlace::of(read, actor, id, "")?))
    })?;
    let body = prepared_outline(state, actor, id, view)?;
    let key = FragmentKey {
        of: id.0,
        viewer: outline::body_key(actor, id, view).viewer,
        language: frame.language(),
        zone: frame.calendar.zone.iana_name().unwrap_or_default().to_owned(),
    };
    let html = if let Some(html) = state.fragments.get(&key, &body.etag) {
        html
    } else {
        let (outline, until) = state.store.read(|read| outline::build(read, actor, id, view))?;
        let progress = Progress::of(&outline);
        let part = OutlinePart { frame, outline: &outline, learner: view == View::Learner, progress };
        let html: Arc<str> = part.render().map_err(|error| INTERNAL.refuse(error.to_string()))?.into();
        // The tag of what was shown, not of what may have changed meanwhile.
        state.fragments.keep(key, prepared::body(&outline, until)?.etag, html.clone());
        html
    };
    frame.show(&CoursePage { frame, place: &place, html: &html })
}
