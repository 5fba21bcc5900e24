//! Reading what marking an attempt needs, apart from marking it: the marking then holds nobody up.

use std::sync::Arc;

use super::marks::{ManualMark, Marks, mark_slot};
use super::{Attempt, AttemptHead, Saved};
use crate::domain::bank::{self, QuestionVersion};
use crate::domain::question::Response;
use crate::domain::refusal::{INTERNAL, Refusal};
use crate::store::Read;

/// Everything that marking needs, read in one go so that the marking itself holds nobody up.
#[derive(Debug, Clone)]
pub struct Material {
    /// The attempt.
    pub attempt: Arc<Attempt>,
    /// Saves of the head when it was read: marks are good for this state only.
    pub saves: u32,
    /// Per slot: question, last response, mark by hand.
    pub slots: Vec<SlotMaterial>,
}

/// What marking one slot needs.
#[derive(Debug, Clone)]
pub struct SlotMaterial {
    /// The question as it is asked.
    pub question: Arc<QuestionVersion>,
    /// The last response.
    pub response: Option<Response>,
    /// The mark by hand.
    pub manual: Option<Arc<ManualMark>>,
}

/// Reads what marking an attempt needs.
pub fn material(read: &impl Read, attempt: Arc<Attempt>, head: &AttemptHead) -> Result<Material, Refusal> {
    let by_hand = read.list::<ManualMark>(&(attempt.id,), None, attempt.paper.len())?;
    let mut by_hand: Vec<(u16, Arc<ManualMark>)> =
        by_hand.into_iter().map(|mark| (mark.slot, Arc::new(mark))).collect();
    let mut slots = Vec::with_capacity(attempt.paper.len());
    for (at, slot) in (0_u16..).zip(&attempt.paper) {
        let question = bank::version(read, slot.question, slot.version)?;
        let response = match head.slots.get(usize::from(at)) {
            Some(last) if last.save > 0 => {
                let saved = read.get::<Saved>(&(attempt.id, last.save))?.ok_or_else(|| {
                    INTERNAL.refuse(format!("save {} of attempt {} is not there", last.save, attempt.id))
                })?;
                Some(saved.response.clone())
            }
            _ => None,
        };
        let place = by_hand.iter().position(|(slot, _)| *slot == at);
        let manual = place.map(|place| by_hand.swap_remove(place).1);
        slots.push(SlotMaterial { question, response, manual });
    }
    Ok(Material { attempt, saves: head.saves, slots })
}

/// Marks an attempt.
pub fn mark(material: &Material) -> Marks {
    let slots = material.attempt.paper.iter().zip(&material.slots);
    let slots = slots
        .map(|(slot, it)| mark_slot(slot, &it.question.body, it.response.as_ref(), it.manual.as_deref()))
        .collect();
    Marks::of(&material.attempt, slots)
}
