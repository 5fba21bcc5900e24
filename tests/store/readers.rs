//! A reader sees whole transactions, from the caches as from the tree, and never what is not durable.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

use lyceum::store::{Body, BodyKey, Class, Counter, Read, Store, StoreError, Topic, near};

use crate::support::{
    Account, AccountByEmail, BALANCE, Dice, Note, PER_TAG, SCHEMA, assert_clean, note, options, write,
    write_notes,
};

const ACCOUNTS: u64 = 16;
const SUM: i64 = 1000 * ACCOUNTS.cast_signed();

/// With all that a thread that serves has: what it found last lies in front of the caches.
fn both_engines(test: impl Fn(&Store)) {
    near::keep_here();
    test(&Store::in_memory(SCHEMA, options()).unwrap());
    let home = tempfile::tempdir().unwrap();
    test(&Store::open(home.path(), SCHEMA, options()).unwrap());
}

fn open_accounts(store: &Store) {
    write(store, |txn| {
        for number in 0..ACCOUNTS {
            txn.insert(Account { number, email: format!("a{number}@example.org"), balance: 1000 })?;
        }
        Ok(())
    })
    .unwrap();
}

#[test]
fn a_reader_never_sees_half_of_a_transaction() {
    both_engines(|store| {
        open_accounts(store);
        let writing = AtomicBool::new(true);
        std::thread::scope(|scope| {
            let writers: Vec<_> = (0..4)
                .map(|seed| {
                    scope.spawn(move || {
                        let mut dice = Dice::new(seed + 1);
                        for _ in 0..150 {
                            let (from, to) = (dice.below(ACCOUNTS), dice.below(ACCOUNTS));
                            let amount = dice.below(50).cast_signed();
                            write(store, move |txn| {
                                for (number, change) in [(from, -amount), (to, amount)] {
                                    let account = txn.get::<Account>(&number)?.unwrap();
                                    let balance = account.balance + change;
                                    txn.put(Account { balance, ..(*account).clone() })?;
                                }
                                Ok(())
                            })
                            .unwrap();
                        }
                    })
                })
                .collect();
            for kind in 0..3 {
                let writing = &writing;
                scope.spawn(move || {
                    near::keep_here();
                    let mut reads = 0;
                    while writing.load(Ordering::Acquire) || reads == 0 {
                        let sum = store.read(|read| -> i64 {
                            match kind {
                                0 => (0..ACCOUNTS)
                                    .map(|number| read.get::<Account>(&number).unwrap().unwrap().balance)
                                    .sum(),
                                1 => read
                                    .list::<Account>(&(), None, 100)
                                    .unwrap()
                                    .iter()
                                    .map(|account| account.balance)
                                    .sum(),
                                _ => read.counter(&Counter::new(BALANCE, &0_u64)).unwrap(),
                            }
                        });
                        assert_eq!(sum, SUM);
                        reads += 1;
                    }
                });
            }
            for writer in writers {
                writer.join().unwrap();
            }
            writing.store(false, Ordering::Release);
        });
        assert_clean(store);
    });
}

#[test]
fn an_answered_write_is_seen_at_once_also_through_the_caches() {
    both_engines(|store| {
        open_accounts(store);
        for balance in 0..100 {
            write(store, move |txn| {
                txn.put(Account { number: 3, email: "a3@example.org".to_owned(), balance })
            })
            .unwrap();
            let seen = store.read(|read| read.get::<Account>(&3).unwrap().unwrap().balance);
            assert_eq!(seen, balance);
        }
    });
}

#[test]
fn a_unique_name_leads_to_whoever_has_it_now_also_through_the_caches() {
    both_engines(|store| {
        let address = || "shared@example.org".to_owned();
        let holder = || {
            store.read(|read| {
                read.by_unique::<AccountByEmail>(&address()).unwrap().map(|account| account.number)
            })
        };
        assert_eq!(holder(), None);
        for number in 0..20 {
            write(store, move |txn| {
                if number > 0 {
                    assert_eq!(txn.unique_key::<AccountByEmail>(&address())?, Some(number - 1));
                    txn.delete::<Account>(&(number - 1))?;
                    assert_eq!(txn.unique_key::<AccountByEmail>(&address())?, None);
                }
                txn.put(Account { number, email: address(), balance: 0 })
            })
            .unwrap();
            assert_eq!([holder(), holder()], [Some(number); 2]);
        }
        let taken = write(store, move |txn| txn.put(Account { number: 99, email: address(), balance: 0 }));
        assert!(matches!(taken, Err(StoreError::Duplicate { .. })), "{taken:?}");
        write(store, |txn| txn.delete::<Account>(&19)).unwrap();
        assert_eq!(holder(), None);
    });
}

#[test]
fn a_prepared_body_is_served_until_its_topic_changes_or_its_time_is_over() {
    both_engines(|store| {
        let key = BodyKey { kind: 1, of: 3, viewer: 0 };
        let topics = [Topic::new(1, 3), Topic::new(1, 3)];
        let prepare = || {
            store
                .read(|read| {
                    read.body(key, topics, 0, |read| -> Result<Body, StoreError> {
                        let count = read.counter(&Counter::new(PER_TAG, &3_u64))?;
                        let bytes = count.to_string().into_bytes().into();
                        Ok(Body { bytes, etag: "\"1\"".into(), until_ms: 1000 })
                    })
                })
                .unwrap()
                .bytes
        };
        assert_eq!(prepare(), "0");
        assert!(store.prepared(key, topics, 999).is_some());
        assert!(store.prepared(key, topics, 1000).is_none(), "its time is over");
        write_notes(store, [3]);
        assert!(store.prepared(key, topics, 0).is_none(), "its topic changed");
        assert_eq!(prepare(), "1");
        write_notes(store, [4]);
        assert!(store.prepared(key, topics, 0).is_some(), "another topic changed");
    });
}

#[test]
fn listeners_hear_of_a_transaction_when_it_can_be_read_and_not_of_a_refused_one() {
    both_engines(|store| {
        let topic = Topic::new(9, 9);
        let mut heard = store.listen(topic);
        let refused = write(store, move |txn| -> Result<(), StoreError> {
            txn.announce(topic, std::sync::Arc::new(0_u64));
            Err(StoreError::Closing)
        });
        assert!(refused.is_err());
        for number in 1..=50_u64 {
            let work = move |txn: &mut lyceum::store::Txn<'_>| -> Result<(), StoreError> {
                txn.put(note(number))?;
                txn.announce(topic, std::sync::Arc::new(number));
                Ok(())
            };
            std::thread::scope(|scope| {
                scope.spawn(move || store.write_blocking(Class::Interactive, work).unwrap());
                let message = heard.blocking_recv().unwrap().downcast::<u64>().unwrap();
                assert_eq!(*message, number);
                assert!(store.read(|read| read.get::<Note>(&number).unwrap().is_some()));
            });
        }
    });
}

#[test]
fn a_long_scan_stops_early_and_sees_one_state() {
    both_engines(|store| {
        write_notes(store, 0..300);
        let mut seen = 0;
        store.read(|read| {
            read.each::<Note>(&(), |found| {
                assert_eq!(found, note(found.number));
                seen += 1;
                Ok(if seen == 250 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
            })
            .unwrap();
        });
        assert_eq!(seen, 250);
    });
}
