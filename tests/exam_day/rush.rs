//! Nine o'clock: a thousand people sign in at once. All of them get in, in bounded memory, nobody is left without a word,
//! and those who are in already do not notice.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::{Client, Credential};
use crate::school::PASSWORD;
use crate::server::Server;
use crate::{run, together};

const PEOPLE: usize = 1_000;
/// What one hash fills: without a bound a thousand would take 4 GB.
const HASH_KIB: &str = "4096";
/// The pool's one thread, a connection and a session each, and what an allocator keeps.
const MEMORY_BYTES: u64 = 96 * 1024 * 1024;

const SETTINGS: [(&str, &str); 5] = [
    ("LYCEUM__SIGN_IN__ARGON2_MEMORY_KIB", HASH_KIB),
    ("LYCEUM__SIGN_IN__ARGON2_PASSES", "1"),
    ("LYCEUM__SIGN_IN__HASHING_QUEUE", "400"),
    // One machine plays a whole school.
    ("LYCEUM__LIMITS__ADDRESS_PER_SECOND", "0"),
    ("LYCEUM__STORE__LOW_WATER_MIB", "16"),
];

/// How one sign-in went.
struct Outcome {
    put_off: Vec<Value>,
    waited_ms: f64,
}

/// Signs in as a person does: when told to come back, at that time.
async fn sign_in(server: std::net::SocketAddr, number: usize) -> Outcome {
    let mut client = Client::new(server, Credential::None);
    let body = json!({ "username": format!("p{number}"), "password": PASSWORD, "carrier": "bearer" });
    let headers = [("Content-Type", "application/json")];
    let bytes = client.bytes("POST", "/api/session", &headers, body.to_string().as_bytes());
    let until = Instant::now() + Duration::from_secs(60);
    let mut put_off = Vec::new();
    loop {
        let reply = client.try_send(&bytes).await.unwrap();
        if reply.status == 503 {
            assert!(Instant::now() < until, "p{number} never got in: {}", reply.text());
            let seconds: u64 = reply.answer.header("retry-after").unwrap().parse().unwrap();
            put_off.push(reply.json());
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            continue;
        }
        let reply = reply.expect(200);
        let timing = reply.answer.header("server-timing").unwrap();
        let waited_ms = timing.strip_prefix("queue;dur=").unwrap().parse().unwrap();
        return Outcome { put_off, waited_ms };
    }
}

#[test]
fn a_thousand_people_sign_in_at_once_and_the_others_do_not_notice() {
    run(async {
        let mut server = Server::start(&SETTINGS);
        let mut admin = Client::new(server.address, Credential::None);
        let setup = json!({
            "code": server.setup_code(), "username": "principal", "email": null,
            "first_name": "Ada", "last_name": "Principal", "password": PASSWORD
        });
        admin.post("/api/setup", &setup).await.expect(201);
        admin.sign_in("principal", PASSWORD, true).await;
        let mut file = "username,firstname,lastname,email,password\r\n".to_owned();
        for number in 0..PEOPLE {
            write!(file, "p{number},Ada,Number {number},p{number}@school.example,{PASSWORD}\r\n").unwrap();
        }
        let csv = [("Content-Type", "text/csv; charset=utf-8")];
        let report = admin.call("POST", "/api/import/roster", &csv, file.as_bytes()).await.expect(200).json();
        assert_eq!(report["created"], json!(PEOPLE), "{report}");

        let before = server.memory_bytes();
        let over = Arc::new(AtomicBool::new(false));
        let mut other = admin.another();
        let done = over.clone();
        let reader = tokio::spawn(async move {
            let (mut slowest, mut answers) = (Duration::ZERO, 0_u32);
            while !done.load(Ordering::Relaxed) {
                let began = Instant::now();
                other.get("/api/courses").await.expect(200);
                slowest = slowest.max(began.elapsed());
                answers += 1;
            }
            (slowest, answers)
        });
        let address = server.address;
        let outcomes = together((0..PEOPLE).map(|number| sign_in(address, number))).await;
        let grown = server.memory_bytes().saturating_sub(before);
        over.store(true, Ordering::Relaxed);
        let (slowest, answers) = reader.await.unwrap();

        assert_eq!(outcomes.len(), PEOPLE, "everybody got in");
        assert!(grown < MEMORY_BYTES, "a thousand sign-ins cost {grown} bytes");
        assert!(answers > 20 && slowest < Duration::from_secs(2), "{answers} answers, one took {slowest:?}");
        let longest = outcomes.iter().map(|outcome| outcome.waited_ms).fold(0.0, f64::max);
        assert!(longest > 0.0 && longest < 15_000.0, "somebody waited {longest} ms");
        // The row had room for some; the others were told where they stand, and came back.
        let told: Vec<&Value> = outcomes.iter().flat_map(|outcome| &outcome.put_off).collect();
        assert!(!told.is_empty(), "a row of 400 held a thousand");
        for problem in told {
            let overloaded = problem["code"] == "overloaded";
            assert!(overloaded || problem["code"] == "sign_in_later", "{problem}");
            assert!(overloaded || problem["waiting"]["place"].is_u64(), "{problem}");
        }
        server.stop();
    });
}
