//! The first administrator, and that there is always one.

use std::time::Duration;

use lyceum::http::setup;
use serde_json::{Value, json};

use crate::people::{PASSWORD, activated, sign_in, try_sign_in};
use crate::support::{Answer, TestApp};

fn complete(app: &TestApp, code: &str, username: &str) -> Answer {
    let body = json!({ "code": code, "username": username, "first_name": "Ada", "last_name": "Lovelace",
        "password": PASSWORD });
    app.post("/api/setup").json(&body).send()
}

fn needed(app: &TestApp) -> Value {
    app.get("/api/setup").send().status(200).json()["needed"].clone()
}

#[test]
fn the_printed_code_makes_the_first_administrator_once() {
    let app = TestApp::start();
    assert_eq!(needed(&app), true);
    complete(&app, "guessed", "mallory").problem(410, "link_not_valid");
    let old = setup::offer(&app.state).unwrap().unwrap();
    let code = setup::offer(&app.state).unwrap().unwrap();
    complete(&app, &old, "mallory").problem(410, "link_not_valid");
    complete(&app, &code, "root").status(201);
    assert_eq!(needed(&app), false);
    complete(&app, &code, "second").problem(409, "already_set_up");
    assert_eq!(setup::offer(&app.state).unwrap(), None);
    let root = sign_in(&app, "root");
    let me = app.get("/api/me").by(&root).send().status(200).json();
    assert_eq!(me["roles"], json!(["administrator"]));
    app.get("/api/accounts").by(&root).send().status(200);
}

#[test]
fn the_code_ends_after_a_day_and_is_no_password_link() {
    let app = TestApp::start();
    let code = setup::offer(&app.state).unwrap().unwrap();
    crate::people::redeem(&app, &code, PASSWORD).problem(410, "link_not_valid");
    app.clock.advance(Duration::from_hours(24));
    complete(&app, &code, "root").problem(410, "link_not_valid");
}

#[test]
fn the_last_administrator_can_neither_be_suspended_nor_lose_the_role() {
    let app = TestApp::start();
    let code = setup::offer(&app.state).unwrap().unwrap();
    let id = complete(&app, &code, "root").status(201).json()["id"].as_u64().unwrap();
    let root = sign_in(&app, "root");
    let revision =
        app.get(&format!("/api/accounts/{id}")).by(&root).send().status(200).json()["revision"].clone();
    let grant = format!("/api/accounts/{id}/grants/administrator");
    app.delete(&grant).by(&root).send().problem(409, "last_administrator");
    app.post(&format!("/api/accounts/{id}/suspend")).by(&root).send().problem(409, "last_administrator");
    // Nor by a file, whose row is refused whole.
    let file = "username,firstname,lastname,suspended,lang\nroot,Changed,Lovelace,1,ar\n";
    let report = app.post("/api/import/roster").by(&root).body("text/csv", file).send().status(200).json();
    let row = &report["results"][0];
    assert_eq!((&row["account"], &row["user"]), (&json!("refused"), &Value::Null), "{report}");
    let account = app.get(&format!("/api/accounts/{id}")).by(&root).send().status(200).json();
    assert_eq!((&account["first_name"], &account["revision"]), (&json!("Ada"), &revision), "{account}");
    // Somebody who was never activated is no help.
    let other = crate::people::account(&app, &root, "other");
    app.put(&format!("/api/accounts/{other}/grants/administrator")).by(&root).send().status(200);
    app.delete(&grant).by(&root).send().problem(409, "last_administrator");
    let other = activated(&app, &root, "third");
    app.put(&format!("/api/accounts/{other}/grants/administrator")).by(&root).send().status(200);
    app.delete(&grant).by(&root).send().status(200);
    app.get("/api/accounts").by(&root).send().problem(403, "forbidden");
    try_sign_in(&app, "third", PASSWORD).status(200);
}
