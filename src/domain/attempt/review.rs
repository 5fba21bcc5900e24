//! Looking at an attempt: what somebody may see of it now. The one place that decides it, so that no key leaks.

use std::sync::Arc;
use std::time::Duration;

use super::marks::Marks;
use super::material::{self, Material};
use super::{Attempt, AttemptHead, AttemptState, AttemptsByQuiz, RUNNING_IN_QUIZ, follow, result};
use crate::clock::Timestamp;
use crate::domain::access::{self, Actor, Permission, PermissionSet, Scope};
use crate::domain::grade::{self, Points};
use crate::domain::ids::{AttemptId, CourseId, UserId};
use crate::domain::quiz::{self, Moment, Quiz, Switches};
use crate::domain::refusal::{Kind, Refusal};
use crate::domain::standing::Standing;
use crate::store::{Counter, Read};

/// The longest grace that an attempt can have: what the configuration allows.
const LONGEST_GRACE: Duration = Duration::from_mins(10);

/// An attempt as somebody may see it now.
#[derive(Debug, Clone)]
pub struct Look {
    /// The attempt.
    pub attempt: Arc<Attempt>,
    /// Where it stands.
    pub head: Arc<AttemptHead>,
    /// Its quiz.
    pub quiz: Arc<Quiz>,
    /// What may be shown.
    pub switches: Switches,
    /// From when on a finished attempt shows what is shown once the quiz is closed; nothing while that is not known.
    pub closed_from: Option<Timestamp>,
    /// The rules of the quiz show more now, once nobody works on it any more.
    pub held_back: bool,
    /// Is it the learner's own view (and not that of who sees everybody's attempts)?
    pub own: bool,
    /// Questions, responses and marks by hand.
    pub material: Material,
    /// Its marks, as stored or, while it runs, as they would be now; only to be shown as `switches` allow.
    pub marks: Option<Arc<Marks>>,
    /// Is this the attempt that counts?
    pub counts: bool,
    /// What stands in the grades instead of what the attempts give, where it may be seen there, and marks here.
    pub overridden: Option<Points>,
}

/// From when on a quiz is closed for what a learner sees of what they handed in: once it is closed for everybody who is enrolled,
/// those with other dates included, because what is shown to one is known to all; behind the grace in which answers in flight are
/// taken, and not while they work on another attempt. Before that close it is the close.
pub fn closed_from(
    read: &impl Read,
    quiz: &Quiz,
    user: UserId,
    standing: Option<&Standing>,
    now: Timestamp,
) -> Result<Option<Timestamp>, Refusal> {
    // Where the close shows nothing else, nobody needs to know of it.
    let turns = quiz.review.after_close != quiz.review.after_submit;
    if !turns || standing.is_some_and(|standing| standing.running.is_some()) {
        return Ok(None);
    }
    let Some(closes) = quiz::closes_for_all(read, quiz)? else { return Ok(None) };
    behind_grace(read, closes, now, || Ok(super::of_learner(read, quiz.id, user)?.last().copied())).map(Some)
}

/// When the answers that were in flight at a close are taken, by the grace of an attempt. Before the close it is the close.
fn behind_grace(
    read: &impl Read,
    closes: Timestamp,
    now: Timestamp,
    attempt: impl FnOnce() -> Result<Option<AttemptId>, Refusal>,
) -> Result<Timestamp, Refusal> {
    // Only in these minutes it matters how long the grace is.
    if now < closes || closes.plus(LONGEST_GRACE) <= now {
        return Ok(closes);
    }
    let grace_ms =
        attempt()?.map_or(Ok(0), |attempt| super::head(read, attempt).map(|head| head.grace_ms))?;
    Ok(closes.plus(Duration::from_millis(grace_ms.into())))
}

/// Does a quiz keep marks of what was handed in back now? By the rule of [`points_visible`], for learners who are not at work.
pub fn keeps_marks_back(read: &impl Read, quiz: &Quiz, now: Timestamp) -> Result<bool, Refusal> {
    let some_attempt = || -> Result<Option<AttemptId>, Refusal> {
        let some = read.index_keys::<AttemptsByQuiz>(&(quiz.id,), None, 1)?;
        Ok(some.first().map(|(_, attempt)| *attempt))
    };
    let closes = quiz::closes_for_all(read, quiz)?;
    let closed = closes.map(|closes| behind_grace(read, closes, now, some_attempt)).transpose()?;
    Ok(!quiz.review.at(Moment::of_finished(closed, now)).marks)
}

/// [`closed_from`] for a learner of whom nothing was read yet.
pub fn closed_for(
    read: &impl Read,
    quiz: &Quiz,
    user: UserId,
    now: Timestamp,
) -> Result<Option<Timestamp>, Refusal> {
    let standing = read.get::<Standing>(&(quiz.course, user, quiz.id))?;
    closed_from(read, quiz, user, standing.as_deref(), now)
}

/// May this learner see points of finished attempts now? For pages that show a learner's own points.
pub fn points_visible(read: &impl Read, quiz: &Quiz, user: UserId, now: Timestamp) -> Result<bool, Refusal> {
    Ok(quiz.review.at(Moment::of_finished(closed_for(read, quiz, user, now)?, now)).marks)
}

/// What the learner of an attempt may see of it.
struct Shown {
    switches: Switches,
    closed_from: Option<Timestamp>,
    held_back: bool,
}

/// What the learner of an attempt may see of it now.
fn shown_to_learner(
    read: &impl Read,
    now: Timestamp,
    quiz: &Quiz,
    attempt: &Attempt,
    head: &AttemptHead,
) -> Result<Shown, Refusal> {
    if head.is_running() {
        return Ok(Shown { switches: quiz.review.at(Moment::During), closed_from: None, held_back: false });
    }
    let closed_from = closed_for(read, quiz, attempt.user, now)?;
    let moment = Moment::of_finished(closed_from, now);
    let rules = quiz.review.at(moment);
    // Somebody was given more time, or answers again: what is shown here would be known there.
    let held_back = moment == Moment::AfterClose
        && rules != rules.without_key()
        && read.counter(&Counter::new(RUNNING_IN_QUIZ, &quiz.id))? > 0;
    Ok(Shown { switches: if held_back { rules.without_key() } else { rules }, closed_from, held_back })
}

const fn has_key(may: PermissionSet) -> bool {
    may.has(Permission::ViewQuestions) || may.has(Permission::MarkAttempts)
}

/// May the actor see which answers are right, of whatever learners did in a course? Who only looks on may not.
pub fn knows_key(read: &impl Read, actor: &Actor, course: CourseId) -> Result<bool, Refusal> {
    Ok(has_key(access::permissions(read, actor, Scope::Course(course))?))
}

/// What who sees attempts of others may see of one. Who only looks on learns no key, and of an attempt that runs no marks either:
/// they follow each answer, and would tell the key of it while others answer the same.
const fn shown_to_others(may: PermissionSet, is_running: bool) -> Switches {
    match (has_key(may), is_running) {
        (true, _) => Switches::ALL,
        (false, true) => Switches { marks: false, ..Switches::ALL.without_key() },
        (false, false) => Switches::ALL.without_key(),
    }
}

/// The attempt, for its learner, for who sees everybody's, and once it is handed in for who marks it.
fn readable(read: &impl Read, actor: &Actor, attempt: AttemptId) -> Result<Arc<Attempt>, Refusal> {
    let refusal = match super::readable(read, actor, attempt) {
        Ok(found) => return Ok(found),
        Err(refusal) => refusal,
    };
    match super::require(read, actor, Permission::MarkAttempts, attempt) {
        Ok(found) if !super::head(read, attempt)?.is_running() => Ok(found),
        _ => Err(refusal),
    }
}

/// Reads an attempt for who may see it.
pub fn look(read: &impl Read, actor: &Actor, attempt: AttemptId) -> Result<Look, Refusal> {
    let attempt = readable(read, actor, attempt)?;
    look_at(read, actor, attempt)
}

/// The same for who has done something with an attempt, which does not mean that they may look at it: `None` then.
pub fn look_if_allowed(read: &impl Read, actor: &Actor, attempt: AttemptId) -> Result<Option<Look>, Refusal> {
    match readable(read, actor, attempt) {
        Ok(attempt) => look_at(read, actor, attempt).map(Some),
        Err(refusal) if matches!(refusal.code.kind, Kind::NotFound | Kind::Forbidden) => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

fn look_at(read: &impl Read, actor: &Actor, attempt: Arc<Attempt>) -> Result<Look, Refusal> {
    let head = follow::head(read, attempt.id, actor.now)?;
    let quiz = quiz::get(read, attempt.quiz)?;
    let may = access::permissions(read, actor, Scope::Course(attempt.course))?;
    // While it runs it is its learner's, whatever else they may do in the course.
    let at_work = attempt.user == actor.user && head.is_running();
    let own = at_work || !(may.has(Permission::ViewAttempts) || may.has(Permission::MarkAttempts));
    let Shown { switches, closed_from, held_back } = if own {
        shown_to_learner(read, actor.now, &quiz, &attempt, &head)?
    } else {
        let switches = shown_to_others(may, head.is_running());
        Shown { switches, closed_from: None, held_back: false }
    };
    let material = material::material(read, attempt.clone(), &head)?;
    let marks = match head.state {
        AttemptState::Finished { .. } => read.get::<Marks>(&attempt.id)?,
        AttemptState::Running if switches != Switches::NONE => Some(Arc::new(material::mark(&material))),
        AttemptState::Running => None,
    };
    let (finished, _, _) = result::of_learner(read, &quiz, attempt.user)?;
    let counts = result::that_counts(read, &quiz, attempt.user, &finished)?.1 == Some(attempt.id);
    let overridden = if switches.marks && !head.is_running() {
        overridden(read, actor, &attempt, own, may)?
    } else {
        None
    };
    Ok(Look {
        attempt,
        head,
        quiz,
        switches,
        closed_from,
        held_back,
        own,
        material,
        marks,
        counts,
        overridden,
    })
}

/// What a teacher put instead of what the attempts give, by the rules of the grades.
fn overridden(
    read: &impl Read,
    actor: &Actor,
    attempt: &Attempt,
    own: bool,
    may: PermissionSet,
) -> Result<Option<Points>, Refusal> {
    let (quiz, user) = (attempt.quiz, attempt.user);
    Ok(match own {
        true if may.has(Permission::ViewOwnGrades) => grade::replaced(read, quiz, user, actor.now)?,
        false if may.has(Permission::ViewGrades) => grade::replaced_for_teachers(read, quiz, user)?,
        _ => None,
    })
}
