//! A course's whole tree in memory, and what it makes of one learner's grades: a pure recomputation, from the grades
//! alone or believing stored totals whose stamps are right.

use std::sync::Arc;

use super::calc::{Aggregate, Points, Terms, Value};
use super::category::{self, GradeCategory, Node, Visibility};
use super::gradebook::{self, Gradebook};
use super::item::{GradeItem, Source};
use super::total::{Ledger, full_of, standing_of, total_of, value_of};
use crate::clock::Timestamp;
use crate::domain::attempt::review;
use crate::domain::decimal::Decimal;
use crate::domain::ids::{CourseId, UserId};
use crate::domain::quiz::{Moment, Quiz};
use crate::domain::refusal::Refusal;
use crate::store::{Read, StoreError};

/// A category with what is in it, in the order of its children.
#[derive(Debug, Clone)]
pub struct Branch {
    /// The category.
    pub category: Arc<GradeCategory>,
    /// What is in it.
    pub twigs: Vec<Twig>,
}

/// A child of a branch.
#[derive(Debug, Clone)]
pub enum Twig {
    /// An item.
    Item(Arc<GradeItem>),
    /// A category.
    Category(Branch),
}

/// A course's gradebook with its tree.
#[derive(Debug, Clone)]
pub struct Tree {
    /// The gradebook.
    pub gradebook: Arc<Gradebook>,
    /// The course's own category.
    pub root: Branch,
}

impl Tree {
    /// Reads it; `None` before anything was put into the gradebook.
    pub fn of(read: &impl Read, course: CourseId) -> Result<Option<Self>, StoreError> {
        let Some(gradebook) = gradebook::find(read, course)? else { return Ok(None) };
        let root = branch(read, category::expect(read, course, gradebook.root)?)?;
        Ok(Some(Self { gradebook, root }))
    }

    /// Takes out the items of drafts in which this learner has no grade: for them these are not there.
    pub fn without_drafts(&mut self, ledger: &Ledger) {
        self.root.drop_drafts(ledger);
    }

    /// Hides the items of quizzes whose marks this learner may not see now, by the quiz's own rules of review. When the
    /// first of them is seen, or seen no more, by itself.
    pub fn conceal_unreviewed(
        &mut self,
        read: &impl Read,
        user: UserId,
        now: Timestamp,
    ) -> Result<Timestamp, Refusal> {
        self.root.conceal_unreviewed(read, user, now)
    }

    /// All items in the order of the tree.
    pub fn items(&self) -> Vec<(Arc<GradeItem>, Terms)> {
        let mut items = Vec::new();
        self.root.collect_items(&mut items);
        items
    }

    /// All categories in the order of the tree, each before what is in it.
    pub fn categories(&self) -> Vec<Arc<GradeCategory>> {
        let mut categories = Vec::new();
        self.root.collect_categories(&mut categories);
        categories
    }
}

/// Hides the item of a quiz whose marks this learner may not see now. When that changes by itself.
fn conceal_unless_reviewed(
    item: &mut Arc<GradeItem>,
    read: &impl Read,
    user: UserId,
    now: Timestamp,
) -> Result<Timestamp, Refusal> {
    if let Source::Quiz(quiz) = item.source
        && !item.visibility.hides(now)
        && let Some(quiz) = read.get::<Quiz>(&quiz)?
    {
        let closed = review::closed_for(read, &quiz, user, now)?;
        let seen = quiz.review.at(Moment::of_finished(closed, now)).marks;
        let turn = closed.filter(|closed| now < *closed && quiz.review.after_close.marks != seen);
        if !seen {
            Arc::make_mut(item).visibility = turn.map_or(Visibility::Hidden, Visibility::HiddenUntil);
        }
        return Ok(turn.unwrap_or(Timestamp::MAX));
    }
    Ok(Timestamp::MAX)
}

fn branch(read: &impl Read, category: Arc<GradeCategory>) -> Result<Branch, StoreError> {
    let twig = |node: Node| match node {
        Node::Item(id) => read
            .get::<GradeItem>(&(category.course, id))?
            .map(Twig::Item)
            .ok_or_else(|| StoreError::Defect(format!("grade item {id} is missing"))),
        Node::Category(id) => Ok(Twig::Category(branch(read, category::expect(read, category.course, id)?)?)),
    };
    let twigs = category.children.iter().map(|child| twig(child.node)).collect::<Result<_, _>>()?;
    Ok(Branch { category, twigs })
}

/// What one learner has in a category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What each child brought.
    pub values: Vec<Value>,
    /// What they make, and what became of each.
    pub aggregate: Aggregate,
    /// What stands: the override before what they make.
    pub standing: Option<Points>,
    /// What the category above gets.
    pub value: Value,
    /// What this learner could reach with no grade missing.
    pub full: Decimal,
    /// The same for the categories in it, in their order.
    pub below: Vec<Outcome>,
}

impl Branch {
    fn collect_items(&self, items: &mut Vec<(Arc<GradeItem>, Terms)>) {
        for (twig, child) in self.twigs.iter().zip(&self.category.children) {
            match twig {
                Twig::Item(item) => items.push((item.clone(), child.terms)),
                Twig::Category(branch) => branch.collect_items(items),
            }
        }
    }

    fn collect_categories(&self, categories: &mut Vec<Arc<GradeCategory>>) {
        categories.push(self.category.clone());
        for twig in &self.twigs {
            if let Twig::Category(branch) = twig {
                branch.collect_categories(categories);
            }
        }
    }

    fn drop_drafts(&mut self, ledger: &Ledger) {
        let mut stays = Vec::with_capacity(self.twigs.len());
        for (twig, child) in self.twigs.iter_mut().zip(&self.category.children) {
            stays.push(match twig {
                Twig::Category(branch) => {
                    branch.drop_drafts(ledger);
                    true
                }
                Twig::Item(item) => !child.terms.draft || ledger.points(item.id, child.terms.max).is_some(),
            });
        }
        if stays.contains(&false) {
            let (mut twigs, mut children) = (stays.iter(), stays.iter());
            self.twigs.retain(|_| twigs.next() != Some(&false));
            Arc::make_mut(&mut self.category).children.retain(|_| children.next() != Some(&false));
        }
    }

    fn conceal_unreviewed(
        &mut self,
        read: &impl Read,
        user: UserId,
        now: Timestamp,
    ) -> Result<Timestamp, Refusal> {
        let mut until = Timestamp::MAX;
        for twig in &mut self.twigs {
            until = until.min(match twig {
                Twig::Category(branch) => branch.conceal_unreviewed(read, user, now)?,
                Twig::Item(item) => conceal_unless_reviewed(item, read, user, now)?,
            });
        }
        Ok(until)
    }

    /// Does it hold anything that learners do not see now?
    pub fn conceals(&self, now: Timestamp) -> bool {
        self.twigs.iter().any(|twig| match twig {
            Twig::Item(item) => item.visibility.hides(now),
            Twig::Category(branch) => branch.category.visibility.hides(now) || branch.conceals(now),
        })
    }

    /// What a learner has here, from grades, overrides and exclusions alone; no stored total is believed.
    pub fn outcome(&self, ledger: &Ledger) -> Outcome {
        let mut below = Vec::new();
        let mut values = Vec::with_capacity(self.twigs.len());
        for (twig, child) in self.twigs.iter().zip(&self.category.children) {
            values.push(match twig {
                Twig::Item(item) => {
                    ledger.grades.get(&item.id).map_or(Value::Empty, |grade| grade.value(child.terms.max))
                }
                Twig::Category(branch) => {
                    let outcome = branch.outcome(ledger);
                    let value = outcome.value;
                    below.push(outcome);
                    value
                }
            });
        }
        let aggregate = total_of(&self.category, &values);
        let total = ledger.totals.get(&self.category.id);
        let standing = standing_of(&self.category, total, &values, aggregate.total);
        let value = value_of(&self.category, total, &values, aggregate.total);
        let full = full_of(&self.category, &values);
        Outcome { values, aggregate, standing, value, full, below }
    }
}
