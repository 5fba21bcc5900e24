//! Rebuilding the tree of a closed store into a new directory, because sled never gives disk space back, and a snapshot of it in
//! the place of older ones and of the journal, so that nothing on the disk has what is not stored any more.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;

use super::engine::{Engine, Op, close, sync_files};
use super::error::StoreError;
use super::journal::files::Files;
use super::journal::{self, Journal, snapshot};
use super::marker::Marker;
use super::open::{io_error, journal_files, lock, open_tree, salts, vouch_again};
use super::record::Schema;
use super::shared::{StoreOptions, engine_error};
use super::tree::{SledTree, Tree};

/// Rows copied at a time.
const CHUNK_ROWS: usize = 1024;

/// Rebuilds the tree of a closed store into a new directory, swaps it in, and leaves no earlier snapshot, no group of the journal
/// and no earlier tree. The tree's bytes before and after.
pub fn compact(directory: &Path, schema: Schema, options: &StoreOptions) -> Result<(u64, u64), StoreError> {
    let files = journal_files(directory)?;
    compact_with_files(directory, schema, options, &(Arc::new(files) as Arc<dyn Files>))
}

/// [`compact`] with another file layer under the journal: for tests that lose what was not synced.
#[doc(hidden)]
pub fn compact_with_files(
    directory: &Path,
    schema: Schema,
    options: &StoreOptions,
    files: &Arc<dyn Files>,
) -> Result<(u64, u64), StoreError> {
    let held = lock(directory)?;
    let tree = SledTree::new(directory, schema, options);
    tree.tidy();
    let opened = open_tree(directory, &tree, files.as_ref())?;
    let (mut engine, group) = (opened.engine, opened.replayed.next.saturating_sub(1));
    // What the last process left half made goes, and its last group is secured, before anything rests on it.
    let (bytes, durability) = (options.segment_bytes, options.durability);
    let mut journal = Journal::resume(files.clone(), bytes, durability, opened.replayed, salts())?;
    let before = engine.disk_bytes().map_err(engine_error)?;
    let mut fresh = match tree.replace(false, &|fresh| copy(engine.as_ref(), fresh)) {
        Ok(fresh) => fresh,
        // Nothing is wrong with the tree that there is, and where a second has no room it could not be rebuilt.
        Err(StoreError::NoSpace) => {
            let closed = close(&mut engine);
            vouch_again(directory, &tree, group, closed);
            return Err(StoreError::NoSpace);
        }
        Err(error) => return Err(error),
    };
    drop(engine);
    fresh.flush().map_err(engine_error)?;
    let after = fresh.disk_bytes().map_err(engine_error)?;
    if let Err(error) = leave_only_this(files.as_ref(), &mut journal, fresh.as_ref(), group) {
        // Nor with this one, which has everything.
        let closed = close(&mut fresh);
        vouch_again(directory, &tree, group, closed);
        return Err(error);
    }
    // sled writes once more while it is being closed.
    close(&mut fresh).map_err(engine_error)?;
    tree.remove_damaged()?;
    sync_files(&tree.path())
        .and_then(|()| Marker::closed(&tree.path(), group))
        .and_then(|marker| marker.write(directory))
        .map_err(|error| io_error("marking the store as closed failed", &error))?;
    drop(held);
    Ok((before, after))
}

/// Puts a snapshot of `engine`, which shows group `group`, and an empty segment in the place of all that the journal has. Nothing that
/// a rebuild needs goes before both are on stable storage and the snapshot was read to its end.
fn leave_only_this(
    files: &dyn Files,
    journal: &mut Journal,
    engine: &dyn Engine,
    group: u64,
) -> Result<(), StoreError> {
    // Its rows may be of groups that were answered before they were synced.
    snapshot::write(files, &engine, group, salts()(), || journal::sync_all(files, &journal.segments()))?;
    snapshot::read(files, group, &mut |_| Ok(()))?;
    // First, for the new segment would be one of them.
    journal::remove_spares(files)?;
    journal.rotate()?;
    journal::leave_only(files, &journal.segments(), group)
}

fn copy(from: &dyn Engine, to: &dyn Engine) -> Result<(), StoreError> {
    let mut rows = Vec::with_capacity(CHUNK_ROWS);
    let mut outcome = Ok(());
    from.scan(&[], None, false, &mut |key, value| {
        rows.push(Op { key: Bytes::copy_from_slice(key), value: Some(Bytes::copy_from_slice(value)) });
        if rows.len() == CHUNK_ROWS {
            outcome = to.commit(&mut rows.iter());
            rows.clear();
        }
        if outcome.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })
    .and(outcome)
    .and_then(|()| to.commit(&mut rows.iter()))
    .map_err(engine_error)
}
