//! Grading by people: grades by hand, one or many at once, overrides and exclusions. Whatever changes nothing writes
//! nothing, so every one of these can be sent twice.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::calc::Points;
use super::category::{self, Node};
use super::edit::require;
use super::entry::{self, Given, Grade, Override, Reason};
use super::history::{self, Step, What};
use super::item::{self, GradeItem, OF_QUIZ, Source};
use super::report;
use super::total::{self, Total};
use crate::domain::access::{Actor, Permission};
use crate::domain::decimal::Decimal;
use crate::domain::enrolment::Enrolment;
use crate::domain::ids::{CourseId, GradeCategoryId, GradeItemId, UserId};
use crate::domain::refusal::{NOT_FOUND, Refusal, invalid, not_found};
use crate::domain::xapi::own::{self, Event};
use crate::domain::{audit, course};
use crate::json::nullable;
use crate::store::{Read, StoreError, Txn};

/// Grades of one request: a class's worth, and far below what a transaction may change.
pub const MOST_AT_ONCE: usize = 500;
/// An override may lift a category above a hundred, as extra credit can.
const MOST_PERCENT: i32 = 1000;

/// One grade given by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct HandGradeInput {
    /// The learner.
    pub user: UserId,
    /// The item.
    pub item: GradeItemId,
    /// Points of the item's maximum; `null` takes the grade back.
    #[serde(deserialize_with = "nullable")]
    #[cfg_attr(test, schema(required))]
    pub points: Option<Decimal>,
}

/// Grades given by hand.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct HandGradesInput {
    /// 1 to 500 of them.
    pub grades: Vec<HandGradeInput>,
}

impl HandGradesInput {
    /// Checks the count.
    pub fn parse(self) -> Result<Vec<HandGradeInput>, Refusal> {
        match self.grades.len() {
            1..=MOST_AT_ONCE => Ok(self.grades),
            count => Err(invalid("/grades", format!("has {count}; give 1 to {MOST_AT_ONCE}"))),
        }
    }
}

/// What stands instead of a grade or total.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OverrideInput {
    /// Points of an item's maximum; for a category a percentage, 0 to 1000.
    pub value: Decimal,
    /// Why, up to 500 characters. Learners read it. The same value with another reason is another override.
    #[serde(default)]
    pub reason: String,
}

/// Whether a grade or total is left out.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ExclusionInput {
    /// Left out, or not.
    pub excluded: bool,
    /// Why, up to 500 characters. Another reason for what is left out already is kept in the history.
    #[serde(default)]
    pub reason: String,
}

/// Can an item have these points?
pub(super) fn fits(points: Decimal, max: Decimal) -> bool {
    !points.is_negative() && points <= max
}

/// Refuses points that an item cannot have.
fn check_points(at: &str, points: Decimal, max: Decimal) -> Result<(), Refusal> {
    if !fits(points, max) {
        return Err(invalid(at, format!("is {points}, not between 0 and {max}, the item's maximum")));
    }
    Ok(())
}

pub(super) fn enrolled(read: &impl Read, course: CourseId, user: UserId) -> Result<(), Refusal> {
    if read.exists::<Enrolment>(&(course, user))? { Ok(()) } else { Err(not_found("learner", user)) }
}

/// Refuses a grade for somebody whom the gradebook does not list. Taking one back is not refused.
fn check_graded(read: &impl Read, course: CourseId, user: UserId, gives: bool) -> Result<(), Refusal> {
    enrolled(read, course, user)?;
    match report::why_ungraded(read, course, user)?.filter(|_| gives) {
        Some(why) => Err(NOT_FOUND.refuse(format!("user {user} {why}"))),
        None => Ok(()),
    }
}

/// One grade as its `If-Match` sees it.
pub fn grade(
    read: &impl Read,
    actor: &Actor,
    course: CourseId,
    user: UserId,
    id: GradeItemId,
) -> Result<(Arc<Grade>, Decimal), Refusal> {
    require(read, actor, Permission::ViewGrades, course)?;
    enrolled(read, course, user)?;
    let item = item::get(read, course, id)?;
    Ok((entry::of(read, course, user, id)?, item::terms(read, &item)?.max))
}

/// Gives one grade by hand.
pub fn set(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: CourseId,
    input: HandGradeInput,
    check: impl FnOnce(u32) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    require(txn, actor, Permission::EditGrades, course)?;
    check_graded(txn, course, input.user, input.points.is_some())?;
    item::get(txn, course, input.item)?;
    check(entry::of(txn, course, input.user, input.item)?.revision)?;
    give(txn, actor, course, "/points", &[input]).map(drop)
}

/// Gives many grades by hand, all or none. Says how many changed.
pub fn set_many(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: CourseId,
    grades: &[HandGradeInput],
) -> Result<usize, Refusal> {
    require(txn, actor, Permission::EditGrades, course)?;
    give(txn, actor, course, "", grades)
}

fn give(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: CourseId,
    single: &str,
    grades: &[HandGradeInput],
) -> Result<usize, Refusal> {
    let at = |place: usize, field: &str| match single {
        "" => format!("/grades/{place}/{field}"),
        single => single.to_owned(),
    };
    let mut edits: Vec<Edit> = Vec::with_capacity(grades.len());
    for (place, input) in grades.iter().enumerate() {
        let why = report::why_ungraded(txn, course, input.user)?;
        if let Some(why) = why
            && (input.points.is_some() || !txn.exists::<Enrolment>(&(course, input.user))?)
        {
            return Err(invalid(at(place, "user"), format!("names {}, who {why}", input.user)));
        }
        let Some(item) = txn.get::<GradeItem>(&(course, input.item))? else {
            return Err(invalid(
                at(place, "item"),
                format!("names {}, which is not in the course", input.item),
            ));
        };
        if item.source != Source::Hand {
            return Err(OF_QUIZ.refuse(format!("grade item {} gets its grades from a quiz", item.id)));
        }
        if let Some(points) = input.points {
            check_points(&at(place, "points"), points, item::terms(txn, &item)?.max)?;
        }
        let edit = Edit { user: input.user, item, to: To::Given(input.points), reason: Reason::default() };
        if edits.iter().any(|other| other.user == edit.user && other.item.id == edit.item.id) {
            return Err(invalid(at(place, "item"), "is graded twice for this learner"));
        }
        edits.push(edit);
    }
    let before = match grades {
        [one] => entry::of(txn, course, one.user, one.item)?.given.map(|given| given.points),
        _ => None,
    };
    let changed = apply(txn, actor, course, edits)?;
    if changed > 0 {
        let subject = match grades {
            [one] => format!("user {}", one.user),
            many => format!("{} learners", many.len()),
        };
        let detail = match grades {
            [one] => format!("grade item {}: {} to {}", one.item, shown(before), shown(one.points)),
            many => format!("{changed} of {} grades changed", many.len()),
        };
        audit::note(txn, actor, "grade.set", Some(course), subject, detail)?;
    }
    Ok(changed)
}

/// A change of one learner's grade of one item.
#[derive(Debug)]
pub(super) struct Edit {
    /// The learner.
    pub(super) user: UserId,
    /// The item.
    pub(super) item: Arc<GradeItem>,
    /// To what.
    pub(super) to: To,
    /// Why.
    pub(super) reason: Reason,
}

/// What a grade is changed to.
#[derive(Debug, Clone, Copy)]
pub(super) enum To {
    /// A grade by hand, or none.
    Given(Option<Decimal>),
    /// An override, or none.
    Overridden(Option<Decimal>),
    /// Left out, or not.
    Excluded(bool),
}

/// What is changed beside the grade by hand, of an item or a category.
#[derive(Debug, Clone, Copy)]
enum Special {
    Overridden(Option<Decimal>),
    Excluded(bool),
}

impl Special {
    /// Is it more than taking something back?
    const fn gives(self) -> bool {
        match self {
            Self::Overridden(value) => value.is_some(),
            Self::Excluded(excluded) => excluded,
        }
    }
}

impl From<Special> for To {
    fn from(special: Special) -> Self {
        match special {
            Special::Overridden(value) => Self::Overridden(value),
            Special::Excluded(excluded) => Self::Excluded(excluded),
        }
    }
}

/// An exclusion as history keeps it.
const fn flag(excluded: bool) -> Decimal {
    if excluded { Decimal::ONE } else { Decimal::ZERO }
}

fn standing_value(overridden: Option<&Override>) -> Option<Decimal> {
    overridden.map(|overridden| overridden.value)
}

/// Carries edits out that were checked: history, grades, totals. Says how many changed something.
pub(super) fn apply(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: CourseId,
    edits: Vec<Edit>,
) -> Result<usize, Refusal> {
    let mut by_learner: BTreeMap<UserId, Vec<(Arc<GradeItem>, Grade)>> = BTreeMap::new();
    let mut told = Vec::new();
    let mut changed = 0;
    for edit in edits {
        let old = entry::of(txn, course, edit.user, edit.item.id)?;
        let max = item::terms(txn, &edit.item)?.max;
        let mut new = old.as_ref().clone();
        let step: Step = match edit.to {
            To::Given(points) => {
                new.given = points.map(|points| Given { points, of: None });
                (What::Grade, old.given.map(|given| given.points), points)
            }
            To::Overridden(value) => {
                new.overridden = overriding(actor, value, &edit.reason);
                (What::Override, old.points(max), value)
            }
            To::Excluded(excluded) => {
                new.excluded = excluded;
                (What::Exclusion, Some(flag(old.excluded)), Some(flag(excluded)))
            }
        };
        let same = match edit.to {
            // An override with the points that were computed is one.
            To::Overridden(value) => is_overridden(old.overridden.as_ref(), value, &edit.reason),
            To::Excluded(excluded) => {
                let at = (course, edit.user, Node::Item(edit.item.id));
                is_excluded(txn, at, (old.excluded, excluded), &edit.reason)?
            }
            To::Given(_) => step.1 == step.2,
        };
        if same {
            continue;
        }
        changed += 1;
        history::keep(txn, actor, (course, edit.user, Node::Item(edit.item.id)), step, &edit.reason)?;
        if let Some(points) = new.points(max).filter(|points| old.points(max) != Some(*points)) {
            told.push((edit.user, edit.item.clone(), points, max));
        }
        by_learner.entry(edit.user).or_default().push((edit.item, new));
    }
    for (user, grades) in by_learner {
        entry::store(txn, course, user, grades)?;
    }
    let course = course::get(txn, course)?;
    for (user, item, points, max) in told {
        own::tell(txn, &course, user, actor.now, &Event::Graded { item: &item, points, max })?;
    }
    Ok(changed)
}

fn overriding(actor: &Actor, value: Option<Decimal>, reason: &Reason) -> Option<Override> {
    value.map(|value| Override { value, by: actor.user, at: actor.now, reason: reason.clone() })
}

/// Does it stand so, for this reason? Learners read it, so another one is a change.
fn is_overridden(old: Option<&Override>, value: Option<Decimal>, reason: &Reason) -> bool {
    standing_value(old) == value && old.is_none_or(|old| old.reason == *reason)
}

/// Is it left out or not as it was, for this reason?
fn is_excluded(
    read: &impl Read,
    at: (CourseId, UserId, Node),
    (before, after): (bool, bool),
    reason: &Reason,
) -> Result<bool, StoreError> {
    Ok(before == after && (!after || history::why_excluded(read, at)? == *reason))
}

fn shown(value: Option<Decimal>) -> String {
    value.map_or_else(|| "none".to_owned(), |value| value.to_string())
}

/// Puts a value instead of a grade or total; `None` takes the override away, and what was computed stands again.
pub fn override_with(
    txn: &mut Txn<'_>,
    actor: &Actor,
    (course, user, node): (CourseId, UserId, Node),
    value: Option<Decimal>,
    reason: &str,
    check: impl FnOnce(u32) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let reason = Reason::parse("/reason", reason)?;
    edit(txn, actor, (course, user, node), Special::Overridden(value), reason, check)
}

/// Refuses an override that an item or a category cannot have.
fn check_override(read: &impl Read, course: CourseId, node: Node, value: Decimal) -> Result<(), Refusal> {
    match node {
        Node::Item(id) => match item::get(read, course, id) {
            Ok(item) => check_points("/value", value, item::terms(read, &item)?.max),
            // Said behind what is wrong with the learner.
            Err(_) => Ok(()),
        },
        Node::Category(_) if value.is_negative() || value > Decimal::from_int(MOST_PERCENT) => {
            Err(invalid("/value", format!("is not a percentage between 0 and {MOST_PERCENT}")))
        }
        Node::Category(_) => Ok(()),
    }
}

/// Leaves a grade or total out of everything above it, or takes it in again.
pub fn exclude(
    txn: &mut Txn<'_>,
    actor: &Actor,
    (course, user, node): (CourseId, UserId, Node),
    input: &ExclusionInput,
    check: impl FnOnce(u32) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let reason = Reason::parse("/reason", &input.reason)?;
    edit(txn, actor, (course, user, node), Special::Excluded(input.excluded), reason, check)
}

fn edit(
    txn: &mut Txn<'_>,
    actor: &Actor,
    (course, user, node): (CourseId, UserId, Node),
    to: Special,
    reason: Reason,
    check: impl FnOnce(u32) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    require(txn, actor, Permission::EditGrades, course)?;
    if let Special::Overridden(Some(value)) = to {
        check_override(txn, course, node, value)?;
    }
    check_graded(txn, course, user, to.gives())?;
    let why = reason.as_str().to_owned();
    let (changed, before) = match node {
        Node::Item(id) => {
            let item = item::get(txn, course, id)?;
            let old = entry::of(txn, course, user, id)?;
            check(old.revision)?;
            let before = old.points(item::terms(txn, &item)?.max);
            (apply(txn, actor, course, vec![Edit { user, item, to: to.into(), reason }])? > 0, before)
        }
        Node::Category(id) => {
            let category = category::get(txn, course, id)?;
            if category.parent.is_none() && matches!(to, Special::Excluded(true)) {
                let problem = "is true, but the course's own total is part of nothing";
                return Err(invalid("/excluded", problem));
            }
            let old = total::of(txn, course, user, id)?;
            check(old.revision)?;
            let mut new = old.as_ref().clone();
            let overridden = standing_value(old.overridden.as_ref());
            let before = match (to, overridden) {
                (Special::Excluded(_), _) | (_, Some(_)) => overridden,
                _ => total::computed(txn, &category, &old)?.and_then(Points::percentage),
            };
            let step: Step = match to {
                Special::Excluded(excluded) => {
                    new.excluded = excluded;
                    (What::Exclusion, Some(flag(old.excluded)), Some(flag(excluded)))
                }
                Special::Overridden(value) => {
                    new.overridden = overriding(actor, value, &reason);
                    (What::Override, before, value)
                }
            };
            let changed = match to {
                Special::Excluded(excluded) => {
                    !is_excluded(txn, (course, user, node), (old.excluded, excluded), &reason)?
                }
                Special::Overridden(value) => !is_overridden(old.overridden.as_ref(), value, &reason),
            };
            if changed {
                history::keep(txn, actor, (course, user, node), step, &reason)?;
                new.revision += 1;
                total::replace(txn, &category, new)?;
            }
            (changed, before)
        }
    };
    if changed {
        let (action, detail) = match to {
            Special::Overridden(value) => {
                ("grade.override", format!("from {} to {}: {why}", shown(before), shown(value)))
            }
            Special::Excluded(excluded) => ("grade.exclude", format!("{excluded}: {why}")),
        };
        let subject = format!("user {user}, {node}");
        audit::note(txn, actor, action, Some(course), subject, detail)?;
    }
    Ok(())
}

/// A total as its `If-Match` sees it, with what the children make.
pub fn total(
    read: &impl Read,
    actor: &Actor,
    course: CourseId,
    user: UserId,
    id: GradeCategoryId,
) -> Result<(Arc<Total>, Option<Points>), Refusal> {
    require(read, actor, Permission::ViewGrades, course)?;
    enrolled(read, course, user)?;
    let category = category::get(read, course, id)?;
    let total = total::of(read, course, user, id)?;
    let computed = total::computed(read, &category, &total)?;
    Ok((total, computed))
}
