//! What a learner sees of a question: everything needed to answer it and no hint of the key.
//!
//! Options have no identity but their displayed position. The name, tags, feedback, fractions and files that only
//! feedback uses stay out.

use serde::Serialize;

use super::arrange::Arrangement;
use super::kind::{ClozeDisplay, ClozeKind, EssayEditor, Kind, Numbering, UnitEntry, UnitRule};
use super::{FileRef, QuestionBody};
use crate::domain::rich_text::RichText;

/// A question as shown in an attempt. Texts are sanitised HTML; they refer to files as `lyceum-file:<sha256>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct PresentedQuestion {
    /// What is asked.
    pub html: String,
    /// How it is answered.
    pub answer: PresentedAnswer,
    /// The files that the shown texts refer to.
    pub files: Vec<PresentedFile>,
}

/// A file that a shown text refers to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct PresentedFile {
    /// The hash by which texts refer to it.
    pub sha256: String,
    /// Its media type.
    pub media_type: String,
    /// Its size.
    pub bytes: u64,
}

/// How a question is answered; the name of each is the type of its response. Lists are in displayed order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum PresentedAnswer {
    /// One of the options.
    Choice {
        /// HTML of the options.
        options: Vec<String>,
        /// How they are numbered.
        numbering: Numbering,
    },
    /// Any number of the options.
    Choices {
        /// HTML of the options.
        options: Vec<String>,
        /// How they are numbered.
        numbering: Numbering,
    },
    /// True or false.
    Truth,
    /// A number.
    Number {
        /// The units to choose from, where they are chosen rather than typed.
        units: Vec<String>,
        /// How the unit is given.
        unit_entry: UnitEntry,
        /// Is a unit wanted at all?
        unit_wanted: bool,
        /// Does it stand before the number?
        units_left: bool,
    },
    /// A word or a short text.
    Text,
    /// For each stem one of the answers.
    Pairs {
        /// HTML of the stems.
        stems: Vec<String>,
        /// Texts of the right column.
        answers: Vec<String>,
    },
    /// The items in their order.
    Order {
        /// HTML of the items.
        items: Vec<String>,
        /// In a line rather than a column.
        horizontal: bool,
        /// How they are numbered.
        numbering: Numbering,
    },
    /// Fields in the text, at `{#1}`, `{#2}`, ..
    Cloze {
        /// The fields.
        parts: Vec<PresentedPart>,
    },
    /// A free text.
    Essay {
        /// HTML to start from.
        template: String,
        /// How it is written.
        editor: EssayEditor,
        /// Must something be written?
        required: bool,
        /// Fewest words.
        min_words: Option<u32>,
        /// Most words.
        max_words: Option<u32>,
        /// Height of the field in lines.
        lines: u16,
    },
}

/// A field in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum PresentedPart {
    /// One of the options.
    Choice {
        /// How it looks.
        display: ClozeDisplay,
        /// HTML of the options.
        options: Vec<String>,
    },
    /// Any number of the options.
    Choices {
        /// How it looks.
        display: ClozeDisplay,
        /// HTML of the options.
        options: Vec<String>,
    },
    /// A word.
    Text,
    /// A number.
    Number,
}

/// Shows a question as it was arranged for an attempt.
#[must_use]
pub fn present(body: &QuestionBody, arrangement: &Arrangement) -> PresentedQuestion {
    let mut page = Page { body, shown: body.text.file_references() };
    let answer = page.answer(arrangement);
    let files = body.files.iter().filter(|file| page.shown.contains(&file.sha256.as_str()));
    PresentedQuestion {
        html: body.text.html().to_owned(),
        answer,
        files: files.map(PresentedFile::from).collect(),
    }
}

impl From<&FileRef> for PresentedFile {
    fn from(file: &FileRef) -> Self {
        Self { sha256: file.sha256.clone(), media_type: file.media_type.clone(), bytes: file.bytes }
    }
}

struct Page<'body> {
    body: &'body QuestionBody,
    shown: Vec<&'body str>,
}

impl<'body> Page<'body> {
    fn html(&mut self, text: &'body RichText) -> String {
        self.shown.extend(text.file_references());
        text.html().to_owned()
    }

    fn arranged<T>(&mut self, order: &[u8], all: &'body [T], text: fn(&T) -> &RichText) -> Vec<String> {
        order
            .iter()
            .filter_map(|at| all.get(usize::from(*at)))
            .map(|element| self.html(text(element)))
            .collect()
    }

    fn answer(&mut self, arrangement: &Arrangement) -> PresentedAnswer {
        match &self.body.kind {
            Kind::SingleChoice(it) => PresentedAnswer::Choice {
                options: self.arranged(&arrangement.main, &it.options, |option| &option.text),
                numbering: it.numbering,
            },
            Kind::MultipleResponse(it) => PresentedAnswer::Choices {
                options: self.arranged(&arrangement.main, &it.options, |option| &option.text),
                numbering: it.numbering,
            },
            Kind::TrueFalse(_) => PresentedAnswer::Truth,
            Kind::Numerical(it) => PresentedAnswer::Number {
                units: match it.unit_entry {
                    // A list beside a field to type into would give the unit away.
                    UnitEntry::Typed => Vec::new(),
                    UnitEntry::Radio | UnitEntry::Menu => {
                        it.units.iter().map(|unit| unit.name.clone()).collect()
                    }
                },
                unit_entry: it.unit_entry,
                unit_wanted: it.unit_rule != UnitRule::None,
                units_left: it.units_left,
            },
            Kind::ShortAnswer(_) => PresentedAnswer::Text,
            Kind::Matching(it) => {
                let column = it.right_column();
                let answers = arrangement.right.iter().filter_map(|at| column.get(usize::from(*at)));
                PresentedAnswer::Pairs {
                    answers: answers.map(|answer| (*answer).to_owned()).collect(),
                    stems: self.arranged(&arrangement.main, &it.pairs, |pair| &pair.stem),
                }
            }
            Kind::Ordering(it) => PresentedAnswer::Order {
                items: self.arranged(&arrangement.main, &it.items, |item| item),
                horizontal: it.horizontal,
                numbering: it.numbering,
            },
            Kind::Cloze(it) => {
                let mut parts = Vec::with_capacity(it.parts.len());
                for (index, part) in it.parts.iter().enumerate() {
                    let order = arrangement.parts.get(index).map_or(&[][..], Vec::as_slice);
                    parts.push(match &part.kind {
                        ClozeKind::Choice { display, options, .. } => PresentedPart::Choice {
                            display: *display,
                            options: self.arranged(order, options, |option| &option.text),
                        },
                        ClozeKind::MultipleResponse { display, options, .. } => PresentedPart::Choices {
                            display: *display,
                            options: self.arranged(order, options, |option| &option.text),
                        },
                        ClozeKind::ShortAnswer { .. } => PresentedPart::Text,
                        ClozeKind::Numerical { .. } => PresentedPart::Number,
                    });
                }
                PresentedAnswer::Cloze { parts }
            }
            Kind::Essay(it) => PresentedAnswer::Essay {
                template: self.html(&it.template),
                editor: it.editor,
                required: it.required,
                min_words: it.min_words,
                max_words: it.max_words,
                lines: it.lines,
            },
        }
    }
}
