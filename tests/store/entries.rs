//! The difference between what a record is found by before and after a change, also where that is very much.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use lyceum::store::{Entries, Exactly, Index, Read as _, Record, Schema, Store, Table, TableInfo};
use serde::{Deserialize, Serialize};

use crate::support::{assert_clean, options, write};

/// Found by each of its words, which are given in the order of their places and not in that of the index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Poem {
    number: u64,
    from: u64,
    to: u64,
    stride: u64,
}

struct PoemsByWord;

impl Poem {
    fn words(&self) -> impl Iterator<Item = u64> {
        (self.from..self.to).map(|place| word(place, self.stride))
    }
}

/// Each place below the prime has a word of its own.
fn word(place: u64, stride: u64) -> u64 {
    place * stride % 100_003
}

impl Record for Poem {
    const TABLE: Table = Table { tag: 16, name: "poem" };
    const VERSION: u8 = 1;
    type Key = u64;

    fn key(&self) -> u64 {
        self.number
    }

    fn index(&self, entries: &mut Entries) {
        for word in self.words() {
            entries.add::<PoemsByWord>(&word);
        }
    }
}

impl Index for PoemsByWord {
    const TABLE: Table = Table { tag: 17, name: "poems by word" };
    type Key = u64;
    type Of = Poem;
}

const SCHEMA: Schema = Schema::new(&[TableInfo::rows::<Poem>(), TableInfo::index::<PoemsByWord>()]);

#[test]
fn a_record_is_found_by_what_it_says_now_and_by_nothing_of_before() {
    let home = tempfile::tempdir().unwrap();
    let store = Store::open(home.path(), SCHEMA, options()).unwrap();
    let lengths = [0, 1, 32, 33, 34, 500];
    for before in lengths {
        for after in lengths {
            for (from, stride) in [(0, 1), (3, 1), (0, 7), (600, 11)] {
                let poems = [(0, before, 1), (from, from + after, stride)].map(|(from, to, stride)| Poem {
                    number: 1,
                    from,
                    to,
                    stride,
                });
                for poem in poems {
                    let now = poem.clone();
                    write(&store, move |txn| txn.put(now)).unwrap();
                    let found = store.read(|read| read.index_keys::<PoemsByWord>(&(), None, 1_000)).unwrap();
                    let words: BTreeSet<u64> = found.iter().map(|(word, _)| *word).collect();
                    assert_eq!((words.len(), words), (found.len(), poem.words().collect()), "{poem:?}");
                }
            }
        }
    }
    write(&store, |txn| txn.delete::<Poem>(&1)).unwrap();
    assert!(store.read(|read| read.index_keys::<PoemsByWord>(&(), None, 1)).unwrap().is_empty());
    assert_clean(&store);
}

/// Comparing each entry with each would take minutes, in which nobody else writes.
#[test]
fn what_is_found_by_very_much_is_changed_in_a_moment() {
    let home = tempfile::tempdir().unwrap();
    let store = Store::open(home.path(), SCHEMA, options()).unwrap();
    let poem = |from| Poem { number: 1, from, to: from + 40_000, stride: 7 };
    write(&store, move |txn| txn.put(poem(0))).unwrap();
    let begun = Instant::now();
    write(&store, move |txn| txn.put(poem(20_000))).unwrap();
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    for (place, there) in [(0, false), (19_999, false), (20_000, true), (59_999, true)] {
        let word = Exactly(word(place, 7));
        let found = store.read(|read| read.index_keys::<PoemsByWord>(&word, None, 2)).unwrap();
        assert_eq!(found.len(), usize::from(there), "{place}");
    }
    assert_clean(&store);
}
