//! A small schema of its own, so that the store is proven without the domain.

use std::time::Duration;

use lyceum::store::{Counter, CounterKind, Entries, Index, Record, Schema, StoreOptions, Table, TableInfo};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub number: u64,
    pub tag: u64,
    pub text: String,
}

pub struct NotesByTag;

pub const PER_TAG: CounterKind = CounterKind { tag: 1, name: "notes per tag" };

impl Record for Note {
    const TABLE: Table = Table { tag: 16, name: "note" };
    const VERSION: u8 = 1;
    type Key = u64;

    fn key(&self) -> u64 {
        self.number
    }

    fn index(&self, entries: &mut Entries) {
        entries.add::<NotesByTag>(&self.tag);
        entries.count(Counter::new(PER_TAG, &self.tag), 1);
    }
}

impl Index for NotesByTag {
    const TABLE: Table = Table { tag: 17, name: "notes by tag" };
    type Key = u64;
    type Of = Note;
}

pub const SCHEMA: Schema = Schema::new(&[TableInfo::rows::<Note>(), TableInfo::index::<NotesByTag>()]);

/// Small segments, so that every test crosses some.
pub fn options() -> StoreOptions {
    StoreOptions {
        segment_bytes: 256 * 1024,
        low_water_bytes: 1024 * 1024,
        checkpoint_interval: Duration::from_millis(500),
        checkpoint_bytes: 512 * 1024,
        snapshot_bytes: 1024 * 1024,
        ..StoreOptions::default()
    }
}
