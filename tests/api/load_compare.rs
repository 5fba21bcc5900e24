//! `lyceum load compare`, the real binary on two files.

use std::process::{Command, Output};

use serde_json::{Value, json};

/// A report of a minute whose saves took so long, give or take some.
fn report(learners: u32, p99_ms: f64) -> Value {
    let action = json!({
        "count": 60_000, "errors": 0, "put_off": 0, "mean_ms": p99_ms / 8.0, "p50_ms": p99_ms / 10.0,
        "p90_ms": p99_ms / 2.0, "p99_ms": p99_ms, "max_ms": p99_ms * 2.0, "by_status": { "200": 60_000 },
    });
    let samples: Vec<Value> = (0..60_u32)
        .map(|second| {
            let p99_ms = p99_ms * (1.0 + f64::from(second * 7 % 11) / 50.0);
            json!({
                "second": second, "answers": 1000 + second * 5 % 13, "errors": 0,
                "latency_ms": { "save": [p99_ms / 10.0, p99_ms] }, "cpu": 0.5, "generator_cpu": 0.2,
                "memory_bytes": 1, "sync_ms": 1.0, "queued": 0,
            })
        })
        .collect();
    json!({
        "format": 1, "began": "2026-11-24T09:00:00Z", "seconds": 60.0,
        "settings": { "profile": "exam", "learners": learners.to_string() }, "versions": {}, "hardware": {},
        "actions": { "save": action }, "totals": action, "samples": samples, "notes": [],
    })
}

fn compare(before: &Value, after: &str, more: &[&str]) -> (i32, String) {
    let home = tempfile::tempdir().unwrap();
    let place = |name: &str| home.path().join(name);
    std::fs::write(place("before.json"), before.to_string()).unwrap();
    std::fs::write(place("after.json"), after).unwrap();
    let output: Output = Command::new(env!("CARGO_BIN_EXE_lyceum"))
        .args(["load", "compare"])
        .args([place("before.json"), place("after.json")])
        .args(more)
        .output()
        .unwrap();
    let text = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    (output.status.code().unwrap(), String::from_utf8(text).unwrap())
}

#[test]
fn a_regression_past_the_bound_ends_with_1_and_anything_less_with_0() {
    let before = report(1000, 40.0);
    let (code, said) = compare(&before, &before.to_string(), &[]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("same") && !said.contains("WORSE"), "{said}");
    let worse = report(1000, 60.0).to_string();
    let (code, said) = compare(&before, &worse, &[]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("REGRESSION"), "{said}");
    let (code, said) = compare(&before, &worse, &["--bound", "2"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("WORSE"), "worse, but within the bound: {said}");
    let (code, said) = compare(&report(1000, 60.0), &before.to_string(), &[]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("better"), "{said}");
}

#[test]
fn what_cannot_be_compared_ends_with_2_and_says_why() {
    let before = report(1000, 40.0);
    let (code, said) = compare(&before, &report(2000, 40.0).to_string(), &[]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("learners is 1000 in the first and 2000 in the second"), "{said}");
    let (code, said) = compare(&before, "{}", &[]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("after.json: is no load report"), "{said}");
    let (code, said) = compare(&before, &before.to_string(), &["--bound", "0.5"]);
    assert_eq!(code, 2, "{said}");
}
