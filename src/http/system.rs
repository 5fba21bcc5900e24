//! How the server is: `/healthz`, `/readyz`, `/metrics`, the OpenAPI document.

use std::sync::OnceLock;

use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::actor::{bearer, state as state_of};
use super::body::json;
use super::forwarded::Peer;
use super::prepared;
use super::routes::{Needs, Routes};
use crate::clock::Timestamp;
use crate::domain::refusal::{FORBIDDEN, INTERNAL, Refusal};
use crate::state::State;
use crate::store::{Body, Class};

/// Routes of this file. What watches the server is answered as long as anything is.
pub fn routes(routes: &mut Routes) {
    routes.add(Method::GET, "/healthz", Class::Exam, Needs::Nothing, healthz);
    routes.add(Method::GET, "/readyz", Class::Exam, Needs::Nothing, readyz);
    routes.add(Method::GET, "/metrics", Class::Exam, Needs::Nothing, metrics);
    routes.add(Method::GET, "/api/openapi.json", Class::Browse, Needs::Nothing, openapi);
}

/// The documents of this file.
#[cfg(test)]
#[derive(utoipa::OpenApi)]
#[openapi(paths(healthz, readyz, metrics, openapi))]
pub struct Api;

/// Is the process alive?
#[cfg_attr(test, utoipa::path(get, path = "/healthz", tag = "system", responses(
    (status = 200, description = "Alive", body = Health),
    (status = 429, description = "Your address asks too often", body = super::error::Problem, content_type = "application/problem+json")
)))]
async fn healthz() -> Result<HttpResponse, Refusal> {
    json(&Health { status: "ok".to_owned() })
}

/// Alive.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct Health {
    /// Always `ok`.
    pub status: String,
}

/// Whether the server takes work.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct Readiness {
    /// `ready`, `read_only` when nothing can be written, or `draining` when the server stops.
    pub status: String,
    /// Why not.
    pub reason: Option<String>,
    /// Trees rebuilt from snapshot and journal since the start.
    pub rebuilds: u64,
}

/// Does it take work? 503 with a reason while nothing can be written, and when the server is about to stop.
#[cfg_attr(test, utoipa::path(get, path = "/readyz", tag = "system", responses(
    (status = 200, description = "Ready", body = Readiness),
    (status = 429, description = "Your address asks too often", body = super::error::Problem, content_type = "application/problem+json"),
    (status = 503, description = "Read-only, or about to stop", body = Readiness)
)))]
async fn readyz(state: web::Data<State>) -> Result<HttpResponse, Refusal> {
    let draining = state.drain.has_begun();
    let reason = if draining { Some("the server stops".to_owned()) } else { state.store.read_only_reason() };
    let rebuilds = state.store.counts().rebuilds.load(std::sync::atomic::Ordering::Relaxed);
    let status = match &reason {
        _ if draining => "draining",
        Some(_) => "read_only",
        None => "ready",
    };
    let view = Readiness { status: status.to_owned(), reason, rebuilds };
    let mut response = json(&view)?;
    if view.reason.is_some() {
        *response.status_mut() = actix_web::http::StatusCode::SERVICE_UNAVAILABLE;
    }
    Ok(response)
}

/// Metrics in the text format of Prometheus: to whoever sends the bearer token that is configured; where none is, to clients on the
/// same machine that do not come through a proxy.
#[cfg_attr(test, utoipa::path(get, path = "/metrics", tag = "system", responses(
    (status = 200, description = "Metrics", content_type = "text/plain", body = String),
    (status = 403, description = "Without the token, or not from here", body = super::error::Problem, content_type = "application/problem+json"),
    (status = 429, description = "Your address asks too often", body = super::error::Problem, content_type = "application/problem+json")
)))]
async fn metrics(request: HttpRequest) -> Result<HttpResponse, Refusal> {
    let state = state_of(&request)?;
    let (allowed, whose) = match &state.config.server.metrics_token {
        Some(token) => (shows(&request, token), "whoever sends the bearer token that is configured"),
        None => (Peer::of(&request).is_local(), "clients on this machine, not through a proxy"),
    };
    if !allowed {
        return Err(FORBIDDEN.refuse(format!("metrics are for {whose}")));
    }
    state.metrics.attempts_active.set(state.store.read(|read| crate::domain::attempt::running(read))?);
    for (kind, job_state, jobs) in state.store.read(|read| crate::domain::job::totals(read))? {
        state.metrics.set_jobs(kind.name(), job_state, jobs);
    }
    crate::forwarding::show(state)?;
    let text = state.metrics.render().map_err(|error| INTERNAL.refuse(error.to_string()))?;
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text))
}

/// Does a request have this bearer token?
fn shows(request: &HttpRequest, token: &str) -> bool {
    use subtle::ConstantTimeEq as _;
    let shown = bearer(request).ok().flatten();
    shown.is_some_and(|shown| shown.as_bytes().ct_eq(token.as_bytes()).into())
}

/// This document.
#[cfg_attr(test, utoipa::path(get, path = "/api/openapi.json", tag = "system",
    responses((status = 200, description = "OpenAPI 3.1, with an ETag", content_type = "application/json", body = serde_json::Value),
        (status = 304, description = "As you have it (If-None-Match)"))))]
async fn openapi(request: HttpRequest) -> Result<HttpResponse, Refusal> {
    // A program has one for as long as it runs.
    static PREPARED: OnceLock<Body> = OnceLock::new();
    let document = || web::Bytes::from_static(super::openapi::DOCUMENT.as_bytes());
    let body = PREPARED.get_or_init(|| prepared::of_bytes(document(), Timestamp::MAX));
    prepared::respond(&request, body.clone())
}
