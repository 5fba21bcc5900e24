//! Gradebooks that an older version of the program stored are brought up to date when the server starts, once: which
//! quizzes are drafts, and what can be reached in each category. Stored totals of before are not believed anyway.

use std::collections::HashSet;
use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use super::calc::full_max_of_all;
use super::category::{self, GradeCategory, Node};
use super::gradebook::Gradebook;
use super::item::{GradeItem, Source};
use super::tree::Tree;
use crate::domain::ids::{CourseId, GradeCategoryId, GradeItemId};
use crate::domain::quiz::Quiz;
use crate::domain::refusal::Refusal;
use crate::store::{Class, Read, Record, Store, StoreError, Table, Txn};

/// Grows whenever what a category keeps of its children is worked out in another way.
const TODAY: u8 = 1;

/// Up to which way of working it out all gradebooks are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// Which.
    pub way: u8,
}

impl Record for Settled {
    const TABLE: Table = Table { tag: 117, name: "gradebooks settled" };
    const VERSION: u8 = 1;
    type Key = u8;

    fn key(&self) -> u8 {
        0
    }
}

/// Are all gradebooks as this version of the program makes them?
pub(super) fn is_settled(read: &impl Read) -> Result<bool, StoreError> {
    Ok(read.get::<Settled>(&0)?.is_some_and(|settled| settled.way == TODAY))
}

/// Brings all gradebooks up to date, a course at a time. One that was cut off begins anew: what is right stays as it is.
pub fn settle(store: &Store) -> Result<(), Refusal> {
    if store.read(|read| is_settled(read))? {
        return Ok(());
    }
    let mut courses: Vec<CourseId> = Vec::new();
    store.read(|read| {
        read.each::<Gradebook>(&(), |gradebook| {
            courses.push(gradebook.course);
            Ok(ControlFlow::Continue(()))
        })
    })?;
    for course in courses {
        store.write_blocking(Class::Bulk, move |txn| settle_course(txn, course))?;
    }
    store.write_blocking(Class::Bulk, |txn| Ok(txn.put(Settled { way: TODAY })?))
}

/// A hundred categories at most, each written once.
pub(super) fn settle_course(txn: &mut Txn<'_>, course: CourseId) -> Result<(), Refusal> {
    let Some(tree) = Tree::of(txn, course)? else { return Ok(()) };
    let mut moved: HashSet<GradeCategoryId> = HashSet::new();
    // What stands deeper comes first.
    for known in tree.categories().iter().rev() {
        let mut category = known.as_ref().clone();
        let mut below_moved = false;
        for child in &mut category.children {
            match child.node {
                Node::Item(id) => child.terms.draft = is_draft(txn, course, id)?.unwrap_or(child.terms.draft),
                Node::Category(id) => {
                    child.terms.max = category::expect(txn, course, id)?.full_max;
                    below_moved |= moved.contains(&id);
                }
            }
        }
        category.full_max =
            full_max_of_all(category.rules, category.children.iter().map(|child| child.terms));
        if below_moved || category != **known {
            moved.insert(category.id);
            category.stamp += 1;
            txn.put::<GradeCategory>(category)?;
        }
    }
    Ok(())
}

/// Is an item one of a quiz that is not published? `None` when no quiz says so.
pub(super) fn is_draft(
    read: &impl Read,
    course: CourseId,
    item: GradeItemId,
) -> Result<Option<bool>, StoreError> {
    let Some(item) = read.get::<GradeItem>(&(course, item))? else { return Ok(None) };
    let Source::Quiz(quiz) = item.source else { return Ok(Some(false)) };
    Ok(read.get::<Quiz>(&quiz)?.map(|quiz| !quiz.published))
}
