//! Grades from a file on the pages of the gradebook: tried first, then taken; wrong lines; results of quizzes; large files.

use std::fmt::Write as _;

use lyceum::domain::ids::{JobId, QuizId};
use lyceum::domain::session::csrf_token;
use lyceum::jobs::do_chunks;
use serde_json::json;

use crate::grade::{COURSE, School};
use crate::html_form::Form;
use crate::pages::{Browser, check_page, has, lacks, text};
use crate::support::Answer;

fn file() -> String {
    format!("/courses/{COURSE}/gradebook/file")
}

fn upload(school: &School, browser: &mut Browser<'_>, overrides: &str, text: &str) -> Answer {
    let csrf = csrf_token(&school.teacher.token);
    let fields = [("csrf", csrf.as_str()), ("overrides", overrides)];
    browser.upload(&file(), &fields, Some(("grades.csv", text.as_bytes())))
}

/// Presses the button of a report.
fn run(browser: &mut Browser<'_>, report: &Answer) -> Answer {
    let run = format!("{}/run", file());
    let form = Form::find(&report.text(), &run);
    let fields: Vec<(&str, &str)> =
        form.controls.iter().map(|control| (control.name.as_str(), control.value.as_str())).collect();
    browser.post(&run, &fields)
}

#[test]
fn a_file_is_tried_and_then_taken() {
    let school = School::open(3);
    let essay = school.item(&json!({ "name": "Essay", "max": 10 }));
    school.give(0, essay, 4.0);
    school.give(1, essay, 5.0);
    let mut browser = Browser::of(&school.app, &school.teacher);
    has(&browser.get(&format!("/courses/{COURSE}/gradebook")), &format!("href=\"{}\"", file()));
    assert_eq!(check_page(&browser.get(&file()).status(200)), Vec::<String>::new());
    let text = "username;name;Essay\nlearner0;x;-\nlearner1;x;5\nlearner2;x;7,5\n";
    let report = upload(&school, &mut browser, "false", text).status(200);
    assert_eq!(check_page(&report), Vec::<String>::new());
    has(&report, "Nothing is written yet.");
    has(&report, "<dt>Grades that change</dt><dd>2</dd>");
    has(&report, "<dt>Already as in the file</dt><dd>1</dd>");
    has(&report, "<td class=\"number\">2</td><td><bdi>learner0 Example</bdi></td>");
    has(&report, "<td class=\"number\">4</td><td class=\"number\">–</td>");
    has(&report, "<td class=\"number\">–</td><td class=\"number\">7.5</td>");
    has(&report, "<bdi>name</bdi>");
    assert!(school.own(2)[0]["points"].is_null());
    let done = run(&mut browser, &report);
    has(&browser.follow(&done).status(200), "2 grades were changed.");
    assert!(school.own(0)[0]["points"].is_null());
    assert_eq!(school.own(2)[0]["points"], 7.5);
    // It is not kept any more, and the same file again changes nothing.
    has(&run(&mut browser, &report).status(422), "id=\"f-file-problem\"");
    let again = upload(&school, &mut browser, "false", text).status(200);
    has(&again, "The file changes nothing");
    assert!(Form::all(&again.text()).iter().all(|form| !form.action.ends_with("/run")));
}

#[test]
fn a_file_that_would_change_something_else_by_now_is_shown_once_more() {
    let school = School::open(3);
    let essay = school.item(&json!({ "name": "Essay", "max": 10 }));
    school.give(1, essay, 5.0);
    let mut browser = Browser::of(&school.app, &school.teacher);
    let text = "username,Essay\nlearner0,7\nlearner1,5\nlearner2,6\n";
    let report = upload(&school, &mut browser, "false", text).status(200);
    has(&report, "<dt>Grades that change</dt><dd>2</dd>");
    lacks(&report, "grades were changed since");
    // Somebody grades whom the report had as unchanged.
    school.give(1, essay, 9.0);
    let again = run(&mut browser, &report).status(200);
    assert_eq!(check_page(&again), Vec::<String>::new());
    has(&again, "Nothing was taken: grades were changed since this report was made");
    has(&again, "<dt>Grades that change</dt><dd>3</dd>");
    has(&again, "<td class=\"number\">9</td><td class=\"number\">5</td>");
    assert!(school.own(0)[0]["points"].is_null());
    assert_eq!(school.own(1)[0]["points"], 9.0);
    // The old report is not taken later either; other points of what it lists are something else, too.
    run(&mut browser, &report).status(200);
    school.give(2, essay, 1.0);
    let last = run(&mut browser, &again).status(200);
    has(&last, "<td class=\"number\">1</td><td class=\"number\">6</td>");
    let done = run(&mut browser, &last);
    has(&browser.follow(&done).status(200), "3 grades were changed.");
    assert_eq!([0, 1, 2].map(|learner| school.own(learner)[0]["points"].clone()), [7.0, 5.0, 6.0]);
    // Where somebody gave just these grades meanwhile, nothing is left to take.
    let text = "username,Essay\nlearner0,8\n";
    let report = upload(&school, &mut browser, "false", text).status(200);
    school.give(0, essay, 8.0);
    let done = run(&mut browser, &report);
    has(&browser.follow(&done).status(200), "Nothing was changed.");
}

#[test]
fn every_wrong_line_is_shown_and_nothing_can_be_taken() {
    let school = School::open(3);
    school.item(&json!({ "name": "Essay", "max": 10 }));
    let mut browser = Browser::of(&school.app, &school.teacher);
    let wrong = "username,Essay\nlearner0,7\nlearner1,11\nnobody,3\nlearner0,8\nlearner2,7;5\n";
    let report = upload(&school, &mut browser, "false", wrong).status(200);
    assert_eq!(check_page(&report), Vec::<String>::new());
    has(&report, "Nothing of this file is taken while a line of it is wrong.");
    for fault in [
        "3</td><td>Essay: 11 is not between 0 and 10, the most that it can have.",
        "4</td><td>nobody is nobody",
        "5</td><td>Line 2 names the same person",
        "6</td><td>Essay: 7;5: Is not a decimal number",
    ] {
        has(&report, fault);
    }
    assert!(Form::all(&report.text()).iter().all(|form| !form.action.ends_with("/run")));
    browser.language = "ar";
    let report = upload(&school, &mut browser, "false", wrong).status(200);
    lacks(&report, "lang=\"en\" dir=\"ltr\"");
    // A file that cannot be read at all stays a form, with the line.
    for (broken, says) in [
        ("username,Essay\nlearner0,1,2\n", "السطر 2: عدد الخانات 3، وفي السطر الأول 2."),
        ("username,Essay\nlearner0,\"7\n", "السطر 2: فُتحت علامة اقتباس ولم تُغلق."),
    ] {
        let refused = upload(&school, &mut browser, "false", broken).status(422);
        has(&refused, says);
        has(&refused, "id=\"f-file-problem\"");
        lacks(&refused, "lang=\"en\" dir=\"ltr\"");
    }
    browser.language = "en";
    let csrf = csrf_token(&school.teacher.token);
    has(&browser.upload(&file(), &[("csrf", &csrf)], None).status(422), "id=\"f-file-problem\"");
    // Who looks on has no such page.
    Browser::of(&school.app, &school.learners[0]).get(&file()).status(403);
}

#[test]
fn results_of_quizzes_are_replaced_only_when_that_is_chosen() {
    let school = School::open(2);
    let item = school.quiz_item(QuizId(70), 20);
    school.quiz_result(QuizId(70), 0, 13);
    let mut browser = Browser::of(&school.app, &school.teacher);
    let text = format!("username,#{item}\nlearner0,15\n");
    let refused = upload(&school, &mut browser, "false", &text).status(200);
    has(&refused, "13 comes from a quiz. To change it, choose to replace results of quizzes as well.");
    let report = upload(&school, &mut browser, "true", &text).status(200);
    has(&report, "<span class=\"tag\">Replaces</span>");
    // What has become wrong meanwhile is shown in the place of the answer.
    let path = format!("/api/courses/{COURSE}/enrolments/{}", school.learners[0].user);
    let out = school.app.delete(&path).by(&school.teacher).header("If-Match", "*");
    out.send().status(204);
    let wrong = run(&mut browser, &report).status(200);
    has(&wrong, "is not enrolled in the course.");
    let back = json!({ "people": [{ "user": school.learners[0].user }] });
    let path = format!("/api/courses/{COURSE}/enrolments");
    school.app.post(&path).by(&school.teacher).json(&back).send().status(200);
    run(&mut browser, &report).status(303);
    assert_eq!(school.own(0)[0]["points"], 15.0);
}

#[test]
fn a_large_file_is_taken_by_a_job() {
    let school = School::with(260, |config| config.jobs.parallel = 0);
    let items = [0, 1].map(|number| school.item(&json!({ "name": format!("Part {number}"), "max": 10 })));
    let mut file = format!("username,#{},#{}\n", items[0], items[1]);
    for learner in 0..260 {
        writeln!(file, "learner{learner},4,5").unwrap();
    }
    let mut browser = Browser::of(&school.app, &school.teacher);
    let report = upload(&school, &mut browser, "false", &file).status(200);
    has(&report, "<dt>Grades that change</dt><dd>520</dd>");
    has(&report, "The first 200 of them are shown.");
    assert_eq!(text(&report).matches("<td><bdi>learner").count(), 200);
    // A grade that was given meanwhile, far behind the changes that are listed, has the report shown once more.
    school.give(259, items[1], 8.0);
    let report = run(&mut browser, &report).status(200);
    has(&report, "Nothing was taken: grades were changed since this report was made");
    let started = run(&mut browser, &report).status(303);
    let job = started.header("location").unwrap().strip_prefix("/admin/jobs/").unwrap().parse().unwrap();
    browser.follow(&started).status(200);
    do_chunks(&school.app.state, JobId(job), 20);
    // The first line is the total of the course.
    assert_eq!(school.own(259)[0]["points"], 9.0);
}
