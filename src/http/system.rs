//! How the server is: `/healthz`, `/readyz`, `/metrics`, the OpenAPI document.

use std::sync::OnceLock;

use actix_web::http::Method;
use actix_web::http::header::RETRY_AFTER;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::actor::{bearer, state as state_of};
use super::body::json;
use super::forwarded::Peer;
use super::prepared;
use super::routes::{Needs, Routes};
use crate::clock::Timestamp;
use crate::domain::refusal::{FORBIDDEN, INTERNAL, Kind, READ_ONLY_SECONDS, Refusal, STOPPING_SECONDS};
use crate::domain::{attempt, job};
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
        let again = if draining { STOPPING_SECONDS } else { READ_ONLY_SECONDS };
        response.headers_mut().insert(RETRY_AFTER, again.into());
    }
    Ok(response)
}

/// Metrics in the text format of Prometheus: to whoever sends the bearer token that is configured; where none is, to clients on the
/// same machine that do not come through a proxy, or of which a trusted one says so.
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
    // What cannot be read stays as it was read last: the metrics of the store itself, which say what is wrong with it, need no row.
    if let Err(refusal) = show_rows(state)
        && refusal.code.kind != Kind::Unavailable
    {
        tracing::warn!(%refusal, "what rows of the store say for metrics cannot be read");
    }
    let text = state.metrics.render().map_err(|error| INTERNAL.refuse(error.to_string()))?;
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text))
}

/// Brings up to date what rows of the store say.
fn show_rows(state: &State) -> Result<(), Refusal> {
    state.metrics.attempts_active.set(state.store.read(|read| attempt::running(read))?);
    for (kind, stage, jobs) in state.store.read(|read| job::totals(read, state.config.jobs.parallel))? {
        state.metrics.set_jobs(kind.name(), stage.name(), jobs);
    }
    crate::forwarding::show(state)
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

#[cfg(test)]
mod tests {
    use actix_web::App;
    use actix_web::http::header::HeaderValue;
    use actix_web::test::{TestRequest, call_service, init_service, read_body};

    use super::*;
    use crate::clock::Clock;
    use crate::config::Config;
    use crate::{app, http};

    #[test]
    fn while_the_tree_is_rebuilt_metrics_say_so_and_what_cannot_be_read_is_refused_for_now() {
        let home = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        config.store.directory = home.path().join("store");
        (config.store.segment_mib, config.store.low_water_mib) = (1, 1);
        (config.sign_in.argon2_memory_kib, config.sign_in.argon2_passes) = (8, 1);
        let state = app::open(config, Clock::fixed("2026-09-07T08:00:00Z".parse().unwrap())).unwrap();
        let (table, data) = (http::table(&state), web::Data::new(state.clone()));
        let system = actix_web::rt::System::new();
        let app = App::new().app_data(data).default_service(table.dispatch());
        let app = system.block_on(init_service(app));
        let ask = |path: &str| {
            let request = TestRequest::get().uri(path).peer_addr("127.0.0.1:4711".parse().unwrap());
            let request = request.insert_header(("Authorization", "Bearer somebodys")).to_request();
            system.block_on(async {
                let answer = call_service(&app, request).await;
                let (status, later) = (answer.status().as_u16(), answer.headers().get(RETRY_AFTER).cloned());
                (status, later, String::from_utf8(read_body(answer).await.to_vec()).unwrap())
            })
        };
        state.store.without_tree(|| {
            let (status, _, text) = ask("/metrics");
            assert_eq!(status, 200, "{text}");
            assert!(
                text.contains("lyceum_store_read_only 1")
                    && text.contains("lyceum_store_tree_rebuilds_total 0")
            );
            assert_eq!(ask("/readyz").0, 503);
            let (status, later, text) = ask("/api/readiness");
            assert_eq!((status, later), (503, Some(HeaderValue::from_static("5"))), "{text}");
            assert!(text.contains("\"recovering\"") && !text.contains("tree"), "{text}");
        });
        let (status, _, text) = ask("/metrics");
        assert!(status == 200 && text.contains("lyceum_store_read_only 0"), "{text}");
        assert_eq!(ask("/api/readiness").0, 401);
        state.store.close();
    }
}
