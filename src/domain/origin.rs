//! Origins: what an address begins with, and all that one of a site has.

use std::net::Ipv6Addr;

/// `scheme://host:port`, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin<'a> {
    /// `http` or `https`.
    pub scheme: &'a str,
    /// A name or an address, that of version 6 in its brackets.
    pub host: &'a str,
    /// What stands for a port.
    pub port: Option<&'a str>,
}

impl<'a> Origin<'a> {
    /// Takes an address apart; what its parts are is still to be looked at.
    pub fn of(address: &'a str) -> Option<Self> {
        let (scheme, rest) = address.split_once("://")?;
        // The colons of an address of version 6 are inside its brackets.
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
            _ => (rest, None),
        };
        matches!(scheme, "https" | "http").then_some(Self { scheme, host, port })
    }

    /// Is what stands in brackets an address? `None` where the host has none.
    pub fn is_address(self) -> Option<bool> {
        let address = self.host.strip_prefix('[')?.strip_suffix(']')?;
        Some(address.parse::<Ipv6Addr>().is_ok())
    }
}
