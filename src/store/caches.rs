//! Caches that cannot be stale: filled under the shared lock, dropped inside the commit.
//!
//! Decoded records are dropped by key. Prepared bodies carry the stamps of the topics they depend on; a commit stamps
//! its topics, and a body whose stamps moved is not served. Topics share a fixed table of stamps, so memory is
//! bounded; two topics in one place only cost a rebuild. What a thread keeps for itself ([`super::near`]) is right as long
//! as the stamp of its row, or of its topics, is the one that was read before it was found.

use std::cell::RefCell;
use std::hash::BuildHasher as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use bytes::Bytes;

use super::near::Near;
use super::record::{AnyRecord, Cache, Topic};
use super::tally::Tally;

/// Places for stamps: with 10,000 topics under change at once, a body meets a stranger's change once in seven.
const STAMP_PLACES: usize = 65_536;
/// What an entry costs beside its bytes: moka's own bookkeeping and the allocation, by its documentation and measure.
const ENTRY_OVERHEAD_BYTES: usize = 160;
/// Places for stamps of rows: a row meets a stranger's change as seldom as a topic does.
const ROW_STAMP_PLACES: usize = 65_536;
/// Records that a thread keeps near, half a megabyte of places: what a thousand learners need at each request.
const NEAR_RECORDS: usize = 8192;
/// No larger record, by its weight, is kept near: at most 16 MiB per thread.
const NEAR_RECORD_BYTES: u32 = 2048;
/// Bodies that a thread keeps near.
const NEAR_BODIES: usize = 1024;
/// No larger body is kept near: at most 8 MiB per thread, of bytes that it shares with the cache.
const NEAR_BODY_BYTES: usize = 8192;

/// Of moka; what the keys are is for nobody outside to choose.
type Hasher = foldhash::fast::RandomState;
type Records = moka::sync::Cache<Vec<u8>, (AnyRecord, u32), Hasher>;
/// With the stamp of its row.
type NearRecords = Near<Box<[u8]>, (AnyRecord, u32)>;
/// With the stamps of its topics.
type Stamped = (Body, [u64; 2]);

thread_local! {
    static RECORDS: RefCell<NearRecords> = const { RefCell::new(Near::new(NEAR_RECORDS)) };
    static BODIES: RefCell<Near<BodyKey, Stamped>> = const { RefCell::new(Near::new(NEAR_BODIES)) };
}

/// A body as it was prepared.
#[derive(Debug, Clone)]
pub struct Body {
    /// The bytes to send.
    pub bytes: Bytes,
    /// Its entity tag, with quotes.
    pub etag: Arc<str>,
    /// Valid until this time (milliseconds since 1970), when something in it begins or ends by the clock.
    pub until_ms: i64,
}

/// Which body: what it shows, of what, for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BodyKey {
    /// The kind of body, a number of the module that prepares it.
    pub kind: u8,
    /// What it is of.
    pub of: u64,
    /// For whom; 0 when everybody gets the same.
    pub viewer: u64,
}

/// Sizes of the caches in bytes.
#[derive(Debug, Clone, Copy)]
pub struct CacheSizes {
    /// Decoded records.
    pub content_bytes: u64,
    /// Sessions and tokens.
    pub sessions_bytes: u64,
    /// Prepared bodies.
    pub bodies_bytes: u64,
}

/// Hits and misses since the start.
#[derive(Debug, Default)]
pub(crate) struct CacheCounts {
    /// Found.
    pub(crate) hits: Tally,
    /// Not found, or no longer valid.
    pub(crate) misses: Tally,
}

pub(crate) struct Caches {
    /// Which store's, for what threads keep near.
    store: u64,
    hasher: Hasher,
    content: Records,
    sessions: Records,
    bodies: moka::sync::Cache<BodyKey, Stamped, Hasher>,
    stamps: Box<[AtomicU64]>,
    row_stamps: Box<[AtomicU32]>,
    pub(crate) record_counts: CacheCounts,
    pub(crate) body_counts: CacheCounts,
}

fn records(bytes: u64, hasher: &Hasher) -> Records {
    moka::sync::Cache::builder()
        .max_capacity(bytes)
        .weigher(|key: &Vec<u8>, (_, size): &(AnyRecord, u32)| {
            size.saturating_add(u32::try_from(key.len() + ENTRY_OVERHEAD_BYTES).unwrap_or(u32::MAX))
        })
        .build_with_hasher(hasher.clone())
}

impl Caches {
    pub(crate) fn new(sizes: CacheSizes) -> Self {
        static STORES: AtomicU64 = AtomicU64::new(0);
        let hasher = Hasher::default();
        Self {
            store: STORES.fetch_add(1, Ordering::Relaxed),
            content: records(sizes.content_bytes, &hasher),
            sessions: records(sizes.sessions_bytes, &hasher),
            bodies: moka::sync::Cache::builder()
                .max_capacity(sizes.bodies_bytes)
                .weigher(|_, (body, _): &(Body, [u64; 2])| {
                    u32::try_from(body.bytes.len() + ENTRY_OVERHEAD_BYTES).unwrap_or(u32::MAX)
                })
                .build_with_hasher(hasher.clone()),
            hasher,
            stamps: (0..STAMP_PLACES).map(|_| AtomicU64::new(0)).collect(),
            row_stamps: (0..ROW_STAMP_PLACES).map(|_| AtomicU32::new(0)).collect(),
            record_counts: CacheCounts::default(),
            body_counts: CacheCounts::default(),
        }
    }

    fn of(&self, cache: Cache) -> Option<&Records> {
        match cache {
            Cache::None => None,
            Cache::Content => Some(&self.content),
            Cache::Sessions => Some(&self.sessions),
        }
    }

    pub(crate) fn get(&self, row: &[u8], cache: Cache) -> Option<AnyRecord> {
        let records = self.of(cache)?;
        let hash = self.hasher.hash_one(row);
        // Before looking: a change from here on, and what was found is not right for long.
        let stamp = self.row_stamp(hash).map_or(0, |stamp| stamp.load(Ordering::Acquire));
        let near = RECORDS.with_borrow(|near| {
            let (record, kept) = near.get(self.store, hash, |key| **key == *row)?;
            (*kept == stamp).then(|| record.clone())
        });
        let found = near.or_else(|| {
            let (record, size) = records.get(row)?;
            if size <= NEAR_RECORD_BYTES {
                let kept = (record.clone(), stamp);
                drop(RECORDS.with_borrow_mut(|near| near.put(self.store, hash, row.into(), kept)));
            }
            Some(record)
        });
        count(&self.record_counts, found.is_some());
        found
    }

    fn row_stamp(&self, hash: u64) -> Option<&AtomicU32> {
        let places = self.row_stamps.len() as u64;
        self.row_stamps.get(usize::try_from(hash % places).unwrap_or(0))
    }

    pub(crate) fn put(&self, row: Vec<u8>, record: AnyRecord, bytes: usize, cache: Cache) {
        if let Some(records) = self.of(cache) {
            // A decoded record is some times its encoded size; twice is what ours measure.
            records.insert(row, (record, u32::try_from(bytes * 2).unwrap_or(u32::MAX)));
        }
    }

    /// Called in the exclusive section of a commit.
    pub(crate) fn drop_row(&self, row: &[u8], cache: Cache) {
        if let Some(records) = self.of(cache) {
            records.invalidate(row);
            // Afterwards: who reads the new stamp does not find the old record there.
            if let Some(stamp) = self.row_stamp(self.hasher.hash_one(row)) {
                stamp.fetch_add(1, Ordering::AcqRel);
            }
        }
    }

    fn place(&self, topic: Topic) -> Option<&AtomicU64> {
        let places = self.stamps.len() as u64;
        self.stamps.get(usize::try_from(topic.0 % places).unwrap_or(0))
    }

    /// Called in the exclusive section of a commit.
    pub(crate) fn stamp(&self, topic: Topic) {
        if let Some(place) = self.place(topic) {
            place.fetch_add(1, Ordering::AcqRel);
        }
    }

    fn stamps(&self, topics: [Topic; 2]) -> [u64; 2] {
        topics.map(|topic| self.place(topic).map_or(0, |place| place.load(Ordering::Acquire)))
    }

    /// The body, when nothing it depends on has changed.
    pub(crate) fn body(&self, key: BodyKey, topics: [Topic; 2], now_ms: i64) -> Option<Body> {
        let hash = self.hasher.hash_one(key);
        let now = self.stamps(topics);
        let is_right = |(body, stamps): &Stamped| now_ms < body.until_ms && *stamps == now;
        let near = BODIES.with_borrow(|near| {
            near.get(self.store, hash, |kept| *kept == key).filter(|kept| is_right(kept)).cloned()
        });
        let found = near.or_else(|| {
            let found = self.bodies.get(&key).filter(is_right)?;
            if found.0.bytes.len() <= NEAR_BODY_BYTES {
                drop(BODIES.with_borrow_mut(|near| near.put(self.store, hash, key, found.clone())));
            }
            Some(found)
        });
        count(&self.body_counts, found.is_some());
        found.map(|(body, _)| body)
    }

    /// Keeps a body that was prepared under the shared lock which the caller still holds.
    pub(crate) fn keep_body(&self, key: BodyKey, topics: [Topic; 2], body: Body) {
        self.bodies.insert(key, (body, self.stamps(topics)));
    }

    /// After the whole tree was exchanged.
    pub(crate) fn clear(&self) {
        self.content.invalidate_all();
        self.sessions.invalidate_all();
        self.bodies.invalidate_all();
        // What threads keep near of all that is no longer right either.
        for stamp in &self.row_stamps {
            stamp.fetch_add(1, Ordering::AcqRel);
        }
        for stamp in &self.stamps {
            stamp.fetch_add(1, Ordering::AcqRel);
        }
    }

    pub(crate) fn weighed_bytes(&self) -> u64 {
        self.content.weighted_size() + self.sessions.weighted_size() + self.bodies.weighted_size()
    }
}

fn count(counts: &CacheCounts, hit: bool) {
    let counter = if hit { &counts.hits } else { &counts.misses };
    counter.raise();
}
