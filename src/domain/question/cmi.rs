//! Questions and responses as interactions of SCORM and xAPI (`cmi.interaction`), without their keys: who reads records need not
//! know the right answers of a question that others are still asked.
//!
//! Options, stems, answers and items are named by their place in the question, which is the same for every learner however they
//! were shown.

use super::arrange::{Arrangement, at};
use super::kind::{ChoiceOption, Kind, UnitRule};
use super::response::{ClozeResponse, Response};
use crate::domain::limits::excerpt;
use crate::domain::rich_text::RichText;

/// Between the parts of a response.
const AND: &str = "[,]";
/// Between a stem and its answer.
const WITH: &str = "[.]";
/// An essay is in the attempt; a record has its beginning.
const RESPONSE_CHARS: usize = 500;
/// An option is recognised by its beginning.
const COMPONENT_CHARS: usize = 100;

/// A list of components, by the name that it has in a definition.
pub type Components = (&'static str, Vec<String>);

/// What a question is as an interaction: its type, and its components in their order.
pub fn interaction(kind: &Kind) -> (&'static str, Vec<Components>) {
    match kind {
        Kind::SingleChoice(it) => ("choice", vec![("choices", options(&it.options))]),
        Kind::MultipleResponse(it) => ("choice", vec![("choices", options(&it.options))]),
        Kind::TrueFalse(_) => ("true-false", Vec::new()),
        // With a unit a response is more than a number.
        Kind::Numerical(it) if it.unit_rule == UnitRule::None => ("numeric", Vec::new()),
        Kind::Numerical(_) | Kind::Cloze(_) => ("other", Vec::new()),
        Kind::ShortAnswer(_) => ("fill-in", Vec::new()),
        Kind::Matching(it) => {
            let stems = it.pairs.iter().map(|pair| described(&pair.stem)).collect();
            let answers = it.right_column().into_iter().map(|answer| excerpt(answer, COMPONENT_CHARS));
            ("matching", vec![("source", stems), ("target", answers.collect())])
        }
        Kind::Ordering(it) => ("sequencing", vec![("choices", it.items.iter().map(described).collect())]),
        Kind::Essay(_) => ("long-fill-in", Vec::new()),
    }
}

fn options(options: &[ChoiceOption]) -> Vec<String> {
    options.iter().map(|option| described(&option.text)).collect()
}

fn described(text: &RichText) -> String {
    excerpt(&text.to_plain(), COMPONENT_CHARS)
}

/// A response as the response of an interaction.
pub fn response(arrangement: &Arrangement, response: &Response) -> String {
    let main = |position: &u16| named(&arrangement.main, *position);
    let all = |positions: &[u16]| positions.iter().map(main).collect::<Vec<_>>().join(AND);
    let text = match response {
        Response::Empty => String::new(),
        Response::Choice(option) => main(option),
        Response::Choices(options) => {
            let mut options: Vec<usize> =
                options.iter().filter_map(|option| at(&arrangement.main, *option)).collect();
            options.sort_unstable();
            options.iter().map(ToString::to_string).collect::<Vec<_>>().join(AND)
        }
        Response::Truth(value) => value.to_string(),
        Response::Number { text, unit: Some(unit) } => format!("{text} {unit}"),
        Response::Number { text, unit: None } | Response::Text(text) | Response::Essay(text) => text.clone(),
        Response::Pairs(answers) => {
            let pairs = (0..).zip(answers).filter_map(|(stem, answer)| {
                answer.map(|answer| format!("{}{WITH}{}", main(&stem), named(&arrangement.right, answer)))
            });
            pairs.collect::<Vec<_>>().join(AND)
        }
        Response::Order(order) => all(order),
        Response::Cloze(answers) => {
            let parts = answers.iter().enumerate().map(|(part, answer)| {
                let order = arrangement.parts.get(part).map_or(&[][..], Vec::as_slice);
                match answer {
                    ClozeResponse::Empty => String::new(),
                    ClozeResponse::Choice(option) => named(order, *option),
                    ClozeResponse::Choices(options) => {
                        options.iter().map(|option| named(order, *option)).collect::<Vec<_>>().join("+")
                    }
                    ClozeResponse::Text(text) => text.clone(),
                }
            });
            parts.collect::<Vec<_>>().join(AND)
        }
    };
    excerpt(&text, RESPONSE_CHARS)
}

/// What stands at a displayed position, by its place in the question.
fn named(order: &[u8], position: u16) -> String {
    at(order, position).map(|place| place.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_is_named_by_its_place_in_the_question_however_it_was_shown() {
        let shown =
            Arrangement { main: vec![2, 0, 1], right: vec![1, 0], parts: vec![vec![1, 0], Vec::new()] };
        for (given, told) in [
            (Response::Empty, ""),
            (Response::Choice(0), "2"),
            (Response::Choices(vec![0, 2]), "1[,]2"),
            (Response::Truth(true), "true"),
            (Response::Number { text: "3,5".to_owned(), unit: Some("cm".to_owned()) }, "3,5 cm"),
            (Response::Text("yes".to_owned()), "yes"),
            (Response::Pairs(vec![Some(0), None, Some(1)]), "2[.]1[,]1[.]0"),
            (Response::Order(vec![1, 2, 0]), "0[,]1[,]2"),
            (Response::Cloze(vec![ClozeResponse::Choice(1), ClozeResponse::Text("x".to_owned())]), "0[,]x"),
        ] {
            assert_eq!(response(&shown, &given), told, "{given:?}");
        }
    }

    #[test]
    fn an_essay_is_told_by_its_beginning() {
        let told = response(&Arrangement::default(), &Response::Essay("\u{e9}".repeat(2_000)));
        assert_eq!(told.chars().count(), RESPONSE_CHARS + 1);
        assert!(told.ends_with('\u{2026}'));
        assert_eq!(excerpt("abc", 3), "abc");
    }
}
