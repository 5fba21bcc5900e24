//! `Idempotency-Key` on what people might send twice.

use std::future::{Future, Ready, ready};
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::LOCATION;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use super::actor::SignedIn;
use super::body;
use crate::domain::access::{self, Actor, Permission, Scope};
use crate::domain::ids::CourseId;
use crate::domain::once::{self, OnceKey};
use crate::domain::refusal::{INTERNAL, Refusal, invalid};
use crate::state::State;
use crate::store::{Class, Txn};

/// Longest key; a UUID has 36.
const KEY_LENGTH: usize = 200;
const HEADER: &str = "Idempotency-Key";

/// The header of routes that make things, for the documents.
#[cfg(test)]
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Header)]
pub struct OnceHeader {
    /// 1 to 200 characters that the client made up for this piece of work. For a day, sending the same request with the
    /// same key again answers as the first time and does nothing.
    #[param(rename = "Idempotency-Key")]
    pub key: Option<String>,
}

/// A JSON body, and the key under which it is to be done once, if the client sent one.
#[derive(Debug)]
pub struct Once<T> {
    /// The body.
    pub body: T,
    /// The key.
    pub key: Option<OnceKey>,
}

/// A key whose body is still to come.
#[derive(Debug, Clone)]
pub struct KeyHead {
    key: Vec<u8>,
    place: String,
}

impl KeyHead {
    /// The key of a request, when it has one.
    pub fn of(request: &HttpRequest) -> Result<Option<Self>, Refusal> {
        let Some(value) = request.headers().get(HEADER) else { return Ok(None) };
        let key = value.as_bytes().to_vec();
        if key.is_empty() || key.len() > KEY_LENGTH {
            return Err(invalid(HEADER, format!("is not 1 to {KEY_LENGTH} characters")));
        }
        Ok(Some(Self { key, place: format!("{} {}\n", request.method(), request.uri()) }))
    }

    /// With the body that came.
    pub fn with(self, body: &[u8]) -> OnceKey {
        let mut key = self.begin();
        key.take(body);
        key.end()
    }

    /// With a body that comes in pieces.
    pub fn begin(self) -> KeyInPieces {
        let key = Sha256::digest(&self.key).into();
        KeyInPieces { key, request: Sha256::new().chain_update(self.place) }
    }
}

/// A key whose body comes in pieces.
#[derive(Debug, Clone)]
pub struct KeyInPieces {
    key: [u8; 32],
    request: Sha256,
}

impl KeyInPieces {
    /// The next piece.
    pub fn take(&mut self, piece: &[u8]) {
        self.request.update(piece);
    }

    /// All of the body came.
    pub fn end(self) -> OnceKey {
        OnceKey { key: self.key, request: self.request.finalize().into() }
    }
}

/// The key of a request without a body.
#[derive(Debug, Clone, Copy)]
pub struct BareKey(pub Option<OnceKey>);

impl FromRequest for BareKey {
    type Error = Refusal;
    type Future = Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(KeyHead::of(request).map(|head| Self(head.map(|head| head.with(&[])))))
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Once<T> {
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let key = KeyHead::of(request);
        let bytes = body::json_bytes(request, payload);
        Box::pin(async move {
            let bytes = bytes.await?;
            let key = key?.map(|key| key.with(&bytes));
            Ok(Self { body: body::parse(&bytes)?, key })
        })
    }
}

/// A view as JSON.
pub(super) fn as_bytes(view: &impl Serialize) -> Result<Vec<u8>, Refusal> {
    serde_json::to_vec(view).map_err(|error| INTERNAL.refuse(error.to_string()))
}

/// The right to do something everywhere.
pub fn on_site(permission: Permission) -> impl FnOnce(&Txn<'_>, &Actor) -> Result<(), Refusal> {
    move |txn, actor| access::require(txn, actor, permission, Scope::Site)
}

/// The right to do something in a course.
pub fn in_course(
    permission: Permission,
    course: CourseId,
) -> impl FnOnce(&Txn<'_>, &Actor) -> Result<(), Refusal> {
    move |txn, actor| access::require(txn, actor, permission, Scope::Course(course))
}

/// Makes something once and answers 201 with its address and view, also to a repeat. `may` refuses who has not the right to it,
/// which may be gone since the answer was kept.
pub async fn create<T: Serialize>(
    state: &State,
    class: Class,
    who: &SignedIn,
    key: Option<OnceKey>,
    may: impl FnOnce(&Txn<'_>, &Actor) -> Result<(), Refusal> + Send + 'static,
    work: impl FnOnce(&mut Txn<'_>) -> Result<(String, T), Refusal> + Send + 'static,
) -> Result<HttpResponse, Refusal> {
    let actor = who.actor.clone();
    let (location, body) = state
        .store
        .write(class, move |txn| {
            may(txn, &actor)?;
            once::run(txn, actor.user, actor.now, key, |txn| {
                let (location, view) = work(txn)?;
                Ok((location, as_bytes(&view)?))
            })
        })
        .await?;
    Ok(HttpResponse::Created()
        .insert_header((LOCATION, location))
        .content_type("application/json")
        .body(body))
}
