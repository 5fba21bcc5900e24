//! One person at one client: a connection that is opened again when it breaks, a session, requests at their time, and
//! the politeness to come back when asked to.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use serde_json::Value;
use tokio::time::{Instant, sleep_until, timeout};

use super::client::{Brief, Connection};
use super::dice::Dice;
use super::measure::{Action, Recorder};
use super::settings::SignIn;
use super::stop::Stop;
use super::target::Target;

/// Longest wait for one answer: browsers and proxies give up after a minute.
const ANSWER: Duration = Duration::from_mins(1);
/// From the intended time of a request until a client that is put off gives up.
const PATIENCE: Duration = Duration::from_mins(3);
/// A wait when the server does not say how long.
const LATER: Duration = Duration::from_secs(1);
/// The timer's resolution: who is woken within this of the plan was woken on time, and latency counts from then.
const TIMER: Duration = Duration::from_millis(2);

/// The bounds of a run, and what is true for all of it.
#[derive(Debug)]
pub(super) struct Bounds {
    /// Nothing new is begun, and who waits for their next request is woken.
    stopped: Stop,
    /// The run ends here at the latest.
    until: Instant,
    requests: AtomicU64,
    most_requests: u64,
}

impl Bounds {
    pub(super) fn new(until: Instant, most_requests: u64) -> Self {
        Self { stopped: Stop::default(), until, requests: AtomicU64::new(0), most_requests }
    }

    /// Ends it: nothing new is begun, and nobody waits for their time.
    pub(super) fn stop(&self) {
        self.stopped.say();
    }

    /// Sleeps until `time`, or until it is over.
    async fn sleep(&self, time: Instant) {
        tokio::select! {
            () = sleep_until(time.min(self.until)) => {}
            () = self.stopped.said() => {}
        }
    }

    /// Is it over?
    pub(super) fn is_over(&self) -> bool {
        self.stopped.is_said() || Instant::now() >= self.until
    }

    /// Has the run come to its most requests?
    pub(super) fn is_used_up(&self) -> bool {
        self.requests.load(Ordering::Relaxed) >= self.most_requests
    }

    /// Takes one of the requests that are allowed.
    fn take(&self) -> bool {
        if self.is_over() {
            return false;
        }
        if self.requests.fetch_add(1, Ordering::Relaxed) < self.most_requests {
            return true;
        }
        self.stop();
        false
    }
}

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ask<'a> {
    pub action: Action,
    pub method: &'static str,
    pub path: &'a str,
    pub body: &'a [u8],
    /// The answer's body is looked at.
    pub keep: bool,
}

impl<'a> Ask<'a> {
    pub(super) const fn get(action: Action, path: &'a str) -> Self {
        Self { action, method: "GET", path, body: &[], keep: false }
    }

    pub(super) const fn send(action: Action, method: &'static str, path: &'a str, body: &'a [u8]) -> Self {
        Self { action, method, path, body, keep: false }
    }

    pub(super) const fn kept(mut self) -> Self {
        self.keep = true;
        self
    }
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// As it should be, perhaps after being asked to wait.
    Good,
    /// An error that is recorded.
    Bad,
    /// The run is over; nothing is recorded.
    Over,
}

/// One person.
#[derive(Debug)]
pub(super) struct Person {
    pub dice: Dice,
    pub who: SignIn,
    target: Target,
    bounds: Arc<Bounds>,
    record: Arc<Mutex<Recorder>>,
    connection: Option<Connection>,
    /// Header lines of every request.
    session: String,
    /// The header line of every change.
    csrf: String,
    bytes: Vec<u8>,
    /// The last body that was kept.
    pub body: Vec<u8>,
}

impl Person {
    pub(super) fn new(
        number: u64,
        seed: u64,
        who: SignIn,
        target: &Target,
        bounds: &Arc<Bounds>,
        record: &Arc<Mutex<Recorder>>,
    ) -> Self {
        Self {
            dice: Dice::new(seed, number),
            who,
            target: target.clone(),
            bounds: bounds.clone(),
            record: record.clone(),
            connection: None,
            session: String::new(),
            csrf: String::new(),
            bytes: Vec::new(),
            body: Vec::new(),
        }
    }

    pub(super) fn record(&self) -> parking_lot::MutexGuard<'_, Recorder> {
        self.record.lock()
    }

    pub(super) fn is_signed_in(&self) -> bool {
        !self.session.is_empty()
    }

    /// Signs in with the cookie and the token that changes repeat, as the pages do.
    pub(super) async fn sign_in(&mut self, intended: Instant) -> Outcome {
        let input = serde_json::json!({ "username": self.who.username, "password": self.who.password });
        let input = input.to_string();
        let ask = Ask::send(Action::SignIn, "POST", "/api/session", input.as_bytes()).kept();
        // The cookie is in the answer's head, so this answer is read in full.
        let outcome = self.ask_with(ask, intended, true).await;
        if matches!(outcome, Outcome::Good) {
            let view: Value = serde_json::from_slice(&self.body).unwrap_or_default();
            if let Some(token) = view.get("csrf_token").and_then(Value::as_str) {
                self.csrf = format!("X-CSRF-Token: {token}\r\n");
            }
        }
        outcome
    }

    /// Is a tool that shows this token of the learning record store, and does not sign in.
    pub(super) fn bear(&mut self, token: &str) -> Outcome {
        self.session = format!("Authorization: Bearer {token}\r\nX-Experience-API-Version: 2.0.0\r\n");
        Outcome::Good
    }

    /// Waits for the time of the next request. Latency counts from what this returns. `None` when the run is over.
    pub(super) async fn pace(&self, intended: Instant) -> Option<Instant> {
        if self.bounds.is_over() {
            return None;
        }
        if intended <= Instant::now() {
            return Some(intended);
        }
        self.bounds.sleep(intended).await;
        if self.bounds.is_over() {
            return None;
        }
        let now = Instant::now();
        let late = now.saturating_duration_since(intended);
        self.record.lock().late(late);
        Some(if late <= TIMER { now } else { intended })
    }

    /// Closes the connection, as a network does.
    pub(super) fn drop_connection(&mut self) {
        self.connection = None;
        self.record.lock().dropped += 1;
    }

    /// Asks, and again when told to come back; records the time since `intended`.
    pub(super) async fn ask(&mut self, ask: Ask<'_>, intended: Instant) -> Outcome {
        self.ask_with(ask, intended, false).await
    }

    fn compose(&mut self, ask: Ask<'_>) {
        let Self { bytes, target, session, csrf, .. } = self;
        bytes.clear();
        let csrf = if ask.method == "GET" { "" } else { csrf.as_str() };
        // Writing to memory does not fail.
        let _ = write!(
            bytes,
            "{} {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: lyceum-load\r\n{session}{csrf}",
            ask.method, ask.path, target.host
        );
        if ask.method != "GET" {
            let media = if ask.body.is_empty() { "" } else { "Content-Type: application/json\r\n" };
            let if_match = if ask.action == Action::CourseEdit { "If-Match: *\r\n" } else { "" };
            let _ = write!(bytes, "{media}{if_match}Content-Length: {}\r\n", ask.body.len());
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(ask.body);
    }

    async fn ask_with(&mut self, ask: Ask<'_>, intended: Instant, signing_in: bool) -> Outcome {
        self.compose(ask);
        // Of a start: until the turn that the server gave.
        let mut turn = Duration::ZERO;
        loop {
            if !self.bounds.take() {
                return Outcome::Over;
            }
            let Ok(brief) = self.exchange(ask.keep, signing_in).await else {
                self.record.lock().failed(ask.action, 0);
                return Outcome::Bad;
            };
            let now = Instant::now();
            let latency = now.saturating_duration_since(intended);
            let later = match brief.status {
                429 | 503 => true,
                // A place in a queue that is to be asked for again.
                202 => brief.retry_after_seconds.is_some(),
                _ => false,
            };
            if later {
                self.record.lock().put_off(ask.action, brief.status);
                let wait = brief.retry_after_seconds.map_or(LATER, Duration::from_secs);
                if latency + wait > PATIENCE {
                    self.record.lock().gave_up(ask.action);
                    return Outcome::Bad;
                }
                self.bounds.sleep(now + wait).await;
                if ask.action == Action::Start && tells_a_turn(&self.body) {
                    turn += now.elapsed();
                }
                continue;
            }
            turn += brief.turn;
            let mut record = self.record.lock();
            if brief.status < 400 {
                if ask.action == Action::Start {
                    record.waited_for_turn(turn);
                }
                record.answered(ask.action, brief.status, latency.saturating_sub(turn));
                return Outcome::Good;
            }
            record.failed(ask.action, brief.status);
            return Outcome::Bad;
        }
    }

    /// Sends what was composed and reads the answer. A kept connection that the server had closed is no failure: it is
    /// opened again, and what is asked is safe to repeat.
    async fn exchange(&mut self, keep: bool, signing_in: bool) -> std::io::Result<Brief> {
        let mut fresh = false;
        loop {
            let mut connection = match self.connection.take() {
                Some(connection) if !connection.is_closed() => connection,
                found => {
                    if found.is_some() {
                        self.record.lock().reopened += 1;
                    }
                    fresh = true;
                    timeout(ANSWER, Connection::open(self.target.address))
                        .await
                        .map_err(|_| no_answer())??
                }
            };
            let answered = if signing_in {
                timeout(ANSWER, connection.exchange(&self.bytes)).await.map_err(|_| no_answer())?.map(
                    |answer| {
                        if let Some(cookie) = answer.header("set-cookie")
                            && answer.status < 300
                        {
                            let pair = cookie.split(';').next().unwrap_or_default();
                            self.session = format!("Cookie: {pair}\r\n");
                        }
                        let retry = answer.header("retry-after").and_then(|text| text.parse().ok());
                        let close = answer.header("connection") == Some("close");
                        self.body = answer.body;
                        Brief {
                            status: answer.status,
                            retry_after_seconds: retry,
                            turn: Duration::ZERO,
                            close,
                        }
                    },
                )
            } else {
                let body = keep.then_some(&mut self.body);
                timeout(ANSWER, connection.ask(&self.bytes, body)).await.map_err(|_| no_answer())?
            };
            match answered {
                Ok(brief) => {
                    if !brief.close && !connection.is_spent() {
                        connection.release();
                        self.connection = Some(connection);
                    }
                    return Ok(brief);
                }
                Err(_) if !fresh => self.record.lock().reopened += 1,
                Err(error) => return Err(error),
            }
        }
    }

    /// Listens to a stream of events for a while, on a connection of its own. Recorded is the time to the first event.
    pub(super) async fn listen(
        &mut self,
        action: Action,
        path: &str,
        span: Duration,
        intended: Instant,
    ) -> Outcome {
        if !self.bounds.take() {
            return Outcome::Over;
        }
        self.compose(Ask::get(action, path));
        let first = async {
            let mut connection = Connection::open(self.target.address).await?;
            let brief = connection.begin(&self.bytes).await?;
            if brief.status < 300 && connection.more_body().await? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            Ok::<_, std::io::Error>((brief, connection))
        };
        let Ok(Ok((brief, mut connection))) = timeout(ANSWER, first).await else {
            self.record.lock().failed(action, 0);
            return Outcome::Bad;
        };
        {
            let mut record = self.record.lock();
            if matches!(brief.status, 429 | 503) {
                record.put_off(action, brief.status);
                return Outcome::Good;
            }
            if brief.status >= 300 {
                record.failed(action, brief.status);
                return Outcome::Bad;
            }
            record.answered(action, brief.status, intended.elapsed());
        }
        let listening = async { while matches!(connection.more_body().await, Ok(read) if read > 0) {} };
        tokio::select! {
            () = self.bounds.sleep(Instant::now() + span) => {}
            () = listening => {}
        }
        Outcome::Good
    }
}

/// Does a start that is put off have a turn, and not only bad luck?
fn tells_a_turn(problem: &[u8]) -> bool {
    let code = serde_json::from_slice::<Value>(problem).ok();
    code.and_then(|problem| Some(problem.get("code")?.as_str()? == "start_later")).unwrap_or(false)
}

fn no_answer() -> std::io::Error {
    std::io::Error::new(std::io::ErrorKind::TimedOut, "no answer in a minute")
}
