//! Removing what is over: sessions, tokens, one-time links, jobs, wrong access codes, enrolment keys that were tried, and answers
//! kept under a key whose time has passed, and files that no row names, such as a refused import leaves. The former stop working by
//! their dates; sweeping only gives the room back.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use crate::beside::rest_beside;
use crate::domain::attempt::code_tries::CodeTries;
use crate::domain::enrolment_key::KeyAttempts;
use crate::domain::refusal::{INTERNAL, Refusal};
use crate::domain::{activation, files, guesses, job, once as kept_once, session, token};
use crate::state::State;
use crate::store::Class;
use crate::store::blobs::SHELVES;

/// How often.
const EVERY: Duration = Duration::from_mins(10);
/// How often files are looked through: reading the directories takes a while, and nobody waits for the room.
const FILES_EVERY: Duration = Duration::from_hours(6);
/// When they are looked through first: who starts the server anew on the day of an exam has other work for it.
const FILES_FIRST: Duration = Duration::from_hours(1);
/// Files younger than this may be on their way into a row: they are kept before the transaction that names them.
pub const YOUNG: Duration = Duration::from_hours(24);
/// Rows per transaction: some milliseconds of the writer.
const BATCH: usize = 200;

/// Sweeps now and then until it is dropped.
pub async fn run(state: State) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut files_at = Instant::now() + FILES_FIRST;
    loop {
        ticks.tick().await;
        if let Err(refusal) = once(&state).await {
            tracing::warn!(%refusal, "sweeping ended early; the next round goes on");
        }
        if files_at <= Instant::now() {
            files_at = Instant::now() + FILES_EVERY;
            match all_shelves(&state).await {
                Ok(0) => {}
                Ok(removed) => tracing::info!(removed, "removed files that no row names"),
                Err(refusal) => tracing::warn!(%refusal, "looking through the files ended early"),
            }
        }
    }
}

/// Looks through all files, each shelf in a place beside the workers of its own, so that what people wait for goes between.
async fn all_shelves(state: &State) -> Result<usize, Refusal> {
    let mut removed = 0;
    for shelf in 0..SHELVES {
        let held = state.clone();
        removed +=
            rest_beside(state, Class::Bulk, move || unnamed_on(&held, shelf, SystemTime::now())).await?;
    }
    Ok(removed)
}

/// Removes files that no row names and that are a day old at `now`. How many. Whoever is about to name a file has just
/// kept it, which made it young again.
pub fn unnamed_files(state: &State, now: SystemTime) -> Result<usize, Refusal> {
    (0..SHELVES).map(|shelf| unnamed_on(state, shelf, now)).sum()
}

fn unnamed_on(state: &State, shelf: u16, now: SystemTime) -> Result<usize, Refusal> {
    let failed = |error: std::io::Error| INTERNAL.refuse(format!("looking through the files: {error}"));
    let mut removed = 0;
    for name in state.blobs.older(shelf, now, YOUNG).map_err(failed)? {
        if !state.store.read(|read| files::is_named(read, &name))? {
            removed += usize::from(state.blobs.remove_older(&name, now, YOUNG).map_err(failed)?);
        }
    }
    Ok(removed)
}

/// Removes guesses that are too old to matter. No index leads to them, so all rows are looked through, beside the writer: they are
/// few, because most codes and keys nobody guesses, and whoever shows the right one has none.
async fn tries<R: guesses::Kept>(state: &State) -> Result<usize, Refusal> {
    let (mut all, mut after) = (0, None);
    loop {
        let now = state.now();
        let (rows, next) =
            state.store.read(|read| guesses::outdated::<R>(read, now, after.as_ref(), BATCH))?;
        if !rows.is_empty() {
            all += state.store.write(Class::Bulk, move |txn| guesses::sweep::<R>(txn, now, &rows)).await?;
        }
        if next.is_none() {
            return Ok(all);
        }
        after = next;
    }
}

/// Removes everything that is over at this moment. How many rows.
pub async fn once(state: &State) -> Result<usize, Refusal> {
    let mut all = tries::<CodeTries>(state).await? + tries::<KeyAttempts>(state).await?;
    loop {
        let now = state.now();
        let swept = state
            .store
            .write(Class::Bulk, move |txn| -> Result<usize, Refusal> {
                Ok(session::sweep(txn, now, BATCH)?
                    + token::sweep(txn, now, BATCH)?
                    + activation::sweep(txn, now, BATCH)?
                    + job::sweep(txn, now, BATCH)?
                    + kept_once::sweep(txn, now, BATCH)?)
            })
            .await?;
        all += swept;
        if swept == 0 {
            return Ok(all);
        }
    }
}
