//! Grade items: what a course grades, by a quiz or by hand.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::calc::Terms;
use super::category::{self, Child, FULL, ITEMS, MOST_ITEMS, Name, Node, Visibility};
use super::gradebook::GRADEBOOK_TOPIC;
use crate::clock::Timestamp;
use crate::domain::audit;
use crate::domain::decimal::Decimal;
use crate::domain::ids::{CourseId, GradeCategoryId, GradeItemId, QuizId};
use crate::domain::quiz::Quiz;
use crate::domain::refusal::{Code, Kind, Refusal, invalid, not_found};
use crate::store::{Cache, Counter, Entries, Read, Record, StoreError, Table, Topic, Txn, Unique};

/// Points of one item, and with it of a quiz: more would say nothing and make sums coarse.
pub const MOST_POINTS: i32 = 100_000;
/// A maximum below this is a slip.
const LEAST_MAX: Decimal = Decimal::from_units(100_000);

/// A quiz's item is changed with the quiz.
pub const OF_QUIZ: Code = Code::new(
    "grade_item_of_quiz",
    Kind::Conflict,
    "The quiz gives this item its name, maximum and grades; change the quiz, or override a grade.",
);

/// Where an item's grades come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    /// A quiz.
    Quiz(QuizId),
    /// People.
    Hand,
}

/// A grade item. Its weight, maximum and extra credit are the terms that its category keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GradeItem {
    /// The course.
    pub course: CourseId,
    /// Its id.
    pub id: GradeItemId,
    /// The category it is in.
    pub category: GradeCategoryId,
    /// Its name.
    pub name: Name,
    /// Where its grades come from.
    pub source: Source,
    /// Do learners see it?
    pub visibility: Visibility,
    /// Changes so far, for `If-Match`.
    pub revision: u32,
}

impl Record for GradeItem {
    const TABLE: Table = Table { tag: 112, name: "grade item" };
    const VERSION: u8 = 1;
    const CACHE: Cache = Cache::Content;
    type Key = (CourseId, GradeItemId);

    fn key(&self) -> Self::Key {
        (self.course, self.id)
    }

    fn index(&self, entries: &mut Entries) {
        if let Source::Quiz(quiz) = self.source {
            entries.unique::<GradeItemByQuiz>(&quiz);
        }
        entries.count(Counter::new(ITEMS, &self.course), 1);
        entries.touch(Topic::new(GRADEBOOK_TOPIC, self.course.0));
    }
}

/// The item of a quiz.
#[derive(Debug)]
pub struct GradeItemByQuiz;

impl Unique for GradeItemByQuiz {
    const TABLE: Table = Table { tag: 113, name: "grade item by quiz" };
    type Key = QuizId;
    type Of = GradeItem;
}

/// An item of the course.
pub fn get(read: &impl Read, course: CourseId, id: GradeItemId) -> Result<Arc<GradeItem>, Refusal> {
    read.get(&(course, id))?.ok_or_else(|| not_found("grade item", id))
}

/// The item of a quiz; `None` when the quiz is not graded.
pub fn of_quiz(read: &impl Read, quiz: QuizId) -> Result<Option<Arc<GradeItem>>, StoreError> {
    read.by_unique::<GradeItemByQuiz>(&quiz)
}

/// An item's terms, from its category.
pub(super) fn terms(read: &impl Read, item: &GradeItem) -> Result<Terms, StoreError> {
    category::expect(read, item.course, item.category)?
        .terms_of(Node::Item(item.id))
        .ok_or_else(|| StoreError::Defect(format!("grade item {} is missing in its category", item.id)))
}

/// A maximum from the outside.
pub(super) fn parse_max(at: &str, max: Decimal) -> Result<Decimal, Refusal> {
    if max < LEAST_MAX || max > Decimal::from_int(MOST_POINTS) {
        return Err(invalid(at, format!("is not between {LEAST_MAX} and {MOST_POINTS}")));
    }
    Ok(max)
}

/// A maximum that a quiz states. It may be zero while the quiz has no questions. New slots cannot make more than the most, but
/// those of a quiz that was stored before there was this limit may.
fn quiz_max(max: Decimal) -> Decimal {
    max.max_zero().min(Decimal::from_int(MOST_POINTS))
}

/// Makes an item at the end of a category that is there; `at` is where the input names it.
pub(super) fn make(
    txn: &mut Txn<'_>,
    course: CourseId,
    (at, category): (&str, GradeCategoryId),
    name: Name,
    source: Source,
    visibility: Visibility,
    terms: Terms,
) -> Result<GradeItem, Refusal> {
    if txn.counter(&Counter::new(ITEMS, &course))? >= MOST_ITEMS {
        return Err(FULL.refuse_whole(format!("the course has {MOST_ITEMS} grade items already")));
    }
    let id: GradeItemId = txn.new_id()?;
    let item = GradeItem { course, id, category, name, source, visibility, revision: 1 };
    category::hang(txn, course, at, category, Child { node: Node::Item(id), terms })?;
    txn.put(item.clone())?;
    Ok(item)
}

/// What a quiz says of its item.
#[derive(Debug, Clone, Copy)]
pub struct OfQuiz<'q> {
    /// Which quiz.
    pub quiz: QuizId,
    /// The item's name.
    pub name: &'q str,
    /// Its maximum.
    pub max: Decimal,
    /// Until then it is a draft.
    pub published: bool,
}

impl<'q> From<&'q Quiz> for OfQuiz<'q> {
    fn from(quiz: &'q Quiz) -> Self {
        Self { quiz: quiz.id, name: &quiz.name, max: quiz.max_points, published: quiz.published }
    }
}

/// Makes the item of a quiz, in the course's own category; the one it has already is brought up to date instead.
/// Called in the transaction that makes the quiz, which checked the right.
pub fn add_quiz_item(
    txn: &mut Txn<'_>,
    course: CourseId,
    says: OfQuiz<'_>,
    now: Timestamp,
) -> Result<GradeItemId, Refusal> {
    if let Some(item) = of_quiz(txn, says.quiz)? {
        change_quiz_item(txn, says, now)?;
        return Ok(item.id);
    }
    make_of_quiz(txn, course, says, Standing::default(), now)
}

/// What a quiz does not say of its item.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standing {
    /// The category; the course's own when absent.
    pub category: Option<GradeCategoryId>,
    /// The weight in a weighted mean.
    pub weight: Decimal,
    /// Adds to what is reached, not to what can be reached.
    pub extra_credit: bool,
    /// Do learners see it?
    pub visibility: Visibility,
}

impl Default for Standing {
    fn default() -> Self {
        Self { category: None, weight: Decimal::ONE, extra_credit: false, visibility: Visibility::Visible }
    }
}

/// Makes the item of a quiz that has none.
pub(super) fn make_of_quiz(
    txn: &mut Txn<'_>,
    course: CourseId,
    says: OfQuiz<'_>,
    standing: Standing,
    now: Timestamp,
) -> Result<GradeItemId, Refusal> {
    let category = category::named_or_root(txn, course, "/category", standing.category)?;
    let Standing { weight, extra_credit, visibility, .. } = standing;
    let terms = Terms { weight, max: quiz_max(says.max), extra_credit, draft: !says.published };
    let name = Name::shortened(says.name);
    let item = make(txn, course, ("", category), name, Source::Quiz(says.quiz), visibility, terms)?;
    let detail = format!("{} of {}", item.name.as_str(), terms.max);
    audit::note_by_program(
        txn,
        now,
        "grade.item.add",
        Some(course),
        format!("grade item {}", item.id),
        detail,
    )?;
    Ok(item.id)
}

/// Gives the item of a quiz the quiz's name and maximum, and makes it a draft or not. Grades that it gave stay the same
/// percentages of the new maximum, at once and for everybody. A quiz without an item changes nothing.
pub fn change_quiz_item(txn: &mut Txn<'_>, says: OfQuiz<'_>, now: Timestamp) -> Result<(), Refusal> {
    let Some(item) = of_quiz(txn, says.quiz)? else { return Ok(()) };
    let before = terms(txn, &item)?;
    let after = Terms { max: quiz_max(says.max), draft: !says.published, ..before };
    let name = Name::shortened(says.name);
    if before == after && name == item.name {
        return Ok(());
    }
    category::change_terms(txn, item.course, item.category, Node::Item(item.id), after)?;
    let detail = format!("{} of {} to {} of {}", item.name.as_str(), before.max, name.as_str(), after.max);
    let (course, id, same_facts) = (item.course, item.id, before.max == after.max && name == item.name);
    txn.put(GradeItem { name, revision: item.revision + 1, ..item.as_ref().clone() })?;
    if same_facts {
        // That a quiz is published or taken back is told by the quiz.
        return Ok(());
    }
    audit::note_by_program(txn, now, "grade.item.change", Some(course), format!("grade item {id}"), detail)
}

/// Removes the item of a quiz from everybody's totals.
pub fn remove_quiz_item(txn: &mut Txn<'_>, quiz: QuizId, now: Timestamp) -> Result<(), Refusal> {
    let Some(item) = of_quiz(txn, quiz)? else { return Ok(()) };
    take_out(txn, &item)?;
    let detail = item.name.as_str().to_owned();
    let subject = format!("grade item {}", item.id);
    audit::note_by_program(txn, now, "grade.item.remove", Some(item.course), subject, detail)
}

/// Removes an item. Grades that learners have of it stay as rows that nothing reads: ids are never used again, and a
/// course of ten thousand learners must not hold up the writer.
pub(super) fn take_out(txn: &mut Txn<'_>, item: &GradeItem) -> Result<(), Refusal> {
    category::unhang(txn, item.course, item.category, Node::Item(item.id))?;
    txn.delete::<GradeItem>(&(item.course, item.id))?;
    Ok(())
}
