//! Marking the attempts of a quiz again as a job.

use super::another_kind;
use crate::domain::attempt::regrade::{self, Change, Place, Scope};
use crate::domain::ids::AttemptId;
use crate::domain::job::run::{self, Next, Progress};
use crate::domain::job::{Job, Regrade, Work};
use crate::domain::refusal::Refusal;
use crate::http::marking::ChangeView;
use crate::state::State;
use crate::store::Class;

/// Attempts of a quiz that are marked again while the client waits; more are a job.
pub const ATTEMPTS_AT_ONCE: u64 = 500;
/// Attempts that a chunk looks at in one read.
const LOOKED_AT: usize = 20;
/// Attempts that a chunk marks again: some milliseconds of the writer.
const MARKED: usize = 5;

pub(super) struct Hand;

/// What a regrade takes anew.
fn scope(regrade: &Regrade) -> Scope {
    Scope { latest_versions: regrade.latest_versions, question: regrade.question }
}

impl super::Hand for Hand {
    fn chunk(&mut self, state: &State, job: &Job) -> Result<Next, Refusal> {
        let Work::Regrade(regrade) = &job.work else { return Err(another_kind()) };
        let (now, quiz, scope) = (state.now(), regrade.quiz, scope(regrade));
        let actor = job.actor(now);
        let (page, places) = state.store.read(|read| -> Result<_, Refusal> {
            let page = regrade::preview(read, &actor, quiz, scope, regrade.after, LOOKED_AT)?;
            Ok((page, regrade::places(read, quiz, regrade.after, LOOKED_AT)?))
        })?;
        let (mut changes, next) = page;
        let mut looked = places.len();
        let mut after: Option<Place> = next.or_else(|| places.last().copied());
        let mut over = next.is_none();
        if !regrade.dry_run && changes.len() > MARKED {
            changes.truncate(MARKED);
            if let Some(last) = changes.last().map(|change| (change.user, change.attempt)) {
                looked = places.iter().position(|place| *place == last).map_or(looked, |place| place + 1);
                after = Some(last);
                over = false;
            }
        }
        let id = job.id;
        state.store.write_blocking(Class::Bulk, move |txn| {
            run::chunk(txn, id, now, |txn, actor, work, output| {
                let Work::Regrade(regrade) = work else { return Err(another_kind()) };
                let made =
                    if regrade.dry_run {
                        changes
                    } else {
                        let attempts: Vec<AttemptId> = changes.iter().map(|change| change.attempt).collect();
                        let each = attempts.into_iter();
                        each.map(|attempt| regrade::apply(txn, actor, quiz, scope, attempt))
                            .collect::<Result<Vec<Change>, Refusal>>()?
                    };
                for change in &made {
                    output.entry(&ChangeView::of(txn, change)?)?;
                }
                regrade.changed += made.len() as u64;
                regrade.after = after.or(regrade.after);
                if over && !regrade.dry_run {
                    regrade::note(txn, actor, quiz, scope, regrade.changed)?;
                }
                Ok(Progress { done: looked as u64, over })
            })
        })
    }
}
