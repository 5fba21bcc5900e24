//! Matching a typed word against the pattern of a short answer: `*` is any characters, `\*` is a star.

use super::fold;

/// Does `text` fit `pattern`? What cannot be seen does not count, nor do capitals unless told so.
pub(super) fn fits(pattern: &str, text: &str, case_sensitive: bool) -> bool {
    let fold = if case_sensitive { fold::seen } else { fold::caseless };
    let pattern = tokens(&fold(pattern));
    let text: Vec<char> = fold(text).chars().collect();
    // Greedy with one point of return: the last star takes one character more each time, so the work is bounded by
    // the product of the two lengths.
    let (mut p, mut t) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while t < text.len() {
        match (pattern.get(p), text.get(t)) {
            (Some(Token::Any), _) => {
                retry = Some((p + 1, t));
                p += 1;
            }
            (Some(Token::One(wanted)), Some(got)) if wanted == got => {
                p += 1;
                t += 1;
            }
            _ => match retry {
                Some((after_star, taken)) => {
                    p = after_star;
                    t = taken + 1;
                    retry = Some((after_star, taken + 1));
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|token| matches!(token, Token::Any))
}

/// The words of a pattern as a learner may type them: where any characters may stand there is a gap between words, and a star that is
/// meant has no backslash. Nothing is left of a pattern that anything fits.
pub(super) fn as_typed(pattern: &str) -> String {
    let typed = tokens(pattern).into_iter().map(|token| match token {
        Token::Any => ' ',
        Token::One(character) => character,
    });
    let typed: String = typed.collect();
    typed.split_whitespace().collect::<Vec<_>>().join(" ")
}

enum Token {
    Any,
    One(char),
}

fn tokens(pattern: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut characters = pattern.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '*' => {
                if !matches!(tokens.last(), Some(Token::Any)) {
                    tokens.push(Token::Any);
                }
            }
            '\\' if characters.peek() == Some(&'*') => {
                characters.next();
                tokens.push(Token::One('*'));
            }
            other => tokens.push(Token::One(other)),
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::{as_typed, fits};

    #[test]
    fn stars_stand_for_any_characters() {
        assert!(fits("*", "", false));
        assert!(fits("*", "anything", false));
        assert!(fits("gr*y", "grey", false));
        assert!(fits("*ab*ab*", "xxabab", false));
        assert!(!fits("*ab*ab*", "xxab", false));
        assert!(fits("a*", "a", false));
        assert!(!fits("a*b", "a", false));
    }

    #[test]
    fn a_pattern_is_shown_without_its_stars_and_with_those_that_are_meant() {
        assert_eq!(as_typed("*photosynthes*s*"), "photosynthes s");
        assert_eq!(as_typed("2\\*3"), "2*3");
        assert_eq!(as_typed("*\\**"), "*");
        assert_eq!(as_typed("New ** York *"), "New York");
        assert_eq!(as_typed("a\\b"), "a\\b");
        assert_eq!(as_typed("*"), "");
    }

    #[test]
    fn an_escaped_star_is_a_star() {
        assert!(fits("2\\*3", "2*3", false));
        assert!(!fits("2\\*3", "2xx3", false));
        assert!(fits("\\*\\**", "** and more", false));
        assert!(fits("a\\b", "a\\b", false));
    }

    #[test]
    fn capitals_matter_only_when_told_and_outer_spaces_never() {
        assert!(fits("Paris", "  pARIS ", false));
        assert!(!fits("Paris", "paris", true));
        assert!(fits("ÄÖ", "äö", false));
        assert!(!fits("two words", "twowords", false));
    }

    #[test]
    fn what_looks_alike_fits_with_and_without_capitals() {
        for case_sensitive in [false, true] {
            assert!(fits("Caf\u{e9}", "Cafe\u{301}", case_sensitive));
            assert!(fits("Cafe\u{301}", "Caf\u{e9}\u{200b}", case_sensitive));
            assert!(fits("New York", "\u{200f}New\u{a0} York\u{feff}", case_sensitive));
            assert!(fits("New  York", "New York", case_sensitive));
            assert!(fits("مدرسة", "\u{200f}مدر\u{200b}سة\u{200f}", case_sensitive));
            assert!(!fits("می\u{200c}خواهم", "میخواهم", case_sensitive));
            assert!(!fits("Cafe", "Caf\u{e9}", case_sensitive));
        }
    }

    #[test]
    fn a_capital_sigma_is_both_small_ones() {
        for text in ["ΟΔΟΣ", "οδος", "ΟΔΟΣΗΜΑ", "οδοσημα"] {
            assert!(fits("ΟΔΟΣ*", text, false), "{text}");
            assert!(fits("οδος*", text, false), "{text}");
        }
        assert!(!fits("οδος", "οδοσ", true));
    }

    #[test]
    fn a_hostile_pattern_takes_no_time() {
        let pattern = "*a".repeat(500);
        let text = "a".repeat(499) + &"b".repeat(500);
        assert!(!fits(&pattern, &text, false));
    }
}
