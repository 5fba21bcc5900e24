//! An exam with scripts switched off, in a real browser: signing in, answering, handing in and the result are forms and links.

use serde_json::json;

use crate::driver::Browser;
use crate::exam::Exam;
use crate::samples::{self, pick, sign_in, start};

pub fn an_exam_without_scripts(browser: &mut Browser) {
    let exam = Exam::new();
    let quiz = samples::quiz(&exam, &json!({ "time_limit_ms": 1_800_000 }));
    samples::learner(&exam, "grace");
    let base = exam.app.base.clone();
    browser.scripts(false);
    browser.open(&format!("{base}/sign-in?next=/quizzes/{quiz}"));
    sign_in(browser, "grace");
    browser.find_text("h1", "Everything");
    let attempt = start(browser, &base, quiz);
    browser.shot("begun");
    pick(browser, "a0", "0");
    pick(browser, "a2", "true");
    browser.type_into("#a4", "Pacific");
    browser.type_into("#a8", "The Moon pulls.");
    browser.click("#save");
    browser.find_text("#progress", "4 of 9 answered");
    assert!(browser.text("section[data-slot='4'] .state").starts_with("Saved at "));
    assert!(browser.text("section[data-slot='1'] .state").starts_with("Not answered"));
    browser.shot("saved");
    // One at a time, going on saves.
    browser.open(&format!("{base}/attempts/{attempt}?question=2"));
    pick(browser, "a1", "0");
    pick(browser, "a1", "2");
    browser.click("#next");
    browser.find_text("#progress", "5 of 9 answered");
    assert_eq!(browser.path(), format!("/attempts/{attempt}?question=3"));
    browser.shot("one-at-a-time");
    browser.click("#finish");
    browser.find_text("h1", "Hand in");
    browser.find_text("main ul.open", "Question 7");
    browser.click("#hand-in");
    browser.find_text(".flash", "Handed in. All your answers are stored.");
    browser.shot("handed-in");
    assert!(browser.text("main .result").contains("5 of 9 answered"));
    assert_eq!(exam.attempt(&exam.teacher, attempt)["state"], "finished");
    browser.scripts(true);
}
