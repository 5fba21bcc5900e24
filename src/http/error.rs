//! Refusals as RFC 9457 problem documents. The only place that knows status codes.

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};
use serde::{Deserialize, Serialize};

use super::admit::{RATE_LIMIT, RATE_LIMIT_POLICY};
use crate::domain::refusal::{FieldError, Kind, More, Refusal, Waiting};

/// What a client gets with every status of 400 and above (RFC 9457).
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct Problem {
    /// A URI for the code: `/problems/CODE`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status in words.
    pub title: String,
    /// The status code.
    pub status: u16,
    /// The stable reason to match on.
    pub code: String,
    /// What was wrong this time and what would be right.
    pub detail: String,
    /// For a 500: the id under which the log has the reason.
    pub instance: Option<String>,
    /// The parts of the input that are wrong.
    pub errors: Vec<FieldError>,
    /// With `start_later` and `sign_in_later`: where you stand in the row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiting: Option<Waiting>,
    /// Where the request has an `Accept-Language` that is spoken here: what to say to people, in that language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
}

/// Set on an answer that refuses for now and keeps a turn: that is no failure of the server.
#[derive(Debug, Clone, Copy)]
pub struct TurnKept;

/// The status of a kind of refusal.
pub const fn status_of(kind: Kind) -> StatusCode {
    match kind {
        Kind::Malformed => StatusCode::BAD_REQUEST,
        Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::UnsupportedMedia => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Kind::TooSlow => StatusCode::REQUEST_TIMEOUT,
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::Changed => StatusCode::PRECONDITION_FAILED,
        Kind::PreconditionRequired => StatusCode::PRECONDITION_REQUIRED,
        Kind::Gone => StatusCode::GONE,
        Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::OutOfRange => StatusCode::RANGE_NOT_SATISFIABLE,
        Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// A problem document as a response.
pub fn respond(status: StatusCode, code: &str, detail: &str, refusal: Option<&Refusal>) -> HttpResponse {
    let mut detail = detail.to_owned();
    let mut instance = None;
    if status == StatusCode::INTERNAL_SERVER_ERROR {
        let mut id = [0; 8];
        // An id of zeros still finds the line by its time.
        let _ = getrandom::fill(&mut id);
        let id = format!("{:016x}", u64::from_be_bytes(id));
        tracing::error!(id, reason = detail, "a request failed");
        "the server failed; its log has the reason under the id in instance".clone_into(&mut detail);
        instance = Some(format!("/errors/{id}"));
    }
    let more = refusal.and_then(|refusal| refusal.more.as_deref());
    let problem = Problem {
        kind: format!("/problems/{code}"),
        title: status.canonical_reason().unwrap_or("Error").to_owned(),
        status: status.as_u16(),
        code: code.to_owned(),
        detail,
        instance,
        errors: refusal.map(|refusal| refusal.fields.clone()).unwrap_or_default(),
        waiting: match more {
            Some(More::Waiting(waiting)) => Some(*waiting),
            _ => None,
        },
        words: None,
    };
    let mut response = HttpResponseBuilder::new(status);
    if problem.waiting.is_some() {
        response.extensions_mut().insert(TurnKept);
    }
    if let Some(seconds) = refusal.and_then(|refusal| refusal.retry_after_seconds) {
        response.insert_header((RETRY_AFTER, seconds));
    }
    if let Some(More::Rate { policy, name }) = more {
        let seconds = refusal.and_then(|refusal| refusal.retry_after_seconds).unwrap_or(1);
        response.insert_header((RATE_LIMIT_POLICY, policy.as_str()));
        response.insert_header((RATE_LIMIT, format!("\"{name}\";r=0;t={seconds}")));
    }
    if status == StatusCode::UNAUTHORIZED {
        response.insert_header((WWW_AUTHENTICATE, "Bearer"));
    }
    if status == StatusCode::REQUEST_TIMEOUT {
        // The rest of the request may come at any time, or never.
        response.force_close();
    }
    response
        .insert_header((CONTENT_TYPE, HeaderValue::from_static("application/problem+json")))
        .body(serde_json::to_vec(&problem).unwrap_or_default())
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        status_of(self.code.kind)
    }

    fn error_response(&self) -> HttpResponse {
        respond(self.status_code(), self.code.name, &self.detail, Some(self))
    }
}
