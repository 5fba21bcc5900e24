//! Questions that cannot be asked are refused with the place and the reason.

use lyceum::domain::question::kind::{Kind, OrderingCredit, UnitRule};
use lyceum::domain::question::{QuestionBody, validate};

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
        assert_eq!(validate(&body).unwrap_err().path, path);
    }
}
