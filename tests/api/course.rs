//! Courses: facts, states, who sees what, lists, copies.

use lyceum::domain::access::Actor;
use lyceum::domain::course_clone::{self, CloneInput};
use lyceum::domain::ids::CourseId;
use lyceum::domain::refusal::Refusal;
use lyceum::store::Class;
use serde_json::{Value, json};

use crate::classroom::{
    admin, draft, enrol, item, outline, page, person, published, section, set_status, titles,
};
use crate::support::TestApp;

#[test]
fn a_draft_is_invisible_to_learners_and_publishing_opens_it_at_once() {
    let app = TestApp::start();
    let (admin, learner) = (admin(&app), person(&app, 1_001, "maeve", &[]));
    let course = draft(&app, &admin, "STAT101");
    enrol(&app, &admin, course, &learner, "learner");
    for path in [format!("/api/courses/{course}"), format!("/api/courses/{course}/outline")] {
        app.get(&path).by(&learner).send().problem(404, "not_found");
    }
    assert_eq!(app.get("/api/my/courses").by(&learner).send().status(200).json()["items"], json!([]));
    set_status(&app, &admin, course, "published");
    assert_eq!(outline(&app, &learner, course)["short_name"], "STAT101");
    let mine = app.get("/api/my/courses").by(&learner).send().status(200).json();
    assert_eq!(mine["items"][0]["role"], "learner");
    let view = app.get(&format!("/api/courses/{course}")).by(&learner).send().status(200).json();
    assert_eq!(view.get("staff"), None, "{view}");
}

#[test]
fn a_course_that_is_not_yours_looks_like_no_course() {
    let app = TestApp::start();
    let (admin, stranger) = (admin(&app), person(&app, 1_001, "maeve", &[]));
    let course = published(&app, &admin, "STAT101");
    let there = app.get(&format!("/api/courses/{course}/outline")).by(&stranger).send();
    let nowhere = app.get("/api/courses/999999/outline").by(&stranger).send();
    assert_eq!(
        there.problem(404, "not_found")["detail"].as_str().unwrap().replace(&course.to_string(), "999999"),
        nowhere.problem(404, "not_found")["detail"].as_str().unwrap()
    );
    app.get(&format!("/api/courses/{course}/outline")).send().problem(401, "unauthenticated");
    app.get("/api/courses").by(&stranger).send().problem(403, "forbidden");
    app.put(&format!("/api/courses/{course}"))
        .by(&stranger)
        .header("If-Match", "*")
        .json(&json!({ "short_name": "X", "title": "Mine now" }))
        .send()
        .problem(404, "not_found");
}

#[test]
fn states_go_only_where_they_may() {
    let app = TestApp::start();
    let admin = admin(&app);
    let course = draft(&app, &admin, "STAT101");
    let path = format!("/api/courses/{course}/status");
    let to = |status: &str| {
        app.put(&path).by(&admin).header("If-Match", "*").json(&json!({ "status": status })).send()
    };
    to("archived").problem(409, "course_status");
    to("published").status(200);
    to("draft").problem(409, "course_status");
    to("archived").status(200);
    to("published").status(200);
    to("nonsense").problem(422, "wrong_shape");
}

#[test]
fn an_archived_course_is_read_only_for_learners_and_takes_nobody() {
    let app = TestApp::start();
    let (admin, learner) = (admin(&app), person(&app, 1_001, "maeve", &[]));
    let late = person(&app, 1_002, "yusuf", &[]);
    let course = published(&app, &admin, "STAT101");
    enrol(&app, &admin, course, &learner, "learner");
    let first = section(&app, &admin, course, "One");
    let text = page(&app, &admin, first, "A page", "Hello");
    set_status(&app, &admin, course, "archived");
    assert_eq!(outline(&app, &learner, course)["status"], "archived");
    app.get(&format!("/api/items/{text}/page")).by(&learner).send().status(200);
    app.put(&format!("/api/items/{text}/visited")).by(&learner).send().problem(409, "course_archived");
    app.post(&format!("/api/courses/{course}/enrolments"))
        .by(&admin)
        .json(&json!({ "people": [{ "user": late.user }] }))
        .send()
        .problem(409, "course_archived");
}

#[test]
fn short_names_are_unique_whatever_the_case() {
    let app = TestApp::start();
    let admin = admin(&app);
    draft(&app, &admin, "Stat101");
    let body = json!({ "short_name": " sTAT101 ", "title": "Again" });
    let problem = app.post("/api/courses").by(&admin).json(&body).send().problem(409, "taken");
    assert_eq!(problem["errors"][0]["at"], "/short_name");
    let other = draft(&app, &admin, "NAV101");
    app.put(&format!("/api/courses/{other}"))
        .by(&admin)
        .header("If-Match", "\"1\"")
        .json(&json!({ "short_name": "STAT101", "title": "Renamed" }))
        .send()
        .problem(409, "taken");
}

#[test]
fn names_are_seen_read_as_they_are_written_and_differ_in_more_than_how_their_letters_are_put_together() {
    let app = TestApp::start();
    let admin = admin(&app);
    for name in
        ["\u{200b}", "\u{ad}", "\u{3164}", "\u{feff}", "\u{202e}\u{2066}", "a\u{2028}b", "abc\u{202e}"]
    {
        let body = json!({ "short_name": name, "title": name });
        let problem = app.post("/api/courses").by(&admin).json(&body).send().problem(422, "invalid_field");
        let places = [problem["errors"][0]["at"].clone(), problem["errors"][1]["at"].clone()];
        assert_eq!(places, ["/short_name", "/title"], "{name:?}");
    }
    let course = draft(&app, &admin, "Cafe\u{301}");
    let body = json!({ "short_name": "CAF\u{c9}", "title": "Again" });
    app.post("/api/courses").by(&admin).json(&body).send().problem(409, "taken");
    let groups = format!("/api/courses/{course}/groups");
    let group = |name: &str| app.post(&groups).by(&admin).json(&json!({ "name": name })).send();
    group("Caf\u{e9}").status(201);
    group("Cafe\u{301}").problem(409, "taken");
}

#[test]
fn short_names_and_names_of_groups_differ_in_more_than_spaces_and_what_nobody_sees() {
    let app = TestApp::start();
    let admin = admin(&app);
    let course = draft(&app, &admin, "a b");
    let groups = format!("/api/courses/{course}/groups");
    let make = |name: &str| {
        let body = json!({ "short_name": name, "title": "Again" });
        let of_course = app.post("/api/courses").by(&admin).json(&body).send();
        (of_course, app.post(&groups).by(&admin).json(&json!({ "name": name })).send())
    };
    make("a b").1.status(201);
    for name in ["a  b", "a\u{a0}b", "a \u{3000}b", "a b\u{200f}"] {
        let (of_course, of_group) = make(name);
        of_course.problem(409, "taken");
        of_group.problem(409, "taken");
    }
    for name in ["a\u{200b} b", "\u{feff}a b", "a\u{2060} b", "a\u{ad} b", "x\u{200c}y"] {
        let (of_course, of_group) = make(name);
        assert_eq!(of_course.problem(422, "invalid_field")["errors"][0]["at"], "/short_name", "{name:?}");
        assert_eq!(of_group.problem(422, "invalid_field")["errors"][0]["at"], "/name", "{name:?}");
    }
    for name in ["\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}", "\u{1f469}\u{200d}\u{1f3eb}"] {
        let (of_course, of_group) = make(name);
        of_course.status(201);
        of_group.status(201);
    }
}

#[test]
fn a_change_that_changes_nothing_leaves_the_revision_so_that_nobody_elses_is_refused() {
    let app = TestApp::start();
    let admin = admin(&app);
    let course = draft(&app, &admin, "STAT101");
    let make = |path: &str, body: &Value| {
        app.post(path).by(&admin).json(body).send().status(201).json()["id"].as_u64().unwrap()
    };
    let first = section(&app, &admin, course, "One");
    let second = section(&app, &admin, course, "Two");
    let link = json!({ "kind": "link", "url": "https://example.edu/" });
    let item = item(&app, &admin, first, "Link", &link);
    let groups = format!("/api/courses/{course}/groups");
    let group = format!("{groups}/{}", make(&groups, &json!({ "name": "Red" })));
    let folders = format!("/api/courses/{course}/question_categories");
    let folder = format!("{folders}/{}", make(&folders, &json!({ "name": "Waves" })));
    let quiz = make(&format!("/api/courses/{course}/quizzes"), &json!({ "name": "Test" }));
    let quiz = format!("/api/quizzes/{quiz}");
    let role = json!({ "name": "tutor", "description": "Helps", "permissions": ["view_course"] });
    app.post("/api/roles").by(&admin).json(&role).send().status(201);
    let tutor = json!({ "description": "Helps", "permissions": ["view_course"] });
    let facts = json!({ "short_name": "STAT101", "title": "About STAT101" });
    let (of_course, of_section, of_item) =
        (format!("/api/courses/{course}"), format!("/api/sections/{first}"), format!("/api/items/{item}"));
    let order = format!("{of_course}/order");
    for (method, at, read, body) in [
        ("PUT", &of_course, &of_course, facts),
        ("PUT", &order, &order, json!({ "sections": [first, second] })),
        ("PUT", &of_section, &of_section, json!({ "title": "One" })),
        ("PUT", &format!("{of_section}/order"), &of_section, json!({ "items": [item] })),
        ("PUT", &of_item, &of_item, json!({ "title": "Link", "url": "https://example.edu/" })),
        ("POST", &format!("{of_item}/move"), &of_item, json!({ "section": first })),
        ("PUT", &group, &group, json!({ "name": "Red" })),
        ("PUT", &folder, &folder, json!({ "name": "Waves" })),
        ("PUT", &quiz, &quiz, json!({ "name": "Test" })),
        ("PUT", &"/api/roles/tutor".to_owned(), &"/api/roles/tutor".to_owned(), tutor),
    ] {
        let etag = || app.get(read).by(&admin).send().status(200).header("etag").unwrap().to_owned();
        let before = etag();
        app.request(method, at).by(&admin).header("If-Match", &before).json(&body).send().status(200);
        assert_eq!(etag(), before, "{at}");
    }
}

#[test]
fn a_change_names_the_revision_it_was_made_from() {
    let app = TestApp::start();
    let admin = admin(&app);
    let course = draft(&app, &admin, "STAT101");
    let path = format!("/api/courses/{course}");
    let etag = app.get(&path).by(&admin).send().status(200).header("etag").unwrap().to_owned();
    let body = json!({ "short_name": "STAT101", "title": "Better", "summary": "Some **bold** words" });
    app.put(&path).by(&admin).json(&body).send().problem(428, "precondition_required");
    let changed = app.put(&path).by(&admin).header("If-Match", &etag).json(&body).send().status(200);
    assert_eq!(changed.json()["summary_html"], "<p>Some <strong>bold</strong> words</p>");
    app.put(&path).by(&admin).header("If-Match", &etag).json(&body).send().problem(412, "changed");
}

#[test]
fn wrong_facts_are_refused_at_their_place() {
    let app = TestApp::start();
    let admin = admin(&app);
    let good = json!({ "short_name": "S", "title": "T" });
    for (field, value) in [
        ("short_name", json!("")),
        ("short_name", json!("x".repeat(41))),
        ("title", json!("two\nlines")),
        ("summary", json!("x".repeat(4_097))),
        ("capacity", json!(0)),
        ("language", json!("")),
        ("language", json!("de_CH")),
    ] {
        let mut body = good.clone();
        body[field] = value;
        let problem = app.post("/api/courses").by(&admin).json(&body).send().problem(422, "invalid_field");
        assert_eq!(problem["errors"][0]["at"], format!("/{field}"));
    }
    let backwards = json!({ "short_name": "S", "title": "T",
        "starts": "2026-10-01T00:00:00Z", "ends": "2026-09-01T00:00:00Z" });
    app.post("/api/courses").by(&admin).json(&backwards).send().problem(422, "invalid_field");
}

#[test]
fn a_course_tells_the_language_of_its_contents() {
    let app = TestApp::start();
    let admin = admin(&app);
    let course = published(&app, &admin, "STAT101");
    let path = format!("/api/courses/{course}");
    let told = |more: &Value| {
        let mut body = json!({ "short_name": "STAT101", "title": "Statistik" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        app.put(&path).by(&admin).header("If-Match", "*").json(&body).send().status(200).json()["language"]
            .clone()
    };
    assert_eq!(told(&json!({})), Value::Null);
    assert_eq!(outline(&app, &admin, course).get("language"), None);
    assert_eq!(told(&json!({ "language": "de-CH" })), "de-CH");
    assert_eq!(app.get(&path).by(&admin).send().status(200).json()["language"], "de-CH");
    assert_eq!(app.get("/api/courses").by(&admin).send().status(200).json()["items"][0]["language"], "de-CH");
    assert_eq!(outline(&app, &admin, course)["language"], "de-CH");
    let copy = json!({ "short_name": "COPY", "title": "Kopie" });
    let copy = app.post(&format!("{path}/copies")).by(&admin).json(&copy).send().status(201).json();
    assert_eq!(copy["language"], "de-CH");
    // Whoever changes the facts says all of them.
    assert_eq!(told(&json!({})), Value::Null);
    let trail = app.get("/api/export/audit").by(&admin).send().status(200).text();
    assert!(trail.contains("language none to de-CH"), "{trail}");
    assert!(trail.contains("language de-CH to none"), "{trail}");
}

#[test]
fn lists_come_in_pages_and_leave_out_what_is_not_for_the_reader() {
    let app = TestApp::start();
    let (admin, looker) = (admin(&app), person(&app, 1_001, "looker", &["observer"]));
    let learner = person(&app, 1_002, "maeve", &[]);
    let mut open = Vec::new();
    for number in 0..7 {
        let name = format!("C{number}");
        let course =
            if number % 2 == 0 { published(&app, &admin, &name) } else { draft(&app, &admin, &name) };
        enrol(&app, &admin, course, &learner, "learner");
        if number % 2 == 0 {
            open.push(course);
        }
    }
    for (path, who) in [("/api/courses", &looker), ("/api/my/courses", &learner)] {
        let mut found = Vec::new();
        let mut next = Some(String::new());
        while let Some(after) = next {
            let query = if after.is_empty() { String::new() } else { format!("&after={after}") };
            let page = app.get(&format!("{path}?limit=3{query}")).by(who).send().status(200).json();
            found.extend(page["items"].as_array().unwrap().iter().map(|c| c["id"].as_u64().unwrap()));
            next = page["next"].as_str().map(str::to_owned);
        }
        assert_eq!(found, open, "{path}");
    }
    let all = app.get("/api/courses").by(&admin).send().status(200).json();
    assert_eq!(all["items"].as_array().unwrap().len(), 7);
}

#[test]
fn who_makes_a_course_without_other_rights_teaches_it() {
    let app = TestApp::start();
    let admin = admin(&app);
    let course = draft(&app, &admin, "BYADMIN");
    app.get(&format!("/api/courses/{course}/enrolments/{}", admin.user)).by(&admin).send().status(404);
    let body = json!({ "short_name": "TAUGHT", "title": "T" });
    let made = app.post("/api/courses?teach=true").by(&admin).json(&body).send().status(201).json();
    let path = format!("/api/courses/{}/enrolments/{}", made["id"], admin.user);
    assert_eq!(app.get(&path).by(&admin).send().status(200).json()["role"], "teacher");
    // Who may change courses and not see those in the making could not fill it.
    let permissions = json!(["view_course", "create_course", "edit_course"]);
    let role = json!({ "name": "author", "description": "Writes", "permissions": permissions });
    app.post("/api/roles").by(&admin).json(&role).send().status(201);
    let author = person(&app, 1_001, "maeve", &["author"]);
    let own = draft(&app, &author, "OWN");
    section(&app, &author, own, "One");
    set_status(&app, &author, own, "published");
}

#[test]
fn a_copy_has_the_content_and_the_groups_but_not_the_people() {
    let app = TestApp::start();
    let (admin, learner) = (admin(&app), person(&app, 1_001, "maeve", &[]));
    let body = json!({ "short_name": "STAT101", "title": "Old", "summary": "*Old*", "capacity": 30,
        "starts": "2026-09-01T00:00:00Z" });
    let old = app.post("/api/courses").by(&admin).json(&body).send().status(201).json()["id"].clone();
    let old = old.as_u64().unwrap();
    enrol(&app, &admin, old, &learner, "learner");
    let long = format!("# Long\n\n{}", "A paragraph of text.\n\n".repeat(500));
    let mut expected = Vec::new();
    for number in 0..3 {
        let at = section(&app, &admin, old, &format!("Section {number}"));
        for place in 0..60 {
            let title = format!("Item {number}.{place}");
            match place % 3 {
                0 => {
                    item(&app, &admin, at, &title, &json!({ "kind": "link", "url": "https://example.org/" }))
                }
                1 => page(&app, &admin, at, &title, "Short"),
                _ => page(&app, &admin, at, &title, &long),
            };
            expected.push(title);
        }
    }
    let dated = json!({ "title": "Dated", "availability": { "from": "2026-09-03T00:00:00Z" } });
    app.post(&format!("/api/courses/{old}/sections")).by(&admin).json(&dated).send().status(201);
    let group = app.post(&format!("/api/courses/{old}/groups")).by(&admin).json(&json!({ "name": "Red" }));
    let group = group.send().status(201).json()["id"].clone();
    app.post(&format!("/api/courses/{old}/groups/{group}/members"))
        .by(&admin)
        .json(&json!({ "users": [learner.user] }))
        .send()
        .status(200);

    let wanted = json!({ "short_name": "STAT102", "title": "New", "starts": "2027-09-01T00:00:00Z" });
    let copies = format!("/api/courses/{old}/copies");
    let new = app.post(&copies).by(&admin).json(&wanted).send().status(201).json();
    assert_eq!((&new["status"], &new["staff"]["copying"]), (&json!("draft"), &json!(null)));
    assert_eq!((&new["summary"], &new["capacity"]), (&json!("*Old*"), &json!(30)));
    assert_eq!(new["staff"]["enrolled"], 0);
    let id = new["id"].as_u64().unwrap();
    let copy = outline(&app, &admin, id);
    assert_eq!(titles(&copy), expected);
    assert_eq!(copy["sections"][3]["staff"]["availability"]["from"], "2027-09-03T00:00:00.000Z");
    let text = copy["sections"][2]["items"][59]["id"].clone();
    let source = app.get(&format!("/api/items/{text}/source")).by(&admin).send().status(200).text();
    assert_eq!(source, long);
    let groups = app.get(&format!("/api/courses/{id}/groups")).by(&admin).send().status(200).json();
    assert_eq!((&groups["items"][0]["name"], &groups["items"][0]["members"]), (&json!("Red"), &json!(0)));

    let again = app.post(&copies).by(&admin).json(&wanted).send();
    again.problem(409, "taken");
    app.post(&copies).by(&learner).json(&wanted).send().problem(404, "not_found");
    app.post(&format!("/api/courses/{id}/copying")).by(&admin).send().status(200);
    assert_eq!(titles(&outline(&app, &admin, id)), expected, "going on with a finished copy adds nothing");
    set_status(&app, &admin, id, "published");
}

#[test]
fn a_copy_that_was_cut_off_cannot_be_published_and_goes_on_where_it_was() {
    let app = TestApp::start();
    let admin = admin(&app);
    let old = draft(&app, &admin, "STAT101");
    let mut expected = Vec::new();
    for number in 0..2 {
        let at = section(&app, &admin, old, &format!("Section {number}"));
        for place in 0..75 {
            let title = format!("Item {number}.{place}");
            page(&app, &admin, at, &title, "Text");
            expected.push(title);
        }
    }
    let actor = Actor::person(admin.user, app.clock.now());
    let from = CourseId(old);
    let input = CloneInput { short_name: "STAT102".to_owned(), title: "New".to_owned(), starts: None };
    let facts = app.state.store.read(|read| course_clone::facts(read, &actor, from, input)).unwrap();
    let new = app
        .state
        .store
        .write_blocking(Class::Bulk, move |txn| -> Result<CourseId, Refusal> {
            let new = course_clone::begin(txn, &actor, from, facts, "UTC")?.id;
            assert!(!course_clone::step(txn, &actor, new)?, "one step does not copy a whole course");
            Ok(new)
        })
        .unwrap();
    let copied = titles(&outline(&app, &admin, new.0));
    assert!(copied.len() < expected.len() && expected.starts_with(&copied), "{}", copied.len());
    app.put(&format!("/api/courses/{new}/status"))
        .by(&admin)
        .header("If-Match", "*")
        .json(&json!({ "status": "published" }))
        .send()
        .problem(409, "course_status");
    app.post(&format!("/api/courses/{new}/copying")).by(&admin).send().status(200);
    assert_eq!(titles(&outline(&app, &admin, new.0)), expected);
    set_status(&app, &admin, new.0, "published");
}

#[test]
fn the_document_tells_of_every_route_of_courses() {
    let app = TestApp::start();
    let document = app.get("/api/openapi.json").send().status(200).json();
    for (path, method) in [
        ("/api/courses/{course}/outline", "get"),
        ("/api/courses/{course}/copies", "post"),
        ("/api/items/{item}/source", "put"),
        ("/api/items/{item}/visited", "put"),
        ("/api/courses/{course}/enrolments/{user}", "patch"),
        ("/api/courses/{course}/groups/{group}/members", "post"),
    ] {
        let responses = &document["paths"][path][method]["responses"];
        assert!(responses["404"]["content"]["application/problem+json"].is_object(), "{method} {path}");
        assert!(responses["401"].is_object() && responses["503"].is_object(), "{method} {path}");
    }
    assert!(document["components"]["schemas"]["Problem"].is_object());
    assert!(document["components"]["schemas"]["OutlineItem"].is_object());
}
