//! Whether two statements say the same: compared without what a server sets, without what only describes, and without the order of
//! what has none (xAPI 1.0.3 part two 2.3.1 and part three 2.1, IEEE 9274.1.1 4.2.5.1).

use std::cmp::Ordering;
use std::ops::Range;

use sha2::{Digest as _, Sha256};

use super::json::{Node, Value};
use super::{scalar, signature};

/// Which statements are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compared {
    /// Two with one id.
    ById,
    /// A statement and what was signed, to which signatures were added later.
    WithoutSignatures,
}

/// A statement's fingerprints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Says {
    /// The same for all statements that say the same.
    pub says: [u8; 32],
    /// The same for all that say the same but for their time: one may have the time that the server gave it.
    pub says_untimed: [u8; 32],
}

/// Both fingerprints of a statement.
pub fn fingerprints(statement: &Node<'_>, compared: Compared) -> Says {
    const TIME: &str = "\"timestamp\":";
    let mut print = Print::default();
    let parts = print.statement_parts(statement, compared);
    let says = print.hash(&parts, |_| true);
    // What is inside has its own time, which stays.
    let timed = print.texts(&parts).any(|part| part.starts_with(TIME));
    let says_untimed = if timed { print.hash(&parts, |part| !part.starts_with(TIME)) } else { says };
    Says { says, says_untimed }
}

/// A text in which members of objects, and items of lists that have no order, are sorted as they are written.
#[derive(Default)]
struct Print {
    text: String,
    /// Where the parts of what is being written are in the text, those of what is innermost last.
    parts: Vec<Range<usize>>,
    /// For parts that come in another order than they are sorted in.
    spare: String,
}

impl Print {
    fn texts<'p>(&'p self, parts: &'p [Range<usize>]) -> impl Iterator<Item = &'p str> {
        parts.iter().map(|part| self.text.get(part.clone()).unwrap_or_default())
    }

    /// The hash of an object that has these parts, as far as they are `wanted`.
    fn hash(&self, parts: &[Range<usize>], wanted: impl Fn(&str) -> bool) -> [u8; 32] {
        let mut hash = Sha256::new();
        let mut mark = "{";
        for part in self.texts(parts).filter(|part| wanted(part)) {
            hash.update(mark);
            hash.update(part);
            mark = ",";
        }
        hash.update(if mark == "{" { "{}" } else { "}" });
        hash.finalize().into()
    }

    /// Writes the members that `write` wants, and sorts where they are.
    fn members(&mut self, node: &Node<'_>, mut write: impl FnMut(&mut Self, &str, &Node<'_>) -> bool) {
        let first = self.parts.len();
        for (key, value) in node.members().unwrap_or_default() {
            let from = self.text.len();
            super::json::write_text(&mut self.text, key);
            self.text.push(':');
            if write(self, key, value) {
                self.parts.push(from..self.text.len());
            } else {
                self.text.truncate(from);
            }
        }
        self.sort(first);
    }

    fn sort(&mut self, first: usize) {
        let Self { text, parts, .. } = self;
        let part = |part: &Range<usize>| text.get(part.clone()).unwrap_or_default();
        parts.get_mut(first..).unwrap_or_default().sort_unstable_by(|a, b| part(a).cmp(part(b)));
    }

    /// Puts the parts from `first` on, which are the end of the text from `begin` on, into their order.
    fn close(&mut self, first: usize, begin: usize, (open, close): (char, char)) {
        self.spare.clear();
        self.spare.push(open);
        let parts = self.parts.get(first..).unwrap_or_default();
        for (place, part) in parts.iter().enumerate() {
            if place > 0 {
                self.spare.push(',');
            }
            self.spare.push_str(self.text.get(part.clone()).unwrap_or_default());
        }
        self.spare.push(close);
        self.parts.truncate(first);
        self.text.truncate(begin);
        self.text.push_str(&self.spare);
    }

    /// Writes an object's members sorted by key, leaving out those that `write` does not want.
    fn sorted(&mut self, node: &Node<'_>, write: impl FnMut(&mut Self, &str, &Node<'_>) -> bool) {
        let (first, begin) = (self.parts.len(), self.text.len());
        self.members(node, write);
        self.close(first, begin, ('{', '}'));
    }

    /// Writes items whose order says nothing.
    fn bag<'n, 'a: 'n>(
        &mut self,
        items: impl IntoIterator<Item = &'n Node<'a>>,
        mut write: impl FnMut(&mut Self, &Node<'_>),
    ) {
        let (first, begin) = (self.parts.len(), self.text.len());
        for item in items {
            let from = self.text.len();
            write(self, item);
            self.parts.push(from..self.text.len());
        }
        self.sort(first);
        self.close(first, begin, ('[', ']'));
    }

    /// The members of a statement, as sorted parts of the text.
    fn statement_parts(&mut self, node: &Node<'_>, compared: Compared) -> Vec<Range<usize>> {
        self.members(node, |print, key, value| print.statement_member(key, value, compared));
        std::mem::take(&mut self.parts)
    }

    fn statement_member(&mut self, key: &str, value: &Node<'_>, compared: Compared) -> bool {
        match key {
            // The id may come in the address, too, and then it is the same.
            "id" | "stored" | "authority" | "version" => return false,
            "timestamp" => self.moment(value),
            "actor" => self.somebody(value),
            "verb" => self.id(value),
            "object" => self.object(value, compared),
            "result" => self.result(value),
            "context" => self.context(value),
            "attachments" => {
                let counts = |item: &&Node<'_>| {
                    compared == Compared::ById
                        || item.get("usageType").and_then(Node::text) != Some(signature::USAGE)
                };
                let items: Vec<_> = value.items().unwrap_or_default().iter().filter(counts).collect();
                if items.is_empty() {
                    return false;
                }
                self.bag(items, |print, item| {
                    let hash = item.get("sha2").and_then(Node::text).unwrap_or_default();
                    print.lower(hash);
                });
            }
            "objectType" => self.text.push_str(value.raw),
            _ => self.any(value),
        }
        true
    }

    fn lower(&mut self, text: &str) {
        self.text.extend(text.chars().map(|letter| letter.to_ascii_lowercase()));
    }

    fn moment(&mut self, node: &Node<'_>) {
        let text = node.text().unwrap_or_default();
        match scalar::moment(text) {
            // To the millisecond, which is what servers have to keep.
            Ok(moment) => self.text.push_str(&(moment.us / 1000).to_string()),
            Err(_) => self.text.push_str(text),
        }
    }

    fn id(&mut self, node: &Node<'_>) {
        if let Some(id) = node.get("id") {
            self.any(id);
        }
    }

    fn somebody(&mut self, node: &Node<'_>) {
        self.sorted(node, |print, key, value| {
            match key {
                "name" => return false,
                "objectType" if value.text() == Some("Agent") => return false,
                "mbox_sha1sum" => print.lower(value.text().unwrap_or_default()),
                "member" => print.bag(value.items().unwrap_or_default(), Self::somebody),
                _ => print.any(value),
            }
            true
        });
    }

    fn object(&mut self, node: &Node<'_>, compared: Compared) {
        match node.get("objectType").and_then(Node::text) {
            None | Some("Activity") => self.id(node),
            Some("Agent" | "Group") => self.somebody(node),
            Some("StatementRef") => {
                self.text.push_str("ref:");
                self.lower(node.get("id").and_then(Node::text).unwrap_or_default());
            }
            Some(_) => {
                self.sorted(node, |print, key, value| print.statement_member(key, value, compared));
            }
        }
    }

    fn result(&mut self, node: &Node<'_>) {
        self.sorted(node, |print, key, value| {
            match (key, value.text()) {
                ("duration", Some(text)) => match scalar::duration(text) {
                    Ok(compared) => print.text.push_str(&compared),
                    Err(_) => print.text.push_str(text),
                },
                _ => print.any(value),
            }
            true
        });
    }

    fn context(&mut self, node: &Node<'_>) {
        self.sorted(node, |print, key, value| {
            match key {
                "registration" => print.lower(value.text().unwrap_or_default()),
                "instructor" | "team" => print.somebody(value),
                "statement" => print.object(value, Compared::ById),
                "contextActivities" => print.sorted(value, |print, _, value| {
                    let items = value.items().unwrap_or(std::slice::from_ref(value));
                    print.bag(items, Self::id);
                    true
                }),
                "contextAgents" | "contextGroups" => {
                    print.bag(value.items().unwrap_or_default(), |print, item| {
                        print.sorted(item, |print, key, value| {
                            match key {
                                "agent" | "group" => print.somebody(value),
                                _ => print.any(value),
                            }
                            true
                        });
                    });
                }
                _ => print.any(value),
            }
            true
        });
    }

    /// Any value, whatever the order of its keys, its spaces, and the way in which its numbers and strings are written.
    fn any(&mut self, node: &Node<'_>) {
        match &node.value {
            Value::Null | Value::Bool(_) => self.text.push_str(node.raw),
            Value::Number => write_number(&mut self.text, node.raw),
            Value::Text(text) => super::json::write_text(&mut self.text, text),
            Value::List(items) => {
                self.text.push('[');
                for item in items {
                    self.any(item);
                    self.text.push(',');
                }
                self.text.push(']');
            }
            Value::Object(_) => self.sorted(node, |print, _, value| {
                print.any(value);
                true
            }),
        }
    }
}

/// Writes a number's digits without leading and trailing zeros, and its exponent: `1.50e2` and `150` are one number.
fn write_number(to: &mut String, raw: &str) {
    let (sign, rest) = raw.strip_prefix('-').map_or(("", raw), |rest| ("-", rest));
    let (mantissa, exponent) = rest.split_once(['e', 'E']).unwrap_or((rest, "0"));
    if !mantissa.contains(|digit| ('1'..='9').contains(&digit)) {
        return to.push('0');
    }
    let Ok(exponent) = exponent.parse::<i64>() else { return to.push_str(raw) };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    to.push_str(sign);
    // Zeros in front say nothing.
    let significant = whole.trim_start_matches('0');
    to.push_str(significant);
    to.push_str(if significant.is_empty() { fraction.trim_start_matches('0') } else { fraction });
    let all = to.len();
    while to.ends_with('0') {
        to.pop();
    }
    let zeros = i64::try_from(all - to.len()).unwrap_or(0);
    let places = i64::try_from(fraction.len()).unwrap_or(0);
    to.push('e');
    to.push_str(&exponent.saturating_add(zeros).saturating_sub(places).to_string());
}

/// Which of two numbers is larger, by their digits: a float has no more than sixteen.
pub fn by_digits(one: &str, other: &str) -> Ordering {
    let sized = |raw: &str| {
        let mut text = String::with_capacity(raw.len() + 4);
        write_number(&mut text, raw);
        let (negative, size) = text.strip_prefix('-').map_or((false, text.as_str()), |rest| (true, rest));
        let (digits, exponent) = size.split_once(['e', 'E']).unwrap_or((size, "0"));
        // Of those that are too long the large ones are none that can be compared, and the others are as good as nothing.
        let exponent = exponent.parse().unwrap_or(i64::MIN);
        let places = i64::try_from(digits.len()).unwrap_or(i64::MAX);
        let sign = if digits == "0" { 0 } else { 1 - 2 * i8::from(negative) };
        (sign, exponent.saturating_add(places), digits.to_owned())
    };
    let ((sign, point, digits), (other_sign, other_point, other_digits)) = (sized(one), sized(other));
    let size = (point, digits).cmp(&(other_point, other_digits));
    sign.cmp(&other_sign).then(if sign < 0 { size.reverse() } else { size })
}

#[cfg(test)]
mod tests {
    use super::super::json::parse_text;
    use super::*;

    #[test]
    fn numbers_are_compared_by_all_of_their_digits() {
        // Each is larger than the one before it, or the same where it stands in one line.
        let growing: [&[&str]; 12] = [
            &["-1.00000000000000000001"],
            &["-1", "-10e-1"],
            &["-0.99999999999999999999", "-99999999999999999999E-20"],
            &["-1e-400"],
            &["0", "-0.0", "0e7"],
            &["1e-400"],
            &["0.09"],
            &["0.1", "1e-1", "0.10"],
            &["0.11"],
            &["1", "1.0"],
            &["1.00000000000000000001"],
            &["12345678901234567890123", "12345678901234567890123.0"],
        ];
        for (place, ones) in growing.iter().enumerate() {
            for (other_place, others) in growing.iter().enumerate() {
                for (one, other) in ones.iter().flat_map(|one| others.iter().map(move |other| (one, other))) {
                    assert_eq!(by_digits(one, other), place.cmp(&other_place), "{one} {other}");
                }
            }
        }
        assert_eq!(by_digits("12345678901234567890124", "12345678901234567890123"), Ordering::Greater);
    }

    fn print(text: &str) -> [u8; 32] {
        fingerprints(&parse_text(text).unwrap(), Compared::ById).says
    }

    const PLAIN: &str = r#"{"id":"6690e6c9-3ef0-4ed3-8b37-7f3964730bee","actor":{"mbox":"mailto:a@b.c"},"verb":{"id":"http://v"},
        "object":{"id":"http://o"},"result":{"score":{"raw":1.5},"duration":"PT1.129S"},
        "context":{"contextActivities":{"parent":[{"id":"http://p"},{"id":"http://q"}]}},"timestamp":"2026-01-01T00:00:00Z"}"#;

    #[test]
    fn what_is_hashed_is_sorted_and_without_what_only_describes() {
        let text = r#"{"actor":{"mbox":"mailto:a@b.c"},"context":{"contextActivities":{"parent":["http://p","http://q"]}},"object":"http://o","result":{"duration":PT1.12S,"score":{"raw":15e-1}},"timestamp":1767225600000,"verb":"http://v"}"#;
        let untimed = text.replace(r#""timestamp":1767225600000,"#, "");
        let both = fingerprints(&parse_text(PLAIN).unwrap(), Compared::ById);
        // Kept with each statement: it may not change.
        assert_eq!(both.says, *Sha256::digest(text));
        assert_eq!(both.says_untimed, *Sha256::digest(untimed));
        assert_eq!(both.says, print(PLAIN));
        let untimed = PLAIN.replace(r#","timestamp":"2026-01-01T00:00:00Z""#, "");
        let none = fingerprints(&parse_text(&untimed).unwrap(), Compared::ById);
        assert_eq!((none.says, none.says_untimed), (both.says_untimed, both.says_untimed));
        assert_eq!(print("{}"), *Sha256::digest("{}"));
    }

    #[test]
    fn what_is_hashed_of_groups_references_and_files_is_sorted_too() {
        let statement = r#"{"verb":{"id":"http://v"},"attachments":[{"sha2":"FF"},{"sha2":"AA"}],
            "actor":{"objectType":"Group","name":"G","member":[{"objectType":"Agent","mbox_sha1sum":"AB"},{"mbox":"mailto:b@x"}]},
            "context":{"extensions":{"http://e":[1,{"b":null,"a":"x"}]},
                "contextAgents":[{"relevantTypes":["http://t"],"objectType":"contextAgent","agent":{"mbox":"mailto:c@x"}}]},
            "object":{"objectType":"SubStatement","verb":{"id":"http://w"},"actor":{"openid":"http://a"},
                "object":{"objectType":"StatementRef","id":"6690E6C9-3ef0-4ed3-8b37-7f3964730bee"}}}"#;
        let text = r#"{"actor":{"member":[{"mbox":"mailto:b@x"},{"mbox_sha1sum":ab}],"objectType":"Group"},"attachments":[aa,ff],"context":{"contextAgents":[{"agent":{"mbox":"mailto:c@x"},"objectType":"contextAgent","relevantTypes":["http://t",]}],"extensions":{"http://e":[1e0,{"a":"x","b":null},]}},"object":{"actor":{"openid":"http://a"},"object":ref:6690e6c9-3ef0-4ed3-8b37-7f3964730bee,"objectType":"SubStatement","verb":"http://w"},"verb":"http://v"}"#;
        assert_eq!(print(statement), *Sha256::digest(text));
        let signature = r#"{"usageType":"http://adlnet.gov/expapi/attachments/signature","sha2":"AA"}"#;
        let statement = statement.replace(r#"{"sha2":"AA"}"#, signature);
        let signed = fingerprints(&parse_text(&statement).unwrap(), Compared::WithoutSignatures).says;
        assert_eq!(signed, *Sha256::digest(text.replace("[aa,ff]", "[ff]")));
        let statement = statement.replace(r#"{"sha2":"FF"},"#, "");
        let signed = fingerprints(&parse_text(&statement).unwrap(), Compared::WithoutSignatures).says;
        assert_eq!(signed, *Sha256::digest(text.replace(r#""attachments":[aa,ff],"#, "")));
    }

    #[test]
    fn what_is_inside_keeps_its_time() {
        let says = |outer: u8, inner: u8| {
            let inner =
                format!(r#"{{"objectType":"SubStatement","timestamp":"2026-01-0{inner}T00:00:00Z"}}"#);
            let text = format!(r#"{{"object":{inner},"timestamp":"2026-01-0{outer}T00:00:00Z"}}"#);
            fingerprints(&parse_text(&text).unwrap(), Compared::ById)
        };
        assert_ne!(says(1, 1).says, says(2, 1).says);
        assert_eq!(says(1, 1).says_untimed, says(2, 1).says_untimed);
        assert_ne!(says(1, 1).says_untimed, says(1, 2).says_untimed);
    }

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
        for (number, written) in [
            ("150", "15e1"),
            ("1.50e2", "15e1"),
            ("-0.0", "0"),
            ("0", "0"),
            ("0e5", "0"),
            ("-0.00e99999999999999999999", "0"),
            ("0.001", "1e-3"),
            ("1E-3", "1e-3"),
            ("100", "1e2"),
            ("1e+2", "1e2"),
            ("-10.05", "-1005e-2"),
            ("0.750", "75e-2"),
            ("1e99999999999999999999", "1e99999999999999999999"),
        ] {
            let mut text = String::new();
            write_number(&mut text, number);
            assert_eq!(text, written, "{number}");
        }
    }
}
