//! Reading the configuration. Everything that is wrong with it is told in one run, each fault with the file and the line, or the
//! variable, that it comes from.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt;
use std::path::Path;

use serde::Deserialize as _;
use toml::de::DeTable;

use super::settings::{Kind, SETTINGS, kind};
use super::{Config, Source};
use crate::domain::lines::line_behind;

/// What variables of the configuration begin with.
const PREFIX: &str = "LYCEUM__";
/// In place of the line of what is in no file: behind all that are.
const NO_LINE: u32 = u32::MAX;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file with the line and the setting, or the variable.
    pub at: String,
    /// What is wrong with it.
    pub problem: String,
}

/// Why the configuration cannot be used: all that is wrong with it, at least one fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError(pub Vec<Fault>);

impl std::error::Error for ConfigError {}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the configuration cannot be used:")?;
        let separator = if self.0.len() > 1 { "\n  " } else { " " };
        self.0.iter().try_for_each(|Fault { at, problem }| write!(f, "{separator}{at}: {problem}"))
    }
}

/// A setting as it was said last.
struct Said {
    value: toml::Value,
    source: Source,
    /// Of the file.
    line: u32,
    /// Where, in words.
    at: String,
}

impl Said {
    /// What is wrong with it as the value of a setting, or with an empty key in the place of a section.
    fn problem(&self, section: &str, key: &str) -> Option<String> {
        let Some((_, keys)) = SETTINGS.iter().find(|(name, _)| *name == section) else {
            let names: Vec<&str> = SETTINGS.iter().map(|(name, _)| *name).collect();
            return Some(format!("there is no section {section}; sections are {}", names.join(", ")));
        };
        if key.is_empty() {
            let is_section = self.value.is_table();
            return (!is_section)
                .then(|| format!("is a section: write [{section}] and its settings below it"));
        }
        let Some(kind) = kind(section, key) else {
            let names: Vec<&str> = keys.iter().map(|(name, _)| *name).collect();
            return Some(format!(
                "there is no setting {section}.{key}; [{section}] has {}",
                names.join(", ")
            ));
        };
        let alone = |key: &str, value: toml::Value| toml::Table::from_iter([(key.to_owned(), value)]);
        let whole = alone(section, alone(key, self.value.clone()).into());
        let fits = kind.allows(&self.value) && Config::deserialize(toml::Value::Table(whole)).is_ok();
        (!fits).then(|| kind.must_be())
    }
}

/// The variable that was meant by one that names a section with one underscore where there are two.
fn meant(name: &str) -> Option<String> {
    let rest = name.strip_prefix("LYCEUM_")?.to_ascii_lowercase();
    let (section, key) = SETTINGS.iter().find_map(|(section, _)| {
        let key = rest.strip_prefix(*section)?.strip_prefix('_')?;
        Some((section, key.trim_start_matches('_')))
    })?;
    let key = if kind(section, key).is_some() { key } else { "key" };
    Some(format!("{PREFIX}{}__{}", section.to_ascii_uppercase(), key.to_ascii_uppercase()))
}

/// What was said so far.
#[derive(Default)]
pub(super) struct Reading {
    /// By section and key; the key is empty where something else stands in the place of a section.
    said: BTreeMap<(String, String), Said>,
    /// Each with its line.
    faults: Vec<(u32, Fault)>,
}

impl Reading {
    /// Takes in a file.
    pub(super) fn file(&mut self, path: &Path) {
        let name = path.display();
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => return self.fault(0, name.to_string(), format!("cannot be read: {error}")),
        };
        let line = |at: usize| line_behind(text.as_bytes().get(..at).unwrap_or_default());
        let parsed = text.parse::<toml::Table>().and_then(|table| Ok((table, DeTable::parse(&text)?)));
        let (table, places) = match parsed {
            Ok(parsed) => parsed,
            Err(error) => {
                let at = error.span().map_or(1, |span| line(span.start));
                return self.fault(at, format!("{name}, line {at}"), error.message().to_owned());
            }
        };
        let mut lines = BTreeMap::new();
        for (section, inside) in places.get_ref() {
            lines.insert((section.get_ref().as_ref(), ""), line(section.span().start));
            for (key, _) in inside.get_ref().as_table().into_iter().flatten() {
                lines.insert((section.get_ref(), key.get_ref()), line(key.span().start));
            }
        }
        let mut say = |section: &str, key: &str, value: toml::Value| {
            let line = lines.get(&(section, key)).copied().unwrap_or(1);
            let setting = if key.is_empty() { section.to_owned() } else { format!("{section}.{key}") };
            let at = format!("{name}, line {line}, {setting}");
            let said = Said { value, source: Source::File, line, at };
            self.said.insert((section.to_owned(), key.to_owned()), said);
        };
        for (section, inside) in table {
            match inside {
                toml::Value::Table(keys) if !keys.is_empty() => {
                    keys.into_iter().for_each(|(key, value)| say(&section, &key, value));
                }
                other => say(&section, "", other),
            }
        }
    }

    /// Takes in a variable, which counts more than the file.
    pub(super) fn variable(&mut self, name: &OsStr, value: &OsStr) {
        if !name.as_encoded_bytes().starts_with(PREFIX.as_bytes()) {
            if let Some(meant) = name.to_str().and_then(meant) {
                let name = name.display();
                tracing::warn!("the variable {name} is not read: settings are written as {meant}");
            }
            return;
        }
        let at = name.to_string_lossy().into_owned();
        let (Some(name), Some(value)) = (name.to_str(), value.to_str()) else {
            return self.fault(NO_LINE, at, "is not in UTF-8".to_owned());
        };
        let rest = name.strip_prefix(PREFIX).unwrap_or_default();
        let path = rest.to_ascii_lowercase();
        let Some((section, key)) = path.split_once("__").filter(|(_, key)| !key.is_empty()) else {
            return self.fault(NO_LINE, at, format!("is not of the form {PREFIX}SECTION__KEY"));
        };
        // `8080`, `true` and `["::1"]` are values; anything that is not TOML is text, and so is everything where text is wanted:
        // there a TOML string alone is taken out of its quotes.
        let is_text = kind(section, key).is_some_and(Kind::is_text);
        let parsed = format!("v = {value}").parse::<toml::Table>().ok();
        let parsed = parsed.and_then(|mut parsed| parsed.remove("v"));
        let value = parsed.filter(|it| !is_text || it.is_str()).unwrap_or_else(|| value.into());
        let said = Said { value, source: Source::Variable, line: NO_LINE, at };
        self.said.insert((section.to_owned(), key.to_owned()), said);
    }

    fn fault(&mut self, line: u32, at: String, problem: String) {
        self.faults.push((line, Fault { at, problem }));
    }

    /// What all of it comes to.
    pub(super) fn config(mut self) -> Result<Config, ConfigError> {
        let mut whole = toml::Table::new();
        for ((section, key), said) in &self.said {
            // Each is looked at by itself, so that one that is wrong does not hide the others.
            if let Some(problem) = said.problem(section, key) {
                self.faults.push((said.line, Fault { at: said.at.clone(), problem }));
                continue;
            }
            let into = whole.entry(section).or_insert_with(|| toml::Table::new().into());
            if let Some(into) = into.as_table_mut().filter(|_| !key.is_empty()) {
                into.insert(key.clone(), said.value.clone());
            }
        }
        let mut config = Config::deserialize(toml::Value::Table(whole)).unwrap_or_else(|error| {
            let fault = Fault { at: "the whole".to_owned(), problem: error.message().to_owned() };
            self.faults.push((NO_LINE, fault));
            Config::default()
        });
        for (section, key, problem) in config.wrong() {
            let said = self.said.get(&(section.to_owned(), key.to_owned()));
            let (line, at) = said
                .map_or_else(|| (NO_LINE, format!("{section}.{key}")), |said| (said.line, said.at.clone()));
            self.fault(line, at, problem.to_owned());
        }
        if !self.faults.is_empty() {
            self.faults.sort_by(|(one, first), (other, second)| (one, &first.at).cmp(&(other, &second.at)));
            return Err(ConfigError(self.faults.into_iter().map(|(_, fault)| fault).collect()));
        }
        for ((section, key), said) in self.said.into_iter().filter(|((_, key), _)| !key.is_empty()) {
            config.sources.note(&section, &key, said.source);
        }
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(file: Option<&str>, variables: &[(&str, &str)]) -> Vec<String> {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("lyceum.toml");
        if let Some(text) = file {
            std::fs::write(&path, text).unwrap();
        }
        let variables = variables.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        let error = Config::load(Some(&path), variables).unwrap_err();
        assert_eq!(error.to_string().lines().count(), if error.0.len() > 1 { error.0.len() + 1 } else { 1 });
        let place = path.display().to_string();
        error.0.iter().map(|it| format!("{}: {}", it.at.replace(&place, "FILE"), it.problem)).collect()
    }

    #[test]
    fn every_fault_is_told_with_the_line_or_the_variable_that_it_comes_from() {
        let text = "# ours\n[server]\nlistn = \"127.0.0.1:9\"\nworkers = 600\n\n[exam]\ngrace_seconds = \"soon\"\n\
                    [jobs]\nparallel = 99\n[servr]\nlisten = 1\n[limits]\n";
        let variables = [
            ("LYCEUM__SERVER", "x"),
            ("LYCEUM__SERVER__", "{ workers = 3 }"),
            ("LYCEUM__SERVER__BODY_LIMIT_BYTES", "10"),
            ("LYCEUM__STORE__DURABILITY", "never"),
            ("LYCEUM__JOBS__PARALLEL", "100"),
            ("LYCEUM_LOG", "debug"),
        ];
        let told = faults(Some(text), &variables);
        let expected = [
            "FILE, line 3, server.listn: there is no setting server.listn; [server] has listen, workers, ",
            "FILE, line 4, server.workers: must be a whole number from 0 to 512",
            "FILE, line 7, exam.grace_seconds: must be a whole number from 0 to 600",
            "FILE, line 11, servr.listen: there is no section servr; sections are server, store, ",
            "LYCEUM__JOBS__PARALLEL: must be a whole number from 0 to 16",
            "LYCEUM__SERVER: is not of the form LYCEUM__SECTION__KEY",
            "LYCEUM__SERVER__: is not of the form LYCEUM__SECTION__KEY",
            "LYCEUM__SERVER__BODY_LIMIT_BYTES: must be a whole number from 1024 to 1073741824",
            "LYCEUM__STORE__DURABILITY: must be synced or relaxed",
        ];
        assert_eq!(told.len(), expected.len(), "{told:#?}");
        for (told, expected) in told.iter().zip(expected) {
            assert!(told.starts_with(expected), "{told} is not {expected}");
        }
    }

    #[test]
    fn faults_are_in_words_of_whoever_writes_a_file_and_by_line() {
        let text = "[server]\nworkers = \"x\"\nlisten = 8080\ntrusted_proxies = \"1.2.3.4\"\npublic_url = 1\n\
                    [sign_in]\nidle_minutes = 7.5\n[limits]\nby_load = \"yes\"\n[objectives]\nmargin_percent = 300\n\
                    [exam]\ngrace_seconds = -1\n";
        let told =
            faults(Some(text), &[("LYCEUM__SERVER__LISTEN", "localhost:80"), ("LYCEUM__XAPI__X", "1")]);
        assert_eq!(
            told,
            [
                "FILE, line 2, server.workers: must be a whole number from 0 to 512",
                "FILE, line 4, server.trusted_proxies: must be a list of addresses, such as [\"10.0.0.7\", \"::1\"]",
                "FILE, line 5, server.public_url: must be text in quotes",
                "FILE, line 7, sign_in.idle_minutes: must be a whole number from 5 to 525600",
                "FILE, line 9, limits.by_load: must be true or false",
                "FILE, line 11, objectives.margin_percent: must be a whole number from 0 to 90",
                "FILE, line 13, exam.grace_seconds: must be a whole number from 0 to 600",
                "LYCEUM__SERVER__LISTEN: must be an address with a port, such as 127.0.0.1:8080 or [::]:8080",
                "LYCEUM__XAPI__X: there is no setting xapi.x; [xapi] has attachment_limit_bytes, request_limit_bytes, \
                 import_limit_bytes",
            ]
        );
    }

    #[test]
    fn a_variable_whose_setting_is_text_may_look_like_anything() {
        let token = |value: &str| {
            let name = "LYCEUM__SERVER__METRICS_TOKEN";
            let config = Config::load(None, std::iter::once((name.into(), value.into()))).unwrap();
            config.server.metrics_token.unwrap()
        };
        for text in ["12345678", "true", "1e5", "2026-10-05", "[1]", "abc", "0x1f"] {
            assert_eq!(token(text), text);
        }
        assert_eq!(token("\"in quotes\""), "in quotes");
        let variables = [
            ("LYCEUM__STORE__DIRECTORY", "2026"),
            ("LYCEUM__SERVER__TRUSTED_PROXIES", "[\"10.0.0.7\", \"::1\"]"),
        ];
        let variables = variables.map(|(name, value)| (name.into(), value.into()));
        let config = Config::load(None, variables.into_iter()).unwrap();
        assert_eq!(config.store.directory, Path::new("2026"));
        assert_eq!(config.server.trusted_proxies.len(), 2);
    }

    #[test]
    fn a_variable_with_one_underscore_for_two_is_known_for_what_was_meant() {
        for (name, means) in [
            ("LYCEUM_SERVER_LISTEN", Some("LYCEUM__SERVER__LISTEN")),
            ("LYCEUM_SERVER__LISTEN", Some("LYCEUM__SERVER__LISTEN")),
            ("LYCEUM_SIGN_IN_IDLE_MINUTES", Some("LYCEUM__SIGN_IN__IDLE_MINUTES")),
            ("LYCEUM_STORE_DIR", Some("LYCEUM__STORE__KEY")),
            ("LYCEUM_LOG", None),
            ("LYCEUM_LOAD_PASSWORD", None),
            ("LYCEUM_TOKEN", None),
            ("LYCEUM_SHARED_DATA", None),
            ("LYCEUM_CRASH_ROUNDS", None),
            ("SERVER_LISTEN", None),
        ] {
            assert_eq!(meant(name).as_deref(), means, "{name}");
        }
    }

    #[test]
    fn a_variable_of_ours_that_is_not_utf_8_is_a_fault_and_others_are_nobodys_business() {
        use std::ffi::OsString;
        use std::os::unix::ffi::OsStringExt as _;

        let pair = |name: &[u8], value: &[u8]| {
            (OsString::from_vec(name.to_vec()), OsString::from_vec(value.to_vec()))
        };
        let others = [pair(b"LS_COLORS", b"\xff"), pair(b"\xff", b"x"), pair(b"LYCEUM_\xff", b"\xff")];
        assert!(Config::load(None, others.clone().into_iter()).is_ok());
        let ours = [pair(b"LYCEUM__STORE__DIRECTORY", b"/srv/\xe9cole"), pair(b"LYCEUM__EXAM__\xe9", b"3")];
        let error = Config::load(None, others.into_iter().chain(ours)).unwrap_err();
        let told: Vec<String> = error.0.iter().map(|it| format!("{}: {}", it.at, it.problem)).collect();
        assert_eq!(
            told,
            ["LYCEUM__EXAM__\u{fffd}: is not in UTF-8", "LYCEUM__STORE__DIRECTORY: is not in UTF-8"]
        );
    }

    #[test]
    fn a_file_that_is_none_does_not_hide_what_variables_say() {
        for (file, says) in [
            (None, "FILE: cannot be read"),
            (Some("[server]\nworkers = 1\nworkers = 2\n"), "FILE, line 3: duplicate key"),
            (Some("[server]\n\nworkers = \n"), "FILE, line 3: "),
            (Some("listen = 8080\n"), "FILE, line 1, listen: there is no section listen"),
            (Some("\nserver = 8080\n"), "FILE, line 2, server: is a section: write [server]"),
            (Some("server = [\"127.0.0.1:9\"]\n"), "FILE, line 1, server: is a section: write [server]"),
        ] {
            let told = faults(file, &[("LYCEUM__EXAM__GRACE_SECONDS", "soon")]);
            assert_eq!(told.len(), 2, "{told:?}");
            assert!(told.iter().any(|told| told.starts_with(says)), "{told:?}");
            let variable = "LYCEUM__EXAM__GRACE_SECONDS: must be a whole number";
            assert!(told.iter().any(|told| told.starts_with(variable)), "{told:?}");
        }
    }
}
