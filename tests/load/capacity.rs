//! `lyceum load capacity`, the real binary against the real server: the ladder is climbed on courses that it makes and puts
//! away, and the server keeps what was found.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::bounds::put_away;
use crate::server::{ADMIN, PASSWORD, Server};

fn command(server: &Server, objectives: &str, more: &[&str]) -> Command {
    let config = server.home.path().join("objectives.toml");
    std::fs::write(&config, objectives).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_lyceum"));
    command
        .args(["load", "capacity", "--seed-course", "--admin", ADMIN, "--url", &server.base])
        .args(["--questions", "3", "--speed-up", "300", "--config"])
        .arg(&config)
        .args(more)
        .env("LYCEUM_LOAD_PASSWORD", PASSWORD);
    command
}

fn capacity(server: &Server, objectives: &str, more: &[&str]) -> Output {
    command(server, objectives, more).output().unwrap()
}

/// Sends it ctrl-c at the first line that begins so, and what it says until its end.
fn interrupted_at(line: &str, command: &mut Command) -> String {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let pid = rustix::process::Pid::from_child(&child);
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut all = String::new();
    while !all.lines().last().is_some_and(|last| last.starts_with(line)) {
        assert_ne!(stderr.read_line(&mut all).unwrap(), 0, "it ended: {all}");
    }
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    stderr.read_to_string(&mut all).unwrap();
    assert_ne!(child.wait().unwrap().code(), Some(0), "{all}");
    assert!(child.wait().unwrap().code().is_some(), "no signal ended it: {all}");
    all
}

fn said(output: &Output, code: i32) -> String {
    let text = String::from_utf8([output.stdout.as_slice(), output.stderr.as_slice()].concat()).unwrap();
    assert_eq!(output.status.code(), Some(code), "{text}");
    text
}

#[test]
fn the_ladder_is_climbed_and_the_server_keeps_what_was_found() {
    let server = Server::start();
    let place = |name: &str| server.home.path().join(name).to_str().unwrap().to_owned();
    let (json, html) = (place("capacity.json"), place("capacity.html"));
    // A busy machine of two cores must not decide this test: what it keeps to is that nothing fails.
    let lenient = "[objectives]\nsave_p99_ms = 0\nsubmit_p99_ms = 0\nstart_p99_ms = 0\nmargin_percent = 25\n";
    let more = ["--first", "2", "--most", "8", "--runs", "5", "--json", &json, "--html", &html];
    let all = said(&capacity(&server, lenient, &more), 0);
    assert!(all.contains("carries 8 learners in one exam"), "{all}");
    assert!(all.contains("up to 6, which is 25 % less"), "{all}");
    let kept = server.json("/api/capacity");
    let written: Value = serde_json::from_str(&std::fs::read_to_string(json).unwrap()).unwrap();
    assert_eq!(kept["measurement"], written);
    assert_eq!((&written["carried"], &written["limit"]), (&Value::from(8), &Value::from("not_reached")));
    assert_eq!(written["settings"]["profile"], "exam");
    assert_eq!(kept["recommended"], 6);
    let page = std::fs::read_to_string(html).unwrap();
    assert!(page.contains("exam, 8 learners") && page.contains("The search"), "{page}");
    let courses = server.list("/api/courses");
    assert!(courses.is_empty(), "{courses:?}");
    let metrics = server.text("/metrics");
    assert!(metrics.contains("lyceum_exam_capacity_ratio 0"), "nobody is expected");
    let found = server.json("/api/readiness");
    let capacity =
        found["checks"].as_array().unwrap().iter().find(|check| check["name"] == "capacity").unwrap();
    assert_eq!(capacity["level"], "ok", "measured just now, on this machine: {capacity}");
}

#[test]
fn what_no_server_keeps_to_is_carried_for_nobody_and_the_objective_is_named() {
    let server = Server::start();
    // No sign of life takes no time at all, so a millisecond at the ninety-ninth percentile of a start is missed.
    let strict = "[objectives]\nstart_p99_ms = 1\nsave_p99_ms = 0\nsubmit_p99_ms = 1\n";
    let all = said(&capacity(&server, strict, &["--first", "40", "--most", "40", "--runs", "2"]), 0);
    assert!(all.contains("broke: ") && all.contains("p99") && all.contains("objective 1 ms"), "{all}");
    assert!(all.contains("With 40: "), "{all}");
    let kept = server.json("/api/capacity");
    assert_eq!((&kept["measurement"]["failed"], &kept["recommended"]), (&Value::from(40), &Value::from(0)));
}

#[test]
fn what_is_missing_is_exit_code_two_everywhere_and_no_option_is_offered_that_is_refused() {
    for command in [
        &["load"][..],
        &["load", "capacity"],
        &["load", "capacity", "--config", "/nowhere/at/all"],
        &["load", "compare", "none.json", "none.json"],
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_lyceum")).args(command).output().unwrap();
        said(&output, 2);
    }
    let help =
        Command::new(env!("CARGO_BIN_EXE_lyceum")).args(["load", "capacity", "--help"]).output().unwrap();
    let help = said(&help, 0);
    for option in ["--profile", "--size", "--learners", "--loops", "--keep", "--tolerate-errors"] {
        assert!(!help.contains(&format!("{option} ")), "{option} in {help}");
    }
    assert!(help.contains("Find out how many learners") && help.contains("--seed-course"), "{help}");
}

#[test]
fn ctrl_c_while_the_course_is_made_and_during_a_run_puts_everything_away() {
    let server = Server::start();
    let more = ["--first", "600", "--most", "600"];
    let all = interrupted_at("made 100 of 600", &mut command(&server, "", &more));
    assert!(all.contains("stopped, so nothing was measured"), "{all}");
    let made = put_away(&server);
    assert!((100..600).contains(&made), "{made} people, and what was under way is ended: {all}");
    let more = ["--first", "6", "--most", "6"];
    let all = interrupted_at("a run with 6 learners", &mut command(&server, "", &more));
    assert!(all.contains("6 people load-"), "{all}");
    assert_eq!(put_away(&server), made + 6, "{all}");
}

#[test]
fn what_makes_no_sense_is_refused_before_anything_is_made() {
    let server = Server::start();
    for (more, why) in [
        (&["--learners", "5"][..], "unexpected argument '--learners'"),
        (&["--profile", "browse"][..], "unexpected argument '--profile'"),
        (&["--first", "9", "--most", "8"][..], "--first is more"),
    ] {
        let all = said(&capacity(&server, "", more), 2);
        assert!(all.contains(why), "{all}");
    }
    assert!(server.list("/api/courses").is_empty());
}
