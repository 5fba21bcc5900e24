//! `lyceum load compare`: two reports side by side.

use std::path::{Path, PathBuf};

use clap::Args;

use super::Failure;
use crate::load::compare::{compare, table};
use crate::load::report::Report;

/// Largest report read: three hours of seconds with a dozen actions are some 10 MB.
const REPORT_LIMIT_BYTES: u64 = 64 * 1024 * 1024;

/// Say what got better or worse from one report to another.
///
/// That is said per action, as far as it is beyond the noise of both.
///
/// Exit code 0 when nothing got worse by more than the bound, 1 when something did, 2 when the reports answer different
/// questions (another profile, other learners, other settings) or cannot be read.
#[derive(Debug, Args)]
pub(super) struct LoadCompare {
    /// The report of before (JSON, from `lyceum load --json`).
    #[arg(value_name = "A.json")]
    before: PathBuf,
    /// The report of after.
    #[arg(value_name = "B.json")]
    after: PathBuf,
    /// What is worse beyond the noise and more than so many times worse is a regression.
    #[arg(long, value_name = "FACTOR", default_value_t = 1.2, value_parser = factor)]
    bound: f64,
}

fn factor(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(factor) if factor.is_finite() && factor >= 1.0 => Ok(factor),
        _ => Err("is not a number of at least 1".to_owned()),
    }
}

fn read(path: &Path) -> Result<Report, Failure> {
    let wrong = |why: String| Failure::Unfit(format!("{}: {why}", path.display()));
    let size = std::fs::metadata(path).map_err(|error| wrong(error.to_string()))?.len();
    if size > REPORT_LIMIT_BYTES {
        return Err(wrong(format!("is larger than {} MiB", REPORT_LIMIT_BYTES >> 20)));
    }
    let bytes = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
    serde_json::from_slice(&bytes).map_err(|error| wrong(format!("is no load report: {error}")))
}

impl LoadCompare {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let (before, after) = (read(&self.before)?, read(&self.after)?);
        let comparison =
            compare(&before, &after, self.bound).map_err(|error| Failure::Unfit(error.to_string()))?;
        say_part!("{}", table(&comparison, self.bound));
        if comparison.is_regression() {
            return Err(Failure::Answer(format!("something got more than {} times worse", self.bound)));
        }
        Ok(())
    }
}
