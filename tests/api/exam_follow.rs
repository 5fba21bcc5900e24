//! Attempts that run follow what is changed of their quiz, by dates, limits, exceptions and groups, and never lose time by it.

use std::time::Duration;

use lyceum::domain::attempt;
use lyceum::domain::ids::UserId;
use lyceum::domain::session::csrf_token;
use lyceum::store::{Class, Read as _};
use serde_json::{Value, json};

use crate::exam::{COURSE, Exam, id, says};
use crate::pages::Browser;
use crate::support::Person;

const MINUTE: u64 = 60_000;

/// Changes some facts of a quiz and keeps the others.
fn change(exam: &Exam, quiz: u64, facts: &Value) {
    let known = exam.app.get(&format!("/api/quizzes/{quiz}")).by(&exam.teacher).send().json();
    let mut all = json!({ "slots": known["slots"], "review": known["review"] });
    for fact in ["closes", "time_limit_ms"] {
        all[fact] = known[fact].clone();
    }
    exam.change_quiz(quiz, &crate::exam::with(&all, facts)).send().status(200);
}

#[test]
fn attempts_that_run_get_the_time_of_a_later_close_or_limit_and_never_lose_any() {
    let exam = Exam::new();
    let (learner, other) = (exam.learner(), exam.learner());
    let began = exam.now();
    let at = |minutes: u64| json!(began.plus(Duration::from_millis(minutes * MINUTE)).to_string());
    let quiz = exam.simple_quiz(1, &json!({ "closes": at(10) }));
    let attempt = id(&exam.start(&learner, quiz));
    let deadline = || exam.attempt(&learner, attempt)["deadline"].clone();
    assert_eq!(deadline(), at(10));
    change(&exam, quiz, &json!({ "closes": at(20) }));
    assert_eq!(deadline(), at(20));
    change(&exam, quiz, &json!({ "closes": at(5) }));
    assert_eq!(deadline(), at(20), "nobody's time becomes shorter");
    change(&exam, quiz, &json!({ "closes": null }));
    assert_eq!(deadline(), Value::Null);
    // An attempt without an end takes no answers behind the close that is set now.
    change(&exam, quiz, &json!({ "closes": at(30), "time_limit_ms": 25 * MINUTE }));
    assert_eq!(deadline(), at(25));
    change(&exam, quiz, &json!({ "closes": at(30), "time_limit_ms": 28 * MINUTE }));
    assert_eq!(deadline(), at(28));
    let log = format!("/api/attempts/{attempt}/log");
    let log = exam.app.get(&log).by(&exam.teacher).send().status(200).json();
    let lines = log["items"].as_array().unwrap();
    assert_eq!(lines.iter().filter(|line| line["what"] == "extended").count(), 4, "{log}");
    // An exception of somebody else concerns nobody here; one's own does.
    exam.set_user_override(quiz, &other, &json!({ "closes": at(60), "unlimited_time": true }))
        .send()
        .status(200);
    assert_eq!(deadline(), at(28));
    exam.set_user_override(quiz, &learner, &json!({ "extra_time_ms": 2 * MINUTE })).send().status(200);
    assert_eq!(deadline(), at(30));
    let own = format!("/api/quizzes/{quiz}/overrides/users/{}", learner.user);
    exam.app.delete(&own).by(&exam.teacher).send().status(204);
    assert_eq!(deadline(), at(30));
    let group = exam.group("Slow", &[&learner]);
    let grouped = exam.app.put(&format!("/api/quizzes/{quiz}/overrides/groups/{group}")).by(&exam.teacher);
    grouped.json(&json!({ "closes": at(40), "time_limit_ms": 35 * MINUTE })).send().status(200);
    assert_eq!(deadline(), at(35));
    exam.pass(34 * MINUTE);
    exam.save(&learner, attempt, 0, 1, &says(true));
    exam.pass(2 * MINUTE);
    assert_eq!(exam.run_due(), 1);
}

#[test]
fn a_close_or_a_limit_that_is_past_ends_attempts_without_an_end_at_once_but_for_answers_in_flight() {
    let exam = Exam::new();
    let [works, waits, unlimited] = [exam.learner(), exam.learner(), exam.learner()];
    let past = exam.now().minus(Duration::from_millis(500)).to_string();
    for facts in [json!({ "closes": past }), json!({ "time_limit_ms": 5 * MINUTE })] {
        let quiz = exam.simple_quiz(1, &json!({}));
        exam.set_user_override(quiz, &unlimited, &json!({ "unlimited_time": true })).send().status(200);
        let attempts = [&works, &waits, &unlimited].map(|learner| id(&exam.start(learner, quiz)));
        exam.pass(10 * MINUTE);
        change(&exam, quiz, &facts);
        let now = exam.now_plus(0);
        assert_eq!(exam.attempt(&works, attempts[0])["deadline"], json!(now), "{facts}");
        exam.save(&works, attempts[0], 0, 1, &says(true));
        let page = Browser::of(&exam.app, &exam.teacher).get(&format!("/attempts/{}/review", attempts[0]));
        crate::pages::has(&page, "The quiz has other times now.");
        exam.pass(MINUTE);
        let ends_all = facts["closes"].is_string();
        assert_eq!(exam.run_due(), if ends_all { 3 } else { 2 }, "{facts}");
        assert_eq!(exam.attempt(&waits, attempts[1])["finished"], json!(now));
        if !ends_all {
            assert_eq!(
                exam.attempt(&unlimited, attempts[2])["deadline"],
                Value::Null,
                "of a limit they have none"
            );
        }
    }
}

#[test]
fn what_a_supervisor_reopened_for_a_while_ends_then_whatever_else_is_changed_in_the_quiz() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(1, &json!({ "closes": exam.now_plus(60 * MINUTE) }));
    let attempt = id(&exam.start(&learner, quiz));
    exam.submit(&learner, attempt);
    let reopen = exam.app.post(&format!("/api/attempts/{attempt}/reopen")).by(&exam.teacher);
    reopen.json(&json!({ "extra_ms": 3 * MINUTE })).send().status(204);
    change(&exam, quiz, &json!({ "name": "Another name" }));
    assert_eq!(exam.attempt(&learner, attempt)["remaining_ms"], 3 * MINUTE);
    change(&exam, quiz, &json!({ "closes": exam.now_plus(30 * MINUTE) }));
    assert_eq!(exam.attempt(&learner, attempt)["remaining_ms"], 30 * MINUTE);
}

/// What a quiz has different now, written as a program that stops before attempts follow leaves it.
fn cut_off(exam: &Exam, quiz: u64, facts: &Value) {
    use lyceum::domain::quiz::edit;
    use lyceum::domain::quiz::input::QuizInput;

    let known = exam.app.get(&format!("/api/quizzes/{quiz}")).by(&exam.teacher).send().json();
    let all =
        json!({ "name": "A quiz", "published": true, "slots": known["slots"], "review": known["review"] });
    let input: QuizInput = serde_json::from_value(crate::exam::with(&all, facts)).unwrap();
    let (teacher, facts) = (exam.acting_teacher(), input.parse([0; 16]).unwrap());
    let write = move |txn: &mut lyceum::store::Txn<'_>| {
        edit::change(txn, &teacher, quiz.into(), |_| Ok(()), facts).map(drop)
    };
    exam.app.state.store.write_blocking(Class::Bulk, write).unwrap();
}

/// Changes of which attempts that run may not have heard.
fn noted(exam: &Exam) -> usize {
    exam.app.state.store.read(|read| attempt::follow::noted(read, None, None, 1_000)).unwrap().len()
}

#[test]
fn attempts_follow_a_change_behind_which_the_program_stopped_before_any_is_handed_in() {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(1, &json!({ "closes": exam.now_plus(10 * MINUTE) }));
    // More than are looked at in one go.
    let learners: Vec<_> = (0..60).map(|_| exam.learner()).collect();
    let attempts: Vec<u64> = learners.iter().map(|learner| id(&exam.start(learner, quiz))).collect();
    cut_off(&exam, quiz, &json!({ "closes": exam.now_plus(20 * MINUTE) }));
    assert_eq!(noted(&exam), 1);
    // The server comes up again behind the old close.
    exam.pass(12 * MINUTE);
    assert_eq!(exam.run_due(), 0);
    for (learner, attempt) in learners.iter().zip(attempts) {
        assert_eq!(exam.attempt(learner, attempt)["remaining_ms"], 8 * MINUTE);
    }
    assert_eq!(noted(&exam), 0, "all have followed");
    exam.pass(9 * MINUTE);
    assert_eq!(exam.run_due(), 60);
}

#[test]
fn a_change_stands_and_is_answered_as_done_though_attempts_cannot_follow_it_now() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(1, &json!({ "closes": exam.now_plus(10 * MINUTE) }));
    let attempt = id(&exam.start(&learner, quiz));
    let find = lose(&exam, attempt);
    change(&exam, quiz, &json!({ "closes": exam.now_plus(20 * MINUTE) }));
    let exception = json!({ "closes": exam.now_plus(30 * MINUTE) });
    exam.set_user_override(quiz, &learner, &exception).send().status(200);
    assert_eq!((exam.run_due(), noted(&exam)), (0, 2));
    find();
    exam.pass(11 * MINUTE);
    assert_eq!((exam.run_due(), noted(&exam)), (0, 0));
    assert_eq!(exam.attempt(&learner, attempt)["remaining_ms"], 19 * MINUTE);
}

/// Takes the row of an attempt away, without which it can be neither read nor changed. What puts it back.
fn lose(exam: &Exam, attempt: u64) -> impl FnOnce() {
    let store = &exam.app.state.store;
    let known = store.read(|read| attempt::get(read, attempt.into())).unwrap();
    let lost = move |txn: &mut lyceum::store::Txn<'_>| -> Result<(), lyceum::domain::refusal::Refusal> {
        txn.delete::<attempt::Attempt>(&attempt.into())?;
        Ok(())
    };
    store.write_blocking(Class::Bulk, lost).unwrap();
    let found = move |txn: &mut lyceum::store::Txn<'_>| -> Result<(), lyceum::domain::refusal::Refusal> {
        Ok(txn.put(attempt::Attempt::clone(&known))?)
    };
    move || store.write_blocking(Class::Bulk, found).unwrap()
}

#[test]
fn nobody_is_handed_in_by_times_that_no_longer_hold_though_others_keep_the_schedule_from_following() {
    let exam = Exam::new();
    let [lost, waits, works] = [exam.learner(), exam.learner(), exam.learner()];
    let quiz = exam.simple_quiz(1, &json!({ "closes": exam.now_plus(10 * MINUTE) }));
    let attempts = [&lost, &waits, &works].map(|learner| id(&exam.start(learner, quiz)));
    let find = lose(&exam, attempts[0]);
    exam.pass(9 * MINUTE);
    cut_off(&exam, quiz, &json!({ "closes": exam.now_plus(20 * MINUTE) }));
    // Behind the old close and its grace.
    exam.pass(3 * MINUTE);
    // What is read says the time that holds, and what is saved is taken.
    assert_eq!(exam.attempt(&works, attempts[2])["remaining_ms"], 17 * MINUTE);
    assert_eq!(exam.save(&works, attempts[2], 0, 1, &says(true))["remaining_ms"], 17 * MINUTE);
    assert_eq!((exam.run_due(), noted(&exam)), (0, 1), "nobody is handed in, and one has not followed");
    let log = |attempt: u64| {
        let events = exam.app.state.store.read(|read| {
            read.list::<attempt::AttemptEvent>(&(lyceum::domain::ids::AttemptId(attempt),), None, 10)
        });
        events.unwrap().len()
    };
    assert_eq!([log(attempts[1]), log(attempts[2])], [1, 1], "each followed once");
    find();
    assert_eq!((exam.run_due(), noted(&exam)), (0, 0));
    for (learner, attempt) in [&lost, &waits, &works].into_iter().zip(attempts) {
        assert_eq!(exam.attempt(learner, attempt)["remaining_ms"], 17 * MINUTE);
    }
    exam.pass(18 * MINUTE);
    assert_eq!(exam.run_due(), 3);
}

#[test]
fn a_change_that_attempts_follow_at_once_leaves_nothing_to_do_and_without_attempts_there_is_nothing() {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(1, &json!({ "closes": exam.now_plus(10 * MINUTE) }));
    cut_off(&exam, quiz, &json!({ "closes": exam.now_plus(20 * MINUTE) }));
    assert_eq!(noted(&exam), 0, "nobody has begun");
    let learner = exam.learner();
    let attempt = id(&exam.start(&learner, quiz));
    change(&exam, quiz, &json!({ "closes": exam.now_plus(30 * MINUTE) }));
    assert_eq!(
        (noted(&exam), exam.attempt(&learner, attempt)["remaining_ms"].clone()),
        (0, json!(30 * MINUTE))
    );
    let by_teacher = Some(exam.teacher.user);
    let events = exam.app.state.store.read(|read| {
        read.list::<attempt::AttemptEvent>(&(lyceum::domain::ids::AttemptId(attempt),), None, 10)
    });
    assert!(events.unwrap().iter().all(|event| event.by == by_teacher));
}

#[test]
fn what_a_supervisor_said_of_one_attempt_counts_before_what_is_changed_for_many() {
    let exam = Exam::new();
    let [endless, brief, other] = [exam.learner(), exam.learner(), exam.learner()];
    let quiz = exam.simple_quiz(1, &json!({ "closes": exam.now_plus(60 * MINUTE) }));
    let attempts = [&endless, &brief, &other].map(|learner| id(&exam.start(learner, quiz)));
    let reopen = |attempt: u64, body: &Value| {
        exam.app
            .post(&format!("/api/attempts/{attempt}/reopen"))
            .by(&exam.teacher)
            .json(body)
            .send()
            .status(204);
    };
    exam.submit(&endless, attempts[0]);
    exam.submit(&brief, attempts[1]);
    reopen(attempts[0], &json!({ "reason": "no hurry" }));
    // Without an end it stays, whatever is said for many.
    change(&exam, quiz, &json!({ "closes": exam.now_plus(90 * MINUTE), "time_limit_ms": 80 * MINUTE }));
    let group = exam.group("Slow", &[&endless]);
    let grouped = exam.app.put(&format!("/api/quizzes/{quiz}/overrides/groups/{group}")).by(&exam.teacher);
    grouped.json(&json!({ "extra_time_ms": 2 * MINUTE })).send().status(200);
    assert_eq!(exam.attempt(&endless, attempts[0])["deadline"], Value::Null);
    // Reopened behind a change of which it has not heard: that one was before.
    cut_off(&exam, quiz, &json!({ "closes": exam.now_plus(100 * MINUTE) }));
    exam.pass(1);
    reopen(attempts[1], &json!({ "extra_ms": 3 * MINUTE }));
    exam.run_due();
    assert_eq!(exam.attempt(&brief, attempts[1])["remaining_ms"], 3 * MINUTE);
    assert_eq!(exam.attempt(&other, attempts[2])["remaining_ms"], 100 * MINUTE - 1);
    // A later one gives it more.
    change(&exam, quiz, &json!({ "closes": exam.now_plus(110 * MINUTE) }));
    assert_eq!(exam.attempt(&brief, attempts[1])["remaining_ms"], 110 * MINUTE);
    assert_eq!(exam.attempt(&endless, attempts[0])["deadline"], Value::Null);
}

#[test]
fn who_comes_into_a_group_or_leaves_it_gets_the_time_that_this_gives_and_never_loses_any() {
    let exam = Exam::new();
    let [joins, leaves, loses_group, goes, slow_one] = std::array::from_fn(|_| exam.learner());
    let (slow, fast) = (exam.group("Slow", &[&slow_one]), exam.group("Fast", &[&leaves, &goes]));
    let gone = exam.group("Gone", &[&loses_group]);
    let quiz = exam.simple_quiz(1, &json!({ "time_limit_ms": 10 * MINUTE }));
    for (group, change) in [
        (slow, json!({ "extra_time_ms": 10 * MINUTE })),
        (fast, json!({ "time_limit_ms": 5 * MINUTE })),
        (gone, json!({ "time_limit_ms": 5 * MINUTE })),
    ] {
        let path = format!("/api/quizzes/{quiz}/overrides/groups/{group}");
        exam.app.put(&path).by(&exam.teacher).json(&change).send().status(200);
    }
    let everybody = [&joins, &leaves, &loses_group, &goes, &slow_one];
    let attempts = everybody.map(|learner| id(&exam.start(learner, quiz)));
    let left = || {
        exam.run_due();
        let mine = std::array::from_fn::<_, 5, _>(|at| exam.attempt(everybody[at], attempts[at]));
        mine.map(|attempt| attempt["remaining_ms"].as_u64().unwrap() / MINUTE)
    };
    assert_eq!(left(), [10, 5, 5, 5, 20]);
    let groups = format!("/api/courses/{COURSE}/groups");
    let users = json!({ "users": [joins.user] });
    exam.app.post(&format!("{groups}/{slow}/members")).by(&exam.teacher).json(&users).send().status(200);
    let member = format!("{groups}/{fast}/members/{}", leaves.user);
    exam.app.delete(&member).by(&exam.teacher).send().status(204);
    assert_eq!(left(), [20, 10, 5, 5, 20]);
    exam.app.delete(&format!("{groups}/{gone}")).by(&exam.teacher).header("If-Match", "*").send().status(204);
    let enrolment = format!("/api/courses/{COURSE}/enrolments/{}", goes.user);
    exam.app.delete(&enrolment).by(&exam.teacher).header("If-Match", "\"1\"").send().status(204);
    let member = format!("{groups}/{slow}/members/{}", joins.user);
    exam.app.delete(&member).by(&exam.teacher).send().status(204);
    assert_eq!(left(), [20, 10, 10, 10, 20]);
    assert_eq!(noted(&exam), 0);
}

#[test]
fn who_comes_into_a_group_by_a_file_gets_the_time_that_this_gives() {
    let exam = Exam::new();
    let names = ["by_people", "by_course", "not_tried"];
    let people = names.map(|name| {
        let user = crate::people::account(&exam.app, &exam.admin, name);
        exam.app.signed_in(UserId(user), &[])
    });
    let import = |query: &str, file: &str| {
        let request = exam.app.post(&format!("/api/import/roster{query}")).by(&exam.admin);
        request.body("text/csv", file).send().status(200).json()
    };
    let joined = import("", "username,course1\nby_people,EX1\nby_course,EX1\nnot_tried,EX1\n");
    assert_eq!(joined["enrolled"], 3, "{joined}");
    let slow = exam.group("Slow", &[&exam.learner()]);
    let quiz = exam.simple_quiz(1, &json!({ "time_limit_ms": 10 * MINUTE }));
    let terms = exam.app.put(&format!("/api/quizzes/{quiz}/overrides/groups/{slow}")).by(&exam.teacher);
    terms.json(&json!({ "extra_time_ms": 10 * MINUTE })).send().status(200);
    let attempts = std::array::from_fn::<_, 3, _>(|at| id(&exam.start(&people[at], quiz)));
    let left = || {
        exam.run_due();
        let mine = std::array::from_fn::<_, 3, _>(|at| exam.attempt(&people[at], attempts[at]));
        mine.map(|attempt| attempt["remaining_ms"].as_u64().unwrap() / MINUTE)
    };
    // What is only tried gives nobody time.
    import("?dry_run=true", "username,course1,group1\nnot_tried,EX1,Slow\n");
    assert_eq!((noted(&exam), left()), (0, [10, 10, 10]));
    let joined = import("", "username,course1,group1\nby_people,EX1,slow\n");
    assert_eq!(joined["enrolments_changed"], 1, "{joined}");
    assert_eq!(left(), [20, 10, 10]);
    // The file of a course on its page.
    let mut browser = Browser::of(&exam.app, &exam.teacher);
    let people_of = format!("/courses/{COURSE}/people/file");
    let csrf = csrf_token(&exam.teacher.token);
    let fields = [("csrf", csrf.as_str()), ("encoding", "")];
    let file = b"username,group1\nby_course,Slow\n";
    let tried = browser.upload(&people_of, &fields, Some(("people.csv", &file[..]))).status(200);
    assert_eq!((noted(&exam), left()), (0, [20, 10, 10]));
    let tried = crate::pages::text(&tried);
    let kept = tried.split("name=\"file\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let fields = [("csrf", csrf.as_str()), ("file", kept.as_str()), ("encoding", "")];
    browser.post(&format!("{people_of}/run"), &fields).status(200);
    assert_eq!(left(), [20, 20, 10]);
    // Twice is once.
    import("", "username,course1,group1\nby_people,EX1,Slow\n");
    assert_eq!((noted(&exam), left()), (0, [20, 20, 10]));
}

#[test]
fn more_time_comes_on_top_of_what_a_change_of_groups_gives_before_attempts_have_followed_it() {
    let exam = Exam::new();
    let learners = [(); 3].map(|()| exam.learner());
    let slow = exam.group("Slow", &[&exam.learner()]);
    let quiz = exam.simple_quiz(1, &json!({ "time_limit_ms": 10 * MINUTE }));
    let terms = exam.app.put(&format!("/api/quizzes/{quiz}/overrides/groups/{slow}")).by(&exam.teacher);
    terms.json(&json!({ "extra_time_ms": 30 * MINUTE })).send().status(200);
    let attempts = learners.each_ref().map(|learner| id(&exam.start(learner, quiz)));
    let members = format!("/api/courses/{COURSE}/groups/{slow}/members");
    let users = json!({ "users": learners.each_ref().map(|learner| learner.user) });
    exam.app.post(&members).by(&exam.teacher).json(&users).send().status(200);
    assert_eq!(noted(&exam), 3, "nobody has followed");
    let more = |path: &str, by: &Person, named: Value| {
        let body = crate::exam::with(&json!({ "extra_ms": 10 * MINUTE }), &named);
        exam.app.post(path).by(by).json(&body).send().status(200).json()["extended"].clone()
    };
    assert_eq!(more(&format!("/api/attempts/{}/extend", attempts[0]), &exam.teacher, json!({})), 1);
    let some = json!({ "attempts": [attempts[1]] });
    assert_eq!(more(&format!("/api/quizzes/{quiz}/extend-running"), &exam.teacher, some), 1);
    assert_eq!(more("/api/exam/give-back", &exam.admin, json!({})), 3);
    for _ in 0..2 {
        let mine = std::array::from_fn::<_, 3, _>(|at| exam.attempt(&learners[at], attempts[at]));
        let left = mine.map(|attempt| attempt["remaining_ms"].as_u64().unwrap() / MINUTE);
        assert_eq!(left, [60, 60, 50]);
        exam.run_due();
    }
    assert_eq!(noted(&exam), 0);
}

#[test]
fn nothing_but_a_change_of_the_quiz_itself_gives_an_end_to_an_attempt_without_one() {
    let exam = Exam::new();
    let people: [Person; 7] = std::array::from_fn(|_| exam.learner());
    let [loses_own, changes_own, leaves, loses_terms, loses_group, goes, joins] = &people;
    let groups =
        [leaves, loses_terms, loses_group, goes].map(|one| exam.group(&format!("Of {}", one.user), &[one]));
    let brief = exam.group("Brief", &[&exam.learner()]);
    let (limited, endless) =
        (exam.simple_quiz(1, &json!({ "time_limit_ms": 10 * MINUTE })), exam.simple_quiz(1, &json!({})));
    let terms_of = |quiz: u64, group| format!("/api/quizzes/{quiz}/overrides/groups/{group}");
    let set = |path: &str, terms: Value| {
        exam.app.put(path).by(&exam.teacher).json(&terms).send().status(200);
    };
    let delete = |path: &str, revision: &str| {
        exam.app.delete(path).by(&exam.teacher).header("If-Match", revision).send().status(204);
    };
    for one in [loses_own, changes_own] {
        exam.set_user_override(limited, one, &json!({ "unlimited_time": true })).send().status(200);
    }
    for group in groups {
        set(&terms_of(limited, group), json!({ "unlimited_time": true }));
    }
    set(&terms_of(endless, brief), json!({ "time_limit_ms": 10 * MINUTE }));
    let quiz_of = |at: usize| if at == 6 { endless } else { limited };
    let attempts: [u64; 7] = std::array::from_fn(|at| id(&exam.start(&people[at], quiz_of(at))));
    let ends = || {
        exam.run_due();
        std::array::from_fn::<_, 7, _>(|at| exam.attempt(&people[at], attempts[at])["deadline"].clone())
    };
    exam.pass(MINUTE);
    delete(&format!("/api/quizzes/{limited}/overrides/users/{}", loses_own.user), "*");
    exam.set_user_override(limited, changes_own, &json!({ "attempts_allowed": 3 })).send().status(200);
    let of_course = format!("/api/courses/{COURSE}");
    delete(&format!("{of_course}/groups/{}/members/{}", groups[0], leaves.user), "*");
    delete(&terms_of(limited, groups[1]), "*");
    delete(&format!("{of_course}/groups/{}", groups[2]), "*");
    delete(&format!("{of_course}/enrolments/{}", goes.user), "*");
    let joined = exam.app.post(&format!("{of_course}/groups/{brief}/members")).by(&exam.teacher);
    joined.json(&json!({ "users": [joins.user] })).send().status(200);
    assert_eq!((noted(&exam) > 0, ends(), noted(&exam)), (true, [const { Value::Null }; 7], 0));

    // A close that is set is everybody's, and the limit that they had passed unknowingly is none.
    exam.pass(20 * MINUTE);
    let closes = exam.now_plus(60 * MINUTE);
    change(&exam, limited, &json!({ "closes": closes }));
    assert_eq!(ends()[..6], [(); 6].map(|()| json!(closes)));
}
