//! What imports say of rows and questions, and why something was left out.

use super::problems::number_or_name;
use super::{Forms, Frame, Pattern, Said, problem};
use crate::domain::bank::import::BETWEEN_NOTES;
use crate::domain::decimal::Decimal;
use crate::web::text::Text;

/// Of rows of a file of people, and of a course's.
const ROWS: &[Pattern] = &[
    ("", "line {line} has the same username", "username-twice"),
    ("", "line {line} has the same e-mail address", "email-twice"),
    ("", "line {line} names the same person", "person-twice"),
    ("", "names nobody", "nobody"),
    ("", "/file names nobody who has an account", "no-account"),
    ("", "the account exists and keeps its password", "keeps-password"),
    (
        "",
        "the account has no password yet and keeps the link that it has; where that is lost, make it another one",
        "keeps-link",
    ),
    ("", "the account is suspended and gets no activation link; reactivate it first", "no-link-suspended"),
    ("", "the account has no password and no link that works; make it one", "no-link"),
    ("", "the account keeps the language and the time zone that it has", "keeps-preferences"),
    ("", "lang {name} is not a language of the pages and was passed over", "no-language"),
    ("", "timezone {name} is not a time zone such as Europe/Vienna and was passed over", "no-zone"),
    ("", "another account has the username {name}", "username-taken"),
    ("", "another account has the e-mail address {name}", "email-taken"),
    ("", "the username {name} is the e-mail address of another account", "username-is-email"),
    ("", "the e-mail address {name} is the username of another account", "email-is-username"),
    ("", "all {seats} seats of the course are taken", "seats-taken"),
    ("", "the course is archived and takes no enrolment", "archived-course"),
    (
        "",
        "you would take away your own right to manage the enrolments of this course; somebody else must do it",
        "own-management",
    ),
    ("", "the role {role} allows more than you may do in this course yourself", "role-too-much"),
    ("", "user {id} has permissions that you do not have", "outranked"),
    ("", "deleted cannot be done by an import; use suspended, which keeps what the person did", "deleted"),
    ("", "{column} is not 1 to 100 of the letters a-z, digits and . _ - @", "username-wrong"),
    ("", "{column} is not 1 to 100 characters on one line", "name-wrong"),
    ("", "{column} has nothing that can be seen, or signs that turn or break the line", "name-unseen"),
    ("", "{column} has signs that cannot be seen, or that turn the line", "name-hidden"),
    ("", "{column} is longer than {count} characters", "too-long"),
    ("", "{column} is neither 0 nor 1", "not-flag"),
    ("", "{column} is neither 0 (active) nor 1 (suspended)", "not-status"),
    ("", "{column} is not a day such as 2026-09-07, an RFC 3339 time or seconds since 1970", "not-moment"),
    (
        "",
        "{column} is a number of fewer than ten digits; write a day such as 2026-09-07, or all ten digits of seconds since \
         1970",
        "moment-digits",
    ),
    (
        "",
        "{column} is before 1970 or after 9999-12-30T22:00:00Z, and such a time is not kept",
        "moment-beyond",
    ),
    ("", "{column} is not a number of days from 1 to {count}", "not-days"),
    ("", "{column} names {course} a second time", "twice-course"),
    (
        "",
        "{column} is not 1 to 40 of a-z, 0-9 and _, beginning with a letter (student, teacher and editingteacher are \
         known too)",
        "not-role",
    ),
    ("", "{column} is none of 1 (student), 2 (teacher) and 3 (non-editing teacher)", "not-kind"),
    (
        "",
        "enroltimestart is not before the end that the enrolment has; name an enrolperiod, or give the enrolment another end",
        "late-start",
    ),
    ("", "{column} is empty; a new account needs it", "needed"),
    ("", "course {course} does not exist", "no-course"),
    (
        "",
        "password has {count} characters; at least {least} are needed; leave it empty for an activation link",
        "password-short",
    ),
    (
        "",
        "password is easy to guess: {why} Use several words that do not belong together; leave it empty for an activation link",
        "password-guess",
    ),
];

/// Of questions that were left out, and of what a question lost.
const QUESTIONS: &[Pattern] = &[
    ("", "it is answered with files only, which is not possible here", "files-only"),
    ("", "it shows a random part of its items, which is not possible here", "random-items"),
    ("", "a description is not a question", "description"),
    ("", "questions of the kind {type} are not known", "no-type"),
    ("", "a text refers to the file {file}, which is not in the file", "file-missing"),
    ("", "the question was hidden and comes as retired", "was-hidden"),
    ("", "the question is retired here and stays so", "stays-retired"),
    ("", "the question is in use here and stays so", "stays-in-use"),
    ("", "the question {question} comes without {parts}, which texts do not keep here", "lost"),
    (
        "",
        "the description of the category {category} comes without {parts}, which texts do not keep here",
        "lost-description",
    ),
    ("", "the hints of the question {question} were left out", "hints"),
    ("", "a picture in the format of Moodle 1.9 was left out", "old-picture"),
    ("", "true and false have other names; the first answer was taken for true", "other-truth"),
    ("", "one answer is called neither true nor false; it was taken for what the other is not", "odd-truth"),
    ("", "units that the question does not use were left out", "idle-units"),
    ("", "instructions on units were left out", "unit-instructions"),
    ("", "feedback on single items was left out", "item-feedback"),
    ("", "attachments to essays are not possible and were left out", "attachments"),
    ("", "the response format {answer} was taken for a formatted text without files", "response-format"),
    (
        "",
        "the grading type {answer} is not known and was taken for RELATIVE_NEXT_EXCLUDE_LAST",
        "ordering-type",
    ),
    (
        "",
        "the file is not UTF-8 and was read as windows-1252: if letters come out wrong, name its encoding, such as windows-1256",
        "assumed-encoding",
    ),
    ("", "the name of the question {question} was longer than {count} characters and was cut", "name-cut"),
    ("", "<{element}> has {answer}, of which {count} digits behind the point were kept", "digits-cut"),
    ("", "the category {category} keeps the description that it has here", "keeps-description"),
    ("", "the category {category} keeps the identifier that it has here", "keeps-identifier"),
    (
        "",
        "the category {category} stays without its identifier {identifier}, which another category has",
        "category-identifier",
    ),
    ("", "the top of a question bank has no description and no identifier here", "top-description"),
    (
        "",
        "{question} comes without its identifier {identifier}, which question {id} of the category has",
        "question-identifier",
    ),
    ("", "{question} keeps the identifier that it has here", "question-keeps"),
    ("", "{question} takes the identifier {identifier} from the file", "question-takes"),
    (
        "",
        "{question} stays without its identifier {identifier}, which question {id} of the category has",
        "question-without",
    ),
    (
        "",
        "{question} stays without its identifier {identifier}: it has too many versions",
        "question-versions",
    ),
];

/// Of lines of a file of grades.
const GRADES: &[Pattern] = &[
    ("", "the column \"{name}\" stands twice", "column-twice"),
    (
        "",
        "the column \"{name}\" is no grade item of this course, or several; name one grade item, [#id] behind a name tells \
         which",
        "column-unknown",
    ),
    ("", "there is neither a column user_id nor username", "no-column-person"),
    ("", "\"{answer}\" is nobody's id or username", "nobodys"),
    ("", "user_id and username are of two people", "two-people"),
    ("", "names no learner", "no-learner"),
    ("", "user {id} is not enrolled in the course", "not-enrolled"),
    ("", "user {id} stands on line {line} already", "person-twice"),
    ("", "{points} is not between {least} and {most}, the item's maximum", "beyond"),
    ("", "the grade {points} is overridden; send ?overrides=true to change that", "overridden"),
    ("", "the grade {points} comes from a quiz; no file takes it back", "of-quiz-stays"),
    ("", "the grade none comes from a quiz; send ?overrides=true to override it", "of-quiz-none"),
    ("", "the grade {points} comes from a quiz; send ?overrides=true to override it", "of-quiz"),
    ("", "\"{answer}\" {what}", "cell"),
];

/// Names of items with more colons in them are not taken apart.
const COLONS: usize = 4;

/// What is wrong with a line of a file of grades; what concerns a cell stands behind the name of its item.
pub(super) fn grade_words(text: Text, reason: &str) -> Option<String> {
    let forms = Forms { patterns: GRADES, beginning: "said-grade-" };
    let say = |reason: &str| {
        forms.say_with(text, "", reason, |name, value| match name {
            "what" => problem(text, value),
            "points" => value.parse::<Decimal>().is_ok().then(|| value.to_owned()),
            _ => number_or_name(name, value),
        })
    };
    let behind_item = |(at, _): (usize, &str)| {
        let (item, rest) = reason.split_at_checked(at)?;
        Some(text.t2("said-row-of", "course", item, "what", say(rest.strip_prefix(": ")?)?))
    };
    let of_item = || reason.match_indices(": ").take(COLONS).find_map(behind_item);
    say(reason).or_else(|| problem(text, reason)).or_else(of_item)
}

/// What is wrong in a line of a file of grades, for a page.
pub fn grade(frame: &Frame, reason: &str) -> Said {
    Said::of(grade_words(frame.text, reason), reason)
}

/// What is wrong with a row, or worth knowing of it. What is wrong with an enrolment stands behind the course's name, what
/// every form may refuse behind the column's.
pub fn row(frame: &Frame, text: &str) -> Said {
    let forms = Forms { patterns: ROWS, beginning: "said-row-" };
    let behind_course = || {
        let (course, rest) = text.split_once(": ")?;
        Some(frame.t2("said-row-of", "course", course, "what", forms.say(frame, "", rest)?))
    };
    let behind_column = || {
        let (column, rest) = text.split_once(' ')?;
        Some(frame.t2("said-row-of", "course", column, "what", problem(frame.text, rest)?))
    };
    Said::of(forms.say(frame, "", text).or_else(behind_course).or_else(behind_column), text)
}

/// Why a question was left out, or what became of it: one note, or two.
pub fn question(frame: &Frame, text: &str) -> Said {
    Said::of(question_words(frame.text, text), text)
}

fn question_words(text: Text, note: &str) -> Option<String> {
    let forms = Forms { patterns: QUESTIONS, beginning: "said-question-" };
    let say = |note: &str| forms.say_with(text, "", note, |_, value| Some(value.to_owned()));
    let both = || {
        let (first, second) = note.rsplit_once(BETWEEN_NOTES)?;
        Some(format!("{} {}", say(first)?, say(second)?))
    };
    say(note).or_else(both)
}

#[cfg(test)]
mod tests {
    use super::super::gaps;
    use super::*;

    #[test]
    fn every_form_has_its_message() {
        for (patterns, beginning) in
            [(ROWS, "said-row-"), (QUESTIONS, "said-question-"), (GRADES, "said-grade-")]
        {
            super::super::tests::every_form_has_its_message(patterns, beginning);
        }
    }

    #[test]
    fn what_the_rules_say_fits_a_form() {
        let fits =
            |patterns: &[Pattern], text: &str| patterns.iter().any(|(_, form, _)| gaps(form, text).is_some());
        let row = crate::domain::account::Username::parse("A B").unwrap_err();
        assert!(fits(ROWS, &format!("username {row}")), "{row}");
        for name in ["", "\u{202e}A"] {
            let name = crate::domain::account::PersonName::parse(name).unwrap_err();
            assert!(fits(ROWS, &format!("firstname {name}")), "{name}");
        }
        let weak = crate::domain::sign_in::check_new("password", "verysecret", &[], 10).unwrap_err();
        let weak = weak.detail.trim_end_matches('.');
        assert!(fits(ROWS, &format!("password {weak}; leave it empty for an activation link")), "{weak}");
        let file = "username,firstname,lastname,email,course1,role1,enrolperiod1,enrolstatus1,enroltimestart1,type1\n\
                    bad,A,B,,C,student,-1,7,2026,\nok,A,B,,,,,,,\nok,A,B,,,,,,,\nlate,A,B,,C,,,,9999-12-31,\n\
                    soon,A,B,,C,,,,soon,5\n";
        let (_, rows) =
            crate::domain::roster_rows::read(file.as_bytes(), None, &jiff::tz::TimeZone::UTC).unwrap();
        let wrong = rows.rows.iter().filter_map(|row| row.as_ref().err());
        let problems: Vec<&String> = wrong.flat_map(|row| &row.problems).collect();
        assert_eq!(problems.len(), 7, "{problems:?}");
        for problem in problems {
            assert!(fits(ROWS, problem), "{problem}");
        }
    }

    #[test]
    fn two_notes_on_a_question_are_said_one_after_the_other() {
        use crate::domain::preferences::Language;
        let said = |note: &str| {
            let words = question_words(Text(Language::En), note);
            words.map(|words| words.replace(['\u{2068}', '\u{2069}'], ""))
        };
        let first = r#""A; b" keeps the identifier that it has here"#;
        let wanted = r#""A; b" keeps the identifier that it has here."#;
        assert_eq!(said(first).as_deref(), Some(wanted));
        let both = said(&format!("{first}; the question is retired here and stays so"));
        assert_eq!(both, Some(format!("{wanted} The question is retired here and stays so.")));
        assert_eq!(said("something; new"), None);
        let other = "one answer is called neither true nor false; it was taken for what the other is not";
        assert!(said(other).is_some());
    }

    #[test]
    fn what_is_assumed_or_cut_of_a_question_is_said_in_every_language() {
        use crate::domain::preferences::Language;
        use crate::domain::question::format::{gift, moodle_xml};
        let name = "n".repeat(300);
        let file = format!(
            "<quiz><question type=\"ordering\"><name><text>{name}</text></name><gradingtype>99</gradingtype>\
             <answer><text>a</text></answer><answer><text>b</text></answer></question>\
             <question type=\"essay\"><name><text>E</text></name><defaultgrade>1.00000001</defaultgrade>\
             <responseformat>editorfilepicker</responseformat></question></quiz>"
        );
        let notes = moodle_xml::parse(file.as_bytes()).unwrap().notes;
        assert_eq!(notes.len(), 4, "{notes:?}");
        let notes: Vec<_> =
            notes.into_iter().chain(gift::parse(b"Gr\xfc\xdfe{T}", None).unwrap().notes).collect();
        let takes = r#""A" takes the identifier "a1" from the file"#;
        for note in notes.iter().map(|note| note.text.as_str()).chain([takes]) {
            let said = question_words(Text(Language::Ar), note).unwrap_or_else(|| panic!("{note}"));
            assert!(!said.contains("the ") && !said.contains(" was "), "{said}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_grade_stands_behind_its_item_in_every_language() {
        use crate::domain::preferences::Language;
        let said = |language, reason: &str| {
            grade_words(Text(language), reason).map(|said| said.replace(['\u{2068}', '\u{2069}'], ""))
        };
        let english = said(Language::En, "Essay: part 2: 12 is not between 0 and 10, the item's maximum");
        assert_eq!(
            english.as_deref(),
            Some("Essay: part 2: 12 is not between 0 and 10, the most that it can have.")
        );
        for reason in [
            "the column \"x\" stands twice",
            "\"5x\" is nobody's id or username",
            "user 7 stands on line 3 already",
            "12: \"5x\" is not a decimal number such as 2.5 or -0.3333333",
            "12: the grade none comes from a quiz; send ?overrides=true to override it",
            "12: the grade 3.5 comes from a quiz; send ?overrides=true to override it",
            "12: the grade 3.5 comes from a quiz; no file takes it back",
            "12: the grade 3.5 is overridden; send ?overrides=true to change that",
            "user 7 is enrolled as teacher and has no grades here",
        ] {
            let arabic = said(Language::Ar, reason).unwrap_or_else(|| panic!("{reason}"));
            assert!(!arabic.contains("the ") && !arabic.contains("overrides="), "{arabic}");
        }
        assert_eq!(said(Language::Ar, "Essay: something new"), None);
        // The text of a cell takes no long time, whatever it looks like.
        assert_eq!(said(Language::En, &"line 1: ".repeat(500)), None);
    }
}
