//! The real server on port 0 over a temporary directory, with an administrator. Dropping it stops the server, verifies the
//! store and fails the test on any difference.

use std::sync::mpsc;
use std::thread::JoinHandle;

use lyceum::app;
use lyceum::clock::Clock;
use lyceum::config::Config;
use lyceum::http::setup;
use lyceum::state::State;
use serde_json::{Value, json};

/// Good enough for the strength meter, and said nowhere else.
pub const PASSWORD: &str = "magnet ferry tulip harbour";
pub const ADMIN: &str = "principal";

pub struct Server {
    pub base: String,
    pub home: tempfile::TempDir,
    state: State,
    handle: actix_web::dev::ServerHandle,
    thread: Option<JoinHandle<()>>,
    agent: ureq::Agent,
    token: String,
}

impl Server {
    pub fn start() -> Self {
        let home = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        config.server.listen = "127.0.0.1:0".parse().unwrap();
        config.server.workers = 1;
        config.server.shutdown_seconds = 1;
        config.store.directory = home.path().join("store");
        config.store.segment_mib = 1;
        config.store.low_water_mib = 1;
        // Tests are about rules, not about how long a hash takes.
        config.sign_in.argon2_memory_kib = 8;
        config.sign_in.argon2_passes = 1;
        let state = app::open(config, Clock::System).unwrap();
        let code = setup::offer(&state).unwrap().unwrap();
        let (started, running) = mpsc::channel();
        let inner = state.clone();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let running = app::start(inner).unwrap();
                started.send((running.port, running.handle.clone())).unwrap();
                running.serve().await.unwrap();
            });
        });
        let (port, handle) = running.recv().unwrap();
        let agent =
            ureq::Agent::new_with_config(ureq::Agent::config_builder().http_status_as_error(false).build());
        let base = format!("http://127.0.0.1:{port}");
        let mut server =
            Self { base, home, state, handle, thread: Some(thread), agent, token: String::new() };
        let input = json!({
            "code": code, "username": ADMIN, "email": null, "first_name": "Ada", "last_name": "Principal",
            "password": PASSWORD
        });
        server.post("/api/setup", &input, 201);
        let view = server.sign_in(ADMIN, PASSWORD, 200);
        view["token"].as_str().unwrap().clone_into(&mut server.token);
        server
    }

    pub fn sign_in(&self, username: &str, password: &str, status: u16) -> Value {
        let input = json!({ "username": username, "password": password, "carrier": "bearer" });
        self.post("/api/session", &input, status)
    }

    fn post(&self, path: &str, input: &Value, status: u16) -> Value {
        let mut answer = self.agent.post(format!("{}{path}", self.base)).send_json(input).unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        assert_eq!(answer.status().as_u16(), status, "{text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// What the administrator gets.
    pub fn text(&self, path: &str) -> String {
        let request = self.agent.get(format!("{}{path}", self.base));
        let mut answer = request.header("Authorization", format!("Bearer {}", self.token)).call().unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{text}");
        text
    }

    pub fn json(&self, path: &str) -> Value {
        serde_json::from_str(&self.text(path)).unwrap()
    }

    /// All items of a list.
    pub fn list(&self, path: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut after = String::new();
        loop {
            let page = self.json(&format!("{path}?limit=100{after}"));
            items.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => return items,
            }
        }
    }

    /// Requests that a route answered with this class of status, by the server's own count.
    pub fn counted(&self, method: &str, route: &str, status: &str) -> u64 {
        let labels =
            [format!("method=\"{method}\""), format!("route=\"{route}\""), format!("status=\"{status}\"")];
        let text = self.text("/metrics");
        text.lines()
            .filter(|line| line.starts_with("lyceum_http_requests_total{"))
            .filter(|line| labels.iter().all(|label| line.contains(label)))
            .map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap())
            .sum()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let stopped = self.handle.stop(true);
        actix_web::rt::System::new().block_on(stopped);
        if let Some(thread) = self.thread.take() {
            let outcome = thread.join();
            if !std::thread::panicking() {
                outcome.unwrap();
            }
        }
        if std::thread::panicking() {
            return;
        }
        let config = self.state.config.clone();
        self.state.store.close();
        let state = app::open(config, Clock::System).unwrap();
        let report = lyceum::domain::verify(&state.store).unwrap();
        assert!(report.is_clean(), "the store is not as its rows say: {:#?}", report.differences);
    }
}
