//! The in-memory engine for tests: the same meaning as the embedded one, nothing kept.

use std::collections::BTreeMap;
use std::ops::Bound;

use bytes::Bytes;
use parking_lot::RwLock;

use super::{AtOnce, Engine, EngineError, EngineVisit, Op};

/// An ordered map in memory.
#[derive(Debug, Default)]
pub struct MemoryEngine {
    rows: RwLock<BTreeMap<Bytes, Bytes>>,
}

impl Engine for MemoryEngine {
    fn get(&self, key: &[u8]) -> Result<Option<Bytes>, EngineError> {
        Ok(self.rows.read_recursive().get(key).cloned())
    }

    fn scan(
        &self,
        from: &[u8],
        to: Option<&[u8]>,
        reverse: bool,
        visit: &mut EngineVisit<'_>,
    ) -> Result<(), EngineError> {
        if to.is_some_and(|to| to <= from) {
            return Ok(());
        }
        // Recursive: what is visited may read again, while a commit already waits for its turn.
        let rows = self.rows.read_recursive();
        let range =
            rows.range::<[u8], _>((Bound::Included(from), to.map_or(Bound::Unbounded, Bound::Excluded)));
        if reverse {
            let _ = range.rev().try_for_each(|(key, value)| visit(key, value));
        } else {
            let mut range = range;
            let _ = range.try_for_each(|(key, value)| visit(key, value));
        }
        Ok(())
    }

    fn commit(&self, ops: &mut dyn Iterator<Item = &Op>) -> Result<(), EngineError> {
        let mut rows = self.rows.write();
        for op in ops {
            match &op.value {
                Some(value) => rows.insert(op.key.clone(), value.clone()),
                None => rows.remove(&op.key),
            };
        }
        Ok(())
    }

    fn flush(&self) -> Result<(), EngineError> {
        Ok(())
    }

    fn disk_bytes(&self) -> Result<u64, EngineError> {
        Ok(0)
    }

    fn name(&self) -> &'static str {
        "memory"
    }
}

impl AtOnce for MemoryEngine {
    fn commit_at_once(&self, ops: &[Op]) -> Result<(), EngineError> {
        self.commit(&mut ops.iter())
    }
}
