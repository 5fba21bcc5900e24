//! The body of a request: statements as they were told to us, without what every store sets for itself, and their files, which
//! are read from the content store as they are sent.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Cursor, Read};

use crate::domain::refusal::{INTERNAL, Refusal};
use crate::domain::xapi::files::told;
use crate::domain::xapi::json::{Node, Value, Wrong, parse_text, write_text};
use crate::domain::xapi::multipart::{self, Made};
use crate::domain::xapi::record::Statement;
use crate::secret;
use crate::state::State;
use crate::store::blobs::Blobs;

/// What is posted.
pub struct Body<'s> {
    /// Its media type.
    pub media: String,
    /// How many bytes it has.
    pub bytes: u64,
    blobs: &'s Blobs,
    /// What is still to be read.
    pieces: VecDeque<Piece>,
}

/// A part of a body.
enum Piece {
    Text(Cursor<Vec<u8>>),
    /// A file that is not open yet: a request may have more of them than a process may have open.
    File {
        name: String,
        bytes: u64,
    },
    Open {
        file: File,
        left: u64,
    },
}

/// A statement as it is sent.
pub fn text(state: &State, statement: &Statement, files: bool) -> Result<String, Refusal> {
    sendable(&told(&state.blobs, statement)?, files)
        .map_err(|wrong| INTERNAL.refuse(format!("a kept statement {wrong}")))
}

impl<'s> Body<'s> {
    /// The body that carries these statements, whose texts are given, with their files or without.
    pub fn of(
        state: &'s State,
        statements: &[Statement],
        texts: &[String],
        files: bool,
    ) -> Result<Self, Refusal> {
        let mut body = Self {
            media: "application/json".to_owned(),
            bytes: 0,
            blobs: &state.blobs,
            pieces: VecDeque::new(),
        };
        let json = format!("[{}]", texts.join(","));
        if !files || statements.iter().all(|statement| statement.files.is_empty()) {
            body.text(json);
            return Ok(body);
        }
        let boundary = format!("lyceum-{}", secret::token()?);
        body.media = format!("multipart/mixed; boundary={boundary}");
        for made in
            multipart::made(&boundary, &json, statements.iter().flat_map(|statement| &statement.files))
        {
            match made {
                Made::Text(text) => body.text(text),
                Made::File { name, bytes } => body.file(name, bytes)?,
            }
        }
        Ok(body)
    }

    fn text(&mut self, text: String) {
        self.bytes += text.len() as u64;
        self.pieces.push_back(Piece::Text(Cursor::new(text.into_bytes())));
    }

    fn file(&mut self, name: String, bytes: u64) -> Result<(), Refusal> {
        let failed = |why: String| INTERNAL.refuse(format!("the file {name} of a statement {why}"));
        match self.blobs.len_bytes(&name).map_err(|error| failed(error.to_string()))? {
            None => return Err(failed("is missing".to_owned())),
            Some(found) if found != bytes => return Err(failed(format!("has {found} bytes, not {bytes}"))),
            Some(_) => {}
        }
        self.bytes += bytes;
        self.pieces.push_back(Piece::File { name, bytes });
        Ok(())
    }

    /// Reads from the first piece; nothing when it is over.
    fn read_piece(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let Some(piece) = self.pieces.front_mut() else { return Ok(0) };
        if let Piece::File { name, bytes } = piece {
            let (file, left) = (self.blobs.reader(name)?.ok_or(io::ErrorKind::NotFound)?, *bytes);
            *piece = Piece::Open { file, left };
        }
        match piece {
            Piece::Text(text) => text.read(to),
            Piece::Open { file, left } if *left > 0 => {
                let read = file.by_ref().take(*left).read(to)?;
                *left -= read as u64;
                // The length was said before: what came short would be waited for.
                if read == 0 { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(read) }
            }
            Piece::File { .. } | Piece::Open { .. } => Ok(0),
        }
    }
}

impl Read for Body<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if to.is_empty() {
            return Ok(0);
        }
        while !self.pieces.is_empty() {
            let read = self.read_piece(to)?;
            if read > 0 {
                return Ok(read);
            }
            self.pieces.pop_front();
        }
        Ok(0)
    }
}

/// The statement as a store has it that got it without files.
pub fn without_files(text: &str) -> Result<String, Wrong> {
    sendable(text, false)
}

/// Leaves out `stored`, which the store that takes the statement sets, and, without files, attachments that are nowhere else to be
/// had: no store would take them. The version stays: a store of 1.0.3 is not told a statement of 2.0.0 as one of its own.
fn sendable(text: &str, files: bool) -> Result<String, Wrong> {
    let node = parse_text(text)?;
    let mut to = String::with_capacity(text.len());
    write(&mut to, &node, files, true);
    Ok(to)
}

fn write(to: &mut String, node: &Node<'_>, files: bool, whole: bool) {
    to.push('{');
    let mut first = true;
    for (key, value) in node.members().unwrap_or_default() {
        let kept = match (key.as_ref(), &value.value) {
            ("stored", _) if whole => continue,
            ("attachments", Value::List(items)) if !files => {
                let elsewhere = items.iter().filter(|item| item.get("fileUrl").is_some());
                let elsewhere: Vec<&str> = elsewhere.map(|item| item.raw).collect();
                if elsewhere.is_empty() {
                    continue;
                }
                format!("[{}]", elsewhere.join(","))
            }
            ("object", _) if value.get("objectType").and_then(Node::text) == Some("SubStatement") => {
                let mut inside = String::new();
                write(&mut inside, value, files, false);
                inside
            }
            _ => value.raw.to_owned(),
        };
        if !std::mem::take(&mut first) {
            to.push(',');
        }
        write_text(to, key);
        to.push(':');
        to.push_str(&kept);
    }
    to.push('}');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read_as_they_are_sent_and_are_as_long_as_was_said() {
        let home = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(home.path()).unwrap();
        let (long, none) = (blobs.put(&[7; 1_000]).unwrap(), blobs.put(b"").unwrap());
        let new = || Body { media: String::new(), bytes: 0, blobs: &blobs, pieces: VecDeque::new() };
        let made = || {
            let mut body = new();
            body.text("one".to_owned());
            body.file(long.clone(), 1_000).unwrap();
            body.text(String::new());
            body.file(none.clone(), 0).unwrap();
            body.text("two".to_owned());
            body
        };
        for piece in [1, 3, 700, 5_000] {
            let (mut body, mut bytes, mut buffer) = (made(), Vec::new(), vec![0; piece]);
            let said = body.bytes;
            loop {
                let read = body.read(&mut buffer).unwrap();
                if read == 0 {
                    break;
                }
                bytes.extend_from_slice(&buffer[..read]);
            }
            assert_eq!(bytes.len() as u64, said);
            assert_eq!(bytes, [&b"one"[..], &[7; 1_000], b"two"].concat());
        }
        assert!(new().file(long.clone(), 999).unwrap_err().detail.contains("has 1000 bytes, not 999"));
        assert!(new().file("0".repeat(64), 1).unwrap_err().detail.contains("is missing"));
        let mut body = made();
        std::fs::write(home.path().join(&long[..2]).join(&long), [7; 900]).unwrap();
        let failed = body.read_to_end(&mut Vec::new()).unwrap_err();
        assert_eq!(failed.kind(), io::ErrorKind::UnexpectedEof, "what is short is no end");
    }

    #[test]
    fn what_the_other_store_sets_is_left_out_and_the_rest_keeps_its_bytes() {
        let text = r#"{"id":"x", "version":"1.0.0","result":{"score":{"raw":1.50}},"stored":"t","timestamp":"t","attachments":[{"sha2":"a"}]}"#;
        assert_eq!(
            sendable(text, true).unwrap(),
            r#"{"id":"x","version":"1.0.0","result":{"score":{"raw":1.50}},"timestamp":"t","attachments":[{"sha2":"a"}]}"#
        );
    }

    #[test]
    fn without_files_only_attachments_that_are_elsewhere_are_told() {
        let text = r#"{"attachments":[{"sha2":"a"},{"sha2":"b","fileUrl":"http://b"}],"object":{"objectType":"SubStatement","version":1,"attachments":[{"sha2":"c"}]}}"#;
        assert_eq!(
            sendable(text, false).unwrap(),
            r#"{"attachments":[{"sha2":"b","fileUrl":"http://b"}],"object":{"objectType":"SubStatement","version":1}}"#
        );
    }
}
