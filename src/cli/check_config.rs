//! `lyceum check-config`: what is set, or what is wrong with it.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the configuration is this command's output, and what is likely forgotten in it is no part of that"
)]

use clap::Args;

use super::{Failure, Place};

/// Check the configuration and print what is in effect, defaults and variables included. Needs nothing running and
/// touches no data. What works and is likely not meant so is said on stderr.
#[derive(Debug, Args)]
pub(super) struct CheckConfig {
    #[command(flatten)]
    place: Place,
}

impl CheckConfig {
    pub(super) fn run(self) -> Result<(), Failure> {
        let mut config = self.place.load()?;
        if let Some(token) = &mut config.server.metrics_token {
            // What is printed ends up in tickets.
            "(set)".clone_into(token);
        }
        let text = toml::to_string(&config)
            .map_err(|error| Failure::Answer(format!("the configuration cannot be printed: {error}")))?;
        print!("{text}");
        if let Some(hint) = config.server.proxy_hint() {
            eprintln!("lyceum: {hint}");
        }
        Ok(())
    }
}
