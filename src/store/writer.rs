//! The writer thread: runs closures one after another and collects their changes into a group.
//!
//! While one group is being synced by the committer the writer builds the next on top of it: group commit, as large as the disk is
//! slow, and where there are many callers, as large as is worth waiting for ([`super::growth`]).

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use super::engine::{Op, panic_text};
use super::error::StoreError;
use super::growth::Offered;
use super::journal::format::{RECORD_HEAD_BYTES, write_slice};
use super::queue::{Batch, GroupState, Job, Pace, Reply};
use super::record::Topic;
use super::shared::{DEFECT, Shared, Stop};
use super::txn::{Announcement, Changes, Ids, Overlay, PackedUnderWay, Txn, refused};

/// Transactions per group: at 256 callers never reached; with thousands waiting it keeps the first from waiting for
/// the last.
const GROUP_TRANSACTIONS: usize = 1024;
/// Bytes of a group after which no transaction is added: about what a disk syncs in ten milliseconds.
const GROUP_BYTES: usize = 1024 * 1024;
/// Rows of rewritten tables stay in the overlay, decoded, because they will be read again. After so many changes of them all go, so
/// that never more are kept: some ten megabytes, with attempts of 150 questions 70.
const MOST_KEPT: usize = 16 * 1024;

/// Transactions that are synced together.
pub(crate) struct Group {
    /// The writer's own count, for its overlay.
    pub(crate) id: u64,
    /// The failure count it was built under.
    pub(crate) epoch: u64,
    pub(crate) record: Vec<u8>,
    /// Shared with the writer's overlay, which forgets the keys once they are applied.
    pub(crate) changes: Arc<Vec<Op>>,
    pub(crate) topics: Vec<Topic>,
    pub(crate) announcements: Vec<Announcement>,
    pub(crate) replies: Vec<Reply>,
}

impl Group {
    fn new(id: u64, epoch: u64) -> Self {
        // Room for what some hundred answers to a quiz need, so that it seldom grows.
        let mut record = Vec::with_capacity(64 * 1024);
        record.resize(RECORD_HEAD_BYTES, 0);
        Self {
            id,
            epoch,
            record,
            changes: Arc::default(),
            topics: Vec::new(),
            announcements: Vec::new(),
            replies: Vec::with_capacity(256),
        }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.replies.len() >= GROUP_TRANSACTIONS || self.record.len() >= GROUP_BYTES
    }

    pub(crate) fn offered(&self) -> Offered {
        Offered { transactions: self.replies.len(), bytes: self.record.len() }
    }

    fn state(&self) -> GroupState {
        if self.is_full() {
            GroupState::Full
        } else if self.replies.is_empty() && self.changes.is_empty() {
            GroupState::Empty
        } else {
            GroupState::Open
        }
    }

    fn add(&mut self, changes: &Changes, packed: Vec<Op>, topics: &mut Vec<Topic>) {
        // Never shared while it grows: only what was handed over is.
        let all = Arc::make_mut(&mut self.changes);
        let before = all.len();
        all.extend(changes.iter().map(|(key, value)| Op {
            key: key.clone(),
            value: value.as_ref().map(|stored| stored.bytes.clone()),
        }));
        all.extend(packed);
        write_slice(&mut self.record, all.iter().skip(before));
        self.topics.append(topics);
    }

    /// Has it anything for the journal?
    pub(crate) fn has_changes(&self) -> bool {
        self.record.len() > RECORD_HEAD_BYTES
    }

    pub(crate) fn fail(self, error: &StoreError) {
        for reply in self.replies {
            reply(Err(error.clone()));
        }
    }
}

/// The writer thread.
pub(crate) struct Writer {
    shared: Arc<Shared>,
    overlay: Overlay,
    /// Groups handed over that the engine may not show yet, with what they change.
    under_way: VecDeque<(u64, Arc<Vec<Op>>)>,
    group: Group,
    ids: Ids,
    /// Changes of rewritten rows that the overlay kept since all of them went.
    kept: usize,
}

impl Writer {
    pub(crate) fn new(shared: Arc<Shared>, ids: Ids) -> Self {
        let overlay = Overlay::default();
        Self { shared, overlay, under_way: VecDeque::new(), group: Group::new(1, 0), ids, kept: 0 }
    }

    pub(crate) fn run(mut self) {
        super::near::keep_here();
        let shared = self.shared.clone();
        let _leaving = Leaving { shared: &shared, leave: |shared| shared.queue.writer_left() };
        let (mut batch, mut pace) = (Batch::new(), Pace::default());
        while let Some(next) =
            shared.queue.next_batch(&mut batch, pace, self.group.state(), &mut || self.hand_over())
        {
            if let Some(group) = next.back {
                self.take_back(group);
            }
            self.catch_up();
            let (began, taken) = (Instant::now(), batch.len());
            while self.group.state() != GroupState::Full
                && let Some(job) = batch.pop_front()
            {
                self.run_job(job);
            }
            pace.ran(taken - batch.len(), began.elapsed());
        }
    }

    fn hand_over(&mut self) -> Group {
        let id = self.group.id;
        let fresh = Group::new(id + 1, self.group.epoch);
        self.under_way.push_back((id, self.group.changes.clone()));
        std::mem::replace(&mut self.group, fresh)
    }

    fn take_back(&mut self, group: Group) {
        self.under_way.pop_back();
        self.group = group;
    }

    /// Forgets what the engine shows by now, but for rows that will soon be rewritten, and everything after a failure.
    fn catch_up(&mut self) {
        let epoch = self.shared.epoch.load(Ordering::Acquire);
        if epoch != self.group.epoch {
            let fresh = Group::new(self.group.id + 1, epoch);
            std::mem::replace(&mut self.group, fresh).fail(&self.shared.read_only_error());
            self.overlay.clear();
            self.kept = 0;
            self.under_way.clear();
            self.ids.forget_block();
        }
        let applied = self.shared.applied.load(Ordering::Acquire);
        while let Some((id, _)) = self.under_way.front()
            && *id <= applied
            && let Some((id, changes)) = self.under_way.pop_front()
        {
            let kept = |op: &&Op| self.shared.rewritten.has(&op.key);
            self.kept += changes.iter().filter(kept).count();
            let rows = changes.iter().filter(|op| !self.shared.packed.has(&op.key) && !kept(op));
            self.overlay.forget(id, rows.map(|op| &op.key));
        }
        if self.kept > MOST_KEPT {
            self.kept = 0;
            self.overlay.forget_upto(applied);
        }
    }

    fn run_job(&mut self, job: Box<dyn Job>) {
        if self.shared.is_read_only() {
            return job.refuse(self.shared.read_only_error());
        }
        let engine = match self.shared.engine_handle() {
            Ok(engine) => engine,
            Err(error) => return job.refuse(error),
        };
        let mut txn = Txn::new(
            engine.as_ref(),
            (
                &self.overlay,
                PackedUnderWay {
                    tables: &self.shared.packed,
                    groups: &self.under_way,
                    group: &self.group.changes,
                },
            ),
            &self.shared.caches,
            &mut self.ids,
            (&self.shared.horizon, self.group.id),
        );
        let outcome = catch_unwind(AssertUnwindSafe(|| job.run(&mut txn)));
        let trouble = txn.trouble.take();
        if let Some(error) = &trouble {
            self.shared.report_trouble(error);
        }
        let failed = txn.failed.take();
        match outcome {
            // It could not read what it rests on. The group would wait until that is healed; this must not.
            Ok((_, reply)) if trouble.is_some() => {
                txn.release_ids();
                if let Some(error) = trouble {
                    reply(Err(refused(error)));
                }
            }
            Ok((true, reply)) if failed.is_none() => {
                let changes = std::mem::take(&mut txn.changes);
                let packed = std::mem::take(&mut txn.packed_changes);
                let (mut topics, mut announcements) = (txn.topics, txn.announcements);
                if !changes.is_empty() || !packed.is_empty() {
                    self.group.add(&changes, packed, &mut topics);
                }
                self.group.announcements.append(&mut announcements);
                self.overlay.absorb(self.group.id, changes);
                self.group.replies.push(reply);
            }
            // Refused by its own rules. The answer may rest on groups under way, so it waits for them too.
            Ok((kept, reply)) => {
                txn.release_ids();
                self.group.replies.push(match failed {
                    // Its code went on after a change that could not be taken.
                    Some(error) if kept => Box::new(move |stored| reply(stored.and(Err(error)))),
                    _ => reply,
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

/// Says that a thread has left, also when a panic made it leave: nobody must wait for it for ever.
pub(crate) struct Leaving<'s> {
    pub(crate) shared: &'s Shared,
    pub(crate) leave: fn(&Shared),
}

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.shared.set(Stop::DEFECT, DEFECT.to_owned());
            self.shared.queue.ended_by_defect();
        }
        (self.leave)(self.shared);
    }
}
