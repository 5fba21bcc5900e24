//! A mark by hand is of the answer, and in the place of the mark, that whoever gives it has seen.

use lyceum::domain::session::csrf_token;
use serde_json::{Value, json};

use crate::exam::{Exam, essay};
use crate::pages::{Browser, has, lacks};
use crate::regrade::{finished, mark, reopen, waiting, wrote};

#[test]
fn a_mark_by_hand_is_of_the_answer_that_was_read() {
    let exam = Exam::new();
    let learner = exam.learner();
    let question = exam.question(&essay("Discuss"));
    let review = json!({ "after_submit": { "marks": true, "feedback": true } });
    let slots = json!([{ "points": 10, "question": question }]);
    let quiz = exam.quiz(&json!({ "slots": slots, "review": review }));
    let attempt = finished(&exam, &learner, quiz, &[wrote("First thoughts")]);
    mark(&exam, attempt, 0, &json!({ "points": 9, "comment": "Well thought" })).status(200);
    let again = |responses: &[(u64, Value)]| {
        reopen(&exam, attempt);
        for (sequence, response) in responses {
            exam.save(&learner, attempt, 0, *sequence, response);
        }
        exam.submit(&learner, attempt);
        exam.gradebook_points(&learner, quiz)
    };
    assert_eq!(again(&[]).as_deref(), Some("9"), "nothing new was saved");
    let back = [(2, wrote("Second")), (3, wrote("First thoughts"))];
    assert_eq!(again(&back).as_deref(), Some("9"), "in the end it says the same");
    assert_eq!(again(&[(4, wrote("Second thoughts"))]), None);
    assert_eq!(waiting(&exam, quiz), [(attempt, json!([0]))]);
    let slot = &exam.review(&learner, attempt)["slots"][0];
    assert_eq!((&slot["mark"]["state"], &slot["feedback"]["comment"]), (&json!("needs_marking"), &json!("")));
    // Who marks it is told what was given before, and gives a mark of its own.
    let path = format!("/quizzes/{quiz}/marking");
    let mut browser = Browser::of(&exam.app, &exam.teacher);
    let page = browser.get(&path).status(200);
    has(&page, "An earlier answer was given 9 of 10.");
    has(&page, "Well thought</bdi>");
    lacks(&page, "Well thought</textarea>");
    browser.fill(&path, &path, &[("points", "7"), ("comment", "Better before")]).status(303);
    assert_eq!(exam.gradebook_points(&learner, quiz).as_deref(), Some("7"));
    let page = browser.get(&format!("{path}?at={attempt}.0")).status(200);
    lacks(&page, "An earlier answer");
    has(&page, "Better before</textarea>");
}

/// Entries in the log of an attempt.
fn entries(exam: &Exam, attempt: u64) -> usize {
    let path = format!("/api/attempts/{attempt}/log");
    let log = exam.app.get(&path).by(&exam.teacher).send().status(200).json();
    log["items"].as_array().unwrap().len()
}

#[test]
fn nobody_marks_an_answer_or_replaces_a_mark_that_they_did_not_see() {
    let exam = Exam::new();
    let learner = exam.learner();
    let slots = json!([{ "points": 10, "question": exam.question(&essay("Discuss")) }]);
    let quiz = exam.quiz(&json!({ "slots": slots }));
    let attempt = finished(&exam, &learner, quiz, &[wrote("First thoughts")]);
    let path = format!("/quizzes/{quiz}/marking");
    let mut browser = Browser::of(&exam.app, &exam.teacher);
    has(&browser.get(&path).status(200), "name=\"save\" value=\"1\"");
    reopen(&exam, attempt);
    exam.save(&learner, attempt, 0, 2, &wrote("Second thoughts"));
    exam.submit(&learner, attempt);
    // The page that has the first answer is sent: nothing is marked, and what was typed stands beside the second one.
    let (csrf, at) = (csrf_token(&exam.teacher.token), format!("{attempt}.0"));
    let old = [("csrf", csrf.as_str()), ("at", at.as_str()), ("save", "1"), ("marked", "")];
    let refused = browser.post(&path, &[&old[..], &[("points", "9"), ("comment", "The first")]].concat());
    has(&refused, "Second thoughts");
    has(&refused, "name=\"save\" value=\"2\"");
    has(&refused.status(412), "The first</textarea>");
    let slot = || exam.review(&exam.teacher, attempt)["slots"][0].clone();
    assert_eq!((&slot()["save"], &slot()["marked"]), (&json!(2), &Value::Null));
    let learners = exam.review(&learner, attempt)["slots"][0].clone();
    assert_eq!((&learners["save"], &learners["marked"]), (&Value::Null, &Value::Null));
    mark(&exam, attempt, 0, &json!({ "points": 9, "save": 1 })).problem(412, "changed");
    assert_eq!(slot()["mark"]["state"], "needs_marking");
    // Sent again it is answered again, and nothing happened.
    let first = json!({ "points": 7, "comment": "Fine", "save": 2, "marked": null });
    let marked = mark(&exam, attempt, 0, &first).status(200).json();
    let (known, at) = (entries(&exam, attempt), slot()["marked"].clone());
    exam.pass(1_000);
    assert_eq!(mark(&exam, attempt, 0, &first).status(200).json(), marked);
    assert_eq!((entries(&exam, attempt), &slot()["marked"]), (known, &at));
    // Whoever saw no mark, or an earlier one, does not replace this one.
    mark(&exam, attempt, 0, &json!({ "points": 5, "marked": null })).problem(412, "changed");
    mark(&exam, attempt, 0, &json!({ "points": 5, "marked": at })).status(200);
    mark(&exam, attempt, 0, &json!({ "points": 6, "marked": at })).problem(412, "changed");
    assert_eq!(slot()["mark"]["points"], 5.0);
    mark(&exam, attempt, 0, &json!({ "points": 6 })).status(200);
    assert_eq!(entries(&exam, attempt), known + 2);
}
