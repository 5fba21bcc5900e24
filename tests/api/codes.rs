//! The codes of problem documents: each has one name and one meaning, is listed, documented, and served.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use lyceum::http::codes::all;

use crate::support::TestApp;

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn no_two_codes_have_one_name() {
    let mut seen = BTreeMap::new();
    for code in all() {
        let other = seen.insert(code.code.clone(), code.meaning.clone());
        assert_eq!(other, None, "{} stands for two things", code.code);
        assert!(code.code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{}", code.code);
        assert!(code.meaning.ends_with('.'), "{}: {}", code.code, code.meaning);
    }
}

#[test]
fn every_code_of_the_sources_is_listed() {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let mut defined = BTreeSet::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for constant in text.split(": Code =").skip(1) {
            let name = constant.split('"').nth(1).unwrap();
            defined.insert(name.to_owned());
        }
    }
    assert!(defined.len() > 50, "only {} codes were found in the sources", defined.len());
    let listed: BTreeSet<String> = all().into_iter().map(|code| code.code).collect();
    let missing: Vec<_> = defined.difference(&listed).collect();
    assert!(missing.is_empty(), "in no list: {missing:?}");
}

/// `docs/errors.md` as the lists say it.
fn document() -> String {
    let mut text = "# Codes of problems\n\n\
        Every answer with a status of 400 or more is a problem document (RFC 9457) with one of these codes in `code`.\n\
        `detail` says what was wrong this time, `errors` where. `GET /problems/CODE` tells the same as this table.\n\
        A code never changes its meaning once it is released.\n\n\
        This file is written by `LYCEUM_BLESS=1 cargo test --test api codes`.\n\n\
        | Status | Code | Meaning |\n| --- | --- | --- |\n"
        .to_owned();
    for code in all() {
        writeln!(text, "| {} | `{}` | {} |", code.status, code.code, code.meaning.replace('|', "\\|"))
            .unwrap();
    }
    text
}

#[test]
fn every_code_is_documented() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/errors.md");
    let document = document();
    if std::env::var_os("LYCEUM_BLESS").is_some() {
        std::fs::write(&path, &document).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == document,
        "docs/errors.md is not what the lists of codes say; write it anew: LYCEUM_BLESS=1 cargo test --test api codes"
    );
}

#[test]
fn the_type_of_a_problem_leads_to_its_meaning() {
    let app = TestApp::start();
    let problem = app.get("/api/me").send().problem(401, "unauthenticated");
    let meaning = app.get(problem["type"].as_str().unwrap()).send().status(200).json();
    assert_eq!((&meaning["code"], &meaning["status"]), (&problem["code"], &problem["status"]));
    assert_eq!(meaning["title"], problem["title"]);
    app.get("/problems/method_not_allowed").send().status(200);
    app.get("/problems/no_such_code").send().problem(404, "not_found");
    let listed = app.get("/problems").send().status(200).json();
    assert_eq!(listed["items"].as_array().unwrap().len(), all().len());
}
