//! Damage: what can be rebuilt is rebuilt and said aloud, what cannot is refused with the place named.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::Duration;

use lyceum::store::{Read, Store, StoreError, StoreOptions, compact};

use crate::support::{
    Account, Dice, Note, SCHEMA, assert_clean, eventually, note, options, run_until_killed, write,
    write_notes,
};

const NOTES: u64 = 1200;

fn open(home: &Path) -> Result<Store, StoreError> {
    Store::open(home, SCHEMA, options())
}

fn rebuilds(store: &Store) -> u64 {
    store.counts().rebuilds.load(Ordering::Relaxed)
}

fn fill(store: &Store) {
    for from in (0..NOTES).step_by(20) {
        write(store, move |txn| (from..from + 20).try_for_each(|number| txn.put(note(number)))).unwrap();
        if from == NOTES / 2 {
            store.checkpoint().unwrap();
        }
    }
}

/// The child: fills a store and waits to be killed.
#[test]
fn child_that_fills() {
    let Ok(home) = std::env::var("LYCEUM_DAMAGE_HOME") else { return };
    let store = open(Path::new(&home)).unwrap();
    fill(&store);
    store.close();
    drop(store);
    let store = open(Path::new(&home)).unwrap();
    write(&store, |txn| txn.put(note(0))).unwrap();
    println!("\nfilled");
    // Nobody ever writes: it ends by being killed.
    let _ = std::io::stdin().read_line(&mut String::new());
}

/// How the store was left before the damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Left {
    Closed,
    Killed,
}

fn filled(left: Left) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    match left {
        Left::Closed => {
            let store = open(home.path()).unwrap();
            fill(&store);
            store.close();
            drop(store);
            // sled writes its own snapshot when it is opened again.
            open(home.path()).unwrap().close();
        }
        Left::Killed => {
            let place = home.path().to_str().unwrap().to_owned();
            run_until_killed("damage::child_that_fills", &[("LYCEUM_DAMAGE_HOME", place)], "filled");
        }
    }
    home
}

/// Reads everything, again while the store heals itself.
fn assert_all_there(store: &Store) {
    eventually("everything can be read", || {
        let found = store.read(|read| read.list::<Note>(&(), None, usize::MAX));
        match found {
            Ok(notes) => {
                assert_eq!(notes.len() as u64, NOTES, "rows are missing");
                assert!(notes.iter().all(|found| *found == note(found.number)));
                true
            }
            Err(StoreError::Recovering { .. }) => false,
            Err(error) => panic!("{error}"),
        }
    });
    eventually("it is whole", || match store.verify() {
        Ok(report) => {
            assert!(report.is_clean(), "{:?}", report.differences);
            true
        }
        Err(StoreError::Recovering { .. }) => false,
        Err(error) => panic!("{error}"),
    });
    eventually("it takes writes", || write(store, |txn| txn.put(note(NOTES))).is_ok());
    assert!(write(store, |txn| txn.delete::<Note>(&NOTES)).unwrap());
}

fn tree_files(home: &Path, prefix: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(home.join("tree"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file() && path.file_name().unwrap().to_str().unwrap().starts_with(prefix))
        .collect();
    files.sort();
    files
}

fn overwrite(file: &Path, dice: &mut Dice, pages: u64, keep_time: bool) {
    let file = File::options().write(true).open(file).unwrap();
    let meta = file.metadata().unwrap();
    for _ in 0..pages {
        let noise: Vec<u8> = (0..4096).map(|_| u8::try_from(dice.below(256)).unwrap()).collect();
        let page = dice.below(meta.len() / 4096);
        file.write_all_at(&noise, page * 4096).unwrap();
    }
    if keep_time {
        file.set_modified(meta.modified().unwrap()).unwrap();
    }
}

fn truncate(file: &Path, bytes: u64) {
    File::options().write(true).open(file).unwrap().set_len(bytes).unwrap();
}

type Hurt = (&'static str, fn(&Path));

const HURTS: [Hurt; 6] = [
    ("the tree's directory is removed", |home| fs::remove_dir_all(home.join("tree")).unwrap()),
    ("its file is cut in half", |home| {
        let file = home.join("tree/db");
        truncate(&file, file.metadata().unwrap().len() / 2);
    }),
    ("its file is emptied", |home| truncate(&home.join("tree/db"), 0)),
    ("its file is removed", |home| fs::remove_file(home.join("tree/db")).unwrap()),
    ("its snapshot is emptied", |home| {
        let files = tree_files(home, "snap");
        assert!(!files.is_empty());
        for file in files {
            truncate(&file, 0);
        }
    }),
    ("its settings are noise", |home| fs::write(home.join("tree/conf"), b"noise").unwrap()),
];

#[test]
fn a_tree_that_was_damaged_after_a_clean_close_is_rebuilt_and_that_is_said() {
    for (what, hurt) in HURTS {
        let home = filled(Left::Closed);
        hurt(home.path());
        let store = open(home.path()).unwrap();
        eprintln!("{what}: rebuilt {}", rebuilds(&store));
        assert_eq!(rebuilds(&store), 1, "{what}");
        assert_all_there(&store);
        drop(store);
        let store = open(home.path()).unwrap();
        assert_eq!(rebuilds(&store), 0, "{what}: once is enough");
        assert_all_there(&store);
    }
}

#[test]
fn a_tree_that_was_damaged_after_kill_9_loses_nothing() {
    for (what, hurt) in HURTS {
        let home = filled(Left::Killed);
        hurt(home.path());
        let store = open(home.path()).unwrap();
        assert_all_there(&store);
        eprintln!("{what}: rebuilt {}", rebuilds(&store));
    }
}

#[test]
fn pages_of_noise_lose_nothing_whether_they_are_noticed_at_opening_or_by_a_read() {
    for seed in 1..=6 {
        let mut dice = Dice::new(seed);
        for (left, keep_time) in [(Left::Closed, false), (Left::Closed, true), (Left::Killed, false)] {
            let home = filled(left);
            overwrite(&home.path().join("tree/db"), &mut dice, 1 + seed, keep_time);
            let store = open(home.path()).unwrap();
            assert!(left == Left::Killed || keep_time || rebuilds(&store) == 1, "its files had changed");
            assert_all_there(&store);
            eprintln!("seed {seed}, {left:?}, keep_time {keep_time}: rebuilt {}", rebuilds(&store));
        }
    }
}

/// Writes notes of 4000 letters, some per transaction.
fn write_long(store: &Store, count: u64, at_once: usize) {
    let text = "w".repeat(4000);
    let numbers: Vec<u64> = (0..count).collect();
    for some in numbers.chunks(at_once) {
        let (some, text) = (some.to_vec(), text.clone());
        write(store, move |txn| {
            some.into_iter().try_for_each(|number| txn.put(Note { number, tag: 1, text: text.clone() }))
        })
        .unwrap();
    }
}

/// A store of 4000 notes whose tree is damaged while it is open.
fn damaged_in_use(home: &Path, options: &StoreOptions) -> Store {
    // A page cache that holds next to nothing, and so many pages that they push each other out: reads go to the file.
    let store =
        Store::open(home, SCHEMA, StoreOptions { tree_cache_bytes: 1024, ..options.clone() }).unwrap();
    write_long(&store, 4000, 50);
    store.checkpoint().unwrap();
    let file = home.join("tree/db");
    overwrite(&file, &mut Dice::new(3), 4 * file.metadata().unwrap().len() / 4096, false);
    store
}

#[test]
fn a_tree_damaged_while_it_is_used_heals_and_readers_are_told_meanwhile() {
    let home = tempfile::tempdir().unwrap();
    let store = damaged_in_use(home.path(), &options());
    let mut told = 0;
    eventually("damage is noticed and healed", || {
        match store.read(|read| read.list::<Note>(&(), None, usize::MAX)) {
            Ok(notes) => {
                assert_eq!(notes.len(), 4000);
                rebuilds(&store) == 1
            }
            Err(StoreError::Recovering { reason }) => {
                told += 1;
                assert!(reason.contains("damaged"), "{reason}");
                false
            }
            Err(error) => panic!("{error}"),
        }
    });
    assert!(told > 0);
    eventually("it takes writes", || store.read_only_reason().is_none());
    write_notes(&store, [4000]);
    assert_clean(&store);
    store.close();
    assert_eq!(rebuilds(&open(home.path()).unwrap()), 0);
}

/// Nobody reads, so nobody but the snapshot notices, and it is given up, so that healing need not wait for it.
#[test]
fn damage_that_a_snapshot_meets_is_healed_too() {
    let home = tempfile::tempdir().unwrap();
    let store = damaged_in_use(home.path(), &StoreOptions { snapshot_bytes: 1 << 40, ..all_in_one() });
    assert!(store.snapshot().is_err());
    eventually("it is healed", || store.read_only_reason().is_none());
    assert_eq!(rebuilds(&store), 1);
    store.snapshot().unwrap();
    write_notes(&store, [4000]);
    assert_clean(&store);
}

fn segments(home: &Path) -> Vec<PathBuf> {
    let mut segments: Vec<PathBuf> = fs::read_dir(home.join("journal"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "journal"))
        .collect();
    segments.sort();
    segments
}

fn snapshots(home: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(home.join("journal"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "snapshot"))
        .collect();
    found.sort();
    found
}

fn flip(file: &Path, at: u64) {
    let file = File::options().read(true).write(true).open(file).unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, at).unwrap();
    file.write_all_at(&[byte[0] ^ 0x40], at).unwrap();
}

/// As an administrator copies a store, with the files' times (`-a`) or without (`-r`).
fn copied(home: &Path, how: &str) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    let all = format!("{}/.", home.display());
    let done = std::process::Command::new("cp").arg(how).arg(all).arg(copy.path()).status().unwrap();
    assert!(done.success());
    copy
}

fn refusal(home: &Path) -> String {
    open(home).map(|_| ()).expect_err("it must not open").to_string()
}

#[test]
fn damage_in_the_middle_of_the_journal_is_refused_with_the_place_and_nothing_is_changed() {
    let home = tempfile::tempdir().unwrap();
    let plain = StoreOptions { segment_bytes: 32 * 1024, snapshot_bytes: 1 << 40, ..options() };
    let store = Store::open(home.path(), SCHEMA, plain).unwrap();
    write_notes(&store, 0..1200);
    drop(store);
    let segments = segments(home.path());
    assert!(segments.len() >= 3);
    // In the middle of a segment in the middle, of its header, and of the last one that has groups.
    for (segment, at) in
        [(&segments[1], 5000), (&segments[1], 10), (&segments[0], 40), (&segments[segments.len() - 1], 500)]
    {
        flip(segment, at);
        for tree in ["tree", "moved"] {
            if tree == "moved" {
                fs::rename(home.path().join("tree"), home.path().join("moved")).unwrap();
            }
            let said = refusal(home.path());
            assert!(said.contains(segment.file_name().unwrap().to_str().unwrap()), "{said}");
            let place = said.split("at byte ").nth(1).unwrap_or_else(|| panic!("{said}"));
            let place: u64 = place.split([':', ' ']).next().unwrap().parse().unwrap();
            assert!(place <= at && at < place + 400, "{said}");
        }
        flip(segment, at);
        drop(fs::remove_dir_all(home.path().join("tree")));
        fs::rename(home.path().join("moved"), home.path().join("tree")).unwrap();
    }
    let store = open(home.path()).unwrap();
    assert_eq!(rebuilds(&store), 0, "the refusals left everything as it was");
    assert_eq!(store.read(|read| read.list::<Note>(&(), None, 2000).unwrap().len()), 1200);
}

#[test]
fn a_file_of_a_newer_program_is_not_called_damaged_and_nothing_is_changed() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path()).unwrap();
    write_notes(&store, 0..100);
    store.snapshot().unwrap();
    store.close();
    drop(store);
    for file in [segments(home.path()).remove(0), snapshots(home.path()).pop().unwrap()] {
        let kept = fs::read(&file).unwrap();
        let mut later = kept.clone();
        later[7] = b'2';
        fs::write(&file, &later).unwrap();
        // What has no tree is rebuilt from both.
        fs::remove_dir_all(home.path().join("tree")).unwrap();
        let said = refusal(home.path());
        let name = file.file_name().unwrap().to_str().unwrap();
        assert!(said.contains(name) && said.contains("newer version of this program"), "{said}");
        assert!(!said.contains("damaged") && !said.contains("restore"), "{said}");
        assert_eq!(fs::read(&file).unwrap(), later, "it is where it was");
        fs::write(&file, kept).unwrap();
        assert_eq!(
            open(home.path()).unwrap().read(|read| read.list::<Note>(&(), None, 200).unwrap().len()),
            100
        );
    }
}

#[test]
fn a_missing_segment_and_a_missing_journal_are_refused() {
    let home = tempfile::tempdir().unwrap();
    let plain = StoreOptions { segment_bytes: 32 * 1024, snapshot_bytes: 1 << 40, ..options() };
    let store = Store::open(home.path(), SCHEMA, plain).unwrap();
    write_notes(&store, 0..1200);
    drop(store);
    let all = segments(home.path());
    let kept = home.path().join("kept");
    fs::rename(&all[1], &kept).unwrap();
    let said = refusal(home.path());
    // The one before it breaks off where the next should go on.
    assert!(said.contains(all[0].file_name().unwrap().to_str().unwrap()), "{said}");
    assert!(said.contains("cannot be read, though later groups exist"), "{said}");
    fs::rename(&kept, &all[1]).unwrap();
    fs::rename(home.path().join("journal"), &kept).unwrap();
    let said = refusal(home.path());
    assert!(said.contains("there is no journal"), "{said}");
    fs::remove_dir_all(home.path().join("journal")).unwrap();
    fs::rename(&kept, home.path().join("journal")).unwrap();
    assert_clean(&open(home.path()).unwrap());
}

/// Copied without their times the files of the tree are not trusted, and what is left of the journal must not pass for all there was.
#[test]
fn a_copy_that_lacks_a_part_of_the_journal_is_refused_and_keeps_its_tree() {
    let home = tempfile::tempdir().unwrap();
    let plain = StoreOptions { segment_bytes: 32 * 1024, snapshot_bytes: 1 << 40, ..options() };
    let store = Store::open(home.path(), SCHEMA, plain).unwrap();
    write_notes(&store, 0..1200);
    store.close();
    drop(store);
    let copy = copied(home.path(), "-r");
    for segment in segments(copy.path()).iter().skip(1) {
        fs::remove_file(segment).unwrap();
    }
    let said = refusal(copy.path());
    assert!(said.contains("but the store was closed with group"), "{said}");
    fs::remove_dir_all(copy.path().join("journal")).unwrap();
    let said = refusal(copy.path());
    assert!(said.contains("the journal ends with group 0 but the store was closed with group"), "{said}");
    // Put back, everything is there again.
    fs::remove_dir_all(copy.path().join("journal")).unwrap();
    fs::create_dir(copy.path().join("journal")).unwrap();
    for file in fs::read_dir(home.path().join("journal")).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), copy.path().join("journal").join(file.file_name())).unwrap();
    }
    let store = open(copy.path()).unwrap();
    assert_eq!(rebuilds(&store), 1);
    assert_eq!(store.read(|read| read.list::<Note>(&(), None, 2000).unwrap().len()), 1200);
    assert_clean(&store);
}

/// One segment, and no checkpoint: what waits in front of the tree holds its mark back at the first group.
fn all_in_one() -> StoreOptions {
    const LARGE: u64 = 64 << 20;
    StoreOptions {
        segment_bytes: LARGE,
        checkpoint_bytes: LARGE,
        snapshot_bytes: LARGE,
        checkpoint_interval: Duration::from_hours(1),
        ..options()
    }
}

/// The child: gives the tree more than sled keeps in memory before it writes, and waits to be killed.
#[test]
fn child_that_writes_much() {
    let Ok(home) = std::env::var("LYCEUM_DAMAGE_HOME") else { return };
    let store = Store::open(Path::new(&home), SCHEMA, all_in_one()).unwrap();
    write_long(&store, NOTES, 20);
    println!("\nwritten");
    // Nobody ever writes: it ends by being killed.
    let _ = std::io::stdin().read_line(&mut String::new());
}

/// Groups behind the tree's mark that the journal no longer has were answered, if the tree may have anything of them.
#[test]
fn an_end_of_the_journal_that_is_gone_after_kill_9_is_not_taken_for_one_that_never_was() {
    let home = tempfile::tempdir().unwrap();
    let place = home.path().to_str().unwrap().to_owned();
    run_until_killed("damage::child_that_writes_much", &[("LYCEUM_DAMAGE_HOME", place)], "written");
    let segment = segments(home.path()).pop().unwrap();
    let bytes = fs::read(&segment).unwrap();
    let end = bytes.iter().rposition(|byte| *byte != 0).unwrap();
    assert!(end > 4 << 20, "{end} bytes");
    let file = File::options().write(true).open(&segment).unwrap();
    file.write_all_at(&vec![0; end / 2], (end - end / 2 + 1) as u64).unwrap();
    for _ in 0..2 {
        let said = refusal(home.path());
        assert!(
            said.contains("the journal ends with group") && said.contains("but the data has group"),
            "{said}"
        );
    }
    file.write_all_at(&bytes[end - end / 2..=end], (end - end / 2) as u64).unwrap();
    let store = Store::open(home.path(), SCHEMA, all_in_one()).unwrap();
    assert_eq!(rebuilds(&store), 0, "the refusals left everything as it was");
    assert_eq!(store.read(|read| read.list::<Note>(&(), None, 2000).unwrap().len()) as u64, NOTES);
    assert_clean(&store);
}

#[test]
fn a_torn_last_record_is_cut_off() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path()).unwrap();
    write_notes(&store, 0..10);
    drop(store);
    // The last segment that has groups; its last record is torn as a crash tears it.
    let segment = segments(home.path()).pop().unwrap();
    let bytes = fs::read(&segment).unwrap();
    let end = bytes.iter().rposition(|byte| *byte != 0).unwrap();
    let file = File::options().write(true).open(&segment).unwrap();
    file.write_all_at(&[0; 20], (end - 20) as u64).unwrap();
    fs::remove_dir_all(home.path().join("tree")).unwrap();
    // Closed with ten, nine are not all.
    assert!(
        refusal(home.path()).contains("the journal ends with group 9 but the store was closed with group 10")
    );
    // A crash leaves nothing that says so.
    fs::remove_file(home.path().join("marker.json")).unwrap();
    let store = open(home.path()).unwrap();
    assert_eq!(store.read(|read| read.list::<Note>(&(), None, 100).unwrap().len()), 9);
}

#[test]
fn a_damaged_snapshot_gives_way_to_the_older_one_and_two_damaged_ones_are_refused() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path()).unwrap();
    for part in 0..6 {
        let from = part * NOTES / 6;
        write(&store, move |txn| (from..from + NOTES / 6).try_for_each(|number| txn.put(note(number))))
            .unwrap();
        store.snapshot().unwrap();
        store.checkpoint().unwrap();
    }
    store.close();
    drop(store);
    let snapshots = snapshots(home.path());
    assert_eq!(snapshots.len(), 2);
    fs::remove_dir_all(home.path().join("tree")).unwrap();
    flip(&snapshots[1], 3000);
    let store = open(home.path()).unwrap();
    assert_eq!(rebuilds(&store), 1);
    assert_all_there(&store);
    store.snapshot().unwrap();
    store.close();
    drop(store);
    fs::remove_dir_all(home.path().join("tree")).unwrap();
    for snapshot in self::snapshots(home.path()) {
        truncate(&snapshot, 2000);
    }
    // The journal of this little store may still begin at the beginning; then it is enough.
    for segment in segments(home.path()).iter().take(1) {
        fs::remove_file(segment).unwrap();
    }
    for _ in 0..2 {
        let said = refusal(home.path());
        assert!(said.contains("snapshot") && said.contains("is damaged"), "{said}");
        assert!(said.contains("restore a backup"), "{said}");
    }
}

/// Else the next snapshot would push out the good one, and the journal behind it go.
#[test]
fn a_snapshot_that_cannot_be_read_is_none_of_those_that_are_kept() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path()).unwrap();
    for part in 0..6 {
        write_notes(&store, part * 100..(part + 1) * 100);
        store.snapshot().unwrap();
        store.checkpoint().unwrap();
    }
    store.close();
    drop(store);
    let [good, bad] = snapshots(home.path()).try_into().unwrap();
    flip(&bad, 3000);
    fs::remove_dir_all(home.path().join("tree")).unwrap();
    // Refused for another reason, it is left as it is.
    let last = segments(home.path()).pop().unwrap();
    let aside = home.path().join("aside");
    fs::rename(&last, &aside).unwrap();
    if let Err(error) = open(home.path()) {
        assert!(bad.exists(), "{error}");
    }
    fs::rename(&aside, &last).unwrap();
    let store = open(home.path()).unwrap();
    assert_eq!(rebuilds(&store), 1);
    assert_eq!(snapshots(home.path()), std::slice::from_ref(&good));
    let kept = format!("{}.damaged", bad.display());
    assert!(Path::new(&kept).exists(), "for whoever wants to look");
    write_notes(&store, 600..700);
    store.snapshot().unwrap();
    assert!(!Path::new(&kept).exists(), "until there is another one");
    store.checkpoint().unwrap();
    store.close();
    drop(store);
    let [older, newer] = snapshots(home.path()).try_into().unwrap();
    assert_eq!(older, good);
    // So that the newest may go bad once more.
    flip(&newer, 3000);
    fs::remove_dir_all(home.path().join("tree")).unwrap();
    let store = open(home.path()).unwrap();
    assert_eq!(store.read(|read| read.list::<Note>(&(), None, 1000).unwrap().len()), 700);
    assert_clean(&store);
}

#[test]
fn verify_names_what_differs() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path()).unwrap();
    write_notes(&store, 0..20);
    let index_key = |tag: u64, number: u64| {
        let mut key = vec![17];
        key.extend_from_slice(&tag.to_be_bytes());
        key.extend_from_slice(&number.to_be_bytes());
        key
    };
    assert!(store.raw_row(&index_key(3, 3)).unwrap().is_some());
    store.damage_row(&index_key(3, 3), None).unwrap();
    store.damage_row(&index_key(3, 4), Some(b"")).unwrap();
    let mut counter = vec![1, 1];
    counter.extend_from_slice(&5_u64.to_be_bytes());
    store.damage_row(&counter, None).unwrap();
    store.damage_row(&[200, 1], Some(b"?")).unwrap();
    let mut row = vec![16];
    row.extend_from_slice(&7_u64.to_be_bytes());
    store.damage_row(&row, Some(b"\x01nonsense")).unwrap();
    let problems: Vec<String> =
        store.verify().unwrap().differences.into_iter().map(|difference| difference.problem).collect();
    for part in [
        "entry is missing",
        "no row accounts",
        "total is missing",
        "no table has the tag 200",
        "cannot be read",
    ] {
        assert!(problems.iter().any(|problem| problem.contains(part)), "{part}: {problems:?}");
    }
}

#[test]
fn a_store_in_use_is_not_opened_twice_and_another_layout_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path()).unwrap();
    let said = refusal(home.path());
    assert!(said.contains("in use by another process"), "{said}");
    drop(store);
    let marker = home.path().join("marker.json");
    let text = fs::read_to_string(&marker).unwrap().replace("\"layout\":3", "\"layout\":4");
    File::create(&marker).unwrap().write_all(text.as_bytes()).unwrap();
    assert!(refusal(home.path()).contains("layout 4"));
}

#[test]
fn a_marker_of_a_later_layout_is_refused_whatever_else_it_says_and_so_is_one_that_cannot_be_read() {
    let home = filled(Left::Closed);
    let marker = home.path().join("marker.json");
    let closed = fs::read_to_string(&marker).unwrap();
    let later = r#"{"layout":4,"state":{"closed":true},"group":113}"#;
    for (text, says) in [
        (later, "layout 4, this program knows 3"),
        (&closed[..closed.len() / 2], "restore it from the backup, or remove it"),
        (r#"{"layout":3,"state":{"closed":true},"group":113}"#, "restore it from the backup, or remove it"),
        ("", "marker.json is damaged"),
    ] {
        fs::write(&marker, text).unwrap();
        let said = refusal(home.path());
        assert!(said.contains(says), "{said}");
        assert_eq!(fs::read_to_string(&marker).unwrap(), text, "refusing changes nothing");
    }
    fs::remove_file(&marker).unwrap();
    let store = open(home.path()).unwrap();
    assert_eq!(rebuilds(&store), 1);
    assert_all_there(&store);
}

#[test]
fn a_copy_of_a_store_in_use_rebuilds_its_tree() {
    let home = tempfile::tempdir().unwrap();
    let store = open(home.path()).unwrap();
    fill(&store);
    let copy = copied(home.path(), "-a");
    let store = open(copy.path()).unwrap();
    assert_eq!(rebuilds(&store), 1);
    assert_all_there(&store);
}

/// Options under which nothing is stored but by age and by closing.
fn waits_long() -> StoreOptions {
    StoreOptions {
        checkpoint_interval: Duration::from_hours(1),
        checkpoint_bytes: 1 << 40,
        snapshot_bytes: 1 << 40,
        ..all_in_one()
    }
}

/// Changes notes that lie in blocks: one goes, one is written anew, one comes; and an account three times.
fn change_some(store: &Store, round: u64) {
    for from in (0..4000).step_by(400) {
        write(store, move |txn| {
            txn.delete::<Note>(&(from + round))?;
            txn.put(Note { number: from + 50 + round, tag: 2, text: format!("anew {round}") })?;
            txn.put(Note { number: 5000 + from + round, tag: 3, text: format!("new {round}") })?;
            (0..3_i64).try_for_each(|balance| {
                txn.put(Account { number: 1, email: "one@school".to_owned(), balance })
            })
        })
        .unwrap();
    }
}

fn all_notes(store: &Store) -> Result<Vec<Note>, StoreError> {
    store.read(|read| read.list::<Note>(&(), None, usize::MAX))
}

#[test]
fn what_waits_while_the_tree_is_rebuilt_is_neither_lost_nor_undone() {
    let home = tempfile::tempdir().unwrap();
    let options = waits_long();
    let store =
        Store::open(home.path(), SCHEMA, StoreOptions { tree_cache_bytes: 1024, ..options.clone() }).unwrap();
    write_long(&store, 4000, 50);
    store.checkpoint().unwrap();
    // Once a snapshot has it, so that the rebuild begins with one and the rows that wait come by the journal alone.
    store.snapshot().unwrap();
    (0..5).for_each(|round| change_some(&store, round));
    let before = all_notes(&store).unwrap();
    let file = home.path().join("tree/db");
    overwrite(&file, &mut Dice::new(7), 4 * file.metadata().unwrap().len() / 4096, false);
    eventually("damage is noticed and healed", || match all_notes(&store) {
        Ok(notes) => {
            assert_eq!(notes, before);
            rebuilds(&store) == 1
        }
        Err(StoreError::Recovering { .. }) => false,
        Err(error) => panic!("{error}"),
    });
    eventually("it takes writes", || store.read_only_reason().is_none());
    assert_eq!(all_notes(&store).unwrap(), before);
    assert_clean(&store);
    change_some(&store, 9);
    let before = all_notes(&store).unwrap();
    store.close();
    drop(store);
    let store = Store::open(home.path(), SCHEMA, options).unwrap();
    assert_eq!(rebuilds(&store), 0);
    assert_eq!(all_notes(&store).unwrap(), before);
    assert_clean(&store);
}

/// The child: lets rows wait and says so.
#[test]
fn child_with_rows_waiting() {
    let Ok(home) = std::env::var("LYCEUM_WAITING_HOME") else { return };
    let store = Store::open(Path::new(&home), SCHEMA, waits_long()).unwrap();
    write_long(&store, 4000, 50);
    store.checkpoint().unwrap();
    (0..5).for_each(|round| change_some(&store, round));
    println!("\nwaiting");
    // Nobody ever writes: it ends by being killed.
    let _ = std::io::stdin().read_line(&mut String::new());
}

#[test]
fn a_store_that_was_killed_with_rows_waiting_is_compacted_with_them() {
    let home = tempfile::tempdir().unwrap();
    let place = home.path().to_str().unwrap().to_owned();
    run_until_killed("damage::child_with_rows_waiting", &[("LYCEUM_WAITING_HOME", place)], "waiting");
    compact(home.path(), SCHEMA, &waits_long()).unwrap();
    let store = Store::open(home.path(), SCHEMA, waits_long()).unwrap();
    assert_eq!(rebuilds(&store), 0, "the compacted tree is used as it is");
    let notes = all_notes(&store).unwrap();
    for round in 0..5 {
        for from in (0..4000).step_by(400) {
            let of = |number| notes.iter().find(|note| note.number == number).map(|note| note.text.clone());
            assert_eq!(of(from + round), None, "it was removed");
            assert_eq!(of(from + 50 + round), Some(format!("anew {round}")));
            assert_eq!(of(5000 + from + round), Some(format!("new {round}")));
        }
    }
    assert_eq!(notes.len(), 4000);
    let account = store.read(|read| read.get::<Account>(&1)).unwrap().unwrap();
    assert_eq!(account.balance, 2);
    assert_clean(&store);
}

/// What is replayed comes to the tree in its latest layout, whatever becomes of the opening: an earlier program must not read it.
#[test]
fn the_marker_says_the_layout_before_anything_of_it_comes_to_the_tree() {
    let home = tempfile::tempdir().unwrap();
    let marker = home.path().join("marker.json");
    let plain = StoreOptions { segment_bytes: 32 * 1024, snapshot_bytes: 1 << 40, ..options() };
    let store = Store::open(home.path(), SCHEMA, plain).unwrap();
    write_notes(&store, 0..1200);
    let in_use = fs::read_to_string(&marker).unwrap();
    drop(store);
    let segments = segments(home.path());
    flip(&segments[1], 5000);
    // The closed one first: it vouches for files that the other opening touches.
    for text in [fs::read_to_string(&marker).unwrap(), in_use] {
        fs::write(&marker, text.replace("\"layout\":3", "\"layout\":2")).unwrap();
        let said = refusal(home.path());
        assert!(said.contains("is damaged at byte"), "{said}");
        let text = fs::read_to_string(&marker).unwrap();
        assert!(text.contains("\"layout\":3"), "{text}");
    }
    flip(&segments[1], 5000);
    let store = open(home.path()).unwrap();
    assert_eq!(rebuilds(&store), 0, "the tree is as trusted as it was");
    assert_eq!(store.read(|read| read.list::<Note>(&(), None, 2000).unwrap().len()), 1200);
}
