//! The key of a course: a word that lets people enrol themselves. Stored as an Argon2 hash, compared in constant
//! time, and tried a few times a quarter of an hour at most.
//!
//! Hashing takes milliseconds and happens outside transactions: an attempt is counted first, then the key is
//! compared, then the enrolment is made on the condition that the course still has the key that was compared.

use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use super::access::{self, Actor};
use super::course::{self, CourseStatus};
use super::enrolment::{
    self, ENROLMENT_NOT_BEGUN, ENROLMENT_OVER, ENROLMENT_SUSPENDED, Enrolled, EnrolledBy, Enrolment,
    EnrolmentStatus,
};
use super::guesses::{self, Guesses};
use super::ids::{CourseId, UserId};
use super::passcode;
use super::refusal::{Code, INTERNAL, Kind, Refusal, invalid};
use super::session;
use crate::clock::Timestamp;
use crate::store::{Read, Record, Table, TableInfo, Txn};

/// A key is told to a hall of people: short enough to write on a board.
pub const KEY_CHARS: std::ops::RangeInclusive<usize> = 4..=100;

/// The key does not open the course. One code for every reason, so that nobody learns which courses exist.
pub const KEY_REFUSED: Code = Code::new(
    "key_refused",
    Kind::Forbidden,
    "There is no such course, it takes no enrolment by key now, or the key is another one.",
);
/// Too many keys were tried.
pub const KEY_ATTEMPTS: Code = Code::new(
    "key_attempts",
    Kind::TooMany,
    "Too many enrolment keys were tried; wait for the time in Retry-After.",
);

/// Codes of this file.
pub const CODES: &[Code] = &[KEY_REFUSED, KEY_ATTEMPTS];

/// What hashing costs; stored with the hash, so that it can be raised later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyCost {
    /// Memory.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
}

/// A key that was hashed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyHash {
    salt: [u8; 16],
    cost: KeyCost,
    hash: [u8; 32],
}

fn hash(key: &str, salt: &[u8; 16], cost: KeyCost) -> Result<[u8; 32], Refusal> {
    let failed = |error: argon2::Error| INTERNAL.refuse(format!("hashing a key failed: {error}"));
    let params = Params::new(cost.memory_kib, cost.passes, 1, Some(32)).map_err(failed)?;
    let mut out = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(key.as_bytes(), salt, &mut out)
        .map_err(failed)?;
    Ok(out)
}

impl KeyHash {
    /// Hashes a key that a teacher chose. Slow on purpose: not in a transaction.
    pub fn make(key: &str, salt: [u8; 16], cost: KeyCost) -> Result<Self, Refusal> {
        let own = passcode::comparable(key);
        if !KEY_CHARS.contains(&own.chars().count()) || key.trim().contains(char::is_control) {
            return Err(invalid("/key", "is not 4 to 100 characters on one line"));
        }
        Ok(Self { salt, cost, hash: hash(&own, &salt, cost)? })
    }

    /// Is this the key? Slow on purpose; how long it takes tells nothing about the key that is kept.
    pub fn matches(&self, key: &str) -> Result<bool, Refusal> {
        for form in passcode::forms(key) {
            if hash(&form, &self.salt, self.cost)?.ct_eq(&self.hash).into() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Takes as long as comparing with a key does, for a course that has none: the time tells nothing either.
pub fn compare_with_nothing(key: &str, cost: KeyCost) -> Result<(), Refusal> {
    passcode::forms(key).try_for_each(|form| hash(&form, &[0; 16], cost).map(drop))
}

/// Keys that somebody tried lately.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyAttempts {
    /// Who.
    pub user: UserId,
    /// When the window began.
    pub since: Timestamp,
    /// How many in it.
    pub count: u32,
}

impl Record for KeyAttempts {
    const TABLE: Table = Table { tag: 54, name: "enrolment key attempts" };
    const VERSION: u8 = 1;
    type Key = UserId;

    fn key(&self) -> UserId {
        self.user
    }
}

impl guesses::Kept for KeyAttempts {
    fn since(&self) -> Timestamp {
        self.since
    }
}

/// Tables of this file.
pub const TABLES: &[TableInfo] = &[TableInfo::rows::<KeyAttempts>()];

/// Counts an attempt before the key is compared, so that many at once do not pass the limit. Only in person: no scope of a token
/// says that it may enrol its owner.
pub fn take_attempt(txn: &mut Txn<'_>, actor: &Actor) -> Result<(), Refusal> {
    session::require_session(actor)?;
    let before = txn.get::<KeyAttempts>(&actor.user)?;
    let guesses = Guesses::lately(before.map(|attempts| (attempts.since, attempts.count)), actor.now);
    guesses.refuse_more(actor.now, KEY_ATTEMPTS, "keys were tried")?;
    let Guesses { since, count } = guesses;
    txn.put(KeyAttempts { user: actor.user, since, count: count + 1 })?;
    Ok(())
}

/// The refusal of a key, whatever the reason.
pub fn refused() -> Refusal {
    KEY_REFUSED.refuse("the course is not known, takes no enrolment by key now, or has another key")
}

/// The course under a short name and the key to compare with; both absent when enrolment by key is not possible.
pub fn offered(
    read: &impl Read,
    short_name: &str,
    now: Timestamp,
) -> Result<Option<(CourseId, KeyHash)>, Refusal> {
    let course = course::by_short_name(read, short_name)?
        .filter(|course| course.status == CourseStatus::Published && course.ends.is_none_or(|end| now < end));
    Ok(course.and_then(|course| course.key.clone().map(|key| (course.id, key))))
}

/// Enrols the actor as a learner. `compared` is the key that theirs was found equal to.
pub fn enrol_by_key(
    txn: &mut Txn<'_>,
    actor: &Actor,
    id: CourseId,
    compared: &KeyHash,
) -> Result<Enrolled, Refusal> {
    session::require_session(actor)?;
    let course = course::get(txn, id)?;
    let open = course.status == CourseStatus::Published && course.ends.is_none_or(|end| actor.now < end);
    if !open || course.key.as_ref() != Some(compared) {
        return Err(refused());
    }
    // The right key is no guess.
    if let Some(attempts) = txn.get::<KeyAttempts>(&actor.user)? {
        if attempts.count > 1 {
            txn.put(KeyAttempts { count: attempts.count - 1, ..(*attempts).clone() })?;
        } else {
            txn.delete::<KeyAttempts>(&actor.user)?;
        }
    }
    // Who is in already keeps what a teacher gave them: dates stay, and who is suspended stays suspended.
    if let Some(enrolment) = txn.get::<Enrolment>(&(id, actor.user))? {
        return match enrolment.status {
            EnrolmentStatus::Suspended => {
                Err(ENROLMENT_SUSPENDED.refuse("your enrolment is suspended; ask your teacher"))
            }
            EnrolmentStatus::Active if enrolment.is_over(actor.now) => {
                Err(ENROLMENT_OVER.refuse("your enrolment has ended; ask your teacher"))
            }
            EnrolmentStatus::Active if !enrolment.is_active(actor.now) => {
                Err(ENROLMENT_NOT_BEGUN.refuse("you are enrolled already, and your enrolment begins later"))
            }
            EnrolmentStatus::Active => Ok(Enrolled::Unchanged),
        };
    }
    let role = access::built_in(access::LEARNER)?;
    enrolment::place(txn, actor, &course, actor.user, &role, EnrolledBy::Key, (None, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    const COST: KeyCost = KeyCost { memory_kib: 8, passes: 1 };

    #[test]
    fn a_key_opens_in_whichever_form_and_digits_it_is_typed() {
        for (key, typed) in [
            ("Jose\u{301}", "Jos\u{e9}"),
            ("Jos\u{e9}", "Jose\u{301}"),
            ("\u{645}\u{641}\u{62a}\u{627}\u{62d}\u{661}", "\u{645}\u{641}\u{62a}\u{627}\u{62d}1\u{200f}"),
        ] {
            let kept = KeyHash::make(key, [7; 16], COST).unwrap();
            assert!(kept.matches(typed).unwrap() && kept.matches(key).unwrap(), "{key} {typed}");
            assert!(!kept.matches("another").unwrap());
        }
        let kept = KeyHash::make("Open sesame", [7; 16], COST).unwrap();
        assert!(!kept.matches("open sesame").unwrap(), "case counts");
    }

    #[test]
    fn a_key_that_was_kept_as_it_was_typed_goes_on_opening() {
        for earlier in ["Jose\u{301}", "\u{661}\u{662}\u{663}\u{664}", "two  words"] {
            let (salt, cost) = ([7; 16], COST);
            let kept = KeyHash { salt, cost, hash: hash(earlier, &salt, cost).unwrap() };
            assert!(kept.matches(earlier).unwrap(), "{earlier:?}");
        }
    }

    #[test]
    fn a_key_needs_four_characters_that_are_seen() {
        for key in ["\u{200b}\u{200b}\u{200b}\u{200b}", "abc\u{200b}", "ab\ncd"] {
            assert!(KeyHash::make(key, [7; 16], COST).is_err(), "{key:?}");
        }
    }
}
