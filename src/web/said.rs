//! What the server says in English in a form of its own (details of the audit trail, findings of the readiness report, what
//! imports refuse in `said/imports.rs` and `said/files.rs`, what is wrong with a field in `said/problems.rs`, what a refusal says
//! as a whole in `said/refusals.rs`, where jobs fail in `said/jobs.rs`), said in the
//! viewer's language: a list of forms with gaps, and a message for each.
//! What fits no form stays English, and is marked so.

pub mod capacity;
mod files;
mod imports;
mod jobs;
mod problems;
mod refusals;

use std::borrow::Cow;

pub use files::file;
pub use imports::{grade, question, row};
pub use jobs::{counted, failure};
pub use problems::problem;
pub use refusals::refusal;

use super::frame::Frame;
use super::text::{Text, ToArg};
use crate::clock::Timestamp;
use crate::config::UNNAMED_PROXY;
use crate::domain::access::{RoleName, is_built_in};

/// A form: after which action or check it stands, the text with its gaps, and the end of the message's key.
type Pattern = (&'static str, &'static str, &'static str);

/// Details that are a text of people (a name, a title) or of machines, which no language changes.
const NAMES: &[&str] = &[
    "account.create",
    "account.suspend",
    "account.reactivate",
    "course.create",
    "course.delete",
    "forward_target.change",
    "forward_target.create",
    "forward_target.delete",
    "forward_target.pause",
    "forward_target.resume",
    "grade.category.add",
    "grade.category.order",
    "grade.category.remove",
    "grade.item.remove",
    "grade.scale",
    "group.delete",
    "question.create",
    "question.delete",
    "question.move",
    "question.retire",
    "question.unretire",
    "question_category.delete",
    "quiz.create",
    "quiz.remove",
    "xapi_credential.change",
    "xapi_credential.create",
    "xapi_credential.delete",
    "xapi_credential.secret",
];

/// Details of the audit trail. Of several that fit, the first counts.
const DETAILS: &[Pattern] = &[
    ("account.activation_link", "until {at}", "until"),
    ("account.reset_link", "until {at}", "until"),
    ("account.password", "by the old password", "password-old"),
    ("account.password", "by a one-time link", "password-link"),
    ("account.password", "by a command on the machine", "password-command"),
    ("account.change", "username {old} to {new}", "username"),
    ("account.change", "e-mail none to {new}", "email-new"),
    ("account.change", "e-mail {old} to none", "email-gone"),
    ("account.change", "e-mail {old} to {new}", "email"),
    ("account.change", "name {old} to {new}", "name"),
    ("account.change", "extra fields", "extra-fields"),
    ("account.change", "language and time zone", "preferences"),
    ("attempt.extend", "{count} attempts, {ms} ms: {reason}", "extended-many"),
    ("attempt.extend", "{ms} ms: {reason}", "extended"),
    ("attempt.follow", "{count} attempts: the quiz has other times now", "followed"),
    ("attempt.give_back", "{count} attempts, {ms} ms: {reason}", "extended-many"),
    ("attempt.mark", "slot {slot}: {points}", "marked"),
    ("attempt.unmark", "slot {slot}", "slot"),
    ("attempt.reopen", "until {at}: {reason}", "reopened"),
    ("attempt.reopen", "without end: {reason}", "reopened-endless"),
    ("capacity.measure", "{carried} carried, {recommended} recommended", "capacity"),
    ("course.change", "title {old} to {new}", "title"),
    ("course.change", "short name {old} to {new}", "short-name"),
    ("course.change", "seats none to {new}", "seats-new"),
    ("course.change", "seats {old} to none", "seats-gone"),
    ("course.change", "seats {old} to {new}", "seats"),
    ("course.change", "starts none to {to}", "begins-new"),
    ("course.change", "starts {was} to none", "begins-gone"),
    ("course.change", "starts {was} to {to}", "begins"),
    ("course.change", "ends none to {to}", "finishes-new"),
    ("course.change", "ends {was} to none", "finishes-gone"),
    ("course.change", "ends {was} to {to}", "finishes"),
    ("course.change", "language none to {new}", "language-new"),
    ("course.change", "language {old} to none", "language-gone"),
    ("course.change", "language {old} to {new}", "language-changed"),
    ("course.change", "summary", "summary"),
    ("course.clone", "from course {id}", "cloned"),
    (
        "course.deleted",
        "{name}: {enrolments} enrolments, {attempts} attempts, {grades} grades, {items} items, {quizzes} quizzes, \
         {questions} questions, {rows} rows in all",
        "deleted-course",
    ),
    ("course.key", "set", "key-set"),
    ("course.key", "removed", "key-removed"),
    ("course.learning_records", "on", "keeps-records"),
    ("course.learning_records", "off", "no-records"),
    ("course.status", "{oldstate} to {newstate}", "status"),
    ("enrolment.add", "as {role}", "as-role"),
    ("enrolment.remove", "was {role}", "was-role"),
    ("enrolment.change", "role {oldrole} to {newrole}", "role-changed"),
    ("enrolment.change", "active to suspended", "suspended"),
    ("enrolment.change", "suspended to active", "unsuspended"),
    ("enrolment.change", "starts none to {to}", "starts-new"),
    ("enrolment.change", "starts {was} to none", "starts-gone"),
    ("enrolment.change", "starts {was} to {to}", "starts"),
    ("enrolment.change", "ends none to {to}", "ends-new"),
    ("enrolment.change", "ends {was} to none", "ends-gone"),
    ("enrolment.change", "ends {was} to {to}", "ends"),
    ("export.read", "{export}", "exported"),
    ("forward_target.discard", "{count} statements", "statements"),
    ("forward_target.redeliver", "{count} statements", "statements"),
    (
        "grade.category.change",
        "{old} ({oldmethod}, empty {oldempty}, {olddrop} lowest dropped) to {new} ({newmethod}, empty {newempty}, \
         {newdrop} lowest dropped)",
        "category-changed",
    ),
    ("grade.exclude", "true: {reason}", "left-out"),
    ("grade.exclude", "false: {reason}", "taken-in"),
    ("grade.hide", "{oldsight} to hidden until {to}", "sight-until"),
    ("grade.hide", "{oldsight} to {newsight}", "sight"),
    ("grade.release", "hidden until {was} to {newsight}", "sight-after"),
    ("grade.release", "{oldsight} to {newsight}", "sight"),
    ("grade.import", "begun", "begun"),
    ("grade.import", "{grades} grades of {learners} learners", "grades-imported"),
    ("grade.item.add", "{name} of {max}", "item-of"),
    (
        "grade.item.change",
        "{old} of {oldmax} (weight {oldweight}, in {oldplace}) to {new} of {newmax} (weight {newweight}, in {newplace})",
        "item-changed-all",
    ),
    ("grade.item.change", "{old} of {oldmax} to {new} of {newmax}", "item-changed"),
    ("grade.override", "from none to {points}: {reason}", "override"),
    ("grade.override", "from {old} to none: {reason}", "override-gone-from"),
    ("grade.override", "from {old} to {points}: {reason}", "override-changed"),
    ("grade.override", "to none: {reason}", "override-gone"),
    ("grade.override", "to {points}: {reason}", "override"),
    ("grade.set", "grade item {item}: none", "no-grade"),
    ("grade.set", "grade item {item}: none to {points}", "given-grade"),
    ("grade.set", "grade item {item}: {old} to none", "no-grade-any-more"),
    ("grade.set", "grade item {item}: {old} to {points}", "changed-grade"),
    ("grade.set", "grade item {item}: {points}", "given-grade"),
    ("grade.set", "{changed} of {count} grades changed", "grades-set"),
    ("group.add", "{count} members added", "members-added"),
    ("group.add", "user {user}", "person"),
    ("group.remove", "user {user}", "person"),
    ("job.start", "{kind} of {about}", "job-of"),
    ("job.cancel", "{kind}", "job-kind"),
    ("job.end", "failed at line {line}: line {again}: {wrong}", "job-failed-line"),
    ("job.end", "failed at {place}: {wrong}", "job-failed"),
    ("job.end", "failed at {place}: {unsaid}", "job-failed-at"),
    ("job.end", "cancelled, {counted} done", "job-cancelled"),
    ("job.end", "done, {counted}", "job-done"),
    (
        "person.erase",
        "{removed} removed, {pseudonymised} pseudonymised, {references} references, {documents} documents",
        "person-erased",
    ),
    ("question.edit", "{name}: version {old} to {new}", "question-version"),
    ("question.restore", "{name}: version {old} to {new}", "question-version"),
    (
        "question.import",
        "{format}: {created} created, {unchanged} unchanged, {skipped} skipped",
        "questions-imported",
    ),
    ("quiz.change", "name {old} to {new}", "name"),
    ("quiz.change", "published false to true", "published"),
    ("quiz.change", "published true to false", "unpublished"),
    ("quiz.change", "opens never to {to}", "opens-new"),
    ("quiz.change", "opens {was} to never", "opens-gone"),
    ("quiz.change", "opens {was} to {to}", "opens"),
    ("quiz.change", "closes never to {to}", "closes-new"),
    ("quiz.change", "closes {was} to never", "closes-gone"),
    ("quiz.change", "closes {was} to {to}", "closes"),
    ("quiz.change", "time limit None to Some({ms}) ms", "limit-new"),
    ("quiz.change", "time limit Some({wasms}) to None ms", "limit-gone"),
    ("quiz.change", "time limit Some({wasms}) to Some({ms}) ms", "limit"),
    ("quiz.change", "points {old} to {new}", "points"),
    ("quiz.change", "slots", "slots"),
    ("quiz.change", "shuffling", "shuffling"),
    ("quiz.change", "attempts allowed", "attempts-allowed"),
    ("quiz.change", "grade method", "counting"),
    ("quiz.change", "review", "review"),
    ("quiz.change", "access code", "access-code"),
    ("quiz.change", "networks", "networks"),
    ("quiz.change", "pass mark", "pass-mark"),
    ("quiz.override", "opens {at}", "term-opens"),
    ("quiz.override", "closes {at}", "term-closes"),
    ("quiz.override", "limit {ms} ms", "term-limit"),
    ("quiz.override", "extra {ms} ms", "term-extra"),
    ("quiz.override", "no limit", "term-no-limit"),
    ("quiz.override", "attempts {count}", "term-attempts"),
    ("quiz.override", "any number of attempts", "term-free"),
    ("quiz.override.remove", "removed with the group, in {count} quizzes: {quizids}", "overrides-gone"),
    ("quiz.regrade", "begun; latest versions", "regraded-begun-latest"),
    ("quiz.regrade", "begun; versions as asked", "regraded-begun"),
    ("quiz.regrade", "{count} attempts changed; latest versions", "regraded-latest"),
    ("quiz.regrade", "{count} attempts changed; versions as asked", "regraded"),
    ("role.change", "from {oldrights} to {newrights}", "rights-changed"),
    ("role.create", "{rights}", "rights"),
    ("role.delete", "{rights}", "rights"),
    ("role.grant", "{role}, everywhere", "role-everywhere"),
    ("role.grant", "{role}, in course {id}", "role-in-course"),
    ("role.revoke", "with the course", "role-with-course"),
    ("role.revoke", "{role}, everywhere", "role-everywhere"),
    ("role.revoke", "{role}, in course {id}", "role-in-course"),
    ("session.revoke", "all {count}", "sessions-all"),
    ("session.revoke", "session {id}", "session"),
    (
        "statements.import",
        "{imported} imported, {unchanged} unchanged, {refused} refused",
        "statements-imported",
    ),
    ("token.create", "{name}, until {at}", "token"),
    ("token.delete", "of user {user}", "of-person"),
];

/// What an entry is about. A subject may be several of these with a comma between.
const SUBJECTS: &[Pattern] = &[
    ("", "user {user}", "user"),
    ("", "attempt {attempt}", "attempt"),
    ("", "all running attempts", "running"),
    ("", "expired attempts", "expired"),
    ("", "question bank of course {id}", "bank"),
    ("", "question category {id}", "question-category"),
    ("", "question {id}", "question"),
    ("", "course {course}", "course"),
    ("", "grade item {item}", "grade-item"),
    ("", "grade category {id}", "category-of-grades"),
    ("", "group {group}", "group"),
    ("", "quiz {quiz}", "quiz"),
    ("", "job {id}", "job"),
    ("", "token {id}", "token"),
    ("", "credential {id}", "credential"),
    ("", "forward target {id}", "forward-target"),
    ("", "role {role}", "role"),
    ("", "capacity", "capacity"),
    ("", "statements", "statements"),
    ("", "people", "people"),
    ("", "learning records of a person", "person-records"),
    ("", "audit trail", "audit-trail"),
    ("", "demo institution", "demo"),
    ("", "{count} learners", "learners"),
];

/// Findings of the readiness report.
const CHECKS: &[Pattern] = &[
    ("exams", "no exam opens within {days} days", "no-exam"),
    (
        "exams",
        "{exams} exams within {days} days, at most {learners} learners at once, from {at} on; {recommended} are \
         recommended; move an exam, split the start, or use a larger machine",
        "exams-too-many",
    ),
    (
        "exams",
        "{exams} exams within {days} days, at most {learners} learners at once, from {at} on; {recommended} are recommended",
        "exams-fit",
    ),
    (
        "exams",
        "{exams} exams within {days} days, at most {learners} learners at once, from {at} on; how many this machine \
         carries was not measured",
        "exams-not-measured",
    ),
    ("capacity", "was not measured yet; `lyceum load capacity` does it", "capacity-none"),
    (
        "capacity",
        "{carried} learners carried, {recommended} recommended (a margin of {margin} %), measured {at}: {days} days ago; \
         measure again",
        "capacity-old",
    ),
    (
        "capacity",
        "{carried} learners carried, {recommended} recommended (a margin of {margin} %), measured {at}, on another machine \
         ({other}); measure on this one",
        "capacity-elsewhere",
    ),
    (
        "capacity",
        "{carried} learners carried, {recommended} recommended (a margin of {margin} %), measured {at}; with version \
         {version}",
        "capacity-version",
    ),
    (
        "capacity",
        "{carried} learners carried, {recommended} recommended (a margin of {margin} %), measured {at}",
        "capacity-fits",
    ),
    ("writing", "the store takes writes", "writes"),
    ("writing", "the store is read-only: {reason}", "read-only"),
    ("durability", "every write waits for the disk", "synced"),
    (
        "durability",
        "store.durability is relaxed: a power cut loses answers that were acknowledged; set it to synced",
        "relaxed",
    ),
    (
        "space",
        "{free} MiB are free; writing stops at {stop} MiB, and an exam day may need {more} MiB more",
        "space-short",
    ),
    ("space", "{free} MiB are free", "space-free"),
    ("space", "the free space is not known: {reason}", "space-unknown"),
    ("open_files", "unlimited", "files-unlimited"),
    ("open_files", "up to {limit}", "files-enough"),
    (
        "open_files",
        "the limit is {limit}, and {expected} learners with a connection each want {wanted}; raise it (LimitNOFILE=, \
         ulimit -n)",
        "files-short",
    ),
    (
        "clock",
        "it is {here} here, and the server ran at {there}: the clock was set back, and deadlines go by it",
        "clock-back",
    ),
    ("clock", "{at}; no time service was seen here, so see that the host keeps it right", "clock-alone"),
    ("clock", "{at}", "clock-kept"),
    ("proxy", UNNAMED_PROXY, "proxy-unnamed"),
    ("proxy", "clients are told apart by their addresses", "proxy-fine"),
];

/// The values of a pattern's gaps in a text. A gap goes to where what stands behind it comes first; the last one to the
/// end.
fn gaps<'t>(pattern: &'static str, text: &'t str) -> Option<Vec<(&'static str, &'t str)>> {
    let mut found = Vec::new();
    let (mut pattern, mut text) = (pattern, text);
    loop {
        let Some((fixed, rest)) = pattern.split_once('{') else {
            return (pattern == text).then_some(found);
        };
        text = text.strip_prefix(fixed)?;
        let (name, behind) = rest.split_once('}')?;
        let next = behind.split('{').next().unwrap_or_default();
        let end = if next.is_empty() { text.len() } else { text.find(next)? };
        let (value, left) = text.split_at_checked(end)?;
        found.push((name, value));
        (pattern, text) = (behind, left);
    }
}

/// A value as the viewer reads it: moments in their zone, roles and rights by name.
fn value(frame: &Frame, name: &str, text: &str) -> Option<String> {
    Some(match name {
        "at" | "was" | "to" | "here" | "there" => frame.calendar.moment(text.parse::<Timestamp>().ok()?),
        "ms" | "wasms" => frame.calendar.span(text.parse().ok()?),
        "role" | "oldrole" | "newrole" => match RoleName::parse(text) {
            Ok(role) if is_built_in(&role) => frame.t_of("admin-role-", text).into_owned(),
            _ => text.to_owned(),
        },
        "rights" | "oldrights" | "newrights" => {
            let rights = text.split_whitespace();
            let rights = rights.map(|right| {
                let words = frame.text.find_of("permission-", &right.replace('_', "-"));
                words.map_or_else(|| right.to_owned(), Cow::into_owned)
            });
            rights.collect::<Vec<_>>().join(frame.t("admin-list-comma").as_ref())
        }
        "oldstate" | "newstate" => frame.text.find_of("said-state-", text)?.into_owned(),
        "oldsight" | "newsight" | "oldmethod" | "newmethod" | "oldempty" | "newempty" => {
            frame.text.find_of("said-rule-", &text.replace('_', "-"))?.into_owned()
        }
        "format" => {
            let words = frame.text.find_of("bank-file-format-", &text.replace('_', "-"));
            words.map_or_else(|| text.to_owned(), Cow::into_owned)
        }
        "export" => {
            let own = frame.text.find_of("said-export-", text);
            own.or_else(|| frame.text.find_of("admin-job-kind-", text))?.into_owned()
        }
        "kind" => frame.text.find_of("admin-job-kind-", text)?.into_owned(),
        "counted" => jobs::counted_of(frame.text, text)?,
        "place" => jobs::place(frame.text, text),
        "wrong" => jobs::reason(frame.text, text)?,
        _ => text.to_owned(),
    })
}

/// What is named by its number: the gap, the number, the name.
pub type Named = (&'static str, String, String);

fn name_of<'n>(named: &'n [Named], gap: &str, number: &str) -> Option<&'n str> {
    named.iter().find(|(of, known, _)| *of == gap && known == number).map(|(_, _, name)| name.as_str())
}

/// Which messages a list of forms leads to.
#[derive(Clone, Copy)]
struct Forms {
    patterns: &'static [Pattern],
    beginning: &'static str,
}

impl Forms {
    fn say(self, frame: &Frame, of: &str, text: &str) -> Option<String> {
        self.say_naming(frame, of, text, &[])
    }

    /// As [`Forms::say`], with names in the place of numbers where they are known.
    fn say_naming(self, frame: &Frame, of: &str, text: &str, named: &[Named]) -> Option<String> {
        self.say_with(frame.text, of, text, |gap, text| match gap {
            "about" => ABOUT.say_naming(frame, "", text, named),
            "quizids" => {
                let quizzes = text.split(", ").map(|quiz| name_of(named, "quiz", quiz).unwrap_or(quiz));
                Some(quizzes.collect::<Vec<_>>().join(frame.t("admin-list-comma").as_ref()))
            }
            _ => name_of(named, gap, text).map(str::to_owned).or_else(|| value(frame, gap, text)),
        })
    }

    /// As [`Forms::say`], with values that are read in a way of their own.
    fn say_with(
        self,
        words: Text,
        of: &str,
        text: &str,
        value: impl Fn(&str, &str) -> Option<String>,
    ) -> Option<String> {
        let mut fitting = self.patterns.iter().filter(|(known, ..)| *known == of);
        fitting.find_map(|(_, pattern, key)| {
            let values = gaps(pattern, text)?.into_iter().map(|(name, text)| {
                let value = value(name, text)?;
                // As a number where it is one, so that plurals are right.
                Some((name, value.parse::<i64>().ok(), value))
            });
            let values = values.collect::<Option<Vec<_>>>()?;
            let args: Vec<(&str, &dyn ToArg)> = values
                .iter()
                .map(|(name, number, value)| {
                    // As it stands: what names something, and what is to be typed so.
                    let is_verbatim = matches!(
                        *name,
                        "id" | "slot"
                            | "user"
                            | "item"
                            | "attempt"
                            | "quiz"
                            | "quizids"
                            | "group"
                            | "course"
                            | "plain"
                    );
                    let arg: &dyn ToArg = match number {
                        Some(number) if !is_verbatim => number,
                        _ => value,
                    };
                    (*name, arg)
                })
                .collect();
            Some(words.with(&format!("{}{key}", self.beginning), &args))
        })
    }

    /// All of several parts, or nothing.
    fn say_parts(
        self,
        frame: &Frame,
        of: &str,
        text: &str,
        between: &str,
        named: &[Named],
    ) -> Option<String> {
        let parts = text.split(between).map(|part| self.say_naming(frame, of, part, named));
        Some(parts.collect::<Option<Vec<_>>>()?.join(frame.t("admin-list-comma").as_ref()))
    }
}

/// What an entry, or a job, is about.
const ABOUT: Forms = Forms { patterns: SUBJECTS, beginning: "said-of-" };

/// Words that may be left in English.
pub struct Said {
    /// What is shown.
    pub words: String,
    /// Is it English, whatever the viewer's language?
    pub english: bool,
}

impl Said {
    fn of(translated: Option<String>, text: &str) -> Self {
        match translated {
            Some(words) => Self { words, english: false },
            None => Self { words: text.to_owned(), english: true },
        }
    }
}

/// What was done: the name of an action of the audit trail.
pub fn action(frame: &Frame, action: &str) -> Said {
    let name = action.replace(['.', '_'], "-");
    Said::of(frame.text.find_of("said-did-", &name).map(Cow::into_owned), action)
}

/// To what it was done, with names in the place of numbers where they are known.
pub fn subject(frame: &Frame, subject: &str, named: &[Named]) -> Said {
    Said::of(ABOUT.say_parts(frame, "", subject, ", ", named), subject)
}

/// The gaps of the first form that fits, each with what stands in it.
fn fitting<'t>(patterns: &'static [Pattern], of: &str, text: &'t str) -> Vec<(&'static str, &'t str)> {
    let mut fitting = patterns.iter().filter(|(known, ..)| *known == of);
    fitting.find_map(|(_, pattern, _)| gaps(pattern, text)).unwrap_or_default()
}

/// What may be named in an entry of the audit trail: gaps with what stands in them, numbers and others.
pub fn gaps_of<'t>(subject: &'t str, action: &str, detail: &'t str) -> Vec<(&'static str, &'t str)> {
    let about = |text: &'t str| fitting(SUBJECTS, "", text);
    let mut found: Vec<_> = subject.split(", ").flat_map(about).collect();
    let parts = if is_list(action) { detail.split(BETWEEN).collect() } else { vec![detail] };
    for (gap, text) in parts.into_iter().flat_map(|part| fitting(DETAILS, action, part)) {
        match gap {
            "about" => found.extend(about(text)),
            "quizids" => found.extend(text.split(", ").map(|quiz| ("quiz", quiz))),
            _ => found.push((gap, text)),
        }
    }
    found
}

/// Between people whom an entry names.
const BETWEEN: &str = ", ";

/// Are the details of an action a list of people?
fn is_list(action: &str) -> bool {
    matches!(action, "group.add" | "group.remove")
}

/// How it was done.
pub fn detail(frame: &Frame, action: &str, detail: &str, named: &[Named]) -> Said {
    if detail.is_empty() || NAMES.contains(&action) {
        return Said { words: detail.to_owned(), english: false };
    }
    let forms = Forms { patterns: DETAILS, beginning: "said-how-" };
    let between =
        if matches!(action, "course.change" | "quiz.change" | "quiz.override") { "; " } else { BETWEEN };
    let whole = || forms.say_naming(frame, action, detail, named);
    let parts = || forms.say_parts(frame, action, detail, between, named);
    // A part that is changed may look like a whole that begins with it: the parts are tried first where there are any.
    let listed = matches!(
        action,
        "course.change" | "quiz.change" | "quiz.override" | "enrolment.change" | "account.change"
    ) || is_list(action);
    Said::of(if listed { parts().or_else(whole) } else { whole() }, detail)
}

/// A finding of the readiness report.
pub fn check(frame: &Frame, name: &str, detail: &str) -> Said {
    let forms = Forms { patterns: CHECKS, beginning: "said-check-" };
    let exact = detail.strip_prefix("at least ").unwrap_or(detail);
    let words = forms.say(frame, name, exact);
    Said::of(
        if exact == detail { words } else { words.map(|w| frame.t1("said-at-least", "what", w)) },
        detail,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::text::is_known;

    pub(super) fn every_form_has_its_message(patterns: &[Pattern], beginning: &str) {
        for (of, pattern, key) in patterns {
            assert!(is_known(&format!("{beginning}{key}")), "{of}: {pattern} has no {beginning}{key}");
        }
    }

    #[test]
    fn gaps_go_to_what_stands_behind_them() {
        assert_eq!(gaps("as {role}", "as learner"), Some(vec![("role", "learner")]));
        assert_eq!(
            gaps("{ms} ms: {reason}", "60000 ms: a: b"),
            Some(vec![("ms", "60000"), ("reason", "a: b")])
        );
        assert_eq!(gaps("slots", "slots"), Some(vec![]));
        assert_eq!(gaps("{free} MiB are free", "12 MiB are free; more"), None);
        assert_eq!(gaps("as {role}", "was learner"), None);
    }

    #[test]
    fn every_form_has_its_message_with_the_gaps_as_variables() {
        for (patterns, beginning) in [(DETAILS, "said-how-"), (SUBJECTS, "said-of-"), (CHECKS, "said-check-")]
        {
            every_form_has_its_message(patterns, beginning);
        }
    }
}
