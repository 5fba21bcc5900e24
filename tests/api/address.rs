//! What an address says: parameters of the query and parts of the path that are not what has its place there, are not known, or
//! ask with another method.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use lyceum::domain::ids::UserId;
use lyceum::http::routes::{RouteInfo, Surface};
use serde_json::{Value, json};

use crate::exam::{COURSE, Exam};
use crate::pages::Browser;
use crate::roles::Walk;
use crate::support::{Person, TestApp};

/// A path of the table that leads to a record with the number 1 everywhere.
fn filled(path: &str) -> String {
    let parts = path.split('/').map(|part| match part {
        "{kind}" => "items",
        part if part.starts_with('{') => "1",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// A path of the table with a text for each of its parts, by their number.
fn with_parts(path: &str, text: impl Fn(u64) -> String) -> String {
    let mut number = 0;
    let parts = path.split('/').map(|part| {
        if !part.starts_with('{') {
            return part.to_owned();
        }
        number += 1;
        text(number)
    });
    parts.collect::<Vec<_>>().join("/")
}

/// What comes for HEAD, and what comes behind that. A client's library would not look there.
fn head_and_rest(app: &TestApp, by: &Person, path: &str) -> (String, Vec<u8>) {
    let mut stream = TcpStream::connect(app.base.trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let who = format!("Host: localhost\r\nAuthorization: Bearer {}\r\nConnection: close", by.token);
    stream.write_all(format!("HEAD {path} HTTP/1.1\r\n{who}\r\n\r\n").as_bytes()).unwrap();
    let mut read = Vec::new();
    stream.read_to_end(&mut read).unwrap();
    let end = read.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    let rest = read.split_off(end);
    (String::from_utf8(read).unwrap(), rest)
}

/// Paths of everything that is read, for programs or for people.
fn read(app: &TestApp, surface: Surface) -> Vec<&'static str> {
    let routes = lyceum::http::table(&app.state).list().into_iter();
    let read = routes.filter(|route| route.surface == surface && route.method == "GET");
    read.map(|route| route.path).collect()
}

fn administrator(app: &TestApp) -> Person {
    app.signed_in(UserId(900_001), &["administrator"])
}

/// Where something is wrong, and what.
fn faults(problem: &Value) -> Vec<(String, String)> {
    let errors = problem["errors"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    errors.map(|error| (text(&error["at"]), text(&error["problem"]))).collect()
}

fn fault(at: &str, problem: &str) -> (String, String) {
    (at.to_owned(), problem.to_owned())
}

#[test]
fn everything_that_is_wrong_with_a_query_is_told_by_name() {
    let exam = Exam::new();
    let admin = &exam.admin;
    let get = |path: &str| exam.app.get(path).by(admin).send();
    let number = |found: &str| format!("is \"{found}\", not a whole number from 0 on");
    let problem = get("/api/courses?limit=abc").problem(422, "invalid_field");
    assert_eq!(faults(&problem), [fault("?limit", &number("abc"))]);
    assert_eq!(problem["detail"], "?limit is \"abc\", not a whole number from 0 on");

    let path = format!("/api/courses/{}/questions", COURSE.0);
    let problem = get(&format!("{path}?limit=&retired=maybe&limit=2&limit=3")).problem(422, "invalid_field");
    let retired = fault("?retired", "is \"maybe\", not true or false");
    assert_eq!(faults(&problem), [fault("?limit", &number("")), retired, fault("?limit", "is there twice")]);

    let path = format!("/api/courses/{}/grades", COURSE.0);
    let problem = get(&format!("{path}?sort=age")).problem(422, "invalid_field");
    assert_eq!(faults(&problem), [fault("?sort", "is \"age\", not one of account, name")]);
    assert_eq!(get(&format!("{path}?sort=name&limit=5")).status(200).json()["next"], Value::Null);
}

#[test]
fn a_misspelt_filter_is_refused_with_those_there_are() {
    let exam = Exam::new();
    let get = |path: &str| exam.app.get(path).by(&exam.admin).send();
    let problem = get("/api/courses?stauts=active&limit=x").problem(400, "unknown_parameter");
    let unknown = fault("?stauts", "is no parameter of this address, which takes limit, after");
    assert_eq!(faults(&problem), [unknown, fault("?limit", "is \"x\", not a whole number from 0 on")]);
    let problem = get("/api/session?fields=user").problem(400, "unknown_parameter");
    assert_eq!(faults(&problem), [fault("?fields", "is no parameter of this address, which takes none")]);
    let made = exam.app.post("/api/courses?taech=false").by(&exam.admin);
    let made = made.json(&json!({ "short_name": "T1", "title": "One" })).send();
    made.refused(400, "unknown_parameter", "?taech");
    // An empty query says nothing.
    get("/api/session?").status(200);
    get("/api/session?&").status(200);
    // Who reads Arabic learns it in Arabic.
    let said = exam.app.get("/api/courses?stauts=active").by(&exam.admin).header("Accept-Language", "ar");
    let words = said.send().status(400).json()["words"].as_str().unwrap().to_owned();
    assert!(words.contains("معاملاته") && words.contains("limit, after"), "{words}");
}

#[test]
fn whatever_is_wrong_with_a_parameter_is_said_in_arabic() {
    let exam = Exam::new();
    let document: Value = serde_json::from_str(lyceum::http::openapi::DOCUMENT).unwrap();
    let mut told = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        let parameters = operations["get"]["parameters"].as_array().into_iter().flatten();
        let names = parameters.filter(|it| it["in"] == "query").map(|it| it["name"].as_str().unwrap());
        for (name, value) in names.flat_map(|name| ["nonsense", "0"].map(|value| (name, value))) {
            let path = format!("{}?{name}={value}", filled(path));
            let answer = exam.app.get(&path).by(&exam.admin).header("Accept-Language", "ar").send();
            // What is wrong with an agent is said to tools, in the words of the record store.
            if answer.code != 422 || name == "agent" {
                continue;
            }
            let problem = answer.json();
            let (words, detail) = (problem["words"].as_str().unwrap(), problem["detail"].as_str().unwrap());
            assert!(!words.contains(detail), "{path}: {words}");
            told.insert(name);
        }
    }
    for name in ["after", "category", "days", "format", "limit", "samples", "since", "sort"] {
        assert!(told.contains(name), "{name} is not among {told:?}");
    }
    // So is what a page cannot read, and what is named of statements that a store did not want.
    let mut browser = Browser::of(&exam.app, &exam.admin);
    browser.language = "ar";
    let page = browser.get("/admin/records/targets/1/discard?letter=x").status(422).text();
    assert!(page.contains("data-code=\"invalid_field\"") && !page.contains("<p lang=\"en\""), "{page}");
    for body in [json!({}), json!({ "all": true, "letters": [1] })] {
        let sent = exam.app.post("/api/xapi/targets/1/letters/discard").by(&exam.admin).json(&body);
        let problem = sent.header("Accept-Language", "ar").send().problem(422, "invalid_field");
        let (words, detail) = (problem["words"].as_str().unwrap(), problem["detail"].as_str().unwrap());
        assert!(!words.contains(detail), "{words}");
    }
}

#[test]
fn no_address_of_the_api_passes_over_a_parameter() {
    let app = TestApp::start();
    let admin = administrator(&app);
    for path in read(&app, Surface::Api).into_iter().filter(|path| path.starts_with("/api/")) {
        let answer = app.get(&format!("{}?nonsense=1", filled(path))).by(&admin).send();
        answer.refused(400, "unknown_parameter", "?nonsense");
    }
    // Probes and monitors put something behind an address, and so do mail programs behind that of a page.
    for path in ["/healthz?at=7", "/readyz?at=7", "/metrics?at=7", "/sign-in?utm_source=mail"] {
        app.get(path).send().status(200);
    }
}

#[test]
fn what_writes_refuses_a_parameter_that_it_does_not_take_before_it_writes() {
    let walk = Walk::new();
    let admin = administrator(&walk.app);
    let writes = |route: &&RouteInfo| route.path.starts_with("/api/") && route.method != "GET";
    for route in walk.routes.iter().filter(writes) {
        let refused = || {
            let before = walk.app.state.store.group_number();
            let answer = walk.request(route, Some("nonsense=1")).by(&admin).send();
            answer.refused(400, "unknown_parameter", "?nonsense");
            walk.app.state.store.group_number() == before
        };
        // What the server writes of its own accord may come in between, but not every time.
        assert!((0..5).any(|_| refused()), "{} {} has written", route.method, route.path);
    }
}

#[test]
fn a_part_of_a_path_that_is_no_number_is_named() {
    let app = TestApp::start();
    let admin = administrator(&app);
    for (path, at, problem) in [
        ("/api/courses/abc", "{course}", "is \"abc\", not a whole number from 0 on"),
        ("/api/courses/1/groups/x", "{group}", "is \"x\", not a whole number from 0 on"),
        (
            "/api/courses/99999999999999999999",
            "{course}",
            "is \"99999999999999999999\", not a whole number from 0 to 18446744073709551615",
        ),
        ("/api/courses/-1/groups/1", "{course}", "is \"-1\", not a whole number from 0 on"),
        ("/api/questions/1/versions/1.0", "{version}", "is \"1.0\", not a whole number from 0 on"),
    ] {
        let refused = app.get(path).by(&admin).send().problem(404, "not_found");
        assert_eq!(faults(&refused), [fault(at, problem)], "{path}");
        assert_eq!(refused["detail"], format!("{at} {problem}"));
    }
    let path = "/api/courses/1/grades/learners/1/trees/1/override";
    let refused = app.put(path).by(&admin).header("If-Match", "*").json(&json!({ "value": 1 })).send();
    let refused = refused.problem(404, "not_found");
    assert_eq!(refused["errors"][0]["at"], "{kind}", "{refused}");
}

#[test]
fn of_parts_of_a_path_with_the_same_text_the_wrong_one_is_named() {
    let app = TestApp::start();
    let admin = administrator(&app);
    // What no part takes, what words are not, what is too large for a slot, and for a version.
    let sorts: [fn(u64) -> String; 4] = [
        |number| format!("x{number}"),
        |number| number.to_string(),
        |number| (70_000 + number).to_string(),
        |number| (5_000_000_000 + number).to_string(),
    ];
    let routes = lyceum::http::table(&app.state).list().into_iter();
    let routes = routes.filter(|route| route.surface == Surface::Api && route.path.matches('{').count() > 1);
    let mut told = BTreeSet::new();
    for (route, sort) in routes.flat_map(|route| sorts.map(|sort| (route.clone(), sort))) {
        let wrong = |path: String| {
            let request = app.request(route.method.as_str(), &path).by(&admin).header("If-Match", "*");
            let answer = request.json(&json!({})).send();
            let problem: Value = serde_json::from_slice(&answer.bytes).unwrap_or_default();
            problem["errors"][0]["at"].as_str().filter(|at| at.starts_with('{')).map(str::to_owned)
        };
        let expected = wrong(with_parts(route.path, sort));
        let same = with_parts(route.path, |_| sort(1));
        assert_eq!(wrong(same.clone()), expected, "{} {same}", route.method);
        told.extend(expected);
    }
    for part in ["{course}", "{kind}", "{slot}", "{version}"] {
        assert!(told.contains(part), "{part} is in none of {told:?}");
    }
}

#[test]
fn what_is_read_answers_a_question_for_its_head() {
    let exam = Exam::new();
    let (app, admin) = (&exam.app, &exam.admin);
    let picture = app.post(&format!("/api/courses/{}/question_files?name=a.png", COURSE.0)).by(&exam.teacher);
    let picture = picture.body("application/octet-stream", vec![7; 200_000]).send().status(200).json();
    let picture = format!("/api/files/{}", picture["sha256"].as_str().unwrap());
    let roster = format!("/api/courses/{}/export/enrolments", COURSE.0);
    let alike = ["content-type", "content-length", "transfer-encoding", "etag", "cache-control", "allow"];
    for path in [
        "/healthz",
        "/api/courses",
        "/api/openapi.json",
        "/api/courses/404",
        "/api/courses?limit=x",
        "/nothing",
        "/sign-in",
        &picture,
        &roster,
    ] {
        let [whole, head] = ["GET", "HEAD"].map(|method| app.request(method, path).by(admin).send());
        assert_eq!(head.code, whole.code, "{path}");
        for name in alike {
            assert_eq!(head.header(name), whole.header(name), "{name} of {path}");
        }
        let (head, rest) = head_and_rest(app, admin, path);
        assert!(head.contains(&format!(" {} ", whole.code)) && rest.is_empty(), "{path}: {head}{rest:?}");
    }
    // Not a part of it, whatever part is asked for.
    let part = app.request("HEAD", &picture).by(admin).header("Range", "bytes=0-9").send().status(200);
    assert_eq!(part.header("content-length"), Some("200000"));
    // A page of somebody who is not signed in leads there, as it does otherwise.
    let led = app.request("HEAD", "/account/sessions").header("Accept", "text/html").send();
    assert_eq!((led.code, led.header("location")), (303, Some("/sign-in?next=/account/sessions")));
}

#[test]
fn a_question_for_the_head_neither_starts_work_nor_waits_for_events() {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(1, &json!({}));
    let head =
        |path: &str| exam.app.request("HEAD", path).by(&exam.admin).header("Prefer", "respond-async").send();
    let events = head(&format!("/api/quizzes/{quiz}/live/events")).status(200);
    assert_eq!(events.header("content-type"), Some("text/event-stream"));
    head(&format!("/api/courses/{}/grades/export", COURSE.0)).status(200);
    let jobs = exam.app.get("/api/jobs").by(&exam.admin).send().status(200).json();
    assert_eq!(jobs["items"], json!([]));
}

#[test]
fn only_what_changes_something_refuses_a_question_for_its_head() {
    let app = TestApp::start();
    let admin = administrator(&app);
    let refused = app.request("HEAD", "/api/jobs/1/cancel").by(&admin).send().status(405);
    assert_eq!(refused.header("allow"), Some("POST"));
    for surface in [Surface::Api, Surface::Page, Surface::Lrs] {
        for path in read(&app, surface) {
            let (head, rest) = head_and_rest(&app, &admin, &filled(path));
            assert!(!head.contains(" 405 ") && rest.is_empty(), "{path}: {head}{rest:?}");
        }
    }
}

#[test]
fn a_number_in_an_address_is_written_in_one_way() {
    let exam = Exam::new();
    let (app, teacher) = (&exam.app, &exam.teacher);
    let course = COURSE.0;
    app.get(&format!("/api/courses/{course}")).by(teacher).send().status(200);
    for other in [format!("+{course}"), format!("%2B{course}"), format!("0{course}"), format!("%30{course}")]
    {
        let refused = app.get(&format!("/api/courses/{other}")).by(teacher).send().problem(404, "not_found");
        assert_eq!(refused["errors"][0]["at"], "{course}", "{refused}");
        Browser::of(app, teacher).get(&format!("/courses/{other}")).status(404);
    }
    let quizzes = format!("/api/courses/{course}/quizzes");
    app.get(&format!("{quizzes}?limit=5")).by(teacher).send().status(200);
    for other in ["%2B5", "05"] {
        let refused = app.get(&format!("{quizzes}?limit={other}")).by(teacher).send();
        assert_eq!(refused.problem(422, "invalid_field")["errors"][0]["at"], "?limit");
    }
}
