//! What goes wrong below the rules: bodies that are too large, too slow or of the wrong kind, addresses and queries that
//! are not of their form, and what is no HTTP. All over a bare socket, where a client library would not go along.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use lyceum::admission::bodies::{Bodies, Held};
use lyceum::store::Class;
use serde_json::Value;

use crate::full::Full;
use crate::support::TestApp;

/// Far longer than anything here takes; a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_secs(30);

struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    #[track_caller]
    fn problem(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{}\n{}", self.head, String::from_utf8_lossy(&self.body));
        assert!(self.head.contains("content-type: application/problem+json"), "{}", self.head);
        let problem: Value = serde_json::from_slice(&self.body).unwrap();
        assert_eq!((&problem["code"], &problem["status"]), (&code.into(), &status.into()), "{problem}");
        problem
    }
}

struct Socket {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Socket {
    fn open(app: &TestApp) -> Self {
        let stream = TcpStream::connect(app.base.trim_start_matches("http://")).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Self { stream, read: Vec::new() }
    }

    fn send(&mut self, text: &str) {
        self.stream.write_all(text.as_bytes()).unwrap();
    }

    /// Reads a whole answer with a stated length.
    fn answer(&mut self) -> Answer {
        let end = loop {
            if let Some(end) = self.read.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            assert!(self.more() > 0, "the connection ended: {}", String::from_utf8_lossy(&self.read));
        };
        let head = String::from_utf8(self.read.drain(..end).collect()).unwrap().to_ascii_lowercase();
        let length = head
            .split("content-length: ")
            .nth(1)
            .map_or(0, |rest| rest.split("\r\n").next().unwrap().parse().unwrap());
        while self.read.len() < length {
            assert!(self.more() > 0, "the connection ended in the body");
        }
        let body = self.read.drain(..length).collect();
        Answer { status: head.split(' ').nth(1).unwrap().parse().unwrap(), head, body }
    }

    fn more(&mut self) -> usize {
        let mut piece = [0; 4096];
        let read = self.stream.read(&mut piece).unwrap();
        self.read.extend_from_slice(&piece[..read]);
        read
    }

    /// The server has hung up, now or soon.
    fn assert_closed(mut self) {
        let mut rest = [0; 64];
        match self.stream.read(&mut rest) {
            Ok(0) => {}
            Ok(read) => panic!("more came: {}", String::from_utf8_lossy(&rest[..read])),
            Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "{error}"),
        }
    }

    /// Sends `piece` again and again, some time after one another, until the server answers.
    fn trickle_until_answered(&mut self, piece: &str) -> Answer {
        self.stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        let since = Instant::now();
        loop {
            assert!(since.elapsed() < PATIENCE, "a body that never ends is waited for");
            let mut first = [0; 1];
            match self.stream.read(&mut first) {
                Ok(0) => panic!("the connection ended without an answer"),
                Ok(_) => {
                    self.read.push(first[0]);
                    break;
                }
                // Nothing was said so far.
                Err(_) => self.send(piece),
            }
        }
        self.stream.set_read_timeout(Some(PATIENCE)).unwrap();
        self.answer()
    }

    /// Sends `piece` again and again until the server has hung up.
    fn trickle_until_closed(mut self, piece: &str) {
        self.stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        let since = Instant::now();
        let mut rest = [0; 64];
        loop {
            assert!(since.elapsed() < PATIENCE, "the connection is held for ever");
            match self.stream.read(&mut rest) {
                Ok(0) => return,
                Ok(_) => {}
                Err(error)
                    if matches!(
                        error.kind(),
                        std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
                    ) => {}
                Err(_) => return,
            }
            if self.stream.write_all(piece.as_bytes()).is_err() {
                return;
            }
        }
    }
}

fn ask(app: &TestApp, text: &str) -> Answer {
    let mut socket = Socket::open(app);
    socket.send(text);
    socket.answer()
}

const JSON: &str = "Content-Type: application/json\r\n";

fn sign_in(headers: &str, body: &str) -> String {
    format!("POST /api/session HTTP/1.1\r\nHost: x\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len())
}

#[test]
fn a_body_of_another_kind_is_refused_with_a_code_that_says_which_kind() {
    let app = TestApp::start();
    for headers in [
        "",
        "Content-Type: text/plain\r\n",
        "Content-Type: application/x-www-form-urlencoded\r\n",
        "Content-Type: application/merge-patch+json\r\n",
    ] {
        ask(&app, &sign_in(headers, "{}")).problem(415, "unsupported_media_type");
    }
    for coding in ["gzip", "br", "deflate", "nonsense", "identity, gzip"] {
        let headers = format!("{JSON}Content-Encoding: {coding}\r\n");
        ask(&app, &sign_in(&headers, "{}")).problem(415, "encoded_body");
    }
    let plain = format!("{JSON}Content-Encoding: identity\r\n");
    ask(&app, &sign_in(&plain, "{}")).problem(422, "wrong_shape");
    let parameters = "Content-Type: application/json; charset=utf-8\r\n";
    ask(&app, &sign_in(parameters, "{")).problem(422, "malformed_json");
}

#[test]
fn a_body_that_is_too_large_is_refused_whether_it_says_so_or_not() {
    let app = TestApp::start_with(|config| config.server.body_limit_bytes = 1024);
    let large = "x".repeat(2000);
    ask(&app, &sign_in(JSON, &large)).problem(413, "too_large");
    let chunked = format!(
        "POST /api/session HTTP/1.1\r\nHost: x\r\n{JSON}Transfer-Encoding: chunked\r\n\r\n7d0\r\n{large}\r\n0\r\n\r\n"
    );
    ask(&app, &chunked).problem(413, "too_large");
}

#[test]
fn addresses_and_queries_that_are_not_of_their_form_are_problems() {
    let app = TestApp::start();
    for path in [
        "/api/quizzes/x/live",
        "/api/quizzes/%ff/live",
        "/api/quizzes/99999999999999999999/live",
        "/%00",
        "//",
    ] {
        let answer = ask(&app, &format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n"));
        assert!(matches!(answer.status, 401 | 404), "{path}: {}", answer.head);
        assert!(answer.head.contains("application/problem+json"), "{path}: {}", answer.head);
    }
    let admin = app.signed_in(lyceum::domain::ids::UserId(900_001), &["administrator"]);
    for (path, status) in [
        ("/api/accounts?limit=many", 422),
        ("/api/accounts?limit", 422),
        ("/api/accounts?limit=1&limit=2", 422),
        ("/api/quizzes/x", 404),
    ] {
        let answer = ask(
            &app,
            &format!("GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\r\n", admin.token),
        );
        let code = if status == 404 { "not_found" } else { "invalid_field" };
        answer.problem(status, code);
    }
}

#[test]
fn what_is_wrong_with_a_body_as_a_whole_is_a_sentence() {
    let app = TestApp::start();
    for body in ["\"x\"", "[]"] {
        let problem = ask(&app, &sign_in(JSON, body)).problem(422, "wrong_shape");
        assert_eq!(problem["errors"][0]["at"], "", "{problem}");
        assert!(problem["detail"].as_str().unwrap().starts_with("the document"), "{problem}");
    }
}

#[test]
fn methods_that_nobody_takes_are_problems() {
    let app = TestApp::start();
    for method in ["OPTIONS", "TRACE", "BREW"] {
        let answer = ask(&app, &format!("{method} /api/session HTTP/1.1\r\nHost: x\r\n\r\n"));
        answer.problem(405, "method_not_allowed");
    }
    ask(&app, "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n").problem(404, "not_found");
    ask(&app, "CONNECT example.org:443 HTTP/1.1\r\nHost: x\r\n\r\n").problem(404, "not_found");
}

#[test]
fn who_expects_to_be_asked_for_the_body_is_asked_and_then_answered() {
    let app = TestApp::start();
    let mut socket = Socket::open(&app);
    let head = sign_in(&format!("{JSON}Expect: 100-continue\r\n"), "{}");
    socket.send(head.trim_end_matches("{}"));
    assert_eq!(socket.answer().status, 100);
    socket.send("{}");
    socket.answer().problem(422, "wrong_shape");
    // What else somebody expects is not known here, and HTTP lets a server pass over it.
    ask(&app, &sign_in(&format!("{JSON}Expect: the unexpected\r\n"), "{}")).problem(422, "wrong_shape");
}

#[test]
fn who_is_refused_for_lack_of_room_is_told_so_without_the_body() {
    let app = TestApp::start_with(|config| config.limits.address_per_second = 0);
    let _full = Full::begin(&app.state);
    for expects in ["", "Expect: 100-continue\r\n"] {
        let began = Instant::now();
        loop {
            assert!(began.elapsed() < PATIENCE, "nothing is refused");
            let mut socket = Socket::open(&app);
            socket.send(&format!(
                "POST /api/courses HTTP/1.1\r\nHost: x\r\n{JSON}{expects}Content-Length: 1000000\r\n\r\n"
            ));
            // Nothing of it ever comes.
            let mut answer = socket.answer();
            if answer.status == 100 {
                answer = socket.answer();
            }
            // One in a while is let in, and is nobody.
            if answer.status != 401 {
                answer.problem(503, "overloaded");
                assert!(answer.head.contains("retry-after: 2\r\n"), "{}", answer.head);
                break;
            }
        }
    }
}

#[test]
fn what_comes_in_chunks_ends_with_the_connection_where_chunks_are_not_known() {
    let app = TestApp::start();
    let admin = crate::classroom::admin(&app);
    let export = |version: &str| {
        let mut socket = Socket::open(&app);
        socket.send(&format!(
            "GET /api/export/people {version}\r\nHost: x\r\nAuthorization: Bearer {}\r\nConnection: keep-alive\r\n\r\n",
            admin.token
        ));
        socket
    };
    let mut old = export("HTTP/1.0");
    let answer = old.answer();
    assert_eq!((answer.status, answer.head.contains("transfer-encoding")), (200, false), "{}", answer.head);
    while old.more() > 0 {}
    let lines = String::from_utf8(old.read).unwrap();
    for line in lines.lines() {
        serde_json::from_str::<Value>(line).unwrap();
    }
    assert!(lines.contains(&format!("\"id\":{}", admin.user)), "{lines}");
    let answer = export("HTTP/1.1").answer();
    assert!(answer.head.contains("transfer-encoding: chunked"), "{}", answer.head);
}

#[test]
fn cookies_of_others_take_nobodys_session_away() {
    let app = TestApp::start();
    let admin = crate::classroom::admin(&app);
    for other in [&b"theme=dark"[..], b"name=Jos\xe9", "name=Я".as_bytes(), b"\xff", b"="] {
        for ours_is_first in [true, false] {
            let ours = format!("lyceum_session={}", admin.token).into_bytes();
            let both = if ours_is_first { [&ours, other] } else { [other, &ours] };
            let head = [b"GET /api/me HTTP/1.1\r\nHost: x\r\nCookie: ", &*both.join(&b"; "[..]), b"\r\n\r\n"]
                .concat();
            let mut socket = Socket::open(&app);
            socket.stream.write_all(&head).unwrap();
            assert_eq!(socket.answer().status, 200, "{}", String::from_utf8_lossy(&head));
        }
    }
}

#[test]
fn a_problem_has_words_in_the_language_of_who_asks_wherever_it_is_met() {
    let app = TestApp::start();
    for path in ["/nope", "/problems/nope", "/xapi/statements?foo=1", "/api/nope"] {
        let answer = ask(&app, &format!("GET {path} HTTP/1.1\r\nHost: x\r\nAccept-Language: ar\r\n\r\n"));
        let problem: Value = serde_json::from_slice(&answer.body).unwrap();
        assert!(problem["words"].as_str().is_some_and(|words| !words.is_ascii()), "{path}: {problem}");
    }
}

#[test]
fn what_is_no_http_is_told_so_and_hung_up_on() {
    let app = TestApp::start();
    for (text, status) in [
        ("nonsense\r\n\r\n".to_owned(), 400),
        ("GET / HTTP/1.1\r\nno colon\r\n\r\n".to_owned(), 400),
        ("GET /a b HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(), 400),
        ("GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n".to_owned(), 400),
        ("GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n".to_owned(), 400),
        (format!("GET / HTTP/1.1\r\nX: {}", "x".repeat(140_000)), 431),
    ] {
        let mut socket = Socket::open(&app);
        socket.send(&text);
        let answer = socket.answer();
        assert_eq!((answer.status, answer.body.len()), (status, 0), "{}", &text[..40.min(text.len())]);
        socket.assert_closed();
    }
    app.get("/healthz").send().status(200);
}

fn impatient() -> TestApp {
    TestApp::start_with(|config| {
        config.server.body_limit_bytes = 1024;
        config.server.body_idle_seconds = 20;
        config.server.body_seconds = 1;
    })
}

#[test]
fn a_body_that_trickles_in_is_refused_when_its_time_is_over() {
    let app = impatient();
    let mut socket = Socket::open(&app);
    socket.send(&format!("POST /api/session HTTP/1.1\r\nHost: x\r\n{JSON}Content-Length: 1000\r\n\r\n"));
    let answer = socket.trickle_until_answered(" ");
    answer.problem(408, "slow_body");
    assert!(answer.head.contains("connection: close"), "{}", answer.head);
    socket.trickle_until_closed(" ");

    let mut socket = Socket::open(&app);
    socket
        .send(&format!("POST /api/session HTTP/1.1\r\nHost: x\r\n{JSON}Transfer-Encoding: chunked\r\n\r\n"));
    let answer = socket.trickle_until_answered("1\r\n \r\n");
    answer.problem(408, "slow_body");
    assert!(answer.head.contains("connection: close"), "{}", answer.head);
    socket.trickle_until_closed("1\r\n \r\n");
}

#[test]
fn a_body_that_stands_still_is_refused_too() {
    let app = TestApp::start_with(|config| config.server.body_idle_seconds = 1);
    let mut socket = Socket::open(&app);
    socket.send(&format!("POST /api/session HTTP/1.1\r\nHost: x\r\n{JSON}Content-Length: 1000\r\n\r\n{{"));
    let problem = socket.answer().problem(408, "slow_body");
    assert!(problem["detail"].as_str().unwrap().starts_with("nothing of the body came for 1 s"), "{problem}");
    socket.assert_closed();
}

#[test]
fn a_long_body_for_which_others_leave_no_memory_is_refused_and_a_short_one_is_not() {
    let app = TestApp::start();
    let bodies = app.state.admission.bodies.clone();
    let mut others = Held::default();
    while bodies.left(Class::SignIn) > 0 {
        assert!(others.more(&bodies, bodies.left(Class::SignIn), Class::SignIn));
    }
    let long = format!("{{\"{}\": 1}}", "x".repeat(20_000));
    let answer = ask(&app, &sign_in(JSON, &long));
    answer.problem(503, "overloaded");
    assert!(answer.head.contains("retry-after: 2\r\n"), "{}", answer.head);
    ask(&app, &sign_in(JSON, "{}")).problem(422, "wrong_shape");
    drop(others);
    ask(&app, &sign_in(JSON, &long)).problem(422, "wrong_shape");
    let all = Bodies::of(app.state.config.server.upload_limit_bytes).left(Class::Exam);
    assert_eq!(bodies.left(Class::Exam), all, "what was read is given back");
}

#[test]
fn a_chunked_body_that_nobody_reads_holds_no_connection_and_one_that_was_read_keeps_it() {
    let app = impatient();
    let mut socket = Socket::open(&app);
    socket.send("GET /healthz HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    assert_eq!(socket.answer().status, 200);
    socket.trickle_until_closed("1\r\n \r\n");

    let mut socket = Socket::open(&app);
    for _ in 0..2 {
        socket.send(&format!(
            "POST /api/session HTTP/1.1\r\nHost: x\r\n{JSON}Transfer-Encoding: chunked\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n"
        ));
        socket.answer().problem(422, "wrong_shape");
    }
}

#[test]
fn the_document_says_of_every_body_that_it_may_be_of_the_wrong_kind_or_too_slow() {
    let document: Value = serde_json::from_str(lyceum::http::openapi::DOCUMENT).unwrap();
    let mut bodies = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let takes_body = operation["requestBody"].is_object();
            bodies += usize::from(takes_body);
            for status in ["408", "415"] {
                assert_eq!(
                    operation["responses"][status].is_object(),
                    takes_body,
                    "{method} {path} {status}"
                );
            }
        }
    }
    assert!(bodies > 40, "only {bodies} bodies");
}
