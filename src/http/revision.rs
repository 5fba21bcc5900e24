//! `ETag` and `If-Match` on what people edit: nobody's change is lost unseen.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{ETAG, IF_MATCH};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use serde::Serialize;

use crate::domain::refusal::{CHANGED, INTERNAL, PRECONDITION_REQUIRED, Refusal, invalid};

/// The revision that a client says it read: `If-Match: "7"`, or `*` for whatever is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfMatch {
    /// Exactly this revision.
    Revision(u32),
    /// Any.
    Any,
}

impl IfMatch {
    /// Refuses when the record is at another revision.
    pub fn check(self, revision: u32) -> Result<(), Refusal> {
        match self {
            Self::Revision(read) if read != revision => {
                Err(CHANGED.refuse(format!("you read revision {read}, it is at revision {revision} now")))
            }
            _ => Ok(()),
        }
    }
}

impl FromRequest for IfMatch {
    type Error = Refusal;
    type Future = Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match request.headers().get(IF_MATCH).map(|value| value.to_str().unwrap_or_default().trim()) {
            None => Err(PRECONDITION_REQUIRED.refuse("send If-Match with the ETag that you read, or *")),
            Some("*") => Ok(Self::Any),
            Some(text) => text
                .trim_matches('"')
                .parse()
                .map(Self::Revision)
                .map_err(|_| invalid("If-Match", "is not an ETag of this record, such as \"3\"")),
        })
    }
}

/// A view with the `ETag` of its revision.
pub fn json(revision: u32, view: &impl Serialize) -> Result<HttpResponse, Refusal> {
    let bytes = serde_json::to_vec(view).map_err(|error| INTERNAL.refuse(error.to_string()))?;
    Ok(HttpResponse::Ok()
        .insert_header((ETAG, format!("\"{revision}\"")))
        .content_type("application/json")
        .body(bytes))
}
