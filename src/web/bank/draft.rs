//! A question as fields of a form, both ways: what the editor shows of a question, and the input of the API that its
//! fields make. Names are the JSON pointers of that input, with two differences: a text is one field, written as `format`
//! says for all texts of the question, and shares of the points are percentages.

use std::cell::RefCell;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::rows;
use crate::domain::bank::QuestionType;
use crate::domain::decimal::Decimal;
use crate::domain::question::format::fraction;
use crate::domain::question::numeric::Number;
use crate::domain::question::view::{
    CombinedInput, KindInput, Markup, NumericalInput, OptionInput, PairInput, PartInput, UnitInput,
    UnitRuleInput, WordInput,
};
use crate::domain::question::{FileRef, QuestionBody, QuestionInput, QuestionView};
use crate::domain::refusal::Refusal;
use crate::domain::rich_text::{RichText, TextFormat};
use crate::web::form::Fields;

/// Fields that cannot be read at all: a name and the key of what is wrong.
pub type Wrong = Vec<(String, &'static str)>;

/// The answers of a part of a cloze, whatever it asks for.
pub const ROWS: &str = "rows";

/// The lists of a kind: their names, and whether rows are left out when nothing stands in them.
pub fn lists(kind: QuestionType) -> &'static [&'static str] {
    match kind {
        QuestionType::SingleChoice | QuestionType::MultipleResponse => &["kind/options"],
        QuestionType::ShortAnswer => &["kind/answers"],
        QuestionType::Numerical => &["kind/answers", "kind/units"],
        QuestionType::Matching => &["kind/pairs", "kind/distractors"],
        QuestionType::Ordering => &["kind/items"],
        QuestionType::Cloze | QuestionType::TrueFalse | QuestionType::Essay => &[],
    }
}

/// What a new row of a list holds.
pub fn new_row(kind: QuestionType, list: &str) -> &'static [(&'static str, &'static str)] {
    match list {
        "kind/options" => &[("text", ""), ("fraction", "0"), ("feedback", "")],
        "kind/answers" if kind == QuestionType::ShortAnswer => {
            &[("pattern", ""), ("fraction", "100"), ("feedback", "")]
        }
        "kind/answers" => &[
            ("value", ""),
            ("tolerance", ""),
            ("min", ""),
            ("max", ""),
            ("fraction", "100"),
            ("feedback", ""),
        ],
        "kind/units" => &[("name", ""), ("multiplier", "")],
        "kind/pairs" => &[("stem", ""), ("answer", "")],
        "kind/distractors" | "kind/items" => &[("text", "")],
        "kind/parts" => &[
            ("type", "short_answer"),
            ("weight", "1"),
            ("display", "menu"),
            ("shuffle", "false"),
            ("case_sensitive", "false"),
        ],
        _ if list.starts_with("kind/parts/") => {
            &[("text", ""), ("tolerance", ""), ("fraction", "0"), ("feedback", "")]
        }
        _ => &[],
    }
}

/// The list of answers of a part of a cloze.
pub fn rows_of(part: usize) -> String {
    format!("kind/parts/{part}/{ROWS}")
}

/// The form of a new question.
pub fn begun(kind: QuestionType) -> Fields {
    let mut fields = Fields::default().with("format", "plain").with("default_points", 1).with("penalty", 0);
    let rows: &[(&str, usize)] = match kind {
        QuestionType::SingleChoice | QuestionType::MultipleResponse => &[("kind/options", 4)],
        QuestionType::ShortAnswer | QuestionType::Numerical => &[("kind/answers", 2)],
        QuestionType::Matching => &[("kind/pairs", 4), ("kind/distractors", 1)],
        QuestionType::Ordering => &[("kind/items", 4)],
        QuestionType::Cloze | QuestionType::TrueFalse | QuestionType::Essay => &[],
    };
    for (list, count) in rows {
        for _ in 0..*count {
            fields = rows::with_row(fields, list, new_row(kind, list));
        }
    }
    match kind {
        QuestionType::SingleChoice => fields.with("kind/options/0/fraction", 100).with("kind/shuffle", true),
        QuestionType::MultipleResponse | QuestionType::Matching => fields.with("kind/shuffle", true),
        QuestionType::TrueFalse => fields.with("kind/correct", true),
        QuestionType::Numerical => fields.with("kind/unit_rule/rule", "none"),
        QuestionType::Ordering => fields.with("kind/numbering", "nothing"),
        QuestionType::Cloze => with_part(fields),
        QuestionType::Essay => fields.with("kind/required", true).with("kind/lines", 15),
        QuestionType::ShortAnswer => fields,
    }
}

/// With another part of a cloze; its place is put behind the text.
pub fn with_part(fields: Fields) -> Fields {
    let part = rows::count(&fields, "kind/parts");
    let mut fields = rows::with_row(fields, "kind/parts", new_row(QuestionType::Cloze, "kind/parts"));
    for share in ["100", "0", "0"] {
        let list = rows_of(part);
        fields = rows::with_row(fields, &list, new_row(QuestionType::Cloze, &list));
        let row = rows::count(&fields, &list).saturating_sub(1);
        fields = fields.with(&format!("{list}/{row}/fraction"), share);
    }
    let mark = format!("{{#{}}}", part + 1);
    let text = fields.get("text");
    if part == 0 || text.contains(&mark) {
        return fields;
    }
    let text = format!("{text} {mark}");
    fields.with("text", text)
}

/// Without a part of a cloze, whose place in the text goes; those behind it take the numbers before theirs.
pub fn without_part(fields: &Fields, part: usize) -> Fields {
    let count = rows::count(fields, "kind/parts");
    let mut text = fields.get("text").replace(&format!("{{#{}}}", part + 1), "");
    for behind in part + 1..count {
        text = text.replace(&format!("{{#{}}}", behind + 1), &format!("{{#{behind}}}"));
    }
    rows::without(fields, "kind/parts", part).with("text", text)
}

/// Without empty rows. A part of a cloze has its number in the text, so only the last ones go, when they are empty.
pub fn tidied(kind: QuestionType, fields: &Fields) -> Fields {
    let mut fields = fields.clone();
    for list in lists(kind) {
        fields = rows::without_empty(&fields, list);
    }
    if kind == QuestionType::Cloze {
        for part in 0..rows::count(&fields, "kind/parts") {
            fields = rows::without_empty(&fields, &rows_of(part));
        }
        while let Some(last) = rows::count(&fields, "kind/parts").checked_sub(1)
            && rows::count(&fields, &rows_of(last)) == 0
        {
            fields = rows::without(&fields, "kind/parts", last);
        }
    }
    fields
}

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
        let text = text.trim_end_matches(['%', '٪', ' ']).replacen(',', ".", 1);
        fraction::from_percent(&text).unwrap_or_else(|| {
            self.wrong(name, "bank-wrong-share");
            Decimal::ZERO
        })
    }

    fn decimal(&self, name: &str, otherwise: Decimal) -> Decimal {
        let Some(text) = self.fields.optional(name) else { return otherwise };
        text.replacen(',', ".", 1).parse().unwrap_or_else(|_| {
            self.wrong(name, "bank-wrong-number");
            otherwise
        })
    }

    fn number(&self, name: &str) -> Option<Number> {
        let text = self.fields.optional(name)?.replacen(',', ".", 1);
        let number = Number::parse(&text).ok();
        if number.is_none() {
            self.wrong(name, "bank-wrong-number");
        }
        number
    }

    fn whole<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        let number = self.fields.optional(name)?.parse().ok();
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

/// What the fields of a tidied form say, as the API's input.
pub fn read(kind: QuestionType, fields: &Fields) -> Result<QuestionInput, Wrong> {
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
    let wrong = reader.wrong.into_inner();
    if wrong.is_empty() { Ok(input) } else { Err(wrong) }
}

/// The place of a refusal as the field of the form that holds it.
pub fn field_of(kind: QuestionType, fields: &Fields, at: &str, problem: &str) -> String {
    let name = at.trim_start_matches('/');
    let steps: Vec<&str> = name.split('/').collect();
    let first = match kind {
        QuestionType::ShortAnswer => "pattern",
        QuestionType::Numerical => "value",
        _ => "text",
    };
    match steps.as_slice() {
        ["tags", ..] => "tags".to_owned(),
        ["files", ..] => "files".to_owned(),
        ["kind", "options" | "items", row] => {
            format!("kind/{}/{row}/text", if kind == QuestionType::Ordering { "items" } else { "options" })
        }
        ["kind", "answers", row] if kind == QuestionType::Matching => {
            let pairs = rows::count(fields, "kind/pairs");
            match row.parse::<usize>() {
                Ok(row) if row >= pairs => format!("kind/distractors/{}/text", row - pairs),
                _ => format!("kind/pairs/{row}/answer"),
            }
        }
        ["kind", "answers", row] => format!("kind/answers/{row}/{first}"),
        ["kind", "units", row] => format!("kind/units/{row}/name"),
        ["kind", "unit_penalty"] => "kind/unit_rule/penalty".to_owned(),
        ["kind", "pairs and distractors"] => "kind/pairs".to_owned(),
        ["kind", "parts", part] if problem.contains("weight") => format!("kind/parts/{part}/weight"),
        ["kind", "parts", part] if problem.contains("menu") => format!("kind/parts/{part}/display"),
        ["kind", "parts"] | ["kind", "parts", _] => "text".to_owned(),
        ["kind", "parts", part, _] => format!("kind/parts/{part}"),
        ["kind", "parts", part, _, row] => format!("kind/parts/{part}/{ROWS}/{row}/text"),
        ["kind", "parts", part, _, row, inner] => format!("kind/parts/{part}/{ROWS}/{row}/{inner}"),
        _ => name.to_owned(),
    }
}

/// [`field_of`] all places of a refusal.
pub fn placed(kind: QuestionType, fields: &Fields, mut refusal: Refusal) -> Refusal {
    for field in &mut refusal.fields {
        field.at = format!("/{}", field_of(kind, fields, &field.at, &field.problem));
    }
    refusal
}

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

/// A file of a question as fields.
pub fn with_file(fields: Fields, file: &FileRef) -> Fields {
    let row = rows::count(&fields, "files");
    let known = (0..row).any(|row| fields.get(&format!("files/{row}/sha256")) == file.sha256);
    if known {
        return fields;
    }
    fields
        .with(&format!("files/{row}/name"), &file.name)
        .with(&format!("files/{row}/sha256"), &file.sha256)
        .with(&format!("files/{row}/bytes"), file.bytes)
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
    let same = read(kind, &plain).is_ok_and(|input| {
        let known: Vec<(&str, u64)> =
            body.files.iter().map(|file| (file.sha256.as_str(), file.bytes)).collect();
        // The media type of a file is that of its name, whoever says what.
        input.parse().is_ok_and(|mut read| {
            let files: Vec<(&str, u64)> =
                read.files.iter().map(|file| (file.sha256.as_str(), file.bytes)).collect();
            let same_files = files == known;
            read.files.clone_from(&body.files);
            same_files && read == *body
        })
    });
    if same { plain } else { written(&view, TextFormat::Html) }
}
