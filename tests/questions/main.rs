//! Questions from the outside: marking rules, arrangement, JSON, files of other systems, and hostile input.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking, and says aloud when it skips"
)]

mod arranging;
mod gift;
mod hostile;
mod json;
mod marking;
mod moodle_xml;
mod round_trip;
mod samples;
mod shared_files;
mod validation;
