//! A server of a few lines that answers what a load run asks for, and is slow or busy where a test wants it.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use lyceum::load::settings::{Place, Profile, Settings, SignIn};

/// How a stub behaves.
#[derive(Debug, Clone, Copy, Default)]
pub struct Behaviour {
    /// The first save of all is answered after so long.
    pub first_save_ms: u64,
    /// So many starts are told to come back after a second.
    pub busy_starts: usize,
    /// So many starts are told their place, and to come back after a second.
    pub later_starts: usize,
    /// Every save is answered with this instead of 200.
    pub save_status: Option<u16>,
    /// `/metrics` is answered with this instead of 404.
    pub metrics_status: Option<u16>,
    /// A connection is closed after so many answers; 0 for never.
    pub answers_per_connection: usize,
}

#[derive(Default)]
pub struct Seen {
    pub starts: AtomicUsize,
    pub saves: AtomicUsize,
}

pub struct Stub {
    pub port: u16,
    pub seen: Arc<Seen>,
}

impl Stub {
    /// Listens until the test ends.
    pub fn start(behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Seen::default());
        let held = seen.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, seen) = (stream.unwrap(), held.clone());
                std::thread::spawn(move || serve(stream, behaviour, &seen));
            }
        });
        Self { port, seen }
    }

    /// A run of an exam on it: 20 questions of 90 ms.
    pub fn settings(&self, learners: usize) -> Settings {
        let who =
            |number| SignIn { username: format!("l{number}"), password: "x".to_owned(), teaches: false };
        let place = Place::Given { course: 1, quiz: 2, people: (0..learners).map(who).collect() };
        let mut settings =
            Settings::new(format!("http://127.0.0.1:{}", self.port), Profile::Exam, learners, place);
        settings.speed_up = 1000.0;
        settings.start_within = Duration::from_millis(10);
        (settings.drops, settings.reloads) = (0.0, 0.0);
        settings.threads = 1;
        settings
    }
}

/// The next request's first line; its head and body are read to their end.
fn request(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<String> {
    loop {
        if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8(buffer[..end].to_vec()).unwrap();
            let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: "));
            let all = end + 4 + length.map_or(0, |length| length.parse::<usize>().unwrap());
            if buffer.len() >= all {
                buffer.drain(..all);
                return Some(head.lines().next().unwrap().to_owned());
            }
        }
        let mut some = [0; 4096];
        match stream.read(&mut some) {
            Ok(0) | Err(_) => return None,
            Ok(read) => buffer.extend_from_slice(&some[..read]),
        }
    }
}

fn serve(mut stream: TcpStream, behaviour: Behaviour, seen: &Seen) {
    let mut buffer = Vec::new();
    let mut answered = 0;
    while let Some(line) = request(&mut stream, &mut buffer) {
        let (status, body, headers) = answer(&line, behaviour, seen);
        let text = format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len());
        if stream.write_all(text.as_bytes()).is_err() {
            return;
        }
        answered += 1;
        if answered == behaviour.answers_per_connection {
            return;
        }
    }
}

fn answer(line: &str, behaviour: Behaviour, seen: &Seen) -> (u16, String, &'static str) {
    let good = |body: &str| (200, body.to_owned(), "");
    if line.starts_with("GET /metrics ") {
        return (behaviour.metrics_status.unwrap_or(404), "{}".to_owned(), "");
    }
    if line.starts_with("POST /api/session ") {
        let body = r#"{"csrf_token":"c","token":"t"}"#.to_owned();
        return (200, body, "Set-Cookie: lyceum_session=s; HttpOnly\r\n");
    }
    if line.contains("/overview ") {
        return good(r#"{"questions":20,"needs_access_code":false}"#);
    }
    if line.starts_with("POST /api/quizzes/2/attempts ") {
        let before = seen.starts.fetch_add(1, Ordering::SeqCst);
        if before < behaviour.busy_starts {
            return (503, "{}".to_owned(), "Retry-After: 1\r\n");
        }
        if before < behaviour.later_starts {
            return (503, r#"{"code":"start_later"}"#.to_owned(), "Retry-After: 1\r\n");
        }
        return good(r#"{"id":7,"slots":[]}"#);
    }
    if line.starts_with("GET /api/attempts/7 ") {
        let slots: Vec<String> = (0..20)
            .map(|slot| {
                format!(r#"{{"slot":{slot},"sequence":0,"question":{{"answer":{{"type":"truth"}}}}}}"#)
            })
            .collect();
        return good(&format!(
            r#"{{"id":7,"started":"2026-09-07T08:00:00Z","deadline":null,"slots":[{}]}}"#,
            slots.join(",")
        ));
    }
    if line.starts_with("PUT /api/attempts/7/slots/") {
        if seen.saves.fetch_add(1, Ordering::SeqCst) == 0 {
            // The slowness that the test is about.
            std::thread::sleep(Duration::from_millis(behaviour.first_save_ms));
        }
        return (behaviour.save_status.unwrap_or(200), "{}".to_owned(), "");
    }
    let of_attempt =
        ["/submit ", "/here "].iter().any(|what| line.starts_with(&format!("POST /api/attempts/7{what}")));
    if of_attempt || line.contains("/outline ") {
        return good("{}");
    }
    (404, "{}".to_owned(), "")
}
