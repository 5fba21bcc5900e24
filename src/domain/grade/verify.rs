//! Recomputes every total from the grades and every tree from its items, and names each difference.

use std::collections::HashSet;
use std::ops::ControlFlow;

use super::calc::full_max_of_all;
use super::category::{GradeCategory, Node};
use super::gradebook::Gradebook;
use super::item::GradeItem;
use super::settle;
use super::total::{Ledger, Total};
use super::tree::{Branch, Outcome, Tree, Twig};
use crate::domain::ids::UserId;
use crate::store::{Read, Record, Report, Store, StoreError, key};

/// Checks all gradebooks. Holds back commits: for a store that nobody uses.
pub fn verify(store: &Store, report: &mut Report) -> Result<(), StoreError> {
    store.read(|read| check(read, report))
}

fn check(read: &impl Read, report: &mut Report) -> Result<(), StoreError> {
    let mut gradebooks: Vec<Gradebook> = Vec::new();
    read.each::<Gradebook>(&(), |gradebook| {
        gradebooks.push(gradebook);
        Ok(ControlFlow::Continue(()))
    })?;
    // What an older version stored is brought up to date when the server starts.
    let settled = settle::is_settled(read)?;
    for gradebook in gradebooks {
        let row = row_of(&gradebook);
        match Tree::of(read, gradebook.course) {
            Ok(Some(tree)) => {
                let mut seen = HashSet::new();
                shape(&tree.root, report, &mut seen);
                if settled {
                    kept(read, &tree, report)?;
                }
                strays(read, &tree, &seen, report)?;
                totals(read, &tree, report)?;
            }
            Ok(None) => {}
            Err(error) => report.differ(Gradebook::TABLE.name, &row, error.to_string()),
        }
    }
    Ok(())
}

fn row_of<R: Record>(record: &R) -> Vec<u8> {
    let mut row = vec![R::TABLE.tag];
    row.extend(key::encode(&record.key()));
    row
}

/// Children name their parents, parents know the maxima of categories in them.
fn shape(branch: &Branch, report: &mut Report, seen: &mut HashSet<Node>) {
    let category = branch.category.as_ref();
    let row = row_of(category);
    let table = GradeCategory::TABLE.name;
    seen.insert(Node::Category(category.id));
    for (twig, child) in branch.twigs.iter().zip(&category.children) {
        match twig {
            Twig::Item(item) => {
                if item.category != category.id || !seen.insert(Node::Item(item.id)) {
                    report.differ(GradeItem::TABLE.name, &row_of(item.as_ref()), "two categories hold it");
                }
            }
            Twig::Category(below) => {
                if below.category.parent != Some(category.id) {
                    report.differ(table, &row_of(below.category.as_ref()), "it names another parent");
                }
                if below.category.full_max != child.terms.max {
                    report.differ(table, &row, format!("it has another maximum of {}", child.node));
                }
                shape(below, report, seen);
            }
        }
    }
}

/// What categories keep of their children is what those make and what their quizzes say.
fn kept(read: &impl Read, tree: &Tree, report: &mut Report) -> Result<(), StoreError> {
    for category in tree.categories() {
        let (table, row) = (GradeCategory::TABLE.name, row_of(category.as_ref()));
        let terms = category.children.iter().map(|child| child.terms);
        if full_max_of_all(category.rules, terms) != category.full_max {
            report.differ(table, &row, "its full maximum is not what its children make");
        }
        for child in &category.children {
            if let Node::Item(id) = child.node
                && settle::is_draft(read, category.course, id)?
                    .is_some_and(|draft| draft != child.terms.draft)
            {
                report.differ(table, &row, format!("it has another word than the quiz on {}", child.node));
            }
        }
    }
    Ok(())
}

/// Items and categories that the tree does not reach.
fn strays(
    read: &impl Read,
    tree: &Tree,
    seen: &HashSet<Node>,
    report: &mut Report,
) -> Result<(), StoreError> {
    let course = tree.gradebook.course;
    read.each::<GradeItem>(&(course,), |item| {
        if !seen.contains(&Node::Item(item.id)) {
            report.differ(GradeItem::TABLE.name, &row_of(&item), "no category holds it");
        }
        Ok(ControlFlow::Continue(()))
    })?;
    read.each::<GradeCategory>(&(course,), |category| {
        if !seen.contains(&Node::Category(category.id)) {
            report.differ(GradeCategory::TABLE.name, &row_of(&category), "no category holds it");
        }
        Ok(ControlFlow::Continue(()))
    })
}

/// Every stored total whose stamp is right is what the learner's grades make.
fn totals(read: &impl Read, tree: &Tree, report: &mut Report) -> Result<(), StoreError> {
    let course = tree.gradebook.course;
    let mut users: Vec<UserId> = Vec::new();
    read.each::<Total>(&(course,), |total| {
        if users.last() != Some(&total.user) {
            users.push(total.user);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    for user in users {
        let ledger = Ledger::of(read, course, user)?;
        report.totals += u64::try_from(ledger.totals.len()).unwrap_or_default();
        compare(&tree.root, &tree.root.outcome(&ledger), &ledger, report);
    }
    Ok(())
}

fn compare(branch: &Branch, outcome: &Outcome, ledger: &Ledger, report: &mut Report) {
    if let Some(total) = ledger.totals.get(&branch.category.id)
        && total.is_fresh(&branch.category)
        && (total.values != outcome.values || total.computed != outcome.aggregate.total)
    {
        let problem = format!("it says {:?}, the grades make {:?}", total.computed, outcome.aggregate.total);
        report.differ(Total::TABLE.name, &row_of(total), problem);
    }
    let below = branch.twigs.iter().filter_map(|twig| match twig {
        Twig::Category(below) => Some(below),
        Twig::Item(_) => None,
    });
    for (below, outcome) in below.zip(&outcome.below) {
        compare(below, outcome, ledger, report);
    }
}
