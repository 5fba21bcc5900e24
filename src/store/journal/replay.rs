//! Reading the journal: every group in order, and what must be refused because acknowledged data is damaged.

use std::io;

use super::files::{Files, OpenFile};
use super::format::{self, HEADER_BYTES, Header, JOURNAL_MAGIC, RECORD_HEAD_BYTES};
use super::{SEGMENT_SUFFIX, Segment, io_error, segment_name};
use crate::store::engine::Op;
use crate::store::error::StoreError;

/// What reading the journal found.
pub(crate) struct Replayed {
    /// All segments, oldest first.
    pub(super) segments: Vec<Segment>,
    /// The number behind the last group.
    pub(crate) next: u64,
    /// The last group's bytes.
    pub(super) tail: Option<Tail>,
}

/// A record and where it stands.
pub(crate) struct Tail {
    pub(super) segment: u64,
    pub(super) at: u64,
    pub(super) record: Vec<u8>,
}

/// The number that the journal begins with; `None` when there is no journal.
pub(crate) fn first_number(files: &dyn Files) -> Result<Option<u64>, StoreError> {
    Ok(read_segments(files)?.first().map(|segment| segment.first))
}

/// Gives every group behind number `applied` to `replay`. The journal must have all up to `applied`, and up to `reach`, the last
/// of which the data may have anything.
pub(crate) fn replay_all(
    files: &dyn Files,
    applied: u64,
    reach: u64,
    mut replay: impl FnMut(u64, Vec<Op>) -> Result<(), StoreError>,
) -> Result<Replayed, StoreError> {
    let segments = read_segments(files)?;
    let mut next = match segments.first() {
        Some(first) if first.first > applied + 1 => {
            return Err(StoreError::Journal(format!(
                "the journal begins with group {} but the data ends with group {applied}: segments are missing",
                first.first
            )));
        }
        Some(first) => first.first,
        None if applied > 0 => {
            return Err(StoreError::Journal(format!(
                "the data ends with group {applied} but there is no journal: its files are missing"
            )));
        }
        None => 1,
    };
    let mut tail = None;
    for (position, segment) in segments.iter().enumerate() {
        if segment.first != next {
            return Err(StoreError::Journal(format!(
                "journal segment {} begins with group {} but group {next} is expected: a segment is missing or \
                 damaged",
                segment_name(segment.index),
                segment.first
            )));
        }
        let end = segments.get(position + 1).map(|following| following.first);
        let (behind, last) = replay_segment(files, *segment, end, applied, &mut replay)?;
        next = behind;
        tail = last.or(tail);
    }
    let known = reach.max(applied);
    if next <= known {
        return Err(StoreError::Journal(format!(
            "the journal ends with group {} but the data has group {known}: the journal was damaged or replaced",
            next - 1
        )));
    }
    Ok(Replayed { segments, next, tail })
}

fn read_segments(files: &dyn Files) -> Result<Vec<Segment>, StoreError> {
    let mut segments: Vec<Segment> = Vec::new();
    let mut names = files.list().map_err(|error| io_error("listing the journal failed", &error))?;
    names.sort_unstable();
    for name in names {
        let Some(index) = name.strip_suffix(SEGMENT_SUFFIX).and_then(|index| index.parse().ok()) else {
            continue;
        };
        let mut head = [0; HEADER_BYTES];
        files
            .open(&name)
            .and_then(|file| file.read_at(0, &mut head))
            .map_err(|error| io_error(&format!("reading journal segment {name} failed"), &error))?;
        match Header::read(&head, JOURNAL_MAGIC) {
            Some(header) => segments.push(Segment { index, first: header.first }),
            // A header is synced before the segment gets its name, so this is damage, not a torn start.
            None => {
                return Err(StoreError::Journal(format!(
                    "journal segment {name} is damaged at byte 0: its header cannot be read; restore the file from \
                     a backup"
                )));
            }
        }
    }
    Ok(segments)
}

/// Read at a time. Far more than the longest run of zeros in a record, which is one value of 16 KiB.
const PIECE_BYTES: usize = 1024 * 1024;

/// The bytes of a segment as far as it was written, and a piece of the zeros behind: a record may end in zeros. A segment
/// is preallocated, and the last one is mostly zeros, which need no memory.
fn read_written(file: &dyn OpenFile) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut piece = vec![0; PIECE_BYTES];
    let (mut offset, mut zeros) = (0, 0);
    loop {
        let read = file.read_at(offset, &mut piece)?;
        let found = piece.get(..read).unwrap_or_default();
        if found.is_empty() {
            bytes.resize(bytes.len() + zeros.min(PIECE_BYTES), 0);
            return Ok(bytes);
        }
        if found.iter().all(|byte| *byte == 0) {
            zeros += read;
        } else {
            bytes.resize(bytes.len() + std::mem::take(&mut zeros), 0);
            bytes.extend_from_slice(found);
        }
        offset += read as u64;
    }
}

/// Replays one segment up to `end`; the number behind its last group, and that group.
fn replay_segment(
    files: &dyn Files,
    segment: Segment,
    end: Option<u64>,
    applied: u64,
    replay: &mut impl FnMut(u64, Vec<Op>) -> Result<(), StoreError>,
) -> Result<(u64, Option<Tail>), StoreError> {
    let name = segment_name(segment.index);
    let failed = |error: &io::Error| io_error(&format!("reading journal segment {name} failed"), error);
    let file = files.open(&name).map_err(|error| failed(&error))?;
    let bytes = read_written(file.as_ref()).map_err(|error| failed(&error))?;
    let Some(header) = Header::read(&bytes, JOURNAL_MAGIC) else {
        return Err(StoreError::Journal(format!("journal segment {name} is damaged at byte 0: its header")));
    };
    let mut next = segment.first;
    let mut at = HEADER_BYTES;
    let mut last = None;
    while end.is_none_or(|end| next < end) {
        match format::read_record(bytes.get(at..).unwrap_or_default(), header.salt) {
            Some((number, payload)) if number == next => {
                if number > applied {
                    let ops = format::read_ops(payload).ok_or_else(|| {
                        StoreError::Journal(format!("group {number} at byte {at} of {name} is malformed"))
                    })?;
                    replay(number, ops)?;
                }
                last = Some(at..at + RECORD_HEAD_BYTES + payload.len());
                at += RECORD_HEAD_BYTES + payload.len();
                next += 1;
            }
            _ => break,
        }
    }
    if end.is_some_and(|end| next < end) {
        return Err(StoreError::Journal(format!(
            "journal segment {name} is damaged at byte {at}: group {next} cannot be read, though later groups exist; \
             restore the file from a backup"
        )));
    }
    if end.is_none()
        && let Some(later) = later_record(&bytes, at, header.salt, next)
    {
        if !header.relaxed {
            return Err(StoreError::Journal(format!(
                "journal segment {name} is damaged at byte {at}: group {next} cannot be read, though group {later} \
                 behind it is whole; restore the file from a backup"
            )));
        }
        tracing::warn!(
            group = next,
            later,
            "groups that were never synced are lost, as relaxed durability allows"
        );
    }
    let tail = last.map(|range| Tail {
        segment: segment.index,
        at: range.start as u64,
        record: bytes.get(range).unwrap_or_default().to_vec(),
    });
    Ok((next, tail))
}

/// Is there a whole record of this life of the segment behind `at`? Then what is broken at `at` was not the last.
fn later_record(bytes: &[u8], at: usize, salt: u64, expected: u64) -> Option<u64> {
    let rest = bytes.get(at..)?;
    // Zeros are the common tail; a record's number is never 0, so skip to where anything is.
    let last = rest.iter().rposition(|byte| *byte != 0)?;
    let rest = rest.get(..(last + RECORD_HEAD_BYTES).min(rest.len()))?;
    rest.windows(RECORD_HEAD_BYTES).enumerate().skip(1).find_map(|(offset, head)| {
        let number = u64::from_le_bytes(*head.last_chunk()?);
        // Cheap test first: only a plausible number is worth a checksum.
        if number <= expected || number - expected > 1_000_000 {
            return None;
        }
        format::read_record(bytes.get(at + offset..)?, salt).map(|(number, _)| number)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed(Vec<u8>);

    impl OpenFile for Fixed {
        fn len_bytes(&self) -> io::Result<u64> {
            Ok(self.0.len() as u64)
        }
        fn write_at(&mut self, _: u64, _: &[u8]) -> io::Result<()> {
            Err(io::ErrorKind::Unsupported.into())
        }
        fn read_at(&self, offset: u64, bytes: &mut [u8]) -> io::Result<usize> {
            let rest = self.0.get(usize::try_from(offset).unwrap()..).unwrap_or_default();
            let read = rest.len().min(bytes.len());
            bytes[..read].copy_from_slice(&rest[..read]);
            Ok(read)
        }
        fn sync_data(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_segment_is_read_as_far_as_it_was_written_with_the_zeros_that_a_record_may_end_in() {
        let mut whole = vec![0_u8; 5 * PIECE_BYTES + 77];
        for at in [0, PIECE_BYTES - 1, 3 * PIECE_BYTES - 1] {
            whole[at] = 7;
        }
        let read = read_written(&Fixed(whole.clone())).unwrap();
        assert_eq!(read.len(), 4 * PIECE_BYTES, "what was written, and a piece of zeros behind");
        assert!(whole.starts_with(&read), "zeros between what was written are kept");
        let short = vec![7_u8; 40];
        assert_eq!(read_written(&Fixed(short.clone())).unwrap(), short);
        assert!(read_written(&Fixed(Vec::new())).unwrap().is_empty());
    }
}
