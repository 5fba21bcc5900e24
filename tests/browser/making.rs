//! A teacher makes a quiz from nothing: a question is written and tried out, the quiz gets it and more of the bank, is
//! checked and published, somebody takes it, and the gradebook has the grade, filtered and as a file.

use serde_json::json;

use crate::axe;
use crate::driver::Browser;
use crate::exam::{COURSE, Exam, id, says, truth};

pub fn a_quiz_from_nothing(browser: &mut Browser) {
    let exam = Exam::new();
    let base = exam.app.base.clone();
    for number in 0..52 {
        exam.question(&truth(&format!("Is {number} a number?"), true));
    }
    browser.sign_in_as(&base, &exam.teacher.token);
    let question = writing(browser, &base);
    let quiz = making(browser, &exam, &base, question);
    taken(browser, &exam, &base, quiz);
}

/// A question of one choice, refused once, tried out, saved.
fn writing(browser: &mut Browser, base: &str) -> u64 {
    browser.open(&format!("{base}/courses/{COURSE}/questions"));
    browser.click("main a[href$='/questions/new']");
    browser.wait_text("Which kind of question?");
    browser.click("a[href*='kind=single_choice']");
    browser.wait_text("New question: Single choice");
    browser.fill("[name='name']", "Tides");
    browser.fill("[name='text']", "What pulls the tides?");
    for (row, text) in ["The Moon", "The wind"].iter().enumerate() {
        browser.fill(&format!("[name='kind/options/{row}/text']"), text);
    }
    browser.expect_errors("status of 422");
    browser.fill("[name='kind/options/0/fraction']", "30");
    browser.click("button.main[value='save']");
    browser.wait_for("document.getElementById('problems')");
    browser.shot("question-refused");
    axe::must_find_nothing(browser);
    browser.fill("[name='kind/options/0/fraction']", "100");
    browser.click("button[value='preview']");
    browser.wait_for("document.querySelector('#preview-t')?.textContent.includes('What pulls the tides?')");
    browser.click("#preview label:has(input[type=radio])");
    browser.click("button[value='try']");
    browser.wait_for("document.getElementById('told')");
    browser.shot("question-tried");
    axe::must_find_nothing(browser);
    browser.click("button.main[value='save']");
    browser.wait_text("The question is made.");
    browser.must_be_quiet();
    browser.path().rsplit('/').next().unwrap().parse().unwrap()
}

/// The quiz gets what is ticked on two pages of the bank and behind a search, is checked and published.
fn making(browser: &Browser, exam: &Exam, base: &str, question: u64) -> u64 {
    let section = json!({ "title": "Week one" });
    let sections = format!("/api/courses/{COURSE}/sections");
    exam.app.post(&sections).by(&exam.teacher).json(&section).send().status(201);
    browser.open(&format!("{base}/courses/{COURSE}/quizzes"));
    browser.click("main a[href$='/quizzes/new']");
    browser.fill("[name='name']", "Of tides");
    browser.click("main form.card button.main");
    browser.wait_text("The quiz is made.");
    let quiz: u64 = browser.path().split('/').nth(2).unwrap().parse().unwrap();
    browser.click("main a.main[href$='/slots/add']");
    browser.wait_text("Is 0 a number?");
    browser.click(".offers li:first-child label");
    browser.click("button[value='more']");
    browser.wait_text("Chosen on other pages");
    browser.fill("[name='q']", "moon pulls");
    browser.click("button[value='find']");
    browser.wait_text("No question like that.");
    browser.fill("[name='q']", "PULLS tides");
    browser.click("button[value='find']");
    browser.wait_for(&format!("document.querySelector(\".offers input[value='{question}']\")"));
    browser.click(&format!("label:has(input[value='{question}'])"));
    browser.shot("picking");
    axe::must_find_nothing(browser);
    browser.click("button.main");
    browser.wait_text("2 questions were added.");
    browser.fill("[name='slots/1/points']", "3");
    browser.click("button.main[value='save']");
    browser.wait_text("4 points in all");
    browser.click(".slots li:first-child button[value='down-0']");
    browser.find_text(".flash[role='status']", "What you moved is now number");
    browser.wait_for("document.activeElement === document.querySelector('.slots li:last-child')");
    browser.click(".slots li:last-child button[value='up-1']");
    browser.wait_for("document.activeElement === document.querySelector('.slots li:first-child')");
    browser.shot("slots");
    // Where there is little room nothing lies over what has the focus.
    browser.width(320);
    browser.wait_for("getComputedStyle(document.querySelector('.save')).position === 'static'");
    browser.width(1280);
    axe::must_find_nothing(browser);
    browser.open(&format!("{base}/quizzes/{quiz}/preview"));
    browser.find_text("main", "What pulls the tides?");
    browser.open(&format!("{base}/quizzes/{quiz}/check"));
    browser.shot("check");
    axe::must_find_nothing(browser);
    browser.click("form.publish button.main");
    browser.wait_text("The quiz is published.");
    browser.must_be_quiet();
    quiz
}

/// Somebody takes it, and the gradebook shows the grade, among few and as a file.
fn taken(browser: &Browser, exam: &Exam, base: &str, quiz: u64) {
    let learner = exam.learner();
    let attempt = id(&exam.start(&learner, quiz));
    let paper = exam.attempt(&learner, attempt);
    for slot in paper["slots"].as_array().unwrap() {
        if slot["question"]["answer"]["type"] == "truth" {
            let number = usize::try_from(slot["slot"].as_u64().unwrap()).unwrap();
            exam.save(&learner, attempt, number, 1, &says(true));
        }
    }
    exam.submit(&learner, attempt);
    browser.open(&format!("{base}/courses/{COURSE}/gradebook"));
    browser.find_text("main", "Of tides");
    let file = browser.run_async(
        "const link = document.querySelector(\"a[href$='/grades/export']\"); const answer = await fetch(link.href); \
         return await answer.text();",
        &[],
    );
    let file = file.as_str().unwrap();
    assert!(file.lines().next().unwrap().contains("Of tides"), "{file}");
    assert_eq!(file.lines().count(), 2, "a learner: {file}");
    let rows = "document.querySelectorAll('#grades tbody tr[data-user]').length";
    browser.wait_for(&format!("{rows} === 1"));
    browser.type_into("#name", "nobody of this name");
    browser.wait_for(&format!("{rows} === 0"));
    browser.shot("gradebook");
    browser.must_be_quiet();
}
