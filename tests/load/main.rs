//! `lyceum load` against the real server, whose own records must say what the report says, and against a stub that is
//! slow or busy on purpose.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    missing_docs,
    reason = "a test stops at the first surprise"
)]

mod bounds;
mod capacity;
mod exam;
mod honest;
#[path = "../running/mod.rs"]
mod running;
mod server;
mod stub;
mod tools;

use lyceum::load::LoadError;
use lyceum::load::report::Report;
use lyceum::load::run::run;
use lyceum::load::settings::Settings;

/// Runs it on a small runtime, without saying anything.
pub fn drive(settings: &Settings) -> Result<Report, LoadError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(run(settings, &mut |_| {}))
}
