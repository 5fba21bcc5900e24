//! The store against its yardstick: writes at several numbers of callers beside the bare loop with the same bytes,
//! reads, scans, index upkeep, replay.
//!
//! `cargo bench --bench store` runs all; `LYCEUM_BENCH=million` measures opening a million rows.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    missing_docs,
    reason = "a benchmark"
)]

#[path = "support/bare_loop.rs"]
mod bare_loop;
#[path = "support/million.rs"]
mod million;

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bare_loop::{BareLoop, Rows};
use criterion::{BenchmarkId, Criterion, Throughput};
use lyceum::store::key::encode;
use lyceum::store::{
    Cache, Class, Durability, Entries, Index, Read, Record, Schema, Store, StoreError, StoreOptions, Table,
    TableInfo, encode_value,
};
use serde::{Deserialize, Serialize};
use tokio::runtime::Runtime;

/// What a saved answer looks like: a key of two parts, some hundred bytes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Answer<const INDEXES: usize, const CACHED: bool> {
    pub attempt: u64,
    pub slot: u32,
    pub text: String,
}

/// The answer that most writes of an exam save.
pub type Plain = Answer<0, false>;

pub struct ByKind<const INDEXES: usize>;

impl<const INDEXES: usize, const CACHED: bool> Record for Answer<INDEXES, CACHED> {
    const TABLE: Table = Table { tag: if CACHED { 60 } else { 16 + INDEXES as u8 * 2 }, name: "answer" };
    const VERSION: u8 = 1;
    const CACHE: Cache = if CACHED { Cache::Content } else { Cache::None };
    type Key = (u64, u32);

    fn key(&self) -> Self::Key {
        (self.attempt, self.slot)
    }

    fn index(&self, entries: &mut Entries) {
        for kind in 0..INDEXES as u64 {
            entries.add::<ByKind<INDEXES>>(&(kind, self.text.len() as u64));
        }
    }
}

impl<const INDEXES: usize> Index for ByKind<INDEXES> {
    const TABLE: Table = Table { tag: 100 + INDEXES as u8, name: "answers by kind" };
    type Key = (u64, u64);
    type Of = Answer<INDEXES, false>;
}

pub const SCHEMA: Schema = Schema::new(&[
    TableInfo::rows::<Plain>(),
    TableInfo::rows::<Answer<0, true>>(),
    TableInfo::rows::<Answer<2, false>>(),
    TableInfo::index::<ByKind<2>>(),
    TableInfo::rows::<Answer<8, false>>(),
    TableInfo::index::<ByKind<8>>(),
]);

const TEXT_BYTES: usize = 200;

fn options() -> StoreOptions {
    StoreOptions { low_water_bytes: 0, ..StoreOptions::default() }
}

fn answer<const INDEXES: usize, const CACHED: bool>(number: u64) -> Answer<INDEXES, CACHED> {
    // Many attempts of forty answers each, as they come in during an exam: not in the order of the keys.
    let attempt = number.wrapping_mul(0x9e37_79b9) % 5_000;
    let slot = (number % 40).try_into().unwrap();
    Answer { attempt, slot, text: "a".repeat(TEXT_BYTES) }
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// `writes` calls of `write` from `callers` callers, each waiting for its answer; the time and the latencies.
fn drive<F>(
    runtime: &Runtime,
    callers: u64,
    writes: u64,
    write: impl Fn(u64) -> F + Send + Sync + 'static,
) -> (Duration, Vec<Duration>)
where
    F: Future<Output = ()> + Send,
{
    let write = Arc::new(write);
    let next = Arc::new(AtomicU64::new(0));
    let began = Instant::now();
    let tasks: Vec<_> = (0..callers)
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
    let latencies = runtime.block_on(async {
        let mut all = Vec::new();
        for task in tasks {
            all.extend(task.await.unwrap());
        }
        all
    });
    (began.elapsed(), latencies)
}

fn store_write<const INDEXES: usize>(store: &Store) -> impl Fn(u64) -> futures::WriteFuture + use<INDEXES> {
    let store = store.clone();
    move |number| {
        let store = store.clone();
        Box::pin(async move {
            store
                .write(Class::Exam, move |txn| -> Result<(), StoreError> {
                    txn.put(answer::<INDEXES, false>(number))
                })
                .await
                .unwrap();
        })
    }
}

mod futures {
    pub type WriteFuture = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;
}

fn bare_write(bare: Arc<BareLoop>) -> impl Fn(u64) -> futures::WriteFuture {
    move |number| {
        let record = answer::<0, false>(number);
        let mut key = vec![16];
        key.extend(encode(&(record.attempt, record.slot)));
        let rows: Rows = vec![(key, encode_value(&record).unwrap())];
        let bare = bare.clone();
        Box::pin(async move { bare.write(rows).await.unwrap() })
    }
}

fn writes(criterion: &mut Criterion) {
    let runtime = runtime();
    let mut group = criterion.benchmark_group("write");
    group.throughput(Throughput::Elements(1)).sample_size(10).measurement_time(Duration::from_secs(3));
    for callers in [1, 64, 1024] {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path(), SCHEMA, options()).unwrap();
        group.bench_function(BenchmarkId::new("store", callers), |bencher| {
            bencher.iter_custom(|writes| drive(&runtime, callers, writes, store_write::<0>(&store)).0);
        });
        drop(store);
        let home = tempfile::tempdir().unwrap();
        let bare = Arc::new(BareLoop::start(home.path(), options().tree_cache_bytes));
        group.bench_function(BenchmarkId::new("bare_loop", callers), |bencher| {
            bencher.iter_custom(|writes| drive(&runtime, callers, writes, bare_write(bare.clone())).0);
        });
    }
    group.finish();
}

fn index_upkeep(criterion: &mut Criterion) {
    let runtime = runtime();
    let mut group = criterion.benchmark_group("write_with_index_entries");
    group.throughput(Throughput::Elements(1)).sample_size(10).measurement_time(Duration::from_secs(3));
    let home = tempfile::tempdir().unwrap();
    let store = Store::open(home.path(), SCHEMA, options()).unwrap();
    group.bench_function("0", |bencher| {
        bencher.iter_custom(|writes| drive(&runtime, 256, writes, store_write::<0>(&store)).0);
    });
    group.bench_function("2", |bencher| {
        bencher.iter_custom(|writes| drive(&runtime, 256, writes, store_write::<2>(&store)).0);
    });
    group.bench_function("8", |bencher| {
        bencher.iter_custom(|writes| drive(&runtime, 256, writes, store_write::<8>(&store)).0);
    });
    group.finish();
}

fn reads(criterion: &mut Criterion) {
    const ATTEMPTS: u64 = 2_000;
    let home = tempfile::tempdir().unwrap();
    let store =
        Store::open(home.path(), SCHEMA, StoreOptions { durability: Durability::Relaxed, ..options() })
            .unwrap();
    for attempt in 0..ATTEMPTS {
        store
            .write_blocking(Class::Bulk, move |txn| -> Result<(), StoreError> {
                for slot in 0..40 {
                    let text = "a".repeat(TEXT_BYTES);
                    txn.put(Answer::<0, false> { attempt, slot, text: text.clone() })?;
                    if attempt < 100 {
                        txn.put(Answer::<0, true> { attempt, slot, text })?;
                    }
                }
                Ok(())
            })
            .unwrap();
    }
    let mut group = criterion.benchmark_group("read");
    let mut number = 0_u64;
    let mut next = move |attempts: u64| {
        number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
        ((number >> 20) % attempts, ((number >> 40) % 40).try_into().unwrap())
    };
    group.bench_function("cached", |bencher| {
        bencher.iter(|| store.read(|read| read.get::<Answer<0, true>>(&next(100)).unwrap().unwrap()));
    });
    group.bench_function("uncached", |bencher| {
        bencher.iter(|| store.read(|read| read.get::<Plain>(&next(ATTEMPTS)).unwrap().unwrap()));
    });
    group.bench_function("scan_100", |bencher| {
        bencher.iter(|| {
            let from = next(ATTEMPTS - 10);
            let found = store.read(|read| read.list::<Plain>(&(), Some(&from), 100).unwrap());
            assert_eq!(found.len(), 100);
        });
    });
    group.finish();
}

fn replay(criterion: &mut Criterion) {
    const GROUPS: u64 = 2_000;
    let files = lyceum::store::journal::memory_files::MemoryFiles::default();
    let keep_all = StoreOptions { snapshot_bytes: 1 << 40, ..options() };
    let open = || Store::in_memory_with_files(SCHEMA, keep_all.clone(), Arc::new(files.clone())).unwrap();
    let store = open();
    for number in 0..GROUPS {
        store
            .write_blocking(Class::Bulk, move |txn| -> Result<(), StoreError> {
                (0..16).try_for_each(|part| txn.put(answer::<0, false>(number * 16 + part)))
            })
            .unwrap();
    }
    store.close();
    let mut group = criterion.benchmark_group("replay");
    group.sample_size(10).throughput(Throughput::Elements(GROUPS));
    group.bench_function("groups_of_16_in_memory", |bencher| bencher.iter(|| open().group_number()));
    group.finish();
}

fn main() {
    match std::env::var("LYCEUM_BENCH").as_deref() {
        Ok("million") => million::measure(),
        Ok("million-child") => million::child(),
        _ => {
            let mut criterion = Criterion::default().configure_from_args();
            writes(&mut criterion);
            index_upkeep(&mut criterion);
            reads(&mut criterion);
            replay(&mut criterion);
            criterion.final_summary();
        }
    }
}
