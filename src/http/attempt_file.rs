//! Files of a running paper, under the attempt: by its route such a request is known to belong to an exam before anything
//! else of it is looked at, and is not refused with those who look around.

use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};

use super::actor::{SignedIn, client_address};
use super::file::send;
#[cfg(test)]
use super::problems::{Problem, Reading, Sent};
use super::routes::{Needs, Routes};
use crate::domain::attempt::file;
use crate::domain::ids::AttemptId;
use crate::domain::refusal::Refusal;
use crate::state::State;
use crate::store::Class;

/// Routes of this file. The class of starts is not theirs: starts are paced by what one of that class costs.
pub fn routes(routes: &mut Routes) {
    routes.add(Method::GET, "/api/attempts/{attempt}/files/{sha256}", Class::Exam, Needs::SignIn, read);
}

/// The documents of this file.
#[cfg(test)]
#[derive(utoipa::OpenApi)]
#[openapi(paths(read))]
pub struct Api;

/// A file that the paper shows, to whoever works on it: served as urgently as an answer is saved. Once the attempt is handed in,
/// `/api/files/{sha256}` has it.
#[cfg_attr(test, utoipa::path(get, path = "/api/attempts/{attempt}/files/{sha256}", tag = "attempts",
    params(("attempt" = AttemptId, Path),
        ("sha256" = String, Path, description = "The SHA-256 of its bytes in hexadecimal, as a question's `files` has it"),
        ("Range" = Option<String>, Header, description = "A part of it, such as `bytes=1000-1999`"),
        ("If-Range" = Option<String>, Header, description = "The ETag of the state that the part is wanted of")),
    responses(Sent, (status = 409, description = "The attempt is handed in", body = Problem,
        content_type = "application/problem+json"), Reading)))]
async fn read(
    request: HttpRequest,
    state: web::Data<State>,
    actor: SignedIn,
    path: web::Path<(AttemptId, String)>,
) -> Result<HttpResponse, Refusal> {
    let (attempt, sha256) = path.into_inner();
    let address = client_address(&request);
    let file = state.store.read(|read| file::of_paper(read, &actor, attempt, address, &sha256))?;
    send(&request, &state, &file).await
}
