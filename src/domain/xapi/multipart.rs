//! `multipart/mixed` (RFC 2046) as xAPI uses it: statements first, files behind. Read piece by piece, so that a file is never in
//! memory as a whole.

use bytes::{Bytes, BytesMut};

use super::record::{FileNote, file_name};

/// A statement with its files has fewer.
const MAX_PARTS: usize = 1_000;
/// Headers of a part are a handful.
const MAX_HEADERS: usize = 20;
/// And as long as this altogether.
const MAX_HEAD_BYTES: usize = 16 * 1024;
/// RFC 2046, 5.1.1.
const MAX_BOUNDARY_BYTES: usize = 70;
/// Spaces behind a delimiter: padding that some gateways add.
const MAX_PADDING: usize = 256;

/// The headers of a part.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Head {
    /// Names in lower case, with values.
    headers: Vec<(String, String)>,
}

impl Head {
    /// A header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The next line; is it the empty one behind the headers?
    fn line(&mut self, line: &[u8]) -> Result<bool, String> {
        if line.is_empty() {
            return Ok(true);
        }
        let line = std::str::from_utf8(line).map_err(|_| "a header is not UTF-8")?;
        if line.starts_with([' ', '\t']) {
            let (_, value) = self.headers.last_mut().ok_or("it begins with a folded header")?;
            value.push(' ');
            value.push_str(line.trim());
            return Ok(false);
        }
        let (name, value) = line.split_once(':').ok_or("a header has no colon")?;
        if self.headers.len() == MAX_HEADERS {
            return Err(format!("it has more than {MAX_HEADERS} headers"));
        }
        self.headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        Ok(false)
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

/// The boundary that a media type names, or what is wrong with the media type.
pub fn boundary(content_type: &str) -> Result<String, String> {
    let found = parameter(content_type, "boundary").ok_or("has no boundary")?;
    let formed = (1..=MAX_BOUNDARY_BYTES).contains(&found.len())
        && !found.ends_with(' ')
        && found.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&byte));
    if formed { Ok(found) } else { Err("has a boundary that is none (RFC 2046)".to_owned()) }
}

/// What comes next in a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A part begins.
    Part(Head),
    /// Some of its bytes.
    Bytes(Bytes),
    /// It ends.
    PartEnd,
}

/// Where a body is read.
#[derive(Debug)]
enum Place {
    /// Before the first delimiter.
    Preamble,
    /// Among the headers of a part, so many bytes into them.
    Head(Head, usize),
    /// In the bytes of a part.
    Body,
    /// Behind the last delimiter: what follows is no part (the epilogue).
    Over,
}

/// What reading on came to.
enum Step {
    /// More bytes are needed.
    Wait,
    /// Nothing to tell: further.
    Go,
    /// This.
    Say(Event),
}

/// What stands behind a delimiter.
enum Behind {
    /// A part begins so many bytes behind it.
    Part(usize),
    /// The epilogue.
    End,
    /// It only looked like one.
    Nothing,
    /// That is not clear before more bytes have come.
    Unclear,
}

/// Behind a delimiter there are `--`, or spaces and the end of the line.
fn behind(rest: &[u8]) -> Behind {
    match rest {
        [b'-', b'-', ..] => return Behind::End,
        [] | [b'-'] => return Behind::Unclear,
        _ => {}
    }
    let spaces = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    match rest.get(spaces..) {
        _ if spaces > MAX_PADDING => Behind::Nothing,
        Some([b'\r', b'\n', ..]) => Behind::Part(spaces + 2),
        Some([b'\n', ..]) => Behind::Part(spaces + 1),
        None | Some([] | [b'\r']) => Behind::Unclear,
        Some(_) => Behind::Nothing,
    }
}

/// Finds `needle`.
fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut at = 0;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == first)?;
        if bytes.get(at..)?.starts_with(needle) {
            return Some(at);
        }
        at += 1;
    }
}

/// Reads a body that comes in pieces.
#[derive(Debug)]
pub struct Parser {
    /// With the end of the line before it.
    delimiter: Vec<u8>,
    waiting: BytesMut,
    place: Place,
    /// What waits begins a line: a delimiter may begin there.
    fresh: bool,
    parts: usize,
}

impl Parser {
    /// For a body with this boundary.
    pub fn new(boundary: &str) -> Self {
        Self {
            delimiter: format!("\n--{boundary}").into_bytes(),
            waiting: BytesMut::new(),
            place: Place::Preamble,
            fresh: true,
            parts: 0,
        }
    }

    /// Takes in the next piece.
    pub fn feed(&mut self, piece: &[u8]) {
        if !matches!(self.place, Place::Over) {
            self.waiting.extend_from_slice(piece);
        }
    }

    /// The next event; `None` when it needs more bytes.
    pub fn read(&mut self) -> Result<Option<Event>, String> {
        loop {
            let step = match self.place {
                Place::Over => Step::Wait,
                Place::Head(..) => self.head()?,
                Place::Preamble | Place::Body => self.content()?,
            };
            match step {
                Step::Wait => return Ok(None),
                Step::Go => {}
                Step::Say(event) => return Ok(Some(event)),
            }
        }
    }

    /// Which part is being read, counted from nought; none before the first and behind the last.
    pub fn part(&self) -> Option<usize> {
        let inside = matches!(self.place, Place::Head(..) | Place::Body);
        self.parts.checked_sub(1).filter(|_| inside)
    }

    /// All bytes came: is the body whole?
    pub fn end(&self) -> Result<(), String> {
        match self.place {
            Place::Over => Ok(()),
            _ => Err("the last delimiter is missing: the body is not whole".to_owned()),
        }
    }

    fn head(&mut self) -> Result<Step, String> {
        let Place::Head(head, read) = &mut self.place else { return Ok(Step::Go) };
        let line_end = self.waiting.iter().position(|byte| *byte == b'\n');
        let length = line_end.map_or(self.waiting.len(), |at| at + 1);
        if *read + length > MAX_HEAD_BYTES {
            return Err(format!("its headers are longer than {MAX_HEAD_BYTES} bytes"));
        }
        if line_end.is_none() {
            return Ok(Step::Wait);
        }
        *read += length;
        let line = self.waiting.split_to(length);
        let line = line.strip_suffix(b"\n").unwrap_or(&line);
        if !head.line(line.strip_suffix(b"\r").unwrap_or(line))? {
            return Ok(Step::Go);
        }
        let head = std::mem::take(head);
        (self.place, self.fresh) = (Place::Body, true);
        Ok(Step::Say(Event::Part(head)))
    }

    /// Where what may be a delimiter begins, with the end of the line before it, and where it ends.
    fn candidate(&self) -> Option<(usize, usize)> {
        let bare = self.delimiter.get(1..).unwrap_or_default();
        if self.fresh && self.waiting.starts_with(bare) {
            return Some((0, bare.len()));
        }
        let at = find(&self.waiting, &self.delimiter)?;
        let carriage = at.checked_sub(1).filter(|before| self.waiting.get(*before) == Some(&b'\r'));
        Some((carriage.unwrap_or(at), at + self.delimiter.len()))
    }

    fn content(&mut self) -> Result<Step, String> {
        if self.waiting.is_empty() {
            return Ok(Step::Wait);
        }
        let Some((begin, end)) = self.candidate() else {
            let bare = self.delimiter.get(1..).unwrap_or_default();
            if self.fresh && bare.starts_with(&self.waiting) {
                return Ok(Step::Wait);
            }
            // A delimiter, and the end of the line before it, may have come in part.
            return Ok(self.pass(self.waiting.len().saturating_sub(self.delimiter.len())));
        };
        let what = behind(self.waiting.get(end..).unwrap_or_default());
        if matches!(what, Behind::Nothing) {
            return Ok(self.pass(end));
        }
        if begin > 0 {
            return Ok(self.pass(begin));
        }
        let was_part = matches!(self.place, Place::Body);
        match what {
            Behind::Nothing | Behind::Unclear => return Ok(Step::Wait),
            Behind::Part(_) if self.parts == MAX_PARTS => {
                return Err(format!("there are more than {MAX_PARTS} parts"));
            }
            Behind::End if !was_part => return Err("there is no part".to_owned()),
            Behind::Part(more) => {
                drop(self.waiting.split_to(end + more));
                self.place = Place::Head(Head::default(), 0);
                self.parts += 1;
            }
            Behind::End => {
                self.waiting.clear();
                self.place = Place::Over;
            }
        }
        Ok(if was_part { Step::Say(Event::PartEnd) } else { Step::Go })
    }

    /// Goes over so many bytes of the preamble or of a part.
    fn pass(&mut self, count: usize) -> Step {
        if count == 0 {
            return Step::Wait;
        }
        self.fresh = false;
        let bytes = self.waiting.split_to(count).freeze();
        if matches!(self.place, Place::Body) { Step::Say(Event::Bytes(bytes)) } else { Step::Go }
    }
}

/// A part of a body that is in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its headers.
    pub head: Head,
    /// Its bytes.
    pub body: Vec<u8>,
}

/// The parts of a body that came in these pieces.
pub fn parts<'p>(pieces: impl IntoIterator<Item = &'p [u8]>, boundary: &str) -> Result<Vec<Part>, String> {
    let mut parser = Parser::new(boundary);
    let mut parts: Vec<Part> = Vec::new();
    for piece in pieces {
        parser.feed(piece);
        while let Some(event) = parser.read()? {
            match (event, parts.last_mut()) {
                (Event::Part(head), _) => parts.push(Part { head, body: Vec::new() }),
                (Event::Bytes(bytes), Some(part)) => part.body.extend_from_slice(&bytes),
                (Event::Bytes(_) | Event::PartEnd, _) => {}
            }
        }
    }
    parser.end().map(|()| parts)
}

/// What a body is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Made {
    /// This.
    Text(String),
    /// A file of the content store.
    File {
        /// Its name.
        name: String,
        /// How many bytes it has.
        bytes: u64,
    },
}

/// A body of JSON and these files, each once under the hash that statements have for it.
pub fn made<'n>(boundary: &str, json: &str, files: impl Iterator<Item = &'n FileNote>) -> Vec<Made> {
    let mut made = vec![Made::Text(format!("--{boundary}\r\nContent-Type: application/json\r\n\r\n{json}"))];
    let mut seen: Vec<&str> = Vec::new();
    for note in files {
        if seen.contains(&note.sha2.as_str()) {
            continue;
        }
        seen.push(&note.sha2);
        made.push(Made::Text(file_head(boundary, &note.content_type, &note.sha2)));
        made.push(Made::File { name: file_name(&note.sha256), bytes: note.bytes });
    }
    made.push(Made::Text(format!("\r\n--{boundary}--\r\n")));
    made
}

/// The head of a part that carries a file, and the delimiter before it.
fn file_head(boundary: &str, content_type: &str, sha2: &str) -> String {
    format!(
        "\r\n--{boundary}\r\nContent-Type: {content_type}\r\nContent-Transfer-Encoding: binary\r\n\
         X-Experience-API-Hash: {sha2}\r\n\r\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, piece: usize) -> Result<Vec<Part>, String> {
        parts(text.as_bytes().chunks(piece), "b")
    }

    #[test]
    fn parts_are_found_between_delimiters_whatever_is_around_them_and_however_they_come() {
        let text = "preamble --b\r\n--b \r\nContent-Type: a/b;\r\n folded=1\r\n\r\none\r\n--bb\r\n--b\nX: y\n\n\r\ntwo\r\n\n--b\r\n\r\n\r\n--b\n\n--b-\n--b--\r\nepilogue\n--b\n";
        for piece in 1..=text.len() {
            let parts = read(text, piece).unwrap();
            let bodies: Vec<&str> = parts.iter().map(|part| str::from_utf8(&part.body).unwrap()).collect();
            assert_eq!(bodies, ["one\r\n--bb", "\r\ntwo\r\n", "", "--b-"], "in pieces of {piece}");
            assert_eq!(parts[0].head.header("content-type"), Some("a/b; folded=1"));
            assert_eq!(parts[1].head.header("x"), Some("y"));
        }
    }

    #[test]
    fn what_is_not_whole_is_refused() {
        let long = format!("--b\r\nA: {}\r\n\r\nx\r\n--b--", "x".repeat(MAX_HEAD_BYTES));
        let many = "--b\nA: b\n\nx\n".repeat(MAX_PARTS + 1) + "--b--";
        for bad in [
            "",
            "--b",
            "--b\r\n",
            "--b--",
            "--b\r\nA: b\r\n\r\nx",
            "--b\r\nA: b\r\n--b--",
            "--b\r\nA b\r\n\r\nx\r\n--b--",
            "--b\r\n c\r\n\r\n--b--",
            &long,
            &many,
        ] {
            for piece in [1, 7, bad.len().max(1)] {
                assert!(read(bad, piece).is_err(), "{bad:?}");
            }
        }
    }

    #[test]
    fn bytes_of_a_part_do_not_wait_for_its_end() {
        let mut parser = Parser::new("b");
        parser.feed(b"--b\n\n");
        assert_eq!(parser.read(), Ok(Some(Event::Part(Head::default()))));
        parser.feed(&vec![b'\n'; 100_000]);
        let mut given = 0;
        while let Some(Event::Bytes(bytes)) = parser.read().unwrap() {
            given += bytes.len();
        }
        assert!(given > 99_900 && parser.waiting.len() < 10, "{given}");
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
