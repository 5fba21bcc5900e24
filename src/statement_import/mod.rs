//! Importing statements from a file: lines of JSON, or a zip of them with their files. What HTTP and the command line share.
//!
//! A file is read once from its beginning to its end, a line at a time; where an import goes on is a number of bytes. Nothing is
//! written under a name that a zip has: the statements are read out of it, and files are looked for under the hash that a
//! statement names, compared with it and kept in the content store under their own.

mod packed;
mod recognise;

use std::collections::BTreeSet;
use std::fs::File as OpenFile;
use std::io::{self, BufRead, BufReader, Read, Seek as _, SeekFrom};

use crate::config::Xapi;
use crate::domain::refusal::{INTERNAL, Refusal, TOO_LARGE};
use crate::domain::xapi::credential::Caller;
use crate::domain::xapi::files::{self, File, Files};
use crate::domain::xapi::import::{RefusedLine, STATEMENTS_UNREADABLE, with_statement};
use crate::domain::xapi::json::{Node, Wrong};
use crate::domain::xapi::keep::Ready;
use crate::domain::xapi::prepare::{MAX_LINE_BYTES, Prepared};
use crate::domain::xapi::query;
use crate::domain::xapi::record::Text;
use crate::domain::xapi::scalar;
use crate::state::State;
use packed::Packed;
pub use recognise::recognise;

/// The statements of a zip.
pub const STATEMENTS: &str = "statements.ndjson";
/// Its files are under this, each under the hash that statements have for it.
pub const ATTACHMENTS: &str = "attachments/";
/// What an export says that is not the last one.
pub const NEXT: &str = "next.json";
/// Statements of a chunk: some milliseconds of the writer.
const CHUNK_STATEMENTS: usize = 200;
/// Bytes of statements after which a chunk takes no more.
const CHUNK_BYTES: u64 = 512 * 1024;
/// People and activities after which it takes no more: each is several index entries.
const CHUNK_CONCERNED: usize = 4_000;
/// Lines that are no statements after which it takes no more.
const CHUNK_REFUSED: usize = 200;
/// Lines of any sort.
const CHUNK_LINES: u64 = 2_000;
/// What some editors put in front of UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// What is read of a file at once.
const PIECE_BYTES: usize = 64 * 1024;

fn unreadable(problem: impl Into<String>) -> Refusal {
    STATEMENTS_UNREADABLE.refuse(problem)
}

fn failed(error: &io::Error) -> Refusal {
    match error.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof => {
            unreadable(format!("the file is damaged: {error}"))
        }
        _ => INTERNAL.refuse(format!("importing statements: {error}")),
    }
}

/// A line of a file.
struct Line {
    number: u64,
    /// `None` when it is too long to be a statement.
    bytes: Option<Vec<u8>>,
    /// Where the next one begins.
    end: u64,
}

/// A file that is read line by line.
struct Lines {
    reader: Box<dyn BufRead + Send>,
    /// Lines before.
    number: u64,
    /// Bytes before.
    at: u64,
}

impl Lines {
    fn next(&mut self) -> io::Result<Option<Line>> {
        let most = MAX_LINE_BYTES as u64 + 2;
        let mut bytes = Vec::new();
        let mut read = self.reader.by_ref().take(most).read_until(b'\n', &mut bytes)? as u64;
        if read == 0 {
            return Ok(None);
        }
        let is_cut = read == most && bytes.last() != Some(&b'\n');
        if is_cut {
            read += self.skip_line()?;
        }
        self.number += 1;
        self.at += read;
        if self.number == 1 && bytes.starts_with(BYTE_ORDER_MARK) {
            bytes.drain(..BYTE_ORDER_MARK.len());
        }
        Ok(Some(Line { number: self.number, bytes: (!is_cut).then_some(bytes), end: self.at }))
    }

    /// Goes to the end of the line; over how many bytes.
    fn skip_line(&mut self) -> io::Result<u64> {
        let mut skipped = 0;
        loop {
            let bytes = self.reader.fill_buf()?;
            let end = bytes.iter().position(|byte| *byte == b'\n');
            let length = end.map_or(bytes.len(), |at| at + 1);
            self.reader.consume(length);
            skipped += length as u64;
            if end.is_some() || length == 0 {
                return Ok(skipped);
            }
        }
    }
}

/// Some lines, read and checked, with the files of their statements kept.
#[derive(Clone)]
pub struct Chunk {
    /// Statements with their lines, each id once.
    pub statements: Vec<(u64, Ready)>,
    /// Where the line behind each of them begins.
    ends: Vec<u64>,
    /// Lines that are no statements.
    pub refused: Vec<RefusedLine>,
    /// The last line that was read.
    pub line: u64,
    /// How many bytes into the file the next line begins.
    pub end: u64,
    /// There is none.
    pub over: bool,
}

impl Chunk {
    /// The same lines in two pieces, cut behind the first half of the statements.
    fn halves(mut self) -> [Self; 2] {
        let middle = self.statements.len() / 2;
        let (statements, ends) = (self.statements.split_off(middle), self.ends.split_off(middle));
        let line = self.statements.last().map_or(0, |(line, _)| *line);
        let end = self.ends.last().copied().unwrap_or_default();
        let (before, refused) = self.refused.into_iter().partition(|wrong| wrong.line <= line);
        let first = Self { refused: before, line, end, over: false, ..self };
        [first, Self { statements, ends, refused, line: self.line, end: self.end, over: self.over }]
    }
}

/// How a file is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// Lines.
    Ndjson,
    /// A zip with lines and files.
    Zip,
}

/// A file with statements that is being read.
pub struct Reader {
    lines: Lines,
    packed: Option<Packed>,
    /// A line that was read and belongs to the next chunk.
    ahead: Option<Line>,
    /// Pieces of a chunk that was too large, the next one last.
    pieces: Vec<Chunk>,
    /// The chunk behind them, read while something was done with the one before.
    read: Option<Result<Chunk, Refusal>>,
    dry_run: bool,
}

/// Looks whether a file can be imported at all, and how it is packed; `begin` is where it begins in what is opened, `said` what its
/// sender says of it.
pub fn check(limits: &Xapi, mut file: OpenFile, begin: u64, said: Packing) -> Result<Packing, Refusal> {
    let packing = recognise(&mut file, begin, Some(said))?;
    if packing == Packing::Zip {
        let own = file.try_clone().map_err(|error| failed(&error))?;
        Packed::open(own, begin, limits)?.statements(file)?;
    }
    Ok(packing)
}

impl Reader {
    /// Goes on behind so many bytes and lines. `open` opens the file, and says where it begins in what is opened.
    pub fn open(
        limits: &Xapi,
        open: impl Fn() -> Result<(OpenFile, u64), Refusal>,
        packing: Packing,
        (at, number): (u64, u64),
        dry_run: bool,
    ) -> Result<Self, Refusal> {
        let (mut file, begin) = open()?;
        let (reader, packed): (Box<dyn BufRead + Send>, _) = match packing {
            Packing::Ndjson => {
                file.seek(SeekFrom::Start(begin + at)).map_err(|error| failed(&error))?;
                (Box::new(BufReader::with_capacity(PIECE_BYTES, file)), None)
            }
            Packing::Zip => {
                let packed = Packed::open(open()?.0, begin, limits)?;
                let mut reader = packed.statements(file)?;
                io::copy(&mut reader.by_ref().take(at), &mut io::sink()).map_err(|error| failed(&error))?;
                (reader, Some(packed))
            }
        };
        let lines = Lines { reader, number, at };
        Ok(Self { lines, packed, ahead: None, pieces: Vec::new(), read: None, dry_run })
    }

    /// Does something with the next lines: `with` is given them, in pieces that are small enough for it. How much a transaction
    /// changes shows in it alone: what a statement refers to, or what refers to it, changes too.
    pub fn next<T>(
        &mut self,
        state: &State,
        caller: &Caller,
        with: impl Fn(Chunk) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        loop {
            let chunk = match self.pieces.pop() {
                Some(piece) => piece,
                None => self.read.take().unwrap_or_else(|| self.chunk(state, caller))?,
            };
            let outcome = if chunk.over || self.read.is_some() {
                with(chunk.clone())
            } else {
                // Reading and checking the next lines takes about as long as keeping these.
                let (outcome, read) = std::thread::scope(|scope| {
                    let reading = scope.spawn(|| self.chunk(state, caller));
                    (with(chunk.clone()), reading.join())
                });
                let defect = |_| Err(INTERNAL.refuse("reading the next lines ended by a defect"));
                self.read = Some(read.unwrap_or_else(defect));
                outcome
            };
            match outcome {
                Err(refusal) if refusal.code == TOO_LARGE && !chunk.statements.is_empty() => {
                    self.cut(chunk, &refusal);
                }
                outcome => return outcome,
            }
        }
    }

    /// Cuts what was too large: in the middle, or, when it is one statement, that one out.
    fn cut(&mut self, mut chunk: Chunk, refusal: &Refusal) {
        if let [(line, alone)] = chunk.statements.as_slice() {
            let refusal =
                TOO_LARGE.refuse(format!("is too large with all that it changes: {}", refusal.detail));
            chunk.refused.push(RefusedLine::refused(*line, alone.prepared.id, &refusal));
            chunk.statements.clear();
            self.pieces.push(chunk);
        } else {
            let [first, second] = chunk.halves();
            self.pieces.extend([second, first]);
        }
    }

    /// Reads the next lines, and keeps the files of their statements unless nothing is to be written.
    fn chunk(&mut self, state: &State, caller: &Caller) -> Result<Chunk, Refusal> {
        let (line, end) = (self.lines.number, self.lines.at);
        let mut chunk =
            Chunk { statements: Vec::new(), ends: Vec::new(), refused: Vec::new(), line, end, over: false };
        let mut ids: BTreeSet<[u8; 16]> = BTreeSet::new();
        let (mut bytes, mut concerned, mut lines) = (0, 0, 0);
        while chunk.statements.len() < CHUNK_STATEMENTS
            && bytes < CHUNK_BYTES
            && concerned < CHUNK_CONCERNED
            && chunk.refused.len() < CHUNK_REFUSED
            && lines < CHUNK_LINES
        {
            let line = match self.ahead.take() {
                Some(line) => Some(line),
                None => self.lines.next().map_err(|error| failed(&error))?,
            };
            let Some(line) = line else {
                chunk.over = true;
                break;
            };
            match self.statement(state, caller, &line, &ids)? {
                Found::Nothing => {}
                Found::Wrong(wrong) => chunk.refused.push(wrong),
                // The transaction has to see the first one before it can tell whether the second says the same.
                Found::Again => {
                    self.ahead = Some(line);
                    break;
                }
                Found::Statement(ready) => {
                    ids.insert(ready.prepared.id);
                    concerned += ready.prepared.concerns.named();
                    bytes += line.bytes.as_ref().map_or(0, Vec::len) as u64;
                    chunk.statements.push((line.number, *ready));
                    chunk.ends.push(line.end);
                }
            }
            lines += 1;
            (chunk.line, chunk.end) = (line.number, line.end);
        }
        Ok(chunk)
    }

    fn statement(
        &mut self,
        state: &State,
        caller: &Caller,
        line: &Line,
        ids: &BTreeSet<[u8; 16]>,
    ) -> Result<Found, Refusal> {
        let number = line.number;
        let Some(bytes) = &line.bytes else {
            let wrong = Wrong::new(format!("is longer than {MAX_LINE_BYTES} bytes"));
            return Ok(Found::Wrong(RefusedLine::wrong(number, None, &wrong)));
        };
        let bytes = bytes.trim_ascii();
        if bytes.is_empty() {
            return Ok(Found::Nothing);
        }
        let read = with_statement(bytes, caller, |node, prepared| {
            if ids.contains(&prepared.id) {
                return Ok(Found::Again);
            }
            let id = prepared.id;
            match self.files(state, node, &prepared)? {
                Ok(files) => {
                    self.ready(state, prepared, files).map(|ready| Found::Statement(Box::new(ready)))
                }
                Err(wrong) => Ok(Found::Wrong(RefusedLine::wrong(number, Some(id), &wrong))),
            }
        });
        match read {
            Ok(found) => found,
            Err(wrong) => Ok(Found::Wrong(RefusedLine::wrong(number, stated_id(bytes), &wrong))),
        }
    }

    /// The files of a statement, or what is wrong with them.
    fn files(
        &mut self,
        state: &State,
        node: &Node<'_>,
        prepared: &Prepared,
    ) -> Result<Result<Files, Wrong>, Refusal> {
        let mut files = Files::new();
        if prepared.attached.is_empty() {
            return Ok(Ok(files));
        }
        if let Some(known) = state.store.read(|read| query::by_id(read, &prepared.id))? {
            // What is there already needs no files to be compared; those that it has not may come later than it did.
            if prepared.attached.iter().all(|attached| known.has_file(&attached.sha2)) {
                return Ok(Ok(files));
            }
            let own = known.files.iter();
            files.extend(
                own.map(|file| (file.sha2.to_ascii_lowercase(), File::There(file.sha256, file.bytes))),
            );
        }
        for attached in &prepared.attached {
            let sha2 = &attached.sha2;
            if files.contains_key(sha2) {
                continue;
            }
            if let Some(file) = files::find(&state.blobs, sha2).map_err(|error| failed(&error))? {
                files.insert(sha2.clone(), file);
                continue;
            }
            let Some(packed) = &mut self.packed else { continue };
            match packed.file(state, sha2)? {
                None => {}
                Some(Ok(file)) => {
                    files.insert(sha2.clone(), file);
                }
                Some(Err(problem)) => return Ok(Err(attached.wrong(problem))),
            }
        }
        let wrong = files::wrong(&state.blobs, &files, node, prepared).map_err(|error| failed(&error))?;
        Ok(wrong.map_or(Ok(files), Err))
    }

    fn ready(&self, state: &State, prepared: Prepared, files: Files) -> Result<Ready, Refusal> {
        if self.dry_run {
            // Nothing reads the text of what is given up again.
            return Ok(Ready { prepared, text: Text::Here(String::new()), files: Vec::new() });
        }
        files::keep(&state.blobs, files)
            .and_then(|kept| files::ready(&state.blobs, prepared, &kept))
            .map_err(|error| failed(&error))
    }
}

/// What a line is.
enum Found {
    /// Empty.
    Nothing,
    /// No statement.
    Wrong(RefusedLine),
    /// A statement with an id that was there a few lines before.
    Again,
    /// A statement.
    Statement(Box<Ready>),
}

/// The id that a line has which is otherwise no statement.
fn stated_id(line: &[u8]) -> Option<[u8; 16]> {
    #[derive(serde::Deserialize)]
    struct Stated {
        id: String,
    }
    let Stated { id } = serde_json::from_slice(line).ok()?;
    scalar::uuid(&id).ok()
}
