//! Reading the configuration. Everything that is wrong with it is told in one run, each fault with the file and the line, or the
//! variable, that it comes from.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt;
use std::path::Path;

use serde::Deserialize as _;
use toml::de::DeTable;

use super::{Config, Source};
use crate::domain::lines::line_behind;

/// What variables of the configuration begin with.
const PREFIX: &str = "LYCEUM__";

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
    /// Where, in words.
    at: String,
}

/// What was said so far.
#[derive(Default)]
pub(super) struct Reading {
    /// By section and key; the key is empty where something else stands in the place of a section.
    said: BTreeMap<(String, String), Said>,
    faults: Vec<Fault>,
}

impl Reading {
    /// Takes in a file.
    pub(super) fn file(&mut self, path: &Path) {
        let name = path.display();
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => return self.fault(name.to_string(), format!("cannot be read: {error}")),
        };
        let line = |at: usize| line_behind(text.as_bytes().get(..at).unwrap_or_default());
        let parsed = text.parse::<toml::Table>().and_then(|table| Ok((table, DeTable::parse(&text)?)));
        let (table, places) = match parsed {
            Ok(parsed) => parsed,
            Err(error) => {
                let at = error.span().map_or(1, |span| line(span.start));
                return self.fault(format!("{name}, line {at}"), error.message().to_owned());
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
            let said = Said { value, source: Source::File, at };
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
            return;
        }
        let at = name.to_string_lossy().into_owned();
        let (Some(name), Some(value)) = (name.to_str(), value.to_str()) else {
            return self.fault(at, "is not in UTF-8".to_owned());
        };
        let rest = name.strip_prefix(PREFIX).unwrap_or_default();
        let path = rest.to_ascii_lowercase();
        let Some((section, key)) = path.split_once("__").filter(|(_, key)| !key.is_empty()) else {
            return self.fault(at, format!("is not of the form {PREFIX}SECTION__KEY"));
        };
        // `8080`, `true` and `["::1"]` are values; anything that is not TOML is text.
        let parsed = format!("v = {value}").parse::<toml::Table>().ok();
        let value = parsed.and_then(|mut parsed| parsed.remove("v")).unwrap_or_else(|| value.into());
        let said = Said { value, source: Source::Variable, at };
        self.said.insert((section.to_owned(), key.to_owned()), said);
    }

    fn fault(&mut self, at: String, problem: String) {
        self.faults.push(Fault { at, problem });
    }

    /// What all of it comes to.
    pub(super) fn config(mut self) -> Result<Config, ConfigError> {
        let mut whole = toml::Table::new();
        for ((section, key), said) in &self.said {
            let inside = if key.is_empty() {
                said.value.clone()
            } else {
                toml::Table::from_iter([(key.clone(), said.value.clone())]).into()
            };
            // Each is read by itself, so that one that is wrong does not hide the others.
            let alone = toml::Table::from_iter([(section.clone(), inside)]);
            match Config::deserialize(toml::Value::Table(alone)) {
                // A list would be read as the settings in their order.
                Ok(_) if key.is_empty() && !said.value.is_table() => {
                    self.faults.push(Fault { at: said.at.clone(), problem: "is no section".to_owned() });
                }
                Ok(_) => {
                    let into = whole.entry(section).or_insert_with(|| toml::Table::new().into());
                    if let Some(into) = into.as_table_mut().filter(|_| !key.is_empty()) {
                        into.insert(key.clone(), said.value.clone());
                    }
                }
                Err(error) => {
                    self.faults.push(Fault { at: said.at.clone(), problem: error.message().to_owned() });
                }
            }
        }
        let mut config = Config::deserialize(toml::Value::Table(whole)).unwrap_or_else(|error| {
            self.faults.push(Fault { at: "the whole".to_owned(), problem: error.message().to_owned() });
            Config::default()
        });
        for (section, key, problem) in config.wrong() {
            let said = self.said.get(&(section.to_owned(), key.to_owned()));
            let at = said.map_or_else(|| format!("{section}.{key}"), |said| said.at.clone());
            self.faults.push(Fault { at, problem: problem.to_owned() });
        }
        if !self.faults.is_empty() {
            return Err(ConfigError(self.faults));
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
            "LYCEUM__SERVER: is not of the form LYCEUM__SECTION__KEY",
            "LYCEUM__SERVER__: is not of the form LYCEUM__SECTION__KEY",
            "FILE, line 7, exam.grace_seconds: invalid type",
            "FILE, line 3, server.listn: unknown field `listn`",
            "FILE, line 11, servr.listen: unknown field `servr`",
            "LYCEUM__STORE__DURABILITY: unknown variant `never`",
            "FILE, line 4, server.workers: must be at most 512",
            "LYCEUM__SERVER__BODY_LIMIT_BYTES: must be at least 1024",
            "LYCEUM__JOBS__PARALLEL: must be at most 16",
        ];
        assert_eq!(told.len(), expected.len(), "{told:#?}");
        for (told, expected) in told.iter().zip(expected) {
            assert!(told.starts_with(expected), "{told} is not {expected}");
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
            ["LYCEUM__STORE__DIRECTORY: is not in UTF-8", "LYCEUM__EXAM__\u{fffd}: is not in UTF-8"]
        );
    }

    #[test]
    fn a_file_that_is_none_does_not_hide_what_variables_say() {
        for (file, says) in [
            (None, "FILE: cannot be read"),
            (Some("[server]\nworkers = 1\nworkers = 2\n"), "FILE, line 3: duplicate key"),
            (Some("[server]\n\nworkers = \n"), "FILE, line 3: "),
            (Some("listen = 8080\n"), "FILE, line 1, listen: unknown field `listen`"),
            (Some("\nserver = 8080\n"), "FILE, line 2, server: invalid type"),
            (Some("server = [\"127.0.0.1:9\"]\n"), "FILE, line 1, server: is no section"),
        ] {
            let told = faults(file, &[("LYCEUM__EXAM__GRACE_SECONDS", "soon")]);
            assert_eq!(told.len(), 2, "{told:?}");
            assert!(told.iter().any(|told| told.starts_with(says)), "{told:?}");
            let variable = "LYCEUM__EXAM__GRACE_SECONDS: invalid type";
            assert!(told.iter().any(|told| told.starts_with(variable)), "{told:?}");
        }
    }
}
