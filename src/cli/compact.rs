//! `lyceum compact`: a smaller store.
#![expect(clippy::print_stdout, reason = "what was gained is this command's output")]

use clap::Args;

use super::{Failure, Place};
use crate::domain::schema::SCHEMA;
use crate::store;

/// Rebuild the store's tree into a fresh one and swap it in, which gives disk space back. Needs the store for itself
/// (stop the server) and room for a second tree beside the first.
#[derive(Debug, Args)]
pub(super) struct Compact {
    #[command(flatten)]
    place: Place,
}

impl Compact {
    pub(super) fn run(self) -> Result<(), Failure> {
        let config = self.place.load_with_store()?;
        let (before, after) = store::compact(&config.store.directory, SCHEMA, &config.store.options())?;
        println!("{before} bytes before, {after} bytes after");
        Ok(())
    }
}
