//! Attempts: one learner's go at a quiz, from the start to the last mark.
//!
//! What is fixed at the start ([`Attempt`]: the paper) is apart from what changes with every save ([`AttemptHead`]),
//! so that a save writes two small rows: the head and the saved response ([`Saved`]), which is also the log. Only an essay of
//! many pages has other rows ([`long`]); whoever reads what was saved asks [`saved`], which knows both.

pub mod answers;
pub mod code_tries;
pub mod distribution;
pub mod file;
pub mod follow;
pub mod heard;
pub mod live;
pub mod log;
pub mod long;
pub mod marks;
pub mod material;
pub mod receipt;
pub mod regrade;
pub mod result;
pub mod review;
pub mod save;
pub mod saved;
pub mod start;
pub mod submit;
pub mod supervise;
pub mod verify;

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use log::{AttemptEvent, Happened};
pub use marks::{ManualMark, Marks, SlotMark};
pub use verify::verify;

use super::access::{self, Actor, Permission};
use super::decimal::Decimal;
use super::ids::{AttemptId, CourseId, QuestionId, QuizId, UserId};
use super::question::{Arrangement, Response};
use super::quiz::edit::MAX_QUIZZES;
use super::quiz::{self, ATTEMPTS, QuizzesByCourse};
use super::refusal::{Code, FORBIDDEN, Kind, Refusal, not_found};
use crate::clock::Timestamp;
use crate::store::{
    Cache, CodecError, Counter, CounterKind, Entries, Exactly, Index, Read, Record, StoreError, Table,
    TableInfo, Wait, decode_appended,
};

/// Too early, or not published.
pub const QUIZ_NOT_OPEN: Code =
    Code::new("quiz_not_open", Kind::Conflict, "The quiz cannot be started yet: it is not open.");
/// Too late.
pub const QUIZ_CLOSED: Code = Code::new("quiz_closed", Kind::Conflict, "The quiz is closed.");
/// All attempts used.
pub const NO_ATTEMPTS_LEFT: Code =
    Code::new("no_attempts_left", Kind::Conflict, "All attempts that are allowed have been used.");
/// Wrong access code.
pub const WRONG_ACCESS_CODE: Code = Code::new(
    "wrong_access_code",
    Kind::Forbidden,
    "The quiz asks for an access code; send the right one in `access_code`.",
);
/// Wrong place.
pub const ADDRESS_NOT_ALLOWED: Code = Code::new(
    "address_not_allowed",
    Kind::Forbidden,
    "The quiz may be taken from certain network addresses only, and the request came from another one.",
);
/// A draw finds too few questions.
pub const TOO_FEW_QUESTIONS: Code = Code::new(
    "too_few_questions",
    Kind::Conflict,
    "The question bank does not hold as many questions as the quiz draws; whoever runs the quiz must add some.",
);
/// Handed in already.
pub const ATTEMPT_OVER: Code = Code::new(
    "attempt_over",
    Kind::Conflict,
    "The attempt is handed in; what was saved before counts and nothing can be added.",
);
/// The time is over.
pub const DEADLINE_PASSED: Code = Code::new(
    "deadline_passed",
    Kind::Conflict,
    "The deadline and the grace for answers in flight are over; what was saved before counts.",
);
/// One sequence number for two responses.
pub const SEQUENCE_REUSED: Code = Code::new(
    "sequence_reused",
    Kind::Conflict,
    "Another response was saved under this sequence number of the slot, perhaps by another device; read the attempt \
     and save again with a higher number.",
);
/// Too much saved.
pub const TOO_MANY_SAVES: Code =
    Code::new("too_many_saves", Kind::TooMany, "The attempt has as many saves as are kept.");
/// Too much text.
pub const TOO_MUCH_TEXT: Code = Code::new(
    "too_much_text",
    Kind::Conflict,
    "The saves of the attempt have as much text as is kept, 128 MiB. What was saved before counts; answers of up to 1 KiB, \
     and changes of an essay of more than 12 KiB in no more than that, can still be saved.",
);
/// Too much reported.
pub const TOO_MANY_REPORTS: Code = Code::new(
    "too_many_reports",
    Kind::TooMany,
    "The attempt has as many reports as are kept, or too many at once.",
);
/// Still being worked on.
pub const ATTEMPT_RUNNING: Code = Code::new(
    "attempt_running",
    Kind::Conflict,
    "The attempt is still being worked on; this is for finished ones.",
);
/// Without an end.
pub const NO_DEADLINE: Code = Code::new(
    "no_deadline",
    Kind::Conflict,
    "The attempt has no deadline that could be moved; it runs until it is handed in or closed.",
);
/// Not shown (yet).
pub const REVIEW_NOT_ALLOWED: Code = Code::new(
    "review_not_allowed",
    Kind::Forbidden,
    "Whoever runs the quiz does not show this now; the review rules of the quiz say when.",
);

/// Codes of this noun.
pub const CODES: &[Code] = &[
    QUIZ_NOT_OPEN,
    QUIZ_CLOSED,
    NO_ATTEMPTS_LEFT,
    WRONG_ACCESS_CODE,
    ADDRESS_NOT_ALLOWED,
    TOO_FEW_QUESTIONS,
    ATTEMPT_OVER,
    DEADLINE_PASSED,
    SEQUENCE_REUSED,
    TOO_MANY_SAVES,
    TOO_MUCH_TEXT,
    TOO_MANY_REPORTS,
    ATTEMPT_RUNNING,
    NO_DEADLINE,
    REVIEW_NOT_ALLOWED,
    code_tries::ACCESS_CODE_TRIES,
];

/// Attempts that are being worked on, in the whole installation; of key 0.
pub const RUNNING: CounterKind = CounterKind { tag: 41, name: "running attempts" };
/// Attempts of a quiz that are being worked on.
pub const RUNNING_IN_QUIZ: CounterKind = CounterKind { tag: 42, name: "running attempts per quiz" };

/// One question on a learner's paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperSlot {
    /// The question.
    pub question: QuestionId,
    /// The version that is asked and marked.
    pub version: u32,
    /// What stands where.
    pub arrangement: Arrangement,
    /// Points for a right answer.
    pub points: Decimal,
    /// The place in the quiz that it came from.
    pub from: u16,
}

/// What is fixed when an attempt starts. Changes when it is regraded with other points or versions only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Its id.
    pub id: AttemptId,
    /// The quiz.
    pub quiz: QuizId,
    /// The quiz's course.
    pub course: CourseId,
    /// The learner.
    pub user: UserId,
    /// The learner's first, second, .. attempt at this quiz.
    pub number: u16,
    /// When it began, by the server's clock.
    pub started: Timestamp,
    /// The client's address at the start.
    pub address: String,
    /// The questions, in the order in which they are shown.
    pub paper: Vec<PaperSlot>,
}

impl Attempt {
    /// Points of the whole paper.
    pub fn max_points(&self) -> Decimal {
        self.paper.iter().map(|slot| slot.points).sum()
    }

    /// The question at a displayed place, counted from 0.
    pub fn slot(&self, slot: u16) -> Result<&PaperSlot, Refusal> {
        self.paper.get(usize::from(slot)).ok_or_else(|| not_found("slot", slot))
    }
}

impl Record for Attempt {
    const TABLE: Table = Table { tag: 86, name: "attempt" };
    const VERSION: u8 = 1;
    const CACHE: Cache = Cache::Content;
    type Key = AttemptId;

    fn key(&self) -> AttemptId {
        self.id
    }

    fn index(&self, entries: &mut Entries) {
        entries.add::<AttemptsByQuiz>(&(self.quiz, self.user));
        entries.count(Counter::new(ATTEMPTS, &self.quiz), 1);
    }
}

/// Attempts of a quiz, by learner, in the order of their starts.
#[derive(Debug)]
pub struct AttemptsByQuiz;

impl Index for AttemptsByQuiz {
    const TABLE: Table = Table { tag: 87, name: "attempts by quiz" };
    type Key = (QuizId, UserId);
    type Of = Attempt;
}

/// Who or what ended an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FinishedBy {
    /// The learner handed it in.
    Learner,
    /// The time was over.
    Deadline,
    /// Somebody who supervises closed it.
    Supervisor,
}

/// Where an attempt stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AttemptState {
    /// It is being worked on.
    Running,
    /// It is handed in.
    Finished {
        /// When it counts as handed in.
        at: Timestamp,
        /// By whom.
        by: FinishedBy,
    },
}

/// The last save of a slot; all zero before there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct HeadSlot {
    /// The client's sequence number.
    pub sequence: u64,
    /// The number of the save.
    pub save: u32,
}

/// What changes while an attempt runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptHead {
    /// The attempt.
    pub attempt: AttemptId,
    /// Its quiz.
    pub quiz: QuizId,
    /// Where it stands.
    pub state: AttemptState,
    /// The last moment, by the quiz and by what supervisors added.
    pub deadline: Option<Timestamp>,
    /// How long after the deadline answers in flight count; fixed at the start.
    pub grace_ms: u32,
    /// Saves so far, which is the number of the last one.
    pub saves: u32,
    /// The receipt of the last save; of the start before there is one.
    pub receipt: [u8; 32],
    /// Per slot of the paper.
    pub slots: Vec<HeadSlot>,
    /// Entries in the log so far.
    pub events: u32,
    /// Client reports among them.
    pub reports: u32,
    /// The reference of the last extension from before each had a row of its own; nought for none.
    pub extension: u64,
    /// Slots whose last response is blank, in their order: the learner took back what was there.
    pub cleared: Vec<u16>,
    /// Up to this save it was not noted which are: the head is of an older program.
    pub cleared_behind: u32,
    /// Bytes that its saves keep, those that take a kilobyte or less left out ([`long`]). Programs before counted less: nothing, or
    /// long essays that are kept whole.
    pub long_bytes: u32,
}

impl AttemptHead {
    /// The save that a slot has, 0 where nothing was saved.
    pub fn save_in(&self, slot: usize) -> u32 {
        self.slots.get(slot).map_or(0, |last| last.save)
    }

    /// Is it being worked on?
    pub fn is_running(&self) -> bool {
        self.state == AttemptState::Running
    }

    /// The last moment at which an answer is taken.
    pub fn last_moment(&self) -> Option<Timestamp> {
        self.deadline.map(|deadline| deadline.plus(Duration::from_millis(self.grace_ms.into())))
    }

    /// Is the time over at `now`, grace and all?
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.last_moment().is_some_and(|last| last < now)
    }

    /// Slots with a saved response that is not blank.
    pub fn answered(&self) -> usize {
        let saved = self.slots.iter().filter(|slot| slot.save > 0).count();
        saved.saturating_sub(self.cleared.len())
    }

    /// Notes whether the last response of a slot is blank.
    pub(super) fn note_blank(&mut self, slot: u16, blank: bool) {
        match (self.cleared.binary_search(&slot), blank) {
            (Err(place), true) => self.cleared.insert(place, slot),
            (Ok(place), false) => drop(self.cleared.remove(place)),
            (Ok(_), true) | (Err(_), false) => {}
        }
    }
}

impl Record for AttemptHead {
    const TABLE: Table = Table { tag: 88, name: "attempt head" };
    const VERSION: u8 = 3;
    // With every save.
    const WAIT: Option<Wait> = Some(Wait::Rewritten);
    type Key = AttemptId;

    fn key(&self) -> AttemptId {
        self.attempt
    }

    fn index(&self, entries: &mut Entries) {
        if self.is_running() {
            entries.add::<RunningAttempts>(&self.quiz);
            if let Some(last) = self.last_moment() {
                entries.add::<DueAttempts>(&last);
            }
            entries.count(Counter::new(RUNNING, &0_u8), 1);
            entries.count(Counter::new(RUNNING_IN_QUIZ, &self.quiz), 1);
        }
        if let AttemptState::Finished { by: FinishedBy::Deadline, at } = self.state {
            entries.add::<ExpiredAttempts>(&at);
        }
    }

    // A save changes nothing of that.
    fn contributes_as(&self, old: &Self) -> bool {
        (self.quiz, self.state, self.deadline, self.grace_ms)
            == (old.quiz, old.state, old.deadline, old.grace_ms)
    }

    fn upgrade(version: u8, body: &[u8]) -> Result<Self, CodecError> {
        let nothing_long = 0_u32;
        if version == 2 {
            return decode_appended(Self::TABLE.name, (version, 2), body, &nothing_long);
        }
        // Version 1 did not know either which answers were cleared, the two fields before.
        let nothing = (Vec::<u16>::new(), 0_u32, nothing_long);
        let head: Self = decode_appended(Self::TABLE.name, (version, 1), body, &nothing)?;
        Ok(Self { cleared_behind: head.saves, ..head })
    }
}

/// Attempts of a quiz that are being worked on.
#[derive(Debug)]
pub struct RunningAttempts;

impl Index for RunningAttempts {
    const TABLE: Table = Table { tag: 89, name: "running attempts by quiz" };
    type Key = QuizId;
    type Of = AttemptHead;
}

/// Running attempts by the last moment at which an answer is taken: what the scheduler hands in next.
#[derive(Debug)]
pub struct DueAttempts;

impl Index for DueAttempts {
    const TABLE: Table = Table { tag: 90, name: "due attempts" };
    type Key = Timestamp;
    type Of = AttemptHead;
}

/// Attempts that their deadline ended, by the deadline: who lost time when the server was down then.
#[derive(Debug)]
pub struct ExpiredAttempts;

impl Index for ExpiredAttempts {
    const TABLE: Table = Table { tag: 91, name: "expired attempts" };
    type Key = Timestamp;
    type Of = AttemptHead;
}

/// One save of one response: a row, save for a long essay, which [`long`] keeps and puts together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// The attempt.
    pub attempt: AttemptId,
    /// Counts the saves of the attempt, from 1.
    pub number: u32,
    /// The place on the paper, from 0.
    pub slot: u16,
    /// The client's number.
    pub sequence: u64,
    /// When the server took it.
    pub at: Timestamp,
    /// What was saved.
    pub response: Response,
    /// The link in the chain of receipts.
    pub receipt: [u8; 32],
}

impl Record for Saved {
    const TABLE: Table = Table { tag: 92, name: "saved response" };
    const VERSION: u8 = 1;
    const PLAIN: bool = true;
    const WAIT: Option<Wait> = Some(Wait::Gathered);
    type Key = (AttemptId, u32);

    fn key(&self) -> Self::Key {
        (self.attempt, self.number)
    }
}

/// Tables of this noun.
pub const TABLES: &[TableInfo] = &[
    TableInfo::rows::<Attempt>(),
    TableInfo::index::<AttemptsByQuiz>(),
    TableInfo::rows::<AttemptHead>(),
    TableInfo::index::<RunningAttempts>(),
    TableInfo::index::<DueAttempts>(),
    TableInfo::index::<ExpiredAttempts>(),
    TableInfo::rows::<Saved>(),
    TableInfo::rows::<long::LongSave>(),
    TableInfo::rows::<long::LongPart>(),
    TableInfo::rows::<AttemptEvent>(),
    TableInfo::rows::<Marks>(),
    TableInfo::index::<marks::AwaitingMarks>(),
    TableInfo::rows::<ManualMark>(),
    TableInfo::rows::<supervise::TakenExtension>(),
    TableInfo::rows::<code_tries::CodeTries>(),
    TableInfo::rows::<follow::Behind>(),
];

/// The attempt. No right is checked.
pub fn get(read: &impl Read, attempt: AttemptId) -> Result<Arc<Attempt>, Refusal> {
    read.get::<Attempt>(&attempt)?.ok_or_else(|| not_found("attempt", attempt))
}

/// Attempts that are being worked on in a course. No right is checked.
pub fn running_in_course(read: &impl Read, course: CourseId) -> Result<i64, StoreError> {
    let quizzes = read.index_keys::<QuizzesByCourse>(&Exactly(course), None, MAX_QUIZZES)?;
    quizzes.iter().map(|(_, quiz)| read.counter(&Counter::new(RUNNING_IN_QUIZ, quiz))).sum()
}

/// What changes of it. No right is checked.
pub fn head(read: &impl Read, attempt: AttemptId) -> Result<Arc<AttemptHead>, Refusal> {
    read.get::<AttemptHead>(&attempt)?.ok_or_else(|| not_found("attempt", attempt))
}

/// The learner's own attempt; somebody else's does not exist for them. The right to take the quiz was checked at the
/// start: an attempt stays its learner's until it is over, so that no answer is lost to a change of rights.
pub fn own(read: &impl Read, actor: &Actor, attempt: AttemptId) -> Result<Arc<Attempt>, Refusal> {
    let found = get(read, attempt)?;
    if found.user != actor.user {
        return Err(not_found("attempt", attempt));
    }
    if !actor.scopes.has(Permission::TakeQuiz) {
        return Err(FORBIDDEN.refuse("this token does not extend to taking quizzes"));
    }
    Ok(found)
}

/// Somebody's attempt, for who has the right in its course.
pub fn require(
    read: &impl Read,
    actor: &Actor,
    permission: Permission,
    attempt: AttemptId,
) -> Result<Arc<Attempt>, Refusal> {
    let found = get(read, attempt)?;
    let may = access::in_sight(read, actor, found.course)?;
    if may.has(permission) {
        return Ok(found);
    }
    // Who may not see others' attempts must not learn that this one exists.
    if may.has(Permission::ViewAttempts) || found.user == actor.user {
        return Err(FORBIDDEN.refuse(format!("this needs the permission {}", permission.name())));
    }
    Err(not_found("attempt", attempt))
}

/// Attempts that are being worked on, in the whole installation.
pub fn running(read: &impl Read) -> Result<i64, Refusal> {
    Ok(read.counter(&Counter::new(RUNNING, &0_u8))?)
}

/// The learner's attempts at a quiz, in the order of their starts.
pub fn of_learner(read: &impl Read, quiz: QuizId, user: UserId) -> Result<Vec<AttemptId>, Refusal> {
    let limit = usize::from(quiz::MAX_ATTEMPTS);
    let keys = read.index_keys::<AttemptsByQuiz>(&crate::store::Exactly((quiz, user)), None, limit)?;
    Ok(keys.into_iter().map(|(_, attempt)| attempt).collect())
}

/// The attempt, for its learner and for who sees everybody's.
pub fn readable(read: &impl Read, actor: &Actor, attempt: AttemptId) -> Result<Arc<Attempt>, Refusal> {
    match own(read, actor, attempt) {
        Ok(own) => Ok(own),
        Err(_) => require(read, actor, Permission::ViewAttempts, attempt),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{decode_value, encode_value};

    fn running() -> AttemptHead {
        AttemptHead {
            attempt: AttemptId(1),
            quiz: QuizId(2),
            state: AttemptState::Running,
            deadline: None,
            grace_ms: 0,
            saves: 3,
            receipt: [7; 32],
            slots: [1, 3, 0].map(|save| HeadSlot { sequence: 1, save }).into(),
            events: 0,
            reports: 0,
            extension: 0,
            cleared: Vec::new(),
            cleared_behind: 0,
            long_bytes: 0,
        }
    }

    #[test]
    fn a_cleared_answer_is_none_until_there_is_another() {
        let mut head = running();
        assert_eq!(head.answered(), 2);
        head.note_blank(1, true);
        head.note_blank(0, true);
        head.note_blank(1, true);
        assert_eq!((head.answered(), head.cleared.as_slice()), (0, [0, 1].as_slice()));
        head.note_blank(1, false);
        head.note_blank(2, false);
        assert_eq!((head.answered(), head.cleared.as_slice()), (1, [0].as_slice()));
    }

    #[test]
    fn heads_of_older_versions_do_not_know_what_was_cleared_or_long_so_far() {
        let mut bytes = encode_value(&running()).unwrap();
        assert_eq!((bytes[0], bytes.pop()), (3, Some(0)), "no long texts end it");
        bytes[0] = 2;
        assert_eq!(decode_value::<AttemptHead>(&bytes).unwrap(), running());
        assert_eq!((bytes.pop(), bytes.pop()), (Some(0), Some(0)), "nothing cleared is before that");
        assert!(decode_value::<AttemptHead>(&bytes).is_err());
        bytes[0] = 1;
        let read = decode_value::<AttemptHead>(&bytes).unwrap();
        assert_eq!(read, AttemptHead { cleared_behind: 3, ..running() });
        let long = AttemptHead { long_bytes: 70_000, ..read };
        assert_eq!(decode_value::<AttemptHead>(&encode_value(&long).unwrap()).unwrap(), long);
        for unknown in [0, 4] {
            bytes[0] = unknown;
            assert!(decode_value::<AttemptHead>(&bytes).is_err());
        }
    }
}
