//! What a file evidently is, by how it begins: whoever is given another one than was asked for says what it looks like.

use serde::de::IgnoredAny;

/// What a file looks like that was given for something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// A zip, and what is packed in one.
    Zip,
    /// A document from before those were zips.
    OldDocument,
    /// A page description.
    Pdf,
    /// Something compressed.
    Gzip,
    /// A picture.
    Picture,
    /// A page of the web.
    Html,
    /// Other XML, and questions of Moodle among it.
    Xml,
    /// JSON, one document or several.
    Json,
}

/// How files begin that are no text.
const SIGNATURES: [(&[u8], Look); 9] = [
    (b"PK\x03\x04", Look::Zip),
    // A zip with nothing in it begins with its end.
    (b"PK\x05\x06", Look::Zip),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Look::OldDocument),
    (b"%PDF-", Look::Pdf),
    (b"\x1f\x8b", Look::Gzip),
    (b"\x89PNG", Look::Picture),
    (b"\xff\xd8\xff", Look::Picture),
    (b"GIF87a", Look::Picture),
    (b"GIF89a", Look::Picture),
];

impl Look {
    /// Of a file that is no text.
    pub fn of_bytes(bytes: &[u8]) -> Option<Self> {
        SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature)).map(|(_, look)| *look)
    }

    /// Of a text, which is read whole where it may be JSON.
    pub fn of_text(text: &str) -> Option<Self> {
        let text = text.trim_start_matches('\u{feff}').trim_start();
        let begins = |with: &str, text: &str| {
            text.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with))
        };
        let is_html = |text: &str| begins("<!doctype html", text) || begins("<html", text);
        if is_html(text) {
            return Some(Self::Html);
        }
        if let Some((_, behind)) = text.split_once("?>").filter(|_| begins("<?xml", text)) {
            return Some(if is_html(behind.trim_start()) { Self::Html } else { Self::Xml });
        }
        if ["<?xml", "<!doctype", "<quiz"].iter().any(|with| begins(with, text)) {
            return Some(Self::Xml);
        }
        is_json(text).then_some(Self::Json)
    }

    /// In words, behind "looks like".
    pub const fn words(self) -> &'static str {
        match self {
            Self::Zip => "a zip archive, which workbooks and documents are, too",
            Self::OldDocument => "a document of an office program",
            Self::Pdf => "a PDF",
            Self::Gzip => "a compressed file (gzip)",
            Self::Picture => "a picture",
            Self::Html => "an HTML page",
            Self::Xml => "XML",
            Self::Json => "JSON",
        }
    }
}

/// Objects and lists alone: a word or a number is any text.
fn is_json(text: &str) -> bool {
    text.starts_with(['{', '['])
        && serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>().all(|value| value.is_ok())
}

/// Are these no text in any encoding in which an ASCII character is one byte: a picture, an archive, a document? In an encoding
/// of single bytes every one of them would pass for a text.
pub fn is_binary(bytes: &[u8]) -> bool {
    let marked = encoding_rs::Encoding::for_bom(bytes).is_some();
    let has_control = || bytes.iter().any(|byte| is_control(*byte));
    Look::of_bytes(bytes).is_some() || (!marked && std::str::from_utf8(bytes).is_err() && has_control())
}

/// Is it a control character that no text has?
fn is_control(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0b | 0x0c | 0x1a)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_archives_and_documents_are_no_text_and_old_encodings_are() {
        for binary in [
            &b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..],
            b"PK\x03\x04\x14\0\x08\x08\xff",
            // A zip of short texts may be UTF-8 from end to end, and a PDF of ASCII.
            b"PK\x03\x04\x0a\0\0\0\0\0statements.ndjson{}",
            b"%PDF-1.4\n1 0 obj\n",
            b"\x1f\x8b\x08\0\xec\xc1",
        ] {
            assert!(is_binary(binary), "{binary:?}");
        }
        let utf_16: Vec<u8> = "\u{feff}Grüße".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for text in [&b"name\nJ\xfcrgen\r\n\x1a"[..], "Łódź".as_bytes(), utf_16.as_slice(), b""] {
            assert!(!is_binary(text), "{text:?}");
        }
    }

    #[test]
    fn a_text_of_another_kind_shows_it_at_its_beginning() {
        for (text, look) in [
            ("\u{feff}\n <!DOCTYPE html>\n<title>x", Some(Look::Html)),
            ("<HTML lang=en>", Some(Look::Html)),
            ("<?xml version=\"1.0\"?>\n<html/>", Some(Look::Html)),
            ("<?xml version=\"1.0\"?>\n<quiz/>", Some(Look::Xml)),
            ("<quiz>", Some(Look::Xml)),
            ("{\"a\": [1]}", Some(Look::Json)),
            ("[1, 2]\n", Some(Look::Json)),
            ("{\"a\":1}\n{\"a\":2}\n", Some(Look::Json)),
            ("<b>Bold</b> question {T}", None),
            ("[html]<p>What?</p> {T}", None),
            ("[1] is a number{T}", None),
            ("{T} is what it is", None),
            ("{\"a\": [1}", None),
            ("ä", None),
            ("", None),
        ] {
            assert_eq!(Look::of_text(text), look, "{text}");
        }
    }
}
