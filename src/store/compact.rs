//! Rebuilding the tree of a closed store into a new directory: sled never gives disk space back.

use std::ops::ControlFlow;
use std::path::Path;

use bytes::Bytes;

use super::engine::{Engine, Op};
use super::error::StoreError;
use super::marker::Marker;
use super::open::{io_error, journal_files, lock, open_tree};
use super::record::Schema;
use super::shared::{StoreOptions, engine_error};
use super::tree::{SledTree, Tree};

/// Rows copied at a time.
const CHUNK_ROWS: usize = 1024;

/// Rebuilds the tree of a closed store into a new directory and swaps it in. Bytes before and after.
pub fn compact(directory: &Path, schema: Schema, options: &StoreOptions) -> Result<(u64, u64), StoreError> {
    let held = lock(directory)?;
    let files = journal_files(directory)?;
    let tree = SledTree::new(directory, schema, options);
    tree.tidy();
    let opened = open_tree(directory, &tree, &files)?;
    let (engine, group) = (opened.engine, opened.replayed.next.saturating_sub(1));
    let before = engine.disk_bytes().map_err(engine_error)?;
    let fresh = tree.replace(false, &|fresh| copy(engine.as_ref(), fresh))?;
    drop(engine);
    fresh.flush().map_err(engine_error)?;
    let after = fresh.disk_bytes().map_err(engine_error)?;
    drop(fresh);
    Marker::closed(&tree.path(), group)
        .and_then(|marker| marker.write(directory))
        .map_err(|error| io_error("marking the store as closed failed", &error))?;
    drop(held);
    Ok((before, after))
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
