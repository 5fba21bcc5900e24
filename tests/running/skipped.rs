//! A test that cannot run here says so aloud, and `make test` says it once more at its end.

use std::fs::OpenOptions;
use std::io::Write as _;

/// Says that something is left out, and why.
pub fn skipped(what: &str) {
    let line = format!("SKIPPED: {what}\n");
    // Not through a macro, whose words a test that passes keeps to itself.
    std::io::stderr().write_all(line.as_bytes()).unwrap();
    if let Some(list) = std::env::var_os("LYCEUM_SKIPPED") {
        OpenOptions::new().create(true).append(true).open(list).unwrap().write_all(line.as_bytes()).unwrap();
    }
}
