//! Files that questions show: uploaded into a course, read by who may see the course.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use crate::domain::access::Permission;
use crate::domain::bank::{self, file};
use crate::domain::ids::CourseId;
#[cfg(test)]
use crate::domain::question::FileRef;
use crate::domain::question::format::MAX_EMBEDDED_BYTES;
use crate::domain::refusal::{INTERNAL, Refusal, invalid};
use crate::http::actor::SignedIn;
use crate::http::address::Query;
use crate::http::beside::beside_in_time;
use crate::http::body::{Upload, collect, json};
use crate::http::file::send;
#[cfg(test)]
use crate::http::problems::{Making, Reading, Sent};
use crate::state::State;
use crate::store::Class;

/// The name of an upload.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[cfg_attr(test, into_params(parameter_in = Query))]
pub struct UploadQuery {
    /// The file's name; its ending decides the media type.
    // Without one the refusal says what is missing.
    #[serde(default)]
    #[cfg_attr(test, param(required))]
    pub name: String,
}

/// A file, to who may see a course that has it.
#[cfg_attr(test, utoipa::path(get, path = "/api/files/{sha256}", tag = "questions",
    params(("sha256" = String, Path, description = "The SHA-256 of its bytes in hexadecimal"),
        ("Range" = Option<String>, Header, description = "A part of it, such as `bytes=1000-1999`"),
        ("If-Range" = Option<String>, Header, description = "The ETag of the state that the part is wanted of")),
    responses(Sent, Reading)))]
pub async fn read(
    request: HttpRequest,
    state: web::Data<State>,
    actor: SignedIn,
    sha256: web::Path<String>,
) -> Result<HttpResponse, Refusal> {
    let file = state.store.read(|read| file::readable(read, &actor, &sha256))?;
    send(&request, &state, &file.reference()).await
}

/// Takes up a file for the questions of a course; the answer can stand in `files` of a question. The body is the bytes.
#[cfg_attr(test, utoipa::path(post, path = "/api/courses/{course}/question_files", tag = "questions",
    params(("course" = u64, Path, description = "The course"), UploadQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, description = "Kept", body = FileRef), Making)))]
pub async fn upload(
    state: web::Data<State>,
    actor: SignedIn,
    course: web::Path<CourseId>,
    query: Query<UploadQuery>,
    payload: Upload,
) -> Result<HttpResponse, Refusal> {
    let course = course.into_inner();
    state.store.read(|read| bank::require(read, &actor, Permission::EditQuestions, course))?;
    let limit = state.config.server.upload_limit_bytes.min(MAX_EMBEDDED_BYTES);
    let bytes = collect(payload.into_inner(), limit, &state).await?;
    if bytes.is_empty() {
        return Err(invalid("", "is empty; send the bytes of the file"));
    }
    let held = state.clone();
    let kept = beside_in_time(&state, move || {
        let described = file::describe(&query.name, &bytes)?;
        held.blobs.put(&bytes).map_err(|error| INTERNAL.refuse(format!("keeping a file: {error}")))?;
        Ok(described)
    })
    .await?;
    let known = kept.clone();
    state.store.write(Class::Interactive, move |txn| file::upload(txn, &actor, course, &known)).await?;
    json(&kept)
}
