//! What waits between callers, writer and committer: a bounded lane per class, and one group handed over.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex, MutexGuard};

use super::class::Class;
use super::engine::EngineError;
use super::error::StoreError;
use super::growth::{Growth, Offered};
use super::shared::DEFECT;
use super::txn::Txn;
use super::writer::Group;

/// Of every so many transactions one is taken from the lower classes, so that they crawl rather than stop. No more are taken from a
/// lane at a time: the group is handed over as soon as the committer is free, and what is more urgent waits for no more than these.
const LOWER_SHARE: usize = 16;

/// While a group is being committed the writer is woken once for so much work, not for each job: waking costs more than
/// running a small one, and there is time until the group can be handed over.
const WAKE_FOR: Duration = Duration::from_micros(250);
/// And for so many jobs, however small they are.
const WAKE_FOR_JOBS: usize = 32;

/// Tells a caller how its transaction ended.
pub(crate) type Reply = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// A queued transaction.
pub(crate) trait Job: Send {
    /// Runs it. `true` keeps its changes.
    fn run(self: Box<Self>, txn: &mut Txn<'_>) -> (bool, Reply);
    /// Answers without running it.
    fn refuse(self: Box<Self>, error: StoreError);
}

/// Jobs taken together.
pub(crate) type Batch = VecDeque<Box<dyn Job>>;

pub(crate) struct Queue {
    lanes: Mutex<Lanes>,
    writer: Condvar,
    committer: Condvar,
    pub(crate) depth: [AtomicU64; Class::ALL.len()],
}

#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts under one lock")]
struct Lanes {
    waiting: [VecDeque<Box<dyn Job>>; Class::ALL.len()],
    /// How many wait in all lanes.
    count: usize,
    handed: Option<Group>,
    /// The committer has a group, or gives the next one time to grow.
    committing: bool,
    growth: Growth,
    /// While a group is being committed, the writer is woken for so many jobs.
    wake_for_jobs: usize,
    /// Jobs taken since the lower classes had their turn.
    taken: usize,
    /// Turns that the lower classes had.
    turns: usize,
    heal: Option<Heal>,
    stop: bool,
    /// It stops because a thread is gone that should not be.
    defect: bool,
    writer_gone: bool,
    committer_gone: bool,
}

impl Lanes {
    /// What is said to whoever comes while it stops.
    fn stopped(&self) -> StoreError {
        if self.defect { StoreError::ReadOnly { reason: DEFECT.to_owned() } } else { StoreError::Closing }
    }
}

/// What a tree needs whose reads fail, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Heal {
    /// To be opened again when the disk has room for that.
    WhenThereIsRoom,
    /// To be opened again.
    Reopen,
    /// To be rebuilt: opened again, the damage would be found again.
    Rebuild,
}

impl Heal {
    pub(crate) fn why(self, error: &EngineError) -> String {
        match self {
            Self::WhenThereIsRoom | Self::Reopen => {
                format!("the tree fails and will be opened again: {error}")
            }
            Self::Rebuild => format!("the tree is damaged and will be rebuilt: {error}"),
        }
    }
}

/// What the committer is to do.
pub(crate) enum Work {
    /// Commit this.
    Group(Group),
    /// A read failed.
    Heal(Heal),
    /// Nothing came within the time asked for.
    Nothing,
    /// Nothing will come any more.
    End,
}

impl Queue {
    pub(crate) fn new() -> Self {
        Self {
            lanes: Mutex::new(Lanes::default()),
            writer: Condvar::new(),
            committer: Condvar::new(),
            depth: Default::default(),
        }
    }

    /// Queues a job, or answers it at once when its lane is full or the store is closing.
    pub(crate) fn push(&self, class: Class, job: Box<dyn Job>) {
        let mut lanes = self.lanes.lock();
        if lanes.stop {
            let error = lanes.stopped();
            drop(lanes);
            return job.refuse(error);
        }
        let Some(lane) = lanes.waiting.get_mut(class as usize) else { return };
        if lane.len() >= class.queue_limit() {
            drop(lanes);
            return job.refuse(StoreError::Busy { class: class.name() });
        }
        lane.push_back(job);
        self.count(class as usize, lane.len());
        lanes.count += 1;
        lanes.growth.comes();
        let wake = !lanes.committing || lanes.count.is_multiple_of(lanes.wake_for_jobs.max(1));
        drop(lanes);
        if wake {
            self.writer.notify_one();
        }
    }

    fn count(&self, lane: usize, waiting: usize) {
        if let Some(depth) = self.depth.get(lane) {
            depth.store(waiting as u64, Ordering::Relaxed);
        }
    }

    pub(crate) fn stop(&self) {
        self.lanes.lock().stop = true;
        self.writer.notify_all();
        self.committer.notify_all();
    }

    pub(crate) fn report_trouble(&self, heal: Heal) {
        let mut lanes = self.lanes.lock();
        lanes.heal = lanes.heal.max(Some(heal));
        drop(lanes);
        self.committer.notify_all();
    }

    /// Takes jobs of the most urgent lane that has any; now and then of one below. Lanes of large jobs give one.
    fn take(&self, lanes: &mut Lanes, batch: &mut Batch) {
        let lower = lanes.taken >= LOWER_SHARE;
        let mut filled = lanes.waiting.iter_mut().enumerate().filter(|(_, lane)| !lane.is_empty());
        let Some((mut place, mut lane)) = filled.next() else { return };
        if lower {
            lanes.taken = 0;
            // In turn, so that the lowest does not keep those between from crawling too.
            let below: Vec<_> = filled.collect();
            if !below.is_empty() {
                let turn = lanes.turns % below.len();
                lanes.turns = lanes.turns.wrapping_add(1);
                if let Some(chosen) = below.into_iter().nth(turn) {
                    (place, lane) = chosen;
                }
            }
        }
        let large = Class::ALL.get(place).is_some_and(|class| class.jobs_are_large());
        let most = if lower || large { 1 } else { LOWER_SHARE - lanes.taken };
        let taking = most.min(lane.len());
        batch.extend(lane.drain(..taking));
        let left = lane.len();
        lanes.taken += taking;
        lanes.count = lanes.count.saturating_sub(taking);
        self.count(place, left);
    }

    /// For the writer, whose group is as `state` says: waits for jobs, and offers the group to the committer. What
    /// the committer has not taken yet, and is too busy to take, comes back with the next jobs, to grow. `None` at
    /// the end.
    pub(crate) fn next_batch(
        &self,
        batch: &mut Batch,
        pace: Pace,
        mut state: GroupState,
        hand_over: &mut dyn FnMut() -> Group,
    ) -> Option<Next> {
        let mut lanes = self.lanes.lock();
        lanes.wake_for_jobs = pace.jobs_to_wake_for();
        loop {
            if lanes.committer_gone {
                let (jobs, error) = (drain(&mut lanes), lanes.stopped());
                drop(lanes);
                hand_over().fail(&error);
                refuse_all(jobs.into_iter().chain(batch.drain(..)), &error);
                return None;
            }
            if state != GroupState::Empty && lanes.handed.is_none() {
                lanes.handed = Some(hand_over());
                state = GroupState::Empty;
                self.committer.notify_one();
            }
            if state != GroupState::Full {
                if batch.is_empty() {
                    self.take(&mut lanes, batch);
                }
                if !batch.is_empty() {
                    let back = state == GroupState::Empty && lanes.committing;
                    let back = if back { lanes.handed.take_if(|group| !group.is_full()) } else { None };
                    return Some(Next { back });
                }
            }
            if lanes.stop && state == GroupState::Empty {
                return None;
            }
            self.writer.wait(&mut lanes);
        }
    }

    /// For the committer: waits for a group, at most for `patience`; behind a group of many until the next is as large as is worth
    /// waiting for.
    pub(crate) fn next_work(&self, patience: Option<Duration>) -> Work {
        let mut lanes = self.lanes.lock();
        let mut grows = true;
        loop {
            if let Some(heal) = lanes.heal
                && !lanes.stop
            {
                return Work::Heal(heal);
            }
            if grows && !lanes.stop {
                let offered = lanes.handed.as_ref().map_or(Offered::default(), Group::offered);
                if let Some(look) = lanes.growth.look(offered, Instant::now()) {
                    let silent = self.committer.wait_for(&mut lanes, look).timed_out();
                    grows = !silent || lanes.growth.goes_on();
                    continue;
                }
            }
            if let Some(group) = lanes.handed.take() {
                lanes.committing = true;
                lanes.growth.taken(group.replies.len(), Instant::now());
                self.writer.notify_one();
                return Work::Group(group);
            }
            lanes.growth.idle();
            if std::mem::take(&mut lanes.committing) && lanes.count > 0 {
                self.writer.notify_one();
            }
            if lanes.writer_gone {
                return Work::End;
            }
            match patience {
                Some(patience) => {
                    if self.committer.wait_for(&mut lanes, patience).timed_out() {
                        return Work::Nothing;
                    }
                }
                None => self.committer.wait(&mut lanes),
            }
        }
    }

    /// A group is answered and will soon be applied: time for the writer to run what waits.
    pub(crate) fn nearly_free(&self) {
        if self.lanes.lock().count > 0 {
            self.writer.notify_one();
        }
    }

    /// Writing is off: whatever comes is to be refused at once, however long the committer is held up.
    pub(crate) fn hurry(&self) {
        self.lanes.lock().committing = false;
        self.writer.notify_one();
    }

    /// The group that the writer offered, for a committer that cannot commit it.
    pub(crate) fn take_handed(&self) -> Option<Group> {
        let handed = self.lanes.lock().handed.take();
        self.writer.notify_one();
        handed
    }

    /// The engine that failed is out of use.
    pub(crate) fn forget_trouble(&self) {
        self.lanes.lock().heal = None;
    }

    /// The writer's last act.
    pub(crate) fn writer_left(&self) {
        let mut lanes = self.lanes.lock();
        lanes.writer_gone = true;
        lanes.stop = true;
        // Only when it ended by a panic is anything left.
        let (jobs, error) = (drain(&mut lanes), lanes.stopped());
        drop(lanes);
        self.committer.notify_all();
        refuse_all(jobs, &error);
    }

    /// A thread leaves by a panic.
    pub(crate) fn ended_by_defect(&self) {
        self.lanes.lock().defect = true;
    }

    /// The committer's last act.
    pub(crate) fn committer_left(&self) {
        let mut lanes = self.lanes.lock();
        lanes.committer_gone = true;
        lanes.stop = true;
        let (handed, error) = (lanes.handed.take(), lanes.stopped());
        drop(lanes);
        self.writer.notify_all();
        if let Some(group) = handed {
            group.fail(&error);
        }
    }
}

/// How long a job takes the writer, as the last ones did.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Pace {
    ns: u64,
}

impl Pace {
    /// Some jobs took so long together.
    pub(crate) fn ran(&mut self, jobs: usize, took: Duration) {
        if jobs == 0 {
            return;
        }
        let ns = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX) / jobs as u64;
        // Soon forgotten: a course is imported, and then everybody answers.
        self.ns = self.ns / 4 * 3 + ns / 4;
    }

    fn jobs_to_wake_for(self) -> usize {
        let jobs = WAKE_FOR.as_nanos() / u128::from(self.ns.max(1));
        usize::try_from(jobs).unwrap_or(usize::MAX).clamp(1, WAKE_FOR_JOBS)
    }
}

/// What the writer goes on with.
pub(crate) struct Next {
    /// The group that it had offered.
    pub(crate) back: Option<Group>,
}

/// What the writer has collected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GroupState {
    /// Nothing to hand over.
    Empty,
    /// Something, and room for more.
    Open,
    /// As much as a group may have.
    Full,
}

fn drain(lanes: &mut MutexGuard<'_, Lanes>) -> Vec<Box<dyn Job>> {
    lanes.waiting.iter_mut().flat_map(|lane| lane.drain(..)).collect()
}

fn refuse_all(jobs: impl IntoIterator<Item = Box<dyn Job>>, error: &StoreError) {
    for job in jobs {
        job.refuse(error.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_writer_is_woken_for_so_much_work_however_few_jobs_that_is() {
        let mut pace = Pace::default();
        assert_eq!(pace.jobs_to_wake_for(), WAKE_FOR_JOBS, "nothing is known");
        for _ in 0..20 {
            pace.ran(10, Duration::from_millis(10));
        }
        assert_eq!(pace.jobs_to_wake_for(), 1, "one job of a millisecond");
        pace.ran(0, Duration::ZERO);
        assert_eq!(pace.jobs_to_wake_for(), 1, "nothing ran");
        for _ in 0..20 {
            pace.ran(10, Duration::from_micros(250));
        }
        assert_eq!(pace.jobs_to_wake_for(), 8, "jobs of 25 us and what is left of the old ones");
        for _ in 0..40 {
            pace.ran(64, Duration::from_micros(64));
        }
        assert_eq!(pace.jobs_to_wake_for(), WAKE_FOR_JOBS);
    }
}
