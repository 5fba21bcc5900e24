//! Pages of the exam room that said they are there. Kept in memory only: it tells who is cut off from who thinks, and nothing
//! depends on it. After a start of the server nobody was heard of until their page says so again.

use std::collections::BTreeSet;
use std::time::Duration;

use moka::sync::Cache;

use crate::clock::Timestamp;
use crate::domain::ids::{AttemptId, QuizId};

/// A page says every 25 seconds that it is there, in the background once a minute; whoever missed that is cut off.
pub const LOST: Duration = Duration::from_secs(75);
/// So many pages are known at most; of more the ones heard of least are forgotten, who count as silent then.
const ENTRIES: u64 = 100_000;
/// What nothing was heard of for so long is forgotten: that attempt has ended, or nobody waits for it any more.
const FORGET: Duration = Duration::from_hours(12);

/// When the pages of attempts were last heard of.
#[derive(Debug, Clone)]
pub struct Heard(Cache<AttemptId, (QuizId, Timestamp)>);

impl Default for Heard {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(ENTRIES).time_to_live(FORGET).build())
    }
}

impl Heard {
    /// The page of an attempt is there.
    pub fn note(&self, quiz: QuizId, attempt: AttemptId, now: Timestamp) {
        self.0.insert(attempt, (quiz, now));
    }

    /// The attempt is over: its page has nothing to say any more.
    pub fn forget(&self, attempt: AttemptId) {
        self.0.invalidate(&attempt);
    }

    /// When the page of an attempt was heard of last; nothing when it never was.
    pub fn last(&self, attempt: AttemptId) -> Option<Timestamp> {
        self.0.get(&attempt).map(|(_, at)| at)
    }

    /// The attempts of a quiz whose page has been silent for too long.
    pub fn silent(&self, quiz: QuizId, now: Timestamp) -> BTreeSet<AttemptId> {
        let silent = self.0.iter().filter(|(_, (of, at))| *of == quiz && now.since(*at) >= LOST);
        silent.map(|(attempt, _)| *attempt).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_silent_after_a_while_until_it_is_heard_of_or_its_attempt_is_over() {
        let (heard, quiz) = (Heard::default(), QuizId(1));
        let began: Timestamp = "2026-09-07T08:00:00Z".parse().unwrap();
        for attempt in [3, 2] {
            heard.note(quiz, AttemptId(attempt), began);
        }
        heard.note(QuizId(2), AttemptId(4), began);
        assert!(heard.silent(quiz, began.plus(Duration::from_secs(74))).is_empty());
        let later = began.plus(LOST);
        assert_eq!(heard.silent(quiz, later), [AttemptId(2), AttemptId(3)].into());
        heard.note(quiz, AttemptId(3), later);
        assert_eq!(heard.silent(quiz, later), [AttemptId(2)].into());
        assert_eq!(heard.last(AttemptId(3)), Some(later));
        heard.forget(AttemptId(2));
        assert!(heard.silent(quiz, later).is_empty());
        assert_eq!(heard.last(AttemptId(2)), None);
    }
}
