//! One's own name.

use actix_web::HttpResponse;
use askama::Template;

use super::{Part, own, parts};
use crate::domain::account_change::OwnInput;
use crate::domain::refusal::Refusal;
use crate::http::account::change_own;
use crate::web::flash::Flash;
use crate::web::form::{Fields, Form};
use crate::web::frame::Frame;
use crate::web::visitor::{Posted, Visitor};

#[derive(Template)]
#[template(path = "account/details.html")]
struct DetailsPage<'a> {
    frame: &'a Frame,
    parts: Vec<Part>,
    form: &'a Form,
}

fn show_form(frame: &Frame, form: &Form) -> Result<HttpResponse, Refusal> {
    form.show(frame, &DetailsPage { frame, parts: parts("/account/details"), form })
}

pub(super) async fn show(visitor: Visitor) -> Result<HttpResponse, Refusal> {
    let account = own(&visitor.state, visitor.actor().user)?;
    let fields = Fields::default()
        .with("first_name", account.first_name.as_str())
        .with("last_name", account.last_name.as_str());
    show_form(&visitor.frame, &Form::of(fields))
}

pub(super) async fn change(posted: Posted) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let input = OwnInput {
        first_name: fields.get("first_name").to_owned(),
        last_name: fields.get("last_name").to_owned(),
    };
    match change_own(&state, &who, input).await {
        Ok(_) => Ok(frame.go_and_say("/account", &Flash::done("account-details-saved"))),
        Err(refusal) => show_form(&frame, &Form::refused(fields, refusal, frame.text)?),
    }
}
