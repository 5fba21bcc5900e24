//! Signing in and out, and a person's sessions: `/api/session`, `/api/me/sessions`, `/api/accounts/{account}/sessions`.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::Method;
use actix_web::http::header::{SET_COOKIE, USER_AGENT};
use actix_web::{HttpRequest, HttpResponse, ResponseError as _, web};
use serde::{Deserialize, Serialize};

use super::account::AccountView;
use super::actor::{SignedIn, cookie, cookie_name, counted_address};
use super::admit::tell_wait;
use super::body::{Body, json};
use super::page::Page;
#[cfg(test)]
use super::problems::{Making, Proving, Reading};
use super::routes::{Needs, Routes};
use crate::clock::Timestamp;
use crate::config::Config;
use crate::domain::access::Permission;
use crate::domain::account::{self, Account};
use crate::domain::ids::{SessionId, UserId};
use crate::domain::refusal::{Refusal, not_found};
use crate::domain::session::{self, Lifetimes, Session};
use crate::domain::sign_in::{self, NEEDS_SESSION, SIGN_IN_FAILED};
use crate::hashing::{Asker, household};
use crate::secret;
use crate::state::State;
use crate::store::Class;

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    use Class::{Interactive, SignIn};
    let people = Needs::Site(Permission::ManagePeople);
    routes.add(Method::POST, "/api/session", SignIn, Needs::Nothing, sign_in);
    routes.add(Method::GET, "/api/session", Interactive, Needs::SignIn, current);
    routes.add(Method::DELETE, "/api/session", SignIn, Needs::SignIn, sign_out);
    routes.add(Method::GET, "/api/me/sessions", Interactive, Needs::SignIn, list_own);
    routes.add(Method::DELETE, "/api/me/sessions", SignIn, Needs::SignIn, end_own);
    routes.add(Method::DELETE, "/api/me/sessions/{session}", SignIn, Needs::SignIn, end_one_own);
    routes.add(Method::GET, "/api/accounts/{account}/sessions", Interactive, people, list);
    routes.add(Method::DELETE, "/api/accounts/{account}/sessions", SignIn, people, end_all);
    routes.add(Method::DELETE, "/api/accounts/{account}/sessions/{session}", SignIn, people, end_one);
}

/// The documents of this file.
#[cfg(test)]
#[derive(utoipa::OpenApi)]
#[openapi(paths(sign_in, current, sign_out, list_own, end_own, end_one_own, list, end_all, end_one))]
pub struct Api;

/// How long sessions last here.
pub fn lifetimes(config: &Config) -> Lifetimes {
    Lifetimes {
        idle: Duration::from_secs(config.sign_in.idle_minutes * 60),
        absolute: Duration::from_secs(config.sign_in.absolute_hours * 3600),
    }
}

/// What failures are counted for: an address, or the /64 of one.
pub fn throttle_address(from: Option<IpAddr>) -> String {
    from.map(|address| household(address).to_string()).unwrap_or_default()
}

/// How the session's token travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Carrier {
    /// In a cookie that scripts cannot read; changes repeat `csrf_token` in `X-CSRF-Token`. For browsers.
    #[default]
    Cookie,
    /// In the answer, for `Authorization: Bearer`. For programs.
    Bearer,
}

/// A sign-in.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignInInput {
    /// The username, or the e-mail address.
    pub username: String,
    /// The password.
    pub password: String,
    /// `cookie` when absent.
    pub carrier: Option<Carrier>,
}

/// Signed in.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct SignedInView {
    /// Who.
    pub account: AccountView,
    /// With `cookie`: what changes repeat in `X-CSRF-Token`.
    pub csrf_token: Option<String>,
    /// With `bearer`: the session's token. Not told again.
    pub token: Option<String>,
    /// The session.
    pub session: SessionView,
}

/// A session as its person sees it.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct SessionView {
    /// Its id.
    pub id: SessionId,
    /// Is it the one of this request?
    pub current: bool,
    /// When it began.
    pub created: Timestamp,
    /// When it was last used, to within five minutes.
    pub seen: Timestamp,
    /// When it ends unless it is used again.
    pub idle_until: Timestamp,
    /// When it ends in any case.
    pub absolute_until: Timestamp,
    /// The client's address at sign-in.
    pub address: String,
    /// The client's User-Agent at sign-in, shortened.
    pub agent: String,
}

impl SessionView {
    fn of(session: Session, current: Option<SessionId>) -> Self {
        Self {
            id: session.id,
            current: current == Some(session.id),
            created: session.created,
            seen: session.seen,
            idle_until: session.idle_until,
            absolute_until: session.absolute_until,
            address: session.address,
            agent: session.agent,
        }
    }
}

/// A session that has just begun.
pub struct Begun {
    /// The session.
    pub session: Session,
    /// Whose.
    pub account: Arc<Account>,
    /// What the browser or program shows from now on.
    pub token: String,
}

/// Signs in with a password: throttled, in the fair row of hashing, and only then a transaction. `waited` is set once the
/// row was waited out.
pub async fn begin(
    request: &HttpRequest,
    state: &State,
    username: &str,
    password: String,
    waited: &mut Option<Duration>,
) -> Result<Begun, Refusal> {
    let login = sign_in::parse_login("/username", username)?;
    sign_in::parse_typed("/password", &password)?;
    let from = counted_address(request);
    let counted = state.store.read(|read| sign_in::counted_for(read, &login))?;
    let attempt = state.throttle.admit(&counted, &throttle_address(from), state.now())?;
    let candidate = state.store.read(|read| sign_in::candidate(read, &login))?;
    let stored = candidate.as_ref().map(|candidate| candidate.hash.clone());
    let verdict = state.hashing.verify(Asker { from, name: &login }, password, stored).await?;
    *waited = Some(verdict.waited);
    let (true, Some(candidate)) = (verdict.right, candidate) else {
        attempt.failed(state.now());
        return Err(SIGN_IN_FAILED.refuse("username or password is wrong"));
    };
    attempt.succeeded(state.now());
    let token = secret::token()?;
    let agent = request.headers().get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let sign_in = session::SignIn {
        user: candidate.user,
        compared: candidate.hash,
        strengthened: verdict.strengthened,
        token: token.clone(),
        address: from.map(|address| address.to_string()).unwrap_or_default(),
        agent: agent.to_owned(),
    };
    let (last, now) = (lifetimes(&state.config), state.now());
    let (session, account) = state
        .store
        .write(Class::SignIn, move |txn| -> Result<_, Refusal> {
            let session = session::begin(txn, sign_in, last, now)?;
            Ok((session, account::get(txn, candidate.user)?))
        })
        .await?;
    Ok(Begun { session, account, token })
}

/// Signs in. Waits in the order of coming while passwords of others are hashed, and `Server-Timing: queue;dur=MS` says how
/// long that was. When it would be more than five seconds, the answer is 503 `sign_in_later` with the place in the row and
/// the time; the place is kept. Failures cost growing delays (429).
#[cfg_attr(test, utoipa::path(post, path = "/api/session", tag = "people", request_body = SignInInput, responses(
    (status = 200, description = "Signed in; with `cookie` the session is in Set-Cookie", body = SignedInView),
    Proving)))]
async fn sign_in(request: HttpRequest, state: web::Data<State>, body: Body<SignInInput>) -> HttpResponse {
    let mut waited = None;
    let mut response = match answer(&request, &state, body.0, &mut waited).await {
        Ok(response) => response,
        Err(refusal) => refusal.error_response(),
    };
    if let Some(waited) = waited {
        tell_wait(&mut response, waited);
    }
    response
}

/// What signing in comes to; `waited` is set once the row was waited out.
async fn answer(
    request: &HttpRequest,
    state: &State,
    input: SignInInput,
    waited: &mut Option<Duration>,
) -> Result<HttpResponse, Refusal> {
    let SignInInput { username, password, carrier } = input;
    let Begun { session, account, token } = begin(request, state, &username, password, waited).await?;
    let id = session.id;
    let mut view = SignedInView {
        account: AccountView::of(&account),
        csrf_token: None,
        token: None,
        session: SessionView::of(session, Some(id)),
    };
    match carrier.unwrap_or_default() {
        Carrier::Bearer => {
            view.token = Some(token);
            json(&view)
        }
        Carrier::Cookie => {
            view.csrf_token = Some(session::csrf_token(&token));
            let mut response = json(&view)?;
            set_cookie(&mut response, &state.config, Some(&token))?;
            Ok(response)
        }
    }
}

/// Has the browser keep the session's token, or forget it.
pub fn set_cookie(response: &mut HttpResponse, config: &Config, token: Option<&str>) -> Result<(), Refusal> {
    let https = config.server.is_https();
    let secure = if https { "; Secure" } else { "" };
    let name = cookie_name(https);
    let life = if token.is_some() { lifetimes(config).absolute } else { Duration::ZERO };
    let token = token.unwrap_or_default();
    let text = format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{secure}", life.as_secs());
    let value = text.parse().map_err(|_| {
        crate::domain::refusal::INTERNAL.refuse("the session cookie has a character that headers cannot have")
    })?;
    response.headers_mut().append(SET_COOKIE, value);
    Ok(())
}

/// The session of a request.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct CurrentView {
    /// Whose it is.
    pub user: UserId,
    /// The session.
    pub session: SessionView,
    /// When the request came with a cookie: what changes repeat in `X-CSRF-Token`.
    pub csrf_token: Option<String>,
}

/// The present session, with the CSRF token again for a page that was loaded anew.
#[cfg_attr(test, utoipa::path(get, path = "/api/session", tag = "people", responses(
    (status = 200, description = "The session", body = CurrentView), Reading)))]
async fn current(
    request: HttpRequest,
    who: SignedIn,
    state: web::Data<State>,
) -> Result<HttpResponse, Refusal> {
    let Some(session) = who.session else {
        return Err(not_found("session", "of a personal token"));
    };
    let by_cookie = !request.headers().contains_key(actix_web::http::header::AUTHORIZATION);
    let token = cookie(&request, state.config.server.is_https()).filter(|_| by_cookie);
    let id = session.id;
    json(&CurrentView {
        user: session.user,
        session: SessionView::of((*session).clone(), Some(id)),
        csrf_token: token.map(session::csrf_token),
    })
}

/// Signs out.
#[cfg_attr(test, utoipa::path(delete, path = "/api/session", tag = "people", responses(
    (status = 204, description = "Signed out"), Making)))]
async fn sign_out(who: SignedIn, state: web::Data<State>) -> Result<HttpResponse, Refusal> {
    let Some(session) = who.session else {
        return Err(NEEDS_SESSION.refuse("a personal token is deleted, not signed out"));
    };
    state.store.write(Class::SignIn, move |txn| session::end(txn, session.token)).await?;
    gone(&state)
}

/// Done, and the cookie with it.
fn gone(state: &State) -> Result<HttpResponse, Refusal> {
    let mut response = HttpResponse::NoContent().finish();
    set_cookie(&mut response, &state.config, None)?;
    Ok(response)
}

fn list_of(who: &SignedIn, state: &State, user: UserId) -> Result<HttpResponse, Refusal> {
    let sessions = state.store.read(|read| session::list(read, who, user))?;
    let current = who.session.as_ref().map(|session| session.id);
    let items = sessions.into_iter().map(|session| SessionView::of(session, current)).collect();
    json(&Page { items, next: None })
}

async fn end_of(who: SignedIn, state: &State, user: UserId, id: SessionId) -> Result<HttpResponse, Refusal> {
    let actor = who.actor;
    state.store.write(Class::SignIn, move |txn| session::revoke(txn, &actor, user, id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// One's own sessions, the last used first.
#[cfg_attr(test, utoipa::path(get, path = "/api/me/sessions", tag = "people", responses(
    (status = 200, description = "Sessions", body = Page<SessionView>), Reading)))]
async fn list_own(who: SignedIn, state: web::Data<State>) -> Result<HttpResponse, Refusal> {
    list_of(&who, &state, who.actor.user)
}

/// Signs out everywhere, here too.
#[cfg_attr(test, utoipa::path(delete, path = "/api/me/sessions", tag = "people", responses(
    (status = 204, description = "All sessions have ended"), Making)))]
async fn end_own(who: SignedIn, state: web::Data<State>) -> Result<HttpResponse, Refusal> {
    let actor = who.actor;
    state.store.write(Class::SignIn, move |txn| session::revoke_all(txn, &actor, actor.user, None)).await?;
    gone(&state)
}

/// Ends one of one's own sessions.
#[cfg_attr(test, utoipa::path(delete, path = "/api/me/sessions/{session}", tag = "people",
    params(("session" = SessionId, Path, description = "The session")), responses(
    (status = 204, description = "Ended"), Making)))]
async fn end_one_own(
    who: SignedIn,
    state: web::Data<State>,
    path: web::Path<SessionId>,
) -> Result<HttpResponse, Refusal> {
    let user = who.actor.user;
    end_of(who, &state, user, path.into_inner()).await
}

/// A person's sessions.
#[cfg_attr(test, utoipa::path(get, path = "/api/accounts/{account}/sessions", tag = "people",
    params(("account" = UserId, Path, description = "The account")), responses(
    (status = 200, description = "Sessions", body = Page<SessionView>), Reading)))]
async fn list(
    who: SignedIn,
    state: web::Data<State>,
    path: web::Path<UserId>,
) -> Result<HttpResponse, Refusal> {
    list_of(&who, &state, path.into_inner())
}

/// Signs a person out everywhere.
#[cfg_attr(test, utoipa::path(delete, path = "/api/accounts/{account}/sessions", tag = "people",
    params(("account" = UserId, Path, description = "The account")), responses(
    (status = 204, description = "All sessions have ended"), Making)))]
async fn end_all(
    who: SignedIn,
    state: web::Data<State>,
    path: web::Path<UserId>,
) -> Result<HttpResponse, Refusal> {
    let (user, actor) = (path.into_inner(), who.actor);
    state.store.write(Class::SignIn, move |txn| session::revoke_all(txn, &actor, user, None)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Ends a session of a person.
#[cfg_attr(test, utoipa::path(delete, path = "/api/accounts/{account}/sessions/{session}", tag = "people",
    params(("account" = UserId, Path, description = "The account"), ("session" = SessionId, Path, description = "The session")),
    responses((status = 204, description = "Ended"), Making)))]
async fn end_one(
    who: SignedIn,
    state: web::Data<State>,
    path: web::Path<(UserId, SessionId)>,
) -> Result<HttpResponse, Refusal> {
    let (user, id) = path.into_inner();
    end_of(who, &state, user, id).await
}
