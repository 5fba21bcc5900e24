//! An engine that is given groups as the committer gives them: with the mark of the group behind them.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use lyceum::store::engine::{
    AtOnce, Call, Double, Engine, EngineError, MemoryEngine, Op, SledEngine, SledOptions,
};

/// The key of the mark.
pub const MARK: [u8; 2] = [0, b'a'];

/// Commits as the journal's group `number`.
pub fn commit(engine: &dyn Engine, number: u64, ops: &[Op]) {
    try_to_commit(engine, number, ops).unwrap();
}

/// The same on an engine that may fail.
pub fn try_to_commit(engine: &dyn Engine, number: u64, ops: &[Op]) -> Result<(), EngineError> {
    let mark =
        Op { key: Bytes::copy_from_slice(&MARK), value: Some(Bytes::copy_from_slice(&number.to_be_bytes())) };
    engine.commit(&mut ops.iter().chain([&mark]))
}

/// The group that the mark says.
pub fn mark(engine: &dyn Engine) -> u64 {
    engine.get(&MARK).unwrap().map_or(0, |bytes| u64::from_be_bytes(bytes[..].try_into().unwrap()))
}

/// Commits the groups of `journal` behind the mark that a crash left to `engine` once more, by way of `front`. The mark.
pub fn replay(engine: &dyn Engine, front: &dyn Engine, journal: &[Vec<Op>]) -> u64 {
    let behind = mark(engine);
    for (number, ops) in (1..).zip(journal).skip(usize::try_from(behind).unwrap()) {
        commit(front, number, ops);
    }
    behind
}

/// A new tree of sled in `home`.
pub fn sled(home: &Path) -> Arc<dyn AtOnce> {
    Arc::new(SledEngine::open(&home.join("tree"), SledOptions { cache_bytes: 8 << 20 }).unwrap())
}

/// An engine that keeps every change that it is given, in order; what is made at once is one of them. Fails once, where it is told to.
#[derive(Default)]
pub struct Recorder {
    rows: MemoryEngine,
    pub changes: Mutex<Vec<Vec<Op>>>,
    pub calls: AtomicUsize,
    /// The call that fails, the first being 1.
    fails_at: usize,
}

impl Recorder {
    pub fn that_fails_at(call: usize) -> Self {
        Self { fails_at: call, ..Self::default() }
    }
}

impl Double for Recorder {
    fn rows(&self) -> &MemoryEngine {
        &self.rows
    }

    fn before(&self, call: Call<'_>) -> Result<(), EngineError> {
        let calls = 1 + self.calls.fetch_add(1, Ordering::Relaxed);
        if calls == self.fails_at {
            return Err(EngineError::NoSpace);
        }
        if let Call::Change(ops) = call {
            self.changes.lock().unwrap().push(ops.to_vec());
        }
        Ok(())
    }
}
