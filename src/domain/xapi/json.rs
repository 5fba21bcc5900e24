//! JSON as it came: every value keeps its own bytes, so that numbers and extension objects go out as they came in.
//!
//! Stricter than most readers, because a statement is kept for ever: a key that comes twice, invalid UTF-8, lone surrogates and
//! deep nesting are refused, each with the path of the place.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// Nobody nests deeper on purpose, and each level costs stack.
pub const MAX_DEPTH: usize = 64;
/// Objects with more keys look for doubles in a set rather than one by one.
const FEW_KEYS: usize = 16;

/// Every key that a statement may have where the standard says what stands there. All others are of who writes a statement: those of
/// extensions and of texts in several languages.
const WORDS: [&str; 63] = [
    "account",
    "actor",
    "agent",
    "attachments",
    "authority",
    "category",
    "choices",
    "completion",
    "contentType",
    "context",
    "contextActivities",
    "contextAgents",
    "contextGroups",
    "correctResponsesPattern",
    "definition",
    "description",
    "display",
    "duration",
    "extensions",
    "fileUrl",
    "group",
    "grouping",
    "homePage",
    "id",
    "instructor",
    "interactionType",
    "language",
    "length",
    "max",
    "mbox",
    "mbox_sha1sum",
    "member",
    "min",
    "moreInfo",
    "name",
    "object",
    "objectType",
    "openid",
    "other",
    "parent",
    "platform",
    "raw",
    "registration",
    "relevantTypes",
    "response",
    "result",
    "revision",
    "scale",
    "scaled",
    "score",
    "sha2",
    "source",
    "statement",
    "steps",
    "stored",
    "success",
    "target",
    "team",
    "timestamp",
    "type",
    "usageType",
    "verb",
    "version",
];

/// A step to a place.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    /// A key of an object.
    Key(String),
    /// The number of an item.
    Item(usize),
}

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.told())]
pub struct Wrong {
    /// The steps to the place, the innermost first.
    path: Vec<Step>,
    /// What is wrong and what would be right.
    pub problem: String,
}

impl Wrong {
    /// Something is wrong with the value itself.
    pub fn new(problem: impl Into<String>) -> Self {
        Self { path: Vec::new(), problem: problem.into() }
    }

    /// The same, seen from one level above.
    #[must_use]
    pub fn under(mut self, step: impl Into<String>) -> Self {
        self.path.push(Step::Key(step.into()));
        self
    }

    /// The same, seen from the list of which it is an item.
    #[must_use]
    pub fn item(mut self, place: usize) -> Self {
        self.path.push(Step::Item(place));
        self
    }

    /// The place with what is wrong there; of the value as a whole only that, for sentences that have their subject.
    fn told(&self) -> String {
        let Self { path, problem } = self;
        if path.is_empty() { problem.clone() } else { format!("{} {problem}", self.pointer()) }
    }

    /// The place as a JSON pointer.
    pub fn pointer(&self) -> String {
        crate::json::pointer(self.path.iter().rev().map(|step| match step {
            Step::Key(key) => Cow::Borrowed(key.as_str()),
            Step::Item(place) => Cow::Owned(place.to_string()),
        }))
    }

    /// The same for a report that is kept: a key that is no word of the standard may be somebody's name, and is not named.
    #[must_use]
    pub fn kept(mut self) -> Self {
        for step in &mut self.path {
            if let Step::Key(key) = step
                && !WORDS.contains(&key.as_str())
            {
                "…".clone_into(key);
            }
        }
        self
    }
}

/// A value with its bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Node<'a> {
    /// The value as it was written, without the spaces around it.
    pub raw: &'a str,
    /// What it says.
    pub value: Value<'a>,
}

/// A member of an object.
pub type Member<'a> = (Cow<'a, str>, Node<'a>);

/// What a value says.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number; its digits are the node's bytes.
    Number,
    /// A string.
    Text(Cow<'a, str>),
    /// A list.
    List(Vec<Node<'a>>),
    /// An object, its members in their order.
    Object(Vec<Member<'a>>),
}

impl<'a> Node<'a> {
    /// The string, if it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The members, if it is an object.
    pub fn members(&self) -> Option<&[Member<'a>]> {
        match &self.value {
            Value::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The items, if it is a list.
    pub fn items(&self) -> Option<&[Node<'a>]> {
        match &self.value {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// A member by its key.
    pub fn get(&self, key: &str) -> Option<&Node<'a>> {
        self.members()?.iter().find(|(name, _)| name == key).map(|(_, node)| node)
    }
}

/// Reads a whole document; a byte order mark in front of it, as some editors write one, says nothing.
pub fn parse(bytes: &[u8]) -> Result<Node<'_>, Wrong> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => parse_text(text),
        Err(error) => Err(not_utf8(bytes, error.valid_up_to())),
    }
}

/// What is wrong with bytes of which so many are text: the place is where the text breaks off, unless something is wrong before.
fn not_utf8(bytes: &[u8], valid: usize) -> Wrong {
    let text = bytes.get(..valid).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default();
    let mut reader = Reader { text, at: 0 };
    reader.skip_space();
    let problem = format!("is not UTF-8 at byte {valid}");
    match reader.value(0) {
        Err(wrong) if reader.at < valid => wrong,
        Err(wrong) => Wrong { problem, ..wrong },
        Ok(_) => Wrong::new(problem),
    }
}

/// Reads a whole document.
pub fn parse_text(text: &str) -> Result<Node<'_>, Wrong> {
    let mut reader = Reader { text, at: 0 };
    reader.skip_space();
    let node = reader.value(0)?;
    reader.skip_space();
    if reader.at == text.len() { Ok(node) } else { Err(reader.wrong("has something behind its end")) }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn wrong(&self, problem: &str) -> Wrong {
        Wrong::new(format!("{problem} (byte {})", self.at))
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn eat(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn slice(&self, from: usize) -> &'a str {
        self.text.get(from..self.at).unwrap_or_default()
    }

    fn value(&mut self, depth: usize) -> Result<Node<'a>, Wrong> {
        if depth > MAX_DEPTH {
            return Err(self.wrong(&format!("is nested deeper than {MAX_DEPTH} levels")));
        }
        let from = self.at;
        let value = match self.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.list(depth)?,
            Some(b'"') => Value::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.word("true", Value::Bool(true))?,
            Some(b'f') => self.word("false", Value::Bool(false))?,
            Some(b'n') => self.word("null", Value::Null)?,
            Some(_) => return Err(self.wrong("is not JSON: a value is expected here")),
            None => return Err(self.wrong("is not JSON: it ends too early")),
        };
        Ok(Node { raw: self.slice(from), value })
    }

    fn word(&mut self, word: &str, value: Value<'a>) -> Result<Value<'a>, Wrong> {
        if self.text.get(self.at..).is_some_and(|rest| rest.starts_with(word)) {
            self.at += word.len();
            Ok(value)
        } else {
            Err(self.wrong("is not JSON: an unknown word"))
        }
    }

    fn digits(&mut self) -> Result<(), Wrong> {
        let from = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at > from { Ok(()) } else { Err(self.wrong("is not JSON: a digit is expected here")) }
    }

    fn number(&mut self) -> Result<Value<'a>, Wrong> {
        self.eat(b'-');
        if self.eat(b'0') {
            if matches!(self.peek(), Some(b'0'..=b'9')) {
                return Err(self.wrong("is not JSON: a number begins with 0"));
            }
        } else {
            self.digits()?;
        }
        if self.eat(b'.') {
            self.digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            let _ = self.eat(b'+') || self.eat(b'-');
            self.digits()?;
        }
        Ok(Value::Number)
    }

    fn string(&mut self) -> Result<Cow<'a, str>, Wrong> {
        self.at += 1;
        let from = self.at;
        let mut unescaped: Option<String> = None;
        let mut piece = from;
        loop {
            match self.peek() {
                None => return Err(self.wrong("is not JSON: a string without an end")),
                Some(b'"') => {
                    let last = self.slice(piece);
                    self.at += 1;
                    return Ok(match unescaped {
                        None => Cow::Borrowed(last),
                        Some(mut text) => {
                            text.push_str(last);
                            Cow::Owned(text)
                        }
                    });
                }
                Some(b'\\') => {
                    let text = unescaped.get_or_insert_default();
                    text.push_str(self.text.get(piece..self.at).unwrap_or_default());
                    self.at += 1;
                    let escaped = self.escape()?;
                    if let Some(text) = &mut unescaped {
                        text.push(escaped);
                    }
                    piece = self.at;
                }
                Some(0..=0x1f) => return Err(self.wrong("is not JSON: a control character in a string")),
                Some(_) => self.at += self.plain(),
            }
        }
    }

    /// How many bytes of a string come before the next one that says something, or before the end.
    fn plain(&self) -> usize {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let next = rest.iter().position(|byte| matches!(byte, 0..=0x1f | b'"' | b'\\'));
        next.unwrap_or(rest.len())
    }

    fn escape(&mut self) -> Result<char, Wrong> {
        let Some(byte) = self.peek() else { return Err(self.wrong("is not JSON: a string without an end")) };
        self.at += 1;
        Ok(match byte {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(),
            _ => return Err(self.wrong("is not JSON: an unknown escape")),
        })
    }

    fn hex4(&mut self) -> Result<u32, Wrong> {
        let digits = self.text.as_bytes().get(self.at..self.at + 4).unwrap_or_default();
        let digits = std::str::from_utf8(digits).unwrap_or_default();
        let formed = digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_hexdigit());
        let code = formed.then(|| u32::from_str_radix(digits, 16).ok()).flatten();
        let code = code.ok_or_else(|| self.wrong("is not JSON: \\u without four hexadecimal digits"))?;
        self.at += 4;
        Ok(code)
    }

    fn unicode(&mut self) -> Result<char, Wrong> {
        let first = self.hex4()?;
        let code = if (0xd800..0xdc00).contains(&first) {
            if !(self.eat(b'\\') && self.eat(b'u')) {
                return Err(self.wrong("has half of a surrogate pair"));
            }
            let second = self.hex4()?;
            if !(0xdc00..0xe000).contains(&second) {
                return Err(self.wrong("has half of a surrogate pair"));
            }
            0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00)
        } else {
            first
        };
        char::from_u32(code).ok_or_else(|| self.wrong("has half of a surrogate pair"))
    }

    fn list(&mut self, depth: usize) -> Result<Value<'a>, Wrong> {
        self.at += 1;
        let mut items = Vec::new();
        self.skip_space();
        if self.eat(b']') {
            return Ok(Value::List(items));
        }
        loop {
            self.skip_space();
            let item = self.value(depth + 1).map_err(|wrong| wrong.item(items.len()))?;
            items.push(item);
            self.skip_space();
            if self.eat(b']') {
                return Ok(Value::List(items));
            }
            if !self.eat(b',') {
                return Err(self.wrong("is not JSON: , or ] is expected here"));
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value<'a>, Wrong> {
        self.at += 1;
        let mut members: Vec<Member<'a>> = Vec::new();
        let mut seen: HashSet<String> = HashSet::new();
        self.skip_space();
        if self.eat(b'}') {
            return Ok(Value::Object(members));
        }
        loop {
            self.skip_space();
            if self.peek() != Some(b'"') {
                return Err(self.wrong("is not JSON: a key is expected here"));
            }
            let key = self.string()?;
            let double = if members.len() < FEW_KEYS {
                members.iter().any(|(known, _)| *known == key)
            } else {
                if seen.is_empty() {
                    seen.extend(members.iter().map(|(known, _)| known.to_string()));
                }
                !seen.insert(key.to_string())
            };
            if double {
                return Err(self.wrong("is there twice").under(key));
            }
            self.skip_space();
            if !self.eat(b':') {
                return Err(self.wrong("is not JSON: : is expected here"));
            }
            self.skip_space();
            let value = self.value(depth + 1).map_err(|wrong| wrong.under(key.clone()))?;
            members.push((key, value));
            self.skip_space();
            if self.eat(b'}') {
                return Ok(Value::Object(members));
            }
            if !self.eat(b',') {
                return Err(self.wrong("is not JSON: , or } is expected here"));
            }
        }
    }
}

/// Writes a string with its quotes; what needs no escape at once.
pub fn write_text(to: &mut String, text: &str) {
    let mut rest = text;
    to.push('"');
    while let Some((plain, found)) = rest
        .bytes()
        .position(|byte| byte < b' ' || byte == b'"' || byte == b'\\')
        .and_then(|at| rest.split_at_checked(at))
    {
        to.push_str(plain);
        let mut letters = found.chars();
        match letters.next() {
            Some('"') => to.push_str("\\\""),
            Some('\\') => to.push_str("\\\\"),
            Some('\n') => to.push_str("\\n"),
            Some('\r') => to.push_str("\\r"),
            Some('\t') => to.push_str("\\t"),
            Some(control) => {
                use std::fmt::Write as _;
                // Writing to a string does not fail.
                let _ = write!(to, "\\u{:04x}", u32::from(control));
            }
            None => {}
        }
        rest = letters.as_str();
    }
    to.push_str(rest);
    to.push('"');
}

/// A string with its quotes.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    write_text(&mut quoted, text);
    quoted
}

/// An object of keys and values that are JSON already.
pub fn object<'m>(members: impl IntoIterator<Item = (&'m str, &'m str)>) -> String {
    let mut text = String::new();
    write_object(&mut text, members);
    text
}

/// Two objects as one: the members of the older, and behind them those that the newer has alone. What both have is as `both` says.
pub fn united<'n>(
    older: &'n Node<'_>,
    newer: &'n Node<'_>,
    both: impl Fn(&str, &'n Node<'_>, &'n Node<'_>) -> Cow<'n, str>,
) -> String {
    let more = newer.members().unwrap_or_default();
    // There may be a million of either.
    let mut left: HashMap<&str, &Node<'_>> = more.iter().map(|(key, value)| (key.as_ref(), value)).collect();
    let mut members: Vec<(&str, Cow<'_, str>)> = Vec::new();
    for (key, value) in older.members().unwrap_or_default() {
        let newer = left.remove(key.as_ref());
        members.push((key, newer.map_or(Cow::Borrowed(value.raw), |newer| both(key, value, newer))));
    }
    let added = more.iter().filter(|(key, _)| left.contains_key(key.as_ref()));
    members.extend(added.map(|(key, value)| (key.as_ref(), Cow::Borrowed(value.raw))));
    object(members.iter().map(|(key, raw)| (*key, raw.as_ref())))
}

/// Writes an object of keys and values that are JSON already.
pub fn write_object<'m>(to: &mut String, members: impl IntoIterator<Item = (&'m str, &'m str)>) {
    to.push('{');
    for (place, (key, raw)) in members.into_iter().enumerate() {
        if place > 0 {
            to.push(',');
        }
        write_text(to, key);
        to.push(':');
        to.push_str(raw);
    }
    to.push('}');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> String {
        parse(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn values_keep_their_bytes() {
        let node =
            parse(br#" { "n" : 1.10e+5 , "x":{"b": 1,"a":[ 2 ]}, "t":"\u00e9\ud83d\ude00\n" } "#).unwrap();
        assert_eq!(node.get("n").unwrap().raw, "1.10e+5");
        assert_eq!(node.get("x").unwrap().raw, r#"{"b": 1,"a":[ 2 ]}"#);
        assert_eq!(node.get("t").unwrap().text(), Some("\u{e9}\u{1f600}\n"));
    }

    #[test]
    fn a_byte_order_mark_is_passed_over() {
        assert_eq!(parse(b"\xef\xbb\xbf{\"n\":1}").unwrap().get("n").unwrap().raw, "1");
        assert!(parse(b"{\"n\":\xef\xbb\xbf1}").is_err());
    }

    #[test]
    fn what_is_no_strict_json_is_refused_with_its_place() {
        for (text, says) in [
            (r#"{"a":{"b":1,"b":2}}"#, "/a/b is there twice"),
            (r#"{"a":[0,NaN]}"#, "/a/1 is not JSON"),
            (r#"{"a":[0,01]}"#, "/a/1 is not JSON"),
            (r#"{"a":"\ud800"}"#, "/a has half"),
            (r#"{"a":"\udc00"}"#, "/a has half"),
            (r#"{"a":1} 2"#, "has something behind"),
            (r#"{"a":1,}"#, "is not JSON"),
            (r#"{"a":-}"#, "/a is not JSON"),
            (r#"{"a":1.}"#, "/a is not JSON"),
            ("{\"a\":\"\u{1}\"}", "/a is not JSON"),
            ("", "is not JSON"),
            (r#"{"a/b":tru}"#, "/a~1b is not JSON"),
        ] {
            assert!(wrong(text).starts_with(says), "{text}: {}", wrong(text));
        }
        for (bytes, says) in [
            (&b"{\"a\":\"\xff\"}"[..], "/a is not UTF-8 at byte 6"),
            (b"{\"a\":[1,{\"b\":\"x\", \"c\":\"y\xc3\"}]}", "/a/1/c is not UTF-8 at byte 24"),
            (b"{\"a\":1,\"\xff\":2}", "is not UTF-8 at byte 8"),
            (b"{\"a\":NaN,\"b\":\"\xff\"}", "/a is not JSON"),
            (b"{} \xff", "is not UTF-8 at byte 3"),
            (b"\xff", "is not UTF-8 at byte 0"),
        ] {
            let said = parse(bytes).unwrap_err().to_string();
            assert!(said.starts_with(says), "{said} and not {says}");
        }
        let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
        assert!(wrong(&deep).contains("nested deeper"));
        let many: Vec<String> = (0..40).map(|n| format!("\"k{n}\":1,")).collect();
        assert!(wrong(&format!("{{{}\"k3\":2}}", many.concat())).starts_with("/k3 is there twice"));
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut text = String::new();
        write_text(&mut text, "a\"\\\u{1}\u{e9}\n\t");
        assert_eq!(parse_text(&text).unwrap().text(), Some("a\"\\\u{1}\u{e9}\n\t"));
    }
}
