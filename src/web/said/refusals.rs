//! What a refusal says as a whole, where its reason has what people need to know: how many, of what, or which of several
//! things it is. All others have one sentence per code in `error.ftl`.

use std::borrow::Cow;

use super::{Forms, Pattern};
use crate::web::text::Text;

/// Reasons, each behind its code. Of several that fit, the first counts.
const REFUSALS: &[Pattern] = &[
    ("attempt_running", "the attempt runs; extend it to give more time", "runs"),
    ("attempt_running", "the learner works on attempt {id} of this quiz", "runs-other"),
    ("attempt_running", "responses are marked once the attempt is handed in", "runs-unmarked"),
    (
        "attempts_running",
        "{count} attempts of the course run; wait for them or close them first",
        "runs-in-course",
    ),
    ("course_full", "all {count} seats of the course are taken", "seats"),
    ("course_status", "only an archived course is deleted; archive it first", "archive-first"),
    ("course_status", "the course is being deleted", "being-deleted"),
    ("course_status", "the course is being deleted already", "being-deleted"),
    ("course_status", "its content is still being copied; finish the copy first", "being-copied"),
    ("course_status", "a course that is {oldstate} does not become {newstate}", "no-such-step"),
    (
        "gradebook_full",
        "the grade category \"{name}\" holds {count} items and categories already; make another grade category and move \
         some of them into it",
        "full-category",
    ),
    ("job_over", "job {id} has begun, and what is half {kind} is of no use", "half-done"),
    ("jobs_full", "{count} jobs of yours wait or run already", "jobs-own"),
    ("jobs_full", "{count} jobs of everybody wait or run already", "jobs-all"),
    ("more_than_own", "you are no administrator yourself", "no-administrator"),
    ("more_than_own", "you do not have {rights} here", "rights"),
    ("role_in_use", "the role {name} is in {count} grants and enrolments", "role-in-use"),
    ("section_not_empty", "the section has {count} items", "in-section"),
    ("too_large", "the course has {count} quizzes already", "quizzes"),
    (
        "too_large",
        "the quiz has {count} overrides already; put learners into a group and give that one",
        "exceptions",
    ),
    ("too_large", "the file has more than {count} lines; send it in parts", "lines-of-grades"),
    ("too_large", "the file has more than {count} columns", "columns-of-grades"),
    ("too_many_credentials", "there are {count} credentials already", "credentials"),
    ("too_many_forward_targets", "there are {count} targets already", "targets"),
    ("too_many_groups", "a course has at most {count} groups", "groups"),
    ("too_many_tokens", "there are {count} tokens already", "tokens"),
    ("too_many_roles", "there are {count} roles already", "roles"),
    ("too_much_content", "a course has at most {count} sections", "sections"),
    ("too_much_content", "a course has at most {count} items", "items-of-course"),
    ("too_much_content", "a section has at most {count} items", "items-of-section"),
];

/// The reason of a refusal in words; `None` where its code alone says it.
pub fn refusal(text: Text, code: &str, detail: &str) -> Option<String> {
    let forms = Forms { patterns: REFUSALS, beginning: "said-refusal-" };
    forms.say_with(text, code, detail, |name, value| match name {
        "oldstate" | "newstate" => text.find_of("said-state-", value).map(Cow::into_owned),
        "kind" => text.find_of("admin-job-kind-", value).map(Cow::into_owned),
        "rights" => {
            let right =
                |name: &str| text.find_of("permission-", &name.replace('_', "-")).map(Cow::into_owned);
            let rights: Vec<String> = value.split(", ").map(right).collect::<Option<_>>()?;
            Some(rights.join(text.t("admin-list-comma").as_ref()))
        }
        _ => super::problems::number_or_name(name, value),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::job::JobKind;
    use crate::domain::preferences::Language;
    use crate::web::text::is_known;

    /// Codes that no page and no script of a page meets, and where they come from.
    const ELSEWHERE: &[(&str, &str)] = &[
        ("demo_incomplete", "the command line"),
        ("store_not_empty", "the command line"),
        ("document_conflict", "tools that write learning records"),
        ("invalid_statement", "tools that write learning records"),
        ("invalid_xapi_request", "tools that write learning records"),
        ("statement_conflict", "tools that write learning records"),
        ("too_many_references", "tools that write learning records"),
        ("encoded_body", "browsers send forms as they are"),
        ("idempotency_key_reused", "pages send no Idempotency-Key"),
        ("malformed_json", "pages send forms, and their scripts well-formed JSON"),
        ("precondition_required", "pages send the revision that they show, and their scripts If-Match"),
        ("range_beyond_end", "players of sound and film, which try again by themselves"),
        ("token_rate", "programs with a token"),
    ];

    /// Codes whose refusals name every wrong field or line, with reasons of `said/problems.rs` and `said/files.rs`.
    const BESIDE_FIELDS: &[&str] = &[
        "grade_import_refused",
        "invalid_field",
        "roster_unreadable",
        "unknown_parameter",
        "weak_password",
        "wrong_shape",
    ];

    #[test]
    fn every_form_has_its_message() {
        super::super::tests::every_form_has_its_message(REFUSALS, "said-refusal-");
    }

    #[test]
    fn every_code_that_people_can_meet_has_its_words() {
        let codes: Vec<String> = crate::http::codes::all().into_iter().map(|code| code.code).collect();
        let mut wrong = Vec::new();
        for code in &codes {
            let has = is_known(&format!("error-code-{}", code.replace('_', "-")));
            let elsewhere = ELSEWHERE.iter().any(|(known, _)| known == code);
            let beside = BESIDE_FIELDS.contains(&code.as_str());
            if usize::from(has) + usize::from(elsewhere) + usize::from(beside) != 1 {
                wrong.push(format!(
                    "{code}: a message {has}, met elsewhere {elsewhere}, said beside {beside}"
                ));
            }
        }
        let listed = ELSEWHERE.iter().map(|(code, _)| *code).chain(BESIDE_FIELDS.iter().copied());
        let listed = listed.chain(REFUSALS.iter().map(|(code, ..)| *code));
        wrong.extend(
            listed.filter(|code| !codes.iter().any(|known| known == code)).map(|code| format!("no {code}")),
        );
        assert!(
            wrong.is_empty(),
            "a message `error-code-CODE` in every language, or a reason why nobody reads it:\n{}",
            wrong.join("\n")
        );
    }

    #[test]
    fn a_reason_keeps_its_numbers_in_every_language() {
        let said = |language, code: &str, detail: &str| {
            let said = refusal(Text(language), code, detail).unwrap();
            said.replace(['\u{2068}', '\u{2069}'], "")
        };
        let english = |code, detail| said(Language::En, code, detail);
        assert_eq!(english("course_full", "all 24 seats of the course are taken"), "All 24 seats are taken.");
        let rights = english("more_than_own", "you do not have manage_site, view_people here");
        assert!(rights.starts_with("You do not have these rights") && !rights.contains('_'), "{rights}");
        for kind in JobKind::ALL {
            let detail = format!("job 7 has begun, and what is half {} is of no use", kind.name());
            said(Language::Ar, "job_over", &detail);
        }
        let arabic = said(Language::Ar, "too_many_tokens", "there are 50 tokens already");
        assert!(arabic.contains("50") && !arabic.contains(|c: char| c.is_ascii_alphabetic()), "{arabic}");
        assert_eq!(refusal(Text(Language::En), "course_full", "another reason"), None);
    }
}
