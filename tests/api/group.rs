//! Groups of a course: names, members, removal.

use lyceum::domain::access::{Actor, RoleName};
use lyceum::domain::enrolment::{EnrolledBy, Enrolment, EnrolmentStatus};
use lyceum::domain::group;
use lyceum::domain::ids::{CourseId, GroupId, UserId};
use lyceum::domain::refusal::Refusal;
use lyceum::store::Class;
use serde_json::{Value, json};

use crate::classroom::{admin, enrol, person, published};
use crate::support::{Answer, Person, TestApp};

#[test]
fn a_group_has_a_name_of_its_own_and_members_who_are_enrolled() {
    let app = TestApp::start();
    let (admin, maeve) = (admin(&app), person(&app, 1_001, "maeve", &[]));
    let (yusuf, stranger) = (person(&app, 1_002, "yusuf", &[]), person(&app, 1_003, "sofia", &[]));
    let course = published(&app, &admin, "STAT101");
    let other = published(&app, &admin, "NAV101");
    enrol(&app, &admin, course, &maeve, "learner");
    enrol(&app, &admin, course, &yusuf, "learner");
    let groups = format!("/api/courses/{course}/groups");
    let make = |path: &str, name: &str| -> Answer {
        app.post(path).by(&admin).json(&json!({ "name": name })).send()
    };
    let red = make(&groups, "Red").status(201).json()["id"].as_u64().unwrap();
    make(&groups, " rED ").problem(409, "taken");
    make(&groups, "").problem(422, "invalid_field");
    make(&format!("/api/courses/{other}/groups"), "Red").status(201);
    let blue = make(&groups, "Blue").status(201).json()["id"].as_u64().unwrap();

    let members = format!("{groups}/{red}/members");
    let add = |users: Value| app.post(&members).by(&admin).json(&json!({ "users": users })).send();
    let problem = add(json!([maeve.user, stranger.user])).problem(409, "not_enrolled");
    assert_eq!(problem["errors"][0]["at"], "/users/1");
    assert_eq!(add(json!([maeve.user, yusuf.user])).status(200).json()["added"], 2);
    assert_eq!(add(json!([maeve.user])).status(200).json()["added"], 0);
    assert_eq!(trail(&app, &admin), ["group.add: user 1001, user 1002"], "nothing where nobody is new");
    let list = app.get(&members).by(&admin).send().status(200).json();
    assert_eq!(list["items"][0], json!({ "user": maeve.user, "name": "Ada maeve" }));
    let of_maeve =
        || app.state.store.read(|read| group::of_user(read, CourseId(course), maeve.user).unwrap());
    assert_eq!(of_maeve(), [GroupId(red)]);

    app.delete(&format!("{members}/{}", maeve.user)).by(&admin).send().status(204);
    app.delete(&format!("{members}/{}", maeve.user)).by(&admin).send().problem(404, "not_found");
    assert_eq!(of_maeve(), []);
    app.get(&members).by(&yusuf).send().problem(403, "forbidden");

    let rename = |name: &str, etag: &str| {
        let path = format!("{groups}/{blue}");
        app.put(&path).by(&admin).header("If-Match", etag).json(&json!({ "name": name })).send()
    };
    rename("red", "\"1\"").problem(409, "taken");
    rename("BLUE", "\"1\"").status(200);
    rename("Green", "\"1\"").problem(412, "changed");
}

/// What the trail says of groups.
fn trail(app: &TestApp, admin: &Person) -> Vec<String> {
    let entries = app.get("/api/export/audit").by(admin).send().status(200).lines();
    let said = entries.iter().filter(|entry| entry["action"].as_str().unwrap().starts_with("group."));
    let text = |entry: &Value, field: &str| entry[field].as_str().unwrap().to_owned();
    said.map(|entry| format!("{}: {}", text(entry, "action"), text(entry, "detail"))).collect()
}

#[test]
fn the_trail_says_who_was_in_a_group_that_is_deleted() {
    let app = TestApp::start();
    let admin = admin(&app);
    let course = published(&app, &admin, "STAT101");
    let people: Vec<Person> =
        (1_001..=1_021).map(|number| person(&app, number, &format!("p{number}"), &[])).collect();
    for person in &people {
        enrol(&app, &admin, course, person, "learner");
    }
    let users: Vec<_> = people.iter().map(|person| person.user).collect();
    let groups = format!("/api/courses/{course}/groups");
    let made = app.post(&groups).by(&admin).json(&json!({ "name": "Red" })).send().status(201).json();
    let path = format!("{groups}/{}", made["id"]);
    app.post(&format!("{path}/members")).by(&admin).json(&json!({ "users": users })).send().status(200);
    app.delete(&path).by(&admin).header("If-Match", "*").send().status(204);
    let first = (1_001..=1_020).map(|user| format!("user {user}")).collect::<Vec<_>>().join(", ");
    let said = [
        format!("group.add: {first}"),
        "group.add: user 1021".to_owned(),
        format!("group.remove: {first}"),
        "group.remove: user 1021".to_owned(),
        "group.delete: Red".to_owned(),
    ];
    assert_eq!(trail(&app, &admin), said);
}

#[test]
fn leaving_the_course_leaves_its_groups_and_a_removed_group_leaves_nobody() {
    let app = TestApp::start();
    let (admin, maeve) = (admin(&app), person(&app, 1_001, "maeve", &[]));
    let yusuf = person(&app, 1_002, "yusuf", &[]);
    let course = published(&app, &admin, "STAT101");
    let groups = format!("/api/courses/{course}/groups");
    let mut ids = Vec::new();
    for name in ["Red", "Blue"] {
        let made = app.post(&groups).by(&admin).json(&json!({ "name": name })).send().status(201).json();
        ids.push(made["id"].as_u64().unwrap());
    }
    for who in [&maeve, &yusuf] {
        enrol(&app, &admin, course, who, "learner");
        for id in &ids {
            let path = format!("{groups}/{id}/members");
            app.post(&path).by(&admin).json(&json!({ "users": [who.user] })).send().status(200);
        }
    }
    app.delete(&format!("/api/courses/{course}/enrolments/{}", maeve.user))
        .by(&admin)
        .header("If-Match", "\"1\"")
        .send()
        .status(204);
    let list = app.get(&groups).by(&admin).send().status(200).json();
    let members: Vec<u64> =
        list["items"].as_array().unwrap().iter().map(|group| group["members"].as_u64().unwrap()).collect();
    assert_eq!(members, [1, 1]);
    app.delete(&format!("{groups}/{}", ids[0])).by(&admin).header("If-Match", "*").send().status(204);
    app.get(&format!("{groups}/{}", ids[0])).by(&admin).send().problem(404, "not_found");
    let left = app.state.store.read(|read| group::of_user(read, CourseId(course), yusuf.user).unwrap());
    assert_eq!(left, [GroupId(ids[1])]);
}

/// Enrols people and puts them into a group, five hundred at a time.
fn crowd(app: &TestApp, by: &Person, course: CourseId, id: GroupId, people: std::ops::Range<u64>) {
    let users: Vec<UserId> = people.map(UserId).collect();
    let actor = Actor::person(by.user, app.clock.now());
    for users in users.chunks(500) {
        let (users, actor) = (users.to_vec(), actor.clone());
        app.state
            .store
            .write_blocking(Class::Bulk, move |txn| -> Result<(), Refusal> {
                for user in &users {
                    txn.put(Enrolment {
                        course,
                        user: *user,
                        role: RoleName::parse("learner").unwrap(),
                        status: EnrolmentStatus::Active,
                        starts: None,
                        ends: None,
                        enrolled: actor.now,
                        by: EnrolledBy::Teacher,
                        revision: 1,
                    })?;
                }
                group::add_members(txn, &actor, course, id, &users).map(drop)
            })
            .unwrap();
    }
}

#[test]
fn a_group_that_gets_another_name_while_it_is_removed_goes_all_the_same() {
    const PEOPLE: u64 = 3_000;
    let app = TestApp::start();
    let admin = admin(&app);
    let course = published(&app, &admin, "STAT101");
    let groups = format!("/api/courses/{course}/groups");
    let made = app.post(&groups).by(&admin).json(&json!({ "name": "Red" })).send().status(201).json();
    let id = made["id"].as_u64().unwrap();
    crowd(&app, &admin, CourseId(course), GroupId(id), 10_000..10_000 + PEOPLE);
    let path = format!("{groups}/{id}");
    std::thread::scope(|scope| {
        let removal = scope.spawn(|| app.delete(&path).by(&admin).header("If-Match", "\"1\"").send());
        loop {
            let found = app.get(&path).by(&admin).send();
            if found.code == 404 {
                break;
            }
            // Some are out: the removal has begun.
            if found.status(200).json()["members"].as_u64().unwrap() < PEOPLE {
                let rename = app.put(&path).by(&admin).header("If-Match", "*");
                let code = rename.json(&json!({ "name": "Blue" })).send().code;
                assert!(matches!(code, 200 | 404), "{code}");
                break;
            }
        }
        removal.join().unwrap().status(204);
    });
    app.get(&path).by(&admin).send().problem(404, "not_found");
}
