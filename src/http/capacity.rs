//! How many learners this machine carries, as last measured: `/api/capacity`.

use actix_web::http::Method;
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::actor::SignedIn;
use super::body::{Body, json};
#[cfg(test)]
use super::problems::{Making, Reading};
use super::routes::{Needs, Routes};
use crate::clock::Timestamp;
use crate::domain::access::Permission;
use crate::domain::capacity::{self, Capacity, CapacityInput};
use crate::domain::ids::UserId;
use crate::domain::refusal::Refusal;
use crate::state::State;
use crate::store::Class;

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    let site = Needs::Site(Permission::ManageSite);
    routes.add(Method::GET, "/api/capacity", Class::Browse, site, get);
    routes.add(Method::PUT, "/api/capacity", Class::Interactive, site, put);
}

/// The documents of this file.
#[cfg(test)]
#[derive(utoipa::OpenApi)]
#[openapi(paths(get, put))]
pub struct Api;

/// What this machine carries.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct CapacityView {
    /// How many learners may be in exams at once: what was carried, less the margin.
    pub recommended: u32,
    /// The measurement as it was sent.
    pub measurement: CapacityInput,
    /// When it came here.
    pub stored: Timestamp,
    /// Who sent it.
    pub stored_by: UserId,
}

impl CapacityView {
    pub(super) fn of(capacity: &Capacity) -> Self {
        Self {
            recommended: capacity.recommended(),
            measurement: capacity.measurement.clone(),
            stored: capacity.stored,
            stored_by: capacity.by,
        }
    }
}

/// The last measurement of `lyceum load capacity`. Not found before the first one.
#[cfg_attr(test, utoipa::path(get, path = "/api/capacity", tag = "system", responses(
    (status = 200, description = "The last measurement", body = CapacityView), Reading)))]
async fn get(who: SignedIn, state: web::Data<State>) -> Result<HttpResponse, Refusal> {
    json(&CapacityView::of(&*state.store.read(|read| capacity::get(read, &who))?))
}

/// Keeps a measurement instead of the one before.
#[cfg_attr(test, utoipa::path(put, path = "/api/capacity", tag = "system", request_body = CapacityInput, responses(
    (status = 200, description = "Kept", body = CapacityView), Making)))]
async fn put(
    who: SignedIn,
    state: web::Data<State>,
    body: Body<CapacityInput>,
) -> Result<HttpResponse, Refusal> {
    let actor = who.actor;
    let kept = state.store.write(Class::Interactive, move |txn| capacity::put(txn, &actor, body.0)).await?;
    crate::readiness::refresh(&state)?;
    json(&CapacityView::of(&kept))
}
