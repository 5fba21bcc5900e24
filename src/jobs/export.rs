//! Files of people and of grades as jobs: a page is read, then written behind the others with the place of the next.

use sha2::{Digest as _, Sha256};

use super::another_kind;
use crate::domain::access::Actor;
use crate::domain::account_change;
use crate::domain::grade::report::MatrixRow;
use crate::domain::grade::tree::Tree;
use crate::domain::grade::{export, report};
use crate::domain::ids::{CourseId, UserId};
use crate::domain::job::run::{self, Next, Progress};
use crate::domain::job::{Job, Work};
use crate::domain::refusal::Refusal;
use crate::domain::roster;
use crate::state::State;
use crate::store::{Class, Store};

/// Accounts per chunk.
const PEOPLE: usize = 100;
/// Enrolments per chunk.
const ENROLMENTS: usize = 50;
/// Learners whose grades one read puts together: some thousand rows at most are read under the shared lock.
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

/// Lines of some learners, a few per read, so that writers wait for a few only.
pub fn grade_rows(store: &Store, tree: &Tree, users: &[UserId]) -> Result<Vec<MatrixRow>, Refusal> {
    let mut rows = Vec::with_capacity(users.len());
    for some in users.chunks(PER_READ) {
        store.read(|read| -> Result<(), Refusal> {
            for user in some {
                rows.push(report::matrix_row(read, tree, *user)?);
            }
            Ok(())
        })?;
    }
    Ok(rows)
}

/// A page of all learners' grades, in the order of accounts.
pub struct GradePage {
    /// The items and categories of now.
    pub tree: Option<Tree>,
    /// Per learner; none where there is no tree.
    pub rows: Vec<MatrixRow>,
    /// Enrolments that were looked at.
    pub looked: u64,
    /// Behind whom the next page begins, when there is one.
    pub next: Option<UserId>,
}

impl GradePage {
    /// Reads a page in several short reads, and checks the right.
    pub fn read(
        store: &Store,
        actor: &Actor,
        course: CourseId,
        after: Option<UserId>,
    ) -> Result<Self, Refusal> {
        let tree = store.read(|read| report::tree(read, actor, course))?;
        let (users, next, looked) =
            store.read(|read| report::learners_of(read, course, after, ENROLMENTS))?;
        let rows = tree.as_ref().map_or(Ok(Vec::new()), |tree| grade_rows(store, tree, &users))?;
        Ok(Self { tree, rows, looked: looked as u64, next })
    }
}

pub(super) struct Grades;

impl super::Hand for Grades {
    fn chunk(&mut self, state: &State, job: &Job) -> Result<Next, Refusal> {
        let Work::GradesExport(wanted) = &job.work else { return Err(another_kind()) };
        let (id, now, course, after) = (job.id, state.now(), wanted.course, wanted.after);
        let page = GradePage::read(&state.store, &job.actor(now), course, after)?;
        let columns = export::header(page.tree.as_ref());
        let header: [u8; 32] = Sha256::digest(&columns).into();
        let mut text = String::new();
        match wanted.header {
            None => {
                if wanted.bom {
                    text.push_str(export::BOM);
                }
                text.push_str(&columns);
            }
            Some(before) if before != header => return Err(export::columns_changed()),
            Some(_) => {}
        }
        for row in &page.rows {
            export::line(&mut text, row);
        }
        let (done, next) = (page.looked, page.next);
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
