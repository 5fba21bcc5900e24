//! Erasing a person from the learning records, or making them nameless, some statements at a time.

use super::another_kind;
use crate::domain::job::run::{self, Next, Progress};
use crate::domain::job::{Job, Work};
use crate::domain::refusal::Refusal;
use crate::domain::xapi::credential::Caller;
use crate::domain::xapi::people::erase::{self, Erasure};
use crate::state::State;
use crate::store::Class;

pub(super) struct Hand;

/// The documents that would be removed, counted read by read, so that neither the writer nor a commit waits for all of them.
fn documents(state: &State, erasure: &Erasure) -> Result<u64, Refusal> {
    let mut documents = 0;
    for agent in erasure.agents() {
        let mut after = None;
        loop {
            let (count, next) =
                state.store.read(|read| erase::count_documents(read, agent, after.as_ref()))?;
            documents += count;
            if next.is_none() {
                break;
            }
            after = next;
        }
    }
    Ok(documents)
}

impl super::Hand for Hand {
    fn chunk(&mut self, state: &State, job: &Job) -> Result<Next, Refusal> {
        let Work::PersonErasure(erasure) = &job.work else { return Err(another_kind()) };
        let (id, now) = (job.id, state.now());
        let page = state.store.read(|read| erase::look(read, &job.actor(now), erasure))?;
        // Statements keep the authority that they have.
        let caller = Caller::importing(&state.home, now);
        let step = erase::prepared(&state.blobs, erasure, page, &caller)?;
        let counted = if erasure.dry_run && step.is_last() { documents(state, erasure)? } else { 0 };
        state.store.write_blocking(Class::Bulk, move |txn| {
            run::chunk(txn, id, now, |txn, actor, work, _| {
                let Work::PersonErasure(erasure) = work else { return Err(another_kind()) };
                let done = step.statements() as u64;
                let over = erase::apply(txn, actor, erasure, step, counted)?;
                Ok(Progress { done, over })
            })
        })
    }
}
