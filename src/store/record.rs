//! What a record states about itself: its table, key, index entries, counts and topics. Nothing else writes.

use std::any::Any;
use std::fmt::Debug;
use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::codec::{self, CodecError};
use super::engine::{Tables, Waits, blocks};
use super::error::StoreError;
use super::key::{self, KeyPart};

/// A contiguous part of the key space: one tag byte, never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// First byte of every key in the table.
    pub tag: u8,
    /// Name in messages, metrics and `lyceum verify`.
    pub name: &'static str,
}

/// Store-internal facts: the last applied group, the next id.
pub(crate) const META: Table = Table { tag: 0, name: "meta" };
/// Totals kept at write time.
pub(crate) const COUNTERS: Table = Table { tag: 1, name: "counters" };
/// The first tag for tables of the domain.
pub(crate) const FIRST_DOMAIN_TAG: u8 = 16;

/// Which cache holds decoded records of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cache {
    /// None: read rarely, or changed more often than read.
    None,
    /// Shared by everything that many people read; bounded by bytes.
    Content,
    /// Sessions and tokens, in a cache of their own so that content never pushes anybody out.
    Sessions,
}

/// Why rows wait in memory for some seconds before the tree gets them: together they cost less than one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// They are small and written again and again while they are in use: the tree is given what they say last.
    Rewritten,
    /// They are small and come one behind the other, counted by the last four bytes of their keys: the tree is given those that
    /// came together as one. For what is read seldom, since reading one is reading its neighbours.
    Gathered,
}

/// A stored record.
pub trait Record: Serialize + DeserializeOwned + Debug + Send + Sync + Sized + 'static {
    /// Where it lives.
    const TABLE: Table;
    /// The version written today.
    const VERSION: u8;
    /// Its cache.
    const CACHE: Cache = Cache::None;
    /// Nothing is derived from it: [`Record::index`] is not called, and the record that a new one overwrites need not
    /// be read. For what is written most often.
    const PLAIN: bool = false;
    /// Why its row waits in memory for some seconds before the tree gets it.
    const WAIT: Option<Wait> = None;
    /// Most looks find nothing, and that is worth a place in the cache. Only where the outside cannot choose the keys:
    /// made-up ones would fill it.
    const REMEMBER_ABSENCE: bool = false;
    /// The primary key.
    type Key: KeyPart;

    /// The key under which this record is stored.
    fn key(&self) -> Self::Key;

    /// Index entries, counts and topics of this record as it is. The store keeps the difference on every change.
    fn index(&self, entries: &mut Entries) {
        let _ = entries;
    }

    /// It contributes what `old` does, which is seen without [`Record::index`]. For what is written often, of which that is seldom
    /// different; only where no topic is touched.
    fn contributes_as(&self, old: &Self) -> bool {
        let _ = old;
        false
    }

    /// Reads an older version into today's type.
    fn upgrade(version: u8, body: &[u8]) -> Result<Self, CodecError> {
        let _ = body;
        let reason = format!("this program knows version {} and no way up from there", Self::VERSION);
        Err(CodecError::Decode { table: Self::TABLE.name, version, reason })
    }
}

/// An index from a key to any number of records.
pub trait Index: 'static {
    /// Where its entries live.
    const TABLE: Table;
    /// Its entries are stored as posting lists: for an index with many entries per record, of records whose keys are eight
    /// bytes and mostly grow.
    const PACKED: bool = false;
    /// What it is looked up by.
    type Key: KeyPart;
    /// What it finds.
    type Of: Record;
}

/// An index from a key to at most one record; a second one is refused.
pub trait Unique: 'static {
    /// Where its entries live.
    const TABLE: Table;
    /// Which cache keeps what was found.
    const CACHE: Cache = Cache::None;
    /// What it is looked up by.
    type Key: KeyPart;
    /// What it finds.
    type Of: Record;
}

/// A family of totals, such as "enrolled per course".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CounterKind {
    /// Never reused.
    pub tag: u8,
    /// Name in messages.
    pub name: &'static str,
}

/// One total of a family.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Counter(pub(crate) Vec<u8>);

impl Counter {
    /// The total of `kind` for `of`.
    pub fn new(kind: CounterKind, of: &impl KeyPart) -> Self {
        let mut bytes = vec![COUNTERS.tag, kind.tag];
        of.encode(&mut bytes);
        Self(bytes)
    }
}

/// Something that prepared bodies and live listeners depend on, such as "the outline of course 7".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Topic(pub(crate) u64);

impl Topic {
    /// The topic of a kind and an id.
    pub const fn new(kind: u8, id: u64) -> Self {
        Self::pair(kind, id, 0)
    }

    /// The topic of a kind and two ids.
    pub const fn pair(kind: u8, first: u64, second: u64) -> Self {
        const PRIME: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut hash = (kind as u64).wrapping_add(1).wrapping_mul(PRIME);
        hash = (hash ^ first).wrapping_mul(PRIME).rotate_left(29);
        hash = (hash ^ second).wrapping_mul(PRIME).rotate_left(31);
        Self(hash ^ (hash >> 32))
    }
}

/// One index entry: its full key, and the primary key for a unique index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) key: Bytes,
    pub(crate) value: Bytes,
    /// The index's name when a second record under the same key must be refused.
    pub(crate) unique: Option<&'static str>,
}

/// Collects what one record contributes to indexes, totals and topics.
#[derive(Debug, Default)]
pub struct Entries {
    primary: Bytes,
    /// The keys of all index entries, one behind the other: a dozen allocations less per record.
    keys: Vec<u8>,
    /// Where each of them ends, and [`Entry::unique`].
    ends: Vec<(usize, Option<&'static str>)>,
    /// The same as entries, once all are known.
    pub(crate) index: Vec<Entry>,
    pub(crate) counts: Vec<(Counter, i64)>,
    pub(crate) topics: Vec<Topic>,
}

impl Entries {
    fn of<R: Record>(record: &R, primary: &[u8]) -> Self {
        let mut entries = Self::default();
        if !R::PLAIN {
            entries.primary = Bytes::copy_from_slice(primary);
            record.index(&mut entries);
            entries.finish();
        }
        entries
    }

    fn finish(&mut self) {
        let keys = Bytes::from(std::mem::take(&mut self.keys));
        let mut begin = 0;
        self.index = std::mem::take(&mut self.ends)
            .into_iter()
            .map(|(end, unique)| {
                let key = keys.slice(std::mem::replace(&mut begin, end)..end);
                let value = if unique.is_some() { self.primary.clone() } else { Bytes::new() };
                Entry { key, value, unique }
            })
            .collect();
    }

    /// The same, so that nothing has to be changed, and nobody told.
    pub(crate) fn are_those_of(&self, other: &Self) -> bool {
        self.index == other.index
            && self.counts == other.counts
            && self.topics.len() + other.topics.len() == 0
    }

    /// The record is found under `key`.
    pub fn add<I: Index>(&mut self, key: &I::Key) {
        self.keys.push(I::TABLE.tag);
        key.encode(&mut self.keys);
        self.keys.extend_from_slice(&self.primary);
        self.ends.push((self.keys.len(), None));
    }

    /// The record, and no other, is found under `key`.
    pub fn unique<U: Unique>(&mut self, key: &U::Key) {
        self.keys.push(U::TABLE.tag);
        key.encode(&mut self.keys);
        self.ends.push((self.keys.len(), Some(U::TABLE.name)));
    }

    /// The record adds `amount` to a total.
    pub fn count(&mut self, counter: Counter, amount: i64) {
        self.counts.push((counter, amount));
    }

    /// A change of the record changes what depends on `topic`.
    pub fn touch(&mut self, topic: Topic) {
        self.topics.push(topic);
    }
}

/// Any decoded record.
pub(crate) type AnyRecord = Arc<dyn Any + Send + Sync>;

/// The full key of a record.
pub(crate) fn row_key<R: Record>(key: &R::Key) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(25);
    bytes.push(R::TABLE.tag);
    key.encode(&mut bytes);
    bytes
}

/// Entries of a record that is stored under `row` (its full key).
pub(crate) fn entries_of<R: Record>(record: &R, row: &[u8]) -> Entries {
    Entries::of(record, row.get(1..).unwrap_or_default())
}

/// Reads a stored value as today's record.
pub fn decode_value<R: Record>(value: &[u8]) -> Result<R, StoreError> {
    let (version, body) = value.split_first().ok_or(CodecError::Decode {
        table: R::TABLE.name,
        version: 0,
        reason: "an empty value".to_owned(),
    })?;
    Ok(if *version == R::VERSION {
        codec::decode_body(R::TABLE.name, *version, body)?
    } else {
        R::upgrade(*version, body)?
    })
}

/// The stored bytes of a record: what format fixtures keep.
pub fn encode_value<R: Record>(record: &R) -> Result<Vec<u8>, StoreError> {
    Ok(codec::encode(R::TABLE.name, R::VERSION, record)?)
}

/// What a stored value is today, for the test of the rows that are kept.
#[cfg(test)]
pub(crate) struct Reread {
    pub(crate) version: u8,
    pub(crate) bytes: Vec<u8>,
    pub(crate) said: String,
}

#[cfg(test)]
fn reread<R: Record>(value: &[u8]) -> Result<Reread, StoreError> {
    let record: R = decode_value(value)?;
    Ok(Reread { version: R::VERSION, bytes: encode_value(&record)?, said: format!("{record:?}") })
}

/// How `verify` reads one table.
#[derive(Debug, Clone, Copy)]
pub(crate) enum TableKind {
    Rows {
        derive: fn(row: &[u8], value: &[u8]) -> Result<Entries, StoreError>,
        cache: Cache,
        wait: Option<Wait>,
        #[cfg(test)]
        reread: fn(value: &[u8]) -> Result<Reread, StoreError>,
    },
    Index {
        cache: Cache,
        packed: bool,
    },
}

/// One line of the schema.
#[derive(Debug, Clone, Copy)]
pub struct TableInfo {
    pub(crate) table: Table,
    pub(crate) kind: TableKind,
}

impl TableInfo {
    /// A table of records.
    pub const fn rows<R: Record>() -> Self {
        const { assert!(R::VERSION < blocks::MARK, "with this a block begins") };
        let kind = TableKind::Rows {
            derive: derive::<R>,
            cache: R::CACHE,
            wait: R::WAIT,
            #[cfg(test)]
            reread: reread::<R>,
        };
        Self { table: R::TABLE, kind }
    }

    /// The entries of an index.
    pub const fn index<I: Index>() -> Self {
        Self { table: I::TABLE, kind: TableKind::Index { cache: Cache::None, packed: I::PACKED } }
    }

    /// The entries of a unique index.
    pub const fn unique<U: Unique>() -> Self {
        Self { table: U::TABLE, kind: TableKind::Index { cache: U::CACHE, packed: false } }
    }
}

fn derive<R: Record>(row: &[u8], value: &[u8]) -> Result<Entries, StoreError> {
    let record: R = decode_value(value)?;
    if row_key::<R>(&record.key()) != row {
        return Err(key::KeyError("the record names another key than the one it is stored under").into());
    }
    Ok(entries_of(&record, row))
}

/// All tables of a program. Tags are unique or it does not compile: build it in a `const`.
#[derive(Debug, Clone, Copy)]
pub struct Schema(pub(crate) &'static [TableInfo]);

impl Schema {
    /// Checks the tags.
    ///
    /// # Panics
    /// At compile time, when a tag is taken twice or reserved.
    #[expect(clippy::indexing_slicing, reason = "evaluated by the compiler; a panic is the build error")]
    pub const fn new(tables: &'static [TableInfo]) -> Self {
        let mut taken = [false; 256];
        let mut at = 0;
        while at < tables.len() {
            let tag = tables[at].table.tag;
            assert!(tag >= FIRST_DOMAIN_TAG, "table tags below 16 are the store's own");
            assert!(!taken[tag as usize], "two tables have the same tag");
            let waits = matches!(
                tables[at].kind,
                TableKind::Index { packed: true, .. } | TableKind::Rows { wait: Some(_), .. }
            );
            assert!(!waits || tag < u8::MAX, "behind a table whose rows wait there must be a tag");
            taken[tag as usize] = true;
            at += 1;
        }
        Self(tables)
    }

    /// The tables whose rows wait before the tree gets them.
    pub(crate) fn waits(self) -> Waits {
        let rows =
            |why| self.tables(|kind| matches!(kind, TableKind::Rows { wait, .. } if wait == Some(why)));
        Waits {
            packed: self.tables(|kind| matches!(kind, TableKind::Index { packed: true, .. })),
            rewritten: rows(Wait::Rewritten),
            gathered: rows(Wait::Gathered),
        }
    }

    fn tables(self, wanted: impl Fn(TableKind) -> bool) -> Tables {
        Tables::new(self.0.iter().filter(|info| wanted(info.kind)).map(|info| info.table.tag))
    }

    pub(crate) fn table(self, tag: u8) -> Option<&'static TableInfo> {
        self.0.iter().find(|info| info.table.tag == tag)
    }
}
