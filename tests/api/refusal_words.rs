//! A refusal says in the language that is asked for what programs read in English.

use serde_json::{Value, json};

use crate::exam::{COURSE, Exam, id};

#[test]
fn a_refusal_comes_with_words_in_the_language_that_is_asked_for() {
    let exam = Exam::new();
    let learner = exam.learner();
    let items = format!("/api/courses/{COURSE}/grades/items");
    let body = json!({ "name": "Talk", "max": 20 });
    let item = id(&exam.app.post(&items).by(&exam.teacher).json(&body).send().status(201).json());
    let path = format!("/api/courses/{COURSE}/grades/learners/{}/items/{item}", learner.user);
    let refused = |language: Option<&str>, points: &Value| {
        let mut request = exam.app.put(&path).by(&exam.teacher).header("If-Match", "*");
        if let Some(language) = language {
            request = request.header("Accept-Language", language);
        }
        request.json(&json!({ "points": points })).send().status(422).json()
    };
    let plain =
        |problem: &Value| problem["words"].as_str().unwrap_or_default().replace(['\u{2068}', '\u{2069}'], "");
    let english = refused(Some("fr, en;q=0.5"), &json!(25));
    assert_eq!(plain(&english), "Is 25, not between 0 and 20, the item's maximum.");
    assert!(plain(&refused(Some("ar"), &json!(25))).contains("25"));
    let none = refused(None, &json!(25));
    assert!(none["words"].is_null() && refused(Some("fr"), &json!(25))["words"].is_null());
    assert_eq!(none["detail"], english["detail"], "what programs read stays as it is");
    let shape = refused(Some("en"), &json!("many"));
    assert_eq!(plain(&shape), "Is not a decimal number such as 2.5 or -0.3333333.");
    // A code that has words of its own, and one that has none: those are English, behind a word that says so.
    let item = format!("{items}/{item}");
    let stale = exam.app.patch(&item).by(&exam.teacher).header("If-Match", "\"77\"");
    let stale = stale.header("Accept-Language", "ar").json(&json!({ "weight": 2 })).send().status(412).json();
    assert!(!plain(&stale).is_empty() && !plain(&stale).contains(stale["detail"].as_str().unwrap()));
}
