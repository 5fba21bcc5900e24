//! Tools of others against the learning record store: `@xapi/xapi` and `@xapi/cmi5` from npm, `tincan` from `PyPI`.
//! `make test-clients` installs and runs them.
//!
//! Each client has a script beside this file, which writes, reads and compares, and ends at the first surprise. What it says
//! that it wrote must be all that is in the store. `LYCEUM_CLIENTS=required` fails where a client is missing, which else
//! is only said; `LYCEUM_CLIENTS=off` leaves them out.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test stops at the first surprise"
)]

#[path = "../running/mod.rs"]
mod running;
#[path = "../running/skipped.rs"]
mod skipped;
#[path = "../lrs/support.rs"]
#[allow(dead_code, reason = "shared with the tests of the record store, which use more of it")]
mod support;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use lyceum::clock::Clock;
use lyceum::domain::xapi::credential::LrsScope;
use serde_json::Value;

use skipped::skipped;
use support::Lrs;

/// Where the clients are, unless they are not to be asked.
fn clients() -> Option<PathBuf> {
    let wish = std::env::var("LYCEUM_CLIENTS").unwrap_or_default();
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/clients");
    if wish == "off" {
        let said =
            "The xAPI clients of others are left out: LYCEUM_CLIENTS=off. `make test-clients` runs them.\n";
        // Not through a macro, whose words a test that passes keeps to itself.
        std::io::stderr().write_all(said.as_bytes()).unwrap();
        return None;
    }
    if place.join(".done").exists() {
        return Some(place);
    }
    let why = format!("nothing is installed at {}", place.display());
    let said = format!("the xAPI clients of others: {why}. `make test-clients` installs and runs them");
    assert_ne!(wish, "required", "{said}");
    skipped(&said);
    None
}

fn ids(said: &Value, kind: &str) -> Vec<String> {
    let mut ids: Vec<String> =
        said[kind].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids
}

/// Runs a script with a store and a credential of its own. At least `statements` come of it.
fn try_out(program: &str, script: &str, statements: usize) {
    let Some(clients) = clients() else { return };
    let lrs = Lrs::start_with(Clock::System, |_| {});
    let credential = lrs.credential(script, &[LrsScope::All], &[]);
    let output = Command::new(program)
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(script))
        .env("NODE_PATH", clients.join("node_modules"))
        .env("PYTHONPATH", clients)
        .env("LRS_ENDPOINT", format!("{}/xapi/", lrs.running.base))
        .env("LRS_KEY", credential.key)
        .env("LRS_SECRET", credential.secret)
        .output()
        .unwrap_or_else(|error| panic!("{program} does not run: {error}"));
    assert!(output.status.success(), "{script}: {}", String::from_utf8_lossy(&output.stderr));
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    let (written, voided) = (ids(&said, "statements"), ids(&said, "voided"));
    assert!(written.len() >= statements, "{script} wrote {} statements", written.len());
    let mut found = lrs.found("");
    found.sort();
    assert_eq!(found, written, "{script}");
    for (parameter, ids) in [("statementId", written), ("voidedStatementId", voided)] {
        for id in ids {
            let statement = lrs.get(&format!("statements?{parameter}={id}")).send().status(200).json();
            assert_eq!(statement["authority"]["name"], script, "{statement}");
        }
    }
}

#[test]
fn xapi_from_npm_writes_and_reads_over_axios_and_over_fetch() {
    try_out("node", "xapi.mjs", 18);
}

#[test]
fn cmi5_from_npm_goes_through_a_launch_to_its_end() {
    try_out("node", "cmi5.mjs", 10);
}

#[test]
fn tincan_from_pypi_writes_and_reads() {
    try_out("python3", "tincan.py", 10);
}
