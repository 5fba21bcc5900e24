//! Voiding as other stores are told of it, by forwarding and as a file. They know nothing of the rights of the credentials here and
//! take what they are told in its order; what is voided here has to be voided there, and nothing else.
//!
//! So a statement that voids is told behind what it voids, also when it came before it; and one that voids nothing here is not told.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::closed::{self, Why};
use super::credential::SITE;
use super::keep::MAX_REFERRERS;
use super::record::{Statement, StatementById, StatementsByTarget, Stored};
use crate::domain::refusal::Refusal;
use crate::store::{Exactly, Read};

/// The statements that void a voided one and were stored before it, in their order; none when it is not voided. Which of them made it
/// so is not kept, and who may do what changes: where it is voided each says what is so.
pub(super) fn before(read: &impl Read, voided: &Statement) -> Result<Vec<Arc<Statement>>, Refusal> {
    let mut found = Vec::new();
    if voided.voided {
        each(read, &voided.id, Some(voided.stored), |one| {
            found.push(one);
            ControlFlow::Continue(())
        })?;
    }
    Ok(found)
}

/// The first statement, up to a place, that says of an id that it is voided.
pub(super) fn first(
    read: &impl Read,
    id: &[u8; 16],
    until: Option<Stored>,
) -> Result<Option<Arc<Statement>>, Refusal> {
    let mut found = None;
    each(read, id, until, |one| {
        found = Some(one);
        ControlFlow::Break(())
    })?;
    Ok(found)
}

/// Visits the statements, up to a place, that say of an id that it is voided.
fn each(
    read: &impl Read,
    id: &[u8; 16],
    until: Option<Stored>,
    mut visit: impl FnMut(Arc<Statement>) -> ControlFlow<()>,
) -> Result<(), Refusal> {
    // Behind so many that refer to it what voids it is not taken before it is there.
    for (_, stored) in read.index_keys::<StatementsByTarget>(&Exactly(*id), None, MAX_REFERRERS)? {
        if until.is_some_and(|until| stored > until) {
            break;
        }
        if let Some(one) = read.get::<Statement>(&stored)?.filter(|one| one.voids)
            && visit(one).is_break()
        {
            break;
        }
    }
    Ok(())
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
        Some(target) => target.voided && !(goes(&target) && statement.stored < target.stored),
    })
}
