//! Proofs about the store: contract, model, crashes, power loss, damage, full disks, formats.

mod support;

use lyceum::store::{Class, Read, Store, StoreError};
use support::{Note, NotesByTag, SCHEMA, options};

#[test]
fn what_was_written_is_read_again_after_reopening() {
    let home = tempfile::tempdir().unwrap();
    let store = Store::open(home.path(), SCHEMA, options()).unwrap();
    for number in 0..500_u64 {
        store
            .write_blocking(Class::Interactive, move |txn| -> Result<(), StoreError> {
                txn.put(Note { number, tag: number % 7, text: format!("note {number}") })
            })
            .unwrap();
    }
    assert!(store.verify().unwrap().is_clean());
    drop(store);
    let store = Store::open(home.path(), SCHEMA, options()).unwrap();
    store.read(|read| {
        assert_eq!(read.get::<Note>(&499).unwrap().unwrap().text, "note 499");
        assert_eq!(read.index_keys::<NotesByTag>(&lyceum::store::Exactly(3), None, 1000).unwrap().len(), 71);
    });
    assert!(store.verify().unwrap().is_clean());
}
