//! Takes a sample of the server's own metrics every few seconds, for the charts of the health page.

use tokio::time::MissedTickBehavior;

use crate::domain::attempt;
use crate::domain::refusal::Kind;
use crate::monitor::history::{INTERVAL, Reading, Sample};
use crate::state::State;

/// A reading of the counts now, and how the server was since the one before.
pub fn sample(state: &State, before: &Reading) -> (Reading, Sample) {
    let now = Reading::take(&state.metrics, &state.store);
    let attempts = match state.store.read(|read| attempt::running(read)) {
        Ok(attempts) => Some(u64::try_from(attempts).unwrap_or(0)),
        // The store has said why.
        Err(refusal) if refusal.code.kind == Kind::Unavailable => None,
        Err(refusal) => {
            tracing::error!(reason = refusal.detail, "running attempts cannot be counted");
            None
        }
    };
    let sample = now.since(before, &state.store, state.now(), attempts);
    (now, sample)
}

/// Takes samples for as long as the server runs.
pub async fn run(state: State) {
    let mut ticks = tokio::time::interval(INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks.tick().await;
    let mut before = Reading::take(&state.metrics, &state.store);
    loop {
        ticks.tick().await;
        let (now, taken) = sample(&state, &before);
        state.metrics.history.add(taken);
        before = now;
    }
}
