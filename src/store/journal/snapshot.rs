//! Snapshots: all rows in one file, from which, with the journal behind it, the tree is rebuilt.
//!
//! A snapshot is fuzzy: rows are read while groups go on being applied. It bears the number of the last group that
//! was applied before the reading began; replaying the journal from there puts right whatever moved meanwhile,
//! because journal entries state values, not differences.

use std::io;

use bytes::Bytes;

use super::files::Files;
use super::format::{self, HEADER_BYTES, Header, RECORD_HEAD_BYTES, SNAPSHOT_MAGIC};
use crate::store::engine::{Engine, EngineError, Op};
use crate::store::error::StoreError;
use crate::store::shared::{engine_error, is_mark_of_tree};

/// Snapshots kept, with the journal that reaches back to the oldest of them: the older one is there for the day on
/// which the newer cannot be read.
const KEPT: usize = 2;
pub(super) const SUFFIX: &str = ".snapshot";
/// Behind the name of a snapshot that could not be read.
pub(super) const DAMAGED_SUFFIX: &str = ".damaged";
/// Bytes of rows per record of the file.
const CHUNK_BYTES: usize = 1024 * 1024;

fn failed(what: &str, error: &io::Error) -> StoreError {
    StoreError::Journal(format!("{what}: {error}"))
}

pub(super) fn name_of(number: u64) -> String {
    format!("{number:020}{SUFFIX}")
}

/// The group numbers of all snapshots, newest first.
pub(crate) fn list(files: &dyn Files) -> Result<Vec<u64>, StoreError> {
    let names = files.list().map_err(|error| failed("listing snapshots failed", &error))?;
    let mut numbers: Vec<u64> =
        names.iter().filter_map(|name| name.strip_suffix(SUFFIX)?.parse().ok()).collect();
    numbers.sort_unstable_by(|a, b| b.cmp(a));
    Ok(numbers)
}

/// Bytes of the snapshot of group `number`.
pub(crate) fn bytes_of(files: &dyn Files, number: u64) -> Result<u64, StoreError> {
    files
        .open(&name_of(number))
        .and_then(|file| file.len_bytes())
        .map_err(|error| failed("measuring a snapshot failed", &error))
}

/// Gives a snapshot that cannot be read another name: it must not count as one of those that are kept.
pub(crate) fn set_aside(files: &dyn Files, number: u64) {
    let name = name_of(number);
    if let Err(error) = files.rename(&name, &format!("{name}{DAMAGED_SUFFIX}")) {
        tracing::warn!(%error, name, "a damaged snapshot could not be set aside");
    }
}

/// Removes the snapshot of group `number`, for good when this returns.
pub(crate) fn remove(files: &dyn Files, number: u64) -> Result<(), StoreError> {
    files
        .remove(&name_of(number))
        .and_then(|()| files.sync_names())
        .map_err(|error| failed("removing an old snapshot failed", &error))
}

/// Writes all rows of `engine` but its marks as the snapshot of group `number`, then removes older snapshots, and damaged ones that
/// were set aside. Between the rows and the name comes `before_naming`. The size in bytes.
pub(crate) fn write(
    files: &dyn Files,
    engine: &dyn PagedRows,
    number: u64,
    salt: u64,
    before_naming: impl FnOnce() -> Result<(), StoreError>,
) -> Result<u64, StoreError> {
    let making = format!("{number:020}.making");
    let name = || {
        // Or a power cut may give the name that comes now to what a process that was killed had half made under the same.
        files.sync_names()?;
        files.rename(&making, &name_of(number))?;
        files.sync_names()
    };
    let made = write_file(files, engine, number, salt, &making).and_then(|bytes| {
        before_naming()?;
        name().map_err(|error| failed("naming a snapshot failed", &error))?;
        Ok(bytes)
    });
    if made.is_err() {
        drop(files.remove(&making));
        return made;
    }
    let names = files.list().map_err(|error| failed("listing snapshots failed", &error))?;
    let damaged = names.into_iter().filter(|name| name.ends_with(DAMAGED_SUFFIX));
    let older = list(files)?.into_iter().skip(KEPT).map(name_of);
    for name in older.chain(damaged) {
        files.remove(&name).map_err(|error| failed("removing an old snapshot failed", &error))?;
    }
    made
}

/// Rows page by page, so that nobody waits for a snapshot.
pub(crate) trait PagedRows {
    /// Rows behind `after`, about [`CHUNK_BYTES`] of them.
    fn page(&self, after: Option<&Bytes>, bytes: usize) -> Result<Vec<Op>, StoreError>;
}

impl<E: Engine + ?Sized> PagedRows for &E {
    fn page(&self, after: Option<&Bytes>, bytes: usize) -> Result<Vec<Op>, StoreError> {
        page_of(*self, after, bytes).map_err(engine_error)
    }
}

/// [`PagedRows::page`] of an engine.
pub(crate) fn page_of<E: Engine + ?Sized>(
    engine: &E,
    after: Option<&Bytes>,
    bytes: usize,
) -> Result<Vec<Op>, EngineError> {
    let from = after.map_or_else(Vec::new, |key| {
        let mut from = key.to_vec();
        from.push(0);
        from
    });
    let mut rows = Vec::new();
    let mut size = 0;
    engine.scan(&from, None, false, &mut |key, value| {
        size += key.len() + value.len();
        rows.push(Op { key: Bytes::copy_from_slice(key), value: Some(Bytes::copy_from_slice(value)) });
        if size < bytes { std::ops::ControlFlow::Continue(()) } else { std::ops::ControlFlow::Break(()) }
    })?;
    Ok(rows)
}

fn write_file(
    files: &dyn Files,
    engine: &dyn PagedRows,
    number: u64,
    salt: u64,
    name: &str,
) -> Result<u64, StoreError> {
    let wrong = |error: io::Error| failed("writing a snapshot failed", &error);
    let mut file = files.create(name, 0).map_err(wrong)?;
    file.write_at(0, &Header { magic: SNAPSHOT_MAGIC, salt, first: number, relaxed: false }.to_bytes())
        .map_err(wrong)?;
    let mut at = HEADER_BYTES as u64;
    let mut last = None;
    let mut chunk = 1;
    loop {
        let mut rows = engine.page(last.as_ref(), CHUNK_BYTES)?;
        last = rows.last().map(|row| row.key.clone());
        rows.retain(|row| !is_mark_of_tree(&row.key));
        if rows.is_empty() && last.is_some() {
            continue;
        }
        let mut record = vec![0; RECORD_HEAD_BYTES];
        if !rows.is_empty() {
            format::write_slice(&mut record, rows.iter());
        }
        format::seal(&mut record, salt, chunk);
        file.write_at(at, &record).map_err(wrong)?;
        // Each chunk by itself: a commit that syncs meanwhile waits for one of them at most.
        file.sync_data().map_err(wrong)?;
        at += record.len() as u64;
        chunk += 1;
        if last.is_none() {
            return Ok(at);
        }
    }
}

/// Reads the snapshot of group `number` to its end and gives its rows to `rows`, some at a time. Its size in bytes.
pub(crate) fn read(
    files: &dyn Files,
    number: u64,
    rows: &mut dyn FnMut(Vec<Op>) -> Result<(), StoreError>,
) -> Result<u64, StoreError> {
    let name = name_of(number);
    let damaged = |what: &str| StoreError::Journal(format!("snapshot {name} is damaged: {what}"));
    let wrong = |error: io::Error| failed(&format!("reading snapshot {name} failed"), &error);
    let file = files.open(&name).map_err(wrong)?;
    let mut head = [0; HEADER_BYTES];
    file.read_at(0, &mut head).map_err(wrong)?;
    let header = Header::read(&head, SNAPSHOT_MAGIC)
        .filter(|header| header.first == number)
        .ok_or_else(|| damaged("its header"))?;
    let mut at = HEADER_BYTES as u64;
    let mut expected = 1;
    loop {
        let mut head = [0; RECORD_HEAD_BYTES];
        file.read_at(at, &mut head).map_err(wrong)?;
        let payload = u32::from_le_bytes(head.first_chunk().copied().unwrap_or_default()) as usize;
        // Small rows weigh up to twice their bytes with the lengths beside them.
        if payload > CHUNK_BYTES * 4 {
            return Err(damaged(&format!("the length at byte {at}")));
        }
        let mut record = vec![0; RECORD_HEAD_BYTES + payload];
        file.read_at(at, &mut record).map_err(wrong)?;
        let (chunk, payload) = format::read_record(&record, header.salt)
            .filter(|(chunk, _)| *chunk == expected)
            .ok_or_else(|| damaged(&format!("the checksum at byte {at}")))?;
        at += record.len() as u64;
        expected = chunk + 1;
        if payload.is_empty() {
            return Ok(at);
        }
        rows(format::read_ops(payload).ok_or_else(|| damaged(&format!("the rows at byte {at}")))?)?;
    }
}

/// Refuses a snapshot of a later format: to go on from an older one would rebuild what the newer program left out of the journal.
pub(crate) fn refuse_later_format(files: &dyn Files, number: u64) -> Result<(), StoreError> {
    let name = name_of(number);
    let mut head = [0; HEADER_BYTES];
    let read = files.open(&name).and_then(|file| file.read_at(0, &mut head));
    read.map_err(|error| failed(&format!("reading snapshot {name} failed"), &error))?;
    if format::is_of_later_format(&head, SNAPSHOT_MAGIC) {
        return Err(format::later_format(&format!("snapshot {name}")));
    }
    Ok(())
}

/// Loads the snapshot of group `number` into `engine`.
pub(crate) fn load(files: &dyn Files, number: u64, engine: &dyn Engine) -> Result<(), StoreError> {
    read(files, number, &mut |mut ops| {
        // Earlier versions wrote the mark, too; it may be of a group that was applied while the rows were being read.
        ops.retain(|op| !is_mark_of_tree(&op.key));
        for slice in ops.chunks(1024) {
            engine.commit(&mut slice.iter()).map_err(engine_error)?;
        }
        Ok(())
    })
    .map(drop)
}
