//! Whole lists as NDJSON: every row once, rights at every page, and a failure in the middle that a client sees.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use lyceum::clock::Timestamp;
use lyceum::domain::access::Grants;
use lyceum::domain::account::{Account, AccountStatus, PersonName, Username};
use lyceum::domain::audit::AuditEntry;
use lyceum::domain::ids::UserId;
use lyceum::domain::refusal::Refusal;
use lyceum::store::{Class, Txn};
use serde_json::{Value, json};

use crate::classroom::{admin, enrol, person, published};
use crate::exam::{COURSE, Exam, essay, id, says, truth};
use crate::job::{async_of, ended, started};
use crate::support::{Person, TestApp};

fn lines(app: &TestApp, by: &Person, path: &str) -> Vec<Value> {
    let answer = app.get(path).by(by).send().status(200);
    assert_eq!(answer.header("content-type"), Some("application/x-ndjson"));
    answer.lines()
}

#[test]
fn everybody_stands_in_the_export_of_people_once_and_in_order() {
    let app = TestApp::start();
    let admin = admin(&app);
    let now = app.clock.now();
    app.state
        .store
        .write_blocking(Class::Bulk, move |txn| -> Result<(), Refusal> {
            for id in 1..=1_000 {
                txn.put(Account {
                    id: UserId(id),
                    username: Username::parse(&format!("p{id}")).unwrap(),
                    email: None,
                    first_name: PersonName::parse("Ada").unwrap(),
                    last_name: PersonName::parse(&format!("N{}", id % 7)).unwrap(),
                    status: AccountStatus::Active,
                    activated: None,
                    profile: Vec::new(),
                    created: now,
                    revision: 1,
                    preferences: lyceum::domain::preferences::Preferences::default(),
                })?;
            }
            Ok(())
        })
        .unwrap();
    let people = lines(&app, &admin, "/api/export/people");
    let ids: Vec<u64> = people.iter().map(|line| line["id"].as_u64().unwrap()).collect();
    assert_eq!(ids, (1..=1_000).chain([900_000]).collect::<Vec<_>>());
    assert_eq!(people[41]["username"], "p42");
    app.get("/api/export/people").by(&app.signed_in(UserId(42), &[])).send().problem(403, "forbidden");
}

#[test]
fn enrolments_of_a_course_are_exported_with_names_and_roles() {
    let app = TestApp::start();
    let admin = admin(&app);
    let course = published(&app, &admin, "A");
    for number in 1..=120 {
        enrol(&app, &admin, course, &person(&app, number, &format!("p{number}"), &[]), "learner");
    }
    let teacher = person(&app, 500, "teacher", &[]);
    enrol(&app, &admin, course, &teacher, "teacher");
    let path = format!("/api/courses/{course}/export/enrolments");
    let rows = lines(&app, &teacher, &path);
    assert_eq!(rows.len(), 121);
    assert_eq!((&rows[119]["name"], &rows[119]["role"]), (&json!("Ada p120"), &json!("learner")));
    assert_eq!(rows[120]["role"], "teacher");
    app.get("/api/courses/77/export/enrolments").by(&teacher).send().problem(404, "not_found");
}

#[test]
fn attempts_and_grades_are_exported_with_the_marks_of_every_response() {
    let exam = Exam::new();
    let slots = json!([
        { "points": 2, "question": exam.question(&truth("True?", true)) },
        { "points": 4, "question": exam.question(&essay("Discuss")) },
    ]);
    let quiz = exam.quiz(&json!({ "slots": slots }));
    let (done, busy) = (exam.learner(), exam.learner());
    let attempt = id(&exam.start(&done, quiz));
    exam.save(&done, attempt, 0, 1, &says(true));
    exam.save(&done, attempt, 1, 1, &json!({ "type": "essay", "text": "It depends." }));
    exam.submit(&done, attempt);
    exam.start(&busy, quiz);
    let path = format!("/api/quizzes/{quiz}/export/attempts");
    let rows = lines(&exam.app, &exam.teacher, &path);
    assert_eq!(rows.len(), 2);
    let marked: Vec<_> = rows[0]["slots"].as_array().unwrap().iter().map(|slot| &slot["points"]).collect();
    assert_eq!(marked, [&json!(2.0), &Value::Null]);
    assert_eq!((&rows[0]["attempt"], &rows[0]["points"]), (&json!(attempt), &Value::Null));
    assert_eq!((&rows[1]["finished"], &rows[1]["slots"][0]["answered"]), (&Value::Null, &Value::Null));
    let mark = format!("/api/attempts/{attempt}/slots/1/mark");
    exam.app.put(&mark).by(&exam.teacher).json(&json!({ "points": 3 })).send().status(200);
    let rows = lines(&exam.app, &exam.teacher, &path);
    assert_eq!((&rows[0]["points"], &rows[0]["slots"][1]["by_hand"]), (&json!(5.0), &json!(true)));
    exam.app.get(&path).by(&done).send().problem(403, "forbidden");

    let grades = lines(&exam.app, &exam.teacher, &format!("/api/courses/{COURSE}/export/grades"));
    let points: Vec<_> = grades.iter().map(|line| (&line["user"], &line["items"][0]["points"])).collect();
    assert_eq!(points, [(&json!(done.user), &json!(5.0)), (&json!(busy.user), &Value::Null)]);
    // The same columns and order as a page of the matrix.
    let path = format!("/api/courses/{COURSE}/grades");
    let page = exam.app.get(&path).by(&exam.teacher).send().status(200).json();
    assert_eq!(page["items"], json!(grades));
}

/// Entries of a sentence each, a millisecond apart, before the first one that a test makes.
fn entries(app: &TestApp, from: i64, count: i64) {
    app.state
        .store
        .write_blocking(Class::Bulk, move |txn| -> Result<(), Refusal> {
            for at in from..from + count {
                txn.put(AuditEntry {
                    at: Timestamp::from_ms(at),
                    id: 1,
                    actor: None,
                    action: "test".to_owned(),
                    course: None,
                    subject: format!("entry {at}"),
                    detail: "x".repeat(400),
                })?;
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn the_audit_trail_is_exported_whole_or_from_a_moment_on() {
    let app = TestApp::start();
    let admin = app.signed_in(UserId(900_000), &["administrator"]);
    entries(&app, 1_000, 450);
    let all = lines(&app, &admin, "/api/export/audit");
    assert_eq!(all.len(), 451, "and that it was exported");
    assert_eq!((&all[0]["subject"], &all[449]["subject"]), (&json!("entry 1000"), &json!("entry 1449")));
    let late = lines(&app, &admin, "/api/export/audit?since=1970-01-01T00:00:01.440Z");
    assert_eq!(late.len(), 11);
    assert_eq!(late[0]["subject"], "entry 1440");
    app.get("/api/export/audit?since=soon").by(&admin).send().status(422);
    let teacher = app.signed_in(UserId(900_001), &["teacher"]);
    app.get("/api/export/audit").by(&teacher).send().problem(403, "forbidden");
}

#[test]
fn the_trail_says_who_took_what_as_a_file() {
    let exam = Exam::new();
    let (app, admin) = (&exam.app, admin(&exam.app));
    let quiz = exam.simple_quiz(1, &json!({}));
    let of_person = "/api/xapi/people/statements?agent=%7B%22mbox%22:%22mailto:ada@example.com%22%7D";
    let files = [
        ("/api/export/people", "people: people_export"),
        ("/api/export/roster", "people: people_export"),
        ("/api/export/statements", "statements: statements_export"),
        ("/api/export/statements.zip", "statements: statements_export"),
        (of_person, "learning records of a person: person_export"),
        (&of_person.replace('?', ".zip?"), "learning records of a person: person_export"),
        (&of_person.replace("statements", "documents"), "learning records of a person: person_export"),
        (&format!("/api/courses/{COURSE}/export/enrolments"), &format!("course {COURSE}: enrolments_export")),
        (&format!("/api/courses/{COURSE}/export/grades"), &format!("course {COURSE}: grades_export")),
        (&format!("/api/courses/{COURSE}/grades/export"), &format!("course {COURSE}: grades_export")),
        (
            &format!("/api/courses/{COURSE}/grades/export?format=xlsx"),
            &format!("course {COURSE}: grades_export"),
        ),
        (&format!("/api/quizzes/{quiz}/export/attempts"), &format!("quiz {quiz}: attempts_export")),
        ("/api/export/audit", "audit trail: audit_export"),
    ];
    let learner = exam.learner();
    for (path, _) in files {
        app.get(path).by(&learner).send().problem(403, "forbidden");
        app.request("HEAD", path).by(&admin).send().status(200);
        app.get(path).by(&admin).send().status(200);
    }
    let entries = lines(app, &admin, "/api/export/audit");
    let said = entries.iter().filter(|entry| entry["action"] == "export.read");
    let said: Vec<String> = said
        .map(|entry| {
            assert_eq!(entry["actor"], json!(admin.user));
            format!("{}: {}", entry["subject"].as_str().unwrap(), entry["detail"].as_str().unwrap())
        })
        .collect();
    assert_eq!(said, files.map(|(_, said)| said.to_owned()), "once each, and nothing of what was refused");
    let asked = app
        .get("/admin/audit?kind=export")
        .header("Cookie", &format!("lyceum_session={}", admin.token))
        .header("Accept-Language", "ar")
        .send();
    let text = asked.status(200).text();
    for words in ["تصدير الأشخاص", "تصدير المحاولات", "تصدير سجل التغييرات"]
    {
        assert!(text.contains(words), "{words} is not in {text}");
    }
}

#[test]
fn the_trail_says_who_else_took_what_a_job_wrote_for_somebody() {
    let exam = Exam::new();
    let (app, admin) = (&exam.app, admin(&exam.app));
    let other = app.signed_in(UserId(900_007), &["administrator"]);
    let job = started(async_of(app.get("/api/export/roster").by(&admin)).send());
    ended(app, &admin, job);
    let path = format!("/api/jobs/{job}/result");
    app.get(&path).by(&exam.learner()).send().problem(404, "not_found");
    app.request("HEAD", &path).by(&other).send().status(200);
    for reader in [&admin, &other] {
        app.get(&path).by(reader).send().status(200);
    }
    let read: Vec<Value> = lines(app, &admin, "/api/export/audit")
        .into_iter()
        .filter(|entry| entry["subject"] == format!("job {job}") && entry["action"] == "export.read")
        .map(|entry| json!([entry["actor"], entry["detail"]]))
        .collect();
    assert_eq!(read, [json!([other.user, "people_export"])], "who asked stands there as who asked");
}

/// More of the audit trail than the buffers of a connection hold: some 20 MB.
const MANY: i64 = 40_000;

/// Asks for the whole audit trail and reads nothing of it yet.
fn ask(app: &TestApp, by: &Person) -> TcpStream {
    let mut stream = TcpStream::connect(app.base.trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let head = format!(
        "GET /api/export/audit HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {}\r\n\r\n",
        by.token
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

/// What comes of the audit trail of `whole` bytes when `what` happens behind its first ones is not all of it, and looks so.
fn breaks_off(app: &TestApp, by: &Person, whole: usize, what: impl FnOnce()) {
    let mut stream = ask(app, by);
    let mut head = [0; 1_000];
    stream.read_exact(&mut head).unwrap();
    assert!(head.starts_with(b"HTTP/1.1 200 OK"));
    // What waits behind the buffers of the connection was not read: whether they may have it can still be asked.
    what();
    let mut rest = Vec::new();
    // A reset instead of an end is as clear a sign.
    let _ = stream.read_to_end(&mut rest);
    assert!(!rest.ends_with(b"0\r\n\r\n"), "a file that is not whole looked whole");
    assert!(rest.len() < whole - 1_000_000, "{} of {whole} bytes came all the same", rest.len());
}

#[test]
fn a_file_that_fails_in_the_middle_ends_without_its_last_chunk_and_is_read_as_fast_as_it_is_taken() {
    let app = TestApp::start();
    let root = admin(&app);
    for from in (0..MANY).step_by(2_000) {
        entries(&app, 1_000 + from, 2_000);
    }
    let mut whole = Vec::new();
    ask(&app, &root).read_to_end(&mut whole).unwrap();
    assert!(whole.ends_with(b"0\r\n\r\n"), "a file that was read to its end says so");

    let other = person(&app, 900_001, "other", &["administrator"]);
    breaks_off(&app, &other, whole.len(), || {
        let revoke = move |txn: &mut Txn<'_>| -> Result<(), Refusal> {
            txn.delete::<Grants>(&other.user)?;
            Ok(())
        };
        app.state.store.write_blocking(Class::Bulk, revoke).unwrap();
    });
    // Nor does it go on for who signed out, whose token was deleted, or who was suspended.
    breaks_off(&app, &root, whole.len(), || {
        app.delete("/api/session").by(&root).send().status(204);
    });
    let root = app.signed_in(root.user, &["administrator"]);
    let body = json!({ "name": "script", "scopes": ["manage_site"], "expires": "2026-10-01T00:00:00Z" });
    let made = app.post("/api/me/tokens").by(&root).json(&body).send().status(201).json();
    let token = Person { user: root.user, token: made["token"].as_str().unwrap().to_owned() };
    breaks_off(&app, &token, whole.len(), || {
        app.delete(&format!("/api/me/tokens/{}", made["id"])).by(&root).send().status(204);
    });
    let role = json!({ "name": "auditor", "description": "", "permissions": ["manage_site"] });
    app.post("/api/roles").by(&root).json(&role).send().status(201);
    let other = app.signed_in(UserId(900_001), &["auditor"]);
    breaks_off(&app, &other, whole.len(), || {
        app.post("/api/accounts/900001/suspend").by(&root).send().status(200);
    });
}
