//! Essays of many pages: saved in rows of their own, and otherwise like any other answer.

use lyceum::domain::attempt::long::{LongPart, LongSave};
use lyceum::domain::ids::JobId;
use lyceum::jobs::do_chunks;
use lyceum::store::{Read as _, Record};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::classroom::set_status;
use crate::exam::{COURSE, Exam, essay, id};
use crate::job::{show, started};
use crate::pages::{Browser, has};

const MOST: usize = 64 * 1024;

/// An essay in Arabic of so many bytes; each number has another one.
fn arabic(number: usize, bytes: usize) -> String {
    let mut text = String::new();
    for word in (number..).step_by(17) {
        if text.len() >= bytes {
            break;
        }
        text.extend([word.to_string().as_str(), " كلمة طويلة، "]);
    }
    while text.len() > bytes {
        text.pop();
    }
    text.extend(std::iter::repeat_n('.', bytes - text.len()));
    text
}

fn wrote(text: &str) -> Value {
    json!({ "type": "essay", "text": text })
}

/// A quiz of so many essays whose learners see all of it in the end.
fn quiz_of(exam: &Exam, essays: usize) -> u64 {
    let slots: Vec<Value> = (0..essays)
        .map(|at| json!({ "points": 4, "question": exam.question(&essay(&format!("Essay {at}"))) }))
        .collect();
    let review = json!({ "after_submit": { "responses": true, "marks": true } });
    exam.quiz(&json!({ "slots": slots, "review": review }))
}

fn rows<R: Record>(exam: &Exam) -> usize {
    exam.app.state.store.read(|read| read.list::<R>(&(), None, usize::MAX)).unwrap().len()
}

fn bytes_of(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

/// All responses of the chain of receipts, page by page, once it was recomputed.
fn chain(exam: &Exam, learner: &crate::support::Person, attempt: u64) -> Vec<Value> {
    let (mut after, mut texts, mut link) = (String::new(), Vec::new(), None);
    loop {
        let path = format!("/api/attempts/{attempt}/receipts?limit=500{after}");
        let page = exam.app.get(&path).by(learner).send().status(200).json();
        let mut last = link.unwrap_or_else(|| page["genesis"].as_str().unwrap().to_owned());
        for line in page["items"].as_array().unwrap() {
            let response = line["response"].as_str().unwrap();
            let hash = Sha256::new()
                .chain_update(bytes_of(&last))
                .chain_update(u16::try_from(line["slot"].as_u64().unwrap()).unwrap().to_be_bytes())
                .chain_update(line["sequence"].as_u64().unwrap().to_be_bytes())
                .chain_update(line["at_ms"].as_i64().unwrap().to_be_bytes())
                .chain_update(Sha256::digest(response));
            last = lyceum::hex::of(&hash.finalize());
            assert_eq!(line["receipt"], last);
            texts.push(serde_json::from_str(response).unwrap());
        }
        link = Some(last);
        let Some(next) = page["next"].as_str() else { return texts };
        after = format!("&after={next}");
    }
}

#[test]
fn an_essay_of_64_kib_is_saved_handed_in_marked_and_shown_to_the_letter() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = quiz_of(&exam, 1);
    let attempt = id(&exam.start(&learner, quiz));
    let text = arabic(1, MOST);
    let first = exam.save(&learner, attempt, 0, 1, &wrote(&text));
    assert_eq!(first["outcome"], "saved");
    let again = exam.save(&learner, attempt, 0, 1, &wrote(&text));
    assert_eq!((&again["outcome"], &again["receipt"]), (&json!("repeated"), &first["receipt"]));
    exam.try_save(&learner, attempt, 0, 1, &wrote(&arabic(2, MOST))).send().problem(409, "sequence_reused");
    let longer = exam.try_save(&learner, attempt, 0, 2, &wrote(&format!("{text}."))).send();
    let refused = longer.problem(422, "invalid_field");
    let expected = json!({ "at": "/response", "problem": "is 1 characters too long to be kept" });
    assert_eq!(refused["errors"][0], expected);
    let changed = text.replacen("كلمة", "جملة", 1);
    exam.save(&learner, attempt, 0, 3, &wrote(&changed));
    let late = exam.save(&learner, attempt, 0, 2, &wrote(&text));
    assert_eq!(late["outcome"], "superseded");
    exam.save(&learner, attempt, 0, 4, &wrote("Short again."));
    exam.save(&learner, attempt, 0, 5, &wrote(&text));
    let shown = exam.attempt(&learner, attempt);
    assert!(shown["slots"][0]["response"] == wrote(&text), "what goes on is what was saved last");
    exam.submit(&learner, attempt);
    assert!(exam.review(&exam.teacher, attempt)["slots"][0]["response"] == wrote(&text));
    let mut browser = Browser::of(&exam.app, &exam.teacher);
    has(&browser.get(&format!("/quizzes/{quiz}/marking")).status(200), &text);
    let mark = exam.app.put(&format!("/api/attempts/{attempt}/slots/0/mark")).by(&exam.teacher);
    mark.json(&json!({ "points": 3, "comment": "Long" })).send().status(200);
    assert_eq!(exam.gradebook_points(&learner, quiz).as_deref(), Some("3"));
    exam.app.post(&format!("/api/quizzes/{quiz}/regrade")).by(&exam.teacher).send().status(200);
    let seen = exam.review(&learner, attempt);
    assert!(seen["slots"][0]["response"] == wrote(&text) && seen["points"] == 3.0);
    has(&Browser::of(&exam.app, &learner).get(&format!("/attempts/{attempt}/review")).status(200), &text);
    exam.app.get(&format!("/api/quizzes/{quiz}/statistics")).by(&exam.teacher).send().status(200);
    let log = exam.app.get(&format!("/api/attempts/{attempt}/log")).by(&exam.teacher).send().status(200);
    let saved = log.json()["items"].as_array().unwrap().iter().filter(|line| line["what"] == "saved").count();
    assert_eq!(saved, 4);
    let all = [wrote(&text), wrote(&changed), wrote("Short again."), wrote(&text)];
    assert!(chain(&exam, &learner, attempt) == all);
}

#[test]
fn the_chain_of_many_long_saves_comes_in_pages_of_some_megabytes() {
    let exam = Exam::new();
    let learner = exam.learner();
    let attempt = id(&exam.start(&learner, quiz_of(&exam, 1)));
    let (mut text, mut all) = (arabic(1, MOST - 4_000), Vec::new());
    for sequence in 1..=40 {
        text.push_str(" و هكذا.");
        exam.save(&learner, attempt, 0, sequence, &wrote(&text));
        all.push(wrote(&text));
    }
    let page = exam.app.get(&format!("/api/attempts/{attempt}/receipts?limit=500")).by(&learner).send();
    let page = page.status(200).json();
    let shown = page["items"].as_array().unwrap().len();
    assert!((10..30).contains(&shown), "{shown} are more or less than a megabyte");
    assert!(chain(&exam, &learner, attempt) == all);
    let mut browser = Browser::of(&exam.app, &learner);
    let file = browser.get(&format!("/attempts/{attempt}/receipts.json")).status(200).json();
    assert_eq!(file["items"].as_array().unwrap().len(), 40);
    let list = browser.get(&format!("/attempts/{attempt}/receipts")).status(200);
    assert_eq!(list.text().matches("<td class=\"number\">").count(), 40, "it has no texts, and so all saves");
}

#[test]
fn several_long_essays_are_saved_at_once_and_too_much_at_once_is_told() {
    let exam = Exam::new();
    let learner = exam.learner();
    let attempt = id(&exam.start(&learner, quiz_of(&exam, 12)));
    let path = format!("/api/attempts/{attempt}/answers");
    let answer = |slot: usize, sequence: u64, bytes: usize| json!({ "slot": slot, "sequence": sequence, "response": wrote(&arabic(slot, bytes)) });
    let answers: Vec<Value> = (0..12).map(|slot| answer(slot, 1, MOST)).collect();
    let put =
        |answers: &[Value]| exam.app.put(&path).by(&learner).json(&json!({ "answers": answers })).send();
    let saved = put(&answers).status(200).json();
    assert!(saved["answers"].as_array().unwrap().iter().all(|receipt| receipt["outcome"] == "saved"));
    let shown = exam.attempt(&learner, attempt);
    for (at, asked) in answers.iter().enumerate() {
        assert!(shown["slots"][at]["response"] == asked["response"], "slot {at} has another text");
    }
    // One of them is too long: none is saved, and it is said which.
    let refused = put(&[answer(0, 2, 30_000), answer(1, 2, MOST + 7)]).problem(422, "invalid_field");
    assert_eq!(refused["errors"][0]["at"], "/answers/1/response");
    assert_eq!(exam.attempt(&learner, attempt)["slots"][0]["sequence"], 1);
    let refused = put(&vec![answer(0, 2, MOST); 33]).problem(413, "too_large");
    assert_eq!(refused["detail"], "the body is larger than 2097152 bytes; save fewer answers at once");
}

#[test]
fn nothing_of_a_long_essay_is_left_when_its_course_is_gone() {
    let exam = Exam::with(|config| config.jobs.parallel = 0);
    let (app, admin) = (&exam.app, &exam.admin);
    let quiz = quiz_of(&exam, 2);
    for number in 0..20 {
        let learner = exam.learner();
        let attempt = id(&exam.start(&learner, quiz));
        exam.save(&learner, attempt, 0, 1, &wrote(&arabic(number, MOST)));
        exam.save(&learner, attempt, 0, 2, &wrote(&format!("{} و", arabic(number, MOST - 100))));
        exam.save(&learner, attempt, 1, 1, &wrote(&arabic(number, 30_000)));
        exam.save(&learner, attempt, 1, 2, &wrote("Short"));
        exam.submit(&learner, attempt);
    }
    assert_eq!((rows::<LongSave>(&exam), rows::<LongPart>(&exam)), (60, 140));
    set_status(app, admin, COURSE.0, "archived");
    let delete = app.delete(&format!("/api/courses/{COURSE}")).by(admin);
    let job = started(delete.json(&json!({ "short_name": "EX1" })).send());
    while show(app, admin, job)["ended"].is_null() {
        do_chunks(&app.state, JobId(job), 1);
        let report = lyceum::domain::verify(&app.state.store).unwrap();
        assert!(report.is_clean(), "half-way: {:#?}", report.differences);
    }
    assert_eq!(show(app, admin, job)["state"], "done");
    assert_eq!((rows::<LongSave>(&exam), rows::<LongPart>(&exam)), (0, 0));
}
