//! The result: what the review rules of the quiz show of an attempt now, and the receipt in any case.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::given::{Given, GivenShape};
use super::log::{Log, LogQuery};
use crate::clock::Timestamp;
use crate::domain::access::{self, Actor, Permission, Scope};
use crate::domain::account::name_of;
use crate::domain::attempt::review::{self, Look};
use crate::domain::attempt::{AttemptState, FinishedBy};
use crate::domain::course::{self, Course};
use crate::domain::decimal::Decimal;
use crate::domain::ids::AttemptId;
use crate::domain::question::MarkState;
use crate::domain::quiz::{Moment, Switches};
use crate::domain::refusal::Refusal;
use crate::http::attempt_view::{ReviewView, SlotFeedbackView, SlotMarkView};
use crate::store::Read;
use crate::web::course::CoursePlace;
use crate::web::frame::Frame;
use crate::web::visitor::Visitor;

/// A question of the result.
struct Line {
    number: usize,
    max_points: Decimal,
    given: Option<Given>,
    mark: Option<SlotMarkView>,
    feedback: Option<SlotFeedbackView>,
    right_answer: Option<String>,
}

#[derive(Template)]
#[template(path = "attempt/result.html")]
struct ResultPage<'a> {
    frame: &'a Frame,
    place: Option<&'a CoursePlace>,
    /// Whose attempt it is and in which course, which paper has no other place for.
    learner: &'a str,
    course: &'a Course,
    log: Option<&'a Log>,
    look: &'a Look,
    view: &'a ReviewView,
    lines: Vec<Line>,
    finished: Option<(Timestamp, FinishedBy)>,
    receipt: String,
    mine: bool,
    /// When more is shown, where that is known.
    more_at: Option<Timestamp>,
}

/// How something went: the ending of a key and the colour.
pub const fn state_of(state: &MarkState) -> (&'static str, &'static str) {
    match state {
        MarkState::Right => ("right", "good"),
        MarkState::Partial => ("partial", "warn"),
        MarkState::Wrong => ("wrong", "bad"),
        MarkState::NotAnswered => ("open", ""),
        MarkState::NeedsMarking => ("waits", "warn"),
    }
}

impl ResultPage<'_> {
    fn by(&self) -> &'static str {
        match self.finished {
            Some((_, FinishedBy::Learner)) => "learner",
            Some((_, FinishedBy::Deadline)) => "deadline",
            Some((_, FinishedBy::Supervisor)) => "supervisor",
            None => "nobody",
        }
    }

    fn answered(&self) -> usize {
        let responses = self.look.material.slots.iter().filter_map(|slot| slot.response.as_ref());
        responses.filter(|response| !response.is_blank()).count()
    }

    fn nothing(&self) -> bool {
        self.view.shows == Switches::NONE
    }
}

/// When the closing of the quiz shows more than is shown now.
fn more_at(look: &Look, now: Timestamp) -> Option<Timestamp> {
    let later = look.quiz.review.at(Moment::AfterClose);
    let more = |now: bool, later: bool| later && !now;
    let shows = look.switches;
    let any = more(shows.responses, later.responses)
        || more(shows.marks, later.marks)
        || more(shows.feedback, later.feedback)
        || more(shows.right_answers, later.right_answers);
    look.closed_from.filter(|closed| any && now < *closed)
}

/// The log is for who sees attempts: marking needs none.
fn sees_log(read: &impl Read, actor: &Actor, look: &Look) -> Result<bool, Refusal> {
    let may = access::permissions(read, actor, Scope::Course(look.attempt.course))?;
    Ok(!look.own && may.has(Permission::ViewAttempts))
}

pub(super) async fn show(
    visitor: Visitor,
    id: web::Path<AttemptId>,
    query: web::Query<LogQuery>,
) -> Result<HttpResponse, Refusal> {
    let (actor, id) = (visitor.actor(), *id);
    let frame = &visitor.frame;
    let (look, place, learner, course, log) = visitor.state.store.read(|read| -> Result<_, Refusal> {
        let look = review::look(read, actor, id)?;
        // Who left the course still sees their own attempt, without the course around it.
        let place = CoursePlace::of(read, actor, look.attempt.course, "").ok();
        let learner = name_of(read, look.attempt.user)?;
        let course = course::get(read, look.attempt.course)?;
        let log = if sees_log(read, actor, &look)? {
            Some(Log::read(read, actor, frame, &look.attempt, query.log)?)
        } else {
            None
        };
        Ok((look, place, learner, course, log))
    })?;
    let mine = look.attempt.user == actor.user;
    let finished = match look.head.state {
        AttemptState::Finished { at, by } => Some((at, by)),
        AttemptState::Running if mine => return Ok(frame.go(&format!("/attempts/{id}"))),
        AttemptState::Running => None,
    };
    let mut view = ReviewView::of(&look);
    let slots = std::mem::take(&mut view.slots);
    let lines = slots.into_iter().map(|slot| {
        let parts = slot.feedback.as_ref().map_or(&[][..], |feedback| &feedback.parts);
        let given = slot
            .question
            .as_ref()
            .map(|question| Given::of(frame.text, question, slot.response.as_ref(), parts));
        Line {
            number: usize::from(slot.slot) + 1,
            max_points: slot.max_points,
            given,
            mark: slot.mark,
            feedback: slot.feedback,
            right_answer: slot.right_answer.filter(|words| !words.is_empty()),
        }
    });
    let page = ResultPage {
        frame,
        place: place.as_ref(),
        learner: &learner,
        course: &course,
        log: log.as_ref(),
        lines: if view.shows == Switches::NONE { Vec::new() } else { lines.collect() },
        finished,
        receipt: crate::hex::of(&look.head.receipt),
        mine,
        more_at: more_at(&look, actor.now),
        look: &look,
        view: &view,
    };
    frame.show(&page)
}
