//! Compaction: smaller, the same, and safe to interrupt.

use std::fs;
use std::path::Path;
use std::sync::atomic::Ordering;

use lyceum::store::{Durability, Read, Store, StoreOptions, compact};

use crate::support::{Note, SCHEMA, assert_clean, options, write};

fn bloated(home: &Path) -> Vec<Note> {
    // What is written before the close is safe either way, and this is much.
    let quick = StoreOptions { durability: Durability::Relaxed, ..options() };
    let store = Store::open(home, SCHEMA, quick).unwrap();
    for round in 0..8_u64 {
        for from in (0..1000).step_by(50) {
            write(&store, move |txn| {
                (from..from + 50).try_for_each(|number| {
                    txn.put(Note {
                        number,
                        tag: round,
                        text: "c".repeat(1500 + usize::try_from(round).unwrap()),
                    })
                })
            })
            .unwrap();
        }
    }
    write(&store, |txn| (0..800).try_for_each(|number| txn.delete::<Note>(&number).map(drop))).unwrap();
    store.close();
    contents(home)
}

fn contents(home: &Path) -> Vec<Note> {
    let store = Store::open(home, SCHEMA, options()).unwrap();
    assert_clean(&store);
    store.read(|read| read.list::<Note>(&(), None, usize::MAX)).unwrap()
}

#[test]
fn compacting_makes_the_tree_smaller_and_changes_nothing() {
    let home = tempfile::tempdir().unwrap();
    let before = bloated(home.path());
    assert_eq!(before.len(), 200);
    let (was, is) = compact(home.path(), SCHEMA, &options()).unwrap();
    eprintln!("{was} bytes before, {is} after");
    assert!(is * 2 < was, "{was} bytes before, {is} after");
    let store = Store::open(home.path(), SCHEMA, options()).unwrap();
    assert_eq!(store.counts().rebuilds.load(Ordering::Relaxed), 0, "the compacted tree is used as it is");
    drop(store);
    assert_eq!(contents(home.path()), before);
}

#[test]
fn a_crash_at_any_step_of_compacting_loses_nothing() {
    let home = tempfile::tempdir().unwrap();
    let before = bloated(home.path());
    let at = |name: &str| home.path().join(name);
    // While the new one is being filled.
    fs::create_dir(at("tree.rebuilding")).unwrap();
    fs::write(at("tree.rebuilding/db"), b"half").unwrap();
    assert_eq!(contents(home.path()), before);
    assert!(!at("tree.rebuilding").exists());
    // Between the two renames.
    fs::rename(at("tree"), at("tree.replaced")).unwrap();
    fs::create_dir(at("tree.rebuilding")).unwrap();
    let store = Store::open(home.path(), SCHEMA, options()).unwrap();
    assert_eq!(store.counts().rebuilds.load(Ordering::Relaxed), 1);
    drop(store);
    assert_eq!(contents(home.path()), before);
    assert!(!at("tree.rebuilding").exists() && !at("tree.replaced").exists());
    // Behind both, before the marker vouches for the new one: an old marker, a whole new tree.
    let marker = fs::read(at("marker.json")).unwrap();
    compact(home.path(), SCHEMA, &options()).unwrap();
    fs::write(at("marker.json"), marker).unwrap();
    assert_eq!(contents(home.path()), before);
}

#[test]
fn a_store_in_use_is_not_compacted() {
    let home = tempfile::tempdir().unwrap();
    let store = Store::open(home.path(), SCHEMA, options()).unwrap();
    assert!(compact(home.path(), SCHEMA, &options()).is_err());
    drop(store);
}
