//! What a course holds: sections in order, and in each its items in order (pages, links, quizzes). Order is a list of
//! ids in the parent, so that reordering is one write.
//!
//! `content_edit` changes it, `page` holds the text of pages, `outline` shows it, `verify` proves it.

mod verify;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use verify::verify;

use super::access::{self, Actor, Permission, Scope};
use super::course::{self, COURSE_TOPIC, Course, View};
use super::ids::{CourseId, ItemId, QuizId, SectionId};
use super::refusal::{Kind, Refusal, not_found};
use crate::clock::Timestamp;
use crate::store::{
    Cache, Counter, CounterKind, Entries, Exactly, Index, Read, Record, Table, TableInfo, Topic,
};

/// Items of a course, in all sections.
pub const ITEMS: CounterKind = CounterKind { tag: 22, name: "items per course" };

/// Whether and when learners see something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Availability {
    /// Hidden from learners altogether when false.
    pub visible: bool,
    /// From here on, when given.
    pub from: Option<Timestamp>,
    /// Until here, when given.
    pub until: Option<Timestamp>,
}

impl Availability {
    /// Always.
    pub const ALWAYS: Self = Self { visible: true, from: None, until: None };

    /// Do learners see it at `now`?
    pub fn is_open(self, now: Timestamp) -> bool {
        self.visible && self.from.is_none_or(|from| from <= now) && self.until.is_none_or(|until| now < until)
    }

    /// The next moment at which [`Availability::is_open`] changes by the clock; [`Timestamp::MAX`] for never.
    pub fn next_edge(self, now: Timestamp) -> Timestamp {
        if !self.visible {
            return Timestamp::MAX;
        }
        let edges = [self.from, self.until].into_iter().flatten();
        edges.filter(|edge| now < *edge).min().unwrap_or(Timestamp::MAX)
    }
}

/// The order of a course's sections. Absent for a course that never had one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// The course.
    pub course: CourseId,
    /// Its sections in order.
    pub sections: Vec<SectionId>,
    /// Changes so far, for `If-Match`.
    pub revision: u32,
}

impl Record for Contents {
    const TABLE: Table = Table { tag: 44, name: "course contents" };
    const VERSION: u8 = 1;
    const CACHE: Cache = Cache::Content;
    type Key = CourseId;

    fn key(&self) -> CourseId {
        self.course
    }

    fn index(&self, entries: &mut Entries) {
        entries.touch(Topic::new(COURSE_TOPIC, self.course.0));
    }
}

/// A section of a course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Its id.
    pub id: SectionId,
    /// Its course.
    pub course: CourseId,
    /// Its title.
    pub title: String,
    /// Whether and when learners see it, and with it everything in it.
    pub availability: Availability,
    /// Its items in order.
    pub items: Vec<ItemId>,
    /// Changes so far, for `If-Match`.
    pub revision: u32,
}

impl Record for Section {
    const TABLE: Table = Table { tag: 45, name: "section" };
    const VERSION: u8 = 1;
    const CACHE: Cache = Cache::Content;
    type Key = SectionId;

    fn key(&self) -> SectionId {
        self.id
    }

    fn index(&self, entries: &mut Entries) {
        entries.touch(Topic::new(COURSE_TOPIC, self.course.0));
    }
}

/// What an item is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ItemKind {
    /// A page of text; see `page`.
    Page,
    /// A link to somewhere else.
    Link(LinkUrl),
    /// A quiz of the course.
    Quiz(QuizId),
}

/// An address on the web: `http` or `https` with a host, as it may stand in a link.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LinkUrl(String);

/// What browsers and servers agree to carry.
pub const URL_BYTES: usize = 2_000;

impl LinkUrl {
    /// Checks the form. Anything a browser would not take as one plain web address is refused: other schemes, names
    /// and passwords before the host, spaces, control characters, quotes and backslashes.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const WRONG: &str =
            "is not an http or https address with a host, without spaces, of at most 2000 bytes";
        let text = text.trim();
        let (scheme, rest) = text.split_once("://").ok_or(WRONG)?;
        let web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
        let plain = !text.chars().any(|c| {
            c.is_control()
                || c.is_whitespace()
                || matches!(c, '"' | '\'' | '<' | '>' | '\\' | '`' | '{' | '}')
        });
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, Some(port)),
            _ => (authority, None),
        };
        let named = if let Some(address) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
            address.parse::<std::net::Ipv6Addr>().is_ok()
        } else {
            host.chars().any(char::is_alphanumeric)
                && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'))
        };
        let numbered = port.is_none_or(|port| port.parse::<u16>().is_ok());
        if web && plain && named && numbered && text.len() <= URL_BYTES {
            Ok(Self(text.to_owned()))
        } else {
            Err(WRONG)
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An item of a section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its id.
    pub id: ItemId,
    /// Its course.
    pub course: CourseId,
    /// Its section.
    pub section: SectionId,
    /// Its title.
    pub title: String,
    /// What it is.
    pub kind: ItemKind,
    /// Whether and when learners see it.
    pub availability: Availability,
    /// Changes so far, for `If-Match`.
    pub revision: u32,
}

impl Record for Item {
    const TABLE: Table = Table { tag: 46, name: "item" };
    const VERSION: u8 = 1;
    const CACHE: Cache = Cache::Content;
    type Key = ItemId;

    fn key(&self) -> ItemId {
        self.id
    }

    fn index(&self, entries: &mut Entries) {
        if let ItemKind::Quiz(quiz) = self.kind {
            entries.add::<ItemByQuiz>(&quiz);
        }
        entries.count(Counter::new(ITEMS, &self.course), 1);
        entries.touch(Topic::new(COURSE_TOPIC, self.course.0));
    }
}

/// The items that show a quiz.
#[derive(Debug)]
pub struct ItemByQuiz;

impl Index for ItemByQuiz {
    const TABLE: Table = Table { tag: 53, name: "item by quiz" };
    type Key = QuizId;
    type Of = Item;
}

/// Tables of this noun.
pub const TABLES: &[TableInfo] = &[
    TableInfo::rows::<Contents>(),
    TableInfo::rows::<Section>(),
    TableInfo::rows::<Item>(),
    TableInfo::index::<ItemByQuiz>(),
];

/// The order of the sections; checks no right.
pub fn contents(read: &impl Read, course: CourseId) -> Result<Arc<Contents>, Refusal> {
    let found = read.get::<Contents>(&course)?;
    Ok(found.unwrap_or_else(|| Arc::new(Contents { course, sections: Vec::new(), revision: 0 })))
}

/// The section; checks no right.
pub fn section(read: &impl Read, id: SectionId) -> Result<Arc<Section>, Refusal> {
    read.get::<Section>(&id)?.ok_or_else(|| not_found("section", id))
}

/// The item; checks no right.
pub fn item(read: &impl Read, id: ItemId) -> Result<Arc<Item>, Refusal> {
    read.get::<Item>(&id)?.ok_or_else(|| not_found("item", id))
}

/// The item that shows a quiz, when one does; checks no right.
pub fn item_of_quiz(read: &impl Read, quiz: QuizId) -> Result<Option<ItemId>, Refusal> {
    Ok(read.index_keys::<ItemByQuiz>(&Exactly(quiz), None, 1)?.first().map(|(_, item)| *item))
}

/// The section, when the actor may do that in its course. For who may not see the course it is not there.
pub fn section_for(
    read: &impl Read,
    actor: &Actor,
    permission: Permission,
    id: SectionId,
) -> Result<Arc<Section>, Refusal> {
    let found = section(read, id)?;
    require(read, actor, permission, found.course, || not_found("section", id))?;
    Ok(found)
}

/// The item, when the actor may do that in its course. For who may not see the course it is not there.
pub fn item_for(
    read: &impl Read,
    actor: &Actor,
    permission: Permission,
    id: ItemId,
) -> Result<Arc<Item>, Refusal> {
    let found = item(read, id)?;
    require(read, actor, permission, found.course, || not_found("item", id))?;
    Ok(found)
}

/// Asks for a right; `none` is said to who may not see the course.
fn require(
    read: &impl Read,
    actor: &Actor,
    permission: Permission,
    course: CourseId,
    none: impl FnOnce() -> Refusal,
) -> Result<(), Refusal> {
    let asked = access::require(read, actor, permission, Scope::Course(course));
    asked.map_err(|refusal| if refusal.code.kind == Kind::NotFound { none() } else { refusal })
}

/// Is it open to learners, and its section with it? Checks no right.
fn is_open(read: &impl Read, item: &Item, now: Timestamp) -> Result<bool, Refusal> {
    Ok(item.availability.is_open(now) && section(read, item.section)?.availability.is_open(now))
}

/// Does the item that shows a quiz keep it from learners now? Checks no right.
pub fn hides_quiz(read: &impl Read, quiz: QuizId, now: Timestamp) -> Result<bool, Refusal> {
    match item_of_quiz(read, quiz)? {
        Some(id) => Ok(!is_open(read, &*item(read, id)?, now)?),
        None => Ok(false),
    }
}

/// The item with its course, when the actor may see it now. One that they may not see is answered as if it did not
/// exist.
pub fn visible_item(
    read: &impl Read,
    actor: &Actor,
    id: ItemId,
) -> Result<(Arc<Course>, Arc<Item>, View), Refusal> {
    let hidden = || not_found("item", id);
    let found = item(read, id)?;
    let (course, view) = course::seen(read, actor, found.course)
        .map_err(|refusal| if refusal.code.kind == Kind::NotFound { hidden() } else { refusal })?;
    if view == View::Learner && !is_open(read, &found, actor.now)? {
        return Err(hidden());
    }
    Ok((course, found, view))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_the_web_and_nowhere_else() {
        for good in [
            "https://en.wikipedia.org/wiki/Anscombe%27s_quartet",
            "HTTP://localhost:8080",
            "https://[2001:db8::1]:443/x?y#z",
            "https://bücher.example/",
        ] {
            assert!(LinkUrl::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "javascript://example.org/%0aalert(1)",
            "data:text/html,x",
            "ftp://example.org/",
            "https://",
            "https:///path",
            "https://user:secret@example.org/",
            "https://example.org/a b",
            "https://example.org:99999/",
            "https://example.org/\"onclick=",
            "//example.org/",
        ] {
            assert!(LinkUrl::parse(bad).is_err(), "{bad}");
        }
        assert!(LinkUrl::parse(&format!("https://example.org/{}", "a".repeat(URL_BYTES))).is_err());
    }

    #[test]
    fn availability_begins_and_ends_by_the_clock() {
        let at = Timestamp::from_ms;
        let window = Availability { visible: true, from: Some(at(10)), until: Some(at(20)) };
        let states: Vec<bool> = [9, 10, 19, 20].map(|ms| window.is_open(at(ms))).to_vec();
        assert_eq!(states, [false, true, true, false]);
        assert_eq!(window.next_edge(at(9)), at(10));
        assert_eq!(window.next_edge(at(10)), at(20));
        assert_eq!(window.next_edge(at(20)), Timestamp::MAX);
        assert_eq!(Availability { visible: false, ..window }.next_edge(at(9)), Timestamp::MAX);
    }
}
