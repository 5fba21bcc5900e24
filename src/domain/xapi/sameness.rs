//! Whether two statements say the same: compared without what a server sets, without what only describes, and without the order of
//! what has none (xAPI 1.0.3 part two 2.3.1 and part three 2.1, IEEE 9274.1.1 4.2.5.1).

use sha2::{Digest as _, Sha256};

use super::json::{Node, Value};
use super::scalar;

/// Which statements are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compared {
    /// Two with one id.
    ById,
    /// Two with one id, of which one has the time that the server gave it.
    Untimed,
    /// A statement and what was signed, to which the signature itself was added later.
    WithSignature,
}

/// The same for all statements that say the same.
pub fn fingerprint(statement: &Node<'_>, compared: Compared) -> [u8; 32] {
    let mut text = String::new();
    write_statement(&mut text, statement, compared);
    Sha256::digest(text.as_bytes()).into()
}

/// Writes an object's members sorted by key, leaving out those that `write` does not want.
fn sorted(to: &mut String, node: &Node<'_>, mut write: impl FnMut(&mut String, &str, &Node<'_>) -> bool) {
    let mut parts: Vec<String> = Vec::new();
    for (key, value) in node.members().unwrap_or_default() {
        let mut part = String::new();
        super::json::write_text(&mut part, key);
        part.push(':');
        if write(&mut part, key, value) {
            parts.push(part);
        }
    }
    parts.sort_unstable();
    to.push('{');
    to.push_str(&parts.join(","));
    to.push('}');
}

fn bag(to: &mut String, items: impl Iterator<Item = String>) {
    let mut parts: Vec<String> = items.collect();
    parts.sort_unstable();
    to.push('[');
    to.push_str(&parts.join(","));
    to.push(']');
}

fn write_statement(to: &mut String, node: &Node<'_>, compared: Compared) {
    sorted(to, node, |to, key, value| {
        match key {
            // The id may come in the address, too, and then it is the same.
            "id" | "stored" | "authority" | "version" => return false,
            "timestamp" if compared == Compared::Untimed => return false,
            "timestamp" => write_moment(to, value),
            "actor" => write_somebody(to, value),
            "verb" => write_id(to, value),
            "object" => write_object(to, value, compared),
            "result" => write_result(to, value),
            "context" => write_context(to, value),
            "attachments" => {
                if compared == Compared::WithSignature || value.items().is_some_and(<[_]>::is_empty) {
                    return false;
                }
                let hash = |item: &Node<'_>| {
                    item.get("sha2")
                        .and_then(|hash| hash.text().map(str::to_ascii_lowercase))
                        .unwrap_or_default()
                };
                bag(to, value.items().unwrap_or_default().iter().map(hash));
            }
            "objectType" => to.push_str(value.raw),
            _ => write_any(to, value),
        }
        true
    });
}

fn write_moment(to: &mut String, node: &Node<'_>) {
    let text = node.text().unwrap_or_default();
    match scalar::moment(text) {
        // To the millisecond, which is what servers have to keep.
        Ok(moment) => to.push_str(&(moment.us / 1000).to_string()),
        Err(_) => to.push_str(text),
    }
}

fn write_id(to: &mut String, node: &Node<'_>) {
    if let Some(id) = node.get("id") {
        write_any(to, id);
    }
}

fn write_somebody(to: &mut String, node: &Node<'_>) {
    sorted(to, node, |to, key, value| {
        match key {
            "name" => return false,
            "objectType" if value.text() == Some("Agent") => return false,
            "mbox_sha1sum" => to.push_str(&value.text().unwrap_or_default().to_ascii_lowercase()),
            "member" => bag(
                to,
                value.items().unwrap_or_default().iter().map(|item| {
                    let mut part = String::new();
                    write_somebody(&mut part, item);
                    part
                }),
            ),
            _ => write_any(to, value),
        }
        true
    });
}

fn write_object(to: &mut String, node: &Node<'_>, compared: Compared) {
    match node.get("objectType").and_then(Node::text) {
        None | Some("Activity") => write_id(to, node),
        Some("Agent" | "Group") => write_somebody(to, node),
        Some("StatementRef") => {
            to.push_str("ref:");
            to.push_str(&node.get("id").and_then(Node::text).unwrap_or_default().to_ascii_lowercase());
        }
        // What is inside has its own time.
        Some(_) if compared == Compared::Untimed => write_statement(to, node, Compared::ById),
        Some(_) => write_statement(to, node, compared),
    }
}

fn write_result(to: &mut String, node: &Node<'_>) {
    sorted(to, node, |to, key, value| {
        match (key, value.text()) {
            ("duration", Some(text)) => {
                let compared = scalar::duration(text).unwrap_or_else(|_| text.to_owned());
                to.push_str(&compared);
            }
            _ => write_any(to, value),
        }
        true
    });
}

fn write_context(to: &mut String, node: &Node<'_>) {
    sorted(to, node, |to, key, value| {
        match key {
            "registration" => to.push_str(&value.text().unwrap_or_default().to_ascii_lowercase()),
            "instructor" | "team" => write_somebody(to, value),
            "statement" => write_object(to, value, Compared::ById),
            "contextActivities" => sorted(to, value, |to, _, value| {
                let one = std::slice::from_ref(value);
                let items = value.items().unwrap_or(one);
                bag(
                    to,
                    items.iter().map(|item| {
                        let mut part = String::new();
                        write_id(&mut part, item);
                        part
                    }),
                );
                true
            }),
            "contextAgents" | "contextGroups" => {
                bag(
                    to,
                    value.items().unwrap_or_default().iter().map(|item| {
                        let mut part = String::new();
                        sorted(&mut part, item, |to, key, value| {
                            match key {
                                "agent" | "group" => write_somebody(to, value),
                                _ => write_any(to, value),
                            }
                            true
                        });
                        part
                    }),
                );
            }
            _ => write_any(to, value),
        }
        true
    });
}

/// Any value, whatever the order of its keys, its spaces, and the way in which its numbers and strings are written.
fn write_any(to: &mut String, node: &Node<'_>) {
    match &node.value {
        Value::Null | Value::Bool(_) => to.push_str(node.raw),
        Value::Number => to.push_str(&plain_number(node.raw)),
        Value::Text(text) => super::json::write_text(to, text),
        Value::List(items) => {
            to.push('[');
            for item in items {
                write_any(to, item);
                to.push(',');
            }
            to.push(']');
        }
        Value::Object(_) => sorted(to, node, |to, _, value| {
            write_any(to, value);
            true
        }),
    }
}

/// A number's digits without leading and trailing zeros, and its exponent: `1.50e2` and `150` are one number.
fn plain_number(raw: &str) -> String {
    let (sign, rest) = raw.strip_prefix('-').map_or(("", raw), |rest| ("-", rest));
    let (mantissa, exponent) = rest.split_once(['e', 'E']).unwrap_or((rest, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_start_matches('0');
    if significant.is_empty() {
        return "0".to_owned();
    }
    let short = significant.trim_end_matches('0');
    let Ok(exponent) = exponent.parse::<i64>() else { return raw.to_owned() };
    let zeros = i64::try_from(significant.len() - short.len()).unwrap_or(0);
    let places = i64::try_from(fraction.len()).unwrap_or(0);
    format!("{sign}{short}e{}", exponent.saturating_add(zeros).saturating_sub(places))
}

#[cfg(test)]
mod tests {
    use super::super::json::parse_text;
    use super::*;

    fn print(text: &str) -> [u8; 32] {
        fingerprint(&parse_text(text).unwrap(), Compared::ById)
    }

    const PLAIN: &str = r#"{"id":"6690e6c9-3ef0-4ed3-8b37-7f3964730bee","actor":{"mbox":"mailto:a@b.c"},"verb":{"id":"http://v"},
        "object":{"id":"http://o"},"result":{"score":{"raw":1.5},"duration":"PT1.129S"},
        "context":{"contextActivities":{"parent":[{"id":"http://p"},{"id":"http://q"}]}},"timestamp":"2026-01-01T00:00:00Z"}"#;

    #[test]
    fn what_says_the_same_is_the_same() {
        for (from, to) in [
            (r#""mbox":"mailto:a@b.c""#, r#""name":"A","objectType":"Agent","mbox":"mailto:a@b.c""#),
            (r#"{"id":"http://v"}"#, r#"{"id":"http://v","display":{"en":"did"}}"#),
            (
                r#"{"id":"http://o"}"#,
                r#"{"objectType":"Activity","id":"http://o","definition":{"type":"http://t"}}"#,
            ),
            ("1.5", "15.0e-1"),
            ("PT1.129S", "PT1.12S"),
            (r#"[{"id":"http://p"},{"id":"http://q"}]"#, r#"[{"id":"http:\/\/q"},{"id":"http://p"}]"#),
            ("2026-01-01T00:00:00Z", "2026-01-01T01:00:00.0+01:00"),
            (r#""verb""#, r#""stored":"2026-01-01T00:00:00Z","version":"1.0.0","attachments":[],"verb""#),
            ("6690e6c9", "6690E6C9"),
        ] {
            assert!(PLAIN.contains(from), "{from}");
            assert_eq!(print(PLAIN), print(&PLAIN.replace(from, to)), "{to}");
        }
    }

    #[test]
    fn what_says_something_else_is_not() {
        for (from, to) in [
            ("a@b.c", "d@b.c"),
            ("http://v", "http://w"),
            ("http://o", "http://r"),
            ("1.5", "1.50001"),
            ("PT1.129S", "PT1.13S"),
            ("http://p", "http://z"),
            ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.001Z"),
            (r#""verb""#, r#""attachments":[{"sha2":"aa"}],"verb""#),
        ] {
            assert!(PLAIN.contains(from), "{from}");
            assert_ne!(print(PLAIN), print(&PLAIN.replace(from, to)), "{to}");
        }
    }

    #[test]
    fn numbers_are_compared_by_value() {
        for (a, b) in [("150", "1.50e2"), ("-0.0", "0"), ("0.001", "1E-3"), ("100", "1e+2")] {
            assert_eq!(plain_number(a), plain_number(b));
        }
        assert_ne!(plain_number("1"), plain_number("10"));
        assert_ne!(plain_number("-1"), plain_number("1"));
    }
}
