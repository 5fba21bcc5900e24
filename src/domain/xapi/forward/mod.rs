//! Forwarding of statements to other learning record stores: where to, what of, and how far it has come.
//!
//! The key of a statement is its moment of storing, which only grows, so a target needs no queue of its own: what waits for
//! it is every statement behind its position. `edit` is what administrators do, `progress` what the sender writes down, `forget`
//! what erasing a person takes out of both.

pub mod edit;
pub mod forget;
pub mod progress;

use serde::{Deserialize, Serialize};

use super::record::{Concerns, Statement, Stored};
use super::term::{Ifi, Term};
use super::version::Version;
use crate::clock::Timestamp;
use crate::id_type;
use crate::store::{
    CodecError, Counter, CounterKind, Entries, Index, Record, Table, TableInfo, decode_appended, decode_old,
};

id_type!(
    /// Another learning record store to which statements are forwarded.
    ForwardTargetId
);

/// Letters of a target; `verify` recomputes it.
pub const DEAD_LETTERS: CounterKind = CounterKind { tag: 160, name: "dead letters per forwarding target" };

/// A text that is sent and never shown or logged.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Takes a text.
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The text, for the header of a request and nothing else.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(secret)")
    }
}

/// How a target knows us.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Login {
    /// Basic authentication.
    Basic {
        /// The user name.
        key: String,
        /// The password.
        secret: Secret,
    },
    /// A bearer token.
    Bearer(Secret),
}

/// Which statements a target gets: those that meet everything that is said, themselves or by one that they are about.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Selection {
    /// One of these verbs; any when there are none.
    pub verbs: Vec<String>,
    /// This activity, as the object or named beside it.
    pub activity: Option<String>,
    /// This agent in any role, as it was said.
    pub agent: Option<SelectedAgent>,
}

/// An agent that statements are selected by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelectedAgent {
    /// As it was said: JSON.
    pub text: String,
    /// What identifies it.
    pub ifi: Ifi,
}

/// A target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForwardTarget {
    /// Its id.
    pub id: ForwardTargetId,
    /// What people call it.
    pub name: String,
    /// The address of its interface, with a slash at its end: `statements` is below it.
    pub endpoint: String,
    /// The version that is spoken with it.
    pub version: Version,
    /// How it knows us.
    pub login: Login,
    /// What it gets.
    pub selection: Selection,
    /// Files go along with the statements that have them.
    pub attachments: bool,
    /// Nothing is sent for now.
    pub paused: bool,
    /// When it was made.
    pub created: Timestamp,
    /// Changes so far, for `If-Match`.
    pub revision: u32,
}

impl Record for ForwardTarget {
    const TABLE: Table = Table { tag: 179, name: "forward target" };
    const VERSION: u8 = 1;
    type Key = ForwardTargetId;

    fn key(&self) -> ForwardTargetId {
        self.id
    }
}

/// Why nothing gets through at the moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// Since when.
    pub since: Timestamp,
    /// How often it was tried since.
    pub tries: u32,
    /// When it is tried again.
    pub next: Timestamp,
    /// The status of the last answer; `None` when there was none.
    pub status: Option<u16>,
    /// What it said, or why there was none.
    pub reason: String,
}

/// How far a target has come. Beside the target, so that sending and editing do not disturb each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForwardProgress {
    /// Of which target.
    pub target: ForwardTargetId,
    /// Every statement up to here was delivered, put aside or not selected.
    pub position: Stored,
    /// Statements that it has taken.
    pub delivered: u64,
    /// When it took the last ones.
    pub delivered_at: Option<Timestamp>,
    /// Why nothing gets through.
    pub trouble: Option<Trouble>,
    /// The last statement that it has taken: sent again it changes nothing, and shows whether the target works.
    pub last: Option<Stored>,
}

impl Record for ForwardProgress {
    const TABLE: Table = Table { tag: 178, name: "forward progress" };
    const VERSION: u8 = 2;
    type Key = ForwardTargetId;

    fn key(&self) -> ForwardTargetId {
        self.target
    }

    fn upgrade(version: u8, body: &[u8]) -> Result<Self, CodecError> {
        // Version 1 did not know the last statement, the last field.
        decode_appended(Self::TABLE.name, (version, 1), body, &None::<Stored>)
    }
}

/// A statement that a target does not want. It is not copied: its text is where it always was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// Which target.
    pub target: ForwardTargetId,
    /// The statement, by its place.
    pub stored: Stored,
    /// Its id.
    pub statement: [u8; 16],
    /// When it was refused last.
    pub refused: Timestamp,
    /// How often.
    pub tries: u32,
    /// With which status; `None` when no answer ever came.
    pub status: Option<u16>,
    /// What the target said, or why there was nothing.
    pub answer: String,
    /// It is to be sent again.
    pub again: bool,
}

/// Version 1, which was for statements that a target answered only.
#[derive(Serialize, Deserialize)]
struct AnsweredLetter {
    target: ForwardTargetId,
    stored: Stored,
    statement: [u8; 16],
    refused: Timestamp,
    tries: u32,
    status: u16,
    answer: String,
    again: bool,
}

impl From<AnsweredLetter> for DeadLetter {
    fn from(old: AnsweredLetter) -> Self {
        let AnsweredLetter { target, stored, statement, refused, tries, status, answer, again } = old;
        Self { target, stored, statement, refused, tries, status: Some(status), answer, again }
    }
}

impl Record for DeadLetter {
    const TABLE: Table = Table { tag: 177, name: "dead letter" };
    const VERSION: u8 = 2;
    type Key = (ForwardTargetId, Stored);

    fn key(&self) -> Self::Key {
        (self.target, self.stored)
    }

    fn upgrade(version: u8, body: &[u8]) -> Result<Self, CodecError> {
        decode_old::<AnsweredLetter>(Self::TABLE.name, (version, 1), body).map(Self::from)
    }

    fn index(&self, entries: &mut Entries) {
        if self.again {
            entries.add::<LettersToSend>(&self.target);
        }
        entries.count(Counter::new(DEAD_LETTERS, &self.target), 1);
    }
}

/// Letters that are to be sent again.
#[derive(Debug)]
pub struct LettersToSend;

impl Index for LettersToSend {
    const TABLE: Table = Table { tag: 176, name: "dead letters to send again" };
    type Key = ForwardTargetId;
    type Of = DeadLetter;
}

/// Tables of this folder.
pub const TABLES: &[TableInfo] = &[
    TableInfo::rows::<ForwardTarget>(),
    TableInfo::rows::<ForwardProgress>(),
    TableInfo::rows::<DeadLetter>(),
    TableInfo::index::<LettersToSend>(),
];

/// A [`Selection`] by what statements are found by.
#[derive(Debug, Clone)]
pub struct Chosen {
    verbs: Vec<Term>,
    activity: Option<Term>,
    agent: Option<Term>,
}

impl Chosen {
    /// What a selection looks for.
    pub fn of(selection: &Selection) -> Self {
        Self {
            verbs: selection.verbs.iter().map(|verb| Term::verb(verb)).collect(),
            activity: selection.activity.as_deref().map(Term::activity),
            agent: selection.agent.as_ref().map(|agent| Term::agent(&agent.ifi)),
        }
    }

    /// Is this statement one of them? Voided or not: the target voids it by the one that says so.
    pub fn has(&self, statement: &Statement) -> bool {
        let met = |concerns: &Concerns| {
            (self.verbs.is_empty() || self.verbs.contains(&concerns.verb))
                && self.activity.is_none_or(|activity| concerns.names_activity(activity))
                && self.agent.is_none_or(|agent| concerns.names_agent(agent))
        };
        statement.concerns.iter().any(met)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{decode_value, encode_value};

    /// Bytes as version 1 wrote them, and as version 2 does. They never change.
    #[test]
    fn progress_and_letters_of_version_1_are_read() {
        let (target, stored, at) = (ForwardTargetId(7), Stored(9), Timestamp::from_ms(1_000));
        // Three delivered, the last after a second; no trouble.
        let mut bytes = vec![1, 7, 9, 3, 1, 251, 0xd0, 0x07, 0];
        let progress = ForwardProgress {
            target,
            position: stored,
            delivered: 3,
            delivered_at: Some(at),
            trouble: None,
            last: None,
        };
        assert_eq!(decode_value::<ForwardProgress>(&bytes).unwrap(), progress);
        bytes[0] = 2;
        bytes.extend([1, 8]);
        assert_eq!(encode_value(&ForwardProgress { last: Some(Stored(8)), ..progress }).unwrap(), bytes);

        let letter = |version, status: &[u8]| {
            [&[version, 7, 9][..], &[5; 16], &[251, 0xd0, 0x07, 2], status, &[2, b'n', b'o', 1]].concat()
        };
        let (statement, answer) = ([5; 16], "no".to_owned());
        let status = Some(400);
        let expected =
            DeadLetter { target, stored, statement, refused: at, tries: 2, status, answer, again: true };
        assert_eq!(decode_value::<DeadLetter>(&letter(1, &[251, 0x90, 0x01])).unwrap(), expected);
        assert_eq!(encode_value(&expected).unwrap(), letter(2, &[1, 251, 0x90, 0x01]));
        assert_eq!(encode_value(&DeadLetter { status: None, ..expected }).unwrap(), letter(2, &[0]));
        assert!(decode_value::<DeadLetter>(&letter(3, &[0])).is_err());
    }

    #[test]
    fn secrets_are_not_in_what_a_log_would_show() {
        let login = Login::Basic { key: "us".to_owned(), secret: Secret::new("hidden words".to_owned()) };
        let shown = format!("{login:?} {:?}", Login::Bearer(Secret::new("hidden words".to_owned())));
        assert!(shown.contains("us") && !shown.contains("hidden"), "{shown}");
    }
}
