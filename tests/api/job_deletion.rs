//! Deletions of courses that are cancelled, fail, or have copies under way. What they remove is in `job`.

use lyceum::domain::course::{Course, CourseStatus};
use lyceum::domain::ids::{JobId, UserId};
use lyceum::domain::job::{Job, Work};
use lyceum::jobs::do_chunks;
use lyceum::store::Read as _;
use serde_json::json;

use crate::exam::COURSE;
use crate::job::{async_of, graded_with, show, started};
use crate::people::account;
use crate::support::Person;

#[test]
fn a_deletion_that_is_cancelled_while_it_waits_leaves_the_course_as_it_was() {
    let exam = graded_with(1, |config| config.jobs.parallel = 0);
    let (app, admin) = (&exam.app, &exam.admin);
    let path = format!("/api/courses/{COURSE}");
    let key = app.put(&format!("{path}/key")).by(admin).header("If-Match", "*");
    key.json(&json!({ "key": "open sesame" })).send().status(200);
    crate::classroom::set_status(app, admin, COURSE.0, "archived");
    let view = || app.get(&path).by(admin).send().status(200).json();
    let before = view();
    let delete = || started(app.delete(&path).by(admin).json(&json!({ "short_name": "EX1" })).send());
    let job = delete();
    let cancelled = app.post(&format!("/api/jobs/{job}/cancel")).by(admin).send().status(200).json();
    assert_eq!(cancelled["state"], "cancelled");
    assert_eq!(view(), before);
    do_chunks(&app.state, JobId(job), 1);
    assert_eq!(view(), before);
    // One that comes to its turn asks anew, and goes no further than the answer allows.
    let job = delete();
    crate::classroom::set_status(app, admin, COURSE.0, "published");
    do_chunks(&app.state, JobId(job), 1);
    let ended = show(app, admin, job);
    assert_eq!((&ended["state"], &ended["failure"]["code"]), (&json!("failed"), &json!("course_status")));
    assert_eq!((&view()["status"], &view()["staff"]["has_key"]), (&json!("published"), &json!(true)));
}

#[test]
fn a_course_is_not_deleted_while_a_copy_of_it_is_unfinished() {
    let exam = graded_with(1, |config| config.jobs.parallel = 0);
    let (app, admin) = (&exam.app, &exam.admin);
    let begun = |name: &str| {
        let facts = json!({ "short_name": name, "title": "Next year" });
        let copies = app.post(&format!("/api/courses/{COURSE}/copies")).by(admin);
        let job = started(async_of(copies).json(&facts).send());
        let copy = exam.app.state.store.read(|read| read.get::<Job>(&JobId(job))).unwrap().unwrap();
        let Work::CourseCopy(copy) = &copy.work else { panic!("{copy:?}") };
        (job, copy.to.0)
    };
    let delete = |course: u64, name: &str| {
        app.delete(&format!("/api/courses/{course}")).by(admin).json(&json!({ "short_name": name })).send()
    };
    let state = |job: u64| {
        do_chunks(&app.state, JobId(job), 100);
        let view = show(app, admin, job);
        (view["state"].as_str().unwrap().to_owned(), view["failure"]["code"].clone())
    };
    crate::classroom::set_status(app, admin, COURSE.0, "archived");
    // One that is begun while the deletion waits is finished, too.
    let deletion = started(delete(COURSE.0, "EX1"));
    let (copying, _) = begun("EX2");
    assert_eq!(state(deletion), ("failed".to_owned(), json!("copy_unfinished")));
    let refused = delete(COURSE.0, "EX1").problem(409, "copy_unfinished");
    assert!(refused["detail"].as_str().unwrap().contains("not finished"), "{refused}");
    assert_eq!(state(copying).0, "done");
    // A copy that is being removed needs the course no more, and is not gone on with.
    let (copying, copy) = begun("EX3");
    let removal = started(delete(copy, "EX3"));
    delete(COURSE.0, "EX1").problem(409, "copy_unfinished");
    assert_eq!(state(removal).0, "done");
    assert_eq!(state(copying), ("failed".to_owned(), json!("not_found")));
    // Where a course went all the same, its copies stay marked.
    let (copying, copy) = begun("EX4");
    let mut gone = app.state.store.read(|read| read.get::<Course>(&COURSE)).unwrap().unwrap();
    std::sync::Arc::make_mut(&mut gone).status = CourseStatus::Deleting;
    crate::classroom::store(app, Course::clone(&gone));
    assert_eq!(state(copying), ("failed".to_owned(), json!("course_status")));
    let view = app.get(&format!("/api/courses/{copy}")).by(admin).send().status(200).json();
    assert_eq!((&view["status"], &view["staff"]["copying"]), (&json!("draft"), &json!(COURSE)));
    assert_eq!(state(started(delete(COURSE.0, "EX1"))).0, "done");
    app.post(&format!("/api/courses/{copy}/copying")).by(admin).send().problem(404, "not_found");
}

#[test]
fn a_deletion_that_failed_is_asked_for_again_and_goes_on() {
    let exam = graded_with(40, |config| config.jobs.parallel = 0);
    let (app, admin) = (&exam.app, &exam.admin);
    crate::classroom::set_status(app, admin, COURSE.0, "archived");
    let other = account(app, admin, "other");
    let delete = |by: &Person| {
        let confirmed = json!({ "short_name": "EX1" });
        started(app.delete(&format!("/api/courses/{COURSE}")).by(by).json(&confirmed).send())
    };
    let job = delete(&app.signed_in(UserId(other), &["administrator"]));
    do_chunks(&app.state, JobId(job), 1);
    app.signed_in(UserId(other), &["observer"]);
    do_chunks(&app.state, JobId(job), 1);
    assert_eq!(show(app, admin, job)["failure"]["code"], "forbidden");
    // Part of it is gone, whatever becomes of the next deletion.
    let job = delete(admin);
    app.post(&format!("/api/jobs/{job}/cancel")).by(admin).send().status(200);
    let left = app.get(&format!("/api/courses/{COURSE}")).by(admin).send().status(200).json();
    assert_eq!(left["status"], "deleting");
    let job = delete(admin);
    do_chunks(&app.state, JobId(job), 100);
    assert_eq!(show(app, admin, job)["state"], "done");
    app.get(&format!("/api/courses/{COURSE}")).by(admin).send().problem(404, "not_found");
}
