//! The statements of an attempt that is handed in: each response, the end of the attempt, and what it came to. They are as many
//! as the paper has questions, so they are made beside the writer, which only keeps them.

use std::sync::Arc;

use super::Voice;
use super::said::{Activity, Outcome, Said, Score, Verb};
use crate::clock::Timestamp;
use crate::domain::attempt::material::{Material, SlotMaterial};
use crate::domain::attempt::{Attempt, Marks, PaperSlot, SlotMark};
use crate::domain::course;
use crate::domain::ids::UserId;
use crate::domain::question::cmi;
use crate::domain::quiz::{self, Quiz};
use crate::domain::refusal::Refusal;
use crate::domain::xapi::keep::Ready;
use crate::store::Read;

/// What telling of an attempt needs beside the attempt.
#[derive(Debug, Clone)]
pub struct Scene {
    voice: Voice,
    quiz: Arc<Quiz>,
}

impl Scene {
    /// The scene of an attempt; `None` when its course keeps no records or tells nothing of its learner. Its statements are stored at `now`.
    pub fn of(read: &impl Read, attempt: &Attempt, now: Timestamp) -> Result<Option<Self>, Refusal> {
        let course = course::get(read, attempt.course)?;
        let Some(voice) = Voice::of(read, &course, attempt.user, now)? else { return Ok(None) };
        Ok(Some(Self { voice, quiz: quiz::get(read, attempt.quiz)? }))
    }

    /// What is told of an attempt that ends at `at` with these marks.
    pub fn handed_in(
        &self,
        material: &Material,
        marks: &Marks,
        at: Timestamp,
    ) -> Result<Vec<Ready>, Refusal> {
        let attempt = material.attempt.as_ref();
        let mut said = Vec::with_capacity(attempt.paper.len() + 3);
        let slots = attempt.paper.iter().zip(&material.slots).zip(&marks.slots);
        for ((slot, it), mark) in slots {
            said.extend(answered(attempt, slot, it, mark, at));
        }
        let quiz = || Activity::quiz(self.quiz.id, &self.quiz.name);
        let score = marks.points.map(|points| Score { points, max: attempt.max_points() });
        let outcome = Outcome {
            completion: Some(true),
            duration_ms: u64::try_from(at.since(attempt.started).as_millis()).ok(),
            ..Outcome::default()
        };
        let of_attempt = |verb, outcome| Said {
            attempt: Some(attempt.id),
            outcome,
            ..Said::new(attempt.user, verb, quiz(), at)
        };
        said.push(of_attempt(Verb::Completed, outcome));
        if let Some(score) = score {
            said.push(of_attempt(Verb::Scored, Outcome { score: Some(score), ..Outcome::default() }));
            said.extend(verdict(&self.quiz, attempt, attempt.user, score, at));
        }
        said.iter().map(|said| said.ready(&self.voice)).collect()
    }
}

/// What is told of a response; nothing where there is none.
fn answered(
    attempt: &Attempt,
    slot: &PaperSlot,
    it: &SlotMaterial,
    mark: &SlotMark,
    at: Timestamp,
) -> Option<Said> {
    let response = it.response.as_ref().filter(|response| !response.is_blank())?;
    let body = &it.question.body;
    let interaction = cmi::interaction(&body.kind);
    let what = Activity::question(slot.question, slot.version, &body.text.to_plain(), interaction);
    let outcome = Outcome {
        score: mark.points.map(|points| Score { points, max: slot.points }),
        // Of a question that gives nothing the points do not say it.
        success: mark.points.filter(|_| !slot.points.is_zero()).map(|points| points >= slot.points),
        response: Some(cmi::response(&slot.arrangement, response)),
        ..Outcome::default()
    };
    Some(Said {
        outcome,
        quiz: Some(attempt.quiz),
        attempt: Some(attempt.id),
        ..Said::new(attempt.user, Verb::Answered, what, at)
    })
}

/// Passed or failed, for a quiz that has a pass mark.
pub(super) fn verdict(
    quiz: &Quiz,
    attempt: &Attempt,
    who: UserId,
    score: Score,
    at: Timestamp,
) -> Option<Said> {
    let passed = quiz.is_passed(score.points, score.max)?;
    let outcome = Outcome { score: Some(score), success: Some(passed), ..Outcome::default() };
    let verb = if passed { Verb::Passed } else { Verb::Failed };
    let what = Activity::quiz(quiz.id, &quiz.name);
    Some(Said { attempt: Some(attempt.id), outcome, ..Said::new(who, verb, what, at) })
}
