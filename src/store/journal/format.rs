//! Bytes of journal segments and snapshots.
//!
//! A segment is a preallocated file: a header of 32 bytes, then records back to back, then zeros or the remains of an
//! earlier life. All integers are little endian.
//!
//! ```text
//! header  magic "LYCJRNL1" (8) | salt (8) | first group number (8) | flags (4) | crc32c of the 28 bytes before (4)
//!         flags: 1 when groups were answered before they were synced (relaxed durability), otherwise 0
//! record  length of payload (4) | crc32c of salt, number, payload (4) | group number (8) | payload
//! payload { slice: number of ops (4) { op: key length (4) | key | value length + 1, or 0 to remove (4) | value } }
//! ```
//!
//! The salt is new for every life of a segment, so remains never pass for records. A snapshot is the same with magic
//! "LYCSNAP1", one put per row, records numbered from 1, and an empty record at its end.

use bytes::{Buf, Bytes};

use crate::store::engine::Op;
use crate::store::error::StoreError;

/// Bytes of a segment's header.
pub(crate) const HEADER_BYTES: usize = 32;
/// Bytes before a record's payload.
pub(crate) const RECORD_HEAD_BYTES: usize = 16;
/// Marks a journal segment.
pub(crate) const JOURNAL_MAGIC: [u8; 8] = *b"LYCJRNL1";
/// Marks a snapshot.
pub(crate) const SNAPSHOT_MAGIC: [u8; 8] = *b"LYCSNAP1";

/// Does a file begin as one of a later format does: with the same mark and another number behind it?
pub(crate) fn is_of_later_format(bytes: &[u8], magic: [u8; 8]) -> bool {
    let ([name @ .., number], Some([found @ .., later])) = (magic, bytes.first_chunk::<8>()) else {
        return false;
    };
    *found == name && later.is_ascii_alphanumeric() && *later > number
}

/// What is said of such a file.
pub(crate) fn later_format(name: &str) -> StoreError {
    StoreError::Journal(format!(
        "{name} was written by a newer version of this program, which this one cannot read: use that version; nothing was changed"
    ))
}

/// What a segment's header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) magic: [u8; 8],
    pub(crate) salt: u64,
    pub(crate) first: u64,
    /// Groups were answered before they were synced, so a hole at the end is a loss that was agreed to.
    pub(crate) relaxed: bool,
}

impl Header {
    pub(crate) fn to_bytes(self) -> [u8; HEADER_BYTES] {
        let mut bytes = Vec::with_capacity(HEADER_BYTES);
        bytes.extend_from_slice(&self.magic);
        bytes.extend_from_slice(&self.salt.to_le_bytes());
        bytes.extend_from_slice(&self.first.to_le_bytes());
        bytes.extend_from_slice(&u32::from(self.relaxed).to_le_bytes());
        let sum = crc32c::crc32c(&bytes);
        bytes.extend_from_slice(&sum.to_le_bytes());
        let mut header = [0; HEADER_BYTES];
        header.copy_from_slice(&bytes);
        header
    }

    pub(crate) fn read(bytes: &[u8], magic: [u8; 8]) -> Option<Self> {
        let covered = bytes.get(..HEADER_BYTES - 4)?;
        let mut rest = bytes.get(..HEADER_BYTES)?;
        let mut found = [0; 8];
        rest.copy_to_slice(&mut found);
        let header = Self {
            magic: found,
            salt: rest.get_u64_le(),
            first: rest.get_u64_le(),
            relaxed: rest.get_u32_le() & 1 != 0,
        };
        (found == magic && rest.get_u32_le() == crc32c::crc32c(covered)).then_some(header)
    }
}

fn checksum(salt: u64, number: u64, payload: &[u8]) -> u32 {
    let mut head = [0; 16];
    let (left, right) = head.split_at_mut(8);
    left.copy_from_slice(&salt.to_le_bytes());
    right.copy_from_slice(&number.to_le_bytes());
    crc32c::crc32c_append(crc32c::crc32c(&head), payload)
}

/// Writes the head of a record into the space that was left for it at the front of `record`.
pub(crate) fn seal(record: &mut [u8], salt: u64, number: u64) {
    let Some((head, payload)) = record.split_at_mut_checked(RECORD_HEAD_BYTES) else { return };
    let length = u32::try_from(payload.len()).unwrap_or(u32::MAX);
    let sum = checksum(salt, number, payload);
    let mut at = head;
    for part in [&length.to_le_bytes()[..], &sum.to_le_bytes(), &number.to_le_bytes()] {
        let (here, rest) = at.split_at_mut(part.len());
        here.copy_from_slice(part);
        at = rest;
    }
}

/// The record at the front of `bytes`, when it is whole: its number and payload.
pub(crate) fn read_record(bytes: &[u8], salt: u64) -> Option<(u64, &[u8])> {
    let mut head = bytes.get(..RECORD_HEAD_BYTES)?;
    let length = usize::try_from(head.get_u32_le()).ok()?;
    let sum = head.get_u32_le();
    let number = head.get_u64_le();
    let payload = bytes.get(RECORD_HEAD_BYTES..RECORD_HEAD_BYTES.checked_add(length)?)?;
    (number != 0 && checksum(salt, number, payload) == sum).then_some((number, payload))
}

/// Is `bytes` nothing but whole records?
pub(crate) fn are_records(mut bytes: &[u8], salt: u64) -> bool {
    while !bytes.is_empty() {
        let Some((_, payload)) = read_record(bytes, salt) else { return false };
        bytes = bytes.get(RECORD_HEAD_BYTES + payload.len()..).unwrap_or_default();
    }
    true
}

/// Appends one slice (the changes of consecutive transactions) to a payload.
pub(crate) fn write_slice<'o>(payload: &mut Vec<u8>, ops: impl ExactSizeIterator<Item = &'o Op>) {
    put_length(payload, ops.len());
    for op in ops {
        put_length(payload, op.key.len());
        payload.extend_from_slice(&op.key);
        match &op.value {
            Some(value) => {
                put_length(payload, value.len() + 1);
                payload.extend_from_slice(value);
            }
            None => put_length(payload, 0),
        }
    }
}

fn put_length(payload: &mut Vec<u8>, length: usize) {
    payload.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
}

/// Reads all changes of a payload in order; `None` when the payload is malformed (its checksum said otherwise, so
/// this is a defect or another format).
pub(crate) fn read_ops(payload: &[u8]) -> Option<Vec<Op>> {
    let mut rest = payload;
    let mut ops = Vec::new();
    while !rest.is_empty() {
        for _ in 0..take_length(&mut rest)? {
            let length = take_length(&mut rest)?;
            let key = take(&mut rest, length)?;
            let value = match take_length(&mut rest)?.checked_sub(1) {
                Some(length) => Some(take(&mut rest, length)?),
                None => None,
            };
            ops.push(Op { key, value });
        }
    }
    Some(ops)
}

fn take_length(rest: &mut &[u8]) -> Option<usize> {
    (rest.remaining() >= 4).then(|| rest.get_u32_le()).and_then(|length| usize::try_from(length).ok())
}

/// Bytes of their own: what waits in front of the tree must not hold all that it came with.
fn take(rest: &mut &[u8], length: usize) -> Option<Bytes> {
    let (taken, behind) = rest.split_at_checked(length)?;
    *rest = behind;
    Some(Bytes::copy_from_slice(taken))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_back_and_only_under_its_salt() {
        let ops = vec![
            Op { key: Bytes::from_static(b"k"), value: Some(Bytes::from_static(b"v")) },
            Op { key: Bytes::from_static(b"gone"), value: None },
            Op { key: Bytes::from_static(b"e"), value: Some(Bytes::new()) },
        ];
        let mut record = vec![0; RECORD_HEAD_BYTES];
        write_slice(&mut record, ops.iter());
        seal(&mut record, 7, 42);
        record.extend_from_slice(&[9; 40]);
        let (number, payload) = read_record(&record, 7).unwrap();
        assert_eq!(number, 42);
        assert_eq!(read_ops(payload).unwrap(), ops);
        assert_eq!(read_record(&record, 8), None);
        record[20] ^= 1;
        assert_eq!(read_record(&record, 7), None);
    }

    #[test]
    fn a_header_is_read_back_and_guarded() {
        let header = Header { magic: JOURNAL_MAGIC, salt: 1, first: 9, relaxed: false };
        let mut bytes = header.to_bytes();
        assert_eq!(Header::read(&bytes, JOURNAL_MAGIC), Some(header));
        assert_eq!(Header::read(&bytes, SNAPSHOT_MAGIC), None);
        assert!(!is_of_later_format(&bytes, JOURNAL_MAGIC) && !is_of_later_format(&[], JOURNAL_MAGIC));
        assert!(is_of_later_format(b"LYCJRNL2..", JOURNAL_MAGIC));
        assert!(
            !is_of_later_format(b"LYCJRNL2..", SNAPSHOT_MAGIC)
                && !is_of_later_format(b"LYCJRNL0..", JOURNAL_MAGIC)
        );
        bytes[9] ^= 1;
        assert_eq!(Header::read(&bytes, JOURNAL_MAGIC), None);
    }
}
