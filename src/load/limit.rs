//! When the generator, and not the server, is what ran out: one set of thresholds for the notes of a run and for the search
//! for the capacity.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A generator that uses this share of its threads, or of the processors that there are, has nothing left.
pub const OWN_BUSY: f64 = 0.9;
/// A machine this busy has nothing left, and what the generator takes of it the server does not have.
pub const MACHINE_BUSY: f64 = 0.95;
/// From this share of a busy machine the generator, and not the server, is a good part of the load.
pub const SHARE_OF_BUSY: f64 = 0.4;
/// Who sends this much later than planned, at the ninety-ninth percentile and without waiting for an answer, is the limit.
pub const LATE_MS: f64 = 10.0;

/// A way in which the generator was a limit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum GeneratorLimit {
    /// It sent late although it waited for nothing.
    Late {
        /// One request in a hundred was sent later than this.
        p99_ms: f64,
    },
    /// It used up its threads.
    Threads {
        /// Processors that it used.
        used: f64,
        /// Processors that it could use.
        of: f64,
    },
    /// It took a good part of a busy machine.
    ShareOfBusy {
        /// Processors that it used.
        used: f64,
        /// Processors of the machine.
        of: f64,
    },
}

impl fmt::Display for GeneratorLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Late { p99_ms } => {
                write!(f, "one request in a hundred was sent more than {p99_ms:.0} ms late")
            }
            Self::Threads { used, of } => write!(f, "it used {used:.1} of {of} processors"),
            Self::ShareOfBusy { used, of } => {
                write!(f, "it took {used:.1} of the {of} busy processors from the server")
            }
        }
    }
}

/// What a run says of its generator by its means: how late it sent, the processors that it used of those that its threads
/// could use, and how busy which machine was.
pub fn found(late_p99_ms: f64, used: f64, threads: f64, machine: f64, cores: f64) -> Vec<GeneratorLimit> {
    let could = threads.min(cores);
    [
        (late_p99_ms > LATE_MS, GeneratorLimit::Late { p99_ms: late_p99_ms }),
        (used > OWN_BUSY * could, GeneratorLimit::Threads { used, of: could }),
        (
            machine > MACHINE_BUSY && used >= SHARE_OF_BUSY * cores,
            GeneratorLimit::ShareOfBusy { used, of: cores },
        ),
    ]
    .into_iter()
    .filter_map(|(is_so, limit)| is_so.then_some(limit))
    .collect()
}

/// All of them in one sentence.
pub fn sentence(limits: &[GeneratorLimit]) -> String {
    let each: Vec<String> = limits.iter().map(ToString::to_string).collect();
    format!("the generator was a limit: {}", each.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generator_is_a_limit_when_it_is_late_or_busy_or_takes_too_much_of_a_busy_machine() {
        assert!(found(9.0, 1.0, 2.0, 0.9, 4.0).is_empty());
        assert!(
            found(1.0, 0.7, 2.0, 1.0, 2.0).is_empty(),
            "a third of a busy machine is the server's affair"
        );
        assert_eq!(found(12.0, 0.1, 2.0, 0.5, 4.0), [GeneratorLimit::Late { p99_ms: 12.0 }]);
        assert_eq!(found(0.0, 1.9, 2.0, 0.5, 8.0), [GeneratorLimit::Threads { used: 1.9, of: 2.0 }]);
        let share = found(0.0, 0.8, 2.0, 0.99, 2.0);
        assert_eq!(share, [GeneratorLimit::ShareOfBusy { used: 0.8, of: 2.0 }]);
        assert_eq!(
            sentence(&share),
            "the generator was a limit: it took 0.8 of the 2 busy processors from the server"
        );
    }
}
