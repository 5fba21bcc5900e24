//! One person's client: a connection that is opened again when it breaks, a credential, and patience.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use lyceum::load::client::{Answer, Connection, request};
use serde_json::Value;

/// Longest wait for one answer.
const ANSWER: Duration = Duration::from_secs(30);
/// Longest that anybody tries the same thing again while the server is away or full.
const PATIENCE: Duration = Duration::from_secs(30);

/// How somebody shows who they are.
#[derive(Clone)]
pub enum Credential {
    None,
    Cookie { cookie: String, csrf: String },
    Bearer(String),
}

pub struct Client {
    pub address: SocketAddr,
    pub credential: Credential,
    connection: Option<Connection>,
    /// Requests that were sent again because no answer came, or because the server asked to come back.
    pub retries: u64,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub answer: Answer,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.answer.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.answer.body).into_owned()
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
}

impl Client {
    pub fn new(address: SocketAddr, credential: Credential) -> Self {
        Self { address, credential, connection: None, retries: 0 }
    }

    /// The same person on another connection.
    pub fn another(&self) -> Self {
        Self::new(self.address, self.credential.clone())
    }

    /// The bytes of a request in this person's name.
    pub fn bytes(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
        let bearer;
        let mut all = headers.to_vec();
        match &self.credential {
            Credential::None => {}
            Credential::Cookie { cookie, csrf } => {
                all.push(("Cookie", cookie));
                if method != "GET" {
                    all.push(("X-CSRF-Token", csrf));
                }
            }
            Credential::Bearer(token) => {
                bearer = format!("Bearer {token}");
                all.push(("Authorization", &bearer));
            }
        }
        request(method, path, &all, body)
    }

    /// One try: connects when there is no connection; a connection that failed is not used again.
    pub async fn try_send(&mut self, bytes: &[u8]) -> io::Result<Reply> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => Connection::open(self.address).await?,
        };
        let answer = tokio::time::timeout(ANSWER, connection.exchange(bytes))
            .await
            .map_err(|_| io::Error::new(io::ErrorKind::TimedOut, "no answer"))??;
        if answer.header("connection") != Some("close") && !connection.is_spent() {
            self.connection = Some(connection);
        }
        Ok(Reply { status: answer.status, answer })
    }

    /// Opens the connection, so that what is sent next does not wait for it.
    pub async fn connect(&mut self) {
        if self.connection.is_none() {
            self.connection = Some(Connection::open(self.address).await.unwrap());
        }
    }

    /// Sends the same bytes until the answer is something else than "come back later".
    pub async fn send_in_turn(&mut self, bytes: &[u8]) -> io::Result<Reply> {
        let until = Instant::now() + PATIENCE;
        loop {
            let reply = self.try_send(bytes).await?;
            if !matches!(reply.status, 429 | 503) {
                return Ok(reply);
            }
            assert!(Instant::now() < until, "{}", reply.text());
            self.retries += 1;
            let seconds = reply.answer.header("retry-after").and_then(|text| text.parse().ok());
            tokio::time::sleep(Duration::from_secs(seconds.unwrap_or(1))).await;
        }
    }

    /// The same, also while nobody listens.
    pub async fn send_until_answered(&mut self, bytes: &[u8]) -> Reply {
        let until = Instant::now() + PATIENCE;
        loop {
            match self.send_in_turn(bytes).await {
                Ok(reply) => return reply,
                Err(error) => assert!(Instant::now() < until, "the server did not come back: {error}"),
            }
            self.retries += 1;
            // How a client backs off while nobody listens; nothing waits for this to have passed.
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    pub async fn call(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let bytes = self.bytes(method, path, headers, body);
        self.send_until_answered(&bytes).await
    }

    pub async fn get(&mut self, path: &str) -> Reply {
        self.call("GET", path, &[], b"").await
    }

    pub async fn json(&mut self, method: &str, path: &str, body: &Value) -> Reply {
        let headers = [("Content-Type", "application/json"), ("If-Match", "*")];
        self.call(method, path, &headers, body.to_string().as_bytes()).await
    }

    pub async fn post(&mut self, path: &str, body: &Value) -> Reply {
        self.json("POST", path, body).await
    }

    pub async fn put(&mut self, path: &str, body: &Value) -> Reply {
        self.json("PUT", path, body).await
    }

    /// All items of a list, page by page.
    pub async fn list(&mut self, path: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let page = match &after {
                None => format!("{path}?limit=100"),
                Some(after) => format!("{path}?limit=100&after={after}"),
            };
            let page = self.get(&page).await.expect(200).json();
            items.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["next"].as_str() {
                Some(next) => after = Some(next.to_owned()),
                None => return items,
            }
        }
    }

    /// Signs in and keeps the credential.
    pub async fn sign_in(&mut self, username: &str, password: &str, bearer: bool) {
        let carrier = if bearer { "bearer" } else { "cookie" };
        let input = serde_json::json!({ "username": username, "password": password, "carrier": carrier });
        let reply = self.post("/api/session", &input).await.expect(200);
        let view = reply.json();
        self.credential = if bearer {
            Credential::Bearer(view["token"].as_str().unwrap().to_owned())
        } else {
            let cookie = reply.answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
            assert!(reply.answer.header("set-cookie").unwrap().contains("HttpOnly"));
            Credential::Cookie { cookie, csrf: view["csrf_token"].as_str().unwrap().to_owned() }
        };
    }
}
