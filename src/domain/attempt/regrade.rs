//! Marking by hand, and marking again when points or keys change.
//!
//! A regrade takes the quiz's points of today and, when asked, the latest versions of its questions, and marks what
//! was answered again. An answer keeps its meaning: a version that does not offer what was offered is not taken, and a
//! slot that fixes a version keeps it. Marks by hand stay, in proportion to the points. First it says whose mark would
//! change.

use std::sync::Arc;

use super::log::{self, Happened};
use super::marks::{ManualMark, Marks, mark_slot};
use super::material::{self, Material, SlotMaterial};
use super::{ATTEMPT_RUNNING, Attempt, AttemptHead, AttemptsByQuiz, PaperSlot, result};
use crate::clock::Timestamp;
use crate::domain::access::{Actor, Permission};
use crate::domain::bank::{QuestionUse, QuestionVersion};
use crate::domain::decimal::Decimal;
use crate::domain::faults::together;
use crate::domain::ids::{AttemptId, QuestionId, QuizId, UserId};
use crate::domain::limits::{COMMENT_LETTERS, is_longer};
use crate::domain::question;
use crate::domain::quiz::due::{self, Settled};
use crate::domain::quiz::{self, Quiz};
use crate::domain::refusal::{CHANGED, Refusal, invalid};
use crate::domain::xapi::own::{self, Event};
use crate::domain::{audit, bank, course};
use crate::store::{Counter, Read, Txn};

/// What a regrade takes anew beside points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scope {
    /// Also take the latest versions of questions, except in slots that fix one.
    pub latest_versions: bool,
    /// Of this question only, and then also where a slot fixes its version.
    pub question: Option<QuestionId>,
}

/// What a regrade changes in one slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlotChange {
    /// The place on the paper.
    pub slot: u16,
    /// The question.
    pub question: QuestionId,
    /// Points before.
    pub from: Option<Decimal>,
    /// Points after.
    pub to: Option<Decimal>,
}

/// What a regrade changes for one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The attempt.
    pub attempt: AttemptId,
    /// The learner.
    pub user: UserId,
    /// Points before.
    pub from: Option<Decimal>,
    /// Points after.
    pub to: Option<Decimal>,
    /// Points of the whole paper, before and after.
    pub max: (Decimal, Decimal),
    /// It runs: its paper changes, and there are no marks yet.
    pub running: bool,
    /// It has another paper from now on: other points, or a question in another version.
    pub repapered: bool,
    /// Slots whose points change.
    pub slots: Vec<SlotChange>,
    /// Questions whose latest version does not offer what was offered, so that it cannot be used.
    pub kept_versions: Vec<QuestionId>,
    /// What counts of the learner's attempts is worked out anew: another grade method was chosen. Said with the first of
    /// them that was handed in.
    pub recounted: bool,
}

impl Change {
    /// Does a mark, a maximum or what counts become another?
    pub fn counts(&self) -> bool {
        self.from != self.to || !self.slots.is_empty() || self.has_other_max() || self.recounted
    }

    /// Is there anything to say of it? A version that only explains better takes its place in silence.
    pub fn is_told(&self) -> bool {
        self.counts() || !self.kept_versions.is_empty()
    }

    fn has_other_max(&self) -> bool {
        self.max.0 != self.max.1
    }
}

struct Plan {
    paper: Vec<PaperSlot>,
    marks: Option<Marks>,
    change: Change,
}

/// Asks in the version `latest` what a slot asked, where that leaves its response the meaning that it had. Could it?
fn take_version(slot: &mut PaperSlot, it: &mut SlotMaterial, latest: Arc<QuestionVersion>) -> bool {
    let kind = &latest.body.kind;
    let response = it.response.as_ref();
    let carried = question::carry(&it.question.body, &latest.body, &slot.arrangement).filter(|arrangement| {
        response.is_none_or(|response| question::check(kind, arrangement, response).is_ok())
    });
    let Some(arrangement) = carried else { return false };
    (slot.version, slot.arrangement, it.question) = (latest.version, arrangement, latest);
    true
}

fn plan(read: &impl Read, quiz: &Quiz, scope: Scope, id: AttemptId) -> Result<Plan, Refusal> {
    let attempt = super::get(read, id)?;
    let head = super::head(read, id)?;
    let mut material = material::material(read, attempt.clone(), &head)?;
    let mut kept_versions = Vec::new();
    let mut paper = attempt.paper.clone();
    for (slot, it) in paper.iter_mut().zip(&mut material.slots) {
        if scope.question.is_some_and(|only| only != slot.question) {
            continue;
        }
        let source = quiz.slots.get(usize::from(slot.from));
        if let Some(source) = source {
            slot.points = source.points;
        }
        let fixed = scope.question.is_none() && source.is_some_and(quiz::Slot::fixes_version);
        if !scope.latest_versions || fixed {
            continue;
        }
        let latest = bank::latest(read, slot.question)?;
        if latest.version != slot.version && !take_version(slot, it, latest) {
            kept_versions.push(slot.question);
        }
    }
    let mut change = Change {
        attempt: id,
        user: attempt.user,
        from: None,
        to: None,
        max: (attempt.max_points(), paper.iter().map(|slot| slot.points).sum()),
        running: head.is_running(),
        repapered: attempt.paper != paper,
        slots: Vec::new(),
        kept_versions,
        recounted: false,
    };
    if head.is_running() {
        return Ok(Plan { paper, marks: None, change });
    }
    let regraded = Arc::new(Attempt { paper: paper.clone(), ..attempt.as_ref().clone() });
    let marks = material::mark(&Material { attempt: regraded, ..material });
    if let Some(before) = read.get::<Marks>(&id)? {
        change.from = before.points;
        for (at, (slot, (before, after))) in
            (0_u16..).zip(paper.iter().zip(before.slots.iter().zip(&marks.slots)))
        {
            if before.points != after.points {
                let (from, to) = (before.points, after.points);
                change.slots.push(SlotChange { slot: at, question: slot.question, from, to });
            }
        }
    }
    change.to = marks.points;
    // Of a learner it is said once: with the first attempt that was handed in.
    let (finished, ..) = result::of_learner(read, quiz, attempt.user)?;
    let is_first = finished.first().is_some_and(|first| first.attempt == id);
    change.recounted = is_first && !result::is_current(read, quiz, attempt.user, &finished)?;
    Ok(Plan { paper, marks: Some(marks), change })
}

/// A page of attempts, by learner.
pub type Place = (UserId, AttemptId);

/// What was found on the way through the attempts of a quiz.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// Attempts that change in any way, or keep an older version.
    pub changes: Vec<Change>,
    /// So many were looked at.
    pub count: usize,
    /// Behind which one to go on; nothing when this was the last.
    pub next: Option<Place>,
}

/// Whose mark would change: looks at up to `limit` attempts, and no further than the one with which `most` change.
pub fn look(
    read: &impl Read,
    actor: &Actor,
    quiz: QuizId,
    scope: Scope,
    after: Option<Place>,
    limit: usize,
    most: usize,
) -> Result<Looked, Refusal> {
    let quiz = quiz::require(read, actor, Permission::MarkAttempts, quiz)?;
    let after = after.map(|(user, attempt)| ((quiz.id, user), attempt));
    let after = after.as_ref().map(|(key, attempt)| (key, attempt));
    let found = read.index_keys::<AttemptsByQuiz>(&(quiz.id,), after, limit)?;
    let whole = found.len() < limit;
    let mut looked = Looked { changes: Vec::new(), count: 0, next: None };
    let mut rest = found.into_iter();
    for ((_, user), attempt) in rest.by_ref() {
        looked.count += 1;
        looked.next = Some((user, attempt));
        let plan = plan(read, &quiz, scope, attempt)?;
        if plan.change.is_told() || plan.change.repapered {
            looked.changes.push(plan.change);
            if looked.changes.len() == most {
                break;
            }
        }
    }
    if whole && rest.len() == 0 {
        looked.next = None;
    }
    Ok(looked)
}

/// Refuses, at `at`, a question that the quiz does not have: no slot names it, and no attempt was asked it.
pub fn check(at: &str, read: &impl Read, quiz: QuizId, scope: Scope) -> Result<(), Refusal> {
    match scope.question {
        Some(question) if !read.exists::<QuestionUse>(&(question, quiz))? => {
            Err(invalid(at, format!("is {question}, which is in no slot and in no attempt of the quiz")))
        }
        _ => Ok(()),
    }
}

/// How many attempts at a quiz there are, running ones too.
pub fn attempts(read: &impl Read, quiz: QuizId) -> Result<u64, Refusal> {
    Ok(u64::try_from(read.counter(&Counter::new(super::ATTEMPTS, &quiz))?).unwrap_or(0))
}

/// Marks these attempts again.
pub fn apply(
    txn: &mut Txn<'_>,
    actor: &Actor,
    quiz: QuizId,
    scope: Scope,
    changes: &[Change],
) -> Result<Vec<Change>, Refusal> {
    changes.iter().map(|change| apply_one(txn, actor, quiz, scope, change.attempt)).collect()
}

fn apply_one(
    txn: &mut Txn<'_>,
    actor: &Actor,
    quiz: QuizId,
    scope: Scope,
    attempt: AttemptId,
) -> Result<Change, Refusal> {
    let quiz = quiz::require(txn, actor, Permission::MarkAttempts, quiz)?;
    let Plan { paper, marks, change } = plan(txn, &quiz, scope, attempt)?;
    if change.repapered {
        let known = super::get(txn, attempt)?;
        txn.put(Attempt { paper, ..known.as_ref().clone() })?;
    }
    let Some(marks) = marks else { return Ok(change) };
    let remarked = txn.get::<Marks>(&attempt)?.as_deref() != Some(&marks);
    if remarked || change.has_other_max() {
        let mut head = AttemptHead::clone(&*super::head(txn, attempt)?);
        let what = Happened::Regraded { from: change.from, to: change.to };
        log::write(txn, &mut head, actor.now, actor.account(), what)?;
        txn.put(head)?;
    }
    if remarked {
        txn.put(marks)?;
    }
    // The same points of another paper are another result.
    if remarked || change.repapered || change.recounted {
        result::recount(txn, &quiz, change.user)?;
    }
    if change.from != change.to || change.has_other_max() {
        let attempt = super::get(txn, attempt)?;
        tell(txn, actor, &attempt, &quiz, change.to)?;
    }
    Ok(change)
}

/// Writes that a regrade that began at `began` came to its end; what it looked at is not due any more.
pub fn finish(
    txn: &mut Txn<'_>,
    actor: &Actor,
    quiz: QuizId,
    scope: Scope,
    began: Timestamp,
    changed: u64,
) -> Result<(), Refusal> {
    let quiz = quiz::require(txn, actor, Permission::MarkAttempts, quiz)?;
    let Scope { latest_versions, question } = scope;
    due::settle(txn, quiz.id, Settled { began, question, latest_versions })?;
    note(txn, actor, &quiz, scope, &format!("{changed} attempts changed"))
}

/// Tells the audit of a regrade with the first marks that it changes: what comes behind them may never be reached.
pub fn note_begun(txn: &mut Txn<'_>, actor: &Actor, quiz: QuizId, scope: Scope) -> Result<(), Refusal> {
    let quiz = quiz::get(txn, quiz)?;
    note(txn, actor, &quiz, scope, "begun")
}

fn note(txn: &mut Txn<'_>, actor: &Actor, quiz: &Quiz, scope: Scope, what: &str) -> Result<(), Refusal> {
    let versions = if scope.latest_versions { "latest versions" } else { "versions as asked" };
    let detail = format!("{what}; {versions}");
    audit::note(txn, actor, "quiz.regrade", Some(quiz.course), format!("quiz {}", quiz.id), detail)
}

/// A mark by hand from the outside.
#[derive(Debug, Clone)]
pub struct MarkByHand {
    points: Decimal,
    comment: String,
}

impl MarkByHand {
    /// Checks sign and length; the most points are checked where the question is known.
    pub fn parse(points: Decimal, comment: String) -> Result<Self, Refusal> {
        let points =
            if points.is_negative() { Err(invalid("/points", "is below nought")) } else { Ok(points) };
        let comment = if is_longer(&comment, COMMENT_LETTERS) {
            Err(invalid("/comment", format!("is longer than {COMMENT_LETTERS} characters")))
        } else {
            Ok(comment)
        };
        let (points, comment) = together((points, comment))?;
        Ok(Self { points, comment })
    }
}

/// What whoever marks had in front of them. What they do not say is not compared.
#[derive(Debug, Clone, Copy, Default)]
pub struct Seen {
    /// The save that is marked, 0 where nothing was saved.
    pub save: Option<u32>,
    /// When the mark was given that was there; nothing inside where there was none.
    pub marked: Option<Option<Timestamp>>,
}

/// What changes of an attempt that is marked by hand.
fn finished_head(read: &impl Read, attempt: &Attempt) -> Result<AttemptHead, Refusal> {
    let head = super::head(read, attempt.id)?;
    if head.is_running() {
        return Err(ATTEMPT_RUNNING.refuse("responses are marked once the attempt is handed in"));
    }
    Ok(head.as_ref().clone())
}

/// Marks one response of a finished attempt by hand, an essay or in place of its key. Refused where the response or its mark is
/// another one than was seen. The same mark once more changes nothing.
pub fn mark_by_hand(
    txn: &mut Txn<'_>,
    actor: &Actor,
    attempt: AttemptId,
    slot: u16,
    mark: MarkByHand,
    seen: Seen,
) -> Result<Marks, Refusal> {
    let attempt = super::require(txn, actor, Permission::MarkAttempts, attempt)?;
    let asked = attempt.slot(slot)?;
    if mark.points > asked.points {
        return Err(invalid("/points", format!("is more than the {} points of the question", asked.points)));
    }
    let mut head = finished_head(txn, &attempt)?;
    let save = head.save_in(slot.into());
    if seen.save.is_some_and(|seen| seen != save) {
        return Err(CHANGED.refuse("another response was saved since this one was read"));
    }
    let MarkByHand { points, comment } = mark;
    let (of, by, at, save) = (asked.points, actor.user, actor.now, Some(save));
    let given = ManualMark { attempt: attempt.id, slot, points, of, comment, by, at, save };
    let known = txn.get::<ManualMark>(&(attempt.id, slot))?;
    if known.as_ref().is_some_and(|known| known.says_the_same(&given))
        && let Some(marks) = txn.get::<Marks>(&attempt.id)?
    {
        return Ok(marks.as_ref().clone());
    }
    if seen.marked.is_some_and(|seen| seen != known.map(|known| known.at)) {
        return Err(CHANGED.refuse("somebody else marked this response meanwhile"));
    }
    txn.put(given)?;
    log::write(txn, &mut head, actor.now, actor.account(), Happened::Marked { slot, points })?;
    let subject = format!("attempt {}", attempt.id);
    audit::note(txn, actor, "attempt.mark", Some(attempt.course), subject, format!("slot {slot}: {points}"))?;
    txn.put(head.clone())?;
    tell_of_slot(txn, actor, &attempt, asked, points)?;
    remark(txn, actor, &attempt, &head, slot)
}

/// Tells what counts for a response now that a person has marked it, or has taken a mark back.
fn tell_of_slot(
    txn: &mut Txn<'_>,
    actor: &Actor,
    attempt: &Attempt,
    asked: &PaperSlot,
    points: Decimal,
) -> Result<(), Refusal> {
    let course = course::get(txn, attempt.course)?;
    if !course.learning_records {
        return Ok(());
    }
    let question = &*bank::version(txn, asked.question, asked.version)?;
    let event = Event::MarkedByHand { attempt, question, points, max: asked.points };
    own::tell(txn, &course, attempt.user, actor.now, &event)
}

/// Tells that an attempt came to another result than before.
fn tell(
    txn: &mut Txn<'_>,
    actor: &Actor,
    attempt: &Attempt,
    quiz: &Quiz,
    points: Option<Decimal>,
) -> Result<(), Refusal> {
    let Some(points) = points else { return Ok(()) };
    let course = course::get(txn, quiz.course)?;
    own::tell(txn, &course, attempt.user, actor.now, &Event::Marked { attempt, quiz, points })
}

/// Takes a mark by hand of a finished attempt back: the key marks the response again, or it waits for another mark.
pub fn unmark(txn: &mut Txn<'_>, actor: &Actor, attempt: AttemptId, slot: u16) -> Result<Marks, Refusal> {
    let attempt = super::require(txn, actor, Permission::MarkAttempts, attempt)?;
    let asked = attempt.slot(slot)?;
    let mut head = finished_head(txn, &attempt)?;
    if !txn.delete::<ManualMark>(&(attempt.id, slot))? {
        return remark(txn, actor, &attempt, &head, slot);
    }
    log::write(txn, &mut head, actor.now, actor.account(), Happened::Unmarked { slot })?;
    let subject = format!("attempt {}", attempt.id);
    audit::note(txn, actor, "attempt.unmark", Some(attempt.course), subject, format!("slot {slot}"))?;
    txn.put(head.clone())?;
    let marks = remark(txn, actor, &attempt, &head, slot)?;
    // Of a response that waits for a person again nothing counts; what was told of it must not.
    let points = marks.slots.get(usize::from(slot)).and_then(|mark| mark.points).unwrap_or(Decimal::ZERO);
    tell_of_slot(txn, actor, &attempt, asked, points)?;
    Ok(marks)
}

/// Marks one slot of a finished attempt again after a change of its mark by hand. The others keep the marks that they have: a
/// regrade alone changes those, which says it first.
fn remark(
    txn: &mut Txn<'_>,
    actor: &Actor,
    attempt: &Arc<Attempt>,
    head: &AttemptHead,
    slot: u16,
) -> Result<Marks, Refusal> {
    let material = material::material(txn, attempt.clone(), head)?;
    let known = txn.get::<Marks>(&attempt.id)?;
    let before = known.as_ref().and_then(|marks| marks.points);
    let marks = match known {
        Some(known) => {
            let (mut slots, at) = (known.slots.clone(), usize::from(slot));
            let asked = attempt.paper.get(at).zip(material.slots.get(at));
            if let (Some(mark), Some((asked, it))) = (slots.get_mut(at), asked) {
                *mark = mark_slot(asked, it);
            }
            Marks::of(attempt, slots)
        }
        None => material::mark(&material),
    };
    txn.put(marks.clone())?;
    let quiz = quiz::get(txn, attempt.quiz)?;
    result::recount(txn, &quiz, attempt.user)?;
    if before != marks.points {
        tell(txn, actor, attempt, &quiz, marks.points)?;
    }
    Ok(marks)
}

/// An attempt that waits, with its marks so far.
pub type Waiting = (Arc<Attempt>, Arc<Marks>);

/// Finished attempts of a quiz that wait for a mark by hand, behind `after` when given.
pub fn awaiting(
    read: &impl Read,
    actor: &Actor,
    quiz: QuizId,
    after: Option<AttemptId>,
    limit: usize,
) -> Result<Vec<Waiting>, Refusal> {
    let quiz = quiz::require(read, actor, Permission::MarkAttempts, quiz)?;
    let after = after.as_ref().map(|attempt| (&quiz.id, attempt));
    let found =
        read.index_keys::<super::marks::AwaitingMarks>(&crate::store::Exactly(quiz.id), after, limit)?;
    let mut waiting = Vec::with_capacity(found.len());
    for (_, attempt) in found {
        if let Some(marks) = read.get::<Marks>(&attempt)? {
            waiting.push((super::get(read, attempt)?, marks));
        }
    }
    Ok(waiting)
}
