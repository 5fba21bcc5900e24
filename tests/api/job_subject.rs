//! What a job is about, by name, for who may see that.

use lyceum::domain::ids::UserId;
use serde_json::{Value, json};

use crate::exam::COURSE;
use crate::job::{async_of, graded_with, quiz_of, show, started};
use crate::pages::{Browser, has};
use crate::support::Person;

#[test]
fn a_job_says_what_it_is_about_by_name_to_who_may_see_it() {
    let exam = graded_with(1, |config| config.jobs.parallel = 0);
    let (app, admin, teacher) = (&exam.app, &exam.admin, &exam.teacher);
    let quiz = quiz_of(&exam);
    let regrade = started(async_of(app.post(&format!("/api/quizzes/{quiz}/regrade")).by(teacher)).send());
    let grades = async_of(app.get(&format!("/api/courses/{COURSE}/grades/export")).by(teacher));
    let grades = started(grades.send());
    let people = started(async_of(app.get("/api/export/roster").by(admin)).send());
    let course = app.get(&format!("/api/courses/{COURSE}")).by(teacher).send().status(200).json();
    let name = |by: &Person, job: u64| {
        let view = show(app, by, job);
        let list = app.get("/api/jobs").by(by).send().status(200).json();
        let listed = list["items"].as_array().unwrap().iter().find(|listed| listed["id"] == job).unwrap();
        assert_eq!(&view, listed);
        (view["subject"].as_str().unwrap().to_owned(), view["subject_name"].clone())
    };
    assert_eq!(name(teacher, regrade), (format!("quiz {quiz}"), json!("A quiz")));
    assert_eq!(name(admin, grades), (format!("course {COURSE}"), course["title"].clone()));
    assert_eq!(name(admin, people), ("people".to_owned(), Value::Null));
    let title = course["title"].as_str().unwrap();
    for path in ["/admin/jobs".to_owned(), "/admin".to_owned(), format!("/admin/jobs/{grades}")] {
        let page = Browser::of(app, admin).get(&path);
        has(&page, &format!("course {title}"));
    }
    has(&Browser::of(app, teacher).get("/admin/jobs"), "quiz A quiz");
    // Who manages the installation, and sees no courses, sees their numbers.
    let role = json!({ "name": "caretaker", "description": "", "permissions": ["manage_site"] });
    app.post("/api/roles").by(admin).json(&role).send().status(201);
    let caretaker = app.signed_in(UserId(900_009), &["caretaker"]);
    assert_eq!(name(&caretaker, regrade), (format!("quiz {quiz}"), Value::Null));
    assert_eq!(name(&caretaker, grades), (format!("course {COURSE}"), Value::Null));
    let page = Browser::of(app, &caretaker).get("/admin/jobs");
    has(&page, &format!("course {COURSE}"));
}
