//! Removing and copying courses as jobs: the steps are the domain's.

use super::another_kind;
use crate::domain::job::run::{self, Next, Progress};
use crate::domain::job::{Job, Work};
use crate::domain::refusal::Refusal;
use crate::domain::{course_clone, course_delete};
use crate::state::State;
use crate::store::Class;

pub(super) struct Deletion;

impl super::Hand for Deletion {
    fn chunk(&mut self, state: &State, job: &Job) -> Result<Next, Refusal> {
        let (id, now) = (job.id, state.now());
        state.store.write_blocking(Class::Bulk, move |txn| {
            run::chunk(txn, id, now, |txn, actor, work, _| {
                let Work::CourseDeletion(deletion) = work else { return Err(another_kind()) };
                let (looked, gone) = (&mut deletion.looked, &mut deletion.gone);
                let (done, over) = course_delete::step(txn, actor, deletion.course, looked, gone)?;
                Ok(Progress { done, over })
            })
        })
    }
}

pub(super) struct Copy;

impl super::Hand for Copy {
    fn chunk(&mut self, state: &State, job: &Job) -> Result<Next, Refusal> {
        let (id, now) = (job.id, state.now());
        state.store.write_blocking(Class::Bulk, move |txn| {
            run::chunk(txn, id, now, |txn, actor, work, _| {
                let Work::CourseCopy(copy) = work else { return Err(another_kind()) };
                let over = course_clone::step(txn, actor, copy.to)?;
                Ok(Progress { done: 1, over })
            })
        })
    }
}
