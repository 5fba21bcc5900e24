//! Files embedded in a question file: `@@PLUGINFILE@@/name` in texts on one side, `lyceum-file:<sha256>` on the other. Pictures
//! that a text carries in itself, as editors paste them (`data:image/png;base64,..`), become files, too.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::report::{FormatError, Note};
use super::{MAX_EMBEDDED_BYTES, one_line};
use crate::domain::question::FileRef;
use crate::domain::question::validate::MAX_FILES;
use crate::domain::rich_text::{FILE_SCHEME, file_references};
use crate::percent;
use crate::store::blobs;

/// How Moodle's texts refer to an embedded file.
const REFERENCE: &str = "@@PLUGINFILE@@";
/// Longest name of a file.
const MAX_NAME_BYTES: usize = 255;
/// How a text carries a picture in itself.
const DATA_PICTURE: &str = "data:image/";
/// Kinds of such pictures, with the ending of a file's name.
const PICTURES: [(&str, &str); 6] =
    [("png", "png"), ("jpeg", "jpg"), ("jpg", "jpg"), ("gif", "gif"), ("webp", "webp"), ("svg+xml", "svg")];

/// The files of one question, as they are met.
#[derive(Default)]
pub(super) struct Files {
    files: Vec<(FileRef, Vec<u8>)>,
}

impl Files {
    /// Keeps a file; the same bytes are kept once.
    pub(super) fn add(&mut self, name: &str, bytes: Vec<u8>, line: u32) -> Result<FileRef, FormatError> {
        if bytes.len() > MAX_EMBEDDED_BYTES {
            return Err(FormatError::new(
                line,
                format!("the file {name:?} is larger than {MAX_EMBEDDED_BYTES} bytes"),
            ));
        }
        let sha256 = blobs::name_of(&bytes);
        if let Some((known, _)) = self.files.iter().find(|(known, _)| known.sha256 == sha256) {
            return Ok(known.clone());
        }
        if self.files.len() == MAX_FILES {
            return Err(FormatError::new(line, format!("a question has more than {MAX_FILES} files")));
        }
        let name = clean_name(name).ok_or_else(|| FormatError::new(line, "an embedded file has no name"))?;
        let media_type = media_type(&name).to_owned();
        let file =
            FileRef { name, sha256, media_type, bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX) };
        self.files.push((file.clone(), bytes));
        Ok(file)
    }

    /// All of them, ordered by name.
    pub(super) fn into_sorted(mut self) -> Vec<(FileRef, Vec<u8>)> {
        self.files.sort();
        self.files
    }
}

fn clean_name(name: &str) -> Option<String> {
    let name = one_line(name);
    let name = name.trim_matches('/').trim();
    name.get(..name.floor_char_boundary(MAX_NAME_BYTES))
        .map(|name| name.trim_end_matches('/').trim_end().to_owned())
        .filter(|name| !name.is_empty())
}

/// Rewrites references in a source text to the files that belong to it; a reference without its file is noted.
pub(super) fn localise(source: &str, own: &[(String, FileRef)], line: u32, notes: &mut Vec<Note>) -> String {
    if !source.contains(REFERENCE) {
        return source.to_owned();
    }
    let mut text = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(at) = rest.find(REFERENCE) {
        let (before, from) = rest.split_at(at);
        text.push_str(before);
        let behind = from.get(REFERENCE.len()..).unwrap_or_default();
        let end = behind
            .find(|c: char| {
                c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '(' | ')' | '?' | '#' | '\\')
            })
            .unwrap_or(behind.len());
        let (written, behind) = behind.split_at(end);
        let name = percent_decoded(&written.replace("&amp;", "&"));
        let name = name.trim_matches('/');
        if let Some((_, file)) = own.iter().find(|(known, _)| known.trim_matches('/') == name) {
            text.push_str(FILE_SCHEME);
            text.push_str(&file.sha256);
            // `?forcedownload=1` and the like mean nothing here.
            let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | ')');
            let query =
                behind.strip_prefix('?').map_or(0, |query| 1 + query.find(ends).unwrap_or(query.len()));
            rest = behind.get(query..).unwrap_or_default();
        } else {
            notes.push(Note {
                line,
                text: format!("a text refers to the file {name:?}, which is not in the file"),
            });
            rest = behind;
        }
    }
    text.push_str(rest);
    text
}

/// Puts the pictures that a text carries in itself among the files. One that cannot be a file stays, and is missed as a loss of
/// the text.
pub(super) fn unpack(source: &str, files: &mut Files, line: u32) -> String {
    let mut text = String::with_capacity(source.len().min(MAX_EMBEDDED_BYTES));
    let mut rest = source;
    while let Some(at) = rest.find(DATA_PICTURE) {
        let (before, from) = rest.split_at(at);
        text.push_str(before);
        let end = from.find(['"', '\'', '<', '>', ')', '\\']).unwrap_or(from.len());
        let (written, behind) = from.split_at(end);
        let is_address = before.ends_with(['"', '\'', '=', '(']);
        match picture(written).filter(|_| is_address) {
            Some((ending, bytes)) => {
                let sha256 = blobs::name_of(&bytes);
                let name = format!("picture-{}.{ending}", sha256.get(..12).unwrap_or_default());
                match files.add(&name, bytes, line) {
                    Ok(file) => {
                        text.push_str(FILE_SCHEME);
                        text.push_str(&file.sha256);
                    }
                    // Too large, or one too many. Its letters are more than a text may have.
                    Err(_) => text.push_str(DATA_PICTURE),
                }
            }
            None => text.push_str(written),
        }
        rest = behind;
    }
    text.push_str(rest);
    text
}

/// The ending for its name and the bytes of a picture in an address.
fn picture(address: &str) -> Option<(&'static str, Vec<u8>)> {
    let (kind, packed) = address.strip_prefix(DATA_PICTURE)?.split_once(";base64,")?;
    let (_, ending) = PICTURES.into_iter().find(|(known, _)| *known == kind)?;
    let packed: String = packed.split_ascii_whitespace().collect();
    let bytes = STANDARD.decode(packed).ok()?;
    (!bytes.is_empty()).then_some((ending, bytes))
}

/// The HTML of a text with references as Moodle has them, and the files that it refers to with their names in it. Moodle
/// finds the files of a text by their names, so no two have the same there.
pub(super) fn globalise<'files>(
    source: &str,
    files: &'files [FileRef],
) -> (String, Vec<(&'files FileRef, String)>) {
    // What is just written like a reference must not become one.
    let mut html = source.replace(REFERENCE, "&#64;@PLUGINFILE@@");
    let mut used: Vec<(&FileRef, String)> = Vec::new();
    for hash in file_references(source) {
        if let Some(file) = files.iter().find(|file| file.sha256 == hash) {
            let name = name_of_its_own(&file.name, files, &used);
            html = html.replace(
                &format!("{FILE_SCHEME}{hash}"),
                &format!("{REFERENCE}/{}", percent::encoded(&name, "/")),
            );
            used.push((file, name));
        }
    }
    (html, used)
}

/// A file's name, or one with a number before its ending where another file of the text has that name.
fn name_of_its_own(name: &str, files: &[FileRef], used: &[(&FileRef, String)]) -> String {
    let bare = |name: &str| name.trim_matches('/').to_owned();
    let is_taken = |wanted: &str| used.iter().any(|(_, taken)| bare(taken) == bare(wanted));
    if !is_taken(name) {
        return name.to_owned();
    }
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && !ending.contains('/') => (stem, format!(".{ending}")),
        _ => (name, String::new()),
    };
    let is_known = |wanted: &str| files.iter().any(|file| bare(&file.name) == bare(wanted));
    // Of so many numbers one is free, whatever the others are called.
    let mut numbers = 2..=files.len() + used.len() + 2;
    let free = numbers.find_map(|number| {
        let ending = format!("-{number}{ending}");
        let room = stem.floor_char_boundary(MAX_NAME_BYTES.saturating_sub(ending.len()));
        let stem = stem.get(..room).unwrap_or_default();
        Some(format!("{stem}{ending}")).filter(|wanted| !is_taken(wanted) && !is_known(wanted))
    });
    free.unwrap_or_else(|| name.to_owned())
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let hex =
            (*first == b'%').then(|| behind.get(..2)).flatten().and_then(|hex| std::str::from_utf8(hex).ok());
        if let Some(byte) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            bytes.push(byte);
            rest = behind.get(2..).unwrap_or_default();
        } else {
            bytes.push(*first);
            rest = behind;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// By the name's ending; what is not known is bytes, which no browser shows by itself.
pub(crate) fn media_type(name: &str) -> &'static str {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    match ending.as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "svg" => "image/svg+xml",
        "mp3" => "audio/mpeg",
        "ogg" | "oga" => "audio/ogg",
        "wav" => "audio/wav",
        "m4a" => "audio/mp4",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        "pdf" => "application/pdf",
        _ => "application/octet-stream",
    }
}
