//! How somebody wants to be shown things: language, time zone, light or dark.

use serde::{Deserialize, Serialize};

use super::faults::together;
use super::refusal::{Refusal, invalid};

/// A language that the pages speak. The order is stored; new ones come last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English.
    En,
    /// Arabic, written from right to left.
    Ar,
}

impl Language {
    /// All of them.
    pub const ALL: &[Self] = &[Self::En, Self::Ar];

    /// The BCP 47 tag.
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ar => "ar",
        }
    }

    /// What its speakers call it.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Ar => "العربية",
        }
    }

    /// Which way it is written, as HTML says it.
    pub const fn direction(self) -> &'static str {
        match self {
            Self::En => "ltr",
            Self::Ar => "rtl",
        }
    }

    /// The language of a tag; what stands behind the first part (`en-GB`) does not matter.
    pub fn parse(tag: &str) -> Option<Self> {
        let first = tag.trim().split(['-', '_']).next()?;
        Self::ALL.iter().copied().find(|language| language.code().eq_ignore_ascii_case(first))
    }
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the device is set.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// All of them.
    pub const ALL: &[Self] = &[Self::System, Self::Light, Self::Dark];

    /// The name in the API and in HTML.
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|theme| theme.name() == name)
    }
}

/// A time zone of the IANA database, by name: `Europe/Vienna`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(value_type = String))]
pub struct ZoneName(String);

/// The longest name in the database has 32 letters; more will not be much longer.
pub const ZONE_NAME_LENGTH: usize = 64;

impl ZoneName {
    /// Checks that there is such a zone; keeps its usual spelling.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const PROBLEM: &str = "is not a time zone such as Europe/Vienna";
        let text = text.trim();
        if text.is_empty() || text.len() > ZONE_NAME_LENGTH {
            return Err(PROBLEM);
        }
        let zone = jiff::tz::TimeZone::get(text).map_err(|_| PROBLEM)?;
        zone.iana_name().map(|name| Self(name.to_owned())).ok_or(PROBLEM)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The zone; UTC when the database has lost it.
    pub fn zone(&self) -> jiff::tz::TimeZone {
        jiff::tz::TimeZone::get(&self.0).unwrap_or(jiff::tz::TimeZone::UTC)
    }
}

/// How somebody wants to be shown things. What is not set follows their browser and the installation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Preferences {
    /// The language of pages.
    pub language: Option<Language>,
    /// The zone of dates and times.
    pub time_zone: Option<ZoneName>,
    /// Light or dark.
    pub theme: Theme,
}

/// [`Preferences`] from the outside.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PreferencesInput {
    /// `en` or `ar`; as the browser asks when `null`.
    pub language: Option<String>,
    /// A name of the IANA database such as `Europe/Vienna`; the installation's when `null`.
    pub time_zone: Option<String>,
    /// Light, dark, or as the device is set.
    pub theme: Theme,
}

impl PreferencesInput {
    /// Checks every part.
    pub fn parse(self) -> Result<Preferences, Refusal> {
        let language = self.language.map(|tag| {
            Language::parse(&tag)
                .ok_or_else(|| invalid("/language", "is not a language of the pages: en, ar"))
        });
        let zone = self
            .time_zone
            .map(|name| ZoneName::parse(&name).map_err(|problem| invalid("/time_zone", problem)));
        let (language, time_zone) = together((language.transpose(), zone.transpose()))?;
        Ok(Preferences { language, time_zone, theme: self.theme })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_one_that_exists() {
        assert_eq!(ZoneName::parse(" Europe/Vienna ").unwrap().as_str(), "Europe/Vienna");
        for wrong in ["", "Europe/Atlantis", "../etc/passwd", &"x".repeat(65)] {
            assert!(ZoneName::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_tag_with_a_region_is_its_language() {
        assert_eq!(Language::parse("ar-EG"), Some(Language::Ar));
        assert_eq!(Language::parse("tlh"), None);
    }
}
