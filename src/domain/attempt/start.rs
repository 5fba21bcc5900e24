//! Starting: the paper is laid down once and for all, from a seed. Safe to repeat: who has a running attempt gets it.
//!
//! The paper is laid on a snapshot, beside the writer; the transaction only checks that the quiz and the versions of its
//! questions are still the same and stores what was laid, so that everybody can start in the same second.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng as _, SeedableRng as _};

use super::code_tries::{self, CodeTries};
use super::log::{self, Happened};
use super::{
    ADDRESS_NOT_ALLOWED, Attempt, AttemptHead, AttemptState, HeadSlot, NO_ATTEMPTS_LEFT, PaperSlot,
    QUIZ_CLOSED, QUIZ_NOT_OPEN, TOO_FEW_QUESTIONS, WRONG_ACCESS_CODE, follow, live, receipt, submit,
};
use crate::domain::access::{Actor, Permission};
use crate::domain::bank::{self, Question, QuestionUse};
use crate::domain::content;
use crate::domain::course;
use crate::domain::ids::{AttemptId, QuestionId, QuizId};
use crate::domain::question::arrange;
use crate::domain::quiz::check::draw_of;
use crate::domain::quiz::{self, MAX_ATTEMPTS, Quiz, Slot, Source, Terms};
use crate::domain::refusal::{FORBIDDEN, Refusal};
use crate::domain::standing::Standing;
use crate::domain::xapi::own::{self, Event};
use crate::store::{Read, Txn};

/// What a learner shows at the door.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    /// The access code.
    pub access_code: Option<String>,
    /// Where the request came from.
    pub address: Option<IpAddr>,
}

/// A paper, laid for a state of the quiz.
#[derive(Debug, Clone)]
pub struct Laid {
    revision: u32,
    paper: Vec<PaperSlot>,
    /// Drawn questions that the bank does not know this quiz to use yet.
    new_uses: Vec<QuestionId>,
}

impl Laid {
    /// The questions of the paper, in its order.
    pub fn paper(&self) -> &[PaperSlot] {
        &self.paper
    }

    /// Is it what would be laid now? A question that was edited meanwhile leaves the quiz as it was, and nobody would
    /// be told that the new attempt has the old key: none had begun when it changed.
    fn is_current(&self, read: &impl Read, quiz: &Quiz) -> Result<bool, Refusal> {
        if self.revision != quiz.revision {
            return Ok(false);
        }
        for slot in &self.paper {
            let fixed = quiz.slots.get(usize::from(slot.from)).is_some_and(Slot::fixes_version);
            if !fixed
                && read.get::<Question>(&slot.question)?.is_none_or(|known| known.latest != slot.version)
            {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// What a start came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Started {
    /// The attempt that runs now.
    pub attempt: AttemptId,
    /// It was begun by this call.
    pub fresh: bool,
}

/// Refuses requests from elsewhere.
pub fn check_address(quiz: &Quiz, address: Option<IpAddr>) -> Result<(), Refusal> {
    let allowed = quiz.networks.is_empty()
        || address.is_some_and(|address| quiz.networks.iter().any(|network| network.contains(address)));
    if allowed {
        return Ok(());
    }
    let from =
        address.map_or_else(|| "an unknown address".to_owned(), |address| address.to_canonical().to_string());
    Err(ADDRESS_NOT_ALLOWED.refuse(format!("this quiz cannot be taken from {from}")))
}

/// Refuses without the right code. Whoever calls counts a wrong one: what refuses changes nothing.
fn check_code(read: &impl Read, actor: &Actor, quiz: &Quiz, entry: &Entry) -> Result<(), Refusal> {
    let Some(code) = &quiz.access_code else { return Ok(()) };
    let Some(shown) = &entry.access_code else {
        return Err(WRONG_ACCESS_CODE.refuse("the quiz asks for an access code"));
    };
    code_tries::check(read, actor, quiz.id)?;
    if code.is(shown) {
        return Ok(());
    }
    Err(WRONG_ACCESS_CODE.refuse("this is not the access code of the quiz"))
}

/// Refuses before the quiz opens, after it closes, and when it is not published.
fn check_window(quiz: &Quiz, terms: &Terms, actor: &Actor) -> Result<(), Refusal> {
    if !quiz.published {
        return Err(QUIZ_NOT_OPEN.refuse("the quiz is not published"));
    }
    if let Some(opens) = terms.opens
        && actor.now < opens
    {
        return Err(QUIZ_NOT_OPEN.refuse(format!("the quiz opens at {opens}")));
    }
    if let Some(closes) = terms.closes
        && closes <= actor.now
    {
        return Err(QUIZ_CLOSED.refuse(format!("the quiz closed at {closes}")));
    }
    Ok(())
}

/// How many attempts there may be in all.
pub fn attempts_allowed(terms: &Terms) -> u16 {
    terms.attempts_allowed.unwrap_or(MAX_ATTEMPTS).min(MAX_ATTEMPTS)
}

fn check_attempts(terms: &Terms, begun: u16) -> Result<(), Refusal> {
    let allowed = attempts_allowed(terms);
    if begun < allowed {
        Ok(())
    } else {
        Err(NO_ATTEMPTS_LEFT.refuse(format!("{begun} of {allowed} attempts have been used")))
    }
}

/// The quiz, for who may take it: the right, a course that is published, an item that is visible.
fn takable(read: &impl Read, actor: &Actor, quiz: QuizId) -> Result<Arc<Quiz>, Refusal> {
    let quiz = quiz::require(read, actor, Permission::TakeQuiz, quiz)?;
    let course = course::visible(read, actor, quiz.course)?;
    if course.status.is_over() {
        return Err(QUIZ_CLOSED.refuse("the course is archived"));
    }
    if let Some(item) = content::item_of_quiz(read, quiz.id)? {
        content::visible_item(read, actor, item)?;
    }
    Ok(quiz)
}

/// The attempt at a quiz that the learner works on: it stays theirs whatever became of the quiz, its course or their place
/// in it since.
fn running(read: &impl Read, actor: &Actor, quiz: &Quiz) -> Result<Option<AttemptId>, Refusal> {
    let standing = read.get::<Standing>(&(quiz.course, actor.user, quiz.id))?;
    let Some(running) = standing.and_then(|standing| standing.running) else { return Ok(None) };
    super::own(read, actor, running).map(|attempt| Some(attempt.id))
}

/// Everything that can be done before the transaction: the door, and the paper. `None` when an attempt runs already.
pub fn prepare(
    read: &impl Read,
    actor: &Actor,
    quiz: QuizId,
    entry: &Entry,
    seed: u64,
) -> Result<Option<Laid>, Refusal> {
    let known = quiz::get(read, quiz)?;
    if let Some(running) = running(read, actor, &known)?
        && !follow::head(read, running, actor.now)?.is_overdue(actor.now)
    {
        check_address(&known, entry.address)?;
        return Ok(None);
    }
    let quiz = takable(read, actor, quiz)?;
    check_address(&quiz, entry.address)?;
    let standing = read.get::<Standing>(&(quiz.course, actor.user, quiz.id))?;
    let terms = quiz::terms(read, &quiz, actor.user)?;
    check_window(&quiz, &terms, actor)?;
    check_attempts(&terms, standing.map_or(0, |standing| standing.attempts))?;
    check_code(read, actor, &quiz, entry)?;
    lay(read, &quiz, seed).map(Some)
}

/// Starts an attempt, or returns the one that runs. `grace_ms` and `seed` come from outside; `laid` from
/// [`prepare()`] (it is laid again in the rare case that the quiz or a question was changed in between).
pub fn start(
    txn: &mut Txn<'_>,
    actor: &Actor,
    quiz: QuizId,
    entry: &Entry,
    grace_ms: u32,
    seed: u64,
    laid: Option<Laid>,
) -> Result<Started, Refusal> {
    let known = quiz::get(txn, quiz)?;
    if let Some(running) = running(txn, actor, &known)?
        && !submit::hand_in_if_overdue(txn, actor.now, running, None)?
    {
        check_address(&known, entry.address)?;
        resume(txn, actor, running, entry)?;
        return Ok(Started { attempt: running, fresh: false });
    }
    let quiz = takable(txn, actor, quiz)?;
    check_address(&quiz, entry.address)?;
    let standing = txn.get::<Standing>(&(quiz.course, actor.user, quiz.id))?;
    let terms = quiz::terms(txn, &quiz, actor.user)?;
    check_window(&quiz, &terms, actor)?;
    let begun = standing.as_ref().map_or(0, |standing| standing.attempts);
    check_attempts(&terms, begun)?;
    // Once more: the code may be another one by now, and of many codes that came at once the wrong ones are counted by now.
    check_code(txn, actor, &quiz, entry)?;
    if quiz.access_code.is_some() {
        txn.delete::<CodeTries>(&(quiz.id, actor.user))?;
    }
    let laid = match laid {
        Some(laid) if laid.is_current(txn, &quiz)? => laid,
        _ => lay(txn, &quiz, seed)?,
    };
    for question in laid.new_uses {
        bank::note_attempt(txn, quiz.id, question)?;
    }
    let attempt = Attempt {
        id: txn.new_id()?,
        quiz: quiz.id,
        course: quiz.course,
        user: actor.user,
        number: begun + 1,
        started: actor.now,
        address: entry.address.map(|address| address.to_canonical().to_string()).unwrap_or_default(),
        paper: laid.paper,
    };
    let head = AttemptHead {
        attempt: attempt.id,
        quiz: quiz.id,
        state: AttemptState::Running,
        deadline: terms.deadline(actor.now),
        grace_ms,
        saves: 0,
        receipt: receipt::first(attempt.id, attempt.started),
        slots: vec![HeadSlot::default(); attempt.paper.len()],
        events: 0,
        reports: 0,
        extension: 0,
        cleared: Vec::new(),
        cleared_behind: 0,
        long_bytes: 0,
    };
    let standing = standing.map_or_else(
        || Standing {
            course: quiz.course,
            user: actor.user,
            quiz: quiz.id,
            attempts: 1,
            running: Some(attempt.id),
            finished: 0,
            awaits_marking: false,
            points: None,
            of: None,
        },
        |standing| Standing { attempts: begun + 1, running: Some(attempt.id), ..standing.as_ref().clone() },
    );
    let started = Started { attempt: attempt.id, fresh: true };
    live::tell(txn, &attempt, &head);
    submit::wake_scheduler(txn, &head);
    txn.put(standing)?;
    txn.put(head)?;
    let course = course::get(txn, quiz.course)?;
    own::tell(txn, &course, actor.user, actor.now, &Event::Launched { attempt: &attempt, quiz: &quiz })?;
    txn.put(attempt)?;
    Ok(started)
}

/// Writes that the learner is back.
fn resume(txn: &mut Txn<'_>, actor: &Actor, attempt: AttemptId, entry: &Entry) -> Result<(), Refusal> {
    let mut head = AttemptHead::clone(&*super::head(txn, attempt)?);
    let address = entry.address.map(|address| address.to_canonical().to_string()).unwrap_or_default();
    log::write(txn, &mut head, actor.now, actor.account(), Happened::Resumed { address })?;
    txn.put(head)?;
    Ok(())
}

/// Lays a paper: draws, pins versions, arranges. The same seed over the same bank lays the same paper.
pub fn lay(read: &impl Read, quiz: &Quiz, seed: u64) -> Result<Laid, Refusal> {
    let mut dice = Dice(ChaCha8Rng::seed_from_u64(seed));
    let mut taken: BTreeSet<QuestionId> = BTreeSet::new();
    for slot in &quiz.slots {
        if let Source::Question { question, .. } = slot.source {
            taken.insert(question);
        }
    }
    let mut chosen: Vec<(u16, QuestionId, Option<u32>)> = Vec::with_capacity(quiz.paper_length());
    let mut new_uses = Vec::new();
    for (from, slot) in (0_u16..).zip(&quiz.slots) {
        match &slot.source {
            Source::Question { question, version } => chosen.push((from, *question, *version)),
            Source::Draw { pool, count } => {
                let mut pool = bank::candidates(read, quiz.course, &draw_of(pool))?;
                pool.retain(|question| !taken.contains(question));
                if pool.len() < usize::from(*count) {
                    return Err(TOO_FEW_QUESTIONS
                        .refuse(format!("slot {from} draws {count} questions and finds {}", pool.len())));
                }
                for _ in 0..*count {
                    let question = pool.swap_remove(dice.below(pool.len()));
                    taken.insert(question);
                    let known = read.get::<QuestionUse>(&(question, quiz.id))?;
                    if !known.is_some_and(|known| known.by_attempt) {
                        new_uses.push(question);
                    }
                    chosen.push((from, question, None));
                }
            }
        }
    }
    if quiz.shuffle_questions {
        for last in (1..chosen.len()).rev() {
            let other = dice.below(last + 1);
            chosen.swap(last, other);
        }
    }
    let mut paper = Vec::with_capacity(chosen.len());
    for (from, question, version) in chosen {
        let version = match version {
            Some(version) => bank::version(read, question, version)?,
            None => bank::latest(read, question)?,
        };
        let arrangement = arrange(&version.body.kind, quiz.shuffle_options, dice.0.next_u64());
        let points = quiz.slots.get(usize::from(from)).map(|slot| slot.points).unwrap_or_default();
        paper.push(PaperSlot { question, version: version.version, arrangement, points, from });
    }
    if paper.is_empty() {
        return Err(FORBIDDEN.refuse("the quiz has no questions"));
    }
    Ok(Laid { revision: quiz.revision, paper, new_uses })
}

struct Dice(ChaCha8Rng);

impl Dice {
    /// Uniform in `0..bound`; draws from the incomplete last stretch of 2^64 are thrown away.
    fn below(&mut self, bound: usize) -> usize {
        let Ok(bound) = u64::try_from(bound) else { return 0 };
        if bound < 2 {
            return 0;
        }
        let complete = u64::MAX - u64::MAX % bound;
        loop {
            let draw = self.0.next_u64();
            if draw < complete {
                return usize::try_from(draw % bound).unwrap_or(0);
            }
        }
    }
}
