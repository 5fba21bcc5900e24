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

impl Tail {
    /// Where it ends.
    pub(super) fn end(&self) -> u64 {
        self.at + self.record.len() as u64
    }
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
        let bytes = files
            .open(&name)
            .and_then(|file| {
                file.read_at(0, &mut head)?;
                file.len_bytes()
            })
            .map_err(|error| io_error(&format!("reading journal segment {name} failed"), &error))?;
        match Header::read(&head, JOURNAL_MAGIC) {
            Some(header) => segments.push(Segment { index, first: header.first, bytes }),
            None if format::is_of_later_format(&head, JOURNAL_MAGIC) => {
                return Err(format::later_format(&format!("journal segment {name}")));
            }
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
/// What a segment mostly is. Compared with whole, because a look at each byte is most of what opening a store takes.
static ZEROS: [u8; PIECE_BYTES] = [0; PIECE_BYTES];
/// Zeros that are cut off an end at a time.
const CUT_BYTES: usize = 4096;

/// So many zeros, or [`PIECE_BYTES`] of them.
fn zeros(count: usize) -> &'static [u8] {
    ZEROS.get(..count).unwrap_or(&ZEROS)
}

/// `bytes` without the zeros at their end.
fn without_zeros(mut bytes: &[u8]) -> &[u8] {
    while let Some((rest, last)) = bytes.split_last_chunk::<CUT_BYTES>()
        && last.as_slice() == zeros(CUT_BYTES)
    {
        bytes = rest;
    }
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    bytes.get(..end).unwrap_or_default()
}

fn put_zeros(bytes: &mut Vec<u8>, mut count: usize) {
    while count > 0 {
        let some = zeros(count);
        bytes.extend_from_slice(some);
        count -= some.len();
    }
}

/// The bytes of a segment as far as it was written, and a piece of the zeros behind: a record may end in zeros. A segment
/// is preallocated, and the last one is mostly zeros, which need no memory.
fn read_written(file: &dyn OpenFile) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut piece = vec![0; PIECE_BYTES];
    let (mut offset, mut empty) = (0, 0);
    loop {
        let read = file.read_at(offset, &mut piece)?;
        let found = piece.get(..read).unwrap_or_default();
        if found.is_empty() {
            put_zeros(&mut bytes, empty.min(PIECE_BYTES));
            return Ok(bytes);
        }
        if found == zeros(read) {
            empty += read;
        } else {
            put_zeros(&mut bytes, std::mem::take(&mut empty));
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
    let written = without_zeros(rest).len();
    let rest = rest.get(..(written + RECORD_HEAD_BYTES - 1).min(rest.len()))?;
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
        fn cut(&mut self, _: u64) -> io::Result<()> {
            Err(io::ErrorKind::Unsupported.into())
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

    #[test]
    fn zeros_at_an_end_are_cut_off_to_the_byte() {
        for end in [0, 1, CUT_BYTES - 1, CUT_BYTES, CUT_BYTES + 1, 3 * CUT_BYTES] {
            for behind in [0, 1, CUT_BYTES - 1, CUT_BYTES, 2 * CUT_BYTES + 5] {
                let mut bytes = vec![0; end + behind];
                if let Some(last) = end.checked_sub(1) {
                    bytes[last] = 7;
                }
                assert_eq!(without_zeros(&bytes).len(), end, "{behind} zeros behind");
            }
        }
    }

    #[test]
    fn a_whole_record_behind_a_broken_one_is_found_among_zeros() {
        let mut bytes = vec![0; 3 * CUT_BYTES];
        assert_eq!(later_record(&bytes, 100, 7, 1), None);
        let mut record = vec![0; RECORD_HEAD_BYTES + 40];
        format::seal(&mut record, 7, 5);
        bytes[CUT_BYTES..CUT_BYTES + record.len()].copy_from_slice(&record);
        assert_eq!(later_record(&bytes, 100, 7, 4), Some(5), "though it ends in zeros");
        assert_eq!(later_record(&bytes, 100, 8, 4), None, "of another life");
    }
}
