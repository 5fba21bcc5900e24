//! What a learner answers, and whether it can be an answer to this question at all.
//!
//! Positions are displayed positions, counted from nought. Checking is about shape only: whatever text a learner
//! types is kept, however it will be marked, because refusing to save is worse than a wrong answer.

use serde::{Deserialize, Serialize};

use super::arrange::Arrangement;
use super::kind::{ClozeKind, Kind};
use crate::domain::limits::{
    ANSWER_LETTERS, ESSAY_BYTES, RESPONSE_BYTES, UNIT_LETTERS, is_longer, letters_beyond,
};
use crate::json::tagged;

/// A response, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Response {
    /// Nothing, or cleared.
    Empty,
    /// One option.
    Choice(u16),
    /// Any number of options.
    Choices(Vec<u16>),
    /// True or false.
    Truth(bool),
    /// A number as written, and the unit where it is chosen separately.
    Number {
        /// As written.
        text: String,
        /// As chosen.
        unit: Option<String>,
    },
    /// A word.
    Text(String),
    /// For every displayed stem the position in the right column.
    Pairs(Vec<Option<u16>>),
    /// Displayed items in the learner's order.
    Order(Vec<u16>),
    /// For every part.
    Cloze(Vec<ClozeResponse>),
    /// A free text.
    Essay(String),
}

/// A response to a part of a cloze, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClozeResponse {
    /// Nothing.
    Empty,
    /// One option.
    Choice(u16),
    /// Any number of options.
    Choices(Vec<u16>),
    /// A word or a number.
    Text(String),
}

tagged! { "type";
    /// A response, as it comes and goes over the wire.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    #[cfg_attr(test, derive(utoipa::ToSchema))]
    pub enum ResponseInput {
        /// Nothing, or cleared.
        Empty,
        /// One option.
        Choice {
            /// Its displayed position, from 0.
            option: u16,
        },
        /// Any number of options.
        Choices {
            /// Their displayed positions, from 0.
            options: Vec<u16>,
        },
        /// True or false.
        Truth {
            /// Which one.
            value: bool,
        },
        /// A number.
        Number {
            /// As written.
            text: String,
            /// The unit, where it is chosen separately.
            #[serde(default)]
            unit: Option<String>,
        },
        /// A word or a short text.
        Text {
            /// As written.
            text: String,
        },
        /// The answers to the stems of a matching question.
        Pairs {
            /// For every displayed stem, the position in the right column, or null.
            answers: Vec<Option<u16>>,
        },
        /// An order.
        Order {
            /// Displayed positions of all items, in the learner's order.
            order: Vec<u16>,
        },
        /// The answers to the parts of a cloze.
        Cloze {
            /// One for every part.
            answers: Vec<ClozeResponseInput>,
        },
        /// A free text.
        Essay {
            /// As written; at most 64 KiB (65,536 bytes) of UTF-8.
            text: String,
        },
    }
}

tagged! { "type";
    /// A response to a part of a cloze, over the wire.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    #[cfg_attr(test, derive(utoipa::ToSchema))]
    pub enum ClozeResponseInput {
        /// Nothing.
        Empty,
        /// One option.
        Choice {
            /// Its displayed position, from 0.
            option: u16,
        },
        /// Any number of options.
        Choices {
            /// Their displayed positions, from 0.
            options: Vec<u16>,
        },
        /// A word or a number.
        Text {
            /// As written.
            text: String,
        },
    }
}

/// Why a response cannot belong to this question.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidResponse {
    /// Of another type than the question asks for.
    #[error("a response of type {got} does not answer a question that asks for {wanted}")]
    WrongType {
        /// What the question asks for.
        wanted: &'static str,
        /// What came.
        got: &'static str,
    },
    /// A position that is not displayed.
    #[error("there is no position {position}; positions run from 0 to {last}")]
    NoSuchPosition {
        /// What came.
        position: u16,
        /// The last one there is.
        last: usize,
    },
    /// The same position twice.
    #[error("position {0} occurs twice")]
    Duplicate(u16),
    /// Not as many entries as there are stems, items or parts.
    #[error("has {got} entries where the question has {wanted}")]
    WrongCount {
        /// How many the question has.
        wanted: usize,
        /// How many came.
        got: usize,
    },
    /// Longer than can be kept.
    #[error("is {over} characters too long to be kept")]
    TooLong {
        /// So many letters have to go.
        over: usize,
    },
    /// An entry of a cloze or a list is at fault.
    #[error("part {part}: {reason}")]
    Part {
        /// Which one, from 0.
        part: usize,
        /// What is wrong with it.
        reason: Box<InvalidResponse>,
    },
}

impl Response {
    /// The name of its type on the wire.
    #[must_use]
    pub const fn type_name(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Choice(_) => "choice",
            Self::Choices(_) => "choices",
            Self::Truth(_) => "truth",
            Self::Number { .. } => "number",
            Self::Text(_) => "text",
            Self::Pairs(_) => "pairs",
            Self::Order(_) => "order",
            Self::Cloze(_) => "cloze",
            Self::Essay(_) => "essay",
        }
    }

    /// Does it say nothing, so that the question counts as not answered?
    #[must_use]
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Choice(_) | Self::Truth(_) => false,
            Self::Choices(options) => options.is_empty(),
            Self::Number { text, .. } | Self::Text(text) | Self::Essay(text) => text.trim().is_empty(),
            Self::Pairs(answers) => answers.iter().all(Option::is_none),
            Self::Order(order) => order.is_empty(),
            Self::Cloze(answers) => answers.iter().all(ClozeResponse::is_blank),
        }
    }

    /// Bytes of its texts. Positions are few.
    #[must_use]
    pub fn text_bytes(&self) -> usize {
        match self {
            Self::Text(text) | Self::Essay(text) => text.len(),
            Self::Number { text, unit } => text.len() + unit.as_ref().map_or(0, String::len),
            Self::Cloze(answers) => answers.iter().map(ClozeResponse::text_bytes).sum(),
            Self::Empty
            | Self::Choice(_)
            | Self::Choices(_)
            | Self::Truth(_)
            | Self::Pairs(_)
            | Self::Order(_) => 0,
        }
    }
}

impl ClozeResponse {
    const fn type_name(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Choice(_) => "choice",
            Self::Choices(_) => "choices",
            Self::Text(_) => "text",
        }
    }

    /// Does it say nothing?
    #[must_use]
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Choice(_) => false,
            Self::Choices(options) => options.is_empty(),
            Self::Text(text) => text.trim().is_empty(),
        }
    }

    fn text_bytes(&self) -> usize {
        if let Self::Text(text) = self { text.len() } else { 0 }
    }
}

/// The type of response that a question asks for.
#[must_use]
pub const fn wanted_type(kind: &Kind) -> &'static str {
    match kind {
        Kind::SingleChoice(_) => "choice",
        Kind::MultipleResponse(_) => "choices",
        Kind::TrueFalse(_) => "truth",
        Kind::Numerical(_) => "number",
        Kind::ShortAnswer(_) => "text",
        Kind::Matching(_) => "pairs",
        Kind::Ordering(_) => "order",
        Kind::Cloze(_) => "cloze",
        Kind::Essay(_) => "essay",
    }
}

/// Can `response` be an answer to this question as it was arranged?
pub fn check(kind: &Kind, arrangement: &Arrangement, response: &Response) -> Result<(), InvalidResponse> {
    match (kind, response) {
        (_, Response::Empty) | (Kind::TrueFalse(_), Response::Truth(_)) => Ok(()),
        (Kind::SingleChoice(_), Response::Choice(option)) => position(*option, arrangement.main.len()),
        (Kind::MultipleResponse(_), Response::Choices(options)) => {
            distinct_positions(options, arrangement.main.len())
        }
        (Kind::Numerical(_), Response::Number { text, unit }) => {
            letters(text, ANSWER_LETTERS)?;
            unit.as_ref().map_or(Ok(()), |unit| letters(unit, UNIT_LETTERS))
        }
        (Kind::ShortAnswer(_), Response::Text(text)) => letters(text, ANSWER_LETTERS),
        (Kind::Matching(_), Response::Pairs(answers)) => {
            count(arrangement.main.len(), answers.len())?;
            for (part, answer) in answers.iter().enumerate() {
                if let Some(answer) = answer {
                    position(*answer, arrangement.right.len()).map_err(|reason| in_part(part, reason))?;
                }
            }
            Ok(())
        }
        (Kind::Ordering(_), Response::Order(order)) => {
            count(arrangement.main.len(), order.len())?;
            distinct_positions(order, arrangement.main.len())
        }
        (Kind::Cloze(cloze), Response::Cloze(answers)) => {
            count(cloze.parts.len(), answers.len())?;
            for (index, (part, answer)) in cloze.parts.iter().zip(answers).enumerate() {
                let options = arrangement.parts.get(index).map_or(0, Vec::len);
                check_part(&part.kind, options, answer).map_err(|reason| in_part(index, reason))?;
            }
            let texts = answers.iter().filter_map(|answer| match answer {
                ClozeResponse::Text(text) => Some(text.as_str()),
                _ => None,
            });
            bytes(&texts.collect::<String>(), RESPONSE_BYTES)
        }
        (Kind::Essay(_), Response::Essay(text)) => bytes(text, ESSAY_BYTES),
        (kind, response) => {
            Err(InvalidResponse::WrongType { wanted: wanted_type(kind), got: response.type_name() })
        }
    }
}

fn check_part(kind: &ClozeKind, options: usize, answer: &ClozeResponse) -> Result<(), InvalidResponse> {
    match (kind, answer) {
        (_, ClozeResponse::Empty) => Ok(()),
        (ClozeKind::Choice { .. }, ClozeResponse::Choice(option)) => position(*option, options),
        (ClozeKind::MultipleResponse { .. }, ClozeResponse::Choices(chosen)) => {
            distinct_positions(chosen, options)
        }
        (ClozeKind::ShortAnswer { .. } | ClozeKind::Numerical { .. }, ClozeResponse::Text(text)) => {
            letters(text, ANSWER_LETTERS)
        }
        (kind, answer) => Err(InvalidResponse::WrongType {
            wanted: match kind {
                ClozeKind::Choice { .. } => "choice",
                ClozeKind::MultipleResponse { .. } => "choices",
                ClozeKind::ShortAnswer { .. } | ClozeKind::Numerical { .. } => "text",
            },
            got: answer.type_name(),
        }),
    }
}

fn in_part(part: usize, reason: InvalidResponse) -> InvalidResponse {
    InvalidResponse::Part { part, reason: Box::new(reason) }
}

fn position(position: u16, count: usize) -> Result<(), InvalidResponse> {
    if usize::from(position) < count {
        Ok(())
    } else {
        Err(InvalidResponse::NoSuchPosition { position, last: count.saturating_sub(1) })
    }
}

fn distinct_positions(positions: &[u16], count: usize) -> Result<(), InvalidResponse> {
    let mut seen = vec![false; count];
    for &at in positions {
        position(at, count)?;
        if let Some(seen) = seen.get_mut(usize::from(at))
            && std::mem::replace(seen, true)
        {
            return Err(InvalidResponse::Duplicate(at));
        }
    }
    Ok(())
}

fn count(wanted: usize, got: usize) -> Result<(), InvalidResponse> {
    if wanted == got { Ok(()) } else { Err(InvalidResponse::WrongCount { wanted, got }) }
}

fn letters(text: &str, most: usize) -> Result<(), InvalidResponse> {
    if is_longer(text, most) {
        return Err(InvalidResponse::TooLong { over: text.chars().count() - most });
    }
    Ok(())
}

/// What a save has room for.
fn bytes(text: &str, most: usize) -> Result<(), InvalidResponse> {
    match letters_beyond(text, most) {
        0 => Ok(()),
        over => Err(InvalidResponse::TooLong { over }),
    }
}

impl From<ResponseInput> for Response {
    fn from(input: ResponseInput) -> Self {
        match input {
            ResponseInput::Empty => Self::Empty,
            ResponseInput::Choice { option } => Self::Choice(option),
            ResponseInput::Choices { options } => Self::Choices(options),
            ResponseInput::Truth { value } => Self::Truth(value),
            ResponseInput::Number { text, unit } => Self::Number { text, unit },
            ResponseInput::Text { text } => Self::Text(text),
            ResponseInput::Pairs { answers } => Self::Pairs(answers),
            ResponseInput::Order { order } => Self::Order(order),
            ResponseInput::Cloze { answers } => Self::Cloze(answers.into_iter().map(Into::into).collect()),
            ResponseInput::Essay { text } => Self::Essay(text),
        }
    }
}

impl From<ClozeResponseInput> for ClozeResponse {
    fn from(input: ClozeResponseInput) -> Self {
        match input {
            ClozeResponseInput::Empty => Self::Empty,
            ClozeResponseInput::Choice { option } => Self::Choice(option),
            ClozeResponseInput::Choices { options } => Self::Choices(options),
            ClozeResponseInput::Text { text } => Self::Text(text),
        }
    }
}

impl From<&Response> for ResponseInput {
    fn from(response: &Response) -> Self {
        match response.clone() {
            Response::Empty => Self::Empty,
            Response::Choice(option) => Self::Choice { option },
            Response::Choices(options) => Self::Choices { options },
            Response::Truth(value) => Self::Truth { value },
            Response::Number { text, unit } => Self::Number { text, unit },
            Response::Text(text) => Self::Text { text },
            Response::Pairs(answers) => Self::Pairs { answers },
            Response::Order(order) => Self::Order { order },
            Response::Cloze(answers) => {
                Self::Cloze { answers: answers.into_iter().map(Into::into).collect() }
            }
            Response::Essay(text) => Self::Essay { text },
        }
    }
}

impl From<ClozeResponse> for ClozeResponseInput {
    fn from(response: ClozeResponse) -> Self {
        match response {
            ClozeResponse::Empty => Self::Empty,
            ClozeResponse::Choice(option) => Self::Choice { option },
            ClozeResponse::Choices(options) => Self::Choices { options },
            ClozeResponse::Text(text) => Self::Text { text },
        }
    }
}
