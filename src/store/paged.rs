//! The rows of the tree in use, a page at a time, for a snapshot that is written while the store is used.

use std::cell::Cell;

use bytes::Bytes;

use super::engine::Op;
use super::error::StoreError;
use super::journal::snapshot;
use super::shared::{Shared, Stop};

/// Bytes of rows that a snapshot reads at a time: commits wait meanwhile where rows wait in front of the tree, and readers behind
/// them.
const PIECE_BYTES: usize = 64 * 1024;

/// The rows of the tree in use, for a snapshot.
pub(crate) struct Paged<'s> {
    shared: &'s Shared,
    /// What they came to so far.
    bytes: Cell<u64>,
}

fn bytes_of(rows: &[Op]) -> usize {
    rows.iter().map(|row| row.key.len() + row.value.as_ref().map_or(0, Bytes::len)).sum()
}

impl<'s> Paged<'s> {
    pub(crate) fn of(shared: &'s Shared) -> Self {
        Self { shared, bytes: Cell::new(0) }
    }

    /// What the rows came to that were read so far.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.get()
    }

    fn piece(&self, after: Option<&Bytes>, bytes: usize) -> Result<Vec<Op>, StoreError> {
        let shared = self.shared;
        if shared.is_stopping() {
            return Err(StoreError::Closing);
        }
        // Whoever heals the tree waits for the snapshot to end.
        if shared.has(Stop::ENGINE) {
            return Err(shared.read_only_error());
        }
        snapshot::page_of(shared.engine_handle()?.as_ref(), after, bytes)
            .map_err(|error| shared.read_failed(error))
    }
}

impl snapshot::PagedRows for Paged<'_> {
    fn page(&self, after: Option<&Bytes>, bytes: usize) -> Result<Vec<Op>, StoreError> {
        let shared = self.shared;
        let (mut rows, mut size) = (Vec::<Op>::new(), 0);
        while size < bytes {
            let wanted = PIECE_BYTES.min(bytes - size);
            let piece = self.piece(rows.last().map(|row| &row.key).or(after), wanted)?;
            let got = bytes_of(&piece);
            rows.extend(piece);
            size += got;
            // Only the last is short.
            if got < wanted {
                break;
            }
        }
        self.bytes.set(self.bytes.get() + size as u64);
        if shared.free_bytes()? < shared.options.low_water_bytes.saturating_add(size as u64) {
            return Err(StoreError::NoSpace);
        }
        Ok(rows)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::store::engine::{Double, Engine as _, MemoryEngine};
    use crate::store::journal::memory_files::MemoryFiles;
    use crate::store::journal::snapshot::PagedRows as _;
    use crate::store::shared::{Parts, StoreOptions};

    /// Knows how much its longest scan visited.
    #[derive(Default)]
    struct Measured {
        rows: MemoryEngine,
        longest: AtomicUsize,
    }

    impl Double for Measured {
        fn rows(&self) -> &MemoryEngine {
            &self.rows
        }

        fn visited(&self, bytes: usize) {
            self.longest.fetch_max(bytes, Ordering::Relaxed);
        }
    }

    #[test]
    fn a_page_of_a_snapshot_is_read_in_pieces_between_which_commits_have_their_turn() {
        const ROW_BYTES: usize = 9000;
        let engine = Arc::new(Measured::default());
        let all: Vec<Op> = (0..300_u16)
            .map(|number| Op {
                key: Bytes::copy_from_slice(&[&[40], &number.to_be_bytes()[..]].concat()),
                value: Some(vec![7; ROW_BYTES].into()),
            })
            .collect();
        engine.commit(&mut all.iter()).unwrap();
        let parts = Parts::alone(StoreOptions::default(), Arc::new(MemoryFiles::default()), engine.clone());
        let shared = Shared::new(parts).unwrap();
        let rows = Paged::of(&shared);
        let (mut seen, mut pages) = (Vec::new(), 0);
        loop {
            let page = rows.page(seen.last().map(|row: &Op| &row.key), 1 << 20).unwrap();
            if page.is_empty() {
                break;
            }
            pages += 1;
            seen.extend(page);
        }
        assert_eq!(seen, all);
        assert_eq!(pages, 3, "pages are as long as before");
        let longest = engine.longest.load(Ordering::Relaxed);
        assert!(longest < PIECE_BYTES + 2 * ROW_BYTES, "{longest} bytes at once");
    }
}
