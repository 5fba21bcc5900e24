//! Leaving an attempt that runs asks first, and what stays in the exam room does not.

use serde_json::json;

use crate::driver::Browser;
use crate::exam::Exam;
use crate::samples::{pick, start, wait_state};

/// Keeps whether the page asks when it is left, behind everything that it listens with itself. The browser leaves anyway.
const WATCH: &str = "
    sessionStorage.removeItem('asks');
    addEventListener('beforeunload', (event) => sessionStorage.setItem('asks', event.defaultPrevented));";

/// Leaves the page by a click on something; did it ask? `to` is true on the page that follows.
#[track_caller]
fn asks(browser: &Browser, click: &str, to: &str) -> bool {
    browser.run(WATCH, &[]);
    browser.click(click);
    browser.wait_for(&format!("{to} && document.readyState === 'complete'"));
    let kept = browser.run("return sessionStorage.getItem('asks')", &[]);
    kept.as_str().expect("the page was left") == "true"
}

pub fn leaving_asks_first(browser: &mut Browser) {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(3, &json!({}));
    let learner = exam.learner();
    let base = exam.app.base.clone();
    browser.sign_in_as(&base, &learner.token);
    let attempt = start(browser, &base, quiz);
    let room = format!("/attempts/{attempt}");
    let at = |rest: &str| format!("location.pathname + location.search === '{room}{rest}'");
    pick(browser, "a0", "true");
    wait_state(browser, 0, "saved");
    // Everything is saved, and still it asks.
    assert!(asks(browser, "a.brand", "location.pathname === '/'"), "a link out of the room");
    browser.open(&format!("{base}{room}"));
    assert!(!asks(browser, "#single", &at("?question=1")), "another way to show the questions");
    assert!(!asks(browser, "button[value='all']", &at("?sheet=1")), "and back");
    let arabic = "document.documentElement.lang === 'ar'";
    assert!(
        !asks(browser, "form.look button[value='ar']", arabic),
        "another language comes back to the room"
    );
    let english = "document.documentElement.lang === 'en'";
    assert!(!asks(browser, "form.look button[value='en']", english));
    assert!(!asks(browser, "#finish", &at("/submit")), "to the page before handing in");
    assert!(asks(browser, "a.brand", "location.pathname === '/'"), "nothing is handed in yet");
    browser.open(&format!("{base}{room}/submit"));
    assert!(!asks(browser, &format!("main a[href='{room}']"), &at("")), "back to the questions");
    assert!(!asks(browser, "#finish", &at("/submit")));
    assert!(!asks(browser, "#hand-in", &at("/review")), "handing in");
    assert!(!asks(browser, "a.brand", "location.pathname === '/'"), "it is over");
    browser.must_be_quiet();
}
