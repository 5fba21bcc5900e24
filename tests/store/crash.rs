//! kill -9 under load: nothing acknowledged is lost, nothing is there by half.
//!
//! A child process (this same binary) writes from several threads and prints each acknowledgement over a pipe. It is
//! killed after a random number of them, or while it opens. Every transaction writes two notes and moves the writer's
//! account to its own number, so half of one shows.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::Ordering;

use lyceum::store::{Read, Store, StoreError, StoreOptions, Txn};

use crate::support::{
    Account, Dice, Note, SCHEMA, assert_clean, child_of_this, options, run_until_killed, write, write_notes,
};

const WRITERS: u64 = 4;
const ROUNDS: u64 = 50;
/// The second note of a transaction lies in another part of the table.
const FAR: u64 = 1 << 40;

fn first_note(writer: u64, number: u64) -> u64 {
    writer * 1_000_000 + number
}

fn transaction(txn: &mut Txn<'_>, writer: u64, number: u64) -> Result<(), StoreError> {
    let text = "y".repeat(usize::try_from(number * 37 % 900).unwrap());
    txn.insert(Note { number: first_note(writer, number), tag: writer, text: text.clone() })?;
    txn.insert(Note { number: FAR + first_note(writer, number), tag: writer + WRITERS, text })?;
    let balance = number.cast_signed();
    txn.put(Account { number: writer, email: format!("{writer}@{number}"), balance })
}

/// The child: writes until it is killed.
#[test]
fn child_that_writes() {
    let Ok(home) = std::env::var("LYCEUM_CRASH_HOME") else { return };
    let store = Store::open(Path::new(&home), SCHEMA, options()).unwrap();
    // On a line of its own: the test harness has begun one.
    println!("\nopen");
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let store = &store;
            scope.spawn(move || {
                let last = store.read(|read| read.get::<Account>(&writer).unwrap().map_or(0, |a| a.balance));
                for number in last.cast_unsigned() + 1.. {
                    write(store, move |txn| transaction(txn, writer, number)).unwrap();
                    let line = format!("ack {writer} {number}\n");
                    if std::io::stdout().write_all(line.as_bytes()).is_err() {
                        return;
                    }
                }
            });
        }
    });
}

/// The last transaction of each writer that the store has; all before it must be whole, none behind it there.
fn check(store: &Store, acknowledged: &BTreeMap<u64, u64>) {
    for writer in 0..WRITERS {
        store.read(|read| {
            let last =
                read.get::<Account>(&writer).unwrap().map_or(0, |account| account.balance.cast_unsigned());
            let promised = acknowledged.get(&writer).copied().unwrap_or(0);
            assert!(last >= promised, "writer {writer}: {promised} was acknowledged, {last} is there");
            for (base, tag) in [(0, writer), (FAR, writer + WRITERS)] {
                let mut number = 0;
                read.index_keys::<crate::support::NotesByTag>(&lyceum::store::Exactly(tag), None, usize::MAX)
                    .unwrap()
                    .into_iter()
                    .for_each(|(_, key)| {
                        number += 1;
                        assert_eq!(key, base + first_note(writer, number));
                    });
                assert_eq!(number, last, "writer {writer}: a transaction is there by half");
            }
        });
    }
    assert_clean(store);
}

#[test]
fn no_acknowledged_write_is_lost_and_none_is_there_by_half_when_the_process_is_killed() {
    let rounds = std::env::var("LYCEUM_CRASH_ROUNDS").map_or(ROUNDS, |rounds| rounds.parse().unwrap());
    let home = tempfile::tempdir().unwrap();
    let place = home.path().to_str().unwrap().to_owned();
    let seed = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().subsec_nanos();
    eprintln!("crash rounds: {rounds}, seed {seed}");
    let mut dice = Dice::new(seed.into());
    let mut acknowledged = BTreeMap::new();
    for round in 0..rounds {
        let mut child = child_of_this("crash::child_that_writes", &[("LYCEUM_CRASH_HOME", place.clone())])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // Some are killed while they open, which after a kill means while they replay.
        let killed_opening = round > 0 && dice.chance(8);
        let wanted = if killed_opening { 0 } else { 1 + dice.below(250) };
        let mut hear = |line: &str| {
            let mut words = line.split(' ');
            let heard = words.next() == Some("ack");
            if heard {
                let mut number = || words.next().unwrap().parse::<u64>().unwrap();
                acknowledged.insert(number(), number());
            }
            heard
        };
        let mut heard = 0;
        while heard < wanted {
            let line = lines.next().expect("the child ended by itself").unwrap();
            heard += u64::from(hear(&line));
        }
        if killed_opening {
            for _ in 0..dice.below(3_000_000) {
                std::hint::spin_loop();
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // What was acknowledged before the kill and is still in the pipe. Its last line may be torn.
        let rest: Vec<String> = lines.map_while(Result::ok).collect();
        for line in rest.iter().take(rest.len().saturating_sub(1)) {
            hear(line);
        }
        // Not every time, so that some replays follow another.
        if round == rounds - 1 || dice.chance(2) {
            let store = Store::open(home.path(), SCHEMA, options()).unwrap();
            check(&store, &acknowledged);
        }
    }
    assert!(acknowledged.values().sum::<u64>() > rounds, "hardly anything was written");
}

/// The child: opens a new store, writes as many notes as it is told and waits to be killed.
#[test]
fn child_with_a_new_store() {
    let Ok(home) = std::env::var("LYCEUM_NEW_HOME") else { return };
    let writes = std::env::var("LYCEUM_NEW_WRITES").unwrap().parse().unwrap();
    let plain = StoreOptions { checkpoint_interval: std::time::Duration::from_hours(1), ..options() };
    let store = Store::open(Path::new(&home), SCHEMA, plain).unwrap();
    write_notes(&store, 0..writes);
    println!("\nthere");
    // Nobody ever writes: it ends by being killed.
    let _ = std::io::stdin().read_line(&mut String::new());
}

#[test]
fn a_new_store_that_is_killed_before_its_first_checkpoint_opens_as_after_any_other_kill() {
    for writes in [0, 1, 40] {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().to_str().unwrap().to_owned();
        // The second life begins with what the first one left, and is killed as early.
        for _ in 0..2 {
            let environment = [("LYCEUM_NEW_HOME", place.clone()), ("LYCEUM_NEW_WRITES", writes.to_string())];
            run_until_killed("crash::child_with_a_new_store", &environment, "there");
        }
        let store = Store::open(home.path(), SCHEMA, options()).unwrap();
        assert_eq!(store.counts().rebuilds.load(Ordering::SeqCst), 0, "{writes} writes: the tree is trusted");
        let found = store.read(|read| read.list::<Note>(&(), None, usize::MAX)).unwrap();
        assert_eq!(found.len() as u64, writes);
        assert_clean(&store);
    }
}
