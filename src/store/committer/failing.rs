//! A whole store over an engine that fails at its k-th call, with rows waiting in front of it: whatever fails, and wherever, reads
//! say what was answered or are refused, writing goes on by itself, and what a kill would leave is made whole from its mark.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use crate::store::engine::{AtOnce, Call, Double, Engine, EngineError, MemoryEngine, Op, Waiting};
use crate::store::journal::files::Files;
use crate::store::journal::memory_files::MemoryFiles;
use crate::store::open::{Opened, rebuild};
use crate::store::shared::{applied_key, engine_error, is_mark_of_tree, read_mark};
use crate::store::tree::{Fill, Tree, replay_upto};
use crate::store::{
    Class, Entries, Index, Read, Record, Schema, Store, StoreError, StoreOptions, Table, TableInfo, Txn, Wait,
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Head {
    attempt: u64,
    last: u32,
}

struct ByLast;

impl Record for Head {
    const TABLE: Table = Table { tag: 16, name: "head" };
    const VERSION: u8 = 0;
    const WAIT: Option<Wait> = Some(Wait::Rewritten);
    type Key = u64;

    fn key(&self) -> u64 {
        self.attempt
    }

    fn index(&self, entries: &mut Entries) {
        entries.add::<ByLast>(&u64::from(self.last % 5));
    }
}

impl Index for ByLast {
    const TABLE: Table = Table { tag: 17, name: "heads by last" };
    const PACKED: bool = true;
    type Key = u64;
    type Of = Head;
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Save {
    attempt: u64,
    number: u32,
    text: String,
}

impl Record for Save {
    const TABLE: Table = Table { tag: 18, name: "save" };
    const VERSION: u8 = 0;
    const PLAIN: bool = true;
    const WAIT: Option<Wait> = Some(Wait::Gathered);
    type Key = (u64, u32);

    fn key(&self) -> (u64, u32) {
        (self.attempt, self.number)
    }
}

const SCHEMA: Schema =
    Schema::new(&[TableInfo::rows::<Head>(), TableInfo::index::<ByLast>(), TableInfo::rows::<Save>()]);

/// Rows as a file keeps them. One call fails, and like sled it answers with that error until it is opened again.
struct Kth {
    rows: Arc<MemoryEngine>,
    plan: Arc<Plan>,
    met: Mutex<Option<EngineError>>,
}

/// When who fails.
struct Plan {
    calls: AtomicUsize,
    /// The first call is 1; 0 for none.
    fails_at: usize,
    error: EngineError,
    /// While it is looked at what there is, nothing fails: nobody would try again.
    rests: AtomicBool,
    /// The calls of several changes at once.
    at_once: Mutex<Vec<usize>>,
}

impl Kth {
    fn call(&self) -> Result<(), EngineError> {
        let mut met = self.met.lock();
        let calls = 1 + self.plan.calls.fetch_add(1, Ordering::SeqCst);
        if calls == self.plan.fails_at && !self.plan.rests.load(Ordering::SeqCst) {
            *met = Some(self.plan.error.clone());
        }
        met.clone().map_or(Ok(()), Err)
    }
}

impl Double for Kth {
    fn rows(&self) -> &MemoryEngine {
        &self.rows
    }

    fn before(&self, _: Call<'_>) -> Result<(), EngineError> {
        self.call()
    }

    fn at_once(&self, ops: &[Op]) -> Result<(), EngineError> {
        let called = self.call();
        if ops.len() > 1 {
            self.plan.at_once.lock().push(self.plan.calls.load(Ordering::SeqCst));
        }
        match called {
            // Some of it is made, and there when it is opened again. A full disk gets none of it.
            Err(error) if !matches!(error, EngineError::NoSpace) => {
                self.rows.commit(&mut ops.iter().take(1))?;
                Err(error)
            }
            Err(error) => Err(error),
            Ok(()) => self.rows.commit(&mut ops.iter()),
        }
    }
}

#[derive(Clone)]
struct KthTree {
    rows: Arc<Mutex<Arc<MemoryEngine>>>,
    plan: Arc<Plan>,
}

impl KthTree {
    fn over(&self, rows: Arc<MemoryEngine>) -> Result<Waiting, EngineError> {
        let kth: Arc<dyn AtOnce> = Arc::new(Kth { rows, plan: self.plan.clone(), met: Mutex::new(None) });
        Waiting::over(kth, SCHEMA.waits())
    }
}

impl Tree for KthTree {
    fn open(&self) -> Result<Arc<dyn Engine>, EngineError> {
        let rows = self.rows.lock().clone();
        Ok(Arc::new(self.over(rows)?))
    }

    fn open_from_disk(&self, _files: &dyn Files) -> Result<(Arc<dyn Engine>, bool), StoreError> {
        Err(StoreError::NoSpace)
    }

    fn replace(&self, _keep_old: bool, fill: Fill<'_>) -> Result<Arc<dyn Engine>, StoreError> {
        let rows = Arc::new(MemoryEngine::default());
        let engine = self.over(rows.clone()).map_err(engine_error)?;
        fill(&engine)?;
        engine.flush().map_err(engine_error)?;
        *self.rows.lock() = rows;
        self.open().map_err(engine_error)
    }
}

/// All rows but the tree's marks.
fn rows(engine: &dyn Engine) -> Vec<(Bytes, Bytes)> {
    let mut rows = Vec::new();
    engine
        .scan(&[], None, false, &mut |key, value| {
            if !is_mark_of_tree(key) {
                rows.push((Bytes::copy_from_slice(key), Bytes::copy_from_slice(value)));
            }
            ControlFlow::Continue(())
        })
        .unwrap();
    rows
}

fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let since = Instant::now();
    while !holds() {
        assert!(since.elapsed() < Duration::from_secs(30), "still not so: {what}");
        std::thread::park_timeout(Duration::from_millis(2));
    }
}

const STEPS: u32 = 60;

/// What a step saves, and which earlier save it takes away.
fn step(number: u32) -> (Save, Option<(u64, u32)>) {
    let attempt = u64::from(number % 3);
    let text = "s".repeat(usize::try_from(number * 37 % 700).unwrap());
    let away = number.is_multiple_of(4).then_some((attempt, number.saturating_sub(9)));
    (Save { attempt, number, text }, away)
}

fn perform(txn: &mut Txn<'_>, number: u32) -> Result<(), StoreError> {
    let (save, away) = step(number);
    txn.put(Head { attempt: save.attempt, last: number })?;
    txn.put(save)?;
    if let Some(away) = away {
        txn.delete::<Save>(&away)?;
    }
    Ok(())
}

#[derive(Default)]
struct Model {
    heads: BTreeMap<u64, u32>,
    saves: BTreeMap<(u64, u32), Save>,
}

impl Model {
    fn perform(&mut self, number: u32) {
        let (save, away) = step(number);
        self.heads.insert(save.attempt, number);
        self.saves.insert((save.attempt, number), save);
        if let Some(away) = away {
            self.saves.remove(&away);
        }
    }

    /// A read that is answered is answered right; one that is refused is tried again.
    fn check(&self, store: &Store) {
        eventually("everything can be read", || {
            let seen = store.read(|read| -> Result<_, StoreError> {
                let saves = read.list::<Save>(&(), None, usize::MAX)?;
                let last = read.list_back::<Save>(&(), None, 5)?;
                let index = read.index_keys::<ByLast>(&(), None, usize::MAX)?;
                Ok((read.list::<Head>(&(), None, usize::MAX)?, saves, last, index))
            });
            let Ok((heads, saves, last, index)) = seen else { return false };
            let heads: Vec<_> = heads.into_iter().map(|head| (head.attempt, head.last)).collect();
            assert_eq!(heads, self.heads.clone().into_iter().collect::<Vec<_>>());
            assert!(saves.iter().eq(self.saves.values()), "saves are missing, or come back");
            assert!(last.iter().eq(self.saves.values().rev().take(5)), "not the last five");
            let mut right: Vec<_> = heads.iter().map(|(head, last)| (u64::from(last % 5), *head)).collect();
            right.sort_unstable();
            assert_eq!(index, right);
            true
        });
    }
}

/// The calls that the engine got.
fn run(fails_at: usize, error: &EngineError) -> Arc<Plan> {
    let plan = Arc::new(Plan {
        calls: AtomicUsize::new(0),
        fails_at,
        error: error.clone(),
        rests: AtomicBool::new(false),
        at_once: Mutex::default(),
    });
    let tree = KthTree { rows: Arc::default(), plan: plan.clone() };
    let files: Arc<dyn Files> = Arc::new(MemoryFiles::default());
    // Small, so that a rebuild begins with a snapshot and segments have gone.
    let options =
        StoreOptions { segment_bytes: 8 * 1024, snapshot_bytes: 8 * 1024, ..StoreOptions::default() };
    let opened = rebuild(&tree, files.as_ref(), false, 0)
        .or_else(|_| rebuild(&tree, files.as_ref(), false, 0))
        .unwrap();
    let opened = Opened { rebuilt: false, ..opened };
    let Ok(store) = Store::start(SCHEMA, options, files.clone(), None, Box::new(tree.clone()), opened) else {
        // It failed while it was being opened.
        return plan;
    };
    let mut model = Model::default();
    for number in 1..=STEPS {
        eventually("it takes writes", || {
            store.write_blocking(Class::Exam, move |txn| perform(txn, number)).is_ok()
        });
        model.perform(number);
        if number.is_multiple_of(7) {
            // May be what meets the failure.
            drop(store.checkpoint());
        }
        if number.is_multiple_of(5) {
            model.check(&store);
        }
    }
    eventually("nothing is wrong any more", || store.read_only_reason().is_none());
    model.check(&store);
    let shared = &store.inner.shared;
    plan.rests.store(true, Ordering::SeqCst);
    shared.settle().unwrap();
    // What a kill would leave, with what waits gone.
    let left = Arc::new(MemoryEngine::default());
    let kept = tree.rows.lock().clone();
    kept.scan(&[], None, false, &mut |key, value| {
        let op = Op { key: Bytes::copy_from_slice(key), value: Some(Bytes::copy_from_slice(value)) };
        left.commit(&mut std::iter::once(&op)).unwrap();
        ControlFlow::Continue(())
    })
    .unwrap();
    let again = Waiting::over(left, SCHEMA.waits()).unwrap();
    let mark = read_mark(&again, &applied_key()).unwrap();
    replay_upto(files.as_ref(), &again, mark, store.group_number()).unwrap();
    let whole = rows(shared.engine_handle().unwrap().as_ref());
    assert_eq!(rows(&again), whole, "from mark {mark}");
    again.flush().unwrap();
    assert_eq!(rows(&again), whole, "from mark {mark}, and all is stored");
    plan.rests.store(false, Ordering::SeqCst);
    store.close();
    plan
}

#[test]
fn wherever_the_tree_fails_under_what_waits_nothing_is_lost_or_comes_back() {
    let errors = [
        EngineError::NoSpace,
        EngineError::Io("a sector cannot be read".to_owned()),
        EngineError::Damaged("a checksum".to_owned()),
    ];
    let plan = run(0, &errors[0]);
    let calls = plan.calls.load(Ordering::SeqCst);
    assert!(calls > 200, "{calls}");
    let at_once = plan.at_once.lock().clone();
    assert!(at_once.len() > 8, "{at_once:?}");
    // Each failure that a commit meets costs a pause, so they fail beside each other, and some places stand for all.
    std::thread::scope(|scope| {
        for (first, error) in (1..).zip(&errors) {
            let anywhere = (first..=calls).step_by(1 + calls / 8);
            let amid_several = at_once.iter().copied().skip(first).step_by(1 + at_once.len() / 4);
            for fails_at in anywhere.chain(amid_several) {
                scope.spawn(move || {
                    eprintln!("call {fails_at} of {calls}: {error}");
                    run(fails_at, error);
                });
            }
        }
    });
}
