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

pub use crate::running::Answer;
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
        let answer = Answer::to(&self.app.agent, request);
        crate::openapi::check(method.as_str(), &path, &answer);
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{}", answer.what);
        assert!(answer.header("cache-control").is_some(), "{} may be kept by anybody", answer.what);
        answer
    }
}
