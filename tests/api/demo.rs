//! The demo institution: loaded by the rules that everybody keeps to, whole or not at all, into an empty store only.

use std::time::{Duration, Instant};

use lyceum::demo::{self, DemoError};
use lyceum::domain::account_change::AccountInput;
use lyceum::domain::demo::{DEMO_INCOMPLETE, STORE_NOT_EMPTY, begin};
use lyceum::domain::ids::UserId;
use lyceum::domain::refusal::Code;
use lyceum::store::Class;
use serde_json::json;

use crate::support::{Person, TestApp};

fn sign_in(app: &TestApp, username: &str, password: &str) -> Person {
    let body = json!({"username": username, "password": password, "carrier": "bearer"});
    let view = app.post("/api/session").json(&body).send().status(200).json();
    Person {
        user: UserId(view["account"]["id"].as_u64().unwrap()),
        token: view["token"].as_str().unwrap().to_owned(),
    }
}

fn refused_with(outcome: Result<demo::Loaded, DemoError>) -> Code {
    match outcome {
        Err(DemoError::Refused(refusal)) => refusal.code,
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn everybody_named_can_sign_in_and_finds_what_the_files_say() {
    let app = TestApp::start();
    let began = Instant::now();
    let loaded = demo::load(&app.state).unwrap();
    assert!(began.elapsed() < Duration::from_mins(1), "loading took {:?}", began.elapsed());
    assert_eq!((loaded.people, loaded.courses, loaded.questions, loaded.quizzes), (200, 2, 107, 7));

    let mut roles = Vec::new();
    for who in &loaded.welcome.sign_ins {
        let person = sign_in(&app, &who.username, &who.password);
        let courses = app.get("/api/my/courses").by(&person).send().status(200).json();
        let mine = courses["items"].as_array().unwrap();
        roles.push((who.role.name(), mine.len()));
        for course in mine {
            assert_eq!(course["role"], who.role.name(), "{}", who.username);
        }
    }
    assert_eq!(roles.iter().filter(|(role, _)| *role == "learner").count(), 3);
    assert!(roles.iter().all(|(role, mine)| (*mine == 0) == matches!(*role, "administrator" | "observer")));

    // A learner takes the final exam, which closes in a month.
    let learner = loaded.welcome.sign_ins.iter().find(|who| who.username == "maeve.oshea").unwrap();
    let learner = sign_in(&app, &learner.username, &learner.password);
    let courses = app.get("/api/my/courses").by(&learner).send().status(200).json();
    let course =
        courses["items"].as_array().unwrap().iter().find(|it| it["short_name"] == "STAT101").unwrap();
    let course = course["id"].as_u64().unwrap();
    let outline = app.get(&format!("/api/courses/{course}/outline")).by(&learner).send().status(200).json();
    assert_eq!(outline["sections"].as_array().unwrap().len(), 5, "{outline}");
    let quizzes = app.get(&format!("/api/courses/{course}/quizzes")).by(&learner).send().status(200).json();
    let exam = quizzes["items"].as_array().unwrap().iter().find(|it| it["name"] == "Final exam").unwrap();
    assert_eq!((&exam["max_points"], &exam["published"]), (&json!(50.0), &json!(true)));
    assert_eq!(exam["closes"], "2026-10-07T08:00:00.000Z");
    let start = format!("/api/quizzes/{}/attempts", exam["id"]);
    let attempt = app.post(&start).by(&learner).json(&json!({})).send().status(201).json();
    assert_eq!(attempt["slots"].as_array().unwrap().len(), 20);
    assert_eq!(attempt["remaining_ms"], 60 * 60 * 1000);

    // Weights, maxima and letters are those of the file.
    let administrator =
        loaded.welcome.sign_ins.iter().find(|who| who.role.name() == "administrator").unwrap();
    let administrator = sign_in(&app, &administrator.username, &administrator.password);
    let grades = format!("/api/courses/{course}/grades/learners/{}", learner.user);
    let report = app.get(&grades).by(&administrator).send().status(200).json();
    let lines: Vec<(String, f64, u64)> = report["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| {
            let name = line["name"].as_str().unwrap().to_owned();
            (name, line["weight"].as_f64().unwrap(), line["level"].as_u64().unwrap())
        })
        .collect();
    for (name, weight, level) in [("Coursework", 40.0, 1), ("Exam", 60.0, 1), ("Final exam", 1.0, 2)] {
        assert!(lines.contains(&(name.to_owned(), weight, level)), "{name} in {lines:?}");
    }
    let names: Vec<&str> = lines.iter().map(|(name, _, _)| name.as_str()).skip(1).collect();
    assert_eq!(
        names,
        [
            "Coursework",
            "Statistics practice",
            "Portfolio",
            "Found in the wild: a misleading chart",
            "Ten-minute exam",
            "Exam",
            "Mid-term test",
            "Final exam"
        ]
    );
}

/// A quiz of the demo institution, by its name.
fn quiz(app: &TestApp, by: &Person, course: &str, name: &str) -> (u64, u64) {
    let courses = app.get("/api/my/courses").by(by).send().status(200).json();
    let course = courses["items"].as_array().unwrap().iter().find(|it| it["short_name"] == course).unwrap();
    let course = course["id"].as_u64().unwrap();
    let quizzes = app.get(&format!("/api/courses/{course}/quizzes")).by(by).send().status(200).json();
    let quiz = quizzes["items"].as_array().unwrap().iter().find(|it| it["name"] == name).unwrap();
    (course, quiz["id"].as_u64().unwrap())
}

#[test]
fn a_learner_takes_the_exam_and_sees_the_marks_and_the_teacher_sees_the_grade_at_once() {
    let app = TestApp::start();
    let loaded = demo::load(&app.state).unwrap();
    // Everybody signs in with the same password who is not named.
    let learner = sign_in(&app, "aarav.deshmukh", &loaded.welcome.password_of_everybody_else);
    let teacher = sign_in(&app, "tomasz.wisniewski", "thimble-47-orchard-flint");
    let (course, exam) = quiz(&app, &teacher, "STAT101", "Ten-minute exam");

    let start = format!("/api/quizzes/{exam}/attempts");
    let attempt = app.post(&start).by(&learner).json(&json!({})).send().status(201).json();
    let id = attempt["id"].as_u64().unwrap();
    let slots = attempt["slots"].as_array().unwrap();
    let truth = slots.iter().find(|slot| slot["question"]["answer"]["type"] == "truth").unwrap();
    let save = format!("/api/attempts/{id}/slots/{}", truth["slot"]);
    let body = json!({"sequence": 1, "response": {"type": "truth", "value": false}});
    app.put(&save).by(&learner).json(&body).send().status(200);
    let done = app.post(&format!("/api/attempts/{id}/submit")).by(&learner).send().status(200).json();
    assert_eq!(
        (&done["state"], &done["points"], &done["max_points"]),
        (&json!("finished"), &json!(1.0), &json!(10.0))
    );
    let review = app.get(&format!("/api/attempts/{id}/review")).by(&learner).send().status(200).json();
    assert!(review["slots"].as_array().unwrap().iter().all(|slot| slot["right_answer"].is_string()));

    let grades = format!("/api/courses/{course}/grades/learners/{}", learner.user);
    let report = app.get(&grades).by(&teacher).send().status(200).json();
    let line = report["lines"].as_array().unwrap().iter().find(|it| it["name"] == "Ten-minute exam").unwrap();
    assert_eq!(line["points"], 1.0, "{line}");
}

#[test]
fn quizzes_that_are_over_were_taken_and_some_essays_wait_for_a_mark() {
    let app = TestApp::start();
    demo::load(&app.state).unwrap();
    let assistant = sign_in(&app, "amara.okafor", "pebble-29-saddle-quince");
    let (course, test) = quiz(&app, &assistant, "STAT101", "Mid-term test");
    let attempts =
        app.get(&format!("/api/quizzes/{test}/attempts?limit=100")).by(&assistant).send().status(200).json();
    let attempts = attempts["items"].as_array().unwrap();
    assert_eq!(attempts.len(), 32);
    let points: Vec<f64> = attempts.iter().filter_map(|attempt| attempt["points"].as_f64()).collect();
    assert_eq!(points.len(), 24, "the others have an essay that waits");
    let (least, most) = points.iter().fold((20.0_f64, 0.0_f64), |(l, m), p| (l.min(*p), m.max(*p)));
    assert!(least < 10.0 && most > 13.0, "they know more and less: {least} to {most}");
    let waiting =
        app.get(&format!("/api/quizzes/{test}/awaiting-marks")).by(&assistant).send().status(200).json();
    assert_eq!(waiting["items"].as_array().unwrap().len(), 8);

    // A learner sees what came of it, because it has closed.
    let learner = sign_in(&app, "yusuf.rahman", "harbour-tulip-38-anvil");
    let own = app.get(&format!("/api/courses/{course}/grades/me")).by(&learner).send().status(200).json();
    let line = own["lines"].as_array().unwrap().iter().find(|it| it["name"] == "Mid-term test").unwrap();
    assert!(line["points"].is_number(), "{line}");

    let groups = app.get(&format!("/api/courses/{course}/groups")).by(&assistant).send().status(200).json();
    assert_eq!(groups["items"].as_array().unwrap().len(), 2);
    let (_, exam) = quiz(&app, &assistant, "STAT101", "Final exam");
    let others = app.get(&format!("/api/quizzes/{exam}/overrides")).by(&assistant).send().status(200).json();
    assert_eq!(others["items"].as_array().unwrap().len(), 2);

    let administrator = sign_in(&app, "ingrid.solheim", "lantern-gravel-83-oboe");
    let ahead = app.get("/api/readiness").by(&administrator).send().status(200).json();
    let names: Vec<_> = ahead["exams"].as_array().unwrap().iter().map(|exam| &exam["name"]).collect();
    assert!(names.contains(&&json!("Pilot's exam")), "{names:?}");
}

#[test]
fn it_goes_into_an_empty_store_only_and_a_second_start_finds_it() {
    let app = TestApp::start();
    assert!(demo::load_once(&app.state).unwrap().is_some());
    assert!(demo::load_once(&app.state).unwrap().is_none());
    assert_eq!(refused_with(demo::load(&app.state)), STORE_NOT_EMPTY);

    let used = TestApp::start();
    let admin = used.signed_in(UserId(9_001), &["administrator"]);
    let course = json!({"short_name": "C1", "title": "Ours"});
    used.post("/api/courses?teach=false").by(&admin).json(&course).send().status(201);
    assert_eq!(refused_with(demo::load(&used.state)), STORE_NOT_EMPTY);
    assert!(demo::load_once(&used.state).is_err());
}

#[test]
fn half_of_it_is_never_taken_for_a_store_in_use() {
    let app = TestApp::start();
    let now = app.clock.now();
    let first = AccountInput {
        username: "ingrid.solheim".to_owned(),
        first_name: "Ingrid".to_owned(),
        last_name: "Solheim".to_owned(),
        ..AccountInput::default()
    };
    let first = first.parse().unwrap();
    // As far as it comes when the program stops behind the first transaction.
    let began = move |txn: &mut lyceum::store::Txn<'_>| begin(txn, first, "$argon2id$x".to_owned(), now);
    app.state.store.write_blocking(Class::Bulk, began).unwrap();
    assert_eq!(demo::refuse_incomplete(&app.state).unwrap_err().code, DEMO_INCOMPLETE);
    assert_eq!(refused_with(demo::load(&app.state)), DEMO_INCOMPLETE);
    assert!(demo::load_once(&app.state).is_err());
}
