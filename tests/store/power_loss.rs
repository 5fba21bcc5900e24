//! The power goes: unsynced writes are lost, torn or reordered, unsynced names lost or kept. Every state that the disk
//! may be left in opens and has what was acknowledged, whole.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use lyceum::store::{Durability, Read, Store, StoreOptions};
use parking_lot::Mutex;

use crate::disk::{Disk, Failing, Image, Refusing};
use crate::support::{Account, Dice, Note, SCHEMA, assert_clean, eventually, note, options, write};

const WRITERS: u64 = 3;
const WRITER_COUNT: usize = 3;
const FAR: u64 = 1 << 40;

fn small() -> StoreOptions {
    StoreOptions { segment_bytes: 4096, snapshot_bytes: 12 * 1024, ..options() }
}

/// Writer `writer` writes its transaction `number`: two notes and its account.
fn put(store: &Store, writer: u64, number: u64) {
    write(store, move |txn| {
        let text = "z".repeat(usize::try_from(number * 71 % 1500).unwrap());
        let base = writer * 1_000_000 + number;
        txn.put(Note { number: base, tag: writer, text: text.clone() })?;
        txn.put(Note { number: FAR + base, tag: writer, text })?;
        txn.put(Account {
            number: writer,
            email: format!("{writer}@{number}"),
            balance: number.cast_signed(),
        })
    })
    .unwrap();
}

fn last(store: &Store, writer: u64) -> u64 {
    store.read(|read| read.get::<Account>(&writer).unwrap().map_or(0, |a| a.balance.cast_unsigned()))
}

fn check(store: &Store, acknowledged: &[u64]) {
    for (writer, promised) in (0..WRITERS).zip(acknowledged) {
        let last = last(store, writer);
        assert!(last >= *promised, "writer {writer}: {promised} was acknowledged, {last} is there");
        store.read(|read| {
            for base in [0, FAR] {
                let from = base + writer * 1_000_000;
                let notes = read.list::<Note>(&(), Some(&from), usize::try_from(last).unwrap() + 1).unwrap();
                let count = notes.iter().take_while(|note| note.number < from + 1_000_000).count();
                assert_eq!(count as u64, last, "writer {writer}: a transaction is there by half");
            }
        });
    }
    assert_clean(store);
}

/// Writes, with checkpoints and snapshots in between, `count` transactions per writer behind what is there.
fn load(store: &Store, count: u64, acknowledged: &Arc<[AtomicU64; WRITER_COUNT]>) {
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let acknowledged = acknowledged.clone();
            scope.spawn(move || {
                let from = last(store, writer) + 1;
                for number in from..from + count {
                    put(store, writer, number);
                    acknowledged[usize::try_from(writer).unwrap()].store(number, Ordering::SeqCst);
                    if number.is_multiple_of(13) {
                        store.checkpoint().unwrap();
                    }
                }
            });
        }
    });
}

fn read_all(acknowledged: &[AtomicU64; WRITER_COUNT]) -> Vec<u64> {
    acknowledged.iter().map(|last| last.load(Ordering::SeqCst)).collect()
}

fn open_in_memory(image: Image, options: StoreOptions) -> (Store, Disk) {
    let disk = Disk::new(image);
    let store = Store::in_memory_with_files(SCHEMA, options, Arc::new(disk.clone())).unwrap();
    (store, disk)
}

/// Runs the load over `image`, with a moment kept now and then together with what was acknowledged by then.
fn moments(image: Image, count: u64, seed: u64, one_in: u64) -> Vec<(Image, Vec<u64>)> {
    let disk = Disk::new(image);
    let acknowledged = Arc::new([const { AtomicU64::new(0) }; WRITER_COUNT]);
    let kept = Arc::new(Mutex::new(Vec::new()));
    let mut dice = Dice::new(seed);
    disk.watch({
        let (kept, acknowledged) = (kept.clone(), acknowledged.clone());
        move |image: &Image| {
            if dice.chance(one_in) {
                kept.lock().push((image.clone(), read_all(&acknowledged)));
            }
        }
    });
    let store = Store::in_memory_with_files(SCHEMA, small(), Arc::new(disk.clone())).unwrap();
    load(&store, count, &acknowledged);
    store.close();
    disk.unwatch();
    kept.lock().push((disk.image(), read_all(&acknowledged)));
    std::mem::take(&mut kept.lock())
}

#[test]
fn every_state_a_power_cut_may_leave_has_what_was_acknowledged() {
    let mut dice = Dice::new(7);
    let mut tried = 0;
    for seed in 1..=4 {
        for (image, acknowledged) in moments(Image::default(), 40, seed, 9) {
            for _ in 0..3 {
                let (store, _) = open_in_memory(image.after_power_cut(&mut dice), small());
                check(&store, &acknowledged);
                tried += 1;
            }
        }
    }
    eprintln!("{tried} states after a power cut");
    assert!(tried > 300);
}

/// The process is killed first, a new one goes on with what the page cache shows, and then the power goes: what the
/// first one wrote but did not sync must not be missing under what the second one acknowledged.
#[test]
fn a_power_cut_after_a_killed_process_went_on_loses_nothing() {
    let mut dice = Dice::new(11);
    let mut tried = 0;
    for (killed, before) in moments(Image::default(), 20, 5, 3) {
        for (image, during) in moments(killed, 1, 6 + tried, 6) {
            let acknowledged: Vec<u64> = before.iter().zip(during).map(|(a, b)| *a.max(&b)).collect();
            let (store, _) = open_in_memory(image.after_power_cut(&mut dice), small());
            check(&store, &acknowledged);
            tried += 1;
        }
    }
    eprintln!("{tried} states after a kill and a power cut");
    assert!(tried > 100);
}

/// The process is killed at any step of making a file of the journal, the next one makes it again under the same name, and
/// then the power goes: whichever names the disk has kept, no name of a segment stands on what was half made.
#[test]
fn a_power_cut_gives_no_segments_name_to_what_a_killed_process_had_half_made() {
    let mut tried = 0;
    for (killed, acknowledged) in moments(Image::default(), 2, 31, 1) {
        if !killed.has_name_ending_in(".making") {
            continue;
        }
        // Opening and closing makes the next segment.
        for (image, _) in moments(killed, 0, 37, 1) {
            for cut in image.after_every_power_cut() {
                let (store, _) = open_in_memory(cut, small());
                check(&store, &acknowledged);
                tried += 1;
            }
        }
    }
    eprintln!("{tried} states after a kill amid a half-made file and a power cut");
    assert!(tried > 100);
}

/// Power cuts one after another, each over what the one before left, with the store going on in between.
#[test]
fn power_cuts_in_a_row_lose_nothing() {
    let mut dice = Dice::new(13);
    let mut image = Image::default();
    let mut promised = vec![0; WRITER_COUNT];
    for round in 0..12 {
        let mut all = moments(image, 15, 100 + round, 9);
        let (moment, acknowledged) = all.swap_remove(dice.below(all.len() as u64).try_into().unwrap());
        image = moment.after_power_cut(&mut dice);
        // What was promised in earlier rounds holds, too, when this one was cut before its first answer.
        for (promised, acknowledged) in promised.iter_mut().zip(acknowledged) {
            *promised = (*promised).max(acknowledged);
        }
        let (store, disk) = open_in_memory(image, small());
        check(&store, &promised);
        drop(store);
        image = disk.image();
    }
}

#[test]
fn after_a_clean_close_and_a_power_cut_the_tree_is_used_as_it_is() {
    let home = tempfile::tempdir().unwrap();
    let mut dice = Dice::new(17);
    let mut image = Image::default();
    let acknowledged = Arc::new([const { AtomicU64::new(0) }; WRITER_COUNT]);
    for _ in 0..6 {
        let disk = Disk::new(image);
        let store = Store::open_with_files(home.path(), SCHEMA, small(), Arc::new(disk.clone())).unwrap();
        check(&store, &read_all(&acknowledged));
        assert_eq!(store.counts().rebuilds.load(Ordering::Relaxed), 0);
        load(&store, 10, &acknowledged);
        store.close();
        image = disk.image().after_power_cut(&mut dice);
    }
}

#[test]
fn after_a_power_cut_in_use_the_tree_is_not_trusted_whatever_it_holds() {
    let mut dice = Dice::new(19);
    let earlier = moments(Image::default(), 10, 23, 9);
    for (image, acknowledged) in earlier.iter().step_by(7) {
        // A tree of another time altogether, as a disk that wrote in any order may leave one.
        let home = tempfile::tempdir().unwrap();
        let other = Store::open(home.path(), SCHEMA, small()).unwrap();
        put(&other, 0, 999_999);
        other.close();
        drop(other);
        std::fs::write(
            home.path().join("marker.json"),
            r#"{"layout":1,"boot":"another","clean":false,"tree":[]}"#,
        )
        .unwrap();
        let disk = Disk::new(image.after_power_cut(&mut dice));
        let store = Store::open_with_files(home.path(), SCHEMA, small(), Arc::new(disk)).unwrap();
        assert_eq!(store.counts().rebuilds.load(Ordering::Relaxed), 1);
        check(&store, acknowledged);
    }
}

/// Relaxed durability promises less, but the store opens and has no half transactions.
#[test]
fn with_relaxed_durability_a_power_cut_loses_the_end_and_nothing_else() {
    let mut dice = Dice::new(29);
    let options = StoreOptions { durability: Durability::Relaxed, ..small() };
    for _ in 0..30 {
        let disk = Disk::new(Image::default());
        let store = Store::in_memory_with_files(SCHEMA, options.clone(), Arc::new(disk.clone())).unwrap();
        for number in 1..40 {
            put(&store, 0, number);
            if number.is_multiple_of(17) {
                store.checkpoint().unwrap();
            }
        }
        let image = disk.image().after_power_cut(&mut dice);
        let (reopened, _) = open_in_memory(image, options.clone());
        check(&reopened, &[0; WRITER_COUNT]);
        store.close();
        let image = disk.image().after_power_cut(&mut dice);
        let (reopened, _) = open_in_memory(image, options.clone());
        check(&reopened, &[39, 0, 0]);
    }
}

/// A segment that failed is not left behind with what was answered from it and never synced: a segment that begins behind it would
/// not be understood without.
#[test]
fn with_relaxed_durability_a_power_cut_after_a_failed_write_or_sync_loses_the_end_and_nothing_else() {
    let options = StoreOptions {
        durability: Durability::Relaxed,
        snapshot_bytes: 1 << 40,
        checkpoint_interval: std::time::Duration::from_hours(1),
        ..small()
    };
    let numbers = |store: &Store| -> Vec<u64> {
        let notes = store.read(|read| read.list::<Note>(&(), None, usize::MAX)).unwrap();
        notes.iter().map(|note| note.number).collect()
    };
    for refusing in [Refusing::Writes, Refusing::Syncs] {
        let disk = Disk::new(Image::default());
        let failing = Failing::over(disk.clone());
        let files = Arc::new(failing.clone());
        let store = Store::in_memory_with_files(SCHEMA, options.clone(), files).unwrap();
        let put = |number| write(&store, move |txn| txn.put(note(number)));
        (0..5).for_each(|number| put(number).unwrap());
        failing.refuse(refusing);
        // The sync fails where the next segment is to begin.
        let refused = (5..1000).find(|number| put(*number).is_err()).unwrap();
        if refusing == Refusing::Syncs {
            disk.forget_writes();
        }
        failing.refuse(Refusing::Nothing);
        eventually("it goes on", || store.read_only_reason().is_none());
        (refused + 1..refused + 20).for_each(|number| put(number).unwrap());
        let expected: Vec<u64> = (0..refused).chain(refused + 1..refused + 20).collect();
        assert_eq!(numbers(&store), expected);
        let image = disk.image();
        for seed in 0..50 {
            let (reopened, _) = open_in_memory(image.after_power_cut(&mut Dice::new(seed)), options.clone());
            assert!(expected.starts_with(&numbers(&reopened)), "{refusing:?}, {seed}");
        }
        store.close();
        for seed in 0..8 {
            let image = disk.image().after_power_cut(&mut Dice::new(seed));
            let (reopened, _) = open_in_memory(image, options.clone());
            assert_eq!(numbers(&reopened), expected, "{refusing:?}, {seed}");
        }
    }
}
