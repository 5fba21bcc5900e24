//! What this machine carries, what is ahead, and `lyceum doctor`, which compares them.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::process::{Command, Output};
use std::time::Duration;

use lyceum::clock::Clock;
use lyceum::domain::refusal::Refusal;
use lyceum::domain::schedule::Heartbeat;
use lyceum::store::{Class, Durability};
use serde_json::{Value, json};

use crate::exam::{Exam, with};
use crate::people::admin;
use crate::support::{Answer, Person, TestApp};

const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;

/// A measurement with what must be there, and `more`.
fn measurement(more: &Value) -> Value {
    with(
        &json!({ "measured": "2026-09-01T08:00:00.000Z", "carried": 5, "margin_percent": 20, "limit": "cpu" }),
        more,
    )
}

fn put(app: &TestApp, by: &Person, more: &Value) -> Answer {
    app.put("/api/capacity").by(by).json(&measurement(more)).send()
}

fn readiness(app: &TestApp, by: &Person) -> Value {
    app.get("/api/readiness").by(by).send().status(200).json()
}

fn check<'a>(found: &'a Value, name: &str) -> &'a Value {
    let all = found["checks"].as_array().unwrap();
    all.iter().find(|check| check["name"] == name).unwrap_or_else(|| panic!("no check {name} in {found}"))
}

/// The ratio that the metrics show.
fn ratio(app: &TestApp) -> Option<f64> {
    let text = app.get("/metrics").send().status(200).text();
    let line = text.lines().find_map(|line| line.strip_prefix("lyceum_exam_capacity_ratio "))?;
    Some(line.parse().unwrap())
}

/// A quiz that opens after so many hours and closes so many later.
fn planned(exam: &Exam, opens_hours: u64, open_hours: u64) -> u64 {
    let opens = exam.now_plus(opens_hours * HOUR_MS);
    let closes = exam.now_plus((opens_hours + open_hours) * HOUR_MS);
    exam.simple_quiz(1, &json!({ "opens": opens, "closes": closes }))
}

#[test]
fn a_measurement_is_kept_until_the_next_one() {
    let app = TestApp::start();
    let by = admin(&app);
    app.get("/api/capacity").by(&by).send().problem(404, "not_found");
    let more = json!({
        "carried": 4321, "failed": 4800, "broken": ["save p99 182 ms, objective 100 ms"], "generator_limited": true,
        "explanation": "from second 20 on the processors were 95 % busy or more",
        "evidence": [{ "processors_busy": { "second": 20, "percent": 95.0 } }, { "generator_share": { "percent": 44.0 } },
            { "nothing_exhausted": { "processors_percent": null, "sync_ms": 3.5 } }, "at_least"],
        "rungs": [{ "learners": 4321, "held": true }, { "learners": 4800, "held": false }],
        "settings": { "profile": "exam" }, "hardware": { "cores": "2" }, "versions": { "target": "0.1.0" },
    });
    let kept = put(&app, &by, &more).status(200).json();
    assert_eq!(kept["recommended"], 3456, "a fifth less");
    assert_eq!(kept["stored_by"], by.user.0);
    let read = app.get("/api/capacity").by(&by).send().status(200).json();
    assert_eq!(read, kept);
    assert_eq!(read["measurement"], measurement(&more));
    put(&app, &by, &json!({ "carried": 10 })).status(200);
    assert_eq!(app.get("/api/capacity").by(&by).send().status(200).json()["recommended"], 8);
}

#[test]
fn a_measurement_that_cannot_be_is_refused_with_its_place() {
    let app = TestApp::start();
    let by = admin(&app);
    let refused = |more: Value, at: &str| {
        let problem = put(&app, &by, &more).problem(422, "invalid_field");
        assert_eq!(problem["errors"][0]["at"], at, "{problem}");
    };
    refused(json!({ "carried": 4_000_000_000_u32 }), "/carried");
    refused(json!({ "failed": 5 }), "/failed");
    refused(json!({ "failed": 4_000_000_000_u32 }), "/failed");
    refused(json!({ "margin_percent": 91 }), "/margin_percent");
    let rungs = vec![json!({ "learners": 1, "held": true }); 101];
    refused(json!({ "rungs": rungs }), "/rungs");
    refused(json!({ "evidence": vec!["at_least"; 41] }), "/evidence");
    let facts: serde_json::Map<String, Value> =
        (0..61).map(|number| (number.to_string(), json!("x"))).collect();
    refused(json!({ "settings": facts }), "/settings");
    put(&app, &by, &json!({ "hardware": { "cpu": "x".repeat(11_000) } })).problem(413, "too_large");
    put(&app, &by, &json!({ "limit": "luck" })).problem(422, "wrong_shape");
    app.get("/api/capacity").by(&by).send().problem(404, "not_found");
}

#[test]
fn the_largest_measurement_that_is_taken_fits_into_the_store() {
    let app = TestApp::start();
    let by = admin(&app);
    let facts = |bytes: usize| -> Value {
        let all = (0..60).map(|number| (format!("{number:03}"), json!("x".repeat(bytes))));
        Value::Object(all.collect())
    };
    let more = json!({
        "carried": 9_999_999, "failed": 10_000_000, "rungs": vec![json!({ "learners": 9_999_999, "held": true }); 100],
        "broken": vec!["x".repeat(100); 20], "explanation": "x".repeat(400),
        "settings": facts(40), "hardware": facts(40), "versions": facts(40),
    });
    put(&app, &by, &more).status(200);
}

#[test]
fn what_is_ahead_is_compared_with_what_is_carried() {
    let exam = Exam::new();
    let app = &exam.app;
    let learners: Vec<Person> = (0..7).map(|_| exam.learner()).collect();
    let found = readiness(app, &exam.admin);
    assert_eq!((&found["exam_count"], &found["peak"]), (&json!(0), &Value::Null));
    assert_eq!(check(&found, "exams")["level"], "ok");
    assert_eq!(check(&found, "capacity")["level"], "warning", "{found}");
    assert_eq!(found["ready"], false);

    let soon = planned(&exam, 24, 2);
    planned(&exam, 24 * 30, 2);
    let found = readiness(app, &exam.admin);
    assert_eq!(found["exam_count"], 1, "the other one opens in a month");
    // The teacher has a seat too.
    assert_eq!(found["peak"], json!({ "learners": 8, "at": exam.now_plus(DAY_MS), "quizzes": [soon] }));
    assert_eq!(found["exams"][0]["quiz"], soon);
    assert_eq!(check(&found, "exams")["level"], "warning", "nobody knows what is carried");
    assert_eq!(ratio(app), None, "no report, no ratio");

    put(app, &exam.admin, &json!({ "carried": 10 })).status(200);
    let found = readiness(app, &exam.admin);
    assert_eq!((&found["recommended"], &found["ratio"]), (&json!(8), &json!(1.0)));
    assert_eq!(check(&found, "exams")["level"], "ok", "{found}");
    assert_eq!(ratio(app), Some(1.0));

    put(app, &exam.admin, &json!({ "carried": 5 })).status(200);
    let found = readiness(app, &exam.admin);
    let exams = check(&found, "exams");
    assert_eq!(exams["level"], "warning");
    assert!(exams["detail"].as_str().unwrap().contains("8 learners at once"), "{exams}");
    assert_eq!(ratio(app), Some(2.0));

    let far = app.get("/api/readiness?days=60").by(&exam.admin).send().status(200).json();
    assert_eq!(far["exam_count"], 2);
    for days in ["0", "367"] {
        app.get(&format!("/api/readiness?days={days}")).by(&exam.admin).send().problem(422, "invalid_field");
    }
    app.get("/api/readiness").by(&learners[0]).send().problem(403, "forbidden");
}

#[test]
fn an_exam_counts_while_it_runs_and_a_moved_one_at_its_new_time() {
    let exam = Exam::new();
    exam.learner();
    let quiz = planned(&exam, 1, 3);
    exam.pass(2 * HOUR_MS);
    assert_eq!(readiness(&exam.app, &exam.admin)["exam_count"], 1, "it runs");
    exam.pass(2 * HOUR_MS);
    assert_eq!(readiness(&exam.app, &exam.admin)["exam_count"], 0, "it is over");

    let path = format!("/api/quizzes/{quiz}");
    let shown = exam.app.get(&path).by(&exam.teacher).send().status(200).json();
    let replace = |facts: Value| {
        let facts = with(&json!({ "name": "Moved", "slots": shown["slots"] }), &facts);
        exam.app.put(&path).by(&exam.teacher).header("If-Match", "*").json(&facts).send().status(200);
    };
    let opens = exam.now_plus(DAY_MS);
    replace(json!({ "opens": opens, "time_limit_ms": HOUR_MS }));
    let found = readiness(&exam.app, &exam.admin);
    assert_eq!(found["exams"][0]["opens"], opens);
    assert_eq!(found["exams"][0]["until"], exam.now_plus(DAY_MS + HOUR_MS), "as long as its limit");
    assert_eq!(found["exams"][0]["published"], false, "it counts all the same");
    replace(json!({ "opens": opens, "closes": exam.now_plus(10 * DAY_MS) }));
    let found = readiness(&exam.app, &exam.admin);
    assert_eq!(found["exams"][0]["until"], exam.now_plus(2 * DAY_MS), "homework counts for a day");
    replace(json!({}));
    assert_eq!(readiness(&exam.app, &exam.admin)["exam_count"], 0, "it is always open");
    exam.app.delete(&path).by(&exam.teacher).header("If-Match", "*").send().status(204);
}

#[test]
fn more_exams_than_one_page_are_all_found() {
    let exam = Exam::new();
    exam.learner();
    let first = planned(&exam, 48, 1);
    let quiz = exam.app.state.store.read(|read| {
        lyceum::domain::quiz::Quiz::clone(
            &*lyceum::domain::quiz::get(read, lyceum::domain::ids::QuizId(first)).unwrap(),
        )
    });
    exam.app
        .state
        .store
        .write_blocking(Class::Bulk, move |txn| -> Result<(), Refusal> {
            for number in 0..249_u64 {
                let opens = quiz.opens.map(|opens| opens.plus(Duration::from_secs(number % 3)));
                let id = lyceum::domain::ids::QuizId(950_000 + number);
                txn.put(lyceum::domain::quiz::Quiz { id, opens, slots: Vec::new(), ..quiz.clone() })?;
            }
            Ok(())
        })
        .unwrap();
    let found = readiness(&exam.app, &exam.admin);
    assert_eq!(found["exam_count"], 250);
    assert_eq!(found["exams"].as_array().unwrap().len(), 100, "the first hundred are named");
    assert_eq!(found["peak"]["learners"], 2, "one course, however many exams");
}

#[test]
fn a_proxy_that_is_not_named_warns() {
    for (url, proxies, level) in [
        (None, &[][..], "ok"),
        (Some("http://learn.example.edu"), &[], "ok"),
        (Some("https://learn.example.edu"), &[], "warning"),
        (Some("https://learn.example.edu"), &["10.0.0.2"], "ok"),
    ] {
        let app = TestApp::start_with(|config| {
            config.server.public_url = url.map(str::to_owned);
            config.server.trusted_proxies = proxies.iter().map(|proxy| proxy.parse().unwrap()).collect();
        });
        let by = admin(&app);
        assert_eq!(check(&readiness(&app, &by), "proxy")["level"], level, "{url:?} {proxies:?}");
    }
}

#[test]
fn an_old_report_one_of_another_machine_and_a_relaxed_store_warn() {
    let app = TestApp::start_with(|config| config.store.durability = Durability::Relaxed);
    let by = admin(&app);
    assert_eq!(check(&readiness(&app, &by), "durability")["level"], "warning");
    put(&app, &by, &json!({})).status(200);
    let found = readiness(&app, &by);
    for (name, level) in [("capacity", "ok"), ("writing", "ok"), ("clock", "ok")] {
        assert_eq!(check(&found, name)["level"], level, "{found}");
    }
    // A generator elsewhere that the server's metrics did not answer knows no machine, and its own would be the wrong one.
    let unknown = check(&found, "capacity");
    assert!(unknown["detail"].as_str().unwrap().contains("what machine is not known"), "{unknown}");
    put(&app, &by, &json!({ "hardware": { "cores": "4096" } })).status(200);
    let capacity = check(&readiness(&app, &by), "capacity").clone();
    assert!(capacity["detail"].as_str().unwrap().contains("another machine"), "{capacity}");
    put(&app, &by, &json!({ "measured": "2026-03-01T08:00:00Z" })).status(200);
    let capacity = check(&readiness(&app, &by), "capacity").clone();
    assert!(capacity["detail"].as_str().unwrap().contains("days ago"), "{capacity}");
    let ahead = app.clock.now().plus(Duration::from_hours(1));
    app.state
        .store
        .write_blocking(Class::Bulk, move |txn| -> Result<(), Refusal> {
            Ok(txn.put(Heartbeat { at: ahead })?)
        })
        .unwrap();
    assert_eq!(check(&readiness(&app, &by), "clock")["level"], "warning");
    // The server goes on, and so do its heartbeats, by the clock as it is.
    let beat = |app: &TestApp| {
        let state = app.state.clone();
        actix_web::rt::System::new().block_on(async move { lyceum::schedule::beat(&state).await });
    };
    for _ in 0..3 {
        beat(&app);
        let clock = check(&readiness(&app, &by), "clock").clone();
        assert_eq!(clock["level"], "warning");
        assert!(clock["detail"].as_str().unwrap().contains(&format!("ran at {ahead}")), "{clock}");
    }
    app.clock.advance(Duration::from_hours(1));
    beat(&app);
    assert_eq!(check(&readiness(&app, &by), "clock")["level"], "ok", "that moment has come again");
    let downtimes = app.get("/api/exam/downtimes").by(&by).send().status(200).json();
    assert_eq!(downtimes["items"], json!([]), "the clock was put right, and the server ran all the time");
}

fn doctor(arguments: &[&str], token: Option<&str>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lyceum"));
    command.arg("doctor").args(arguments).env_remove("LYCEUM_TOKEN");
    if let Some(token) = token {
        command.env("LYCEUM_TOKEN", token);
    }
    command.output().unwrap()
}

fn said(output: &Output, code: i32) -> String {
    let text = String::from_utf8([output.stdout.as_slice(), output.stderr.as_slice()].concat()).unwrap();
    assert_eq!(output.status.code(), Some(code), "{text}");
    text
}

#[test]
fn the_doctor_asks_a_running_server() {
    let exam = Exam::with(|config| config.readiness.report_max_age_days = 36_500);
    let url = exam.app.base.clone();
    let token = Some(exam.admin.token.as_str());
    let all = said(&doctor(&["--url", &url], token), 1);
    assert!(all.contains("WARNING  capacity") && all.contains("1 warning"), "{all}");
    put(&exam.app, &exam.admin, &json!({})).status(200);
    let all = said(&doctor(&["--url", &url], token), 0);
    assert!(all.contains("ok       exams"), "{all}");
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), format!("{}\n", exam.admin.token)).unwrap();
    let name = file.path().to_str().unwrap();
    let all = said(&doctor(&["--url", &url, "--token-file", name, "--days", "3", "--json"], None), 0);
    let found: Value = serde_json::from_str(&all).unwrap();
    assert_eq!((&found["days"], &found["ready"]), (&json!(3), &json!(true)));
    let learner = exam.learner();
    let refused = said(&doctor(&["--url", &url], Some(&learner.token)), 2);
    assert!(refused.contains("403"), "{refused}");
    for (wrong, says) in
        [("lyt_nobody-has-it", "the personal token is not known"), ("slip", "begins with lyt_")]
    {
        let refused = said(&doctor(&["--url", &url], Some(wrong)), 2);
        assert!(
            refused.contains(says) && refused.contains(&format!("made at {url}/account/tokens")),
            "{refused}"
        );
    }
    assert!(said(&doctor(&["--url", &url], None), 2).contains("LYCEUM_TOKEN"));
    assert!(said(&doctor(&["--url", "http://127.0.0.1:9"], token), 2).contains("127.0.0.1:9"));
}

#[test]
fn a_wrong_address_is_refused_before_a_secret_is_asked_for() {
    for command in [
        &["doctor", "--url", "https://127.0.0.1"][..],
        &["load", "--url", "https://127.0.0.1", "--seed-course", "--admin", "root"],
        &["load", "capacity", "--url", "https://127.0.0.1", "--seed-course", "--admin", "root"],
    ] {
        let mut process = Command::new(env!("CARGO_BIN_EXE_lyceum"));
        process.args(command).env_remove("LYCEUM_TOKEN").env_remove("LYCEUM_LOAD_PASSWORD");
        let refused = said(&process.output().unwrap(), 2);
        assert!(refused.contains("asks for TLS") && !refused.contains("is missing"), "{refused}");
    }
}

#[test]
fn a_secret_in_a_variable_that_is_no_text_is_not_said_to_be_missing() {
    let load = ["load", "--url", "http://127.0.0.1:9", "--seed-course", "--admin", "root"];
    for (variable, command) in [
        ("LYCEUM_TOKEN", &["doctor", "--url", "http://127.0.0.1:9"][..]),
        ("LYCEUM_LOAD_PASSWORD", &load[..]),
    ] {
        let run = |secret: Option<&[u8]>| {
            let mut process = Command::new(env!("CARGO_BIN_EXE_lyceum"));
            process
                .args(command)
                .env_remove(variable)
                .envs(secret.map(|it| (variable, OsStr::from_bytes(it))));
            said(&process.output().unwrap(), 2)
        };
        assert!(run(None).contains("is missing") && run(None).contains(variable));
        let refused = run(Some(b"caf\xe9"));
        assert!(refused.contains(&format!("{variable} is not in UTF-8")), "{refused}");
        assert!(!refused.contains("missing"), "{refused}");
    }
}

#[test]
fn the_doctor_looks_at_the_store_of_a_server_that_is_stopped() {
    let exam = Exam::new();
    exam.learner();
    let now = Clock::System.now();
    let opens = now.plus(Duration::from_hours(24)).to_string();
    exam.simple_quiz(1, &json!({ "name": "Finals", "opens": opens }));
    put(&exam.app, &exam.admin, &json!({ "measured": now.to_string(), "carried": 1 })).status(200);
    let place = exam.app.state.config.store.directory.to_str().unwrap().to_owned();
    let busy = said(&doctor(&["--data", &place], None), 2);
    assert!(busy.contains("in use"), "{busy}");
    exam.app.state.store.close();
    let all = said(&doctor(&["--data", &place], None), 1);
    assert!(all.contains("WARNING  exams") && all.contains("2 learners  Finals"), "{all}");
    assert!(all.contains("without an end"), "{all}");
    let nothing = said(&doctor(&["--data", "/nowhere/at/all"], None), 2);
    assert!(nothing.contains("there is no store"), "{nothing}");
}
