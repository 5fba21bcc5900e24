//! A question as learners see it, and what a response would earn. Nothing is stored.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};

use crate::domain::access::Permission;
use crate::domain::bank::question;
use crate::domain::decimal::Decimal;
use crate::domain::ids::QuestionId;
use crate::domain::question::mark::{MarkState, PartFeedback};
use crate::domain::question::{
    Mark, PresentedQuestion, Response, ResponseInput, Share, arrange, check, mark, present,
};
use crate::domain::refusal::{INTERNAL, Refusal, invalid};
use crate::http::actor::SignedIn;
use crate::http::body::{Body, json};
#[cfg(test)]
use crate::http::problems::Making;
use crate::state::State;

/// Seeds are numbers that JSON readers keep exactly.
const SEED_BITS: u32 = 53;

/// What to show and what to try.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PreviewInput {
    /// Which version; the newest when absent.
    #[serde(default)]
    pub version: Option<u32>,
    /// May the quiz change the order of options?
    #[serde(default = "yes")]
    pub shuffle: bool,
    /// Decides the order. Responses speak of displayed positions: send the seed of the answer that showed them.
    #[serde(default)]
    pub seed: Option<u64>,
    /// A response to mark.
    #[serde(default)]
    pub response: Option<ResponseInput>,
}

const fn yes() -> bool {
    true
}

/// What a learner would see.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct Preview {
    /// The version shown.
    pub version: u32,
    /// Decided the order.
    pub seed: u64,
    /// The question without its key.
    pub question: PresentedQuestion,
    /// What the response earns; `null` when there was none.
    pub mark: Option<TriedMark>,
}

/// A marked response.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct TriedMark {
    /// The share of the points; `null` while a person has to mark it.
    #[cfg_attr(test, schema(value_type = Option<f64>))]
    pub fraction: Option<Decimal>,
    /// How it went.
    pub state: MarkState,
    /// Feedback on options, stems, items or parts.
    pub feedback: Vec<TriedFeedback>,
    /// Feedback for the whole by how it went, as safe HTML.
    pub combined_feedback: String,
    /// Feedback that everybody gets, as safe HTML.
    pub general_feedback: String,
    /// How many parts are right, where the author wants it shown.
    pub number_right: Option<NumberRight>,
    /// The right answer in words.
    pub right_answer: String,
}

/// How many parts are right.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct NumberRight {
    /// So many.
    pub right: u16,
    /// Of so many.
    pub of: u16,
}

/// Feedback on one part.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct TriedFeedback {
    /// The part of a cloze, from 0.
    pub part: Option<u16>,
    /// The displayed position, from 0.
    pub position: Option<u16>,
    /// How it went.
    pub state: MarkState,
    /// The author's words, as safe HTML.
    pub html: String,
}

impl From<PartFeedback> for TriedFeedback {
    fn from(feedback: PartFeedback) -> Self {
        let PartFeedback { part, position, state, text } = feedback;
        Self { part, position, state, html: text.html().to_owned() }
    }
}

impl TriedMark {
    fn of(mark: Mark, general_feedback: &str) -> Self {
        Self {
            fraction: mark.share.map(Share::rounded),
            state: mark.state,
            feedback: mark.feedback.into_iter().map(TriedFeedback::from).collect(),
            combined_feedback: mark.combined.html().to_owned(),
            general_feedback: general_feedback.to_owned(),
            number_right: mark.number_right.map(|(right, of)| NumberRight { right, of }),
            right_answer: mark.right_answer,
        }
    }
}

/// A seed by chance, which JSON readers keep exactly.
pub(crate) fn new_seed() -> Result<u64, Refusal> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|error| INTERNAL.refuse(error.to_string()))?;
    Ok(u64::from_le_bytes(bytes) >> (u64::BITS - SEED_BITS))
}

/// Shows a question as a learner would see it, and marks a response when one is sent.
#[cfg_attr(test, utoipa::path(post, path = "/api/questions/{question}/preview", tag = "questions",
    params(("question" = u64, Path, description = "The question")),
    request_body = PreviewInput,
    responses((status = 200, description = "Shown and marked", body = Preview), Making)))]
pub async fn preview(
    state: web::Data<State>,
    actor: SignedIn,
    id: web::Path<QuestionId>,
    input: Body<PreviewInput>,
) -> Result<HttpResponse, Refusal> {
    let id = id.into_inner();
    let input = input.0;
    let version = state.store.read(|read| {
        let question = question::open(read, &actor, Permission::ViewQuestions, id)?;
        question::version(read, id, input.version.unwrap_or(question.latest))
    })?;
    let seed = match input.seed {
        Some(seed) if seed >> SEED_BITS == 0 => seed,
        Some(_) => return Err(invalid("/seed", "is not below 2 to the power of 53")),
        None => new_seed()?,
    };
    let body = &version.body;
    let arrangement = arrange(&body.kind, input.shuffle, seed);
    let marked = match input.response.map(Response::from) {
        Some(response) => {
            check(&body.kind, &arrangement, &response)
                .map_err(|error| invalid("/response", error.to_string()))?;
            Some(TriedMark::of(mark(body, &arrangement, &response), body.general_feedback.html()))
        }
        None => None,
    };
    json(&Preview { version: version.version, seed, question: present(body, &arrangement), mark: marked })
}
