//! What is here of a person: statements that name them, voided ones too, and documents.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Person, require};
use crate::domain::access::Actor;
use crate::domain::refusal::Refusal;
use crate::domain::xapi::document::{Document, DocumentsByAgent};
use crate::domain::xapi::record::{Statement, StatementsByTerm, Stored, term_of};
use crate::domain::xapi::voiding;
use crate::store::{Exactly, Read, Record as _};

/// Statements that an index has for a person.
#[derive(Debug, Default)]
pub struct Page {
    /// In stored order. Some may only refer to one that names the person.
    pub statements: Vec<Arc<Statement>>,
    /// Where to go on, when there may be more.
    pub next: Option<Stored>,
}

/// Statements behind a place that a person is found by, and whether they name the person themselves or not.
pub(super) fn page(
    read: &impl Read,
    person: &Person,
    after: Option<Stored>,
    limit: usize,
) -> Result<Page, Refusal> {
    let mut places: BTreeSet<Stored> = BTreeSet::new();
    for agent in &person.agents {
        for term in [term_of::related_agent(*agent), term_of::voided_agent(*agent)] {
            let after = after.as_ref().map(|after| (&term, after));
            let found = read.index_keys::<StatementsByTerm>(&Exactly(term), after, limit)?;
            places.extend(found.into_iter().map(|(_, stored)| stored));
        }
    }
    let mut page = Page::default();
    for place in places.iter().take(limit) {
        page.statements.extend(read.get::<Statement>(place)?);
    }
    if places.len() >= limit {
        page.next = places.into_iter().take(limit).next_back();
    }
    Ok(page)
}

/// Is anything kept of a person?
pub(super) fn is_something(read: &impl Read, person: &Person) -> Result<bool, Refusal> {
    if !page(read, person, None, 1)?.statements.is_empty() {
        return Ok(true);
    }
    for agent in &person.agents {
        if !read.index_keys::<DocumentsByAgent>(&Exactly(*agent), None, 1)?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Statements behind a place that name a person, for who may see everything.
pub fn statements(
    read: &impl Read,
    actor: &Actor,
    person: &Person,
    after: Option<Stored>,
    limit: usize,
) -> Result<Page, Refusal> {
    require(read, actor)?;
    let mut page = page(read, person, after, limit)?;
    page.statements.retain(|statement| statement.concerns.first().is_some_and(|own| person.is_named(own)));
    Ok(page)
}

/// What voids a statement of a person, for who takes it elsewhere, where it would be valid without. One that names the person has a
/// place of its own.
pub fn voiding(
    read: &impl Read,
    person: &Person,
    statement: &Statement,
) -> Result<Option<Arc<Statement>>, Refusal> {
    if !statement.voided {
        return Ok(None);
    }
    let voids = voiding::first(read, &statement.id, None)?;
    Ok(voids.filter(|voids| !voids.concerns.first().is_some_and(|own| person.is_named(own))))
}

/// A place in the documents of a person: which of their agents, and the document.
pub type DocumentPlace = (usize, Option<<Document as crate::store::Record>::Key>);

/// Documents of a person behind a place, and the place behind them; for who may see everything.
pub fn documents(
    read: &impl Read,
    actor: &Actor,
    person: &Person,
    (number, after): DocumentPlace,
    limit: usize,
) -> Result<(Vec<Arc<Document>>, Option<DocumentPlace>), Refusal> {
    require(read, actor)?;
    let Some(agent) = person.agents.get(number) else { return Ok((Vec::new(), None)) };
    let after = after.as_ref().map(|after| (agent, after));
    let found = read.index_keys::<DocumentsByAgent>(&Exactly(*agent), after, limit)?;
    let mut documents = Vec::with_capacity(found.len());
    for (_, key) in &found {
        documents.extend(read.get::<Document>(key)?);
    }
    let next = match documents.last() {
        Some(last) if found.len() == limit => (number, Some(last.key())),
        _ => (number + 1, None),
    };
    Ok((documents, Some(next)))
}
