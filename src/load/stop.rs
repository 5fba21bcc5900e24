//! The wish to end early: said once, and heeded by everything that has not begun yet.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// The wish to end early. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<Wish>);

#[derive(Debug, Default)]
struct Wish {
    is_said: AtomicBool,
    wakes: Notify,
}

impl Stop {
    /// Says it; saying it again changes nothing.
    pub fn say(&self) {
        self.0.is_said.store(true, Ordering::SeqCst);
        self.0.wakes.notify_waiters();
    }

    /// Was it said?
    pub fn is_said(&self) -> bool {
        self.0.is_said.load(Ordering::SeqCst)
    }

    /// Returns when it is said, or was.
    pub async fn said(&self) {
        let mut wakes = pin!(self.0.wakes.notified());
        // Listens from here on, so that what is said between the look and the wait is not missed.
        wakes.as_mut().enable();
        if !self.is_said() {
            wakes.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_is_heard_by_who_waits_and_by_who_comes_later() {
        let stop = Stop::default();
        let waits = stop.clone();
        let waiting = tokio::spawn(async move { waits.said().await });
        tokio::task::yield_now().await;
        assert!(!stop.is_said() && !waiting.is_finished());
        stop.say();
        waiting.await.unwrap();
        stop.said().await;
        assert!(stop.is_said());
    }
}
