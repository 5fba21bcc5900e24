//! Sheets: the questions of a long paper are shown a sheet at a time, so that a page of the exam room is as light as any other.
//! Where a sheet ends follows from what is asked alone: it stays where it is while answers come in.

use std::ops::Range;

use crate::domain::question::PresentedQuestion;
use crate::domain::question::present::{PresentedAnswer, PresentedPart};

/// Most questions of a sheet.
const MOST: usize = 25;

/// Most bytes of text of a sheet; a single question may have more.
const MOST_BYTES: usize = 12_000;
/// An essay counts as so many bytes, whatever was written: at most eight are on a sheet, and with all of them as long as may be the
/// form is within `ANSWERS_BYTES`.
const ESSAY_WEIGHT: usize = 1_400;

/// The questions of each sheet, in the order of the paper. There is always one.
#[derive(Debug, PartialEq, Eq)]
pub struct Sheets(Vec<Range<usize>>);

impl Sheets {
    /// Of a paper with these questions.
    pub fn of(questions: &[PresentedQuestion]) -> Self {
        Self::by_weight(&questions.iter().map(weight).collect::<Vec<_>>())
    }

    /// Equal in number, as far as the weight of their texts lets them be.
    fn by_weight(weights: &[usize]) -> Self {
        let count = weights.len().div_ceil(MOST).max(1);
        let each = weights.len().div_ceil(count);
        let (mut sheets, mut from, mut bytes) = (Vec::with_capacity(count), 0, 0);
        for (at, weight) in weights.iter().enumerate() {
            if at > from && (at - from == each || bytes + weight > MOST_BYTES) {
                sheets.push(from..at);
                (from, bytes) = (at, 0);
            }
            bytes += weight;
        }
        sheets.push(from..weights.len());
        Self(sheets)
    }

    /// How many there are.
    pub const fn count(&self) -> usize {
        self.0.len()
    }

    /// The sheet of a question, both from 1.
    pub fn with(&self, question: usize) -> usize {
        self.0.iter().position(|sheet| question <= sheet.end).map_or(self.count(), |at| at + 1)
    }

    /// The slots of a sheet, which is counted from 1; of the nearest there is.
    pub fn slots(&self, sheet: usize) -> Range<usize> {
        let at = sheet.clamp(1, self.count()) - 1;
        self.0.get(at).cloned().unwrap_or_default()
    }

    /// The first slot of every sheet.
    pub fn firsts(&self) -> impl Iterator<Item = usize> {
        self.0.iter().map(|sheet| sheet.start)
    }
}

/// Bytes of the texts of a question, as often as they stand in its fields.
fn weight(question: &PresentedQuestion) -> usize {
    let all = |texts: &[String]| texts.iter().map(String::len).sum::<usize>();
    let answer = match &question.answer {
        PresentedAnswer::Choice { options, .. } | PresentedAnswer::Choices { options, .. } => all(options),
        PresentedAnswer::Pairs { stems, answers } => all(stems) + stems.len() * all(answers),
        PresentedAnswer::Order { items, .. } => all(items),
        PresentedAnswer::Cloze { parts } => {
            let part = |part: &PresentedPart| match part {
                PresentedPart::Choice { options, .. } | PresentedPart::Choices { options, .. } => {
                    all(options)
                }
                PresentedPart::Text | PresentedPart::Number => 0,
            };
            parts.iter().map(part).sum()
        }
        PresentedAnswer::Essay { .. } => ESSAY_WEIGHT,
        PresentedAnswer::Truth | PresentedAnswer::Number { .. } | PresentedAnswer::Text => 0,
    };
    question.html.len() + answer
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lengths(sheets: &Sheets) -> Vec<usize> {
        sheets.0.iter().map(ExactSizeIterator::len).collect()
    }

    #[test]
    fn sheets_are_equal_and_none_has_too_much() {
        for (questions, expected) in
            [(0, vec![0]), (1, vec![1]), (25, vec![25]), (26, vec![13, 13]), (60, vec![20, 20, 20])]
        {
            assert_eq!(lengths(&Sheets::by_weight(&vec![100; questions])), expected);
        }
        assert_eq!(lengths(&Sheets::by_weight(&[9_000, 4_000, 4_000, 20_000, 1])), [1, 2, 1, 1]);
        assert_eq!(lengths(&Sheets::by_weight(&[100; 200])), [25; 8]);
        assert_eq!(lengths(&Sheets::by_weight(&[ESSAY_WEIGHT; 9])), [8, 1]);
    }

    #[test]
    fn every_question_is_on_its_sheet() {
        let sheets = Sheets::by_weight(&[100; 60]);
        for question in 1..=60 {
            assert!(sheets.slots(sheets.with(question)).contains(&(question - 1)), "{question}");
        }
        assert_eq!((sheets.slots(0), sheets.slots(9)), (0..20, 40..60));
        assert_eq!((sheets.with(0), sheets.with(99)), (1, 3));
        assert_eq!(sheets.firsts().collect::<Vec<_>>(), [0, 20, 40]);
    }
}
