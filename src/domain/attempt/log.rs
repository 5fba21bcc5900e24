//! The log of an attempt, for appeals: what happened beside saves (which are their own log) and the start (which is in
//! the attempt).

use serde::{Deserialize, Serialize};

use super::saved::{self, SaveLine};
use super::{Attempt, AttemptHead, FinishedBy, Saved, TOO_MANY_REPORTS};
use crate::clock::Timestamp;
use crate::domain::access::{Actor, Permission};
use crate::domain::decimal::Decimal;
use crate::domain::ids::{AttemptId, UserId};
use crate::domain::refusal::{Refusal, invalid};
use crate::store::{Read, Record, Table, Txn};

/// Entries of one attempt; beyond them only what supervisors and markers do is kept.
const MAX_EVENTS: u32 = 2_000;
/// Client reports of one attempt: a page that reports every change of focus stays below this in any honest exam.
const MAX_REPORTS: u32 = 500;
/// Client reports in one request.
pub const MAX_REPORTS_AT_ONCE: usize = 20;
/// Longest detail of a client report: a sentence.
pub const MAX_DETAIL_BYTES: usize = 200;

/// What a client may report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReportKind {
    /// The page lost the focus.
    FocusLost,
    /// It has the focus again.
    FocusGained,
    /// Full screen was left.
    FullscreenLeft,
    /// Something was pasted.
    Pasted,
    /// Something was copied.
    Copied,
    /// The connection was lost.
    ConnectionLost,
    /// The connection came back.
    ConnectionRestored,
    /// Anything else.
    Other,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Happened {
    /// The learner came back to it.
    Resumed {
        /// From this address.
        address: String,
    },
    /// The learner's client reported something. Nothing proves it.
    Reported {
        /// What.
        kind: ReportKind,
        /// More about it.
        detail: String,
    },
    /// It was handed in.
    Finished {
        /// By whom.
        by: FinishedBy,
    },
    /// The deadline was moved.
    Extended {
        /// From there.
        from: Option<Timestamp>,
        /// To there.
        to: Option<Timestamp>,
        /// Why.
        reason: String,
    },
    /// It can be worked on again.
    Reopened {
        /// Until then.
        until: Option<Timestamp>,
        /// Why.
        reason: String,
    },
    /// A response was marked by hand.
    Marked {
        /// Which one.
        slot: u16,
        /// Points given.
        points: Decimal,
    },
    /// It was marked again by other points or another key.
    Regraded {
        /// Points before.
        from: Option<Decimal>,
        /// Points after.
        to: Option<Decimal>,
    },
    /// A mark by hand was taken back.
    Unmarked {
        /// Of which response.
        slot: u16,
    },
}

/// An entry of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptEvent {
    /// The attempt.
    pub attempt: AttemptId,
    /// Counts the entries, from 1.
    pub number: u32,
    /// Saves before it: its place among them, also within one millisecond.
    pub saves: u32,
    /// When.
    pub at: Timestamp,
    /// Who; `None` for the program.
    pub by: Option<UserId>,
    /// What.
    pub what: Happened,
}

impl Record for AttemptEvent {
    const TABLE: Table = Table { tag: 93, name: "attempt event" };
    const VERSION: u8 = 1;
    type Key = (AttemptId, u32);

    fn key(&self) -> Self::Key {
        (self.attempt, self.number)
    }
}

/// Writes an entry; `head` is stored by the caller.
pub(super) fn write(
    txn: &mut Txn<'_>,
    head: &mut AttemptHead,
    at: Timestamp,
    by: Option<UserId>,
    what: Happened,
) -> Result<(), Refusal> {
    let by_client = matches!(what, Happened::Resumed { .. } | Happened::Reported { .. });
    if by_client && head.events >= MAX_EVENTS {
        return Ok(());
    }
    head.events += 1;
    let (number, saves) = (head.events, head.saves);
    txn.put(AttemptEvent { attempt: head.attempt, number, saves, at, by, what })?;
    Ok(())
}

/// A client report from the outside.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReportInput {
    /// What.
    pub kind: ReportKind,
    /// More about it, at most 200 bytes.
    #[serde(default)]
    pub detail: String,
}

/// Client reports that passed the limits.
#[derive(Debug, Clone)]
pub struct Reports(Vec<ReportInput>);

impl Reports {
    /// Checks number and lengths.
    pub fn parse(reports: Vec<ReportInput>) -> Result<Self, Refusal> {
        if reports.is_empty() || reports.len() > MAX_REPORTS_AT_ONCE {
            return Err(invalid("/reports", format!("has not 1 to {MAX_REPORTS_AT_ONCE} entries")));
        }
        for (at, report) in reports.iter().enumerate() {
            if report.detail.len() > MAX_DETAIL_BYTES {
                return Err(invalid(
                    format!("/reports/{at}/detail"),
                    format!("is longer than {MAX_DETAIL_BYTES} bytes"),
                ));
            }
        }
        Ok(Self(reports))
    }
}

/// Takes reports of the learner's client.
pub fn report(txn: &mut Txn<'_>, actor: &Actor, attempt: AttemptId, reports: Reports) -> Result<(), Refusal> {
    let found = super::own(txn, actor, attempt)?;
    let mut head = AttemptHead::clone(&*super::head(txn, attempt)?);
    if !head.is_running() {
        return Err(super::ATTEMPT_OVER.refuse("reports are taken while the attempt runs"));
    }
    let count = u32::try_from(reports.0.len()).unwrap_or(u32::MAX);
    if head.reports.saturating_add(count) > MAX_REPORTS {
        return Err(TOO_MANY_REPORTS.refuse(format!("an attempt keeps {MAX_REPORTS} reports")));
    }
    head.reports += count;
    for ReportInput { kind, detail } in reports.0 {
        write(txn, &mut head, actor.now, actor.account(), Happened::Reported { kind, detail })?;
    }
    super::live::tell(txn, &found, &head);
    txn.put(head)?;
    Ok(())
}

/// A page of the log.
#[derive(Debug)]
pub struct Log {
    /// The attempt.
    pub attempt: std::sync::Arc<Attempt>,
    /// What happened beside saves.
    pub events: Vec<AttemptEvent>,
    /// The saves.
    pub saves: Vec<SaveLine>,
}

/// The attempt's events and saves in pages: events behind the first number, saves behind the second.
pub fn read(
    read: &impl Read,
    actor: &Actor,
    attempt: AttemptId,
    after: (u32, u32),
    limit: usize,
) -> Result<Log, Refusal> {
    let found = super::require(read, actor, Permission::ViewAttempts, attempt)?;
    let events = read.list::<AttemptEvent>(&(attempt,), Some(&(attempt, after.0)), limit)?;
    let saves = saved::lines(read, attempt, after.1, limit)?;
    Ok(Log { attempt: found, events, saves })
}

/// What happened beside saves, behind number `after`.
pub fn events(
    read: &impl Read,
    actor: &Actor,
    attempt: AttemptId,
    after: u32,
    limit: usize,
) -> Result<Vec<AttemptEvent>, Refusal> {
    super::require(read, actor, Permission::ViewAttempts, attempt)?;
    Ok(read.list::<AttemptEvent>(&(attempt,), Some(&(attempt, after)), limit)?)
}

/// The attempt's saves behind number `after`, and whether there are more, for the chain of receipts: for its learner and for who
/// sees attempts.
pub fn saves(
    read: &impl Read,
    actor: &Actor,
    attempt: AttemptId,
    after: u32,
    limit: usize,
) -> Result<(Vec<Saved>, bool), Refusal> {
    super::readable(read, actor, attempt)?;
    saved::list(read, attempt, after, limit)
}
