//! Rehearsals of exam days on the machine at hand, which the load generator shares: a server and `lyceum load` as
//! processes, one line per promise: `name value bound ok|short`. Exits with 1 when one is short. `--only NAME` runs one.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    missing_docs,
    dead_code,
    reason = "a rehearsal stops at the first failure and prints; it shares the tests' server and client"
)]

mod bulk;
#[path = "../../tests/exam_day/client.rs"]
mod client;
mod crowd;
mod idle;
#[path = "../../tests/exam_day/open_files.rs"]
mod open_files;
mod overload;
#[path = "../support/promise.rs"]
mod promise;
#[path = "../../tests/exam_day/server.rs"]
mod server;

use std::path::PathBuf;
use std::process::Command;

use client::{Client, Credential};
use lyceum::load::report::{Action, Report};
use promise::{Promise, conclude};
use serde_json::json;
use server::Server;

const PASSWORD: &str = "lantern-gravel-83-oboe";
/// Hashing is over before an exam begins, and would only make the rehearsal longer; nobody is many people here.
const SETTINGS: [(&str, &str); 4] = [
    ("LYCEUM__SIGN_IN__ARGON2_MEMORY_KIB", "64"),
    ("LYCEUM__SIGN_IN__ARGON2_PASSES", "1"),
    ("LYCEUM__LIMITS__ADDRESS_PER_SECOND", "0"),
    ("LYCEUM__LIMITS__PERSON_PER_SECOND", "0"),
];

/// A server on an empty directory with one administrator.
struct Stage {
    server: Server,
    runtime: tokio::runtime::Runtime,
}

impl Stage {
    fn open() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let server = Server::start(&SETTINGS);
        let setup = json!({
            "code": server.setup_code(), "username": "principal", "email": null,
            "first_name": "Ada", "last_name": "Principal", "password": PASSWORD
        });
        let stage = Self { server, runtime };
        let mut nobody = Client::new(stage.server.address, Credential::None);
        stage.runtime.block_on(nobody.post("/api/setup", &setup)).expect(201);
        stage
    }

    fn administrator(&self) -> Client {
        let mut client = Client::new(self.server.address, Credential::None);
        self.runtime.block_on(client.sign_in("principal", PASSWORD, true));
        client
    }

    /// Runs the generator as its own process; its report.
    fn load(&self, arguments: &str) -> Report {
        eprintln!("  lyceum load {arguments}");
        let directory = tempfile::tempdir().unwrap();
        let file: PathBuf = directory.path().join("report.json");
        let output = Command::new(env!("CARGO_BIN_EXE_lyceum"))
            .args(["load", "--url", &format!("http://{}", self.server.address), "--admin", "principal"])
            .args(["--seed-course", "--tolerate-errors", "--json"])
            .arg(&file)
            .args(arguments.split(' '))
            .env("LYCEUM_LOAD_PASSWORD", PASSWORD)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        eprint!("{}", String::from_utf8_lossy(&output.stdout));
        serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap()
    }
}

fn action<'r>(report: &'r Report, name: &str) -> &'r Action {
    report.actions.get(name).unwrap_or_else(|| panic!("nobody did {name}"))
}

#[expect(clippy::cast_precision_loss, reason = "counts of one run")]
const fn float(count: u64) -> f64 {
    count as f64
}

/// Answers and hand-ins that came to nothing.
fn lost(report: &Report) -> f64 {
    float(action(report, "save").errors + action(report, "submit").errors)
}

type Rehearsal = fn() -> Vec<Promise>;

fn main() {
    let mut only = None;
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--only" => only = words.next(),
            // Cargo says so to every bench.
            "--bench" => {}
            other => panic!("unknown: {other}; there is --only NAME"),
        }
    }
    let all: [(&str, Rehearsal); 5] = [
        ("4000", || crowd::rehearse(4000, 30)),
        ("10000", || crowd::rehearse(10_000, 20)),
        ("overload", overload::rehearse),
        ("bulk", bulk::rehearse),
        ("idle", idle::rehearse),
    ];
    let mut lines = Vec::new();
    for (name, rehearse) in all {
        if only.as_deref().is_none_or(|only| only == name) {
            eprintln!("{name}");
            lines.extend(rehearse());
        }
    }
    assert!(!lines.is_empty(), "there are 4000, 10000, overload, bulk, idle");
    conclude(&lines);
}
