//! Reading what marking an attempt needs, apart from marking it: the marking then holds nobody up.

use std::sync::Arc;

use super::marks::{ManualMark, Marks, mark_slot};
use super::{Attempt, AttemptHead, saved};
use crate::domain::bank::{self, QuestionVersion};
use crate::domain::question::Response;
use crate::domain::refusal::{INTERNAL, Refusal};
use crate::store::Read;

/// Everything that marking needs, read in one go so that the marking itself holds nobody up.
#[derive(Debug, Clone)]
pub struct Material {
    /// The attempt.
    pub attempt: Arc<Attempt>,
    /// Saves and entries in the log when it was read. While both are the same, so are responses and marks by hand.
    pub state: (u32, u32),
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
    /// The mark by hand was given to an earlier response that said something else.
    pub outdated: bool,
}

/// What two readings of an attempt have to have in common for one's marks to be good for the other.
pub const fn state(head: &AttemptHead) -> (u32, u32) {
    (head.saves, head.events)
}

/// The response of a save; none for the number 0, before there is one.
fn response(read: &impl Read, attempt: &Attempt, save: u32) -> Result<Option<Response>, Refusal> {
    if save == 0 {
        return Ok(None);
    }
    let saved = saved::find(read, attempt.id, save)?
        .ok_or_else(|| INTERNAL.refuse(format!("save {save} of attempt {} is not there", attempt.id)))?;
    Ok(Some(saved.response.clone()))
}

/// Reads what marking an attempt needs.
pub fn material(read: &impl Read, attempt: Arc<Attempt>, head: &AttemptHead) -> Result<Material, Refusal> {
    let by_hand = read.list::<ManualMark>(&(attempt.id,), None, attempt.paper.len())?;
    let mut by_hand: Vec<(u16, Arc<ManualMark>)> =
        by_hand.into_iter().map(|mark| (mark.slot, Arc::new(mark))).collect();
    let mut slots = Vec::with_capacity(attempt.paper.len());
    for (at, slot) in (0_u16..).zip(&attempt.paper) {
        let question = bank::version(read, slot.question, slot.version)?;
        let last = head.save_in(at.into());
        let response = response(read, &attempt, last)?;
        let place = by_hand.iter().position(|(slot, _)| *slot == at);
        let manual = place.map(|place| by_hand.swap_remove(place).1);
        let outdated = match manual.as_ref().and_then(|manual| manual.save) {
            Some(marked) if marked != last => self::response(read, &attempt, marked)? != response,
            _ => false,
        };
        slots.push(SlotMaterial { question, response, manual, outdated });
    }
    Ok(Material { attempt, state: state(head), slots })
}

/// Marks an attempt.
pub fn mark(material: &Material) -> Marks {
    let slots = material.attempt.paper.iter().zip(&material.slots);
    Marks::of(&material.attempt, slots.map(|(slot, it)| mark_slot(slot, it)).collect())
}
