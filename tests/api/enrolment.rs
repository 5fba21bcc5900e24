//! Enrolment: seats under concurrency, keys, roles, dates, suspension.

use lyceum::domain::access::{Actor, RoleName};
use lyceum::domain::enrolment::{self, Enrolled, EnrolledBy, Enrolment, EnrolmentStatus};
use lyceum::domain::ids::{CourseId, UserId};
use lyceum::store::Class;
use serde_json::{Value, json};

use crate::classroom::{admin, draft, enrol, outline, person, published, set_status};
use crate::support::{Answer, Person, TestApp};

fn course_with(app: &TestApp, by: &Person, short_name: &str, facts: Value) -> u64 {
    let mut body = json!({ "short_name": short_name, "title": "T" });
    body.as_object_mut().unwrap().extend(facts.as_object().unwrap().clone());
    let id = app.post("/api/courses").by(by).json(&body).send().status(201).json()["id"].as_u64().unwrap();
    set_status(app, by, id, "published");
    id
}

fn set_key(app: &TestApp, by: &Person, course: u64, key: Option<&str>) {
    let path = format!("/api/courses/{course}/key");
    app.put(&path).by(by).header("If-Match", "*").json(&json!({ "key": key })).send().status(200);
}

fn by_key(app: &TestApp, who: &Person, short_name: &str, key: &str) -> Answer {
    app.post("/api/enrolments/by-key").by(who).json(&json!({ "short_name": short_name, "key": key })).send()
}

fn patch(app: &TestApp, by: &Person, course: u64, user: &Person, change: Value) -> Answer {
    let path = format!("/api/courses/{course}/enrolments/{}", user.user);
    app.patch(&path).by(by).header("If-Match", "*").json(&change).send()
}

/// Somebody enrolled as administrator, as could be done once.
fn administrator_of(app: &TestApp, course: u64, user: &Person) {
    let (course, user, enrolled) = (CourseId(course), user.user, app.clock.now());
    let enrolment = Enrolment {
        course,
        user,
        role: RoleName::parse("administrator").unwrap(),
        status: EnrolmentStatus::Active,
        starts: None,
        ends: None,
        enrolled,
        by: EnrolledBy::Teacher,
        revision: 1,
    };
    app.state.store.write_blocking(Class::Bulk, move |txn| txn.put(enrolment)).unwrap();
}

#[test]
fn ten_seats_are_ten_seats_when_sixty_four_people_come_at_once() {
    let app = TestApp::start_with(|config| config.server.workers = 2);
    let admin = admin(&app);
    let course = course_with(&app, &admin, "STAT101", json!({ "capacity": 10 }));
    set_key(&app, &admin, course, Some("open sesame"));
    let people: Vec<Person> = (0..64).map(|n| person(&app, 2_000 + n, &format!("p{n}"), &[])).collect();
    let answers: Vec<(u16, Value)> = std::thread::scope(|scope| {
        let running: Vec<_> = people
            .iter()
            .map(|who| {
                let app = &app;
                scope.spawn(move || {
                    let answer = by_key(app, who, "stat101", "open sesame");
                    (answer.code, answer.json())
                })
            })
            .collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|(code, _)| *code == 200).count(), 10);
    for (code, body) in answers.iter().filter(|(code, _)| *code != 200) {
        assert_eq!((*code, &body["code"]), (409, &json!("course_full")), "{body}");
        assert!(body["detail"].as_str().unwrap().contains("10 seats"), "{body}");
    }
    assert_eq!(outline(&app, &admin, course)["staff"]["enrolled"], 10);
    let path = format!("/api/courses/{course}");
    let smaller = json!({ "short_name": "STAT101", "title": "T", "capacity": 9 });
    let put = |body: &Value| app.put(&path).by(&admin).header("If-Match", "*").json(body).send();
    put(&smaller).problem(409, "capacity_below_enrolled");
    put(&json!({ "short_name": "STAT101", "title": "T", "capacity": 11 })).status(200);
    let list = app.get(&format!("/api/courses/{course}/enrolments?limit=500")).by(&admin).send().json();
    let inside: Vec<u64> =
        list["items"].as_array().unwrap().iter().map(|row| row["user"].as_u64().unwrap()).collect();
    let outside: Vec<&Person> = people.iter().filter(|who| !inside.contains(&who.user.0)).collect();
    by_key(&app, outside[0], "STAT101", "open sesame").status(200);
    by_key(&app, outside[1], "STAT101", "open sesame").problem(409, "course_full");
    // A suspended person keeps the seat; one who is taken out frees it.
    patch(&app, &admin, course, outside[0], json!({ "status": "suspended" })).status(200);
    by_key(&app, outside[1], "STAT101", "open sesame").problem(409, "course_full");
    app.delete(&format!("/api/courses/{course}/enrolments/{}", outside[0].user))
        .by(&admin)
        .header("If-Match", "*")
        .send()
        .status(204);
    by_key(&app, outside[1], "STAT101", "open sesame").status(200);
}

#[test]
fn a_list_is_enrolled_whole_or_not_at_all() {
    let app = TestApp::start();
    let admin = admin(&app);
    let course = course_with(&app, &admin, "STAT101", json!({ "capacity": 3 }));
    let path = format!("/api/courses/{course}/enrolments");
    for n in 0..4 {
        person(&app, 2_000 + n, &format!("p{n}"), &[]);
    }
    let people =
        |users: &[u64]| json!({ "people": users.iter().map(|u| json!({ "user": u })).collect::<Vec<_>>() });
    let post = |body: &Value| app.post(&path).by(&admin).json(body).send();
    let problem = post(&people(&[2_000, 2_001, 2_002, 2_003])).problem(409, "course_full");
    assert_eq!(problem["errors"][0]["at"], "/people/3");
    assert_eq!(outline(&app, &admin, course)["staff"]["enrolled"], 0);
    let problem = post(&people(&[2_000, 777])).problem(422, "invalid_field");
    assert_eq!(problem["errors"][0]["at"], "/people/1");
    let done = post(&json!({ "people": [{ "username": "P0" }, { "user": 2_001, "role": "assistant" }] }));
    assert_eq!(done.status(200).json()["people"][0], json!({ "user": 2_000, "outcome": "added" }));
    let again = post(&json!({ "people": [{ "user": 2_000 }, { "user": 2_001, "role": "learner" }] }));
    let again = again.status(200).json();
    let outcomes: Vec<&Value> = again["people"].as_array().unwrap().iter().map(|p| &p["outcome"]).collect();
    assert_eq!(outcomes, ["unchanged", "changed"]);
    // All that names nobody is told at once.
    let nobody = json!({ "people": [{ "username": "nobodyx" }, { "user": 2_000 }, {}, { "user": 2_001, "role": "wizard" }] });
    let problem = post(&nobody).problem(422, "invalid_field");
    let places: Vec<&Value> =
        problem["errors"].as_array().unwrap().iter().map(|error| &error["at"]).collect();
    assert_eq!(places, ["/people/0", "/people/2", "/people/3/role"]);
    post(&json!({ "people": [] })).problem(422, "invalid_field");
    post(&people(&vec![2_000; 501])).problem(422, "invalid_field");
    post(&json!({ "people": [{ "user": 2_000, "role": "wizard" }] })).problem(422, "invalid_field");
    let list = app.get(&path).by(&admin).send().status(200).json();
    assert_eq!(list["items"][0]["name"], "Ada p0");
}

#[test]
fn a_key_opens_a_published_course_and_every_refusal_looks_the_same() {
    let app = TestApp::start();
    let admin = admin(&app);
    let course = course_with(&app, &admin, "STAT101", json!({ "ends": "2026-09-07T09:00:00Z" }));
    let hidden = draft(&app, &admin, "HIDDEN");
    set_key(&app, &admin, hidden, Some("right key"));
    let open = published(&app, &admin, "NOKEY");
    let maeve = person(&app, 1_001, "maeve", &[]);
    set_key(&app, &admin, course, Some("right key"));
    let refusals =
        [("STAT101", "wrong key"), ("HIDDEN", "right key"), ("NOKEY", ""), ("NOWHERE", "right key")];
    let details: Vec<Value> = refusals
        .map(|(name, key)| by_key(&app, &maeve, name, key).problem(403, "key_refused")["detail"].clone())
        .to_vec();
    assert!(details.iter().all(|detail| *detail == details[0]), "{details:?}");
    assert_eq!(by_key(&app, &maeve, "stat101", "right key").status(200).json()["outcome"], "added");
    assert_eq!(by_key(&app, &maeve, "STAT101", "right key").status(200).json()["outcome"], "unchanged");
    patch(&app, &admin, course, &maeve, json!({ "status": "suspended" })).status(200);
    by_key(&app, &maeve, "STAT101", "right key").problem(409, "enrolment_suspended");
    let yusuf = person(&app, 1_002, "yusuf", &[]);
    set_key(&app, &admin, course, Some("another key"));
    by_key(&app, &yusuf, "STAT101", "right key").problem(403, "key_refused");
    app.clock.advance(std::time::Duration::from_hours(1));
    by_key(&app, &yusuf, "STAT101", "another key").problem(403, "key_refused");
    let view = app.get(&format!("/api/courses/{course}")).by(&admin).send().text();
    assert!(view.contains("\"has_key\":true") && !view.contains("another"), "{view}");
    let view = app.get(&format!("/api/courses/{open}")).by(&admin).send().json();
    assert_eq!(view["staff"]["has_key"], false);
    app.delete(&format!("/api/courses/{course}/enrolments/{}", maeve.user))
        .by(&maeve)
        .header("If-Match", "*")
        .send()
        .problem(404, "not_found");
}

#[test]
fn a_key_opens_in_the_digits_and_the_form_in_which_a_keyboard_types_it() {
    let app = TestApp::start();
    let admin = admin(&app);
    let course = published(&app, &admin, "STAT101");
    set_key(&app, &admin, course, Some("Jose\u{301} \u{661}\u{662}"));
    let maeve = person(&app, 1_001, "maeve", &[]);
    by_key(&app, &maeve, "STAT101", "jos\u{e9} 12").problem(403, "key_refused");
    let opened = by_key(&app, &maeve, "STAT101", "Jos\u{e9} 12\u{200f}").status(200).json();
    assert_eq!(opened["outcome"], "added");
}

#[test]
fn a_key_gives_no_other_dates_and_says_when_an_enrolment_does_not_count() {
    let app = TestApp::start();
    let (admin, maeve) = (admin(&app), person(&app, 1_001, "maeve", &[]));
    let course = published(&app, &admin, "STAT101");
    set_key(&app, &admin, course, Some("right key"));
    enrol(&app, &admin, course, &maeve, "learner");
    let dates = |starts: Option<&str>, ends: Option<&str>| {
        patch(&app, &admin, course, &maeve, json!({ "starts": starts, "ends": ends })).status(200);
    };
    let again = || by_key(&app, &maeve, "STAT101", "right key");
    dates(None, Some("2026-09-07T08:00:00Z"));
    again().problem(409, "enrolment_over");
    dates(Some("2026-09-07T09:00:00Z"), None);
    again().problem(409, "enrolment_not_begun");
    app.get(&format!("/api/courses/{course}")).by(&maeve).send().problem(404, "not_found");
    app.clock.advance(std::time::Duration::from_hours(1));
    assert_eq!(again().status(200).json()["outcome"], "unchanged");
}

#[test]
fn guessing_keys_stops_after_ten_and_goes_on_a_quarter_of_an_hour_later() {
    let app = TestApp::start();
    let (admin, maeve) = (admin(&app), person(&app, 1_001, "maeve", &[]));
    let yusuf = person(&app, 1_002, "yusuf", &[]);
    let course = published(&app, &admin, "STAT101");
    set_key(&app, &admin, course, Some("right key"));
    for guess in 0..10 {
        by_key(&app, &maeve, "STAT101", &format!("guess {guess}")).problem(403, "key_refused");
    }
    let stopped = by_key(&app, &maeve, "STAT101", "right key");
    assert_eq!(stopped.header("retry-after"), Some("900"));
    stopped.problem(429, "key_attempts");
    by_key(&app, &yusuf, "STAT101", "right key").status(200);
    app.clock.advance(std::time::Duration::from_mins(15));
    by_key(&app, &maeve, "STAT101", "right key").status(200);
}

#[test]
fn a_personal_token_enrols_nobody_with_a_key() {
    let app = TestApp::start();
    let (admin, maeve) = (admin(&app), person(&app, 1_001, "maeve", &[]));
    let course = published(&app, &admin, "STAT101");
    set_key(&app, &admin, course, Some("right key"));
    for scopes in [json!([]), json!(["view_own_grades"]), json!(["manage_enrolment", "view_course"])] {
        let body = json!({ "name": "script", "scopes": scopes, "expires": "2026-10-01T00:00:00Z" });
        let made = app.post("/api/me/tokens").by(&maeve).json(&body).send().status(201).json();
        let token = Person { user: maeve.user, token: made["token"].as_str().unwrap().to_owned() };
        by_key(&app, &token, "STAT101", "right key").problem(403, "needs_session");
    }
    by_key(&app, &maeve, "STAT101", "right key").status(200);
}

#[test]
fn tried_keys_are_swept_once_they_count_no_more_and_the_right_one_is_no_try() {
    use lyceum::domain::enrolment_key::KeyAttempts;
    use lyceum::store::Read as _;

    let app = TestApp::start();
    let admin = admin(&app);
    let course = published(&app, &admin, "STAT101");
    set_key(&app, &admin, course, Some("right key"));
    let [early, late, right] =
        [(1_001, "early"), (1_002, "late"), (1_003, "right")].map(|(id, name)| person(&app, id, name, &[]));
    let left = || {
        actix_web::rt::System::new().block_on(lyceum::sweep::once(&app.state)).unwrap();
        let rows = app.state.store.read(|read| read.list::<KeyAttempts>(&(), None, 9)).unwrap();
        rows.iter().map(|attempts| attempts.user).collect::<Vec<_>>()
    };
    by_key(&app, &early, "STAT101", "wrong key").problem(403, "key_refused");
    by_key(&app, &right, "STAT101", "right key").status(200);
    app.clock.advance(std::time::Duration::from_mins(14));
    by_key(&app, &late, "STAT101", "wrong key").problem(403, "key_refused");
    assert_eq!(left(), [early.user, late.user]);
    app.clock.advance(std::time::Duration::from_mins(1));
    assert_eq!(left(), [late.user]);
    app.clock.advance(std::time::Duration::from_mins(14));
    assert!(left().is_empty());
}

#[test]
fn nobody_gives_a_role_that_allows_more_than_they_may_themselves() {
    let app = TestApp::start();
    let (admin, teacher) = (admin(&app), person(&app, 1_001, "tomasz", &[]));
    let (boss, learner) = (person(&app, 1_002, "boss", &[]), person(&app, 1_003, "maeve", &[]));
    let course = published(&app, &admin, "STAT101");
    enrol(&app, &admin, course, &teacher, "teacher");
    administrator_of(&app, course, &boss);
    enrol(&app, &teacher, course, &learner, "learner");
    let path = format!("/api/courses/{course}/enrolments");
    let raise = json!({ "people": [{ "user": learner.user, "role": "administrator" }] });
    app.post(&path).by(&teacher).json(&raise).send().problem(403, "more_than_own");
    patch(&app, &teacher, course, &learner, json!({ "role": "administrator" })).problem(403, "more_than_own");
    patch(&app, &teacher, course, &teacher, json!({ "role": "administrator" })).problem(403, "more_than_own");
    patch(&app, &teacher, course, &boss, json!({ "status": "suspended" })).problem(403, "more_than_own");
    app.delete(&format!("{path}/{}", boss.user))
        .by(&teacher)
        .header("If-Match", "*")
        .send()
        .problem(403, "more_than_own");
    patch(&app, &teacher, course, &learner, json!({ "role": "teacher" })).status(200);
    app.post(&path)
        .by(&learner)
        .json(&json!({ "people": [{ "user": boss.user, "role": "learner" }] }))
        .send()
        .problem(403, "more_than_own");
}

#[test]
fn nobody_takes_their_own_right_to_manage_enrolments_away() {
    let app = TestApp::start();
    let (admin, teacher) = (admin(&app), person(&app, 1_001, "tomasz", &[]));
    let learner = person(&app, 1_002, "maeve", &[]);
    let course = published(&app, &admin, "STAT101");
    enrol(&app, &admin, course, &teacher, "teacher");
    let path = format!("/api/courses/{course}/enrolments");
    let one = |user: &Person| app.get(&format!("{path}/{}", user.user)).by(&admin).send();
    let list = |by: &Person, role: Value| {
        let people = [&learner, &teacher].map(|person| json!({ "user": person.user, "role": role }));
        app.post(&path).by(by).json(&json!({ "people": people })).send()
    };
    let refused = list(&teacher, json!("learner")).problem(409, "own_management");
    assert_eq!(refused["errors"][0]["at"], "/people/1");
    assert!(refused["detail"].as_str().unwrap().contains("somebody else must do it"), "{refused}");
    one(&learner).status(404);
    for change in [
        json!({ "status": "suspended" }),
        json!({ "role": "learner" }),
        json!({ "starts": "2099-01-01T00:00:00Z" }),
        json!({ "ends": "2001-01-01T00:00:00Z" }),
    ] {
        patch(&app, &teacher, course, &teacher, change).problem(409, "own_management");
    }
    patch(&app, &teacher, course, &teacher, json!({ "ends": "2099-01-01T00:00:00Z" })).status(200);
    let remove = |by: &Person, user: &Person| {
        app.delete(&format!("{path}/{}", user.user)).by(by).header("If-Match", "*").send()
    };
    remove(&teacher, &teacher).problem(409, "own_management");
    // Who is in keeps the role that the list does not name.
    let done = list(&teacher, Value::Null).status(200).json();
    let outcomes = [0, 1].map(|place: usize| done["people"][place]["outcome"].clone());
    assert_eq!(outcomes, ["added", "unchanged"]);
    assert_eq!(one(&teacher).status(200).json()["role"], "teacher");
    // Somebody else may, and so may who has the right all the same.
    enrol(&app, &admin, course, &admin, "teacher");
    remove(&admin, &admin).status(204);
    list(&admin, json!("learner")).status(200);
    assert_eq!(one(&teacher).status(200).json()["role"], "learner");
}

#[test]
fn nobody_becomes_administrator_of_one_course_and_who_is_can_be_changed_and_removed() {
    let app = TestApp::start();
    let (admin, learner) = (admin(&app), person(&app, 1_001, "maeve", &[]));
    let (boss, other) = (person(&app, 1_002, "boss", &[]), person(&app, 1_003, "other", &[]));
    let course = published(&app, &admin, "STAT101");
    enrol(&app, &admin, course, &learner, "learner");
    for who in [&boss, &other] {
        administrator_of(&app, course, who);
    }
    let path = format!("/api/courses/{course}/enrolments");
    let post = |who: &Person, ends: Option<&str>| {
        let people = json!({ "people": [{ "user": who.user, "role": "administrator", "ends": ends }] });
        app.post(&path).by(&admin).json(&people).send()
    };
    let import = |username: &str, ends: &str| {
        let file = format!("username,course1,role1,enrolperiod1\n{username},STAT101,administrator,{ends}\n");
        let report = app.post("/api/import/roster").by(&admin).body("text/csv", file).send();
        report.status(200).json()["results"][0].clone()
    };
    let problem = "is administrator, which is granted site-wide only";
    let refused = post(&learner, None).problem(422, "invalid_field");
    assert_eq!(refused["errors"], json!([{ "at": "/people/0/role", "problem": problem }]));
    let refused = patch(&app, &admin, course, &learner, json!({ "role": "administrator" }));
    assert_eq!(refused.problem(422, "invalid_field")["errors"][0]["problem"], problem);
    let row = import("maeve", "");
    assert_eq!(row["enrolments"][0]["outcome"], "refused");
    assert!(row["problems"][0].as_str().unwrap().contains(problem), "{row}");
    let offers = |page: &str| {
        let page = app.get(page).header("Cookie", &format!("lyceum_session={}", admin.token)).send();
        page.status(200).text().contains("<option value=\"administrator\"")
    };
    let page = format!("/courses/{course}/people");
    assert!(!offers(&page) && !offers(&format!("{page}/{}", learner.user)));
    // Who is one already may stay so in a file, be given other dates, another role, and be taken out.
    assert!(offers(&format!("{page}/{}", boss.user)));
    assert_eq!(post(&boss, None).status(200).json()["people"][0]["outcome"], "unchanged");
    assert_eq!(import("boss", "")["enrolments"][0]["outcome"], "unchanged");
    assert_eq!(import("boss", "10")["enrolments"][0]["outcome"], "changed");
    assert_eq!(
        post(&boss, Some("2027-01-01T00:00:00Z")).status(200).json()["people"][0]["outcome"],
        "changed"
    );
    let stays = json!({ "role": "administrator", "ends": "2026-09-07T07:00:00Z" });
    patch(&app, &admin, course, &boss, stays).status(200);
    patch(&app, &admin, course, &boss, json!({ "role": "teacher", "ends": null })).status(200);
    patch(&app, &admin, course, &boss, json!({ "role": "administrator" })).problem(422, "invalid_field");
    let remove = app.delete(&format!("{path}/{}", other.user)).by(&admin).header("If-Match", "*");
    remove.send().status(204);
}

#[test]
fn who_manages_enrolments_alone_changes_none_above_their_own_rights() {
    let app = TestApp::start();
    let admin = admin(&app);
    let role = json!({ "name": "registrar", "description": "",
        "permissions": ["view_course", "view_roster", "manage_enrolment", "view_people", "manage_people"] });
    app.post("/api/roles").by(&admin).json(&role).send().status(201);
    let registrar = person(&app, 1_000, "registrar", &["registrar"]);
    let (teacher, boss) = (person(&app, 1_001, "tomasz", &[]), person(&app, 1_002, "boss", &[]));
    let learner = person(&app, 1_003, "maeve", &[]);
    let course = published(&app, &admin, "STAT101");
    for (who, role) in [(&teacher, "teacher"), (&learner, "learner")] {
        enrol(&app, &admin, course, who, role);
    }
    administrator_of(&app, course, &boss);
    patch(&app, &admin, course, &teacher, json!({ "ends": "2026-09-07T07:00:00Z" })).status(200);
    let stored =
        |who: &Person| app.state.store.read(|read| enrolment::get(read, CourseId(course), who.user)).unwrap();
    let before = (stored(&teacher), stored(&boss));
    let post = |who: &Person, role: &str, ends: Option<&str>| {
        let people = json!({ "people": [{ "user": who.user, "role": role, "ends": ends }] });
        app.post(&format!("/api/courses/{course}/enrolments")).by(&registrar).json(&people).send()
    };
    // Neither revives an enrolment that ended, nor ends one.
    post(&teacher, "teacher", Some("2027-01-01T00:00:00Z")).problem(403, "more_than_own");
    post(&boss, "administrator", Some("2026-09-07T07:00:00Z")).problem(403, "more_than_own");
    post(&boss, "learner", None).problem(403, "more_than_own");
    // What says nothing new is no change, and who is not above them is changed.
    assert_eq!(post(&boss, "administrator", None).status(200).json()["people"][0]["outcome"], "unchanged");
    let changed = post(&learner, "learner", Some("2027-01-01T00:00:00Z")).status(200).json();
    assert_eq!(changed["people"][0]["outcome"], "changed");
    // A row of a file is taken whole or not at all.
    let import = |row: &str| {
        let file = format!("username,course1,enrolperiod1,enrolstatus1\n{row}\n");
        let report = app.post("/api/import/roster").by(&registrar).body("text/csv", file).send();
        report.status(200).json()["results"][0]["enrolments"][0]["outcome"].clone()
    };
    assert_eq!(import("boss,STAT101,10,"), "refused");
    assert_eq!(import("boss,STAT101,10,1"), "refused");
    assert_eq!(import("boss,STAT101,,0"), "unchanged");
    assert_eq!((stored(&teacher), stored(&boss)), before);
}

#[test]
fn changes_need_the_revision_and_leave_a_trace() {
    let app = TestApp::start();
    let (admin, learner) = (admin(&app), person(&app, 1_001, "maeve", &[]));
    let course = published(&app, &admin, "STAT101");
    enrol(&app, &admin, course, &learner, "learner");
    let path = format!("/api/courses/{course}/enrolments/{}", learner.user);
    let etag = app.get(&path).by(&admin).send().status(200).header("etag").unwrap().to_owned();
    let dates = json!({ "starts": "2026-09-08T00:00:00Z", "ends": "2026-09-09T00:00:00Z" });
    app.patch(&path).by(&admin).json(&dates).send().problem(428, "precondition_required");
    app.patch(&path).by(&admin).header("If-Match", &etag).json(&dates).send().status(200);
    app.patch(&path).by(&admin).header("If-Match", &etag).json(&dates).send().problem(412, "changed");
    let cleared = patch(&app, &admin, course, &learner, json!({ "starts": null })).status(200).json();
    assert_eq!((&cleared["starts"], &cleared["ends"]), (&json!(null), &json!("2026-09-09T00:00:00.000Z")));
    let backwards = json!({ "starts": "2026-09-10T00:00:00Z" });
    patch(&app, &admin, course, &learner, backwards).problem(422, "invalid_field");
    let one =
        json!({ "user": learner.user, "starts": "2026-09-10T00:00:00Z", "ends": "2026-09-09T00:00:00Z" });
    let path = format!("/api/courses/{course}/enrolments");
    let several = app.post(&path).by(&admin).json(&json!({ "people": [one] })).send();
    let several = several.problem(422, "invalid_field");
    let expected = json!([{ "at": "/people/0/ends", "problem": "is not after the start" }]);
    assert_eq!(
        (&several["errors"], &several["detail"]),
        (&expected, &json!("/people/0/ends is not after the start"))
    );
    let trace: Vec<String> = app.state.store.read(|read| {
        use lyceum::store::Read as _;
        let entries = read.list::<lyceum::domain::audit::AuditEntry>(&(), None, 100).unwrap();
        entries.into_iter().map(|entry| entry.action).collect()
    });
    assert_eq!(
        trace.iter().filter(|action| action.starts_with("enrolment.")).collect::<Vec<_>>(),
        ["enrolment.add", "enrolment.change", "enrolment.change"]
    );
}

#[test]
fn a_file_may_be_read_twice_and_changes_only_what_it_names() {
    let app = TestApp::start();
    let (admin, learner) = (admin(&app), person(&app, 1_001, "maeve", &[]));
    let course = published(&app, &admin, "STAT101");
    let (id, user, by) = (CourseId(course), learner.user, admin.user);
    let now = app.clock.now();
    let import = |role: &str, ends: Option<&str>| {
        let role = RoleName::parse(role).unwrap();
        let ends = ends.map(|ends| ends.parse().unwrap());
        app.state.store.write_blocking(Class::Bulk, move |txn| {
            let actor = Actor::person(by, now);
            enrolment::enrol(txn, &actor, id, user, Some(&role), EnrolledBy::Import, None, ends)
        })
    };
    assert_eq!(import("learner", Some("2026-12-01T00:00:00Z")).unwrap(), Enrolled::Added);
    assert_eq!(import("learner", Some("2026-12-01T00:00:00Z")).unwrap(), Enrolled::Unchanged);
    patch(&app, &admin, course, &learner, json!({ "status": "suspended" })).status(200);
    assert_eq!(import("assistant", None).unwrap(), Enrolled::Changed);
    let path = format!("/api/courses/{course}/enrolments/{user}");
    let view = app.get(&path).by(&admin).send().status(200).json();
    assert_eq!((&view["role"], &view["status"]), (&json!("assistant"), &json!("suspended")));
    assert_eq!(view["ends"], "2026-12-01T00:00:00.000Z");
    let refused = app.state.store.write_blocking(Class::Bulk, move |txn| {
        let role = RoleName::parse("learner").unwrap();
        let actor = Actor::person(UserId(4_242), now);
        enrolment::enrol(txn, &actor, id, user, Some(&role), EnrolledBy::Import, None, None)
    });
    assert_eq!(refused.unwrap_err().code.name, "not_found");
}
