//! Prepared bodies as responses: the bytes as they are, with an `ETag`, and 304 for who has them already.

use std::sync::Arc;

use actix_web::http::header::{CACHE_CONTROL, ETAG, HeaderValue, IF_NONE_MATCH};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::clock::Timestamp;
use crate::domain::refusal::{INTERNAL, Refusal};
use crate::hex;
use crate::store::Body;

/// What one person sees is for their browser only, which asks every time whether it is still right.
const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-cache");

/// Prepares a view. The tag is 128 bits of the SHA-256 of the bytes.
pub fn body(view: &impl Serialize, until: Timestamp) -> Result<Body, Refusal> {
    let bytes = serde_json::to_vec(view).map_err(|error| INTERNAL.refuse(error.to_string()))?;
    Ok(of_bytes(bytes.into(), until))
}

/// [`body`] of what is JSON already.
pub(super) fn of_bytes(bytes: Bytes, until: Timestamp) -> Body {
    let hash = hex::of(&Sha256::digest(&bytes));
    let etag = format!("\"{}\"", hash.get(..32).unwrap_or_default());
    Body { bytes, etag: Arc::from(etag), until_ms: until.ms() }
}

/// Does the client have this already?
pub(super) fn is_known(request: &HttpRequest, etag: &str) -> bool {
    request.headers().get_all(IF_NONE_MATCH).any(|header| {
        header.to_str().is_ok_and(|tags| {
            tags.split(',').map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
        })
    })
}

/// The body, or 304.
pub fn respond(request: &HttpRequest, body: Body) -> Result<HttpResponse, Refusal> {
    let etag = HeaderValue::from_str(&body.etag).map_err(|error| INTERNAL.refuse(error.to_string()))?;
    let known = is_known(request, &body.etag);
    let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((ETAG, etag)).insert_header((CACHE_CONTROL, PRIVATE));
    Ok(if known {
        response.finish()
    } else {
        response.content_type(HeaderValue::from_static("application/json")).body(body.bytes)
    })
}
