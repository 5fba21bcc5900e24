//! A file of people as bytes: its encoding, its delimiter, its rows with their line numbers. Strict where being lenient
//! would put somebody's data into the wrong column: any structural error refuses the whole file, and all of them are told
//! with their lines.

use super::delimited::{Limits, Rows};
use super::encoding;
use super::faults::{Faults, Joined as _, each};
use super::file_look::is_binary;
use super::lines::line_behind;
use super::refusal::{Code, Kind, Refusal};

/// Rows of one file. A university's intake fits; more is two files.
pub const ROWS: usize = 50_000;
/// Columns: five of the account, twenty extra fields, twenty-five courses with all their columns. Of the fields the longest that
/// means anything is a password of 128 characters.
const LIMITS: Limits = Limits { fields: 200, field_bytes: 1024 };

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

/// Something is wrong with a line.
pub(super) fn wrong(line: u32, problem: impl Into<String>) -> Refusal {
    let problem = problem.into();
    UNREADABLE.refuse(format!("line {line}: {problem}")).at(format!("line {line}"), problem)
}

/// Reads a file. `encoding` names one (any label of the WHATWG Encoding Standard); without it the file must be UTF-8, or
/// UTF-16 with a byte order mark. `header` says what the columns mean, or what is wrong with them on their line, which is told
/// with whatever else is wrong with the file.
pub fn read<H>(
    bytes: &[u8],
    encoding: Option<&str>,
    header: impl FnOnce(u32, &[String]) -> Result<H, Refusal>,
) -> Result<(RosterFile, H), Refusal> {
    let mut faults = Faults::default();
    let (text, encoding) = decode(bytes, encoding, &mut faults)?;
    if let Some(at) = text.find('\0') {
        return Err(wrong(
            line_behind(text.as_bytes().get(..at).unwrap_or_default()),
            "has a zero byte; save the file as CSV in UTF-8, not as a workbook or as UTF-16 without a mark",
        ));
    }
    let delimiter = delimiter(&text);
    let records = Rows::of(&text, delimiter, LIMITS);
    let mut records = records.map(|(line, row)| (line, row.map_err(|it| wrong(it.line, it.problem))));
    let (mut columns, mut meaning) = (None, None);
    if let Some((line, first)) = records.next()
        && let Some(names) = faults.or_default(first.map(Some))
    {
        let names: Vec<String> = names.into_iter().map(|name| name.trim().to_lowercase()).collect();
        faults.or_default(check_header(line, &names));
        meaning = faults.or_default(header(line, &names).map(Some));
        columns = Some(names);
    }
    let mut rows = Vec::new();
    while let Some((line, fields)) = records.next().filter(|_| !faults.are_many()) {
        let row = fields.and_then(|fields| fitting(line, fields, columns.as_deref()));
        let Some(fields) = faults.or_default(row) else { continue };
        if rows.len() == ROWS {
            faults.add(wrong(line, format!("is past the limit of {ROWS} rows; split the file")));
            break;
        }
        rows.push((line, fields));
    }
    let whole = columns.zip(meaning);
    let whole = whole.map(|(columns, meaning)| (RosterFile { columns, rows, encoding, delimiter }, meaning));
    faults.and(Ok(whole))?.ok_or_else(|| wrong(1, "the file is empty"))
}

/// A row that has a field for each column, when these are known; `None` for one of nothing but delimiters, as spreadsheets leave
/// them at the end.
fn fitting(
    line: u32,
    fields: Vec<String>,
    columns: Option<&[String]>,
) -> Result<Option<Vec<String>>, Refusal> {
    if fields.iter().all(|field| field.trim().is_empty()) {
        return Ok(None);
    }
    match columns {
        Some(columns) if columns.len() != fields.len() => {
            Err(wrong(line, format!("has {} fields, the header has {}", fields.len(), columns.len())))
        }
        _ => Ok(Some(fields)),
    }
}

fn check_header(line: u32, columns: &[String]) -> Result<(), Refusal> {
    let checked = each(columns.iter().enumerate().map(|(place, name)| {
        if name.is_empty() {
            return Err(wrong(line, format!("the header has no name for column {}", place + 1)));
        }
        if columns.iter().take(place).any(|other| other == name) {
            return Err(wrong(line, format!("the header names the column {name} twice")));
        }
        Ok(())
    }));
    checked.map(drop)
}

/// The file as text. What is not in its encoding is a fault, beside which the rest can still be looked at.
fn decode(bytes: &[u8], label: Option<&str>, faults: &mut Faults) -> Result<(String, &'static str), Refusal> {
    let named = label.map(encoding::named).transpose()?;
    let marked = encoding_rs::Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let encoding = marked.or(named).unwrap_or(encoding_rs::UTF_8);
    if encoding.is_ascii_compatible() && is_binary(bytes) {
        return Err(wrong(1, "is not a text; save a workbook or a document as CSV in UTF-8 first"));
    }
    let (text, _, broken) = encoding.decode(bytes);
    if broken {
        let valid = if encoding == encoding_rs::UTF_8 {
            std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len)
        } else {
            0
        };
        let line = line_behind(bytes.get(..valid).unwrap_or_default());
        faults.add(if encoding == encoding_rs::UTF_8 && named.is_none() {
            let needed = "is needed for a file that is not UTF-8, such as windows-1252 (what older spreadsheets write in \
                          western Europe); or save the file as \"CSV UTF-8\"";
            let choose = UNREADABLE.refuse_at(encoding::PLACE, needed);
            wrong(line, "is not UTF-8").joined(choose)
        } else {
            wrong(line, format!("has bytes that are not {}", encoding.name()))
        });
    }
    Ok((text.into_owned(), encoding.name()))
}

/// The delimiter that the first line with something in it uses most, outside quotes.
fn delimiter(text: &str) -> char {
    let mut counts = [(',', 0_u32), (';', 0), ('\t', 0)];
    let mut quoted = false;
    for c in text.trim_start_matches(['\n', '\r']).chars() {
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

    use super::super::faults::MAX_FAULTS;
    use super::super::refusal::INVALID_FIELD;
    use super::*;

    fn table(bytes: &[u8], encoding: Option<&str>) -> Result<RosterFile, Refusal> {
        read(bytes, encoding, |_, _| Ok(())).map(|(file, ())| file)
    }

    fn refused(bytes: &[u8]) -> String {
        table(bytes, None).unwrap_err().detail
    }

    /// Every place of which something is told, with how that begins.
    fn told(refusal: &Refusal) -> Vec<(&str, &str)> {
        let begins = |problem| str::split_whitespace(problem).next().unwrap_or_default();
        refusal.fields.iter().map(|field| (field.at.as_str(), begins(&field.problem))).collect()
    }

    #[test]
    fn delimiters_quotes_and_line_ends_of_every_spreadsheet_are_read() {
        for text in ["a,b\n1,\"x, y\"\n", "a;b\r\n1;\"x, y\"", "\u{feff}a\tb\r1\tx, y\r\r"] {
            let file = table(text.as_bytes(), None).unwrap();
            assert_eq!(file.columns, ["a", "b"], "{text:?}");
            assert_eq!(file.rows, [(2, vec!["1".to_owned(), "x, y".to_owned()])], "{text:?}");
        }
        let file = table(b"a,b\n\n,\n\"1\n2\",\"\"\"\"\n3,4", None).unwrap();
        assert_eq!(file.rows[0], (4, vec!["1\n2".to_owned(), "\"".to_owned()]));
        assert_eq!(file.rows[1].0, 6);
    }

    #[test]
    fn a_header_below_empty_lines_is_read_as_one_above_and_named_with_its_line() {
        for text in ["\u{feff}\n\na;b\n1;2\n", "\r\n\r\na;b\r\n1;2", "\r\ra;b\r1;2\r"] {
            let (file, line) = read(text.as_bytes(), None, |line, _| Ok(line)).unwrap();
            let row = (4, vec!["1".to_owned(), "2".to_owned()]);
            assert_eq!((line, file.delimiter, file.rows), (3, ';', vec![row]), "{text:?}");
        }
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
    fn everything_that_is_wrong_with_a_table_is_told_at_once() {
        let text = b"a,,A,c\n1,2,3,4\n1,2\n1,x\"y,3,4\n\"x\"y,2,3,4\n\"open,2,3,4\n1,2,3\n1,2,3,Jos\xe9\n";
        let refusal = read(text, None, |line, columns| {
            Err::<(), _>(wrong(line, format!("means nothing to who knows {} columns", columns.len())))
        });
        let refusal = refusal.unwrap_err();
        let expected = [
            ("line 8", "is"),
            ("?encoding", "is"),
            ("line 1", "the"),
            ("line 1", "the"),
            ("line 1", "means"),
            ("line 3", "has"),
            ("line 4", "has"),
            ("line 5", "has"),
            ("line 6", "opens"),
            ("line 7", "has"),
        ];
        assert_eq!(told(&refusal), expected, "{}", refusal.detail);
        // A header that cannot be read is told with the rows that cannot be.
        let refusal = table(b"a,x\"y\nc,\"d\n1,2,3\n", None).unwrap_err();
        assert_eq!(told(&refusal), [("line 1", "has"), ("line 2", "opens")]);
        // As many as somebody reads, and no more work than those.
        let many = "\"x".repeat(3) + &"a\"b\n".repeat(100_000);
        assert_eq!(table(many.as_bytes(), None).unwrap_err().fields.len(), MAX_FAULTS);
    }

    #[test]
    fn a_workbook_is_no_table_whatever_encoding_is_named() {
        let workbook = b"PK\x03\x04\x14\x00\x08\x08\xff\n\x00[Content_Types].xml";
        for encoding in [None, Some("windows-1252")] {
            let refused = table(workbook, encoding).unwrap_err().detail;
            assert!(refused.starts_with("line 1: is not a text"), "{refused}");
        }
    }

    #[test]
    fn encodings_are_recognised_or_asked_for() {
        let utf16: Vec<u8> = "\u{feff}a,b\nŁ,ß\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let file = table(&utf16, None).unwrap();
        assert_eq!((file.encoding, file.rows[0].1[0].as_str()), ("UTF-16LE", "Ł"));
        let latin = b"a,b\nJos\xe9,x\n";
        let hint = refused(latin);
        assert!(hint.starts_with("line 2: is not UTF-8") && hint.contains("windows-1252"), "{hint}");
        assert_eq!(table(latin, Some("windows-1252")).unwrap().rows[0].1[0], "José");
        assert!(refused(b"a\0,\0b\0\n\0").contains("zero byte"));
        assert_eq!(table(b"a", Some("klingon")).unwrap_err().code, INVALID_FIELD);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused_with_a_line(bytes: Vec<u8>) {
            match table(&bytes, None) {
                Ok(file) => prop_assert!(file.rows.iter().all(|(_, row)| row.len() == file.columns.len())),
                Err(refusal) => prop_assert!(refusal.detail.starts_with("line "), "{}", refusal.detail),
            }
        }

        #[test]
        fn a_written_field_is_read_back_and_starts_no_formula(field in "[^\0\u{feff}]{0,40}") {
            let mut text = "a,b\n".to_owned();
            write_field(&mut text, &field);
            text.push_str(",x\n");
            let file = table(text.as_bytes(), None).unwrap();
            let read_back = file.rows[0].1[0].as_str();
            prop_assert!(!read_back.starts_with(FORMULA_STARTS));
            prop_assert_eq!(without_guard(read_back), without_guard(&field));
        }
    }
}
