//! What the nouns share while a course is being copied: from where to where, how much one step may do, and which new
//! row stands for which old one.
//!
//! Twins are rows, because a question bank has more of them than fit one record, and because a copy that was cut off
//! must find them again. They go when the copy is done.

use serde::{Deserialize, Serialize};

use super::ids::{CategoryId, CourseId, GradeCategoryId, GradeItemId, QuestionId, QuizId};
use super::preferences::ZoneName;
use crate::clock::Timestamp;
use crate::store::{Read, Record, StoreError, Table, TableInfo, Txn};

/// Rows that one step writes: some milliseconds of the writer.
const STEP_ROWS: usize = 100;
/// Bytes of text that one step copies.
const STEP_BYTES: usize = 512 * 1024;

/// How much later everything is than in the old course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shift {
    /// By so much, whatever the clocks say: copies that an older version of the program began.
    Exactly(i64),
    /// By so many days, at the same time of day in a zone: an exam at nine stays at nine when the clocks change in between.
    Days(i32, ZoneName),
}

impl Shift {
    /// From the day on which the old course begins to the day on which the new one does, by the calendar of a zone.
    pub fn between(old: Timestamp, new: Timestamp, zone: ZoneName) -> Self {
        let calendar = zone.zone();
        let day = |time: Timestamp| Some(moment(time)?.to_zoned_datetime(calendar.clone()).date());
        let days = day(old).zip(day(new)).map(|(old, new)| (new - old).get_days());
        Self::Days(days.unwrap_or_default(), zone)
    }
}

fn moment(time: Timestamp) -> Option<jiff::Timestamp> {
    jiff::Timestamp::from_millisecond(time.ms()).ok()
}

/// From where to where.
#[derive(Debug, Clone)]
pub struct Passage {
    /// The old course.
    pub from: CourseId,
    /// The new one.
    pub to: CourseId,
    /// How much later everything is than in the old one.
    pub shift: Shift,
}

impl Passage {
    /// The same moment of the new course.
    #[must_use]
    pub fn later(&self, time: Timestamp) -> Timestamp {
        let (days, zone) = match &self.shift {
            Shift::Exactly(ms) => return Timestamp::from_ms(time.ms().saturating_add(*ms)),
            Shift::Days(0, _) => return time,
            Shift::Days(days, zone) => (*days, zone),
        };
        // A time of day that the clocks leave out on that day comes as much later as they jump.
        let later = moment(time).and_then(|time| {
            time.to_zoned_datetime(zone.zone()).checked_add(jiff::Span::new().days(days)).ok()
        });
        // Beyond all calendars.
        let end = if days < 0 { Timestamp::EPOCH } else { Timestamp::MAX };
        later.map_or(end, |later| Timestamp::from_ms(later.timestamp().as_millisecond()))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn passage(zone: &str, old: &str, new: &str) -> Passage {
        let shift = Shift::between(at(old), at(new), ZoneName::parse(zone).unwrap());
        Passage { from: CourseId(1), to: CourseId(2), shift }
    }

    #[test]
    fn an_exam_at_nine_is_at_nine_in_the_copy_when_the_clocks_changed_in_between() {
        // Both courses begin at midnight in Berlin; the exam is in winter time, its copy in summer time.
        let berlin = passage("Europe/Berlin", "2026-08-31T22:00:00Z", "2027-01-31T23:00:00Z");
        assert_eq!(berlin.later(at("2026-11-10T08:00:00Z")), at("2027-04-12T07:00:00Z"));
        let utc = passage("UTC", "2026-09-01T00:00:00Z", "2027-02-01T00:00:00Z");
        assert_eq!(utc.later(at("2026-11-10T08:00:00Z")), at("2027-04-12T08:00:00Z"));
        let back = passage("Europe/Berlin", "2027-01-31T23:00:00Z", "2026-08-31T22:00:00Z");
        assert_eq!(back.later(at("2027-04-12T07:00:00Z")), at("2026-11-10T08:00:00Z"));
    }

    #[test]
    fn the_hour_at_which_a_course_begins_moves_no_exam() {
        let later = passage("UTC", "2026-09-01T00:00:00Z", "2026-09-08T10:30:00Z");
        assert_eq!(later.later(at("2026-11-10T08:00:00Z")), at("2026-11-17T08:00:00Z"));
        let same = passage("UTC", "2026-09-01T00:00:00Z", "2026-09-01T10:30:00Z");
        assert_eq!(same.later(at("2026-11-10T08:00:00Z")), at("2026-11-10T08:00:00Z"));
    }

    #[test]
    fn an_hour_that_the_clocks_leave_out_comes_after_the_jump_and_dates_end_somewhere() {
        let later = passage("Europe/Berlin", "2026-03-22T12:00:00Z", "2026-03-29T12:00:00Z");
        assert_eq!(later.later(at("2026-03-22T01:30:00Z")), at("2026-03-29T01:30:00Z"));
        assert_eq!(later.later(Timestamp::MAX), Timestamp::MAX);
        let exactly = Passage { shift: Shift::Exactly(1_000), ..later };
        assert_eq!(exactly.later(Timestamp::EPOCH), Timestamp::from_ms(1_000));
    }
}
