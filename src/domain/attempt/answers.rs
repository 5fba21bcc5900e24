//! What was answered in a quiz's finished attempts, a few at a time: for figures about its questions.

use std::sync::Arc;

use super::live::list;
use super::marks::Marks;
use super::regrade::Place;
use super::{Attempt, head, saved};
use crate::domain::access::Actor;
use crate::domain::ids::QuizId;
use crate::domain::question::Response;
use crate::domain::refusal::Refusal;
use crate::store::Read;

/// A finished attempt whose marks are complete.
#[derive(Debug, Clone)]
pub struct Answered {
    /// The attempt with its paper.
    pub attempt: Arc<Attempt>,
    /// Its marks.
    pub marks: Arc<Marks>,
    /// What was answered last, per slot of its paper.
    pub responses: Vec<Option<Response>>,
}

/// The finished, fully marked attempts among the next `limit` of a quiz, and where to go on.
pub fn read(
    read: &impl Read,
    actor: &Actor,
    quiz: QuizId,
    after: Option<Place>,
    limit: usize,
) -> Result<(Vec<Answered>, Option<Place>), Refusal> {
    let rows = list(read, actor, quiz, after, limit)?;
    let next = rows.last().filter(|_| rows.len() == limit).map(|row| (row.user, row.attempt));
    let mut answered = Vec::with_capacity(rows.len());
    for row in rows.iter().filter(|row| row.finished.is_some()) {
        let Some(marks) = read.get::<Marks>(&row.attempt)?.filter(|marks| marks.points.is_some()) else {
            continue;
        };
        let (attempt, head) = (super::get(read, row.attempt)?, head(read, row.attempt)?);
        let mut responses = Vec::with_capacity(head.slots.len());
        for slot in &head.slots {
            let saved = saved::find(read, row.attempt, slot.save)?;
            responses.push(saved.map(|saved| saved.response.clone()));
        }
        answered.push(Answered { attempt, marks, responses });
    }
    Ok((answered, next))
}
