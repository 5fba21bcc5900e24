//! Forwarding of statements to other learning record stores: `/api/xapi/targets`.

use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::actor::{SignedIn, state as state_of};
use super::address::Query;
use super::body::{Body, json};
use super::edit::{Edit, revised};
use super::once::{self, Once};
use super::page::{self, Page, PageQuery};
#[cfg(test)]
use super::problems::{Changing, Making, OnceHeader, Reading};
use super::revision;
use super::routes::{Needs, Routes};
use crate::clock::Timestamp;
use crate::domain::access::Permission;
use crate::domain::refusal::{Refusal, invalid};
use crate::domain::xapi::forward::edit::{self, LetterWork, Letters, MAX_LETTERS, NewTarget, TargetFacts};
use crate::domain::xapi::forward::progress::{self, MOST_COUNTED};
use crate::domain::xapi::forward::{DeadLetter, ForwardProgress, ForwardTarget, ForwardTargetId, Login};
use crate::domain::xapi::record::Stored;
use crate::domain::xapi::scalar::uuid_text;
use crate::domain::xapi::version::Version;
use crate::store::{Class, Read};

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    use Class::{Browse, Interactive};
    let needs = Needs::Site(Permission::ManageSite);
    routes.add(Method::GET, "/api/xapi/targets", Browse, needs, list);
    routes.add(Method::POST, "/api/xapi/targets", Interactive, needs, create);
    routes.add(Method::GET, "/api/xapi/targets/{target}", Browse, needs, show);
    routes.add(Method::PUT, "/api/xapi/targets/{target}", Interactive, needs, change);
    routes.add(Method::DELETE, "/api/xapi/targets/{target}", Interactive, needs, delete);
    routes.add(Method::POST, "/api/xapi/targets/{target}/pause", Interactive, needs, pause);
    routes.add(Method::POST, "/api/xapi/targets/{target}/resume", Interactive, needs, resume);
    routes.add(Method::GET, "/api/xapi/targets/{target}/letters", Browse, needs, letters);
    routes.add(Method::POST, "/api/xapi/targets/{target}/letters/redeliver", Interactive, needs, redeliver);
    routes.add(Method::POST, "/api/xapi/targets/{target}/letters/discard", Interactive, needs, discard);
}

/// The documents of this file.
#[cfg(test)]
#[derive(utoipa::OpenApi)]
#[openapi(paths(list, create, show, change, delete, pause, resume, letters, redeliver, discard))]
pub struct Api;

/// A version of xAPI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub enum ForwardVersion {
    /// 1.0.3.
    #[serde(rename = "1.0.3")]
    One,
    /// 2.0.0, IEEE 9274.1.1.
    #[serde(rename = "2.0.0")]
    Two,
}

impl From<ForwardVersion> for Version {
    fn from(version: ForwardVersion) -> Self {
        match version {
            ForwardVersion::One => Self::One,
            ForwardVersion::Two => Self::Two,
        }
    }
}

impl From<Version> for ForwardVersion {
    fn from(version: Version) -> Self {
        match version {
            Version::One => Self::One,
            Version::Two => Self::Two,
        }
    }
}

const fn yes() -> bool {
    true
}

/// Another learning record store, to which statements are to be forwarded.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ForwardTargetInput {
    /// What people call it, 1 to 100 characters.
    pub name: String,
    /// The address of its interface, such as `https://lrs.example/xapi/`.
    pub endpoint: String,
    /// The version to speak with it.
    pub version: ForwardVersion,
    /// The user name of Basic authentication; without one `secret` is a bearer token.
    pub key: Option<String>,
    /// The password or the bearer token, which a new target needs. A change may leave it out: then it stays, as long as `endpoint` and the way to sign
    /// in do.
    pub secret: Option<String>,
    /// Only statements with one of these verbs; up to 50.
    #[serde(default)]
    pub verbs: Vec<String>,
    /// Only statements that name this activity, in any place.
    pub activity: Option<String>,
    /// Only statements that name this agent, in any place: JSON as in a query of statements.
    pub agent: Option<String>,
    /// Files go along; without them, attachments that are not elsewhere (`fileUrl`) are left out.
    #[serde(default = "yes")]
    pub attachments: bool,
    /// Statements that were stored after this are forwarded; without it, those that are stored from now on. `1970-01-01T00:00:00Z`
    /// for all. A change does not take it.
    pub since: Option<Timestamp>,
}

impl ForwardTargetInput {
    /// Checks what was said.
    pub fn parse(self) -> Result<NewTarget, Refusal> {
        let Self { name, endpoint, version, key, secret, verbs, activity, agent, attachments, since: _ } =
            self;
        let version = version.into();
        TargetFacts { name, endpoint, version, key, secret, verbs, activity, agent, attachments }.parse()
    }
}

/// How a target signs us in.
#[derive(Debug, Clone, Copy, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ForwardLogin {
    /// Basic authentication.
    Basic,
    /// A bearer token.
    Bearer,
}

/// Why nothing gets through to a target.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct ForwardTroubleView {
    /// Since when.
    pub since: Timestamp,
    /// How often it was tried since.
    pub tries: u32,
    /// When it is tried again.
    pub next_try: Timestamp,
    /// The status of the last answer; `null` when none came.
    pub status: Option<u16>,
    /// What it said, or why none came.
    pub reason: String,
}

/// Another learning record store, and how far it is. Its secret is never told.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct ForwardTargetView {
    /// Its id.
    pub id: ForwardTargetId,
    /// What people call it.
    pub name: String,
    /// The address of its interface.
    pub endpoint: String,
    /// The version that is spoken with it.
    pub version: ForwardVersion,
    /// How it signs us in.
    pub login: ForwardLogin,
    /// The user name of Basic authentication.
    pub key: Option<String>,
    /// Verbs of its statements; none for any.
    pub verbs: Vec<String>,
    /// An activity that they name.
    pub activity: Option<String>,
    /// An agent that they name, as JSON.
    pub agent: Option<String>,
    /// Files go along.
    pub attachments: bool,
    /// Nothing is sent for now.
    pub paused: bool,
    /// When it was made.
    pub created: Timestamp,
    /// For `If-Match`.
    pub revision: u32,
    /// Statements that wait to be looked at, selected or not, counted up to 1,000.
    pub behind_statements: u32,
    /// The age of the first of them, in milliseconds.
    pub behind_ms: u64,
    /// Statements that it has taken.
    pub delivered: u64,
    /// When it took the last ones.
    pub delivered_at: Option<Timestamp>,
    /// Statements that it did not want.
    pub dead_letters: u64,
    /// Of these, how many wait to be sent again.
    pub to_redeliver: u64,
    /// Why nothing gets through; `null` when all is well.
    pub trouble: Option<ForwardTroubleView>,
}

revised!(ForwardTargetView);

impl ForwardTargetView {
    /// A target as it is.
    pub fn of(read: &impl Read, target: ForwardTarget, now: Timestamp) -> Result<Self, Refusal> {
        let found = read.get::<ForwardProgress>(&target.id)?;
        let lag = found.as_ref().map(|progress| progress::lag(read, progress, now)).transpose()?;
        let lag = lag.unwrap_or_default();
        let (dead_letters, to_redeliver) = edit::letter_counts(read, target.id)?;
        let (login, key) = match target.login {
            Login::Basic { key, .. } => (ForwardLogin::Basic, Some(key)),
            Login::Bearer(_) => (ForwardLogin::Bearer, None),
        };
        let trouble = found.as_ref().and_then(|found| found.trouble.as_ref());
        Ok(Self {
            id: target.id,
            name: target.name,
            endpoint: target.endpoint,
            version: target.version.into(),
            login,
            key,
            verbs: target.selection.verbs,
            activity: target.selection.activity,
            agent: target.selection.agent.map(|agent| agent.text),
            attachments: target.attachments,
            paused: target.paused,
            created: target.created,
            revision: target.revision,
            behind_statements: u32::try_from(lag.statements.min(MOST_COUNTED)).unwrap_or(u32::MAX),
            behind_ms: u64::try_from(lag.age.as_millis()).unwrap_or(u64::MAX),
            delivered: found.as_ref().map_or(0, |found| found.delivered),
            delivered_at: found.as_ref().and_then(|found| found.delivered_at),
            dead_letters,
            to_redeliver,
            trouble: trouble.map(|trouble| ForwardTroubleView {
                since: trouble.since,
                tries: trouble.tries,
                next_try: trouble.next,
                status: trouble.status,
                reason: trouble.reason.clone(),
            }),
        })
    }
}

/// The stores to which statements are forwarded, the oldest first.
#[cfg_attr(test, utoipa::path(get, path = "/api/xapi/targets", tag = "learning records", responses(
    (status = 200, description = "Targets", body = Page<ForwardTargetView>), Reading)))]
async fn list(request: HttpRequest, who: SignedIn) -> Result<HttpResponse, Refusal> {
    let state = state_of(&request)?;
    let now = state.now();
    let items = state.store.read(|read| {
        let targets = edit::list(read, &who)?;
        targets
            .into_iter()
            .map(|target| ForwardTargetView::of(read, target, now))
            .collect::<Result<Vec<_>, Refusal>>()
    })?;
    json(&Page { items, next: None })
}

/// Forwards statements to another store from now on, or from a moment on.
#[cfg_attr(test, utoipa::path(post, path = "/api/xapi/targets", tag = "learning records", params(OnceHeader),
    request_body = ForwardTargetInput,
    responses((status = 201, description = "Made", body = ForwardTargetView), Making)))]
async fn create(
    request: HttpRequest,
    who: SignedIn,
    input: Once<ForwardTargetInput>,
) -> Result<HttpResponse, Refusal> {
    let state = state_of(&request)?;
    let (actor, now, since) = (who.actor.clone(), state.now(), input.body.since);
    let new = input.body.parse()?;
    let response = once::create(
        state,
        Class::Interactive,
        &who,
        input.key,
        once::on_site(Permission::ManageSite),
        move |txn| {
            let target = edit::create(txn, &actor, new, since)?;
            let address = format!("/api/xapi/targets/{}", target.id);
            Ok((address, ForwardTargetView::of(txn, target, now)?))
        },
    )
    .await?;
    state.forwarding.wake();
    Ok(response)
}

/// A store to which statements are forwarded, and how far it is.
#[cfg_attr(test, utoipa::path(get, path = "/api/xapi/targets/{target}", tag = "learning records",
    params(("target" = ForwardTargetId, Path)),
    responses((status = 200, description = "The target, with an ETag", body = ForwardTargetView), Reading)))]
async fn show(
    request: HttpRequest,
    who: SignedIn,
    target: web::Path<ForwardTargetId>,
) -> Result<HttpResponse, Refusal> {
    let state = state_of(&request)?;
    let view =
        state.store.read(|read| ForwardTargetView::of(read, edit::get(read, &who, *target)?, state.now()))?;
    revision::json(view.revision, &view)
}

/// Changes a target; it goes on from where it is, at once. To send again what it has, make another one.
#[cfg_attr(test, utoipa::path(put, path = "/api/xapi/targets/{target}", tag = "learning records",
    params(("target" = ForwardTargetId, Path), ("If-Match" = String, Header)),
    request_body = ForwardTargetInput,
    responses((status = 200, description = "Changed", body = ForwardTargetView), Changing)))]
async fn change(
    edit: Edit<ForwardTargetId>,
    body: Body<ForwardTargetInput>,
) -> Result<HttpResponse, Refusal> {
    let (id, state) = (edit.at, edit.state().clone());
    if body.0.since.is_some() {
        return Err(invalid("/since", "cannot be changed; make another target"));
    }
    let (new, now) = (body.0.parse()?, state.now());
    let response = edit
        .change(move |txn, actor, unchanged| {
            let target = edit::change(txn, actor, id, new, unchanged)?;
            ForwardTargetView::of(txn, target, now)
        })
        .await?;
    state.forwarding.wake();
    Ok(response)
}

/// Ends the forwarding to a store, with what it did not want. Statements stay, here and there.
#[cfg_attr(test, utoipa::path(delete, path = "/api/xapi/targets/{target}", tag = "learning records",
    params(("target" = ForwardTargetId, Path), ("If-Match" = String, Header)),
    responses((status = 204, description = "Deleted"), Changing)))]
async fn delete(edit: Edit<ForwardTargetId>) -> Result<HttpResponse, Refusal> {
    let id = edit.at;
    edit.remove(move |txn, actor, unchanged| edit::delete(txn, actor, id, unchanged)).await
}

async fn set_paused(
    request: &HttpRequest,
    who: SignedIn,
    id: ForwardTargetId,
    paused: bool,
) -> Result<HttpResponse, Refusal> {
    let state = state_of(request)?;
    let (actor, now) = (who.actor, state.now());
    let view = state
        .store
        .write(Class::Interactive, move |txn| {
            let target = edit::pause(txn, &actor, id, paused)?;
            ForwardTargetView::of(txn, target, now)
        })
        .await?;
    state.forwarding.wake();
    revision::json(view.revision, &view)
}

/// Stops sending to a store; what is stored meanwhile waits.
#[cfg_attr(test, utoipa::path(post, path = "/api/xapi/targets/{target}/pause", tag = "learning records",
    params(("target" = ForwardTargetId, Path)),
    responses((status = 200, description = "Nothing more is sent", body = ForwardTargetView), Making)))]
async fn pause(
    request: HttpRequest,
    who: SignedIn,
    target: web::Path<ForwardTargetId>,
) -> Result<HttpResponse, Refusal> {
    set_paused(&request, who, *target, true).await
}

/// Goes on sending to a store, at once: from where it was stopped, or where it waits for the next try.
#[cfg_attr(test, utoipa::path(post, path = "/api/xapi/targets/{target}/resume", tag = "learning records",
    params(("target" = ForwardTargetId, Path)),
    responses((status = 200, description = "It goes on", body = ForwardTargetView), Making)))]
async fn resume(
    request: HttpRequest,
    who: SignedIn,
    target: web::Path<ForwardTargetId>,
) -> Result<HttpResponse, Refusal> {
    set_paused(&request, who, *target, false).await
}

/// A statement that a store did not want.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct DeadLetterView {
    /// Its id: the place of the statement in stored order.
    pub id: u64,
    /// The id of the statement.
    pub statement: String,
    /// When it was refused last.
    pub refused: Timestamp,
    /// How often it was sent.
    pub tries: u32,
    /// With which status it was refused; 409 when the store has another statement under this id, `null` when it never answered.
    pub status: Option<u16>,
    /// What the store said, or why there was no answer.
    pub answer: String,
    /// It is to be sent again.
    pub redeliver: bool,
}

impl DeadLetterView {
    /// A letter as it is.
    pub fn of(letter: DeadLetter) -> Self {
        Self {
            id: letter.stored.0,
            statement: uuid_text(&letter.statement),
            refused: letter.refused,
            tries: letter.tries,
            status: letter.status,
            answer: letter.answer,
            redeliver: letter.again,
        }
    }
}

/// Statements that a store did not want, in stored order.
#[cfg_attr(test, utoipa::path(get, path = "/api/xapi/targets/{target}/letters", tag = "learning records",
    params(("target" = ForwardTargetId, Path), PageQuery),
    responses((status = 200, description = "A page", body = Page<DeadLetterView>), Reading)))]
async fn letters(
    request: HttpRequest,
    who: SignedIn,
    target: web::Path<ForwardTargetId>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Refusal> {
    let (limit, after) = (query.limit()?, query.after::<Stored>()?);
    let rows = state_of(&request)?.store.read(|read| edit::letters(read, &who, *target, after, limit + 1))?;
    page::respond(&request, &Page::of(rows, limit, |row| row.stored, DeadLetterView::of))
}

/// Which letters: some, or all.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LettersInput {
    /// Their ids, up to 1,000. Those that are gone are passed over.
    pub letters: Option<Vec<u64>>,
    /// `true` for all of the target.
    #[serde(default)]
    pub all: bool,
}

impl LettersInput {
    fn parse(self) -> Result<Letters, Refusal> {
        match (self.letters, self.all) {
            (None, true) => Ok(Letters::All),
            (None, false) => Err(invalid("", "names no letters; give their ids in letters, or all as true")),
            (Some(_), true) => Err(invalid("/all", "is true beside letters; give one of the two")),
            (Some(ids), false) if ids.len() > MAX_LETTERS => {
                Err(invalid("/letters", format!("has more than {MAX_LETTERS} items")))
            }
            (Some(ids), false) => Ok(Letters::These(ids.into_iter().map(Stored).collect())),
        }
    }
}

/// What was done with letters.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct LettersResult {
    /// With how many.
    pub letters: usize,
}

async fn do_with(
    request: &HttpRequest,
    who: SignedIn,
    id: ForwardTargetId,
    body: Body<LettersInput>,
    work: LetterWork,
) -> Result<HttpResponse, Refusal> {
    let state = state_of(request)?;
    let (actor, which) = (who.actor, body.0.parse()?);
    let letters = state.store.write(Class::Interactive, move |txn| work(txn, &actor, id, &which)).await?;
    state.forwarding.wake();
    json(&LettersResult { letters })
}

/// Sends statements again that a store did not want, before any others.
#[cfg_attr(test, utoipa::path(post, path = "/api/xapi/targets/{target}/letters/redeliver", tag = "learning records",
    params(("target" = ForwardTargetId, Path)), request_body = LettersInput,
    responses((status = 200, description = "They are sent next", body = LettersResult), Making)))]
async fn redeliver(
    request: HttpRequest,
    who: SignedIn,
    target: web::Path<ForwardTargetId>,
    body: Body<LettersInput>,
) -> Result<HttpResponse, Refusal> {
    do_with(&request, who, *target, body, edit::send_again).await
}

/// Throws letters away: the store does not get these statements. They stay here.
#[cfg_attr(test, utoipa::path(post, path = "/api/xapi/targets/{target}/letters/discard", tag = "learning records",
    params(("target" = ForwardTargetId, Path)), request_body = LettersInput,
    responses((status = 200, description = "They are gone", body = LettersResult), Making)))]
async fn discard(
    request: HttpRequest,
    who: SignedIn,
    target: web::Path<ForwardTargetId>,
    body: Body<LettersInput>,
) -> Result<HttpResponse, Refusal> {
    do_with(&request, who, *target, body, edit::discard).await
}
