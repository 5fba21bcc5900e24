//! The formats in which questions come and go.

use serde::{Deserialize, Serialize};

/// A file format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FileFormat {
    /// GIFT, the plain text format.
    Gift,
    /// Moodle XML, which carries every kind with its files.
    MoodleXml,
}

/// Bytes at the beginning of a file that tell its format.
const TELLING_BYTES: usize = 2_048;

impl FileFormat {
    /// The name in the API and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gift => "gift",
            Self::MoodleXml => "moodle_xml",
        }
    }

    /// By name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Gift, Self::MoodleXml].into_iter().find(|format| format.name() == name)
    }

    /// The media type of a file.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Gift => "text/plain; charset=utf-8",
            Self::MoodleXml => "application/xml; charset=utf-8",
        }
    }

    /// The usual ending of a file's name.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Gift => "gift.txt",
            Self::MoodleXml => "xml",
        }
    }

    /// What a file is, by its beginning: XML declares itself or has the root element of Moodle's format, anything
    /// else is GIFT, which may begin with any text.
    pub fn of(bytes: &[u8]) -> Self {
        // Zeros are halves of UTF-16 characters, other bytes above ASCII a mark or the text itself.
        let ascii: Vec<u8> =
            bytes.iter().take(TELLING_BYTES).copied().filter(|byte| byte.is_ascii() && *byte != 0).collect();
        let start = ascii.trim_ascii_start();
        let has_root = start.windows(5).any(|five| five == b"<quiz");
        if start.starts_with(b"<?xml") || (start.starts_with(b"<") && has_root) {
            Self::MoodleXml
        } else {
            Self::Gift
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_tells_what_it_is() {
        assert_eq!(FileFormat::of(b"\xef\xbb\xbf<?xml version=\"1.0\"?><quiz/>"), FileFormat::MoodleXml);
        assert_eq!(FileFormat::of(b"<!-- a comment --> <quiz>"), FileFormat::MoodleXml);
        assert_eq!(FileFormat::of(b"\xff\xfe<\0q\0u\0i\0z\0>\0"), FileFormat::MoodleXml);
        assert_eq!(FileFormat::of(b"<b>Bold</b> question {T}"), FileFormat::Gift);
        assert_eq!(FileFormat::of(b"// comment\n::a::b{=c}"), FileFormat::Gift);
        assert_eq!(FileFormat::of(b""), FileFormat::Gift);
    }
}
