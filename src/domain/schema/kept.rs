//! Rows of every table as they lie on disk, kept in `tests/store/fixtures/rows`: each is read, says what it said when it was written
//! down, and is written again as the same bytes. A field or variant in the middle of a stored type shows here.
//!
//! To keep rows of a new table, variant or version, run tests that store some, and then this one; it adds what is new and leaves
//! alone what is kept:
//!
//! ```text
//! mkdir /tmp/rows
//! LYCEUM_ROWS=/tmp/rows cargo test --test api --test lrs
//! LYCEUM_ROWS=/tmp/rows LYCEUM_BLESS=1 cargo test --lib domain::schema
//! ```
//!
//! When a version is raised, the rows of the one before stay: they must be read for ever.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use super::SCHEMA;
use super::made::add_made;
use crate::domain::bank::QuestionType;
use crate::domain::job::JobKind;
use crate::hex;
use crate::store::{Reread, StoreError, TableInfo, TableKind};

/// Enums that go both ways in answers, and in reports of jobs, which are JSON: they lie in no row as such.
const IN_JSON_ALONE: &[&str] = &[
    "AccountOutcome",
    "Enrolled",
    "EnrolmentOutcome",
    "Fault",
    "ImportStatus",
    "Outcome",
    "Part",
    "Severity",
    "TextFormat",
];

const HOW: &str = "src/domain/schema/kept.rs says how to keep some";

/// A stored row, and what it said when it was written down.
struct Kept {
    row: Vec<u8>,
    value: Vec<u8>,
    said: String,
}

/// What is done with the rows of one table.
struct Rows {
    info: &'static TableInfo,
    reread: fn(&[u8]) -> Result<Reread, StoreError>,
}

impl Rows {
    fn all() -> impl Iterator<Item = Self> {
        SCHEMA.0.iter().filter_map(|info| match info.kind {
            TableKind::Rows { reread, .. } => Some(Self { info, reread }),
            TableKind::Index { .. } => None,
        })
    }

    fn file(&self) -> PathBuf {
        let name = format!("{:03}-{}.txt", self.info.table.tag, self.info.table.name.replace(' ', "-"));
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/store/fixtures/rows").join(name)
    }

    fn kept(&self) -> Vec<Kept> {
        let text = fs::read_to_string(self.file()).unwrap_or_default();
        let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
        let read = |lines: &[&str]| {
            let [bytes, said] = lines else { panic!("{}: half a row", self.info.table.name) };
            let (row, value) = bytes.split_once(' ').unwrap();
            Kept { row: bytes_of(row), value: bytes_of(value), said: (*said).to_owned() }
        };
        lines.chunks(2).map(read).collect()
    }

    /// Adds of the rows that tests stored those that show what no kept one shows, short ones first.
    fn keep_more(&self, found: &Found) {
        let mut shown = BTreeSet::new();
        for kept in self.kept() {
            let now = (self.reread)(&kept.value).unwrap();
            if kept.value.first() == Some(&now.version) {
                shown.extend(features(&now.said));
            }
        }
        // Of those that show the same the shortest one.
        let mut choice: BTreeMap<BTreeSet<String>, Kept> = BTreeMap::new();
        for (value, row) in found.get(&self.info.table.tag).into_iter().flatten() {
            let said = (self.reread)(value).unwrap().said;
            let shows = features(&said);
            if choice.get(&shows).is_none_or(|best| value.len() < best.value.len()) {
                choice.insert(shows, Kept { row: row.clone(), value: value.clone(), said });
            }
        }
        let mut text = fs::read_to_string(self.file()).unwrap_or_default();
        loop {
            let gain = |shows: &BTreeSet<String>| shows.difference(&shown).count();
            // The most that is new for its bytes; some bytes are those of any row.
            let worth = |(shows, kept): &(&BTreeSet<String>, &Kept)| {
                gain(shows) * 1_000_000 / (64 + kept.value.len())
            };
            let best = choice.iter().max_by_key(worth).filter(|(shows, _)| gain(shows) > 0);
            let Some((shows, best)) = best else { break };
            writeln!(text, "{} {}\n{}\n", hex::of(&best.row), hex::of(&best.value), best.said).unwrap();
            shown.extend(shows.iter().cloned());
        }
        if !text.is_empty() {
            fs::create_dir_all(self.file().parent().unwrap()).unwrap();
            fs::write(self.file(), text).unwrap();
        }
    }
}

/// Values that tests stored, each with a row where it lay, by the tag of their table.
pub(super) type Found = BTreeMap<u8, BTreeMap<Vec<u8>, Vec<u8>>>;

fn bytes_of(digits: &str) -> Vec<u8> {
    digits
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// The words of a record as Rust shows it, each with the field where it stands: `kind: Essay`, `parts: []`; text in quotes left out.
fn features(said: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let (mut field, mut rest) = ("", said);
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '"' => {
                let mut escaped = false;
                let end = rest[1..].find(|c| {
                    let ends = c == '"' && !escaped;
                    escaped = c == '\\' && !escaped;
                    ends
                });
                end.map_or(rest.len(), |end| end + 2)
            }
            'a'..='z' | 'A'..='Z' => {
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
                let word = &rest[..end];
                if rest[end..].starts_with(": ") {
                    field = word;
                } else {
                    found.insert(format!("{field}: {word}"));
                }
                end
            }
            '[' if rest.starts_with("[]") => {
                found.insert(format!("{field}: []"));
                2
            }
            other => other.len_utf8(),
        };
        rest = &rest[end..];
    }
    found
}

fn stored_by_tests() -> Found {
    let mut found: Found = Rows::all().map(|rows| (rows.info.table.tag, BTreeMap::new())).collect();
    let Ok(folder) = std::env::var("LYCEUM_ROWS") else { return found };
    for entry in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        for (row, value) in text.lines().map(|line| line.split_once(' ').unwrap()) {
            if let Some(values) = found.get_mut(&bytes_of(&row[..2])[0]) {
                values.insert(bytes_of(value), bytes_of(row));
            }
        }
    }
    found
}

#[test]
fn kept_rows_of_every_table_are_read_and_written_as_they_were() {
    if std::env::var_os("LYCEUM_BLESS").is_some() {
        let mut found = stored_by_tests();
        add_made(&mut found);
        Rows::all().for_each(|rows| rows.keep_more(&found));
    }
    let mut wrong = Vec::new();
    for rows in Rows::all() {
        let name = rows.info.table.name;
        let TableKind::Rows { derive, .. } = rows.info.kind else { continue };
        let mut newest = false;
        for Kept { row, value, said } in rows.kept() {
            let now = match (rows.reread)(&value).and_then(|now| derive(&row, &value).map(|_| now)) {
                Ok(now) => now,
                Err(error) => {
                    wrong.push(format!("{name}: a kept row cannot be read: {error}\n  {said}"));
                    continue;
                }
            };
            if value.first() != Some(&now.version) {
                continue;
            }
            newest = true;
            if now.bytes != value {
                wrong.push(format!("{name}: a kept row is written as other bytes\n  {said}"));
            }
            if now.said != said {
                wrong.push(format!(
                    "{name}: a kept row says something else. Where it is but another name for the same, write that into {}\n  \
                     then {said}\n  now  {}",
                    rows.file().display(),
                    now.said
                ));
            }
        }
        if !newest {
            wrong.push(format!("{name}: no row of today's version is kept; {HOW}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The variants of enums that may be stored: what derives both ways, in the sources of the rules.
fn variants_in(folder: &Path, found: &mut BTreeSet<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            variants_in(&path, found);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let text = text.split("#[cfg(test)]\nmod tests").next().unwrap();
        let mut derives = "";
        let mut within = None;
        for line in text.lines() {
            let word =
                |rest: &str| -> String { rest.chars().take_while(char::is_ascii_alphanumeric).collect() };
            if line.starts_with("#[derive(") {
                derives = line;
            } else if let Some(rest) =
                line.split("enum ").nth(1).filter(|_| line.ends_with('{') && !line.starts_with(' '))
            {
                let stored = derives.contains("Serialize, Deserialize");
                within = stored.then(|| word(rest));
            } else if line == "}" {
                (within, derives) = (None, "");
            } else if let (Some(name), Some(rest)) = (&within, line.strip_prefix("    "))
                && rest.starts_with(|c: char| c.is_ascii_uppercase())
            {
                found.insert((name.clone(), word(rest)));
            }
        }
    }
}

#[test]
fn every_variant_of_what_is_stored_is_in_a_kept_row() {
    let mut variants = BTreeSet::new();
    variants_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/domain"), &mut variants);
    for kind in JobKind::ALL {
        variants.insert(("JobKind".to_owned(), format!("{kind:?}")));
    }
    for kind in QuestionType::ALL {
        variants.insert(("QuestionType".to_owned(), format!("{kind:?}")));
    }
    let mut shown = BTreeSet::new();
    for rows in Rows::all() {
        for kept in rows.kept() {
            let said = (rows.reread)(&kept.value).map(|now| now.said).unwrap_or_default();
            shown.extend(
                features(&said).iter().filter_map(|shows| Some(shows.split_once(": ")?.1.to_owned())),
            );
        }
    }
    let missing: Vec<String> = variants
        .iter()
        .filter(|(name, variant)| !IN_JSON_ALONE.contains(&name.as_str()) && !shown.contains(variant))
        .map(|(name, variant)| format!("{name}::{variant}"))
        .collect();
    assert!(missing.is_empty(), "in no kept row: {}; {HOW}", missing.join(", "));
}
