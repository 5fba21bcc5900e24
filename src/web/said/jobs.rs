//! What jobs say of themselves: how much is done, where one failed, and why.

use super::{Forms, Pattern, files, imports, problem};
use crate::domain::preferences::Language;
use crate::web::text::{Text, is_known};

/// Where a job failed. What fits none of them is the name of a field, which is the same in every language.
const PLACES: &[Pattern] = &[("", "behind {counted}", "behind"), ("", "line {line}", "line")];

/// Why one failed, beside what is wrong with a file or with a field.
const REASONS: &[Pattern] = &[
    ("", "the server failed; its log has the reason", "server"),
    ("", "the server ended {count} times at this place", "server-ended"),
    ("", "the account of who asked for the job is suspended", "suspended"),
    ("", "the report is longer than {count} parts of 12 KiB", "long-report"),
];

const BEGINNING: &str = "said-job-";
/// And of units of work.
const UNITS: &str = "admin-job-unit-";

fn unit_key(unit: &str) -> String {
    format!("{UNITS}{unit}")
}

/// So many of a unit of work: `300 attempts`.
pub fn counted(text: Text, count: u64, unit: &str) -> String {
    text.t1(&unit_key(unit), "count", count)
}

/// [`counted`] of how the domain writes it.
pub(super) fn counted_of(text: Text, words: &str) -> Option<String> {
    let (count, unit) = words.split_once(' ')?;
    let count = count.parse().ok()?;
    is_known(&unit_key(unit)).then(|| counted(text, count, unit))
}

/// Where a job failed.
pub(super) fn place(text: Text, at: &str) -> String {
    let forms = Forms { patterns: PLACES, beginning: BEGINNING };
    let said = forms.say_with(text, "", at, |name, value| match name {
        "counted" => counted_of(text, value),
        _ => Some(value.to_owned()),
    });
    said.unwrap_or_else(|| at.to_owned())
}

/// Why a job failed; `None` where only English has it and English is not what is read.
pub(super) fn reason(text: Text, detail: &str) -> Option<String> {
    let forms = Forms { patterns: REASONS, beginning: BEGINNING };
    let said = forms.say_with(text, "", detail, |_, value| Some(value.to_owned()));
    let said = said.or_else(|| problem(text, detail)).or_else(|| files::words(text, detail));
    said.or_else(|| imports::grade_words(text, detail))
        .or_else(|| (text.0 == Language::En).then(|| detail.to_owned()))
}

/// Where a job failed and why. What the API and the log say in English alone is left to who reads English.
pub fn failure(text: Text, at: &str, detail: &str) -> String {
    let detail = detail.strip_prefix(at).and_then(|rest| rest.strip_prefix(": ")).unwrap_or(detail);
    let place = place(text, at);
    match reason(text, detail) {
        Some(why) => text.t2("said-job-why", "place", place, "why", why),
        None => place,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(said: &str) -> String {
        said.replace(['\u{2068}', '\u{2069}'], "")
    }

    #[test]
    fn every_form_has_its_message() {
        for patterns in [PLACES, REASONS] {
            super::super::tests::every_form_has_its_message(patterns, BEGINNING);
        }
    }

    #[test]
    fn a_place_and_a_reason_are_said_in_every_language() {
        let english = |at, detail| plain(&failure(Text(Language::En), at, detail));
        let arabic = |at, detail| plain(&failure(Text(Language::Ar), at, detail));
        let latin = |said: &str| said.contains(|c: char| c.is_ascii_alphabetic());
        let ended = "the server ended 5 times at this place";
        assert_eq!(
            english("behind 1 attempts", ended),
            "After 1 attempt: The server ended 5 times at this place."
        );
        assert_eq!(english("behind 300 rows", "something new"), "After 300 rows: something new");
        assert!(arabic("behind 300 attempts", ended).contains("300 محاولة"));
        for detail in [ended, "something new", "the server failed; its log has the reason"] {
            let said = arabic("behind 11 rows", detail);
            assert!(!latin(&said) && said.contains("11 صفًا"), "{said}");
        }
        // The line is not said twice.
        let said = arabic("line 29", "line 29: has 3 fields, the header has 4");
        assert!(!latin(&said) && said.matches("29").count() == 1, "{said}");
        assert!(english("/file", "is not kept any more; choose it again").starts_with("/file: "));
    }
}
