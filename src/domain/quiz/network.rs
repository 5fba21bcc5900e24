//! Ranges of addresses from which a quiz may be taken: CIDR of IP version 4 and 6.

use std::net::IpAddr;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A range of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

/// Why a text is no [`Network`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not an address or a range such as 192.0.2.7, 10.20.0.0/16 or 2001:db8::/48")]
pub struct NetworkError;

/// Bits that all IPv4 addresses mapped into IPv6 begin with.
const MAPPED: u8 = 96;

/// An address as a number, from its most significant bit, with its number of bits.
fn bits(address: IpAddr) -> (u128, u8) {
    match address {
        IpAddr::V4(address) => (u128::from(address.to_bits()) << 96, 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    }
}

impl Network {
    /// A range of IPv4 addresses mapped into IPv6 as what it is, which clients have, too.
    fn canonical(self) -> Self {
        match (self.address.to_canonical(), self.prefix.checked_sub(MAPPED)) {
            (address @ IpAddr::V4(_), Some(prefix)) if self.address.is_ipv6() => Self { address, prefix },
            _ => self,
        }
    }

    /// Is the address in it? An IPv4 address mapped into IPv6 counts as what it is.
    pub fn contains(&self, address: IpAddr) -> bool {
        // Earlier programs kept ranges of mapped addresses as they were written.
        let network = self.canonical();
        let (inside, width) = bits(network.address);
        let (asked, asked_width) = bits(address.to_canonical());
        if width != asked_width {
            return false;
        }
        let differing = (inside ^ asked).leading_zeros();
        differing >= u32::from(network.prefix)
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.trim().parse().map_err(|_| NetworkError)?;
        let (_, width) = bits(address);
        let prefix = match prefix {
            Some(prefix) if prefix.bytes().all(|byte| byte.is_ascii_digit()) => {
                prefix.parse().map_err(|_| NetworkError)?
            }
            Some(_) => return Err(NetworkError),
            None => width,
        };
        if prefix > width {
            return Err(NetworkError);
        }
        Ok(Self { address, prefix }.canonical())
    }
}

impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(network: &str, address: &str) -> bool {
        network.parse::<Network>().unwrap().contains(address.parse().unwrap())
    }

    #[test]
    fn ranges_hold_their_addresses_and_no_others() {
        assert!(holds("10.20.0.0/16", "10.20.255.1"));
        assert!(!holds("10.20.0.0/16", "10.21.0.1"));
        assert!(holds("192.0.2.7", "192.0.2.7"));
        assert!(!holds("192.0.2.7", "192.0.2.8"));
        assert!(holds("2001:db8::/33", "2001:db8:7fff::1"));
        assert!(!holds("2001:db8::/33", "2001:db8:8000::1"));
        assert!(holds("0.0.0.0/0", "203.0.113.9"));
        assert!(!holds("0.0.0.0/0", "::1"));
        assert!(!holds("::/0", "203.0.113.9"));
    }

    #[test]
    fn a_range_of_mapped_addresses_that_was_kept_as_it_was_written_holds_its_clients() {
        let kept = Network { address: "::ffff:10.20.0.0".parse().unwrap(), prefix: 112 };
        assert!(kept.contains("10.20.3.4".parse().unwrap()) && !kept.contains("10.21.3.4".parse().unwrap()));
    }

    #[test]
    fn bits_behind_the_prefix_do_not_matter() {
        assert!(holds("10.20.30.40/16", "10.20.1.1"));
    }

    #[test]
    fn a_mapped_address_is_the_version_4_address_that_it_maps() {
        assert!(holds("10.0.0.0/8", "::ffff:10.1.2.3"));
    }

    #[test]
    fn a_mapped_range_is_the_version_4_range_that_it_maps() {
        let shown = |text: &str| text.parse::<Network>().unwrap().to_string();
        assert_eq!(shown("::ffff:192.0.2.7"), "192.0.2.7/32");
        assert_eq!(shown("::ffff:10.20.0.0/112"), "10.20.0.0/16");
        assert_eq!(shown("::ffff:0:0/96"), "0.0.0.0/0");
        assert_eq!(shown("::ffff:0:0/95"), "::ffff:0.0.0.0/95", "there is more in it");
        assert!(holds("::ffff:192.0.2.7", "192.0.2.7"));
        assert!(holds("::ffff:10.20.0.0/112", "::ffff:10.20.3.4"));
        assert!(!holds("::ffff:10.20.0.0/112", "10.21.0.1"));
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for text in ["", "10.0.0.0/33", "::/129", "10.0.0/8", "10.0.0.0/", "10.0.0.0/+8", "example.org"] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
    }
}
