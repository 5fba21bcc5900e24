//! From what an author sends to a question: texts are sanitised, and every problem names its place.

use super::super::kind::{
    Accepts, Choice, ChoiceOption, Cloze, ClozeKind, ClozePart, CombinedFeedback, Essay, Kind, Matching,
    MatchingPair, MultipleResponse, Numerical, NumericalAnswer, Ordering, ShortAnswer, TextAnswer, TrueFalse,
    Unit, UnitRule,
};
use super::super::numeric::Number;
use super::super::validate::{self, InvalidQuestion, invalid, validate};
use super::super::{QuestionBody, cloze};
use super::{
    CombinedInput, KindInput, Markup, NumericalInput, OptionInput, PartInput, QuestionInput, UnitRuleInput,
    WordInput,
};
use crate::domain::faults::{self, together};
use crate::domain::rich_text::RichText;

type Parsed<T> = Result<T, InvalidQuestion>;

impl Markup {
    fn parse(&self, path: &str) -> Parsed<RichText> {
        RichText::from_source(&self.text, self.format).map_err(|error| invalid(path, error.to_string()))
    }
}

impl QuestionInput {
    /// Makes a valid question of it, or tells everything that is wrong.
    pub fn parse(&self) -> Result<QuestionBody, InvalidQuestion> {
        let name = self.name.trim().to_owned();
        let tags: Vec<String> = self.tags.iter().map(|tag| tag.trim().to_owned()).collect();
        let id_number = self.id_number.as_ref().map(|id| id.trim().to_owned()).filter(|id| !id.is_empty());
        let texts = together((self.asked(), self.general_feedback.parse("general_feedback")));
        let ((text, kind), general_feedback) = match texts {
            Ok(texts) => texts,
            // Of what cannot be read its rules say nothing; the rest is looked at.
            Err(fault) => {
                let facts =
                    validate::facts(&name, self.default_points, self.penalty, &tags, id_number.as_deref());
                return together((facts, Err(fault))).map(|((), body)| body);
            }
        };
        let mut files = self.files.clone();
        files.sort();
        files.dedup();
        let (default_points, penalty) = (self.default_points, self.penalty);
        let body = QuestionBody {
            name,
            text,
            general_feedback,
            default_points,
            penalty,
            kind,
            tags,
            id_number,
            files,
        };
        validate(&body)?;
        Ok(body)
    }

    /// The text and what it asks, which in a cloze may stand in the text.
    fn asked(&self) -> Parsed<(RichText, Kind)> {
        match &self.kind {
            KindInput::Cloze { parts } if parts.is_empty() => {
                let extracted = cloze::extract(&self.text.text);
                let cloze::Extracted { text, parts } =
                    extracted.map_err(|error| invalid("text", error.to_string()))?;
                let text = Markup { text, format: self.text.format }.parse("text")?;
                Ok((text, Kind::Cloze(Cloze { parts })))
            }
            kind => together((self.text.parse("text"), kind.parse())),
        }
    }
}

fn each<T, U>(path: &str, list: &[T], parse: impl Fn(&str, &T) -> Parsed<U>) -> Parsed<Vec<U>> {
    let one = |(index, item)| parse(&format!("{path}[{index}]"), item);
    faults::each(list.iter().enumerate().map(one))
}

impl OptionInput {
    fn parse(path: &str, it: &Self) -> Parsed<ChoiceOption> {
        let text = it.text.parse(&format!("{path}.text"));
        let (text, feedback) = together((text, it.feedback.parse(&format!("{path}.feedback"))))?;
        Ok(ChoiceOption { text, fraction: it.fraction, feedback })
    }
}

impl CombinedInput {
    fn parse(&self) -> Parsed<CombinedFeedback> {
        let (correct, partially_correct, incorrect) = together((
            self.correct.parse("feedback.correct"),
            self.partially_correct.parse("feedback.partially_correct"),
            self.incorrect.parse("feedback.incorrect"),
        ))?;
        let show_number_correct = self.show_number_correct;
        Ok(CombinedFeedback { correct, partially_correct, incorrect, show_number_correct })
    }
}

impl NumericalInput {
    fn accepts(&self, path: &str) -> Parsed<Accepts> {
        match (self.value, self.tolerance, self.min, self.max) {
            (None, None, None, None) => Ok(Accepts::Any),
            (Some(value), tolerance, None, None) => {
                Ok(Accepts::Within { value, tolerance: tolerance.unwrap_or(Number::ZERO) })
            }
            (None, None, Some(min), Some(max)) => {
                let (value, tolerance) = Number::middle_and_half_width(min, max)
                    .map_err(|error| invalid(path, error.to_string()))?;
                if tolerance.is_negative() {
                    return Err(invalid(format!("{path}.max"), "is less than min"));
                }
                Ok(Accepts::Within { value, tolerance })
            }
            _ => Err(invalid(path, "needs a value (with a tolerance), or min and max, or none of them")),
        }
    }

    fn parse(path: &str, it: &Self) -> Parsed<NumericalAnswer> {
        let feedback = it.feedback.parse(&format!("{path}.feedback"));
        let (accepts, feedback) = together((it.accepts(path), feedback))?;
        Ok(NumericalAnswer { accepts, fraction: it.fraction, feedback })
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
            Self::SingleChoice { options, shuffle, numbering, feedback } => {
                let options = each("options", options, OptionInput::parse);
                let (options, feedback) = together((options, feedback.parse()))?;
                Kind::SingleChoice(Choice { options, shuffle: *shuffle, numbering: *numbering, feedback })
            }
            Self::MultipleResponse { options, all_or_nothing, shuffle, numbering, feedback } => {
                let options = each("options", options, OptionInput::parse);
                let (options, feedback) = together((options, feedback.parse()))?;
                Kind::MultipleResponse(MultipleResponse {
                    options,
                    all_or_nothing: *all_or_nothing,
                    shuffle: *shuffle,
                    numbering: *numbering,
                    feedback,
                })
            }
            Self::TrueFalse { correct, feedback_true, feedback_false } => {
                let feedback_true = feedback_true.parse("feedback_true");
                let feedback_false = feedback_false.parse("feedback_false");
                let (feedback_true, feedback_false) = together((feedback_true, feedback_false))?;
                Kind::TrueFalse(TrueFalse { correct: *correct, feedback_true, feedback_false })
            }
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
            Self::Matching { pairs, distractors, shuffle, feedback } => {
                let pairs = each("pairs", pairs, |path, pair| {
                    let stem = pair.stem.parse(&format!("{path}.stem"))?;
                    Ok(MatchingPair { stem, answer: pair.answer.trim().to_owned() })
                });
                let (pairs, feedback) = together((pairs, feedback.parse()))?;
                let distractors = distractors.iter().map(|text| text.trim().to_owned()).collect();
                Kind::Matching(Matching { pairs, distractors, shuffle: *shuffle, feedback })
            }
            Self::Ordering { items, credit, horizontal, numbering, feedback } => {
                let items = each("items", items, |path, item| item.parse(path));
                let (items, feedback) = together((items, feedback.parse()))?;
                Kind::Ordering(Ordering {
                    items,
                    credit: *credit,
                    horizontal: *horizontal,
                    numbering: *numbering,
                    feedback,
                })
            }
            Self::Cloze { parts } => Kind::Cloze(Cloze { parts: each("parts", parts, PartInput::parse)? }),
            Self::Essay { grader_info, template, editor, required, min_words, max_words, lines } => {
                let (grader_info, template) =
                    together((grader_info.parse("grader_info"), template.parse("template")))?;
                Kind::Essay(Essay {
                    grader_info,
                    template,
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
