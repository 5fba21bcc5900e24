//! An exam without a mouse: tab, space, arrows, enter, and letters where something is written.

use serde_json::json;

use crate::driver::{Browser, key};
use crate::exam::Exam;
use crate::samples::{self, wait_state};

/// More stops than any page here has.
const MOST_STOPS: usize = 120;

/// Goes on with the tab key until what has the focus fits; every stop on the way must be seen.
#[track_caller]
fn tab_to(browser: &Browser, css: &str) {
    for _ in 0..MOST_STOPS {
        browser.press(&[key::TAB]);
        let stop = browser.run(
            "const it = document.activeElement, shown = getComputedStyle(it), around = getComputedStyle(it.closest('label') ?? it);\
             const seen = [shown, around].some((style) => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0);\
             const box = it.getBoundingClientRect(), row = it.closest('label') ?? it;\
             const there = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 20));\
             const covered = there !== null && !row.contains(there) && !there.contains(row);\
             return { fits: it.matches(arguments[0]), seen: seen || it === document.body, covered, what: it.outerHTML.slice(0, 200) }",
            &[json!(css)],
        );
        assert_eq!(stop["seen"], true, "the focus is not seen at {}", stop["what"]);
        assert_eq!(stop["covered"], false, "something lies over {}", stop["what"]);
        if stop["fits"] == true {
            return;
        }
    }
    panic!("the tab key does not lead to {css} on {}", browser.address());
}

/// Presses an arrow until a script says that it is enough.
#[track_caller]
fn arrow_until(browser: &Browser, arrow: &str, enough: &str) {
    for _ in 0..12 {
        if browser.run(&format!("const it = document.activeElement; return {enough}"), &[]) == true {
            return;
        }
        browser.press(&[arrow]);
    }
    panic!("the arrow keys never make it true that {enough}");
}

/// Chooses from the menu that has the focus.
#[track_caller]
fn menu(browser: &Browser, words: &str) {
    arrow_until(browser, key::DOWN, &format!("it.selectedOptions[0].text.trim() === {}", json!(words)));
}

pub fn an_exam_without_a_mouse(browser: &mut Browser) {
    let exam = Exam::new();
    let quiz = samples::quiz(&exam, &json!({ "time_limit_ms": 1_800_000 }));
    samples::learner(&exam, "grace");
    let base = exam.app.base.clone();
    // What a live region says is followed by the next thing at once.
    browser.before_pages(
        "window.said = [];\
         addEventListener('DOMContentLoaded', () => {\
           const region = document.getElementById('said');\
           if (!region) return;\
           new MutationObserver(() => window.said.push(region.textContent)).observe(region, { childList: true, characterData: true, subtree: true });\
         });",
    );
    browser.open(&format!("{base}/sign-in?next=/quizzes/{quiz}"));
    tab_to(browser, "#f-username");
    browser.press(&["grace", key::TAB, crate::people::PASSWORD, key::ENTER]);
    browser.wait_at(&format!("/quizzes/{quiz}"));
    // The first stop leads past what is on every page.
    tab_to(browser, "a.skip");
    browser.shot("skip");
    browser.press(&[key::ENTER]);
    tab_to(browser, "form.start button");
    browser.press(&[key::ENTER]);
    browser.wait_at("/attempts/");

    tab_to(browser, "input[name='a0']");
    arrow_until(browser, key::UP, "it.value === '0' && it.checked");
    wait_state(browser, 0, "saved");
    for value in ["0", "2"] {
        tab_to(browser, &format!("input[name='a1'][value='{value}']"));
        browser.press(&[key::SPACE]);
    }
    wait_state(browser, 1, "saved");
    tab_to(browser, "input[name='a2']");
    arrow_until(browser, key::UP, "it.value === 'true' && it.checked");
    wait_state(browser, 2, "saved");
    browser.shot("choices");
    tab_to(browser, "#a3");
    browser.press(&["1224"]);
    tab_to(browser, "#a3-unit");
    menu(browser, "km/h");
    wait_state(browser, 3, "saved");
    tab_to(browser, "#a4");
    browser.press(&["Pacific"]);
    wait_state(browser, 4, "saved");
    tab_to(browser, "#a5-0");
    menu(browser, "Bell");
    tab_to(browser, "#a5-1");
    menu(browser, "Nobel");
    wait_state(browser, 5, "saved");

    // An order is made by moving items up, and the focus stays with the one that moves.
    for (place, item) in ["Mercury", "Venus", "Earth"].iter().enumerate() {
        let at = "[...document.querySelectorAll('.order li')].findIndex((li) => li.innerText.includes(arguments[0]))";
        let id = browser.run(
            &format!("return document.querySelectorAll('.order li')[{at}].querySelector('select').id"),
            &[json!(item)],
        );
        let id = id.as_str().unwrap();
        browser.run("document.querySelector('#h7').focus()", &[]);
        tab_to(browser, &format!("li:has(#{id}) button:first-of-type"));
        for _ in 0..3 {
            if browser.run(&format!("return {at}"), &[json!(item)]) == place {
                break;
            }
            browser.press(&[key::ENTER]);
        }
        assert_eq!(browser.run(&format!("return {at}"), &[json!(item)]), place, "{item}");
    }
    // Three in the right order may never have been moved: taking the last one down says that it is meant.
    if browser.run("return document.querySelector(\"section[data-slot='6'] .state\").dataset.state", &[])
        == "none"
    {
        tab_to(browser, ".order li:last-of-type button:last-of-type");
        browser.press(&[key::ENTER]);
    }
    wait_state(browser, 6, "saved");
    let said = browser.run("return window.said.some((text) => /^Position .*[123].* of .*3/.test(text))", &[]);
    assert_eq!(said, true, "where an item went is said");
    browser.shot("order");
    tab_to(browser, "[name='a7-0']");
    browser.press(&["Paris"]);
    tab_to(browser, "[name='a7-1']");
    menu(browser, "Seine");
    tab_to(browser, "[name='a7-2']");
    browser.press(&["2.1"]);
    tab_to(browser, "[name='a7-3']");
    arrow_until(browser, key::UP, "it.value === '0' && it.checked");
    for value in ["0", "1"] {
        tab_to(browser, &format!("[name='a7-4'][value='{value}']"));
        browser.press(&[key::SPACE]);
    }
    wait_state(browser, 7, "saved");
    tab_to(browser, "#a8");
    browser.press(&["The Moon pulls."]);
    wait_state(browser, 8, "saved");
    browser.wait_text("9 of 9 answered");
    tab_to(browser, "#finish");
    browser.shot("finish");
    browser.press(&[key::ENTER]);
    browser.wait_at("/attempts/");
    browser.wait_for("location.pathname.endsWith('/submit') && document.readyState === 'complete'");
    tab_to(browser, "#hand-in");
    browser.press(&[key::ENTER]);
    browser.wait_text("Handed in. All your answers are stored.");
    browser.shot("handed-in");
}
