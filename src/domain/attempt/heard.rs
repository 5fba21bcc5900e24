//! Pages of the exam room that said they are there. Kept in memory only: it tells who is cut off from who thinks, and nothing
//! depends on it. After a start of the server nobody was heard of until their page says so again.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use crate::clock::Timestamp;
use crate::domain::ids::{AttemptId, QuizId};

/// A page says every 25 seconds that it is there, in the background once a minute; whoever missed that is cut off.
pub const LOST: Duration = Duration::from_secs(75);
/// So many pages are known at most; of more the ones heard of longest ago are forgotten.
const ENTRIES: usize = 100_000;
/// What nothing was heard of for so long is forgotten: that attempt has ended, or nobody waits for it any more.
const FORGET: Duration = Duration::from_hours(12);

/// When the pages of attempts were last heard of.
#[derive(Debug, Clone, Default)]
pub struct Heard(Arc<Mutex<Pages>>);

#[derive(Debug, Default)]
struct Pages {
    last: HashMap<AttemptId, (QuizId, Timestamp)>,
    /// The same, the one heard of longest ago first.
    by_time: BTreeSet<(Timestamp, AttemptId)>,
    /// The same by quiz: every open monitor asks for the silent ones of its own, which come first.
    by_quiz: BTreeSet<(QuizId, Timestamp, AttemptId)>,
}

impl Pages {
    fn forget(&mut self, attempt: AttemptId) {
        if let Some((quiz, at)) = self.last.remove(&attempt) {
            self.by_time.remove(&(at, attempt));
            self.by_quiz.remove(&(quiz, at, attempt));
        }
    }

    fn note(&mut self, quiz: QuizId, attempt: AttemptId, now: Timestamp) {
        self.forget(attempt);
        self.last.insert(attempt, (quiz, now));
        self.by_time.insert((now, attempt));
        self.by_quiz.insert((quiz, now, attempt));
        while let Some((at, oldest)) = self.by_time.first().copied()
            && (self.last.len() > ENTRIES || now.since(at) >= FORGET)
        {
            self.forget(oldest);
        }
    }
}

impl Heard {
    /// The page of an attempt is there.
    pub fn note(&self, quiz: QuizId, attempt: AttemptId, now: Timestamp) {
        self.0.lock().note(quiz, attempt, now);
    }

    /// The attempt is over: its page has nothing to say any more.
    pub fn forget(&self, attempt: AttemptId) {
        self.0.lock().forget(attempt);
    }

    /// When the page of an attempt was heard of last; nothing when it never was.
    pub fn last(&self, attempt: AttemptId) -> Option<Timestamp> {
        self.0.lock().last.get(&attempt).map(|(_, at)| *at)
    }

    /// The attempts of a quiz whose page has been silent for too long.
    pub fn silent(&self, quiz: QuizId, now: Timestamp) -> BTreeSet<AttemptId> {
        let pages = self.0.lock();
        let of_quiz = pages.by_quiz.range((quiz, Timestamp::EPOCH, AttemptId(0))..);
        let silent = of_quiz.take_while(|(of, at, _)| *of == quiz && now.since(*at) >= LOST);
        silent.map(|(.., attempt)| *attempt).collect()
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

    #[test]
    fn the_pages_heard_of_longest_ago_are_forgotten() {
        let (heard, quiz) = (Heard::default(), QuizId(1));
        let began: Timestamp = "2026-09-07T08:00:00Z".parse().unwrap();
        for attempt in 0..=ENTRIES as u64 {
            heard.note(quiz, AttemptId(attempt), began.plus(Duration::from_millis(attempt)));
        }
        assert_eq!(heard.last(AttemptId(0)), None, "one too many");
        assert_eq!(heard.silent(quiz, began.plus(LOST)), [].into());
        assert_eq!(heard.silent(quiz, began.plus(LOST + Duration::from_millis(1))), [AttemptId(1)].into());
        heard.note(quiz, AttemptId(0), began.plus(FORGET + LOST * 2));
        let known = heard.0.lock();
        assert_eq!((known.last.len(), known.by_time.len(), known.by_quiz.len()), (1, 1, 1));
    }
}
