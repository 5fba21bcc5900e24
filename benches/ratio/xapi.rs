//! The learning record store: writing and reading beside bare handlers; with `--million`, queries at a million statements
//! beside ten thousand, and the import of a million.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use lyceum::load::client::request;
use lyceum::load::closed_loop::Outcome;
use lyceum::percent::encoded;
use serde_json::{Value, json};

use crate::exam::Exam;
use crate::promise::Promise;
use crate::{Settings, bare, drive, median, show};

const CONNECTIONS: usize = 64;
/// Statements of a batch.
const BATCH: u64 = 50;
const FEW: u64 = 10_000;
const MANY: u64 = 1_000_000;

/// Statement `number` as JSON: of fifty people, four verbs, a hundred activities, a hundred registrations. Each person with each
/// verb comes fifty times in ten thousand, so that every query finds its fifty.
fn statement(number: u64, out: &mut String) {
    let (person, verb, activity, registration) =
        (number % 50, (number + number / 50) % 4, number / 7 % 100, number / 11 % 100);
    let _ = write!(
        out,
        r#"{{"id":"{number:08x}-5fc1-4c8a-9a3b-6d2f0e8b7a41","actor":{{"objectType":"Agent","account":{{"homePage":"https://school.example","name":"person-{person}"}},"name":"Person {person}"}},"verb":{{"id":"http://adlnet.gov/expapi/verbs/verb-{verb}","display":{{"en":"did"}}}},"object":{{"objectType":"Activity","id":"https://school.example/activities/{activity}","definition":{{"name":{{"en":"Activity {activity}"}},"type":"http://adlnet.gov/expapi/activities/assessment"}}}},"result":{{"success":true,"score":{{"scaled":0.75,"raw":15,"min":0,"max":20}},"duration":"PT12M5S"}},"context":{{"registration":"{registration:08x}-0d7e-4a6b-8c5f-1b2a3c4d5e6f","platform":"Tool","contextActivities":{{"parent":[{{"id":"https://school.example/courses/{}"}}]}}}},"timestamp":"2026-09-07T08:00:00.000Z"}}"#,
        activity % 5
    );
}

fn batch(first: u64, count: u64) -> Vec<u8> {
    let mut body = String::from("[");
    for number in first..first + count {
        if number > first {
            body.push(',');
        }
        statement(number, &mut body);
    }
    body.push(']');
    body.into_bytes()
}

/// A record store with a credential, and the number of the next statement.
struct Lrs {
    exam: Exam,
    bearer: String,
    next: Arc<AtomicU64>,
}

impl Lrs {
    fn start() -> Self {
        let exam = Exam::start(false);
        let made =
            exam.manage("POST", "/api/xapi/credentials", &json!({"name": "Measured", "scopes": ["all"]}));
        let bearer = format!("Bearer {}", made["token"].as_str().unwrap());
        Self { exam, bearer, next: Arc::default() }
    }

    fn ask(&self, method: &str, query: &str, body: &[u8]) -> Vec<u8> {
        asked(&self.bearer, method, query, body)
    }

    /// Has `address` take statements with the numbers of `next`, `size` in a request.
    fn send(
        &self,
        address: SocketAddr,
        next: Arc<AtomicU64>,
        connections: usize,
        size: u64,
        span: Duration,
    ) -> Outcome {
        let bearer = self.bearer.clone();
        drive(address, connections, span, move |_, _| {
            let first = next.fetch_add(size, Ordering::Relaxed);
            asked(&bearer, "POST", "", &batch(first, size))
        })
    }

    /// Statements a second that `connections` store, `size` in a request.
    fn store(&self, connections: usize, size: u64, span: Duration) -> f64 {
        let outcome = self.send(self.exam.address, self.next.clone(), connections, size, span);
        show(&format!("statements, {size} in a request"), &outcome);
        outcome.rate() * f64::from(u32::try_from(size).unwrap())
    }

    /// Brings in statements up to the number `to` as a file; statements a second.
    fn import(&self, to: u64) -> f64 {
        let first = self.next.swap(to, Ordering::Relaxed);
        let mut file = String::new();
        for number in first..to {
            statement(number, &mut file);
            file.push('\n');
        }
        let began = Instant::now();
        let job = self.exam.send("POST", "/api/import/statements", "application/x-ndjson", file.as_bytes());
        drop(file);
        let at = format!("/api/jobs/{}", job["id"]);
        let done = loop {
            let job = self.exam.manage("GET", &at, &Value::Null);
            match job["state"].as_str().unwrap() {
                "queued" | "running" => std::thread::park_timeout(Duration::from_millis(50)),
                "done" => break job,
                other => panic!("the import is {other}: {job}"),
            }
        };
        assert_eq!(done["done"], to - first, "{done}");
        #[expect(clippy::cast_precision_loss, reason = "a million is exact")]
        let rate = (to - first) as f64 / began.elapsed().as_secs_f64();
        eprintln!("  imported {} statements, {rate:.0}/s", to - first);
        rate
    }
}

fn asked(bearer: &str, method: &str, query: &str, body: &[u8]) -> Vec<u8> {
    let headers = [
        ("Authorization", bearer),
        ("X-Experience-API-Version", "1.0.3"),
        ("Content-Type", "application/json"),
    ];
    request(method, &format!("/xapi/statements{query}"), &headers, body)
}

/// Queries of 50 statements, by what they ask for.
fn queries() -> Vec<(&'static str, String)> {
    let agent = encoded(r#"{"account":{"homePage":"https://school.example","name":"person-17"}}"#, "");
    let verb = encoded("http://adlnet.gov/expapi/verbs/verb-3", "");
    let activity = encoded("https://school.example/activities/42", "");
    let course = encoded("https://school.example/courses/2", "");
    let registration = "00000011-0d7e-4a6b-8c5f-1b2a3c4d5e6f";
    vec![
        ("newest", "?limit=50".to_owned()),
        ("oldest", "?limit=50&ascending=true".to_owned()),
        ("agent", format!("?limit=50&agent={agent}")),
        ("related_agents", format!("?limit=50&agent={agent}&related_agents=true")),
        ("verb", format!("?limit=50&verb={verb}")),
        ("activity", format!("?limit=50&activity={activity}")),
        ("related_activities", format!("?limit=50&activity={course}&related_activities=true")),
        ("registration", format!("?limit=50&registration={registration}")),
        ("agent_and_verb", format!("?limit=50&agent={agent}&verb={verb}")),
        ("since", "?limit=50&ascending=true&since=2026-01-01T00:00:00Z".to_owned()),
    ]
}

pub(crate) fn measure(settings: &Settings) -> Vec<Promise> {
    let lrs = Lrs::start();
    let mut lines = vec![single(&lrs, settings), batches(&lrs, settings), by_id(&lrs, settings)];
    if settings.million {
        lines.extend(million(&lrs, settings));
    }
    lines
}

/// One durable statement against a handler that takes the same body and sends the same answer.
fn single(lrs: &Lrs, settings: &Settings) -> Promise {
    let sample = lrs.next.fetch_add(1, Ordering::Relaxed);
    let answer = lrs.exam.fetch(&lrs.ask("POST", "", &batch(sample, 1)));
    let bare = bare::serve("/xapi/statements", &answer);
    let mut ratios = Vec::new();
    for _ in 0..settings.rounds {
        let plain = lrs.send(bare, Arc::default(), CONNECTIONS, 1, settings.span);
        show("bare POST", &plain);
        ratios.push(lrs.store(CONNECTIONS, 1, settings.span) / plain.rate());
    }
    Promise::at_least("xapi.statement_to_bare_post", median(ratios), 0.3)
}

fn batches(lrs: &Lrs, settings: &Settings) -> Promise {
    let mut ratios = Vec::new();
    for _ in 0..settings.rounds {
        let ones = lrs.store(8, 1, settings.span);
        ratios.push(lrs.store(8, BATCH, settings.span) / ones);
    }
    Promise::at_least("xapi.batch_of_50_to_single", median(ratios), 3.0)
}

fn by_id(lrs: &Lrs, settings: &Settings) -> Promise {
    let id = |number: u64| format!("?statementId={number:08x}-5fc1-4c8a-9a3b-6d2f0e8b7a41");
    let bare = bare::serve("/xapi/statements", &lrs.exam.fetch(&lrs.ask("GET", &id(0), &[])));
    let stored = lrs.next.load(Ordering::Relaxed).min(FEW);
    let mut ratios = Vec::new();
    for _ in 0..settings.rounds {
        let get = |address| {
            let bearer = lrs.bearer.clone();
            drive(address, CONNECTIONS, settings.span, move |which, number| {
                asked(&bearer, "GET", &id((number * 64 + which as u64) % stored), &[])
            })
        };
        let (plain, ours) = (get(bare), get(lrs.exam.address));
        show("bare GET", &plain);
        show("a statement by its id", &ours);
        ratios.push(ours.rate() / plain.rate());
    }
    Promise::at_least("xapi.by_id_to_bare_get", median(ratios), 0.5)
}

/// Each query at a million statements against the same at ten thousand, and the import that brought them in.
fn million(lrs: &Lrs, settings: &Settings) -> Vec<Promise> {
    let few = Lrs::start();
    few.import(FEW);
    // A store takes less the more it holds, so the import is held against batches before it and behind it.
    let before = lrs.store(8, BATCH, settings.span);
    let stored = lrs.next.load(Ordering::Relaxed);
    let imported = lrs.import(stored + MANY);
    let batched = f64::midpoint(before, lrs.store(8, BATCH, settings.span));
    let mut lines = vec![Promise::at_least("xapi.import_to_batches", imported / batched, 1.0)];
    let span = settings.span / 3;
    for (name, query) in queries() {
        let cost = |lrs: &Lrs| {
            let bytes = lrs.ask("GET", &query, &[]);
            let found: Value = serde_json::from_slice(&lrs.exam.fetch(&bytes)).unwrap();
            assert_eq!(found["statements"].as_array().unwrap().len(), 50, "{name}");
            drive(lrs.exam.address, 1, span, move |_, _| bytes.clone()).rate()
        };
        let ratios = (0..settings.rounds).map(|_| cost(&few) / cost(lrs)).collect();
        lines.push(Promise::at_most(format!("xapi.query_{name}_at_a_million"), median(ratios), 1.3));
    }
    lines
}
