//! A learner's total of a category, kept with every grade: one row per category, which holds what each child brought,
//! so that a change below costs one row per level and no reading of siblings.
//!
//! A row counts only while its stamp is the category's. One with an older stamp (somebody changed weights, moved an
//! item, ..) is never shown: whoever meets it computes from the grades. So a change of structure is right at once for
//! everybody and no job runs after it.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::calc::{Aggregate, Method, Points, Terms, Value, aggregate, full_max};
use super::category::{self, GradeCategory, Node, level};
use super::entry::{Grade, Override};
use crate::domain::decimal::Decimal;
use crate::domain::enrolment::LEARNER_TOPIC;
use crate::domain::ids::{CourseId, GradeCategoryId, GradeItemId, UserId};
use crate::domain::refusal::Refusal;
use crate::store::{CodecError, Entries, Read, Record, StoreError, Table, Topic, Txn, decode_old};

/// A learner's total of a category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Total {
    /// The course.
    pub course: CourseId,
    /// The learner.
    pub user: UserId,
    /// The category.
    pub category: GradeCategoryId,
    /// The category's stamp when this was computed; 0 for never.
    pub stamp: u32,
    /// What each child brought, in the category's order.
    pub values: Vec<Value>,
    /// What they make.
    pub computed: Option<Points>,
    /// A percentage instead of it.
    pub overridden: Option<Override>,
    /// Left out for this learner.
    pub excluded: bool,
    /// Overrides and exclusions so far, for `If-Match`.
    pub revision: u32,
}

impl Record for Total {
    const TABLE: Table = Table { tag: 115, name: "grade total" };
    const VERSION: u8 = 3;
    type Key = (CourseId, UserId, GradeCategoryId);

    fn key(&self) -> Self::Key {
        (self.course, self.user, self.category)
    }

    fn index(&self, entries: &mut Entries) {
        entries.touch(Topic::pair(LEARNER_TOPIC, self.course.0, self.user.0));
    }

    fn upgrade(version: u8, body: &[u8]) -> Result<Self, CodecError> {
        // Version 1 counted what is left out in the maximum of a total that is missing. Version 2 counted quizzes that
        // were not published, what has the weight zero in a sum, and a mean of nothing. Nothing of them is believed.
        let old: Self = decode_old(Self::TABLE.name, (version, version.clamp(1, 2)), body)?;
        Ok(Self { stamp: 0, ..old })
    }
}

impl Total {
    /// What a learner has before anything was computed.
    pub(super) const fn none(course: CourseId, user: UserId, category: GradeCategoryId) -> Self {
        Self {
            course,
            user,
            category,
            stamp: 0,
            values: Vec::new(),
            computed: None,
            overridden: None,
            excluded: false,
            revision: 0,
        }
    }

    /// Was it computed from the category as it is?
    pub fn is_fresh(&self, category: &GradeCategory) -> bool {
        self.stamp == category.stamp
    }

    /// What stands for this learner: an override, or what the children make.
    pub fn standing(&self, category: &GradeCategory) -> Option<Points> {
        standing_of(category, Some(self), &self.values, self.computed)
    }
}

/// This learner's full maximum: without what is left out for them.
pub(super) fn full_of(category: &GradeCategory, values: &[Value]) -> Decimal {
    full_max(category.rules, &children_of(category, values))
}

/// What stands, given what the children brought and make: an override is that percentage of what could be reached, and
/// of the learner's full maximum while nothing counts. One over nothing but exclusions says that it counts after all:
/// it is of everybody's full maximum. A mean is always of a hundred.
pub(super) fn standing_of(
    category: &GradeCategory,
    total: Option<&Total>,
    values: &[Value],
    computed: Option<Points>,
) -> Option<Points> {
    let Some(overridden) = total.and_then(|total| total.overridden.as_ref()) else { return computed };
    let something = |max: &Decimal| !max.is_zero();
    let reached = computed.map(|points| points.max).filter(something);
    let own = || Some(full_of(category, values)).filter(something);
    let max = reached.or_else(own).unwrap_or(match category.rules.method {
        Method::WeightedMean => Decimal::HUNDRED,
        Method::Sum => category.full_max,
    });
    Some(Points { points: max.scaled(overridden.value, Decimal::HUNDRED), max })
}

/// What the category above gets. A total of nothing but exclusions is excluded itself: nobody is to get a zero there
/// for grades that were left out.
pub(super) fn value_of(
    category: &GradeCategory,
    total: Option<&Total>,
    values: &[Value],
    computed: Option<Points>,
) -> Value {
    if total.is_some_and(|total| total.excluded) {
        return Value::Excluded;
    }
    let standing = standing_of(category, total, values, computed);
    let children = category.children.iter().zip(values);
    let mut there = children.filter(|(child, value)| !child.terms.is_absent(**value)).peekable();
    let all_excluded = there.peek().is_some() && there.all(|(_, value)| *value == Value::Excluded);
    if standing.is_none() && all_excluded {
        return Value::Excluded;
    }
    Value::Total { standing, full: full_of(category, values) }
}

/// All that a learner has in a course: two short scans.
#[derive(Debug, Default)]
pub struct Ledger {
    /// Grades by item.
    pub grades: HashMap<GradeItemId, Grade>,
    /// Totals by category.
    pub totals: HashMap<GradeCategoryId, Total>,
}

impl Ledger {
    /// Reads it.
    pub fn of(read: &impl Read, course: CourseId, user: UserId) -> Result<Self, StoreError> {
        let mut ledger = Self::default();
        read.each::<Grade>(&(course, user), |grade| {
            ledger.grades.insert(grade.item, grade);
            Ok(ControlFlow::Continue(()))
        })?;
        read.each::<Total>(&(course, user), |total| {
            ledger.totals.insert(total.category, total);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(ledger)
    }

    /// The points that stand of an item.
    pub(super) fn points(&self, item: GradeItemId, max: Decimal) -> Option<Decimal> {
        self.grades.get(&item)?.points(max)
    }

    /// What the children of a category bring. Stored totals below it are believed when their stamps are right.
    fn bring(&self, read: &impl Read, category: &GradeCategory) -> Result<Vec<Value>, StoreError> {
        let each = category.children.iter().map(|child| match child.node {
            Node::Item(item) => {
                Ok(self.grades.get(&item).map_or(Value::Empty, |grade| grade.value(child.terms.max)))
            }
            Node::Category(id) => {
                let below = category::expect(read, category.course, id)?;
                let total = self.totals.get(&id);
                Ok(match total {
                    Some(fresh) if fresh.is_fresh(&below) => {
                        value_of(&below, total, &fresh.values, fresh.computed)
                    }
                    _ => {
                        let values = self.bring(read, &below)?;
                        value_of(&below, total, &values, total_of(&below, &values).total)
                    }
                })
            }
        });
        each.collect()
    }
}

fn children_of(category: &GradeCategory, values: &[Value]) -> Vec<(Terms, Value)> {
    category.children.iter().map(|child| child.terms).zip(values.iter().copied()).collect()
}

/// What a category makes of what its children brought.
pub(super) fn total_of(category: &GradeCategory, values: &[Value]) -> Aggregate {
    aggregate(category.rules, &children_of(category, values))
}

/// A child that brings something else now, with the category it is in.
pub(super) type Change = (GradeCategoryId, Node, Value);

/// Brings the totals of one learner up to date after `changes`: one row per category on the way up, each once.
pub(super) fn carry_up(
    txn: &mut Txn<'_>,
    course: CourseId,
    user: UserId,
    changes: Vec<Change>,
) -> Result<(), Refusal> {
    // By level, so that a category is computed after everything below it. Few entries: one per category.
    let mut waiting: Waiting = Vec::new();
    for (id, node, value) in changes {
        wait(txn, &mut waiting, course, id, node, value)?;
    }
    climb(txn, course, user, waiting)
}

/// Stores a total whose override or exclusion changed, and carries that up.
pub(super) fn replace(txn: &mut Txn<'_>, category: &Arc<GradeCategory>, total: Total) -> Result<(), Refusal> {
    let (course, user) = (total.course, total.user);
    // A row that was never computed, or is of an older structure, is computed on the way; what is above it must hear
    // of the new standing in any case, so the row is marked as not computed.
    let total = Total { stamp: 0, ..total };
    txn.put(total)?;
    climb(txn, course, user, vec![(level(txn, category)?, category.clone(), Vec::new())])
}

/// Categories that wait to be computed: their level, and which children bring something else now.
type Waiting = Vec<(usize, Arc<GradeCategory>, Vec<(Node, Value)>)>;

fn climb(txn: &mut Txn<'_>, course: CourseId, user: UserId, mut waiting: Waiting) -> Result<(), Refusal> {
    let mut ledger: Option<Ledger> = None;
    while let Some(deepest) = (0..waiting.len()).max_by_key(|at| waiting.get(*at).map(|(level, ..)| *level)) {
        let (_, category, children) = waiting.swap_remove(deepest);
        let old = of(txn, course, user, category.id)?;
        let fresh = old.is_fresh(&category);
        let values = if fresh {
            let mut values = old.values.clone();
            for (node, value) in children {
                let place = category.place_of(node).and_then(|place| values.get_mut(place));
                *place.ok_or_else(|| StoreError::Defect(format!("{node:?} is not in its category")))? = value;
            }
            values
        } else {
            let ledger = match &mut ledger {
                Some(ledger) => ledger,
                empty => empty.insert(Ledger::of(txn, course, user)?),
            };
            ledger.bring(txn, &category)?
        };
        let computed = total_of(&category, &values).total;
        let new = Total { stamp: category.stamp, values, computed, ..old.as_ref().clone() };
        let brings = |total: &Total| value_of(&category, Some(total), &total.values, total.computed);
        let (before, after) = (brings(&old), brings(&new));
        if let Some(above) = category.parent
            && (!fresh || before != after)
        {
            wait(txn, &mut waiting, course, above, Node::Category(category.id), after)?;
        }
        if new != *old {
            if let Some(ledger) = &mut ledger {
                ledger.totals.insert(category.id, new.clone());
            }
            txn.put(new)?;
        }
    }
    Ok(())
}

fn wait(
    txn: &Txn<'_>,
    waiting: &mut Waiting,
    course: CourseId,
    id: GradeCategoryId,
    node: Node,
    value: Value,
) -> Result<(), StoreError> {
    if let Some((_, _, children)) = waiting.iter_mut().find(|(_, category, _)| category.id == id) {
        children.push((node, value));
        return Ok(());
    }
    let category = category::expect(txn, course, id)?;
    waiting.push((level(txn, &category)?, category, vec![(node, value)]));
    Ok(())
}

/// A learner's total row of a category, or an empty one.
pub(super) fn of(
    read: &impl Read,
    course: CourseId,
    user: UserId,
    category: GradeCategoryId,
) -> Result<Arc<Total>, StoreError> {
    Ok(read.get(&(course, user, category))?.unwrap_or_else(|| Arc::new(Total::none(course, user, category))))
}

/// What the children of a category make for a learner: from the row while it is fresh, from the grades otherwise.
pub(super) fn computed(
    read: &impl Read,
    category: &GradeCategory,
    total: &Total,
) -> Result<Option<Points>, StoreError> {
    if total.is_fresh(category) {
        return Ok(total.computed);
    }
    let ledger = Ledger::of(read, total.course, total.user)?;
    Ok(total_of(category, &ledger.bring(read, category)?).total)
}
