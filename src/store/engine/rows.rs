//! Rows that wait, as they are to be.

use std::collections::BTreeMap;
use std::ops::Bound;

use bytes::Bytes;

use super::Op;

/// About what a further entry of a run takes. Keys and what maps and queue need come on top: some 300 bytes for each run.
const WEIGHT_BYTES: usize = 32;

fn weight(op: &Op) -> usize {
    op.value.as_ref().map_or(0, Bytes::len) / WEIGHT_BYTES + 1
}

/// Rows in runs: by what their keys begin with. Nobody's beginning is another's with something behind it.
#[derive(Default)]
pub(super) struct Rows {
    /// In the order of their keys; without a value a row is to be removed.
    runs: BTreeMap<Bytes, Vec<Op>>,
    weight: usize,
}

impl Rows {
    /// A row weighs 1 for each [`WEIGHT_BYTES`] begun.
    pub(super) fn weight(&self) -> usize {
        self.weight
    }

    /// Adds a row to the run of what its key begins with, or changes it there. When that begins a run: the beginning.
    pub(super) fn add(&mut self, beginning: &[u8], op: &Op) -> Option<Bytes> {
        self.weight += weight(op);
        let Some(run) = self.runs.get_mut(beginning) else {
            let beginning = op.key.slice(..beginning.len());
            self.runs.insert(beginning.clone(), vec![op.clone()]);
            return Some(beginning);
        };
        match run.last() {
            Some(last) if last.key >= op.key => match run.binary_search_by(|row| row.key.cmp(&op.key)) {
                Ok(place) => {
                    if let Some(row) = run.get_mut(place) {
                        self.weight -= weight(row);
                        row.value.clone_from(&op.value);
                    }
                }
                Err(place) => run.insert(place, op.clone()),
            },
            _ => run.push(op.clone()),
        }
        None
    }

    /// The rows of a run.
    pub(super) fn of(&self, beginning: &[u8]) -> &[Op] {
        self.runs.get(beginning).map(Vec::as_slice).unwrap_or_default()
    }

    /// Forgets a run.
    pub(super) fn remove(&mut self, beginning: &[u8]) {
        let run = self.runs.remove(beginning).unwrap_or_default();
        self.weight -= run.iter().map(weight).sum::<usize>();
    }

    /// The row under `key`, when it waits.
    pub(super) fn get(&self, beginning: &[u8], key: &[u8]) -> Option<&Op> {
        let run = self.of(beginning);
        let place = run.binary_search_by(|row| row.key.as_ref().cmp(key)).ok()?;
        run.get(place)
    }

    /// The rows within `from..to`, in order.
    pub(super) fn range<'p>(
        &'p self,
        from: &'p [u8],
        to: Option<&'p [u8]>,
    ) -> impl DoubleEndedIterator<Item = (&'p Bytes, Option<&'p Bytes>)> {
        // The run that `from` itself lies in begins at or before it.
        let around = self.runs.range::<[u8], _>((Bound::Unbounded, Bound::Included(from))).next_back();
        let around = around.filter(|(beginning, _)| from.starts_with(beginning));
        let behind = to.is_none_or(|to| from < to);
        let behind = behind.then(|| {
            self.runs.range::<[u8], _>((Bound::Excluded(from), to.map_or(Bound::Unbounded, Bound::Excluded)))
        });
        let runs = around.into_iter().chain(behind.into_iter().flatten());
        runs.flat_map(move |(_, run)| {
            let first = run.partition_point(|op| op.key < from);
            let last = to.map_or(run.len(), |to| run.partition_point(|op| op.key < to)).max(first);
            run.get(first..last).unwrap_or_default().iter().map(|op| (&op.key, op.value.as_ref()))
        })
    }
}
