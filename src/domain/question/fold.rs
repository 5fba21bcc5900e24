//! What of a typed text counts when it is compared: what can be seen of it.
//!
//! The same word comes from keyboards and other pages in many ways that look alike: a letter and its mark in one
//! piece or in two, signs of direction, spaces of every kind and width. What is kept stays as it was typed.

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup};
use icu_properties::{CodePointMapData, CodePointSetData};

use crate::domain::naming::composed;

/// As the text is seen: marks in one piece with their letters, one space between words, nothing invisible.
pub(in crate::domain) fn seen(text: &str) -> String {
    composed(&without_unseen(text))
}

/// [`seen`], and capitals are small letters. The small sigma of an end is the other one, because a capital is both.
pub(super) fn caseless(text: &str) -> String {
    let text = without_unseen(text);
    let mut folded = String::with_capacity(text.len());
    for character in text.chars().flat_map(char::to_lowercase) {
        match character {
            'ς' => folded.push('σ'),
            // The capital of an i with its dot is an i with one more.
            '\u{307}' if folded.ends_with('i') => {}
            other => folded.push(other),
        }
    }
    composed(&folded)
}

/// With one form of characters that mean the same: `µ` and `μ`, `㎡` and `m²` and `m2`.
pub(super) fn compatible(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfkc().normalize(text).into_owned()
}

fn without_unseen(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let parts_letters = is_joiner(character)
            && kept.chars().next_back().is_some_and(may_join)
            && characters.peek().copied().is_some_and(may_join);
        if character.is_whitespace() {
            if !kept.is_empty() && !kept.ends_with(' ') {
                kept.push(' ');
            }
        } else if parts_letters || !is_unseen(character) {
            kept.push(character);
        }
    }
    kept.truncate(kept.trim_end().len());
    kept
}

fn is_unseen(character: char) -> bool {
    !character.is_ascii() && CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character)
}

/// Joins letters or keeps them apart: between letters it can be seen, as in Persian, elsewhere not.
const fn is_joiner(character: char) -> bool {
    matches!(character, '\u{200c}' | '\u{200d}')
}

/// A letter or mark of a script beyond Latin, Greek and Cyrillic, whose letters do not join.
fn may_join(character: char) -> bool {
    const JOINING: GeneralCategoryGroup = GeneralCategoryGroup::Letter.union(GeneralCategoryGroup::Mark);
    character >= '\u{590}' && JOINING.contains(CodePointMapData::<GeneralCategory>::new().get(character))
}

/// The decimal digit of any script as that of ASCII.
pub(in crate::domain) fn digit(character: char) -> Option<char> {
    if character.is_ascii() {
        return character.is_ascii_digit().then_some(character);
    }
    let categories = CodePointMapData::<GeneralCategory>::new();
    let is_digit = |code: u32| categories.get32(code) == GeneralCategory::DecimalNumber;
    // Every script has its ten in a row that begins with nought; rows may follow one another.
    let code = u32::from(character);
    let up_to_here = (0..=code).rev().take_while(|code| is_digit(*code)).count();
    let place = up_to_here.checked_sub(1)? % 10;
    char::from_digit(u32::try_from(place).ok()?, 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_alike_is_one() {
        for text in [
            "Caf\u{e9} noir",
            "Cafe\u{301} noir",
            "Caf\u{e9}\u{200b} noir",
            "\u{feff}\u{200f}Caf\u{e9}\u{a0}noir\u{200e}",
            " Ca\u{ad}f\u{e9} \u{200b} \u{3000}\tnoir\u{202f}",
            "C\u{200c}afe\u{200b}\u{301} noir",
        ] {
            assert_eq!(seen(text), "Caf\u{e9} noir", "{text:?}");
        }
        assert_eq!(seen(" \u{200b}\u{a0}\u{feff}"), "");
        assert_ne!(seen("twowords"), seen("two words"));
    }

    #[test]
    fn a_joiner_between_letters_that_join_is_kept() {
        // Persian: the two halves stand apart, without a space.
        assert_eq!(seen("\u{200c}می\u{200c}خواهم\u{200c}"), "می\u{200c}خواهم");
        assert_ne!(seen("می\u{200c}خواهم"), seen("میخواهم"));
        // Devanagari: after the sign that takes a vowel away.
        assert_eq!(seen("क\u{94d}\u{200d}ष"), "क\u{94d}\u{200d}ष");
        assert_eq!(seen("Auf\u{200c}lage"), "Auflage");
    }

    #[test]
    fn capitals_fold_letter_by_letter() {
        for text in ["ΟΔΟΣ", "οδος", "Οδοσ", "\u{39f}\u{394}\u{39f}\u{3a3}"] {
            assert_eq!(caseless(text), "οδοσ");
        }
        for text in ["İSTANBUL", "I\u{307}stanbul", "istanbul", "i\u{307}stanbul", "Istanbul"] {
            assert_eq!(caseless(text), "istanbul", "{text:?}");
        }
        assert_eq!(caseless("J\u{30c}"), caseless("\u{1f0}"));
        assert_eq!(caseless("E\u{301}"), "\u{e9}");
    }

    #[test]
    fn every_digit_has_its_value() {
        for zero in ['0', '\u{660}', '\u{6f0}', '\u{966}', '\u{ff10}', '\u{1d7ce}', '\u{1d7d8}', '\u{1d7f6}']
        {
            for value in 0..10 {
                let character = char::from_u32(u32::from(zero) + value).unwrap();
                assert_eq!(digit(character), char::from_digit(value, 10), "{character}");
            }
        }
        for other in ['a', '½', '²', '①', '五', '\u{19da}'] {
            assert_eq!(digit(other), None, "{other}");
        }
    }
}
