//! What a response earns: a [`Share`] of the points, between -1 and 1, with the feedback that goes with it.
//!
//! Pure and total: any response to any question gives a mark; what `check` refuses earns nothing.
//! Single choice, short answer and numerical give the fraction of the answer that fits, which an author may have set
//! below nought, and so do such parts of a cloze; several responses, which add up, are held between 0 and 1. Multiplying
//! with points is the caller's business.

use serde::Serialize;

use super::arrange::{Arrangement, at};
use super::kind::{
    Accepts, ChoiceOption, ClozeKind, ClozePart, CombinedFeedback, Kind, Numerical, NumericalAnswer,
    PenaltyBase, TextAnswer, Unit, UnitRule,
};
use super::numeric::{Number, NumberError, Written, read_with_units, read_written, unit_key};
use super::response::{ClozeResponse, Response, check};
use super::share::Share;
use super::{QuestionBody, fold, ordering, wildcard};
use crate::domain::decimal::Decimal;
use crate::domain::rich_text::RichText;

/// How a response, or a part of it, went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MarkState {
    /// The whole share.
    Right,
    /// Some of it.
    Partial,
    /// None of it, or less.
    Wrong,
    /// Nothing was answered.
    NotAnswered,
    /// A person has to mark it.
    NeedsMarking,
}

/// A marked response.
#[derive(Debug, Clone)]
pub struct Mark {
    /// The share of the points; none while it waits for a person.
    pub share: Option<Share>,
    /// How it went.
    pub state: MarkState,
    /// Per chosen option, stem, item or part.
    pub feedback: Vec<PartFeedback>,
    /// For the whole, by how it went; empty when the author gave none.
    pub combined: RichText,
    /// How many parts are right, of how many; only where the author wants it shown.
    pub number_right: Option<(u16, u16)>,
    /// The right answer in words, as plain text; empty when there is none.
    pub right_answer: String,
}

/// Feedback on one part of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartFeedback {
    /// The part of a cloze, from nought.
    pub part: Option<u16>,
    /// The displayed position of the option, stem or item, from nought.
    pub position: Option<u16>,
    /// How it went.
    pub state: MarkState,
    /// The author's words; may be empty.
    pub text: RichText,
}

/// Marks a response.
#[must_use]
pub fn mark(body: &QuestionBody, arrangement: &Arrangement, response: &Response) -> Mark {
    let right_answer = right_answer(&body.kind);
    if response.is_blank() {
        let combined = combined(&body.kind).map(|feedback| feedback.incorrect.clone()).unwrap_or_default();
        return Mark {
            share: Some(Share::NOTHING),
            state: MarkState::NotAnswered,
            feedback: Vec::new(),
            combined,
            number_right: None,
            right_answer,
        };
    }
    if body.kind.needs_person() && matches!(response, Response::Essay(_)) {
        return Mark {
            share: None,
            state: MarkState::NeedsMarking,
            feedback: Vec::new(),
            combined: RichText::empty(),
            number_right: None,
            right_answer,
        };
    }
    let Outcome { share, feedback, right } = match check(&body.kind, arrangement, response) {
        Ok(()) => outcome(&body.kind, arrangement, response),
        Err(_) => Outcome::nothing(),
    };
    let state = share.state();
    let whole = combined(&body.kind);
    let number_right = whole.filter(|feedback| feedback.show_number_correct).and(right);
    let combined = whole.map(|feedback| match state {
        MarkState::Right => feedback.correct.clone(),
        MarkState::Partial => feedback.partially_correct.clone(),
        _ => feedback.incorrect.clone(),
    });
    Mark {
        share: Some(share),
        state,
        feedback,
        combined: combined.unwrap_or_default(),
        number_right,
        right_answer,
    }
}

/// Right, partial or wrong by a share.
#[must_use]
pub fn state_of(fraction: Decimal) -> MarkState {
    Share::ratio(fraction, Decimal::ONE).state()
}

struct Outcome {
    share: Share,
    feedback: Vec<PartFeedback>,
    right: Option<(u16, u16)>,
}

impl Outcome {
    const fn nothing() -> Self {
        Self { share: Share::NOTHING, feedback: Vec::new(), right: None }
    }

    fn one(fraction: Decimal, position: Option<u16>, text: &RichText) -> Self {
        let share = Share::given([fraction]);
        let feedback = PartFeedback { part: None, position, state: share.state(), text: text.clone() };
        Self { share, feedback: vec![feedback], right: None }
    }
}

fn combined(kind: &Kind) -> Option<&CombinedFeedback> {
    match kind {
        Kind::SingleChoice(it) => Some(&it.feedback),
        Kind::MultipleResponse(it) => Some(&it.feedback),
        Kind::Matching(it) => Some(&it.feedback),
        Kind::Ordering(it) => Some(&it.feedback),
        Kind::TrueFalse(_) | Kind::Numerical(_) | Kind::ShortAnswer(_) | Kind::Cloze(_) | Kind::Essay(_) => {
            None
        }
    }
}

fn outcome(kind: &Kind, arrangement: &Arrangement, response: &Response) -> Outcome {
    match (kind, response) {
        (Kind::SingleChoice(it), Response::Choice(position)) => {
            one_option(&it.options, &arrangement.main, *position)
        }
        (Kind::MultipleResponse(it), Response::Choices(chosen)) => {
            let mut outcome = many_options(&it.options, &arrangement.main, chosen);
            if it.all_or_nothing {
                let is_right = |option: &ChoiceOption| option.fraction > Decimal::ZERO;
                let wanted = it.options.iter().filter(|option| is_right(option)).count();
                let all_right = outcome.feedback.iter().all(|part| part.state != MarkState::Wrong);
                let exact = all_right && outcome.feedback.len() == wanted;
                outcome.share = if exact { Share::WHOLE } else { Share::NOTHING };
            }
            outcome
        }
        (Kind::TrueFalse(it), Response::Truth(value)) => {
            let fraction = if *value == it.correct { Decimal::ONE } else { Decimal::ZERO };
            Outcome::one(fraction, None, if *value { &it.feedback_true } else { &it.feedback_false })
        }
        (Kind::Numerical(it), Response::Number { text, unit }) => number(it, text, unit.as_deref()),
        (Kind::ShortAnswer(it), Response::Text(text)) => word(&it.answers, it.case_sensitive, text),
        (Kind::Matching(it), Response::Pairs(answers)) => {
            let column = it.right_column();
            let feedback: Vec<PartFeedback> = (0_u16..)
                .zip(answers)
                .map(|(position, answer)| {
                    let wanted = at(&arrangement.main, position).and_then(|stem| it.pairs.get(stem));
                    let got = answer
                        .and_then(|answer| at(&arrangement.right, answer))
                        .and_then(|at| column.get(at));
                    let state = match (wanted, got) {
                        // Two answers of the list that look alike are one.
                        (Some(pair), Some(got)) if fold::seen(&pair.answer) == fold::seen(got) => {
                            MarkState::Right
                        }
                        (_, None) => MarkState::NotAnswered,
                        _ => MarkState::Wrong,
                    };
                    PartFeedback { part: None, position: Some(position), state, text: RichText::empty() }
                })
                .collect();
            let right = feedback.iter().filter(|part| part.state == MarkState::Right).count();
            Outcome {
                share: Share::count(right, it.pairs.len()),
                feedback,
                right: Some((short(right), short(it.pairs.len()))),
            }
        }
        (Kind::Ordering(it), Response::Order(order)) => {
            let items: Option<Vec<usize>> =
                order.iter().map(|position| at(&arrangement.main, *position)).collect();
            let Some(items) = items.filter(|items| is_permutation(items, it.items.len())) else {
                return Outcome::nothing();
            };
            let feedback: Vec<PartFeedback> = order
                .iter()
                .zip(items.iter().enumerate())
                .map(|(position, (place, item))| PartFeedback {
                    part: None,
                    position: Some(*position),
                    state: if place == *item { MarkState::Right } else { MarkState::Wrong },
                    text: RichText::empty(),
                })
                .collect();
            let right = feedback.iter().filter(|part| part.state == MarkState::Right).count();
            Outcome {
                share: ordering::credit(it.credit, &items),
                feedback,
                right: Some((short(right), short(items.len()))),
            }
        }
        (Kind::Cloze(it), Response::Cloze(answers)) => cloze(&it.parts, arrangement, answers),
        // What answers another kind, and essays, which a person marks. Kind by kind, so that a new one has its arm above.
        (
            Kind::SingleChoice(_)
            | Kind::MultipleResponse(_)
            | Kind::TrueFalse(_)
            | Kind::Numerical(_)
            | Kind::ShortAnswer(_)
            | Kind::Matching(_)
            | Kind::Ordering(_)
            | Kind::Cloze(_)
            | Kind::Essay(_),
            _,
        ) => Outcome::nothing(),
    }
}

fn is_permutation(items: &[usize], count: usize) -> bool {
    let mut sorted = items.to_vec();
    sorted.sort_unstable();
    sorted.len() == count && sorted.iter().enumerate().all(|(at, item)| at == *item)
}

fn one_option(options: &[ChoiceOption], order: &[u8], position: u16) -> Outcome {
    match at(order, position).and_then(|index| options.get(index)) {
        Some(option) => Outcome::one(option.fraction, Some(position), &option.feedback),
        None => Outcome::nothing(),
    }
}

fn many_options(options: &[ChoiceOption], order: &[u8], chosen: &[u16]) -> Outcome {
    let mut fractions = Vec::with_capacity(chosen.len());
    let mut feedback = Vec::with_capacity(chosen.len());
    for &position in chosen {
        if let Some(option) = at(order, position).and_then(|index| options.get(index)) {
            fractions.push(option.fraction);
            let state = if option.fraction > Decimal::ZERO { MarkState::Right } else { MarkState::Wrong };
            feedback.push(PartFeedback {
                part: None,
                position: Some(position),
                state,
                text: option.feedback.clone(),
            });
        }
    }
    let wanted = options.iter().filter(|option| option.fraction > Decimal::ZERO).count();
    let right = feedback.iter().filter(|part| part.state == MarkState::Right).count();
    Outcome { share: Share::given(fractions).held(), feedback, right: Some((short(right), short(wanted))) }
}

fn word(answers: &[TextAnswer], case_sensitive: bool, text: &str) -> Outcome {
    match answers.iter().find(|answer| wildcard::fits(&answer.pattern, text, case_sensitive)) {
        Some(answer) => Outcome::one(answer.fraction, None, &answer.feedback),
        None => Outcome::nothing(),
    }
}

/// The unit of a question that is written like this: in so many words, otherwise one that reads the same.
fn unit_named<'unit>(units: &'unit [Unit], written: &str) -> Option<&'unit Unit> {
    units.iter().find(|unit| unit.name == written).or_else(|| {
        let key = unit_key(written);
        units.iter().find(|unit| unit_key(&unit.name) == key)
    })
}

fn written_in(question: &Numerical, text: &str) -> Result<Written, NumberError> {
    read_with_units(text, |unit| unit_named(&question.units, unit).is_some())
}

fn number(question: &Numerical, text: &str, chosen_unit: Option<&str>) -> Outcome {
    let written = written_in(question, text).ok();
    let typed_unit = written.as_ref().map_or("", |written| written.unit.as_str());
    let unit = match chosen_unit.map(str::trim).filter(|unit| !unit.is_empty()) {
        Some(chosen) if typed_unit.is_empty() => chosen,
        Some(chosen) if unit_key(chosen) == unit_key(typed_unit) => chosen,
        // Two different units are no unit.
        Some(_) => "\0",
        None => typed_unit,
    };
    let known = unit_named(&question.units, unit).map(|known| known.multiplier);
    let bare = unit.is_empty();
    let value = written.map(|written| written.number);
    let fits = |answer: &NumericalAnswer, factor: Option<Number>| match (answer.accepts, value, factor) {
        (Accepts::Any, ..) => true,
        (Accepts::Within { value: target, tolerance }, Some(value), Some(factor)) => {
            value.is_within(target, tolerance, factor)
        }
        _ => false,
    };
    let one = Some(Number::ONE);
    for answer in &question.answers {
        let (factor, fallback) = match question.unit_rule {
            UnitRule::None => (bare.then_some(Number::ONE), None),
            UnitRule::Optional => (if bare { one } else { known }, None),
            UnitRule::Required { .. } => (known, one),
        };
        let unit_is_right = fits(answer, factor);
        if unit_is_right || fits(answer, fallback) {
            let fraction = match question.unit_rule {
                UnitRule::Required { penalty, penalty_of } if !unit_is_right || known.is_none() => {
                    match penalty_of {
                        PenaltyBase::Response => {
                            (answer.fraction - answer.fraction.times(penalty)).max_zero()
                        }
                        PenaltyBase::Question => (answer.fraction - penalty).max_zero(),
                    }
                }
                _ => answer.fraction,
            };
            return Outcome::one(fraction, None, &answer.feedback);
        }
    }
    Outcome::nothing()
}

/// A number without a unit, as a gap of a cloze takes it.
fn plain_written(text: &str) -> Option<Number> {
    read_written(text).ok().filter(|written| written.unit.is_empty()).map(|written| written.number)
}

/// The parts of a response that are numbers which marking cannot read: gaps from 0; 0 alone where all of it is one number.
/// They are kept as they were written; who wrote them can be told while there is time.
#[must_use]
pub fn unread_numbers(kind: &Kind, response: &Response) -> Vec<u16> {
    match (kind, response) {
        (Kind::Numerical(it), Response::Number { text, .. }) => {
            if text.trim().is_empty() || written_in(it, text).is_ok() { Vec::new() } else { vec![0] }
        }
        (Kind::Cloze(cloze), Response::Cloze(answers)) => {
            let parts = (0_u16..).zip(cloze.parts.iter().zip(answers));
            let unread = parts.filter(|(_, (part, answer))| match (&part.kind, answer) {
                (ClozeKind::Numerical { .. }, ClozeResponse::Text(text)) => {
                    !text.trim().is_empty() && plain_written(text).is_none()
                }
                _ => false,
            });
            unread.map(|(at, _)| at).collect()
        }
        (
            Kind::SingleChoice(_)
            | Kind::MultipleResponse(_)
            | Kind::TrueFalse(_)
            | Kind::Numerical(_)
            | Kind::ShortAnswer(_)
            | Kind::Matching(_)
            | Kind::Ordering(_)
            | Kind::Cloze(_)
            | Kind::Essay(_),
            _,
        ) => Vec::new(),
    }
}

fn plain_number(answers: &[NumericalAnswer], text: &str) -> Outcome {
    let value = plain_written(text);
    let answer = answers.iter().find(|answer| match (answer.accepts, value) {
        (Accepts::Any, _) => true,
        (Accepts::Within { value: target, tolerance }, Some(value)) => {
            value.is_within(target, tolerance, Number::ONE)
        }
        (Accepts::Within { .. }, None) => false,
    });
    match answer {
        Some(answer) => Outcome::one(answer.fraction, None, &answer.feedback),
        None => Outcome::nothing(),
    }
}

fn cloze(parts: &[ClozePart], arrangement: &Arrangement, answers: &[ClozeResponse]) -> Outcome {
    let mut earned = Decimal::ZERO;
    let mut possible = Decimal::ZERO;
    let mut feedback = Vec::new();
    let mut right = 0_usize;
    for (index, part) in parts.iter().enumerate() {
        let order = arrangement.parts.get(index).map_or(&[][..], Vec::as_slice);
        let answer = answers.get(index).unwrap_or(&ClozeResponse::Empty);
        let weight = Share::in_parts(part.weight);
        possible += weight;
        let outcome = match (&part.kind, answer) {
            (_, answer) if answer.is_blank() => None,
            (ClozeKind::Choice { options, .. }, ClozeResponse::Choice(position)) => {
                Some(one_option(options, order, *position))
            }
            (ClozeKind::MultipleResponse { options, .. }, ClozeResponse::Choices(chosen)) => {
                Some(many_options(options, order, chosen))
            }
            (ClozeKind::ShortAnswer { case_sensitive, answers }, ClozeResponse::Text(text)) => {
                Some(word(answers, *case_sensitive, text))
            }
            (ClozeKind::Numerical { answers }, ClozeResponse::Text(text)) => {
                Some(plain_number(answers, text))
            }
            _ => Some(Outcome::nothing()),
        };
        let part_number = Some(short(index));
        let state = outcome.as_ref().map_or(MarkState::NotAnswered, |outcome| outcome.share.state());
        right += usize::from(state == MarkState::Right);
        // Every part tells how it went, even when the author has nothing to say about it.
        let told = outcome.as_ref().is_some_and(|outcome| !outcome.feedback.is_empty());
        if !told {
            feedback.push(PartFeedback { part: part_number, position: None, state, text: RichText::empty() });
        }
        if let Some(outcome) = outcome {
            earned += outcome.share.of_points(weight);
            feedback
                .extend(outcome.feedback.into_iter().map(|told| PartFeedback { part: part_number, ..told }));
        }
    }
    Outcome {
        share: Share::ratio(earned, possible),
        feedback,
        right: Some((short(right), short(parts.len()))),
    }
}

fn short(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

/// The right answer in words.
#[must_use]
pub fn right_answer(kind: &Kind) -> String {
    match kind {
        Kind::SingleChoice(it) => best_option(&it.options),
        Kind::MultipleResponse(it) => good_options(&it.options),
        Kind::TrueFalse(it) => if it.correct { "True" } else { "False" }.to_owned(),
        Kind::Numerical(it) => {
            let number = best_number(&it.answers);
            match it.units.iter().find(|unit| unit.multiplier == Number::ONE) {
                Some(unit) if it.unit_rule != UnitRule::None && !number.is_empty() => {
                    if it.units_left {
                        format!("{}{number}", unit.name)
                    } else {
                        format!("{number} {}", unit.name)
                    }
                }
                _ => number,
            }
        }
        Kind::ShortAnswer(it) => best_word(&it.answers),
        Kind::Matching(it) => {
            let pairs =
                it.pairs.iter().map(|pair| format!("{} \u{2192} {}", pair.stem.to_plain(), pair.answer));
            pairs.collect::<Vec<_>>().join("; ")
        }
        Kind::Ordering(it) => it.items.iter().map(RichText::to_plain).collect::<Vec<_>>().join(" \u{2192} "),
        Kind::Cloze(it) => {
            let parts = it.parts.iter().enumerate().map(|(index, part)| {
                let answer = match &part.kind {
                    ClozeKind::Choice { options, .. } => best_option(options),
                    ClozeKind::MultipleResponse { options, .. } => good_options(options),
                    ClozeKind::ShortAnswer { answers, .. } => best_word(answers),
                    ClozeKind::Numerical { answers } => best_number(answers),
                };
                format!("{}: {answer}", index + 1)
            });
            parts.collect::<Vec<_>>().join("; ")
        }
        Kind::Essay(_) => String::new(),
    }
}

/// The first of the highest fraction.
fn best<T>(all: &[T], fraction: impl Fn(&T) -> Decimal) -> Option<&T> {
    all.iter().reduce(|best, next| if fraction(next) > fraction(best) { next } else { best })
}

fn best_option(options: &[ChoiceOption]) -> String {
    best(options, |option| option.fraction).map(|option| option.text.to_plain()).unwrap_or_default()
}

fn good_options(options: &[ChoiceOption]) -> String {
    let good = options.iter().filter(|option| option.fraction > Decimal::ZERO);
    good.map(|option| option.text.to_plain()).collect::<Vec<_>>().join("; ")
}

fn best_word(answers: &[TextAnswer]) -> String {
    best(answers, |answer| answer.fraction)
        .map(|answer| wildcard::as_typed(&answer.pattern))
        .unwrap_or_default()
}

fn best_number(answers: &[NumericalAnswer]) -> String {
    match best(answers, |answer| answer.fraction).map(|answer| answer.accepts) {
        Some(Accepts::Within { value, .. }) => value.to_string(),
        Some(Accepts::Any) | None => String::new(),
    }
}
