//! What a capacity report found, in the viewer's language.

use std::borrow::Cow;

use crate::domain::capacity::{CapacityInput, Evidence, Limit};
use crate::domain::preferences::Language;
use crate::web::text::{Text, ToArg};

/// What ran out first.
pub fn limit(text: Text, limit: Limit) -> Cow<'static, str> {
    text.t(match limit {
        Limit::Cpu => "said-limit-processors",
        Limit::DiskSync => "said-limit-disk",
        Limit::Memory => "said-limit-memory",
        Limit::Generator => "said-limit-generator",
        Limit::Unknown => "said-limit-unknown",
        Limit::NotReached => "said-limit-nothing",
    })
}

/// The facts behind it. A report of a version that kept none has its English sentence, for who reads English.
pub fn evidence(text: Text, measurement: &CapacityInput) -> Vec<String> {
    if !measurement.evidence.is_empty() {
        return measurement.evidence.iter().map(|fact| of(text, *fact)).collect();
    }
    if text.0 == Language::En && !measurement.explanation.is_empty() {
        return vec![measurement.explanation.clone()];
    }
    measurement.generator_limited.then(|| of(text, Evidence::AtLeast)).into_iter().collect()
}

fn of(text: Text, fact: Evidence) -> String {
    let two = |key, name, value: &dyn ToArg, name2, value2: &dyn ToArg| {
        text.with(key, &[(name, value), (name2, value2)])
    };
    match fact {
        Evidence::GeneratorBusy { second, percent } => {
            two("said-evidence-generator-busy", "second", &second, "percent", &percent)
        }
        Evidence::ProcessorsBusy { second, percent } => {
            two("said-evidence-processors-busy", "second", &second, "percent", &percent)
        }
        Evidence::SyncSlow { second, ms } => two("said-evidence-sync-slow", "second", &second, "ms", &ms),
        Evidence::MemoryFull { second, percent } => {
            two("said-evidence-memory-full", "second", &second, "percent", &percent)
        }
        Evidence::GeneratorShare { percent } => text.t1("said-evidence-generator-share", "percent", percent),
        Evidence::NothingExhausted { processors_percent: Some(percent), sync_ms } => {
            two("said-evidence-nothing-exhausted", "percent", &percent, "ms", &sync_ms)
        }
        Evidence::NothingExhausted { processors_percent: None, sync_ms } => {
            text.t1("said-evidence-nothing-seen", "ms", sync_ms)
        }
        Evidence::GeneratorLate { ms } => text.t1("said-evidence-generator-late", "ms", ms),
        Evidence::GeneratorThreads { used, of } => {
            two("said-evidence-generator-threads", "used", &used, "of", &of)
        }
        Evidence::GeneratorTook { used, of } => two("said-evidence-generator-took", "used", &used, "of", &of),
        Evidence::AtLeast => text.t("said-evidence-at-least").into_owned(),
        Evidence::OtherPrograms { processors } => {
            text.t1("said-evidence-other-programs", "count", processors)
        }
        Evidence::RunsUsedUp => text.t("said-evidence-runs-used-up").into_owned(),
        Evidence::NothingBroke => text.t("said-evidence-nothing-broke").into_owned(),
        Evidence::DrivenFromElsewhere => text.t("said-evidence-from-elsewhere").into_owned(),
        Evidence::HardwareUnknown => text.t("said-evidence-hardware-unknown").into_owned(),
    }
}
