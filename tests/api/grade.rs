//! The gradebook over HTTP: structure, grades by hand, overrides, exclusions, release, reports and the matrix.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::unused_self,
    reason = "set-up and readers of tests, outside the functions that the lints know as tests"
)]

use lyceum::domain::access::{LEARNER, RoleName, TEACHER};
use lyceum::domain::account::{Account, AccountStatus, PersonName, Username};
use lyceum::domain::course::{Course, CourseStatus, ShortName};
use lyceum::domain::enrolment::{EnrolledBy, Enrolment, EnrolmentStatus};
use lyceum::domain::grade;
use lyceum::domain::ids::{CourseId, QuizId, UserId};
use lyceum::domain::refusal::Refusal;
use lyceum::store::{Class, Txn};
use serde_json::{Value, json};

use crate::exam::Exam;
use crate::pages::Browser;
use crate::support::{Answer, Person, TestApp};

pub const COURSE: CourseId = CourseId(9_000_001);

/// A published course with a teacher and some learners.
pub struct School {
    pub app: TestApp,
    pub teacher: Person,
    pub learners: Vec<Person>,
}

impl School {
    pub fn open(learners: u64) -> Self {
        Self::with(learners, |_| {})
    }

    pub fn with(learners: u64, adjust: impl FnOnce(&mut lyceum::config::Config)) -> Self {
        let app = TestApp::start_with(adjust);
        let now = app.clock.now();
        let users: Vec<UserId> = (0..learners).map(|place| UserId(9_000_100 + place)).collect();
        let enrolled = users.clone();
        let store = app.state.store.clone();
        let set_up = move |txn: &mut Txn<'_>| -> Result<(), Refusal> {
            let mut course =
                Course::draft(COURSE, ShortName::parse("ALG101").unwrap(), "Algebra".to_owned(), now);
            course.status = CourseStatus::Published;
            txn.put(course)?;
            enrol(txn, UserId(9_000_002), TEACHER, "tess")?;
            for (place, user) in enrolled.iter().enumerate() {
                enrol(txn, *user, LEARNER, &format!("learner{place}"))?;
            }
            Ok(())
        };
        store.write_blocking(Class::Interactive, set_up).unwrap();
        let teacher = app.signed_in(UserId(9_000_002), &[]);
        let learners = users.iter().map(|user| app.signed_in(*user, &[])).collect();
        Self { app, teacher, learners }
    }

    pub fn path(&self, rest: &str) -> String {
        format!("/api/courses/{COURSE}/grades{rest}")
    }

    pub fn category(&self, body: &Value) -> u64 {
        let answer = self.app.post(&self.path("/categories")).by(&self.teacher).json(body).send().status(201);
        answer.json()["id"].as_u64().unwrap()
    }

    pub fn item(&self, body: &Value) -> u64 {
        let answer = self.app.post(&self.path("/items")).by(&self.teacher).json(body).send().status(201);
        answer.json()["id"].as_u64().unwrap()
    }

    pub fn give(&self, learner: usize, item: u64, points: f64) -> Answer {
        let user = self.learners[learner].user;
        let path = self.path(&format!("/learners/{user}/items/{item}"));
        let request = self.app.put(&path).by(&self.teacher).header("If-Match", "*");
        request.json(&json!({ "points": points })).send().status(200)
    }

    pub fn change(&self, path: &str, body: &Value) -> Answer {
        let request = self.app.patch(&self.path(path)).by(&self.teacher).header("If-Match", "*");
        request.json(body).send().status(200)
    }

    pub fn put(&self, path: &str, body: &Value) -> Answer {
        self.app.put(&self.path(path)).by(&self.teacher).header("If-Match", "*").json(body).send()
    }

    pub fn structure(&self) -> Value {
        self.app.get(&self.path("/structure")).by(&self.teacher).send().status(200).json()
    }

    pub fn own(&self, learner: usize) -> Vec<Value> {
        let answer = self.app.get(&self.path("/me")).by(&self.learners[learner]).send().status(200).json();
        answer["lines"].as_array().unwrap().clone()
    }

    pub fn quiz_item(&self, quiz: QuizId, max: i32) -> u64 {
        let now = self.app.clock.now();
        let max = lyceum::domain::decimal::Decimal::from_int(max);
        let says = grade::OfQuiz { quiz, name: "Test", max, published: true };
        let add = move |txn: &mut Txn<'_>| grade::add_quiz_item(txn, COURSE, says, now);
        self.app.state.store.write_blocking(Class::Interactive, add).unwrap().0
    }

    pub fn quiz_result(&self, quiz: QuizId, learner: usize, points: i32) {
        let user = self.learners[learner].user;
        let points = Some(lyceum::domain::decimal::Decimal::from_int(points));
        let give = move |txn: &mut Txn<'_>| grade::quiz_result(txn, COURSE, quiz, user, points);
        self.app.state.store.write_blocking(Class::Exam, give).unwrap();
    }
}

#[test]
fn overview_and_review_have_the_points_that_a_teacher_put_instead() {
    let exam = Exam::new();
    let learner = exam.learner();
    let facts = json!({ "review": { "after_submit": { "marks": true } } });
    let quiz = exam.simple_quiz(1, &facts);
    let attempt = exam.start(&learner, quiz)["id"].as_u64().unwrap();
    exam.submit(&learner, attempt);
    let seen = || {
        let overview = exam.overview(&learner, quiz);
        (overview["points"].clone(), overview["overridden"].clone())
    };
    assert_eq!(seen(), (json!(0.0), json!(null)));
    let review = |person: &Person| exam.review(person, attempt)["overridden"].clone();
    let page = |person: &Person| {
        let answer = Browser::of(&exam.app, person).get(&format!("/attempts/{attempt}/review"));
        let text = crate::pages::text(&answer.status(200));
        ["In your grades", "In the grades"]
            .map(|words| text.contains(&format!("{words}</dt><dd><strong>1 of 1 ")))
    };
    assert_eq!((review(&learner), page(&learner)), (json!(null), [false, false]));
    let at = format!("/api/courses/{}/grades", crate::exam::COURSE);
    let structure = exam.app.get(&format!("{at}/structure")).by(&exam.teacher).send().status(200).json();
    let item = &structure["items"][0]["id"];
    let path = format!("{at}/learners/{}/items/{item}/override", learner.user);
    let put = exam.app.put(&path).by(&exam.teacher).header("If-Match", "*");
    put.json(&json!({ "value": 1, "reason": "was right" })).send().status(200);
    assert_eq!(seen(), (json!(0.0), json!(1.0)));
    let stands = json!({ "points": 1.0, "max_points": 1.0 });
    assert_eq!((review(&learner), page(&learner)), (stands.clone(), [true, false]));
    assert_eq!((review(&exam.teacher), page(&exam.teacher)), (stands.clone(), [false, true]));
    let hide = exam.app.patch(&format!("{at}/items/{item}")).by(&exam.teacher).header("If-Match", "*");
    hide.json(&json!({ "visibility": "hidden" })).send().status(200);
    assert_eq!(seen(), (json!(0.0), json!(null)));
    assert_eq!((review(&learner), page(&learner)), (json!(null), [false, false]));
    assert_eq!(review(&exam.teacher), stands, "who sees all grades sees hidden ones");
    // Where the quiz shows no marks, what stands instead of them is not shown either.
    let show = exam.app.patch(&format!("{at}/items/{item}")).by(&exam.teacher).header("If-Match", "*");
    show.json(&json!({ "visibility": "visible" })).send().status(200);
    assert_eq!(review(&learner), stands);
    let slots =
        exam.app.get(&format!("/api/quizzes/{quiz}")).by(&exam.teacher).send().json()["slots"].clone();
    let facts = json!({ "slots": slots, "review": { "after_submit": { "responses": true } } });
    exam.change_quiz(quiz, &facts).send().status(200);
    assert_eq!((review(&learner), page(&learner)), (json!(null), [false, false]));
}

#[test]
fn a_quiz_is_in_nobodys_grades_before_it_is_published() {
    let exam = Exam::new();
    let learner = exam.learner();
    let quiz = exam.simple_quiz(1, &json!({ "name": "Secret", "published": false }));
    let at = |rest: &str| format!("/api/courses/{}/grades/{rest}", crate::exam::COURSE);
    let read = |person: &Person, path: &str| exam.app.get(path).by(person).send().status(200).json();
    let names = || -> Vec<String> {
        let report = read(&learner, &at("me"));
        let lines = report["lines"].as_array().unwrap();
        lines.iter().map(|line| line["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(), ["Course total"]);
    assert_eq!(read(&exam.teacher, &at("structure"))["items"][0]["draft"], true);
    let change = |published: bool| {
        let slots = read(&exam.teacher, &format!("/api/quizzes/{quiz}"))["slots"].clone();
        let facts = json!({ "name": "Secret", "published": published, "slots": slots });
        exam.change_quiz(quiz, &facts).send().status(200);
    };
    change(true);
    assert_eq!(names(), ["Course total", "Secret"]);
    assert_eq!(read(&exam.teacher, &at("structure"))["items"][0]["draft"], false);
    change(false);
    assert_eq!(names(), ["Course total"]);
}

fn enrol(txn: &mut Txn<'_>, user: UserId, role: &str, username: &str) -> Result<(), Refusal> {
    let now = lyceum::clock::Timestamp::EPOCH;
    txn.put(Account {
        id: user,
        username: Username::parse(username).unwrap(),
        email: None,
        first_name: PersonName::parse(username).unwrap(),
        last_name: PersonName::parse("Example").unwrap(),
        status: AccountStatus::Active,
        activated: None,
        profile: Vec::new(),
        created: now,
        revision: 1,
        preferences: lyceum::domain::preferences::Preferences::default(),
    })?;
    txn.put(Enrolment {
        course: COURSE,
        user,
        role: RoleName::parse(role).unwrap(),
        status: EnrolmentStatus::Active,
        starts: None,
        ends: None,
        enrolled: now,
        by: EnrolledBy::Teacher,
        revision: 1,
    })?;
    Ok(())
}

#[test]
fn a_gradebook_is_built_graded_and_read_as_in_the_handbook() {
    let school = School::open(2);
    let coursework = school.category(&json!({ "name": "Coursework", "weight": 40, "drop_lowest": 1 }));
    let exam = school.category(&json!({ "name": "Exam", "weight": 60 }));
    let root = school.structure()["root"].as_u64().unwrap();
    school.change(&format!("/categories/{root}"), &json!({ "method": "weighted_mean" }));
    let plots: Vec<u64> = (1..=3)
        .map(|n| school.item(&json!({ "name": format!("Plot {n}"), "max": 20, "category": coursework })))
        .collect();
    let bonus =
        school.item(&json!({ "name": "Bonus", "max": 2.5, "category": coursework, "extra_credit": true }));
    let paper = school.item(&json!({ "name": "Paper", "max": 50, "category": exam }));
    for (item, points) in [(plots[0], 10.0), (plots[1], 18.0), (plots[2], 16.0), (bonus, 2.0), (paper, 35.0)]
    {
        school.give(0, item, points);
    }
    let lines = school.own(0);
    let names: Vec<&str> = lines.iter().map(|line| line["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Course total", "Coursework", "Plot 1", "Plot 2", "Plot 3", "Bonus", "Exam", "Paper"]);
    assert_eq!(lines[0]["percentage"], 78.0);
    assert_eq!((&lines[0]["shown"], &lines[0]["letter"]), (&json!("78.00"), &json!("C")));
    assert_eq!((&lines[1]["points"], &lines[1]["max"]), (&json!(36.0), &json!(40.0)));
    assert_eq!(lines[2]["part"], "dropped");
    assert!(school.own(1).iter().all(|line| line["points"].is_null()));
}

#[test]
fn a_change_names_the_revision_that_was_read() {
    let school = School::open(1);
    let item = school.item(&json!({ "name": "Essay", "max": 10 }));
    let path = school.path(&format!("/items/{item}"));
    let app = &school.app;
    let weigh = |tag: &str, weight: u32| {
        let request = app.patch(&path).by(&school.teacher).json(&json!({ "weight": weight }));
        if tag.is_empty() { request.send() } else { request.header("If-Match", tag).send() }
    };
    let patch = |tag: &str| weigh(tag, 3);
    patch("").problem(428, "precondition_required");
    assert_eq!(weigh("\"1\"", 2).status(200).header("etag"), Some("\"2\""));
    patch("\"1\"").problem(412, "changed");
    // RFC 9110: one of a list is enough, a weak tag is never the same, and a tag has quotes.
    assert_eq!(patch("\"1\", \"2\"").status(200).header("etag"), Some("\"3\""));
    patch("\"1\", \"2\"").problem(412, "changed");
    patch("W/\"3\"").problem(412, "changed");
    for malformed in ["3", "+3", "\"3", "W/3"] {
        assert_eq!(patch(malformed).problem(422, "invalid_field")["errors"][0]["at"], "If-Match");
    }
    let grade = school.path(&format!("/learners/{}/items/{item}", school.learners[0].user));
    let put = |tag: &str, points: i32| {
        app.put(&grade).by(&school.teacher).header("If-Match", tag).json(&json!({ "points": points })).send()
    };
    assert_eq!(put("\"0\"", 7).status(200).header("etag"), Some("\"1\""));
    put("\"0\"", 8).problem(412, "changed");
    let read = app.get(&grade).by(&school.teacher).send().status(200);
    assert_eq!((read.header("etag"), &read.json()["computed"]), (Some("\"1\""), &json!(7.0)));
}

#[test]
fn input_that_makes_no_sense_is_refused_with_its_place() {
    let school = School::open(1);
    let post = |path: &str, body: Value| {
        let problem = school.app.post(&school.path(path)).by(&school.teacher).json(&body).send();
        problem.problem(422, "invalid_field")["errors"][0]["at"].as_str().unwrap().to_owned()
    };
    assert_eq!(post("/items", json!({ "max": 10 })), "/name");
    assert_eq!(post("/items", json!({ "name": "A" })), "/max");
    assert_eq!(post("/items", json!({ "name": "A", "max": 0 })), "/max");
    assert_eq!(post("/items", json!({ "name": "A", "max": 1, "weight": -1 })), "/weight");
    assert_eq!(post("/items", json!({ "name": "A", "max": 1, "category": 77 })), "/category");
    assert_eq!(post("/categories", json!({ "name": "A", "drop_lowest": 21 })), "/drop_lowest");
    let item = school.item(&json!({ "name": "A", "max": 10 }));
    let user = school.learners[0].user;
    assert_eq!(post("/many", json!({ "grades": [] })), "/grades");
    let grades = json!({ "grades": [{ "user": user, "item": item, "points": 1 },
        { "user": user, "item": item, "points": 11 }] });
    assert_eq!(post("/many", grades), "/grades/1/points");
    let grades = json!({ "grades": [{ "user": 5, "item": item, "points": 1 }] });
    assert_eq!(post("/many", grades), "/grades/0/user");
    let order = school.structure()["root"].as_u64().unwrap();
    school
        .put(&format!("/categories/{order}/order"), &json!({ "children": [] }))
        .problem(422, "invalid_field");
    let letters = json!({ "letters": [{ "letter": "pass", "lower": 50 }] });
    school.put("/scale", &letters).problem(422, "invalid_field");
}

#[test]
fn what_finds_no_room_is_refused_with_its_place() {
    let exam = Exam::new();
    let at = |rest: &str| format!("/api/courses/{}/grades{rest}", crate::exam::COURSE);
    let post = |path: &str, body: &Value| exam.app.post(&at(path)).by(&exam.teacher).json(body).send();
    let item = |name: &str| json!({ "name": name, "max": 10 });
    for number in 0..99 {
        post("/items", &item(&format!("Item {number}"))).status(201);
    }
    let other = post("/categories", &json!({ "name": "Other" })).status(201).json()["id"].clone();
    let inside = crate::exam::with(&item("Inside"), &json!({ "category": other }));
    let inside = id_of(&post("/items", &inside).status(201).json());
    let deeper = id_of(&post("/categories", &json!({ "name": "In", "parent": other })).status(201).json());
    let refused = |answer: Answer| {
        let refused = answer.problem(409, "gradebook_full");
        assert!(refused["errors"][0]["problem"].as_str().unwrap().contains("holds 100 items"), "{refused}");
        refused["errors"][0]["at"].as_str().unwrap().to_owned()
    };
    assert_eq!(refused(post("/items", &item("One more"))), "/category");
    assert_eq!(refused(post("/categories", &json!({ "name": "One more" }))), "/parent");
    // Of a quiz there is no other place to choose: all of it finds no room.
    assert_eq!(refused(exam.create_quiz(&json!({ "name": "One more", "slots": [] })).send()), "");
    let root = exam.app.get(&at("/structure")).by(&exam.teacher).send().json()["root"].clone();
    let change = |path: &str, body: &Value| {
        exam.app.patch(&at(path)).by(&exam.teacher).header("If-Match", "*").json(body).send()
    };
    let moved = change(&format!("/items/{inside}"), &json!({ "category": root }));
    assert_eq!(refused(moved), "/category");
    let moved = change(&format!("/categories/{deeper}"), &json!({ "parent": root }));
    assert_eq!(refused(moved), "/parent");
}

fn id_of(view: &Value) -> u64 {
    view["id"].as_u64().unwrap()
}

#[test]
fn many_grades_are_given_at_once_or_none_and_twice_is_once() {
    let school = School::open(3);
    let item = school.item(&json!({ "name": "Essay", "max": 10 }));
    let grades: Vec<Value> = school
        .learners
        .iter()
        .map(|learner| json!({ "user": learner.user, "item": item, "points": 7.5 }))
        .collect();
    let send = || {
        let request = school.app.post(&school.path("/many")).by(&school.teacher);
        request.json(&json!({ "grades": grades })).send().status(200).json()["changed"].clone()
    };
    assert_eq!(send(), 3);
    assert_eq!(send(), 0);
    assert_eq!(school.own(2)[0]["percentage"], 75.0);
}

#[test]
fn an_override_survives_a_submission_and_its_history_is_kept() {
    let school = School::open(1);
    let quiz = QuizId(77);
    let item = school.quiz_item(quiz, 10);
    school.quiz_result(quiz, 0, 4);
    let at = format!("/learners/{}/items/{item}", school.learners[0].user);
    let body = json!({ "value": 7, "reason": "question 3 was wrong" });
    school.put(&format!("{at}/override"), &body).status(200);
    school.quiz_result(quiz, 0, 5);
    let lines = school.own(0);
    assert_eq!((&lines[1]["points"], &lines[1]["computed"]), (&json!(7.0), &json!(5.0)));
    assert_eq!(lines[1]["overridden"]["reason"], "question 3 was wrong");
    assert!(lines[1]["overridden"]["by"].is_null(), "who did it is for teachers");
    assert_eq!(lines[0]["points"], 7.0);
    let remove = school.app.delete(&school.path(&format!("{at}/override"))).by(&school.teacher);
    remove.header("If-Match", "*").send().status(200);
    assert_eq!(school.own(0)[0]["points"], 5.0);
    let history = school.app.get(&school.path(&format!("{at}/history"))).by(&school.teacher).send();
    let history = history.status(200).json()["items"].clone();
    assert_eq!(history.as_array().unwrap().len(), 2);
    assert_eq!((&history[0]["from"], &history[0]["to"]), (&json!(4.0), &json!(7.0)));
    assert_eq!(history[0]["by"], school.teacher.user.0);
    // What there is not has no history: another sort, another item, nobody's.
    let user = school.learners[0].user;
    for at in [
        format!("/learners/{user}/categories/{item}"),
        format!("/learners/{user}/items/999999"),
        format!("/learners/999999/items/{item}"),
    ] {
        school
            .app
            .get(&school.path(&format!("{at}/history")))
            .by(&school.teacher)
            .send()
            .problem(404, "not_found");
    }
    school.put(&format!("/learners/{user}/items/999999"), &json!({ "points": 3 })).problem(404, "not_found");
    school.put(&at, &json!({ "points": 3 })).problem(409, "grade_item_of_quiz");
    school.put(&format!("{at}/override"), &json!({ "value": 11 })).problem(422, "invalid_field");
}

#[test]
fn a_total_is_overridden_as_a_percentage_and_an_exclusion_is_for_one_learner() {
    let school = School::open(2);
    let part = school.category(&json!({ "name": "Part" }));
    let (a, b) = (
        school.item(&json!({ "name": "A", "max": 10, "category": part })),
        school.item(&json!({ "name": "B", "max": 30 })),
    );
    for learner in 0..2 {
        school.give(learner, a, 5.0);
        school.give(learner, b, 15.0);
    }
    let user = school.learners[0].user;
    let body = json!({ "value": 80, "reason": "" });
    school.put(&format!("/learners/{user}/categories/{part}/override"), &body).status(200);
    assert_eq!(school.own(0)[0]["points"], 23.0);
    let body = json!({ "excluded": true, "reason": "was ill" });
    school.put(&format!("/learners/{user}/items/{b}/exclusion"), &body).status(200);
    let total = &school.own(0)[0];
    assert_eq!((&total["points"], &total["max"]), (&json!(8.0), &json!(10.0)));
    assert_eq!(school.own(1)[0]["points"], 20.0);
}

#[test]
fn what_is_hidden_is_neither_seen_nor_worked_out_until_it_is_released() {
    let school = School::open(1);
    let a = school.item(&json!({ "name": "A", "max": 10 }));
    let secret = school.item(&json!({ "name": "Secret", "max": 10, "visibility": "hidden" }));
    school.give(0, a, 5.0);
    school.give(0, secret, 9.0);
    let lines = school.own(0);
    assert_eq!(lines.len(), 2);
    assert_eq!(
        (&lines[0]["withheld"], &lines[0]["points"], &lines[0]["max"]),
        (&json!(true), &Value::Null, &Value::Null)
    );
    assert!(lines[1]["part"].is_null());
    let path = school.path(&format!("/learners/{}", school.learners[0].user));
    let seen = school.app.get(&path).by(&school.teacher).send().status(200).json();
    assert_eq!((&seen["lines"][0]["points"], &seen["lines"][2]["hidden"]), (&json!(14.0), &json!(true)));
    let release = school.path(&format!("/items/{secret}/release"));
    school.app.post(&release).by(&school.teacher).send().status(204);
    school.app.post(&release).by(&school.teacher).send().status(204);
    assert_eq!(school.own(0)[0]["points"], 14.0);
}

#[test]
fn what_is_hidden_until_a_time_shows_itself_then_although_the_report_was_prepared_before() {
    let school = School::open(1);
    let until = school.app.clock.now().plus(std::time::Duration::from_mins(10));
    let item = json!({ "name": "A", "max": 10, "visibility": { "hidden_until": until } });
    let item = school.item(&item);
    school.give(0, item, 5.0);
    assert_eq!(school.own(0).len(), 1);
    school.app.clock.advance(std::time::Duration::from_mins(9));
    assert_eq!(school.own(0).len(), 1);
    school.app.clock.advance(std::time::Duration::from_mins(1));
    assert_eq!(school.own(0)[0]["points"], 5.0);
}

#[test]
fn a_report_that_did_not_change_is_not_sent_again_and_one_that_did_is_never_stale() {
    let school = School::open(1);
    let item = school.item(&json!({ "name": "A", "max": 10 }));
    school.give(0, item, 5.0);
    let read = |tag: &str| {
        school.app.get(&school.path("/me")).by(&school.learners[0]).header("If-None-Match", tag).send()
    };
    let tag = read("\"x\"").status(200).header("etag").unwrap().to_owned();
    assert!(read(&tag).status(304).bytes.is_empty());
    school.give(0, item, 6.0);
    assert_eq!(read(&tag).status(200).json()["lines"][0]["points"], 6.0);
    school.change(&format!("/items/{item}"), &json!({ "max": 12 }));
    assert_eq!(read(&tag).status(200).json()["lines"][0]["max"], 12.0);
}

#[test]
fn the_matrix_has_learners_only_and_pages_over_all_of_them() {
    let school = School::open(5);
    let item = school.item(&json!({ "name": "A", "max": 10 }));
    for learner in 0..5 {
        school.give(learner, item, 5.0);
    }
    let mut seen = Vec::new();
    let mut path = school.path("?limit=2");
    loop {
        let page = school.app.get(&path).by(&school.teacher).send().status(200);
        for line in page.json()["items"].as_array().unwrap() {
            assert_eq!(line["items"][0]["points"], 5.0);
            assert_eq!((&line["categories"][0]["shown"], &line["letter"]), (&json!("50.00"), &json!("E")));
            seen.push(line["username"].as_str().unwrap().to_owned());
        }
        match page.json()["next"].as_str() {
            Some(next) => path = school.path(&format!("?limit=2&after={next}")),
            None => break,
        }
    }
    assert_eq!(seen, ["learner0", "learner1", "learner2", "learner3", "learner4"]);
}

#[test]
fn left_out_is_what_somebody_left_out_in_every_answer() {
    let school = School::open(1);
    let part = school.category(&json!({ "name": "Part" }));
    let item = school.item(&json!({ "name": "A", "max": 10, "category": part }));
    school.give(0, item, 5.0);
    let user = school.learners[0].user;
    // The item, the category that holds nothing else, and what became of that in the course.
    let said = || {
        let get =
            |path: &str| school.app.get(&school.path(path)).by(&school.teacher).send().status(200).json();
        let report = get(&format!("/learners/{user}"))["lines"].clone();
        let matrix = get("?limit=10")["items"][0].clone();
        let lines = [&report[1]["excluded"], &report[2]["excluded"]].map(Clone::clone);
        let cells = [&matrix["categories"][1]["excluded"], &matrix["items"][0]["excluded"]].map(Clone::clone);
        assert_eq!(lines, cells);
        (lines, report[1]["part"].clone())
    };
    let (lines, counts) = said();
    assert_eq!(lines, [json!(false), json!(false)]);
    let exclude = |what: &str, excluded: bool| {
        let body = json!({ "excluded": excluded, "reason": "" });
        school.put(&format!("/learners/{user}/{what}/exclusion"), &body).status(200);
    };
    exclude(&format!("items/{item}"), true);
    let (lines, out) = said();
    assert_eq!(lines, [json!(false), json!(true)]);
    assert_ne!(out, counts, "the category counts for nothing then, which its part says");
    exclude(&format!("items/{item}"), false);
    exclude(&format!("categories/{part}"), true);
    let (lines, _) = said();
    assert_eq!(lines, [json!(true), json!(false)]);
}

#[test]
fn who_is_in_no_list_of_the_gradebook_gets_no_grades() {
    let school = School::open(1);
    let part = school.category(&json!({ "name": "Part" }));
    let item = school.item(&json!({ "name": "Essay", "max": 10 }));
    let (teacher, learner) = (school.teacher.user, school.learners[0].user);
    let why = "is enrolled as teacher and has no grades here";
    let refused = |path: &str, body: &Value| {
        let problem = school.put(path, body).problem(404, "not_found");
        assert_eq!(problem["detail"], format!("user {teacher} {why}"), "{path}");
    };
    refused(&format!("/learners/{teacher}/items/{item}"), &json!({ "points": 5 }));
    for node in [format!("items/{item}"), format!("categories/{part}")] {
        refused(&format!("/learners/{teacher}/{node}/override"), &json!({ "value": 5, "reason": "" }));
        refused(&format!("/learners/{teacher}/{node}/exclusion"), &json!({ "excluded": true, "reason": "" }));
    }
    let many = json!({ "grades": [{ "user": learner, "item": item, "points": 4 },
        { "user": teacher, "item": item, "points": 5 }] });
    let problem = school.app.post(&school.path("/many")).by(&school.teacher).json(&many).send();
    let problem = problem.problem(422, "invalid_field");
    let expected = json!({ "at": "/grades/1/user", "problem": format!("names {teacher}, who {why}") });
    assert_eq!(problem["errors"][0], expected);
    let file = format!("user_id,Essay\n{learner},7\n{teacher},7\n");
    let import = school.app.post(&school.path("/import")).by(&school.teacher);
    let problem = import.body("text/csv", file.as_bytes()).send().problem(422, "grade_import_refused");
    assert_eq!(problem["errors"], json!([{ "at": "line 3", "problem": format!("user {teacher} {why}") }]));
    // What is there from before is taken back all the same.
    school.put(&format!("/learners/{teacher}/items/{item}"), &json!({ "points": null })).status(200);
}

#[test]
fn structure_is_moved_ordered_and_removed() {
    let school = School::open(1);
    let part = school.category(&json!({ "name": "Part" }));
    let a = school.item(&json!({ "name": "A", "max": 10 }));
    let b = school.item(&json!({ "name": "B", "max": 10 }));
    let root = school.structure()["root"].as_u64().unwrap();
    school.put(&format!("/categories/{root}/order"), &json!({ "children": [b, part, a] })).status(200);
    school.change(&format!("/items/{a}"), &json!({ "category": part }));
    let structure = school.structure();
    assert_eq!(structure["categories"][0]["children"], json!([b, part]));
    assert_eq!(structure["categories"][1]["children"], json!([a]));
    assert_eq!(structure["categories"][0]["max"], 20.0);
    let delete =
        |path: &str| school.app.delete(&school.path(path)).by(&school.teacher).header("If-Match", "*").send();
    delete(&format!("/categories/{part}")).problem(409, "grade_category_not_empty");
    delete(&format!("/items/{a}")).status(204);
    delete(&format!("/categories/{part}")).status(204);
    delete(&format!("/categories/{root}")).problem(409, "grade_category_not_empty");
    assert_eq!(school.structure()["categories"].as_array().unwrap().len(), 1);
}

#[test]
fn letters_are_the_courses_own() {
    let school = School::open(1);
    let item = school.item(&json!({ "name": "A", "max": 8 }));
    school.give(0, item, 5.0);
    let body = json!({ "letters": [{ "letter": "passed", "lower": 62.5 }, { "letter": "failed", "lower": 0 }],
        "decimals": 1 });
    school.put("/scale", &body).status(200);
    let total = &school.own(0)[0];
    assert_eq!((&total["letter"], &total["shown"]), (&json!("passed"), &json!("62.5")));
}

#[test]
fn a_letter_is_a_line_that_is_seen() {
    let school = School::open(1);
    for letter in ["a\0", "a\nb", "\u{200b}", "\u{202e}a", ""] {
        let body = json!({ "letters": [{ "letter": letter, "lower": 50 }, { "letter": "F", "lower": 0 }] });
        let problem = school.put("/scale", &body).problem(422, "invalid_field");
        assert_eq!(problem["errors"][0]["at"], "/letters/0/letter", "{letter:?}");
    }
    let twice =
        json!({ "letters": [{ "letter": "\u{e9}", "lower": 50 }, { "letter": "e\u{301}", "lower": 0 }] });
    assert_eq!(
        school.put("/scale", &twice).problem(422, "invalid_field")["errors"][0]["at"],
        "/letters/1/letter"
    );
}

#[test]
fn a_change_that_changes_nothing_leaves_the_revision_so_that_nobody_elses_is_refused() {
    let school = School::open(1);
    let category = school.category(&json!({ "name": "Coursework", "weight": 2 }));
    let inside = |name: &str| school.item(&json!({ "name": name, "max": 10, "category": category }));
    let (essay, talk) = (inside("Essay"), inside("Talk"));
    let letters = json!({ "letters": [{ "letter": "pass", "lower": 50 }, { "letter": "fail", "lower": 0 }] });
    school.put("/scale", &letters).status(200);
    let (item, group) =
        (school.path(&format!("/items/{essay}")), school.path(&format!("/categories/{category}")));
    let same = json!({ "name": "Essay", "max": 10, "category": category });
    let order = format!("{group}/order");
    for (method, at, read, body) in [
        ("PATCH", &item, &item, json!({})),
        ("PATCH", &item, &item, same),
        ("PATCH", &group, &group, json!({})),
        ("PATCH", &group, &group, json!({ "name": "Coursework", "weight": 2, "method": "sum" })),
        ("PUT", &order, &group, json!({ "children": [essay, talk] })),
        ("PUT", &school.path("/scale"), &school.path("/scale"), letters),
    ] {
        let etag = || {
            let answer = school.app.get(read).by(&school.teacher).send().status(200);
            answer.header("etag").unwrap().to_owned()
        };
        let before = etag();
        let request = school.app.request(method, at).by(&school.teacher).header("If-Match", &before);
        assert_eq!(request.json(&body).send().status(200).header("etag"), Some(&*before), "{at} {body}");
        assert_eq!(etag(), before, "{at} {body}");
    }
}

#[test]
fn a_learner_sees_their_own_grades_and_nothing_else() {
    let school = School::open(2);
    let item = school.item(&json!({ "name": "A", "max": 8 }));
    let (me, other) = (&school.learners[0], school.learners[1].user);
    for path in [String::new(), "/structure".to_owned(), "/export".to_owned(), format!("/learners/{other}")] {
        school.app.get(&school.path(&path)).by(me).send().problem(403, "forbidden");
    }
    let body = json!({ "points": 8 });
    let at = school.path(&format!("/learners/{}/items/{item}", me.user));
    school.app.put(&at).by(me).header("If-Match", "*").json(&body).send().problem(403, "forbidden");
    let stranger = school.app.signed_in(UserId(9_999_999), &[]);
    school.app.get(&school.path("/me")).by(&stranger).send().problem(404, "not_found");
    school.app.get(&school.path("/me")).by(&school.teacher).send().problem(403, "forbidden");
    school.app.get(&school.path("/me")).send().problem(401, "unauthenticated");
}

#[test]
fn categories_and_letters_are_changed_by_who_read_them_as_they_are() {
    let school = School::open(1);
    let category = school.category(&json!({ "name": "Coursework" }));
    let inside = |name: &str| school.item(&json!({ "name": name, "max": 10, "category": category }));
    let (essay, talk) = (inside("Essay"), inside("Talk"));
    let path = |rest: &str| school.path(&format!("/categories/{category}{rest}"));
    let letters = json!({ "letters": [{ "letter": "pass", "lower": 50 }, { "letter": "fail", "lower": 0 }] });
    let cases = [
        ("PATCH", path(""), path(""), json!({ "name": "Plots" })),
        ("PUT", path("/order"), path(""), json!({ "children": [talk, essay] })),
        ("PUT", school.path("/scale"), school.path("/scale"), letters),
    ];
    for (method, at, read, body) in cases {
        let send = |tag: Option<&str>| {
            let request = school.app.request(method, &at).by(&school.teacher).json(&body);
            match tag {
                Some(tag) => request.header("If-Match", tag).send(),
                None => request.send(),
            }
        };
        let etag = || {
            let answer = school.app.get(&read).by(&school.teacher).send().status(200);
            let tag = answer.header("etag").unwrap().to_owned();
            assert_eq!(tag, format!("\"{}\"", answer.json()["revision"]));
            tag
        };
        let before = etag();
        send(None).problem(428, "precondition_required");
        send(Some("\"77\"")).problem(412, "changed");
        send(Some("abc")).problem(422, "invalid_field");
        assert_eq!(etag(), before, "{method} {at}: what is refused changes nothing");
        let answer = send(Some(&before)).status(200);
        assert_ne!(answer.header("etag"), Some(&*before));
        assert_eq!(answer.header("etag"), Some(&*etag()));
        send(Some(&before)).problem(412, "changed");
        send(Some("*")).status(200);
    }
    let empty = school.category(&json!({ "name": "Empty" }));
    let remove = || school.app.delete(&school.path(&format!("/categories/{empty}"))).by(&school.teacher);
    remove().send().problem(428, "precondition_required");
    remove().header("If-Match", "\"2\"").send().problem(412, "changed");
    remove().header("If-Match", "\"1\"").send().status(204);
}

#[test]
fn the_history_of_a_grade_comes_in_pages_oldest_first() {
    let school = School::open(2);
    let item = school.item(&json!({ "name": "Essay", "max": 10 }));
    for points in 1..=5_i32 {
        school.give(0, item, points.into());
        school.give(1, item, 10.0 - f64::from(points));
    }
    let path = school.path(&format!("/learners/{}/items/{item}/history", school.learners[0].user));
    let (mut found, mut pages, mut query) = (Vec::new(), 0, "?limit=2".to_owned());
    loop {
        let answer = school.app.get(&format!("{path}{query}")).by(&school.teacher).send().status(200);
        let page = answer.json();
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 2);
        found.extend(items.iter().map(|change| change["to"].as_f64().unwrap()));
        pages += 1;
        let Some(next) = page["next"].as_str() else {
            assert_eq!(answer.header("link"), None);
            break;
        };
        assert!(answer.header("link").unwrap().contains("rel=\"next\""));
        query = format!("?limit=2&after={next}");
    }
    assert_eq!((found, pages), (vec![1.0, 2.0, 3.0, 4.0, 5.0], 3));
    let refused = |query: &str| {
        school.app.get(&format!("{path}{query}")).by(&school.teacher).send().problem(422, "invalid_field");
    };
    refused("?limit=0");
    refused("?after=nonsense");
    school.app.get(&path).by(&school.learners[0]).send().problem(403, "forbidden");
}

#[test]
fn the_matrix_comes_by_name_in_pages_and_a_course_that_is_too_large_for_that_says_so() {
    let school = School::open(5);
    school.item(&json!({ "name": "A", "max": 10 }));
    let names = [("Zoe", "Adams"), ("ada", "young"), ("Ada", "Young"), ("Bo", "adams"), ("Cy", "Baker")];
    let users: Vec<UserId> = school.learners.iter().map(|learner| learner.user).collect();
    let rename = move |txn: &mut Txn<'_>| -> Result<(), Refusal> {
        for (user, (first, last)) in users.iter().zip(names) {
            let account = lyceum::domain::account::get(txn, *user)?;
            let first_name = PersonName::parse(first).unwrap();
            let last_name = PersonName::parse(last).unwrap();
            txn.put(Account { first_name, last_name, ..account.as_ref().clone() })?;
        }
        Ok(())
    };
    let store = &school.app.state.store;
    store.write_blocking(Class::Interactive, rename).unwrap();
    let (mut seen, mut pages, mut path) = (Vec::new(), 0, school.path("?sort=name&limit=2"));
    loop {
        let answer = school.app.get(&path).by(&school.teacher).send().status(200);
        let page = answer.json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|line| line["username"].clone()));
        pages += 1;
        let Some(next) = page["next"].as_str() else { break };
        path = school.path(&format!("?sort=name&limit=2&after={next}"));
        assert!(answer.header("link").unwrap().contains(&path));
    }
    assert_eq!(seen, ["learner3", "learner0", "learner4", "learner1", "learner2"]);
    assert_eq!(pages, 3);
    let refused = |path: &str, status: u16, code: &str| {
        school.app.get(&school.path(path)).by(&school.teacher).send().problem(status, code);
    };
    refused("?sort=name&after=nonsense", 422, "invalid_field");
    school.app.get(&school.path("?sort=name")).by(&school.learners[0]).send().problem(403, "forbidden");

    let many = |txn: &mut Txn<'_>| -> Result<(), Refusal> {
        for user in 0..2_000 {
            txn.put(Enrolment {
                course: COURSE,
                user: UserId(9_100_000 + user),
                role: RoleName::parse(LEARNER).unwrap(),
                status: EnrolmentStatus::Active,
                starts: None,
                ends: None,
                enrolled: lyceum::clock::Timestamp::EPOCH,
                by: EnrolledBy::Import,
                revision: 1,
            })?;
        }
        Ok(())
    };
    store.write_blocking(Class::Bulk, many).unwrap();
    refused("?sort=name", 409, "too_many_to_sort");
    school.app.get(&school.path("")).by(&school.teacher).send().status(200);
}
