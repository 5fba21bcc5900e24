//! Bytes in hexadecimal.

/// Two lower-case digits a byte.
pub fn of(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from(if nibble < 10 { b'0' + nibble } else { b'a' - 10 + nibble });
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        text.push(digit(byte >> 4));
        text.push(digit(byte & 15));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_its_two_digits() {
        assert_eq!(of(&[]), "");
        for byte in 0..=u8::MAX {
            assert_eq!(of(&[byte, 0xa5]), format!("{byte:02x}a5"));
        }
    }
}
