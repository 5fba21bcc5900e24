//! Which exams are ahead, and how many learners they bring at once.
//!
//! An exam is a quiz with an opening time. It counts from its opening until it closes, and a day at most: what is open for
//! longer is homework, which does not come all at once. Without a closing time it counts for its time limit, or some
//! hours. Every seat of its course counts, once for all exams of one course; a learner in two courses counts twice. Quizzes
//! that are not published yet count too: that is often done the evening before.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::access::{self, Actor, Permission, Scope};
use super::course::{self, Course, CourseStatus};
use super::ids::{CourseId, QuizId};
use super::quiz::{self, Quiz, QuizzesByOpening};
use super::refusal::Refusal;
use crate::clock::Timestamp;
use crate::store::Read;

/// An exam counts for so long at most.
const LONGEST: Duration = Duration::from_hours(24);
/// An exam without a closing time and without a limit.
const WITHOUT_END: Duration = Duration::from_hours(4);
/// Exams looked at in one go: some milliseconds of the read lock.
const PAGE: usize = 100;
/// Exams looked at altogether. More within some days is a site whose opening times mean nothing.
pub const MOST_EXAMS: usize = 20_000;
/// Pages of exams looked at beside one of them: more than 500 in two days are no school's.
const PAGES_BESIDE: usize = 5;
/// Exams of a peak that are named.
const NAMED: usize = 20;

/// An exam that is ahead or runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct PlannedExam {
    /// The quiz.
    pub quiz: QuizId,
    /// Its course.
    pub course: CourseId,
    /// What the quiz is called.
    pub name: String,
    /// When it opens.
    pub opens: Timestamp,
    /// Until when it counts: a day at most.
    pub until: Timestamp,
    /// When it closes; absent when it stays open.
    pub closes: Option<Timestamp>,
    /// Seats taken in its course.
    pub learners: u64,
    /// Can learners start it yet?
    pub published: bool,
}

/// The most learners at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct ExpectedPeak {
    /// How many.
    pub learners: u64,
    /// From when on.
    pub at: Timestamp,
    /// In which quizzes; up to 20 of them.
    pub quizzes: Vec<QuizId>,
}

/// Where the next page begins.
pub type Next = (Timestamp, QuizId);

/// The first place to look at for exams that run at `from` or open after it.
pub fn begin(from: Timestamp) -> Next {
    (from.minus(LONGEST), QuizId(0))
}

/// A page of exams that run at `from` or open between it and `to`, behind `after`, and where to go on. For who runs the
/// site. Page by page, so that no commit waits long.
pub fn page(
    read: &impl Read,
    actor: &Actor,
    from: Timestamp,
    to: Timestamp,
    after: Next,
) -> Result<(Vec<PlannedExam>, Option<Next>), Refusal> {
    access::require(read, actor, Permission::ManageSite, Scope::Site)?;
    planned(read, from, to, after)
}

/// Until when a quiz that opens then counts as an exam.
pub fn until(quiz: &Quiz, opens: Timestamp) -> Timestamp {
    let last = match (quiz.closes, quiz.time_limit_ms) {
        (Some(closes), _) => closes,
        (None, Some(limit_ms)) => opens.plus(Duration::from_millis(limit_ms)),
        (None, None) => opens.plus(WITHOUT_END),
    };
    last.min(opens.plus(LONGEST))
}

/// [`page`] without asking for a right.
fn planned(
    read: &impl Read,
    from: Timestamp,
    to: Timestamp,
    after: Next,
) -> Result<(Vec<PlannedExam>, Option<Next>), Refusal> {
    let keys = read.index_keys::<QuizzesByOpening>(&(), Some((&after.0, &after.1)), PAGE)?;
    let next = keys.last().copied().filter(|(opens, _)| keys.len() == PAGE && *opens <= to);
    let mut planned = Vec::new();
    for (opens, id) in keys.into_iter().take_while(|(opens, _)| *opens <= to) {
        let quiz = quiz::get(read, id)?;
        let until = until(&quiz, opens);
        let Some(course) = read.get::<Course>(&quiz.course)? else { continue };
        if until <= from || course.status == CourseStatus::Archived {
            continue;
        }
        planned.push(PlannedExam {
            quiz: id,
            course: quiz.course,
            name: quiz.name.clone(),
            opens,
            until,
            closes: quiz.closes,
            learners: course::enrolled(read, quiz.course)?,
            published: quiz.published,
        });
    }
    Ok((planned, next))
}

/// The most learners at once while this exam counts, its own among them. Of very many exams of two days the first
/// are looked at. Checks no right: it is one number.
pub fn beside(read: &impl Read, quiz: &Quiz, opens: Timestamp) -> Result<u64, Refusal> {
    let to = until(quiz, opens);
    let (mut all, mut next) = (Vec::new(), Some(begin(opens)));
    for _ in 0..PAGES_BESIDE {
        let Some(after) = next else { break };
        let (some, more) = planned(read, opens, to, after)?;
        all.extend(some);
        next = more;
    }
    // What ends when this one begins, or begins when it ends, is not beside it.
    all.retain(|exam| exam.opens < to);
    Ok(peak(&all).map_or(0, |peak| peak.learners))
}

/// The time at which most learners are in exams at once; `None` when there are no exams.
pub fn peak(planned: &[PlannedExam]) -> Option<ExpectedPeak> {
    // An end comes before a beginning at the same time: who leaves makes room.
    let mut events: Vec<(Timestamp, bool, &PlannedExam)> = Vec::with_capacity(planned.len() * 2);
    for exam in planned {
        events.push((exam.opens, true, exam));
        events.push((exam.until, false, exam));
    }
    events.sort_by_key(|(at, begins, exam)| (*at, *begins, exam.quiz));
    let mut running: BTreeMap<CourseId, u32> = BTreeMap::new();
    let (mut now, mut most): (u64, Option<(u64, Timestamp)>) = (0, None);
    for (at, begins, exam) in events {
        let count = running.entry(exam.course).or_default();
        if begins {
            if *count == 0 {
                now += exam.learners;
            }
            *count += 1;
            if most.is_none_or(|(learners, _)| now > learners) {
                most = Some((now, at));
            }
        } else {
            *count = count.saturating_sub(1);
            if *count == 0 {
                now = now.saturating_sub(exam.learners);
            }
        }
    }
    let (learners, at) = most?;
    let quizzes = planned
        .iter()
        .filter(|exam| exam.opens <= at && at < exam.until)
        .map(|exam| exam.quiz)
        .take(NAMED)
        .collect();
    Some(ExpectedPeak { learners, at, quizzes })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exam(quiz: u64, course: u64, opens: i64, until: i64, learners: u64) -> PlannedExam {
        PlannedExam {
            quiz: QuizId(quiz),
            course: CourseId(course),
            name: String::new(),
            opens: Timestamp::from_ms(opens),
            until: Timestamp::from_ms(until),
            closes: None,
            learners,
            published: true,
        }
    }

    #[test]
    fn exams_that_overlap_count_together_and_those_that_follow_each_other_do_not() {
        let found =
            peak(&[exam(1, 1, 0, 100, 30), exam(2, 2, 100, 200, 40), exam(3, 3, 150, 160, 25)]).unwrap();
        assert_eq!((found.learners, found.at), (65, Timestamp::from_ms(150)));
        assert_eq!(found.quizzes, [QuizId(2), QuizId(3)]);
        let found = peak(&[exam(1, 1, 0, 100, 30), exam(2, 2, 100, 200, 30)]).unwrap();
        assert_eq!((found.learners, found.at), (30, Timestamp::from_ms(0)));
        assert_eq!(peak(&[]), None);
    }

    #[test]
    fn learners_of_one_course_count_once_however_many_exams_it_has_at_once() {
        let found =
            peak(&[exam(1, 1, 0, 100, 30), exam(2, 1, 50, 200, 30), exam(3, 2, 120, 130, 5)]).unwrap();
        assert_eq!((found.learners, found.at), (35, Timestamp::from_ms(120)));
    }
}
