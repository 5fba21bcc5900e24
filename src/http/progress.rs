//! Marking pages and links as visited.

use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};

use super::actor::{SignedIn, state as state_of};
#[cfg(test)]
use super::problems::Making;
use super::routes::{Needs, Routes};
use crate::domain::access::{Actor, Permission};
use crate::domain::ids::ItemId;
use crate::domain::progress;
use crate::domain::refusal::Refusal;
use crate::state::State;
use crate::store::Class;

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    let needs = Needs::Course(Permission::ViewCourse);
    routes.add(Method::PUT, "/api/items/{item}/visited", Class::Browse, needs, visit);
    routes.add(Method::DELETE, "/api/items/{item}/visited", Class::Browse, needs, forget);
}

/// The documents of this file.
#[cfg(test)]
#[derive(utoipa::OpenApi)]
#[openapi(paths(visit, forget))]
pub struct Api;

/// Marks an item as visited, or takes the mark away. Most marks repeat one that is there: that costs no write.
pub async fn mark(state: &State, actor: &Actor, item: ItemId, wanted: bool) -> Result<(), Refusal> {
    let read = state.store.read(|read| progress::to_mark(read, actor, item, wanted))?;
    if let Some(read) = read {
        let actor = actor.clone();
        state.store.write(Class::Browse, move |txn| progress::mark(txn, &actor, item, wanted, read)).await?;
    }
    Ok(())
}

/// Marks a page or a link as visited by you. Doing it again changes nothing.
#[cfg_attr(test, utoipa::path(put, path = "/api/items/{item}/visited", tag = "progress", params(("item" = ItemId, Path)),
    responses((status = 204, description = "Marked"), Making)))]
async fn visit(
    request: HttpRequest,
    who: SignedIn,
    item: web::Path<ItemId>,
) -> Result<HttpResponse, Refusal> {
    mark(state_of(&request)?, &who.actor, item.into_inner(), true).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Takes your mark away.
#[cfg_attr(test, utoipa::path(delete, path = "/api/items/{item}/visited", tag = "progress", params(("item" = ItemId, Path)),
    responses((status = 204, description = "Not marked"), Making)))]
async fn forget(
    request: HttpRequest,
    who: SignedIn,
    item: web::Path<ItemId>,
) -> Result<HttpResponse, Refusal> {
    mark(state_of(&request)?, &who.actor, item.into_inner(), false).await?;
    Ok(HttpResponse::NoContent().finish())
}
