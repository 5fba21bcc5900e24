//! Responses as fields of a form, both ways: what stands in the fields of a question, and what was answered by them.
//!
//! A field of slot 3 is called `a3`, or `a3-` and a part: the stem, the item, the gap, `unit`. The functions here see the
//! fields of one slot, without that beginning.

use crate::domain::question::ResponseInput;
use crate::domain::question::present::{PresentedAnswer, PresentedPart};
use crate::domain::question::response::ClozeResponseInput;
use crate::domain::rich_text::RichText;
use crate::web::form::Fields;

/// The part of a number that holds its unit.
pub const UNIT: &str = "unit";

/// Why fields are no response: the key of a message.
pub type Wrong = &'static str;

/// The name of the field, or of the first part of the name of the fields, of a slot.
pub fn name(slot: u16) -> String {
    format!("a{slot}")
}

/// The fields of a form by slot, for `slots` of them. Whatever else the form has is left out.
pub fn by_slot(fields: &Fields, slots: usize) -> Vec<Fields> {
    let mut found = vec![Fields::default(); slots];
    for (name, value) in fields.iter() {
        let Some(rest) = name.strip_prefix('a') else { continue };
        let (slot, part) = rest.split_once('-').unwrap_or((rest, ""));
        let place = slot.parse::<usize>().ok().and_then(|slot| found.get_mut(slot));
        if let Some(place) = place {
            *place = std::mem::take(place).with(part, value);
        }
    }
    found
}

fn place(text: &str) -> Result<Option<u16>, Wrong> {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| "exam-wrong-choice"),
    }
}

fn places<'f>(values: impl Iterator<Item = &'f str>) -> Result<Vec<u16>, Wrong> {
    values.filter_map(|value| place(value).transpose()).collect()
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// What an essay begins with.
pub fn template_of(html: &str) -> String {
    RichText::from_html(html).map(|text| text.to_plain()).unwrap_or_default()
}

/// What was answered. Nothing in the fields is an empty response.
pub fn response_of(answer: &PresentedAnswer, typed: &Fields) -> Result<ResponseInput, Wrong> {
    Ok(match answer {
        PresentedAnswer::Choice { .. } => match place(typed.get(""))? {
            Some(option) => ResponseInput::Choice { option },
            None => ResponseInput::Empty,
        },
        PresentedAnswer::Choices { .. } => match places(typed.all(""))? {
            options if options.is_empty() => ResponseInput::Empty,
            options => ResponseInput::Choices { options },
        },
        PresentedAnswer::Truth => match typed.get("") {
            "" => ResponseInput::Empty,
            "true" => ResponseInput::Truth { value: true },
            "false" => ResponseInput::Truth { value: false },
            _ => return Err("exam-wrong-choice"),
        },
        PresentedAnswer::Number { .. } => {
            let unit = Some(typed.get(UNIT)).filter(|unit| !is_blank(unit)).map(str::to_owned);
            match typed.get("") {
                text if is_blank(text) && unit.is_none() => ResponseInput::Empty,
                text => ResponseInput::Number { text: text.to_owned(), unit },
            }
        }
        PresentedAnswer::Text => match typed.get("") {
            text if is_blank(text) => ResponseInput::Empty,
            text => ResponseInput::Text { text: text.to_owned() },
        },
        PresentedAnswer::Pairs { stems, .. } => {
            let chosen = (0..stems.len()).map(|stem| place(typed.get(&stem.to_string())));
            match chosen.collect::<Result<Vec<_>, _>>()? {
                answers if answers.iter().all(Option::is_none) => ResponseInput::Empty,
                answers => ResponseInput::Pairs { answers },
            }
        }
        PresentedAnswer::Order { items, .. } => order_of(items.len(), typed)?,
        PresentedAnswer::Cloze { parts } => {
            let answers = parts.iter().enumerate().map(|(at, part)| part_of(part, &at.to_string(), typed));
            match answers.collect::<Result<Vec<_>, _>>()? {
                answers if answers.iter().all(|answer| *answer == ClozeResponseInput::Empty) => {
                    ResponseInput::Empty
                }
                answers => ResponseInput::Cloze { answers },
            }
        }
        PresentedAnswer::Essay { template, .. } => match typed.get("") {
            text if is_blank(text) || text == template_of(template) => ResponseInput::Empty,
            text => ResponseInput::Essay { text: text.to_owned() },
        },
    })
}

/// Every item says at which position it stands, from 1.
fn order_of(items: usize, typed: &Fields) -> Result<ResponseInput, Wrong> {
    let mut order: Vec<Option<u16>> = vec![None; items];
    let mut blank = 0;
    for item in 0..items {
        let Some(position) = place(typed.get(&item.to_string()))? else {
            blank += 1;
            continue;
        };
        let place = usize::from(position).checked_sub(1).and_then(|place| order.get_mut(place));
        match place {
            Some(place) if place.is_none() => *place = u16::try_from(item).ok(),
            _ => return Err("exam-wrong-order"),
        }
    }
    if blank == items {
        return Ok(ResponseInput::Empty);
    }
    let order = order.into_iter().collect::<Option<Vec<u16>>>().ok_or("exam-wrong-order")?;
    Ok(ResponseInput::Order { order })
}

fn part_of(part: &PresentedPart, at: &str, typed: &Fields) -> Result<ClozeResponseInput, Wrong> {
    Ok(match part {
        PresentedPart::Choice { .. } => match place(typed.get(at))? {
            Some(option) => ClozeResponseInput::Choice { option },
            None => ClozeResponseInput::Empty,
        },
        PresentedPart::Choices { .. } => match places(typed.all(at))? {
            options if options.is_empty() => ClozeResponseInput::Empty,
            options => ClozeResponseInput::Choices { options },
        },
        PresentedPart::Text | PresentedPart::Number => match typed.get(at) {
            text if is_blank(text) => ClozeResponseInput::Empty,
            text => ClozeResponseInput::Text { text: text.to_owned() },
        },
    })
}

/// What the fields of a question hold, for a response that was saved or for none.
pub fn fields_of(answer: &PresentedAnswer, response: Option<&ResponseInput>) -> Fields {
    let fields = Fields::default();
    match response {
        None => match answer {
            PresentedAnswer::Essay { template, .. } => fields.with("", template_of(template)),
            _ => fields,
        },
        Some(ResponseInput::Empty) => fields,
        Some(ResponseInput::Choice { option }) => fields.with("", option),
        Some(ResponseInput::Choices { options }) => {
            options.iter().fold(fields, |fields, option| fields.with("", option))
        }
        Some(ResponseInput::Truth { value }) => fields.with("", value),
        Some(ResponseInput::Number { text, unit }) => {
            fields.with("", text).with(UNIT, unit.as_deref().unwrap_or_default())
        }
        Some(ResponseInput::Text { text } | ResponseInput::Essay { text }) => fields.with("", text),
        Some(ResponseInput::Pairs { answers }) => (0_u16..)
            .zip(answers)
            .filter_map(|(stem, answer)| answer.map(|answer| (stem, answer)))
            .fold(fields, |fields, (stem, answer)| fields.with(&stem.to_string(), answer)),
        Some(ResponseInput::Order { order }) => (1_u16..)
            .zip(order)
            .fold(fields, |fields, (position, item)| fields.with(&item.to_string(), position)),
        Some(ResponseInput::Cloze { answers }) => {
            (0_u16..).zip(answers).fold(fields, |fields, (at, answer)| {
                let at = at.to_string();
                match answer {
                    ClozeResponseInput::Empty => fields,
                    ClozeResponseInput::Choice { option } => fields.with(&at, option),
                    ClozeResponseInput::Choices { options } => {
                        options.iter().fold(fields, |fields, option| fields.with(&at, option))
                    }
                    ClozeResponseInput::Text { text } => fields.with(&at, text),
                }
            })
        }
    }
}

/// Does a form say the same as what was saved? Nothing is the same as nothing, however it is written.
pub fn is_same(answered: &ResponseInput, saved: Option<&ResponseInput>) -> bool {
    use crate::domain::question::Response;
    let blank = |response: &ResponseInput| Response::from(response.clone()).is_blank();
    match saved {
        None => *answered == ResponseInput::Empty,
        Some(saved) => answered == saved || (*answered == ResponseInput::Empty && blank(saved)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::question::kind::{ClozeDisplay, EssayEditor, Numbering, UnitEntry};

    fn words(count: usize) -> Vec<String> {
        (0..count).map(|at| format!("<p>{at}</p>")).collect()
    }

    /// A question of every type with a response to it.
    fn all() -> Vec<(PresentedAnswer, ResponseInput)> {
        let numbering = Numbering::default();
        let text = |text: &str| text.to_owned();
        let number = |unit_entry, units| PresentedAnswer::Number {
            units,
            unit_entry,
            unit_wanted: true,
            units_left: false,
        };
        let display = ClozeDisplay::Menu;
        let parts = vec![
            PresentedPart::Choice { display, options: words(3) },
            PresentedPart::Choices { display, options: words(3) },
            PresentedPart::Text,
            PresentedPart::Number,
            PresentedPart::Text,
        ];
        let essay = PresentedAnswer::Essay {
            template: text("<p>Begin</p>"),
            editor: EssayEditor::Plain,
            required: true,
            min_words: None,
            max_words: None,
            lines: 5,
        };
        vec![
            (PresentedAnswer::Choice { options: words(3), numbering }, ResponseInput::Choice { option: 2 }),
            (
                PresentedAnswer::Choices { options: words(4), numbering },
                ResponseInput::Choices { options: vec![0, 3] },
            ),
            (PresentedAnswer::Truth, ResponseInput::Truth { value: false }),
            (number(UnitEntry::Typed, vec![]), ResponseInput::Number { text: text(" 1,5 cm"), unit: None }),
            (
                number(UnitEntry::Menu, vec![text("m"), text("cm")]),
                ResponseInput::Number { text: text("7"), unit: Some(text("cm")) },
            ),
            (PresentedAnswer::Text, ResponseInput::Text { text: text("Wien & <b>") }),
            (
                PresentedAnswer::Pairs { stems: words(3), answers: words(2) },
                ResponseInput::Pairs { answers: vec![Some(1), None, Some(0)] },
            ),
            (
                PresentedAnswer::Order { items: words(3), horizontal: false, numbering },
                ResponseInput::Order { order: vec![2, 0, 1] },
            ),
            (
                PresentedAnswer::Cloze { parts },
                ResponseInput::Cloze {
                    answers: vec![
                        ClozeResponseInput::Choice { option: 1 },
                        ClozeResponseInput::Choices { options: vec![0, 2] },
                        ClozeResponseInput::Text { text: text("x") },
                        ClozeResponseInput::Text { text: text("3") },
                        ClozeResponseInput::Empty,
                    ],
                },
            ),
            (essay, ResponseInput::Essay { text: text("One\n\nTwo") }),
        ]
    }

    #[test]
    fn a_response_of_every_type_survives_the_form() {
        for (answer, response) in all() {
            let fields = fields_of(&answer, Some(&response));
            assert_eq!(response_of(&answer, &fields), Ok(response), "{answer:?}");
        }
    }

    #[test]
    fn nothing_stays_nothing() {
        for (answer, response) in all() {
            let blank = response_of(&answer, &fields_of(&answer, None)).unwrap();
            assert_eq!(blank, ResponseInput::Empty, "{answer:?}");
            assert!(is_same(&blank, None) && !is_same(&response, None) && !is_same(&blank, Some(&response)));
            let cleared = fields_of(&answer, Some(&ResponseInput::Empty));
            assert_eq!(response_of(&answer, &cleared), Ok(ResponseInput::Empty), "{answer:?}");
        }
        let spaces = ResponseInput::Text { text: "  ".to_owned() };
        assert!(is_same(&ResponseInput::Empty, Some(&spaces)));
    }

    #[test]
    fn an_order_needs_each_position_once_and_a_choice_a_number() {
        let order =
            PresentedAnswer::Order { items: words(3), horizontal: true, numbering: Numbering::Nothing };
        let of = |positions: [&str; 3]| {
            let fields = positions
                .iter()
                .enumerate()
                .fold(Fields::default(), |fields, (at, position)| fields.with(&at.to_string(), position));
            response_of(&order, &fields)
        };
        assert_eq!(of(["2", "3", "1"]), Ok(ResponseInput::Order { order: vec![2, 0, 1] }));
        for wrong in [["1", "1", "2"], ["1", "", "2"], ["0", "1", "2"], ["1", "2", "4"]] {
            assert_eq!(of(wrong), Err("exam-wrong-order"), "{wrong:?}");
        }
        let choice = PresentedAnswer::Choice { options: words(2), numbering: Numbering::Nothing };
        assert_eq!(response_of(&choice, &Fields::default().with("", "x")), Err("exam-wrong-choice"));
    }

    #[test]
    fn fields_find_their_slot() {
        let form = Fields::default()
            .with("a0", "1")
            .with("a1-0", "x")
            .with("a1-unit", "m")
            .with("a10", "far")
            .with("b0", "7")
            .with("aside", "no");
        let slots = by_slot(&form, 2);
        assert_eq!(slots[0], Fields::default().with("", "1"));
        assert_eq!(slots[1], Fields::default().with("0", "x").with(UNIT, "m"));
    }
}
