//! What a learner has begun is found again, whatever becomes of its quiz or its course, and what is done stays done.

use std::time::Duration;

use lyceum::domain::ids::UserId;
use serde_json::{Value, json};

use crate::exam::{COURSE, Exam, id, says};
use crate::exam_pages::Browser;
use crate::people::activated;
use crate::support::Person;

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

/// From the start page into the attempt, and to its end.
fn goes_on(exam: &Exam, learner: &Person, attempt: u64) {
    let mut browser = Browser::of(exam, learner);
    assert_eq!(browser.open("/"), 200);
    let room = format!("/attempts/{attempt}");
    browser.must_show(&format!("href=\"{room}\""));
    assert_eq!(browser.open(&room), 200);
    let mut form = browser.form(&room);
    form.set("a0", "true");
    assert_eq!(browser.press(&form, ("go", "save")), 200);
    let submit = format!("{room}/submit");
    assert_eq!(browser.open(&submit), 200);
    let form = browser.form(&submit);
    assert_eq!(browser.press(&form, ("", "")), 200);
    assert_eq!(exam.attempt(learner, attempt)["state"], "finished");
    assert_eq!(browser.open("/"), 200);
    assert!(!browser.shows(&format!("href=\"{room}\"")), "nothing runs any more");
}

#[test]
fn the_start_page_leads_to_a_running_attempt_of_a_quiz_that_was_hidden() {
    let exam = Exam::new();
    let quiz = placed(&exam, &json!({ "name": "Midterm" }));
    let (learner, other) = (exam.learner(), exam.learner());
    let attempt = id(&exam.start(&learner, quiz));
    let mut teacher = Browser::of(&exam, &exam.teacher);
    let publish = format!("/quizzes/{quiz}/publish");
    teacher.open(&format!("/quizzes/{quiz}/check"));
    let form = teacher.form(&publish);
    assert_eq!(teacher.press(&form, ("published", "false")), 200);
    teacher.must_show("It goes on and counts; ");
    let sure = teacher.form(&publish);
    assert_eq!(teacher.press(&sure, ("", "")), 200);
    let mut browser = Browser::of(&exam, &learner);
    // The quiz's own page leads who works on it to the attempt, and is not there for anybody else.
    assert_eq!(browser.open(&format!("/quizzes/{quiz}")), 200);
    assert_eq!(browser.address, format!("/attempts/{attempt}"));
    assert_eq!(Browser::of(&exam, &other).open(&format!("/quizzes/{quiz}")), 404);
    goes_on(&exam, &learner, attempt);
    assert_eq!(Browser::of(&exam, &learner).open(&format!("/quizzes/{quiz}")), 404);
}

#[test]
fn the_start_page_leads_to_a_running_attempt_when_its_course_is_archived_or_the_enrolment_over() {
    let exam = Exam::new();
    let quiz = placed(&exam, &json!({ "attempts_allowed": null }));
    let (learner, suspended) = (exam.learner(), exam.learner());
    let (attempt, theirs) = (id(&exam.start(&learner, quiz)), id(&exam.start(&suspended, quiz)));
    let status = format!("/api/courses/{COURSE}/status");
    let archived = exam.app.put(&status).by(&exam.teacher).header("If-Match", "*");
    archived.json(&json!({ "status": "archived" })).send().status(200);
    goes_on(&exam, &learner, attempt);
    let path = format!("/api/courses/{COURSE}/enrolments/{}", suspended.user);
    let change = exam.app.request("PATCH", &path).by(&exam.teacher).header("If-Match", "*");
    change.json(&json!({ "status": "suspended" })).send().status(200);
    goes_on(&exam, &suspended, theirs);
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

#[test]
fn a_form_whose_session_has_ended_is_sent_again_by_its_person_and_by_nobody_else() {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(1, &json!({}));
    let [grace, alan] = ["grace", "alan"].map(|name| UserId(activated(&exam.app, &exam.admin, name)));
    exam.enrol(grace, "teacher");
    exam.enrol(alan, "learner");
    let mut teacher = Browser::signed_in(&exam, "grace");
    let new = format!("/courses/{COURSE}/quizzes/new");
    // The page has a query and its form's address has none, so going back shows the page that was kept.
    assert_eq!(teacher.open(&format!("{new}?section=1")), 200);
    let mut form = teacher.form(&new);
    form.set("name", "Typed before");
    let mut learner = Browser::signed_in(&exam, "alan");
    let attempt = learner.start(quiz);
    let mut paper = learner.form(&format!("/attempts/{attempt}"));
    paper.set("a0", "true");
    exam.app.clock.advance(Duration::from_hours(17));
    assert_eq!(teacher.press(&form, ("", "")), 401);
    teacher.must_show("what you typed is still there");
    assert_eq!(learner.press(&paper, ("go", "save")), 401);
    // Another person at the same browser.
    assert_eq!(Browser::of(&exam, &exam.teacher).press(&form, ("", "")), 403);
    let mut learner = Browser::signed_in(&exam, "alan");
    assert_eq!(learner.press(&form, ("", "")), 403);
    assert_eq!(learner.press(&paper, ("go", "save")), 200);
    let view = exam.attempt(&exam.app.signed_in(alan, &[]), attempt);
    assert_eq!(view["slots"][0]["response"], says(true));
    let mut teacher = Browser::signed_in(&exam, "grace");
    assert_eq!(teacher.press(&form, ("", "")), 200);
    teacher.must_show("The quiz is made.");
}
