//! Documents that tools keep here: the state of somebody in an activity, and profiles of activities and of agents.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::credential::{Caller, LrsScope};
use super::json::{Node, Wrong, parse, united};
use super::record::{FileHash, Stored};
use super::term::{Ifi, Term};
use super::version::Version;
use super::watermark;
use super::{INVALID_REQUEST, sha1};
use crate::domain::refusal::{CHANGED, Code, Kind, Refusal};
use crate::store::{Entries, Exactly, Index, IndexEntry, Read, Record, StoreError, Table, TableInfo, Txn};

/// A body up to this size is in its row.
pub const MAX_INLINE_BYTES: usize = 12 * 1024;
/// Ids are IRIs mostly.
const MAX_ID_BYTES: usize = 1_024;
/// Ids in one answer, which is in memory; the interface has no pages for them.
const MAX_IDS: usize = 10_000;
/// Documents that one transaction removes.
const REMOVED_AT_ONCE: usize = 200;
/// Documents of an owner that are looked at in one read: a millisecond or two under the lock.
const DOCUMENTS_AT_ONCE: usize = 1_000;

/// A document is there, and nobody said which one was read.
pub const DOCUMENT_CONFLICT: Code = Code::new(
    "document_conflict",
    Kind::Conflict,
    "There is a document here already. Read it, and send its ETag in If-Match to replace it.",
);

/// Codes of this file.
pub const CODES: &[Code] = &[DOCUMENT_CONFLICT];

/// Bytes in the row, or in a file when they are many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Bytes {
    /// In the row.
    Here(Vec<u8>),
    /// In the content store.
    File {
        /// Which.
        sha256: FileHash,
        /// How many bytes.
        bytes: u64,
    },
}

/// Whose documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// Of somebody in an activity.
    State {
        /// The activity.
        activity: String,
        /// Who.
        agent: Ifi,
    },
    /// Of an activity.
    Activity(String),
    /// Of an agent.
    Agent(Ifi),
}

impl Owner {
    /// What it is called in keys.
    pub fn term(&self) -> Term {
        match self {
            Self::State { activity, agent } => {
                Term::of(&[b"state", activity.as_bytes(), &Term::agent(agent).0])
            }
            Self::Activity(activity) => Term::of(&[b"activity profile", activity.as_bytes()]),
            Self::Agent(agent) => Term::of(&[b"agent profile", &Term::agent(agent).0]),
        }
    }

    /// Is it a state?
    pub const fn is_state(&self) -> bool {
        matches!(self, Self::State { .. })
    }

    /// The agent whose it is, when it is somebody's.
    pub fn agent(&self) -> Option<Term> {
        match self {
            Self::State { agent, .. } | Self::Agent(agent) => Some(Term::agent(agent)),
            Self::Activity(_) => None,
        }
    }

    /// The activity that it is of.
    pub fn activity(&self) -> Option<&str> {
        match self {
            Self::State { activity, .. } | Self::Activity(activity) => Some(activity),
            Self::Agent(_) => None,
        }
    }

    /// The scopes that read it.
    pub const fn reading(&self) -> [LrsScope; 2] {
        match self {
            Self::State { .. } => [LrsScope::State, LrsScope::AllRead],
            _ => [LrsScope::Profile, LrsScope::AllRead],
        }
    }

    /// The scopes that write it.
    pub const fn writing(&self) -> [LrsScope; 1] {
        match self {
            Self::State { .. } => [LrsScope::State],
            _ => [LrsScope::Profile],
        }
    }
}

/// Which document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Whose.
    pub owner: Term,
    /// Of which registration; zeros for none.
    pub registration: [u8; 16],
    /// Its id.
    pub id: String,
    /// Whose it is, when it is somebody's.
    pub agent: Option<Term>,
    /// The activity that it is of.
    pub activity: Option<String>,
}

impl Place {
    /// Checks the id.
    pub fn parse(owner: &Owner, registration: Option<[u8; 16]>, id: &str) -> Result<Self, String> {
        if id.is_empty() || id.len() > MAX_ID_BYTES {
            return Err(format!("is not 1 to {MAX_ID_BYTES} bytes"));
        }
        Ok(Self {
            owner: owner.term(),
            registration: registration.unwrap_or_default(),
            id: id.to_owned(),
            agent: owner.agent(),
            activity: owner.activity().map(str::to_owned),
        })
    }

    fn key(&self) -> (Term, [u8; 16], String) {
        (self.owner, self.registration, self.id.clone())
    }
}

/// A document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Whose.
    pub owner: Term,
    /// Of which registration; zeros for none.
    pub registration: [u8; 16],
    /// Its id.
    pub id: String,
    /// Its media type.
    pub content_type: String,
    /// The SHA-1 of its bytes.
    pub etag: String,
    /// When it was written.
    pub updated: Stored,
    /// Its bytes.
    pub bytes: Bytes,
    /// Whose it is, when it is somebody's.
    pub agent: Option<Term>,
    /// The activity that it is of.
    pub activity: Option<String>,
}

impl Record for Document {
    const TABLE: Table = Table { tag: 168, name: "xapi document" };
    const VERSION: u8 = 1;
    type Key = (Term, [u8; 16], String);

    fn key(&self) -> Self::Key {
        (self.owner, self.registration, self.id.clone())
    }

    fn index(&self, entries: &mut Entries) {
        entries.add::<DocumentsByTime>(&(self.owner, self.updated));
        if let Some(agent) = &self.agent {
            entries.add::<DocumentsByAgent>(agent);
        }
        if let Bytes::File { sha256, .. } = &self.bytes {
            entries.add::<DocumentsByFile>(sha256);
        }
    }
}

/// Documents of an owner by the time of their last change: their ids are listed without reading them.
#[derive(Debug)]
pub struct DocumentsByTime;

impl Index for DocumentsByTime {
    const TABLE: Table = Table { tag: 169, name: "xapi documents by time" };
    type Key = (Term, Stored);
    type Of = Document;
}

/// Documents by the file that they need.
#[derive(Debug)]
pub struct DocumentsByFile;

impl Index for DocumentsByFile {
    const TABLE: Table = Table { tag: 170, name: "xapi documents by file" };
    type Key = FileHash;
    type Of = Document;
}

/// Documents by the person whose they are: states in any activity, and profiles.
#[derive(Debug)]
pub struct DocumentsByAgent;

impl Index for DocumentsByAgent {
    const TABLE: Table = Table { tag: 187, name: "xapi documents by agent" };
    type Key = Term;
    type Of = Document;
}

/// Tables of documents.
pub const TABLES: &[TableInfo] = &[
    TableInfo::rows::<Document>(),
    TableInfo::index::<DocumentsByTime>(),
    TableInfo::index::<DocumentsByFile>(),
    TableInfo::index::<DocumentsByAgent>(),
];

/// The document at a place.
pub fn get(read: &impl Read, place: &Place) -> Result<Option<Arc<Document>>, Refusal> {
    Ok(read.get::<Document>(&place.key())?)
}

/// The ids of an owner's documents, those first that were changed first, as they are found page by page. What changes between two
/// pages comes again at the end, so that nothing is passed over.
#[derive(Debug)]
pub struct Ids {
    owner: Term,
    registration: Option<[u8; 16]>,
    since: Option<u64>,
    found: Vec<String>,
    known: HashSet<String>,
    newest: Option<Stored>,
    last: Option<IndexEntry<DocumentsByTime>>,
}

impl Ids {
    /// Of all registrations when none is given, changed after `since`. Nothing is read yet.
    pub fn of(owner: Term, registration: Option<[u8; 16]>, since: Option<u64>) -> Self {
        // No document is under the first key of all: each has an id.
        let first = |since: u64| ((owner, Stored(since.saturating_add(1))), (owner, [0; 16], String::new()));
        let (found, known) = (Vec::new(), HashSet::new());
        Self { owner, registration, since, found, known, newest: None, last: since.map(first) }
    }

    /// Reads a page. Are there more? Refused when there are more ids than an answer has.
    pub fn read_on(&mut self, read: &impl Read) -> Result<bool, Refusal> {
        let after = self.last.as_ref().map(|(index, key)| (index, key));
        let page = read.index_keys::<DocumentsByTime>(&(self.owner,), after, DOCUMENTS_AT_ONCE)?;
        let more = page.len() == DOCUMENTS_AT_ONCE;
        for ((_, updated), (_, registration, id)) in &page {
            if self.registration.is_some_and(|wanted| wanted != *registration) {
                continue;
            }
            self.newest = Some(*updated);
            if self.known.insert(id.clone()) {
                self.found.push(id.clone());
            }
        }
        if self.found.len() > MAX_IDS {
            let fault = if self.since.is_some() { "is too early" } else { "is missing" };
            let problem = format!(
                "{fault}: more than {MAX_IDS} ids would have to be told at once; ask for those that changed after a later moment"
            );
            return Err(INVALID_REQUEST.refuse_at("?since", problem));
        }
        if let Some(last) = page.into_iter().next_back() {
            self.last = Some(last);
        }
        Ok(more)
    }

    /// When the newest of them changed.
    pub const fn newest(&self) -> Option<Stored> {
        self.newest
    }

    /// They themselves, as JSON.
    pub fn json(&self) -> String {
        let mut text = String::from("[");
        for (place, id) in self.found.iter().enumerate() {
            if place > 0 {
                text.push(',');
            }
            super::json::write_text(&mut text, id);
        }
        text.push(']');
        text
    }
}

/// What a client says about the document that it read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Precondition {
    /// `If-Match`: one of these tags, or any for `*`.
    pub matches: Option<Vec<String>>,
    /// `If-None-Match`.
    pub matches_none: Option<Vec<String>>,
}

/// The tags of `If-None-Match`, weak or strong, with quotes, which some clients leave out.
pub fn tags(header: &str) -> Vec<String> {
    let quoted = |tag: &str| {
        let tag = tag.strip_prefix("W/").unwrap_or(tag);
        if tag == "*" || tag.starts_with('"') { tag.to_owned() } else { format!("\"{tag}\"") }
    };
    header.split(',').map(|tag| quoted(tag.trim())).collect()
}

/// The tags of `If-Match`, which a weak one never meets (RFC 9110, 13.1.1).
pub fn strong_tags(header: &str) -> Vec<String> {
    let strong = header.split(',').filter(|tag| !tag.trim_start().starts_with("W/"));
    strong.flat_map(tags).collect()
}

/// Do tags name a document?
fn name(tags: &[String], etag: &str) -> bool {
    tags.iter().any(|tag| tag == "*" || tag.trim_matches('"') == etag)
}

/// What is done to a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is replaced.
    Put,
    /// It is merged.
    Post,
    /// It is removed.
    Delete,
}

impl Precondition {
    /// Does the client have the document with the tag `current` already?
    pub fn is_known(&self, current: &str) -> bool {
        self.matches_none.as_ref().is_some_and(|tags| name(tags, current))
    }

    /// May the document with the tag `current` be changed so?
    pub fn check(
        &self,
        version: Version,
        owner: &Owner,
        change: Change,
        current: Option<&str>,
    ) -> Result<(), Refusal> {
        let has = |tags: &[String]| current.is_some_and(|current| name(tags, current));
        if let Some(tags) = &self.matches
            && !has(tags)
        {
            let problem = "does not name the document as it is now; read it again";
            return Err(CHANGED.refuse_at("If-Match", problem));
        }
        if let Some(tags) = &self.matches_none
            && has(tags)
        {
            return Err(CHANGED.refuse_at("If-None-Match", "rules out the document that is here"));
        }
        if change != Change::Put || self.matches.is_some() || self.matches_none.is_some() {
            return Ok(());
        }
        match (version, owner.is_state(), current) {
            (Version::One, true, _) | (Version::Two, _, None) => Ok(()),
            (_, _, Some(_)) => Err(DOCUMENT_CONFLICT.refuse_at(
                "If-Match",
                "is missing, and there is a document here; send its ETag to replace it, or If-None-Match: * to write only \
                 when there is none",
            )),
            (Version::One, false, None) => Err(INVALID_REQUEST.refuse_at(
                "If-None-Match",
                "is missing; send * to write a new profile, or If-Match to replace one",
            )),
        }
    }
}

/// A document's new bytes.
#[derive(Debug, Clone)]
pub struct NewBytes {
    /// Their media type.
    pub content_type: String,
    /// Their SHA-1.
    pub etag: String,
    /// They themselves.
    pub bytes: Bytes,
}

/// Writes a document when it is still the one with the tag `seen`. Was it?
pub fn put(
    txn: &mut Txn<'_>,
    caller: &Caller,
    place: &Place,
    seen: Option<&str>,
    new: NewBytes,
) -> Result<bool, Refusal> {
    let known = get(txn, place)?;
    if known.as_ref().map(|known| known.etag.as_str()) != seen {
        return Ok(false);
    }
    let updated = watermark::take(txn, caller.now, 1)?;
    txn.put(Document {
        owner: place.owner,
        registration: place.registration,
        id: place.id.clone(),
        content_type: new.content_type,
        etag: new.etag,
        updated,
        bytes: new.bytes,
        agent: place.agent,
        activity: place.activity.clone(),
    })?;
    Ok(true)
}

/// Removes a document when it is still the one with the tag `seen`. Was it?
pub fn delete(txn: &mut Txn<'_>, place: &Place, seen: Option<&str>) -> Result<bool, Refusal> {
    let known = get(txn, place)?;
    if known.as_ref().map(|known| known.etag.as_str()) != seen {
        return Ok(false);
    }
    txn.delete::<Document>(&place.key())?;
    Ok(true)
}

/// Removes documents of an owner, of all registrations when none is given. Are there more?
pub fn delete_some(txn: &mut Txn<'_>, owner: Term, registration: Option<[u8; 16]>) -> Result<bool, Refusal> {
    let found: Vec<Document> = match registration {
        Some(registration) => txn.list(&(owner, registration), None, REMOVED_AT_ONCE)?,
        None => txn.list(&(owner,), None, REMOVED_AT_ONCE)?,
    };
    for document in &found {
        txn.delete::<Document>(&document.key())?;
    }
    Ok(found.len() == REMOVED_AT_ONCE)
}

/// Does a document need this file?
pub fn names_file(read: &impl Read, sha256: FileHash) -> Result<bool, Refusal> {
    Ok(!read.index_keys::<DocumentsByFile>(&Exactly(sha256), None, 1)?.is_empty())
}

/// Does a document need any file?
pub fn names_any_file(read: &impl Read) -> Result<bool, StoreError> {
    Ok(!read.index_keys::<DocumentsByFile>(&(), None, 1)?.is_empty())
}

/// Reads a document that others can be merged with.
fn object(bytes: &[u8]) -> Result<Node<'_>, Wrong> {
    let node = parse(bytes)?;
    if node.members().is_some() {
        Ok(node)
    } else {
        Err(Wrong::new("is no JSON object, and nothing else can be merged"))
    }
}

/// The same of the document that was sent.
fn sent(bytes: &[u8]) -> Result<Node<'_>, Refusal> {
    object(bytes).map_err(|wrong| INVALID_REQUEST.refuse_at(wrong.pointer(), wrong.problem))
}

/// The newer object over the older, one level deep; both have to be JSON objects.
pub fn merge(older: &[u8], newer: &[u8]) -> Result<Vec<u8>, Refusal> {
    // What is wrong with the older one is in no place of the request.
    let here = |wrong| INVALID_REQUEST.refuse(format!("the document that is here {wrong}; replace it"));
    let (older, newer) = (object(older).map_err(here)?, sent(newer)?);
    Ok(united(&older, &newer, |_, _, newer| Cow::Borrowed(newer.raw)).into_bytes())
}

/// Is the body a JSON object?
pub fn check_object(bytes: &[u8]) -> Result<(), Refusal> {
    sent(bytes).map(drop)
}

/// Is it JSON by its media type?
pub fn is_json(content_type: &str) -> bool {
    content_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}

/// The tag of these bytes.
pub fn etag(bytes: &[u8]) -> String {
    sha1::hex(bytes)
}

/// Reads an agent that identifies somebody, as parameters have it.
pub fn agent_of(node: &Node<'_>) -> Result<(Ifi, Option<String>), Wrong> {
    let who = super::agent::somebody(node, super::agent::Expected::Either)?;
    let name = who.name.map(str::to_owned);
    who.ifi.map(|ifi| (ifi, name)).ok_or_else(|| Wrong::new("is an anonymous group"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merging_is_one_level_deep_and_keeps_bytes() {
        let merged = merge(br#"{"a":{"x":1},"b": 2.0}"#, br#"{"a":{"y":1e1},"c":null}"#).unwrap();
        assert_eq!(merged, br#"{"a":{"y":1e1},"b":2.0,"c":null}"#);
        let other_order = merge(br#"{"b":1,"a":2}"#, br#"{"d":3,"a":4,"c":5}"#).unwrap();
        assert_eq!(other_order, br#"{"b":1,"a":4,"d":3,"c":5}"#);
        assert!(merge(b"[]", b"{}").is_err() && merge(b"{}", b"1").is_err() && merge(b"{}", b"{").is_err());
    }

    /// Comparing each key with each would take hours.
    #[test]
    fn objects_of_many_keys_are_merged_in_a_moment() {
        let many = |letter: char| {
            let members: Vec<String> =
                (0..300_000).map(|number| format!("\"{letter}{number}\":{number}")).collect();
            format!("{{{}}}", members.join(","))
        };
        let (older, newer) = (many('a'), many('b'));
        let merged = merge(older.as_bytes(), newer.as_bytes()).unwrap();
        let expected = format!("{},{}", older.strip_suffix('}').unwrap(), newer.strip_prefix('{').unwrap());
        assert!(merged == expected.as_bytes(), "the one behind the other");
        assert!(merge(older.as_bytes(), older.as_bytes()).unwrap() == older.as_bytes(), "the same");
    }

    #[test]
    fn preconditions_by_version() {
        use Change::{Delete, Post, Put};
        use Version::{One, Two};
        let state =
            Owner::State { activity: "http://a".to_owned(), agent: Ifi::OpenId("http://o".to_owned()) };
        let profile = Owner::Activity("http://a".to_owned());
        let none = Precondition::default();
        let matches = Precondition { matches: Some(tags("\"x\", W/\"y\"")), matches_none: None };
        let new_only = Precondition { matches: None, matches_none: Some(tags("*")) };
        for (says, version, owner, change, current, code) in [
            (&none, One, &state, Put, Some("x"), None),
            (&none, Two, &state, Put, Some("x"), Some("document_conflict")),
            (&none, Two, &state, Put, None, None),
            (&none, One, &profile, Put, None, Some("invalid_xapi_request")),
            (&none, One, &profile, Put, Some("x"), Some("document_conflict")),
            (&none, Two, &profile, Put, None, None),
            (&none, Two, &profile, Put, Some("x"), Some("document_conflict")),
            (&none, Two, &profile, Post, Some("x"), None),
            (&none, Two, &profile, Delete, Some("x"), None),
            (&matches, One, &profile, Put, Some("y"), None),
            (&matches, One, &profile, Put, Some("z"), Some("changed")),
            (&matches, One, &profile, Put, None, Some("changed")),
            (&matches, Two, &state, Delete, Some("z"), Some("changed")),
            (&matches, Two, &state, Post, Some("z"), Some("changed")),
            (&new_only, One, &profile, Put, None, None),
            (&new_only, Two, &state, Put, Some("x"), Some("changed")),
        ] {
            let refused = says.check(version, owner, change, current).err().map(|refusal| refusal.code.name);
            assert_eq!(refused, code, "{says:?} {version:?} {change:?} {current:?}");
        }
    }
}
