//! From a question to the fields of its form.

use serde::Serialize;
use serde_json::Value;

use super::{read, rows_of, with_file};
use crate::domain::bank::QuestionType;
use crate::domain::decimal::Decimal;
use crate::domain::question::format::fraction;
use crate::domain::question::view::{
    CombinedInput, KindInput, Markup, NumericalInput, OptionInput, PartInput, UnitRuleInput, WordInput,
};
use crate::domain::question::{QuestionBody, QuestionView};
use crate::domain::rich_text::{RichText, TextFormat};
use crate::web::form::Fields;

/// Writes a question into fields.
struct Writer {
    fields: Fields,
    format: TextFormat,
}

/// The name of a choice.
fn name_of(choice: impl Serialize) -> String {
    match serde_json::to_value(choice) {
        Ok(Value::String(name)) => name,
        _ => String::new(),
    }
}

impl Writer {
    fn put(&mut self, name: &str, value: impl std::fmt::Display) {
        self.fields = std::mem::take(&mut self.fields).with(name, value);
    }

    fn text(&mut self, name: &str, text: &Markup) {
        let written = match self.format {
            TextFormat::Html => text.text.clone(),
            _ => RichText::from_html(&text.text).map(|text| text.to_plain()).unwrap_or_default(),
        };
        self.put(name, written);
    }

    fn share(&mut self, name: &str, share: Decimal) {
        self.put(name, fraction::to_percent(share));
    }

    fn choices(&mut self, options: &[OptionInput], list: &str) {
        for (row, option) in options.iter().enumerate() {
            let row = format!("{list}/{row}");
            self.text(&format!("{row}/text"), &option.text);
            self.share(&format!("{row}/fraction"), option.fraction);
            self.text(&format!("{row}/feedback"), &option.feedback);
        }
    }

    fn words(&mut self, answers: &[WordInput], list: &str, part: &str) {
        for (row, answer) in answers.iter().enumerate() {
            let row = format!("{list}/{row}");
            self.put(&format!("{row}/{part}"), &answer.pattern);
            self.share(&format!("{row}/fraction"), answer.fraction);
            self.text(&format!("{row}/feedback"), &answer.feedback);
        }
    }

    fn numbers(&mut self, answers: &[NumericalInput], list: &str, part: &str) {
        for (row, answer) in answers.iter().enumerate() {
            let row = format!("{list}/{row}");
            let value = answer.value.map_or_else(|| "*".to_owned(), |value| value.to_string());
            let tolerance = answer.tolerance.filter(|tolerance| !tolerance.is_zero());
            self.put(&format!("{row}/{part}"), value);
            self.put(&format!("{row}/tolerance"), tolerance.map(|it| it.to_string()).unwrap_or_default());
            self.put(&format!("{row}/min"), "");
            self.put(&format!("{row}/max"), "");
            self.share(&format!("{row}/fraction"), answer.fraction);
            self.text(&format!("{row}/feedback"), &answer.feedback);
        }
    }

    fn combined(&mut self, feedback: &CombinedInput) {
        self.text("kind/feedback/correct", &feedback.correct);
        self.text("kind/feedback/partially_correct", &feedback.partially_correct);
        self.text("kind/feedback/incorrect", &feedback.incorrect);
        self.put("kind/feedback/show_number_correct", feedback.show_number_correct);
    }

    fn part(&mut self, at: usize, part: &PartInput) {
        let (name, list) = (format!("kind/parts/{at}"), rows_of(at));
        let weight = match part {
            PartInput::Choice { weight, .. }
            | PartInput::MultipleResponse { weight, .. }
            | PartInput::ShortAnswer { weight, .. }
            | PartInput::Numerical { weight, .. } => *weight,
        };
        self.put(&format!("{name}/weight"), weight);
        match part {
            PartInput::Choice { display, shuffle, options, .. }
            | PartInput::MultipleResponse { display, shuffle, options, .. } => {
                let several = matches!(part, PartInput::MultipleResponse { .. });
                self.put(&format!("{name}/type"), if several { "multiple_response" } else { "choice" });
                self.put(&format!("{name}/display"), name_of(display));
                self.put(&format!("{name}/shuffle"), shuffle);
                self.choices(options, &list);
            }
            PartInput::ShortAnswer { case_sensitive, answers, .. } => {
                self.put(&format!("{name}/type"), "short_answer");
                self.put(&format!("{name}/case_sensitive"), case_sensitive);
                self.words(answers, &list, "text");
            }
            PartInput::Numerical { answers, .. } => {
                self.put(&format!("{name}/type"), "numerical");
                self.numbers(answers, &list, "text");
            }
        }
    }

    fn kind(&mut self, kind: &KindInput) {
        match kind {
            KindInput::SingleChoice { options, shuffle, numbering, feedback } => {
                self.choices(options, "kind/options");
                self.put("kind/shuffle", shuffle);
                self.put("kind/numbering", name_of(numbering));
                self.combined(feedback);
            }
            KindInput::MultipleResponse { options, all_or_nothing, shuffle, numbering, feedback } => {
                self.choices(options, "kind/options");
                self.put("kind/all_or_nothing", all_or_nothing);
                self.put("kind/shuffle", shuffle);
                self.put("kind/numbering", name_of(numbering));
                self.combined(feedback);
            }
            KindInput::TrueFalse { correct, feedback_true, feedback_false } => {
                self.put("kind/correct", correct);
                self.text("kind/feedback_true", feedback_true);
                self.text("kind/feedback_false", feedback_false);
            }
            KindInput::Numerical { answers, units, unit_rule, unit_entry, units_left } => {
                self.numbers(answers, "kind/answers", "value");
                for (row, unit) in units.iter().enumerate() {
                    self.put(&format!("kind/units/{row}/name"), &unit.name);
                    self.put(&format!("kind/units/{row}/multiplier"), unit.multiplier);
                }
                let rule = match unit_rule {
                    UnitRuleInput::None => "none",
                    UnitRuleInput::Optional => "optional",
                    UnitRuleInput::Required { penalty, penalty_of } => {
                        self.share("kind/unit_rule/penalty", *penalty);
                        self.put("kind/unit_rule/penalty_of", name_of(penalty_of));
                        "required"
                    }
                };
                self.put("kind/unit_rule/rule", rule);
                self.put("kind/unit_entry", name_of(unit_entry));
                self.put("kind/units_left", units_left);
            }
            KindInput::ShortAnswer { answers, case_sensitive } => {
                self.words(answers, "kind/answers", "pattern");
                self.put("kind/case_sensitive", case_sensitive);
            }
            KindInput::Matching { pairs, distractors, shuffle, feedback } => {
                for (row, pair) in pairs.iter().enumerate() {
                    self.text(&format!("kind/pairs/{row}/stem"), &pair.stem);
                    self.put(&format!("kind/pairs/{row}/answer"), &pair.answer);
                }
                for (row, distractor) in distractors.iter().enumerate() {
                    self.put(&format!("kind/distractors/{row}/text"), distractor);
                }
                self.put("kind/shuffle", shuffle);
                self.combined(feedback);
            }
            KindInput::Ordering { items, credit, horizontal, numbering, feedback } => {
                for (row, item) in items.iter().enumerate() {
                    self.text(&format!("kind/items/{row}/text"), item);
                }
                self.put("kind/credit", name_of(credit));
                self.put("kind/horizontal", horizontal);
                self.put("kind/numbering", name_of(numbering));
                self.combined(feedback);
            }
            KindInput::Cloze { parts } => {
                for (at, part) in parts.iter().enumerate() {
                    self.part(at, part);
                }
            }
            KindInput::Essay { grader_info, template, editor, required, min_words, max_words, lines } => {
                self.text("kind/grader_info", grader_info);
                self.text("kind/template", template);
                self.put("kind/editor", name_of(editor));
                self.put("kind/required", required);
                self.put("kind/min_words", min_words.map(|it| it.to_string()).unwrap_or_default());
                self.put("kind/max_words", max_words.map(|it| it.to_string()).unwrap_or_default());
                self.put("kind/lines", lines);
            }
        }
    }
}

fn written(view: &QuestionView, format: TextFormat) -> Fields {
    let mut writer = Writer { fields: Fields::default(), format };
    writer.put("format", name_of(format));
    writer.put("name", &view.name);
    writer.text("text", &view.text);
    writer.text("general_feedback", &view.general_feedback);
    writer.put("default_points", view.default_points);
    writer.share("penalty", view.penalty);
    writer.kind(&view.kind);
    writer.put("tags", view.tags.join("\n"));
    writer.put("id_number", view.id_number.as_deref().unwrap_or_default());
    view.files.iter().fold(writer.fields, with_file)
}

/// The form of a question. It is written as plain text where that says exactly the same, else as HTML.
pub fn shown(body: &QuestionBody) -> Fields {
    let kind = QuestionType::from(&body.kind);
    let view = QuestionView::from(body);
    let plain = written(&view, TextFormat::Plain);
    let (input, wrong) = read(kind, &plain);
    let known: Vec<(&str, u64)> = body.files.iter().map(|file| (file.sha256.as_str(), file.bytes)).collect();
    // The media type of a file is that of its name, whoever says what.
    let is_same = |mut read: QuestionBody| {
        let files: Vec<(&str, u64)> =
            read.files.iter().map(|file| (file.sha256.as_str(), file.bytes)).collect();
        let same_files = files == known;
        read.files.clone_from(&body.files);
        same_files && read == *body
    };
    let same = wrong.is_empty() && input.parse().is_ok_and(is_same);
    if same { plain } else { written(&view, TextFormat::Html) }
}
