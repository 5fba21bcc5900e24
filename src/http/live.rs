//! Supervising: the live list of a quiz, as a snapshot and as server-sent events, and what supervisors do to attempts.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use actix_web::http::Method;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::stream;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::time::{Instant, sleep, timeout};

use super::actor::SignedIn;
use super::address::Query;
use super::attempt::SubmittedView;
use super::beside::beside;
use super::body::{Body, json};
use super::page::{MAX_LIMIT, Page, PageQuery, cursor, respond};
#[cfg(test)]
use super::problems;
use super::quiz::random;
use super::routes::{Needs, Routes};
use crate::beside::rest_beside;
use crate::clock::Timestamp;
use crate::domain::access::{Actor, Permission};
use crate::domain::account::known_name;
use crate::domain::attempt::live::{self, LiveRow};
use crate::domain::attempt::submit::{self, Prepared};
use crate::domain::attempt::supervise::{self, Extension};
use crate::domain::attempt::{self, FinishedBy, review};
use crate::domain::ids::{AttemptId, QuizId, UserId};
use crate::domain::quiz;
use crate::domain::refusal::{Refusal, invalid};
use crate::domain::schedule;
use crate::give_back::{GivenBack, Lost};
use crate::state::State;
use crate::store::{Class, Message, Read};

/// Steps of learners within so long go out as one event.
const COALESCE: Duration = Duration::from_millis(300);
/// A sign of life when nothing happens.
const TICK: Duration = Duration::from_secs(15);
/// A client that lost some of what happened is shown the whole list anew, but not sooner than so long after the last time: else
/// the reading of long lists would make the machine slower, by which more would be lost. What changes is shown meanwhile.
const SNAPSHOTS_APART: Duration = Duration::from_secs(5);
/// Whether a client is still signed in, and may still see this, is looked at before each event, but not more often.
const ASKED_APART: Duration = Duration::from_secs(1);
/// A stream ends after so long; the client comes back and gets a fresh snapshot.
const LIFETIME: Duration = Duration::from_mins(15);
/// What a stream ends with when the server stops: come back in so many milliseconds, by when another one runs.
const COME_BACK: &[u8] = b"retry: 2000\nevent: end\ndata: {\"reason\": \"the server stops\"}\n\n";
/// Attempts extended by one transaction.
const BATCH: usize = 50;
/// Attempts named in one request.
pub const MAX_NAMED: usize = 500;

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    let see = Needs::Course(Permission::ViewAttempts);
    let supervise = Needs::Course(Permission::SuperviseAttempts);
    let site = Needs::Site(Permission::ManageSite);
    routes.add(Method::GET, "/api/quizzes/{quiz}/live", Class::Report, see, list);
    routes.add(Method::GET, "/api/quizzes/{quiz}/live/events", Class::Report, see, events);
    routes.add(
        Method::POST,
        "/api/quizzes/{quiz}/extend-running",
        Class::Interactive,
        supervise,
        extend_running,
    );
    routes.add(Method::POST, "/api/attempts/{attempt}/extend", Class::Interactive, supervise, extend);
    routes.add(Method::POST, "/api/attempts/{attempt}/close", Class::Interactive, supervise, close);
    routes.add(Method::POST, "/api/attempts/{attempt}/reopen", Class::Interactive, supervise, reopen);
    routes.add(Method::POST, "/api/exam/give-back", Class::Interactive, site, give_back);
    routes.add(Method::GET, "/api/exam/downtimes", Class::Report, site, downtimes);
}

/// The documents of this file.
#[cfg(test)]
#[derive(utoipa::OpenApi)]
#[openapi(paths(list, events, extend_running, extend, close, reopen, give_back, downtimes))]
pub struct Api;

/// Where one attempt stands.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct LiveView {
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
    /// Its last moment: with `server_time` it gives the time left.
    pub deadline: Option<Timestamp>,
    /// When it was handed in; null while it runs.
    pub finished: Option<Timestamp>,
    /// By whom.
    pub finished_by: Option<FinishedBy>,
    /// Questions with a saved response that is not blank.
    pub answered: u16,
    /// Questions.
    pub questions: u16,
    /// Saves so far.
    pub saves: u32,
    /// The learner's last sign of life: the start, a save, a return or a report.
    pub seen: Timestamp,
    /// The page of the exam room had said that it is there (`POST /api/attempts/{attempt}/here`) and has been silent for 75
    /// seconds, or the last thing that came was a report of a lost connection. Who works without that page is never called lost
    /// for being silent.
    pub connection_lost: bool,
}

impl LiveView {
    fn of(read: &impl Read, state: &State, row: &LiveRow) -> Result<Self, Refusal> {
        let name = known_name(read, row.user)?;
        let sign = live::sign(read, row, &state.heard, state.now())?;
        Ok(Self {
            attempt: row.attempt,
            user: row.user,
            name,
            number: row.number,
            started: row.started,
            deadline: row.deadline,
            finished: row.finished.map(|(at, _)| at),
            finished_by: row.finished.map(|(_, by)| by),
            answered: row.answered,
            questions: row.questions,
            saves: row.saves,
            seen: sign.at,
            connection_lost: sign.lost,
        })
    }
}

/// Rows of the live list in an event.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct LiveEvent {
    /// The server's time.
    pub server_time: Timestamp,
    /// In `snapshot`: more rows follow in another one.
    pub more: bool,
    /// Where attempts stand.
    pub rows: Vec<LiveView>,
}

/// Where everybody stands who began a quiz, by learner.
#[cfg_attr(test, utoipa::path(get, path = "/api/quizzes/{quiz}/live", tag = "supervision", params(("quiz" = QuizId, Path), PageQuery),
    responses((status = 200, description = "A page", body = Page<LiveView>), problems::Reading)))]
async fn list(
    state: web::Data<State>,
    actor: SignedIn,
    quiz: web::Path<QuizId>,
    page: Query<PageQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Refusal> {
    let (limit, after) = (page.limit()?, page.after::<(UserId, AttemptId)>()?);
    let held = state.get_ref().clone();
    let read = beside(&state, move || held.store.read(|read| rows(read, &held, &actor, *quiz, after, limit)));
    let (items, next) = read.await?;
    respond(&request, &Page { items, next: next.map(|place| cursor(&place)) })
}

/// Where a row stands in the list.
type Place = (UserId, AttemptId);

/// Some rows of the list, and behind which of them there are more.
fn rows(
    read: &impl Read,
    state: &State,
    actor: &Actor,
    quiz: QuizId,
    after: Option<Place>,
    limit: usize,
) -> Result<(Vec<LiveView>, Option<Place>), Refusal> {
    let mut rows = live::list(read, actor, quiz, after, limit + 1)?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|row| (row.user, row.attempt));
    Ok((views(read, state, &rows)?, next))
}

fn views(read: &impl Read, state: &State, rows: &[LiveRow]) -> Result<Vec<LiveView>, Refusal> {
    rows.iter().map(|row| LiveView::of(read, state, row)).collect()
}

/// What a client gets next.
#[derive(Clone, Copy)]
enum Phase {
    /// Rows of the snapshot, behind a place when some were sent.
    Snapshot(Option<Place>),
    /// What changes.
    Changes,
}

/// A client that listens.
struct Feed {
    state: State,
    signed_in: SignedIn,
    quiz: QuizId,
    messages: tokio::sync::broadcast::Receiver<Message>,
    phase: Phase,
    /// Some of what happened was lost.
    behind: bool,
    /// When the whole list had been shown last.
    shown: Instant,
    /// Whose page was silent when that was looked at last, and when that was: nothing tells of a page that says nothing.
    silent: BTreeSet<AttemptId>,
    looked: Instant,
    /// When it was last asked whether they may listen.
    asked: Instant,
    ends: Instant,
}

impl Feed {
    fn may_listen(&mut self) -> bool {
        if self.asked.elapsed() < ASKED_APART {
            return true;
        }
        self.asked = Instant::now();
        let may = self.state.store.read(|read| {
            let actor = self.signed_in.still(read, self.state.now())?;
            quiz::require(read, &actor, Permission::ViewAttempts, self.quiz)
        });
        may.is_ok()
    }

    /// Reads for an event beside the workers.
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&State) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let held = self.state.clone();
        rest_beside(&self.state, Class::Report, move || work(&held)).await
    }

    async fn changes(&self, changed: Vec<LiveRow>) -> Result<web::Bytes, Refusal> {
        self.read(move |state| {
            let rows = state.store.read(|read| views(read, state, &changed))?;
            event("changes", &LiveEvent { server_time: state.now(), more: false, rows })
        })
        .await
    }

    /// The list from its beginning, or behind a place.
    async fn snapshot(&mut self, after: Option<Place>) -> Result<web::Bytes, Refusal> {
        if after.is_none() {
            self.behind = false;
            self.silent = self.state.heard.silent(self.quiz, self.state.now());
            self.looked = Instant::now();
        }
        let (actor, quiz) = (self.signed_in.actor.clone(), self.quiz);
        let read = self.read(move |state| {
            let actor = Actor { now: state.now(), ..actor };
            let (rows, next) = state.store.read(|read| rows(read, state, &actor, quiz, after, MAX_LIMIT))?;
            let event =
                event("snapshot", &LiveEvent { server_time: state.now(), more: next.is_some(), rows })?;
            Ok((event, next))
        });
        let (event, next) = read.await?;
        self.phase = next.map_or(Phase::Changes, |place| Phase::Snapshot(Some(place)));
        self.shown = Instant::now();
        Ok(event)
    }

    /// The rows of those whose page fell silent, or was heard of again, since that was looked at last.
    async fn turned(&mut self) -> Result<BTreeMap<AttemptId, LiveRow>, Refusal> {
        if self.looked.elapsed() < TICK {
            return Ok(BTreeMap::new());
        }
        self.looked = Instant::now();
        let silent = self.state.heard.silent(self.quiz, self.state.now());
        let turned: Vec<AttemptId> = self.silent.symmetric_difference(&silent).copied().collect();
        self.silent = silent;
        if turned.is_empty() {
            return Ok(BTreeMap::new());
        }
        self.read(move |state| {
            state.store.read(|read| turned.iter().map(|id| Ok((*id, live::row(read, *id)?))).collect())
        })
        .await
    }

    /// For how long nothing may happen until there is something to send.
    fn patience(&self) -> Duration {
        if self.behind { SNAPSHOTS_APART.saturating_sub(self.shown.elapsed()) } else { TICK }
    }

    /// The next event, for who may still listen; `None` ends the stream.
    async fn next(&mut self) -> Option<Result<web::Bytes, Refusal>> {
        let event = self.event().await?;
        self.may_listen().then_some(event)
    }

    /// The next event; `None` when there are no more.
    async fn event(&mut self) -> Option<Result<web::Bytes, Refusal>> {
        if let Phase::Snapshot(after) = self.phase {
            return Some(self.snapshot(after).await);
        }
        if self.ends <= Instant::now() {
            return None;
        }
        let patience = self.patience();
        if patience.is_zero() {
            return Some(self.snapshot(None).await);
        }
        let mut changed: BTreeMap<AttemptId, LiveRow> = BTreeMap::new();
        let drain = self.state.drain.clone();
        let message = tokio::select! {
            message = timeout(patience, self.messages.recv()) => message,
            () = drain.begun() => {
                self.ends = Instant::now();
                return Some(Ok(web::Bytes::from_static(COME_BACK)));
            }
        };
        match message {
            Ok(Ok(message)) => take(&mut changed, &message),
            Ok(Err(RecvError::Lagged(_))) => self.behind = true,
            Ok(Err(RecvError::Closed)) => return None,
            // Its time has come.
            Err(_) if self.behind => return Some(self.snapshot(None).await),
            Err(_) => {
                return Some(match self.turned().await {
                    Ok(turned) if turned.is_empty() => {
                        event("time", &serde_json::json!({ "server_time": self.state.now() }))
                    }
                    Ok(turned) => self.changes(turned.into_values().collect()).await,
                    Err(refusal) => Err(refusal),
                });
            }
        }
        sleep(COALESCE).await;
        loop {
            match self.messages.try_recv() {
                Ok(message) => take(&mut changed, &message),
                Err(TryRecvError::Lagged(_)) => self.behind = true,
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
        match self.turned().await {
            // What was told of an attempt is as new as what is read of it.
            Ok(turned) => changed.extend(turned),
            Err(refusal) => return Some(Err(refusal)),
        }
        Some(self.changes(changed.into_values().collect()).await)
    }
}

fn take(changed: &mut BTreeMap<AttemptId, LiveRow>, message: &Message) {
    if let Some(row) = message.downcast_ref::<LiveRow>() {
        changed.insert(row.attempt, row.clone());
    }
}

fn event(name: &str, data: &impl Serialize) -> Result<web::Bytes, Refusal> {
    let data = serde_json::to_string(data)
        .map_err(|error| crate::domain::refusal::INTERNAL.refuse(error.to_string()))?;
    Ok(web::Bytes::from(format!("event: {name}\ndata: {data}\n\n")))
}

/// The live list as server-sent events: `snapshot` (one or more, with `more`), then `changes` with the rows that
/// changed, and `time` when nothing does. When the server stops it says `end` and in how long to come back. A client that comes back gets a fresh snapshot; so does one that is slow, at most every five
/// seconds. It ends when the session or token does, or the right to see attempts.
#[cfg_attr(test, utoipa::path(get, path = "/api/quizzes/{quiz}/live/events", tag = "supervision",
    params(("quiz" = QuizId, Path)),
    responses((status = 200, description = "Events whose data is a LiveEvent", body = LiveEvent,
        content_type = "text/event-stream"), problems::Reading)))]
async fn events(
    state: web::Data<State>,
    signed_in: SignedIn,
    quiz: web::Path<QuizId>,
) -> Result<HttpResponse, Refusal> {
    state.store.read(|read| quiz::require(read, &signed_in, Permission::ViewAttempts, *quiz))?;
    let feed = Feed {
        // Before the snapshot is read, so that nothing falls between.
        messages: state.store.listen(live::topic(*quiz)),
        state: state.get_ref().clone(),
        signed_in,
        quiz: *quiz,
        phase: Phase::Snapshot(None),
        behind: false,
        shown: Instant::now(),
        silent: BTreeSet::new(),
        looked: Instant::now(),
        asked: Instant::now(),
        ends: Instant::now() + LIFETIME,
    };
    let events = stream::unfold(feed, |mut feed| async move {
        let next = feed.next().await?;
        Some((next, feed))
    });
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/event-stream"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(Box::pin(events)))
}

/// More time.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ExtensionInput {
    /// How much: up to a day.
    pub extra_ms: u64,
    /// Why; kept in the log of each attempt.
    #[serde(default)]
    pub reason: String,
    /// Any number that names this extension: an attempt takes it once, however often it is sent. One that nobody else
    /// has when absent.
    #[serde(default)]
    pub reference: Option<u64>,
}

/// The name of an extension that nobody named.
pub fn any_reference() -> Result<u64, Refusal> {
    random().map(u64::from_le_bytes)
}

impl ExtensionInput {
    fn parse(self) -> Result<Extension, Refusal> {
        let reference = self.reference.map_or_else(any_reference, Ok)?;
        Extension::parse(self.extra_ms, self.reason, reference)
    }
}

/// More time for several attempts.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ExtendRunningInput {
    /// How much: up to a day.
    pub extra_ms: u64,
    /// Why.
    #[serde(default)]
    pub reason: String,
    /// As for a single attempt.
    #[serde(default)]
    pub reference: Option<u64>,
    /// These attempts, up to 500; all that run when absent.
    #[serde(default)]
    pub attempts: Option<Vec<AttemptId>>,
}

/// Lost time, for all attempts that run.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GiveBackInput {
    /// How much: up to a day. `GET /api/exam/downtimes` says how long the server was down.
    pub extra_ms: u64,
    /// Why.
    #[serde(default)]
    pub reason: String,
    /// As for a single attempt. The `reference` of a downtime names what `lyceum exam give-back` and the page of the
    /// administration give for it, too: an attempt takes it once, from whichever of them. Given to all quizzes and with
    /// `reopen_expired_since`, that downtime is given back. Who began behind it gets none of it.
    #[serde(default)]
    pub reference: Option<u64>,
    /// Of this quiz only.
    #[serde(default)]
    pub quiz: Option<QuizId>,
    /// Also let go on whom the deadline ended at this time or later: the `from` of the downtime. They get their old
    /// deadline and the time on top, where that is still to come.
    #[serde(default)]
    pub reopen_expired_since: Option<Timestamp>,
}

/// What an extension came to.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct ExtendedView {
    /// Attempts that got more time. Those without a deadline, and those that had this extension already, did not.
    pub extended: u32,
    /// Attempts that their deadline had ended and that run again.
    pub reopened: u32,
}

/// How an attempt goes on.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReopenInput {
    /// Until then, within 366 days; without end when neither this nor `extra_ms` is given.
    #[serde(default)]
    pub until: Option<Timestamp>,
    /// For so long from now: up to a day.
    #[serde(default)]
    pub extra_ms: Option<u64>,
    /// Why; kept in the log.
    #[serde(default)]
    pub reason: String,
}

/// Gives one attempt more time. One without a deadline has nothing to add to: 409 `no_deadline`.
#[cfg_attr(test, utoipa::path(post, path = "/api/attempts/{attempt}/extend", tag = "supervision", request_body = ExtensionInput,
    params(("attempt" = AttemptId, Path)),
    responses((status = 200, description = "Done", body = ExtendedView), problems::Making)))]
async fn extend(
    state: web::Data<State>,
    actor: SignedIn,
    attempt: web::Path<AttemptId>,
    input: Body<ExtensionInput>,
) -> Result<HttpResponse, Refusal> {
    let (actor, attempt) = (actor.actor, *attempt);
    let extension = input.0.parse()?;
    let changed = state
        .store
        .write(Class::Interactive, move |txn| supervise::extend(txn, &actor, attempt, &extension))
        .await?;
    json(&ExtendedView { extended: u32::from(changed), reopened: 0 })
}

async fn extend_batch(
    state: &State,
    actor: &Actor,
    quiz: QuizId,
    attempts: Vec<AttemptId>,
    extension: &Extension,
) -> Result<u32, Refusal> {
    let (actor, extension) = (actor.clone(), extension.clone());
    state
        .store
        .write(Class::Interactive, move |txn| {
            supervise::extend_some(txn, &actor, quiz, &attempts, &extension)
        })
        .await
}

/// Gives some or all running attempts of a quiz more time. Sent again with the same reference it reaches those that
/// it did not reach before.
#[cfg_attr(test, utoipa::path(post, path = "/api/quizzes/{quiz}/extend-running", tag = "supervision",
    request_body = ExtendRunningInput, params(("quiz" = QuizId, Path)),
    responses((status = 200, description = "Done", body = ExtendedView), problems::Making)))]
async fn extend_running(
    state: web::Data<State>,
    actor: SignedIn,
    quiz: web::Path<QuizId>,
    input: Body<ExtendRunningInput>,
) -> Result<HttpResponse, Refusal> {
    let (actor, quiz) = (actor.actor, *quiz);
    let ExtendRunningInput { extra_ms, reason, reference, attempts } = input.0;
    let extension = ExtensionInput { extra_ms, reason, reference }.parse()?;
    let extended = extend_attempts(&state, &actor, quiz, attempts, &extension).await?;
    json(&ExtendedView { extended, reopened: 0 })
}

/// Gives these running attempts of a quiz more time, or all that run. How many changed?
pub async fn extend_attempts(
    state: &State,
    actor: &Actor,
    quiz: QuizId,
    attempts: Option<Vec<AttemptId>>,
    extension: &Extension,
) -> Result<u32, Refusal> {
    state.store.read(|read| quiz::require(read, actor, Permission::SuperviseAttempts, quiz))?;
    let mut extended = 0;
    if let Some(named) = attempts {
        if named.len() > MAX_NAMED {
            return Err(invalid("/attempts", format!("has more than {MAX_NAMED} entries")));
        }
        state.store.read(|read| supervise::check_named(read, quiz, &named))?;
        for some in named.chunks(BATCH) {
            extended += extend_batch(state, actor, quiz, some.to_vec(), extension).await?;
        }
        return Ok(extended);
    }
    let mut after = None;
    loop {
        let page = state.store.read(|read| supervise::running_in_quiz(read, quiz, after, BATCH))?;
        let Some(last) = page.last().copied() else { break };
        extended += extend_batch(state, actor, quiz, page, extension).await?;
        after = Some(last);
    }
    Ok(extended)
}

/// Gives time that the server lost back to every attempt that runs, of one quiz or of all.
#[cfg_attr(test, utoipa::path(post, path = "/api/exam/give-back", tag = "supervision", request_body = GiveBackInput,
    responses((status = 200, description = "Done", body = ExtendedView), problems::Making)))]
async fn give_back(
    state: web::Data<State>,
    actor: SignedIn,
    input: Body<GiveBackInput>,
) -> Result<HttpResponse, Refusal> {
    let actor = actor.actor;
    let GiveBackInput { extra_ms, reason, reference, quiz, reopen_expired_since } = input.0;
    let extension = ExtensionInput { extra_ms, reason, reference }.parse()?;
    let named = reference.map(|reference| state.store.read(|read| schedule::named(read, reference)));
    let named = named.transpose()?.flatten();
    let lost = Lost::once(extension, quiz, reopen_expired_since, named.as_deref());
    let GivenBack { extended, reopened } = crate::give_back::give_back(&state, &actor, lost).await?;
    json(&ExtendedView { extended, reopened })
}

/// Hands in a running attempt as it is, marked beside the writer. Safe to repeat.
pub async fn close_attempt(state: &State, actor: &Actor, attempt: AttemptId) -> Result<(), Refusal> {
    let actor = actor.clone();
    let read = state.store.read(|read| {
        let found = attempt::require(read, &actor, Permission::SuperviseAttempts, attempt)?;
        submit::read_running(read, found, actor.now)
    })?;
    let prepared = read.as_ref().map(Prepared::of).transpose()?;
    state.store.write(Class::Interactive, move |txn| supervise::close(txn, &actor, attempt, prepared)).await
}

/// Hands in a running attempt as it is. Safe to repeat.
#[cfg_attr(test, utoipa::path(post, path = "/api/attempts/{attempt}/close", tag = "supervision",
    params(("attempt" = AttemptId, Path)),
    responses((status = 200, description = "Handed in", body = SubmittedView),
        (status = 204, description = "Handed in, by somebody who may not look at it"), problems::Reading)))]
async fn close(
    state: web::Data<State>,
    actor: SignedIn,
    attempt: web::Path<AttemptId>,
) -> Result<HttpResponse, Refusal> {
    let attempt = *attempt;
    close_attempt(&state, &actor, attempt).await?;
    // It is done. Who supervises need not be somebody who may see attempts.
    match state.store.read(|read| review::look_if_allowed(read, &actor, attempt))? {
        Some(look) => json(&SubmittedView::of(&look)),
        None => Ok(HttpResponse::NoContent().finish()),
    }
}

/// Lets a learner go on with an attempt that was handed in. Marks by hand stay where the answer does; another answer waits
/// for a mark once more. Without an end it has none until it is closed; an end moves when the quiz, an exception or a group gives
/// more time later.
#[cfg_attr(test, utoipa::path(post, path = "/api/attempts/{attempt}/reopen", tag = "supervision", request_body = ReopenInput,
    params(("attempt" = AttemptId, Path)),
    responses((status = 204, description = "It runs again"), problems::Making)))]
async fn reopen(
    state: web::Data<State>,
    actor: SignedIn,
    attempt: web::Path<AttemptId>,
    input: Body<ReopenInput>,
) -> Result<HttpResponse, Refusal> {
    let (actor, attempt) = (actor.actor, *attempt);
    let ReopenInput { until, extra_ms, reason } = input.0;
    let until = match (until, extra_ms) {
        (until, None) => until,
        (None, Some(extra_ms)) => Some(actor.now.plus(supervise::parse_extra(extra_ms)?)),
        (Some(_), Some(_)) => return Err(invalid("/extra_ms", "excludes until; give one of them")),
    };
    let reason = supervise::parse_reason(reason)?;
    state
        .store
        .write(Class::Interactive, move |txn| supervise::reopen(txn, &actor, attempt, until, reason))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A time in which the server did not run.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct DowntimeView {
    /// From then, to within 15 seconds.
    pub from: Timestamp,
    /// Until then.
    pub until: Timestamp,
    /// What to give back: every minute that was begun.
    pub minutes: u64,
    /// The same for `extra_ms`.
    pub extra_ms: u64,
    /// For `reference`.
    pub reference: u64,
    /// When it had been given back to everybody.
    pub given_back: Option<Timestamp>,
}

/// Times in which the server did not run, the last one first. Those of less than a minute mostly are not seen.
#[cfg_attr(test, utoipa::path(get, path = "/api/exam/downtimes", tag = "supervision", params(PageQuery),
    responses((status = 200, description = "A page", body = Page<DowntimeView>), problems::Reading)))]
async fn downtimes(
    state: web::Data<State>,
    actor: SignedIn,
    page: Query<PageQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Refusal> {
    let (limit, before) = (page.limit()?, page.after::<Timestamp>()?);
    let rows = state.store.read(|read| schedule::downtimes(read, &actor, before, limit + 1))?;
    let view = |down: schedule::Downtime| DowntimeView {
        from: down.from,
        until: down.until,
        minutes: down.minutes(),
        extra_ms: down.minutes().saturating_mul(60_000),
        reference: down.reference(),
        given_back: down.given_back,
    };
    respond(&request, &Page::of(rows, limit, |down| down.from, view))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use futures_util::FutureExt as _;
    use tokio::sync::broadcast;

    use super::*;
    use crate::config::Config;
    use crate::domain::refusal::Kind;
    use crate::{app, clock};

    fn row(number: u64) -> Message {
        let started = "2026-09-07T08:00:00Z".parse().unwrap();
        Arc::new(LiveRow::begun(AttemptId(number), UserId(number), started))
    }

    #[test]
    fn who_loses_messages_all_the_time_is_shown_changes_and_only_now_and_then_everything() {
        let home = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        config.store.directory = home.path().join("store");
        (config.store.segment_mib, config.store.low_water_mib) = (1, 1);
        let state = app::open(config, clock::Clock::System).unwrap();
        actix_web::rt::System::new().block_on(async {
            let (told, messages) = broadcast::channel(2);
            let mut feed = Feed {
                messages,
                signed_in: SignedIn {
                    actor: Actor::person(UserId(7), state.now()),
                    session: None,
                    token: None,
                },
                state: state.clone(),
                quiz: QuizId(7),
                phase: Phase::Changes,
                behind: false,
                shown: Instant::now() + LIFETIME,
                silent: BTreeSet::new(),
                looked: Instant::now(),
                asked: Instant::now() + LIFETIME,
                ends: Instant::now() + LIFETIME,
            };
            for _ in 0..2 {
                for number in 1..=9 {
                    assert!(told.send(row(number)).is_ok());
                }
                let event = feed.next().await.unwrap().unwrap();
                assert!(feed.behind, "it cannot have had all of them");
                let event = String::from_utf8(event.to_vec()).unwrap();
                assert!(event.starts_with("event: changes\n"), "{event}");
                assert!(event.contains("\"attempt\":9,") && !event.contains("\"attempt\":1,"), "{event}");
            }
            assert!(feed.next().now_or_never().is_none(), "nothing happens, and the time has not come");
            feed.shown = Instant::now().checked_sub(SNAPSHOTS_APART).unwrap();
            // There is no such quiz, so everything is a refusal here.
            assert_eq!(feed.next().await.unwrap().unwrap_err().code.kind, Kind::NotFound);
            assert!(!feed.behind, "all that was lost is in what is read now");
            // Of a page that falls silent nobody tells: it is looked for now and then, and only what turned is read.
            feed.phase = Phase::Changes;
            let before = state.now().minus(Duration::from_mins(2));
            state.heard.note(QuizId(7), AttemptId(7), before);
            assert!(feed.turned().await.unwrap().is_empty(), "the time has not come");
            feed.looked = Instant::now().checked_sub(TICK).unwrap();
            // There is no such attempt, so reading it is a refusal here.
            assert_eq!(feed.turned().await.unwrap_err().code.kind, Kind::NotFound);
            feed.looked = Instant::now().checked_sub(TICK).unwrap();
            assert!(feed.turned().await.unwrap().is_empty(), "silent as it was");
        });
        state.store.close();
    }
}
