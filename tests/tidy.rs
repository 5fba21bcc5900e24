//! Rules of the house that are tests: layers, files, words.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test stops at the first surprise")]

use std::collections::BTreeSet;
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

/// The crate's modules that paths name: `use crate::store::Read`, `crate::http::table(..)` and `use crate::{app, clock::Clock}` alike.
fn named_modules(text: &str) -> Vec<(usize, &str)> {
    let is_comment = |at: usize| {
        let line = text.get(..at).and_then(|before| before.rsplit('\n').next()).unwrap_or_default();
        line.trim_start().starts_with("//")
    };
    let mut found = Vec::new();
    for (at, path) in text.match_indices("crate::").filter(|(at, _)| !is_comment(*at)) {
        let number = 1 + text.get(..at).unwrap_or_default().matches('\n').count();
        let rest = text.get(at + path.len()..).unwrap_or_default();
        // Of a group the beginning of each path in it.
        let (mut depth, mut begins) = (0, true);
        for (at, c) in rest.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => (depth, begins) = (depth - 1, false),
                ',' if depth == 1 => begins = true,
                c if c.is_whitespace() => {}
                _ if begins => {
                    let name = rest.get(at..).unwrap_or_default();
                    let end = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
                    found.push((number, name.get(..end).unwrap_or_default()));
                    begins = false;
                }
                _ => {}
            }
            if depth == 0 && !begins {
                break;
            }
        }
    }
    found
}

#[test]
fn modules_are_seen_in_groups_too() {
    let text = "use crate::clock::Clock;\nuse crate::{\n    app::{self, State},\n    http,\n};\n// crate::cli\ncrate::web::page()";
    assert_eq!(named_modules(text), [(1, "clock"), (2, "app"), (2, "http"), (7, "web")]);
}

/// What each layer may name of the crate, itself aside: a module that is made anew is above all of them until it is listed here.
const LAYERS: &[(&str, &[&str])] = &[
    ("src/store", &["hex", "niceness"]),
    ("src/domain", &["clock", "hex", "id_type", "json", "percent", "store", "wanted"]),
    ("src/admission", &["config", "domain", "store"]),
    ("src/monitor", &["admission", "clock", "store"]),
    // What HTTP shares with the command line, and what nobody asks for.
    ("src/beside.rs", &["admission", "domain", "state", "store"]),
    ("src/forwarding", &["clock", "config", "domain", "secret", "state", "store", "turns"]),
    ("src/give_back.rs", &["clock", "domain", "state", "store"]),
    ("src/jobs", &["clock", "domain", "roster_import", "state", "statement_import", "store", "turns"]),
    ("src/roster_import.rs", &["domain", "hashing", "secret", "store"]),
    ("src/schedule.rs", &["clock", "domain", "readiness", "state", "store"]),
    ("src/statement_import", &["config", "domain", "state"]),
    ("src/sweep.rs", &["beside", "domain", "state", "store"]),
];

/// What stands above handlers and pages, which know each other and all that is below.
const ABOVE_HANDLERS: &[&str] = &["app", "cli", "demo", "load"];

#[test]
fn a_layer_never_reaches_up() {
    let mut wrong = Vec::new();
    for (layer, below) in LAYERS {
        let own = layer.trim_start_matches("src/").trim_end_matches(".rs");
        for (path, text) in sources(layer) {
            for (line, module) in named_modules(&text) {
                if module != own && !below.contains(&module) {
                    wrong.push(format!("{}:{line} reaches up to {module}", path.display()));
                }
            }
        }
    }
    for layer in ["src/http", "src/web"] {
        for (path, text) in sources(layer) {
            // Their tests start a server.
            let code = text.split("#[cfg(test)]\nmod ").next().unwrap();
            for (line, module) in named_modules(code) {
                if ABOVE_HANDLERS.contains(&module) {
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

/// The words of a text that begin like a metric.
fn metrics_in(text: &str) -> BTreeSet<&str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| word.starts_with("lyceum_") || word.starts_with("process_")).collect()
}

#[test]
fn every_metric_is_in_the_table_and_documents_name_no_other() {
    let code = ["src/monitor", "src/hashing.rs", "src/store/counts.rs"].map(sources);
    let code: String = code.into_iter().flatten().map(|(_, text)| text).collect();
    let literals: Vec<&str> = code.split('"').skip(1).step_by(2).collect();
    let made: BTreeSet<&str> =
        literals.into_iter().filter(|literal| metrics_in(literal).contains(literal)).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let operate = fs::read_to_string(root.join("docs/operate.md")).unwrap();
    let rows = operate.lines().filter_map(|line| line.trim_start().strip_prefix("| `")?.split('`').next());
    let told: BTreeSet<&str> = rows.filter(|name| metrics_in(name).contains(name)).collect();
    assert_eq!(told, made, "left what the table of docs/operate.md has, right what the program makes");
    let mut wrong = Vec::new();
    let pages = fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path());
    for page in pages.chain([root.join("README.md"), root.join("ARCHITECTURE.md")]) {
        let text = fs::read_to_string(&page).unwrap_or_default();
        for name in metrics_in(&text).into_iter().filter(|_| page.extension().is_some_and(|end| end == "md"))
        {
            let series = ["_bucket", "_sum", "_count"].iter().find_map(|part| name.strip_suffix(part));
            if !made.contains(name) && !series.is_some_and(|name| made.contains(name)) {
                wrong.push(format!("{} names {name}", page.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "no such metric:\n{}", wrong.join("\n"));
}
