//! What every handler can reach.

use std::sync::Arc;

use crate::clock::{Clock, Timestamp};
use crate::config::Config;
use crate::monitor::Metrics;
use crate::store::Store;
use crate::store::blobs::Blobs;

/// Shared by all workers.
#[derive(Clone)]
pub struct State(Arc<Parts>);

/// The parts of [`State`].
pub struct Parts {
    /// All records.
    pub store: Store,
    /// Larger bodies.
    pub blobs: Blobs,
    /// The time.
    pub clock: Clock,
    /// What was set.
    pub config: Config,
    /// Counts and times.
    pub metrics: Metrics,
}

impl State {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }
}

impl std::ops::Deref for State {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}
