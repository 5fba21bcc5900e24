//! A question through all its versions, and what it is found by.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::QUESTIONS;
use super::draft::Fingerprint;
use crate::clock::Timestamp;
use crate::domain::access::{Actor, Permission};
use crate::domain::ids::{CategoryId, CourseId, QuestionId, UserId};
use crate::domain::listed::listed;
use crate::domain::question::{Kind, QuestionBody};
use crate::domain::refusal::{NOT_FOUND, Refusal, not_found};
use crate::store::{Cache, Counter, Entries, Index, Read, Record, Table, Unique};

/// Stands in keys for "no category": the top of the bank. Ids begin at 1.
pub(super) const TOP: CategoryId = CategoryId(0);

/// Characters of a name that lists are ordered by: keeps index entries short; names differ before that.
const NAME_KEY_CHARS: usize = 60;

listed! {
    // In the order in which they are offered.
    /// The kinds of question, for lists and filters.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
    #[cfg_attr(test, derive(utoipa::ToSchema))]
    #[serde(rename_all = "snake_case")]
    pub enum QuestionType {
        /// One option is chosen.
        SingleChoice = "single_choice",
        /// Any number of options is chosen.
        MultipleResponse = "multiple_response",
        /// True or false.
        TrueFalse = "true_false",
        /// A number.
        Numerical = "numerical",
        /// A word or a short text.
        ShortAnswer = "short_answer",
        /// Each stem gets an answer.
        Matching = "matching",
        /// Items are put into order.
        Ordering = "ordering",
        /// A text with gaps.
        Cloze = "cloze",
        /// A free text.
        Essay = "essay",
    }
}

impl QuestionType {
    /// By its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl From<&Kind> for QuestionType {
    fn from(kind: &Kind) -> Self {
        match kind {
            Kind::SingleChoice(_) => Self::SingleChoice,
            Kind::MultipleResponse(_) => Self::MultipleResponse,
            Kind::TrueFalse(_) => Self::TrueFalse,
            Kind::Numerical(_) => Self::Numerical,
            Kind::ShortAnswer(_) => Self::ShortAnswer,
            Kind::Matching(_) => Self::Matching,
            Kind::Ordering(_) => Self::Ordering,
            Kind::Cloze(_) => Self::Cloze,
            Kind::Essay(_) => Self::Essay,
        }
    }
}

/// A question through all its versions. What lists and filters need of its latest version stands here, too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Its id, the key.
    pub id: QuestionId,
    /// Whose bank it is in; never changes.
    pub course: CourseId,
    /// Its category; `None` at the top of the bank.
    pub category: Option<CategoryId>,
    /// Its newest version, from 1.
    pub latest: u32,
    /// Not to be used in anything new.
    pub retired: bool,
    /// Changes so far, for `If-Match`.
    pub revision: u32,
    /// When it was made.
    pub created: Timestamp,
    /// When it was changed last.
    pub changed: Timestamp,
    /// The name of the newest version.
    pub name: String,
    /// The kind of the newest version.
    pub kind: QuestionType,
    /// The tags of the newest version.
    pub tags: Vec<String>,
    /// The author's own identifier in the newest version.
    pub id_number: Option<String>,
    /// Tells equal questions of a category.
    pub fingerprint: Fingerprint,
}

impl Record for Question {
    const TABLE: Table = Table { tag: 64, name: "question" };
    const VERSION: u8 = 1;
    const CACHE: Cache = Cache::Content;
    type Key = QuestionId;

    fn key(&self) -> QuestionId {
        self.id
    }

    fn index(&self, entries: &mut Entries) {
        let category = self.category.unwrap_or(TOP);
        entries.add::<QuestionsByName>(&(self.course, name_key(&self.name)));
        entries.add::<QuestionsByCategory>(&(self.course, category, self.retired));
        let mut tags: Vec<String> = self.tags.iter().map(|tag| tag_key(tag)).collect();
        tags.sort();
        tags.dedup();
        for tag in tags {
            entries.add::<QuestionsByTag>(&(self.course, tag, self.retired));
        }
        if let Some(id_number) = &self.id_number {
            entries.unique::<QuestionByIdNumber>(&(self.course, category, id_number.clone()));
        }
        entries.add::<QuestionsByFingerprint>(&(self.course, category, self.fingerprint));
        entries.count(Counter::new(QUESTIONS, &self.course), 1);
    }
}

/// A course's questions by name.
#[derive(Debug)]
pub struct QuestionsByName;

impl Index for QuestionsByName {
    const TABLE: Table = Table { tag: 66, name: "questions by name" };
    type Key = (CourseId, String);
    type Of = Question;
}

/// The questions of a category; those in use first, retired ones behind them.
#[derive(Debug)]
pub struct QuestionsByCategory;

impl Index for QuestionsByCategory {
    const TABLE: Table = Table { tag: 67, name: "questions by category" };
    type Key = (CourseId, CategoryId, bool);
    type Of = Question;
}

/// The questions with a tag; those in use first, retired ones behind them.
#[derive(Debug)]
pub struct QuestionsByTag;

impl Index for QuestionsByTag {
    const TABLE: Table = Table { tag: 68, name: "questions by tag" };
    type Key = (CourseId, String, bool);
    type Of = Question;
}

/// An author's identifier names one question of a category, as in Moodle: files from there keep their meaning.
#[derive(Debug)]
pub struct QuestionByIdNumber;

impl Unique for QuestionByIdNumber {
    const TABLE: Table = Table { tag: 69, name: "question by id number" };
    type Key = (CourseId, CategoryId, String);
    type Of = Question;
}

/// Equal questions of a category: importing a file twice finds what is there.
#[derive(Debug)]
pub struct QuestionsByFingerprint;

impl Index for QuestionsByFingerprint {
    const TABLE: Table = Table { tag: 70, name: "questions by fingerprint" };
    type Key = (CourseId, CategoryId, Fingerprint);
    type Of = Question;
}

/// What a question said from one edit to the next. Never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionVersion {
    /// Of which question.
    pub question: QuestionId,
    /// Which one, from 1.
    pub version: u32,
    /// In whose bank.
    pub course: CourseId,
    /// The question.
    pub body: QuestionBody,
    /// Its fingerprint, for taking it up again.
    pub fingerprint: Fingerprint,
    /// Who made it; `None` for a command on the machine.
    pub author: Option<UserId>,
    /// When.
    pub at: Timestamp,
}

impl Record for QuestionVersion {
    const TABLE: Table = Table { tag: 65, name: "question version" };
    const VERSION: u8 = 1;
    const CACHE: Cache = Cache::Content;
    type Key = (QuestionId, u32);

    fn key(&self) -> Self::Key {
        (self.question, self.version)
    }
}

/// What a name is ordered and searched by.
pub(super) fn name_key(name: &str) -> String {
    name.chars().flat_map(char::to_lowercase).take(NAME_KEY_CHARS).collect()
}

/// What a tag is found by: capitals and outer spaces do not matter.
pub(super) fn tag_key(tag: &str) -> String {
    tag.trim().to_lowercase()
}

/// A question, without asking for a right.
pub fn get(read: &impl Read, id: QuestionId) -> Result<Arc<Question>, Refusal> {
    read.get::<Question>(&id)?.ok_or_else(|| not_found("question", id))
}

/// A question with a right in its course. Where the course may not be seen, neither may the question.
pub fn open(
    read: &impl Read,
    actor: &Actor,
    permission: Permission,
    id: QuestionId,
) -> Result<Arc<Question>, Refusal> {
    let question = get(read, id)?;
    super::require(read, actor, permission, question.course)
        .map_err(|refusal| if refusal.code == NOT_FOUND { not_found("question", id) } else { refusal })?;
    Ok(question)
}

/// A version, without asking for a right: for attempts, which name the version they were made with.
pub fn version(read: &impl Read, id: QuestionId, version: u32) -> Result<Arc<QuestionVersion>, Refusal> {
    read.get::<QuestionVersion>(&(id, version))?
        .ok_or_else(|| not_found("version", format!("{version} of question {id}")))
}

/// The newest version, without asking for a right.
pub fn latest(read: &impl Read, id: QuestionId) -> Result<Arc<QuestionVersion>, Refusal> {
    let question = get(read, id)?;
    version(read, id, question.latest)
}

/// Versions of a question, the newest first, before `before` when given.
pub fn versions(
    read: &impl Read,
    actor: &Actor,
    id: QuestionId,
    before: Option<u32>,
    limit: usize,
) -> Result<Vec<QuestionVersion>, Refusal> {
    open(read, actor, Permission::ViewQuestions, id)?;
    Ok(read.list_back::<QuestionVersion>(&(id,), before.map(|version| (id, version)).as_ref(), limit)?)
}
