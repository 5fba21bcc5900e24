//! People for tests: accounts made, activated and signed in as people do it.

use lyceum::domain::ids::UserId;
use serde_json::{Value, json};

use crate::support::{Answer, Person, TestApp};

/// Hard to guess and nobody's name.
pub const PASSWORD: &str = "correct ferry tulip magnet";

/// An administrator without an account, signed in past every password.
pub fn admin(app: &TestApp) -> Person {
    app.signed_in(UserId(900_000), &["administrator"])
}

/// An account without a password; its id.
pub fn account(app: &TestApp, by: &Person, username: &str) -> u64 {
    let body = json!({
        "username": username, "email": format!("{username}@school.example"), "first_name": "Ada", "last_name": "Lovelace",
    });
    app.post("/api/accounts").by(by).json(&body).send().status(201).json()["id"].as_u64().unwrap()
}

/// The token of a one-time link for an account.
pub fn link(app: &TestApp, by: &Person, id: u64) -> String {
    let answer = app.post(&format!("/api/accounts/{id}/password-link")).by(by).send().status(201);
    answer.json()["token"].as_str().unwrap().to_owned()
}

pub fn redeem(app: &TestApp, token: &str, password: &str) -> Answer {
    app.post("/api/activation").json(&json!({ "token": token, "password": password })).send()
}

/// An account with [`PASSWORD`]; its id.
pub fn activated(app: &TestApp, by: &Person, username: &str) -> u64 {
    let id = account(app, by, username);
    redeem(app, &link(app, by, id), PASSWORD).status(204);
    id
}

pub fn try_sign_in(app: &TestApp, username: &str, password: &str) -> Answer {
    let body = json!({ "username": username, "password": password, "carrier": "bearer" });
    app.post("/api/session").json(&body).send()
}

/// Signs in for a bearer session.
pub fn sign_in(app: &TestApp, username: &str) -> Person {
    person(&try_sign_in(app, username, PASSWORD).status(200).json())
}

/// Who a sign-in signed in.
pub fn person(view: &Value) -> Person {
    Person {
        user: UserId(view["account"]["id"].as_u64().unwrap()),
        token: view["token"].as_str().unwrap().to_owned(),
    }
}
