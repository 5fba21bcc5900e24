//! What an attempt must show and earn, worked out from what was sent and from the keys.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use lyceum::domain::decimal::Decimal;
use lyceum::domain::question::kind::ClozeKind;
use lyceum::domain::question::{
    Arrangement, Kind, QuestionBody, QuestionInput, Response, ResponseInput, mark, present,
};
use lyceum::domain::rich_text::RichText;
use serde_json::Value;

use crate::client::Client;

/// Keys by question and version, as the teacher gets them.
#[derive(Default)]
pub struct Keys(HashMap<(u64, u64), QuestionBody>);

impl Keys {
    /// The question of a slot of a teacher's review.
    pub async fn of(&mut self, slot: &Value, teacher: &mut Client) -> &QuestionBody {
        let (question, version) = (slot["question_id"].as_u64().unwrap(), slot["version"].as_u64().unwrap());
        match self.0.entry((question, version)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                let path = format!("/api/questions/{question}/versions/{version}");
                let view = teacher.get(&path).await.expect(200).json();
                let input: QuestionInput = serde_json::from_value(view["question"].clone()).unwrap();
                unknown.insert(input.parse().unwrap())
            }
        }
    }
}

pub fn decimal(value: &Value) -> Decimal {
    serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{error}: {value}"))
}

/// Where the texts that are shown stand among those of the question.
fn places<'t>(shown: &Value, all: impl Iterator<Item = &'t str>) -> Vec<u8> {
    let all: Vec<&str> = all.collect();
    let shown = shown.as_array().unwrap();
    let order: Vec<u8> = shown
        .iter()
        .map(|text| all.iter().position(|other| text == other).unwrap_or_else(|| panic!("{text} in {all:?}")))
        .map(|place| u8::try_from(place).unwrap())
        .collect();
    let mut sorted = order.clone();
    sorted.sort_unstable();
    let every: Vec<u8> = (0..u8::try_from(all.len()).unwrap()).collect();
    assert_eq!(sorted, every, "everything is shown once");
    order
}

/// The arrangement, read off what is shown: no two texts of a question are the same in this exam.
fn arrangement(body: &QuestionBody, answer: &Value) -> Arrangement {
    let mut arrangement = Arrangement::default();
    match &body.kind {
        Kind::SingleChoice(it) => {
            arrangement.main = places(&answer["options"], it.options.iter().map(|option| option.text.html()));
        }
        Kind::MultipleResponse(it) => {
            arrangement.main = places(&answer["options"], it.options.iter().map(|option| option.text.html()));
        }
        Kind::Matching(it) => {
            arrangement.main = places(&answer["stems"], it.pairs.iter().map(|pair| pair.stem.html()));
            arrangement.right = places(&answer["answers"], it.right_column().into_iter());
        }
        Kind::Ordering(it) => {
            arrangement.main = places(&answer["items"], it.items.iter().map(RichText::html));
        }
        Kind::Cloze(it) => {
            for (part, shown) in it.parts.iter().zip(answer["parts"].as_array().unwrap()) {
                arrangement.parts.push(match &part.kind {
                    ClozeKind::Choice { options, .. } | ClozeKind::MultipleResponse { options, .. } => {
                        places(&shown["options"], options.iter().map(|option| option.text.html()))
                    }
                    ClozeKind::ShortAnswer { .. } | ClozeKind::Numerical { .. } => Vec::new(),
                });
            }
        }
        Kind::TrueFalse(_) | Kind::Numerical(_) | Kind::ShortAnswer(_) | Kind::Essay(_) => {}
    }
    arrangement
}

/// The points that the key gives for a response; none for what a person marks.
pub fn points(body: &QuestionBody, shown: &Value, response: &Value, of: Decimal) -> Option<Decimal> {
    let arrangement = arrangement(body, &shown["answer"]);
    assert_eq!(serde_json::to_value(present(body, &arrangement)).unwrap(), *shown);
    let response = match response {
        Value::Null => Response::Empty,
        given => serde_json::from_value::<ResponseInput>(given.clone()).unwrap().into(),
    };
    mark(body, &arrangement, &response).share.map(|share| share.of_points(of))
}
