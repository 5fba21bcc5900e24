//! What must hold between the rows of attempts: the chain of receipts, the head that counts the saves, and the
//! standing and the gradebook that say what the attempts come to.

use super::{Attempt, AttemptHead, Marks, long, receipt, result, saved};
use crate::domain::ids::AttemptId;
use crate::domain::quiz::due;
use crate::domain::standing::Standing;
use crate::domain::{course, quiz};
use crate::store::{Read, Report, Store, StoreError, key};

/// Rows that one read looks at.
const PAGE: usize = 200;

/// Adds to the report what does not hold.
pub fn verify(store: &Store, report: &mut Report) -> Result<(), StoreError> {
    long::verify(store, report)?;
    let mut after: Option<AttemptId> = None;
    loop {
        let page = store.read(|read| read.list::<AttemptHead>(&(), after.as_ref(), PAGE))?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.attempt);
        for head in &page {
            let attempt = store.read(|read| read.get::<Attempt>(&head.attempt))?;
            if let Some(attempt) = attempt
                && store.read(|read| course::is_deleting(read, attempt.course))?
            {
                continue;
            }
            if let Err(problem) = chain(store, head)? {
                report.differ("attempt head", &key::encode(&head.attempt), problem);
            }
            if let Err(problem) = store.read(|read| stands(read, head.attempt)) {
                report.differ("standing", &key::encode(&head.attempt), problem);
            }
        }
    }
}

/// Walks the chain of an attempt from its start to its head.
fn chain(store: &Store, head: &AttemptHead) -> Result<Result<(), String>, StoreError> {
    let Some(attempt) = store.read(|read| read.get::<Attempt>(&head.attempt))? else {
        return Ok(Err("there is no attempt of this id".to_owned()));
    };
    let mut link = receipt::first(attempt.id, attempt.started);
    let mut slots = vec![super::HeadSlot::default(); attempt.paper.len()];
    let mut blank = vec![false; attempt.paper.len()];
    let (mut number, mut short_bytes) = (0, 0);
    loop {
        let page = store.read(|read| saved::list(read, head.attempt, number, PAGE));
        let (page, more) = match page {
            Ok(page) => page,
            Err(refusal) => return Ok(Err(format!("behind save {number}: {refusal}"))),
        };
        for saved in page {
            number += 1;
            let Ok(digest) = receipt::digest(&saved.response) else {
                return Ok(Err(format!("save {number} cannot be shown")));
            };
            link = receipt::next(&link, saved.slot, saved.sequence, saved.at, &digest);
            if saved.number != number || saved.receipt != link {
                return Ok(Err(format!("the chain of receipts breaks at save {number}")));
            }
            if !long::is_long(&saved.response) {
                short_bytes += long::weight(&saved.response, None) as u64;
            }
            if let Some(slot) = slots.get_mut(usize::from(saved.slot)) {
                *slot = super::HeadSlot { sequence: saved.sequence, save: number };
            }
            if let Some(blank) = blank.get_mut(usize::from(saved.slot)) {
                *blank = number > head.cleared_behind && saved.response.is_blank();
            }
        }
        if !more {
            break;
        }
    }
    if number != head.saves || link != head.receipt || slots != head.slots {
        return Ok(Err(format!("the head has {} saves, {number} are there, or others", head.saves)));
    }
    let cleared: Vec<u16> = (0..).zip(blank).filter_map(|(slot, blank)| blank.then_some(slot)).collect();
    if cleared != head.cleared {
        return Ok(Err(format!("slots {cleared:?} were cleared, the head says {:?}", head.cleared)));
    }
    // What an older program saved is there and not counted.
    if head.long_bytes > 0 {
        let bytes = match long::weight_of_all(store, head.attempt)? {
            Ok(bytes) => bytes + short_bytes,
            Err(refusal) => return Ok(Err(refusal.to_string())),
        };
        if bytes < head.long_bytes.into() {
            return Ok(Err(format!(
                "the head counts {} bytes of its saves, {bytes} are there",
                head.long_bytes
            )));
        }
    }
    let marked = store.read(|read| read.exists::<Marks>(&head.attempt))?;
    if marked == head.is_running() {
        return Ok(Err("a running attempt has marks, or a finished one has none".to_owned()));
    }
    Ok(Ok(()))
}

/// Says the standing of the attempt's learner what their attempts are?
fn stands(read: &impl Read, attempt: AttemptId) -> Result<(), String> {
    let problem = |error: &dyn std::fmt::Display| format!("it cannot be compared: {error}");
    let attempt = super::get(read, attempt).map_err(|error| problem(&error))?;
    let quiz = quiz::get(read, attempt.quiz).map_err(|error| problem(&error))?;
    let (finished, running, attempts) =
        result::of_learner(read, &quiz, attempt.user).map_err(|error| problem(&error))?;
    let standing = read
        .get::<Standing>(&(attempt.course, attempt.user, attempt.quiz))
        .map_err(|error| problem(&error))?
        .ok_or_else(|| "the learner has an attempt and no standing".to_owned())?;
    if standing.attempts != attempts
        || standing.running != running
        || usize::from(standing.finished) != finished.len()
        || standing.awaits_marking != finished.iter().any(|attempt| attempt.points.is_none())
    {
        let count = finished.len();
        return Err(format!("there are {attempts} attempts, {count} of them finished; it says otherwise"));
    }
    // While a regrade is due, what counts is still as it was.
    let is_due = due::of(read, quiz.id).map_err(|error| problem(&error))?.is_some();
    let is_current = || result::is_current(read, &quiz, attempt.user, &finished);
    if !is_due && !is_current().map_err(|error| problem(&error))? {
        let user = attempt.user;
        return Err(format!(
            "the points that count for user {user} are not what the attempts make; regrade it"
        ));
    }
    Ok(())
}
