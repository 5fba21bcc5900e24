//! `lyceum verify`: is everything as the rows say?

use clap::Args;

use super::{Failure, Place};
use crate::app;
use crate::domain;
use crate::domain::schema::SCHEMA;
use crate::store::Store;

/// Recompute what follows from the rows and name each difference.
///
/// That is every index, total and rule; each file that is missing or has other bytes than it had is named, too, for which all of
/// them are read. Needs the store for itself: stop the server, or verify a copy. Run it as the user who runs the server.
///
/// Exit code 0 only when nothing differs.
#[derive(Debug, Args)]
pub(super) struct Verify {
    #[command(flatten)]
    place: Place,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub(super) fn run(self) -> Result<(), Failure> {
        let config = self.place.load_with_store()?;
        let store = Store::open(&config.store.directory, SCHEMA, config.store.options())?;
        let blobs = app::open_files(&config.store.directory, &store)?;
        let mut report = domain::verify(&store)?;
        domain::files::verify(&store, &blobs, &mut report)?;
        store.close();
        if self.json {
            let text = serde_json::to_string_pretty(&report)
                .map_err(|error| Failure::Answer(format!("the report cannot be printed: {error}")))?;
            say!("{text}");
        } else {
            say!("{} rows, {} index entries, {} totals", report.rows, report.entries, report.totals);
            for difference in &report.differences {
                say!("{} {}: {}", difference.table, difference.key, difference.problem);
            }
        }
        if report.is_clean() {
            Ok(())
        } else {
            Err(Failure::Answer(format!("{} differences were found", report.differences.len())))
        }
    }
}
