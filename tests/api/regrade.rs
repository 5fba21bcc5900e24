//! Marks by hand, the queue of what waits, grade methods, and regrading with other points and corrected keys.

use lyceum::domain::access::Actor;
use lyceum::domain::attempt::start::{self, Entry};
use lyceum::domain::attempt::submit::{self, Prepared};
use lyceum::domain::ids::QuestionId;
use lyceum::store::Class;
use serde_json::{Value, json};

use crate::exam::{Exam, essay, id, says, thirds, truth, with};
use crate::pages::{Browser, has, lacks};
use crate::support::Person;

pub fn finished(exam: &Exam, learner: &Person, quiz: u64, responses: &[Value]) -> u64 {
    let attempt = id(&exam.start(learner, quiz));
    for (slot, response) in responses.iter().enumerate() {
        exam.save(learner, attempt, slot, 1, response);
    }
    exam.submit(learner, attempt);
    attempt
}

pub fn regrade(exam: &Exam, quiz: u64, query: &str) -> Value {
    exam.app.post(&format!("/api/quizzes/{quiz}/regrade?{query}")).by(&exam.teacher).send().status(200).json()
}

pub fn mark(exam: &Exam, attempt: u64, slot: u16, body: &Value) -> crate::support::Answer {
    exam.app.put(&format!("/api/attempts/{attempt}/slots/{slot}/mark")).by(&exam.teacher).json(body).send()
}

fn unmark(exam: &Exam, attempt: u64, slot: u16) -> crate::support::Answer {
    exam.app.delete(&format!("/api/attempts/{attempt}/slots/{slot}/mark")).by(&exam.teacher).send()
}

pub fn reopen(exam: &Exam, attempt: u64) {
    let path = format!("/api/attempts/{attempt}/reopen");
    exam.app.post(&path).by(&exam.teacher).json(&json!({ "extra_ms": 60_000 })).send().status(204);
}

/// Slots that wait for a mark by hand, with their attempts.
pub fn waiting(exam: &Exam, quiz: u64) -> Vec<(u64, Value)> {
    let path = format!("/api/quizzes/{quiz}/awaiting-marks");
    let page = exam.app.get(&path).by(&exam.teacher).send().status(200).json();
    let items = page["items"].as_array().unwrap().iter();
    items.map(|it| (it["attempt"].as_u64().unwrap(), it["waiting"].clone())).collect()
}

/// What a hand-in reads and works out beside the writer.
fn prepared(exam: &Exam, learner: &Person, attempt: u64) -> Prepared {
    let actor = Actor::person(learner.user, exam.now());
    let read = exam.app.state.store.read(|read| submit::read_own(read, &actor, attempt.into())).unwrap();
    Prepared::of(&read.unwrap()).unwrap()
}

/// What it then writes.
fn hand_in(exam: &Exam, learner: &Person, attempt: u64, prepared: Prepared) {
    let actor = Actor::person(learner.user, exam.now());
    let store = &exam.app.state.store;
    store
        .write_blocking(Class::Exam, move |txn| submit::submit(txn, &actor, attempt.into(), Some(prepared)))
        .unwrap();
}

/// A choice of one; the option at `right` is it.
fn choice(options: &[&str], right: usize) -> Value {
    let option =
        |(at, text): (usize, &&str)| json!({ "text": { "text": text }, "fraction": u8::from(at == right) });
    let options: Vec<Value> = options.iter().enumerate().map(option).collect();
    json!({ "name": "Choice", "text": { "text": "Which?" }, "kind": { "type": "single_choice", "options": options } })
}

/// Chooses the option of this text, wherever it stands.
fn choose(exam: &Exam, learner: &Person, attempt: u64, text: &str) {
    let shown = exam.attempt(learner, attempt)["slots"][0]["question"]["answer"]["options"].clone();
    let at = shown.as_array().unwrap().iter().position(|option| option == text).unwrap();
    exam.save(learner, attempt, 0, 1, &json!({ "type": "choice", "option": at }));
}

/// The text of the option that was chosen, as the result shows it.
fn chosen(exam: &Exam, attempt: u64) -> Value {
    let slot = &exam.review(&exam.teacher, attempt)["slots"][0];
    let at = usize::try_from(slot["response"]["option"].as_u64().unwrap()).unwrap();
    slot["question"]["answer"]["options"][at].clone()
}

pub fn wrote(text: &str) -> Value {
    json!({ "type": "essay", "text": text })
}

#[test]
fn essays_wait_in_the_queue_until_a_person_marks_them() {
    let exam = Exam::new();
    let (first, second) = (exam.learner(), exam.learner());
    let slots = json!([
        { "points": 1, "question": exam.question(&truth("True?", true)) },
        { "points": 4, "question": exam.question(&essay("Discuss")) },
    ]);
    let review = json!({ "after_submit": { "marks": true, "feedback": true } });
    let quiz = exam.quiz(&json!({ "slots": slots, "review": review }));
    let attempts =
        [&first, &second].map(|learner| finished(&exam, learner, quiz, &[says(true), wrote("It depends.")]));
    let waiting = || waiting(&exam, quiz).into_iter().map(|(attempt, _)| attempt).collect::<Vec<_>>();
    assert_eq!(waiting(), attempts);
    mark(&exam, attempts[0], 1, &json!({ "points": 4.5 })).problem(422, "invalid_field");
    let marked = mark(&exam, attempts[0], 1, &json!({ "points": 2.5, "comment": "Why?" })).status(200).json();
    assert_eq!((marked["points"].clone(), marked["waiting"].clone()), (json!(3.5), json!([])));
    assert_eq!(waiting(), [attempts[1]]);
    assert_eq!(exam.gradebook_points(&first, quiz).as_deref(), Some("3.5"));
    let slot = &exam.review(&first, attempts[0])["slots"][1];
    assert_eq!(
        (slot["feedback"]["comment"].clone(), slot["mark"]["state"].clone()),
        (json!("Why?"), json!("partial"))
    );
    exam.app
        .put(&format!("/api/attempts/{}/slots/1/mark", attempts[1]))
        .by(&second)
        .json(&json!({ "points": 4 }))
        .send()
        .problem(403, "forbidden");
    unmark(&exam, attempts[0], 1).status(200);
    assert_eq!(waiting(), attempts);
    assert_eq!(exam.gradebook_points(&first, quiz), None);
}

#[test]
fn a_comment_on_a_mark_has_as_many_letters_in_every_script() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(1, &json!({}));
    let attempt = finished(&exam, &learner, quiz, &[says(false)]);
    for letter in ["a", "ي", "語", "𐍈"] {
        let comment = |letters: usize| json!({ "points": 0.123_456_7, "comment": letter.repeat(letters) });
        mark(&exam, attempt, 0, &comment(4_000)).status(200);
        let view = exam.review(&exam.teacher, attempt);
        assert_eq!(view["slots"][0]["feedback"]["comment"], letter.repeat(4_000));
        let refused = mark(&exam, attempt, 0, &comment(4_001)).problem(422, "invalid_field");
        assert_eq!(
            refused["errors"][0],
            json!({ "at": "/comment", "problem": "is longer than 4000 characters" })
        );
    }
}

#[test]
fn an_essay_that_was_not_written_waits_for_nobody() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz =
        exam.quiz(&json!({ "slots": [{ "points": 4, "question": exam.question(&essay("Discuss")) }] }));
    finished(&exam, &learner, quiz, &[]);
    assert_eq!(exam.gradebook_points(&learner, quiz).as_deref(), Some("0"));
}

#[test]
fn a_mark_by_hand_stands_in_place_of_the_key() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(1, &json!({}));
    let attempt = finished(&exam, &learner, quiz, &[says(false)]);
    assert_eq!(exam.gradebook_points(&learner, quiz).as_deref(), Some("0"));
    mark(&exam, attempt, 0, &json!({ "points": 0.5 })).status(200);
    assert_eq!(exam.gradebook_points(&learner, quiz).as_deref(), Some("0.5"));
}

#[test]
fn a_running_attempt_is_not_marked() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(1, &json!({}));
    let attempt = id(&exam.start(&learner, quiz));
    mark(&exam, attempt, 0, &json!({ "points": 1 })).problem(409, "attempt_running");
}

#[test]
fn the_grade_method_decides_which_attempt_counts() {
    for (method, points, counting) in [
        ("highest", "2", Some(1)),
        ("average", "1.3333333", None),
        ("first", "1", Some(0)),
        ("last", "1", Some(2)),
    ] {
        let exam = Exam::new();
        let learner = exam.learner();
        let review = json!({ "after_submit": { "marks": true } });
        let quiz = exam.simple_quiz(2, &json!({ "grade_method": method, "review": review }));
        let attempts = [
            finished(&exam, &learner, quiz, &[says(true)]),
            finished(&exam, &learner, quiz, &[says(true), says(true)]),
            finished(&exam, &learner, quiz, &[says(true), says(false)]),
        ];
        assert_eq!(exam.gradebook_points(&learner, quiz).as_deref(), Some(points), "{method}");
        let expected = counting.map_or(Value::Null, |at: usize| json!(attempts[at]));
        assert_eq!(exam.overview(&learner, quiz)["counting"], expected, "{method}");
        // Reopened and handed in once more behind the others, the first is still the first, and the last the last.
        let reopen = exam.app.post(&format!("/api/attempts/{}/reopen", attempts[0])).by(&exam.teacher);
        reopen.json(&json!({ "reason": "a word" })).send().status(204);
        exam.submit(&learner, attempts[0]);
        assert_eq!(exam.gradebook_points(&learner, quiz).as_deref(), Some(points), "{method}");
        assert_eq!(exam.overview(&learner, quiz)["counting"], expected, "{method}");
    }
}

#[test]
fn other_points_take_effect_when_the_quiz_is_regraded_and_marks_by_hand_stay_in_proportion() {
    let exam = Exam::new();
    let (right, wrong) = (exam.learner(), exam.learner());
    let questions = [exam.question(&truth("True?", true)), exam.question(&essay("Discuss"))];
    let slots = |points: [u8; 2]| json!([{ "points": points[0], "question": questions[0] }, { "points": points[1], "question": questions[1] }]);
    let quiz = exam.quiz(&json!({ "slots": slots([1, 4]) }));
    let marked = finished(&exam, &right, quiz, &[says(true), wrote("Yes")]);
    mark(&exam, marked, 1, &json!({ "points": 3 })).status(200);
    finished(&exam, &wrong, quiz, &[says(false)]);
    assert_eq!(regrade(&exam, quiz, "dry_run=true")["changed"], 0);
    exam.change_quiz(quiz, &json!({ "slots": slots([2, 8]) })).send().status(200);
    let preview = regrade(&exam, quiz, "dry_run=true");
    assert_eq!(preview["changed"], 2, "{preview}");
    let change = &preview["changes"][0];
    assert_eq!((change["from"].clone(), change["to"].clone()), (json!(4.0), json!(8.0)));
    assert_eq!(change["slots"][0]["to"], 2.0);
    assert_eq!(change["slots"][1]["to"], 6.0, "three of four are six of eight");
    assert_eq!(exam.review(&exam.teacher, marked)["points"], 4.0, "a preview changes nothing");
    let made = regrade(&exam, quiz, "");
    assert_eq!(made["changes"], preview["changes"]);
    assert_eq!(exam.gradebook_points(&right, quiz).as_deref(), Some("8"));
    assert_eq!(exam.gradebook_points(&wrong, quiz).as_deref(), Some("0"));
    assert_eq!(regrade(&exam, quiz, "dry_run=true")["changed"], 0, "once is enough");
}

/// A quiz of two questions, and its slots with such points.
fn two_questions(exam: &Exam, facts: &Value) -> (u64, impl Fn([u8; 2]) -> Value + use<>) {
    let questions = [exam.question(&truth("One", true)), exam.question(&truth("Two", true))];
    let facts = facts.clone();
    let slots = move |points: [u8; 2]| {
        let slot = |at: usize| json!({ "points": points[at], "question": questions[at] });
        with(&facts, &json!({ "slots": [slot(0), slot(1)] }))
    };
    (exam.quiz(&slots([8, 2])), slots)
}

/// The learner's points in their report, and what they are of.
pub fn reported(exam: &Exam, learner: &Person) -> (Value, Value) {
    let path = format!("/api/courses/{}/grades/me", crate::exam::COURSE);
    let report = exam.app.get(&path).by(learner).send().status(200).json();
    (report["lines"][1]["points"].clone(), report["lines"][1]["max"].clone())
}

#[test]
fn an_attempt_of_other_points_counts_with_its_percentage() {
    let marks = json!({ "after_submit": { "marks": true } });
    let (wrong, both) = ([says(false), says(false)], [says(true), says(true)]);
    let first = [says(true), says(false)];
    for (method, points, counting) in [
        ("highest", 20.0, Some(0)),
        ("average", 15.0, None),
        ("first", 20.0, Some(0)),
        ("last", 25.0, Some(2)),
    ] {
        let exam = Exam::new();
        let learner = exam.learner();
        let (quiz, slots) =
            two_questions(&exam, &json!({ "grade_method": method, "review": marks, "attempts_allowed": 3 }));
        let before = finished(&exam, &learner, quiz, &first);
        assert_eq!(reported(&exam, &learner), (json!(8.0), json!(10.0)), "{method}");
        exam.change_quiz(quiz, &slots([20, 5])).send().status(200);
        let page = exam.overview(&learner, quiz);
        assert_eq!((&page["points"], &page["max_points"]), (&json!(20.0), &json!(25.0)), "{method}");
        assert_eq!(reported(&exam, &learner), (json!(20.0), json!(25.0)), "{method}");
        assert_eq!(exam.review(&learner, before)["points"], 8.0, "the attempt itself stays as it was");
        let mut page = crate::exam_pages::Browser::of(&exam, &learner);
        page.open(&format!("/quizzes/{quiz}"));
        page.must_show("8 of 10 points");
        page.must_show("20 of 25 points");
        let attempts = [before, finished(&exam, &learner, quiz, &wrong)];
        let second = if method == "last" {
            0.0
        } else if method == "average" {
            10.0
        } else {
            20.0
        };
        assert_eq!(reported(&exam, &learner), (json!(second), json!(25.0)), "{method}");
        let third = finished(&exam, &learner, quiz, if method == "highest" { &wrong } else { &both });
        let attempts = [attempts[0], attempts[1], third];
        assert_eq!(reported(&exam, &learner), (json!(points), json!(25.0)), "{method}");
        let page = exam.overview(&learner, quiz);
        let expected = counting.map_or(Value::Null, |at: usize| json!(attempts[at]));
        assert_eq!((&page["points"], &page["counting"]), (&json!(points), &expected), "{method}");
    }
}

#[test]
fn an_attempt_that_ran_while_points_changed_counts_with_its_percentage() {
    let exam = Exam::new();
    let learner = exam.learner();
    let (quiz, slots) = two_questions(&exam, &json!({}));
    let attempt = id(&exam.start(&learner, quiz));
    exam.change_quiz(quiz, &slots([20, 5])).send().status(200);
    for slot in 0..2 {
        exam.save(&learner, attempt, slot, 1, &says(true));
    }
    exam.submit(&learner, attempt);
    assert_eq!(exam.gradebook_points(&learner, quiz).as_deref(), Some("25"));
    // A regrade gives its paper the points of today, and leaves the rest as it is.
    let preview = regrade(&exam, quiz, "dry_run=true");
    assert_eq!((&preview["changes"][0]["from"], &preview["changes"][0]["to"]), (&json!(10.0), &json!(25.0)));
    assert_eq!(preview["changes"][0]["recounted"], false);
    regrade(&exam, quiz, "");
    assert_eq!(exam.gradebook_points(&learner, quiz).as_deref(), Some("25"));
    assert_eq!(regrade(&exam, quiz, "dry_run=true")["changed"], 0);
}

#[test]
fn a_version_that_only_explains_better_is_taken_in_silence() {
    let exam = Exam::new();
    let learner = exam.learner();
    let question = exam.question(&truth("True?", true));
    let quiz = exam.quiz(&json!({ "slots": [{ "points": 3, "question": question }] }));
    let attempt = finished(&exam, &learner, quiz, &[says(true)]);
    let better = with(&truth("True?", true), &json!({ "general_feedback": { "text": "Because." } }));
    exam.edit_question(question, &better);
    let query = "latest_versions=true";
    for query in [format!("{query}&dry_run=true"), query.to_owned()] {
        let made = regrade(&exam, quiz, &query);
        assert_eq!((&made["changed"], &made["changes"]), (&json!(0), &json!([])), "{query}");
    }
    assert_eq!(exam.review(&exam.teacher, attempt)["slots"][0]["version"], 2);
    // The page says so, too, and can take it all the same.
    let mut browser = Browser::of(&exam.app, &exam.teacher);
    exam.edit_question(question, &essay("Another kind of question"));
    let path = format!("/quizzes/{quiz}/regrade");
    let page = browser.get(&format!("{path}?preview=true&latest_versions=true")).status(200);
    has(&page, "marks would change.<");
    has(&page, "1 attempt keeps an older version of a question: the latest asks for something else.");
    lacks(&page, "<tr><th scope=\"row\">");
}

#[test]
fn a_corrected_key_changes_marks_only_when_the_latest_versions_are_asked_for() {
    let exam = Exam::new();
    let (said_true, said_false) = (exam.learner(), exam.learner());
    let question = exam.question(&truth("The key is wrong", false));
    let other = exam.question(&truth("Other", true));
    let slots = json!([{ "points": 1, "question": question }, { "points": 1, "question": other }]);
    let quiz = exam.quiz(&json!({ "slots": slots }));
    finished(&exam, &said_true, quiz, &[says(true)]);
    finished(&exam, &said_false, quiz, &[says(false)]);
    exam.edit_question(question, &truth("The key is right", true));
    assert_eq!(regrade(&exam, quiz, "")["changed"], 0);
    assert_eq!(exam.gradebook_points(&said_true, quiz).as_deref(), Some("0"));
    assert_eq!(regrade(&exam, quiz, &format!("latest_versions=true&question={other}"))["changed"], 0);
    let made = regrade(&exam, quiz, &format!("latest_versions=true&question={question}"));
    assert_eq!(made["changed"], 2);
    assert_eq!(exam.gradebook_points(&said_true, quiz).as_deref(), Some("1"));
    assert_eq!(exam.gradebook_points(&said_false, quiz).as_deref(), Some("0"));
}

#[test]
fn a_version_that_offers_something_else_is_not_used_for_what_was_asked() {
    let others =
        [choice(&["C", "A", "B"], 1), choice(&["A", "C"], 1), choice(&["A", "b"], 1), truth("A", false)];
    for other in others {
        let exam = Exam::new();
        let learner = exam.learner();
        let question = exam.question(&choice(&["A", "B"], 0));
        let quiz = exam.quiz(&json!({ "slots": [{ "points": 1, "question": question }] }));
        let attempt = id(&exam.start(&learner, quiz));
        choose(&exam, &learner, attempt, "A");
        exam.submit(&learner, attempt);
        exam.edit_question(question, &other);
        for query in ["latest_versions=true&dry_run=true", "latest_versions=true"] {
            let made = regrade(&exam, quiz, query);
            assert_eq!(made["changes"][0]["kept_versions"], json!([question]));
            assert_eq!(made["changed"], 0, "it is told, and no mark changes");
        }
        assert_eq!(exam.gradebook_points(&learner, quiz).as_deref(), Some("1"));
        assert_eq!(chosen(&exam, attempt), "A");
    }
}

#[test]
fn an_answer_keeps_its_meaning_when_the_latest_version_has_another_order() {
    let exam = Exam::new();
    let question = exam.question(&choice(&["Oslo", "Bergen", "Tromsø"], 0));
    let slots = json!([{ "points": 1, "question": question }]);
    let quiz = exam.quiz(&json!({ "slots": slots, "shuffle_options": true }));
    let learners = ["Oslo", "Bergen", "Tromsø", "Oslo"].map(|town| (exam.learner(), town));
    let attempts: Vec<u64> = learners
        .iter()
        .map(|(learner, town)| {
            let attempt = id(&exam.start(learner, quiz));
            choose(&exam, learner, attempt, town);
            attempt
        })
        .collect();
    // The last one still runs.
    for ((learner, _), attempt) in learners.iter().zip(&attempts).take(3) {
        exam.submit(learner, *attempt);
    }
    let points = || {
        let points = |(learner, _): &(Person, &str)| exam.gradebook_points(learner, quiz).unwrap();
        learners.iter().take(3).map(points).collect::<Vec<_>>()
    };
    // Another order alone changes nobody's mark, and nobody's answer.
    exam.edit_question(question, &choice(&["Bergen", "Oslo", "Tromsø"], 1));
    let made = regrade(&exam, quiz, "latest_versions=true");
    for change in made["changes"].as_array().unwrap() {
        assert_eq!((&change["slots"], &change["kept_versions"]), (&json!([]), &json!([])));
    }
    assert_eq!(points(), ["1", "0", "0"]);
    // With it the key is corrected.
    exam.edit_question(question, &choice(&["Tromsø", "Bergen", "Oslo"], 1));
    regrade(&exam, quiz, "latest_versions=true");
    assert_eq!(points(), ["0", "1", "0"]);
    exam.submit(&learners[3].0, attempts[3]);
    assert_eq!(exam.gradebook_points(&learners[3].0, quiz).as_deref(), Some("0"));
    for (attempt, (_, town)) in attempts.iter().zip(&learners) {
        assert_eq!(chosen(&exam, *attempt), *town);
        assert_eq!(exam.review(&exam.teacher, *attempt)["slots"][0]["version"], 3);
    }
    assert_eq!(regrade(&exam, quiz, "latest_versions=true&dry_run=true")["changed"], 0);
}

#[test]
fn a_slot_that_fixes_a_version_keeps_it_unless_the_regrade_names_its_question() {
    let exam = Exam::new();
    let learner = exam.learner();
    let questions = [exam.question(&truth("Fixed", true)), exam.question(&truth("Free", true))];
    let slots = json!([
        { "points": 1, "question": questions[0], "version": 1 },
        { "points": 2, "question": questions[1] },
    ]);
    let quiz = exam.quiz(&json!({ "slots": slots }));
    let attempt = finished(&exam, &learner, quiz, &[says(true), says(true)]);
    for question in questions {
        exam.edit_question(question, &truth("Other key", false));
    }
    let made = regrade(&exam, quiz, "latest_versions=true");
    assert_eq!(made["changes"][0]["kept_versions"], json!([]));
    assert_eq!(exam.gradebook_points(&learner, quiz).as_deref(), Some("1"));
    let versions = || {
        let slots = exam.review(&exam.teacher, attempt)["slots"].clone();
        slots.as_array().unwrap().iter().map(|slot| slot["version"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(versions(), [1, 2]);
    regrade(&exam, quiz, &format!("latest_versions=true&question={}", questions[0]));
    assert_eq!(versions(), [2, 2]);
    assert_eq!(exam.gradebook_points(&learner, quiz).as_deref(), Some("0"));
}

#[test]
fn a_hand_in_that_was_prepared_before_a_regrade_is_marked_by_what_holds_after_it() {
    let exam = Exam::new();
    let learner = exam.learner();
    let question = exam.question(&truth("True?", true));
    let slots = |points: u8| json!([{ "points": points, "question": question }]);
    let quiz = exam.quiz(&json!({ "slots": slots(1) }));
    let attempt = id(&exam.start(&learner, quiz));
    exam.save(&learner, attempt, 0, 1, &says(true));
    let marks = prepared(&exam, &learner, attempt);
    exam.change_quiz(quiz, &json!({ "slots": slots(2) })).send().status(200);
    assert_eq!(regrade(&exam, quiz, "")["changed"], 1, "the running attempt has another paper");
    hand_in(&exam, &learner, attempt, marks);
    assert_eq!(exam.gradebook_points(&learner, quiz).as_deref(), Some("2"));
    assert_eq!(regrade(&exam, quiz, "dry_run=true")["changed"], 0);
}

#[test]
fn a_hand_in_that_was_prepared_before_a_mark_by_hand_has_that_mark() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(1, &json!({}));
    let attempt = finished(&exam, &learner, quiz, &[says(true)]);
    reopen(&exam, attempt);
    let marks = prepared(&exam, &learner, attempt);
    // Meanwhile it is handed in from another device, marked, and reopened.
    exam.submit(&learner, attempt);
    mark(&exam, attempt, 0, &json!({ "points": 0.5 })).status(200);
    reopen(&exam, attempt);
    hand_in(&exam, &learner, attempt, marks);
    assert_eq!(exam.gradebook_points(&learner, quiz).as_deref(), Some("0.5"));
}

#[test]
fn a_paper_that_was_laid_before_a_question_was_edited_is_laid_again_when_the_attempt_begins() {
    for (version, wanted) in [(Value::Null, 2), (json!(1), 1)] {
        let exam = Exam::new();
        let learner = exam.learner();
        let question = exam.question(&truth("The key is wrong", false));
        let slots = json!([{ "points": 1, "question": question, "version": version }]);
        let quiz = exam.quiz(&json!({ "slots": slots }));
        let actor = Actor::person(learner.user, exam.now());
        let store = &exam.app.state.store;
        let laid =
            store.read(|read| start::prepare(read, &actor, quiz.into(), &Entry::default(), 1)).unwrap();
        exam.edit_question(question, &truth("The key is right", true));
        let started = store
            .write_blocking(Class::Start, move |txn| {
                start::start(txn, &actor, quiz.into(), &Entry::default(), 0, 1, laid)
            })
            .unwrap();
        let attempt = started.attempt.0;
        assert_eq!(exam.review(&exam.teacher, attempt)["slots"][0]["version"], wanted);
    }
}

#[test]
fn a_mark_by_hand_of_nought_points_waits_again_when_there_are_some() {
    let exam = Exam::new();
    let learner = exam.learner();
    let question = exam.question(&essay("Discuss"));
    let other = exam.question(&truth("True?", true));
    let slots =
        |points: u8| json!([{ "points": points, "question": question }, { "points": 1, "question": other }]);
    let quiz = exam.quiz(&json!({ "slots": slots(0) }));
    let attempt = finished(&exam, &learner, quiz, &[wrote("Well."), says(true)]);
    mark(&exam, attempt, 0, &json!({ "points": 0, "comment": "Read" })).status(200);
    assert_eq!(exam.gradebook_points(&learner, quiz).as_deref(), Some("1"));
    exam.change_quiz(quiz, &json!({ "slots": slots(5) })).send().status(200);
    let made = regrade(&exam, quiz, "");
    assert_eq!((&made["changes"][0]["from"], &made["changes"][0]["to"]), (&json!(1.0), &Value::Null));
    assert_eq!(waiting(&exam, quiz), [(attempt, json!([0]))]);
    mark(&exam, attempt, 0, &json!({ "points": 4 })).status(200);
    assert_eq!(exam.gradebook_points(&learner, quiz).as_deref(), Some("5"));
    // One of some points comes back with them.
    for (points, sum) in [(0, "1"), (10, "9")] {
        exam.change_quiz(quiz, &json!({ "slots": slots(points) })).send().status(200);
        regrade(&exam, quiz, "");
        assert_eq!(exam.gradebook_points(&learner, quiz).as_deref(), Some(sum));
        assert_eq!(waiting(&exam, quiz), []);
    }
}

#[test]
fn a_mark_that_is_taken_back_is_in_the_log_and_stays_while_the_attempt_runs() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(1, &json!({}));
    let attempt = finished(&exam, &learner, quiz, &[says(true)]);
    mark(&exam, attempt, 0, &json!({ "points": 0.5 })).status(200);
    reopen(&exam, attempt);
    unmark(&exam, attempt, 0).problem(409, "attempt_running");
    exam.submit(&learner, attempt);
    assert_eq!(exam.gradebook_points(&learner, quiz).as_deref(), Some("0.5"));
    // The second time there is nothing to take back.
    for _ in 0..2 {
        assert_eq!(unmark(&exam, attempt, 0).status(200).json()["points"], 1.0);
    }
    let path = format!("/api/attempts/{attempt}/log");
    let log = exam.app.get(&path).by(&exam.teacher).send().status(200).json();
    let lines = log["items"].as_array().unwrap();
    let what: Vec<&str> = lines.iter().map(|line| line["what"].as_str().unwrap()).collect();
    let expected = ["started", "saved", "finished", "marked", "reopened", "finished", "unmarked"];
    assert_eq!(what, expected);
    let last = lines.last().unwrap();
    assert_eq!((&last["slot"], &last["by"]), (&json!(0), &json!(exam.teacher.user)));
    let mut browser = Browser::of(&exam.app, &exam.teacher);
    let page = browser.get(&format!("/attempts/{attempt}/review")).status(200);
    has(&page, "Mark by hand taken back from question 1");
}

#[test]
fn in_an_archived_course_nobody_goes_on_with_what_was_handed_in() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(1, &json!({ "time_limit_ms": 60_000 }));
    let attempt = id(&exam.start(&learner, quiz));
    exam.pass(120_000);
    exam.run_due();
    assert_eq!(exam.review(&exam.teacher, attempt)["state"], "finished");
    let status = |status: &str| {
        let path = format!("/api/courses/{}/status", crate::exam::COURSE);
        let request = exam.app.put(&path).by(&exam.teacher).header("If-Match", "*");
        request.json(&json!({ "status": status })).send().status(200);
    };
    status("archived");
    let path = format!("/api/attempts/{attempt}/reopen");
    let ask = || exam.app.post(&path).by(&exam.teacher).json(&json!({ "extra_ms": 60_000 })).send();
    ask().problem(409, "course_archived");
    // Time that the server lost is not given back there either.
    let lost = json!({ "extra_ms": 600_000, "reason": "power", "reference": 7,
        "reopen_expired_since": "2026-09-07T08:00:00Z" });
    let give = exam.app.post("/api/exam/give-back").by(&exam.admin).json(&lost).send().status(200).json();
    assert_eq!(give["reopened"], 0);
    assert_eq!(exam.review(&exam.teacher, attempt)["state"], "finished");
    status("published");
    ask().status(204);
}

#[test]
fn another_grade_method_counts_when_the_quiz_is_regraded() {
    let exam = Exam::new();
    let learner = exam.learner();
    let question = exam.question(&truth("True?", true));
    let slots = json!([{ "points": 1, "question": question }]);
    let quiz = exam.quiz(&json!({ "slots": slots, "grade_method": "last" }));
    finished(&exam, &learner, quiz, &[says(true)]);
    finished(&exam, &learner, quiz, &[says(false)]);
    assert_eq!(exam.gradebook_points(&learner, quiz).as_deref(), Some("0"));
    exam.change_quiz(quiz, &json!({ "slots": slots, "grade_method": "highest" })).send().status(200);
    let preview = regrade(&exam, quiz, "dry_run=true");
    assert_eq!(preview["changes"][0]["recounted"], true);
    assert_eq!(preview["changed"], 1, "it is one result that changes");
    assert_eq!(regrade(&exam, quiz, "")["changes"], preview["changes"]);
    assert_eq!(exam.gradebook_points(&learner, quiz).as_deref(), Some("1"));
    assert_eq!(regrade(&exam, quiz, "dry_run=true")["changed"], 0);
}

#[test]
fn a_learner_is_told_one_result_everywhere_before_a_regrade_as_behind_it() {
    let exam = Exam::new();
    let learner = exam.learner();
    let question = exam.question(&truth("True?", true));
    let facts = |method: &str| {
        let review = json!({ "after_submit": { "marks": true } });
        json!({ "slots": [{ "points": 1, "question": question }], "grade_method": method, "review": review })
    };
    let quiz = exam.quiz(&facts("last"));
    let attempts =
        [finished(&exam, &learner, quiz, &[says(true)]), finished(&exam, &learner, quiz, &[says(false)])];
    let told = || {
        let overview = exam.overview(&learner, quiz);
        assert_eq!(overview["points"], reported(&exam, &learner).0, "the grades have the same");
        let reviews = attempts.map(|attempt| exam.review(&learner, attempt)["counts"].clone());
        let page = Browser::of(&exam.app, &learner).get(&format!("/quizzes/{quiz}")).status(200);
        let page = crate::pages::text(&page);
        let result = format!("<dd><strong>{} of 1 ", overview["points"].as_f64().unwrap());
        assert!(page.contains(&result), "{result}: {page}");
        let tags = page.matches("class=\"tag accent\"").count();
        assert_eq!(tags, usize::from(!overview["counting"].is_null()), "{page}");
        (overview["points"].clone(), overview["counting"].clone(), reviews)
    };
    let second = (json!(0.0), json!(attempts[1]), [json!(false), json!(true)]);
    assert_eq!(told(), second);
    // Another one would count: until it does, none is named.
    exam.change_quiz(quiz, &facts("highest")).send().status(200);
    assert_eq!(told(), (json!(0.0), Value::Null, [json!(false), json!(false)]));
    regrade(&exam, quiz, "");
    assert_eq!(told(), (json!(1.0), json!(attempts[0]), [json!(true), json!(false)]));
    // By this method it comes to the same, of the same attempt.
    exam.change_quiz(quiz, &facts("first")).send().status(200);
    assert_eq!(told(), (json!(1.0), json!(attempts[0]), [json!(true), json!(false)]));
}

#[test]
fn only_markers_regrade() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(1, &json!({}));
    let path = format!("/api/quizzes/{quiz}/regrade?dry_run=true");
    exam.app.post(&path).by(&learner).send().problem(403, "forbidden");
}

#[test]
fn the_list_of_attempts_shows_points_page_by_page() {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(1, &json!({}));
    for value in [true, false, true] {
        finished(&exam, &exam.learner(), quiz, &[says(value)]);
    }
    exam.start(&exam.learner(), quiz);
    let mut points = Vec::new();
    let mut query = "?limit=2".to_owned();
    loop {
        let path = format!("/api/quizzes/{quiz}/attempts{query}");
        let page = exam.app.get(&path).by(&exam.teacher).send().status(200).json();
        points.extend(page["items"].as_array().unwrap().iter().map(|it| it["points"].clone()));
        match page["next"].as_str() {
            Some(next) => query = format!("?limit=2&after={next}"),
            None => break,
        }
    }
    assert_eq!(points, [json!(1.0), json!(0.0), json!(1.0), Value::Null]);
}

#[test]
fn what_was_changed_under_marks_is_due_until_a_regrade_has_looked_at_it() {
    let exam = Exam::new();
    let (first, second) = (exam.learner(), exam.learner());
    let questions = [exam.question(&truth("One", false)), exam.question(&truth("Two", true))];
    let slots = |points: u8| json!([{ "points": points, "question": questions[0] }, { "points": 1, "question": questions[1] }]);
    let quiz = exam.quiz(&json!({ "slots": slots(1) }));
    let view = || {
        let answer = exam.app.get(&format!("/api/quizzes/{quiz}")).by(&exam.teacher).send();
        answer.status(200).json()["regrade_due"].clone()
    };
    let say = |at: usize, body: &Value| {
        let path = format!("/api/questions/{}", questions[at]);
        let request = exam.app.put(&path).by(&exam.teacher).header("If-Match", "*").json(body);
        request.send().status(200).json()["regrade_due"].clone()
    };
    // Nobody began it: nothing is due.
    exam.change_quiz(quiz, &json!({ "slots": slots(2) })).send().status(200);
    assert_eq!(say(0, &truth("One, now", false)), json!([]));
    assert_eq!(view(), Value::Null);
    finished(&exam, &first, quiz, &[says(true), says(true)]);
    exam.start(&second, quiz);

    // Another key, of a question that a finished and a running attempt were asked.
    assert_eq!(say(0, &truth("One, now", true)), json!([quiz]));
    let due = view();
    assert_eq!((&due["questions"], &due["attempts"]), (&json!([questions[0]]), &json!(2)));
    assert_eq!((&due["points"], &due["grade_method"]), (&json!(false), &json!(false)));
    let preview = due["preview"].as_str().unwrap().to_owned();
    let changes = exam.app.post(&preview).by(&exam.teacher).send().status(200).json();
    assert_eq!((&changes["changes"][0]["from"], &changes["changes"][0]["to"]), (&json!(1.0), &json!(3.0)));
    assert_eq!(view(), due, "a rehearsal settles nothing");
    // A regrade that keeps the versions has not looked at the key; one of another question neither.
    regrade(&exam, quiz, "");
    regrade(&exam, quiz, &format!("latest_versions=true&question={}", questions[1]));
    assert_eq!(view()["questions"], json!([questions[0]]));

    // Points come on top, in the answer itself.
    let changed = exam.change_quiz(quiz, &json!({ "slots": slots(4) })).send().status(200).json();
    assert_eq!(changed["regrade_due"]["points"], true);
    regrade(&exam, quiz, &format!("latest_versions=true&question={}", questions[0]));
    let due = view();
    assert_eq!(
        (&due["questions"], &due["points"]),
        (&json!([]), &json!(true)),
        "other slots have new points too"
    );
    regrade(&exam, quiz, "");
    assert_eq!(view(), Value::Null);
    assert_eq!(exam.gradebook_points(&first, quiz).as_deref(), Some("5"));
    assert_eq!(regrade(&exam, quiz, "dry_run=true&latest_versions=true")["changed"], 0);

    // Another name, another text of the feedback: no mark depends on them.
    let mut named = truth("One, now", true);
    named["name"] = json!("Another name");
    assert_eq!(say(0, &named), json!([]));
    named["kind"]["feedback_true"] = json!({ "text": "So it is." });
    assert_eq!(say(0, &named), json!([]));
    assert_eq!(view(), Value::Null);
}

#[test]
fn looks_and_notes_are_no_other_key() {
    let exam = Exam::new();
    let mut choice = thirds("Which?");
    let mut written = essay("Why?");
    let questions = [exam.question(&choice), exam.question(&written)];
    let slots = questions.map(|question| json!({ "points": 1, "question": question }));
    let quiz = exam.quiz(&json!({ "slots": slots }));
    exam.start(&exam.learner(), quiz);
    let say = |question: QuestionId, body: &Value| {
        let path = format!("/api/questions/{question}");
        let request = exam.app.put(&path).by(&exam.teacher).header("If-Match", "*").json(body);
        let answer = request.send().status(200).json();
        (answer["version"].clone(), answer["regrade_due"].clone())
    };
    choice["kind"]["numbering"] = json!("numbers");
    choice["kind"]["shuffle"] = json!(true);
    choice["kind"]["options"][0]["feedback"] = json!({ "text": "Well done" });
    choice["kind"]["feedback"] = json!({ "correct": { "text": "All of it" } });
    assert_eq!(say(questions[0], &choice), (json!(2), json!([])));
    written["kind"]["lines"] = json!(30);
    written["kind"]["grader_info"] = json!({ "text": "Look for reasons" });
    written["kind"]["template"] = json!({ "text": "Because" });
    assert_eq!(say(questions[1], &written), (json!(2), json!([])));
    choice["kind"]["options"][3]["fraction"] = json!(-0.5);
    assert_eq!(say(questions[0], &choice), (json!(3), json!([quiz])));
}

#[test]
fn a_regrade_of_a_question_that_the_quiz_does_not_have_is_refused() {
    let exam = Exam::new();
    let learner = exam.learner();
    let (asked, other) = (exam.question(&truth("Asked", true)), exam.question(&truth("Other", true)));
    let quiz = exam.quiz(&json!({ "slots": [{ "points": 1, "question": asked }] }));
    finished(&exam, &learner, quiz, &[says(true)]);
    let send =
        |query: &str| exam.app.post(&format!("/api/quizzes/{quiz}/regrade?{query}")).by(&exam.teacher).send();
    for question in [other.0, 999_999] {
        for more in ["", "&dry_run=true"] {
            let refused = send(&format!("question={question}{more}")).problem(422, "invalid_field");
            assert_eq!(refused["errors"][0]["at"], "?question", "{refused}");
        }
    }
    assert_eq!(send(&format!("question={asked}")).status(200).json()["changed"], 0);
}
