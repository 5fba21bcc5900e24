//! Background work in turns: a few threads, each with one piece of work at a time, of whoever was not served for longest.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use crate::domain::refusal::{Kind, Refusal};

/// A piece of work.
#[derive(Debug, Clone, Copy)]
pub struct Piece<Id, Owner> {
    /// Which.
    pub id: Id,
    /// Whose it is: they take turns.
    pub owner: Owner,
    /// May it be done now?
    pub is_due: bool,
}

/// Which pieces are under way, and whose turn it is.
struct Desk<Id, Owner> {
    stopping: bool,
    running: HashSet<Id>,
    /// Until when a piece is left alone.
    resting: HashMap<Id, Instant>,
    /// The turn in which somebody was served last.
    served: HashMap<Owner, u64>,
    turn: u64,
    /// How often somebody said that there is something new.
    woken: u64,
}

impl<Id: Copy + Ord + Hash, Owner: Copy + Eq + Hash> Desk<Id, Owner> {
    fn is_free(&self, piece: &Piece<Id, Owner>, now: Instant) -> bool {
        let rests = self.resting.get(&piece.id).is_some_and(|until| *until > now);
        piece.is_due && !rests && !self.running.contains(&piece.id)
    }

    /// The next piece: of whoever was not served for longest, the oldest.
    fn choose(&mut self, all: &[Piece<Id, Owner>], now: Instant) -> Option<Id> {
        // Whoever has nothing more to do is forgotten, so that this stays as small as the list.
        self.served.retain(|owner, _| all.iter().any(|piece| piece.owner == *owner));
        self.resting.retain(|_, until| *until > now);
        let free = all.iter().filter(|piece| self.is_free(piece, now));
        let served = |owner: &Owner| self.served.get(owner).copied().unwrap_or(0);
        let Piece { id, owner, .. } = *free.min_by_key(|piece| (served(&piece.owner), piece.id))?;
        self.turn += 1;
        self.served.insert(owner, self.turn);
        self.running.insert(id);
        Some(id)
    }
}

/// What threads ask for the next piece.
pub struct Turns<Id, Owner> {
    desk: Mutex<Desk<Id, Owner>>,
    changed: Condvar,
}

impl<Id, Owner> Default for Turns<Id, Owner> {
    fn default() -> Self {
        let desk = Desk {
            stopping: false,
            running: HashSet::new(),
            resting: HashMap::new(),
            served: HashMap::new(),
            turn: 0,
            woken: 0,
        };
        Self { desk: Mutex::new(desk), changed: Condvar::new() }
    }
}

impl<Id: Copy + Ord + Hash, Owner: Copy + Eq + Hash> Turns<Id, Owner> {
    /// Says that there is something new: whatever rests may be tried again.
    pub fn wake(&self) {
        let mut desk = self.desk.lock();
        desk.woken += 1;
        desk.resting.clear();
        drop(desk);
        self.changed.notify_all();
    }

    /// Asks the threads to end.
    pub fn stop(&self) {
        self.desk.lock().stopping = true;
        self.changed.notify_all();
    }

    /// Is it time to end?
    pub fn is_stopping(&self) -> bool {
        self.desk.lock().stopping
    }

    /// Waits for so long, unless it is time to end or there is something new.
    pub fn pause(&self, patience: Duration) {
        let mut desk = self.desk.lock();
        let woken = desk.woken;
        let nothing_new = |desk: &mut Desk<Id, Owner>| !desk.stopping && desk.woken == woken;
        self.changed.wait_while_for(&mut desk, nothing_new, patience);
    }

    /// Waits for a piece that nobody is at; `None` when it is time to end. What there is, is listed anew at the latest after
    /// `patience`, and while nothing is locked.
    pub fn next(
        &self,
        patience: Duration,
        list: impl Fn() -> Result<Vec<Piece<Id, Owner>>, Refusal>,
    ) -> Option<Id> {
        loop {
            let (stopping, woken) = {
                let desk = self.desk.lock();
                (desk.stopping, desk.woken)
            };
            if stopping {
                return None;
            }
            let all = list().unwrap_or_else(|refusal| {
                // While the store takes nothing it has said why itself.
                if refusal.code.kind != Kind::Unavailable {
                    tracing::warn!(%refusal, "what is to be done in the background cannot be read");
                }
                Vec::new()
            });
            let mut desk = self.desk.lock();
            if desk.stopping {
                return None;
            }
            if let Some(id) = desk.choose(&all, Instant::now()) {
                return Some(id);
            }
            if desk.woken == woken {
                let _ = self.changed.wait_for(&mut desk, patience);
            }
        }
    }

    /// A piece is done, or its turn is over. For so long it is left alone.
    pub fn put_back(&self, id: Id, rest: Duration) {
        let mut desk = self.desk.lock();
        desk.running.remove(&id);
        if rest.is_zero() {
            self.changed.notify_one();
        } else {
            desk.resting.insert(id, Instant::now() + rest);
        }
    }

    /// Is there a piece that somebody could be at?
    pub fn others_wait(&self, all: &[Piece<Id, Owner>]) -> bool {
        let (desk, now) = (self.desk.lock(), Instant::now());
        all.iter().any(|piece| desk.is_free(piece, now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REST: Duration = Duration::from_secs(5);

    fn piece(owner: u64, id: u64) -> Piece<u64, u64> {
        Piece { id, owner, is_due: true }
    }

    fn take(turns: &Turns<u64, u64>, all: &[Piece<u64, u64>], now: Instant) -> Option<u64> {
        let mut desk = turns.desk.lock();
        let id = desk.choose(all, now)?;
        desk.running.remove(&id);
        Some(id)
    }

    #[test]
    fn owners_take_turns_and_each_ones_oldest_piece_goes_first() {
        let (turns, now) = (Turns::default(), Instant::now());
        let (many, one) = (1, 2);
        let mut all = vec![piece(many, 10), piece(many, 11), piece(many, 12), piece(one, 20)];
        let mut order = Vec::new();
        while let Some(id) = take(&turns, &all, now) {
            all.retain(|piece| piece.id != id);
            order.push(id);
        }
        assert_eq!(order, [10, 20, 11, 12]);
        assert!(turns.desk.lock().served.is_empty(), "who has nothing to do is forgotten");
    }

    #[test]
    fn a_long_piece_is_put_back_behind_the_other_ones() {
        let (turns, all) = (Turns::default(), [piece(1, 10), piece(2, 20)]);
        let order = [(); 4].map(|()| take(&turns, &all, Instant::now()).unwrap());
        assert_eq!(order, [10, 20, 10, 20]);
    }

    #[test]
    fn what_is_not_due_runs_or_rests_is_left_alone() {
        let (turns, now) = (Turns::default(), Instant::now());
        let all = [piece(1, 1), piece(2, 2), Piece { is_due: false, ..piece(3, 3) }];
        turns.desk.lock().running.insert(1);
        turns.desk.lock().resting.insert(2, now + REST);
        assert_eq!(take(&turns, &all, now), None);
        assert!(!turns.others_wait(&all));
        assert_eq!(take(&turns, &all, now + REST), Some(2));
        turns.put_back(2, REST);
        turns.wake();
        assert!(turns.others_wait(&all));
        assert_eq!(take(&turns, &all, now), Some(2), "somebody changed something");
    }

    #[test]
    fn what_comes_while_the_list_is_read_is_not_waited_for() {
        let turns = Turns::default();
        let list = || {
            let woken = turns.desk.lock().woken;
            turns.wake();
            Ok(if woken == 0 { Vec::new() } else { vec![piece(1, 7)] })
        };
        // Nobody else is there to end the wait.
        assert_eq!(turns.next(Duration::from_hours(1), list), Some(7));
        turns.stop();
        assert_eq!(turns.next(Duration::from_hours(1), || Ok(vec![piece(1, 8)])), None);
    }
}
