//! Changing one's own password.

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::{Part, own, parts};
use crate::domain::faults::together;
use crate::domain::refusal::{Refusal, invalid};
use crate::domain::sign_in::WRONG_PASSWORD;
use crate::http::account::{PasswordInput, check_passwords, replace_password};
use crate::web::flash::Flash;
use crate::web::form::{Fields, Form};
use crate::web::frame::Frame;
use crate::web::visitor::{Posted, Visitor};

#[derive(Template)]
#[template(path = "account/password.html")]
struct PasswordPage<'a> {
    frame: &'a Frame,
    parts: Vec<Part>,
    form: &'a Form,
    username: &'a str,
    least: usize,
}

pub(super) async fn show(visitor: Visitor) -> Result<HttpResponse, Refusal> {
    let account = own(&visitor.state, visitor.actor().user)?;
    let form = Form::of(Fields::default());
    let page = PasswordPage {
        frame: &visitor.frame,
        parts: parts("/account/password"),
        form: &form,
        username: account.username.as_str(),
        least: visitor.state.config.sign_in.password_min_length,
    };
    form.show(&visitor.frame, &page)
}

pub(super) async fn change(request: HttpRequest, posted: Posted) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let account = own(&state, who.actor.user)?;
    let input = PasswordInput {
        old_password: fields.get("old_password").to_owned(),
        new_password: fields.get("new_password").to_owned(),
    };
    let changed = if input.new_password == fields.get("repeated") {
        replace_password(&request, &state, &who, input).await
    } else {
        let repeated = Err(invalid("/repeated", "is not the same as the new password"));
        together((check_passwords(&state, &account, &input), repeated)).map(|((), ())| ())
    };
    match changed {
        Ok(()) => Ok(frame.go_and_say("/account/sessions", &Flash::done("account-password-saved"))),
        Err(mut refusal) => {
            if refusal.code == WRONG_PASSWORD {
                refusal = refusal.at("/old_password", "is not your present password");
            }
            let form = Form::refused(fields, refusal, frame.text)?;
            let page = PasswordPage {
                frame: &frame,
                parts: parts("/account/password"),
                form: &form,
                username: account.username.as_str(),
                least: state.config.sign_in.password_min_length,
            };
            form.show(&frame, &page)
        }
    }
}
