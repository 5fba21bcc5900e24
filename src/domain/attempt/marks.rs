//! Marks: what each response of a finished attempt earned, by its key or by hand, and what they come to.

use serde::{Deserialize, Serialize};

use super::material::SlotMaterial;
use super::{Attempt, PaperSlot};
use crate::clock::Timestamp;
use crate::domain::decimal::Decimal;
use crate::domain::ids::{AttemptId, QuizId, UserId};
use crate::domain::question::{self, MarkState, Response};
use crate::store::{CodecError, Entries, Index, Record, Table, decode_appended};

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
    /// The save that was marked, 0 where nothing was saved; none where that was not kept yet, and the mark is good for
    /// whatever was answered.
    pub save: Option<u32>,
}

impl Record for ManualMark {
    const TABLE: Table = Table { tag: 96, name: "manual mark" };
    const VERSION: u8 = 2;
    type Key = (AttemptId, u16);

    fn key(&self) -> Self::Key {
        (self.attempt, self.slot)
    }

    fn upgrade(version: u8, body: &[u8]) -> Result<Self, CodecError> {
        // Version 1 did not say which save was marked, the last field.
        decode_appended(Self::TABLE.name, (version, 1), body, &None::<u32>)
    }
}

impl ManualMark {
    /// Does another one give the same for the same response, whoever gives it and whenever?
    pub fn says_the_same(&self, other: &Self) -> bool {
        let Self { points, of, comment, save, .. } = self;
        (points, of, comment, save) == (&other.points, &other.of, &other.comment, &other.save)
    }

    /// What it comes to when the question gives `points` now. Of nought points it says nothing once there are some.
    pub fn points_of(&self, points: Decimal) -> Option<Decimal> {
        if self.of == points {
            Some(self.points)
        } else {
            (!self.of.is_zero()).then(|| self.points.scaled(points, self.of))
        }
    }
}

/// Marks one response: points by the key, or by hand where there is a mark by hand. One that does not fit any more waits
/// for a person once again: whoever did not leave it to the key is asked.
pub fn mark_slot(slot: &PaperSlot, it: &SlotMaterial) -> SlotMark {
    let response = it.response.as_ref();
    let answered = response.is_some_and(|response| !response.is_blank());
    if let Some(manual) = &it.manual {
        let points = manual.points_of(slot.points).filter(|_| !it.outdated);
        return SlotMark { points, by_hand: points.is_some(), answered };
    }
    let mark = question::mark(&it.question.body, &slot.arrangement, response.unwrap_or(&Response::Empty));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{decode_value, encode_value};

    fn given(points: &str, of: &str) -> ManualMark {
        ManualMark {
            attempt: AttemptId(1),
            slot: 2,
            points: points.parse().unwrap(),
            of: of.parse().unwrap(),
            comment: "Fine".to_owned(),
            by: UserId(3),
            at: Timestamp::from_ms(1_000),
            save: None,
        }
    }

    #[test]
    fn a_mark_moves_with_the_points_and_of_none_it_says_nothing() {
        let of = |mark: ManualMark, points: &str| {
            mark.points_of(points.parse().unwrap()).map(|points| points.to_string())
        };
        assert_eq!(of(given("3", "4"), "8").as_deref(), Some("6"));
        assert_eq!(of(given("3", "4"), "0").as_deref(), Some("0"));
        assert_eq!(of(given("0", "0"), "0").as_deref(), Some("0"));
        assert_eq!(of(given("0", "0"), "5"), None);
    }

    #[test]
    fn a_mark_of_version_1_does_not_know_which_save_it_marks() {
        let mut bytes = encode_value(&given("3", "4")).unwrap();
        assert_eq!((bytes[0], bytes.pop()), (2, Some(0)), "no save is the last byte");
        bytes[0] = 1;
        assert_eq!(decode_value::<ManualMark>(&bytes).unwrap(), given("3", "4"));
        bytes[0] = 3;
        assert!(decode_value::<ManualMark>(&bytes).is_err());
        let newer = ManualMark { save: Some(7), ..given("3", "4") };
        assert_eq!(decode_value::<ManualMark>(&encode_value(&newer).unwrap()).unwrap(), newer);
    }
}
