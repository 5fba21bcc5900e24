//! Targets of forwarding through the API: what is checked, what is never told, what one may do with dead letters.

use serde_json::{Value, json};

use lyceum::domain::refusal::Refusal;
use lyceum::domain::xapi::forward::{DeadLetter, ForwardTargetId};
use lyceum::domain::xapi::record::Stored;
use lyceum::store::Class;

use crate::people::admin;
use crate::support::{Person, TestApp};

pub fn input() -> Value {
    json!({ "name": "Archive", "endpoint": "https://lrs.example/xapi", "version": "1.0.3", "key": "us", "secret": "hidden-words" })
}

/// A target; its id.
pub fn target(app: &TestApp, by: &Person) -> u64 {
    app.post("/api/xapi/targets").by(by).json(&input()).send().status(201).json()["id"].as_u64().unwrap()
}

/// Statements that a target did not want.
pub fn refused(app: &TestApp, id: u64, count: u64) {
    let (target, now) = (ForwardTargetId(id), app.clock.now());
    let put = move |txn: &mut lyceum::store::Txn<'_>| -> Result<(), Refusal> {
        for number in 1..=count {
            txn.put(DeadLetter {
                target,
                stored: Stored(number),
                statement: [7; 16],
                refused: now,
                tries: 1,
                status: Some(400),
                answer: "no <such> verb".to_owned(),
                again: false,
            })?;
        }
        Ok(())
    };
    app.state.store.write_blocking(Class::Bulk, put).unwrap();
}

#[test]
fn a_target_is_made_changed_paused_and_deleted_and_its_secret_never_told() {
    let app = TestApp::start();
    let admin = admin(&app);
    let made = app.post("/api/xapi/targets").by(&admin).json(&input()).send().status(201);
    let view = made.json();
    let path = format!("/api/xapi/targets/{}", view["id"]);
    assert_eq!(made.header("location"), Some(path.as_str()));
    assert_eq!(
        (&view["endpoint"], &view["login"], &view["key"], &view["attachments"]),
        (&json!("https://lrs.example/xapi/"), &json!("basic"), &json!("us"), &json!(true))
    );
    assert_eq!((&view["behind_statements"], &view["trouble"]), (&json!(0), &Value::Null));
    let shown = app.get(&path).by(&admin).send().status(200);
    assert_eq!(shown.header("etag"), Some("\"1\""));

    // The secret stays when it is left out, for the same endpoint and the same way to sign in only.
    let mut change = input();
    change.as_object_mut().unwrap().remove("secret");
    change["verbs"] = json!(["http://example.com/passed"]);
    change["agent"] = json!(r#"{"mbox":"mailto:ada@example.com"}"#);
    app.put(&path).by(&admin).json(&change).send().problem(428, "precondition_required");
    let put = |body: &Value, etag: &str| app.put(&path).by(&admin).header("If-Match", etag).json(body).send();
    let changed = put(&change, "\"1\"").status(200).json();
    assert_eq!((&changed["revision"], &changed["verbs"][0]), (&json!(2), &change["verbs"][0]));
    put(&change, "\"1\"").problem(412, "changed");
    let mut elsewhere = change.clone();
    elsewhere["endpoint"] = json!("https://evil.example/xapi");
    put(&elsewhere, "*").problem(422, "invalid_field");
    let mut token = change.clone();
    token.as_object_mut().unwrap().remove("key");
    put(&token, "*").problem(422, "invalid_field");
    token["secret"] = json!("another");
    assert_eq!(put(&token, "*").status(200).json()["login"], "bearer");
    change["since"] = json!("2026-01-01T00:00:00Z");
    put(&change, "*").problem(422, "invalid_field");

    let paused = app.post(&format!("{path}/pause")).by(&admin).send().status(200).json();
    assert_eq!(paused["paused"], true);
    assert_eq!(app.post(&format!("{path}/resume")).by(&admin).send().status(200).json()["paused"], false);
    let list = app.get("/api/xapi/targets").by(&admin).send().status(200);
    assert_eq!(list.json()["items"].as_array().unwrap().len(), 1);
    app.delete(&path).by(&admin).header("If-Match", "*").send().status(204);
    app.get(&path).by(&admin).send().problem(404, "not_found");
    let trail = app.get("/api/export/audit").by(&admin).send().status(200);
    let actions: Vec<String> =
        trail.lines().iter().map(|entry| entry["action"].as_str().unwrap().to_owned()).collect();
    let of_targets: Vec<&str> =
        actions.iter().filter_map(|action| action.strip_prefix("forward_target.")).collect();
    assert_eq!(of_targets, ["create", "change", "change", "pause", "resume", "delete"]);
    for told in [made.text(), shown.text(), list.text(), trail.text()] {
        assert!(!told.contains("hidden-words") && !told.contains("another"), "{told}");
    }
}

#[test]
fn what_is_wrong_is_named_where_it_is() {
    let app = TestApp::start();
    let admin = admin(&app);
    for (field, value, at) in [
        ("name", json!(""), "/name"),
        ("endpoint", json!("lrs.example"), "/endpoint"),
        ("endpoint", json!("https://us:secret@lrs.example/"), "/endpoint"),
        ("key", json!("a:b"), "/key"),
        ("secret", json!("a\nb"), "/secret"),
        ("secret", Value::Null, "/secret"),
        ("verbs", json!(["passed"]), "/verbs/0"),
        ("verbs", json!(vec!["http://v"; 51]), "/verbs"),
        ("activity", json!("x"), "/activity"),
        ("agent", json!("{}"), "/agent"),
        ("agent", json!("ada"), "/agent"),
    ] {
        let mut body = input();
        body[field] = value.clone();
        let problem =
            app.post("/api/xapi/targets").by(&admin).json(&body).send().problem(422, "invalid_field");
        assert_eq!(problem["errors"][0]["at"], at, "{field}: {value}");
    }
    for (field, value) in [("version", json!("0.95")), ("colour", json!("red"))] {
        let mut body = input();
        body[field] = value;
        app.post("/api/xapi/targets").by(&admin).json(&body).send().problem(422, "wrong_shape");
    }
    for _ in 0..20 {
        target(&app, &admin);
    }
    let one_more = app.post("/api/xapi/targets").by(&admin).json(&input()).send();
    one_more.problem(409, "too_many_forward_targets");
}

#[test]
fn dead_letters_are_listed_sent_again_and_discarded() {
    let app = TestApp::start();
    let admin = admin(&app);
    let id = target(&app, &admin);
    refused(&app, id, 3);
    let path = format!("/api/xapi/targets/{id}");
    let page = app.get(&format!("{path}/letters?limit=2")).by(&admin).send().status(200).json();
    assert_eq!((&page["items"][1]["id"], &page["items"][1]["status"]), (&json!(2), &json!(400)));
    assert_eq!(page["items"][0]["statement"], "07070707-0707-0707-0707-070707070707");
    let next = format!("{path}/letters?after={}", page["next"].as_str().unwrap());
    assert_eq!(app.get(&next).by(&admin).send().status(200).json()["items"][0]["id"], 3);
    let done = |what: &str, body: &Value| {
        let path = format!("{path}/letters/{what}");
        app.post(&path).by(&admin).json(body).send().status(200).json()["letters"].as_u64().unwrap()
    };
    assert_eq!(done("redeliver", &json!({ "letters": [2, 99] })), 1);
    let view = app.get(&path).by(&admin).send().status(200).json();
    assert_eq!((&view["dead_letters"], &view["to_redeliver"]), (&json!(3), &json!(1)));
    assert_eq!(done("discard", &json!({ "letters": [1] })), 1);
    // All are meant by who says so, not by who says nothing.
    for what in ["redeliver", "discard"] {
        let refused = |body: Value| app.post(&format!("{path}/letters/{what}")).by(&admin).json(&body).send();
        for nothing in [json!({}), json!({ "letters": null }), json!({ "all": false })] {
            let problem = refused(nothing).problem(422, "invalid_field");
            let right = "the document names no letters; give their ids in letters, or all as true";
            assert_eq!((&problem["errors"][0]["at"], &problem["detail"]), (&json!(""), &json!(right)));
        }
        refused(json!({ "letters": [2], "all": true })).refused(422, "invalid_field", "/all");
    }
    assert_eq!(app.get(&path).by(&admin).send().status(200).json()["dead_letters"], 2);
    assert_eq!(done("redeliver", &json!({ "all": true })), 2);
    assert_eq!(done("discard", &json!({ "all": true })), 2);
    assert_eq!(app.get(&path).by(&admin).send().status(200).json()["dead_letters"], 0);
    refused(&app, id, 3);
    app.delete(&path).by(&admin).header("If-Match", "*").send().status(204);
}
