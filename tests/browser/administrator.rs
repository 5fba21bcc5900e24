//! An administrator's day: people found, brought in from a file, suspended; jobs, changes, settings and health looked at.

use serde_json::json;

use crate::axe;
use crate::driver::Browser;
use crate::exam::Exam;
use crate::people::{account, activated};

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
    let line = "document.querySelector(\"[data-field='memory_bytes'] polyline\").getAttribute('points')";
    let drawn = browser.run(&format!("return {line}"), &[]);
    let drawn = drawn.as_str().unwrap();
    assert!(drawn.contains(','), "{drawn:?}");
    add();
    browser.wait_for(&format!("{line} !== {}", json!(drawn)));
    browser.wait_for(&format!("{line}.split(' ').length >= 3"));
    browser.shot("health");
    axe::must_find_nothing(browser);

    // The form of a course, the list of courses, and the exams.
    browser.open(&format!("{base}/admin/courses/new"));
    browser.shot("course-new");
    browser.open(&format!("{base}/admin/courses"));
    browser.find_text("main", "Exams");
    browser.shot("courses");
    browser.open(&format!("{base}/admin/exams"));
    browser.shot("exams");
}
