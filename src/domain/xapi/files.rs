//! Files of statements: their bytes against the hash that a statement names, and what is kept of both.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write as _};

use sha2::{Digest as _, Sha224, Sha384, Sha512};

use super::json::{Node, Wrong};
use super::keep::{Ready, fits};
use super::pack;
use super::prepare::{Attached, Prepared};
use super::record::{FileHash, FileNote, Statement, Text, file_hash, file_name};
use super::signature;
use crate::domain::refusal::{INTERNAL, Refusal};
use crate::store::blobs::{Blobs, Made, Making};

/// Those of the SHA-2 family that do not name files in the content store.
enum Another {
    Sha224(Sha224),
    Sha384(Sha384),
    Sha512(Sha512),
}

impl Another {
    /// The one with hashes of so many digits.
    fn of(digits: usize) -> Option<Self> {
        match digits {
            56 => Some(Self::Sha224(Sha224::new())),
            96 => Some(Self::Sha384(Sha384::new())),
            128 => Some(Self::Sha512(Sha512::new())),
            _ => None,
        }
    }

    fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha224(hash) => hash.update(bytes),
            Self::Sha384(hash) => hash.update(bytes),
            Self::Sha512(hash) => hash.update(bytes),
        }
    }

    fn is(self, sha2: &str) -> bool {
        let same = |digest: &[u8]| {
            digest.iter().zip(sha2.as_bytes().chunks(2)).all(|(byte, digits)| {
                std::str::from_utf8(digits).ok().and_then(|digits| u8::from_str_radix(digits, 16).ok())
                    == Some(*byte)
            })
        };
        match self {
            Self::Sha224(hash) => same(&hash.finalize()),
            Self::Sha384(hash) => same(&hash.finalize()),
            Self::Sha512(hash) => same(&hash.finalize()),
        }
    }
}

/// A file that is coming, piece by piece.
pub struct Arriving {
    making: Making,
    sha2: String,
    another: Option<Another>,
}

impl Arriving {
    /// Begins a file that should have this hash, in lower case.
    pub fn begin(blobs: &Blobs, sha2: &str) -> io::Result<Self> {
        Ok(Self { making: blobs.begin()?, sha2: sha2.to_owned(), another: Another::of(sha2.len()) })
    }

    /// The next piece of it.
    pub fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Some(another) = &mut self.another {
            another.update(bytes);
        }
        self.making.write_all(bytes)
    }

    /// How many bytes came.
    pub const fn len_bytes(&self) -> u64 {
        self.making.len_bytes()
    }

    /// It came whole; `None` when it is another file than its hash says.
    pub fn arrived(self) -> io::Result<Option<Made>> {
        let made = self.making.made()?;
        let is = match self.another {
            Some(another) => another.is(&self.sha2),
            None => made.name == self.sha2,
        };
        Ok(is.then_some(made))
    }
}

/// A file that statements need.
#[derive(Debug)]
pub enum File {
    /// It came, and is not kept yet.
    Came(Made),
    /// It is in the content store.
    There(FileHash, u64),
}

impl File {
    const fn len_bytes(&self) -> u64 {
        match self {
            Self::Came(made) => made.bytes,
            Self::There(_, bytes) => *bytes,
        }
    }

    fn read(&self, blobs: &Blobs) -> io::Result<Vec<u8>> {
        match self {
            Self::Came(made) => made.read(),
            Self::There(hash, _) => {
                blobs.get(&file_name(hash))?.ok_or_else(|| io::ErrorKind::NotFound.into())
            }
        }
    }
}

/// Files that are at hand, by the hash that statements have for them, in lower case.
pub type Files = BTreeMap<String, File>;

/// Files that are kept, in the same way.
pub type Kept = BTreeMap<String, (FileHash, u64)>;

/// The file with this hash, when the content store has it. It stays for a while, whether anything names it or not.
pub fn find(blobs: &Blobs, sha2: &str) -> io::Result<Option<File>> {
    let Some(hash) = file_hash(sha2) else { return Ok(None) };
    Ok(blobs.again(sha2)?.map(|bytes| File::There(hash, bytes)))
}

/// What is wrong with a file of a statement, when something is: it is not there, or a signature and none of this statement.
fn wrong_with(
    blobs: &Blobs,
    files: &Files,
    node: &Node<'_>,
    attached: &Attached,
) -> io::Result<Option<String>> {
    let signed = attached.usage_type == signature::USAGE;
    if signed && attached.content_type != signature::CONTENT_TYPE {
        return Ok(Some(format!("is a signature and not of the type {}", signature::CONTENT_TYPE)));
    }
    Ok(match files.get(&attached.sha2) {
        None if attached.has_url => None,
        None => Some("has neither a fileUrl nor a file with its bytes".to_owned()),
        Some(_) if !signed => None,
        Some(file) if file.len_bytes() > signature::MAX_BYTES => {
            Some(format!("is a signature and longer than {} bytes", signature::MAX_BYTES))
        }
        Some(file) => signature::check(&file.read(blobs)?, node).err(),
    })
}

/// What is wrong with the files of a statement, when something is, and with which.
pub fn wrong(
    blobs: &Blobs,
    files: &Files,
    node: &Node<'_>,
    prepared: &Prepared,
) -> io::Result<Option<Wrong>> {
    // A signature costs, however often a statement names it.
    let mut checked = BTreeSet::new();
    for attached in &prepared.attached {
        let same = (&attached.sha2, &attached.usage_type, &attached.content_type, attached.has_url);
        if !checked.insert(same) {
            continue;
        }
        if let Some(problem) = wrong_with(blobs, files, node, attached)? {
            return Ok(Some(attached.wrong(problem)));
        }
    }
    Ok(None)
}

fn hash_of(name: &str) -> io::Result<FileHash> {
    file_hash(name).ok_or_else(|| io::Error::other(format!("a file has the name {name}")))
}

/// Keeps the files that came.
pub fn keep(blobs: &Blobs, files: Files) -> io::Result<Kept> {
    let kept = files.into_iter().map(|(sha2, file)| {
        let kept = match file {
            File::There(hash, bytes) => (hash, bytes),
            File::Came(made) => {
                let bytes = made.bytes;
                (hash_of(&blobs.keep(made)?)?, bytes)
            }
        };
        Ok((sha2, kept))
    });
    kept.collect()
}

/// The text of a statement as it is kept.
pub fn text_of<'s>(blobs: &Blobs, statement: &'s Statement) -> io::Result<Cow<'s, str>> {
    match &statement.text {
        Text::Here(text) => Ok(Cow::Borrowed(text)),
        Text::Packed { lz4, bytes } => pack::unpacked(lz4, *bytes).map(Cow::Owned),
        Text::File { sha256, .. } => {
            let name = file_name(sha256);
            let failed = |why: &str| io::Error::other(format!("the file {name} of a statement {why}"));
            let bytes = blobs.get(&name).map_err(|error| failed(&error.to_string()))?;
            let text = String::from_utf8(bytes.ok_or_else(|| failed("is missing"))?);
            text.map(Cow::Owned).map_err(|_| failed("is damaged"))
        }
    }
}

/// A statement as JSON, whole. Reads a file when the text is in one.
pub fn told(blobs: &Blobs, statement: &Statement) -> Result<String, Refusal> {
    let kept = text_of(blobs, statement).map_err(|error| INTERNAL.refuse(error.to_string()))?;
    let stored = statement.stored.text();
    let mut text = kept.into_owned();
    text.reserve(2 * stored.len() + 40);
    text.push_str(",\"stored\":\"");
    text.push_str(&stored);
    if statement.timed_by_us {
        text.push_str("\",\"timestamp\":\"");
        text.push_str(&stored);
    }
    text.push_str("\"}");
    Ok(text)
}

/// The same as a line of a file.
pub fn told_line(blobs: &Blobs, statement: &Statement) -> Result<String, Refusal> {
    let mut line = told(blobs, statement)?;
    line.push('\n');
    Ok(line)
}

/// A statement with its files, which are kept; its text is, too, when it is too long for a row.
pub fn ready(blobs: &Blobs, mut prepared: Prepared, files: &Kept) -> io::Result<Ready> {
    let mut notes: Vec<FileNote> = Vec::new();
    for attached in &prepared.attached {
        let Some((sha256, bytes)) = files.get(&attached.sha2) else { continue };
        let written = attached.written_sha2.as_ref().unwrap_or(&attached.sha2);
        if !notes.iter().any(|note| note.sha2 == *written) {
            notes.push(FileNote {
                sha2: written.clone(),
                content_type: attached.content_type.clone(),
                sha256: *sha256,
                bytes: *bytes,
            });
        }
    }
    let here = fits(&prepared, prepared.attached.len());
    let text = std::mem::take(&mut prepared.text);
    let text = if here {
        Text::in_row(text)
    } else {
        Text::File { sha256: hash_of(&blobs.put(text.as_bytes())?)?, bytes: text.len() as u64 }
    };
    Ok(Ready { prepared, text, files: notes })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::blobs::name_of;

    #[test]
    fn a_file_is_compared_with_a_hash_of_any_length() {
        let home = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(home.path()).unwrap();
        for sha2 in [
            "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7",
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
             2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        ] {
            for (bytes, is) in [(b"abc", true), (b"abd", false)] {
                let mut file = Arriving::begin(&blobs, sha2).unwrap();
                file.take(&bytes[..1]).unwrap();
                file.take(&bytes[1..]).unwrap();
                assert_eq!(file.len_bytes(), 3);
                let made = file.arrived().unwrap();
                assert_eq!(made.is_some(), is, "{sha2}");
                assert!(made.is_none_or(|made| made.name == name_of(b"abc")));
            }
        }
    }
}
