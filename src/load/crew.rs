//! The threads of the generator: each has its own small runtime and its share of the people, signs them in, and lets them
//! go at the common moment.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::{Barrier, mpsc};
use tokio::time::Instant;

use super::LoadError;
use super::measure::Recorder;
use super::person::{Bounds, Outcome, Person};
use super::settings::{Settings, SignIn};
use super::stage::Stage;
use super::target::Target;
use super::{exam, tools, visits};

/// Sign-ins under way at once when the server sets the pace: enough to keep its hashing busy, too few to fill its queue.
const SIGN_INS_AT_ONCE: usize = 8;
/// People who open the waiting page in a second, before the exam.
const WAITING_PER_SECOND: f64 = 500.0;
/// At least so long from the last sign-in to the start: a breath for the server.
const BREATH: Duration = Duration::from_secs(1);

/// What somebody is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Exam,
    Browse,
    Teach,
    /// The tool with this number.
    Tool(usize),
}

/// What everybody plays by.
#[derive(Debug)]
pub(super) struct Play {
    pub settings: Settings,
    pub stage: Arc<Stage>,
}

/// What the threads share.
#[derive(Debug)]
struct Shared {
    play: Play,
    barrier: Barrier,
    begin: OnceLock<Instant>,
    sign_in_begins: Instant,
    signed_in: AtomicU64,
}

/// The threads at work.
#[derive(Debug)]
pub(super) struct Crew {
    shared: Arc<Shared>,
    /// One per thread.
    pub recorders: Vec<Arc<Mutex<Recorder>>>,
    threads: Vec<JoinHandle<Result<(), LoadError>>>,
    working: mpsc::Receiver<()>,
}

impl Crew {
    /// Starts the threads.
    pub(super) fn start(
        settings: &Settings,
        target: &Target,
        stage: Arc<Stage>,
        bounds: &Arc<Bounds>,
    ) -> Result<Self, LoadError> {
        let mut cast = cast(settings, &stage);
        let threads = settings.threads.min(cast.len().max(1));
        let shared = Arc::new(Shared {
            play: Play { settings: settings.clone(), stage },
            barrier: Barrier::new(threads),
            begin: OnceLock::new(),
            sign_in_begins: Instant::now(),
            signed_in: AtomicU64::new(0),
        });
        let (holds, working) = mpsc::channel(1);
        let mut crew = Self { shared, recorders: Vec::new(), threads: Vec::new(), working };
        // Every so-many-th, so that each thread has of everything.
        let mut shares: Vec<Vec<(usize, Part, SignIn)>> = (0..threads).map(|_| Vec::new()).collect();
        for (number, (part, who)) in cast.drain(..).enumerate() {
            if let Some(share) = shares.get_mut(number % threads) {
                share.push((number, part, who));
            }
        }
        for (thread, share) in shares.into_iter().enumerate() {
            let record = Arc::new(Mutex::new(Recorder::new()?));
            crew.recorders.push(record.clone());
            let people: Vec<(Part, Person)> = share
                .into_iter()
                .map(|(number, part, who)| {
                    let number = u64::try_from(number).unwrap_or(u64::MAX);
                    (part, Person::new(number, settings.seed, who, target, bounds, &record))
                })
                .collect();
            let (shared, holds) = (crew.shared.clone(), holds.clone());
            let body = move || {
                let done = work(people, &shared);
                drop(holds);
                done
            };
            let thread = std::thread::Builder::new().name(format!("load-{thread}")).spawn(body);
            crew.threads.push(thread.map_err(LoadError::io("starting a thread of the generator"))?);
        }
        Ok(crew)
    }

    /// Returns when all threads are done.
    pub(super) async fn done(&mut self) {
        let _ = self.working.recv().await;
    }

    /// What is going on.
    pub(super) fn phase(&self) -> &'static str {
        match self.shared.begin.get() {
            None => "signing in",
            Some(begin) if Instant::now() < *begin => "waiting",
            Some(_) => "running",
        }
    }

    /// How many have signed in.
    pub(super) fn signed_in(&self) -> u64 {
        self.shared.signed_in.load(Ordering::Relaxed)
    }

    /// Waits for all threads, so that nobody plays on the stage any more; an error of one is the run's.
    pub(super) fn join(self) -> Result<Vec<Arc<Mutex<Recorder>>>, LoadError> {
        let panicked = |_| LoadError::Io {
            what: "driving the server".to_owned(),
            source: std::io::Error::other("a thread of the generator panicked"),
        };
        let ends: Vec<_> = self.threads.into_iter().map(JoinHandle::join).collect();
        for end in ends {
            end.map_err(panicked)??;
        }
        Ok(self.recorders)
    }
}

/// Who plays what.
fn cast(settings: &Settings, stage: &Stage) -> Vec<(Part, SignIn)> {
    let [exam, browse, teach, tools] = settings.parts();
    let mut learners = stage.people.iter().filter(|who| !who.teaches);
    let teachers = stage.people.iter().filter(|who| who.teaches);
    let mut cast: Vec<(Part, SignIn)> =
        learners.by_ref().take(exam).map(|who| (Part::Exam, who.clone())).collect();
    cast.extend(learners.take(browse).map(|who| (Part::Browse, who.clone())));
    cast.extend(teachers.take(teach).map(|who| (Part::Teach, who.clone())));
    // They show the run's credential, and are nobody who signs in.
    let nobody = || SignIn { username: String::new(), password: String::new(), teaches: false };
    cast.extend((0..tools).map(|number| (Part::Tool(number), nobody())));
    cast
}

fn work(people: Vec<(Part, Person)>, shared: &Arc<Shared>) -> Result<(), LoadError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(LoadError::io("making a runtime"))?;
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, async {
        let people = sign_in(people, shared).await;
        let begin = meet(shared).await;
        let mut tasks = Vec::with_capacity(people.len());
        let count = people.len().max(1);
        for (place, (part, mut person)) in people.into_iter().enumerate() {
            let shared = shared.clone();
            tasks.push(tokio::task::spawn_local(async move {
                match part {
                    Part::Exam => {
                        let before = waiting(&shared.play.settings).mul_f64(1.0 - share(place, count));
                        exam::wait_for_it(&mut person, &shared.play, begin - before).await;
                        exam::take(&mut person, &shared.play, begin).await;
                    }
                    Part::Browse => visits::browse(&mut person, &shared.play, begin).await,
                    Part::Teach => visits::teach(&mut person, &shared.play, begin).await,
                    Part::Tool(number) => tools::play(&mut person, &shared.play, begin, number).await,
                }
            }));
        }
        for task in tasks {
            task.await.map_err(|error| LoadError::Io {
                what: "driving the server".to_owned(),
                source: std::io::Error::other(error),
            })?;
        }
        Ok(())
    })
}

fn share(place: usize, count: usize) -> f64 {
    let float = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    float(place) / float(count)
}

/// Over how long the waiting pages are opened.
fn waiting(settings: &Settings) -> Duration {
    let [exam, ..] = settings.parts();
    Duration::from_secs_f64(f64::from(u32::try_from(exam).unwrap_or(u32::MAX)) / WAITING_PER_SECOND)
}

/// Waits until all threads are there. The common moment.
async fn meet(shared: &Shared) -> Instant {
    if shared.barrier.wait().await.is_leader() {
        let begin = Instant::now() + waiting(&shared.play.settings) + BREATH;
        // Nobody else sets it.
        let _ = shared.begin.set(begin);
    }
    shared.barrier.wait().await;
    shared.begin.get().copied().unwrap_or_else(Instant::now)
}

/// Signs everybody in; who cannot stays out.
async fn sign_in(people: Vec<(Part, Person)>, shared: &Arc<Shared>) -> Vec<(Part, Person)> {
    let threads = shared.play.settings.threads;
    let count = people.len();
    let waiting: VecDeque<_> = people.into_iter().enumerate().collect();
    let waiting = Rc::new(RefCell::new(waiting));
    let inside = Rc::new(RefCell::new(Vec::with_capacity(count)));
    let mut tasks = Vec::new();
    let spread = shared.play.settings.sign_in_within;
    let at_once = if spread.is_some() { count } else { SIGN_INS_AT_ONCE.div_ceil(threads) };
    for _ in 0..at_once {
        let (waiting, inside, shared) = (waiting.clone(), inside.clone(), shared.clone());
        tasks.push(tokio::task::spawn_local(async move {
            loop {
                let next = waiting.borrow_mut().pop_front();
                let Some((place, (part, mut person))) = next else { break };
                let planned = match spread {
                    Some(spread) => shared.sign_in_begins + spread.mul_f64(share(place, count.max(1))),
                    None => Instant::now(),
                };
                let Some(intended) = person.pace(planned).await else { break };
                let outcome = match &shared.play.stage.access {
                    Some(access) => person.bear(&access.token),
                    None => person.sign_in(intended).await,
                };
                if matches!(outcome, Outcome::Good) && person.is_signed_in() {
                    shared.signed_in.fetch_add(1, Ordering::Relaxed);
                    inside.borrow_mut().push((place, (part, person)));
                }
            }
        }));
    }
    for task in tasks {
        // A task that panicked has lost its person, which the report's counts show.
        drop(task.await);
    }
    let mut inside = inside.take();
    inside.sort_by_key(|(place, _)| *place);
    inside.into_iter().map(|(_, who)| who).collect()
}
