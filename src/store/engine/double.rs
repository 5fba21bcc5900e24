//! What tests put in the place of a tree: rows in memory, and somebody who hears of each call before it is made, and may fail it.

use std::ops::ControlFlow;
use std::slice;

use bytes::Bytes;

use super::{AtOnce, Engine, EngineError, EngineVisit, MemoryEngine, Op};

/// A call of an engine.
#[derive(Debug, Clone, Copy)]
pub enum Call<'c> {
    /// One row is asked for.
    Get,
    /// Rows are asked for.
    Scan,
    /// Changes: one, or several at once.
    Change(&'c [Op]),
    /// All is to be on stable storage.
    Flush,
}

/// An engine of a test: what differs from one in memory.
pub trait Double: Send + Sync {
    /// Its rows.
    fn rows(&self) -> &MemoryEngine;

    /// Hears of a call, and may fail it.
    fn before(&self, call: Call<'_>) -> Result<(), EngineError> {
        let _ = call;
        Ok(())
    }

    /// Hears how many bytes a scan visited.
    fn visited(&self, bytes: usize) {
        let _ = bytes;
    }

    /// Makes changes at once.
    fn at_once(&self, ops: &[Op]) -> Result<(), EngineError> {
        self.before(Call::Change(ops))?;
        self.rows().commit_at_once(ops)
    }
}

impl<D: Double> Engine for D {
    fn get(&self, key: &[u8]) -> Result<Option<Bytes>, EngineError> {
        self.before(Call::Get)?;
        self.rows().get(key)
    }

    fn scan(
        &self,
        from: &[u8],
        to: Option<&[u8]>,
        reverse: bool,
        visit: &mut EngineVisit<'_>,
    ) -> Result<(), EngineError> {
        self.before(Call::Scan)?;
        let mut bytes = 0;
        self.rows().scan(from, to, reverse, &mut |key, value| -> ControlFlow<()> {
            bytes += key.len() + value.len();
            visit(key, value)
        })?;
        self.visited(bytes);
        Ok(())
    }

    fn commit(&self, ops: &mut dyn Iterator<Item = &Op>) -> Result<(), EngineError> {
        for op in ops {
            let op = slice::from_ref(op);
            self.before(Call::Change(op))?;
            self.rows().commit_at_once(op)?;
        }
        Ok(())
    }

    fn flush(&self) -> Result<(), EngineError> {
        self.before(Call::Flush)
    }

    fn disk_bytes(&self) -> Result<u64, EngineError> {
        Ok(0)
    }

    fn name(&self) -> &'static str {
        "double"
    }
}

impl<D: Double> AtOnce for D {
    fn commit_at_once(&self, ops: &[Op]) -> Result<(), EngineError> {
        self.at_once(ops)
    }
}
