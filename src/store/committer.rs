//! The committer thread: syncs a group to the journal, shows it to readers, answers, and has the engine take it over. It
//! also brings back a journal or a tree that failed.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::engine::{EngineError, panic_text};
use super::error::StoreError;
use super::fresh::Fresh;
use super::journal::Journal;
use super::open::{ROOM_TO_OPEN_BYTES, STANDS_IN};
use super::queue::{Heal, Work};
use super::shared::{Durability, Shared, Stop};
use super::writer::{Group, Leaving};

/// How soon a failed disk is tried again.
const RETRY: Duration = Duration::from_millis(200);
/// The longest pause between tries.
const LONGEST_RETRY: Duration = Duration::from_secs(5);
/// A tree that works for so long after it was opened again is cured.
const CURED_AFTER: Duration = Duration::from_mins(1);

/// The committer thread.
pub(crate) struct Committer {
    shared: Arc<Shared>,
    journal: Journal,
    /// A group was journalled but, at closing, could not be applied. No later one may be applied over the gap: the
    /// next start replays them all.
    abandoned: bool,
    /// Rows in memory stand in for the tree until there is room to open it; when that is tried next.
    late: Option<Late>,
    /// When it was last opened again because reading or writing failed.
    reopened: Option<Instant>,
}

/// Opening the tree late.
struct Late {
    next: Instant,
    pause: Duration,
}

impl Committer {
    pub(crate) fn new(shared: Arc<Shared>, journal: Journal, stands_in: bool) -> Self {
        let late = stands_in.then(|| Late { next: Instant::now(), pause: RETRY });
        Self { shared, journal, abandoned: false, late, reopened: None }
    }

    pub(crate) fn run(mut self) {
        let shared = self.shared.clone();
        let _leaving = Leaving { shared: &shared, leave: |shared| shared.queue.committer_left() };
        loop {
            let patience = (shared.has(Stop::JOURNAL) || self.late.is_some()).then_some(RETRY);
            match shared.queue.next_work(patience) {
                Work::Group(group) => self.commit(group),
                Work::Heal(heal) => self.heal(heal),
                Work::Nothing => {
                    if shared.has(Stop::JOURNAL) {
                        self.recover_journal();
                    }
                    self.open_tree_late();
                }
                Work::End => break,
            }
        }
        if shared.options.durability == Durability::Relaxed
            && let Err(error) = self.journal.sync()
        {
            shared.set(Stop::JOURNAL, error.to_string());
        }
    }

    /// After a failed write: a new segment, written and synced, proves that the disk works again. The tree may have
    /// met what the journal met, in the background, so it is asked before anybody reads from it.
    fn recover_journal(&mut self) {
        match self.journal.rotate() {
            Ok(()) => {
                if let Ok(engine) = self.shared.engine_handle()
                    && let Err(error) = engine.flush()
                {
                    self.shared.report_trouble(&error);
                }
                self.shared.clear(Stop::JOURNAL);
            }
            Err(error) => self.shared.set(Stop::JOURNAL, error.to_string()),
        }
    }

    /// Opens the tree that there was no room for at the start. Nothing was written since.
    fn open_tree_late(&mut self) {
        if self.late.as_ref().is_none_or(|late| Instant::now() < late.next) || !self.has_room_to_heal() {
            return;
        }
        match surviving(|| self.shared.open_tree_late()) {
            Ok(()) => {
                self.late = None;
                self.shared.clear(Stop::ENGINE);
            }
            Err(error) => {
                self.shared.set(Stop::ENGINE, format!("{STANDS_IN}; the last try failed: {error}"));
                if let Some(late) = &mut self.late {
                    late.next = Instant::now() + late.pause;
                    late.pause = (late.pause * 2).min(LONGEST_RETRY);
                }
            }
        }
    }

    fn commit(&mut self, mut group: Group) {
        if group.epoch != self.shared.epoch.load(Ordering::Acquire) {
            return group.fail(&self.shared.read_only_error());
        }
        if group.has_changes() {
            // Cheap beside the sync, and at full speed a disk fills fast.
            self.shared.watch_room();
            let started = Instant::now();
            let sync = self.shared.options.durability == Durability::Synced;
            let number = self.journal.next();
            if let Err(error) = self.journal.append(&mut group.record, sync) {
                // The reason first: whoever sees the new epoch answers with it.
                self.shared.set(Stop::JOURNAL, error.to_string());
                return self.refuse(group);
            }
            self.shared.counts.synced(started.elapsed(), group.replies.len(), group.record.len());
            if self.abandoned {
                return answer(group);
            }
            let id = group.id;
            let fresh = self.shared.publish(Fresh::of(group.changes.clone()), &group.topics, id);
            self.shared.published_number.store(number, Ordering::Release);
            self.tell(&mut group);
            answer(group);
            self.shared.queue.nearly_free();
            let started = Instant::now();
            self.apply(&fresh, number);
            self.shared.counts.applied(started.elapsed());
            if !self.abandoned {
                self.shared.applied.store(id, Ordering::Release);
            }
        } else {
            if !self.abandoned {
                self.shared.shown.store(group.id, Ordering::Release);
                self.shared.applied.store(group.id, Ordering::Release);
                self.tell(&mut group);
            }
            answer(group);
        }
    }

    fn tell(&self, group: &mut Group) {
        for announcement in std::mem::take(&mut group.announcements) {
            self.shared.live.tell(announcement.topic, announcement.payload);
        }
    }

    /// Refuses a group that is not in the journal, and with it whatever was built on it.
    fn refuse(&self, group: Group) {
        self.shared.epoch.fetch_add(1, Ordering::AcqRel);
        group.fail(&self.shared.read_only_error());
    }

    /// Has the tree take over what is published. It must succeed sometime: no later group can be shown before.
    fn apply(&mut self, fresh: &Fresh, number: u64) {
        let mut failures = 0_u32;
        let mut pause = RETRY;
        while let Err(error) = self.shared.apply(fresh, number) {
            self.shared.set(Stop::ENGINE, format!("the tree cannot be written: {error}"));
            tracing::error!(%error, "applying a group failed; trying again");
            if !self.wait(&mut pause) {
                return;
            }
            failures += 1;
            self.heal_after(&error, failures);
        }
        if failures > 0 {
            self.shared.clear(Stop::ENGINE);
        }
        self.shared.note_applied(number);
    }

    /// Waits before the next try, longer each time; it may take until somebody makes room, so what would be committed
    /// meanwhile is refused. `false` when the store is stopping: then there is no next try.
    fn wait(&mut self, pause: &mut Duration) -> bool {
        if self.shared.is_stopping() {
            self.abandoned = true;
            return false;
        }
        if let Some(group) = self.shared.queue.take_handed() {
            self.refuse(group);
        }
        std::thread::park_timeout(*pause);
        *pause = (*pause * 2).min(LONGEST_RETRY);
        true
    }

    fn heal_after(&self, error: &EngineError, failures: u32) {
        // While the disk is full the tree as it is still serves reads; opened again it would not.
        if matches!(error, EngineError::NoSpace) && !self.has_room_to_heal() {
            return;
        }
        // After a try that failed there is none that would.
        if !self.shared.has_engine() && !self.has_room(ROOM_TO_OPEN_BYTES) {
            return;
        }
        // Opening again is quick and often enough; damage that comes back is not cured by it.
        let rebuild = failures > 1 && matches!(error, EngineError::Damaged(_));
        if let Err(error) = surviving(|| self.shared.heal(rebuild)) {
            tracing::error!(%error, "exchanging the tree failed; trying again");
        }
    }

    fn has_room_to_heal(&self) -> bool {
        self.has_room(self.shared.options.low_water_bytes.max(ROOM_TO_OPEN_BYTES))
    }

    fn has_room(&self, bytes: u64) -> bool {
        self.shared.files.free_bytes().is_ok_and(|free| free >= bytes)
    }

    /// A read failed.
    fn heal(&mut self, heal: Heal) {
        // An error that comes back soon after opening again is not cured by it.
        let again = self.reopened.is_some_and(|reopened| reopened.elapsed() < CURED_AFTER);
        let rebuild = heal == Heal::Rebuild || heal == Heal::Reopen && again;
        let mut pause = RETRY;
        while !self.try_to_heal(heal, rebuild) {
            if !self.wait(&mut pause) {
                return;
            }
        }
        if heal == Heal::Reopen {
            self.reopened = Some(Instant::now());
        }
        self.shared.clear(Stop::ENGINE);
    }

    fn try_to_heal(&self, heal: Heal, rebuild: bool) -> bool {
        if heal == Heal::WhenThereIsRoom && !self.has_room_to_heal() {
            return false;
        }
        // Where a try has failed already there is no tree that would be worth a second failure.
        if !self.shared.has_engine() && !self.has_room(ROOM_TO_OPEN_BYTES) {
            return false;
        }
        match surviving(|| self.shared.heal(rebuild)) {
            Ok(()) => true,
            Err(error) => {
                let how = if rebuild { "rebuilt" } else { "opened again" };
                tracing::error!(%error, "exchanging the tree failed; trying again");
                self.shared.set(Stop::ENGINE, format!("the tree cannot be {how}: {error}"));
                false
            }
        }
    }
}

/// Without the committer nothing is read or written any more: a panic while it exchanges the tree is one failed try.
fn surviving(exchange: impl FnOnce() -> Result<(), StoreError>) -> Result<(), StoreError> {
    catch_unwind(AssertUnwindSafe(exchange)).unwrap_or_else(|panic| {
        Err(StoreError::Engine(format!("exchanging it panicked: {}", panic_text(panic.as_ref()))))
    })
}

/// Tells the callers of a group that it is durable and visible.
fn answer(group: Group) {
    for reply in group.replies {
        reply(Ok(()));
    }
}

#[cfg(test)]
mod failing;

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicUsize};

    use parking_lot::Mutex;
    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::store::engine::{AtOnce, Call, Double, Engine, MemoryEngine, Tables, Waiting, Waits};
    use crate::store::journal::crammed::Crammed;
    use crate::store::journal::files::Files;
    use crate::store::journal::memory_files::MemoryFiles;
    use crate::store::open::{Opened, rebuild, salts};
    use crate::store::shared::engine_error;
    use crate::store::tree::{Fill, Tree};
    use crate::store::{Class, Read as _, Record, Schema, Store, StoreOptions, Table, TableInfo};

    #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
    struct Row {
        number: u64,
    }

    impl Record for Row {
        const TABLE: Table = Table { tag: 16, name: "row" };
        const VERSION: u8 = 0;
        type Key = u64;

        fn key(&self) -> u64 {
            self.number
        }
    }

    /// One that nothing has wait.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
    struct Plain {
        number: u64,
    }

    impl Record for Plain {
        const TABLE: Table = Table { tag: 17, name: "plain" };
        const VERSION: u8 = 0;
        type Key = u64;

        fn key(&self) -> u64 {
            self.number
        }
    }

    const SCHEMA: Schema = Schema::new(&[TableInfo::rows::<Row>(), TableInfo::rows::<Plain>()]);

    /// What happens to whoever reads or writes.
    #[derive(Clone, Default)]
    enum Disk {
        #[default]
        Works,
        /// Everything fails, opening too.
        Fails(EngineError),
        /// Reading fails as long as the same file is opened again.
        IsBroken,
        /// Reading fails, and opening panics.
        Panics,
    }

    /// Like sled, an engine answers with the error that it once met, whatever becomes of the disk.
    struct Sticky {
        rows: Arc<MemoryEngine>,
        disk: Arc<Mutex<Disk>>,
        fresh: bool,
        met: Met,
    }

    impl Sticky {
        fn meet(&self) -> Result<(), EngineError> {
            let mut met = self.met.lock();
            match &*self.disk.lock() {
                Disk::Fails(error) => drop(met.get_or_insert(error.clone())),
                Disk::Panics => {
                    met.get_or_insert(EngineError::Io("a sector cannot be read".to_owned()));
                }
                Disk::IsBroken if !self.fresh => {
                    met.get_or_insert(EngineError::Io("a sector cannot be read".to_owned()));
                }
                _ => {}
            }
            met.clone().map_or(Ok(()), Err)
        }
    }

    impl Double for Sticky {
        fn rows(&self) -> &MemoryEngine {
            &self.rows
        }

        fn before(&self, _: Call<'_>) -> Result<(), EngineError> {
            self.meet()
        }
    }

    /// The error that an engine met.
    type Met = Arc<Mutex<Option<EngineError>>>;

    #[derive(Clone, Default)]
    struct StickyTree {
        rows: Arc<Mutex<Arc<MemoryEngine>>>,
        disk: Arc<Mutex<Disk>>,
        /// Of the engine that is in use.
        met: Arc<Mutex<Met>>,
    }

    impl StickyTree {
        fn engine(&self, fresh: bool) -> Arc<dyn Engine> {
            let (rows, met) = (self.rows.lock().clone(), Met::default());
            *self.met.lock() = met.clone();
            Arc::new(Sticky { rows, disk: self.disk.clone(), fresh, met })
        }
    }

    impl Tree for StickyTree {
        fn open(&self) -> Result<Arc<dyn Engine>, EngineError> {
            match &*self.disk.lock() {
                Disk::Fails(error) => Err(error.clone()),
                Disk::Panics => panic!("a defect of the tree"),
                _ => Ok(self.engine(false)),
            }
        }

        fn open_from_disk(&self, _files: &dyn Files) -> Result<(Arc<dyn Engine>, bool), StoreError> {
            Err(StoreError::NoSpace)
        }

        fn replace(&self, _keep_old: bool, fill: Fill<'_>) -> Result<Arc<dyn Engine>, StoreError> {
            if let Disk::Fails(error) = &*self.disk.lock() {
                return Err(StoreError::Engine(error.to_string()));
            }
            let rows = Arc::new(MemoryEngine::default());
            fill(rows.as_ref())?;
            *self.rows.lock() = rows;
            Ok(self.engine(true))
        }
    }

    fn open(tree: &StickyTree) -> Store {
        open_with(tree, Arc::new(MemoryFiles::default()), StoreOptions::default())
    }

    fn open_with(tree: &StickyTree, files: Arc<dyn Files>, options: StoreOptions) -> Store {
        let opened = rebuild(tree, files.as_ref(), false, 0).unwrap();
        let opened = Opened { engine: tree.engine(false), rebuilt: false, ..opened };
        Store::start(SCHEMA, options, files, None, Box::new(tree.clone()), opened).unwrap()
    }

    fn put(store: &Store, number: u64) -> Result<(), StoreError> {
        store.write_blocking(Class::Interactive, move |txn| txn.put(Row { number }))
    }

    /// Rows 1 and 2, of which the tree has both and only the second is still in front of it.
    fn put_two(store: &Store) {
        put(store, 1).unwrap();
        put(store, 2).unwrap();
        store.inner.shared.settle().unwrap();
    }

    fn eventually_writes(store: &Store, number: u64) {
        let since = Instant::now();
        while let Err(error) = put(store, number) {
            assert!(since.elapsed() < Duration::from_secs(30), "still: {error}");
            std::thread::park_timeout(Duration::from_millis(5));
        }
    }

    #[test]
    fn a_tree_that_answers_with_an_old_error_is_opened_again_once_the_disk_works() {
        for error in [EngineError::NoSpace, EngineError::Io("the cable was out".to_owned())] {
            let tree = StickyTree::default();
            let store = open(&tree);
            put_two(&store);
            *tree.disk.lock() = Disk::Fails(error.clone());
            // Nothing is written, so nothing but the read can notice.
            let said = store.read(|read| read.get::<Row>(&1)).unwrap_err();
            assert!(matches!(said, StoreError::NoSpace | StoreError::Recovering { .. }), "{said}");
            assert!(
                store.read(|read| read.get::<Row>(&2)).unwrap().is_some(),
                "what was just written is read"
            );
            let reason = store.read_only_reason().unwrap_or_default();
            assert!(reason.starts_with("the tree "), "{reason}");
            put(&store, 3).unwrap_err();
            *tree.disk.lock() = Disk::Works;
            eventually_writes(&store, 4);
            assert_eq!(store.read(|read| read.list::<Row>(&(), None, 9)).unwrap().len(), 3);
            assert_eq!(store.read_only_reason(), None);
        }
    }

    #[test]
    fn what_the_tree_met_unseen_while_the_journal_had_no_room_is_healed_before_writing_is_on_again() {
        let (tree, files) = (StickyTree::default(), Crammed::with(u64::MAX / 2));
        let options = StoreOptions { segment_bytes: 4096, ..StoreOptions::default() };
        let store = open_with(&tree, Arc::new(files.clone()), options);
        put_two(&store);
        files.refuses.store(true, Ordering::SeqCst);
        let refused = (3_u64..10_000).find(|number| put(&store, *number).is_err()).unwrap();
        let reason = store.read_only_reason().unwrap_or_default();
        assert!(reason.contains("journal segment"), "{reason}");
        store.inner.shared.settle().unwrap();
        *tree.met.lock().lock() = Some(EngineError::NoSpace);
        files.refuses.store(false, Ordering::SeqCst);
        let since = Instant::now();
        while store.read_only_reason().is_some() {
            assert!(since.elapsed() < Duration::from_secs(30), "writing is still off");
            std::thread::park_timeout(Duration::from_millis(1));
        }
        assert!(store.read(|read| read.get::<Row>(&1)).unwrap().is_some());
        put(&store, refused).unwrap();
    }

    #[test]
    fn a_transaction_that_cannot_read_has_the_tree_healed_too() {
        let tree = StickyTree::default();
        let store = open(&tree);
        *tree.disk.lock() = Disk::Fails(EngineError::NoSpace);
        assert!(matches!(put(&store, 1), Err(StoreError::ReadOnly { .. })));
        *tree.disk.lock() = Disk::Works;
        eventually_writes(&store, 2);
    }

    #[test]
    fn an_error_that_opening_again_does_not_cure_is_cured_by_rebuilding() {
        let tree = StickyTree::default();
        let store = open(&tree);
        put_two(&store);
        *tree.disk.lock() = Disk::IsBroken;
        store.read(|read| read.get::<Row>(&1)).unwrap_err();
        eventually_writes(&store, 3);
        assert_eq!(store.read(|read| read.list::<Row>(&(), None, 9)).unwrap().len(), 3);
        assert_eq!(store.counts().rebuilds.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn a_panic_while_the_tree_is_opened_again_is_one_failed_try() {
        let tree = StickyTree::default();
        let store = open(&tree);
        put_two(&store);
        *tree.disk.lock() = Disk::Panics;
        store.read(|read| read.get::<Row>(&1)).unwrap_err();
        let since = Instant::now();
        while !store.read_only_reason().unwrap_or_default().contains("a defect of the tree") {
            assert!(since.elapsed() < Duration::from_secs(30), "{:?}", store.read_only_reason());
            std::thread::park_timeout(Duration::from_millis(1));
        }
        *tree.disk.lock() = Disk::Works;
        eventually_writes(&store, 3);
        assert_eq!(store.read(|read| read.list::<Row>(&(), None, 9)).unwrap().len(), 3);
    }

    #[test]
    fn a_tree_that_nobody_will_open_again_is_not_one_to_wait_for() {
        let store = open(&StickyTree::default());
        put_two(&store);
        let shared = &store.inner.shared;
        drop(shared.take_engine(false));
        let said = store.read(|read| read.get::<Row>(&1)).unwrap_err();
        assert!(matches!(said, StoreError::Recovering { .. }), "{said}");
        shared.set(Stop::DEFECT, "a defect".to_owned());
        let said = store.read(|read| read.get::<Row>(&1)).unwrap_err().to_string();
        assert!(said.contains("restart the program"), "{said}");
    }

    /// Rows that stay when it is opened again. What is written to it finds no room while it is full.
    struct Tight {
        rows: Arc<MemoryEngine>,
        tree: TightTree,
    }

    impl Double for Tight {
        fn rows(&self) -> &MemoryEngine {
            &self.rows
        }

        fn before(&self, call: Call<'_>) -> Result<(), EngineError> {
            match call {
                Call::Get if self.tree.broken.load(Ordering::SeqCst) => {
                    Err(EngineError::Io("a sector cannot be read".to_owned()))
                }
                Call::Change(_) if self.tree.full.load(Ordering::SeqCst) => Err(EngineError::NoSpace),
                _ => Ok(()),
            }
        }
    }

    #[derive(Clone, Default)]
    struct TightTree {
        rows: Arc<Mutex<Arc<MemoryEngine>>>,
        full: Arc<AtomicBool>,
        /// Until it is opened again.
        broken: Arc<AtomicBool>,
        replaced: Arc<AtomicUsize>,
    }

    impl TightTree {
        fn over(&self, rows: Arc<MemoryEngine>) -> Result<Arc<dyn Engine>, EngineError> {
            self.broken.store(false, Ordering::SeqCst);
            let tight: Arc<dyn AtOnce> = Arc::new(Tight { rows, tree: self.clone() });
            let waits = Waits { rewritten: Tables::new([Row::TABLE.tag]), ..Waits::default() };
            Ok(Arc::new(Waiting::over(tight, waits)?))
        }
    }

    impl Tree for TightTree {
        fn open(&self) -> Result<Arc<dyn Engine>, EngineError> {
            let rows = self.rows.lock().clone();
            self.over(rows)
        }

        fn open_from_disk(&self, _files: &dyn Files) -> Result<(Arc<dyn Engine>, bool), StoreError> {
            Err(StoreError::NoSpace)
        }

        fn replace(&self, _keep_old: bool, fill: Fill<'_>) -> Result<Arc<dyn Engine>, StoreError> {
            self.replaced.fetch_add(1, Ordering::SeqCst);
            let rows = Arc::new(MemoryEngine::default());
            let engine = self.over(rows.clone()).map_err(engine_error)?;
            fill(engine.as_ref())?;
            engine.flush().map_err(engine_error)?;
            *self.rows.lock() = rows;
            Ok(engine)
        }
    }

    #[test]
    fn a_tree_without_room_to_be_brought_up_to_date_is_waited_for_and_not_rebuilt() {
        let tree = TightTree::default();
        let files: Arc<dyn Files> = Arc::new(MemoryFiles::default());
        let opened = rebuild(&tree, files.as_ref(), false, 0).unwrap();
        let opened = Opened { rebuilt: false, ..opened };
        let store =
            Store::start(SCHEMA, StoreOptions::default(), files, None, Box::new(tree.clone()), opened)
                .unwrap();
        // Both wait in memory, and the mark stays behind them; the third is replayed from there, and finds no room.
        put_two(&store);
        store.write_blocking(Class::Interactive, |txn| txn.put(Plain { number: 1 })).unwrap();
        store.inner.shared.settle().unwrap();
        tree.replaced.store(0, Ordering::SeqCst);
        tree.full.store(true, Ordering::SeqCst);
        tree.broken.store(true, Ordering::SeqCst);
        // In no memory: the tree is asked, and fails.
        store.read(|read| read.get::<Row>(&7)).unwrap_err();
        let since = Instant::now();
        while !store.read_only_reason().unwrap_or_default().starts_with("the tree cannot be opened again") {
            assert!(since.elapsed() < Duration::from_secs(30), "{:?}", store.read_only_reason());
            std::thread::park_timeout(Duration::from_millis(1));
        }
        assert_eq!(tree.replaced.load(Ordering::SeqCst), 0, "a second tree has less room than the first");
        tree.full.store(false, Ordering::SeqCst);
        eventually_writes(&store, 3);
        assert_eq!(store.read(|read| read.list::<Row>(&(), None, 9)).unwrap().len(), 3);
        assert_eq!(tree.replaced.load(Ordering::SeqCst), 0);
        assert_eq!(store.counts().rebuilds.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn a_tree_that_is_not_open_is_not_opened_on_a_full_disk() {
        let (tree, files) = (StickyTree::default(), Crammed::with(0));
        let options = StoreOptions { low_water_bytes: 0, ..StoreOptions::default() };
        let store = open_with(&tree, Arc::new(files.clone()), options);
        let shared = store.inner.shared.clone();
        // Another committer, whose turn it is when the test says so.
        let other: Arc<dyn Files> = Arc::new(MemoryFiles::default());
        let replayed = rebuild(&tree, other.as_ref(), false, 0).unwrap().replayed;
        let journal = Journal::resume(other, 4096, Durability::Synced, replayed, salts()).unwrap();
        let committer = Committer::new(shared.clone(), journal, false);
        drop(shared.take_engine(false));
        let error = EngineError::Io("the tree is not open".to_owned());
        committer.heal_after(&error, 2);
        assert!(!shared.has_engine());
        assert_eq!(store.counts().heals.load(Ordering::Relaxed), 0);
        files.free.store(1 << 30, Ordering::SeqCst);
        committer.heal_after(&error, 3);
        assert!(shared.has_engine());
    }
}
