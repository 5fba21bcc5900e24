//! Whatever takes something away asks first and says what will go. Every form that is sent is in the table below, with
//! whether it asks; a form that is added later fails until somebody has decided that.

use std::collections::BTreeSet;

use lyceum::http::routes::Surface;
use lyceum::http::table;
use serde_json::{Value, json};

use crate::html_form::Form;
use crate::pages::{Browser, has, text};
use crate::people::{account, admin};
use crate::roles::Fixture;
use crate::support::{Answer, Person, TestApp};

/// How a form treats who sends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The page at its own address asks, and no other page has a form that leads here.
    Asked,
    /// It takes something away only sometimes, and asks by itself then: see [`scenes`].
    Asks,
    /// The page at this address shows what will become of it, and only from there it is sent.
    Shown(&'static str),
    /// It takes nothing away that is not typed over in plain sight, or that the same button does not bring back.
    Harmless,
}

use Kind::{Asked, Asks, Harmless, Shown};

const TABLE: &[(&str, Kind)] = &[
    // The way in, and one's own account.
    ("/setup", Harmless),
    ("/activation", Harmless),
    ("/sign-in", Harmless),
    ("/sign-out", Harmless),
    ("/look", Harmless),
    ("/account", Harmless),
    ("/account/details", Harmless),
    ("/account/password", Shown("/account/password")),
    ("/account/sessions/{session}/end", Asked),
    ("/account/sessions/end", Asked),
    ("/account/tokens", Harmless),
    ("/account/tokens/{token}/delete", Asked),
    // Learning.
    ("/", Harmless),
    ("/items/{item}/visited", Harmless),
    ("/quizzes/{quiz}/start", Harmless),
    ("/attempts/{attempt}", Harmless),
    ("/attempts/{attempt}/submit", Asked),
    // A course and what is in it.
    ("/courses/{course}/status", Asks),
    ("/courses/{course}/learning-records", Asks),
    ("/courses/{course}/facts", Harmless),
    ("/courses/{course}/sections", Harmless),
    ("/sections/{section}/edit", Harmless),
    ("/sections/{section}/move", Harmless),
    ("/sections/{section}/delete", Asked),
    ("/sections/{section}/items", Harmless),
    ("/items/{item}/edit", Harmless),
    ("/items/{item}/move", Harmless),
    ("/items/{item}/delete", Asked),
    // Its people.
    ("/courses/{course}/people", Harmless),
    ("/courses/{course}/people/{user}", Asks),
    ("/courses/{course}/people/{user}/remove", Asked),
    ("/courses/{course}/people/entry", Harmless),
    ("/courses/{course}/people/key", Asks),
    ("/courses/{course}/people/key/revoke", Asked),
    ("/courses/{course}/people/file", Harmless),
    ("/courses/{course}/people/file/run", Shown("/courses/{course}/people/file")),
    ("/courses/{course}/groups", Harmless),
    ("/courses/{course}/groups/{group}", Harmless),
    ("/courses/{course}/groups/{group}/members", Harmless),
    ("/courses/{course}/groups/{group}/members/{user}/remove", Asked),
    ("/courses/{course}/groups/{group}/delete", Asked),
    // The question bank. What an edit replaces stays as a version.
    ("/courses/{course}/questions", Asks),
    ("/courses/{course}/questions/new", Harmless),
    ("/courses/{course}/questions/categories", Harmless),
    ("/courses/{course}/questions/categories/{question_category}", Harmless),
    ("/courses/{course}/questions/categories/{question_category}/delete", Asked),
    ("/courses/{course}/questions/import", Harmless),
    ("/courses/{course}/questions/import/run", Shown("/courses/{course}/questions/import")),
    ("/questions/{question}", Harmless),
    ("/questions/{question}/edit", Harmless),
    ("/questions/{question}/delete", Asked),
    ("/questions/{question}/retire", Asked),
    ("/questions/{question}/versions/{version}/restore", Asked),
    // Quizzes.
    ("/courses/{course}/quizzes/new", Harmless),
    ("/quizzes/{quiz}/copy", Harmless),
    ("/quizzes/{quiz}/edit", Harmless),
    ("/quizzes/{quiz}/slots", Harmless),
    ("/quizzes/{quiz}/slots/add", Harmless),
    ("/quizzes/{quiz}/slots/draw", Harmless),
    ("/quizzes/{quiz}/slots/{slot}/remove", Asked),
    ("/quizzes/{quiz}/overrides/users/{user}", Harmless),
    ("/quizzes/{quiz}/overrides/users/{user}/remove", Asked),
    ("/quizzes/{quiz}/overrides/groups/{group}", Harmless),
    ("/quizzes/{quiz}/overrides/groups/{group}/remove", Asked),
    ("/quizzes/{quiz}/publish", Asks),
    ("/quizzes/{quiz}/delete", Asked),
    // An exam and its marks.
    ("/quizzes/{quiz}/live/extend", Asked),
    ("/quizzes/{quiz}/live/close", Asked),
    ("/attempts/{attempt}/reopen", Asked),
    ("/quizzes/{quiz}/marking", Harmless),
    ("/quizzes/{quiz}/regrade", Shown("/quizzes/{quiz}/regrade")),
    // Grades.
    ("/courses/{course}/gradebook/{user}", Asks),
    ("/courses/{course}/gradebook/file", Harmless),
    ("/courses/{course}/gradebook/file/run", Shown("/courses/{course}/gradebook/file")),
    ("/courses/{course}/grading/{kind}/{node}/move", Harmless),
    ("/courses/{course}/grading/{kind}/{node}/sight", Harmless),
    ("/courses/{course}/grading/items/new", Harmless),
    ("/courses/{course}/grading/items/{grade_item}", Harmless),
    ("/courses/{course}/grading/items/{grade_item}/delete", Asked),
    ("/courses/{course}/grading/categories/new", Harmless),
    ("/courses/{course}/grading/categories/{grade_category}", Harmless),
    ("/courses/{course}/grading/categories/{grade_category}/delete", Asked),
    ("/courses/{course}/grading/letters", Harmless),
    ("/courses/{course}/grading/release", Asked),
    // Administration.
    ("/admin/people/new", Harmless),
    ("/admin/people/import", Harmless),
    ("/admin/people/import/run", Shown("/admin/people/import")),
    ("/admin/people/{account}/edit", Harmless),
    ("/admin/people/{account}/suspend", Asked),
    ("/admin/people/{account}/restore", Harmless),
    ("/admin/people/{account}/sign-out", Asked),
    ("/admin/people/{account}/link", Asks),
    ("/admin/people/{account}/grant", Harmless),
    ("/admin/people/{account}/revoke/{role}", Asked),
    ("/admin/roles/new", Harmless),
    ("/admin/roles/{role}/edit", Asks),
    ("/admin/roles/{role}/delete", Asked),
    ("/admin/courses/new", Harmless),
    ("/admin/courses/{course}/status", Asks),
    ("/admin/courses/{course}/copy", Harmless),
    ("/admin/courses/{course}/delete", Asked),
    ("/admin/jobs/{job}/cancel", Asked),
    ("/admin/exams/give-back", Harmless),
    ("/admin/records/targets/new", Harmless),
    ("/admin/records/targets/{target}/edit", Harmless),
    ("/admin/records/targets/{target}/pause", Harmless),
    ("/admin/records/targets/{target}/resume", Harmless),
    ("/admin/records/targets/{target}/redeliver", Harmless),
    ("/admin/records/targets/{target}/discard", Asked),
    ("/admin/records/targets/{target}/delete", Asked),
    ("/admin/records/credentials/new", Harmless),
    ("/admin/records/credentials/{credential}/edit", Harmless),
    ("/admin/records/credentials/{credential}/secret", Asked),
    ("/admin/records/credentials/{credential}/delete", Asked),
    ("/admin/records/import", Harmless),
    ("/admin/records/people/erase", Asked),
];

/// Pages that ask and need something in their address.
const QUERIES: &[(&str, &str)] = &[
    ("/quizzes/{quiz}/live/extend", "all=true"),
    ("/quizzes/{quiz}/live/close", "attempts[]={attempt}"),
    ("/admin/records/people/erase", "agents=x%40example.com&how=erase"),
];

/// Pages that ask of something that the school of these tests does not have, and where that is looked at instead.
const ELSEWHERE: &[(&str, &str)] = &[
    ("/attempts/{attempt}/submit", "tests/api/exam_pages.rs: the attempt of these tests is somebody else's"),
    ("/quizzes/{quiz}/overrides/groups/{group}/remove", "tests/pages/quiz_pages.rs"),
    ("/quizzes/{quiz}/overrides/users/{user}/remove", "tests/pages/quiz_pages.rs"),
    ("/quizzes/{quiz}/slots/{slot}/remove", "tests/pages/quiz_pages.rs: refused once learners have begun"),
    ("/quizzes/{quiz}/delete", "tests/pages/quiz_pages.rs: refused once learners have begun"),
    ("/questions/{question}/delete", "tests/pages/bank.rs: a question that is used is retired instead"),
    (
        "/account/sessions/{session}/end",
        "tests/api/account.rs: the session of these tests is somebody else's",
    ),
    ("/account/tokens/{token}/delete", "tests/api/account.rs: the token of these tests is somebody else's"),
];

/// Is an address one of a route?
fn is_of(route: &str, address: &str) -> bool {
    let address = address.split(['?', '#']).next().unwrap();
    let (mut names, mut parts) = (route.split('/'), address.split('/'));
    loop {
        match (names.next(), parts.next()) {
            (None, None) => return true,
            (Some(name), Some(part)) if name == part || (name.starts_with('{') && !part.is_empty()) => {}
            _ => return false,
        }
    }
}

/// The route of a form's address: of several the one with fewer gaps.
fn route_of(address: &str) -> &'static str {
    let fitting = TABLE.iter().map(|(route, _)| *route).filter(|route| is_of(route, address));
    fitting.min_by_key(|route| route.matches('{').count()).unwrap_or_else(|| panic!("{address} is no form's"))
}

fn kind_of(route: &str) -> Kind {
    TABLE.iter().find(|(known, _)| *known == route).unwrap().1
}

#[test]
fn of_every_form_somebody_has_decided_whether_it_takes_something_away() {
    let app = TestApp::start();
    let mut routes = table(&app.state).list();
    routes.retain(|route| route.surface == Surface::Page && route.method == "POST");
    let routes: BTreeSet<&str> = routes.iter().map(|route| route.path).collect();
    let decided: BTreeSet<&str> = TABLE.iter().map(|(route, _)| *route).collect();
    assert_eq!(decided.len(), TABLE.len(), "a form is in the table twice");
    let new: Vec<_> = routes.difference(&decided).collect();
    assert!(new.is_empty(), "decide in tests/pages/asking.rs whether these take something away: {new:?}");
    let gone: Vec<_> = decided.difference(&routes).collect();
    assert!(gone.is_empty(), "these are no forms: {gone:?}");
}

/// Every page as somebody sees who may everything, with the forms on it.
fn pages(app: &TestApp, fixture: &Fixture, person: &Person) -> Vec<(&'static str, Answer, Vec<Form>)> {
    let mut routes = table(&app.state).list();
    routes.retain(|route| route.surface == Surface::Page && route.method == "GET");
    let mut browser = Browser::of(app, person);
    let page = |route: &'static str| {
        let query = QUERIES.iter().find(|(known, _)| *known == route).map(|(_, query)| format!("?{query}"));
        let address = fixture.fill(&format!("{route}{}", query.unwrap_or_default()));
        let answer = browser.get(&address);
        let html = if answer.code == 200 { answer.text() } else { String::new() };
        (route, answer, Form::all(&html))
    };
    routes.into_iter().map(|route| route.path).filter(|path| !path.starts_with("/assets")).map(page).collect()
}

#[test]
fn what_asks_is_reached_through_its_question_alone() {
    let app = TestApp::start();
    let by = admin(&app);
    let fixture = Fixture::new(&app, &by);
    let pages = pages(&app, &fixture, &by);
    let (mut wrong, mut asking) = (Vec::new(), BTreeSet::new());
    for (page, answer, forms) in &pages {
        for form in forms {
            let route = route_of(&form.action);
            match kind_of(route) {
                Asked if route != *page => wrong.push(format!("{page} leads to {route}, which ought to ask")),
                Asked => {
                    has(answer, "Cancel");
                    asking.insert(route);
                }
                Shown(first) if first != *page => {
                    wrong.push(format!("{page} leads to {route}, past {first}"));
                }
                _ => {}
            }
        }
    }
    for (route, kind) in TABLE {
        let elsewhere = ELSEWHERE.iter().any(|(known, _)| known == route);
        if *kind == Asked && asking.contains(route) == elsewhere {
            wrong.push(format!("{route} asks on a page of its own: {}", asking.contains(route)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is there, as somebody sees it.
type Probe = Box<dyn Fn(&TestApp, &Person) -> Value>;

/// Something that a form takes away, sometimes.
struct Scene {
    route: &'static str,
    fields: Vec<(&'static str, String)>,
    /// What the question says.
    says: &'static str,
    /// What is there, to be compared.
    probe: Probe,
}

/// The API's answer at an address.
fn at(address: String) -> Probe {
    Box::new(move |app, by| app.get(&address).by(by).send().status(200).json())
}

fn scenes(app: &TestApp, by: &Person, fixture: &Fixture) -> Vec<Scene> {
    let fill = |path: &str| fixture.fill(path);
    let course = || at(fill("/api/courses/{course}"));
    let revision = |path: &str| {
        let revision = app.get(&fill(path)).by(by).send().status(200).json()["revision"].as_u64().unwrap();
        ("revision", revision.to_string())
    };
    let mut browser = Browser::of(app, by);
    let entry = fill("/courses/{course}/people/entry");
    browser.fill(&entry, &fill("/courses/{course}/people/key"), &[("key", "open sesame")]).status(200);
    let edit = fill("/courses/{course}/edit");
    let records = fill("/courses/{course}/learning-records");
    browser.fill(&edit, &records, &[("learning_records", "on")]).status(303);
    let token = crate::people::link(app, by, fill("{account}").parse().unwrap());
    let grades = json!({ "grades": [{ "user": fill("{user}").parse::<u64>().unwrap(),
        "item": fill("{grade_item}").parse::<u64>().unwrap(), "points": 7 }] });
    let path = fill("/api/courses/{course}/grades/many");
    app.post(&path).by(by).json(&grades).send().status(200);
    app.put(&fill("/api/accounts/{account}/grants/{role}")).by(by).send().status(200);
    let item: &'static str = Box::leak(fill("points/{grade_item}").into_boxed_str());
    let item_revision: &'static str = Box::leak(fill("revision/{grade_item}").into_boxed_str());
    let ticked = ("questions[]", fill("{question}"));
    let set = |name: &'static str, value: &str| (name, value.to_owned());
    vec![
        Scene {
            route: "/courses/{course}/people/key",
            fields: vec![revision("/api/courses/{course}"), set("key", "another key")],
            says: "The key of now does not work any more",
            probe: course(),
        },
        Scene {
            route: "/courses/{course}/learning-records",
            fields: vec![set("learning_records", "off")],
            says: "cannot be written later",
            probe: course(),
        },
        Scene {
            route: "/courses/{course}/questions",
            fields: vec![set("do", "retire"), ticked],
            says: "Retire 1 question?",
            probe: at(fill("/api/questions/{question}")),
        },
        Scene {
            route: "/courses/{course}/gradebook/{user}",
            fields: vec![(item, String::new()), (item_revision, "1".to_owned()), set("reason", "mistaken")],
            says: "x: 7<",
            probe: at(fill("/api/courses/{course}/grades/learners/{user}")),
        },
        Scene {
            route: "/courses/{course}/people/{user}",
            fields: vec![
                revision("/api/courses/{course}/enrolments/{user}"),
                set("role", "learner"),
                set("status", "suspended"),
                set("starts", ""),
                set("ends", ""),
            ],
            says: "1 attempt of theirs is running",
            probe: at(fill("/api/courses/{course}/enrolments/{user}")),
        },
        Scene {
            route: "/quizzes/{quiz}/publish",
            fields: vec![revision("/api/quizzes/{quiz}"), set("published", "false")],
            says: "1 attempt runs. It goes on and counts",
            probe: at(fill("/api/quizzes/{quiz}")),
        },
        Scene {
            route: "/admin/roles/{role}/edit",
            fields: vec![revision("/api/roles/{role}"), set("description", "x")],
            says: "These rights go: See a course that is published",
            probe: at(fill("/api/roles/{role}")),
        },
        Scene {
            route: "/admin/people/{account}/link",
            fields: Vec::new(),
            says: "It stops working now",
            probe: Box::new(move |app, _| json!(app.get(&format!("/activation?token={token}")).send().code)),
        },
        Scene {
            route: "/courses/{course}/status",
            fields: vec![set("status", "archived")],
            says: "1 person is enrolled.",
            probe: course(),
        },
        Scene {
            route: "/admin/courses/{course}/status",
            fields: vec![set("status", "archived")],
            says: "1 attempt runs.",
            probe: course(),
        },
    ]
}

#[test]
fn a_form_that_takes_something_away_asks_and_does_it_only_when_somebody_is_sure() {
    let names = || TABLE.iter().filter(|(_, kind)| *kind == Asks).map(|(route, _)| *route);
    let mut looked_at = BTreeSet::new();
    for number in 0..names().count() {
        // A school for each: one scene takes what the next one needs.
        let app = TestApp::start();
        let by = admin(&app);
        let fixture = Fixture::new(&app, &by);
        let scene = scenes(&app, &by, &fixture).swap_remove(number);
        let (route, address) = (scene.route, fixture.fill(scene.route));
        let mut browser = Browser::of(&app, &by);
        let csrf = lyceum::domain::session::csrf_token(&by.token);
        let mut fields = vec![("csrf", csrf.as_str())];
        fields.extend(scene.fields.iter().map(|(name, value)| (*name, value.as_str())));
        let revision = (scene.probe)(&app, &by)["revision"].to_string();
        if route == "/admin/courses/{course}/status" {
            fields.push(("revision", &revision));
        }
        let before = (scene.probe)(&app, &by);
        let asked = browser.post(&address, &fields).status(200);
        has(&asked, scene.says);
        has(&asked, "Cancel");
        assert_eq!((scene.probe)(&app, &by), before, "{route} did it before anybody was sure");
        let all = Form::all(&asked.text());
        let form = all.iter().find(|form| form.action == address).unwrap();
        let sent: Vec<(&str, &str)> =
            form.controls.iter().map(|control| (control.name.as_str(), control.value.as_str())).collect();
        let done = browser.post(&address, &sent);
        assert!(matches!(done.code, 200 | 303), "{route}: {} {}", done.code, text(&done));
        assert_ne!((scene.probe)(&app, &by), before, "{route} did nothing, though somebody was sure");
        looked_at.insert(route);
    }
    assert_eq!(looked_at, names().collect(), "these ask, and a scene shows it");
}

#[test]
fn what_takes_nothing_away_does_not_ask() {
    let app = TestApp::start();
    let by = admin(&app);
    let fixture = Fixture::new(&app, &by);
    let mut browser = Browser::of(&app, &by);
    // The first key of a course, the first link of an account, a grade that is given.
    let entry = fixture.fill("/courses/{course}/people/entry");
    has(&browser.fill(&entry, &fixture.fill("/courses/{course}/people/key"), &[("key", "sesame")]), "sesame");
    let person = format!("/admin/people/{}", account(&app, &by, "grace"));
    // Who made the account by the API has no link of it yet.
    has(&browser.fill(&person, &format!("{person}/link"), &[]), "/activation?token=");
    let learner = fixture.fill("/courses/{course}/gradebook/{user}");
    let points = fixture.fill("points/{grade_item}");
    browser.fill(&learner, &learner, &[(&points, "5")]).status(303);
    // Given again, it is replaced; what is emptied asks, and "Cancel" leads back to where it is still there.
    browser.fill(&learner, &learner, &[(&points, "6")]).status(303);
    let asked = browser.fill(&learner, &learner, &[(&points, "")]).status(200);
    has(&asked, "x: 6<");
    has(&asked, &format!("href=\"{learner}\""));
    has(&browser.get(&learner), "value=\"6\"");
}

#[test]
fn deleting_a_graded_item_says_how_many_grades_go() {
    let app = TestApp::start();
    let by = admin(&app);
    let fixture = Fixture::new(&app, &by);
    let mut browser = Browser::of(&app, &by);
    let delete = fixture.fill("/courses/{course}/grading/items/{grade_item}/delete");
    has(&browser.get(&delete), "Nobody has a grade in it.");
    let learner = fixture.fill("/courses/{course}/gradebook/{user}");
    let points = fixture.fill("points/{grade_item}");
    browser.fill(&learner, &learner, &[(&points, "5")]).status(303);
    has(&browser.get(&delete), "1 learner has a grade in it, which goes.");
    let category = fixture.fill("/courses/{course}/grading/categories/{grade_category}/delete");
    has(&browser.get(&category), "Nobody has a total by hand in it.");
    let total = fixture.fill("total-points/{grade_category}");
    // Fields that are not named are sent empty here, as who empties them does.
    browser.fill(&learner, &learner, &[(&points, "5"), (&total, "50")]).status(303);
    has(&browser.get(&category), "1 learner has a total by hand in it, which goes.");
}

#[test]
fn nobody_chosen_is_not_everybody() {
    let app = TestApp::start();
    let by = admin(&app);
    let fixture = Fixture::new(&app, &by);
    let mut browser = Browser::of(&app, &by);
    let live = fixture.fill("/quizzes/{quiz}/live");
    let attempt = fixture.fill("/api/attempts/{attempt}");
    let state = || app.get(&attempt).by(&by).send().status(200).json();
    let before = state();
    for what in ["extend", "close"] {
        let empty = browser.get(&format!("{live}/{what}?show=running&name=Ada&page=0"));
        let page = browser.follow(&empty);
        has(&page, "Nobody is chosen.");
        has(&page, "id=\"f-attempts-problem\"");
        has(&page, "value=\"Ada\"");
        let csrf = lyceum::domain::session::csrf_token(&by.token);
        let sent = [("csrf", csrf.as_str()), ("minutes", "5"), ("reference", "1"), ("reason", "")];
        let refused = browser.post(&format!("{live}/{what}"), &sent).status(422);
        has(&refused, "tick some first");
    }
    assert_eq!(state(), before);
    // In so many words it is everybody, and the page says how many that is.
    let asked = format!("{live}/extend?all=true");
    has(&browser.get(&live), &format!("href=\"{asked}\""));
    has(&browser.get(&asked), "The one person who is working on it at the moment gets more time.");
    let done = browser.fill(&asked, &format!("{live}/extend"), &[("minutes", "٥")]);
    browser.follow(&done).status(200);
}
