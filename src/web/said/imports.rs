//! What imports say of rows and questions, and why something was left out.

use super::{Forms, Frame, Pattern, Said, problem};

/// Of rows of a file of people, and of a course's.
const ROWS: &[Pattern] = &[
    ("", "line {line} has the same username", "username-twice"),
    ("", "line {line} has the same e-mail address", "email-twice"),
    ("", "line {line} names the same person", "person-twice"),
    ("", "names nobody", "nobody"),
    ("", "/file names nobody who has an account", "no-account"),
    ("", "the account exists and keeps its password", "keeps-password"),
    ("", "the account keeps the language and the time zone that it has", "keeps-preferences"),
    ("", "lang {name} is not a language of the pages and was passed over", "no-language"),
    ("", "timezone {name} is not a time zone such as Europe/Vienna and was passed over", "no-zone"),
    ("", "another account has the username {name}", "username-taken"),
    ("", "another account has the e-mail address {name}", "email-taken"),
    ("", "all {seats} seats of the course are taken", "seats-taken"),
    ("", "the course is archived and takes no enrolment", "archived-course"),
    ("", "the role {role} allows more than you may do in this course yourself", "role-too-much"),
    ("", "user {id} has permissions that you do not have", "outranked"),
    ("", "deleted cannot be done by an import; use suspended, which keeps what the person did", "deleted"),
    ("", "{column} is not 1 to 100 of the letters a-z, digits and . _ - @", "username-wrong"),
    ("", "{column} is not 1 to 100 characters on one line", "name-wrong"),
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
    ("", "{column} is empty; a new account needs it", "needed"),
    ("", "course {course} does not exist", "no-course"),
    (
        "",
        "password has {count} characters; at least {least} are needed; leave it empty for an activation link",
        "password-short",
    ),
];

/// Of questions that were left out, and of what a question lost.
const QUESTIONS: &[Pattern] = &[
    ("", "it is answered with files only, which is not possible here", "files-only"),
    ("", "it shows a random part of its items, which is not possible here", "random-items"),
    ("", "a description is not a question", "description"),
    ("", "questions of the kind {type} are not known", "no-type"),
    ("", "a text refers to the file {file}, which is not in the file", "file-missing"),
    ("", "the question {question} was hidden and comes as retired", "was-hidden"),
    ("", "the question {question} comes without {parts}, which texts do not keep here", "lost"),
    (
        "",
        "the description of the category {category} comes without {parts}, which texts do not keep here",
        "lost-description",
    ),
    ("", "the hints of the question {question} were left out", "hints"),
    ("", "a picture in the format of Moodle 1.9 was left out", "old-picture"),
    ("", "true and false have other names; the first answer was taken for true", "other-truth"),
    ("", "units that the question does not use were left out", "idle-units"),
    ("", "instructions on units were left out", "unit-instructions"),
    ("", "feedback on single items was left out", "item-feedback"),
    ("", "attachments to essays are not possible and were left out", "attachments"),
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

/// Why a question was left out, or what became of it.
pub fn question(frame: &Frame, text: &str) -> Said {
    Said::of(Forms { patterns: QUESTIONS, beginning: "said-question-" }.say(frame, "", text), text)
}

#[cfg(test)]
mod tests {
    use super::super::gaps;
    use super::*;

    #[test]
    fn every_form_has_its_message() {
        for (patterns, beginning) in [(ROWS, "said-row-"), (QUESTIONS, "said-question-")] {
            super::super::tests::every_form_has_its_message(patterns, beginning);
        }
    }

    #[test]
    fn what_the_rules_say_fits_a_form() {
        let fits =
            |patterns: &[Pattern], text: &str| patterns.iter().any(|(_, form, _)| gaps(form, text).is_some());
        let row = crate::domain::account::Username::parse("A B").unwrap_err();
        assert!(fits(ROWS, &format!("username {row}")), "{row}");
        let name = crate::domain::account::PersonName::parse("").unwrap_err();
        assert!(fits(ROWS, &format!("firstname {name}")), "{name}");
        let file = "username,firstname,lastname,email,course1,role1,enrolperiod1,enrolstatus1,enroltimestart1,type1\n\
                    bad,A,B,,C,student,0,7,2026,\nok,A,B,,,,,,,\nok,A,B,,,,,,,\nlate,A,B,,C,,,,9999-12-31,\n\
                    soon,A,B,,C,,,,soon,5\n";
        let (_, rows) = crate::domain::roster_rows::read(file.as_bytes(), None).unwrap();
        let wrong = rows.rows.iter().filter_map(|row| row.as_ref().err());
        let problems: Vec<&String> = wrong.flat_map(|row| &row.problems).collect();
        assert_eq!(problems.len(), 7, "{problems:?}");
        for problem in problems {
            assert!(fits(ROWS, problem), "{problem}");
        }
    }
}
