//! Files that jobs read: kept beside the store while the job lives, each unlike every other, so that nobody else names it.

use std::time::{Duration, SystemTime};

use crate::domain::refusal::{INTERNAL, NOT_FOUND, Refusal};
use crate::state::State;

/// Bytes in front of a kept file that make it unlike every other, so that it can be removed as soon as it is read.
const OWN_BYTES: usize = 32;

/// Keeps a file for a job; its name. It may have passwords in it, so it is removed when the job is over.
pub fn keep(state: &State, file: &[u8]) -> Result<String, Refusal> {
    let mut bytes = vec![0; OWN_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| INTERNAL.refuse(error.to_string()))?;
    bytes.extend_from_slice(file);
    state.blobs.put(&bytes).map_err(|error| INTERNAL.refuse(format!("keeping the file: {error}")))
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
    find(state, file)?.ok_or_else(|| {
        NOT_FOUND.refuse("the file of the import is not there any more").at("file", "is not there any more")
    })
}

/// Removes a kept file unless a job is still to read it.
pub fn forget(state: &State, file: &str) -> Result<(), Refusal> {
    if !state.store.read(|read| crate::domain::files::is_named(read, file))? {
        let removed = state.blobs.remove_older(file, SystemTime::now(), Duration::ZERO);
        removed.map_err(|error| INTERNAL.refuse(format!("removing the file: {error}")))?;
    }
    Ok(())
}
