//! Keeping statements: all of a batch or none, each id once, voiding, and what refers to what.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::closed::{self, Why};
use super::credential::{Caller, Credential, CredentialId, LrsScope, SITE};
use super::definition::{learn_activity, learn_name};
use super::forward::forget::tell_late;
use super::prepare::Prepared;
use super::record::{Concerns, FileNote, Statement, StatementById, StatementsByTarget, Stored, Text};
use super::scalar::uuid_text;
use super::watermark;
use crate::domain::refusal::{Code, FORBIDDEN, Kind, Refusal};
use crate::store::{Exactly, MAX_TRANSACTION_BYTES, MAX_VALUE_BYTES, Read, Txn};

/// A statement of one id is there, and says something else.
pub const STATEMENT_CONFLICT: Code = Code::new(
    "statement_conflict",
    Kind::Conflict,
    "There is a statement with this id already, and it says something else.",
);
/// A statement that would void one that is not there, and would not be looked at when that comes.
pub const TOO_MANY_REFERENCES: Code = Code::new(
    "too_many_references",
    Kind::Conflict,
    "What this statement voids is not there, and more statements refer to that already than are looked at when it comes; store \
     this one behind it.",
);

/// Codes of this file.
pub const CODES: &[Code] = &[STATEMENT_CONFLICT, TOO_MANY_REFERENCES];

/// People and activities that a row has room for, its own and those of the statements that it is about.
const MAX_CONCERNED: usize = 600;
/// How far a chain of references is followed.
const MAX_CHAIN: usize = 16;
/// Statements that are looked at when their target comes: those that came first. They are told, and void it where they may.
pub(super) const MAX_REFERRERS: usize = 500;
/// What telling them changes at most ([`Telling`]), so that there is room for what comes, whoever refers to it.
const MAX_TOLD_BYTES: usize = MAX_TRANSACTION_BYTES / 2;
/// What a row has beside text and terms, at most: files and fixed fields.
const ROW_BYTES: usize = 1_024;
/// What a term takes in a row.
const TERM_BYTES: usize = 18;

/// A statement whose files are in the content store.
#[derive(Debug, Clone)]
pub struct Ready {
    /// What it says.
    pub prepared: Prepared,
    /// Its text, in the row or in a file.
    pub text: Text,
    /// Its files that are kept here.
    pub files: Vec<FileNote>,
}

/// Does the text of a statement fit its row? Room is left for the terms of statements that it refers to.
pub fn fits(prepared: &Prepared, files: usize) -> bool {
    let terms = if prepared.target.is_some() { MAX_CONCERNED } else { prepared.concerns.named() };
    prepared.text.len() + terms * TERM_BYTES + files * 256 + ROW_BYTES <= MAX_VALUE_BYTES
}

/// What became of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is new.
    New,
    /// It was there, or was, and is not to come back.
    Unchanged,
    /// It is not kept.
    Refused(Refusal),
}

/// Keeps a batch, all of it or nothing. The ids, in its order.
pub fn keep(txn: &mut Txn<'_>, caller: &Caller, batch: Vec<Ready>) -> Result<Vec<[u8; 16]>, Refusal> {
    let ids = batch.iter().map(|ready| ready.prepared.id).collect();
    all_of(keep_all(txn, caller, batch, Telling::Together)?).map(|()| ids)
}

/// The first refusal of several outcomes is that of all.
fn all_of(outcomes: Vec<Outcome>) -> Result<(), Refusal> {
    let refused = outcomes.into_iter().find_map(|outcome| match outcome {
        Outcome::Refused(refusal) => Some(refusal),
        Outcome::New | Outcome::Unchanged => None,
    });
    refused.map_or(Ok(()), Err)
}

/// Keeps statements that are known to be right and whose ids follow from what they say: one that is there is left as it is.
pub(super) fn keep_unless_there(
    txn: &mut Txn<'_>,
    caller: &Caller,
    batch: Vec<Ready>,
) -> Result<(), Refusal> {
    let mut fresh = Vec::with_capacity(batch.len());
    let mut ids = BTreeSet::new();
    for ready in batch {
        let is_new = ids.insert(ready.prepared.id);
        if is_new && txn.unique_key::<StatementById>(&ready.prepared.id)?.is_none() {
            fresh.push(ready);
        }
    }
    all_of(keep_fresh(txn, caller, fresh, Telling::Together)?)
}

/// For what [`MAX_TOLD_BYTES`] is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Telling {
    /// For all that comes in one transaction: nobody sends it in pieces.
    Together,
    /// For each statement: a transaction that changes too much is cut.
    Apart,
}

/// Keeps what can be kept of a batch, in which each id is once. What became of each. Where it changes too much, the caller tries
/// again with less.
pub fn keep_each(txn: &mut Txn<'_>, caller: &Caller, batch: Vec<Ready>) -> Result<Vec<Outcome>, Refusal> {
    keep_all(txn, caller, batch, Telling::Apart)
}

fn keep_all(
    txn: &mut Txn<'_>,
    caller: &Caller,
    batch: Vec<Ready>,
    telling: Telling,
) -> Result<Vec<Outcome>, Refusal> {
    caller.require(&[LrsScope::StatementsWrite])?;
    let (mut outcomes, mut fresh) = (Vec::with_capacity(batch.len()), Vec::new());
    for ready in batch {
        outcomes.push(match txn.by_unique::<StatementById>(&ready.prepared.id)? {
            None => {
                fresh.push(ready);
                Outcome::New
            }
            Some(known) if is_same(&known, &ready.prepared) => {
                take_files(txn, known, ready.files)?;
                Outcome::Unchanged
            }
            Some(_) if closed::why(txn, &ready.prepared.id)?.is_some_and(Why::is_changed) => {
                Outcome::Unchanged
            }
            Some(_) => Outcome::Refused(conflict(&ready.prepared.id)),
        });
    }
    let new = outcomes.iter_mut().filter(|outcome| **outcome == Outcome::New);
    for (outcome, kept) in new.zip(keep_fresh(txn, caller, fresh, telling)?) {
        *outcome = kept;
    }
    Ok(outcomes)
}

/// Keeps files that came later than their statement, from whomever: it has their hashes, and whoever sends them says the same. Its row
/// has room for all that it names.
fn take_files(txn: &mut Txn<'_>, known: Arc<Statement>, mut came: Vec<FileNote>) -> Result<(), Refusal> {
    came.retain(|file| !known.has_file(&file.sha2));
    if !came.is_empty() && !closed::why(txn, &known.id)?.is_some_and(Why::is_changed) {
        let mut statement = Arc::unwrap_or_clone(known);
        statement.files.append(&mut came);
        txn.put(statement)?;
    }
    Ok(())
}

/// Refuses a statement under whose id there is another one.
pub(super) fn conflict(id: &[u8; 16]) -> Refusal {
    STATEMENT_CONFLICT.refuse(format!("statement {} says something else already", uuid_text(id)))
}

fn keep_fresh(
    txn: &mut Txn<'_>,
    caller: &Caller,
    fresh: Vec<Ready>,
    telling: Telling,
) -> Result<Vec<Outcome>, Refusal> {
    if fresh.is_empty() {
        return Ok(Vec::new());
    }
    let first = watermark::take(txn, caller.now, fresh.len() as u64)?;
    let (kept, mut told) = (fresh.into_iter().zip(first.0..), 0);
    kept.map(|(ready, stored)| {
        if telling == Telling::Apart {
            told = 0;
        }
        keep_one(txn, caller, (Stored(stored), ready), &mut told)
    })
    .collect()
}

fn is_same(known: &Statement, new: &Prepared) -> bool {
    let given_back = || {
        // Read from here and sent again: it has the time that it was given here.
        known.timed_by_us
            && new.says_untimed == known.says
            && new
                .timestamp_us
                .is_some_and(|us| u64::try_from(us).is_ok_and(|us| us / 1000 == known.stored.0 / 1000))
    };
    known.says == new.says || given_back()
}

/// Keeps one statement. `told` are the bytes that telling statements about those that came changes.
fn keep_one(
    txn: &mut Txn<'_>,
    caller: &Caller,
    (stored, ready): (Stored, Ready),
    told: &mut usize,
) -> Result<Outcome, Refusal> {
    let Ready { prepared, text, files } = ready;
    let mut voided = match closed::why(txn, &prepared.id)? {
        Some(Why::Changed | Why::ChangedValid) => return Ok(Outcome::Unchanged),
        Some(Why::Voided) => !prepared.voids,
        None => false,
    };
    let mut concerns = vec![prepared.concerns];
    let mut is_voiding = false;
    if let Some(id) = &prepared.target {
        match txn.by_unique::<StatementById>(id)? {
            Some(target) => {
                extend(&mut concerns, &target.concerns);
                if prepared.voids && !target.voids && !target.voided {
                    if !may_void(txn, caller.credential(), target.credential)? {
                        let target = uuid_text(id);
                        return Ok(Outcome::Refused(FORBIDDEN.refuse(format!(
                            "statement {target} was written by another credential; to void it needs the scope \"all\""
                        ))));
                    }
                    txn.put(Statement { voided: true, ..Arc::unwrap_or_clone(target) })?;
                    is_voiding = true;
                }
            }
            None if prepared.voids => {
                let before = txn.index_keys::<StatementsByTarget>(&Exactly(*id), None, MAX_REFERRERS)?;
                let may_come = !closed::why(txn, id)?.is_some_and(Why::is_changed);
                if before.len() == MAX_REFERRERS && may_come {
                    let target = uuid_text(id);
                    return Ok(Outcome::Refused(TOO_MANY_REFERENCES.refuse(format!(
                        "{MAX_REFERRERS} statements refer to statement {target}, which is not here; store what voids it behind it"
                    ))));
                }
                // What the credential may now counts, not what it may, or whether there is one, when the statement comes.
                if caller.voids_any() {
                    closed::void(txn, id)?;
                    is_voiding = true;
                }
            }
            None => {}
        }
    }
    for referrer in referrers(txn, prepared.id)? {
        let Some(referrer) = txn.get::<Statement>(&referrer)? else { continue };
        voided |= !prepared.voids
            && referrer.voids
            && referrer.target == Some(prepared.id)
            && may_void(txn, referrer.credential, caller.credential())?;
        let mut referrer = Arc::unwrap_or_clone(referrer);
        if *told < MAX_TOLD_BYTES && extend(&mut referrer.concerns, &concerns) {
            let before = txn.changed_bytes();
            txn.put(referrer)?;
            *told += txn.changed_bytes() - before;
        }
    }
    let kept = Statement {
        stored,
        id: prepared.id,
        text,
        timed_by_us: prepared.timestamp_us.is_none(),
        says: prepared.says,
        credential: caller.credential(),
        voids: prepared.voids,
        voided,
        target: prepared.target,
        concerns,
        files,
    };
    if is_voiding {
        tell_late(txn, &kept, caller.now)?;
    }
    txn.append(kept)?;
    if let Some(word) = caller.word() {
        for defined in &prepared.definitions {
            learn_activity(txn, defined, word)?;
        }
        for (ifi, name) in &prepared.names {
            learn_name(txn, ifi, name, word)?;
        }
    }
    Ok(Outcome::New)
}

/// May a credential void what another one wrote? Its own it may, others with the scope `all`; what was imported was voided elsewhere.
fn may_void(read: &impl Read, voids: CredentialId, wrote: CredentialId) -> Result<bool, Refusal> {
    if voids == wrote || voids == SITE {
        return Ok(true);
    }
    let credential = read.get::<Credential>(&voids)?;
    Ok(credential.is_some_and(|credential| credential.scopes.contains(&LrsScope::All)))
}

/// What a statement is about, and behind that what the statements are about that it leads to.
pub(super) fn led_to(
    read: &impl Read,
    own: Concerns,
    target: Option<[u8; 16]>,
) -> Result<Vec<Concerns>, Refusal> {
    let mut concerns = vec![own];
    let mut next = target;
    for _ in 0..MAX_CHAIN {
        let Some(id) = next else { break };
        let Some(target) = read.by_unique::<StatementById>(&id)? else { break };
        extend(&mut concerns, target.concerns.get(..1).unwrap_or_default());
        next = target.target;
    }
    Ok(concerns)
}

/// Adds what a statement is about by way of another one, as far as there is room: there always is for its verb and registration.
fn extend(concerns: &mut Vec<Concerns>, more: &[Concerns]) -> bool {
    let mut changed = false;
    for one in more {
        if concerns.len() >= MAX_CHAIN || concerns.contains(one) {
            continue;
        }
        let taken = concerns.iter().map(Concerns::named).sum::<usize>();
        let fitting = one.first(MAX_CONCERNED.saturating_sub(taken));
        if !concerns.contains(&fitting) {
            concerns.push(fitting);
            changed = true;
        }
    }
    changed
}

/// The statements about one that comes now, and behind them those about them, as many as are looked at: they are found by what it
/// is about.
fn referrers(read: &impl Read, id: [u8; 16]) -> Result<BTreeSet<Stored>, Refusal> {
    let mut seen: BTreeSet<Stored> = BTreeSet::new();
    let mut next = vec![id];
    while let Some(target) = next.pop() {
        for (_, stored) in read.index_keys::<StatementsByTarget>(&Exactly(target), None, MAX_REFERRERS)? {
            if seen.len() == MAX_REFERRERS {
                return Ok(seen);
            }
            if seen.insert(stored)
                && let Some(referrer) = read.get::<Statement>(&stored)?
            {
                next.push(referrer.id);
            }
        }
    }
    Ok(seen)
}

/// The ids that come twice in a batch.
pub fn doubles(ids: &[[u8; 16]]) -> Option<[u8; 16]> {
    let mut seen: BTreeSet<[u8; 16]> = BTreeSet::new();
    ids.iter().find(|id| !seen.insert(**id)).copied()
}
