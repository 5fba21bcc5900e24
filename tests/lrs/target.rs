//! Where statements are forwarded to: another Lyceum, or a small server that answers as a test wants; and what the sender
//! has written down.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, mpsc};

use lyceum::domain::access::Actor;
use lyceum::domain::xapi::forward::edit::{self, Letters, TargetFacts};
use lyceum::domain::xapi::forward::progress::{Lag, lag};
use lyceum::domain::xapi::forward::{DeadLetter, ForwardProgress, ForwardTarget, ForwardTargetId};
use lyceum::domain::xapi::version::Version;
use lyceum::secret::LrsSecrets;
use lyceum::store::{Class, Read as _};
use serde_json::Value;

use crate::support::Lrs;

/// A target with this endpoint, as it is before a test changes it.
pub fn facts(endpoint: &str) -> TargetFacts {
    TargetFacts {
        name: "Other".to_owned(),
        endpoint: endpoint.to_owned(),
        version: Version::Two,
        key: Some("us".to_owned()),
        secret: Some("s3cret".to_owned()),
        verbs: Vec::new(),
        activity: None,
        agent: None,
        attachments: true,
    }
}

/// A target that is another Lyceum, with a credential of its.
pub fn facts_of(other: &Lrs, key: &LrsSecrets) -> TargetFacts {
    TargetFacts {
        key: Some(key.key.clone()),
        secret: Some(key.secret.clone()),
        ..facts(&format!("{}/xapi", other.running.base))
    }
}

/// What administrators do with targets, and what the sender does.
impl Lrs {
    fn actor(&self) -> Actor {
        Actor::program(self.running.clock.now())
    }

    /// Forwards everything, from the first statement on.
    pub fn forward(&self, facts: TargetFacts) -> ForwardTargetId {
        let (actor, new) = (self.actor(), facts.parse().unwrap());
        let since = Some(lyceum::clock::Timestamp::EPOCH);
        let store = &self.running.state.store;
        store.write_blocking(Class::Interactive, move |txn| edit::create(txn, &actor, new, since)).unwrap().id
    }

    pub fn pause(&self, id: ForwardTargetId, paused: bool) {
        let actor = self.actor();
        let store = &self.running.state.store;
        store.write_blocking(Class::Interactive, move |txn| edit::pause(txn, &actor, id, paused)).unwrap();
    }

    pub fn send_again(&self, id: ForwardTargetId) -> usize {
        let actor = self.actor();
        let store = &self.running.state.store;
        let again = move |txn: &mut lyceum::store::Txn<'_>| edit::send_again(txn, &actor, id, &Letters::All);
        store.write_blocking(Class::Interactive, again).unwrap()
    }

    /// Sends what is due now.
    pub fn run(&self) -> u64 {
        lyceum::forwarding::run_due(&self.running.state).unwrap()
    }

    pub fn progress(&self, id: ForwardTargetId) -> ForwardProgress {
        let found = self.running.state.store.read(|read| read.get::<ForwardProgress>(&id)).unwrap();
        (*found.unwrap()).clone()
    }

    pub fn target(&self, id: ForwardTargetId) -> ForwardTarget {
        let actor = self.actor();
        self.running.state.store.read(|read| edit::get(read, &actor, id)).unwrap()
    }

    pub fn lag(&self, id: ForwardTargetId) -> Lag {
        let (progress, now) = (self.progress(id), self.running.clock.now());
        self.running.state.store.read(|read| lag(read, &progress, now)).unwrap()
    }

    pub fn letters(&self, id: ForwardTargetId) -> Vec<DeadLetter> {
        let store = &self.running.state.store;
        store.read(|read| read.list::<DeadLetter>(&(id,), None, 2_000)).unwrap()
    }
}

/// A request that came.
#[derive(Debug, Clone)]
pub struct Asked {
    pub line: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The ids of the statements in it.
    pub fn ids(&self) -> Vec<String> {
        let statements: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let ids = statements.as_array().into_iter().flatten();
        ids.map(|statement| statement["id"].as_str().unwrap().to_owned()).collect()
    }
}

/// What is answered.
#[derive(Debug, Clone)]
pub enum Reply {
    /// A status, more headers (each with its line end) and a body.
    Say(u16, String, String),
    /// The connection ends.
    Hang,
    /// Nothing comes until the server is dropped.
    Silence,
}

pub fn say(status: u16) -> Reply {
    Reply::Say(status, String::new(), String::new())
}

type Judge = Box<dyn FnMut(&Asked) -> Reply + Send>;

struct Inner {
    /// What is answered next, before the judge is asked.
    script: VecDeque<Reply>,
    judge: Judge,
    asked: Vec<Asked>,
    /// Ids of statements in the order in which they were taken.
    taken: Vec<String>,
    held: Vec<TcpStream>,
}

/// A record store that answers as it is told.
pub struct Scripted {
    pub endpoint: String,
    inner: Arc<Mutex<Inner>>,
    /// Says when a request has come.
    pub came: mpsc::Receiver<()>,
}

impl Scripted {
    /// One that takes everything, until it is told otherwise.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}/xapi/", listener.local_addr().unwrap());
        let inner = Arc::new(Mutex::new(Inner {
            script: VecDeque::new(),
            judge: Box::new(|_| say(200)),
            asked: Vec::new(),
            taken: Vec::new(),
            held: Vec::new(),
        }));
        let (told, came) = mpsc::channel();
        let held = Arc::downgrade(&inner);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Some(inner) = held.upgrade() else { break };
                serve(stream.unwrap(), &inner);
                if told.send(()).is_err() {
                    break;
                }
            }
        });
        Self { endpoint, inner, came }
    }

    /// These are the next answers.
    pub fn script(&self, replies: impl IntoIterator<Item = Reply>) {
        self.inner.lock().unwrap().script.extend(replies);
    }

    /// What decides behind the script.
    pub fn judge(&self, judge: impl FnMut(&Asked) -> Reply + Send + 'static) {
        self.inner.lock().unwrap().judge = Box::new(judge);
    }

    /// The requests since the last look.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.inner.lock().unwrap().asked)
    }

    pub fn taken(&self) -> Vec<String> {
        self.inner.lock().unwrap().taken.clone()
    }
}

fn serve(stream: TcpStream, inner: &Mutex<Inner>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).unwrap();
        let Some((name, value)) = header.trim_end().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut asked = Asked { line: line.trim_end().to_owned(), headers, body: Vec::new() };
    let length = asked.header("content-length").map_or(0, |length| length.parse().unwrap());
    asked.body = vec![0; length];
    reader.read_exact(&mut asked.body).unwrap();
    let mut inner = inner.lock().unwrap();
    let reply = match inner.script.pop_front() {
        Some(reply) => reply,
        None => (inner.judge)(&asked),
    };
    if matches!(reply, Reply::Say(200 | 204, ..)) {
        let ids = asked.ids();
        inner.taken.extend(ids);
    }
    inner.asked.push(asked);
    match reply {
        Reply::Say(status, more, body) => {
            let head = format!(
                "HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n{more}\r\n",
                body.len()
            );
            // Who asked may have gone.
            let _ = (&stream).write_all(&[head.as_bytes(), body.as_bytes()].concat());
        }
        Reply::Hang => {}
        Reply::Silence => inner.held.push(stream),
    }
}
