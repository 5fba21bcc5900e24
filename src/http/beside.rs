//! Work that is too long for a worker, done beside the workers: as many at a time as there are processors for it, in the
//! order in which they asked. More at once would not be done sooner, and each that waits for a processor in the middle of
//! a read would make every commit wait with it.

use actix_web::web;

use super::admit::place;
use crate::domain::refusal::{INTERNAL, Refusal};
use crate::state::State;

/// Runs something slow beside the workers.
pub async fn beside<T: Send + 'static>(
    state: &State,
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    let _place = place(&state.admission.beside).await;
    web::block(work).await.map_err(|error| INTERNAL.refuse(error.to_string()))?
}
