//! The seam to the ordered key-value engine. Everything above goes through `get`, `scan` and `commit`.

pub(in crate::store) mod blocks;
mod double;
mod memory;
mod postings;
mod rows;
mod sled_tree;
mod waiting;

use std::ops::ControlFlow;
use std::sync::Arc;

use bytes::Bytes;

#[doc(hidden)]
pub use double::{Call, Double};
pub use memory::MemoryEngine;
pub use sled_tree::{SledEngine, SledOptions};
pub(crate) use sled_tree::{is_no_space, panic_text, sync_files};
pub use waiting::{Tables, Waiting, Waits};

/// Why an engine call failed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum EngineError {
    /// The device has no room.
    #[error("no space left on the device")]
    NoSpace,
    /// Reading or writing failed.
    #[error("input or output failed: {0}")]
    Io(String),
    /// What is on disk is damaged; a rebuild from snapshot and journal is needed.
    #[error("damaged: {0}")]
    Damaged(String),
    /// Another process has the files.
    #[error("in use by another process: {0}")]
    InUse(String),
}

/// One change: a key with its new value, or without one to remove it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Op {
    /// The full key.
    pub key: Bytes,
    /// The new value; `None` removes the key.
    pub value: Option<Bytes>,
}

/// Called per row by a scan; stops on `Break`.
pub type EngineVisit<'v> = dyn FnMut(&[u8], &[u8]) -> ControlFlow<()> + 'v;

/// An ordered map from bytes to bytes.
pub trait Engine: Send + Sync {
    /// The value under `key`.
    fn get(&self, key: &[u8]) -> Result<Option<Bytes>, EngineError>;

    /// Rows with `from <= key < to` in order, or in reverse order.
    fn scan(
        &self,
        from: &[u8],
        to: Option<&[u8]>,
        reverse: bool,
        visit: &mut EngineVisit<'_>,
    ) -> Result<(), EngineError>;

    /// Makes changes. Who reads meanwhile may see some of them. What is left after a crash has everything that was made before
    /// the mark that is left, and of the rest some: making all that came behind the mark once more makes it whole. Need not be
    /// durable before `flush`.
    fn commit(&self, ops: &mut dyn Iterator<Item = &Op>) -> Result<(), EngineError>;

    /// Returns when everything committed before the call is on stable storage.
    fn flush(&self) -> Result<(), EngineError>;

    /// Bytes on disk; 0 when it has none.
    fn disk_bytes(&self) -> Result<u64, EngineError>;

    /// A short word for metrics and messages.
    fn name(&self) -> &'static str;

    /// Has it changes by half that belong together, so that it would have them opened again, too, and must be made anew?
    fn is_torn(&self) -> bool {
        false
    }

    /// Closes it, as dropping it does, and says whether all that it still wrote is on stable storage. Nothing is asked of it any
    /// more.
    fn close(&mut self) -> Result<(), EngineError> {
        Ok(())
    }
}

/// Closes an engine that nobody else has.
pub(crate) fn close<E: Engine + ?Sized>(engine: &mut Arc<E>) -> Result<(), EngineError> {
    Arc::get_mut(engine).map_or(Ok(()), E::close)
}

/// Looks at the last row within `from..=upto`.
fn last_upto(
    engine: &dyn AtOnce,
    from: &[u8],
    upto: &[u8],
    look: &mut dyn FnMut(&[u8], &[u8]),
) -> Result<(), EngineError> {
    // What comes next behind a key is that with a zero at its end.
    let behind = [upto, &[0]].concat();
    engine.scan(from, Some(&behind), true, &mut |key, value| {
        look(key, value);
        ControlFlow::Break(())
    })
}

/// An engine that can make a few changes at once.
pub trait AtOnce: Engine {
    /// Makes changes, of which a crash leaves all or none. Where it fails some of them may be made, and stay.
    fn commit_at_once(&self, ops: &[Op]) -> Result<(), EngineError>;
}
