//! Sessions: cookies and CSRF, lists, ends, expiry, sweeping.

use std::time::Duration;

use lyceum::sweep;
use serde_json::json;

use crate::people::{PASSWORD, activated, admin, sign_in};
use crate::support::{Answer, TestApp};

fn cookie_of(answer: &Answer) -> String {
    answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

fn by_cookie(app: &TestApp) -> Answer {
    app.post("/api/session").json(&json!({ "username": "ada", "password": PASSWORD })).send().status(200)
}

#[test]
fn a_cookie_needs_the_csrf_token_for_changes_and_tells_it_again() {
    let app = TestApp::start();
    activated(&app, &admin(&app), "ada");
    let answer = by_cookie(&app);
    let header = answer.header("set-cookie").unwrap();
    assert!(header.starts_with("lyceum_session="), "{header}");
    for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(header.contains(part), "{header}");
    }
    assert!(!header.contains("Secure"));
    let view = answer.json();
    assert!(view["token"].is_null(), "a script must not see the session's token");
    let (cookie, csrf) = (cookie_of(&answer), view["csrf_token"].as_str().unwrap().to_owned());
    app.get("/api/me").header("Cookie", &cookie).send().status(200);
    app.delete("/api/session").header("Cookie", &cookie).send().problem(403, "csrf");
    app.delete("/api/session")
        .header("Cookie", &cookie)
        .header("X-CSRF-Token", "x")
        .send()
        .problem(403, "csrf");
    let again = app.get("/api/session").header("Cookie", &cookie).send().status(200).json();
    assert_eq!(again["csrf_token"], csrf);
    assert_eq!(again["user"], view["account"]["id"], "who signs in again in another tab is known by it");
    let out =
        app.delete("/api/session").header("Cookie", &cookie).header("X-CSRF-Token", &csrf).send().status(204);
    assert!(out.header("set-cookie").unwrap().contains("Max-Age=0"));
    app.get("/api/me").header("Cookie", &cookie).send().problem(401, "unauthenticated");
}

#[test]
fn behind_tls_the_cookie_is_secure_and_bound_to_the_host() {
    let app =
        TestApp::start_with(|config| config.server.public_url = Some("https://learn.example.edu".to_owned()));
    activated(&app, &admin(&app), "ada");
    let answer = by_cookie(&app);
    let header = answer.header("set-cookie").unwrap();
    assert!(header.starts_with("__Host-lyceum_session=") && header.contains("; Secure"), "{header}");
    app.get("/api/me").header("Cookie", &cookie_of(&answer)).send().status(200);
}

#[test]
fn sessions_are_listed_and_ended_one_by_one_or_all() {
    let app = TestApp::start();
    let admin = admin(&app);
    let id = activated(&app, &admin, "ada");
    let (one, two, three) = (sign_in(&app, "ada"), sign_in(&app, "ada"), sign_in(&app, "ada"));
    let list = app.get("/api/me/sessions").by(&two).send().status(200).json();
    let items = list["items"].as_array().unwrap();
    assert_eq!(items.len(), 3);
    assert_eq!(items.iter().filter(|item| item["current"] == true).count(), 1);
    let own = app.get("/api/session").by(&one).send().status(200).json()["session"]["id"].clone();
    app.delete(&format!("/api/me/sessions/{own}")).by(&two).send().status(204);
    app.get("/api/me").by(&one).send().problem(401, "unauthenticated");
    app.delete(&format!("/api/me/sessions/{own}")).by(&two).send().problem(404, "not_found");
    app.delete("/api/me/sessions").by(&two).send().status(204);
    app.get("/api/me").by(&three).send().problem(401, "unauthenticated");
    let four = sign_in(&app, "ada");
    let path = format!("/api/accounts/{id}/sessions");
    activated(&app, &admin, "bob");
    app.get(&path).by(&sign_in(&app, "bob")).send().problem(403, "forbidden");
    let theirs = app.get(&path).by(&admin).send().status(200).json();
    assert_eq!(theirs["items"].as_array().unwrap().len(), 1);
    app.delete(&path).by(&admin).send().status(204);
    app.get("/api/me").by(&four).send().problem(401, "unauthenticated");
}

#[test]
fn a_session_lives_while_it_is_used_and_no_longer_than_its_absolute_time() {
    let app = TestApp::start_with(|config| {
        config.sign_in.idle_minutes = 30;
        config.sign_in.absolute_hours = 2;
    });
    activated(&app, &admin(&app), "ada");
    let (used, left) = (sign_in(&app, "ada"), sign_in(&app, "ada"));
    for _ in 0..4 {
        app.clock.advance(Duration::from_mins(25));
        app.get("/api/me").by(&used).send().status(200);
        // The use is written down beside the request; the next one finds it.
        let now = app.clock.now().to_string();
        let seen = || app.get("/api/session").by(&used).send().status(200).json()["session"]["seen"].clone();
        assert!((0..1000).any(|_| seen() == now), "the use was not written down");
    }
    app.get("/api/me").by(&left).send().problem(401, "unauthenticated");
    app.clock.advance(Duration::from_mins(25));
    app.get("/api/me").by(&used).send().problem(401, "unauthenticated");
}

#[test]
fn a_read_within_five_minutes_of_the_last_writes_nothing() {
    let app = TestApp::start();
    activated(&app, &admin(&app), "ada");
    let ada = sign_in(&app, "ada");
    let before = app.state.store.group_number();
    app.clock.advance(Duration::from_secs(299));
    for _ in 0..10 {
        app.get("/api/me").by(&ada).send().status(200);
    }
    assert_eq!(app.state.store.group_number(), before);
}

#[test]
fn what_is_over_is_swept_and_what_is_not_stays() {
    let app = TestApp::start();
    let admin = admin(&app);
    let id = activated(&app, &admin, "ada");
    sign_in(&app, "ada");
    app.post(&format!("/api/accounts/{id}/password-link")).by(&admin).send().status(201);
    app.clock.advance(Duration::from_hours(17));
    let ada = sign_in(&app, "ada");
    let swept = || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(sweep::once(&app.state)).unwrap()
    };
    assert_eq!(swept(), 1, "the first session");
    app.clock.advance(Duration::from_hours(8));
    assert_eq!(swept(), 1, "the link");
    app.get("/api/session").by(&ada).send().problem(401, "unauthenticated");
    app.clock.advance(Duration::from_hours(8));
    assert_eq!(swept(), 1, "the second session");
    assert_eq!(swept(), 0);
}

#[test]
fn the_oldest_session_makes_room_when_there_are_many() {
    let app = TestApp::start();
    activated(&app, &admin(&app), "ada");
    let first = sign_in(&app, "ada");
    for _ in 0..49 {
        app.clock.advance(Duration::from_secs(1));
        sign_in(&app, "ada");
    }
    app.get("/api/me").by(&first).send().status(200);
    let last = sign_in(&app, "ada");
    app.get("/api/me").by(&first).send().problem(401, "unauthenticated");
    let list = app.get("/api/me/sessions").by(&last).send().status(200).json();
    assert_eq!(list["items"].as_array().unwrap().len(), 50);
}
