//! Access codes of quizzes and enrolment keys of courses, as they are compared: by what can be seen of them, in whichever digits
//! and form a keyboard or a chat hands them on. Case counts.

use super::question::fold;

/// What is kept of a code or key, hashed; empty when nothing of it can be seen.
pub(super) fn comparable(text: &str) -> String {
    fold::seen(text).chars().map(|character| fold::digit(character).unwrap_or(character)).collect()
}

/// What may be kept of a code or key that was typed: [`comparable`], and as it stands where that differs, because earlier ones
/// were kept like that.
pub(super) fn forms(typed: &str) -> impl Iterator<Item = String> {
    let own = comparable(typed);
    let earlier = Some(typed.trim().to_owned()).filter(|earlier| *earlier != own);
    std::iter::once(own).chain(earlier)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_compared_by_what_is_seen_of_it_in_any_digits() {
        let spelled = ["1234", "\u{661}\u{662}\u{663}\u{664}", "\u{6f1}\u{6f2}\u{6f3}\u{6f4}"];
        let pasted = ["\u{ff11}\u{ff12}\u{ff13}\u{ff14}", " 1234\u{200f}", "12\u{200b}34"];
        for typed in spelled.into_iter().chain(pasted) {
            assert_eq!(comparable(typed), "1234", "{typed:?}");
        }
        assert_eq!(comparable("Jose\u{301}"), "Jos\u{e9}");
        assert_eq!(
            comparable("\u{645}\u{641}\u{62a}\u{627}\u{62d}\u{661}"),
            "\u{645}\u{641}\u{62a}\u{627}\u{62d}1"
        );
        assert_eq!(comparable("\u{200b}\u{feff}"), "");
        assert_ne!(comparable("Key"), comparable("key"), "case counts");
    }

    #[test]
    fn a_code_that_was_kept_as_it_stood_is_among_the_forms_of_what_is_typed() {
        assert_eq!(forms(" \u{661}2 ").collect::<Vec<_>>(), ["12", "\u{661}2"]);
        assert_eq!(forms(" 12 ").collect::<Vec<_>>(), ["12"]);
    }
}
