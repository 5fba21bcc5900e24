//! `lyceum compact`: a smaller store, and nothing in it but what is stored now.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use clap::Args;

use super::{Failure, Place};
use crate::app::FILES;
use crate::domain::schema::SCHEMA;
use crate::store;

/// The system counts the room of files in these, whatever the blocks of the file system are.
const BLOCK_BYTES: u64 = 512;

/// Give disk space back, and leave nothing in the store but what is stored now.
///
/// The store's tree is rebuilt into a fresh one and swapped in, and a fresh snapshot takes the place of older ones and of the
/// journal, which still have what was deleted or erased.
///
/// A damaged tree that was kept (tree.damaged) goes, too. Uploaded files are not touched: the server sweeps those that
/// nothing names any more. Needs the store for itself (stop the server) and room for a second tree beside the first.
/// Interrupted, or without that room, it has lost nothing and is begun again.
#[derive(Debug, Args)]
pub(super) struct Compact {
    #[command(flatten)]
    place: Place,
}

/// Bytes that the store takes on the disk, without the files of people. What goes while it is looked at counts for nothing.
fn bytes_in(directory: &Path) -> u64 {
    let Ok(inside) = std::fs::read_dir(directory) else { return 0 };
    let sizes = inside.flatten().filter(|entry| entry.file_name() != FILES).map(|entry| {
        match entry.metadata() {
            Ok(meta) if meta.is_dir() => bytes_in(&entry.path()),
            // Blocks, because the journal's segments are made larger than what they have.
            Ok(meta) => meta.blocks() * BLOCK_BYTES,
            Err(_) => 0,
        }
    });
    sizes.sum()
}

impl Compact {
    pub(super) fn run(self) -> Result<(), Failure> {
        let config = self.place.load_with_store()?;
        let directory = &config.store.directory;
        let was = bytes_in(directory);
        let (before, after) = store::compact(directory, SCHEMA, &config.store.options())?;
        let now = bytes_in(directory);
        say!("the store without uploaded files: {was} bytes before, {now} bytes after");
        say!("its tree: {before} bytes before, {after} bytes after");
        Ok(())
    }
}
