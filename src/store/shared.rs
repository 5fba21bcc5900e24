//! What the store's threads and callers share: the engine behind its lock, the state of service, counts.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use parking_lot::{Mutex, RwLock};

use super::caches::{CacheSizes, Caches};
use super::engine::{Engine, EngineError, Op};
use super::error::StoreError;
use super::journal::files::Files;
use super::journal::{self, Segments, snapshot};
use super::key;
use super::live::Live;
use super::pipeline::Queue;
use super::record::{Cache, META, Schema, TableKind, Topic};
use super::txn::is_counter;

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
            segment_bytes: 32 * MIB,
            low_water_bytes: 256 * MIB,
            checkpoint_interval: Duration::from_secs(30),
            checkpoint_bytes: 64 * MIB,
            snapshot_bytes: 128 * MIB,
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
}

/// Bounds of the histograms of seconds, from a fast disk to a stalled one.
pub const SECONDS_BOUNDS: [f64; 12] =
    [0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];
/// Bounds of the histogram of transactions per group.
pub const GROUP_BOUNDS: [f64; 11] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0];

/// Counts and times of the store since it was opened.
pub struct StoreCounts {
    /// Transactions per group.
    pub group_size: prometheus::Histogram,
    /// Seconds to write and sync a group.
    pub sync_seconds: prometheus::Histogram,
    /// Seconds to apply a group.
    pub apply_seconds: prometheus::Histogram,
    /// Bytes written to the journal.
    pub journal_bytes: AtomicU64,
    /// Free space as last seen.
    pub free_bytes: AtomicU64,
    /// Trees rebuilt from snapshot and journal.
    pub rebuilds: AtomicU64,
    /// Checkpoints taken.
    pub checkpoints: AtomicU64,
    since_checkpoint: AtomicU64,
    snapshot_bytes: AtomicU64,
}

impl StoreCounts {
    fn new() -> Result<Self, StoreError> {
        let histogram = |name: &str, help: &str, bounds: &[f64]| {
            prometheus::Histogram::with_opts(
                prometheus::HistogramOpts::new(name, help).buckets(bounds.to_vec()),
            )
            .map_err(|error| StoreError::Defect(error.to_string()))
        };
        Ok(Self {
            group_size: histogram(
                "lyceum_store_group_transactions",
                "Transactions synced together.",
                &GROUP_BOUNDS,
            )?,
            sync_seconds: histogram(
                "lyceum_store_sync_seconds",
                "Time to write a group to the journal and sync it.",
                &SECONDS_BOUNDS,
            )?,
            apply_seconds: histogram(
                "lyceum_store_apply_seconds",
                "Time to apply a synced group to the tree.",
                &SECONDS_BOUNDS,
            )?,
            journal_bytes: AtomicU64::new(0),
            free_bytes: AtomicU64::new(0),
            rebuilds: AtomicU64::new(0),
            checkpoints: AtomicU64::new(0),
            since_checkpoint: AtomicU64::new(0),
            snapshot_bytes: AtomicU64::new(0),
        })
    }

    pub(crate) fn synced(&self, time: Duration, transactions: usize, bytes: usize) {
        self.sync_seconds.observe(time.as_secs_f64());
        self.group_size.observe(f64::from(u32::try_from(transactions).unwrap_or(u32::MAX)));
        self.journal_bytes.fetch_add(bytes as u64, Ordering::Relaxed);
        self.since_checkpoint.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(crate) fn applied(&self, time: Duration) {
        self.apply_seconds.observe(time.as_secs_f64());
    }

    pub(crate) fn bytes_since_checkpoint(&self) -> u64 {
        self.since_checkpoint.load(Ordering::Relaxed)
    }
}

/// Makes the engine anew: opens it, or with `afresh` sets what is there aside first.
pub(crate) type EngineMaker = Box<dyn Fn(bool) -> Result<Arc<dyn Engine>, EngineError> + Send + Sync>;

pub(crate) struct Shared {
    pub(crate) schema: Schema,
    pub(crate) options: StoreOptions,
    pub(crate) files: Arc<dyn Files>,
    pub(crate) directory: Option<PathBuf>,
    /// Readers hold the shared side; the exclusive side is a slice being applied or the engine being exchanged.
    /// `None` only while it is exchanged.
    pub(crate) engine: RwLock<Option<Arc<dyn Engine>>>,
    /// The writer's way to the engine, beside the lock: it overlays everything that is under way.
    handle: Mutex<Option<Arc<dyn Engine>>>,
    make_engine: EngineMaker,
    pub(crate) segments: Segments,
    pub(crate) caches: Caches,
    pub(crate) live: Live,
    pub(crate) queue: Queue,
    /// Failures of the journal; groups built before one are refused after it.
    pub(crate) epoch: AtomicU64,
    /// The writer's number of the last group that the engine shows.
    pub(crate) applied: AtomicU64,
    /// The journal's number of the last group that the engine shows.
    pub(crate) applied_number: AtomicU64,
    stops: AtomicU8,
    reasons: Mutex<Vec<(u8, String)>>,
    stopping: AtomicBool,
    pub(crate) counts: StoreCounts,
    salt: Mutex<Box<dyn FnMut() -> u64 + Send>>,
}

#[expect(clippy::needless_pass_by_value, reason = "made for map_err")]
fn engine_error(error: EngineError) -> StoreError {
    StoreError::Engine(error.to_string())
}

/// The key of the mark that says which group the tree shows.
pub(crate) fn applied_key() -> Bytes {
    Bytes::copy_from_slice(&[META.tag, b'a'])
}

/// The change that marks group `number` as shown.
pub(crate) fn applied_mark(number: u64) -> Op {
    Op { key: applied_key(), value: Some(Bytes::from(key::encode(&number))) }
}

/// The number that the mark says.
pub(crate) fn read_mark(engine: &dyn Engine, key: &[u8]) -> Result<u64, StoreError> {
    match engine.get(key).map_err(engine_error)? {
        Some(bytes) => Ok(key::decode(&bytes)?),
        None => Ok(0),
    }
}

pub(crate) struct Parts {
    pub(crate) schema: Schema,
    pub(crate) options: StoreOptions,
    pub(crate) files: Arc<dyn Files>,
    pub(crate) directory: Option<PathBuf>,
    pub(crate) engine: Arc<dyn Engine>,
    pub(crate) make_engine: EngineMaker,
    pub(crate) segments: Segments,
    pub(crate) applied: u64,
    pub(crate) rebuilt: bool,
    pub(crate) salt: Box<dyn FnMut() -> u64 + Send>,
}

impl Shared {
    pub(crate) fn new(parts: Parts) -> Result<Self, StoreError> {
        let counts = StoreCounts::new()?;
        counts.rebuilds.store(u64::from(parts.rebuilt), Ordering::Relaxed);
        Ok(Self {
            caches: Caches::new(parts.options.caches),
            schema: parts.schema,
            options: parts.options,
            files: parts.files,
            directory: parts.directory,
            handle: Mutex::new(Some(parts.engine.clone())),
            engine: RwLock::new(Some(parts.engine)),
            make_engine: parts.make_engine,
            segments: parts.segments,
            live: Live::default(),
            queue: Queue::new(),
            epoch: AtomicU64::new(0),
            applied: AtomicU64::new(0),
            applied_number: AtomicU64::new(parts.applied),
            stops: AtomicU8::new(0),
            reasons: Mutex::new(Vec::new()),
            stopping: AtomicBool::new(false),
            counts,
            salt: Mutex::new(parts.salt),
        })
    }

    pub(crate) fn engine_handle(&self) -> Arc<dyn Engine> {
        // Empty only while the committer exchanges the engine, for which it waits until nobody holds a handle; whoever
        // comes meanwhile waits on the lock.
        if let Some(engine) = self.handle.lock().as_ref() {
            return engine.clone();
        }
        loop {
            if let Some(engine) = self.engine.read().as_ref() {
                return engine.clone();
            }
        }
    }

    pub(crate) fn release_handle(&self) {
        *self.handle.lock() = None;
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

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }

    pub(crate) fn begin_stop(&self) {
        self.stopping.store(true, Ordering::Release);
        self.queue.stop();
    }

    pub(crate) fn stopping_flag(&self) -> &AtomicBool {
        &self.stopping
    }

    /// Makes one slice visible: engine, caches and stamps change in one exclusive section.
    pub(crate) fn apply_slice(
        &self,
        ops: &[Op],
        topics: &[Topic],
        mark: Option<&Op>,
    ) -> Result<(), StoreError> {
        let guard = self.engine.write();
        let engine = guard.as_ref().ok_or(StoreError::Closing)?;
        engine.commit(&mut ops.iter().chain(mark)).map_err(engine_error)?;
        for op in ops {
            self.caches.drop_row(&op.key, self.cache_of(&op.key));
        }
        for topic in topics {
            self.caches.stamp(*topic);
        }
        Ok(())
    }

    fn cache_of(&self, key: &[u8]) -> Cache {
        if is_counter(key) {
            return Cache::Content;
        }
        match key.first().and_then(|tag| self.schema.table(*tag)).map(|info| info.kind) {
            Some(TableKind::Rows { cache, .. }) => cache,
            _ => Cache::None,
        }
    }

    /// Exchanges a failed engine: opens it again, or rebuilds it from snapshot and journal.
    pub(crate) fn heal(&self) -> Result<(), StoreError> {
        let mut guard = self.engine.write();
        *self.handle.lock() = None;
        if let Some(engine) = guard.take() {
            // The writer's handles live as long as one transaction, a snapshot's as long as one page.
            while Arc::strong_count(&engine) > 1 {
                std::thread::park_timeout(Duration::from_millis(1));
            }
        }
        let engine = self.reopen_or_rebuild()?;
        self.caches.clear();
        *self.handle.lock() = Some(engine.clone());
        *guard = Some(engine);
        Ok(())
    }

    fn reopen_or_rebuild(&self) -> Result<Arc<dyn Engine>, StoreError> {
        match (self.make_engine)(false) {
            Ok(engine) => {
                let mark = read_mark(engine.as_ref(), &applied_key());
                match mark.and_then(|mark| replay_into(self.files.as_ref(), engine.as_ref(), mark)) {
                    Ok(_) => return Ok(engine),
                    Err(error) => {
                        tracing::error!(%error, "the tree cannot be brought up to date; rebuilding it");
                    }
                }
            }
            Err(EngineError::NoSpace) => return Err(engine_error(EngineError::NoSpace)),
            Err(error) => tracing::error!(%error, "the tree cannot be opened; rebuilding it"),
        }
        self.counts.rebuilds.fetch_add(1, Ordering::Relaxed);
        let engine = (self.make_engine)(true).map_err(engine_error)?;
        rebuild_into(self.files.as_ref(), engine.as_ref())?;
        Ok(engine)
    }

    /// Flushes the tree, writes a snapshot when one is due, and lets journal segments go.
    pub(crate) fn checkpoint(&self) -> Result<(), StoreError> {
        let flushed = self.applied_number.load(Ordering::Acquire);
        self.counts.since_checkpoint.store(0, Ordering::Relaxed);
        self.engine_handle().flush().map_err(engine_error)?;
        let kept = journal::kept_bytes(&self.segments, self.options.segment_bytes);
        let last = snapshot::list(self.files.as_ref())?.first().copied();
        let bound = self.options.snapshot_bytes.max(self.counts.snapshot_bytes.load(Ordering::Relaxed));
        let snapshotted = if kept > bound { Some(self.write_snapshot()?) } else { last };
        // Without a snapshot the whole journal is needed to rebuild.
        if let Some(snapshotted) = snapshotted {
            journal::retire(
                self.files.as_ref(),
                &self.segments,
                self.options.segment_bytes,
                flushed.min(snapshotted),
            )?;
        }
        self.counts.checkpoints.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// Writes a snapshot of the tree; its group number.
    pub(crate) fn write_snapshot(&self) -> Result<u64, StoreError> {
        let number = self.applied_number.load(Ordering::Acquire);
        let salt = (self.salt.lock())();
        let bytes = snapshot::write(self.files.as_ref(), &self, number, salt)?;
        self.counts.snapshot_bytes.store(bytes, Ordering::Relaxed);
        tracing::info!(group = number, bytes, "wrote a snapshot");
        Ok(number)
    }
}

impl snapshot::PagedRows for &Shared {
    fn page(&self, after: Option<&Bytes>, bytes: usize) -> Result<Vec<Op>, StoreError> {
        if self.is_stopping() {
            return Err(StoreError::Closing);
        }
        self.engine_handle().as_ref().page(after, bytes)
    }
}

/// Applies all groups behind `applied` to `engine`; the number of the last one.
pub(crate) fn replay_into(files: &dyn Files, engine: &dyn Engine, applied: u64) -> Result<u64, StoreError> {
    let (_, next) = journal::replay_all(files, applied, |number, ops| apply_whole(engine, number, &ops))?;
    Ok(next.saturating_sub(1).max(applied))
}

/// Applies one group during replay, when nobody reads.
pub(crate) fn apply_whole(engine: &dyn Engine, number: u64, ops: &[Op]) -> Result<(), StoreError> {
    let mark = applied_mark(number);
    engine.commit(&mut ops.iter().chain(Some(&mark))).map_err(engine_error)
}

/// Fills an empty engine from the newest snapshot that is whole and the journal behind it.
pub(crate) fn rebuild_into(files: &dyn Files, engine: &dyn Engine) -> Result<u64, StoreError> {
    let started = std::time::Instant::now();
    let from = match snapshot::list(files)?.first() {
        Some(number) => {
            snapshot::load(files, *number, engine)?;
            let mark = applied_mark(*number);
            engine.commit(&mut std::iter::once(&mark)).map_err(engine_error)?;
            *number
        }
        None => 0,
    };
    let last = replay_into(files, engine, from)?;
    engine.flush().map_err(engine_error)?;
    tracing::warn!(
        snapshot = from,
        last,
        took_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        "rebuilt the tree from snapshot and journal"
    );
    Ok(last)
}
