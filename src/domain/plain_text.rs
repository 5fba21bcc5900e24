//! Whether a file is a text at all: in an encoding of single bytes every picture and every workbook would pass for one.

/// Are these no text in any encoding in which an ASCII character is one byte: a picture, an archive, a document?
pub fn is_binary(bytes: &[u8]) -> bool {
    let marked = encoding_rs::Encoding::for_bom(bytes).is_some();
    !marked && std::str::from_utf8(bytes).is_err() && bytes.iter().any(|byte| is_control(*byte))
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
            b"\x1f\x8b\x08\0\xec\xc1",
        ] {
            assert!(is_binary(binary), "{binary:?}");
        }
        let utf_16: Vec<u8> = "\u{feff}Grüße".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for text in [&b"name\nJ\xfcrgen\r\n\x1a"[..], "Łódź".as_bytes(), utf_16.as_slice(), b""] {
            assert!(!is_binary(text), "{text:?}");
        }
    }
}
