//! Finding statements. Every condition is an index in stored order; several are walked together, each leaping to where the others
//! are, and the pairs that are asked for most have an index of their own. What a page costs is bounded, however many
//! statements there are: when the walk gets long the page ends early with a place to go on from, and while it is empty whoever asks
//! goes on from there in another read.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::credential::CredentialId;
use super::record::{Concerns, Statement, StatementById, StatementsByTerm, Stored, term_of};
use super::term::Term;
use super::voiding;
use crate::domain::access::{self, Actor, Permission, Scope};
use crate::domain::refusal::Refusal;
use crate::hex;
use crate::store::{Index as _, KeyPart, Read, Record as _, StoreError};

/// Statements of a page, at most and when nothing is said.
pub const MAX_PAGE: usize = 500;
/// Leaps of one page: some milliseconds, for which writers wait.
const MAX_LEAPS: usize = 2_000;
/// Text of one page. A page is at least one statement.
const MAX_PAGE_BYTES: u64 = 4 * 1024 * 1024;

/// Statements of a page of an export, at most.
const EXPORT_PAGE: usize = 100;
/// Text of one, which is in memory until it is sent. A page is at least one statement.
const EXPORT_PAGE_BYTES: u64 = 1024 * 1024;

/// What a statement has to be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// This agent acts or is acted on.
    Agent(Term),
    /// This agent is named.
    RelatedAgent(Term),
    /// This verb.
    Verb(Term),
    /// This activity is the object.
    Activity(Term),
    /// This activity is named.
    RelatedActivity(Term),
    /// This registration.
    Registration(Term),
}

impl Condition {
    const fn parts(self) -> (char, Term) {
        match self {
            Self::Agent(term) => ('A', term),
            Self::RelatedAgent(term) => ('B', term),
            Self::Verb(term) => ('V', term),
            Self::Activity(term) => ('X', term),
            Self::RelatedActivity(term) => ('Y', term),
            Self::Registration(term) => ('R', term),
        }
    }

    const fn from_parts(letter: char, term: Term) -> Option<Self> {
        Some(match letter {
            'A' => Self::Agent(term),
            'B' => Self::RelatedAgent(term),
            'V' => Self::Verb(term),
            'X' => Self::Activity(term),
            'Y' => Self::RelatedActivity(term),
            'R' => Self::Registration(term),
            _ => return None,
        })
    }

    /// What it is called in the index.
    fn indexed(self) -> Term {
        match self {
            Self::Agent(term) => term_of::direct_agent(term),
            Self::RelatedAgent(term) => term_of::related_agent(term),
            Self::Activity(term) => term_of::direct_activity(term),
            Self::RelatedActivity(term) => term_of::related_activity(term),
            Self::Verb(term) | Self::Registration(term) => term,
        }
    }

    /// Is it met by what one statement is about?
    fn is_met_by(self, concerns: &Concerns) -> bool {
        match self {
            Self::Agent(term) => concerns.agents.contains(&(term, true)),
            Self::RelatedAgent(term) => concerns.names_agent(term),
            Self::Verb(term) => concerns.verb == term,
            Self::Activity(term) => concerns.activities.contains(&(term, true)),
            Self::RelatedActivity(term) => concerns.names_activity(term),
            Self::Registration(term) => concerns.registration == Some(term),
        }
    }
}

/// What is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// All of these.
    pub conditions: Vec<Condition>,
    /// Stored after this.
    pub since: Option<u64>,
    /// Stored up to this.
    pub until: Option<u64>,
    /// The oldest first.
    pub ascending: bool,
    /// So many at once.
    pub limit: usize,
}

/// A page.
#[derive(Debug, Default)]
pub struct Page {
    /// Its statements.
    pub statements: Vec<Arc<Statement>>,
    /// The place behind it, when there may be more.
    pub next: Option<Stored>,
}

impl Filter {
    /// The filter and the place behind a page as text for an address.
    pub fn cursor(&self, next: Stored) -> String {
        let mut text = format!(
            "{}.{}.{}.{}.{}.",
            if self.ascending { 'a' } else { 'd' },
            self.since.map(|since| since.to_string()).unwrap_or_default(),
            self.until.map(|until| until.to_string()).unwrap_or_default(),
            self.limit,
            next.0
        );
        for condition in &self.conditions {
            let (letter, term) = condition.parts();
            text.push(letter);
            text.push_str(&hex::of(&term.0));
        }
        text
    }

    /// Reads what [`Filter::cursor`] wrote.
    pub fn from_cursor(text: &str) -> Option<(Self, Stored)> {
        let mut parts = text.split('.');
        let mut part = || parts.next();
        let ascending = match part()? {
            "a" => true,
            "d" => false,
            _ => return None,
        };
        let maybe = |text: &str| -> Option<Option<u64>> {
            if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) }
        };
        let (since, until) = (maybe(part()?)?, maybe(part()?)?);
        let limit: usize = part()?.parse().ok()?;
        let next = Stored(part()?.parse().ok()?);
        let conditions = part()?;
        if parts.next().is_some() || !(1..=MAX_PAGE).contains(&limit) || !conditions.is_ascii() {
            return None;
        }
        let mut filter = Self { conditions: Vec::new(), since, until, ascending, limit };
        let mut rest = conditions;
        while let Some(letter) = rest.chars().next() {
            let digits = rest.get(1..33)?;
            let mut term = Term([0; 16]);
            for (place, byte) in term.0.iter_mut().enumerate() {
                *byte = u8::from_str_radix(digits.get(place * 2..place * 2 + 2)?, 16).ok()?;
            }
            filter.conditions.push(Condition::from_parts(letter, term)?);
            rest = rest.get(33..)?;
        }
        (filter.conditions.len() <= 4).then_some((filter, next))
    }

    /// The indexes to walk: pairs instead of their parts, where there are.
    fn walked(&self, only: Option<CredentialId>) -> Vec<Term> {
        let pick = |letter: char| self.conditions.iter().find(|known| known.parts().0 == letter);
        let (agent, verb, activity) = (pick('A'), pick('V'), pick('X'));
        let mut walked = Vec::new();
        let mut covered: Vec<Condition> = Vec::new();
        for (first, second) in [(agent, verb), (agent, activity), (verb, activity)] {
            if let (Some(first), Some(second)) = (first, second)
                && !(covered.contains(first) && covered.contains(second))
            {
                walked.push(first.indexed().and(second.indexed()));
                covered.extend([*first, *second]);
            }
        }
        for condition in &self.conditions {
            if !covered.contains(condition) {
                walked.push(condition.indexed());
            }
        }
        walked.extend(only.map(|credential| term_of::credential(credential.0)));
        walked
    }

    /// Does a statement, or one that it is about, fulfil all conditions at once? Who reads only what they wrote is not told by that
    /// what others wrote.
    fn is_met(&self, statement: &Statement, only: Option<CredentialId>) -> bool {
        let met = |concerns: &Concerns| self.conditions.iter().all(|condition| condition.is_met_by(concerns));
        let looked_at = if only.is_some() { 1 } else { statement.concerns.len() };
        !statement.voided
            && only.is_none_or(|credential| statement.credential == credential)
            && (self.conditions.is_empty() || statement.concerns.iter().take(looked_at).any(met))
    }
}

/// The full key of an entry of the index.
fn entry(term: Term, stored: Option<Stored>) -> Vec<u8> {
    let mut row = vec![StatementsByTerm::TABLE.tag];
    term.encode(&mut row);
    if let Some(stored) = stored {
        stored.encode(&mut row);
    }
    row
}

fn statement_row(stored: Stored) -> Vec<u8> {
    let mut row = vec![Statement::TABLE.tag];
    stored.encode(&mut row);
    row
}

/// Places of a term that are looked up at once, at most.
const MOST_AHEAD: usize = 64;

/// What an index has next, looked up some places at a time: twice as many as the time before, since who goes on is likely to go
/// on.
struct Ahead {
    /// All statements when `None`.
    term: Option<Term>,
    places: VecDeque<Stored>,
    count: usize,
}

impl Ahead {
    fn of(term: Option<Term>) -> Self {
        Self { term, places: VecDeque::new(), count: 1 }
    }
}

/// The keys between two places, from the one or from the other.
struct Walk {
    first: Stored,
    last: Stored,
    ascending: bool,
}

impl Walk {
    /// The nearest place of a term from the beginning of the walk, or `None`.
    fn nearest(&self, read: &impl Read, ahead: &mut Ahead) -> Result<Option<Stored>, StoreError> {
        if self.first > self.last {
            return Ok(None);
        }
        while let Some(place) = ahead.places.front().copied() {
            let is_ahead = if self.ascending { place >= self.first } else { place <= self.last };
            if is_ahead {
                return Ok(Some(place));
            }
            ahead.places.pop_front();
        }
        let behind = Stored(self.last.0.saturating_add(1));
        let (from, to) = match ahead.term {
            Some(term) => (entry(term, Some(self.first)), entry(term, Some(behind))),
            None => (statement_row(self.first), statement_row(behind)),
        };
        read.visit(&from, Some(&to), !self.ascending, &mut |row, _| {
            let mut tail = row.get(row.len().saturating_sub(8)..).unwrap_or_default();
            ahead.places.push_back(Stored::decode(&mut tail)?);
            let enough = ahead.places.len() >= ahead.count;
            Ok(if enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })?;
        ahead.count = (ahead.count * 2).min(MOST_AHEAD);
        Ok(ahead.places.front().copied())
    }

    /// Goes on from this place.
    const fn leap(&mut self, to: Stored) {
        if self.ascending {
            self.first = to;
        } else {
            self.last = to;
        }
    }

    /// Goes on behind this place; nothing is left when there is none.
    fn pass(&mut self, place: Stored) -> bool {
        if self.ascending {
            place.0.checked_add(1).map(|next| self.first = Stored(next)).is_some()
        } else {
            place.0.checked_sub(1).map(|next| self.last = Stored(next)).is_some()
        }
    }
}

/// Finds a page, behind `after` when given. `only` limits it to what one credential wrote.
pub fn page(
    read: &impl Read,
    filter: &Filter,
    after: Option<Stored>,
    only: Option<CredentialId>,
) -> Result<Page, Refusal> {
    let mut page = Page::default();
    let mut walk = Walk {
        first: Stored(filter.since.map_or(0, |since| since.saturating_add(1))),
        last: Stored(filter.until.unwrap_or(u64::MAX - 1)),
        ascending: filter.ascending,
    };
    if let Some(after) = after
        && !walk.pass(after)
    {
        return Ok(page);
    }
    let mut walked: Vec<Ahead> = filter.walked(only).into_iter().map(|term| Ahead::of(Some(term))).collect();
    if walked.is_empty() {
        walked.push(Ahead::of(None));
    }
    let (mut leaps, mut bytes) = (0, 0);
    'places: loop {
        // All indexes have to agree on a place.
        let mut place: Option<Stored> = None;
        let mut agreed = 0;
        while agreed < walked.len() {
            let which = leaps % walked.len();
            leaps += 1;
            let Some(ahead) = walked.get_mut(which) else { return Ok(page) };
            let Some(nearest) = walk.nearest(read, ahead)? else { return Ok(page) };
            if place == Some(nearest) {
                agreed += 1;
            } else {
                (place, agreed) = (Some(nearest), 1);
                walk.leap(nearest);
            }
            if leaps >= MAX_LEAPS {
                // The place itself was not looked at yet.
                let before =
                    if filter.ascending { nearest.0.checked_sub(1) } else { nearest.0.checked_add(1) };
                page.next = before.map(Stored);
                return Ok(page);
            }
        }
        let Some(place) = place else { return Ok(page) };
        if let Some(statement) = read.get::<Statement>(&place)?
            && filter.is_met(&statement, only)
        {
            bytes += statement.text_bytes();
            if page.statements.len() == filter.limit
                || (!page.statements.is_empty() && bytes > MAX_PAGE_BYTES)
            {
                page.next = page.statements.last().map(|last| last.stored);
                return Ok(page);
            }
            page.statements.push(statement);
        }
        if !walk.pass(place) {
            break 'places;
        }
    }
    Ok(page)
}

impl Statement {
    /// How long its text is.
    pub fn text_bytes(&self) -> u64 {
        match &self.text {
            super::record::Text::Here(text) => text.len() as u64,
            super::record::Text::Packed { bytes, .. } => u64::from(*bytes),
            super::record::Text::File { bytes, .. } => *bytes,
        }
    }
}

/// A page of statements in stored order behind `after`, voided or not, for who may see everything and takes it elsewhere: all that
/// voided a statement before that came is right before it, also when it is not behind `after`, and what voids nothing is not there.
pub fn all(read: &impl Read, actor: &Actor, after: Option<Stored>) -> Result<Page, Refusal> {
    access::require(read, actor, Permission::ManageSite, Scope::Site)?;
    let listed = read.list::<Statement>(&(), after.as_ref(), EXPORT_PAGE)?;
    let mut page = Page::default();
    let (mut bytes, mut left) = (0, listed.len() == EXPORT_PAGE);
    for statement in listed {
        let is_told = voiding::is_told(read, &statement, |_| true)?;
        let voids = if is_told { voiding::before(read, &statement)? } else { Vec::new() };
        bytes += statement.text_bytes() + voids.iter().map(|one| one.text_bytes()).sum::<u64>();
        if page.next.is_some() && bytes > EXPORT_PAGE_BYTES {
            left = true;
            break;
        }
        page.next = Some(statement.stored);
        if is_told {
            page.statements.extend(voids);
            page.statements.push(Arc::new(statement));
        }
    }
    page.next = page.next.filter(|_| left);
    Ok(page)
}

/// How many statements are behind a place, counted up to `most`, and which is the first of them.
pub fn behind(read: &impl Read, after: Stored, most: usize) -> Result<(usize, Option<Stored>), StoreError> {
    let (mut count, mut first) = (0, None);
    let (from, to) = (statement_row(Stored(after.0.saturating_add(1))), statement_row(Stored(u64::MAX)));
    read.visit(&from, Some(&to), false, &mut |row, _| {
        if first.is_none() {
            let mut tail = row.get(1..).unwrap_or_default();
            first = Some(Stored::decode(&mut tail)?);
        }
        count += 1;
        Ok(if count < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    })?;
    Ok((count, first))
}

/// A statement by its id, voided or not.
pub fn by_id(read: &impl Read, id: &[u8; 16]) -> Result<Option<Arc<Statement>>, Refusal> {
    Ok(read.by_unique::<StatementById>(id)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_holds_everything() {
        let term = |n: u8| Term([n; 16]);
        let filter = Filter {
            conditions: vec![
                Condition::Agent(term(1)),
                Condition::Verb(term(0xfe)),
                Condition::RelatedActivity(term(3)),
            ],
            since: Some(5),
            until: None,
            ascending: true,
            limit: 7,
        };
        let text = filter.cursor(Stored(99));
        assert_eq!(Filter::from_cursor(&text), Some((filter, Stored(99))));
        for bad in [
            "",
            "a",
            "a....",
            "x...7.9.",
            "a...0.9.",
            "a...501.9.",
            "a...7.9.Z00",
            "a...7.9.A00",
            "a...7.9.\u{e9}",
            "a...7.9..x",
        ] {
            assert_eq!(Filter::from_cursor(bad), None, "{bad}");
        }
    }
}
