//! What a learner of the demo institution answers: right when they know it, otherwise a mistake that the question
//! foresees.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng as _, SeedableRng as _};

use crate::domain::decimal::Decimal;
use crate::domain::question::kind::{
    Accepts, ChoiceOption, ClozeKind, ClozePart, Matching, NumericalAnswer, TextAnswer,
};
use crate::domain::question::mark::right_answer;
use crate::domain::question::response::ClozeResponseInput;
use crate::domain::question::{Arrangement, Kind, ResponseInput};

/// Somebody who knows so much of a hundred; the same seed always answers the same.
pub(super) struct Learner {
    dice: ChaCha8Rng,
    knows: u64,
}

impl Learner {
    pub(super) fn new(seed: u64) -> Self {
        let mut dice = ChaCha8Rng::seed_from_u64(seed);
        let knows = 45 + dice.next_u64() % 50;
        Self { dice, knows }
    }

    /// A number below `bound`.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(1).max(1);
        usize::try_from(self.dice.next_u64() % bound).unwrap_or(0)
    }

    /// Do they know it this time?
    pub(super) fn knows_it(&mut self) -> bool {
        self.dice.next_u64() % 100 < self.knows
    }

    /// The answer to a question as it is arranged for them. `essay` is what they write when asked to write.
    pub(super) fn answer(&mut self, kind: &Kind, arrangement: &Arrangement, essay: &str) -> ResponseInput {
        let order = arrangement.main.as_slice();
        match kind {
            Kind::SingleChoice(it) => ResponseInput::Choice { option: self.one(&it.options, order) },
            Kind::MultipleResponse(it) => ResponseInput::Choices { options: self.many(&it.options, order) },
            Kind::TrueFalse(it) => ResponseInput::Truth { value: it.correct == self.knows_it() },
            Kind::Numerical(it) => {
                let text = if self.knows_it() { right_answer(kind) } else { self.wrong_number(&it.answers) };
                ResponseInput::Number { text, unit: None }
            }
            Kind::ShortAnswer(it) => {
                let text = if self.knows_it() { right_answer(kind) } else { self.wrong_word(&it.answers) };
                ResponseInput::Text { text }
            }
            Kind::Matching(it) => ResponseInput::Pairs { answers: self.pairs(it, arrangement) },
            Kind::Ordering(it) => ResponseInput::Order { order: self.order(order, it.items.len()) },
            Kind::Cloze(it) => {
                let parts = it.parts.iter().enumerate();
                let answers = parts.map(|(place, part)| self.part(part, arrangement.parts.get(place)));
                ResponseInput::Cloze { answers: answers.collect() }
            }
            Kind::Essay(_) => ResponseInput::Essay { text: essay.to_owned() },
        }
    }

    fn one(&mut self, options: &[ChoiceOption], order: &[u8]) -> u16 {
        let right = options.iter().position(|option| option.fraction == Decimal::ONE);
        match right.filter(|_| self.knows_it()).and_then(|right| displayed(order, right)) {
            Some(position) => position,
            None => position(self.below(options.len())),
        }
    }

    fn many(&mut self, options: &[ChoiceOption], order: &[u8]) -> Vec<u16> {
        let mut ticked: Vec<u16> = options
            .iter()
            .enumerate()
            .filter(|(_, option)| (option.fraction > Decimal::ZERO) == self.knows_it())
            .filter_map(|(element, _)| displayed(order, element))
            .collect();
        ticked.sort_unstable();
        ticked
    }

    fn wrong_number(&mut self, answers: &[NumericalAnswer]) -> String {
        let mistakes = answers.iter().filter(|answer| answer.fraction < Decimal::ONE);
        let mistakes: Vec<_> = mistakes
            .filter_map(|answer| match answer.accepts {
                Accepts::Within { value, .. } => Some(value.to_string()),
                Accepts::Any => None,
            })
            .collect();
        let place = self.below(mistakes.len());
        mistakes.into_iter().nth(place).unwrap_or_else(|| "100".to_owned())
    }

    fn wrong_word(&mut self, answers: &[TextAnswer]) -> String {
        let mistakes: Vec<_> = answers.iter().filter(|answer| answer.fraction < Decimal::ONE).collect();
        let place = self.below(mistakes.len());
        mistakes.get(place).map_or_else(|| "?".to_owned(), |answer| answer.pattern.replace('*', ""))
    }

    fn pairs(&mut self, matching: &Matching, arrangement: &Arrangement) -> Vec<Option<u16>> {
        let column = matching.right_column();
        let stems = arrangement.main.iter().map(|stem| matching.pairs.get(usize::from(*stem)));
        stems
            .map(|pair| {
                let right = column.iter().position(|answer| pair.is_some_and(|pair| pair.answer == *answer));
                match right.filter(|_| self.knows_it()) {
                    Some(right) => displayed(&arrangement.right, right),
                    None => Some(position(self.below(column.len()))),
                }
            })
            .collect()
    }

    /// The right order, or one with two neighbours in each other's place.
    fn order(&mut self, order: &[u8], count: usize) -> Vec<u16> {
        let mut answer: Vec<u16> = (0..count).filter_map(|element| displayed(order, element)).collect();
        if !self.knows_it() && count > 1 {
            let place = self.below(count - 1);
            answer.swap(place, place + 1);
        }
        answer
    }

    fn part(&mut self, part: &ClozePart, order: Option<&Vec<u8>>) -> ClozeResponseInput {
        let order = order.map_or(&[][..], Vec::as_slice);
        let text = match &part.kind {
            ClozeKind::Choice { options, .. } => {
                return ClozeResponseInput::Choice { option: self.one(options, order) };
            }
            ClozeKind::MultipleResponse { options, .. } => {
                return ClozeResponseInput::Choices { options: self.many(options, order) };
            }
            ClozeKind::ShortAnswer { answers, .. } => match answers.first().filter(|_| self.knows_it()) {
                Some(first) => first.pattern.replace('*', ""),
                None => self.wrong_word(answers),
            },
            ClozeKind::Numerical { answers } => match answers.first().map(|answer| answer.accepts) {
                Some(Accepts::Within { value, .. }) if self.knows_it() => value.to_string(),
                _ => self.wrong_number(answers),
            },
        };
        ClozeResponseInput::Text { text }
    }
}

fn position(place: usize) -> u16 {
    u16::try_from(place).unwrap_or(0)
}

/// Where an element is displayed.
fn displayed(order: &[u8], element: usize) -> Option<u16> {
    order.iter().position(|shown| usize::from(*shown) == element).map(position)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::question::kind::{CombinedFeedback, Ordering, OrderingCredit};
    use crate::domain::question::{QuestionBody, Response, Share, arrange, mark};
    use crate::domain::rich_text::RichText;

    fn know_all(knows: u64) -> Learner {
        Learner { knows, ..Learner::new(7) }
    }

    fn question(kind: Kind) -> QuestionBody {
        QuestionBody {
            name: "Q".to_owned(),
            text: RichText::empty(),
            general_feedback: RichText::empty(),
            default_points: Decimal::ONE,
            penalty: Decimal::ZERO,
            kind,
            tags: Vec::new(),
            id_number: None,
            files: Vec::new(),
        }
    }

    #[test]
    fn who_knows_everything_earns_everything_and_who_knows_nothing_less() {
        let items = (0..5).map(|_| RichText::empty()).collect();
        let ordering = Ordering {
            items,
            credit: OrderingCredit::AllOrNothing,
            horizontal: false,
            numbering: crate::domain::question::kind::Numbering::Nothing,
            feedback: CombinedFeedback::default(),
        };
        let kind = Kind::Ordering(ordering);
        let body = question(kind.clone());
        for seed in 0..20 {
            let arrangement = arrange(&kind, true, seed);
            let marked = |learner: &mut Learner| {
                let response = Response::from(learner.answer(&kind, &arrangement, ""));
                mark(&body, &arrangement, &response).share.map(Share::rounded)
            };
            assert_eq!(marked(&mut know_all(100)), Some(Decimal::ONE));
            assert_eq!(marked(&mut know_all(0)), Some(Decimal::ZERO));
        }
    }
}
