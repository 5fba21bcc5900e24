//! Statements from a file, one JSON object a line: what a line is, and keeping those that are statements. What is no statement is
//! told and passed over: one of a million lines must not keep the others out.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::INVALID_STATEMENT;
use super::credential::Caller;
use super::json::{Node, Wrong, parse, parse_text};
use super::keep::{Outcome, Ready, conflict, keep_each};
use super::prepare::{Prepared, prepare};
use super::scalar::{moment, uuid_text};
use super::version::Version;
use crate::domain::access::{self, Actor, Permission, Scope};
use crate::domain::audit;
use crate::domain::refusal::{Code, Kind, Refusal};
use crate::store::{Read, Txn};

/// The file is none of those that can be imported.
pub const STATEMENTS_UNREADABLE: Code = Code::new(
    "statements_unreadable",
    Kind::Invalid,
    "The file is not one of statements: neither one JSON object a line nor a zip that can be read, with no other files than \
     statements.ndjson and attachments/SHA2.",
);

/// Codes of this file.
pub const CODES: &[Code] = &[STATEMENTS_UNREADABLE];

/// New statements that a dry run remembers, so that it says of one that stands twice in the file what would become of the second:
/// less than a hundred bytes each.
const MOST_REMEMBERED: usize = 500_000;
/// Lines that a report names; more say nothing new.
pub const MOST_LISTED: u64 = 1_000;
/// Characters that a report says of one: a wrong key may be as long as the line.
const MOST_CHARS: usize = 300;

/// What an import did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct StatementImportReport {
    /// Nothing was written.
    pub dry_run: bool,
    /// Lines of the file that were read, empty ones too.
    pub lines: u64,
    /// Statements that are new.
    pub imported: u64,
    /// Statements that were there already.
    pub unchanged: u64,
    /// Lines that were passed over.
    pub refused: u64,
    /// Every statement was compared with those of all lines before it. Of a dry run it is false when more than 500,000 statements
    /// are new: no more of their ids are remembered, so one that stands twice may count as new twice.
    pub repeats_compared: bool,
    /// The first thousand of those that were passed over.
    pub problems: Vec<RefusedLine>,
}

/// A line that was passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct RefusedLine {
    /// Which, counted from 1.
    pub line: u64,
    /// The id of its statement, when it has one.
    pub id: Option<String>,
    /// The code, as of a problem.
    pub code: String,
    /// The place in the statement as a JSON pointer.
    pub at: String,
    /// What is wrong there.
    pub problem: String,
}

fn short(text: &str) -> String {
    text.chars().take(MOST_CHARS).collect()
}

impl RefusedLine {
    /// A line that is no statement.
    pub fn wrong(line: u64, id: Option<[u8; 16]>, wrong: &Wrong) -> Self {
        Self {
            line,
            id: id.as_ref().map(uuid_text),
            code: INVALID_STATEMENT.name.to_owned(),
            at: short(&wrong.clone().kept().pointer()),
            problem: short(&wrong.problem),
        }
    }

    /// A statement that is not kept.
    pub fn refused(line: u64, id: [u8; 16], refusal: &Refusal) -> Self {
        Self {
            line,
            id: Some(uuid_text(&id)),
            code: refusal.code.name.to_owned(),
            at: String::new(),
            problem: short(&refusal.detail),
        }
    }
}

/// Refuses who may not import.
pub fn require(read: &impl Read, actor: &Actor) -> Result<(), Refusal> {
    access::require(read, actor, Permission::ManageSite, Scope::Site)
}

/// Reads the statement of a line and does something with it.
pub fn with_statement<T>(
    line: &[u8],
    caller: &Caller,
    with: impl FnOnce(&Node<'_>, Prepared) -> T,
) -> Result<T, Wrong> {
    let node = parse(line)?;
    // Without a time of its own it has that at which the other store took it.
    let timed = match (node.get("timestamp"), node.get("stored")) {
        (None, Some(stored)) if stored.text().is_some_and(|text| moment(text).is_ok()) => {
            let rest = node.raw.strip_prefix('{').unwrap_or_default();
            Some(format!("{{\"timestamp\":{},{rest}", stored.raw))
        }
        _ => None,
    };
    let node = match &timed {
        Some(text) => parse_text(text)?,
        None => node,
    };
    if node.members().is_some() && node.get("id").is_none() {
        return Err(Wrong::new("is missing: the file could not be imported again without making it twice")
            .under("id"));
    }
    // The standard says what a statement without a version is. Stores have some that say 1.0.x and have what came with 2.0.
    let named = node.get("version").and_then(Node::text).and_then(Version::parse);
    let read = |version| prepare(&node, version, None, [0; 16], caller);
    let prepared = match named.unwrap_or(Version::One) {
        Version::One => read(Version::One).or_else(|wrong| read(Version::Two).map_err(|_| wrong))?,
        Version::Two => read(Version::Two)?,
    };
    Ok(with(&node, prepared))
}

/// Does a run with so many new statements compare each with all lines before it?
pub const fn compares_repeats(dry_run: bool, imported: u64) -> bool {
    !dry_run || imported <= MOST_REMEMBERED as u64
}

/// A statement that is new: its id, and what is the same for all that say the same.
pub type Fresh = ([u8; 16], [u8; 32]);

/// What became of some lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Made {
    /// Statements that are new.
    pub imported: u64,
    /// Which they are.
    pub fresh: Vec<Fresh>,
    /// Statements that were there.
    pub unchanged: u64,
    /// Those that are not kept.
    pub refused: Vec<RefusedLine>,
}

impl Made {
    /// And what became of others.
    pub fn and(&mut self, others: Self) {
        self.imported += others.imported;
        self.fresh.extend(others.fresh);
        self.unchanged += others.unchanged;
        self.refused.extend(others.refused);
    }
}

/// What a dry run has found to be new so far: nothing of it is kept where a later line would meet it.
#[derive(Debug, Default)]
pub struct Tried {
    says: HashMap<[u8; 16], [u8; 32]>,
    /// Lines that were looked at.
    pub lines: u64,
    /// Bytes of them.
    pub at: u64,
}

impl Tried {
    /// Takes the statements out of some lines that an earlier line has, and says what would become of them.
    pub fn repeats(&self, lines: &mut Vec<(u64, Ready)>) -> Made {
        let mut made = Made::default();
        lines.retain(|(line, ready)| {
            let id = ready.prepared.id;
            match self.says.get(&id) {
                None => return true,
                Some(says) if *says == ready.prepared.says => made.unchanged += 1,
                Some(_) => made.refused.push(RefusedLine::refused(*line, id, &conflict(&id))),
            }
            false
        });
        made
    }

    /// Remembers what was new up to a line, behind which the next one begins at `at`.
    pub fn learn(&mut self, fresh: Vec<Fresh>, (lines, at): (u64, u64)) {
        let room = MOST_REMEMBERED.saturating_sub(self.says.len());
        self.says.extend(fresh.into_iter().take(room));
        (self.lines, self.at) = (lines, at);
    }
}

/// Keeps the statements of some lines, in which each id is once.
pub fn apply(
    txn: &mut Txn<'_>,
    actor: &Actor,
    caller: &Caller,
    lines: Vec<(u64, Ready)>,
) -> Result<Made, Refusal> {
    require(txn, actor)?;
    let places: Vec<(u64, Fresh)> =
        lines.iter().map(|(line, ready)| (*line, (ready.prepared.id, ready.prepared.says))).collect();
    let batch = lines.into_iter().map(|(_, ready)| ready).collect();
    let mut made = Made::default();
    for ((line, fresh), outcome) in places.into_iter().zip(keep_each(txn, caller, batch)?) {
        match outcome {
            Outcome::New => {
                made.imported += 1;
                made.fresh.push(fresh);
            }
            Outcome::Unchanged => made.unchanged += 1,
            Outcome::Refused(refusal) => made.refused.push(RefusedLine::refused(line, fresh.0, &refusal)),
        }
    }
    Ok(made)
}

/// Writes into the trail what an import came to.
pub fn note(txn: &mut Txn<'_>, actor: &Actor, report: &StatementImportReport) -> Result<(), Refusal> {
    let StatementImportReport { imported, unchanged, refused, .. } = report;
    let detail = format!("{imported} imported, {unchanged} unchanged, {refused} refused");
    audit::note(txn, actor, "statements.import", None, "statements", detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::domain::xapi::record::Text;

    fn text_of(line: &str) -> Result<String, Wrong> {
        let caller = Caller::importing(&"http://here".into(), Timestamp::EPOCH);
        with_statement(line.as_bytes(), &caller, |_, prepared| prepared.text)
    }

    const LINE: &str = r#"{"id":"6690e6c9-3ef0-4ed3-8b37-7f3964730bee","actor":{"mbox":"mailto:a@b.c"},"verb":{"id":"http://v"},"object":{"id":"http://o"}}"#;

    #[test]
    fn a_statement_keeps_the_authority_and_the_time_that_it_comes_with() {
        let with = |more: &str| text_of(&LINE.replacen('{', &format!("{{{more},"), 1)).unwrap();
        let own = r#"{"openid":"http://a"}"#;
        let text = with(&format!("\"authority\":{own},\"stored\":\"2026-01-01T00:00:00Z\""));
        assert!(text.ends_with(&format!(",\"authority\":{own}")), "{text}");
        assert!(text.contains("\"timestamp\":\"2026-01-01T00:00:00Z\""), "{text}");
        assert!(!text.contains("\"stored\""), "{text}");
        let text =
            with(r#""timestamp":"2025-01-01T00:00:00Z","stored":"2026-01-01T00:00:00Z","version":"2.0.0""#);
        assert!(text.contains("2025-01-01") && !text.contains("2026-01-01"), "{text}");
        assert!(text.contains(r#""authority":{"objectType":"Agent","name":"Import""#), "{text}");
    }

    #[test]
    fn a_dry_run_remembers_what_is_new_as_far_as_there_is_room() {
        let id = |number: usize| (number as u128).to_be_bytes();
        let line = |number: usize, says: u8| {
            let caller = Caller::importing(&"http://here".into(), Timestamp::EPOCH);
            let prepared = with_statement(LINE.as_bytes(), &caller, |_, prepared| prepared).unwrap();
            let prepared = Prepared { id: id(number), says: [says; 32], ..prepared };
            (7, Ready { prepared, text: Text::Here(String::new()), files: Vec::new() })
        };
        let mut tried = Tried::default();
        tried.learn((0..MOST_REMEMBERED - 1).map(|number| (id(number), [1; 32])).collect(), (3, 30));
        tried.learn(vec![(id(MOST_REMEMBERED), [1; 32]), (id(MOST_REMEMBERED + 1), [1; 32])], (4, 40));
        assert_eq!((tried.lines, tried.at), (4, 40));
        let mut lines = vec![
            line(0, 1),
            line(5, 2),
            line(MOST_REMEMBERED, 1),
            line(MOST_REMEMBERED + 1, 1),
            line(MOST_REMEMBERED + 2, 1),
        ];
        let made = tried.repeats(&mut lines);
        let refused: Vec<_> = made.refused.iter().map(|line| (line.line, line.code.as_str())).collect();
        assert_eq!((made.imported, made.unchanged, refused), (0, 2, vec![(7, "statement_conflict")]));
        let left: Vec<_> = lines.iter().map(|(_, ready)| ready.prepared.id).collect();
        assert_eq!(
            left,
            [id(MOST_REMEMBERED + 1), id(MOST_REMEMBERED + 2)],
            "one too many, and one that is new"
        );
        let most = MOST_REMEMBERED as u64;
        assert!(compares_repeats(true, most) && !compares_repeats(true, most + 1));
        assert!(compares_repeats(false, most + 1));
    }

    #[test]
    fn a_report_names_places_and_nobody() {
        let at = |key: &str| {
            let line = LINE.replacen("\"verb\"", &format!("\"context\":{{\"{key}\":1}},\"verb\""), 1);
            RefusedLine::wrong(1, None, &text_of(&line).unwrap_err()).at
        };
        assert_eq!(at("score"), "/context/score");
        let sha1 = "a1".repeat(20);
        for somebody in
            ["mailto:ada@example.com", "Ada Lovelace", "lovelace", "1234567", "مريم", sha1.as_str()]
        {
            assert_eq!(at(somebody), "/context/…", "{somebody}");
        }
        let agents = r#""context":{"contextAgents":[{"agent":{"lovelace":1}}]},"verb""#;
        let line = LINE.replacen("\"verb\"", agents, 1);
        let line = line.replacen('{', r#"{"version":"2.0.0","#, 1);
        let wrong = text_of(&line).unwrap_err();
        assert_eq!(RefusedLine::wrong(1, None, &wrong).at, "/context/contextAgents/0/objectType");
    }

    #[test]
    fn what_is_no_statement_that_can_be_imported_is_named() {
        for (line, says) in [
            ("", "is not JSON"),
            ("[]", "is not an object"),
            (r#"{"id":1}"#, "/id is not a string"),
            (&LINE.replace("\"id\":\"6690e6c9-3ef0-4ed3-8b37-7f3964730bee\",", ""), "/id is missing"),
            (&LINE.replacen('{', r#"{"authority":{"name":"x"},"#, 1), "/authority has none of"),
            (&LINE.replacen('{', r#"{"version":"0.95","#, 1), "/version is neither"),
        ] {
            let said = text_of(line).unwrap_err().to_string();
            assert!(said.starts_with(says), "{line}: {said}");
        }
    }
}
