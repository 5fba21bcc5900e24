//! A file of people as bytes: its encoding, its delimiter, its rows with their line numbers. Strict where being lenient
//! would put somebody's data into the wrong column: any structural error refuses the whole file, with its line.

use super::plain_text::is_binary;
use super::refusal::{Code, Kind, Refusal};

/// Rows of one file. A university's intake fits; more is two files.
pub const ROWS: usize = 50_000;
/// Columns: five of the account, twenty extra fields, twenty-five courses with all their columns.
const COLUMNS: usize = 200;
/// Bytes of one field; the longest that means anything is a password of 128 characters.
const FIELD_BYTES: usize = 1024;

/// The file cannot be read as a table.
pub const UNREADABLE: Code = Code::new(
    "roster_unreadable",
    Kind::Invalid,
    "The file is not a table of people; `errors` names the lines. Nothing was written.",
);

/// A table with a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterFile {
    /// Column names, trimmed and in lower case.
    pub columns: Vec<String>,
    /// Rows that are not empty, with the line on which each begins.
    pub rows: Vec<(u32, Vec<String>)>,
    /// How the bytes were read.
    pub encoding: &'static str,
    /// What separates fields.
    pub delimiter: char,
}

fn wrong(line: u32, problem: impl Into<String>) -> Refusal {
    let problem = problem.into();
    UNREADABLE.refuse(format!("line {line}: {problem}")).at(format!("line {line}"), problem)
}

/// Reads a file. `encoding` names one (any label of the WHATWG Encoding Standard); without it the file must be UTF-8, or
/// UTF-16 with a byte order mark.
pub fn read(bytes: &[u8], encoding: Option<&str>) -> Result<RosterFile, Refusal> {
    let (text, encoding) = decode(bytes, encoding)?;
    if let Some(at) = text.find('\0') {
        return Err(wrong(
            line_of(&text, at),
            "has a zero byte; save the file as CSV in UTF-8, not as a workbook or as UTF-16 without a mark",
        ));
    }
    let delimiter = delimiter(&text);
    let mut records = Records { rest: text.chars().peekable(), delimiter, line: 1 };
    let (line, header) = records.next_row()?.ok_or_else(|| wrong(1, "the file is empty"))?;
    let columns = check_header(line, header)?;
    let mut rows = Vec::new();
    while let Some((line, fields)) = records.next_row()? {
        // Spreadsheets leave rows of nothing but delimiters at the end.
        if fields.iter().all(|field| field.trim().is_empty()) {
            continue;
        }
        if fields.len() != columns.len() {
            return Err(wrong(
                line,
                format!("has {} fields, the header has {}", fields.len(), columns.len()),
            ));
        }
        if rows.len() == ROWS {
            return Err(wrong(line, format!("is past the limit of {ROWS} rows; split the file")));
        }
        rows.push((line, fields));
    }
    Ok(RosterFile { columns, rows, encoding, delimiter })
}

fn check_header(line: u32, header: Vec<String>) -> Result<Vec<String>, Refusal> {
    if header.len() > COLUMNS {
        return Err(wrong(line, format!("the header has more than {COLUMNS} columns")));
    }
    let columns: Vec<String> = header.into_iter().map(|name| name.trim().to_lowercase()).collect();
    for (place, name) in columns.iter().enumerate() {
        if name.is_empty() {
            return Err(wrong(line, format!("the header has no name for column {}", place + 1)));
        }
        if columns.iter().take(place).any(|other| other == name) {
            return Err(wrong(line, format!("the header names the column {name} twice")));
        }
    }
    Ok(columns)
}

fn line_of(text: &str, at: usize) -> u32 {
    lines_before(text.as_bytes().get(..at).unwrap_or_default())
}

/// The number of the line that begins or goes on behind `bytes`.
fn lines_before(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.split(|byte| *byte == b'\n').count()).unwrap_or(u32::MAX)
}

fn decode(bytes: &[u8], label: Option<&str>) -> Result<(String, &'static str), Refusal> {
    let named = label
        .map(|label| {
            encoding_rs::Encoding::for_label(label.as_bytes()).ok_or_else(|| {
                let problem = format!("{label} is not the name of an encoding, such as windows-1252");
                UNREADABLE.refuse(problem.clone()).at("?encoding", problem)
            })
        })
        .transpose()?;
    let marked = encoding_rs::Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let encoding = marked.or(named).unwrap_or(encoding_rs::UTF_8);
    if encoding.is_ascii_compatible() && is_binary(bytes) {
        return Err(wrong(1, "is not a text; save a workbook or a document as CSV in UTF-8 first"));
    }
    let (text, _, broken) = encoding.decode(bytes);
    if !broken {
        return Ok((text.into_owned(), encoding.name()));
    }
    let valid = if encoding == encoding_rs::UTF_8 {
        std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len)
    } else {
        0
    };
    let before = bytes.get(..valid).unwrap_or_default();
    let line = lines_before(before);
    let problem = if encoding == encoding_rs::UTF_8 && named.is_none() {
        "is not UTF-8; save the file as \"CSV UTF-8\", or say what it is with ?encoding=windows-1252 (what older \
         spreadsheets write in western Europe)"
            .to_owned()
    } else {
        format!("has bytes that are not {}", encoding.name())
    };
    Err(wrong(line, problem))
}

/// The delimiter that the first line uses most, outside quotes.
fn delimiter(text: &str) -> char {
    let mut counts = [(',', 0_u32), (';', 0), ('\t', 0)];
    let mut quoted = false;
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            '\n' | '\r' if !quoted => break,
            _ if !quoted => counts.iter_mut().filter(|(known, _)| *known == c).for_each(|(_, n)| *n += 1),
            _ => {}
        }
    }
    let mut best = (',', 0);
    for (known, count) in counts {
        if count > best.1 {
            best = (known, count);
        }
    }
    best.0
}

/// Rows by RFC 4180, each with the line on which it begins.
struct Records<'t> {
    rest: std::iter::Peekable<std::str::Chars<'t>>,
    delimiter: char,
    line: u32,
}

impl Records<'_> {
    fn next_row(&mut self) -> Result<Option<(u32, Vec<String>)>, Refusal> {
        // Lines with nothing in them are no rows.
        while self.rest.next_if(|c| matches!(c, '\n' | '\r')).is_some_and(|c| {
            self.line += u32::from(c == '\n');
            true
        }) {}
        if self.rest.peek().is_none() {
            return Ok(None);
        }
        let begins = self.line;
        let mut fields = Vec::new();
        loop {
            let field = if self.rest.next_if_eq(&'"').is_some() { self.quoted()? } else { self.plain()? };
            fields.push(field);
            if fields.len() > COLUMNS {
                return Err(wrong(begins, format!("has more than {COLUMNS} fields")));
            }
            match self.rest.next() {
                Some(c) if c == self.delimiter => {}
                Some('\r') => {
                    // A lone carriage return ends a line too, as old spreadsheets write it.
                    if self.rest.next_if_eq(&'\n').is_some() || self.rest.peek().is_some() {
                        self.line += 1;
                    }
                    return Ok(Some((begins, fields)));
                }
                Some('\n') => {
                    self.line += 1;
                    return Ok(Some((begins, fields)));
                }
                None => return Ok(Some((begins, fields))),
                Some(other) => {
                    return Err(wrong(self.line, format!("has {other:?} behind a closing quote")));
                }
            }
        }
    }

    fn plain(&mut self) -> Result<String, Refusal> {
        let mut field = String::new();
        let delimiter = self.delimiter;
        while let Some(c) = self.rest.next_if(|c| *c != delimiter && !matches!(c, '\n' | '\r')) {
            if c == '"' {
                return Err(wrong(
                    self.line,
                    "has a quote inside a field; put the field in quotes and double it",
                ));
            }
            field.push(c);
            self.check_length(&field)?;
        }
        Ok(field)
    }

    fn quoted(&mut self) -> Result<String, Refusal> {
        let opened = self.line;
        let mut field = String::new();
        loop {
            match self.rest.next() {
                Some('"') if self.rest.next_if_eq(&'"').is_some() => field.push('"'),
                Some('"') => return Ok(field),
                Some(c) => {
                    self.line += u32::from(c == '\n');
                    field.push(c);
                }
                None => return Err(wrong(opened, "opens a quote that is never closed")),
            }
            if self.check_length(&field).is_err() {
                return Err(wrong(opened, "opens a quote that is not closed within a field's length"));
            }
        }
    }

    fn check_length(&self, field: &str) -> Result<(), Refusal> {
        if field.len() > FIELD_BYTES {
            return Err(wrong(self.line, format!("has a field of more than {FIELD_BYTES} bytes")));
        }
        Ok(())
    }
}

/// A field as it stands in a CSV file: quoted when it must be, and with an apostrophe in front when a spreadsheet would
/// run it as a formula.
pub fn write_field(out: &mut String, field: &str) {
    let formula = field.starts_with(FORMULA_STARTS);
    if formula || field.contains([',', ';', '"', '\n', '\r', '\t', '\'']) {
        out.push('"');
        if formula {
            out.push('\'');
        }
        out.push_str(&field.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(field);
    }
}

/// What a spreadsheet takes for the beginning of a formula.
const FORMULA_STARTS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Takes back the apostrophe of [`write_field`].
pub fn without_guard(field: &str) -> &str {
    field.strip_prefix('\'').filter(|rest| rest.starts_with(FORMULA_STARTS)).unwrap_or(field)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn refused(bytes: &[u8]) -> String {
        read(bytes, None).unwrap_err().detail
    }

    #[test]
    fn delimiters_quotes_and_line_ends_of_every_spreadsheet_are_read() {
        for text in ["a,b\n1,\"x, y\"\n", "a;b\r\n1;\"x, y\"", "\u{feff}a\tb\r1\tx, y\r\r"] {
            let file = read(text.as_bytes(), None).unwrap();
            assert_eq!(file.columns, ["a", "b"], "{text:?}");
            assert_eq!(file.rows, [(2, vec!["1".to_owned(), "x, y".to_owned()])], "{text:?}");
        }
        let file = read(b"a,b\n\n,\n\"1\n2\",\"\"\"\"\n3,4", None).unwrap();
        assert_eq!(file.rows[0], (4, vec!["1\n2".to_owned(), "\"".to_owned()]));
        assert_eq!(file.rows[1].0, 6);
    }

    #[test]
    fn structural_errors_name_their_line() {
        assert!(refused(b"a,b\n1,2\n1\n").starts_with("line 3: has 1 fields"));
        assert!(refused(b"a,b\n1,2\n\"x,2\n3,4\n").starts_with("line 3: opens a quote"));
        assert!(refused(b"a,b\n\"x\"y,2\n").starts_with("line 2: has 'y' behind a closing quote"));
        assert!(refused(b"a,b\nx\"y,2\n").starts_with("line 2: has a quote inside"));
        assert!(refused(b"a,A\n").contains("twice"));
        assert!(refused(b"a,,b\n").contains("no name for column 2"));
        assert!(refused(b"").contains("empty"));
    }

    #[test]
    fn a_workbook_is_no_table_whatever_encoding_is_named() {
        let workbook = b"PK\x03\x04\x14\x00\x08\x08\xff\n\x00[Content_Types].xml";
        for encoding in [None, Some("windows-1252")] {
            let refused = read(workbook, encoding).unwrap_err().detail;
            assert!(refused.starts_with("line 1: is not a text"), "{refused}");
        }
    }

    #[test]
    fn encodings_are_recognised_or_asked_for() {
        let utf16: Vec<u8> = "\u{feff}a,b\nŁ,ß\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let file = read(&utf16, None).unwrap();
        assert_eq!((file.encoding, file.rows[0].1[0].as_str()), ("UTF-16LE", "Ł"));
        let latin = b"a,b\nJos\xe9,x\n";
        let hint = refused(latin);
        assert!(hint.starts_with("line 2: is not UTF-8") && hint.contains("windows-1252"), "{hint}");
        assert_eq!(read(latin, Some("windows-1252")).unwrap().rows[0].1[0], "José");
        assert!(refused(b"a\0,\0b\0\n\0").contains("zero byte"));
        assert!(read(b"a", Some("klingon")).is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused_with_a_line(bytes: Vec<u8>) {
            match read(&bytes, None) {
                Ok(file) => prop_assert!(file.rows.iter().all(|(_, row)| row.len() == file.columns.len())),
                Err(refusal) => prop_assert!(refusal.detail.starts_with("line "), "{}", refusal.detail),
            }
        }

        #[test]
        fn a_written_field_is_read_back_and_starts_no_formula(field in "[^\0\u{feff}]{0,40}") {
            let mut text = "a,b\n".to_owned();
            write_field(&mut text, &field);
            text.push_str(",x\n");
            let file = read(text.as_bytes(), None).unwrap();
            let read_back = file.rows[0].1[0].as_str();
            prop_assert!(!read_back.starts_with(FORMULA_STARTS));
            prop_assert_eq!(without_guard(read_back), without_guard(&field));
        }
    }
}
