//! The first administrator, with the one-time link that the server printed at its first start.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::flash::Flash;
use super::form::{Fields, Form};
use super::frame::Frame;
use super::visitor::{Guest, GuestPosted};
use crate::domain::refusal::Refusal;
use crate::domain::setup;
use crate::http::routes::{Needs, Routes};
use crate::http::session::{Begun, begin, set_cookie};
use crate::http::setup::{SetupInput, first_administrator};
use crate::store::Class;

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    routes.page("/setup", Class::SignIn, Needs::Nothing, show);
    routes.form("/setup", Class::SignIn, Needs::Nothing, complete);
}

#[derive(Template)]
#[template(path = "setup.html")]
struct SetupPage<'a> {
    frame: &'a Frame,
    form: &'a Form,
}

#[derive(Debug, Deserialize)]
struct Code {
    code: Option<String>,
}

async fn show(guest: Guest, query: web::Query<Code>) -> Result<HttpResponse, Refusal> {
    let code = query.into_inner().code.unwrap_or_default();
    if guest.state.store.read(|read| setup::has_administrator(read))? {
        return Ok(guest.frame.go_and_say("/sign-in", &Flash::done("setup-done-before")));
    }
    if !code.is_empty() {
        // A link that does not work is said before anything is typed.
        guest.state.store.read(|read| setup::check(read, &code, guest.frame.now))?;
    }
    let form = Form::of(Fields::default().with("code", code));
    form.show(&guest.frame, &SetupPage { frame: &guest.frame, form: &form })
}

async fn complete(request: HttpRequest, posted: GuestPosted) -> Result<HttpResponse, Refusal> {
    let GuestPosted { frame, fields, state, .. } = posted;
    let input = SetupInput {
        code: fields.get("code").trim().to_owned(),
        username: fields.get("username").to_owned(),
        email: fields.optional("email").map(str::to_owned),
        first_name: fields.get("first_name").to_owned(),
        last_name: fields.get("last_name").to_owned(),
        password: fields.get("password").to_owned(),
    };
    let (username, password) = (input.username.clone(), input.password.clone());
    if let Err(refusal) = first_administrator(&request, &state, input).await {
        let form = Form::refused(fields, refusal, frame.text)?;
        return form.show(&frame, &SetupPage { frame: &frame, form: &form });
    }
    // The password was just chosen: nobody need type it again.
    let Begun { token, .. } = begin(&request, &state, &username, password, &mut None).await?;
    let mut response = frame.go_and_say("/", &Flash::done("setup-done"));
    set_cookie(&mut response, &state.config, Some(&token))?;
    Ok(response)
}
