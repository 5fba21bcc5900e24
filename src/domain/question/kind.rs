//! The kinds of question and what each of them holds. Rules live beside: `validate`, `arrange`, `check`, `mark`.
//!
//! These are stored types: plain derives, nothing left out, so that they encode the same everywhere.

use serde::{Deserialize, Serialize};

use super::numeric::Number;
use crate::domain::decimal::Decimal;
use crate::domain::rich_text::RichText;

/// What is asked, and its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// One option is chosen.
    SingleChoice(Choice),
    /// Any number of options is chosen.
    MultipleResponse(MultipleResponse),
    /// True or false.
    TrueFalse(TrueFalse),
    /// A number, perhaps with a unit.
    Numerical(Numerical),
    /// A word or a short text.
    ShortAnswer(ShortAnswer),
    /// Each stem gets one of the answers.
    Matching(Matching),
    /// Items are put into their order.
    Ordering(Ordering),
    /// A text with several small questions in it; their places in the text are `{#1}`, `{#2}`, ..
    Cloze(Cloze),
    /// A free text that a person marks.
    Essay(Essay),
}

/// One option of a choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChoiceOption {
    /// What is offered.
    pub text: RichText,
    /// The share of the points for choosing it, from -1 to 1.
    pub fraction: Decimal,
    /// Shown afterwards to who chose it.
    pub feedback: RichText,
}

/// How options are numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Numbering {
    /// a. b. c.
    #[default]
    LowerLetters,
    /// A. B. C.
    UpperLetters,
    /// 1. 2. 3.
    Numbers,
    /// i. ii. iii.
    LowerRoman,
    /// I. II. III.
    UpperRoman,
    /// Not at all.
    Nothing,
}

/// Feedback by how well the whole question went.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CombinedFeedback {
    /// For a right answer.
    pub correct: RichText,
    /// For a partially right answer.
    pub partially_correct: RichText,
    /// For a wrong answer.
    pub incorrect: RichText,
    /// Also say how many parts are right.
    pub show_number_correct: bool,
}

/// A choice of one option.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The options.
    pub options: Vec<ChoiceOption>,
    /// May their order change from attempt to attempt?
    pub shuffle: bool,
    /// How they are numbered.
    pub numbering: Numbering,
    /// Feedback for the whole.
    pub feedback: CombinedFeedback,
}

/// A choice of any number of options.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MultipleResponse {
    /// The options. The fractions of the chosen ones are added, between nought and one.
    pub options: Vec<ChoiceOption>,
    /// Full points for exactly the right set, otherwise none. Fractions are then 0 or 1.
    pub all_or_nothing: bool,
    /// May their order change from attempt to attempt?
    pub shuffle: bool,
    /// How they are numbered.
    pub numbering: Numbering,
    /// Feedback for the whole.
    pub feedback: CombinedFeedback,
}

/// True or false.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrueFalse {
    /// Which one is right.
    pub correct: bool,
    /// Shown to who said true.
    pub feedback_true: RichText,
    /// Shown to who said false.
    pub feedback_false: RichText,
}

/// What a numerical answer accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Accepts {
    /// Any number: the last answer, to give feedback on all others.
    Any,
    /// A number and what it may differ by; the edges count as right. A range is its middle and half its width.
    Within {
        /// The number.
        value: Number,
        /// How far away is still right.
        tolerance: Number,
    },
}

/// One accepted answer of a numerical question; the first that fits counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumericalAnswer {
    /// What it accepts.
    pub accepts: Accepts,
    /// The share of the points.
    pub fraction: Decimal,
    /// Shown to who gave it.
    pub feedback: RichText,
}

/// A unit of a numerical question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// What is written, such as `cm`.
    pub name: String,
    /// How many of it make one of the unit that the answers are in: 100 for `cm` when they are in metres.
    pub multiplier: Number,
}

/// What part units play.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum UnitRule {
    /// None: a response with a unit is wrong.
    #[default]
    None,
    /// A known unit converts, no unit means the first one, an unknown one makes the response wrong.
    Optional,
    /// A known unit is needed; without it the number alone still counts, less the penalty.
    Required {
        /// What is taken away.
        penalty: Decimal,
        /// Of what.
        penalty_of: PenaltyBase,
    },
}

/// What a unit penalty is a share of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PenaltyBase {
    /// Of what the number earned.
    #[default]
    Response,
    /// Of the whole question.
    Question,
}

/// How a learner gives the unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum UnitEntry {
    /// Typed with the number.
    #[default]
    Typed,
    /// Chosen from all that are listed, side by side.
    Radio,
    /// Chosen from a menu.
    Menu,
}

/// A numerical question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numerical {
    /// Accepted answers, in the first unit.
    pub answers: Vec<NumericalAnswer>,
    /// Units; the answers are in one whose multiplier is 1.
    pub units: Vec<Unit>,
    /// What part they play.
    pub unit_rule: UnitRule,
    /// How one is given.
    pub unit_entry: UnitEntry,
    /// Written before the number, as in `$5`.
    pub units_left: bool,
}

/// One accepted answer of a short-answer question; the first that fits counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextAnswer {
    /// The text; `*` stands for any characters, `\*` for a star.
    pub pattern: String,
    /// The share of the points.
    pub fraction: Decimal,
    /// Shown to who gave it.
    pub feedback: RichText,
}

/// A short-answer question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShortAnswer {
    /// Accepted answers.
    pub answers: Vec<TextAnswer>,
    /// Do capitals matter?
    pub case_sensitive: bool,
}

/// A stem and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatchingPair {
    /// The left side.
    pub stem: RichText,
    /// The right side; equal texts are one answer.
    pub answer: String,
}

/// A matching question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matching {
    /// Stems with their answers.
    pub pairs: Vec<MatchingPair>,
    /// Answers that fit nowhere.
    pub distractors: Vec<String>,
    /// May the order of the stems change from attempt to attempt? The answers' order always does.
    pub shuffle: bool,
    /// Feedback for the whole.
    pub feedback: CombinedFeedback,
}

impl Matching {
    /// The right column: every different answer once, in the order of first appearance.
    #[must_use]
    pub fn right_column(&self) -> Vec<&str> {
        let mut column: Vec<&str> = Vec::new();
        for answer in self.pairs.iter().map(|pair| &pair.answer).chain(&self.distractors) {
            if !column.contains(&answer.as_str()) {
                column.push(answer);
            }
        }
        column
    }
}

/// How an order is marked: the grading types of Moodle's ordering question, computed exactly as there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OrderingCredit {
    /// Everything right, or nothing.
    AllOrNothing,
    /// Items at their own position (`ABSOLUTE_POSITION`).
    #[default]
    AbsolutePosition,
    /// How far each item is from its position (`RELATIVE_TO_CORRECT`).
    RelativeToCorrect,
    /// Items followed by the right next one, the last one left out (`RELATIVE_NEXT_EXCLUDE_LAST`).
    NextExcludingLast,
    /// Items followed by the right next one, the end being what follows the last (`RELATIVE_NEXT_INCLUDE_LAST`).
    NextIncludingLast,
    /// Right neighbours on both sides (`RELATIVE_ONE_PREVIOUS_AND_NEXT`).
    OnePreviousAndNext,
    /// All items that stand rightly before and behind (`RELATIVE_ALL_PREVIOUS_AND_NEXT`).
    AllPreviousAndNext,
    /// The longest sequence in the right order, gaps allowed (`LONGEST_ORDERED_SUBSET`).
    LongestOrderedSubset,
    /// The longest sequence in the right order of direct successors (`LONGEST_CONTIGUOUS_SUBSET`).
    LongestContiguousSubset,
}

/// An ordering question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ordering {
    /// The items in their right order.
    pub items: Vec<RichText>,
    /// How an order is marked.
    pub credit: OrderingCredit,
    /// Shown in a line rather than in a column.
    pub horizontal: bool,
    /// How the items are numbered.
    pub numbering: Numbering,
    /// Feedback for the whole.
    pub feedback: CombinedFeedback,
}

/// A text with questions in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cloze {
    /// The questions, in the order of `{#1}`, `{#2}`, .. in the text.
    pub parts: Vec<ClozePart>,
}

/// A question inside a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClozePart {
    /// Its share, relative to the other parts. Moodle has whole numbers here, so we do too.
    pub weight: u16,
    /// What is asked.
    pub kind: ClozeKind,
}

/// How the options of a part are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ClozeDisplay {
    /// A menu in the line of text. Not for several responses.
    #[default]
    Menu,
    /// One below the other.
    Column,
    /// Side by side.
    Row,
}

/// What a part of a cloze asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClozeKind {
    /// One option.
    Choice {
        /// How it looks.
        display: ClozeDisplay,
        /// May the order change?
        shuffle: bool,
        /// The options.
        options: Vec<ChoiceOption>,
    },
    /// Any number of options.
    MultipleResponse {
        /// How it looks.
        display: ClozeDisplay,
        /// May the order change?
        shuffle: bool,
        /// The options.
        options: Vec<ChoiceOption>,
    },
    /// A word.
    ShortAnswer {
        /// Do capitals matter?
        case_sensitive: bool,
        /// Accepted answers.
        answers: Vec<TextAnswer>,
    },
    /// A number.
    Numerical {
        /// Accepted answers.
        answers: Vec<NumericalAnswer>,
    },
}

/// How an essay is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EssayEditor {
    /// With formatting.
    #[default]
    Formatted,
    /// Plain text.
    Plain,
    /// Plain text in a font of equal widths.
    Monospaced,
}

/// A free text that a person marks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Essay {
    /// For those who mark only.
    pub grader_info: RichText,
    /// What the learner starts from.
    pub template: RichText,
    /// How it is written.
    pub editor: EssayEditor,
    /// Must something be written before it counts as answered?
    pub required: bool,
    /// Fewest words; shown and counted, never a reason to refuse what was written.
    pub min_words: Option<u32>,
    /// Most words; likewise.
    pub max_words: Option<u32>,
    /// Height of the field.
    pub lines: u16,
}

impl Kind {
    /// A stable name for lists, filters and metrics.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::SingleChoice(_) => "single_choice",
            Self::MultipleResponse(_) => "multiple_response",
            Self::TrueFalse(_) => "true_false",
            Self::Numerical(_) => "numerical",
            Self::ShortAnswer(_) => "short_answer",
            Self::Matching(_) => "matching",
            Self::Ordering(_) => "ordering",
            Self::Cloze(_) => "cloze",
            Self::Essay(_) => "essay",
        }
    }

    /// What marks follow from, and nothing else: without feedback, looks and notes.
    #[must_use]
    pub fn key(&self) -> Self {
        let mut key = self.clone();
        match &mut key {
            Self::SingleChoice(it) => {
                silence_options(&mut it.options);
                (it.shuffle, it.numbering, it.feedback) = Default::default();
            }
            Self::MultipleResponse(it) => {
                silence_options(&mut it.options);
                (it.shuffle, it.numbering, it.feedback) = Default::default();
            }
            Self::TrueFalse(it) => (it.feedback_true, it.feedback_false) = Default::default(),
            Self::Numerical(it) => silence_numbers(&mut it.answers),
            Self::ShortAnswer(it) => silence_words(&mut it.answers),
            Self::Matching(it) => (it.shuffle, it.feedback) = Default::default(),
            Self::Ordering(it) => (it.horizontal, it.numbering, it.feedback) = Default::default(),
            Self::Cloze(it) => {
                for part in &mut it.parts {
                    silence_part(part);
                }
            }
            Self::Essay(it) => (it.grader_info, it.template, it.lines) = Default::default(),
        }
        key
    }

    /// Does a person have to mark it?
    #[must_use]
    pub const fn needs_person(&self) -> bool {
        matches!(self, Self::Essay(_))
    }
}

fn silence_options(options: &mut [ChoiceOption]) {
    for option in options {
        option.feedback = RichText::empty();
    }
}

fn silence_words(answers: &mut [TextAnswer]) {
    for answer in answers {
        answer.feedback = RichText::empty();
    }
}

fn silence_numbers(answers: &mut [NumericalAnswer]) {
    for answer in answers {
        answer.feedback = RichText::empty();
    }
}

fn silence_part(part: &mut ClozePart) {
    match &mut part.kind {
        ClozeKind::Choice { display, shuffle, options }
        | ClozeKind::MultipleResponse { display, shuffle, options } => {
            (*display, *shuffle) = Default::default();
            silence_options(options);
        }
        ClozeKind::ShortAnswer { answers, .. } => silence_words(answers),
        ClozeKind::Numerical { answers } => silence_numbers(answers),
    }
}
