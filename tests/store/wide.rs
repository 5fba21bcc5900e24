//! Gathered rows of every size, in runs of many blocks: what `rewritten` proves of runs that are one block each.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use bytes::Bytes;
use lyceum::store::engine::{AtOnce, Engine, MemoryEngine, Op};
use proptest::prelude::*;

use crate::groups::{Recorder, commit, mark, replay};
use crate::rewritten::{Rows, TAG, gathered, over, row, rows};

/// Around what a block may have, what a row is added to, and what is one by itself.
const SIZES: [usize; 9] = [0, 20, 100, 250, 500, 2030, 2032, 2040, 5000];
const NUMBERS: u32 = 120;

fn save(run: u32, number: u32, value: Option<(usize, u8)>) -> Op {
    let key = row(1, u64::from(run) << 32 | u64::from(number), None).key;
    // No value begins with what a block begins with.
    Op { key, value: value.map(|(size, fill)| vec![fill % 200; SIZES[size]].into()) }
}

/// Blocks are in order and overlap nowhere, and none is longer than it may be.
fn assert_in_order(engine: &dyn Engine) {
    let mut before = Bytes::new();
    for (key, value) in rows(engine, &[TAG], Some(&[TAG + 1]), false) {
        assert!(key > before, "{key:02x?} lies within the block before it, which ends with {before:02x?}");
        before = key.clone();
        if value.first() != Some(&0xff) {
            continue;
        }
        assert!(value.len() <= 2048, "{} bytes under {key:02x?}", value.len());
        let (beginning, mut block) = (&key[..key.len() - 4], &value[1..]);
        let mut count = 0;
        while !block.is_empty() {
            let at = Bytes::from([beginning, &block[..4]].concat());
            assert!(if count == 0 { at == key } else { at > before }, "{at:02x?} under {key:02x?}");
            let length = u32::from_le_bytes(block[4..8].try_into().unwrap()) as usize;
            block = &block[8 + length..];
            (before, count) = (at, count + 1);
        }
        assert!(count > 1, "one row lies by itself");
    }
}

/// Of which run, which row, and its size and what it is filled with, or that it goes.
type Change = (u32, u32, Option<(usize, u8)>);

#[derive(Debug, Clone)]
enum Step {
    Commit(Vec<Change>),
    Flush,
    /// What waits is lost; the groups behind the mark come again.
    Crash,
}

fn step() -> impl Strategy<Value = Step> {
    let value = prop::option::weighted(0.7, (0..SIZES.len(), 0..200_u8));
    let any = prop::collection::vec((0..3_u32, 0..NUMBERS, value), 1..40);
    // One behind the other, as the saves of an attempt come.
    let growing = (0..3_u32, 0..NUMBERS, 1..60_u32, 0..5_usize, 0..200_u8).prop_map(
        |(run, from, count, size, fill)| {
            let numbers = from..(from + count).min(NUMBERS);
            Step::Commit(numbers.map(|number| (run, number, Some((size, fill)))).collect())
        },
    );
    // And as they go when their course goes.
    let away = (0..3_u32, 0..NUMBERS, 1..60_u32).prop_map(|(run, from, count)| {
        Step::Commit((from..(from + count).min(NUMBERS)).map(|number| (run, number, None)).collect())
    });
    prop_oneof![3 => any.prop_map(Step::Commit), 3 => growing, 2 => away, 3 => Just(Step::Flush), 1 => Just(Step::Crash)]
}

fn ops(changes: &[Change]) -> Vec<Op> {
    changes.iter().map(|(run, number, value)| save(*run, *number, *value)).collect()
}

fn look(waiting: &dyn Engine, model: &BTreeMap<Bytes, Bytes>) {
    let ends = [0, 1, 17, 60, NUMBERS - 1].map(|number| save(1, number, None).key);
    let spans = [(Bytes::from_static(&[TAG]), None), (ends[0].clone(), Some(ends[4].clone()))];
    let more =
        ends.windows(2).map(|pair| (Bytes::from([pair[0].as_ref(), &[0]].concat()), Some(pair[1].clone())));
    for (from, to) in spans.into_iter().chain(more) {
        let within = |key: &Bytes| *key >= from && to.as_ref().is_none_or(|to| key < to);
        let mut part: Rows = model.clone().into_iter().filter(|(key, _)| within(key)).collect();
        for reverse in [false, true] {
            let to = to.as_deref();
            assert_eq!(rows(waiting, &from, to, reverse), part, "{from:02x?}..{to:02x?}, {reverse}");
            for most in [1, 7] {
                let mut few = Rows::new();
                waiting
                    .scan(&from, to, reverse, &mut |key, value| {
                        few.push((Bytes::copy_from_slice(key), Bytes::copy_from_slice(value)));
                        if few.len() < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
                    })
                    .unwrap();
                assert_eq!(few, part[..most.min(part.len())]);
            }
            part.reverse();
        }
    }
    for number in 0..NUMBERS {
        let key = save(1, number, None).key;
        assert_eq!(waiting.get(&key).unwrap().as_ref(), model.get(&key));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn rows_of_every_size_are_read_as_if_each_lay_by_itself(steps in prop::collection::vec(step(), 1..20)) {
        let engine: Arc<dyn AtOnce> = Arc::new(MemoryEngine::default());
        let mut waiting = over(&engine, gathered);
        let (mut model, mut journal) = (BTreeMap::new(), Vec::new());
        for step in &steps {
            match step {
                Step::Commit(changes) => {
                    let ops = ops(changes);
                    journal.push(ops.clone());
                    commit(&waiting, journal.len() as u64, &ops);
                    for Op { key, value } in ops {
                        match value {
                            Some(value) => model.insert(key, value),
                            None => model.remove(&key),
                        };
                    }
                }
                Step::Flush => {
                    waiting.flush().unwrap();
                    prop_assert_eq!(mark(engine.as_ref()), journal.len() as u64);
                }
                Step::Crash => {
                    drop(waiting);
                    waiting = over(&engine, gathered);
                    replay(engine.as_ref(), &waiting, &journal);
                }
            }
            assert_in_order(engine.as_ref());
            look(&waiting, &model);
        }
    }
}

/// A crash between the blocks of one run, and between the runs of one flush: replaying from the mark that is left makes it whole.
#[test]
fn every_part_of_a_run_of_many_blocks_is_made_whole_from_its_mark() {
    let recorder = Arc::new(Recorder::default());
    let engine: Arc<dyn AtOnce> = recorder.clone();
    let waiting = over(&engine, gathered);
    let mut journal: Vec<Vec<Op>> = Vec::new();
    for group in 0..48_u32 {
        let (at, fill) = (group * 11 % 90, u8::try_from(group).unwrap());
        let size = |more: u32| usize::try_from((group + more) % 5).unwrap();
        let mut ops: Vec<Op> =
            (0..25).map(|more| save(group % 2, at + more, Some((size(more), fill)))).collect();
        // Some go, at the front, in the middle and behind.
        ops.extend((0..6_u32).map(|more| save(group % 2, (at + more * 19) % NUMBERS, None)));
        journal.push(ops.clone());
        commit(&waiting, u64::from(group) + 1, &ops);
        if group % 3 == 2 {
            waiting.flush().unwrap();
        }
    }
    let plain = MemoryEngine::default();
    for ops in &journal {
        plain.commit(&mut ops.iter()).unwrap();
    }
    let whole = rows(&plain, &[], None, false);
    let changes = recorder.changes.lock().unwrap().clone();
    assert!(changes.iter().any(|ops| ops.len() > 3), "blocks change together");
    for left in 0..=changes.len() {
        let engine: Arc<dyn AtOnce> = Arc::new(MemoryEngine::default());
        for ops in &changes[..left] {
            engine.commit(&mut ops.iter()).unwrap();
        }
        assert_in_order(engine.as_ref());
        let waiting = over(&engine, gathered);
        let behind = replay(engine.as_ref(), &waiting, &journal);
        assert_eq!(rows(&waiting, &[], None, false), whole, "{left} changes are left, with mark {behind}");
        waiting.flush().unwrap();
        assert_in_order(engine.as_ref());
        assert_eq!(rows(&waiting, &[], None, false), whole, "{left} changes are left, and all is stored");
    }
}
