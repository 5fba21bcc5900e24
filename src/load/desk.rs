//! What is done before and after a run: JSON in and out, in somebody's name, with patience. Not measured.

use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, sleep, timeout};

use super::LoadError;
use super::client::{Connection, request};
use super::stop::Stop;
use super::target::Target;

/// Longest wait for one answer: an import hashes a hundred passwords in it, on a busy machine.
const ANSWER: Duration = Duration::from_mins(2);
/// Longest that the same thing is tried again while the server says "later".
const PATIENCE: Duration = Duration::from_mins(5);
/// A wait when the server does not say how long.
const LATER: Duration = Duration::from_secs(1);

/// How often a job is looked at.
const LOOK: Duration = Duration::from_millis(200);

/// Somebody at a desk.
#[derive(Debug)]
pub(super) struct Desk {
    target: Target,
    token: Option<String>,
    connection: Option<Connection>,
    stop: Stop,
}

/// What is sent along.
#[derive(Debug, Clone, Copy)]
pub(super) enum Body<'a> {
    None,
    Json(&'a Value),
    Bytes(&'a str, &'a [u8]),
}

impl Desk {
    pub(super) fn new(target: &Target) -> Self {
        Self { target: target.clone(), token: None, connection: None, stop: Stop::default() }
    }

    /// With this token from now on.
    pub(super) fn with_token(mut self, token: Option<String>) -> Self {
        self.token = token;
        self
    }

    /// Begins nothing new from now on once this is said: [`Desk::call`] fails with [`LoadError::Stopped`] then, and the server
    /// has done nothing of it. What is under way is answered first, so that nobody has to wonder whether it was done.
    pub(super) fn heeding(mut self, stop: &Stop) -> Self {
        self.stop = stop.clone();
        self
    }

    pub(super) async fn sign_in(&mut self, username: &str, password: &str) -> Result<(), LoadError> {
        let input = serde_json::json!({ "username": username, "password": password, "carrier": "bearer" });
        let view = self.call("POST", "/api/session", Body::Json(&input)).await?;
        self.token = view.get("token").and_then(Value::as_str).map(str::to_owned);
        Ok(())
    }

    pub(super) async fn get(&mut self, path: &str) -> Result<Value, LoadError> {
        self.call("GET", path, Body::None).await
    }

    pub(super) async fn post(&mut self, path: &str, body: &Value) -> Result<Value, LoadError> {
        self.call("POST", path, Body::Json(body)).await
    }

    /// All items of a list, page by page.
    pub(super) async fn list(&mut self, path: &str) -> Result<Vec<Value>, LoadError> {
        let mut items = Vec::new();
        let mut after = String::new();
        loop {
            let mut page = self.get(&format!("{path}?limit=100{after}")).await?;
            if let Some(found) = page.get_mut("items").and_then(Value::as_array_mut) {
                items.append(found);
            }
            match page.get("next").and_then(Value::as_str) {
                Some(next) => after = format!("&after={next}"),
                None => return Ok(items),
            }
        }
    }

    /// One try at one request: the status, how long to wait where the server says so, and the body.
    pub(super) async fn try_once(
        &mut self,
        bytes: &[u8],
    ) -> Result<(u16, Option<u64>, Vec<u8>), std::io::Error> {
        let mut connection = match self.connection.take() {
            Some(connection) if !connection.is_closed() => connection,
            _ => Connection::open(self.target.address).await?,
        };
        let mut body = Vec::new();
        let brief = timeout(ANSWER, connection.ask(bytes, Some(&mut body)))
            .await
            .map_err(|_| std::io::Error::new(std::io::ErrorKind::TimedOut, "no answer in two minutes"))??;
        if !brief.close && !connection.is_spent() {
            self.connection = Some(connection);
        }
        Ok((brief.status, brief.retry_after_seconds, body))
    }

    pub(super) fn bytes(&self, method: &str, path: &str, body: Body<'_>) -> Vec<u8> {
        let bearer = self.token.as_ref().map(|token| format!("Bearer {token}"));
        let mut headers = vec![("If-Match", "*")];
        if method == "GET" {
            headers.clear();
        }
        if let Some(bearer) = &bearer {
            headers.push(("Authorization", bearer));
        }
        let text;
        let bytes = match body {
            Body::None => &[],
            Body::Json(value) => {
                headers.push(("Content-Type", "application/json"));
                text = value.to_string();
                text.as_bytes()
            }
            Body::Bytes(media, bytes) => {
                headers.push(("Content-Type", media));
                bytes
            }
        };
        request(method, path, &headers, bytes)
    }

    /// Returns when a job is done.
    pub(super) async fn finished(&mut self, job: u64) -> Result<(), LoadError> {
        let path = format!("/api/jobs/{job}");
        let until = Instant::now() + PATIENCE;
        loop {
            let view = self.get(&path).await?;
            match view.get("state").and_then(Value::as_str) {
                Some("done") => return Ok(()),
                Some("queued" | "running") if Instant::now() < until => sleep(LOOK).await,
                _ => {
                    let problem = format!("the job did not end well: {view}");
                    return Err(LoadError::Refused { what: path, problem });
                }
            }
        }
    }

    /// Asks until there is an answer that is not "later"; an error status is an error.
    pub(super) async fn call(
        &mut self,
        method: &str,
        path: &str,
        body: Body<'_>,
    ) -> Result<Value, LoadError> {
        let what = format!("{method} {path}");
        let bytes = self.bytes(method, path, body);
        let until = Instant::now() + PATIENCE;
        loop {
            if self.stop.is_said() {
                return Err(LoadError::Stopped);
            }
            let (status, later, body) = self.try_once(&bytes).await.map_err(LoadError::io(what.clone()))?;
            if matches!(status, 429 | 503) && Instant::now() < until {
                tokio::select! {
                    () = sleep(later.map_or(LATER, Duration::from_secs)) => {}
                    () = self.stop.said() => {}
                }
                continue;
            }
            if status >= 400 {
                let said: Value = serde_json::from_slice(&body).unwrap_or_default();
                let field =
                    |name: &str| said.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
                let problem = format!("the server answered {status} {} {}", field("code"), field("detail"));
                return Err(LoadError::Refused { what, problem: problem.trim_end().to_owned() });
            }
            if body.is_empty() {
                return Ok(Value::Null);
            }
            return serde_json::from_slice(&body).map_err(|error| LoadError::Refused {
                what,
                problem: format!("the answer is no JSON: {error}"),
            });
        }
    }
}
