//! The exam monitor with more people than a page has, some silent, one with a lost connection: pages, counts, bars and states
//! are as the server has them, and change while the page is open.

use serde_json::{Value, json};

use crate::axe;
use crate::cut::Cable;
use crate::driver::Browser;
use crate::exam::{Exam, id, says};
use crate::support::Person;

/// More than a page has by a few.
const LEARNERS: usize = 104;
const PER_PAGE: usize = 100;

/// What is silent for so long is shown as silent.
const SILENT_MS: u64 = 301_000;

/// The counts, of all, who works, is silent and has handed in, with the lengths of the bar's parts from the other end; and the
/// counts of how far those are who work, with the lengths of theirs.
const SHOWN: &str = "
    const numbers = (css) => [...document.querySelectorAll(css)].map((it) => Number(it.textContent));
    const lengths = (css) => [...document.querySelectorAll(css)].map((it) => Number(it.getAttribute('width')));
    return [numbers('[data-count]'), lengths('[data-bar]'), numbers('[data-far]'), lengths('[data-far-bar]')];";

/// Waits until the page shows all of it.
#[track_caller]
fn wait_shown(browser: &Browser, wanted: &Value) {
    browser.wait_for(&format!("JSON.stringify((() => {{ {SHOWN} }})()) === JSON.stringify({wanted})"));
}

fn rows(browser: &Browser) -> Value {
    browser.run("return document.querySelectorAll('#rows tr').length", &[])
}

pub fn a_large_exam(browser: &mut Browser) {
    let exam = Exam::new();
    let mut cable = Cable::to(&exam.app.base);
    let base = cable.base();
    let quiz = exam.simple_quiz(2, &json!({ "name": "Watched", "time_limit_ms": 3_600_000 }));
    let begun: Vec<(Person, u64)> = (0..LEARNERS)
        .map(|_| {
            let learner = exam.learner();
            let attempt = id(&exam.start(&learner, quiz));
            (learner, attempt)
        })
        .collect();
    // Four have handed in; later one has answered everything, one the half, and all others are silent.
    for (learner, attempt) in &begun[..4] {
        exam.submit(learner, *attempt);
    }
    exam.pass(SILENT_MS);
    let save = |who: usize, slot: usize| exam.save(&begun[who].0, begun[who].1, slot, 1, &says(true));
    save(4, 0);
    save(4, 1);
    save(5, 0);
    browser.sign_in_as(&base, &exam.teacher.token);
    browser.open(&format!("{base}/quizzes/{quiz}/live"));
    browser.wait_text("Up to date by itself");
    // Of a thousandth each, rounded down: 2, 98 and 4 of 104; of those who work 98 have nothing, one the half, one all.
    let silent = json!([[104, 2, 98, 4], [38, 19, 942], [98, 0, 1, 1], [980, 0, 10, 10]]);
    wait_shown(browser, &silent);
    assert_eq!(rows(browser), PER_PAGE);
    browser.find_text("nav[aria-label='Pages']", "Page 1 of 2");
    browser.shot("first-page");
    axe::must_find_nothing(browser);

    // Those who are not on this page count as well, and one who loses the connection is shown at once.
    let lost = json!({ "reports": [{ "kind": "connection_lost", "detail": "" }] });
    let (learner, attempt) = &begun[6];
    exam.app.post(&format!("/api/attempts/{attempt}/reports")).by(learner).json(&lost).send().status(204);
    browser.wait_for(&format!(
        "document.querySelector(\"tr[data-attempt='{attempt}'] .tag\").textContent === 'Connection lost'"
    ));
    save(103, 0);
    browser.wait_for("document.querySelector('[data-count=running]').textContent === '3'");
    let now = browser.run(SHOWN, &[]);
    assert_eq!(now[2], json!([97, 0, 2, 1]), "{now}");
    browser.shot("connection-lost");
    axe::must_find_nothing(browser);

    browser.follow("Next page");
    browser.wait_text("Page 2 of 2");
    browser.wait_text("Up to date by itself");
    assert_eq!(rows(browser), LEARNERS - PER_PAGE);
    browser.wait_for("document.querySelector('[data-count=all]').textContent === '104'");
    browser.shot("second-page");
    browser.follow("Page before");
    browser.wait_text("Page 1 of 2");
    browser.choose("#show", "Those who are silent");
    browser.follow("Filter");
    browser
        .wait_for("document.querySelectorAll('#rows tr').length < 100 && document.readyState === 'complete'");
    browser.must_be_quiet();

    // The monitor's own connection goes, and it says so; it comes back by itself.
    browser.expect_errors("net::ERR_");
    browser.wait_text("Up to date by itself");
    cable.cut();
    browser.wait_text("No connection; this is how it was");
    browser.shot("no-network");
    axe::must_find_nothing(browser);
    cable.mend();
    browser.wait_text("Up to date by itself");
}
