//! A question with what was answered, for the result: read, not filled in.

use super::shown::{filled, mark, with_files};
use crate::domain::question::kind::Numbering;
use crate::domain::question::mark::MarkState;
use crate::domain::question::present::{PresentedAnswer, PresentedPart};
use crate::domain::question::response::ClozeResponseInput;
use crate::domain::question::{PresentedQuestion, ResponseInput};
use crate::domain::rich_text::{RichText, escape};
use crate::http::attempt_view::PartFeedbackView;
use crate::web::text::Text;

/// A question with what was answered.
#[derive(Debug)]
pub struct Given {
    /// What is asked, as safe HTML; of a cloze with the answers in it.
    pub html: String,
    /// The answer.
    pub shape: GivenShape,
    /// Feedback on parts that stands at no option.
    pub parts: Vec<Part>,
}

/// Feedback on a part.
#[derive(Debug)]
pub struct Part {
    /// Which one, in words.
    pub name: String,
    /// How it went, where that may be seen.
    pub state: Option<MarkState>,
    /// The author's words, as safe HTML.
    pub html: String,
}

/// One of several.
#[derive(Debug)]
pub struct GivenPick {
    /// `a.`, `2.`, or nothing.
    pub mark: String,
    /// Safe HTML.
    pub html: String,
    /// Was it chosen?
    pub chosen: bool,
    /// What is said about it.
    pub feedback: Option<Part>,
}

/// What was answered.
#[derive(Debug)]
pub enum GivenShape {
    /// Nothing.
    Nothing,
    /// Options, with those that were chosen.
    Picks(Vec<GivenPick>),
    /// A short text.
    Line(String),
    /// A long text.
    Long(String),
    /// Stems with their answers and what is said about them.
    Pairs(Vec<(String, Option<String>, Option<Part>)>),
    /// Items in the order that was given, with what is said about them.
    Order(Vec<(String, Option<Part>)>),
    /// The answers stand in the text.
    InText,
}

/// A feedback part in words.
fn part(text: Text, feedback: &PartFeedbackView) -> Part {
    let name = match (feedback.part, feedback.position) {
        (Some(gap), _) => text.t1("exam-gap", "number", gap + 1),
        (None, Some(position)) => text.t1("exam-part", "number", position + 1),
        (None, None) => String::new(),
    };
    Part { name, state: feedback.state, html: with_files(&feedback.text) }
}

/// What is said about the option, stem or item at a displayed position: it stands beside it and needs no name.
fn about(text: Text, feedback: &[PartFeedbackView], at: u16) -> Option<Part> {
    let said = feedback.iter().find(|part| part.part.is_none() && part.position == Some(at))?;
    Some(Part { name: String::new(), ..part(text, said) })
}

/// Was none of the options chosen?
pub fn is_untouched(picks: &[GivenPick]) -> bool {
    !picks.iter().any(|pick| pick.chosen)
}

fn picks(
    text: Text,
    options: &[String],
    numbering: Numbering,
    chosen: &[u16],
    feedback: &[PartFeedbackView],
) -> Vec<GivenPick> {
    (0_u16..)
        .zip(options)
        .map(|(at, html)| GivenPick {
            mark: mark(numbering, at.into()),
            html: with_files(html),
            chosen: chosen.contains(&at),
            feedback: about(text, feedback, at),
        })
        .collect()
}

impl Given {
    /// A question with a response to it, and what is said about parts of it.
    pub fn of(
        text: Text,
        question: &PresentedQuestion,
        response: Option<&ResponseInput>,
        feedback: &[PartFeedbackView],
    ) -> Self {
        let mut html = with_files(&question.html);
        let shape = match (&question.answer, response) {
            (PresentedAnswer::Choice { options, numbering }, response) => {
                let chosen: &[u16] = match response {
                    Some(ResponseInput::Choice { option }) => &[*option],
                    _ => &[],
                };
                GivenShape::Picks(picks(text, options, *numbering, chosen, feedback))
            }
            (PresentedAnswer::Choices { options, numbering }, response) => {
                let chosen: &[u16] = match response {
                    Some(ResponseInput::Choices { options }) => options,
                    _ => &[],
                };
                GivenShape::Picks(picks(text, options, *numbering, chosen, feedback))
            }
            (PresentedAnswer::Truth, response) => {
                let truth =
                    |value| matches!(response, Some(ResponseInput::Truth { value: said }) if *said == value);
                let pick = |value, key: &str| GivenPick {
                    mark: String::new(),
                    html: escape(&text.t(key)),
                    chosen: truth(value),
                    feedback: None,
                };
                GivenShape::Picks(vec![pick(true, "exam-true"), pick(false, "exam-false")])
            }
            (PresentedAnswer::Cloze { parts }, response) => {
                let answers: &[ClozeResponseInput] = match response {
                    Some(ResponseInput::Cloze { answers }) => answers,
                    _ => &[],
                };
                html = filled(&html, parts.len(), |at| gap(text, parts.get(at), answers.get(at)));
                GivenShape::InText
            }
            (PresentedAnswer::Pairs { stems, answers }, response) => {
                let given: &[Option<u16>] = match response {
                    Some(ResponseInput::Pairs { answers }) => answers,
                    _ => &[],
                };
                let rows = (0_u16..).zip(stems).map(|(at, stem)| {
                    let answer = given.get(usize::from(at)).copied().flatten();
                    let answer = answer.and_then(|answer| answers.get(usize::from(answer)).cloned());
                    (with_files(stem), answer, about(text, feedback, at))
                });
                GivenShape::Pairs(rows.collect())
            }
            (PresentedAnswer::Order { items, .. }, Some(ResponseInput::Order { order })) => {
                let row = |item: &u16| {
                    let html = items.get(usize::from(*item))?;
                    Some((with_files(html), about(text, feedback, *item)))
                };
                GivenShape::Order(order.iter().filter_map(row).collect())
            }
            (PresentedAnswer::Number { .. }, Some(ResponseInput::Number { text, unit })) => {
                let unit = unit.as_deref().unwrap_or_default();
                GivenShape::Line(format!("{text} {unit}").trim().to_owned())
            }
            (PresentedAnswer::Text, Some(ResponseInput::Text { text })) => GivenShape::Line(text.clone()),
            (PresentedAnswer::Essay { .. }, Some(ResponseInput::Essay { text })) => {
                GivenShape::Long(text.clone())
            }
            (
                PresentedAnswer::Order { .. }
                | PresentedAnswer::Number { .. }
                | PresentedAnswer::Text
                | PresentedAnswer::Essay { .. },
                _,
            ) => GivenShape::Nothing,
        };
        let elsewhere = feedback.iter().filter(|part| part.part.is_some() || part.position.is_none());
        let parts = elsewhere.map(|feedback| part(text, feedback)).collect();
        Self { html, shape, parts }
    }
}

/// What was answered in a gap, in its place.
fn gap(text: Text, part: Option<&PresentedPart>, answer: Option<&ClozeResponseInput>) -> String {
    let words = |html: &String| RichText::from_html(html).map(|text| text.to_plain()).unwrap_or_default();
    let options: &[String] = match part {
        Some(PresentedPart::Choice { options, .. } | PresentedPart::Choices { options, .. }) => options,
        _ => &[],
    };
    let said = match answer {
        Some(ClozeResponseInput::Choice { option }) => options.get(usize::from(*option)).map(words),
        Some(ClozeResponseInput::Choices { options: chosen }) => {
            let chosen = chosen.iter().filter_map(|option| options.get(usize::from(*option)));
            Some(chosen.map(words).collect::<Vec<_>>().join(", "))
        }
        Some(ClozeResponseInput::Text { text }) => Some(text.clone()),
        Some(ClozeResponseInput::Empty) | None => None,
    };
    match said {
        Some(said) => format!("<mark class=\"gap\"><bdi>{}</bdi></mark>", escape(&said)),
        None => format!("<mark class=\"gap none\">{}</mark>", escape(&text.t("exam-no-answer"))),
    }
}
