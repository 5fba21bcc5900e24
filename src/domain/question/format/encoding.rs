//! Bytes of a file as text: byte order marks, declared encodings, and what old Windows programs wrote.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::not_questions;
use super::report::FormatError;
use crate::domain::file_look::{Look, is_binary};
use crate::domain::lines::line_behind;

/// A decoded file.
pub(crate) struct Decoded {
    pub(crate) text: String,
    pub(super) encoding: &'static str,
    /// Nothing told the encoding and the bytes were no UTF-8.
    pub(super) assumed: bool,
}

/// Decodes by byte order mark, else by `declared`, else as UTF-8, else (where allowed) as windows-1252.
pub(crate) fn decode(bytes: &[u8], declared: Option<&str>, fall_back: bool) -> Result<Decoded, FormatError> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return strictly(bytes.get(mark..).unwrap_or_default(), encoding);
    }
    if let Some(encoding) = utf_16_without_mark(bytes) {
        return strictly(bytes, encoding);
    }
    // Every byte is a character of windows-1252, so a picture or an archive would pass for a text; and no text has a zero.
    if is_binary(bytes) || bytes.contains(&0) {
        let reason = "the file is not a text; is it compressed, or a document of another program?";
        return Err(Look::of_bytes(bytes).map_or_else(|| FormatError::new(1, reason), not_questions));
    }
    if let Some(label) = declared {
        let encoding = Encoding::for_label(label.trim().as_bytes())
            .ok_or_else(|| FormatError::new(1, format!("the encoding {label:?} is not known")))?;
        // An XML declaration in single bytes cannot truthfully say UTF-16; the text was converted and not the claim.
        let encoding = if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding };
        return strictly(bytes, encoding);
    }
    match strictly(bytes, UTF_8) {
        Err(_) if fall_back => {
            let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
            Ok(Decoded { text: text.into_owned(), encoding: WINDOWS_1252.name(), assumed: true })
        }
        decoded => decoded,
    }
}

/// Decodes as [`decode`] does a file whose encoding whoever sent it has told: also as UTF-16 without a mark.
pub(super) fn decode_as(bytes: &[u8], told: &str) -> Result<Decoded, FormatError> {
    match Encoding::for_label(told.as_bytes()) {
        Some(encoding)
            if (encoding == UTF_16LE || encoding == UTF_16BE) && Encoding::for_bom(bytes).is_none() =>
        {
            strictly(bytes, encoding)
        }
        _ => decode(bytes, Some(told), true),
    }
}

fn strictly(bytes: &[u8], encoding: &'static Encoding) -> Result<Decoded, FormatError> {
    if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        return Ok(Decoded { text: text.into_owned(), encoding: encoding.name(), assumed: false });
    }
    let valid = if encoding == UTF_8 { Encoding::utf8_valid_up_to(bytes) } else { 0 };
    let line = line_behind(bytes.get(..valid).unwrap_or_default());
    Err(FormatError::new(line, format!("the file is not valid {}", encoding.name())))
}

/// Both formats begin with ASCII, so a zero in one of the first two bytes is half of a character.
fn utf_16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes.get(..2)? {
        [0, other] if *other != 0 => Some(UTF_16BE),
        [other, 0] if *other != 0 => Some(UTF_16LE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8], declared: Option<&str>) -> (String, &'static str, bool) {
        let it = decode(bytes, declared, true).unwrap();
        (it.text, it.encoding, it.assumed)
    }

    #[test]
    fn what_is_no_text_is_not_taken_for_one() {
        for (bytes, says) in [
            (&b"\x1f\x8b\x08\x00\xec\xc1"[..], "looks like a compressed file"),
            (b"PK\x03\x04\x0a\0\0\0[Content_Types].xml", "looks like a zip archive"),
            (b"%PDF-1.4\n1 0 obj", "looks like a PDF"),
            (b"BM\x8a\x00\x00\xff", "is not a text"),
            (b"Is \0 a letter? {T}", "is not a text"),
        ] {
            for declared in [None, Some("windows-1252")] {
                let refused = decode(bytes, declared, true).map(|_| ()).unwrap_err();
                assert!(refused.to_string().contains(says), "{refused}");
            }
        }
        assert_eq!(decoded(b"na\xefve\r\n\x1a", None), ("na\u{ef}ve\r\n\u{1a}".into(), "windows-1252", true));
    }

    #[test]
    fn marks_win_over_declarations() {
        assert_eq!(decoded(b"\xef\xbb\xbf\xc3\xb6", Some("latin1")), ("ö".into(), "UTF-8", false));
        assert_eq!(decoded(b"\xff\xfea\x00\xf6\x00", None), ("aö".into(), "UTF-16LE", false));
        assert_eq!(decoded(b"\xfe\xff\x00a", None), ("a".into(), "UTF-16BE", false));
        assert_eq!(decoded(b"a\x00b\x00", None), ("ab".into(), "UTF-16LE", false));
    }

    #[test]
    fn declared_encodings_are_used_and_unknown_ones_refused() {
        assert_eq!(decoded(b"a\xf6", Some("ISO-8859-1")).0, "aö");
        assert!(decode(b"a", Some("klingon"), true).is_err());
        assert_eq!(decode(b"a\nb\nc\xf6", Some("utf-8"), true).map(|_| ()).unwrap_err().line, 3);
    }

    #[test]
    fn utf_16_that_was_told_needs_no_mark() {
        let bytes: Vec<u8> = "نعم".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let it = decode_as(&bytes, "utf-16le").unwrap();
        assert_eq!((it.text.as_str(), it.encoding, it.assumed), ("نعم", "UTF-16LE", false));
    }

    #[test]
    fn bytes_that_are_no_utf_8_are_windows_1252_and_that_is_said() {
        assert_eq!(decoded(b"a\xf6\x80", None), ("aö€".into(), "windows-1252", true));
        assert!(decode(b"a\xf6", None, false).is_err());
    }
}
