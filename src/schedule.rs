//! Work that waits for a time. Attempts whose deadline and grace are over are handed in from a durable index of due
//! times, so a crash or a night without power only makes it later, never twice and never not at all.

use std::time::Duration;

use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinHandle;

use crate::clock::{Clock, Timestamp};
use crate::domain::attempt::submit::{self, Prepared, SCHEDULE_TOPIC};
use crate::domain::attempt::{self};
use crate::domain::ids::AttemptId;
use crate::domain::refusal::Refusal;
use crate::domain::schedule;
use crate::readiness;
use crate::state::State;
use crate::store::Class;

/// Attempts handed in by one transaction: some milliseconds of the writer's time.
const BATCH: usize = 16;
/// Statements told of them in one transaction, but for a longer paper.
const BATCH_TOLD: usize = 200;
/// Answers that arrived at the last moment are still on their way through the server; they go first.
const SLACK: Duration = Duration::from_millis(250);
/// How often the server writes that it runs, and the longest sleep: the system's clock may be set meanwhile.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// How often the metric of what is ahead is made anew: exams are planned days before.
const LOOK_AHEAD: Duration = Duration::from_mins(1);

/// Hands in every attempt whose time is over at `now`. How many were? Safe to run at any time and twice at once.
pub async fn run_due(state: &State, now: Timestamp) -> Result<u64, Refusal> {
    let mut handed_in = 0;
    let mut after: Option<(Timestamp, AttemptId)> = None;
    loop {
        let due = state.store.read(|read| submit::overdue(read, now, after, BATCH))?;
        let Some(last) = due.last() else { return Ok(handed_in) };
        after = Some(*last);
        let attempts: Vec<AttemptId> = due.into_iter().map(|(_, attempt)| attempt).collect();
        match hand_in(state, now, attempts.clone()).await {
            Ok(count) => handed_in += count,
            // One that cannot be handed in must not keep the others waiting.
            Err(_) => {
                for attempt in attempts {
                    match hand_in(state, now, vec![attempt]).await {
                        Ok(count) => handed_in += count,
                        Err(error) => {
                            tracing::error!(%attempt, %error, "an overdue attempt cannot be handed in");
                        }
                    }
                }
            }
        }
    }
}

async fn hand_in(state: &State, now: Timestamp, attempts: Vec<AttemptId>) -> Result<u64, Refusal> {
    let mut prepared = Vec::with_capacity(attempts.len());
    let (mut told, mut handed_in) = (0, 0);
    for id in attempts {
        let read = state.store.read(|read| submit::read_running(read, attempt::get(read, id)?, now))?;
        // Marked here, beside the writer.
        let one = read.as_ref().map(Prepared::of).transpose()?;
        let more = one.as_ref().map_or(0, Prepared::told);
        if told + more > BATCH_TOLD && !prepared.is_empty() {
            handed_in += hand_in_prepared(state, now, std::mem::take(&mut prepared)).await?;
            told = 0;
        }
        told += more;
        prepared.push((id, one));
    }
    Ok(handed_in + hand_in_prepared(state, now, prepared).await?)
}

async fn hand_in_prepared(
    state: &State,
    now: Timestamp,
    prepared: Vec<(AttemptId, Option<Prepared>)>,
) -> Result<u64, Refusal> {
    state
        .store
        .write(Class::Start, move |txn| -> Result<u64, Refusal> {
            let mut count = 0;
            for (attempt, prepared) in prepared {
                count += u64::from(submit::hand_in_if_overdue(txn, now, attempt, prepared)?);
            }
            Ok(count)
        })
        .await
}

/// Writes the heartbeat; says when the server was down before.
async fn beat(state: &State) {
    let now = state.now();
    match state.store.write(Class::Report, move |txn| schedule::beat(txn, now)).await {
        Ok(Some(down)) => tracing::warn!(
            from = %down.from, until = %down.until, minutes = down.minutes(),
            "the server was down; POST /api/exam/give-back gives the time back to attempts that run, and so does \
             `lyceum exam give-back` before a start"
        ),
        Ok(None) => {}
        Err(error) => tracing::warn!(%error, "the heartbeat cannot be written"),
    }
}

/// Runs until it is dropped.
async fn run(state: State) {
    let mut woken = state.store.listen(SCHEDULE_TOPIC);
    let mut last_beat: Option<tokio::time::Instant> = None;
    let mut last_look: Option<tokio::time::Instant> = None;
    loop {
        if last_beat.is_none_or(|last| last.elapsed() >= HEARTBEAT) {
            beat(&state).await;
            last_beat = Some(tokio::time::Instant::now());
        }
        if last_look.is_none_or(|last| last.elapsed() >= LOOK_AHEAD) {
            if let Err(error) = readiness::refresh(&state) {
                tracing::warn!(%error, "the exams that are ahead cannot be compared with the capacity");
            }
            last_look = Some(tokio::time::Instant::now());
        }
        let now = state.now();
        if let Err(error) = run_due(&state, now).await {
            tracing::error!(%error, "overdue attempts cannot be handed in");
        }
        let next = state.store.read(|read| submit::next_due(read)).unwrap_or_else(|error| {
            tracing::error!(%error, "the index of due attempts cannot be read");
            None
        });
        let wait = next.map_or(HEARTBEAT, |next| (next.since(now) + SLACK).min(HEARTBEAT));
        let until = tokio::time::Instant::now() + wait;
        loop {
            tokio::select! {
                () = tokio::time::sleep_until(until) => break,
                message = woken.recv() => match message {
                    // Something later than what is waited for changes nothing.
                    Ok(due) => {
                        let due = due.downcast_ref::<Timestamp>().copied();
                        if due.is_none_or(|due| next.is_none_or(|next| due < next)) {
                            break;
                        }
                    }
                    Err(RecvError::Lagged(_)) => break,
                    Err(RecvError::Closed) => {
                        tokio::time::sleep_until(until).await;
                        break;
                    }
                },
            }
        }
    }
}

/// Starts the background work on this thread's runtime. A clock that stands still has nothing to wait for: tests run
/// what is due themselves.
pub fn spawn(state: &State) -> Option<JoinHandle<()>> {
    match state.clock {
        Clock::System => Some(actix_web::rt::spawn(run(state.clone()))),
        Clock::Fixed(_) => None,
    }
}
