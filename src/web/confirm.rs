//! The page before something is taken away: it says what will go, and asks.

use actix_web::HttpResponse;
use askama::Template;

use super::frame::Frame;
use crate::domain::refusal::Refusal;

/// What is asked. All texts are in the viewer's language already.
pub struct Confirm<'a> {
    /// The question, as the page's heading.
    pub question: String,
    /// What will go, and what stays: a sentence each.
    pub what: Vec<String>,
    /// Where the form is sent to.
    pub action: &'a str,
    /// Hidden fields that go along, such as the revision that was seen.
    pub fields: &'a [(&'a str, String)],
    /// What the button says: a verb, not "yes". Empty where it cannot be done as it is: then there is only the way back.
    pub button: String,
    /// Where who thinks better of it goes.
    pub back: &'a str,
}

#[derive(Template)]
#[template(path = "confirm.html")]
struct ConfirmPage<'a> {
    frame: &'a Frame,
    confirm: &'a Confirm<'a>,
}

impl Confirm<'_> {
    /// The page.
    pub fn show(&self, frame: &Frame) -> Result<HttpResponse, Refusal> {
        frame.show(&ConfirmPage { frame, confirm: self })
    }
}
