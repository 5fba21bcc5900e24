//! The journal: the truth of the store. Groups of transactions, numbered without gaps, in segments.
//!
//! Only one group is ever written but not yet synced, so a torn record can only be the last one. A whole record
//! behind a broken one therefore means damage to acknowledged data, and opening refuses rather than cuts it off.
//! After a failed write or sync the segment is left behind for good (its tail is unknown); the next segment says
//! with its first number where the earlier one ends.

pub mod files;
pub(crate) mod format;
pub(crate) mod snapshot;

use std::io;
use std::sync::Arc;

use parking_lot::Mutex;

use files::{Files, OpenFile};
use format::{HEADER_BYTES, Header, JOURNAL_MAGIC, RECORD_HEAD_BYTES};

use crate::store::engine::Op;
use crate::store::error::StoreError;

const SEGMENT_SUFFIX: &str = ".journal";
const SPARE_SUFFIX: &str = ".spare";
const MAKING_SUFFIX: &str = ".making";
/// Spare segments kept ready: one to switch to, one in the making.
const SPARES_KEPT: usize = 2;

/// One segment as it was found or made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Segment {
    index: u64,
    first: u64,
}

/// All segments that are kept, oldest first; the last one is being written. Shared with the checkpoint thread, which
/// lets old ones go without holding up an append.
#[derive(Clone, Default)]
pub(crate) struct Segments(Arc<Mutex<Vec<Segment>>>);

/// The append side of the journal.
pub(crate) struct Journal {
    files: Arc<dyn Files>,
    segment_bytes: u64,
    segments: Segments,
    active: Option<Active>,
    next: u64,
    salt: Box<dyn FnMut() -> u64 + Send>,
}

struct Active {
    file: Box<dyn OpenFile>,
    salt: u64,
    at: u64,
    bytes: u64,
}

fn segment_name(index: u64) -> String {
    format!("{index:012}{SEGMENT_SUFFIX}")
}

fn io_error(what: &str, error: &io::Error) -> StoreError {
    StoreError::Journal(format!("{what}: {error}"))
}

impl Journal {
    /// Opens the journal, gives every group behind number `applied` to `replay`, and leaves it ready to append.
    pub(crate) fn open(
        files: Arc<dyn Files>,
        segment_bytes: u64,
        applied: u64,
        salt: Box<dyn FnMut() -> u64 + Send>,
        replay: impl FnMut(u64, Vec<Op>) -> Result<(), StoreError>,
    ) -> Result<Self, StoreError> {
        let (segments, next) = replay_all(files.as_ref(), applied, replay)?;
        let segments = Segments(Arc::new(Mutex::new(segments)));
        let mut journal = Self { files, segment_bytes, segments, active: None, next, salt };
        journal.rotate()?;
        Ok(journal)
    }

    /// The segments, for [`retire`].
    pub(crate) fn segments(&self) -> Segments {
        self.segments.clone()
    }

    /// The number of the next group.
    pub(crate) fn next(&self) -> u64 {
        self.next
    }

    /// Writes and syncs one group. `record` has [`RECORD_HEAD_BYTES`] left free at its front. On an error nothing
    /// may be acknowledged and `rotate` must succeed before the next append.
    pub(crate) fn append(&mut self, record: &mut [u8], sync: bool) -> Result<(), StoreError> {
        let bytes = record.len() as u64;
        if self.active.as_ref().is_none_or(|active| active.at + bytes > active.bytes) {
            self.rotate_for(bytes)?;
        }
        let number = self.next;
        let Some(active) = self.active.as_mut() else {
            return Err(StoreError::Journal("no journal segment is open".to_owned()));
        };
        format::seal(record, active.salt, number);
        let written = active
            .file
            .write_at(active.at, record)
            .and_then(|()| if sync { active.file.sync_data() } else { Ok(()) });
        if let Err(error) = written {
            // What reached the disk is unknown from here on: never write behind it.
            self.active = None;
            return Err(io_error("writing the journal failed", &error));
        }
        active.at += bytes;
        self.next = number + 1;
        Ok(())
    }

    /// Starts a new segment.
    pub(crate) fn rotate(&mut self) -> Result<(), StoreError> {
        self.rotate_for(0)
    }

    fn rotate_for(&mut self, record_bytes: u64) -> Result<(), StoreError> {
        self.active = None;
        let index = self.segments.0.lock().last().map_or(1, |segment| segment.index + 1);
        let bytes = self.segment_bytes.max(record_bytes + HEADER_BYTES as u64);
        let name = segment_name(index);
        let active = self
            .switch_to(&name, bytes)
            .map_err(|error| io_error("starting a journal segment failed", &error))?;
        // A segment that never got a group is replaced in the list: both begin with the same number, the later wins.
        let empty = {
            let mut segments = self.segments.0.lock();
            segments.push(Segment { index, first: self.next });
            let next = self.next;
            let empty: Vec<u64> =
                segments.iter().filter(|s| s.first == next && s.index != index).map(|s| s.index).collect();
            segments.retain(|s| s.first != next || s.index == index);
            empty
        };
        self.active = Some(active);
        for index in empty {
            self.files
                .remove(&segment_name(index))
                .map_err(|error| io_error("removing an empty journal segment failed", &error))?;
        }
        Ok(())
    }

    fn switch_to(&mut self, name: &str, bytes: u64) -> io::Result<Active> {
        let salt = (self.salt)();
        let spare =
            if bytes == self.segment_bytes { spares(self.files.as_ref())?.into_iter().next() } else { None };
        // A segment has its name only once its header is on stable storage.
        let (earlier, mut file) = if let Some(spare) = spare {
            let file = self.files.open(&spare)?;
            (spare, file)
        } else {
            let making = format!("{name}{MAKING_SUFFIX}");
            let file = self.files.create(&making, bytes)?;
            (making, file)
        };
        let length = file.len_bytes()?;
        file.write_at(0, &Header { magic: JOURNAL_MAGIC, salt, first: self.next }.to_bytes())?;
        file.sync_data()?;
        self.files.rename(&earlier, name)?;
        self.files.sync_names()?;
        Ok(Active { file, salt, at: HEADER_BYTES as u64, bytes: length })
    }
}

fn spares(files: &dyn Files) -> io::Result<Vec<String>> {
    let mut names = files.list()?;
    names.retain(|name| name.ends_with(SPARE_SUFFIX));
    names.sort_unstable();
    Ok(names)
}

/// Lets segments go whose groups are all at most `upto`; some become spares. How many were let go.
pub(crate) fn retire(
    files: &dyn Files,
    segments: &Segments,
    segment_bytes: u64,
    upto: u64,
) -> Result<usize, StoreError> {
    let failed = |error: io::Error| io_error("letting a journal segment go failed", &error);
    let oldest_done = || {
        let segments = segments.0.lock();
        match segments.as_slice() {
            [oldest, following, ..] if following.first <= upto + 1 => Some(*oldest),
            _ => None,
        }
    };
    let mut retired = 0;
    while let Some(oldest) = oldest_done() {
        let name = segment_name(oldest.index);
        let length = files.open(&name).and_then(|file| file.len_bytes()).map_err(failed)?;
        if length == segment_bytes && spares(files).map_err(failed)?.len() < SPARES_KEPT {
            files.rename(&name, &format!("{:012}{SPARE_SUFFIX}", oldest.index)).map_err(failed)?;
        } else {
            files.remove(&name).map_err(failed)?;
        }
        segments.0.lock().retain(|segment| segment.index != oldest.index);
        retired += 1;
    }
    if retired > 0 {
        files.sync_names().map_err(failed)?;
    }
    Ok(retired)
}

/// Bytes of all kept segments, as if each were full.
pub(crate) fn kept_bytes(segments: &Segments, segment_bytes: u64) -> u64 {
    segments.0.lock().len() as u64 * segment_bytes
}

/// Makes a spare segment when none is ready. Runs beside the appending thread: names of spares are its own.
pub(crate) fn prepare_spare(files: &dyn Files, segment_bytes: u64, stamp: u64) -> io::Result<()> {
    if spares(files)?.is_empty() {
        // Named as a spare only when it is whole.
        let making = format!("{stamp:012}{MAKING_SUFFIX}");
        files.create(&making, segment_bytes)?;
        files.rename(&making, &format!("{stamp:012}{SPARE_SUFFIX}"))?;
        files.sync_names()?;
    }
    Ok(())
}

/// Gives every group behind number `applied` to `replay`; the segments, and the number behind the last group.
pub(crate) fn replay_all(
    files: &dyn Files,
    applied: u64,
    mut replay: impl FnMut(u64, Vec<Op>) -> Result<(), StoreError>,
) -> Result<(Vec<Segment>, u64), StoreError> {
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
        next = replay_segment(files, *segment, end, applied, &mut replay)?;
    }
    if next <= applied {
        return Err(StoreError::Journal(format!(
            "the journal ends with group {} but the data has group {applied}: the journal was damaged or replaced",
            next - 1
        )));
    }
    Ok((segments, next))
}

fn read_segments(files: &dyn Files) -> Result<Vec<Segment>, StoreError> {
    let mut segments: Vec<Segment> = Vec::new();
    let mut names = files.list().map_err(|error| io_error("listing the journal failed", &error))?;
    names.sort_unstable();
    for name in names {
        if name.ends_with(MAKING_SUFFIX) {
            files.remove(&name).map_err(|error| io_error("removing a half-made segment failed", &error))?;
            continue;
        }
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
                    "journal segment {name} has a damaged header; restore it from a backup, or move it away to open \
                     without the groups in it"
                )));
            }
        }
    }
    Ok(segments)
}

/// Replays one segment up to `end`; the number behind its last group.
fn replay_segment(
    files: &dyn Files,
    segment: Segment,
    end: Option<u64>,
    applied: u64,
    replay: &mut impl FnMut(u64, Vec<Op>) -> Result<(), StoreError>,
) -> Result<u64, StoreError> {
    let name = segment_name(segment.index);
    let failed = |error: &io::Error| io_error(&format!("reading journal segment {name} failed"), error);
    let file = files.open(&name).map_err(|error| failed(&error))?;
    let length = usize::try_from(file.len_bytes().map_err(|error| failed(&error))?).unwrap_or(0);
    let mut bytes = vec![0; length];
    let read = file.read_at(0, &mut bytes).map_err(|error| failed(&error))?;
    bytes.truncate(read);
    let Some(header) = Header::read(&bytes, JOURNAL_MAGIC) else {
        return Err(StoreError::Journal(format!("journal segment {name} has a damaged header")));
    };
    let mut next = segment.first;
    let mut at = HEADER_BYTES;
    while end.is_none_or(|end| next < end) {
        match format::read_record(bytes.get(at..).unwrap_or_default(), header.salt) {
            Some((number, payload)) if number == next => {
                if number > applied {
                    let ops = format::read_ops(payload).ok_or_else(|| {
                        StoreError::Journal(format!("group {number} in {name} is malformed"))
                    })?;
                    replay(number, ops)?;
                }
                at += RECORD_HEAD_BYTES + payload.len();
                next += 1;
            }
            _ => break,
        }
    }
    if end.is_some_and(|end| next < end) {
        return Err(StoreError::Journal(format!(
            "journal segment {name} is damaged at byte {at}: group {next} cannot be read, though later groups exist"
        )));
    }
    if end.is_none()
        && let Some(later) = later_record(&bytes, at, header.salt, next)
    {
        return Err(StoreError::Journal(format!(
            "journal segment {name} is damaged at byte {at}: group {next} cannot be read, though group {later} behind \
             it is whole"
        )));
    }
    Ok(next)
}

/// Is there a whole record of this life of the segment behind `at`? Then what is broken at `at` was not the last.
fn later_record(bytes: &[u8], at: usize, salt: u64, expected: u64) -> Option<u64> {
    let rest = bytes.get(at..)?;
    // Zeros are the common tail; a record's number is never 0, so skip to where anything is.
    let last = rest.iter().rposition(|byte| *byte != 0)?;
    (1..=last).find_map(|offset| {
        let head = rest.get(offset..offset + RECORD_HEAD_BYTES)?;
        let number = u64::from_le_bytes(head.get(8..16)?.try_into().ok()?);
        // Cheap test first: only a plausible number is worth a checksum.
        if number <= expected || number - expected > 1_000_000 {
            return None;
        }
        format::read_record(rest.get(offset..)?, salt).map(|(number, _)| number)
    })
}
