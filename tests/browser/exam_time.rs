//! The clock of an exam: the server's, with warnings at five minutes and at one, more time, and its end.

use serde_json::json;

use crate::axe;
use crate::driver::Browser;
use crate::samples::{Begun, begun, pick, wait_state};

pub fn warnings_and_the_end(browser: &mut Browser) {
    let Begun { exam, learner, attempt } = begun(browser, 4, &json!({ "time_limit_ms": 360_000 }));
    browser.wait_for("/^[56]:/.test(document.getElementById('left').textContent)");
    assert!(browser.has("#alarm[hidden]"));

    // Every answer of the server sets the clock, whatever the device's own one says.
    exam.pass(65_000);
    pick(browser, "a0", "true");
    wait_state(browser, 0, "saved");
    browser.wait_for("document.getElementById('alarm').textContent === 'Five minutes left.'");
    browser.wait_for("/^4:5/.test(document.getElementById('left').textContent)");
    browser.shot("five-minutes");
    exam.pass(240_000);
    pick(browser, "a1", "true");
    wait_state(browser, 1, "saved");
    browser.wait_for("document.getElementById('alarm').textContent === 'One minute left.'");
    browser.shot("one-minute");
    axe::must_find_nothing(browser);

    // More time: the next answer brings it, and the warning goes.
    let more = json!({ "extra_ms": 120_000, "reference": 1, "reason": "fire drill" });
    exam.app
        .post(&format!("/api/attempts/{attempt}/extend"))
        .by(&exam.teacher)
        .json(&more)
        .send()
        .status(200);
    pick(browser, "a2", "true");
    wait_state(browser, 2, "saved");
    browser.wait_for("/^2:[45]/.test(document.getElementById('left').textContent)");
    browser.wait_for("document.getElementById('alarm').hidden");

    // The end comes by itself, and what was answered a moment before is in it.
    exam.pass(171_000);
    pick(browser, "a3", "true");
    wait_state(browser, 3, "saved");
    browser.wait_at(&format!("/attempts/{attempt}/review"));
    browser.wait_text("4 of 4 answered");
    // Who does not see it is told that it ended.
    browser.find_text("#ended", "Handed in");
    browser.wait_for("document.activeElement.id === 'ended'");
    browser.shot("over");
    assert!(exam.attempt(&learner, attempt)["state"] != "running");
}
