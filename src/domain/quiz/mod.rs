//! Quizzes: what is asked, when, how often and by which rules it counts and is shown afterwards.
//!
//! A quiz is facts only. What one learner does with it is an attempt; when it is open for that learner is [`Terms`].

pub mod check;
pub mod copy;
pub mod due;
pub mod edit;
pub mod input;
pub mod network;
pub mod overrides;
pub mod review;
pub mod statistics;

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

pub use network::Network;
pub use overrides::{Override, Terms, Who, closes_for_all, terms};
pub use review::{Moment, ReviewRules, Switches};

use super::access::{self, Actor, Permission, Scope};
use super::content;
use super::course::{self, COURSE_TOPIC, View};
use super::decimal::Decimal;
use super::grade::calc::Points;
use super::grade::gradebook::GRADEBOOK_TOPIC;
use super::grade::scale::compared;
use super::ids::{CategoryId, CourseId, QuestionId, QuizId};
use super::passcode;
use super::refusal::{Code, Kind, Refusal, not_found};
use super::rich_text::RichText;
use super::standing::Standing;
use crate::clock::Timestamp;
use crate::store::{
    Cache, CodecError, Counter, CounterKind, Entries, Exactly, Index, Read, Record, Table, TableInfo, Topic,
    decode_appended,
};

/// The quiz is not fit to be taken yet.
pub const QUIZ_NOT_READY: Code = Code::new(
    "quiz_not_ready",
    Kind::Conflict,
    "The quiz has problems that keep it from being published; `errors` and its check list them.",
);
/// Attempts stand on it.
pub const QUIZ_HAS_ATTEMPTS: Code = Code::new(
    "quiz_has_attempts",
    Kind::Conflict,
    "Attempts stand on this quiz: its slots keep their order and questions (points may change), and it stays.",
);

/// Codes of this noun.
pub const CODES: &[Code] = &[QUIZ_NOT_READY, QUIZ_HAS_ATTEMPTS];

/// Topic kind of a quiz's live list.
pub const LIVE_TOPIC: u8 = 3;

/// Questions of one attempt: more would not fit one paper record, and nobody answers more in one sitting.
pub const MAX_PAPER: usize = 200;
/// Attempts of one learner: keeps working out which one counts bounded.
pub const MAX_ATTEMPTS: u16 = 200;

/// Attempts of a quiz, in any state.
pub const ATTEMPTS: CounterKind = CounterKind { tag: 40, name: "attempts per quiz" };
/// Overrides for groups of a quiz; nought saves every start the look at groups.
pub const GROUP_OVERRIDES: CounterKind = CounterKind { tag: 43, name: "group overrides per quiz" };
/// Overrides for learners of a quiz.
pub const USER_OVERRIDES: CounterKind = CounterKind { tag: 44, name: "learner overrides per quiz" };

/// Where a slot's questions come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    /// Always this question.
    Question {
        /// Which one.
        question: QuestionId,
        /// Always this version; the latest at the start of the attempt when absent.
        version: Option<u32>,
    },
    /// Drawn at random for every attempt, none twice.
    Draw {
        /// From what.
        pool: Pool,
        /// How many.
        count: u16,
    },
}

/// What questions are drawn from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pool {
    /// A category of the course's question bank.
    Category {
        /// Which one.
        category: CategoryId,
        /// With the categories below it.
        with_children: bool,
    },
    /// Everything in the course's question bank that carries a tag.
    Tag(String),
}

/// A place in a quiz.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// Points of each of its questions.
    pub points: Decimal,
    /// Where they come from.
    pub source: Source,
}

impl Slot {
    /// How many questions it makes.
    pub const fn count(&self) -> u16 {
        match &self.source {
            Source::Question { .. } => 1,
            Source::Draw { count, .. } => *count,
        }
    }

    /// Does it fix the version of its question?
    pub const fn fixes_version(&self) -> bool {
        matches!(self.source, Source::Question { version: Some(_), .. })
    }

    /// The category that it names.
    const fn category(&self) -> Option<CategoryId> {
        match &self.source {
            Source::Draw { pool: Pool::Category { category, .. }, .. } => Some(*category),
            _ => None,
        }
    }
}

/// Which attempt counts, of those that are handed in. Which are the first and the last goes by their numbers, also when one was
/// reopened and handed in after others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum GradeMethod {
    /// The best one.
    #[default]
    Highest,
    /// The mean of all that are marked.
    Average,
    /// The first one.
    First,
    /// The last one.
    Last,
}

/// What is stored of an access code. A code is said aloud to a room, so it is no password: a salted SHA-256 keeps it
/// out of backups without costing a start the time of a password hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessCode {
    /// Random.
    pub salt: [u8; 16],
    /// SHA-256 of salt and code.
    pub hash: [u8; 32],
}

impl AccessCode {
    /// What is stored of `code`. Only what is seen of it matters: codes are read from a board, or pasted from a chat.
    pub fn new(code: &str, salt: [u8; 16]) -> Self {
        Self { salt, hash: Self::digest(&passcode::comparable(code), salt) }
    }

    fn digest(code: &str, salt: [u8; 16]) -> [u8; 32] {
        Sha256::new().chain_update(salt).chain_update(code.as_bytes()).finalize().into()
    }

    /// Is it this one?
    pub fn is(&self, code: &str) -> bool {
        passcode::forms(code).any(|form| Self::digest(&form, self.salt).ct_eq(&self.hash).into())
    }
}

/// A quiz.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quiz {
    /// Its id.
    pub id: QuizId,
    /// The course it belongs to.
    pub course: CourseId,
    /// What it is called.
    pub name: String,
    /// Shown before the start.
    pub description: RichText,
    /// May learners start it? Needs a check without errors.
    pub published: bool,
    /// What is asked.
    pub slots: Vec<Slot>,
    /// Points of all questions of an attempt: the maximum.
    pub max_points: Decimal,
    /// Another order of questions for every attempt.
    pub shuffle_questions: bool,
    /// Another order of options for every attempt, where the question allows it.
    pub shuffle_options: bool,
    /// Not before.
    pub opens: Option<Timestamp>,
    /// Not after.
    pub closes: Option<Timestamp>,
    /// Time for one attempt.
    pub time_limit_ms: Option<u64>,
    /// How often; without end when absent.
    pub attempts_allowed: Option<u16>,
    /// Which attempt counts.
    pub grade_method: GradeMethod,
    /// What learners see of their attempts, and when.
    pub review: ReviewRules,
    /// Asked for at the start.
    pub access_code: Option<AccessCode>,
    /// Only from these addresses; from anywhere when empty.
    pub networks: Vec<Network>,
    /// When it was made.
    pub created: Timestamp,
    /// Changes so far, for `If-Match`.
    pub revision: u32,
    /// An attempt with so many per cent of the points passes; when absent nobody passes or fails.
    pub pass_percent: Option<u8>,
}

impl Quiz {
    /// Does an attempt with so many points of so many pass? `None` without a pass mark, and when there is nothing to reach.
    /// The percentage is compared as letters are, so that three thirds of a question pass like a whole one.
    pub fn is_passed(&self, points: Decimal, max: Decimal) -> Option<bool> {
        let wanted = Decimal::from_int(self.pass_percent?.into());
        let percentage = Points { points, max }.percentage()?;
        Some(compared(percentage) >= wanted)
    }

    /// Questions of one attempt.
    pub fn paper_length(&self) -> usize {
        self.slots.iter().map(|slot| usize::from(slot.count())).sum()
    }

    /// One without questions, for tests.
    #[cfg(test)]
    pub fn without_questions(id: QuizId, course: CourseId) -> Self {
        Self {
            id,
            course,
            name: "A quiz".to_owned(),
            description: RichText::empty(),
            published: false,
            slots: Vec::new(),
            max_points: Decimal::ZERO,
            shuffle_questions: false,
            shuffle_options: false,
            opens: None,
            closes: None,
            time_limit_ms: None,
            attempts_allowed: None,
            grade_method: GradeMethod::Highest,
            review: ReviewRules::usual(None),
            access_code: None,
            networks: Vec::new(),
            created: Timestamp::EPOCH,
            revision: 1,
            pass_percent: None,
        }
    }
}

/// Points of all questions that slots make in one attempt.
fn sum_of_points(slots: &[Slot]) -> Decimal {
    slots.iter().map(|slot| slot.points.times(Decimal::from_int(slot.count().into()))).sum()
}

impl Record for Quiz {
    const TABLE: Table = Table { tag: 82, name: "quiz" };
    const VERSION: u8 = 2;
    const CACHE: Cache = Cache::Content;
    type Key = QuizId;

    fn key(&self) -> QuizId {
        self.id
    }

    fn index(&self, entries: &mut Entries) {
        entries.add::<QuizzesByCourse>(&self.course);
        let drawn: BTreeSet<CategoryId> = self.slots.iter().filter_map(Slot::category).collect();
        for category in drawn {
            entries.add::<QuizzesByCategory>(&(self.course, category));
        }
        if let Some(opens) = self.opens {
            entries.add::<QuizzesByOpening>(&opens);
        }
        entries.touch(Topic::new(COURSE_TOPIC, self.course.0));
        // Its rules of review say what learners see in their grades.
        entries.touch(Topic::new(GRADEBOOK_TOPIC, self.course.0));
    }

    fn upgrade(version: u8, body: &[u8]) -> Result<Self, CodecError> {
        // Version 1 had no pass mark, the last field.
        decode_appended(Self::TABLE.name, (version, 1), body, &None::<u8>)
    }
}

/// A course's quizzes.
#[derive(Debug)]
pub struct QuizzesByCourse;

impl Index for QuizzesByCourse {
    const TABLE: Table = Table { tag: 83, name: "quizzes by course" };
    type Key = CourseId;
    type Of = Quiz;
}

/// The quizzes of a course that draw from a category of its question bank, by a slot that names it.
#[derive(Debug)]
pub struct QuizzesByCategory;

impl Index for QuizzesByCategory {
    const TABLE: Table = Table { tag: 100, name: "quizzes by drawn category" };
    // With the course: naming another course's category keeps nobody there from anything.
    type Key = (CourseId, CategoryId);
    type Of = Quiz;
}

/// Quizzes that open at a time, by that time.
#[derive(Debug)]
pub struct QuizzesByOpening;

impl Index for QuizzesByOpening {
    const TABLE: Table = Table { tag: 102, name: "quizzes by opening" };
    type Key = Timestamp;
    type Of = Quiz;
}

/// Tables of this noun.
pub const TABLES: &[TableInfo] = &[
    TableInfo::rows::<Quiz>(),
    TableInfo::index::<QuizzesByCourse>(),
    TableInfo::index::<QuizzesByCategory>(),
    TableInfo::index::<QuizzesByOpening>(),
    TableInfo::rows::<due::RegradeDue>(),
    TableInfo::rows::<Override>(),
    TableInfo::index::<overrides::OverridesByGroup>(),
];

/// The quiz. No right is checked.
pub fn get(read: &impl Read, quiz: QuizId) -> Result<Arc<Quiz>, Refusal> {
    read.get::<Quiz>(&quiz)?.ok_or_else(|| not_found("quiz", quiz))
}

/// The quiz, for who has the right in its course. For anybody who may not even see the course there is no such quiz.
pub fn require(
    read: &impl Read,
    actor: &Actor,
    permission: Permission,
    quiz: QuizId,
) -> Result<Arc<Quiz>, Refusal> {
    let found = get(read, quiz)?;
    let may = access::in_sight(read, actor, found.course)?;
    if !may.has(Permission::ViewCourse) && !may.has(Permission::ViewDraft) {
        return Err(not_found("quiz", quiz));
    }
    access::require(read, actor, permission, Scope::Course(found.course))?;
    Ok(found)
}

/// Does somebody who is not staff know of the quiz? Once it is published, and where an item of the course shows it, while that is
/// open to learners. Who has begun it keeps the way to their attempts, and who looks on the way to everybody's.
fn is_shown(read: &impl Read, actor: &Actor, quiz: &Quiz) -> Result<bool, Refusal> {
    if !quiz.published || !content::hides_quiz(read, quiz.id, actor.now)? {
        return Ok(quiz.published);
    }
    let standing = read.get::<Standing>(&(quiz.course, actor.user, quiz.id))?;
    Ok(standing.is_some_and(|standing| standing.attempts > 0)
        || access::allows(read, actor, Permission::ViewAttempts, Scope::Course(quiz.course))?)
}

/// The quiz, for who may see it in its course: learners once it is published and not hidden with its item.
pub fn visible(read: &impl Read, actor: &Actor, quiz: QuizId) -> Result<Arc<Quiz>, Refusal> {
    let found = get(read, quiz)?;
    match course::seen(read, actor, found.course) {
        Ok((_, View::Staff)) => Ok(found),
        Ok((_, View::Learner)) if is_shown(read, actor, &found)? => Ok(found),
        Ok(_) => Err(not_found("quiz", quiz)),
        Err(refusal) if refusal.code.kind == Kind::NotFound => Err(not_found("quiz", quiz)),
        Err(refusal) => Err(refusal),
    }
}

/// Quizzes of a course, in the order in which they were made, behind `after` when given, with where to go on. Of the
/// up to `limit` that are looked at learners see those that are published and not hidden with their item.
pub fn of_course(
    read: &impl Read,
    actor: &Actor,
    course: CourseId,
    after: Option<QuizId>,
    limit: usize,
) -> Result<(Vec<Arc<Quiz>>, Option<QuizId>), Refusal> {
    let (_, view) = course::seen(read, actor, course)?;
    let after = after.as_ref().map(|quiz| (&course, quiz));
    let mut keys = read.index_keys::<QuizzesByCourse>(&Exactly(course), after, limit + 1)?;
    let more = keys.len() > limit;
    keys.truncate(limit);
    let next = if more { keys.last().map(|(_, quiz)| *quiz) } else { None };
    let mut quizzes = Vec::with_capacity(keys.len());
    for (_, id) in keys {
        let quiz = get(read, id)?;
        if view == View::Staff || is_shown(read, actor, &quiz)? {
            quizzes.push(quiz);
        }
    }
    Ok((quizzes, next))
}

/// Quizzes of the course with a slot that draws from this category, up to `limit`. No right is checked.
pub fn drawing_from(
    read: &impl Read,
    course: CourseId,
    category: CategoryId,
    limit: usize,
) -> Result<Vec<Arc<Quiz>>, Refusal> {
    let keys = read.index_keys::<QuizzesByCategory>(&Exactly((course, category)), None, limit)?;
    keys.into_iter().map(|(_, id)| get(read, id)).collect()
}

/// Published quizzes of the course that somebody may still begin: those that are closed for everybody are left out. No right is
/// checked.
pub fn to_be_taken(read: &impl Read, course: CourseId, now: Timestamp) -> Result<Vec<Arc<Quiz>>, Refusal> {
    let keys = read.index_keys::<QuizzesByCourse>(&Exactly(course), None, edit::MAX_QUIZZES)?;
    let mut found = Vec::new();
    for (_, id) in keys {
        let quiz = get(read, id)?;
        let is_over = quiz.closes.is_some_and(|closes| closes <= now)
            && read.counter(&Counter::new(USER_OVERRIDES, &id))? == 0
            && read.counter(&Counter::new(GROUP_OVERRIDES, &id))? == 0;
        if quiz.published && !is_over {
            found.push(quiz);
        }
    }
    Ok(found)
}

/// Attempts of a quiz, in any state.
pub fn attempts(read: &impl Read, quiz: QuizId) -> Result<i64, Refusal> {
    Ok(read.counter(&Counter::new(ATTEMPTS, &quiz))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{decode_value, encode_value};

    #[test]
    fn a_quiz_of_version_1_has_no_pass_mark() {
        let quiz = Quiz::without_questions(QuizId(7), CourseId(3));
        let mut bytes = encode_value(&quiz).unwrap();
        assert_eq!((bytes[0], bytes.pop()), (2, Some(0)), "without a pass mark the last field is one byte");
        bytes[0] = 1;
        assert_eq!(decode_value::<Quiz>(&bytes).unwrap(), quiz);
        bytes[0] = 3;
        assert!(decode_value::<Quiz>(&bytes).is_err(), "of a newer program");
    }

    #[test]
    fn a_code_opens_in_whichever_digits_and_form_it_is_typed() {
        for code in ["1234", "\u{661}\u{662}\u{663}\u{664}", "\u{ff11}234\u{200b}"] {
            let kept = AccessCode::new(code, [7; 16]);
            for typed in [" 1234 ", "\u{6f1}\u{6f2}\u{6f3}\u{6f4}", "1234\u{200f}", code] {
                assert!(kept.is(typed), "{code:?} {typed:?}");
            }
            assert!(!kept.is("1235") && !kept.is(""));
        }
        assert!(AccessCode::new("\u{e9}", [7; 16]).is("e\u{301}"));
        assert!(!AccessCode::new("Blue", [7; 16]).is("blue"), "case counts");
    }

    #[test]
    fn a_code_that_was_kept_as_it_was_typed_goes_on_opening() {
        for earlier in ["\u{661}\u{662}", "e\u{301}", "two  words"] {
            let kept = AccessCode { salt: [7; 16], hash: AccessCode::digest(earlier, [7; 16]) };
            assert!(kept.is(&format!(" {earlier} ")), "{earlier:?}");
        }
    }
}
