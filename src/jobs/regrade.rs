//! Marking the attempts of a quiz again, step by step: as a job, or while somebody waits.

use serde::Serialize;

use super::another_kind;
use crate::clock::Timestamp;
use crate::domain::access::Actor;
use crate::domain::account::known_name;
use crate::domain::attempt::regrade::{self, Change, Looked, Scope};
use crate::domain::decimal::Decimal;
use crate::domain::ids::{AttemptId, QuestionId, UserId};
use crate::domain::job::run::{self, Next, Progress};
use crate::domain::job::{Job, Regrade, Work};
use crate::domain::refusal::Refusal;
use crate::state::State;
use crate::store::{Class, Read, Store, Txn};

/// Attempts of a quiz that are marked again while the client waits; more are a job.
pub const ATTEMPTS_AT_ONCE: u64 = 500;
/// Changes that a report lists; all of them are counted and made. Those of the longest papers take some 50 MiB of a job's
/// rows. Among so many attempts it also lists those that keep an older version and their marks.
pub const MOST_LISTED: usize = 5_000;
/// Attempts that are looked at in one read.
const LOOKED_AT: usize = 20;
/// Attempts that are marked again in one transaction: some milliseconds of the writer.
const MARKED: usize = 5;

/// What a regrade changes for one attempt.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct ChangeView {
    /// The attempt.
    pub attempt: AttemptId,
    /// The learner.
    pub user: UserId,
    /// The learner's name.
    pub name: Option<String>,
    /// Points before.
    pub from: Option<Decimal>,
    /// Points after.
    pub to: Option<Decimal>,
    /// Points of the whole paper before. The same points of another maximum are another result.
    pub max_from: Decimal,
    /// Points of the whole paper after.
    pub max_to: Decimal,
    /// Slots whose points change.
    pub slots: Vec<SlotChangeView>,
    /// Questions whose latest version does not offer what was offered, so that it cannot be used: options, stems, answers
    /// or items are new, gone or changed. Another key, other points, feedback or order are no such change.
    pub kept_versions: Vec<QuestionId>,
    /// What counts of the learner's attempts is worked out anew: another grade method was chosen. Said with the first of
    /// them that was handed in.
    pub recounted: bool,
}

/// What a regrade changes in one slot.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct SlotChangeView {
    /// The slot.
    pub slot: u16,
    /// The question.
    pub question: QuestionId,
    /// Points before.
    pub from: Option<Decimal>,
    /// Points after.
    pub to: Option<Decimal>,
}

impl ChangeView {
    /// What is shown of a change.
    pub fn of(read: &impl Read, change: &Change) -> Result<Self, Refusal> {
        let slots = change.slots.iter().map(|slot| SlotChangeView {
            slot: slot.slot,
            question: slot.question,
            from: slot.from,
            to: slot.to,
        });
        Ok(Self {
            attempt: change.attempt,
            user: change.user,
            name: known_name(read, change.user)?,
            from: change.from,
            to: change.to,
            max_from: change.max.0,
            max_to: change.max.1,
            slots: slots.collect(),
            kept_versions: change.kept_versions.clone(),
            recounted: change.recounted,
        })
    }
}

/// What a regrade takes anew.
pub const fn scope(regrade: &Regrade) -> Scope {
    Scope { latest_versions: regrade.latest_versions, question: regrade.question }
}

/// What one transaction marks again, or one page of a rehearsal says. For the job and for who waits alike.
pub fn look(store: &Store, actor: &Actor, regrade: &Regrade) -> Result<Looked, Refusal> {
    let Regrade { quiz, after, dry_run, .. } = *regrade;
    let most = if dry_run { LOOKED_AT } else { MARKED };
    store.read(|read| regrade::look(read, actor, quiz, scope(regrade), after, LOOKED_AT, most))
}

/// Goes a step on without marking anything: a rehearsal, or nothing was found. What there is to say.
pub fn pass(regrade: &mut Regrade, looked: Looked) -> Vec<Change> {
    let Looked { mut changes, next, .. } = looked;
    regrade.changed += changes.iter().filter(|change| change.counts()).count() as u64;
    regrade.after = next.or(regrade.after);
    changes.retain(Change::is_told);
    changes
}

/// Marks again what was found, unless it is a rehearsal, and goes a step on.
pub fn take(
    txn: &mut Txn<'_>,
    actor: &Actor,
    regrade: &mut Regrade,
    looked: Looked,
    began: Timestamp,
) -> Result<Vec<Change>, Refusal> {
    if regrade.dry_run {
        return Ok(pass(regrade, looked));
    }
    let (quiz, scope, over) = (regrade.quiz, scope(regrade), looked.next.is_none());
    let changed_before = regrade.changed;
    let made = regrade::apply(txn, actor, quiz, scope, &looked.changes)?;
    let made = pass(regrade, Looked { changes: made, ..looked });
    if !over && changed_before == 0 && regrade.changed > 0 {
        regrade::note_begun(txn, actor, quiz, scope)?;
    }
    if over {
        regrade::finish(txn, actor, quiz, scope, began, regrade.changed)?;
    }
    Ok(made)
}

pub(super) struct Hand;

impl super::Hand for Hand {
    fn chunk(&mut self, state: &State, job: &Job) -> Result<Next, Refusal> {
        let Work::Regrade(regrade) = &job.work else { return Err(another_kind()) };
        let now = state.now();
        let looked = look(&state.store, &job.actor(now), regrade)?;
        let (id, began) = (job.id, job.started.unwrap_or(job.asked));
        let lists_kept = job.done < MOST_LISTED as u64;
        state.store.write_blocking(Class::Bulk, move |txn| {
            run::chunk(txn, id, now, |txn, actor, work, output| {
                let Work::Regrade(regrade) = work else { return Err(another_kind()) };
                let (done, over) = (looked.count as u64, looked.next.is_none());
                let listed = usize::try_from(regrade.changed).unwrap_or(usize::MAX);
                let mut room = MOST_LISTED.saturating_sub(listed);
                for change in take(txn, actor, regrade, looked, began)? {
                    let listed = if change.counts() { room > 0 } else { lists_kept };
                    room = room.saturating_sub(usize::from(change.counts()));
                    if listed {
                        output.entry(&ChangeView::of(txn, &change)?)?;
                    }
                }
                Ok(Progress { done, over })
            })
        })
    }
}
