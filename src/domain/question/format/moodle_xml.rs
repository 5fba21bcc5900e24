//! Reading Moodle XML: the file, its categories, and what all questions have in common.
//!
//! The kinds are in `moodle_xml_kinds`. Defaults are those of Moodle's own import.

use std::borrow::Cow;
use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::embedded::{Files, localise, unpack};
use super::encoding::decode;
use super::moodle_xml_kinds::{self as kinds, KindRead};
use super::report::{Category, FormatError, Imported, ImportedQuestion, Note, Skipped};
use super::xml_tree::{self, Element};
use super::{
    DEFAULT_PENALTY, MAX_FILE_BYTES, MAX_QUESTIONS, cut_name, fraction, lost, not_questions, one_line, path,
    question_name,
};
use crate::domain::decimal::Decimal;
use crate::domain::faults::Faults;
use crate::domain::file_look::Look;
use crate::domain::question::validate::{MAX_ID_NUMBER_CHARS, validate};
use crate::domain::question::{FileRef, QuestionBody};
use crate::domain::rich_text::{self, RichText, RichTextError, TextFormat};

/// Reads a Moodle XML file.
pub fn parse(bytes: &[u8]) -> Result<Imported, FormatError> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(FormatError::new(1, format!("the file is larger than {MAX_FILE_BYTES} bytes")));
    }
    let decoded = decode(bytes, declared_encoding(bytes).as_deref(), false)?;
    match Look::of_text(&decoded.text) {
        None if decoded.text.trim().is_empty() => return Err(FormatError::new(1, "the file is empty")),
        None if !decoded.text.trim_start().starts_with('<') => {
            let reason = "the file does not begin as XML does; choose the format gift, or auto";
            return Err(FormatError::new(1, reason));
        }
        Some(look @ (Look::Html | Look::Json)) => return Err(not_questions(look)),
        _ => {}
    }
    let root = xml_tree::read(&decoded.text)?;
    if root.name != "quiz" {
        return Err(FormatError::new(
            root.line,
            format!("the file begins with <{}> and not with <quiz>", root.name),
        ));
    }
    let mut imported = Imported { encoding: decoded.encoding, ..Imported::default() };
    let (mut category, mut faults) = (Vec::new(), Faults::default());
    let mut asked = 0;
    for element in root.children() {
        if element.name != "question" {
            let text = format!("the element <{}> is not known and was left out", element.name);
            imported.notes.push(Note { line: element.line, text });
        } else if element.attribute("type") == Some("category") {
            category = faults.or_default(read_category(element, &mut imported));
        } else if asked == MAX_QUESTIONS {
            let reason = format!("the file has more than {MAX_QUESTIONS} questions");
            faults.add(FormatError::new(element.line, reason));
            break;
        } else {
            asked += 1;
            faults.or_default(read_question(element, &category, &mut imported));
        }
    }
    faults.and(Ok(imported))
}

/// The encoding that the XML declaration names, if there is one in plain ASCII.
fn declared_encoding(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..bytes.len().min(200))?;
    let head = String::from_utf8_lossy(head);
    let declaration = head.trim_start().strip_prefix("<?xml")?.split_once("?>")?.0;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    value.get(1..)?.split_once(quote).map(|(label, _)| label.to_owned())
}

fn read_category(element: &Element, imported: &mut Imported) -> Result<Vec<String>, FormatError> {
    let written = element.child("category").map_or("", Element::inner_text);
    let path = path::parse(written, element.line)?;
    let mut reader = QuestionReader::new(element, TextFormat::Html);
    let description = reader.text(element.child("info"))?;
    let id_number = element.child_text("idnumber").map(one_line).filter(|id| !id.is_empty());
    if id_number.as_ref().is_some_and(|id| id.chars().count() > MAX_ID_NUMBER_CHARS) {
        return Err(FormatError::new(
            element.line,
            "the identifier of a category is longer than 100 characters",
        ));
    }
    if !description.file_references().is_empty() {
        // Files are kept of questions alone.
        reader.losses.insert("<img src>".to_owned());
    }
    if let Some(text) = lost("the description of the category", &path.join(" / "), &reader.losses) {
        reader.note(text);
    }
    imported.notes.append(&mut reader.notes);
    let category = Category { line: element.line, path: path.clone(), description, id_number };
    match imported.categories.iter_mut().find(|known| known.path == path) {
        // Named again only to go back to it.
        Some(known) => {
            if !category.description.is_empty() || category.id_number.is_some() {
                *known = category;
            }
        }
        None if path.is_empty() => {}
        None => imported.categories.push(category),
    }
    Ok(path)
}

fn read_question(element: &Element, category: &[String], imported: &mut Imported) -> Result<(), FormatError> {
    let line = element.line;
    let kind_name = element.attribute("type").unwrap_or_default();
    let mut reader = QuestionReader::new(element, TextFormat::Html);
    let name_element = element.child("name").map_or("", Element::inner_text);
    if let Some(reason) = kinds::reason_to_skip(kind_name, element) {
        let name = question_name(name_element, &RichText::empty());
        imported.skipped.push(Skipped { line, name, reason });
        return Ok(());
    }
    let text_element = element.child("questiontext");
    reader.format = reader.format_of(text_element);
    let refuse =
        |name: &str, reason: String| FormatError::new(line, format!("the question {name:?} {reason}"));
    let told_name = one_line(name_element);
    let KindRead { kind, text, points } = kinds::read(kind_name, &mut reader).map_err(|error| {
        let FormatError { line, reason, .. } = error;
        FormatError::new(line, format!("the question {told_name:?}: {reason}"))
    })?;
    let text = match text {
        Some(text) => text,
        None => reader.text(text_element)?,
    };
    let name = question_name(name_element, &text);
    if let Some(text) = cut_name(name_element, &name) {
        reader.note(text);
    }
    let general_feedback = reader.text(element.child("generalfeedback"))?;
    let default_points = match element.child_text("defaultgrade") {
        Some(written) if !written.is_empty() => reader.decimal(written, "defaultgrade")?,
        _ => points.unwrap_or(Decimal::ONE),
    };
    let penalty = match element.child_text("penalty") {
        Some(written) if !written.is_empty() => repaired_third(written, reader.decimal(written, "penalty")?),
        _ => DEFAULT_PENALTY,
    };
    let retired = element.child_text("hidden") == Some("1");
    if element.child("hint").is_some() {
        reader.note(format!("the hints of the question {name:?} were left out"));
    }
    let mut tags: Vec<String> = Vec::new();
    for list in ["tags", "coursetags"] {
        for tag in element.child(list).iter().flat_map(|tags| tags.all("tag")) {
            let tag = one_line(tag.inner_text());
            if !tag.is_empty() && !tags.contains(&tag) {
                tags.push(tag);
            }
        }
    }
    let id_number = element.child_text("idnumber").map(one_line).filter(|id| !id.is_empty());
    if let Some(text) = lost("the question", &name, &reader.losses) {
        reader.note(text);
    }
    reader.keep_loose_files()?;
    let files = std::mem::take(&mut reader.files).into_sorted();
    let body = QuestionBody {
        name,
        text,
        general_feedback,
        default_points,
        penalty,
        kind,
        tags,
        id_number,
        files: files.iter().map(|(file, _)| file.clone()).collect(),
    };
    validate(&body).map_err(|error| refuse(&body.name, format!("cannot be used: {error}")))?;
    imported.notes.append(&mut reader.notes);
    imported.questions.push(ImportedQuestion {
        category_path: category.to_vec(),
        line,
        body,
        files,
        retired,
    });
    Ok(())
}

/// Old files have thirds with five or six digits, which Moodle repairs, too; with seven they are as they are meant.
fn repaired_third(written: &str, penalty: Decimal) -> Decimal {
    let digits = written.split_once('.').map_or(0, |(_, behind)| behind.len());
    let away = (penalty.units() - DEFAULT_PENALTY.units()).abs();
    if digits < 7 && away < 50 { DEFAULT_PENALTY } else { penalty }
}

/// A penalty that [`repaired_third`] leaves as it is.
pub(super) fn written_penalty(penalty: Decimal) -> String {
    let short = penalty.to_string();
    if repaired_third(&short, penalty) == penalty {
        return short;
    }
    format!("{short:0<9}")
}

/// Reads the parts of one question and gathers its files and notes.
pub(super) struct QuestionReader<'file> {
    pub(super) element: &'file Element,
    /// The format of the question's text, which its other texts inherit.
    pub(super) format: TextFormat,
    pub(super) files: Files,
    pub(super) notes: Vec<Note>,
    /// What its texts lost.
    losses: BTreeSet<String>,
}

impl<'file> QuestionReader<'file> {
    fn new(element: &'file Element, format: TextFormat) -> Self {
        Self { element, format, files: Files::default(), notes: Vec::new(), losses: BTreeSet::new() }
    }

    pub(super) fn note(&mut self, text: String) {
        self.notes.push(Note { line: self.element.line, text });
    }

    fn format_of(&mut self, element: Option<&Element>) -> TextFormat {
        let Some(element) = element else { return self.format };
        match element.attribute("format").map(str::trim) {
            None | Some("") => self.format,
            Some("html") => TextFormat::Html,
            Some("moodle_auto_format" | "wiki_like") => TextFormat::MoodleAuto,
            Some("plain_text") => TextFormat::Plain,
            Some("markdown") => TextFormat::Markdown,
            Some(other) => {
                let text = format!("the text format {other:?} is not known and was taken for HTML");
                self.notes.push(Note { line: element.line, text });
                TextFormat::Html
            }
        }
    }

    /// The source of a text, with its files kept and its references to them rewritten.
    pub(super) fn source(&mut self, element: &Element) -> Result<String, FormatError> {
        let mut own: Vec<(String, FileRef)> = Vec::new();
        for file in element.all("file") {
            let (name, kept) = self.embedded(file)?;
            own.push((name, kept));
        }
        Ok(localise(element.inner_text(), &own, element.line, &mut self.notes))
    }

    /// A text in its own format or the question's; nothing where there is no element.
    pub(super) fn text(&mut self, element: Option<&Element>) -> Result<RichText, FormatError> {
        let Some(element) = element else { return Ok(RichText::empty()) };
        let format = self.format_of(Some(element));
        let source = self.source(element)?;
        self.formatted(&source, format, element.line).map_err(|error| {
            FormatError::new(element.line, format!("the text in <{}> {error}", element.name))
        })
    }

    /// A source text as it is shown; pictures in it become files, and what it loses is kept in mind.
    pub(super) fn formatted(
        &mut self,
        source: &str,
        format: TextFormat,
        line: u32,
    ) -> Result<RichText, RichTextError> {
        let source = match format {
            TextFormat::Plain => Cow::Borrowed(source),
            _ => Cow::Owned(unpack(source, &mut self.files, line)),
        };
        let text = RichText::from_source(&source, format)?;
        self.losses.append(&mut rich_text::losses(&source, format));
        Ok(text)
    }

    fn embedded(&mut self, file: &Element) -> Result<(String, FileRef), FormatError> {
        let path = file.attribute("path").unwrap_or("/");
        let name = format!("{}/{}", path.trim_matches('/'), file.attribute("name").unwrap_or_default());
        let refuse =
            |reason: String| FormatError::new(file.line, format!("the embedded file {name:?} {reason}"));
        match file.attribute("encoding") {
            None | Some("base64") => {}
            Some(other) => return Err(refuse(format!("has the encoding {other:?}; only base64 is known"))),
        }
        let packed: String = file.own_text().split_ascii_whitespace().collect();
        let bytes = STANDARD.decode(packed).map_err(|error| refuse(format!("is not base64: {error}")))?;
        let kept = self.files.add(&name, bytes, file.line)?;
        Ok((name, kept))
    }

    /// Files that stand beside the texts rather than in them, as in older files.
    fn keep_loose_files(&mut self) -> Result<(), FormatError> {
        let element = self.element;
        for file in element.all("file") {
            self.embedded(file)?;
        }
        if element.child("image_base64").is_some() {
            self.note("a picture in the format of Moodle 1.9 was left out".to_owned());
        }
        Ok(())
    }

    pub(super) fn decimal(&mut self, written: &str, what: &str) -> Result<Decimal, FormatError> {
        let number = decimal(written).ok_or_else(|| {
            FormatError::new(
                self.element.line,
                format!("<{what}> has {written:?}, which is no number that can be kept"),
            )
        })?;
        if split_digits(written).1.contains(|digit| digit != '0') {
            self.note(format!("<{what}> has {written:?}, of which 7 digits behind the point were kept"));
        }
        Ok(number)
    }

    /// The fraction attribute of an answer, in percent.
    pub(super) fn fraction(answer: &Element) -> Result<Decimal, FormatError> {
        let written = answer.attribute("fraction").unwrap_or("0").trim();
        let written = if written.is_empty() { "0" } else { written };
        fraction::from_percent(written).ok_or_else(|| {
            FormatError::new(
                answer.line,
                format!("the fraction {written:?} is no percentage from -100 to 100"),
            )
        })
    }
}

/// A number up to the seventh digit behind its point, and the rest.
fn split_digits(written: &str) -> (&str, &str) {
    let written = written.trim();
    let end = written.find('.').map_or(written.len(), |point| point + 8);
    written.split_at_checked(end).unwrap_or((written, ""))
}

/// A number with any number of digits behind the point, of which seven are kept.
pub(super) fn decimal(written: &str) -> Option<Decimal> {
    let (kept, cut) = split_digits(written);
    kept.parse().ok().filter(|_| cut.bytes().all(|byte| byte.is_ascii_digit()))
}
