//! What the last group changed, in front of an engine that may not show it yet.
//!
//! A group is visible, and its callers are answered, as soon as it is on the disk: readers find its changes here. The
//! engine takes them over meanwhile, beside the readers, who would otherwise wait for it.

use std::sync::Arc;

use bytes::Bytes;

use super::engine::Op;

/// The changes of one group, by key.
#[derive(Default)]
pub(crate) struct Fresh {
    /// In the order in which they were made.
    changes: Arc<Vec<Op>>,
    /// Which of them count, by key.
    order: Vec<u32>,
}

/// The beginning of a key as a number, which mostly says by itself which of two keys comes first.
fn beginning(key: &[u8]) -> u128 {
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(key) {
        *to = *from;
    }
    u128::from_be_bytes(bytes)
}

impl Fresh {
    /// Of changes in the order in which they were made.
    pub(crate) fn of(changes: Arc<Vec<Op>>) -> Self {
        let mut places: Vec<(u128, &[u8], u32)> =
            changes.iter().zip(0..).map(|(op, place)| (beginning(&op.key), op.key.as_ref(), place)).collect();
        places.sort_unstable();
        // The last change of a key stays.
        places.dedup_by(|later, kept| {
            let same = later.1 == kept.1;
            if same {
                kept.2 = later.2;
            }
            same
        });
        let order = places.into_iter().map(|(_, _, place)| place).collect();
        Self { changes, order }
    }

    fn row(&self, place: u32) -> Option<&Op> {
        self.changes.get(usize::try_from(place).ok()?)
    }

    /// Does the change at a place have a key before `key`?
    fn is_before(&self, place: u32, key: &[u8]) -> bool {
        self.row(place).is_some_and(|row| row.key < *key)
    }

    /// All, by key.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &Op> {
        self.order.iter().filter_map(|place| self.row(*place))
    }

    /// What became of `key`; `None` when nothing did.
    pub(crate) fn get(&self, key: &[u8]) -> Option<&Option<Bytes>> {
        let place = self.order.partition_point(|place| self.is_before(*place, key));
        let row = self.row(*self.order.get(place)?)?;
        (row.key == *key).then_some(&row.value)
    }

    /// Those from `from` on and before `to`.
    pub(crate) fn range(&self, from: &[u8], to: Option<&[u8]>) -> impl DoubleEndedIterator<Item = &Op> {
        let begin = self.order.partition_point(|place| self.is_before(*place, from));
        let rest = self.order.get(begin..).unwrap_or_default();
        let end = to.map_or(rest.len(), |to| rest.partition_point(|place| self.is_before(*place, to)));
        rest.get(..end).unwrap_or_default().iter().filter_map(|place| self.row(*place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn op(key: &'static str, value: Option<&'static str>) -> Op {
        Op {
            key: Bytes::from_static(key.as_bytes()),
            value: value.map(|value| Bytes::from_static(value.as_bytes())),
        }
    }

    fn group(changes: &[Op]) -> Fresh {
        Fresh::of(Arc::new(changes.to_vec()))
    }

    #[test]
    fn the_last_change_of_a_key_counts() {
        let fresh = group(&[
            op("b", Some("1")),
            op("a", None),
            op("b", None),
            op("b", Some("3")),
            op("a", Some("2")),
        ]);
        assert!(fresh.rows().eq(&[op("a", Some("2")), op("b", Some("3"))]));
        assert_eq!(fresh.get(b"b"), Some(&Some(Bytes::from_static(b"3"))));
        assert_eq!(fresh.get(b"c"), None);
        assert_eq!(group(&[op("a", Some("1")), op("a", None)]).get(b"a"), Some(&None));
    }

    #[test]
    fn keys_that_begin_alike_are_in_order_too() {
        let keys =
            ["a long key, alike at first: 2", "a long key, alike at first: 1", "a long key, alike", "a"];
        let fresh = group(&keys.map(|key| op(key, None)));
        assert!(fresh.rows().map(|row| row.key.as_ref()).eq(keys.iter().rev().map(|key| key.as_bytes())));
        assert!(keys.iter().all(|key| fresh.get(key.as_bytes()).is_some()));
    }

    #[test]
    fn a_range_has_what_lies_within() {
        let fresh = group(&["a", "c", "e"].map(|key| op(key, None)));
        let keys = |from: &str, to: Option<&str>| -> String {
            let rows = fresh.range(from.as_bytes(), to.map(str::as_bytes));
            rows.map(|row| std::str::from_utf8(&row.key).unwrap()).collect()
        };
        assert_eq!(keys("", None), "ace");
        assert_eq!(keys("a", Some("e")), "ac");
        assert_eq!(keys("b", Some("c")), "");
        assert_eq!(keys("c", Some("f")), "ce");
        assert_eq!(keys("f", None), "");
    }
}
