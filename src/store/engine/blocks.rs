//! Rows that come one behind the other, gathered into blocks, in an engine that stores row by row.
//!
//! The answers of an attempt are some hundred small rows, and what the engine does for each of them (it copies a leaf of its tree)
//! costs more than all else on their way to it. Rows of a gathered table ([`Wait::Gathered`](crate::store::Wait::Gathered)) wait in
//! memory instead ([`super::Waiting`]), in a run for all whose keys differ in the last four bytes alone, and the engine gets a run
//! as a few blocks: each is one row, under the key of the first that it holds. A row by itself is stored as it is, so that a table
//! may become gathered without rewriting anything.
//!
//! Blocks of one run never overlap, so that the one that begins last at or before a row is the one to have it.

use std::ops::ControlFlow;

use bytes::{BufMut, Bytes};

use super::{AtOnce, EngineError, EngineVisit, Op, last_upto};

/// Bytes of a block at most, unless it holds one row alone.
const MOST_BYTES: usize = 2048;
/// A run that makes a block no longer than this is added to the last one: more often, and each time it would be written whole.
const FILLED: usize = 512;
/// What the value of a block begins with. That of a row begins with the version of its record, which is lower.
pub(in crate::store) const MARK: u8 = u8::MAX;
/// Bytes at the end of a key in which the keys of a run differ.
const NUMBER: usize = 4;

type Number = [u8; NUMBER];

/// A key as what all of its run begin with, and what is its own.
pub(super) fn split(key: &[u8]) -> Option<(&[u8], Number)> {
    key.split_last_chunk().map(|(beginning, number)| (beginning, *number))
}

/// A row of a block, or one by itself.
#[derive(Clone, Copy)]
struct Row<'r> {
    number: Number,
    value: &'r [u8],
}

impl<'r> Row<'r> {
    const HEAD: usize = NUMBER + size_of::<u32>();

    fn bytes(self) -> usize {
        Self::HEAD + self.value.len()
    }

    fn write(self, block: &mut Vec<u8>) {
        block.extend_from_slice(&self.number);
        // No value has more than some kilobytes.
        block.put_u32_le(u32::try_from(self.value.len()).unwrap_or(u32::MAX));
        block.extend_from_slice(self.value);
    }

    /// The first row in what is left of a block, and the rest.
    fn read(block: &'r [u8]) -> Option<(Self, &'r [u8])> {
        let (number, block) = block.split_first_chunk()?;
        let (length, block) = block.split_first_chunk()?;
        let (value, rest) = block.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        Some((Self { number: *number, value }, rest))
    }
}

/// What all keys begin with of the row that the engine has under `key`, and its rows in order.
fn rows<'r>(key: &'r [u8], value: &'r [u8]) -> Result<(&'r [u8], Vec<Row<'r>>), EngineError> {
    let damaged = || EngineError::Damaged(format!("the block under {key:02x?} is no list of rows"));
    let (beginning, number) = split(key).ok_or_else(damaged)?;
    let Some((&MARK, mut block)) = value.split_first() else {
        return Ok((beginning, vec![Row { number, value }]));
    };
    let mut rows = Vec::with_capacity(16);
    while !block.is_empty() {
        let (row, rest) = Row::read(block).ok_or_else(damaged)?;
        rows.push(row);
        block = rest;
    }
    Ok((beginning, rows))
}

fn key_of(beginning: &[u8], number: Number) -> Bytes {
    [beginning, &number].concat().into()
}

/// The rows of a run as few rows of the engine.
fn pack(beginning: &[u8], rows: &[Row<'_>]) -> Vec<Op> {
    let mut packed = Vec::new();
    let mut left = rows;
    while let Some((first, more)) = left.split_first() {
        let mut bytes = 1 + first.bytes();
        let fits = |row: &&Row<'_>| {
            bytes += row.bytes();
            bytes <= MOST_BYTES
        };
        let (block, rest) = left.split_at(1 + more.iter().take_while(fits).count());
        let value = if let [alone] = block {
            Bytes::copy_from_slice(alone.value)
        } else {
            let mut value = Vec::with_capacity(1 + block.iter().map(|row| row.bytes()).sum::<usize>());
            value.push(MARK);
            for row in block {
                row.write(&mut value);
            }
            value.into()
        };
        packed.push(Op { key: key_of(beginning, first.number), value: Some(value) });
        left = rest;
    }
    packed
}

/// How a run comes to the engine.
pub(super) struct Plan {
    pub(super) changes: Vec<Op>,
    /// Rows that the engine has change their place: nobody must see half of the changes.
    pub(super) moves: bool,
}

/// The blocks of an engine.
#[derive(Clone, Copy)]
pub(super) struct Blocks<'e>(pub(super) &'e dyn AtOnce);

impl Blocks<'_> {
    pub(super) fn get(self, key: &[u8]) -> Result<Option<Bytes>, EngineError> {
        let mut found = Ok(None);
        self.look_upto(key, &mut |under, value| {
            found = rows(under, value).map(|(beginning, rows)| {
                let wanted = rows.into_iter().find(|row| key.strip_prefix(beginning) == Some(&row.number));
                wanted.map(|row| Bytes::copy_from_slice(row.value))
            });
        })?;
        found
    }

    /// The engine's row of the same run that begins last at or before `key`.
    fn upto(self, key: &[u8]) -> Result<Option<(Bytes, Bytes)>, EngineError> {
        let mut found = None;
        self.look_upto(key, &mut |key, value| {
            found = Some((Bytes::copy_from_slice(key), Bytes::copy_from_slice(value)));
        })?;
        Ok(found)
    }

    fn look_upto(self, key: &[u8], look: &mut dyn FnMut(&[u8], &[u8])) -> Result<(), EngineError> {
        let beginning = split(key).map_or(key, |(beginning, _)| beginning);
        last_upto(self.0, beginning, key, look)
    }

    /// How `run` comes to lie beside what the engine has of it: rows under keys with one beginning, in order, `None` removes one.
    pub(super) fn plan(self, run: &[Op]) -> Result<Plan, EngineError> {
        let mut plan = Plan { changes: Vec::new(), moves: false };
        let keys = run.first().and_then(|op| split(&op.key)).zip(run.last());
        let Some(((beginning, first), last)) = keys else { return Ok(plan) };
        let bytes: usize =
            run.iter().filter_map(|op| op.value.as_ref()).map(|value| Row::HEAD + value.len()).sum();
        // From the end of the run backwards: the blocks that it overlaps, and the one before it when that has room.
        let mut stored: Vec<(Bytes, Bytes)> = Vec::new();
        let mut upto = Some(last.key.clone());
        while let Some(key) = upto.take()
            && let Some((key, value)) = self.upto(&key)?
        {
            let (_, there) = rows(&key, &value)?;
            let overlaps = there.last().is_some_and(|row| row.number >= first);
            if overlaps {
                plan.moves = true;
                upto = there.first().and_then(|row| before(beginning, row.number));
            } else if value.len() + bytes > FILLED {
                break;
            }
            stored.push((key, value));
        }
        let mut all = Vec::new();
        for (key, value) in stored.iter().rev() {
            all.extend(rows(key, value)?.1);
            plan.changes.push(Op { key: key.clone(), value: None });
        }
        // Of two rows under one key the run's comes later, and later ones count.
        let changed = run.iter().filter_map(|op| Some((split(&op.key)?.1, op.value.as_deref())));
        let mut merged: Vec<(Number, Option<&[u8]>)> =
            all.iter().map(|row| (row.number, Some(row.value))).chain(changed).collect();
        merged.sort_by_key(|(number, _)| *number);
        merged.reverse();
        merged.dedup_by_key(|(number, _)| *number);
        merged.reverse();
        let left: Vec<Row<'_>> =
            merged.into_iter().filter_map(|(number, value)| Some(Row { number, value: value? })).collect();
        for block in pack(beginning, &left) {
            plan.changes.retain(|old| old.key != block.key);
            plan.changes.push(block);
        }
        Ok(plan)
    }

    /// Visits the rows of gathered tables within `from..to`.
    pub(super) fn scan(
        self,
        (from, to): (&[u8], Option<&[u8]>),
        reverse: bool,
        visit: &mut EngineVisit<'_>,
    ) -> Result<(), EngineError> {
        // The block that `from` itself lies in begins at or before it. `from` may be less or more than a key: no run is cut out of it.
        let mut around = None;
        last_upto(self.0, from.get(..1).unwrap_or(from), from, &mut |key, _| {
            around = Some(Bytes::copy_from_slice(key));
        })?;
        let begin = around.as_deref().unwrap_or(from);
        let mut outcome = Ok(ControlFlow::Continue(()));
        let mut under = Vec::new();
        self.0.scan(begin, to, reverse, &mut |key, value| {
            outcome = rows(key, value).map(|(beginning, mut rows)| {
                if reverse {
                    rows.reverse();
                }
                rows.into_iter().try_for_each(|row| {
                    under.clear();
                    under.extend_from_slice(beginning);
                    under.extend_from_slice(&row.number);
                    let within = under.as_slice() >= from && to.is_none_or(|to| under.as_slice() < to);
                    if within { visit(&under, row.value) } else { ControlFlow::Continue(()) }
                })
            });
            outcome.clone().unwrap_or(ControlFlow::Break(()))
        })?;
        outcome.map(drop)
    }
}

/// The last key before one of the same beginning.
fn before(beginning: &[u8], number: Number) -> Option<Bytes> {
    let before = u32::from_be_bytes(number).checked_sub(1)?;
    Some(key_of(beginning, before.to_be_bytes()))
}
