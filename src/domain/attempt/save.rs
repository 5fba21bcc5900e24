//! Saving answers: the hot path of an exam. Two rows are written per save; nothing that was acknowledged is ever
//! overwritten by something older, whatever a network repeats, delays or reorders.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::receipt::{self, Receipt};
use super::{
    ATTEMPT_OVER, Attempt, AttemptHead, DEADLINE_PASSED, HeadSlot, SEQUENCE_REUSED, Saved, TOO_MANY_SAVES,
    live, start,
};
use crate::clock::Timestamp;
use crate::domain::access::Actor;
use crate::domain::bank;
use crate::domain::ids::AttemptId;
use crate::domain::question::{self, Response, ResponseInput};
use crate::domain::quiz;
use crate::domain::refusal::{INTERNAL, Refusal, invalid};
use crate::store::{Read, Txn};

/// Saves of one attempt: eight hours with one every second and a half.
const MAX_SAVES: u32 = 20_000;
/// Greatest sequence number: exact in every client's numbers.
const MAX_SEQUENCE: u64 = (1 << 53) - 1;

/// A response to save.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SaveInput {
    /// The client's own number of this save: from 1, greater with every save of the slot. Sending the same save again
    /// is safe; one with a lower number than was saved already changes nothing.
    pub sequence: u64,
    /// The response.
    pub response: ResponseInput,
}

/// A response that fits its question.
#[derive(Debug, Clone)]
pub struct Checked {
    slot: u16,
    sequence: u64,
    response: Response,
    digest: [u8; 32],
}

/// Parses and checks responses, before the transaction. `at` is where in the body a response stands.
pub fn check(
    read: &impl Read,
    actor: &Actor,
    attempt: AttemptId,
    address: Option<IpAddr>,
    inputs: Vec<(u16, SaveInput, &str)>,
) -> Result<Vec<Checked>, Refusal> {
    let attempt = super::own(read, actor, attempt)?;
    start::check_address(&*quiz::get(read, attempt.quiz)?, address)?;
    inputs.into_iter().map(|(slot, input, at)| check_one(read, &attempt, slot, input, at)).collect()
}

fn check_one(
    read: &impl Read,
    attempt: &Attempt,
    slot: u16,
    input: SaveInput,
    at: &str,
) -> Result<Checked, Refusal> {
    if !(1..=MAX_SEQUENCE).contains(&input.sequence) {
        return Err(invalid(format!("{at}/sequence"), format!("is not between 1 and {MAX_SEQUENCE}")));
    }
    let asked = attempt.slot(slot)?;
    let version = bank::version(read, asked.question, asked.version)?;
    let response = Response::from(input.response);
    question::check(&version.body.kind, &asked.arrangement, &response)
        .map_err(|error| invalid(format!("{at}/response"), error.to_string()))?;
    let digest = receipt::digest(&response)?;
    Ok(Checked { slot, sequence: input.sequence, response, digest })
}

/// What became of a save.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is durable.
    Saved,
    /// It was durable already.
    Repeated,
    /// Something newer was saved before; the receipt is the newer one's.
    Superseded,
    /// Another response has this sequence number; the receipt is that one's. Save again with a higher number.
    Conflict,
}

/// The receipt for a save.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipted {
    /// The slot.
    pub slot: u16,
    /// What became of it.
    pub outcome: Outcome,
    /// The sequence number that is saved.
    pub sequence: u64,
    /// The number of the save in the attempt.
    pub number: u32,
    /// When the server took it.
    pub at: Timestamp,
    /// The link in the chain.
    pub receipt: Receipt,
}

/// Saves responses. Every one of them is durable when this is answered, or none.
pub fn save(
    txn: &mut Txn<'_>,
    actor: &Actor,
    id: AttemptId,
    responses: Vec<Checked>,
) -> Result<(Vec<Receipted>, Option<Timestamp>), Refusal> {
    let attempt = super::own(txn, actor, id)?;
    let mut head = AttemptHead::clone(&*super::head(txn, id)?);
    let answered_before = head.answered();
    let saves_before = head.saves;
    let mut receipts = Vec::with_capacity(responses.len());
    for checked in responses {
        receipts.push(save_one(txn, actor, &mut head, checked)?);
    }
    let deadline = head.deadline;
    if head.saves != saves_before {
        // Listeners are told of progress, not of every keystroke.
        if head.answered() != answered_before {
            live::tell(txn, &attempt, &head);
        }
        txn.put(head)?;
    }
    Ok((receipts, deadline))
}

fn save_one(
    txn: &mut Txn<'_>,
    actor: &Actor,
    head: &mut AttemptHead,
    checked: Checked,
) -> Result<Receipted, Refusal> {
    let place = usize::from(checked.slot);
    let last = head.slots.get(place).copied().unwrap_or_default();
    // What was acknowledged is acknowledged again, also when the attempt is over by now: the answer may have got lost.
    if last.save > 0 && checked.sequence <= last.sequence {
        let saved = txn.get::<Saved>(&(head.attempt, last.save))?.ok_or_else(|| {
            INTERNAL.refuse(format!("save {} of attempt {} is not there", last.save, head.attempt))
        })?;
        let outcome = match checked.sequence == last.sequence {
            true if saved.response == checked.response => Outcome::Repeated,
            true => Outcome::Conflict,
            false => Outcome::Superseded,
        };
        return Ok(Receipted {
            slot: saved.slot,
            outcome,
            sequence: saved.sequence,
            number: saved.number,
            at: saved.at,
            receipt: saved.receipt,
        });
    }
    if !head.is_running() {
        return Err(ATTEMPT_OVER.refuse("the attempt is handed in"));
    }
    if head.is_overdue(actor.now) {
        return Err(DEADLINE_PASSED.refuse("the time is over"));
    }
    if head.saves >= MAX_SAVES {
        return Err(TOO_MANY_SAVES.refuse(format!("an attempt keeps {MAX_SAVES} saves")));
    }
    let number = head.saves + 1;
    let link = receipt::next(&head.receipt, checked.slot, checked.sequence, actor.now, &checked.digest);
    if let Some(slot) = head.slots.get_mut(place) {
        *slot = HeadSlot { sequence: checked.sequence, save: number };
    }
    head.saves = number;
    head.receipt = link;
    txn.put(Saved {
        attempt: head.attempt,
        number,
        slot: checked.slot,
        sequence: checked.sequence,
        at: actor.now,
        response: checked.response,
        receipt: link,
    })?;
    Ok(Receipted {
        slot: checked.slot,
        outcome: Outcome::Saved,
        sequence: checked.sequence,
        number,
        at: actor.now,
        receipt: link,
    })
}

/// A conflict as a refusal, where only one response was sent.
pub fn refuse_conflict(receipted: &Receipted) -> Result<(), Refusal> {
    if receipted.outcome == Outcome::Conflict {
        return Err(SEQUENCE_REUSED.refuse(format!(
            "slot {} has another response under sequence {}; read the attempt and save with a higher number",
            receipted.slot, receipted.sequence
        )));
    }
    Ok(())
}
