//! The page before something is taken away: it says what will go, and asks.

use actix_web::HttpResponse;
use askama::Template;

use super::form::Fields;
use super::frame::Frame;
use super::visitor::CSRF_FIELD;
use crate::domain::refusal::Refusal;
use crate::state::State;
use crate::store::{Class, StoreError, Txn};

/// The field of a form whose sender was asked.
const SURE: &str = "sure";

/// Was the sender of a form asked already? Forms that take something away only sometimes ask when they come in.
pub fn is_sure(fields: &Fields) -> bool {
    fields.ticked(SURE)
}

/// Why a change was not made.
enum Held {
    Refused(Refusal),
    /// It could be; nobody was asked yet.
    Unsure,
}

impl From<Refusal> for Held {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StoreError> for Held {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.into())
    }
}

/// Makes a change once its sender is sure. Before that it is tried and taken back: whatever would be refused is refused
/// before anybody is asked. `None`: it can be done, and asking comes next.
pub async fn once_sure<T: Send + 'static>(
    state: &State,
    sure: bool,
    work: impl FnOnce(&mut Txn<'_>) -> Result<T, Refusal> + Send + 'static,
) -> Result<Option<T>, Refusal> {
    let write = state.store.write(Class::Interactive, move |txn| {
        let done = work(txn)?;
        if sure { Ok(done) } else { Err(Held::Unsure) }
    });
    match write.await {
        Ok(done) => Ok(Some(done)),
        Err(Held::Unsure) => Ok(None),
        Err(Held::Refused(refusal)) => Err(refusal),
    }
}

/// What was typed, to be sent again by who is sure.
pub fn again(fields: &Fields) -> Vec<(&str, String)> {
    let typed = fields.iter().filter(|(name, _)| !matches!(*name, CSRF_FIELD | SURE));
    typed.map(|(name, value)| (name, value.to_owned())).chain([(SURE, "true".to_owned())]).collect()
}

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
