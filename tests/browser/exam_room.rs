//! An exam as a learner lives it, when everything happens that can happen: the network goes, the page is loaded again, the
//! browser crashes, another tab and another device take part.

use serde_json::json;

use crate::axe;
use crate::cut::Cable;
use crate::driver::Browser;
use crate::exam::{COURSE, Exam, says};
use crate::samples::{self, Begun, begun, pick, saved_slots, sign_in, start, wait_state};

pub fn every_type_through_a_lost_network_and_a_crash(browser: &mut Browser) {
    let exam = Exam::new();
    let mut cable = Cable::to(&exam.app.base);
    let base = cable.base();
    let quiz = samples::built(browser, &exam, &base);
    let user = samples::learner(&exam, "grace");

    browser.open(&format!("{base}/quizzes/{quiz}"));
    browser.wait_at("/sign-in");
    browser.shot("sign-in");
    sign_in(browser, "grace");
    browser.wait_at(&format!("/quizzes/{quiz}"));
    browser.shot("door");
    let attempt = start(browser, &base, quiz);
    let room = format!("/attempts/{attempt}");
    browser.wait_text("0 of 9 answered");
    browser.shot("begun");

    pick(browser, "a0", "0");
    wait_state(browser, 0, "saved");
    pick(browser, "a1", "0");
    pick(browser, "a1", "2");
    wait_state(browser, 1, "saved");
    pick(browser, "a2", "true");
    wait_state(browser, 2, "saved");
    browser.type_into("#a3", "1224");
    browser.choose("#a3-unit", "km/h");
    wait_state(browser, 3, "saved");
    browser.wait_text("4 of 9 answered");
    assert!(browser.text("section[data-slot='0'] .state").starts_with("Saved at 08:00:00"));
    assert_eq!(browser.text("section[data-slot='0'] .receipt").len(), 16);
    browser.must_be_quiet();

    // The network goes. What is answered now waits, and says so.
    browser.expect_errors("net::ERR_");
    let before = saved_slots(&exam, attempt);
    cable.cut();
    browser.type_into("#a4", "pacific");
    wait_state(browser, 4, "waiting");
    assert_eq!(browser.text("section[data-slot='4'] .state"), "Kept on this device, waiting for the network");
    browser.wait_for("document.getElementById('notice').textContent.startsWith('No connection.')");
    browser.wait_for("document.getElementById('said').textContent.startsWith('No connection.')");
    browser.choose("#a5-0", "Bell");
    browser.choose("#a5-1", "Nobel");
    wait_state(browser, 5, "waiting");
    browser.shot("no-network");
    axe::must_find_nothing(browser);
    assert_eq!(saved_slots(&exam, attempt), before);
    let asks = "const event = new Event('beforeunload', { cancelable: true }); dispatchEvent(event); return event.defaultPrevented";
    assert_eq!(browser.run(asks, &[]), true, "leaving asks first");

    // Loading the page again finds nothing, and then everything.
    browser.reload();
    browser.wait_for("document.getElementById('exam') === null");
    cable.mend();
    browser.open(&format!("{base}{room}"));
    wait_state(browser, 4, "saved");
    wait_state(browser, 5, "saved");
    assert_eq!(saved_slots(&exam, attempt)[before.len()..], [4, 5], "in the order in which they were given");
    assert_eq!(browser.run("return document.getElementById('a4').value", &[]), "pacific");
    browser.wait_text("6 of 9 answered");

    // An order has all of its items. Without one of them it is no answer.
    let place = |item: &str| {
        let menu = browser.run(
            "return [...document.querySelectorAll('.order li')].find((li) => li.innerText.includes(arguments[0])).querySelector('select').id",
            &[json!(item)],
        );
        format!("#{}", menu.as_str().unwrap())
    };
    browser.choose(&place("Mercury"), "1");
    wait_state(browser, 6, "saved");
    browser.wait_text("7 of 9 answered");
    browser.choose(&place("Mercury"), "–");
    browser.wait_text("6 of 9 answered");
    wait_state(browser, 6, "saved");
    browser.wait_for("[...document.querySelectorAll('.order select')].every((menu) => menu.value === '')");
    assert_eq!(exam.attempt(&exam.teacher, attempt)["slots"][6]["response"]["type"], "empty");

    // It goes again, and then the browser crashes.
    let before = saved_slots(&exam, attempt);
    cable.cut();
    for (item, position) in [("Mercury", "1"), ("Venus", "2"), ("Earth", "3")] {
        browser.choose(&place(item), position);
    }
    wait_state(browser, 6, "waiting");
    browser.type_into("[name='a7-0']", "Paris");
    browser.choose("[name='a7-1']", "Seine");
    browser.type_into("[name='a7-2']", "2,1");
    pick(browser, "a7-3", "0");
    pick(browser, "a7-4", "0");
    pick(browser, "a7-4", "1");
    wait_state(browser, 7, "waiting");
    browser.crash();
    cable.mend();
    browser.open(&format!("{base}{room}"));
    if browser.path().starts_with("/sign-in") {
        sign_in(browser, "grace");
        browser.wait_at(&room);
    }
    wait_state(browser, 6, "saved");
    wait_state(browser, 7, "saved");
    assert_eq!(saved_slots(&exam, attempt)[before.len()..], [6, 7]);
    browser.wait_text("8 of 9 answered");
    browser.shot("after-the-crash");

    // What is unanswered is shown before it is too late.
    browser.click("#finish");
    browser.wait_at(&format!("{room}/submit"));
    browser.wait_text("Question 9");
    browser.shot("something-is-open");
    browser.click("ul.open a");
    browser.wait_at(&room);
    browser.type_into("#a8", "First line\n\n<script>second</script> & more");
    wait_state(browser, 8, "saved");
    browser.click("#finish");
    browser.wait_at(&format!("{room}/submit"));
    browser.wait_text("Every question is answered.");
    let receipt = browser.text("main code");
    browser.shot("hand-in");
    browser.click("#hand-in");
    browser.wait_at(&format!("{room}/review"));
    browser.wait_text("Handed in. All your answers are stored.");
    assert_eq!(browser.text(".result code"), receipt);
    browser.wait_text("Some answers wait for marking");
    browser.shot("handed-in");
    browser.open(&format!("{base}{room}/receipts"));
    assert!(browser.has("a[href$='receipts.json'][download]"));
    browser.shot("receipts");

    // The essay is marked, and the grade is seen.
    browser.cdp("Network.clearBrowserCookies", &json!({}));
    browser.sign_in_as(&base, &exam.teacher.token);
    browser.open(&format!("{base}/quizzes/{quiz}/marking"));
    browser.wait_text("1 to be marked");
    browser.find_text("article .answer", "<script>second</script> & more");
    browser.fill("[name='points']", "1");
    browser.fill("[name='comment']", "Good.");
    browser.shot("marking");
    browser.click("#mark button.main");
    browser.wait_text("Nothing waits for marking.");
    browser.cdp("Network.clearBrowserCookies", &json!({}));
    browser.open(&format!("{base}{room}/review"));
    browser.wait_at("/sign-in");
    sign_in(browser, "grace");
    browser.wait_at(&format!("{room}/review"));
    browser.wait_text("9 of 9 points");
    browser.wait_text("Good.");
    browser.shot("result");
    browser.open(&format!("{base}/courses/{COURSE}/grades"));
    browser.wait_text("Everything");
    browser.wait_text("100");
    browser.shot("grades");
    let entry = exam.app.get(&format!("/api/courses/{COURSE}/grades/learners/{user}")).by(&exam.teacher);
    let lines = entry.send().status(200).json();
    assert!(lines["lines"].as_array().unwrap().iter().any(|line| line["points"] == 9.0), "{lines}");
}

pub fn two_tabs_do_not_fight(browser: &mut Browser) {
    let Begun { exam, learner, attempt } = begun(browser, 3, &json!({}));
    let base = exam.app.base.clone();
    let first = browser.window();
    pick(browser, "a0", "true");
    wait_state(browser, 0, "saved");

    // The tab that was opened last writes; the other one follows.
    let second = browser.new_tab();
    browser.open(&format!("{base}/attempts/{attempt}"));
    browser.wait_for("document.querySelector(\"input[name='a0'][value='true']\").checked");
    pick(browser, "a1", "false");
    wait_state(browser, 1, "saved");
    browser.switch(&first);
    browser.wait_text("This exam is open in another tab");
    browser.wait_for("document.querySelector(\"input[name='a1'][value='false']\").checked");
    assert!(browser.has("fieldset:disabled"));
    browser.shot("follows");
    axe::must_find_nothing(browser);

    // And the other way round.
    browser.click("#notice button");
    browser.wait_for("!document.querySelector('fieldset:disabled')");
    pick(browser, "a2", "true");
    wait_state(browser, 2, "saved");
    browser.switch(&second);
    browser.wait_for("document.querySelector('fieldset:disabled')");
    browser.wait_for("document.querySelector(\"input[name='a2'][value='true']\").checked");
    assert_eq!(saved_slots(&exam, attempt), [0, 1, 2], "every answer is saved once");
    browser.must_be_quiet();

    // Also when the clock of the device was set back meanwhile.
    browser.before_pages("const now = Date.now; Date.now = () => now() - 3_600_000;");
    browser.reload();
    browser.wait_for("document.querySelector(\"input[name='a2'][value='true']\").checked");
    pick(browser, "a2", "false");
    wait_state(browser, 2, "saved");
    // There is a third one, which would take the answers to others' claims for its own.
    let third = browser.new_tab();
    browser.open(&format!("{base}/attempts/{attempt}"));
    browser.wait_for("!document.querySelector('fieldset:disabled')");
    browser.wait_for("document.querySelector(\"input[name='a2'][value='false']\").checked");
    browser.switch(&second);
    browser.wait_for("document.querySelector('fieldset:disabled')");
    browser.click("#notice button");
    browser.wait_for("!document.querySelector('fieldset:disabled')");
    browser.switch(&third);
    browser.wait_for("document.querySelector('fieldset:disabled')");
    browser.close();
    browser.switch(&second);
    assert_eq!(exam.attempt(&exam.teacher, attempt)["slots"][2]["response"], says(false));
    for tab in [&first, &second, &first] {
        browser.switch(tab);
        browser.wait_for("document.querySelector('fieldset:disabled')");
        browser.click("#notice button");
        browser.wait_for("!document.querySelector('fieldset:disabled')");
    }
    browser.switch(&second);
    browser.wait_for("document.querySelector('fieldset:disabled')");
    browser.close();
    browser.switch(&first);

    // Another device saves. What is answered here then is not lost, and does not overwrite it unasked.
    browser.expect_errors("status of 409");
    exam.save(&learner, attempt, 0, 2, &says(false));
    pick(browser, "a0", "");
    wait_state(browser, 0, "elsewhere");
    browser.wait_text("Another device saved this answer.");
    browser.wait_for("document.querySelector(\"input[name='a0'][value='false']\").checked");
    browser.shot("another-device");
    browser.click("section[data-slot='0'] .state button");
    wait_state(browser, 0, "saved");
    browser.wait_text("2 of 3 answered");
    let view = exam.attempt(&learner, attempt);
    assert_eq!(view["slots"][0]["response"]["type"], "empty", "{view}");
}
