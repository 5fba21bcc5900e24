//! Attempts at the quizzes of the demo institution that are over: begun, answered, handed in and marked as they would
//! have been while the quiz was open, by the same functions.

use std::time::Duration;

use super::DemoError;
use super::answer::Learner;
use super::course::Quizzes;
use super::people;
use super::shape::{DemoRole, Plan, SatPart};
use crate::clock::Timestamp;
use crate::domain::access::Actor;
use crate::domain::attempt::regrade::{MarkByHand, Seen, mark_by_hand};
use crate::domain::attempt::save::{self, SaveInput};
use crate::domain::attempt::start::{self, Entry};
use crate::domain::attempt::{self, submit};
use crate::domain::bank;
use crate::domain::decimal::Decimal;
use crate::domain::ids::{AttemptId, QuizId, UserId};
use crate::domain::quiz;
use crate::domain::refusal::Refusal;
use crate::state::State;
use crate::store::{Class, Txn};

const FILE: &str = "attempts.toml";
/// Learners come one after the other.
const BETWEEN: Duration = Duration::from_mins(7);
/// Every answer takes so long.
const THOUGHT: Duration = Duration::from_secs(75);
/// Marks follow the end of the quiz.
const BEFORE_MARKING: Duration = Duration::from_hours(20);

/// Lets learners take the quizzes of a course that are over.
pub(super) fn sit(state: &State, plan: &Plan, quizzes: &Quizzes) -> Result<(), DemoError> {
    for part in &plan.sat {
        if let Some(quiz) = quizzes.get(&part.quiz) {
            sit_one(state, plan, part, *quiz)?;
        }
    }
    Ok(())
}

fn sit_one(state: &State, plan: &Plan, part: &SatPart, quiz: QuizId) -> Result<(), DemoError> {
    let facts = state.store.read(|read| quiz::get(read, quiz))?;
    let (Some(opens), Some(closes)) = (facts.opens, facts.closes) else {
        return Err(DemoError::content(FILE, format!("{} has no dates", part.quiz)));
    };
    let assistant = plan.institution.sign_in.iter().find(|who| who.role == DemoRole::Assistant);
    let assistant = assistant.ok_or_else(|| DemoError::content("institution.toml", "names no assistant"))?;
    let assistant = people::named(state, FILE, &assistant.username)?;
    let marker = Actor::person(assistant, closes.plus(BEFORE_MARKING));
    let mut begins = opens.plus(BETWEEN);
    for (place, username) in part.learners.iter().enumerate() {
        let sitting = Sitting {
            user: people::named(state, FILE, username)?,
            quiz,
            begins,
            seed: quiz.0 * 1_000 + place as u64,
            essay: part.essays.iter().cycle().nth(place).map(|essay| essay.trim().to_owned()),
        };
        let marker = (place < part.marked).then(|| marker.clone());
        state.store.write_blocking(Class::Bulk, move |txn| sitting.take(txn, marker.as_ref()))?;
        begins = begins.plus(BETWEEN);
    }
    Ok(())
}

/// One learner's go at a quiz.
struct Sitting {
    user: UserId,
    quiz: QuizId,
    begins: Timestamp,
    seed: u64,
    essay: Option<String>,
}

impl Sitting {
    /// From the start to the last mark, in one transaction.
    fn take(&self, txn: &mut Txn<'_>, marker: Option<&Actor>) -> Result<(), Refusal> {
        let mut learner = Learner::new(self.seed);
        let mut actor = Actor::person(self.user, self.begins);
        let id = start::start(txn, &actor, self.quiz, &Entry::default(), 0, self.seed, None)?.attempt;
        let attempt = attempt::get(txn, id)?;
        let mut essays = Vec::new();
        for (slot, asked) in (0_u16..).zip(&attempt.paper) {
            actor.now = actor.now.plus(THOUGHT);
            let body = bank::version(txn, asked.question, asked.version)?;
            let kind = &body.body.kind;
            if kind.needs_person() {
                essays.push((slot, asked.points));
            }
            let essay = self.essay.as_deref().unwrap_or_default();
            let response = learner.answer(kind, &asked.arrangement, essay);
            let input = SaveInput { sequence: 1, response };
            let checked = save::check(txn, &actor, id, None, vec![(slot, input, "")])?;
            save::save(txn, &actor, id, checked)?;
        }
        actor.now = actor.now.plus(THOUGHT);
        submit::submit(txn, &actor, id, None)?;
        let Some(marker) = marker else { return Ok(()) };
        essays.into_iter().try_for_each(|(slot, most)| by_hand(txn, marker, &mut learner, id, slot, most))
    }
}

/// A mark for an essay: a quarter, a half, three quarters or all of its points.
fn by_hand(
    txn: &mut Txn<'_>,
    marker: &Actor,
    learner: &mut Learner,
    attempt: AttemptId,
    slot: u16,
    most: Decimal,
) -> Result<(), Refusal> {
    let quarters = 1 + 2 * i32::from(learner.knows_it()) + i32::from(learner.knows_it());
    let points = most.scaled(Decimal::from_int(quarters), Decimal::from_int(4));
    let mark = MarkByHand::parse(points, String::new())?;
    mark_by_hand(txn, marker, attempt, slot, mark, Seen::default()).map(drop)
}
