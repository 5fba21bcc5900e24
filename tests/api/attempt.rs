//! Taking a quiz: start, save, submit, resume, receipts, reports.

use lyceum::domain::access::Actor;
use lyceum::domain::attempt::long::MOST_BYTES;
use lyceum::domain::attempt::start::{self, Entry};
use lyceum::domain::attempt::{AttemptHead, head};
use lyceum::domain::refusal::{NOT_FOUND, Refusal};
use lyceum::store::{Class, Txn};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::exam::{COURSE, Exam, essay, id, says, thirds, truth};

#[test]
fn a_learner_starts_saves_submits_and_the_gradebook_is_right_at_once() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(2, &json!({ "review": { "after_submit": { "marks": true } } }));
    let attempt = exam.start(&learner, quiz);
    assert_eq!(attempt["state"], "running");
    assert_eq!(attempt["slots"].as_array().unwrap().len(), 2);
    assert!(!attempt.to_string().contains("SAIDTRUE"), "the paper shows no feedback");
    let receipt = exam.save(&learner, id(&attempt), 0, 1, &says(true));
    assert_eq!(receipt["outcome"], "saved");
    assert_eq!(receipt["number"], 1);
    exam.save(&learner, id(&attempt), 1, 1, &says(false));
    let submitted = exam.submit(&learner, id(&attempt));
    assert_eq!(submitted["state"], "finished");
    assert_eq!(submitted["points"], 1.0);
    assert_eq!(exam.gradebook_points(&learner, quiz).as_deref(), Some("1"));
    let overview = exam.overview(&learner, quiz);
    assert_eq!(overview["finished"], json!([id(&attempt)]));
    assert_eq!(overview["running"], Value::Null);
}

#[test]
fn a_second_start_returns_the_attempt_that_runs_with_what_was_saved() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(3, &json!({ "shuffle_questions": true }));
    let first = exam.start(&learner, quiz);
    exam.save(&learner, id(&first), 1, 7, &says(false));
    let again = exam.try_start(&learner, quiz).send().status(200).json();
    assert_eq!(id(&again), id(&first));
    assert_eq!(again["slots"][1]["response"], says(false));
    assert_eq!(again["slots"][1]["sequence"], 7);
    for slot in 0..3 {
        assert_eq!(again["slots"][slot]["question"], first["slots"][slot]["question"], "the order is fixed");
    }
    assert_eq!(exam.overview(&learner, quiz)["attempts_used"], 1);
}

#[test]
fn an_attempt_does_not_begin_when_its_item_was_hidden_while_the_start_waited() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(1, &json!({}));
    let made = |path: &str, body: &Value| {
        id(&exam.app.post(path).by(&exam.teacher).json(body).send().status(201).json())
    };
    let section = made(&format!("/api/courses/{COURSE}/sections"), &json!({ "title": "Week one" }));
    let item = json!({ "title": "The test", "content": { "kind": "quiz", "quiz": quiz } });
    let item = made(&format!("/api/sections/{section}/items"), &item);
    let (actor, store) = (Actor::person(learner.user, exam.now()), &exam.app.state.store);
    let laid = store.read(|read| start::prepare(read, &actor, quiz.into(), &Entry::default(), 1)).unwrap();
    let hidden = json!({ "title": "The test", "availability": { "visible": false } });
    let path = format!("/api/items/{item}");
    exam.app.put(&path).by(&exam.teacher).header("If-Match", "*").json(&hidden).send().status(200);
    let begin =
        move |txn: &mut Txn<'_>| start::start(txn, &actor, quiz.into(), &Entry::default(), 0, 1, laid);
    let refused = store.write_blocking(Class::Start, begin).unwrap_err();
    assert_eq!(refused.code, NOT_FOUND);
}

#[test]
fn submitting_twice_is_the_same_as_once() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(1, &json!({}));
    let attempt = id(&exam.start(&learner, quiz));
    exam.save(&learner, attempt, 0, 1, &says(true));
    let first = exam.submit(&learner, attempt);
    exam.pass(5_000);
    assert_eq!(exam.submit(&learner, attempt), first);
    exam.try_save(&learner, attempt, 0, 2, &says(false)).send().problem(409, "attempt_over");
    // A number that was used already is no better, and a higher one would not help.
    exam.try_save(&learner, attempt, 0, 1, &says(false)).send().problem(409, "attempt_over");
    assert_eq!(exam.save(&learner, attempt, 0, 1, &says(true))["outcome"], "repeated");
}

#[test]
fn a_save_that_is_repeated_or_late_never_overwrites_a_newer_one() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(1, &json!({}));
    let attempt = id(&exam.start(&learner, quiz));
    let newest = exam.save(&learner, attempt, 0, 5, &says(true));
    let repeated = exam.save(&learner, attempt, 0, 5, &says(true));
    assert_eq!(repeated["outcome"], "repeated");
    assert_eq!(repeated["receipt"], newest["receipt"]);
    let late = exam.save(&learner, attempt, 0, 4, &says(false));
    assert_eq!(late["outcome"], "superseded");
    assert_eq!(late["sequence"], 5);
    exam.try_save(&learner, attempt, 0, 5, &says(false)).send().problem(409, "sequence_reused");
    assert_eq!(exam.attempt(&learner, attempt)["slots"][0]["response"], says(true));
    let greatest = (1 << 53) - 1;
    exam.save(&learner, attempt, 0, greatest, &says(true));
    let stays = exam.try_save(&learner, attempt, 0, greatest, &says(false)).send();
    let stays = stays.problem(409, "sequence_reused")["detail"].to_string();
    assert!(stays.contains("the greatest there is"), "no higher number is asked for: {stays}");
}

#[test]
fn a_save_whose_answer_got_lost_is_acknowledged_again_after_the_end() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(1, &json!({ "time_limit_ms": 600_000 }));
    let attempt = id(&exam.start(&learner, quiz));
    let saved = exam.save(&learner, attempt, 0, 1, &says(true));
    assert_eq!(saved["remaining_ms"], 600_000);
    exam.submit(&learner, attempt);
    let again = exam.save(&learner, attempt, 0, 1, &says(true));
    assert_eq!((&again["receipt"], &again["remaining_ms"]), (&saved["receipt"], &Value::Null));
}

#[test]
fn several_answers_are_saved_at_once_or_not_at_all() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(3, &json!({}));
    let attempt = id(&exam.start(&learner, quiz));
    exam.save(&learner, attempt, 2, 9, &says(true));
    let path = format!("/api/attempts/{attempt}/answers");
    let answer = |slot: u16, sequence: u64, value: bool| json!({ "slot": slot, "sequence": sequence, "response": says(value) });
    let body = json!({ "answers": [answer(0, 1, true), answer(1, 1, false), answer(2, 3, false)] });
    let saved = exam.app.put(&path).by(&learner).json(&body).send().status(200).json();
    let outcomes: Vec<_> = saved["answers"].as_array().unwrap().iter().map(|it| &it["outcome"]).collect();
    assert_eq!(outcomes, ["saved", "saved", "superseded"]);
    let wrong = json!({ "answers": [answer(0, 2, false), { "slot": 1, "sequence": 2, "response": { "type": "choice", "option": 0 } }] });
    let problem = exam.app.put(&path).by(&learner).json(&wrong).send().problem(422, "invalid_field");
    assert_eq!(problem["errors"][0]["at"], "/answers/1/response");
    assert_eq!(exam.attempt(&learner, attempt)["slots"][0]["response"], says(true));
}

#[test]
fn a_response_that_cannot_be_one_is_refused_with_its_place() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(1, &json!({}));
    let attempt = id(&exam.start(&learner, quiz));
    let wrong = json!({ "type": "text", "text": "true" });
    exam.try_save(&learner, attempt, 0, 1, &wrong).send().problem(422, "invalid_field");
    exam.try_save(&learner, attempt, 1, 1, &says(true)).send().problem(404, "not_found");
    exam.try_save(&learner, attempt, 0, 0, &says(true)).send().problem(422, "invalid_field");
}

#[test]
fn an_attempt_of_somebody_else_does_not_exist() {
    let exam = Exam::new();
    let (learner, other) = (exam.learner(), exam.learner());
    let quiz = exam.simple_quiz(1, &json!({}));
    let attempt = id(&exam.start(&learner, quiz));
    exam.app.get(&format!("/api/attempts/{attempt}")).by(&other).send().problem(404, "not_found");
    exam.try_save(&other, attempt, 0, 1, &says(true)).send().problem(404, "not_found");
    exam.app.post(&format!("/api/attempts/{attempt}/submit")).by(&other).send().problem(404, "not_found");
    exam.app.get(&format!("/api/attempts/{attempt}/receipts")).by(&other).send().problem(404, "not_found");
    exam.try_save(&exam.teacher, attempt, 0, 1, &says(true)).send().problem(404, "not_found");
    assert_eq!(exam.attempt(&exam.teacher, attempt)["state"], "running", "teachers may look");
}

#[test]
fn strangers_cannot_start_and_do_not_learn_that_the_quiz_exists() {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(1, &json!({}));
    let stranger = exam.app.signed_in(5.into(), &[]);
    exam.try_start(&stranger, quiz).send().problem(404, "not_found");
    exam.app
        .post(&format!("/api/quizzes/{quiz}/attempts"))
        .json(&json!({}))
        .send()
        .problem(401, "unauthenticated");
}

#[test]
fn only_so_many_attempts_may_be_begun() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(1, &json!({ "attempts_allowed": 2 }));
    for _ in 0..2 {
        let attempt = id(&exam.start(&learner, quiz));
        exam.submit(&learner, attempt);
    }
    exam.try_start(&learner, quiz).send().problem(409, "no_attempts_left");
    exam.set_user_override(quiz, &learner, &json!({ "attempts_allowed": 3 })).send().status(200);
    assert_eq!(exam.start(&learner, quiz)["number"], 3);
}

#[test]
fn the_access_code_is_asked_for_and_never_shown() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(1, &json!({ "access_code": "blue whale" }));
    exam.try_start(&learner, quiz).send().problem(403, "wrong_access_code");
    let path = format!("/api/quizzes/{quiz}/attempts");
    let with_code = |code: &str| exam.app.post(&path).by(&learner).json(&json!({ "access_code": code }));
    with_code("red whale").send().problem(403, "wrong_access_code");
    with_code(" blue whale ").send().status(201);
    exam.try_start(&learner, quiz).send().status(200);
    let shown = exam.app.get(&format!("/api/quizzes/{quiz}")).by(&exam.teacher).send().status(200).text();
    assert!(!shown.contains("whale"));
    assert!(shown.contains("\"has_access_code\":true"));
}

#[test]
fn an_access_code_is_taken_in_the_digits_of_any_script_and_with_what_a_chat_puts_behind_it() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(1, &json!({ "access_code": "Jos\u{e9} 1234" }));
    let path = format!("/api/quizzes/{quiz}/attempts");
    let with_code =
        |code: &str| exam.app.post(&path).by(&learner).json(&json!({ "access_code": code })).send();
    with_code("Jos\u{e9} 1235").problem(403, "wrong_access_code");
    with_code("jos\u{e9} 1234").problem(403, "wrong_access_code");
    let started = with_code("Jose\u{301} \u{661}\u{662}\u{663}\u{664}\u{200f}");
    started.status(201);
}

#[test]
fn a_quiz_for_certain_addresses_is_taken_from_there_only() {
    let exam = Exam::with(|config| config.server.trusted_proxies = vec!["127.0.0.1".parse().unwrap()]);
    let learner = exam.learner();
    let seen = json!({ "responses": true });
    let rules = json!({ "during": seen, "after_submit": seen });
    let facts = json!({ "networks": ["10.20.0.0/16", "2001:db8::/48"], "review": rules });
    let quiz = exam.simple_quiz(1, &facts);
    let start = |address: &str| exam.try_start(&learner, quiz).header("X-Forwarded-For", address);
    start("10.21.0.1").send().problem(403, "address_not_allowed");
    // What stands left of the client's own address it said itself, and what is no address is nobody's.
    for elsewhere in ["10.20.3.4, 203.0.113.9:4711", "203.0.113.9:4711", "10.20.3.4, unknown", "unknown", ""]
    {
        start(elsewhere).send().problem(403, "address_not_allowed");
    }
    let attempt = id(&start("192.0.2.1, 10.20.3.4:4711, 127.0.0.1").send().status(201).json());
    start("10.20.3.4").send().status(200);
    start("2001:db8::7").send().status(200);
    start("::ffff:10.20.3.4").send().status(200);
    start("[2001:db8::7]:4711").send().status(200);
    let save = |address: &str| {
        exam.try_save(&learner, attempt, 0, 1, &says(true)).header("X-Forwarded-For", address)
    };
    save("192.0.2.1").send().problem(403, "address_not_allowed");
    save("10.20.3.4").send().status(200);
    let look = |path: &str, address: &str| {
        let path = format!("/api/attempts/{attempt}{path}");
        exam.app.get(&path).by(&learner).header("X-Forwarded-For", address).send()
    };
    look("", "192.0.2.1").problem(403, "address_not_allowed");
    look("", "10.20.3.4").status(200);
    look("/review", "192.0.2.1").problem(403, "address_not_allowed");
    look("/review", "10.20.3.4").status(200);
    let submit = |address: &str| {
        let path = format!("/api/attempts/{attempt}/submit");
        exam.app.post(&path).by(&learner).header("X-Forwarded-For", address).send()
    };
    submit("192.0.2.1").problem(403, "address_not_allowed");
    submit("10.20.3.4").status(200);
    // What is handed in may be looked at from anywhere, and handing it in again is safe.
    submit("192.0.2.1").status(200);
    look("/review", "192.0.2.1").status(200);
}

#[test]
fn a_start_that_is_repeated_finds_the_attempt_whatever_became_of_the_course_and_the_enrolment() {
    let exam = Exam::new();
    let (learner, late) = (exam.learner(), exam.learner());
    let quiz = exam.simple_quiz(1, &json!({}));
    let attempt = id(&exam.start(&learner, quiz));
    let again = || id(&exam.try_start(&learner, quiz).send().status(200).json());
    let path = format!("/api/courses/{}/enrolments/{}", crate::exam::COURSE, learner.user);
    let suspend = exam.app.patch(&path).by(&exam.teacher).header("If-Match", "*");
    suspend.json(&json!({ "status": "suspended" })).send().status(200);
    assert_eq!(again(), attempt);
    crate::classroom::set_status(&exam.app, &exam.admin, crate::exam::COURSE.0, "archived");
    assert_eq!(again(), attempt);
    exam.save(&learner, attempt, 0, 1, &says(true));
    exam.try_start(&late, quiz).send().problem(409, "quiz_closed");
    exam.submit(&learner, attempt);
    exam.try_start(&learner, quiz).send().problem(404, "not_found");
}

#[test]
fn wrong_access_codes_are_swept_once_they_count_no_more() {
    use lyceum::domain::attempt::code_tries::CodeTries;
    use lyceum::store::Read as _;

    let exam = Exam::new();
    let quiz = exam.simple_quiz(1, &json!({ "access_code": "4711" }));
    let guess = |learner| {
        let body = json!({ "access_code": "4712" });
        let path = format!("/api/quizzes/{quiz}/attempts");
        exam.app.post(&path).by(learner).json(&body).send().problem(403, "wrong_access_code");
    };
    let left = || {
        actix_web::rt::System::new().block_on(lyceum::sweep::once(&exam.app.state)).unwrap();
        let rows = exam.app.state.store.read(|read| read.list::<CodeTries>(&(), None, 9)).unwrap();
        rows.iter().map(|tries| tries.user).collect::<Vec<_>>()
    };
    let (early, late) = (exam.learner(), exam.learner());
    guess(&early);
    exam.pass(14 * 60_000);
    guess(&late);
    assert_eq!(left(), [early.user, late.user]);
    exam.pass(60_000);
    assert_eq!(left(), [late.user]);
    exam.pass(14 * 60_000);
    assert!(left().is_empty());
}

#[test]
fn guessing_access_codes_stops_after_ten_and_goes_on_a_quarter_of_an_hour_later() {
    let exam = Exam::new();
    let (guesser, learner) = (exam.learner(), exam.learner());
    let quiz = exam.simple_quiz(1, &json!({ "access_code": "4711" }));
    let path = format!("/api/quizzes/{quiz}/attempts");
    let show = |who, code: &str| exam.app.post(&path).by(who).json(&json!({ "access_code": code })).send();
    for code in ["0815", "1234"] {
        show(&learner, code).problem(403, "wrong_access_code");
    }
    show(&learner, "4711").status(201);
    for guess in 0..10 {
        show(&guesser, &format!("guess {guess}")).problem(403, "wrong_access_code");
        exam.try_start(&guesser, quiz).send().problem(403, "wrong_access_code");
    }
    let stopped = show(&guesser, "4711");
    assert_eq!(stopped.header("retry-after"), Some("900"));
    stopped.problem(429, "access_code_tries");
    show(&guesser, "0000").problem(429, "access_code_tries");
    exam.pass(15 * 60_000);
    show(&guesser, "0000").problem(403, "wrong_access_code");
    show(&guesser, "4711").status(201);
}

#[test]
fn of_several_answers_one_without_a_place_is_named() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(2, &json!({}));
    let attempt = id(&exam.start(&learner, quiz));
    let answer = |slot: u16| json!({ "slot": slot, "sequence": 1, "response": says(true) });
    let put = |slots: [u16; 2]| {
        let answers: Vec<Value> = slots.into_iter().map(answer).collect();
        let path = format!("/api/attempts/{attempt}/answers");
        exam.app.put(&path).by(&learner).json(&json!({ "answers": answers })).send()
    };
    let refused = put([0, 2]).problem(422, "invalid_field");
    assert_eq!(refused["errors"][0], json!({ "at": "/answers/1/slot", "problem": "is not between 0 and 1" }));
    put([0, 1]).status(200);
    exam.try_save(&learner, attempt, 2, 1, &says(true)).send().problem(404, "not_found");
}

/// The head of an attempt counts so many bytes; what it counted before.
pub fn count_long(exam: &Exam, attempt: u64, bytes: u32) -> u32 {
    let counted = move |txn: &mut Txn<'_>| -> Result<u32, Refusal> {
        let head = AttemptHead::clone(&*head(txn, attempt.into())?);
        let before = head.long_bytes;
        txn.put(AttemptHead { long_bytes: bytes, ..head })?;
        Ok(before)
    };
    exam.app.state.store.write_blocking(Class::Bulk, counted).unwrap()
}

#[test]
fn texts_are_kept_up_to_a_bound_and_short_answers_always() {
    let exam = Exam::new();
    let learner = exam.learner();
    let slots = [essay("Discuss"), truth("So?", true)]
        .map(|question| json!({ "points": 1, "question": exam.question(&question) }));
    let quiz = exam.quiz(&json!({ "slots": slots }));
    let attempt = id(&exam.start(&learner, quiz));
    let essay = |text: &str| json!({ "type": "essay", "text": text });
    let last = "a".repeat(60_000);
    let receipt = exam.save(&learner, attempt, 0, 1, &essay(&last));
    let counted = count_long(&exam, attempt, MOST_BYTES);
    assert_eq!(counted, 60_000);

    let save = |sequence: u64, text: &str| {
        let request = exam.app.put(&format!("/api/attempts/{attempt}/slots/0")).by(&learner);
        request
            .header("accept-language", "ar")
            .json(&json!({ "sequence": sequence, "response": essay(text) }))
            .send()
    };
    let other = "b".repeat(60_000);
    let refused = save(2, &other).problem(409, "too_much_text");
    assert_eq!(refused["errors"][0]["at"], "/response");
    assert!(refused["words"].as_str().unwrap().contains("نصوص طويلة"), "{refused}");
    let answers = json!({ "answers": [
        { "slot": 0, "sequence": 2, "response": essay(&other) },
        { "slot": 1, "sequence": 1, "response": says(true) },
    ] });
    let path = format!("/api/attempts/{attempt}/answers");
    let answered = exam.app.put(&path).by(&learner).json(&answers).send().status(200).json();
    let [first, second] = [0, 1].map(|at| &answered["answers"][at]);
    assert_eq!((&first["outcome"], &first["receipt"]), (&json!("too_much_text"), &receipt["receipt"]));
    assert_eq!(second["outcome"], "saved");
    // What was saved before is there, and goes on by little.
    assert_eq!(save(1, &last).status(200).json()["outcome"], "repeated");
    let slots = exam.attempt(&learner, attempt)["slots"].clone();
    assert!(slots[0]["response"] == essay(&last) && slots[1]["response"] == says(true));
    assert_eq!(save(2, &format!("{last} So.")).status(200).json()["outcome"], "saved");
    assert_eq!(save(3, "Short.").status(200).json()["outcome"], "saved");
    // What fits one row counts, too: an attempt that saves it again and again does not fill the disk.
    save(4, &"c".repeat(12 * 1024)).problem(409, "too_much_text");
    count_long(&exam, attempt, MOST_BYTES - 12 * 1024);
    assert_eq!(save(4, &"c".repeat(12 * 1024)).status(200).json()["outcome"], "saved");
    save(5, &"d".repeat(1_025)).problem(409, "too_much_text");
    assert_eq!(save(5, &"d".repeat(1_024)).status(200).json()["outcome"], "saved");
    count_long(&exam, attempt, counted);
    exam.submit(&learner, attempt);
}

#[test]
fn an_answer_counts_from_when_all_of_it_is_there() {
    use std::io::{Read as _, Write as _};

    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(1, &json!({ "time_limit_ms": 60_000 }));
    let attempt = id(&exam.start(&learner, quiz));
    let saved = |path: &str, body: &Value, after_ms: u64| {
        let address = exam.app.base.trim_start_matches("http://");
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        let (body, token) = (body.to_string(), &learner.token);
        write!(
            stream,
            "PUT /api/attempts/{attempt}/{path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
             Connection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
             Expect: 100-continue\r\n\r\n",
            body.len()
        )
        .unwrap();
        // The head is read: from here on the server waits for the body.
        let mut asked = [0; 25];
        stream.read_exact(&mut asked).unwrap();
        assert!(asked.starts_with(b"HTTP/1.1 100"));
        exam.pass(after_ms);
        stream.write_all(body.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let save = |sequence: u64| json!({ "sequence": sequence, "response": says(true) });
    let answer = saved("slots/0", &save(1), 20_000);
    assert!(answer.contains(&format!("\"at\":\"{}\"", exam.now())), "{answer}");
    assert!(answer.contains("\"remaining_ms\":40000"), "{answer}");
    let several = json!({ "answers": [{ "slot": 0, "sequence": 2, "response": says(false) }] });
    let answer = saved("answers", &several, 20_000);
    assert!(answer.contains(&format!("\"at\":\"{}\"", exam.now())), "{answer}");
    // Behind the grace all of it came too late.
    assert!(saved("slots/0", &save(3), 31_000).contains("deadline_passed"));
}

#[test]
fn the_chain_of_receipts_can_be_verified_by_anybody() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(2, &json!({}));
    let attempt = id(&exam.start(&learner, quiz));
    let mut kept = Vec::new();
    for (slot, sequence, value) in [(0, 1, true), (1, 1, false), (0, 2, false)] {
        exam.pass(1_234);
        kept.push(exam.save(&learner, attempt, slot, sequence, &says(value))["receipt"].clone());
    }
    let mut link: [u8; 32] = {
        let chain = chain(&exam, &learner, attempt, "");
        let mut hash = Sha256::new();
        hash.update(b"lyceum attempt 1");
        hash.update(attempt.to_be_bytes());
        hash.update(chain["started_ms"].as_i64().unwrap().to_be_bytes());
        hash.finalize().into()
    };
    let mut after = String::new();
    for expected in kept {
        let page = chain(&exam, &learner, attempt, &format!("?limit=1{after}"));
        let line = &page["items"][0];
        let mut hash = Sha256::new();
        hash.update(link);
        hash.update(u16::try_from(line["slot"].as_u64().unwrap()).unwrap().to_be_bytes());
        hash.update(line["sequence"].as_u64().unwrap().to_be_bytes());
        hash.update(line["at_ms"].as_i64().unwrap().to_be_bytes());
        hash.update(Sha256::digest(line["response"].as_str().unwrap().as_bytes()));
        link = hash.finalize().into();
        let hex = lyceum::hex::of(&link);
        assert_eq!(line["receipt"], Value::String(hex));
        assert_eq!(line["receipt"], expected);
        after = format!("&after={}", page["next"].as_str().unwrap_or_default());
    }
    let path = format!("/api/attempts/{attempt}/receipts");
    let page = exam.app.get(&format!("{path}?limit=1")).by(&learner).send().status(200);
    let next = page.json()["next"].as_str().unwrap().to_owned();
    let link = format!("<{path}?limit=1&after={next}>; rel=\"next\"");
    assert_eq!(page.header("link"), Some(link.as_str()));
}

fn chain(exam: &Exam, learner: &crate::support::Person, attempt: u64, query: &str) -> Value {
    exam.app.get(&format!("/api/attempts/{attempt}/receipts{query}")).by(learner).send().status(200).json()
}

#[test]
fn partial_credit_is_rounded_once_at_seven_digits() {
    let exam = Exam::new();
    let learner = exam.learner();
    let slots = json!([{ "points": 2, "question": exam.question(&thirds("Thirds")) }]);
    let quiz = exam.quiz(&json!({ "slots": slots, "review": { "after_submit": { "marks": true } } }));
    let points = |options: Value| {
        let attempt = id(&exam.start(&learner, quiz));
        exam.save(&learner, attempt, 0, 1, &json!({ "type": "choices", "options": options }));
        exam.submit(&learner, attempt)["points"].clone()
    };
    assert_eq!(points(json!([0, 1])), 1.333_333_3);
    assert_eq!(points(json!([0, 1, 2])), 2.0, "three thirds are a whole");
    assert_eq!(points(json!([0, 3])), 0.0);
}

#[test]
fn reports_of_the_client_are_kept_in_the_log_within_limits() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(1, &json!({}));
    let attempt = id(&exam.start(&learner, quiz));
    let path = format!("/api/attempts/{attempt}/reports");
    let report = |count: usize| {
        let reports = vec![json!({ "kind": "focus_lost", "detail": "other window" }); count];
        exam.app.post(&path).by(&learner).json(&json!({ "reports": reports })).send()
    };
    report(1).status(204);
    report(0).problem(422, "invalid_field");
    report(21).problem(422, "invalid_field");
    exam.pass(1_000);
    exam.save(&learner, attempt, 0, 1, &says(true));
    exam.try_start(&learner, quiz).send().status(200);
    exam.submit(&learner, attempt);
    report(1).problem(409, "attempt_over");
    let log_path = format!("/api/attempts/{attempt}/log");
    let log = exam.app.get(&log_path).by(&exam.teacher).send().status(200).json();
    let what: Vec<&str> =
        log["items"].as_array().unwrap().iter().map(|line| line["what"].as_str().unwrap()).collect();
    assert_eq!(what, ["started", "reported", "saved", "resumed", "finished"]);
    exam.app.get(&log_path).by(&learner).send().problem(403, "forbidden");
}

#[test]
fn a_client_that_reports_without_end_is_stopped_and_the_exam_goes_on() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(1, &json!({}));
    let attempt = id(&exam.start(&learner, quiz));
    let path = format!("/api/attempts/{attempt}/reports");
    let reports = vec![json!({ "kind": "pasted" }); 20];
    for _ in 0..25 {
        exam.app.post(&path).by(&learner).json(&json!({ "reports": reports })).send().status(204);
    }
    exam.app
        .post(&path)
        .by(&learner)
        .json(&json!({ "reports": reports }))
        .send()
        .problem(429, "too_many_reports");
    exam.save(&learner, attempt, 0, 1, &says(true));
    let pages = pages_of_log(&exam, attempt);
    assert_eq!(pages, 502, "the start, 500 reports and a save");
}

fn pages_of_log(exam: &Exam, attempt: u64) -> usize {
    let mut lines = 0;
    let mut query = "?limit=100".to_owned();
    loop {
        let path = format!("/api/attempts/{attempt}/log{query}");
        let page = exam.app.get(&path).by(&exam.teacher).send().status(200).json();
        lines += page["items"].as_array().unwrap().len();
        match page["next"].as_str() {
            Some(next) => query = format!("?limit=100&after={next}"),
            None => return lines,
        }
    }
}

#[test]
fn draws_differ_between_attempts_and_hold_no_question_twice() {
    let exam = Exam::new();
    let fixed = exam.question(&tagged("Fixed", "pool"));
    for at in 0..12 {
        exam.question(&tagged(&format!("Pool {at}"), "pool"));
    }
    let slots = json!([
        { "points": 1, "question": fixed },
        { "points": 2, "draw": { "tag": "POOL", "count": 5 } },
        { "points": 3, "draw": { "tag": "pool", "count": 4 } },
    ]);
    let quiz = exam.quiz(&json!({ "slots": slots, "shuffle_questions": true }));
    let mut papers = std::collections::BTreeSet::new();
    for _ in 0..4 {
        let attempt = exam.start(&exam.learner(), quiz);
        assert_eq!(attempt["max_points"], 23.0);
        let texts: Vec<String> = attempt["slots"]
            .as_array()
            .unwrap()
            .iter()
            .map(|slot| slot["question"]["html"].as_str().unwrap().to_owned())
            .collect();
        let different: std::collections::BTreeSet<_> = texts.iter().collect();
        assert_eq!(different.len(), 10, "{texts:?}");
        papers.insert(texts.join("|"));
    }
    assert!(papers.len() > 1, "four papers of 13 questions in any order are not all the same");
}

fn tagged(text: &str, tag: &str) -> Value {
    crate::exam::with(&truth(text, true), &json!({ "tags": [tag] }))
}

#[test]
fn a_version_is_pinned_at_the_start_and_editing_the_question_does_not_touch_it() {
    let exam = Exam::new();
    let (early, late) = (exam.learner(), exam.learner());
    let question = exam.question(&truth("As it was", true));
    let quiz = exam.quiz(&json!({ "slots": [{ "points": 1, "question": question }] }));
    let attempt = id(&exam.start(&early, quiz));
    exam.edit_question(question, &truth("As it is now", true));
    assert!(exam.attempt(&early, attempt).to_string().contains("As it was"));
    assert!(exam.start(&late, quiz).to_string().contains("As it is now"));
}

#[test]
fn an_essay_waits_for_a_person_and_gives_no_points_until_then() {
    let exam = Exam::new();
    let learner = exam.learner();
    let slots = json!([
        { "points": 5, "question": exam.question(&essay("Discuss")) },
        { "points": 1, "question": exam.question(&truth("True?", true)) },
    ]);
    let quiz = exam.quiz(&json!({ "slots": slots, "review": { "after_submit": { "marks": true } } }));
    let attempt = id(&exam.start(&learner, quiz));
    exam.save(&learner, attempt, 0, 1, &json!({ "type": "essay", "text": "I think so." }));
    exam.save(&learner, attempt, 1, 1, &says(true));
    assert_eq!(exam.submit(&learner, attempt)["points"], Value::Null);
    assert_eq!(exam.gradebook_points(&learner, quiz), None);
    assert_eq!(exam.overview(&learner, quiz)["awaits_marking"], true);
}

#[test]
fn the_gauge_of_active_attempts_follows_starts_and_ends() {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(1, &json!({}));
    let gauge = || {
        let text = exam.app.get("/metrics").send().status(200).text();
        text.lines().find(|line| line.starts_with("lyceum_attempts_active ")).unwrap().to_owned()
    };
    assert_eq!(gauge(), "lyceum_attempts_active 0");
    let learner = exam.learner();
    let attempt = id(&exam.start(&learner, quiz));
    exam.start(&exam.learner(), quiz);
    assert_eq!(gauge(), "lyceum_attempts_active 2");
    exam.submit(&learner, attempt);
    assert_eq!(gauge(), "lyceum_attempts_active 1");
}
