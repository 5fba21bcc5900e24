//! What a thread found last, in front of the caches that all threads share.
//!
//! A shared cache notes each find, to know what is worth keeping, and several finds cost as much as the rest of a short
//! request. A thread that serves finds most of what it needs here instead: a table of its own, in which each key has one
//! place, by its hash, and the newest takes it. Whether what is here is still right is for the caller to see, by the stamp
//! that was kept with it.

use std::cell::Cell;

thread_local! {
    static SERVES: Cell<bool> = const { Cell::new(false) };
}

/// From now on this thread keeps what it finds: for the few threads that answer requests, as each has tables of its own.
pub fn keep_here() {
    SERVES.set(true);
}

/// A table of one thread.
pub(super) struct Near<K, V> {
    places: Vec<Option<Place<K, V>>>,
    size: usize,
}

struct Place<K, V> {
    /// Of several stores in one process.
    store: u64,
    hash: u64,
    key: K,
    value: V,
}

impl<K, V> Near<K, V> {
    /// With so many places, which are made when the first is taken.
    pub(super) const fn new(size: usize) -> Self {
        Self { places: Vec::new(), size }
    }

    fn place(&self, hash: u64) -> usize {
        // The upper bits: the lower ones choose among stamps.
        usize::try_from(hash >> 32).unwrap_or(0) % self.size.max(1)
    }

    /// What was kept under a key of that hash, if it is that key.
    pub(super) fn get(&self, store: u64, hash: u64, is_it: impl FnOnce(&K) -> bool) -> Option<&V> {
        let place = self.places.get(self.place(hash))?.as_ref()?;
        (place.store == store && place.hash == hash && is_it(&place.key)).then_some(&place.value)
    }

    /// Keeps a value; what had its place is given back, to be dropped outside.
    pub(super) fn put(&mut self, store: u64, hash: u64, key: K, value: V) -> Option<(K, V)> {
        if !SERVES.get() {
            return Some((key, value));
        }
        if self.places.is_empty() {
            self.places.resize_with(self.size, || None);
        }
        let at = self.place(hash);
        let place = self.places.get_mut(at)?;
        place.replace(Place { store, hash, key, value }).map(|old| (old.key, old.value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_under_its_hash_and_in_its_store_only() {
        keep_here();
        let mut near = Near::new(4);
        assert!(near.put(1, 5 << 32, "five", 5).is_none());
        assert_eq!(near.get(1, 5 << 32, |key| *key == "five"), Some(&5));
        assert_eq!(near.get(2, 5 << 32, |key| *key == "five"), None);
        assert_eq!(near.get(1, 5 << 32, |key| *key == "six"), None);
        assert_eq!(near.get(1, 9 << 32, |key| *key == "five"), None);
        assert_eq!(near.put(1, 9 << 32, "nine", 9), Some(("five", 5)), "the newest has the place");
        assert_eq!(near.get(1, 9 << 32, |key| *key == "nine"), Some(&9));
    }

    #[test]
    fn a_thread_that_does_not_serve_keeps_nothing() {
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut near = Near::new(4);
                assert_eq!(near.put(1, 7, "seven", 7), Some(("seven", 7)));
                assert_eq!(near.get(1, 7, |_| true), None);
                assert!(near.places.is_empty());
            });
        });
    }
}
