//! A transaction: reads what is stored plus what is under way, collects changes, derives index entries and totals.

use std::any::Any;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet, VecDeque, btree_map};
use std::sync::Arc;

use bytes::Bytes;

use super::caches::Caches;
use super::engine::{Engine, EngineError, Op, Tables};
use super::error::StoreError;
use super::horizon::Horizon;
use super::key;
use super::merge::{self, Span};
use super::read::{Found, Read, Visit, cached};
use super::record::{
    AnyRecord, Cache, Counter, Entries, Entry, Record, Topic, encode_value, entries_of, row_key,
};
use super::shared::recovering;

/// No transaction changes more bytes. A group, and so one journal write, holds at least one transaction; this keeps
/// the longest wait behind somebody else's bulk work to some ten milliseconds of disk time.
pub const MAX_TRANSACTION_BYTES: usize = 4 * 1024 * 1024;

/// Of so many index entries each is looked for among those before and after a change; more are sorted first.
const FEW_ENTRIES: usize = 32;

/// A changed value with the decoded record it came from, so that the next transaction need not decode it.
#[derive(Clone)]
pub(crate) struct Stored {
    pub(crate) bytes: Bytes,
    record: Option<AnyRecord>,
}

/// Changes by key; `None` removes.
pub(crate) type Changes = BTreeMap<Bytes, Option<Stored>>;

/// Changes of earlier groups that the engine does not show yet, but for entries of packed indexes; and rows of rewritten tables
/// that it shows.
#[derive(Default)]
pub(crate) struct Overlay {
    rows: BTreeMap<Bytes, (u64, Option<Stored>)>,
}

/// Entries of packed indexes that are under way: among all that their groups change. They come by the dozen and are hardly
/// ever read by a transaction, so nothing sorts them before one is.
#[derive(Clone, Copy)]
pub(crate) struct PackedUnderWay<'a> {
    pub(crate) tables: &'a Tables,
    /// Groups handed over that the engine may not show yet, the oldest first.
    pub(crate) groups: &'a VecDeque<(u64, Arc<Vec<Op>>)>,
    /// What the group at hand has so far.
    pub(crate) group: &'a [Op],
}

impl<'a> PackedUnderWay<'a> {
    /// All, in the order in which they were made.
    fn changes(self) -> impl DoubleEndedIterator<Item = &'a Op> {
        let all = self.groups.iter().flat_map(|(_, changes)| changes.iter()).chain(self.group);
        all.filter(move |op| self.tables.has(&op.key))
    }
}

impl Overlay {
    pub(crate) fn absorb(&mut self, group: u64, changes: Changes) {
        for (key, value) in changes {
            self.rows.insert(key, (group, value));
        }
    }

    /// Forgets changes of `group` that nothing later has overwritten: the engine shows them now.
    pub(crate) fn forget<'k>(&mut self, group: u64, keys: impl Iterator<Item = &'k Bytes>) {
        for key in keys {
            if let btree_map::Entry::Occupied(row) = self.rows.entry(key.clone())
                && row.get().0 == group
            {
                row.remove();
            }
        }
    }

    /// Forgets all changes of groups up to `group`.
    pub(crate) fn forget_upto(&mut self, group: u64) {
        self.rows.retain(|_, (changed, _)| *changed > group);
    }

    pub(crate) fn clear(&mut self) {
        self.rows.clear();
    }
}

/// Something to tell live listeners once the transaction is durable.
pub(crate) struct Announcement {
    pub(crate) topic: Topic,
    pub(crate) payload: Arc<dyn Any + Send + Sync>,
}

/// Ids are handed out in blocks, so that the store writes the mark once per block.
pub(crate) struct Ids {
    next: u64,
    reserved: u64,
}

/// Ids per block; at most so many are skipped by a restart.
const ID_BLOCK: u64 = 1024;

impl Ids {
    /// Continues behind the stored mark.
    pub(crate) fn from_mark(mark: u64) -> Self {
        Self { next: mark.max(1), reserved: mark }
    }
}

impl Ids {
    /// After a failure the stored mark is not known: the next transaction that takes an id writes it again.
    pub(crate) fn forget_block(&mut self) {
        self.reserved = self.next;
    }
}

/// The key of the id mark.
pub(crate) fn id_mark_key() -> Vec<u8> {
    vec![super::record::META.tag, b'i']
}

/// One transaction on the writer thread.
pub struct Txn<'a> {
    engine: &'a dyn Engine,
    overlay: &'a Overlay,
    packed: PackedUnderWay<'a>,
    caches: &'a Caches,
    ids: &'a mut Ids,
    /// With the group that it will be part of.
    horizon: (&'a Horizon, u64),
    pub(crate) changes: Changes,
    /// Changes of entries of packed indexes, in the order in which they were made.
    pub(crate) packed_changes: Vec<Op>,
    pub(crate) bytes: usize,
    pub(crate) topics: Vec<Topic>,
    pub(crate) announcements: Vec<Announcement>,
    /// The first change that could not be taken; the transaction is refused even when its code went on.
    pub(crate) failed: Option<StoreError>,
    /// The record that was read last, when no cache holds it: a change mostly overwrites what was just read.
    last_read: RefCell<Option<(Vec<u8>, AnyRecord)>>,
    /// Rows that the engine does not have: what is looked for, not found and then made is looked for again.
    absent: RefCell<HashSet<Vec<u8>, foldhash::fast::RandomState>>,
    /// What the engine could not read; the transaction is refused even when its code went on without it.
    pub(crate) trouble: RefCell<Option<EngineError>>,
}

impl<'a> Txn<'a> {
    pub(crate) fn new(
        engine: &'a dyn Engine,
        (overlay, packed): (&'a Overlay, PackedUnderWay<'a>),
        caches: &'a Caches,
        ids: &'a mut Ids,
        horizon: (&'a Horizon, u64),
    ) -> Self {
        Self {
            engine,
            overlay,
            packed,
            caches,
            ids,
            horizon,
            changes: Changes::new(),
            packed_changes: Vec::new(),
            bytes: 0,
            topics: Vec::new(),
            announcements: Vec::new(),
            failed: None,
            last_read: RefCell::new(None),
            absent: RefCell::default(),
            trouble: RefCell::new(None),
        }
    }

    /// A new id: unique in the whole store, growing with time, below 2^53.
    pub fn new_id<I: From<u64>>(&mut self) -> Result<I, StoreError> {
        let id = self.ids.next;
        if id >= self.ids.reserved {
            let mark = id + ID_BLOCK;
            let value = Bytes::from(key::encode(&mark));
            self.change(id_mark_key().into(), Some(Stored { bytes: value, record: None }))?;
            // Also when this transaction is refused: the next one must write the mark again then.
            self.ids.reserved = mark;
        }
        self.ids.next = id + 1;
        Ok(I::from(id))
    }

    /// Says that this stores something under its moment of storing. Moments have to be later than the answer: up to that one,
    /// readers were told that nothing more comes ([`super::Snapshot::promise`]).
    pub fn take_moments(&mut self) -> u64 {
        let (horizon, group) = self.horizon;
        horizon.take(group)
    }

    /// Undoes the block taken by a refused transaction, so that the mark is written by the next one.
    pub(crate) fn release_ids(self) {
        if self.changes.contains_key(id_mark_key().as_slice()) {
            self.ids.reserved = self.ids.next;
        }
    }

    /// Stores a record, new or changed, with its index entries, totals and topics.
    pub fn put<R: Record>(&mut self, record: R) -> Result<(), StoreError> {
        let outcome = self.try_put(record);
        self.note(outcome)
    }

    /// Stores a record that must not exist yet.
    pub fn insert<R: Record>(&mut self, record: R) -> Result<(), StoreError> {
        if self.exists::<R>(&record.key())? {
            return self.note(Err(StoreError::Duplicate { index: R::TABLE.name }));
        }
        self.put(record)
    }

    /// Stores a record under a key that nothing had before, such as a moment or an id that was made for it: what would be
    /// overwritten is not looked for.
    pub fn append<R: Record>(&mut self, record: R) -> Result<(), StoreError> {
        debug_assert!(matches!(self.exists::<R>(&record.key()), Ok(false) | Err(_)), "the key was taken");
        let row = row_key::<R>(&record.key());
        let outcome = self.put_over::<R>(row, record, None);
        self.note(outcome)
    }

    fn note<T>(&mut self, outcome: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error) = &outcome {
            self.failed.get_or_insert_with(|| error.clone());
        }
        outcome
    }

    fn try_put<R: Record>(&mut self, record: R) -> Result<(), StoreError> {
        let row = row_key::<R>(&record.key());
        let old = if R::PLAIN { None } else { self.get::<R>(&record.key())? };
        self.put_over(row, record, old.as_deref())
    }

    /// Stores a record under `row`, in the place of `old`.
    fn put_over<R: Record>(&mut self, row: Vec<u8>, record: R, old: Option<&R>) -> Result<(), StoreError> {
        let bytes = Bytes::from(encode_value(&record)?);
        if old.is_some_and(|old| record.contributes_as(old)) {
            debug_assert!(
                old.is_some_and(|old| entries_of(old, &row).are_those_of(&entries_of(&record, &row))),
                "{} contributes something else than before",
                R::TABLE.name
            );
        } else if !R::PLAIN {
            let before = old.map(|old| entries_of(old, &row));
            self.differ(before.unwrap_or_default(), entries_of(&record, &row))?;
        }
        let record: AnyRecord = Arc::new(record);
        self.change(row.into(), Some(Stored { bytes, record: Some(record) }))
    }

    /// What it changes so far, of the [`MAX_TRANSACTION_BYTES`] that it may.
    pub const fn changed_bytes(&self) -> usize {
        self.bytes
    }

    /// Removes the record under `key` with everything derived from it. Was there one?
    pub fn delete<R: Record>(&mut self, key: &R::Key) -> Result<bool, StoreError> {
        let outcome = self.try_delete::<R>(key);
        self.note(outcome)
    }

    fn try_delete<R: Record>(&mut self, key: &R::Key) -> Result<bool, StoreError> {
        let row = row_key::<R>(key);
        let Some(old) = self.get::<R>(key)? else { return Ok(false) };
        self.differ(entries_of(old.as_ref(), &row), Entries::default())?;
        self.change(row.into(), None)?;
        Ok(true)
    }

    /// Tells live listeners of `topic` once the transaction is durable.
    pub fn announce(&mut self, topic: Topic, payload: Arc<dyn Any + Send + Sync>) {
        self.announcements.push(Announcement { topic, payload });
    }

    /// Writes the difference between what the old and the new record contribute.
    fn differ(&mut self, mut old: Entries, mut new: Entries) -> Result<(), StoreError> {
        let many = old.index.len().min(new.index.len()) > FEW_ENTRIES;
        if many {
            for entries in [&mut old.index, &mut new.index] {
                entries.sort_unstable_by(|one, other| one.key.cmp(&other.key));
            }
        }
        // Both are of one row, so entries under one key are the same.
        let has = |entries: &[Entry], key: &Bytes| {
            if many {
                entries.binary_search_by(|entry| entry.key.cmp(key)).is_ok()
            } else {
                entries.iter().any(|entry| entry.key == key)
            }
        };
        for entry in &old.index {
            if !has(&new.index, &entry.key) {
                self.change(entry.key.clone(), None)?;
            }
        }
        for entry in new.index {
            if has(&old.index, &entry.key) {
                continue;
            }
            if let Some(index) = entry.unique
                && !matches!(self.find(&entry.key, Cache::None)?, Found::Nothing)
            {
                return Err(StoreError::Duplicate { index });
            }
            self.change(entry.key, Some(Stored { bytes: entry.value, record: None }))?;
        }
        let mut totals: Vec<(Counter, i64)> = new.counts;
        for (counter, amount) in old.counts {
            match totals.iter_mut().find(|(other, _)| *other == counter) {
                Some((_, total)) => *total -= amount,
                None => totals.push((counter, -amount)),
            }
        }
        for (counter, amount) in totals {
            if amount != 0 {
                self.add(&counter, amount)?;
            }
        }
        self.topics.extend(old.topics);
        self.topics.extend(new.topics);
        Ok(())
    }

    /// Changes a total. Only what records state in [`Record::index`] gets here, so totals cannot drift from rows.
    fn add(&mut self, counter: &Counter, amount: i64) -> Result<(), StoreError> {
        let total = self.counter(counter)? + amount;
        // A total of nothing has no row: what was never counted and what was counted back are the same.
        let stored = (total != 0)
            .then(|| Stored { bytes: Bytes::from(key::encode(&total)), record: Some(Arc::new(total)) });
        self.change(counter.0.clone().into(), stored)
    }

    fn change(&mut self, key: Bytes, value: Option<Stored>) -> Result<(), StoreError> {
        self.bytes += key.len() + 8 + value.as_ref().map_or(0, |stored| stored.bytes.len());
        if self.bytes > MAX_TRANSACTION_BYTES {
            return Err(StoreError::TransactionTooLarge { bytes: self.bytes, limit: MAX_TRANSACTION_BYTES });
        }
        if self.packed.tables.has(&key) {
            self.packed_changes.push(Op { key, value: value.map(|stored| stored.bytes) });
        } else {
            self.changes.insert(key, value);
        }
        Ok(())
    }

    fn read_failed(&self, error: EngineError) -> StoreError {
        let said = refused(error.clone());
        self.trouble.borrow_mut().get_or_insert(error);
        said
    }

    fn pending(&self, row: &[u8]) -> Option<&Option<Stored>> {
        self.changes.get(row).or_else(|| self.overlay.rows.get(row).map(|(_, value)| value))
    }
}

fn bytes_of(stored: &Stored) -> &Bytes {
    &stored.bytes
}

/// What a write says whose reads failed. sled stops reading, too, when it finds no room to write.
pub(crate) fn refused(error: EngineError) -> StoreError {
    match error {
        EngineError::NoSpace => StoreError::ReadOnly { reason: error.to_string() },
        error => recovering(error),
    }
}

impl Read for Txn<'_> {
    fn find(&self, row: &[u8], cache: Cache) -> Result<Found, StoreError> {
        if self.packed.tables.has(row) {
            let mut under_way = self.packed.changes().chain(&self.packed_changes).rev();
            let there = match under_way.find(|op| op.key == row) {
                Some(op) => op.value.clone(),
                None => self.engine.get(row).map_err(|error| self.read_failed(error))?,
            };
            return Ok(there.map_or(Found::Nothing, Found::Bytes));
        }
        match self.pending(row) {
            Some(None) => return Ok(Found::Nothing),
            Some(Some(stored)) => {
                return Ok(match &stored.record {
                    Some(record) => Found::Record(record.clone()),
                    None => Found::Bytes(stored.bytes.clone()),
                });
            }
            None => {}
        }
        if let Some((_, record)) = self.last_read.borrow().as_ref().filter(|(last, _)| last == row) {
            return Ok(Found::Record(record.clone()));
        }
        if let Some(record) = self.caches.get(row, cache) {
            return Ok(cached(record));
        }
        if self.absent.borrow().contains(row) {
            return Ok(Found::Nothing);
        }
        if let Some(bytes) = self.engine.get(row).map_err(|error| self.read_failed(error))? {
            return Ok(Found::Bytes(bytes));
        }
        self.absent.borrow_mut().insert(row.to_vec());
        Ok(Found::Nothing)
    }

    fn visit(
        &self,
        from: &[u8],
        to: Option<&[u8]>,
        reverse: bool,
        visit: &mut Visit<'_>,
    ) -> Result<(), StoreError> {
        let span = Span { from, to, reverse };
        let Some(bounds) = span.bounds() else { return Ok(()) };
        let own =
            self.changes.range::<[u8], _>(bounds).map(|(key, value)| (key, value.as_ref().map(bytes_of)));
        let below = self.overlay.rows.range::<[u8], _>(bounds);
        let below = below.map(|(key, (_, value))| (key, value.as_ref().map(bytes_of)));
        if !self.packed.tables.miss(from, to) {
            let packed = self.packed.changes().chain(&self.packed_changes);
            let packed = packed.filter(|op| *op.key >= *from && to.is_none_or(|to| *op.key < *to));
            // What comes later counts.
            let rows: BTreeMap<&Bytes, Option<&Bytes>> =
                below.chain(own).chain(packed.map(|op| (&op.key, op.value.as_ref()))).collect();
            let rows = rows.iter().map(|(key, value)| (*key, *value));
            let rows = (span.ordered(rows), span.ordered(std::iter::empty()));
            return merge::scan(self.engine, span, rows, visit, |error| self.read_failed(error));
        }
        let rows = (span.ordered(own), span.ordered(below));
        merge::scan(self.engine, span, rows, visit, |error| self.read_failed(error))
    }

    fn remember(&self, row: Vec<u8>, record: AnyRecord, bytes: usize, cache: Cache) {
        // Only rows that nothing under way changes get here (those come with their record), and only this thread
        // makes changes, so the value cannot be stale.
        if self.pending(&row).is_some() {
            return;
        }
        if cache == Cache::None {
            self.last_read.replace(Some((row, record)));
        } else {
            self.caches.put(row, record, bytes, cache);
        }
    }
}
