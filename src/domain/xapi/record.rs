//! What is kept of a statement: its bytes as they came with what the server sets, what it is found by, and its files.
//!
//! The key is the moment of storing in microseconds, which is different for every statement: reading in stored order is
//! reading in key order, and `since`, `until` and the place in a list are keys.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::credential::CredentialId;
use super::scalar;
use super::term::Term;
use crate::hex;
use crate::store::key::{KeyError, KeyPart};
use crate::store::{Cache, CodecError, Entries, Index, Record, Table, TableInfo, Unique, decode_old};

/// The moment of storing, in microseconds since 1970; unique and growing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Stored(pub u64);

impl Stored {
    /// As statements show it, to the microsecond.
    pub fn text(self) -> String {
        scalar::exact_text(i64::try_from(self.0).unwrap_or(i64::MAX))
    }
}

impl KeyPart for Stored {
    fn encode(&self, out: &mut Vec<u8>) {
        self.0.encode(out);
    }
    fn decode(input: &mut &[u8]) -> Result<Self, KeyError> {
        u64::decode(input).map(Self)
    }
}

/// The SHA-256 of a file in the content store.
pub type FileHash = [u8; 32];

/// The name of a file in the content store.
pub fn file_name(hash: &FileHash) -> String {
    hex::of(hash)
}

/// The hash that a file's name stands for.
pub fn file_hash(name: &str) -> Option<FileHash> {
    let mut hash = [0; 32];
    if name.len() != 64 {
        return None;
    }
    for (place, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(name.get(place * 2..place * 2 + 2)?, 16).ok()?;
    }
    Some(hash)
}

/// Bytes in the row, or in a file when they are many. [`Text::in_row`] makes one that is in the row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Text {
    /// In the row, as it is.
    Here(String),
    /// In the content store.
    File {
        /// Which.
        sha256: FileHash,
        /// How many bytes.
        bytes: u64,
    },
    /// In the row, packed (see [`super::pack`]).
    Packed {
        /// The block.
        lz4: Bytes,
        /// How many bytes it was made of.
        bytes: u32,
    },
}

/// A file of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileNote {
    /// Its hash as the statement has it, in its letters; two that differ in their case are the same.
    pub sha2: String,
    /// Its media type.
    pub content_type: String,
    /// Where it is.
    pub sha256: FileHash,
    /// How many bytes it has.
    pub bytes: u64,
}

/// Whom and what one statement is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Concerns {
    /// The verb.
    pub verb: Term,
    /// The registration.
    pub registration: Option<Term>,
    /// People; marked are those who act or are acted on.
    pub agents: Vec<(Term, bool)>,
    /// Activities; marked is the object.
    pub activities: Vec<(Term, bool)>,
}

/// What a condition of a query is called in the index.
pub mod term_of {
    use super::Term;

    /// Somebody who acts or is acted on.
    pub fn direct_agent(agent: Term) -> Term {
        agent.as_in(b"direct")
    }
    /// Somebody in any role.
    pub fn related_agent(agent: Term) -> Term {
        agent.as_in(b"related")
    }
    /// Somebody in any role, of a statement that was voided: no query asks for it.
    pub fn voided_agent(agent: Term) -> Term {
        agent.as_in(b"voided")
    }
    /// An activity as the object.
    pub fn direct_activity(activity: Term) -> Term {
        activity.as_in(b"direct")
    }
    /// An activity in any role.
    pub fn related_activity(activity: Term) -> Term {
        activity.as_in(b"related")
    }
    /// Who wrote it.
    pub fn credential(id: u64) -> Term {
        Term::of(&[b"credential", &id.to_le_bytes()])
    }
}

impl Concerns {
    /// How many people and activities it names.
    pub fn named(&self) -> usize {
        self.agents.len() + self.activities.len()
    }

    /// Does it name somebody, in any role?
    pub fn names_agent(&self, agent: Term) -> bool {
        self.agents.iter().any(|(named, _)| *named == agent)
    }

    /// Does it name an activity, in any role?
    pub fn names_activity(&self, activity: Term) -> bool {
        self.activities.iter().any(|(named, _)| *named == activity)
    }

    /// The same with so many people and activities at most: first those that are acted on and act.
    #[must_use]
    pub fn first(&self, most: usize) -> Self {
        if self.named() <= most {
            return self.clone();
        }
        let (mut agents, mut activities) = (Vec::new(), Vec::new());
        let mut left = most;
        for direct in [true, false] {
            for (from, to) in [(&self.activities, &mut activities), (&self.agents, &mut agents)] {
                let some = from.iter().filter(|(_, known)| *known == direct).take(left);
                let before = to.len();
                to.extend(some);
                left -= to.len() - before;
            }
        }
        Self { verb: self.verb, registration: self.registration, agents, activities }
    }

    /// Everything that it is found by alone.
    fn singles(&self) -> Vec<Term> {
        let mut terms = vec![self.verb];
        terms.extend(self.registration);
        for (agent, direct) in &self.agents {
            terms.push(term_of::related_agent(*agent));
            terms.extend(direct.then(|| term_of::direct_agent(*agent)));
        }
        for (activity, direct) in &self.activities {
            terms.push(term_of::related_activity(*activity));
            terms.extend(direct.then(|| term_of::direct_activity(*activity)));
        }
        terms
    }

    /// The pairs that have an index of their own: what is asked for together, and where each alone has many.
    fn pairs(&self) -> Vec<Term> {
        let direct = |all: &[(Term, bool)]| -> Vec<Term> {
            all.iter().filter(|(_, direct)| *direct).map(|(term, _)| *term).collect()
        };
        let (agents, activities) = (direct(&self.agents), direct(&self.activities));
        let mut terms = Vec::new();
        for agent in &agents {
            let agent = term_of::direct_agent(*agent);
            terms.push(agent.and(self.verb));
            terms.extend(activities.iter().map(|activity| agent.and(term_of::direct_activity(*activity))));
        }
        terms.extend(activities.iter().map(|activity| self.verb.and(term_of::direct_activity(*activity))));
        terms
    }
}

/// A statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// When it was stored: its key.
    pub stored: Stored,
    /// Its id.
    pub id: [u8; 16],
    /// What it says, as JSON without its last brace, `stored`, and a `timestamp` that it did not have.
    pub text: Text,
    /// It had no time of its own.
    pub timed_by_us: bool,
    /// The same for all statements that say the same.
    pub says: [u8; 32],
    /// Which credential wrote it.
    pub credential: CredentialId,
    /// It voids its target.
    pub voids: bool,
    /// It was voided.
    pub voided: bool,
    /// The statement that it is about.
    pub target: Option<[u8; 16]>,
    /// Whom and what it is about, and behind that the same of the statement that it is about, and so on.
    pub concerns: Vec<Concerns>,
    /// Its files that are kept here.
    pub files: Vec<FileNote>,
}

impl Statement {
    /// What it is found by, each once.
    fn terms(&self) -> Vec<Term> {
        let mut terms = Vec::new();
        if self.voided {
            // Queries find it by its id alone; whoever looks after a person's data finds it by the person.
            let agents = self.concerns.iter().flat_map(|concerns| &concerns.agents);
            terms.extend(agents.map(|(agent, _)| term_of::voided_agent(*agent)));
        } else {
            terms.push(term_of::credential(self.credential.0));
            for concerns in &self.concerns {
                terms.extend(concerns.singles());
                terms.extend(concerns.pairs());
            }
        }
        terms.sort_unstable();
        terms.dedup();
        terms
    }

    /// Is the file with this hash here, in whichever letters?
    pub fn has_file(&self, sha2: &str) -> bool {
        self.files.iter().any(|file| file.sha2.eq_ignore_ascii_case(sha2))
    }

    /// The files that it cannot be told without, with their lengths.
    pub fn needed_files(&self) -> Vec<(FileHash, u64)> {
        let mut files: Vec<(FileHash, u64)> =
            self.files.iter().map(|file| (file.sha256, file.bytes)).collect();
        if let Text::File { sha256, bytes } = self.text {
            files.push((sha256, bytes));
        }
        files.sort_unstable();
        files.dedup();
        files
    }
}

impl Record for Statement {
    const TABLE: Table = Table { tag: 160, name: "statement" };
    const VERSION: u8 = 2;
    type Key = Stored;

    fn key(&self) -> Stored {
        self.stored
    }

    // No text was packed then.
    fn upgrade(version: u8, body: &[u8]) -> Result<Self, CodecError> {
        decode_old(Self::TABLE.name, (version, 1), body)
    }

    fn index(&self, entries: &mut Entries) {
        entries.unique::<StatementById>(&self.id);
        if let Some(target) = &self.target {
            entries.add::<StatementsByTarget>(target);
        }
        for (file, _) in self.needed_files() {
            entries.add::<StatementsByFile>(&file);
        }
        for term in &self.terms() {
            entries.add::<StatementsByTerm>(term);
        }
    }
}

/// Statements by their id.
#[derive(Debug)]
pub struct StatementById;

impl Unique for StatementById {
    const TABLE: Table = Table { tag: 161, name: "statement by id" };
    type Key = [u8; 16];
    type Of = Statement;
}

/// Statements by whom and what they are about.
#[derive(Debug)]
pub struct StatementsByTerm;

impl Index for StatementsByTerm {
    const TABLE: Table = Table { tag: 162, name: "statements by term" };
    const PACKED: bool = true;
    type Key = Term;
    type Of = Statement;
}

/// Statements by the statement that they are about, whether it is there or not.
#[derive(Debug)]
pub struct StatementsByTarget;

impl Index for StatementsByTarget {
    const TABLE: Table = Table { tag: 163, name: "statements by target" };
    type Key = [u8; 16];
    type Of = Statement;
}

/// Statements by the files that they need.
#[derive(Debug)]
pub struct StatementsByFile;

impl Index for StatementsByFile {
    const TABLE: Table = Table { tag: 164, name: "statements by file" };
    type Key = FileHash;
    type Of = Statement;
}

/// When the last statement or document was stored; the next one is later, whatever the clock says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastStored {
    /// When.
    pub stored: Stored,
}

impl Record for LastStored {
    const TABLE: Table = Table { tag: 165, name: "last stored" };
    const VERSION: u8 = 1;
    const CACHE: Cache = Cache::Content;
    type Key = u8;

    fn key(&self) -> u8 {
        0
    }
}

/// Tables of statements.
pub const TABLES: &[TableInfo] = &[
    TableInfo::rows::<Statement>(),
    TableInfo::unique::<StatementById>(),
    TableInfo::index::<StatementsByTerm>(),
    TableInfo::index::<StatementsByTarget>(),
    TableInfo::index::<StatementsByFile>(),
    TableInfo::rows::<LastStored>(),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{decode_value, encode_value};

    /// A row as it is written; its version, and its text as bincode has it.
    fn row(version: u8, text: &[u8]) -> Vec<u8> {
        // The key, the id, the text; without a time of its own; what it says; credential 5, no voiding, no target.
        let mut row = [&[version, 7][..], &[1; 16], text, &[1], &[2; 32], &[5, 0, 0, 0]].concat();
        // It concerns a verb and somebody who acts, and has no files.
        row.extend([&[1][..], &[3; 16], &[0, 1], &[4; 16], &[1, 0, 0]].concat());
        row
    }

    /// Bytes as version 1 wrote them, and as version 2 does. They never change.
    #[test]
    fn a_statement_of_version_1_is_read_and_version_2_is_written_as_it_always_was() {
        let here = [0, 2, b'h', b'i'];
        let file = [&[1][..], &[6; 32], &[9]].concat();
        let packed = [2, 3, b'x', b'y', b'z', 4];
        for (version, bytes, text) in [
            (1, &here[..], Text::Here("hi".to_owned())),
            (1, &file, Text::File { sha256: [6; 32], bytes: 9 }),
            (2, &here, Text::Here("hi".to_owned())),
            (2, &packed, Text::Packed { lz4: Bytes::from_static(b"xyz"), bytes: 4 }),
        ] {
            let statement: Statement = decode_value(&row(version, bytes)).unwrap();
            assert_eq!((statement.stored, statement.credential), (Stored(7), CredentialId(5)));
            assert_eq!((statement.text.clone(), statement.timed_by_us), (text, true));
            assert_eq!(statement.concerns.first().map(Concerns::named), Some(1));
            assert_eq!(encode_value(&statement).unwrap(), row(2, bytes));
        }
        assert!(decode_value::<Statement>(&row(3, &here)).is_err());
    }
}
