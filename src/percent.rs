//! Text within an address or a header, percent-encoded (RFC 3986).

use std::fmt::Write as _;

/// Every byte but letters, digits, `-`, `_`, `.` and those of `also` as `%` and two digits.
pub fn encoded(text: &str, also: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) || also.as_bytes().contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_safe_is_encoded_byte_by_byte() {
        assert_eq!(encoded("a-b_c.D9", ""), "a-b_c.D9");
        assert_eq!(encoded("a b/c~ä", ""), "a%20b%2Fc%7E%C3%A4");
        assert_eq!(encoded("a b/c~ä", "/~"), "a%20b/c~%C3%A4");
    }
}
