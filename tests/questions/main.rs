//! Questions from the outside: marking rules, arrangement, JSON, files of other systems, and hostile input.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod arranging;
mod gift;
mod hostile;
mod json;
mod marking;
mod moodle_xml;
mod round_trip;
mod samples;
#[path = "../running/shared.rs"]
mod shared;
mod shared_files;
#[path = "../running/skipped.rs"]
mod skipped;
mod validation;
