//! Entries of packed indexes as posting lists, in front of an engine that stores row by row.
//!
//! A record that is found by a dozen things has a dozen index entries, and as rows of their own they cost the engine more
//! than everything else of a write together. Entries of a packed index ([`Index::PACKED`](crate::store::Index::PACKED)) wait
//! in memory instead, in a run per index key, and the engine gets a run as one row: under its first entry, with the other
//! numbers as the value. A row without a value is an entry by itself, as one of an index that is not packed, so that an index
//! may become packed without rewriting anything.
//!
//! Nothing of that is seen from outside: reads show single entries, waiting or stored. Nor is anything lost that waits: the
//! mark, which says up to which group the engine has everything, stays behind the oldest run that waits, and whoever
//! opens the tree replays the journal from the mark. A run waits until too many entries do, for two seconds while groups
//! are committed, or until the next flush.
//!
//! Rows of one index key never overlap, so that the row that begins last at or before an entry is the one to have it.

use std::cell::Cell;
use std::collections::{BTreeMap, VecDeque};
use std::iter::Peekable;
use std::ops::{Bound, ControlFlow, Range};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use parking_lot::{RwLock, RwLockReadGuard};

use super::{AtOnce, Engine, EngineError, EngineVisit, Op};
use crate::store::shared::{APPLIED_KEY, applied_key};

/// Entries that wait at most; some megabytes.
const MOST_WAITING: usize = 128 * 1024;
/// How long a run waits for more while groups are committed.
const PATIENCE: Duration = Duration::from_secs(2);
/// Runs that a commit stores beside as many as it began: a commit must not take long because many have come of age.
const RUNS_PER_COMMIT: usize = 64;
/// Numbers of a row at most: two kilobytes.
const MOST_PER_ROW: usize = 256;
/// A run that makes a row no longer than this is added to it: more often, and each time the row would be written whole.
const FILLED: usize = 32;
/// Bytes of the number at the end of an entry's key.
const NUMBER: usize = 8;

/// The tables of packed indexes.
#[derive(Debug, Clone, Default)]
pub struct PackedTables(Vec<u8>);

impl PackedTables {
    /// By their tags.
    pub fn new(tags: impl IntoIterator<Item = u8>) -> Self {
        let mut tags: Vec<u8> = tags.into_iter().collect();
        tags.sort_unstable();
        Self(tags)
    }

    /// Is a key one of a packed index?
    pub(crate) fn has(&self, key: &[u8]) -> bool {
        key.first().is_some_and(|tag| self.0.contains(tag))
    }

    /// The index key and the number of an entry of a packed index.
    fn entry<'k>(&self, key: &'k [u8]) -> Option<(&'k [u8], u64)> {
        if self.has(key) { split(key) } else { None }
    }

    /// Is nothing of `from..to` packed?
    pub(crate) fn miss(&self, from: &[u8], to: Option<&[u8]>) -> bool {
        let first = from.first().copied().unwrap_or_default();
        !self.0.iter().any(|tag| *tag >= first && to.is_none_or(|to| [*tag].as_slice() < to))
    }

    /// `from..to` in parts, in order.
    fn parts(&self, from: &[u8], to: Option<&[u8]>) -> Vec<Part> {
        let mut bounds: Vec<(Vec<u8>, bool)> = Vec::new();
        for tag in &self.0 {
            bounds.push((vec![*tag], false));
            // There is a tag behind it: `Schema::new` sees to that.
            bounds.push((vec![tag.saturating_add(1)], true));
        }
        let mut parts = Vec::new();
        let mut at = from.to_vec();
        for (bound, packed) in bounds {
            let bound = to.filter(|to| *to < bound.as_slice()).map_or(bound, <[u8]>::to_vec);
            if at < bound {
                parts.push(Part { from: std::mem::replace(&mut at, bound.clone()), to: Some(bound), packed });
            }
        }
        if to.is_none_or(|to| at.as_slice() < to) {
            parts.push(Part { from: at, to: to.map(<[u8]>::to_vec), packed: false });
        }
        parts
    }
}

/// A part of what is scanned, packed or not.
struct Part {
    from: Vec<u8>,
    to: Option<Vec<u8>>,
    packed: bool,
}

/// A key as index key and number.
fn split(key: &[u8]) -> Option<(&[u8], u64)> {
    let (index, number) = key.split_last_chunk::<NUMBER>()?;
    Some((index, u64::from_be_bytes(*number)))
}

fn put_key(key: &mut Vec<u8>, (index, number): Posting<'_>) {
    key.extend_from_slice(index);
    key.extend_from_slice(&number.to_be_bytes());
}

fn join(index: &[u8], number: u64) -> Bytes {
    let mut key = Vec::with_capacity(index.len() + NUMBER);
    put_key(&mut key, (index, number));
    key.into()
}

/// The row of some numbers, which are in order.
fn row_of(index: &[u8], numbers: &[u64]) -> Option<Op> {
    let (first, more) = numbers.split_first()?;
    let value = more.iter().flat_map(|number| number.to_be_bytes()).collect();
    Some(Op { key: join(index, *first), value: Some(value) })
}

/// A row of the engine, as it lies there.
struct Row<'r> {
    index: &'r [u8],
    first: u64,
    more: &'r [[u8; NUMBER]],
}

impl<'r> Row<'r> {
    fn of(key: &'r [u8], value: &'r [u8]) -> Result<Self, EngineError> {
        let damaged =
            || EngineError::Damaged(format!("the posting list under {key:02x?} is no list of numbers"));
        let (index, first) = split(key).ok_or_else(damaged)?;
        let (more, rest) = value.as_chunks::<NUMBER>();
        if rest.is_empty() { Ok(Self { index, first, more }) } else { Err(damaged()) }
    }

    fn len(&self) -> usize {
        self.more.len() + 1
    }

    /// The number at a place below [`Row::len`].
    fn number(&self, place: usize) -> u64 {
        let more = place.checked_sub(1).and_then(|place| self.more.get(place));
        more.map_or(self.first, |bytes| u64::from_be_bytes(*bytes))
    }

    fn numbers(&self) -> Vec<u64> {
        (0..self.len()).map(|place| self.number(place)).collect()
    }

    /// The places of what lies within `from..to`.
    fn within(&self, from: &[u8], to: Option<&[u8]>) -> Range<usize> {
        within(self.index, self.len(), |place| self.number(place), (from, to))
    }
}

/// The places of an index key's numbers, of which there are `count`, that lie within `from..to`. The index key itself does not lie
/// outside.
fn within(
    index: &[u8],
    count: usize,
    number: impl Fn(usize) -> u64,
    (from, to): (&[u8], Option<&[u8]>),
) -> Range<usize> {
    let before = |bound: &[u8]| {
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = low.midpoint(high);
            if number(middle).to_be_bytes().as_slice() < bound {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    };
    let first = from.strip_prefix(index).map_or(0, before);
    let last = to.and_then(|to| to.strip_prefix(index)).map_or(count, before);
    first..last.max(first)
}

/// An entry, as index key and number.
type Posting<'p> = (&'p [u8], u64);

/// What waits.
#[derive(Default)]
struct Pending {
    /// By index key; numbers in order.
    runs: BTreeMap<Bytes, Vec<u64>>,
    /// The runs in the order in which they were begun.
    queue: VecDeque<Begun>,
    /// Entries of all runs.
    entries: usize,
    /// Runs begun so far.
    begun: usize,
    /// The mark of the last commit.
    mark: Option<Op>,
    /// The mark that the engine has.
    marked: Option<Op>,
}

/// A run that was begun.
struct Begun {
    index: Bytes,
    number: usize,
    since: Instant,
    /// The mark before the first of its entries came.
    before: Option<Op>,
}

impl Pending {
    /// Adds entries of one index key, which is all of `key` but its number.
    fn add(&mut self, key: &Bytes, numbers: impl Iterator<Item = u64>, now: Instant) {
        let index = key.slice(..key.len().saturating_sub(NUMBER));
        let begun = self.runs.entry(index).or_insert_with_key(|index| {
            let (index, before) = (index.clone(), self.mark.clone());
            self.queue.push_back(Begun { index, number: self.begun, since: now, before });
            self.begun += 1;
            Vec::new()
        });
        for number in numbers {
            match begun.last() {
                Some(last) if *last >= number => {
                    let Err(place) = begun.binary_search(&number) else { continue };
                    begun.insert(place, number);
                }
                _ => begun.push(number),
            }
            self.entries += 1;
        }
    }

    fn has(&self, (index, number): Posting<'_>) -> bool {
        self.runs.get(index).is_some_and(|run| run.binary_search(&number).is_ok())
    }

    fn take_out(&mut self, (index, number): Posting<'_>) {
        if let Some(run) = self.runs.get_mut(index)
            && let Ok(place) = run.binary_search(&number)
        {
            run.remove(place);
            self.entries -= 1;
        }
    }

    /// The entries within `from..to`, in order.
    fn range<'p>(
        &'p self,
        from: &'p [u8],
        to: Option<&'p [u8]>,
    ) -> impl DoubleEndedIterator<Item = Posting<'p>> {
        // The run that `from` itself lies in begins before it.
        let around = self.runs.range::<[u8], _>((Bound::Unbounded, Bound::Included(from))).next_back();
        let around = around.filter(|(index, _)| from.starts_with(index));
        let end = to.map_or(Bound::Unbounded, Bound::Excluded);
        let behind = to.is_none_or(|to| from < to);
        let behind = behind.then(|| self.runs.range::<[u8], _>((Bound::Excluded(from), end)));
        around.into_iter().chain(behind.into_iter().flatten()).flat_map(move |(index, run)| {
            let places = within(index, run.len(), |place| run.get(place).copied().unwrap_or(0), (from, to));
            run.get(places).unwrap_or_default().iter().map(move |number| (index.as_ref(), *number))
        })
    }
}

/// Entries that wait, in the order of a scan, and what visits them between those that are stored.
struct Merged<'p, 'v, 'w> {
    waiting: Peekable<Box<dyn Iterator<Item = Posting<'p>> + 'p>>,
    reverse: bool,
    key: Vec<u8>,
    visit: &'v mut EngineVisit<'w>,
}

impl<'p> Merged<'p, '_, '_> {
    fn visit(&mut self, posting: Posting<'_>) -> ControlFlow<()> {
        self.key.clear();
        put_key(&mut self.key, posting);
        (self.visit)(&self.key, &[])
    }

    /// The next one that waits, unless it comes behind `stored`.
    fn next_upto(&mut self, stored: Posting<'_>) -> Option<Posting<'p>> {
        let reverse = self.reverse;
        self.waiting.next_if(|waiting| if reverse { *waiting >= stored } else { *waiting <= stored })
    }

    /// Visits a stored one, and before it those that wait and come before it.
    fn stored(&mut self, stored: Posting<'_>) -> ControlFlow<()> {
        while let Some(waiting) = self.next_upto(stored) {
            self.visit(waiting)?;
            if waiting == stored {
                return ControlFlow::Continue(());
            }
        }
        self.visit(stored)
    }

    fn rest(&mut self) -> ControlFlow<()> {
        while let Some(waiting) = self.waiting.next() {
            self.visit(waiting)?;
        }
        ControlFlow::Continue(())
    }
}

/// An engine with posting lists in front of it.
pub struct Postings {
    engine: Arc<dyn AtOnce>,
    packed: PackedTables,
    /// Rows of posting lists change under the exclusive side only, so that whoever holds the other sees each entry once,
    /// waiting or stored.
    pending: RwLock<Pending>,
}

thread_local! {
    /// Scans of posting lists that this thread is within.
    static SCANS: Cell<u32> = const { Cell::new(0) };
}

/// This thread is within one more scan as long as this lives.
struct Scanning;

impl Scanning {
    fn begin() -> Self {
        SCANS.set(SCANS.get() + 1);
        Self
    }
}

impl Drop for Scanning {
    fn drop(&mut self) {
        SCANS.set(SCANS.get().saturating_sub(1));
    }
}

impl Postings {
    /// In front of `engine`.
    pub fn over(engine: Arc<dyn AtOnce>, packed: PackedTables) -> Result<Self, EngineError> {
        let key = applied_key();
        let mark = engine.get(&key)?.map(|value| Op { key, value: Some(value) });
        let pending = Pending { mark: mark.clone(), marked: mark, ..Pending::default() };
        Ok(Self { engine, packed, pending: RwLock::new(pending) })
    }

    /// For reading. Who reads again for what a scan visits must not wait behind a commit that waits for the scan.
    fn look(&self) -> RwLockReadGuard<'_, Pending> {
        if SCANS.get() > 0 { self.pending.read_recursive() } else { self.pending.read() }
    }

    /// The row of an index key that begins last at or before `number`: its key and its numbers.
    fn row_upto(&self, index: &[u8], number: u64) -> Result<Option<(Bytes, Vec<u64>)>, EngineError> {
        let mut to = join(index, number).to_vec();
        to.push(0);
        let mut found = Ok(None);
        self.engine.scan(&join(index, 0), Some(&to), true, &mut |key, value| {
            found = Row::of(key, value).map(|row| Some((Bytes::copy_from_slice(key), row.numbers())));
            ControlFlow::Break(())
        })?;
        found
    }

    /// Stores a run beside what the engine has of its index key.
    fn store(&self, index: &[u8], run: &[u64]) -> Result<(), EngineError> {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { return Ok(()) };
        let mut all = run.to_vec();
        let mut changes = Vec::new();
        let mut upto = Some(*last);
        // From the end of the run backwards: the rows that it overlaps, and the one before it when that has room.
        while let Some(number) = upto
            && let Some((key, numbers)) = self.row_upto(index, number)?
        {
            let overlaps = numbers.last() >= Some(first);
            if !overlaps && numbers.len() + all.len() > FILLED {
                break;
            }
            upto = numbers.first().filter(|_| overlaps).and_then(|begins| begins.checked_sub(1));
            all.extend(numbers);
            changes.push(Op { key, value: None });
        }
        all.sort_unstable();
        all.dedup();
        for row in all.chunks(MOST_PER_ROW).filter_map(|numbers| row_of(index, numbers)) {
            changes.retain(|old| old.key != row.key);
            changes.push(row);
        }
        self.engine.commit_at_once(&changes)
    }

    /// Takes an entry out of the row that has it.
    fn take_out(&self, (index, number): Posting<'_>) -> Result<(), EngineError> {
        let Some((key, mut numbers)) = self.row_upto(index, number)? else { return Ok(()) };
        let Ok(place) = numbers.binary_search(&number) else { return Ok(()) };
        numbers.remove(place);
        // Without its first number a row has another key.
        let mut changes: Vec<Op> = (place == 0).then_some(Op { key, value: None }).into_iter().collect();
        changes.extend(row_of(index, &numbers));
        self.engine.commit_at_once(&changes)
    }

    /// Stores runs, the oldest first, as long as they are `due`, `most` of them. Was there one more?
    fn drain(&self, most: usize, due: impl Fn(&Pending, &Begun) -> bool) -> Result<bool, EngineError> {
        for _ in 0..most {
            // Run by run: readers wait for one at most.
            let mut pending = self.pending.write();
            let Some(oldest) = pending.queue.front().filter(|oldest| due(&pending, oldest)) else {
                return Ok(false);
            };
            let index = oldest.index.clone();
            let run = pending.runs.get(&index).map(Vec::as_slice).unwrap_or_default();
            self.store(&index, run)?;
            let stored = run.len();
            pending.entries -= stored;
            pending.runs.remove(&index);
            pending.queue.pop_front();
        }
        Ok(true)
    }

    /// Brings the engine's mark up to what it has.
    fn mark(&self) -> Result<(), EngineError> {
        let mut pending = self.pending.write();
        let oldest = pending.queue.front();
        let right = oldest.map_or(&pending.mark, |oldest| &oldest.before).clone();
        if right != pending.marked {
            self.engine.commit(&mut right.iter())?;
            pending.marked = right;
        }
        Ok(())
    }

    /// Scans a part that is packed.
    fn scan_packed(
        &self,
        (from, to): (&[u8], Option<&[u8]>),
        reverse: bool,
        visit: &mut EngineVisit<'_>,
    ) -> Result<ControlFlow<()>, EngineError> {
        let pending = self.look();
        let _scanning = Scanning::begin();
        let waiting = pending.range(from, to);
        let waiting: Box<dyn Iterator<Item = Posting<'_>>> =
            if reverse { Box::new(waiting.rev()) } else { Box::new(waiting) };
        let mut merged = Merged { waiting: waiting.peekable(), reverse, key: Vec::new(), visit };
        // The row that `from` itself lies in begins at or before it.
        let table = from.get(..1).unwrap_or_default();
        let mut begin = if reverse { table.to_vec() } else { from.to_vec() };
        if !reverse {
            let mut upto = from.to_vec();
            upto.push(0);
            self.engine.scan(table, Some(&upto), true, &mut |key, _| {
                if split(key).is_some_and(|(index, _)| from.starts_with(index)) {
                    begin = key.to_vec();
                }
                ControlFlow::Break(())
            })?;
        }
        let mut outcome = Ok(ControlFlow::Continue(()));
        self.engine.scan(&begin, to, reverse, &mut |key, value| {
            outcome = Row::of(key, value).map(|row| {
                if key < from && !from.starts_with(row.index) {
                    return ControlFlow::Continue(());
                }
                let mut places = row.within(from, to);
                let mut visit = |place| merged.stored((row.index, row.number(place)));
                if reverse { places.rev().try_for_each(visit) } else { places.try_for_each(&mut visit) }
            });
            // Backwards nothing is left behind the row that `from` lies in or behind.
            if matches!(outcome, Ok(ControlFlow::Continue(()))) && !(reverse && key < from) {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        })?;
        match outcome? {
            ControlFlow::Continue(()) => Ok(merged.rest()),
            ControlFlow::Break(()) => Ok(ControlFlow::Break(())),
        }
    }
}

impl Engine for Postings {
    fn get(&self, key: &[u8]) -> Result<Option<Bytes>, EngineError> {
        if let Some(entry) = self.packed.entry(key) {
            let pending = self.look();
            if pending.has(entry) {
                return Ok(Some(Bytes::new()));
            }
            let row = self.row_upto(entry.0, entry.1)?;
            let has = row.is_some_and(|(_, numbers)| numbers.binary_search(&entry.1).is_ok());
            return Ok(has.then(Bytes::new));
        }
        if *key == APPLIED_KEY {
            return Ok(self.look().mark.as_ref().and_then(|mark| mark.value.clone()));
        }
        self.engine.get(key)
    }

    fn scan(
        &self,
        from: &[u8],
        to: Option<&[u8]>,
        reverse: bool,
        visit: &mut EngineVisit<'_>,
    ) -> Result<(), EngineError> {
        // The engine's own mark may be behind.
        let mark = if from <= APPLIED_KEY.as_slice() { self.get(&APPLIED_KEY)? } else { None };
        if mark.is_none() && self.packed.miss(from, to) {
            return self.engine.scan(from, to, reverse, visit);
        }
        let mut visit = |key: &[u8], value: &[u8]| match &mark {
            Some(mark) if *key == APPLIED_KEY => visit(key, mark),
            _ => visit(key, value),
        };
        let mut parts = self.packed.parts(from, to);
        if reverse {
            parts.reverse();
        }
        for part in parts {
            let (from, to) = (part.from.as_slice(), part.to.as_deref());
            let mut flow = ControlFlow::Continue(());
            if part.packed {
                flow = self.scan_packed((from, to), reverse, &mut visit)?;
            } else {
                self.engine.scan(from, to, reverse, &mut |key, value| {
                    flow = visit(key, value);
                    flow
                })?;
            }
            if flow.is_break() {
                break;
            }
        }
        Ok(())
    }

    fn commit(&self, ops: &mut dyn Iterator<Item = &Op>) -> Result<(), EngineError> {
        let (mut entries, mut mark) = (Vec::new(), None);
        self.engine.commit(&mut ops.filter(|op| {
            if self.packed.entry(&op.key).is_some() {
                entries.push(*op);
                return false;
            }
            if *op.key == APPLIED_KEY {
                mark = Some((*op).clone());
                return false;
            }
            true
        }))?;
        let now = Instant::now();
        let mut pending = self.pending.write();
        let begun = pending.begun;
        // Mostly sorted by key: what is added to one run comes together.
        let is_alike = |one: &&Op, other: &&Op| {
            let indexes = (split(&one.key), split(&other.key));
            one.value.is_some() == other.value.is_some()
                && matches!(indexes, (Some((one, _)), Some((other, _))) if one == other)
        };
        for alike in entries.chunk_by(is_alike) {
            let Some(first) = alike.first() else { continue };
            let postings = alike.iter().filter_map(|op| split(&op.key));
            if first.value.is_some() {
                pending.add(&first.key, postings.map(|(_, number)| number), now);
                continue;
            }
            for posting in postings {
                pending.take_out(posting);
                self.take_out(posting)?;
            }
        }
        if mark.is_some() {
            pending.mark = mark;
        }
        let most = RUNS_PER_COMMIT + 2 * (pending.begun - begun);
        drop(pending);
        self.drain(most, |pending, oldest| {
            pending.entries > MOST_WAITING || now.duration_since(oldest.since) > PATIENCE
        })?;
        self.mark()
    }

    fn flush(&self) -> Result<(), EngineError> {
        let upto = self.look().begun;
        while self.drain(RUNS_PER_COMMIT, |_, oldest| oldest.number < upto)? {}
        self.mark()?;
        self.engine.flush()
    }

    fn disk_bytes(&self) -> Result<u64, EngineError> {
        self.engine.disk_bytes()
    }

    fn name(&self) -> &'static str {
        self.engine.name()
    }
}
