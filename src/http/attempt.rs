//! Taking a quiz: start, answer, submit, look at it again, receipts, reports, the log.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::actor::{SignedIn, client_address};
use super::address::Query;
use super::admit::{place, tell_wait};
use super::attempt_view::{AttemptView, ReviewView, StateView, remaining_ms};
use super::body::{Body, created, json};
use super::page::{MAX_LIMIT, Page, PageQuery, respond};
#[cfg(test)]
use super::problems::{self, Problem};
use super::quiz::random;
use super::routes::{Needs, Routes};
use crate::admission::pace::Turn;
use crate::clock::Timestamp;
use crate::domain::access::{Actor, Permission};
use crate::domain::attempt::log::{Happened, Log, ReportInput, Reports};
use crate::domain::attempt::save::{self, Outcome, Receipted, SaveInput};
use crate::domain::attempt::start::{self, Entry, Started};
use crate::domain::attempt::submit::{self, Prepared};
use crate::domain::attempt::{
    self, Attempt, AttemptEvent, FinishedBy, REVIEW_NOT_ALLOWED, Saved, WRONG_ACCESS_CODE, code_tries,
    follow, log, receipt, review,
};
use crate::domain::decimal::Decimal;
use crate::domain::ids::{AttemptId, QuizId, UserId};
use crate::domain::question::ResponseInput;
use crate::domain::quiz::{self, Switches};
use crate::domain::refusal::{Code, INTERNAL, Kind, Refusal, Waiting, invalid};
use crate::monitor::stages;
use crate::state::State;
use crate::store::Class;

/// Routes of this file, the hottest first.
pub fn routes(routes: &mut Routes) {
    let mine = Needs::SignIn;
    routes.add(Method::PUT, "/api/attempts/{attempt}/slots/{slot}", Class::Exam, mine, save_slot);
    routes.add(Method::PUT, "/api/attempts/{attempt}/answers", Class::Exam, mine, save_many);
    routes.add(Method::POST, "/api/attempts/{attempt}/submit", Class::Exam, mine, submit_attempt);
    routes.add(Method::GET, "/api/attempts/{attempt}", Class::Start, mine, show);
    routes.add(Method::POST, "/api/attempts/{attempt}/here", Class::Exam, mine, here);
    let take = Needs::Course(Permission::TakeQuiz);
    routes.add(Method::POST, "/api/quizzes/{quiz}/attempts", Class::Start, take, start_attempt);
    routes.add(Method::GET, "/api/attempts/{attempt}/review", Class::Browse, mine, show_review);
    routes.add(Method::GET, "/api/attempts/{attempt}/receipts", Class::Browse, mine, receipts);
    routes.add(Method::POST, "/api/attempts/{attempt}/reports", Class::Browse, mine, report);
    let see = Needs::Course(Permission::ViewAttempts);
    routes.add(Method::GET, "/api/attempts/{attempt}/log", Class::Report, see, show_log);
}

/// More start at once than the machine serves.
pub const START_LATER: Code = Code::new(
    "start_later",
    Kind::Unavailable,
    "Many start at once, and each gets a turn in the order of asking; `waiting` has your place. Start again after \
     Retry-After: your turn is kept, and your time counts from your own start.",
);

/// Codes of this file.
pub const CODES: &[Code] = &[START_LATER];

/// The documents of this file.
#[cfg(test)]
#[derive(utoipa::OpenApi)]
#[openapi(paths(
    save_slot,
    save_many,
    submit_attempt,
    show,
    here,
    start_attempt,
    show_review,
    receipts,
    report,
    show_log
))]
pub struct Api;

/// What a learner shows at the start.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct StartInput {
    /// The access code, where the quiz asks for one.
    #[serde(default)]
    pub access_code: Option<String>,
}

/// The receipt for a saved response.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct ReceiptView {
    /// The slot.
    pub slot: u16,
    /// What became of the save.
    pub outcome: Outcome,
    /// The sequence number that is saved.
    pub sequence: u64,
    /// The number of the save in the attempt.
    pub number: u32,
    /// When the server took it.
    pub at: Timestamp,
    /// The link in the chain of receipts, in hexadecimal.
    pub receipt: String,
    /// Time left; none without a deadline, and none when the attempt is over.
    pub remaining_ms: Option<u64>,
    /// The response has a number that marking cannot read. It is saved as it is; tell who wrote it.
    pub not_a_number: bool,
    /// Which of its parts those are: gaps from 0; 0 alone where all of it is one number.
    pub not_numbers: Vec<u16>,
}

impl ReceiptView {
    fn of(receipted: &Receipted, deadline: Option<Timestamp>, now: Timestamp) -> Self {
        Self {
            slot: receipted.slot,
            outcome: receipted.outcome,
            sequence: receipted.sequence,
            number: receipted.number,
            at: receipted.at,
            receipt: crate::hex::of(&receipted.receipt),
            remaining_ms: remaining_ms(deadline, now),
            not_a_number: !receipted.not_numbers.is_empty(),
            not_numbers: receipted.not_numbers.clone(),
        }
    }
}

/// Several responses to save.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AnswersInput {
    /// The responses, saved in this order; of several for one slot the one with the highest sequence stands.
    pub answers: Vec<AnswerInput>,
}

/// One of several responses.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AnswerInput {
    /// The slot, from 0.
    pub slot: u16,
    /// As for a single save.
    pub sequence: u64,
    /// The response.
    pub response: ResponseInput,
}

/// Receipts for several responses.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct AnswersView {
    /// In the order of the answers. One whose outcome is `conflict` or `too_much_text` was not saved; all others are.
    pub answers: Vec<ReceiptView>,
}

/// An attempt that was handed in.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct SubmittedView {
    /// The attempt.
    pub id: AttemptId,
    /// Where it stands: finished.
    pub state: StateView,
    /// When it counts as handed in.
    pub finished: Option<Timestamp>,
    /// By whom.
    pub finished_by: Option<FinishedBy>,
    /// The receipt of the last save.
    pub receipt: String,
    /// Questions with a saved response that is not blank.
    pub answered: u16,
    /// Questions.
    pub questions: u16,
    /// What the review shows now.
    pub shows: Switches,
    /// Points, when they may be seen now and nothing waits for a mark by hand.
    pub points: Option<Decimal>,
    /// Points of the whole paper.
    pub max_points: Decimal,
}

/// Reports of the client.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReportsInput {
    /// 1 to 20 reports, in the order in which they happened.
    pub reports: Vec<ReportInput>,
}

/// Who saves, at the moment when the server has the whole answer: who asks is known before the body comes, which may take its
/// time.
fn by_now(state: &State, who: &SignedIn) -> Actor {
    Actor { now: state.now(), ..who.actor }
}

/// Saves one response. Answered once it is durable; sending it again is safe, and something older never overwrites
/// something newer, whatever order requests arrive in.
#[cfg_attr(test, utoipa::path(put, path = "/api/attempts/{attempt}/slots/{slot}", tag = "attempts", request_body = SaveInput,
    params(("attempt" = AttemptId, Path), ("slot" = u16, Path, description = "From 0")),
    responses((status = 200, description = "Durable, with a receipt", body = ReceiptView), problems::Making,
        (status = 429, description = "As many saves as are kept", body = Problem,
            content_type = "application/problem+json"))))]
async fn save_slot(
    state: web::Data<State>,
    actor: SignedIn,
    path: web::Path<(AttemptId, u16)>,
    request: HttpRequest,
    input: Body<SaveInput>,
) -> Result<HttpResponse, Refusal> {
    let (attempt, slot) = *path;
    let actor = by_now(&state, &actor);
    let inputs = vec![(slot, input.0, "")];
    let checked =
        state.store.read(|read| save::check(read, &actor, attempt, client_address(&request), inputs))?;
    let now = actor.now;
    let (receipts, deadline) =
        state.store.write(Class::Exam, move |txn| save::save(txn, &actor, attempt, checked)).await?;
    let receipted = receipts.first().ok_or_else(|| INTERNAL.refuse("a save without a receipt"))?;
    save::refuse_unsaved(receipted)?;
    json(&ReceiptView::of(receipted, deadline, now))
}

/// Saves several responses at once: all are durable when this is answered, or none. Together they may have 2 MiB as JSON.
#[cfg_attr(test, utoipa::path(put, path = "/api/attempts/{attempt}/answers", tag = "attempts", request_body = AnswersInput,
    params(("attempt" = AttemptId, Path)),
    responses((status = 200, description = "Durable, with receipts", body = AnswersView), problems::Making,
        (status = 429, description = "As many saves as are kept", body = Problem,
            content_type = "application/problem+json"))))]
async fn save_many(
    state: web::Data<State>,
    actor: SignedIn,
    path: web::Path<AttemptId>,
    request: HttpRequest,
    input: Body<AnswersInput>,
) -> Result<HttpResponse, Refusal> {
    let (attempt, actor) = (*path, by_now(&state, &actor));
    let answers = input.0.answers;
    if answers.is_empty() || answers.len() > crate::domain::quiz::MAX_PAPER {
        return Err(invalid("/answers", "has not one entry for each of some slots"));
    }
    let places: Vec<String> = (0..answers.len()).map(|at| format!("/answers/{at}")).collect();
    let inputs = answers
        .into_iter()
        .zip(&places)
        .map(|(answer, place)| {
            let AnswerInput { slot, sequence, response } = answer;
            (slot, SaveInput { sequence, response }, place.as_str())
        })
        .collect();
    let checked =
        state.store.read(|read| save::check(read, &actor, attempt, client_address(&request), inputs))?;
    let now = actor.now;
    let (receipts, deadline) =
        state.store.write(Class::Exam, move |txn| save::save(txn, &actor, attempt, checked)).await?;
    let answers = receipts.iter().map(|receipted| ReceiptView::of(receipted, deadline, now)).collect();
    json(&AnswersView { answers })
}

/// Starts an attempt, or returns the one that runs: one call, safe to repeat.
#[cfg_attr(test, utoipa::path(post, path = "/api/quizzes/{quiz}/attempts", tag = "attempts", request_body = StartInput,
    params(("quiz" = QuizId, Path)),
    responses((status = 201, description = "Started", body = AttemptView),
        (status = 200, description = "It runs already", body = AttemptView), problems::Making)))]
async fn start_attempt(
    state: web::Data<State>,
    actor: SignedIn,
    quiz: web::Path<QuizId>,
    request: HttpRequest,
    input: Body<StartInput>,
) -> Result<HttpResponse, Refusal> {
    let entry = Entry { access_code: input.0.access_code, address: client_address(&request) };
    let Begun { started, learner, held } = begin(&state, actor.actor, *quiz, entry).await?;
    let look = state.store.read(|read| review::look(read, &learner, started.attempt))?;
    let view = AttemptView::of(&look, learner.now);
    let mut response = if started.fresh {
        created(&format!("/api/attempts/{}", started.attempt), &view)?
    } else {
        json(&view)?
    };
    if !held.is_zero() {
        tell_wait(&mut response, held);
    }
    Ok(response)
}

/// A start that was made or found.
pub struct Begun {
    /// The attempt.
    pub started: Started,
    /// Who started it, with the moment of the start.
    pub learner: Actor,
    /// For so long the server waited with the learner for their turn.
    pub held: Duration,
}

/// Starts an attempt, or finds the one that runs, once it is the learner's turn. A wrong access code is counted.
pub async fn begin(state: &State, actor: Actor, quiz: QuizId, entry: Entry) -> Result<Begun, Refusal> {
    let (learner, showed) = (actor.clone(), entry.access_code.is_some());
    let begun = enter(state, actor, quiz, entry).await;
    if showed && begun.as_ref().is_err_and(|refusal| refusal.code == WRONG_ACCESS_CODE) {
        state.store.write(Class::Start, move |txn| code_tries::count(txn, &learner, quiz)).await?;
    }
    begun
}

async fn enter(state: &State, mut actor: Actor, quiz: QuizId, entry: Entry) -> Result<Begun, Refusal> {
    let seed = u64::from_le_bytes(random()?);
    let grace_ms = state.config.exam.grace_seconds.saturating_mul(1000);
    let laid = state.store.read(|read| start::prepare(read, &actor, quiz, &entry, seed))?;
    let mut held = Duration::ZERO;
    let mut _place = None;
    if laid.is_some() {
        held = wait_for_turn(state, quiz, actor.user).await?;
        // A place is waited for because the server has its hands full: that is its time, and no turn that it gave.
        _place = place(&state.admission.starts).await;
        // Everybody's time is counted from their own start.
        actor.now = state.now();
    }
    let learner = actor.clone();
    let started = state
        .store
        .write(Class::Start, move |txn| start::start(txn, &actor, quiz, &entry, grace_ms, seed, laid))
        .await?;
    Ok(Begun { started, learner, held })
}

/// Waits until this person may start, when that is soon, and says how long that was; refuses with the place in the row otherwise.
async fn wait_for_turn(state: &State, quiz: QuizId, user: UserId) -> Result<Duration, Refusal> {
    let admission = &state.admission;
    let interval = admission.pace.interval(admission.limiter.workers(), admission.limiter.cost(Class::Start));
    match admission.pace.turn(quiz, user, interval, Instant::now()) {
        Turn::Now => Ok(Duration::ZERO),
        Turn::Held(wait) => {
            actix_web::rt::time::sleep(wait).await;
            stages::admitted(wait);
            Ok(wait)
        }
        Turn::Later { place, wait } => {
            let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
            let seconds = u32::try_from(wait_ms.div_ceil(1000)).unwrap_or(u32::MAX);
            Err(START_LATER
                .refuse(format!("{place} are before you; start again in {seconds} s, your turn is kept"))
                .waiting(Waiting { place, wait_ms })
                .retry_after(seconds))
        }
    }
}

/// An attempt with its paper and what was saved last, for going on on another device or after a crash.
#[cfg_attr(test, utoipa::path(get, path = "/api/attempts/{attempt}", tag = "attempts", params(("attempt" = AttemptId, Path)),
    responses((status = 200, description = "The attempt", body = AttemptView), problems::Reading)))]
async fn show(
    state: web::Data<State>,
    actor: SignedIn,
    attempt: web::Path<AttemptId>,
    request: HttpRequest,
) -> Result<HttpResponse, Refusal> {
    let look = state.store.read(|read| review::look(read, &actor, *attempt))?;
    check_place(&look, &request)?;
    json(&AttemptView::of(&look, actor.now))
}

/// While a learner works on an attempt they see it only from where the quiz may be taken.
fn check_place(look: &review::Look, request: &HttpRequest) -> Result<(), Refusal> {
    if look.own && look.head.is_running() {
        return start::check_address(&look.quiz, client_address(request));
    }
    Ok(())
}

/// How an attempt stands, for the page on which it is taken.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct HereView {
    /// Whether it runs.
    pub state: StateView,
    /// Its last moment.
    pub deadline: Option<Timestamp>,
    /// Time left; none without a deadline, and none when it is over.
    pub remaining_ms: Option<u64>,
}

/// Says that the learner's page is there, and hears how the attempt stands. The page of the exam room says it every 25 seconds;
/// when it stops, who supervises sees that the connection is lost. Nothing is stored.
#[cfg_attr(test, utoipa::path(post, path = "/api/attempts/{attempt}/here", tag = "attempts", params(("attempt" = AttemptId, Path)),
    responses((status = 200, description = "How it stands", body = HereView), problems::Reading)))]
async fn here(
    state: web::Data<State>,
    actor: SignedIn,
    attempt: web::Path<AttemptId>,
) -> Result<HttpResponse, Refusal> {
    let (found, head) = state.store.read(|read| -> Result<_, Refusal> {
        let found = attempt::own(read, &actor, *attempt)?;
        let head = follow::head(read, found.id, actor.now)?;
        Ok((found, head))
    })?;
    let running = head.is_running();
    if running {
        state.heard.note(found.quiz, found.id, actor.now);
    } else {
        state.heard.forget(found.id);
    }
    json(&HereView {
        state: if running { StateView::Running } else { StateView::Finished },
        deadline: head.deadline,
        remaining_ms: remaining_ms(head.deadline, actor.now).filter(|_| running),
    })
}

/// Hands in an attempt. Safe to repeat: what is handed in stays as it is.
#[cfg_attr(test, utoipa::path(post, path = "/api/attempts/{attempt}/submit", tag = "attempts",
    params(("attempt" = AttemptId, Path)),
    responses((status = 200, description = "Handed in", body = SubmittedView), problems::Reading)))]
async fn submit_attempt(
    state: web::Data<State>,
    actor: SignedIn,
    attempt: web::Path<AttemptId>,
    request: HttpRequest,
) -> Result<HttpResponse, Refusal> {
    hand_in(&state, &actor, *attempt, client_address(&request)).await?;
    let look = state.store.read(|read| review::look(read, &actor, *attempt))?;
    json(&SubmittedView::of(&look))
}

/// Hands in the learner's attempt; one that is handed in stays as it is.
pub async fn hand_in(
    state: &State,
    actor: &Actor,
    attempt: AttemptId,
    address: Option<IpAddr>,
) -> Result<(), Refusal> {
    let _place = place(&state.admission.hand_ins).await;
    let read = state.store.read(|read| -> Result<_, Refusal> {
        let to_do = submit::read_own(read, actor, attempt)?;
        if to_do.is_some() {
            start::check_address(&*quiz::get(read, attempt::get(read, attempt)?.quiz)?, address)?;
        }
        Ok(to_do)
    })?;
    let Some(read) = read else { return Ok(()) };
    // Marked here, beside the writer.
    let (prepared, actor) = (Prepared::of(&read)?, actor.clone());
    state.store.write(Class::Exam, move |txn| submit::submit(txn, &actor, attempt, Some(prepared))).await?;
    state.heard.forget(attempt);
    Ok(())
}

impl SubmittedView {
    /// What is said of an attempt that was handed in.
    pub fn of(look: &review::Look) -> Self {
        let view = ReviewView::of(look);
        let (finished, finished_by) = match look.head.state {
            crate::domain::attempt::AttemptState::Running => (None, None),
            crate::domain::attempt::AttemptState::Finished { at, by } => (Some(at), Some(by)),
        };
        Self {
            id: view.id,
            state: view.state,
            finished,
            finished_by,
            receipt: crate::hex::of(&look.head.receipt),
            answered: u16::try_from(look.head.answered()).unwrap_or(u16::MAX),
            questions: u16::try_from(look.attempt.paper.len()).unwrap_or(u16::MAX),
            shows: view.shows,
            points: view.points,
            max_points: view.max_points,
        }
    }
}

/// What may be seen of an attempt now, by the review rules of its quiz. Who sees all attempts sees all of it, but feedback and
/// right answers, and marks while it runs, only with the right to see questions or to mark; of an attempt of their own that runs
/// they see what every learner does. Who marks sees all of it once it is handed in.
#[cfg_attr(test, utoipa::path(get, path = "/api/attempts/{attempt}/review", tag = "attempts",
    params(("attempt" = AttemptId, Path)),
    responses((status = 200, description = "What may be seen", body = ReviewView), problems::Reading)))]
async fn show_review(
    state: web::Data<State>,
    actor: SignedIn,
    attempt: web::Path<AttemptId>,
    request: HttpRequest,
) -> Result<HttpResponse, Refusal> {
    let look = state.store.read(|read| review::look(read, &actor, *attempt))?;
    check_place(&look, &request)?;
    if look.switches == Switches::NONE {
        return Err(REVIEW_NOT_ALLOWED.refuse("nothing of this attempt is shown now"));
    }
    json(&ReviewView::of(&look))
}

/// One save, with what its receipt is computed from.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct ReceiptLine {
    /// The number of the save in the attempt.
    pub number: u32,
    /// The slot.
    pub slot: u16,
    /// The client's sequence number.
    pub sequence: u64,
    /// When the server took it.
    pub at: Timestamp,
    /// The same in milliseconds since 1970, as it goes into the receipt.
    pub at_ms: i64,
    /// The response as canonical JSON text: its UTF-8 bytes are what is hashed.
    pub response: String,
    /// The receipt, in hexadecimal.
    pub receipt: String,
}

/// A page of the chain of receipts. Each receipt is SHA-256 over: the receipt before (32 bytes), the slot (2 bytes),
/// the sequence number (8), `at_ms` (8), all big-endian, and SHA-256 of the bytes of `response` (32). The first one
/// follows on `genesis`: SHA-256 over the text `lyceum attempt 1`, the attempt's id (8) and `started_ms` (8).
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct ReceiptChain {
    /// The attempt.
    pub attempt: AttemptId,
    /// When it began, in milliseconds since 1970.
    pub started_ms: i64,
    /// What the chain begins with, in hexadecimal.
    pub genesis: String,
    /// The saves in their order.
    pub items: Vec<ReceiptLine>,
    /// The cursor of the next page; null at the end.
    pub next: Option<String>,
}

/// A save with what its receipt is computed from.
pub fn receipt_line(saved: &Saved) -> Result<ReceiptLine, Refusal> {
    let response = String::from_utf8(receipt::canonical(&saved.response)?)
        .map_err(|error| INTERNAL.refuse(error.to_string()))?;
    Ok(ReceiptLine {
        number: saved.number,
        slot: saved.slot,
        sequence: saved.sequence,
        at: saved.at,
        at_ms: saved.at.ms(),
        response,
        receipt: crate::hex::of(&saved.receipt),
    })
}

/// The chain of receipts of an attempt: shows what was saved and when, and can be verified by anybody who kept a
/// receipt. For its learner and for who sees all attempts. A page with long essays ends behind a megabyte of them, before `limit`.
#[cfg_attr(test, utoipa::path(get, path = "/api/attempts/{attempt}/receipts", tag = "attempts",
    params(("attempt" = AttemptId, Path), PageQuery),
    responses((status = 200, description = "A page of the chain", body = ReceiptChain), problems::Reading)))]
async fn receipts(
    state: web::Data<State>,
    actor: SignedIn,
    attempt: web::Path<AttemptId>,
    page: Query<PageQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Refusal> {
    let (limit, after) = (page.limit()?, page.after::<u32>()?.unwrap_or(0));
    let (attempt, (saves, more)) = state.store.read(|read| -> Result<_, Refusal> {
        let found = attempt::readable(read, &actor, *attempt)?;
        Ok((found, log::saves(read, &actor, *attempt, after, limit)?))
    })?;
    let next = saves.last().filter(|_| more).map(|last| super::page::cursor(&last.number));
    let chain = ReceiptChain::of(&attempt, &saves, next)?;
    super::page::respond_with(&request, chain.next.as_deref(), &chain)
}

impl ReceiptChain {
    /// Saves of an attempt as links of its chain.
    pub fn of(attempt: &Attempt, saves: &[Saved], next: Option<String>) -> Result<Self, Refusal> {
        Ok(Self {
            attempt: attempt.id,
            started_ms: attempt.started.ms(),
            genesis: crate::hex::of(&receipt::first(attempt.id, attempt.started)),
            items: saves.iter().map(receipt_line).collect::<Result<_, _>>()?,
            next,
        })
    }
}

/// Takes what the learner's client noticed: focus lost, connection lost, .. Kept in the log of the attempt.
#[cfg_attr(test, utoipa::path(post, path = "/api/attempts/{attempt}/reports", tag = "attempts", request_body = ReportsInput,
    params(("attempt" = AttemptId, Path)),
    responses((status = 204, description = "Kept"), problems::Making,
        (status = 429, description = "As many reports as are kept", body = Problem,
            content_type = "application/problem+json"))))]
async fn report(
    state: web::Data<State>,
    actor: SignedIn,
    attempt: web::Path<AttemptId>,
    input: Body<ReportsInput>,
) -> Result<HttpResponse, Refusal> {
    let reports = Reports::parse(input.0.reports)?;
    let (actor, attempt) = (actor.actor, *attempt);
    state.store.write(Class::Browse, move |txn| log::report(txn, &actor, attempt, reports)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// An entry of an attempt's log.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct LogLine {
    /// When.
    pub at: Timestamp,
    /// Who; null for the program.
    pub by: Option<UserId>,
    /// What: `started`, `saved`, `resumed`, `reported`, `finished`, `extended`, `reopened`, `marked`, `unmarked` (a mark by
    /// hand was taken back), `regraded`.
    pub what: &'static str,
    /// The slot, where it is about one.
    pub slot: Option<u16>,
    /// More about it.
    pub detail: String,
}

impl LogLine {
    fn of_event(event: AttemptEvent) -> Self {
        let time = |time: Option<Timestamp>| time.map_or_else(|| "none".to_owned(), |time| time.to_string());
        let points =
            |points: Option<Decimal>| points.map_or_else(|| "none".to_owned(), |points| points.to_string());
        let (what, slot, detail) = match event.what {
            Happened::Resumed { address } => ("resumed", None, format!("from {address}")),
            Happened::Reported { kind, detail } => {
                let kind = serde_json::to_value(kind).ok();
                let kind = kind.as_ref().and_then(|kind| kind.as_str()).unwrap_or_default();
                ("reported", None, format!("{kind} {detail}").trim_end().to_owned())
            }
            Happened::Finished { by } => {
                let by = match by {
                    FinishedBy::Learner => "by the learner",
                    FinishedBy::Deadline => "by the deadline",
                    FinishedBy::Supervisor => "by a supervisor",
                };
                ("finished", None, by.to_owned())
            }
            Happened::Extended { from, to, reason } => {
                ("extended", None, format!("deadline {} to {}; {reason}", time(from), time(to)))
            }
            Happened::Reopened { until, reason } => {
                ("reopened", None, format!("until {}; {reason}", time(until)))
            }
            Happened::Marked { slot, points } => ("marked", Some(slot), format!("{points} points")),
            Happened::Unmarked { slot } => ("unmarked", Some(slot), String::new()),
            Happened::Regraded { from, to } => {
                ("regraded", None, format!("{} to {} points", points(from), points(to)))
            }
        };
        Self { at: event.at, by: event.by, what, slot, detail }
    }
}

/// The log of an attempt, for appeals: the start, every save, resumes, client reports, extensions, marks.
#[cfg_attr(test, utoipa::path(get, path = "/api/attempts/{attempt}/log", tag = "attempts",
    params(("attempt" = AttemptId, Path), PageQuery),
    responses((status = 200, description = "A page in the order of time", body = Page<LogLine>), problems::Reading)))]
async fn show_log(
    state: web::Data<State>,
    actor: SignedIn,
    attempt: web::Path<AttemptId>,
    page: Query<PageQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Refusal> {
    let limit = page.limit()?.min(MAX_LIMIT);
    let after = page.after::<(u32, u32)>()?;
    let Log { attempt: found, events, saves } =
        state.store.read(|read| log::read(read, &actor, *attempt, after.unwrap_or((0, 0)), limit + 1))?;
    let mut lines = Vec::with_capacity(limit + 1);
    if after.is_none() {
        let detail = format!("attempt {} from {}", found.number, found.address);
        let by = Some(found.user);
        lines.push(LogLine { at: found.started, by, what: "started", slot: None, detail });
    }
    // Both lists are in order, and every event knows the saves before it: merged, with the place behind which the next page goes on.
    let mut place = after.unwrap_or((0, 0));
    let (mut events, mut saves) = (events.into_iter().peekable(), saves.into_iter().peekable());
    while lines.len() < limit {
        let save_is_next = match (events.peek(), saves.peek()) {
            (Some(event), Some(save)) => save.number <= event.saves,
            (None, Some(_)) => true,
            (Some(_), None) => false,
            (None, None) => break,
        };
        if save_is_next {
            if let Some(save) = saves.next() {
                place.1 = save.number;
                let detail = format!(
                    "save {}, sequence {}, receipt {}",
                    save.number,
                    save.sequence,
                    crate::hex::of(&save.receipt)
                );
                let by = Some(found.user);
                lines.push(LogLine { at: save.at, by, what: "saved", slot: Some(save.slot), detail });
            }
        } else if let Some(event) = events.next() {
            place.0 = event.number;
            lines.push(LogLine::of_event(event));
        }
    }
    let more = events.peek().is_some() || saves.peek().is_some();
    let next = more.then(|| super::page::cursor(&place));
    respond(&request, &Page { items: lines, next })
}
