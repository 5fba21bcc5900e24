//! Files that jobs read, and that wait between being tried and being taken: kept beside the store, each unlike every other.

use std::fs::File;
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::time::{Duration, SystemTime};

use crate::domain::refusal::{INTERNAL, NOT_FOUND, Refusal};
use crate::state::State;
use crate::store::blobs::Making;

/// Bytes in front of a kept file that make it unlike every other, so that it can be removed as soon as it is read.
const OWN_BYTES: usize = 32;

fn failed(error: &io::Error) -> Refusal {
    INTERNAL.refuse(format!("keeping the file: {error}"))
}

/// Keeps a file for a job; its name. It may have passwords in it, so it is removed when the job is over.
pub fn keep(state: &State, file: &[u8]) -> Result<String, Refusal> {
    let mut making = begin(state)?;
    making.write_all(file).map_err(|error| failed(&error))?;
    end(state, making)
}

/// Begins a file for a job that comes piece by piece.
pub fn begin(state: &State) -> Result<Making, Refusal> {
    let mut own = [0; OWN_BYTES];
    getrandom::fill(&mut own).map_err(|error| INTERNAL.refuse(error.to_string()))?;
    let begun = state.blobs.begin().and_then(|mut making| making.write_all(&own).map(|()| making));
    begun.map_err(|error| failed(&error))
}

/// All of it came; its name.
pub fn end(state: &State, making: Making) -> Result<String, Refusal> {
    making.made().and_then(|made| state.blobs.keep(made)).map_err(|error| failed(&error))
}

/// The file of a job, to be read from its beginning, which is so many bytes into what is opened.
pub fn open(state: &State, file: &str) -> Result<(File, u64), Refusal> {
    let begin = OWN_BYTES as u64;
    let opened = state.blobs.reader(file).and_then(|opened| {
        let seek = |mut opened: File| opened.seek(SeekFrom::Start(begin)).map(|_| (opened, begin));
        opened.map(seek).transpose()
    });
    opened.map_err(|error| INTERNAL.refuse(format!("reading the file: {error}")))?.ok_or_else(gone)
}

fn gone() -> Refusal {
    NOT_FOUND.refuse("the file of the import is not there any more").at("file", "is not there any more")
}

/// A kept file; `None` when it is not there any more, or was never.
pub fn find(state: &State, file: &str) -> Result<Option<Vec<u8>>, Refusal> {
    match state.blobs.get(file) {
        Ok(bytes) => Ok(bytes.map(|mut bytes| {
            bytes.drain(..OWN_BYTES.min(bytes.len()));
            bytes
        })),
        // No name of a file at all.
        Err(error) if error.kind() == std::io::ErrorKind::InvalidInput => Ok(None),
        Err(error) => Err(INTERNAL.refuse(format!("reading the file: {error}"))),
    }
}

/// The file of a job.
pub fn read(state: &State, file: &str) -> Result<Vec<u8>, Refusal> {
    find(state, file)?.ok_or_else(gone)
}

/// Removes a kept file unless a job is still to read it.
pub fn forget(state: &State, file: &str) -> Result<(), Refusal> {
    if !state.store.read(|read| crate::domain::files::is_named(read, file))? {
        let removed = state.blobs.remove_older(file, SystemTime::now(), Duration::ZERO);
        removed.map_err(|error| INTERNAL.refuse(format!("removing the file: {error}")))?;
    }
    Ok(())
}
