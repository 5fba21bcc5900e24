//! The server's clock decides: windows, deadlines with grace, overrides, handing in by the schedule, time given back.

use std::time::Duration;

use lyceum::app;
use lyceum::clock::{Clock, Timestamp};
use lyceum::domain::attempt::submit::next_due;
use lyceum::domain::attempt::{self, AttemptState, FinishedBy};
use lyceum::domain::refusal::Kind;
use lyceum::domain::schedule::{self as domain_schedule, Beat, Downtime};
use lyceum::schedule::run_due;
use lyceum::state::State;
use lyceum::store::{Class, Read as _};
use serde_json::{Value, json};

use crate::exam::{Exam, id, says};

const MINUTE: u64 = 60_000;

#[test]
fn a_quiz_opens_and_closes_to_the_millisecond() {
    let exam = Exam::new();
    let learner = exam.learner();
    let facts =
        json!({ "opens": exam.now_plus(1_000), "closes": exam.now_plus(3_000), "attempts_allowed": 2 });
    let quiz = exam.simple_quiz(1, &facts);
    exam.pass(999);
    exam.try_start(&learner, quiz).send().problem(409, "quiz_not_open");
    exam.pass(1);
    let attempt = id(&exam.start(&learner, quiz));
    exam.submit(&learner, attempt);
    exam.pass(1_999);
    let attempt = exam.start(&learner, quiz);
    assert_eq!(attempt["remaining_ms"], 1);
    exam.submit(&learner, id(&attempt));
    exam.pass(1);
    exam.try_start(&learner, quiz).send().problem(409, "quiz_closed");
}

#[test]
fn answers_are_taken_until_the_end_of_the_grace_and_not_a_millisecond_longer() {
    let exam = Exam::with(|config| config.exam.grace_seconds = 10);
    let learner = exam.learner();
    let quiz = exam.simple_quiz(1, &json!({ "time_limit_ms": MINUTE }));
    let attempt = id(&exam.start(&learner, quiz));
    exam.pass(MINUTE);
    assert_eq!(exam.save(&learner, attempt, 0, 1, &says(false))["remaining_ms"], 0);
    exam.pass(10_000);
    exam.save(&learner, attempt, 0, 2, &says(true));
    assert_eq!(exam.run_due(), 0, "the last moment is not over");
    exam.pass(1);
    exam.try_save(&learner, attempt, 0, 3, &says(false)).send().problem(409, "deadline_passed");
    assert_eq!(exam.run_due(), 1);
    assert_eq!(exam.run_due(), 0);
    let shown = exam.attempt(&learner, attempt);
    assert_eq!(shown["finished_by"], "deadline");
    assert_eq!(shown["finished"], shown["deadline"]);
    assert_eq!(exam.gradebook_points(&learner, quiz).as_deref(), Some("1"), "what was saved last counts");
}

#[test]
fn the_close_cuts_the_time_limit_short() {
    let exam = Exam::new();
    let learner = exam.learner();
    let facts = json!({ "time_limit_ms": 10 * MINUTE, "closes": exam.now_plus(4 * MINUTE) });
    let quiz = exam.simple_quiz(1, &facts);
    assert_eq!(exam.start(&learner, quiz)["remaining_ms"], 4 * MINUTE);
}

#[test]
fn extra_time_and_other_dates_hold_for_whom_they_are_meant() {
    let exam = Exam::new();
    let (plain, own, grouped) = (exam.learner(), exam.learner(), exam.learner());
    let quiz =
        exam.simple_quiz(1, &json!({ "time_limit_ms": 10 * MINUTE, "closes": exam.now_plus(60 * MINUTE) }));
    exam.set_user_override(quiz, &own, &json!({ "extra_time_ms": 5 * MINUTE })).send().status(200);
    let set_group = |group, change: Value| {
        exam.app
            .put(&format!("/api/quizzes/{quiz}/overrides/groups/{group}"))
            .by(&exam.teacher)
            .json(&change)
            .send()
            .status(200)
    };
    let (small, large) = (exam.group("Small", &[&grouped, &own]), exam.group("Large", &[&grouped]));
    set_group(small, json!({ "extra_time_ms": 20 * MINUTE }));
    set_group(large, json!({ "time_limit_ms": 40 * MINUTE, "closes": exam.now_plus(35 * MINUTE) }));
    assert_eq!(exam.start(&plain, quiz)["remaining_ms"], 10 * MINUTE);
    assert_eq!(exam.start(&own, quiz)["remaining_ms"], 15 * MINUTE, "the own override before the group's");
    assert_eq!(
        exam.start(&grouped, quiz)["remaining_ms"],
        35 * MINUTE,
        "the close of the group cuts its time"
    );
}

#[test]
fn submitting_after_the_end_hands_in_as_of_the_deadline() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(1, &json!({ "time_limit_ms": MINUTE }));
    let attempt = exam.start(&learner, quiz);
    exam.pass(2 * MINUTE);
    let submitted = exam.submit(&learner, id(&attempt));
    assert_eq!(submitted["finished"], attempt["deadline"]);
    assert_eq!(submitted["finished_by"], "deadline");
}

#[test]
fn a_start_after_the_deadline_of_a_forgotten_attempt_hands_that_one_in() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(1, &json!({ "time_limit_ms": MINUTE }));
    let first = id(&exam.start(&learner, quiz));
    exam.pass(2 * MINUTE);
    let second = exam.start(&learner, quiz);
    assert_eq!(second["number"], 2);
    assert_eq!(exam.attempt(&learner, first)["state"], "finished");
    let overview = exam.overview(&learner, quiz);
    assert_eq!(
        (overview["running"].clone(), overview["finished"].clone()),
        (second["id"].clone(), json!([first]))
    );
}

#[test]
fn many_overdue_attempts_are_all_handed_in_once() {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(1, &json!({ "time_limit_ms": MINUTE }));
    for _ in 0..40 {
        exam.start(&exam.learner(), quiz);
    }
    exam.pass(2 * MINUTE);
    assert_eq!(exam.run_due(), 40);
    assert_eq!(exam.run_due(), 0);
    assert_eq!(exam.app.state.store.read(|read| attempt::running(read)).unwrap(), 0);
}

#[test]
fn a_store_that_refuses_ends_the_handing_in_with_the_first_attempts() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(1, &json!({ "time_limit_ms": MINUTE }));
    id(&exam.start(&learner, quiz));
    let mut config = exam.app.state.config.clone();
    exam.app.state.store.close();
    // As if the disk were full.
    config.store.low_water_mib = 1 << 40;
    let state = app::open(config, Clock::fixed(exam.now().plus(Duration::from_hours(2)))).unwrap();
    let refused = actix_web::rt::System::new().block_on(run_due(&state, state.now()));
    assert_eq!(refused.unwrap_err().code.kind, Kind::Unavailable);
    state.store.close();
}

#[test]
fn an_attempt_whose_deadline_passed_while_the_server_was_down_is_handed_in_once_after_the_start() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(1, &json!({ "time_limit_ms": MINUTE }));
    let attempt = id(&exam.start(&learner, quiz));
    exam.save(&learner, attempt, 0, 1, &says(true));
    // The server goes down and comes up again over the same files two hours later.
    let config = exam.app.state.config.clone();
    exam.app.state.store.close();
    let clock = Clock::fixed(exam.now().plus(Duration::from_hours(2)));
    let state = app::open(config, clock).unwrap();
    let next = |state: &State, at| state.store.read(|read| next_due(read, at)).unwrap();
    assert!(next(&state, exam.now()).unwrap() < state.now());
    assert_eq!(
        next(&state, state.now()),
        None,
        "what is over has been tried, and nothing else is waited for"
    );
    let (first, second) = actix_web::rt::System::new().block_on(async {
        let now = state.now();
        // Twice at once, as if two schedulers ran.
        let both = futures_util::future::join(run_due(&state, now), run_due(&state, now)).await;
        (both.0.unwrap() + both.1.unwrap(), run_due(&state, now).await.unwrap())
    });
    assert_eq!((first, second), (1, 0));
    let head = state.store.read(|read| attempt::head(read, attempt.into())).unwrap();
    assert!(
        matches!(head.state, AttemptState::Finished { by: FinishedBy::Deadline, at } if Some(at) == head.deadline)
    );
    let events = state.store.read(|read| {
        read.list::<attempt::AttemptEvent>(&(lyceum::domain::ids::AttemptId(attempt),), None, 10)
    });
    assert_eq!(events.unwrap().len(), 1);
    let points =
        state.store.read(|read| read.get::<attempt::Marks>(&attempt.into())).unwrap().unwrap().points;
    assert_eq!(points.unwrap().to_string(), "1");
    state.store.close();
}

#[test]
fn more_time_moves_the_deadline_of_one_of_some_and_of_all_and_each_reference_once() {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(1, &json!({ "time_limit_ms": 10 * MINUTE }));
    let learners = [exam.learner(), exam.learner(), exam.learner()];
    let attempts: Vec<u64> = learners.iter().map(|learner| id(&exam.start(learner, quiz))).collect();
    let extend = |path: String, body: Value| {
        let person = if path.contains("exam/") { &exam.admin } else { &exam.teacher };
        exam.app.post(&path).by(person).json(&body).send().status(200).json()["extended"].as_u64().unwrap()
    };
    let left = || -> Vec<u64> {
        let mine = learners.iter().zip(&attempts);
        mine.map(|(learner, it)| exam.attempt(learner, *it)["remaining_ms"].as_u64().unwrap() / MINUTE)
            .collect()
    };
    let one = format!("/api/attempts/{}/extend", attempts[0]);
    let body = json!({ "extra_ms": 5 * MINUTE, "reference": 1, "reason": "fire alarm" });
    assert_eq!(extend(one.clone(), body.clone()), 1);
    assert_eq!(extend(one.clone(), body), 0, "the same extension again");
    assert_eq!(left(), [15, 10, 10]);
    // A reason has as many letters in every script.
    let because =
        |letters: usize| json!({ "extra_ms": 5 * MINUTE, "reference": 9, "reason": "ي".repeat(letters) });
    let refused =
        exam.app.post(&one).by(&exam.teacher).json(&because(201)).send().problem(422, "invalid_field");
    assert_eq!(refused["errors"][0]["problem"], "is longer than 200 characters");
    let many = format!("/api/quizzes/{quiz}/extend-running");
    let some = json!({ "extra_ms": MINUTE, "reference": 2, "attempts": [attempts[1], attempts[2]] });
    assert_eq!(extend(many.clone(), some), 2);
    assert_eq!(left(), [15, 11, 11]);
    let other = id(&exam.start(&learners[0], exam.simple_quiz(1, &json!({}))));
    let mixed = json!({ "extra_ms": MINUTE, "attempts": [attempts[1], other] });
    exam.app.post(&many).by(&exam.teacher).json(&mixed).send().refused(422, "invalid_field", "/attempts/1");
    assert_eq!(left(), [15, 11, 11]);
    exam.submit(&learners[0], other);
    assert_eq!(extend(many.clone(), json!({ "extra_ms": MINUTE, "reference": 3 })), 3);
    exam.submit(&learners[2], attempts[2]);
    let back = json!({ "extra_ms": 2 * MINUTE, "reference": 4 });
    assert_eq!(extend("/api/exam/give-back".to_owned(), back), 2);
    assert_eq!(exam.attempt(&learners[0], attempts[0])["remaining_ms"], 18 * MINUTE);
    exam.app
        .post("/api/exam/give-back")
        .by(&exam.teacher)
        .json(&json!({ "extra_ms": MINUTE }))
        .send()
        .problem(403, "forbidden");
    exam.app
        .post(&one)
        .by(&learners[0])
        .json(&json!({ "extra_ms": MINUTE }))
        .send()
        .problem(403, "forbidden");
    exam.pass(17 * MINUTE);
    assert_eq!(exam.run_due(), 1, "the schedule goes by the new deadline");
}

#[test]
fn a_closed_attempt_can_be_reopened_and_goes_on_with_what_was_saved() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(1, &json!({ "time_limit_ms": 10 * MINUTE }));
    let attempt = id(&exam.start(&learner, quiz));
    exam.save(&learner, attempt, 0, 1, &says(true));
    let act = |what: &str, body: &Value| {
        exam.app.post(&format!("/api/attempts/{attempt}/{what}")).by(&exam.teacher).json(body).send()
    };
    assert_eq!(act("close", &json!({})).status(200).json()["finished_by"], "supervisor");
    act("close", &json!({})).status(200);
    assert_eq!(exam.gradebook_points(&learner, quiz).as_deref(), Some("1"));
    exam.try_save(&learner, attempt, 0, 2, &says(false)).send().problem(409, "attempt_over");
    act("reopen", &json!({ "extra_ms": 3 * MINUTE, "reason": "closed by mistake" })).status(204);
    act("reopen", &json!({})).problem(409, "attempt_running");
    assert_eq!(exam.gradebook_points(&learner, quiz), None, "a running attempt gives no points");
    let shown = exam.attempt(&learner, attempt);
    assert_eq!(
        (shown["remaining_ms"].clone(), shown["slots"][0]["response"].clone()),
        (json!(3 * MINUTE), says(true))
    );
    exam.save(&learner, attempt, 0, 2, &says(false));
    exam.pass(4 * MINUTE);
    assert_eq!(exam.run_due(), 1);
    assert_eq!(exam.gradebook_points(&learner, quiz).as_deref(), Some("0"));
    let log =
        exam.app.get(&format!("/api/attempts/{attempt}/log")).by(&exam.teacher).send().status(200).json();
    let what: Vec<&str> =
        log["items"].as_array().unwrap().iter().map(|line| line["what"].as_str().unwrap()).collect();
    assert_eq!(what, ["started", "saved", "finished", "reopened", "saved", "finished"]);
}

#[test]
fn who_supervises_and_may_not_look_closes_an_attempt_and_hears_that_it_is_done() {
    let exam = Exam::new();
    let may = json!(["view_course", "supervise_attempts"]);
    let role = json!({ "name": "proctor", "description": "", "permissions": may });
    exam.app.post("/api/roles").by(&exam.admin).json(&role).send().status(201);
    let (learner, other, proctor) = (exam.learner(), exam.learner(), exam.person("proctor"));
    let quiz = exam.simple_quiz(1, &json!({}));
    let attempt = id(&exam.start(&learner, quiz));
    let path = format!("/api/attempts/{attempt}");
    let close = |by| exam.app.post(&format!("{path}/close")).by(by).json(&json!({})).send();
    close(&learner).problem(403, "forbidden");
    close(&other).problem(404, "not_found");
    assert_eq!(exam.attempt(&learner, attempt)["state"], "running", "what is refused is not done");
    exam.app.get(&path).by(&proctor).send().problem(404, "not_found");
    assert_eq!(close(&proctor).status(204).text(), "");
    assert_eq!(exam.attempt(&learner, attempt)["state"], "finished");
    close(&proctor).status(204);
    exam.app.get(&path).by(&proctor).send().problem(404, "not_found");
    assert_eq!(close(&exam.teacher).status(200).json()["finished_by"], "supervisor");
}

#[test]
fn an_attempt_cannot_be_reopened_beside_another_that_runs() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(1, &json!({}));
    let first = id(&exam.start(&learner, quiz));
    exam.submit(&learner, first);
    exam.start(&learner, quiz);
    exam.app
        .post(&format!("/api/attempts/{first}/reopen"))
        .by(&exam.teacher)
        .json(&json!({}))
        .send()
        .problem(409, "attempt_running");
}

#[test]
fn a_pause_between_heartbeats_is_a_downtime_with_the_minutes_to_give_back() {
    let exam = Exam::new();
    let beat = |at: Timestamp| {
        exam.app
            .state
            .store
            .write_blocking(Class::Bulk, move |txn| domain_schedule::beat(txn, at, None))
            .unwrap()
    };
    let start = exam.now();
    assert_eq!(beat(start), Beat::Steady);
    assert_eq!(beat(start.plus(Duration::from_secs(15))), Beat::Steady);
    let late = start.plus(Duration::from_secs(15 + 90));
    let from = start.plus(Duration::from_secs(15));
    assert_eq!(beat(late), Beat::Down(Downtime { from, until: late, given_back: None }));
    // A clock that is put right by seconds is none that was set back.
    let nearly = late.minus(Duration::from_secs(50));
    assert_eq!(beat(nearly), Beat::Steady);
    assert_eq!(beat(start.minus(Duration::from_mins(1))), Beat::SetBack(nearly));
    let page = exam.app.get("/api/exam/downtimes").by(&exam.admin).send().status(200).json();
    assert_eq!(page["items"][0]["minutes"], 2);
    assert_eq!(page["items"][0]["reference"], from.ms());
    exam.app.get("/api/exam/downtimes").by(&exam.teacher).send().problem(403, "forbidden");
}

#[test]
fn a_clock_that_is_put_right_is_no_downtime_and_is_said_to_be() {
    let exam = Exam::new();
    let beat = |at: Timestamp, set_back: Option<Timestamp>| {
        let store = &exam.app.state.store;
        store.write_blocking(Class::Bulk, move |txn| domain_schedule::beat(txn, at, set_back)).unwrap()
    };
    let start = exam.now();
    let [behind, last, right] = [
        start.minus(Duration::from_mins(30)),
        start.minus(Duration::from_mins(20)),
        start.plus(Duration::from_mins(10)),
    ];
    assert_eq!(beat(start, None), Beat::Steady);
    assert_eq!(beat(behind, None), Beat::SetBack(start));
    let soon = behind.plus(Duration::from_secs(15));
    assert_eq!(beat(soon, Some(start)), Beat::Steady);
    assert!(matches!(beat(last, Some(start)), Beat::Down(_)), "not before that moment has come again");
    assert_eq!(beat(right, Some(start)), Beat::PutRight(last));
    let page = exam.app.get("/api/exam/downtimes").by(&exam.admin).send().status(200).json();
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
}

#[test]
fn who_was_cut_off_while_the_server_was_down_gets_the_lost_time_too() {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(1, &json!({ "time_limit_ms": 10 * MINUTE }));
    let (before, cut_off, later) = (exam.learner(), exam.learner(), exam.learner());
    let early = id(&exam.start(&before, quiz));
    exam.pass(5 * MINUTE);
    let cut = id(&exam.start(&cut_off, quiz));
    exam.save(&cut_off, cut, 0, 1, &says(true));
    exam.pass(6 * MINUTE);
    exam.run_due();
    exam.start(&later, quiz);
    // From here on nobody is served for eight minutes; four of them were the learner's last ones.
    let down = exam.now().to_string();
    exam.pass(8 * MINUTE);
    assert_eq!(exam.run_due(), 1);
    let wrong = json!({ "extra_ms": MINUTE, "quiz": 999_999, "reopen_expired_since": exam.now_plus(MINUTE) });
    let wrong = exam.app.post("/api/exam/give-back").by(&exam.admin).json(&wrong).send();
    let wrong = wrong.problem(422, "invalid_field");
    assert_eq!(
        (&wrong["errors"][0]["at"], &wrong["errors"][1]["at"]),
        (&json!("/quiz"), &json!("/reopen_expired_since"))
    );
    let give = json!({ "extra_ms": 8 * MINUTE, "reference": 1, "reopen_expired_since": down });
    let give_back =
        || exam.app.post("/api/exam/give-back").by(&exam.admin).json(&give).send().status(200).json();
    assert_eq!(give_back(), json!({ "extended": 1, "reopened": 1 }));
    assert_eq!(give_back(), json!({ "extended": 0, "reopened": 0 }));
    let shown = exam.attempt(&cut_off, cut);
    assert_eq!(
        (shown["remaining_ms"].clone(), shown["slots"][0]["response"].clone()),
        (json!(4 * MINUTE), says(true))
    );
    assert_eq!(exam.attempt(&before, early)["state"], "finished", "whose time was over before lost nothing");
    assert_eq!(exam.gradebook_points(&cut_off, quiz), None);
    exam.pass(5 * MINUTE);
    exam.run_due();
    assert_eq!(exam.gradebook_points(&cut_off, quiz).as_deref(), Some("1"));
}

#[test]
fn the_background_task_hands_in_at_the_deadline_by_itself() {
    use lyceum::domain::attempt::live::{LiveRow, topic};
    use lyceum::domain::refusal::Refusal;

    let exam = Exam::new();
    let quiz = exam.simple_quiz(1, &json!({ "time_limit_ms": MINUTE }));
    let attempt = id(&exam.start(&exam.learner(), quiz));
    let mut config = exam.app.state.config.clone();
    exam.app.state.store.close();
    config.server.listen = "127.0.0.1:0".parse().unwrap();
    // The same files, under a clock that goes.
    let state = app::open(config, Clock::System).unwrap();
    let soon = state.now().plus(Duration::from_millis(300));
    let extended = move |txn: &mut lyceum::store::Txn<'_>| -> Result<(), Refusal> {
        let head = attempt::AttemptHead::clone(&*attempt::head(txn, attempt.into())?);
        Ok(txn.put(attempt::AttemptHead { deadline: Some(soon), grace_ms: 0, ..head })?)
    };
    state.store.write_blocking(Class::Bulk, extended).unwrap();
    let mut messages = state.store.listen(topic(quiz.into()));
    let (started, running) = std::sync::mpsc::channel();
    let inner = state.clone();
    let server = std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let running = app::start(inner).unwrap();
            started.send(running.handle.clone()).unwrap();
            running.serve().await.unwrap();
        });
    });
    let handle = running.recv().unwrap();
    let message = actix_web::rt::System::new()
        .block_on(async { tokio::time::timeout(Duration::from_secs(30), messages.recv()).await })
        .expect("the attempt is handed in")
        .unwrap();
    let row = message.downcast_ref::<LiveRow>().unwrap();
    assert_eq!((row.attempt.0, row.finished), (attempt, Some((soon, FinishedBy::Deadline))));
    actix_web::rt::System::new().block_on(handle.stop(true));
    server.join().unwrap();
}

/// What an extension of one attempt came to.
fn extended(exam: &Exam, attempt: u64, extension: &Value) -> Value {
    let request = exam.app.post(&format!("/api/attempts/{attempt}/extend")).by(&exam.teacher);
    request.json(extension).send().status(200).json()["extended"].clone()
}

#[test]
fn an_extension_counts_once_whatever_others_came_in_between() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(1, &json!({ "time_limit_ms": 10 * MINUTE }));
    let attempt = id(&exam.start(&learner, quiz));
    let named = |reference: u64| json!({ "extra_ms": MINUTE, "reference": reference });
    let given = |reference| extended(&exam, attempt, &named(reference));
    assert_eq!([given(0), given(0)], [1, 0], "nought is a name like others");
    assert_eq!([given(1), given(2), given(1), given(2)], [1, 1, 0, 0]);
    let unnamed = json!({ "extra_ms": MINUTE });
    let twice = [extended(&exam, attempt, &unnamed), extended(&exam, attempt, &unnamed)];
    assert_eq!(twice, [1, 1], "two people in one millisecond");
    assert_eq!(exam.attempt(&learner, attempt)["remaining_ms"], 15 * MINUTE);
    // What the head of an attempt knew before counts, too.
    let earlier = move |txn: &mut lyceum::store::Txn<'_>| -> Result<(), lyceum::domain::refusal::Refusal> {
        let head = attempt::AttemptHead::clone(&*attempt::head(txn, attempt.into())?);
        Ok(txn.put(attempt::AttemptHead { extension: 77, ..head })?)
    };
    exam.app.state.store.write_blocking(Class::Bulk, earlier).unwrap();
    assert_eq!(given(77), 0);
}

#[test]
fn what_has_no_deadline_is_not_extended_and_nothing_is_reopened_for_weeks() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(1, &json!({}));
    let attempt = id(&exam.start(&learner, quiz));
    let act = |what: &str, body: Value| {
        exam.app.post(&format!("/api/attempts/{attempt}/{what}")).by(&exam.teacher).json(&body).send()
    };
    act("extend", json!({ "extra_ms": MINUTE })).problem(409, "no_deadline");
    exam.submit(&learner, attempt);
    for extra in [0, 24 * 60 * MINUTE + 1, u64::MAX] {
        let refused = act("reopen", json!({ "extra_ms": extra })).problem(422, "invalid_field");
        assert_eq!(refused["errors"][0]["at"], "/extra_ms");
    }
    for until in ["9999-01-01T00:00:00Z".to_owned(), exam.now_plus(367 * 24 * 60 * MINUTE), exam.now_plus(0)]
    {
        let refused = act("reopen", json!({ "until": until })).problem(422, "invalid_field");
        let said = json!([{ "at": "/until", "problem": "is not in the future and within 366 days" }]);
        assert_eq!(refused["errors"], said);
    }
    act("reopen", json!({ "until": exam.now_plus(48 * 60 * MINUTE) })).status(204);
}
