//! The outline: never stale, never wrong by the clock, never shown to who lost the right.

use std::time::Duration;

use lyceum::domain::access::{Grants, Permission, PermissionSet, Role, RoleName};
use lyceum::domain::decimal::Decimal;
use lyceum::domain::group::Group;
use lyceum::domain::ids::{AttemptId, CourseId, GroupId, QuizId};
use lyceum::domain::quiz::overrides::{AttemptsChange, Override};
use lyceum::domain::quiz::{Quiz, Switches, Who};
use lyceum::domain::standing::Standing;
use lyceum::store::{Class, StoreError};
use serde_json::{Value, json};

use crate::classroom::{
    admin, enrol, item, outline, page, person, published, quiz, section, set_status, store, titles,
};
use crate::support::{Person, TestApp};

struct Room {
    app: TestApp,
    admin: Person,
    learner: Person,
    course: u64,
    section: u64,
    page: u64,
    link: u64,
    quiz: Quiz,
    quiz_item: u64,
}

impl Room {
    /// No attempts stand behind what the test made up, which the check of the store at its end would say.
    fn forget_standing(&self) {
        let key = (CourseId(self.course), self.learner.user, self.quiz.id);
        let forgotten =
            self.app.state.store.write_blocking(Class::Bulk, move |txn| -> Result<bool, StoreError> {
                txn.delete::<Standing>(&key)
            });
        assert!(forgotten.unwrap());
    }
}

/// A course with a page, a link and a quiz, and one learner.
fn room() -> Room {
    let app = TestApp::start();
    let (admin, learner) = (admin(&app), person(&app, 1_001, "maeve", &[]));
    let course = published(&app, &admin, "STAT101");
    enrol(&app, &admin, course, &learner, "learner");
    let at = section(&app, &admin, course, "One");
    let page = page(&app, &admin, at, "Page", "Text");
    let link = item(&app, &admin, at, "Link", &json!({ "kind": "link", "url": "https://example.org/" }));
    let quiz = quiz(&app, course, 500_000);
    let quiz_item = item(&app, &admin, at, "Quiz", &json!({ "kind": "quiz", "quiz": quiz.id }));
    Room { app, admin, learner, course, section: at, page, link, quiz, quiz_item }
}

impl Room {
    fn seen(&self) -> Value {
        // Twice, so that the second answer comes from the cache, and both are the same.
        let first = outline(&self.app, &self.learner, self.course);
        assert_eq!(first, outline(&self.app, &self.learner, self.course));
        first
    }

    fn put(&self, path: &str, body: &Value) {
        self.app.put(path).by(&self.admin).header("If-Match", "*").json(body).send().status(200);
    }

    fn quiz_seen(&self) -> Value {
        self.seen()["sections"][0]["items"][2]["content"].clone()
    }
}

fn at(text: &str) -> lyceum::clock::Timestamp {
    text.parse().unwrap()
}

#[test]
fn every_change_is_in_the_very_next_outline() {
    let room = room();
    let app = &room.app;
    assert_eq!(titles(&room.seen()), ["Page", "Link", "Quiz"]);
    // The course.
    room.put(
        &format!("/api/courses/{}", room.course),
        &json!({ "short_name": "STAT101", "title": "New title" }),
    );
    assert_eq!(room.seen()["title"], "New title");
    // Sections.
    let second = section(app, &room.admin, room.course, "Two");
    assert_eq!(room.seen()["sections"][1]["title"], "Two");
    room.put(&format!("/api/sections/{second}"), &json!({ "title": "Second" }));
    assert_eq!(room.seen()["sections"][1]["title"], "Second");
    room.put(&format!("/api/courses/{}/order", room.course), &json!({ "sections": [second, room.section] }));
    assert_eq!(room.seen()["sections"][0]["title"], "Second");
    room.put(
        &format!("/api/sections/{second}"),
        &json!({ "title": "Second", "availability": { "visible": false } }),
    );
    assert_eq!(room.seen()["sections"].as_array().unwrap().len(), 1);
    app.delete(&format!("/api/sections/{second}")).by(&room.admin).header("If-Match", "*").send().status(204);
    // Items.
    room.put(
        &format!("/api/items/{}", room.link),
        &json!({ "title": "Elsewhere", "url": "https://example.com/" }),
    );
    assert_eq!(room.seen()["sections"][0]["items"][1]["content"]["url"], "https://example.com/");
    let order = json!({ "items": [room.link, room.page, room.quiz_item] });
    room.put(&format!("/api/sections/{}/order", room.section), &order);
    assert_eq!(titles(&room.seen()), ["Elsewhere", "Page", "Quiz"]);
    room.put(
        &format!("/api/items/{}", room.page),
        &json!({ "title": "Page", "availability": { "visible": false } }),
    );
    assert_eq!(titles(&room.seen()), ["Elsewhere", "Quiz"]);
    app.delete(&format!("/api/items/{}", room.link))
        .by(&room.admin)
        .header("If-Match", "*")
        .send()
        .status(204);
    assert_eq!(titles(&room.seen()), ["Quiz"]);
    set_status(app, &room.admin, room.course, "archived");
    assert_eq!(room.seen()["status"], "archived");
}

#[test]
fn what_the_learner_does_is_in_their_outline_and_in_nobody_elses() {
    let room = room();
    let app = &room.app;
    let other = person(app, 1_002, "yusuf", &[]);
    enrol(app, &room.admin, room.course, &other, "learner");
    let visited = |who: &Person| {
        let seen = outline(app, who, room.course);
        [0, 1].map(|place| seen["sections"][0]["items"][place]["content"]["visited"].as_bool().unwrap())
    };
    assert_eq!((visited(&room.learner), visited(&other)), ([false, false], [false, false]));
    let mark = format!("/api/items/{}/visited", room.page);
    app.put(&mark).by(&room.learner).send().status(204);
    app.put(&mark).by(&room.learner).send().status(204);
    assert_eq!((visited(&room.learner), visited(&other)), ([true, false], [false, false]));
    app.delete(&mark).by(&room.learner).send().status(204);
    assert_eq!(visited(&room.learner), [false, false]);
    app.put(&format!("/api/items/{}/visited", room.quiz_item))
        .by(&room.learner)
        .send()
        .problem(409, "not_markable");

    let mut standing = Standing {
        course: CourseId(room.course),
        user: room.learner.user,
        quiz: room.quiz.id,
        attempts: 1,
        running: Some(AttemptId(77)),
        finished: 0,
        awaits_marking: false,
        points: None,
        of: None,
    };
    store(app, standing.clone());
    assert_eq!(room.quiz_seen()["state"]["running"], 77);
    standing.running = None;
    standing.finished = 1;
    standing.points = Some(Decimal::from_int(7));
    store(app, standing);
    let state = room.quiz_seen()["state"].clone();
    assert_eq!((&state["finished"], &state["running"]), (&json!(1), &json!(null)));
    let others = outline(app, &other, room.course);
    assert_eq!(others["sections"][0]["items"][2]["content"]["state"]["attempts"], 0);
    room.forget_standing();
}

#[test]
fn a_quiz_shows_the_terms_and_points_that_hold_for_this_learner() {
    let room = room();
    let app = &room.app;
    let mut quiz = room.quiz.clone();
    quiz.review.after_submit = Switches::NONE;
    quiz.review.after_close = Switches::ALL;
    quiz.opens = Some(at("2026-09-07T08:00:10Z"));
    quiz.closes = Some(at("2026-09-07T08:00:20Z"));
    quiz.max_points = Decimal::from_int(20);
    store(app, quiz.clone());
    store(
        app,
        Standing {
            course: CourseId(room.course),
            user: room.learner.user,
            quiz: quiz.id,
            attempts: 1,
            running: None,
            finished: 1,
            awaits_marking: false,
            points: Some(Decimal::from_int(7)),
            of: Some(Decimal::from_int(10)),
        },
    );
    let states: Vec<(Value, Value)> = [0, 10, 9, 1]
        .map(|seconds| {
            app.clock.advance(Duration::from_secs(seconds));
            let seen = room.quiz_seen();
            (seen["open"].clone(), seen["state"]["points"].clone())
        })
        .to_vec();
    let (shut, open, none) = (json!(false), json!(true), json!(null));
    assert_eq!(states[..3], [(shut.clone(), none.clone()), (open.clone(), none.clone()), (open, none)]);
    assert_eq!(states[3].0, shut);
    assert_eq!(states[3].1, 14.0, "points are shown once the quiz is closed, of what it gives today");

    // More time for one learner, then for a group they come into.
    let change = |who, closes: &str| Override {
        quiz: quiz.id,
        course: CourseId(room.course),
        who,
        opens: None,
        closes: Some(at(closes)),
        time: None,
        attempts: Some(AttemptsChange::Allowed(5)),
    };
    let group = GroupId(600_000);
    store(app, Group { course: CourseId(room.course), id: group, name: "Late".to_owned(), revision: 1 });
    store(app, change(Who::Group(group), "2026-09-07T09:00:00Z"));
    assert_eq!(room.quiz_seen()["attempts_allowed"], 2);
    app.post(&format!("/api/courses/{}/groups/{group}/members", room.course))
        .by(&room.admin)
        .json(&json!({ "users": [room.learner.user] }))
        .send()
        .status(200);
    let seen = room.quiz_seen();
    assert_eq!((&seen["attempts_allowed"], &seen["open"]), (&json!(5), &json!(true)));
    store(app, change(Who::User(room.learner.user), "2026-09-07T10:00:00Z"));
    assert_eq!(room.quiz_seen()["closes"], "2026-09-07T10:00:00.000Z");

    quiz.published = false;
    store(app, quiz);
    assert_eq!(titles(&room.seen()), ["Page", "Link"]);
    assert_eq!(titles(&outline(app, &room.admin, room.course)), ["Page", "Link", "Quiz"]);
    room.forget_standing();
}

#[test]
fn the_clock_alone_opens_and_closes_things_to_the_millisecond() {
    let room = room();
    let app = &room.app;
    let window = json!({ "from": "2026-09-07T08:00:01Z", "until": "2026-09-07T08:00:02Z" });
    room.put(&format!("/api/items/{}", room.page), &json!({ "title": "Page", "availability": window }));
    let mut seen = Vec::new();
    for step_ms in [0, 999, 1, 999, 1] {
        app.clock.advance(Duration::from_millis(step_ms));
        seen.push(titles(&room.seen()).len());
    }
    assert_eq!(seen, [2, 2, 3, 3, 2]);
    let late = json!({ "title": "One", "availability": { "from": "2026-09-07T08:00:03Z" } });
    room.put(&format!("/api/sections/{}", room.section), &late);
    assert_eq!(titles(&room.seen()).len(), 0);
    app.clock.advance(Duration::from_secs(1));
    assert_eq!(titles(&room.seen()).len(), 2);
}

#[test]
fn a_lost_right_takes_effect_with_the_very_next_request() {
    let room = room();
    let app = &room.app;
    let path = format!("/api/courses/{}/outline", room.course);
    let enrolment = format!("/api/courses/{}/enrolments/{}", room.course, room.learner.user);
    let patch = |change: Value| {
        app.patch(&enrolment).by(&room.admin).header("If-Match", "*").json(&change).send().status(200);
    };
    let gone = || drop(app.get(&path).by(&room.learner).send().problem(404, "not_found"));
    room.seen();
    patch(json!({ "status": "suspended" }));
    gone();
    patch(json!({ "status": "active" }));
    room.seen();
    patch(json!({ "ends": "2026-09-07T08:00:05Z" }));
    assert_eq!(room.seen()["enrolment"]["ends"], "2026-09-07T08:00:05.000Z");
    app.clock.advance(Duration::from_millis(4_999));
    room.seen();
    app.clock.advance(Duration::from_millis(1));
    gone();
    patch(json!({ "ends": null }));
    room.seen();
    app.delete(&enrolment).by(&room.admin).header("If-Match", "*").send().status(204);
    gone();
}

#[test]
fn roles_granted_and_changed_take_effect_with_the_very_next_request() {
    let room = room();
    let app = &room.app;
    let looker = person(app, 1_002, "looker", &[]);
    let path = format!("/api/courses/{}/outline", room.course);
    app.get(&path).by(&looker).send().problem(404, "not_found");
    let role = RoleName::parse("visitor").unwrap();
    let define = |permissions: &[Permission]| {
        store(
            app,
            Role {
                name: RoleName::parse("visitor").unwrap(),
                description: String::new(),
                permissions: PermissionSet::of(permissions),
                revision: 1,
            },
        );
    };
    define(&[Permission::ViewCourse]);
    store(app, Grants { user: looker.user, site: vec![role], courses: Vec::new() });
    assert_eq!(outline(app, &looker, room.course).get("staff"), None);
    define(&[Permission::ViewDraft]);
    assert!(outline(app, &looker, room.course)["staff"]["enrolled"].is_u64());
    define(&[Permission::ViewGrades]);
    app.get(&path).by(&looker).send().problem(404, "not_found");
    // Of a learner: a role in the course makes the view that of staff, and back.
    assert_eq!(room.seen().get("staff"), None);
    let grants = |courses| Grants { user: room.learner.user, site: Vec::new(), courses };
    store(app, grants(vec![(CourseId(room.course), RoleName::parse("assistant").unwrap())]));
    assert!(room.seen()["staff"].is_object());
    store(app, grants(Vec::new()));
    assert_eq!(room.seen().get("staff"), None);
}

#[test]
fn staff_see_what_is_hidden_marked_and_how_many_are_enrolled() {
    let room = room();
    let app = &room.app;
    room.put(
        &format!("/api/items/{}", room.page),
        &json!({ "title": "Page", "availability": { "visible": false } }),
    );
    let seen = outline(app, &room.admin, room.course);
    let hidden: Vec<bool> = seen["sections"][0]["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["staff"]["hidden"].as_bool().unwrap())
        .collect();
    assert_eq!(hidden, [true, false, false]);
    assert_eq!(seen["staff"]["enrolled"], 1);
    let other = person(app, 1_002, "yusuf", &[]);
    enrol(app, &room.admin, room.course, &other, "learner");
    assert_eq!(outline(app, &room.admin, room.course)["staff"]["enrolled"], 2, "the count is never stale");
    let learners = serde_json::to_string(&room.seen()).unwrap();
    assert!(!learners.contains("enrolled") && !learners.contains("hidden") && !learners.contains("revision"));
}

#[test]
fn an_unchanged_outline_is_a_304_and_a_cached_one_is_a_hit() {
    let room = room();
    let app = &room.app;
    let path = format!("/api/courses/{}/outline", room.course);
    let first = app.get(&path).by(&room.learner).send().status(200);
    let etag = first.header("etag").unwrap().to_owned();
    assert_eq!(first.header("cache-control"), Some("private, no-cache"));
    let (_, hits, misses) = app.state.store.cache_counts()[1];
    for tag in [etag.clone(), format!("\"other\", {etag}"), format!("W/{etag}"), "*".to_owned()] {
        let again = app.get(&path).by(&room.learner).header("If-None-Match", &tag).send().status(304);
        assert_eq!((again.bytes.len(), again.header("etag")), (0, Some(etag.as_str())));
    }
    let (_, hits_after, misses_after) = app.state.store.cache_counts()[1];
    assert_eq!((hits_after - hits, misses_after - misses), (4, 0));
    app.put(&format!("/api/items/{}/visited", room.page)).by(&room.learner).send().status(204);
    let changed = app.get(&path).by(&room.learner).header("If-None-Match", &etag).send().status(200);
    assert_ne!(changed.header("etag"), Some(etag.as_str()));
}

#[test]
fn a_course_of_360_items_is_one_outline_and_learns_of_each() {
    let room = room();
    let app = &room.app;
    let mut expected: Vec<String> = vec!["Page".into(), "Link".into(), "Quiz".into()];
    let mut last = 0;
    for number in 0..17 {
        let at = section(app, &room.admin, room.course, &format!("Section {number}"));
        for place in 0..21 {
            let title = format!("Item {number}.{place}");
            last = page(app, &room.admin, at, &title, "Text");
            expected.push(title);
        }
    }
    assert_eq!(expected.len(), 360);
    assert_eq!(titles(&room.seen()), expected);
    app.put(&format!("/api/items/{last}/visited")).by(&room.learner).send().status(204);
    let seen = room.seen();
    assert_eq!(seen["sections"][17]["items"][20]["content"]["visited"], true);
    let marked = seen["sections"].as_array().unwrap().iter().flat_map(|s| s["items"].as_array().unwrap());
    assert_eq!(marked.filter(|item| item["content"]["visited"] == true).count(), 1);
}

#[test]
fn a_quiz_stands_in_its_own_course_and_once() {
    let room = room();
    let app = &room.app;
    let elsewhere = published(app, &room.admin, "NAV101");
    let there = section(app, &room.admin, elsewhere, "One");
    let place = |section: u64, quiz: QuizId| {
        let body = json!({ "title": "Q", "content": { "kind": "quiz", "quiz": quiz } });
        app.post(&format!("/api/sections/{section}/items")).by(&room.admin).json(&body).send()
    };
    place(there, room.quiz.id).problem(422, "invalid_field");
    place(room.section, room.quiz.id).problem(409, "quiz_placed");
    place(room.section, QuizId(999_999)).problem(404, "not_found");
}
