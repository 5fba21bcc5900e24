//! Every page that is read, with every sort of viewer. The pages are those of the table of routes, with ids of one school full
//! of things; a page that is added later is looked at, too, and every page has to be shown to somebody.

use std::collections::BTreeSet;

use lyceum::http::routes::Surface;
use lyceum::http::table;
use serde_json::json;

use crate::axe;
use crate::driver::Browser;
use crate::look::{Look, WATCH_SHIFTS};
use crate::school::School;
use crate::support::TestApp;

/// What the table has among the pages and is none.
const FILES: &[(&str, &str)] = &[
    ("/assets/{asset}", "a style sheet, a script or a picture of pages"),
    ("/attempts/{attempt}/receipts.json", "a file to be kept"),
    ("/attempts/{attempt}/receipts.txt", "a file to be kept"),
    ("/admin/jobs/{job}/links.csv", "a file to be handed on"),
];

/// Pages that are not shown to an administrator, and to whom they are.
const OTHERS: &[(&str, Viewer, &str)] = &[
    (
        "/attempts/{attempt}",
        Viewer::Learner,
        "who is examined works there alone; others are led to the result",
    ),
    ("/attempts/{attempt}/submit", Viewer::Learner, "the same"),
    ("/sign-in", Viewer::Nobody, "who is signed in is led on"),
    ("/setup", Viewer::Nobody, "a server without an administrator has it"),
];

/// Who looks at pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Viewer {
    Administrator,
    Teacher,
    Learner,
    Nobody,
}

impl Viewer {
    /// What the names of pictures begin with; the administrator has a walk of their own.
    const fn pictures(self) -> &'static str {
        match self {
            Self::Administrator => "",
            Self::Teacher => "teacher-",
            Self::Learner => "learner-",
            Self::Nobody => "nobody-",
        }
    }
}

/// The routes of pages.
fn routes(app: &TestApp) -> BTreeSet<&'static str> {
    let list = table(&app.state).list();
    let pages = list.iter().filter(|route| route.surface == Surface::Page && route.method == "GET");
    let routes: BTreeSet<&str> = pages.map(|route| route.path).collect();
    for named in FILES.iter().map(|(route, _)| route).chain(OTHERS.iter().map(|(route, ..)| route)) {
        assert!(routes.contains(named), "{named} is named here and not in the table");
    }
    routes
}

fn is_file(route: &str) -> bool {
    FILES.iter().any(|(file, _)| *file == route)
}

/// Fails unless every page that this sort of viewer has to be shown was shown, and to an administrator none that is said to
/// be for others.
#[track_caller]
fn must_be_complete(look: &Look<'_>, viewer: Viewer) {
    let wanted: BTreeSet<&str> = match viewer {
        Viewer::Teacher => return,
        Viewer::Administrator => routes(look.app)
            .into_iter()
            .filter(|route| !is_file(route) && !OTHERS.iter().any(|(other, ..)| other == route))
            .collect(),
        viewer => OTHERS.iter().filter(|(_, to, _)| *to == viewer).map(|(route, ..)| *route).collect(),
    };
    let missing: Vec<_> = wanted.difference(&look.shown).collect();
    assert!(missing.is_empty(), "never shown to {viewer:?}: {missing:#?}; `School` lacks what they need");
    if viewer == Viewer::Administrator {
        let more: Vec<_> = look.shown.difference(&wanted).collect();
        assert!(more.is_empty(), "are shown to an administrator and named as if they were not: {more:?}");
    }
}

/// Makes a browser ready for looks.
pub fn begin(browser: &mut Browser) {
    browser.before_pages(&format!("{WATCH_SHIFTS}\n{}", axe::source().unwrap()));
    // What is refused is an error in the console of a browser; so is a page that is not for this viewer.
    browser.expect_errors("the server responded with a status of 4");
}

/// Chooses Arabic at the foot of a page.
pub fn in_their_language(browser: &Browser, base: &str) {
    browser.open(&format!("{base}/sign-in"));
    browser.click("form.look button[value='ar']");
    browser.wait_for("document.documentElement.lang === 'ar'");
}

/// All pages of the table, and one address that leads nowhere.
fn all(look: &mut Look<'_>) {
    for route in routes(look.app) {
        if !is_file(route) && route != "/setup" {
            for address in look.school.addresses(route) {
                look.page(route, &address);
            }
        }
    }
    look.page("/nowhere", "/nowhere");
}

/// The page of the first administrator, on a server that has none.
fn setup(look: &mut Look<'_>) {
    let app = TestApp::start();
    let code = lyceum::http::setup::offer(&app.state).unwrap().unwrap();
    let mut there = Look::new(look.browser, look.school, None, look.arabic);
    there.app = &app;
    there.page("/setup", &format!("/setup?code={code}"));
    look.shown.append(&mut there.shown);
    look.wrong.append(&mut there.wrong);
    look.looked_at += there.looked_at;
}

/// All pages as one sort of viewer has them, at least so many.
fn walk(browser: &Browser, school: &School, viewer: Viewer, least: usize) {
    let person = match viewer {
        Viewer::Administrator => Some(&school.administrator),
        Viewer::Teacher => Some(&school.teacher),
        Viewer::Learner => Some(&school.learner),
        Viewer::Nobody => None,
    };
    browser.cdp("Network.clearBrowserCookies", &json!({}));
    if let Some(person) = person {
        browser.sign_in_as(&school.exam.app.base, &person.token);
    }
    let mut look = Look::new(browser, school, person.cloned(), false);
    look.pictures = viewer.pictures();
    if matches!(viewer, Viewer::Teacher | Viewer::Learner) {
        look.beside = Some(school.administrator.clone());
    }
    all(&mut look);
    if viewer == Viewer::Nobody {
        setup(&mut look);
    }
    look.finish(least);
    must_be_complete(&look, viewer);
}

pub fn as_administrator(browser: &mut Browser) {
    let school = School::new();
    begin(browser);
    walk(browser, &school, Viewer::Administrator, 100);
}

/// As everybody else, in one school: most of what they are shown is the administrator's.
pub fn as_others(browser: &mut Browser) {
    let school = School::new();
    begin(browser);
    walk(browser, &school, Viewer::Teacher, 10);
    walk(browser, &school, Viewer::Learner, 10);
    walk(browser, &school, Viewer::Nobody, 3);
}

/// As administrator, and what only learners have in that shape.
pub fn in_arabic(browser: &mut Browser) {
    let school = School::new();
    begin(browser);
    let base = school.exam.app.base.clone();
    browser.sign_in_as(&base, &school.administrator.token);
    in_their_language(browser, &base);
    let mut look = Look::new(browser, &school, Some(school.administrator.clone()), true);
    all(&mut look);
    must_be_complete(&look, Viewer::Administrator);
    browser.sign_in_as(&base, &school.learner.token);
    look.person = Some(school.learner.clone());
    look.beside = Some(school.administrator.clone());
    look.pictures = "learner-";
    for route in routes(look.app) {
        let theirs = ["/courses/", "/quizzes/", "/attempts/", "/items/"];
        if !is_file(route) && (route == "/" || theirs.iter().any(|beginning| route.starts_with(beginning))) {
            look.page(route, &school.address(route));
        }
    }
    must_be_complete(&look, Viewer::Learner);
    look.finish(100);
}
