//! Paced start: when more people start an attempt than the machine serves, each gets a turn, in the order in which they
//! asked. A short wait is waited out by the server; a longer one is said, with the place in the row, and the turn is
//! kept. Working time is counted from everybody's own start, so nobody loses any.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::config::Limits;
use crate::domain::ids::{QuizId, UserId};

/// A start that must wait no longer than this is held by the server: the person sees a page that loads.
pub const HELD: Duration = Duration::from_secs(2);
/// A turn is kept for so long after its time.
const KEPT: Duration = Duration::from_secs(30);
/// Turns kept at once: more people than one machine examines.
const TURNS: usize = 65_536;
/// A turn this near is now.
const NOW: Duration = Duration::from_millis(5);
/// What a start costs until one was measured.
const FIRST_COST: Duration = Duration::from_micros(500);
/// Share of the workers that starts may fill: those who have started work on the rest, and so does the store, which takes
/// about as much of the machine for a start as the worker does.
const SHARE: f64 = 0.3;

/// When somebody may start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// At once.
    Now,
    /// After this; the server waits.
    Held(Duration),
    /// Later; ask again after `wait`.
    Later {
        /// How many are before.
        place: u32,
        /// Until the turn.
        wait: Duration,
    },
}

struct Row {
    /// When the next new turn may be.
    next: Instant,
    turns: HashMap<(QuizId, UserId), Instant>,
    cleaned: Instant,
}

/// The row of those who want to start.
pub struct Pace {
    row: Mutex<Row>,
    /// As configured; none is measured.
    per_second: Option<u32>,
}

impl Pace {
    /// Nobody waits yet.
    pub fn new(limits: &Limits) -> Self {
        let now = Instant::now();
        Self {
            row: Mutex::new(Row { next: now, turns: HashMap::new(), cleaned: now }),
            per_second: (limits.starts_per_second > 0).then_some(limits.starts_per_second),
        }
    }

    /// Between two starts, when one costs `cost` of a worker.
    #[expect(clippy::cast_precision_loss, reason = "a number of threads")]
    pub fn interval(&self, workers: usize, cost: Duration) -> Duration {
        if let Some(per_second) = self.per_second {
            return Duration::from_secs(1) / per_second;
        }
        let cost = if cost.is_zero() { FIRST_COST } else { cost };
        cost.div_f64(workers.max(1) as f64 * SHARE)
    }

    /// When may this person start this quiz? Asking again keeps the turn, also of who is held and whose connection breaks.
    pub fn turn(&self, quiz: QuizId, user: UserId, interval: Duration, now: Instant) -> Turn {
        let mut row = self.row.lock();
        if now.duration_since(row.cleaned) > KEPT {
            row.turns.retain(|_, at| *at + KEPT > now);
            row.cleaned = now;
        }
        let kept = row.turns.get(&(quiz, user)).copied();
        let at = kept.unwrap_or_else(|| row.next.max(now));
        let wait = at.saturating_duration_since(now);
        // Whose turn cannot be kept has none: others must not wait for it.
        let full = kept.is_none() && row.turns.len() >= TURNS;
        if kept.is_none() && (!full || wait <= HELD) {
            row.next = at + interval;
        }
        if wait <= NOW {
            row.turns.remove(&(quiz, user));
            return Turn::Now;
        }
        if !full {
            row.turns.insert((quiz, user), at);
        }
        if wait <= HELD {
            return Turn::Held(wait);
        }
        let place = wait.div_duration_f64(interval.max(Duration::from_micros(1)));
        Turn::Later { place: whole(place), wait }
    }

    /// Where this person stands, without taking the turn: how many are before, and for how long. `None` for who has not
    /// asked, or whose turn is kept no longer.
    pub fn place(
        &self,
        quiz: QuizId,
        user: UserId,
        interval: Duration,
        now: Instant,
    ) -> Option<(u32, Duration)> {
        let at = *self.row.lock().turns.get(&(quiz, user)).filter(|at| **at + KEPT > now)?;
        let wait = at.saturating_duration_since(now);
        Some((whole(wait.div_duration_f64(interval.max(Duration::from_micros(1)))), wait))
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a row")]
fn whole(place: f64) -> u32 {
    place.ceil() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIZ: QuizId = QuizId(1);

    fn pace() -> Pace {
        Pace::new(&Limits::default())
    }

    #[test]
    fn who_comes_alone_starts_at_once() {
        let (pace, now) = (pace(), Instant::now());
        for number in 0..100 {
            let at = now + Duration::from_millis(number * 10);
            assert_eq!(pace.turn(QUIZ, UserId(number), Duration::from_millis(1), at), Turn::Now);
        }
    }

    #[test]
    fn a_crowd_is_spread_in_the_order_of_asking_and_nobody_loses_a_turn() {
        let (pace, now) = (pace(), Instant::now());
        let interval = Duration::from_millis(1);
        let first: Vec<Turn> =
            (0..5000).map(|number| pace.turn(QUIZ, UserId(number), interval, now)).collect();
        assert_eq!(first[0], Turn::Now);
        assert_eq!(first[1000], Turn::Held(Duration::from_secs(1)));
        assert_eq!(first[4000], Turn::Later { place: 4000, wait: Duration::from_secs(4) });
        let looked = pace.place(QUIZ, UserId(4000), interval, now + Duration::from_secs(1));
        assert_eq!(looked, Some((3000, Duration::from_secs(3))), "looking takes nothing");
        assert_eq!(pace.place(QUIZ, UserId(1), interval, now), None);
        // Held, and the connection broke: the same turn, nearer by now, and nobody behind waits for two.
        let back = pace.turn(QUIZ, UserId(1000), interval, now + Duration::from_millis(500));
        assert_eq!(back, Turn::Held(Duration::from_millis(500)));
        // Asked too early: the same turn, nearer by now.
        let again = pace.turn(QUIZ, UserId(4000), interval, now + Duration::from_secs(1));
        assert_eq!(again, Turn::Later { place: 3000, wait: Duration::from_secs(3) });
        // Who comes new stands behind all of them.
        let late = pace.turn(QUIZ, UserId(9000), interval, now + Duration::from_secs(1));
        assert_eq!(late, Turn::Later { place: 4000, wait: Duration::from_secs(4) });
        let due = pace.turn(QUIZ, UserId(4000), interval, now + Duration::from_secs(4));
        assert_eq!(due, Turn::Now);
    }

    #[test]
    fn turns_that_nobody_takes_are_forgotten() {
        let (pace, now) = (pace(), Instant::now());
        for number in 0..5000 {
            pace.turn(QUIZ, UserId(number), Duration::from_millis(1), now);
        }
        assert!(!pace.row.lock().turns.is_empty());
        pace.turn(QUIZ, UserId(9999), Duration::from_millis(1), now + Duration::from_mins(2));
        assert!(pace.row.lock().turns.is_empty());
    }

    #[test]
    fn the_pace_follows_what_a_start_costs() {
        let pace = pace();
        assert_eq!(pace.interval(2, Duration::from_micros(300)), Duration::from_micros(500));
        assert_eq!(pace.interval(4, Duration::from_micros(300)), Duration::from_micros(250));
        assert!(pace.interval(2, Duration::ZERO) > Duration::ZERO);
    }
}
