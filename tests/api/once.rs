//! `Idempotency-Key`: what a client sends twice is done once, on every route that makes something.

use serde_json::{Value, json};

use crate::people::{activated, sign_in};
use crate::support::{Answer, Person, TestApp};
use lyceum::domain::ids::UserId;
use lyceum::domain::once::{KeptAnswer, KeptPart};
use lyceum::store::Read as _;
use lyceum::sweep;
use std::time::Duration;

struct Scene {
    app: TestApp,
    admin: Person,
    course: u64,
    section: u64,
}

impl Scene {
    fn new() -> Self {
        let app = TestApp::start();
        let admin = app.signed_in(UserId(9_001), &["administrator"]);
        let mut scene = Self { app, admin, course: 0, section: 0 };
        let course =
            scene.post(None, "/api/courses?teach=false", &json!({"short_name": "C1", "title": "One"}));
        scene.course = course.status(201).json()["id"].as_u64().unwrap();
        let path = format!("/api/courses/{}/sections", scene.course);
        let section = scene.post(None, &path, &json!({"title": "First"}));
        scene.section = section.status(201).json()["id"].as_u64().unwrap();
        scene
    }

    fn post(&self, key: Option<&str>, path: &str, body: &Value) -> Answer {
        self.post_by(&self.admin, key, path, body)
    }

    fn post_by(&self, who: &Person, key: Option<&str>, path: &str, body: &Value) -> Answer {
        let mut request = self.app.post(path).by(who);
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        request.json(body).send()
    }

    /// Every route that makes something and whose answer may be kept, with two bodies for it.
    fn routes(&self) -> Vec<(String, Value, Value)> {
        let in_course = |rest: &str| format!("/api/courses/{}/{rest}", self.course);
        let account = |name: &str| json!({"username": name, "first_name": "Ada", "last_name": "Byron"});
        let role = |name: &str| json!({"name": name, "description": "", "permissions": ["view_course"]});
        let question = |name: &str| {
            let question = json!({"name": name, "text": {"text": "Is it so?"},
                "kind": {"type": "true_false", "correct": true}});
            json!({"category": null, "question": question})
        };
        let named = |name: &str| json!({"name": name});
        vec![
            ("/api/accounts".to_owned(), account("ada"), account("bob")),
            ("/api/roles".to_owned(), role("looker"), role("reader")),
            (
                "/api/courses".to_owned(),
                json!({"short_name": "C2", "title": "Two"}),
                json!({"short_name": "C3", "title": "Three"}),
            ),
            (in_course("sections"), json!({"title": "A"}), json!({"title": "B"})),
            (
                format!("/api/sections/{}/items", self.section),
                json!({"title": "A", "content": {"kind": "page", "markdown": "Text"}}),
                json!({"title": "B", "content": {"kind": "link", "url": "https://example.org/"}}),
            ),
            (in_course("groups"), named("A"), named("B")),
            (in_course("question_categories"), named("A"), named("B")),
            (in_course("questions"), question("A"), question("B")),
            (in_course("quizzes"), named("A"), named("B")),
            (in_course("grades/items"), json!({"name": "A", "max": 10}), json!({"name": "B", "max": 10})),
            (in_course("grades/categories"), named("A"), named("B")),
        ]
    }
}

#[test]
fn the_same_request_with_the_same_key_makes_one_thing_and_answers_the_same() {
    let scene = Scene::new();
    for (at, (path, body, _)) in scene.routes().into_iter().enumerate() {
        let key = format!("key-{at}");
        let first = scene.post(Some(&key), &path, &body).status(201);
        let again = scene.post(Some(&key), &path, &body).status(201);
        assert!(first.header("location").is_some(), "{path}");
        assert_eq!(first.header("location"), again.header("location"), "{path}");
        assert_eq!(first.json(), again.json(), "{path}");
    }
    let sections = scene.app.get(&format!("/api/courses/{}/order", scene.course)).by(&scene.admin).send();
    assert_eq!(sections.status(200).json()["sections"].as_array().unwrap().len(), 2, "the first and A");
    let courses = scene.app.get("/api/courses").by(&scene.admin).send().status(200).json();
    assert_eq!(courses["items"].as_array().unwrap().len(), 2, "{courses}");
}

#[test]
fn the_same_key_with_another_body_or_address_is_refused() {
    let scene = Scene::new();
    for (at, (path, body, other)) in scene.routes().into_iter().enumerate() {
        let key = format!("key-{at}");
        scene.post(Some(&key), &path, &body).status(201);
        scene.post(Some(&key), &path, &other).problem(422, "idempotency_key_reused");
    }
    let body = json!({"short_name": "C9", "title": "Nine"});
    scene.post(Some("nine"), "/api/courses?teach=false", &body).status(201);
    scene.post(Some("nine"), "/api/courses?teach=true", &body).problem(422, "idempotency_key_reused");
}

#[test]
fn different_people_do_not_share_keys() {
    let scene = Scene::new();
    let other = scene.app.signed_in(UserId(9_002), &["administrator"]);
    for (at, (path, body, different)) in scene.routes().into_iter().enumerate() {
        let key = format!("key-{at}");
        let mine = scene.post(Some(&key), &path, &body).status(201);
        let theirs = scene.post_by(&other, Some(&key), &path, &different).status(201);
        assert_ne!(mine.header("location"), theirs.header("location"), "{path}");
    }
}

#[test]
fn a_kept_answer_is_for_whoever_may_still_do_the_work_with_what_they_show() {
    let scene = Scene::new();
    let (app, root) = (&scene.app, &scene.admin);
    let id = activated(app, root, "grace");
    let grant = format!("/api/accounts/{id}/grants/administrator");
    app.put(&grant).by(root).send().status(200);
    // There is always one.
    let other = activated(app, root, "other");
    app.put(&format!("/api/accounts/{other}/grants/administrator")).by(root).send().status(200);
    let grace = sign_in(app, "grace");
    let token = |scopes: &[&str]| {
        let body = json!({"name": "script", "scopes": scopes, "expires": "2026-10-01T00:00:00Z"});
        let made = app.post("/api/me/tokens").by(&grace).json(&body).send().status(201).json();
        Person { user: grace.user, token: made["token"].as_str().unwrap().to_owned() }
    };
    let (wide, narrow) = (token(&["manage_people", "manage_site"]), token(&[]));
    let mut routes = scene.routes();
    let body = json!({"agents": [{"mbox": "mailto:x@example.com"}], "how": "erase", "dry_run": true});
    routes.push(("/api/xapi/people/erase".to_owned(), body, json!(null)));
    let mut first = Vec::new();
    for (at, (path, body, _)) in routes.iter().enumerate() {
        let key = format!("key-{at}");
        let made = scene.post_by(&grace, Some(&key), path, body);
        assert!([201, 202].contains(&made.code), "{path}: {}", made.text());
        let code = scene.post_by(&narrow, Some(&key), path, body).code;
        assert!([403, 404].contains(&code), "{path}: {code}");
        first.push(made);
    }
    let with_right = scene.post_by(&wide, Some("key-0"), &routes[0].0, &routes[0].1).status(201);
    assert_eq!(with_right.json(), first[0].json());
    app.delete(&grant).by(root).send().status(200);
    for (at, (path, body, _)) in routes.iter().enumerate() {
        let code = scene.post_by(&grace, Some(&format!("key-{at}")), path, body).code;
        assert!([403, 404].contains(&code), "{path}: {code}");
    }
}

#[test]
fn without_a_key_and_after_a_day_a_request_is_new_work() {
    let scene = Scene::new();
    let path = format!("/api/courses/{}/sections", scene.course);
    let body = json!({"title": "Twice"});
    let id = |answer: Answer| answer.status(201).json()["id"].as_u64().unwrap();
    assert_ne!(id(scene.post(None, &path, &body)), id(scene.post(None, &path, &body)));
    let first = id(scene.post(Some("k"), &path, &body));
    scene.app.clock.advance(Duration::from_hours(23));
    assert_eq!(id(scene.post(Some("k"), &path, &body)), first);
    scene.app.clock.advance(Duration::from_hours(2));
    assert_ne!(id(scene.post(Some("k"), &path, &body)), first);
}

#[test]
fn a_refused_request_keeps_nothing_so_that_it_can_be_corrected() {
    let scene = Scene::new();
    let path = "/api/courses";
    let body = json!({"short_name": "C1", "title": "Taken"});
    scene.post(Some("k"), path, &body).problem(409, "taken");
    scene.post(Some("k"), path, &json!({"short_name": "C5", "title": "Free"})).status(201);
    scene.post(Some(&"k".repeat(201)), path, &body).problem(422, "invalid_field");
}

#[test]
fn an_answer_longer_than_a_row_is_kept_whole() {
    let scene = Scene::new();
    let tag = "t".repeat(50);
    let slot = json!({"points": 1, "draw": {"count": 1, "tag": tag}});
    let body = json!({"name": "Long", "slots": vec![slot; 150]});
    let path = format!("/api/courses/{}/quizzes", scene.course);
    let first = scene.post(Some("long"), &path, &body).status(201);
    assert!(first.bytes.len() > 2 * 12 * 1024, "{} bytes", first.bytes.len());
    let again = scene.post(Some("long"), &path, &body).status(201);
    assert_eq!(first.bytes, again.bytes);
    // Swept whole, too, whether or not anybody sends a key again.
    let rows = || {
        let store = &scene.app.state.store;
        store.read(|read| {
            let answers = read.list::<KeptAnswer>(&(), None, 9).unwrap().len();
            (answers, read.list::<KeptPart>(&(), None, 9).unwrap().len())
        })
    };
    let swept = || actix_web::rt::System::new().block_on(sweep::once(&scene.app.state)).unwrap();
    scene.app.clock.advance(Duration::from_hours(23));
    swept();
    assert_eq!(rows().0, 1);
    assert!(rows().1 > 1);
    scene.app.clock.advance(Duration::from_hours(2));
    swept();
    assert_eq!(rows(), (0, 0));
    assert_ne!(scene.post(Some("long"), &path, &body).status(201).json()["id"], first.json()["id"]);
}
