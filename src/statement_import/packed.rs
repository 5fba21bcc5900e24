//! A zip with statements and their files, by APPNOTE.TXT of PKWARE, 4.3.
//!
//! It comes from anybody, so it costs bounded memory whatever it says of itself: how many files it has is looked at before its list
//! is, the list is read one entry at a time, and of each only its name, which is one of a few, and its place are kept.

use std::collections::BTreeMap;
use std::fs::File as OpenFile;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

use flate2::bufread::DeflateDecoder;

use super::{ATTACHMENTS, NEXT, PIECE_BYTES, STATEMENTS, failed, unreadable};
use crate::config::Xapi;
use crate::domain::refusal::{Refusal, TOO_LARGE};
use crate::domain::xapi::files::{Arriving, File};
use crate::state::State;

/// The list of a zip is in memory, some 150 bytes a file.
const MOST_FILES: u64 = 1_000_000;
/// The longest name that is expected, with a SHA-512.
const MOST_NAME_BYTES: u64 = 140;

/// The end of a zip, of one that is too large for it with a pointer and another end before, the head of an entry of the list, and
/// the head of a file.
const END: (&[u8], u64) = (b"PK\x05\x06", 22);
const POINTER: (&[u8], u64) = (b"PK\x06\x07", 20);
const LARGE_END: (&[u8], u64) = (b"PK\x06\x06", 56);
const ENTRY: (&[u8], u64) = (b"PK\x01\x02", 46);
const HEAD: (&[u8], u64) = (b"PK\x03\x04", 30);

/// A zip that was opened.
pub struct Packed {
    reader: BufReader<OpenFile>,
    files: BTreeMap<Box<str>, Place>,
}

/// Where a file is.
struct Place {
    /// Where its head begins.
    at: u64,
    /// How many bytes it has as it is.
    packed: u64,
    /// How many when it is unpacked, as the zip says.
    size: u64,
    deflated: bool,
}

/// The list of the files of a zip.
#[derive(Debug, PartialEq, Eq)]
struct List {
    files: u64,
    at: u64,
}

fn damaged(problem: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, problem)
}

/// The number of so many bytes that begins so many bytes into others.
fn number(bytes: &[u8], at: usize, length: usize) -> u64 {
    let bytes = bytes.get(at..at + length).unwrap_or_default();
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn read(from: &mut impl Read, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = from.by_ref().take(length).read_to_end(&mut bytes)? as u64;
    if read == length { Ok(bytes) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

/// Reads a record of a fixed length that begins with its mark.
fn record(from: &mut impl Read, (mark, length): (&[u8], u64)) -> io::Result<Vec<u8>> {
    let bytes = read(from, length)?;
    if bytes.starts_with(mark) { Ok(bytes) } else { Err(damaged("the zip is not one from end to end")) }
}

fn record_at(from: &mut (impl Read + Seek), at: u64, kind: (&[u8], u64)) -> io::Result<Vec<u8>> {
    from.seek(SeekFrom::Start(at))?;
    record(from, kind)
}

/// Finds the list by the end of a zip that begins so many bytes into what is read. A zip with a comment behind its end is none here.
fn list(from: &mut (impl Read + Seek), begin: u64) -> io::Result<List> {
    let before = |end: u64, (_, length): (&[u8], u64)| {
        end.checked_sub(length).filter(|at| *at >= begin).ok_or_else(|| damaged("it is too short for a zip"))
    };
    let end = from.seek(SeekFrom::End(0))?;
    let end = before(end, END)?;
    let short = record_at(from, end, END)?;
    let (files, at) = (number(&short, 10, 2), number(&short, 16, 4));
    if files < u64::from(u16::MAX) && at < u64::from(u32::MAX) {
        return Ok(List { files, at: begin.saturating_add(at) });
    }
    let pointer = before(end, POINTER)?;
    record_at(from, pointer, POINTER)?;
    // Where the pointer points to: nothing else stands between the two.
    let large = before(pointer, LARGE_END)?;
    let large = record_at(from, large, LARGE_END)?;
    Ok(List { files: number(&large, 32, 8), at: begin.saturating_add(number(&large, 48, 8)) })
}

/// The numbers of an entry that are too large for their places, one behind the other.
fn large(extra: &[u8]) -> &[u8] {
    let mut rest = extra;
    while let Some((head, behind)) = rest.split_at_checked(4) {
        let length = usize::try_from(number(head, 2, 2)).unwrap_or(usize::MAX);
        let Some((body, others)) = behind.split_at_checked(length) else { break };
        if number(head, 0, 2) == 1 {
            return body;
        }
        rest = others;
    }
    &[]
}

/// May a zip have a file of this name?
fn is_expected(name: &str) -> bool {
    match name.strip_prefix(ATTACHMENTS) {
        Some(sha2) => {
            sha2.is_empty()
                || (matches!(sha2.len(), 56 | 64 | 96 | 128)
                    && sha2.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)))
        }
        None => name == STATEMENTS || name == NEXT,
    }
}

/// Reads the next entry of the list; the inner error is what is not wanted of it.
fn entry(from: &mut BufReader<OpenFile>, begin: u64) -> io::Result<Result<(Box<str>, Place), String>> {
    let head = record(from, ENTRY)?;
    let length = |at| number(&head, at, 2);
    let name = read(from, length(28).min(MOST_NAME_BYTES + 1))?;
    let name = String::from_utf8_lossy(&name).into_owned();
    if !is_expected(&name) {
        return Ok(Err(format!(
            "the zip has the file {name:?}, which is neither {STATEMENTS} nor {ATTACHMENTS}SHA2 in lower case"
        )));
    }
    let (flags, method) = (number(&head, 8, 2), number(&head, 10, 2));
    if flags & 1 != 0 || !matches!(method, 0 | 8) {
        return Ok(Err(format!("{name} is encrypted, or packed by another method than deflate")));
    }
    let extra = read(from, length(30))?;
    from.seek_relative(i64::try_from(length(32)).unwrap_or(i64::MAX))?;
    let mut large = large(&extra);
    let mut or_large = |at| -> io::Result<u64> {
        let number_here = number(&head, at, 4);
        if number_here < u64::from(u32::MAX) {
            return Ok(number_here);
        }
        let (first, others) = large.split_at_checked(8).ok_or_else(|| damaged("an entry of its list is"))?;
        large = others;
        Ok(number(first, 0, 8))
    };
    let (size, packed, at) = (or_large(24)?, or_large(20)?, or_large(42)?);
    let place = Place { at: begin.saturating_add(at), packed, size, deflated: method == 8 };
    Ok(Ok((name.into_boxed_str(), place)))
}

/// A file, unpacked: never more of it than the zip said.
fn unpack<'r, R: BufRead + Seek + Send + 'r>(
    mut from: R,
    place: &Place,
) -> io::Result<Box<dyn BufRead + Send + 'r>> {
    let head = record_at(&mut from, place.at, HEAD)?;
    let more = number(&head, 26, 2) + number(&head, 28, 2);
    from.seek_relative(i64::try_from(more).unwrap_or(i64::MAX))?;
    let bytes = from.take(place.packed);
    Ok(if place.deflated {
        Box::new(BufReader::with_capacity(PIECE_BYTES, DeflateDecoder::new(bytes).take(place.size)))
    } else {
        Box::new(bytes.take(place.size))
    })
}

impl Packed {
    /// Opens a zip that begins so many bytes into a file, and looks at everything that it says of itself.
    pub fn open(file: OpenFile, begin: u64, limits: &Xapi) -> Result<Self, Refusal> {
        let cannot = |error: &io::Error| match failed(error) {
            refusal if refusal.code == super::STATEMENTS_UNREADABLE => {
                unreadable(format!("the zip cannot be read: {error}"))
            }
            refusal => refusal,
        };
        let mut reader = BufReader::with_capacity(PIECE_BYTES, file);
        let list = list(&mut reader, begin).map_err(|error| cannot(&error))?;
        if list.files > MOST_FILES {
            return Err(unreadable(format!("the zip has {} files, more than {MOST_FILES}", list.files)));
        }
        reader.seek(SeekFrom::Start(list.at)).map_err(|error| cannot(&error))?;
        let mut files = BTreeMap::new();
        let (mut unpacked, limit): (u64, _) = (0, limits.import_limit_bytes as u64);
        for _ in 0..list.files {
            let entry = entry(&mut reader, begin).map_err(|error| cannot(&error))?;
            let (name, place) = entry.map_err(unreadable)?;
            unpacked = unpacked.saturating_add(place.size);
            if unpacked > limit {
                let problem = format!("the zip has more than {limit} bytes when it is unpacked");
                return Err(TOO_LARGE.refuse(problem));
            }
            if files.insert(name, place).is_some() {
                return Err(unreadable("the zip has two files of one name"));
            }
        }
        if !files.contains_key(STATEMENTS) {
            return Err(unreadable(format!("the zip has no {STATEMENTS}")));
        }
        Ok(Self { reader, files })
    }

    /// The statements, unpacked. They are read beside the files, so they have the file opened for themselves.
    pub fn statements(&self, file: OpenFile) -> Result<Box<dyn BufRead + Send>, Refusal> {
        let place = self.files.get(STATEMENTS).ok_or_else(|| unreadable("the zip has no statements"))?;
        let file = BufReader::with_capacity(PIECE_BYTES, file);
        unpack(file, place).map_err(|error| failed(&error))
    }

    /// Takes a file out, when it is there; the inner error is what is wrong with it.
    pub fn file(&mut self, state: &State, sha2: &str) -> Result<Option<Result<File, String>>, Refusal> {
        let Some(place) = self.files.get(format!("{ATTACHMENTS}{sha2}").as_str()) else { return Ok(None) };
        let limit = state.config.xapi.attachment_limit_bytes as u64;
        if place.size > limit {
            return Ok(Some(Err(format!("has a file of more than {limit} bytes"))));
        }
        let unreadable = |error: io::Error| Ok(Some(Err(format!("has a file that cannot be read: {error}"))));
        let mut bytes = match unpack(&mut self.reader, place) {
            Ok(bytes) => bytes,
            Err(error) => return unreadable(error),
        };
        let mut arriving = Arriving::begin(&state.blobs, sha2).map_err(|error| failed(&error))?;
        loop {
            let piece = match bytes.fill_buf() {
                Ok(piece) => piece,
                Err(error) => return unreadable(error),
            };
            if piece.is_empty() {
                break;
            }
            arriving.take(piece).map_err(|error| failed(&error))?;
            let length = piece.len();
            bytes.consume(length);
        }
        let made = arriving.arrived().map_err(|error| failed(&error))?;
        Ok(Some(
            made.map(File::Came).ok_or_else(|| "has a file with other bytes than its hash says".to_owned()),
        ))
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn zip(names: impl IntoIterator<Item = String>) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for name in names {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    /// What a zip of these bytes is, with some in front of it.
    fn opened(bytes: &[u8]) -> Result<Packed, Refusal> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"others").unwrap();
        file.write_all(bytes).unwrap();
        Packed::open(file, 6, &Xapi::default())
    }

    /// A zip that says so many files of itself.
    fn saying(files: u64) -> Vec<u8> {
        let mut bytes = zip([STATEMENTS.to_owned()]);
        let end = bytes.split_off(bytes.len() - 22);
        let at = number(&end, 16, 4);
        let large = bytes.len() as u64;
        bytes.extend(LARGE_END.0);
        bytes.extend(44_u64.to_le_bytes());
        bytes.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        for number in [files, files, number(&end, 12, 4), at] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(POINTER.0);
        bytes.extend([0; 4]);
        bytes.extend(large.to_le_bytes());
        bytes.extend([1, 0, 0, 0]);
        bytes.extend(END.0);
        bytes.extend([0; 4]);
        bytes.extend([0xff; 12]);
        bytes.extend([0; 2]);
        bytes
    }

    #[test]
    fn how_many_files_there_are_is_looked_at_before_any_of_them() {
        assert_eq!(opened(&saying(1)).unwrap().files.len(), 1);
        for files in [MOST_FILES + 1, u64::MAX] {
            let refused = opened(&saying(files)).err().unwrap();
            assert!(refused.detail.contains("more than 1000000"), "{}", refused.detail);
        }
        // As many as it says are not there.
        let refused = opened(&saying(MOST_FILES)).err().unwrap();
        assert!(refused.detail.starts_with("the zip cannot be read"), "{}", refused.detail);
        // An end with much more in it than an end has: none of that is read.
        let mut fat = saying(1);
        let at = fat.len() - 22 - 20;
        fat.splice(at..at, [0; 1_000]);
        assert!(opened(&fat).is_err());
    }

    #[test]
    fn a_list_of_more_files_than_the_usual_end_can_say_is_read() {
        let names = (0..70_000).map(|number| format!("{ATTACHMENTS}{number:064}"));
        let bytes = zip(names.chain([STATEMENTS.to_owned()]));
        let packed = opened(&bytes).unwrap();
        assert_eq!(packed.files.len(), 70_001);
        assert!(packed.files.contains_key(format!("{ATTACHMENTS}{:064}", 69_999).as_str()));
    }

    #[test]
    fn what_is_no_zip_of_statements_is_refused() {
        let name = |number: u32| format!("{ATTACHMENTS}{number:064}");
        let good = zip([STATEMENTS.to_owned(), name(1), name(2)]);
        let with = |from: &str, to: &str| {
            let mut bytes = good.clone();
            let places =
                good.windows(from.len()).enumerate().filter(|(_, window)| *window == from.as_bytes());
            let places: Vec<usize> = places.map(|(place, _)| place).collect();
            assert!(!places.is_empty());
            for place in places {
                bytes[place..place + to.len()].copy_from_slice(to.as_bytes());
            }
            bytes
        };
        let mut with_comment = ZipWriter::new(Cursor::new(Vec::new()));
        with_comment.start_file(STATEMENTS, SimpleFileOptions::default()).unwrap();
        with_comment.set_comment("x").unwrap();
        let with_comment = with_comment.finish().unwrap().into_inner();
        assert!(opened(&good).is_ok());
        for (bytes, says) in [
            (with(&name(2), &name(1)), "two files of one name"),
            (with(STATEMENTS, "statements.NDJSON"), "statements.NDJSON"),
            (with("PK\u{1}\u{2}", "PK\u{1}\u{3}"), "cannot be read"),
            (with_comment, "cannot be read"),
            (zip([name(1)]), "has no statements.ndjson"),
            (zip([]), "has no statements.ndjson"),
            (zip([format!("{ATTACHMENTS}{}", "a".repeat(60_000))]), "which is neither"),
            (Vec::new(), "too short"),
            (b"PK\x05\x06".to_vec(), "too short"),
        ] {
            let refused = opened(&bytes).err().unwrap();
            assert_eq!(refused.code, super::super::STATEMENTS_UNREADABLE);
            assert!(refused.detail.contains(says) && refused.detail.len() < 400, "{}", refused.detail);
        }
        for place in 0..good.len() {
            assert!(opened(&good[..place]).is_err(), "{place} bytes of {}", good.len());
            for byte in [0, 0x7f, 0xff] {
                let mut other = good.clone();
                other[place] = byte;
                let files = opened(&other).map_or(0, |packed| packed.files.len());
                assert!(files <= 3, "{byte} at {place}: {files} files");
            }
        }
    }

    #[test]
    fn numbers_that_are_too_large_for_their_places_stand_behind_them() {
        assert_eq!(large(&[9, 0, 1, 0, 7, 1, 0, 2, 0, 5, 6]), [5, 6]);
        for none in [&[][..], &[1, 0, 9, 0, 5], &[1, 0], &[9, 0, 0, 0]] {
            assert_eq!(large(none), [0_u8; 0]);
        }
        assert_eq!(number(&[0, 1, 2, 3], 1, 2), 0x201);
    }
}
