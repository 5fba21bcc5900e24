//! What the nouns share while a course is being copied: from where to where, how much one step may do, and which new
//! row stands for which old one.
//!
//! Twins are rows, because a question bank has more of them than fit one record, and because a copy that was cut off
//! must find them again. They go when the copy is done.

use serde::{Deserialize, Serialize};

use super::ids::{CategoryId, CourseId, GradeCategoryId, GradeItemId, QuestionId, QuizId};
use crate::clock::Timestamp;
use crate::store::{Read, Record, StoreError, Table, TableInfo, Txn};

/// Rows that one step writes: some milliseconds of the writer.
const STEP_ROWS: usize = 100;
/// Bytes of text that one step copies.
const STEP_BYTES: usize = 512 * 1024;

/// From where to where.
#[derive(Debug, Clone, Copy)]
pub struct Passage {
    /// The old course.
    pub from: CourseId,
    /// The new one.
    pub to: CourseId,
    /// How much later everything is than in the old one.
    pub shift_ms: i64,
}

impl Passage {
    /// The same moment of the new course.
    #[must_use]
    pub fn later(&self, time: Timestamp) -> Timestamp {
        Timestamp::from_ms(time.ms().saturating_add(self.shift_ms))
    }
}

/// What one step may still do.
#[derive(Debug)]
pub struct Budget {
    rows: usize,
    bytes: usize,
}

impl Budget {
    /// That of a whole step.
    pub const STEP: Self = Self { rows: STEP_ROWS, bytes: STEP_BYTES };

    /// Takes away what was done.
    pub fn spend(&mut self, rows: usize, bytes: usize) {
        self.rows = self.rows.saturating_sub(rows);
        self.bytes = self.bytes.saturating_sub(bytes);
    }

    /// Is nothing left?
    pub const fn is_spent(&self) -> bool {
        self.rows == 0 || self.bytes == 0
    }

    /// Takes a batch of things of `rows` rows each: how many there may be, at least one.
    pub fn batch(&self, rows: usize) -> usize {
        (self.rows / rows.max(1)).max(1)
    }
}

/// An id of what a copy has a twin of.
pub trait Twinned: From<u64> + Copy {
    /// Tells ids of different nouns apart; never reused.
    const KIND: u8;

    /// The number.
    fn number(self) -> u64;
}

macro_rules! twinned {
    ($($id:ty = $kind:literal),+ $(,)?) => {
        $(impl Twinned for $id {
            const KIND: u8 = $kind;
            fn number(self) -> u64 {
                self.0
            }
        })+
    };
}

twinned!(CategoryId = 1, QuestionId = 2, QuizId = 3, GradeCategoryId = 4, GradeItemId = 5);

/// The row of the new course that stands for one of the old course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Twin {
    /// The new course.
    pub to: CourseId,
    /// The noun.
    pub kind: u8,
    /// Which row of the old course.
    pub old: u64,
    /// Which row of the new one.
    pub new: u64,
}

impl Record for Twin {
    const TABLE: Table = Table { tag: 56, name: "twin of a course being copied" };
    const VERSION: u8 = 1;
    type Key = (CourseId, u8, u64);

    fn key(&self) -> Self::Key {
        (self.to, self.kind, self.old)
    }
}

/// Tables of this file.
pub const TABLES: &[TableInfo] = &[TableInfo::rows::<Twin>()];

/// The twin of a row in the course `to`, when it has one.
pub fn twin<I: Twinned>(read: &impl Read, to: CourseId, old: I) -> Result<Option<I>, StoreError> {
    Ok(read.get::<Twin>(&(to, I::KIND, old.number()))?.map(|twin| I::from(twin.new)))
}

/// `new` stands for `old` in the course `to` from now on.
pub fn pair<I: Twinned>(txn: &mut Txn<'_>, to: CourseId, old: I, new: I) -> Result<(), StoreError> {
    txn.put(Twin { to, kind: I::KIND, old: old.number(), new: new.number() })
}

/// Forgets some of the twins of a course. Were those all?
pub fn forget(txn: &mut Txn<'_>, to: CourseId, budget: &mut Budget) -> Result<bool, StoreError> {
    let batch = budget.batch(1);
    let twins = txn.list::<Twin>(&(to,), None, batch)?;
    for twin in &twins {
        txn.delete::<Twin>(&twin.key())?;
    }
    budget.spend(twins.len(), 0);
    Ok(twins.len() < batch)
}
