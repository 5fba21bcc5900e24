//! Which attempt counts, and what a learner's attempts at a quiz come to.

use super::marks::Marks;
use super::{AttemptHead, AttemptState};
use crate::domain::decimal::Decimal;
use crate::domain::grade;
use crate::domain::ids::{AttemptId, UserId};
use crate::domain::quiz::{GradeMethod, Quiz};
use crate::domain::refusal::Refusal;
use crate::domain::standing::Standing;
use crate::store::{Read, Txn};

/// A finished attempt, for counting. In the order of the starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FinishedAttempt {
    /// Which one.
    pub attempt: AttemptId,
    /// Its points, of the quiz's present maximum; none while it waits for marks by hand.
    pub points: Option<Decimal>,
}

/// What finished attempts come to by a method: the points, and the attempt that they are of where it is one. An attempt that waits
/// for marks by hand does not count yet; where exactly that one would count, there are no points yet.
fn counting(method: GradeMethod, finished: &[FinishedAttempt]) -> (Option<Decimal>, Option<AttemptId>) {
    let of = |result: &FinishedAttempt| (result.points, Some(result.attempt));
    match method {
        GradeMethod::Highest => {
            let mut best: Option<(Decimal, AttemptId)> = None;
            for result in finished {
                if let Some(points) = result.points
                    && best.is_none_or(|(so_far, _)| so_far < points)
                {
                    best = Some((points, result.attempt));
                }
            }
            best.map_or((None, None), |(points, attempt)| (Some(points), Some(attempt)))
        }
        GradeMethod::Average => {
            let marked: Vec<Decimal> = finished.iter().filter_map(|result| result.points).collect();
            let count = u64::try_from(marked.len()).unwrap_or(u64::MAX);
            let mean = (count > 0).then(|| marked.iter().copied().sum::<Decimal>().divided_by(count));
            (mean, None)
        }
        GradeMethod::First => finished.first().map_or((None, None), of),
        // By number: one that was reopened and handed in once more stays the attempt that it is.
        GradeMethod::Last => finished.last().map_or((None, None), of),
    }
}

/// The learner's finished attempts, in the order of the starts, and the one that runs. Attempts keep the paper that they
/// began with, so their points are brought to the quiz's present maximum: only then can one be compared with another.
pub fn of_learner(
    read: &impl Read,
    quiz: &Quiz,
    user: UserId,
) -> Result<(Vec<FinishedAttempt>, Option<AttemptId>, u16), Refusal> {
    let mut finished = Vec::new();
    let mut running = None;
    let attempts = super::of_learner(read, quiz.id, user)?;
    for attempt in &attempts {
        let Some(head) = read.get::<AttemptHead>(attempt)? else { continue };
        match head.state {
            AttemptState::Running => running = Some(*attempt),
            AttemptState::Finished { .. } => {
                let points = match read.get::<Marks>(attempt)?.and_then(|marks| marks.points) {
                    Some(points) => {
                        Some(points.scaled(quiz.max_points, super::get(read, *attempt)?.max_points()))
                    }
                    None => None,
                };
                finished.push(FinishedAttempt { attempt: *attempt, points });
            }
        }
    }
    Ok((finished, running, u16::try_from(attempts.len()).unwrap_or(u16::MAX)))
}

/// The points that count, as they stand.
fn standing_points(read: &impl Read, quiz: &Quiz, user: UserId) -> Result<Option<Decimal>, Refusal> {
    let standing = read.get::<Standing>(&(quiz.course, user, quiz.id))?;
    Ok(standing.and_then(|standing| standing.points_of(quiz.max_points)))
}

/// What counts of a learner's finished attempts, here as in the outline and the grades: the points, and the attempt that
/// they are of where it is one. What was changed in the quiz since moves nobody's points before a regrade; while the
/// attempts come to something else by it, none is named.
pub fn that_counts(
    read: &impl Read,
    quiz: &Quiz,
    user: UserId,
    finished: &[FinishedAttempt],
) -> Result<(Option<Decimal>, Option<AttemptId>), Refusal> {
    let points = standing_points(read, quiz, user)?;
    let (due, attempt) = counting(quiz.grade_method, finished);
    Ok((points, attempt.filter(|_| due == points)))
}

/// Do the points that count stand as the learner's finished attempts and the quiz's grade method have them, here and in the
/// gradebook?
pub fn is_current(
    read: &impl Read,
    quiz: &Quiz,
    user: UserId,
    finished: &[FinishedAttempt],
) -> Result<bool, Refusal> {
    let points = standing_points(read, quiz, user)?;
    let counting = counting(quiz.grade_method, finished).0;
    Ok(points == counting && grade::holds_result(read, quiz, user, counting)?)
}

/// Brings the learner's standing and gradebook up to date with their attempts.
pub fn recount(txn: &mut Txn<'_>, quiz: &Quiz, user: UserId) -> Result<(), Refusal> {
    let (finished, running, attempts) = of_learner(txn, quiz, user)?;
    let (points, _) = counting(quiz.grade_method, &finished);
    let standing = Standing {
        course: quiz.course,
        user,
        quiz: quiz.id,
        attempts,
        running,
        finished: u16::try_from(finished.len()).unwrap_or(u16::MAX),
        awaits_marking: finished.iter().any(|result| result.points.is_none()),
        points,
        of: Some(quiz.max_points),
    };
    let key = (quiz.course, user, quiz.id);
    if txn.get::<Standing>(&key)?.as_deref() != Some(&standing) {
        txn.put(standing)?;
    }
    grade::quiz_result(txn, quiz.course, quiz.id, user, points)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results(points: &[Option<&str>]) -> Vec<FinishedAttempt> {
        let points = points.iter().map(|points| points.map(|points| points.parse().unwrap()));
        (1..).zip(points).map(|(id, points)| FinishedAttempt { attempt: AttemptId(id), points }).collect()
    }

    fn count(method: GradeMethod, points: &[Option<&str>]) -> (Option<String>, Option<u64>) {
        let (points, attempt) = counting(method, &results(points));
        (points.map(|points| points.to_string()), attempt.map(|attempt| attempt.0))
    }

    fn some(points: &str, attempt: Option<u64>) -> (Option<String>, Option<u64>) {
        (Some(points.to_owned()), attempt)
    }

    #[test]
    fn each_method_counts_its_attempt() {
        let three = [Some("2"), Some("5"), Some("4")];
        assert_eq!(count(GradeMethod::Highest, &three), some("5", Some(2)));
        assert_eq!(count(GradeMethod::Average, &three), some("3.6666667", None));
        assert_eq!(count(GradeMethod::First, &three), some("2", Some(1)));
        assert_eq!(count(GradeMethod::Last, &three), some("4", Some(3)));
    }

    #[test]
    fn the_first_of_equal_attempts_counts() {
        assert_eq!(count(GradeMethod::Highest, &[Some("3"), Some("3")]), some("3", Some(1)));
    }

    #[test]
    fn an_attempt_that_waits_for_marks_does_not_count_yet() {
        let waiting = [None, Some("4"), None];
        assert_eq!(count(GradeMethod::Highest, &waiting), some("4", Some(2)));
        assert_eq!(count(GradeMethod::Average, &waiting), some("4", None));
        assert_eq!(count(GradeMethod::First, &waiting), (None, Some(1)));
        assert_eq!(count(GradeMethod::Last, &waiting), (None, Some(3)));
    }

    #[test]
    fn without_attempts_there_are_no_points() {
        for method in [GradeMethod::Highest, GradeMethod::Average, GradeMethod::First, GradeMethod::Last] {
            assert_eq!(count(method, &[]), (None, None));
        }
    }
}
