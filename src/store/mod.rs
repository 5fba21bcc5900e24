//! The store: typed records in one ordered key space, one writer, a journal that is the truth, and sled as the state
//! that is read. See ARCHITECTURE.md, "Storage", for the whole picture and the promises.

pub mod blobs;
mod caches;
mod checkpointer;
mod class;
mod codec;
mod committer;
mod compact;
mod counts;
pub mod engine;
mod error;
mod fresh;
mod growth;
mod horizon;
pub mod journal;
pub mod key;
mod live;
mod marker;
mod merge;
pub mod near;
mod open;
mod paged;
mod private;
mod queue;
mod read;
mod record;
mod shared;
pub(crate) mod tally;
pub mod timing;
mod tree;
mod tried;
mod txn;
mod verify;
mod writer;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;
use std::time::Instant;

use bytes::Bytes;
use crossbeam_utils::sync::ShardedLockReadGuard;
use parking_lot::Mutex;
use timing::Ran;
use tokio::sync::{broadcast, oneshot};

pub use caches::{Body, BodyKey, CacheSizes};
pub use class::Class;
pub use codec::{CodecError, MAX_VALUE_BYTES, decode_appended, decode_old};
pub use compact::{compact, compact_with_files};
pub use counts::{GROUP_BOUNDS, SECONDS_BOUNDS, StoreCounts};
use engine::Engine;
pub use error::StoreError;
pub use key::{Exactly, KeyPart, PrefixOf};
pub use live::Message;
use merge::Span;
pub use open::{JOURNAL, inspect};
use queue::{Job, Reply};
pub use read::{Found, IndexEntry, Read, Visit};
use record::AnyRecord;
pub use record::{
    Cache, Counter, CounterKind, Entries, Index, Record, Schema, Table, TableInfo, Topic, Unique, Wait,
    decode_value, encode_value,
};
#[cfg(test)]
pub(crate) use record::{Reread, TableKind};
pub use shared::{Durability, StoreOptions};
use shared::{Shared, Visible};
pub use txn::{MAX_TRANSACTION_BYTES, Txn};
pub use verify::{Difference, Report, each_row};

/// An open store. Cheap to clone; the last clone closes it.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    shared: Arc<Shared>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    closing: Arc<open::Closing>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}

impl Inner {
    fn close(&self) {
        let mut threads = self.threads.lock();
        let own = std::thread::current().id();
        let from_inside = threads.iter().any(|thread| thread.thread().id() == own);
        let taken = std::mem::take(&mut *threads);
        let (shared, closing) = (self.shared.clone(), self.closing.clone());
        if from_inside {
            // The last clone went with a transaction or a reply: no thread can wait for its own end.
            let finished = std::thread::Builder::new()
                .name("store-close".to_owned())
                .spawn(move || finish(taken, &shared, &closing));
            if let Err(error) = finished {
                tracing::error!(%error, "the store could not be closed; the next start checks its journal");
            }
        } else {
            // Under the lock: whoever closes too returns when it is done.
            finish(taken, &shared, &closing);
        }
    }
}

fn finish(threads: Vec<JoinHandle<()>>, shared: &Shared, closing: &open::Closing) {
    shared.begin_stop();
    for thread in threads {
        thread.thread().unpark();
        if thread.join().is_err() {
            tracing::error!("a thread of the store panicked");
        }
    }
    closing.close(shared);
}

/// A consistent, durable view. Holds back the next commit: take it for a few rows, not for a walk over tables.
pub struct Snapshot<'s> {
    shared: &'s Shared,
    visible: ShardedLockReadGuard<'s, Visible>,
}

impl Snapshot<'_> {
    fn engine(&self) -> Result<&dyn Engine, StoreError> {
        self.visible.engine.as_deref().ok_or_else(|| self.shared.absent())
    }

    /// Promises that no moment up to `moment` is taken any more ([`Txn::take_moments`]). The moment up to which everything that is
    /// ever stored is seen here: this one or a later one, or while something is on its way the last one that was promised before.
    pub fn promise(&self, moment: u64) -> u64 {
        self.shared.horizon.promise(moment, self.shared.shown.load(Ordering::Acquire))
    }

    /// The prepared body under `key`, or the one that `prepare` makes and that is kept until one of `topics` changes
    /// or its time is over.
    pub fn body<E>(
        &self,
        key: BodyKey,
        topics: [Topic; 2],
        now_ms: i64,
        prepare: impl FnOnce(&Self) -> Result<Body, E>,
    ) -> Result<Body, E> {
        if let Some(body) = self.shared.caches.body(key, topics, now_ms) {
            return Ok(body);
        }
        let body = prepare(self)?;
        self.shared.caches.keep_body(key, topics, body.clone());
        Ok(body)
    }
}

impl Read for Snapshot<'_> {
    fn find(&self, row: &[u8], cache: Cache) -> Result<Found, StoreError> {
        if let Some(record) = self.shared.caches.get(row, cache) {
            return Ok(read::cached(record));
        }
        let bytes = match self.visible.fresh.get(row) {
            Some(changed) => changed.clone(),
            None => self.engine()?.get(row).map_err(|error| self.shared.read_failed(error))?,
        };
        Ok(bytes.map_or(Found::Nothing, Found::Bytes))
    }

    fn visit(
        &self,
        from: &[u8],
        to: Option<&[u8]>,
        reverse: bool,
        visit: &mut Visit<'_>,
    ) -> Result<(), StoreError> {
        let span = Span { from, to, reverse };
        let fresh = self.visible.fresh.range(from, to).map(|row| (&row.key, row.value.as_ref()));
        let rows = (span.ordered(fresh), span.ordered(std::iter::empty()));
        merge::scan(self.engine()?, span, rows, visit, |error| self.shared.read_failed(error))
    }

    fn remember(&self, row: Vec<u8>, record: AnyRecord, bytes: usize, cache: Cache) {
        self.shared.caches.put(row, record, bytes, cache);
    }
}

/// How a transaction ended, and when the writer had it.
type Answer<T, E> = (Result<T, E>, Option<Ran>);

/// What a transaction does: one type for all that come to the same, so that what carries it is not compiled for each.
type Work<T, E> = Box<dyn FnOnce(&mut Txn<'_>) -> Result<T, E> + Send>;

/// A transaction on its way to the writer.
struct Task<T, E> {
    work: Work<T, E>,
    reply: oneshot::Sender<Answer<T, E>>,
}

impl<T, E> Job for Task<T, E>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    fn run(self: Box<Self>, txn: &mut Txn<'_>) -> (bool, Reply) {
        let from = Instant::now();
        let outcome = (self.work)(txn);
        let ran = Ran { from, to: Instant::now() };
        let reply = self.reply;
        let keep = outcome.is_ok();
        // A caller that went away does not want the answer; what it wrote stays written.
        (keep, Box::new(move |stored| drop(reply.send((stored.map_err(E::from).and(outcome), Some(ran))))))
    }

    fn refuse(self: Box<Self>, error: StoreError) {
        drop(self.reply.send((Err(E::from(error)), None)));
    }
}

impl Store {
    fn push<T, E>(&self, class: Class, work: Work<T, E>) -> oneshot::Receiver<Answer<T, E>>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.inner.shared.queue.push(class, Box::new(Task { work, reply }));
        answer
    }

    /// Runs `work` on the writer thread and answers when its changes are durable and visible. An error of `work`
    /// changes nothing. `work` must be plain and quick: no clock, no randomness, no input or output.
    pub fn write<T, E>(
        &self,
        class: Class,
        work: impl FnOnce(&mut Txn<'_>) -> Result<T, E> + Send + 'static,
    ) -> impl Future<Output = Result<T, E>>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.queued(class, Box::new(work))
    }

    async fn queued<T, E>(&self, class: Class, work: Work<T, E>) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let queued = Instant::now();
        let Ok((outcome, ran)) = self.push(class, work).await else { return Err(panicked().into()) };
        if let Some(ran) = ran {
            timing::note(queued, ran);
        }
        outcome
    }

    /// [`Store::write`] for threads outside the async runtime.
    pub fn write_blocking<T, E>(
        &self,
        class: Class,
        work: impl FnOnce(&mut Txn<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.push(class, Box::new(work))
            .blocking_recv()
            .map_or_else(|_| Err(panicked().into()), |(outcome, _)| outcome)
    }

    /// Reads one consistent, durable state. Blocks commits while it runs: keep it to point reads and short lists.
    /// Never read or write again inside `work`: the lock it holds would wait for itself.
    pub fn read<T>(&self, work: impl FnOnce(&Snapshot<'_>) -> T) -> T {
        let shared = self.inner.shared.as_ref();
        work(&Snapshot { shared, visible: shared.look() })
    }

    /// The body under `key` when it is prepared and valid, without taking the lock.
    pub fn prepared(&self, key: BodyKey, topics: [Topic; 2], now_ms: i64) -> Option<Body> {
        self.inner.shared.caches.body(key, topics, now_ms)
    }

    /// Messages that transactions announce on `topic` from now on.
    pub fn listen(&self, topic: Topic) -> broadcast::Receiver<Message> {
        self.inner.shared.live.listen(topic)
    }

    /// Why writing is off; `None` when it is on.
    pub fn read_only_reason(&self) -> Option<String> {
        self.inner.shared.read_only_reason()
    }

    /// Counts and times since opening.
    pub fn counts(&self) -> &StoreCounts {
        &self.inner.shared.counts
    }

    /// Writes waiting per class, in the order of [`Class::ALL`].
    pub fn queue_depths(&self) -> [u64; Class::ALL.len()] {
        std::array::from_fn(|place| {
            self.inner.shared.queue.depth.get(place).map_or(0, |depth| depth.load(Ordering::Relaxed))
        })
    }

    /// Hits and misses of the record cache and of the body cache.
    pub fn cache_counts(&self) -> [(&'static str, u64, u64); 2] {
        let caches = &self.inner.shared.caches;
        [("records", &caches.record_counts), ("bodies", &caches.body_counts)]
            .map(|(name, counts)| (name, counts.hits.total(), counts.misses.total()))
    }

    /// Bytes that the caches weigh.
    pub fn cache_bytes(&self) -> u64 {
        self.inner.shared.caches.weighed_bytes()
    }

    /// Bytes of the tree on disk.
    pub fn tree_bytes(&self) -> Result<u64, StoreError> {
        let engine = self.inner.shared.engine_handle()?;
        engine.disk_bytes().map_err(|error| StoreError::Engine(error.to_string()))
    }

    /// Bytes of the last snapshot; 0 when there is none.
    pub fn snapshot_bytes(&self) -> u64 {
        self.inner.shared.counts.snapshot_bytes.load(Ordering::Relaxed)
    }

    /// Bytes of journal segments kept.
    pub fn journal_bytes(&self) -> u64 {
        journal::kept_bytes(&self.inner.shared.segments)
    }

    /// The number of the last group that reads show.
    pub fn group_number(&self) -> u64 {
        self.inner.shared.published_number.load(Ordering::Acquire)
    }

    /// Whether a write waits for the disk.
    pub fn durability(&self) -> Durability {
        self.inner.shared.options.durability
    }

    /// Where the store's files are; `None` in memory.
    pub fn directory(&self) -> Option<&std::path::Path> {
        self.inner.shared.directory.as_deref()
    }

    /// Recomputes every index entry and total from the rows and names each difference. Holds back commits: for a
    /// store that nobody uses.
    pub fn verify(&self) -> Result<Report, StoreError> {
        self.read(|snapshot| verify::verify(snapshot, self.inner.shared.schema))
    }

    /// Flushes the tree and lets journal segments go, now.
    pub fn checkpoint(&self) -> Result<(), StoreError> {
        self.inner.shared.settle()?;
        self.inner.shared.checkpoint()
    }

    /// Writes a snapshot, now: what a rebuild starts from.
    pub fn snapshot(&self) -> Result<u64, StoreError> {
        self.inner.shared.settle()?;
        self.inner.shared.write_snapshot()
    }

    /// Answers what is queued, flushes and closes. Later writes are refused.
    pub fn close(&self) {
        self.inner.close();
    }

    /// Does `work` while there is no tree, as when it is rebuilt.
    #[cfg(test)]
    pub(crate) fn without_tree<T>(&self, work: impl FnOnce() -> T) -> T {
        self.inner.shared.without_tree(work)
    }

    /// A raw row, for tests that damage the store on purpose.
    #[doc(hidden)]
    pub fn raw_row(&self, row: &[u8]) -> Result<Option<Bytes>, StoreError> {
        self.read(|snapshot| match snapshot.find(row, Cache::None)? {
            Found::Bytes(bytes) => Ok(Some(bytes)),
            _ => Ok(None),
        })
    }

    /// Changes a raw row past every rule, for tests that damage the store on purpose.
    #[doc(hidden)]
    pub fn damage_row(&self, row: &[u8], value: Option<&[u8]>) -> Result<(), StoreError> {
        let op = engine::Op { key: Bytes::copy_from_slice(row), value: value.map(Bytes::copy_from_slice) };
        let shared = &self.inner.shared;
        shared.settle()?;
        let fresh =
            shared.publish(fresh::Fresh::of(Arc::new(vec![op])), &[], shared.shown.load(Ordering::Acquire));
        let number = shared.published_number.load(Ordering::Acquire);
        shared.apply(&fresh, number).map_err(|error| StoreError::Engine(error.to_string()))
    }
}

fn panicked() -> StoreError {
    StoreError::Defect("it panicked; the log has the message".to_owned())
}
