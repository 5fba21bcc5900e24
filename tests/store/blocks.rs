//! Gathered rows lie in blocks of an engine: which ones, and that rows are found in them. What they share with rewritten rows is
//! proven in `rewritten`.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use lyceum::store::engine::{AtOnce, Call, Double, Engine, EngineError, MemoryEngine, Op};
use proptest::prelude::*;

use crate::groups::{commit, mark, try_to_commit};
use crate::rewritten::{Rows, TAG, gathered, over, row, rows};

/// A row of the run `run` with a value of so many bytes.
fn sized(run: u32, number: u32, bytes: usize) -> Op {
    let mut op = row(1, u64::from(run) << 32 | u64::from(number), None);
    op.value = Some(vec![number.to_be_bytes()[3]; bytes].into());
    op
}

fn of(ops: &[Op]) -> Rows {
    ops.iter().filter_map(|op| Some((op.key.clone(), op.value.clone()?))).collect()
}

fn engine() -> Arc<dyn AtOnce> {
    Arc::new(MemoryEngine::default())
}

fn blocks(engine: &Arc<dyn AtOnce>) -> Rows {
    rows(engine.as_ref(), &[TAG], Some(&[TAG + 1]), false)
}

#[test]
fn a_run_is_a_few_blocks_of_the_engine() {
    let engine = engine();
    let waiting = over(&engine, gathered);
    let saves: Vec<Op> = (1..=100).map(|number| sized(1, number, 100)).collect();
    for (group, saves) in (1..).zip(saves.chunks(7)) {
        commit(&waiting, group, saves);
    }
    assert_eq!(blocks(&engine), [], "they wait");
    assert_eq!(mark(engine.as_ref()), 0, "and the mark with them");
    assert_eq!(rows(&waiting, &[TAG], None, false), of(&saves));
    waiting.flush().unwrap();
    assert_eq!(mark(engine.as_ref()), 15);
    let stored = blocks(&engine);
    // 18 rows of 108 bytes are a block of less than two kilobytes.
    assert_eq!(stored.len(), 6);
    assert!(stored.iter().all(|(_, block)| block.len() <= 2048 && block[0] == 0xff));
    let first: Vec<&Bytes> = saves.iter().step_by(18).map(|op| &op.key).collect();
    assert!(stored.iter().map(|(key, _)| key).eq(first), "each lies under the key of its first row");
    assert_eq!(rows(&waiting, &[TAG], None, false), of(&saves));
    for op in &saves {
        assert_eq!(waiting.get(&op.key).unwrap(), op.value);
    }
    for none in [sized(1, 0, 0), sized(1, 101, 0), sized(0, 50, 0), sized(2, 1, 0)] {
        assert_eq!(waiting.get(&none.key).unwrap(), None);
    }
}

#[test]
fn a_row_by_itself_is_stored_as_it_is_and_a_few_are_added_to_a_short_block() {
    let engine = engine();
    let waiting = over(&engine, gathered);
    let mut group = 0;
    let mut store = |op: Op| {
        group += 1;
        commit(&waiting, group, &[op]);
        waiting.flush().unwrap();
        blocks(&engine)
    };
    assert_eq!(store(sized(1, 1, 100)), of(&[sized(1, 1, 100)]), "as one of a table that is not gathered");
    assert_eq!(store(sized(2, 1, 100)).len(), 2, "of another run");
    for number in 2..=4 {
        let stored = store(sized(1, number, 100));
        assert_eq!(stored.len(), 2, "row {number}");
        assert_eq!(stored[0].1.len(), 1 + 108 * number as usize);
    }
    let long = store(sized(1, 5, 100));
    assert_eq!(long.len(), 3, "the block is no longer a short one");
    assert_eq!(long[1], of(&[sized(1, 5, 100)])[0]);
    assert_eq!(store(sized(1, 6, 4000)).len(), 4, "a long row is one by itself");
    let all: Vec<Op> = (1..=5).map(|number| sized(1, number, 100)).collect();
    let expected = [all, vec![sized(1, 6, 4000), sized(2, 1, 100)]].concat();
    assert_eq!(rows(&waiting, &[TAG], None, false), of(&expected));
}

#[test]
fn rows_of_a_table_that_was_not_gathered_are_read_and_gathered_when_others_come_among_them() {
    let engine = engine();
    let old: Vec<Op> = (1..=9).map(|number| sized(1, number * 10, 20)).collect();
    engine.commit(&mut old.iter()).unwrap();
    let waiting = over(&engine, gathered);
    assert_eq!(rows(&waiting, &[TAG], None, false), of(&old));
    assert_eq!(waiting.get(&old[3].key).unwrap(), old[3].value);
    // One among them, one in the place of another, one away.
    let changes = [sized(1, 35, 30), sized(1, 50, 1), Op { value: None, ..sized(1, 60, 0) }];
    commit(&waiting, 1, &changes);
    let mut expected: Vec<Op> = [old, vec![changes[0].clone()]].concat();
    expected.retain(|op| op.key != changes[1].key && op.key != changes[2].key);
    expected.push(changes[1].clone());
    expected.sort_by(|one, other| one.key.cmp(&other.key));
    assert_eq!(rows(&waiting, &[TAG], None, false), of(&expected), "while they wait");
    waiting.flush().unwrap();
    assert_eq!(rows(&waiting, &[TAG], None, false), of(&expected), "and behind that");
    let keys: Vec<Bytes> = blocks(&engine).into_iter().map(|(key, _)| key).collect();
    let untouched = |number| sized(1, number, 0).key;
    let left = [10, 20, 30, 70, 80, 90].map(untouched);
    assert!(
        left[..2].iter().chain(&left[3..]).all(|key| keys.contains(key)),
        "rows beside them stay where they are"
    );
    assert!(keys.len() <= 7, "{}", keys.len());
}

#[test]
fn the_last_row_of_a_run_takes_its_block_along() {
    let engine = engine();
    let waiting = over(&engine, gathered);
    let saves: Vec<Op> = (1..=30).map(|number| sized(1, number, 100)).collect();
    commit(&waiting, 1, &saves);
    waiting.flush().unwrap();
    let away: Vec<Op> = saves.iter().map(|op| Op { value: None, ..op.clone() }).collect();
    for (group, part) in (2..).zip(away.chunks(11)) {
        commit(&waiting, group, part);
        waiting.flush().unwrap();
    }
    assert_eq!(blocks(&engine), []);
    assert_eq!(rows(&waiting, &[TAG], None, false), []);
    commit(&waiting, 9, &away);
    waiting.flush().unwrap();
    assert_eq!(blocks(&engine), [], "what is not there is removed without a trace");
}

#[test]
fn a_block_goes_over_any_number_and_is_found_from_behind_any_of_its_rows() {
    let engine = engine();
    let waiting = over(&engine, gathered);
    let saves: Vec<Op> = (0x00ff_fffa..0x0100_0006).map(|number| sized(1, number, 20)).collect();
    commit(&waiting, 1, &saves);
    waiting.flush().unwrap();
    assert_eq!(blocks(&engine).len(), 1);
    for (place, op) in saves.iter().enumerate() {
        let behind = [op.key.as_ref(), &[0]].concat();
        assert_eq!(rows(&waiting, &behind, None, false), of(&saves[place + 1..]));
        assert_eq!(rows(&waiting, &[TAG], Some(&behind), false), of(&saves[..=place]));
    }
}

#[test]
fn what_is_no_block_is_damage_and_says_where() {
    for block in
        [&[0xff_u8, 0, 0, 0][..], &[0xff, 0, 0, 0, 7, 5, 0, 0, 0, 1], &[0xff, 0, 0, 0, 7, 1, 0, 0, 0, 1, 9]]
    {
        let engine = engine();
        let key = sized(1, 7, 0).key;
        engine
            .commit(&mut [Op { key: key.clone(), value: Some(Bytes::copy_from_slice(block)) }].iter())
            .unwrap();
        let waiting = over(&engine, gathered);
        let damaged = |said: Result<(), EngineError>| match said {
            Err(EngineError::Damaged(reason)) => {
                assert!(reason.contains(&format!("{:02x?}", key.as_ref())), "{reason}");
            }
            other => panic!("{block:02x?}: {other:?}"),
        };
        damaged(waiting.get(&key).map(drop));
        for reverse in [false, true] {
            damaged(waiting.scan(&[TAG], None, reverse, &mut |_, _| ControlFlow::Continue(())));
        }
        commit(&waiting, 1, &[sized(1, 8, 1)]);
        damaged(waiting.flush());
    }
}

/// An engine whose disk is full in the middle of what it is to make at once: the first of it is made, nothing more is taken, and it
/// goes on answering reads. So does sled, whose log finds no room while a batch is being linked to cached pages.
#[derive(Default)]
struct Torn {
    rows: MemoryEngine,
    full: AtomicBool,
}

impl Double for Torn {
    fn rows(&self) -> &MemoryEngine {
        &self.rows
    }

    fn before(&self, call: Call<'_>) -> Result<(), EngineError> {
        let writes = matches!(call, Call::Change(_) | Call::Flush);
        if writes && self.full.load(Ordering::SeqCst) { Err(EngineError::NoSpace) } else { Ok(()) }
    }

    fn at_once(&self, ops: &[Op]) -> Result<(), EngineError> {
        let made = if self.full.load(Ordering::SeqCst) { 1 } else { ops.len() };
        self.rows.commit(&mut ops.iter().take(made))?;
        self.before(Call::Change(ops))
    }
}

#[test]
fn what_was_made_by_half_is_refused_and_never_read_as_if_it_were_all() {
    let torn = Arc::new(Torn::default());
    let engine: Arc<dyn AtOnce> = torn.clone();
    let waiting = over(&engine, gathered);
    let saves: Vec<Op> = (1..=18).map(|number| sized(1, number, 100)).collect();
    commit(&waiting, 1, &saves);
    waiting.flush().unwrap();
    assert_eq!(blocks(&engine).len(), 1);
    // Without its first row the block gets another key: one away, one new, at once.
    commit(&waiting, 2, &[Op { value: None, ..saves[0].clone() }]);
    torn.full.store(true, Ordering::SeqCst);
    assert!(matches!(waiting.flush(), Err(EngineError::NoSpace)));
    for reverse in [false, true] {
        let mut seen = Rows::new();
        let read = waiting.scan(&[TAG], Some(&[TAG + 1]), reverse, &mut |key, value| {
            seen.push((Bytes::copy_from_slice(key), Bytes::copy_from_slice(value)));
            ControlFlow::Continue(())
        });
        if reverse {
            seen.reverse();
        }
        match read {
            Ok(()) => assert_eq!(seen, of(&saves[1..]), "17 rows that nobody changed are gone"),
            Err(error) => assert!(matches!(error, EngineError::NoSpace), "{error}"),
        }
    }
    for op in &saves[1..] {
        match waiting.get(&op.key) {
            Ok(found) => assert_eq!(found, op.value),
            Err(error) => assert!(matches!(error, EngineError::NoSpace), "{error}"),
        }
    }
    // Nor is it gone on with: the plan that is made anew would not find what the half took away, and the mark would pass it.
    torn.full.store(false, Ordering::SeqCst);
    assert!(matches!(waiting.flush(), Err(EngineError::NoSpace)));
    assert!(matches!(try_to_commit(&waiting, 3, &saves[5..6]), Err(EngineError::NoSpace)));
    assert_eq!(mark(&torn.rows), 1);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    /// Whatever part is asked for, also by a part of a key, in either direction, and wherever one stops.
    #[test]
    fn any_part_of_them_is_found(
        saves in prop::collection::btree_set((0..3_u32, 0..60_u32), 0..90),
        flushed in 0..90_usize,
        bytes in 0..300_usize,
        (from, to) in (prop::collection::vec(0..3_u8, 0..=8), prop::collection::vec(0..3_u8, 0..=8)),
        (run, number) in (0..3_u32, 0..60_u32),
        stop in 1..20_usize,
    ) {
        let engine = engine();
        let waiting = over(&engine, gathered);
        let ops: Vec<Op> = saves.iter().map(|(run, number)| sized(*run, *number, bytes)).collect();
        let (first, second) = ops.split_at(flushed.min(ops.len()));
        commit(&waiting, 1, first);
        waiting.flush().unwrap();
        commit(&waiting, 2, second);
        let key_of = |part: &[u8]| Bytes::from([&[TAG], part].concat());
        let at = sized(run, number, 0).key;
        for (from, to) in [(key_of(&from), Some(key_of(&to))), (key_of(&from), None), (at.clone(), None), (key_of(&[]), Some(at))] {
            let within = |op: &&Op| op.key >= from && to.as_ref().is_none_or(|to| op.key < *to);
            let mut expected = of(&ops.iter().filter(within).cloned().collect::<Vec<_>>());
            for reverse in [false, true] {
                let seen = rows(&waiting, &from, to.as_deref(), reverse);
                prop_assert_eq!(&seen, &expected);
                let mut few = Rows::new();
                waiting.scan(&from, to.as_deref(), reverse, &mut |key, value| {
                    few.push((Bytes::copy_from_slice(key), Bytes::copy_from_slice(value)));
                    if few.len() < stop { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
                }).unwrap();
                prop_assert_eq!(&few, &expected[..stop.min(expected.len())]);
                expected.reverse();
            }
        }
    }
}
