//! Why a grade or total is overridden or left out: learners read it, so it can be put right.

use serde_json::{Value, json};

use crate::grade::School;

#[test]
fn another_reason_for_the_same_is_taken_and_the_same_one_again_is_nothing() {
    let school = School::open(1);
    let item = school.item(&json!({ "name": "A", "max": 20 }));
    let part = school.category(&json!({ "name": "Part" }));
    let user = school.learners[0].user;
    let reasons = |at: &str, what: &str| -> Vec<(Value, Value, Value)> {
        let history = school.app.get(&school.path(&format!("{at}/history"))).by(&school.teacher).send();
        let history = history.status(200).json()["items"].clone();
        let history = history.as_array().unwrap().iter().filter(|it| it["what"] == what);
        history.map(|it| (it["from"].clone(), it["to"].clone(), it["reason"].clone())).collect()
    };
    for at in [format!("/learners/{user}/items/{item}"), format!("/learners/{user}/categories/{part}")] {
        let overrides = |reason: &str| -> Value {
            school.app.clock.advance(std::time::Duration::from_secs(1));
            let body = json!({ "value": 12, "reason": reason });
            school.put(&format!("{at}/override"), &body).status(200).json()
        };
        let first = overrides("cheated");
        let second = overrides("late by agreement");
        assert_eq!(second["overridden"]["reason"], "late by agreement", "{at}");
        assert_ne!(second["overridden"]["at"], first["overridden"]["at"], "{at}");
        assert_eq!(overrides(" late by agreement "), second, "the same once more is nothing");
        let same = json!(12.0);
        let expected = [
            (Value::Null, same.clone(), json!("cheated")),
            (same.clone(), same.clone(), json!("late by agreement")),
        ];
        assert_eq!(reasons(&at, "override"), expected, "{at}");
        // What is left out is so for the latest reason.
        let excludes = |excluded: bool, reason: &str| {
            let body = json!({ "excluded": excluded, "reason": reason });
            school.put(&format!("{at}/exclusion"), &body).status(200).json()["revision"].clone()
        };
        let ill = excludes(true, "was ill");
        assert_eq!(excludes(true, "was ill"), ill, "the same once more is nothing");
        let away = excludes(true, "was away");
        assert_eq!(excludes(true, "was away"), away);
        let back = excludes(false, "came back");
        assert_eq!(excludes(false, "who is not left out needs no reason"), back);
        excludes(true, "was away");
        let told: Vec<(Value, Value)> =
            reasons(&at, "exclusion").into_iter().map(|(_, to, reason)| (to, reason)).collect();
        let expected = [(1.0, "was ill"), (1.0, "was away"), (0.0, "came back"), (1.0, "was away")];
        assert_eq!(told, expected.map(|(to, reason)| (json!(to), json!(reason))), "{at}");
    }
    assert_eq!(school.own(0)[1]["overridden"]["reason"], "late by agreement", "learners read it");
}
