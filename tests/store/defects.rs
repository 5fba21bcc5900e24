//! Defects of the program: one in a caller costs that caller its answer, one in a thread of the store says that it is there.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use lyceum::store::journal::memory_files::MemoryFiles;
use lyceum::store::{Read, Store, StoreError};

use crate::disk::{Failing, Refusing};
use crate::support::{Note, SCHEMA, eventually, note, options, write, write_notes};

/// Walks over the notes up to where the walker has a defect.
fn walk(read: &impl Read) -> Result<(), StoreError> {
    read.each::<Note>(&(), |note| {
        assert!(note.number < 5, "a defect of who walks");
        Ok(ControlFlow::Continue(()))
    })
}

#[test]
fn a_panic_while_rows_are_visited_is_no_damage_of_the_tree() {
    let home = tempfile::tempdir().unwrap();
    let store = Store::open(home.path(), SCHEMA, options()).unwrap();
    write_notes(&store, 0..100);
    store.checkpoint().unwrap();
    for _ in 0..3 {
        let panic = catch_unwind(AssertUnwindSafe(|| store.read(|read| walk(read)))).unwrap_err();
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"a defect of who walks"), "it is the caller's own");
        assert!(matches!(write(&store, |txn| walk(txn)), Err(StoreError::Defect(_))));
        assert_eq!(store.read_only_reason(), None);
        write_notes(&store, [100]);
    }
    assert_eq!(store.read(|read| read.list::<Note>(&(), None, 200)).unwrap().len(), 101);
    let counts = store.counts();
    assert_eq!((counts.heals.load(Ordering::Relaxed), counts.rebuilds.load(Ordering::Relaxed)), (0, 0));
}

#[test]
fn once_a_thread_of_the_store_is_gone_writes_say_so() {
    for refusing in [Refusing::CommitterPanics, Refusing::CheckPanics] {
        let disk = Failing::over(MemoryFiles::default());
        let store = Store::in_memory_with_files(SCHEMA, options(), Arc::new(disk.clone())).unwrap();
        write_notes(&store, [1]);
        disk.refuse(refusing);
        if refusing == Refusing::CommitterPanics {
            // The one that it was at work on.
            assert!(matches!(write(&store, |txn| txn.put(note(2))), Err(StoreError::Defect(_))));
        }
        eventually("it is noticed", || store.read_only_reason().is_some());
        disk.refuse(Refusing::Nothing);
        for _ in 0..3 {
            let said = write(&store, |txn| txn.put(note(2))).unwrap_err().to_string();
            assert!(said.contains("ended by a defect; restart the program"), "{refusing:?}: {said}");
        }
        assert!(store.read(|read| read.get::<Note>(&1)).unwrap().is_some(), "{refusing:?}: it is still read");
        store.close();
    }
}
