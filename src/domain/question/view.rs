//! Questions as JSON: what an author sends and gets. The same shape both ways, so that what was got can be sent back.
//!
//! Texts carry their format; they are sanitised when parsed and always come back as HTML.

use serde::{Deserialize, Serialize};

use super::kind::{
    Accepts, Choice, ChoiceOption, Cloze, ClozeDisplay, ClozeKind, ClozePart, CombinedFeedback, Essay,
    EssayEditor, Kind, Matching, MatchingPair, MultipleResponse, Numbering, Numerical, NumericalAnswer,
    Ordering, OrderingCredit, PenaltyBase, ShortAnswer, TextAnswer, TrueFalse, Unit, UnitEntry, UnitRule,
};
use super::numeric::Number;
use super::validate::{InvalidQuestion, invalid, validate};
use super::{FileRef, QuestionBody, cloze};
use crate::domain::decimal::Decimal;
use crate::domain::rich_text::{RichText, TextFormat};

/// A text and how it is written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Markup {
    /// The source text.
    pub text: String,
    /// How it is written; HTML unless told otherwise.
    #[serde(default)]
    pub format: TextFormat,
}

/// A question as an author sends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
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
    #[schema(value_type = f64, default = 1.0)]
    pub default_points: Decimal,
    /// Taken away per wrong try where several are allowed: a share of the points.
    #[serde(default)]
    #[schema(value_type = f64, default = 0.0)]
    pub penalty: Decimal,
    /// The kind of question and its key.
    pub kind: KindInput,
    /// For searching.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The author's own identifier.
    #[serde(default)]
    pub id_number: Option<String>,
    /// Files that the texts refer to as `lyceum-file:<sha256>`.
    #[serde(default)]
    pub files: Vec<FileRef>,
}

/// A question as an author gets it; it can be sent back as it is.
pub type QuestionView = QuestionInput;

/// The kind of question and its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
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
        #[serde(default)]
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

/// An option of a choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OptionInput {
    /// What is offered.
    pub text: Markup,
    /// The share of the points, from -1 to 1.
    #[serde(default)]
    #[schema(value_type = f64)]
    pub fraction: Decimal,
    /// Shown afterwards to who chose it.
    #[serde(default)]
    pub feedback: Markup,
}

/// Feedback by how well the whole question went.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NumericalInput {
    /// The number.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub value: Option<Number>,
    /// How far away is still right; the edges are.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub tolerance: Option<Number>,
    /// The lowest that is right.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub min: Option<Number>,
    /// The highest that is right.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub max: Option<Number>,
    /// The share of the points.
    #[serde(default = "one")]
    #[schema(value_type = f64)]
    pub fraction: Decimal,
    /// Shown to who gave it.
    #[serde(default)]
    pub feedback: Markup,
}

/// A unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitInput {
    /// What is written.
    pub name: String,
    /// How many of it make one of the answers' unit.
    #[schema(value_type = String)]
    pub multiplier: Number,
}

/// What part units play.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "rule", rename_all = "snake_case", deny_unknown_fields)]
pub enum UnitRuleInput {
    /// None.
    #[default]
    None,
    /// One may be given.
    Optional,
    /// One has to be given.
    Required {
        /// What is taken away without it.
        #[schema(value_type = f64)]
        penalty: Decimal,
        /// Of what.
        #[serde(default)]
        penalty_of: PenaltyBase,
    },
}

/// An accepted word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WordInput {
    /// The text; `*` stands for any characters, `\*` for a star.
    pub pattern: String,
    /// The share of the points.
    #[serde(default = "one")]
    #[schema(value_type = f64)]
    pub fraction: Decimal,
    /// Shown to who gave it.
    #[serde(default)]
    pub feedback: Markup,
}

/// A stem and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PairInput {
    /// The left side.
    pub stem: Markup,
    /// The right side.
    pub answer: String,
}

/// A part of a cloze.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
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

const fn one() -> Decimal {
    Decimal::ONE
}

const fn yes() -> bool {
    true
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

type Parsed<T> = Result<T, InvalidQuestion>;

impl Markup {
    fn parse(&self, path: &str) -> Parsed<RichText> {
        RichText::from_source(&self.text, self.format).map_err(|error| invalid(path, error.to_string()))
    }
}

impl QuestionInput {
    /// Makes a valid question of it.
    pub fn parse(&self) -> Result<QuestionBody, InvalidQuestion> {
        let markup = match &self.kind {
            KindInput::Cloze { parts } if parts.is_empty() => {
                Some(cloze::extract(&self.text.text).map_err(|error| invalid("text", error.to_string()))?)
            }
            _ => None,
        };
        let (text, kind) = match markup {
            Some(cloze::Extracted { text, parts }) => {
                let text = Markup { text, format: self.text.format }.parse("text")?;
                (text, Kind::Cloze(Cloze { parts }))
            }
            None => (self.text.parse("text")?, self.kind.parse()?),
        };
        let mut files = self.files.clone();
        files.sort();
        files.dedup();
        let body = QuestionBody {
            name: self.name.trim().to_owned(),
            text,
            general_feedback: self.general_feedback.parse("general_feedback")?,
            default_points: self.default_points,
            penalty: self.penalty,
            kind,
            tags: self.tags.iter().map(|tag| tag.trim().to_owned()).collect(),
            id_number: self.id_number.as_ref().map(|id| id.trim().to_owned()).filter(|id| !id.is_empty()),
            files,
        };
        validate(&body)?;
        Ok(body)
    }
}

fn each<T, U>(path: &str, all: &[T], parse: impl Fn(&str, &T) -> Parsed<U>) -> Parsed<Vec<U>> {
    all.iter().enumerate().map(|(index, item)| parse(&format!("{path}[{index}]"), item)).collect()
}

impl OptionInput {
    fn parse(path: &str, it: &Self) -> Parsed<ChoiceOption> {
        Ok(ChoiceOption {
            text: it.text.parse(&format!("{path}.text"))?,
            fraction: it.fraction,
            feedback: it.feedback.parse(&format!("{path}.feedback"))?,
        })
    }
}

impl CombinedInput {
    fn parse(&self) -> Parsed<CombinedFeedback> {
        Ok(CombinedFeedback {
            correct: self.correct.parse("feedback.correct")?,
            partially_correct: self.partially_correct.parse("feedback.partially_correct")?,
            incorrect: self.incorrect.parse("feedback.incorrect")?,
            show_number_correct: self.show_number_correct,
        })
    }
}

impl NumericalInput {
    fn parse(path: &str, it: &Self) -> Parsed<NumericalAnswer> {
        let accepts = match (it.value, it.tolerance, it.min, it.max) {
            (None, None, None, None) => Accepts::Any,
            (Some(value), tolerance, None, None) => {
                Accepts::Within { value, tolerance: tolerance.unwrap_or(Number::ZERO) }
            }
            (None, None, Some(min), Some(max)) => {
                let (value, tolerance) = Number::middle_and_half_width(min, max)
                    .map_err(|error| invalid(path, error.to_string()))?;
                Accepts::Within { value, tolerance }
            }
            _ => {
                return Err(invalid(
                    path,
                    "needs a value (with a tolerance), or min and max, or none of them",
                ));
            }
        };
        Ok(NumericalAnswer {
            accepts,
            fraction: it.fraction,
            feedback: it.feedback.parse(&format!("{path}.feedback"))?,
        })
    }
}

impl WordInput {
    fn parse(path: &str, it: &Self) -> Parsed<TextAnswer> {
        Ok(TextAnswer {
            pattern: it.pattern.trim().to_owned(),
            fraction: it.fraction,
            feedback: it.feedback.parse(&format!("{path}.feedback"))?,
        })
    }
}

impl KindInput {
    fn parse(&self) -> Parsed<Kind> {
        Ok(match self {
            Self::SingleChoice { options, shuffle, numbering, feedback } => Kind::SingleChoice(Choice {
                options: each("options", options, OptionInput::parse)?,
                shuffle: *shuffle,
                numbering: *numbering,
                feedback: feedback.parse()?,
            }),
            Self::MultipleResponse { options, all_or_nothing, shuffle, numbering, feedback } => {
                Kind::MultipleResponse(MultipleResponse {
                    options: each("options", options, OptionInput::parse)?,
                    all_or_nothing: *all_or_nothing,
                    shuffle: *shuffle,
                    numbering: *numbering,
                    feedback: feedback.parse()?,
                })
            }
            Self::TrueFalse { correct, feedback_true, feedback_false } => Kind::TrueFalse(TrueFalse {
                correct: *correct,
                feedback_true: feedback_true.parse("feedback_true")?,
                feedback_false: feedback_false.parse("feedback_false")?,
            }),
            Self::Numerical { answers, units, unit_rule, unit_entry, units_left } => {
                Kind::Numerical(Numerical {
                    answers: each("answers", answers, NumericalInput::parse)?,
                    units: units
                        .iter()
                        .map(|unit| Unit { name: unit.name.trim().to_owned(), multiplier: unit.multiplier })
                        .collect(),
                    unit_rule: match *unit_rule {
                        UnitRuleInput::None => UnitRule::None,
                        UnitRuleInput::Optional => UnitRule::Optional,
                        UnitRuleInput::Required { penalty, penalty_of } => {
                            UnitRule::Required { penalty, penalty_of }
                        }
                    },
                    unit_entry: *unit_entry,
                    units_left: *units_left,
                })
            }
            Self::ShortAnswer { answers, case_sensitive } => Kind::ShortAnswer(ShortAnswer {
                answers: each("answers", answers, WordInput::parse)?,
                case_sensitive: *case_sensitive,
            }),
            Self::Matching { pairs, distractors, shuffle, feedback } => Kind::Matching(Matching {
                pairs: each("pairs", pairs, |path, pair| {
                    Ok(MatchingPair {
                        stem: pair.stem.parse(&format!("{path}.stem"))?,
                        answer: pair.answer.trim().to_owned(),
                    })
                })?,
                distractors: distractors.iter().map(|text| text.trim().to_owned()).collect(),
                shuffle: *shuffle,
                feedback: feedback.parse()?,
            }),
            Self::Ordering { items, credit, horizontal, numbering, feedback } => Kind::Ordering(Ordering {
                items: each("items", items, |path, item| item.parse(path))?,
                credit: *credit,
                horizontal: *horizontal,
                numbering: *numbering,
                feedback: feedback.parse()?,
            }),
            Self::Cloze { parts } => Kind::Cloze(Cloze { parts: each("parts", parts, PartInput::parse)? }),
            Self::Essay { grader_info, template, editor, required, min_words, max_words, lines } => {
                Kind::Essay(Essay {
                    grader_info: grader_info.parse("grader_info")?,
                    template: template.parse("template")?,
                    editor: *editor,
                    required: *required,
                    min_words: *min_words,
                    max_words: *max_words,
                    lines: *lines,
                })
            }
        })
    }
}

impl PartInput {
    fn parse(path: &str, it: &Self) -> Parsed<ClozePart> {
        let options = format!("{path}.options");
        let inner = format!("{path}.answers");
        Ok(match it {
            Self::Choice { weight, display, shuffle, options: all } => ClozePart {
                weight: *weight,
                kind: ClozeKind::Choice {
                    display: *display,
                    shuffle: *shuffle,
                    options: each(&options, all, OptionInput::parse)?,
                },
            },
            Self::MultipleResponse { weight, display, shuffle, options: all } => ClozePart {
                weight: *weight,
                kind: ClozeKind::MultipleResponse {
                    display: *display,
                    shuffle: *shuffle,
                    options: each(&options, all, OptionInput::parse)?,
                },
            },
            Self::ShortAnswer { weight, case_sensitive, answers } => ClozePart {
                weight: *weight,
                kind: ClozeKind::ShortAnswer {
                    case_sensitive: *case_sensitive,
                    answers: each(&inner, answers, WordInput::parse)?,
                },
            },
            Self::Numerical { weight, answers } => ClozePart {
                weight: *weight,
                kind: ClozeKind::Numerical { answers: each(&inner, answers, NumericalInput::parse)? },
            },
        })
    }
}

impl From<&RichText> for Markup {
    fn from(text: &RichText) -> Self {
        Self { text: text.html().to_owned(), format: TextFormat::Html }
    }
}

impl From<&QuestionBody> for QuestionView {
    fn from(body: &QuestionBody) -> Self {
        Self {
            name: body.name.clone(),
            text: Markup::from(&body.text),
            general_feedback: Markup::from(&body.general_feedback),
            default_points: body.default_points,
            penalty: body.penalty,
            kind: KindInput::from(&body.kind),
            tags: body.tags.clone(),
            id_number: body.id_number.clone(),
            files: body.files.clone(),
        }
    }
}

impl From<&ChoiceOption> for OptionInput {
    fn from(option: &ChoiceOption) -> Self {
        Self { text: (&option.text).into(), fraction: option.fraction, feedback: (&option.feedback).into() }
    }
}

impl From<&CombinedFeedback> for CombinedInput {
    fn from(feedback: &CombinedFeedback) -> Self {
        Self {
            correct: (&feedback.correct).into(),
            partially_correct: (&feedback.partially_correct).into(),
            incorrect: (&feedback.incorrect).into(),
            show_number_correct: feedback.show_number_correct,
        }
    }
}

impl From<&NumericalAnswer> for NumericalInput {
    fn from(answer: &NumericalAnswer) -> Self {
        let (value, tolerance) = match answer.accepts {
            Accepts::Any => (None, None),
            Accepts::Within { value, tolerance } => (Some(value), Some(tolerance)),
        };
        Self {
            value,
            tolerance,
            min: None,
            max: None,
            fraction: answer.fraction,
            feedback: (&answer.feedback).into(),
        }
    }
}

impl From<&TextAnswer> for WordInput {
    fn from(answer: &TextAnswer) -> Self {
        Self {
            pattern: answer.pattern.clone(),
            fraction: answer.fraction,
            feedback: (&answer.feedback).into(),
        }
    }
}

impl From<&ClozePart> for PartInput {
    fn from(part: &ClozePart) -> Self {
        let weight = part.weight;
        match &part.kind {
            ClozeKind::Choice { display, shuffle, options } => Self::Choice {
                weight,
                display: *display,
                shuffle: *shuffle,
                options: options.iter().map(Into::into).collect(),
            },
            ClozeKind::MultipleResponse { display, shuffle, options } => Self::MultipleResponse {
                weight,
                display: *display,
                shuffle: *shuffle,
                options: options.iter().map(Into::into).collect(),
            },
            ClozeKind::ShortAnswer { case_sensitive, answers } => Self::ShortAnswer {
                weight,
                case_sensitive: *case_sensitive,
                answers: answers.iter().map(Into::into).collect(),
            },
            ClozeKind::Numerical { answers } => {
                Self::Numerical { weight, answers: answers.iter().map(Into::into).collect() }
            }
        }
    }
}

impl From<&Kind> for KindInput {
    fn from(kind: &Kind) -> Self {
        match kind {
            Kind::SingleChoice(it) => Self::SingleChoice {
                options: it.options.iter().map(Into::into).collect(),
                shuffle: it.shuffle,
                numbering: it.numbering,
                feedback: (&it.feedback).into(),
            },
            Kind::MultipleResponse(it) => Self::MultipleResponse {
                options: it.options.iter().map(Into::into).collect(),
                all_or_nothing: it.all_or_nothing,
                shuffle: it.shuffle,
                numbering: it.numbering,
                feedback: (&it.feedback).into(),
            },
            Kind::TrueFalse(it) => Self::TrueFalse {
                correct: it.correct,
                feedback_true: (&it.feedback_true).into(),
                feedback_false: (&it.feedback_false).into(),
            },
            Kind::Numerical(it) => Self::Numerical {
                answers: it.answers.iter().map(Into::into).collect(),
                units: it
                    .units
                    .iter()
                    .map(|unit| UnitInput { name: unit.name.clone(), multiplier: unit.multiplier })
                    .collect(),
                unit_rule: match it.unit_rule {
                    UnitRule::None => UnitRuleInput::None,
                    UnitRule::Optional => UnitRuleInput::Optional,
                    UnitRule::Required { penalty, penalty_of } => {
                        UnitRuleInput::Required { penalty, penalty_of }
                    }
                },
                unit_entry: it.unit_entry,
                units_left: it.units_left,
            },
            Kind::ShortAnswer(it) => Self::ShortAnswer {
                answers: it.answers.iter().map(Into::into).collect(),
                case_sensitive: it.case_sensitive,
            },
            Kind::Matching(it) => Self::Matching {
                pairs: it
                    .pairs
                    .iter()
                    .map(|pair| PairInput { stem: (&pair.stem).into(), answer: pair.answer.clone() })
                    .collect(),
                distractors: it.distractors.clone(),
                shuffle: it.shuffle,
                feedback: (&it.feedback).into(),
            },
            Kind::Ordering(it) => Self::Ordering {
                items: it.items.iter().map(Into::into).collect(),
                credit: it.credit,
                horizontal: it.horizontal,
                numbering: it.numbering,
                feedback: (&it.feedback).into(),
            },
            Kind::Cloze(it) => Self::Cloze { parts: it.parts.iter().map(Into::into).collect() },
            Kind::Essay(it) => Self::Essay {
                grader_info: (&it.grader_info).into(),
                template: (&it.template).into(),
                editor: it.editor,
                required: it.required,
                min_words: it.min_words,
                max_words: it.max_words,
                lines: it.lines,
            },
        }
    }
}
