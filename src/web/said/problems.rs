//! What is wrong with a field of a form, or with a part of a question: the reasons of the rules, in the viewer's language.

use super::{Forms, Pattern};
use crate::web::text::Text;

/// Reasons stand behind the name of a field. Of several that fit, the first counts.
const PROBLEMS: &[Pattern] = &[
    ("", "is empty", "empty"),
    ("", "is missing", "missing"),
    ("", "is missing; choose a file", "choose-file"),
    ("", "is missing; choose where to", "choose-where"),
    ("", "is empty; write the tag", "write-tag"),
    ("", "is empty; a quiz needs at least one question", "no-questions"),
    ("", "are none; tick some first", "tick-some"),
    ("", "is needed for something new", "new-needs"),
    ("", "is not kept any more; choose it again", "gone-file"),
    ("", "is not a number", "no-number"),
    ("", "is not a whole number", "no-whole"),
    ("", "is not a version", "no-whole"),
    ("", "is not a number that fits here", "no-fitting"),
    ("", "is not a whole number from 0 on", "no-count"),
    ("", "is not a whole number from {least} to {most}", "no-whole-within"),
    // What stands in an address.
    ("", "is {answer}, not a whole number from 0 on", "no-count-but"),
    ("", "is {answer}, not a whole number from 0 to {most}", "no-count-within-but"),
    ("", "is {answer}, not true or false", "no-answer-but"),
    ("", "is {answer}, not one of {names}", "no-choice-but"),
    ("", "is no parameter of this address, which takes none", "no-parameters"),
    ("", "is no parameter of this address, which takes {names}", "no-parameter"),
    ("", "is not what this address takes", "no-query"),
    ("", "is not an RFC 3339 time with an offset, between 1970 and 9999, such as {sample}", "no-time"),
    ("", "is not a cursor of this list; take it from `next` of the page before", "no-cursor"),
    ("", "is no time such as the `stored` of a statement", "no-stored"),
    ("", "is neither an id nor top", "no-category-nor-top"),
    ("", "is neither gift nor moodle_xml", "no-question-format"),
    ("", "is not a number of minutes", "no-minutes"),
    ("", "is not a number of minutes from {least} to {most}", "no-minutes-within"),
    ("", "is not a number of days from {least} to {most}", "no-days-within"),
    ("", "is not a decimal number such as 2.5 or -0.3333333", "no-decimal"),
    ("", "has more than 7 digits behind the point", "many-digits"),
    ("", "is larger than 100000000 in magnitude", "large-decimal"),
    ("", "is not a number such as 1.5 or 3e8", "no-measure"),
    ("", "could be read in two ways: write {plain} or {parted}", "two-ways"),
    ("", "has its digits in groups: write {plain}", "digits-grouped"),
    ("", "has more than 30 digits or is beyond 10^90", "beyond"),
    ("", "is not between {least} and {most}", "not-within"),
    ("", "is not a percentage between {least} and {most}", "no-percentage"),
    ("", "is {points}, not between {least} and {most}, the item's maximum", "not-of-item"),
    ("", "is true, but the course's own total is part of nothing", "total-left-out"),
    ("", "is not between 1 minute and a day", "not-a-day"),
    ("", "is more than the {count} points of the question", "over-question"),
    ("", "is more than {count}", "over"),
    ("", "is negative", "negative"),
    ("", "is below nought", "negative"),
    ("", "is less than min_words", "under-words"),
    ("", "is below min", "under-min"),
    ("", "is less than min", "under-min"),
    ("", "is above max", "over-max"),
    ("", "is not above min", "not-over-min"),
    ("", "is below the number of people enrolled", "under-enrolled"),
    ("", "is not a date and a time", "no-moment"),
    ("", "is in the future", "ahead"),
    ("", "is not in the future", "not-ahead"),
    ("", "is not in the future and within 366 days", "not-ahead-year"),
    ("", "is not after the start", "before-start"),
    ("", "is not after opens", "before-opens"),
    ("", "is not after the opening at {opens}", "before-opens"),
    ("", "is not before the closing at {closes}", "behind-closes"),
    ("", "is longer than {count} characters", "long"),
    ("", "is longer than {count} bytes", "long-bytes"),
    ("", "is longer than {count} bytes as HTML", "long-html"),
    ("", "is longer than {count} bytes of HTML", "long-html"),
    ("", "is larger than {count} bytes; split it", "large-file"),
    ("", "has too many formatting tags for its number of blocks", "tags"),
    ("", "is not {least} to {most} characters on one line", "one-line"),
    ("", "has nothing that can be seen, or signs that turn or break the line", "unseen"),
    ("", "has signs that cannot be seen, or that turn the line", "hidden"),
    ("", "is not one line of at most {count} characters", "one-line-most"),
    ("", "is more than {count} characters, or not on one line", "one-line-most"),
    ("", "is not {least} to {most} bytes on one line", "one-line-bytes"),
    ("", "is not one line of {least} to {most} bytes", "one-line-bytes"),
    ("", "is not {least} to {most} characters", "length"),
    ("", "is not {least} to {most} bytes", "length-bytes"),
    ("", "has not {least} to {most} bytes", "length-bytes"),
    ("", "is empty; give {least} to {most} characters", "length-give"),
    ("", "has not {least} to {most} characters", "length"),
    ("", "is empty or has more than {count} characters", "empty-or-long"),
    ("", "is empty or has spaces at its ends", "empty-or-ends"),
    ("", "is empty, has spaces at its ends or is longer than {count} characters", "empty-ends-long"),
    ("", "has more than {count} characters", "many-characters"),
    ("", "has {count} bytes; at most {most} are kept", "many-bytes"),
    ("", "takes {count} bytes; at most {most} can be kept", "many-bytes"),
    ("", "is {count} characters too long to be kept", "too-long"),
    ("", "part {at}: {inside}", "in-part"),
    ("", "contains control characters", "control"),
    ("", "is not UTF-8", "not-utf8"),
    // A file of people, of which a line or the whole is refused.
    ("", "line {line}: {inside}", "line"),
    ("", "is not a text; save a workbook or a document as CSV in UTF-8 first", "no-text"),
    (
        "",
        "is needed for a file that is not UTF-8, such as windows-1252 (what older spreadsheets write in western Europe); \
         or save the file as \"CSV UTF-8\"",
        "encoding-choose",
    ),
    ("", "{name} is not the name of an encoding, such as windows-1252", "encoding-unknown"),
    ("", "has bytes that are not {name}", "encoding-other"),
    (
        "",
        "has a zero byte; save the file as CSV in UTF-8, not as a workbook or as UTF-16 without a mark",
        "zero-byte",
    ),
    ("", "the file is empty", "file-empty"),
    ("", "has {count} fields, the header has {most}", "fields"),
    ("", "has {count} cells, the first line has {most}", "cells"),
    ("", "the course has no grade items yet", "nothing-graded"),
    ("", "is where the limit is passed", "limit-passed"),
    ("", "is past the limit of {count} rows; split the file", "rows"),
    ("", "has more than {count} fields", "many-fields"),
    ("", "the header has no name for column {count}", "column-nameless"),
    ("", "the header names the column {name} twice", "column-twice"),
    ("", "the header has no column username", "no-column-username"),
    ("", "the header has neither a column username nor a column email", "no-column-person"),
    ("", "the header names a column twice, with a number and without", "column-twice-numbered"),
    ("", "the header has {name} but no course{count}", "column-without-course"),
    (
        "",
        "the column oldusername renames accounts, which an import does not do; change them one by one",
        "column-renames",
    ),
    ("", "has {name} behind a closing quote", "behind-quote"),
    ("", "has a quote inside a field; put the field in quotes and double it", "quote-inside"),
    ("", "opens a quote that is never closed", "quote-open"),
    ("", "opens a quote that is not closed within a field's length", "quote-open"),
    ("", "has a field of more than {count} bytes", "long-field"),
    ("", "is not 1 to 100 of the letters a-z, digits and . _ - @", "username"),
    ("", "is not 1 to 40 of a-z, 0-9 and _, beginning with a letter", "role-name"),
    ("", "is not an http or https address with a host, without spaces, of at most 2000 bytes", "no-address"),
    ("", "is not an address or a range such as 192.0.2.7, 10.20.0.0/16 or 2001:db8::/48", "no-network"),
    (
        "",
        "{network} is not an address or a range such as 192.0.2.7, 10.20.0.0/16 or 2001:db8::/48",
        "no-network-of",
    ),
    ("", "is not a time zone such as Europe/Vienna", "no-zone"),
    ("", "is not an e-mail address such as name@example.edu, of at most 254 bytes", "no-email"),
    ("", "is not a username or e-mail address of 1 to 254 bytes", "no-login"),
    ("", "is nobody's username or e-mail address", "nobodys"),
    ("", "does not hold between {least} and {most}; send more in further requests", "few-or-many"),
    ("", "user {id} is in {count} groups already", "in-groups"),
    ("", "user {id} is not enrolled in the course", "not-in-course"),
    ("", "user {id} is not enrolled in the course: {login}", "not-in-course-of"),
    ("", "user {id} is enrolled as {role} and has no grades here", "not-graded"),
    ("", "is no account here", "no-account-here"),
    ("", "is no username, e-mail address, or # and number of an account", "no-account-named"),
    ("", "names nobody", "nobody"),
    ("", "names nobody who has an account", "no-account"),
    ("", "names nobody who has an account: {login}", "no-account-of"),
    ("", "all {count} seats of the course are taken: {login}", "seats-of"),
    ("", "the course is archived and takes no enrolment: {login}", "archived-of"),
    (
        "",
        "you would take away your own right to manage the enrolments of this course; somebody else must do it: {login}",
        "own-management-of",
    ),
    ("", "is not after the start: {login}", "before-start-of"),
    ("", "is taken", "taken"),
    ("", "another account has it already", "taken"),
    ("", "is the e-mail address of another account", "taken-address"),
    ("", "is the username of another account", "taken-username"),
    ("", "is taken; short names differ in more than case", "taken-short"),
    ("", "is taken; names of groups differ in more than case", "taken-group"),
    ("", "is taken by question {id} of the same category", "taken-question"),
    ("", "is there twice", "twice"),
    ("", "occurs twice", "twice"),
    ("", "is in the quiz twice", "twice-in-quiz"),
    ("", "is not a language tag of RFC 5646, such as en-GB", "no-language-tag"),
    ("", "is not one of the choices", "no-choice"),
    ("", "is no section", "no-section"),
    ("", "is no category", "no-category"),
    ("", "is no category of the course", "other-category"),
    ("", "names no quiz", "no-quiz"),
    ("", "is not a quiz", "no-quiz"),
    ("", "is not a quiz of this course", "other-quiz"),
    ("", "names the category {id}, which this course does not have", "other-category"),
    ("", "names question {id}, which this course's question bank does not have", "other-question"),
    ("", "names the role {name}, which does not exist", "no-role"),
    ("", "is administrator, which is granted site-wide only", "site-role"),
    ("", "is too deep; at most {count} levels", "deep"),
    ("", "lies below the category itself", "below-itself"),
    ("", "is overridden", "overridden"),
    ("", "has {count} letters; give 1 to {most}", "letters"),
    ("", "is not below the one before, or is negative; list the best letter first", "letter-order"),
    ("", "is not 0; the last letter is for everybody below the others", "letter-last"),
    ("", "stands in the scale twice", "letter-twice"),
    ("", "is no letter", "no-letter"),
    ("", "names no letters; give their ids in letters, or all as true", "letters-none"),
    ("", "is true beside letters; give one of the two", "letters-and-all"),
    ("", "is not the short name of course {id}; write it as it is to confirm", "short-name-again"),
    ("", "changes nothing; give at least one field, or delete the override", "no-change"),
    ("", "names nothing that the token may do", "no-scopes"),
    ("", "is not the access code of this quiz", "access-code"),
    ("", "is not an address such as https://lrs.example/xapi/, without a key, ? and #", "no-endpoint"),
    ("", "cannot be changed; make another target", "another-target"),
    ("", "is not an origin such as https://tool.example", "no-origin"),
    ("", "is sent by browsers as {sample}; write it like that", "origin-as"),
    ("", "has a port that is none: 1 to 65535, without a zero in front", "no-port"),
    ("", "is empty: such a credential could do nothing", "no-power"),
    ("", "is missing; another endpoint, or another way to sign in, needs it again", "secret-again"),
    ("", "is no IRI", "no-iri"),
    ("", "has a colon, which ends the user name of Basic authentication", "no-colon"),
    ("", "is no bearer token: it has spaces or letters that are not ASCII", "no-bearer"),
    ("", "has {count} characters; at least {least} are needed", "password-short"),
    ("", "is not the same as the password above", "password-repeated"),
    ("", "is not the same as the new password", "password-repeated"),
    ("", "is not your present password", "password-present"),
    ("", "is easy to guess: {why} Use several words that do not belong together.", "guess"),
    ("", "are {count}; at least {least} are needed", "few"),
    ("", "are {count}; at most {most} are possible", "many"),
    ("", "are more than {count}", "over-many"),
    ("", "has more than {count} entries", "over-many"),
    ("", "has more than {count} items", "over-many"),
    ("", "make more than {count} questions", "over-many"),
    ("", "make more than {count} points", "over-points"),
    ("", "have none with the fraction 1, so that full points cannot be reached", "no-full"),
    ("", "have fractions that add up to less than 1, so that full points cannot be reached", "small-sum"),
    ("", "has a fraction that is not between -1 and 1", "fraction"),
    ("", "must have the fraction 0 or 1 where it is all or nothing", "all-or-nothing"),
    ("", "occurs twice, so that no order would be the right one", "no-order"),
    ("", "all have the weight 0", "no-weight"),
    ("", "has a weight of more than {count}", "weight"),
    ("", "has a negative tolerance", "tolerance"),
    ("", "has no name of 1 to 64 characters", "unit-name"),
    ("", "has no positive multiplier", "multiplier"),
    ("", "are given where no unit is used", "units-idle"),
    ("", "are none where one is used", "units-none"),
    ("", "have none with the multiplier 1, which the answers are in", "units-base"),
    ("", "lack {file}, which a text refers to", "no-file"),
    ("", "cannot show several responses in a menu", "menu"),
    ("", "has a place for a part that there is not", "no-part"),
    ("", "does not have its place in the text exactly once where it can be shown", "no-place"),
    ("", "part {part} of the cloze is not closed by }", "cloze-closed"),
    ("", "part {part} of the cloze has an empty answer", "cloze-empty"),
    ("", "part {part} of the cloze has too large a weight", "cloze-weight"),
    ("", "part {part} of the cloze is one too many; {count} are possible", "cloze-many"),
    ("", "part {part} of the cloze is of the kind {name}, which is not known", "cloze-kind"),
    ("", "part {part} of the cloze is a {name} without answers", "cloze-no-answers"),
    ("", "part {part} of the cloze only looks like one; write {sample}", "cloze-almost"),
    ("", "part {part} of the cloze has an answer that {what}: {answer}", "cloze-answer"),
    (
        "",
        "part {part} of the cloze meets {sample} in the text, which marks the place of a part",
        "cloze-place",
    ),
    ("", "part {part} of the cloze has a fraction that is no percentage: {answer}", "cloze-percentage"),
];

/// Why a password is easy to guess, as the estimate of its strength says it.
const GUESSES: &[Pattern] = &[
    ("", "Straight rows of keys are easy to guess.", "rows"),
    ("", "Short keyboard patterns are easy to guess.", "keys"),
    ("", "Repeats like \"aaa\" are easy to guess.", "repeats"),
    ("", "Repeats like \"abcabcabc\" are only slightly harder to guess than \"abc\".", "repeats-words"),
    ("", "This is a top-10 common password.", "top-ten"),
    ("", "This is a top-100 common password.", "top-hundred"),
    ("", "This is a very common password.", "common"),
    ("", "This is similar to a commonly used password.", "similar"),
    ("", "Sequences like abc or 6543 are easy to guess.", "sequences"),
    ("", "Recent years are easy to guess.", "years"),
    ("", "A word by itself is easy to guess.", "word"),
    ("", "Dates are often easy to guess.", "dates"),
    ("", "Names and surnames by themselves are easy to guess.", "names"),
    ("", "Common names and surnames are easy to guess.", "common-names"),
    ("", "It is little more than the person's own name, username or e-mail address.", "own"),
    ("", "It is easy to guess.", "any"),
];

/// What is wrong with a field, as a sentence without its subject; `None` when only English has it.
pub fn problem(text: Text, reason: &str) -> Option<String> {
    let forms = Forms { patterns: PROBLEMS, beginning: "said-problem-" };
    forms.say_with(text, "", reason, |name, value| match name {
        "why" => {
            let guesses = Forms { patterns: GUESSES, beginning: "said-guess-" };
            guesses.say_with(text, "", value, |_, value| Some(value.to_owned()))
        }
        "what" | "inside" => problem(text, value),
        // The rules count parts from nought.
        "at" => Some((value.parse::<u16>().ok()?.checked_add(1)?).to_string()),
        _ => number_or_name(name, value),
    })
}

/// A limit is a number: "more than 5" and "more than is kept" have the same form, and only one of them is meant.
pub(super) fn number_or_name(name: &str, value: &str) -> Option<String> {
    let fits = !matches!(name, "count" | "least" | "most") || value.parse::<f64>().is_ok();
    fits.then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::preferences::Language;
    use crate::domain::quiz::input::QuizInput;
    use crate::domain::{account, sign_in};

    #[test]
    fn every_form_has_its_message() {
        for (patterns, beginning) in [(PROBLEMS, "said-problem-"), (GUESSES, "said-guess-")] {
            super::super::tests::every_form_has_its_message(patterns, beginning);
        }
    }

    #[test]
    fn what_the_rules_say_fits_a_form() {
        let arabic = |reason: &str| problem(Text(Language::Ar), reason);
        let reasons = [
            account::Username::parse("A B").unwrap_err().to_owned(),
            account::PersonName::parse("").unwrap_err().to_owned(),
            account::PersonName::parse("\u{200b}").unwrap_err().to_owned(),
            account::Email::parse("nowhere").unwrap_err().to_owned(),
            account::Email::parse("ann\u{200b}@x.example").unwrap_err().to_owned(),
            crate::domain::preferences::ZoneName::parse("Mars").unwrap_err().to_owned(),
            "soon".parse::<crate::clock::Timestamp>().unwrap_err().to_string(),
            "1.x".parse::<crate::domain::decimal::Decimal>().unwrap_err().to_string(),
        ];
        for reason in reasons {
            assert!(arabic(&reason).is_some(), "{reason}");
        }
        assert!(arabic("is something that nobody has said yet").is_none());
        let slots = serde_json::json!([{ "points": 10_000, "draw": { "count": 11, "tag": "all" } }]);
        let quiz = serde_json::json!({ "name": "Q", "slots": slots });
        let refusal = serde_json::from_value::<QuizInput>(quiz).unwrap().parse([0; 16]).unwrap_err();
        let reason = &refusal.fields[0].problem;
        let english = problem(Text(Language::En), reason).unwrap();
        assert_eq!(english, "Make more than \u{2068}100,000\u{2069} points, the most that a grade can have.");
        assert!(arabic(reason).unwrap().contains("100,000"));
        // A limit is a number, and nothing else.
        assert!(arabic("is more than 5").is_some() && arabic("is more than anybody can eat").is_none());
    }

    #[test]
    fn every_rule_of_passwords_is_said() {
        let own = ["lovelace".to_owned()];
        let long = "x".repeat(sign_in::PASSWORD_LENGTH + 1);
        let weak = [
            "short",
            long.as_str(),
            "qwertyuiop",
            "zxcvbnm,./",
            "aaaaaaaaaaaa",
            "abcabcabcabc",
            "password",
            "dragon",
            "password1234",
            "abcdefghijkl",
            "2026",
            "lovelace",
            "12.11.1984",
            "monkeymonkey",
            "jennifer",
        ];
        for password in weak {
            let least = if password == "short" { 12 } else { 1 };
            let refusal = sign_in::check_new("/password", password, &own, least).expect_err(password);
            let reason = &refusal.fields[0].problem;
            let said = problem(Text(Language::Ar), reason);
            let english = |c: char| c.is_ascii_lowercase();
            let said = said.unwrap_or_else(|| panic!("{password}: {reason}"));
            assert!(!said.replace("«aaa»", "").replace("abc", "").contains(english), "{said}");
        }
    }
}
