//! Whatever question there is, Moodle XML carries it there and back, and GIFT what it can.

use lyceum::domain::decimal::Decimal;
use lyceum::domain::question::format::{
    Export, ExportedQuestion, gift, moodle_xml, write_gift, write_moodle_xml,
};
use lyceum::domain::question::kind::{
    Accepts, Choice, ChoiceOption, Cloze, ClozeDisplay, ClozeKind, ClozePart, CombinedFeedback, Kind,
    Matching, MatchingPair, MultipleResponse, Numbering, Numerical, NumericalAnswer, Ordering,
    OrderingCredit, PenaltyBase, ShortAnswer, TextAnswer, TrueFalse, Unit, UnitEntry, UnitRule,
};
use lyceum::domain::question::numeric::Number;
use lyceum::domain::question::{FileRef, QuestionBody, cloze, validate};
use lyceum::domain::rich_text::RichText;
use proptest::prelude::*;

use crate::samples::{all, body, cloze as cloze_of, d, single, true_false};

fn there_and_back(body: &QuestionBody) {
    let path = ["A / b".to_owned(), "top".to_owned()];
    let questions = [ExportedQuestion { category_path: &path, body }];
    let export = Export { categories: &[], questions: &questions, file: &|_| None };
    let xml = write_moodle_xml(&export);
    let again =
        moodle_xml::parse(xml.text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{}", xml.text));
    assert_eq!(again.questions.len(), 1, "{again:?}");
    assert_eq!(&again.questions[0].body, body, "{}", xml.text);
    assert_eq!(again.questions[0].category_path, path);
    let written = write_gift(&export);
    if written.left_out.is_empty() && written.lost.is_empty() {
        let again = gift::parse(written.text.as_bytes(), None)
            .unwrap_or_else(|error| panic!("{error}\n{}", written.text));
        assert_eq!(again.questions.len(), 1, "{}", written.text);
        assert_eq!(&again.questions[0].body, body, "{}", written.text);
        assert_eq!(again.questions[0].category_path, path);
    }
}

#[test]
fn one_of_every_kind_survives() {
    for body in all() {
        there_and_back(&body);
    }
}

#[test]
fn a_choice_whose_options_are_all_right_stays_one() {
    there_and_back(&single(&["1", "1"]));
    let mut plain = single(&["0", "1", "1", "0.5", "1"]);
    let Kind::SingleChoice(it) = &mut plain.kind else { panic!() };
    it.feedback = CombinedFeedback::default();
    there_and_back(&plain);
    let Kind::SingleChoice(it) = &mut plain.kind else { panic!() };
    it.options.retain(|option| option.fraction == Decimal::ONE);
    there_and_back(&plain);
}

#[test]
fn a_penalty_near_a_third_stays_what_it_is() {
    for penalty in
        ["0.33", "0.333", "0.3333", "0.33333", "0.333333", "0.3333333", "0.3333334", "0.33334", "0.34"]
    {
        there_and_back(&QuestionBody { penalty: d(penalty), ..true_false(true) });
    }
}

/// A question with these files, whose bytes are their hash and which stand in these texts.
fn with_files(names: &[&str], texts: [&[usize]; 2]) -> (QuestionBody, Vec<Vec<u8>>) {
    let contents: Vec<Vec<u8>> = (0..names.len()).map(|at| format!("picture {at}").into_bytes()).collect();
    let file = |(name, bytes): (&&str, &Vec<u8>)| FileRef {
        name: (*name).to_owned(),
        sha256: lyceum::store::blobs::name_of(bytes),
        media_type: "image/png".to_owned(),
        bytes: bytes.len() as u64,
    };
    let mut files: Vec<FileRef> = names.iter().zip(&contents).map(file).collect();
    let text = |places: &[usize]| {
        let one = |place: &usize| format!("{place} <img src=\"lyceum-file:{}\">", files[*place].sha256);
        RichText::from_html(&places.iter().map(one).collect::<String>()).unwrap()
    };
    let [text, general_feedback] = texts.map(text);
    files.sort();
    (QuestionBody { text, general_feedback, files, ..true_false(true) }, contents)
}

fn through_xml(body: &QuestionBody, contents: &[Vec<u8>]) -> QuestionBody {
    let file = |hash: &str| {
        let of_hash = |bytes: &&Vec<u8>| lyceum::store::blobs::name_of(bytes) == hash;
        contents.iter().find(of_hash).cloned()
    };
    let questions = [ExportedQuestion { category_path: &[], body }];
    let xml = write_moodle_xml(&Export { categories: &[], questions: &questions, file: &file });
    moodle_xml::parse(xml.text.as_bytes()).unwrap().questions.remove(0).body
}

#[test]
fn two_files_of_one_name_in_a_text_stay_two() {
    // In texts of their own they keep their names; so they come from Moodle.
    let (body, contents) = with_files(&["image.png", "image.png"], [&[0], &[1]]);
    assert_eq!(through_xml(&body, &contents), body);
    let names =
        ["image.png", "image.png", "image-2.png", "image.png", "d.x/image", "d.x/image", "/image.png"];
    let (body, contents) = with_files(&names, [&[0, 1, 2, 3, 4, 5, 6], &[1]]);
    let back = through_xml(&body, &contents);
    assert_eq!((&back.text, &back.general_feedback), (&body.text, &body.general_feedback));
    let name_of = |bytes: &Vec<u8>| {
        let hash = lyceum::store::blobs::name_of(bytes);
        back.files.iter().find(|file| file.sha256 == hash).unwrap().name.as_str()
    };
    let found: Vec<&str> = contents.iter().map(name_of).collect();
    let wanted =
        ["image.png", "image-3.png", "image-2.png", "image-4.png", "d.x/image", "d.x/image-2", "image-5.png"];
    assert_eq!(found, wanted);
    assert_eq!(through_xml(&back, &contents), back, "once more, and it stays");
}

#[test]
fn an_option_that_begins_with_a_percent_sign_is_one_for_every_reader_of_gift() {
    let mut plain = single(&["1", "0", "0.5"]);
    let Kind::SingleChoice(it) = &mut plain.kind else { panic!() };
    it.feedback = CombinedFeedback::default();
    for (option, text) in it.options.iter_mut().zip(["%d", "%50% of it", "%s"]) {
        option.text = RichText::from_plain(text).unwrap();
    }
    there_and_back(&plain);
    let questions = [ExportedQuestion { category_path: &[], body: &plain }];
    let gift = write_gift(&Export { categories: &[], questions: &questions, file: &|_| None }).text;
    // Moodle reads no weight behind `=`.
    assert!(gift.contains("\t=[html]%d#"), "{gift}");
    assert!(gift.contains("\t~[html]%50% of it#") && gift.contains("\t~%50%[html]%s#"), "{gift}");
}

#[test]
fn gift_names_what_it_leaves_out_and_what_gets_lost() {
    let bodies = all();
    let questions: Vec<ExportedQuestion<'_>> =
        bodies.iter().map(|body| ExportedQuestion { category_path: &[], body }).collect();
    let written = write_gift(&Export { categories: &[], questions: &questions, file: &|_| None });
    let reasons: Vec<&str> = written.left_out.iter().map(|it| it.reason.as_str()).collect();
    assert_eq!(
        reasons,
        [
            "GIFT cannot mark all or nothing",
            "GIFT has no units",
            "GIFT has no ordering questions",
            "GIFT has no cloze questions"
        ]
    );
    assert!(written.lost.iter().any(|it| it.reason == "the feedback for the whole question"));
    assert_eq!(gift::parse(written.text.as_bytes(), None).unwrap().questions.len(), bodies.len() - 4);
}

#[test]
fn shares_of_a_cloze_that_xml_cannot_carry_are_named_and_noughts_are_weights_for_moodle() {
    let shared = |fractions: &[&str]| {
        let mut body = cloze_of("{1:SA:=x} {1:MR:=a~=b~c}");
        let Kind::Cloze(it) = &mut body.kind else { panic!() };
        let ClozeKind::MultipleResponse { options, .. } = &mut it.parts[1].kind else { panic!() };
        for (option, fraction) in options.iter_mut().zip(fractions) {
            option.fraction = d(fraction);
        }
        assert_eq!(validate(&body), Ok(()));
        body
    };
    let written = |body: &QuestionBody| {
        let questions = [ExportedQuestion { category_path: &[], body }];
        write_moodle_xml(&Export { categories: &[], questions: &questions, file: &|_| None })
    };
    let whole = shared(&["1", "0", "0"]);
    let xml = written(&whole);
    assert!(xml.text.contains("{1:MULTIRESPONSE:%100%a~%0%b~%0%c}"), "{}", xml.text);
    assert_eq!(xml.lost, []);
    there_and_back(&whole);
    there_and_back(&shared(&["0.3333333", "0.6666667", "-0.25"]));
    let xml = written(&shared(&["1", "1", "0"]));
    let lost: Vec<&str> = xml.lost.iter().map(|it| it.reason.as_str()).collect();
    assert_eq!(lost, ["shares of part 2 that add up to more than 1: there they make 1 together"]);
}

/// Characters that mean something somewhere.
fn plain() -> impl Strategy<Value = String> {
    "[a-c0-2=~#{}:%\\\\\\[\\]<>&\"'/*$@ \u{e4}\u{20ac}-]{0,12}".prop_map(|text| text.trim().to_owned())
}

fn nonempty() -> impl Strategy<Value = String> {
    plain().prop_map(|text| if text.is_empty() { "x".to_owned() } else { text })
}

fn rich() -> impl Strategy<Value = RichText> {
    prop_oneof![
        Just(RichText::empty()),
        plain().prop_map(|text| RichText::from_plain(&text).unwrap()),
        plain().prop_map(|text| RichText::from_html(&text).unwrap()),
        (plain(), plain()).prop_map(|(a, b)| {
            RichText::from_html(&format!("<p>{a}</p>\n<ul><li>{b}</li></ul>")).unwrap()
        }),
        plain().prop_map(|text| RichText::from_markdown(&format!("*{text}*\n\n    {text}")).unwrap()),
    ]
}

fn full() -> impl Strategy<Value = RichText> {
    rich().prop_map(|text| if text.is_empty() { RichText::from_plain("y").unwrap() } else { text })
}

fn fraction() -> impl Strategy<Value = Decimal> {
    prop_oneof![
        prop::sample::select(vec![
            "0",
            "0.5",
            "0.3333333",
            "0.6666667",
            "-1",
            "0.1428571",
            "0.25",
            "-0.0555555"
        ])
        .prop_map(d),
        (-100_i64..=100).prop_map(|percent| Decimal::from_units(percent * 100_000)),
        (-10_000_000_i64..=10_000_000).prop_map(Decimal::from_units),
    ]
    // What is a cut or rounded period is that period everywhere in files.
    .prop_map(|share| {
        let close = [3_333_333, 6_666_667, 1_666_667, 8_333_333, 1_428_571, 1_111_111]
            .into_iter()
            .find(|period: &i64| (share.units().abs() - period).abs() <= 1);
        close.map_or(share, |period| Decimal::from_units(period * share.units().signum()))
    })
}

fn options() -> impl Strategy<Value = Vec<ChoiceOption>> {
    prop::collection::vec((full(), fraction(), rich()), 2..5).prop_map(|all| {
        let mut options: Vec<ChoiceOption> = all
            .into_iter()
            .map(|(text, fraction, feedback)| ChoiceOption { text, fraction, feedback })
            .collect();
        options[0].fraction = Decimal::ONE;
        options
    })
}

/// Several responses whose right ones make 1 together: what the markup of a cloze can say.
fn several() -> impl Strategy<Value = Vec<ChoiceOption>> {
    (options(), fraction()).prop_map(|(mut options, first)| {
        let first = if first.is_negative() { -first } else { first };
        for option in &mut options {
            option.fraction = if option.fraction.is_negative() { option.fraction } else { Decimal::ZERO };
        }
        options[0].fraction = first;
        options[1].fraction = Decimal::ONE - first;
        options
    })
}

fn words() -> impl Strategy<Value = Vec<TextAnswer>> {
    prop::collection::vec((nonempty(), fraction(), rich()), 1..4).prop_map(|all| {
        let mut answers: Vec<TextAnswer> = all
            .into_iter()
            .map(|(pattern, fraction, feedback)| TextAnswer { pattern, fraction, feedback })
            .collect();
        answers[0].fraction = Decimal::ONE;
        answers
    })
}

fn number() -> impl Strategy<Value = Number> {
    (any::<i64>(), -30_i32..30)
        .prop_map(|(mantissa, power)| Number::parse(&format!("{mantissa}e{power}")).unwrap())
}

fn accepts() -> impl Strategy<Value = Accepts> {
    prop_oneof![
        1 => Just(Accepts::Any),
        4 => (number(), 0_u32..1000).prop_map(|(value, tolerance)| Accepts::Within {
            value,
            tolerance: Number::parse(&format!("{tolerance}e-2")).unwrap(),
        }),
    ]
}

fn numbers() -> impl Strategy<Value = Vec<NumericalAnswer>> {
    prop::collection::vec((accepts(), fraction(), rich()), 1..4).prop_map(|all| {
        let mut answers: Vec<NumericalAnswer> = all
            .into_iter()
            .map(|(accepts, fraction, feedback)| NumericalAnswer { accepts, fraction, feedback })
            .collect();
        answers[0].fraction = Decimal::ONE;
        answers
    })
}

fn combined() -> impl Strategy<Value = CombinedFeedback> {
    prop_oneof![
        Just(CombinedFeedback::default()),
        (rich(), rich(), rich(), any::<bool>()).prop_map(|(correct, partially_correct, incorrect, show)| {
            CombinedFeedback { correct, partially_correct, incorrect, show_number_correct: show }
        }),
    ]
}

fn numbering() -> impl Strategy<Value = Numbering> {
    prop::sample::select(vec![
        Numbering::LowerLetters,
        Numbering::UpperLetters,
        Numbering::Numbers,
        Numbering::LowerRoman,
        Numbering::UpperRoman,
        Numbering::Nothing,
    ])
}

fn unit_rule() -> impl Strategy<Value = (UnitRule, Vec<Unit>)> {
    let units = || {
        prop::collection::vec((nonempty(), 1_u32..5000), 1..4).prop_map(|all| {
            let mut units: Vec<Unit> = Vec::new();
            for (name, multiplier) in all {
                if !units.iter().any(|unit| unit.name == name) {
                    units
                        .push(Unit { name, multiplier: Number::parse(&format!("{multiplier}e-2")).unwrap() });
                }
            }
            units[0].multiplier = Number::ONE;
            units
        })
    };
    prop_oneof![
        Just((UnitRule::None, Vec::new())),
        units().prop_map(|units| (UnitRule::Optional, units)),
        (units(), 0_i64..=100, any::<bool>()).prop_map(|(units, percent, whole)| {
            let penalty_of = if whole { PenaltyBase::Question } else { PenaltyBase::Response };
            (UnitRule::Required { penalty: Decimal::from_units(percent * 100_000), penalty_of }, units)
        }),
    ]
}

fn kind() -> impl Strategy<Value = Kind> {
    let shuffle = any::<bool>;
    prop_oneof![
        (options(), shuffle(), numbering(), combined()).prop_map(
            |(options, shuffle, numbering, feedback)| {
                Kind::SingleChoice(Choice { options, shuffle, numbering, feedback })
            }
        ),
        (options(), shuffle(), numbering(), combined(), any::<bool>()).prop_map(
            |(mut options, shuffle, numbering, feedback, all_or_nothing)| {
                if all_or_nothing {
                    for option in &mut options {
                        option.fraction =
                            if option.fraction > Decimal::ZERO { Decimal::ONE } else { Decimal::ZERO };
                    }
                }
                Kind::MultipleResponse(MultipleResponse {
                    options,
                    all_or_nothing,
                    shuffle,
                    numbering,
                    feedback,
                })
            }
        ),
        (any::<bool>(), rich(), rich()).prop_map(|(correct, feedback_true, feedback_false)| {
            Kind::TrueFalse(TrueFalse { correct, feedback_true, feedback_false })
        }),
        (numbers(), unit_rule(), any::<bool>(), 0_usize..3).prop_map(
            |(answers, (unit_rule, units), left, entry)| {
                // How a unit is given means nothing where there is none.
                let entries = [UnitEntry::Typed, UnitEntry::Radio, UnitEntry::Menu];
                let unit_entry = if unit_rule == UnitRule::None { UnitEntry::Typed } else { entries[entry] };
                let units_left = left && unit_rule != UnitRule::None;
                Kind::Numerical(Numerical { answers, units, unit_rule, unit_entry, units_left })
            }
        ),
        (words(), any::<bool>())
            .prop_map(|(answers, case_sensitive)| Kind::ShortAnswer(ShortAnswer { answers, case_sensitive })),
        (
            prop::collection::vec((full(), nonempty()), 1..4),
            prop::collection::vec(nonempty(), 1..3),
            shuffle(),
            combined()
        )
            .prop_map(|(pairs, distractors, shuffle, feedback)| {
                let pairs = pairs.into_iter().map(|(stem, answer)| MatchingPair { stem, answer }).collect();
                Kind::Matching(Matching { pairs, distractors, shuffle, feedback })
            }),
        (prop::collection::vec(full(), 2..5), numbering(), combined(), any::<bool>()).prop_map(
            |(items, numbering, feedback, horizontal)| {
                Kind::Ordering(Ordering {
                    items,
                    credit: OrderingCredit::AllPreviousAndNext,
                    horizontal,
                    numbering,
                    feedback,
                })
            }
        ),
    ]
}

fn part() -> impl Strategy<Value = ClozePart> {
    let display = || prop::sample::select(vec![ClozeDisplay::Column, ClozeDisplay::Row]);
    let kind = prop_oneof![
        (options(), any::<bool>(), display()).prop_map(|(options, shuffle, display)| ClozeKind::Choice {
            display,
            shuffle,
            options
        }),
        (several(), any::<bool>(), display()).prop_map(|(options, shuffle, display)| {
            ClozeKind::MultipleResponse { display, shuffle, options }
        }),
        (words(), any::<bool>())
            .prop_map(|(answers, case_sensitive)| ClozeKind::ShortAnswer { case_sensitive, answers }),
        numbers().prop_map(|answers| ClozeKind::Numerical { answers }),
    ];
    (1_u16..20, kind).prop_map(|(weight, kind)| ClozePart { weight, kind })
}

fn question() -> impl Strategy<Value = QuestionBody> {
    let cloze_question =
        (prop::collection::vec((plain(), part()), 1..4), plain()).prop_map(|(parts, tail)| {
            let mut source = String::new();
            for (index, (before, _)) in parts.iter().enumerate() {
                let before = before.replace(['{', '}'], "|");
                source.push_str(&[before, cloze::placeholder(index), String::new()].join(" "));
            }
            source.push_str(&tail.replace(['{', '}'], "|"));
            let text = RichText::from_plain(&source).unwrap();
            let parts = parts.into_iter().map(|(_, part)| part).collect();
            QuestionBody { text, ..body(Kind::Cloze(Cloze { parts })) }
        });
    let other = (kind(), rich()).prop_map(|(kind, text)| QuestionBody { text, ..body(kind) });
    let plain_defaults = any::<bool>();
    (
        prop_oneof![4 => other, 1 => cloze_question],
        nonempty(),
        rich(),
        0_i64..1000,
        prop::collection::vec(nonempty(), 0..3),
        prop::option::of(nonempty()),
        plain_defaults,
    )
        .prop_map(|(mut body, name, general_feedback, points, tags, id_number, defaults)| {
            body.name = name;
            body.general_feedback = general_feedback;
            for tag in tags {
                if !body.tags.contains(&tag) {
                    body.tags.push(tag);
                }
            }
            body.id_number = id_number;
            body.penalty =
                if matches!(body.kind, Kind::TrueFalse(_)) { Decimal::ONE } else { d("0.3333333") };
            if !defaults {
                body.default_points = Decimal::from_units(points * 1_234_567);
                body.penalty = d("0.1");
            }
            body
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_valid_question_survives(body in question()) {
        prop_assume!(validate(&body).is_ok());
        there_and_back(&body);
    }
}
