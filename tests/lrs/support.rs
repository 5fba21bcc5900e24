//! A running record store, a credential for it, and requests that read like what they send.

use std::ops::Range;
use std::sync::OnceLock;
use std::time::Duration;

use lyceum::clock::{Clock, Timestamp};
use lyceum::config::Config;
use lyceum::domain::access::Actor;
use lyceum::domain::refusal::Refusal;
use lyceum::domain::xapi::credential::{self, Caller, LrsScope, NewCredential};
use lyceum::domain::xapi::document::{self, Bytes, NewBytes, Owner, Place};
use lyceum::domain::xapi::term::Ifi;
use lyceum::secret::LrsSecrets;
use lyceum::store::{Class, Txn};
use serde_json::{Value, json};

pub use crate::running::Answer;
use crate::running::Running;

pub struct Lrs {
    pub running: Running,
    agent: ureq::Agent,
    key: LrsSecrets,
    administrator: OnceLock<String>,
}

/// Every test begins on this Monday morning.
pub const START: &str = "2026-09-07T08:00:00Z";

pub fn id(number: u32) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

pub fn statement(number: u32) -> Value {
    json!({
        "id": id(number),
        "actor": { "mbox": "mailto:ada@example.com" },
        "verb": { "id": "http://example.com/did" },
        "object": { "id": "http://example.com/course" },
    })
}

impl Lrs {
    pub fn start() -> Self {
        Self::with(|_| {})
    }

    /// With settings.
    pub fn with(adjust: impl FnOnce(&mut Config)) -> Self {
        Self::start_with(Clock::fixed(START.parse::<Timestamp>().unwrap()), adjust)
    }

    pub fn start_with(clock: Clock, adjust: impl FnOnce(&mut Config)) -> Self {
        let running = Running::start(clock, adjust, |_| {});
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(30)))
            .build();
        let key = credential_with(&running, "tests", vec![LrsScope::All], Vec::new());
        Self { running, agent: ureq::Agent::new_with_config(config), key, administrator: OnceLock::new() }
    }

    pub fn credential(&self, name: &str, scopes: &[LrsScope], origins: &[&str]) -> LrsSecrets {
        let origins = origins.iter().map(|&origin| origin.to_owned()).collect();
        credential_with(&self.running, name, scopes.to_vec(), origins)
    }

    pub fn request(&self, method: &str, path: &str) -> Request<'_> {
        let builder = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}/xapi/{path}", self.running.base))
            .header("X-Experience-API-Version", "2.0.0");
        Request { lrs: self, builder, body: Vec::new() }.by(&self.key)
    }

    pub fn metrics(&self) -> String {
        let address = format!("{}/metrics", self.running.base);
        self.agent.get(&address).call().unwrap().body_mut().read_to_string().unwrap()
    }

    /// A request of an administrator to the API beside the record store.
    pub fn api(&self, method: &str, path: &str) -> Request<'_> {
        let mut request = self.request(method, "").without("X-Experience-API-Version");
        request.builder = request.builder.uri(format!("{}{path}", self.running.base));
        request.header("Authorization", &self.administrator())
    }

    /// What an administrator's request has as `Authorization`.
    pub fn administrator(&self) -> String {
        format!("Bearer {}", self.administrator.get_or_init(|| administrator(self)))
    }

    /// Files in the content store, those that are being written too.
    pub fn files(&self) -> usize {
        fn count(directory: &std::path::Path) -> usize {
            let entries = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
            entries.map(|path| if path.is_dir() { count(&path) } else { 1 }).sum()
        }
        count(&self.running.state.config.store.directory.join(lyceum::app::FILES))
    }

    pub fn get(&self, path: &str) -> Request<'_> {
        self.request("GET", path)
    }

    /// Posts what must be taken.
    #[track_caller]
    pub fn post(&self, body: &Value) {
        self.request("POST", "statements").json(body).send().status(200);
    }

    /// Writes states of an agent in the activity `http://a`, past the interface: it takes them one by one.
    pub fn write_states(&self, agent: &Ifi, registration: Option<[u8; 16]>, numbers: Range<u32>) {
        let owner = Owner::State { activity: "http://a".to_owned(), agent: agent.clone() };
        let state = &self.running.state;
        let numbers: Vec<u32> = numbers.collect();
        for some in numbers.chunks(500) {
            let caller = Caller::importing(&state.home, state.now());
            let place = |number: &u32| Place::parse(&owner, registration, &format!("s{number}")).unwrap();
            let places: Vec<Place> = some.iter().map(place).collect();
            let work = move |txn: &mut Txn<'_>| {
                for place in &places {
                    let bytes = Bytes::Here(b"x".to_vec());
                    let (content_type, etag) = ("text/plain".to_owned(), document::etag(b"x"));
                    document::put(txn, &caller, place, None, NewBytes { content_type, etag, bytes })?;
                }
                Ok::<_, Refusal>(())
            };
            state.store.write_blocking(Class::Bulk, work).unwrap();
        }
    }

    /// The ids that a query finds, all pages of it.
    #[track_caller]
    pub fn found(&self, query: &str) -> Vec<String> {
        let mut path = format!("statements?{query}");
        let mut ids = Vec::new();
        loop {
            let page = self.get(&path).send().status(200).json();
            for statement in page["statements"].as_array().unwrap() {
                ids.push(statement["id"].as_str().unwrap().to_owned());
            }
            match page["more"].as_str().unwrap() {
                "" => return ids,
                more => more.strip_prefix("/xapi/").unwrap().clone_into(&mut path),
            }
        }
    }
}

/// The token of the first administrator's session.
fn administrator(lrs: &Lrs) -> String {
    let password = "correct ferry tulip magnet";
    let post = |path: &str, body: &Value| {
        let mut request = lrs.request("POST", "").without("Authorization");
        request.builder = request.builder.uri(format!("{}{path}", lrs.running.base));
        request.json(body).send()
    };
    let code = lyceum::http::setup::offer(&lrs.running.state).unwrap().unwrap();
    let body = json!({ "code": code, "username": "root", "first_name": "Ada", "last_name": "Lovelace",
        "password": password });
    post("/api/setup", &body).status(201);
    let body = json!({ "username": "root", "password": password, "carrier": "bearer" });
    post("/api/session", &body).status(200).json()["token"].as_str().unwrap().to_owned()
}

fn credential_with(running: &Running, name: &str, scopes: Vec<LrsScope>, origins: Vec<String>) -> LrsSecrets {
    let new = NewCredential::parse(name, scopes, origins).unwrap();
    let secrets = LrsSecrets::new().unwrap();
    let (actor, kept) = (Actor::program(running.clock.now()), secrets.kept());
    running
        .state
        .store
        .write_blocking(Class::Interactive, move |txn| credential::create(txn, &actor, new, kept))
        .unwrap();
    secrets
}

pub struct Request<'a> {
    lrs: &'a Lrs,
    builder: ureq::http::request::Builder,
    body: Vec<u8>,
}

impl Request<'_> {
    pub fn by(self, key: &LrsSecrets) -> Self {
        use base64::Engine as _;
        let both = base64::engine::general_purpose::STANDARD.encode(format!("{}:{}", key.key, key.secret));
        self.header("Authorization", &format!("Basic {both}"))
    }

    /// In place of what was said before.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let headers = self.builder.headers_mut().unwrap();
        let name: ureq::http::HeaderName = name.parse().unwrap();
        // Also what is no plain text.
        headers.insert(name, ureq::http::HeaderValue::from_bytes(value.as_bytes()).unwrap());
        self
    }

    /// Beside what was said before.
    pub fn also(mut self, name: &str, value: &str) -> Self {
        let headers = self.builder.headers_mut().unwrap();
        headers.append(name.parse::<ureq::http::HeaderName>().unwrap(), value.parse().unwrap());
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.builder.headers_mut().unwrap().remove(name);
        self
    }

    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    pub fn body(mut self, media: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("Content-Type", media)
    }

    pub fn send(self) -> Answer {
        Answer::to(&self.lrs.agent, self.builder.body(self.body).unwrap())
    }
}
