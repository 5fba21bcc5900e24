//! The committer thread: syncs a group to the journal, applies it to the engine under the exclusive lock, and only
//! then answers. It also brings back a journal or a tree that failed.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::engine::EngineError;
use super::journal::Journal;
use super::open::{ROOM_TO_OPEN_BYTES, STANDS_IN};
use super::queue::Work;
use super::shared::{Durability, Shared, Stop, applied_mark};
use super::writer::{Group, Leaving, Slice};

/// How soon a failed disk is tried again.
const RETRY: Duration = Duration::from_millis(200);
/// The longest pause between tries.
const LONGEST_RETRY: Duration = Duration::from_secs(5);

/// The committer thread.
pub(crate) struct Committer {
    shared: Arc<Shared>,
    journal: Journal,
    /// A group was journalled but, at closing, could not be applied. No later one may be applied over the gap: the
    /// next start replays them all.
    abandoned: bool,
    /// Rows in memory stand in for the tree until there is room to open it; when that is tried next.
    late: Option<Late>,
}

/// Opening the tree late.
struct Late {
    next: Instant,
    pause: Duration,
}

impl Committer {
    pub(crate) fn new(shared: Arc<Shared>, journal: Journal, stands_in: bool) -> Self {
        let late = stands_in.then(|| Late { next: Instant::now(), pause: RETRY });
        Self { shared, journal, abandoned: false, late }
    }

    pub(crate) fn run(mut self) {
        let shared = self.shared.clone();
        let _leaving = Leaving { shared: &shared, leave: |shared| shared.queue.committer_left() };
        loop {
            let patience = (shared.has(Stop::JOURNAL) || self.late.is_some()).then_some(RETRY);
            match shared.queue.next_work(patience) {
                Work::Group(group) => self.commit(group),
                Work::Heal => self.heal_found_damage(),
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

    /// After a failed write: a new segment, written and synced, proves that the disk works again.
    fn recover_journal(&mut self) {
        match self.journal.rotate() {
            Ok(()) => self.shared.clear(Stop::JOURNAL),
            Err(error) => self.shared.set(Stop::JOURNAL, error.to_string()),
        }
    }

    /// Opens the tree that there was no room for at the start. Nothing was written since.
    fn open_tree_late(&mut self) {
        if self.late.as_ref().is_none_or(|late| Instant::now() < late.next) || !self.has_room_to_heal() {
            return;
        }
        match self.shared.open_tree_late() {
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
                self.shared.epoch.fetch_add(1, Ordering::AcqRel);
                return group.fail(&self.shared.read_only_error());
            }
            self.shared.counts.synced(started.elapsed(), group.replies.len(), group.record.len());
            self.shared.queue.nearly_free();
            let started = Instant::now();
            self.apply(&group.slices, number);
            self.shared.counts.applied(started.elapsed());
        }
        if !self.abandoned {
            self.shared.applied.store(group.id, Ordering::Release);
            for announcement in std::mem::take(&mut group.announcements) {
                self.shared.live.tell(announcement.topic, announcement.payload);
            }
        }
        for reply in group.replies {
            reply(Ok(()));
        }
    }

    /// Applies what the journal holds. It must succeed sometime: the group is durable, only not visible yet.
    fn apply(&mut self, slices: &[Slice], number: u64) {
        if self.abandoned {
            return;
        }
        let last = slices.len().saturating_sub(1);
        let mut failures = 0_u32;
        let mut pause = RETRY;
        for (position, slice) in slices.iter().enumerate() {
            let mark = (position == last).then(|| applied_mark(number));
            while let Err(error) = self.shared.apply_slice(&slice.ops, &slice.topics, mark.as_ref()) {
                self.shared.set(Stop::ENGINE, format!("the tree cannot be written: {error}"));
                tracing::error!(%error, "applying a group failed; trying again");
                if self.shared.is_stopping() {
                    self.abandoned = true;
                    return;
                }
                std::thread::park_timeout(pause);
                pause = (pause * 2).min(LONGEST_RETRY);
                failures += 1;
                self.heal_after(&error, failures);
            }
        }
        if failures > 0 {
            self.shared.clear(Stop::ENGINE);
        }
        self.shared.applied_number.store(number, Ordering::Release);
    }

    fn heal_after(&self, error: &EngineError, failures: u32) {
        // While the disk is full the tree as it is still serves reads; opened again it would not.
        if matches!(error, EngineError::NoSpace) && !self.has_room_to_heal() {
            return;
        }
        // Opening again is quick and often enough; damage that comes back is not cured by it.
        let rebuild = failures > 1 && matches!(error, EngineError::Damaged(_));
        if let Err(error) = self.shared.heal(rebuild) {
            tracing::error!(%error, "exchanging the tree failed; trying again");
        }
    }

    fn has_room_to_heal(&self) -> bool {
        let needed = self.shared.options.low_water_bytes.max(ROOM_TO_OPEN_BYTES);
        self.shared.files.free_bytes().is_ok_and(|free| free >= needed)
    }

    /// A read found damage: opening again would find it again.
    fn heal_found_damage(&mut self) {
        let mut pause = RETRY;
        while let Err(error) = self.shared.heal(true) {
            self.shared.set(Stop::ENGINE, format!("the damaged tree cannot be rebuilt: {error}"));
            if self.shared.is_stopping() {
                self.abandoned = true;
                return;
            }
            std::thread::park_timeout(pause);
            pause = (pause * 2).min(LONGEST_RETRY);
        }
        self.shared.clear(Stop::ENGINE);
    }
}
