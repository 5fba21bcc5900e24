//! The question before a change that leaves published quizzes fewer questions than they draw: it names them.

use actix_web::HttpResponse;

use crate::domain::bank::{DRAWS_TOO_FEW, Pools};
use crate::domain::ids::QuizId;
use crate::domain::quiz;
use crate::domain::refusal::Refusal;
use crate::state::State;
use crate::web::confirm::{self, Confirm};
use crate::web::form::Fields;
use crate::web::frame::Frame;

/// The field of a form whose sender was told.
pub(super) const TOLD: &str = "leave_too_few";

/// What the sender of a form lets happen.
pub(super) fn pools(fields: &Fields) -> Pools {
    Pools::of(fields.ticked(TOLD))
}

/// Asks when that is why a change was refused; any other refusal is handed back.
pub(super) fn ask(
    state: &State,
    frame: &Frame,
    refusal: Refusal,
    fields: &Fields,
    (action, back): (&str, &str),
) -> Result<HttpResponse, Refusal> {
    if refusal.code != DRAWS_TOO_FEW {
        return Err(refusal);
    }
    let ids = refusal.fields.iter().filter_map(|field| field.at.strip_prefix("/quizzes/")?.parse().ok());
    let mut what = vec![frame.t("bank-short-what").into_owned()];
    for id in ids {
        let quiz = state.store.read(|read| quiz::get(read, QuizId(id)))?;
        what.push(frame.t1("bank-short-quiz", "name", &quiz.name));
    }
    let mut again = confirm::again(fields);
    again.push((TOLD, "true".to_owned()));
    Confirm {
        question: frame.t("bank-short-title").into_owned(),
        what,
        action,
        fields: &again,
        button: frame.t("bank-short-go").into_owned(),
        back,
    }
    .show(frame)
}
