//! A teacher's day: the course is built, an exam is watched, essays are marked, grades are changed, a key was wrong.

use serde_json::{Value, json};

use crate::axe;
use crate::driver::{Browser, key};
use crate::exam::{COURSE, Exam, essay, id, says, truth};
use crate::support::Person;

/// As many as a large course has: the gradebook draws only those in sight.
const LEARNERS: usize = 1_000;
/// What a step of scrolling may cost the page's own thread, at the 95th percentile. Measured were 15 ms in a browser that does
/// not compile scripts to be fast; a step that builds all rows in sight anew costs some times as much.
const STEP_MS: f64 = 30.0;
/// Steps that are measured, each of 240 pixels.
const STEPS: usize = 90;

pub fn a_day(browser: &mut Browser) {
    let exam = Exam::new();
    let base = exam.app.base.clone();
    browser.sign_in_as(&base, &exam.teacher.token);
    // A form that is refused is shown with that status.
    browser.expect_errors("status of 422");
    building(browser, &exam, &base);
    watching(browser, &exam, &base);
    marking(browser, &exam, &base);
    a_wrong_key(browser, &exam, &base);
    setting_up(browser, &exam, &base);
    grades(browser, &exam, &base);
}

/// Sections and what is in them.
fn building(browser: &Browser, exam: &Exam, base: &str) {
    let edit = format!("{base}/courses/{COURSE}/edit");
    browser.open(&edit);
    browser.wait_text("The course has no section yet.");
    for title in ["First week", "Second week"] {
        browser.fill("form[action$='/sections'] input[name='title']", title);
        browser.click("form[action$='/sections'] button");
        browser.wait_text("The section stands at the end.");
        browser.find_text("main", title);
    }
    browser.click("section.build + section.build button[value='up']");
    browser.wait_for("document.querySelector('section.build h2').textContent.includes('Second week')");
    // Where it went is said, and the focus is there.
    browser.find_text(".flash[role='status']", "is now number");
    browser.wait_for("document.activeElement === document.querySelector('section.build')");
    // What a colour says of the tab one is at, a line says where colours are the reader's.
    browser.forced_colours(true);
    let line = "getComputedStyle(document.querySelector('.tabs a[aria-current]')).borderBlockEndWidth";
    assert_eq!(browser.run(&format!("return {line}"), &[]), "3px");
    browser.shot("building-forced-colours");
    browser.forced_colours(false);
    browser.dark(false);
    // What is refused comes back with what was typed.
    browser.click("section.build details summary");
    browser.fill("section.build details input[name='title']", "Elsewhere");
    browser.choose("section.build details select[name='kind']", "Link");
    browser.fill("section.build details input[name='content/url']", "ftp://x.example/");
    browser.click("section.build details button");
    browser.wait_for("document.getElementById('problems')");
    browser.wait_for("document.querySelector(\"input[name='title']\").value === 'Elsewhere'");
    browser.shot("building-refused");
    axe::must_find_nothing(browser);
    browser.choose("section.build details select[name='kind']", "Page");
    browser.fill("section.build details input[name='content/url']", "");
    browser.click("section.build details button");
    browser.wait_at("/items/");
    browser.fill("textarea[name='markdown']", "# Tides\n\nThe *Moon* pulls.");
    browser.click("button[value='preview']");
    browser.wait_for("document.querySelector('section.prose em')?.textContent === 'Moon'");
    browser.shot("building-preview");
    browser.click("main form button.main");
    browser.wait_text("Saved.");
    browser.open(&edit);
    browser.shot("building");
    axe::must_find_nothing(browser);
    browser.click("section.build li a[href$='/delete']");
    browser.wait_text("The page and its text go");
    browser.shot("building-asks");
    browser.click("button.danger");
    browser.wait_text("Deleted.");
    let outline =
        exam.app.get(&format!("/api/courses/{COURSE}/outline")).by(&exam.teacher).send().status(200).json();
    assert_eq!(outline["sections"][0]["title"], "Second week");
    // A name that is one long word fits, too.
    let long = json!({ "title": "Wm".repeat(100) });
    let sections = format!("/api/courses/{COURSE}/sections");
    exam.app.post(&sections).by(&exam.teacher).json(&long).send().status(201);
    for width in [320, 1280] {
        browser.width(width);
        for page in [&edit, &format!("{base}/courses/{COURSE}")] {
            browser.open(page);
            browser.find_text("main", "WmWm");
            let wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
            let wide = browser.run(wide, &[]);
            assert!(wide.as_i64().unwrap() <= 0, "{page} at {width} pixels: {wide} more");
        }
    }
    browser.must_be_quiet();
}

/// The monitor follows by itself, and one learner gets more time.
fn watching(browser: &Browser, exam: &Exam, base: &str) {
    let quiz = exam.simple_quiz(2, &json!({ "name": "Watched", "time_limit_ms": 3_600_000 }));
    let (first, second) = (exam.learner(), exam.learner());
    let attempt = id(&exam.start(&first, quiz));
    browser.open(&format!("{base}/quizzes/{quiz}/live"));
    browser.wait_text("Up to date by itself");
    browser.wait_for("document.querySelector('[data-count=all]').textContent === '1'");
    let later = id(&exam.start(&second, quiz));
    exam.save(&second, later, 0, 1, &says(true));
    browser.wait_for("document.querySelector('[data-count=all]').textContent === '2'");
    browser.wait_for(&format!(
        "document.querySelector(\"tr[data-attempt='{later}'] .far\")?.textContent === '1 / 2'"
    ));
    browser.shot("live");
    axe::must_find_nothing(browser);
    browser.click(&format!("tr[data-attempt='{attempt}'] label.box"));
    browser.click("#chosen button:not(.danger)");
    browser.wait_at(&format!("/quizzes/{quiz}/live/extend"));
    browser.fill("input[name='minutes']", "10");
    browser.fill("input[name='reason']", "Fire drill");
    browser.shot("live-extend");
    browser.click("main form.card button.main");
    browser.wait_text("1 person has more time now.");
    let left = |person: &Person, attempt: u64| {
        exam.attempt(person, attempt)["remaining_ms"].as_u64().unwrap() / 60_000
    };
    assert_eq!((left(&first, attempt), left(&second, later)), (70, 60));
    // Who has handed in is counted, and does not join those who are working; who comes in does.
    exam.submit(&first, attempt);
    browser.open(&format!("{base}/quizzes/{quiz}/live?show=running"));
    browser.wait_text("Up to date by itself");
    let third = id(&exam.start(&exam.learner(), quiz));
    browser.wait_for(&format!("document.querySelector(\"tr[data-attempt='{third}']\")"));
    // A line that came in later has the name wherever the others have it, and none of the line it was made of.
    let names = browser.run(
        "return [...document.querySelectorAll(arguments[0])].map((name) => name.textContent.trim())",
        &[json!(format!("tr[data-attempt='{third}'] bdi"))],
    );
    let names = names.as_array().unwrap();
    assert!(names.len() == 3 && names[0] != "" && names.iter().all(|name| *name == names[0]), "{names:?}");
    let shown = "[...document.querySelectorAll('#rows tr')].map((row) => Number(row.dataset.attempt)).sort((a, b) => a - b)";
    assert_eq!(browser.run(&format!("return {shown}"), &[]), json!([later, third]));
    browser.must_be_quiet();
}

/// The queue, with keys alone.
fn marking(browser: &Browser, exam: &Exam, base: &str) {
    let question = exam.question(&essay("Explain the tides."));
    let quiz = exam.quiz(&json!({ "name": "Essays", "slots": [{ "points": 10, "question": question }] }));
    let attempts: Vec<u64> = (0..3)
        .map(|number| {
            let learner = exam.learner();
            let attempt = id(&exam.start(&learner, quiz));
            let text = json!({ "type": "essay", "text": format!("Answer number {number}.") });
            exam.save(&learner, attempt, 0, 1, &text);
            exam.submit(&learner, attempt);
            attempt
        })
        .collect();
    browser.open(&format!("{base}/quizzes/{quiz}/marking"));
    browser.wait_text("3 to be marked");
    browser.wait_for("document.activeElement.name === 'points'");
    browser.shot("marking");
    browser.press(&["7"]);
    browser.press_with(key::CONTROL, key::ENTER);
    browser.wait_text("2 to be marked");
    browser.wait_for("document.activeElement.name === 'points'");
    // Outside of the fields' own letters, j skips and k goes back.
    let shown = browser.text("article .answer");
    browser.press(&["j"]);
    browser.wait_for(&format!("document.querySelector('article .answer').innerText !== {}", json!(shown)));
    browser.wait_for("document.activeElement.name === 'points'");
    // More than there is to give is refused, and stays to be mended.
    browser.press(&["11"]);
    browser.press_with(key::CONTROL, key::ENTER);
    browser.wait_for(
        "document.getElementById('problems') && document.querySelector('[name=points]').value === '11'",
    );
    browser.shot("marking-refused");
    axe::must_find_nothing(browser);
    browser.fill("input[name='points']", "5");
    browser.press_with(key::CONTROL, key::ENTER);
    browser.wait_text("1 to be marked");
    browser.wait_for("document.activeElement.name === 'points'");
    browser.press(&["9"]);
    browser.press_with(key::CONTROL, key::ENTER);
    browser.wait_text("Nothing waits for marking.");
    browser.shot("marking-done");
    let points: f64 =
        attempts.iter().map(|attempt| exam.review(&exam.teacher, *attempt)["points"].as_f64().unwrap()).sum();
    assert!((points - 21.0).abs() < 1e-9, "{points}");
}

/// A key was wrong: statistics show it, and marking again says whose marks would change.
fn a_wrong_key(browser: &mut Browser, exam: &Exam, base: &str) {
    let question = exam.question(&truth("Is it?", true));
    let other = exam.question(&truth("Is it, really?", true));
    let quiz = exam.quiz(&json!({ "name": "Keys", "slots": [
        { "points": 1, "question": question }, { "points": 1, "question": other } ] }));
    for number in 0..6 {
        let learner = exam.learner();
        let attempt = id(&exam.start(&learner, quiz));
        exam.save(&learner, attempt, 0, 1, &says(false));
        exam.save(&learner, attempt, 1, 1, &says(number % 2 == 0));
        exam.submit(&learner, attempt);
    }
    browser.open(&format!("{base}/quizzes/{quiz}/statistics"));
    browser.wait_text("Discrimination");
    browser.find_text("main", "50.0 %");
    browser.shot("statistics");
    axe::must_find_nothing(browser);
    exam.edit_question(question, &truth("Is it?", false));
    browser.open(&format!("{base}/quizzes/{quiz}/regrade"));
    browser.wait_text("1 question is marked by another key.");
    if browser.run("return document.querySelector('input[name=latest_versions][type=checkbox]').checked", &[])
        == false
    {
        browser.click("label:has(input[name='latest_versions'])");
    }
    browser.click("main form.card button.main");
    browser.wait_text("The marks of 6 attempts would change.");
    browser.shot("regrade-preview");
    axe::must_find_nothing(browser);
    browser.click("button.danger");
    browser.wait_text("The marks of 6 attempts were changed.");
    browser.shot("regrade-done");
    browser.must_be_quiet();
}

/// A gradebook is set up: a category, an item in it that is hidden and shown, with all faults said at once.
fn setting_up(browser: &Browser, exam: &Exam, base: &str) {
    browser.open(&format!("{base}/courses/{COURSE}/gradebook"));
    browser.click("header a[href$='/grading']");
    browser.wait_text("Every quiz of the course is an item by itself");
    browser.click("main a[href$='/categories/new']");
    browser.wait_at(&format!("/courses/{COURSE}/grading/categories/new"));
    browser.fill("input[name='name']", "Coursework");
    browser.choose("select[name='method']", "Weighted mean");
    browser.fill("input[name='drop_lowest']", "1");
    browser.shot("grading-category");
    axe::must_find_nothing(browser);
    browser.click("main form.card button.main");
    browser.wait_text("Coursework stands at the end of its category.");
    browser.click("main a[href$='/items/new']");
    browser.wait_at(&format!("/courses/{COURSE}/grading/items/new"));
    browser.fill("input[name='name']", "Portfolio");
    browser.fill("input[name='max']", "fifty");
    browser.fill("input[name='weight']", "-3");
    browser.choose("select[name='category']", "– Coursework");
    browser.choose("select[name='visibility']", "Hidden");
    browser.click("main form.card button.main");
    browser
        .wait_for("document.getElementById('f-max-problem') && document.getElementById('f-weight-problem')");
    browser.wait_for("document.querySelector('[name=max]').value === 'fifty'");
    browser.wait_for("document.activeElement.id === 'problems'");
    browser.shot("grading-refused");
    axe::must_find_nothing(browser);
    browser.fill("input[name='max']", "50");
    browser.fill("input[name='weight']", "3");
    browser.click("main form.card button.main");
    browser.wait_text("Portfolio stands at the end of its category.");
    browser.shot("grading");
    axe::must_find_nothing(browser);
    browser.width(360);
    browser.shot("grading-phone");
    browser.width(1280);
    browser.click("header a[href$='/release']");
    browser.wait_text("1 hidden item or category is shown at once");
    browser.shot("grading-asks");
    browser.click("button.danger");
    browser.wait_text("1 item or category is shown now.");
    let path = format!("/api/courses/{COURSE}/grades/structure");
    let made = exam.app.get(&path).by(&exam.teacher).send().status(200).json();
    let items = made["items"].as_array().unwrap();
    let portfolio = items.iter().find(|item| item["name"] == "Portfolio").unwrap();
    assert_eq!((portfolio["visibility"].clone(), portfolio["max"].clone()), (json!("visible"), json!(50.0)));
    browser.must_be_quiet();
}

/// Scrolls the matrix as a hand does, a piece with every frame, and measures what each step costs the thread of the page: its
/// scripts, styles and layout, in time of the processor that the thread had, so that it is the same on a machine that is busy.
fn scrolls_smoothly(browser: &Browser) {
    let step = "const region = document.getElementById('grades'), next = () => new Promise(requestAnimationFrame);\
        region.scrollTop += 240;\
        await next();\
        await next();\
        const box = region.getBoundingClientRect(), middle = document.elementFromPoint(box.x + 40, box.y + box.height / 2);\
        return { empty: middle?.closest('tr.spacer') !== null, reached: region.scrollTop };";
    browser.cdp("Performance.enable", &json!({ "timeDomain": "threadTicks" }));
    let worked = || {
        let read = browser.cdp("Performance.getMetrics", &json!({}));
        let metrics = read["metrics"].as_array().unwrap().iter();
        let task = metrics.filter(|metric| metric["name"] == "TaskDuration");
        task.map(|metric| metric["value"].as_f64().unwrap() * 1000.0).sum::<f64>()
    };
    browser.run("document.getElementById('grades').scrollTop = 0", &[]);
    let (mut costs, mut reached, mut before) = (Vec::new(), 0.0, worked());
    for _ in 0..STEPS {
        let seen = browser.run_async(step, &[]);
        // Rows are there before they come into sight.
        assert_eq!(seen["empty"], false, "{seen}");
        reached = seen["reached"].as_f64().unwrap();
        let now = worked();
        costs.push(now - before);
        before = now;
    }
    browser.cdp("Performance.disable", &json!({}));
    costs.sort_by(f64::total_cmp);
    let (p95, most) = (costs[STEPS * 95 / 100], costs[STEPS - 1]);
    println!(
        "gradebook of {LEARNERS} learners, {STEPS} steps of scrolling: p95 {p95:.1} ms, most {most:.1} ms"
    );
    assert!(p95 > 0.0 && p95 < STEP_MS, "{costs:?}");
    assert!(reached > 20_000.0, "{reached}");
}

/// The matrix: only what is in sight is drawn, and a grade is changed where it stands.
fn grades(browser: &mut Browser, exam: &Exam, base: &str) {
    let item = json!({ "name": "Talk", "max": 20 });
    let path = format!("/api/courses/{COURSE}/grades/items");
    let item = id(&exam.app.post(&path).by(&exam.teacher).json(&item).send().status(201).json());
    let mut roster = String::from("username,firstname,lastname,email,course1,role1\n");
    for number in 0..LEARNERS {
        use std::fmt::Write as _;
        writeln!(
            roster,
            "learner{number},Given{number:04},Family{number:03},l{number}@x.example,EX1,learner"
        )
        .unwrap();
    }
    let report = exam.app.post("/api/import/roster").by(&exam.admin).body("text/csv", roster);
    let report = report.send().status(200).json();
    assert_eq!(report["created"], LEARNERS, "{report}");
    browser.open(&format!("{base}/courses/{COURSE}/gradebook"));
    browser.wait_for(&format!(
        "Number(document.querySelector('#grades table').getAttribute('aria-rowcount')) > {LEARNERS}"
    ));
    browser.wait_for("document.getElementById('grade-pages') === null");
    let rows = "document.querySelectorAll('#grades tbody tr').length";
    assert!(
        browser.run(&format!("return {rows}"), &[]).as_u64().unwrap() < 100,
        "only what is in sight is drawn"
    );
    browser.shot("gradebook");
    axe::must_find_nothing(browser);
    // To the end and back.
    browser
        .run("const region = document.getElementById('grades'); region.scrollTop = region.scrollHeight", &[]);
    browser.wait_for("document.querySelector('#grades tbody').innerText.includes('Family999')");
    scrolls_smoothly(browser);
    browser.run("document.getElementById('grades').scrollTop = 0", &[]);
    browser.wait_for(
        "document.querySelector('#grades tbody tr:not(.spacer)').getAttribute('aria-rowindex') === '2'",
    );
    keys_and_focus(browser);
    printed(browser);
    // A filter while typing.
    browser.type_into("#name", "Given0123");
    browser.wait_for("document.querySelectorAll('#grades tbody tr').length === 1");
    let cell = format!("#grades td[data-item='{item}']");
    browser.run("document.querySelector(arguments[0]).focus()", &[json!(cell)]);
    browser.press(&[key::ENTER]);
    browser.wait_for("document.activeElement.matches('#grades td input')");
    // It says whose and what it is.
    let label = browser.run("return document.activeElement.ariaLabel", &[]);
    let label = label.as_str().unwrap().replace(['\u{2068}', '\u{2069}'], "");
    assert_eq!(label, "Points of Given0123 Family123: Talk");
    browser.press(&["17", key::ENTER]);
    browser.wait_text("Saved");
    browser.wait_for(&format!("document.querySelector({}).textContent === '17'", json!(cell)));
    // A double click opens it, too.
    browser.double_click(&cell);
    browser.wait_for(
        "document.activeElement.matches('#grades td input') && document.activeElement.value === '17'",
    );
    browser.press(&[key::ESCAPE]);
    browser.wait_for(&format!("document.querySelector({}).textContent === '17'", json!(cell)));
    browser.shot("gradebook-edited");
    axe::must_find_nothing(browser);
    // What is refused stays as it was typed, with the reason beside it, in words and not as the API has it.
    browser.expect_errors("status of 4");
    browser.run("document.querySelector(arguments[0]).focus()", &[json!(cell)]);
    browser.press(&[key::ENTER]);
    browser.wait_for("document.activeElement.matches('#grades td input')");
    browser.press(&["25", key::ENTER]);
    let why = format!("{cell} .why");
    browser.wait_for(&format!("document.querySelector({})", json!(why)));
    browser.wait_for("document.activeElement.matches('#grades td input[aria-invalid]')");
    browser.wait_for("document.activeElement.value === '25'");
    let said = browser.text(&why).replace(['\u{2068}', '\u{2069}'], "");
    assert_eq!(said, "Is 25, not between 0 and 20, the item's maximum.");
    browser.find_text("#grades-state", "Not saved:");
    browser.shot("gradebook-refused");
    axe::must_find_nothing(browser);
    // Who goes elsewhere finds it again, and mends it.
    browser.run("document.activeElement.blur()", &[]);
    browser.wait_for(&format!("document.querySelector({}).firstChild.data === '25'", json!(cell)));
    browser.type_into("#name", "0");
    browser.wait_for("document.querySelectorAll('#grades tbody tr').length === 0");
    browser.fill("#name", "Given0123");
    browser.wait_for(&format!("document.querySelector({})?.firstChild.data === '25'", json!(cell)));
    browser.shot("gradebook-kept");
    browser.run("document.querySelector(arguments[0]).focus()", &[json!(cell)]);
    browser.press(&[key::ENTER]);
    browser.wait_for("document.activeElement.matches('#grades td input')");
    browser.press(&["x", key::ENTER]);
    browser
        .wait_for(&format!("document.querySelector({})?.innerText.includes('decimal number')", json!(why)));
    browser.press(&[key::ESCAPE]);
    browser.wait_for(&format!("document.querySelector({}).textContent === '17'", json!(cell)));
    // Somebody else was faster: what was typed stays, and Enter puts it in the place of theirs.
    let user = browser.run("return document.querySelector('#grades tbody tr').dataset.user", &[]);
    let path = format!("/api/courses/{COURSE}/grades/learners/{}/items/{item}", user.as_str().unwrap());
    browser.run("performance.clearResourceTimings()", &[]);
    browser.press(&[key::ENTER]);
    browser.wait_for("document.activeElement.matches('#grades td input')");
    browser.wait_for(&format!("performance.getEntriesByName(location.origin + '{path}').length === 1"));
    let theirs = exam.app.put(&path).by(&exam.teacher).header("If-Match", "*");
    theirs.json(&json!({ "points": 3 })).send().status(200);
    browser.press(&["12", key::ENTER]);
    browser
        .wait_for(&format!("document.querySelector({})?.innerText.includes('Somebody changed')", json!(why)));
    browser.wait_for("document.activeElement.value === '12'");
    browser.press(&[key::ENTER]);
    browser.wait_for(&format!("document.querySelector({}).textContent === '12'", json!(cell)));
    // Nor is a grade written over that was given before the cell was opened, and which it does not show.
    let theirs = exam.app.put(&path).by(&exam.teacher).header("If-Match", "*");
    theirs.json(&json!({ "points": 4 })).send().status(200);
    browser.run("document.querySelector(arguments[0]).focus()", &[json!(cell)]);
    browser.press(&["13", key::ENTER]);
    browser
        .wait_for(&format!("document.querySelector({})?.innerText.includes('Somebody changed')", json!(why)));
    browser.wait_for("document.activeElement.value === '13'");
    let now = exam.app.get(&path).by(&exam.teacher).send().status(200).json();
    assert_eq!(now["computed"], 4.0);
    browser.press(&[key::ENTER]);
    browser.wait_for(&format!("document.querySelector({}).textContent === '13'", json!(cell)));
    // What may be a thousand is not taken for one.
    browser.run("document.querySelector(arguments[0]).focus()", &[json!(cell)]);
    browser.press(&["1,000", key::ENTER]);
    browser.wait_for(&format!("document.querySelector({})?.innerText.includes('two ways')", json!(why)));
    let said = browser.text(&why).replace(['\u{2068}', '\u{2069}'], "");
    assert_eq!(said, "Could be read in two ways: write 1000 or 1.000.");
    browser.press(&[key::ESCAPE]);
    browser.wait_for(&format!("document.querySelector({}).textContent === '13'", json!(cell)));
    browser.run("document.querySelector(arguments[0]).focus()", &[json!(cell)]);
    browser.press(&["17", key::ENTER]);
    browser.wait_for(&format!("document.querySelector({}).textContent === '17'", json!(cell)));
    // Escape leaves it as it was.
    browser.run("document.querySelector(arguments[0]).focus()", &[json!(cell)]);
    browser.press(&["3", key::ESCAPE]);
    browser.wait_for(&format!("document.querySelector({}).textContent === '17'", json!(cell)));
    let report: Value = {
        let user = browser.run("return document.querySelector('#grades tbody tr').dataset.user", &[]);
        let path = format!("/api/courses/{COURSE}/grades/learners/{}", user.as_str().unwrap());
        exam.app.get(&path).by(&exam.teacher).send().status(200).json()
    };
    assert!(report["lines"].as_array().unwrap().iter().any(|line| line["points"] == 17.0), "{report}");
    a_spreadsheet(browser);
    // Without the script's table: the form of one learner.
    browser.click("#grades tbody th a");
    browser.wait_text("Save grades");
    browser.shot("gradebook-learner");
}

/// The cell that has the focus lies within the table's window, clear of its head and of the column of names.
const IN_SIGHT: &str = "
    const cell = document.activeElement, box = cell.getBoundingClientRect();
    const region = document.getElementById('grades'), window = region.getBoundingClientRect();
    const head = region.querySelector('thead th').getBoundingClientRect();
    const there = document.elementFromPoint(box.left + Math.min(box.width, 40) / 2, box.top + box.height / 2);
    return cell.matches('td') && cell.contains(there) && box.top >= head.bottom - 1 && box.bottom <= window.bottom + 1;";

/// Arrows keep the cell that they lead to in sight, also in the smallest window; whatever is scrolled, it keeps the focus.
fn keys_and_focus(browser: &Browser) {
    let row = "Number(document.activeElement.closest('tr')?.getAttribute('aria-rowindex'))";
    assert!(
        browser.has("#grades table[role='grid'] td[aria-readonly='true']"),
        "totals are not changed here"
    );
    assert!(browser.has("#grades td[data-item][aria-readonly='false']"));
    assert_eq!(browser.text("#grades th[title='Talk'] .quiet"), "/ 20");
    for width in [1280, 320] {
        browser.width(width);
        browser.run("document.querySelector(\"#grades td[tabindex='0']\").focus()", &[]);
        let from = browser.run(&format!("return {row}"), &[]).as_u64().unwrap();
        for step in 1..=45 {
            browser.press(&[key::DOWN]);
            assert_eq!(browser.run(&format!("return {row}"), &[]), from + step, "the focus is lost");
        }
        for _ in 0..4 {
            browser.press(&[key::RIGHT]);
        }
        assert_eq!(
            browser.run(IN_SIGHT, &[]),
            true,
            "the cell of the focus is not in sight at {width} pixels"
        );
    }
    browser.shot("gradebook-keys-phone");
    browser.width(1280);
    let before = browser.run(&format!("return {row}"), &[]).as_u64().unwrap();
    for top in [20_000, 0] {
        browser.run("document.getElementById('grades').scrollTop = arguments[0]", &[json!(top)]);
        browser.wait_for(&format!(
            "document.querySelector(\"#grades tr[aria-rowindex='{}']\")",
            if top == 0 { 2 } else { 450 }
        ));
        assert_eq!(browser.run(&format!("return {row}"), &[]), before, "scrolling takes the focus away");
    }
    browser.press(&[key::DOWN]);
    assert_eq!(browser.run(&format!("return {row}"), &[]), before + 1);
    assert_eq!(browser.run(IN_SIGHT, &[]), true);
    browser.run("document.activeElement.blur(); document.getElementById('grades').scrollTop = 0", &[]);
    browser.wait_for("document.querySelector(\"#grades tr[aria-rowindex='2']\")");
}

/// On paper are all learners and all columns, and nothing that is of use on a screen only.
fn printed(browser: &Browser) {
    browser.paper();
    browser.run("dispatchEvent(new Event('beforeprint'))", &[]);
    browser
        .wait_for(&format!("document.querySelectorAll('#grades tbody tr[data-user]').length >= {LEARNERS}"));
    let seen = browser.run(
        "const region = document.getElementById('grades'), shown = (css) => document.querySelector(css).checkVisibility();\
         return {\
           cut: [region.scrollHeight - region.clientHeight, document.documentElement.scrollWidth - innerWidth],\
           shown: [shown('form.filter'), shown('#grades-hint'), shown('.printed')],\
         }",
        &[],
    );
    assert_eq!(seen, json!({ "cut": [0, 0], "shown": [false, false, true] }));
    browser.shot("gradebook-paper");
    browser.run("dispatchEvent(new Event('afterprint'))", &[]);
    browser.dark(false);
    browser.width(1280);
    browser.wait_for("document.querySelectorAll('#grades tbody tr[data-user]').length < 100");
    assert!(browser.pdf("gradebook") > 15, "{LEARNERS} learners are on more pages");
}

/// The link of the gradebook leads to a file that a spreadsheet opens: a workbook is a ZIP archive.
fn a_spreadsheet(browser: &Browser) {
    let file = browser.run_async(
        "const link = [...document.querySelectorAll('main header a')].find((it) => it.textContent === 'Spreadsheet');\
         const answer = await fetch(link.href), bytes = new Uint8Array(await answer.arrayBuffer());\
         return {\
           status: answer.status, type: answer.headers.get('Content-Type'), begins: String.fromCharCode(...bytes.slice(0, 2)),\
           name: answer.headers.get('Content-Disposition'),\
         };",
        &[],
    );
    assert_eq!((&file["status"], &file["begins"]), (&json!(200), &json!("PK")), "{file}");
    assert!(
        file["type"].as_str().unwrap().contains("spreadsheetml")
            && file["name"].as_str().unwrap().contains(".xlsx")
    );
}
