//! What other stores answered, when a person is erased here: an answer may quote the statement that it refuses, and with it
//! whoever that was about.

use super::edit::{MAX_LETTERS, all};
use super::progress::Answer;
use super::{Chosen, DEAD_LETTERS, DeadLetter, ForwardProgress, Trouble};
use crate::clock::Timestamp;
use crate::domain::refusal::Refusal;
use crate::domain::xapi::closed::{self, Why};
use crate::domain::xapi::record::{Statement, Stored};
use crate::domain::xapi::voiding;
use crate::store::{Counter, Read, Txn};

/// What stands in the place of an answer.
pub const FORGOTTEN: &str = "(forgotten: a person was erased)";
/// What stands there as long as the target was not asked.
const TO_BE_TOLD: &str = "(not sent yet: what it voids was erased)";

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
        } else {
            txn.put(DeadLetter { answer: FORGOTTEN.to_owned(), ..(*letter).clone() })?;
        }
    }
    Ok(())
}

/// A voided statement is gone. Where it was forwarded to it would stay valid if what voids it is not there yet: that is not found
/// by what the other one was about any more, so that it may be none of what the target gets, or its turn was over before the other
/// one came. So it is a letter that goes next.
pub(in crate::domain::xapi) fn tell_voided(
    txn: &mut Txn<'_>,
    gone: &Statement,
    now: Timestamp,
) -> Result<(), Refusal> {
    if !gone.voided {
        return Ok(());
    }
    let Some(voids) = voiding::first(txn, &gone.id, None)? else { return Ok(()) };
    for target in all(txn)? {
        let Some(progress) = txn.get::<ForwardProgress>(&target.id)? else { continue };
        let chosen = Chosen::of(&target.selection);
        let has_its_turn = progress.position < voids.stored && chosen.has_by_itself(&voids);
        let is_told = progress.position >= gone.stored.max(voids.stored);
        if !chosen.has(gone) || has_its_turn || is_told {
            continue;
        }
        let letters = txn.counter(&Counter::new(DEAD_LETTERS, &target.id))?;
        let is_full = usize::try_from(letters).is_ok_and(|letters| letters >= MAX_LETTERS);
        if is_full || txn.exists::<DeadLetter>(&(target.id, voids.stored))? {
            continue;
        }
        txn.put(DeadLetter {
            target: target.id,
            stored: voids.stored,
            statement: voids.id,
            refused: now,
            tries: 0,
            status: None,
            answer: TO_BE_TOLD.to_owned(),
            again: true,
        })?;
    }
    Ok(())
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
