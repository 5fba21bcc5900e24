//! The order of options, what learners see, and what they may answer.

use lyceum::domain::limits::{ANSWER_LETTERS, ESSAY_BYTES, RESPONSE_BYTES};
use lyceum::domain::question::kind::{Kind, OrderingCredit, UnitRule};
use lyceum::domain::question::response::ClozeResponse;
use lyceum::domain::question::{Arrangement, InvalidResponse, Response, arrange, check, present};
use serde_json::json;

use crate::samples::{
    all, cloze, essay, matching, multiple, numerical, ordering, short_answer, single, true_false,
};

#[test]
fn the_order_follows_from_the_seed_for_ever() {
    // Golden, and computed a second time by another implementation of ChaCha8: these may not change.
    let body = single(&["1", "0", "0", "0", "0", "0"]);
    assert_eq!(arrange(&body.kind, true, 1).main, GOLDEN_1);
    assert_eq!(arrange(&body.kind, true, 2).main, GOLDEN_2);
    assert_eq!(arrange(&body.kind, true, u64::MAX).main, GOLDEN_MAX);
    assert_eq!(arrange(&body.kind, true, 1), arrange(&body.kind, true, 1));
    let body = cloze("{1:MCS:=a~b~c~d} {1:MC:=a~b} {1:SA:=x} {1:MRS:%50%p~%50%q~r}");
    let parts = arrange(&body.kind, true, 7).parts;
    assert_eq!(parts, [GOLDEN_PART_0.to_vec(), vec![0, 1], vec![], GOLDEN_PART_3.to_vec()]);
}

const GOLDEN_1: [u8; 6] = [5, 4, 0, 2, 3, 1];
const GOLDEN_2: [u8; 6] = [2, 3, 0, 4, 1, 5];
const GOLDEN_MAX: [u8; 6] = [5, 3, 2, 0, 4, 1];
const GOLDEN_PART_0: [u8; 4] = [0, 2, 1, 3];
const GOLDEN_PART_3: [u8; 3] = [1, 0, 2];

#[test]
fn every_arrangement_is_a_permutation_and_all_orders_occur() {
    let body = single(&["1", "0", "0"]);
    let mut seen = std::collections::BTreeMap::new();
    for seed in 0..6000 {
        *seen.entry(arrange(&body.kind, true, seed).main).or_insert(0) += 1;
    }
    assert_eq!(seen.len(), 6);
    // A thousand each, give or take five standard deviations.
    assert!(seen.values().all(|count| (855..1145).contains(count)), "{seen:?}");
}

#[test]
fn options_stay_where_the_quiz_or_the_question_says_so() {
    let mut body = single(&["1", "0", "0", "0"]);
    assert_eq!(arrange(&body.kind, false, 5).main, [0, 1, 2, 3]);
    if let Kind::SingleChoice(it) = &mut body.kind {
        it.shuffle = false;
    }
    assert!((0..50).all(|seed| arrange(&body.kind, true, seed).main == [0, 1, 2, 3]));
}

#[test]
fn an_ordering_never_begins_solved() {
    for count in 2..5 {
        let items: Vec<String> = (0..count).map(|n| format!("item {n}")).collect();
        let items: Vec<&str> = items.iter().map(String::as_str).collect();
        let body = ordering(&items, OrderingCredit::AllOrNothing);
        for seed in 0..300 {
            let main = arrange(&body.kind, false, seed).main;
            assert!(!main.is_sorted(), "{main:?}");
            let mut sorted = main.clone();
            sorted.sort_unstable();
            assert!(sorted.iter().enumerate().all(|(at, item)| at == usize::from(*item)));
        }
    }
}

#[test]
fn the_right_column_is_without_doubles_and_always_moves() {
    let body = matching(&[("a", "1"), ("b", "2"), ("c", "1"), ("d", "3")], &["4", "2"]);
    let orders: Vec<Vec<u8>> = (0..20).map(|seed| arrange(&body.kind, false, seed).right).collect();
    assert!(orders.iter().all(|order| order.len() == 4));
    assert!(orders.iter().any(|order| !order.is_sorted()));
    let shown = serde_json::to_value(present(&body, &arrange(&body.kind, false, 3))).unwrap();
    let mut answers: Vec<&str> = shown["answer"]["answers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|answer| answer.as_str().unwrap())
        .collect();
    answers.sort_unstable();
    assert_eq!(answers, ["1", "2", "3", "4"]);
}

#[test]
fn what_is_shown_has_no_hint_of_the_key() {
    for body in all() {
        let shown = serde_json::to_string(&present(&body, &arrange(&body.kind, true, 9))).unwrap();
        for secret in
            ["fraction", "feedback", "A question", "done", "f0", "said ", "tolerance", "Paris#", "look for"]
        {
            assert!(!shown.contains(secret), "{}: {secret} in {shown}", body.kind.name());
        }
    }
    // Shapes differ only in what learners must know: swapping the key changes nothing.
    let shown = |body: &_| present(body, &Arrangement { main: vec![0, 1, 2], ..Arrangement::default() });
    assert_eq!(shown(&single(&["1", "0", "0"])), shown(&single(&["0", "1", "0.5"])));
    assert_eq!(shown(&multiple(&["1", "0", "0"], true)), shown(&multiple(&["0", "1", "1"], true)));
    assert_eq!(shown(&true_false(true)), shown(&true_false(false)));
    let numbers = |value| numerical(&[(value, "0", "1")], UnitRule::Optional, &[("m", "1")]);
    assert_eq!(shown(&numbers("1")), shown(&numbers("2")));
    assert!(!serde_json::to_string(&shown(&numbers("1"))).unwrap().contains("\"m\""));
}

#[test]
fn a_choice_is_shown_in_its_arrangement() {
    let body = single(&["1", "0", "0"]);
    let arrangement = Arrangement { main: vec![2, 0, 1], ..Arrangement::default() };
    let shown = serde_json::to_value(present(&body, &arrangement)).unwrap();
    assert_eq!(
        shown,
        json!({
            "html": "<p>What?</p>",
            "answer": { "type": "choice", "options": ["o2", "o0", "o1"], "numbering": "lower_letters" },
            "files": [],
        })
    );
}

#[test]
fn responses_must_fit_the_question() {
    let body = single(&["1", "0", "0"]);
    let arrangement = arrange(&body.kind, true, 1);
    let checked = |response: &Response| check(&body.kind, &arrangement, response);
    assert_eq!(checked(&Response::Choice(2)), Ok(()));
    assert_eq!(checked(&Response::Empty), Ok(()));
    assert_eq!(checked(&Response::Choice(3)), Err(InvalidResponse::NoSuchPosition { position: 3, last: 2 }));
    assert_eq!(
        checked(&Response::Truth(true)),
        Err(InvalidResponse::WrongType { wanted: "choice", got: "truth" })
    );
    let body = multiple(&["1", "0"], false);
    let arrangement = arrange(&body.kind, true, 1);
    assert_eq!(
        check(&body.kind, &arrangement, &Response::Choices(vec![1, 1])),
        Err(InvalidResponse::Duplicate(1))
    );
    let body = ordering(&["a", "b", "c"], OrderingCredit::AllOrNothing);
    let arrangement = arrange(&body.kind, true, 1);
    assert_eq!(
        check(&body.kind, &arrangement, &Response::Order(vec![1, 0])),
        Err(InvalidResponse::WrongCount { wanted: 3, got: 2 })
    );
}

#[test]
fn a_text_is_as_long_in_every_script() {
    let none = Arrangement::default();
    let word = |letter: &str, letters: usize| {
        check(&short_answer(&[("x", "1")], false).kind, &none, &Response::Text(letter.repeat(letters)))
    };
    for letter in ["x", "ي", "語", "𐍈"] {
        assert_eq!(word(letter, ANSWER_LETTERS), Ok(()), "{letter}");
        assert_eq!(word(letter, ANSWER_LETTERS + 2), Err(InvalidResponse::TooLong { over: 2 }), "{letter}");
    }
    // What a save has room for is bytes: how many letters too many is said in letters.
    let long = |text: String| check(&essay().kind, &none, &Response::Essay(text));
    assert_eq!(long("ي".repeat(ESSAY_BYTES / 2)), Ok(()));
    assert_eq!(long("ي".repeat(ESSAY_BYTES / 2 + 3)), Err(InvalidResponse::TooLong { over: 3 }));
    assert_eq!(long("x".repeat(ESSAY_BYTES + 1)), Err(InvalidResponse::TooLong { over: 1 }));
    // Many gaps, each as long as may be, are more than a save has room for.
    let gaps = RESPONSE_BYTES / ANSWER_LETTERS + 1;
    let body = cloze(&"{1:SHORTANSWER:=x}".repeat(gaps));
    let texts = |count: usize| {
        let text = |at| {
            if at < count { ClozeResponse::Text("x".repeat(ANSWER_LETTERS)) } else { ClozeResponse::Empty }
        };
        Response::Cloze((0..gaps).map(text).collect())
    };
    let arrangement = arrange(&body.kind, false, 1);
    assert_eq!(check(&body.kind, &arrangement, &texts(gaps - 1)), Ok(()));
    assert_eq!(
        check(&body.kind, &arrangement, &texts(gaps)),
        Err(InvalidResponse::TooLong { over: ANSWER_LETTERS })
    );
}

#[test]
fn a_wrong_part_of_a_cloze_is_named() {
    let body = cloze("{1:MC:=a~b} {1:SA:=x}");
    let arrangement = arrange(&body.kind, true, 1);
    let response = Response::Cloze(vec![ClozeResponse::Choice(0), ClozeResponse::Choice(0)]);
    let error = check(&body.kind, &arrangement, &response).unwrap_err();
    assert_eq!(
        error.to_string(),
        "part 1: a response of type choice does not answer a question that asks for text"
    );
    let fine = Response::Cloze(vec![ClozeResponse::Empty, ClozeResponse::Text("y".into())]);
    assert_eq!(check(&body.kind, &arrangement, &fine), Ok(()));
}
