//! Personal tokens: scopes, expiry, what they cannot do.

use std::time::Duration;

use serde_json::{Value, json};

use crate::people::{account, activated, admin, sign_in};
use crate::support::{Answer, Person, TestApp};

fn make(app: &TestApp, by: &Person, scopes: &Value, expires: &str) -> Answer {
    let body = json!({ "name": "script", "scopes": scopes, "expires": expires });
    app.post("/api/me/tokens").by(by).json(&body).send()
}

fn holder(by: &Person, answer: &Value) -> Person {
    Person { user: by.user, token: answer["token"].as_str().unwrap().to_owned() }
}

#[test]
fn a_token_carries_its_scopes_and_no_right_beyond_them_or_its_person() {
    let app = TestApp::start();
    let root = admin(&app);
    let id = activated(&app, &root, "ada");
    let ada = sign_in(&app, "ada");
    let made =
        make(&app, &ada, &json!(["view_people", "manage_roles"]), "2026-10-01T00:00:00Z").status(201).json();
    assert!(made["token"].as_str().unwrap().starts_with("lyt_"));
    let address = format!("/api/me/tokens/{}", made["id"]);
    let shown = app.get(&address).by(&ada).send().status(200).json();
    assert_eq!((&shown["name"], &shown["token"]), (&json!("script"), &Value::Null));
    app.get(&address).by(&root).send().problem(404, "not_found");
    let token = holder(&ada, &made);
    app.get("/api/accounts").by(&token).send().problem(403, "forbidden");
    app.put(&format!("/api/accounts/{id}/grants/administrator")).by(&root).send().status(200);
    app.get("/api/accounts").by(&token).send().status(200);
    let body = json!({ "username": "x", "first_name": "x", "last_name": "x" });
    app.post("/api/accounts").by(&token).json(&body).send().problem(403, "forbidden");
    app.put(&format!("/api/accounts/{id}/grants/observer")).by(&token).send().problem(403, "more_than_own");
    let me = app.get("/api/me").by(&token).send().status(200).json();
    assert_eq!(me["permissions"], json!(["view_people", "manage_roles"]));
}

#[test]
fn a_token_cannot_manage_what_only_its_person_may() {
    let app = TestApp::start();
    let root = admin(&app);
    activated(&app, &root, "ada");
    let ada = sign_in(&app, "ada");
    let token = holder(&ada, &make(&app, &ada, &json!([]), "2026-10-01T00:00:00Z").status(201).json());
    for path in ["/api/me/tokens", "/api/me/sessions"] {
        app.get(path).by(&token).send().problem(403, "needs_session");
    }
    make(&app, &token, &json!([]), "2026-10-01T00:00:00Z").problem(403, "needs_session");
    app.delete("/api/session").by(&token).send().problem(403, "needs_session");
}

#[test]
fn a_token_makes_no_link_for_an_account_that_exists_and_one_for_an_account_that_it_makes() {
    let app = TestApp::start();
    let root = admin(&app);
    let id = activated(&app, &root, "ada");
    app.put(&format!("/api/accounts/{id}/grants/administrator")).by(&root).send().status(200);
    let clerk = activated(&app, &root, "clerk");
    let ada = sign_in(&app, "ada");
    let token =
        holder(&ada, &make(&app, &ada, &json!(["manage_people"]), "2026-10-01T00:00:00Z").status(201).json());
    let link = format!("/api/accounts/{clerk}/password-link");
    app.post(&link).by(&token).send().problem(403, "needs_session");
    app.post(&link).by(&ada).send().status(201);
    account(&app, &root, "idle");
    let file = "username,firstname,lastname\nclerk,Ada,Lovelace\nidle,,\nnew,New,Person\n";
    let import = app.post("/api/import/roster?links=true").by(&token).body("text/csv", file);
    let rows = import.send().status(200).json()["results"].clone();
    assert_eq!(rows[0]["activation_token"], Value::Null);
    assert_eq!(rows[1]["activation_token"], Value::Null);
    assert!(rows[1]["notes"][0].as_str().unwrap().contains("no link that works; make it one"), "{rows}");
    assert!(rows[2]["activation_token"].is_string(), "{rows}");
}

#[test]
fn a_token_ends_with_its_date_or_its_deletion_and_is_listed_without_itself() {
    let app = TestApp::start();
    let root = admin(&app);
    let id = activated(&app, &root, "ada");
    let ada = sign_in(&app, "ada");
    make(&app, &ada, &json!([]), "2026-09-01T00:00:00Z").problem(422, "invalid_field");
    make(&app, &ada, &json!([]), "2028-09-01T00:00:00Z").problem(422, "invalid_field");
    let made = make(&app, &ada, &json!([]), "2026-09-07T10:00:00Z").status(201).json();
    let short = holder(&ada, &made);
    let long = holder(&ada, &make(&app, &ada, &json!([]), "2026-10-01T00:00:00Z").status(201).json());
    app.get("/api/me").by(&short).send().status(200);
    let list = app.get("/api/me/tokens").by(&ada).send().status(200).json();
    assert!(list["items"].as_array().unwrap().iter().all(|item| item["token"].is_null()));
    let theirs = app.get(&format!("/api/accounts/{id}/tokens")).by(&root).send().status(200).json();
    // When each was last used is written beside the requests, so it is left out.
    let names = |list: &Value| -> Vec<[Value; 3]> {
        let items = list["items"].as_array().unwrap().iter();
        items.map(|item| ["id", "name", "expires"].map(|field| item[field].clone())).collect()
    };
    assert_eq!(names(&theirs), names(&list));
    app.clock.advance(Duration::from_hours(2));
    let over = app.get("/api/me").by(&short).send().problem(401, "unauthenticated");
    assert!(
        over["detail"].as_str().unwrap().ends_with("expired at 2026-09-07T10:00:00.000Z; make a new one"),
        "{over}"
    );
    let last = list["items"][0]["id"].as_u64().unwrap();
    app.get("/api/me").by(&long).send().status(200);
    app.delete(&format!("/api/me/tokens/{last}")).by(&sign_in(&app, "ada")).send().status(204);
    app.get("/api/me").by(&long).send().problem(401, "unauthenticated");
}

#[test]
fn there_are_at_most_fifty_tokens() {
    let app = TestApp::start();
    activated(&app, &admin(&app), "ada");
    let ada = sign_in(&app, "ada");
    for _ in 0..50 {
        make(&app, &ada, &json!([]), "2026-10-01T00:00:00Z").status(201);
    }
    make(&app, &ada, &json!([]), "2026-10-01T00:00:00Z").problem(409, "too_many_tokens");
}
