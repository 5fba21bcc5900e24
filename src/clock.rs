//! Time as an argument: milliseconds since 1970 in UTC, read from the system in one place.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::fmt::temporal::Pieces;
use parking_lot::Mutex;
use serde::de::{self, Deserializer};
use serde::{Deserialize, Serialize, Serializer};

use crate::store::key::{KeyError, KeyPart};

/// A moment, exact to the millisecond. In JSON it is RFC 3339 text in UTC, in the store a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

/// The last second, since 1970, that has a date in every time zone: 9999-12-30T22:00:00Z. Later ones have no text.
pub const LAST_SECOND: i64 = 253_402_207_200;
const LAST_MS: i64 = LAST_SECOND * 1_000 + 999;

impl Timestamp {
    /// 1970.
    pub const EPOCH: Self = Self(0);
    /// The last that there is, at the end of the year 9999: "never".
    pub const MAX: Self = Self(LAST_MS);

    /// From milliseconds since 1970, clamped to what there is from 1970 on.
    pub const fn from_ms(ms: i64) -> Self {
        Self(if ms < 0 {
            0
        } else if ms > LAST_MS {
            LAST_MS
        } else {
            ms
        })
    }

    /// Milliseconds since 1970.
    pub const fn ms(self) -> i64 {
        self.0
    }

    /// Later by `span`, at most [`Timestamp::MAX`].
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self::from_ms(self.0.saturating_add(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)))
    }

    /// Earlier by `span`, at least 1970.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self::from_ms(self.0.saturating_sub(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)))
    }

    /// How long after `earlier`; nothing when it is not after.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0 - earlier.0).unwrap_or(0))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::MAX);
        write!(f, "{moment:.3}")
    }
}

/// Why a text is no [`Timestamp`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not an RFC 3339 time with an offset, between 1970 and 9999, such as 2026-11-24T09:00:00Z")]
pub struct TimestampError;

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        // Of ISO 8601 there is more than of RFC 3339.
        if !is_rfc_3339(text.as_bytes()) {
            return Err(TimestampError);
        }
        let pieces = Pieces::parse(text).map_err(|_| TimestampError)?;
        let (Some(time), Some(offset)) = (pieces.time(), pieces.to_numeric_offset()) else {
            return Err(TimestampError);
        };
        // There are hours from 0 to 23, in an offset, too.
        if offset.seconds().abs() >= 24 * 60 * 60 {
            return Err(TimestampError);
        }
        let local = pieces.date().to_datetime(time);
        match offset.to_timestamp(local).map(jiff::Timestamp::as_millisecond) {
            Ok(ms) if ms >= 0 => Ok(Self::from_ms(ms)),
            // The last hours of 9999 are beyond what there is, and what people write for "never".
            Err(_) if local.year() == 9999 => Ok(Self::MAX),
            _ => Err(TimestampError),
        }
    }
}

/// Is it of the form of RFC 3339, 5.6? What the numbers say is not looked at.
fn is_rfc_3339(text: &[u8]) -> bool {
    let digits =
        |from: usize, to: usize| text.get(from..to).is_some_and(|part| part.iter().all(u8::is_ascii_digit));
    let signs = |all: &[(usize, &[u8])]| {
        all.iter().all(|(at, signs)| text.get(*at).is_some_and(|sign| signs.contains(sign)))
    };
    let begins = digits(0, 4)
        && digits(5, 7)
        && digits(8, 10)
        && digits(11, 13)
        && digits(14, 16)
        && digits(17, 19)
        && signs(&[(4, b"-"), (7, b"-"), (10, b"Tt "), (13, b":"), (16, b":")]);
    let Some(rest) = text.get(19..).filter(|_| begins) else { return false };
    let offset = match rest {
        [b'.', fraction @ ..] => match fraction.iter().position(|byte| !byte.is_ascii_digit()) {
            None | Some(0) => return false,
            Some(end) => fraction.get(end..).unwrap_or_default(),
        },
        _ => rest,
    };
    match offset {
        [b'Z' | b'z'] => true,
        [b'+' | b'-', hours @ .., b':', m1, m2] => {
            hours.len() == 2 && hours.iter().chain([m1, m2]).all(u8::is_ascii_digit)
        }
        _ => false,
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_i64(self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
            text.parse().map_err(de::Error::custom)
        } else {
            i64::deserialize(deserializer).map(Self::from_ms)
        }
    }
}

impl KeyPart for Timestamp {
    fn encode(&self, out: &mut Vec<u8>) {
        self.0.encode(out);
    }
    fn decode(input: &mut &[u8]) -> Result<Self, KeyError> {
        i64::decode(input).map(Self::from_ms)
    }
}

#[cfg(test)]
impl utoipa::PartialSchema for Timestamp {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .format(Some(utoipa::openapi::SchemaFormat::KnownFormat(utoipa::openapi::KnownFormat::DateTime)))
            .description(Some("RFC 3339, in UTC, with milliseconds"))
            .into()
    }
}

#[cfg(test)]
impl utoipa::ToSchema for Timestamp {}

/// Where the time comes from.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine.
    System,
    /// A hand that tests move.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `at` until it is moved.
    pub fn fixed(at: Timestamp) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(at.ms())))
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => Timestamp::from_ms(jiff::Timestamp::now().as_millisecond()),
            Self::Fixed(hand) => Timestamp::from_ms(hand.load(Ordering::Acquire)),
        }
    }

    /// Moves a fixed clock; the system's goes by itself.
    pub fn advance(&self, span: Duration) {
        if let Self::Fixed(hand) = self {
            hand.fetch_add(i64::try_from(span.as_millis()).unwrap_or(i64::MAX), Ordering::AcqRel);
        }
    }
}

/// From when the clock was set back while the process runs: the latest such moment. It matters until that has come again.
#[derive(Debug, Default)]
pub struct SetBack(Mutex<Option<Timestamp>>);

impl SetBack {
    /// It was, at this moment of the clock as it had been.
    pub fn note(&self, from: Timestamp) {
        let mut known = self.0.lock();
        *known = (*known).max(Some(from));
    }

    /// The moment, if it was.
    pub fn latest(&self) -> Option<Timestamp> {
        *self.0.lock()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::decode_old;

    #[test]
    fn json_is_rfc_3339_in_utc_and_any_offset_is_read() {
        let time: Timestamp = serde_json::from_str("\"2026-11-24T10:00:00.25+01:00\"").unwrap();
        assert_eq!(serde_json::to_string(&time).unwrap(), "\"2026-11-24T09:00:00.250Z\"");
        assert!("2026-11-24T10:00:00".parse::<Timestamp>().is_err());
        for text in [
            "1812-01-01T00:00:00Z",
            "-009999-01-01T00:00:00Z",
            "2026-01-01T00:00:00+24:00",
            "2026-01-01T00:00:00-25:59",
            "2026-01-01T00:00:00+10:60",
            "2026-01-01Z",
            "20260630T235959Z",
            "2026-06-30T23:59Z",
            "2026-06-30T23:59:59+02",
            "2026-06-30T23:59:59+0200",
            "2026-06-30T23:59:59+05:30:15",
            "2026-06-30T23:59:59,5Z",
            "2026-06-30T23:59:59.Z",
            "+009999-12-30T00:00:00Z",
            "2026-06-30T23:59:59Z[UTC]",
            "2026-06-30T23:59:59+05:00[Europe/Vienna]",
            "2026-01-01",
            "soon",
        ] {
            assert_eq!(text.parse::<Timestamp>(), Err(TimestampError), "{text}");
        }
        let text = "2026-01-01T00:00:00-23:59".parse::<Timestamp>().unwrap().to_string();
        assert_eq!(text, "2026-01-01T23:59:00.000Z");
    }

    #[test]
    fn the_last_hours_of_the_last_year_are_never() {
        for text in ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59.999-12:00", "9999-12-30T23:00:00Z"] {
            assert_eq!(text.parse(), Ok(Timestamp::MAX), "{text}");
        }
        let before = "9999-12-31T00:00:00+23:00".parse::<Timestamp>().unwrap();
        assert_eq!(before.to_string(), "9999-12-30T01:00:00.000Z");
        assert!("10000-01-01T00:00:00Z".parse::<Timestamp>().is_err());
    }

    #[test]
    fn whatever_can_be_held_has_a_text_that_reads_as_the_same() {
        let mut key = Vec::new();
        i64::MAX.encode(&mut key);
        // The same number in a record.
        let value = [&[253, 0xfe][..], &[0xff; 7]].concat();
        for (time, text) in [
            (Timestamp::EPOCH, "1970-01-01T00:00:00.000Z"),
            (Timestamp::from_ms(i64::MIN), "1970-01-01T00:00:00.000Z"),
            (Timestamp::MAX, "9999-12-30T22:00:00.999Z"),
            (Timestamp::from_ms(i64::MAX), "9999-12-30T22:00:00.999Z"),
            (Timestamp::EPOCH.plus(Duration::MAX), "9999-12-30T22:00:00.999Z"),
            (Timestamp::decode(&mut key.as_slice()).unwrap(), "9999-12-30T22:00:00.999Z"),
            (decode_old("", (0, 0), &value).unwrap(), "9999-12-30T22:00:00.999Z"),
        ] {
            assert_eq!(time.to_string(), text);
            assert_eq!(text.parse(), Ok(time));
            assert_eq!(serde_json::to_string(&time).unwrap(), format!("\"{text}\""));
        }
    }
}
