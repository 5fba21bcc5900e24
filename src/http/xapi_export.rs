//! All learning records as a file: `/api/export/statements`.

use actix_web::http::Method;
use actix_web::{HttpResponse, web};
use utoipa::OpenApi;

use super::actor::SignedIn;
use super::problems::Reading;
use super::routes::{Needs, Routes};
use super::stream::{self, NDJSON, Then};
use super::xapi;
use crate::domain::access::Permission;
use crate::domain::refusal::Refusal;
use crate::domain::xapi::query;
use crate::state::State;
use crate::store::Class;

/// Statements of one read.
const EXPORT_PAGE: usize = 100;

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    let needs = Needs::Site(Permission::ManageSite);
    routes.add(Method::GET, "/api/export/statements", Class::Bulk, needs, export);
}

/// The documents of this file.
#[derive(OpenApi)]
#[openapi(paths(export))]
pub struct Api;

/// Every statement of the learning record store, voided ones too, a statement per line, in the order of storing. Files of
/// statements are not in it.
#[utoipa::path(get, path = "/api/export/statements", tag = "learning records", responses(
    (status = 200, description = "A statement per line", content_type = "application/x-ndjson", body = String), Reading))]
async fn export(who: SignedIn, state: web::Data<State>) -> Result<HttpResponse, Refusal> {
    let mut after = None;
    stream::file(&state, &who, NDJSON, "statements.ndjson", move |state, actor, to| {
        let statements = state.store.read(|read| query::all(read, actor, after, EXPORT_PAGE))?;
        for statement in &statements {
            after = Some(statement.stored);
            to.extend_from_slice(xapi::told(state, statement)?.as_bytes());
            to.push(b'\n');
        }
        Ok(Then::after(statements.len(), EXPORT_PAGE))
    })
    .await
}
