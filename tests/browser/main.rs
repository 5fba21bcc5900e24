//! The pages in a real browser: Debian's Chromium, driven through `chromedriver`, on the real server. `make test-browser`.
//!
//! `LYCEUM_BROWSER=required` fails where a browser is missing, which else is only said; `LYCEUM_BROWSER=off` leaves the
//! walks out. Words on the command line choose the walks whose names have one of them. Pictures of what was seen are in
//! `target/browser`, with the page's source of a walk that failed.
//!
//! It has a `main` of its own, so that a few browsers serve all walks and are ended when the walks are over.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::needless_pass_by_value,
    missing_docs,
    reason = "a walk stops at the first surprise"
)]

mod administrator;
mod axe;
mod cut;
mod demo;
mod driver;
#[path = "../api/exam.rs"]
#[allow(dead_code, reason = "shared with the tests of the API, which use more of it")]
mod exam;
mod exam_devices;
mod exam_room;
mod exam_states;
mod exam_time;
mod forms;
mod keyboard;
mod leaving;
mod look;
mod making;
mod memory;
mod monitor;
mod pages;
#[path = "../api/people.rs"]
#[allow(dead_code, reason = "shared with the tests of the API, which use more of it")]
mod people;
mod plain;
#[path = "../running/process.rs"]
#[allow(dead_code, reason = "shared with the tour of the README, which uses more of it")]
mod process;
#[path = "../running/mod.rs"]
mod running;
mod samples;
mod school;
mod sheets;
#[path = "../running/skipped.rs"]
mod skipped;
#[path = "../api/support.rs"]
#[allow(dead_code, reason = "shared with the tests of the API, which use more of it")]
mod support;
mod teacher;
mod touch;

/// `support` shows every answer to the tests of the API; here it is the browser that looks.
mod openapi {
    pub const fn check(_method: &str, _path: &str, _answer: &crate::support::Answer) {}
}

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use driver::Browser;
use skipped::skipped;

type Walk = (&'static str, fn(&mut Browser));

/// The longest first, so that no browser is left over with one at the end.
const WALKS: &[Walk] = &[
    ("memory", memory::an_hour_of_saves),
    ("pages-administrator", pages::as_administrator),
    ("pages-arabic", pages::in_arabic),
    ("forms", forms::in_english),
    ("forms-arabic", forms::in_arabic),
    ("pages-others", pages::as_others),
    ("demo", demo::as_it_is_served),
    ("exam", exam_room::every_type_through_a_lost_network_and_a_crash),
    ("teacher", teacher::a_day),
    ("making", making::a_quiz_from_nothing),
    ("administrator", administrator::a_day),
    ("monitor", monitor::a_large_exam),
    ("keyboard", keyboard::an_exam_without_a_mouse),
    ("touch", touch::an_exam_with_a_finger_and_its_result_on_paper),
    ("tabs", exam_room::two_tabs_do_not_fight),
    ("sheets", sheets::an_exam_of_sixty_questions),
    ("states", exam_states::short_and_seldom),
    ("devices", exam_devices::nothing_is_taken_for_what_it_is_not),
    ("leaving", leaving::leaving_asks_first),
    ("time", exam_time::warnings_and_the_end),
    ("plain", plain::an_exam_without_scripts),
];

/// Browsers at once, where there are processors for them. Each has a server beside it; one more than there are processors,
/// since the walk that saves for an hour waits for the disk.
const MOST_BROWSERS: usize = 4;

/// Removes what an earlier run left of a walk.
fn forget(shots: &Path, walk: &str) {
    for entry in std::fs::read_dir(shots).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with(&format!("{walk}-")) || name.starts_with(&format!("FAILED-{walk}.")) {
            std::fs::remove_file(path).unwrap();
        }
    }
}

fn main() -> ExitCode {
    let wish = std::env::var("LYCEUM_BROWSER").unwrap_or_default();
    if wish == "off" {
        println!(
            "The walks through the pages in a browser are left out: LYCEUM_BROWSER=off. `make test-browser` runs them."
        );
        return ExitCode::SUCCESS;
    }
    let missing = driver::programs().err().or_else(|| axe::source().err());
    if let Some(missing) = missing {
        skipped(&format!(
            "the walks through the pages in a browser: {missing}. `make test-browser` installs what they need"
        ));
        return if wish == "required" { ExitCode::FAILURE } else { ExitCode::SUCCESS };
    }
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let chosen: Vec<Walk> = WALKS
        .iter()
        .filter(|(name, _)| words.is_empty() || words.iter().any(|word| name.contains(word.as_str())))
        .copied()
        .collect();
    let shots = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/browser");
    std::fs::create_dir_all(&shots).unwrap();
    for (walk, _) in &chosen {
        forget(&shots, walk);
    }
    let browsers = std::thread::available_parallelism()
        .map_or(1, |number| number.get() + 1)
        .min(MOST_BROWSERS)
        .min(chosen.len());
    // Which walk it was is said behind it.
    std::panic::set_hook(Box::new(|what| eprintln!("{what}")));
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..browsers {
            scope.spawn(|| {
                let mut browser = None;
                while let Some((name, walk)) = chosen.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let began = Instant::now();
                    let mut it = browser.take().unwrap_or_else(|| Browser::start(&shots));
                    it.fresh(name);
                    let went = catch_unwind(AssertUnwindSafe(|| {
                        walk(&mut it);
                        it.must_be_quiet();
                    }));
                    let word = if went.is_ok() { "ok" } else { "FAILED" };
                    println!("walk {name} ... {word} ({:.1} s)", began.elapsed().as_secs_f64());
                    if went.is_ok() {
                        browser = Some(it);
                    } else {
                        it.keep_failure();
                        // The next one begins with a browser that nothing has gone wrong in.
                        failed.lock().unwrap().push(*name);
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    println!(
        "{} walks, {} failed: {}; pictures are in {}",
        chosen.len(),
        failed.len(),
        failed.join(" "),
        shots.display()
    );
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
