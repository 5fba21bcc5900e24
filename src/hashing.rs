//! Password hashing on a bounded pool of its own threads: Argon2id with its memory allocated once per thread, a fair
//! row in front (`queue`), and an honest answer when the row is too long.
//!
//! A thousand sign-ins at nine o'clock take `hashing_threads` cores and `hashing_threads` times the configured memory,
//! never more, and have their turns in the order in which they came. Bulk work (imports) goes only when no sign-in waits.

mod queue;

use std::hash::{BuildHasher as _, RandomState};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use parking_lot::{Condvar, Mutex};
use prometheus::{Histogram, HistogramOpts, IntCounter, IntGauge, Registry};
use subtle::ConstantTimeEq as _;
use tokio::sync::oneshot;

use crate::config::SignIn;
use crate::domain::refusal::{INTERNAL, OVERLOADED, Refusal, Waiting};
use crate::domain::sign_in::SIGN_IN_LATER;
use crate::niceness;
use queue::{Asking, Job, Later, Queue, Speed};

/// Hashes timed at the start.
const SAMPLES: usize = 3;
/// A thread that had nothing to do for so long gives its memory back; touching it anew costs some milliseconds.
const IDLE: Duration = Duration::from_secs(20);
/// Bytes of a salt: what RFC 9106 recommends.
const SALT_BYTES: usize = 16;
/// Bytes of a hash.
const HASH_BYTES: usize = 32;
/// Stored hashes that ask for more memory are not computed: they cannot be ours.
const MOST_MEMORY_KIB: u32 = 1024 * 1024;

/// The outcome of comparing a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Is it the right one?
    pub right: bool,
    /// When it is, and was hashed with another cost than today's: the hash with today's.
    pub strengthened: Option<String>,
    /// How long it stood in the row.
    pub waited: Duration,
}

/// Who asks for a hash: the same person at the same address has one place in the row.
#[derive(Debug, Clone, Copy)]
pub struct Asker<'a> {
    /// The address.
    pub from: Option<IpAddr>,
    /// The login, or the one-time link: what names them before they are known.
    pub name: &'a str,
}

enum Work {
    /// Compare with a stored hash; without one take as long and say no.
    Verify { password: String, stored: Option<String>, reply: oneshot::Sender<Result<Verdict, Refusal>> },
    /// Make a hash.
    Hash { password: String, reply: oneshot::Sender<Result<String, Refusal>> },
}

impl Work {
    fn is_wanted(&self) -> bool {
        match self {
            Self::Verify { reply, .. } => !reply.is_closed(),
            Self::Hash { reply, .. } => !reply.is_closed(),
        }
    }
}

struct HashingMetrics {
    waiting: IntGauge,
    refused: IntCounter,
    wait_seconds: Histogram,
    hash_seconds: Histogram,
}

impl HashingMetrics {
    fn register(registry: &Registry) -> Result<Self, prometheus::Error> {
        let bounds = vec![0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 45.0];
        let metrics = Self {
            waiting: IntGauge::new(
                "lyceum_sign_in_waiting",
                "Sign-ins and new passwords that wait for a hashing thread.",
            )?,
            refused: IntCounter::new(
                "lyceum_sign_in_refused_total",
                "Sign-ins refused because the queue was too long.",
            )?,
            wait_seconds: Histogram::with_opts(
                HistogramOpts::new("lyceum_sign_in_wait_seconds", "Time in the queue before hashing begins.")
                    .buckets(bounds.clone()),
            )?,
            hash_seconds: Histogram::with_opts(
                HistogramOpts::new("lyceum_password_hash_seconds", "Time to hash one password.")
                    .buckets(bounds),
            )?,
        };
        registry.register(Box::new(metrics.waiting.clone()))?;
        registry.register(Box::new(metrics.refused.clone()))?;
        registry.register(Box::new(metrics.wait_seconds.clone()))?;
        registry.register(Box::new(metrics.hash_seconds.clone()))?;
        Ok(metrics)
    }
}

struct Shared {
    queue: Mutex<Queue<Work>>,
    /// Makes keys of names, so that no name is kept.
    keys: RandomState,
    ready: Condvar,
    cost: Params,
    threads: usize,
    queue_limit: usize,
    /// A hash of nothing that anybody knows, to compare with when there is no account.
    dummy: String,
    /// Smoothed time of one hash.
    typical_us: AtomicU64,
    metrics: HashingMetrics,
}

/// The pool. Cheap to clone; the last clone stops its threads.
#[derive(Clone)]
pub struct Hashing {
    inner: Arc<Inner>,
}

struct Inner {
    shared: Arc<Shared>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.shared.queue.lock().stopping = true;
        self.shared.ready.notify_all();
        for thread in std::mem::take(&mut *self.threads.lock()) {
            if thread.join().is_err() {
                tracing::error!("a hashing thread panicked");
            }
        }
    }
}

/// Why the pool does not start.
#[derive(Debug, thiserror::Error)]
pub enum HashingError {
    /// The cost is out of range.
    #[error("sign_in: the Argon2 cost cannot be used: {0}")]
    Cost(argon2::Error),
    /// The first hash failed.
    #[error("hashing does not work: {0}")]
    Hash(String),
    /// A thread.
    #[error("a hashing thread does not start: {0}")]
    Thread(#[from] std::io::Error),
    /// Metrics clash.
    #[error(transparent)]
    Metrics(#[from] prometheus::Error),
}

/// The memory that one thread hashes in. Reused for every hash, so that a rush pays no page faults; given back when
/// nobody signs in.
struct Memory(Vec<Block>);

impl Memory {
    fn release(&mut self) {
        self.0 = Vec::new();
    }

    fn compute(
        &mut self,
        cost: &Params,
        password: &str,
        salt: &[u8],
        length: usize,
    ) -> Result<Vec<u8>, Refusal> {
        self.0.resize(cost.block_count(), Block::new());
        let mut out = vec![0; length];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, cost.clone())
            .hash_password_into_with_memory(password.as_bytes(), salt, &mut out, self.0.as_mut_slice())
            .map_err(|error| INTERNAL.refuse(format!("hashing failed: {error}")))?;
        Ok(out)
    }

    fn hash(&mut self, cost: &Params, password: &str) -> Result<String, Refusal> {
        let mut salt = [0; SALT_BYTES];
        getrandom::fill(&mut salt).map_err(|error| INTERNAL.refuse(format!("no randomness: {error}")))?;
        let hash = self.compute(cost, password, &salt, HASH_BYTES)?;
        Ok(format!(
            "$argon2id$v=19$m={},t={},p={}${}${}",
            cost.m_cost(),
            cost.t_cost(),
            cost.p_cost(),
            STANDARD_NO_PAD.encode(salt),
            STANDARD_NO_PAD.encode(hash)
        ))
    }

    fn verify(&mut self, stored: &Stored, password: &str) -> Result<bool, Refusal> {
        let hash = self.compute(&stored.cost, password, &stored.salt, stored.hash.len())?;
        Ok(hash.ct_eq(&stored.hash).into())
    }
}

/// A stored hash, taken apart.
struct Stored {
    cost: Params,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

impl Stored {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix("$argon2id$v=19$")?.split('$');
        let (costs, salt, hash) = (parts.next()?, parts.next()?, parts.next()?);
        let number = |name: &str| -> Option<u32> {
            costs.split(',').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')?.parse().ok())
        };
        let (memory_kib, passes, lanes) = (number("m")?, number("t")?, number("p")?);
        if memory_kib > MOST_MEMORY_KIB || parts.next().is_some() {
            return None;
        }
        Some(Self {
            cost: Params::new(memory_kib, passes, lanes, None).ok()?,
            salt: STANDARD_NO_PAD.decode(salt).ok()?,
            hash: STANDARD_NO_PAD.decode(hash).ok()?,
        })
    }

    fn costs_as(&self, cost: &Params) -> bool {
        (self.cost.m_cost(), self.cost.t_cost(), self.cost.p_cost())
            == (cost.m_cost(), cost.t_cost(), cost.p_cost())
    }
}

/// A hash takes a core for some 20 ms; whoever answers an exam on the same core goes first.
const NICE: i32 = 10;

impl Hashing {
    /// Starts the threads and hashes a few times, which shows that it works and how long it takes.
    pub fn start(settings: &SignIn, registry: &Registry) -> Result<Self, HashingError> {
        let cost = Params::new(settings.argon2_memory_kib, settings.argon2_passes, 1, None)
            .map_err(HashingError::Cost)?;
        let mut memory = Memory(Vec::new());
        let mut nobody_knows = [0; 32];
        getrandom::fill(&mut nobody_knows).map_err(|error| HashingError::Hash(error.to_string()))?;
        let mut hash = || {
            memory
                .hash(&cost, &STANDARD_NO_PAD.encode(nobody_knows))
                .map_err(|refusal| HashingError::Hash(refusal.detail))
        };
        // The first one pays for touching its memory, which later ones do not. The quickest of a few tells what one takes
        // when nothing else runs; from then on the estimate follows what happens.
        let mut dummy = hash()?;
        let mut quickest = Duration::MAX;
        for _ in 0..SAMPLES {
            let since = Instant::now();
            dummy = hash()?;
            quickest = quickest.min(since.elapsed());
        }
        let typical_us = micros(quickest);
        drop(memory);
        let shared = Arc::new(Shared {
            queue: Mutex::default(),
            keys: RandomState::new(),
            ready: Condvar::new(),
            cost,
            threads: settings.hashing_threads,
            queue_limit: settings.hashing_queue,
            dummy,
            typical_us: AtomicU64::new(typical_us),
            metrics: HashingMetrics::register(registry)?,
        });
        let mut threads = Vec::new();
        for number in 0..settings.hashing_threads {
            let shared = shared.clone();
            let builder = std::thread::Builder::new().name(format!("hashing-{number}"));
            threads.push(builder.spawn(move || {
                niceness::of_this_thread(NICE);
                shared.work();
            })?);
        }
        Ok(Self { inner: Arc::new(Inner { shared, threads: Mutex::new(threads) }) })
    }

    /// Compares a password with a stored hash; with none it takes as long and says no.
    pub async fn verify(
        &self,
        asker: Asker<'_>,
        password: String,
        stored: Option<String>,
    ) -> Result<Verdict, Refusal> {
        let (reply, answer) = oneshot::channel();
        self.inner.shared.push(asker, Work::Verify { password, stored, reply })?;
        answer.await.unwrap_or_else(|_| Err(stopping()))
    }

    /// Hashes a new password.
    pub async fn hash(&self, asker: Asker<'_>, password: String) -> Result<String, Refusal> {
        let (reply, answer) = oneshot::channel();
        self.inner.shared.push(asker, Work::Hash { password, reply })?;
        answer.await.unwrap_or_else(|_| Err(stopping()))
    }

    /// Hashes passwords of an import, behind everybody who signs in. Blocks; for threads outside the async runtime.
    pub fn hash_bulk(&self, passwords: &[&str]) -> Result<Vec<String>, Refusal> {
        let shared = &self.inner.shared;
        let mut hashes = Vec::with_capacity(passwords.len());
        // A few per thread in flight keep them busy; the rest stays here.
        for few in passwords.chunks(shared.threads * 4) {
            let mut answers = Vec::with_capacity(few.len());
            for password in few {
                let (reply, answer) = oneshot::channel();
                let work = Work::Hash { password: (*password).to_owned(), reply };
                let mut queue = shared.queue.lock();
                if queue.stopping {
                    return Err(stopping());
                }
                queue.append(work, Instant::now());
                drop(queue);
                shared.ready.notify_one();
                answers.push(answer);
            }
            for answer in answers {
                hashes.push(answer.blocking_recv().unwrap_or_else(|_| Err(stopping()))?);
            }
        }
        Ok(hashes)
    }

    /// How many people wait.
    pub fn waiting(&self) -> usize {
        self.inner.shared.queue.lock().people()
    }
}

fn turned_away(later: Later, waiting: usize) -> Refusal {
    let Later { place, wait, away, at_address } = later;
    let who = match at_address {
        Some(here) => format!("{here} of the {waiting} people who wait to sign in are at your address"),
        None => format!("{waiting} people wait to sign in"),
    };
    let seconds = wait.as_secs_f64().ceil();
    let detail = format!("{who}; your turn is in about {seconds} s and is kept until you ask again");
    SIGN_IN_LATER
        .refuse(detail)
        .waiting(Waiting {
            place: u32::try_from(place).unwrap_or(u32::MAX),
            wait_ms: u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
        })
        .retry_after(u32::try_from(away.as_millis().div_ceil(1000)).unwrap_or(u32::MAX))
}

fn stopping() -> Refusal {
    OVERLOADED.refuse("the server is stopping").retry_after(5)
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX).max(1)
}

/// One household or campus: an IPv4 address, or a /64 of IPv6, which is what one customer gets.
pub fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => IpAddr::V4(v4),
            None => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
        },
    }
}

impl Shared {
    fn speed(&self) -> Speed {
        let each = Duration::from_micros(self.typical_us.load(Ordering::Relaxed).max(1));
        Speed { each, threads: self.threads, limit: self.queue_limit }
    }

    fn push(&self, asker: Asker<'_>, work: Work) -> Result<(), Refusal> {
        let from = asker.from.map(household);
        let asking = Asking { from, key: self.keys.hash_one((from, asker.name)) };
        let mut queue = self.queue.lock();
        if queue.stopping {
            return Err(stopping());
        }
        let joined = queue.join(asking, work, self.speed(), Instant::now());
        let waiting = queue.people();
        self.metrics.waiting.set(i64::try_from(waiting).unwrap_or(i64::MAX));
        drop(queue);
        if let Err(later) = joined {
            self.metrics.refused.inc();
            return Err(turned_away(later, waiting));
        }
        self.ready.notify_one();
        Ok(())
    }

    /// The next job. Calls `idle` when none came for a while.
    fn next(&self, mut idle: impl FnMut()) -> Option<Job<Work>> {
        let mut queue = self.queue.lock();
        loop {
            if queue.stopping {
                // Callers see their channel close and are told that the server stops.
                queue.clear();
                return None;
            }
            if let Some(job) = queue.take() {
                self.metrics.waiting.set(i64::try_from(queue.people()).unwrap_or(i64::MAX));
                return Some(job);
            }
            if self.ready.wait_for(&mut queue, IDLE).timed_out() && queue.is_empty() {
                parking_lot::MutexGuard::unlocked(&mut queue, &mut idle);
            }
        }
    }

    fn work(&self) {
        let mut memory = Memory(Vec::new());
        while let Some(job) = self.next(|| memory.release()) {
            // Who went away while waiting costs nothing.
            if !job.work.is_wanted() {
                continue;
            }
            let waited = job.since.elapsed();
            self.metrics.wait_seconds.observe(waited.as_secs_f64());
            let since = Instant::now();
            // A receiver that went away does not want the answer.
            match job.work {
                Work::Verify { password, stored, reply } => {
                    let verdict = self.verify(&mut memory, &password, stored.as_deref());
                    drop(reply.send(verdict.map(|verdict| Verdict { waited, ..verdict })));
                }
                Work::Hash { password, reply } => drop(reply.send(memory.hash(&self.cost, &password))),
            }
            let took = since.elapsed();
            self.metrics.hash_seconds.observe(took.as_secs_f64());
            let before = self.typical_us.load(Ordering::Relaxed);
            self.typical_us.store((before * 7 + micros(took)) / 8, Ordering::Relaxed);
        }
    }

    fn verify(&self, memory: &mut Memory, password: &str, stored: Option<&str>) -> Result<Verdict, Refusal> {
        let parsed = Stored::parse(stored.unwrap_or(&self.dummy));
        let parsed = parsed.ok_or_else(|| INTERNAL.refuse("a stored password hash cannot be read"))?;
        let right = memory.verify(&parsed, password)? && stored.is_some();
        let strengthened = if right && !parsed.costs_as(&self.cost) {
            Some(memory.hash(&self.cost, password)?)
        } else {
            None
        };
        Ok(Verdict { right, strengthened, waited: Duration::ZERO })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOBODY: Asker<'_> = Asker { from: None, name: "" };

    fn settings(memory_kib: u32, queue: usize) -> SignIn {
        SignIn { argon2_memory_kib: memory_kib, argon2_passes: 1, hashing_queue: queue, ..SignIn::default() }
    }

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
    }

    #[test]
    fn a_hash_fits_its_password_only_and_an_older_cost_is_strengthened() {
        let old = Hashing::start(&settings(8, 8), &Registry::new()).unwrap();
        let new = Hashing::start(&settings(16, 8), &Registry::new()).unwrap();
        runtime().block_on(async {
            let hash = old.hash(NOBODY, "correct ferry".to_owned()).await.unwrap();
            assert!(hash.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{hash}");
            let verdict = new.verify(NOBODY, "correct ferry".to_owned(), Some(hash.clone())).await.unwrap();
            assert!(verdict.right);
            assert!(verdict.strengthened.unwrap().starts_with("$argon2id$v=19$m=16,"));
            let verdict = new.verify(NOBODY, "wrong ferry".to_owned(), Some(hash)).await.unwrap();
            assert_eq!((verdict.right, verdict.strengthened), (false, None));
            assert!(!new.verify(NOBODY, "correct ferry".to_owned(), None).await.unwrap().right);
        });
    }

    #[test]
    fn a_hash_of_another_program_is_read() {
        // From the reference implementation: `echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1`, of its test suite.
        let stored = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        let parsed = Stored::parse(stored).unwrap();
        assert!(Memory(Vec::new()).verify(&parsed, "password").unwrap());
        assert!(Stored::parse("$argon2id$v=19$m=4000000000,t=2,p=1$c29tZXNhbHQ$CTFh").is_none());
    }

    #[test]
    fn memory_that_was_given_back_is_taken_again() {
        let cost = Params::new(64, 1, 1, None).unwrap();
        let mut memory = Memory(Vec::new());
        let hash = memory.hash(&cost, "tulip ferry magnet").unwrap();
        memory.release();
        assert_eq!(memory.0.capacity(), 0);
        assert!(memory.verify(&Stored::parse(&hash).unwrap(), "tulip ferry magnet").unwrap());
    }
}
