//! Choosing a password with a one-time link: the first one, or a forgotten one anew.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::flash::Flash;
use super::form::{Fields, Form};
use super::frame::Frame;
use super::visitor::{Guest, GuestPosted};
use crate::domain::account::{self, Account};
use crate::domain::faults::together;
use crate::domain::refusal::{Refusal, invalid};
use crate::domain::{activation, sign_in};
use crate::http::account::{ActivationInput, set_by_link};
use crate::http::routes::{Needs, Routes};
use crate::http::session::{Begun, begin, set_cookie};
use crate::state::State;
use crate::store::Class;

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    routes.page("/activation", Class::SignIn, Needs::Nothing, show);
    routes.form("/activation", Class::SignIn, Needs::Nothing, set);
}

#[derive(Template)]
#[template(path = "activation.html")]
struct ActivationPage<'a> {
    frame: &'a Frame,
    form: &'a Form,
    token: &'a str,
    account: &'a Account,
    name: String,
}

#[derive(Debug, Deserialize)]
struct Link {
    token: Option<String>,
}

fn page<'a>(frame: &'a Frame, form: &'a Form, token: &'a str, account: &'a Account) -> ActivationPage<'a> {
    ActivationPage { frame, form, token, account, name: account::display_name(account) }
}

async fn show(guest: Guest, query: web::Query<Link>) -> Result<HttpResponse, Refusal> {
    let token = query.into_inner().token.unwrap_or_default();
    // A link that does not work is said before anything is typed.
    let account = guest.state.store.read(|read| activation::account_of(read, &token, guest.frame.now))?;
    let form = Form::of(Fields::default());
    form.show(&guest.frame, &page(&guest.frame, &form, &token, &account))
}

async fn redeem(request: &HttpRequest, state: &State, fields: &Fields) -> Result<(), Refusal> {
    let (token, password) = (fields.get("token").to_owned(), fields.get("password").to_owned());
    if password != fields.get("repeated") {
        let account = state.store.read(|read| activation::account_of(read, &token, state.now()))?;
        let least = state.config.sign_in.password_min_length;
        let checked = sign_in::check_new("/password", &password, &sign_in::words_of(&account), least);
        let repeated = Err(invalid("/repeated", "is not the same as the password above"));
        return together((checked, repeated)).map(|((), ())| ());
    }
    set_by_link(request, state, ActivationInput { token, password }).await.map(drop)
}

async fn set(request: HttpRequest, posted: GuestPosted) -> Result<HttpResponse, Refusal> {
    let GuestPosted { frame, fields, state, .. } = posted;
    let token = fields.get("token").to_owned();
    let account = state.store.read(|read| activation::account_of(read, &token, frame.now))?;
    let password = fields.get("password").to_owned();
    if let Err(refusal) = redeem(&request, &state, &fields).await {
        let form = Form::refused(fields, refusal, frame.text)?;
        return form.show(&frame, &page(&frame, &form, &token, &account));
    }
    let Begun { token, .. } = begin(&request, &state, account.username.as_str(), password, &mut None).await?;
    let mut response = frame.go_and_say("/", &Flash::done("activation-done"));
    set_cookie(&mut response, &state.config, Some(&token))?;
    Ok(response)
}
