//! Voiding as other stores are told of it, by forwarding and as a file. They know nothing of the rights of the credentials here and
//! take what they are told in its order; what is voided here has to be voided there, and nothing else.
//!
//! So a statement that voids is told behind what it voids, also when it came before it; and one that voids nothing here is not told.

use std::sync::Arc;

use super::closed::{self, Why};
use super::credential::SITE;
use super::keep::MAX_REFERRERS;
use super::record::{Statement, StatementById, StatementsByTarget, Stored};
use crate::domain::refusal::Refusal;
use crate::store::{Exactly, Read};

/// The first statement that voids a voided one and was stored before it; `None` when there is none, or it is not voided.
pub(super) fn before(read: &impl Read, voided: &Statement) -> Result<Option<Arc<Statement>>, Refusal> {
    if !voided.voided {
        return Ok(None);
    }
    first(read, &voided.id, Some(voided.stored))
}

/// The first statement, up to a place, that says of an id that it is voided.
pub(super) fn first(
    read: &impl Read,
    id: &[u8; 16],
    until: Option<Stored>,
) -> Result<Option<Arc<Statement>>, Refusal> {
    // No more than these are there before what they are about. One that voids it when more have come is not looked for.
    for (_, stored) in read.index_keys::<StatementsByTarget>(&Exactly(*id), None, MAX_REFERRERS)? {
        if until.is_some_and(|until| stored > until) {
            break;
        }
        if let Some(one) = read.get::<Statement>(&stored)?.filter(|one| one.voids) {
            return Ok(Some(one));
        }
    }
    Ok(None)
}

/// Is a statement told at its own place? One that voids is, when its target is voided here, unless that came later and goes out, too:
/// then it goes along. One whose target is not here is told when that was erased here as voided, or will be voided as soon as it
/// comes, whoever writes it. What others would void that is not theirs is never told, nor what may still turn out to be so.
pub(super) fn is_told(
    read: &impl Read,
    statement: &Statement,
    goes: impl Fn(&Statement) -> bool,
) -> Result<bool, Refusal> {
    let (true, Some(id)) = (statement.voids, &statement.target) else { return Ok(true) };
    Ok(match read.by_unique::<StatementById>(id)? {
        None => statement.credential == SITE || closed::why(read, id)?.is_some_and(Why::is_voided),
        // That changes nothing anywhere.
        Some(target) if target.voids => true,
        Some(target) => {
            target.voided
                && !(goes(&target)
                    && before(read, &target)?.is_some_and(|first| first.stored == statement.stored))
        }
    })
}
