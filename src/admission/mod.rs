//! Admission: when the machine is full, who is served and who is asked to come back.
//!
//! - [`limiter`]: finds by itself how much work the machine carries, and refuses the least urgent class first.
//! - [`rate`]: nobody alone, person or address, takes more than a share.
//! - [`pace`]: when everybody starts in the same second, starts are spread over a short, fair window.
//! - [`row`]: what is done beside the workers is begun by class, and not at all when it would have to wait too long.
//! - [`bodies`]: what many send slowly is in bounded memory.
//! - [`Admission::starts`], [`Admission::hand_ins`]: when everybody starts or hands in in the same second, some do so at a
//!   time, in the order in which they asked, and the answers of those who work pass them by.

pub mod bodies;
pub mod limiter;
pub mod pace;
pub mod rate;
pub mod row;

use std::sync::Arc;
use std::time::Duration;

use crate::config::Config;
use crate::store::Class;
use bodies::Bodies;
use limiter::Limiter;
use pace::Pace;
use rate::Rates;
use row::Row;
use tokio::sync::Semaphore;

/// Attempts that are started, or handed in, at once, per worker: enough to fill a group commit, few enough that a save that
/// comes behind a crowd of them is answered in some milliseconds. One that waits has cost only the reading of its request;
/// it counts as handed in when it came, and as started when its turn comes.
const AT_ONCE_PER_WORKER: usize = 16;

/// What all workers share.
pub struct Admission {
    /// By class.
    pub limiter: Limiter,
    by_load: bool,
    /// By person and address.
    pub rates: Rates,
    /// When who may start.
    pub pace: Pace,
    /// Attempts being started. Fair: first come, first served.
    pub starts: Semaphore,
    /// Attempts being handed in. Fair, too.
    pub hand_ins: Semaphore,
    /// Memory for bodies.
    pub bodies: Arc<Bodies>,
    /// Long work beside the workers: matrices, files, rehearsals. A processor is left for those who answer.
    long_work: Arc<Row>,
    /// What is of an exam and yet not done on a worker: pictures of a paper. Each is short, and none waits for the end of a
    /// matrix that has begun.
    of_exams: Arc<Row>,
}

impl Admission {
    /// As it is configured.
    pub fn new(config: &Config) -> Self {
        let (limits, workers) = (&config.limits, config.server.worker_count());
        Self {
            limiter: Limiter::new(workers),
            by_load: limits.by_load,
            rates: Rates::new(limits),
            pace: Pace::new(limits),
            bodies: Bodies::of(config.server.upload_limit_bytes),
            long_work: Row::of(workers.saturating_sub(1)),
            of_exams: Row::of(1),
            starts: Semaphore::new(workers.max(1) * AT_ONCE_PER_WORKER),
            hand_ins: Semaphore::new(workers.max(1) * AT_ONCE_PER_WORKER),
        }
    }

    /// Is there room for a request of this class?
    pub fn admit(&self, class: Class) -> bool {
        !self.by_load || self.limiter.admit(class)
    }

    /// Where work of this class waits for its place beside the workers.
    pub const fn row(&self, class: Class) -> &Arc<Row> {
        match class {
            Class::Exam | Class::Start => &self.of_exams,
            _ => &self.long_work,
        }
    }

    /// How long work of this class would wait for its place, when that is too long to be asked for. Only the classes whose work
    /// is done beside the workers are refused for it before their handlers know what there is to do.
    pub fn full_row(&self, class: Class) -> Option<Duration> {
        if class < Class::Report { None } else { self.row(class).full_for(class) }
    }

    /// How many wait for a place beside the workers, by class.
    pub fn beside(&self) -> [usize; Class::ALL.len()] {
        let mut waiting = self.long_work.waiting();
        for (all, of_exams) in waiting.iter_mut().zip(self.of_exams.waiting()) {
            *all += of_exams;
        }
        waiting
    }

    /// A request kept a worker busy for so long.
    pub fn spent(&self, class: Class, worked: Duration) {
        if self.by_load {
            self.limiter.spent(class, worked);
        }
    }
}
