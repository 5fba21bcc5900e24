//! A small schema of its own, so that the store is proven without the domain, and what several proofs need.

use std::time::{Duration, Instant};

use lyceum::store::{
    Cache, Class, CodecError, Counter, CounterKind, Entries, Index, Record, Schema, Store, StoreError,
    StoreOptions, Table, TableInfo, Topic, Txn, Unique, Wait, decode_old,
};
use serde::{Deserialize, Serialize};

/// Found by a tag that many share; its version 0 had no tag.
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
    const WAIT: Option<Wait> = Some(Wait::Gathered);
    type Key = u64;

    fn key(&self) -> u64 {
        self.number
    }

    fn index(&self, entries: &mut Entries) {
        entries.add::<NotesByTag>(&self.tag);
        entries.count(Counter::new(PER_TAG, &self.tag), 1);
        entries.touch(Topic::new(1, self.tag));
    }

    fn upgrade(version: u8, body: &[u8]) -> Result<Self, CodecError> {
        let (number, text) = decode_old::<(u64, String)>("note", (version, 0), body)?;
        Ok(Self { number, tag: 0, text })
    }
}

impl Index for NotesByTag {
    const TABLE: Table = Table { tag: 17, name: "notes by tag" };
    const PACKED: bool = true;
    type Key = u64;
    type Of = Note;
}

/// Cached, with a unique name and money that must add up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub number: u64,
    pub email: String,
    pub balance: i64,
}

pub struct AccountByEmail;

pub const BALANCE: CounterKind = CounterKind { tag: 2, name: "sum of balances" };

impl Record for Account {
    const TABLE: Table = Table { tag: 18, name: "account" };
    const VERSION: u8 = 1;
    const CACHE: Cache = Cache::Content;
    const WAIT: Option<Wait> = Some(Wait::Rewritten);
    type Key = u64;

    fn key(&self) -> u64 {
        self.number
    }

    fn index(&self, entries: &mut Entries) {
        entries.unique::<AccountByEmail>(&self.email);
        entries.count(Counter::new(BALANCE, &0_u64), self.balance);
    }
}

impl Unique for AccountByEmail {
    const TABLE: Table = Table { tag: 19, name: "account by email" };
    const CACHE: Cache = Cache::Content;
    type Key = String;
    type Of = Account;
}

pub const SCHEMA: Schema = Schema::new(&[
    TableInfo::rows::<Note>(),
    TableInfo::index::<NotesByTag>(),
    TableInfo::rows::<Account>(),
    TableInfo::unique::<AccountByEmail>(),
]);

/// Small segments, so that every test crosses some.
pub fn options() -> StoreOptions {
    StoreOptions {
        segment_bytes: 128 * 1024,
        low_water_bytes: 1024 * 1024,
        checkpoint_interval: Duration::from_millis(500),
        checkpoint_bytes: 512 * 1024,
        snapshot_bytes: 512 * 1024,
        tree_cache_bytes: 16 * 1024 * 1024,
        ..StoreOptions::default()
    }
}

pub fn note(number: u64) -> Note {
    Note { number, tag: number % 7, text: format!("note {number}") }
}

/// Writes in the class that most writes have.
pub fn write<T: Send + 'static>(
    store: &Store,
    work: impl FnOnce(&mut Txn<'_>) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    store.write_blocking(Class::Interactive, work)
}

/// Writes notes with the given numbers, one transaction each.
pub fn write_notes(store: &Store, numbers: impl IntoIterator<Item = u64>) {
    for number in numbers {
        write(store, move |txn| txn.put(note(number))).unwrap();
    }
}

pub fn assert_clean(store: &Store) {
    let report = store.verify().unwrap();
    assert!(report.is_clean(), "{:?}", report.differences);
}

/// Waits until `holds`, which something else is at work on.
pub fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let since = Instant::now();
    while !holds() {
        assert!(since.elapsed() < Duration::from_secs(30), "still not so after 30 s: {what}");
        std::thread::park_timeout(Duration::from_millis(2));
    }
}

/// Numbers without a pattern, the same for the same seed.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % end.max(1)
    }

    pub fn chance(&mut self, of: u64) -> bool {
        self.below(of) == 0
    }
}

/// A child process of this very test binary that runs only `test`, with `environment`.
pub fn child_of_this(test: &str, environment: &[(&str, String)]) -> std::process::Command {
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command.args([test, "--exact", "--nocapture", "--test-threads=1"]);
    command.envs(environment.iter().map(|(name, value)| (name, value.as_str())));
    command
}

/// Runs `test` of this binary in a process of its own until it prints `sign`, and kills it there.
pub fn run_until_killed(test: &str, environment: &[(&str, String)], sign: &str) {
    use std::io::BufRead as _;

    let mut child = child_of_this(test, environment)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = std::io::BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap() == sign), "the child ended by itself");
    child.kill().unwrap();
    child.wait().unwrap();
}
