//! The live list: a snapshot, and what happens, as it happens.

use std::io::{BufRead as _, BufReader, ErrorKind, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::exam::{COURSE, Exam, id, says};
use crate::people::{activated, sign_in};
use crate::support::Person;

/// A client that listens to events.
struct Listener(BufReader<TcpStream>);

impl Listener {
    fn open(exam: &Exam, person: &Person, quiz: u64) -> Self {
        let address = exam.app.base.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let token = &person.token;
        write!(
            stream,
            "GET /api/quizzes/{quiz}/live/events HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\r\n"
        )
        .unwrap();
        Self(BufReader::new(stream))
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        assert!(self.0.read_line(&mut line).unwrap() > 0, "the stream ended");
        line.trim_end().to_owned()
    }

    /// Reads on through the next event; is there one?
    fn goes_on(&mut self) -> bool {
        loop {
            let line = self.line();
            // The last chunk of the body is empty.
            if line == "0" || line.starts_with("data: ") {
                return line != "0";
            }
        }
    }

    /// The next event: its name and data.
    fn event(&mut self) -> (String, Value) {
        loop {
            if let Some(name) = self.line().strip_prefix("event: ") {
                let data = self.line();
                return (
                    name.to_owned(),
                    serde_json::from_str(data.strip_prefix("data: ").unwrap()).unwrap(),
                );
            }
        }
    }

    /// The row of an attempt in the next `changes` that have one which `is` so.
    fn row(&mut self, attempt: u64, is: impl Fn(&Value) -> bool) -> Value {
        loop {
            let (name, data) = self.event();
            assert!(["changes", "time"].contains(&name.as_str()), "{name}");
            let rows = data["rows"].as_array().cloned().unwrap_or_default();
            if let Some(row) = rows.into_iter().find(|row| row["attempt"] == attempt && is(row)) {
                return row;
            }
        }
    }
}

#[test]
fn a_teacher_sees_starts_answers_extensions_and_the_end_as_they_happen() {
    let exam = Exam::new();
    let (early, learner) = (exam.learner(), exam.learner());
    let quiz = exam.simple_quiz(2, &json!({ "time_limit_ms": 600_000 }));
    let first = id(&exam.start(&early, quiz));
    let mut listener = Listener::open(&exam, &exam.teacher, quiz);
    let (name, snapshot) = listener.event();
    assert_eq!(name, "snapshot");
    assert_eq!(snapshot["rows"][0]["attempt"], first);
    assert_eq!(snapshot["more"], false);
    let attempt = exam.start(&learner, quiz);
    let row = listener.row(id(&attempt), |_| true);
    assert_eq!(
        (row["user"].clone(), row["deadline"].clone()),
        (json!(learner.user.0), attempt["deadline"].clone())
    );
    exam.save(&learner, id(&attempt), 0, 1, &says(true));
    assert_eq!(listener.row(id(&attempt), |row| row["answered"] == 1)["questions"], 2);
    exam.app
        .post(&format!("/api/attempts/{}/extend", id(&attempt)))
        .by(&exam.teacher)
        .json(&json!({ "extra_ms": 60_000 }))
        .send()
        .status(200);
    listener.row(id(&attempt), |row| row["deadline"] != attempt["deadline"]);
    exam.submit(&learner, id(&attempt));
    assert_eq!(listener.row(id(&attempt), |row| !row["finished"].is_null())["finished_by"], "learner");
    let (_, again) = Listener::open(&exam, &exam.teacher, quiz).event();
    assert_eq!(again["rows"].as_array().unwrap().len(), 2, "who comes back gets everything");
}

#[test]
fn an_answer_that_was_cleared_is_none() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(3, &json!({}));
    let attempt = id(&exam.start(&learner, quiz));
    let answered = || {
        let list =
            exam.app.get(&format!("/api/quizzes/{quiz}/live")).by(&exam.teacher).send().status(200).json();
        list["items"][0]["answered"].clone()
    };
    let cleared = json!({ "type": "empty" });
    exam.save(&learner, attempt, 0, 1, &says(true));
    exam.save(&learner, attempt, 1, 1, &says(false));
    assert_eq!(answered(), 2);
    let mut listener = Listener::open(&exam, &exam.teacher, quiz);
    listener.event();
    exam.save(&learner, attempt, 0, 2, &cleared);
    assert_eq!(listener.row(attempt, |row| row["saves"] == 3)["answered"], 1);
    assert_eq!(answered(), 1);
    // Nothing where nothing was.
    exam.save(&learner, attempt, 2, 1, &cleared);
    exam.save(&learner, attempt, 0, 3, &cleared);
    assert_eq!(answered(), 1);
    exam.save(&learner, attempt, 0, 4, &says(true));
    assert_eq!(answered(), 2);
    exam.save(&learner, attempt, 1, 2, &cleared);
    let receipt = exam.submit(&learner, attempt);
    assert_eq!((&receipt["answered"], &receipt["questions"]), (&json!(1), &json!(3)));
}

#[test]
fn the_list_comes_in_pages_and_is_not_for_learners() {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(1, &json!({}));
    let learners = [exam.learner(), exam.learner(), exam.learner()];
    let attempts: Vec<u64> = learners.iter().map(|learner| id(&exam.start(learner, quiz))).collect();
    let path = format!("/api/quizzes/{quiz}/live");
    let first = exam.app.get(&format!("{path}?limit=2")).by(&exam.teacher).send().status(200).json();
    let next = first["next"].as_str().unwrap();
    let second =
        exam.app.get(&format!("{path}?limit=2&after={next}")).by(&exam.teacher).send().status(200).json();
    let rows = first["items"].as_array().unwrap().iter().chain(second["items"].as_array().unwrap());
    assert_eq!(rows.map(|row| row["attempt"].as_u64().unwrap()).collect::<Vec<_>>(), attempts);
    exam.app.get(&path).by(&learners[0]).send().problem(403, "forbidden");
    exam.app.get(&format!("{path}/events")).by(&learners[0]).send().problem(403, "forbidden");
}

#[test]
fn a_connection_that_was_lost_stays_lost_whatever_a_supervisor_does_meanwhile() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(1, &json!({ "time_limit_ms": 600_000 }));
    let attempt = id(&exam.start(&learner, quiz));
    let lost = || {
        let list =
            exam.app.get(&format!("/api/quizzes/{quiz}/live")).by(&exam.teacher).send().status(200).json();
        list["items"][0]["connection_lost"].clone()
    };
    let report = |kind: &str| {
        let request = exam.app.post(&format!("/api/attempts/{attempt}/reports")).by(&learner);
        request.json(&json!({ "reports": [{ "kind": kind }] })).send().status(204);
        exam.pass(1_000);
    };
    report("connection_lost");
    assert_eq!(lost(), true);
    for _ in 0..2 {
        let extend = exam.app.post(&format!("/api/attempts/{attempt}/extend")).by(&exam.teacher);
        extend.json(&json!({ "extra_ms": 60_000 })).send().status(200);
    }
    assert_eq!(lost(), true);
    exam.save(&learner, attempt, 0, 1, &says(true));
    assert_eq!(lost(), false);
    report("connection_lost");
    report("connection_restored");
    assert_eq!(lost(), false);
}

#[test]
fn who_signs_out_or_whose_token_is_deleted_hears_nothing_more_though_much_happens() {
    let exam = Exam::new();
    let app = &exam.app;
    let (quiz, learner) = (exam.simple_quiz(1, &json!({})), exam.learner());
    let attempt = id(&exam.start(&learner, quiz));
    let user = activated(app, &exam.admin, "grace");
    let body = json!({ "people": [{ "user": user, "role": "teacher" }] });
    app.post(&format!("/api/courses/{COURSE}/enrolments")).by(&exam.admin).json(&body).send().status(200);
    let grace = sign_in(app, "grace");
    let body = json!({ "name": "wall", "scopes": ["view_course", "view_attempts"],
        "expires": "2026-10-01T00:00:00Z" });
    let made = app.post("/api/me/tokens").by(&grace).json(&body).send().status(201).json();
    let token = Person { user: grace.user, token: made["token"].as_str().unwrap().to_owned() };
    let mut sequence = 0;
    let mut ends_with = |person: &Person, path: &str| {
        let mut listener = Listener::open(&exam, person, quiz);
        assert_eq!(listener.event().0, "snapshot");
        app.delete(path).by(&grace).send().status(204);
        let began = Instant::now();
        loop {
            sequence += 1;
            // Each is told: it changes how many answers there are.
            let response = if sequence % 2 == 0 { json!({ "type": "empty" }) } else { says(true) };
            exam.save(&learner, attempt, 0, sequence, &response);
            if !listener.goes_on() {
                break;
            }
            assert!(began.elapsed() < Duration::from_secs(10), "{path}: it goes on");
        }
    };
    ends_with(&token, &format!("/api/me/tokens/{}", made["id"]));
    ends_with(&grace, "/api/session");
}

/// Asks for events and never reads one; its window is small.
fn deaf(exam: &Exam, person: &Person, quiz: u64) -> TcpStream {
    let Listener(reader) = Listener::open(exam, person, quiz);
    let stream = reader.into_inner();
    rustix::net::sockopt::set_socket_recv_buffer_size(&stream, 4096).unwrap();
    stream.set_nonblocking(true).unwrap();
    stream
}

#[test]
fn who_listens_and_never_reads_is_let_go_and_the_others_hear_everything() {
    use lyceum::domain::attempt::live::{LiveRow, topic};
    use lyceum::domain::ids::{AttemptId, QuizId, UserId};
    use lyceum::domain::refusal::Refusal;
    use lyceum::store::Class;

    /// Below what the store keeps for a slow listener.
    const ROWS: u64 = 200;
    let exam = Exam::with(|config| config.server.write_stall_seconds = 1);
    let quiz = exam.simple_quiz(1, &json!({}));
    let mut listener = Listener::open(&exam, &exam.teacher, quiz);
    assert_eq!(listener.event().0, "snapshot");
    let mut unread: Vec<TcpStream> = (0..10).map(|_| deaf(&exam, &exam.teacher, quiz)).collect();
    let began = Instant::now();
    let mut number = 0;
    while !unread.is_empty() {
        assert!(began.elapsed() < Duration::from_mins(1), "{} are held for ever", unread.len());
        let from = number;
        number += ROWS;
        let started = exam.app.clock.now();
        let rows =
            (from..number).map(move |number| LiveRow::begun(AttemptId(number), UserId(number), started));
        let tell = exam.app.state.store.write_blocking(Class::Exam, move |txn| -> Result<(), Refusal> {
            rows.for_each(|row| txn.announce(topic(QuizId(quiz)), Arc::new(row)));
            Ok(())
        });
        tell.unwrap();
        listener.row(number - 1, |_| true);
        // A byte more of what nobody asked for: once the other side is gone, sending fails.
        unread.retain_mut(|stream| match stream.write(b"\n") {
            Ok(_) => true,
            Err(error) => error.kind() == ErrorKind::WouldBlock,
        });
    }
    exam.app.get(&format!("/api/quizzes/{quiz}/live")).by(&exam.teacher).send().status(200);
}
