//! Personal tokens for programs. The secret is on the page that answers the form, and nowhere else.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::{Part, parts};
use crate::domain::access::{self, Actor, Permission, PermissionSet};
use crate::domain::faults::Faults;
use crate::domain::ids::TokenId;
use crate::domain::refusal::{Refusal, invalid, not_found};
use crate::domain::session::token_hash;
use crate::domain::token::{self, ApiToken, NewToken, PREFIX};
use crate::secret;
use crate::state::State;
use crate::store::Class;
use crate::web::confirm::Confirm;
use crate::web::flash::Flash;
use crate::web::form::{Fields, Form};
use crate::web::frame::Frame;
use crate::web::visitor::{Posted, Visitor};

/// Days that a token may live: the choices of the form.
const LIVES: &[u64] = &[7, 30, 90, 365];

#[derive(Template)]
#[template(path = "account/tokens.html")]
struct TokensPage<'a> {
    frame: &'a Frame,
    parts: Vec<Part>,
    tokens: Vec<ApiToken>,
    form: &'a Form,
    lives: Vec<(u64, String)>,
    scopes: Vec<(&'static str, String)>,
    /// The secret of one that was just made.
    secret: Option<&'a str>,
}

/// The key of a right's name in the catalogue.
fn scope(frame: &Frame, permission: Permission) -> (&'static str, String) {
    let name = permission.name();
    (name, frame.t_of("permission-", &name.replace('_', "-")).into_owned())
}

fn page<'a>(
    frame: &'a Frame,
    state: &State,
    actor: &Actor,
    form: &'a Form,
    secret: Option<&'a str>,
) -> Result<TokensPage<'a>, Refusal> {
    let (tokens, held) = state.store.read(|read| -> Result<_, Refusal> {
        Ok((token::list(read, actor, actor.user)?, access::held_somewhere(read, actor)?))
    })?;
    Ok(TokensPage {
        frame,
        parts: parts("/account/tokens"),
        tokens,
        form,
        lives: LIVES.iter().map(|days| (*days, frame.t1("account-token-days", "count", *days))).collect(),
        // A token never does more than its person: what they cannot do themselves would be an empty promise.
        scopes: held.list().into_iter().map(|permission| scope(frame, permission)).collect(),
        secret,
    })
}

fn empty() -> Form {
    Form::of(Fields::default().with("days", 90))
}

pub(super) async fn show(visitor: Visitor) -> Result<HttpResponse, Refusal> {
    let form = empty();
    visitor.frame.show(&page(&visitor.frame, &visitor.state, visitor.actor(), &form, None)?)
}

fn parse(fields: &Fields, actor: &Actor) -> Result<NewToken, Refusal> {
    let days = fields.get("days").parse().ok().filter(|days| LIVES.contains(days));
    let days = days.ok_or_else(|| invalid("/days", "is not one of the choices"));
    let scopes: Option<Vec<Permission>> = fields.all("scopes").map(Permission::parse).collect();
    let scopes = scopes.filter(|scopes| !scopes.is_empty());
    let scopes = scopes.ok_or_else(|| invalid("/scopes", "names nothing that the token may do"));
    let mut faults = Faults::default();
    let scopes = PermissionSet::of(&faults.or_default(scopes));
    // In the place of a wrong number of days stands one that is right.
    let days = faults.or_default(days).max(1);
    let expires = actor.now.plus(Duration::from_hours(24 * days));
    faults.and(NewToken::parse(fields.get("name"), scopes, expires, actor.now))
}

pub(super) async fn create(posted: Posted) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let text = format!("{PREFIX}{}", secret::token()?);
    let hash = token_hash(&text);
    let actor = who.actor.clone();
    let made = match parse(&fields, &actor) {
        Ok(new) => {
            state.store.write(Class::Interactive, move |txn| token::create(txn, &actor, new, hash)).await
        }
        Err(refusal) => Err(refusal),
    };
    match made {
        Ok(_) => {
            let form = empty();
            let page = page(&frame, &state, &who.actor, &form, Some(&text))?;
            frame.show_as(StatusCode::CREATED, &page)
        }
        Err(refusal) => {
            let form = Form::refused(fields, refusal, frame.text)?;
            form.show(&frame, &page(&frame, &state, &who.actor, &form, None)?)
        }
    }
}

pub(super) async fn ask(visitor: Visitor, id: web::Path<TokenId>) -> Result<HttpResponse, Refusal> {
    let (actor, id) = (visitor.actor(), *id);
    let tokens = visitor.state.store.read(|read| token::list(read, actor, actor.user))?;
    let token = tokens.iter().find(|token| token.id == id).ok_or_else(|| not_found("token", id))?;
    let frame = &visitor.frame;
    Confirm {
        question: frame.t1("account-token-delete-question", "name", &token.name),
        what: vec![frame.t("account-token-delete-what").into_owned()],
        action: &format!("/account/tokens/{id}/delete"),
        fields: &[],
        button: frame.t("account-token-delete").into_owned(),
        back: "/account/tokens",
    }
    .show(frame)
}

pub(super) async fn delete(posted: Posted, id: web::Path<TokenId>) -> Result<HttpResponse, Refusal> {
    let (actor, id) = (posted.who.actor.clone(), *id);
    posted
        .state
        .store
        .write(Class::Interactive, move |txn| token::delete(txn, &actor, actor.user, id))
        .await?;
    Ok(posted.frame.go_and_say("/account/tokens", &Flash::done("account-token-deleted")))
}
