//! Letters for percentages, and how many digits are shown.

use serde::{Deserialize, Serialize};

use crate::domain::decimal::Decimal;
use crate::domain::faults::Faults;
use crate::domain::naming::one_line;
use crate::domain::refusal::{Refusal, invalid};

/// More grades than any country's scale has.
pub const MOST_LETTERS: usize = 30;
/// `A+`, `sehr gut`, `pass with merit`.
pub const LETTER_LENGTH: usize = 40;
/// A percentage is compared after rounding to so many digits: what is left of a rounding per level
/// of categories (the seventh digit) must not cost anybody a letter.
const COMPARED_DIGITS: u32 = 5;

/// A percentage as it is compared with the bound of a letter or a pass mark. A bound is rounded as well: who has exactly what
/// it says has reached it.
pub fn compared(percentage: Decimal) -> Decimal {
    percentage.rounded(COMPARED_DIGITS)
}

/// One step of a scale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Letter {
    /// What is shown.
    pub letter: String,
    /// The lowest percentage that earns it.
    pub lower: Decimal,
}

/// Letters from the best to the last, whose lower end is 0 %.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scale(Vec<Letter>);

impl Scale {
    /// Checks that the ends fall to zero and that no letter stands twice.
    pub fn parse(at: &str, mut letters: Vec<Letter>) -> Result<Self, Refusal> {
        if letters.is_empty() || letters.len() > MOST_LETTERS {
            return Err(invalid(at, format!("has {} letters; give 1 to {MOST_LETTERS}", letters.len())));
        }
        let mut faults = Faults::default();
        let mut before: Option<&Letter> = None;
        let mut seen = std::collections::HashSet::new();
        for (place, letter) in letters.iter_mut().enumerate() {
            match one_line(&letter.letter, LETTER_LENGTH) {
                Ok(line) => letter.letter = line,
                Err(problem) => faults.add(invalid(format!("{at}/{place}/letter"), problem)),
            }
        }
        for (place, letter) in letters.iter().enumerate() {
            if !seen.insert(letter.letter.as_str()) {
                faults.add(invalid(format!("{at}/{place}/letter"), "stands in the scale twice"));
            }
            if letter.lower.is_negative() || before.is_some_and(|before| before.lower <= letter.lower) {
                let problem = "is not below the one before, or is negative; list the best letter first";
                faults.add(invalid(format!("{at}/{place}/lower"), problem));
            } else if place + 1 == letters.len() && !letter.lower.is_zero() {
                let problem = "is not 0; the last letter is for everybody below the others";
                faults.add(invalid(format!("{at}/{place}/lower"), problem));
            }
            before = Some(letter);
        }
        faults.and(Ok(Self(letters)))
    }

    /// The letter of a percentage.
    pub fn letter(&self, percentage: Decimal) -> Option<&str> {
        let percentage = compared(percentage).max_zero();
        self.0.iter().find(|letter| compared(letter.lower) <= percentage).map(|letter| letter.letter.as_str())
    }

    /// All steps, best first.
    pub fn letters(&self) -> &[Letter] {
        &self.0
    }
}

impl Default for Scale {
    fn default() -> Self {
        let steps = [("A", 90), ("B", 80), ("C", 70), ("D", 60), ("E", 50), ("F", 0)];
        let letter = |(letter, lower): (&str, i32)| Letter {
            letter: letter.to_owned(),
            lower: Decimal::from_int(lower),
        };
        Self(steps.map(letter).to_vec())
    }
}

/// Digits behind the point where grades are shown: 0 to 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decimals(u8);

impl Decimals {
    /// Checks the range.
    pub fn parse(at: &str, digits: u8) -> Result<Self, Refusal> {
        if u32::from(digits) <= COMPARED_DIGITS {
            Ok(Self(digits))
        } else {
            Err(invalid(at, format!("is not between 0 and {COMPARED_DIGITS}")))
        }
    }

    /// How many.
    pub const fn digits(self) -> u8 {
        self.0
    }

    /// A number as it is shown: the only place where a grade is rounded for people.
    pub fn show(self, value: Decimal) -> String {
        let rounded = value.rounded(u32::from(self.0)).to_string();
        let have = rounded.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        let missing = usize::from(self.0).saturating_sub(have);
        if missing == 0 {
            return rounded;
        }
        let point = if have == 0 { "." } else { "" };
        format!("{rounded}{point}{}", "0".repeat(missing))
    }
}

impl Default for Decimals {
    fn default() -> Self {
        Self(2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn a_letter_begins_at_its_lower_end() {
        let scale = Scale::default();
        assert_eq!(scale.letter(d("90")), Some("A"));
        assert_eq!(scale.letter(d("89.99")), Some("B"));
        assert_eq!(scale.letter(d("0")), Some("F"));
        assert_eq!(scale.letter(d("112.5")), Some("A"));
        assert_eq!(scale.letter(d("-1")), Some("F"));
    }

    #[test]
    fn the_last_digit_of_a_rounding_costs_nobody_a_letter() {
        assert_eq!(Scale::default().letter(d("89.9999999")), Some("A"));
    }

    #[test]
    fn who_has_exactly_a_lower_end_with_many_digits_has_its_letter() {
        let letter = |letter: &str, lower: &str| Letter { letter: letter.to_owned(), lower: d(lower) };
        for lower in ["33.3333333", "66.6666667", "33.3333349"] {
            let scale = Scale::parse("/letters", vec![letter("pass", lower), letter("fail", "0")]).unwrap();
            assert_eq!(scale.letter(d(lower)), Some("pass"));
            assert_eq!(scale.letter(d(lower) - d("0.0001")), Some("fail"));
        }
    }

    #[test]
    fn a_scale_must_fall_to_zero() {
        let letter = |letter: &str, lower: &str| Letter { letter: letter.to_owned(), lower: d(lower) };
        assert!(Scale::parse("/letters", vec![letter("pass", "50"), letter("fail", "0")]).is_ok());
        for wrong in [
            vec![],
            vec![letter("pass", "50")],
            vec![letter("fail", "0"), letter("pass", "50")],
            vec![letter("pass", "50"), letter("pass", "0")],
            vec![letter("", "0")],
        ] {
            assert!(Scale::parse("/letters", wrong).is_err());
        }
    }

    #[test]
    fn numbers_are_shown_with_the_digits_that_the_course_wants() {
        let two = Decimals::default();
        assert_eq!(two.show(d("66.6666667")), "66.67");
        assert_eq!(two.show(d("70")), "70.00");
        assert_eq!(two.show(d("0.5")), "0.50");
        assert_eq!(Decimals::parse("/decimals", 0).unwrap().show(d("69.5")), "70");
    }
}
