//! What a file of statements is, by how it begins. Anything else is refused at once, with what it looks like and what would be right:
//! read line by line it would come to as many refused lines as it has.

use std::fs::File as OpenFile;
use std::io::{self, Read as _, Seek as _, SeekFrom};

use serde::de::IgnoredAny;

use super::{PIECE_BYTES, Packing, failed, unreadable};
use crate::domain::file_look::Look;
use crate::domain::refusal::Refusal;

/// What would be right.
const TAKEN: &str = "statements are taken as one JSON object a line (NDJSON), or as a zip of statements.ndjson and attachments/SHA2";

/// How a file is packed, which its content says better than its sender; `begin` is where it begins in what is opened.
pub fn recognise(file: &mut OpenFile, begin: u64, said: Option<Packing>) -> Result<Packing, Refusal> {
    let head = head(file, begin).map_err(|error| failed(&error))?;
    match Look::of_bytes(&head) {
        Some(Look::Zip) => return Ok(Packing::Zip),
        Some(look) => return Err(unreadable(format!("the file looks like {}; {TAKEN}", look.words()))),
        None => {}
    }
    let marked = encoding_rs::Encoding::for_bom(&head).map(|(encoding, _)| encoding);
    if let Some(encoding) = marked.filter(|encoding| *encoding != encoding_rs::UTF_8) {
        return Err(unreadable(format!("the file is {}; statements are in UTF-8", encoding.name())));
    }
    if said == Some(Packing::Zip) {
        return Err(unreadable(
            "the file is no zip, but a text; statements as one JSON object a line are application/x-ndjson",
        ));
    }
    lines(&String::from_utf8_lossy(&head))?;
    Ok(Packing::Ndjson)
}

/// The beginning of a file.
fn head(file: &mut OpenFile, begin: u64) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    file.seek(SeekFrom::Start(begin))?;
    file.take(PIECE_BYTES as u64).read_to_end(&mut head)?;
    Ok(head)
}

/// Refuses a text whose lines are no values of their own. One that is merely wrong is passed over when it is read.
fn lines(head: &str) -> Result<(), Refusal> {
    if let Some(look @ (Look::Html | Look::Xml)) = Look::of_text(head) {
        return Err(unreadable(format!("the file looks like {}; {TAKEN}", look.words())));
    }
    let head = head.trim_start_matches('\u{feff}').trim_start();
    // No statement has these.
    let begins_with =
        |key: &str| head.strip_prefix('{').is_some_and(|inside| inside.trim_start().starts_with(key));
    if begins_with("\"statements\"") || begins_with("\"more\"") {
        return Err(unreadable(
            "the file is an answer to GET /statements, a page of statements inside one object; write each statement on a line of \
             its own, as jq -c '.statements[]' does, and fetch the page that \"more\" names, too",
        ));
    }
    let lines = head.lines().map(str::trim);
    let mut lines = lines.filter(|line| !line.is_empty());
    let (first, second) = (lines.next().unwrap_or_default(), lines.next());
    if first.starts_with('[') {
        return Err(unreadable(
            "the file is one JSON array; write each statement on a line of its own, as jq -c '.[]' does",
        ));
    }
    // A line that is cut off is passed over: the next one is an object again. One cut off where JSON would go on is not told from that.
    let goes_on = |next: &str| first.ends_with(['{', '[', ',']) || !next.starts_with('{');
    let is_open = || serde_json::from_str::<IgnoredAny>(first).is_err_and(|error| error.is_eof());
    if first.starts_with('{') && second.is_some_and(goes_on) && is_open() {
        return Err(unreadable(
            "the file has JSON that goes over several lines; write each statement on one line, as jq -c . does",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn recognised(bytes: &[u8], said: Option<Packing>) -> Result<Packing, String> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"others").unwrap();
        file.write_all(bytes).unwrap();
        recognise(&mut file, 6, said).map_err(|refusal| refusal.detail)
    }

    #[test]
    fn lines_and_zips_are_taken_for_what_they_are() {
        let long = format!("{{\"id\":\"{}\"}}\n{{}}", "x".repeat(2 * PIECE_BYTES));
        for text in [
            "",
            "\n\n",
            "{\"id\":1}\n{\"id\":2}\n",
            "\u{feff}{\"id\":1}\r\n",
            // Wrong lines are named one by one.
            "no JSON\n{\"id\":1}",
            "{\"id\":1, \"act\n{\"id\":2}\n",
            "{\"id\":1",
            "{\"id\":1, \"statements\": []}",
            &long,
        ] {
            for said in [None, Some(Packing::Ndjson)] {
                assert_eq!(recognised(text.as_bytes(), said), Ok(Packing::Ndjson), "{text}");
            }
        }
        for said in [None, Some(Packing::Ndjson), Some(Packing::Zip)] {
            for zip in [b"PK\x03\x04", b"PK\x05\x06"] {
                assert_eq!(recognised(zip, said), Ok(Packing::Zip));
            }
        }
    }

    #[test]
    fn anything_else_is_said_to_be_what_it_looks_like() {
        let utf_16: Vec<u8> = "\u{feff}{}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        // Longer than what is looked at.
        let answer =
            format!("{{\"statements\":[{{\"id\":\"{}\"}}]}}", "x".repeat(2 * PIECE_BYTES)).into_bytes();
        for (bytes, says) in [
            (&b"[\n  {\"id\": 1}\n]\n"[..], "one JSON array"),
            (b"[{\"id\":1},{\"id\":2}]", "jq -c '.[]'"),
            (b"{\n  \"id\": 1\n}\n", "over several lines"),
            (b"{\"statements\":[{\"id\":1},{\"id\":2}],\"more\":\"\"}", "jq -c '.statements[]'"),
            (b"{\"more\":\"/x\",\"statements\":[]}\n", "an answer to GET /statements"),
            (b"\n{\n  \"statements\": [\n  {\"id\": 1}]}", "jq -c '.statements[]'"),
            (&answer, "jq -c '.statements[]'"),
            (b"{ \"result\": [\n  {\"id\": 1}]}", "over several lines"),
            (b"<!doctype html>\n<title>", "looks like an HTML page"),
            (b"<?xml version=\"1.0\"?><tincan/>", "looks like XML"),
            (b"\x1f\x8b\x08", "looks like a compressed file"),
            (b"%PDF-1.4", "looks like a PDF"),
            (&utf_16, "is UTF-16LE"),
        ] {
            let problem = recognised(bytes, Some(Packing::Ndjson)).unwrap_err();
            assert!(problem.contains(says), "{problem}");
        }
        let problem = recognised(b"{\"id\":1}\n", Some(Packing::Zip)).unwrap_err();
        assert!(problem.contains("application/x-ndjson"), "{problem}");
    }
}
