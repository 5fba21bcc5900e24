//! Making, changing and removing quizzes and their overrides.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::check::{self, Severity};
use super::due;
use super::input::{self, CodeChange, QuizFacts, QuizName};
use super::overrides::{self, AttemptsChange, OverrideKey, TimeChange};
use super::{
    GROUP_OVERRIDES, Override, QUIZ_HAS_ATTEMPTS, QUIZ_NOT_READY, Quiz, QuizzesByCourse, ReviewRules, Source,
    USER_OVERRIDES, Who,
};
use crate::clock::Timestamp;
use crate::domain::access::{self, Actor, Permission, Scope};
use crate::domain::attempt::code_tries;
use crate::domain::attempt::follow;
use crate::domain::ids::{CourseId, QuestionId, QuizId};
use crate::domain::refusal::{Refusal, TOO_LARGE, invalid, not_found};
use crate::domain::{audit, bank, content, course, enrolment, grade, group};
use crate::store::{Counter, Exactly, Read, Txn};

/// Quizzes of a course: what a group has different in all of them is removed in one transaction.
pub const MAX_QUIZZES: usize = 1_000;
/// Overrides of a quiz: who needs more gives them to groups. So many are removed with their quiz in one transaction.
pub(super) const MAX_OVERRIDES: usize = 5_000;

/// Makes a quiz.
pub fn create(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: CourseId,
    facts: QuizFacts,
) -> Result<Arc<Quiz>, Refusal> {
    access::require(txn, actor, Permission::EditQuiz, Scope::Course(course))?;
    let id = txn.new_id()?;
    let quiz = built(id, course, actor.now, facts);
    refuse_foreign_categories(txn, &quiz)?;
    add(txn, actor, quiz)
}

/// Makes another quiz like this one in the same course: its settings, its access code and its questions, under another
/// name and not published. Exceptions, attempts and the place in the course's content stay with the first.
pub fn duplicate(
    txn: &mut Txn<'_>,
    actor: &Actor,
    quiz: QuizId,
    name: QuizName,
) -> Result<Arc<Quiz>, Refusal> {
    let quiz = super::require(txn, actor, Permission::EditQuiz, quiz)?;
    let (id, created) = (txn.new_id()?, actor.now);
    let twin = Quiz { id, name: name.0, published: false, created, revision: 1, ..quiz.as_ref().clone() };
    add(txn, actor, twin)
}

/// Adds a new quiz to its course.
fn add(txn: &mut Txn<'_>, actor: &Actor, quiz: Quiz) -> Result<Arc<Quiz>, Refusal> {
    let (id, course) = (quiz.id, quiz.course);
    course::get(txn, course)?;
    if txn.index_keys::<QuizzesByCourse>(&Exactly(course), None, MAX_QUIZZES)?.len() >= MAX_QUIZZES {
        return Err(TOO_LARGE.refuse_whole(format!("the course has {MAX_QUIZZES} quizzes already")));
    }
    accept(txn, &quiz)?;
    bank::set_slots(txn, id, &fixed_questions(&quiz))?;
    grade::add_quiz_item(txn, course, (&quiz).into(), actor.now)?;
    audit::note(txn, actor, "quiz.create", Some(course), format!("quiz {id}"), quiz.name.clone())?;
    txn.put(quiz)?;
    super::get(txn, id)
}

fn built(id: QuizId, course: CourseId, created: Timestamp, facts: QuizFacts) -> Quiz {
    let mut quiz = Quiz {
        id,
        course,
        name: facts.name,
        description: facts.description.unwrap_or_default(),
        published: facts.published,
        slots: facts.slots,
        max_points: crate::domain::decimal::Decimal::ZERO,
        shuffle_questions: facts.shuffle_questions,
        shuffle_options: facts.shuffle_options,
        opens: facts.opens,
        closes: facts.closes,
        time_limit_ms: facts.time_limit_ms,
        attempts_allowed: facts.attempts_allowed,
        grade_method: facts.grade_method,
        review: facts.review,
        access_code: match facts.access_code {
            CodeChange::Keep => None,
            CodeChange::Set(code) => code,
        },
        networks: facts.networks,
        created,
        revision: 1,
        pass_percent: facts.pass_percent,
    };
    quiz.max_points = super::sum_of_points(&quiz.slots);
    quiz
}

/// Questions of the course that slots name.
pub(super) fn fixed_questions(quiz: &Quiz) -> Vec<QuestionId> {
    let named = quiz.slots.iter().filter_map(|slot| match slot.source {
        Source::Question { question, .. } => Some(question),
        Source::Draw { .. } => None,
    });
    named.collect()
}

/// Refuses to draw from a category that the course does not have. Not asked of slots that stay as they are: who began the quiz
/// cannot be asked otherwise, and its dates may still change.
fn refuse_foreign_categories(read: &impl Read, quiz: &Quiz) -> Result<(), Refusal> {
    for (at, slot) in quiz.slots.iter().enumerate() {
        if let Some(category) = slot.category()
            && !read.exists::<bank::Category>(&(quiz.course, category))?
        {
            return Err(invalid(
                format!("/slots/{at}/draw/category"),
                format!("names the category {category}, which this course does not have"),
            ));
        }
    }
    Ok(())
}

/// Refuses questions of other courses in any case, and every other error once the quiz is published.
fn accept(txn: &Txn<'_>, quiz: &Quiz) -> Result<(), Refusal> {
    for (at, slot) in quiz.slots.iter().enumerate() {
        if let Source::Question { question, version } = slot.source {
            let place = format!("/slots/{at}/question");
            let known = txn.get::<bank::Question>(&question)?.filter(|known| known.course == quiz.course);
            let known = known.ok_or_else(|| {
                invalid(
                    place,
                    format!("names question {question}, which this course's question bank does not have"),
                )
            })?;
            if version.is_some_and(|version| !(1..=known.latest).contains(&version)) {
                return Err(invalid(
                    format!("/slots/{at}/version"),
                    format!("is not one of the versions 1 to {} of question {question}", known.latest),
                ));
            }
        }
    }
    if !quiz.published {
        return Ok(());
    }
    let errors = check::check(txn, quiz)?.into_iter().filter(|problem| problem.severity == Severity::Error);
    let mut refusal: Option<Refusal> = None;
    for problem in errors {
        let so_far =
            refusal.unwrap_or_else(|| QUIZ_NOT_READY.refuse(format!("{} {}", problem.at, problem.problem)));
        refusal = Some(so_far.at(problem.at, problem.problem));
    }
    refusal.map_or(Ok(()), Err)
}

/// Replaces a quiz. Once somebody began it, its slots keep their order and sources; points and the grade
/// method may change, and take effect on finished attempts when they are regraded, which is noted as due. Attempts that run
/// [`follow`] behind other times. What learners see of their attempts goes with the closing time as long as nobody chose it, so
/// that right answers are not shown early because a date was set late.
pub fn change(
    txn: &mut Txn<'_>,
    actor: &Actor,
    id: QuizId,
    unchanged: impl FnOnce(u32) -> Result<(), Refusal>,
    facts: QuizFacts,
) -> Result<Arc<Quiz>, Refusal> {
    let known = super::require(txn, actor, Permission::EditQuiz, id)?;
    unchanged(known.revision)?;
    let keeps_code = matches!(facts.access_code, CodeChange::Keep);
    let keeps_description = facts.description.is_none();
    let mut quiz = Quiz { revision: known.revision, ..built(id, known.course, known.created, facts) };
    if keeps_code {
        quiz.access_code.clone_from(&known.access_code);
    }
    if keeps_description {
        quiz.description.clone_from(&known.description);
    }
    if quiz.review == known.review && known.review == ReviewRules::usual(known.closes) {
        quiz.review = ReviewRules::usual(quiz.closes);
    }
    if quiz == *known {
        return Ok(known);
    }
    quiz.revision += 1;
    let same_sources = known.slots.len() == quiz.slots.len()
        && known.slots.iter().zip(&quiz.slots).all(|(before, after)| before.source == after.source);
    if !same_sources && super::attempts(txn, id)? > 0 {
        return Err(QUIZ_HAS_ATTEMPTS
            .refuse("learners began this quiz, so its questions stay; only their points may change")
            .at("/slots", "differ from the slots that learners began"));
    }
    if !same_sources {
        refuse_foreign_categories(txn, &quiz)?;
    }
    accept(txn, &quiz)?;
    if !same_sources {
        bank::set_slots(txn, id, &fixed_questions(&quiz))?;
    }
    due::quiz_changed(txn, &known, &quiz, actor.now)?;
    grade::change_quiz_item(txn, (&quiz).into(), actor.now)?;
    audit::note(
        txn,
        actor,
        "quiz.change",
        Some(quiz.course),
        format!("quiz {id}"),
        differences(&known, &quiz),
    )?;
    if known.access_code != quiz.access_code {
        code_tries::forget(txn, id)?;
    }
    follow::note_quiz(txn, actor, &known, &quiz)?;
    txn.put(quiz)?;
    super::get(txn, id)
}

/// What changed, for the audit trail.
fn differences(before: &Quiz, after: &Quiz) -> String {
    let time = |time: Option<Timestamp>| time.map_or_else(|| "never".to_owned(), |time| time.to_string());
    let mut changes = Vec::new();
    if before.name != after.name {
        changes.push(format!("name {} to {}", before.name, after.name));
    }
    if before.published != after.published {
        changes.push(format!("published {} to {}", before.published, after.published));
    }
    if before.opens != after.opens {
        changes.push(format!("opens {} to {}", time(before.opens), time(after.opens)));
    }
    if before.closes != after.closes {
        changes.push(format!("closes {} to {}", time(before.closes), time(after.closes)));
    }
    if before.time_limit_ms != after.time_limit_ms {
        changes.push(format!("time limit {:?} to {:?} ms", before.time_limit_ms, after.time_limit_ms));
    }
    if before.max_points != after.max_points {
        changes.push(format!("points {} to {}", before.max_points, after.max_points));
    }
    let others: [(&str, bool); 8] = [
        ("slots", before.slots != after.slots),
        (
            "shuffling",
            (before.shuffle_questions, before.shuffle_options)
                != (after.shuffle_questions, after.shuffle_options),
        ),
        ("attempts allowed", before.attempts_allowed != after.attempts_allowed),
        ("grade method", before.grade_method != after.grade_method),
        ("review", before.review != after.review),
        ("access code", before.access_code != after.access_code),
        ("networks", before.networks != after.networks),
        ("pass mark", before.pass_percent != after.pass_percent),
    ];
    changes.extend(others.iter().filter(|(_, differs)| *differs).map(|(name, _)| (*name).to_owned()));
    changes.join("; ")
}

/// Grades that go with a quiz are asked of who may change grades. One that nobody began has some where they were given
/// without it: an exam on paper, results from a file.
fn require_grades(read: &impl Read, actor: &Actor, quiz: &Quiz) -> Result<(), Refusal> {
    let at = Scope::Course(quiz.course);
    // For who may, as every teacher may, nobody's grades are looked at.
    if access::allows(read, actor, Permission::EditGrades, at)?
        || !grade::report::is_quiz_graded(read, quiz.id)?
    {
        return Ok(());
    }
    access::require(read, actor, Permission::EditGrades, at)
}

/// Removes a quiz that nobody began, with its overrides and its grade item.
pub fn remove(
    txn: &mut Txn<'_>,
    actor: &Actor,
    id: QuizId,
    unchanged: impl FnOnce(u32) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let quiz = super::require(txn, actor, Permission::EditQuiz, id)?;
    unchanged(quiz.revision)?;
    let attempts = super::attempts(txn, id)?;
    if attempts > 0 {
        return Err(QUIZ_HAS_ATTEMPTS
            .refuse(format!("{attempts} attempts stand on this quiz; take it back with published: false")));
    }
    if let Some(item) = content::item_of_quiz(txn, id)? {
        return Err(crate::domain::refusal::TAKEN
            .refuse(format!("item {item} of the course shows this quiz; remove the item first")));
    }
    require_grades(txn, actor, &quiz)?;
    for row in txn.list::<Override>(&(id,), None, MAX_OVERRIDES)? {
        txn.delete::<Override>(&Override::key_of(id, row.who))?;
    }
    code_tries::forget(txn, id)?;
    bank::set_slots(txn, id, &[])?;
    grade::remove_quiz_item(txn, id, actor.now)?;
    txn.delete::<Quiz>(&id)?;
    audit::note(txn, actor, "quiz.remove", Some(quiz.course), format!("quiz {id}"), quiz.name.clone())
}

/// What is different for a learner or a group. What is absent is as the quiz says; of each pair at most one is given.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct QuizOverrideInput {
    /// Opens then.
    #[serde(default)]
    pub opens: Option<Timestamp>,
    /// Closes then.
    #[serde(default)]
    pub closes: Option<Timestamp>,
    /// This time limit instead of the quiz's.
    #[serde(default)]
    pub time_limit_ms: Option<u64>,
    /// So much on top of the quiz's time limit.
    #[serde(default)]
    pub extra_time_ms: Option<u64>,
    /// No time limit.
    #[serde(default)]
    pub unlimited_time: bool,
    /// So many attempts instead of the quiz's number.
    #[serde(default)]
    pub attempts_allowed: Option<u16>,
    /// Attempts without end.
    #[serde(default)]
    pub unlimited_attempts: bool,
}

impl QuizOverrideInput {
    fn parse(&self, quiz: &Quiz, who: Who) -> Result<Override, Refusal> {
        input::check_window("", self.opens, self.closes)?;
        input::check_time_limit("/time_limit_ms", self.time_limit_ms)?;
        input::check_attempts("/attempts_allowed", self.attempts_allowed)?;
        if self.extra_time_ms.is_some_and(|extra| extra > input::MAX_TIME_LIMIT_MS) {
            return Err(invalid("/extra_time_ms", format!("is more than {} ms", input::MAX_TIME_LIMIT_MS)));
        }
        let time = match (self.time_limit_ms, self.extra_time_ms, self.unlimited_time) {
            (None, None, false) => None,
            (Some(limit), None, false) => Some(TimeChange::Limit(limit)),
            (None, Some(extra), false) => Some(TimeChange::Extra(extra)),
            (None, None, true) => Some(TimeChange::Unlimited),
            _ => {
                return Err(invalid(
                    "/time_limit_ms",
                    "excludes extra_time_ms and unlimited_time; give one of them",
                ));
            }
        };
        let attempts = match (self.attempts_allowed, self.unlimited_attempts) {
            (None, false) => None,
            (Some(allowed), false) => Some(AttemptsChange::Allowed(allowed)),
            (None, true) => Some(AttemptsChange::Unlimited),
            (Some(_), true) => return Err(invalid("/attempts_allowed", "excludes unlimited_attempts")),
        };
        let row = Override {
            quiz: quiz.id,
            course: quiz.course,
            who,
            opens: self.opens,
            closes: self.closes,
            time,
            attempts,
        };
        if row.opens.is_none() && row.closes.is_none() && row.time.is_none() && row.attempts.is_none() {
            return Err(invalid("", "changes nothing; give at least one field, or delete the override"));
        }
        Ok(row)
    }
}

impl From<&Override> for QuizOverrideInput {
    fn from(row: &Override) -> Self {
        let (time_limit_ms, extra_time_ms, unlimited_time) = match row.time {
            None => (None, None, false),
            Some(TimeChange::Limit(limit)) => (Some(limit), None, false),
            Some(TimeChange::Extra(extra)) => (None, Some(extra), false),
            Some(TimeChange::Unlimited) => (None, None, true),
        };
        let (attempts_allowed, unlimited_attempts) = match row.attempts {
            None => (None, false),
            Some(AttemptsChange::Allowed(allowed)) => (Some(allowed), false),
            Some(AttemptsChange::Unlimited) => (None, true),
        };
        Self {
            opens: row.opens,
            closes: row.closes,
            time_limit_ms,
            extra_time_ms,
            unlimited_time,
            attempts_allowed,
            unlimited_attempts,
        }
    }
}

fn name_of(who: Who) -> String {
    match who {
        Who::User(user) => format!("user {user}"),
        Who::Group(group) => format!("group {group}"),
    }
}

/// Sets what is different for a learner or a group. Attempts that run [`follow`] behind it where that gives them more time:
/// nobody's time is ever shortened behind their back. `unchanged` refuses another override than the one that was seen.
pub fn set_override(
    txn: &mut Txn<'_>,
    actor: &Actor,
    quiz: QuizId,
    who: Who,
    unchanged: impl FnOnce(Option<&Override>) -> Result<(), Refusal>,
    input: &QuizOverrideInput,
) -> Result<Override, Refusal> {
    let quiz = super::require(txn, actor, Permission::EditQuiz, quiz)?;
    match who {
        Who::User(user) => drop(enrolment::get(txn, quiz.course, user)?),
        Who::Group(group) => drop(group::get(txn, quiz.course, group)?),
    }
    let known = txn.get::<Override>(&Override::key_of(quiz.id, who))?;
    unchanged(known.as_deref())?;
    let row = input.parse(&quiz, who)?;
    check_terms(txn, &quiz, &row)?;
    if known.is_none() && count_overrides(txn, quiz.id)? >= MAX_OVERRIDES {
        return Err(TOO_LARGE.refuse_whole(format!(
            "the quiz has {MAX_OVERRIDES} overrides already; put learners into a group and give that one"
        )));
    }
    audit::note(
        txn,
        actor,
        "quiz.override",
        Some(quiz.course),
        format!("quiz {}, {}", quiz.id, name_of(who)),
        say_override(&row),
    )?;
    follow::note(txn, actor, (quiz.course, quiz.id), who)?;
    txn.put(row.clone())?;
    Ok(row)
}

/// Refuses dates that leave no time with what the quiz says, and for a learner their groups. What is wrong is what was sent:
/// where no date was, nothing is.
fn check_terms(read: &impl Read, quiz: &Quiz, row: &Override) -> Result<(), Refusal> {
    let groups = match row.who {
        Who::User(user) => overrides::of_groups(read, quiz, user)?,
        Who::Group(_) => Vec::new(),
    };
    let terms = overrides::combine(quiz, Some(row), &groups);
    let (Some(opens), Some(closes)) = (terms.opens, terms.closes) else { return Ok(()) };
    if opens < closes {
        return Ok(());
    }
    match (row.opens, row.closes) {
        (_, Some(_)) => Err(invalid("/closes", format!("is not after the opening at {opens}"))),
        (Some(_), None) => Err(invalid("/opens", format!("is not before the closing at {closes}"))),
        (None, None) => Ok(()),
    }
}

/// What an override changes, as the audit trail has it.
fn say_override(row: &Override) -> String {
    let mut parts = Vec::new();
    parts.extend(row.opens.map(|opens| format!("opens {opens}")));
    parts.extend(row.closes.map(|closes| format!("closes {closes}")));
    parts.extend(row.time.map(|time| match time {
        TimeChange::Limit(ms) => format!("limit {ms} ms"),
        TimeChange::Extra(ms) => format!("extra {ms} ms"),
        TimeChange::Unlimited => "no limit".to_owned(),
    }));
    parts.extend(row.attempts.map(|attempts| match attempts {
        AttemptsChange::Allowed(count) => format!("attempts {count}"),
        AttemptsChange::Unlimited => "any number of attempts".to_owned(),
    }));
    parts.join("; ")
}

/// How many learners and groups have an override of a quiz.
pub fn count_overrides(read: &impl Read, quiz: QuizId) -> Result<usize, Refusal> {
    let mut count = 0;
    for kind in [USER_OVERRIDES, GROUP_OVERRIDES] {
        count += read.counter(&Counter::new(kind, &quiz))?;
    }
    Ok(usize::try_from(count).unwrap_or(0))
}

/// Takes an override back. `unchanged` refuses another one than the one that was seen.
pub fn remove_override(
    txn: &mut Txn<'_>,
    actor: &Actor,
    quiz: QuizId,
    who: Who,
    unchanged: impl FnOnce(Option<&Override>) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let quiz = super::require(txn, actor, Permission::EditQuiz, quiz)?;
    let key = Override::key_of(quiz.id, who);
    let Some(known) = txn.get::<Override>(&key)? else {
        return Err(not_found("override", format!("of quiz {} for {}", quiz.id, name_of(who))));
    };
    unchanged(Some(&known))?;
    txn.delete::<Override>(&key)?;
    follow::note(txn, actor, (quiz.course, quiz.id), who)?;
    let subject = format!("quiz {}, {}", quiz.id, name_of(who));
    audit::note(txn, actor, "quiz.override.remove", Some(quiz.course), subject, "")
}

/// Overrides of a quiz: learners first, then groups.
pub fn overrides(
    read: &impl Read,
    actor: &Actor,
    quiz: QuizId,
    after: Option<OverrideKey>,
    limit: usize,
) -> Result<Vec<Override>, Refusal> {
    let quiz = super::require(read, actor, Permission::ViewAttempts, quiz)?;
    let after = after.map(|(_, kind, id)| (quiz.id, kind, id));
    Ok(read.list::<Override>(&(quiz.id,), after.as_ref(), limit)?)
}
