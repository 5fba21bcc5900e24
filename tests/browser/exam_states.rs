//! States of the exam room that are short or seldom: a save on its way, a session that ends in the middle, an end while answers
//! wait, more time, a browser that keeps nothing. None of them loses an answer, and each says what is to be done.

use serde_json::{Value, json};

use crate::axe;
use crate::cut::Cable;
use crate::driver::Browser;
use crate::exam::{Exam, says};
use crate::people;
use crate::samples::{self, Begun, begun, pick, saved_slots, sign_in, start, wait_state};

/// What a page looks at once a minute it looks at every second.
pub const HURRY: &str = "
    const every = window.setInterval;
    window.setInterval = (does, ms) => every(does, Math.min(ms, 1000));";

/// As where everything of this kind is switched off.
const KEEPS_NOTHING: &str = "
    Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('switched off', 'SecurityError'); } });";

pub fn short_and_seldom(browser: &mut Browser) {
    signed_out_in_the_middle(browser);
    signed_out_at_the_end(browser);
    on_its_way(browser);
    over_while_an_answer_waits(browser);
    handed_in_when_the_network_is_back(browser);
    handed_in_with_what_was_left_behind(browser);
    more_time(browser);
    an_end_comes_and_goes(browser);
    nothing_is_kept(browser);
}

/// Somebody with a password who has begun an exam.
fn begun_by_grace(browser: &Browser, settings: &Value) -> (Exam, u64) {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(3, settings);
    samples::learner(&exam, "grace");
    let base = exam.app.base.clone();
    browser.open(&format!("{base}/sign-in?next=/quizzes/{quiz}"));
    sign_in(browser, "grace");
    browser.wait_at(&format!("/quizzes/{quiz}"));
    let attempt = start(browser, &base, quiz);
    (exam, attempt)
}

/// Ends the session of the browser on another device.
fn sign_out_elsewhere(exam: &Exam) {
    let elsewhere = people::sign_in(&exam.app, "grace");
    exam.app.delete("/api/me/sessions").by(&elsewhere).send().status(204);
}

/// Signs in where the notice leads to, in a tab of its own, and comes back.
fn sign_in_again(browser: &Browser) {
    let (room, before) = (browser.window(), browser.windows());
    browser.follow("Sign in");
    let tab = browser.windows().into_iter().find(|tab| !before.contains(tab)).expect("a tab of its own");
    browser.switch(&tab);
    sign_in(browser, "grace");
    browser.wait_text("Running now");
    browser.close();
    browser.switch(&room);
    browser.cdp("Page.bringToFront", &json!({}));
}

fn signed_out_in_the_middle(browser: &mut Browser) {
    // The session is over, and what was begun in it has a token that no longer counts.
    browser.expect_errors("status of 401");
    browser.expect_errors("status of 403");
    let (exam, attempt) = begun_by_grace(browser, &json!({}));
    pick(browser, "a0", "true");
    wait_state(browser, 0, "saved");
    sign_out_elsewhere(&exam);
    pick(browser, "a1", "true");
    wait_state(browser, 1, "waiting");
    let says = "document.getElementById('notice').innerText.startsWith('Your session has ended. Your answers are kept on this device.')";
    browser.wait_for(says);
    browser.wait_for("document.getElementById('said').textContent.startsWith('Your session has ended.')");
    browser.shot("signed-out");
    axe::must_find_nothing(browser);
    // Handing in does not lose it either, and goes on saying what to do.
    let sent =
        format!("performance.getEntriesByName(`${{location.origin}}/api/attempts/{attempt}/slots/1`).length");
    let before = browser.run(&format!("return {sent}"), &[]);
    browser.click("#finish");
    browser.wait_for(&format!("{sent} > {before}"));
    browser.wait_for(&format!("{says} && document.querySelector('#notice a') !== null"));
    assert_eq!(saved_slots(&exam, attempt), [0]);

    // Signed in again what waited is sent by itself, and the exam goes on to its end.
    sign_in_again(browser);
    wait_state(browser, 1, "saved");
    browser.wait_for("document.getElementById('notice').hidden");
    pick(browser, "a2", "false");
    wait_state(browser, 2, "saved");
    assert_eq!(saved_slots(&exam, attempt), [0, 1, 2]);
    browser.click("#finish");
    browser.wait_at(&format!("/attempts/{attempt}/submit"));
    browser.wait_text("Every question is answered.");
    browser.click("#hand-in");
    browser.wait_text("Handed in. All your answers are stored.");
}

fn signed_out_at_the_end(browser: &Browser) {
    let (exam, attempt) = begun_by_grace(browser, &json!({ "time_limit_ms": 360_000 }));
    exam.pass(356_000);
    pick(browser, "a0", "true");
    wait_state(browser, 0, "saved");
    sign_out_elsewhere(&exam);
    browser.wait_for("document.getElementById('alarm').textContent.startsWith('The time is over.')");
    browser.wait_for("document.getElementById('notice').innerText.startsWith('Your session has ended.')");
    browser.shot("signed-out-at-the-end");
    sign_in_again(browser);
    browser.wait_at(&format!("/attempts/{attempt}/review"));
    browser.wait_text("1 of 3 answered");
}

/// Somebody who has begun an exam over a network that can be cut or held up.
pub fn begun_over_a_cable(browser: &Browser, settings: &Value) -> (Exam, Cable, u64) {
    let exam = Exam::new();
    let cable = Cable::to(&exam.app.base);
    let quiz = exam.simple_quiz(3, settings);
    browser.sign_in_as(&cable.base(), &exam.learner().token);
    let attempt = start(browser, &cable.base(), quiz);
    (exam, cable, attempt)
}

fn on_its_way(browser: &Browser) {
    let (exam, cable, attempt) = begun_over_a_cable(browser, &json!({}));
    cable.hold(true);
    pick(browser, "a0", "true");
    wait_state(browser, 0, "saving");
    assert_eq!(browser.text("section[data-slot='0'] .state"), "Saving…");
    // Another answer meanwhile has its turn behind it.
    pick(browser, "a1", "false");
    wait_state(browser, 1, "typing");
    assert_eq!(browser.text("section[data-slot='1'] .state"), "Not saved yet");
    browser.shot("saving");
    axe::must_find_nothing(browser);
    cable.hold(false);
    wait_state(browser, 0, "saved");
    wait_state(browser, 1, "saved");
    assert_eq!(saved_slots(&exam, attempt), [0, 1]);
}

fn over_while_an_answer_waits(browser: &mut Browser) {
    browser.expect_errors("net::ERR_");
    let (exam, mut cable, attempt) = begun_over_a_cable(browser, &json!({ "time_limit_ms": 360_000 }));
    exam.pass(354_000);
    pick(browser, "a0", "true");
    wait_state(browser, 0, "saved");
    cable.cut();
    pick(browser, "a1", "true");
    wait_state(browser, 1, "waiting");
    let over = "The time is over. Answers on this device that wait for the network: 1. Keep this page open.";
    browser.wait_for(&format!(
        "document.getElementById('alarm').textContent.replace(/[\\u2068\\u2069]/g, '') === {}",
        json!(over)
    ));
    assert!(!browser.has("fieldset:enabled"), "nothing more can be answered");
    browser.shot("over-waiting");
    axe::must_find_nothing(browser);
    cable.mend();
    browser.wait_at(&format!("/attempts/{attempt}/review"));
    browser.wait_text("2 of 3 answered");
    assert_eq!(saved_slots(&exam, attempt), [0, 1]);
}

/// The page before handing in has the room's clock, says that it is there, and goes on until the server has it.
fn handed_in_when_the_network_is_back(browser: &mut Browser) {
    browser.expect_errors("net::ERR_");
    let (exam, mut cable, attempt) = begun_over_a_cable(browser, &json!({ "time_limit_ms": 360_000 }));
    let state = || exam.attempt(&exam.teacher, attempt)["state"].clone();
    pick(browser, "a0", "true");
    wait_state(browser, 0, "saved");
    exam.pass(65_000);
    browser.click("#finish");
    browser.wait_at(&format!("/attempts/{attempt}/submit"));
    browser.wait_for("document.getElementById('alarm').textContent === 'Five minutes left.'");
    browser.wait_for("/^4:5/.test(document.getElementById('left').textContent)");
    browser.wait_for(&format!(
        "performance.getEntriesByName(`${{location.origin}}/api/attempts/{attempt}/here`).length > 0"
    ));
    cable.cut();
    browser.click("#hand-in");
    browser.find_text("#notice", "Not handed in: there is no connection to the server.");
    browser.shot("not-handed-in");
    axe::must_find_nothing(browser);
    assert_eq!(state(), "running");
    cable.mend();
    browser.wait_at(&format!("/attempts/{attempt}/review"));
    browser.wait_text("Handed in. All your answers are stored.");
    assert_eq!(state(), "finished");
}

/// What a room without a network left on the device is sent by the page before handing in, which says how it stands then; what
/// another device went past comes back to the room, where the learner chooses.
fn handed_in_with_what_was_left_behind(browser: &mut Browser) {
    browser.expect_errors("status of 409");
    let exam = Exam::new();
    let mut cable = Cable::to(&exam.app.base);
    let quiz = exam.simple_quiz(3, &json!({}));
    let learner = exam.learner();
    browser.sign_in_as(&cable.base(), &learner.token);
    let attempt = start(browser, &cable.base(), quiz);
    let room = format!("/attempts/{attempt}");
    let leave_behind = |cable: &mut Cable, slot: usize| {
        cable.cut();
        pick(browser, &format!("a{slot}"), "true");
        wait_state(browser, slot, "waiting");
        browser.open("about:blank");
        cable.mend();
    };
    leave_behind(&mut cable, 0);
    browser.open(&format!("{}{room}/submit", cable.base()));
    browser.wait_text("2 questions are not answered.");
    assert_eq!(saved_slots(&exam, attempt), [0]);

    browser.open(&format!("{}{room}", cable.base()));
    leave_behind(&mut cable, 1);
    exam.save(&learner, attempt, 1, 1, &says(false));
    browser.open(&format!("{}{room}/submit", cable.base()));
    browser.find_text("section[data-slot='1'] .state", "Another device saved this answer.");
    browser.click("section[data-slot='1'] .state button");
    wait_state(browser, 1, "saved");
    let view = exam.attempt(&learner, attempt);
    assert_eq!(view["slots"][1]["response"], says(true), "{view}");
}

fn more_time(browser: &mut Browser) {
    browser.before_pages(HURRY);
    let Begun { exam, attempt, .. } = begun(browser, 3, &json!({ "time_limit_ms": 360_000 }));
    assert_eq!(browser.text("#until"), "08:06:00");
    let more = json!({ "extra_ms": 120_000, "reference": 1, "reason": "fire drill" });
    let extended = exam.app.post(&format!("/api/attempts/{attempt}/extend")).by(&exam.teacher).json(&more);
    extended.send().status(200);
    browser.wait_for(
        "document.getElementById('said').textContent.replace(/[\\u2068\\u2069]/g, '') === 'You have more time: until 08:08:00.'",
    );
    assert_eq!(browser.text("#until"), "08:08:00");
}

fn set_close(exam: &Exam, quiz: u64, closes: &Value) {
    let slots =
        exam.app.get(&format!("/api/quizzes/{quiz}")).by(&exam.teacher).send().json()["slots"].clone();
    exam.change_quiz(quiz, &json!({ "slots": slots, "closes": closes })).send().status(200);
}

/// A quiz without an end gets one, loses it, and gets another one, while its page stands.
fn an_end_comes_and_goes(browser: &Browser) {
    let Begun { exam, learner, attempt } = begun(browser, 3, &json!({}));
    let quiz = exam.attempt(&learner, attempt)["quiz"].as_u64().unwrap();
    let hears = |words: &str| {
        let said = "document.getElementById('said').textContent.replace(/[\\u2068\\u2069]/g, '')";
        browser.wait_for(&format!("{said}.startsWith({})", json!(words)));
    };
    browser.wait_for("document.getElementById('left').checkVisibility() === false");
    // Days ahead it has its day.
    set_close(&exam, quiz, &json!(exam.now_plus(2 * 24 * 3_600_000)));
    hears("There is a time limit now: until ");
    browser.wait_for("/^48:00:|^47:59:/.test(document.getElementById('left').innerText)");
    let until = browser.text("#until");
    assert!(until.ends_with(&format!(" {}, 08:00:00", &exam.now_plus(2 * 24 * 3_600_000)[..4])), "{until}");
    browser.shot("a-new-end");
    axe::must_find_nothing(browser);

    set_close(&exam, quiz, &Value::Null);
    hears("There is no time limit any more.");
    browser.wait_for("!document.getElementById('left').checkVisibility()");

    set_close(&exam, quiz, &json!(exam.now_plus(200_000)));
    browser.wait_for("document.getElementById('alarm').textContent === 'Five minutes left.'");
    assert_eq!(browser.text("#until"), "08:03:20");
    exam.pass(190_000);
    pick(browser, "a0", "true");
    wait_state(browser, 0, "saved");
    exam.pass(10_000);
    browser.wait_at(&format!("/attempts/{attempt}/review"));
    browser.wait_text("1 of 3 answered");
}

fn nothing_is_kept(browser: &mut Browser) {
    browser.before_pages(KEEPS_NOTHING);
    let (exam, mut cable, attempt) = begun_over_a_cable(browser, &json!({}));
    cable.hold(true);
    pick(browser, "a0", "true");
    browser.find_text("#notice", "This browser keeps nothing on this device. Do not close the page");
    cable.hold(false);
    wait_state(browser, 0, "saved");
    browser.wait_for("document.getElementById('notice').hidden");
    // Without a network nothing says that answers were safe.
    cable.cut();
    pick(browser, "a1", "true");
    wait_state(browser, 1, "waiting");
    browser.find_text("#notice", "keep this page open: this browser keeps nothing on this device.");
    assert_eq!(browser.text("section[data-slot='1'] .state"), "Not saved yet");
    browser.shot("nothing-is-kept");
    axe::must_find_nothing(browser);
    cable.mend();
    wait_state(browser, 1, "saved");
    browser.wait_for("document.getElementById('notice').hidden");
    assert_eq!(saved_slots(&exam, attempt), [0, 1]);
}
