//! Recomputes every index entry and total from the rows and names each difference.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use bytes::Bytes;
use serde::Serialize;

use super::error::StoreError;
use super::key;
use super::read::{Found, Read};
use super::record::{COUNTERS, Cache, Record, Schema, TableKind};
use super::{Snapshot, Store};
use crate::hex;

/// One thing that is not as the rows say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The table or index.
    pub table: String,
    /// The key, in hexadecimal.
    pub key: String,
    /// What is wrong.
    pub problem: String,
}

/// What `verify` found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Rows read.
    pub rows: u64,
    /// Index entries recomputed.
    pub entries: u64,
    /// Totals recomputed.
    pub totals: u64,
    /// Everything that differs; empty when the store is clean. At most a thousand are named.
    pub differences: Vec<Difference>,
}

/// More differences than this say nothing new.
const MOST_DIFFERENCES: usize = 1000;

impl Report {
    /// No difference was found.
    pub fn is_clean(&self) -> bool {
        self.differences.is_empty()
    }

    /// Adds a difference that another check found.
    pub fn differ(&mut self, table: &str, key: &[u8], problem: impl Into<String>) {
        if self.differences.len() < MOST_DIFFERENCES {
            let key = hex::of(key);
            self.differences.push(Difference { table: table.to_owned(), key, problem: problem.into() });
        }
    }
}

/// Looks at every row of a table, `at_once` in one read, and adds to the report what is wrong with each.
pub fn each_row<R: Record>(
    store: &Store,
    report: &mut Report,
    at_once: usize,
    look: impl Fn(&Snapshot<'_>, &R) -> Result<Vec<String>, StoreError>,
) -> Result<(), StoreError> {
    let mut after: Option<R::Key> = None;
    loop {
        after = store.read(|read| -> Result<_, StoreError> {
            let rows = read.list::<R>(&(), after.as_ref(), at_once)?;
            for row in &rows {
                let mut at = vec![R::TABLE.tag];
                at.extend(key::encode(&row.key()));
                for problem in look(read, row)? {
                    report.differ(R::TABLE.name, &at, problem);
                }
            }
            Ok(rows.last().map(Record::key))
        })?;
        if after.is_none() {
            return Ok(());
        }
    }
}

pub(crate) fn verify(read: &impl Read, schema: Schema) -> Result<Report, StoreError> {
    let mut report = Report::default();
    let mut totals: HashMap<Vec<u8>, i64> = HashMap::new();
    let mut derived_per_index: HashMap<u8, u64> = HashMap::new();
    for info in schema.0 {
        let TableKind::Rows { derive, .. } = info.kind else { continue };
        let from = [info.table.tag];
        read.visit(&from, key::after_prefix(&from).as_deref(), false, &mut |row, value| {
            report.rows += 1;
            match derive(row, value) {
                Ok(entries) => {
                    for entry in entries.index {
                        report.entries += 1;
                        if let Some(tag) = entry.key.first() {
                            *derived_per_index.entry(*tag).or_default() += 1;
                        }
                        match read.find(&entry.key, Cache::None)? {
                            Found::Bytes(found) if found == entry.value => {}
                            Found::Nothing | Found::KnownNothing => {
                                report.differ(info.table.name, row, "its index entry is missing");
                            }
                            _ => report.differ(info.table.name, row, "its index entry names another record"),
                        }
                    }
                    for (counter, amount) in entries.counts {
                        *totals.entry(counter.0).or_default() += amount;
                    }
                }
                Err(error) => report.differ(info.table.name, row, error.to_string()),
            }
            Ok(ControlFlow::Continue(()))
        })?;
    }
    find_strays(read, schema, &derived_per_index, &mut report)?;
    compare_totals(read, totals, &mut report)?;
    find_unknown(read, schema, &mut report)?;
    Ok(report)
}

/// Index entries that no row accounts for. Every derived entry was found, so only a larger count can hide one.
fn find_strays(
    read: &impl Read,
    schema: Schema,
    derived: &HashMap<u8, u64>,
    report: &mut Report,
) -> Result<(), StoreError> {
    let mut suspects = HashSet::new();
    for info in schema.0 {
        if matches!(info.kind, TableKind::Index { .. }) {
            let from = [info.table.tag];
            let mut count = 0_u64;
            read.visit(&from, key::after_prefix(&from).as_deref(), false, &mut |_, _| {
                count += 1;
                Ok(ControlFlow::Continue(()))
            })?;
            if count != derived.get(&info.table.tag).copied().unwrap_or_default() {
                suspects.insert(info.table.tag);
            }
        }
    }
    if suspects.is_empty() {
        return Ok(());
    }
    let mut right: HashSet<Bytes> = HashSet::new();
    for info in schema.0 {
        let TableKind::Rows { derive, .. } = info.kind else { continue };
        let from = [info.table.tag];
        read.visit(&from, key::after_prefix(&from).as_deref(), false, &mut |row, value| {
            if let Ok(entries) = derive(row, value) {
                let keys = entries.index.into_iter().map(|entry| entry.key);
                right.extend(keys.filter(|key| key.first().is_some_and(|tag| suspects.contains(tag))));
            }
            Ok(ControlFlow::Continue(()))
        })?;
    }
    for info in schema.0.iter().filter(|info| suspects.contains(&info.table.tag)) {
        let from = [info.table.tag];
        read.visit(&from, key::after_prefix(&from).as_deref(), false, &mut |row, _| {
            if !right.contains(row) {
                report.differ(info.table.name, row, "no row accounts for this index entry");
            }
            Ok(ControlFlow::Continue(()))
        })?;
    }
    Ok(())
}

fn compare_totals(
    read: &impl Read,
    mut totals: HashMap<Vec<u8>, i64>,
    report: &mut Report,
) -> Result<(), StoreError> {
    totals.retain(|_, total| *total != 0);
    let from = [COUNTERS.tag];
    read.visit(&from, key::after_prefix(&from).as_deref(), false, &mut |row, value| {
        report.totals += 1;
        let stored: i64 = key::decode(value)?;
        let right = totals.remove(row).unwrap_or_default();
        if stored != right {
            report.differ(COUNTERS.name, row, format!("the stored total is {stored}, the rows make {right}"));
        }
        Ok(ControlFlow::Continue(()))
    })?;
    for (row, right) in totals {
        report.differ(COUNTERS.name, &row, format!("the stored total is missing, the rows make {right}"));
    }
    Ok(())
}

/// Rows in tables that this program does not know.
fn find_unknown(read: &impl Read, schema: Schema, report: &mut Report) -> Result<(), StoreError> {
    for tag in super::record::FIRST_DOMAIN_TAG..=u8::MAX {
        if schema.table(tag).is_some() {
            continue;
        }
        let from = [tag];
        read.visit(&from, key::after_prefix(&from).as_deref(), false, &mut |row, _| {
            report.differ("unknown", row, format!("no table has the tag {tag}"));
            Ok(ControlFlow::Break(()))
        })?;
    }
    Ok(())
}
