//! Files of other systems that tests read in place: in the directory that `LYCEUM_SHARED_DATA` names, or beside this one.

use std::path::PathBuf;

use super::skipped::skipped;

/// One of them, or a folder with some; nothing, said aloud, where it is not there.
pub fn shared(path: &str) -> Option<PathBuf> {
    let beside = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data"));
    let found = std::env::var_os("LYCEUM_SHARED_DATA").map_or_else(beside, PathBuf::from).join(path);
    if found.exists() {
        return Some(found);
    }
    skipped(&format!("{} is not there; set LYCEUM_SHARED_DATA", found.display()));
    None
}
