//! Questions as JSON: what an author sends and gets. The same shape both ways, so that what was got can be sent back.
//!
//! Texts carry their format; they are sanitised when parsed and always come back as HTML.

mod parse;
mod show;

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use super::FileRef;
use super::kind::{ClozeDisplay, EssayEditor, Numbering, OrderingCredit, PenaltyBase, UnitEntry};
use super::numeric::Number;
use crate::domain::decimal::Decimal;
use crate::domain::rich_text::TextFormat;
use crate::json::tagged;

/// A text and how it is written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Markup {
    /// The source text.
    pub text: String,
    /// How it is written; HTML unless told otherwise.
    #[serde(default)]
    pub format: TextFormat,
}

/// A text whose view shows HTML: that HTML, or a text and how it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum Description {
    /// HTML, as the view shows it.
    Html(String),
    /// A text and how it is written.
    Written(Markup),
}

impl Description {
    /// Reads one that was sent; `null` is an empty one, so that one that is absent can mean that the text stays.
    pub fn sent<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        let sent: Option<Self> = Option::deserialize(deserializer)?;
        Ok(Some(sent.unwrap_or(Self::Html(String::new()))))
    }

    /// The text, and its place in what was sent.
    pub fn source(self) -> (&'static str, Markup) {
        match self {
            Self::Html(text) => ("", Markup { text, format: TextFormat::Html }),
            Self::Written(markup) => ("/text", markup),
        }
    }
}

// What serde derives for choices without a tag does not say where something is wrong.
impl<'de> Deserialize<'de> for Description {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(HtmlOrMarkup)
    }
}

struct HtmlOrMarkup;

impl<'de> Visitor<'de> for HtmlOrMarkup {
    type Value = Description;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string of HTML or an object with `text`")
    }

    fn visit_str<E>(self, html: &str) -> Result<Description, E> {
        Ok(Description::Html(html.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Description, A::Error> {
        Markup::deserialize(MapAccessDeserializer::new(fields)).map(Description::Written)
    }
}

/// A question as an author sends it. As JSON and with its texts as HTML that is safe to show, all of it is at most 12,288 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct QuestionInput {
    /// For authors; learners do not see it.
    pub name: String,
    /// What is asked. In a cloze, `{#1}`, `{#2}`, .. are the places of its parts.
    pub text: Markup,
    /// Shown to everybody afterwards.
    #[serde(default)]
    pub general_feedback: Markup,
    /// Points unless the quiz says otherwise.
    #[serde(default = "one")]
    #[cfg_attr(test, schema(value_type = f64))]
    pub default_points: Decimal,
    /// Taken away per wrong try where several are allowed: a share of the points.
    #[serde(default)]
    #[cfg_attr(test, schema(value_type = f64))]
    pub penalty: Decimal,
    /// The kind of question and its key.
    pub kind: KindInput,
    /// For searching.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The author's own identifier; none when empty.
    #[serde(default)]
    pub id_number: Option<String>,
    /// Files that the texts refer to as `lyceum-file:<sha256>`.
    #[serde(default)]
    pub files: Vec<FileRef>,
}

/// A question as an author gets it; it can be sent back as it is.
pub type QuestionView = QuestionInput;

tagged! { "type";
    /// The kind of question and its key.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    #[cfg_attr(test, derive(utoipa::ToSchema))]
    pub enum KindInput {
        /// One option is chosen.
        SingleChoice {
            /// The options.
            options: Vec<OptionInput>,
            /// May their order change from attempt to attempt?
            #[serde(default = "yes")]
            shuffle: bool,
            /// How they are numbered.
            #[serde(default)]
            numbering: Numbering,
            /// Feedback for the whole.
            #[serde(default)]
            feedback: CombinedInput,
        },
        /// Any number of options is chosen.
        MultipleResponse {
            /// The options; the fractions of the chosen ones are added.
            options: Vec<OptionInput>,
            /// Full points for exactly the right set, otherwise none.
            #[serde(default)]
            all_or_nothing: bool,
            /// May their order change from attempt to attempt?
            #[serde(default = "yes")]
            shuffle: bool,
            /// How they are numbered.
            #[serde(default)]
            numbering: Numbering,
            /// Feedback for the whole.
            #[serde(default)]
            feedback: CombinedInput,
        },
        /// True or false.
        TrueFalse {
            /// Which one is right.
            correct: bool,
            /// Shown to who said true.
            #[serde(default)]
            feedback_true: Markup,
            /// Shown to who said false.
            #[serde(default)]
            feedback_false: Markup,
        },
        /// A number, perhaps with a unit.
        Numerical {
            /// Accepted answers; the first that fits counts.
            answers: Vec<NumericalInput>,
            /// Units, one of them with the multiplier 1.
            #[serde(default)]
            units: Vec<UnitInput>,
            /// What part they play.
            #[serde(default = "no_units")]
            unit_rule: UnitRuleInput,
            /// How one is given.
            #[serde(default)]
            unit_entry: UnitEntry,
            /// Before the number, as in `$5`?
            #[serde(default)]
            units_left: bool,
        },
        /// A word or a short text.
        ShortAnswer {
            /// Accepted answers; the first that fits counts.
            answers: Vec<WordInput>,
            /// Do capitals matter?
            #[serde(default)]
            case_sensitive: bool,
        },
        /// Each stem gets one of the answers.
        Matching {
            /// Stems with their answers.
            pairs: Vec<PairInput>,
            /// Answers that fit nowhere.
            #[serde(default)]
            distractors: Vec<String>,
            /// May the order of the stems change from attempt to attempt?
            #[serde(default = "yes")]
            shuffle: bool,
            /// Feedback for the whole.
            #[serde(default)]
            feedback: CombinedInput,
        },
        /// Items are put into their order.
        Ordering {
            /// The items in their right order.
            items: Vec<Markup>,
            /// How an order is marked.
            #[serde(default)]
            credit: OrderingCredit,
            /// In a line rather than a column?
            #[serde(default)]
            horizontal: bool,
            /// How they are numbered.
            #[serde(default = "unnumbered")]
            numbering: Numbering,
            /// Feedback for the whole.
            #[serde(default)]
            feedback: CombinedInput,
        },
        /// A text with several small questions in it.
        Cloze {
            /// The parts. Without any, the text is read as Moodle's markup: `{1:SHORTANSWER:=Paris~*#No}`.
            #[serde(default)]
            parts: Vec<PartInput>,
        },
        /// A free text that a person marks.
        Essay {
            /// For those who mark only.
            #[serde(default)]
            grader_info: Markup,
            /// What the learner starts from.
            #[serde(default)]
            template: Markup,
            /// How it is written.
            #[serde(default)]
            editor: EssayEditor,
            /// Must something be written?
            #[serde(default = "yes")]
            required: bool,
            /// Fewest words.
            #[serde(default)]
            min_words: Option<u32>,
            /// Most words.
            #[serde(default)]
            max_words: Option<u32>,
            /// Height of the field in lines.
            #[serde(default = "fifteen")]
            lines: u16,
        },
    }
}

/// An option of a choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OptionInput {
    /// What is offered.
    pub text: Markup,
    /// The share of the points, from -1 to 1. A third is 0.3333333, with all seven digits: what is sent is kept as it is,
    /// while forms and files take 33.3 % for a third.
    #[serde(default)]
    #[cfg_attr(test, schema(value_type = f64))]
    pub fraction: Decimal,
    /// Shown afterwards to who chose it.
    #[serde(default)]
    pub feedback: Markup,
}

/// Feedback by how well the whole question went.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CombinedInput {
    /// For a right answer.
    #[serde(default)]
    pub correct: Markup,
    /// For a partially right answer.
    #[serde(default)]
    pub partially_correct: Markup,
    /// For a wrong answer.
    #[serde(default)]
    pub incorrect: Markup,
    /// Also say how many parts are right.
    #[serde(default)]
    pub show_number_correct: bool,
}

/// An accepted number: a value with a tolerance, or a range from `min` to `max`, or any number when all are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NumericalInput {
    /// The number.
    #[serde(default)]
    #[cfg_attr(test, schema(value_type = Option<String>))]
    pub value: Option<Number>,
    /// How far away is still right; the edges are.
    #[serde(default)]
    #[cfg_attr(test, schema(value_type = Option<String>))]
    pub tolerance: Option<Number>,
    /// The lowest that is right.
    #[serde(default)]
    #[cfg_attr(test, schema(value_type = Option<String>))]
    pub min: Option<Number>,
    /// The highest that is right.
    #[serde(default)]
    #[cfg_attr(test, schema(value_type = Option<String>))]
    pub max: Option<Number>,
    /// The share of the points. A third is 0.3333333, with all seven digits: what is sent is kept as it is,
    /// while forms and files take 33.3 % for a third.
    #[serde(default = "one")]
    #[cfg_attr(test, schema(value_type = f64))]
    pub fraction: Decimal,
    /// Shown to who gave it.
    #[serde(default)]
    pub feedback: Markup,
}

/// A unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UnitInput {
    /// What is written.
    pub name: String,
    /// How many of it make one of the answers' unit.
    #[cfg_attr(test, schema(value_type = String))]
    pub multiplier: Number,
}

tagged! { "rule";
    /// What part units play.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    #[cfg_attr(test, derive(utoipa::ToSchema))]
    pub enum UnitRuleInput {
        /// None.
        None,
        /// One may be given.
        Optional,
        /// One has to be given.
        Required {
            /// What is taken away without it.
            #[cfg_attr(test, schema(value_type = f64))]
            penalty: Decimal,
            /// Of what.
            #[serde(default)]
            penalty_of: PenaltyBase,
        },
    }
}

/// An accepted word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WordInput {
    /// The text; `*` stands for any characters, `\*` for a star.
    pub pattern: String,
    /// The share of the points. A third is 0.3333333, with all seven digits: what is sent is kept as it is,
    /// while forms and files take 33.3 % for a third.
    #[serde(default = "one")]
    #[cfg_attr(test, schema(value_type = f64))]
    pub fraction: Decimal,
    /// Shown to who gave it.
    #[serde(default)]
    pub feedback: Markup,
}

/// A stem and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PairInput {
    /// The left side.
    pub stem: Markup,
    /// The right side.
    pub answer: String,
}

tagged! { "type";
    /// A part of a cloze.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    #[cfg_attr(test, derive(utoipa::ToSchema))]
    pub enum PartInput {
        /// One option.
        Choice {
            /// Its share, relative to the other parts.
            #[serde(default = "weight_one")]
            weight: u16,
            /// How it looks.
            #[serde(default)]
            display: ClozeDisplay,
            /// May the order change?
            #[serde(default)]
            shuffle: bool,
            /// The options.
            options: Vec<OptionInput>,
        },
        /// Any number of options.
        MultipleResponse {
            /// Its share, relative to the other parts.
            #[serde(default = "weight_one")]
            weight: u16,
            /// How it looks: a column or a row.
            display: ClozeDisplay,
            /// May the order change?
            #[serde(default)]
            shuffle: bool,
            /// The options.
            options: Vec<OptionInput>,
        },
        /// A word.
        ShortAnswer {
            /// Its share, relative to the other parts.
            #[serde(default = "weight_one")]
            weight: u16,
            /// Do capitals matter?
            #[serde(default)]
            case_sensitive: bool,
            /// Accepted answers.
            answers: Vec<WordInput>,
        },
        /// A number.
        Numerical {
            /// Its share, relative to the other parts.
            #[serde(default = "weight_one")]
            weight: u16,
            /// Accepted answers.
            answers: Vec<NumericalInput>,
        },
    }
}

const fn one() -> Decimal {
    Decimal::ONE
}

const fn yes() -> bool {
    true
}

const fn no_units() -> UnitRuleInput {
    UnitRuleInput::None
}

const fn fifteen() -> u16 {
    15
}

const fn weight_one() -> u16 {
    1
}

const fn unnumbered() -> Numbering {
    Numbering::Nothing
}
