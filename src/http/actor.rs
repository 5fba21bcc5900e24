//! Who asks: from a session cookie or a bearer token, checked against the store.

use std::cell::LazyCell;
use std::future::{Ready, ready};
use std::net::IpAddr;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::http::header::{AUTHORIZATION, COOKIE};
use actix_web::{FromRequest, HttpRequest, web};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq as _;

use super::admit;
use super::forwarded::Peer;
use crate::admission::rate::Counts;
use crate::clock::Timestamp;
use crate::domain::access::Actor;
use crate::domain::refusal::{Code, INTERNAL, Kind, Refusal, UNAUTHENTICATED};
use crate::domain::session::{self, Session, TokenHash, token_hash};
use crate::domain::token::{self, ApiToken};
use crate::state::State;
use crate::store::{Class, Read};

/// The name of the session cookie. Behind TLS it has the `__Host-` prefix, which binds it to this host.
pub const COOKIE_NAME: &str = "lyceum_session";
/// The header in which a browser repeats the token that it got at sign-in.
pub const CSRF_HEADER: &str = "X-CSRF-Token";

/// A write with a cookie but without the token.
pub const CSRF: Code = Code::new(
    "csrf",
    Kind::Forbidden,
    "A change by cookie needs the X-CSRF-Token that signing in returned; other sites cannot know it.",
);

/// Codes of this file.
pub const CODES: &[Code] = &[CSRF];

/// The signed-in person of a request, with the session they used.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// For domain calls.
    pub actor: Actor,
    /// The session; `None` when a personal token was shown.
    pub session: Option<Arc<Session>>,
    /// The personal token, when one was shown.
    pub token: Option<Arc<ApiToken>>,
}

impl SignedIn {
    fn by_session(session: Arc<Session>, now: Timestamp) -> Self {
        Self { actor: session.actor(now), session: Some(session), token: None }
    }

    /// What is stored of the token that they showed: nobody else knows it.
    pub(crate) fn token_hash(&self) -> TokenHash {
        let session = self.session.as_ref().map(|session| session.token);
        // Whoever is signed in showed one or the other.
        session.or_else(|| self.token.as_ref().map(|token| token.token)).unwrap_or_default()
    }

    /// Who it is at `now`, if what they showed is still good: for answers that go on for long.
    pub fn still(&self, read: &impl Read, now: Timestamp) -> Result<Actor, Refusal> {
        if let Some(session) = &self.session {
            session::good(read, &session.token, now)?;
        }
        if let Some(token) = &self.token {
            token::good(read, &token.token, now)?;
        }
        Ok(Actor { now, ..self.actor.clone() })
    }
}

impl std::ops::Deref for SignedIn {
    type Target = Actor;
    fn deref(&self) -> &Actor {
        &self.actor
    }
}

/// The state of a request.
pub fn state(request: &HttpRequest) -> Result<&State, Refusal> {
    request
        .app_data::<web::Data<State>>()
        .map(web::Data::get_ref)
        .ok_or_else(|| INTERNAL.refuse("the server has no state"))
}

impl FromRequest for SignedIn {
    type Error = Refusal;
    type Future = Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(identify(request))
    }
}

/// Who asks for a page. Its forms carry the CSRF token in a field, so the body has to be read before it can be compared:
/// see [`repeats_csrf`].
pub fn of_page(request: &HttpRequest) -> Result<SignedIn, Refusal> {
    counted(request, Csrf::InTheBody)
}

/// Whoever it is, if anybody: for pages that are open to all. Counts nothing.
pub fn known(request: &HttpRequest) -> Option<SignedIn> {
    find(request, state(request).ok()?, Csrf::InTheBody).ok()
}

/// Where a change by cookie repeats the CSRF token.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Csrf {
    InAHeader,
    InTheBody,
}

fn identify(request: &HttpRequest) -> Result<SignedIn, Refusal> {
    counted(request, Csrf::InAHeader)
}

/// Whoever is not known counts by address, whoever is by person, and by token when one was shown.
fn counted(request: &HttpRequest, csrf: Csrf) -> Result<SignedIn, Refusal> {
    let state = state(request)?;
    match find(request, state, csrf) {
        Ok(who) => who
            .token
            .as_ref()
            .map_or(Ok(()), |token| admit::token(state, token.id))
            .and_then(|()| admit::person(state, who.actor.user))
            .map(|()| who),
        Err(refusal) => admit::address(state, counted_address(request), Counts::Whole).and(Err(refusal)),
    }
}

/// Who it is.
fn find(request: &HttpRequest, state: &State, csrf: Csrf) -> Result<SignedIn, Refusal> {
    let now = state.now();
    if let Some(token) = bearer(request)? {
        if token.starts_with(token::PREFIX) {
            let token = state.store.read(|read| token::find(read, token, now))?;
            touch_token(state, &token, now);
            let actor = Actor { user: token.user, scopes: token.scopes, now };
            return Ok(SignedIn { actor, session: None, token: Some(token) });
        }
        let session = state.store.read(|read| session::find(read, token, now)).map_err(of_bearer)?;
        touch(state, &session, now);
        return Ok(SignedIn::by_session(session, now));
    }
    let token = cookie(request, state.config.server.is_https()).ok_or_else(|| {
        UNAUTHENTICATED.refuse("sign in at POST /api/session, or send Authorization: Bearer TOKEN")
    })?;
    let session = state.store.read(|read| session::find(read, token, now))?;
    if csrf == Csrf::InAHeader && !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        let shown =
            request.headers().get(CSRF_HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !repeats_csrf(state, &session, shown) {
            return Err(
                CSRF.refuse(format!("send the header {CSRF_HEADER} with the csrf_token of your sign-in"))
            );
        }
    }
    touch(state, &session, now);
    Ok(SignedIn::by_session(session, now))
}

/// A token that belongs to no session may be that of one which is over, and may as well be a personal one that was copied wrongly.
fn of_bearer(refusal: Refusal) -> Refusal {
    if refusal.code != UNAUTHENTICATED {
        return refusal;
    }
    let prefix = token::PREFIX;
    UNAUTHENTICATED.refuse(format!(
        "the token belongs to no session that lasts: sign in again; a personal token begins with {prefix}"
    ))
}

/// Is this a CSRF token of the session, plain or [masked](mask): the one that was told at sign-in, or that of its person's forms?
pub fn repeats_csrf(state: &State, session: &Session, shown: &str) -> bool {
    // Programs show the one that was told, and exams wait for them.
    let of_forms = LazyCell::new(|| session::form_token(&state.form_key, session.user));
    let is = |token: &str| {
        bool::from(token_hash(token).ct_eq(&session.csrf))
            || bool::from(token.as_bytes().ct_eq(of_forms.as_bytes()))
    };
    is(shown) || unmask(shown).is_some_and(|token| is(&token))
}

/// A token that looks different every time: a page is compressed, and what is the same in many compressed pages can be
/// guessed letter by letter from their lengths.
pub fn mask(token: &str) -> Result<String, Refusal> {
    let mut bytes = vec![0; token.len()];
    getrandom::fill(&mut bytes).map_err(|error| INTERNAL.refuse(error.to_string()))?;
    let hidden: Vec<u8> = token.bytes().zip(&bytes).map(|(letter, pad)| letter ^ pad).collect();
    bytes.extend(hidden);
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

fn unmask(shown: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(shown).ok()?;
    let (pad, hidden) = bytes.split_at_checked(bytes.len() / 2)?;
    String::from_utf8(hidden.iter().zip(pad).map(|(letter, pad)| letter ^ pad).collect()).ok()
}

/// Has the use of a session written down when it is time, without keeping the request waiting for it.
fn touch(state: &State, session: &Session, now: Timestamp) {
    if session.is_to_be_touched(now) {
        let (store, token) = (state.store.clone(), session.token);
        let last = super::session::lifetimes(&state.config);
        actix_web::rt::spawn(async move {
            let written = store.write(Class::Browse, move |txn| session::touch(txn, token, last, now)).await;
            if let Err(refusal) = written {
                tracing::debug!(%refusal, "the use of a session was not written down; the next request tries again");
            }
        });
    }
}

/// [`touch`] for a personal token.
fn touch_token(state: &State, token: &ApiToken, now: Timestamp) {
    if token.is_to_be_touched(now) {
        let (store, token) = (state.store.clone(), token.token);
        actix_web::rt::spawn(async move {
            let written = store.write(Class::Browse, move |txn| token::touch(txn, token, now)).await;
            if let Err(refusal) = written {
                tracing::debug!(%refusal, "the use of a token was not written down; the next request tries again");
            }
        });
    }
}

/// The token in the Authorization header.
pub(super) fn bearer(request: &HttpRequest) -> Result<Option<&str>, Refusal> {
    let Some(value) = request.headers().get(AUTHORIZATION) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default();
    match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(Some(token.trim())),
        _ => Err(UNAUTHENTICATED.refuse("Authorization must be Bearer followed by a token")),
    }
}

/// The session token in the Cookie header.
pub fn cookie(request: &HttpRequest, https: bool) -> Option<&str> {
    cookie_named(request, cookie_name(https))
}

/// A cookie, without building a map of all of them. Those of others may have any bytes: they come along from other ports and from
/// domains above.
pub fn cookie_named<'r>(request: &'r HttpRequest, name: &str) -> Option<&'r str> {
    request.headers().get_all(COOKIE).find_map(|header| {
        header.as_bytes().split(|byte| *byte == b';').find_map(|pair| {
            let (key, value) = str::from_utf8(pair).ok()?.trim().split_once('=')?;
            (key == name).then_some(value)
        })
    })
}

/// The cookie's full name.
pub const fn cookie_name(https: bool) -> &'static str {
    if https { "__Host-lyceum_session" } else { COOKIE_NAME }
}

/// The client's address, for what depends on where somebody is: that of the connection, or what a trusted proxy says. `None` when
/// such a proxy says something that is no address.
pub fn client_address(request: &HttpRequest) -> Option<IpAddr> {
    Peer::of(request).client()
}

/// The address under which a request is counted: that of the client, or else of the proxy that does not say whose it is.
pub fn counted_address(request: &HttpRequest) -> Option<IpAddr> {
    let peer = Peer::of(request);
    peer.client().or(peer.address())
}
