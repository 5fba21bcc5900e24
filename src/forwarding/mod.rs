//! Sends statements on to other learning record stores: a few threads, each with one target at a time, so that a target's
//! statements go out one batch after another in stored order, and a slow target holds up nobody's but its own.

mod body;
mod client;
mod send;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use crate::clock::Clock;
use crate::config::ForwardingConfig;
use crate::domain::refusal::{INTERNAL, Kind, Refusal};
use crate::domain::xapi::forward::{ForwardTargetId, progress};
use crate::state::State;
use crate::turns::{Piece, Turns};
use client::Client;
use send::Turn;

/// How soon a target for which nothing waited is looked at again: short enough that nobody waits for it, long enough that
/// what comes one by one goes out together.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long a target rests when the store cannot be written.
const REST: Duration = Duration::from_secs(5);
/// How long it rests behind a defect.
const LONG_REST: Duration = Duration::from_mins(1);
/// How long a stop waits for a request that is under way. What it brings is sent again after the next start.
const PATIENCE: Duration = Duration::from_secs(3);

#[derive(Default)]
struct Shared {
    turns: Turns<ForwardTargetId, ForwardTargetId>,
    /// Threads that run.
    threads: Mutex<usize>,
    ended: Condvar,
}

/// The sender. Cheap to clone.
#[derive(Clone)]
pub struct Forwarding {
    shared: Arc<Shared>,
    client: Client,
}

impl Forwarding {
    /// A sender that does nothing yet.
    pub fn new(config: &ForwardingConfig) -> Self {
        let client = Client::new(Duration::from_secs(config.timeout_seconds));
        Self { shared: Arc::default(), client }
    }

    /// Says that somebody changed a target: it is looked at again now.
    pub fn wake(&self) {
        self.shared.turns.wake();
    }

    /// Asks the threads to end.
    pub fn stop(&self) {
        self.shared.turns.stop();
    }

    /// Waits until the threads have ended, a few seconds at most: a target may take as long as it likes for its answer.
    pub fn wait(&self) {
        let until = Instant::now() + PATIENCE;
        let mut threads = self.shared.threads.lock();
        while *threads > 0 {
            if self.shared.ended.wait_until(&mut threads, until).timed_out() {
                tracing::info!("a request to another record store was left under way; it is sent again");
                return;
            }
        }
    }

    fn is_stopping(&self) -> bool {
        self.shared.turns.is_stopping()
    }
}

/// The targets, and which of them may be tried.
fn targets(state: &State) -> Result<Vec<Piece<ForwardTargetId, ForwardTargetId>>, Refusal> {
    let ways = state.store.read(|read| progress::ways(read))?;
    let now = state.now();
    Ok(ways.into_iter().map(|(id, next)| Piece { id, owner: id, is_due: next <= now }).collect())
}

/// Starts the threads, `forwarding.parallel` of them. A clock that stands still has nothing to wait for: tests send what is
/// due themselves.
pub fn start(state: &State) -> std::io::Result<()> {
    let threads = match state.clock {
        Clock::System => state.config.forwarding.parallel,
        Clock::Fixed(_) => 0,
    };
    for number in 0..threads {
        let state = state.clone();
        *state.forwarding.shared.threads.lock() += 1;
        let ends = Ends(state.forwarding.clone());
        std::thread::Builder::new().name(format!("forward-{number}")).spawn(move || {
            let _ends = ends;
            serve(&state);
        })?;
    }
    Ok(())
}

/// Says that a thread has ended, however it did.
struct Ends(Forwarding);

impl Drop for Ends {
    fn drop(&mut self) {
        *self.0.shared.threads.lock() -= 1;
        self.0.shared.ended.notify_all();
    }
}

fn serve(state: &State) {
    let turns = &state.forwarding.shared.turns;
    while let Some(id) = turns.next(LOOK_EVERY, || targets(state)) {
        let outcome = catch_unwind(AssertUnwindSafe(|| send::turn(state, id)))
            .unwrap_or_else(|_| Err(INTERNAL.refuse("it panicked; the log has the message")));
        let rest = match outcome {
            Ok(Turn::Sent | Turn::Failed) => Duration::ZERO,
            Ok(Turn::Nothing) => LOOK_EVERY,
            Err(refusal) if refusal.code.kind == Kind::Unavailable => {
                tracing::info!(forward_target = %id, %refusal, "forwarding waits");
                REST
            }
            Err(refusal) => {
                tracing::warn!(forward_target = %id, %refusal, "forwarding failed");
                LONG_REST
            }
        };
        turns.put_back(id, rest);
    }
}

/// Sends what is due now on this thread, target after target, for tests. How many turns sent something.
#[doc(hidden)]
pub fn run_due(state: &State) -> Result<u64, Refusal> {
    let now = state.now();
    let mut turns = 0;
    for (id, _) in state.store.read(|read| progress::ways(read))?.into_iter().filter(|way| way.1 <= now) {
        while send::turn(state, id)? == Turn::Sent {
            turns += 1;
        }
    }
    Ok(turns)
}

/// Brings the metrics of all targets up to date.
pub fn show(state: &State) -> Result<(), Refusal> {
    let now = state.now();
    let lags = state.store.read(|read| progress::lags(read, now))?;
    let shown = lags.into_iter().map(|(id, lag, letters)| (id.0, lag.statements, lag.age, letters));
    state.metrics.forwarding.show(shown);
    Ok(())
}
