//! The real server on the system's clock, with an administrator.

use lyceum::clock::Clock;
use lyceum::http::setup;
use serde_json::{Value, json};

use crate::running::Running;

/// Good enough for the strength meter, and said nowhere else.
pub const PASSWORD: &str = "magnet ferry tulip harbour";
pub const ADMIN: &str = "principal";

pub struct Server {
    running: Running,
    agent: ureq::Agent,
    token: String,
}

impl std::ops::Deref for Server {
    type Target = Running;
    fn deref(&self) -> &Running {
        &self.running
    }
}

impl Server {
    pub fn start() -> Self {
        let mut code = None;
        let running = Running::start(Clock::System, |_| {}, |state| code = setup::offer(state).unwrap());
        let agent =
            ureq::Agent::new_with_config(ureq::Agent::config_builder().http_status_as_error(false).build());
        let mut server = Self { running, agent, token: String::new() };
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
        let ask = || {
            let request = self.agent.get(format!("{}{path}", self.base));
            request.header("Authorization", format!("Bearer {}", self.token)).call().unwrap()
        };
        let mut answer = ask();
        // The machine is full of what was just driven at it: as any client does, it comes back when it is told to.
        while answer.status() == 503 {
            let seconds = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
            std::thread::sleep(std::time::Duration::from_secs(seconds));
            answer = ask();
        }
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
