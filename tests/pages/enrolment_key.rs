//! Enrolling with a key from the start page: the way in, what stands in it, and the words for that.

use lyceum::domain::ids::UserId;
use serde_json::json;

use crate::exam::{COURSE, Exam};
use crate::pages::{Browser, check_page, has, lacks, text};
use crate::people::account;
use crate::support::{Answer, Person};

const KEY: &str = "open sesame";

/// A course with a key.
fn school() -> Exam {
    let exam = Exam::new();
    let path = format!("/api/courses/{COURSE}/key");
    let key = exam.app.put(&path).by(&exam.admin).header("If-Match", "*").json(&json!({ "key": KEY }));
    key.send().status(200);
    exam
}

/// Somebody who is in no course.
fn person(exam: &Exam, username: &str) -> Person {
    exam.app.signed_in(UserId(account(&exam.app, &exam.admin, username)), &[])
}

fn join(browser: &mut Browser<'_>, short_name: &str, key: &str) -> Answer {
    browser.fill("/", "/", &[("short_name", short_name), ("key", key)])
}

/// What stands beside the field of the key, and nowhere else.
#[track_caller]
fn beside_the_key(answer: &Answer, words: &str) {
    let html = text(answer);
    let problem = html.split_once("id=\"f-key-problem\">").unwrap_or_else(|| panic!("no problem: {html}")).1;
    assert!(problem.starts_with(words), "{problem}");
    has(answer, "<a href=\"#f-key\"><b>");
    lacks(answer, "id=\"f-short_name-problem\"");
}

#[test]
fn somebody_without_a_course_comes_in_with_its_key() {
    let exam = school();
    let ada = person(&exam, "ada");
    let mut browser = Browser::of(&exam.app, &ada);
    let home = browser.get("/").status(200);
    assert_eq!(check_page(&home), Vec::<String>::new());
    has(&home, "You are not enrolled in a course yet.");
    // What is left out is said at each field, and is no try.
    for _ in 0..20 {
        let refused = join(&mut browser, " ", "").status(422);
        has(&refused, "id=\"f-short_name-problem\">This is needed.");
        has(&refused, "id=\"f-key-problem\">This is needed.");
    }
    let refused = join(&mut browser, "ex1", "sesame").status(403);
    assert_eq!(check_page(&refused), Vec::<String>::new());
    beside_the_key(&refused, "There is no such course, it takes nobody by a key at the moment");
    has(&refused, "value=\"ex1\"");
    let done = join(&mut browser, " ex1 ", KEY).status(303);
    assert_eq!(done.header("location"), Some(format!("/courses/{COURSE}").as_str()));
    has(&browser.follow(&done).status(200), "You are enrolled in Exams now.");
    let enrolment = format!("/api/courses/{COURSE}/enrolments/{}", ada.user);
    let enrolment = exam.app.get(&enrolment).by(&exam.teacher).send().status(200).json();
    assert_eq!((&enrolment["role"], &enrolment["by"]), (&json!("learner"), &json!("key")));
    let again = join(&mut browser, "EX1", KEY);
    has(&browser.follow(&again).status(200), "You are enrolled in Exams already.");
    // The form is there for the next course.
    has(&browser.get("/"), "Join a course");
}

#[test]
fn whatever_stands_in_the_way_is_said_beside_the_key_in_both_languages() {
    let exam = school();
    let (ada, bea) = (person(&exam, "ada"), person(&exam, "bea"));
    let mut browser = Browser::of(&exam.app, &ada);
    join(&mut browser, "EX1", KEY).status(303);
    let one = format!("/api/courses/{COURSE}/enrolments/{}", ada.user);
    let suspended = exam.app.patch(&one).by(&exam.teacher).header("If-Match", "*");
    suspended.json(&json!({ "status": "suspended" })).send().status(200);
    let refused = join(&mut browser, "EX1", KEY).status(409);
    beside_the_key(&refused, "Your enrolment is suspended. Ask your teacher.");
    // As many seats as people.
    let entry = format!("/courses/{COURSE}/people/entry");
    Browser::of(&exam.app, &exam.admin).fill(&entry, &entry, &[("capacity", "۲")]).status(303);
    let mut browser = Browser::of(&exam.app, &bea);
    beside_the_key(&join(&mut browser, "EX1", KEY).status(409), "All 2 seats are taken.");
    browser.language = "ar";
    let refused = join(&mut browser, "EX1", "guess").status(403);
    beside_the_key(&refused, "لا يوجد هذا المقرر");
    lacks(&refused, "lang=\"en\" dir=\"ltr\"");
}

#[test]
fn guesses_on_the_page_and_in_the_api_are_counted_together() {
    let exam = school();
    let ada = person(&exam, "ada");
    let mut browser = Browser::of(&exam.app, &ada);
    for number in 0..10 {
        let guess = format!("guess {number}");
        if number % 2 == 0 {
            join(&mut browser, "EX1", &guess).status(403);
        } else {
            let body = json!({ "short_name": "EX1", "key": guess });
            exam.app.post("/api/enrolments/by-key").by(&ada).json(&body).send().status(403);
        }
    }
    beside_the_key(&join(&mut browser, "EX1", KEY).status(429), "Too many keys were tried.");
    exam.pass(16 * 60 * 1000);
    join(&mut browser, "EX1", KEY).status(303);
}
