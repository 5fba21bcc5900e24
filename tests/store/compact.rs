//! Compaction: smaller, the same, nothing that was deleted, and safe to interrupt.

use std::fs;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use lyceum::store::journal::files::Files;
use lyceum::store::{Durability, Read, Store, StoreOptions, compact, compact_with_files};
use parking_lot::Mutex;

use crate::disk::{Disk, Image};
use crate::support::{Dice, Note, SCHEMA, assert_clean, options, write};

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

/// The files under `place` that have `text` in them.
fn files_with(place: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(place).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, text));
        } else if fs::read(&path).unwrap().windows(text.len()).any(|bytes| bytes == text.as_bytes()) {
            found.push(path.display().to_string());
        }
    }
    found
}

fn write_texts(store: &Store, numbers: Range<u64>, text: &str) {
    let text = text.repeat(1000 / text.len());
    write(store, move |txn| {
        numbers.into_iter().try_for_each(|number| txn.put(Note { number, tag: number, text: text.clone() }))
    })
    .unwrap();
}

#[test]
fn nothing_on_the_disk_has_what_was_deleted_before() {
    const ERASED: &str = "nobody may read this any more";
    let home = tempfile::tempdir().unwrap();
    let at = |name: &str| home.path().join(name);
    let store = Store::open(home.path(), SCHEMA, options()).unwrap();
    for from in (0..400).step_by(50) {
        write_texts(&store, from..from + 50, ERASED);
    }
    store.snapshot().unwrap();
    store.checkpoint().unwrap();
    write_texts(&store, 400..450, ERASED);
    store.snapshot().unwrap();
    write_texts(&store, 1000..1050, "this stays");
    write(&store, |txn| (0..450).try_for_each(|number| txn.delete::<Note>(&number).map(drop))).unwrap();
    store.close();
    drop(store);
    let before = contents(home.path());
    assert_eq!(before.len(), 50);
    let segments = files_with(&at("journal"), ERASED);
    let segment = segments.iter().find(|name| name.ends_with(".journal")).unwrap();
    // The one that the next segment would be made of.
    fs::copy(segment, at("journal/000000000000.spare")).unwrap();
    fs::write(at("journal/00000000000000000007.making"), ERASED).unwrap();
    fs::create_dir(at("tree.damaged")).unwrap();
    fs::write(at("tree.damaged/db"), ERASED).unwrap();
    let found = files_with(home.path(), ERASED).join(" ");
    for kind in [".snapshot", ".journal", ".spare", ".making", "/tree/db", "/tree.damaged/db"] {
        assert!(found.contains(kind), "{kind} is not in {found}");
    }

    compact(home.path(), SCHEMA, &options()).unwrap();
    assert_eq!(files_with(home.path(), ERASED), [""; 0]);
    assert!(files_with(home.path(), "this stays").len() >= 2, "a tree and a snapshot");
    // With nothing written in between, and then without the tree.
    compact(home.path(), SCHEMA, &options()).unwrap();
    fs::remove_dir_all(at("tree")).unwrap();
    let store = Store::open(home.path(), SCHEMA, options()).unwrap();
    assert_eq!(store.counts().rebuilds.load(Ordering::Relaxed), 1);
    drop(store);
    assert_eq!(contents(home.path()), before);
}

fn notes(store: &Store) -> Vec<Note> {
    assert_clean(store);
    store.read(|read| read.list::<Note>(&(), None, usize::MAX)).unwrap()
}

/// What a disk is like at each step of compacting the store that it has.
fn compacting(disk: &Disk, home: &Path, options: &StoreOptions) -> Vec<Image> {
    let steps = Arc::new(Mutex::new(Vec::new()));
    disk.watch({
        let steps = steps.clone();
        move |image: &Image| steps.lock().push(image.clone())
    });
    let files: Arc<dyn Files> = Arc::new(disk.clone());
    compact_with_files(home, SCHEMA, options, &files).unwrap();
    disk.unwatch();
    std::mem::take(&mut *steps.lock())
}

/// The process before was killed with its last group written and not synced.
#[test]
fn a_power_cut_at_any_step_of_compacting_leaves_what_rebuilds_the_store() {
    let mut dice = Dice::new(41);
    // Checkpoints where the test takes them, and nowhere else.
    let options = StoreOptions {
        segment_bytes: 4096,
        snapshot_bytes: 12 * 1024,
        checkpoint_interval: Duration::from_hours(1),
        checkpoint_bytes: u64::MAX,
        ..options()
    };
    let disk = Disk::new(Image::default());
    let killed = Arc::new(Mutex::new(Image::default()));
    disk.watch({
        let killed = killed.clone();
        move |image: &Image| {
            if image.is_unsynced() {
                *killed.lock() = image.clone();
            }
        }
    });
    let store = Store::in_memory_with_files(SCHEMA, options.clone(), Arc::new(disk.clone())).unwrap();
    for round in 0..3 {
        for number in 0..20 {
            write_texts(&store, round * 10 + number..round * 10 + number + 1, "some text");
        }
        store.snapshot().unwrap();
        store.checkpoint().unwrap();
    }
    write_texts(&store, 900..901, "the last");
    disk.unwatch();
    let expected = notes(&store);
    drop(store);
    let without_last = &expected[..expected.len() - 1];

    let home = tempfile::tempdir().unwrap();
    let mut disk = Disk::new(killed.lock().clone());
    let mut tried = 0;
    for image in compacting(&disk, home.path(), &options) {
        let torn: Vec<Image> = (0..4).map(|_| image.after_power_cut(&mut dice)).collect();
        for cut in image.after_every_power_cut().chain(torn) {
            let store =
                Store::in_memory_with_files(SCHEMA, options.clone(), Arc::new(Disk::new(cut))).unwrap();
            let found = notes(&store);
            // The last was promised to nobody.
            assert!(found == expected || found == without_last, "{} of {}", found.len(), expected.len());
            tried += 1;
        }
    }
    eprintln!("{tried} states after a power cut while compacting");
    assert!(tried > 100);

    // Once it is done, all is there, and the tree is used as it is.
    for _ in 0..4 {
        let names = disk.list().unwrap();
        assert!(names.len() == 2 && disk.image().has_name_ending_in(".snapshot"), "{names:?}");
        disk = Disk::new(disk.image().after_power_cut(&mut dice));
        let files: Arc<dyn Files> = Arc::new(disk.clone());
        let store = Store::open_with_files(home.path(), SCHEMA, options.clone(), files.clone()).unwrap();
        assert_eq!(store.counts().rebuilds.load(Ordering::Relaxed), 0);
        assert_eq!(notes(&store), expected);
        store.close();
        drop(store);
        compact_with_files(home.path(), SCHEMA, &options, &files).unwrap();
    }
}

/// The same of a store that has nothing but this disk, and behind the last step.
fn compacted(image: &Image, options: &StoreOptions) -> Vec<Image> {
    let home = tempfile::tempdir().unwrap();
    let disk = Disk::new(image.clone());
    let mut steps = compacting(&disk, home.path(), options);
    steps.push(disk.image());
    steps
}

/// After a compaction there is one snapshot and nothing to make another of. The next is killed while it writes the same one again,
/// and then begun again.
#[test]
fn a_power_cut_never_gives_the_only_snapshots_name_to_what_was_half_made() {
    let options = StoreOptions { segment_bytes: 4096, ..options() };
    let disk = Disk::new(Image::default());
    let store = Store::in_memory_with_files(SCHEMA, options.clone(), Arc::new(disk.clone())).unwrap();
    write_texts(&store, 0..3, "some text");
    let expected = notes(&store);
    drop(store);
    let only = compacted(&disk.image(), &options).pop().unwrap();
    let mut tried = 0;
    for killed in compacted(&only, &options).iter().filter(|image| image.has_name_ending_in(".making")) {
        for image in compacted(killed, &options) {
            for cut in image.after_every_power_cut() {
                let disk = Arc::new(Disk::new(cut));
                let store = Store::in_memory_with_files(SCHEMA, options.clone(), disk).unwrap();
                assert_eq!(notes(&store), expected);
                tried += 1;
            }
        }
    }
    eprintln!("{tried} states after a power cut while compacting again");
    assert!(tried > 100);
}
