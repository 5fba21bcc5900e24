//! Admission: when the machine is full, who is served and who is asked to come back.
//!
//! - [`limiter`]: finds by itself how much work the machine carries, and refuses the least urgent class first.
//! - [`rate`]: nobody alone, person or address, takes more than a share.
//! - [`pace`]: when everybody starts in the same second, starts are spread over a short, fair window.
//! - [`Admission::hand_ins`]: when everybody hands in in the same second, some do so at a time, in the order in which they
//!   asked, and the answers of those who still work pass them by.

pub mod limiter;
pub mod pace;
pub mod rate;

use crate::config::Limits;
use limiter::Limiter;
use pace::Pace;
use rate::Rates;
use tokio::sync::Semaphore;

/// Attempts that are handed in at once, per worker: enough to fill a group commit, few enough that a save that comes
/// behind a crowd of them is answered in some milliseconds. One that waits has cost only the reading of its request, and
/// counts as handed in when it came.
const HAND_INS_PER_WORKER: usize = 16;

/// What all workers share.
pub struct Admission {
    /// By class.
    pub limiter: Limiter,
    /// By person and address.
    pub rates: Rates,
    /// Starts of attempts.
    pub pace: Pace,
    /// Attempts being handed in. Fair: first come, first served.
    pub hand_ins: Semaphore,
    /// Long work beside the workers: matrices, files, rehearsals. Fair, too.
    pub beside: Semaphore,
}

impl Admission {
    /// For so many workers.
    pub fn new(limits: &Limits, workers: usize) -> Self {
        Self {
            limiter: Limiter::new(workers),
            rates: Rates::new(limits),
            pace: Pace::new(limits),
            beside: Semaphore::new(workers.max(1)),
            hand_ins: Semaphore::new(workers.max(1) * HAND_INS_PER_WORKER),
        }
    }
}
