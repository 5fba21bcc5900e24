//! Is this server ready for the exams that are ahead? `/api/readiness`.

use actix_web::http::Method;
use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::actor::SignedIn;
use super::address::Query;
use super::body::json;
#[cfg(test)]
use super::problems::Reading;
use super::routes::{Needs, Routes};
use crate::config::MOST_DAYS_AHEAD;
use crate::domain::access::Permission;
use crate::domain::refusal::{Refusal, invalid};
#[cfg(test)]
use crate::readiness::ExamReadiness;
use crate::readiness::{self};
use crate::state::State;
use crate::store::Class;

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    routes.add(Method::GET, "/api/readiness", Class::Report, Needs::Site(Permission::ManageSite), get);
}

/// The documents of this file.
#[cfg(test)]
#[derive(utoipa::OpenApi)]
#[openapi(paths(get))]
pub struct Api;

/// How far to look.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[cfg_attr(test, into_params(parameter_in = Query))]
pub struct ReadinessQuery {
    /// So many days ahead, 1 to 366; as configured when absent.
    pub days: Option<u32>,
}

/// The exams of the next days, the most learners that they bring at once compared with the last capacity report, and
/// checks of the machine. Opening times of single learners and groups are not looked at.
#[cfg_attr(test, utoipa::path(get, path = "/api/readiness", tag = "system", params(ReadinessQuery), responses(
    (status = 200, description = "What is ahead, and what warns", body = ExamReadiness), Reading)))]
async fn get(
    who: SignedIn,
    state: web::Data<State>,
    query: Query<ReadinessQuery>,
) -> Result<HttpResponse, Refusal> {
    if query.days.is_some_and(|days| days == 0 || days > MOST_DAYS_AHEAD) {
        return Err(invalid("?days", format!("is not between 1 and {MOST_DAYS_AHEAD}")));
    }
    json(&readiness::look(&state, &who, query.days)?)
}
