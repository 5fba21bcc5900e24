//! Entries of packed indexes as posting lists, in an engine that stores row by row.
//!
//! A record that is found by a dozen things has a dozen index entries, and as rows of their own they cost the engine more
//! than everything else of a write together. Entries of a packed index ([`Index::PACKED`](crate::store::Index::PACKED)) wait
//! in memory instead ([`super::Waiting`]), in a run per index key, and the engine gets a run as one row: under its first entry,
//! with the other numbers as the value. A row without a value is an entry by itself, as one of an index that is not packed, so
//! that an index may become packed without rewriting anything.
//!
//! Rows of one index key never overlap, so that the row that begins last at or before an entry is the one to have it.

use std::collections::{BTreeMap, btree_map};
use std::iter::Peekable;
use std::ops::{Bound, ControlFlow, Range};

use bytes::Bytes;

use super::{AtOnce, EngineError, EngineVisit, Op, last_upto};

/// Numbers of a row at most: two kilobytes.
const MOST_PER_ROW: usize = 256;
/// A run that makes a row no longer than this is added to it: more often, and each time the row would be written whole.
const FILLED: usize = 32;
/// Bytes of the number at the end of an entry's key.
const NUMBER: usize = 8;

/// A key as index key and number.
pub(super) fn split(key: &[u8]) -> Option<(&[u8], u64)> {
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
pub(super) type Posting<'p> = (&'p [u8], u64);

/// Entries that wait, in a run per index key.
#[derive(Default)]
pub(super) struct Runs {
    /// By index key; numbers in order.
    runs: BTreeMap<Bytes, Vec<u64>>,
    /// Entries of all runs.
    entries: usize,
}

impl Runs {
    /// How many entries wait.
    pub(super) fn entries(&self) -> usize {
        self.entries
    }

    /// Adds entries of one index key, which is all of `key` but its number. When that begins a run: its index key.
    pub(super) fn add(&mut self, key: &Bytes, numbers: impl Iterator<Item = u64>) -> Option<Bytes> {
        let index = key.slice(..key.len().saturating_sub(NUMBER));
        let (begins, run) = match self.runs.entry(index) {
            btree_map::Entry::Occupied(run) => (None, run.into_mut()),
            btree_map::Entry::Vacant(place) => (Some(place.key().clone()), place.insert(Vec::new())),
        };
        for number in numbers {
            match run.last() {
                Some(last) if *last >= number => {
                    let Err(place) = run.binary_search(&number) else { continue };
                    run.insert(place, number);
                }
                _ => run.push(number),
            }
            self.entries += 1;
        }
        begins
    }

    /// The entries of an index key.
    pub(super) fn of(&self, index: &[u8]) -> &[u64] {
        self.runs.get(index).map(Vec::as_slice).unwrap_or_default()
    }

    /// Forgets the entries of an index key.
    pub(super) fn remove(&mut self, index: &[u8]) {
        self.entries -= self.runs.remove(index).map_or(0, |run| run.len());
    }

    pub(super) fn has(&self, (index, number): Posting<'_>) -> bool {
        self.of(index).binary_search(&number).is_ok()
    }

    pub(super) fn take_out(&mut self, (index, number): Posting<'_>) {
        if let Some(run) = self.runs.get_mut(index)
            && let Ok(place) = run.binary_search(&number)
        {
            run.remove(place);
            self.entries -= 1;
        }
    }

    /// The entries within `from..to`, in order.
    pub(super) fn range<'p>(
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

/// The posting lists of an engine.
#[derive(Clone, Copy)]
pub(super) struct Lists<'e>(pub(super) &'e dyn AtOnce);

impl Lists<'_> {
    /// Has it an entry?
    pub(super) fn has(self, (index, number): Posting<'_>) -> Result<bool, EngineError> {
        let row = self.row_upto(index, number)?;
        Ok(row.is_some_and(|(_, numbers)| numbers.binary_search(&number).is_ok()))
    }

    /// The row of an index key that begins last at or before `number`: its key and its numbers.
    fn row_upto(self, index: &[u8], number: u64) -> Result<Option<(Bytes, Vec<u64>)>, EngineError> {
        let mut found = Ok(None);
        last_upto(self.0, &join(index, 0), &join(index, number), &mut |key, value| {
            found = Row::of(key, value).map(|row| Some((Bytes::copy_from_slice(key), row.numbers())));
        })?;
        found
    }

    /// How a run comes to lie beside what the engine has of its index key: changes to be made at once.
    pub(super) fn plan(self, index: &[u8], run: &[u64]) -> Result<Vec<Op>, EngineError> {
        let mut changes = Vec::new();
        let (Some(first), Some(last)) = (run.first(), run.last()) else { return Ok(changes) };
        let mut all = run.to_vec();
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
        Ok(changes)
    }

    /// How entries of one index key, in order, are taken out of the rows that have them: by row, changes to be made at once.
    pub(super) fn plan_without(self, index: &[u8], mut out: &[u64]) -> Result<Vec<Vec<Op>>, EngineError> {
        let mut rows = Vec::new();
        // From the end backwards: no row but the one that begins last at or before a number has it.
        while let Some(last) = out.last()
            && let Some((key, mut numbers)) = self.row_upto(index, *last)?
        {
            let (first, count) = (numbers.first().copied(), numbers.len());
            let (before, here) = out.split_at(out.partition_point(|number| Some(*number) < first));
            out = before;
            numbers.retain(|number| here.binary_search(number).is_err());
            if numbers.len() == count {
                continue;
            }
            // Without its first number a row has another key.
            let moves = numbers.first().copied() != first;
            let old = moves.then_some(Op { key, value: None });
            rows.push(old.into_iter().chain(row_of(index, &numbers)).collect());
        }
        Ok(rows)
    }

    /// Visits the entries of packed indexes within `from..to`, waiting or stored.
    pub(super) fn scan(
        self,
        runs: &Runs,
        (from, to): (&[u8], Option<&[u8]>),
        reverse: bool,
        visit: &mut EngineVisit<'_>,
    ) -> Result<ControlFlow<()>, EngineError> {
        let waiting = runs.range(from, to);
        let waiting: Box<dyn Iterator<Item = Posting<'_>>> =
            if reverse { Box::new(waiting.rev()) } else { Box::new(waiting) };
        let mut merged = Merged { waiting: waiting.peekable(), reverse, key: Vec::new(), visit };
        // The row that `from` itself lies in begins at or before it.
        let table = from.get(..1).unwrap_or_default();
        let mut begin = if reverse { table.to_vec() } else { from.to_vec() };
        if !reverse {
            last_upto(self.0, table, from, &mut |key, _| {
                if split(key).is_some_and(|(index, _)| from.starts_with(index)) {
                    begin = key.to_vec();
                }
            })?;
        }
        let mut outcome = Ok(ControlFlow::Continue(()));
        self.0.scan(&begin, to, reverse, &mut |key, value| {
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
