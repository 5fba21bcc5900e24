//! The administrator's pages: who may open them, and that each form does what it says, and refuses what it must.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use lyceum::domain::audit::{self, DETAIL_LENGTH};
use lyceum::domain::ids::UserId;
use lyceum::domain::schedule::{self, Beat};
use lyceum::domain::session::csrf_token;
use lyceum::store::{Class, Txn};
use serde_json::{Value, json};

use crate::exam::{Exam, id};
use crate::people::{PASSWORD, account, activated, admin, sign_in, try_sign_in};
use crate::support::{Answer, Person, Request, TestApp};

const PAGES: [&str; 18] = [
    "/admin",
    "/admin/people",
    "/admin/people/new",
    "/admin/people/import",
    "/admin/people/900500",
    "/admin/people/900500/edit",
    "/admin/people/900500/suspend",
    "/admin/courses",
    "/admin/courses/new",
    "/admin/exams",
    "/admin/audit",
    "/admin/settings",
    "/admin/health",
    "/admin/records",
    "/admin/records/credentials/new",
    "/admin/records/targets/new",
    "/admin/records/import",
    "/admin/records/people",
];

/// Asked for by a browser: with the cookie of the session.
fn browser<'a>(request: Request<'a>, person: &Person) -> Request<'a> {
    request.header("Accept", "text/html").header("Cookie", &format!("lyceum_session={}", person.token))
}

fn page(app: &TestApp, by: &Person, path: &str) -> Answer {
    browser(app.get(path), by).send()
}

/// Sends a form as its page would.
fn post(app: &TestApp, by: &Person, path: &str, fields: &str) -> Answer {
    let body = format!("csrf={}&{fields}", csrf_token(&by.token));
    browser(app.post(path), by).body("application/x-www-form-urlencoded", body).send()
}

/// Sends a form with a file; `csrf` is what its hidden field has.
fn upload(app: &TestApp, by: &Person, csrf: &str, fields: &[(&str, &str)], file: Option<&str>) -> Answer {
    let mut body = String::new();
    let mut part = |head: &str, value: &str| {
        write!(body, "--edge\r\nContent-Disposition: form-data; {head}\r\n\r\n{value}\r\n").unwrap();
    };
    part("name=\"csrf\"", csrf);
    for (name, value) in fields {
        part(&format!("name=\"{name}\""), value);
    }
    if let Some(file) = file {
        part("name=\"file\"; filename=\"people.csv\"", file);
    }
    body.push_str("--edge--\r\n");
    browser(app.post("/admin/people/import"), by).body("multipart/form-data; boundary=edge", body).send()
}

/// What stands between two texts of a page.
#[track_caller]
fn between<'a>(text: &'a str, before: &str, behind: &str) -> &'a str {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("{before} is not in {text}"));
    rest.split(behind).next().unwrap()
}

#[track_caller]
fn goes_to(answer: Answer, path: &str) {
    let answer = answer.status(303);
    assert_eq!(answer.header("location"), Some(path));
}

/// Looks again a little later: nobody asks more often than one person may.
#[track_caller]
fn wait_until(end: Instant) {
    assert!(Instant::now() < end, "the job did not end");
    std::thread::sleep(Duration::from_millis(20));
}

/// The value of a hidden field.
fn hidden<'a>(text: &'a str, name: &str) -> &'a str {
    between(text, &format!("name=\"{name}\" value=\""), "\"")
}

fn plain(text: &str) -> String {
    text.replace(['\u{2068}', '\u{2069}'], "")
}

#[test]
fn the_pages_are_for_administrators_and_lead_others_away() {
    let app = TestApp::start();
    let admin = admin(&app);
    let id = account(&app, &admin, "ada");
    let learner = app.signed_in(UserId(700_000), &["learner"]);
    let teacher = app.signed_in(UserId(700_001), &["teacher"]);
    for path in PAGES {
        let path = path.replace("900500", &id.to_string());
        let answer = page(&app, &admin, &path).status(200);
        let text = answer.text();
        assert_eq!(text.matches("<h1").count(), 1, "{path}");
        assert!(!text.contains("style=\"") && !text.contains("onclick"), "{path}");
        assert!(text.contains("aria-current=\"page\""), "{path}");
        page(&app, &learner, &path).status(if path == "/admin/courses" { 200 } else { 403 });
        if !path.starts_with("/admin/courses") {
            page(&app, &teacher, &path).status(403);
        }
        let answer = app.get(&path).header("Accept", "text/html").send().status(303);
        assert!(answer.header("location").unwrap().starts_with("/sign-in"), "{path}");
    }
}

#[test]
fn a_person_is_made_with_a_link_that_works_and_is_shown_once() {
    let app = TestApp::start();
    let admin = admin(&app);
    let refused = post(&app, &admin, "/admin/people/new", "first_name=Grace&last_name=&username=Grace+H");
    let text = refused.status(422).text();
    assert!(text.contains("value=\"Grace\"") && text.contains("aria-invalid"), "{text}");
    let made = post(
        &app,
        &admin,
        "/admin/people/new",
        "first_name=Grace&last_name=Hopper&username=grace&email=grace%40navy.example",
    );
    let text = made.status(200).text();
    let token = between(&text, "/activation?token=", "\"").to_owned();
    crate::people::redeem(&app, &token, PASSWORD).status(204);
    let grace = sign_in(&app, "grace");
    let shown = page(&app, &admin, &format!("/admin/people/{}", grace.user)).status(200).text();
    assert!(shown.contains("grace@navy.example") && !shown.contains(&token));
    // The same username again is refused at its field, and nobody is made.
    let twice = post(&app, &admin, "/admin/people/new", "first_name=G&last_name=H&username=grace");
    assert!(twice.status(409).text().contains("f-username-problem"));
    let found = page(&app, &admin, "/admin/people?search=hop").status(200).text();
    assert!(found.contains("Grace Hopper") && !found.contains("rel=\"next\""));
}

#[test]
fn a_link_leads_to_the_host_that_was_asked_and_where_a_trusted_proxy_says() {
    let made = |app: &TestApp, said: &[(&str, &str)]| {
        let admin = admin(app);
        let fields = format!("csrf={}&first_name=A&last_name=B&username=ada", csrf_token(&admin.token));
        let request = browser(app.post("/admin/people/new"), &admin);
        let request = said.iter().fold(request, |request, (name, value)| request.header(name, value));
        let page = request.body("application/x-www-form-urlencoded", fields).send().status(200).text();
        let before = page.split("/activation?token=").next().unwrap();
        before.rsplit(['"', '>']).next().unwrap().to_owned()
    };
    let said = [
        ("X-Forwarded-Host", "evil.example"),
        ("X-Forwarded-Proto", "https"),
        ("Forwarded", "host=evil.example;proto=https"),
    ];
    let app = TestApp::start();
    assert_eq!(made(&app, &said), app.base);
    let app =
        TestApp::start_with(|config| config.server.trusted_proxies = vec!["127.0.0.1".parse().unwrap()]);
    assert_eq!(made(&app, &said), "https://evil.example");
    let app = TestApp::start_with(|config| {
        config.server.public_url = Some("http://learn.example.edu/".to_owned());
    });
    assert_eq!(made(&app, &said), "http://learn.example.edu");
}

#[test]
fn everybody_is_found_page_by_page() {
    let app = TestApp::start();
    let admin = admin(&app);
    for number in 0..60 {
        account(&app, &admin, &format!("p{number:02}"));
    }
    let first = page(&app, &admin, "/admin/people").status(200).text();
    let next = between(&first, "rel=\"next\" href=\"", "\"").replace("&#38;", "&").replace("&amp;", "&");
    let second = page(&app, &admin, &next).status(200).text();
    let lines = |text: &str| text.matches("<li><div><a href=\"/admin/people/").count();
    assert_eq!((lines(&first), lines(&second)), (50, 10));
    assert!(!second.contains("rel=\"next\""));
}

#[test]
fn facts_are_changed_under_their_revision() {
    let app = TestApp::start();
    let admin = admin(&app);
    let id = account(&app, &admin, "ada");
    let path = format!("/admin/people/{id}/edit");
    let text = page(&app, &admin, &path).status(200).text();
    let revision = hidden(&text, "revision").to_owned();
    let fields = format!("first_name=Augusta&last_name=King&username=ada&email=&revision={revision}");
    goes_to(post(&app, &admin, &path, &fields), &format!("/admin/people/{id}"));
    let view = app.get(&format!("/api/accounts/{id}")).by(&admin).send().status(200).json();
    assert_eq!((&view["last_name"], &view["email"]), (&json!("King"), &json!(null)));
    // The same page sent again is of a revision that is over.
    let again = post(&app, &admin, &path, &fields.replace("Augusta", "Other")).status(412).text();
    assert!(again.contains("value=\"Other\""));
    let view = app.get(&format!("/api/accounts/{id}")).by(&admin).send().status(200).json();
    assert_eq!(view["first_name"], "Augusta");
}

#[test]
fn suspending_asks_says_what_goes_and_can_be_undone() {
    let app = TestApp::start();
    let admin = admin(&app);
    let id = activated(&app, &admin, "ada");
    let ada = sign_in(&app, "ada");
    let path = format!("/admin/people/{id}");
    let asked = plain(&page(&app, &admin, &format!("{path}/suspend")).status(200).text());
    assert!(asked.contains("1 session ends at once"), "{asked}");
    app.get("/api/me").by(&ada).send().status(200);
    // Without the token of the page nothing happens.
    let bare = browser(app.post(&format!("{path}/suspend")), &admin);
    bare.body("application/x-www-form-urlencoded", "csrf=x").send().status(403);
    app.get("/api/me").by(&ada).send().status(200);
    goes_to(post(&app, &admin, &format!("{path}/suspend"), ""), &path);
    app.get("/api/me").by(&ada).send().status(401);
    assert!(try_sign_in(&app, "ada", PASSWORD).code >= 400);
    assert!(page(&app, &admin, &path).text().contains("/restore"));
    goes_to(post(&app, &admin, &format!("{path}/restore"), ""), &path);
    sign_in(&app, "ada");
    let asked = plain(&page(&app, &admin, &format!("{path}/sign-out")).status(200).text());
    assert!(asked.contains("1 session ends"), "{asked}");
    goes_to(post(&app, &admin, &format!("{path}/sign-out"), ""), &path);
    assert!(plain(&page(&app, &admin, &format!("{path}/sign-out")).text()).contains("Nobody is signed in"));
    // A new link makes the old password's successor.
    let text = post(&app, &admin, &format!("{path}/link"), "").status(200).text();
    let token = between(&text, "/activation?token=", "\"").to_owned();
    crate::people::redeem(&app, &token, "another ferry tulip magnet").status(204);
}

#[test]
fn roles_are_granted_and_taken_back_through_the_pages() {
    let app = TestApp::start();
    let admin = admin(&app);
    let id = account(&app, &admin, "ada");
    let path = format!("/admin/people/{id}");
    goes_to(post(&app, &admin, &format!("{path}/grant"), "role=teacher"), &path);
    let grants = || app.get(&format!("/api/accounts/{id}/grants")).by(&admin).send().status(200).json();
    assert_eq!(grants()["site"], json!(["teacher"]));
    let refused = post(&app, &admin, &format!("{path}/grant"), "role=No+Role").status(422).text();
    assert!(refused.contains("f-role-problem"), "{refused}");
    let asked = page(&app, &admin, &format!("{path}/revoke/teacher")).status(200).text();
    assert!(asked.contains("Change a course, its sections and items"));
    goes_to(post(&app, &admin, &format!("{path}/revoke/teacher"), ""), &path);
    assert_eq!(grants()["site"], json!([]));
}

const FILE: &str =
    "username,firstname,lastname,email\nada,Ada,Lovelace,ada@x.example\nBad Name,Bad,Name,b@x.example\n";

#[test]
fn a_file_is_tried_first_and_then_imported() {
    let app = TestApp::start();
    let admin = admin(&app);
    let csrf = csrf_token(&admin.token);
    let tried = upload(&app, &admin, &csrf, &[("links", "true")], Some(FILE)).status(200).text();
    assert!(tried.contains("<td class=\"number\">3</td>"), "the line of the wrong row: {tried}");
    assert_eq!(app.get("/api/accounts").by(&admin).send().json()["items"].as_array().unwrap().len(), 0);
    let file = hidden(&tried, "file").to_owned();
    let run = || post(&app, &admin, "/admin/people/import/run", &format!("file={file}&links=true"));
    let done = run().status(200).text();
    let token = between(&done, "/activation?token=", "<").to_owned();
    crate::people::redeem(&app, &token, PASSWORD).status(204);
    sign_in(&app, "ada");
    // The kept file is gone.
    let again = run().status(422).text();
    assert!(again.contains("is not kept any more") || again.contains("Is not kept any more"), "{again}");
}

#[test]
fn a_file_that_is_no_table_of_people_is_refused_at_its_field() {
    let app = TestApp::start();
    let admin = admin(&app);
    let csrf = csrf_token(&admin.token);
    let none = upload(&app, &admin, &csrf, &[], None).status(422).text();
    assert!(none.contains("f-file-problem"), "{none}");
    let wrong = upload(&app, &admin, &csrf, &[], Some("colour,size\nred,1\n")).text();
    assert!(wrong.contains("f-file-problem"), "{wrong}");
    // Without the token nothing of the file is read; nor from who may not import.
    upload(&app, &admin, "x", &[], Some(FILE)).status(403);
    let learner = app.signed_in(UserId(700_000), &["learner"]);
    upload(&app, &learner, &csrf_token(&learner.token), &[], Some(FILE)).status(403);
}

#[test]
fn a_file_beyond_the_limit_is_refused() {
    let app = TestApp::start_with(|config| config.server.upload_limit_bytes = 1_000);
    let admin = admin(&app);
    let csrf = csrf_token(&admin.token);
    upload(&app, &admin, &csrf, &[], Some(&"x".repeat(1_001))).status(413);
    assert_eq!(app.get("/api/accounts").by(&admin).send().json()["items"].as_array().unwrap().len(), 0);
}

#[test]
fn many_rows_become_a_job_whose_page_goes_on_to_its_end() {
    let app = TestApp::start();
    let admin = admin(&app);
    let mut file = "username,firstname,lastname\n".to_owned();
    for row in 0..150 {
        writeln!(file, "p{row:03},Ada,L{row}").unwrap();
    }
    let tried =
        upload(&app, &admin, &csrf_token(&admin.token), &[("links", "true")], Some(&file)).status(200).text();
    let kept = hidden(&tried, "file");
    let begun =
        post(&app, &admin, "/admin/people/import/run", &format!("file={kept}&links=true")).status(303);
    let job = begun.header("location").unwrap().to_owned();
    assert!(job.starts_with("/admin/jobs/"), "{job}");
    let until = Instant::now() + Duration::from_mins(1);
    loop {
        let answer = page(&app, &admin, &job).status(200);
        let text = plain(&answer.text());
        if answer.header("refresh").is_none() {
            assert!(text.contains("150 of 150 rows") && text.contains("/result"), "{text}");
            break;
        }
        wait_until(until);
    }
    // Its links, for who asked only: some on a page, all in a file.
    let links = page(&app, &admin, &format!("{job}/links")).status(200);
    assert_eq!(links.header("cache-control"), Some("no-store"));
    assert_eq!(links.text().matches("/activation?token=").count(), 150);
    let csv = page(&app, &admin, &format!("{job}/links.csv")).status(200);
    assert!(csv.header("content-disposition").unwrap().contains("attachment"));
    let csv = csv.text();
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!((lines[0], lines.len()), ("username,link", 151));
    let token = lines[1].strip_prefix("p000,").unwrap().split_once("/activation?token=").unwrap().1;
    crate::people::redeem(&app, token, PASSWORD).status(204);
    sign_in(&app, "p000");
    // A link that was used is not listed any more.
    let left = page(&app, &admin, &format!("{job}/links")).status(200).text();
    assert_eq!(left.matches("/activation?token=").count(), 149);
    assert_eq!(page(&app, &admin, &format!("{job}/links.csv")).status(200).text().lines().count(), 150);
    let other = app.signed_in(UserId(900_009), &["administrator"]);
    assert!(!page(&app, &other, &job).status(200).text().contains("/links"));
    page(&app, &other, &format!("{job}/links")).status(403);
    assert!(page(&app, &other, &format!("{job}/links.csv")).code >= 400);
    let list = page(&app, &admin, "/admin/jobs").status(200).text();
    assert!(list.contains(&job));
    // Somebody else does not see it.
    let learner = app.signed_in(UserId(700_000), &["learner"]);
    page(&app, &learner, &job).status(404);
}

#[test]
fn a_job_that_waits_is_stopped_after_asking() {
    let app = TestApp::start_with(|config| config.jobs.parallel = 0);
    let admin = admin(&app);
    let job = app.get("/api/export/roster").by(&admin).header("Prefer", "respond-async").send().status(202);
    let path = format!("/admin/jobs/{}", job.json()["id"]);
    assert_eq!(page(&app, &admin, &path).status(200).header("refresh"), Some("3"));
    page(&app, &admin, &format!("{path}/cancel")).status(200);
    goes_to(post(&app, &admin, &format!("{path}/cancel"), ""), &path);
    let view = app.get(&path.replace("/admin", "/api")).by(&admin).send().status(200).json();
    assert_eq!(view["state"], "cancelled");
}

#[test]
fn a_course_is_made_published_archived_copied_and_removed() {
    let app = TestApp::start();
    let admin = admin(&app);
    let refused = post(&app, &admin, "/admin/courses/new", "title=&short_name=A1").status(422).text();
    assert!(refused.contains("f-title-problem") && refused.contains("value=\"A1\""), "{refused}");
    let made = post(&app, &admin, "/admin/courses/new", "title=Algebra&short_name=A1&summary=x").status(303);
    let id = made.header("location").unwrap().strip_prefix("/courses/").unwrap().to_owned();
    let course = || app.get(&format!("/api/courses/{id}")).by(&admin).send().status(200).json();
    let path = format!("/admin/courses/{id}");
    let turn = |status: &str, revision: u64| {
        post(&app, &admin, &format!("{path}/status"), &format!("status={status}&revision={revision}"))
    };
    let revision = || course()["revision"].as_u64().unwrap();
    turn("published", 77).status(412);
    goes_to(turn("published", revision()), "/admin/courses");
    // Only an archived course goes, and only with its short name.
    post(&app, &admin, &format!("{path}/delete"), "short_name=A1").status(409);
    assert!(plain(&turn("archived", revision()).status(200).text()).contains("Nobody is enrolled."));
    assert_eq!(course()["status"], "published");
    goes_to(turn("archived&sure=true", revision()), "/admin/courses");
    assert_eq!(course()["status"], "archived");
    let taken = post(&app, &admin, &format!("{path}/copy"), "title=Algebra&short_name=A1");
    assert!(taken.status(409).text().contains("f-short_name-problem"));
    let copy = post(&app, &admin, &format!("{path}/copy"), "title=Algebra+2&short_name=A2").status(303);
    assert!(copy.header("location").unwrap().starts_with("/admin/jobs/"));
    let asked = page(&app, &admin, &format!("{path}/delete")).status(200).text();
    assert!(asked.contains("<bdi>A1</bdi>"));
    let wrong = post(&app, &admin, &format!("{path}/delete"), "short_name=A2").status(422).text();
    assert!(wrong.contains("f-short_name-problem"));
    assert_eq!(course()["status"], "archived");
    let begun = post(&app, &admin, &format!("{path}/delete"), "short_name=A1").status(303);
    let job = begun.header("location").unwrap().to_owned();
    let until = Instant::now() + Duration::from_mins(1);
    while page(&app, &admin, &job).header("refresh").is_some() {
        wait_until(until);
    }
    app.get(&format!("/api/courses/{id}")).by(&admin).send().status(404);
}

#[test]
fn time_is_given_back_to_a_running_exam() {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(1, &json!({ "name": "Final", "time_limit_ms": 3_600_000 }));
    let learner = exam.learner();
    let attempt = exam.start(&learner, quiz);
    let deadline = |attempt: &serde_json::Value| attempt["deadline"].as_str().unwrap().to_owned();
    let shown = page(&exam.app, &exam.admin, "/admin/exams").status(200).text();
    assert!(shown.contains(&format!("/quizzes/{quiz}/live")) && shown.contains("Final"), "{shown}");
    let reference = hidden(&shown, "reference").to_owned();
    let give = |minutes: &str| {
        let fields = format!("minutes={minutes}&quiz={quiz}&reason=outage&reference={reference}");
        post(&exam.app, &exam.admin, "/admin/exams/give-back", &fields)
    };
    let refused = give("0").status(422).text();
    assert!(refused.contains("f-minutes-problem") && refused.contains("value=\"outage\""), "{refused}");
    goes_to(give("10"), "/admin/exams");
    // Sent again by mistake it is not given twice.
    goes_to(give("10"), "/admin/exams");
    let now = exam.attempt(&learner, crate::exam::id(&attempt));
    let moment = |text: &str| text.parse::<lyceum::clock::Timestamp>().unwrap().ms();
    assert_eq!(moment(&deadline(&now)) - moment(&deadline(&attempt)), 600_000);
}

#[test]
fn an_outage_is_given_back_once_whoever_gives_it_and_to_nobody_who_had_ended_before() {
    let exam = Exam::new();
    let (long, short) = (json!({ "time_limit_ms": 3_600_000 }), json!({ "time_limit_ms": 20_000 }));
    let (long, short) = (exam.simple_quiz(1, &long), exam.simple_quiz(1, &short));
    let (learner, before) = (exam.learner(), exam.learner());
    let (runs, ended) = (id(&exam.start(&learner, long)), id(&exam.start(&before, short)));
    // Within the minute in which the other's time was over the server goes down, for eleven minutes and a half.
    exam.pass(30_000);
    let from = exam.now();
    let beat = || {
        let (store, now) = (&exam.app.state.store, exam.now());
        store.write_blocking(Class::Bulk, move |txn| schedule::beat(txn, now, None)).unwrap()
    };
    beat();
    exam.pass(690_000);
    assert!(matches!(beat(), Beat::Down(_)));
    assert_eq!(exam.run_due(), 1);
    let deadline = || {
        let deadline = exam.attempt(&learner, runs)["deadline"].clone();
        deadline.as_str().unwrap().parse::<lyceum::clock::Timestamp>().unwrap()
    };
    let behind = exam.learner();
    let later = id(&exam.start(&behind, long));
    let of_later = || exam.attempt(&behind, later)["deadline"].clone();
    let (given, unchanged) = (deadline().plus(Duration::from_mins(12)), of_later());
    let path = "/admin/exams/give-back";
    let shown = page(&exam.app, &exam.admin, "/admin/exams").status(200).text();
    assert!(!shown.contains("Given back:"), "{shown}");
    assert_eq!(hidden(&shown, "outage"), from.ms().to_string());
    let value = |name: &str| {
        let input = shown.split("<input ").find(|input| input.contains(&format!("name=\"{name}\""))).unwrap();
        between(input, "value=\"", "\"").replace(':', "%3A")
    };
    let form = |reference: u32| {
        let (minutes, since) = (value("minutes"), value("reopen_since"));
        format!("minutes={minutes}&reopen_since={since}&outage={}&reference={reference}&reason=", from.ms())
    };
    goes_to(post(&exam.app, &exam.admin, path, &form(1)), "/admin/exams");
    assert_eq!(deadline(), given);
    assert_eq!(exam.attempt(&before, ended)["state"], "finished", "it lost nothing");
    assert_eq!(of_later(), unchanged, "nor did who began behind it");
    // Another one who has the page open, and the route with the name of the outage.
    goes_to(post(&exam.app, &exam.admin, path, &form(2)), "/admin/exams");
    let again = json!({ "extra_ms": 720_000, "reference": from.ms() });
    let again = exam.app.post("/api/exam/give-back").by(&exam.admin).json(&again).send().status(200).json();
    assert_eq!((&again["extended"], deadline(), of_later()), (&json!(0), given, unchanged));
    // It is said to be given back, and the form is for something else.
    let shown = page(&exam.app, &exam.admin, "/admin/exams").status(200).text();
    assert!(shown.contains("Given back:") && hidden(&shown, "outage").is_empty(), "{shown}");
    let listed = exam.app.get("/api/exam/downtimes").by(&exam.admin).send().status(200).json();
    assert_eq!(listed["items"][0]["given_back"], exam.now().to_string());
}

#[test]
fn an_outage_of_which_less_was_given_back_is_owed_still() {
    let exam = Exam::new();
    let quiz = exam.simple_quiz(1, &json!({ "time_limit_ms": 3_600_000 }));
    let learner = exam.learner();
    let attempt = id(&exam.start(&learner, quiz));
    let beat = || {
        let (store, now) = (&exam.app.state.store, exam.now());
        store.write_blocking(Class::Bulk, move |txn| schedule::beat(txn, now, None)).unwrap()
    };
    beat();
    let from = exam.now();
    exam.pass(12 * 60_000);
    assert!(matches!(beat(), Beat::Down(_)));
    let remaining = || exam.attempt(&learner, attempt)["remaining_ms"].as_u64().unwrap() / 60_000;
    assert_eq!(remaining(), 48);
    for (minutes, left, owed) in [(5, 53, true), (12, 65, false)] {
        let since = "2026-01-01T00%3A00";
        let form = format!("minutes={minutes}&reopen_since={since}&outage={}&reference=7&reason=", from.ms());
        goes_to(post(&exam.app, &exam.admin, "/admin/exams/give-back", &form), "/admin/exams");
        let shown = page(&exam.app, &exam.admin, "/admin/exams").status(200).text();
        assert_eq!((remaining(), !hidden(&shown, "outage").is_empty()), (left, owed), "{shown}");
    }
}

#[test]
fn the_trail_of_changes_is_filtered_by_person_kind_and_time() {
    let app = TestApp::start();
    let admin = admin(&app);
    let id = account(&app, &admin, "ada");
    app.put(&format!("/api/accounts/{id}/grants/teacher")).by(&admin).send().status(200);
    let all = page(&app, &admin, "/admin/audit").status(200).text();
    assert!(all.contains("role.grant") && all.contains("account.create"));
    assert!(all.find("role.grant") < all.find("account.create"), "the newest comes first");
    let roles = page(&app, &admin, "/admin/audit?kind=role").status(200).text();
    assert!(roles.contains("role.grant") && !roles.contains("account.create"));
    let of_ada = page(&app, &admin, "/admin/audit?person=ada").status(200).text();
    assert!(!of_ada.contains("role.grant"));
    let later = page(&app, &admin, "/admin/audit?from=2026-09-08T00%3A00").status(200).text();
    assert!(!later.contains("role.grant"));
    let then = page(&app, &admin, "/admin/audit?from=2026-09-07T00%3A00&until=2026-09-08T00%3A00");
    assert!(then.status(200).text().contains("role.grant"));
    let nobody = page(&app, &admin, "/admin/audit?person=nobody").status(422).text();
    assert!(nobody.contains("f-person-problem") && nobody.contains("value=\"nobody\""), "{nobody}");
    for _ in 0..60 {
        app.put(&format!("/api/accounts/{id}/grants/observer")).by(&admin).send().status(200);
        app.delete(&format!("/api/accounts/{id}/grants/observer")).by(&admin).send().status(200);
    }
    let first = page(&app, &admin, "/admin/audit?kind=role").status(200).text();
    let next = between(&first, "rel=\"next\" href=\"", "\"").replace("&#38;", "&").replace("&amp;", "&");
    let lines = |text: &str| text.matches("data-action=\"role.").count();
    let second = page(&app, &admin, &next).status(200).text();
    assert_eq!((lines(&first), lines(&second)), (50, 50));
}

#[test]
fn the_trail_says_whose_grade_of_what_was_changed_and_what_it_was() {
    let exam = Exam::new();
    let (admin, course) = (admin(&exam.app), crate::exam::COURSE);
    let ada = account(&exam.app, &admin, "ada");
    let people = json!({ "people": [{ "user": ada, "role": "learner" }] });
    exam.app
        .post(&format!("/api/courses/{course}/enrolments"))
        .by(&exam.teacher)
        .json(&people)
        .send()
        .status(200);
    let items = format!("/api/courses/{course}/grades/items");
    let essay = json!({ "name": "Essay", "max": 10 });
    let item =
        crate::exam::id(&exam.app.post(&items).by(&exam.teacher).json(&essay).send().status(201).json());
    let grade = format!("/api/courses/{course}/grades/learners/{ada}/items/{item}");
    let put = |rest: &str, body: Value| {
        let request = exam.app.put(&format!("{grade}{rest}")).by(&exam.teacher).header("If-Match", "*");
        request.json(&body).send().status(200);
    };
    for points in [json!(7), json!(9), Value::Null] {
        put("", json!({ "points": points }));
    }
    put("/override", json!({ "value": 5, "reason": "appeal" }));
    put("/override", json!({ "value": 6, "reason": "again" }));
    let english = plain(&page(&exam.app, &admin, "/admin/audit?kind=grade").status(200).text());
    for words in [
        "person Ada Lovelace",
        "Grade item Essay: 7<",
        "Grade item Essay: 7 is now 9",
        "Grade item Essay: no grade any more (was 9)",
        "person Ada Lovelace, grade item Essay",
        "Replaced by 5. appeal",
        "Replaced by 6 (before: 5). again",
    ] {
        assert!(english.contains(words), "{words} is not in {english}");
    }
    let arabic = browser(exam.app.get("/admin/audit?kind=grade"), &admin).header("Accept-Language", "ar");
    let arabic = plain(&arabic.send().status(200).text());
    assert!(arabic.contains("بند الدرجات Essay: 7 أصبحت 9"), "{arabic}");
}

#[test]
fn the_trail_names_quizzes_attempts_and_groups_as_long_as_they_are_there() {
    let exam = Exam::new();
    let (admin, course) = (admin(&exam.app), crate::exam::COURSE);
    let ada = account(&exam.app, &admin, "ada");
    let by_teacher = |request: Request<'_>| request.by(&exam.teacher).header("If-Match", "*").send();
    let people = json!({ "people": [{ "user": ada, "role": "learner" }] });
    by_teacher(exam.app.post(&format!("/api/courses/{course}/enrolments")).json(&people)).status(200);
    let learner = exam.app.signed_in(UserId(ada), &[]);
    // A title that is a number is still a title.
    let quiz = exam.simple_quiz(1, &json!({ "name": "2024", "time_limit_ms": 600_000 }));
    let diary = exam.simple_quiz(1, &json!({ "name": "Diary" }));
    by_teacher(exam.app.delete(&format!("/api/quizzes/{diary}"))).status(204);
    let first = crate::exam::id(&exam.start(&learner, quiz));
    exam.submit(&learner, first);
    let second = crate::exam::id(&exam.start(&learner, quiz));
    let extension = json!({ "extra_ms": 60_000, "reason": "alarm" });
    by_teacher(exam.app.post(&format!("/api/attempts/{second}/extend")).json(&extension)).status(200);
    let group = exam.group("Night shift", &[&learner]);
    let limit = json!({ "time_limit_ms": 900_000 });
    by_teacher(exam.app.put(&format!("/api/quizzes/{quiz}/overrides/groups/{group}")).json(&limit))
        .status(200);
    let regrade = exam.app.post(&format!("/api/quizzes/{quiz}/regrade"));
    by_teacher(regrade.header("Prefer", "respond-async")).status(202);
    let says = |language: &str, words: &[&str]| {
        let asked = browser(exam.app.get("/admin/audit"), &admin).header("Accept-Language", language);
        let text = plain(&asked.send().status(200).text());
        for words in words {
            assert!(text.contains(words), "{words} is not in {text}");
        }
    };
    let gone = [format!("removed</bdi> <bdi>quiz {diary}<"), format!("حذف</bdi> <bdi>الاختبار {diary}<")];
    let english = [
        "gave more time to</bdi> <bdi>attempt 2 of Ada Lovelace in 2024<",
        "gave other terms in</bdi> <bdi>quiz 2024, group Night shift<",
        "put people into</bdi> <bdi>group Night shift<",
        "Marking again: quiz 2024<",
        &gone[0],
    ];
    says("en", &english);
    let arabic = [
        "منح وقتًا إضافيًا لـ</bdi> <bdi>المحاولة 2 للمتعلم Ada Lovelace في 2024<",
        "منح شروطًا أخرى في</bdi> <bdi>الاختبار 2024، المجموعة Night shift<",
        "إعادة التصحيح: الاختبار 2024<",
        &gone[1],
    ];
    says("ar", &arabic);
    by_teacher(exam.app.delete(&format!("/api/courses/{course}/groups/{group}"))).status(204);
    let put = format!("put people into</bdi> <bdi>group {group}<");
    says("en", &[&put, "With the group, in quizzes: 2024<", "<p class=\"quiet\"><bdi>Night shift<"]);
    // Of a long list the end was cut off, perhaps within a number: that of another quiz is no name for it.
    let (head, end) = ("removed with the group, in 99 quizzes: ", format!("1, {quiz}"));
    let long = format!("{head}{}{end}5", "1".repeat(DETAIL_LENGTH - head.len() - end.len()));
    let now = exam.now();
    let note = move |txn: &mut Txn<'_>| {
        audit::note_by_program(txn, now, "quiz.override.remove", Some(course), "group 1", long)
    };
    exam.app.state.store.write_blocking(Class::Bulk, note).unwrap();
    says("en", &[&format!("{end}<")]);
}

#[test]
fn an_exam_that_is_ahead_is_shown_with_its_own_dates() {
    let exam = Exam::new();
    let admin = admin(&exam.app);
    let (opens, closes) = (exam.now_plus(3_600_000), exam.now_plus(3 * 86_400_000));
    exam.simple_quiz(1, &json!({ "name": "Term paper", "opens": opens, "closes": closes }));
    exam.simple_quiz(1, &json!({ "name": "Diary", "opens": opens }));
    let text = plain(&page(&exam.app, &admin, "/admin").status(200).text());
    let line = |name: &str| between(&text, &format!("<bdi>{name}</bdi>"), "</li>").to_owned();
    let paper = line("Term paper");
    assert!(paper.contains(&opens) && paper.contains(&closes), "{paper}");
    assert!(line("Diary").contains("– no limit."), "{}", line("Diary"));
}

#[test]
fn the_page_of_settings_has_units_and_bounds_and_no_secret() {
    let app = TestApp::start_with(|config| {
        config.server.metrics_token = Some("hush-hush-1234".to_owned());
        config.sources.note("server", "metrics_token", lyceum::config::Source::Variable);
    });
    let admin = admin(&app);
    let text = page(&app, &admin, "/admin/settings").status(200).text();
    assert!(!text.contains("hush"));
    let line = between(&text, ">metrics_token<", "</tr>");
    assert!(line.contains("set, not shown") && line.contains("variable"), "{line}");
    assert!(between(&text, ">password_min_length<", "</tr>").contains("10"));
    let line = plain(between(&text, ">segment_mib<", "</tr>"));
    assert!(line.contains("1</bdi> <span class=\"quiet\"><bdi>MiB<") && line.contains("1 to 1024"), "{line}");
    assert!(between(&text, ">durability<", "</tr>").contains("synced, relaxed"));
    for path in PAGES.iter().filter(|path| !path.contains("900500")) {
        assert!(!page(&app, &admin, path).text().contains("hush"), "{path}");
    }
}

#[test]
fn the_health_page_draws_what_the_history_has_and_says_it_in_words() {
    let app = TestApp::start();
    let admin = admin(&app);
    // Two moments of the process itself: what happened between them is a sample.
    let before = lyceum::monitor::history::Reading::take(&app.state.metrics, &app.state.store);
    page(&app, &admin, "/admin").status(200);
    app.state.metrics.history.add(lyceum::sampling::sample(&app.state, &before).1);
    let view = app.get("/api/history?samples=1").by(&admin).send().status(200).json();
    assert!(view["samples"][0]["memory_bytes"].as_f64().unwrap() > 1e6);
    assert!(view["samples"][0]["requests_per_second"].as_f64().unwrap() > 0.0);
    let text = page(&app, &admin, "/admin/health").status(200).text();
    let memory = between(&text, "data-field=\"memory_bytes\"", "</section>");
    assert!(memory.contains("<path class=\"line\" d=\"M") && memory.contains("<details>"), "{memory}");
    assert_eq!(text.matches("class=\"card chart\"").count(), 10);
    // Samples are seconds apart: so are the rows of the table.
    let row = between(memory, "<tbody>", "</tbody>");
    let shown = between(row, "dir=\"ltr\">", "</time>");
    assert!(shown.len() == 8 && shown.matches(':').count() == 2, "{row}");
    // Where nothing was asked, nothing took a time: not no time.
    let idle = lyceum::monitor::history::Reading::take(&app.state.metrics, &app.state.store);
    app.state.metrics.history.add(lyceum::sampling::sample(&app.state, &idle).1);
    let view = app.get("/api/history?samples=1").by(&admin).send().status(200).json();
    let sample = &view["samples"][0];
    assert!(sample["latency_p50_ms"].is_null() && sample["latency_p99_ms"].is_null(), "{sample}");
    assert!(sample["sync_ms"].is_null() && sample["requests_per_second"] == 0.0, "{sample}");
    let text = page(&app, &admin, "/admin/health").status(200).text();
    let latency = between(&text, "data-field=\"latency_p50_ms\"", "</section>");
    assert!(latency.contains("<b>–</b>"), "{latency}");
    assert_eq!(latency.matches("<time ").count(), 1, "{latency}");
    let arabic = browser(app.get("/admin/health"), &admin).header("Accept-Language", "ar").send().text();
    assert!(arabic.contains("dir=\"rtl\"") && arabic.contains("حالة الخادم"));
    app.get("/api/history?samples=0").by(&admin).send().problem(422, "invalid_field");
    let learner = app.signed_in(UserId(700_000), &["learner"]);
    app.get("/api/history").by(&learner).send().problem(403, "forbidden");
}

#[test]
fn the_trail_and_the_readiness_are_in_the_viewers_language() {
    let exam = Exam::new();
    let admin = admin(&exam.app);
    let id = account(&exam.app, &admin, "ada");
    let course = crate::exam::COURSE;
    let people = json!({ "people": [{ "user": id, "role": "learner" }] });
    let path = format!("/api/courses/{course}/enrolments");
    exam.app.post(&path).by(&exam.teacher).json(&people).send().status(200);
    let change = json!({ "status": "suspended", "ends": "2026-12-01T10:00:00Z" });
    let one = exam.app.patch(&format!("{path}/{id}")).by(&exam.teacher).header("If-Match", "*");
    one.json(&change).send().status(200);
    let quiz = exam.simple_quiz(1, &json!({}));
    exam.change_quiz(quiz, &json!({ "published": false, "time_limit_ms": 600_000 })).send().status(200);
    let of = |path: &str, language: &str| {
        let request = browser(exam.app.get(path), &admin).header("Accept-Language", language);
        plain(&request.send().status(200).text())
    };
    let english = of("/admin/audit", "en");
    for words in
        ["enrolled", "As Learner", "Suspended, Access until 1 December 2026", "Time limit: 10 minutes"]
    {
        assert!(english.contains(words), "{words} is not in {english}");
    }
    let arabic = of("/admin/audit", "ar");
    // No tooltip says it again in the words of the store.
    assert!(!arabic.contains("title=\""), "{arabic}");
    for words in ["سجّل", "بدور متعلم", "موقوف، يسري حتى", "غيّر تسجيل"] {
        assert!(arabic.contains(words), "{words} is not in {arabic}");
    }
    let list = arabic.split("list trail").nth(1).unwrap().split("</ul>").next().unwrap();
    let left: Vec<&str> =
        list.split("lang=\"en\"").skip(1).map(|rest| rest.split('<').next().unwrap()).collect();
    assert!(left.is_empty(), "still English: {left:?}");
    let health = of("/admin/health", "ar");
    let checks = health.split("admin-check").next().unwrap();
    assert!(checks.contains("لم تُقس بعد") && !checks.contains("lang=\"en\" dir=\"ltr\">was not"), "{checks}");
}

#[test]
fn the_health_page_says_what_ran_out_first_in_the_viewers_language() {
    let app = TestApp::start();
    let admin = admin(&app);
    let section = |language: &str| {
        let asked = browser(app.get("/admin/health"), &admin).header("Accept-Language", language);
        let text = asked.send().status(200).text().replace(['\u{2068}', '\u{2069}'], "");
        between(&text, "id=\"capacity\"", "</section>").to_owned()
    };
    let put = |more: &Value| {
        let report = json!({ "measured": "2026-09-01T08:00:00.000Z", "carried": 300, "margin_percent": 20,
            "limit": "cpu", "generator_limited": true,
            "explanation": "from second 20 on the processors were 95 % busy or more" });
        app.put("/api/capacity").by(&admin).json(&crate::exam::with(&report, more)).send().status(200);
    };
    // What stands between tags, without what browsers read.
    let is_english = |html: &str| {
        let texts = html.split('<').skip(1).filter_map(|part| part.split_once('>'));
        texts.into_iter().any(|(_, text)| text.contains(|c: char| c.is_ascii_alphabetic()))
    };
    // A report of a version that kept no facts: English is left to who reads it.
    put(&json!({}));
    assert!(section("en").contains("from second 20 on the processors were 95 % busy or more"));
    let arabic = section("ar");
    assert!(arabic.contains("المعالجات") && arabic.contains("يتحمّل الخادم هذا العدد على الأقل."), "{arabic}");
    assert!(!is_english(&arabic), "{arabic}");
    put(&json!({ "evidence": [
        { "processors_busy": { "second": 20, "percent": 95 } }, { "generator_share": { "percent": 44 } },
        { "generator_busy": { "second": 1, "percent": 90 } }, { "sync_slow": { "second": 1, "ms": 50 } },
        { "memory_full": { "second": 1, "percent": 90 } }, { "nothing_exhausted": { "sync_ms": 3.5 } },
        { "nothing_exhausted": { "processors_percent": 40, "sync_ms": 3.5 } }, { "generator_late": { "ms": 12 } },
        { "generator_threads": { "used": 1.9, "of": 2 } }, { "generator_took": { "used": 0.8, "of": 2 } },
        { "other_programs": { "processors": 1.5 } }, "at_least", "runs_used_up", "nothing_broke",
        "driven_from_elsewhere", "hardware_unknown"] }));
    let english = section("en");
    for said in [
        "From second 20 on, the processors were 95 % busy or more.",
        "The generator took 0.8 of the 2 busy processors from the server.",
        "Other programs used 1.5 processors meanwhile.",
    ] {
        assert!(english.contains(said), "{said} is not in {english}");
    }
    let arabic = section("ar");
    assert_eq!(arabic.matches("<p class=\"quiet\">").count(), 16);
    assert!(!is_english(&arabic), "{arabic}");
}
