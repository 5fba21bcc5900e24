//! The two versions of xAPI that are spoken here, and what clients call them.

use serde::{Deserialize, Serialize};

/// A version of xAPI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Version {
    /// 1.0.3.
    One,
    /// 2.0.0, IEEE 9274.1.1.
    Two,
}

impl Version {
    /// The version that a client names: `1.0`, `1.0.x`, `2.0`, `2.0.x`.
    pub fn parse(text: &str) -> Option<Self> {
        let patch = |rest: &str| match rest.strip_prefix('.') {
            None => rest.is_empty(),
            Some(digits) => {
                !digits.is_empty() && digits.len() < 4 && digits.bytes().all(|b| b.is_ascii_digit())
            }
        };
        match text.split_at_checked(3) {
            Some(("1.0", rest)) if patch(rest) => Some(Self::One),
            Some(("2.0", rest)) if patch(rest) => Some(Self::Two),
            _ => None,
        }
    }

    /// What answers call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::One => "1.0.3",
            Self::Two => "2.0.0",
        }
    }

    /// What a statement without a version is given.
    pub const fn of_statements(self) -> &'static str {
        match self {
            Self::One => "1.0.0",
            Self::Two => "2.0.0",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_named_with_a_patch_or_without() {
        for (text, version) in [
            ("1.0", Some(Version::One)),
            ("1.0.0", Some(Version::One)),
            ("1.0.99", Some(Version::One)),
            ("2.0", Some(Version::Two)),
            ("2.0.0", Some(Version::Two)),
            ("1", None),
            ("1.1", None),
            ("1.0.", None),
            ("1.0.x", None),
            ("1.0.3.1", None),
            ("0.95", None),
            ("3.0.0", None),
            ("", None),
        ] {
            assert_eq!(Version::parse(text), version, "{text}");
        }
    }
}
