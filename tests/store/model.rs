//! Random operations against a model: what is read, inside transactions and outside, is what plain maps say, over
//! groups under way, refused and panicking transactions, checkpoints, snapshots and reopening.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use lyceum::store::journal::memory_files::MemoryFiles;
use lyceum::store::{Class, Counter, Exactly, Read, Store, StoreError, Txn};
use proptest::prelude::*;

use crate::support::{
    Account, AccountByEmail, BALANCE, Note, NotesByTag, PER_TAG, SCHEMA, assert_clean, options,
};

const TAGS: u64 = 4;

#[derive(Debug, Clone)]
enum Action {
    PutNote { number: u64, tag: u64, length: usize },
    DeleteNote(u64),
    PutAccount { number: u64, email: u64, balance: i64 },
    DeleteAccount(u64),
    Look { after: u64, limit: usize },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Commit,
    Fail,
    Panic,
}

#[derive(Debug, Clone)]
enum Step {
    /// Transactions that all wait together, so that later ones run over groups under way.
    Burst(Vec<(Vec<Action>, End)>),
    Reopen,
    Checkpoint,
    Snapshot,
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        5 => (0..24_u64, 0..TAGS, 0..600_usize)
            .prop_map(|(number, tag, length)| Action::PutNote { number, tag, length }),
        2 => (0..24_u64).prop_map(Action::DeleteNote),
        3 => (0..6_u64, 0..8_u64, -5..5_i64)
            .prop_map(|(number, email, balance)| Action::PutAccount { number, email, balance }),
        1 => (0..6_u64).prop_map(Action::DeleteAccount),
        3 => (0..24_u64, 1..30_usize).prop_map(|(after, limit)| Action::Look { after, limit }),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let end = prop_oneof![8 => Just(End::Commit), 1 => Just(End::Fail), 1 => Just(End::Panic)];
    let burst = prop::collection::vec((prop::collection::vec(action(), 1..8), end), 1..12);
    prop_oneof![
        8 => burst.prop_map(Step::Burst),
        1 => Just(Step::Reopen),
        1 => Just(Step::Checkpoint),
        1 => Just(Step::Snapshot),
    ]
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Model {
    notes: BTreeMap<u64, Note>,
    accounts: BTreeMap<u64, Account>,
}

/// What a look at the data finds.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    forwards: Vec<Note>,
    backwards: Vec<Note>,
    by_tag: Vec<(u64, u64)>,
    until_tag: usize,
    counts: Vec<i64>,
    balance: i64,
    accounts: Vec<Account>,
    by_email: Vec<Option<u64>>,
}

fn email(number: u64) -> String {
    format!("{number}@example.org")
}

fn look(read: &impl Read, after: u64, limit: usize) -> Result<Seen, StoreError> {
    let tag = after % TAGS;
    Ok(Seen {
        forwards: read.list::<Note>(&(), Some(&after), limit)?,
        backwards: read.list_back::<Note>(&(), Some(&after), limit)?,
        by_tag: read.index_keys::<NotesByTag>(&Exactly(tag), None, limit)?,
        until_tag: read.index_until::<NotesByTag>(&tag, 1000)?.len(),
        counts: (0..TAGS).map(|tag| read.counter(&Counter::new(PER_TAG, &tag))).collect::<Result<_, _>>()?,
        balance: read.counter(&Counter::new(BALANCE, &0_u64))?,
        accounts: (0..6)
            .filter_map(|number| read.get::<Account>(&number).transpose())
            .map(|found| found.map(|account| (*account).clone()))
            .collect::<Result<_, _>>()?,
        by_email: (0..8)
            .map(|number| read.unique_key::<AccountByEmail>(&email(number)))
            .collect::<Result<_, _>>()?,
    })
}

impl Model {
    fn look(&self, after: u64, limit: usize) -> Seen {
        let tag = after % TAGS;
        Seen {
            forwards: self.notes.range(after + 1..).map(|(_, note)| note.clone()).take(limit).collect(),
            backwards: self.notes.range(..after).rev().map(|(_, note)| note.clone()).take(limit).collect(),
            by_tag: self
                .notes
                .values()
                .filter(|note| note.tag == tag)
                .map(|note| (tag, note.number))
                .take(limit)
                .collect(),
            until_tag: self.notes.values().filter(|note| note.tag <= tag).count(),
            counts: (0..TAGS)
                .map(|tag| self.notes.values().filter(|note| note.tag == tag).count().try_into().unwrap())
                .collect(),
            balance: self.accounts.values().map(|account| account.balance).sum(),
            accounts: self.accounts.values().cloned().collect(),
            by_email: (0..8)
                .map(|number| {
                    self.accounts.values().find(|account| account.email == email(number)).map(|a| a.number)
                })
                .collect(),
        }
    }

    /// What the transaction sees and whether it stands; the model changes when it does.
    fn run(&mut self, actions: &[Action], end: End) -> (Vec<Seen>, bool) {
        let mut next = self.clone();
        let mut seen = Vec::new();
        for action in actions {
            match action.clone() {
                Action::PutNote { number, tag, length } => {
                    next.notes.insert(number, Note { number, tag, text: "x".repeat(length) });
                }
                Action::DeleteNote(number) => drop(next.notes.remove(&number)),
                Action::PutAccount { number, email: name, balance } => {
                    let name = email(name);
                    if next.accounts.values().any(|other| other.number != number && other.email == name) {
                        return (seen, false);
                    }
                    next.accounts.insert(number, Account { number, email: name, balance });
                }
                Action::DeleteAccount(number) => drop(next.accounts.remove(&number)),
                Action::Look { after, limit } => seen.push(next.look(after, limit)),
            }
        }
        if end == End::Commit {
            *self = next;
        }
        (seen, end == End::Commit)
    }
}

fn perform(txn: &mut Txn<'_>, action: &Action, seen: &mut Vec<Seen>) -> Result<(), StoreError> {
    match *action {
        Action::PutNote { number, tag, length } => txn.put(Note { number, tag, text: "x".repeat(length) }),
        Action::DeleteNote(number) => txn.delete::<Note>(&number).map(drop),
        Action::PutAccount { number, email: name, balance } => {
            txn.put(Account { number, email: email(name), balance })
        }
        Action::DeleteAccount(number) => txn.delete::<Account>(&number).map(drop),
        Action::Look { after, limit } => {
            seen.push(look(txn, after, limit)?);
            Ok(())
        }
    }
}

type Answer = (Vec<Seen>, Result<(), StoreError>);

enum Waiting {
    Answered(Answer),
    Queued(Pin<Box<dyn Future<Output = Answer>>>),
}

fn burst(store: &Store, transactions: &[(Vec<Action>, End)]) -> Vec<Answer> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut waiting: Vec<Waiting> = Vec::new();
    for (actions, end) in transactions.iter().cloned() {
        let store = store.clone();
        let mut future: Pin<Box<dyn Future<Output = Answer>>> = Box::pin(async move {
            let (told, seen) = std::sync::mpsc::channel();
            let outcome = store
                .write(Class::Interactive, move |txn| {
                    let mut seen = Vec::new();
                    let outcome = actions.iter().try_for_each(|action| perform(txn, action, &mut seen));
                    told.send(seen).unwrap();
                    outcome?;
                    match end {
                        End::Commit => Ok(()),
                        End::Fail => Err(StoreError::Busy { class: "by choice" }),
                        End::Panic => panic!("by choice"),
                    }
                })
                .await;
            (seen.recv().unwrap(), outcome)
        });
        // Polled once each, in order: they queue in this order before any is waited for.
        waiting.push(match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(answer) => Waiting::Answered(answer),
            Poll::Pending => Waiting::Queued(future),
        });
    }
    waiting
        .into_iter()
        .map(|waiting| match waiting {
            Waiting::Answered(answer) => answer,
            Waiting::Queued(future) => runtime.block_on(future),
        })
        .collect()
}

fn check(open: &dyn Fn() -> Store, steps: Vec<Step>) {
    lyceum::store::near::keep_here();
    let mut store = open();
    let mut model = Model::default();
    for step in steps {
        match step {
            Step::Burst(transactions) => {
                let answers = burst(&store, &transactions);
                for ((actions, end), (seen, outcome)) in transactions.iter().zip(answers) {
                    let (right, stands) = model.run(actions, *end);
                    assert_eq!(seen, right);
                    assert_eq!(outcome.is_ok(), stands, "{outcome:?}");
                }
            }
            Step::Reopen => {
                store.close();
                assert!(matches!(crate::support::write(&store, |_| Ok(())), Err(StoreError::Closing)));
                drop(store);
                store = open();
                assert_clean(&store);
            }
            Step::Checkpoint => store.checkpoint().unwrap(),
            Step::Snapshot => drop(store.snapshot().unwrap()),
        }
        for after in [0, 12, 23] {
            assert_eq!(store.read(|read| look(read, after, 100)).unwrap(), model.look(after, 100));
        }
    }
    assert_clean(&store);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn in_memory_the_store_is_its_model(steps in prop::collection::vec(step(), 1..14)) {
        let files = MemoryFiles::default();
        let options = lyceum::store::StoreOptions { segment_bytes: 4096, snapshot_bytes: 8192, ..options() };
        check(
            &|| Store::in_memory_with_files(SCHEMA, options.clone(), std::sync::Arc::new(files.clone())).unwrap(),
            steps,
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(20) })]

    #[test]
    fn on_sled_the_store_is_its_model(steps in prop::collection::vec(step(), 1..14)) {
        let home = tempfile::tempdir().unwrap();
        check(
            &|| {
                let store = Store::open(home.path(), SCHEMA, options()).unwrap();
                assert_eq!(store.counts().rebuilds.load(std::sync::atomic::Ordering::Relaxed), 0);
                store
            },
            steps,
        );
    }
}
