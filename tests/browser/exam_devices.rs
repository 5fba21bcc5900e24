//! An exam on two devices, in a network that answers in the server's place, and in one that the quiz is not taken from: what is
//! shown is what is saved, and what is not saved is said.

use serde_json::{Value, json};

use crate::cut::Cable;
use crate::driver::Browser;
use crate::exam::{Exam, says, truth, with};
use crate::exam_states::{HURRY, begun_over_a_cable};
use crate::samples::{Begun, begun, pick, start, wait_state};

/// What `window.portal` matches of method and path is answered as a network's own sign-in page does.
const PORTAL: &str = "
    const real = window.fetch;
    window.portal = undefined;
    window.asked = 0;
    window.fetch = (path, options = {}) => {
        if (!window.portal?.test(`${options.method} ${path}`)) return real(path, options);
        window.asked += 1;
        return Promise.resolve(new Response('<h1>Welcome</h1>', { headers: { 'Content-Type': 'text/html' } }));
    };";

pub fn nothing_is_taken_for_what_it_is_not(browser: &mut Browser) {
    browser.before_pages(PORTAL);
    a_portal_saves_nothing(browser);
    what_cannot_be_shown_waits(browser);
    from_another_network(browser);
    too_late(browser);
    back_to_what_it_was(browser);
}

/// What the server has in a slot.
fn kept(exam: &Exam, attempt: u64, slot: usize) -> Value {
    exam.attempt(&exam.teacher, attempt)["slots"][slot]["response"].clone()
}

fn portal(browser: &Browser, requests: &str) {
    browser.run(
        &format!("window.portal = {requests}; window.asked = 0; dispatchEvent(new Event('online'))"),
        &[],
    );
}

fn a_portal_saves_nothing(browser: &Browser) {
    let Begun { exam, attempt, .. } = begun(browser, 3, &json!({ "time_limit_ms": 360_000 }));
    exam.pass(352_000);
    pick(browser, "a0", "true");
    wait_state(browser, 0, "saved");
    portal(browser, "/^(PUT|POST)/");
    pick(browser, "a1", "true");
    wait_state(browser, 1, "waiting");
    assert!(kept(&exam, attempt, 1).is_null(), "{}", exam.attempt(&exam.teacher, attempt));
    portal(browser, "/submit$/");
    wait_state(browser, 1, "saved");
    // It does not hand in either.
    browser.wait_for(
        "window.asked > 1 && document.getElementById('alarm').textContent.startsWith('The time is over.')",
    );
    portal(browser, "undefined");
    browser.wait_at(&format!("/attempts/{attempt}/review"));
    browser.wait_text("2 of 3 answered");
}

/// What another device saved takes the place of what was answered here only once it can be shown, with the way back.
fn what_cannot_be_shown_waits(browser: &mut Browser) {
    browser.expect_errors("status of 409");
    browser.expect_errors("net::ERR_");
    let exam = Exam::new();
    let mut cable = Cable::to(&exam.app.base);
    let (base, learner) = (cable.base(), exam.learner());
    let quiz = exam.simple_quiz(3, &json!({}));
    browser.sign_in_as(&base, &learner.token);
    let attempt = start(browser, &base, quiz);
    portal(browser, "/^GET .*attempts.[0-9]+$/");
    exam.save(&learner, attempt, 0, 1, &says(false));
    pick(browser, "a0", "true");
    wait_state(browser, 0, "waiting");
    portal(browser, "undefined");
    wait_state(browser, 0, "elsewhere");
    browser.wait_for("document.querySelector(\"input[name='a0'][value='false']\").checked");
    browser.click("section[data-slot='0'] .state button");
    wait_state(browser, 0, "saved");
    assert_eq!(kept(&exam, attempt, 0), says(true));

    // The page was closed without a network, and another device went on and on.
    cable.cut();
    pick(browser, "a1", "true");
    wait_state(browser, 1, "waiting");
    exam.save(&learner, attempt, 1, 5, &says(false));
    cable.mend();
    browser.open(&format!("{base}/attempts/{attempt}"));
    wait_state(browser, 1, "elsewhere");
    browser.wait_for("document.querySelector(\"input[name='a1'][value='false']\").checked");
    browser.click("section[data-slot='1'] .state button");
    wait_state(browser, 1, "saved");
    assert_eq!(kept(&exam, attempt, 1), says(true));
}

fn from_another_network(browser: &mut Browser) {
    browser.expect_errors("status of 403");
    let exam = Exam::new();
    let question = exam.question(&truth("Is it?", true));
    let slots = json!({ "slots": [{ "points": 1, "question": question }] });
    let quiz = exam.quiz(&slots);
    let moves = |networks: Value| {
        exam.change_quiz(quiz, &with(&slots, &json!({ "networks": networks }))).send().status(200);
    };
    browser.sign_in_as(&exam.app.base, &exam.learner().token);
    let attempt = start(browser, &exam.app.base, quiz);
    moves(json!(["10.0.0.0/8"]));
    pick(browser, "a0", "true");
    wait_state(browser, 0, "waiting");
    browser.find_text("#notice", "This may be taken from certain rooms or networks only");
    // Trying to go on does not take those words away.
    browser.click("#finish");
    browser.find_text("#notice", "This may be taken from certain rooms or networks only");
    browser.shot("another-network");
    moves(json!([]));
    portal(browser, "undefined");
    wait_state(browser, 0, "saved");
    browser.wait_for("document.getElementById('notice').hidden");
    assert_eq!(kept(&exam, attempt, 0), says(true));
}

fn too_late(browser: &mut Browser) {
    browser.expect_errors("status of 409");
    let (exam, mut cable, attempt) = begun_over_a_cable(browser, &json!({}));
    cable.cut();
    pick(browser, "a1", "true");
    wait_state(browser, 1, "waiting");
    let close = json!({});
    exam.app
        .post(&format!("/api/attempts/{attempt}/close"))
        .by(&exam.teacher)
        .json(&close)
        .send()
        .status(200);
    cable.mend();
    browser.find_text(
        "#notice",
        "Not saved, because it came too late: what was answered last on this device, question 2.",
    );
    wait_state(browser, 1, "refused");
    browser.shot("too-late");
    browser.click("#notice a");
    browser.wait_at(&format!("/attempts/{attempt}/review"));
    browser.wait_text("0 of 3 answered");
}

/// What was answered here first, elsewhere otherwise, and here again as at first.
fn back_to_what_it_was(browser: &mut Browser) {
    browser.before_pages(HURRY);
    let Begun { exam, learner, attempt } = begun(browser, 3, &json!({}));
    pick(browser, "a0", "true");
    wait_state(browser, 0, "saved");
    exam.save(&learner, attempt, 0, 2, &says(false));
    wait_state(browser, 0, "elsewhere");
    pick(browser, "a0", "true");
    wait_state(browser, 0, "saved");
    assert_eq!(kept(&exam, attempt, 0), says(true));
}
