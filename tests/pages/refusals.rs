//! Refusals are said in the viewer's language, with the numbers that they have.

use lyceum::domain::ids::UserId;
use serde_json::json;

use crate::exam::{COURSE, Exam};
use crate::pages::{Browser, text};
use crate::people::account;
use crate::support::Answer;

/// The page says it in Arabic: nothing of it is marked as English, and no word of the reason is.
#[track_caller]
fn in_arabic(answer: &Answer, status: u16, code: &str, says: &[&str]) {
    let html = text(answer);
    assert_eq!(answer.code, status, "{html}");
    assert!(!html.contains("lang=\"en\" dir=\"ltr\""), "{code} has English in it: {html}");
    for part in says {
        assert!(html.contains(part), "{code} does not say {part}: {html}");
    }
}

#[test]
fn what_stands_in_the_way_of_building_a_course_is_said_in_arabic() {
    let exam = Exam::new();
    let app = &exam.app;
    let mut browser = Browser::of(app, &exam.teacher);
    browser.language = "ar";
    let edit = format!("/courses/{COURSE}/edit");
    browser.fill(&edit, &format!("/courses/{COURSE}/sections"), &[("title", "Week")]).status(303);
    let outline = app.get(&format!("/api/courses/{COURSE}/outline")).by(&exam.teacher).send().json();
    let section = outline["sections"][0]["id"].as_u64().unwrap();
    let items = format!("/sections/{section}/items");
    let quiz = exam.simple_quiz(1, &json!({})).to_string();
    let placed = [("title", "Q"), ("kind", "quiz"), ("content/quiz", quiz.as_str())];
    browser.fill(&edit, &items, &placed).status(303);
    in_arabic(&browser.fill(&edit, &items, &placed), 409, "quiz_placed", &["للاختبار مكانه في المقرر"]);
    let delete = format!("/sections/{section}/delete");
    in_arabic(&browser.fill(&delete, &delete, &[]), 409, "section_not_empty", &["في القسم شيء واحد"]);
    // Seats that are all taken.
    let entry = format!("/courses/{COURSE}/people/entry");
    let enrolled = app.get(&format!("/api/courses/{COURSE}/enrolments")).by(&exam.teacher).send().json();
    let seats = enrolled["items"].as_array().unwrap().len().to_string();
    browser.fill(&entry, &entry, &[("capacity", &seats)]).status(303);
    account(app, &exam.admin, "ada");
    let people = format!("/courses/{COURSE}/people");
    let refused = browser.fill(&people, &people, &[("people", "ada"), ("role", "learner")]);
    in_arabic(&refused, 409, "course_full", &["فلا مقعد لهذا الشخص: ada"]);
    // Only an archived course is deleted.
    let mut head = Browser::of(app, &exam.admin);
    head.language = "ar";
    let delete = format!("/admin/courses/{COURSE}/delete");
    in_arabic(&head.fill(&delete, &delete, &[("short_name", "EX1")]), 409, "course_status", &["أرشفه أولًا"]);
}

#[test]
fn one_token_too_many_is_refused_in_arabic_with_their_number() {
    let exam = Exam::new();
    let app = &exam.app;
    let ada = app.signed_in(UserId(account(app, &exam.admin, "ada")), &[]);
    let body = json!({ "name": "x", "scopes": [], "expires": "2026-10-01T00:00:00Z" });
    for _ in 0..50 {
        app.post("/api/me/tokens").by(&ada).json(&body).send().status(201);
    }
    let mut browser = Browser::of(app, &ada);
    browser.language = "ar";
    let fields = [("name", "y"), ("days", "30"), ("scopes", "view_course")];
    let refused = browser.fill("/account/tokens", "/account/tokens", &fields);
    in_arabic(&refused, 409, "too_many_tokens", &["بلغت الرموز 50"]);
    // Scripts get the same words.
    let again = app.post("/api/me/tokens").by(&ada).header("Accept-Language", "ar");
    let problem = again.json(&body).send().problem(409, "too_many_tokens");
    assert!(problem["words"].as_str().unwrap().contains("50"), "{problem}");
}
