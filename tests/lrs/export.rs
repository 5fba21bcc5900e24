//! All statements as a file: to whom, from where on, and with their files.

use std::io::{BufRead as _, BufReader, Cursor, Read as _, Write as _};
use std::net::TcpStream;

use serde_json::{Value, json};
use zip::ZipArchive;

use crate::files::{body, hash, part, post, with_files};
use crate::support::{Lrs, id, statement};

const EXPORT: &str = "/api/export/statements";

/// The lines of an export.
pub fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The files of a zip by name.
pub fn unzip(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..zip.len())
        .map(|place| {
            let mut file = zip.by_index(place).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            (file.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

#[test]
fn an_export_that_broke_off_goes_on_behind_the_last_line_that_came() {
    let lrs = Lrs::start();
    for first in [0, 200] {
        lrs.post(&json!((first..first + 200).map(statement).collect::<Vec<_>>()));
    }
    let whole = lrs.api("GET", EXPORT).send().status(200);
    assert_eq!(whole.header("content-type"), Some("application/x-ndjson"));
    assert_eq!(whole.header("content-disposition"), Some("attachment; filename=\"statements.ndjson\""));
    let all = lines(&whole.text());
    let ids: Vec<&str> = all.iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(ids, (0..400).map(id).collect::<Vec<_>>(), "in the order of storing");
    let alone = lrs.get(&format!("statements?statementId={}", id(7))).send().status(200).json();
    assert_eq!(all[7], alone, "as the statement is told");
    // It ended in the middle of line 251.
    let came: String = whole.text().split_inclusive('\n').take(250).collect();
    let last = lines(&came).pop().unwrap()["stored"].as_str().unwrap().to_owned();
    let rest = lrs.api("GET", &format!("{EXPORT}?after={last}")).send().status(200).text();
    assert_eq!(came + &rest, whole.text());
    let end = all[399]["stored"].as_str().unwrap();
    let nothing = lrs.api("GET", &format!("{EXPORT}?after={end}")).send().status(200);
    assert_eq!(nothing.text(), "");
    lrs.post(&statement(400));
    let new = lrs.api("GET", &format!("{EXPORT}?after={end}")).send().status(200).text();
    assert_eq!(lines(&new)[0]["id"], id(400));
    for wrong in ["after=yesterday", "after="] {
        lrs.api("GET", &format!("{EXPORT}?{wrong}")).send().refused(422, "invalid_field", "?after");
    }
    let since = lrs.api("GET", &format!("{EXPORT}?since=2026-01-01T00:00:00Z")).send();
    since.refused(400, "unknown_parameter", "?since");
}

/// An answer piece by piece, as the server sends it.
fn pieces(lrs: &Lrs, path: &str) -> Vec<Vec<u8>> {
    let address = lrs.running.base.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let token = lrs.administrator();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: {token}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    while line != "\r\n" {
        line.clear();
        reader.read_line(&mut line).unwrap();
    }
    let mut pieces = Vec::new();
    loop {
        line.clear();
        reader.read_line(&mut line).unwrap();
        let length = usize::from_str_radix(line.trim_end(), 16).unwrap();
        let mut piece = vec![0; length + 2];
        reader.read_exact(&mut piece).unwrap();
        piece.truncate(length);
        if piece.is_empty() {
            return pieces;
        }
        pieces.push(piece);
    }
}

#[test]
fn long_statements_are_sent_in_pieces_of_little_memory() {
    let lrs = Lrs::start();
    // Text that does not get shorter when it is packed.
    let noise = |number: u32| -> String {
        let mut state = u64::from(number) + 1;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from(b' ' + 3 + u8::try_from((state >> 33) % 50).unwrap())
        };
        (0..400_000).map(|_| next()).collect()
    };
    for number in 0..12 {
        let mut long = statement(number);
        long["result"] = json!({ "response": noise(number) });
        lrs.post(&long);
    }
    lrs.post(&(12..150).map(statement).collect::<Value>());
    for path in [EXPORT, "/api/export/statements.zip"] {
        let pieces = pieces(&lrs, path);
        let longest = pieces.iter().map(Vec::len).max().unwrap();
        assert!(longest < 2 * 1024 * 1024, "{path}: {longest} bytes at once");
        let whole = pieces.concat();
        let text = if path == EXPORT { whole } else { unzip(&whole).remove(0).1 };
        let ids: Vec<Value> =
            lines(str::from_utf8(&text).unwrap()).into_iter().map(|mut one| one["id"].take()).collect();
        assert_eq!(ids, (0..150).map(id).collect::<Vec<_>>(), "{path}");
    }
}

#[test]
fn exports_are_for_who_manages_the_installation() {
    let lrs = Lrs::start();
    lrs.post(&statement(1));
    for path in [EXPORT, "/api/export/statements.zip"] {
        lrs.api("GET", path).without("Authorization").send().refused(401, "unauthenticated", "");
        lrs.api("GET", path).header("Authorization", "Bearer x").send().status(401);
    }
}

#[test]
fn a_zip_has_each_file_once_under_the_hash_that_its_statements_have_for_it() {
    let lrs = Lrs::start();
    let (one, two): (&[u8], &[u8]) = (b"one\r\n\0\xff", b"");
    let both = json!([with_files(1, &[one, two]), with_files(2, &[one]), statement(3)]);
    post(&lrs, body(&both, &[part(one), part(two)])).status(200);
    let answer = lrs.api("GET", "/api/export/statements.zip").send().status(200);
    assert_eq!(answer.header("content-type"), Some("application/zip"));
    let files = unzip(&answer.bytes);
    let plain = lrs.api("GET", EXPORT).send().status(200);
    let mut expected = vec![
        (format!("attachments/{}", hash(one)), one.to_vec()),
        (format!("attachments/{}", hash(two)), two.to_vec()),
    ];
    expected.sort();
    expected.insert(0, ("statements.ndjson".to_owned(), plain.bytes));
    assert_eq!(files, expected);
    let second = lines(&lrs.api("GET", EXPORT).send().text())[1]["stored"].as_str().unwrap().to_owned();
    let rest = lrs.api("GET", &format!("/api/export/statements.zip?after={second}")).send().status(200);
    let files = unzip(&rest.bytes);
    assert_eq!(files.len(), 1, "only what its statements need");
    assert_eq!(lines(str::from_utf8(&files[0].1).unwrap())[0]["id"], id(3));
}
