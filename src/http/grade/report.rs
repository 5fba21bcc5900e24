//! What one learner has: for themselves, and for teachers.

use actix_web::{HttpRequest, HttpResponse, web};

use crate::clock::Timestamp;
use crate::domain::enrolment::LEARNER_TOPIC;
use crate::domain::grade::gradebook::GRADEBOOK_TOPIC;
#[cfg(test)]
use crate::domain::grade::report::Report;
use crate::domain::grade::report::{self};
use crate::domain::ids::{CourseId, UserId};
use crate::domain::refusal::Refusal;
use crate::http::actor::SignedIn;
use crate::http::prepared;
#[cfg(test)]
use crate::http::problems::Reading;
use crate::state::State;
use crate::store::{BodyKey, Topic};

/// The kind of prepared body that one's own report is.
const OWN_REPORT: u8 = 60;

/// One's own grades in a course. Hidden items are not in it, and totals that they are part of are withheld.
#[cfg_attr(test, utoipa::path(get, path = "/api/courses/{course}/grades/me", tag = "grades",
    params(("course" = u64, Path, description = "The course")),
    responses((status = 200, description = "The report", body = Report),
        (status = 304, description = "As in If-None-Match"), Reading)))]
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
            prepared::body(&view, until)
        })
    })?;
    prepared::respond(&request, body)
}

/// A learner's grades, for teachers.
#[cfg_attr(test, utoipa::path(get, path = "/api/courses/{course}/grades/learners/{user}", tag = "grades",
    params(("course" = u64, Path, description = "The course"), ("user" = u64, Path, description = "The learner")),
    responses((status = 200, description = "The report", body = Report),
        (status = 304, description = "As in If-None-Match"), Reading)))]
pub(super) async fn of_learner(
    request: HttpRequest,
    state: web::Data<State>,
    actor: SignedIn,
    path: web::Path<(CourseId, UserId)>,
) -> Result<HttpResponse, Refusal> {
    let (course, user) = path.into_inner();
    let view = state.store.read(|read| report::of_learner(read, &actor, course, user))?;
    prepared::respond(&request, prepared::body(&view, Timestamp::MAX)?)
}
