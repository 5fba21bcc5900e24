//! Names and titles: one line that can be seen and reads as it is written, and that is the same where it looks the same.

use icu_normalizer::ComposingNormalizerBorrowed;
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

/// Finds something by its name: [`composed`], as names are kept, and as it stands, because earlier ones were kept like that.
pub(super) fn find<T, E>(name: &str, find: impl Fn(&str) -> Result<Option<T>, E>) -> Result<Option<T>, E> {
    let own = composed(name);
    match find(&own)? {
        None if own != name => find(name),
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
    if !text.chars().any(can_be_seen) || text.chars().any(turns_or_breaks) {
        return Err(UNSEEN.to_owned());
    }
    Ok(text)
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
    fn what_looks_the_same_is_the_same() {
        assert_eq!(one_line(" Cafe\u{301} ", 40).as_deref(), Ok("Caf\u{e9}"));
        assert_eq!(one_line("Cafe\u{301}", 4).as_deref(), Ok("Caf\u{e9}"), "as long as it looks");
    }
}
