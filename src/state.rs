//! What every handler can reach.

use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::admission::Admission;
use crate::clock::{Clock, SetBack, Timestamp};
use crate::config::Config;
use crate::domain::attempt::heard::Heard;
use crate::domain::sign_in_throttle::Throttle;
use crate::drain::Drain;
use crate::forwarding::Forwarding;
use crate::hashing::Hashing;
use crate::http::slow::SlowLog;
use crate::jobs::Jobs;
use crate::monitor::Metrics;
use crate::store::Store;
use crate::store::blobs::Blobs;
use crate::web::kept::KeptPages;

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
    /// Whether that was set back.
    pub set_back: SetBack,
    /// Rendered pages.
    pub pages: KeptPages,
    /// What was set.
    pub config: Config,
    /// The address that names this installation.
    pub home: Arc<str>,
    /// The secret that the tokens of forms follow from.
    pub form_key: [u8; 16],
    /// The zone of `server.time_zone`.
    pub zone: TimeZone,
    /// What hashes passwords.
    pub hashing: Hashing,
    /// Failed sign-ins and what they cost.
    pub throttle: Throttle,
    /// Which pages of the exam room are there.
    pub heard: Heard,
    /// What runs jobs.
    pub jobs: Jobs,
    /// What sends statements on.
    pub forwarding: Forwarding,
    /// Whether the server stops.
    pub drain: Drain,
    /// Who is served when the machine is full.
    pub admission: Admission,
    /// The log of slow requests.
    pub slow: SlowLog,
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
