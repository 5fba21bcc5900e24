//! The extractors of page handlers. Which one a handler takes says who may come and how a form is proved:
//!
//! | | page | form |
//! |---|---|---|
//! | signed in | [`Visitor`] | [`Posted`], which checks the CSRF field |
//! | anybody | [`Guest`] | [`GuestPosted`], which refuses other sites |

use std::future::{Future, Ready, ready};
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::http::header::{AUTHORIZATION, ORIGIN};
use actix_web::{FromRequest, HttpRequest};

use super::form::Fields;
use super::frame::Frame;
use crate::domain::access::Actor;
use crate::domain::refusal::{INTERNAL, Refusal};
use crate::http::actor::{self, CSRF, SignedIn, repeats_csrf};
use crate::http::body::{collect, limit_bytes, refuse_encoded, refuse_unless};
use crate::http::forwarded::Peer;
use crate::state::State;

/// The field of a form that repeats the CSRF token.
pub const CSRF_FIELD: &str = "csrf";

/// Somebody signed in who reads a page.
pub struct Visitor {
    /// Who.
    pub who: SignedIn,
    /// Their page's frame.
    pub frame: Frame,
    /// Everything a handler reaches.
    pub state: State,
}

impl Visitor {
    /// For domain calls.
    pub const fn actor(&self) -> &Actor {
        &self.who.actor
    }
}

impl FromRequest for Visitor {
    type Error = Refusal;
    type Future = Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(visitor(request))
    }
}

fn visitor(request: &HttpRequest) -> Result<Visitor, Refusal> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        // Nothing was proved: a form must come in as `Posted`.
        return Err(INTERNAL.refuse("a form's handler takes Visitor instead of Posted"));
    }
    let state = actor::state(request)?.clone();
    let who = actor::of_page(request)?;
    let frame = Frame::of(request, &state, Some(&who))?;
    Ok(Visitor { who, frame, state })
}

/// A form of somebody signed in, from a page of ours.
pub struct Posted {
    /// Who.
    pub who: SignedIn,
    /// Their page's frame.
    pub frame: Frame,
    /// What was typed.
    pub fields: Fields,
    /// Everything a handler reaches.
    pub state: State,
}

impl Posted {
    /// For domain calls.
    pub const fn actor(&self) -> &Actor {
        &self.who.actor
    }
}

/// Refuses what a page of another site sends. Browsers say of what kind the sender is, but not where TLS is missing; there its
/// origin has to be one of ours. Who says neither is let pass: their cookies do not go along from elsewhere either (`SameSite`).
pub(super) fn refuse_other_sites(request: &HttpRequest) -> Result<(), Refusal> {
    let kind = request.headers().get("Sec-Fetch-Site").and_then(|value| value.to_str().ok());
    let ours = match kind {
        Some("same-origin" | "none") => true,
        Some("cross-site" | "same-site") => false,
        _ => match request.headers().get(ORIGIN) {
            Some(origin) => {
                let public = actor::state(request)?.config.server.public_url.as_deref();
                Peer::of(request).is_own_origin(origin, public)
            }
            None => true,
        },
    };
    if ours {
        return Ok(());
    }
    Err(CSRF.refuse(
        "the form came from another site; where a proxy changes the Host header, server.public_url says which site is ours",
    ))
}

pub(super) type Reading<T> = Pin<Box<dyn Future<Output = Result<T, Refusal>>>>;

/// The fields of a urlencoded body.
fn fields(
    request: &HttpRequest,
    payload: &mut Payload,
) -> impl Future<Output = Result<Fields, Refusal>> + 'static {
    let begun = refuse_encoded(request)
        .and_then(|()| refuse_unless(request, "application/x-www-form-urlencoded"))
        .and_then(|()| actor::state(request).cloned());
    let payload = payload.take();
    async move {
        let state = begun?;
        Fields::parse(&collect(payload, limit_bytes(&state), &state).await?)
    }
}

impl FromRequest for Posted {
    type Error = Refusal;
    type Future = Reading<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        // Who it is comes first: nobody's body is read.
        let who = actor::of_page(request).and_then(|who| refuse_other_sites(request).map(|()| who));
        let fields = fields(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let who = who?;
            let fields = fields.await?;
            prove(&request, &who, &fields)?;
            let state = actor::state(&request)?.clone();
            let frame = Frame::of(&request, &state, Some(&who))?;
            Ok(Self { who, frame, fields, state })
        })
    }
}

/// Refuses a form that does not repeat a token of who is signed in. A program with a bearer token brings no cookie that
/// another site could use.
pub(super) fn prove(request: &HttpRequest, who: &SignedIn, fields: &Fields) -> Result<(), Refusal> {
    if request.headers().contains_key(AUTHORIZATION) {
        return Ok(());
    }
    let state = actor::state(request)?;
    match &who.session {
        Some(session) if repeats_csrf(state, session, fields.get(CSRF_FIELD)) => Ok(()),
        _ => Err(CSRF.refuse("the form is not one of yours; load the page again")),
    }
}

/// Anybody who reads a page.
pub struct Guest {
    /// Whoever they are.
    pub who: Option<SignedIn>,
    /// The page's frame.
    pub frame: Frame,
    /// Everything a handler reaches.
    pub state: State,
}

impl FromRequest for Guest {
    type Error = Refusal;
    type Future = Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(guest(request))
    }
}

fn guest(request: &HttpRequest) -> Result<Guest, Refusal> {
    let state = actor::state(request)?.clone();
    // The address was counted already: the route is open.
    let who = actor::known(request);
    let frame = Frame::of(request, &state, who.as_ref())?;
    Ok(Guest { who, frame, state })
}

/// A form of anybody. Only with a CSRF token of who is signed in does it count as theirs.
pub struct GuestPosted {
    /// Who, when that is proved.
    pub who: Option<SignedIn>,
    /// The page's frame.
    pub frame: Frame,
    /// What was typed.
    pub fields: Fields,
    /// Everything a handler reaches.
    pub state: State,
}

impl FromRequest for GuestPosted {
    type Error = Refusal;
    type Future = Reading<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let ours = refuse_other_sites(request);
        let fields = fields(request, payload);
        let request = request.clone();
        Box::pin(async move {
            ours?;
            let fields = fields.await?;
            let state = actor::state(&request)?.clone();
            let who = actor::known(&request).filter(|who| prove(&request, who, &fields).is_ok());
            let frame = Frame::of(&request, &state, who.as_ref())?;
            Ok(Self { who, frame, fields, state })
        })
    }
}
