//! What was read can be sent back, what is left out of it is not lost, and nothing is erased but by `null`.

use lyceum::domain::ids::UserId;
use serde_json::{Value, json};

use crate::bank;
use crate::exam::{COURSE, Exam, id, truth, with};
use crate::support::{Answer, TestApp};

#[test]
fn what_is_erased_is_named_and_null() {
    let exam = Exam::new();
    let learner = exam.learner();
    let put = |path: &str, body: &Value| -> Answer {
        exam.app.put(path).by(&exam.teacher).header("If-Match", "*").json(body).send()
    };
    let post = |path: &str, body: &Value| exam.app.post(path).by(&exam.teacher).json(body).send();
    let items = format!("/api/courses/{COURSE}/grades/items");
    let item = id(&post(&items, &json!({ "name": "Talk", "max": 20 })).status(201).json());
    let grade = format!("/api/courses/{COURSE}/grades/learners/{}/items/{item}", learner.user);
    let points = || exam.app.get(&grade).by(&exam.teacher).send().status(200).json()["computed"].clone();
    put(&grade, &json!({ "points": 7 })).status(200);
    let given = points();
    assert!(!given.is_null());
    put(&grade, &json!({})).refused(422, "wrong_shape", "/points");
    let many = format!("/api/courses/{COURSE}/grades/many");
    let one = json!({ "user": learner.user, "item": item });
    post(&many, &json!({ "grades": [one] })).refused(422, "wrong_shape", "/grades/0/points");
    assert_eq!(points(), given);
    let erased = with(&one, &json!({ "points": null }));
    assert_eq!(post(&many, &json!({ "grades": [erased] })).status(200).json()["changed"], 1);
    assert!(points().is_null());

    let key = format!("/api/courses/{COURSE}/key");
    let has_key = |answer: Answer| answer.status(200).json()["staff"]["has_key"].clone();
    assert_eq!(has_key(put(&key, &json!({ "key": "open sesame" }))), true);
    put(&key, &json!({})).refused(422, "wrong_shape", "/key");
    assert_eq!(has_key(exam.app.get(&format!("/api/courses/{COURSE}")).by(&exam.teacher).send()), true);
    assert_eq!(has_key(put(&key, &json!({ "key": null }))), false);

    let folders = format!("/api/courses/{COURSE}/question_categories");
    let folder = id(&post(&folders, &json!({ "name": "Europe" })).status(201).json());
    let question = exam.question(&truth("Is it?", true));
    let place = format!("/api/questions/{question}/category");
    put(&place, &json!({ "category": folder })).status(200);
    put(&place, &json!({})).refused(422, "wrong_shape", "/category");
    let view =
        exam.app.get(&format!("/api/questions/{question}")).by(&exam.teacher).send().status(200).json();
    assert_eq!(view["category"], folder);
    assert!(put(&place, &json!({ "category": null })).status(200).json()["category"].is_null());
}

#[test]
fn a_description_that_was_read_can_be_sent_back_or_left_out() {
    let exam = Exam::new();
    let markdown = json!({ "text": "Read **well** & <b>slowly</b>", "format": "markdown" });
    let quiz = exam.simple_quiz(1, &json!({ "description": markdown }));
    let folders = format!("/api/courses/{COURSE}/question_categories");
    let body = json!({ "name": "Europe", "description": markdown, "id_number": "" });
    let folder = exam.app.post(&folders).by(&exam.teacher).json(&body).send().status(201).json();
    assert!(folder["id_number"].is_null());
    for (path, names) in [
        (format!("/api/quizzes/{quiz}"), ["name", "slots", "published"].as_slice()),
        (format!("{folders}/{}", folder["id"]), ["name"].as_slice()),
    ] {
        let read = || exam.app.get(&path).by(&exam.teacher).send().status(200).json();
        let put = |description: Option<Value>| {
            let before = read();
            let mut body = json!({});
            for name in names {
                body[*name] = before[*name].clone();
            }
            if let Some(description) = description {
                body["description"] = description;
            }
            exam.app.put(&path).by(&exam.teacher).header("If-Match", "*").json(&body).send()
        };
        let shown = read()["description"].clone();
        assert!(shown.as_str().unwrap().contains("<strong>well</strong>"), "{shown}");
        assert_eq!(put(Some(shown.clone())).status(200).json()["description"], shown, "{path}");
        assert_eq!(put(None).status(200).json()["description"], shown, "{path}");
        put(Some(json!(7))).refused(422, "wrong_shape", "/description");
        put(Some(json!({ "text": 7 }))).refused(422, "wrong_shape", "/description/text");
        put(Some(json!({ "format": "html" }))).refused(422, "wrong_shape", "/description/text");
        put(Some(json!(["x"]))).refused(422, "wrong_shape", "/description");
        let long = "x".repeat(70_000);
        put(Some(json!(long))).refused(422, "invalid_field", "/description");
        put(Some(json!({ "text": long }))).refused(422, "invalid_field", "/description/text");
        assert_eq!(put(Some(json!("<i>fast</i>"))).status(200).json()["description"], "<i>fast</i>");
        assert_eq!(put(Some(Value::Null)).status(200).json()["description"], "", "{path}");
    }
}

#[test]
fn learning_records_stay_as_they_are_when_nothing_is_said_of_them() {
    let app = TestApp::start();
    let admin = app.signed_in(UserId(1), &["administrator"]);
    let made = |more: &Value| {
        let short_name = format!("C{}", more.as_object().unwrap().len());
        let body = with(&json!({ "short_name": short_name, "title": "T" }), more);
        app.post("/api/courses?teach=false").by(&admin).json(&body).send().status(201).json()
    };
    assert_eq!(made(&json!({}))["staff"]["learning_records"], false);
    let course = made(&json!({ "learning_records": true }));
    assert_eq!(course["staff"]["learning_records"], true);
    let path = format!("/api/courses/{}", course["id"]);
    let put = |more: &Value| {
        let body = with(&json!({ "short_name": "OTHER", "title": "Other" }), more);
        let request = app.put(&path).by(&admin).header("If-Match", "*").json(&body);
        request.send().status(200).json()["staff"]["learning_records"].clone()
    };
    assert_eq!(put(&json!({})), true);
    assert_eq!(put(&json!({ "learning_records": null })), true);
    assert_eq!(put(&json!({ "learning_records": false })), false);
    assert_eq!(put(&json!({})), false);
}

#[test]
fn places_of_a_new_question_are_inside_of_what_was_sent() {
    let app = TestApp::start();
    let course = bank::course(&app, "GEO");
    let teacher = bank::member(&app, course, 2, "teacher");
    let path = format!("/api/courses/{course}/questions");
    let post = |facts: &Value| {
        let question = with(&bank::capital("x"), facts);
        app.post(&path).by(&teacher).json(&json!({ "question": question })).send()
    };
    let file = |sha256: &str, bytes: u64| json!({ "files": [{ "name": "a.png", "sha256": sha256, "media_type": "image/png", "bytes": bytes }] });
    post(&file(&"a".repeat(64), 1)).refused(422, "invalid_field", "/question/files/0/sha256");
    let upload = app.post(&format!("/api/courses/{course}/question_files?name=a.png")).by(&teacher);
    let known = upload.body("application/octet-stream", "four").send().status(200).json();
    let known = known["sha256"].as_str().unwrap();
    post(&file(known, 5)).refused(422, "invalid_field", "/question/files/0/bytes");
    let numbered = json!({ "id_number": "Q1" });
    let question = id(&post(&numbered).status(201).json());
    post(&numbered).refused(409, "taken", "/question/id_number");
    // What is sent by itself has its places from its beginning.
    let whole = app.put(&format!("/api/questions/{question}")).by(&teacher).header("If-Match", "*");
    let other = with(&bank::capital("x"), &file(known, 5));
    whole.json(&other).send().refused(422, "invalid_field", "/files/0/bytes");

    let numerical = |answer: &Value| post(&json!({ "kind": { "type": "numerical", "answers": [answer] } }));
    let answers = "/question/kind/answers/0";
    numerical(&json!({ "min": "5", "max": "1" })).refused(422, "invalid_field", &format!("{answers}/max"));
    numerical(&json!({ "value": "5", "tolerance": "-1" })).refused(
        422,
        "invalid_field",
        &format!("{answers}/tolerance"),
    );
    numerical(&json!({ "min": "1", "max": "1" })).status(201);
    let long = json!({ "text": { "text": "x".repeat(13_000) } });
    post(&long).refused(422, "invalid_field", "/question");
}
