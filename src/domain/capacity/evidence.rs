//! What a measurement says about its limit: facts with their numbers, which a page says in the viewer's language.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::decimal::Decimal;

/// A fact about what limited a measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Evidence {
    /// The generator used its threads up.
    GeneratorBusy {
        /// The second of the run from which on it did.
        second: u32,
        /// So much of them, or more.
        #[cfg_attr(test, schema(value_type = f64))]
        percent: Decimal,
    },
    /// The processors had nothing left.
    ProcessorsBusy {
        /// From this second on.
        second: u32,
        /// So busy, or more.
        #[cfg_attr(test, schema(value_type = f64))]
        percent: Decimal,
    },
    /// Syncs to disk took too long.
    SyncSlow {
        /// From this second on.
        second: u32,
        /// So long, or longer.
        #[cfg_attr(test, schema(value_type = f64))]
        ms: Decimal,
    },
    /// The machine's memory was full.
    MemoryFull {
        /// From this second on.
        second: u32,
        /// The server held so much of it, or more.
        #[cfg_attr(test, schema(value_type = f64))]
        percent: Decimal,
    },
    /// Some of the busy processors were the generator's, on the same machine.
    GeneratorShare {
        /// So much of what was busy.
        #[cfg_attr(test, schema(value_type = f64))]
        percent: Decimal,
    },
    /// No resource was exhausted: requests waited inside the server.
    NothingExhausted {
        /// How busy the processors were at most; missing where the server's machine is not known.
        #[serde(default)]
        #[cfg_attr(test, schema(value_type = Option<f64>))]
        processors_percent: Option<Decimal>,
        /// How long a sync to disk took at most.
        #[cfg_attr(test, schema(value_type = f64))]
        sync_ms: Decimal,
    },
    /// The generator sent late although it waited for nothing.
    GeneratorLate {
        /// One request in a hundred was sent later than this.
        #[cfg_attr(test, schema(value_type = f64))]
        ms: Decimal,
    },
    /// The generator used up its threads.
    GeneratorThreads {
        /// Processors that it used.
        #[cfg_attr(test, schema(value_type = f64))]
        used: Decimal,
        /// Processors that it could use.
        #[cfg_attr(test, schema(value_type = f64))]
        of: Decimal,
    },
    /// The generator took a good part of a busy machine.
    GeneratorTook {
        /// Processors that it used.
        #[cfg_attr(test, schema(value_type = f64))]
        used: Decimal,
        /// Processors of the machine.
        #[cfg_attr(test, schema(value_type = f64))]
        of: Decimal,
    },
    /// The generator was a good part of the limit: the server carries as many at least.
    AtLeast,
    /// Other programs worked meanwhile.
    OtherPrograms {
        /// Processors that they used.
        #[cfg_attr(test, schema(value_type = f64))]
        processors: Decimal,
    },
    /// The search ran out of runs before the gap was narrow.
    RunsUsedUp,
    /// No objective broke with as many learners as were asked for.
    NothingBroke,
    /// The generator ran on another machine, and the hardware is the server's.
    DrivenFromElsewhere,
    /// The generator ran on another machine, and the server does not tell what its own is.
    HardwareUnknown,
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::GeneratorBusy { second, percent } => {
                write!(f, "from second {second} on the generator used {percent} % of its threads or more")
            }
            Self::ProcessorsBusy { second, percent } => {
                write!(f, "from second {second} on the processors were {percent} % busy or more")
            }
            Self::SyncSlow { second, ms } => {
                write!(f, "from second {second} on a sync to disk took {ms} ms or more")
            }
            Self::MemoryFull { second, percent } => {
                write!(
                    f,
                    "from second {second} on the server held {percent} % of the machine's memory or more"
                )
            }
            Self::GeneratorShare { percent } => {
                write!(f, "{percent} % of that was the generator on the same machine")
            }
            Self::NothingExhausted { processors_percent: Some(percent), sync_ms } => write!(
                f,
                "no resource was exhausted: processors up to {percent} %, a sync up to {sync_ms} ms; requests waited \
                 inside the server"
            ),
            Self::NothingExhausted { processors_percent: None, sync_ms } => write!(
                f,
                "no resource was exhausted: the server's processors and memory are not known, a sync up to \
                 {sync_ms} ms; requests waited inside the server"
            ),
            Self::GeneratorLate { ms } => {
                write!(f, "the generator sent one request in a hundred more than {ms} ms late")
            }
            Self::GeneratorThreads { used, of } => {
                write!(f, "the generator used {used} of the {of} processors that it could use")
            }
            Self::GeneratorTook { used, of } => {
                write!(f, "the generator took {used} of the {of} busy processors from the server")
            }
            Self::AtLeast => f.write_str("the server carries this many at least"),
            Self::OtherPrograms { processors } => write!(
                f,
                "other programs used {processors} processors meanwhile: measure while the machine has nothing else to do"
            ),
            Self::RunsUsedUp => f.write_str("the search ran out of runs before the gap was narrow"),
            Self::NothingBroke => f.write_str("no objective broke with as many learners as were asked for"),
            Self::DrivenFromElsewhere => f.write_str(
                "driven from another machine, and the hardware is the server's, as its /metrics tell it",
            ),
            Self::HardwareUnknown => {
                f.write_str("driven from another machine, and the server does not tell what its own is")
            }
        }
    }
}

/// All of it in one sentence, in English.
pub fn sentence(evidence: &[Evidence]) -> String {
    evidence.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
