//! What the server says about itself while it is driven: once a second from its `/metrics`, where that answers.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::desk::{Body, Desk};
use super::target::Target;

/// What a scrape tells.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Scraped {
    pub memory_bytes: f64,
    pub syncs: f64,
    pub sync_seconds: f64,
    pub queued: f64,
    pub cpu_seconds: f64,
    /// Processors of the server's machine; 0 when it does not tell.
    pub processors: f64,
    /// Memory of the server's machine; 0 when it does not tell.
    pub machine_memory_bytes: f64,
    /// When it came.
    pub at: Option<Instant>,
}

impl Scraped {
    /// Reads the text format of Prometheus; samples of one name are added up over their labels.
    pub(super) fn read(text: &str) -> Self {
        let sum = |name: &str| -> f64 {
            text.lines()
                .filter_map(|line| line.strip_prefix(name))
                .filter(|rest| rest.starts_with(['{', ' ']))
                .filter_map(|rest| rest.rsplit(' ').next()?.parse::<f64>().ok())
                .sum()
        };
        Self {
            memory_bytes: sum("process_resident_memory_bytes"),
            syncs: sum("lyceum_store_sync_seconds_count"),
            sync_seconds: sum("lyceum_store_sync_seconds_sum"),
            queued: sum("lyceum_store_writer_queue"),
            cpu_seconds: sum("process_cpu_seconds_total"),
            processors: sum("lyceum_machine_processors"),
            machine_memory_bytes: sum("lyceum_machine_memory_bytes"),
            at: None,
        }
    }

    /// The server's machine, as far as it tells.
    pub(super) fn hardware(&self) -> BTreeMap<String, String> {
        [("cores", self.processors), ("memory_bytes", self.machine_memory_bytes)]
            .into_iter()
            .filter(|(_, value)| *value > 0.0)
            .map(|(name, value)| (name.to_owned(), format!("{value:.0}")))
            .collect()
    }

    /// The share of its machine's processors that the server used since an earlier scrape, where both tell it.
    pub(super) fn share_since(&self, earlier: &Self) -> Option<f64> {
        let seconds = self.at?.saturating_duration_since(earlier.at?).as_secs_f64();
        let used = self.cpu_seconds - earlier.cpu_seconds;
        (seconds > 0.0 && self.processors > 0.0).then(|| (used / seconds / self.processors).clamp(0.0, 1.0))
    }
}

/// Scrapes once a second until it is dropped.
#[derive(Debug)]
pub(super) struct Scraper {
    last: Arc<Mutex<Option<Scraped>>>,
    refused: Arc<AtomicBool>,
    task: tokio::task::JoinHandle<()>,
}

impl Scraper {
    pub(super) fn start(target: &Target, token: Option<String>) -> Self {
        let (last, refused) = (Arc::new(Mutex::new(None)), Arc::new(AtomicBool::new(false)));
        let refusal = refused.clone();
        let (held, mut desk) = (last.clone(), Desk::new(target).with_token(token));
        let bytes = desk.bytes("GET", "/metrics", Body::None);
        let task = tokio::spawn(async move {
            let mut every = interval(Duration::from_secs(1));
            every.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                every.tick().await;
                match desk.try_once(&bytes).await {
                    Ok((200, _, body)) => {
                        let scraped = Scraped::read(&String::from_utf8_lossy(&body));
                        *held.lock() = Some(Scraped { at: Some(Instant::now()), ..scraped });
                    }
                    Ok((403, ..)) => refusal.store(true, Ordering::Relaxed),
                    _ => {}
                }
            }
        });
        Self { last, refused, task }
    }

    /// Did it say that this is not for us?
    pub(super) fn is_refused(&self) -> bool {
        self.refused.load(Ordering::Relaxed)
    }

    /// What came last; `None` when nothing ever came.
    pub(super) fn last(&self) -> Option<Scraped> {
        *self.last.lock()
    }
}

impl Drop for Scraper {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_found_by_their_whole_name_and_added_up() {
        let text = "# HELP process_resident_memory_bytes x\nprocess_resident_memory_bytes 1048576\n\
            lyceum_store_writer_queue{class=\"exam\"} 3\nlyceum_store_writer_queue{class=\"bulk\"} 4\n\
            lyceum_store_writer_queue_other 9\nlyceum_store_sync_seconds_sum 0.5\nlyceum_store_sync_seconds_count 10\n\
            process_cpu_seconds_total 4.5\nlyceum_machine_processors 8\nlyceum_machine_memory_bytes 4096\n";
        let expected = Scraped {
            memory_bytes: 1_048_576.0,
            syncs: 10.0,
            sync_seconds: 0.5,
            queued: 7.0,
            cpu_seconds: 4.5,
            processors: 8.0,
            machine_memory_bytes: 4096.0,
            at: None,
        };
        assert_eq!(Scraped::read(text), expected);
        let named = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(expected.hardware(), [named("cores", "8"), named("memory_bytes", "4096")].into());
        assert!(Scraped::default().hardware().is_empty());
    }

    #[test]
    fn a_server_elsewhere_is_as_busy_as_it_says_of_its_own_processors() {
        let now = Instant::now();
        let at = |seconds: u64, cpu_seconds, processors| Scraped {
            cpu_seconds,
            processors,
            at: Some(now + Duration::from_secs(seconds)),
            ..Scraped::default()
        };
        assert_eq!(at(2, 16.0, 4.0).share_since(&at(0, 10.0, 4.0)), Some(0.75));
        assert_eq!(at(2, 16.0, 0.0).share_since(&at(0, 10.0, 0.0)), None, "its processors are not known");
        assert_eq!(at(2, 16.0, 4.0).share_since(&at(2, 16.0, 4.0)), None, "the same scrape");
        assert_eq!(at(2, 16.0, 4.0).share_since(&Scraped::default()), None);
    }
}
