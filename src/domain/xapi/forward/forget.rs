//! What other stores answered, when a person is erased here: an answer may quote the statement that it refuses, and with it
//! whoever that was about.

use super::edit::all;
use super::progress::Answer;
use super::{DeadLetter, ForwardProgress, Trouble};
use crate::domain::refusal::Refusal;
use crate::domain::xapi::closed::{self, Why};
use crate::domain::xapi::record::Stored;
use crate::store::{Read, Txn};

/// What stands in the place of an answer.
pub const FORGOTTEN: &str = "(forgotten: a person was erased)";

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
    let erased = closed::why(read, statement)? == Some(Why::Changed);
    Ok(if erased { FORGOTTEN.to_owned() } else { answer.kept() })
}
