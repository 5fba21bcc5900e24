//! What waits in memory before the engine gets it, because together it costs less than one by one.
//!
//! - Entries of packed indexes wait in runs, each of which becomes one row ([`super::postings`]).
//! - Rows that are written again and again ([`Wait::Rewritten`](crate::store::Wait::Rewritten)) wait as they are: the engine gets
//!   what they say last.
//! - Rows that come one behind the other ([`Wait::Gathered`](crate::store::Wait::Gathered)) wait in runs, each of which becomes a
//!   few blocks ([`super::blocks`]).
//!
//! Nothing of that is seen from outside: reads show what waits in front of what is stored. Nor is anything lost that waits: the
//! mark, which says up to which group the engine has everything, stays behind the oldest that waits, and whoever opens the tree
//! replays the journal from the mark. A run or a row waits until too much does, for two seconds while groups are committed, or
//! until the next flush.
//!
//! Where rows of the engine change their place, changes belong together, and an engine that fails amid them may show half of them:
//! rows that nobody changed would not be there. From then on nothing is answered of tables in which that may be, and nothing more is
//! written, until the tree is opened again or made anew.

use std::cell::Cell;
use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use bytes::Bytes;
use parking_lot::{RwLock, RwLockReadGuard, RwLockUpgradableReadGuard, RwLockWriteGuard};

use super::blocks::{self, Blocks, Plan};
use super::postings::{Lists, Runs, split};
use super::rows::Rows;
use super::{AtOnce, Engine, EngineError, EngineVisit, Op, close};
use crate::store::merge::{self, Span};
use crate::store::shared::{APPLIED_KEY, applied_key};

/// Where more waits, each commit stores some of it at once; twice as much never waits. By weight: an entry of an index weighs 1,
/// a row what [`Rows::weight`] says.
const MUCH: usize = 128 * 1024;
/// How long something waits for more while groups are committed.
const PATIENCE: Duration = Duration::from_secs(2);
/// The engine is given its mark with one commit in so many, and with each flush: a mark that is a little behind costs a little more
/// of the journal when it is replayed.
const COMMITS_PER_MARK: usize = 16;
/// Runs that a commit stores beside twice as many as it began: it must not take long because many have come of age.
const STORED_PER_COMMIT: usize = 64;

/// Some tables, by their tags.
#[derive(Debug, Clone, Default)]
pub struct Tables(Vec<u8>);

impl Tables {
    /// By their tags.
    pub fn new(tags: impl IntoIterator<Item = u8>) -> Self {
        let mut tags: Vec<u8> = tags.into_iter().collect();
        tags.sort_unstable();
        Self(tags)
    }

    /// Is a key of one of them?
    pub(crate) fn has(&self, key: &[u8]) -> bool {
        key.first().is_some_and(|tag| self.0.contains(tag))
    }

    /// Is nothing of `from..to` theirs?
    pub(crate) fn miss(&self, from: &[u8], to: Option<&[u8]>) -> bool {
        !self.0.iter().any(|tag| meets(*tag, from, to))
    }
}

/// May something of the table with this tag lie within `from..to`?
fn meets(tag: u8, from: &[u8], to: Option<&[u8]>) -> bool {
    from.first().is_none_or(|first| tag >= *first) && to.is_none_or(|to| [tag].as_slice() < to)
}

/// The tables whose rows wait.
#[derive(Debug, Clone, Default)]
pub struct Waits {
    /// Packed indexes: their entries wait in runs.
    pub packed: Tables,
    /// Their rows wait as they are.
    pub rewritten: Tables,
    /// Their rows wait in runs.
    pub gathered: Tables,
}

/// How rows of a table wait.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    /// Not at all.
    Not,
    /// As entries, in runs.
    Packed,
    /// As they are.
    Rewritten,
    /// As rows, in runs.
    Gathered,
}

impl How {
    /// What the run of a row begins with that waits as one: a rewritten row is a run by itself.
    fn beginning(self, key: &[u8]) -> &[u8] {
        let gathered = if self == Self::Gathered { blocks::split(key) } else { None };
        gathered.map_or(key, |(beginning, _)| beginning)
    }
}

/// A part of what is scanned, of tables whose rows wait alike.
struct Part {
    from: Vec<u8>,
    to: Option<Vec<u8>>,
    how: How,
}

/// What waits, and the engine's marks.
#[derive(Default)]
struct Pending {
    entries: Runs,
    rows: Rows,
    /// Runs in the order in which they were begun.
    queue: VecDeque<Begun>,
    /// How many were begun so far.
    begun: usize,
    /// The mark of the last commit.
    mark: Option<Op>,
    /// The mark that the engine has.
    marked: Option<Op>,
    /// Commits since it was given one.
    unmarked: usize,
}

/// A run that was begun.
struct Begun {
    what: What,
    number: usize,
    since: Instant,
    /// The mark before the first of it came.
    before: Option<Op>,
}

enum What {
    /// The entries of an index key.
    Entries(Bytes),
    /// The rows whose keys begin with this.
    Rows(Bytes),
}

impl Pending {
    fn begin(&mut self, what: What, now: Instant) {
        self.queue.push_back(Begun { what, number: self.begun, since: now, before: self.mark.clone() });
        self.begun += 1;
    }

    fn add_entries(&mut self, key: &Bytes, numbers: impl Iterator<Item = u64>, now: Instant) {
        if let Some(index) = self.entries.add(key, numbers) {
            self.begin(What::Entries(index), now);
        }
    }

    fn add_row(&mut self, (how, op): (How, &Op), now: Instant) {
        if let Some(beginning) = self.rows.add(how.beginning(&op.key), op) {
            self.begin(What::Rows(beginning), now);
        }
    }

    fn weighs(&self) -> usize {
        self.entries.entries() + self.rows.weight()
    }
}

/// An engine with what waits in front of it.
pub struct Waiting {
    engine: Arc<dyn AtOnce>,
    /// The tables whose rows wait, by their tags.
    tables: Vec<(u8, How)>,
    /// What waits is taken out under the exclusive side only, so that whoever holds the other sees it once, waiting or stored.
    pending: RwLock<Pending>,
    /// Changes that belong together may have been made by half: why. Set under the exclusive side of what waits.
    torn: OnceLock<EngineError>,
}

thread_local! {
    /// Scans of what waits that this thread is within.
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

impl Waiting {
    /// In front of `engine`: rows of these tables wait.
    pub fn over(engine: Arc<dyn AtOnce>, waits: Waits) -> Result<Self, EngineError> {
        let key = applied_key();
        let mark = engine.get(&key)?.map(|value| Op { key, value: Some(value) });
        let pending = Pending { mark: mark.clone(), marked: mark, ..Pending::default() };
        let Waits { packed, rewritten, gathered } = waits;
        let all = [(packed, How::Packed), (rewritten, How::Rewritten), (gathered, How::Gathered)];
        let mut tables: Vec<_> =
            all.into_iter().flat_map(|(of, how)| of.0.into_iter().map(move |tag| (tag, how))).collect();
        tables.sort_unstable_by_key(|(tag, _)| *tag);
        Ok(Self { engine, tables, pending: RwLock::new(pending), torn: OnceLock::new() })
    }

    /// For reading. Who reads again for what a scan visits must not wait behind a commit that waits for the scan.
    fn look(&self) -> RwLockReadGuard<'_, Pending> {
        if SCANS.get() > 0 { self.pending.read_recursive() } else { self.pending.read() }
    }

    fn lists(&self) -> Lists<'_> {
        Lists(self.engine.as_ref())
    }

    fn blocks(&self) -> Blocks<'_> {
        Blocks(self.engine.as_ref())
    }

    fn how(&self, key: &[u8]) -> How {
        let table = self.tables.iter().find(|(tag, _)| key.first() == Some(tag));
        match table.map_or(How::Not, |(_, how)| *how) {
            How::Packed if split(key).is_none() => How::Not,
            How::Gathered if blocks::split(key).is_none() => How::Not,
            how => how,
        }
    }

    /// `from..to` in parts, in order.
    fn parts(&self, from: &[u8], to: Option<&[u8]>) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut at = from.to_vec();
        // There is a tag behind each of them: `Schema::new` sees to that.
        let bounds =
            self.tables.iter().flat_map(|(tag, how)| [(*tag, How::Not), (tag.saturating_add(1), *how)]);
        for (bound, how) in bounds {
            let bound = to.filter(|to| *to < [bound].as_slice()).map_or(vec![bound], <[u8]>::to_vec);
            if at < bound {
                parts.push(Part { from: std::mem::replace(&mut at, bound.clone()), to: Some(bound), how });
            }
        }
        if to.is_none_or(|to| at.as_slice() < to) {
            parts.push(Part { from: at, to: to.map(<[u8]>::to_vec), how: How::Not });
        }
        parts
    }

    /// Makes changes of which nobody must see half, under the exclusive side of what waits.
    fn make_at_once(&self, changes: &[Op]) -> Result<(), EngineError> {
        let made = self.engine.commit_at_once(changes);
        // One change by itself is made or not.
        if changes.len() < 2 {
            return made;
        }
        made.map_err(|error| {
            let torn = match error {
                // The engine writes nothing more from here on, so half of it is in its memory at most.
                EngineError::NoSpace => EngineError::NoSpace,
                error => {
                    EngineError::Damaged(format!("changes that belong together were made by half: {error}"))
                }
            };
            self.torn.get_or_init(|| torn).clone()
        })
    }

    /// Refuses what may be there by half.
    fn whole(&self) -> Result<(), EngineError> {
        self.torn.get().cloned().map_or(Ok(()), Err)
    }

    /// Stores the oldest that waits, when it is `due`. Was it?
    fn store_oldest(&self, due: impl Fn(&Pending, &Begun) -> bool) -> Result<bool, EngineError> {
        let pending = self.pending.upgradable_read();
        let Some(oldest) = pending.queue.front().filter(|oldest| due(&pending, oldest)) else {
            return Ok(false);
        };
        let mut pending = match &oldest.what {
            What::Entries(index) => {
                let index = index.clone();
                // Its row may take the place of others, of which readers must not see half.
                let mut pending = RwLockUpgradableReadGuard::upgrade(pending);
                self.make_at_once(&self.lists().plan(&index, pending.entries.of(&index))?)?;
                pending.entries.remove(&index);
                pending
            }
            What::Rows(beginning) => {
                let beginning = beginning.clone();
                let Plan { changes, moves } = self.plan(pending.rows.of(&beginning))?;
                let mut pending = if moves {
                    let pending = RwLockUpgradableReadGuard::upgrade(pending);
                    self.make_at_once(&changes)?;
                    pending
                } else {
                    // Beside the readers, for whom what waits comes first.
                    self.engine.commit(&mut changes.iter())?;
                    RwLockUpgradableReadGuard::upgrade(pending)
                };
                pending.rows.remove(&beginning);
                pending
            }
        };
        pending.queue.pop_front();
        // Else this thread would have the lock again before those who wait for it.
        RwLockWriteGuard::unlock_fair(pending);
        Ok(true)
    }

    /// How a run of rows comes to the engine.
    fn plan(&self, run: &[Op]) -> Result<Plan, EngineError> {
        match run.first().map(|op| self.how(&op.key)) {
            Some(How::Gathered) => self.blocks().plan(run),
            _ => Ok(Plan { changes: run.to_vec(), moves: false }),
        }
    }

    /// Brings the engine's mark up to what it has.
    fn mark(&self) -> Result<(), EngineError> {
        let pending = self.pending.upgradable_read();
        let oldest = pending.queue.front();
        let right = oldest.map_or(&pending.mark, |oldest| &oldest.before).clone();
        if right != pending.marked {
            self.engine.commit(&mut right.iter())?;
        }
        let mut pending = RwLockUpgradableReadGuard::upgrade(pending);
        pending.marked = right;
        pending.unmarked = 0;
        Ok(())
    }

    fn scan_packed(
        &self,
        span: (&[u8], Option<&[u8]>),
        reverse: bool,
        visit: &mut EngineVisit<'_>,
    ) -> Result<ControlFlow<()>, EngineError> {
        let pending = self.look();
        self.whole()?;
        let _scanning = Scanning::begin();
        self.lists().scan(&pending.entries, span, reverse, visit)
    }

    fn scan_rows(
        &self,
        how: How,
        (from, to): (&[u8], Option<&[u8]>),
        reverse: bool,
        visit: &mut EngineVisit<'_>,
    ) -> Result<ControlFlow<()>, EngineError> {
        let span = Span { from, to, reverse };
        let pending = self.look();
        if how == How::Gathered {
            self.whole()?;
        }
        let _scanning = Scanning::begin();
        let rows = (span.ordered(pending.rows.range(from, to)), span.ordered(std::iter::empty()));
        let mut flow = ControlFlow::Continue(());
        let mut visit = |key: &[u8], value: &[u8]| {
            flow = visit(key, value);
            Ok(flow)
        };
        let stored = |visit: &mut EngineVisit<'_>| match how {
            How::Gathered => self.blocks().scan((from, to), reverse, visit),
            _ => self.engine.scan(from, to, reverse, visit),
        };
        merge::over(stored, reverse, rows, &mut visit, std::convert::identity)?;
        Ok(flow)
    }
}

impl Engine for Waiting {
    fn get(&self, key: &[u8]) -> Result<Option<Bytes>, EngineError> {
        match self.how(key) {
            How::Packed if let Some(entry) = split(key) => {
                let pending = self.look();
                self.whole()?;
                let has = pending.entries.has(entry) || self.lists().has(entry)?;
                Ok(has.then(Bytes::new))
            }
            how @ How::Rewritten => {
                // What is stored meanwhile is in the engine before it no longer waits.
                let waits = self.look().rows.get(how.beginning(key), key).map(|op| op.value.clone());
                waits.map_or_else(|| self.engine.get(key), Ok)
            }
            how @ How::Gathered => {
                let pending = self.look();
                self.whole()?;
                let waits = pending.rows.get(how.beginning(key), key).map(|op| op.value.clone());
                waits.map_or_else(|| self.blocks().get(key), Ok)
            }
            _ if *key == APPLIED_KEY => Ok(self.look().mark.as_ref().and_then(|mark| mark.value.clone())),
            _ => self.engine.get(key),
        }
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
        if mark.is_none() && !self.tables.iter().any(|(tag, _)| meets(*tag, from, to)) {
            return self.engine.scan(from, to, reverse, visit);
        }
        let mut visit = |key: &[u8], value: &[u8]| match &mark {
            Some(mark) if *key == APPLIED_KEY => visit(key, mark),
            _ => visit(key, value),
        };
        let mut parts = self.parts(from, to);
        if reverse {
            parts.reverse();
        }
        for part in parts {
            let span = (part.from.as_slice(), part.to.as_deref());
            let flow = match part.how {
                How::Packed => self.scan_packed(span, reverse, &mut visit)?,
                how @ (How::Rewritten | How::Gathered) => self.scan_rows(how, span, reverse, &mut visit)?,
                How::Not => {
                    let mut flow = ControlFlow::Continue(());
                    self.engine.scan(span.0, span.1, reverse, &mut |key, value| {
                        flow = visit(key, value);
                        flow
                    })?;
                    flow
                }
            };
            if flow.is_break() {
                break;
            }
        }
        Ok(())
    }

    fn commit(&self, ops: &mut dyn Iterator<Item = &Op>) -> Result<(), EngineError> {
        self.whole()?;
        let (mut entries, mut rows, mut mark) = (Vec::new(), Vec::new(), None);
        self.engine.commit(&mut ops.filter(|op| match self.how(&op.key) {
            How::Packed => {
                entries.push(*op);
                false
            }
            how @ (How::Rewritten | How::Gathered) => {
                rows.push((how, *op));
                false
            }
            How::Not if *op.key == APPLIED_KEY => {
                mark = Some((*op).clone());
                false
            }
            How::Not => true,
        }))?;
        let now = Instant::now();
        let mut pending = self.pending.write();
        let begun = pending.begun;
        for row in rows {
            pending.add_row(row, now);
        }
        // Mostly sorted by key: what is added to one run comes together.
        let is_alike = |one: &&Op, other: &&Op| {
            let indexes = (split(&one.key), split(&other.key));
            one.value.is_some() == other.value.is_some()
                && matches!(indexes, (Some((one, _)), Some((other, _))) if one == other)
        };
        for alike in entries.chunk_by(is_alike) {
            let Some(first) = alike.first() else { continue };
            let numbers = alike.iter().filter_map(|op| split(&op.key)).map(|(_, number)| number);
            if first.value.is_some() {
                pending.add_entries(&first.key, numbers, now);
                continue;
            }
            let Some((index, _)) = split(&first.key) else { continue };
            let mut out: Vec<u64> = numbers.collect();
            out.sort_unstable();
            for number in &out {
                pending.entries.take_out((index, *number));
            }
            for changes in self.lists().plan_without(index, &out)? {
                self.make_at_once(&changes)?;
            }
        }
        if mark.is_some() {
            pending.mark = mark;
        }
        pending.unmarked += 1;
        let mark_is_due = pending.unmarked >= COMMITS_PER_MARK;
        let most = STORED_PER_COMMIT + 2 * (pending.begun - begun);
        drop(pending);
        let is_due = |pending: &Pending, oldest: &Begun| {
            pending.weighs() > MUCH || now.duration_since(oldest.since) > PATIENCE
        };
        let mut stored = 0;
        while stored < most && self.store_oldest(is_due)? {
            stored += 1;
        }
        while self.store_oldest(|pending, _| pending.weighs() > 2 * MUCH)? {}
        if mark_is_due { self.mark() } else { Ok(()) }
    }

    fn flush(&self) -> Result<(), EngineError> {
        self.whole()?;
        let upto = self.look().begun;
        while self.store_oldest(|_, oldest| oldest.number < upto)? {}
        self.mark()?;
        self.engine.flush()
    }

    fn disk_bytes(&self) -> Result<u64, EngineError> {
        self.engine.disk_bytes()
    }

    fn name(&self) -> &'static str {
        self.engine.name()
    }

    fn is_torn(&self) -> bool {
        matches!(self.torn.get(), Some(EngineError::Damaged(_)))
    }

    fn close(&mut self) -> Result<(), EngineError> {
        close(&mut self.engine)
    }
}
