//! Who goes first, who is turned away, and what a transaction that fails leaves: nothing.

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use lyceum::store::{Class, MAX_TRANSACTION_BYTES, Read, Store, StoreError};
use parking_lot::Mutex;

use crate::disk::{Disk, Image};
use crate::support::{Account, Note, SCHEMA, assert_clean, eventually, note, options, write, write_notes};

fn in_memory() -> Store {
    Store::in_memory(SCHEMA, options()).unwrap()
}

/// Keeps the writer busy until the result is dropped.
fn hold_writer(store: &Store) -> Sender<()> {
    let (release, held): (Sender<()>, Receiver<()>) = channel();
    let (began, beginning) = channel();
    let store = store.clone();
    std::thread::spawn(move || {
        write(&store, move |_| {
            began.send(()).unwrap();
            // Ends when the other side is dropped.
            assert!(held.recv().is_err());
            Ok(())
        })
        .unwrap();
    });
    beginning.recv().unwrap();
    release
}

/// Queues `count` transactions of each class while the writer is held; the order in which they ran.
fn order_of(classes: &[(Class, usize)]) -> Vec<Class> {
    let store = in_memory();
    let held = hold_writer(&store);
    let ran = Arc::new(Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for (class, count) in classes.iter().copied() {
            for _ in 0..count {
                let (ran, store) = (ran.clone(), &store);
                scope.spawn(move || {
                    store
                        .write_blocking(class, move |_| -> Result<(), StoreError> {
                            ran.lock().push(class);
                            Ok(())
                        })
                        .unwrap();
                });
            }
        }
        let all: usize = classes.iter().map(|(_, count)| count).sum();
        eventually("all are queued", || store.queue_depths().iter().sum::<u64>() == all as u64);
        drop(held);
    });
    Arc::try_unwrap(ran).unwrap().into_inner()
}

#[test]
fn the_exam_goes_before_bulk_work_that_came_earlier() {
    let ran = order_of(&[(Class::Bulk, 20), (Class::Exam, 60)]);
    let last_exam = ran.iter().rposition(|class| *class == Class::Exam).unwrap();
    let bulk_before = ran[..last_exam].iter().filter(|class| **class == Class::Bulk).count();
    // One in sixteen goes to those below.
    assert!(bulk_before <= 60 / 16 + 1, "{bulk_before} bulk transactions went first: {ran:?}");
    assert_eq!(ran[0], Class::Exam);
}

#[test]
fn every_lower_class_crawls_while_the_exam_runs() {
    let ran = order_of(&[(Class::Exam, 100), (Class::Interactive, 5), (Class::Report, 5), (Class::Bulk, 5)]);
    let last_exam = ran.iter().rposition(|class| *class == Class::Exam).unwrap();
    for class in [Class::Interactive, Class::Report, Class::Bulk] {
        assert!(ran[..last_exam].contains(&class), "{class:?} stood still: {ran:?}");
    }
}

#[test]
fn a_full_lane_answers_busy_and_the_others_go_on() {
    let store = in_memory();
    let held = hold_writer(&store);
    std::thread::scope(|scope| {
        let mut answers = Vec::new();
        for number in 0..300 {
            let store = &store;
            answers.push(scope.spawn(move || {
                store.write_blocking(Class::Bulk, move |txn| -> Result<(), StoreError> {
                    txn.put(note(number))
                })
            }));
        }
        eventually("the lane is full and the rest was turned away", || {
            answers.iter().filter(|answer| answer.is_finished()).count() == 300 - 256
        });
        let exam = scope.spawn(|| {
            store.write_blocking(Class::Exam, |txn| -> Result<(), StoreError> { txn.put(note(1000)) })
        });
        drop(held);
        let answers: Vec<_> = answers.into_iter().map(|answer| answer.join().unwrap()).collect();
        let busy =
            answers.iter().filter(|answer| matches!(answer, Err(StoreError::Busy { class: "bulk" }))).count();
        assert_eq!(busy, 300 - 256);
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 256);
        exam.join().unwrap().unwrap();
    });
    assert_eq!(store.queue_depths(), [0; 7]);
    assert_eq!(store.read(|read| read.list::<Note>(&(), None, 1000).unwrap().len()), 257);
}

#[test]
fn a_closure_that_panics_changes_nothing_and_the_store_goes_on() {
    let store = in_memory();
    let answer = write(&store, |txn| -> Result<(), StoreError> {
        txn.put(note(1))?;
        panic!("on purpose");
    });
    assert!(matches!(answer, Err(StoreError::Defect(_))), "{answer:?}");
    write_notes(&store, [2]);
    let notes = store.read(|read| read.list::<Note>(&(), None, 10).unwrap());
    assert_eq!(notes, [note(2)]);
    assert_clean(&store);
}

#[test]
fn a_refused_transaction_changes_nothing_and_says_what_its_code_said() {
    let store = in_memory();
    let account = |number, email: &str| Account { number, email: email.to_owned(), balance: 5 };
    write(&store, move |txn| txn.put(account(1, "a@b"))).unwrap();
    let refused = write(&store, move |txn| {
        txn.put(note(7))?;
        // Swallowed: the transaction is refused all the same.
        let _ = txn.put(account(2, "a@b"));
        Ok(())
    });
    assert!(matches!(refused, Err(StoreError::Duplicate { index: "account by email" })), "{refused:?}");
    let taken = store.write_blocking(Class::Interactive, move |txn| -> Result<(), SignUp> {
        txn.insert(account(1, "c@d")).map_err(|_| SignUp::Taken)
    });
    assert!(matches!(taken, Err(SignUp::Taken)), "the closure's own words count: {taken:?}");
    assert!(store.read(|read| read.get::<Note>(&7).unwrap().is_none()));
    assert_clean(&store);
}

#[derive(Debug)]
enum SignUp {
    Taken,
    Store(#[expect(dead_code, reason = "shown when the test fails")] StoreError),
}

impl From<StoreError> for SignUp {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

#[test]
fn a_transaction_that_is_too_large_is_refused_and_one_that_just_fits_is_not() {
    let home = tempfile::tempdir().unwrap();
    let store = Store::open(home.path(), SCHEMA, options()).unwrap();
    let fill = |bytes: usize| {
        write(&store, move |txn| {
            for number in 0..(bytes / 15_100) as u64 {
                txn.put(Note { number, tag: 1, text: "t".repeat(15_000) })?;
            }
            Ok(())
        })
    };
    let refused = fill(MAX_TRANSACTION_BYTES + 64 * 1024);
    assert!(matches!(refused, Err(StoreError::TransactionTooLarge { .. })), "{refused:?}");
    assert!(store.read(|read| read.list::<Note>(&(), None, 1).unwrap().is_empty()));
    // Larger than a segment: it gets one of its own.
    fill(MAX_TRANSACTION_BYTES - 64 * 1024).unwrap();
    write_notes(&store, 5000..5010);
    drop(store);
    let store = Store::open(home.path(), SCHEMA, options()).unwrap();
    assert!(store.read(|read| read.get::<Note>(&5009).unwrap().is_some()));
    assert_clean(&store);
}

#[test]
fn many_large_bulk_writes_at_once_all_get_through() {
    let store = in_memory();
    let held = hold_writer(&store);
    std::thread::scope(|scope| {
        for writer in 0..40_u64 {
            let store = &store;
            scope.spawn(move || {
                store
                    .write_blocking(Class::Bulk, move |txn| -> Result<(), StoreError> {
                        for number in 0..20 {
                            let number = writer * 100 + number;
                            txn.put(Note { number, tag: writer, text: "u".repeat(15_000) })?;
                        }
                        Ok(())
                    })
                    .unwrap();
            });
        }
        eventually("all are queued", || store.queue_depths().iter().sum::<u64>() == 40);
        drop(held);
    });
    assert!(store.counts().group_size.get_sample_count() >= 10, "groups of a megabyte, not one of twelve");
    assert_clean(&store);
}

#[test]
fn a_record_that_is_too_large_is_refused_by_name() {
    let store = in_memory();
    let refused = write(&store, |txn| txn.put(Note { number: 1, tag: 1, text: "v".repeat(17_000) }));
    assert!(refused.unwrap_err().to_string().contains("note record of"));
}

#[test]
fn ids_are_unique_and_grow_over_reopening_refusals_and_panics() {
    let mut image = Image::default();
    let mut last = 0;
    let mut given = BTreeSet::new();
    for life in 0..4 {
        let disk = Disk::new(image);
        let store = Store::in_memory_with_files(SCHEMA, options(), Arc::new(disk.clone())).unwrap();
        for number in 0..600_u64 {
            let outcome = write(&store, move |txn| {
                let ids = (txn.new_id::<u64>()?, txn.new_id::<u64>()?);
                match number % 7 {
                    3 => Err(StoreError::Closing),
                    5 if number % 100 == 5 => panic!("on purpose"),
                    _ => Ok(ids),
                }
            });
            if let Ok((first, second)) = outcome {
                assert!(last < first && first < second, "life {life}: {last}, {first}, {second}");
                last = second;
                assert!(given.insert(first) && given.insert(second));
            }
        }
        // Not every life is closed before the next begins: only the journal tells.
        if life % 2 == 0 {
            store.close();
        }
        image = disk.image();
    }
    assert!(last < 4 * 600 * 2 + 5 * 1024, "ids stay small: {last}");
}

#[test]
fn the_last_clone_may_go_with_a_transaction() {
    let store = in_memory();
    let (told, heard) = channel();
    let clone = store.clone();
    let (begin, begun) = channel::<()>();
    let future = {
        let store = store.clone();
        async move {
            store
                .write(Class::Exam, move |_| -> Result<(), StoreError> {
                    // Not before the others are gone.
                    let _ = begun.recv();
                    drop(clone);
                    told.send(()).unwrap();
                    Ok(())
                })
                .await
        }
    };
    let mut future = Box::pin(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(future.as_mut().poll(&mut context).is_pending());
    drop(future);
    drop(store);
    drop(begin);
    heard.recv().unwrap();
}

#[test]
fn what_was_queued_before_closing_is_answered() {
    let home = tempfile::tempdir().unwrap();
    let store = Store::open(home.path(), SCHEMA, options()).unwrap();
    let held = hold_writer(&store);
    std::thread::scope(|scope| {
        let answers: Vec<_> = (0..50)
            .map(|number| {
                scope.spawn({
                    let store = &store;
                    move || write(store, move |txn| txn.put(note(number)))
                })
            })
            .collect();
        eventually("all are queued", || store.queue_depths().iter().sum::<u64>() == 50);
        let closing = scope.spawn(|| store.close());
        drop(held);
        closing.join().unwrap();
        for answer in answers {
            answer.join().unwrap().unwrap();
        }
    });
    assert!(matches!(write(&store, |_| Ok(())), Err(StoreError::Closing)));
    assert!(matches!(store.read(|read| read.get::<Note>(&1)), Err(StoreError::Closing)));
    assert!(matches!(store.checkpoint(), Err(StoreError::Closing)));
    assert!(store.tree_bytes().is_err());
    drop(store);
    let store = Store::open(home.path(), SCHEMA, options()).unwrap();
    assert_eq!(store.read(|read| read.list::<Note>(&(), None, 100).unwrap().len()), 50);
}
