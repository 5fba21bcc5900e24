//! From a question to what an author gets.

use super::super::QuestionBody;
use super::super::kind::{
    Accepts, ChoiceOption, ClozeKind, ClozePart, CombinedFeedback, Kind, NumericalAnswer, TextAnswer,
    UnitRule,
};
use super::{
    CombinedInput, KindInput, Markup, NumericalInput, OptionInput, PairInput, PartInput, QuestionView,
    UnitInput, UnitRuleInput, WordInput,
};
use crate::domain::rich_text::{RichText, TextFormat};

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
