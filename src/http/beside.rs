//! Work that is too long for a worker, done beside the workers: a few at a time, the most urgent class first. More at once
//! would not be done sooner, and each that waits for a processor in the middle of a read would make every commit wait
//! with it.

use std::time::Instant;

use actix_web::web;

use super::admit;
use super::serving;
use crate::domain::refusal::{INTERNAL, Refusal};
use crate::monitor::stages;
use crate::state::State;

/// A body of so many bytes is read and checked beside the workers: a millisecond of work. For a shorter one it is dearer to go
/// elsewhere than to do it.
const LONG_BODY_BYTES: usize = 64 * 1024;

/// Is there so much to do with a body that no worker may do it, on which others wait?
pub const fn is_long(bytes: usize) -> bool {
    bytes > LONG_BODY_BYTES
}

/// Runs something beside the workers when it is slow, and else here.
pub async fn beside_if<T: Send + 'static>(
    slow: bool,
    state: &State,
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    if slow { beside(state, work).await } else { work() }
}

/// Runs something slow beside the workers. Refused when it would have to wait for too long, but for the rest of an answer
/// whose head is sent.
pub async fn beside<T: Send + 'static>(
    state: &State,
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    let since = Instant::now();
    let row = &state.admission.beside;
    let _place = match serving::class() {
        Some(class) => Some(row.place(class).await.map_err(|wait| admit::long_row(state, class, wait))?),
        None => row.place_in_time().await,
    };
    stages::admitted(since.elapsed());
    web::block(work).await.map_err(|error| INTERNAL.refuse(error.to_string()))?
}
