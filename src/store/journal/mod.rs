//! The journal: the truth of the store. Groups of transactions, numbered without gaps, in segments.
//!
//! Only one group is ever written but not yet synced, so a torn record can only be the last one. A whole record
//! behind a broken one therefore means damage to acknowledged data, and opening refuses rather than cuts it off.
//! After a failed write or sync the segment is left behind for good (its tail is unknown), with relaxed durability once what
//! was answered from it is on stable storage; the next segment says with its first number where the earlier one ends.

#[cfg(test)]
pub(crate) mod crammed;
pub mod files;
pub(crate) mod format;
pub mod memory_files;
mod replay;
pub(crate) mod snapshot;

use std::io;
use std::sync::Arc;

use parking_lot::Mutex;

use files::{Files, OpenFile};
use format::{HEADER_BYTES, Header, JOURNAL_MAGIC};
pub(crate) use replay::{Replayed, Tail, first_number, replay_all};

use super::shared::Durability;
use crate::store::engine::is_no_space;
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
    /// Its length on the disk.
    bytes: u64,
}

/// All segments that are kept, oldest first; the last one is being written. Shared with the checkpoint thread, which
/// lets old ones go without holding up an append.
#[derive(Clone, Default)]
pub(crate) struct Segments(Arc<Mutex<Vec<Segment>>>);

/// The append side of the journal.
pub(crate) struct Journal {
    files: Arc<dyn Files>,
    segment_bytes: u64,
    durability: Durability,
    segments: Segments,
    active: Option<Active>,
    next: u64,
    /// The last segment that was to begin found no room.
    lacks_room: bool,
    salt: Box<dyn FnMut() -> u64 + Send>,
}

struct Active {
    file: Box<dyn OpenFile>,
    salt: u64,
    /// Where the next record goes.
    at: u64,
    /// What stands before this is on stable storage.
    synced: u64,
    bytes: u64,
    /// A write or a sync failed: nothing is written behind it any more.
    failed: bool,
}

impl Active {
    /// Brings what was appended to stable storage.
    fn sync(&mut self) -> io::Result<()> {
        if self.synced < self.at {
            // A failed sync is told once, and what it was of may pass for written afterwards.
            if self.failed {
                self.write_again()?;
            }
            self.file.sync_data().inspect_err(|_| self.failed = true)?;
            self.synced = self.at;
        }
        Ok(())
    }

    /// Writes what was not synced once more, as it is read, which is as it was written.
    fn write_again(&mut self) -> io::Result<()> {
        let length = usize::try_from(self.at - self.synced).map_err(io::Error::other)?;
        let mut bytes = vec![0; length];
        if self.file.read_at(self.synced, &mut bytes)? < length || !format::are_records(&bytes, self.salt) {
            return Err(io::Error::other("groups that were not synced yet cannot be read any more"));
        }
        self.file.write_at(self.synced, &bytes)
    }
}

fn segment_name(index: u64) -> String {
    format!("{index:012}{SEGMENT_SUFFIX}")
}

fn io_error(what: &str, error: &io::Error) -> StoreError {
    StoreError::Journal(format!("{what}: {error}"))
}

impl Journal {
    /// Goes on behind what [`replay_all`] found. There is no segment to write in before [`Journal::rotate`].
    pub(crate) fn resume(
        files: Arc<dyn Files>,
        segment_bytes: u64,
        durability: Durability,
        replayed: Replayed,
        salt: Box<dyn FnMut() -> u64 + Send>,
    ) -> Result<Self, StoreError> {
        remove_half_made(files.as_ref())?;
        let Replayed { mut segments, next, tail } = replayed;
        if let Some(tail) = &tail {
            settle(files.as_ref(), tail)?;
            trim(files.as_ref(), tail, &mut segments);
        }
        let segments = Segments(Arc::new(Mutex::new(segments)));
        Ok(Self { files, segment_bytes, durability, segments, active: None, next, lacks_room: false, salt })
    }

    /// The segments, for [`retire`].
    pub(crate) fn segments(&self) -> Segments {
        self.segments.clone()
    }

    /// The number of the next group.
    pub(crate) fn next(&self) -> u64 {
        self.next
    }

    /// Was there no room for the last segment that was to begin?
    pub(crate) fn lacks_room(&self) -> bool {
        self.lacks_room
    }

    /// Writes and syncs one group. `record` has [`format::RECORD_HEAD_BYTES`] left free at its front. On an error nothing
    /// may be acknowledged and `rotate` must succeed before the next append.
    pub(crate) fn append(&mut self, record: &mut [u8], sync: bool) -> Result<(), StoreError> {
        let bytes = record.len() as u64;
        if self.active.as_ref().is_none_or(|active| active.failed || active.at + bytes > active.bytes) {
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
            active.failed = true;
            return Err(io_error("writing the journal failed", &error));
        }
        active.at += bytes;
        if sync {
            active.synced = active.at;
        }
        self.next = number + 1;
        Ok(())
    }

    /// Starts a new segment.
    pub(crate) fn rotate(&mut self) -> Result<(), StoreError> {
        self.rotate_for(0)
    }

    fn rotate_for(&mut self, record_bytes: u64) -> Result<(), StoreError> {
        // Only the last segment may have an open end.
        self.sync()?;
        self.active = None;
        let index = self.segments.0.lock().last().map_or(1, |segment| segment.index + 1);
        let bytes = self.segment_bytes.max(record_bytes + HEADER_BYTES as u64);
        let name = segment_name(index);
        let switched = self.switch_to(&name, bytes);
        self.lacks_room = switched.as_ref().is_err_and(is_no_space);
        let active = switched.map_err(|error| io_error("starting a journal segment failed", &error))?;
        // A segment that never got a group is replaced in the list: both begin with the same number, the later wins.
        let empty = {
            let mut segments = self.segments.0.lock();
            segments.push(Segment { index, first: self.next, bytes: active.bytes });
            let next = self.next;
            let empty: Vec<u64> =
                segments.iter().filter(|s| s.first == next && s.index != index).map(|s| s.index).collect();
            segments.retain(|s| s.first != next || s.index == index);
            empty
        };
        self.active = Some(active);
        for index in empty {
            // Replay understands two segments with the same first number, so one that stays does no harm.
            if let Err(error) = self.files.remove(&segment_name(index)) {
                tracing::warn!(%error, "an empty journal segment could not be removed");
            }
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
        // Until the name it has now is on stable storage, a power cut may give a spare back the one it had as an old segment,
        // where the new header would be read as that one's, or give the new name to what a process that ended, or a try that
        // failed, had half made under the same.
        self.files.sync_names()?;
        let length = file.len_bytes()?;
        let relaxed = self.durability == Durability::Relaxed;
        let header = Header { magic: JOURNAL_MAGIC, salt, first: self.next, relaxed };
        file.write_at(0, &header.to_bytes())?;
        file.sync_data()?;
        self.files.rename(&earlier, name)?;
        self.files.sync_names()?;
        let at = HEADER_BYTES as u64;
        Ok(Active { file, salt, at, synced: at, bytes: length, failed: false })
    }

    /// Returns when everything appended is on stable storage.
    pub(crate) fn sync(&mut self) -> Result<(), StoreError> {
        match self.active.as_mut() {
            Some(active) => active.sync().map_err(|error| io_error("syncing the journal failed", &error)),
            None => Ok(()),
        }
    }
}

/// The last group that replay found may have been written by a process that ended before its sync, or whose sync
/// failed, and may so be in the page cache only. It has been applied by now and others will follow it: writing it
/// once more and syncing makes it as durable as they will be.
fn settle(files: &dyn Files, tail: &Tail) -> Result<(), StoreError> {
    files
        .open(&segment_name(tail.segment))
        .and_then(|mut file| {
            file.write_at(tail.at, &tail.record)?;
            file.sync_data()
        })
        .map_err(|error| io_error("securing the last group of the journal failed", &error))
}

/// Gives back the room behind the last group, where nothing will be written any more: however often a store is opened, it keeps
/// no more than was written.
fn trim(files: &dyn Files, tail: &Tail, segments: &mut [Segment]) {
    let Some(segment) = segments.iter_mut().find(|segment| segment.index == tail.segment) else { return };
    let cut = files.open(&segment_name(segment.index)).and_then(|mut file| {
        file.cut(tail.end())?;
        file.sync_data()
    });
    match cut {
        Ok(()) => segment.bytes = tail.end(),
        Err(error) => {
            tracing::warn!(%error, "the room behind the journal's last group could not be given back");
        }
    }
}

/// Removes what a process that ended had begun to make.
fn remove_half_made(files: &dyn Files) -> Result<(), StoreError> {
    let failed = |error: io::Error| io_error("removing a half-made journal file failed", &error);
    let mut names = files.list().map_err(failed)?;
    names.retain(|name| name.ends_with(MAKING_SUFFIX));
    names.iter().try_for_each(|name| files.remove(name)).map_err(failed)
}

fn spares(files: &dyn Files) -> io::Result<Vec<String>> {
    let mut names = files.list()?;
    names.retain(|name| name.ends_with(SPARE_SUFFIX));
    names.sort_unstable();
    Ok(names)
}

/// Lets segments go whose groups are all at most `upto`; some of length `spare_bytes` become spares. How many were let go.
pub(crate) fn retire(
    files: &dyn Files,
    segments: &Segments,
    spare_bytes: Option<u64>,
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
        match let_go(files, oldest, spare_bytes) {
            // By an earlier try, which failed behind that.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            outcome => outcome.map_err(failed)?,
        }
        // One by one: were a later one gone and this one not, a power cut would leave a gap.
        files.sync_names().map_err(failed)?;
        segments.0.lock().retain(|segment| segment.index != oldest.index);
        retired += 1;
    }
    Ok(retired)
}

fn let_go(files: &dyn Files, segment: Segment, spare_bytes: Option<u64>) -> io::Result<()> {
    let name = segment_name(segment.index);
    let length = files.open(&name)?.len_bytes()?;
    if spare_bytes == Some(length) && spares(files)?.len() < SPARES_KEPT {
        files.rename(&name, &format!("{:012}{SPARE_SUFFIX}", segment.index))
    } else {
        files.remove(&name)
    }
}

/// Removes the segments that are ready for reuse, which hold the groups of their earlier life.
pub(crate) fn remove_spares(files: &dyn Files) -> Result<(), StoreError> {
    spares(files)
        .and_then(|names| names.iter().try_for_each(|name| files.remove(name)))
        .and_then(|()| files.sync_names())
        .map_err(|error| io_error("removing a spare journal segment failed", &error))
}

/// Leaves nothing but the snapshot of group `number` and the segment that begins behind it; both are on stable storage. What
/// is left rebuilds the store at every step.
pub(crate) fn leave_only(files: &dyn Files, segments: &Segments, number: u64) -> Result<(), StoreError> {
    retire(files, segments, None, number)?;
    let mut kept: Vec<String> = segments.0.lock().iter().map(|segment| segment_name(segment.index)).collect();
    kept.push(snapshot::name_of(number));
    let mut names = files.list().map_err(|error| io_error("listing the journal failed", &error))?;
    let ours = [SEGMENT_SUFFIX, SPARE_SUFFIX, MAKING_SUFFIX, snapshot::SUFFIX, snapshot::DAMAGED_SUFFIX];
    names.retain(|name| !kept.contains(name) && ours.iter().any(|suffix| name.ends_with(suffix)));
    names
        .iter()
        .try_for_each(|name| files.remove(name))
        .and_then(|()| files.sync_names())
        .map_err(|error| io_error("removing an earlier file of the journal failed", &error))
}

/// Bytes of all kept segments.
pub(crate) fn kept_bytes(segments: &Segments) -> u64 {
    segments.0.lock().iter().map(|segment| segment.bytes).sum()
}

/// Bytes of the segments whose groups are all at most `upto`: what [`retire`] would let go.
pub(crate) fn bytes_upto(segments: &Segments, upto: u64) -> u64 {
    let segments = segments.0.lock();
    let done = segments.iter().zip(segments.iter().skip(1)).take_while(|(_, next)| next.first <= upto + 1);
    done.map(|(segment, _)| segment.bytes).sum()
}

/// Bytes of the segments that begin behind group `number`, as if each were full: many short ones are read one by one, too.
pub(crate) fn bytes_behind(segments: &Segments, segment_bytes: u64, number: u64) -> u64 {
    segments.0.lock().iter().filter(|segment| segment.first > number).count() as u64 * segment_bytes
}

/// Bytes of all files that a rebuild reads: the newest snapshot and the segments.
pub(crate) fn rebuild_bytes(files: &dyn Files) -> Result<u64, StoreError> {
    let mut bytes = match snapshot::list(files)?.first() {
        Some(newest) => snapshot::bytes_of(files, *newest)?,
        None => 0,
    };
    let measure = |name: &str| files.open(name)?.len_bytes();
    for name in files.list().map_err(|error| io_error("listing the journal failed", &error))? {
        if name.ends_with(SEGMENT_SUFFIX) {
            bytes += measure(&name).map_err(|error| io_error("measuring the journal failed", &error))?;
        }
    }
    Ok(bytes)
}

/// Syncs every kept segment: what relaxed durability needs before something else may rest on the journal.
pub(crate) fn sync_all(files: &dyn Files, segments: &Segments) -> Result<(), StoreError> {
    let indexes: Vec<u64> = segments.0.lock().iter().map(|segment| segment.index).collect();
    for index in indexes {
        files
            .open(&segment_name(index))
            .and_then(|mut file| file.sync_data())
            .map_err(|error| io_error("syncing the journal failed", &error))?;
    }
    Ok(())
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
