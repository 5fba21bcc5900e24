//! The end of a server's life: it says that it goes, ends what has no end of its own, and answers what is in flight.

use tokio::sync::watch;

/// Whether the server stops. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Drain(watch::Sender<bool>);

impl Default for Drain {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Drain {
    /// Says that it stops.
    pub fn begin(&self) {
        self.0.send_replace(true);
    }

    /// Does it stop?
    pub fn has_begun(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it does.
    pub async fn begun(&self) {
        // The sender lives as long as the state does, so waiting does not fail before.
        let _ = self.0.subscribe().wait_for(|begun| *begun).await;
    }
}
