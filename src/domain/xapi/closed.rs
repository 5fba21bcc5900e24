//! Ids under which nothing is taken any more, because the statement was erased or made nameless: a tool that sends again, or a
//! store that forwards, must not bring it back; and ids that are voided before their statement comes. Kept is a hash of the id,
//! nothing of what was said.

use serde::{Deserialize, Serialize};

use super::term::Term;
use crate::domain::refusal::Refusal;
use crate::store::{Read, Record, Table, TableInfo, Txn};

/// Why a statement is not kept as it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Why {
    /// It was here, and was erased or made nameless. It was voided, or is by now; programs before did not note whether it was.
    Changed,
    /// It was not here yet. A statement that voids it was, of whoever may void anything: it is kept as voided when it comes, whatever
    /// has become of the credential that wrote that one.
    Voided,
    /// It was here and valid, and was erased or made nameless. Who may void it is not known any more when it is gone, save for who
    /// may void anything.
    ChangedValid,
}

impl Why {
    /// Is nothing kept under the id any more?
    pub const fn is_changed(self) -> bool {
        matches!(self, Self::Changed | Self::ChangedValid)
    }

    /// Is the statement voided for whoever has it, or would it be as soon as it came?
    pub const fn is_voided(self) -> bool {
        matches!(self, Self::Changed | Self::Voided)
    }
}

/// An id of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosedId {
    /// Its hash.
    pub id: Term,
    /// Why.
    pub why: Why,
}

impl Record for ClosedId {
    const TABLE: Table = Table { tag: 186, name: "closed statement id" };
    const VERSION: u8 = 1;
    type Key = Term;

    fn key(&self) -> Term {
        self.id
    }
}

/// Tables of this file.
pub const TABLES: &[TableInfo] = &[TableInfo::rows::<ClosedId>()];

fn hash(id: &[u8; 16]) -> Term {
    Term::of(&[b"closed", id])
}

/// Why a statement of this id is not kept as it comes; `None` when it is.
pub fn why(read: &impl Read, id: &[u8; 16]) -> Result<Option<Why>, Refusal> {
    Ok(read.get::<ClosedId>(&hash(id))?.map(|closed| closed.why))
}

/// The statement of this id is erased or made nameless.
pub(super) fn close(txn: &mut Txn<'_>, id: &[u8; 16], voided: bool) -> Result<(), Refusal> {
    let why = if voided { Why::Changed } else { Why::ChangedValid };
    Ok(txn.put(ClosedId { id: hash(id), why })?)
}

/// The statement of this id, which has not come or is gone, is voided.
pub(super) fn void(txn: &mut Txn<'_>, id: &[u8; 16]) -> Result<(), Refusal> {
    let why = match why(txn, id)? {
        None => Why::Voided,
        Some(Why::ChangedValid) => Why::Changed,
        Some(Why::Changed | Why::Voided) => return Ok(()),
    };
    Ok(txn.put(ClosedId { id: hash(id), why })?)
}
