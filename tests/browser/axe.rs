//! The accessibility engine axe-core, which `make test-browser` has from npm: run in a page, and what it finds in words.

use std::path::Path;

use serde_json::{Value, json};

use crate::driver::Browser;

/// What counts: WCAG 2.0, 2.1 and 2.2, levels A and AA, and what the makers of the engine advise.
const TAGS: [&str; 6] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/// The engine's text, or what is missing.
pub fn source() -> Result<String, String> {
    let place = std::env::var("LYCEUM_AXE").unwrap_or_else(|_| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        root.join("target/tools/browser-tests/node_modules/axe-core/axe.min.js").display().to_string()
    });
    std::fs::read_to_string(&place).map_err(|error| format!("axe-core at {place}: {error}"))
}

/// What is asked of it. Nothing is loaded again for it, and pages have no frames.
#[derive(Debug, Clone, Copy)]
pub enum Rules {
    /// All.
    All,
    /// Of these only what a narrow window can be to blame for: the page was looked at in a wide one already.
    Narrow,
}

impl Rules {
    pub fn options(self) -> Value {
        let only = match self {
            Self::All => json!({ "type": "tag", "values": TAGS }),
            Self::Narrow => {
                json!({ "type": "rule", "values": ["target-size", "scrollable-region-focusable"] })
            }
        };
        json!({ "runOnly": only, "resultTypes": ["violations"], "preload": false, "iframes": false })
    }
}

/// Fails on anything that it has against the page as it is, also one whose scripts have changed it since it came.
#[track_caller]
pub fn must_find_nothing(browser: &Browser) {
    if browser.run("return typeof axe === 'undefined'", &[]) == true {
        browser.run(&source().unwrap(), &[]);
    }
    let found =
        browser.run_async("return (await axe.run(document, args[0])).violations", &[Rules::All.options()]);
    let found = in_words(&found);
    assert!(found.is_empty(), "{} has:\n{}", browser.address(), found.join("\n"));
}

/// Its violations as lines.
pub fn in_words(found: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    for violation in found.as_array().unwrap() {
        for node in violation["nodes"].as_array().unwrap() {
            let why = node["failureSummary"].as_str().unwrap_or_default().replace('\n', " ");
            problems.push(format!("{} at {}: {} {}", violation["id"], node["target"], why, node["html"]));
        }
    }
    problems
}
