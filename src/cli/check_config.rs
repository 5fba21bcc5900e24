//! `lyceum check-config`: what is set, or what is wrong with it.

use std::fmt::Write as _;

use clap::Args;
use serde_json::Value;

use super::{Failure, Place};
use crate::config::{Config, SETTINGS, Source, is_secret};

/// Check the configuration and print what is in effect.
///
/// Prints a configuration file: every setting, those that are not set and secrets as a comment, and behind what is not the default
/// where it comes from: file, variable or flag. Secrets are not printed. Needs nothing running and touches no data. What works and is likely
/// not meant so is said on stderr.
#[derive(Debug, Args)]
pub(super) struct CheckConfig {
    #[command(flatten)]
    place: Place,
}

impl CheckConfig {
    pub(super) fn run(self) -> Result<(), Failure> {
        let config = self.place.load()?;
        say_part!("{}", shown(&config)?);
        for hint in config.hints() {
            tell!("lyceum: {hint}");
        }
        Ok(())
    }
}

/// The configuration as a file of it. Writing to a string does not fail.
fn shown(config: &Config) -> Result<String, Failure> {
    let wrong = |error: String| Failure::Answer(format!("the configuration cannot be printed: {error}"));
    let whole = serde_json::to_value(config).map_err(|error| wrong(error.to_string()))?;
    let mut text = String::new();
    for (section, keys) in SETTINGS {
        let between = if text.is_empty() { "" } else { "\n" };
        let _ = writeln!(text, "{between}[{section}]");
        for (key, _) in *keys {
            let value = whole.get(section).and_then(|inside| inside.get(key)).unwrap_or(&Value::Null);
            if value.is_null() {
                let _ = writeln!(text, "# {key} is not set");
                continue;
            }
            let source = config.sources.of(section, key).map(Source::name);
            let source = source.map(|name| format!(" # {name}")).unwrap_or_default();
            if is_secret(key) {
                // What is printed ends up in tickets, and as a file a word in its place would be the secret.
                let _ = writeln!(text, "# {key} is set, and not shown{source}");
                continue;
            }
            let value = toml::Value::try_from(value).map_err(|error| wrong(error.to_string()))?;
            let _ = writeln!(text, "{key} = {value}{source}");
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_a_configuration_and_says_what_is_unset_and_where_values_come_from() {
        let all = shown(&Config::default()).unwrap();
        assert!(all.contains("[server]\nlisten = \"127.0.0.1:8080\"\nworkers = 0\n"), "{all}");
        assert!(all.contains("\n# metrics_token is not set\ndrain_seconds = 5\n"), "{all}");
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("lyceum.toml");
        std::fs::write(&file, &all).unwrap();
        let again = Config::load(Some(&file), std::iter::empty()).unwrap();
        assert_eq!(Config { sources: Config::default().sources, ..again }, Config::default());

        std::fs::write(&file, "[exam]\ngrace_seconds = 10\n").unwrap();
        let variables = [
            ("LYCEUM__SERVER__METRICS_TOKEN", "quite-secret"),
            ("LYCEUM__SERVER__TRUSTED_PROXIES", "[\"::1\"]"),
        ];
        let variables = variables.map(|(name, value)| (name.into(), value.into()));
        let mut config = Config::load(Some(&file), variables.into_iter()).unwrap();
        config.sources.note("store", "directory", Source::Flag);
        let some = shown(&config).unwrap();
        for line in [
            "# public_url is not set",
            "trusted_proxies = [\"::1\"] # variable",
            "# metrics_token is set, and not shown # variable",
            "directory = \"data/store\" # flag",
            "grace_seconds = 10 # file",
            "by_load = true",
        ] {
            assert!(some.lines().any(|is| is == line), "{line} is not in:\n{some}");
        }
        assert!(!some.contains("quite-secret"));
        std::fs::write(&file, &some).unwrap();
        let again = Config::load(Some(&file), std::iter::empty()).unwrap();
        assert_eq!(again.server.metrics_token, None, "nothing that is printed opens anything");
    }
}
