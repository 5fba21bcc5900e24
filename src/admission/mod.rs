//! Admission: when the machine is full, who is served and who is asked to come back.
//!
//! - [`limiter`]: finds by itself how much work the machine carries, and refuses the least urgent class first.
//! - [`rate`]: nobody alone, person or address, takes more than a share.
//! - [`pace`]: when everybody starts in the same second, starts are spread over a short, fair window.

pub mod limiter;
pub mod pace;
pub mod rate;

use crate::config::Limits;
use limiter::Limiter;
use pace::Pace;
use rate::Rates;

/// What all workers share.
pub struct Admission {
    /// By class.
    pub limiter: Limiter,
    /// By person and address.
    pub rates: Rates,
    /// Starts of attempts.
    pub pace: Pace,
}

impl Admission {
    /// For so many workers.
    pub fn new(limits: &Limits, workers: usize) -> Self {
        Self { limiter: Limiter::new(workers), rates: Rates::new(limits), pace: Pace::new(limits) }
    }
}
