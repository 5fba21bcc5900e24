//! The row in front of the hashing threads. People stand in the order in which they first asked; bulk work goes when none
//! of them waits.
//!
//! Who would wait longer than a page may take to load is turned away with their place and the time that it takes. The
//! place is kept: whoever comes back in time stands before all who asked later. So nobody gains by asking often, and one
//! address, behind which a whole school may be, never fills the row.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// A wait that is waited out: somebody sees a page that loads.
pub(super) const HELD: Duration = Duration::from_secs(5);
/// A place is kept for so long after its turn.
const KEPT: Duration = Duration::from_secs(30);
/// Places kept: more people than sign in to one machine within a minute.
const PLACES: usize = 16_384;
/// One address (a /64 for IPv6) may hold so much of the row: nearly all of it, but never all.
const SHARE_OF_ONE_ADDRESS: (usize, usize) = (3, 4);
/// Longest time that anybody is told to stay away: by then others have given up.
const LONGEST_AWAY: Duration = Duration::from_mins(1);

/// What waits.
pub(super) struct Job<W> {
    pub(super) work: W,
    pub(super) since: Instant,
    from: Option<IpAddr>,
}

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asking {
    /// The household.
    pub(super) from: Option<IpAddr>,
    /// A number for the person at this household; the same person has the same.
    pub(super) key: u64,
}

/// How fast the row moves.
#[derive(Debug, Clone, Copy)]
pub(super) struct Speed {
    /// One hash.
    pub(super) each: Duration,
    /// So many at once.
    pub(super) threads: usize,
    /// As many as may wait by the configuration.
    pub(super) limit: usize,
}

impl Speed {
    /// How many may be before somebody who is let wait.
    pub(super) fn held(self) -> usize {
        let in_time = HELD.as_nanos() / self.each.as_nanos().max(1) * self.threads as u128;
        self.limit.min(usize::try_from(in_time).unwrap_or(usize::MAX)).max(1)
    }

    /// Until so many had their turn.
    fn wait(self, ahead: usize) -> Duration {
        let ahead = u32::try_from(ahead.div_ceil(self.threads.max(1))).unwrap_or(u32::MAX);
        self.each.saturating_mul(ahead)
    }
}

/// Turned away for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Later {
    /// So many are before.
    pub(super) place: usize,
    /// Until the turn.
    pub(super) wait: Duration,
    /// To stay away: a little less, because the rest is waited out.
    pub(super) away: Duration,
    /// When it is not the whole row that is full: so many wait at this address.
    pub(super) at_address: Option<usize>,
}

/// A place of somebody who was turned away.
struct Kept {
    number: u64,
    until: Instant,
}

/// The row.
pub(super) struct Queue<W> {
    people: BTreeMap<u64, Job<W>>,
    bulk: VecDeque<Job<W>>,
    waiting_from: HashMap<IpAddr, usize>,
    kept: HashMap<u64, Kept>,
    next: u64,
    pub(super) stopping: bool,
}

impl<W> Default for Queue<W> {
    fn default() -> Self {
        Self {
            people: BTreeMap::new(),
            bulk: VecDeque::new(),
            waiting_from: HashMap::new(),
            kept: HashMap::new(),
            next: 0,
            stopping: false,
        }
    }
}

impl<W> Queue<W> {
    /// Does nobody and nothing wait?
    pub(super) fn is_empty(&self) -> bool {
        self.people.is_empty() && self.bulk.is_empty()
    }

    /// How many people wait.
    pub(super) fn people(&self) -> usize {
        self.people.len()
    }

    /// Stands in the row, or is turned away.
    pub(super) fn join(&mut self, asking: Asking, work: W, speed: Speed, now: Instant) -> Result<(), Later> {
        let known = self.kept.get(&asking.key).filter(|kept| kept.until > now).map(|kept| kept.number);
        let number = known.unwrap_or(self.next);
        let held = speed.held();
        let ahead = self.people.range(..number).count();
        // Whoever comes back stands before others who wait already, so there may be more of them than are held. Twice as
        // many bounds how much longer that makes it for those.
        let most = speed.limit.min(held.saturating_mul(2));
        let (part, whole) = SHARE_OF_ONE_ADDRESS;
        let share = (most * part / whole).max(1);
        let from_here = asking.from.and_then(|from| self.waiting_from.get(&from).copied()).unwrap_or(0);
        let crowded = from_here >= share;
        if known.is_none() {
            self.next += 1;
        }
        if ahead < held && self.people.len() < most && !crowded {
            self.kept.remove(&asking.key);
            if let Some(from) = asking.from {
                *self.waiting_from.entry(from).or_default() += 1;
            }
            self.people.insert(number, Job { work, since: now, from: asking.from });
            return Ok(());
        }
        self.kept.retain(|_, kept| kept.until > now);
        let place = ahead + self.kept.values().filter(|kept| kept.number < number).count();
        let wait = speed.wait(place);
        if self.kept.len() < PLACES || known.is_some() {
            self.kept.insert(asking.key, Kept { number, until: now + wait.min(LONGEST_AWAY) + KEPT });
        }
        let away = wait.saturating_sub(HELD / 2).clamp(Duration::from_secs(1), LONGEST_AWAY);
        Err(Later { place, wait, away, at_address: crowded.then_some(from_here) })
    }

    /// Bulk work, behind everybody.
    pub(super) fn append(&mut self, work: W, now: Instant) {
        self.bulk.push_back(Job { work, since: now, from: None });
    }

    /// The next one.
    pub(super) fn take(&mut self) -> Option<Job<W>> {
        let Some((_, job)) = self.people.pop_first() else { return self.bulk.pop_front() };
        if let Some(from) = job.from
            && let Some(count) = self.waiting_from.get_mut(&from)
        {
            *count -= 1;
            if *count == 0 {
                self.waiting_from.remove(&from);
            }
        }
        Some(job)
    }

    /// Sends everybody away.
    pub(super) fn clear(&mut self) {
        self.people.clear();
        self.bulk.clear();
        self.waiting_from.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Five may be before somebody who is held, ten in the row.
    const SPEED: Speed = Speed { each: Duration::from_secs(1), threads: 1, limit: 100 };

    fn household(number: u64) -> Option<IpAddr> {
        Some(IpAddr::from([10, 0, 0, u8::try_from(number % 250).unwrap()]))
    }

    fn ask(queue: &mut Queue<u64>, person: u64, now: Instant) -> Result<(), Later> {
        queue.join(Asking { from: household(person), key: person }, person, SPEED, now)
    }

    fn served(queue: &mut Queue<u64>) -> Vec<u64> {
        std::iter::from_fn(|| queue.take()).map(|job| job.work).collect()
    }

    #[test]
    fn who_is_turned_away_keeps_the_place_before_all_who_ask_later() {
        let (mut queue, now) = (Queue::default(), Instant::now());
        for person in 0..5 {
            ask(&mut queue, person, now).unwrap();
        }
        let later = ask(&mut queue, 5, now).unwrap_err();
        assert_eq!((later.place, later.wait, later.away), (5, SPEED.wait(5), Duration::from_millis(2_500)));
        assert_eq!(ask(&mut queue, 6, now).unwrap_err().place, 6);
        // Asking again gains nothing and loses nothing.
        assert_eq!(ask(&mut queue, 5, now).unwrap_err().place, 5);
        assert_eq!(queue.take().unwrap().work, 0);
        assert_eq!(queue.take().unwrap().work, 1);
        // Somebody new is faster than the two who were told to stay away.
        ask(&mut queue, 7, now).unwrap();
        ask(&mut queue, 6, now).unwrap();
        ask(&mut queue, 5, now).unwrap();
        assert_eq!(served(&mut queue), [2, 3, 4, 5, 6, 7]);
    }

    #[test]
    fn a_place_that_nobody_takes_is_given_up() {
        let (mut queue, now) = (Queue::default(), Instant::now());
        for person in 0..6 {
            let _ = ask(&mut queue, person, now);
        }
        let late = now + Duration::from_secs(36);
        assert_eq!(ask(&mut queue, 8, late).unwrap_err().place, 5, "nobody waits for the one who is gone");
        assert_eq!(ask(&mut queue, 5, late).unwrap_err().place, 6, "who comes too late stands behind");
    }

    #[test]
    fn the_row_is_bounded_however_many_come_back_at_once() {
        let (mut queue, now) = (Queue::default(), Instant::now());
        for person in 0..100 {
            let _ = ask(&mut queue, person, now);
        }
        while queue.take().is_some() {}
        for person in (100..105).chain(5..100) {
            let _ = ask(&mut queue, person, now);
        }
        assert_eq!(queue.people(), 10);
        assert_eq!(served(&mut queue), [5, 6, 7, 8, 9, 100, 101, 102, 103, 104]);
    }

    #[test]
    fn one_address_cannot_fill_the_row_and_others_pass_it() {
        let (mut queue, now) = (Queue::default(), Instant::now());
        let speed = Speed { limit: 8, each: Duration::from_millis(1), ..SPEED };
        let ask = |queue: &mut Queue<u64>, person: u64, from: u64| {
            queue.join(Asking { from: household(from), key: person }, person, speed, now)
        };
        for person in 0..6 {
            ask(&mut queue, person, 1).unwrap();
        }
        assert_eq!(ask(&mut queue, 6, 1).unwrap_err().at_address, Some(6));
        ask(&mut queue, 7, 2).unwrap();
        ask(&mut queue, 8, 3).unwrap();
        assert_eq!(ask(&mut queue, 9, 4).unwrap_err().at_address, None, "the whole row is full");
        assert_eq!(queue.take().unwrap().work, 0);
        ask(&mut queue, 6, 1).unwrap();
        assert_eq!(served(&mut queue), [1, 2, 3, 4, 5, 6, 7, 8]);
    }

    #[test]
    fn bulk_work_goes_when_nobody_waits() {
        let (mut queue, now) = (Queue::default(), Instant::now());
        queue.append(77, now);
        ask(&mut queue, 1, now).unwrap();
        assert_eq!(served(&mut queue), [1, 77]);
        assert!(queue.is_empty());
    }

    #[test]
    fn nobody_is_held_longer_than_a_page_may_load() {
        assert_eq!(SPEED.held(), 5);
        assert_eq!(Speed { each: Duration::from_millis(20), threads: 2, limit: 4096 }.held(), 500);
        assert_eq!(Speed { each: Duration::from_mins(1), ..SPEED }.held(), 1);
    }
}
