//! `multipart/mixed` (RFC 2046) as xAPI uses it: statements first, files behind.

use std::ops::Range;

use super::scalar;

/// A statement with its files has fewer.
const MAX_PARTS: usize = 1_000;
/// Headers of a part are a handful.
const MAX_HEADERS: usize = 20;
/// RFC 2046, 5.1.1.
const MAX_BOUNDARY_BYTES: usize = 70;

/// A part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Names in lower case, with values.
    headers: Vec<(String, String)>,
    /// Where its bytes are.
    pub body: Range<usize>,
}

impl Part {
    /// A header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// A parameter of a header's value, quoted or not: `boundary` in `multipart/mixed; boundary="a b"`.
pub fn parameter(value: &str, name: &str) -> Option<String> {
    let mut rest = value.split_once(';')?.1;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ';']);
        let (key, behind) = rest.split_once('=')?;
        let (found, behind) = if let Some(quoted) = behind.trim_start().strip_prefix('"') {
            unquote(quoted)?
        } else {
            let end = behind.find(';').unwrap_or(behind.len());
            let (token, behind) = behind.split_at_checked(end)?;
            (token.trim().to_owned(), behind)
        };
        if key.trim().eq_ignore_ascii_case(name) {
            return Some(found);
        }
        rest = behind;
    }
}

/// The text up to the closing quote, and what is behind it.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut found = String::new();
    let mut letters = text.char_indices();
    while let Some((place, letter)) = letters.next() {
        match letter {
            '"' => return Some((found, text.get(place + 1..)?)),
            '\\' => found.push(letters.next()?.1),
            other => found.push(other),
        }
    }
    None
}

/// The boundary that a media type names.
pub fn boundary(content_type: &str) -> Result<String, String> {
    let found = parameter(content_type, "boundary").ok_or("Content-Type has no boundary")?;
    let formed = (1..=MAX_BOUNDARY_BYTES).contains(&found.len())
        && !found.ends_with(' ')
        && found.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&byte));
    if formed { Ok(found) } else { Err("Content-Type has a boundary that is none (RFC 2046)".to_owned()) }
}

/// Finds `needle` at or behind `from`.
fn find(bytes: &[u8], needle: &[u8], from: usize) -> Option<usize> {
    let first = *needle.first()?;
    let mut at = from;
    loop {
        let step = bytes.get(at..)?.iter().position(|byte| *byte == first)?;
        at += step;
        if bytes.get(at..at + needle.len())? == needle {
            return Some(at);
        }
        at += 1;
    }
}

/// What stands behind a delimiter.
enum Behind {
    Part(usize),
    End,
    /// It only looked like one.
    Nothing,
}

/// Behind a delimiter there are `--`, or spaces and the end of the line.
fn behind(bytes: &[u8], at: usize) -> Behind {
    let rest = bytes.get(at..).unwrap_or_default();
    if rest.starts_with(b"--") {
        return Behind::End;
    }
    let spaces = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    match rest.get(spaces..) {
        Some([b'\r', b'\n', ..]) => Behind::Part(at + spaces + 2),
        Some([b'\n', ..]) => Behind::Part(at + spaces + 1),
        _ => Behind::Nothing,
    }
}

/// The parts of a body. What stands before the first and behind the last delimiter is no part (preamble, epilogue).
pub fn parts(bytes: &[u8], boundary: &str) -> Result<Vec<Part>, String> {
    let delimiter = format!("--{boundary}");
    let delimiter = delimiter.as_bytes();
    let mut parts = Vec::new();
    let mut begun: Option<usize> = None;
    let mut from = 0;
    while let Some(at) = find(bytes, delimiter, from) {
        let starts_line = at == 0 || bytes.get(at - 1) == Some(&b'\n');
        let after = behind(bytes, at + delimiter.len());
        from = at + 1;
        if !starts_line || matches!(after, Behind::Nothing) {
            continue;
        }
        if let Some(begin) = begun.take() {
            if parts.len() == MAX_PARTS {
                return Err(format!("there are more than {MAX_PARTS} parts"));
            }
            // The line end before a delimiter belongs to the delimiter.
            let end = at.saturating_sub(1);
            let end = if end > begin && bytes.get(end - 1) == Some(&b'\r') { end - 1 } else { end };
            parts.push(
                part(bytes, begin..end.max(begin)).map_err(|why| format!("part {}: {why}", parts.len()))?,
            );
        }
        match after {
            Behind::End if parts.is_empty() => return Err("there is no part".to_owned()),
            Behind::End => return Ok(parts),
            Behind::Part(begin) => {
                begun = Some(begin);
                from = begin;
            }
            Behind::Nothing => {}
        }
    }
    Err("the last delimiter is missing: the body is not whole".to_owned())
}

fn part(bytes: &[u8], range: Range<usize>) -> Result<Part, String> {
    let mut headers: Vec<(String, String)> = Vec::new();
    let mut at = range.start;
    loop {
        let rest = bytes.get(at..range.end).unwrap_or_default();
        let length = rest.iter().position(|byte| *byte == b'\n').ok_or("its headers have no end")?;
        let line = rest.get(..length).unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        at += length + 1;
        if line.is_empty() {
            return Ok(Part { headers, body: at..range.end });
        }
        let line = std::str::from_utf8(line).map_err(|_| "a header is not UTF-8")?;
        if line.starts_with([' ', '\t']) {
            let (_, value) = headers.last_mut().ok_or("it begins with a folded header")?;
            value.push(' ');
            value.push_str(line.trim());
            continue;
        }
        let (name, value) = line.split_once(':').ok_or("a header has no colon")?;
        if headers.len() == MAX_HEADERS {
            return Err(format!("it has more than {MAX_HEADERS} headers"));
        }
        headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
    }
}

/// The head of a part that carries a file, and the delimiter before it.
pub fn file_head(boundary: &str, content_type: &str, sha2: &str) -> String {
    format!(
        "\r\n--{boundary}\r\nContent-Type: {content_type}\r\nContent-Transfer-Encoding: binary\r\n\
         X-Experience-API-Hash: {sha2}\r\n\r\n"
    )
}

/// Is a media type fit for a header? What was stored passed [`scalar::media_type`], which lets parameters be anything.
pub fn header_safe(content_type: &str) -> &str {
    let safe =
        scalar::media_type(content_type).is_ok() && content_type.bytes().all(|b| (b' '..=b'~').contains(&b));
    if safe { content_type } else { "application/octet-stream" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bodies(text: &str) -> Vec<String> {
        let parts = parts(text.as_bytes(), "b").unwrap();
        parts.into_iter().map(|part| text[part.body].to_owned()).collect()
    }

    #[test]
    fn parts_are_found_between_delimiters_whatever_is_around_them() {
        let text = "preamble --b\r\n--b \r\nContent-Type: a/b;\r\n folded=1\r\n\r\none\r\n--bb\r\n--b\nX: y\n\ntwo\n--b\r\n\r\n\r\n--b--\r\nepilogue";
        assert_eq!(bodies(text), ["one\r\n--bb", "two", ""]);
        let parts = parts(text.as_bytes(), "b").unwrap();
        assert_eq!(parts[0].header("content-type"), Some("a/b; folded=1"));
        assert_eq!(parts[1].header("x"), Some("y"));
    }

    #[test]
    fn what_is_not_whole_is_refused() {
        for bad in [
            "",
            "--b",
            "--b\r\n",
            "--b--",
            "--b\r\nA: b\r\n\r\nx",
            "--b\r\nA: b\r\n--b--",
            "--b\r\nA b\r\n\r\nx\r\n--b--",
            "--b\r\n c\r\n\r\n--b--",
        ] {
            assert!(parts(bad.as_bytes(), "b").is_err(), "{bad:?}");
        }
    }

    #[test]
    fn boundaries_are_read_with_quotes_and_without() {
        for (value, found) in [
            ("multipart/mixed; boundary=abc", Some("abc")),
            ("multipart/mixed; charset=utf-8; Boundary=\"a b\"; x=y", Some("a b")),
            ("multipart/mixed; x=\"boundary=no;\"; boundary=yes", Some("yes")),
            ("multipart/mixed;boundary=\"\"", None),
            ("multipart/mixed; boundary=a b\u{e9}", None),
            ("multipart/mixed; boundary=\"open", None),
            ("multipart/mixed", None),
        ] {
            assert_eq!(boundary(value).ok().as_deref(), found, "{value}");
        }
    }
}
