//! Files of people and of grades as jobs: a page is read, then written behind the others with the place of the next.

use sha2::{Digest as _, Sha256};

use super::another_kind;
use crate::domain::account_change;
use crate::domain::grade::{export, report};
use crate::domain::job::run::{self, Next, Progress};
use crate::domain::job::{Job, Work};
use crate::domain::refusal::{CHANGED, Refusal};
use crate::domain::roster;
use crate::http::state::State;
use crate::store::Class;

/// Accounts per chunk.
const PEOPLE: usize = 100;
/// Enrolments per chunk.
const ENROLMENTS: usize = 50;
/// Learners whose grades one read puts together.
const PER_READ: usize = 10;

pub(super) struct People;

impl super::Hand for People {
    fn chunk(&mut self, state: &State, job: &Job) -> Result<Next, Refusal> {
        let Work::PeopleExport(export) = &job.work else { return Err(another_kind()) };
        let (id, now, after) = (job.id, state.now(), export.after.clone());
        let actor = job.actor(now);
        let mut text = if after.is_none() { roster::EXPORT_COLUMNS.to_owned() } else { String::new() };
        let rows = state.store.read(|read| account_change::list(read, &actor, None, after, PEOPLE))?;
        for (_, account) in &rows {
            roster::export_line(&mut text, account);
        }
        let (done, over) = (rows.len() as u64, rows.len() < PEOPLE);
        let last = rows.into_iter().next_back().map(|(key, _)| key);
        state.store.write_blocking(Class::Bulk, move |txn| {
            run::chunk(txn, id, now, |_, _, work, output| {
                let Work::PeopleExport(export) = work else { return Err(another_kind()) };
                export.after = last.or_else(|| export.after.take());
                output.text(&text);
                Ok(Progress { done, over })
            })
        })
    }
}

pub(super) struct Grades;

impl super::Hand for Grades {
    fn chunk(&mut self, state: &State, job: &Job) -> Result<Next, Refusal> {
        let Work::GradesExport(wanted) = &job.work else { return Err(another_kind()) };
        let (id, now, course, after) = (job.id, state.now(), wanted.course, wanted.after);
        let actor = job.actor(now);
        let tree = state.store.read(|read| report::tree(read, &actor, course))?;
        let columns = export::header(tree.as_ref());
        let header: [u8; 32] = Sha256::digest(&columns).into();
        let mut text = String::new();
        match wanted.header {
            None => {
                if wanted.bom {
                    text.push_str(export::BOM);
                }
                text.push_str(&columns);
            }
            Some(before) if before != header => {
                return Err(
                    CHANGED.refuse("items or categories of the gradebook changed meanwhile; start again")
                );
            }
            Some(_) => {}
        }
        let (users, next) = state.store.read(|read| report::learners(read, course, after, ENROLMENTS))?;
        if let Some(tree) = &tree {
            for some in users.chunks(PER_READ) {
                state.store.read(|read| -> Result<(), Refusal> {
                    for user in some {
                        export::line(&mut text, &report::matrix_row(read, tree, *user)?);
                    }
                    Ok(())
                })?;
            }
        }
        let done = users.len() as u64;
        state.store.write_blocking(Class::Bulk, move |txn| {
            run::chunk(txn, id, now, |_, _, work, output| {
                let Work::GradesExport(export) = work else { return Err(another_kind()) };
                export.header = Some(header);
                export.after = next;
                output.text(&text);
                Ok(Progress { done, over: next.is_none() })
            })
        })
    }
}
