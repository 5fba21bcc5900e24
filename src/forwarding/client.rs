//! Requests to other learning record stores, and what their answers mean for us.
//!
//! A target is chosen by who manages the installation, so it may be any address, also one inside the network; what comes back
//! is looked at only as far as it is needed. Redirects are not followed: the secret is for one address.

use std::io::Read as _;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ureq::SendBody;
use ureq::http::{Request, Response};
use ureq::tls::{RootCerts, TlsConfig};

use super::body::{Body, without_files};
use crate::clock::Timestamp;
use crate::domain::xapi::forward::progress::Answer;
use crate::domain::xapi::forward::{ForwardTarget, Login, Secret};
use crate::domain::xapi::json::parse_text;
use crate::domain::xapi::sameness::{Compared, fingerprints};
use crate::domain::xapi::scalar::uuid_text;

/// What is read of an answer: the ids of a batch, or a problem in words.
const ANSWER_BYTES: u64 = 16 * 1024;
/// What is read of a statement that is compared.
const STATEMENT_BYTES: u64 = 1024 * 1024;
/// Bytes a second that the slowest line carries: a request has as much more time as what it moves takes on such a one. On a
/// slower line, or with a target that reads nothing, it ends all the same.
const SLOWEST_LINE: u64 = 16 * 1024;
const AGENT: &str = concat!("lyceum/", env!("CARGO_PKG_VERSION"));

/// What became of a request.
#[derive(Debug)]
pub enum Outcome {
    /// The target has the statements.
    Taken,
    /// It has another statement under one of the ids, or says so of the same.
    Known(Answer),
    /// It does not want one of the statements.
    Unwanted(Answer),
    /// It is not about the statements: later.
    Later(Answer),
}

/// How the target's statement under an id compares with ours.
#[derive(Debug)]
pub enum Theirs {
    /// It says the same.
    Same,
    /// It says something else, or we may not look.
    Other(Answer),
    /// Nothing came back that would say.
    Later(Answer),
}

/// Sends requests. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    agent: ureq::Agent,
    timeout: Duration,
}

impl Client {
    /// A client that gives up an exchange after a while, and a long one later.
    pub fn new(timeout: Duration) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_connect(Some(timeout))
            .http_status_as_error(false)
            .max_redirects(0)
            .user_agent(AGENT)
            // The certificates of the machine, so that those of the school's own authority count.
            .tls_config(TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build())
            .build();
        Self { agent: ureq::Agent::new_with_config(config), timeout }
    }

    /// How long an exchange may take that moves so many bytes.
    fn patience(&self, bytes: u64) -> Duration {
        self.timeout.saturating_add(Duration::from_secs(bytes / SLOWEST_LINE))
    }

    /// `sent` is what the body is and how many bytes it has, where there is one.
    fn ask<B: ureq::AsSendBody>(
        &self,
        target: &ForwardTarget,
        method: &str,
        query: &str,
        sent: Option<(&str, u64)>,
        body: B,
    ) -> Result<Response<ureq::Body>, Answer> {
        let nothing = |error: String| Answer { status: None, said: error, retry_after: None };
        let login = match &target.login {
            Login::Basic { key, secret } => format!("Basic {}", basic(key, secret)),
            Login::Bearer(token) => format!("Bearer {}", token.reveal()),
        };
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}statements{query}", target.endpoint))
            .header("X-Experience-API-Version", target.version.name())
            .header("Authorization", login);
        if let Some((media, bytes)) = sent {
            request = request.header("Content-Type", media).header("Content-Length", bytes);
        }
        // What is wrong with a request names no header's value.
        let request = request.body(body).map_err(|error| nothing(error.to_string()))?;
        let patience = Some(self.patience(sent.map_or(STATEMENT_BYTES, |(_, bytes)| bytes)));
        let request = self.agent.configure_request(request).timeout_global(patience).build();
        self.agent.run(request).map_err(|error| nothing(error.to_string()))
    }

    /// Posts statements.
    pub fn post(&self, target: &ForwardTarget, mut body: Body<'_>, now: Timestamp) -> Outcome {
        let (media, bytes) = (body.media.clone(), body.bytes);
        let sent = Some((media.as_str(), bytes));
        match self.ask(target, "POST", "", sent, SendBody::from_reader(&mut body)) {
            Err(answer) => Outcome::Later(answer),
            Ok(mut response) => {
                let status = response.status().as_u16();
                let answer = answered(target, &mut response, now);
                match status {
                    200 | 204 => Outcome::Taken,
                    409 => Outcome::Known(answer),
                    400 | 413 | 415 | 422 => Outcome::Unwanted(answer),
                    // The address, the secret, the network, the machine: nothing that a statement could help.
                    _ => Outcome::Later(answer),
                }
            }
        }
    }

    /// Looks whether the target's statement under this id says the same as ours: standards let a store answer a repeat with
    /// 409, too. It does also when theirs has files, and ours came from there on a way that carries none: otherwise two stores
    /// that forward to each other would have such statements in each other's dead letters.
    pub fn compare(
        &self,
        target: &ForwardTarget,
        id: &[u8; 16],
        ours: &str,
        known: Answer,
        now: Timestamp,
    ) -> Theirs {
        for parameter in ["statementId", "voidedStatementId"] {
            let query = format!("?{parameter}={}", uuid_text(id));
            let mut response = match self.ask(target, "GET", &query, None, ()) {
                Ok(response) => response,
                Err(answer) => return Theirs::Later(answer),
            };
            match response.status().as_u16() {
                200 => {
                    let bytes = read(&mut response, STATEMENT_BYTES);
                    let theirs = std::str::from_utf8(&bytes).unwrap_or_default();
                    return if same(ours, theirs) { Theirs::Same } else { Theirs::Other(known) };
                }
                404 => {}
                408 | 425 | 429 | 500.. => return Theirs::Later(answered(target, &mut response, now)),
                _ => break,
            }
        }
        Theirs::Other(known)
    }
}

/// Does ours say the same as theirs, with their files or without?
fn same(ours: &str, theirs: &str) -> bool {
    let says = |text: &str| parse_text(text).map(|node| fingerprints(&node, Compared::ById).says);
    let Ok(ours) = says(ours) else { return false };
    says(theirs) == Ok(ours) || without_files(theirs).and_then(|text| says(&text)) == Ok(ours)
}

/// What Basic authentication sends.
fn basic(key: &str, secret: &Secret) -> String {
    STANDARD.encode(format!("{key}:{}", secret.reveal()))
}

/// An answer is kept and shown: a target that repeats what it was sent must not bring the secret there.
fn without_secret(login: &Login, said: &str) -> String {
    match login {
        Login::Basic { key, secret } => said.replace(&basic(key, secret), "*").replace(secret.reveal(), "*"),
        Login::Bearer(token) => said.replace(token.reveal(), "*"),
    }
}

fn read(response: &mut Response<ureq::Body>, limit: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    // What came before it broke off says enough.
    let _ = response.body_mut().as_reader().take(limit).read_to_end(&mut bytes);
    bytes
}

fn answered(target: &ForwardTarget, response: &mut Response<ureq::Body>, now: Timestamp) -> Answer {
    let retry_after = response.headers().get("Retry-After").and_then(|value| value.to_str().ok());
    let retry_after = retry_after.and_then(|text| later(text, now));
    let said = without_secret(&target.login, &String::from_utf8_lossy(&read(response, ANSWER_BYTES)));
    Answer { status: Some(response.status().as_u16()), said, retry_after }
}

/// `Retry-After` as a span: seconds, or a moment (RFC 9110, 10.2.3).
fn later(text: &str, now: Timestamp) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let moment = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text.trim()).ok()?;
    Some(Timestamp::from_ms(moment.as_millisecond()).since(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_that_repeats_the_secret_does_not_get_it_shown() {
        let (key, secret) = ("us".to_owned(), Secret::new("s3cret".to_owned()));
        let login = Login::Basic { key, secret };
        assert_eq!(without_secret(&login, "no Basic dXM6czNjcmV0 (us:s3cret)"), "no Basic * (us:*)");
    }

    #[test]
    fn a_long_request_has_as_much_more_time_as_a_slow_line_needs_for_it() {
        let client = Client::new(Duration::from_secs(30));
        let seconds = |bytes| client.patience(bytes).as_secs();
        assert_eq!([0, 16 * 1024, 1024 * 1024, 1 << 30].map(seconds), [30, 31, 94, 65_566]);
        assert!(client.patience(u64::MAX) > Duration::from_hours(1));
    }

    #[test]
    fn what_came_back_without_its_files_says_the_same() {
        let theirs =
            r#"{"id":"x","stored":"t","attachments":[{"sha2":"a"},{"sha2":"b","fileUrl":"http://b"}]}"#;
        for (ours, expected) in [
            (r#"{"id":"x","attachments":[{"sha2":"b","fileUrl":"http://b"},{"sha2":"A"}]}"#, true),
            (r#"{"id":"x","attachments":[{"sha2":"b","fileUrl":"http://b"}]}"#, true),
            (r#"{"id":"x"}"#, false),
            (r#"{"id":"x","attachments":[{"sha2":"a"}]}"#, false),
            ("", false),
        ] {
            assert_eq!(same(ours, theirs), expected, "{ours}");
        }
        assert!(!same(r#"{"id":"x","attachments":[{"sha2":"a"}]}"#, r#"{"id":"x"}"#), "files that they lack");
        assert!(!same("", ""));
    }

    #[test]
    fn retry_after_is_seconds_or_a_moment() {
        let now: Timestamp = "2026-09-07T08:00:00Z".parse().unwrap();
        for (text, seconds) in [
            (" 120 ", Some(120)),
            ("Mon, 07 Sep 2026 08:01:30 GMT", Some(90)),
            ("Mon, 07 Sep 2026 07:00:00 GMT", Some(0)),
            ("soon", None),
            ("-5", None),
        ] {
            assert_eq!(later(text, now).map(|wait| wait.as_secs()), seconds, "{text}");
        }
    }
}
