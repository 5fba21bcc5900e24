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

/// The bytes of a kept file.
pub fn read(state: &State, file: &str) -> Result<Vec<u8>, Refusal> {
    let bytes =
        state.blobs.get(file).map_err(|error| INTERNAL.refuse(format!("reading the file: {error}")))?;
    let mut bytes = bytes.ok_or_else(|| {
        NOT_FOUND.refuse("the file of the import is not there any more").at("file", "is not there any more")
    })?;
    bytes.drain(..OWN_BYTES.min(bytes.len()));
    Ok(bytes)
}

/// Removes a kept file unless a job is still to read it.
pub fn forget(state: &State, file: &str) -> Result<(), Refusal> {
    if !state.store.read(|read| crate::domain::files::is_named(read, file))? {
        let removed = state.blobs.remove_older(file, SystemTime::now(), Duration::ZERO);
        removed.map_err(|error| INTERNAL.refuse(format!("removing the file: {error}")))?;
    }
    Ok(())
}
