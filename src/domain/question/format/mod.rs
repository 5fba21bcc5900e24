//! Question files of other systems, read and written: GIFT and Moodle XML.
//!
//! A file is imported with its meaning or refused whole, with the line and the reason. Questions of a kind that there
//! is not here are listed as skipped; what a question loses is listed as a note. Nothing is guessed silently.

mod embedded;
mod encoding;
pub mod fraction;
pub mod gift;
mod gift_write;
pub mod moodle_xml;
mod moodle_xml_kinds;
mod moodle_xml_write;
mod path;
mod report;
mod xml_tree;

pub(crate) use embedded::media_type;
pub(crate) use encoding::decode;
pub use gift_write::write as write_gift;
pub use moodle_xml_write::write as write_moodle_xml;
pub use report::{
    Category, Export, ExportedQuestion, FormatError, Imported, ImportedQuestion, LeftOut, Note, Skipped,
    Written,
};

/// Largest file: a course's whole bank with its pictures is a few megabytes.
pub const MAX_FILE_BYTES: usize = 32 * 1024 * 1024;
/// Most questions in a file: the largest banks that are exchanged have a few thousand.
pub const MAX_QUESTIONS: usize = 20_000;
/// Deepest category: a path is shown in one line.
pub const MAX_CATEGORY_DEPTH: usize = 20;
/// Longest name of a category in characters, as in Moodle.
pub const MAX_CATEGORY_CHARS: usize = 255;
/// Largest embedded file: a picture or a short recording; larger ones belong into the course's files.
pub const MAX_EMBEDDED_BYTES: usize = 8 * 1024 * 1024;

use std::collections::BTreeSet;

use crate::domain::decimal::Decimal;
use crate::domain::file_look::Look;
use crate::domain::question::validate::MAX_NAME_CHARS;
use crate::domain::rich_text::{RichText, is_text};

/// What Moodle takes away per wrong try unless told otherwise.
pub(crate) const DEFAULT_PENALTY: Decimal = Decimal::from_units(3_333_333);

/// Why a file of another kind is refused.
fn not_questions(look: Look) -> FormatError {
    let words = look.words();
    FormatError::new(1, format!("the file looks like {words}; questions are taken as GIFT or Moodle XML"))
}

/// What there is to say of something the texts of which lost something.
fn lost(what: &str, name: &str, losses: &BTreeSet<String>) -> Option<String> {
    let parts: Vec<&str> = losses.iter().map(String::as_str).collect();
    let parts = parts.join(", ");
    (!parts.is_empty())
        .then(|| format!("{what} {name:?} comes without {parts}, which texts do not keep here"))
}

/// One line without control characters and without spaces at its ends.
fn one_line(text: &str) -> String {
    let line = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    let is_character = |character: char| !character.is_control() && is_text(character);
    let cleaned: String = line.chars().map(|it| if is_character(it) { it } else { ' ' }).collect();
    cleaned.trim().to_owned()
}

/// What there is to say of a name that [`question_name`] cut.
fn cut_name(written: &str, name: &str) -> Option<String> {
    let is_cut = one_line(written).chars().count() > MAX_NAME_CHARS;
    is_cut.then(|| {
        format!("the name of the question {name:?} was longer than {MAX_NAME_CHARS} characters and was cut")
    })
}

/// The name of a question: one line of at most 255 characters, or the beginning of the text where there is none.
fn question_name(name: &str, text: &RichText) -> String {
    let name = one_line(name);
    if !name.is_empty() {
        return name.chars().take(MAX_NAME_CHARS).collect::<String>().trim_end().to_owned();
    }
    let text = one_line(&text.to_plain());
    if text.is_empty() {
        return "Question".to_owned();
    }
    if text.chars().count() <= 80 {
        return text;
    }
    let cut: String = text.chars().take(77).collect();
    let at_word = cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words);
    format!("{}...", at_word.trim_end())
}
