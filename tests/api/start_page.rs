//! The start page of who runs courses and of who only looks on, and what an administrator sees of somebody's courses.

use lyceum::domain::ids::UserId;
use serde_json::json;

use crate::classroom::{item, section};
use crate::exam::{COURSE, Exam, essay, id, says, truth};
use crate::pages::{Browser, check_page, has, lacks, text};
use crate::people::{account, admin};
use crate::support::{Answer, Person};

/// The start page, well made.
#[track_caller]
fn home(exam: &Exam, person: &Person) -> Answer {
    let page = Browser::of(&exam.app, person).get("/").status(200);
    assert_eq!(check_page(&page), Vec::<String>::new());
    page
}

/// Somebody with an account who is enrolled with this role.
fn enrolled(exam: &Exam, admin: &Person, username: &str, role: &str) -> Person {
    let user = account(&exam.app, admin, username);
    let people = json!({ "people": [{ "user": user, "role": role }] });
    let path = format!("/api/courses/{COURSE}/enrolments");
    exam.app.post(&path).by(&exam.admin).json(&people).send().status(200);
    exam.app.signed_in(UserId(user), &[])
}

#[test]
fn a_teacher_is_led_to_exams_that_run_and_to_answers_that_wait() {
    let exam = Exam::new();
    lacks(&home(&exam, &exam.teacher), "Waiting for you");
    let slots = json!([
        { "points": 4, "question": exam.question(&essay("Why?")) },
        { "points": 1, "question": exam.question(&truth("Is it?", true)) },
    ]);
    let quiz = exam.quiz(&json!({ "name": "Midterm", "slots": slots }));
    let (first, second) = (exam.learner(), exam.learner());
    let attempts = [&first, &second].map(|learner| id(&exam.start(learner, quiz)));
    let page = home(&exam, &exam.teacher);
    has(&page, "Waiting for you");
    has(&page, &format!("href=\"/quizzes/{quiz}/live\">2 working on it"));
    lacks(&page, "/marking");
    exam.save(&first, attempts[0], 0, 1, &json!({ "type": "essay", "text": "So." }));
    exam.save(&first, attempts[0], 1, 1, &says(true));
    exam.submit(&first, attempts[0]);
    let page = home(&exam, &exam.teacher);
    has(&page, &format!("href=\"/quizzes/{quiz}/live\">1 working on it"));
    has(&page, &format!("href=\"/quizzes/{quiz}/marking\">1 to be marked"));
    // Who takes the exam is told nothing of it.
    lacks(&home(&exam, &second), "Waiting for you");
    // An observer sees who works, but marks nothing.
    let observer = enrolled(&exam, &admin(&exam.app), "looker", "observer");
    let page = home(&exam, &observer);
    has(&page, "1 working on it");
    lacks(&page, "to be marked");
}

#[test]
fn what_can_be_taken_now_stands_above_what_opens_later_however_late_it_closes() {
    const DAY_MS: u64 = 24 * 60 * 60 * 1000;
    let exam = Exam::new();
    let week = section(&exam.app, &exam.teacher, COURSE.0, "Week");
    let quiz = |name: &str, dates: serde_json::Value| {
        let mut facts = json!({ "name": name, "slots": [{ "points": 1, "question": exam.question(&truth("Is it?", true)) }] });
        facts.as_object_mut().unwrap().extend(dates.as_object().unwrap().clone());
        let content = json!({ "kind": "quiz", "quiz": exam.quiz(&facts) });
        item(&exam.app, &exam.teacher, week, name, &content);
    };
    let in_days = |days: u64| exam.now_plus(days * DAY_MS);
    quiz("Next week", json!({ "opens": in_days(6), "closes": in_days(7) }));
    quiz("Open for long", json!({ "closes": in_days(60) }));
    quiz("Far away", json!({ "opens": in_days(40), "closes": in_days(60) }));
    let page = text(&home(&exam, &exam.learner()));
    let at = |name: &str| page.find(name);
    assert!(at("Open for long").unwrap() < at("Next week").unwrap());
    assert_eq!(at("Far away"), None);
}

#[test]
fn who_looks_on_is_led_to_what_they_may_read_whatever_gave_them_the_role() {
    let exam = Exam::new();
    let admin = admin(&exam.app);
    let links =
        ["", "/quizzes", "/gradebook", "/people"].map(|rest| format!("href=\"/courses/{COURSE}{rest}\""));
    let by_enrolment = enrolled(&exam, &admin, "by-enrolment", "observer");
    let granted = account(&exam.app, &admin, "granted");
    let grant = format!("/api/courses/{COURSE}/grants/{granted}/observer");
    exam.app.put(&grant).by(&exam.admin).send().status(200);
    let granted = exam.app.signed_in(UserId(granted), &[]);
    for person in [&by_enrolment, &granted] {
        let page = home(&exam, person);
        has(&page, "Courses that I look at");
        for link in &links {
            has(&page, link);
        }
        // Nothing that leads to a refusal.
        for link in text(&page).split("href=\"/courses/").skip(1) {
            let path = format!("/courses/{}", link.split('"').next().unwrap());
            Browser::of(&exam.app, person).get(&path).status(200);
        }
        lacks(&page, "My courses");
    }
    let everywhere = account(&exam.app, &admin, "everywhere");
    let everywhere = exam.app.signed_in(UserId(everywhere), &["observer"]);
    let page = home(&exam, &everywhere);
    has(&page, "href=\"/admin/courses\">All courses");
    lacks(&page, "You are not enrolled");
    let all = Browser::of(&exam.app, &everywhere).get("/admin/courses").status(200);
    has(&all, &format!("/courses/{COURSE}"));
}

#[test]
fn an_administrator_sees_somebodys_courses_with_role_and_state() {
    let exam = Exam::new();
    let admin = admin(&exam.app);
    let alone = account(&exam.app, &admin, "alone");
    let mut browser = Browser::of(&exam.app, &admin);
    has(&browser.get(&format!("/admin/people/{alone}")).status(200), "enrolled in no course");
    let assistant = enrolled(&exam, &admin, "helper", "assistant").user;
    let path = format!("/api/courses/{COURSE}/enrolments/{assistant}");
    let suspended = json!({ "status": "suspended" });
    exam.app.patch(&path).by(&exam.admin).header("If-Match", "*").json(&suspended).send().status(200);
    let page = browser.get(&format!("/admin/people/{assistant}")).status(200);
    assert_eq!(check_page(&page), Vec::<String>::new());
    has(&page, "Assistant");
    has(&page, "<span class=\"tag bad\">Suspended</span>");
    let person = format!("/courses/{COURSE}/people/{assistant}");
    has(&page, &format!("href=\"{person}\""));
    browser.get(&person).status(200);
}

#[test]
fn a_token_is_offered_only_what_its_person_may_do() {
    let exam = Exam::new();
    let admin = admin(&exam.app);
    let offered = |person: &Person| -> Vec<String> {
        let page = Browser::of(&exam.app, person).get("/account/tokens").status(200);
        let boxes = text(&page);
        let boxes = boxes.split("name=\"scopes\" value=\"").skip(1);
        boxes.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
    };
    let learner = enrolled(&exam, &admin, "pupil", "learner");
    assert_eq!(offered(&learner), ["view_course", "take_quiz", "view_own_grades"]);
    assert!(offered(&exam.teacher).contains(&"edit_quiz".to_owned()));
    assert!(!offered(&exam.teacher).contains(&"manage_site".to_owned()));
    assert!(offered(&admin).contains(&"manage_site".to_owned()));
    let nobody = exam.app.signed_in(UserId(account(&exam.app, &admin, "nobody")), &[]);
    assert_eq!(offered(&nobody), Vec::<String>::new());
    has(
        &Browser::of(&exam.app, &nobody).get("/account/tokens"),
        "You have no rights yet that a token could use.",
    );
}
