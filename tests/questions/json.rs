//! Questions and responses as JSON.

use lyceum::domain::question::kind::{Accepts, ClozeKind, Kind};
use lyceum::domain::question::{QuestionInput, QuestionView, Response, ResponseInput};
use serde_json::{Value, json};

use crate::samples::{all, n};

fn parse(value: Value) -> Result<lyceum::domain::question::QuestionBody, String> {
    let input: QuestionInput = serde_json::from_value(value).map_err(|error| error.to_string())?;
    input.parse().map_err(|error| error.to_string())
}

#[test]
fn what_was_got_can_be_sent_back() {
    for body in all() {
        let view = serde_json::to_value(QuestionView::from(&body)).unwrap();
        assert_eq!(parse(view), Ok(body));
    }
}

#[test]
fn a_short_input_is_enough() {
    let body = parse(json!({
        "name": "Capital",
        "text": { "text": "Capital of **France**?", "format": "markdown" },
        "kind": { "type": "short_answer", "answers": [{ "pattern": "Paris" }] },
    }))
    .unwrap();
    assert_eq!(body.text.html(), "<p>Capital of <strong>France</strong>?</p>");
    assert_eq!(body.default_points.to_string(), "1");
}

#[test]
fn a_cloze_may_come_as_markup() {
    let body = parse(json!({
        "name": "Cloze",
        "text": { "text": "<p>Paris is in {1:SA:=France}.</p>" },
        "kind": { "type": "cloze" },
    }))
    .unwrap();
    assert_eq!(body.text.html(), "<p>Paris is in {#1}.</p>");
    let broken = parse(json!({
        "name": "Cloze", "text": { "text": "{1:SA:=France" }, "kind": { "type": "cloze" },
    }));
    assert_eq!(broken, Err("text: part 1 of the cloze is not closed by }".to_owned()));
}

#[test]
fn a_share_is_kept_as_it_is_sent() {
    let shares = |share: f64| {
        let option = |text: &str| json!({ "text": { "text": text }, "fraction": share });
        let options: Vec<_> = ["a", "b", "c"].map(option).into();
        parse(json!({ "name": "Thirds", "text": { "text": "Which?" },
            "kind": { "type": "multiple_response", "options": options } }))
    };
    assert!(shares(0.333_333_3).is_ok());
    assert!(shares(0.333).unwrap_err().contains("add up to less than 1"));
    let body = shares(0.334).unwrap();
    let Kind::MultipleResponse(it) = &body.kind else { panic!("{body:?}") };
    assert_eq!(it.options[0].fraction.to_string(), "0.334");
}

#[test]
fn a_cloze_as_markup_has_the_shares_of_moodle() {
    let body = parse(json!({
        "name": "Cloze", "text": { "text": "{1:MR:=2~=3~4}" }, "kind": { "type": "cloze" },
    }))
    .unwrap();
    let Kind::Cloze(it) = &body.kind else { panic!("{body:?}") };
    let ClozeKind::MultipleResponse { options, .. } = &it.parts[0].kind else { panic!("{body:?}") };
    let shares: Vec<String> = options.iter().map(|option| option.fraction.to_string()).collect();
    assert_eq!(shares, ["0.5", "0.5", "-0.5"]);
}

#[test]
fn ranges_become_a_middle_and_a_tolerance() {
    let numerical = |answer: Value| {
        parse(json!({
            "name": "n", "text": { "text": "n" },
            "kind": { "type": "numerical", "answers": [answer] },
        }))
    };
    let body = numerical(json!({ "min": "2.141", "max": 2.142 })).unwrap();
    let Kind::Numerical(it) = body.kind else { panic!() };
    assert_eq!(it.answers[0].accepts, Accepts::Within { value: n("2.1415"), tolerance: n("0.0005") });
    assert!(numerical(json!({ "min": 3 })).unwrap_err().starts_with("answers[0]: needs"));
    assert!(numerical(json!({ "min": 3, "max": 2 })).unwrap_err().contains("max: is less than min"));
}

#[test]
fn faults_are_named_with_their_place() {
    let error = parse(json!({
        "name": "n", "text": { "text": "n" },
        "kind": { "type": "single_choice", "options": [{ "text": { "text": "a" }, "fraction": 1 }, { "text": { "text": "" } }] },
    }));
    assert_eq!(error, Err("options[1]: is empty".to_owned()));
    let unknown = parse(json!({ "name": "n", "text": { "text": "n" }, "kind": { "type": "riddle" } }));
    assert!(unknown.unwrap_err().contains("riddle"));
}

#[test]
fn texts_are_sanitised_on_the_way_in() {
    let body = parse(json!({
        "name": "n", "text": { "text": "<p onclick='x()'>a<script>b</script></p>" },
        "kind": { "type": "true_false", "correct": true },
    }))
    .unwrap();
    assert_eq!(body.text.html(), "<p>a</p>");
}

#[test]
fn responses_have_a_type_on_the_wire_and_none_in_the_store() {
    let wire = [
        json!({ "type": "empty" }),
        json!({ "type": "choice", "option": 2 }),
        json!({ "type": "choices", "options": [0, 2] }),
        json!({ "type": "truth", "value": false }),
        json!({ "type": "number", "text": "1,5", "unit": "m" }),
        json!({ "type": "text", "text": "Paris" }),
        json!({ "type": "pairs", "answers": [1, null, 0] }),
        json!({ "type": "order", "order": [2, 0, 1] }),
        json!({ "type": "cloze", "answers": [{ "type": "text", "text": "x" }, { "type": "choice", "option": 1 },
            { "type": "choices", "options": [0] }, { "type": "empty" }] }),
        json!({ "type": "essay", "text": "..." }),
    ];
    for value in wire {
        let input: ResponseInput = serde_json::from_value(value.clone()).unwrap();
        let response = Response::from(input);
        let config = bincode::config::standard();
        let bytes = bincode::serde::encode_to_vec(&response, config).unwrap();
        let (stored, _): (Response, usize) = bincode::serde::decode_from_slice(&bytes, config).unwrap();
        assert_eq!(stored, response);
        assert_eq!(serde_json::to_value(ResponseInput::from(&stored)).unwrap(), value);
        assert_eq!(stored.type_name(), value["type"]);
    }
    assert!(serde_json::from_value::<ResponseInput>(json!({ "type": "choice", "option": -1 })).is_err());
    assert!(
        serde_json::from_value::<ResponseInput>(json!({ "type": "choice", "option": 1, "x": 1 })).is_err()
    );
}
