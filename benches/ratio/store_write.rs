//! `store.write` against the bare loop of the same engine (append, `fdatasync`, `apply_batch`) with the same bytes, at
//! 256 callers: throughput, and the slowest hundredth.

use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use lyceum::store::key::encode;
use lyceum::store::{
    Class, Durability, Record, Schema, Store, StoreError, StoreOptions, Table, TableInfo, encode_value,
};
use serde::{Deserialize, Serialize};
use tokio::runtime::Runtime;

use super::bare_loop::{BareLoop, Rows};
use super::promise::Promise;
use super::{Settings, median};

const CALLERS: u64 = 256;
const WRITES: u64 = 400_000;
const TEXT_BYTES: usize = 200;

/// What a saved answer looks like: a key of two parts, some hundred bytes.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct SavedAnswer {
    attempt: u64,
    slot: u32,
    text: String,
}

impl Record for SavedAnswer {
    const TABLE: Table = Table { tag: 16, name: "answer" };
    const VERSION: u8 = 1;
    const PLAIN: bool = true;
    type Key = (u64, u32);

    fn key(&self) -> Self::Key {
        (self.attempt, self.slot)
    }
}

const SCHEMA: Schema = Schema::new(&[TableInfo::rows::<SavedAnswer>()]);

fn answer(number: u64) -> SavedAnswer {
    // Many attempts of forty answers each, as they come in during an exam: not in the order of the keys.
    let attempt = number.wrapping_mul(0x9e37_79b9) % 5_000;
    let slot = u32::try_from(number % 40).unwrap();
    SavedAnswer { attempt, slot, text: "a".repeat(TEXT_BYTES) }
}

fn row(number: u64) -> (Vec<u8>, Vec<u8>) {
    let record = answer(number);
    let mut key = vec![SavedAnswer::TABLE.tag];
    key.extend(encode(&record.key()));
    (key, encode_value(&record).unwrap())
}

/// `writes` calls of `write` from 256 callers, each waiting for its answer: seconds, and the slowest hundredth.
fn drive<F>(runtime: &Runtime, writes: u64, write: impl Fn(u64) -> F + Send + Sync + 'static) -> (f64, f64)
where
    F: Future<Output = ()> + Send,
{
    let write = Arc::new(write);
    let next = Arc::new(AtomicU64::new(0));
    let began = Instant::now();
    let tasks: Vec<_> = (0..CALLERS)
        .map(|_| {
            let (write, next) = (write.clone(), next.clone());
            runtime.spawn(async move {
                let mut latencies = Vec::new();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= writes {
                        return latencies;
                    }
                    let began = Instant::now();
                    write(number).await;
                    latencies.push(began.elapsed());
                }
            })
        })
        .collect();
    let mut latencies = runtime.block_on(async {
        let mut all = Vec::new();
        for task in tasks {
            all.extend(task.await.unwrap());
        }
        all
    });
    let seconds = began.elapsed().as_secs_f64();
    latencies.sort_unstable();
    (seconds, latencies[(latencies.len() - 1) * 99 / 100].as_secs_f64())
}

/// Until what is made once, such as the first spare segment, is made; it is not part of the cost of a write.
fn warm_up(mut some: impl FnMut() -> f64) {
    let mut seconds = 0.0;
    while seconds < 1.0 {
        seconds += some();
    }
}

fn options() -> StoreOptions {
    StoreOptions { low_water_bytes: 0, ..StoreOptions::default() }
}

fn bare(runtime: &Runtime, home: &Path, million: bool) -> (f64, f64) {
    let bare = Arc::new(BareLoop::start(home, options().tree_cache_bytes));
    if million {
        for block in 0..500 {
            let rows: Rows = (0..2000).map(|number| row(1 << 32 | (block * 2000 + number))).collect();
            bare.write(rows).blocking_recv().unwrap();
        }
    }
    let write = |bare: Arc<BareLoop>| {
        move |number| {
            let bare = bare.clone();
            async move { bare.write(vec![row(number)]).await.unwrap() }
        }
    };
    warm_up(|| drive(runtime, WRITES / 40, write(bare.clone())).0);
    drive(runtime, WRITES, write(bare))
}

fn ours(runtime: &Runtime, home: &Path, million: bool) -> (f64, f64) {
    if million {
        let relaxed = StoreOptions { durability: Durability::Relaxed, ..options() };
        let store = Store::open(home, SCHEMA, relaxed).unwrap();
        for block in 0..500_u64 {
            let loaded = store.write_blocking(Class::Bulk, move |txn| -> Result<(), StoreError> {
                (0..2000).try_for_each(|number| txn.put(answer(1 << 32 | (block * 2000 + number))))
            });
            loaded.unwrap();
        }
    }
    let store = Store::open(home, SCHEMA, options()).unwrap();
    let write = |store: Store| {
        move |number| {
            let store = store.clone();
            async move {
                let written = store
                    .write(Class::Exam, move |txn| -> Result<(), StoreError> { txn.put(answer(number)) });
                written.await.unwrap();
            }
        }
    };
    warm_up(|| drive(runtime, WRITES / 40, write(store.clone())).0);
    drive(runtime, WRITES, write(store))
}

pub(crate) fn measure(settings: &Settings, throughput: f64, slowest: f64) -> Vec<Promise> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (mut rates, mut tails) = (Vec::new(), Vec::new());
    for _ in 0..settings.rounds {
        let home = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let (bare_seconds, bare_tail) = bare(&runtime, home.path(), settings.million);
        let home = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let (seconds, tail) = ours(&runtime, home.path(), settings.million);
        let rate =
            |seconds: f64| Duration::from_secs_f64(seconds / f64::from(u32::try_from(WRITES).unwrap()));
        eprintln!(
            "  bare loop: {:?} a write, p99 {:.1} ms; store.write: {:?} a write, p99 {:.1} ms",
            rate(bare_seconds),
            bare_tail * 1e3,
            rate(seconds),
            tail * 1e3
        );
        rates.push(bare_seconds / seconds);
        tails.push(tail / bare_tail);
    }
    vec![
        Promise::at_least("store_write_to_bare_loop", median(rates), throughput),
        Promise::at_most("store_write_p99_to_bare_loop", median(tails), slowest),
    ]
}
