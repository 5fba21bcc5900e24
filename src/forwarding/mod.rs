//! Sends statements on to other learning record stores: a few threads, each with one target at a time, so that a target's
//! statements go out one batch after another in stored order, and a slow target holds up nobody's but its own.

mod body;
mod client;
mod send;

use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use crate::clock::{Clock, Timestamp};
use crate::config::ForwardingConfig;
use crate::domain::refusal::{INTERNAL, Kind, Refusal};
use crate::domain::xapi::forward::{ForwardTargetId, progress};
use crate::state::State;
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

/// Which targets are being served, and whose turn it is.
#[derive(Default)]
struct Desk {
    stopping: bool,
    threads: usize,
    running: HashSet<ForwardTargetId>,
    /// Until when a target is left alone.
    resting: HashMap<ForwardTargetId, Instant>,
    /// The turn in which a target was served last.
    served: HashMap<ForwardTargetId, u64>,
    turn: u64,
}

impl Desk {
    /// Of the targets that may be tried, the one that was not served for longest.
    fn choose(
        &mut self,
        ways: &[(ForwardTargetId, Timestamp)],
        now: Timestamp,
        instant: Instant,
    ) -> Option<ForwardTargetId> {
        // What is deleted or paused is forgotten, so that this stays as small as the list.
        self.served.retain(|known, _| ways.iter().any(|(id, _)| id == known));
        self.resting.retain(|_, until| *until > instant);
        let free = ways.iter().filter(|(id, next)| {
            *next <= now && !self.running.contains(id) && !self.resting.contains_key(id)
        });
        let (id, _) = *free.min_by_key(|(id, _)| (self.served.get(id).copied().unwrap_or(0), *id))?;
        self.turn += 1;
        self.served.insert(id, self.turn);
        self.running.insert(id);
        Some(id)
    }
}

#[derive(Default)]
struct Shared {
    desk: Mutex<Desk>,
    changed: Condvar,
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
        self.shared.desk.lock().resting.clear();
        self.shared.changed.notify_all();
    }

    /// Asks the threads to end.
    pub fn stop(&self) {
        self.shared.desk.lock().stopping = true;
        self.shared.changed.notify_all();
    }

    /// Waits until the threads have ended, a few seconds at most: a target may take as long as it likes for its answer.
    pub fn wait(&self) {
        let until = Instant::now() + PATIENCE;
        let mut desk = self.shared.desk.lock();
        while desk.threads > 0 {
            if self.shared.changed.wait_until(&mut desk, until).timed_out() {
                tracing::info!("a request to another record store was left under way; it is sent again");
                return;
            }
        }
    }

    fn is_stopping(&self) -> bool {
        self.shared.desk.lock().stopping
    }

    /// Waits for a target; `None` when it is time to end.
    fn next(&self, state: &State) -> Option<ForwardTargetId> {
        let mut desk = self.shared.desk.lock();
        loop {
            if desk.stopping {
                return None;
            }
            match state.store.read(|read| progress::ways(read)) {
                Ok(ways) => {
                    if let Some(id) = desk.choose(&ways, state.now(), Instant::now()) {
                        return Some(id);
                    }
                }
                // The store has said why.
                Err(refusal) if refusal.code.kind == Kind::Unavailable => {}
                Err(error) => tracing::warn!(%error, "the list of forwarding targets cannot be read"),
            }
            let _ = self.shared.changed.wait_for(&mut desk, LOOK_EVERY);
        }
    }

    fn put_back(&self, id: ForwardTargetId, rest: Duration) {
        let mut desk = self.shared.desk.lock();
        desk.running.remove(&id);
        if !rest.is_zero() {
            desk.resting.insert(id, Instant::now() + rest);
        }
    }
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
        state.forwarding.shared.desk.lock().threads += 1;
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
        self.0.shared.desk.lock().threads -= 1;
        self.0.shared.changed.notify_all();
    }
}

fn serve(state: &State) {
    while let Some(id) = state.forwarding.next(state) {
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
        state.forwarding.put_back(id, rest);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_take_turns_and_those_that_wait_or_rest_are_left_alone() {
        let (mut desk, now, instant) = (Desk::default(), Timestamp::from_ms(1_000), Instant::now());
        let ways = [
            (ForwardTargetId(1), Timestamp::EPOCH),
            (ForwardTargetId(2), now),
            (ForwardTargetId(3), now.plus(Duration::from_millis(1))),
        ];
        let mut order = Vec::new();
        for _ in 0..4 {
            let id = desk.choose(&ways, now, instant).unwrap();
            desk.running.remove(&id);
            order.push(id.0);
        }
        assert_eq!(order, [1, 2, 1, 2]);
        desk.running.insert(ForwardTargetId(1));
        desk.resting.insert(ForwardTargetId(2), instant + REST);
        assert_eq!(desk.choose(&ways, now, instant), None);
        assert_eq!(desk.choose(&ways, now, instant + REST), Some(ForwardTargetId(2)));
        desk.choose(&[], now, instant);
        assert!(desk.served.is_empty() && desk.resting.is_empty(), "what is gone is forgotten");
    }
}
