//! What a learner has begun is found again, whatever becomes of its quiz or its course, and what is done stays done.

use serde_json::{Value, json};

use crate::exam::{COURSE, Exam, id, says};
use crate::exam_pages::Browser;

/// A quiz with a place in the outline.
fn placed(exam: &Exam, facts: &Value) -> u64 {
    let quiz = exam.simple_quiz(1, facts);
    let made = |path: &str, body: &Value| {
        id(&exam.app.post(path).by(&exam.teacher).json(body).send().status(201).json())
    };
    let section = made(&format!("/api/courses/{COURSE}/sections"), &json!({ "title": "Week one" }));
    let item = json!({ "title": "The exam", "content": { "kind": "quiz", "quiz": quiz } });
    made(&format!("/api/sections/{section}/items"), &item);
    quiz
}

#[test]
fn what_was_handed_in_stays_done_while_another_attempt_runs() {
    let exam = Exam::new();
    let quiz = placed(&exam, &json!({ "attempts_allowed": 2 }));
    let learner = exam.learner();
    let mut browser = Browser::of(&exam, &learner);
    browser.open("/");
    browser.must_show("0 of 1");
    let first = id(&exam.start(&learner, quiz));
    exam.save(&learner, first, 0, 1, &says(true));
    browser.open("/");
    browser.must_show("0 of 1");
    exam.submit(&learner, first);
    browser.open("/");
    browser.must_show("1 of 1");
    exam.start(&learner, quiz);
    browser.open("/");
    browser.must_show("1 of 1");
    browser.open(&format!("/courses/{COURSE}"));
    browser.must_show("1 of 1");
}
