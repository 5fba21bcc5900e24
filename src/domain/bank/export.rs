//! Exporting a bank piece by piece: a category at a time, some questions at a time, so that a large bank never lies in
//! memory as a whole.

use std::sync::Arc;

use super::category::Tree;
use super::question::{QuestionVersion, QuestionsByCategory, TOP, latest};
use super::transfer::FileFormat;
use crate::domain::access::{Actor, Permission};
use crate::domain::ids::{CategoryId, CourseId, QuestionId};
use crate::domain::question::format::{
    Category, Export, ExportedQuestion, LeftOut, write_gift, write_moodle_xml,
};
use crate::domain::refusal::{INTERNAL, Refusal, not_found};
use crate::store::{Exactly, Read};

/// Questions of one piece.
const PIECE_QUESTIONS: usize = 50;
/// Bytes of embedded files of one piece, unless a single question has more.
const PIECE_FILE_BYTES: u64 = 8 * 1024 * 1024;

/// A category to be written, or the top of the bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    category: Option<CategoryId>,
    described: Category,
}

/// Where an export stands.
#[derive(Debug)]
pub struct Progress {
    course: CourseId,
    format: FileFormat,
    /// Parts still to write, the next one last.
    parts: Vec<Part>,
    /// The last question written of the next part.
    after: Option<QuestionId>,
    stage: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Opening,
    Questions,
    Done,
}

/// Begins the export of a course's bank, or of a category with everything below it. Retired questions stay here.
pub fn begin(
    read: &impl Read,
    actor: &Actor,
    course: CourseId,
    category: Option<CategoryId>,
    format: FileFormat,
) -> Result<Progress, Refusal> {
    super::require(read, actor, Permission::ViewQuestions, course)?;
    let tree = Tree::read(read, course)?;
    let chosen = match category {
        Some(id) if tree.get(id).is_none() => return Err(not_found("question category", id)),
        Some(id) => Some(tree.with_descendants(id)),
        None => None,
    };
    let mut parts = Vec::new();
    if chosen.is_none() {
        parts.push(Part { category: None, described: Category::default() });
    }
    for category in tree.in_order() {
        if chosen.as_ref().is_none_or(|chosen| chosen.contains(&category.id)) {
            let described = Category {
                line: 0,
                path: tree.path(category.id),
                description: category.description.clone(),
                id_number: category.id_number.clone(),
            };
            parts.push(Part { category: Some(category.id), described });
        }
    }
    parts.reverse();
    Ok(Progress { course, format, parts, after: None, stage: Stage::Opening })
}

/// What is to be written next.
#[derive(Debug)]
pub struct Piece {
    format: FileFormat,
    opening: bool,
    closing: bool,
    categories: Vec<Category>,
    path: Vec<String>,
    questions: Vec<Arc<QuestionVersion>>,
}

impl Progress {
    /// The next piece; `None` when everything is written.
    pub fn next(&mut self, read: &impl Read) -> Result<Option<Piece>, Refusal> {
        let mut piece = Piece {
            format: self.format,
            opening: self.stage == Stage::Opening,
            closing: false,
            categories: Vec::new(),
            path: Vec::new(),
            questions: Vec::new(),
        };
        if self.stage == Stage::Done {
            return Ok(None);
        }
        self.stage = Stage::Questions;
        let Some(part) = self.parts.last() else {
            self.stage = Stage::Done;
            piece.closing = true;
            return Ok(Some(piece));
        };
        piece.path.clone_from(&part.described.path);
        if part.category.is_some() {
            piece.categories.push(if self.after.is_none() {
                part.described.clone()
            } else {
                Category { path: part.described.path.clone(), ..Category::default() }
            });
        }
        let key = (self.course, part.category.unwrap_or(TOP), false);
        let after = self.after.as_ref().map(|id| (&key, id));
        let found = read.index_keys::<QuestionsByCategory>(&Exactly(key), after, PIECE_QUESTIONS)?;
        let mut bytes = 0;
        let mut whole = found.len() < PIECE_QUESTIONS;
        for (_, id) in found {
            let version = latest(read, id)?;
            bytes += version.body.files.iter().map(|file| file.bytes).sum::<u64>();
            if bytes > PIECE_FILE_BYTES && !piece.questions.is_empty() {
                whole = false;
                break;
            }
            piece.questions.push(version);
            self.after = Some(id);
        }
        if whole {
            self.parts.pop();
            self.after = None;
        }
        Ok(Some(piece))
    }
}

impl Piece {
    /// Its text; `file` gives the bytes of an embedded file. What the format cannot carry stands in comments.
    pub fn write(&self, file: &dyn Fn(&str) -> Option<Vec<u8>>) -> Result<String, Refusal> {
        let questions: Vec<ExportedQuestion<'_>> = self
            .questions
            .iter()
            .map(|version| ExportedQuestion { category_path: &self.path, body: &version.body })
            .collect();
        let export = Export { categories: &self.categories, questions: &questions, file };
        let written = match self.format {
            FileFormat::Gift => write_gift(&export),
            FileFormat::MoodleXml => write_moodle_xml(&export),
        };
        let mut text = match self.format {
            FileFormat::Gift => written.text,
            FileFormat::MoodleXml => self.framed(&written.text)?,
        };
        // The closing piece has no questions, so these never stand behind the end of a document.
        text.push_str(&comments(self.format, "left out", &written.left_out));
        text.push_str(&comments(self.format, "came without", &written.lost));
        Ok(text)
    }

    /// One document out of many: only the first piece keeps its head and only the last one its end.
    fn framed(&self, document: &str) -> Result<String, Refusal> {
        let start = document.find(XML_START).map(|at| at + XML_START.len());
        let end = document.rfind(XML_END);
        let (Some(start), Some(end)) = (start, end) else {
            return Err(INTERNAL.refuse("the XML writer made no document"));
        };
        let from = if self.opening { 0 } else { start };
        let to = if self.closing { document.len() } else { end };
        Ok(document.get(from..to).unwrap_or_default().to_owned())
    }
}

const XML_START: &str = "<quiz>\n";
const XML_END: &str = "</quiz>";

fn comments(format: FileFormat, what: &str, losses: &[LeftOut]) -> String {
    losses
        .iter()
        .map(|loss| {
            let line = format!("{what}: {}: {}", loss.name, loss.reason).replace(['\n', '\r'], " ");
            match format {
                FileFormat::Gift => format!("// {line}\n\n"),
                // Two hyphens would end the comment.
                FileFormat::MoodleXml => format!("<!-- {} -->\n", line.replace('-', "\u{2010}")),
            }
        })
        .collect()
}
