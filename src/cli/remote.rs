//! One request to a running server, for commands that ask it something.

use std::net::{SocketAddr, ToSocketAddrs as _};
use std::time::Duration;

use serde_json::Value;

use super::Failure;
use crate::load::client::{Connection, request};

/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// The address of an `http://HOST[:PORT]`.
fn find(url: &str) -> Result<SocketAddr, Failure> {
    let wrong = |why: &str| Failure::Unfit(format!("the address {url} {why}"));
    if url.starts_with("https://") {
        return Err(wrong("asks for TLS; name the http:// address on which Lyceum itself listens"));
    }
    let host = url.strip_prefix("http://").ok_or_else(|| wrong("does not begin with http://"))?;
    let host = host.strip_suffix('/').unwrap_or(host);
    let has_port = host.rsplit_once(':').is_some_and(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
    let whole = if has_port { host.to_owned() } else { format!("{host}:80") };
    let mut found = whole.to_socket_addrs().map_err(|error| wrong(&format!("is not found: {error}")))?;
    found.next().ok_or_else(|| wrong("has no address"))
}

/// Refuses an address at which nothing can be asked, before a secret is asked for.
pub(super) fn check(url: &str) -> Result<(), Failure> {
    find(url.trim_end_matches('/')).map(drop)
}

async fn exchange(
    url: &str,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: Option<&Value>,
) -> Result<Value, Failure> {
    let url = url.trim_end_matches('/');
    let address = find(url)?;
    let bearer = token.map(|token| format!("Bearer {token}"));
    let mut headers = Vec::new();
    if let Some(bearer) = &bearer {
        headers.push(("Authorization", bearer.as_str()));
    }
    let text = body.map(Value::to_string).unwrap_or_default();
    if body.is_some() {
        headers.push(("Content-Type", "application/json"));
    }
    let bytes = request(method, path, &headers, text.as_bytes());
    let what = format!("{method} {url}{path}");
    let answer =
        tokio::time::timeout(PATIENCE, async { Connection::open(address).await?.exchange(&bytes).await })
            .await
            .map_err(|_| Failure::Unfit(format!("{what}: no answer within {} s", PATIENCE.as_secs())))?
            .map_err(Failure::io(what.as_str()))?;
    let view: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    if answer.status < 300 {
        return Ok(view);
    }
    let detail = view.get("detail").and_then(Value::as_str).unwrap_or("no reason was given");
    let way_out = match token {
        Some(_) if answer.status == 401 => format!("; personal tokens are made at {url}/account/tokens"),
        _ => String::new(),
    };
    Err(Failure::Unfit(format!("{what} answered {}: {detail}{way_out}", answer.status)))
}

/// Sends one request and gives the answer's JSON; an error status is an error with its reason.
pub(super) fn call(
    url: &str,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: Option<&Value>,
) -> Result<Value, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::io("making a runtime failed"))?;
    runtime.block_on(exchange(url, method, path, token, body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_and_what_is_none_is_refused_with_its_reason() {
        assert_eq!(find("http://127.0.0.1:8080/").unwrap().port(), 8080);
        assert_eq!(find("http://127.0.0.1").unwrap().port(), 80);
        assert_eq!(find("http://[::1]:81").unwrap().port(), 81);
        for (url, why) in
            [("https://127.0.0.1", "TLS"), ("127.0.0.1:80", "http://"), ("http://:x", "not found")]
        {
            assert!(find(url).unwrap_err().to_string().contains(why), "{url}");
        }
    }
}
