//! From the fields of a form to a question as the API takes it. What is no number is collected, field by field.

use std::cell::RefCell;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{ROWS, Wrong, rows};
use crate::domain::bank::QuestionType;
use crate::domain::decimal::Decimal;
use crate::domain::question::format::fraction;
use crate::domain::question::numeric::Number;
use crate::domain::question::view::{
    CombinedInput, KindInput, Markup, NumericalInput, OptionInput, PairInput, PartInput, UnitInput,
    UnitRuleInput, WordInput,
};
use crate::domain::question::{FileRef, QuestionInput};
use crate::domain::rich_text::TextFormat;
use crate::web::form::{Fields, as_typed, in_groups, read_decimal};

/// Reads fields, and collects what is wrong with them.
struct Reader<'f> {
    fields: &'f Fields,
    format: TextFormat,
    wrong: RefCell<Wrong>,
}

impl Reader<'_> {
    fn wrong(&self, name: &str, key: &'static str) {
        self.wrong.borrow_mut().push((name.to_owned(), key));
    }

    /// What is no number, or one that could be read in two ways.
    fn wrong_number(&self, name: &str, text: &str, key: &'static str) {
        self.wrong(name, if in_groups(text).is_some() { "bank-wrong-groups" } else { key });
    }

    fn text(&self, name: &str) -> Markup {
        let text = self.fields.get(name);
        // Spaces are nothing, unless a question that is there already has them.
        if text.is_empty() || (self.format != TextFormat::Html && text.trim().is_empty()) {
            return Markup::default();
        }
        Markup { text: text.to_owned(), format: self.format }
    }

    fn line(&self, name: &str) -> String {
        self.fields.get(name).to_owned()
    }

    /// A share of the points, from a percentage; nothing is nought.
    fn share(&self, name: &str) -> Decimal {
        let Some(text) = self.fields.optional(name) else { return Decimal::ZERO };
        let text = text.trim_end_matches(['%', '٪', ' ']);
        fraction::from_percent(&as_typed(text)).unwrap_or_else(|| {
            self.wrong_number(name, text, "bank-wrong-share");
            Decimal::ZERO
        })
    }

    fn decimal(&self, name: &str, otherwise: Decimal) -> Decimal {
        let Some(text) = self.fields.optional(name) else { return otherwise };
        read_decimal(text).unwrap_or_else(|_| {
            self.wrong_number(name, text, "bank-wrong-number");
            otherwise
        })
    }

    fn number(&self, name: &str) -> Option<Number> {
        let text = self.fields.optional(name)?;
        let number = Number::parse(&as_typed(text)).ok();
        if number.is_none() {
            self.wrong_number(name, text, "bank-wrong-number");
        }
        number
    }

    fn whole<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        let number = as_typed(self.fields.optional(name)?).parse().ok();
        if number.is_none() {
            self.wrong(name, "bank-wrong-whole");
        }
        number
    }

    /// One of several names; nothing is what it begins with.
    fn choice<T: DeserializeOwned + Default>(&self, name: &str) -> T {
        let Some(text) = self.fields.optional(name) else { return T::default() };
        serde_json::from_value(Value::String(text.to_owned())).unwrap_or_else(|_| {
            self.wrong(name, "bank-wrong-choice");
            T::default()
        })
    }

    fn ticked(&self, name: &str) -> bool {
        self.fields.ticked(name)
    }

    fn each<T>(&self, list: &str, read: impl Fn(&str) -> T) -> Vec<T> {
        (0..rows::count(self.fields, list)).map(|row| read(&format!("{list}/{row}"))).collect()
    }

    fn combined(&self) -> CombinedInput {
        CombinedInput {
            correct: self.text("kind/feedback/correct"),
            partially_correct: self.text("kind/feedback/partially_correct"),
            incorrect: self.text("kind/feedback/incorrect"),
            show_number_correct: self.ticked("kind/feedback/show_number_correct"),
        }
    }

    fn option(&self, row: &str) -> OptionInput {
        OptionInput {
            text: self.text(&format!("{row}/text")),
            fraction: self.share(&format!("{row}/fraction")),
            feedback: self.text(&format!("{row}/feedback")),
        }
    }

    fn word(&self, row: &str, part: &str) -> WordInput {
        WordInput {
            pattern: self.line(&format!("{row}/{part}")),
            fraction: self.share(&format!("{row}/fraction")),
            feedback: self.text(&format!("{row}/feedback")),
        }
    }

    /// A number; `*` is any other number.
    fn numerical(&self, row: &str, part: &str) -> NumericalInput {
        let value = format!("{row}/{part}");
        let any = self.fields.get(&value).trim() == "*";
        let [tolerance, min, max] =
            ["tolerance", "min", "max"].map(|part| self.number(&format!("{row}/{part}")));
        let number = if any { None } else { self.number(&value) };
        if !any && self.fields.optional(&value).is_none() && min.is_none() && max.is_none() {
            self.wrong(&value, "bank-wrong-value");
        }
        NumericalInput {
            value: number,
            tolerance,
            min,
            max,
            fraction: self.share(&format!("{row}/fraction")),
            feedback: self.text(&format!("{row}/feedback")),
        }
    }

    fn unit_rule(&self) -> UnitRuleInput {
        match self.fields.get("kind/unit_rule/rule") {
            "optional" => UnitRuleInput::Optional,
            "required" => UnitRuleInput::Required {
                penalty: self.share("kind/unit_rule/penalty"),
                penalty_of: self.choice("kind/unit_rule/penalty_of"),
            },
            _ => UnitRuleInput::None,
        }
    }

    fn part(&self, part: &str) -> PartInput {
        let list = format!("{part}/{ROWS}");
        let weight = self.whole(&format!("{part}/weight")).unwrap_or(1);
        let display = self.choice(&format!("{part}/display"));
        let shuffle = self.ticked(&format!("{part}/shuffle"));
        let options = || self.each(&list, |row| self.option(row));
        match self.fields.get(&format!("{part}/type")) {
            "choice" => PartInput::Choice { weight, display, shuffle, options: options() },
            "multiple_response" => {
                PartInput::MultipleResponse { weight, display, shuffle, options: options() }
            }
            "numerical" => {
                PartInput::Numerical { weight, answers: self.each(&list, |row| self.numerical(row, "text")) }
            }
            _ => PartInput::ShortAnswer {
                weight,
                case_sensitive: self.ticked(&format!("{part}/case_sensitive")),
                answers: self.each(&list, |row| self.word(row, "text")),
            },
        }
    }

    fn kind(&self, kind: QuestionType) -> KindInput {
        let (shuffle, numbering) = (self.ticked("kind/shuffle"), "kind/numbering");
        let options = || self.each("kind/options", |row| self.option(row));
        match kind {
            QuestionType::SingleChoice => KindInput::SingleChoice {
                options: options(),
                shuffle,
                numbering: self.choice(numbering),
                feedback: self.combined(),
            },
            QuestionType::MultipleResponse => KindInput::MultipleResponse {
                options: options(),
                all_or_nothing: self.ticked("kind/all_or_nothing"),
                shuffle,
                numbering: self.choice(numbering),
                feedback: self.combined(),
            },
            QuestionType::TrueFalse => KindInput::TrueFalse {
                correct: self.ticked("kind/correct"),
                feedback_true: self.text("kind/feedback_true"),
                feedback_false: self.text("kind/feedback_false"),
            },
            QuestionType::Numerical => KindInput::Numerical {
                answers: self.each("kind/answers", |row| self.numerical(row, "value")),
                units: self.each("kind/units", |row| {
                    let multiplier = format!("{row}/multiplier");
                    UnitInput {
                        name: self.line(&format!("{row}/name")),
                        multiplier: self.number(&multiplier).unwrap_or(Number::ONE),
                    }
                }),
                unit_rule: self.unit_rule(),
                unit_entry: self.choice("kind/unit_entry"),
                units_left: self.ticked("kind/units_left"),
            },
            QuestionType::ShortAnswer => KindInput::ShortAnswer {
                answers: self.each("kind/answers", |row| self.word(row, "pattern")),
                case_sensitive: self.ticked("kind/case_sensitive"),
            },
            QuestionType::Matching => KindInput::Matching {
                pairs: self.each("kind/pairs", |row| PairInput {
                    stem: self.text(&format!("{row}/stem")),
                    answer: self.line(&format!("{row}/answer")),
                }),
                distractors: self.each("kind/distractors", |row| self.line(&format!("{row}/text"))),
                shuffle,
                feedback: self.combined(),
            },
            QuestionType::Ordering => KindInput::Ordering {
                items: self.each("kind/items", |row| self.text(&format!("{row}/text"))),
                credit: self.choice("kind/credit"),
                horizontal: self.ticked("kind/horizontal"),
                numbering: self.choice(numbering),
                feedback: self.combined(),
            },
            QuestionType::Cloze => {
                KindInput::Cloze { parts: self.each("kind/parts", |part| self.part(part)) }
            }
            QuestionType::Essay => KindInput::Essay {
                grader_info: self.text("kind/grader_info"),
                template: self.text("kind/template"),
                editor: self.choice("kind/editor"),
                required: self.ticked("kind/required"),
                min_words: self.whole("kind/min_words"),
                max_words: self.whole("kind/max_words"),
                lines: self.whole("kind/lines").unwrap_or(15),
            },
        }
    }
}

/// The format of a form's texts.
fn format_of(fields: &Fields) -> TextFormat {
    match fields.get("format") {
        "markdown" => TextFormat::Markdown,
        "html" => TextFormat::Html,
        _ => TextFormat::Plain,
    }
}

/// What the fields of a tidied form say, as the API's input, and which of them cannot be read: in their place stands
/// something usual.
pub fn read(kind: QuestionType, fields: &Fields) -> (QuestionInput, Wrong) {
    let reader = Reader { fields, format: format_of(fields), wrong: RefCell::default() };
    let input = QuestionInput {
        name: reader.line("name"),
        text: reader.text("text"),
        general_feedback: reader.text("general_feedback"),
        default_points: reader.decimal("default_points", Decimal::ONE),
        penalty: reader.share("penalty"),
        kind: reader.kind(kind),
        tags: fields
            .get("tags")
            .lines()
            .map(str::trim)
            .filter(|tag| !tag.is_empty())
            .map(str::to_owned)
            .collect(),
        id_number: fields.optional("id_number").map(str::to_owned),
        files: reader.each("files", |row| FileRef {
            name: reader.line(&format!("{row}/name")),
            sha256: reader.line(&format!("{row}/sha256")),
            media_type: String::new(),
            bytes: reader.whole(&format!("{row}/bytes")).unwrap_or(0),
        }),
    };
    (input, reader.wrong.into_inner())
}
