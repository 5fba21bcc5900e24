//! Who waits for a place beside the workers. The most urgent class goes first, and within a class whoever asked first; now
//! and then it is the turn of whoever has waited longest, so that nobody waits for ever. Whoever would wait too long is
//! told so at once.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::sync::oneshot;

use crate::store::Class;

/// Nobody joins a row in which they would wait for longer: people have gone by then, and what they asked for is done in vain.
const LONGEST: Duration = Duration::from_secs(10);
/// Of every so many places one is for whoever has waited longest.
const OLDEST_SHARE: u32 = 8;
/// Weight of the newest piece of work in the average of its class.
const NEW: f64 = 0.1;

const CLASSES: usize = Class::ALL.len();

/// So many at a time.
pub struct Row {
    places: usize,
    /// How many of each class wait and have not gone away, counted by themselves: a crowd is never walked through to know
    /// how large it is.
    living: [AtomicUsize; CLASSES],
    line: Mutex<Line>,
}

struct Line {
    free: usize,
    waiting: [VecDeque<Waiter>; CLASSES],
    /// What work of each class takes, in seconds.
    seconds: [f64; CLASSES],
    /// Numbers in the order of asking.
    next: u64,
    /// Places given since the one who had waited longest had theirs.
    given: u32,
}

struct Waiter {
    number: u64,
    turn: oneshot::Sender<Place>,
}

/// Whoever waits, until they have their place or go away.
struct Waiting<'r> {
    living: Option<&'r AtomicUsize>,
    turn: oneshot::Receiver<Place>,
}

/// A place; it is given back when this is dropped.
pub struct Place {
    /// None when it was nobody's.
    row: Option<Arc<Row>>,
    class: Class,
    /// When it was taken; none as long as it only waits for whoever was called.
    since: Option<Instant>,
}

impl Row {
    /// With so many places.
    pub fn of(places: usize) -> Arc<Self> {
        let places = places.max(1);
        let line =
            Line { free: places, waiting: Default::default(), seconds: [0.0; CLASSES], next: 0, given: 0 };
        Arc::new(Self { places, living: Default::default(), line: Mutex::new(line) })
    }

    /// Waits for a place. Without one comes how long it would have taken.
    pub async fn place(self: &Arc<Self>, class: Class) -> Result<Place, Duration> {
        let waiting = {
            let mut line = self.line.lock();
            if let Some(wait) = self.too_long(&line, class) {
                return Err(wait);
            }
            self.join(&mut line, class)
        };
        waiting.place().await.ok_or(Duration::ZERO)
    }

    /// Waits for a place, however long it takes: for the rest of what has begun.
    pub async fn place_in_time(self: &Arc<Self>, class: Class) -> Option<Place> {
        let waiting = self.join(&mut self.line.lock(), class);
        waiting.place().await
    }

    /// How many wait, by class.
    pub fn waiting(&self) -> [usize; CLASSES] {
        self.living.each_ref().map(|living| living.load(Ordering::Relaxed))
    }

    /// How long somebody of this class would wait, when nobody may join for so long: whoever comes with much to read is told
    /// so before any of it is read.
    pub fn full_for(&self, class: Class) -> Option<Duration> {
        // Mostly nobody waits, and nothing is locked to know it.
        if self.waiting() == [0; CLASSES] { None } else { self.too_long(&self.line.lock(), class) }
    }

    /// The same, of a line that is held.
    fn too_long(&self, line: &Line, class: Class) -> Option<Duration> {
        // Whoever is never refused need not know.
        if class <= Class::Start {
            return None;
        }
        Some(line.wait(class, self.waiting(), self.places)).filter(|wait| *wait > LONGEST)
    }

    fn join<'r>(self: &'r Arc<Self>, line: &mut Line, class: Class) -> Waiting<'r> {
        let (turn, comes) = oneshot::channel();
        // While a place is free, nobody waits.
        if line.free > 0 {
            line.free -= 1;
            // The other end is here.
            drop(turn.send(Place { row: Some(self.clone()), class, since: None }));
            return Waiting { living: None, turn: comes };
        }
        if let Some(waiting) = line.waiting.get_mut(class as usize) {
            waiting.push_back(Waiter { number: line.next, turn });
            line.next += 1;
        }
        let living = self.living.get(class as usize);
        if let Some(living) = living {
            living.fetch_add(1, Ordering::Relaxed);
        }
        Waiting { living, turn: comes }
    }
}

#[cfg(test)]
impl Row {
    /// As if one of this class waited whose work takes longer than anybody waits.
    pub fn pretend_full(&self, class: Class) {
        self.line.lock().learn(class, f64::from(u32::MAX));
        if let Some(living) = self.living.get(class as usize) {
            living.store(1, Ordering::Relaxed);
        }
    }
}

impl Waiting<'_> {
    /// The place, when it comes. The other end is dropped with the row, which whoever waits holds.
    async fn place(mut self) -> Option<Place> {
        (&mut self.turn).await.ok().map(Place::taken)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if let Some(living) = self.living {
            living.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Line {
    /// How long it takes until everybody has gone whose turn is before that of somebody of this class who joins now.
    #[expect(clippy::cast_precision_loss, reason = "people in a row")]
    fn wait(&self, class: Class, waiting: [usize; CLASSES], places: usize) -> Duration {
        let before = waiting.into_iter().zip(self.seconds).take(class as usize + 1);
        let seconds: f64 = before.map(|(waiting, each)| waiting as f64 * each).sum();
        Duration::from_secs_f64(seconds / places as f64)
    }

    fn learn(&mut self, class: Class, took: f64) {
        if let Some(seconds) = self.seconds.get_mut(class as usize) {
            *seconds = if *seconds > 0.0 { *seconds + NEW * (took - *seconds) } else { took };
        }
    }

    fn next_waiter(&mut self) -> Option<(Class, Waiter)> {
        for waiting in &mut self.waiting {
            while waiting.front().is_some_and(|waiter| waiter.turn.is_closed()) {
                waiting.pop_front();
            }
        }
        let mut filled = Class::ALL
            .into_iter()
            .zip(&mut self.waiting)
            .filter_map(|(class, waiting)| Some((waiting.front()?.number, class, waiting)));
        self.given += 1;
        let (_, class, waiting) = if self.given >= OLDEST_SHARE {
            self.given = 0;
            filled.min_by_key(|(number, ..)| *number)
        } else {
            filled.next()
        }?;
        waiting.pop_front().map(|waiter| (class, waiter))
    }
}

impl Place {
    fn taken(mut self) -> Self {
        self.since = Some(Instant::now());
        self
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(row) = self.row.take() else { return };
        if let Some(since) = self.since {
            row.line.lock().learn(self.class, since.elapsed().as_secs_f64());
        }
        loop {
            let next = {
                let mut line = row.line.lock();
                let next = line.next_waiter();
                line.free += usize::from(next.is_none());
                next
            };
            let Some((class, waiter)) = next else { return };
            match waiter.turn.send(Self { row: Some(row.clone()), class, since: None }) {
                Ok(()) => return,
                // Gone at this moment: the next one's.
                Err(mut nobodys) => drop(nobodys.row.take()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::{Pin, pin};
    use std::task::{Context, Poll, Waker};

    use super::*;

    type Coming<'r> = Pin<Box<dyn Future<Output = Result<Place, Duration>> + 'r>>;

    fn ask(row: &Arc<Row>, class: Class) -> Coming<'_> {
        let mut coming: Coming<'_> = Box::pin(row.place(class));
        assert!(look(&mut coming).is_none(), "there is a place");
        coming
    }

    fn look(coming: &mut Coming<'_>) -> Option<Place> {
        match pin!(coming).as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(place) => Some(place.unwrap()),
            Poll::Pending => None,
        }
    }

    fn take(row: &Arc<Row>, class: Class) -> Place {
        look(&mut (Box::pin(row.place(class)) as Coming<'_>)).unwrap()
    }

    #[test]
    fn the_most_urgent_goes_first_and_among_equals_whoever_asked_first() {
        let row = Row::of(1);
        let mut place = take(&row, Class::Bulk);
        let mut coming: Vec<_> =
            [Class::Bulk, Class::Report, Class::Browse, Class::Report, Class::Interactive]
                .map(|class| (class, ask(&row, class)))
                .into();
        assert_eq!(row.waiting().iter().sum::<usize>(), 5);
        let mut came = Vec::new();
        while !coming.is_empty() {
            drop(place);
            let (who, next) =
                (0..coming.len()).find_map(|who| Some((who, look(&mut coming[who].1)?))).unwrap();
            came.push(coming.remove(who).0);
            place = next;
        }
        let right = [Class::Interactive, Class::Browse, Class::Report, Class::Report, Class::Bulk];
        assert_eq!(came, right);
    }

    #[test]
    fn nobody_waits_for_ever_behind_those_who_are_more_urgent() {
        let row = Row::of(1);
        let mut place = take(&row, Class::Browse);
        let mut bulk = ask(&row, Class::Bulk);
        for others in 0.. {
            let mut browse = ask(&row, Class::Browse);
            drop(place);
            if look(&mut bulk).is_some() {
                assert_eq!(others, OLDEST_SHARE - 1);
                break;
            }
            place = look(&mut browse).unwrap();
        }
    }

    #[test]
    fn the_place_of_whoever_has_gone_is_the_next_ones() {
        let row = Row::of(2);
        let (one, two) = (take(&row, Class::Browse), take(&row, Class::Browse));
        let gone = ask(&row, Class::Browse);
        let mut stays = ask(&row, Class::Browse);
        drop(gone);
        drop(one);
        let place = look(&mut stays).unwrap();
        let mut called = ask(&row, Class::Browse);
        drop(two);
        // It has its place, and goes before it has looked.
        drop(place);
        assert_eq!(row.line.lock().free, 1);
        drop(look(&mut called).unwrap());
        let unseen = ask_when_full(&row);
        drop(unseen);
        assert_eq!(row.waiting(), [0; CLASSES]);
        assert_eq!(row.line.lock().free, 2);
    }

    /// Somebody whose place was given and who never took it.
    fn ask_when_full(row: &Arc<Row>) -> Coming<'_> {
        let all = [take(row, Class::Browse), take(row, Class::Browse)];
        let coming = ask(row, Class::Browse);
        drop(all);
        coming
    }

    #[test]
    fn a_crowd_that_has_gone_is_nobody_and_says_nothing_of_how_long_work_takes() {
        let row = Row::of(1);
        row.line.lock().seconds[Class::Report as usize] = 4.0;
        let place = take(&row, Class::Browse);
        let gone: Vec<_> = (0..100_000).map(|_| row.join(&mut row.line.lock(), Class::Report)).collect();
        let mut stays = ask_always(&row);
        drop(gone);
        assert_eq!(row.waiting().iter().sum::<usize>(), 1);
        drop(place);
        drop(look(&mut stays).unwrap());
        let line = row.line.lock();
        assert_eq!((line.free, line.waiting.iter().map(VecDeque::len).sum::<usize>()), (1, 0));
        assert!((line.seconds[Class::Report as usize] - 4.0).abs() < 1e-9);
    }

    fn ask_always(row: &Arc<Row>) -> Coming<'_> {
        let mut coming: Coming<'_> =
            Box::pin(async { row.place_in_time(Class::Bulk).await.ok_or(Duration::ZERO) });
        assert!(look(&mut coming).is_none(), "there is a place");
        coming
    }

    #[test]
    fn a_row_that_is_too_long_is_not_joined_except_by_whoever_goes_before_it() {
        let row = Row::of(1);
        row.line.lock().seconds[Class::Report as usize] = 4.0;
        let _place = take(&row, Class::Report);
        let _waiting: Vec<_> = (0..3).map(|_| ask(&row, Class::Report)).collect();
        for class in [Class::Report, Class::Bulk] {
            let mut late: Coming<'_> = Box::pin(row.place(class));
            let refused = pin!(&mut late).as_mut().poll(&mut Context::from_waker(Waker::noop()));
            assert!(matches!(refused, Poll::Ready(Err(wait)) if wait == Duration::from_secs(12)));
        }
        let _sooner = ask(&row, Class::Browse);
        let mut rest = Box::pin(row.place_in_time(Class::Bulk));
        assert!(rest.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
}
