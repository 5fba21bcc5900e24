//! The audit trail: who changed rights, exams and grades, written in the transaction of the change itself.

use serde::{Deserialize, Serialize};

use super::access::{self, Actor, Permission, Scope};
use super::ids::{CourseId, UserId};
use super::refusal::Refusal;
use crate::clock::Timestamp;
use crate::store::{Entries, Index, Read, Record, Table, TableInfo, Txn};

/// Longest detail kept; a sentence, not a copy of the record.
pub const DETAIL_LENGTH: usize = 500;

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// When.
    pub at: Timestamp,
    /// Distinguishes entries of one millisecond.
    pub id: u64,
    /// Who did it; `None` for the program itself (a deadline, a command on the machine).
    pub actor: Option<UserId>,
    /// What: a verb such as `grade.override` or `role.grant`.
    pub action: String,
    /// In which course, when in one.
    pub course: Option<CourseId>,
    /// To what: `user 7`, `attempt 12`.
    pub subject: String,
    /// From what to what.
    pub detail: String,
}

impl Record for AuditEntry {
    const TABLE: Table = Table { tag: 130, name: "audit" };
    const VERSION: u8 = 1;
    type Key = (Timestamp, u64);

    fn key(&self) -> Self::Key {
        (self.at, self.id)
    }

    fn index(&self, entries: &mut Entries) {
        if let Some(course) = self.course {
            entries.add::<AuditByCourse>(&course);
        }
    }
}

/// Entries of a course in time order.
#[derive(Debug)]
pub struct AuditByCourse;

impl Index for AuditByCourse {
    const TABLE: Table = Table { tag: 131, name: "audit by course" };
    type Key = CourseId;
    type Of = AuditEntry;
}

/// Tables of this noun.
pub const TABLES: &[TableInfo] = &[TableInfo::rows::<AuditEntry>(), TableInfo::index::<AuditByCourse>()];

/// Where a list of entries goes on.
pub type Place = (Timestamp, u64);

/// The place before all entries of a moment.
pub fn before(at: Timestamp) -> Place {
    (Timestamp::from_ms(at.ms() - 1), u64::MAX)
}

/// Up to `limit` entries behind a place, the oldest first.
pub fn list(
    read: &impl Read,
    actor: &Actor,
    after: Option<Place>,
    limit: usize,
) -> Result<Vec<AuditEntry>, Refusal> {
    access::require(read, actor, Permission::ManageSite, Scope::Site)?;
    Ok(read.list::<AuditEntry>(&(), after.as_ref(), limit)?)
}

/// Writes an entry with the change it tells of.
pub fn note(
    txn: &mut Txn<'_>,
    actor: &Actor,
    action: &str,
    course: Option<CourseId>,
    subject: impl Into<String>,
    detail: impl Into<String>,
) -> Result<(), Refusal> {
    write(txn, actor.account(), actor.now, action, course, subject.into(), &detail.into())
}

/// [`note`] for what the program does by itself.
pub fn note_by_program(
    txn: &mut Txn<'_>,
    now: Timestamp,
    action: &str,
    course: Option<CourseId>,
    subject: impl Into<String>,
    detail: impl Into<String>,
) -> Result<(), Refusal> {
    write(txn, None, now, action, course, subject.into(), &detail.into())
}

fn write(
    txn: &mut Txn<'_>,
    actor: Option<UserId>,
    at: Timestamp,
    action: &str,
    course: Option<CourseId>,
    subject: String,
    detail: &str,
) -> Result<(), Refusal> {
    let id = txn.new_id()?;
    let detail = detail.chars().take(DETAIL_LENGTH).collect();
    txn.put(AuditEntry { at, id, actor, action: action.to_owned(), course, subject, detail })?;
    Ok(())
}

/// Which entries are looked for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Of what this person did.
    pub person: Option<UserId>,
    /// Of actions of this kind: `grade` for `grade.set` and others.
    pub kind: Option<String>,
    /// At this time or later.
    pub from: Option<Timestamp>,
    /// Before this time.
    pub until: Option<Timestamp>,
}

impl Wanted {
    fn has(&self, entry: &AuditEntry) -> bool {
        let kind = || entry.action.split('.').next().unwrap_or_default();
        self.person.is_none_or(|person| entry.actor == Some(person))
            && self.kind.as_deref().is_none_or(|wanted| wanted == kind())
    }
}

/// Looks at up to `look` entries before a place, the newest first: those that are wanted, and where to go on when there
/// may be more.
pub fn find(
    read: &impl Read,
    actor: &Actor,
    wanted: &Wanted,
    from: Option<Place>,
    look: usize,
) -> Result<(Vec<AuditEntry>, Option<Place>), Refusal> {
    access::require(read, actor, Permission::ManageSite, Scope::Site)?;
    let from = from.or_else(|| wanted.until.map(|until| (until, 0)));
    let entries = read.list_back::<AuditEntry>(&(), from.as_ref(), look)?;
    let early = |entry: &AuditEntry| wanted.from.is_some_and(|from| entry.at < from);
    let more = entries.len() == look;
    let next = entries.last().filter(|last| more && !early(last)).map(AuditEntry::key);
    let found = entries.into_iter().filter(|entry| !early(entry) && wanted.has(entry)).collect();
    Ok((found, next))
}
