//! `TestApp`: the real server with a clock that tests move, people signed in, and requests whose answers are checked
//! against the OpenAPI document.

use std::time::Duration;

use lyceum::clock::{Clock, Timestamp};
use lyceum::config::Config;
use lyceum::domain::access::{Grants, RoleName};
use lyceum::domain::ids::{SessionId, UserId};
use lyceum::domain::refusal::Refusal;
use lyceum::domain::session::{Session, csrf_token, token_hash};
use lyceum::store::Class;
use serde_json::Value;

use crate::running::Running;

pub struct TestApp {
    running: Running,
    agent: ureq::Agent,
}

impl std::ops::Deref for TestApp {
    type Target = Running;
    fn deref(&self) -> &Running {
        &self.running
    }
}

/// Every test begins on this Monday morning.
pub const START: &str = "2026-09-07T08:00:00Z";

/// Someone signed in.
#[derive(Clone)]
pub struct Person {
    pub user: UserId,
    pub token: String,
}

impl TestApp {
    pub fn start() -> Self {
        Self::start_with(|_| {})
    }

    pub fn start_with(adjust: impl FnOnce(&mut Config)) -> Self {
        let clock = Clock::fixed(START.parse::<Timestamp>().unwrap());
        let running = Running::start(clock, adjust, |_| {});
        let agent = ureq::Agent::new_with_config(
            ureq::Agent::config_builder()
                .http_status_as_error(false)
                .max_redirects(0)
                .timeout_global(Some(Duration::from_secs(30)))
                .build(),
        );
        Self { running, agent }
    }

    /// A bearer session for a person, with site roles, without going through a password.
    pub fn signed_in(&self, user: UserId, site_roles: &[&str]) -> Person {
        let now = self.clock.now();
        let token = format!("test-token-{user}-{}", site_roles.join("-"));
        let hash = token_hash(&token);
        let token_text = token.clone();
        let site: Vec<RoleName> = site_roles.iter().map(|role| RoleName::parse(role).unwrap()).collect();
        self.state
            .store
            .write_blocking(Class::SignIn, move |txn| -> Result<(), Refusal> {
                let id: SessionId = txn.new_id()?;
                if !site.is_empty() {
                    txn.put(Grants { user, site, courses: Vec::new() })?;
                }
                txn.put(Session {
                    token: hash,
                    id,
                    user,
                    csrf: token_hash(&csrf_token(&token_text)),
                    created: now,
                    seen: now,
                    idle_until: Timestamp::MAX,
                    absolute_until: Timestamp::MAX,
                    address: "127.0.0.1".to_owned(),
                    agent: "test".to_owned(),
                })?;
                Ok(())
            })
            .unwrap();
        Person { user, token }
    }

    pub fn get(&self, path: &str) -> Request<'_> {
        self.request("GET", path)
    }
    pub fn post(&self, path: &str) -> Request<'_> {
        self.request("POST", path)
    }
    pub fn put(&self, path: &str) -> Request<'_> {
        self.request("PUT", path)
    }
    pub fn patch(&self, path: &str) -> Request<'_> {
        self.request("PATCH", path)
    }
    pub fn delete(&self, path: &str) -> Request<'_> {
        self.request("DELETE", path)
    }

    pub fn request(&self, method: &str, path: &str) -> Request<'_> {
        let builder = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.base));
        Request { app: self, builder, body: Vec::new() }
    }
}

pub struct Request<'a> {
    app: &'a TestApp,
    builder: ureq::http::request::Builder,
    body: Vec<u8>,
}

impl Request<'_> {
    /// Sent by this person, and nobody named before.
    pub fn by(mut self, person: &Person) -> Self {
        let bearer = format!("Bearer {}", person.token).parse().unwrap();
        self.builder.headers_mut().unwrap().insert("Authorization", bearer);
        self
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.builder = self.builder.header(name, value);
        self
    }

    pub fn json(mut self, body: &Value) -> Self {
        self.body = serde_json::to_vec(body).unwrap();
        self.header("Content-Type", "application/json")
    }

    pub fn body(mut self, media: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("Content-Type", media)
    }

    /// Sends it and checks the answer against the OpenAPI document.
    #[track_caller]
    pub fn send(self) -> Answer {
        let request = self.builder.body(self.body).unwrap();
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let what = format!("{} {}", request.method(), request.uri());
        let mut response = self.app.agent.run(request).unwrap();
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), value.to_str().unwrap_or_default().to_owned()))
            .collect();
        let bytes = response.body_mut().with_config().limit(64 * 1024 * 1024).read_to_vec().unwrap();
        let answer = Answer { what, code: response.status().as_u16(), headers, bytes };
        crate::openapi::check(method.as_str(), &path, &answer);
        answer
    }
}

pub struct Answer {
    pub what: String,
    pub code: u16,
    pub headers: Vec<(String, String)>,
    pub bytes: Vec<u8>,
}

impl Answer {
    #[track_caller]
    pub fn status(self, expected: u16) -> Self {
        assert_eq!(self.code, expected, "{} answered: {}", self.what, String::from_utf8_lossy(&self.bytes));
        self
    }

    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Value {
        let answer = self.status(status);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{}", answer.what);
        let problem = answer.json();
        assert_eq!(problem["code"], code, "{} answered: {problem}", answer.what);
        problem
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap()
    }

    /// The values of an NDJSON body.
    #[track_caller]
    pub fn lines(&self) -> Vec<Value> {
        let text = self.text();
        assert!(text.is_empty() || text.ends_with('\n'), "{}: the last line has no end", self.what);
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }
}
