//! Sending a kept file: whole or in part, as what browsers may do with it, piece by piece as the client reads.

use std::fs::File;
use std::future::ready;
use std::io::{self, Read as _, Seek as _, SeekFrom, Take};

use actix_web::body::SizedStream;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_RANGE, CONTENT_SECURITY_POLICY, ETAG,
};
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::{StreamExt as _, stream};

use super::beside::beside;
use super::prepared::is_known;
use super::range::{self, Part};
use super::serving;
use crate::beside::rest_beside;
use crate::domain::question::FileRef;
use crate::domain::refusal::{INTERNAL, Refusal};
use crate::percent;
use crate::state::State;
use crate::store::Class;

/// Bytes of a file that are read at once: what a client that does not read on costs, however large the file is.
const PIECE_BYTES: usize = 64 * 1024;

/// The bytes under a hash never change.
const KEPT: &str = "private, max-age=86400, immutable";

/// Anything else.
pub(super) const BYTES: &str = "application/octet-stream";

/// Media types that are sent as what they are. Everything else is bytes.
pub(super) const KNOWN: [&str; 12] = [
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

/// Answers with the file, or with what the request asks for of it. Whoever asks may have it.
pub async fn send(request: &HttpRequest, state: &State, file: &FileRef) -> Result<HttpResponse, Refusal> {
    let etag = format!("\"{}\"", file.sha256);
    if is_known(request, &etag) {
        let mut response = HttpResponse::NotModified();
        return Ok(response.insert_header((ETAG, etag)).insert_header((CACHE_CONTROL, KEPT)).finish());
    }
    let (status, begin, length) = match Part::asked(request, &etag, file.bytes) {
        Part::Whole => (StatusCode::OK, 0, file.bytes),
        Part::Bytes(first, last) => (StatusCode::PARTIAL_CONTENT, first, last - first + 1),
        Part::Beyond => return Ok(range::beyond(file.bytes)),
    };
    let (held, name) = (state.clone(), file.sha256.clone());
    let (first, rest) = beside(state, move || {
        let opened = held.blobs.reader(&name).map_err(|error| failed(&error))?;
        let mut opened =
            opened.ok_or_else(|| INTERNAL.refuse(format!("file {name} is recorded and not there")))?;
        opened.seek(SeekFrom::Start(begin)).map_err(|error| failed(&error))?;
        let mut part = opened.take(length);
        Ok((piece(&mut part)?, part))
    })
    .await?;
    let media_type = file.media_type.as_str();
    let mut response = HttpResponse::build(status);
    response
        .content_type(if KNOWN.contains(&media_type) { media_type } else { BYTES })
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .insert_header(("Cross-Origin-Resource-Policy", "same-origin"))
        .insert_header((CACHE_CONTROL, KEPT))
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
    // Behind its head an answer does not know any more what it is of.
    let (state, class) = (state.clone(), serving::class().unwrap_or(Class::Bulk));
    let rest = stream::try_unfold((state, rest), move |(state, mut file)| async move {
        let read = rest_beside(&state, class, move || piece(&mut file).map(|bytes| (bytes, file))).await;
        let (bytes, file) = read.inspect_err(not_whole)?;
        Ok::<_, Refusal>((!bytes.is_empty()).then_some((bytes, (state, file))))
    });
    let whole = stream::once(ready(Ok(first))).chain(rest);
    Ok(response.body(SizedStream::new(length, Box::pin(whole))))
}

/// The next bytes of a part of a file; none behind its end.
fn piece(file: &mut Take<File>) -> Result<web::Bytes, Refusal> {
    let mut bytes = Vec::with_capacity(PIECE_BYTES);
    file.take(PIECE_BYTES as u64).read_to_end(&mut bytes).map_err(|error| failed(&error))?;
    Ok(bytes.into())
}

fn not_whole(refusal: &Refusal) {
    tracing::warn!(%refusal, "a file was not sent to its end");
}

fn failed(error: &io::Error) -> Refusal {
    INTERNAL.refuse(format!("reading a file failed: {error}"))
}

/// `attachment` with the last part of a name, as RFC 6266 wants it.
fn attachment(name: &str) -> String {
    let name = percent::encoded(name.rsplit('/').next().unwrap_or_default(), "");
    format!("attachment; filename*=UTF-8''{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_break_out_of_its_header() {
        assert_eq!(attachment("dir/a b\"\r\n.svg"), "attachment; filename*=UTF-8''a%20b%22%0D%0A.svg");
    }
}
