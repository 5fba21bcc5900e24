//! What measures and steers while the server runs: a probe per worker, one hand on the limiter.

use std::time::{Duration, Instant};

use tokio::time::MissedTickBehavior;

use crate::admission::limiter::{Controller, TICK, Ticked};
use crate::state::State;

/// How often a worker's probe looks.
const PROBE: Duration = Duration::from_millis(5);

/// On each worker: how late a timer comes, and how long what is ready waits behind what else is ready.
pub async fn probe(state: State) {
    let mut ticks = tokio::time::interval(PROBE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let due = ticks.tick().await;
        tokio::task::yield_now().await;
        state.admission.limiter.waited(due.into_std().elapsed());
    }
}

/// Once: deals out shares, tick by tick, and shows what it does.
pub async fn steer(state: State) {
    let limiter = &state.admission.limiter;
    let mut controller = Controller::new(limiter.workers());
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut last = Instant::now();
    let mut limiting = false;
    loop {
        ticks.tick().await;
        let elapsed = last.elapsed();
        last = Instant::now();
        let ticked = limiter.tick(&mut controller, elapsed);
        if ticked.limit.is_some() != limiting {
            limiting = ticked.limit.is_some();
            tell(&ticked, limiting);
        }
        state.metrics.admission.show(&ticked, state.admission.beside());
    }
}

fn tell(ticked: &Ticked, limiting: bool) {
    let (wait_us, floor_us) = (ticked.wait_us.round(), ticked.floor_us.round());
    if limiting {
        tracing::warn!(
            wait_us,
            floor_us,
            limit = ticked.limit,
            "the machine is full: less urgent requests are refused"
        );
    } else {
        tracing::info!(wait_us, floor_us, "the machine has room again: nothing is refused any more");
    }
}
