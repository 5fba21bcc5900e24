//! The README is true: its tour runs against the real binary, its table of settings is the configuration's, and the
//! commands that it names exist.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test stops at the first surprise"
)]

#[path = "running/process.rs"]
#[allow(dead_code, reason = "each test program uses what it needs of it")]
mod process;
#[path = "running/skipped.rs"]
mod skipped;

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Output, Stdio};

use lyceum::config::Config;
use process::{BINARY, Process};
use serde_json::Value;
use skipped::skipped;

const README: &str = include_str!("../README.md");

/// Text of the commands behind `$ bash` in a section of the README, one after the other.
fn blocks(section: &str) -> String {
    let rest = README.split_once(&format!("\n## {section}\n")).expect("the section").1;
    let section = rest.split("\n## ").next().unwrap();
    let blocks: Vec<&str> =
        section.split("```bash\n").skip(1).map(|block| block.split("```").next().unwrap()).collect();
    assert!(!blocks.is_empty(), "the section has no commands");
    blocks.join("\n")
}

fn is_there(tool: &str) -> bool {
    Command::new(tool).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

fn lyceum(arguments: &[&str]) -> Output {
    Command::new(BINARY).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_tour_runs_as_it_is_written() {
    for tool in ["bash", "curl", "jq"] {
        if !is_there(tool) {
            skipped(&format!("the README's tour, because {tool} is missing; `make tools` installs it"));
            return;
        }
    }
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("store");
    let server = Process::start(&data, &["--demo"]);
    assert!(server.line("The demo institution is loaded").contains("200 people"));
    assert!(server.line("maeve.oshea").contains("learner"));
    let tour = Command::new("bash")
        .args(["-euo", "pipefail", "-c", &blocks("A five-minute tour")])
        .env("LYCEUM", &server.address)
        .current_dir(home.path())
        .output()
        .unwrap();
    let (said, complained) = (text(&tour.stdout), text(&tour.stderr));
    assert!(tour.status.success(), "the tour ended with {}:\n{said}\n{complained}", tour.status);
    for line in ["\"title\": \"Thinking with data: a first course in statistics\"", "\"created\": 3"] {
        assert!(said.contains(line), "{line} is not in:\n{said}");
    }
    assert_eq!(said.matches("\"outcome\":\"saved\"").count(), 3, "{said}");
    for line in ["\"points\": 4,", "\"max_points\": 6"] {
        assert!(said.contains(line), "{line} is not in:\n{said}");
    }
    let last: Vec<&str> = said.lines().rev().take(2).collect();
    assert_eq!(
        last,
        ["Harbour quiz: 66.67 %, letter D", "Course total: 66.67 %, letter D"],
        "the gradebook has the mark: {said}"
    );

    // Started again it finds the demo, and what the tour did is whole.
    server.stop();
    let again = Process::start(&data, &["--demo"]);
    again.line("was loaded before");
    again.stop();
    let verified = lyceum(&["verify", "--data", data.to_str().unwrap()]);
    assert!(verified.status.success(), "{}{}", text(&verified.stdout), text(&verified.stderr));
    let refused = lyceum(&["demo", "--data", data.to_str().unwrap()]);
    assert!(!refused.status.success());
    assert!(text(&refused.stderr).contains("already has accounts or courses"), "{}", text(&refused.stderr));
}

#[test]
fn an_empty_store_without_the_demo_gets_a_link_to_set_it_up() {
    let home = tempfile::tempdir().unwrap();
    let server = Process::start(&home.path().join("store"), &[]);
    assert!(server.line("/setup?code=").contains(&server.address), "the link leads to this server");
    server.stop();
}

/// Cells of the table of settings: default, unit and meaning by key.
fn table() -> BTreeMap<String, Vec<String>> {
    let rows = README.lines().filter_map(|line| {
        let cells: Vec<String> =
            line.strip_prefix("| `")?.strip_suffix(" |")?.split(" | ").map(str::to_owned).collect();
        let (key, rest) = cells.split_first()?;
        let key = key.strip_suffix('`').filter(|key| key.contains('.') && !key.contains(['/', ' ']))?;
        Some((key.to_owned(), rest.to_vec()))
    });
    rows.collect()
}

#[test]
fn the_table_of_settings_is_the_configuration() {
    let table = table();
    let defaults = serde_json::to_value(Config::default()).unwrap();
    let mut wrong = Vec::new();
    let mut known = BTreeSet::new();
    for (section, keys) in defaults.as_object().unwrap() {
        for (key, value) in keys.as_object().unwrap() {
            let key = format!("{section}.{key}");
            let default = match value {
                Value::Null => "none".to_owned(),
                Value::String(text) => format!("`{text}`"),
                other => format!("`{other}`"),
            };
            match table.get(&key).map(Vec::as_slice) {
                None => wrong.push(format!("{key} is not in the table")),
                Some([told, _, meaning]) => {
                    if *told != default {
                        wrong.push(format!("{key} is {default}, the table says {told}"));
                    }
                    if meaning.trim().is_empty() {
                        wrong.push(format!("{key} has no meaning in the table"));
                    }
                }
                Some(cells) => wrong.push(format!("{key} has {} cells in the table", cells.len())),
            }
            known.insert(key);
        }
    }
    let invented: Vec<_> = table.keys().filter(|key| !known.contains(*key)).collect();
    assert!(wrong.is_empty() && invented.is_empty(), "{}\nno such setting: {invented:?}", wrong.join("\n"));
}

/// Names under "Commands:" in a help text.
fn commands_in(help: &str) -> Vec<String> {
    let Some((_, rest)) = help.split_once("Commands:\n") else { return Vec::new() };
    rest.lines()
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
        .collect()
}

/// Help of every command with its subcommands, by what is typed behind `lyceum`.
fn helps() -> BTreeMap<String, String> {
    let mut helps = BTreeMap::new();
    let mut waiting: Vec<Vec<String>> = vec![Vec::new()];
    while let Some(path) = waiting.pop() {
        let mut arguments: Vec<&str> = path.iter().map(String::as_str).collect();
        arguments.push("--help");
        let output = lyceum(&arguments);
        let help = text(&output.stdout);
        assert!(
            output.status.success() && help.contains("Usage: lyceum"),
            "lyceum {}: {help}",
            arguments.join(" ")
        );
        for command in commands_in(&help).into_iter().filter(|name| name != "help") {
            waiting.push(path.iter().cloned().chain([command]).collect());
        }
        helps.insert(path.join(" "), help);
    }
    helps
}

#[test]
fn every_command_has_help_and_the_readme_names_only_what_there_is() {
    let helps = helps();
    assert!(helps.len() > 6, "{:?}", helps.keys());
    let top = commands_in(&helps[""]);
    let mut named = BTreeSet::new();
    for line in README.lines() {
        for rest in line.split("lyceum ").skip(1) {
            let words: Vec<&str> =
                rest.split(['`', '|', '(', ' ']).take_while(|word| !word.is_empty()).collect();
            let Some(first) = words.first().filter(|word| !word.starts_with('-')) else { continue };
            assert!(top.iter().any(|command| command == first), "there is no lyceum {first}: {line}");
            for flag in words.iter().filter(|word| word.starts_with("--")) {
                assert!(helps[*first].contains(flag), "lyceum {first} has no {flag}: {line}");
            }
            named.insert((*first).to_owned());
        }
    }
    assert!(named.len() >= 3, "the README names {named:?}");
    for command in &top {
        assert!(README.contains(&format!("`{command}`")), "the README does not name {command}");
    }
}
