//! What every change under `If-Match` has in common: who changes what, from which state, in one transaction; the answer
//! is the new state with its `ETag`, or 204 for what is gone.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{Error, FromRequest, HttpRequest, HttpResponse, web};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::actor::{SignedIn, state as state_of};
use super::revision::{self, IfMatch};
use crate::domain::access::Actor;
use crate::domain::refusal::Refusal;
use crate::state::State;
use crate::store::{Class, Txn};

/// A view of what people edit.
pub trait Revised: Serialize + Send + 'static {
    /// The number in its `ETag`.
    fn revision(&self) -> u32;
}

/// Views with a field `revision`.
macro_rules! revised {
    ($($view:ty),+ $(,)?) => {
        $(impl $crate::http::edit::Revised for $view {
            fn revision(&self) -> u32 {
                self.revision
            }
        })+
    };
}
pub(super) use revised;

/// Refuses another revision than the one that the client read.
pub type Unchanged<'a> = &'a dyn Fn(u32) -> Result<(), Refusal>;

/// A change that somebody who is signed in makes, under `If-Match`, to what the path names.
#[derive(Clone)]
pub struct Edit<P> {
    /// What the path names.
    pub at: P,
    /// Who.
    pub actor: Actor,
    if_match: IfMatch,
    state: State,
}

impl<P: DeserializeOwned + 'static> FromRequest for Edit<P> {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Self::extract(request, payload))
    }
}

impl<P: DeserializeOwned + 'static> Edit<P> {
    fn extract(request: &HttpRequest, payload: &mut Payload) -> Result<Self, Error> {
        let actor = SignedIn::from_request(request, payload).into_inner()?.actor;
        let at = web::Path::<P>::from_request(request, payload).into_inner()?.into_inner();
        let if_match = IfMatch::from_request(request, payload).into_inner()?;
        Ok(Self { at, actor, if_match, state: state_of(request)?.clone() })
    }

    /// The state of the program.
    pub const fn state(&self) -> &State {
        &self.state
    }

    /// Refuses when the client read another revision.
    pub fn check(&self, revision: u32) -> Result<(), Refusal> {
        self.if_match.check(revision)
    }

    /// The change of exactly this revision, whatever the client sent.
    #[must_use]
    pub fn of(self, revision: u32) -> Self {
        Self { if_match: IfMatch::of(revision), ..self }
    }

    /// Makes the change and answers with its view.
    pub async fn change<V: Revised>(
        self,
        work: impl FnOnce(&mut Txn<'_>, &Actor, Unchanged<'_>) -> Result<V, Refusal> + Send + 'static,
    ) -> Result<HttpResponse, Refusal> {
        let view = self.write(work).await?;
        revision::json(view.revision(), &view)
    }

    /// Removes what the path names.
    pub async fn remove(
        self,
        work: impl FnOnce(&mut Txn<'_>, &Actor, Unchanged<'_>) -> Result<(), Refusal> + Send + 'static,
    ) -> Result<HttpResponse, Refusal> {
        self.write(work).await?;
        Ok(HttpResponse::NoContent().finish())
    }

    /// The change alone, for handlers that answer otherwise.
    pub async fn write<T: Send + 'static>(
        self,
        work: impl FnOnce(&mut Txn<'_>, &Actor, Unchanged<'_>) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let Self { actor, if_match, state, .. } = self;
        state
            .store
            .write(Class::Interactive, move |txn| work(txn, &actor, &|revision| if_match.check(revision)))
            .await
    }
}
