//! Caches that cannot be stale: filled under the shared lock, dropped inside the commit.
//!
//! Decoded records are dropped by key. Prepared bodies carry the stamps of the topics they depend on; a commit stamps
//! its topics, and a body whose stamps moved is not served. Topics share a fixed table of stamps, so memory is
//! bounded; two topics in one place only cost a rebuild.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;

use super::record::{AnyRecord, Cache, Topic};

/// Places for stamps: with 10,000 topics under change at once, a body meets a stranger's change once in seven.
const STAMP_PLACES: usize = 65_536;
/// What an entry costs beside its bytes: moka's own bookkeeping and the allocation, by its documentation and measure.
const ENTRY_OVERHEAD_BYTES: usize = 160;

type Records = moka::sync::Cache<Vec<u8>, (AnyRecord, u32)>;

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
    pub(crate) hits: AtomicU64,
    /// Not found, or no longer valid.
    pub(crate) misses: AtomicU64,
}

pub(crate) struct Caches {
    content: Records,
    sessions: Records,
    bodies: moka::sync::Cache<BodyKey, (Body, [u64; 2])>,
    stamps: Box<[AtomicU64]>,
    pub(crate) record_counts: CacheCounts,
    pub(crate) body_counts: CacheCounts,
}

fn records(bytes: u64) -> Records {
    moka::sync::Cache::builder()
        .max_capacity(bytes)
        .weigher(|key: &Vec<u8>, (_, size): &(AnyRecord, u32)| {
            size.saturating_add(u32::try_from(key.len() + ENTRY_OVERHEAD_BYTES).unwrap_or(u32::MAX))
        })
        .build()
}

impl Caches {
    pub(crate) fn new(sizes: CacheSizes) -> Self {
        Self {
            content: records(sizes.content_bytes),
            sessions: records(sizes.sessions_bytes),
            bodies: moka::sync::Cache::builder()
                .max_capacity(sizes.bodies_bytes)
                .weigher(|_, (body, _): &(Body, [u64; 2])| {
                    u32::try_from(body.bytes.len() + ENTRY_OVERHEAD_BYTES).unwrap_or(u32::MAX)
                })
                .build(),
            stamps: (0..STAMP_PLACES).map(|_| AtomicU64::new(0)).collect(),
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
        let found = self.of(cache)?.get(row).map(|(record, _)| record);
        count(&self.record_counts, found.is_some());
        found
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
        let found = self
            .bodies
            .get(&key)
            .filter(|(body, stamps)| now_ms < body.until_ms && *stamps == self.stamps(topics))
            .map(|(body, _)| body);
        count(&self.body_counts, found.is_some());
        found
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
    }

    pub(crate) fn weighed_bytes(&self) -> u64 {
        self.content.weighted_size() + self.sessions.weighted_size() + self.bodies.weighted_size()
    }
}

fn count(counts: &CacheCounts, hit: bool) {
    let counter = if hit { &counts.hits } else { &counts.misses };
    counter.fetch_add(1, Ordering::Relaxed);
}
