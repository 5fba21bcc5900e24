//! Accounts: made, found, changed, suspended; links and passwords.

use std::time::Duration;

use lyceum::domain::access::Actor;
use lyceum::domain::account::{self as accounts, Account, Email, Username};
use lyceum::domain::account_change;
use lyceum::domain::ids::UserId;
use lyceum::domain::refusal::Refusal;
use lyceum::store::{Class, Txn};
use serde_json::{Value, json};

use crate::people::{PASSWORD, account, activated, admin, link, redeem, sign_in, try_sign_in};
use crate::support::{Person, TestApp};

#[test]
fn an_account_is_activated_by_its_link_which_works_once() {
    let app = TestApp::start();
    let admin = admin(&app);
    let id = account(&app, &admin, "ada");
    try_sign_in(&app, "ada", PASSWORD).problem(401, "sign_in_failed");
    let first = link(&app, &admin, id);
    let second = link(&app, &admin, id);
    redeem(&app, &first, PASSWORD).problem(410, "link_not_valid");
    redeem(&app, &second, "lovelace1815").problem(422, "weak_password");
    redeem(&app, &second, PASSWORD).status(204);
    redeem(&app, &second, PASSWORD).problem(410, "link_not_valid");
    let me = app.get("/api/me").by(&sign_in(&app, "ADA@school.example")).send().status(200).json();
    assert_eq!(me["account"]["id"], id);
    assert!(me["account"]["activated"].is_string());
    assert_eq!(me["permissions"], json!([]));
}

#[test]
fn a_link_ends_with_its_time_and_a_reset_ends_sessions() {
    let app = TestApp::start();
    let admin = admin(&app);
    let id = activated(&app, &admin, "ada");
    let before = sign_in(&app, "ada");
    let late = link(&app, &admin, id);
    app.clock.advance(Duration::from_hours(25));
    redeem(&app, &late, PASSWORD).problem(410, "link_not_valid");
    let answer = app.post(&format!("/api/accounts/{id}/password-link")).by(&admin).send().status(201).json();
    assert_eq!(answer["purpose"], "reset");
    redeem(&app, answer["token"].as_str().unwrap(), "another magnet ferry tulip").status(204);
    app.get("/api/me").by(&before).send().problem(401, "unauthenticated");
    try_sign_in(&app, "ada", PASSWORD).problem(401, "sign_in_failed");
    try_sign_in(&app, "ada", "another magnet ferry tulip").status(200);
}

#[test]
fn usernames_and_addresses_are_unique_whatever_the_case() {
    let app = TestApp::start();
    let admin = admin(&app);
    account(&app, &admin, "ada");
    let make = |username: &str, email: &str| {
        let body = json!({ "username": username, "email": email, "first_name": "A", "last_name": "B" });
        app.post("/api/accounts").by(&admin).json(&body).send()
    };
    let problem = make("ADA", "other@school.example").problem(409, "taken");
    assert_eq!(problem["errors"][0]["at"], "/username");
    let problem = make("other", "Ada@School.Example").problem(409, "taken");
    assert_eq!(problem["errors"][0]["at"], "/email");
    make("a/b", "x@y.example").problem(422, "invalid_field");
    make("other", "x@y.example\r\nBcc: z").problem(422, "invalid_field");
}

/// Puts an account into the store as it could be there from earlier.
fn rewrite(app: &TestApp, id: u64, change: impl FnOnce(&mut Account) + Send + 'static) {
    let put = move |txn: &mut Txn<'_>| -> Result<(), Refusal> {
        let mut account = (*accounts::get(txn, UserId(id))?).clone();
        change(&mut account);
        Ok(txn.put(account)?)
    };
    app.state.store.write_blocking(Class::SignIn, put).unwrap();
}

#[test]
fn nobody_is_named_by_what_somebody_else_signs_in_with() {
    let app = TestApp::start();
    let admin = admin(&app);
    let body = |username: &str, email: &str| json!({ "username": username, "email": email, "first_name": "A", "last_name": "B" });
    let make = |username: &str, email: &str| {
        app.post("/api/accounts").by(&admin).json(&body(username, email)).send()
    };
    make("bob@x.example", "other@x.example").status(201);
    let username = json!([{ "at": "/username", "problem": "is the e-mail address of another account" }]);
    let email = json!([{ "at": "/email", "problem": "is the username of another account" }]);
    assert_eq!(make("bob", "Bob@X.example").problem(409, "taken")["errors"], email);
    assert_eq!(make("Other@x.example", "third@x.example").problem(409, "taken")["errors"], username);
    // One's own address may be one's username.
    let own = make("own@x.example", "Own@x.example").status(201).json();
    let path = format!("/api/accounts/{}", own["id"]);
    let change = |username: &str, email: &str| {
        app.put(&path).by(&admin).header("If-Match", "*").json(&body(username, email)).send()
    };
    assert_eq!(change("other@x.example", "own@x.example").problem(409, "taken")["errors"], username);
    assert_eq!(change("own@x.example", "bob@x.example").problem(409, "taken")["errors"], email);
    change("own", "own@x.example").status(200);
    change("own@x.example", "own@x.example").status(200);
    let file = "username,firstname,lastname,email\nnew,N,N,bob@x.example\nother@x.example,N,N,\n";
    let report = app.post("/api/import/roster").by(&admin).body("text/csv", file).send().status(200).json();
    let problems: Vec<&Value> =
        report["results"].as_array().unwrap().iter().map(|row| &row["problems"][0]).collect();
    let said = [
        "the e-mail address bob@x.example is the username of another account",
        "the username other@x.example is the e-mail address of another account",
    ];
    assert_eq!(problems, said);
}

#[test]
fn who_has_had_such_a_name_for_long_keeps_it_and_can_be_changed() {
    let app = TestApp::start();
    let admin = admin(&app);
    let (ada, bob) = (activated(&app, &admin, "ada"), account(&app, &admin, "bob"));
    rewrite(&app, ada, |ada| ada.username = Username::parse("bob@school.example").unwrap());
    try_sign_in(&app, "bob@school.example", PASSWORD).status(200);
    let changes = [(ada, "bob@school.example", "new@school.example"), (bob, "bobby", "Bob@school.example")];
    for (id, username, email) in changes {
        let body = json!({ "username": username, "email": email, "first_name": "A", "last_name": "King" });
        app.put(&format!("/api/accounts/{id}"))
            .by(&admin)
            .header("If-Match", "*")
            .json(&body)
            .send()
            .status(200);
    }
}

#[test]
fn an_address_that_looks_like_another_is_that_one_or_refused() {
    let app = TestApp::start();
    let admin = admin(&app);
    let make = |username: &str, email: &str| {
        let body = json!({ "username": username, "email": email, "first_name": "A", "last_name": "B" });
        app.post("/api/accounts").by(&admin).json(&body).send()
    };
    for hidden in ["ann\u{200b}@x.example", "ann\u{202e}@x.example"] {
        let problem = make("ann", hidden).problem(422, "invalid_field");
        assert_eq!(problem["errors"][0]["problem"], "has signs that cannot be seen, or that turn the line");
    }
    let made = make("rene", "Rene\u{301}@x.example").status(201).json();
    assert_eq!(made["email"], "Ren\u{e9}@x.example");
    make("other", "ren\u{e9}@x.example").problem(409, "taken");
    redeem(&app, &link(&app, &admin, made["id"].as_u64().unwrap()), PASSWORD).status(204);
    for typed in ["ren\u{e9}@x.example", "RENE\u{301}@x.example"] {
        try_sign_in(&app, typed, PASSWORD).status(200);
    }
    // One that was kept before addresses were composed is found as it stands.
    let id = activated(&app, &admin, "jose");
    let kept: Email = serde_json::from_value(json!("Jose\u{301}@x.example")).unwrap();
    rewrite(&app, id, |jose| jose.email = Some(kept));
    assert_eq!(sign_in(&app, "jose\u{301}@x.example").user, UserId(id));
}

#[test]
fn a_change_needs_the_revision_that_was_read_and_withdraws_links_of_an_old_address() {
    let app = TestApp::start();
    let admin = admin(&app);
    let id = account(&app, &admin, "ada");
    let token = link(&app, &admin, id);
    let path = format!("/api/accounts/{id}");
    let read = app.get(&path).by(&admin).send().status(200);
    let etag = read.header("etag").unwrap().to_owned();
    let body = json!({ "username": "ada", "email": "new@school.example", "first_name": "Ada", "last_name": "King",
        "profile": { "faculty": "Mathematics" } });
    app.put(&path).by(&admin).json(&body).send().problem(428, "precondition_required");
    let changed = app.put(&path).by(&admin).header("If-Match", &etag).json(&body).send().status(200).json();
    assert_eq!(changed["profile"]["faculty"], "Mathematics");
    app.put(&path).by(&admin).header("If-Match", &etag).json(&body).send().problem(412, "changed");
    redeem(&app, &token, PASSWORD).problem(410, "link_not_valid");
}

#[test]
fn people_are_found_by_the_beginning_of_any_of_their_names_once_each() {
    let app = TestApp::start();
    let admin = admin(&app);
    for (username, first, last) in [
        ("anna.berg", "Anna Maria", "Berg"),
        ("bo", "Bo", "Annandale"),
        ("zoe", "Zoé", "Ånström"),
        ("x1", "X", "Y"),
    ] {
        let body = json!({ "username": username, "email": format!("{username}@anna.example"), "first_name": first,
            "last_name": last });
        app.post("/api/accounts").by(&admin).json(&body).send().status(201);
    }
    let names = |query: &str| -> Vec<String> {
        let mut names = Vec::new();
        let mut path = format!("/api/accounts?{query}");
        loop {
            let page = app.get(&path).by(&admin).send().status(200).json();
            let items = page["items"].as_array().unwrap();
            names.extend(items.iter().map(|item| item["username"].as_str().unwrap().to_owned()));
            let Some(next) = page["next"].as_str() else { return names };
            path = format!("/api/accounts?{query}&after={next}");
        }
    };
    assert_eq!(names("search=AnNa&limit=1"), ["anna.berg", "bo"]);
    assert_eq!(names("search=maria"), ["anna.berg"]);
    assert_eq!(names("search=zo%C3%A9%20%C3%A5"), ["zoe"]);
    assert_eq!(names("search=zoe%CC%81&limit=1"), ["zoe"], "a letter and its mark in two pieces");
    assert_eq!(names("search=nobody"), Vec::<String>::new());
    assert_eq!(names("limit=1"), ["bo", "anna.berg", "x1", "zoe"], "by family name");
}

#[test]
fn suspension_ends_sessions_and_tokens_at_once_and_reactivation_brings_the_token_back() {
    let app = TestApp::start();
    let admin = admin(&app);
    let id = activated(&app, &admin, "ada");
    let ada = sign_in(&app, "ada");
    let body = json!({ "name": "script", "scopes": ["view_course"], "expires": "2026-10-01T00:00:00Z" });
    let token = app.post("/api/me/tokens").by(&ada).json(&body).send().status(201).json()["token"].clone();
    let token = Person { user: ada.user, token: token.as_str().unwrap().to_owned() };
    app.get("/api/me").by(&token).send().status(200);
    let act = |what: &str| app.post(&format!("/api/accounts/{id}/{what}")).by(&admin).send();
    assert_eq!(act("suspend").status(200).json()["status"], "suspended");
    app.get("/api/me").by(&ada).send().problem(401, "unauthenticated");
    app.get("/api/me").by(&token).send().problem(401, "unauthenticated");
    try_sign_in(&app, "ada", PASSWORD).problem(403, "account_suspended");
    try_sign_in(&app, "ada", "not the password").problem(401, "sign_in_failed");
    act("password-link").problem(403, "account_suspended");
    act("suspend").status(200);
    act("reactivate").status(200);
    app.get("/api/me").by(&ada).send().problem(401, "unauthenticated");
    app.get("/api/me").by(&token).send().status(200);
    try_sign_in(&app, "ada", PASSWORD).status(200);
}

#[test]
fn ones_own_password_needs_the_old_one_and_ends_other_sessions() {
    let app = TestApp::start();
    let admin = admin(&app);
    activated(&app, &admin, "ada");
    let here = sign_in(&app, "ada");
    let there = sign_in(&app, "ada");
    let change = |old: &str, new: &str| {
        app.put("/api/me/password")
            .by(&here)
            .json(&json!({ "old_password": old, "new_password": new }))
            .send()
    };
    change("wrong", "another magnet ferry tulip").problem(403, "wrong_password");
    let problem = change(PASSWORD, "ada").problem(422, "weak_password");
    assert_eq!(problem["errors"][0]["at"], "/new_password");
    change(PASSWORD, "another magnet ferry tulip").status(204);
    app.get("/api/me").by(&here).send().status(200);
    app.get("/api/me").by(&there).send().problem(401, "unauthenticated");
    try_sign_in(&app, "ada", "another magnet ferry tulip").status(200);
}

#[test]
fn a_password_that_is_set_anew_by_whomever_ends_tokens_too() {
    let app = TestApp::start();
    let admin = admin(&app);
    let id = activated(&app, &admin, "ada");
    let token = || {
        let body = json!({ "name": "script", "scopes": ["view_course"], "expires": "2026-10-01T00:00:00Z" });
        let ada = sign_in(&app, "ada");
        let made = app.post("/api/me/tokens").by(&ada).json(&body).send().status(201).json();
        let token = Person { user: ada.user, token: made["token"].as_str().unwrap().to_owned() };
        app.get("/api/me").by(&token).send().status(200);
        (ada, token)
    };
    let gone = |token: &Person| {
        app.get("/api/me").by(token).send().problem(401, "unauthenticated");
    };
    // By a link.
    let (_, one) = token();
    redeem(&app, &link(&app, &admin, id), PASSWORD).status(204);
    gone(&one);
    // By oneself.
    let (ada, two) = token();
    let body = json!({ "old_password": PASSWORD, "new_password": PASSWORD });
    app.put("/api/me/password").by(&two).json(&body).send().problem(403, "needs_session");
    app.put("/api/me/password").by(&ada).json(&body).send().status(204);
    gone(&two);
    let list = app.get("/api/me/tokens").by(&ada).send().status(200).json();
    assert_eq!(list["items"], json!([]));
    // By a command on the machine.
    let (_, three) = token();
    let hash = app.state.hashing.hash_bulk(&[PASSWORD]).unwrap().pop().unwrap();
    let (program, user) = (Actor::program(app.clock.now()), UserId(id));
    let set = move |txn: &mut Txn<'_>| account_change::set_password(txn, &program, user, hash);
    app.state.store.write_blocking(Class::SignIn, set).unwrap();
    gone(&three);
}

#[test]
fn ones_own_name_is_free_and_the_address_is_kept_by_who_manages_people() {
    let app = TestApp::start();
    let admin = admin(&app);
    activated(&app, &admin, "ada");
    let ada = sign_in(&app, "ada");
    let name = json!({ "first_name": "Augusta", "last_name": "King" });
    let view = app.put("/api/me").by(&ada).json(&name).send().status(200).json();
    assert_eq!((&view["first_name"], &view["username"]), (&json!("Augusta"), &json!("ada")));
    assert_eq!(view["email"], "ada@school.example");
    let trail = app.get("/api/export/audit").by(&admin).send().status(200).text();
    assert!(trail.contains("name Ada Lovelace to Augusta King"), "{trail}");
    // A colleague's address would be enrolled in the colleague's place.
    let taken = json!({ "first_name": "A", "last_name": "K", "email": "new.teacher@school.example" });
    app.put("/api/me").by(&ada).json(&taken).send().problem(422, "wrong_shape");
    let page = app.get("/account/details").by(&ada).send().status(200).text();
    assert!(!page.contains("name=\"email\""), "{page}");
    let page = app.get("/account").by(&ada).send().status(200).text();
    assert!(page.contains("ada@school.example") && page.contains("tell the people who run"), "{page}");
    let token = json!({ "name": "x", "scopes": [], "expires": "2026-10-01T00:00:00Z" });
    let token = app.post("/api/me/tokens").by(&ada).json(&token).send().status(201).json();
    let program = Person { user: ada.user, token: token["token"].as_str().unwrap().to_owned() };
    app.put("/api/me").by(&program).json(&name).send().problem(403, "needs_session");
}

#[test]
fn who_manages_people_cannot_take_over_somebody_with_more_rights() {
    let app = TestApp::start();
    let root = admin(&app);
    let boss = activated(&app, &root, "boss");
    app.put(&format!("/api/accounts/{boss}/grants/administrator")).by(&root).send().status(200);
    let body =
        json!({ "name": "registrar", "description": "", "permissions": ["manage_people", "view_people"] });
    app.post("/api/roles").by(&root).json(&body).send().status(201);
    let registrar = app.signed_in(UserId(900_001), &["registrar"]);
    let clerk = account(&app, &registrar, "clerk");
    link(&app, &registrar, clerk);
    for what in ["password-link", "suspend"] {
        app.post(&format!("/api/accounts/{boss}/{what}")).by(&registrar).send().problem(403, "outranked");
    }
    let body = json!({ "username": "boss", "email": "mine@x.example", "first_name": "A", "last_name": "B" });
    let path = format!("/api/accounts/{boss}");
    app.put(&path).by(&registrar).header("If-Match", "*").json(&body).send().problem(403, "outranked");
    app.delete(&format!("/api/accounts/{boss}/sessions")).by(&registrar).send().problem(403, "outranked");
}

#[test]
fn who_manages_people_cannot_take_over_somebody_with_more_rights_in_a_course() {
    let app = TestApp::start();
    let root = admin(&app);
    let body =
        json!({ "name": "registrar", "description": "", "permissions": ["manage_people", "view_people"] });
    app.post("/api/roles").by(&root).json(&body).send().status(201);
    let registrar = account(&app, &root, "registrar");
    let registrar = app.signed_in(UserId(registrar), &["registrar"]);
    let course = |name: &str| {
        let body = json!({ "short_name": name, "title": name });
        app.post("/api/courses").by(&root).json(&body).send().status(201).json()["id"].as_u64().unwrap()
    };
    let [one, two] = ["C1", "C2"].map(course);
    let enrol = |course: u64, person: &Value| {
        let body = json!({ "people": [person] });
        app.post(&format!("/api/courses/{course}/enrolments")).by(&root).json(&body).send().status(200);
    };
    let reset = |user: u64| app.post(&format!("/api/accounts/{user}/password-link")).by(&registrar).send();
    let [learner, teacher, later, before, granted] =
        ["learner", "teacher", "later", "before", "granted"].map(|name| account(&app, &root, name));
    enrol(one, &json!({ "user": learner, "role": "learner" }));
    enrol(one, &json!({ "user": teacher, "role": "teacher" }));
    enrol(one, &json!({ "user": later, "role": "assistant", "starts": "2026-10-01T00:00:00Z" }));
    enrol(one, &json!({ "user": before, "role": "teacher", "ends": "2026-09-01T00:00:00Z" }));
    app.put(&format!("/api/courses/{two}/grants/{granted}/observer")).by(&root).send().status(200);
    let unknown = app.put(&format!("/api/courses/{two}/grants/{granted}/nobody")).by(&root).send();
    unknown.refused(422, "invalid_field", "{role}");
    let malformed = app.put(&format!("/api/courses/{two}/grants/{granted}/No!")).by(&root).send();
    malformed.refused(422, "invalid_field", "{role}");
    for user in [learner, before] {
        reset(user).status(201);
    }
    for user in [teacher, later, granted] {
        reset(user).problem(403, "outranked");
        app.post(&format!("/api/accounts/{user}/suspend")).by(&registrar).send().problem(403, "outranked");
    }
    // Who may do the same there may help a colleague; who may do everything is above nobody's reach.
    enrol(one, &json!({ "user": registrar.user, "role": "teacher" }));
    reset(teacher).status(201);
    reset(granted).problem(403, "outranked");
    link(&app, &root, granted);
    // Nor is a token that narrows what is done a narrower person: it keeps people as its owner does.
    let body = json!({ "name": "sync", "scopes": ["manage_people", "view_people"],
        "expires": "2026-10-01T00:00:00Z" });
    let keeper = activated(&app, &root, "keeper");
    app.put(&format!("/api/accounts/{keeper}/grants/administrator")).by(&root).send().status(200);
    let keeper = sign_in(&app, "keeper");
    let made = app.post("/api/me/tokens").by(&keeper).json(&body).send().status(201).json();
    let sync = Person { user: keeper.user, token: made["token"].as_str().unwrap().to_owned() };
    let body = json!({ "username": "teacher", "first_name": "Tea", "last_name": "Cher" });
    let change = app.put(&format!("/api/accounts/{teacher}")).by(&sync).header("If-Match", "*");
    change.json(&body).send().status(200);
}

#[test]
fn who_guesses_does_not_shut_out_the_others_behind_the_same_address() {
    let app = TestApp::start_with(|config| {
        config.sign_in.argon2_memory_kib = 64;
        config.limits.address_per_second = 0;
    });
    let admin = admin(&app);
    for name in ["ada", "grace"] {
        activated(&app, &admin, name);
    }
    sign_in(&app, "ada");
    let guess = |number: usize| try_sign_in(&app, &format!("invented{number}"), "x").code;
    assert_eq!((0..200).position(|number| guess(number) == 429), Some(111));
    sign_in(&app, "ada");
    let refused = try_sign_in(&app, "grace", PASSWORD);
    assert_eq!(refused.header("retry-after"), Some("1"));
    refused.problem(429, "sign_in_throttled");
    app.clock.advance(Duration::from_secs(1));
    guess(200);
    sign_in(&app, "grace");
    for _ in 0..3 {
        sign_in(&app, "grace");
    }
}

#[test]
fn failures_cost_growing_delays_that_end_and_unknown_names_look_the_same() {
    let app = TestApp::start();
    let admin = admin(&app);
    activated(&app, &admin, "ada");
    let fail = |username: &str| try_sign_in(&app, username, "not the password");
    for username in ["ada", "nobody"] {
        let mut answers: Vec<Value> = Vec::new();
        for _ in 0..6 {
            answers.push(fail(username).problem(401, "sign_in_failed"));
        }
        assert!(answers.iter().all(|answer| answer == &answers[0]));
        let blocked = fail(username);
        assert_eq!(blocked.header("retry-after"), Some("1"));
        blocked.problem(429, "sign_in_throttled");
    }
    try_sign_in(&app, "ada", PASSWORD).problem(429, "sign_in_throttled");
    app.clock.advance(Duration::from_secs(1));
    fail("ada").problem(401, "sign_in_failed");
    assert_eq!(fail("ada").header("retry-after"), Some("2"));
    app.clock.advance(Duration::from_secs(2));
    try_sign_in(&app, "ada", PASSWORD).status(200);
    fail("ada").problem(401, "sign_in_failed");
}

#[test]
fn all_names_of_an_account_are_one_to_who_guesses() {
    let app = TestApp::start();
    let admin = admin(&app);
    activated(&app, &admin, "ada");
    let fail = |username: &str| try_sign_in(&app, username, "not the password");
    for username in ["ada", "Ada@School.example", "ada", "ada@school.example", "ADA", "ada"] {
        fail(username).problem(401, "sign_in_failed");
    }
    for username in ["ada@school.example", "ada"] {
        fail(username).problem(429, "sign_in_throttled");
    }
    fail("ada@elsewhere.example").problem(401, "sign_in_failed");
}

#[test]
fn a_hundred_sign_ins_at_once_all_get_their_turn_and_the_queue_is_measured() {
    let app = TestApp::start_with(|config| config.sign_in.argon2_memory_kib = 64);
    let admin = admin(&app);
    activated(&app, &admin, "ada");
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..20)
            .map(|_| {
                scope.spawn(|| {
                    for _ in 0..5 {
                        try_sign_in(&app, "ada", PASSWORD);
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
    });
    let metrics = app.get("/metrics").send().status(200).text();
    assert!(metrics.contains("lyceum_sign_in_waiting 0"), "{metrics}");
    assert!(metrics.contains("lyceum_sign_in_wait_seconds_count"));
}

#[test]
fn a_full_queue_says_how_many_wait_and_when_to_come_back() {
    let app = TestApp::start_with(|config| {
        config.sign_in.argon2_memory_kib = 64 * 1024;
        config.sign_in.hashing_queue = 2;
    });
    let refused: Vec<Value> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..12)
            .map(|number| {
                let app = &app;
                scope.spawn(move || {
                    let answer = try_sign_in(app, &format!("person{number}"), "x");
                    if answer.code == 401 {
                        return None;
                    }
                    assert!(answer.header("retry-after").is_some());
                    Some(answer.problem(503, "sign_in_later"))
                })
            })
            .collect();
        threads.into_iter().filter_map(|thread| thread.join().unwrap()).collect()
    });
    assert!(!refused.is_empty() && refused.len() < 12, "{refused:?}");
    assert!(refused.iter().all(|problem| problem["detail"].as_str().unwrap().contains("wait to sign in")));
    // What the queue refused was no failed sign-in.
    try_sign_in(&app, "person0", "x").problem(401, "sign_in_failed");
}
