//! What the store's threads and callers share: the engine behind its lock, the state of service, counts.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use crossbeam_utils::sync::{ShardedLock, ShardedLockReadGuard, ShardedLockWriteGuard};
use parking_lot::{Condvar, Mutex};

use super::caches::{CacheSizes, Caches};
use super::counts::StoreCounts;
use super::engine::{Engine, EngineError, Op, Tables, Waits};
use super::error::StoreError;
use super::fresh::Fresh;
use super::horizon::Horizon;
use super::journal::files::Files;
use super::journal::{self, Segments, snapshot};
use super::key;
use super::live::Live;
use super::marker::Marker;
use super::paged::Paged;
use super::queue::{Heal, Queue};
use super::record::{COUNTERS, Cache, META, Schema, TableKind, Topic};
use super::tree::{Tree, rebuild_upto, replay_upto};

/// Whether a write waits for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Durability {
    /// Answered when it is on stable storage. What service needs.
    Synced,
    /// Answered when the operating system has it: survives a crash of the program, not of the machine. For bulk
    /// loading and benchmarks.
    Relaxed,
}

/// How a store is opened.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// Whether a write waits for the disk.
    pub durability: Durability,
    /// Size of a journal segment.
    pub segment_bytes: u64,
    /// Free space below which writing stops.
    pub low_water_bytes: u64,
    /// The tree is flushed at least so often, when anything changed.
    pub checkpoint_interval: Duration,
    /// The tree is flushed after so many bytes of journal.
    pub checkpoint_bytes: u64,
    /// A snapshot is written when the journal kept since the last one is larger than this and than the snapshot.
    pub snapshot_bytes: u64,
    /// The engine's page cache.
    pub tree_cache_bytes: u64,
    /// The record and body caches.
    pub caches: CacheSizes,
}

impl Default for StoreOptions {
    fn default() -> Self {
        const MIB: u64 = 1024 * 1024;
        Self {
            durability: Durability::Synced,
            segment_bytes: 64 * MIB,
            low_water_bytes: 256 * MIB,
            checkpoint_interval: Duration::from_secs(30),
            checkpoint_bytes: 256 * MIB,
            snapshot_bytes: 512 * MIB,
            tree_cache_bytes: 64 * MIB,
            caches: CacheSizes { content_bytes: 64 * MIB, sessions_bytes: 32 * MIB, bodies_bytes: 64 * MIB },
        }
    }
}

/// Why writing is off; several reasons can hold at once.
pub(crate) struct Stop;

impl Stop {
    /// Too little free space.
    pub(crate) const ROOM: u8 = 1;
    /// The journal could not be written.
    pub(crate) const JOURNAL: u8 = 2;
    /// The engine could not apply a group.
    pub(crate) const ENGINE: u8 = 4;
    /// A thread of the store is gone.
    pub(crate) const DEFECT: u8 = 8;
}

/// What is said once a thread of the store is gone.
pub(crate) const DEFECT: &str = "a thread of the store ended by a defect; restart the program";

/// What readers see: the engine, with the last group in front of it.
pub(crate) struct Visible {
    /// `None` only while it is exchanged.
    pub(crate) engine: Option<Arc<dyn Engine>>,
    /// What the engine may not show yet. All earlier groups it does show.
    pub(crate) fresh: Arc<Fresh>,
}

pub(crate) struct Shared {
    pub(crate) schema: Schema,
    pub(crate) options: StoreOptions,
    pub(crate) files: Arc<dyn Files>,
    pub(crate) directory: Option<PathBuf>,
    /// Readers hold the shared side; the exclusive side is a group becoming visible or the engine being exchanged. In shards, so
    /// that each thread that reads has one to itself: reads are many, groups are few.
    visible: ShardedLock<Visible>,
    /// The writer's way to the engine, beside the lock: it overlays everything that is under way.
    handle: Mutex<Option<Arc<dyn Engine>>>,
    tree: Box<dyn Tree>,
    closed: AtomicBool,
    /// The tree has changes by half: opened again it would have them, too.
    torn: AtomicBool,
    /// Held by whoever flushes, writes snapshots, lets segments go or exchanges the engine: one at a time.
    maintenance: Mutex<()>,
    cache_by_tag: [Cache; 256],
    pub(crate) packed: Tables,
    pub(crate) rewritten: Tables,
    pub(crate) segments: Segments,
    pub(crate) caches: Caches,
    pub(crate) live: Live,
    pub(crate) queue: Queue,
    /// Failures of the journal; groups built before one are refused after it.
    pub(crate) epoch: AtomicU64,
    /// The writer's number of the last group that readers see.
    pub(crate) shown: AtomicU64,
    /// The writer's number of the last group that the engine shows.
    pub(crate) applied: AtomicU64,
    /// The journal's number of the last group that readers see.
    pub(crate) published_number: AtomicU64,
    /// The journal's number of the last group that the engine shows.
    pub(crate) applied_number: AtomicU64,
    /// Who waits for the engine to show more.
    settling: (Mutex<()>, Condvar),
    stops: AtomicU8,
    reasons: Mutex<Vec<(u8, String)>>,
    stopping: AtomicBool,
    pub(crate) horizon: Horizon,
    pub(crate) counts: StoreCounts,
    salt: Mutex<Box<dyn FnMut() -> u64 + Send>>,
}

pub(crate) fn engine_error(error: EngineError) -> StoreError {
    match error {
        EngineError::NoSpace => StoreError::NoSpace,
        error => StoreError::Engine(error.to_string()),
    }
}

/// What is said of an error that the committer heals.
pub(crate) fn recovering(error: EngineError) -> StoreError {
    match error {
        EngineError::Io(_) | EngineError::Damaged(_) => StoreError::Recovering { reason: error.to_string() },
        error => engine_error(error),
    }
}

/// The key of the mark that says up to which group the tree has everything.
pub(crate) const APPLIED_KEY: [u8; 2] = [META.tag, b'a'];

/// The key of the mark that says up to which group the tree may have anything.
const REACH_KEY: [u8; 2] = [META.tag, b'r'];

/// The same as a key of changes.
pub(crate) const fn applied_key() -> Bytes {
    Bytes::from_static(&APPLIED_KEY)
}

/// Is it the key of a mark that tells of the tree, not of what the rows say?
pub(crate) fn is_mark_of_tree(key: &[u8]) -> bool {
    *key == APPLIED_KEY || *key == REACH_KEY
}

/// The change that marks group `number` as shown.
pub(crate) fn applied_mark(number: u64) -> Op {
    Op { key: applied_key(), value: Some(Bytes::from(key::encode(&number))) }
}

/// Up to which group the tree may have anything; 0 when it does not say.
pub(crate) fn read_reach(engine: &dyn Engine) -> Result<u64, StoreError> {
    read_mark(engine, &REACH_KEY)
}

/// Commits group `number`: first, where it reaches further than before, how far the tree reaches; then the changes, then that they
/// are there.
fn commit_group<'o>(
    engine: &dyn Engine,
    number: u64,
    reaches_further: bool,
    changes: impl Iterator<Item = &'o Op>,
) -> Result<(), EngineError> {
    let whole = applied_mark(number);
    let reach = Op { key: Bytes::from_static(&REACH_KEY), value: whole.value.clone() };
    // Changes may live longer than the marks.
    let changes = changes.map(|op| -> &Op { op });
    engine.commit(&mut reaches_further.then_some(&reach).into_iter().chain(changes).chain([&whole]))
}

/// The number that the mark says, when there is one.
pub(crate) fn find_mark(engine: &dyn Engine, key: &[u8]) -> Result<Option<u64>, StoreError> {
    match engine.get(key).map_err(engine_error)? {
        Some(bytes) => Ok(Some(key::decode(&bytes)?)),
        None => Ok(None),
    }
}

/// The number that the mark says; 0 when there is none.
pub(crate) fn read_mark(engine: &dyn Engine, key: &[u8]) -> Result<u64, StoreError> {
    Ok(find_mark(engine, key)?.unwrap_or(0))
}

pub(crate) struct Parts {
    pub(crate) schema: Schema,
    pub(crate) options: StoreOptions,
    pub(crate) files: Arc<dyn Files>,
    pub(crate) directory: Option<PathBuf>,
    pub(crate) engine: Arc<dyn Engine>,
    pub(crate) tree: Box<dyn Tree>,
    pub(crate) segments: Segments,
    pub(crate) applied: u64,
    pub(crate) rebuilt: bool,
    pub(crate) salt: Box<dyn FnMut() -> u64 + Send>,
}

#[cfg(test)]
impl Parts {
    /// Of a store in memory without threads and tables, for tests of what one part does with it.
    pub(crate) fn alone(options: StoreOptions, files: Arc<dyn Files>, engine: Arc<dyn Engine>) -> Self {
        Self {
            schema: Schema::new(&[]),
            options,
            files,
            directory: None,
            engine,
            tree: Box::new(super::tree::MemoryTree),
            segments: Segments::default(),
            applied: 0,
            rebuilt: false,
            salt: Box::new(|| 1),
        }
    }
}

impl Shared {
    pub(crate) fn new(parts: Parts) -> Result<Self, StoreError> {
        let counts = StoreCounts::new()?;
        counts.rebuilds.store(u64::from(parts.rebuilt), Ordering::Relaxed);
        if let Some(newest) = snapshot::list(parts.files.as_ref())?.first() {
            let bytes = snapshot::bytes_of(parts.files.as_ref(), *newest)?;
            counts.snapshot_bytes.store(bytes, Ordering::Relaxed);
        }
        let mut cache_by_tag = [Cache::None; 256];
        for (tag, cache) in (0..=u8::MAX).zip(&mut cache_by_tag) {
            *cache = match parts.schema.table(tag).map(|info| info.kind) {
                Some(TableKind::Rows { cache, .. } | TableKind::Index { cache, .. }) => cache,
                _ if tag == COUNTERS.tag => Cache::Content,
                _ => Cache::None,
            };
        }
        let Waits { packed, rewritten, gathered: _ } = parts.schema.waits();
        Ok(Self {
            caches: Caches::new(parts.options.caches),
            packed,
            rewritten,
            schema: parts.schema,
            options: parts.options,
            files: parts.files,
            directory: parts.directory,
            handle: Mutex::new(Some(parts.engine.clone())),
            visible: ShardedLock::new(Visible { engine: Some(parts.engine), fresh: Arc::default() }),
            tree: parts.tree,
            closed: AtomicBool::new(false),
            torn: AtomicBool::new(false),
            maintenance: Mutex::new(()),
            cache_by_tag,
            segments: parts.segments,
            live: Live::default(),
            horizon: Horizon::default(),
            queue: Queue::new(),
            epoch: AtomicU64::new(0),
            shown: AtomicU64::new(0),
            applied: AtomicU64::new(0),
            published_number: AtomicU64::new(parts.applied),
            applied_number: AtomicU64::new(parts.applied),
            settling: (Mutex::new(()), Condvar::new()),
            stops: AtomicU8::new(0),
            reasons: Mutex::new(Vec::new()),
            stopping: AtomicBool::new(false),
            counts,
            salt: Mutex::new(parts.salt),
        })
    }

    /// The engine, for what takes no part in the readers' lock.
    pub(crate) fn engine_handle(&self) -> Result<Arc<dyn Engine>, StoreError> {
        self.handle.lock().clone().ok_or_else(|| self.absent())
    }

    /// Why there is no engine just now.
    pub(crate) fn absent(&self) -> StoreError {
        if self.closed.load(Ordering::Acquire) {
            StoreError::Closing
        } else if self.has(Stop::DEFECT) {
            StoreError::Engine(DEFECT.to_owned())
        } else {
            let reason = self.read_only_reason().unwrap_or_else(|| "it is exchanged".to_owned());
            StoreError::Recovering { reason }
        }
    }

    /// What a failed read says; why it failed is told to the committer, which heals it.
    pub(crate) fn read_failed(&self, error: EngineError) -> StoreError {
        self.report_trouble(&error);
        recovering(error)
    }

    /// Has the committer heal the tree after `error`. sled answers every call with the error that it once met in the
    /// background, so without that neither reads nor writes would ever come back.
    pub(crate) fn report_trouble(&self, error: &EngineError) {
        let heal = match error {
            EngineError::NoSpace => Heal::WhenThereIsRoom,
            EngineError::Io(_) => Heal::Reopen,
            EngineError::Damaged(_) => Heal::Rebuild,
            // Somebody else's tree: not ours to open again.
            EngineError::InUse(_) => return,
        };
        self.set(Stop::ENGINE, heal.why(error));
        self.queue.report_trouble(heal);
    }

    /// For reading. Who panics on the exclusive side is the committer, which says so as it leaves; what there is may still be read.
    pub(crate) fn look(&self) -> ShardedLockReadGuard<'_, Visible> {
        self.visible.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn exclusively(&self) -> ShardedLockWriteGuard<'_, Visible> {
        self.visible.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the engine out, so that it is closed when this returns it to a caller who drops it. For good when
    /// `closing`, and with it what is read from memory; otherwise until [`Shared::put_engine`].
    pub(crate) fn take_engine(&self, closing: bool) -> Option<Arc<dyn Engine>> {
        let engine = {
            let mut visible = self.exclusively();
            if closing {
                self.closed.store(true, Ordering::Release);
                visible.fresh = Arc::default();
                self.caches.clear();
            }
            *self.handle.lock() = None;
            visible.engine.take()
        };
        if let Some(engine) = &engine {
            // The writer's handles live as long as one transaction, the committer's as long as it applies a group, a
            // snapshot's as long as it reads some rows.
            while Arc::strong_count(engine) > 1 {
                std::thread::park_timeout(Duration::from_millis(1));
            }
        }
        engine
    }

    fn put_engine(&self, engine: Arc<dyn Engine>) {
        let mut visible = self.exclusively();
        self.caches.clear();
        *self.handle.lock() = Some(engine.clone());
        visible.engine = Some(engine);
    }

    /// Does `work` while there is no tree, as when it is rebuilt.
    #[cfg(test)]
    pub(crate) fn without_tree<T>(&self, work: impl FnOnce() -> T) -> T {
        self.set(Stop::ENGINE, "the tree is damaged".to_owned());
        let engine = self.take_engine(false);
        self.caches.clear();
        let outcome = work();
        if let Some(engine) = engine {
            self.put_engine(engine);
        }
        self.clear(Stop::ENGINE);
        outcome
    }

    /// Keeps maintenance from beginning while the result lives.
    pub(crate) fn hold_maintenance(&self) -> parking_lot::MutexGuard<'_, ()> {
        self.maintenance.lock()
    }

    pub(crate) fn is_read_only(&self) -> bool {
        self.has(u8::MAX)
    }

    pub(crate) fn has(&self, stop: u8) -> bool {
        self.stops.load(Ordering::Acquire) & stop != 0
    }

    pub(crate) fn set(&self, stop: u8, reason: String) {
        let mut reasons = self.reasons.lock();
        let before = self.stops.fetch_or(stop, Ordering::AcqRel);
        if before & stop == 0 {
            tracing::error!(reason, "the store turns read-only");
        }
        reasons.retain(|(known, _)| *known != stop);
        reasons.push((stop, reason));
        drop(reasons);
        self.queue.hurry();
    }

    pub(crate) fn clear(&self, stop: u8) {
        let mut reasons = self.reasons.lock();
        let before = self.stops.fetch_and(!stop, Ordering::AcqRel);
        reasons.retain(|(known, _)| *known != stop);
        if before & stop != 0 && before & !stop == 0 {
            tracing::warn!("the store takes writes again");
        }
    }

    pub(crate) fn read_only_reason(&self) -> Option<String> {
        let reasons = self.reasons.lock();
        (!reasons.is_empty())
            .then(|| reasons.iter().map(|(_, reason)| reason.as_str()).collect::<Vec<_>>().join("; "))
    }

    pub(crate) fn read_only_error(&self) -> StoreError {
        let reason = self.read_only_reason().unwrap_or_else(|| "a write failed just now".to_owned());
        StoreError::ReadOnly { reason }
    }

    /// Turns writing off before the disk is full, and on again when there is room.
    pub(crate) fn watch_room(&self) {
        match self.files.free_bytes() {
            Ok(free) => {
                self.counts.free_bytes.store(free, Ordering::Relaxed);
                let low = self.options.low_water_bytes;
                if free < low {
                    self.set(
                        Stop::ROOM,
                        format!("{free} bytes are free on the disk of the store, below the low-water mark of {low}"),
                    );
                } else if self.has(Stop::ROOM) && free >= low + low / 8 {
                    self.clear(Stop::ROOM);
                }
            }
            Err(error) => tracing::warn!(%error, "cannot tell how much room the disk has"),
        }
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }

    pub(crate) fn begin_stop(&self) {
        self.stopping.store(true, Ordering::Release);
        self.queue.stop();
    }

    /// Makes a group of the writer visible: its changes, caches and stamps in one exclusive section. All earlier groups must have been
    /// applied.
    pub(crate) fn publish(&self, fresh: Fresh, topics: &[Topic], group: u64) -> Arc<Fresh> {
        let fresh = Arc::new(fresh);
        let mut visible = self.exclusively();
        let before = std::mem::replace(&mut visible.fresh, fresh.clone());
        for row in fresh.rows() {
            self.caches.drop_row(&row.key, self.cache_of(&row.key));
        }
        for topic in topics {
            self.caches.stamp(*topic);
        }
        self.shown.store(group, Ordering::Release);
        drop(visible);
        drop(before);
        fresh
    }

    /// Has the engine take over what is published, as group `number`. Readers go on meanwhile.
    pub(crate) fn apply(&self, fresh: &Fresh, number: u64) -> Result<(), EngineError> {
        let Some(engine) = self.handle.lock().clone() else {
            return Err(EngineError::Io("the tree is not open".to_owned()));
        };
        commit_group(engine.as_ref(), number, true, fresh.rows())
    }

    /// The engine shows group `number` now.
    pub(crate) fn note_applied(&self, number: u64) {
        self.applied_number.store(number, Ordering::Release);
        drop(self.settling.0.lock());
        self.settling.1.notify_all();
    }

    /// Waits until the engine shows everything that readers see now.
    pub(crate) fn settle(&self) -> Result<(), StoreError> {
        let number = self.published_number.load(Ordering::Acquire);
        let mut guard = self.settling.0.lock();
        while self.applied_number.load(Ordering::Acquire) < number {
            if self.has(Stop::ENGINE | Stop::DEFECT) {
                return Err(self.read_only_error());
            }
            if self.is_stopping() {
                return Err(StoreError::Closing);
            }
            // Looked at again now and then, because nobody tells of a failure.
            self.settling.1.wait_for(&mut guard, Duration::from_millis(100));
        }
        Ok(())
    }

    fn cache_of(&self, key: &[u8]) -> Cache {
        key.first().and_then(|tag| self.cache_by_tag.get(usize::from(*tag))).copied().unwrap_or(Cache::None)
    }

    /// Exchanges a failed engine: opens it again, or with `rebuild`, or when that is not enough, rebuilds it from
    /// snapshot and journal. Reads that need the tree are refused meanwhile.
    pub(crate) fn heal(&self, rebuild: bool) -> Result<(), StoreError> {
        let _maintenance = self.maintenance.lock();
        if let Some(engine) = self.take_engine(false) {
            self.distrust_torn(engine.as_ref());
        }
        self.queue.forget_trouble();
        self.counts.heals.fetch_add(1, Ordering::Relaxed);
        let engine = self.reopen_or_rebuild(rebuild || self.torn.load(Ordering::Acquire))?;
        self.torn.store(false, Ordering::Release);
        self.put_engine(engine);
        Ok(())
    }

    /// A tree with changes by half is opened by nobody any more: not by this process, however long it takes to make a new one, and not
    /// by the next.
    pub(crate) fn distrust_torn(&self, engine: &dyn Engine) {
        if !engine.is_torn() {
            return;
        }
        self.torn.store(true, Ordering::Release);
        if let Some(Err(error)) = self.directory.as_deref().map(Marker::distrust) {
            tracing::error!(%error, "the marker cannot say that the tree must be rebuilt");
        }
    }

    /// Is there an engine?
    pub(crate) fn has_engine(&self) -> bool {
        self.handle.lock().is_some()
    }

    /// Puts the tree on the disk, which could not be opened for lack of room, in the place of what stood in for it.
    pub(crate) fn open_tree_late(&self) -> Result<(), StoreError> {
        let _maintenance = self.maintenance.lock();
        let (engine, rebuilt) = self.tree.open_from_disk(self.files.as_ref())?;
        self.counts.rebuilds.fetch_add(u64::from(rebuilt), Ordering::Relaxed);
        drop(self.take_engine(false));
        self.put_engine(engine);
        Ok(())
    }

    /// The result shows the groups that were answered, and nothing else that may stand in the journal: a group whose sync
    /// failed was refused.
    fn reopen_or_rebuild(&self, rebuild: bool) -> Result<Arc<dyn Engine>, StoreError> {
        let shown = self.published_number.load(Ordering::Acquire);
        if !rebuild {
            match self.tree.open() {
                Ok(engine) => {
                    let mark = read_mark(engine.as_ref(), &applied_key());
                    match mark.and_then(|mark| replay_upto(self.files.as_ref(), engine.as_ref(), mark, shown))
                    {
                        Ok(()) => return Ok(engine),
                        // There would be less for a second tree, and this one is right.
                        Err(StoreError::NoSpace) => return Err(StoreError::NoSpace),
                        Err(error) => {
                            self.distrust_torn(engine.as_ref());
                            tracing::error!(%error, "the tree cannot be brought up to date; rebuilding it");
                        }
                    }
                }
                Err(EngineError::NoSpace) => return Err(StoreError::NoSpace),
                Err(error) => tracing::error!(%error, "the tree cannot be opened; rebuilding it"),
            }
        }
        let files = self.files.as_ref();
        let engine = self.tree.replace(true, &|engine| rebuild_upto(files, engine, shown))?;
        self.counts.rebuilds.fetch_add(1, Ordering::Relaxed);
        Ok(engine)
    }

    /// Flushes the tree, writes a snapshot when one is due, and lets journal segments go.
    pub(crate) fn checkpoint(&self) -> Result<(), StoreError> {
        let _maintenance = self.maintenance.lock();
        let flushed = self.applied_number.load(Ordering::Acquire);
        let since = self.counts.since_checkpoint.load(Ordering::Relaxed);
        let engine = self.engine_handle()?;
        engine.flush().map_err(|error| self.read_failed(error))?;
        self.counts.since_checkpoint.fetch_sub(since, Ordering::Relaxed);
        drop(engine);
        // A snapshot that fails keeps no segment that the last ones do not need.
        let snapshot = self.snapshot_if_due(flushed);
        // Without a snapshot the whole journal is needed to rebuild.
        if let Some(oldest) = snapshot::list(self.files.as_ref())?.last() {
            journal::retire(
                self.files.as_ref(),
                &self.segments,
                Some(self.options.segment_bytes),
                flushed.min(*oldest),
            )?;
        }
        snapshot?;
        self.counts.checkpoints.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// The tree has everything up to group `flushed` on stable storage.
    fn snapshot_if_due(&self, flushed: u64) -> Result<(), StoreError> {
        let newest = snapshot::list(self.files.as_ref())?.first().copied().unwrap_or(0);
        let behind = journal::bytes_behind(&self.segments, self.options.segment_bytes, newest);
        let bound = self.options.snapshot_bytes.max(self.counts.snapshot_bytes.load(Ordering::Relaxed));
        if behind <= bound {
            return Ok(());
        }
        if !self.has_room_for_snapshot()? && !self.make_room_for_snapshot(flushed)? {
            tracing::warn!("no room for a snapshot; the journal is kept and grows until there is");
            return Ok(());
        }
        self.snapshot_now().map(drop)
    }

    /// About what the next snapshot takes. It ends by itself where that is too little.
    fn bytes_for_snapshot(&self) -> Result<u64, StoreError> {
        let last = self.counts.snapshot_bytes.load(Ordering::Relaxed);
        if last > 0 {
            return Ok(last.saturating_add(last / 4));
        }
        // The first is smaller than the tree, which holds the same rows in more bytes, and than the journal that they came by.
        let tree = self.engine_handle()?.disk_bytes().map_err(engine_error)?;
        Ok(tree.min(journal::kept_bytes(&self.segments)))
    }

    pub(crate) fn free_bytes(&self) -> Result<u64, StoreError> {
        self.files
            .free_bytes()
            .map_err(|error| StoreError::Journal(format!("cannot tell how much room the disk has: {error}")))
    }

    /// A snapshot must not be what fills the disk.
    fn has_room_for_snapshot(&self) -> Result<bool, StoreError> {
        let needed = self.options.low_water_bytes.saturating_add(self.bytes_for_snapshot()?);
        Ok(self.free_bytes()? >= needed)
    }

    /// Lets the older snapshot go, and the journal up to the newer one, when that makes room for the next: else there would never
    /// be any, with the journal growing. What is left rebuilds the store at every moment. Is there room now?
    fn make_room_for_snapshot(&self, flushed: u64) -> Result<bool, StoreError> {
        let files = self.files.as_ref();
        let snapshots = snapshot::list(files)?;
        let Some((newest, older)) = snapshots.split_first().filter(|(_, older)| !older.is_empty()) else {
            return Ok(false);
        };
        let upto = flushed.min(*newest);
        let mut free = self.free_bytes()?;
        free += journal::bytes_upto(&self.segments, upto);
        for number in older {
            free = free.saturating_add(snapshot::bytes_of(files, *number)?);
        }
        if free < self.options.low_water_bytes.saturating_add(self.bytes_for_snapshot()?) {
            return Ok(false);
        }
        if let Err(error) = snapshot::read(files, *newest, &mut |_| Ok(())) {
            tracing::error!(%error, "the newest snapshot cannot be used; the older one is kept");
            snapshot::set_aside(files, *newest);
            return Ok(false);
        }
        tracing::warn!("little room: the older snapshot goes before the next is written");
        for number in older.iter().rev() {
            snapshot::remove(files, *number)?;
        }
        journal::retire(files, &self.segments, None, upto)?;
        self.has_room_for_snapshot()
    }

    /// Writes a snapshot of the tree; its group number.
    pub(crate) fn write_snapshot(&self) -> Result<u64, StoreError> {
        let _maintenance = self.maintenance.lock();
        self.snapshot_now()
    }

    fn snapshot_now(&self) -> Result<u64, StoreError> {
        let files = self.files.as_ref();
        let number = self.applied_number.load(Ordering::Acquire);
        let salt = (self.salt.lock())();
        let rows = Paged::of(self);
        let bytes = snapshot::write(files, &rows, number, salt, || match self.options.durability {
            Durability::Synced => Ok(()),
            // Its rows may be of groups that are not on stable storage yet.
            Durability::Relaxed => {
                journal::sync_all(files, &self.segments)?;
                // What a disk has told of once it may deny the next time.
                if self.has(Stop::JOURNAL) { Err(self.read_only_error()) } else { Ok(()) }
            }
        });
        // The next is at least as large as this came to be.
        let bytes = bytes.inspect_err(|_| {
            self.counts.snapshot_bytes.fetch_max(rows.bytes(), Ordering::Relaxed);
        })?;
        self.counts.snapshot_bytes.store(bytes, Ordering::Relaxed);
        tracing::info!(group = number, bytes, "wrote a snapshot");
        Ok(number)
    }
}

/// Applies one group during replay, when nobody reads.
pub(crate) fn apply_whole(engine: &dyn Engine, number: u64, ops: &[Op]) -> Result<(), StoreError> {
    let reaches_further = read_reach(engine)? < number;
    commit_group(engine, number, reaches_further, ops.iter()).map_err(engine_error)
}
