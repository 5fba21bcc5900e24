//! A question as fields of a form, both ways: what the editor shows of a question, and the input of the API that its
//! fields make. Names are the JSON pointers of that input, with two differences: a text is one field, written as `format`
//! says for all texts of the question, and shares of the points are percentages.

mod read;
mod write;

pub use read::read;
pub use write::shown;

use super::rows;
use crate::domain::bank::QuestionType;
use crate::domain::question::FileRef;
use crate::domain::refusal::Refusal;
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

/// The place of a refusal as the field of the form that holds it.
pub fn field_of(kind: QuestionType, at: &str) -> String {
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
        ["kind", "distractors", row] => format!("kind/distractors/{row}/text"),
        ["kind", "answers", row] => format!("kind/answers/{row}/{first}"),
        ["kind", "units", row] => format!("kind/units/{row}/name"),
        ["kind", "parts"] | ["kind", "parts", _] => "text".to_owned(),
        ["kind", "parts", _, "weight" | "display"] => name.to_owned(),
        ["kind", "parts", part, _] => format!("kind/parts/{part}"),
        // What an answer is stands in one field, whatever it is.
        ["kind", "parts", part, _, row] | ["kind", "parts", part, _, row, "pattern"] => {
            format!("kind/parts/{part}/{ROWS}/{row}/text")
        }
        ["kind", "parts", part, _, row, inner] => format!("kind/parts/{part}/{ROWS}/{row}/{inner}"),
        _ => name.to_owned(),
    }
}

/// Does a place hold a field, or is it one? What is said of a whole that has something unreadable in it may be wrong.
pub fn is_around(place: &str, field: &str) -> bool {
    field.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// [`field_of`] all places of a refusal.
pub fn placed(kind: QuestionType, mut refusal: Refusal) -> Refusal {
    for field in &mut refusal.fields {
        field.at = format!("/{}", field_of(kind, &field.at));
    }
    refusal
}
