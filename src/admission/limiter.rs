//! Finds how much the machine carries, and gives each class its share of that.
//!
//! Workers measure how long what is ready to run waits for its turn ([`Limiter::waited`]), and what their requests cost
//! ([`Limiter::spent`]). From both, [`Controller`] computes every [`TICK`] how many requests are under way at once
//! (Little's law: arrivals times waiting) and how long the wait is against its floor, as the gradient limiters of
//! TCP Vegas and of Netflix's concurrency-limits do. While the wait stays near the floor nothing is limited and
//! admission costs two loads. When it grows, the work admitted per tick is cut by the gradient, and what is left is
//! dealt out by class, the most urgent first; those who save and start are never refused and keep a fifth for
//! themselves. When the wait is short again, the limit probes upward until nothing is refused any more.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use crate::store::Class;
use crate::store::tally::Tally;

/// How often shares are dealt out.
pub const TICK: Duration = Duration::from_millis(20);
/// Twice the floor plus this is no queue yet: less than anybody notices, more than a scheduler adds that shares the cores
/// out in slices of some milliseconds.
const PATIENCE_US: f64 = 15_000.0;
/// The floor is never taken for less: timers are no finer.
const LEAST_FLOOR_US: f64 = 200.0;
/// The floor creeps up by this each tick, doubling in a minute, so that it can follow a machine that became slower.
const FLOOR_CREEP: f64 = 1.000_23;
/// Requests under way per worker below which nothing is limited, however long they take: a few heavy ones are no crowd.
const CROWD_PER_WORKER: f64 = 16.0;
/// Ticks in a row before limiting begins.
const PRESSED_TICKS: u32 = 3;
/// Ticks without a refusal, at full limit, before limiting ends.
const CALM_TICKS: u32 = 50;
/// Share of the limit that only the most urgent classes may use.
const RESERVED: f64 = 0.2;
/// So many of the most urgent classes are never refused: saving is what an exam is about, and starting is paced
/// ([`super::pace`]), which is fair where refusing is not.
const NEVER_REFUSED: usize = 2;
/// Weight of the newest tick in averages.
const NEW: f64 = 0.3;
/// The limit grows by this each tick while somebody is refused and the wait is short.
const PROBE: f64 = 1.02;
/// The limit never falls below this share of what it may be: the lower classes crawl rather than stop.
const LEAST_LIMIT: f64 = 0.2;
/// Of one request so much is given to its class with each tick in any case: whoever waits must see that it goes on.
const CRAWL: f64 = 0.1;
/// Ticks from one cut to the next: what the last one did shows only once the queue of that time is served.
const TICKS_PER_CUT: u32 = 5;

const CLASSES: usize = Class::ALL.len();

/// What one class did and may do.
#[derive(Debug, Default)]
struct Lane {
    limited: AtomicBool,
    /// Work that may still be admitted in this tick.
    left_us: AtomicI64,
    /// What that was at its beginning.
    share_us: AtomicI64,
    /// For one in a while, which nobody else takes.
    crawl_us: AtomicI64,
    /// What one request of this class costs, as measured; 0 before the first.
    cost_us: AtomicI64,
    // Each request counts here; what is above is mostly only read.
    spent_us: Tally,
    ended: Tally,
    admitted: Tally,
    refused: Tally,
}

impl Lane {
    /// Work that a more urgent class may take: what is left, and once as much again, which is paid back in the next tick.
    fn lends_us(&self) -> i64 {
        self.left_us.load(Ordering::Relaxed) + self.share_us.load(Ordering::Relaxed)
    }
}

/// Shared by all workers; no locks.
#[derive(Debug)]
pub struct Limiter {
    lanes: [Lane; CLASSES],
    waited_us: AtomicU64,
    waits: AtomicU64,
    workers: usize,
}

impl Limiter {
    /// For so many workers.
    pub fn new(workers: usize) -> Self {
        Self {
            lanes: Default::default(),
            waited_us: AtomicU64::new(0),
            waits: AtomicU64::new(0),
            workers: workers.max(1),
        }
    }

    fn lane(&self, class: Class) -> Option<&Lane> {
        self.lanes.get(class as usize)
    }

    /// May a request of this class run now?
    pub fn admit(&self, class: Class) -> bool {
        let Some(lane) = self.lane(class) else { return true };
        if lane.limited.load(Ordering::Relaxed) {
            let cost = lane.cost_us.load(Ordering::Relaxed);
            // What came unexpectedly takes from the classes below, also what they will have in the next tick: nothing less
            // urgent runs in the place of what is refused. Who is refused costs nothing: charged, those who ask again
            // would use up what is there for them.
            let mut below = self.lanes.get(class as usize + 1..).unwrap_or_default().iter().rev();
            let own = (lane.left_us.load(Ordering::Relaxed) > 0).then_some(lane);
            if let Some(pays) = own.or_else(|| below.find(|lane| lane.lends_us() >= cost)) {
                pays.left_us.fetch_sub(cost, Ordering::Relaxed);
            } else if lane.crawl_us.load(Ordering::Relaxed) > 0 {
                lane.crawl_us.fetch_sub(cost, Ordering::Relaxed);
            } else {
                lane.refused.raise();
                return false;
            }
        }
        lane.admitted.raise();
        true
    }

    /// A request has ended and kept its worker busy for so long.
    pub fn spent(&self, class: Class, time: Duration) {
        if let Some(lane) = self.lane(class) {
            lane.ended.raise();
            lane.spent_us.add(u64::try_from(time.as_micros()).unwrap_or(u64::MAX));
        }
    }

    /// Something that was ready waited so long for its turn on a worker.
    pub fn waited(&self, time: Duration) {
        self.waited_us.fetch_add(u64::try_from(time.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
        self.waits.fetch_add(1, Ordering::Relaxed);
    }

    /// Takes what was measured since the last tick, and sets what may be admitted until the next.
    pub fn tick(&self, controller: &mut Controller, elapsed: Duration) -> Ticked {
        let take = |value: &AtomicU64| value.swap(0, Ordering::Relaxed);
        let (waited, waits) = (take(&self.waited_us), take(&self.waits));
        let mut seen = Seen {
            elapsed_us: as_us(elapsed),
            wait_us: (waits > 0).then(|| as_f64(waited) / as_f64(waits)),
            ..Seen::default()
        };
        for (lane, class) in self.lanes.iter().zip(&mut seen.classes) {
            *class = ClassSeen {
                spent_us: as_f64(lane.spent_us.take()),
                ended: lane.ended.take(),
                admitted: lane.admitted.take(),
                refused: lane.refused.take(),
            };
        }
        let dealt = controller.step(&seen);
        for ((lane, share), cost) in self.lanes.iter().zip(dealt.shares_us).zip(controller.costs_us()) {
            let known = if cost > 0.0 { whole(cost).max(1) } else { 0 };
            lane.cost_us.store(known, Ordering::Relaxed);
            match share {
                Some(share) => {
                    // What was overdrawn is paid back, what was left over is not saved up.
                    let owed = lane.left_us.load(Ordering::Relaxed).min(0).max(-whole(share));
                    lane.left_us.store(owed + whole(share), Ordering::Relaxed);
                    lane.share_us.store(whole(share), Ordering::Relaxed);
                    // Not saved up either; a debt of one request at most.
                    let crawl = (whole(cost * CRAWL)).max(1);
                    let owed = lane.crawl_us.load(Ordering::Relaxed).min(0).max(-whole(cost));
                    lane.crawl_us.store(owed + crawl, Ordering::Relaxed);
                    lane.limited.store(true, Ordering::Relaxed);
                }
                None => lane.limited.store(false, Ordering::Relaxed),
            }
        }
        Ticked { seen, limit: dealt.limit, wait_us: controller.wait_us, floor_us: controller.floor_us }
    }

    /// What a request of this class costs a worker, as measured; nothing before the first.
    pub fn cost(&self, class: Class) -> Duration {
        let cost_us = self.lane(class).map_or(0, |lane| lane.cost_us.load(Ordering::Relaxed));
        Duration::from_micros(cost_us.max(0).unsigned_abs())
    }

    /// For so many workers.
    pub const fn workers(&self) -> usize {
        self.workers
    }
}

/// What a tick found, for metrics.
#[derive(Debug, Clone)]
pub struct Ticked {
    /// What was measured.
    pub seen: Seen,
    /// Workers' worth of work admitted at once; none while nothing is limited.
    pub limit: Option<f64>,
    /// The wait, smoothed.
    pub wait_us: f64,
    /// The shortest wait.
    pub floor_us: f64,
}

/// What was measured in one tick.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// Length of the tick.
    pub elapsed_us: f64,
    /// Mean wait for a turn; none when no worker measured one.
    pub wait_us: Option<f64>,
    /// By class.
    pub classes: [ClassSeen; CLASSES],
}

/// What one class did in one tick.
#[derive(Debug, Clone, Copy, Default)]
pub struct ClassSeen {
    /// Work done for those that ended.
    pub spent_us: f64,
    /// Requests that ended.
    pub ended: u64,
    /// Requests let in.
    pub admitted: u64,
    /// Requests refused.
    pub refused: u64,
}

/// What may be admitted until the next tick.
#[derive(Debug, Clone, Default)]
pub struct Dealt {
    /// Work by class; none is without limit.
    pub shares_us: [Option<f64>; CLASSES],
    /// Workers' worth of work; none while nothing is limited.
    pub limit: Option<f64>,
}

/// The rule: what was measured goes in, shares come out. No clock, no threads.
#[derive(Debug, Clone)]
pub struct Controller {
    workers: f64,
    wait_us: f64,
    floor_us: f64,
    costs_us: [f64; CLASSES],
    wanted_us: [f64; CLASSES],
    used: f64,
    /// While limiting: how many workers' worth of work.
    limit: Option<f64>,
    pressed: u32,
    since_cut: u32,
    calm: u32,
}

#[expect(clippy::cast_precision_loss, reason = "times and counts of one tick")]
fn as_f64(value: u64) -> f64 {
    value as f64
}

fn as_us(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

#[expect(clippy::cast_possible_truncation, reason = "microseconds of one tick")]
fn whole(value: f64) -> i64 {
    value.round() as i64
}

fn blend(average: &mut f64, newest: f64) {
    *average += NEW * (newest - *average);
}

impl Controller {
    /// For so many workers.
    #[expect(clippy::cast_precision_loss, reason = "a number of threads")]
    pub fn new(workers: usize) -> Self {
        Self {
            workers: workers.max(1) as f64,
            wait_us: 0.0,
            floor_us: f64::MAX,
            costs_us: [0.0; CLASSES],
            wanted_us: [0.0; CLASSES],
            used: 0.0,
            limit: None,
            pressed: 0,
            since_cut: 0,
            calm: 0,
        }
    }

    /// What a request of each class costs.
    pub const fn costs_us(&self) -> [f64; CLASSES] {
        self.costs_us
    }

    /// One tick.
    pub fn step(&mut self, seen: &Seen) -> Dealt {
        let elapsed = seen.elapsed_us.max(1.0);
        if let Some(wait) = seen.wait_us {
            blend(&mut self.wait_us, wait);
            let crept = if self.floor_us < f64::MAX { self.floor_us * FLOOR_CREEP } else { f64::MAX };
            self.floor_us = crept.min(self.wait_us).max(LEAST_FLOOR_US);
        }
        let (mut arrived, mut refused, mut spent) = (0.0, 0, 0.0);
        for ((class, cost), wanted) in seen.classes.iter().zip(&mut self.costs_us).zip(&mut self.wanted_us) {
            // Of those that ended: who is let in and waits, for the store or for a turn, has cost nothing yet, and a crowd would
            // look the cheaper the longer it waits.
            if class.ended > 0 {
                let each = class.spent_us / as_f64(class.ended);
                if *cost > 0.0 {
                    blend(cost, each);
                } else {
                    *cost = each;
                }
            }
            let asked = as_f64(class.admitted + class.refused);
            blend(wanted, asked * *cost);
            arrived += asked;
            refused += class.refused;
            spent += class.spent_us;
        }
        blend(&mut self.used, spent / elapsed);
        let target = 2.0 * self.floor_us.min(1e6) + PATIENCE_US;
        let under_way = arrived / elapsed * self.wait_us;
        let long = self.wait_us > target && (under_way > CROWD_PER_WORKER * self.workers);
        self.pressed = if long { self.pressed + 1 } else { 0 };
        match self.limit {
            None if self.pressed >= PRESSED_TICKS => {
                (self.calm, self.since_cut) = (0, 0);
                self.limit = Some(self.cut(self.used.min(self.workers), target));
            }
            None => return Dealt::default(),
            Some(limit) if long => {
                self.calm = 0;
                self.since_cut += 1;
                if self.since_cut >= TICKS_PER_CUT {
                    self.since_cut = 0;
                    self.limit = Some(self.cut(limit, target));
                }
            }
            Some(limit) if refused > 0 => {
                self.calm = 0;
                self.limit = Some((limit * PROBE).min(self.workers));
            }
            Some(limit) => {
                self.calm += 1;
                self.limit = Some((limit * PROBE).min(self.workers));
                if self.calm >= CALM_TICKS {
                    self.limit = None;
                    self.pressed = 0;
                    return Dealt::default();
                }
            }
        }
        self.deal(elapsed)
    }

    /// The limit by the gradient of the wait against its target, gently: the square root, as one tick says little.
    fn cut(&self, limit: f64, target: f64) -> f64 {
        let gradient = (target / self.wait_us).clamp(0.25, 1.0).sqrt();
        (limit * gradient).max(self.workers * LEAST_LIMIT)
    }

    fn deal(&self, elapsed: f64) -> Dealt {
        let Some(limit) = self.limit else { return Dealt::default() };
        let whole = limit * elapsed;
        let urgent: f64 = self.wanted_us.iter().take(NEVER_REFUSED).sum();
        let mut left = (whole - urgent.max(RESERVED * whole)).max(0.0);
        let mut shares_us = [None; CLASSES];
        for ((share, wanted), cost) in
            shares_us.iter_mut().zip(self.wanted_us).zip(self.costs_us).skip(NEVER_REFUSED)
        {
            // A little more than was asked for, so that a class that grows is not refused while there is room.
            let given = (wanted * 1.25 + cost).min(left);
            left -= wanted.min(given);
            *share = Some(given);
        }
        Dealt { shares_us, limit: self.limit }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A machine of two workers that serves in the order of arrival, fed with so many requests per tick and class.
    struct Machine {
        limiter: Limiter,
        controller: Controller,
        waiting: std::collections::VecDeque<(Class, f64)>,
        backlog_us: f64,
        /// Work of a refusal: it is read and answered too.
        refusal_us: f64,
    }

    const WORKERS: usize = 2;
    const TICK_US: f64 = 20_000.0;

    impl Machine {
        fn new() -> Self {
            Self {
                limiter: Limiter::new(WORKERS),
                controller: Controller::new(WORKERS),
                waiting: std::collections::VecDeque::new(),
                backlog_us: 0.0,
                refusal_us: 6.0,
            }
        }

        /// Served and refused by class in `ticks` ticks.
        fn run(&mut self, ticks: u32, load: &[(Class, f64, f64)]) -> ([u64; CLASSES], [u64; CLASSES], f64) {
            let (mut served, mut refused) = ([0; CLASSES], [0; CLASSES]);
            let mut owed = [0.0; CLASSES];
            let mut longest_us: f64 = 0.0;
            for _ in 0..ticks {
                // Spread over the tick, in turn.
                for _ in 0..20 {
                    for (class, per_tick, cost_us) in load {
                        let owes = &mut owed[*class as usize];
                        *owes += per_tick / 20.0;
                        while *owes >= 1.0 {
                            *owes -= 1.0;
                            self.waiting.push_back((*class, *cost_us));
                            self.backlog_us += cost_us;
                        }
                    }
                    let wait_us = self.backlog_us / as_f64(WORKERS as u64);
                    longest_us = longest_us.max(wait_us);
                    self.limiter.waited(Duration::from_micros(300 + whole(wait_us).unsigned_abs()));
                    let mut time = TICK_US / 20.0 * as_f64(WORKERS as u64);
                    while time > 0.0
                        && let Some((class, cost)) = self.waiting.pop_front()
                    {
                        self.backlog_us -= cost;
                        if self.limiter.admit(class) {
                            time -= cost;
                            served[class as usize] += 1;
                            self.limiter.spent(class, Duration::from_micros(whole(cost).unsigned_abs()));
                        } else {
                            time -= self.refusal_us;
                            refused[class as usize] += 1;
                        }
                    }
                }
                self.limiter.tick(&mut self.controller, TICK);
            }
            (served, refused, longest_us)
        }
    }

    const EXAM: usize = Class::Exam as usize;

    #[test]
    fn a_crowd_that_waits_does_not_look_cheap() {
        let (limiter, mut controller) = (Limiter::new(WORKERS), Controller::new(WORKERS));
        limiter.tick(&mut controller, TICK);
        assert_eq!(limiter.cost(Class::Start), Duration::ZERO, "nothing is known before the first");
        for _ in 0..10 {
            for _ in 0..200 {
                assert!(limiter.admit(Class::Start));
            }
            for _ in 0..20 {
                limiter.spent(Class::Start, Duration::from_micros(300));
            }
            limiter.tick(&mut controller, TICK);
            assert_eq!(limiter.cost(Class::Start), Duration::from_micros(300));
        }
    }

    #[test]
    fn nothing_is_refused_below_what_the_machine_carries() {
        let mut machine = Machine::new();
        let load = [(Class::Exam, 300.0, 40.0), (Class::Browse, 500.0, 40.0), (Class::Report, 2.0, 1000.0)];
        let (served, refused, _) = machine.run(500, &load);
        assert_eq!(refused, [0; CLASSES]);
        assert_eq!(served[EXAM], 500 * 300);
    }

    #[test]
    fn a_few_heavy_requests_are_no_crowd() {
        let mut machine = Machine::new();
        let (served, refused, longest) = machine.run(200, &[(Class::Report, 0.5, 60_000.0)]);
        assert!(longest > 20_000.0, "others wait long: {longest}");
        assert_eq!((served[Class::Report as usize], refused), (100, [0; CLASSES]));
    }

    #[test]
    fn at_five_times_the_load_the_exam_keeps_what_it_had_and_the_lowest_class_goes_first() {
        // 40 ms of work fit into a tick of two workers; this is 37 ms: full.
        let full = [
            (Class::Exam, 40.0, 50.0),
            (Class::Start, 10.0, 100.0),
            (Class::Interactive, 100.0, 60.0),
            (Class::Browse, 600.0, 40.0),
            (Class::Report, 4.0, 1000.0),
        ];
        let mut machine = Machine::new();
        let (at_full, _, _) = machine.run(500, &full);
        let five = full.map(|(class, per_tick, cost)| (class, per_tick * 5.0, cost));
        machine.run(100, &five);
        let (served, refused, longest) = machine.run(500, &five);
        assert_eq!((refused[EXAM], refused[Class::Start as usize]), (0, 0));
        assert!(as_f64(served[EXAM]) >= 0.95 * as_f64(at_full[EXAM]), "{served:?} {at_full:?}");
        // But for the one now and then that each class gets.
        let share = |class: Class| {
            let class = class as usize;
            as_f64(served[class]) / as_f64(served[class] + refused[class]).max(1.0)
        };
        assert!(share(Class::Report) <= share(Class::Browse) + 0.05, "{served:?} {refused:?}");
        assert!(share(Class::Browse) <= share(Class::Interactive) + 0.05, "{served:?} {refused:?}");
        assert!(share(Class::Interactive) <= share(Class::Start) + 0.05, "{served:?} {refused:?}");
        assert!(share(Class::Browse) < 0.2, "{served:?} {refused:?}");
        assert!(longest < 400_000.0, "the queue stays short: {longest} us");
        let work: f64 = load_work(&served, &five);
        let capacity = 500.0 * TICK_US * as_f64(WORKERS as u64);
        let refusing = as_f64(refused.iter().sum::<u64>()) * machine.refusal_us;
        assert!(
            work > 0.8 * (capacity - refusing),
            "the machine is kept busy: {work} of {capacity} - {refusing}"
        );
    }

    #[test]
    fn what_comes_now_and_then_and_all_at_once_goes_before_what_is_less_urgent() {
        let mut machine = Machine::new();
        let crowd = [(Class::Exam, 100.0, 50.0), (Class::Browse, 4000.0, 40.0), (Class::Report, 4.0, 1000.0)];
        let visit = [&crowd[..], &[(Class::Interactive, 20.0, 60.0)]].concat();
        machine.run(200, &crowd);
        let mut turned_away = [0; CLASSES];
        for _ in 0..50 {
            for (ticks, load) in [(9, &crowd[..]), (1, &visit[..])] {
                let (_, refused, _) = machine.run(ticks, load);
                turned_away.iter_mut().zip(refused).for_each(|(sum, more)| *sum += more);
            }
        }
        assert!(turned_away[Class::Browse as usize] > 0, "{turned_away:?}");
        assert_eq!(turned_away[Class::Interactive as usize], 0, "{turned_away:?}");
    }

    #[test]
    fn what_is_least_urgent_crawls_and_does_not_stop() {
        let mut machine = Machine::new();
        let flood = [
            (Class::Exam, 100.0, 50.0),
            (Class::Interactive, 3000.0, 60.0),
            (Class::Report, 20.0, 1000.0),
            (Class::Bulk, 20.0, 1000.0),
        ];
        machine.run(200, &flood);
        let (served, refused, _) = machine.run(1_000, &flood);
        for class in [Class::Report, Class::Bulk].map(|class| class as usize) {
            assert!(served[class] >= 50 && refused[class] > 10 * served[class], "{served:?} {refused:?}");
        }
    }

    fn load_work(served: &[u64; CLASSES], load: &[(Class, f64, f64)]) -> f64 {
        load.iter().map(|(class, _, cost)| as_f64(served[*class as usize]) * cost).sum()
    }

    #[test]
    fn when_the_crowd_is_gone_nothing_is_limited_any_more() {
        let mut machine = Machine::new();
        let crowd = [(Class::Exam, 100.0, 50.0), (Class::Browse, 4000.0, 40.0)];
        let (_, refused, _) = machine.run(300, &crowd);
        assert!(refused[Class::Browse as usize] > 0);
        let calm = [(Class::Exam, 100.0, 50.0), (Class::Browse, 300.0, 40.0)];
        machine.run(400, &calm);
        let (_, refused, _) = machine.run(500, &calm);
        assert_eq!(refused, [0; CLASSES]);
        assert!(machine.controller.limit.is_none());
    }
}
