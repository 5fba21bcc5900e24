//! `lyceum check-config`: what is set, or what is wrong with it.
#![expect(clippy::print_stdout, reason = "the configuration is this command's output")]

use clap::Args;

use super::{Failure, Place};

/// Check the configuration and print what is in effect, defaults and variables included. Needs nothing running and
/// touches no data.
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
        Ok(())
    }
}
