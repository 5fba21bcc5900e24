//! A classroom for tests: accounts, a published course with sections and items, people in it, quizzes.

use lyceum::domain::account::{Account, AccountStatus, PersonName, Username};
use lyceum::domain::decimal::Decimal;
use lyceum::domain::ids::{CourseId, QuizId, UserId};
use lyceum::domain::quiz::{GradeMethod, Quiz, ReviewRules};
use lyceum::domain::refusal::Refusal;
use lyceum::domain::rich_text::RichText;
use lyceum::store::Class;
use serde_json::{Value, json};

use crate::support::{Person, TestApp};

/// Somebody with an account, signed in.
pub fn person(app: &TestApp, id: u64, username: &str, site_roles: &[&str]) -> Person {
    let account = Account {
        id: UserId(id),
        username: Username::parse(username).unwrap(),
        email: None,
        first_name: PersonName::parse("Ada").unwrap(),
        last_name: PersonName::parse(username).unwrap(),
        status: AccountStatus::Active,
        activated: None,
        profile: Vec::new(),
        created: app.clock.now(),
        revision: 1,
        preferences: lyceum::domain::preferences::Preferences::default(),
    };
    app.state
        .store
        .write_blocking(Class::Interactive, move |txn| -> Result<(), Refusal> { Ok(txn.put(account)?) })
        .unwrap();
    app.signed_in(UserId(id), site_roles)
}

pub fn admin(app: &TestApp) -> Person {
    person(app, 900_000, "admin", &["administrator"])
}

/// A course in draft; its id.
pub fn draft(app: &TestApp, by: &Person, short_name: &str) -> u64 {
    let body = json!({ "short_name": short_name, "title": format!("About {short_name}") });
    app.post("/api/courses").by(by).json(&body).send().status(201).json()["id"].as_u64().unwrap()
}

pub fn set_status(app: &TestApp, by: &Person, course: u64, status: &str) {
    let path = format!("/api/courses/{course}/status");
    app.put(&path).by(by).header("If-Match", "*").json(&json!({ "status": status })).send().status(200);
}

pub fn published(app: &TestApp, by: &Person, short_name: &str) -> u64 {
    let course = draft(app, by, short_name);
    set_status(app, by, course, "published");
    course
}

pub fn enrol(app: &TestApp, by: &Person, course: u64, user: &Person, role: &str) {
    let body = json!({ "people": [{ "user": user.user, "role": role }] });
    app.post(&format!("/api/courses/{course}/enrolments")).by(by).json(&body).send().status(200);
}

/// A section at the end; its id.
pub fn section(app: &TestApp, by: &Person, course: u64, title: &str) -> u64 {
    let path = format!("/api/courses/{course}/sections");
    let answer = app.post(&path).by(by).json(&json!({ "title": title })).send().status(201);
    answer.json()["id"].as_u64().unwrap()
}

/// An item at the end of a section; its id.
pub fn item(app: &TestApp, by: &Person, section: u64, title: &str, content: &Value) -> u64 {
    let path = format!("/api/sections/{section}/items");
    let body = json!({ "title": title, "content": content });
    app.post(&path).by(by).json(&body).send().status(201).json()["id"].as_u64().unwrap()
}

pub fn page(app: &TestApp, by: &Person, section: u64, title: &str, markdown: &str) -> u64 {
    item(app, by, section, title, &json!({ "kind": "page", "markdown": markdown }))
}

/// A quiz without questions that says it is published: enough for an outline.
pub fn quiz(app: &TestApp, course: u64, id: u64) -> Quiz {
    let quiz = Quiz {
        id: QuizId(id),
        course: CourseId(course),
        name: format!("Quiz {id}"),
        description: RichText::empty(),
        published: true,
        slots: Vec::new(),
        max_points: Decimal::HUNDRED,
        shuffle_questions: false,
        shuffle_options: false,
        opens: None,
        closes: None,
        time_limit_ms: None,
        attempts_allowed: Some(2),
        grade_method: GradeMethod::Highest,
        review: ReviewRules::usual(None),
        access_code: None,
        networks: Vec::new(),
        created: app.clock.now(),
        revision: 1,
        pass_percent: None,
    };
    store(app, quiz.clone());
    quiz
}

/// Stores a record past every rule.
pub fn store<R: lyceum::store::Record>(app: &TestApp, record: R) {
    app.state
        .store
        .write_blocking(Class::Interactive, move |txn| -> Result<(), Refusal> { Ok(txn.put(record)?) })
        .unwrap();
}

pub fn outline(app: &TestApp, by: &Person, course: u64) -> Value {
    app.get(&format!("/api/courses/{course}/outline")).by(by).send().status(200).json()
}

/// The titles of all items in an outline, in order.
pub fn titles(outline: &Value) -> Vec<String> {
    let sections = outline["sections"].as_array().unwrap();
    let items = sections.iter().flat_map(|section| section["items"].as_array().unwrap());
    items.map(|item| item["title"].as_str().unwrap().to_owned()).collect()
}
