//! The two threads of the write path and what they share.
//!
//! The writer runs closures one after another and collects their changes into a group. The committer syncs a group to
//! the journal, applies it to the engine under the exclusive lock, and only then answers. While one group is being
//! synced the writer builds the next on top of it: group commit without a timer, as large as the disk is slow.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use parking_lot::{Condvar, Mutex};

use super::class::Class;
use super::engine::{Op, panic_text};
use super::error::StoreError;
use super::journal::format::{RECORD_HEAD_BYTES, write_slice};
use super::journal::{Journal, prepare_spare};
use super::record::Topic;
use super::shared::{Durability, Shared, Stop};
use super::txn::{Announcement, Ids, Overlay, Txn, to_ops};

/// Transactions per group: at 256 callers never reached; with thousands waiting it keeps the first from waiting for
/// the last.
const GROUP_TRANSACTIONS: usize = 1024;
/// Bytes of a group after which no transaction is added: about what a disk syncs in ten milliseconds.
const GROUP_BYTES: usize = 1024 * 1024;
/// Changes applied under one exclusive section, unless one transaction has more: a millisecond of sled.
const SLICE_OPS: usize = 256;
/// Of every so many transactions one is taken from the lower classes, so that they crawl rather than stop.
const LOWER_SHARE: usize = 16;
/// How often a failed disk is tried again.
const RETRY: Duration = Duration::from_millis(200);

/// Tells a caller how its transaction ended.
pub(crate) type Reply = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// A queued transaction.
pub(crate) trait Job: Send {
    /// Runs it. `true` keeps its changes.
    fn run(self: Box<Self>, txn: &mut Txn<'_>) -> (bool, Reply);
    /// Answers without running it.
    fn refuse(self: Box<Self>, error: StoreError);
}

/// Changes that become visible together.
#[derive(Default)]
struct Slice {
    ops: Vec<Op>,
    topics: Vec<Topic>,
    announcements: Vec<Announcement>,
}

/// Transactions that are synced together.
pub(crate) struct Group {
    /// The writer's own count, for its overlay.
    id: u64,
    /// The failure count it was built under.
    epoch: u64,
    record: Vec<u8>,
    slices: Vec<Slice>,
    replies: Vec<Reply>,
}

impl Group {
    fn new(id: u64, epoch: u64) -> Self {
        Self { id, epoch, record: vec![0; RECORD_HEAD_BYTES], slices: Vec::new(), replies: Vec::new() }
    }

    fn is_full(&self) -> bool {
        self.replies.len() >= GROUP_TRANSACTIONS || self.record.len() >= GROUP_BYTES
    }

    fn add(&mut self, txn: &mut Txn<'_>) {
        let ops = to_ops(&txn.changes);
        write_slice(&mut self.record, ops.iter());
        if self.slices.last().is_none_or(|slice| slice.ops.len() + ops.len() > SLICE_OPS) {
            self.slices.push(Slice::default());
        }
        if let Some(slice) = self.slices.last_mut() {
            slice.ops.extend(ops);
            slice.topics.append(&mut txn.topics);
            slice.announcements.append(&mut txn.announcements);
        }
    }

    fn fail(self, error: &StoreError) {
        for reply in self.replies {
            reply(Err(error.clone()));
        }
    }
}

/// What waits between callers, writer and committer.
pub(crate) struct Queue {
    lanes: Mutex<Lanes>,
    writer: Condvar,
    committer: Condvar,
    pub(crate) depth: [AtomicU64; Class::ALL.len()],
}

struct Lanes {
    waiting: [VecDeque<Box<dyn Job>>; Class::ALL.len()],
    handed: Option<Group>,
    taken: usize,
    stop: bool,
    writer_gone: bool,
}

impl Queue {
    pub(crate) fn new() -> Self {
        Self {
            lanes: Mutex::new(Lanes {
                waiting: Default::default(),
                handed: None,
                taken: 0,
                stop: false,
                writer_gone: false,
            }),
            writer: Condvar::new(),
            committer: Condvar::new(),
            depth: Default::default(),
        }
    }

    /// Queues a job, or answers it at once when its lane is full or the store is closing.
    pub(crate) fn push(&self, class: Class, job: Box<dyn Job>) {
        let mut lanes = self.lanes.lock();
        if lanes.stop {
            drop(lanes);
            return job.refuse(StoreError::Closing);
        }
        let Some(lane) = lanes.waiting.get_mut(class as usize) else { return };
        if lane.len() >= class.queue_limit() {
            drop(lanes);
            return job.refuse(StoreError::Busy { class: class.name() });
        }
        lane.push_back(job);
        self.count(class, lane.len());
        drop(lanes);
        self.writer.notify_one();
    }

    fn count(&self, class: Class, waiting: usize) {
        if let Some(depth) = self.depth.get(class as usize) {
            depth.store(waiting as u64, Ordering::Relaxed);
        }
    }

    pub(crate) fn stop(&self) {
        self.lanes.lock().stop = true;
        self.writer.notify_all();
        self.committer.notify_all();
    }

    /// Takes up to `most` jobs: the most urgent first, but now and then one from below.
    fn take(&self, lanes: &mut Lanes, most: usize, batch: &mut Vec<Box<dyn Job>>) {
        while batch.len() < most {
            lanes.taken = lanes.taken.wrapping_add(1);
            let from_below = lanes.taken.is_multiple_of(LOWER_SHARE);
            let mut filled = lanes.waiting.iter_mut().enumerate().filter(|(_, lane)| !lane.is_empty());
            let lane = if from_below { filled.next_back() } else { filled.next() };
            let Some((place, lane)) = lane else { break };
            batch.extend(lane.pop_front());
            let left = lane.len();
            if let Some(class) = Class::ALL.get(place) {
                self.count(*class, left);
            }
        }
    }
}

/// The writer thread.
pub(crate) struct Writer {
    shared: Arc<Shared>,
    overlay: Overlay,
    /// Groups handed over that the engine may not show yet, with the keys they changed.
    under_way: VecDeque<(u64, Vec<Bytes>)>,
    keys: Vec<Bytes>,
    group: Group,
    ids: Ids,
}

impl Writer {
    pub(crate) fn new(shared: Arc<Shared>, ids: Ids) -> Self {
        Self {
            shared,
            overlay: Overlay::default(),
            under_way: VecDeque::new(),
            keys: Vec::new(),
            group: Group::new(1, 0),
            ids,
        }
    }

    pub(crate) fn run(mut self) {
        let mut batch = Vec::new();
        while self.wait(&mut batch) {
            self.catch_up();
            for job in batch.drain(..) {
                self.run_job(job);
            }
        }
        let shared = self.shared.clone();
        let mut lanes = shared.queue.lanes.lock();
        lanes.writer_gone = true;
        shared.queue.committer.notify_all();
    }

    /// Waits for jobs, handing the group over as soon as the committer has room. `false` at the end.
    fn wait(&mut self, batch: &mut Vec<Box<dyn Job>>) -> bool {
        let shared = self.shared.clone();
        let mut lanes = shared.queue.lanes.lock();
        loop {
            if lanes.handed.is_none() && !self.group.replies.is_empty() {
                let id = self.group.id;
                let fresh = Group::new(id + 1, self.group.epoch);
                lanes.handed = Some(std::mem::replace(&mut self.group, fresh));
                self.under_way.push_back((id, std::mem::take(&mut self.keys)));
                shared.queue.committer.notify_one();
            }
            if !self.group.is_full() {
                // A batch stays small, so that the group is handed over as soon as the committer is free.
                let room = GROUP_TRANSACTIONS.saturating_sub(self.group.replies.len()).min(64);
                shared.queue.take(&mut lanes, room, batch);
                if !batch.is_empty() {
                    return true;
                }
            }
            if lanes.stop && self.group.replies.is_empty() {
                return false;
            }
            shared.queue.writer.wait(&mut lanes);
        }
    }

    /// Forgets what the engine shows by now, and everything after a failure.
    fn catch_up(&mut self) {
        let epoch = self.shared.epoch.load(Ordering::Acquire);
        if epoch != self.group.epoch {
            let fresh = Group::new(self.group.id + 1, epoch);
            std::mem::replace(&mut self.group, fresh).fail(&self.shared.read_only_error());
            self.overlay.clear();
            self.under_way.clear();
            self.keys.clear();
            self.ids.forget_block();
        }
        let applied = self.shared.applied.load(Ordering::Acquire);
        while let Some((id, _)) = self.under_way.front()
            && *id <= applied
            && let Some((id, keys)) = self.under_way.pop_front()
        {
            self.overlay.forget(id, keys.iter());
        }
    }

    fn run_job(&mut self, job: Box<dyn Job>) {
        if self.shared.is_read_only() {
            return job.refuse(self.shared.read_only_error());
        }
        let engine = self.shared.engine_handle();
        let mut txn = Txn::new(engine.as_ref(), &self.overlay, &self.shared.caches, &mut self.ids);
        match catch_unwind(AssertUnwindSafe(|| job.run(&mut txn))) {
            Ok((true, reply)) if txn.failed.is_none() => {
                if !txn.changes.is_empty() {
                    self.group.add(&mut txn);
                    self.keys.extend(txn.changes.keys().cloned());
                    let changes = std::mem::take(&mut txn.changes);
                    self.overlay.absorb(self.group.id, changes);
                }
                self.group.replies.push(reply);
            }
            // Refused by its own rules. The answer may rest on groups under way, so it waits for them too.
            Ok((_, reply)) => {
                let failed = txn.failed.take();
                txn.release_ids();
                self.group.replies.push(match failed {
                    Some(error) => Box::new(move |outcome| reply(outcome.and(Err(error)))),
                    None => reply,
                });
            }
            // The job is gone with its reply: dropping the reply tells the caller.
            Err(panic) => {
                txn.release_ids();
                tracing::error!(
                    reason = panic_text(panic.as_ref()),
                    "a transaction panicked; its changes were dropped"
                );
            }
        }
    }
}

/// The committer thread.
pub(crate) struct Committer {
    shared: Arc<Shared>,
    journal: Journal,
}

impl Committer {
    pub(crate) fn new(shared: Arc<Shared>, journal: Journal) -> Self {
        Self { shared, journal }
    }

    pub(crate) fn run(mut self) {
        while let Some(group) = self.wait() {
            self.commit(group);
        }
    }

    fn wait(&mut self) -> Option<Group> {
        let shared = self.shared.clone();
        let mut lanes = shared.queue.lanes.lock();
        loop {
            if let Some(group) = lanes.handed.take() {
                shared.queue.writer.notify_one();
                return Some(group);
            }
            if lanes.writer_gone {
                return None;
            }
            if shared.has(Stop::JOURNAL) {
                shared.queue.committer.wait_for(&mut lanes, RETRY);
                parking_lot::MutexGuard::unlocked(&mut lanes, || self.recover_journal());
            } else {
                shared.queue.committer.wait(&mut lanes);
            }
        }
    }

    /// After a failed write: a new segment, written and synced, proves that the disk works again.
    fn recover_journal(&mut self) {
        if !self.shared.has(Stop::JOURNAL) {
            return;
        }
        match self.journal.rotate() {
            Ok(()) => self.shared.clear(Stop::JOURNAL),
            Err(error) => tracing::debug!(%error, "the journal still cannot be written"),
        }
    }

    fn commit(&mut self, mut group: Group) {
        if group.epoch != self.shared.epoch.load(Ordering::Acquire) {
            return group.fail(&self.shared.read_only_error());
        }
        let changes = !group.slices.is_empty();
        if changes {
            let started = Instant::now();
            let sync = self.shared.options.durability == Durability::Synced;
            let number = self.journal.next();
            if let Err(error) = self.journal.append(&mut group.record, sync) {
                self.shared.epoch.fetch_add(1, Ordering::AcqRel);
                self.shared.set(Stop::JOURNAL, error.to_string());
                return group.fail(&self.shared.read_only_error());
            }
            self.shared.counts.synced(started.elapsed(), group.replies.len(), group.record.len());
            let started = Instant::now();
            self.apply(&group.slices, number);
            self.shared.counts.applied(started.elapsed());
        }
        self.shared.applied.store(group.id, Ordering::Release);
        for slice in &mut group.slices {
            for announcement in slice.announcements.drain(..) {
                self.shared.live.tell(announcement.topic, announcement.payload);
            }
        }
        for reply in group.replies {
            reply(Ok(()));
        }
    }

    /// Applies what the journal holds. It must succeed sometime: the group is durable, only not visible yet.
    fn apply(&self, slices: &[Slice], number: u64) {
        let last = slices.len().saturating_sub(1);
        for (position, slice) in slices.iter().enumerate() {
            let mark = (position == last).then(|| super::shared::applied_mark(number));
            while let Err(error) = self.shared.apply_slice(&slice.ops, &slice.topics, mark.as_ref()) {
                self.shared.set(Stop::ENGINE, error.to_string());
                tracing::error!(%error, "applying a group failed; trying again");
                if self.shared.is_stopping() {
                    // The next start replays the group from the journal.
                    return;
                }
                std::thread::park_timeout(RETRY);
                if let Err(error) = self.shared.heal() {
                    tracing::error!(%error, "rebuilding the tree failed; trying again");
                }
            }
        }
        self.shared.clear(Stop::ENGINE);
        self.shared.applied_number.store(number, Ordering::Release);
    }
}

/// The checkpoint thread: room, spare segments, checkpoints, snapshots.
pub(crate) struct Checkpointer {
    pub(crate) shared: Arc<Shared>,
}

/// How often it looks.
const TICK: Duration = Duration::from_millis(250);

impl Checkpointer {
    pub(crate) fn run(self, stopping: &AtomicBool) {
        let mut last = Instant::now();
        let mut last_number = self.shared.applied_number.load(Ordering::Acquire);
        let mut spares = 0_u64;
        while !stopping.load(Ordering::Acquire) {
            std::thread::park_timeout(TICK);
            self.watch_room();
            spares += 1;
            // Zero-filling shares the disk with commits; it is done only when the last spare was used.
            let stamp = (1 << 40) + spares;
            if !self.shared.is_read_only()
                && let Err(error) =
                    prepare_spare(self.shared.files.as_ref(), self.shared.options.segment_bytes, stamp)
            {
                tracing::warn!(%error, "preparing a journal segment failed; the next switch makes one itself");
            }
            let number = self.shared.applied_number.load(Ordering::Acquire);
            let due = last.elapsed() >= self.shared.options.checkpoint_interval
                || self.shared.counts.bytes_since_checkpoint() >= self.shared.options.checkpoint_bytes;
            if due && number != last_number && !self.shared.has(Stop::ENGINE) {
                last = Instant::now();
                last_number = number;
                if let Err(error) = self.shared.checkpoint() {
                    tracing::error!(%error, "a checkpoint failed; the journal keeps everything");
                }
            }
        }
    }

    /// Turns writing off before the disk is full, and on again when there is room.
    fn watch_room(&self) {
        match self.shared.files.free_bytes() {
            Ok(free) => {
                self.shared.counts.free_bytes.store(free, Ordering::Relaxed);
                let low = self.shared.options.low_water_bytes;
                if free < low {
                    self.shared.set(
                        Stop::ROOM,
                        format!("{free} bytes are free on the disk of the store, below the low-water mark of {low}"),
                    );
                } else if self.shared.has(Stop::ROOM) && free >= low + low / 8 {
                    self.shared.clear(Stop::ROOM);
                }
            }
            Err(error) => tracing::warn!(%error, "cannot tell how much room the disk has"),
        }
    }
}
