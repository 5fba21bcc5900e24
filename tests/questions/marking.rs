//! What responses earn.

use lyceum::domain::decimal::Decimal;
use lyceum::domain::question::format::fraction;
use lyceum::domain::question::kind::{OrderingCredit, PenaltyBase, UnitRule};
use lyceum::domain::question::response::ClozeResponse;
use lyceum::domain::question::{
    Arrangement, Mark, MarkState, QuestionBody, Response, Share, arrange, mark, unread_numbers,
};
use proptest::prelude::*;

use crate::samples::{
    all, cloze, d, essay, matching, multiple, numerical, ordering, short_answer, single, true_false,
};

/// As authored: position and element are the same.
fn straight(body: &QuestionBody) -> Arrangement {
    let mut arrangement = arrange(&body.kind, false, 1);
    arrangement.main.sort_unstable();
    arrangement.right.sort_unstable();
    arrangement
}

fn earned(body: &QuestionBody, response: &Response) -> String {
    share(&mark(body, &straight(body), response)).unwrap().to_string()
}

fn share(mark: &Mark) -> Option<Decimal> {
    mark.share.map(Share::rounded)
}

fn points(body: &QuestionBody, response: &Response, of: &str) -> String {
    mark(body, &straight(body), response).share.unwrap().of_points(d(of)).to_string()
}

fn state(body: &QuestionBody, response: &Response) -> MarkState {
    mark(body, &straight(body), response).state
}

fn number(text: &str) -> Response {
    Response::Number { text: text.to_owned(), unit: None }
}

fn word(text: &str) -> Response {
    Response::Text(text.to_owned())
}

#[test]
fn a_single_choice_earns_its_options_fraction_even_below_nought() {
    let body = single(&["1", "0", "-0.5", "0.3333333"]);
    assert_eq!(earned(&body, &Response::Choice(0)), "1");
    assert_eq!(earned(&body, &Response::Choice(2)), "-0.5");
    assert_eq!(state(&body, &Response::Choice(2)), MarkState::Wrong);
    assert_eq!(state(&body, &Response::Choice(3)), MarkState::Partial);
    let it = mark(&body, &straight(&body), &Response::Choice(3));
    assert_eq!(it.feedback[0].text.html(), "f3");
    assert_eq!(it.combined.html(), "half done");
    assert_eq!(it.right_answer, "o0");
}

#[test]
fn positions_are_displayed_positions() {
    let body = single(&["1", "0", "0"]);
    let arrangement = Arrangement { main: vec![2, 0, 1], ..Arrangement::default() };
    assert_eq!(mark(&body, &arrangement, &Response::Choice(1)).state, MarkState::Right);
    assert_eq!(mark(&body, &arrangement, &Response::Choice(0)).state, MarkState::Wrong);
    assert_eq!(mark(&body, &arrangement, &Response::Choice(1)).feedback[0].position, Some(1));
}

#[test]
fn multiple_responses_add_up_between_nought_and_one() {
    let body = multiple(&["0.5", "0.5", "-1", "-0.25"], false);
    assert_eq!(earned(&body, &Response::Choices(vec![0])), "0.5");
    assert_eq!(earned(&body, &Response::Choices(vec![0, 1])), "1");
    assert_eq!(earned(&body, &Response::Choices(vec![0, 1, 3])), "0.75");
    assert_eq!(earned(&body, &Response::Choices(vec![0, 1, 2])), "0");
    assert_eq!(earned(&body, &Response::Choices(vec![2])), "0");
    let generous = multiple(&["1", "1", "0"], false);
    assert_eq!(earned(&generous, &Response::Choices(vec![0, 1])), "1");
}

#[test]
fn three_thirds_are_the_whole() {
    let body = multiple(&["0.3333333", "0.3333333", "0.3333333", "0"], false);
    assert_eq!(state(&body, &Response::Choices(vec![0, 1, 2])), MarkState::Right);
    assert_eq!(earned(&body, &Response::Choices(vec![2, 0, 1])), "1");
    assert_eq!(earned(&body, &Response::Choices(vec![0, 1])), "0.6666667");
}

#[test]
fn the_same_option_twice_is_no_response() {
    let body = multiple(&["0.5", "0.5", "0"], false);
    assert_eq!(earned(&body, &Response::Choices(vec![0, 0])), "0");
}

#[test]
fn all_or_nothing_wants_exactly_the_right_set() {
    let body = multiple(&["1", "1", "0"], true);
    assert_eq!(earned(&body, &Response::Choices(vec![0, 1])), "1");
    assert_eq!(earned(&body, &Response::Choices(vec![0])), "0");
    assert_eq!(earned(&body, &Response::Choices(vec![0, 1, 2])), "0");
    let it = mark(&body, &straight(&body), &Response::Choices(vec![0]));
    assert_eq!(it.number_right, Some((1, 2)));
}

#[test]
fn true_or_false_has_feedback_for_what_was_said() {
    let body = true_false(false);
    assert_eq!(earned(&body, &Response::Truth(false)), "1");
    let it = mark(&body, &straight(&body), &Response::Truth(true));
    assert_eq!((it.state, it.feedback[0].text.html()), (MarkState::Wrong, "said true"));
    assert_eq!(it.right_answer, "False");
}

#[test]
fn numbers_are_right_up_to_the_edge_of_the_tolerance() {
    let body =
        numerical(&[("3.1415", "0.0005", "1"), ("3", "0.5", "0.5"), ("*", "0", "0")], UnitRule::None, &[]);
    for (text, share) in [
        ("3.1415", "1"),
        ("3,1415", "1"),
        ("3.141", "1"),
        ("3.142", "1"),
        ("3.1420001", "0.5"),
        ("3.5", "0.5"),
        ("3.50000001", "0"),
        ("31415e-4", "1"),
        ("3.1415 m", "0"),
        ("pi", "0"),
    ] {
        assert_eq!(earned(&body, &number(text)), share, "{text}");
    }
    let it = mark(&body, &straight(&body), &number("17"));
    assert_eq!(it.feedback[0].text.html(), "about *");
    assert_eq!(it.right_answer, "3.1415");
}

#[test]
fn a_tolerance_that_floats_would_miss_holds() {
    let body = numerical(&[("0.1", "0.2", "1")], UnitRule::None, &[]);
    assert_eq!(earned(&body, &number("0.3")), "1");
    assert_eq!(earned(&body, &number("-0.1")), "1");
    assert_eq!(earned(&body, &number("0.30000000000000004")), "0");
}

#[test]
fn ambiguous_thousands_are_not_guessed() {
    let body = numerical(&[("1234", "0", "1")], UnitRule::None, &[]);
    assert_eq!(earned(&body, &number("1,234")), "0");
    assert_eq!(earned(&body, &number("1 234")), "1");
    assert_eq!(earned(&body, &number("1.234e3")), "1");
}

#[test]
fn optional_units_convert_and_unknown_ones_are_wrong() {
    let body =
        numerical(&[("5", "0.1", "1")], UnitRule::Optional, &[("m", "1"), ("cm", "100"), ("km", "0.001")]);
    for (text, share) in [
        ("5", "1"),
        ("5 m", "1"),
        ("500cm", "1"),
        ("510 cm", "1"),
        ("510.1 cm", "0"),
        ("0.005 km", "1"),
        ("5 cm", "0"),
        ("5 kg", "0"),
        ("5 M", "0"),
    ] {
        assert_eq!(earned(&body, &number(text)), share, "{text}");
    }
    let chosen = |text: &str, unit: &str| Response::Number { text: text.into(), unit: Some(unit.into()) };
    assert_eq!(earned(&body, &chosen("500", "cm")), "1");
    assert_eq!(earned(&body, &chosen("500 cm", "cm")), "1");
    assert_eq!(earned(&body, &chosen("500 cm", "m")), "0");
    assert_eq!(mark(&body, &straight(&body), &number("1")).right_answer, "5 m");
}

#[test]
fn required_units_cost_a_penalty_when_missing_or_wrong() {
    let units = [("m", "1"), ("cm", "100")];
    let of = |penalty_of| {
        let rule = UnitRule::Required { penalty: d("0.2"), penalty_of };
        numerical(&[("5", "0", "1"), ("6", "0", "0.5")], rule, &units)
    };
    let response = of(PenaltyBase::Response);
    assert_eq!(earned(&response, &number("5 m")), "1");
    assert_eq!(earned(&response, &number("500 cm")), "1");
    assert_eq!(earned(&response, &number("5")), "0.8");
    assert_eq!(earned(&response, &number("5 kg")), "0.8");
    assert_eq!(earned(&response, &number("5 cm")), "0.8");
    assert_eq!(earned(&response, &number("6")), "0.4");
    let question = of(PenaltyBase::Question);
    assert_eq!(earned(&question, &number("6")), "0.3");
    assert_eq!(earned(&question, &number("7")), "0");
}

#[test]
fn short_answers_take_the_first_pattern_that_fits() {
    let body = short_answer(&[("Paris", "1"), ("P*", "0.5"), ("*", "0")], false);
    assert_eq!(earned(&body, &word(" paris ")), "1");
    assert_eq!(earned(&body, &word("Pari")), "0.5");
    let it = mark(&body, &straight(&body), &word("London"));
    assert_eq!((it.state, it.feedback[0].text.html()), (MarkState::Wrong, "on"));
    let strict = short_answer(&[("Paris", "1")], true);
    assert_eq!(earned(&strict, &word("paris")), "0");
    let star = short_answer(&[("a\\*b", "1")], false);
    assert_eq!(earned(&star, &word("a*b")), "1");
    assert_eq!(earned(&star, &word("axb")), "0");
    assert_eq!(mark(&star, &straight(&star), &word("x")).right_answer, "a*b");
}

#[test]
fn matching_counts_right_stems_and_equal_answers_are_one() {
    let body = matching(&[("France", "Paris"), ("Italy", "Rome"), ("Also France", "Paris")], &["Berlin"]);
    let arrangement = straight(&body);
    assert_eq!(arrangement.right.len(), 3);
    assert_eq!(earned(&body, &Response::Pairs(vec![Some(0), Some(1), Some(0)])), "1");
    assert_eq!(earned(&body, &Response::Pairs(vec![Some(0), Some(2), Some(1)])), "0.3333333");
    let it = mark(&body, &arrangement, &Response::Pairs(vec![Some(0), None, Some(2)]));
    let states: Vec<MarkState> = it.feedback.iter().map(|part| part.state).collect();
    assert_eq!(states, [MarkState::Right, MarkState::NotAnswered, MarkState::Wrong]);
    assert_eq!(it.number_right, Some((1, 3)));
    // Shuffled: the same answers at other positions.
    let shuffled = Arrangement { main: vec![2, 0, 1], right: vec![1, 2, 0], parts: Vec::new() };
    let response = Response::Pairs(vec![Some(2), Some(2), Some(0)]);
    assert_eq!(mark(&body, &shuffled, &response).state, MarkState::Right);
}

#[test]
fn orders_are_marked_through_the_arrangement() {
    let body = ordering(&["first", "second", "third", "fourth"], OrderingCredit::AbsolutePosition);
    let arrangement = Arrangement { main: vec![3, 1, 0, 2], ..Arrangement::default() };
    let it = mark(&body, &arrangement, &Response::Order(vec![2, 1, 3, 0]));
    assert_eq!(it.state, MarkState::Right);
    let it = mark(&body, &arrangement, &Response::Order(vec![2, 1, 0, 3]));
    assert_eq!((share(&it), it.number_right), (Some(d("0.5")), Some((2, 4))));
    // What is no order of all items earns nothing.
    assert_eq!(share(&mark(&body, &arrangement, &Response::Order(vec![2, 2, 2, 2]))), Some(d("0")));
    assert_eq!(share(&mark(&body, &arrangement, &Response::Order(vec![2]))), Some(d("0")));
}

#[test]
fn parts_of_a_cloze_count_by_their_weight() {
    let body = cloze("{3:MC:=a#A~%50%b~c} {1:SA:=Paris~*#No} {0:NM:=3:0.5}");
    let choice = ClozeResponse::Choice;
    let text = |text: &str| ClozeResponse::Text(text.to_owned());
    let marked = |answers: Vec<ClozeResponse>| mark(&body, &straight(&body), &Response::Cloze(answers));
    assert_eq!(share(&marked(vec![choice(0), text("Paris"), text("3")])), Some(d("1")));
    assert_eq!(share(&marked(vec![choice(0), text("Rome"), text("3")])), Some(d("0.75")));
    assert_eq!(share(&marked(vec![choice(1), text("paris"), ClozeResponse::Empty])), Some(d("0.625")));
    let it = marked(vec![choice(2), text("Rome"), ClozeResponse::Empty]);
    assert_eq!(share(&it), Some(d("0")));
    let told: Vec<(Option<u16>, MarkState, &str)> =
        it.feedback.iter().map(|part| (part.part, part.state, part.text.html())).collect();
    assert_eq!(
        told,
        [
            (Some(0), MarkState::Wrong, ""),
            (Some(1), MarkState::Wrong, "No"),
            (Some(2), MarkState::NotAnswered, "")
        ]
    );
    assert_eq!(it.right_answer, "1: a; 2: Paris; 3: 3");
}

#[test]
fn a_cloze_goes_below_nothing_as_its_parts_do() {
    let choice = ClozeResponse::Choice;
    let text = |text: &str| ClozeResponse::Text(text.to_owned());
    let one = cloze("{1:MC:=a~%-50%b}");
    assert_eq!(earned(&one, &Response::Cloze(vec![choice(1)])), "-0.5");
    assert_eq!(earned(&one, &Response::Cloze(vec![ClozeResponse::Empty])), "0");
    let several = cloze("{3:MC:=a~%-50%b} {1:SA:=x~%-100%*} {1:NM:=5} {1:MR:=p~q}");
    let marked = |answers| earned(&several, &Response::Cloze(answers));
    // The least that several responses give is nothing.
    let chosen = |at| ClozeResponse::Choices(vec![at]);
    assert_eq!(marked(vec![choice(1), text("y"), text("4"), chosen(1)]), "-0.4166667");
    assert_eq!(marked(vec![choice(1), text("x"), text("5"), chosen(0)]), "0.25");
    let it = mark(&one, &straight(&one), &Response::Cloze(vec![choice(1)]));
    assert_eq!((it.state, it.share.unwrap().of_points(d("4"))), (MarkState::Wrong, d("-2")));
}

#[test]
fn who_ticks_everything_in_a_cloze_gains_nothing() {
    let body = cloze("Primes: {1:MULTIRESPONSE:=2~=3~4~9}");
    for (chosen, wanted) in [(vec![0], "5"), (vec![0, 1], "10"), (vec![0, 2], "0"), (vec![0, 1, 2, 3], "0")] {
        let response = Response::Cloze(vec![ClozeResponse::Choices(chosen.clone())]);
        assert_eq!(points(&body, &response, "10"), wanted, "{chosen:?}");
    }
}

#[test]
fn several_responses_inside_a_cloze_add_up() {
    let body = cloze("{1:MR:%50%p~%50%q~%-50%r}");
    let marked = |chosen| {
        let response = Response::Cloze(vec![ClozeResponse::Choices(chosen)]);
        share(&mark(&body, &straight(&body), &response)).unwrap().to_string()
    };
    assert_eq!(marked(vec![0, 1]), "1");
    assert_eq!(marked(vec![0, 2]), "0");
    assert_eq!(marked(vec![1]), "0.5");
}

#[test]
fn essays_wait_for_a_person() {
    let it = mark(&essay(), &Arrangement::default(), &Response::Essay("something".into()));
    assert_eq!((share(&it), it.state), (None, MarkState::NeedsMarking));
}

#[test]
fn nothing_answered_earns_nothing_in_every_kind() {
    for body in all() {
        let it = mark(&body, &straight(&body), &Response::Empty);
        assert_eq!((share(&it), it.state), (Some(d("0")), MarkState::NotAnswered), "{}", body.kind.name());
    }
    let blank = [
        (essay(), Response::Essay(" \n".into())),
        (short_answer(&[("*", "1")], false), word("  ")),
        (multiple(&["0", "1"], false), Response::Choices(vec![])),
        (matching(&[("a", "b")], &["c"]), Response::Pairs(vec![None])),
    ];
    for (body, response) in blank {
        assert_eq!(state(&body, &response), MarkState::NotAnswered);
    }
}

#[test]
fn a_response_of_another_kind_earns_nothing() {
    for body in all() {
        for response in [Response::Choice(99), Response::Order(vec![0; 200]), Response::Truth(true)] {
            let it = mark(&body, &straight(&body), &response);
            if !matches!((body.kind.name(), &response), ("true_false", Response::Truth(_))) {
                assert_eq!(share(&it), Some(d("0")), "{} {response:?}", body.kind.name());
            }
        }
    }
}

/// What is right, said of `right` of the parts of a question with `parts` equal ones.
fn equal_parts(parts: usize, right: usize) -> Vec<(QuestionBody, Response)> {
    let markup: Vec<String> = (0..parts).map(|part| format!("{{2:SA:=a{part}}}")).collect();
    let gap =
        |part| if part < right { ClozeResponse::Text(format!("a{part}")) } else { ClozeResponse::Empty };
    let stems: Vec<(String, String)> =
        (0..parts).map(|part| (format!("s{part}"), format!("a{part}"))).collect();
    let pairs: Vec<(&str, &str)> = stems.iter().map(|(stem, answer)| (&**stem, &**answer)).collect();
    let answer = |part: usize| (part < right).then(|| u16::try_from(part).unwrap());
    let mut all = vec![
        (cloze(&markup.join(" ")), Response::Cloze((0..parts).map(gap).collect())),
        (matching(&pairs, &[]), Response::Pairs((0..parts).map(answer).collect())),
    ];
    // One item alone cannot be in a wrong place.
    if parts != right + 1 {
        let items: Vec<&str> = pairs.iter().map(|(stem, _)| *stem).collect();
        let mut order: Vec<u16> = (0..u16::try_from(parts).unwrap()).collect();
        order[right..].rotate_left(usize::from(right < parts));
        all.push((ordering(&items, OrderingCredit::AbsolutePosition), Response::Order(order)));
    }
    all
}

proptest! {
    #[test]
    fn so_many_of_equal_parts_are_exactly_so_many_points(
        (parts, right) in (2_usize..=60).prop_flat_map(|parts| (Just(parts), 0..=parts)),
        full in 1_i64..1_000_000_000,
    ) {
        let full = Decimal::from_units(full);
        for (body, response) in equal_parts(parts, right) {
            let kind = body.kind.name();
            prop_assert_eq!(points(&body, &response, &parts.to_string()), right.to_string(), "{}", kind);
            let share = mark(&body, &straight(&body), &response).share.unwrap();
            if right == parts {
                prop_assert_eq!(share.of_points(full), full, "{}", kind);
            } else {
                prop_assert!(share.state() != MarkState::Right, "{}", kind);
            }
        }
    }
}

#[test]
fn one_of_three_gaps_of_three_points_is_one_point() {
    let body = cloze("{1:SA:=a} {1:SA:=b} {1:SA:=c}");
    let text = |text: &str| ClozeResponse::Text(text.to_owned());
    let one = Response::Cloze(vec![text("a"), ClozeResponse::Empty, text("x")]);
    assert_eq!(points(&body, &one, "3"), "1");
    assert_eq!(points(&body, &one, "300"), "100");
    assert_eq!(earned(&body, &one), "0.3333333");
    let two = Response::Cloze(vec![text("a"), text("b"), text("x")]);
    assert_eq!(points(&body, &two, "3"), "2");
    assert_eq!((earned(&body, &two), points(&body, &two, "1")), ("0.6666667".into(), "0.6666667".into()));
}

#[test]
fn thirds_of_an_author_are_thirds_of_the_points() {
    let several = multiple(&["0.3333333", "0.3333333", "0.3333333", "-0.1666667"], false);
    assert_eq!(points(&several, &Response::Choices(vec![0, 1, 2]), "3"), "3");
    assert_eq!(points(&several, &Response::Choices(vec![0, 1]), "3"), "2");
    assert_eq!(points(&several, &Response::Choices(vec![0, 1, 3]), "3"), "1.5");
    let one = single(&["1", "0.3333333", "-0.1428571"]);
    assert_eq!(points(&one, &Response::Choice(1), "3"), "1");
    assert_eq!(points(&one, &Response::Choice(2), "7"), "-1");
    let gap = "{1:SA:%33.33333%a~=b}";
    let gaps = cloze(&format!("{gap} {gap} {gap}"));
    let thirds = Response::Cloze(vec![ClozeResponse::Text("a".to_owned()); 3]);
    assert_eq!(points(&gaps, &thirds, "3"), "1");
    let metres = UnitRule::Required { penalty: d("0.3333333"), penalty_of: PenaltyBase::Question };
    let without_unit = numerical(&[("5", "0", "1")], metres, &[("m", "1")]);
    assert_eq!(points(&without_unit, &number("5"), "3"), "2");
}

/// The shares that Moodle offers, as its files write them.
const OFFERED: [(&str, i64, i64); 20] = [
    ("100", 1, 1),
    ("90", 9, 10),
    ("83.33333", 5, 6),
    ("80", 4, 5),
    ("75", 3, 4),
    ("70", 7, 10),
    ("66.66667", 2, 3),
    ("60", 3, 5),
    ("50", 1, 2),
    ("40", 2, 5),
    ("33.33333", 1, 3),
    ("30", 3, 10),
    ("25", 1, 4),
    ("20", 1, 5),
    ("16.66667", 1, 6),
    ("14.28571", 1, 7),
    ("12.5", 1, 8),
    ("11.11111", 1, 9),
    ("10", 1, 10),
    ("5", 1, 20),
];
/// All of them are whole numbers of this part.
const FINEST: i64 = 2_520;

proptest! {
    #[test]
    fn what_files_of_moodle_give_is_the_ratio_that_it_stands_for(
        chosen in prop::collection::vec((prop::sample::select(&OFFERED[..]), any::<bool>()), 1..=8),
        full in 0_i64..100_000_000_000,
    ) {
        let full = Decimal::from_units(full);
        let fractions: Vec<String> = chosen
            .iter()
            .map(|((percent, ..), negative)| if *negative { format!("-{percent}") } else { (*percent).to_owned() })
            .map(|percent| fraction::from_percent(&percent).unwrap().to_string())
            .collect();
        let fractions: Vec<&str> = fractions.iter().map(String::as_str).collect();
        let parts = |((_, numerator, denominator), negative): &((&str, i64, i64), bool)| {
            FINEST / denominator * if *negative { -numerator } else { *numerator }
        };
        let worth = |parts: i64| full.scaled(Decimal::from_units(parts), Decimal::from_units(FINEST)).to_string();
        let all = Response::Choices((0..u16::try_from(chosen.len()).unwrap()).collect());
        let sum: i64 = chosen.iter().map(parts).sum();
        let several = points(&multiple(&fractions, false), &all, &full.to_string());
        prop_assert_eq!(several, worth(sum.clamp(0, FINEST)));
        let one = points(&single(&fractions), &Response::Choice(0), &full.to_string());
        prop_assert_eq!(one, worth(parts(&chosen[0])));
    }

    #[test]
    fn percentages_of_two_digits_are_what_they_say(hundredths in -10_000_i32..=10_000) {
        let fraction = Decimal::from_int(hundredths).divided_by(10_000);
        let body = single(&[&fraction.to_string()]);
        prop_assert_eq!(points(&body, &Response::Choice(0), "10000"), hundredths.to_string());
    }
}

#[test]
fn words_that_look_alike_are_the_same_word() {
    let same = ["Caf\u{e9}", "Cafe\u{301}", "\u{a0}Caf\u{e9}\u{200b}", "\u{feff}\u{200f}Ca\u{200b}fe\u{301}"];
    for (pattern, capitals) in same.into_iter().flat_map(|pattern| [(pattern, false), (pattern, true)]) {
        let body = short_answer(&[(pattern, "1")], capitals);
        for text in same {
            assert_eq!(earned(&body, &word(text)), "1", "{pattern:?} {text:?}");
        }
        assert_eq!(earned(&body, &word("Cafe")), "0");
    }
    let body = short_answer(&[("New York", "1")], false);
    for text in ["New  York", "new\u{a0}york", "new\u{202f}york\u{200e}"] {
        assert_eq!(earned(&body, &word(text)), "1", "{text:?}");
    }
    let gap = cloze("{1:SA:=Cafe\u{301} noir}");
    let response = Response::Cloze(vec![ClozeResponse::Text("caf\u{e9}\u{a0} noir\u{200b}".to_owned())]);
    assert_eq!(earned(&gap, &response), "1");
    let lists = matching(&[("a", "Caf\u{e9}"), ("b", "x")], &["Cafe\u{301}"]);
    assert_eq!(earned(&lists, &Response::Pairs(vec![Some(2), Some(1)])), "1");
}

#[test]
fn numbers_are_read_in_every_script_and_from_every_keyboard() {
    let body = numerical(&[("12.5", "0", "1")], UnitRule::None, &[]);
    let gap = cloze("{1:NM:=12.5}");
    for text in [
        "١٢٫٥",
        "١٢.٥",
        "١٢،٥",
        "۱۲٫۵",
        "१२.५",
        "１２.５",
        "１２．５",
        "\u{200f}12.5",
        "12.5\u{200e}",
        "\u{feff}12,5\u{a0}",
        "1\u{200b}2.5",
        "+12.5",
    ] {
        assert_eq!(earned(&body, &number(text)), "1", "{text:?}");
        assert!(unread_numbers(&body.kind, &number(text)).is_empty(), "{text:?}");
        let response = Response::Cloze(vec![ClozeResponse::Text(text.to_owned())]);
        assert_eq!(earned(&gap, &response), "1", "{text:?}");
    }
    let body = numerical(&[("-1234.5", "0", "1")], UnitRule::None, &[]);
    for text in
        ["-١٬٢٣٤٫٥", "\u{2212}1234,5", "\u{2013}1\u{2019}234.5", "\u{200e}-1 234.5", "\u{ff0d}１２３４.５"]
    {
        assert_eq!(earned(&body, &number(text)), "1", "{text:?}");
    }
    assert_eq!(earned(&numerical(&[("1234", "0", "1")], UnitRule::None, &[]), &number("١٬٢٣٤")), "1");
    assert_eq!(earned(&numerical(&[("1.234", "0", "1")], UnitRule::None, &[]), &number("١٫٢٣٤")), "1");
}

#[test]
fn digits_beyond_what_is_kept_do_not_make_a_number_wrong() {
    let third = numerical(&[("0.3333", "0.0001", "1")], UnitRule::None, &[]);
    for text in ["0.33333333333333333333333333333333", &format!("0,{}", "3".repeat(900))] {
        assert_eq!(earned(&third, &number(text)), "1", "{text}");
    }
    let nought = numerical(&[("0", "0", "1")], UnitRule::None, &[]);
    for text in
        ["1e-91", "-1e-400", "1e-999999999999", "0e99999", "0.0000", &format!("0.{}1", "0".repeat(500))]
    {
        assert_eq!(earned(&nought, &number(text)), "1", "{text}");
    }
    let large = numerical(&[("6.022e23", "1e20", "1")], UnitRule::None, &[]);
    for text in ["6,022e23", "6.022e23", "6,022 x 10^23", "602200000000000000000000.00000000000000000001"] {
        assert_eq!(earned(&large, &number(text)), "1", "{text}");
    }
    for text in ["1e91", "1e400", &"9".repeat(130)] {
        assert_eq!(earned(&large, &number(text)), "0", "{text}");
        assert_eq!(unread_numbers(&large.kind, &number(text)), [0], "{text}");
    }
}

#[test]
fn units_may_begin_with_a_digit_and_are_known_in_every_way_of_writing() {
    let rule = UnitRule::Required { penalty: d("0.1"), penalty_of: PenaltyBase::Response };
    let units = [("1/s", "1"), ("10^3 1/s", "0.001"), ("s", "3")];
    let body = numerical(&[("5", "0", "1")], rule, &units);
    for text in ["5 1/s", "5\u{a0}1/s", "1/s 5", "٥ 1/s", "0,005 10^3 1/s", "15 s", "15s"] {
        assert_eq!(earned(&body, &number(text)), "1", "{text}");
    }
    assert_eq!(earned(&body, &number("5")), "0.9");
    for text in ["51/s", "5.1/s", "5 51/s"] {
        assert_eq!(earned(&body, &number(text)), "0", "{text}");
    }
    let units =
        [("\u{2126}", "1"), ("\u{b5}m", "10"), ("m\u{b2}", "100"), ("m2", "1000"), ("m·s\u{207b}¹", "20")];
    let body = numerical(&[("5", "0", "1")], UnitRule::Optional, &units);
    for text in [
        "5 \u{2126}",
        "5 \u{3a9}",
        "50 \u{b5}m",
        "50 \u{3bc}m",
        "500 m\u{b2}",
        "5000 m2",
        "500 \u{33a1}",
        "100 m·s-1",
        "5\u{200f} \u{2126}",
    ] {
        assert_eq!(earned(&body, &number(text)), "1", "{text:?}");
    }
    let chosen = Response::Number { text: "50 \u{3bc}m".into(), unit: Some("\u{b5}m".into()) };
    assert_eq!(earned(&body, &chosen), "1");
    // A sign of money with a point behind it, and numbers that are numbers without a unit.
    let body = numerical(&[("5", "0", "1")], UnitRule::Optional, &[("Rs.", "1"), ("-", "1"), ("E2", "1")]);
    for (text, share) in [("Rs. 5", "1"), ("Rs.5", "1"), ("-5", "0"), ("5E2", "0"), ("5 E2", "1")] {
        assert_eq!(earned(&body, &number(text)), share, "{text}");
    }
}
