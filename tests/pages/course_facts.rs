//! What a course says of itself is changed in a form, and archiving it asks when people work in it.

use serde_json::{Value, json};

use crate::exam::{COURSE, Exam, id};
use crate::exam_pages::Browser;

const PLAIN: (&str, &str) = ("", "");

fn course(exam: &Exam) -> Value {
    exam.app.get(&format!("/api/courses/{COURSE}")).by(&exam.teacher).send().status(200).json()
}

#[test]
fn title_short_name_summary_and_dates_are_changed_in_a_form_and_the_trail_says_so() {
    let exam = Exam::new();
    let (edit, facts) = (format!("/courses/{COURSE}/edit"), format!("/courses/{COURSE}/facts"));
    let mut teacher = Browser::of(&exam, &exam.teacher);
    teacher.open(&edit);
    teacher.must_show(&format!("href=\"{facts}\""));
    assert_eq!(teacher.open(&facts), 200);
    let mut late = teacher.form(&facts);
    let mut form = teacher.form(&facts);
    for (name, value) in [
        ("title", ""),
        ("short_name", "x".repeat(41).as_str()),
        ("starts", "2026-10-01T08:00"),
        ("ends", "2026-09-01T08:00"),
    ] {
        form.set(name, value);
    }
    assert_eq!(teacher.press(&form, PLAIN), 422);
    for field in ["title", "short_name", "ends"] {
        teacher.must_show(&format!("id=\"f-{field}-problem\""));
    }
    teacher.must_show(&"x".repeat(41));
    let mut form = teacher.form(&facts);
    for (name, value) in [
        ("title", "Oceanography"),
        ("short_name", "SEA1"),
        ("summary", "All about **tides**."),
        ("ends", "2026-12-01T08:00"),
    ] {
        form.set(name, value);
    }
    assert_eq!(teacher.press(&form, PLAIN), 200);
    teacher.must_show("Saved.");
    let now = course(&exam);
    assert_eq!((now["title"].clone(), now["short_name"].clone()), (json!("Oceanography"), json!("SEA1")));
    assert_eq!(now["summary_html"], "<p>All about <strong>tides</strong>.</p>");
    assert_eq!(now["ends"], "2026-12-01T08:00:00.000Z");
    late.set("title", "Somebody else's");
    assert_eq!(teacher.press(&late, PLAIN), 412);
    teacher.must_show("Somebody else");
    assert_eq!(course(&exam)["title"], "Oceanography");
    let mut head = Browser::of(&exam, &exam.admin);
    assert_eq!(head.open("/admin/audit"), 200);
    head.must_show("Title Exams is now Oceanography, Short name EX1 is now SEA1, Begins");
    let learner = exam.learner();
    assert_eq!(Browser::of(&exam, &learner).open(&facts), 403);
}

#[test]
fn archiving_asks_when_somebody_works_in_the_course_and_says_how_many() {
    let exam = Exam::new();
    let quizzes = [exam.simple_quiz(1, &json!({})), exam.simple_quiz(1, &json!({}))];
    let (edit, status) = (format!("/courses/{COURSE}/edit"), format!("/courses/{COURSE}/status"));
    let mut teacher = Browser::of(&exam, &exam.teacher);
    let press = |browser: &mut Browser<'_>, to: &str| {
        browser.open(&edit);
        let form = browser.form(&status);
        assert_eq!(browser.press(&form, ("status", to)), 200);
    };
    press(&mut teacher, "archived");
    teacher.must_show("1 person is enrolled. They can read everything and do nothing more.");
    assert_eq!(course(&exam)["status"], "published", "it was only asked");
    let learner = exam.learner();
    let attempt = id(&exam.start(&learner, quizzes[0]));
    exam.start(&exam.learner(), quizzes[1]);
    press(&mut teacher, "archived");
    teacher.must_show("2 attempts run. They go on to their end and count");
    assert_eq!(course(&exam)["status"], "published", "it was only asked");
    let sure = teacher.form(&status);
    assert_eq!(teacher.press(&sure, PLAIN), 200);
    assert_eq!(course(&exam)["status"], "archived");
    assert_eq!(exam.attempt(&learner, attempt)["state"], "running");
    // In the list of all courses, too.
    press(&mut teacher, "published");
    let mut head = Browser::of(&exam, &exam.admin);
    assert_eq!(head.open("/admin/courses"), 200);
    let all = format!("/admin/courses/{COURSE}/status");
    let form = head.form(&all);
    assert_eq!(head.press(&form, ("status", "archived")), 200);
    head.must_show("2 attempts run.");
    assert_eq!(course(&exam)["status"], "published");
    let sure = head.form(&all);
    assert_eq!(head.press(&sure, PLAIN), 200);
    assert_eq!(course(&exam)["status"], "archived");
}
