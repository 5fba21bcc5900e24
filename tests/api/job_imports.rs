//! Imports of questions and of grades as jobs: checked whole, written in chunks, stopped and sent again.

use std::fmt::Write as _;

use lyceum::domain::bank::QUESTIONS;
use lyceum::domain::ids::{CourseId, JobId};
use lyceum::jobs::do_chunks;
use lyceum::store::{Counter, Read as _};
use serde_json::{Value, json};

use crate::bank::{course, member};
use crate::grade::School;
use crate::job::{async_of, audit, files, result, show, started, waiting};
use crate::people::admin;
use crate::support::{Answer, Person, Request, TestApp};

/// A file of questions in two categories. Every tenth is equal, far apart and in both.
fn gift(questions: usize) -> String {
    let mut file = String::new();
    for number in 0..questions {
        if number == 0 || number == questions / 2 {
            writeln!(file, "$CATEGORY: Week {number}\n").unwrap();
        }
        let name = if number % 10 == 0 { "Same".to_owned() } else { format!("Q{number}") };
        writeln!(file, "::{name}::Is it {name}?{{T}}\n").unwrap();
    }
    file
}

fn import<'a>(app: &'a TestApp, by: &Person, course: CourseId, query: &str, file: &str) -> Request<'a> {
    let path = format!("/api/courses/{course}/questions/import{query}");
    app.post(&path).by(by).body("application/octet-stream", file)
}

fn count(app: &TestApp, course: CourseId) -> i64 {
    app.state.store.read(|read| read.counter(&Counter::new(QUESTIONS, &course))).unwrap()
}

/// A report without the ids of what was made.
fn without_ids(mut report: Value) -> Value {
    for line in report["questions"].as_array_mut().unwrap() {
        line["question"] = Value::Null;
    }
    report
}

#[test]
fn a_question_import_as_a_job_has_the_report_that_the_route_answers_with() {
    let app = waiting();
    let [one, two] = ["ONE", "TWO"].map(|name| course(&app, name));
    let [by_one, by_two] = [one, two].map(|course| member(&app, course, course.0, "teacher"));
    let file = gift(90);
    let expected = without_ids(import(&app, &by_one, one, "", &file).send().status(200).json());
    assert_eq!((&expected["created"], &expected["unchanged"]), (&json!(90), &json!(0)));
    let tried = started(async_of(import(&app, &by_two, two, "?dry_run=true", &file)).send());
    do_chunks(&app.state, JobId(tried), 10);
    let mut report = without_ids(result(&app, &by_two, tried).status(200).json());
    assert_eq!(report["dry_run"], true);
    report["dry_run"] = json!(false);
    assert_eq!(report, expected);
    assert_eq!(count(&app, two), 0, "a dry run writes nothing");
    // Taken up anew for every chunk, as after a crash.
    let job = started(async_of(import(&app, &by_two, two, "", &file)).send());
    for done in [25, 50, 75, 90] {
        do_chunks(&app.state, JobId(job), 1);
        let view = show(&app, &by_two, job);
        assert_eq!((&view["done"], &view["total"]), (&json!(done), &json!(90)), "{view}");
        assert_eq!(count(&app, two), done);
    }
    let view = show(&app, &by_two, job);
    assert_eq!((&view["state"], &view["kind"]), (&json!("done"), &json!("question_import")), "{view}");
    assert_eq!(without_ids(result(&app, &by_two, job).status(200).json()), expected);
    assert_eq!(files(&app), 0, "nobody needs the file any more");
    let notes = audit(&app).into_iter().filter(|(action, ..)| action == "question.import");
    let notes: Vec<String> = notes.map(|(.., detail)| detail).collect();
    assert_eq!(notes, ["gift: 90 created, 0 unchanged, 0 skipped"; 2]);
}

#[test]
fn a_dry_run_as_a_job_says_what_becomes_of_a_question_because_of_one_far_before_it() {
    let app = waiting();
    let course = course(&app, "GEO");
    let teacher = member(&app, course, 1, "teacher");
    let mut file = "// [id:Q-1]\n".to_owned();
    for number in 0..60 {
        writeln!(file, "::Q{number}::Is it {number}?{{T}}\n").unwrap();
    }
    file.push_str("// [id:Q-1]\n::Last::Is it the last?{T}\n");
    let report = |query: &str| {
        let job = started(async_of(import(&app, &teacher, course, query, &file)).send());
        // Taken up anew for every chunk, as after another one's turn.
        for _ in 0..3 {
            do_chunks(&app.state, JobId(job), 1);
        }
        result(&app, &teacher, job).status(200).json()
    };
    let notes = |report: &Value| -> Vec<bool> {
        report["questions"].as_array().unwrap().iter().map(|line| line["note"].is_string()).collect()
    };
    let tried = report("?dry_run=true");
    assert_eq!((&tried["created"], count(&app, course)), (&json!(61), 0));
    assert_eq!(notes(&tried), [vec![false; 60], vec![true]].concat(), "its identifier is taken");
    let done = report("");
    assert_eq!((&done["created"], notes(&done)), (&json!(61), notes(&tried)));
}

#[test]
fn a_large_question_import_is_a_job_that_keeps_what_it_did_when_it_is_stopped() {
    let app = waiting();
    let course = course(&app, "GEO");
    let teacher = member(&app, course, 1, "teacher");
    let file = gift(230);
    let broken = format!("{file}\n::Broken::What? {{=a ~b\n");
    import(&app, &teacher, course, "", &broken).send().problem(422, "broken_file");
    assert_eq!((count(&app, course), files(&app)), (0, 0), "it is refused as a whole");
    let job = started(import(&app, &teacher, course, "", &file).send());
    do_chunks(&app.state, JobId(job), 1);
    app.post(&format!("/api/jobs/{job}/cancel")).by(&teacher).send().status(200);
    do_chunks(&app.state, JobId(job), 1);
    assert_eq!(show(&app, &teacher, job)["state"], "cancelled");
    let report = result(&app, &teacher, job).status(200).json();
    assert_eq!((&report["created"], report["questions"].as_array().unwrap().len()), (&json!(25), 25));
    assert_eq!(report["categories_created"], json!([["Week 0"], ["Week 115"]]));
    // Sent again it goes on: nothing is there twice but what the file has twice.
    let key = |request: Request<'_>| started(request.header("Idempotency-Key", "spring").send());
    let job = key(import(&app, &teacher, course, "", &file));
    assert_eq!(key(import(&app, &teacher, course, "", &file)), job, "one job under one key");
    assert_eq!(files(&app), 1);
    do_chunks(&app.state, JobId(job), 20);
    let report = result(&app, &teacher, job).status(200).json();
    assert_eq!((&report["created"], &report["unchanged"]), (&json!(205), &json!(25)));
    assert_eq!((count(&app, course), files(&app)), (230, 0));
    // One that nothing was done of has a report, too.
    let job = started(import(&app, &teacher, course, "", &file).send());
    app.post(&format!("/api/jobs/{job}/cancel")).by(&teacher).send().status(200);
    assert_eq!(result(&app, &teacher, job).status(200).json()["questions"], json!([]));
    // A right that is taken away stops it.
    let job = started(import(&app, &teacher, course, "", &file).send());
    do_chunks(&app.state, JobId(job), 1);
    member(&app, course, 1, "learner");
    do_chunks(&app.state, JobId(job), 1);
    assert_eq!(show(&app, &admin(&app), job)["failure"]["code"], "forbidden");
    result(&app, &teacher, job).problem(404, "not_found");
}

/// Grades of `items` for every learner.
fn sheet(school: &School, items: &[u64], points: i32) -> String {
    let header: Vec<String> = items.iter().map(|item| format!("#{item}")).collect();
    let mut file = format!("user_id,{}\n", header.join(","));
    for learner in &school.learners {
        let cells = vec![points.to_string(); items.len()];
        writeln!(file, "{},{}", learner.user, cells.join(",")).unwrap();
    }
    file
}

fn import_grades(school: &School, query: &str, file: &str) -> Answer {
    let path = school.path(&format!("/import{query}"));
    school.app.post(&path).by(&school.teacher).body("text/csv", file.as_bytes()).send()
}

#[test]
fn a_large_grade_import_is_a_job_that_goes_on_where_it_was() {
    let school = School::with(120, |config| config.jobs.parallel = 0);
    let (app, teacher) = (&school.app, &school.teacher);
    let items: Vec<u64> =
        (0..5).map(|number| school.item(&json!({ "name": format!("I{number}"), "max": 10 }))).collect();
    let file = sheet(&school, &items, 7);
    let wrong = format!("{file}nobody,1,1,1,1,1\n");
    let problem = import_grades(&school, "", &wrong).problem(422, "grade_import_refused");
    assert_eq!(problem["errors"][0]["at"], "line 122");
    assert!(school.own(0)[0]["points"].is_null());
    let dry = import_grades(&school, "?dry_run=true", &file).status(200).json();
    assert_eq!(dry["changed"], 600);
    let under_a_key = || {
        let request = app.post(&school.path("/import")).by(teacher).body("text/csv", file.as_bytes());
        started(request.header("Idempotency-Key", "k").send())
    };
    let job = under_a_key();
    do_chunks(&app.state, JobId(job), 1);
    let view = show(app, teacher, job);
    assert_eq!((&view["done"], &view["total"], &view["unit"]), (&json!(10), &json!(120), &json!("lines")));
    let noted =
        |app: &TestApp| audit(app).into_iter().filter(|(action, ..)| action == "grade.import").count();
    assert_eq!(noted(app), 1, "with the first grades that change");
    assert_eq!((&school.own(9)[1]["points"], &school.own(10)[1]["points"]), (&json!(7.0), &Value::Null));
    while show(app, teacher, job)["ended"].is_null() {
        do_chunks(&app.state, JobId(job), 1);
    }
    assert_eq!(show(app, teacher, job)["state"], "done");
    let mut report = result(app, teacher, job).status(200).json();
    assert_eq!(report["changes"].as_array().unwrap().len(), 500);
    report["dry_run"] = json!(true);
    assert_eq!(report, dry, "what the dry run said");
    assert_eq!(school.own(119)[4]["points"], 7.0);
    // Sent again it is not large any more, and still the same job.
    assert_eq!(under_a_key(), job);
    assert_eq!(import_grades(&school, "", &file).status(200).json()["unchanged"], 600);
    let notes = audit(app).into_iter().filter(|(action, ..)| action == "grade.import");
    assert_eq!(notes.map(|(.., detail)| detail).collect::<Vec<_>>(), ["begun", "600 grades of 120 learners"]);
    assert_eq!(files(app), 0);
}

#[test]
fn a_grade_import_stops_at_a_line_that_has_become_wrong_and_can_be_sent_again() {
    let school = School::with(30, |config| config.jobs.parallel = 0);
    let (app, teacher) = (&school.app, &school.teacher);
    let items: Vec<u64> =
        (0..2).map(|number| school.item(&json!({ "name": format!("I{number}"), "max": 10 }))).collect();
    let file = sheet(&school, &items, 6);
    let path = school.path("/import");
    let job = started(async_of(app.post(&path).by(teacher).body("text/csv", file.as_bytes())).send());
    do_chunks(&app.state, JobId(job), 1);
    assert_eq!(show(app, teacher, job)["done"], 25);
    let overridden = format!("/learners/{}/items/{}/override", school.learners[27].user, items[0]);
    school.put(&overridden, &json!({ "value": 9, "reason": "appeal" })).status(200);
    do_chunks(&app.state, JobId(job), 5);
    let view = show(app, teacher, job);
    assert_eq!((&view["state"], &view["failure"]["at"]), (&json!("failed"), &json!("line 29")), "{view}");
    let report = result(app, teacher, job).status(200).json();
    assert_eq!((&report["learners"], &report["changed"]), (&json!(25), &json!(50)));
    assert_eq!((&school.own(24)[1]["points"], &school.own(25)[1]["points"]), (&json!(6.0), &Value::Null));
    let again = import_grades(&school, "?overrides=true", &file).status(200).json();
    assert_eq!((&again["changed"], &again["unchanged"]), (&json!(10), &json!(50)));
}

#[test]
fn a_small_question_import_under_a_key_answers_as_the_first_time() {
    let app = waiting();
    let course = course(&app, "GEO");
    let teacher = member(&app, course, 1, "teacher");
    let send = |key: &str, query: &str, file: &str| {
        import(&app, &teacher, course, query, file).header("Idempotency-Key", key).send()
    };
    let rehearsed = send("r", "?dry_run=true", &gift(3)).status(200).text();
    assert_eq!(count(&app, course), 0);
    let first = send("k", "", &gift(3)).status(200);
    assert_eq!((first.json()["created"].clone(), count(&app, course)), (json!(3), 3));
    assert_eq!(send("k", "", &gift(3)).status(200).text(), first.text());
    send("k", "", &gift(4)).problem(422, "idempotency_key_reused");
    send("k", "?format=gift", &gift(3)).problem(422, "idempotency_key_reused");
    assert_eq!(send("r", "?dry_run=true", &gift(3)).status(200).text(), rehearsed);
    assert_eq!(count(&app, course), 3);
}
