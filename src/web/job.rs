//! Jobs that a page begins.

use crate::domain::access::Actor;
use crate::domain::ids::JobId;
use crate::domain::job::{self, Work};
use crate::domain::refusal::Refusal;
use crate::state::State;
use crate::store::{Class, Txn};

/// Starts a job. `prepare` looks at the right to the work in the transaction that takes it in, and says how much of it there is.
pub async fn begin(
    state: &State,
    actor: &Actor,
    prepare: impl FnOnce(&mut Txn<'_>, &Actor) -> Result<(Work, Option<u64>), Refusal> + Send + 'static,
) -> Result<JobId, Refusal> {
    let actor = actor.clone();
    let begun = state.store.write(Class::Interactive, move |txn| {
        let (work, total) = prepare(txn, &actor)?;
        job::start(txn, &actor, work, total)
    });
    let job = begun.await?;
    state.jobs.wake();
    Ok(job.id)
}
