//! Rules of the house that are tests: layers, files, words.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test stops at the first surprise")]

use std::fs;
use std::path::{Path, PathBuf};

/// The sources of a folder, or one file.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut found = Vec::new();
    if root.is_dir() {
        walk(&root, &mut found);
    } else {
        let text = fs::read_to_string(&root).unwrap();
        found.push((root, text));
    }
    assert!(!found.is_empty(), "no sources in {folder}");
    found
}

/// The crate's modules that a line's path names: `use crate::store::Read` and `crate::http::table(..)` alike.
fn named_modules(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")).flat_map(
        |(number, line)| {
            line.split("crate::").skip(1).map(move |rest| {
                let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                (number + 1, rest.get(..end).unwrap_or(rest))
            })
        },
    )
}

#[test]
fn a_layer_never_reaches_up() {
    let forbidden: &[(&str, &[&str])] = &[
        (
            "src/store",
            &[
                "domain", "http", "app", "cli", "web", "monitor", "config", "schedule", "clock", "hashing",
                "demo",
            ],
        ),
        ("src/domain", &["http", "app", "cli", "web", "monitor", "schedule", "config", "hashing", "demo"]),
        ("src/admission", &["http", "app", "cli", "web", "monitor"]),
        ("src/monitor", &["http", "app", "cli", "web", "domain"]),
        ("src/http", &["app", "cli", "demo"]),
    ];
    // What HTTP shares with the command line, and what nobody asks for.
    let shared = [
        "src/beside.rs",
        "src/forwarding",
        "src/give_back.rs",
        "src/jobs",
        "src/roster_import.rs",
        "src/schedule.rs",
        "src/statement_import",
        "src/sweep.rs",
    ];
    let above: &[&str] = &["http", "app", "cli", "web", "demo"];
    let shared = shared.map(|part| (part, above));
    let mut wrong = Vec::new();
    for (layer, above) in forbidden.iter().copied().chain(shared) {
        for (path, text) in sources(layer) {
            for (line, module) in named_modules(&text) {
                if above.contains(&module) {
                    wrong.push(format!("{}:{line} reaches up to {module}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_codec_names_bincode_and_only_the_engine_names_sled() {
    let mut wrong = Vec::new();
    for (path, text) in sources("src") {
        let name = path.to_string_lossy();
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            if code.contains("bincode::") && !name.ends_with("store/codec.rs") {
                wrong.push(format!("{name}:{} names bincode", number + 1));
            }
            if code.contains("sled::") && !name.ends_with("store/engine/sled_tree.rs") {
                wrong.push(format!("{name}:{} names sled", number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_domain_knows_no_http_no_async_and_no_clock() {
    let mut wrong = Vec::new();
    for (path, text) in sources("src/domain") {
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            let awaits = code.split(".await").skip(1);
            if awaits
                .into_iter()
                .any(|rest| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_'))
            {
                wrong.push(format!("{}:{} awaits", path.display(), number + 1));
            }
            for word in ["actix_web", "async fn", "tokio::", "SystemTime::now", "Instant::now", "Clock::"] {
                if code.contains(word) {
                    wrong.push(format!("{}:{} has {word}", path.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for_and_stays_readable() {
    let mut wrong = Vec::new();
    for folder in ["src", "tests", "benches"] {
        for (path, text) in sources(folder) {
            if !text.starts_with("//!") {
                wrong.push(format!("{} does not begin with //!", path.display()));
            }
            if text.lines().count() > 800 {
                wrong
                    .push(format!("{} has more than 800 lines: it holds more than one idea", path.display()));
            }
            for word in ["TODO", "FIXME", "XXX", "todo!(", "unimplemented!("] {
                if text.contains(word) && !path.ends_with("tidy.rs") {
                    wrong.push(format!("{} has {word}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Nothing runs them (`make unit` and `make doc`), so they would grow old unseen.
#[test]
fn comments_hold_no_examples_of_code() {
    let mut wrong = Vec::new();
    for (path, text) in sources("src") {
        let comments = text.lines().enumerate().filter_map(|(number, line)| {
            let line = line.trim_start();
            let said = line.strip_prefix("///").or_else(|| line.strip_prefix("//!"))?;
            Some((number + 1, said.trim().strip_prefix("```")?.to_owned()))
        });
        // Every second fence closes.
        for (number, language) in comments.step_by(2).filter(|(_, language)| language != "text") {
            wrong.push(format!("{}:{number} has an example, of {language:?}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_catch_all_modules() {
    for (path, _) in sources("src") {
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(
            !["utils", "util", "helpers", "helper", "manager", "common", "misc"].contains(&stem.as_str()),
            "{} says nothing by its name",
            path.display()
        );
    }
}
