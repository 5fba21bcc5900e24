//! Statements of this installation's own: what happens in a course that keeps learning records, written in the transaction in
//! which it happens. `docs/xapi.md` lists them.
//!
//! [`tell`] is what the nouns call with an [`Event`]; `attempt` has the statements of an attempt that is handed in, which are
//! made beside the writer. `said` makes a statement of what is to be said, and has it checked like everybody's.

pub mod attempt;
mod event;
mod said;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use event::Event;

use super::credential::{Caller, SITE_ACCOUNT};
use super::keep::{Ready, keep_unless_there};
use super::term::Ifi;
use super::{scalar, sha1};
use crate::clock::Timestamp;
use crate::domain::account::{Account, AccountStatus};
use crate::domain::course::Course;
use crate::domain::ids::UserId;
use crate::domain::refusal::Refusal;
use crate::store::{Cache, CodecError, Read, Record, StoreError, Table, TableInfo, Txn, decode_appended};

/// The longest address that ids begin with: several of them stand in every statement, and it has to fit its row.
pub const MAX_BASE_BYTES: usize = 200;

/// What own ids are made of. Nothing of it changes once there is a statement: they would name other things.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// What ids of activities and people begin with, without a slash at its end.
    pub base: Arc<str>,
    /// Random and told to nobody, so that nobody can take the id of a statement before it is made. The tokens of forms follow
    /// from it, too.
    pub namespace: [u8; 16],
    /// There is a statement that has them, or was: what was erased here may have been forwarded.
    pub told: bool,
}

impl Record for Site {
    const TABLE: Table = Table { tag: 175, name: "xapi site" };
    const VERSION: u8 = 2;
    const CACHE: Cache = Cache::Content;
    type Key = u8;

    fn key(&self) -> u8 {
        0
    }

    fn upgrade(version: u8, body: &[u8]) -> Result<Self, CodecError> {
        // Version 1 did not say whether anything was told, the last field.
        decode_appended(Self::TABLE.name, (version, 1), body, &true)
    }
}

/// Tables of own statements.
pub const TABLES: &[TableInfo] = &[TableInfo::rows::<Site>()];

impl Site {
    /// An id that follows from what it is of (a version 5 UUID, RFC 9562).
    pub(super) fn uuid(&self, of: &[u8]) -> [u8; 16] {
        let digest = sha1::digest(&[&self.namespace, of].concat());
        let mut id = [0; 16];
        for (to, from) in id.iter_mut().zip(digest) {
            *to = from;
        }
        if let Some(byte) = id.get_mut(6) {
            *byte = (*byte & 0x0f) | 0x50;
        }
        if let Some(byte) = id.get_mut(8) {
            *byte = (*byte & 0x3f) | 0x80;
        }
        id
    }

    /// Is this who own statements have as their authority?
    pub(super) fn is_authority(&self, ifi: &Ifi) -> bool {
        matches!(ifi, Ifi::Account { home_page, name } if **home_page == *self.base && name == SITE_ACCOUNT)
    }
}

/// Can ids begin with this address?
pub fn is_base(address: &str) -> bool {
    address.len() <= MAX_BASE_BYTES
        && ["http://", "https://"].iter().any(|scheme| address.starts_with(scheme))
        && scalar::iri(trimmed(address)).is_ok()
}

/// What own ids begin with, where that is remembered.
pub fn base(read: &impl Read) -> Result<Option<Arc<str>>, StoreError> {
    Ok(read.get::<Site>(&0)?.map(|site| site.base.clone()))
}

/// What is told to nobody, where it is remembered.
pub fn namespace(read: &impl Read) -> Result<Option<[u8; 16]>, StoreError> {
    Ok(read.get::<Site>(&0)?.map(|site| site.namespace))
}

/// Is everything remembered that own ids need, so that a start need not write? `base` is the address of today.
pub fn is_settled(read: &impl Read, base: &str) -> Result<bool, Refusal> {
    Ok(match read.get::<Site>(&0)? {
        None => false,
        Some(known) => known.told || *known.base == *trimmed(base),
    })
}

/// Is this the id of something here?
pub fn is_own(read: &impl Read, id: &str) -> Result<bool, Refusal> {
    let Some(site) = read.get::<Site>(&0)? else { return Ok(false) };
    Ok(id.strip_prefix(&*site.base).is_some_and(|path| path.is_empty() || path.starts_with('/')))
}

/// Remembers what own ids begin with: the address of today, until there is a statement that has it. `namespace` is random, for
/// the first time.
pub fn settle(txn: &mut Txn<'_>, base: &str, namespace: [u8; 16]) -> Result<(), Refusal> {
    if !is_settled(txn, base)? {
        let namespace = txn.get::<Site>(&0)?.map_or(namespace, |known| known.namespace);
        txn.put(Site { base: trimmed(base).into(), namespace, told: false })?;
    }
    Ok(())
}

fn trimmed(base: &str) -> &str {
    base.trim_end_matches('/')
}

/// What speaks for a course that keeps learning records.
#[derive(Debug, Clone)]
pub struct Voice {
    site: Arc<Site>,
    course: Arc<Course>,
    caller: Caller,
}

impl Voice {
    /// The voice of a course that tells of somebody at a moment; `None` for one that keeps no records, and for somebody whose
    /// account is suspended: what was erased of them stays so, whatever is still marked.
    pub fn of(
        read: &impl Read,
        course: &Arc<Course>,
        who: UserId,
        now: Timestamp,
    ) -> Result<Option<Self>, Refusal> {
        if !course.learning_records || is_suspended(read, who)? {
            return Ok(None);
        }
        let Some(site) = read.get::<Site>(&0)? else {
            // Nobody's work is refused because it cannot be told.
            tracing::error!(
                "what learning records begin with is not settled; start again when the disk has room"
            );
            return Ok(None);
        };
        let caller = Caller::site(&site.base, now);
        Ok(Some(Self { site, course: course.clone(), caller }))
    }

    /// Keeps what is ready. What is there already stays as it is.
    pub fn keep(&self, txn: &mut Txn<'_>, ready: Vec<Ready>) -> Result<(), Refusal> {
        if !self.site.told && !ready.is_empty() {
            txn.put(Site { told: true, ..self.site.as_ref().clone() })?;
        }
        keep_unless_there(txn, &self.caller, ready)
    }
}

fn is_suspended(read: &impl Read, who: UserId) -> Result<bool, Refusal> {
    let account = read.get::<Account>(&who)?;
    Ok(account.is_some_and(|account| account.status == AccountStatus::Suspended))
}

/// Tells what happened to somebody in a course, in the transaction in which it happens; nothing in one that keeps no records, and
/// nothing of who is suspended.
pub fn tell(
    txn: &mut Txn<'_>,
    course: &Arc<Course>,
    who: UserId,
    now: Timestamp,
    event: &Event<'_>,
) -> Result<(), Refusal> {
    let Some(voice) = Voice::of(txn, course, who, now)? else { return Ok(()) };
    let said = event.said(&voice, who, now);
    match said.into_iter().map(|said| said.ready(&voice)).collect::<Result<_, _>>() {
        Ok(ready) => voice.keep(txn, ready),
        Err(refusal) => {
            not_told("what happened", &refusal);
            Ok(())
        }
    }
}

/// Nobody's work is refused because it cannot be told.
pub fn not_told(what: &str, refusal: &Refusal) {
    tracing::error!(%refusal, "{what} could not be told as a learning record");
}
