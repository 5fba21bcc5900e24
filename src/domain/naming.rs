//! Names and titles: one line that can be seen and reads as it is written, and that is the same where it looks the same.

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use icu_properties::CodePointSetData;
use icu_properties::props::DefaultIgnorableCodePoint;

/// What is wrong with a line that nobody sees, or that is not read as it is written.
pub(super) const UNSEEN: &str = "has nothing that can be seen, or signs that turn or break the line";

/// What is wrong with a text that people are told apart by, when part of it cannot be seen.
pub(super) const HIDDEN: &str = "has signs that cannot be seen, or that turn the line";

/// What names are compared as when case does not matter.
pub(super) fn fold(text: &str) -> String {
    text.trim().to_lowercase()
}

/// With letters and their marks in one piece (NFC), as names are kept: keyboards and files have them either way.
pub(super) fn composed(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfc().normalize(text).into_owned()
}

/// With letters and their marks in pieces (NFD), as some programs write them.
pub(super) fn decomposed(text: &str) -> String {
    DecomposingNormalizerBorrowed::new_nfd().normalize(text).into_owned()
}

/// Finds something by its name: [`composed`], as names are kept, and as it stands, because earlier ones were kept like that.
pub(super) fn find<T, E>(name: &str, find: impl Fn(&str) -> Result<Option<T>, E>) -> Result<Option<T>, E> {
    let own = composed(name);
    match find(&own)? {
        None if own != name => find(name),
        found => Ok(found),
    }
}

/// [`find`] of a name that is [`told_apart`]: as it was kept, and then as such names are kept.
pub(super) fn find_told_apart<T, E>(
    name: &str,
    find_one: impl Fn(&str) -> Result<Option<T>, E>,
) -> Result<Option<T>, E> {
    let own = spaced(&composed(name));
    match find(name, &find_one)? {
        None if own != name => find_one(&own),
        found => Ok(found),
    }
}

/// A text of one line, trimmed: a title, a name.
pub(super) fn one_line(text: &str, max_chars: usize) -> Result<String, String> {
    let text = composed(text.trim());
    let formed = !text.is_empty() && text.chars().count() <= max_chars && !text.chars().any(char::is_control);
    if !formed {
        return Err(format!("is not 1 to {max_chars} characters on one line"));
    }
    if !is_seen(&text) || text.chars().any(turns_or_breaks) {
        return Err(UNSEEN.to_owned());
    }
    Ok(text)
}

/// [`one_line`] that something is told apart by: with one space between words, and without signs that only a program sees.
pub(super) fn told_apart(text: &str, max_chars: usize) -> Result<String, String> {
    let text = spaced(&one_line(text, max_chars)?);
    let letters: Vec<char> = text.chars().collect();
    let before = std::iter::once(None).chain(letters.iter().copied().map(Some));
    let behind = letters.iter().copied().skip(1).map(Some).chain([None]);
    let hides = |((before, letter), behind): ((Option<char>, &char), Option<char>)| match *letter {
        // Between letters of scripts that join, and in pictures, they can be seen.
        '\u{200c}' | '\u{200d}' => !before.is_some_and(may_join) || !behind.is_some_and(may_join),
        letter => !can_be_seen(letter) && !letter.is_whitespace() && !shapes_or_directs(letter),
    };
    if before.zip(&letters).zip(behind).any(hides) { Err(HIDDEN.to_owned()) } else { Ok(text) }
}

/// With one space between words, whatever spaces they were, and no marks of direction at the ends.
fn spaced(text: &str) -> String {
    let at_end = |character: char| character.is_whitespace() || is_direction_mark(character);
    text.trim_matches(at_end).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Beyond Latin, Greek and Cyrillic, whose letters do not join.
const fn may_join(character: char) -> bool {
    character >= '\u{590}' && !matches!(character, '\u{200b}'..='\u{200f}')
}

const fn is_direction_mark(character: char) -> bool {
    matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}')
}

/// Gives the sign before another shape, or says the direction of its place.
const fn shapes_or_directs(character: char) -> bool {
    is_direction_mark(character)
        || matches!(character, '\u{180b}'..='\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0020}'..='\u{e01ef}')
}

/// Can anything of a text be seen?
pub(super) fn is_seen(text: &str) -> bool {
    text.chars().any(can_be_seen)
}

/// Can each sign be seen? Names need some that cannot, between the letters of Persian or of a picture; what people are told apart
/// by must not have any. None of those that turn the line can be seen.
pub(super) fn all_seen(text: &str) -> bool {
    text.chars().all(can_be_seen)
}

fn can_be_seen(character: char) -> bool {
    character.is_ascii_graphic()
        || !character.is_whitespace()
            && !CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character)
}

/// Ends a line, or gives what follows another direction, also what stands behind the name on a page. The marks that only say the
/// direction of their place are taken, as Arabic and Hebrew need them.
const fn turns_or_breaks(character: char) -> bool {
    matches!(character, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_that_is_seen_and_reads_as_it_is_written() {
        let unseen = ["\u{200b}", "\u{ad}", "\u{3164}", "\u{feff}", "\u{200d}\u{200c}"];
        let turned = ["\u{202e}\u{2066}", "abc\u{202e}", "a\u{2028}b", "a\u{2029}b", "\u{2068}a\u{2069}"];
        for text in unseen.into_iter().chain(turned) {
            assert_eq!(one_line(text, 40).unwrap_err(), UNSEEN, "{text:?}");
        }
        for text in ["", " ", "a\nb", "a\0", "abcdef"] {
            assert_eq!(one_line(text, 5).unwrap_err(), "is not 1 to 5 characters on one line", "{text:?}");
        }
        for text in ["7", "نحو\u{200f}", "می\u{200c}خواهم", "👩\u{200d}🏫", "日本", "—"] {
            assert_eq!(one_line(text, 40).as_deref(), Ok(text));
        }
    }

    #[test]
    fn what_is_not_seen_and_what_turns_the_line_is_told_from_what_is_seen() {
        let turning = ('\u{202a}'..='\u{202e}').chain('\u{2066}'..='\u{2069}');
        for sign in ['\u{200b}', '\u{ad}', '\u{200d}', '\u{200e}', '\u{feff}'].into_iter().chain(turning) {
            assert!(!all_seen(&format!("ann{sign}@x.example")), "{sign:?}");
        }
        assert!(all_seen("jos\u{e9}.\u{645}@x.example"));
    }

    #[test]
    fn what_tells_things_apart_is_seen_and_has_one_space_between_words() {
        let written =
            ["a b", "a  b", " a\u{a0}b", "a\u{3000}\u{2009}b ", "\u{200f}a b\u{200e}", "a b \u{200f}"];
        for text in written {
            assert_eq!(told_apart(text, 40).as_deref(), Ok("a b"), "{text:?}");
        }
        for sign in ['\u{200b}', '\u{feff}', '\u{2060}', '\u{ad}', '\u{200c}', '\u{200d}', '\u{3164}'] {
            assert_eq!(told_apart(&format!("a{sign}b"), 40).unwrap_err(), HIDDEN, "{sign:?}");
        }
        assert_eq!(told_apart("می\u{200c}\u{200c}خواهم", 40).unwrap_err(), HIDDEN, "two look like one");
        for text in ["می\u{200c}خواهم", "👩\u{200d}🏫", "❤\u{fe0f}", "نحو\u{200f} 1", "क\u{94d}\u{200d}ष"]
        {
            assert_eq!(told_apart(text, 40).as_deref(), Ok(text));
        }
        assert_eq!(told_apart("\u{200b}", 40).unwrap_err(), UNSEEN);
    }

    #[test]
    fn a_name_is_found_as_it_was_kept_and_then_as_it_is_kept_now() {
        let find_in = |kept: &'static [&'static str], name: &str| {
            find_told_apart(name, |name| Ok::<_, ()>(kept.iter().position(|kept| *kept == name)))
        };
        assert_eq!(find_in(&["a b", "a  b"], "a  b"), Ok(Some(1)));
        assert_eq!(find_in(&["a b"], "a\u{a0} b\u{200f}"), Ok(Some(0)));
        assert_eq!(find_in(&["a b"], "ab"), Ok(None));
    }

    #[test]
    fn what_looks_the_same_is_the_same() {
        assert_eq!(one_line(" Cafe\u{301} ", 40).as_deref(), Ok("Caf\u{e9}"));
        assert_eq!(one_line("Cafe\u{301}", 4).as_deref(), Ok("Caf\u{e9}"), "as long as it looks");
    }
}
