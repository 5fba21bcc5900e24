//! Erasing a person from the learning records, or making them nameless, some statements at a time.
//!
//! A pass goes through what the person is found by, in stored order. Passes follow each other until one finds nothing to do: what
//! refers to a statement may have been stored before it, and is found by it until it is gone. So each step may be done twice.

use std::io;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Person, find, require, rewrite};
use crate::clock::Timestamp;
use crate::domain::access::Actor;
use crate::domain::audit;
use crate::domain::refusal::{INTERNAL, Refusal};
use crate::domain::xapi::closed;
use crate::domain::xapi::credential::Caller;
use crate::domain::xapi::definition::KnownPerson;
use crate::domain::xapi::document::{Document, DocumentsByAgent};
use crate::domain::xapi::files::{self, Kept};
use crate::domain::xapi::forward::forget::{forget_statement, forget_troubles, tell_voided, valid_at};
use crate::domain::xapi::json::{Node, Wrong, parse_text};
use crate::domain::xapi::keep::{Ready, led_to};
use crate::domain::xapi::own::Site;
use crate::domain::xapi::prepare::{MAX_LINE_BYTES, prepare_any};
use crate::domain::xapi::record::{Concerns, FileNote, Statement, Stored};
use crate::domain::xapi::term::{Ifi, Term};
use crate::domain::xapi::version::Version;
use crate::store::blobs::Blobs;
use crate::store::{Exactly, Read, Record, Txn};

/// Statements of one transaction.
const STATEMENTS_AT_ONCE: usize = 50;
/// What those are found by, which is what a transaction writes.
const TERMS_AT_ONCE: usize = 2_000;
/// Text of those, which is in memory: one of them may be longer than this.
const TEXT_BYTES_AT_ONCE: u64 = 1024 * 1024;
/// Documents of one transaction.
const DOCUMENTS_AT_ONCE: usize = 100;
/// Documents that a dry run counts in one read: a millisecond or two under the lock.
const DOCUMENTS_COUNTED: usize = 1_000;

/// What becomes of the person's statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ErasureWay {
    /// Those that they act in, or are acted on in, are removed, but for those that void something: without them it would be valid
    /// again wherever it is forwarded or imported. In these and in all others they become nameless.
    Erase,
    /// They become nameless in all of them.
    Pseudonymise,
}

/// What was done, or would be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct PersonErasureReport {
    /// What was asked for.
    pub how: ErasureWay,
    /// Nothing was written.
    pub dry_run: bool,
    /// Statements that were removed. A statement that names the person so often that it would become longer than a statement may
    /// be is removed both ways, unless it voids something.
    pub removed: u64,
    /// Statements in which a pseudonym stands for the person. Those by which they voided something are among them both ways.
    pub pseudonymised: u64,
    /// Statements that refer to one of those, and are found anew.
    pub references: u64,
    /// States and agent profiles that were removed.
    pub documents: u64,
}

/// Erasing a person, and how far it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// Who; nobody once it is done.
    pub person: Person,
    /// Who stands for them; nobody once it is done, so that nothing leads from the one to the other.
    pub pseudonym: Option<Ifi>,
    /// How.
    pub how: ErasureWay,
    /// Only say what would be done.
    pub dry_run: bool,
    /// Everything up to here is done in this pass.
    pub after: Option<Stored>,
    /// This pass changed something.
    pub changed: bool,
    /// Statements that were removed.
    pub removed: u64,
    /// Statements in which the pseudonym stands.
    pub pseudonymised: u64,
    /// Statements that refer to one of those.
    pub references: u64,
    /// Documents that were removed.
    pub documents: u64,
}

impl Erasure {
    /// Of a person, from the beginning. The address that own ids begin with, or else `home`, and random bytes make the pseudonym.
    pub fn of(
        read: &impl Read,
        person: Person,
        (how, dry_run): (ErasureWay, bool),
        home: &str,
        random: [u8; 16],
    ) -> Result<Self, Refusal> {
        let site = read.get::<Site>(&0)?;
        let base = site.as_ref().map_or(home, |site| &*site.base);
        let pseudonym = Ifi::Account {
            home_page: format!("{}/xapi/pseudonyms", base.trim_end_matches('/')),
            name: format!("{:032x}", u128::from_be_bytes(random)),
        };
        Ok(Self {
            person,
            pseudonym: Some(pseudonym),
            how,
            dry_run,
            after: None,
            changed: false,
            removed: 0,
            pseudonymised: 0,
            references: 0,
            documents: 0,
        })
    }

    /// Forgets who it was about, so that nothing leads from them to who stands for them.
    pub(in crate::domain) fn forget(&mut self) {
        (self.person, self.pseudonym) = (Person::default(), None);
    }

    /// The report so far.
    pub const fn report(&self) -> PersonErasureReport {
        let Self { how, dry_run, removed, pseudonymised, references, documents, .. } = *self;
        PersonErasureReport { how, dry_run, removed, pseudonymised, references, documents }
    }
}

/// What becomes of a statement.
#[derive(Debug)]
enum Change {
    Removed,
    /// With what is to be written; in a dry run nothing is.
    Rewritten(Option<Box<Ready>>),
    /// It names the person by way of another one only.
    Follows,
}

/// Statements that are looked at together.
#[derive(Debug)]
pub struct Step {
    changes: Vec<(Arc<Statement>, Change)>,
    next: Option<Stored>,
    /// The person's documents, counted where a dry run ends.
    documents: Counted,
}

impl Step {
    /// How many statements it has.
    pub const fn statements(&self) -> usize {
        self.changes.len()
    }

    /// Counts a page of the person's documents when this ends a dry run. Are there more?
    pub fn count_on(&mut self, read: &impl Read, erasure: &Erasure) -> Result<bool, Refusal> {
        if !erasure.dry_run || self.next.is_some() {
            return Ok(false);
        }
        self.documents.count_on(read, &erasure.person)
    }
}

/// Documents that were counted, and where to go on.
#[derive(Debug, Default)]
struct Counted {
    documents: u64,
    /// Of how many of what identifies the person all are counted.
    agents: usize,
    after: Option<<Document as Record>::Key>,
}

impl Counted {
    fn count_on(&mut self, read: &impl Read, person: &Person) -> Result<bool, Refusal> {
        let Some(agent) = person.agents.get(self.agents) else { return Ok(false) };
        let after = self.after.as_ref().map(|after| (agent, after));
        let found = read.index_keys::<DocumentsByAgent>(&Exactly(*agent), after, DOCUMENTS_COUNTED)?;
        self.documents += found.len() as u64;
        self.after = found.into_iter().next_back().map(|(_, key)| key);
        if self.after.is_none() {
            self.agents += 1;
        }
        Ok(true)
    }
}

/// Statements that come next, and what own ones are told by.
#[derive(Debug)]
pub struct Seen {
    page: find::Page,
    site: Option<Arc<Site>>,
}

/// Looks what comes next.
pub fn look(read: &impl Read, actor: &Actor, erasure: &Erasure) -> Result<Seen, Refusal> {
    require(read, actor)?;
    let mut page = find::page(read, &erasure.person, erasure.after, STATEMENTS_AT_ONCE)?;
    let (mut terms, mut bytes) = (0, 0);
    let fit = page.statements.iter().take_while(|statement| {
        let fits = terms < TERMS_AT_ONCE && bytes < TEXT_BYTES_AT_ONCE;
        terms += statement.concerns.iter().map(Concerns::named).sum::<usize>();
        bytes += statement.text_bytes();
        fits
    });
    let fit = fit.count();
    if fit < page.statements.len() {
        page.statements.truncate(fit);
        page.next = page.statements.last().map(|last| last.stored);
    }
    Ok(Seen { page, site: read.get::<Site>(&0)? })
}

/// Makes what is to be written of them, beside the transaction. Long texts go to the disk.
pub fn prepared(
    blobs: &Blobs,
    erasure: &Erasure,
    Seen { page, site }: Seen,
    caller: &Caller,
) -> Result<Step, Refusal> {
    let mut changes = Vec::with_capacity(page.statements.len());
    for statement in page.statements {
        let change = change(blobs, erasure, &statement, (site.as_deref(), caller))?;
        changes.push((statement, change));
    }
    Ok(Step { changes, next: page.next, documents: Counted::default() })
}

fn change(
    blobs: &Blobs,
    erasure: &Erasure,
    statement: &Statement,
    (site, caller): (Option<&Site>, &Caller),
) -> Result<Change, Refusal> {
    let failed = |error: io::Error| INTERNAL.refuse(format!("a statement of a person: {error}"));
    let wrong = |wrong: Wrong| INTERNAL.refuse(format!("a kept statement: {wrong}"));
    let person = &erasure.person;
    if !statement.concerns.first().is_some_and(|own| person.is_named(own)) {
        return Ok(Change::Follows);
    }
    let mut text = files::text_of(blobs, statement).map_err(failed)?.into_owned();
    text.push('}');
    if erasure.how == ErasureWay::Erase
        && !statement.voids
        && rewrite::is_about(&parse_text(&text).map_err(wrong)?, person).map_err(wrong)?
    {
        return Ok(Change::Removed);
    }
    let pseudonym = erasure.pseudonym.as_ref().ok_or_else(|| INTERNAL.refuse("there is no pseudonym"))?;
    let bytes = text.len();
    let mut text = rewrite::rewrite(&text, person, pseudonym, site).map_err(wrong)?;
    // A pseudonym may be longer than who it stands for. No other store would take what is longer than this.
    if text.len() > MAX_LINE_BYTES.max(bytes) {
        if !statement.voids {
            return Ok(Change::Removed);
        }
        text = rewrite::without_surroundings(&text).map_err(wrong)?;
    }
    if erasure.dry_run {
        return Ok(Change::Rewritten(None));
    }
    let node = parse_text(&text).map_err(wrong)?;
    // What 2.0 added may be said in a statement that calls itself 1.0.
    let named = node.get("version").and_then(Node::text).and_then(Version::parse);
    let read = |version| prepare_any(&node, version, Some(statement.id), statement.id, caller);
    let mut new = read(named.unwrap_or(Version::One)).or_else(|_| read(Version::Two)).map_err(wrong)?;
    // Nothing is learnt from what was known before.
    (new.definitions, new.names) = (Vec::new(), Vec::new());
    let known = |file: &FileNote| (file.sha2.to_ascii_lowercase(), (file.sha256, file.bytes));
    let kept: Kept = statement.files.iter().map(known).collect();
    Ok(Change::Rewritten(Some(Box::new(files::ready(blobs, new, &kept).map_err(failed)?))))
}

/// Writes a step, or in a dry run counts it, and goes on. Is it over?
pub fn apply(txn: &mut Txn<'_>, actor: &Actor, erasure: &mut Erasure, step: Step) -> Result<bool, Refusal> {
    require(txn, actor)?;
    for (seen, change) in step.changes {
        if erasure.dry_run {
            erasure.count(&change);
            continue;
        }
        let Some(now) = txn.get::<Statement>(&seen.stored)? else { continue };
        let same = now.says == seen.says && now.text == seen.text;
        let done = if same { write(txn, erasure, &now, &change, actor.now)? } else { false };
        // What changed meanwhile is looked at again.
        erasure.changed |= done || !same;
    }
    erasure.after = step.next;
    if step.next.is_some() {
        return Ok(false);
    }
    if std::mem::take(&mut erasure.changed) {
        return Ok(false);
    }
    if erasure.dry_run {
        erasure.documents = step.documents.documents;
        return Ok(true);
    }
    let over = documents(txn, erasure)?;
    if over {
        end(txn, actor, erasure)?;
    }
    Ok(over)
}

impl Erasure {
    const fn count(&mut self, change: &Change) {
        match change {
            Change::Removed => self.removed += 1,
            Change::Rewritten(_) => self.pseudonymised += 1,
            Change::Follows => self.references += 1,
        }
    }

    /// Is a statement that referred to those of the person found by them no more, and was it none that is counted as made nameless?
    /// It may lead to several, and change with each of them.
    fn is_free(&self, concerns: &[Concerns]) -> bool {
        let pseudonym = self.pseudonym.as_ref().map(Term::agent);
        let is_nameless = |own: &Concerns| own.agents.iter().any(|(agent, _)| Some(*agent) == pseudonym);
        !concerns.iter().any(|one| self.person.is_named(one)) && !concerns.first().is_some_and(is_nameless)
    }
}

/// Writes and counts what becomes of a statement. Is it another one then?
fn write(
    txn: &mut Txn<'_>,
    erasure: &mut Erasure,
    now: &Statement,
    change: &Change,
    at: Timestamp,
) -> Result<bool, Refusal> {
    match change {
        Change::Removed => {
            txn.delete::<Statement>(&now.stored)?;
            let valid_at = valid_at(txn, now, None)?;
            closed::close(txn, &now.id, now.voided, valid_at)?;
            forget_statement(txn, now.stored, true)?;
            tell_voided(txn, now, None, at)?;
        }
        Change::Rewritten(None) => return Ok(false),
        Change::Rewritten(Some(ready)) => {
            let Ready { prepared, text, files } = ready.as_ref().clone();
            let concerns = led_to(txn, prepared.concerns, now.target)?;
            let is = Statement { text, says: prepared.says, concerns, files, ..now.clone() };
            txn.put(is.clone())?;
            let valid_at = valid_at(txn, now, Some(&is))?;
            closed::close(txn, &now.id, now.voided, valid_at)?;
            forget_statement(txn, now.stored, false)?;
            tell_voided(txn, now, Some(&is), at)?;
        }
        Change::Follows => {
            let Some(own) = now.concerns.first() else { return Ok(false) };
            let concerns = led_to(txn, own.clone(), now.target)?;
            if concerns == now.concerns {
                return Ok(false);
            }
            let counts = erasure.is_free(&concerns);
            let is = Statement { concerns, ..now.clone() };
            txn.put(is.clone())?;
            tell_voided(txn, now, Some(&is), at)?;
            if !counts {
                return Ok(true);
            }
        }
    }
    erasure.count(change);
    Ok(true)
}

/// Removes some of the person's documents. Were these all?
fn documents(txn: &mut Txn<'_>, erasure: &mut Erasure) -> Result<bool, Refusal> {
    for agent in &erasure.person.agents {
        let found = txn.index_keys::<DocumentsByAgent>(&Exactly(*agent), None, DOCUMENTS_AT_ONCE)?;
        erasure.documents += found.len() as u64;
        if !found.is_empty() {
            for (_, key) in found {
                txn.delete::<Document>(&key)?;
            }
            return Ok(false);
        }
    }
    Ok(true)
}

/// Forgets what the person was called, and what other stores said.
fn end(txn: &mut Txn<'_>, actor: &Actor, erasure: &Erasure) -> Result<(), Refusal> {
    for agent in &erasure.person.agents {
        txn.delete::<KnownPerson>(agent)?;
    }
    forget_troubles(txn)?;
    let PersonErasureReport { removed, pseudonymised, references, documents, .. } = erasure.report();
    let detail = format!(
        "{removed} removed, {pseudonymised} pseudonymised, {references} references, {documents} documents"
    );
    audit::note(txn, actor, "person.erase", None, "learning records of a person", detail)
}
