//! Where the time of a request goes: one clock per request, which its dispatcher carries from poll to poll.

use std::cell::Cell;
use std::time::Duration;

use crate::store::timing;

/// A part of a request's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Finding the route, whether there is room, and waiting for a turn.
    Admit,
    /// Reading and understanding the body, with the wait for it.
    Parse,
    /// Waiting for the writer of the store.
    Queue,
    /// The transaction's own code.
    Apply,
    /// From then until it was durable and visible.
    Sync,
    /// All the rest: rights, reads, rules before the transaction, the answer.
    Render,
}

impl Stage {
    /// All, in the order in which a request passes them.
    pub const ALL: [Self; 6] = [Self::Admit, Self::Parse, Self::Queue, Self::Apply, Self::Sync, Self::Render];

    /// The name in metrics and logs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Admit => "admit",
            Self::Parse => "parse",
            Self::Queue => "queue",
            Self::Apply => "apply",
            Self::Sync => "sync",
            Self::Render => "render",
        }
    }

    /// The field of a request's span.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Admit => "admit_us",
            Self::Parse => "parse_us",
            Self::Queue => "queue_us",
            Self::Apply => "apply_us",
            Self::Sync => "sync_us",
            Self::Render => "render_us",
        }
    }
}

/// Times by stage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stages([Duration; Stage::ALL.len()]);

thread_local! {
    /// Body time of the request that is being polled.
    static PARSED: Cell<Duration> = const { Cell::new(Duration::ZERO) };
    /// Its time in rows.
    static ADMITTED: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// Notes time spent with a body.
pub fn parsed(time: Duration) {
    PARSED.set(PARSED.get() + time);
}

/// Notes time spent waiting for a turn.
pub fn admitted(time: Duration) {
    ADMITTED.set(ADMITTED.get() + time);
}

impl Stages {
    /// Adds time to a stage.
    pub fn add(&mut self, stage: Stage, time: Duration) {
        if let Some(sum) = self.0.get_mut(stage as usize) {
            *sum += time;
        }
    }

    /// Takes what was noted during the poll that just ended.
    pub fn collect(&mut self) {
        let writes = timing::take();
        self.add(Stage::Queue, writes.queue);
        self.add(Stage::Apply, writes.apply);
        self.add(Stage::Sync, writes.sync);
        self.add(Stage::Parse, PARSED.take());
        self.add(Stage::Admit, ADMITTED.take());
    }

    /// The request took `whole`: what no other stage had is the last one's.
    pub fn close(&mut self, whole: Duration) {
        let known: Duration = self.0.iter().sum();
        self.add(Stage::Render, whole.saturating_sub(known));
    }

    /// Stage by stage.
    pub fn iter(&self) -> impl Iterator<Item = (Stage, Duration)> {
        Stage::ALL.into_iter().zip(self.0)
    }

    /// The stage that took most.
    pub fn slowest(&self) -> (Stage, Duration) {
        self.iter().max_by_key(|(_, time)| *time).unwrap_or((Stage::Render, Duration::ZERO))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_stage_had_is_the_rest() {
        let mut stages = Stages::default();
        stages.add(Stage::Admit, Duration::from_micros(1));
        parsed(Duration::from_micros(20));
        admitted(Duration::from_micros(5));
        stages.collect();
        stages.close(Duration::from_micros(100));
        let times: Vec<u128> = stages.iter().map(|(_, time)| time.as_micros()).collect();
        assert_eq!(times, [6, 20, 0, 0, 0, 74]);
        assert_eq!(stages.slowest().0, Stage::Render);
        stages.collect();
        assert_eq!(stages.iter().nth(1).unwrap().1.as_micros(), 20, "nothing is taken twice");
    }
}
