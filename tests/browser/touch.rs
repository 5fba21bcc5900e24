//! An exam on a phone, with a finger, and the gradebook before it: every type of question is answered by tapping, and everything that is tapped is large
//! enough for one. Letters come from the keyboard that the phone shows once a field has the focus. At the end the result is
//! looked at as paper has it, and kept as a PDF.

use serde_json::json;

use crate::axe;
use crate::driver::Browser;
use crate::exam::{COURSE, Exam, id, says};
use crate::samples::{self, sign_in, start, wait_state};

/// The least that a finger meets: WCAG 2.2, 2.5.8.
const LEAST_TARGET: f64 = 24.0;

/// Is it large enough, and does nothing lie over it?
#[track_caller]
fn must_be_met(browser: &Browser, css: &str) {
    let seen = browser.run(
        "const it = document.querySelector(arguments[0]); it.scrollIntoView({ block: 'center' });\
         const box = it.getBoundingClientRect(), there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);\
         return { size: Math.min(box.width, box.height), met: it.contains(there) || it.closest('label')?.contains(there) }",
        &[json!(css)],
    );
    let size = seen["size"].as_f64().unwrap();
    assert!(size >= LEAST_TARGET, "{css} on {} is {size} pixels small", browser.address());
    assert_eq!(seen["met"], true, "something lies over {css} on {}", browser.address());
}

#[track_caller]
fn tap(browser: &Browser, css: &str) {
    must_be_met(browser, css);
    browser.tap(css);
}

/// Taps on a choice: its words belong to it.
#[track_caller]
fn tap_choice(browser: &Browser, name: &str, value: &str) {
    tap(browser, &format!("label:has(input[name='{name}'][value='{value}'])"));
}

/// Taps on a field, whose keyboard then writes.
#[track_caller]
fn write(browser: &Browser, css: &str, text: &str) {
    tap(browser, css);
    browser.wait_for(&format!("document.activeElement.matches({})", json!(css)));
    browser.type_into(css, text);
    browser.wait_for(&format!("document.activeElement.value === {}", json!(text)));
}

/// Chooses from a menu that a finger meets. The list itself is the phone's own, which tells the page what came of it; the one
/// that Chromium shows in its place on a desk would keep the keys of the next field.
#[track_caller]
fn tap_menu(browser: &Browser, css: &str, words: &str) {
    must_be_met(browser, css);
    let found = browser.run(
        "const menu = document.querySelector(arguments[0]);\
         const option = [...menu.options].find((option) => option.text.trim() === arguments[1]);\
         if (!option) return false;\
         menu.value = option.value;\
         for (const kind of ['input', 'change']) menu.dispatchEvent(new Event(kind, { bubbles: true }));\
         return true",
        &[json!(css), json!(words)],
    );
    assert_eq!(found, true, "{css} does not offer {words:?}");
}

/// A teacher on the way: a tap opens a grade, and one on the next cell saves it and opens that one.
fn grades(browser: &Browser, exam: &Exam, base: &str) {
    let item = json!({ "name": "Talk", "max": 20 });
    let path = format!("/api/courses/{COURSE}/grades/items");
    let item = id(&exam.app.post(&path).by(&exam.teacher).json(&item).send().status(201).json());
    let learners = [exam.learner(), exam.learner()];
    let [first, second] = [&learners[0], &learners[1]]
        .map(|learner| format!("#grades tr[data-user='{}'] td[data-item='{item}']", learner.user));
    let is_open = |cell: &str| format!("document.activeElement.matches({})", json!(format!("{cell} input")));
    let holds =
        |cell: &str, text: &str| format!("document.querySelector({}).textContent === '{text}'", json!(cell));
    browser.sign_in_as(base, &exam.teacher.token);
    browser.open(&format!("{base}/courses/{COURSE}/gradebook"));
    browser.find_text("#grades-hint", "Tap a grade");
    browser.wait_for(&format!("document.querySelector({})", json!(second)));
    tap(browser, &first);
    browser.wait_for(&is_open(&first));
    browser.press(&["12"]);
    tap(browser, &second);
    browser.wait_for(&is_open(&second));
    browser.wait_for(&holds(&first, "12"));
    browser.press(&["7"]);
    browser.shot("gradebook");
    // Leaving a cell for no other one saves it, too.
    tap(browser, "#grades-hint");
    browser.wait_for(&holds(&second, "7"));
    browser.wait_text("Saved");
    for (learner, points) in learners.iter().zip([12.0, 7.0]) {
        let path = format!("/api/courses/{COURSE}/grades/learners/{}", learner.user);
        let report = exam.app.get(&path).by(&exam.teacher).send().status(200).json();
        assert!(report["lines"].as_array().unwrap().iter().any(|line| line["points"] == points), "{report}");
    }
    browser.cdp("Network.clearBrowserCookies", &json!({}));
}

/// Near the end of its room an essay says how many letters are left, whatever their script, and beyond it how many are too
/// many; none of that while there is room.
fn a_long_essay(browser: &mut Browser) {
    let told = |browser: &Browser, letters: usize| {
        let said = browser.run(
            "const area = document.getElementById('a8');\
             area.value = 'ي'.repeat(arguments[0]);\
             area.dispatchEvent(new Event('input', { bubbles: true }));\
             return area.parentElement.querySelector('[data-room]').textContent",
            &[json!(letters)],
        );
        said.as_str().unwrap().replace(['\u{2068}', '\u{2069}'], "")
    };
    write(browser, "#a8", "The Moon pulls.");
    wait_state(browser, 8, "saved");
    assert_eq!(told(browser, 29_000), "");
    assert_eq!(told(browser, 32_624), "Letters that there is still room for: about 144.");
    browser.expect_errors("status of 422");
    assert_eq!(told(browser, 32_774), "Too long to be saved. Letters too many: 6.");
    wait_state(browser, 8, "refused");
    browser.find_text("section[data-slot='8'] .state", "6 characters too long to be kept.");
    assert_eq!(told(browser, 32_768), "Letters that there is still room for: about 0.");
    wait_state(browser, 8, "saved");
}

pub fn an_exam_with_a_finger_and_its_result_on_paper(browser: &mut Browser) {
    let exam = Exam::new();
    let quiz = samples::quiz(&exam, &json!({}));
    samples::learner(&exam, "grace");
    let base = exam.app.base.clone();
    browser.finger(360);
    grades(browser, &exam, &base);
    browser.open(&format!("{base}/sign-in?next=/quizzes/{quiz}"));
    sign_in(browser, "grace");
    browser.wait_at(&format!("/quizzes/{quiz}"));
    let attempt = start(browser, &base, quiz);
    assert_eq!(
        browser.run("return [navigator.maxTouchPoints > 0, matchMedia('(pointer: coarse)').matches]", &[]),
        json!([true, true]),
        "this is no phone"
    );

    tap_choice(browser, "a0", "0");
    wait_state(browser, 0, "saved");
    for value in ["0", "2"] {
        tap_choice(browser, "a1", value);
    }
    wait_state(browser, 1, "saved");
    tap_choice(browser, "a2", "true");
    wait_state(browser, 2, "saved");
    browser.shot("choices");

    // What is no number is saved, and said to be none until it is one.
    let told = "!document.querySelector(\"section[data-slot='3'] .unread\").hidden";
    write(browser, "#a3", "thirty");
    wait_state(browser, 3, "saved");
    browser.wait_for(told);
    browser.wait_for(
        "document.querySelector('#a3[aria-invalid=true]').getAttribute('aria-describedby') === 't4 n4'",
    );
    browser.shot("no-number");
    browser.fill("#a3", "1224");
    tap_menu(browser, "#a3-unit", "km/h");
    browser.wait_for(&format!("!({told})"));
    browser.wait_for("!document.querySelector('#a3').ariaInvalid");
    wait_state(browser, 3, "saved");
    write(browser, "#a4", "Pacific");
    wait_state(browser, 4, "saved");
    tap_menu(browser, "#a5-0", "Bell");
    tap_menu(browser, "#a5-1", "Nobel");
    wait_state(browser, 5, "saved");

    // An order is made with the buttons beside its items. A tap is a click a moment later: each is waited for.
    let place = |item: &str| {
        let found = "return [...document.querySelectorAll('.order li')].findIndex((li) => li.innerText.includes(arguments[0]))";
        browser.run(found, &[json!(item)]).as_u64().unwrap()
    };
    let order = "[...document.querySelectorAll('.order .item')].map((it) => it.id).join()";
    let move_by = |at: u64, button: &str| {
        let before = browser.run(&format!("return {order}"), &[]);
        tap(browser, &format!(".order li:nth-of-type({}) button:{button}-of-type", at + 1));
        browser.wait_for(&format!("{order} !== {before}"));
    };
    let mut moved = false;
    for (to, item) in (0_u64..).zip(["Mercury", "Venus", "Earth"]) {
        while place(item) > to {
            move_by(place(item), "first");
            moved = true;
        }
    }
    // In the right order from the beginning: one step down and one up says that it is meant.
    if !moved {
        move_by(0, "last");
        move_by(1, "first");
    }
    wait_state(browser, 6, "saved");
    browser.shot("order");

    write(browser, "[name='a7-0']", "Paris");
    tap_menu(browser, "[name='a7-1']", "Seine");
    // Of several gaps the one that is no number is named, to eyes and ears.
    write(browser, "[name='a7-2']", "two");
    browser.wait_for("document.querySelector(\"[name='a7-2'][aria-invalid=true]\")?.getAttribute('aria-describedby') === 'n8'");
    browser.find_text("#n8", "Gap 3:");
    browser.wait_for(
        "document.getElementById('said').textContent.replace(/[\\u2068\\u2069]/g, '').includes('Gap 3:')",
    );
    browser.shot("no-number-in-a-gap");
    browser.fill("[name='a7-2']", "2.1");
    browser.wait_for("document.getElementById('n8').hidden");
    assert!(!browser.has("section[data-slot='7'] [aria-invalid]"));
    tap_choice(browser, "a7-3", "0");
    for value in ["0", "1"] {
        tap_choice(browser, "a7-4", value);
    }
    wait_state(browser, 7, "saved");
    a_long_essay(browser);
    browser.fill("#a8", "The Moon pulls.");
    wait_state(browser, 8, "saved");
    browser.wait_text("9 of 9 answered");
    tap(browser, "#finish");
    browser.wait_for("location.pathname.endsWith('/submit') && document.readyState === 'complete'");
    tap(browser, "#hand-in");
    browser.wait_text("Handed in. All your answers are stored.");
    let review = exam.review(&exam.teacher, attempt);
    let slots = review["slots"].as_array().unwrap();
    let states: Vec<&str> = slots.iter().map(|slot| slot["mark"]["state"].as_str().unwrap()).collect();
    let mut meant = ["right"; samples::QUESTIONS];
    meant[samples::QUESTIONS - 1] = "needs_marking";
    let answers: Vec<_> = slots.iter().map(|slot| &slot["response"]).collect();
    assert_eq!(states, meant, "what was tapped is what was meant: {answers:?}");
    assert_eq!(slots[2]["response"], says(true));
    on_paper(browser, &format!("{base}/attempts/{attempt}/review"));
}

/// The result as it is printed, out of a dark theme: nothing but what belongs on paper, black on white, within the page.
fn on_paper(browser: &Browser, address: &str) {
    browser.open(address);
    browser.wait_for("document.querySelectorAll('section.question').length === 9");
    browser.dark(true);
    browser.paper();
    let seen = browser.run(
        "const shown = (it) => it.getClientRects().length > 0;\
         const all = (css) => [...document.querySelectorAll(css)].filter(shown).map((it) => it.outerHTML.slice(0, 80));\
         return {\
           left: all('header.top, footer.foot, nav, button, .button, .skip, .unprinted'),\
           questions: all('section.question').length,\
           wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,\
           text: getComputedStyle(document.querySelector('.prose')).color,\
           ground: getComputedStyle(document.documentElement).backgroundColor,\
         }",
        &[],
    );
    assert_eq!(seen["left"], json!([]), "this is no use on paper");
    assert_eq!((&seen["questions"], &seen["wide"]), (&json!(9), &json!(0)), "{seen}");
    assert_eq!(
        (&seen["text"], &seen["ground"]),
        (&json!("rgb(0, 0, 0)"), &json!("rgb(255, 255, 255)")),
        "{seen}"
    );
    axe::must_find_nothing(browser);
    browser.shot("paper");
    let pages = browser.pdf("result");
    assert!((1..=6).contains(&pages), "{pages} pages for nine questions");
}
