//! Scans of an engine with changes in front of it that it does not show yet.

use std::iter::Peekable;
use std::ops::{Bound, ControlFlow};

use bytes::Bytes;

use super::engine::{Engine, EngineError, EngineVisit};

/// A changed row; `None` when it was removed.
pub(crate) type Changed<'t> = (&'t Bytes, Option<&'t Bytes>);

/// Changed rows in the order of a scan.
pub(crate) type Rows<'t> = Box<dyn Iterator<Item = Changed<'t>> + 't>;

/// What a visitor says of a row.
type Visited<E> = Result<ControlFlow<()>, E>;

/// Of keys.
type Bounds<'s> = (Bound<&'s [u8]>, Bound<&'s [u8]>);

/// What is to be scanned.
#[derive(Clone, Copy)]
pub(crate) struct Span<'s> {
    pub(crate) from: &'s [u8],
    /// No end when `None`.
    pub(crate) to: Option<&'s [u8]>,
    pub(crate) reverse: bool,
}

impl<'s> Span<'s> {
    /// As bounds; `None` when there can be nothing in it.
    pub(crate) fn bounds(self) -> Option<Bounds<'s>> {
        let to = self.to.map_or(Bound::Unbounded, Bound::Excluded);
        self.to.is_none_or(|to| self.from < to).then_some((Bound::Included(self.from), to))
    }

    /// Rows that are sorted by key, in the order of the scan.
    pub(crate) fn ordered<'t>(self, rows: impl DoubleEndedIterator<Item = Changed<'t>> + 't) -> Rows<'t> {
        if self.reverse { Box::new(rows.rev()) } else { Box::new(rows) }
    }
}

/// Visits the rows of `engine` within `span`, with changes over them: those of `upper` over those of `lower`. `failed`
/// says what it means when the engine fails.
pub(crate) fn scan<'t, E>(
    engine: &dyn Engine,
    span: Span<'_>,
    changed: (Rows<'t>, Rows<'t>),
    visit: &mut (impl FnMut(&[u8], &[u8]) -> Visited<E> + ?Sized),
    failed: impl FnOnce(EngineError) -> E,
) -> Result<(), E> {
    let stored = |visit: &mut EngineVisit<'_>| engine.scan(span.from, span.to, span.reverse, visit);
    over(stored, span.reverse, changed, visit, failed)
}

/// The same over what `stored` visits, in the order of the scan.
pub(crate) fn over<'t, E>(
    stored: impl FnOnce(&mut EngineVisit<'_>) -> Result<(), EngineError>,
    reverse: bool,
    (upper, lower): (Rows<'t>, Rows<'t>),
    visit: &mut (impl FnMut(&[u8], &[u8]) -> Visited<E> + ?Sized),
    failed: impl FnOnce(EngineError) -> E,
) -> Result<(), E> {
    let mut pending = Pending { upper: upper.peekable(), lower: lower.peekable(), reverse };
    let mut outcome = Ok(ControlFlow::Continue(()));
    stored(&mut |key, value| {
        while let Some((next, changed)) = pending.next_upto(key) {
            if let Some(bytes) = changed {
                outcome = visit(next, bytes);
                if !matches!(outcome, Ok(ControlFlow::Continue(()))) {
                    return ControlFlow::Break(());
                }
            }
            if next.as_ref() == key {
                return ControlFlow::Continue(());
            }
        }
        outcome = visit(key, value);
        if matches!(outcome, Ok(ControlFlow::Continue(()))) {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    })
    .map_err(failed)?;
    while let Ok(ControlFlow::Continue(())) = outcome
        && let Some((key, changed)) = pending.next()
    {
        if let Some(bytes) = changed {
            outcome = visit(key, bytes);
        }
    }
    outcome.map(drop)
}

struct Pending<'t> {
    upper: Peekable<Rows<'t>>,
    lower: Peekable<Rows<'t>>,
    reverse: bool,
}

impl<'t> Pending<'t> {
    /// Does `a` come before `b`, or is it the same?
    fn upto(&self, a: &[u8], b: &[u8]) -> bool {
        if self.reverse { a >= b } else { a <= b }
    }

    fn peek(&mut self) -> Option<&'t Bytes> {
        let upper = self.upper.peek().map(|(key, _)| *key);
        let lower = self.lower.peek().map(|(key, _)| *key);
        match (upper, lower) {
            (Some(upper), Some(lower)) => Some(if self.upto(upper, lower) { upper } else { lower }),
            (upper, lower) => upper.or(lower),
        }
    }

    fn next(&mut self) -> Option<Changed<'t>> {
        let key = self.peek()?;
        let upper = self.upper.next_if(|(upper, _)| *upper == key);
        // Also when the upper one covers it.
        let lower = self.lower.next_if(|(lower, _)| *lower == key);
        upper.or(lower)
    }

    /// The next one, unless it comes behind `key`.
    fn next_upto(&mut self, key: &[u8]) -> Option<Changed<'t>> {
        let next = self.peek()?;
        if self.upto(next, key) { self.next() } else { None }
    }
}
