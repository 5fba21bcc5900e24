//! The outline of a course: what somebody sees of it, with where they stand. The hot read of the product, so it is
//! kept as a prepared body until something in it changes by a write or by the clock.
//!
//! Everything shown here belongs to a topic in [`topics`]: course, sections, items and quizzes to the course;
//! enrolment, groups, standing and marks to the learner; the number of people enrolled to the roster. Rights are not
//! part of it: [`view`] asks for them at every request.

use std::collections::HashMap;

use serde::Serialize;

use super::access::{Actor, Scope, permissions};
use super::attempt::review;
use super::content::{self, Availability, ItemKind};
use super::course::{self, COURSE_TOPIC, CourseStatus, View};
use super::decimal::Decimal;
use super::enrolment::{Enrolment, LEARNER_TOPIC, ROSTER_TOPIC};
use super::ids::{AttemptId, CourseId, ItemId, QuizId, SectionId, UserId};
use super::language::LanguageTag;
use super::progress;
use super::quiz::{self, Moment, Terms};
use super::refusal::{Refusal, not_found};
use super::standing::{Standing, is_done};
use crate::clock::Timestamp;
use crate::store::{BodyKey, Read, Topic};

/// The kind of prepared body: an outline as learners see it.
const LEARNER_BODY: u8 = 1;
/// The kind of prepared body: an outline as staff see it, the same for all of them.
const STAFF_BODY: u8 = 2;

/// What the actor may see of the course, by their rights at this moment: a few cached records.
pub fn view(read: &impl Read, actor: &Actor, course: CourseId) -> Result<View, Refusal> {
    View::of(permissions(read, actor, Scope::Course(course))?).ok_or_else(|| not_found("course", course))
}

/// Which prepared body shows this view to the actor.
pub const fn body_key(actor: &Actor, course: CourseId, view: View) -> BodyKey {
    match view {
        View::Learner => BodyKey { kind: LEARNER_BODY, of: course.0, viewer: actor.user.0 },
        View::Staff => BodyKey { kind: STAFF_BODY, of: course.0, viewer: 0 },
    }
}

/// What the body depends on.
pub const fn topics(actor: &Actor, course: CourseId, view: View) -> [Topic; 2] {
    let everybody = Topic::new(COURSE_TOPIC, course.0);
    match view {
        View::Learner => [everybody, Topic::pair(LEARNER_TOPIC, course.0, actor.user.0)],
        View::Staff => [everybody, Topic::new(ROSTER_TOPIC, course.0)],
    }
}

/// The outline of a course.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct Outline {
    /// The course.
    pub id: CourseId,
    /// Its short name.
    pub short_name: String,
    /// Its title.
    pub title: String,
    /// What it is about, as HTML that is safe to show.
    pub summary_html: String,
    /// Its state.
    pub status: CourseStatus,
    /// When it begins, by its own account.
    pub starts: Option<Timestamp>,
    /// When it ends, by its own account.
    pub ends: Option<Timestamp>,
    /// What its contents are written in, a tag of RFC 5646, when that is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<LanguageTag>,
    /// For a learner: their enrolment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enrolment: Option<OutlineEnrolment>,
    /// For staff: how the course is run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub staff: Option<OutlineStaff>,
    /// The sections in order.
    pub sections: Vec<OutlineSection>,
}

/// The learner's own enrolment.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct OutlineEnrolment {
    /// Their role.
    pub role: String,
    /// When it ends.
    pub ends: Option<Timestamp>,
}

/// What only staff see of a course.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct OutlineStaff {
    /// People enrolled.
    pub enrolled: u64,
    /// Seats.
    pub capacity: Option<u32>,
    /// The course's revision, for `If-Match`.
    pub revision: u32,
    /// The revision of the order of sections, for `If-Match`.
    pub order_revision: u32,
}

/// A section of an outline.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct OutlineSection {
    /// Its id.
    pub id: SectionId,
    /// Its title.
    pub title: String,
    /// For staff: whether learners see it, and its revision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub staff: Option<OutlineHidden>,
    /// Its items in order.
    pub items: Vec<OutlineItem>,
}

/// What only staff see of a section or an item.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct OutlineHidden {
    /// Learners do not see it at this moment.
    pub hidden: bool,
    /// Why and until when.
    pub availability: Availability,
    /// For `If-Match`.
    pub revision: u32,
}

/// An item of an outline.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct OutlineItem {
    /// Its id.
    pub id: ItemId,
    /// Its title.
    pub title: String,
    /// What it is.
    pub content: OutlineContent,
    /// When it goes away again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// For staff: whether learners see it, and its revision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub staff: Option<OutlineHidden>,
}

/// What an item of an outline is.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum OutlineContent {
    /// A page of text.
    Page {
        /// The learner marked it as visited.
        visited: bool,
    },
    /// A link.
    Link {
        /// Where to.
        url: String,
        /// The learner marked it as visited.
        visited: bool,
    },
    /// A quiz.
    Quiz {
        /// Its id.
        quiz: QuizId,
        /// May learners start it?
        published: bool,
        /// Not before; for a learner with what is different for them.
        opens: Option<Timestamp>,
        /// Not after; for a learner with what is different for them.
        closes: Option<Timestamp>,
        /// Between the two at this moment.
        open: bool,
        /// Time for one attempt.
        time_limit_ms: Option<u64>,
        /// How often; without end when `null`.
        attempts_allowed: Option<u16>,
        /// The most points there are.
        max_points: Decimal,
        /// Where the learner stands with it; `null` for staff.
        state: Option<OutlineStanding>,
    },
}

/// Where a learner stands with a quiz.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct OutlineStanding {
    /// Attempts begun.
    pub attempts: u16,
    /// The attempt that is being worked on.
    pub running: Option<AttemptId>,
    /// Attempts handed in.
    pub finished: u16,
    /// An attempt waits for marks by hand.
    pub awaits_marking: bool,
    /// Points that count so far, once the quiz lets learners see points.
    pub points: Option<Decimal>,
}

/// What there is to do in a course. It may be a thousand things, so it is worked out beside the writer; what of it is done is
/// looked at in the transaction that does some of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ToDo {
    /// Pages and links.
    items: Vec<ItemId>,
    quizzes: Vec<QuizId>,
}

impl ToDo {
    /// What there is to do in an outline.
    pub fn of(outline: &Outline) -> Self {
        let mut to_do = Self::default();
        for item in outline.sections.iter().flat_map(|section| &section.items) {
            match item.content {
                OutlineContent::Page { .. } | OutlineContent::Link { .. } => to_do.items.push(item.id),
                OutlineContent::Quiz { quiz, .. } => to_do.quizzes.push(quiz),
            }
        }
        to_do
    }

    /// How far somebody is with it now: what they visited is one row, and they have begun some quizzes.
    pub fn progress(&self, read: &impl Read, course: CourseId, user: UserId) -> Result<Progress, Refusal> {
        let visited = progress::visited(read, course, user)?;
        let standings = read.list::<Standing>(&(course, user), None, usize::MAX)?;
        let done = |quiz: &QuizId| {
            // They are in the order of their keys.
            let place = standings.binary_search_by_key(quiz, |standing| standing.quiz);
            let standing = place.ok().and_then(|place| standings.get(place));
            standing.is_some_and(|standing| is_done(standing.finished))
        };
        let items = self.items.iter().filter(|item| visited.binary_search(item).is_ok()).count();
        let quizzes = self.quizzes.iter().filter(|quiz| done(quiz)).count();
        Ok(Progress { done: items + quizzes, of: self.items.len() + self.quizzes.len() })
    }
}

/// How far somebody is: what there is to do, and what of it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Pages and links visited, quizzes handed in.
    pub done: usize,
    /// Everything that they see.
    pub of: usize,
}

impl Progress {
    /// The progress in an outline.
    pub fn of(outline: &Outline) -> Self {
        let items = || outline.sections.iter().flat_map(|section| &section.items);
        Self { done: items().filter(|item| item.is_done()).count(), of: items().count() }
    }

    /// In per cent, rounded down; 0 where there is nothing to do.
    pub fn percent(self) -> u8 {
        let percent = self.done.saturating_mul(100).checked_div(self.of).unwrap_or(0);
        u8::try_from(percent).unwrap_or(100).min(100)
    }

    /// Is everything done?
    pub const fn is_whole(self) -> bool {
        self.of > 0 && self.done >= self.of
    }
}

impl OutlineItem {
    /// Is there nothing left to do with it?
    pub fn is_done(&self) -> bool {
        match &self.content {
            OutlineContent::Page { visited } | OutlineContent::Link { visited, .. } => *visited,
            OutlineContent::Quiz { state, .. } => state.as_ref().is_some_and(|state| is_done(state.finished)),
        }
    }
}

/// Everything about one learner that an outline shows.
struct Learner {
    user: UserId,
    visited: Vec<ItemId>,
    standings: HashMap<QuizId, Standing>,
}

/// Makes the outline, and says until when it is right if nothing is written.
pub fn build(
    read: &impl Read,
    actor: &Actor,
    id: CourseId,
    view: View,
) -> Result<(Outline, Timestamp), Refusal> {
    let course = course::get(read, id)?;
    if view == View::Learner && !course.status.is_shown() {
        return Err(not_found("course", id));
    }
    let mut until = Timestamp::MAX;
    let (mut enrolment, mut learner) = (None, None);
    if view == View::Learner {
        let own = read.get::<Enrolment>(&(id, actor.user))?;
        if let Some(own) = own {
            let edges = [own.starts, own.ends].into_iter().flatten();
            until = edges.filter(|edge| actor.now < *edge).fold(until, Timestamp::min);
            enrolment = Some(OutlineEnrolment { role: own.role.to_string(), ends: own.ends });
        }
        let standings = read.list::<Standing>(&(id, actor.user), None, usize::MAX)?;
        learner = Some(Learner {
            user: actor.user,
            visited: progress::visited(read, id, actor.user)?,
            standings: standings.into_iter().map(|standing| (standing.quiz, standing)).collect(),
        });
    }
    let order = content::contents(read, id)?;
    let staff = match view {
        View::Learner => None,
        View::Staff => Some(OutlineStaff {
            enrolled: course::enrolled(read, id)?,
            capacity: course.capacity,
            revision: course.revision,
            order_revision: order.revision,
        }),
    };
    let mut sections = Vec::with_capacity(order.sections.len());
    for id in &order.sections {
        let section = content::section(read, *id)?;
        until = until.min(section.availability.next_edge(actor.now));
        let open = section.availability.is_open(actor.now);
        if view == View::Learner && !open {
            continue;
        }
        let mut items = Vec::with_capacity(section.items.len());
        for id in &section.items {
            let (item, edge) = item(read, actor.now, *id, learner.as_ref())?;
            until = until.min(edge);
            items.extend(item);
        }
        let hidden =
            |hidden| OutlineHidden { hidden, availability: section.availability, revision: section.revision };
        sections.push(OutlineSection {
            id: section.id,
            title: section.title.clone(),
            staff: learner.is_none().then(|| hidden(!open)),
            items,
        });
    }
    let outline = Outline {
        id,
        short_name: course.short_name.to_string(),
        title: course.title.clone(),
        summary_html: course.summary_html.html().to_owned(),
        status: course.status,
        starts: course.starts,
        ends: course.ends,
        language: course.language.clone(),
        enrolment,
        staff,
        sections,
    };
    Ok((outline, until))
}

/// One item, when this viewer sees it, and until when that is right. No `learner` means staff.
fn item(
    read: &impl Read,
    now: Timestamp,
    id: ItemId,
    learner: Option<&Learner>,
) -> Result<(Option<OutlineItem>, Timestamp), Refusal> {
    let item = content::item(read, id)?;
    let mut until = item.availability.next_edge(now);
    let open = item.availability.is_open(now);
    if learner.is_some() && !open {
        return Ok((None, until));
    }
    let visited = learner.is_some_and(|learner| learner.visited.binary_search(&id).is_ok());
    let content = match &item.kind {
        ItemKind::Page => OutlineContent::Page { visited },
        ItemKind::Link(url) => OutlineContent::Link { url: url.as_str().to_owned(), visited },
        ItemKind::Quiz(quiz) => {
            let (content, edge) = quiz_item(read, now, *quiz, learner)?;
            until = until.min(edge);
            let Some(content) = content else { return Ok((None, until)) };
            content
        }
    };
    let shown = OutlineItem {
        id,
        title: item.title.clone(),
        content,
        until: item.availability.until,
        staff: learner.is_none().then_some(OutlineHidden {
            hidden: !open,
            availability: item.availability,
            revision: item.revision,
        }),
    };
    Ok((Some(shown), until))
}

/// A quiz with where the learner stands, and until when that is right. Learners do not see one that is not published.
fn quiz_item(
    read: &impl Read,
    now: Timestamp,
    id: QuizId,
    learner: Option<&Learner>,
) -> Result<(Option<OutlineContent>, Timestamp), Refusal> {
    let quiz = quiz::get(read, id)?;
    if learner.is_some() && !quiz.published {
        return Ok((None, Timestamp::MAX));
    }
    let terms = match learner {
        Some(learner) => quiz::terms(read, &quiz, learner.user)?,
        None => Terms::of(&quiz),
    };
    let standing = learner.and_then(|learner| learner.standings.get(&id));
    let closed = match standing {
        Some(standing) => review::closed_from(read, &quiz, standing.user, Some(standing), now)?,
        None => None,
    };
    let edges = [terms.opens, terms.closes, closed].into_iter().flatten();
    let edge = edges.filter(|edge| now < *edge).min().unwrap_or(Timestamp::MAX);
    let state = learner.map(|_| {
        let marks = quiz.review.at(Moment::of_finished(closed, now)).marks;
        let Some(standing) = standing else { return OutlineStanding::default() };
        let Standing { attempts, running, finished, awaits_marking, .. } = *standing;
        let points = standing.points_of(quiz.max_points).filter(|_| marks);
        OutlineStanding { attempts, running, finished, awaits_marking, points }
    });
    let content = OutlineContent::Quiz {
        quiz: id,
        published: quiz.published,
        opens: terms.opens,
        closes: terms.closes,
        open: Availability { visible: true, from: terms.opens, until: terms.closes }.is_open(now),
        time_limit_ms: terms.time_limit_ms,
        attempts_allowed: terms.attempts_allowed,
        max_points: quiz.max_points,
        state,
    };
    Ok((Some(content), edge))
}
