//! Before the start: what the quiz is, when and how long, the attempts so far, and the start itself.

use std::time::Instant;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use crate::clock::Timestamp;
use crate::domain::access::{Actor, Permission};
use crate::domain::attempt::start::{Entry, attempts_allowed};
use crate::domain::attempt::{self, Attempt, AttemptHead, AttemptState, Marks, result, review};
use crate::domain::content;
use crate::domain::course::View;
use crate::domain::decimal::Decimal;
use crate::domain::grade::{self, Points};
use crate::domain::ids::{AttemptId, QuizId};
use crate::domain::quiz::{self, GradeMethod, Quiz, Terms};
use crate::domain::refusal::{Kind, More, Refusal, Waiting};
use crate::domain::standing::Standing;
use crate::http::actor::client_address;
use crate::http::attempt::{START_LATER, begin};
use crate::store::{Class, Read};
use crate::web::course::CoursePlace;
use crate::web::form::{Fields, Form};
use crate::web::frame::Frame;
use crate::web::quiz_place::{Tool, tools};
use crate::web::visitor::{Posted, Visitor};

/// An attempt of the learner's, as the list has it.
struct Line {
    id: AttemptId,
    number: u16,
    started: Timestamp,
    finished: Option<Timestamp>,
    /// When they may be seen and there are any.
    points: Option<Decimal>,
    /// What they are of: the paper that was asked, whatever the quiz gives today.
    max: Decimal,
    awaits: bool,
    counts: bool,
}

/// What the page needs of the store.
struct Door {
    place: CoursePlace,
    quiz: std::sync::Arc<Quiz>,
    terms: Terms,
    lines: Vec<Line>,
    running: Option<AttemptId>,
    points: Option<Decimal>,
    /// What a teacher put instead, in the grades.
    overridden: Option<Points>,
    /// It is kept from the viewer now, who knows it because they have begun it before.
    hidden: bool,
}

#[derive(Template)]
#[template(path = "attempt/door.html")]
struct DoorPage<'a> {
    frame: &'a Frame,
    form: &'a Form,
    door: &'a Door,
    place: &'a CoursePlace,
    /// The pages about the quiz, for who makes or runs it.
    tools: Vec<Tool>,
    waiting: Option<Waiting>,
    /// The page asks again by itself: nothing typed would be lost.
    asks_again: bool,
}

impl Door {
    fn read(read: &impl Read, actor: &Actor, id: QuizId) -> Result<Self, Refusal> {
        let quiz = quiz::visible(read, actor, id)?;
        let place = CoursePlace::of(read, actor, quiz.course, "")?;
        let terms = quiz::terms(read, &quiz, actor.user)?;
        let (finished, running, _) = result::of_learner(read, &quiz, actor.user)?;
        let visible = review::points_visible(read, &quiz, actor.user, actor.now)?;
        let (points, counting) = result::that_counts(read, &quiz, actor.user, &finished)?;
        let mut lines = Vec::new();
        for id in attempt::of_learner(read, quiz.id, actor.user)? {
            let (Some(found), Some(head)) = (read.get::<Attempt>(&id)?, read.get::<AttemptHead>(&id)?) else {
                continue;
            };
            let finished = match head.state {
                AttemptState::Finished { at, .. } => Some(at),
                AttemptState::Running => None,
            };
            let marks = read.get::<Marks>(&id)?.and_then(|marks| marks.points);
            lines.push(Line {
                id,
                number: found.number,
                started: found.started,
                finished,
                points: marks.filter(|_| visible),
                max: found.max_points(),
                awaits: finished.is_some() && marks.is_none(),
                counts: visible && counting == Some(id),
            });
        }
        let overridden = if visible { grade::replaced(read, quiz.id, actor.user, actor.now)? } else { None };
        let hidden =
            View::of(place.may) == Some(View::Learner) && content::hides_quiz(read, quiz.id, actor.now)?;
        let points = points.filter(|_| visible);
        Ok(Self { place, quiz, terms, lines, running, points, overridden, hidden })
    }

    fn allowed(&self) -> u16 {
        attempts_allowed(&self.terms)
    }

    fn left(&self) -> usize {
        usize::from(self.allowed()).saturating_sub(self.lines.len())
    }

    /// The key of the reason why it cannot be started now.
    fn closed(&self, now: Timestamp) -> Option<&'static str> {
        let over =
            self.terms.closes.is_some_and(|closes| closes <= now) || self.place.course.status.is_over();
        match () {
            () if self.running.is_some() => None,
            () if !self.quiz.published => Some("exam-not-published"),
            () if self.terms.opens.is_some_and(|opens| now < opens) => Some("exam-not-open"),
            () if over || self.hidden => Some("exam-closed"),
            () if self.left() == 0 => Some("exam-used-up"),
            () => None,
        }
    }

    fn method(&self) -> &'static str {
        match self.quiz.grade_method {
            GradeMethod::Highest => "highest",
            GradeMethod::Average => "average",
            GradeMethod::First => "first",
            GradeMethod::Last => "last",
        }
    }
}

impl DoorPage<'_> {
    fn closed(&self) -> Option<&'static str> {
        self.door.closed(self.frame.now)
    }

    fn can_take(&self) -> bool {
        self.place.can(Permission::TakeQuiz)
    }

    /// Seconds until the page asks again: at its turn, and not in a hurry.
    fn ask_after_seconds(&self) -> u64 {
        self.waiting.map_or(0, |waiting| waiting.wait_ms.div_ceil(1000).clamp(1, 30))
    }
}

/// The attempt that somebody works on.
fn at_work(read: &impl Read, actor: &Actor, id: QuizId) -> Result<Option<AttemptId>, Refusal> {
    let course = quiz::get(read, id)?.course;
    Ok(read.get::<Standing>(&(course, actor.user, id))?.and_then(|standing| standing.running))
}

pub(super) async fn show(visitor: Visitor, id: web::Path<QuizId>) -> Result<HttpResponse, Refusal> {
    let (actor, id) = (visitor.actor(), *id);
    let door = match visitor.state.store.read(|read| Door::read(read, actor, id)) {
        // The quiz is hidden: who works on it is led to their attempt all the same.
        Err(refusal) if refusal.code.kind == Kind::NotFound => {
            let running = visitor.state.store.read(|read| at_work(read, actor, id))?;
            let attempt = running.ok_or(refusal)?;
            return Ok(visitor.frame.go(&format!("/attempts/{attempt}")));
        }
        other => other?,
    };
    let admission = &visitor.state.admission;
    let interval = admission.pace.interval(admission.limiter.workers(), admission.limiter.cost(Class::Start));
    let waiting = admission
        .pace
        .place(id, actor.user, interval, Instant::now())
        .map(|(place, wait)| Waiting { place, wait_ms: u64::try_from(wait.as_millis()).unwrap_or(u64::MAX) });
    let form = Form::of(Fields::default());
    let asks_again = waiting.is_some_and(|waiting| waiting.wait_ms > 0) && door.quiz.access_code.is_none();
    let page = DoorPage {
        frame: &visitor.frame,
        form: &form,
        place: &door.place,
        door: &door,
        tools: tools(&door.place, id, ""),
        waiting,
        asks_again,
    };
    visitor.frame.show(&page)
}

pub(super) async fn start(
    posted: Posted,
    request: HttpRequest,
    id: web::Path<QuizId>,
) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, id) = (who.actor, *id);
    let access_code = fields.optional("access_code").map(str::to_owned);
    let entry = Entry { access_code, address: client_address(&request) };
    let refusal = match begin(&state, actor.clone(), id, entry).await {
        Ok(begun) => return Ok(frame.go(&format!("/attempts/{}", begun.started.attempt))),
        Err(refusal) => refusal,
    };
    let door = state.store.read(|read| Door::read(read, &actor, id))?;
    let waiting = match refusal.more.as_deref() {
        Some(More::Waiting(waiting)) if refusal.code == START_LATER => Some(*waiting),
        _ => None,
    };
    let at_code = refusal.code == attempt::WRONG_ACCESS_CODE;
    let refusal =
        if at_code { refusal.at("/access_code", "is not the access code of this quiz") } else { refusal };
    let form = Form::refused(fields, refusal, frame.text)?;
    let asks_again = waiting.is_some() && door.quiz.access_code.is_none();
    let page = DoorPage {
        frame: &frame,
        form: &form,
        place: &door.place,
        door: &door,
        tools: tools(&door.place, id, ""),
        waiting,
        asks_again,
    };
    form.show(&frame, &page)
}
