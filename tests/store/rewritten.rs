//! Rows that are rewritten or gathered wait in front of an engine: what is read is what was written last, whatever waits, is stored
//! or was replayed, and what a crash leaves is made whole by replaying from the mark. What is of gathered rows alone is in `blocks`.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use lyceum::store::engine::{AtOnce, Engine, EngineError, MemoryEngine, Op, Tables, Waiting, Waits};
use proptest::prelude::*;

use crate::groups::{MARK, Recorder, commit, mark, replay, sled, try_to_commit};

/// A table whose rows wait between two whose rows do not.
pub const TAG: u8 = 20;

/// Why they wait.
pub type Why = fn() -> Waits;

pub fn rewritten() -> Waits {
    Waits { rewritten: Tables::new([TAG]), ..Waits::default() }
}

pub fn gathered() -> Waits {
    Waits { gathered: Tables::new([TAG]), ..Waits::default() }
}

const BOTH: [Why; 2] = [rewritten, gathered];

/// A row of the table before it, of it, or of the one behind it.
pub fn row(table: u8, number: u64, value: Option<u64>) -> Op {
    let mut key = vec![TAG - 1 + table];
    key.extend_from_slice(&number.to_be_bytes());
    Op { key: key.into(), value: value.map(|value| Bytes::copy_from_slice(&value.to_be_bytes())) }
}

pub fn over(engine: &Arc<dyn AtOnce>, why: Why) -> Waiting {
    Waiting::over(engine.clone(), why()).unwrap()
}

pub type Rows = Vec<(Bytes, Bytes)>;

pub fn rows(engine: &dyn Engine, from: &[u8], to: Option<&[u8]>, reverse: bool) -> Rows {
    let mut rows = Vec::new();
    engine
        .scan(from, to, reverse, &mut |key, value| {
            if key[0] != MARK[0] {
                rows.push((Bytes::copy_from_slice(key), Bytes::copy_from_slice(value)));
            }
            ControlFlow::Continue(())
        })
        .unwrap();
    rows
}

#[test]
fn the_engine_is_given_what_a_row_says_last_and_the_mark_waits_with_it() {
    let engine: Arc<dyn AtOnce> = Arc::new(MemoryEngine::default());
    let waiting = over(&engine, rewritten);
    for number in 1..=9 {
        commit(&waiting, number, &[row(1, 5, Some(number)), row(0, number, Some(1))]);
    }
    let key = row(1, 5, None).key;
    assert_eq!(waiting.get(&key).unwrap().as_deref(), Some(&9_u64.to_be_bytes()[..]));
    assert_eq!(engine.get(&key).unwrap(), None, "it waits");
    assert_eq!((mark(&waiting), mark(engine.as_ref())), (9, 0), "and the mark with it");
    assert!(engine.get(&row(0, 9, None).key).unwrap().is_some(), "rows of other tables do not wait");
    waiting.flush().unwrap();
    assert_eq!(engine.get(&key).unwrap().as_deref(), Some(&9_u64.to_be_bytes()[..]));
    assert_eq!(mark(engine.as_ref()), 9);
    // A row that is removed while the engine has it.
    commit(&waiting, 10, &[row(1, 5, None)]);
    assert_eq!(waiting.get(&key).unwrap(), None);
    assert!(engine.get(&key).unwrap().is_some());
    waiting.flush().unwrap();
    assert_eq!(engine.get(&key).unwrap(), None);
}

#[test]
fn rows_that_grow_while_they_wait_do_not_grow_over_the_bound() {
    for why in BOTH {
        let engine: Arc<dyn AtOnce> = Arc::new(MemoryEngine::default());
        let waiting = over(&engine, why);
        let mut number = 0;
        let mut commit_next = |ops: &[Op]| {
            number += 1;
            commit(&waiting, number, ops);
        };
        for row_number in 0..4000 {
            commit_next(&[row(1, row_number, Some(7))]);
        }
        let large = Bytes::from(vec![7; 4096]);
        let mut grown = 4000;
        while grown > 0 {
            let begin = grown - 100;
            let ops: Vec<Op> = (begin..grown)
                .map(|number| Op { value: Some(large.clone()), ..row(1, number, None) })
                .collect();
            commit_next(&ops);
            grown = begin;
            let all = rows(&waiting, &[TAG], Some(&[TAG + 1]), false);
            let stored: BTreeMap<_, _> =
                rows(engine.as_ref(), &[TAG], Some(&[TAG + 1]), false).into_iter().collect();
            let waits = all.iter().filter(|(key, value)| stored.get(key) != Some(value));
            let bytes: usize = waits.map(|(_, value)| value.len()).sum();
            assert!(bytes <= 8 << 20, "{bytes} bytes wait");
        }
    }
}

#[test]
fn so_much_waits_and_no_more() {
    for why in BOTH {
        let engine: Arc<dyn AtOnce> = Arc::new(MemoryEngine::default());
        let waiting = over(&engine, why);
        let value = Bytes::from(vec![7; 16 * 1024]);
        let mut stored = 0;
        for (number, committed) in (1..=1024_u64).zip(1..) {
            commit(&waiting, number, &[Op { value: Some(value.clone()), ..row(1, number, None) }]);
            stored = rows(engine.as_ref(), &[TAG], Some(&[TAG + 1]), false).len();
            let waits = committed - stored;
            assert!(waits * value.len() <= 4 << 20, "{waits} rows wait");
        }
        assert!(stored > 700, "{stored}");
        assert_eq!(mark(engine.as_ref()), stored as u64, "up to the last one that waits no more");
    }
}

#[test]
fn a_reader_beside_commits_and_flushes_sees_every_row_once_and_no_older_value_than_before() {
    for why in BOTH {
        let home = tempfile::tempdir().unwrap();
        let engine = sled(home.path());
        let waiting = over(&engine, why);
        let all = |value| (0..50).map(|number| row(1, number, Some(value))).collect::<Vec<_>>();
        commit(&waiting, 1, &all(1));
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for number in 2..400 {
                    commit(&waiting, number, &all(number));
                    if number % 3 == 0 {
                        waiting.flush().unwrap();
                    }
                }
                done.store(true, Ordering::Release);
            });
            let mut newest = vec![Bytes::new(); 50];
            let mut looks = 0;
            while !done.load(Ordering::Acquire) || looks == 0 {
                looks += 1;
                for reverse in [false, true] {
                    let mut seen = rows(&waiting, &[TAG], None, reverse);
                    if reverse {
                        seen.reverse();
                    }
                    assert!(seen.iter().map(|(key, _)| key).eq(all(1).iter().map(|op| &op.key)));
                    for ((key, value), newest) in seen.iter().zip(&mut newest) {
                        assert!(value >= newest, "an older value");
                        let got = waiting.get(key).unwrap().unwrap();
                        assert!(got >= *value, "an older value");
                        *newest = got;
                    }
                }
            }
        });
    }
}

/// Beside rows that are rewritten, entries of a packed index, which wait in the same row.
const PACKED: u8 = TAG + 2;

fn entry(number: u64, there: bool) -> Op {
    let mut key = vec![PACKED, 1];
    key.extend_from_slice(&number.to_be_bytes());
    Op { key: key.into(), value: there.then(Bytes::new) }
}

fn with_entries(engine: Arc<dyn AtOnce>, why: Why) -> Result<Waiting, EngineError> {
    Waiting::over(engine, Waits { packed: Tables::new([PACKED]), ..why() })
}

/// Whatever a crash leaves of what the engine was given, replaying from the mark that is left makes it whole.
#[test]
fn every_prefix_of_what_the_engine_was_given_is_made_whole_from_its_mark() {
    BOTH.into_iter().for_each(every_prefix_is_made_whole);
}

fn every_prefix_is_made_whole(why: Why) {
    let with_both = |engine: Arc<dyn AtOnce>| with_entries(engine, why).unwrap();
    let recorder = Arc::new(Recorder::default());
    let waiting = with_both(recorder.clone());
    let mut journal: Vec<Vec<Op>> = Vec::new();
    for number in 1..=60_u64 {
        let ops = vec![
            row(1, number % 5, (number % 7 != 0).then_some(number)),
            row(0, number % 11, Some(number)),
            entry(number % 13, number % 4 != 0),
            entry(number, true),
        ];
        journal.push(ops.clone());
        commit(&waiting, number, &ops);
        if number % 9 == 0 {
            waiting.flush().unwrap();
        }
    }
    let plain = MemoryEngine::default();
    for ops in &journal {
        plain.commit(&mut ops.iter()).unwrap();
    }
    let whole = rows(&plain, &[], None, false);
    let changes = recorder.changes.lock().unwrap().clone();
    assert!(changes.len() > 80, "{}", changes.len());
    for left in 0..=changes.len() {
        let engine: Arc<dyn AtOnce> = Arc::new(MemoryEngine::default());
        for ops in &changes[..left] {
            engine.commit(&mut ops.iter()).unwrap();
        }
        let waiting = with_both(engine.clone());
        let behind = replay(engine.as_ref(), &waiting, &journal);
        assert_eq!(rows(&waiting, &[], None, false), whole, "{left} changes are left, with mark {behind}");
        waiting.flush().unwrap();
        assert_eq!(rows(&waiting, &[], None, false), whole, "{left} changes are left, and all is stored");
    }
}

/// Wherever the engine fails, in a commit, in a flush or in a read, the same tried once more makes it right; amid changes that belong
/// together it does once it is opened again.
#[test]
fn an_engine_that_fails_at_any_call_has_what_was_committed_once_it_is_tried_again() {
    BOTH.into_iter().for_each(an_engine_that_fails_is_tried_again);
}

fn an_engine_that_fails_is_tried_again(why: Why) {
    let twice = |work: &dyn Fn() -> Result<(), EngineError>| work().or_else(|_| work()).unwrap();
    let run = |fails_at| {
        let recorder = Arc::new(Recorder::that_fails_at(fails_at));
        let engine: Arc<dyn AtOnce> = recorder.clone();
        let over = || with_entries(engine.clone(), why);
        let again = |journal: &[Vec<Op>]| {
            let waiting = over().unwrap();
            replay(engine.as_ref(), &waiting, journal);
            waiting
        };
        let mut waiting = over().or_else(|_| over()).unwrap();
        let plain = MemoryEngine::default();
        let mut journal: Vec<Vec<Op>> = Vec::new();
        for number in 1..=24_u64 {
            let ops = [
                row(1, number % 5, (number % 7 != 0).then_some(number)),
                row(0, number % 11, Some(number)),
                entry(number % 13, number % 4 != 0),
                entry(number, true),
            ];
            journal.push(ops.to_vec());
            let commit = || try_to_commit(&waiting, number, &ops);
            if commit().or_else(|_| commit()).is_err() {
                waiting = again(&journal);
            }
            plain.commit(&mut ops.iter()).unwrap();
            if number % 5 == 0 && waiting.flush().or_else(|_| waiting.flush()).is_err() {
                waiting = again(&journal);
                waiting.flush().unwrap();
            }
            let read = Mutex::new(Rows::new());
            twice(&|| {
                let mut read = read.lock().unwrap();
                read.clear();
                waiting.scan(&[MARK[0] + 1], None, false, &mut |key, value| {
                    read.push((Bytes::copy_from_slice(key), Bytes::copy_from_slice(value)));
                    ControlFlow::Continue(())
                })
            });
            let whole = rows(&plain, &[], None, false);
            assert_eq!(read.into_inner().unwrap(), whole, "call {fails_at} failed, group {number}");
        }
        if waiting.flush().or_else(|_| waiting.flush()).is_err() {
            waiting = again(&journal);
            waiting.flush().unwrap();
        }
        let calls = recorder.calls.load(Ordering::Relaxed);
        assert_eq!(mark(engine.as_ref()), 24, "call {fails_at} failed");
        calls
    };
    let calls = run(0);
    assert!(calls > 200, "{calls}");
    for fails_at in 1..=calls {
        run(fails_at);
    }
}

#[derive(Debug, Clone)]
enum Step {
    Commit(Vec<(u8, u64, Option<u64>)>),
    Flush,
    /// What waits is lost; the groups behind the mark come again.
    Crash,
}

fn step() -> impl Strategy<Value = Step> {
    let change = (0..3_u8, 0..20_u64, prop::option::weighted(0.8, 0..1000_u64));
    prop_oneof![
        4 => prop::collection::vec(change, 1..30).prop_map(Step::Commit),
        2 => Just(Step::Flush),
        1 => Just(Step::Crash),
    ]
}

fn check(engine: &Arc<dyn AtOnce>, why: Why, steps: &[Step]) {
    let mut waiting = over(engine, why);
    let mut model: BTreeMap<Bytes, Bytes> = BTreeMap::new();
    let mut journal: Vec<Vec<Op>> = Vec::new();
    for step in steps {
        match step {
            Step::Commit(changes) => {
                let ops: Vec<Op> =
                    changes.iter().map(|(table, number, value)| row(*table, *number, *value)).collect();
                journal.push(ops.clone());
                commit(&waiting, journal.len() as u64, &ops);
                for op in ops {
                    match op.value {
                        Some(value) => model.insert(op.key, value),
                        None => model.remove(&op.key),
                    };
                }
            }
            Step::Flush => {
                waiting.flush().unwrap();
                assert_eq!(mark(engine.as_ref()), journal.len() as u64);
            }
            Step::Crash => {
                drop(waiting);
                waiting = over(engine, why);
                replay(engine.as_ref(), &waiting, &journal);
            }
        }
        for (from, to) in [
            (Bytes::new(), None),
            (Bytes::from_static(&[TAG]), Some(Bytes::from_static(&[TAG + 1]))),
            (row(0, 7, None).key, Some(row(2, 9, None).key)),
            (row(1, 3, None).key, Some(row(1, 11, None).key)),
            (row(1, 11, None).key, Some(row(1, 3, None).key)),
            (row(1, 15, None).key, None),
        ] {
            let within = |key: &Bytes| *key >= from && to.as_ref().is_none_or(|to| key < to);
            let mut part: Rows = model.clone().into_iter().filter(|(key, _)| within(key)).collect();
            assert_eq!(rows(&waiting, &from, to.as_deref(), false), part, "{from:02x?}..{to:02x?}");
            part.reverse();
            assert_eq!(rows(&waiting, &from, to.as_deref(), true), part, "{from:02x?}..{to:02x?}, backwards");
        }
        for number in 0..20 {
            let key = row(1, number, None).key;
            assert_eq!(waiting.get(&key).unwrap().as_ref(), model.get(&key));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn rows_that_wait_are_read_as_if_they_did_not(steps in prop::collection::vec(step(), 1..24)) {
        for why in BOTH {
            let memory: Arc<dyn AtOnce> = Arc::new(MemoryEngine::default());
            check(&memory, why, &steps);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(6) })]

    #[test]
    fn in_front_of_sled_they_are_too(steps in prop::collection::vec(step(), 1..16)) {
        for why in BOTH {
            let home = tempfile::tempdir().unwrap();
            check(&sled(home.path()), why, &steps);
        }
    }
}
