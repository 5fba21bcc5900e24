//! What is wrong with a quiz, asked before it opens: errors keep it from being published, warnings do not. Some are in the
//! quiz itself; others are around it: the course, the outline, who takes it, and what the machine carries.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::edit::MAX_OVERRIDES;
use super::overrides::{self, TimeChange};
use super::{Override, Pool, Quiz, Source, Who};
use crate::clock::Timestamp;
use crate::domain::access::{Actor, Permission};
use crate::domain::bank::{self, Draw};
use crate::domain::capacity::{self, Capacity};
use crate::domain::course::{self, CourseStatus};
use crate::domain::ids::{QuestionId, QuizId};
use crate::domain::refusal::Refusal;
use crate::domain::{content, enrolment, readiness};
use crate::store::Read;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Learners could not take it, or it would mean nothing.
    Error,
    /// It works, but perhaps not as meant.
    Warning,
}

/// What is wrong, for programs and other languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// There is no question.
    NoQuestions,
    /// All questions together give no points.
    NoPoints,
    /// It closes before it opens.
    ClosesFirst,
    /// The time limit is longer than the quiz is open.
    LimitTooLong,
    /// Something is to be shown after closing, but it does not close.
    NeverCloses,
    /// A question is in it twice.
    Twice,
    /// A question gives no points.
    Worthless,
    /// A question is retired.
    Retired,
    /// A question is not in the course's bank.
    NoQuestion,
    /// There is no such version of a question.
    NoVersion,
    /// A question has a newer version than the one that is kept.
    OldVersion,
    /// There are fewer questions than are drawn.
    TooFew,
    /// Draws before this one may leave fewer questions than it draws.
    LeftTooFew,
    /// It has closed already.
    IsClosed,
    /// The course is not open to learners.
    CourseClosed,
    /// No item of the course shows it.
    NotInOutline,
    /// The item that shows it is hidden when the quiz opens.
    HiddenItem,
    /// Nobody is enrolled whose role may take quizzes.
    NobodyEnrolled,
    /// With what an override says, it closes before it opens.
    OverrideClosesFirst,
    /// More learners at once than the machine carries.
    TooManyLearners,
    /// An override gives more time, but there is no time limit that it could be added to.
    ExtraTimeIdle,
    /// The time that an override gives is longer than the quiz is open for them.
    ExtraTimeCut,
    /// Who has handed in sees the right answers while others may still begin.
    AnswersShown,
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, for programs.
    pub fault: Fault,
    /// JSON pointer into the quiz.
    pub at: String,
    /// What is wrong and what would be right.
    pub problem: String,
    /// A number that is wanted: questions drawn, the version kept, learners at once.
    pub wanted: Option<u64>,
    /// What there is instead: questions to draw from, the newest version, learners carried, overrides concerned.
    pub found: Option<u64>,
}

/// The pool as the question bank takes it.
pub fn draw_of(pool: &Pool) -> Draw {
    match pool {
        Pool::Category { category, with_children } => {
            Draw::Category { category: *category, with_children: *with_children }
        }
        Pool::Tag(tag) => Draw::Tag(tag.clone()),
    }
}

struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, severity: Severity, fault: Fault, at: impl Into<String>, problem: impl Into<String>) {
        let (at, problem) = (at.into(), problem.into());
        self.0.push(Finding { severity, fault, at, problem, wanted: None, found: None });
    }

    fn error(&mut self, fault: Fault, at: impl Into<String>, problem: impl Into<String>) {
        self.add(Severity::Error, fault, at, problem);
    }

    fn warning(&mut self, fault: Fault, at: impl Into<String>, problem: impl Into<String>) {
        self.add(Severity::Warning, fault, at, problem);
    }

    /// The numbers of what was found last.
    fn numbers(&mut self, wanted: Option<u64>, found: u64) {
        if let Some(last) = self.0.last_mut() {
            (last.wanted, last.found) = (wanted, Some(found));
        }
    }
}

/// Everything that is wrong in a quiz itself.
pub fn check(read: &impl Read, quiz: &Quiz) -> Result<Vec<Finding>, Refusal> {
    let mut found = Findings(Vec::new());
    if quiz.slots.is_empty() {
        found.error(Fault::NoQuestions, "/slots", "is empty; a quiz needs at least one question");
    } else if super::sum_of_points(&quiz.slots).is_zero() {
        found.error(Fault::NoPoints, "/slots", "give no points at all; a quiz needs some");
    }
    if let (Some(opens), Some(closes)) = (quiz.opens, quiz.closes) {
        if closes <= opens {
            found.error(Fault::ClosesFirst, "/closes", "is not after opens");
        } else if let Some(limit_ms) = quiz.time_limit_ms
            && closes.since(opens).as_millis() < u128::from(limit_ms)
        {
            found.warning(
                Fault::LimitTooLong,
                "/time_limit_ms",
                "is longer than the quiz is open, so nobody gets all of it",
            );
        }
    }
    if quiz.closes.is_none() && quiz.review.after_close != quiz.review.after_submit {
        found.warning(
            Fault::NeverCloses,
            "/review/after_close",
            "never comes, because the quiz has no closing time",
        );
    }
    // Of a quiz that never closes that is usual: they would never be shown otherwise.
    if quiz.closes.is_some() && (quiz.review.during.right_answers || quiz.review.after_submit.right_answers) {
        found.warning(Fault::AnswersShown, "/review", "shows right answers while the quiz is open to others");
    }
    let mut fixed: BTreeSet<QuestionId> = BTreeSet::new();
    for (at, slot) in quiz.slots.iter().enumerate() {
        if let Source::Question { question, version } = slot.source {
            fixed_slot(read, quiz, at, question, version, &mut found)?;
            if !fixed.insert(question) {
                found.error(Fault::Twice, format!("/slots/{at}/question"), "is in the quiz twice");
            }
        }
        if slot.points.is_zero() {
            found.warning(
                Fault::Worthless,
                format!("/slots/{at}/points"),
                "is nought, so the question does not count",
            );
        }
    }
    draws(read, quiz, &fixed, &mut found)?;
    Ok(found.0)
}

fn fixed_slot(
    read: &impl Read,
    quiz: &Quiz,
    at: usize,
    id: QuestionId,
    version: Option<u32>,
    found: &mut Findings,
) -> Result<(), Refusal> {
    let place = format!("/slots/{at}/question");
    match read.get::<bank::Question>(&id)? {
        Some(question) if question.course == quiz.course => {
            if question.retired {
                found.warning(Fault::Retired, &*place, format!("names question {id}, which is retired"));
            }
            if let Some(version) = version
                && !(1..=question.latest).contains(&version)
            {
                found.error(
                    Fault::NoVersion,
                    format!("/slots/{at}/version"),
                    format!("names version {version}; question {id} has versions 1 to {}", question.latest),
                );
                found.numbers(Some(version.into()), question.latest.into());
            } else if let Some(version) = version
                && version < question.latest
            {
                found.warning(
                    Fault::OldVersion,
                    format!("/slots/{at}/version"),
                    format!("keeps version {version}, but the question is at version {}", question.latest),
                );
                found.numbers(Some(version.into()), question.latest.into());
            }
        }
        _ => found.error(
            Fault::NoQuestion,
            place,
            format!("names question {id}, which this course's question bank does not have"),
        ),
    }
    Ok(())
}

/// Do the draws of a quiz find too few questions to begin it?
pub fn finds_too_few(read: &impl Read, quiz: &Quiz) -> Result<bool, Refusal> {
    let fixed = quiz.slots.iter().filter_map(|slot| match &slot.source {
        Source::Question { question, .. } => Some(*question),
        Source::Draw { .. } => None,
    });
    let mut found = Findings(Vec::new());
    draws(read, quiz, &fixed.collect(), &mut found)?;
    Ok(!found.0.is_empty())
}

/// Do the draws find enough, whatever each of them takes from the others? A draw must find its own number beside the
/// fixed questions and all that the other draws from overlapping pools might take first.
fn draws(
    read: &impl Read,
    quiz: &Quiz,
    fixed: &BTreeSet<QuestionId>,
    found: &mut Findings,
) -> Result<(), Refusal> {
    let mut pools: BTreeMap<usize, (BTreeSet<QuestionId>, u16)> = BTreeMap::new();
    for (at, slot) in quiz.slots.iter().enumerate() {
        if let Source::Draw { pool, count } = &slot.source {
            let ids = bank::candidates(read, quiz.course, &draw_of(pool))?;
            let ids = ids.into_iter().filter(|id| !fixed.contains(id)).collect();
            pools.insert(at, (ids, *count));
        }
    }
    for (at, (ids, count)) in &pools {
        let place = format!("/slots/{at}/draw");
        if ids.len() < usize::from(*count) {
            found.error(
                Fault::TooFew,
                place,
                format!("draws {count} questions, but only {} are there to be drawn", ids.len()),
            );
            found.numbers(Some((*count).into()), ids.len() as u64);
            continue;
        }
        // What others may take of this pool before it is this draw's turn.
        let others = pools.iter().filter(|(other, _)| **other < *at);
        let taken: usize =
            others.map(|(_, (other, count))| usize::from(*count).min(other.intersection(ids).count())).sum();
        if ids.len() < usize::from(*count) + taken {
            found.error(
                Fault::LeftTooFew,
                place,
                format!(
                    "draws {count} of {} questions, of which draws before it may have taken {taken}",
                    ids.len()
                ),
            );
            found.numbers(Some((*count).into()), ids.len().saturating_sub(taken) as u64);
        }
    }
    Ok(())
}

/// How many learners come, and how many may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crowd {
    /// People enrolled in the course whose role may take quizzes.
    pub enrolled: u64,
    /// The most learners who are in exams at once while this one is open; those of the course without an opening time.
    pub at_once: u64,
    /// How many this machine carries, as last measured and less a margin.
    pub recommended: Option<u32>,
}

/// How many learners a quiz brings.
pub fn crowd(read: &impl Read, quiz: &Quiz) -> Result<Crowd, Refusal> {
    let enrolled = enrolment::learners(read, quiz.course)?;
    let others = course::enrolled(read, quiz.course)?.saturating_sub(enrolled);
    let at_once = match quiz.opens {
        Some(opens) => readiness::beside(read, quiz, opens)?.saturating_sub(others).max(enrolled),
        None => enrolled,
    };
    let recommended = capacity::last(read)?.as_deref().map(Capacity::recommended);
    Ok(Crowd { enrolled, at_once, recommended })
}

/// What is around a quiz and keeps learners from it.
fn around(
    read: &impl Read,
    quiz: &Quiz,
    crowd: Crowd,
    now: Timestamp,
    found: &mut Findings,
) -> Result<(), Refusal> {
    if quiz.closes.is_some_and(|closes| closes <= now) {
        found.warning(Fault::IsClosed, "/closes", "is over, so nobody can begin it");
    }
    let course = course::get(read, quiz.course)?;
    if course.status != CourseStatus::Published {
        found.warning(Fault::CourseClosed, "", "is in a course that is not open to learners");
    }
    let opens = quiz.opens.map_or(now, |opens| opens.max(now));
    match content::item_of_quiz(read, quiz.id)? {
        None => found.warning(Fault::NotInOutline, "", "is not in the course's outline, where learners look"),
        Some(item) => {
            let item = content::item(read, item)?;
            let section = content::section(read, item.section)?;
            if !item.availability.is_open(opens) || !section.availability.is_open(opens) {
                found.warning(
                    Fault::HiddenItem,
                    "",
                    "is hidden in the course's outline when it opens, so nobody can begin it",
                );
            }
        }
    }
    let overrides = read.list::<Override>(&(quiz.id,), None, MAX_OVERRIDES)?;
    let reversed = |row: &&Override| match (row.opens.or(quiz.opens), row.closes.or(quiz.closes)) {
        (Some(opens), Some(closes)) => closes <= opens,
        _ => false,
    };
    let reversed = overrides.iter().filter(reversed).count();
    if reversed > 0 {
        let problem = format!("let {reversed} learners or groups in after the quiz has closed for them");
        found.warning(Fault::OverrideClosesFirst, "/overrides", problem);
        found.numbers(None, reversed as u64);
    }
    extra_times(read, quiz, &overrides, found)?;
    if crowd.enrolled == 0 {
        found.warning(Fault::NobodyEnrolled, "", "is in a course in which no learner is enrolled");
    }
    if let Some(recommended) = crowd.recommended.map(u64::from)
        && crowd.at_once > recommended
    {
        let at_once = crowd.at_once;
        let problem = format!(
            "brings up to {at_once} learners at once; this machine was measured to carry {recommended}"
        );
        found.warning(Fault::TooManyLearners, "", problem);
        found.numbers(Some(at_once), recommended);
    }
    Ok(())
}

/// Does an override give time that is not there to be had? The close ends attempts, whatever their time.
pub fn idle_time(read: &impl Read, quiz: &Quiz, row: &Override) -> Result<Option<Fault>, Refusal> {
    let is_extra = match row.time {
        Some(TimeChange::Extra(_)) => true,
        Some(TimeChange::Limit(_)) => false,
        Some(TimeChange::Unlimited) | None => return Ok(None),
    };
    // A learner may have the dates of a group.
    let terms = match row.who {
        Who::User(user) => overrides::terms(read, quiz, user)?,
        Who::Group(_) => overrides::combine(quiz, None, &[row]),
    };
    let Some(limit_ms) = terms.time_limit_ms else { return Ok(is_extra.then_some(Fault::ExtraTimeIdle)) };
    let more = quiz.time_limit_ms.is_none_or(|usual| limit_ms > usual);
    let is_cut = match (terms.opens, terms.closes) {
        (Some(opens), Some(closes)) => more && closes.since(opens).as_millis() < u128::from(limit_ms),
        _ => false,
    };
    Ok(is_cut.then_some(Fault::ExtraTimeCut))
}

fn extra_times(
    read: &impl Read,
    quiz: &Quiz,
    overrides: &[Override],
    found: &mut Findings,
) -> Result<(), Refusal> {
    let (mut idle, mut cut) = (0_u64, 0_u64);
    for row in overrides {
        match idle_time(read, quiz, row)? {
            Some(Fault::ExtraTimeIdle) => idle += 1,
            Some(_) => cut += 1,
            None => {}
        }
    }
    if idle > 0 {
        let problem = format!(
            "give {idle} learners or groups more time, but the quiz has no time limit that it could be added to; move the \
             close for them"
        );
        found.warning(Fault::ExtraTimeIdle, "/overrides", problem);
        found.numbers(None, idle);
    }
    if cut > 0 {
        let problem = format!(
            "give {cut} learners or groups more time than the quiz is open for them, so that its close ends their attempts \
             before; move the close for them"
        );
        found.warning(Fault::ExtraTimeCut, "/overrides", problem);
        found.numbers(None, cut);
    }
    Ok(())
}

/// A quiz that was looked at.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The quiz.
    pub quiz: Arc<Quiz>,
    /// What is wrong in it and around it, errors first.
    pub findings: Vec<Finding>,
    /// How many learners come.
    pub crowd: Crowd,
}

impl Checked {
    /// May it be published?
    pub fn is_ready(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity != Severity::Error)
    }
}

/// Everything that is wrong in a quiz and around it, for who may change it.
pub fn of(read: &impl Read, actor: &Actor, quiz: QuizId) -> Result<Checked, Refusal> {
    let quiz = super::require(read, actor, Permission::EditQuiz, quiz)?;
    let crowd = crowd(read, &quiz)?;
    let mut found = Findings(check(read, &quiz)?);
    around(read, &quiz, crowd, actor.now, &mut found)?;
    let mut findings = found.0;
    findings.sort_by_key(|finding| finding.severity != Severity::Error);
    Ok(Checked { quiz, findings, crowd })
}
