//! Every setting with what its value may be. By this table numbers are bounded, variables are read, faults are told and
//! `lyceum check-config` prints.

use Kind::{Address, Addresses, Switch, Text, Whole, Word};

use super::MOST_DAYS_AHEAD;

/// What a value may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A whole number from the first to the second.
    Whole(u64, u64),
    /// Text.
    Text,
    /// Yes or no.
    Switch,
    /// An address with a port.
    Address,
    /// Addresses without a port.
    Addresses,
    /// One of these.
    Word(&'static [&'static str]),
}

impl Kind {
    /// Is a value text, however much what a variable says of it looks like a number?
    pub(super) const fn is_text(self) -> bool {
        matches!(self, Text | Address | Word(_))
    }

    /// Is a number within the bounds? What else a value must be, the configuration says when it is read.
    pub(super) fn allows(self, value: &toml::Value) -> bool {
        let Whole(least, most) = self else { return true };
        let number = value.as_integer().and_then(|number| u64::try_from(number).ok());
        number.is_some_and(|number| (least..=most).contains(&number))
    }

    /// What a value must be, for whoever wrote another one.
    pub(super) fn must_be(self) -> String {
        match self {
            Whole(least, most) => format!("must be a whole number from {least} to {most}"),
            Text => "must be text in quotes".to_owned(),
            Switch => "must be true or false".to_owned(),
            Address => "must be an address with a port, such as 127.0.0.1:8080 or [::]:8080".to_owned(),
            Addresses => r#"must be a list of addresses, such as ["10.0.0.7", "::1"]"#.to_owned(),
            Word(words) => format!("must be {}", words.join(" or ")),
        }
    }
}

/// What numbers of settings count, as the ends of their names say it, or the beginnings. Others count what they are named after.
pub const UNITS: &[&str] = &[
    "per_second",
    "per_million",
    "ms",
    "seconds",
    "minutes",
    "hours",
    "days",
    "bytes",
    "kib",
    "mib",
    "percent",
];

/// What a number counts by its setting's name, one of [`UNITS`].
pub fn unit(key: &str) -> Option<&'static str> {
    let ends = |unit: &str| key.strip_suffix(unit).is_some_and(|name| name.ends_with('_'));
    let begins = |unit: &str| key.strip_prefix(unit).is_some_and(|name| name.starts_with('_'));
    UNITS.iter().copied().find(|unit| ends(unit) || begins(unit))
}

/// The kind of a setting; `None` when there is no such setting.
pub fn kind(section: &str, key: &str) -> Option<Kind> {
    let (_, keys) = SETTINGS.iter().find(|(name, _)| *name == section)?;
    keys.iter().find(|(name, _)| *name == key).map(|(_, kind)| *kind)
}

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const KIB: u64 = 1024;
const GIB: u64 = 1024 * 1024 * KIB;
const TIB: u64 = 1024 * GIB;
/// A terabyte of them: no cache and no mark is larger, and in bytes it is far from what a number holds.
const MANY_MIB: u64 = 1024 * 1024;
/// Nobody counts more in a second.
const MANY: u64 = 1_000_000;

/// Sections with their settings, in the order of the configuration.
pub const SETTINGS: &[(&str, &[(&str, Kind)])] = &[
    (
        "server",
        &[
            ("listen", Address),
            ("workers", Whole(0, 512)),
            ("public_url", Text),
            ("time_zone", Text),
            ("trusted_proxies", Addresses),
            ("body_limit_bytes", Whole(KIB, GIB)),
            ("body_idle_seconds", Whole(1, HOUR)),
            ("body_seconds", Whole(1, HOUR)),
            ("write_stall_seconds", Whole(1, HOUR)),
            ("upload_limit_bytes", Whole(KIB, TIB)),
            ("metrics_token", Text),
            ("drain_seconds", Whole(0, 5 * MINUTE)),
            ("shutdown_seconds", Whole(0, 5 * MINUTE)),
            ("slow_ms", Whole(0, HOUR * 1000)),
        ],
    ),
    (
        "store",
        &[
            ("directory", Text),
            ("durability", Word(&["synced", "relaxed"])),
            ("low_water_mib", Whole(1, MANY_MIB)),
            ("segment_mib", Whole(1, 1024)),
            ("checkpoint_seconds", Whole(1, HOUR)),
            ("tree_cache_mib", Whole(1, MANY_MIB)),
            ("content_cache_mib", Whole(1, MANY_MIB)),
            ("session_cache_mib", Whole(1, MANY_MIB)),
            ("body_cache_mib", Whole(1, MANY_MIB)),
        ],
    ),
    (
        "sign_in",
        &[
            ("argon2_memory_kib", Whole(8, 4 * 1024 * 1024)),
            ("argon2_passes", Whole(1, 100)),
            ("hashing_threads", Whole(1, 256)),
            ("hashing_queue", Whole(1, MANY)),
            // Uses are written down every five minutes.
            ("idle_minutes", Whole(5, 365 * 24 * 60)),
            ("absolute_hours", Whole(1, 365 * 24)),
            ("password_min_length", Whole(8, 128)),
        ],
    ),
    ("exam", &[("grace_seconds", Whole(0, 10 * MINUTE))]),
    ("jobs", &[("parallel", Whole(0, 16))]),
    ("forwarding", &[("parallel", Whole(0, 16)), ("timeout_seconds", Whole(1, 10 * MINUTE))]),
    (
        "limits",
        &[
            ("person_per_second", Whole(0, MANY)),
            ("person_burst", Whole(1, MANY)),
            ("token_per_second", Whole(0, MANY)),
            ("token_burst", Whole(1, MANY)),
            ("address_per_second", Whole(0, MANY)),
            ("address_burst", Whole(1, MANY)),
            ("by_load", Switch),
            ("starts_per_second", Whole(0, MANY)),
        ],
    ),
    (
        "objectives",
        &[
            ("save_p99_ms", Whole(0, HOUR * 1000)),
            ("submit_p99_ms", Whole(0, HOUR * 1000)),
            ("start_p99_ms", Whole(0, HOUR * 1000)),
            ("errors_per_million", Whole(0, 1_000_000)),
            ("margin_percent", Whole(0, 90)),
        ],
    ),
    (
        "readiness",
        &[
            ("days_ahead", Whole(1, MOST_DAYS_AHEAD as u64)),
            // A hundred years: never.
            ("report_max_age_days", Whole(1, 36_525)),
        ],
    ),
    (
        "xapi",
        &[
            ("attachment_limit_bytes", Whole(KIB, TIB)),
            ("request_limit_bytes", Whole(KIB, TIB)),
            ("import_limit_bytes", Whole(KIB, TIB)),
        ],
    ),
];

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::config::Config;

    #[test]
    fn every_setting_is_in_the_table_and_every_default_is_allowed() {
        let whole = serde_json::to_value(Config::default()).unwrap();
        let mut left = whole.clone();
        for (section, keys) in SETTINGS {
            for (key, kind) in *keys {
                let inside = left.get_mut(section).and_then(Value::as_object_mut).unwrap();
                let value = inside.remove(*key).unwrap_or_else(|| panic!("there is no {section}.{key}"));
                let fits = match kind {
                    Whole(least, most) => value.as_u64().is_some_and(|is| (*least..=*most).contains(&is)),
                    Text => value.is_string() || value.is_null(),
                    Switch => value.is_boolean(),
                    Address => value.is_string(),
                    Addresses => value.is_array(),
                    Word(words) => value.as_str().is_some_and(|word| words.contains(&word)),
                };
                assert!(fits, "{section}.{key} is {value}, which is not {kind:?}");
            }
        }
        let empty = |section: &Value| section.as_object().is_some_and(serde_json::Map::is_empty);
        assert!(left.as_object().unwrap().values().all(empty), "not in the table: {left}");
    }

    #[test]
    fn every_number_has_a_unit_or_counts_what_it_is_named_after() {
        let keys = SETTINGS.iter().flat_map(|(_, keys)| keys.iter());
        let numbers = keys.filter(|(_, kind)| matches!(kind, Whole(..))).map(|(key, _)| *key);
        let without: Vec<&str> = numbers.filter(|key| unit(key).is_none()).collect();
        let counts = [
            "workers",
            "argon2_passes",
            "hashing_threads",
            "hashing_queue",
            // Characters.
            "password_min_length",
            "parallel",
            "parallel",
            "person_burst",
            "token_burst",
            "address_burst",
        ];
        assert_eq!(without, counts);
        let units = ["body_seconds", "seconds", "milliseconds", "save_p99_ms", "tokens_per_second"].map(unit);
        assert_eq!(units, [Some("seconds"), None, None, Some("ms"), Some("per_second")]);
    }

    #[test]
    fn every_number_is_bounded_on_both_sides() {
        for (section, keys) in SETTINGS {
            for (key, kind) in *keys {
                let Whole(least, most) = *kind else { continue };
                let load = |value: String| {
                    let name = format!("LYCEUM__{section}__{key}").to_ascii_uppercase();
                    Config::load(None, std::iter::once((name.into(), value.into())))
                };
                for fine in [least, most] {
                    let config = load(fine.to_string()).unwrap_or_else(|error| panic!("{error}"));
                    let options = config.store.options();
                    assert!(options.low_water_bytes > 0 && options.tree_cache_bytes > 0);
                }
                let below = i128::from(least) - 1;
                for wrong in [below.to_string(), (most + 1).to_string(), u64::MAX.to_string()] {
                    let error = load(wrong.clone()).unwrap_err().to_string();
                    let says = format!("must be a whole number from {least} to {most}");
                    assert!(error.contains(&says), "{section}.{key} = {wrong}: {error}");
                }
            }
        }
    }
}
