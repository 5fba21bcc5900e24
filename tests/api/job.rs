//! Jobs over HTTP: what is large, or asked for so, is done in chunks behind the client's back, with the same result.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use lyceum::domain::course::Course;
use lyceum::domain::ids::{JobId, UserId};
use lyceum::domain::job::{Job, Work};
use lyceum::domain::refusal::Refusal;
use lyceum::jobs::do_chunks;
use lyceum::jobs::regrade::MOST_LISTED;
use lyceum::store::Read as _;
use lyceum::sweep;
use serde_json::{Value, json};

use crate::exam::{COURSE, Exam, id, says, truth};
use crate::people::{account, activated, admin, sign_in};
use crate::support::{Answer, Person, Request, TestApp};

/// Nobody runs jobs but the test.
pub fn waiting() -> TestApp {
    TestApp::start_with(|config| config.jobs.parallel = 0)
}

fn roster(rows: usize) -> String {
    let mut file = "username,firstname,lastname,email\n".to_owned();
    for row in 0..rows {
        writeln!(file, "p{row:05},Ada,L{row},p{row}@x.example").unwrap();
    }
    file
}

fn import<'a>(app: &'a TestApp, by: &Person, query: &str, file: &str) -> Request<'a> {
    app.post(&format!("/api/import/roster{query}")).by(by).body("text/csv", file)
}

pub fn async_of(request: Request<'_>) -> Request<'_> {
    request.header("Prefer", "return=minimal, respond-async; wait=1")
}

/// The id of a job that was started.
#[track_caller]
pub fn started(answer: Answer) -> u64 {
    let answer = answer.status(202);
    let job = id(&answer.json());
    assert_eq!(answer.header("location"), Some(format!("/api/jobs/{job}").as_str()));
    job
}

pub fn show(app: &TestApp, by: &Person, job: u64) -> Value {
    app.get(&format!("/api/jobs/{job}")).by(by).send().status(200).json()
}

/// The job once it is over.
#[track_caller]
pub fn ended(app: &TestApp, by: &Person, job: u64) -> Value {
    let until = Instant::now() + Duration::from_mins(1);
    loop {
        let view = show(app, by, job);
        if !view["ended"].is_null() {
            return view;
        }
        assert!(Instant::now() < until, "the job did not end: {view}");
        // Nobody asks more often than one person may.
        std::thread::sleep(Duration::from_millis(20));
    }
}

pub fn result(app: &TestApp, by: &Person, job: u64) -> Answer {
    app.get(&format!("/api/jobs/{job}/result")).by(by).send()
}

/// A report without the ids of what was made.
fn without_ids(mut report: Value) -> Value {
    for row in report["results"].as_array_mut().unwrap() {
        row["user"] = Value::Null;
    }
    report
}

fn accounts(app: &TestApp) -> usize {
    use lyceum::domain::account::Account;
    app.state.store.read(|read| read.list::<Account>(&(), None, usize::MAX)).unwrap().len()
}

/// Files beside the store.
pub fn files(app: &TestApp) -> usize {
    let directory = app.state.config.store.directory.join(lyceum::app::FILES);
    let shelves = std::fs::read_dir(directory).unwrap().map(|shelf| shelf.unwrap().path());
    shelves.filter(|shelf| shelf.is_dir()).map(|shelf| std::fs::read_dir(shelf).unwrap().count()).sum()
}

pub fn audit(app: &TestApp) -> Vec<(String, String, String)> {
    use lyceum::domain::audit::AuditEntry;
    let entries = app.state.store.read(|read| read.list::<AuditEntry>(&(), None, usize::MAX)).unwrap();
    entries.into_iter().map(|entry| (entry.action, entry.subject, entry.detail)).collect()
}

#[test]
fn an_import_as_a_job_has_the_report_that_the_route_answers_with() {
    let file = "username,firstname,lastname,password,course1\n\
                good,G,Ood,,C1\n\
                a b,X,Y,,\n\
                strong,S,Trong,correct ferry tulip magnet,C1\n\
                lost,L,Ost,,NOWHERE\n";
    let reports = [false, true].map(|as_job| {
        let app = TestApp::start();
        let admin = admin(&app);
        let course = json!({ "short_name": "C1", "title": "One" });
        app.post("/api/courses").by(&admin).json(&course).send().status(201);
        if !as_job {
            return without_ids(import(&app, &admin, "", file).send().status(200).json());
        }
        let tried = started(async_of(import(&app, &admin, "?dry_run=true", file)).send());
        assert_eq!(ended(&app, &admin, tried)["state"], "done");
        let tried = result(&app, &admin, tried).status(200).json();
        assert_eq!((&tried["created"], &tried["dry_run"]), (&json!(3), &json!(true)));
        assert_eq!(accounts(&app), 0, "a dry run writes nothing");
        let answer = async_of(import(&app, &admin, "", file)).send();
        assert_eq!(answer.header("preference-applied"), Some("respond-async"));
        let job = started(answer);
        let view = ended(&app, &admin, job);
        assert_eq!((&view["kind"], &view["state"]), (&json!("roster_import"), &json!("done")));
        assert_eq!((&view["done"], &view["total"], &view["unit"]), (&json!(4), &json!(4), &json!("rows")));
        assert_eq!(view["result"], format!("/api/jobs/{job}/result"));
        // It goes behind the end of the job.
        let until = Instant::now() + Duration::from_secs(10);
        while files(&app) > 0 {
            assert!(Instant::now() < until, "the file, which has a password in it, is still there");
            std::thread::yield_now();
        }
        let said: Vec<String> = audit(&app)
            .into_iter()
            .filter(|(_, subject, _)| *subject == format!("job {job}"))
            .map(|(action, _, detail)| format!("{action}: {detail}"))
            .collect();
        assert_eq!(said, ["job.start: roster_import of people", "job.end: done, 4 rows"]);
        let metrics = app.get("/metrics").send().status(200).text();
        let chunks = "lyceum_job_chunk_duration_seconds_count{kind=\"roster_import\"} 2\n";
        assert!(metrics.contains(chunks), "{metrics}");
        without_ids(result(&app, &admin, job).status(200).json())
    });
    assert_eq!(reports[0], reports[1]);
}

#[test]
fn a_large_import_is_a_job_without_being_asked_and_a_wrong_file_is_refused_at_once() {
    let app = waiting();
    let admin = admin(&app);
    let answer = import(&app, &admin, "", &roster(2_001)).send();
    assert_eq!(answer.header("preference-applied"), None);
    started(answer);
    let unreadable = "username,firstname\nada,A,extra\n";
    async_of(import(&app, &admin, "", unreadable)).send().problem(422, "roster_unreadable");
    assert_eq!(files(&app), 1, "of what was refused nothing is kept");
    let metrics = app.get("/metrics").send().status(200).text();
    assert!(metrics.contains("lyceum_jobs{kind=\"roster_import\",state=\"queued\"} 1"), "{metrics}");
}

#[test]
fn a_job_that_is_cancelled_in_the_middle_leaves_whole_chunks_and_says_which() {
    let app = waiting();
    let admin = admin(&app);
    let job = started(async_of(import(&app, &admin, "", &roster(120))).send());
    do_chunks(&app.state, JobId(job), 1);
    let view = show(&app, &admin, job);
    assert_eq!(
        (&view["state"], &view["done"], &view["result"]),
        (&json!("queued"), &json!(16), &Value::Null),
        "it has begun, and where none may run it waits"
    );
    let metrics = app.get("/metrics").send().status(200).text();
    for (state, jobs) in [("queued", 1), ("running", 0)] {
        let line = format!("lyceum_jobs{{kind=\"roster_import\",state=\"{state}\"}} {jobs}\n");
        assert!(metrics.contains(&line), "{metrics}");
    }
    result(&app, &admin, job).problem(409, "job_without_result");
    let cancel = || app.post(&format!("/api/jobs/{job}/cancel")).by(&admin).send();
    assert_eq!(cancel().status(200).json()["state"], "cancelling");
    cancel().status(200);
    do_chunks(&app.state, JobId(job), 10);
    assert_eq!(show(&app, &admin, job)["state"], "cancelled");
    assert_eq!(accounts(&app), 16);
    let report = result(&app, &admin, job).status(200).json();
    assert_eq!((&report["created"], &report["rows"]), (&json!(16), &json!(120)));
    assert_eq!(report["results"].as_array().unwrap().len(), 16);
    assert_eq!(files(&app), 0);
    // One that waits is cancelled at once, one that is over not at all.
    let waiting = started(async_of(import(&app, &admin, "", &roster(1))).send());
    let answer = app.post(&format!("/api/jobs/{waiting}/cancel")).by(&admin).send().status(200).json();
    assert_eq!((&answer["state"], files(&app)), (&json!("cancelled"), 0));
    let done = started(async_of(app.get("/api/export/roster").by(&admin)).send());
    do_chunks(&app.state, JobId(done), 10);
    app.post(&format!("/api/jobs/{done}/cancel")).by(&admin).send().problem(409, "job_over");
}

#[test]
fn a_job_that_loses_its_right_or_its_file_fails_and_names_the_place() {
    let app = waiting();
    let root = admin(&app);
    let ada = activated(&app, &root, "ada");
    let role = json!({ "name": "registrar", "description": "", "permissions": ["manage_people"] });
    app.post("/api/roles").by(&root).json(&role).send().status(201);
    let grant = format!("/api/accounts/{ada}/grants/registrar");
    app.put(&grant).by(&root).send().status(200);
    let person = sign_in(&app, "ada");
    let begin = || {
        let job = started(async_of(import(&app, &person, "", &roster(120))).send());
        do_chunks(&app.state, JobId(job), 1);
        job
    };
    let go_on = |job: u64| {
        do_chunks(&app.state, JobId(job), 10);
        let view = show(&app, &root, job);
        assert_eq!(view["state"], "failed", "{view}");
        (view["failure"]["code"].as_str().unwrap().to_owned(), view["failure"]["at"].clone())
    };
    let job = begin();
    app.delete(&grant).by(&root).send().status(200);
    assert_eq!(go_on(job), ("forbidden".to_owned(), json!("behind 16 rows")));
    assert_eq!(result(&app, &root, job).status(200).json()["results"].as_array().unwrap().len(), 16);
    app.put(&grant).by(&root).send().status(200);
    let job = begin();
    app.post(&format!("/api/accounts/{ada}/suspend")).by(&root).send().status(200);
    assert_eq!(go_on(job).0, "forbidden");
    let job = started(async_of(import(&app, &root, "", &roster(3))).send());
    std::fs::remove_dir_all(app.state.config.store.directory.join(lyceum::app::FILES)).unwrap();
    assert_eq!(go_on(job), ("not_found".to_owned(), json!("file")));
}

#[test]
fn a_job_is_its_owners_and_who_manages_the_installation_sees_all() {
    let app = waiting();
    let root = admin(&app);
    account(&app, &root, "ada");
    let body = json!({ "name": "registrar", "description": "", "permissions": ["view_people"] });
    app.post("/api/roles").by(&root).json(&body).send().status(201);
    let [one, two] = [1, 2].map(|number| app.signed_in(UserId(800_000 + number), &["registrar"]));
    let start = |by: &Person| started(async_of(app.get("/api/export/roster").by(by)).send());
    let jobs = [start(&one), start(&one), start(&two)];
    let listed = |by: &Person, query: &str| {
        let page = app.get(&format!("/api/jobs{query}")).by(by).send().status(200).json();
        let ids: Vec<u64> = page["items"].as_array().unwrap().iter().map(id).collect();
        (ids, page["next"].as_str().map(str::to_owned))
    };
    assert_eq!(listed(&one, "").0, [jobs[1], jobs[0]]);
    let (first, next) = listed(&one, "?limit=1");
    assert_eq!(first, [jobs[1]]);
    assert_eq!(listed(&one, &format!("?limit=1&after={}", next.unwrap())).0, [jobs[0]]);
    assert_eq!(listed(&two, "").0, [jobs[2]]);
    assert_eq!(listed(&root, "").0, [jobs[2], jobs[1], jobs[0]]);
    for path in ["", "/result"] {
        app.get(&format!("/api/jobs/{}{path}", jobs[0])).by(&two).send().problem(404, "not_found");
    }
    app.post(&format!("/api/jobs/{}/cancel", jobs[0])).by(&two).send().problem(404, "not_found");
    app.post(&format!("/api/jobs/{}/cancel", jobs[0])).by(&root).send().status(200);
    // A report with activation links is for nobody else.
    let links = started(async_of(import(&app, &root, "?links=true", &roster(1))).send());
    do_chunks(&app.state, JobId(links), 5);
    assert!(result(&app, &root, links).status(200).json()["results"][0]["activation_token"].is_string());
    let other = app.signed_in(UserId(800_009), &["administrator"]);
    result(&app, &other, links).problem(403, "forbidden");
}

/// A personal token of somebody, narrowed to scopes.
fn narrowed(app: &TestApp, by: &Person, scopes: &[&str]) -> Person {
    let body = json!({ "name": "script", "scopes": scopes, "expires": "2026-10-01T00:00:00Z" });
    let made = app.post("/api/me/tokens").by(by).json(&body).send().status(201).json();
    Person { user: by.user, token: made["token"].as_str().unwrap().to_owned() }
}

#[test]
fn what_a_job_came_to_is_for_whoever_may_do_its_work_when_it_is_read() {
    let exam = graded_with(2, |config| config.jobs.parallel = 0);
    let (app, root) = (&exam.app, &exam.admin);
    let ada = activated(app, root, "ada");
    let role = json!({ "name": "reader", "description": "", "permissions": ["view_people"] });
    app.post("/api/roles").by(root).json(&role).send().status(201);
    app.put(&format!("/api/accounts/{ada}/grants/reader")).by(root).send().status(200);
    let enrolment = json!({ "people": [{ "user": ada, "role": "assistant" }] });
    let enrolments = format!("/api/courses/{COURSE}/enrolments");
    app.post(&enrolments).by(root).json(&enrolment).send().status(200);
    let ada_here = sign_in(app, "ada");
    let export = format!("/api/courses/{COURSE}/grades/export");
    let people = started(async_of(app.get("/api/export/roster").by(&ada_here)).send());
    let grades = started(async_of(app.get(&export).by(&ada_here)).send());
    let waits = started(async_of(app.get(&export).by(&ada_here)).send());
    for job in [people, grades] {
        do_chunks(&app.state, JobId(job), 9);
    }
    let listed = |by: &Person| -> Vec<u64> {
        let page = app.get("/api/jobs?limit=1").by(by).send().status(200).json();
        let mut ids: Vec<u64> = page["items"].as_array().unwrap().iter().map(id).collect();
        if let Some(next) = page["next"].as_str() {
            let page = app.get(&format!("/api/jobs?after={next}")).by(by).send().status(200).json();
            ids.extend(page["items"].as_array().unwrap().iter().map(id));
        }
        ids
    };
    let hidden = |by: &Person, job: u64| {
        for path in ["", "/result"] {
            app.get(&format!("/api/jobs/{job}{path}")).by(by).send().problem(404, "not_found");
        }
        app.post(&format!("/api/jobs/{job}/cancel")).by(by).send().problem(404, "not_found");
        app.get(&format!("/admin/jobs/{job}")).by(by).send().status(404);
    };
    // A token sees as much as its scopes say.
    let [nothing, of_people, of_grades] =
        [&[][..], &["view_people"], &["view_grades"]].map(|scopes| narrowed(app, &ada_here, scopes));
    assert_eq!(listed(&ada_here), [waits, grades, people]);
    assert_eq!((listed(&nothing), listed(&of_people)), (vec![], vec![people]));
    assert_eq!(listed(&of_grades), [waits, grades]);
    for (by, job) in [(&nothing, people), (&nothing, waits), (&of_people, grades), (&of_grades, people)] {
        hidden(by, job);
    }
    result(app, &of_people, people).status(200);
    result(app, &of_grades, grades).status(200);
    // Who manages the installation sees that it is there, may stop it, and reads nothing by that.
    let role = json!({ "name": "operator", "description": "", "permissions": ["manage_site"] });
    app.post("/api/roles").by(root).json(&role).send().status(201);
    let operator = app.signed_in(UserId(800_000), &["operator"]);
    assert_eq!(show(app, &operator, grades)["state"], "done");
    result(app, &operator, grades).problem(404, "not_found");
    result(app, &operator, people).problem(403, "forbidden");
    result(app, root, grades).status(200);
    app.post(&format!("/api/jobs/{waits}/cancel")).by(&operator).send().status(200);
    // Who may do it no more reads no more.
    let out = app.delete(&format!("{enrolments}/{ada}")).by(root).header("If-Match", "*");
    out.send().status(204);
    hidden(&ada_here, grades);
    assert_eq!(listed(&ada_here), [people]);
    result(app, &ada_here, people).status(200);
}

#[test]
fn a_report_with_activation_links_is_for_who_asked_and_in_person() {
    let app = waiting();
    let root = admin(&app);
    let ada = activated(&app, &root, "ada");
    app.put(&format!("/api/accounts/{ada}/grants/administrator")).by(&root).send().status(200);
    let ada = sign_in(&app, "ada");
    let token = narrowed(&app, &ada, &["manage_people", "manage_site"]);
    let with_links = started(async_of(import(&app, &token, "?links=true", &roster(1))).send());
    let without = started(async_of(import(&app, &token, "", &roster(2))).send());
    for job in [with_links, without] {
        do_chunks(&app.state, JobId(job), 9);
        assert_eq!(show(&app, &token, job)["state"], "done");
    }
    result(&app, &token, without).status(200);
    result(&app, &token, with_links).problem(403, "needs_session");
    for path in ["links", "links.csv"] {
        let path = format!("/admin/jobs/{with_links}/{path}");
        app.get(&path).by(&token).send().status(403);
        app.get(&path).by(&ada).send().status(200);
    }
    let page = app.get(&format!("/admin/jobs/{with_links}")).by(&token).send().status(200).text();
    assert!(!page.contains("/links") && !page.contains("/result"), "{page}");
    assert!(result(&app, &ada, with_links).status(200).json()["results"][0]["activation_token"].is_string());
}

#[test]
fn more_jobs_than_anybody_needs_are_refused() {
    let app = waiting();
    let admin = admin(&app);
    for _ in 0..20 {
        started(async_of(app.get("/api/export/roster").by(&admin)).send());
    }
    let refused = async_of(app.get("/api/export/roster").by(&admin)).send();
    assert_eq!(refused.header("retry-after"), Some("60"));
    refused.problem(429, "jobs_full");
}

#[test]
fn the_same_import_under_one_key_is_one_job() {
    let app = waiting();
    let admin = admin(&app);
    let send =
        |file: &str| async_of(import(&app, &admin, "", file)).header("Idempotency-Key", "intake-2026").send();
    let file = roster(3);
    assert_eq!(started(send(&file)), started(send(&file)));
    assert_eq!(files(&app), 1, "the second copy of the file is not kept");
    send(&roster(4)).problem(422, "idempotency_key_reused");
    // What is done in several transactions is a job under a key, however small.
    let small = || import(&app, &admin, "", &file).header("Idempotency-Key", "small").send();
    assert_eq!(started(small()), started(small()));
    let jobs = app.get("/api/jobs").by(&admin).send().status(200).json();
    assert_eq!(jobs["items"].as_array().unwrap().len(), 2);
}

#[test]
fn a_regrade_under_a_key_is_one_job_and_does_not_follow_later_changes() {
    let exam = graded_with(2, |config| config.jobs.parallel = 0);
    let (app, teacher) = (&exam.app, &exam.teacher);
    let quiz = quiz_of(&exam);
    let send = |query: &str| {
        let request = app.post(&format!("/api/quizzes/{quiz}/regrade?{query}")).by(teacher);
        request.header("Idempotency-Key", "k").send()
    };
    let job = started(send("latest_versions=true"));
    do_chunks(&app.state, JobId(job), 2);
    assert_eq!(result(app, teacher, job).status(200).json()["changed"], 2);
    assert_eq!(started(send("latest_versions=true")), job);
    send("").problem(422, "idempotency_key_reused");
    let jobs = app.get("/api/jobs").by(teacher).send().status(200).json();
    assert_eq!(jobs["items"].as_array().unwrap().len(), 1);
}

#[test]
fn files_of_people_and_grades_are_the_ones_that_the_routes_stream() {
    let exam = graded(3);
    let (app, teacher) = (&exam.app, &exam.teacher);
    let whole = app.get("/api/export/roster").by(&exam.admin).send().status(200).text();
    let job = started(async_of(app.get("/api/export/roster").by(&exam.admin)).send());
    assert_eq!(ended(app, &exam.admin, job)["state"], "done");
    let answer = result(app, &exam.admin, job).status(200);
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"people.csv\""));
    assert_eq!(answer.text(), whole);
    let path = format!("/api/courses/{COURSE}/grades/export?bom=true");
    let whole = app.get(&path).by(teacher).send().status(200).text();
    assert_eq!(whole.lines().count(), 4);
    let job = started(async_of(app.get(&path).by(teacher)).send());
    let view = ended(app, teacher, job);
    // The teacher is looked at, too, and has no line.
    assert_eq!((&view["state"], &view["done"]), (&json!("done"), &view["total"]), "{view}");
    assert_eq!(result(app, teacher, job).status(200).text(), whole);
    async_of(app.get(&path).by(&exam.learner())).send().problem(403, "forbidden");
}

#[test]
fn a_gradebook_whose_columns_change_during_the_export_fails_rather_than_lies() {
    let exam = graded_with(120, |config| config.jobs.parallel = 0);
    let (app, teacher) = (&exam.app, &exam.teacher);
    let job = started(async_of(app.get(&format!("/api/courses/{COURSE}/grades/export")).by(teacher)).send());
    do_chunks(&app.state, JobId(job), 1);
    let item = json!({ "name": "Essay", "max": 20 });
    app.post(&format!("/api/courses/{COURSE}/grades/items")).by(teacher).json(&item).send().status(201);
    do_chunks(&app.state, JobId(job), 1);
    let view = show(app, teacher, job);
    assert_eq!((&view["state"], &view["failure"]["code"]), (&json!("failed"), &json!("changed")), "{view}");
    result(app, teacher, job).problem(409, "job_without_result");
}

/// A course in which some learners handed in an attempt.
fn graded(learners: usize) -> Exam {
    graded_with(learners, |_| {})
}

pub fn graded_with(learners: usize, adjust: impl FnOnce(&mut lyceum::config::Config)) -> Exam {
    let exam = Exam::with(adjust);
    let question = exam.question(&truth("The key is wrong", false));
    let quiz = exam.quiz(&json!({ "slots": [{ "points": 2, "question": question }] }));
    for learner in 0..learners {
        let learner_of = exam.learner();
        let attempt = id(&exam.start(&learner_of, quiz));
        exam.save(&learner_of, attempt, 0, 1, &says(learner % 2 == 0));
        exam.submit(&learner_of, attempt);
    }
    exam.edit_question(question, &truth("The key is right", true));
    exam
}

pub fn quiz_of(exam: &Exam) -> u64 {
    let path = format!("/api/courses/{COURSE}/quizzes");
    id(&exam.app.get(&path).by(&exam.teacher).send().status(200).json()["items"][0])
}

#[test]
fn a_regrade_as_a_job_goes_on_where_it_was_and_has_the_same_result() {
    let exam = graded_with(13, |config| config.jobs.parallel = 0);
    let (app, teacher) = (&exam.app, &exam.teacher);
    let quiz = quiz_of(&exam);
    let path = |query: &str| format!("/api/quizzes/{quiz}/regrade?latest_versions=true{query}");
    let expected = app.post(&path("&dry_run=true")).by(teacher).send().status(200).json();
    assert_eq!(expected["changed"], 13);
    let tried = started(async_of(app.post(&path("&dry_run=true")).by(teacher)).send());
    do_chunks(&app.state, JobId(tried), 9);
    assert_eq!(result(app, teacher, tried).status(200).json(), expected);
    let job = started(async_of(app.post(&path("")).by(teacher)).send());
    let noted = || -> Vec<String> {
        let notes = audit(app).into_iter().filter(|(action, ..)| action == "quiz.regrade");
        notes.map(|(.., detail)| detail).collect()
    };
    for chunk in 1..=3 {
        do_chunks(&app.state, JobId(job), 1);
        let view = show(app, teacher, job);
        assert_eq!((&view["done"], &view["total"]), (&json!(13.min(chunk * 5)), &json!(13)));
        assert_eq!(noted().first().unwrap(), "begun; latest versions", "with the first marks that change");
    }
    assert_eq!(show(app, teacher, job)["state"], "done");
    let made = result(app, teacher, job).status(200).json();
    assert_eq!(made["changes"], expected["changes"]);
    assert_eq!(app.post(&path("&dry_run=true")).by(teacher).send().status(200).json()["changed"], 0);
    assert_eq!(noted(), ["begun; latest versions", "13 attempts changed; latest versions"]);
    async_of(app.post(&path("")).by(&exam.learner())).send().problem(403, "forbidden");
}

#[test]
fn a_report_of_a_regrade_lists_as_many_changes_as_may_be_and_counts_all() {
    let exam = graded_with(3, |config| config.jobs.parallel = 0);
    let (app, teacher) = (&exam.app, &exam.teacher);
    let quiz = quiz_of(&exam);
    let path = format!("/api/quizzes/{quiz}/regrade?latest_versions=true&dry_run=true");
    let job = started(async_of(app.post(&path)).by(teacher).send());
    // As if so many had changed before that there is room for one more.
    let almost = move |txn: &mut lyceum::store::Txn<'_>| -> Result<(), Refusal> {
        let mut job = Job::clone(&*txn.get::<Job>(&JobId(job))?.unwrap());
        let Work::Regrade(regrade) = &mut job.work else { panic!("{:?}", job.work) };
        regrade.changed = MOST_LISTED as u64 - 1;
        Ok(txn.put(job)?)
    };
    app.state.store.write_blocking(lyceum::store::Class::Bulk, almost).unwrap();
    do_chunks(&app.state, JobId(job), 1);
    let report = result(app, teacher, job).status(200).json();
    assert_eq!(report["changed"], 5_002, "{report}");
    assert_eq!(report["changes"].as_array().unwrap().len(), 1, "{report}");
    // The page says how many changes the file has, and how many there are.
    let page = crate::pages::Browser::of(app, teacher).get(&format!("/quizzes/{quiz}/regrade/{job}"));
    crate::pages::has(&page, "The first 5000 changes as a file");
    crate::pages::has(&page, "The marks of 5002 attempts would change.");
}

#[test]
fn a_copy_as_a_job_is_made_once_and_named_in_its_result() {
    let exam = graded(1);
    let (app, admin) = (&exam.app, &exam.admin);
    let path = format!("/api/courses/{COURSE}/copies");
    let facts = json!({ "short_name": "EX2", "title": "Next year" });
    let copy = || async_of(app.post(&path).by(admin)).header("Idempotency-Key", "k").json(&facts).send();
    let job = started(copy());
    assert_eq!(ended(app, admin, job)["state"], "done");
    assert_eq!(started(copy()), job);
    let course = result(app, admin, job).status(200).json()["course"].clone();
    let view = app.get(&format!("/api/courses/{course}")).by(admin).send().status(200).json();
    assert_eq!((&view["short_name"], &view["staff"]["copying"]), (&json!("EX2"), &Value::Null));
    let quizzes = app.get(&format!("/api/courses/{course}/quizzes")).by(admin).send().status(200).json();
    assert_eq!(quizzes["items"].as_array().unwrap().len(), 1);
    // The answer at once takes a key, too.
    let facts = json!({ "short_name": "EX3", "title": "After that" });
    let at_once = || app.post(&path).by(admin).header("Idempotency-Key", "l").json(&facts).send();
    let made = at_once().status(201).json();
    assert_eq!(at_once().status(201).json(), made);
    // Each stays what it was, whatever the client prefers when it sends it again.
    let later = async_of(app.post(&path).by(admin)).header("Idempotency-Key", "l").json(&facts).send();
    assert_eq!(later.status(201).json(), made);
    let facts = json!({ "short_name": "EX2", "title": "Next year" });
    assert_eq!(started(app.post(&path).by(admin).header("Idempotency-Key", "k").json(&facts).send()), job);
}

/// Rows of every table of a course that are there.
fn rows_of_courses(app: &TestApp) -> Vec<(&'static str, usize)> {
    use lyceum::domain::attempt::code_tries::CodeTries;
    use lyceum::domain::attempt::follow::Behind;
    use lyceum::domain::attempt::supervise::TakenExtension;
    use lyceum::domain::attempt::{Attempt, AttemptEvent, AttemptHead, Marks, Saved};
    use lyceum::domain::bank::file::CourseFile;
    use lyceum::domain::bank::{Category, Question, QuestionUse, QuestionVersion};
    use lyceum::domain::content::{Contents, Item, Section};
    use lyceum::domain::enrolment::Enrolment;
    use lyceum::domain::grade::{
        category::GradeCategory, entry::Grade, gradebook::Gradebook, item::GradeItem, total::Total,
    };
    use lyceum::domain::group::{Group, Member};
    use lyceum::domain::page::Page;
    use lyceum::domain::progress::Visited;
    use lyceum::domain::quiz::{Override, Quiz};
    use lyceum::domain::standing::Standing;
    use lyceum::store::Record;
    fn count<R: Record>(app: &TestApp) -> (&'static str, usize) {
        let rows = app.state.store.read(|read| read.list::<R>(&(), None, usize::MAX)).unwrap();
        (R::TABLE.name, rows.len())
    }
    vec![
        count::<Course>(app),
        count::<Enrolment>(app),
        count::<Contents>(app),
        count::<Section>(app),
        count::<Item>(app),
        count::<Page>(app),
        count::<Visited>(app),
        count::<Group>(app),
        count::<Member>(app),
        count::<Quiz>(app),
        count::<Override>(app),
        count::<Attempt>(app),
        count::<AttemptHead>(app),
        count::<AttemptEvent>(app),
        count::<TakenExtension>(app),
        count::<CodeTries>(app),
        count::<Behind>(app),
        count::<Saved>(app),
        count::<Marks>(app),
        count::<Standing>(app),
        count::<Category>(app),
        count::<Question>(app),
        count::<QuestionVersion>(app),
        count::<QuestionUse>(app),
        count::<CourseFile>(app),
        count::<Gradebook>(app),
        count::<GradeCategory>(app),
        count::<GradeItem>(app),
        count::<Grade>(app),
        count::<Total>(app),
    ]
}

/// Fills the course of an exam with one of everything. The learner of an attempt that runs, and the attempt.
fn furnish(exam: &Exam) -> (Person, u64) {
    let (app, teacher) = (&exam.app, &exam.teacher);
    let learner = exam.learner();
    exam.group("A group", &[&learner]);
    let section = crate::classroom::section(app, teacher, COURSE.0, "First");
    let page = crate::classroom::page(app, teacher, section, "A page", "Words");
    app.put(&format!("/api/items/{page}/visited")).by(&learner).send().status(204);
    let file = app.post(&format!("/api/courses/{COURSE}/question_files?name=x.png")).by(teacher);
    file.body("application/octet-stream", "x").send().status(200);
    let category = json!({ "name": "Folder" });
    app.post(&format!("/api/courses/{COURSE}/question_categories"))
        .by(teacher)
        .json(&category)
        .send()
        .status(201);
    let running = quiz_of(exam);
    let attempt = id(&exam.start(&learner, running));
    exam.set_user_override(running, &learner, &json!({ "extra_time_ms": 60_000 })).send().status(200);
    let (of, by) = (lyceum::domain::ids::QuizId(running), exam.acting_teacher());
    let tried = move |txn: &mut lyceum::store::Txn<'_>| -> Result<(), lyceum::domain::refusal::Refusal> {
        use lyceum::domain::attempt::{code_tries, follow, supervise::TakenExtension};
        use lyceum::domain::{ids::GroupId, quiz::Who};
        code_tries::count(txn, &by, of)?;
        follow::note(txn, &by, (COURSE, of), Who::Group(GroupId(9)))?;
        Ok(txn.put(TakenExtension { attempt: attempt.into(), reference: 7, at: by.now })?)
    };
    app.state.store.write_blocking(lyceum::store::Class::Bulk, tried).unwrap();
    (learner, attempt)
}

#[test]
fn a_course_goes_with_everything_in_it_and_nothing_else_does() {
    let exam = graded_with(40, |config| config.jobs.parallel = 0);
    let (learner, attempt) = furnish(&exam);
    let (app, admin) = (&exam.app, &exam.admin);
    let other = crate::classroom::published(app, admin, "OTHER");
    let before = rows_of_courses(app);
    let path = format!("/api/courses/{COURSE}");
    let delete =
        |by: &Person, name: &str| app.delete(&path).by(by).json(&json!({ "short_name": name })).send();
    delete(&exam.teacher, "EX1").problem(403, "forbidden");
    delete(admin, "ex1").problem(422, "invalid_field");
    delete(admin, "EX1").problem(409, "course_status");
    crate::classroom::set_status(app, admin, COURSE.0, "archived");
    let granted = account(app, admin, "granted");
    app.put(&format!("/api/courses/{COURSE}/grants/{granted}/assistant")).by(admin).send().status(200);
    let refused = delete(admin, "EX1").problem(409, "attempts_running");
    assert!(refused["detail"].as_str().unwrap().starts_with("1 attempts of the course run"), "{refused}");
    exam.submit(&learner, attempt);
    let job = started(delete(admin, "EX1"));
    delete(admin, "EX1").problem(409, "course_status");
    let grant = |role: &str| format!("/api/courses/{COURSE}/grants/{granted}/{role}");
    let mut chunks = 0;
    while show(app, admin, job)["ended"].is_null() {
        do_chunks(&app.state, JobId(job), 1);
        chunks += 1;
        assert!(chunks < 100, "it does not come to its end");
        let report = lyceum::domain::verify(&app.state.store).unwrap();
        assert!(report.is_clean(), "half-way: {:#?}", report.differences);
        if chunks == 1 {
            app.post(&format!("/api/jobs/{job}/cancel")).by(admin).send().problem(409, "job_over");
            app.get(&path).by(&exam.learner()).send().problem(404, "not_found");
            let status = app.put(&format!("{path}/status")).by(admin).header("If-Match", "*");
            status.json(&json!({ "status": "published" })).send().problem(409, "course_status");
            // Those who had a role were looked through already.
            app.put(&grant("observer")).by(admin).send().problem(409, "course_status");
            app.put(&grant("assistant")).by(admin).send().problem(409, "course_status");
        }
    }
    assert!(chunks > 1, "one chunk removes a bounded number of rows");
    let view = show(app, admin, job);
    assert_eq!(view["state"], "done", "{view}");
    assert_eq!(view["subject_name"], "EX1", "what is gone is called as it was");
    app.get(&path).by(admin).send().problem(404, "not_found");
    app.get(&format!("/api/courses/{other}")).by(admin).send().status(200);
    let grants = app.get(&format!("/api/accounts/{granted}/grants")).by(admin).send().status(200).json();
    assert_eq!(grants["courses"], json!([]));
    let of_other = ["course", "course contents", "gradebook", "grade category"];
    for ((table, before), (_, after)) in before.iter().zip(rows_of_courses(app)) {
        let left = usize::from(of_other.contains(table)).min(*before);
        assert!(after <= left, "{after} rows of {table} are left, of {before}");
    }
    let gone = result(app, admin, job).status(200).json()["gone"].clone();
    assert_eq!((&gone["attempts"], &gone["quizzes"], &gone["rows"]), (&json!(41), &json!(1), &view["done"]));
    let said = audit(app).into_iter().find(|(action, ..)| action == "course.deleted").unwrap();
    assert!(said.2.starts_with("EX1: ") && said.2.contains("41 attempts"), "{said:?}");
}

#[test]
fn a_copy_that_was_stopped_is_finished_or_removed() {
    let exam = graded_with(1, |config| config.jobs.parallel = 0);
    let (app, admin) = (&exam.app, &exam.admin);
    let stopped = |name: &str| {
        let facts = json!({ "short_name": name, "title": "Next year" });
        let copy = async_of(app.post(&format!("/api/courses/{COURSE}/copies")).by(admin)).json(&facts);
        let job = started(copy.send());
        app.post(&format!("/api/jobs/{job}/cancel")).by(admin).send().status(200);
        result(app, admin, job).status(200).json()["course"].as_u64().unwrap()
    };
    let finished = stopped("EX2");
    let view = app.post(&format!("/api/courses/{finished}/copying")).by(admin).send().status(200).json();
    assert_eq!(view["staff"]["copying"], Value::Null);
    let removed = stopped("EX3");
    let path = format!("/api/courses/{removed}");
    let job = started(app.delete(&path).by(admin).json(&json!({ "short_name": "EX3" })).send());
    do_chunks(&app.state, JobId(job), 10);
    assert_eq!(show(app, admin, job)["state"], "done");
    app.get(&path).by(admin).send().problem(404, "not_found");
    let draft = app.delete(&format!("/api/courses/{finished}")).by(admin);
    draft.json(&json!({ "short_name": "EX2" })).send().problem(409, "course_status");
}

#[test]
fn a_job_that_ends_the_server_at_every_start_is_given_up() {
    use lyceum::domain::job::run;
    let app = waiting();
    let admin = admin(&app);
    let job = started(async_of(import(&app, &admin, "", &roster(120))).send());
    do_chunks(&app.state, JobId(job), 1);
    let start = || {
        let now = app.clock.now();
        let taken = move |txn: &mut lyceum::store::Txn<'_>| run::take(txn, JobId(job), now, true);
        app.state.store.write_blocking(lyceum::store::Class::Bulk, taken).unwrap()
    };
    for _ in 0..5 {
        assert!(start().is_some());
    }
    assert!(start().is_none());
    let view = show(&app, &admin, job);
    assert_eq!(
        (&view["state"], &view["failure"]["at"]),
        (&json!("failed"), &json!("behind 16 rows")),
        "{view}"
    );
    // Its page and the trail of changes say where and why in the viewer's language.
    let cookie = format!("lyceum_session={}", admin.token);
    let page = |path: &str, language: &str| {
        let asked = app.get(path).header("Accept", "text/html").header("Cookie", &cookie);
        let text = asked.header("Accept-Language", language).send().status(200).text();
        text.replace(['\u{2068}', '\u{2069}'], "")
    };
    let (job, trail) = (format!("/admin/jobs/{job}"), "/admin/audit?kind=job");
    for path in [job.as_str(), trail] {
        let english = page(path, "en");
        assert!(english.contains("After 16 rows: The server ended 5 times at this place."), "{english}");
        let arabic = page(path, "ar");
        assert!(arabic.contains("16 صفًا: توقف الخادم 5 مرات عند هذا الموضع."), "{arabic}");
        assert!(!arabic.contains("behind") && !arabic.contains("at this place"), "{arabic}");
    }
}

#[test]
fn nobodys_small_job_waits_for_all_of_somebody_elses_large_ones() {
    let app = TestApp::start();
    let root = admin(&app);
    let other = app.signed_in(UserId(955_001), &["administrator"]);
    let large: Vec<u64> = (0..3)
        .map(|number| {
            let file =
                roster(1_500).replace("\np", &format!("\nq{number}")).replace(",p", &format!(",q{number}"));
            started(async_of(import(&app, &root, "", &file)).send())
        })
        .collect();
    let small = started(async_of(app.get("/api/export/roster").by(&other)).send());
    assert_eq!(ended(&app, &other, small)["state"], "done");
    assert!(show(&app, &root, large[2])["ended"].is_null(), "the last large job ended before the small one");
    assert_eq!(ended(&app, &root, large[2])["state"], "done");
}

#[test]
fn what_is_over_is_swept_after_thirty_days() {
    let app = TestApp::start();
    let admin = admin(&app);
    let job = started(async_of(import(&app, &admin, "", &roster(300))).send());
    assert_eq!(ended(&app, &admin, job)["state"], "done");
    let swept = || actix_web::rt::System::new().block_on(sweep::once(&app.state)).unwrap();
    app.clock.advance(Duration::from_hours(29 * 24));
    swept();
    let admin = app.signed_in(admin.user, &["administrator"]);
    show(&app, &admin, job);
    app.clock.advance(Duration::from_hours(2 * 24));
    assert!(swept() > 1, "its report has rows of its own");
    let admin = app.signed_in(admin.user, &["administrator"]);
    app.get(&format!("/api/jobs/{job}")).by(&admin).send().problem(404, "not_found");
    let parts = app.state.store.read(|read| read.list::<lyceum::domain::job::JobPart>(&(), None, 9)).unwrap();
    assert!(parts.is_empty());
}
