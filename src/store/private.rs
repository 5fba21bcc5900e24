//! Files and directories for nobody but the user who runs the server: a store has the secrets of other stores, hashes of
//! passwords and the keys of questions.

use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

/// The owner reads and writes.
const FILE: u32 = 0o600;
/// The owner reads, writes and goes in.
const DIRECTORY: u32 = 0o700;
/// What the group and all others may do.
const OTHERS: u32 = 0o077;

/// How a file of the store is opened that may be made by that.
pub(super) fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.mode(FILE);
    options
}

/// Makes a directory, in one that is there.
pub(super) fn make_directory(directory: &Path) -> io::Result<()> {
    DirBuilder::new().mode(DIRECTORY).create(directory)
}

/// Makes a directory, and what is above it, unless it is there.
pub(super) fn make_directories(directory: &Path) -> io::Result<()> {
    DirBuilder::new().mode(DIRECTORY).recursive(true).create(directory)
}

/// Closes the directory of a store to others, as those of earlier versions were not, and says so. What lies in it can then be
/// reached by nobody else either, whatever its own mode.
pub(super) fn close_to_others(directory: &Path) {
    let closed = fs::metadata(directory).and_then(|meta| {
        let mode = meta.permissions().mode();
        if mode & OTHERS == 0 {
            return Ok(false);
        }
        fs::set_permissions(directory, Permissions::from_mode(mode & !OTHERS)).map(|()| true)
    });
    let place = directory.display();
    match closed {
        Ok(false) => {}
        Ok(true) => tracing::warn!(
            directory = %place,
            "the store could be read by other users of this machine; from now on only by the one who runs the server"
        ),
        // It is another user's: a mounted volume, for example.
        Err(error) => tracing::warn!(
            directory = %place,
            %error,
            "other users of this machine may read the store, and that cannot be changed; see to it"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_open_to_others_is_closed_and_keeps_what_its_owner_may() {
        let home = tempfile::tempdir().unwrap();
        let mode = || fs::metadata(home.path()).unwrap().permissions().mode() & 0o7777;
        for (before, after) in [(0o755, 0o700), (0o1777, 0o1700), (0o750, 0o700), (0o500, 0o500)] {
            fs::set_permissions(home.path(), Permissions::from_mode(before)).unwrap();
            close_to_others(home.path());
            assert_eq!(mode(), after, "{before:o}");
        }
        fs::set_permissions(home.path(), Permissions::from_mode(DIRECTORY)).unwrap();
    }
}
