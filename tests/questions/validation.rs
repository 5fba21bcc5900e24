//! Questions that cannot be asked are refused with the place and the reason.

use lyceum::domain::bank::Draft;
use lyceum::domain::question::kind::{Kind, OrderingCredit, UnitRule};
use lyceum::domain::question::{QuestionBody, QuestionInput, validate};
use lyceum::domain::refusal::INVALID_FIELD;
use serde_json::{Value, json};

use crate::samples::{all, cloze, d, html, matching, multiple, numerical, ordering, short_answer, single};

fn refusal(body: &QuestionBody) -> String {
    validate(body).unwrap_err().to_string()
}

#[test]
fn the_samples_are_valid() {
    for body in all() {
        assert_eq!(validate(&body), Ok(()), "{}", body.kind.name());
    }
}

#[test]
fn full_points_must_be_within_reach() {
    assert!(refusal(&single(&["0.5", "0"])).starts_with("options: have none with the fraction 1"));
    assert!(refusal(&multiple(&["0.5", "0.25"], false)).contains("add up to less than 1"));
    assert!(refusal(&short_answer(&[("a", "0.5")], false)).contains("fraction 1"));
    assert!(refusal(&short_answer(&[("\u{200b}\u{feff}", "1")], false)).contains("is empty"));
    assert!(refusal(&cloze("{1:MC:%50%a~b}")).starts_with("parts[0].options"));
    assert_eq!(validate(&multiple(&["0.3333333", "0.3333333", "0.3333333"], false)), Ok(()));
}

#[test]
fn choices_need_two_options() {
    assert!(refusal(&single(&["1"])).contains("at least 2"));
    assert!(refusal(&cloze("{1:MC:=a}")).contains("at least 2"));
    assert!(refusal(&matching(&[("a", "b")], &[])).contains("at least 2"));
    assert!(refusal(&ordering(&["a"], OrderingCredit::AllOrNothing)).contains("at least 2"));
    assert!(
        refusal(&ordering(&["a", "b", "a"], OrderingCredit::AllOrNothing))
            .starts_with("items[2]: occurs twice")
    );
}

#[test]
fn all_or_nothing_knows_no_shares() {
    assert!(refusal(&multiple(&["0.5", "0.5", "0"], true)).contains("0 or 1"));
}

#[test]
fn units_need_a_base_and_no_doubles() {
    let with = |units: &[(&str, &str)]| numerical(&[("5", "0", "1")], UnitRule::Optional, units);
    assert!(refusal(&with(&[])).contains("are none"));
    assert!(refusal(&with(&[("cm", "100")])).contains("multiplier 1"));
    assert!(refusal(&with(&[("m", "1"), ("m", "2")])).contains("twice"));
    assert!(refusal(&with(&[("m", "1"), ("x", "-2")])).contains("positive"));
    assert!(refusal(&numerical(&[("5", "-1", "1")], UnitRule::None, &[])).contains("negative tolerance"));
}

#[test]
fn every_part_of_a_cloze_has_its_place() {
    let mut body = cloze("{1:SA:=a} {1:SA:=b}");
    body.text = html("{#1} only");
    assert!(refusal(&body).starts_with("parts[1]: does not have its place"));
    body.text = html("{#1} {#2} {#2}");
    assert!(refusal(&body).starts_with("parts[1]"));
    body.text = html("<img alt=\"{#2}\" src=\"https://example.org/a.png\"> {#1}");
    assert!(refusal(&body).starts_with("parts[1]"));
    body.text = html("{#1} {#2} {#3}");
    assert!(refusal(&body).starts_with("text"));
    assert!(refusal(&cloze("{0:SA:=a}")).contains("weight 0"));
}

#[test]
fn files_must_be_there() {
    let mut body = single(&["1", "0"]);
    let hash = "ab".repeat(32);
    body.text = html(&format!("<img src=\"lyceum-file:{hash}\">"));
    assert!(refusal(&body).contains(&hash));
}

#[test]
fn a_question_that_is_too_large_to_keep_is_refused_with_its_size() {
    let mut body = single(&["1", "0"]);
    body.text = html(&"word ".repeat(2600));
    let refusal = refusal(&body);
    assert!(refusal.contains("at most 12288"), "{refusal}");
    body.text = html(&"word ".repeat(2300));
    assert_eq!(validate(&body), Ok(()));
}

#[test]
fn the_stored_form_is_never_larger_than_what_is_measured() {
    for body in all() {
        let stored = bincode::serde::encode_to_vec(&body, bincode::config::standard()).unwrap();
        assert!(stored.len() <= lyceum::domain::question::validate::encoded_bytes(&body));
        let (again, _): (QuestionBody, usize) =
            bincode::serde::decode_from_slice(&stored, bincode::config::standard()).unwrap();
        assert_eq!(again, body);
    }
}

type Change = Box<dyn Fn(&mut QuestionBody)>;

#[test]
fn names_numbers_and_tags_have_limits() {
    let valid = single(&["1", "0"]);
    let cases: Vec<(&str, Change)> = vec![
        ("name", Box::new(|it| it.name = " ".into())),
        ("name", Box::new(|it| it.name = "x".repeat(256))),
        ("name", Box::new(|it| it.name = "a\nb".into())),
        ("default_points", Box::new(|it| it.default_points = d("-1"))),
        ("penalty", Box::new(|it| it.penalty = d("1.1"))),
        ("tags", Box::new(|it| it.tags = vec!["t".into(); 31])),
        ("tags[0]", Box::new(|it| it.tags = vec![String::new()])),
        ("id_number", Box::new(|it| it.id_number = Some("x".repeat(101)))),
        (
            "options",
            Box::new(|it| {
                if let Kind::SingleChoice(choice) = &mut it.kind {
                    let option = choice.options[0].clone();
                    choice.options = vec![option; 101];
                }
            }),
        ),
    ];
    for (path, change) in cases {
        let mut body = valid.clone();
        change(&mut body);
        let invalid = validate(&body).unwrap_err();
        assert_eq!((invalid.first.path.as_str(), invalid.more.len()), (path, 0));
    }
}

/// An option, an answer in words, a number.
fn option(text: &str, fraction: f64) -> Value {
    json!({ "text": { "text": text }, "fraction": fraction })
}

fn word(pattern: &str, fraction: f64) -> Value {
    json!({ "pattern": pattern, "fraction": fraction })
}

fn number(value: &str, tolerance: &str, fraction: f64) -> Value {
    json!({ "value": value, "tolerance": tolerance, "fraction": fraction })
}

/// Where a question of this kind is wrong, as pointers below `/question`.
fn wrong(question: &Value) -> Vec<String> {
    let input: QuestionInput = serde_json::from_value(question.clone()).unwrap();
    let refusal = Draft::parse("/question", &input).unwrap_err();
    assert_eq!(refusal.code, INVALID_FIELD);
    for field in &refusal.fields {
        assert!(refusal.detail.contains(&format!("{} {}", field.at, field.problem)), "{refusal:?}");
    }
    let below = |at: &str| at.strip_prefix("/question").unwrap().to_owned();
    refusal.fields.iter().map(|field| below(&field.at)).collect()
}

#[test]
fn every_fault_of_a_question_is_told_at_once_whatever_it_asks() {
    let cases = [
        (
            json!({ "type": "single_choice", "options": [option("", 0.5), option("b", 2.0), option("", -3.0)] }),
            vec!["/options", "/options/0", "/options/1/fraction", "/options/2", "/options/2/fraction"],
        ),
        (json!({ "type": "single_choice", "options": [option("", 1.0)] }), vec!["/options", "/options/0"]),
        (
            json!({ "type": "multiple_response", "options": [option("", 0.5), option("b", 1.5)],
                "all_or_nothing": true }),
            vec!["/options", "/options/0", "/options/1/fraction"],
        ),
        (
            json!({ "type": "numerical",
                "answers": [number("1", "-1", 0.5), { "value": "1", "min": "2" }],
                "units": [{ "name": "m", "multiplier": "1" }] }),
            // What is neither a value nor a span is said before the rules are looked at.
            vec!["/answers/1"],
        ),
        (
            json!({ "type": "numerical", "answers": [number("1", "-1", 0.5), number("2", "0", 3.0)],
                "units": [{ "name": " ", "multiplier": "2" }, { "name": "m", "multiplier": "-1" },
                    { "name": "m", "multiplier": "3" }],
                "unit_rule": { "rule": "required", "penalty": 2 } }),
            vec![
                "/answers",
                "/answers/0/tolerance",
                "/answers/1/fraction",
                "/units",
                "/units/0/name",
                "/units/1/multiplier",
                "/units/2/name",
                "/unit_rule/penalty",
            ],
        ),
        (
            json!({ "type": "short_answer", "answers": [word("", 0.5), word("a\u{7}", 0.5), word("b", -2.0)] }),
            vec!["/answers", "/answers/0/pattern", "/answers/1/pattern", "/answers/2/fraction"],
        ),
        (
            json!({ "type": "matching", "pairs": [{ "stem": { "text": "" }, "answer": "" }], "distractors": [] }),
            vec!["/pairs", "/pairs/0/stem", "/pairs/0/answer"],
        ),
        (
            json!({ "type": "matching", "pairs": [{ "stem": { "text": "a" }, "answer": "1" }],
                "distractors": ["2", "", "x\u{7}"] }),
            vec!["/distractors/1", "/distractors/2"],
        ),
        (
            json!({ "type": "matching", "pairs": [{ "stem": { "text": "a" }, "answer": "1" }],
                "distractors": (0..600).map(|number| format!("no {number}")).collect::<Vec<_>>() }),
            vec!["/distractors"],
        ),
        (
            json!({ "type": "ordering", "items": [{ "text": "a" }, { "text": "" }, { "text": "a" }] }),
            vec!["/items/1", "/items/2"],
        ),
        (json!({ "type": "ordering", "items": [{ "text": "" }] }), vec!["/items", "/items/0"]),
        (
            json!({ "type": "cloze", "parts": [
                { "type": "choice", "weight": 2000, "options": [option("a", 0.5), option("", 0.5)] },
                { "type": "multiple_response", "weight": 1, "display": "menu", "options": [option("a", 0.5)] },
                { "type": "short_answer", "weight": 1, "answers": [word("", 1.0)] },
                { "type": "numerical", "weight": 1, "answers": [number("1", "-1", 1.0)] },
            ] }),
            vec![
                "/parts/0/weight",
                "/parts/0",
                "/parts/0/options",
                "/parts/0/options/1",
                "/parts/1",
                "/parts/1/display",
                "/parts/1/options",
                "/parts/2",
                "/parts/2/answers/0/pattern",
                "/parts/3",
                "/parts/3/answers/0/tolerance",
            ],
        ),
        (
            json!({ "type": "essay", "min_words": 5, "max_words": 3, "lines": 500 }),
            vec!["/max_words", "/lines"],
        ),
    ];
    for (kind, places) in cases {
        // What every question has is wrong as well, and said in the same round.
        let question = json!({ "name": " ", "text": { "text": "What?" }, "default_points": -1, "penalty": 2,
            "tags": ["fine", ""], "id_number": "x".repeat(101), "kind": kind });
        let facts = ["/name", "/default_points", "/penalty", "/tags/1", "/id_number"].map(str::to_owned);
        let expected: Vec<String> =
            facts.into_iter().chain(places.into_iter().map(|place| format!("/kind{place}"))).collect();
        assert_eq!(wrong(&question), expected, "{kind}");
    }
    let plain = json!({ "name": "", "text": { "text": "What?" }, "penalty": -1,
        "kind": { "type": "true_false", "correct": true } });
    assert_eq!(wrong(&plain), ["/name", "/penalty"]);
}

#[test]
fn a_list_that_is_far_too_long_is_said_once_and_quickly() {
    let items: Vec<Value> = (0..20_000).map(|_| json!({ "text": "a" })).collect();
    let question =
        json!({ "name": "n", "text": { "text": "t" }, "kind": { "type": "ordering", "items": items } });
    let wrong = wrong(&question);
    assert_eq!(wrong.first().map(String::as_str), Some("/kind/items"));
    assert!(wrong.len() <= 101, "{}", wrong.len());
}
