//! The server that is driven: its address, and the refusal to drive one that nobody meant.

use std::net::{SocketAddr, ToSocketAddrs as _};

use super::LoadError;

/// A server that may be driven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// As clients name it in `Host`.
    pub host: String,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Target {
    /// Finds the server of an `http://HOST[:PORT]` address. A host that is not this machine must be named in
    /// `allowed_host`: load on somebody else's server is an attack.
    pub fn find(url: &str, allowed_host: Option<&str>) -> Result<Self, LoadError> {
        let refuse = |problem: &str| LoadError::Url { url: url.to_owned(), problem: problem.to_owned() };
        if url.starts_with("https://") {
            return Err(refuse(
                "asks for TLS, which a proxy in front of Lyceum speaks; name the http:// address on which Lyceum \
                 itself listens, so that Lyceum is measured and not the proxy",
            ));
        }
        let rest = url.strip_prefix("http://").ok_or_else(|| refuse("does not begin with http://"))?;
        let host = rest.strip_suffix('/').unwrap_or(rest);
        if host.is_empty() || host.contains(['/', '?', '#', '@']) || host.contains(char::is_whitespace) {
            return Err(refuse("is not of the form http://HOST:PORT"));
        }
        let (name, port) = split(host).ok_or_else(|| refuse("has a port that is no number"))?;
        let found: Vec<SocketAddr> = (name, port)
            .to_socket_addrs()
            .map_err(|error| refuse(&format!("names a host that is not found: {error}")))?
            .collect();
        let is_here = !found.is_empty() && found.iter().all(|address| address.ip().is_loopback());
        if !is_here && allowed_host != Some(name) {
            return Err(LoadError::NotHere { host: name.to_owned() });
        }
        let first = found.first().copied().ok_or_else(|| refuse("names a host without an address"))?;
        Ok(Self { host: host.to_owned(), address: first })
    }
}

/// The name and the port of `HOST[:PORT]`; an IPv6 address stands in brackets.
fn split(host: &str) -> Option<(&str, u16)> {
    if let Some(rest) = host.strip_prefix('[') {
        let (name, rest) = rest.split_once(']')?;
        return match rest.strip_prefix(':') {
            Some(port) => Some((name, port.parse().ok()?)),
            None if rest.is_empty() => Some((name, 80)),
            None => None,
        };
    }
    match host.split_once(':') {
        Some((name, port)) => Some((name, port.parse().ok()?)),
        None => Some((host, 80)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_driven_unless_another_host_is_named() {
        let found = Target::find("http://127.0.0.1:8080/", None).unwrap();
        assert_eq!((found.host.as_str(), found.address.port()), ("127.0.0.1:8080", 8080));
        assert_eq!(Target::find("http://[::1]:81", None).unwrap().address.port(), 81);
        let refused = Target::find("http://192.0.2.7:8080", None).unwrap_err();
        assert!(matches!(&refused, LoadError::NotHere { host } if host == "192.0.2.7"), "{refused}");
        assert!(Target::find("http://192.0.2.7:8080", Some("192.0.2.8")).is_err());
        assert!(Target::find("http://192.0.2.7:8080", Some("192.0.2.7")).is_ok());
    }

    #[test]
    fn an_address_that_is_not_one_is_refused_with_its_reason() {
        for url in
            ["https://127.0.0.1", "127.0.0.1:80", "http://", "http://127.0.0.1:x", "http://a@127.0.0.1/b"]
        {
            assert!(matches!(Target::find(url, None), Err(LoadError::Url { .. })), "{url}");
        }
        let tls = Target::find("https://127.0.0.1", None).unwrap_err().to_string();
        assert!(tls.contains("proxy"), "{tls}");
    }
}
