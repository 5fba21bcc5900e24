//! How long may be what people type where a field bounds it as well: the field (`maxlength`) and the rule take the number
//! from here.
//!
//! People count letters, whatever their script. A browser counts UTF-16 units, of which a letter has one or two, so that no
//! field lets pass what a rule of as many letters refuses. The store counts bytes, of which a letter has up to four; its
//! bounds lie above those of letters, save for a whole response.

use super::naming::composed;

/// Letters of a typed answer, essays aside: a sentence; also keeps wildcard matching short.
pub const ANSWER_LETTERS: usize = 1_024;
/// Letters of the name of a unit.
pub const UNIT_LETTERS: usize = 64;
/// Bytes of all texts of a response, essays aside: a stored save with its surroundings must fit into a value of 16 KiB.
pub const RESPONSE_BYTES: usize = 12 * 1024;
/// Bytes of an essay: some 10,000 words in English and 5,000 in Arabic, more than anybody writes in a day. A longer one than
/// [`RESPONSE_BYTES`] has rows of its own. How many letters it is depends on their script; the exam room says how many there is
/// room for.
pub const ESSAY_BYTES: usize = 64 * 1024;
/// Bytes of a request that saves answers: a sheet of the longest essays comes through, although a form without scripts sends three
/// for each byte of a letter that is not Latin; and what it changes fits into one transaction.
pub const ANSWERS_BYTES: usize = 2 * 1024 * 1024;
/// Letters of a tag: a word or two.
pub const TAG_LETTERS: usize = 50;
/// Letters that are looked for: a name, an address, some words.
pub const SEARCH_LETTERS: usize = 200;
/// Letters of a reason for more time: a sentence.
pub const REASON_LETTERS: usize = 200;
/// Letters of a comment on a mark: a page of text. With four bytes each they fit into a value of 16 KiB, the mark beside them.
pub const COMMENT_LETTERS: usize = 4_000;
/// Letters of an access code, which is read aloud in a room.
pub const ACCESS_CODE_LETTERS: usize = 100;

/// Has a text more letters than this?
pub fn is_longer(text: &str, letters: usize) -> bool {
    // A letter takes a byte at least, so that most texts need not be counted.
    text.len() > letters && text.chars().count() > letters
}

/// What was typed to look for something, as names are kept and as long as may be.
pub fn searched(text: &str) -> String {
    composed(text.trim()).chars().take(SEARCH_LETTERS).collect()
}

/// The beginning of a text that fits, on one line.
pub fn shortened(text: &str, most_letters: usize) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(most_letters).collect()
}

/// The beginning of a text, and a sign where there is more.
pub fn excerpt(text: &str, most_letters: usize) -> String {
    match text.char_indices().nth(most_letters) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}\u{2026}", text.get(..end).unwrap_or_default()),
    }
}

/// How many letters at the end of a text find no room in so many bytes.
pub fn letters_beyond(text: &str, bytes: usize) -> usize {
    if text.len() <= bytes {
        return 0;
    }
    text.char_indices().filter(|(at, letter)| at + letter.len_utf8() > bytes).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_counts_once_in_every_script() {
        for letter in ["a", "ي", "語", "𐍈"] {
            let text = letter.repeat(50);
            assert!(!is_longer(&text, 50) && is_longer(&text, 49), "{letter}");
            // A browser counts no less, so a field of as many units lets nothing longer pass.
            assert!(text.encode_utf16().count() >= text.chars().count(), "{letter}");
            let bytes = letter.len();
            assert_eq!(letters_beyond(&text, 50 * bytes), 0, "{letter}");
            assert_eq!(letters_beyond(&text, 47 * bytes), 3, "{letter}");
            assert_eq!(letters_beyond(&text, 48 * bytes - 1), 3, "{letter}");
        }
        assert_eq!(excerpt("لغة", 3), "لغة");
        assert_eq!(excerpt("لغات", 3), "لغا…");
        assert_eq!(shortened("a\nbcd", 3), "abc");
        assert_eq!(searched(&format!("  {}", "ي".repeat(300))).chars().count(), SEARCH_LETTERS);
        assert_eq!(searched(" Jose\u{301} "), "Jos\u{e9}", "in the form of names");
    }
}
