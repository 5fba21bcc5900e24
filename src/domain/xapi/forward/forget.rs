//! What other stores answered, when a person is erased here: an answer may quote the statement that it refuses, and with it
//! whoever that was about.

use super::edit::{MAX_LETTERS, all};
use super::progress::Answer;
use super::{DEAD_LETTERS, DeadLetter, ForwardProgress, ForwardTarget, ForwardTargetId, Trouble};
use crate::clock::Timestamp;
use crate::domain::refusal::Refusal;
use crate::domain::xapi::closed::{self, Why};
use crate::domain::xapi::record::{Statement, Stored};
use crate::domain::xapi::voiding;
use crate::store::{Counter, Read, Txn};

/// What stands in the place of an answer.
pub const FORGOTTEN: &str = "(forgotten: a person was erased)";
/// What stands there as long as the target was not asked.
const TO_BE_TOLD: &str = "(not sent yet: what it voids was erased or made nameless)";

/// A statement was made nameless, or is gone, which ends its letters too.
pub(in crate::domain::xapi) fn forget_statement(
    txn: &mut Txn<'_>,
    stored: Stored,
    gone: bool,
) -> Result<(), Refusal> {
    for target in all(txn)? {
        let key = (target.id, stored);
        let Some(letter) = txn.get::<DeadLetter>(&key)? else { continue };
        if gone {
            txn.delete::<DeadLetter>(&key)?;
        } else if letter.tries > 0 {
            txn.put(DeadLetter { answer: FORGOTTEN.to_owned(), ..(*letter).clone() })?;
        }
    }
    Ok(())
}

/// A statement is gone, or another one now by which it is found. What voids a statement goes wherever that went: where neither of the
/// two is selected any more and it is still to go, it is a letter that goes next.
pub(in crate::domain::xapi) fn tell_voided(
    txn: &mut Txn<'_>,
    was: &Statement,
    is: Option<&Statement>,
    now: Timestamp,
) -> Result<(), Refusal> {
    let voids = match was {
        Statement { voided: true, id, .. } => voiding::first(txn, id, None)?,
        Statement { voids: true, stored, .. } if voiding::is_told(txn, was, |_| false)? => {
            txn.get::<Statement>(stored)?
        }
        _ => None,
    };
    let Some(voids) = voids else { return Ok(()) };
    for target in lost(txn, was, is)? {
        let Some(progress) = txn.get::<ForwardProgress>(&target.id)? else { continue };
        let has_its_turn = progress.position < voids.stored && target.chosen().has(&voids);
        let is_told = progress.position >= was.stored.max(voids.stored);
        if !has_its_turn && !is_told {
            send_next(txn, target.id, &voids, now)?;
        }
    }
    Ok(())
}

/// The targets of which a statement was one that is selected, and is none any more. One that has not come to it yet is among them: a
/// request with it may be under way.
fn lost(read: &impl Read, was: &Statement, is: Option<&Statement>) -> Result<Vec<ForwardTarget>, Refusal> {
    let mut lost = all(read)?;
    lost.retain(|target| {
        let chosen = target.chosen();
        chosen.has(was) && !is.is_some_and(|is| chosen.has(is))
    });
    Ok(lost)
}

/// Where a statement that is gone, or another one by which it is found, went as something valid.
pub(in crate::domain::xapi) fn valid_at(
    read: &impl Read,
    was: &Statement,
    is: Option<&Statement>,
) -> Result<Vec<ForwardTargetId>, Refusal> {
    if was.voids || was.voided {
        return Ok(Vec::new());
    }
    Ok(lost(read, was, is)?.into_iter().map(|target| target.id).collect())
}

/// What was erased, or made nameless, as something valid is voided by this one.
pub(in crate::domain::xapi) fn tell_late(
    txn: &mut Txn<'_>,
    voids: &Statement,
    now: Timestamp,
) -> Result<(), Refusal> {
    let Some(id) = &voids.target else { return Ok(()) };
    for id in closed::take_valid_at(txn, id)? {
        if let Some(target) = txn.get::<ForwardTarget>(&id)?
            && !target.chosen().has(voids)
        {
            send_next(txn, id, voids, now)?;
        }
    }
    Ok(())
}

fn send_next(
    txn: &mut Txn<'_>,
    target: ForwardTargetId,
    voids: &Statement,
    now: Timestamp,
) -> Result<(), Refusal> {
    let letters = txn.counter(&Counter::new(DEAD_LETTERS, &target))?;
    let is_full = usize::try_from(letters).is_ok_and(|letters| letters >= MAX_LETTERS);
    if is_full || txn.exists::<DeadLetter>(&(target, voids.stored))? {
        return Ok(());
    }
    Ok(txn.put(DeadLetter {
        target,
        stored: voids.stored,
        statement: voids.id,
        refused: now,
        tries: 0,
        status: None,
        answer: TO_BE_TOLD.to_owned(),
        again: true,
    })?)
}

/// A person is erased: why nothing gets through was said of any statements. The next try says it anew.
pub(in crate::domain::xapi) fn forget_troubles(txn: &mut Txn<'_>) -> Result<(), Refusal> {
    for target in all(txn)? {
        if let Some(progress) = txn.get::<ForwardProgress>(&target.id)?
            && let Some(trouble) = &progress.trouble
        {
            let trouble = Some(Trouble { reason: FORGOTTEN.to_owned(), ..trouble.clone() });
            txn.put(ForwardProgress { trouble, ..(*progress).clone() })?;
        }
    }
    Ok(())
}

/// What is kept of an answer about a statement. It may have been asked for before the person was erased, and come behind that.
pub(super) fn kept(read: &impl Read, statement: &[u8; 16], answer: &Answer) -> Result<String, Refusal> {
    let erased = closed::why(read, statement)?.is_some_and(Why::is_changed);
    Ok(if erased { FORGOTTEN.to_owned() } else { answer.kept() })
}
