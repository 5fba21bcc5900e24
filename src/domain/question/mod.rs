//! Questions: what is asked, how it is arranged and shown, what a response may be and what it earns.
//!
//! All of it is pure: no store, no clock, no chance. `Kind` holds the key, `PresentedQuestion` never does;
//! `Response` speaks of displayed positions, an `Arrangement` (fixed per attempt) says what stands there.

pub mod arrange;
pub mod carry;
pub mod cloze;
pub mod cmi;
pub(super) mod fold;
pub mod format;
pub mod kind;
pub mod mark;
pub mod numeric;
mod ordering;
pub mod present;
pub mod response;
pub mod share;
pub mod validate;
pub mod view;
mod wildcard;

use serde::{Deserialize, Serialize};

pub use arrange::{Arrangement, arrange};
pub use carry::carry;
pub use kind::Kind;
pub use mark::{Mark, MarkState, mark, unread_numbers};
pub use present::{PresentedQuestion, present};
pub use response::{InvalidResponse, Response, ResponseInput, check};
pub use share::Share;
pub use validate::{Fault, InvalidQuestion, validate};
pub use view::{QuestionInput, QuestionView};

use crate::domain::decimal::Decimal;
use crate::domain::rich_text::RichText;

/// A question as an author made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionBody {
    /// For authors; learners do not see it, because it often gives the answer away.
    pub name: String,
    /// What is asked.
    pub text: RichText,
    /// Shown to everybody afterwards.
    pub general_feedback: RichText,
    /// Points unless the quiz says otherwise.
    pub default_points: Decimal,
    /// Taken away for each wrong try where a quiz allows several: a share of the points.
    pub penalty: Decimal,
    /// The kind and its key.
    pub kind: Kind,
    /// For searching.
    pub tags: Vec<String>,
    /// The author's own identifier.
    pub id_number: Option<String>,
    /// Files that the texts refer to, ordered by name.
    pub files: Vec<FileRef>,
}

/// A file that belongs to a question; its bytes lie beside, under their hash.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct FileRef {
    /// Its name, with a path where it had one.
    pub name: String,
    /// Sha256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Its media type, judged by its name.
    pub media_type: String,
    /// Its size.
    pub bytes: u64,
}

impl QuestionBody {
    /// Every text of the question, for whoever looks for references.
    #[must_use]
    pub fn texts(&self) -> Vec<&RichText> {
        let mut texts = vec![&self.text, &self.general_feedback];
        match &self.kind {
            Kind::SingleChoice(choice) => {
                collect_options(&mut texts, &choice.options);
                collect_combined(&mut texts, &choice.feedback);
            }
            Kind::MultipleResponse(choice) => {
                collect_options(&mut texts, &choice.options);
                collect_combined(&mut texts, &choice.feedback);
            }
            Kind::TrueFalse(it) => texts.extend([&it.feedback_true, &it.feedback_false]),
            Kind::Numerical(it) => texts.extend(it.answers.iter().map(|answer| &answer.feedback)),
            Kind::ShortAnswer(it) => texts.extend(it.answers.iter().map(|answer| &answer.feedback)),
            Kind::Matching(it) => {
                texts.extend(it.pairs.iter().map(|pair| &pair.stem));
                collect_combined(&mut texts, &it.feedback);
            }
            Kind::Ordering(it) => {
                texts.extend(&it.items);
                collect_combined(&mut texts, &it.feedback);
            }
            Kind::Cloze(it) => {
                for part in &it.parts {
                    match &part.kind {
                        kind::ClozeKind::Choice { options, .. }
                        | kind::ClozeKind::MultipleResponse { options, .. } => {
                            collect_options(&mut texts, options);
                        }
                        kind::ClozeKind::ShortAnswer { answers, .. } => {
                            texts.extend(answers.iter().map(|answer| &answer.feedback));
                        }
                        kind::ClozeKind::Numerical { answers } => {
                            texts.extend(answers.iter().map(|answer| &answer.feedback));
                        }
                    }
                }
            }
            Kind::Essay(it) => texts.extend([&it.grader_info, &it.template]),
        }
        texts
    }
}

fn collect_options<'body>(texts: &mut Vec<&'body RichText>, options: &'body [kind::ChoiceOption]) {
    texts.extend(options.iter().flat_map(|option| [&option.text, &option.feedback]));
}

fn collect_combined<'body>(texts: &mut Vec<&'body RichText>, feedback: &'body kind::CombinedFeedback) {
    texts.extend([&feedback.correct, &feedback.partially_correct, &feedback.incorrect]);
}
