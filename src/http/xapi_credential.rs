//! Credentials of the learning record store: `/api/xapi/credentials`.

use actix_web::http::Method;
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::actor::SignedIn;
use super::body::{Body, created, json};
use super::edit::{Edit, revised};
use super::page::Page;
#[cfg(test)]
use super::problems::{Changing, Making, Reading};
use super::revision;
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
    routes.add(Method::GET, "/api/xapi/credentials/{credential}", Interactive, needs, show);
    routes.add(Method::PUT, "/api/xapi/credentials/{credential}", Interactive, needs, change);
    routes.add(Method::DELETE, "/api/xapi/credentials/{credential}", Interactive, needs, delete);
    routes.add(Method::POST, "/api/xapi/credentials/{credential}/secret", Interactive, needs, renew);
}

/// The documents of this file.
#[cfg(test)]
#[derive(utoipa::OpenApi)]
#[openapi(paths(list, create, show, change, delete, renew))]
pub struct Api;

/// What a credential is to be.
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
    /// For `If-Match`.
    pub revision: u32,
    /// The password of Basic authentication, only in the answer that makes it.
    pub secret: Option<String>,
    /// The bearer token, only in the answer that makes it.
    pub token: Option<String>,
}

revised!(LrsCredentialView);

impl LrsCredentialView {
    fn of(record: Credential) -> Self {
        Self {
            id: record.id,
            name: record.name,
            key: record.key,
            scopes: record.scopes,
            origins: record.origins,
            created: record.created,
            revision: record.revision,
            secret: None,
            token: None,
        }
    }

    fn with(record: Credential, secrets: LrsSecrets) -> Self {
        Self { secret: Some(secrets.secret), token: Some(secrets.token), ..Self::of(record) }
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
    created(&address, &LrsCredentialView::with(record, secrets))
}

/// A credential of the learning record store.
#[cfg_attr(test, utoipa::path(get, path = "/api/xapi/credentials/{credential}", tag = "learning records",
    params(("credential" = CredentialId, Path, description = "The credential's id")),
    responses((status = 200, description = "The credential, with an ETag", body = LrsCredentialView), Reading)))]
async fn show(
    who: SignedIn,
    state: web::Data<State>,
    path: web::Path<CredentialId>,
) -> Result<HttpResponse, Refusal> {
    let found = state.store.read(|read| credential::get(read, &who, *path))?;
    revision::json(found.revision, &LrsCredentialView::of(found))
}

/// Changes what a credential of the learning record store is called, what it may do, and from where, at once. Its key and secrets
/// stay, so what was written with it goes on being its own.
#[cfg_attr(test, utoipa::path(put, path = "/api/xapi/credentials/{credential}", tag = "learning records",
    params(("credential" = CredentialId, Path, description = "The credential's id"), ("If-Match" = String, Header)),
    request_body = LrsCredentialInput,
    responses((status = 200, description = "Changed", body = LrsCredentialView), Changing)))]
async fn change(edit: Edit<CredentialId>, body: Body<LrsCredentialInput>) -> Result<HttpResponse, Refusal> {
    let (id, LrsCredentialInput { name, scopes, origins }) = (edit.at, body.0);
    let new = NewCredential::parse(&name, scopes, origins)?;
    edit.change(move |txn, actor, unchanged| {
        credential::change(txn, actor, id, new, unchanged).map(LrsCredentialView::of)
    })
    .await
}

/// Gives a credential of the learning record store another secret and another token; the old ones end at once. Its key, and with
/// it the authority of its statements, stays. The answer is the only time that they are told.
#[cfg_attr(test, utoipa::path(post, path = "/api/xapi/credentials/{credential}/secret", tag = "learning records",
    params(("credential" = CredentialId, Path, description = "The credential's id")), responses(
    (status = 200, description = "The credential with its new secrets, which are not told again", body = LrsCredentialView),
    Making)))]
async fn renew(
    who: SignedIn,
    state: web::Data<State>,
    path: web::Path<CredentialId>,
) -> Result<HttpResponse, Refusal> {
    let (actor, id, secrets) = (who.actor, path.into_inner(), LrsSecrets::new()?);
    let kept = secrets.kept();
    let record =
        state.store.write(Class::Interactive, move |txn| credential::renew(txn, &actor, id, &kept)).await?;
    revision::json(record.revision, &LrsCredentialView::with(record, secrets))
}

/// Deletes a credential of the learning record store; it stops at once. What was written with it stays.
#[cfg_attr(test, utoipa::path(delete, path = "/api/xapi/credentials/{credential}", tag = "learning records",
    params(("credential" = CredentialId, Path, description = "The credential's id"), ("If-Match" = String, Header)),
    responses((status = 204, description = "Deleted"), Changing)))]
async fn delete(edit: Edit<CredentialId>) -> Result<HttpResponse, Refusal> {
    let id = edit.at;
    edit.remove(move |txn, actor, unchanged| credential::delete(txn, actor, id, unchanged)).await
}
