//! A store has secrets: nobody reads it but the user who runs the server.

use std::fs::{self, Permissions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use lyceum::store::blobs::Blobs;
use lyceum::store::{Store, compact};

use crate::support::{SCHEMA, note, options, write};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// Everything below a directory, and itself; of sled's own files, which lie behind a closed directory, that directory alone.
fn check(path: &Path) -> usize {
    let wanted = if path.is_dir() { 0o700 } else { 0o600 };
    assert_eq!(mode(path), wanted, "{} is {:o}", path.display(), mode(path));
    if !path.is_dir() || path.ends_with("tree") {
        return 1;
    }
    fs::read_dir(path).unwrap().map(|entry| check(&entry.unwrap().path())).sum::<usize>() + 1
}

#[test]
fn a_new_store_is_for_its_user_alone_and_stays_so() {
    let home = tempfile::tempdir().unwrap();
    let place = home.path().join("above/store");
    let store = Store::open(&place, SCHEMA, options()).unwrap();
    let blobs = Blobs::open(&place.join("files")).unwrap();
    let name = blobs.put(b"a picture").unwrap();
    let mut half = blobs.begin().unwrap();
    half.write_all(b"half a picture").unwrap();
    // More than one segment holds, so that there are others and a snapshot.
    write(&store, |txn| (0..10_000).try_for_each(|number| txn.put(note(number)))).unwrap();
    store.checkpoint().unwrap();
    store.close();
    // The store, lock, marker, tree, journal with a segment; files with a shelf, a blob and half of one.
    assert!(check(&place) >= 10);
    let other = home.path().join("other");
    fs::create_dir(&other).unwrap();
    assert_eq!(mode(&home.path().join("above")), mode(&other), "what is above is made as is usual");
    compact(&place, SCHEMA, &options()).unwrap();
    check(&place);
    assert_eq!(blobs.get(&name).unwrap().as_deref(), Some(b"a picture".as_slice()));
}

#[test]
fn a_store_that_was_open_to_others_is_closed_to_them_at_opening() {
    let home = tempfile::tempdir().unwrap();
    let place = home.path().join("store");
    Store::open(&place, SCHEMA, options()).unwrap().close();
    for open in [0o755, 0o775, 0o750] {
        fs::set_permissions(&place, Permissions::from_mode(open)).unwrap();
        Store::open(&place, SCHEMA, options()).unwrap().close();
        assert_eq!(mode(&place), 0o700, "{open:o}");
    }
    fs::set_permissions(&place, Permissions::from_mode(0o755)).unwrap();
    compact(&place, SCHEMA, &options()).unwrap();
    assert_eq!(mode(&place), 0o700);
}
