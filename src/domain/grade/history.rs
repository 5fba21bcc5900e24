//! What people did to one learner's grade: who, when, from what to what, and why. Results of quizzes are not repeated
//! here; their attempts are their history.

use serde::{Deserialize, Serialize};

use super::category::{self, Node};
use super::edit::require;
use super::entry::Reason;
use super::hand::enrolled;
use super::item;
use crate::clock::Timestamp;
use crate::domain::access::{Actor, Permission};
use crate::domain::decimal::Decimal;
use crate::domain::ids::{CourseId, UserId};
use crate::domain::refusal::Refusal;
use crate::store::{Read, Record, StoreError, Table, Txn};

/// Changes that are read together on the way back to the latest of a kind.
const LOOKED_BACK: usize = 16;

/// What was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, schema(as = GradeChangeKind))]
pub enum What {
    /// The grade given by hand; values are points.
    Grade,
    /// The override; values are points of an item, percentages of a category.
    Override,
    /// The exclusion; 1 is excluded, 0 is not.
    Exclusion,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GradeChange {
    /// The course.
    pub course: CourseId,
    /// The learner.
    pub user: UserId,
    /// The item or category.
    pub node: Node,
    /// Grows with time.
    pub id: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: UserId,
    /// What.
    pub what: What,
    /// What stood before; for an override that was the earlier one, or what was computed.
    pub from: Option<Decimal>,
    /// What was put there; `None` when it was taken away.
    pub to: Option<Decimal>,
    /// Why.
    pub reason: Reason,
}

impl Record for GradeChange {
    const TABLE: Table = Table { tag: 116, name: "grade history" };
    const VERSION: u8 = 1;
    type Key = (CourseId, UserId, u64, u64);

    fn key(&self) -> Self::Key {
        (self.course, self.user, self.node.id(), self.id)
    }
}

/// What changed, from what to what.
pub(super) type Step = (What, Option<Decimal>, Option<Decimal>);

/// Writes a change with what it tells of.
pub(super) fn keep(
    txn: &mut Txn<'_>,
    actor: &Actor,
    (course, user, node): (CourseId, UserId, Node),
    (what, from, to): Step,
    reason: &Reason,
) -> Result<(), StoreError> {
    let id: u64 = txn.new_id()?;
    let (at, by, reason) = (actor.now, actor.user, reason.clone());
    txn.put(GradeChange { course, user, node, id, at, by, what, from, to, reason })
}

/// The latest reason why a grade or total is left out.
pub(super) fn why_excluded(
    read: &impl Read,
    (course, user, node): (CourseId, UserId, Node),
) -> Result<Reason, StoreError> {
    let mut before = None;
    loop {
        let changes =
            read.list_back::<GradeChange>(&(course, user, node.id()), before.as_ref(), LOOKED_BACK)?;
        before = changes.last().map(GradeChange::key);
        let exclusion = changes.into_iter().find(|change| change.what == What::Exclusion);
        if exclusion.is_some() || before.is_none() {
            return Ok(exclusion.map(|change| change.reason).unwrap_or_default());
        }
    }
}

/// Changes of one grade or total, oldest first: up to `limit`, behind `after`.
pub fn list(
    read: &impl Read,
    actor: &Actor,
    (course, user, node): (CourseId, UserId, Node),
    after: Option<u64>,
    limit: usize,
) -> Result<Vec<GradeChange>, Refusal> {
    require(read, actor, Permission::ViewGrades, course)?;
    enrolled(read, course, user)?;
    match node {
        Node::Item(id) => item::get(read, course, id).map(drop)?,
        Node::Category(id) => category::get(read, course, id).map(drop)?,
    }
    let after = after.map(|id| (course, user, node.id(), id));
    Ok(read.list::<GradeChange>(&(course, user, node.id()), after.as_ref(), limit)?)
}
