//! Ids under which nothing is taken any more, because the statement was erased or made nameless: a tool that sends again, or a
//! store that forwards, must not bring it back; and ids that are voided before their statement comes. Kept is a hash of the id,
//! nothing of what was said.

use serde::{Deserialize, Serialize};

use super::forward::ForwardTargetId;
use super::term::Term;
use crate::domain::refusal::Refusal;
use crate::store::{CodecError, Read, Record, Table, TableInfo, Txn, decode_appended};

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
    /// Where it was forwarded to as something valid, and what voids it is not found any more by what is selected: whoever voids it
    /// later does so there, too.
    pub valid_at: Vec<ForwardTargetId>,
}

impl Record for ClosedId {
    const TABLE: Table = Table { tag: 186, name: "closed statement id" };
    const VERSION: u8 = 2;
    type Key = Term;

    fn key(&self) -> Term {
        self.id
    }

    fn upgrade(version: u8, body: &[u8]) -> Result<Self, CodecError> {
        // Version 1 did not know where it went, the last field.
        decode_appended(Self::TABLE.name, (version, 1), body, &Vec::<ForwardTargetId>::new())
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

/// The statement of this id is erased or made nameless. It may have been before, and have been forwarded since to others.
pub(super) fn close(
    txn: &mut Txn<'_>,
    id: &[u8; 16],
    voided: bool,
    valid_at: Vec<ForwardTargetId>,
) -> Result<(), Refusal> {
    if voided {
        return Ok(txn.put(ClosedId { id: hash(id), why: Why::Changed, valid_at: Vec::new() })?);
    }
    let known = txn.get::<ClosedId>(&hash(id))?;
    let mut all = known.map_or_else(Vec::new, |known| known.valid_at.clone());
    all.extend(valid_at);
    all.sort_unstable();
    all.dedup();
    Ok(txn.put(ClosedId { id: hash(id), why: Why::ChangedValid, valid_at: all })?)
}

/// The statement of this id is voided: where it is valid still, which is known until it is asked for.
pub(super) fn take_valid_at(txn: &mut Txn<'_>, id: &[u8; 16]) -> Result<Vec<ForwardTargetId>, Refusal> {
    let Some(closed) = txn.get::<ClosedId>(&hash(id))? else { return Ok(Vec::new()) };
    if closed.valid_at.is_empty() {
        return Ok(Vec::new());
    }
    txn.put(ClosedId { valid_at: Vec::new(), ..(*closed).clone() })?;
    Ok(closed.valid_at.clone())
}

/// The statement of this id, which has not come or is gone, is voided.
pub(super) fn void(txn: &mut Txn<'_>, id: &[u8; 16]) -> Result<(), Refusal> {
    let known = txn.get::<ClosedId>(&hash(id))?;
    let why = match known.as_ref().map(|closed| closed.why) {
        None => Why::Voided,
        Some(Why::ChangedValid) => Why::Changed,
        Some(Why::Changed | Why::Voided) => return Ok(()),
    };
    let valid_at = known.map_or_else(Vec::new, |known| known.valid_at.clone());
    Ok(txn.put(ClosedId { id: hash(id), why, valid_at })?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{decode_value, encode_value};

    /// Bytes as version 1 wrote them, and as version 2 does. They never change.
    #[test]
    fn a_closed_id_of_version_1_is_read_and_was_forwarded_to_nobody_that_is_known() {
        let row = |version, more: &[u8]| [&[version][..], &[5; 16], &[2], more].concat();
        let closed = ClosedId { id: Term([5; 16]), why: Why::ChangedValid, valid_at: Vec::new() };
        assert_eq!(decode_value::<ClosedId>(&row(1, &[])).unwrap(), closed);
        assert_eq!(encode_value(&closed).unwrap(), row(2, &[0]));
        let sent = ClosedId { valid_at: vec![ForwardTargetId(7)], ..closed };
        assert_eq!(encode_value(&sent).unwrap(), row(2, &[1, 7]));
    }
}
