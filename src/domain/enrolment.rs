//! Enrolment: a person in a course, with a role, dates and a status.

use serde::{Deserialize, Serialize};

use super::access::RoleName;
use super::ids::{CourseId, UserId};
use crate::clock::Timestamp;
use crate::store::{Cache, Counter, CounterKind, Entries, Index, Record, Table, TableInfo, Topic};

/// Does it count at all?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EnrolmentStatus {
    /// Yes, between its dates.
    Active,
    /// Not for now; nothing is lost.
    Suspended,
}

/// How the person came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EnrolledBy {
    /// A teacher or administrator.
    Teacher,
    /// The course's key.
    Key,
    /// A file.
    Import,
}

/// A person in a course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// The course.
    pub course: CourseId,
    /// The person.
    pub user: UserId,
    /// The role in the course.
    pub role: RoleName,
    /// Does it count?
    pub status: EnrolmentStatus,
    /// Counts from here on, when given.
    pub starts: Option<Timestamp>,
    /// Counts until here, when given.
    pub ends: Option<Timestamp>,
    /// When it was made.
    pub enrolled: Timestamp,
    /// How it was made.
    pub by: EnrolledBy,
    /// Changes so far, for `If-Match`.
    pub revision: u32,
}

impl Enrolment {
    /// Does it give its role at `now`?
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.status == EnrolmentStatus::Active
            && self.starts.is_none_or(|starts| starts <= now)
            && self.ends.is_none_or(|ends| now < ends)
    }
}

/// People who take up a seat of a course: all enrolments, suspended ones too, so that lifting a suspension never fails.
pub const ENROLLED: CounterKind = CounterKind { tag: 1, name: "enrolled per course" };
/// The topic kind of "what this learner sees of this course".
pub const LEARNER_TOPIC: u8 = 2;

impl Record for Enrolment {
    const TABLE: Table = Table { tag: 40, name: "enrolment" };
    const VERSION: u8 = 1;
    const CACHE: Cache = Cache::Content;
    type Key = (CourseId, UserId);

    fn key(&self) -> Self::Key {
        (self.course, self.user)
    }

    fn index(&self, entries: &mut Entries) {
        entries.add::<EnrolmentByUser>(&self.user);
        entries.count(Counter::new(ENROLLED, &self.course), 1);
        entries.touch(Topic::pair(LEARNER_TOPIC, self.course.0, self.user.0));
    }
}

/// A person's courses.
#[derive(Debug)]
pub struct EnrolmentByUser;

impl Index for EnrolmentByUser {
    const TABLE: Table = Table { tag: 41, name: "enrolment by user" };
    type Key = UserId;
    type Of = Enrolment;
}

/// Tables of this noun.
pub const TABLES: &[TableInfo] = &[TableInfo::rows::<Enrolment>(), TableInfo::index::<EnrolmentByUser>()];
