//! Pages of other origins that use the store from a browser: those that a credential names, and only with that credential.

use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, HeaderValue, ORIGIN, VARY,
};
use actix_web::{HttpRequest, HttpResponse};

use super::{VERSION_HEADER, asked_version};
use crate::domain::refusal::Refusal;
use crate::domain::xapi::credential::is_origin;
use crate::http::actor::state as state_of;

/// Before a browser sends a request with a credential, which is not known yet: may any credential be used from there?
pub async fn preflight(request: HttpRequest) -> Result<HttpResponse, Refusal> {
    let version = (VERSION_HEADER, asked_version(&request));
    let mut response =
        HttpResponse::NoContent().insert_header((VARY, "Origin")).insert_header(version).finish();
    let state = state_of(&request)?;
    if let Some(origin) = origin(&request)
        && state.store.read(|read| is_origin(read, origin))?
    {
        let headers = response.headers_mut();
        allow(headers, origin);
        headers
            .insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, HEAD, PUT, POST, DELETE"));
        headers.insert(
            ACCESS_CONTROL_ALLOW_HEADERS,
            HeaderValue::from_static(
                "Authorization, Content-Type, X-Experience-API-Version, If-Match, If-None-Match, Accept-Language",
            ),
        );
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    }
    Ok(response)
}

/// The origin of the page that a request comes from.
fn origin(request: &HttpRequest) -> Option<&str> {
    request.headers().get(ORIGIN)?.to_str().ok()
}

fn allow(headers: &mut actix_web::http::header::HeaderMap, origin: &str) {
    if let Ok(value) = HeaderValue::from_str(origin) {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, value);
    }
}

/// Lets the page read an answer, when the credential may be used from there; where none is known, when any may.
pub fn answered(response: &mut HttpResponse, request: &HttpRequest, allowed: Option<&[String]>) {
    let headers = response.headers_mut();
    if let Some(origin) = origin(request) {
        headers.append(VARY, HeaderValue::from_static("Origin"));
        let may_read = match allowed {
            Some(allowed) => allowed.iter().any(|known| known == origin),
            None => state_of(request)
                .is_ok_and(|state| state.store.read(|read| is_origin(read, origin)).is_ok_and(|known| known)),
        };
        if may_read {
            allow(headers, origin);
            headers.insert(
                ACCESS_CONTROL_EXPOSE_HEADERS,
                HeaderValue::from_static(
                    "ETag, Last-Modified, X-Experience-API-Version, X-Experience-API-Consistent-Through, Retry-After, RateLimit, \
                     RateLimit-Policy",
                ),
            );
        }
    }
}
