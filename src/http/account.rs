//! Accounts: `/api/me`, `/api/accounts`, one-time links, passwords.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::actor::{SignedIn, counted_address};
use super::address::Query;
use super::body::{Body, created, json};
use super::edit::{Edit, revised};
use super::once::{self, Once};
use super::page::{self, Page, PageQuery};
#[cfg(test)]
use super::problems::{Changing, Making, OnceHeader, Proving, Reading};
use super::revision;
use super::routes::{Needs, Routes};
use crate::clock::Timestamp;
use crate::domain::access::{self, Permission, RoleName, Scope};
use crate::domain::account::{Account, AccountStatus};
use crate::domain::account_change::{self, AccountInput, ListKey, OwnInput};
use crate::domain::activation::{self, Link, Purpose};
use crate::domain::faults::together;
use crate::domain::ids::{CourseId, UserId};
use crate::domain::preferences::{Language, PreferencesInput, Theme};
use crate::domain::refusal::Refusal;
use crate::domain::session::{self, token_hash};
use crate::domain::sign_in::{self, WRONG_PASSWORD};
use crate::domain::{account, role};
use crate::hashing::Asker;
use crate::secret;
use crate::state::State;
use crate::store::Class;

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    use Class::{Browse, Interactive, SignIn};
    use Permission::{ManagePeople, ViewPeople};
    routes.add(Method::GET, "/api/me", Interactive, Needs::SignIn, me);
    routes.add(Method::PUT, "/api/me", Interactive, Needs::SignIn, change_me);
    routes.add(Method::PUT, "/api/me/preferences", Interactive, Needs::SignIn, change_preferences);
    routes.add(Method::PUT, "/api/me/password", SignIn, Needs::SignIn, change_password);
    routes.add(Method::POST, "/api/activation", SignIn, Needs::Nothing, activate);
    routes.add(Method::GET, "/api/accounts", Browse, Needs::Site(ViewPeople), list);
    routes.add(Method::POST, "/api/accounts", Interactive, Needs::Site(ManagePeople), create);
    routes.add(Method::GET, "/api/accounts/{account}", Interactive, Needs::Site(ViewPeople), get);
    routes.add(Method::PUT, "/api/accounts/{account}", Interactive, Needs::Site(ManagePeople), change);
    routes.add(
        Method::POST,
        "/api/accounts/{account}/suspend",
        Interactive,
        Needs::Site(ManagePeople),
        suspend,
    );
    routes.add(
        Method::POST,
        "/api/accounts/{account}/reactivate",
        Interactive,
        Needs::Site(ManagePeople),
        reactivate,
    );
    routes.add(
        Method::POST,
        "/api/accounts/{account}/password-link",
        Interactive,
        Needs::Site(ManagePeople),
        password_link,
    );
}

/// The documents of this file.
#[cfg(test)]
#[derive(utoipa::OpenApi)]
#[openapi(paths(
    me,
    change_me,
    change_preferences,
    change_password,
    activate,
    list,
    create,
    get,
    change,
    suspend,
    reactivate,
    password_link
))]
pub struct Api;

/// An account as people who may see it see it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct AccountView {
    /// The id.
    pub id: UserId,
    /// What they sign in with.
    pub username: String,
    /// Where they are reached.
    pub email: Option<String>,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// May they sign in?
    pub status: AccountStatus,
    /// When a password was first set; `null` while an activation link is waited for.
    pub activated: Option<Timestamp>,
    /// Extra fields by name.
    pub profile: BTreeMap<String, String>,
    /// When it was made.
    pub created: Timestamp,
    /// What `If-Match` of a change names.
    pub revision: u32,
    /// The language of pages; as the browser asks when `null`.
    pub language: Option<Language>,
    /// The zone of dates and times; the installation's when `null`.
    pub time_zone: Option<String>,
    /// Light, dark, or as the device is set.
    pub theme: Theme,
}

revised!(AccountView);

impl AccountView {
    /// The view of a record.
    pub fn of(account: &Account) -> Self {
        Self {
            id: account.id,
            username: account.username.as_str().to_owned(),
            email: account.email.as_ref().map(|email| email.as_str().to_owned()),
            first_name: account.first_name.as_str().to_owned(),
            last_name: account.last_name.as_str().to_owned(),
            status: account.status,
            activated: account.activated,
            profile: account.profile.iter().cloned().collect(),
            created: account.created,
            revision: account.revision,
            language: account.preferences.language,
            time_zone: account.preferences.time_zone.as_ref().map(|zone| zone.as_str().to_owned()),
            theme: account.preferences.theme,
        }
    }
}

fn answer(account: &Account) -> Result<HttpResponse, Refusal> {
    revision::json(account.revision, &AccountView::of(account))
}

/// Who one is and what one may do.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct MeView {
    /// The account.
    pub account: AccountView,
    /// Roles granted site-wide.
    #[cfg_attr(test, schema(value_type = Vec<String>))]
    pub roles: Vec<RoleName>,
    /// Roles granted in single courses, beside enrolments.
    pub course_roles: Vec<CourseRole>,
    /// What the request may do site-wide; a token's scopes are taken into account.
    pub permissions: Vec<Permission>,
}

/// A role in a course.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct CourseRole {
    /// The course.
    pub course: CourseId,
    /// The role.
    #[cfg_attr(test, schema(value_type = String))]
    pub role: RoleName,
}

/// Who am I, and what may I do?
#[cfg_attr(test, utoipa::path(get, path = "/api/me", tag = "people", responses(
    (status = 200, description = "The signed-in person", body = MeView), Reading)))]
async fn me(who: SignedIn, state: web::Data<State>) -> Result<HttpResponse, Refusal> {
    let view = state.store.read(|read| -> Result<MeView, Refusal> {
        let account = account::get(read, who.actor.user)?;
        let grants = role::grants(read, &who, who.actor.user)?;
        let course_roles = grants.courses.into_iter().map(|(course, role)| CourseRole { course, role });
        Ok(MeView {
            account: AccountView::of(&account),
            roles: grants.site,
            course_roles: course_roles.collect(),
            permissions: access::permissions(read, &who, Scope::Site)?.list(),
        })
    })?;
    json(&view)
}

/// Changes how one is shown things: language, time zone, light or dark.
#[cfg_attr(test, utoipa::path(put, path = "/api/me/preferences", tag = "people", request_body = PreferencesInput, responses(
    (status = 200, description = "Changed", body = AccountView), Making)))]
async fn change_preferences(
    who: SignedIn,
    state: web::Data<State>,
    body: Body<PreferencesInput>,
) -> Result<HttpResponse, Refusal> {
    let (actor, preferences) = (who.actor, body.0.parse()?);
    let account = state
        .store
        .write(Class::Interactive, move |txn| account_change::set_preferences(txn, &actor, preferences))
        .await?;
    answer(&account)
}

/// A change of one's own password.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PasswordInput {
    /// The present password.
    pub old_password: String,
    /// The one from now on: long and not easy to guess, at most 128 characters; no other rules.
    pub new_password: String,
}

/// Compares somebody's present password; failures count as failed sign-ins do. The stored hash that it was right by.
async fn prove_password(
    request: &HttpRequest,
    state: &State,
    who: &SignedIn,
    username: &str,
    password: String,
) -> Result<String, Refusal> {
    let stored = state.store.read(|read| sign_in::stored_hash(read, who.actor.user))?;
    let from = counted_address(request);
    let place = super::session::throttle_address(from);
    let counted = sign_in::counted_for_account(who.actor.user);
    let attempt = state.throttle.admit(&counted, &place, who.actor.now)?;
    let verdict = state.hashing.verify(Asker { from, name: username }, password, stored.clone()).await?;
    let (true, Some(compared)) = (verdict.right, stored) else {
        attempt.failed(state.now());
        return Err(WRONG_PASSWORD.refuse("the present password is not right"));
    };
    attempt.succeeded(state.now());
    Ok(compared)
}

/// Changes one's own name.
pub async fn change_own(state: &State, who: &SignedIn, input: OwnInput) -> Result<Arc<Account>, Refusal> {
    let (actor, name) = (who.actor.clone(), input.parse()?);
    state.store.write(Class::Interactive, move |txn| account_change::change_own(txn, &actor, name)).await
}

/// Changes your own name. The username, the e-mail address and the extra fields stay with who manages people: teachers find
/// people by them, and nothing here could tell whether an address is yours.
#[cfg_attr(test, utoipa::path(put, path = "/api/me", tag = "people", request_body = OwnInput, responses(
    (status = 200, description = "Changed", body = AccountView), Making)))]
async fn change_me(
    who: SignedIn,
    state: web::Data<State>,
    body: Body<OwnInput>,
) -> Result<HttpResponse, Refusal> {
    answer(&*change_own(&state, &who, body.0).await?)
}

/// What can be said of both passwords before the present one is compared.
pub fn check_passwords(state: &State, account: &Account, input: &PasswordInput) -> Result<(), Refusal> {
    let least = state.config.sign_in.password_min_length;
    let words = sign_in::words_of(account);
    together((
        sign_in::parse_typed("/old_password", &input.old_password),
        sign_in::check_new("/new_password", &input.new_password, &words, least),
    ))
    .map(drop)
}

/// Changes one's own password after comparing the present one; failures count as failed sign-ins do.
pub async fn replace_password(
    request: &HttpRequest,
    state: &State,
    who: &SignedIn,
    input: PasswordInput,
) -> Result<(), Refusal> {
    session::require_session(who)?;
    let account = state.store.read(|read| account::get(read, who.actor.user))?;
    check_passwords(state, &account, &input)?;
    let PasswordInput { old_password, new_password } = input;
    let username = account.username.as_str();
    let compared = prove_password(request, state, who, username, old_password).await?;
    let hash =
        state.hashing.hash(Asker { from: counted_address(request), name: username }, new_password).await?;
    let keep = who.session.as_ref().map(|session| session.token);
    let actor = who.actor.clone();
    state
        .store
        .write(Class::SignIn, move |txn| account_change::change_password(txn, &actor, &compared, hash, keep))
        .await
}

/// Changes one's own password. Other sessions and all personal tokens end; the session that asks stays.
#[cfg_attr(test, utoipa::path(put, path = "/api/me/password", tag = "people", request_body = PasswordInput, responses(
    (status = 204, description = "Changed; other sessions and all tokens have ended"), Proving)))]
async fn change_password(
    request: HttpRequest,
    who: SignedIn,
    state: web::Data<State>,
    body: Body<PasswordInput>,
) -> Result<HttpResponse, Refusal> {
    replace_password(&request, &state, &who, body.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A password set with a one-time link.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ActivationInput {
    /// The token of the link.
    pub token: String,
    /// The password from now on.
    pub password: String,
}

/// Sets a password with a one-time link. Whose it is.
pub async fn set_by_link(
    request: &HttpRequest,
    state: &State,
    input: ActivationInput,
) -> Result<UserId, Refusal> {
    let ActivationInput { token, password } = input;
    let now = state.now();
    let account = state.store.read(|read| activation::account_of(read, &token, now))?;
    let least = state.config.sign_in.password_min_length;
    sign_in::check_new("/password", &password, &sign_in::words_of(&account), least)?;
    let asker = Asker { from: counted_address(request), name: &token };
    let hash = state.hashing.hash(asker, password).await?;
    let now = state.now();
    state.store.write(Class::SignIn, move |txn| activation::redeem(txn, &token, hash, now)).await
}

/// Sets a password with a one-time link: the first one, or a forgotten one anew. All sessions and personal tokens end.
#[cfg_attr(test, utoipa::path(post, path = "/api/activation", tag = "people", request_body = ActivationInput, responses(
    (status = 204, description = "Set; sign in with it"), Proving)))]
async fn activate(
    request: HttpRequest,
    state: web::Data<State>,
    body: Body<ActivationInput>,
) -> Result<HttpResponse, Refusal> {
    set_by_link(&request, &state, body.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// What to list.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[cfg_attr(test, into_params(parameter_in = Query))]
struct ListQuery {
    /// People of whom a name, the username or the e-mail address begins with this.
    search: Option<String>,
    /// Items per page, 1 to 500; 50 when absent.
    limit: Option<usize>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// Everybody by family name, or whom a search finds.
#[cfg_attr(test, utoipa::path(get, path = "/api/accounts", tag = "people", params(ListQuery), responses(
    (status = 200, description = "A page of accounts", body = Page<AccountView>), Reading)))]
async fn list(
    request: HttpRequest,
    who: SignedIn,
    state: web::Data<State>,
    query: Query<ListQuery>,
) -> Result<HttpResponse, Refusal> {
    let ListQuery { search, limit, after } = query.into_inner();
    let query = PageQuery { limit, after };
    let (limit, after) = (query.limit()?, query.after::<ListKey>()?);
    let rows =
        state.store.read(|read| account_change::list(read, &who, search.as_deref(), after, limit + 1))?;
    let page = Page::of(rows, limit, |(key, _)| key.clone(), |(_, account)| AccountView::of(&account));
    page::respond(&request, &page)
}

/// Makes an account. It has no password: make a link with which the person sets one.
#[cfg_attr(test, utoipa::path(post, path = "/api/accounts", tag = "people", params(OnceHeader), request_body = AccountInput, responses(
    (status = 201, description = "Made", body = AccountView), Making)))]
async fn create(
    who: SignedIn,
    state: web::Data<State>,
    input: Once<AccountInput>,
) -> Result<HttpResponse, Refusal> {
    let actor = who.actor.clone();
    let Once { body, key } = input;
    once::create(&state, Class::Interactive, &who, key, once::on_site(Permission::ManagePeople), move |txn| {
        let account = account_change::create(txn, &actor, body.parse()?, None)?;
        Ok((format!("/api/accounts/{}", account.id), AccountView::of(&account)))
    })
    .await
}

/// One account.
#[cfg_attr(test, utoipa::path(get, path = "/api/accounts/{account}", tag = "people",
    params(("account" = UserId, Path, description = "The account")), responses(
    (status = 200, description = "The account", body = AccountView), Reading)))]
async fn get(
    who: SignedIn,
    state: web::Data<State>,
    path: web::Path<UserId>,
) -> Result<HttpResponse, Refusal> {
    let account = state.store.read(|read| account_change::seen(read, &who, *path))?;
    answer(&account)
}

/// Replaces the facts of an account.
#[cfg_attr(test, utoipa::path(put, path = "/api/accounts/{account}", tag = "people", request_body = AccountInput,
    params(("account" = UserId, Path, description = "The account"), ("If-Match" = String, Header, description = "The ETag that was read, or *")),
    responses((status = 200, description = "Changed", body = AccountView), Changing)))]
async fn change(edit: Edit<UserId>, body: Body<AccountInput>) -> Result<HttpResponse, Refusal> {
    let (id, input) = (edit.at, body.0);
    edit.change(move |txn, actor, unchanged| {
        access::require(txn, actor, Permission::ManagePeople, Scope::Site)?;
        let account = account_change::change(txn, actor, id, input.parse()?, unchanged)?;
        Ok(AccountView::of(&account))
    })
    .await
}

/// Keeps somebody out: sessions end, tokens stop, nothing is lost.
#[cfg_attr(test, utoipa::path(post, path = "/api/accounts/{account}/suspend", tag = "people",
    params(("account" = UserId, Path, description = "The account")), responses(
    (status = 200, description = "Suspended", body = AccountView), Making)))]
async fn suspend(
    who: SignedIn,
    state: web::Data<State>,
    path: web::Path<UserId>,
) -> Result<HttpResponse, Refusal> {
    let (id, actor) = (path.into_inner(), who.actor);
    let account =
        state.store.write(Class::Interactive, move |txn| account_change::suspend(txn, &actor, id)).await?;
    answer(&account)
}

/// Lets somebody in again.
#[cfg_attr(test, utoipa::path(post, path = "/api/accounts/{account}/reactivate", tag = "people",
    params(("account" = UserId, Path, description = "The account")), responses(
    (status = 200, description = "Active", body = AccountView), Making)))]
async fn reactivate(
    who: SignedIn,
    state: web::Data<State>,
    path: web::Path<UserId>,
) -> Result<HttpResponse, Refusal> {
    let (id, actor) = (path.into_inner(), who.actor);
    let account =
        state.store.write(Class::Interactive, move |txn| account_change::reactivate(txn, &actor, id)).await?;
    answer(&account)
}

/// A one-time link, told once.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct LinkView {
    /// What it is for.
    pub purpose: Purpose,
    /// What `POST /api/activation` takes. Only its hash is kept.
    pub token: String,
    /// Until when.
    pub expires: Timestamp,
}

/// Makes a one-time link with which the person sets a password: the first one (valid 14 days), or a new one (a day).
/// Earlier links stop working. Needs a session: with a link whoever has it can be the person.
#[cfg_attr(test, utoipa::path(post, path = "/api/accounts/{account}/password-link", tag = "people",
    params(("account" = UserId, Path, description = "The account")), responses(
    (status = 201, description = "Made; the token is not told again", body = LinkView), Making)))]
async fn password_link(
    who: SignedIn,
    state: web::Data<State>,
    path: web::Path<UserId>,
) -> Result<HttpResponse, Refusal> {
    let (id, actor) = (path.into_inner(), who.actor);
    let token = secret::token()?;
    let hash = token_hash(&token);
    let Link { purpose, expires, .. } =
        state.store.write(Class::Interactive, move |txn| activation::issue(txn, &actor, id, hash)).await?;
    created(&format!("/api/accounts/{id}"), &LinkView { purpose, token, expires })
}
