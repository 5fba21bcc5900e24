//! The last hour of the server's own metrics: `/api/history`, for charts that refresh themselves.

use actix_web::http::Method;
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::actor::SignedIn;
use super::address::Query;
use super::body::json;
#[cfg(test)]
use super::problems::Reading;
use super::routes::{Needs, Routes};
use crate::domain::access::{self, Permission, Scope};
use crate::domain::refusal::{Refusal, invalid};
use crate::monitor::history::{INTERVAL, MOST_SAMPLES, Sample};
use crate::state::State;
use crate::store::Class;

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    let site = Needs::Site(Permission::ManageSite);
    routes.add(Method::GET, "/api/history", Class::Browse, site, get);
}

/// The documents of this file.
#[cfg(test)]
#[derive(utoipa::OpenApi)]
#[openapi(paths(get))]
pub struct Api;

/// How much of it.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[cfg_attr(test, into_params(parameter_in = Query))]
pub struct HistoryQuery {
    /// The last so many samples, 1 to 720; all when absent.
    pub samples: Option<usize>,
}

/// The last hour.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct HistoryView {
    /// Time between samples.
    pub interval_ms: u64,
    /// The samples, the oldest first.
    pub samples: Vec<Sample>,
}

/// The last hour of the server's own metrics, a sample every five seconds. It is kept in memory and begins anew with the
/// server; for more, have `/metrics` read by a system that keeps it.
#[cfg_attr(test, utoipa::path(get, path = "/api/history", tag = "system", params(HistoryQuery), responses(
    (status = 200, description = "The samples", body = HistoryView), Reading)))]
async fn get(
    who: SignedIn,
    state: web::Data<State>,
    query: Query<HistoryQuery>,
) -> Result<HttpResponse, Refusal> {
    state.store.read(|read| access::require(read, &who, Permission::ManageSite, Scope::Site))?;
    let most = query.samples.unwrap_or(MOST_SAMPLES);
    if most == 0 || most > MOST_SAMPLES {
        return Err(invalid("?samples", format!("is not between 1 and {MOST_SAMPLES}")));
    }
    let interval_ms = u64::try_from(INTERVAL.as_millis()).unwrap_or(u64::MAX);
    json(&HistoryView { interval_ms, samples: state.metrics.history.last(most) })
}
