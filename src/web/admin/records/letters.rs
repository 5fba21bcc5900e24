//! Statements that a store did not want: sending them again, or giving them up, one or all.

use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::targets::address;
use crate::domain::access::Permission;
use crate::domain::refusal::{Refusal, invalid};
use crate::domain::xapi::forward::ForwardTargetId;
use crate::domain::xapi::forward::edit::{self, LetterWork, Letters};
use crate::domain::xapi::record::Stored;
use crate::http::routes::{Needs, Routes};
use crate::store::Class;
use crate::web::confirm::Confirm;
use crate::web::flash::Flash;
use crate::web::form::Fields;
use crate::web::visitor::{Posted, Visitor};

/// Routes of this file.
pub(super) fn routes(routes: &mut Routes) {
    let needs = Needs::Site(Permission::ManageSite);
    routes.form("/admin/records/targets/{target}/redeliver", Class::Interactive, needs, redeliver);
    routes.page("/admin/records/targets/{target}/discard", Class::Browse, needs, ask_discard);
    routes.form("/admin/records/targets/{target}/discard", Class::Interactive, needs, discard);
}

/// The letter that a form names, or all where it says so.
fn which(fields: &Fields) -> Result<Letters, Refusal> {
    let wrong = || invalid("/letter", "is no letter");
    match fields.optional("letter") {
        Some(letter) => Ok(Letters::These(vec![Stored(letter.parse().map_err(|_| wrong())?)])),
        None if fields.ticked("all") => Ok(Letters::All),
        None => Err(wrong()),
    }
}

async fn do_with(
    posted: Posted,
    id: ForwardTargetId,
    work: LetterWork,
    said: &'static str,
) -> Result<HttpResponse, Refusal> {
    let actor = posted.who.actor.clone();
    posted.state.store.read(|read| edit::get(read, &actor, id))?;
    let which = which(&posted.fields)?;
    let count =
        posted.state.store.write(Class::Interactive, move |txn| work(txn, &actor, id, &which)).await?;
    posted.state.forwarding.wake();
    Ok(posted.frame.go_and_say(&address(id), &Flash::done(said).with("count", count)))
}

async fn redeliver(posted: Posted, id: web::Path<ForwardTargetId>) -> Result<HttpResponse, Refusal> {
    do_with(posted, *id, edit::send_again, "records-letters-again").await
}

#[derive(Debug, Deserialize)]
struct DiscardQuery {
    letter: Option<u64>,
}

async fn ask_discard(
    visitor: Visitor,
    id: web::Path<ForwardTargetId>,
    query: web::Query<DiscardQuery>,
) -> Result<HttpResponse, Refusal> {
    let (frame, id, letter) = (&visitor.frame, *id, query.letter);
    let count = visitor.state.store.read(|read| -> Result<_, Refusal> {
        edit::get(read, visitor.actor(), id)?;
        Ok(if letter.is_some() { 1 } else { edit::letter_counts(read, id)?.0 })
    })?;
    let named = letter.map_or_else(|| ("all", "true".to_owned()), |letter| ("letter", letter.to_string()));
    Confirm {
        question: frame.t1("records-discard-question", "count", count),
        what: vec![frame.t("records-discard-goes").into_owned()],
        action: &format!("{}/discard", address(id)),
        fields: &[named],
        button: frame.t("records-discard").into_owned(),
        back: &address(id),
    }
    .show(frame)
}

async fn discard(posted: Posted, id: web::Path<ForwardTargetId>) -> Result<HttpResponse, Refusal> {
    do_with(posted, *id, edit::discard, "records-letters-gone").await
}
