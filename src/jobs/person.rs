//! Erasing a person from the learning records, or making them nameless, some statements at a time.

use super::another_kind;
use crate::domain::job::run::{self, Next, Progress};
use crate::domain::job::{Job, Work};
use crate::domain::refusal::Refusal;
use crate::domain::xapi::credential::Caller;
use crate::domain::xapi::people::erase;
use crate::state::State;
use crate::store::Class;

pub(super) struct Hand;

impl super::Hand for Hand {
    fn chunk(&mut self, state: &State, job: &Job) -> Result<Next, Refusal> {
        let Work::PersonErasure(erasure) = &job.work else { return Err(another_kind()) };
        let (id, now) = (job.id, state.now());
        let page = state.store.read(|read| erase::look(read, &job.actor(now), erasure))?;
        // Statements keep the authority that they have.
        let caller = Caller::importing(&state.home, now);
        let mut step = erase::prepared(&state.blobs, erasure, page, &caller)?;
        while state.store.read(|read| step.count_on(read, erasure))? {}
        state.store.write_blocking(Class::Bulk, move |txn| {
            run::chunk(txn, id, now, |txn, actor, work, _| {
                let Work::PersonErasure(erasure) = work else { return Err(another_kind()) };
                let done = step.statements() as u64;
                let over = erase::apply(txn, actor, erasure, step)?;
                Ok(Progress { done, over })
            })
        })
    }
}
