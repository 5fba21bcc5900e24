//! Languages that texts of people are in, as tags of RFC 5646: any language, not only those of the pages.

use serde::{Deserialize, Serialize};

/// An extension of a language tag and all its friends fit; BCP 47 asks for at least 35.
pub const MAX_TAG_BYTES: usize = 64;

/// The language that something is written in, for whoever reads it aloud.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct LanguageTag(String);

impl LanguageTag {
    /// Checks the form.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        well_formed(text).map(|()| Self(text.to_owned()))
    }

    /// The tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for LanguageTag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Tags from before the grammar that stay valid (RFC 5646, 2.2.8).
const GRANDFATHERED: [&str; 26] = [
    "en-gb-oed",
    "i-ami",
    "i-bnn",
    "i-default",
    "i-enochian",
    "i-hak",
    "i-klingon",
    "i-lux",
    "i-mingo",
    "i-navajo",
    "i-pwn",
    "i-tao",
    "i-tay",
    "i-tsu",
    "sgn-be-fr",
    "sgn-be-nl",
    "sgn-ch-de",
    "art-lojban",
    "cel-gaulish",
    "no-bok",
    "no-nyn",
    "zh-guoyu",
    "zh-hakka",
    "zh-min",
    "zh-min-nan",
    "zh-xiang",
];

/// A well-formed language tag (RFC 5646).
pub fn well_formed(text: &str) -> Result<(), String> {
    let lower = text.to_ascii_lowercase();
    if lower.len() <= MAX_TAG_BYTES && (GRANDFATHERED.contains(&lower.as_str()) || follows_grammar(&lower)) {
        Ok(())
    } else {
        Err("is not a language tag of RFC 5646, such as en-GB".to_owned())
    }
}

fn follows_grammar(tag: &str) -> bool {
    let alpha = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphabetic());
    let alnum = |part: &str, from: usize| {
        (from..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let mut parts = tag.split('-').peekable();
    let private = |parts: std::iter::Peekable<std::str::Split<'_, char>>| {
        let parts: Vec<&str> = parts.collect();
        !parts.is_empty() && parts.into_iter().all(|part| alnum(part, 1))
    };
    let Some(first) = parts.next() else { return false };
    if first == "x" {
        return private(parts);
    }
    if !alpha(first) || !(2..=8).contains(&first.len()) {
        return false;
    }
    if first.len() <= 3 {
        for _ in 0..3 {
            if parts.next_if(|part| part.len() == 3 && alpha(part)).is_none() {
                break;
            }
        }
    }
    let _script = parts.next_if(|part| part.len() == 4 && alpha(part));
    let _region = parts.next_if(|part| {
        (part.len() == 2 && alpha(part)) || (part.len() == 3 && part.bytes().all(|b| b.is_ascii_digit()))
    });
    let mut variants: Vec<&str> = Vec::new();
    while let Some(variant) = parts.next_if(|part| {
        alnum(part, 5)
            || (part.len() == 4 && alnum(part, 4) && part.as_bytes().first().is_some_and(u8::is_ascii_digit))
    }) {
        if variants.contains(&variant) {
            return false;
        }
        variants.push(variant);
    }
    let mut singletons: Vec<&str> = Vec::new();
    while let Some(singleton) = parts.next_if(|part| alnum(part, 1) && part.len() == 1 && *part != "x") {
        let mut any = false;
        while parts.next_if(|part| alnum(part, 2)).is_some() {
            any = true;
        }
        if !any || singletons.contains(&singleton) {
            return false;
        }
        singletons.push(singleton);
    }
    match parts.next() {
        None => true,
        Some("x") => private(parts),
        Some(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_tags_follow_rfc_5646() {
        for good in [
            "en",
            "en-US",
            "und",
            "zh-Hant-TW",
            "sl-rozaj-biske",
            "de-CH-1901",
            "es-419",
            "zh-cmn-Hans-CN",
            "x-whatever",
            "en-a-bbb-x-a",
            "i-klingon",
            "de-DE-u-co-phonebk",
            "cmn",
            "abcd",
            "abcdefgh",
        ] {
            assert_eq!(well_formed(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "e",
            "a12345678",
            "en-",
            "en_US",
            "en-US-",
            "en-a",
            "x",
            "de-1901-1901",
            "en-a-bbb-a-ccc",
            "abcdefghi",
            "1en",
        ] {
            assert!(well_formed(bad).is_err(), "{bad}");
        }
    }
}
