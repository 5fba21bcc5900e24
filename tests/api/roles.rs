//! Who may do what: every route with every role, and how roles are made, granted and taken back.
//!
//! The walk knows nothing of single routes: it takes the table, what each line says that it needs, bodies made from
//! the OpenAPI document, and ids of one course full of things. A route that is added later is walked too; one whose path
//! has a name that `Fixture` does not know, or whose body cannot be made up, fails and says what to add. What the walk
//! cannot know by itself is in `roles.json`.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use lyceum::domain::access::{BUILT_IN, Grants, Permission, PermissionSet, RoleName};
use lyceum::domain::course::{Course, CourseStatus};
use lyceum::domain::enrolment::{EnrolledBy, Enrolment, EnrolmentStatus};
use lyceum::domain::ids::{CourseId, UserId};
use lyceum::domain::refusal::Refusal;
use lyceum::domain::session::csrf_token;
use lyceum::http::routes::{Needs, RouteInfo, Surface};
use lyceum::http::table;
use lyceum::store::{Class, Read as _};
use serde_json::{Map, Value, json};

use crate::exam::truth;
use crate::people::{account, activated, admin, sign_in};
use crate::support::{Answer, Person, Request, TestApp};

/// What the walk cannot know by itself, from `roles.json` beside this file.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Exceptions {
    /// Bodies of routes for which one made from the schema is refused before rights are looked at: `"POST /path"`.
    bodies: BTreeMap<String, Value>,
    /// Queries without which a route is refused before rights are looked at.
    queries: BTreeMap<String, String>,
    /// Routes that need a site-wide right as well as the one in the table.
    also_need: BTreeMap<String, String>,
    /// Routes that read something that the fixture does not have: allowed may mean "not found".
    may_be_absent: Vec<String>,
    /// Routes that answer without an end: only who is kept out is looked at.
    endless: Vec<String>,
}

fn exceptions() -> Exceptions {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/api/roles.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn line(route: &RouteInfo) -> String {
    format!("{} {}", route.method, route.path)
}

/// One course with everything that paths name, and one person to do things to.
pub struct Fixture {
    ids: BTreeMap<&'static str, String>,
    course: CourseId,
}

impl Fixture {
    pub fn new(app: &TestApp, by: &Person) -> Self {
        let id_of = |answer: Answer| answer.status(201).json()["id"].as_u64().unwrap();
        let target = activated(app, by, "target");
        let theirs = sign_in(app, "target");
        let session = app.get("/api/session").by(&theirs).send().status(200).json()["session"]["id"].clone();
        let body = json!({ "name": "x", "scopes": [], "expires": "2026-10-01T00:00:00Z" });
        let token = id_of(app.post("/api/me/tokens").by(&theirs).json(&body).send());
        let body = json!({ "name": "custom", "description": "x", "permissions": ["view_course"] });
        app.post("/api/roles").by(by).json(&body).send().status(201);
        let body = json!({ "short_name": "FIX", "title": "Everything" });
        let course = id_of(app.post("/api/courses").by(by).json(&body).send());
        let path = |rest: &str| format!("/api/courses/{course}/{rest}");
        let published = json!({ "status": "published" });
        app.put(&path("status")).by(by).header("If-Match", "*").json(&published).send().status(200);
        let section = id_of(app.post(&path("sections")).by(by).json(&json!({ "title": "x" })).send());
        let body = json!({ "title": "x", "content": { "kind": "page", "markdown": "x" } });
        let item = id_of(app.post(&format!("/api/sections/{section}/items")).by(by).json(&body).send());
        let group = id_of(app.post(&path("groups")).by(by).json(&json!({ "name": "x" })).send());
        let body = json!({ "people": [{ "user": target, "role": "learner" }] });
        app.post(&path("enrolments")).by(by).json(&body).send().status(200);
        let members = path(&format!("groups/{group}/members"));
        app.post(&members).by(by).json(&json!({ "users": [target] })).send().status(200);
        let id_number = |path: &str, body: &Value| id_of(app.post(path).by(by).json(body).send());
        let question = json!({ "question": truth("Is it?", true) });
        let question = id_number(&path("questions"), &question);
        let folder = id_number(&path("question_categories"), &json!({ "name": "x" }));
        let file = app.post(&path("question_files?name=x.png")).by(by).body("application/octet-stream", "x");
        let sha256 = file.send().status(200).json()["sha256"].as_str().unwrap().to_owned();
        let quiz = json!({ "name": "x", "published": true, "attempts_allowed": null,
            "slots": [{ "points": 1, "question": question }] });
        let quiz = id_number(&path("quizzes"), &quiz);
        let attempt = app.post(&format!("/api/quizzes/{quiz}/attempts")).by(&theirs).json(&json!({})).send();
        let attempt = id_of(attempt);
        let grade_item = id_number(&path("grades/items"), &json!({ "name": "x", "max": 10 }));
        let grade_category = id_number(&path("grades/categories"), &json!({ "name": "x" }));
        let job = app.get("/api/export/roster").by(by).header("Prefer", "respond-async").send().status(202);
        let job = job.json()["id"].as_u64().unwrap();
        let body = json!({ "name": "x", "scopes": ["all"] });
        let credential = id_number("/api/xapi/credentials", &body);
        let body =
            json!({ "name": "x", "endpoint": "http://127.0.0.1:1/", "version": "2.0.0", "secret": "x" });
        let target_store = id_number("/api/xapi/targets", &body);
        let ids = [
            ("target", target_store.to_string()),
            ("credential", credential.to_string()),
            ("grade_item", grade_item.to_string()),
            ("grade_category", grade_category.to_string()),
            ("grades/.../item", grade_item.to_string()),
            ("grades/.../category", grade_category.to_string()),
            ("kind", "items".to_owned()),
            ("node", grade_item.to_string()),
            ("category", folder.to_string()),
            ("question_category", folder.to_string()),
            ("question", question.to_string()),
            ("version", "1".to_owned()),
            ("quiz", quiz.to_string()),
            ("attempt", attempt.to_string()),
            ("slot", "0".to_owned()),
            ("sha256", sha256),
            ("account", target.to_string()),
            ("user", target.to_string()),
            ("session", session.to_string()),
            ("token", token.to_string()),
            ("role", "custom".to_owned()),
            ("course", course.to_string()),
            ("section", section.to_string()),
            ("item", item.to_string()),
            ("group", group.to_string()),
            ("code", "not_found".to_owned()),
            ("job", job.to_string()),
            ("asset", lyceum::web::assets::address("style.css").trim_start_matches("/assets/").to_owned()),
        ];
        Self { ids: ids.into_iter().collect(), course: CourseId(course) }
    }

    pub fn fill(&self, path: &str) -> String {
        let mut filled = String::new();
        let mut rest = path;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').unwrap();
            // Items and categories of the gradebook have the names of other things.
            let in_grades = path.contains("/grades/").then(|| format!("grades/.../{name}"));
            let special = in_grades.and_then(|name| self.ids.get(name.as_str()));
            let id = special.or_else(|| self.ids.get(name)).unwrap_or_else(|| {
                panic!("{path} has {{{name}}}: add one to `Fixture::new` in tests/api/roles.rs")
            });
            filled.push_str(before);
            filled.push_str(id);
            rest = after;
        }
        filled + rest
    }
}

/// Somebody with a role, site-wide or in the fixture's course, or with none, or nobody.
struct Caller {
    name: String,
    user: Option<UserId>,
    site: PermissionSet,
    in_course: PermissionSet,
    roles: Vec<&'static str>,
}

impl Caller {
    fn all(app: &TestApp, course: CourseId) -> Vec<Self> {
        let caller = |name: String, number: u64| Self {
            name,
            user: Some(UserId(800_000 + number)),
            site: PermissionSet::NONE,
            in_course: PermissionSet::NONE,
            roles: Vec::new(),
        };
        let mut all =
            vec![Self { user: None, ..caller("nobody".to_owned(), 0) }, caller("a stranger".to_owned(), 1)];
        for (number, (role, may)) in (2..).zip(BUILT_IN) {
            all.push(Self {
                site: may,
                in_course: may,
                roles: vec![role],
                ..caller(format!("site-wide {role}"), number * 2)
            });
            let enrolled = Self { in_course: may, ..caller(format!("{role} of the course"), number * 2 + 1) };
            enrol(app, course, enrolled.user.unwrap(), role);
            all.push(enrolled);
        }
        all
    }

    fn may(&self, needs: Needs) -> bool {
        match needs {
            Needs::Nothing => true,
            Needs::SignIn => self.user.is_some(),
            Needs::Site(permission) => self.site.has(permission),
            Needs::Course(permission) => self.in_course.has(permission),
            Needs::Credential => false,
        }
    }
}

fn enrol(app: &TestApp, course: CourseId, user: UserId, role: &str) {
    let now = app.clock.now();
    let enrolment = Enrolment {
        course,
        user,
        role: RoleName::parse(role).unwrap(),
        status: EnrolmentStatus::Active,
        starts: None,
        ends: None,
        enrolled: now,
        by: EnrolledBy::Teacher,
        revision: 1,
    };
    app.state
        .store
        .write_blocking(Class::Interactive, move |txn| -> Result<(), Refusal> { Ok(txn.put(enrolment)?) })
        .unwrap();
}

/// A value that fits a schema of the OpenAPI document: only what is required, the shortest there is.
fn example(document: &Value, schema: &Value) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        return example(document, document.pointer(reference.trim_start_matches('#')).unwrap());
    }
    for list in ["oneOf", "anyOf"] {
        if let Some(choices) = schema[list].as_array() {
            let real = choices.iter().find(|choice| choice["type"] != "null");
            return real.map_or(Value::Null, |choice| example(document, choice));
        }
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let mut all = Map::new();
        for part in parts {
            if let Value::Object(fields) = example(document, part) {
                all.extend(fields);
            }
        }
        return Value::Object(all);
    }
    if let Some(value) = schema["enum"].get(0).or_else(|| schema.get("const")) {
        return value.clone();
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        kind => kind.as_str().into_iter().collect(),
    };
    match kinds.first().copied() {
        Some("string") if schema["format"] == "date-time" => json!("2026-10-01T00:00:00Z"),
        Some("string") => json!("x"),
        Some("integer" | "number") => json!(1),
        Some("boolean") => json!(true),
        Some("array") => json!([example(document, &schema["items"])]),
        _ => {
            let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let fields =
                required.map(|name| (name.to_owned(), example(document, &schema["properties"][name])));
            Value::Object(fields.collect())
        }
    }
}

pub struct Walk {
    pub app: TestApp,
    fixture: Fixture,
    callers: Vec<Caller>,
    document: Value,
    pub routes: Vec<RouteInfo>,
    exceptions: Exceptions,
}

impl Walk {
    pub fn new() -> Self {
        let app = TestApp::start();
        let by = admin(&app);
        let fixture = Fixture::new(&app, &by);
        let callers = Caller::all(&app, fixture.course);
        let document = app.get("/api/openapi.json").send().status(200).json();
        let mut routes = table(&app.state).list();
        // Who may use the record store is no matter of roles: `tests/lrs` looks at its credentials.
        routes.retain(|route| route.surface != Surface::Lrs);
        // What destroys the fixture comes last.
        routes.sort_by_key(|route| match route.method.as_str() {
            "GET" => 0,
            "DELETE" => 2,
            _ => 1,
        });
        Self { app, fixture, callers, document, routes, exceptions: exceptions() }
    }

    fn may(&self, route: &RouteInfo, caller: &Caller) -> bool {
        let also = self.exceptions.also_need.get(&line(route)).map(|name| Permission::parse(name).unwrap());
        caller.may(route.needs) && also.is_none_or(|permission| caller.site.has(permission))
    }

    /// A program's request as its route takes it, and with more in its query than is needed.
    pub fn request(&self, route: &RouteInfo, more: Option<&str>) -> Request<'_> {
        let (method, path) = (route.method.as_str(), route.path);
        let operation = &self.document["paths"][path][method.to_lowercase()];
        assert!(operation.is_object(), "{method} {path} is not in the OpenAPI document");
        let needed = self.exceptions.queries.get(&line(route)).map(String::as_str);
        let query = needed.into_iter().chain(more).collect::<Vec<_>>().join("&");
        let target = format!("{}?{query}", self.fixture.fill(path));
        let mut request = self.app.request(method, &target).header("If-Match", "*");
        if let Some(content) = operation["requestBody"]["content"].as_object() {
            let (media, content) = content.iter().next().unwrap();
            request = match self.exceptions.bodies.get(&line(route)) {
                Some(Value::String(text)) => request.body(media, text.as_str()),
                Some(body) => request.body(media, body.to_string()),
                None if media.ends_with("json") => {
                    request.body(media, example(&self.document, &content["schema"]).to_string())
                }
                None => request.body(media, "x"),
            };
        }
        request
    }

    fn send(&self, route: &RouteInfo, caller: &Caller) -> Answer {
        if route.surface == Surface::Page {
            return self.send_page(route, caller);
        }
        let request = self.request(route, None);
        // A session of its own for every request: the one before may have ended all of them.
        match caller.user {
            Some(user) => request.by(&self.app.signed_in(user, &caller.roles)).send(),
            None => request.send(),
        }
    }
}

impl Walk {
    /// As a browser sends it, without scripts: a cookie, and a form that repeats the token of its page.
    fn send_page(&self, route: &RouteInfo, caller: &Caller) -> Answer {
        let mut target = self.fixture.fill(route.path);
        if let Some(query) = self.exceptions.queries.get(&line(route)) {
            target = format!("{target}?{query}");
        }
        let person = caller.user.map(|user| self.app.signed_in(user, &caller.roles));
        let mut request = self.app.request(route.method.as_str(), &target).header("Accept", "text/html");
        let mut fields = String::new();
        if let Some(person) = &person {
            request = request.header("Cookie", &format!("lyceum_session={}", person.token));
            fields = format!("csrf={}", csrf_token(&person.token));
        }
        if route.method == "POST" {
            if let Some(Value::String(more)) = self.exceptions.bodies.get(&line(route)) {
                fields = format!("{fields}&{more}");
            }
            request = request.body("application/x-www-form-urlencoded", fields);
        }
        request.send()
    }
}

/// The code of a refusal: in a problem document, or on its page.
fn code_of(answer: &Answer) -> String {
    if let Some((_, rest)) = String::from_utf8_lossy(&answer.bytes).split_once("data-code=\"") {
        return rest.split('"').next().unwrap().to_owned();
    }
    let problem: Value = serde_json::from_slice(&answer.bytes).unwrap_or_default();
    problem["code"].as_str().unwrap_or_default().to_owned()
}

/// Who may see a course that is published sees nothing of one in the making, by whatever address.
#[test]
fn a_course_in_the_making_is_not_there_for_who_does_not_make_it() {
    let walk = Walk::new();
    let id = walk.fixture.course;
    let unpublished =
        walk.app.state.store.write_blocking(Class::Interactive, move |txn| -> Result<(), Refusal> {
            let course = txn.get::<Course>(&id)?.unwrap();
            Ok(txn.put(Course { status: CourseStatus::Draft, ..(*course).clone() })?)
        });
    unpublished.unwrap();
    let mut wrong = Vec::new();
    for route in walk.routes.iter().filter(|route| matches!(route.needs, Needs::Course(_))) {
        let outside =
            |caller: &&Caller| caller.user.is_some() && !caller.in_course.has(Permission::ViewDraft);
        for caller in walk.callers.iter().filter(outside) {
            let answer = walk.send(route, caller);
            if answer.code != 404 {
                wrong.push(format!(
                    "{} by {}: {} {}",
                    line(route),
                    caller.name,
                    answer.code,
                    code_of(&answer)
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_route_lets_in_exactly_whom_it_says() {
    let walk = Walk::new();
    let known: Vec<String> = walk.routes.iter().map(line).collect();
    let named = walk.exceptions.bodies.keys().chain(walk.exceptions.also_need.keys());
    let named = named.chain(walk.exceptions.queries.keys());
    let named = named.chain(&walk.exceptions.may_be_absent).chain(&walk.exceptions.endless);
    for name in named {
        assert!(known.contains(name), "roles.json names {name}, which is no route");
    }
    let mut wrong = Vec::new();
    // First everybody who must be kept out: nothing happens, so the fixture stays whole.
    for may in [false, true] {
        for route in &walk.routes {
            let endless = walk.exceptions.endless.contains(&line(route));
            if may && endless {
                continue;
            }
            for caller in walk.callers.iter().filter(|caller| walk.may(route, caller) == may) {
                // Sending compares the answer with the document too, and stops at a difference; here all are wanted.
                let answer = match catch_unwind(AssertUnwindSafe(|| walk.send(route, caller))) {
                    Ok(answer) => answer,
                    Err(panic) => {
                        let what = panic.downcast_ref::<String>().map_or("no message", String::as_str);
                        wrong.push(format!("{} to {}: {what}", line(route), caller.name));
                        continue;
                    }
                };
                let code = code_of(&answer);
                let right = if may {
                    let refused =
                        matches!((answer.code, code.as_str()), (401, "unauthenticated") | (403, "forbidden"));
                    let absent = answer.code == 404
                        && route.method.as_str() == "GET"
                        && route.needs != Needs::SignIn
                        && !walk.exceptions.may_be_absent.contains(&line(route));
                    !refused && !absent && answer.code < 500
                } else if caller.user.is_none() {
                    // A page leads to signing in, and back.
                    let led = answer.code == 303
                        && route.method == "GET"
                        && answer.header("location").is_some_and(|to| to.starts_with("/sign-in"));
                    if route.surface == Surface::Page && route.method == "GET" {
                        led
                    } else {
                        answer.code == 401
                    }
                } else {
                    matches!(answer.code, 403 | 404)
                };
                if !right {
                    let expected = if may { "to be let in" } else { "to be kept out" };
                    wrong.push(format!(
                        "{} with {:?}: {} ought {expected} and got {} {}",
                        line(route),
                        route.needs,
                        caller.name,
                        answer.code,
                        String::from_utf8_lossy(&answer.bytes)
                    ));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} routes answer otherwise than their table says (a 422 to somebody who must be kept out: give the route \
         a body in roles.json):\n{}",
        wrong.len(),
        walk.routes.len(),
        wrong.join("\n")
    );
}

#[test]
fn every_permission_has_a_name_and_a_meaning() {
    let app = TestApp::start();
    let list = app.get("/api/permissions").by(&admin(&app)).send().status(200).json();
    let items = list["items"].as_array().unwrap();
    assert_eq!(items.len(), Permission::ALL.len());
    for (item, permission) in items.iter().zip(Permission::ALL) {
        assert_eq!(item["name"], permission.name());
        assert!(item["meaning"].as_str().unwrap().ends_with('.'));
    }
}

#[test]
fn a_role_is_made_changed_and_removed_and_changes_reach_everybody_who_has_it() {
    let app = TestApp::start();
    let admin = admin(&app);
    let ada = activated(&app, &admin, "ada");
    let person = sign_in(&app, "ada");
    let body = json!({ "name": "reader", "description": "Reads", "permissions": ["view_people"] });
    app.post("/api/roles").by(&admin).json(&body).send().status(201);
    app.post("/api/roles").by(&admin).json(&body).send().problem(409, "taken");
    let grant = format!("/api/accounts/{ada}/grants/reader");
    let grants = app.put(&grant).by(&admin).send().status(200).json();
    assert_eq!(grants["site"], json!(["reader"]));
    app.put(&grant).by(&admin).send().status(200);
    app.get("/api/accounts").by(&person).send().status(200);
    let changed = json!({ "description": "Reads less", "permissions": [] });
    let etag = app.get("/api/roles/reader").by(&person).send().status(200).header("etag").unwrap().to_owned();
    app.put("/api/roles/reader").by(&admin).json(&changed).send().problem(428, "precondition_required");
    app.put("/api/roles/reader").by(&admin).header("If-Match", &etag).json(&changed).send().status(200);
    app.get("/api/accounts").by(&person).send().problem(403, "forbidden");
    let delete = || app.delete("/api/roles/reader").by(&admin).header("If-Match", "*").send();
    let said = delete().problem(409, "role_in_use");
    assert!(said["detail"].as_str().unwrap().contains("in 1 grants"), "{said}");
    app.delete(&grant).by(&admin).send().status(200);
    let course = json!({ "short_name": "A", "title": "A" });
    let course = app.post("/api/courses").by(&admin).json(&course).send().status(201).json()["id"].clone();
    let enrolments = format!("/api/courses/{course}/enrolments");
    let enrol = |role: &str| {
        let body = json!({ "people": [{ "user": ada, "role": role }] });
        app.post(&enrolments).by(&admin).json(&body).send().status(200);
    };
    enrol("reader");
    delete().problem(409, "role_in_use");
    enrol("learner");
    app.delete(&grant).by(&admin).send().problem(404, "not_found");
    delete().status(204);
    delete().problem(404, "not_found");
    let names = app.get("/api/roles").by(&person).send().status(200).json();
    assert_eq!(names["items"].as_array().unwrap().len(), BUILT_IN.len());
}

#[test]
fn built_in_roles_stay_as_they_are() {
    let app = TestApp::start();
    let admin = admin(&app);
    let body = json!({ "description": "", "permissions": [] });
    let change = app.put("/api/roles/teacher").by(&admin).header("If-Match", "*").json(&body);
    change.send().problem(409, "built_in_role");
    let delete = app.delete("/api/roles/learner").by(&admin).header("If-Match", "*");
    delete.send().problem(409, "built_in_role");
    let body = json!({ "name": "observer", "description": "", "permissions": [] });
    app.post("/api/roles").by(&admin).json(&body).send().problem(409, "built_in_role");
}

#[test]
fn nobody_grants_makes_or_takes_more_than_they_have() {
    let app = TestApp::start();
    let root = admin(&app);
    let ada = account(&app, &root, "ada");
    let make = |by: &Person, name: &str, permissions: &Value| {
        let body = json!({ "name": name, "description": "", "permissions": permissions });
        app.post("/api/roles").by(by).json(&body).send()
    };
    make(&root, "steward", &json!(["manage_roles", "view_people"])).status(201);
    make(&root, "powerful", &json!(["manage_site"])).status(201);
    let steward = app.signed_in(UserId(900_002), &["steward"]);
    make(&steward, "weak", &json!(["view_people"])).status(201);
    make(&steward, "strong", &json!(["manage_site"])).problem(403, "more_than_own");
    let grant =
        |by: &Person, role: &str| app.put(&format!("/api/accounts/{ada}/grants/{role}")).by(by).send();
    grant(&steward, "weak").status(200);
    grant(&steward, "administrator").problem(403, "more_than_own");
    grant(&steward, "powerful").problem(403, "more_than_own");
    grant(&root, "powerful").status(200);
    let revoke = app.delete(&format!("/api/accounts/{ada}/grants/powerful")).by(&steward);
    revoke.send().problem(403, "more_than_own");
    let body = json!({ "description": "", "permissions": [] });
    let change = app.put("/api/roles/powerful").by(&steward).header("If-Match", "*").json(&body);
    change.send().problem(403, "more_than_own");
    grant(&steward, "nothing").problem(422, "invalid_field");
}

#[test]
fn a_role_in_a_course_is_no_role_anywhere_else() {
    let app = TestApp::start();
    let root = admin(&app);
    let course = |name: &str| {
        let body = json!({ "short_name": name, "title": name });
        app.post("/api/courses").by(&root).json(&body).send().status(201).json()["id"].as_u64().unwrap()
    };
    let (here, there) = (course("A"), course("B"));
    let ada = activated(&app, &root, "ada");
    let person = sign_in(&app, "ada");
    let grant = |role: &str| format!("/api/courses/{here}/grants/{ada}/{role}");
    app.put(&grant("assistant")).by(&root).send().status(200);
    app.put(&grant("administrator")).by(&root).send().problem(422, "invalid_field");
    app.get(&format!("/api/courses/{here}")).by(&person).send().status(200);
    app.get(&format!("/api/courses/{there}")).by(&person).send().problem(404, "not_found");
    app.put(&grant("observer")).by(&person).send().problem(403, "forbidden");
    let grants = app.get(&format!("/api/accounts/{ada}/grants")).by(&root).send().status(200).json();
    assert_eq!(grants["courses"], json!([{ "course": here, "role": "assistant" }]));
    app.delete(&grant("assistant")).by(&root).send().status(200);
    app.get(&format!("/api/courses/{here}")).by(&person).send().problem(404, "not_found");
}

#[test]
fn a_role_in_a_course_that_is_gone_is_taken_back() {
    let app = TestApp::start();
    let root = admin(&app);
    let ada = account(&app, &root, "ada");
    let gone = CourseId(77);
    let courses = vec![(gone, RoleName::parse("assistant").unwrap())];
    crate::classroom::store(&app, Grants { user: UserId(ada), site: Vec::new(), courses });
    let grant = format!("/api/courses/{gone}/grants/{ada}/assistant");
    app.put(&grant).by(&root).send().problem(404, "not_found");
    assert_eq!(app.delete(&grant).by(&root).send().status(200).json()["courses"], json!([]));
    app.delete(&grant).by(&root).send().problem(404, "not_found");
}
