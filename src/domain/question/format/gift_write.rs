//! Writing GIFT. Every text is written as HTML, so that it reads back as exactly this text.
//!
//! GIFT has no place for ordering, cloze, units, files, or marking all or nothing; such questions are left out and
//! named. Settings that do not change what is right (points, penalties, combined feedback) are named as lost.

use super::report::{Export, LeftOut, Written};
use super::{DEFAULT_PENALTY, fraction, path};
use crate::domain::decimal::Decimal;
use crate::domain::question::QuestionBody;
use crate::domain::question::kind::{
    Accepts, ChoiceOption, CombinedFeedback, Essay, EssayEditor, Kind, Matching, Numbering, NumericalAnswer,
    TextAnswer, TrueFalse,
};
use crate::domain::rich_text::RichText;

/// Writes the questions that GIFT can carry.
#[must_use]
pub fn write(export: &Export<'_>) -> Written {
    let mut written = Written::default();
    for category in export.categories {
        if !category.description.is_empty() || category.id_number.is_some() {
            let reason = "GIFT has no place for the description and identifier of a category".to_owned();
            written.lost.push(LeftOut { name: category.path.join(" / "), reason });
        }
    }
    let mut category: &[String] = &[];
    for question in export.questions {
        let body = question.body;
        if let Some(reason) = reason_to_leave_out(body) {
            written.left_out.push(LeftOut { name: body.name.clone(), reason: reason.to_owned() });
            continue;
        }
        let answers = answers(&body.kind);
        if has_misleading_arrow(&body.kind, &answers) {
            let reason = "GIFT takes -> in it for the arrow of a matching question".to_owned();
            written.left_out.push(LeftOut { name: body.name.clone(), reason });
            continue;
        }
        if question.category_path != category {
            category = question.category_path;
            put(&mut written.text, &format!("$CATEGORY: {}\n\n", path::write(category)));
        }
        written.text.push_str(&block(body, &answers));
        for reason in losses(body) {
            written.lost.push(LeftOut { name: body.name.clone(), reason: reason.to_owned() });
        }
    }
    written
}

fn reason_to_leave_out(body: &QuestionBody) -> Option<&'static str> {
    if !body.files.is_empty() {
        return Some("GIFT cannot carry files");
    }
    match &body.kind {
        Kind::Ordering(_) => Some("GIFT has no ordering questions"),
        Kind::Cloze(_) => Some("GIFT has no cloze questions"),
        Kind::Numerical(it) if !it.units.is_empty() => Some("GIFT has no units"),
        Kind::MultipleResponse(it) if it.all_or_nothing => Some("GIFT cannot mark all or nothing"),
        Kind::ShortAnswer(it) if it.case_sensitive => Some("GIFT cannot tell that capitals matter"),
        _ => None,
    }
}

fn has_misleading_arrow(kind: &Kind, answers: &str) -> bool {
    match kind {
        Kind::ShortAnswer(_) => answers.contains("->"),
        Kind::Matching(it) => it.pairs.iter().any(|pair| pair.stem.html().contains("->")),
        _ => false,
    }
}

fn losses(body: &QuestionBody) -> Vec<&'static str> {
    let mut lost = Vec::new();
    if body.default_points != Decimal::ONE {
        lost.push("points other than 1");
    }
    let penalty = match body.kind {
        Kind::TrueFalse(_) => Decimal::ONE,
        Kind::Essay(_) => Decimal::ZERO,
        _ => DEFAULT_PENALTY,
    };
    if body.penalty != penalty {
        lost.push("the penalty per wrong try");
    }
    if marks_of(body).iter().any(|(_, value)| is_misleading_mark(value)) {
        lost.push("an identifier or tag that looks like several");
    }
    let (shuffle, numbering, feedback) = match &body.kind {
        Kind::SingleChoice(it) => (it.shuffle, it.numbering, Some(&it.feedback)),
        Kind::MultipleResponse(it) => (it.shuffle, it.numbering, Some(&it.feedback)),
        Kind::Matching(it) => (it.shuffle, Numbering::LowerLetters, Some(&it.feedback)),
        _ => (true, Numbering::LowerLetters, None),
    };
    if !shuffle {
        lost.push("that the order stays");
    }
    if numbering != Numbering::LowerLetters {
        lost.push("the numbering of options");
    }
    if feedback.is_some_and(|feedback| *feedback != CombinedFeedback::default()) {
        lost.push("the feedback for the whole question");
    }
    if let Kind::Essay(it) = &body.kind
        && *it != plain_essay()
    {
        lost.push("the settings of the essay");
    }
    lost
}

/// The identifier and the tags, as they stand in a comment.
fn marks_of(body: &QuestionBody) -> Vec<(&'static str, &str)> {
    let id_number = body.id_number.as_deref().map(|value| ("[id:", value));
    id_number.into_iter().chain(body.tags.iter().map(|tag| ("[tag:", tag.as_str()))).collect()
}

fn is_misleading_mark(value: &str) -> bool {
    value.contains("[id:") || value.contains("[tag:")
}

fn plain_essay() -> Essay {
    Essay {
        grader_info: RichText::empty(),
        template: RichText::empty(),
        editor: EssayEditor::Formatted,
        required: true,
        min_words: None,
        max_words: None,
        lines: 15,
    }
}

fn block(body: &QuestionBody, answers: &str) -> String {
    let mut marks = String::new();
    for (opening, value) in marks_of(body).into_iter().filter(|(_, value)| !is_misleading_mark(value)) {
        // A backslash at the end would take the bracket with it; spaces at the ends do not count.
        let gap = if value.ends_with('\\') { " " } else { "" };
        put(&mut marks, &format!(" {opening}{}{gap}]", value.replace(']', "\\]")));
    }
    let marks = if marks.is_empty() { marks } else { format!("//{marks}\n") };
    let general = if body.general_feedback.is_empty() {
        String::new()
    } else {
        format!("####{}", html(&body.general_feedback))
    };
    format!("{marks}::{}::[html]{}{{{answers}{general}}}\n\n", escape(&body.name), escape(body.text.html()))
}

/// A text in the question's format, which is HTML. A bracket at its front could be taken for a format, a percent sign for a
/// weight.
fn html(text: &RichText) -> String {
    let prefix = if text.html().starts_with(['[', '%']) { "[html]" } else { "" };
    format!("{prefix}{}", escape(text.html()))
}

fn plain(text: &str) -> String {
    let prefix = if text.starts_with('[') { "[plain]" } else { "" };
    format!("{prefix}{}", escape(text))
}

fn feedback(text: &RichText) -> String {
    if text.is_empty() { String::new() } else { format!("#{}", html(text)) }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '\n' => escaped.push_str("\\n"),
            '\\' | '#' | '=' | '~' | '{' | '}' | ':' => {
                escaped.push('\\');
                escaped.push(character);
            }
            other => escaped.push(other),
        }
    }
    escaped
}

fn answers(kind: &Kind) -> String {
    match kind {
        Kind::SingleChoice(it) => options(&it.options, true),
        Kind::MultipleResponse(it) => options(&it.options, false),
        Kind::TrueFalse(it) => true_false(it),
        Kind::Numerical(it) => format!("#\n{}", numbers(&it.answers)),
        Kind::ShortAnswer(it) => format!("\n{}", it.answers.iter().map(word).collect::<String>()),
        Kind::Matching(it) => matching(it),
        Kind::Ordering(_) | Kind::Cloze(_) | Kind::Essay(_) => String::new(),
    }
}

/// The pieces are too small for a formatter's error handling to be worth its lines.
fn put(written: &mut String, piece: &str) {
    written.push_str(piece);
}

fn options(all: &[ChoiceOption], single: bool) -> String {
    let mut written = "\n".to_owned();
    // Of several that are wholly right only the first has `=`: without a `~` they would be a short answer.
    let mut is_first = single;
    for option in all {
        let text = html(&option.text);
        let mark = if is_first && option.fraction == Decimal::ONE {
            is_first = false;
            "=".to_owned()
        } else if option.fraction.is_zero() {
            "~".to_owned()
        } else {
            format!("~%{}%", fraction::to_percent(option.fraction))
        };
        put(&mut written, &format!("\t{mark}{text}{}\n", feedback(&option.feedback)));
    }
    written
}

fn true_false(it: &TrueFalse) -> String {
    let (word, right, wrong) = if it.correct {
        ("TRUE", &it.feedback_true, &it.feedback_false)
    } else {
        ("FALSE", &it.feedback_false, &it.feedback_true)
    };
    match (wrong.is_empty(), right.is_empty()) {
        (true, true) => word.to_owned(),
        (false, true) => format!("{word}#{}", html(wrong)),
        // The space keeps an empty first feedback from running together with the mark of a general one.
        (true, false) => format!("{word}# #{}", html(right)),
        (false, false) => format!("{word}#{}#{}", html(wrong), html(right)),
    }
}

fn numbers(answers: &[NumericalAnswer]) -> String {
    let mut written = String::new();
    for (index, answer) in answers.iter().enumerate() {
        let last = index + 1 == answers.len();
        let weight = fraction::to_percent(answer.fraction);
        let line = match answer.accepts {
            Accepts::Any if last && answer.fraction.is_zero() => format!("~{}", feedback(&answer.feedback)),
            Accepts::Any => format!("=%{weight}%*{}", feedback(&answer.feedback)),
            Accepts::Within { value, tolerance } => {
                format!("=%{weight}%{value}:{tolerance}{}", feedback(&answer.feedback))
            }
        };
        put(&mut written, &format!("\t{line}\n"));
    }
    written
}

fn word(answer: &TextAnswer) -> String {
    let weight = fraction::to_percent(answer.fraction);
    format!("\t=%{weight}%{}{}\n", plain(&answer.pattern), feedback(&answer.feedback))
}

fn matching(it: &Matching) -> String {
    let mut written = "\n".to_owned();
    for pair in &it.pairs {
        put(&mut written, &format!("\t={} -> {}\n", html(&pair.stem), escape(&pair.answer)));
    }
    for distractor in &it.distractors {
        put(&mut written, &format!("\t= -> {}\n", escape(distractor)));
    }
    written
}
