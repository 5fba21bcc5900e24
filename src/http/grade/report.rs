//! What one learner has: for themselves, and for teachers.

use std::fmt::Write as _;
use std::sync::Arc;

use actix_web::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::Refused;
use crate::clock::Timestamp;
use crate::domain::enrolment::LEARNER_TOPIC;
use crate::domain::grade::gradebook::GRADEBOOK_TOPIC;
use crate::domain::grade::report::{self, Report};
use crate::domain::ids::{CourseId, UserId};
use crate::domain::refusal::{INTERNAL, Refusal};
use crate::http::actor::SignedIn;
use crate::http::state::State;
use crate::store::{Body, BodyKey, Topic};

/// The kind of prepared body that one's own report is.
const OWN_REPORT: u8 = 60;

/// A view as bytes with their tag: 128 bits of their SHA-256.
pub(super) fn prepare(view: &impl Serialize, until: Timestamp) -> Result<Body, Refusal> {
    let bytes = serde_json::to_vec(view).map_err(|error| INTERNAL.refuse(error.to_string()))?;
    let mut etag = String::with_capacity(34);
    etag.push('"');
    for byte in Sha256::digest(&bytes).iter().take(16) {
        // Writing to a string does not fail.
        let _ = write!(etag, "{byte:02x}");
    }
    etag.push('"');
    Ok(Body { bytes: bytes.into(), etag: Arc::from(etag), until_ms: until.ms() })
}

/// The body, or 304 to who has it already.
pub(super) fn respond(request: &HttpRequest, body: Body) -> HttpResponse {
    let known = request.headers().get_all(IF_NONE_MATCH).any(|header| {
        let tags = header.to_str().unwrap_or_default().split(',');
        tags.map(str::trim).any(|tag| tag.trim_start_matches("W/") == &*body.etag)
    });
    let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((ETAG, body.etag.as_ref())).insert_header((CACHE_CONTROL, "private, no-cache"));
    if known { response.finish() } else { response.content_type("application/json").body(body.bytes) }
}

/// One's own grades in a course. Hidden items are not in it, and totals that they are part of are withheld.
#[utoipa::path(get, path = "/api/courses/{course}/grades/me", tag = "grades",
    params(("course" = u64, Path, description = "The course")),
    responses((status = 200, description = "The report", body = Report),
        (status = 304, description = "As in If-None-Match"), Refused))]
pub(super) async fn own(
    request: HttpRequest,
    state: web::Data<State>,
    actor: SignedIn,
    course: web::Path<CourseId>,
) -> Result<HttpResponse, Refusal> {
    let (course, user) = (course.into_inner(), actor.user);
    let key = BodyKey { kind: OWN_REPORT, of: course.0, viewer: user.0 };
    let topics = [Topic::new(GRADEBOOK_TOPIC, course.0), Topic::pair(LEARNER_TOPIC, course.0, user.0)];
    let body = state.store.read(|read| {
        // The right is asked every time; only what is shown is kept.
        report::require_own(read, &actor, course)?;
        read.body(key, topics, actor.now.ms(), |read| {
            let (view, until) = report::own(read, &actor, course)?;
            prepare(&view, until)
        })
    })?;
    Ok(respond(&request, body))
}

/// A learner's grades, for teachers.
#[utoipa::path(get, path = "/api/courses/{course}/grades/learners/{user}", tag = "grades",
    params(("course" = u64, Path, description = "The course"), ("user" = u64, Path, description = "The learner")),
    responses((status = 200, description = "The report", body = Report),
        (status = 304, description = "As in If-None-Match"), Refused))]
pub(super) async fn of_learner(
    request: HttpRequest,
    state: web::Data<State>,
    actor: SignedIn,
    path: web::Path<(CourseId, UserId)>,
) -> Result<HttpResponse, Refusal> {
    let (course, user) = path.into_inner();
    let view = state.store.read(|read| report::of_learner(read, &actor, course, user))?;
    Ok(respond(&request, prepare(&view, Timestamp::MAX)?))
}
