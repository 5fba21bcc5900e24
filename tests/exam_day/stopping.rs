//! How the server stops: it says so, answers what is in flight, ends streams with a hint, flushes, and is gone in time.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::client::{Client, Credential};
use crate::run;
use crate::school::School;
use crate::server::Server;

const SETTINGS: [(&str, &str); 5] = [
    ("LYCEUM__SIGN_IN__ARGON2_MEMORY_KIB", "8"),
    ("LYCEUM__SIGN_IN__ARGON2_PASSES", "1"),
    ("LYCEUM__STORE__LOW_WATER_MIB", "16"),
    ("LYCEUM__SERVER__DRAIN_SECONDS", "2"),
    ("LYCEUM__SERVER__SHUTDOWN_SECONDS", "20"),
];
/// Longest wait for anything that must come.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connection on which bytes are written and read as they come.
struct Raw {
    stream: TcpStream,
    heard: String,
}

impl Raw {
    async fn open(address: SocketAddr, bytes: &[u8]) -> Self {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        Self { stream, heard: String::new() }
    }

    /// Reads until `text` was heard, or until the end when there is none.
    async fn hear(&mut self, text: Option<&str>) {
        let mut bytes = [0; 4096];
        while text.is_none_or(|text| !self.heard.contains(text)) {
            let read = timeout(PATIENCE, self.stream.read(&mut bytes)).await.expect("nothing came").unwrap();
            self.heard.push_str(&String::from_utf8_lossy(&bytes[..read]));
            if read == 0 {
                assert!(
                    text.is_none_or(|text| self.heard.contains(text)),
                    "{text:?} never came: {}",
                    self.heard
                );
                return;
            }
        }
    }
}

/// A request to make a course whose body ends in the middle, and the rest of it.
fn halves(client: &Client, name: &str) -> (Vec<u8>, Vec<u8>) {
    let body = json!({ "short_name": name, "title": "Made while the server stops" }).to_string();
    let mut first =
        client.bytes("POST", "/api/courses", &[("Content-Type", "application/json")], body.as_bytes());
    let rest = first.split_off(first.len() - 10);
    (first, rest)
}

#[test]
fn what_is_in_flight_at_sigterm_is_answered_and_durable_and_the_next_start_believes_the_store() {
    run(drained());
}

async fn drained() {
    let mut server = Server::start(&SETTINGS);
    let mut school = School::open(&server, 3).await;
    let questions = school.questions().await;
    let quiz = json!({ "name": "Q", "slots": [{ "points": 1, "question": questions[0]["id"] }] });
    let path = format!("/api/courses/{}/quizzes", school.course);
    let quiz = school.teacher.post(&path, &quiz).await.expect(201).json()["id"].clone();
    let events = school.teacher.bytes("GET", &format!("/api/quizzes/{quiz}/live/events"), &[], b"");
    let mut stream = Raw::open(server.address, &events).await;
    stream.hear(Some("event: snapshot")).await;
    let (first, rest) = halves(&school.administrator, "INFLIGHT");
    let mut request = Raw::open(server.address, &first).await;
    let mut idle = Client::new(server.address, Credential::None);
    idle.get("/healthz").await.expect(200);
    let ready = idle.bytes("GET", "/readyz", &[], b"");
    assert_eq!(idle.try_send(&ready).await.unwrap().status, 200);

    let begun = Instant::now();
    server.terminate();
    // New connections are still answered, and told.
    let draining = loop {
        let reply = Client::new(server.address, Credential::None).try_send(&ready).await.unwrap();
        if reply.status == 503 {
            break reply.json();
        }
        assert!(begun.elapsed() < Duration::from_secs(2), "it did not say that it stops");
    };
    assert_eq!(draining["status"], "draining");
    stream.hear(None).await;
    assert!(
        stream.heard.contains("retry: 2000\n") && stream.heard.contains("event: end\n"),
        "{}",
        stream.heard
    );
    while TcpStream::connect(server.address).await.is_ok() {
        assert!(begun.elapsed() < PATIENCE, "it goes on taking connections");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(begun.elapsed() >= Duration::from_secs(2), "it did not wait for who is in front");
    request.stream.write_all(&rest).await.unwrap();
    request.hear(None).await;
    assert!(request.heard.starts_with("HTTP/1.1 201"), "{}", request.heard);
    let answered = Instant::now();
    let status = server.ended();
    assert_eq!(status.code(), Some(0), "{}", server.log_text());
    assert!(
        answered.elapsed() < Duration::from_secs(10),
        "it ended {:?} after its last answer",
        answered.elapsed()
    );
    assert!(server.is_closed(), "the store was not closed in order");

    server.spawn();
    let courses = school.administrator.list("/api/courses").await;
    assert!(courses.iter().any(|course| course["short_name"] == "INFLIGHT"), "{courses:?}");
    let metrics = school.administrator.get("/metrics").await.expect(200).text();
    assert!(metrics.contains("\nlyceum_store_tree_rebuilds_total 0\n"), "the tree was rebuilt");
    server.stop();
}

#[test]
fn a_second_signal_ends_it_at_once_and_nothing_that_was_acknowledged_is_lost() {
    run(async {
        let mut server = Server::start(&SETTINGS);
        let mut school = School::open(&server, 3).await;
        let (first, _) = halves(&school.administrator, "NEVER");
        let _waits = Raw::open(server.address, &first).await;
        let facts = json!({ "short_name": "KEPT", "title": "Kept" });
        school.administrator.post("/api/courses", &facts).await.expect(201);
        server.terminate();
        let ready = school.administrator.bytes("GET", "/readyz", &[], b"");
        while school.administrator.another().try_send(&ready).await.unwrap().status != 503 {}
        let told_again = Instant::now();
        server.terminate();
        assert_eq!(server.ended().code(), Some(130), "{}", server.log_text());
        assert!(told_again.elapsed() < Duration::from_secs(2), "{:?}", told_again.elapsed());
        server.spawn();
        let courses = school.administrator.list("/api/courses").await;
        let names: Vec<&str> = courses.iter().map(|course| course["short_name"].as_str().unwrap()).collect();
        assert_eq!((names.contains(&"KEPT"), names.contains(&"NEVER")), (true, false));
        server.stop();
        server.verify();
    });
}

#[test]
fn a_terminal_that_goes_stops_it_in_order_and_another_hangup_does_not_hurry_it() {
    run(async {
        let mut server = Server::start(&SETTINGS);
        let mut client = Client::new(server.address, Credential::None);
        let ready = client.bytes("GET", "/readyz", &[], b"");
        assert_eq!(client.try_send(&ready).await.unwrap().status, 200);
        server.signal("HUP");
        while client.another().try_send(&ready).await.unwrap().status != 503 {}
        server.signal("HUP");
        assert_eq!(server.ended().code(), Some(0), "{}", server.log_text());
        assert!(server.is_closed(), "the store was not closed in order");
    });
}
