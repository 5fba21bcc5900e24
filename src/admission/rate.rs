//! Rates per person, per API token and per address, in memory of a fixed size however many there are.
//!
//! Each bucket is the generic cell rate algorithm (ITU-T I.371): one number, the time at which the bucket would be
//! full again, changed by compare-and-swap. A key has a place in each of two tables and is refused only when both
//! are exhausted: it takes a stranger in both places at once to be refused for somebody else. Which places these are, one
//! half of a hash each, depends on a secret of the process, so nobody can look for them.

use std::hash::{BuildHasher as _, Hash, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::config::Limits;
use crate::domain::ids::{TokenId, UserId};

/// Places per table, 2 MiB for both: of 10,000 who are busy at the same moment, one in 170 shares both places.
const PLACES: usize = 1 << 17;

const PERSON: &str = "person";
const TOKEN: &str = "token";
const ADDRESS: &str = "address";

/// The names of the limits.
pub const RATES: [&str; 3] = [PERSON, TOKEN, ADDRESS];

/// So many a second, and so many at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Its name in `RateLimit` headers.
    pub name: &'static str,
    /// Requests a second; 0 is without limit.
    pub per_second: u32,
    /// Requests at once.
    pub burst: u32,
}

impl Rate {
    fn interval_us(self) -> u64 {
        1_000_000 / u64::from(self.per_second.max(1))
    }

    /// The whole bucket in microseconds.
    fn window_us(self) -> u64 {
        self.interval_us().saturating_mul(u64::from(self.burst.max(1)))
    }

    /// The bucket as `RateLimit-Policy` says it: so many in so many seconds.
    pub fn policy(self) -> String {
        format!("\"{}\";q={};w={}", self.name, self.burst, self.window_us().div_ceil(1_000_000).max(1))
    }
}

/// The tables.
pub struct Rates {
    began: Instant,
    secret: RandomState,
    tables: [Box<[AtomicU64]>; 2],
    /// For a signed-in person, whatever session or token they use.
    pub person: Rate,
    /// For an API token, beside its owner's.
    pub token: Rate,
    /// For an address from which nobody in particular asks.
    pub address: Rate,
    /// The same for what costs next to nothing, in a bucket of its own.
    pub little: Rate,
}

/// So many style sheets for one sign-in: a browser that is new here asks for eleven.
const LITTLE: u32 = 20;

/// How a request of nobody in particular counts for its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counts {
    /// As one.
    Whole,
    /// As a small part of one: a style sheet, whether the server lives, what a browser asks before a request to another origin.
    Little,
}

impl Rates {
    /// With what is configured.
    pub fn new(limits: &Limits) -> Self {
        let table = || (0..PLACES).map(|_| AtomicU64::new(0)).collect();
        Self {
            began: Instant::now(),
            secret: RandomState::new(),
            tables: [table(), table()],
            person: Rate { name: PERSON, per_second: limits.person_per_second, burst: limits.person_burst },
            token: Rate { name: TOKEN, per_second: limits.token_per_second, burst: limits.token_burst },
            address: Rate {
                name: ADDRESS,
                per_second: limits.address_per_second,
                burst: limits.address_burst,
            },
            little: Rate {
                name: ADDRESS,
                per_second: limits.address_per_second.saturating_mul(LITTLE),
                burst: limits.address_burst.saturating_mul(LITTLE),
            },
        }
    }

    /// One request of a person. `Err` says how long until the next one is allowed.
    pub fn person(&self, user: UserId) -> Result<(), Duration> {
        self.take(self.person, (0_u8, user.0))
    }

    /// One request with a token.
    pub fn token(&self, token: TokenId) -> Result<(), Duration> {
        self.take(self.token, (2_u8, token.0))
    }

    /// One request from an address. Of IPv6 the first 64 bits count: a household has as many addresses as it likes.
    pub fn address(&self, address: IpAddr, counts: Counts) -> Result<(), Duration> {
        let sort = match counts {
            Counts::Whole => 1_u8,
            Counts::Little => 3,
        };
        self.take(self.of_address(counts), (sort, network(address)))
    }

    /// The limit of an address for what counts so.
    pub const fn of_address(&self, counts: Counts) -> Rate {
        match counts {
            Counts::Whole => self.address,
            Counts::Little => self.little,
        }
    }

    fn take(&self, rate: Rate, key: impl Hash) -> Result<(), Duration> {
        if rate.per_second == 0 {
            return Ok(());
        }
        let now = u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.take_at(rate, key, now)
    }

    fn take_at(&self, rate: Rate, key: impl Hash, now_us: u64) -> Result<(), Duration> {
        let mut shortest = u64::MAX;
        let mut allowed = false;
        let hash = self.secret.hash_one(&key);
        for (table, half) in self.tables.iter().zip([hash >> 32, hash]) {
            let place = usize::try_from(half % PLACES as u64);
            let Some(bucket) = place.ok().and_then(|place| table.get(place)) else {
                continue;
            };
            let mut full_at = bucket.load(Ordering::Relaxed);
            loop {
                let next = full_at.max(now_us) + rate.interval_us();
                if next - now_us > rate.window_us() {
                    shortest = shortest.min(next - now_us - rate.window_us());
                    break;
                }
                match bucket.compare_exchange_weak(full_at, next, Ordering::Relaxed, Ordering::Relaxed) {
                    Ok(_) => {
                        allowed = true;
                        break;
                    }
                    Err(newer) => full_at = newer,
                }
            }
        }
        if allowed { Ok(()) } else { Err(Duration::from_micros(shortest)) }
    }
}

/// What of an address counts.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) => IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() >> 64 << 64)),
        four @ IpAddr::V4(_) => four,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEN: Rate = Rate { name: "ten", per_second: 10, burst: 5 };

    fn rates() -> Rates {
        Rates::new(&Limits::default())
    }

    #[test]
    fn a_burst_is_allowed_and_then_one_per_interval() {
        let rates = rates();
        for _ in 0..5 {
            assert_eq!(rates.take_at(TEN, 7, 1000), Ok(()));
        }
        assert_eq!(rates.take_at(TEN, 7, 1000), Err(Duration::from_millis(100)));
        assert_eq!(rates.take_at(TEN, 7, 101_000), Ok(()));
        assert!(rates.take_at(TEN, 7, 101_000).is_err());
        assert_eq!(rates.take_at(TEN, 8, 101_000), Ok(()), "somebody else is not concerned");
    }

    #[test]
    fn an_address_of_version_6_counts_by_its_network() {
        let mut limits = Limits::default();
        (limits.address_per_second, limits.address_burst) = (1, 2);
        let rates = Rates::new(&limits);
        let of = |text: &str| rates.address(text.parse().unwrap(), Counts::Whole);
        assert!(of("2001:db8::1").is_ok() && of("2001:db8::2").is_ok());
        assert!(of("2001:db8::3").is_err());
        assert!(of("2001:db8:0:1::1").is_ok());
        assert!(of("::ffff:192.0.2.1").is_ok() && of("192.0.2.1").is_ok() && of("192.0.2.1").is_err());
    }

    #[test]
    fn a_flood_of_addresses_takes_no_more_memory_and_hardly_touches_others() {
        let mut limits = Limits::default();
        (limits.address_per_second, limits.address_burst) = (1, 1);
        let rates = Rates::new(&limits);
        for number in 0..30_000_u32 {
            let _ = rates.take_at(rates.address, (1_u8, IpAddr::V4(number.into())), 0);
        }
        let refused = (100_000..101_000_u32)
            .filter(|number| rates.take_at(rates.address, (1_u8, IpAddr::V4((*number).into())), 0).is_err())
            .count();
        assert!(refused < 120, "{refused} of 1000 strangers were refused");
        assert_eq!(rates.tables[0].len() + rates.tables[1].len(), 2 * PLACES);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn never_more_than_the_burst_and_the_rate(gaps in proptest::collection::vec(0_u64..400_000, 1..200)) {
            let rates = rates();
            let (mut now, mut taken) = (0, 0_u64);
            for gap in gaps {
                now += gap;
                taken += u64::from(rates.take_at(TEN, 1, now).is_ok());
                prop_assert!(taken <= 5 + now / 100_000);
            }
        }
    }
}
