//! The outline of a course: the hot read. A hit costs the session, the rights, one look at the cache of bodies and
//! the bytes.

use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};

use super::actor::{SignedIn, state as state_of};
use super::prepared;
#[cfg(test)]
use super::problems::Reading;
use super::routes::{Needs, Routes};
use crate::domain::access::{Actor, Permission};
use crate::domain::course::View;
use crate::domain::ids::CourseId;
#[cfg(test)]
use crate::domain::outline::Outline;
use crate::domain::outline::{self};
use crate::domain::refusal::Refusal;
use crate::state::State;
use crate::store::{Body, Class};

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    let needs = Needs::Course(Permission::ViewCourse);
    routes.add(Method::GET, "/api/courses/{course}/outline", Class::Browse, needs, show);
}

/// The documents of this file.
#[cfg(test)]
#[derive(utoipa::OpenApi)]
#[openapi(paths(show))]
pub struct Api;

/// The course as you see it: for learners what is visible and available, with where they stand; for staff everything,
/// with what is hidden marked.
#[cfg_attr(test, utoipa::path(get, path = "/api/courses/{course}/outline", tag = "courses",
    params(("course" = CourseId, Path)),
    responses((status = 200, description = "The outline, with an ETag", body = Outline),
        (status = 304, description = "As you have it (If-None-Match)"), Reading)))]
async fn show(
    request: HttpRequest,
    who: SignedIn,
    course: web::Path<CourseId>,
) -> Result<HttpResponse, Refusal> {
    let state = state_of(&request)?;
    let (actor, course) = (&who.actor, course.into_inner());
    let view = state.store.read(|read| outline::view(read, actor, course))?;
    prepared::respond(&request, prepared_outline(state, actor, course, view)?)
}

/// The outline as a prepared body: an [`Outline`](crate::domain::outline::Outline) as JSON.
pub fn prepared_outline(state: &State, actor: &Actor, course: CourseId, view: View) -> Result<Body, Refusal> {
    let key = outline::body_key(actor, course, view);
    let topics = outline::topics(actor, course, view);
    let now_ms = actor.now.ms();
    match state.store.prepared(key, topics, now_ms) {
        Some(body) => Ok(body),
        None => state.store.read(|snapshot| {
            snapshot.body(key, topics, now_ms, |read| {
                let (outline, until) = outline::build(read, actor, course, view)?;
                prepared::body(&outline, until)
            })
        }),
    }
}
