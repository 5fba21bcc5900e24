//! What the audit trail says of data of others that goes out as a file: who took what, whether a job wrote it or it was sent at once.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::{FromRequest, HttpRequest};

use super::actor::SignedIn;
use crate::domain::access::Actor;
use crate::domain::audit;
use crate::domain::ids::CourseId;
use crate::domain::refusal::{READ_ONLY, Refusal};
use crate::state::State;
use crate::store::Class;

/// An entry about a file that is about to be sent.
#[derive(Debug, Clone)]
pub struct Noted {
    what: &'static str,
    about: String,
    course: Option<CourseId>,
}

impl Noted {
    /// Writes it down for who may have the file. Where the store takes no writes the file goes out all the same, and the log has it.
    pub(super) async fn write(self, state: &State, who: &SignedIn) -> Result<(), Refusal> {
        let actor = Actor { now: state.now(), ..who.actor.clone() };
        let Self { what, about, course } = self;
        let (user, subject) = (actor.user, about.clone());
        let note = state
            .store
            .write(Class::Bulk, move |txn| audit::note(txn, &actor, "export.read", course, subject, what));
        match note.await {
            Err(refusal) if refusal.code == READ_ONLY => {
                tracing::warn!(%user, what, about, "a file is sent of which the audit trail cannot be told");
                Ok(())
            }
            noted => noted,
        }
    }
}

/// Whether the file itself is asked for, or the head of the answer alone, with which nothing goes out.
#[derive(Debug, Clone, Copy)]
pub struct Trail {
    /// The head alone.
    pub head_alone: bool,
}

impl Trail {
    /// The entry: `what` in the words of jobs, `about` in those of subjects, in which course when in one.
    pub fn of(self, what: &'static str, about: impl Into<String>, course: Option<CourseId>) -> Option<Noted> {
        (!self.head_alone).then(|| Noted { what, about: about.into(), course })
    }
}

impl FromRequest for Trail {
    type Error = Refusal;
    type Future = Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self { head_alone: request.method() == Method::HEAD }))
    }
}
