//! An administrator's day: people found, brought in from a file, suspended; jobs, changes, settings and health looked at.

use serde_json::json;

use crate::axe;
use crate::driver::Browser;
use crate::exam::Exam;
use crate::people::{account, activated, sign_in};

pub fn a_day(browser: &mut Browser) {
    let exam = Exam::new();
    let app = &exam.app;
    let base = app.base.clone();
    let ada = account(app, &exam.admin, "ada");
    activated(app, &exam.admin, "grace");
    let before = lyceum::monitor::history::Reading::take(&app.state.metrics, &app.state.store);
    browser.sign_in_as(&base, &exam.admin.token);
    browser.open(&format!("{base}/admin"));
    browser.wait_for("document.querySelector('h1')");
    browser.shot("start");

    // Somebody is found.
    browser.open(&format!("{base}/admin/people"));
    browser.fill("#search", "grace");
    browser.click("form[role='search'] button");
    browser.wait_for("document.querySelectorAll('ul.list li').length === 1");
    browser.shot("people");
    browser.click("ul.list a");
    browser.wait_text("grace@school.example");
    browser.shot("person");

    // And suspended, after asking; and restored.
    browser.click("a[href$='/suspend']");
    browser.wait_text("Nothing is lost");
    browser.shot("suspend-asks");
    browser.click("button.danger");
    browser.wait_text("is suspended.");
    browser.shot("suspended");
    axe::must_find_nothing(browser);
    browser.click("form[action$='/restore'] button");
    browser.wait_for("!document.querySelector(\"form[action$='/restore']\")");

    // People from a file: tried first, then brought in.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("people.csv");
    let people = "username,firstname,lastname,email\nada,Ada,Lovelace,ada@school.example\n\
        emmy,Emmy,Noether,emmy@school.example\nBad Name,Bad,Name,b@x.example\n";
    std::fs::write(&file, people).unwrap();
    browser.open(&format!("{base}/admin/people/import"));
    browser.type_into("#f-file", file.to_str().unwrap());
    browser.click("form[action='/admin/people/import'] button.main");
    browser.wait_text("Nothing is written yet.");
    browser.find_text("main", "Bad Name");
    browser.shot("import-tried");
    axe::must_find_nothing(browser);
    let found = |name: &str| {
        let path = format!("/api/accounts?search={name}");
        app.get(&path).by(&exam.admin).send().status(200).json()["items"].as_array().unwrap().len()
    };
    assert_eq!(found("emmy"), 0, "trying writes nothing");
    browser.click("form[action='/admin/people/import/run'] button.main");
    browser.wait_text("The import is done.");
    browser.shot("import-done");
    axe::must_find_nothing(browser);
    assert_eq!(found("emmy"), 1);

    // Facts of somebody, refused and then right.
    browser.expect_errors("status of 4");
    browser.open(&format!("{base}/admin/people/{ada}/edit"));
    browser.fill("#f-username", "grace");
    browser.click("main form.card button.main");
    browser.wait_for("document.activeElement.id === 'problems'");
    browser.wait_for("document.getElementById('f-username').value === 'grace'");
    browser.shot("person-refused");
    axe::must_find_nothing(browser);
    browser.fill("#f-username", "countess");
    browser.click("main form.card button.main");
    browser.wait_at(&format!("/admin/people/{ada}"));
    browser.find_text("main", "countess");

    // A role is granted and taken back.
    browser.choose("#f-role", &browser.text("#f-role option:last-of-type"));
    browser.click("form[action$='/grant'] button");
    browser.click("a[href*='/revoke/']");
    browser.wait_for("document.querySelector('button.danger')");
    browser.shot("revoke-asks");
    browser.click("button.danger");
    browser.wait_for("!document.querySelector(\"a[href*='/revoke/']\")");

    // Their sessions are ended, all at once.
    let session = sign_in(app, "grace");
    let grace = session.user;
    browser.open(&format!("{base}/admin/people/{grace}"));
    browser.follow("Sign out everywhere");
    browser.wait_text("Saved answers stay.");
    app.get("/api/me").by(&session).send().status(200);
    browser.shot("sign-out-asks");
    browser.click("button.danger");
    browser.wait_at(&format!("/admin/people/{grace}"));
    browser.find_text(".flash", "session");
    app.get("/api/me").by(&session).send().problem(401, "unauthenticated");

    // A job, to its end.
    let job =
        app.get("/api/export/roster").by(&exam.admin).header("Prefer", "respond-async").send().status(202);
    let job = job.json()["id"].as_u64().unwrap();
    browser.open(&format!("{base}/admin/jobs"));
    browser.shot("jobs");
    browser.click(&format!("a[href='/admin/jobs/{job}']"));
    browser.wait_at(&format!("/admin/jobs/{job}"));
    browser.shot("job");

    // Who changed what.
    browser.open(&format!("{base}/admin/audit"));
    browser.find_text("main", "account");
    browser.shot("audit");
    browser.fill("#f-person", "nobody-of-this-name");
    browser.click("form[action='/admin/audit'] button");
    browser.wait_at("/admin/audit?");
    browser.shot("audit-filtered");

    browser.open(&format!("{base}/admin/settings"));
    browser.find_text("main", "password_min_length");
    browser.shot("settings");

    // The charts of the health page go on while it is open.
    let add = || app.state.metrics.history.add(lyceum::sampling::sample(&app.state, &before).1);
    add();
    add();
    browser.open(&format!("{base}/admin/health"));
    let line = "document.querySelector(\"[data-field='memory_bytes'] .line\").getAttribute('d')";
    let drawn = browser.run(&format!("return {line}"), &[]);
    let drawn = drawn.as_str().unwrap();
    assert!(drawn.starts_with('M'), "{drawn:?}");
    add();
    browser.wait_for(&format!("{line} !== {}", json!(drawn)));
    browser.wait_for(&format!("{line}.split('L').length >= 3"));
    browser.shot("health");
    axe::must_find_nothing(browser);

    courses(browser, &exam);
    browser.open(&format!("{base}/admin/exams"));
    browser.shot("exams");
}

/// A course from its beginning to its end: made, refused once, published, copied, archived, removed.
fn courses(browser: &Browser, exam: &Exam) {
    let base = &exam.app.base;
    browser.open(&format!("{base}/admin/courses"));
    browser.find_text("main", "Exams");
    browser.follow("New course");
    browser.fill(&browser.field("Title"), "Tides and waves");
    browser.fill(&browser.field("Short name"), "EX1");
    browser.follow("Make the course");
    browser.wait_for("document.getElementById('f-short_name-problem')");
    browser.shot("course-refused");
    axe::must_find_nothing(browser);
    browser.fill(&browser.field("Short name"), "TIDES");
    browser.follow("Make the course");
    browser.wait_text("The course Tides and waves is made.");
    browser.open(&format!("{base}/admin/courses"));
    let id = browser.run(
        "return [...document.querySelectorAll('ul.list a')].find((it) => it.textContent === 'Tides and waves').getAttribute('href')",
        &[],
    );
    let id = id.as_str().unwrap();
    let of_it = |control: &str| format!("ul.list li:has(a[href='{id}']) {control}");
    browser.click(&of_it("button[value='published']"));
    browser.wait_text("The course Tides and waves is published.");
    browser.click(&of_it("a[href$='/copy']"));
    browser.wait_text("people and their exceptions, attempts and grades are not.");
    browser.fill(&browser.field("Title"), "Tides once more");
    browser.fill(&browser.field("Short name"), "TIDES2");
    browser.follow("Copy");
    browser.wait_for("!location.pathname.endsWith('/copy') && document.readyState === 'complete'");
    browser.shot("course-copied");
    browser.open(&format!("{base}/admin/courses"));
    browser.click(&of_it("button[value='archived']"));
    browser.wait_text("Archive Tides and waves?");
    browser.shot("course-archive");
    browser.click("button.danger");
    browser.wait_text("The course Tides and waves is archived.");
    browser.shot("courses");
    axe::must_find_nothing(browser);
    browser.click(&of_it("a[href$='/delete']"));
    browser.wait_text("This cannot be undone.");
    browser.fill(&browser.field("Short name"), "TIDES");
    browser.shot("course-delete");
    browser.follow("Remove");
    browser.wait_at("/admin/");
    browser.open(&format!("{base}/admin/courses"));
    // It goes behind this, and until it has gone it says so.
    let row = format!("document.querySelector(\"ul.list li:has(a[href='{id}'])\")");
    browser.wait_for(&format!("!{row} || {row}.innerText.includes('is being removed')"));
}
