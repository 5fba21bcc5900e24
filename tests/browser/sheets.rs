//! A long exam comes in sheets: the first is there at once, the others follow, so that a dead network stops nobody, and
//! what is answered on any of them is saved whichever is open.

use serde_json::json;

use crate::axe;
use crate::cut::Cable;
use crate::driver::Browser;
use crate::exam::Exam;
use crate::samples::{pick, saved_slots, start, wait_state};

const QUESTIONS: usize = 60;

/// Questions in sight.
const IN_SIGHT: &str = "document.querySelectorAll('section[data-slot]:not([hidden])').length";

pub fn an_exam_of_sixty_questions(browser: &mut Browser) {
    let exam = Exam::new();
    let mut cable = Cable::to(&exam.app.base);
    let base = cable.base();
    let quiz = exam.simple_quiz(QUESTIONS, &json!({}));
    let learner = exam.learner();
    browser.sign_in_as(&base, &learner.token);
    let attempt = start(browser, &base, quiz);
    let room = format!("/attempts/{attempt}");
    let all_here = format!("document.querySelectorAll('section[data-slot]').length === {QUESTIONS}");
    browser.find_text("#range", "Questions 1 to 20 of 60");
    browser.wait_for(&all_here);
    browser.wait_for(&format!("{IN_SIGHT} === 20"));
    browser.shot("first");
    axe::must_find_nothing(browser);

    // All of it is here: it goes on without a network, from sheet to sheet.
    browser.expect_errors("net::ERR_");
    cable.cut();
    browser.click("#next");
    browser.find_text("#range", "Questions 21 to 40 of 60");
    browser.wait_for(&format!("{IN_SIGHT} === 20 && document.activeElement.id === 'h21'"));
    pick(browser, "a30", "true");
    wait_state(browser, 30, "waiting");
    browser.wait_text("1 of 60 answered");
    browser.click(".dot[data-to='50']");
    browser.wait_for("document.activeElement.id === 'h50' && document.getElementById('next').disabled");
    pick(browser, "a49", "false");
    wait_state(browser, 49, "waiting");
    browser.shot("no-network");
    axe::must_find_nothing(browser);

    // Opened again at the first sheet, what waits of the others is sent, and shown there when they come.
    cable.mend();
    browser.open(&format!("{base}{room}"));
    browser.find_text("#range", "Questions 1 to 20 of 60");
    browser.wait_text("2 of 60 answered");
    browser.wait_for(&all_here);
    browser.wait_for("document.querySelector(\"input[name='a30'][value='true']\").checked");
    browser.wait_for("document.querySelector(\"input[name='a49'][value='false']\").checked");
    browser.click(".dot[data-to='31']");
    wait_state(browser, 30, "saved");
    wait_state(browser, 49, "saved");
    assert_eq!(saved_slots(&exam, attempt), [30, 49]);

    // A sheet that is not here yet is a page to go to.
    browser.open(&format!("{base}{room}?sheet=3"));
    browser.click("#previous");
    browser.wait_at(&format!("{room}?sheet=2"));
    browser.find_text("#range", "Questions 21 to 40 of 60");

    // Without scripts every sheet is a page.
    browser.scripts(false);
    browser.open(&format!("{base}{room}"));
    browser.click("label:has(input[name='a0'][value='true'])");
    browser.click("#next");
    browser.find_text("#range", "Questions 21 to 40 of 60");
    assert_eq!(browser.path(), format!("{room}?sheet=2"));
    browser.scripts(true);
    assert_eq!(saved_slots(&exam, attempt), [30, 49, 0]);
}
