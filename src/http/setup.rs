//! The first administrator: `/api/setup`.

use std::sync::Arc;

use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::account::AccountView;
use super::actor::counted_address;
use super::body::{Body, created, json};
#[cfg(test)]
use super::problems::Proving;
use super::routes::{Needs, Routes};
use crate::domain::account::Account;
use crate::domain::account_change::AccountInput;
use crate::domain::faults::together;
use crate::domain::refusal::Refusal;
use crate::domain::session::token_hash;
use crate::domain::{account, setup, sign_in};
use crate::hashing::Asker;
use crate::secret;
use crate::state::State;
use crate::store::Class;

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    routes.add(Method::GET, "/api/setup", Class::Browse, Needs::Nothing, status);
    routes.add(Method::POST, "/api/setup", Class::SignIn, Needs::Nothing, complete);
}

/// The documents of this file.
#[cfg(test)]
#[derive(utoipa::OpenApi)]
#[openapi(paths(status, complete))]
pub struct Api;

/// Makes a new set-up code while there is no administrator; earlier ones stop working. For the start of the server,
/// which prints it.
pub fn offer(state: &State) -> Result<Option<String>, Refusal> {
    // A server that cannot write has to start, too.
    if state.store.read(|read| setup::has_administrator(read))? {
        return Ok(None);
    }
    let code = secret::token()?;
    let hash = token_hash(&code);
    let now = state.now();
    let offered = state.store.write_blocking(Class::Interactive, move |txn| setup::offer(txn, hash, now))?;
    Ok(offered.then_some(code))
}

/// Is there something to set up?
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct SetupStatus {
    /// There is no administrator yet.
    pub needed: bool,
}

/// Whether the first administrator is still to be made.
#[cfg_attr(test, utoipa::path(get, path = "/api/setup", tag = "system", responses(
    (status = 200, description = "Whether set-up is needed", body = SetupStatus))))]
async fn status(state: web::Data<State>) -> Result<HttpResponse, Refusal> {
    let needed = !state.store.read(|read| setup::has_administrator(read))?;
    json(&SetupStatus { needed })
}

/// The first administrator.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetupInput {
    /// The code that the server printed at its start.
    pub code: String,
    /// 1 to 100 of `a-z`, `0-9`, `.`, `_`, `-`, `@`.
    pub username: String,
    /// Where they are reached.
    pub email: Option<String>,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// The password.
    pub password: String,
}

/// Makes the first administrator: only who has the code gets as far as hashing.
pub async fn first_administrator(
    request: &HttpRequest,
    state: &State,
    input: SetupInput,
) -> Result<Arc<Account>, Refusal> {
    let SetupInput { code, username, email, first_name, last_name, password } = input;
    let now = state.now();
    // Before anything slow: only who has the code gets that far.
    state.store.read(|read| setup::check(read, &code, now))?;
    let least = state.config.sign_in.password_min_length;
    let own = sign_in::own_words(&username, email.as_deref(), &first_name, &last_name);
    let new = AccountInput { username, email, first_name, last_name, profile: None }.parse();
    let (new, ()) = together((new, sign_in::check_new("/password", &password, &own, least)))?;
    let asker = Asker { from: counted_address(request), name: &code };
    let hash = state.hashing.hash(asker, password).await?;
    let now = state.now();
    state
        .store
        .write(Class::SignIn, move |txn| {
            let user = setup::complete(txn, &code, new, hash, now)?;
            account::get(txn, user)
        })
        .await
}

/// Makes the first administrator with the one-time code that the server printed.
#[cfg_attr(test, utoipa::path(post, path = "/api/setup", tag = "system", request_body = SetupInput, responses(
    (status = 201, description = "Made; sign in", body = AccountView), Proving)))]
async fn complete(
    request: HttpRequest,
    state: web::Data<State>,
    body: Body<SetupInput>,
) -> Result<HttpResponse, Refusal> {
    let account = first_administrator(&request, &state, body.0).await?;
    created(&format!("/api/accounts/{}", account.id), &AccountView::of(&account))
}
