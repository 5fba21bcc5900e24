//! The bytes on disk do not move: keys, values, journal segments and snapshots of every released version are read, and
//! what is written today is what is written down here.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use lyceum::store::key::{decode, encode};
use lyceum::store::{Counter, Exactly, Read, Store, StoreOptions, decode_value, encode_value};

use crate::support::{
    Account, AccountByEmail, BALANCE, Note, NotesByTag, PER_TAG, SCHEMA, assert_clean, options, write,
};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/store/fixtures").join(name)
}

fn hex_fixture(name: &str) -> Vec<u8> {
    let text = fs::read_to_string(fixture(name)).unwrap();
    let digits: Vec<u8> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(|line| line.bytes().filter(u8::is_ascii_hexdigit).collect::<Vec<_>>())
        .collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

#[test]
fn keys_are_written_as_they_always_were() {
    assert_eq!(encode(&7_u8), [7]);
    assert_eq!(encode(&0x0102_u16), [1, 2]);
    assert_eq!(encode(&0x0102_0304_u32), [1, 2, 3, 4]);
    assert_eq!(encode(&0x0102_0304_0506_0708_u64), [1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(encode(&-1_i64), [0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    assert_eq!(encode(&1_i64), [0x80, 0, 0, 0, 0, 0, 0, 1]);
    assert_eq!(encode(&true), [1]);
    assert_eq!(encode(&[9_u8, 8]), [9, 8]);
    assert_eq!(encode(&"a\0b".to_owned()), [b'a', 0, 0xff, b'b', 0, 0]);
    assert_eq!(encode(&(1_u8, "x".to_owned(), 2_u16)), [1, b'x', 0, 0, 0, 2]);
    assert_eq!(decode::<(u8, String, u16)>(&[1, b'x', 0, 0, 0, 2]).unwrap(), (1, "x".to_owned(), 2));
}

#[test]
fn values_are_written_as_they_always_were() {
    let note = Note { number: 300, tag: 70_000, text: "nüchtern".to_owned() };
    assert_eq!(encode_value(&note).unwrap(), hex_fixture("note_v1.hex"));
    assert_eq!(decode_value::<Note>(&hex_fixture("note_v1.hex")).unwrap(), note);
    let account = Account { number: 5, email: "ada@example.org".to_owned(), balance: -250 };
    assert_eq!(encode_value(&account).unwrap(), hex_fixture("account_v1.hex"));
    assert_eq!(decode_value::<Account>(&hex_fixture("account_v1.hex")).unwrap(), account);
}

#[test]
fn values_of_an_older_version_are_read_and_of_an_unknown_one_refused() {
    let old = decode_value::<Note>(&hex_fixture("note_v0.hex")).unwrap();
    assert_eq!(old, Note { number: 300, tag: 0, text: "nüchtern".to_owned() });
    let mut later = hex_fixture("account_v1.hex");
    later[0] = 9;
    let said = decode_value::<Account>(&later).unwrap_err().to_string();
    assert!(said.contains("account record of version 9"), "{said}");
    let mut longer = hex_fixture("note_v1.hex");
    longer.push(0);
    assert!(decode_value::<Note>(&longer).unwrap_err().to_string().contains("left over"));
    assert!(decode_value::<Note>(&[]).is_err());
}

fn plain() -> StoreOptions {
    StoreOptions { segment_bytes: 2048, snapshot_bytes: 1 << 40, ..options() }
}

/// What the journal of version 1 holds: three groups, behind a snapshot of the first two in the other fixture.
fn first_group(store: &Store) {
    write(store, |txn| {
        txn.put(Note { number: 1, tag: 3, text: "one".to_owned() })?;
        txn.put(Note { number: 2, tag: 3, text: "two".to_owned() })
    })
    .unwrap();
}

fn later_groups(store: &Store) {
    write(store, |txn| txn.put(Account { number: 4, email: "four@example.org".to_owned(), balance: 40 }))
        .unwrap();
    write(store, |txn| txn.delete::<Note>(&1)).unwrap();
}

fn check(store: &Store) {
    store.read(|read| {
        assert_eq!(
            read.list::<Note>(&(), None, 10).unwrap(),
            [Note { number: 2, tag: 3, text: "two".to_owned() }]
        );
        assert_eq!(read.index_keys::<NotesByTag>(&Exactly(3), None, 10).unwrap(), [(3, 2)]);
        assert_eq!(read.counter(&Counter::new(PER_TAG, &3_u64)).unwrap(), 1);
        assert_eq!(read.counter(&Counter::new(BALANCE, &0_u64)).unwrap(), 40);
        assert_eq!(read.unique_key::<AccountByEmail>(&"four@example.org".to_owned()).unwrap(), Some(4));
    });
    assert_clean(store);
}

/// Opens a store whose journal directory is a copy of a fixture.
fn opened_on(name: &str) -> (Store, tempfile::TempDir) {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join("journal")).unwrap();
    for entry in fs::read_dir(fixture(name)).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), home.path().join("journal").join(entry.file_name())).unwrap();
    }
    (Store::open(home.path(), SCHEMA, plain()).unwrap(), home)
}

#[test]
fn a_journal_of_version_1_is_read() {
    let (store, _home) = opened_on("journal_v1");
    check(&store);
    assert_eq!(store.group_number(), 3);
}

#[test]
fn a_snapshot_of_version_1_with_a_journal_that_begins_later_is_read() {
    let (store, _home) = opened_on("snapshot_v1");
    check(&store);
    assert_eq!(store.group_number(), 3);
    assert_eq!(store.counts().rebuilds.load(Ordering::Relaxed), 1);
}

/// Writes the journal and snapshot fixtures: once per version of the format, by hand.
#[test]
#[ignore = "writes fixtures"]
fn write_fixtures() {
    let keep = |home: &Path, name: &str| {
        fs::create_dir_all(fixture(name)).unwrap();
        for entry in fs::read_dir(home.join("journal")).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "journal" || extension == "snapshot") {
                fs::copy(&path, fixture(name).join(path.file_name().unwrap())).unwrap();
            }
        }
    };
    let home = tempfile::tempdir().unwrap();
    let store = Store::open(home.path(), SCHEMA, plain()).unwrap();
    first_group(&store);
    later_groups(&store);
    store.close();
    keep(home.path(), "journal_v1");
    let home = tempfile::tempdir().unwrap();
    let store = Store::open(home.path(), SCHEMA, plain()).unwrap();
    first_group(&store);
    store.close();
    drop(store);
    // A new life, so that the journal behind the snapshot is a segment of its own.
    let store = Store::open(home.path(), SCHEMA, plain()).unwrap();
    store.snapshot().unwrap();
    later_groups(&store);
    store.checkpoint().unwrap();
    store.close();
    keep(home.path(), "snapshot_v1");
}

fn put_length(out: &mut Vec<u8>, length: usize) {
    out.extend_from_slice(&u32::try_from(length).unwrap().to_le_bytes());
}

/// One slice as the format's description says.
fn slice(ops: &[(Vec<u8>, Option<Vec<u8>>)]) -> Vec<u8> {
    let mut out = Vec::new();
    put_length(&mut out, ops.len());
    for (key, value) in ops {
        put_length(&mut out, key.len());
        out.extend_from_slice(key);
        put_length(&mut out, value.as_ref().map_or(0, |value| value.len() + 1));
        out.extend_from_slice(value.as_deref().unwrap_or_default());
    }
    out
}

fn record(salt: &[u8], number: u64, payload: &[u8]) -> Vec<u8> {
    let covered = [salt, &number.to_le_bytes(), payload].concat();
    let mut out = Vec::new();
    put_length(&mut out, payload.len());
    out.extend_from_slice(&crc32c::crc32c(&covered).to_le_bytes());
    out.extend_from_slice(&number.to_le_bytes());
    out.extend_from_slice(payload);
    out
}

fn with_tag(tag: u8, key: &[u8]) -> Vec<u8> {
    [&[tag], key].concat()
}

fn header(magic: &[u8], salt: &[u8], first: u64) -> Vec<u8> {
    let mut out = [magic, salt, &first.to_le_bytes(), &[0; 4]].concat();
    let sum = crc32c::crc32c(&out);
    out.extend_from_slice(&sum.to_le_bytes());
    out
}

#[test]
fn a_segment_is_written_as_its_description_says() {
    let home = tempfile::tempdir().unwrap();
    let store = Store::open(home.path(), SCHEMA, plain()).unwrap();
    first_group(&store);
    later_groups(&store);
    store.close();
    let bytes = fs::read(home.path().join("journal/000000000001.journal")).unwrap();
    assert_eq!(bytes.len(), 2048);
    let salt = &bytes[8..16];
    let note = |number, text: &str| encode_value(&Note { number, tag: 3, text: text.to_owned() }).unwrap();
    let index = |number: u64| with_tag(17, &encode(&(3_u64, number)));
    let per_tag = [vec![1, 1], encode(&3_u64)].concat();
    let balance = [vec![1, 2], encode(&0_u64)].concat();
    let account = Account { number: 4, email: "four@example.org".to_owned(), balance: 40 };
    let mut expected = header(b"LYCJRNL1", salt, 1);
    expected.extend(record(
        salt,
        1,
        &slice(&[
            (per_tag.clone(), Some(encode(&2_i64))),
            (with_tag(16, &encode(&1_u64)), Some(note(1, "one"))),
            (with_tag(16, &encode(&2_u64)), Some(note(2, "two"))),
            (index(1), Some(vec![])),
            (index(2), Some(vec![])),
        ]),
    ));
    expected.extend(record(
        salt,
        2,
        &slice(&[
            (balance, Some(encode(&40_i64))),
            (with_tag(18, &encode(&4_u64)), Some(encode_value(&account).unwrap())),
            (with_tag(19, &encode(&account.email)), Some(encode(&4_u64))),
        ]),
    ));
    expected.extend(record(
        salt,
        3,
        &slice(&[(per_tag, Some(encode(&1_i64))), (with_tag(16, &encode(&1_u64)), None), (index(1), None)]),
    ));
    assert_eq!(bytes[..expected.len()], expected);
    assert!(bytes[expected.len()..].iter().all(|byte| *byte == 0));
}

#[test]
fn a_snapshot_is_written_as_its_description_says() {
    let home = tempfile::tempdir().unwrap();
    let store = Store::open(home.path(), SCHEMA, plain()).unwrap();
    write(&store, |txn| txn.put(Note { number: 1, tag: 3, text: "one".to_owned() })).unwrap();
    assert_eq!(store.snapshot().unwrap(), 1);
    let bytes = fs::read(home.path().join("journal/00000000000000000001.snapshot")).unwrap();
    let salt = &bytes[8..16];
    let note = encode_value(&Note { number: 1, tag: 3, text: "one".to_owned() }).unwrap();
    let mut expected = header(b"LYCSNAP1", salt, 1);
    expected.extend(record(
        salt,
        1,
        &slice(&[
            ([vec![1, 1], encode(&3_u64)].concat(), Some(encode(&1_i64))),
            (with_tag(16, &encode(&1_u64)), Some(note)),
            (with_tag(17, &encode(&(3_u64, 1_u64))), Some(vec![])),
        ]),
    ));
    expected.extend(record(salt, 2, &[]));
    assert_eq!(bytes, expected);
}
