//! Full and failing disks: writing is refused with the reason, nothing acknowledged is lost, reading goes on, and so
//! does writing once there is room, without opening again.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::ScopedJoinHandle;
use std::time::Duration;

use lyceum::store::journal::files::{Files as _, OsFiles};
use lyceum::store::journal::memory_files::MemoryFiles;
use lyceum::store::{Read, Store, StoreError, StoreOptions, compact};

use crate::disk::{Disk, Failing, Image, Refusing};
use crate::skipped::skipped;
use crate::support::{Dice, Note, SCHEMA, assert_clean, eventually, options, write};

fn put(store: &Store, number: u64) -> Result<(), StoreError> {
    write(store, move |txn| txn.put(Note { number, tag: 1, text: "f".repeat(3000) }))
}

fn numbers(store: &Store) -> Vec<u64> {
    let notes = store.read(|read| read.list::<Note>(&(), None, usize::MAX)).unwrap();
    notes.into_iter().map(|note| note.number).collect()
}

/// Writes until refused; the first number that was.
fn write_until_refused(store: &Store, from: u64) -> (u64, String) {
    for number in from..from + 100_000 {
        match put(store, number) {
            Ok(()) => {}
            Err(StoreError::ReadOnly { reason }) => return (number, reason),
            Err(error) => panic!("{error}"),
        }
    }
    panic!("never refused");
}

fn refuses_then_goes_on(open: impl Fn() -> Store, disk: &Failing, refusing: Refusing, says: &str) {
    let store = open();
    (0..20).for_each(|number| put(&store, number).unwrap());
    disk.refuse(refusing);
    let (refused, reason) = write_until_refused(&store, 20);
    assert!(reason.contains(says), "{reason}");
    assert!(store.read_only_reason().is_some());
    for number in refused..refused + 5 {
        assert!(matches!(put(&store, number), Err(StoreError::ReadOnly { .. })));
    }
    let acknowledged: Vec<u64> = (0..refused).collect();
    assert_eq!(numbers(&store), acknowledged, "reads go on");
    disk.refuse(Refusing::Nothing);
    eventually("it takes writes again", || store.read_only_reason().is_none());
    (100_000..100_020).for_each(|number| put(&store, number).unwrap());
    assert_clean(&store);
    store.close();
    let store = open();
    let expected: Vec<u64> = (0..refused).chain(100_000..100_020).collect();
    assert_eq!(numbers(&store), expected, "what was refused is not there, everything else is");
    assert_clean(&store);
}

#[test]
fn a_journal_that_cannot_be_written_or_synced_is_left_behind_and_service_goes_on() {
    for (refusing, says) in [
        (Refusing::Writes, "the disk is broken"),
        (Refusing::Syncs, "the disk is broken"),
        (Refusing::Space, "starting a journal segment failed"),
    ] {
        eprintln!("{refusing:?} in memory");
        let disk = Failing::over(MemoryFiles::default());
        let says = if refusing == Refusing::Space { "no storage space" } else { says };
        refuses_then_goes_on(
            || Store::in_memory_with_files(SCHEMA, options(), Arc::new(disk.clone())).unwrap(),
            &disk,
            refusing,
            says,
        );
        eprintln!("{refusing:?} on sled");
        let home = tempfile::tempdir().unwrap();
        let disk = Failing::over(OsFiles::new(&home.path().join("journal")).unwrap());
        refuses_then_goes_on(
            || Store::open_with_files(home.path(), SCHEMA, options(), Arc::new(disk.clone())).unwrap(),
            &disk,
            refusing,
            says,
        );
    }
}

#[test]
fn writers_at_work_when_the_disk_fails_all_get_an_answer_that_holds() {
    let disk = Failing::over(MemoryFiles::default());
    let open = || Store::in_memory_with_files(SCHEMA, options(), Arc::new(disk.clone())).unwrap();
    let store = open();
    let acknowledged = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..4_u64)
            .map(|writer| {
                let store = &store;
                scope.spawn(move || {
                    let numbers = writer * 10_000..writer * 10_000 + 300;
                    numbers.filter(|number| put(store, *number).is_ok()).collect::<Vec<u64>>()
                })
            })
            .collect();
        for refusing in [Refusing::Syncs, Refusing::Writes, Refusing::Space] {
            eventually("some are through", || store.group_number() > 10);
            disk.refuse(refusing);
            eventually("it is noticed", || {
                store.read_only_reason().is_some() || writers.iter().all(ScopedJoinHandle::is_finished)
            });
            disk.refuse(Refusing::Nothing);
            eventually("it is over", || store.read_only_reason().is_none());
        }
        let mut all: Vec<u64> = writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect();
        all.sort_unstable();
        all
    });
    assert_eq!(numbers(&store), acknowledged);
    assert_clean(&store);
    store.close();
    assert_eq!(numbers(&open()), acknowledged);
}

#[test]
fn below_the_low_water_mark_writing_is_off_and_above_it_on_again() {
    let disk = Failing::over(MemoryFiles::default());
    let store = Store::in_memory_with_files(SCHEMA, options(), Arc::new(disk.clone())).unwrap();
    put(&store, 1).unwrap();
    disk.free.store(1000, Ordering::SeqCst);
    eventually("it is noticed", || store.read_only_reason().is_some());
    let reason = put(&store, 2).unwrap_err().to_string();
    assert!(reason.contains("1000 bytes are free") && reason.contains("low-water mark"), "{reason}");
    disk.free.store(1 << 30, Ordering::SeqCst);
    eventually("it is noticed", || store.read_only_reason().is_none());
    put(&store, 3).unwrap();
    assert_eq!(numbers(&store), [1, 3]);
    // Also when it is opened on a disk that has filled meanwhile.
    disk.free.store(1000, Ordering::SeqCst);
    store.close();
    let store = Store::in_memory_with_files(SCHEMA, options(), Arc::new(disk.clone())).unwrap();
    assert!(matches!(put(&store, 4), Err(StoreError::ReadOnly { .. })));
}

#[test]
fn a_store_that_is_closed_below_the_low_water_mark_is_closed_in_order() {
    let home = tempfile::tempdir().unwrap();
    let disk = Failing::over(OsFiles::new(&home.path().join("journal")).unwrap());
    let open = || Store::open_with_files(home.path(), SCHEMA, options(), Arc::new(disk.clone())).unwrap();
    let store = open();
    put(&store, 1).unwrap();
    disk.free.store(1000, Ordering::SeqCst);
    eventually("it is noticed", || store.read_only_reason().is_some());
    store.close();
    drop(store);
    let marker = std::fs::read_to_string(home.path().join("marker.json")).unwrap();
    assert!(marker.contains("\"clean\":true"), "{marker}");
    // After a power cut it is opened as it is.
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap();
    std::fs::write(home.path().join("marker.json"), marker.replace(boot.trim(), "another")).unwrap();
    disk.free.store(1 << 40, Ordering::SeqCst);
    let store = open();
    assert_eq!(store.counts().rebuilds.load(Ordering::SeqCst), 0);
    assert_eq!(numbers(&store), [1]);
}

/// As with a quota, of which free bytes say nothing.
#[test]
fn a_disk_without_room_for_a_segment_is_known_by_its_error_when_the_store_is_opened() {
    let disk = Failing::over(MemoryFiles::default());
    let open = || Store::in_memory_with_files(SCHEMA, options(), Arc::new(disk.clone()));
    let store = open().unwrap();
    put(&store, 1).unwrap();
    store.close();
    drop(store);
    disk.refuse(Refusing::NewSegments);
    let store = open().unwrap();
    assert_eq!(numbers(&store), [1]);
    let said = put(&store, 2).unwrap_err().to_string();
    assert!(said.contains("starting a journal segment failed"), "{said}");
    disk.refuse(Refusing::Nothing);
    eventually("it takes writes", || store.read_only_reason().is_none());
    put(&store, 2).unwrap();
    store.close();
    drop(store);
    // What is no lack of room is refused.
    disk.free.store(1000, Ordering::SeqCst);
    disk.refuse(Refusing::NameSyncs);
    assert!(open().is_err());
}

/// Many segments, and nothing done with them but what the test does.
fn by_hand() -> StoreOptions {
    StoreOptions {
        segment_bytes: 16 * 1024,
        snapshot_bytes: 16 * 1024,
        low_water_bytes: 64 * 1024,
        checkpoint_interval: Duration::from_hours(1),
        checkpoint_bytes: 1 << 40,
        ..options()
    }
}

#[test]
fn names_that_could_not_be_changed_or_synced_once_do_not_keep_the_journal_for_ever() {
    for refusing in [Refusing::NameSyncs, Refusing::Names] {
        let disk = Disk::new(Image::default());
        let failing = Failing::over(disk.clone());
        let store = Store::in_memory_with_files(SCHEMA, by_hand(), Arc::new(failing.clone())).unwrap();
        let mut kept = Vec::new();
        for round in 0..8 {
            for number in 0..40 {
                put(&store, number % 20).unwrap();
            }
            if round % 3 == 2 {
                failing.refuse(refusing);
                assert!(store.checkpoint().is_err(), "{refusing:?}");
                // Whatever the disk has kept of that, everything is there.
                let image = disk.image();
                for seed in 0..8 {
                    let after = Disk::new(image.after_power_cut(&mut Dice::new(seed)));
                    let copy = Store::in_memory_with_files(SCHEMA, by_hand(), Arc::new(after)).unwrap();
                    assert!(numbers(&copy).into_iter().eq(0..20), "{refusing:?}");
                }
                failing.refuse(Refusing::Nothing);
                eventually("it takes writes", || store.read_only_reason().is_none());
            }
            store.checkpoint().unwrap();
            kept.push(store.journal_bytes());
        }
        assert!(kept[7] <= kept[1].max(kept[2]) + 64 * 1024, "{refusing:?}: {kept:?}");
        // Where nothing can be removed, what was half made stays until the next start.
        assert!(refusing == Refusing::Names || !disk.image().has_name_ending_in(".making"));
    }
}

/// Each start makes a segment of the full length, and none keeps more of it than was written.
#[test]
fn a_store_that_is_opened_again_and_again_keeps_what_was_written_and_no_empty_segments() {
    let options = StoreOptions { segment_bytes: 1024 * 1024, low_water_bytes: 1024 * 1024, ..options() };
    let mut image = Image::default();
    for number in 0..40 {
        let disk = Disk::new(image);
        let bounded = Failing::over(disk.clone());
        bounded.room.store(6 * options.segment_bytes, Ordering::SeqCst);
        let store = Store::in_memory_with_files(SCHEMA, options.clone(), Arc::new(bounded.clone())).unwrap();
        put(&store, number).unwrap();
        assert_eq!(store.read_only_reason(), None, "start {number}: {} bytes", bounded.used());
        let names = bounded.list().unwrap();
        let segments = names.iter().filter(|name| name.ends_with(".journal"));
        let kept: u64 = segments.map(|name| disk.image().bytes_of(name)).sum();
        assert_eq!(store.journal_bytes(), kept, "start {number}");
        assert!(kept < 2 * options.segment_bytes, "start {number} keeps {kept}");
        // Ended by a kill, by a power cut, in order.
        image = disk.image();
        if number % 3 == 1 {
            image = image.after_power_cut(&mut Dice::new(number));
        }
        store.close();
        if number % 3 == 2 {
            image = disk.image();
        }
    }
    let store = Store::in_memory_with_files(SCHEMA, options, Arc::new(Disk::new(image))).unwrap();
    assert_eq!(numbers(&store), (0..40).collect::<Vec<u64>>());
    assert_clean(&store);
}

/// With room for what there is and a little more than one snapshot: the older one goes before the next is written.
#[test]
fn a_snapshot_that_has_no_room_beside_two_others_takes_the_place_of_the_older() {
    const NOTES: u64 = 100;
    let disk = Disk::new(Image::default());
    let bounded = Failing::over(disk.clone());
    let store = Store::in_memory_with_files(SCHEMA, by_hand(), Arc::new(bounded.clone())).unwrap();
    let rewrite = |round: u64| {
        for from in (0..NOTES).step_by(5) {
            write(&store, move |txn| {
                let text = format!("{round}{}", "r".repeat(2000));
                (from..from + 5).try_for_each(|number| txn.put(Note { number, tag: 1, text: text.clone() }))
            })
            .unwrap();
            store.checkpoint().unwrap();
        }
    };
    (0..4).for_each(rewrite);
    let snapshot = store.snapshot().unwrap();
    let bytes = disk.image().bytes_of(&format!("{snapshot:020}.snapshot"));
    store.checkpoint().unwrap();
    bounded.room.store(bounded.used() + 64 * 1024 + 2 * bytes, Ordering::SeqCst);
    let images: Arc<Mutex<Vec<Image>>> = Arc::default();
    let mut steps = 0;
    disk.watch({
        let images = images.clone();
        move |image| {
            steps += 1;
            if steps % 101 == 0 {
                images.lock().unwrap().push(image.clone());
            }
        }
    });
    (4..10).for_each(rewrite);
    disk.unwatch();
    assert_eq!(store.read_only_reason(), None);
    assert!(
        store.group_number() - disk.image().newest_snapshot() < 30,
        "snapshots are written: {} of {}",
        disk.image().newest_snapshot(),
        store.group_number()
    );
    assert!(bounded.used() <= bounded.room.load(Ordering::SeqCst));
    let images = std::mem::take(&mut *images.lock().unwrap());
    assert!(images.len() >= 5, "{}", images.len());
    for (seed, image) in (0..).zip(images) {
        let after = Disk::new(image.after_power_cut(&mut Dice::new(seed)));
        let copy = Store::in_memory_with_files(SCHEMA, by_hand(), Arc::new(after)).unwrap();
        assert!(numbers(&copy).into_iter().eq(0..NOTES));
    }
}

/// A small file system in memory; unmounted when dropped.
struct Small {
    home: tempfile::TempDir,
}

impl Small {
    fn mount(size: &str) -> Option<Self> {
        let home = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"])
            .arg(home.path())
            .output();
        match mounted {
            Ok(output) if output.status.success() => Some(Self { home }),
            other => {
                skipped(&format!("a small file system cannot be mounted here: {other:?}"));
                None
            }
        }
    }

    fn path(&self) -> &Path {
        self.home.path()
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        drop(Command::new("umount").arg(self.home.path()).status());
    }
}

/// Fills the disk until so much is left, whatever the store takes or gives back meanwhile.
fn fill(disk: &Path, ballast: &Path, keep: u64) {
    let mut file = std::fs::File::create(ballast).unwrap();
    loop {
        let free = lyceum::store::journal::files::free_bytes_at(disk).unwrap().saturating_sub(keep);
        if free == 0 {
            return;
        }
        let piece = vec![1; usize::try_from(free.min(256 * 1024)).unwrap()];
        match file.write_all(&piece) {
            Err(error) if error.kind() == std::io::ErrorKind::StorageFull => return,
            written => written.unwrap(),
        }
    }
}

fn on_a_small_disk(low_water_bytes: u64, says: &[&str]) {
    let Some(small) = Small::mount("64m") else { return };
    let place = small.path().join("store");
    let plain = StoreOptions {
        low_water_bytes,
        segment_bytes: 256 * 1024,
        checkpoint_interval: Duration::from_millis(50),
        ..options()
    };
    let store = Store::open(&place, SCHEMA, plain.clone()).unwrap();
    let ballast = small.path().join("ballast");
    let mut acknowledged = Vec::new();
    let mut next = 0;
    for round in 0..3 {
        // Somebody else fills the disk, all but a little.
        fill(small.path(), &ballast, low_water_bytes + 2 * 1024 * 1024);
        let stop = AtomicBool::new(false);
        let refusal = Mutex::new(None);
        std::thread::scope(|scope| {
            // Goes on after a refusal: a checkpoint may give room back at any moment, and writing is on again.
            let writing = scope.spawn(|| {
                let mut through = Vec::new();
                for number in next.. {
                    match put(&store, number) {
                        Ok(()) => through.push(number),
                        Err(StoreError::ReadOnly { reason }) => {
                            refusal.lock().unwrap().get_or_insert(reason);
                            std::thread::yield_now();
                        }
                        Err(error) => panic!("{error}"),
                    }
                    // Also when a checkpoint took what was left before there was much.
                    if stop.load(Ordering::SeqCst) && through.len() > 20 {
                        break;
                    }
                }
                through
            });
            // The write that meets the end of the disk is refused; or, when the journal has it and only the tree has
            // no room, it waits until there is.
            let mut reason = None;
            eventually("writing is off", || {
                reason = refusal.lock().unwrap().clone().or_else(|| store.read_only_reason());
                reason.is_some()
            });
            let reason = reason.unwrap();
            eprintln!("round {round}: {reason}");
            assert!(says.iter().any(|part| reason.contains(part)), "{reason}");
            // Reads go on while sled has what they ask for in memory.
            match store.read(|read| read.list::<Note>(&(), None, usize::MAX)) {
                Ok(notes) => {
                    assert!(
                        notes
                            .iter()
                            .map(|note| note.number)
                            .take(acknowledged.len())
                            .eq(acknowledged.iter().copied())
                    );
                }
                Err(error) => {
                    assert!(
                        matches!(
                            error,
                            StoreError::NoSpace | StoreError::Engine(_) | StoreError::Recovering { .. }
                        ),
                        "{error}"
                    );
                }
            }
            stop.store(true, Ordering::SeqCst);
            std::fs::remove_file(&ballast).unwrap();
            eventually("writing is on again", || store.read_only_reason().is_none());
            acknowledged.extend(writing.join().unwrap());
        });
        next = acknowledged.last().unwrap() + 1000;
        put(&store, next).unwrap();
        acknowledged.push(next);
        next += 1;
        assert_eq!(numbers(&store), acknowledged);
        assert_clean(&store);
    }
    drop(store);
    let store = Store::open(&place, SCHEMA, plain).unwrap();
    assert_eq!(numbers(&store), acknowledged);
    assert_clean(&store);
}

#[test]
fn on_a_small_disk_the_low_water_mark_stops_writing_before_it_is_full() {
    on_a_small_disk(8 * 1024 * 1024, &["low-water mark"]);
}

#[test]
fn on_a_small_disk_without_a_low_water_mark_no_space_is_survived() {
    on_a_small_disk(0, &["No space left", "no space left", "cannot be written"]);
}

/// Takes every last byte of the file system.
fn fill_up(small: &Small) -> std::path::PathBuf {
    use std::io::Write as _;

    let ballast = small.path().join("ballast");
    let mut file = std::fs::File::create(&ballast).unwrap();
    for size in [1024 * 1024, 4096, 1] {
        while file.write_all(&vec![1; size]).is_ok() {}
    }
    assert_eq!(lyceum::store::journal::files::free_bytes_at(small.path()).unwrap(), 0);
    ballast
}

/// How the store was left before its disk filled up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Left {
    Closed,
    Killed,
}

/// The child: writes the first notes and waits to be killed.
#[test]
fn child_that_is_killed_before_the_disk_fills() {
    let Ok(home) = std::env::var("LYCEUM_FULL_HOME") else { return };
    let store = Store::open(Path::new(&home), SCHEMA, frugal()).unwrap();
    (0..50).for_each(|number| put(&store, number).unwrap());
    println!("\nwritten");
    // Nobody ever writes: it ends by being killed.
    let _ = std::io::stdin().read_line(&mut String::new());
}

fn frugal() -> StoreOptions {
    StoreOptions { low_water_bytes: 0, segment_bytes: 256 * 1024, ..options() }
}

#[test]
fn on_a_disk_without_a_free_byte_the_store_opens_to_be_read_and_takes_writes_once_there_is_room() {
    for left in [Left::Closed, Left::Killed] {
        let Some(small) = Small::mount("64m") else { return };
        let place = small.path().join("store");
        match left {
            Left::Closed => {
                let store = Store::open(&place, SCHEMA, frugal()).unwrap();
                (0..50).for_each(|number| put(&store, number).unwrap());
                store.close();
            }
            Left::Killed => {
                let home = place.to_str().unwrap().to_owned();
                let name = "full_disk::child_that_is_killed_before_the_disk_fills";
                crate::support::run_until_killed(name, &[("LYCEUM_FULL_HOME", home)], "written");
            }
        }
        let expected: Vec<u64> = (0..50).collect();
        let ballast = fill_up(&small);
        // Twice: neither a clean end nor the next start may need room.
        for _ in 0..2 {
            let store = Store::open(&place, SCHEMA, frugal()).unwrap();
            let reason = store.read_only_reason().unwrap();
            assert!(reason.contains("the disk is full"), "{left:?}: {reason}");
            assert_eq!(numbers(&store), expected);
            assert!(matches!(put(&store, 1), Err(StoreError::ReadOnly { .. })));
            assert_clean(&store);
            store.close();
        }
        let store = Store::open(&place, SCHEMA, frugal()).unwrap();
        std::fs::remove_file(&ballast).unwrap();
        eventually("writing is on again", || store.read_only_reason().is_none());
        put(&store, 50).unwrap();
        let expected: Vec<u64> = (0..=50).collect();
        assert_eq!(numbers(&store), expected);
        assert_clean(&store);
        store.checkpoint().unwrap();
        store.close();
        let store = Store::open(&place, SCHEMA, frugal()).unwrap();
        assert_eq!((numbers(&store), store.read_only_reason()), (expected, None));
        assert_eq!(store.counts().rebuilds.load(Ordering::SeqCst), 0, "{left:?}: the tree was used as it is");
        assert_clean(&store);
    }
}

#[test]
fn a_tree_that_is_rebuilt_once_there_is_room_is_counted() {
    let Some(small) = Small::mount("64m") else { return };
    let place = small.path().join("store");
    let store = Store::open(&place, SCHEMA, frugal()).unwrap();
    (0..50).for_each(|number| put(&store, number).unwrap());
    store.close();
    drop(store);
    std::fs::remove_dir_all(place.join("tree")).unwrap();
    let ballast = fill_up(&small);
    let store = Store::open(&place, SCHEMA, frugal()).unwrap();
    assert_eq!(store.counts().rebuilds.load(Ordering::SeqCst), 0);
    std::fs::remove_file(&ballast).unwrap();
    eventually("writing is on", || store.read_only_reason().is_none());
    assert_eq!(store.counts().rebuilds.load(Ordering::SeqCst), 1);
    assert_eq!(numbers(&store).len(), 50);
}

#[test]
fn a_new_store_is_not_begun_on_a_full_disk() {
    let Some(small) = Small::mount("16m") else { return };
    let place = small.path().join("store");
    std::fs::create_dir_all(place.join("journal")).unwrap();
    std::fs::write(place.join("lock"), b"").unwrap();
    let ballast = fill_up(&small);
    assert!(Store::open(&place, SCHEMA, frugal()).is_err());
    std::fs::remove_file(ballast).unwrap();
    let store = Store::open(&place, SCHEMA, frugal()).unwrap();
    put(&store, 1).unwrap();
    assert_eq!(numbers(&store), [1]);
}

/// A store with a snapshot, closed in order, on a disk with too little room for a second tree.
fn snug(small: &Small) -> (std::path::PathBuf, std::path::PathBuf) {
    let (place, ballast) = (small.path().join("store"), small.path().join("ballast"));
    let store = Store::open(&place, SCHEMA, frugal()).unwrap();
    for from in (0..SNUG_NOTES).step_by(50) {
        write(&store, move |txn| {
            (from..from + 50).try_for_each(|number| txn.put(Note { number, tag: 1, text: "f".repeat(3000) }))
        })
        .unwrap();
    }
    store.snapshot().unwrap();
    store.checkpoint().unwrap();
    store.close();
    fill(small.path(), &ballast, 4 << 20);
    (place, ballast)
}

const SNUG_NOTES: u64 = 2500;

#[test]
fn without_room_to_rebuild_the_tree_from_a_snapshot_the_store_is_read_from_memory() {
    let Some(small) = Small::mount("96m") else { return };
    let (place, ballast) = snug(&small);
    // As after a power cut, or when it was copied.
    let tree = std::fs::File::options().write(true).open(place.join("tree/db")).unwrap();
    tree.set_modified(std::time::SystemTime::now() + Duration::from_secs(9)).unwrap();
    let store = Store::open(&place, SCHEMA, frugal()).unwrap();
    let reason = store.read_only_reason().unwrap();
    assert!(reason.contains("the disk is full: the data are read from memory"), "{reason}");
    assert!(numbers(&store).into_iter().eq(0..SNUG_NOTES));
    std::fs::remove_file(&ballast).unwrap();
    eventually("writing is on", || store.read_only_reason().is_none());
    assert_eq!(store.counts().rebuilds.load(Ordering::SeqCst), 1);
    assert!(numbers(&store).into_iter().eq(0..SNUG_NOTES));
    put(&store, SNUG_NOTES).unwrap();
}

#[test]
fn compacting_without_room_leaves_a_store_that_is_opened_as_it_was() {
    let Some(small) = Small::mount("96m") else { return };
    let (place, _) = snug(&small);
    for _ in 0..2 {
        assert!(matches!(compact(&place, SCHEMA, &frugal()), Err(StoreError::NoSpace)));
    }
    assert!(!place.join("tree.rebuilding").exists());
    let store = Store::open(&place, SCHEMA, frugal()).unwrap();
    assert_eq!(store.read_only_reason(), None);
    assert_eq!(store.counts().rebuilds.load(Ordering::SeqCst), 0, "the tree is trusted");
    assert!(numbers(&store).into_iter().eq(0..SNUG_NOTES));
    put(&store, SNUG_NOTES).unwrap();
}
