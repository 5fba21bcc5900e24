//! A closed loop: so many connections, each sending its next request when it has its answer.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::client::Connection;

/// What a loop saw.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Answers with a status below 400.
    pub good: u64,
    /// Other answers.
    pub bad: u64,
    /// How long it ran.
    pub seconds: f64,
    /// Latencies in microseconds, sorted.
    pub latencies_us: Vec<u32>,
}

impl Outcome {
    /// Good answers per second.
    #[expect(clippy::cast_precision_loss, reason = "counts of a few seconds")]
    pub fn rate(&self) -> f64 {
        self.good as f64 / self.seconds
    }

    /// The latency in microseconds that `share` (0 to 1) of the answers did not exceed.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an index of a list"
    )]
    pub fn quantile_us(&self, share: f64) -> u32 {
        let last = self.latencies_us.len().saturating_sub(1);
        self.latencies_us.get((last as f64 * share).round() as usize).copied().unwrap_or(0)
    }
}

/// Runs the loop on `threads` threads for `span`. `next` gives the bytes of request `number` of connection `which`.
pub fn run(
    address: SocketAddr,
    threads: usize,
    connections: usize,
    span: Duration,
    next: impl Fn(usize, u64) -> Vec<u8> + Send + Sync + 'static,
) -> io::Result<Outcome> {
    let next = Arc::new(next);
    let started = Instant::now();
    let until = started + span;
    let handles: Vec<_> = (0..threads)
        .map(|thread| {
            let next = next.clone();
            std::thread::spawn(move || -> io::Result<Outcome> {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
                let local = tokio::task::LocalSet::new();
                local.block_on(&runtime, async move {
                    let mut tasks = Vec::new();
                    for which in (thread..connections).step_by(threads) {
                        let next = next.clone();
                        tasks.push(tokio::task::spawn_local(drive(address, which, until, next)));
                    }
                    let mut all = Outcome::default();
                    for task in tasks {
                        let part = task.await.map_err(io::Error::other)??;
                        all.good += part.good;
                        all.bad += part.bad;
                        all.latencies_us.extend(part.latencies_us);
                    }
                    Ok(all)
                })
            })
        })
        .collect();
    let mut all = Outcome::default();
    for handle in handles {
        let part = handle.join().map_err(|_| io::Error::other("a load thread panicked"))??;
        all.good += part.good;
        all.bad += part.bad;
        all.latencies_us.extend(part.latencies_us);
    }
    all.seconds = started.elapsed().as_secs_f64();
    all.latencies_us.sort_unstable();
    Ok(all)
}

async fn drive(
    address: SocketAddr,
    which: usize,
    until: Instant,
    next: Arc<impl Fn(usize, u64) -> Vec<u8>>,
) -> io::Result<Outcome> {
    let mut connection = Connection::open(address).await?;
    let mut was_refused = false;
    let mut seen = Outcome::default();
    let mut number = 0;
    while Instant::now() < until {
        let request = next(which, number);
        let sent = Instant::now();
        let status = match connection.status(&request).await {
            // Who is refused before the body was read is hung up on: what is left of the body is not wanted.
            Err(_) if was_refused => {
                connection = Connection::open(address).await?;
                was_refused = false;
                continue;
            }
            answered => answered?,
        };
        was_refused = status >= 400;
        seen.latencies_us.push(u32::try_from(sent.elapsed().as_micros()).unwrap_or(u32::MAX));
        if was_refused {
            seen.bad += 1;
        } else {
            seen.good += 1;
        }
        number += 1;
    }
    Ok(seen)
}
