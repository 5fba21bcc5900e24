//! Posting lists in front of an engine: what is read is what single rows would say, whatever waits, is stored or was
//! replayed, and what a crash leaves is made whole by replaying from the mark.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use lyceum::store::engine::{AtOnce, Engine, MemoryEngine, Op, Tables, Waiting, Waits};
use proptest::prelude::*;

use crate::groups::{MARK, Recorder, commit, mark, replay, sled};

/// A packed index between two tables that are not.
const TAG: u8 = 20;

fn key(index: u8, number: u64) -> Vec<u8> {
    let mut key = vec![TAG, index];
    key.extend_from_slice(&number.to_be_bytes());
    key
}

fn op(key: &[u8], there: bool) -> Op {
    Op { key: Bytes::copy_from_slice(key), value: there.then(Bytes::new) }
}

fn over(engine: &Arc<dyn AtOnce>) -> Waiting {
    Waiting::over(engine.clone(), Waits { packed: Tables::new([TAG]), ..Waits::default() }).unwrap()
}

fn keys(engine: &dyn Engine, from: &[u8], to: Option<&[u8]>, reverse: bool) -> Vec<Vec<u8>> {
    let mut keys = Vec::new();
    engine
        .scan(from, to, reverse, &mut |key, value| {
            if key[0] != MARK[0] {
                assert!(value.is_empty(), "{key:02x?} is seen as a list");
                keys.push(key.to_vec());
            }
            ControlFlow::Continue(())
        })
        .unwrap();
    keys
}

#[test]
fn a_run_is_one_row_of_the_engine() {
    let engine: Arc<dyn AtOnce> = Arc::new(MemoryEngine::default());
    let postings = over(&engine);
    let entries: Vec<Op> = (0..200).map(|number| op(&key(1, number * 3), true)).collect();
    commit(&postings, 1, &entries);
    assert_eq!(mark(&postings), 1);
    assert_eq!(mark(engine.as_ref()), 0, "the entries wait, and the mark with them");
    assert_eq!(engine.get(&key(1, 0)).unwrap(), None);
    postings.flush().unwrap();
    assert_eq!(mark(engine.as_ref()), 1);
    let row = engine.get(&key(1, 0)).unwrap().unwrap();
    assert_eq!(row.len(), 199 * 8);
    assert_eq!(row[..8], 3_u64.to_be_bytes());
    assert_eq!(keys(&postings, &[TAG], None, false), (0..200).map(|n| key(1, n * 3)).collect::<Vec<_>>());
    // A few are added to a row that is short, and not to this one.
    commit(&postings, 2, &[op(&key(1, 1000), true), op(&key(2, 5), true)]);
    postings.flush().unwrap();
    commit(&postings, 3, &[op(&key(1, 1001), true), op(&key(2, 6), true)]);
    postings.flush().unwrap();
    assert_eq!(engine.get(&key(1, 0)).unwrap().unwrap().len(), 199 * 8);
    assert_eq!(engine.get(&key(1, 1000)).unwrap().unwrap()[..], 1001_u64.to_be_bytes());
    assert_eq!(engine.get(&key(2, 5)).unwrap().unwrap()[..], 6_u64.to_be_bytes());
}

#[test]
fn entries_that_go_together_leave_each_row_once() {
    let recorder = Arc::new(Recorder::default());
    let engine: Arc<dyn AtOnce> = recorder.clone();
    let postings = over(&engine);
    commit(&postings, 1, &(0..600).map(|number| op(&key(1, number), true)).collect::<Vec<_>>());
    postings.flush().unwrap();
    recorder.changes.lock().unwrap().clear();
    // From two rows that follow each other and from a third one; of the last that is asked for there is no entry.
    let gone: Vec<u64> = (200..300).chain([512, 700]).collect();
    commit(&postings, 2, &gone.iter().map(|number| op(&key(1, *number), false)).collect::<Vec<_>>());
    let changes = std::mem::take(&mut *recorder.changes.lock().unwrap());
    let written = |op: &Op| (op.key.to_vec(), op.value.as_ref().map(|value| value.len() / 8));
    let written: Vec<Vec<_>> = changes.iter().map(|at_once| at_once.iter().map(written).collect()).collect();
    let row = |first, more| (key(1, first), more);
    assert_eq!(
        written,
        [
            vec![row(512, None), row(513, Some(86))],
            vec![row(256, None), row(300, Some(211))],
            vec![row(0, Some(199))]
        ]
    );
    let left: Vec<_> =
        (0..600).filter(|number| !gone.contains(number)).map(|number| key(1, number)).collect();
    assert_eq!(keys(&postings, &[TAG], None, false), left);
    commit(&postings, 3, &(0..600).map(|number| op(&key(1, number), false)).collect::<Vec<_>>());
    assert!(keys(&postings, &[TAG], None, false).is_empty());
    assert_eq!(engine.get(&key(1, 0)).unwrap(), None);
}

#[test]
fn the_mark_follows_with_one_commit_in_sixteen_when_nothing_waits() {
    let engine: Arc<dyn AtOnce> = Arc::new(MemoryEngine::default());
    let postings = over(&engine);
    for number in 1..=40 {
        commit(&postings, number, &[op(&[19, 1], true)]);
        assert_eq!(mark(engine.as_ref()), number / 16 * 16);
        assert_eq!(mark(&postings), number);
    }
    assert_eq!(engine.get(&[19, 1]).unwrap().as_deref(), Some(&[][..]));
}

#[test]
fn rows_of_an_index_that_was_not_packed_are_entries() {
    let engine: Arc<dyn AtOnce> = Arc::new(MemoryEngine::default());
    engine.commit(&mut (0..9).map(|number| op(&key(1, number), true)).collect::<Vec<_>>().iter()).unwrap();
    let postings = over(&engine);
    assert_eq!(keys(&postings, &key(1, 3), Some(&key(1, 6)), true), [key(1, 5), key(1, 4), key(1, 3)]);
    commit(&postings, 1, &[op(&key(1, 4), false), op(&key(1, 9), true)]);
    postings.flush().unwrap();
    let left: Vec<_> = (0..10).filter(|number| *number != 4).map(|number| key(1, number)).collect();
    assert_eq!(keys(&postings, &[TAG], None, false), left);
}

#[test]
fn a_list_that_is_none_is_damage() {
    let engine: Arc<dyn AtOnce> = Arc::new(MemoryEngine::default());
    let odd = Op { key: key(1, 4).into(), value: Some(Bytes::from_static(b"seven bytes")) };
    engine.commit(&mut std::iter::once(&odd)).unwrap();
    let postings = over(&engine);
    let error = postings.get(&key(1, 5)).unwrap_err();
    assert!(error.to_string().contains("no list of numbers"), "{error}");
    let outcome = postings.scan(&[TAG], None, false, &mut |_, _| ControlFlow::Continue(()));
    assert!(outcome.is_err());
}

#[test]
fn what_a_scan_visits_may_look_at_other_entries_while_commits_wait() {
    let engine: Arc<dyn AtOnce> = Arc::new(MemoryEngine::default());
    let postings = over(&engine);
    commit(&postings, 1, &(0..200).map(|number| op(&key(1, number), true)).collect::<Vec<_>>());
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut number = 2;
            while !done.load(Ordering::Acquire) {
                commit(&postings, number, &[op(&key(2, number), true)]);
                number += 1;
            }
        });
        for _ in 0..20 {
            let mut seen = 0;
            postings
                .scan(&key(1, 0), Some(&key(1, 200)), false, &mut |key, _| {
                    assert!(postings.get(key).unwrap().is_some());
                    seen += 1;
                    ControlFlow::Continue(())
                })
                .unwrap();
            assert_eq!(seen, 200);
        }
        done.store(true, Ordering::Release);
    });
}

/// Who reads beside commits and flushes sees each entry that was there before, once and in order.
#[test]
fn a_scan_beside_commits_and_flushes_misses_nothing_and_repeats_nothing() {
    let home = tempfile::tempdir().unwrap();
    let engine = sled(home.path());
    let postings = over(&engine);
    let old: Vec<u64> = (0..400).map(|number| number * 10).collect();
    commit(&postings, 1, &old.iter().map(|number| op(&key(1, *number), true)).collect::<Vec<_>>());
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 2..600 {
                // Into the middle, at the end, and out again.
                let (middle, end) = ((number * 7) % 4000 / 10 * 10 + 5, 4000 + number);
                commit(&postings, number, &[op(&key(1, middle), true), op(&key(1, end), true)]);
                if number % 3 == 0 {
                    commit(&postings, number, &[op(&key(1, middle), false)]);
                }
                if number % 5 == 0 {
                    postings.flush().unwrap();
                }
            }
            done.store(true, Ordering::Release);
        });
        let mut looks = 0;
        while !done.load(Ordering::Acquire) || looks == 0 {
            for reverse in [false, true] {
                let mut seen = keys(&postings, &[TAG], None, reverse);
                if reverse {
                    seen.reverse();
                }
                assert!(seen.is_sorted_by(|one, other| one < other), "not in order, or twice");
                let seen: BTreeSet<_> = seen.into_iter().collect();
                assert!(old.iter().all(|number| seen.contains(&key(1, *number))), "one is missing");
            }
            looks += 1;
        }
    });
}

#[derive(Debug, Clone)]
enum Step {
    Commit(Vec<(u8, u64, bool)>),
    Flush,
    /// What waits is lost; the groups behind the mark come again.
    Crash,
}

fn step() -> impl Strategy<Value = Step> {
    let mostly_growing = prop::collection::vec((0..3_u8, 0..60_u64, prop::bool::weighted(0.8)), 1..40);
    let run = (0..3_u8, 0..2000_u64, 1..400_u64)
        .prop_map(|(index, from, count)| (from..from + count).map(|number| (index, number, true)).collect());
    prop_oneof![
        4 => mostly_growing.prop_map(Step::Commit),
        1 => run.prop_map(Step::Commit),
        2 => Just(Step::Flush),
        1 => Just(Step::Crash),
    ]
}

fn check(engine: &Arc<dyn AtOnce>, steps: &[Step]) {
    let mut postings = over(engine);
    let mut model: BTreeSet<Vec<u8>> = BTreeSet::new();
    let mut journal: Vec<Vec<Op>> = Vec::new();
    for step in steps {
        match step {
            Step::Commit(changes) => {
                let ops: Vec<Op> =
                    changes.iter().map(|(index, number, there)| op(&key(*index, *number), *there)).collect();
                journal.push(ops.clone());
                commit(&postings, journal.len() as u64, &ops);
                for (index, number, there) in changes {
                    if *there {
                        model.insert(key(*index, *number));
                    } else {
                        model.remove(&key(*index, *number));
                    }
                }
            }
            Step::Flush => {
                postings.flush().unwrap();
                assert_eq!(mark(engine.as_ref()), journal.len() as u64);
            }
            Step::Crash => {
                drop(postings);
                postings = over(engine);
                replay(engine.as_ref(), &postings, &journal);
            }
        }
        let all: Vec<_> = model.iter().cloned().collect();
        assert_eq!(keys(&postings, &[], None, false), all);
        for (from, to) in [
            (key(1, 0), Some(key(1, u64::MAX))),
            (key(0, 17), Some(key(2, 40))),
            (key(1, 30), None),
            (vec![TAG], Some(key(1, 20))),
            ([key(1, 25), vec![0]].concat(), Some(vec![TAG, 2])),
            (vec![TAG - 1], Some(vec![TAG + 1])),
        ] {
            let mut part: Vec<_> = model
                .range(from.clone()..)
                .take_while(|key| to.as_ref().is_none_or(|to| *key < to))
                .cloned()
                .collect();
            assert_eq!(keys(&postings, &from, to.as_deref(), false), part, "{from:02x?}..{to:02x?}");
            part.reverse();
            assert_eq!(
                keys(&postings, &from, to.as_deref(), true),
                part,
                "{from:02x?}..{to:02x?}, backwards"
            );
        }
        for number in 0..60 {
            assert_eq!(postings.get(&key(1, number)).unwrap().is_some(), model.contains(&key(1, number)));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn posting_lists_say_what_single_rows_would(steps in prop::collection::vec(step(), 1..24)) {
        let memory: Arc<dyn AtOnce> = Arc::new(MemoryEngine::default());
        check(&memory, &steps);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(6) })]

    #[test]
    fn posting_lists_in_sled_do_too(steps in prop::collection::vec(step(), 1..16)) {
        let home = tempfile::tempdir().unwrap();
        check(&sled(home.path()), &steps);
    }
}
