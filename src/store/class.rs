//! Priority classes: what is served first when the machine is full, from the route down to the writer's queue.

/// How urgent a piece of work is. Order is priority: the first is refused last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Saving an answer, submitting an attempt.
    Exam,
    /// Starting or resuming an attempt.
    Start,
    /// Signing in and out.
    SignIn,
    /// What somebody waits for: editing, grading, one page.
    Interactive,
    /// Reading around: outlines, lists, files.
    Browse,
    /// Matrices, statistics, live monitors.
    Report,
    /// Imports, exports, regrades, maintenance.
    Bulk,
}

impl Class {
    /// All classes, most urgent first.
    pub const ALL: [Self; 7] =
        [Self::Exam, Self::Start, Self::SignIn, Self::Interactive, Self::Browse, Self::Report, Self::Bulk];

    /// The name in metrics and documents.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exam => "exam",
            Self::Start => "start",
            Self::SignIn => "sign_in",
            Self::Interactive => "interactive",
            Self::Browse => "browse",
            Self::Report => "report",
            Self::Bulk => "bulk",
        }
    }

    /// Writes of this class that may wait in the writer's queue. The exam class holds a save of everybody that one
    /// machine can carry; bulk work keeps few in flight, because each of its writes is large.
    pub(crate) const fn queue_limit(self) -> usize {
        match self {
            Self::Exam => 65_536,
            Self::Start => 32_768,
            Self::SignIn | Self::Interactive => 16_384,
            Self::Browse | Self::Report => 4_096,
            Self::Bulk => 256,
        }
    }

    /// Writes of this class may be so large that one at a time is enough ahead of what is more urgent.
    pub(crate) const fn jobs_are_large(self) -> bool {
        matches!(self, Self::Report | Self::Bulk)
    }
}
