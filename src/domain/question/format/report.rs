//! What importing and exporting give: questions, and an account of everything that did not come along.

use crate::domain::faults::{Joined, MAX_FAULTS};
use crate::domain::question::{FileRef, QuestionBody};
use crate::domain::rich_text::RichText;

/// Why a file is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct FormatError {
    /// The line, from one.
    pub line: u32,
    /// What is wrong.
    pub reason: String,
    /// What else is, further down.
    pub further: Vec<Self>,
}

impl FormatError {
    pub(crate) fn new(line: u32, reason: impl Into<String>) -> Self {
        Self { line, reason: reason.into(), further: Vec::new() }
    }
}

impl Joined for FormatError {
    fn joined(mut self, second: Self) -> Self {
        // With this one there is one more than is told, by which it is known that there are more.
        let room = MAX_FAULTS.saturating_sub(self.further.len());
        let Self { line, reason, further } = second;
        self.further.extend(std::iter::once(Self::new(line, reason)).chain(further).take(room));
        self
    }
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Imported {
    /// Categories in the order of the file.
    pub categories: Vec<Category>,
    /// Questions in the order of the file.
    pub questions: Vec<ImportedQuestion>,
    /// Questions that were left out.
    pub skipped: Vec<Skipped>,
    /// What was assumed, and what questions lost.
    pub notes: Vec<Note>,
    /// The encoding of the file.
    pub encoding: &'static str,
}

/// A category of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Category {
    /// Where it is named, from one; nought for one that no file names yet.
    pub line: u32,
    /// Names from the top; the course and Moodle's invisible top category are left out.
    pub path: Vec<String>,
    /// Its description.
    pub description: RichText,
    /// The author's identifier.
    pub id_number: Option<String>,
}

/// A question of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedQuestion {
    /// The category; empty where the file names none.
    pub category_path: Vec<String>,
    /// Where it begins, from one.
    pub line: u32,
    /// The question.
    pub body: QuestionBody,
    /// Its embedded files with their bytes.
    pub files: Vec<(FileRef, Vec<u8>)>,
    /// Not to be used in anything new.
    pub retired: bool,
}

/// A question that was left out of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Where it begins, from one.
    pub line: u32,
    /// Its name.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// Something that was assumed or lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Where, from one.
    pub line: u32,
    /// What.
    pub text: String,
}

/// What is to be written.
#[derive(Clone, Copy)]
pub struct Export<'bank> {
    /// Categories to describe; those that questions lie in need not be among them.
    pub categories: &'bank [Category],
    /// The questions, in the order of the file.
    pub questions: &'bank [ExportedQuestion<'bank>],
    /// The bytes of an embedded file by its sha256.
    pub file: &'bank dyn Fn(&str) -> Option<Vec<u8>>,
}

/// A question to be written.
#[derive(Debug, Clone, Copy)]
pub struct ExportedQuestion<'bank> {
    /// The category's names from the top.
    pub category_path: &'bank [String],
    /// The question.
    pub body: &'bank QuestionBody,
}

/// A written file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Written {
    /// The file, in UTF-8.
    pub text: String,
    /// Questions that the format cannot carry.
    pub left_out: Vec<LeftOut>,
    /// What written questions lost.
    pub lost: Vec<LeftOut>,
}

/// Something that a format cannot carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The question's (or category's) name.
    pub name: String,
    /// What and why.
    pub reason: String,
}
