//! Personal API tokens: `/api/me/tokens`.

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
use crate::domain::access::{Permission, PermissionSet};
use crate::domain::ids::{TokenId, UserId};
use crate::domain::refusal::Refusal;
use crate::domain::session::token_hash;
use crate::domain::token::{self, ApiToken, NewToken, PREFIX};
use crate::secret;
use crate::state::State;
use crate::store::Class;

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    use Class::Interactive;
    let people = Needs::Site(Permission::ManagePeople);
    routes.add(Method::GET, "/api/me/tokens", Interactive, Needs::SignIn, list_own);
    routes.add(Method::POST, "/api/me/tokens", Interactive, Needs::SignIn, create);
    routes.add(Method::GET, "/api/me/tokens/{token}", Interactive, Needs::SignIn, show_own);
    routes.add(Method::DELETE, "/api/me/tokens/{token}", Interactive, Needs::SignIn, delete_own);
    routes.add(Method::GET, "/api/accounts/{account}/tokens", Interactive, people, list);
    routes.add(Method::DELETE, "/api/accounts/{account}/tokens/{token}", Interactive, people, delete);
}

/// The documents of this file.
#[cfg(test)]
#[derive(utoipa::OpenApi)]
#[openapi(paths(list_own, create, show_own, delete_own, list, delete))]
pub struct Api;

/// A token to be made.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TokenInput {
    /// What it is for, 1 to 100 characters.
    pub name: String,
    /// What it may do, as far as its person may.
    pub scopes: Vec<Permission>,
    /// When it ends: within 366 days.
    pub expires: Timestamp,
}

/// A token as its person sees it.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct TokenView {
    /// Its id.
    pub id: TokenId,
    /// What it is for.
    pub name: String,
    /// What it may do, as far as its person may.
    pub scopes: Vec<Permission>,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last used, to within five minutes.
    pub seen: Option<Timestamp>,
    /// When it ends.
    pub expires: Timestamp,
    /// The token itself, only in the answer that makes it.
    pub token: Option<String>,
}

impl TokenView {
    fn of(record: ApiToken) -> Self {
        Self {
            id: record.id,
            name: record.name,
            scopes: record.scopes.list(),
            created: record.created,
            seen: record.seen,
            expires: record.expires,
            token: None,
        }
    }
}

fn list_of(who: &SignedIn, state: &State, user: UserId) -> Result<HttpResponse, Refusal> {
    let tokens = state.store.read(|read| token::list(read, who, user))?;
    json(&Page { items: tokens.into_iter().map(TokenView::of).collect(), next: None })
}

async fn delete_of(who: SignedIn, state: &State, user: UserId, id: TokenId) -> Result<HttpResponse, Refusal> {
    let actor = who.actor;
    state.store.write(Class::Interactive, move |txn| token::delete(txn, &actor, user, id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// One's own tokens, the newest first.
#[cfg_attr(test, utoipa::path(get, path = "/api/me/tokens", tag = "people", responses(
    (status = 200, description = "Tokens", body = Page<TokenView>), Reading)))]
async fn list_own(who: SignedIn, state: web::Data<State>) -> Result<HttpResponse, Refusal> {
    list_of(&who, &state, who.actor.user)
}

/// Makes a token. The answer is the only time that it is told.
#[cfg_attr(test, utoipa::path(post, path = "/api/me/tokens", tag = "people", request_body = TokenInput, responses(
    (status = 201, description = "Made; the token is not told again", body = TokenView), Making)))]
async fn create(
    who: SignedIn,
    state: web::Data<State>,
    body: Body<TokenInput>,
) -> Result<HttpResponse, Refusal> {
    let TokenInput { name, scopes, expires } = body.0;
    let actor = who.actor;
    let new = NewToken::parse(&name, PermissionSet::of(&scopes), expires, actor.now)?;
    let text = format!("{PREFIX}{}", secret::token()?);
    let hash = token_hash(&text);
    let record =
        state.store.write(Class::Interactive, move |txn| token::create(txn, &actor, new, hash)).await?;
    let address = format!("/api/me/tokens/{}", record.id);
    created(&address, &TokenView { token: Some(text), ..TokenView::of(record) })
}

/// One of one's own tokens, without the token itself.
#[cfg_attr(test, utoipa::path(get, path = "/api/me/tokens/{token}", tag = "people",
    params(("token" = TokenId, Path, description = "The token's id")), responses(
    (status = 200, description = "The token", body = TokenView), Reading)))]
async fn show_own(
    who: SignedIn,
    state: web::Data<State>,
    path: web::Path<TokenId>,
) -> Result<HttpResponse, Refusal> {
    let found = state.store.read(|read| token::get(read, &who, who.actor.user, *path))?;
    json(&TokenView::of(found))
}

/// Deletes one of one's own tokens; it stops at once.
#[cfg_attr(test, utoipa::path(delete, path = "/api/me/tokens/{token}", tag = "people",
    params(("token" = TokenId, Path, description = "The token's id")), responses(
    (status = 204, description = "Deleted"), Making)))]
async fn delete_own(
    who: SignedIn,
    state: web::Data<State>,
    path: web::Path<TokenId>,
) -> Result<HttpResponse, Refusal> {
    let user = who.actor.user;
    delete_of(who, &state, user, path.into_inner()).await
}

/// A person's tokens.
#[cfg_attr(test, utoipa::path(get, path = "/api/accounts/{account}/tokens", tag = "people",
    params(("account" = UserId, Path, description = "The account")), responses(
    (status = 200, description = "Tokens", body = Page<TokenView>), Reading)))]
async fn list(
    who: SignedIn,
    state: web::Data<State>,
    path: web::Path<UserId>,
) -> Result<HttpResponse, Refusal> {
    list_of(&who, &state, path.into_inner())
}

/// Deletes a person's token; it stops at once.
#[cfg_attr(test, utoipa::path(delete, path = "/api/accounts/{account}/tokens/{token}", tag = "people",
    params(("account" = UserId, Path, description = "The account"), ("token" = TokenId, Path, description = "The token's id")),
    responses((status = 204, description = "Deleted"), Making)))]
async fn delete(
    who: SignedIn,
    state: web::Data<State>,
    path: web::Path<(UserId, TokenId)>,
) -> Result<HttpResponse, Refusal> {
    let (user, id) = path.into_inner();
    delete_of(who, &state, user, id).await
}
