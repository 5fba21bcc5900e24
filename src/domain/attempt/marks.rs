//! Marks: what each response of a finished attempt earned, by its key or by hand, and what they come to.

use serde::{Deserialize, Serialize};

use super::{Attempt, PaperSlot};
use crate::clock::Timestamp;
use crate::domain::decimal::Decimal;
use crate::domain::ids::{AttemptId, QuizId, UserId};
use crate::domain::question::{self, MarkState, QuestionBody, Response};
use crate::store::{Entries, Index, Record, Table};

/// How one response went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotMark {
    /// Points; none while it waits for a person.
    pub points: Option<Decimal>,
    /// Given by hand?
    pub by_hand: bool,
    /// Was there a response?
    pub answered: bool,
}

/// The marks of a finished attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks {
    /// The attempt.
    pub attempt: AttemptId,
    /// Its quiz.
    pub quiz: QuizId,
    /// Per slot of the paper.
    pub slots: Vec<SlotMark>,
    /// Points of the attempt, not below nought; none while a response waits for a person.
    pub points: Option<Decimal>,
}

impl Marks {
    /// The marks that come of their parts.
    pub fn of(attempt: &Attempt, slots: Vec<SlotMark>) -> Self {
        let points = slots.iter().map(|slot| slot.points).sum::<Option<Decimal>>().map(Decimal::max_zero);
        Self { attempt: attempt.id, quiz: attempt.quiz, slots, points }
    }
}

impl Record for Marks {
    const TABLE: Table = Table { tag: 94, name: "marks" };
    const VERSION: u8 = 1;
    type Key = AttemptId;

    fn key(&self) -> AttemptId {
        self.attempt
    }

    fn index(&self, entries: &mut Entries) {
        if self.points.is_none() {
            entries.add::<AwaitingMarks>(&self.quiz);
        }
    }
}

/// Finished attempts of a quiz in which a response waits for a person, in the order of their starts.
#[derive(Debug)]
pub struct AwaitingMarks;

impl Index for AwaitingMarks {
    const TABLE: Table = Table { tag: 95, name: "attempts awaiting marks" };
    type Key = QuizId;
    type Of = Marks;
}

/// A mark given by hand. Regrading keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManualMark {
    /// The attempt.
    pub attempt: AttemptId,
    /// The place on its paper.
    pub slot: u16,
    /// Points given.
    pub points: Decimal,
    /// Points that could be given then: when the quiz gives other points later, the mark moves in proportion.
    pub of: Decimal,
    /// For the learner.
    pub comment: String,
    /// By whom.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
}

impl Record for ManualMark {
    const TABLE: Table = Table { tag: 96, name: "manual mark" };
    const VERSION: u8 = 1;
    type Key = (AttemptId, u16);

    fn key(&self) -> Self::Key {
        (self.attempt, self.slot)
    }
}

impl ManualMark {
    /// What it comes to when the question gives `points` now.
    pub fn points_of(&self, points: Decimal) -> Decimal {
        if self.of == points { self.points } else { self.points.scaled(points, self.of) }
    }
}

/// Marks one response: points by the key, or by hand where there is a mark by hand.
pub fn mark_slot(
    slot: &PaperSlot,
    body: &QuestionBody,
    response: Option<&Response>,
    manual: Option<&ManualMark>,
) -> SlotMark {
    let answered = response.is_some_and(|response| !response.is_blank());
    if let Some(manual) = manual {
        return SlotMark { points: Some(manual.points_of(slot.points)), by_hand: true, answered };
    }
    let mark = question::mark(body, &slot.arrangement, response.unwrap_or(&Response::Empty));
    SlotMark { points: mark.share.map(|share| share.of_points(slot.points)), by_hand: false, answered }
}

/// How a mark went, for views.
pub fn state_of(mark: &SlotMark, of: Decimal) -> MarkState {
    match mark.points {
        None => MarkState::NeedsMarking,
        Some(_) if !mark.answered && !mark.by_hand => MarkState::NotAnswered,
        Some(points) if of.is_zero() => question::mark::state_of(points),
        Some(points) => question::mark::state_of(Decimal::ratio(points, of)),
    }
}
