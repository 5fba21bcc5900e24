//! Files of a running paper: whose they are, and that they are there when looking around is refused.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::exam::{COURSE, Exam, id, with};
use crate::exam_pages::Browser;
use crate::full::Full;
use crate::support::Person;

const PICTURE: &[u8] = b"not really a picture";
const PATIENCE: Duration = Duration::from_mins(1);

/// A quiz of one question with a picture in its text and another in its feedback; the hashes of both.
fn quiz_with_pictures(exam: &Exam) -> (u64, [String; 2]) {
    let files = [PICTURE, b"the answer"].map(|bytes| {
        let path = format!("/api/courses/{COURSE}/question_files?name=map.png");
        let kept = exam.app.post(&path).by(&exam.teacher).body("application/octet-stream", bytes);
        kept.send().status(200).json()
    });
    let [asked, said] = [&files[0], &files[1]].map(|file| file["sha256"].as_str().unwrap().to_owned());
    let question = exam.question(&json!({
        "name": "Map", "text": { "text": format!("<img src=\"lyceum-file:{asked}\" alt=\"map\"> Is it?") },
        "general_feedback": { "text": format!("<img src=\"lyceum-file:{said}\" alt=\"it is\">") },
        "kind": { "type": "true_false", "correct": true }, "files": files
    }));
    let slots = json!({ "slots": [{ "points": 1, "question": question }] });
    (exam.quiz(&with(&slots, &json!({ "attempts_allowed": 2 }))), [asked, said])
}

#[test]
fn a_file_of_a_paper_is_its_learners_until_they_hand_in() {
    let exam = Exam::new();
    let (quiz, [asked, said]) = quiz_with_pictures(&exam);
    let (learner, other) = (exam.learner(), exam.learner());
    let paper = exam.start(&learner, quiz);
    assert_eq!(paper["slots"][0]["question"]["files"][0]["sha256"], asked, "{paper}");
    let attempt = id(&paper);
    let at = |hash: &str| format!("/api/attempts/{attempt}/files/{hash}");
    let read = |who: &Person, hash: &str| exam.app.get(&at(hash)).by(who).send();
    let file = read(&learner, &asked).status(200);
    assert_eq!((file.bytes.as_slice(), file.header("content-type")), (PICTURE, Some("image/png")));
    let etag = file.header("etag").unwrap().to_owned();
    let same = exam.app.get(&at(&asked)).by(&learner).header("If-None-Match", &etag).send().status(304);
    assert_eq!(same.header("cache-control"), file.header("cache-control"), "what is kept stays so");
    let part = exam.app.get(&at(&asked)).by(&learner).header("Range", "bytes=4-9").send().status(206);
    assert_eq!(part.bytes, b"really");
    // What only the feedback shows would say how it is answered.
    read(&learner, &said).problem(404, "not_found");
    read(&learner, "x").problem(404, "not_found");
    for who in [&other, &exam.teacher] {
        read(who, &asked).problem(404, "not_found");
    }
    exam.app.get(&at(&asked)).send().problem(401, "unauthenticated");
    exam.app.get("/api/attempts/1/files/x").by(&learner).send().problem(404, "not_found");

    // The exam room asks for it there, and whoever looks back does as everywhere else.
    let mut browser = Browser::of(&exam, &learner);
    assert_eq!(browser.open(&format!("/attempts/{attempt}")), 200);
    assert!(browser.page.contains(&format!("src=\"{}\"", at(&asked))), "{}", browser.page);
    exam.submit(&learner, attempt);
    read(&learner, &asked).problem(409, "attempt_over");
    browser.open(&format!("/attempts/{attempt}/review"));
    assert!(!browser.page.contains("/files/") || browser.page.contains("\"/api/files/"), "{}", browser.page);
    exam.app.get(&format!("/api/files/{asked}")).by(&learner).send().status(200);
}

#[test]
fn a_file_of_a_paper_is_read_where_the_quiz_may_be_taken() {
    let exam = Exam::new();
    let (quiz, [asked, _]) = quiz_with_pictures(&exam);
    let learner = exam.learner();
    let attempt = id(&exam.start(&learner, quiz));
    let quiz_view: Value = exam.app.get(&format!("/api/quizzes/{quiz}")).by(&exam.teacher).send().json();
    let elsewhere = json!({ "networks": ["192.0.2.0/24"], "slots": quiz_view["slots"] });
    exam.change_quiz(quiz, &elsewhere).send().status(200);
    let refused = exam.app.get(&format!("/api/attempts/{attempt}/files/{asked}")).by(&learner).send();
    refused.problem(403, "address_not_allowed");
}

#[test]
fn when_the_machine_is_full_the_picture_of_a_paper_is_there_and_looking_around_is_refused() {
    let exam = Exam::with(|config| {
        (config.limits.person_per_second, config.limits.address_per_second) = (0, 0);
    });
    let (quiz, [asked, _]) = quiz_with_pictures(&exam);
    let learner = exam.learner();
    let attempt = id(&exam.start(&learner, quiz));
    let _full = Full::begin(&exam.app.state);
    let began = Instant::now();
    let mut refused = 0;
    while refused < 20 {
        assert!(began.elapsed() < PATIENCE, "nothing is refused");
        let looked = exam.app.get(&format!("/api/files/{asked}")).by(&learner).send();
        refused += u32::from(looked.code == 503);
        let picture = exam.app.get(&format!("/api/attempts/{attempt}/files/{asked}")).by(&learner).send();
        assert_eq!(picture.status(200).bytes, PICTURE);
    }
}
