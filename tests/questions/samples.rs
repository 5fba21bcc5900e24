//! Questions to test with.

use lyceum::domain::decimal::Decimal;
use lyceum::domain::question::kind::{
    Accepts, Choice, ChoiceOption, Cloze, CombinedFeedback, Essay, EssayEditor, Kind, Matching, MatchingPair,
    MultipleResponse, Numbering, Numerical, NumericalAnswer, Ordering, OrderingCredit, ShortAnswer,
    TextAnswer, TrueFalse, Unit, UnitEntry, UnitRule,
};
use lyceum::domain::question::numeric::Number;
use lyceum::domain::question::{QuestionBody, cloze};
use lyceum::domain::rich_text::RichText;

pub(crate) fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

pub(crate) fn n(text: &str) -> Number {
    Number::parse(text).unwrap()
}

pub(crate) fn html(text: &str) -> RichText {
    RichText::from_html(text).unwrap()
}

pub(crate) fn body(kind: Kind) -> QuestionBody {
    QuestionBody {
        name: "A question".to_owned(),
        text: html("<p>What?</p>"),
        general_feedback: RichText::empty(),
        default_points: Decimal::ONE,
        penalty: d("0.3333333"),
        kind,
        tags: Vec::new(),
        id_number: None,
        files: Vec::new(),
    }
}

pub(crate) fn combined() -> CombinedFeedback {
    CombinedFeedback {
        correct: html("well done"),
        partially_correct: html("half done"),
        incorrect: html("not done"),
        show_number_correct: true,
    }
}

/// Options `o0`, `o1`, .. with these fractions and the feedback `f0`, `f1`, ..
pub(crate) fn options(fractions: &[&str]) -> Vec<ChoiceOption> {
    let option = |(index, fraction): (usize, &&str)| ChoiceOption {
        text: html(&format!("o{index}")),
        fraction: d(fraction),
        feedback: html(&format!("f{index}")),
    };
    fractions.iter().enumerate().map(option).collect()
}

pub(crate) fn single(fractions: &[&str]) -> QuestionBody {
    body(Kind::SingleChoice(Choice {
        options: options(fractions),
        shuffle: true,
        numbering: Numbering::LowerLetters,
        feedback: combined(),
    }))
}

pub(crate) fn multiple(fractions: &[&str], all_or_nothing: bool) -> QuestionBody {
    body(Kind::MultipleResponse(MultipleResponse {
        options: options(fractions),
        all_or_nothing,
        shuffle: true,
        numbering: Numbering::Numbers,
        feedback: combined(),
    }))
}

pub(crate) fn true_false(correct: bool) -> QuestionBody {
    body(Kind::TrueFalse(TrueFalse {
        correct,
        feedback_true: html("said true"),
        feedback_false: html("said false"),
    }))
}

pub(crate) fn numerical(
    answers: &[(&str, &str, &str)],
    rule: UnitRule,
    units: &[(&str, &str)],
) -> QuestionBody {
    let answer = |(value, tolerance, fraction): &(&str, &str, &str)| NumericalAnswer {
        accepts: if *value == "*" {
            Accepts::Any
        } else {
            Accepts::Within { value: n(value), tolerance: n(tolerance) }
        },
        fraction: d(fraction),
        feedback: html(&format!("about {value}")),
    };
    let unit =
        |(name, multiplier): &(&str, &str)| Unit { name: (*name).to_owned(), multiplier: n(multiplier) };
    body(Kind::Numerical(Numerical {
        answers: answers.iter().map(answer).collect(),
        units: units.iter().map(unit).collect(),
        unit_rule: rule,
        unit_entry: UnitEntry::Typed,
        units_left: false,
    }))
}

pub(crate) fn short_answer(answers: &[(&str, &str)], case_sensitive: bool) -> QuestionBody {
    let answer = |(pattern, fraction): &(&str, &str)| TextAnswer {
        pattern: (*pattern).to_owned(),
        fraction: d(fraction),
        feedback: html(&format!("on {}", pattern.replace(['*', '\\'], ""))),
    };
    body(Kind::ShortAnswer(ShortAnswer { answers: answers.iter().map(answer).collect(), case_sensitive }))
}

pub(crate) fn matching(pairs: &[(&str, &str)], distractors: &[&str]) -> QuestionBody {
    let pair =
        |(stem, answer): &(&str, &str)| MatchingPair { stem: html(stem), answer: (*answer).to_owned() };
    body(Kind::Matching(Matching {
        pairs: pairs.iter().map(pair).collect(),
        distractors: distractors.iter().map(|text| (*text).to_owned()).collect(),
        shuffle: true,
        feedback: combined(),
    }))
}

pub(crate) fn ordering(items: &[&str], credit: OrderingCredit) -> QuestionBody {
    body(Kind::Ordering(Ordering {
        items: items.iter().map(|item| html(item)).collect(),
        credit,
        horizontal: false,
        numbering: Numbering::Nothing,
        feedback: combined(),
    }))
}

pub(crate) fn cloze(markup: &str) -> QuestionBody {
    let extracted = cloze::extract(markup).unwrap();
    let kind = Kind::Cloze(Cloze { parts: extracted.parts });
    QuestionBody { text: html(&extracted.text), ..body(kind) }
}

pub(crate) fn essay() -> QuestionBody {
    body(Kind::Essay(Essay {
        grader_info: html("<p>look for <em>x</em></p>"),
        template: html("<p>Dear ...</p>"),
        editor: EssayEditor::Plain,
        required: true,
        min_words: Some(10),
        max_words: Some(500),
        lines: 20,
    }))
}

/// One of every kind.
pub(crate) fn all() -> Vec<QuestionBody> {
    vec![
        single(&["1", "0", "-0.5", "0.3333333"]),
        multiple(&["0.5", "0.5", "-1", "0"], false),
        multiple(&["1", "1", "0"], true),
        true_false(true),
        numerical(&[("3.14", "0.005", "1"), ("3", "0.5", "0.5"), ("*", "0", "0")], UnitRule::None, &[]),
        numerical(&[("5", "0.1", "1")], UnitRule::Optional, &[("m", "1"), ("cm", "100")]),
        short_answer(&[("Paris", "1"), ("Lut*", "0.5"), ("*", "0")], false),
        matching(&[("France", "Paris"), ("Italy", "Rome"), ("Also France", "Paris")], &["Berlin"]),
        ordering(&["first", "second", "third", "fourth"], OrderingCredit::AbsolutePosition),
        cloze(
            "A {2:MC:=yes#good~%50%half~no#bad} b {1:SA:=Paris~*#No} c {1:NM:=3:0.5} d {1:MR:%50%p~%50%q~%-50%r}",
        ),
        essay(),
    ]
}
