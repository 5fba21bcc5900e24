//! Removing what is over: sessions, tokens and one-time links whose time has passed. They stop working by their dates;
//! sweeping only gives the room back.

use std::time::Duration;

use crate::domain::refusal::Refusal;
use crate::domain::{activation, session, token};
use crate::http::state::State;
use crate::store::Class;

/// How often.
const EVERY: Duration = Duration::from_mins(10);
/// Rows per transaction: some milliseconds of the writer.
const BATCH: usize = 200;

/// Sweeps now and then until it is dropped.
pub async fn run(state: State) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(refusal) = once(&state).await {
            tracing::warn!(%refusal, "sweeping ended early; the next round goes on");
        }
    }
}

/// Removes everything that is over at this moment. How many rows.
pub async fn once(state: &State) -> Result<usize, Refusal> {
    let mut all = 0;
    loop {
        let now = state.now();
        let swept = state
            .store
            .write(Class::Bulk, move |txn| -> Result<usize, Refusal> {
                Ok(session::sweep(txn, now, BATCH)?
                    + token::sweep(txn, now, BATCH)?
                    + activation::sweep(txn, now, BATCH)?)
            })
            .await?;
        all += swept;
        if swept == 0 {
            return Ok(all);
        }
    }
}
