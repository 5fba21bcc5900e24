//! Every page that is read, in every look: what the accessibility engine says, whether it fits a phone, what has come and
//! moved until it stood, whether the console stays quiet. The pages are those of the table of routes, with ids of one school full of things; a page that is added
//! later is looked at, too.

use std::collections::BTreeMap;

use lyceum::domain::ids::UserId;
use lyceum::domain::refusal::Refusal;
use lyceum::domain::xapi::forward::{DeadLetter, ForwardTargetId};
use lyceum::domain::xapi::record::Stored;
use lyceum::http::routes::Surface;
use lyceum::http::table;
use lyceum::store::{Class, Txn};
use serde_json::{Value, json};

use crate::axe;
use crate::driver::Browser;
use crate::exam::{COURSE, Exam, id, says};
use crate::people::{account, link};
use crate::samples;
use crate::support::{Person, TestApp};

/// A statement that a forwarding target did not want.
fn not_wanted(app: &TestApp, target: u64) {
    let letter = DeadLetter {
        target: ForwardTargetId(target),
        stored: Stored(1),
        statement: [7; 16],
        refused: app.clock.now(),
        tries: 1,
        status: Some(400),
        answer: "the verb is not known here".to_owned(),
        again: false,
    };
    let put = move |txn: &mut Txn<'_>| -> Result<(), Refusal> { Ok(txn.put(letter)?) };
    app.state.store.write_blocking(Class::Bulk, put).unwrap();
}

/// Pages of which the walk leaves no picture or look: files, and what leads on.
const NO_PAGES: [&str; 3] =
    ["/assets/{asset}", "/attempts/{attempt}/receipts.json", "/attempts/{attempt}/receipts.txt"];

struct School {
    exam: Exam,
    administrator: Person,
    teacher: Person,
    learner: Person,
    /// What stands in the place of a name of a path.
    ids: BTreeMap<&'static str, String>,
    activation: String,
}

impl School {
    fn new() -> Self {
        let exam = Exam::new();
        let app = &exam.app;
        let person = |username: &str, role: &str| {
            let user = account(app, &exam.admin, username);
            let body = json!({ "people": [{ "user": user, "role": role }] });
            let path = format!("/api/courses/{COURSE}/enrolments");
            app.post(&path).by(&exam.admin).json(&body).send().status(200);
            app.signed_in(UserId(user), &[])
        };
        let administrator = account(app, &exam.admin, "head");
        let administrator = app.signed_in(UserId(administrator), &["administrator"]);
        let teacher = person("teacher", "teacher");
        let made = |path: &str, body: &Value| {
            id(&app.post(path).by(&exam.admin).json(body).send().status(201).json())
        };
        let section =
            made(&format!("/api/courses/{COURSE}/sections"), &json!({ "title": "Waves and tides" }));
        let items = format!("/api/sections/{section}/items");
        let text = "# Tides\n\nThe **Moon** pulls.\n\n| High | Low |\n| --- | --- |\n| 3:10 | 9:25 |\n\n- one\n- two\n\n> So it is.\n\n`code`";
        let page = made(
            &items,
            &json!({ "title": "Why the sea rises", "content": { "kind": "page", "markdown": text } }),
        );
        made(
            &items,
            &json!({ "title": "Elsewhere", "content": { "kind": "link", "url": "https://tides.example/" } }),
        );
        let quiz = samples::quiz(
            &exam,
            &json!({ "time_limit_ms": 3_600_000, "attempts_allowed": 3, "description": { "text": "<p>Take your time.</p>" } }),
        );
        made(&items, &json!({ "title": "The exam", "content": { "kind": "quiz", "quiz": quiz } }));
        let grades = format!("/api/courses/{COURSE}/grades");
        let talk = made(&format!("{grades}/items"), &json!({ "name": "Talk", "max": 20 }));
        let homework = json!({ "name": "Homework", "method": "weighted_mean", "drop_lowest": 1 });
        let homework = made(&format!("{grades}/categories"), &homework);
        let group = made(&format!("/api/courses/{COURSE}/groups"), &json!({ "name": "Morning" }));
        let category =
            made(&format!("/api/courses/{COURSE}/question_categories"), &json!({ "name": "Tides" }));
        let question = exam.question(&crate::exam::truth("Is it so?", true));
        let answer = |attempt: u64, learner: &Person| {
            for (slot, response) in [
                (0, json!({ "type": "choice", "option": 0 })),
                (1, json!({ "type": "choices", "options": [0, 1] })),
                (2, says(true)),
                (4, json!({ "type": "text", "text": "Pacific" })),
                (8, json!({ "type": "essay", "text": "The Moon pulls.\n\nAnd the Sun, too." })),
            ] {
                exam.save(learner, attempt, slot, 1, &response);
            }
        };
        // Two have handed in, so there are essays to mark and figures; one is at it.
        for username in ["bea", "cem"] {
            let other = person(username, "learner");
            let finished = id(&exam.start(&other, quiz));
            answer(finished, &other);
            exam.submit(&other, finished);
        }
        let learner = person("dan", "learner");
        let members = format!("/api/courses/{COURSE}/groups/{group}/members");
        let users = json!({ "users": [learner.user] });
        app.post(&members).by(&exam.admin).json(&users).send().status(200);
        let done = id(&exam.start(&learner, quiz));
        answer(done, &learner);
        exam.submit(&learner, done);
        let running = id(&exam.start(&learner, quiz));
        answer(running, &learner);
        let somebody = account(app, &exam.admin, "ada");
        let activation = link(app, &exam.admin, account(app, &exam.admin, "new"));
        let token = json!({ "name": "Timetable", "scopes": [], "expires": "2026-10-01T00:00:00Z" });
        let session = app.get("/api/session").by(&administrator).send().status(200).json();
        let token = id(&app.post("/api/me/tokens").by(&administrator).json(&token).send().status(201).json());
        let role = json!({ "role": "teacher" });
        app.post(&format!("/api/accounts/{somebody}/grants")).by(&exam.admin).json(&role).send();
        let job = app
            .get("/api/export/roster")
            .by(&exam.admin)
            .header("Prefer", "respond-async")
            .send()
            .status(202);
        let credential = made("/api/xapi/credentials", &json!({ "name": "Tool", "scopes": ["all"] }));
        let target = made(
            "/api/xapi/targets",
            &json!({ "name": "Archive", "endpoint": "http://127.0.0.1:1/", "version": "2.0.0", "secret": "x" }),
        );
        not_wanted(app, target);
        let ids = BTreeMap::from([
            ("credential", credential.to_string()),
            ("target", target.to_string()),
            ("course", COURSE.to_string()),
            ("section", section.to_string()),
            ("item", page.to_string()),
            ("quiz", quiz.to_string()),
            ("group", group.to_string()),
            ("question_category", category.to_string()),
            ("question", question.to_string()),
            ("grade_item", talk.to_string()),
            ("grade_category", homework.to_string()),
            ("slot", "1".to_owned()),
            ("version", "1".to_owned()),
            ("attempt", running.to_string()),
            ("finished", done.to_string()),
            ("account", somebody.to_string()),
            ("user", learner.user.to_string()),
            ("session", session["session"]["id"].to_string()),
            ("token", token.to_string()),
            ("role", "teacher".to_owned()),
            ("job", job.json()["id"].to_string()),
        ]);
        Self { exam, administrator, teacher, learner, ids, activation }
    }

    /// Every page, with ids in the place of names.
    fn paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        for route in table(&self.exam.app.state).list() {
            if route.surface != Surface::Page || route.method != "GET" || NO_PAGES.contains(&route.path) {
                continue;
            }
            let mut path = route.path.to_owned();
            let attempt = if ["/review", "/reopen"].iter().any(|end| path.ends_with(end)) {
                "finished"
            } else {
                "attempt"
            };
            path = path.replace("{attempt}", &self.ids[attempt]);
            for (name, value) in &self.ids {
                path = path.replace(&format!("{{{name}}}"), value);
            }
            assert!(
                !path.contains('{'),
                "{} has a name that `School` in tests/browser/pages.rs does not know",
                route.path
            );
            if path == "/activation" {
                path = format!("{path}?token={}", self.activation);
            }
            if path.starts_with("/admin/records/people") {
                path += "?account=dan&agents=&how=erase";
            }
            if path.ends_with("/live/extend") || path.ends_with("/live/close") {
                path = format!("{path}?attempts%5B%5D={}", self.ids["attempt"]);
            }
            if path.ends_with("/regrade") {
                path += "?preview=true&latest_versions=true";
            }
            paths.push(path);
        }
        paths.sort();
        assert!(paths.len() > 40, "only {} pages", paths.len());
        paths
    }
}

/// A file's name for a page.
fn slug(school: &School, path: &str) -> String {
    let bare = path.split('?').next().unwrap().trim_matches('/');
    let words: Vec<&str> = bare
        .split('/')
        .map(|part| school.ids.iter().find(|(_, value)| *value == part).map_or(part, |(name, _)| name))
        .collect();
    if bare.is_empty() { "start".to_owned() } else { words.join("-") }
}

/// What is wider than the window, if anything is.
const TOO_WIDE: &str = "
    const wide = document.documentElement.scrollWidth, room = document.documentElement.clientWidth;
    if (wide <= room) return null;
    const rtl = document.documentElement.dir === 'rtl';
    const guilty = [...document.querySelectorAll('body *')].filter((it) => {
        const box = it.getBoundingClientRect();
        return box.width > 0 && (rtl ? box.left < -1 : box.right > room + 1);
    });
    return `${wide} px in ${room} px: ` + guilty.slice(-3).map((it) => it.outerHTML.slice(0, 160)).join(' | ');";

/// Keeps what moves by itself while a page comes to stand.
const WATCH_SHIFTS: &str = "
    window.moved = [];
    new PerformanceObserver((seen) => {
        for (const it of seen.getEntries()) if (!it.hadRecentInput) window.moved.push(it);
    }).observe({ type: 'layout-shift', buffered: true });";

/// What moved, when it was more than a share of the window.
const MOVED: &str = "
    if (window.moved.reduce((sum, it) => sum + it.value, 0) <= arguments[0]) return null;
    const what = window.moved.flatMap((it) => it.sources).map((it) => it.node?.outerHTML ?? it.node?.textContent ?? '');
    return what.map((html) => html.slice(0, 160)).join(' | ');";

/// A pixel that a line is rounded by.
const MAX_SHIFTED: f64 = 0.001;

/// Bytes of the page and of the files that it loads, as they travelled or lie in the browser.
const FIRST_PAINT: &str = "
    const files = performance.getEntriesByType('resource').filter((it) => it.name.includes('/assets/'));
    return [...performance.getEntriesByType('navigation'), ...files].reduce((sum, it) => sum + it.encodedBodySize, 0);";

const MAX_FIRST_PAINT: u64 = 30_000;

/// Drawings that have no room to be seen in.
const FLAT: &str = "
    const flat = [...document.querySelectorAll('svg')].filter((it) => it.checkVisibility() && !(it.getScreenCTM()?.d > 0));
    return flat.length ? flat[0].outerHTML.slice(0, 160) : null;";

struct Look<'a> {
    browser: &'a Browser,
    school: &'a School,
    person: Option<Person>,
    /// Of the pages that are refused one is enough.
    refusals: Vec<String>,
    wrong: Vec<String>,
    shown: usize,
}

impl Look<'_> {
    /// Not a page that leads on to another one, nor one more refusal by a code that was looked at.
    fn is_new(&mut self, path: &str) -> bool {
        let cookie =
            self.person.as_ref().map(|person| format!("lyceum_session={}", person.token)).unwrap_or_default();
        let answer =
            self.school.exam.app.get(path).header("Accept", "text/html").header("Cookie", &cookie).send();
        if answer.code == 303 {
            return false;
        }
        assert!(answer.code < 500, "{path}: {}", answer.code);
        let html = answer.text();
        let Some((_, rest)) = html.split_once("data-code=\"") else { return true };
        let code = rest.split('"').next().unwrap();
        if self.refusals.iter().any(|known| known == code) {
            return false;
        }
        self.refusals.push(code.to_owned());
        true
    }

    fn at(&mut self, path: &str, arabic: bool) {
        let (browser, school) = (self.browser, self.school);
        if !self.is_new(path) {
            return;
        }
        browser.width(1280);
        browser.dark(false);
        browser.open(&format!("{}{path}", school.exam.app.base));
        let learner = arabic && self.person.as_ref().is_some_and(|person| person.user == school.learner.user);
        let name = format!("{}{}", if learner { "learner-" } else { "" }, slug(school, path));
        let bytes = browser.run(FIRST_PAINT, &[]).as_u64().unwrap();
        assert!(bytes > 5_000, "{path}: {bytes} bytes are less than the style sheet has");
        let mut wrong: Vec<String> = axe::violations(browser);
        if bytes >= MAX_FIRST_PAINT {
            wrong.push(format!("comes with {bytes} bytes"));
        }
        wrong
            .extend(browser.run(FLAT, &[]).as_str().map(|what| format!("draws what cannot be seen: {what}")));
        let moved = || browser.run(MOVED, &[json!(MAX_SHIFTED)]).as_str().map(str::to_owned);
        if moved().is_some() {
            // A busy machine may paint a page that is half there. What moves by itself does so every time.
            browser.reload();
            axe::violations(browser);
            wrong.extend(moved().map(|what| format!("moves until it stands: {what}")));
        }
        browser.shot(&format!("{name}-light"));
        let fits = |pixels: u32| {
            browser.width(pixels);
            let wide = browser.run(TOO_WIDE, &[]);
            wide.as_str().map(|wide| format!("does not fit {pixels} px: {wide}"))
        };
        wrong.extend(fits(1280));
        wrong.extend(fits(360));
        browser.shot(&format!("{name}-phone"));
        browser.width(1280);
        if arabic {
            let direction = browser.run("return document.documentElement.dir", &[]);
            if direction != "rtl" {
                wrong.push("is not from right to left".to_owned());
            }
        } else {
            browser.dark(true);
            wrong.extend(
                axe::contrast_violations(browser)
                    .into_iter()
                    .map(|problem| format!("in the dark: {problem}")),
            );
            browser.shot(&format!("{name}-dark"));
        }
        self.wrong.extend(wrong.into_iter().map(|problem| format!("{path}: {problem}")));
        self.shown += 1;
    }
}

fn walk(browser: &mut Browser, person: impl Fn(&School) -> Option<Person>, language: &str, least: usize) {
    let school = School::new();
    browser.before_pages(&format!("{WATCH_SHIFTS}\n{}", axe::source().unwrap()));
    // Pages that are not for this viewer are errors in the console of a browser; so is the exam that is over.
    browser.expect_errors("the server responded with a status of 4");
    let base = school.exam.app.base.clone();
    let person = person(&school);
    if let Some(person) = &person {
        browser.sign_in_as(&base, &person.token);
    }
    let arabic = language == "ar";
    if arabic {
        browser.open(&format!("{base}/sign-in"));
        browser.click("form.look button[value='ar']");
        browser.wait_for("document.documentElement.lang === 'ar'");
    }
    let paths = school.paths();
    let mut look =
        Look { browser, school: &school, person, refusals: Vec::new(), wrong: Vec::new(), shown: 0 };
    for path in &paths {
        look.at(path, arabic);
    }
    look.at("/nowhere", arabic);
    if arabic {
        // What only learners have in that shape.
        let browser = look.browser;
        browser.sign_in_as(&base, &school.learner.token);
        look.person = Some(school.learner.clone());
        let theirs = ["/courses/", "/quizzes/", "/attempts/", "/items/"];
        for path in paths.iter().filter(|path| *path == "/" || theirs.iter().any(|it| path.starts_with(it))) {
            look.at(path, true);
        }
    }
    let (wrong, shown) = (look.wrong, look.shown);
    assert!(wrong.is_empty(), "{} problems:\n{}", wrong.len(), wrong.join("\n"));
    assert!(shown >= least, "only {shown} pages were looked at");
}

pub fn as_administrator(browser: &mut Browser) {
    walk(browser, |school| Some(school.administrator.clone()), "en", 40);
}

pub fn as_teacher(browser: &mut Browser) {
    walk(browser, |school| Some(school.teacher.clone()), "en", 25);
}

pub fn as_learner(browser: &mut Browser) {
    walk(browser, |school| Some(school.learner.clone()), "en", 15);
}

pub fn in_arabic(browser: &mut Browser) {
    walk(browser, |school| Some(school.administrator.clone()), "ar", 40);
}

pub fn as_nobody(browser: &mut Browser) {
    walk(browser, |_| None, "en", 3);
}
