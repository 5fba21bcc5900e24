//! Bodies that are JSON, but not what is asked for: refused as the document says, each with the place of what is wrong.

use lyceum::domain::ids::UserId;
use serde_json::{Value, json};

use crate::bank::{course, member};
use crate::support::TestApp;

const JSON: &str = "application/json";

#[test]
fn a_value_of_another_type_is_well_formed_and_has_its_place() {
    let app = TestApp::start();
    let admin = app.signed_in(UserId(1), &["administrator"]);
    let course = course(&app, "GEO");
    let teacher = member(&app, course, 2, "teacher");
    let section = app
        .post(&format!("/api/courses/{course}/sections"))
        .by(&teacher)
        .json(&json!({ "title": "S" }))
        .send()
        .status(201)
        .json()["id"]
        .to_string();
    let sections = format!("/api/courses/{course}/sections");
    let (items, questions) =
        (format!("/api/sections/{section}/items"), format!("/api/courses/{course}/questions"));
    let grades = format!("/api/courses/{course}/grades/items");
    let [sections, items, questions, grades] = [&sections, &items, &questions, &grades].map(String::as_str);
    let before = app.state.store.group_number();
    let choice = |options: Value| {
        json!({ "question": {
            "name": "x", "text": { "text": "x" }, "kind": { "type": "single_choice", "options": options }
        } })
    };
    let cloze = |part: Value| {
        json!({ "question": {
            "name": "x", "text": { "text": "{#1}" }, "kind": { "type": "cloze", "parts": [part] }
        } })
    };
    let item = |content: Value| json!({ "title": "I", "content": content });
    let right = json!({ "text": { "text": "a" }, "fraction": 1 });
    let token = |scopes: Value| json!({ "name": "x", "expires": "2026-10-01T00:00:00Z", "scopes": scopes });
    let visible = |visibility: Value| json!({ "name": "x", "max": 10, "visibility": visibility });
    for (path, body, at) in [
        // Choices that are not told by their names.
        ("/api/me/preferences", json!({ "theme": 5 }), "/theme"),
        ("/api/me/preferences", json!({ "theme": { "dark": null } }), "/theme"),
        ("/api/roles", json!({ "name": "x", "description": "", "permissions": [null] }), "/permissions/0"),
        ("/api/me/tokens", token(json!([{}])), "/scopes/0"),
        ("/api/me/tokens", token(json!([{ "view_course": null }])), "/scopes/0"),
        (grades, visible(json!({})), "/visibility"),
        (grades, visible(json!({ "hidden_until": "2026-10-01T00:00:00Z", "x": 1 })), "/visibility"),
        (grades, visible(json!({ "hidden_until": "soon" })), "/visibility/hidden_until"),
        // Lists that hold the fields of an object in their order.
        (sections, json!(["S"]), ""),
        (sections, json!({ "title": "S", "availability": [true, null, null] }), "/availability"),
        (items, item(json!(["page", "# hi"])), "/content"),
        (
            questions,
            json!({ "question": { "name": "x", "text": ["<p>", "html"], "kind": { "type": "essay" } } }),
            "/question/text",
        ),
        // Something inside of a choice with a tag.
        (items, item(json!({ "kind": "link", "url": 5 })), "/content/url"),
        (items, item(json!({ "kind": "video" })), "/content/kind"),
        (items, item(json!({ "kind": "page", "url": "x" })), "/content/url"),
        (
            questions,
            choice(json!([right, { "text": { "text": "b" }, "fraction": "x" }])),
            "/question/kind/options/1/fraction",
        ),
        (questions, cloze(json!({ "type": 2, "answers": [] })), "/question/kind/parts/0/type"),
        (
            questions,
            cloze(json!({ "answers": [{ "pattern": 5 }], "type": "short_answer" })),
            "/question/kind/parts/0/answers/0/pattern",
        ),
        (
            questions,
            json!({ "question": { "name": "x", "text": { "text": "x" },
            "kind": { "unit_rule": { "rule": 0 }, "answers": [], "type": "numerical" } } }),
            "/question/kind/unit_rule/rule",
        ),
        // Hours that there are not.
        (
            sections,
            json!({ "title": "S", "availability": { "from": "2026-01-01T00:00:00+25:00" } }),
            "/availability/from",
        ),
    ] {
        let (who, method) = match path {
            "/api/me/preferences" => (&admin, "PUT"),
            path if path.contains("/courses/") || path.contains("/sections/") => (&teacher, "POST"),
            _ => (&admin, "POST"),
        };
        let problem = app.request(method, path).by(who).json(&body).send().problem(422, "wrong_shape");
        assert_eq!(problem["errors"][0]["at"], at, "{body}: {problem}");
    }
    let missing = app.post(sections).by(&teacher).json(&json!({})).send().problem(422, "wrong_shape");
    assert_eq!(missing["errors"][0]["at"], "/title", "{missing}");
    assert_eq!(missing["detail"], "/title: missing field `title`");
    let twice = app.post(sections).by(&teacher).body(JSON, "{\"title\":\"S\",\"title\":\"T\"}").send();
    twice.refused(422, "wrong_shape", "/title");
    let no_object = app.post(sections).by(&teacher).json(&json!("S")).send().problem(422, "wrong_shape");
    assert_eq!(no_object["errors"][0]["problem"], "invalid type: string \"S\", expected an object");
    for (media, status) in [
        ("application/json; charset=latin1", 415),
        ("application/json;charset=\"ISO-8859-1\"", 415),
        ("application/json; charset=\"UTF-8\"", 422),
        ("application/json;charset=utf8", 422),
        ("application/json; x=latin1", 422),
    ] {
        app.post(sections).by(&teacher).body(media, "{}").send().status(status);
    }
    for (body, at) in [
        ("{\"title\":\"S\"} x", "line 1 column 15"),
        ("{\"title\":", "line 1 column 9"),
        ("{\"title\":\"S\"", "line 1 column 12"),
        ("{'title':'S'}", "line 1 column 2"),
    ] {
        let problem = app.post(sections).by(&teacher).body(JSON, body).send().problem(422, "malformed_json");
        assert_eq!(problem["errors"][0]["at"], at, "{body}: {problem}");
    }
    assert_eq!(app.state.store.group_number(), before, "something was written");
}

#[test]
fn never_may_be_written_as_the_end_of_the_last_year() {
    let app = TestApp::start();
    let course = course(&app, "GEO");
    let teacher = member(&app, course, 2, "teacher");
    let section = json!({ "title": "S", "availability": { "until": "9999-12-31T23:59:59Z" } });
    let made = app.post(&format!("/api/courses/{course}/sections")).by(&teacher).json(&section).send();
    assert_eq!(made.status(201).json()["availability"]["until"], "9999-12-30T22:00:00.999Z");
}
