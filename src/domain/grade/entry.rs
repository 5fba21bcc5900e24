//! A learner's grade of an item: what a quiz or a teacher gave, an override beside it, an exclusion.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::calc::{Points, Value};
use super::category::{self, Node};
use super::item::{self, GradeItem};
use super::total;
use crate::clock::Timestamp;
use crate::domain::decimal::Decimal;
use crate::domain::enrolment::LEARNER_TOPIC;
use crate::domain::ids::{CourseId, GradeItemId, QuizId, UserId};
use crate::domain::quiz::Quiz;
use crate::domain::refusal::{Refusal, invalid};
use crate::store::{Entries, Read, Record, StoreError, Table, Topic, Txn};

/// A sentence, not an essay.
pub const REASON_LENGTH: usize = 500;
/// Points beyond this are a defect of whoever gives them; sums of them stay exact.
const MOST_RESULT: Decimal = Decimal::from_units(1_000_000 * 10_000_000);

/// Why somebody overrode or excluded: up to 500 characters, maybe none.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Reason(String);

impl Reason {
    /// Trims and checks.
    pub fn parse(at: &str, text: &str) -> Result<Self, Refusal> {
        let text = text.trim();
        if text.chars().count() > REASON_LENGTH {
            return Err(invalid(at, format!("is longer than {REASON_LENGTH} characters")));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What stands instead of what was computed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// Points of an item; a percentage of a category.
    pub value: Decimal,
    /// Who.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: Reason,
}

/// What a quiz or a teacher gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// Points.
    pub points: Decimal,
    /// For a quiz: the maximum that they are of. The item's may change afterwards.
    pub of: Option<Decimal>,
}

/// A learner's grade of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grade {
    /// The course.
    pub course: CourseId,
    /// The learner.
    pub user: UserId,
    /// The item.
    pub item: GradeItemId,
    /// From the quiz or by hand.
    pub given: Option<Given>,
    /// Instead of it.
    pub overridden: Option<Override>,
    /// Left out for this learner.
    pub excluded: bool,
    /// Changes so far, for `If-Match`.
    pub revision: u32,
}

impl Record for Grade {
    const TABLE: Table = Table { tag: 114, name: "grade" };
    const VERSION: u8 = 1;
    type Key = (CourseId, UserId, GradeItemId);

    fn key(&self) -> Self::Key {
        (self.course, self.user, self.item)
    }

    fn index(&self, entries: &mut Entries) {
        entries.touch(Topic::pair(LEARNER_TOPIC, self.course.0, self.user.0));
    }
}

impl Grade {
    /// What a learner has before anything was given.
    pub(super) const fn none(course: CourseId, user: UserId, item: GradeItemId) -> Self {
        Self { course, user, item, given: None, overridden: None, excluded: false, revision: 0 }
    }

    /// The points given, of `max`.
    pub fn computed(&self, max: Decimal) -> Option<Decimal> {
        self.given.map(|given| match given.of {
            Some(of) if of != max => given.points.scaled(max, of),
            _ => given.points,
        })
    }

    /// The points that stand, of `max`: the override before what was given.
    pub fn points(&self, max: Decimal) -> Option<Decimal> {
        self.overridden.as_ref().map(|overridden| overridden.value).or_else(|| self.computed(max))
    }

    /// What its category gets.
    pub fn value(&self, max: Decimal) -> Value {
        if self.excluded {
            return Value::Excluded;
        }
        self.points(max).map_or(Value::Empty, |points| Value::Of(Points { points, max }))
    }
}

/// A learner's grade of an item, or none yet.
pub(super) fn of(
    read: &impl Read,
    course: CourseId,
    user: UserId,
    item: GradeItemId,
) -> Result<Arc<Grade>, StoreError> {
    Ok(read.get(&(course, user, item))?.unwrap_or_else(|| Arc::new(Grade::none(course, user, item))))
}

/// Stores changed grades of one learner and carries them up: a row per grade and per total above.
pub(super) fn store(
    txn: &mut Txn<'_>,
    course: CourseId,
    user: UserId,
    grades: Vec<(Arc<GradeItem>, Grade)>,
) -> Result<(), Refusal> {
    let mut changes = Vec::with_capacity(grades.len());
    for (item, mut grade) in grades {
        let max = item::terms(txn, &item)?.max;
        changes.push((item.category, Node::Item(item.id), grade.value(max)));
        grade.revision += 1;
        txn.put(grade)?;
    }
    total::carry_up(txn, course, user, changes)
}

/// The points that a teacher put instead of what a quiz gives, when this learner sees them in their grades. Whether marks of
/// the quiz may be seen at all is the quiz's to say.
pub fn replaced(
    read: &impl Read,
    quiz: QuizId,
    user: UserId,
    now: Timestamp,
) -> Result<Option<Points>, StoreError> {
    let Some((item, points)) = replacement(read, quiz, user)? else { return Ok(None) };
    let mut hidden = item.visibility.hides(now);
    let mut above = Some(item.category);
    while let Some(id) = above {
        let category = category::expect(read, item.course, id)?;
        hidden |= category.visibility.hides(now);
        above = category.parent;
    }
    Ok(Some(points).filter(|_| !hidden))
}

/// The same for who sees all grades, hidden or not.
pub fn replaced_for_teachers(
    read: &impl Read,
    quiz: QuizId,
    user: UserId,
) -> Result<Option<Points>, StoreError> {
    Ok(replacement(read, quiz, user)?.map(|(_, points)| points))
}

fn replacement(
    read: &impl Read,
    quiz: QuizId,
    user: UserId,
) -> Result<Option<(Arc<GradeItem>, Points)>, StoreError> {
    let Some(item) = item::of_quiz(read, quiz)? else { return Ok(None) };
    let grade = of(read, item.course, user, item.id)?;
    let Some(overridden) = &grade.overridden else { return Ok(None) };
    let max = item::terms(read, &item)?.max;
    Ok(Some((item, Points { points: overridden.value, max })))
}

/// A mark below nothing (wrong answers that cost points) is nothing in a gradebook.
fn as_result(points: Decimal) -> Decimal {
    points.max_zero().min(MOST_RESULT)
}

/// Is a learner's grade of a quiz what the quiz gives, in points of its present maximum? One that is not graded has none.
pub fn holds_result(
    read: &impl Read,
    quiz: &Quiz,
    user: UserId,
    points: Option<Decimal>,
) -> Result<bool, StoreError> {
    let Some(item) = item::of_quiz(read, quiz.id)? else { return Ok(true) };
    let max = item::terms(read, &item)?.max;
    let given = of(read, item.course, user, item.id)?.computed(max);
    // A gradebook has no item of more points than may be; one of a quiz that has is not compared.
    Ok(max != quiz.max_points || given == points.map(as_result))
}

/// Takes what a quiz gives a learner: points of the quiz's maximum, `None` to take a result back. Called in the
/// transaction of the submission; totals above are right when it commits. The same result again writes nothing. An
/// override stays and stands. A quiz that is not graded changes nothing.
pub fn quiz_result(
    txn: &mut Txn<'_>,
    course: CourseId,
    quiz: QuizId,
    user: UserId,
    points: Option<Decimal>,
) -> Result<(), Refusal> {
    let Some(item) = item::of_quiz(txn, quiz)?.filter(|item| item.course == course) else { return Ok(()) };
    let max = item::terms(txn, &item)?.max;
    let grade = of(txn, course, user, item.id)?;
    let given = points.map(|points| Given { points: as_result(points), of: Some(max) });
    if grade.given == given {
        return Ok(());
    }
    let grade = Grade { given, ..grade.as_ref().clone() };
    store(txn, course, user, vec![(item, grade)])
}
