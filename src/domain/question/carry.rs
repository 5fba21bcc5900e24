//! Carrying an arrangement over to another version of a question, so that a response keeps its meaning: what stands at
//! a displayed position says the same in both.
//!
//! Elements are found again by their texts, which name the files in them by content. Keys, points, feedback and order
//! may differ; where a text is new, gone or changed, nobody can say what a response would mean.

use super::arrange::Arrangement;
use super::kind::{ChoiceOption, Cloze, ClozeKind, Kind, MatchingPair};
use super::{QuestionBody, RichText};
use crate::domain::naming::composed;

/// The arrangement under which the version `after` shows what `before` shows; none where the two do not ask for the
/// same.
#[must_use]
pub fn carry(before: &QuestionBody, after: &QuestionBody, arrangement: &Arrangement) -> Option<Arrangement> {
    let main = |moved: Vec<u8>| {
        Some(Arrangement { main: rearranged(&arrangement.main, &moved)?, ..arrangement.clone() })
    };
    match (&before.kind, &after.kind) {
        (Kind::SingleChoice(before), Kind::SingleChoice(after)) => {
            main(moved(&options(&before.options), &options(&after.options))?)
        }
        (Kind::MultipleResponse(before), Kind::MultipleResponse(after)) => {
            main(moved(&options(&before.options), &options(&after.options))?)
        }
        (Kind::Matching(before), Kind::Matching(after)) => Some(Arrangement {
            main: rearranged(&arrangement.main, &moved(&stems(&before.pairs), &stems(&after.pairs))?)?,
            right: rearranged(&arrangement.right, &moved(&before.right_column(), &after.right_column())?)?,
            parts: Vec::new(),
        }),
        (Kind::Ordering(before), Kind::Ordering(after)) => {
            main(moved(&texts(&before.items), &texts(&after.items))?)
        }
        (Kind::Cloze(gaps), Kind::Cloze(others)) => {
            // Gaps are told apart by the words around them: when these and the keys differ, nobody knows which is which.
            let same_gaps = before.text == after.text || gaps == others;
            Some(Arrangement {
                parts: parts(gaps, others, arrangement).filter(|_| same_gaps)?,
                ..arrangement.clone()
            })
        }
        (Kind::TrueFalse(_), Kind::TrueFalse(_))
        | (Kind::Numerical(_), Kind::Numerical(_))
        | (Kind::ShortAnswer(_), Kind::ShortAnswer(_))
        | (Kind::Essay(_), Kind::Essay(_)) => Some(arrangement.clone()),
        _ => None,
    }
}

fn parts(before: &Cloze, after: &Cloze, arrangement: &Arrangement) -> Option<Vec<Vec<u8>>> {
    if before.parts.len() != after.parts.len() {
        return None;
    }
    let gaps = before.parts.iter().zip(&after.parts).zip(&arrangement.parts);
    gaps.map(|((before, after), order)| match (&before.kind, &after.kind) {
        (ClozeKind::Choice { options: before, .. }, ClozeKind::Choice { options: after, .. })
        | (
            ClozeKind::MultipleResponse { options: before, .. },
            ClozeKind::MultipleResponse { options: after, .. },
        ) => rearranged(order, &moved(&options(before), &options(after))?),
        (
            ClozeKind::ShortAnswer { .. } | ClozeKind::Numerical { .. },
            ClozeKind::ShortAnswer { .. } | ClozeKind::Numerical { .. },
        ) => Some(order.clone()),
        _ => None,
    })
    .collect()
}

/// What options are found again by.
pub fn options(options: &[ChoiceOption]) -> Vec<&str> {
    options.iter().map(|option| option.text.html()).collect()
}

/// What stems are found again by.
pub fn stems(pairs: &[MatchingPair]) -> Vec<&str> {
    pairs.iter().map(|pair| pair.stem.html()).collect()
}

fn texts(items: &[RichText]) -> Vec<&str> {
    items.iter().map(RichText::html).collect()
}

/// Where the text at a place stands in another version, whatever became of the others; of several that are the same the first
/// is the first, and so on.
pub fn found_again(before: &[&str], at: usize, after: &[&str]) -> Option<usize> {
    let text = before.get(at)?;
    let earlier = before.iter().take(at).filter(|other| is_same(other, text)).count();
    let again = after.iter().enumerate().filter(|(_, other)| is_same(other, text));
    again.map(|(place, _)| place).nth(earlier)
}

/// However their letters and marks are put together: a new version has them in one piece.
fn is_same(one: &str, other: &str) -> bool {
    one == other || (!one.is_ascii() && !other.is_ascii() && composed(one) == composed(other))
}

/// Where each text stands afterwards; none unless all are there again and can be told apart.
fn moved(before: &[&str], after: &[&str]) -> Option<Vec<u8>> {
    if before == after {
        return Some((0..=u8::MAX).take(before.len()).collect());
    }
    let again = |(at, text): (usize, &&str)| before.iter().take(at).any(|earlier| is_same(earlier, text));
    if before.len() != after.len() || before.iter().enumerate().any(again) {
        return None;
    }
    let place = |text: &&str| after.iter().position(|other| is_same(other, text));
    before.iter().map(|text| place(text).and_then(|at| u8::try_from(at).ok())).collect()
}

/// The same elements at the same displayed positions, by the places that they have now.
fn rearranged(order: &[u8], moved: &[u8]) -> Option<Vec<u8>> {
    order.iter().map(|at| moved.get(usize::from(*at)).copied()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::decimal::Decimal;
    use crate::domain::question::{QuestionInput, Response, arrange, check, mark, present};

    fn body(text: &str, kind: &Value) -> QuestionBody {
        let input = json!({ "name": "Q", "text": { "text": text }, "kind": kind });
        serde_json::from_value::<QuestionInput>(input).unwrap().parse().unwrap()
    }

    fn choice(kind: &str, options: &[(&str, u8)]) -> QuestionBody {
        let option =
            |(text, fraction): &(&str, u8)| json!({ "text": { "text": text }, "fraction": fraction });
        let options: Vec<Value> = options.iter().map(option).collect();
        body("Which?", &json!({ "type": kind, "options": options }))
    }

    fn matching(pairs: &[(&str, &str)], distractors: &[&str]) -> QuestionBody {
        let pair = |(stem, answer): &(&str, &str)| json!({ "stem": { "text": stem }, "answer": answer });
        let pairs: Vec<Value> = pairs.iter().map(pair).collect();
        body("Match", &json!({ "type": "matching", "pairs": pairs, "distractors": distractors }))
    }

    fn ordering(items: &[&str]) -> QuestionBody {
        let items: Vec<Value> = items.iter().map(|item| json!({ "text": item })).collect();
        body("Order", &json!({ "type": "ordering", "items": items }))
    }

    fn gap(options: &[(&str, u8)]) -> Value {
        let option =
            |(text, fraction): &(&str, u8)| json!({ "text": { "text": text }, "fraction": fraction });
        let options: Vec<Value> = options.iter().map(option).collect();
        json!({ "type": "choice", "options": options })
    }

    fn word(answer: &str) -> Value {
        json!({ "type": "short_answer", "answers": [{ "pattern": answer, "fraction": 1 }] })
    }

    fn cloze(text: &str, parts: &[Value]) -> QuestionBody {
        body(text, &json!({ "type": "cloze", "parts": parts }))
    }

    /// However it was arranged, the other version shows the same, and so it goes back.
    fn same(before: &QuestionBody, after: &QuestionBody) {
        for seed in 0..20 {
            let order = arrange(&before.kind, true, seed);
            let carried = carry(before, after, &order).unwrap();
            assert_eq!(present(before, &order).answer, present(after, &carried).answer, "{seed}");
            assert_eq!(carry(after, before, &carried), Some(order));
        }
    }

    fn other(before: &QuestionBody, after: &QuestionBody) {
        let order = arrange(&before.kind, true, 1);
        assert_eq!(carry(before, after, &order), None);
    }

    fn earned(body: &QuestionBody, order: &Arrangement, response: &Response) -> Option<Decimal> {
        mark(body, order, response).share.map(|share| share.of_points(Decimal::ONE))
    }

    #[test]
    fn a_text_is_the_same_however_its_letters_are_put_together() {
        let (whole, pieces) = (["\u{e9}", "b"], ["b", "e\u{301}"]);
        assert_eq!(moved(&pieces, &whole), Some(vec![1, 0]));
        assert_eq!(found_again(&pieces, 1, &whole), Some(0));
        assert_eq!(moved(&["e\u{301}", "\u{e9}"], &whole), None, "two of one cannot be told apart");
    }

    #[test]
    fn an_option_is_found_again_by_its_text() {
        for kind in ["single_choice", "multiple_response"] {
            let known = choice(kind, &[("Oslo", 1), ("Bergen", 0), ("Tromsø", 0)]);
            same(&known, &choice(kind, &[("Bergen", 0), ("Oslo", 1), ("Tromsø", 0)]));
            same(&known, &choice(kind, &[("Oslo", 0), ("Bergen", 1), ("Tromsø", 0)]));
            other(&known, &choice(kind, &[("Oslo", 1), ("Bergen", 0), ("Tromso", 0)]));
            other(&known, &choice(kind, &[("Oslo", 1), ("Bergen", 0)]));
            other(&known, &choice(kind, &[("Oslo", 1), ("Bergen", 0), ("Tromsø", 0), ("Bodø", 0)]));
        }
        other(
            &choice("single_choice", &[("Oslo", 1), ("Bergen", 0)]),
            &choice("multiple_response", &[("Oslo", 1), ("Bergen", 0)]),
        );
    }

    #[test]
    fn options_of_one_text_are_told_apart_by_nothing_but_their_places() {
        let known = choice("single_choice", &[("A", 1), ("A", 0), ("B", 0)]);
        same(&known, &choice("single_choice", &[("A", 0), ("A", 1), ("B", 0)]));
        other(&known, &choice("single_choice", &[("B", 0), ("A", 1), ("A", 0)]));
        other(&choice("single_choice", &[("A", 1), ("C", 0), ("B", 0)]), &known);
    }

    #[test]
    fn the_answer_that_was_chosen_stays_it_and_is_marked_by_the_corrected_key() {
        let before = choice("single_choice", &[("Oslo", 1), ("Bergen", 0), ("Tromsø", 0)]);
        let after = choice("single_choice", &[("Bergen", 0), ("Oslo", 1), ("Tromsø", 0)]);
        let order = Arrangement { main: vec![2, 0, 1], ..Arrangement::default() };
        let carried = carry(&before, &after, &order).unwrap();
        assert_eq!(carried.main, [2, 1, 0]);
        for chosen in 0..3 {
            let response = Response::Choice(chosen);
            assert_eq!(earned(&after, &carried, &response), earned(&before, &order, &response));
        }
    }

    #[test]
    fn both_sides_of_a_matching_are_found_again() {
        let known =
            matching(&[("Norway", "Oslo"), ("Sweden", "Malmö"), ("Finland", "Helsinki")], &["Stockholm"]);
        // The key of one stem was wrong: its answer and a distractor change places, and so does the right column.
        let after =
            matching(&[("Sweden", "Stockholm"), ("Norway", "Oslo"), ("Finland", "Helsinki")], &["Malmö"]);
        same(&known, &after);
        let order = arrange(&known.kind, false, 3);
        let carried = carry(&known, &after, &order).unwrap();
        let answer = |text: &str| {
            let Kind::Matching(it) = &known.kind else { unreachable!() };
            let place = it.right_column().iter().position(|answer| *answer == text).unwrap();
            let shown = order.right.iter().position(|at| usize::from(*at) == place).unwrap();
            Some(u16::try_from(shown).unwrap())
        };
        let response = Response::Pairs(vec![answer("Oslo"), answer("Stockholm"), answer("Helsinki")]);
        assert!(check(&after.kind, &carried, &response).is_ok());
        assert_eq!(earned(&after, &carried, &response), Some(Decimal::ONE));
        other(
            &known,
            &matching(&[("Norway", "Oslo"), ("Sweden", "Malmö"), ("Finland", "Helsinki")], &["Bergen"]),
        );
        other(
            &known,
            &matching(&[("Norge", "Oslo"), ("Sweden", "Malmö"), ("Finland", "Helsinki")], &["Stockholm"]),
        );
    }

    #[test]
    fn an_order_keeps_its_items_when_the_right_order_was_another() {
        let (before, after) = (ordering(&["one", "three", "two"]), ordering(&["one", "two", "three"]));
        same(&before, &after);
        let order = Arrangement { main: vec![2, 0, 1], ..Arrangement::default() };
        let carried = carry(&before, &after, &order).unwrap();
        // Shown are two, one, three; the learner has them in the order that is right by now.
        let response = Response::Order(vec![1, 0, 2]);
        assert_eq!(earned(&after, &carried, &response), Some(Decimal::ONE));
        other(&before, &ordering(&["one", "two", "four"]));
        other(&before, &ordering(&["one", "two"]));
    }

    #[test]
    fn the_gaps_of_a_cloze_keep_their_options() {
        let known = cloze("{#1} {#2}", &[gap(&[("is", 1), ("are", 0)]), word("big")]);
        same(&known, &cloze("{#1} {#2}", &[gap(&[("are", 1), ("is", 0)]), word("great")]));
        same(&known, &cloze("Say: {#1} {#2}", &[gap(&[("is", 1), ("are", 0)]), word("big")]));
        other(&known, &cloze("{#1} {#2}", &[gap(&[("is", 1), ("was", 0)]), word("big")]));
        other(&known, &cloze("{#1} {#2}", &[word("big"), gap(&[("is", 1), ("are", 0)])]));
        other(&known, &cloze("{#1}", &[gap(&[("is", 1), ("are", 0)])]));
        // Which gap was which is not to be seen any more.
        let words = cloze("{#1} lies south of {#2}", &[word("Rome"), word("Oslo")]);
        other(&words, &cloze("{#1} lies north of {#2}", &[word("Oslo"), word("Rome")]));
        same(&words, &cloze("{#1} lies south of {#2}", &[word("Roma"), word("Oslo")]));
    }

    #[test]
    fn what_is_typed_or_said_means_the_same_in_every_version() {
        for kinds in [
            [
                json!({ "type": "true_false", "correct": true }),
                json!({ "type": "true_false", "correct": false }),
            ],
            [json!({ "type": "essay" }), json!({ "type": "essay", "min_words": 5 })],
            ["yes", "no"].map(
                |answer| json!({ "type": "short_answer", "answers": [{ "pattern": answer, "fraction": 1 }] }),
            ),
            ["1", "2"].map(|value| {
                json!({ "type": "numerical",
                    "answers": [{ "value": value, "fraction": 1 }] })
            }),
        ] {
            let (before, after) = (body("What?", &kinds[0]), body("What then?", &kinds[1]));
            let order = arrange(&before.kind, true, 1);
            assert_eq!(carry(&before, &after, &order), Some(order));
        }
        other(
            &body("What?", &json!({ "type": "essay" })),
            &body("What?", &json!({ "type": "true_false", "correct": true })),
        );
    }
}
