//! A question as a learner sees it, to be tried out: its fields, and what an answer to it would earn and be told. The same
//! domain calls as the API's preview; nothing is stored.

use crate::domain::decimal::Decimal;
use crate::domain::question::format::fraction;
use crate::domain::question::kind::{ClozeKind, ClozePart};
use crate::domain::question::{Kind, MarkState, QuestionBody, Response, arrange, check, mark, present};
use crate::domain::refusal::Refusal;
use crate::http::attempt_view::PartFeedbackView;
use crate::http::bank::new_seed;
use crate::web::attempt::given::Given;
use crate::web::attempt::response::{by_slot, fields_of, response_of};
use crate::web::attempt::shown::{Shown, with_files};
use crate::web::form::Fields;
use crate::web::text::Text;

/// The field that says in which order things were shown.
pub const SEED: &str = "seed";

/// What an answer would earn and be told.
pub struct Told {
    /// How it went.
    pub state: MarkState,
    /// The points, of the question's own.
    pub points: Option<Decimal>,
    /// The share of the points as a percentage.
    pub share: Option<String>,
    /// The answer with what is said about its parts.
    pub given: Given,
    /// For the whole, by how it went; safe HTML.
    pub combined: String,
    /// For everybody; safe HTML.
    pub general: String,
    /// How many parts are right, where the author wants it said.
    pub number_right: Option<(u16, u16)>,
    /// In words.
    pub right_answer: String,
}

/// A question that is tried out.
pub struct Trial {
    /// The question with its fields.
    pub shown: Shown,
    /// Decides the order.
    pub seed: u64,
    /// Can the order differ?
    pub mixes: bool,
    /// What became of the answer.
    pub told: Option<Told>,
    /// Why the fields are no answer: the key of a message.
    pub problem: Option<&'static str>,
    /// What only those who mark see; safe HTML.
    pub grader_info: String,
}

/// Can the order of anything differ from one learner to the next?
fn mixes(kind: &Kind) -> bool {
    let part = |part: &ClozePart| {
        matches!(
            part.kind,
            ClozeKind::Choice { shuffle: true, .. } | ClozeKind::MultipleResponse { shuffle: true, .. }
        )
    };
    match kind {
        Kind::SingleChoice(it) => it.shuffle,
        Kind::MultipleResponse(it) => it.shuffle,
        Kind::Cloze(it) => it.parts.iter().any(part),
        Kind::Matching(_) | Kind::Ordering(_) => true,
        Kind::TrueFalse(_) | Kind::Numerical(_) | Kind::ShortAnswer(_) | Kind::Essay(_) => false,
    }
}

impl Trial {
    /// A question as it is shown first, or with an answer to be marked.
    pub fn of(text: Text, body: &QuestionBody, answered: Option<&Fields>) -> Result<Self, Refusal> {
        let known = answered.and_then(|fields| fields.get(SEED).parse().ok());
        let seed = match known {
            Some(seed) => seed,
            None => new_seed()?,
        };
        let arrangement = arrange(&body.kind, true, seed);
        let question = present(body, &arrangement);
        let mut trial = Self {
            shown: Shown::of(text, 0, &question, &fields_of(&question.answer, None)),
            seed,
            mixes: mixes(&body.kind),
            told: None,
            problem: None,
            grader_info: match &body.kind {
                Kind::Essay(essay) => with_files(essay.grader_info.html()),
                _ => String::new(),
            },
        };
        let Some(answered) = answered else { return Ok(trial) };
        let typed = by_slot(answered, 1).pop().unwrap_or_default();
        trial.shown = Shown::of(text, 0, &question, &typed);
        let input = match response_of(&question.answer, &typed) {
            Ok(input) => input,
            Err(key) => {
                trial.problem = Some(key);
                return Ok(trial);
            }
        };
        let response = Response::from(input.clone());
        if check(&body.kind, &arrangement, &response).is_err() {
            trial.problem = Some("exam-wrong-choice");
            return Ok(trial);
        }
        let mark = mark(body, &arrangement, &response);
        let parts: Vec<PartFeedbackView> = mark
            .feedback
            .into_iter()
            .map(|part| PartFeedbackView {
                part: part.part,
                position: part.position,
                state: Some(part.state),
                text: part.text.html().to_owned(),
            })
            .collect();
        trial.told = Some(Told {
            state: mark.state,
            points: mark.share.map(|share| share.of_points(body.default_points)),
            share: mark.share.map(|share| fraction::to_percent(share.rounded())),
            given: Given::of(text, &question, Some(&input), &parts),
            combined: with_files(mark.combined.html()),
            general: with_files(body.general_feedback.html()),
            number_right: mark.number_right,
            right_answer: mark.right_answer,
        });
        Ok(trial)
    }
}
