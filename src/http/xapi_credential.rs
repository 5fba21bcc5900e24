//! Credentials of the learning record store: `/api/xapi/credentials`.

use actix_web::http::Method;
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::actor::SignedIn;
use super::body::{Body, created, json};
use super::page::Page;
#[cfg(test)]
use super::problems::{Making, Reading};
use super::routes::{Needs, Routes};
use crate::clock::Timestamp;
use crate::domain::access::Permission;
use crate::domain::refusal::Refusal;
use crate::domain::xapi::credential::{self, Credential, CredentialId, LrsScope, NewCredential};
use crate::secret::LrsSecrets;
use crate::state::State;
use crate::store::Class;

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    use Class::Interactive;
    let needs = Needs::Site(Permission::ManageSite);
    routes.add(Method::GET, "/api/xapi/credentials", Interactive, needs, list);
    routes.add(Method::POST, "/api/xapi/credentials", Interactive, needs, create);
    routes.add(Method::DELETE, "/api/xapi/credentials/{credential}", Interactive, needs, delete);
}

/// The documents of this file.
#[cfg(test)]
#[derive(utoipa::OpenApi)]
#[openapi(paths(list, create, delete))]
pub struct Api;

/// A credential to be made.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LrsCredentialInput {
    /// The tool that it is for, 1 to 100 characters: the authority of the statements written with it.
    pub name: String,
    /// What it may do; at least one.
    pub scopes: Vec<LrsScope>,
    /// Origins such as `https://tool.example` whose pages may use it from a browser; up to 20.
    #[serde(default)]
    pub origins: Vec<String>,
}

/// A credential.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct LrsCredentialView {
    /// Its id.
    pub id: CredentialId,
    /// Its name.
    pub name: String,
    /// Its key: the user name of Basic authentication.
    pub key: String,
    /// What it may do.
    pub scopes: Vec<LrsScope>,
    /// Origins whose pages may use it from a browser.
    pub origins: Vec<String>,
    /// When it was made.
    pub created: Timestamp,
    /// The password of Basic authentication, only in the answer that makes it.
    pub secret: Option<String>,
    /// The bearer token, only in the answer that makes it.
    pub token: Option<String>,
}

impl LrsCredentialView {
    fn of(record: Credential) -> Self {
        Self {
            id: record.id,
            name: record.name,
            key: record.key,
            scopes: record.scopes,
            origins: record.origins,
            created: record.created,
            secret: None,
            token: None,
        }
    }
}

/// The credentials of the learning record store, the oldest first.
#[cfg_attr(test, utoipa::path(get, path = "/api/xapi/credentials", tag = "learning records", responses(
    (status = 200, description = "Credentials", body = Page<LrsCredentialView>), Reading)))]
async fn list(who: SignedIn, state: web::Data<State>) -> Result<HttpResponse, Refusal> {
    let all = state.store.read(|read| credential::list(read, &who))?;
    json(&Page { items: all.into_iter().map(LrsCredentialView::of).collect(), next: None })
}

/// Makes a credential of the learning record store. The answer is the only time that its secret and its token are told.
#[cfg_attr(test, utoipa::path(post, path = "/api/xapi/credentials", tag = "learning records", request_body = LrsCredentialInput,
    responses((status = 201, description = "Made; its secrets are not told again", body = LrsCredentialView), Making)))]
async fn create(
    who: SignedIn,
    state: web::Data<State>,
    body: Body<LrsCredentialInput>,
) -> Result<HttpResponse, Refusal> {
    let LrsCredentialInput { name, scopes, origins } = body.0;
    let new = NewCredential::parse(&name, scopes, origins)?;
    let (actor, secrets) = (who.actor, LrsSecrets::new()?);
    let kept = secrets.kept();
    let record =
        state.store.write(Class::Interactive, move |txn| credential::create(txn, &actor, new, kept)).await?;
    let address = format!("/api/xapi/credentials/{}", record.id);
    created(
        &address,
        &LrsCredentialView {
            secret: Some(secrets.secret),
            token: Some(secrets.token),
            ..LrsCredentialView::of(record)
        },
    )
}

/// Deletes a credential of the learning record store; it stops at once. What was written with it stays.
#[cfg_attr(test, utoipa::path(delete, path = "/api/xapi/credentials/{credential}", tag = "learning records",
    params(("credential" = CredentialId, Path, description = "The credential's id")), responses(
    (status = 204, description = "Deleted"), Making)))]
async fn delete(
    who: SignedIn,
    state: web::Data<State>,
    path: web::Path<CredentialId>,
) -> Result<HttpResponse, Refusal> {
    let (actor, id) = (who.actor, path.into_inner());
    state.store.write(Class::Interactive, move |txn| credential::delete(txn, &actor, id)).await?;
    Ok(HttpResponse::NoContent().finish())
}
