//! What the last group changed, in front of an engine that may not show it yet.
//!
//! A group is visible, and its callers are answered, as soon as it is on the disk: readers find its changes here. The
//! engine takes them over meanwhile, beside the readers, who would otherwise wait for it.

use bytes::Bytes;

use super::engine::Op;

/// The changes of one group, by key.
#[derive(Default)]
pub(crate) struct Fresh {
    rows: Vec<Op>,
}

impl Fresh {
    /// Of changes in the order in which they were made.
    pub(crate) fn of(changes: &[Op]) -> Self {
        let mut rows = changes.to_vec();
        rows.sort_by(|one, other| one.key.cmp(&other.key));
        // The last change of a key stays.
        rows.dedup_by(|later, kept| {
            let same = later.key == kept.key;
            if same {
                std::mem::swap(later, kept);
            }
            same
        });
        Self { rows }
    }

    /// All, by key.
    pub(crate) fn rows(&self) -> &[Op] {
        &self.rows
    }

    /// What became of `key`; `None` when nothing did.
    pub(crate) fn get(&self, key: &[u8]) -> Option<&Option<Bytes>> {
        let place = self.rows.binary_search_by(|row| row.key.as_ref().cmp(key)).ok()?;
        self.rows.get(place).map(|row| &row.value)
    }

    /// Those from `from` on and before `to`.
    pub(crate) fn range(&self, from: &[u8], to: Option<&[u8]>) -> &[Op] {
        let rest = self.rows.get(self.rows.partition_point(|row| row.key < from)..).unwrap_or_default();
        let end = rest.partition_point(|row| to.is_none_or(|to| row.key < to));
        rest.get(..end).unwrap_or_default()
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

    #[test]
    fn the_last_change_of_a_key_counts() {
        let fresh = Fresh::of(&[
            op("b", Some("1")),
            op("a", None),
            op("b", None),
            op("b", Some("3")),
            op("a", Some("2")),
        ]);
        assert_eq!(fresh.rows(), [op("a", Some("2")), op("b", Some("3"))]);
        assert_eq!(fresh.get(b"b"), Some(&Some(Bytes::from_static(b"3"))));
        assert_eq!(fresh.get(b"c"), None);
        assert_eq!(Fresh::of(&[op("a", Some("1")), op("a", None)]).get(b"a"), Some(&None));
    }

    #[test]
    fn a_range_has_what_lies_within() {
        let fresh = Fresh::of(&["a", "c", "e"].map(|key| op(key, None)));
        let keys = |from: &str, to: Option<&str>| -> String {
            let rows = fresh.range(from.as_bytes(), to.map(str::as_bytes));
            rows.iter().map(|row| std::str::from_utf8(&row.key).unwrap()).collect()
        };
        assert_eq!(keys("", None), "ace");
        assert_eq!(keys("a", Some("e")), "ac");
        assert_eq!(keys("b", Some("c")), "");
        assert_eq!(keys("c", Some("f")), "ce");
        assert_eq!(keys("f", None), "");
    }
}
