//! Files that questions show: uploaded into a course, read by who may see the course.

use std::fs::File;
use std::future::ready;
use std::io::{self, Read as _, Seek as _, SeekFrom, Take};

use actix_web::body::SizedStream;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_RANGE, CONTENT_SECURITY_POLICY, ETAG,
    IF_NONE_MATCH, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::{StreamExt as _, stream};
use serde::Deserialize;

use crate::domain::access::Permission;
use crate::domain::bank::{self, file};
use crate::domain::ids::CourseId;
use crate::domain::question::FileRef;
use crate::domain::question::format::MAX_EMBEDDED_BYTES;
use crate::domain::refusal::{INTERNAL, Refusal, invalid};
use crate::http::actor::SignedIn;
use crate::http::body::{Upload, collect, json};
use crate::http::error::Problem;
use crate::http::problems::{Making, Reading};
use crate::http::range::{self, Part};
use crate::percent;
use crate::state::State;
use crate::store::Class;

/// Bytes of a file that are read at once: what a client that does not read on costs, however large the file is.
const PIECE_BYTES: usize = 64 * 1024;

/// Media types that are sent as what they are. Everything else is bytes.
const KNOWN: [&str; 12] = [
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/svg+xml",
    "audio/mpeg",
    "audio/ogg",
    "audio/wav",
    "audio/mp4",
    "video/mp4",
    "video/webm",
    "application/pdf",
];

/// Media types that a browser shows and that cannot carry scripts.
const SHOWN: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/// The name of an upload.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UploadQuery {
    /// The file's name; its ending decides the media type.
    #[serde(default)]
    pub name: String,
}

/// A file, to who may see a course that has it.
#[utoipa::path(get, path = "/api/files/{sha256}", tag = "questions",
    params(("sha256" = String, Path, description = "The SHA-256 of its bytes in hexadecimal"),
        ("Range" = Option<String>, Header, description = "A part of it, such as `bytes=1000-1999`"),
        ("If-Range" = Option<String>, Header, description = "The ETag of the state that the part is wanted of")),
    responses((status = 200, description = "The bytes", content((Vec<u8> = "application/octet-stream"), (Vec<u8> = "image/png"), (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/gif"), (Vec<u8> = "image/webp"), (Vec<u8> = "image/svg+xml"), (Vec<u8> = "audio/mpeg"), (Vec<u8> = "audio/ogg"), (Vec<u8> = "audio/wav"), (Vec<u8> = "audio/mp4"), (Vec<u8> = "video/mp4"), (Vec<u8> = "video/webm"), (Vec<u8> = "application/pdf"))),
        (status = 206, description = "The bytes of `Range`, of which one is answered", content((Vec<u8> = "application/octet-stream"), (Vec<u8> = "audio/mpeg"), (Vec<u8> = "audio/ogg"), (Vec<u8> = "audio/wav"), (Vec<u8> = "audio/mp4"), (Vec<u8> = "video/mp4"), (Vec<u8> = "video/webm"), (Vec<u8> = "image/png"), (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/gif"), (Vec<u8> = "image/webp"), (Vec<u8> = "image/svg+xml"), (Vec<u8> = "application/pdf"))),
        (status = 304, description = "The client has them"),
        (status = 416, description = "There are no bytes at `Range`; `Content-Range` has the length", body = Problem,
            content_type = "application/problem+json"), Reading))]
pub async fn read(
    request: HttpRequest,
    state: web::Data<State>,
    actor: SignedIn,
    sha256: web::Path<String>,
) -> Result<HttpResponse, Refusal> {
    let file = state.store.read(|read| file::readable(read, &actor, &sha256))?;
    let etag = format!("\"{}\"", file.sha256);
    let held = request.headers().get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    if held.is_some_and(|held| held.split(',').any(|known| known.trim() == etag)) {
        return Ok(HttpResponse::NotModified().insert_header((ETAG, etag)).finish());
    }
    let (status, begin, length) = match Part::asked(&request, &etag, file.bytes) {
        Part::Whole => (StatusCode::OK, 0, file.bytes),
        Part::Bytes(first, last) => (StatusCode::PARTIAL_CONTENT, first, last - first + 1),
        Part::Beyond => return Ok(range::beyond(file.bytes)),
    };
    let name = file.sha256.clone();
    let held = state.clone();
    let (first, rest) = web::block(move || -> io::Result<_> {
        let Some(mut file) = held.blobs.reader(&name)? else { return Ok(None) };
        file.seek(SeekFrom::Start(begin))?;
        let mut part = file.take(length);
        Ok(Some((piece(&mut part)?, part)))
    })
    .await
    .map_err(|error| INTERNAL.refuse(error.to_string()))?
    .map_err(|error| INTERNAL.refuse(format!("reading file {}: {error}", file.sha256)))?
    .ok_or_else(|| INTERNAL.refuse(format!("file {} is recorded and not there", file.sha256)))?;
    let media_type = file.media_type.as_str();
    let mut response = HttpResponse::build(status);
    response
        .content_type(if KNOWN.contains(&media_type) { media_type } else { "application/octet-stream" })
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .insert_header(("Cross-Origin-Resource-Policy", "same-origin"))
        // The bytes under a hash never change.
        .insert_header((CACHE_CONTROL, "private, max-age=86400, immutable"))
        .insert_header((ACCEPT_RANGES, "bytes"))
        .insert_header((ETAG, etag));
    if status == StatusCode::PARTIAL_CONTENT {
        let last = begin + length - 1;
        response.insert_header((CONTENT_RANGE, format!("bytes {begin}-{last}/{}", file.bytes)));
    }
    if !SHOWN.contains(&media_type) {
        response.insert_header((CONTENT_DISPOSITION, attachment(&file.name)));
    }
    if first.len() as u64 == length {
        return Ok(response.body(first));
    }
    let rest = stream::try_unfold(rest, |mut file| async move {
        let read = web::block(move || piece(&mut file).map(|bytes| (bytes, file)));
        let (bytes, file) = read
            .await
            .map_err(|error| INTERNAL.refuse(error.to_string()))?
            .map_err(|error| INTERNAL.refuse(format!("reading a file: {error}")))?;
        Ok::<_, Refusal>((!bytes.is_empty()).then_some((bytes, file)))
    });
    let whole = stream::once(ready(Ok(first))).chain(rest);
    Ok(response.body(SizedStream::new(length, Box::pin(whole))))
}

/// The next bytes of a part of a file; none behind its end.
fn piece(file: &mut Take<File>) -> io::Result<web::Bytes> {
    let mut bytes = Vec::with_capacity(PIECE_BYTES);
    file.take(PIECE_BYTES as u64).read_to_end(&mut bytes)?;
    Ok(bytes.into())
}

/// `attachment` with the last part of a name, as RFC 6266 wants it.
fn attachment(name: &str) -> String {
    let name = percent::encoded(name.rsplit('/').next().unwrap_or_default(), "");
    format!("attachment; filename*=UTF-8''{name}")
}

/// Takes up a file for the questions of a course; the answer can stand in `files` of a question. The body is the bytes.
#[utoipa::path(post, path = "/api/courses/{course}/question_files", tag = "questions",
    params(("course" = u64, Path, description = "The course"), UploadQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, description = "Kept", body = FileRef), Making))]
pub async fn upload(
    state: web::Data<State>,
    actor: SignedIn,
    course: web::Path<CourseId>,
    query: web::Query<UploadQuery>,
    payload: Upload,
) -> Result<HttpResponse, Refusal> {
    let course = course.into_inner();
    state.store.read(|read| bank::require(read, &actor, Permission::EditQuestions, course))?;
    let limit = state.config.server.upload_limit_bytes.min(MAX_EMBEDDED_BYTES);
    let bytes = collect(payload.into_inner(), limit, state.config.server.body_patience()).await?;
    if bytes.is_empty() {
        return Err(invalid("", "the body is empty; send the bytes of the file"));
    }
    let held = state.clone();
    let kept = web::block(move || -> Result<FileRef, Refusal> {
        let described = file::describe(&query.name, &bytes)?;
        held.blobs.put(&bytes).map_err(|error| INTERNAL.refuse(format!("keeping a file: {error}")))?;
        Ok(described)
    })
    .await
    .map_err(|error| INTERNAL.refuse(error.to_string()))??;
    let known = kept.clone();
    state.store.write(Class::Interactive, move |txn| file::upload(txn, &actor, course, &known)).await?;
    json(&kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_break_out_of_its_header() {
        assert_eq!(attachment("dir/a b\"\r\n.svg"), "attachment; filename*=UTF-8''a%20b%22%0D%0A.svg");
    }
}
