//! From what an author sends to a question: texts are sanitised, and every problem names its place.

use super::super::kind::{
    Accepts, Choice, ChoiceOption, Cloze, ClozeKind, ClozePart, CombinedFeedback, Essay, Kind, Matching,
    MatchingPair, MultipleResponse, Numerical, NumericalAnswer, Ordering, ShortAnswer, TextAnswer, TrueFalse,
    Unit, UnitRule,
};
use super::super::numeric::Number;
use super::super::validate::{InvalidQuestion, invalid, validate};
use super::super::{QuestionBody, cloze};
use super::{
    CombinedInput, KindInput, Markup, NumericalInput, OptionInput, PartInput, QuestionInput, UnitRuleInput,
    WordInput,
};
use crate::domain::rich_text::RichText;

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
