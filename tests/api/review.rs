//! What learners see of their attempts: every switch at every moment, and no key before its time.

use serde_json::{Value, json};

use crate::exam::{COURSE, Exam, id, says};
use crate::support::Person;

const MOMENTS: [&str; 3] = ["during", "after_submit", "after_close"];
const SWITCHES: [&str; 4] = ["responses", "marks", "feedback", "right_answers"];

/// What of a review gives something away, by the switch that allows it.
fn shown(review: &Value) -> Vec<&'static str> {
    let slot = &review["slots"][0];
    let mut shown = Vec::new();
    if !slot["question"].is_null() || !slot["response"].is_null() {
        shown.push("responses");
    }
    if !slot["mark"].is_null() || !review["points"].is_null() || !review["counts"].is_null() {
        shown.push("marks");
    }
    if !slot["feedback"].is_null() {
        shown.push("feedback");
    }
    if !slot["right_answer"].is_null() {
        shown.push("right_answers");
    }
    shown
}

/// The learner at the three moments of an attempt at a quiz with these rules.
fn at_each_moment(rules: &Value, mut look: impl FnMut(&Exam, &Person, u64, &str)) {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(1, &json!({ "review": rules, "closes": exam.now_plus(10_000) }));
    let attempt = id(&exam.start(&learner, quiz));
    exam.save(&learner, attempt, 0, 1, &says(false));
    look(&exam, &learner, attempt, "during");
    exam.submit(&learner, attempt);
    look(&exam, &learner, attempt, "after_submit");
    exam.pass(9_999);
    look(&exam, &learner, attempt, "after_submit");
    exam.pass(1);
    look(&exam, &learner, attempt, "after_close");
}

#[test]
fn each_switch_shows_its_part_at_its_moment_and_nothing_else() {
    for moment in MOMENTS {
        let rules: serde_json::Map<String, Value> =
            MOMENTS.iter().map(|other| ((*other).to_owned(), json!({}))).collect();
        for switch in SWITCHES {
            let mut rules = rules.clone();
            rules.insert(moment.to_owned(), json!({ switch: true }));
            at_each_moment(&Value::Object(rules), |exam, learner, attempt, now| {
                let answer = exam.app.get(&format!("/api/attempts/{attempt}/review")).by(learner).send();
                if now != moment {
                    answer.problem(403, "review_not_allowed");
                    return;
                }
                let text = answer.text();
                let review = answer.status(200).json();
                assert_eq!(shown(&review), [switch], "{moment}: {review}");
                assert_eq!(text.contains("SAIDFALSE"), switch == "feedback");
                assert_eq!(text.contains("GENERAL"), switch == "feedback");
                assert_eq!(text.contains("\"wrong\""), switch == "marks");
                assert!(!text.contains("SAIDTRUE"), "feedback on what was not said gives the key away");
            });
        }
    }
}

#[test]
fn nothing_that_a_learner_can_read_shows_marks_before_they_may_be_seen() {
    let rules =
        json!({ "during": {}, "after_submit": { "responses": true }, "after_close": { "marks": true } });
    at_each_moment(&rules, |exam, learner, attempt, moment| {
        let shown = exam.attempt(learner, attempt);
        let overview = exam.overview(learner, shown["quiz"].as_u64().unwrap());
        let submitted = if moment == "during" { Value::Null } else { exam.submit(learner, attempt) };
        let visible = moment == "after_close";
        assert_eq!(!overview["points"].is_null(), visible, "{moment}: {overview}");
        assert_eq!(!overview["counting"].is_null(), visible, "{moment}: {overview}");
        assert_eq!(!submitted["points"].is_null(), visible, "{moment}: {submitted}");
        let paper = shown.to_string();
        for secret in ["SAID", "GENERAL", "correct", "fraction", "\"points\":null"] {
            assert!(!paper.contains(secret), "{moment}: {secret} in {paper}");
        }
    });
}

#[test]
fn the_paper_of_a_finished_attempt_is_shown_with_its_switch_only() {
    let rules = json!({ "during": {}, "after_submit": {}, "after_close": { "responses": true } });
    at_each_moment(&rules, |exam, learner, attempt, moment| {
        let slots = exam.attempt(learner, attempt)["slots"].as_array().unwrap().len();
        assert_eq!(slots, usize::from(moment != "after_submit"), "{moment}");
    });
}

#[test]
fn who_sees_all_attempts_sees_everything_at_any_time() {
    let rules = json!({ "during": {}, "after_submit": {}, "after_close": {} });
    at_each_moment(&rules, |exam, _, attempt, _| {
        let review = exam.review(&exam.teacher, attempt);
        assert_eq!(shown(&review), SWITCHES);
        assert_eq!(review["slots"][0]["right_answer"], "True");
        assert!(review["slots"][0]["question_id"].is_u64());
    });
}

#[test]
fn a_quiz_that_never_closes_never_reaches_the_last_moment() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(1, &json!({ "review": { "after_close": { "right_answers": true } } }));
    let attempt = id(&exam.start(&learner, quiz));
    exam.submit(&learner, attempt);
    exam.pass(1_000_000_000);
    exam.app
        .get(&format!("/api/attempts/{attempt}/review"))
        .by(&learner)
        .send()
        .problem(403, "review_not_allowed");
}

#[test]
fn a_learner_with_a_later_close_does_not_see_the_key_while_they_may_still_take_the_quiz() {
    let exam = Exam::new();
    let learner = exam.learner();
    let rules = json!({ "after_submit": {}, "after_close": { "right_answers": true } });
    let quiz = exam.simple_quiz(1, &json!({ "review": rules, "closes": exam.now_plus(1_000) }));
    exam.set_user_override(quiz, &learner, &json!({ "closes": exam.now_plus(5_000) })).send().status(200);
    let attempt = id(&exam.start(&learner, quiz));
    exam.submit(&learner, attempt);
    let look = || exam.app.get(&format!("/api/attempts/{attempt}/review")).by(&learner).send();
    exam.pass(2_000);
    look().problem(403, "review_not_allowed");
    exam.pass(3_000);
    assert_eq!(look().status(200).json()["slots"][0]["right_answer"], "True");
}

#[test]
fn the_gradebook_shows_a_learner_no_points_before_the_review_does() {
    let exam = Exam::new();
    let learner = exam.learner();
    let closes = exam.app.clock.now().plus(std::time::Duration::from_hours(1));
    let quiz = exam.simple_quiz(1, &json!({ "closes": closes.to_string() }));
    let attempt = id(&exam.start(&learner, quiz));
    exam.save(&learner, attempt, 0, 1, &says(true));
    exam.submit(&learner, attempt);
    let seen = || {
        let path = format!("/api/courses/{COURSE}/grades/me");
        let report = exam.app.get(&path).by(&learner).send().status(200).json();
        let lines = report["lines"].as_array().unwrap().clone();
        lines.into_iter().find(|line| line["quiz"] == quiz).map(|line| line["points"].clone())
    };
    assert_eq!(seen(), None, "marks are reviewed after the quiz has closed");
    assert_eq!(exam.gradebook_points(&learner, quiz).as_deref(), Some("1"), "though they are there");
    exam.pass(60 * 60_000);
    assert_eq!(seen(), Some(json!(1.0)));
}
