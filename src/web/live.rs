//! The exam monitor: who is in, how far, how much time is left, who fell silent; more time, handing in, letting go on.
//!
//! The page is complete without scripts; `assets/live.js` keeps it up to date from the events of the API.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::flash::Flash;
use super::form::{Fields, Form, Problem, as_typed};
use super::frame::Frame;
use super::quiz_place::QuizPlace;
use super::visitor::{Posted, Visitor};
use crate::clock::Timestamp;
use crate::domain::access::{Actor, Permission};
use crate::domain::account::name_of;
use crate::domain::attempt::live::{self, LiveRow, Sign};
use crate::domain::attempt::supervise::{self, Extension, MAX_EXTENSION_MS};
use crate::domain::attempt::{self, FinishedBy};
use crate::domain::enrolment;
use crate::domain::faults::together;
use crate::domain::ids::{AttemptId, QuizId, UserId};
use crate::domain::limits::searched;
use crate::domain::refusal::{Refusal, invalid};
use crate::http::beside::beside;
use crate::http::live::{MAX_NAMED, any_reference, close_attempt, extend_attempts};
use crate::http::page::MAX_LIMIT;
use crate::http::routes::{Needs, Routes};
use crate::state::State;
use crate::store::{Class, Read};

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    let see = Needs::Course(Permission::ViewAttempts);
    let supervise = Needs::Course(Permission::SuperviseAttempts);
    routes.page("/quizzes/{quiz}/live", Class::Report, see, show);
    routes.page("/quizzes/{quiz}/live/extend", Class::Interactive, supervise, ask_extend);
    routes.form("/quizzes/{quiz}/live/extend", Class::Interactive, supervise, extend);
    routes.page("/quizzes/{quiz}/live/close", Class::Interactive, supervise, ask_close);
    routes.form("/quizzes/{quiz}/live/close", Class::Interactive, supervise, close);
    routes.page("/attempts/{attempt}/reopen", Class::Interactive, supervise, ask_reopen);
    routes.form("/attempts/{attempt}/reopen", Class::Interactive, supervise, reopen);
}

/// Whoever runs and gave no sign for so long is shown as silent: longer than most people think before they answer.
const SILENT_MS: u64 = 5 * 60 * 1000;
/// Rows on a page: with 100 the page stays light.
const PER_PAGE: usize = 100;
/// What is offered first as more time.
const USUAL_MINUTES: u64 = 10;
/// A form that is for nobody: an empty choice never means everybody.
const NOBODY: &str = "are none; tick some first";

/// Which rows are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Show {
    #[default]
    All,
    Running,
    Silent,
    Finished,
}

impl Show {
    const EVERY: [Self; 4] = [Self::All, Self::Running, Self::Silent, Self::Finished];

    const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Running => "running",
            Self::Silent => "silent",
            Self::Finished => "finished",
        }
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Filter {
    #[serde(default)]
    show: Show,
    #[serde(default)]
    name: String,
    #[serde(default)]
    page: usize,
    /// Something was asked for the chosen, and nobody was.
    #[serde(default)]
    nobody: bool,
}

impl Filter {
    fn address(&self, quiz: QuizId, page: usize) -> String {
        let (show, name) = (self.show.name(), super::sign_in::encoded(&self.name));
        format!("/quizzes/{quiz}/live?show={show}&name={name}&page={page}")
    }
}

/// By whom an attempt was ended: a key of the catalogue.
pub const fn finished_key(by: FinishedBy) -> &'static str {
    match by {
        FinishedBy::Learner => "live-by-learner",
        FinishedBy::Deadline => "live-by-deadline",
        FinishedBy::Supervisor => "live-by-supervisor",
    }
}

/// Where somebody stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stand {
    Running,
    Silent,
    Lost,
    Finished(FinishedBy),
}

impl Stand {
    fn of(row: &LiveRow, sign: Sign, now: Timestamp) -> Self {
        match row.finished {
            Some((_, by)) => Self::Finished(by),
            None if sign.lost => Self::Lost,
            None if now.since(sign.at) >= Duration::from_millis(SILENT_MS) => Self::Silent,
            None => Self::Running,
        }
    }

    const fn key(self) -> &'static str {
        match self {
            Self::Running => "live-running",
            Self::Silent => "live-silent",
            Self::Lost => "live-lost",
            Self::Finished(by) => finished_key(by),
        }
    }

    const fn colour(self) -> &'static str {
        match self {
            Self::Running => "accent",
            Self::Silent => "warn",
            Self::Lost => "bad",
            Self::Finished(_) => "good",
        }
    }

    fn is(self, show: Show) -> bool {
        match show {
            Show::All => true,
            Show::Running => !matches!(self, Self::Finished(_)),
            Show::Silent => matches!(self, Self::Silent | Self::Lost),
            Show::Finished => matches!(self, Self::Finished(_)),
        }
    }
}

struct Line {
    row: LiveRow,
    name: String,
    sign: Sign,
    stand: Stand,
}

impl Line {
    /// Without anybody: the script makes the lines of it that come while the page is open.
    const fn blank(now: Timestamp) -> Self {
        let row = LiveRow::begun(AttemptId(0), UserId(0), now);
        Self { row, name: String::new(), sign: Sign { at: now, lost: false }, stand: Stand::Running }
    }

    /// Milliseconds until the deadline, where there is one to come.
    fn left(&self, frame: &Frame) -> Option<u64> {
        let deadline = self.row.deadline.filter(|_| self.row.finished.is_none())?;
        // Begun minutes count: nobody reads "0 minutes" who still writes.
        u64::try_from(deadline.since(frame.now).as_millis().div_ceil(60_000) * 60_000).ok()
    }
}

/// How far those are who are working on it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Counts {
    all: usize,
    running: usize,
    silent: usize,
    finished: usize,
    /// Nothing answered, less than half, half or more, everything.
    far: [usize; 4],
}

/// The parts of [`Counts::far`] have these names.
const FAR: [&str; 4] = ["live-far-nothing", "live-far-begun", "live-far-half", "live-far-all"];

const fn far(answered: u16, questions: u16) -> usize {
    match (answered, questions) {
        (0, _) => 0,
        (answered, questions) if answered >= questions => 3,
        (answered, questions) if answered * 2 >= questions => 2,
        _ => 1,
    }
}

impl Counts {
    fn of(lines: &[Line]) -> Self {
        let mut counts = Self { all: lines.len(), ..Self::default() };
        for line in lines {
            match line.stand {
                Stand::Finished(_) => counts.finished += 1,
                Stand::Running => counts.running += 1,
                Stand::Silent | Stand::Lost => counts.silent += 1,
            }
            if line.row.finished.is_none()
                && let Some(part) = counts.far.get_mut(far(line.row.answered, line.row.questions))
            {
                *part += 1;
            }
        }
        counts
    }

    /// A part of `whole` in thousandths.
    const fn share(part: usize, whole: usize) -> usize {
        match (part * 1000).checked_div(whole) {
            Some(share) => share,
            None => 0,
        }
    }

    /// The parts of the bar: class, where it begins, how long it is.
    fn bar(&self) -> [(&'static str, usize, usize); 3] {
        let finished = Self::share(self.finished, self.all);
        let running = Self::share(self.running, self.all);
        let silent = Self::share(self.silent, self.all);
        [("good", 0, finished), ("accent", finished, running), ("warn", finished + running, silent)]
    }

    /// Key, count and share of those who work on it.
    fn bars(&self) -> Vec<(&'static str, usize, usize)> {
        let whole = self.running + self.silent;
        FAR.iter().zip(self.far).map(|(key, count)| (*key, count, Self::share(count, whole))).collect()
    }
}

#[derive(Template)]
#[template(path = "live/show.html")]
struct LivePage<'a> {
    frame: &'a Frame,
    place: &'a super::course::CoursePlace,
    at: &'a QuizPlace,
    supervises: bool,
    learners: u64,
    counts: Counts,
    lines: &'a [Line],
    blank: Line,
    filter: &'a Filter,
    pages: usize,
    /// The newest attempt there was, on whichever page.
    newest: u64,
    form: &'a Form,
}

impl LivePage<'_> {
    fn address(&self, page: usize) -> String {
        self.filter.address(self.at.quiz.id, page)
    }

    /// Does somebody who comes in while the page is open join its list? They do at the end of all, not of a part.
    fn joins(&self) -> bool {
        let all = self.filter.name.is_empty() && matches!(self.filter.show, Show::All | Show::Running);
        all && self.filter.page + 1 == self.pages
    }

    /// This page again.
    fn here(&self) -> String {
        self.address(self.filter.page)
    }

    fn before(&self) -> Option<String> {
        self.filter.page.checked_sub(1).map(|page| self.address(page))
    }

    fn after(&self) -> Option<String> {
        (self.filter.page + 1 < self.pages).then(|| self.address(self.filter.page + 1))
    }
}

/// Everybody who began it, read some at a time so that commits do not wait for all of them.
fn everybody(state: &State, actor: &Actor, quiz: QuizId) -> Result<Vec<Line>, Refusal> {
    let (mut lines, mut after) = (Vec::new(), None);
    loop {
        let read = state.store.read(|read| -> Result<usize, Refusal> {
            let rows = live::list(read, actor, quiz, after, MAX_LIMIT)?;
            let count = rows.len();
            after = rows.last().map(|row| (row.user, row.attempt));
            for row in rows {
                let sign = live::sign(read, &row, &state.heard, actor.now)?;
                let stand = Stand::of(&row, sign, actor.now);
                lines.push(Line { name: name_of(read, row.user)?, row, sign, stand });
            }
            Ok(count)
        })?;
        if read < MAX_LIMIT {
            return Ok(lines);
        }
    }
}

async fn show(
    visitor: Visitor,
    id: web::Path<QuizId>,
    filter: web::Query<Filter>,
) -> Result<HttpResponse, Refusal> {
    let (id, mut filter) = (*id, filter.into_inner());
    filter.name = searched(&filter.name);
    let actor = visitor.actor().clone();
    let see = Permission::ViewAttempts;
    let at = visitor.state.store.read(|read| QuizPlace::of(read, &actor, see, id, "live"))?;
    let (state, course) = (visitor.state.clone(), at.quiz.course);
    let (mut lines, learners) = beside(&visitor.state, move || -> Result<_, Refusal> {
        let learners = state.store.read(|read| enrolment::learners(read, course))?;
        Ok((everybody(&state, &actor, id)?, learners))
    })
    .await?;
    let counts = Counts::of(&lines);
    let newest = lines.iter().map(|line| line.row.attempt.0).max().unwrap_or(0);
    let wanted = filter.name.to_lowercase();
    lines.retain(|line| {
        line.stand.is(filter.show) && (wanted.is_empty() || line.name.to_lowercase().contains(&wanted))
    });
    // Who may need help first, then who works, then who is done; by name within each.
    lines.sort_by_cached_key(|line| {
        let rank = match line.stand {
            Stand::Lost => 0,
            Stand::Silent => 1,
            Stand::Running => 2,
            Stand::Finished(_) => 3,
        };
        (rank, line.name.to_lowercase(), line.row.attempt)
    });
    let pages = lines.len().div_ceil(PER_PAGE).max(1);
    filter.page = filter.page.min(pages - 1);
    let from = filter.page * PER_PAGE;
    let until = (from + PER_PAGE).min(lines.len());
    let form = if filter.nobody { nobody_chosen(&visitor.frame) } else { Form::default() };
    let page = LivePage {
        frame: &visitor.frame,
        form: &form,
        place: &at.course,
        at: &at,
        newest,
        supervises: at.course.can(Permission::SuperviseAttempts),
        learners,
        counts,
        lines: lines.get(from..until).unwrap_or_default(),
        blank: Line::blank(visitor.frame.now),
        filter: &filter,
        pages,
    };
    visitor.frame.show(&page)
}

/// What stands beside the buttons of a page on which nobody was ticked.
fn nobody_chosen(frame: &Frame) -> Form {
    let words = frame.t("live-none-chosen").into_owned();
    let problem = Problem { field: "attempts".to_owned(), words, english: String::new() };
    Form::with_problems(vec![problem], StatusCode::OK)
}

/// Back to the page on which nobody was ticked, where that is said.
fn choose_first(frame: &Frame, quiz: QuizId, request: &HttpRequest) -> HttpResponse {
    let filter = web::Query::<Filter>::from_query(request.query_string());
    let filter = filter.map(web::Query::into_inner).unwrap_or_default();
    frame.go(&format!("{}&nobody=true#f-attempts", filter.address(quiz, filter.page)))
}

fn require(visitor: &Visitor, quiz: QuizId) -> Result<(), Refusal> {
    let permission = Permission::SuperviseAttempts;
    visitor.state.store.read(|read| QuizPlace::of(read, visitor.actor(), permission, quiz, "live").map(drop))
}

/// Those for whom something is done: by name, or everybody who works on it when that was said in so many words.
fn chosen_or_all(fields: &Fields) -> Result<Option<Vec<AttemptId>>, Refusal> {
    let attempts = chosen(fields)?;
    Ok((!attempts.is_empty() || fields.ticked("all")).then_some(attempts))
}

/// The attempts that were ticked.
fn chosen(fields: &Fields) -> Result<Vec<AttemptId>, Refusal> {
    let mut attempts = Vec::new();
    for text in fields.all("attempts[]") {
        if attempts.len() == MAX_NAMED {
            return Err(invalid("/attempts", format!("has more than {MAX_NAMED} entries")));
        }
        let id = text.parse().map_err(|_| invalid("/attempts", "has something that is no id"))?;
        attempts.push(AttemptId(id));
    }
    Ok(attempts)
}

/// A whole number of minutes as milliseconds.
fn minutes(text: &str) -> Result<u64, Refusal> {
    let most = MAX_EXTENSION_MS / 60_000;
    let minutes = as_typed(text).parse().ok().filter(|minutes| (1..=most).contains(minutes));
    let minutes: u64 =
        minutes.ok_or_else(|| invalid("/minutes", format!("is not a whole number from 1 to {most}")))?;
    Ok(minutes * 60_000)
}

/// Whom something concerns: people by name, or how many run when nobody is named.
struct Whom {
    named: Vec<(AttemptId, String)>,
    running: usize,
}

impl Whom {
    fn of(read: &impl Read, at: &QuizPlace, attempts: &[AttemptId]) -> Result<Self, Refusal> {
        let mut named = Vec::with_capacity(attempts.len());
        for id in attempts {
            let found = attempt::get(read, *id)?;
            if found.quiz != at.quiz.id {
                return Err(invalid("/attempts", format!("has attempt {id}, which is of another quiz")));
            }
            named.push((*id, name_of(read, found.user)?));
        }
        let running = if named.is_empty() {
            let mut after = None;
            let mut count = 0;
            loop {
                let page = supervise::running_in_quiz(read, at.quiz.id, after, MAX_LIMIT)?;
                count += page.len();
                match page.last() {
                    Some(last) if page.len() == MAX_LIMIT => after = Some(*last),
                    _ => break count,
                }
            }
        } else {
            0
        };
        Ok(Self { named, running })
    }
}

#[derive(Template)]
#[template(path = "live/extend.html")]
struct ExtendPage<'a> {
    frame: &'a Frame,
    place: &'a super::course::CoursePlace,
    at: &'a QuizPlace,
    whom: &'a Whom,
    form: &'a Form,
}

fn show_extend(
    state: &State,
    frame: &Frame,
    actor: &Actor,
    quiz: QuizId,
    attempts: &[AttemptId],
    form: &Form,
) -> Result<HttpResponse, Refusal> {
    let (at, whom) = state.store.read(|read| -> Result<_, Refusal> {
        let at = QuizPlace::of(read, actor, Permission::SuperviseAttempts, quiz, "live")?;
        let whom = Whom::of(read, &at, attempts)?;
        Ok((at, whom))
    })?;
    form.show(frame, &ExtendPage { frame, place: &at.course, at: &at, whom: &whom, form })
}

async fn ask_extend(
    visitor: Visitor,
    id: web::Path<QuizId>,
    request: HttpRequest,
) -> Result<HttpResponse, Refusal> {
    let fields = Fields::parse(request.query_string().as_bytes())?;
    let Some(attempts) = chosen_or_all(&fields)? else {
        require(&visitor, *id)?;
        return Ok(choose_first(&visitor.frame, *id, &request));
    };
    // Sent twice it counts once.
    let reference = any_reference()?;
    let form = Form::of(Fields::default().with("minutes", USUAL_MINUTES).with("reference", reference));
    show_extend(&visitor.state, &visitor.frame, visitor.actor(), *id, &attempts, &form)
}

async fn extend(posted: Posted, id: web::Path<QuizId>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, id) = (who.actor, *id);
    state.store.read(|read| QuizPlace::of(read, &actor, Permission::SuperviseAttempts, id, "live"))?;
    let Some(attempts) = chosen_or_all(&fields)? else { return Err(invalid("/attempts", NOBODY)) };
    let read = || -> Result<Extension, Refusal> {
        let reference = fields.get("reference").parse();
        let reference = reference.map_err(|_| invalid("/reference", "is not a number"))?;
        let reason = supervise::parse_reason(fields.get("reason").to_owned());
        let (extra_ms, reason) = together((minutes(fields.get("minutes")), reason))?;
        Extension::parse(extra_ms, reason, reference)
    };
    let done = match read() {
        Ok(extension) => {
            let named = (!attempts.is_empty()).then(|| attempts.clone());
            extend_attempts(&state, &actor, id, named, &extension).await
        }
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(extended) => {
            let flash = if extended == 0 {
                Flash::attention("live-extended-none")
            } else {
                Flash::done("live-extended").with("count", extended)
            };
            Ok(frame.go_and_say(&format!("/quizzes/{id}/live"), &flash))
        }
        Err(refusal) => {
            let form = Form::refused(fields, refusal, frame.text)?;
            show_extend(&state, &frame, &actor, id, &attempts, &form)
        }
    }
}

#[derive(Template)]
#[template(path = "live/close.html")]
struct ClosePage<'a> {
    frame: &'a Frame,
    place: &'a super::course::CoursePlace,
    at: &'a QuizPlace,
    whom: &'a Whom,
}

async fn ask_close(
    visitor: Visitor,
    id: web::Path<QuizId>,
    request: HttpRequest,
) -> Result<HttpResponse, Refusal> {
    let attempts = chosen(&Fields::parse(request.query_string().as_bytes())?)?;
    if attempts.is_empty() {
        require(&visitor, *id)?;
        return Ok(choose_first(&visitor.frame, *id, &request));
    }
    let (at, whom) = visitor.state.store.read(|read| -> Result<_, Refusal> {
        let at = QuizPlace::of(read, visitor.actor(), Permission::SuperviseAttempts, *id, "live")?;
        let whom = Whom::of(read, &at, &attempts)?;
        Ok((at, whom))
    })?;
    visitor.frame.show(&ClosePage { frame: &visitor.frame, place: &at.course, at: &at, whom: &whom })
}

async fn close(posted: Posted, id: web::Path<QuizId>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, id) = (who.actor, *id);
    let attempts = chosen(&fields)?;
    state.store.read(|read| -> Result<(), Refusal> {
        let at = QuizPlace::of(read, &actor, Permission::SuperviseAttempts, id, "live")?;
        if attempts.is_empty() {
            return Err(invalid("/attempts", NOBODY));
        }
        Whom::of(read, &at, &attempts).map(drop)
    })?;
    for attempt in &attempts {
        close_attempt(&state, &actor, *attempt).await?;
    }
    let flash = Flash::done("live-closed").with("count", attempts.len());
    Ok(frame.go_and_say(&format!("/quizzes/{id}/live"), &flash))
}

#[derive(Template)]
#[template(path = "live/reopen.html")]
struct ReopenPage<'a> {
    frame: &'a Frame,
    place: &'a super::course::CoursePlace,
    at: &'a QuizPlace,
    attempt: AttemptId,
    name: &'a str,
    running: bool,
    form: &'a Form,
}

fn show_reopen(
    state: &State,
    frame: &Frame,
    actor: &Actor,
    id: AttemptId,
    form: &Form,
) -> Result<HttpResponse, Refusal> {
    let (at, name, running) = state.store.read(|read| -> Result<_, Refusal> {
        let found = attempt::require(read, actor, Permission::SuperviseAttempts, id)?;
        let at = QuizPlace::of(read, actor, Permission::SuperviseAttempts, found.quiz, "live")?;
        Ok((at, name_of(read, found.user)?, attempt::head(read, id)?.is_running()))
    })?;
    let place = &at.course;
    form.show(frame, &ReopenPage { frame, place, at: &at, attempt: id, name: &name, running, form })
}

async fn ask_reopen(visitor: Visitor, id: web::Path<AttemptId>) -> Result<HttpResponse, Refusal> {
    let form = Form::of(Fields::default().with("minutes", USUAL_MINUTES));
    show_reopen(&visitor.state, &visitor.frame, visitor.actor(), *id, &form)
}

async fn reopen(posted: Posted, id: web::Path<AttemptId>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, id) = (who.actor, *id);
    let quiz = state.store.read(|read| {
        attempt::require(read, &actor, Permission::SuperviseAttempts, id).map(|found| found.quiz)
    })?;
    let read = || -> Result<(Timestamp, String), Refusal> {
        let reason = supervise::parse_reason(fields.get("reason").to_owned());
        let (ms, reason) = together((minutes(fields.get("minutes")), reason))?;
        Ok((actor.now.plus(Duration::from_millis(ms)), reason))
    };
    let done = match read() {
        Ok((until, reason)) => {
            let by = actor.clone();
            state
                .store
                .write(Class::Interactive, move |txn| supervise::reopen(txn, &by, id, Some(until), reason))
                .await
        }
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(()) => Ok(frame.go_and_say(&format!("/quizzes/{quiz}/live"), &Flash::done("live-reopened"))),
        Err(refusal) => {
            let form = Form::refused(fields, refusal, frame.text)?;
            show_reopen(&state, &frame, &actor, id, &form)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_answered_nothing_half_or_everything_stands_in_another_bar() {
        assert_eq!([far(0, 4), far(1, 4), far(2, 4), far(4, 4), far(0, 0)], [0, 1, 2, 3, 0]);
    }
}
