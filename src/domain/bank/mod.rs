//! The question bank of a course: categories, questions with their versions, the files they show, import and export.
//!
//! Editing makes a version and versions never change, so an attempt that names a version keeps what was asked. A
//! question that a quiz or an attempt uses cannot be deleted, only retired.

pub mod category;
pub mod change;
pub mod copy;
pub mod draft;
pub mod export;
pub mod file;
pub mod import;
pub mod list;
mod pools;
pub mod question;
mod search;
pub mod transfer;
pub mod usage;

pub use category::Category;
pub use draft::Draft;
pub use list::{Draw, candidates};
pub use pools::Pools;
pub use question::{Question, QuestionType, QuestionVersion, latest, version};
pub use usage::{QuestionUse, is_used, note_attempt, set_slots};

use super::access::{self, Actor, Permission, Scope};
use super::course;
use super::ids::CourseId;
use super::refusal::{Code, Kind, Refusal};
use crate::store::{CounterKind, Read, TableInfo};

/// Most questions of a course: ten times the largest banks that are exchanged.
pub const MAX_QUESTIONS: i64 = 50_000;
/// Most categories of a course: the whole tree is read at once.
pub const MAX_CATEGORIES: i64 = 1_000;
/// Most versions of a question: deleting one takes all of them in one transaction.
pub const MAX_VERSIONS: u32 = 1_000;
/// Quizzes that a refusal names: enough to begin with.
const MOST_NAMED: usize = 20;

/// Questions per course, retired ones too.
pub const QUESTIONS: CounterKind = CounterKind { tag: 30, name: "questions per course" };
/// Categories per course.
pub const CATEGORIES: CounterKind = CounterKind { tag: 31, name: "question categories per course" };

/// A quiz or an attempt needs it.
pub const QUESTION_IN_USE: Code = Code::new(
    "question_in_use",
    Kind::Conflict,
    "A quiz or an attempt uses the question, so it cannot be deleted; retire it instead.",
);
/// Questions or categories lie in it.
pub const CATEGORY_NOT_EMPTY: Code = Code::new(
    "category_not_empty",
    Kind::Conflict,
    "The category holds questions or categories; move or delete them first.",
);
/// A quiz draws from it.
pub const CATEGORY_DRAWN_FROM: Code = Code::new(
    "category_drawn_from",
    Kind::Conflict,
    "Slots of quizzes draw from the category; `errors` names the quizzes. Let them draw from another one first.",
);
/// Published quizzes draw more than would be left.
pub const DRAWS_TOO_FEW: Code = Code::new(
    "draws_too_few",
    Kind::Conflict,
    "Published quizzes would find fewer questions than they draw, so that nobody could begin them; `errors` names the quizzes. \
     Add other questions first, or send it with `?leave_too_few=true`.",
);
/// The bank is full.
pub const BANK_FULL: Code = Code::new(
    "bank_full",
    Kind::Conflict,
    "The course has as many questions, categories or versions as can be.",
);
/// A question file that cannot be read.
pub const BROKEN_FILE: Code = Code::new(
    "broken_file",
    Kind::Invalid,
    "The file does not keep to its format, so nothing of it was imported; `errors` has the lines and the reasons.",
);

/// Codes of this noun.
pub const CODES: &[Code] =
    &[QUESTION_IN_USE, CATEGORY_NOT_EMPTY, CATEGORY_DRAWN_FROM, DRAWS_TOO_FEW, BANK_FULL, BROKEN_FILE];

/// Tables of this noun.
pub const TABLES: &[TableInfo] = &[
    TableInfo::rows::<Category>(),
    TableInfo::unique::<category::CategoryByName>(),
    TableInfo::unique::<category::CategoryByIdNumber>(),
    TableInfo::index::<category::CategoriesByParent>(),
    TableInfo::rows::<Question>(),
    TableInfo::rows::<QuestionVersion>(),
    TableInfo::index::<question::QuestionsByName>(),
    TableInfo::index::<question::QuestionsByCategory>(),
    TableInfo::index::<question::QuestionsByTag>(),
    TableInfo::unique::<question::QuestionByIdNumber>(),
    TableInfo::index::<question::QuestionsByFingerprint>(),
    TableInfo::rows::<QuestionUse>(),
    TableInfo::index::<usage::UsesByQuiz>(),
    TableInfo::rows::<file::CourseFile>(),
    TableInfo::index::<file::FilesByCourse>(),
];

/// Refuses unless the course is there and the actor has the right in it.
pub fn require(
    read: &impl Read,
    actor: &Actor,
    permission: Permission,
    course: CourseId,
) -> Result<(), Refusal> {
    access::require(read, actor, permission, Scope::Course(course))?;
    course::get(read, course).map(drop)
}
