//! What the server answered, as tests look at it.

use serde_json::Value;

pub struct Answer {
    pub what: String,
    pub code: u16,
    pub headers: Vec<(String, String)>,
    pub bytes: Vec<u8>,
}

impl Answer {
    /// The answer to a request.
    #[track_caller]
    pub fn to(agent: &ureq::Agent, request: ureq::http::Request<Vec<u8>>) -> Self {
        let what = format!("{} {}", request.method(), request.uri());
        let mut response = agent.run(request).unwrap();
        let text = |value: &ureq::http::HeaderValue| value.to_str().unwrap_or_default().to_owned();
        let headers = response.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value)));
        let headers = headers.collect();
        let bytes = response.body_mut().with_config().limit(64 * 1024 * 1024).read_to_vec().unwrap();
        Self { what, code: response.status().as_u16(), headers, bytes }
    }

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

    /// Refused with this code, and at this place.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str, at: &str) {
        let problem = self.problem(status, code);
        assert_eq!(problem["errors"][0]["at"].as_str().unwrap_or_default(), at, "{problem}");
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{}: {error}", self.what))
    }

    /// The values of an NDJSON body.
    #[track_caller]
    pub fn lines(&self) -> Vec<Value> {
        let text = self.text();
        assert!(text.is_empty() || text.ends_with('\n'), "{}: the last line has no end", self.what);
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}
