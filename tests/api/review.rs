//! What learners see of their attempts: every switch at every moment, and no key before its time.

use lyceum::domain::access::RoleName;
use lyceum::domain::enrolment::{self, EnrolledBy};
use lyceum::store::{Class, Txn};
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
    // The grace in which answers of others are on their way.
    exam.pass(10_000);
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
    exam.pass(3_000 + 10_000);
    assert_eq!(look().status(200).json()["slots"][0]["right_answer"], "True");
}

/// The points of a quiz in the learner's own report.
fn own_points(exam: &Exam, learner: &Person, quiz: u64) -> Option<Value> {
    let path = format!("/api/courses/{COURSE}/grades/me");
    let report = exam.app.get(&path).by(learner).send().status(200).json();
    let lines = report["lines"].as_array().unwrap().clone();
    lines.into_iter().find(|line| line["quiz"] == quiz).map(|line| line["points"].clone())
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
    let seen = || own_points(&exam, &learner, quiz);
    assert_eq!(seen(), None, "marks are reviewed after the quiz has closed");
    assert_eq!(exam.gradebook_points(&learner, quiz).as_deref(), Some("1"), "though they are there");
    exam.pass(60 * 60_000);
    assert_eq!(seen(), None, "answers of others may be on their way");
    exam.pass(10_000);
    assert_eq!(seen(), Some(json!(1.0)));
}

#[test]
fn the_gradebook_shows_a_learner_no_points_once_the_review_does_not_any_more() {
    let exam = Exam::new();
    let learner = exam.learner();
    let rules = json!({ "after_submit": { "marks": true }, "after_close": { "responses": true } });
    let quiz = exam.simple_quiz(1, &json!({ "review": rules, "closes": exam.now_plus(60_000) }));
    let attempt = id(&exam.start(&learner, quiz));
    exam.save(&learner, attempt, 0, 1, &says(true));
    exam.submit(&learner, attempt);
    let seen = || own_points(&exam, &learner, quiz);
    assert_eq!(seen(), Some(json!(1.0)));
    exam.pass(60_000);
    assert_eq!(seen(), Some(json!(1.0)), "answers of others may be on their way");
    exam.pass(10_000);
    assert!(exam.overview(&learner, quiz)["points"].is_null());
    assert_eq!(seen(), None);
}

/// Points of a quiz in the learner's outline, which is kept until something of it changes.
fn outlined_points(exam: &Exam, learner: &Person) -> Value {
    let outline =
        exam.app.get(&format!("/api/courses/{COURSE}/outline")).by(learner).send().status(200).json();
    outline["sections"][0]["items"][0]["content"]["state"]["points"].clone()
}

#[test]
fn nothing_of_the_close_is_shown_before_the_last_close_of_anybody() {
    let exam = Exam::new();
    let (early, done, later) = (exam.learner(), exam.learner(), exam.learner());
    let closes = exam.now_plus(60_000);
    let quiz = exam.simple_quiz(1, &json!({ "opens": exam.now_plus(30_000), "closes": closes }));
    let week = crate::classroom::section(&exam.app, &exam.teacher, COURSE.0, "Week one");
    let content = json!({ "kind": "quiz", "quiz": quiz });
    crate::classroom::item(&exam.app, &exam.teacher, week, "Exam", &content);
    let own = json!({ "opens": exam.now_plus(0), "closes": exam.now_plus(5_000) });
    exam.set_user_override(quiz, &early, &own).send().status(200);
    let group = exam.group("Second room", &[&later]);
    let room = json!({ "opens": exam.now_plus(200_000), "closes": exam.now_plus(300_000) });
    let of_group = format!("/api/quizzes/{quiz}/overrides/groups/{group}");
    let put = |change: &Value| exam.app.put(&of_group).by(&exam.teacher).json(change).send().status(200);
    put(&room);
    let turn = |learner: &Person| {
        let attempt = id(&exam.start(learner, quiz));
        exam.save(learner, attempt, 0, 1, &says(true));
        exam.submit(learner, attempt);
        attempt
    };
    let sees = |learner: &Person, attempt: u64, expected: &[&str]| {
        assert_eq!(shown(&exam.review(learner, attempt)), expected);
        let marks = expected.contains(&"marks");
        assert_eq!(!exam.overview(learner, quiz)["points"].is_null(), marks);
        assert_eq!(own_points(&exam, learner, quiz).is_some(), marks);
        assert_eq!(!outlined_points(&exam, learner).is_null(), marks);
    };
    let first = turn(&early);
    exam.pass(5_000 + 10_000);
    sees(&early, first, &["responses"]);
    exam.pass(20_000);
    let second = turn(&done);
    exam.pass(25_000 + 10_000);
    // Closed for all but the second room, which has not begun.
    for (learner, attempt) in [(&early, first), (&done, second)] {
        sees(learner, attempt, &["responses"]);
        let page = crate::pages::Browser::of(&exam.app, learner).get(&format!("/attempts/{attempt}/review"));
        crate::pages::has(&page, "More is shown from");
    }
    exam.pass(300_000 - 70_000);
    sees(&done, second, &["responses"]);
    exam.pass(10_000);
    for (learner, attempt) in [(&early, first), (&done, second)] {
        sees(learner, attempt, &SWITCHES);
    }
    // An exception that is given later takes it back, and gives it once it is gone.
    put(&json!({ "closes": exam.now_plus(60_000) }));
    sees(&done, second, &["responses"]);
    exam.app.delete(&of_group).by(&exam.teacher).send().status(204);
    sees(&done, second, &SWITCHES);
    // One that has no close of its own closes with the quiz.
    put(&json!({ "attempts_allowed": 2 }));
    sees(&done, second, &SWITCHES);
}

#[test]
fn exceptions_of_who_is_not_enrolled_hold_nothing_back_until_they_are_again() {
    let exam = Exam::new();
    let (done, later, other) = (exam.learner(), exam.learner(), exam.learner());
    let quiz = exam.simple_quiz(1, &json!({ "closes": exam.now_plus(60_000) }));
    let week = crate::classroom::section(&exam.app, &exam.teacher, COURSE.0, "Week one");
    let content = json!({ "kind": "quiz", "quiz": quiz });
    crate::classroom::item(&exam.app, &exam.teacher, week, "Exam", &content);
    let exception = json!({ "closes": exam.now_plus(600_000) });
    exam.set_user_override(quiz, &later, &exception).send().status(200);
    let group = exam.group("Second room", &[&other]);
    let of_group = format!("/api/quizzes/{quiz}/overrides/groups/{group}");
    let room = json!({ "closes": exam.now_plus(300_000) });
    exam.app.put(&of_group).by(&exam.teacher).json(&room).send().status(200);
    let attempt = id(&exam.start(&done, quiz));
    exam.save(&done, attempt, 0, 1, &says(true));
    exam.submit(&done, attempt);
    exam.pass(75_000);
    let sees = |expected: &[&str]| {
        assert_eq!(shown(&exam.review(&done, attempt)), expected);
        // What was prepared before is not shown any more.
        let marks = expected.contains(&"marks");
        assert_eq!(!exam.overview(&done, quiz)["points"].is_null(), marks);
        assert_eq!(own_points(&exam, &done, quiz).is_some(), marks);
        assert_eq!(!outlined_points(&exam, &done).is_null(), marks);
    };
    let enrolments = format!("/api/courses/{COURSE}/enrolments");
    let leave = |who: &Person| {
        let path = format!("{enrolments}/{}", who.user);
        exam.app.delete(&path).by(&exam.admin).header("If-Match", "*").send().status(204);
    };
    let enrol = |who: &Person| {
        let (user, actor, role) = (who.user, exam.acting_teacher(), RoleName::parse("learner").unwrap());
        let enrol = move |txn: &mut Txn<'_>| {
            enrolment::enrol(txn, &actor, COURSE, user, Some(&role), EnrolledBy::Teacher, None, None)
        };
        exam.app.state.store.write_blocking(Class::Interactive, enrol).unwrap();
    };
    let members = format!("/api/courses/{COURSE}/groups/{group}/members");
    sees(&["responses"]);
    leave(&later);
    sees(&["responses"]);
    leave(&other);
    sees(&SWITCHES);
    enrol(&later);
    sees(&["responses"]);
    leave(&later);
    sees(&SWITCHES);
    // Who comes back is in no group, which has nobody.
    enrol(&other);
    sees(&SWITCHES);
    let body = json!({ "users": [other.user] });
    exam.app.post(&members).by(&exam.teacher).json(&body).send().status(200);
    sees(&["responses"]);
    exam.app.delete(&format!("{members}/{}", other.user)).by(&exam.teacher).send().status(204);
    sees(&SWITCHES);
}

#[test]
fn a_quiz_that_never_closes_is_not_closed_by_the_exception_of_one() {
    let exam = Exam::new();
    let (early, other) = (exam.learner(), exam.learner());
    let quiz = exam.simple_quiz(1, &json!({ "review": usual() }));
    exam.set_user_override(quiz, &early, &json!({ "closes": exam.now_plus(5_000) })).send().status(200);
    let attempt = id(&exam.start(&early, quiz));
    exam.submit(&early, attempt);
    exam.pass(60_000);
    assert_eq!(shown(&exam.review(&early, attempt)), ["responses"]);
    exam.start(&other, quiz);
}

/// Own answers at once, everything once the quiz is closed.
fn usual() -> Value {
    let all = json!({ "responses": true, "marks": true, "feedback": true, "right_answers": true });
    json!({ "after_submit": { "responses": true }, "after_close": all })
}

#[test]
fn no_key_is_shown_while_answers_are_taken_in_the_grace() {
    let exam = Exam::new();
    let (at_work, done) = (exam.learner(), exam.learner());
    let quiz = exam.simple_quiz(1, &json!({ "review": usual(), "closes": exam.now_plus(60_000) }));
    let first = id(&exam.start(&at_work, quiz));
    exam.submit(&at_work, first);
    let second = id(&exam.start(&at_work, quiz));
    let other = id(&exam.start(&done, quiz));
    exam.submit(&done, other);
    exam.pass(60_000 + 9_999);
    exam.save(&at_work, second, 0, 1, &says(true));
    assert_eq!(shown(&exam.review(&at_work, first)), ["responses"]);
    assert_eq!(shown(&exam.review(&done, other)), ["responses"]);
    assert!(exam.overview(&done, quiz)["points"].is_null());
    exam.pass(1);
    exam.save(&at_work, second, 0, 2, &says(false));
    assert_eq!(shown(&exam.review(&at_work, first)), ["responses"], "they are at work");
    assert!(exam.overview(&at_work, quiz)["points"].is_null());
    assert_eq!(shown(&exam.review(&done, other)), ["responses", "marks"], "somebody is at work");
    assert!(!exam.overview(&done, quiz)["points"].is_null());
    exam.pass(1);
    assert_eq!(exam.run_due(), 1);
    assert_eq!(shown(&exam.review(&at_work, first)), SWITCHES);
    assert_eq!(shown(&exam.review(&done, other)), SWITCHES);
}

#[test]
fn no_key_is_shown_while_somebody_has_more_time_than_the_quiz() {
    let exam = Exam::new();
    let (slow, done) = (exam.learner(), exam.learner());
    let facts = json!({ "review": usual(), "closes": exam.now_plus(60_000) });
    let quiz = exam.simple_quiz(1, &facts);
    let slots =
        exam.app.get(&format!("/api/quizzes/{quiz}")).by(&exam.teacher).send().json()["slots"].clone();
    let (long, short) = (id(&exam.start(&slow, quiz)), id(&exam.start(&done, quiz)));
    exam.submit(&done, short);
    // Earlier than who is at work was told.
    let earlier = json!({ "slots": slots, "review": usual(), "closes": exam.now_plus(1_000) });
    exam.change_quiz(quiz, &earlier).send().status(200);
    exam.pass(1_000 + 10_000);
    exam.save(&slow, long, 0, 1, &says(true));
    assert_eq!(shown(&exam.review(&done, short)), ["responses", "marks"]);
    exam.submit(&slow, long);
    assert_eq!(shown(&exam.review(&done, short)), SWITCHES);
    // Reopened behind the close.
    let reopen = exam.app.post(&format!("/api/attempts/{long}/reopen")).by(&exam.teacher);
    reopen.json(&json!({ "extra_ms": 60_000 })).send().status(204);
    assert_eq!(shown(&exam.review(&done, short)), ["responses", "marks"]);
    let page = crate::pages::Browser::of(&exam.app, &done).get(&format!("/attempts/{short}/review"));
    crate::pages::has(&page, "More is shown once nobody works on this quiz any more.");
    // Those who mark see what they need at any time.
    assert_eq!(shown(&exam.review(&exam.teacher, short)), SWITCHES);
}

#[test]
fn who_only_looks_on_sees_no_key_and_nobody_that_of_their_own_running_attempt() {
    let exam = Exam::new();
    let (learner, observer, assistant) = (exam.learner(), exam.person("observer"), exam.person("assistant"));
    let quiz = exam.simple_quiz(1, &json!({ "review": usual(), "closes": exam.now_plus(60_000) }));
    let attempt = id(&exam.start(&learner, quiz));
    exam.save(&learner, attempt, 0, 1, &says(false));
    // Marks of an attempt that runs follow each answer: who looks on would read the key off them.
    for sees in [&["responses"][..], &["responses", "marks"]] {
        let review = exam.review(&observer, attempt);
        assert_eq!(shown(&review), sees);
        assert_eq!(review.to_string().contains("\"wrong\""), sees.contains(&"marks"));
        let page =
            crate::pages::Browser::of(&exam.app, &observer).get(&format!("/attempts/{attempt}/review"));
        assert_eq!(crate::pages::text(&page).contains("Wrong"), sees.contains(&"marks"));
        assert_eq!(shown(&exam.review(&assistant, attempt)), SWITCHES);
        exam.submit(&learner, attempt);
    }
    let own = id(&exam.start(&exam.admin, quiz));
    let look = || exam.app.get(&format!("/api/attempts/{own}/review")).by(&exam.admin).send();
    look().problem(403, "review_not_allowed");
    exam.submit(&exam.admin, own);
    assert_eq!(shown(&look().status(200).json()), SWITCHES);
}

#[test]
fn who_only_marks_sees_what_is_handed_in_and_no_more_than_marking_needs() {
    let exam = Exam::new();
    let body =
        json!({ "name": "marker", "description": "", "permissions": ["view_course", "mark_attempts"] });
    exam.app.post("/api/roles").by(&exam.admin).json(&body).send().status(201);
    let (learner, marker) = (exam.learner(), exam.person("marker"));
    let question = exam.question(&crate::exam::essay("Why?"));
    let quiz = exam.quiz(&json!({ "attempts_allowed": 2, "slots": [{ "points": 2, "question": question }] }));
    let attempt = id(&exam.start(&learner, quiz));
    exam.save(&learner, attempt, 0, 1, &json!({ "type": "essay", "text": "Because it is so." }));
    let look =
        |attempt: u64, what: &str| exam.app.get(&format!("/api/attempts/{attempt}{what}")).by(&marker).send();
    for what in ["", "/review", "/receipts", "/log"] {
        look(attempt, what).problem(404, "not_found");
    }
    exam.submit(&learner, attempt);
    assert_eq!(shown(&look(attempt, "/review").status(200).json()), SWITCHES);
    for what in ["/receipts", "/log"] {
        look(attempt, what).problem(404, "not_found");
    }
    let mut browser = crate::pages::Browser::of(&exam.app, &marker);
    let marking = format!("/quizzes/{quiz}/marking");
    crate::pages::has(&browser.get(&marking).status(200), "Because it is so.");
    let result = browser.get(&format!("/attempts/{attempt}/review")).status(200);
    crate::pages::has(&result, "Because it is so.");
    assert!(!crate::pages::text(&result).contains("/receipts"), "they may not read those");
    let marked = browser.fill(&marking, &marking, &[("points", "2")]);
    crate::pages::has(&browser.follow(&marked), "Nothing waits for marking.");
    assert_eq!(exam.review(&exam.teacher, attempt)["points"], 2.0);
    let running = id(&exam.start(&learner, quiz));
    look(running, "/review").problem(404, "not_found");
    assert_eq!(browser.get(&format!("{marking}?at={running}.0")).code, 404);
}

#[test]
fn a_closing_time_that_is_set_later_shows_no_right_answers_before_it() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(1, &json!({}));
    let read = || exam.app.get(&format!("/api/quizzes/{quiz}")).by(&exam.teacher).send().status(200).json();
    let faults = || {
        let path = format!("/api/quizzes/{quiz}/check");
        let check = exam.app.get(&path).by(&exam.teacher).send().status(200).json();
        let problems = check["problems"].as_array().unwrap().clone();
        problems.iter().any(|problem| problem["fault"] == "answers_shown")
    };
    let was = read();
    assert_eq!(was["review"]["after_submit"]["right_answers"], true, "nothing else would ever come");
    assert!(!faults());
    // What was read is sent back with a closing time, as a client does.
    let all = was["review"].clone();
    let closing = |review: &Value| {
        let facts = json!({ "slots": was["slots"], "closes": exam.now_plus(60_000), "review": review });
        exam.change_quiz(quiz, &facts).send().status(200).json()
    };
    let shown = &closing(&all)["review"]["after_submit"];
    assert_eq!((&shown["responses"], &shown["right_answers"]), (&json!(true), &json!(false)));
    assert!(!faults());
    let attempt = id(&exam.start(&learner, quiz));
    exam.save(&learner, attempt, 0, 1, &says(true));
    exam.submit(&learner, attempt);
    assert!(exam.review(&learner, attempt)["slots"][0]["right_answer"].is_null());
    // Who chooses it for a quiz that closes has it, and is told.
    assert_eq!(closing(&all)["review"], all);
    assert!(faults());
    assert!(!exam.review(&learner, attempt)["slots"][0]["right_answer"].is_null());
}
