//! A course with a teacher, learners and questions: what tests about quizzes and attempts begin with.

use std::cell::Cell;

use lyceum::clock::Timestamp;
use lyceum::config::Config;
use lyceum::domain::access::{Actor, RoleName};
use lyceum::domain::bank::{Draft, Pools, change};
use lyceum::domain::course::{Course, CourseStatus, ShortName};
use lyceum::domain::enrolment::{EnrolledBy, Enrolment, EnrolmentStatus};
use lyceum::domain::ids::{CourseId, GroupId, QuestionId, UserId};
use lyceum::domain::refusal::Refusal;
use lyceum::store::Class;
use serde_json::{Value, json};

use crate::support::{Person, Request, TestApp};

pub const COURSE: CourseId = CourseId(900_000);
const ADMIN: UserId = UserId(900_001);
const TEACHER: UserId = UserId(900_002);

pub struct Exam {
    pub app: TestApp,
    pub admin: Person,
    pub teacher: Person,
    next_learner: Cell<u64>,
}

impl Exam {
    pub fn new() -> Self {
        Self::with(|_| {})
    }

    pub fn with(adjust: impl FnOnce(&mut Config)) -> Self {
        let app = TestApp::start_with(adjust);
        let admin = app.signed_in(ADMIN, &["administrator"]);
        let teacher = app.signed_in(TEACHER, &[]);
        let now = app.clock.now();
        app.state
            .store
            .write_blocking(Class::Bulk, move |txn| -> Result<(), Refusal> {
                let mut course =
                    Course::draft(COURSE, ShortName::parse("EX1").unwrap(), "Exams".to_owned(), now);
                course.status = CourseStatus::Published;
                Ok(txn.put(course)?)
            })
            .unwrap();
        let exam = Self { app, admin, teacher, next_learner: Cell::new(901_000) };
        exam.enrol(TEACHER, "teacher");
        exam
    }

    pub fn enrol(&self, user: UserId, role: &str) {
        let enrolled = self.app.clock.now();
        let role = RoleName::parse(role).unwrap();
        let (status, by) = (EnrolmentStatus::Active, EnrolledBy::Teacher);
        let enrolment = Enrolment {
            course: COURSE,
            user,
            role,
            status,
            starts: None,
            ends: None,
            enrolled,
            by,
            revision: 1,
        };
        self.app
            .state
            .store
            .write_blocking(Class::Bulk, move |txn| -> Result<(), Refusal> { Ok(txn.put(enrolment)?) })
            .unwrap();
    }

    pub fn learner(&self) -> Person {
        self.person("learner")
    }

    /// Somebody with a role in the course.
    pub fn person(&self, role: &str) -> Person {
        let user = UserId(self.next_learner.replace(self.next_learner.get() + 1));
        self.enrol(user, role);
        self.app.signed_in(user, &[])
    }

    pub fn group(&self, name: &str, members: &[&Person]) -> GroupId {
        use lyceum::domain::group::{self, GroupName};
        let (name, actor) = (GroupName::parse(name).unwrap(), self.acting_teacher());
        let users: Vec<UserId> = members.iter().map(|person| person.user).collect();
        self.app
            .state
            .store
            .write_blocking(Class::Bulk, move |txn| -> Result<GroupId, Refusal> {
                let group = group::create(txn, &actor, COURSE, name)?.id;
                group::add_members(txn, &actor, COURSE, group, &users)?;
                Ok(group)
            })
            .unwrap()
    }

    pub fn acting_teacher(&self) -> Actor {
        Actor::person(TEACHER, self.app.clock.now())
    }

    /// Puts a question into the bank.
    pub fn question(&self, question: &Value) -> QuestionId {
        let draft = Draft::parse("", &serde_json::from_value(question.clone()).unwrap()).unwrap();
        let actor = self.acting_teacher();
        let store = &self.app.state.store;
        store
            .write_blocking(Class::Bulk, move |txn| change::create(txn, &actor, COURSE, None, "", draft))
            .unwrap()
            .id
    }

    /// Makes a new version of a question.
    pub fn edit_question(&self, id: QuestionId, question: &Value) {
        let draft = Draft::parse("", &serde_json::from_value(question.clone()).unwrap()).unwrap();
        let actor = self.acting_teacher();
        let store = &self.app.state.store;
        store
            .write_blocking(Class::Bulk, move |txn| {
                change::edit(txn, &actor, id, |_| Ok(()), draft, Pools::Kept)
            })
            .unwrap();
    }

    /// A quiz of `count` true-false questions worth a point each ("true" is right), with other facts from `facts`.
    pub fn simple_quiz(&self, count: usize, facts: &Value) -> u64 {
        let slots: Vec<Value> = (0..count)
            .map(|at| json!({ "points": 1, "question": self.question(&truth(&format!("Question {at}"), true)) }))
            .collect();
        self.quiz(&with(&json!({ "slots": slots }), facts))
    }

    pub fn quiz(&self, facts: &Value) -> u64 {
        let facts = with(&json!({ "name": "A quiz", "published": true }), facts);
        let answer = self.create_quiz(&facts).send().status(201).json();
        answer["id"].as_u64().unwrap()
    }

    pub fn create_quiz(&self, facts: &Value) -> Request<'_> {
        self.app.post(&format!("/api/courses/{COURSE}/quizzes")).by(&self.teacher).json(facts)
    }

    pub fn try_start(&self, learner: &Person, quiz: u64) -> Request<'_> {
        self.app.post(&format!("/api/quizzes/{quiz}/attempts")).by(learner).json(&json!({}))
    }

    /// Starts an attempt and gives its view.
    pub fn start(&self, learner: &Person, quiz: u64) -> Value {
        self.try_start(learner, quiz).send().status(201).json()
    }

    pub fn try_save(
        &self,
        learner: &Person,
        attempt: u64,
        slot: usize,
        sequence: u64,
        response: &Value,
    ) -> Request<'_> {
        self.app
            .put(&format!("/api/attempts/{attempt}/slots/{slot}"))
            .by(learner)
            .json(&json!({ "sequence": sequence, "response": response }))
    }

    pub fn save(
        &self,
        learner: &Person,
        attempt: u64,
        slot: usize,
        sequence: u64,
        response: &Value,
    ) -> Value {
        self.try_save(learner, attempt, slot, sequence, response).send().status(200).json()
    }

    pub fn submit(&self, learner: &Person, attempt: u64) -> Value {
        self.app.post(&format!("/api/attempts/{attempt}/submit")).by(learner).send().status(200).json()
    }

    pub fn attempt(&self, person: &Person, attempt: u64) -> Value {
        self.app.get(&format!("/api/attempts/{attempt}")).by(person).send().status(200).json()
    }

    pub fn review(&self, person: &Person, attempt: u64) -> Value {
        self.app.get(&format!("/api/attempts/{attempt}/review")).by(person).send().status(200).json()
    }

    pub fn overview(&self, learner: &Person, quiz: u64) -> Value {
        self.app.get(&format!("/api/quizzes/{quiz}/overview")).by(learner).send().status(200).json()
    }

    pub fn now_plus(&self, ms: u64) -> String {
        self.now().plus(std::time::Duration::from_millis(ms)).to_string()
    }

    pub fn now(&self) -> Timestamp {
        self.app.clock.now()
    }

    pub fn pass(&self, ms: u64) {
        self.app.clock.advance(std::time::Duration::from_millis(ms));
    }

    /// Runs what is due, as the background task does.
    pub fn run_due(&self) -> u64 {
        let state = self.app.state.clone();
        let now = self.now();
        actix_web::rt::System::new()
            .block_on(async move { lyceum::schedule::run_due(&state, now).await })
            .unwrap()
    }

    pub fn set_user_override(&self, quiz: u64, learner: &Person, change: &Value) -> Request<'_> {
        self.app
            .put(&format!("/api/quizzes/{quiz}/overrides/users/{}", learner.user))
            .by(&self.teacher)
            .json(change)
    }

    /// Changes a quiz as it is now.
    pub fn change_quiz(&self, quiz: u64, facts: &Value) -> Request<'_> {
        self.app
            .put(&format!("/api/quizzes/{quiz}"))
            .by(&self.teacher)
            .header("If-Match", "*")
            .json(&with(&json!({ "name": "A quiz", "published": true }), facts))
    }

    /// What the gradebook has of the learner for the quiz.
    pub fn gradebook_points(&self, learner: &Person, quiz: u64) -> Option<String> {
        use lyceum::domain::grade::{entry::Grade, item};
        use lyceum::store::Read as _;
        let user = learner.user;
        self.app.state.store.read(|read| {
            let item = item::of_quiz(read, quiz.into()).unwrap().expect("every quiz has a grade item");
            let grade = read.get::<Grade>(&(COURSE, user, item.id)).unwrap()?;
            grade.given.as_ref().map(|given| given.points.to_string())
        })
    }
}

/// `base` with the fields of `other`.
pub fn with(base: &Value, other: &Value) -> Value {
    let mut merged = base.as_object().unwrap().clone();
    merged.extend(other.as_object().unwrap().clone());
    Value::Object(merged)
}

pub fn truth(text: &str, correct: bool) -> Value {
    json!({
        "name": text, "text": { "text": text }, "general_feedback": { "text": "GENERAL" },
        "kind": { "type": "true_false", "correct": correct,
            "feedback_true": { "text": "SAIDTRUE" }, "feedback_false": { "text": "SAIDFALSE" } }
    })
}

pub fn essay(text: &str) -> Value {
    json!({ "name": text, "text": { "text": text }, "kind": { "type": "essay" } })
}

/// Three right options of equal shares and a wrong one.
pub fn thirds(text: &str) -> Value {
    let option = |name: &str, fraction: f64| json!({ "text": { "text": name }, "fraction": fraction });
    json!({
        "name": text, "text": { "text": text },
        "kind": { "type": "multiple_response", "shuffle": false, "options": [
            option("A", 0.333_333_3), option("B", 0.333_333_3), option("C", 0.333_333_3), option("D", -1.0)
        ] }
    })
}

pub fn says(value: bool) -> Value {
    json!({ "type": "truth", "value": value })
}

pub fn id(view: &Value) -> u64 {
    view["id"].as_u64().unwrap()
}
