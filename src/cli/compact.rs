//! `lyceum compact`: a smaller store, and nothing in it but what is stored now.
#![expect(clippy::print_stdout, reason = "what was gained is this command's output")]

use clap::Args;

use super::{Failure, Place};
use crate::domain::schema::SCHEMA;
use crate::store;

/// Rebuild the store's tree into a fresh one and swap it in, which gives disk space back, and leave nothing in the store's own
/// files but what is stored now: a fresh snapshot takes the place of older ones and of the journal, which still have what was
/// deleted or erased.
/// A damaged tree that was kept (tree.damaged) goes, too. Uploaded files are not touched: the server sweeps those that
/// nothing names any more. Needs the store for itself (stop the server) and room for a second tree beside the first.
/// Interrupted, it has lost nothing and is begun again.
#[derive(Debug, Args)]
pub(super) struct Compact {
    #[command(flatten)]
    place: Place,
}

impl Compact {
    pub(super) fn run(self) -> Result<(), Failure> {
        let config = self.place.load_with_store()?;
        let (before, after) = store::compact(&config.store.directory, SCHEMA, &config.store.options())?;
        println!("the tree: {before} bytes before, {after} bytes after");
        Ok(())
    }
}
