//! Marking by hand, the queue of what waits for it, all attempts of a quiz with their points, and regrading.

use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::actor::SignedIn;
use super::address::Query;
use super::beside::beside;
use super::body::{Body, json};
use super::job::{self, Prefers};
use super::once::BareKey;
use super::page::{Page, PageQuery, cursor, respond};
#[cfg(test)]
use super::problems::{self, JobView, OnceHeader, PreferHeader};
use super::routes::{Needs, Routes};
use super::stream::{self, NDJSON, Then};
use super::trail::Trail;
use crate::beside::rest_beside;
use crate::clock::Timestamp;
use crate::domain::access::{Actor, Permission};
use crate::domain::account::known_name;
use crate::domain::attempt::live::{self, LiveRow};
use crate::domain::attempt::regrade::{self, Change, Looked, MarkByHand, Place, Seen, Waiting};
use crate::domain::attempt::{self, FinishedBy, Marks};
use crate::domain::decimal::Decimal;
use crate::domain::ids::{AttemptId, QuestionId, QuizId, UserId};
use crate::domain::job::{Regrade, Work};
use crate::domain::quiz::{self, Quiz};
use crate::domain::refusal::{INTERNAL, Refusal};
use crate::jobs::regrade::{self as steps, ATTEMPTS_AT_ONCE, ChangeView, MOST_LISTED};
use crate::json::present;
use crate::state::State;
use crate::store::{Class, Read};

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    let mark = Needs::Course(Permission::MarkAttempts);
    let see = Needs::Course(Permission::ViewAttempts);
    routes.add(Method::PUT, "/api/attempts/{attempt}/slots/{slot}/mark", Class::Interactive, mark, set_mark);
    routes.add(
        Method::DELETE,
        "/api/attempts/{attempt}/slots/{slot}/mark",
        Class::Interactive,
        mark,
        unset_mark,
    );
    routes.add(Method::GET, "/api/quizzes/{quiz}/awaiting-marks", Class::Interactive, mark, awaiting);
    routes.add(Method::GET, "/api/quizzes/{quiz}/attempts", Class::Report, see, attempts);
    routes.add(Method::GET, "/api/quizzes/{quiz}/export/attempts", Class::Bulk, see, export);
    routes.add(Method::POST, "/api/quizzes/{quiz}/regrade", Class::Bulk, mark, regrade_quiz);
}

/// The documents of this file.
#[cfg(test)]
#[derive(utoipa::OpenApi)]
#[openapi(paths(set_mark, unset_mark, awaiting, attempts, export, regrade_quiz))]
pub struct Api;

/// A mark by hand.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MarkInput {
    /// Points, from nought to those of the question.
    pub points: Decimal,
    /// For the learner, up to 4000 characters of plain text.
    #[serde(default)]
    pub comment: String,
    /// Which response it is for, as `save` of its slot says in the result of the attempt (`GET /api/attempts/{attempt}/review`).
    /// Where another one was saved meanwhile, as in an attempt that was reopened, nothing is marked: 412 `changed`. Not compared
    /// when absent.
    #[serde(default)]
    pub save: Option<u32>,
    /// In place of which mark it comes, as `marked` of the slot says there; `null` for the first one. Where somebody else marked the
    /// response meanwhile, nothing is marked: 412 `changed`. Not compared when absent.
    #[serde(default, deserialize_with = "present")]
    #[cfg_attr(test, schema(value_type = Option<Timestamp>))]
    pub marked: Option<Option<Timestamp>>,
}

/// What the marks of an attempt come to.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct MarksView {
    /// The attempt.
    pub attempt: AttemptId,
    /// Points; none while a response waits for a mark by hand.
    pub points: Option<Decimal>,
    /// Slots that wait.
    pub waiting: Vec<u16>,
}

impl MarksView {
    fn of(marks: &Marks) -> Self {
        let waiting = (0_u16..).zip(&marks.slots).filter(|(_, slot)| slot.points.is_none());
        Self {
            attempt: marks.attempt,
            points: marks.points,
            waiting: waiting.map(|(slot, _)| slot).collect(),
        }
    }
}

/// Marks one response of a finished attempt by hand: an essay, or in place of the key. The learner's points and the
/// gradebook follow at once. The same mark sent again is answered again and leaves nothing behind.
#[cfg_attr(test, utoipa::path(put, path = "/api/attempts/{attempt}/slots/{slot}/mark", tag = "marking", request_body = MarkInput,
    params(("attempt" = AttemptId, Path), ("slot" = u16, Path, description = "From 0")),
    responses((status = 200, description = "Marked", body = MarksView), problems::Marking)))]
async fn set_mark(
    state: web::Data<State>,
    actor: SignedIn,
    path: web::Path<(AttemptId, u16)>,
    input: Body<MarkInput>,
) -> Result<HttpResponse, Refusal> {
    let ((attempt, slot), actor) = (*path, actor.actor);
    let MarkInput { points, comment, save, marked } = input.0;
    let (mark, seen) = (MarkByHand::parse(points, comment)?, Seen { save, marked });
    let marks = state
        .store
        .write(Class::Interactive, move |txn| regrade::mark_by_hand(txn, &actor, attempt, slot, mark, seen))
        .await?;
    json(&MarksView::of(&marks))
}

/// Takes a mark by hand of a finished attempt back: the key marks the response again, or it waits for another mark.
#[cfg_attr(test, utoipa::path(delete, path = "/api/attempts/{attempt}/slots/{slot}/mark", tag = "marking",
    params(("attempt" = AttemptId, Path), ("slot" = u16, Path, description = "From 0")),
    responses((status = 200, description = "Taken back", body = MarksView), problems::Making)))]
async fn unset_mark(
    state: web::Data<State>,
    actor: SignedIn,
    path: web::Path<(AttemptId, u16)>,
) -> Result<HttpResponse, Refusal> {
    let ((attempt, slot), actor) = (*path, actor.actor);
    let marks =
        state.store.write(Class::Interactive, move |txn| regrade::unmark(txn, &actor, attempt, slot)).await?;
    json(&MarksView::of(&marks))
}

/// An attempt that waits for marks by hand.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct AwaitingView {
    /// The attempt.
    pub attempt: AttemptId,
    /// The learner.
    pub user: UserId,
    /// The learner's name.
    pub name: Option<String>,
    /// When it began.
    pub started: Timestamp,
    /// Slots that wait.
    pub waiting: Vec<u16>,
}

/// The queue of attempts that wait for marks by hand, the one begun first first.
#[cfg_attr(test, utoipa::path(get, path = "/api/quizzes/{quiz}/awaiting-marks", tag = "marking",
    params(("quiz" = QuizId, Path), PageQuery),
    responses((status = 200, description = "A page", body = Page<AwaitingView>), problems::Reading)))]
async fn awaiting(
    state: web::Data<State>,
    actor: SignedIn,
    quiz: web::Path<QuizId>,
    page: Query<PageQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Refusal> {
    let (limit, after) = (page.limit()?, page.after::<AttemptId>()?);
    let rows = state.store.read(|read| -> Result<Vec<AwaitingView>, Refusal> {
        let waiting = regrade::awaiting(read, &actor, *quiz, after, limit + 1)?;
        let view = |(attempt, marks): &Waiting| {
            Ok(AwaitingView {
                attempt: attempt.id,
                user: attempt.user,
                name: known_name(read, attempt.user)?,
                started: attempt.started,
                waiting: MarksView::of(marks).waiting,
            })
        };
        waiting.iter().map(view).collect()
    })?;
    respond(&request, &Page::of(rows, limit, |row| row.attempt, |row| row))
}

/// An attempt with its points.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct AttemptLine {
    /// The attempt.
    pub attempt: AttemptId,
    /// The learner.
    pub user: UserId,
    /// The learner's name.
    pub name: Option<String>,
    /// The learner's first, second, .. attempt.
    pub number: u16,
    /// When it began.
    pub started: Timestamp,
    /// When it was handed in; null while it runs.
    pub finished: Option<Timestamp>,
    /// By whom.
    pub finished_by: Option<FinishedBy>,
    /// Points; none while it runs or waits for marks by hand.
    pub points: Option<Decimal>,
}

impl AttemptLine {
    fn of(read: &impl Read, row: &LiveRow, marks: Option<&Marks>) -> Result<Self, Refusal> {
        Ok(Self {
            attempt: row.attempt,
            user: row.user,
            name: known_name(read, row.user)?,
            number: row.number,
            started: row.started,
            finished: row.finished.map(|(at, _)| at),
            finished_by: row.finished.map(|(_, by)| by),
            points: marks.and_then(|marks| marks.points),
        })
    }
}

/// An attempt with the marks of its responses.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct MarkedAttempt {
    /// The attempt.
    #[serde(flatten)]
    pub line: AttemptLine,
    /// Per slot of its paper.
    pub slots: Vec<MarkedSlot>,
}

/// What was asked in a slot and what it earned.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct MarkedSlot {
    /// The question.
    pub question: QuestionId,
    /// The version that was asked and is marked.
    pub version: u32,
    /// Points for a right answer.
    pub max: Decimal,
    /// Was there a response? Unknown while the attempt runs.
    pub answered: Option<bool>,
    /// Points; none while the attempt runs or the response waits for a mark by hand.
    pub points: Option<Decimal>,
    /// Given by hand?
    pub by_hand: bool,
}

/// Attempts per read, each with its paper.
const PER_READ: usize = 20;

/// All attempts of a quiz with the marks of every response, an attempt per line, by learner.
#[cfg_attr(test, utoipa::path(get, path = "/api/quizzes/{quiz}/export/attempts", tag = "marking", params(("quiz" = QuizId, Path)),
    responses((status = 200, description = "A MarkedAttempt per line", content_type = "application/x-ndjson",
        body = MarkedAttempt), problems::Reading)))]
async fn export(
    state: web::Data<State>,
    actor: SignedIn,
    quiz: web::Path<QuizId>,
    trail: Trail,
) -> Result<HttpResponse, Refusal> {
    let quiz = quiz.into_inner();
    let course = state.store.read(|read| read.get::<Quiz>(&quiz))?.map(|quiz| quiz.course);
    let noted = trail.of("attempts_export", format!("quiz {quiz}"), course);
    let mut after: Option<Place> = None;
    let name = format!("attempts-{quiz}.ndjson");
    stream::file(&state, &actor, NDJSON, &name, noted, move |state, actor, to| {
        state.store.read(|read| {
            let rows = live::list(read, actor, quiz, after, PER_READ)?;
            for row in &rows {
                let marks = read.get::<Marks>(&row.attempt)?;
                let attempt = attempt::get(read, row.attempt)?;
                let slots = (0_usize..).zip(&attempt.paper).map(|(at, slot)| {
                    let mark = marks.as_ref().and_then(|marks| marks.slots.get(at));
                    MarkedSlot {
                        question: slot.question,
                        version: slot.version,
                        max: slot.points,
                        answered: mark.map(|mark| mark.answered),
                        points: mark.and_then(|mark| mark.points),
                        by_hand: mark.is_some_and(|mark| mark.by_hand),
                    }
                });
                let slots = slots.collect();
                let line = AttemptLine::of(read, row, marks.as_deref())?;
                stream::line(to, &MarkedAttempt { line, slots })?;
                after = Some((row.user, row.attempt));
            }
            Ok(Then::after(rows.len(), PER_READ))
        })
    })
    .await
}

/// All attempts of a quiz with their points, by learner.
#[cfg_attr(test, utoipa::path(get, path = "/api/quizzes/{quiz}/attempts", tag = "marking",
    params(("quiz" = QuizId, Path), PageQuery),
    responses((status = 200, description = "A page", body = Page<AttemptLine>), problems::Reading)))]
async fn attempts(
    state: web::Data<State>,
    actor: SignedIn,
    quiz: web::Path<QuizId>,
    page: Query<PageQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Refusal> {
    let (limit, after) = (page.limit()?, page.after::<Place>()?);
    let (items, next) = state.store.read(|read| -> Result<_, Refusal> {
        let mut rows = live::list(read, &actor, *quiz, after, limit + 1)?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|row| cursor(&(row.user, row.attempt)));
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            let marks = read.get::<Marks>(&row.attempt)?;
            items.push(AttemptLine::of(read, &row, marks.as_deref())?);
        }
        Ok((items, next))
    })?;
    respond(&request, &Page { items, next })
}

/// What a regrade does.
#[derive(Debug, Clone, Copy, Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[cfg_attr(test, into_params(parameter_in = Query))]
pub struct RegradeQuery {
    /// Only say whose marks would change.
    #[serde(default)]
    pub dry_run: bool,
    /// Also take the latest versions of the questions: for when a key was corrected. Slots that fix a version keep it,
    /// unless `question` names theirs.
    #[serde(default)]
    pub latest_versions: bool,
    /// Of this question only.
    #[serde(default)]
    pub question: Option<QuestionId>,
}

/// What a regrade came to, or would come to.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct RegradeView {
    /// Nothing was changed.
    pub dry_run: bool,
    /// Attempts of which points, a maximum or what counts changes. A version that only explains better is taken in silence.
    pub changed: u64,
    /// The first 5000 of them, by learner; `changed` counts all. Among them stand attempts that keep an older version of a
    /// question and their marks (see `kept_versions`), which it does not count: those of the first 5000 attempts.
    pub changes: Vec<ChangeView>,
}

/// Marks all attempts of a quiz again: with today's points and, when asked, the latest versions of its questions.
/// Answers keep their meaning, whatever the order in the latest versions. Marks by hand stay, in proportion to the points;
/// one that was given while the question gave none waits for a person when it gives some. With `dry_run` it only says whose marks
/// would change. A quiz with more than 500 attempts is done by a job, and so is what comes with an `Idempotency-Key`.
#[cfg_attr(test, utoipa::path(post, path = "/api/quizzes/{quiz}/regrade", tag = "marking",
    params(("quiz" = QuizId, Path), RegradeQuery, PreferHeader, OnceHeader),
    responses((status = 200, description = "What changed, or would", body = RegradeView),
        (status = 202, description = "A job does it; its result is what changed", body = JobView),
        problems::Trying)))]
async fn regrade_quiz(
    state: web::Data<State>,
    actor: SignedIn,
    quiz: web::Path<QuizId>,
    query: Query<RegradeQuery>,
    prefers: Prefers,
    key: BareKey,
) -> Result<HttpResponse, Refusal> {
    let (actor, quiz) = (actor.actor, *quiz);
    let course = state.store.read(|read| quiz::require(read, &actor, Permission::MarkAttempts, quiz))?.course;
    if let Some(answer) = job::repeated(&state, &actor, prefers, key.0)? {
        return Ok(answer);
    }
    let RegradeQuery { dry_run, latest_versions, question } = query.into_inner();
    let (after, changed) = (None, 0);
    let work = Regrade { quiz, course, dry_run, latest_versions, question, after, changed };
    let attempts = state.store.read(|read| {
        regrade::check("?question", read, quiz, steps::scope(&work))?;
        regrade::attempts(read, quiz)
    })?;
    // At once it is many transactions, and whoever sends it again in their midst would begin anew. A job is begun once.
    if prefers.respond_async || key.0.is_some() || attempts > ATTEMPTS_AT_ONCE {
        return job::start(&state, &actor, prefers, key.0, move |txn, actor| {
            quiz::require(txn, actor, Permission::MarkAttempts, quiz)?;
            Ok((Work::Regrade(work), Some(attempts)))
        })
        .await;
    }
    let (changed, made) = regrade_now(&state, &actor, work, MOST_LISTED).await?;
    let changes = state
        .store
        .read(|read| made.iter().map(|change| ChangeView::of(read, change)).collect::<Result<_, _>>())?;
    json(&RegradeView { dry_run, changed, changes })
}

/// Marks all attempts of a quiz again while somebody waits, step by step. How many changed, and the first `listed`. What has begun
/// comes to its end, also when nobody waits for it any more.
pub async fn regrade_now(
    state: &State,
    actor: &Actor,
    work: Regrade,
    listed: usize,
) -> Result<(u64, Vec<Change>), Refusal> {
    let (held, by, step) = (state.store.clone(), actor.clone(), work.clone());
    let looked = beside(state, move || steps::look(&held, &by, &step)).await?;
    let rest = rest_of_regrade(state.clone(), actor.clone(), work.clone(), looked, listed);
    if work.dry_run {
        return rest.await;
    }
    let done = actix_web::rt::spawn(rest).await;
    done.unwrap_or_else(|error| Err(INTERNAL.refuse(error.to_string())))
}

async fn rest_of_regrade(
    state: State,
    actor: Actor,
    mut work: Regrade,
    mut looked: Looked,
    listed: usize,
) -> Result<(u64, Vec<Change>), Refusal> {
    let mut changes = Vec::new();
    loop {
        let over = looked.next.is_none();
        let made = if work.dry_run || (looked.changes.is_empty() && !over) {
            steps::pass(&mut work, looked)
        } else {
            let (began, by, mut step) = (actor.now, actor.clone(), work.clone());
            let marked = state.store.write(Class::Bulk, move |txn| -> Result<_, Refusal> {
                let made = steps::take(txn, &by, &mut step, looked, began)?;
                Ok((step, made))
            });
            let (step, made) = marked.await?;
            work = step;
            made
        };
        let room = listed.saturating_sub(changes.len());
        changes.extend(made.into_iter().take(room));
        if over {
            return Ok((work.changed, changes));
        }
        let (held, by, step) = (state.store.clone(), actor.clone(), work.clone());
        let look = move || steps::look(&held, &by, &step);
        looked = if work.dry_run {
            beside(&state, look).await?
        } else {
            rest_beside(&state, Class::Bulk, look).await?
        };
    }
}
