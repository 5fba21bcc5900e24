//! What every engine must do. Another engine joins by one more line in [`engines`].

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};

use bytes::Bytes;
use lyceum::store::engine::{Engine, MemoryEngine, Op, SledEngine, SledOptions, Tables, Waiting, Waits};
use proptest::prelude::*;

const PACKED_TAG: u8 = 254;
const GATHERED_TAG: u8 = 253;

/// Every engine, fresh, with what must outlive it.
fn engines() -> Vec<(Arc<dyn Engine>, Option<tempfile::TempDir>)> {
    let home = tempfile::tempdir().unwrap();
    let sled = SledEngine::open(&home.path().join("tree"), SledOptions { cache_bytes: 8 << 20 }).unwrap();
    // No key of these tests is one of its packed index or its gathered table.
    let (packed, gathered) = (Tables::new([PACKED_TAG]), Tables::new([GATHERED_TAG]));
    let lists = waiting(Waits { packed, gathered, ..Waits::default() });
    let rewritten = waiting(Waits { rewritten: Tables::new(1..GATHERED_TAG), ..Waits::default() });
    vec![
        (Arc::new(MemoryEngine::default()), None),
        (Arc::new(sled), Some(home)),
        (Arc::new(lists), None),
        (Arc::new(rewritten), None),
    ]
}

fn waiting(waits: Waits) -> Waiting {
    Waiting::over(Arc::new(MemoryEngine::default()), waits).unwrap()
}

fn each_engine(test: impl Fn(&Arc<dyn Engine>)) {
    for (engine, _home) in engines() {
        eprintln!("engine: {}", engine.name());
        test(&engine);
    }
}

fn put(key: &[u8], value: &[u8]) -> Op {
    Op { key: Bytes::copy_from_slice(key), value: Some(Bytes::copy_from_slice(value)) }
}

fn remove(key: &[u8]) -> Op {
    Op { key: Bytes::copy_from_slice(key), value: None }
}

fn commit(engine: &dyn Engine, ops: &[Op]) {
    engine.commit(&mut ops.iter()).unwrap();
}

type Rows = Vec<(Vec<u8>, Vec<u8>)>;

fn rows(engine: &dyn Engine, from: &[u8], to: Option<&[u8]>, reverse: bool) -> Rows {
    let mut rows = Vec::new();
    engine
        .scan(from, to, reverse, &mut |key, value| {
            rows.push((key.to_vec(), value.to_vec()));
            ControlFlow::Continue(())
        })
        .unwrap();
    rows
}

#[test]
fn a_value_is_read_as_it_was_written_and_gone_when_removed() {
    each_engine(|engine| {
        assert_eq!(engine.get(b"a").unwrap(), None);
        commit(engine.as_ref(), &[put(b"a", b"1"), put(b"empty", b"")]);
        assert_eq!(engine.get(b"a").unwrap().unwrap().as_ref(), b"1");
        assert_eq!(engine.get(b"empty").unwrap().unwrap().as_ref(), b"");
        commit(engine.as_ref(), &[remove(b"a"), remove(b"never there")]);
        assert_eq!(engine.get(b"a").unwrap(), None);
        let largest = vec![7; 16 * 1024];
        commit(engine.as_ref(), &[put(b"large", &largest)]);
        assert_eq!(engine.get(b"large").unwrap().unwrap().as_ref(), largest);
        engine.flush().unwrap();
    });
}

#[test]
fn the_last_of_several_changes_to_a_key_in_one_commit_stays() {
    each_engine(|engine| {
        commit(engine.as_ref(), &[put(b"k", b"1"), put(b"k", b"2"), remove(b"k"), put(b"k", b"3")]);
        assert_eq!(engine.get(b"k").unwrap().unwrap().as_ref(), b"3");
        commit(engine.as_ref(), &[put(b"k", b"4"), remove(b"k")]);
        assert_eq!(engine.get(b"k").unwrap(), None);
    });
}

#[test]
fn a_scan_stops_where_it_is_told_to() {
    each_engine(|engine| {
        commit(engine.as_ref(), &(0..100_u8).map(|key| put(&[key], &[key])).collect::<Vec<_>>());
        for reverse in [false, true] {
            let mut seen = Vec::new();
            engine
                .scan(&[10], Some(&[90]), reverse, &mut |key, _| {
                    seen.push(key[0]);
                    if seen.len() == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
                })
                .unwrap();
            assert_eq!(seen, if reverse { [89, 88, 87] } else { [10, 11, 12] });
        }
        assert_eq!(rows(engine.as_ref(), &[5], Some(&[5]), false), Rows::new());
        assert_eq!(rows(engine.as_ref(), &[6], Some(&[5]), true), Rows::new());
    });
}

#[test]
fn what_a_scan_visits_may_read_while_commits_wait() {
    each_engine(|engine| {
        commit(engine.as_ref(), &(0..200_u8).map(|key| put(&[key], b"x")).collect::<Vec<_>>());
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !done.load(Ordering::Acquire) {
                    commit(engine.as_ref(), &[put(&[255], b"y")]);
                }
            });
            for _ in 0..20 {
                engine
                    .scan(&[0], Some(&[200]), false, &mut |key, _| {
                        assert!(engine.get(key).unwrap().is_some());
                        ControlFlow::Continue(())
                    })
                    .unwrap();
            }
            done.store(true, Ordering::Release);
        });
    });
}

#[test]
fn a_point_read_beside_commits_never_goes_back() {
    each_engine(|engine| {
        commit(engine.as_ref(), &[put(b"left", &[0; 8]), put(b"right", &[0; 8])]);
        let start = Barrier::new(2);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                start.wait();
                for number in 1..=2000_u64 {
                    let bytes = number.to_be_bytes();
                    commit(engine.as_ref(), &[put(b"left", &bytes), put(b"right", &bytes)]);
                }
            });
            start.wait();
            let read =
                |key: &[u8]| u64::from_be_bytes(engine.get(key).unwrap().unwrap()[..].try_into().unwrap());
            let (mut left, mut right) = (0, 0);
            while right < 2000 {
                let seen = (read(b"left"), read(b"right"));
                assert!(left <= seen.0 && right <= seen.1, "{left}, {right} then {seen:?}");
                (left, right) = seen;
                // Changes are made in their order: the right one is at most what the left one is by now.
                assert!(right <= read(b"left"), "{right} came before the change that was to come first");
            }
        });
    });
}

type Change = (Vec<u8>, Option<Vec<u8>>);

fn any_ops() -> impl Strategy<Value = Vec<Vec<Change>>> {
    let key = prop::collection::vec(prop_oneof![Just(0_u8), Just(1), Just(255)], 1..4);
    let value = prop::option::weighted(0.7, prop::collection::vec(any::<u8>(), 0..300));
    prop::collection::vec(prop::collection::vec((key, value), 1..20), 1..20)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn commits_and_scans_are_those_of_an_ordered_map(commits in any_ops(), from: [u8; 2], to: Option<[u8; 2]>) {
        for (engine, _home) in engines() {
            let mut model = std::collections::BTreeMap::new();
            for changes in &commits {
                let ops: Vec<Op> = changes
                    .iter()
                    .map(|(key, value)| Op { key: key.clone().into(), value: value.clone().map(Bytes::from) })
                    .collect();
                commit(engine.as_ref(), &ops);
                for (key, value) in changes {
                    match value {
                        Some(value) => drop(model.insert(key.clone(), value.clone())),
                        None => drop(model.remove(key)),
                    }
                }
            }
            let all: Rows = model.clone().into_iter().collect();
            prop_assert_eq!(&rows(engine.as_ref(), &[], None, false), &all);
            let mut part: Rows = all
                .into_iter()
                .filter(|(key, _)| key[..] >= from[..] && to.is_none_or(|to| key[..] < to[..]))
                .collect();
            prop_assert_eq!(&rows(engine.as_ref(), &from, to.as_ref().map(|to| &to[..]), false), &part);
            part.reverse();
            prop_assert_eq!(&rows(engine.as_ref(), &from, to.as_ref().map(|to| &to[..]), true), &part);
            for (key, value) in &model {
                let found = engine.get(key).unwrap();
                prop_assert_eq!(found.as_deref(), Some(&value[..]));
            }
        }
    }
}

#[test]
fn sled_keeps_what_was_flushed() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("tree");
    let options = SledOptions { cache_bytes: 8 << 20 };
    let engine = SledEngine::open(&path, options).unwrap();
    commit(&engine, &(0..=255_u8).map(|key| put(&[key], &[key; 100])).collect::<Vec<_>>());
    engine.flush().unwrap();
    drop(engine);
    let engine = SledEngine::open(&path, options).unwrap();
    assert_eq!(rows(&engine, &[], None, false).len(), 256);
    assert!(engine.disk_bytes().unwrap() > 0);
}
