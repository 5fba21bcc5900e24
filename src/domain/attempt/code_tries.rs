//! Access codes that somebody tried in vain. A code is short, because it is said aloud to a room, so nobody may go through
//! all of them.
//!
//! Wrong codes are counted by the writer, one after another, and a right one is looked at there again: of many that are sent
//! at once no more are answered than one after another.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::domain::access::Actor;
use crate::domain::guesses::{self, Guesses};
use crate::domain::ids::{QuizId, UserId};
use crate::domain::refusal::{Code, Kind, Refusal};
use crate::store::{Read, Record, Table, Txn};

/// Rows that are read at once.
const AT_ONCE: usize = 500;

/// Too many wrong codes.
pub const ACCESS_CODE_TRIES: Code = Code::new(
    "access_code_tries",
    Kind::TooMany,
    "Too many wrong access codes were shown at this quiz; wait for the time in Retry-After.",
);

/// Wrong codes that somebody showed at a quiz lately.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeTries {
    /// The quiz.
    pub quiz: QuizId,
    /// Who.
    pub user: UserId,
    /// When the window began.
    pub since: Timestamp,
    /// How many in it.
    pub count: u32,
}

impl Record for CodeTries {
    const TABLE: Table = Table { tag: 108, name: "access code tries" };
    const VERSION: u8 = 1;
    type Key = (QuizId, UserId);

    fn key(&self) -> Self::Key {
        (self.quiz, self.user)
    }
}

impl guesses::Kept for CodeTries {
    fn since(&self) -> Timestamp {
        self.since
    }
}

/// Refuses who showed too many wrong codes, whatever they show now. Else what they showed lately.
pub fn check(read: &impl Read, actor: &Actor, quiz: QuizId) -> Result<Guesses, Refusal> {
    let tries = read.get::<CodeTries>(&(quiz, actor.user))?;
    let guesses = Guesses::lately(tries.map(|tries| (tries.since, tries.count)), actor.now);
    guesses.refuse_more(actor.now, ACCESS_CODE_TRIES, "wrong codes were shown")?;
    Ok(guesses)
}

/// Forgets all of a quiz: it is removed, or has another code.
pub fn forget(txn: &mut Txn<'_>, quiz: QuizId) -> Result<(), Refusal> {
    loop {
        let some = txn.list::<CodeTries>(&(quiz,), None, AT_ONCE)?;
        for tries in &some {
            txn.delete::<CodeTries>(&tries.key())?;
        }
        if some.len() < AT_ONCE {
            return Ok(());
        }
    }
}

/// Counts a wrong code before it is answered.
pub fn count(txn: &mut Txn<'_>, actor: &Actor, quiz: QuizId) -> Result<(), Refusal> {
    let Guesses { since, count } = check(txn, actor, quiz)?;
    Ok(txn.put(CodeTries { quiz, user: actor.user, since, count: count + 1 })?)
}
