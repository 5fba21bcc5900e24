//! What a proxy in front says of a request: whose it is, and which address the client asked. Only those that are trusted are
//! believed; anybody can send such headers.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use actix_web::HttpRequest;
use actix_web::http::header::{
    FORWARDED, HOST, HeaderMap, HeaderName, HeaderValue, VIA, X_FORWARDED_FOR, X_FORWARDED_HOST,
    X_FORWARDED_PROTO,
};
use actix_web::http::uri::Authority;

use super::actor::state;

const X_REAL_IP: HeaderName = HeaderName::from_static("x-real-ip");

/// By one of these a proxy shows itself.
const TRACES: [HeaderName; 6] =
    [X_FORWARDED_FOR, X_FORWARDED_HOST, X_FORWARDED_PROTO, FORWARDED, VIA, X_REAL_IP];

/// The other end of the connection that a request came by.
#[derive(Debug, Clone, Copy)]
pub struct Peer<'r> {
    headers: &'r HeaderMap,
    address: Option<IpAddr>,
    proxies: &'r [IpAddr],
}

impl<'r> Peer<'r> {
    /// Of a request.
    pub fn of(request: &'r HttpRequest) -> Self {
        let proxies =
            state(request).map(|state| state.config.server.trusted_proxies.as_slice()).unwrap_or_default();
        let address = request.peer_addr().map(|peer| peer.ip().to_canonical());
        Self { headers: request.headers(), address, proxies }
    }

    /// Its own address.
    pub const fn address(&self) -> Option<IpAddr> {
        self.address
    }

    /// Where it listens on addresses of both kinds, those of the older kind come in the form of the newer.
    fn trusts(&self, address: IpAddr) -> bool {
        self.proxies.iter().any(|proxy| proxy.to_canonical() == address)
    }

    fn is_trusted(&self) -> bool {
        self.address.is_some_and(|address| self.trusts(address))
    }

    /// The client's address: its own, or what it says as a trusted proxy. Each proxy adds whom it was asked by, so from the
    /// right the first that is none of ours is the client: what stands left of that the client said itself. `None` when one
    /// of ours says something that is no address; then nobody else is to be taken for the client.
    pub fn client(&self) -> Option<IpAddr> {
        let mut last = self.address?;
        if !self.is_trusted() {
            return Some(last);
        }
        let lines: Vec<_> = self.headers.get_all(X_FORWARDED_FOR).collect();
        for hop in lines.iter().rev().flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b',')) {
            last = address_in(hop)?;
            if !self.trusts(last) {
                break;
            }
        }
        Some(last)
    }

    /// Does somebody on this machine ask, and not through a proxy on it that speaks for others?
    pub fn is_local(&self) -> bool {
        let passed_on = TRACES.iter().any(|name| self.headers.contains_key(name));
        let is_told = self.is_trusted() && self.headers.contains_key(X_FORWARDED_FOR);
        (is_told || !passed_on) && self.client().is_some_and(|client| client.is_loopback())
    }

    /// What it says as a trusted proxy; of several values the one that was added last.
    fn said(&self, name: HeaderName) -> Option<&'r str> {
        let line = if self.is_trusted() { self.headers.get_all(name).last() } else { None };
        line?.to_str().ok()?.rsplit(',').next().map(str::trim)
    }

    /// The host that the client asked, with the port.
    pub fn host(&self) -> Option<&'r str> {
        let asked = || self.headers.get(HOST).and_then(|host| host.to_str().ok());
        let host = self.said(X_FORWARDED_HOST).or_else(asked)?;
        host.parse::<Authority>().is_ok().then_some(host)
    }

    /// Where the client found the server: scheme and host. This server itself speaks without TLS.
    pub fn site(&self) -> Option<String> {
        let is_https =
            self.said(X_FORWARDED_PROTO).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"));
        let scheme = if is_https { "https" } else { "http" };
        self.host().map(|host| format!("{scheme}://{host}"))
    }

    /// Is this the origin of the pages here, as the client sees them: at the host that it asked, or at the public address?
    pub fn is_own_origin(&self, origin: &HeaderValue, public_url: Option<&str>) -> bool {
        let Some((scheme, host)) = origin.to_str().ok().and_then(|origin| origin.split_once("://")) else {
            return false;
        };
        let is = |other: &str| plain_host(scheme, host).eq_ignore_ascii_case(plain_host(scheme, other));
        let public = public_url.and_then(|url| url.split_once("://"));
        let is_public = public.is_some_and(|(of_public, rest)| {
            of_public == scheme && is(rest.split('/').next().unwrap_or_default())
        });
        is_public || self.host().is_some_and(is)
    }
}

/// A host without the port that goes without saying.
fn plain_host<'h>(scheme: &str, host: &'h str) -> &'h str {
    let usual = if scheme == "https" { ":443" } else { ":80" };
    host.strip_suffix(usual).unwrap_or(host)
}

/// An address as proxies write it: with or without a port, one of IPv6 with a port in brackets.
fn address_in(hop: &[u8]) -> Option<IpAddr> {
    let hop = std::str::from_utf8(hop).ok()?.trim();
    let bracketed = || hop.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    let with_port = || hop.parse::<SocketAddr>().ok().map(|address| address.ip());
    let address = hop.parse().ok().or_else(bracketed).or_else(with_port);
    address.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(of: &[(HeaderName, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in of {
            headers.append(name.clone(), HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        headers
    }

    fn peer<'r>(headers: &'r HeaderMap, address: &str, proxies: &'r [IpAddr]) -> Peer<'r> {
        let address = address.parse::<IpAddr>().unwrap().to_canonical();
        Peer { headers, address: Some(address), proxies }
    }

    fn addresses(of: &[&str]) -> Vec<IpAddr> {
        of.iter().map(|address| address.parse().unwrap()).collect()
    }

    #[test]
    fn the_client_is_the_first_from_the_right_that_is_no_proxy_of_ours_and_nobody_when_that_cannot_be_read() {
        let proxies = addresses(&["127.0.0.1", "::ffff:10.0.0.2", "2001:db8::2"]);
        let client = |peer_at: &str, lines: &[&str]| {
            let lines: Vec<_> = lines.iter().map(|line| (X_FORWARDED_FOR, *line)).collect();
            let headers = headers(&lines);
            peer(&headers, peer_at, &proxies).client().map(|client| client.to_string())
        };
        let (here, mapped) = ("127.0.0.1", "::ffff:127.0.0.1");
        for (from, lines, expected) in [
            // Nobody else is believed.
            ("203.0.113.9", &["10.20.0.5"][..], Some("203.0.113.9")),
            ("::ffff:203.0.113.9", &["10.20.0.5"], Some("203.0.113.9")),
            // A proxy that says nothing asks for itself.
            (here, &[], Some(here)),
            (here, &["203.0.113.9"], Some("203.0.113.9")),
            (mapped, &["203.0.113.9"], Some("203.0.113.9")),
            (here, &["::ffff:203.0.113.9"], Some("203.0.113.9")),
            // What the client said itself stands left of what the proxy added.
            (here, &["10.20.0.5, 203.0.113.9"], Some("203.0.113.9")),
            (here, &["10.20.0.5, 203.0.113.9:4711"], Some("203.0.113.9")),
            (here, &["10.20.0.5", "203.0.113.9:4711"], Some("203.0.113.9")),
            (here, &["10.20.0.5", "203.0.113.9, 10.0.0.2"], Some("203.0.113.9")),
            (here, &["nonsense, \u{fe} , 203.0.113.9"], Some("203.0.113.9")),
            (here, &["203.0.113.9,10.0.0.2:80 , 127.0.0.1"], Some("203.0.113.9")),
            (here, &["2001:db8::9"], Some("2001:db8::9")),
            (here, &["[2001:db8::9]"], Some("2001:db8::9")),
            (here, &["127.0.0.1, [2001:db8::9]:4711 , [2001:db8::2]:80"], Some("2001:db8::9")),
            // One of ours asks through another of ours.
            (here, &["10.0.0.2"], Some("10.0.0.2")),
            // The hop cannot be read: whoever is left of it may be anybody's word.
            (here, &["10.20.0.5, unknown"], None),
            (here, &["127.0.0.1, unknown"], None),
            (here, &["10.20.0.5, _hidden", "10.0.0.2"], None),
            (here, &["10.20.0.5, "], None),
            (here, &[""], None),
            (here, &["10.20.0.5, 203.0.113.9:"], None),
            (here, &["10.20.0.5, [203.0.113.9]"], None),
            (here, &["10.20.0.5, 2001:db8::9]:4711"], None),
        ] {
            assert_eq!(client(from, lines).as_deref(), expected, "{from}: {lines:?}");
        }
    }

    #[test]
    fn only_who_asks_directly_or_is_said_to_be_on_this_machine_by_a_proxy_of_ours_is_local() {
        let (none, ours) = (Vec::new(), addresses(&["127.0.0.1"]));
        let (via, forwarded) = ((VIA, "1.1 proxy"), (FORWARDED, "for=203.0.113.9"));
        let (host, scheme) = ((X_FORWARDED_HOST, "learn.example.edu"), (X_FORWARDED_PROTO, "https"));
        let of = |client| (X_FORWARDED_FOR, client);
        for (proxies, from, said, local) in [
            (&none, "127.0.0.1", vec![], true),
            (&none, "::1", vec![], true),
            (&none, "::ffff:127.0.0.1", vec![], true),
            (&none, "203.0.113.9", vec![], false),
            (&none, "127.0.0.1", vec![of("203.0.113.9")], false),
            (&none, "127.0.0.1", vec![of("127.0.0.1")], false),
            (&none, "127.0.0.1", vec![via.clone()], false),
            (&none, "127.0.0.1", vec![forwarded], false),
            (&none, "127.0.0.1", vec![(X_REAL_IP, "203.0.113.9")], false),
            (&none, "127.0.0.1", vec![(X_REAL_IP, "127.0.0.1")], false),
            (&none, "127.0.0.1", vec![host.clone()], false),
            (&none, "127.0.0.1", vec![scheme], false),
            (&ours, "127.0.0.1", vec![], true),
            (&ours, "127.0.0.1", vec![host, via.clone(), of("127.0.0.1")], true),
            (&ours, "127.0.0.1", vec![of("203.0.113.9:4711")], false),
            (&ours, "127.0.0.1", vec![of("127.0.0.1, unknown")], false),
            // Of whom, it does not say.
            (&ours, "127.0.0.1", vec![via], false),
            (&ours, "203.0.113.9", vec![of("127.0.0.1")], false),
        ] {
            let headers = headers(&said);
            assert_eq!(peer(&headers, from, proxies).is_local(), local, "{proxies:?} {from} {said:?}");
        }
    }

    #[test]
    fn the_site_is_the_host_that_was_asked_and_what_a_proxy_says_of_it_only_when_it_is_ours() {
        let (none, ours) = (Vec::new(), addresses(&["127.0.0.1"]));
        let asked = (HOST, "10.0.0.7:8080");
        let said = [
            asked.clone(),
            (X_FORWARDED_HOST, "evil.example, learn.example.edu"),
            (X_FORWARDED_PROTO, "https"),
        ];
        let odd = [(HOST, "a b")];
        for (proxies, said, site) in [
            (&none, &[asked.clone()][..], Some("http://10.0.0.7:8080")),
            (&none, &said, Some("http://10.0.0.7:8080")),
            (&ours, &said, Some("https://learn.example.edu")),
            (&ours, &[asked], Some("http://10.0.0.7:8080")),
            (&ours, &odd, None),
            (&ours, &[], None),
        ] {
            let headers = headers(said);
            assert_eq!(peer(&headers, "127.0.0.1", proxies).site().as_deref(), site, "{proxies:?} {said:?}");
        }
    }

    #[test]
    fn pages_of_ours_are_at_the_host_that_was_asked_or_at_the_public_address() {
        let none = Vec::new();
        let public = Some("https://learn.example.edu/");
        for (host, origin, public, own) in [
            ("10.0.0.7:8080", "http://10.0.0.7:8080", None, true),
            ("Learn.example.edu", "http://learn.example.edu", None, true),
            ("learn.example.edu:80", "http://learn.example.edu", None, true),
            ("learn.example.edu:443", "https://learn.example.edu", None, true),
            ("10.0.0.7:8080", "http://10.0.0.7:9090", None, false),
            ("10.0.0.7:8080", "http://10.0.0.7", None, false),
            ("10.0.0.7:8080", "http://evil.example", None, false),
            ("10.0.0.7:8080", "null", None, false),
            ("10.0.0.7:8080", "", None, false),
            ("127.0.0.1:8080", "https://learn.example.edu", None, false),
            ("127.0.0.1:8080", "https://learn.example.edu", public, true),
            ("127.0.0.1:8080", "https://learn.example.edu", Some("https://learn.example.edu:443"), true),
            ("127.0.0.1:8080", "http://learn.example.edu", public, false),
            ("127.0.0.1:8080", "https://learn.example.edu.evil.example", public, false),
            ("127.0.0.1:8080", "http://127.0.0.1:8080", public, true),
        ] {
            let headers = headers(&[(HOST, host)]);
            let origin_said = HeaderValue::from_static(origin);
            let is = peer(&headers, "10.0.0.9", &none).is_own_origin(&origin_said, public);
            assert_eq!(is, own, "{host} {origin} {public:?}");
        }
    }
}
