//! Leaving an attempt that runs asks first, and what stays in the exam room does not.

use serde_json::json;

use crate::driver::Browser;
use crate::exam::Exam;
use crate::samples::{Begun, begun, pick, start, wait_state};

/// Keeps whether the page asks when it is left, behind everything that it listens with itself. The browser leaves anyway.
const WATCH: &str = "
    sessionStorage.removeItem('asks');
    addEventListener('beforeunload', (event) => sessionStorage.setItem('asks', event.defaultPrevented));";

/// What happens when the browser shows a page that it kept for the way back; those that are driven keep none.
const COMES_BACK: &str =
    "window.kept = true; dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));";

/// Leaves the page by a click on something; did it ask? `to` is true on the page that follows.
#[track_caller]
fn asks(browser: &Browser, click: &str, to: &str) -> bool {
    browser.run(WATCH, &[]);
    browser.click(click);
    browser.wait_for(&format!("{to} && document.readyState === 'complete'"));
    let kept = browser.run("return sessionStorage.getItem('asks')", &[]);
    kept.as_str().expect("the page was left") == "true"
}

/// What is refused stays where it was written, is named, and keeps nobody from handing in.
fn an_answer_that_cannot_be_saved(exam: &Exam, browser: &Browser) {
    let essay = json!({ "type": "essay", "template": { "text": "Because" } });
    let question = exam.question(&json!({ "name": "Tides", "text": { "text": "Why?" }, "kind": essay }));
    let quiz = exam.quiz(&json!({ "slots": [{ "points": 5, "question": question }] }));
    let base = exam.app.base.clone();
    let attempt = start(browser, &base, quiz);
    // What it begins with is no answer.
    browser.wait_for("document.querySelector('[data-words]').textContent !== ''");
    browser.find_text("#progress", "0 of 1 answered");
    // Letters of two bytes each: as many as the field takes are more than an answer may have.
    browser.run(
        "const area = document.querySelector('textarea'); area.value = 'م'.repeat(40000);
         area.dispatchEvent(new Event('input', { bubbles: true }));",
        &[],
    );
    browser.click("#finish");
    browser.wait_for("!document.getElementById('notice').hidden");
    wait_state(browser, 0, "refused");
    let said = browser.run("return document.getElementById('notice').textContent", &[]);
    assert!(said.as_str().unwrap().contains("question \u{2068}1\u{2069}"), "{said}");
    browser.click("#finish");
    browser.wait_for(&format!("location.pathname === '/attempts/{attempt}/submit'"));
}

pub fn leaving_asks_first(browser: &mut Browser) {
    browser.expect_errors("status of 422");
    let Begun { exam, attempt, .. } = begun(browser, 3, &json!({}));
    let base = exam.app.base.clone();
    let room = format!("/attempts/{attempt}");
    let at = |rest: &str| format!("location.pathname + location.search === '{room}{rest}'");
    pick(browser, "a0", "true");
    wait_state(browser, 0, "saved");
    // Everything is saved, and still it asks.
    assert!(asks(browser, "a.brand", "location.pathname === '/'"), "a link out of the room");
    an_answer_that_cannot_be_saved(&exam, browser);
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
    browser.run(COMES_BACK, &[]);
    browser.wait_for("window.kept === undefined && document.readyState === 'complete'");
    assert!(!asks(browser, &format!("main a[href='{room}']"), &at("")), "back to the questions");
    assert!(!asks(browser, "#finish", &at("/submit")));
    assert!(!asks(browser, "#hand-in", &at("/review")), "handing in");
    assert!(!asks(browser, "a.brand", "location.pathname === '/'"), "it is over");
    signed_out_and_back(browser, &base);
    browser.must_be_quiet();
}

/// A page that the browser kept is there again as it was left, unless somebody signed out meanwhile.
fn signed_out_and_back(browser: &Browser, base: &str) {
    browser.run(COMES_BACK, &[]);
    let page = browser.window();
    browser.new_tab();
    browser.open(base);
    browser.click("form.who button");
    browser.wait_at("/sign-in");
    browser.close();
    browser.switch(&page);
    assert_eq!(browser.run("return window.kept", &[]), true, "it was not loaded again");
    browser.run(COMES_BACK, &[]);
    browser.wait_at("/sign-in");
}
