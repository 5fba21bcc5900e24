//! Copying a gradebook into another course: letters, categories and items with their terms, without anybody's grades.

use super::calc::{Terms, full_max};
use super::category::{self, CATEGORIES, Child, FULL, GradeCategory, MOST_CATEGORIES, Node, Visibility};
use super::gradebook::{self, Gradebook};
use super::item::{self, GradeItem, OfQuiz, Source, Standing};
use super::tree::Tree;
use crate::clock::Timestamp;
use crate::domain::copying::{self, Budget, Passage};
use crate::domain::ids::{CourseId, GradeCategoryId, GradeItemId, QuizId};
use crate::domain::quiz::Quiz;
use crate::domain::refusal::Refusal;
use crate::store::{Counter, Read as _, StoreError, Txn};

/// Rows of an item: itself, its twin, and the categories above it.
const ITEM_ROWS: usize = 6;

fn later(passage: &Passage, visibility: Visibility) -> Visibility {
    match visibility {
        Visibility::HiddenUntil(until) => Visibility::HiddenUntil(passage.later(until)),
        other => other,
    }
}

/// Copies letters, decimals and all categories: at most a hundred of them.
pub fn categories(txn: &mut Txn<'_>, passage: &Passage, budget: &mut Budget) -> Result<(), Refusal> {
    let Some(old) = Tree::of(txn, passage.from)? else { return Ok(()) };
    let new = gradebook::ensure(txn, passage.to)?;
    txn.put(Gradebook {
        scale: old.gradebook.scale.clone(),
        decimals: old.gradebook.decimals,
        revision: new.revision + 1,
        ..(*new).clone()
    })?;
    let categories = old.categories();
    budget.spend(3 * categories.len(), 0);
    for category in categories {
        let id = match category.parent {
            None => {
                let root = category::get(txn, passage.to, new.root)?;
                category::put_changed(
                    txn,
                    GradeCategory {
                        name: category.name.clone(),
                        rules: category.rules,
                        visibility: later(passage, category.visibility),
                        revision: root.revision + 1,
                        ..(*root).clone()
                    },
                )?;
                new.root
            }
            Some(parent) => category_below(txn, passage, parent, &category)?,
        };
        copying::pair(txn, passage.to, category.id, id)?;
    }
    Ok(())
}

/// Copies a category, whose parent was copied before.
fn category_below(
    txn: &mut Txn<'_>,
    passage: &Passage,
    parent: GradeCategoryId,
    old: &GradeCategory,
) -> Result<GradeCategoryId, Refusal> {
    let course = passage.to;
    if txn.counter(&Counter::new(CATEGORIES, &course))? >= MOST_CATEGORIES {
        return Err(FULL.refuse_whole(format!("the course has {MOST_CATEGORIES} grade categories already")));
    }
    let node = Node::Category(old.id);
    let terms = category::expect(txn, passage.from, parent)?
        .terms_of(node)
        .ok_or_else(|| StoreError::Defect(format!("{node} is not in its parent")))?;
    let above = match copying::twin(txn, course, parent)? {
        Some(twin) => twin,
        None => gradebook::ensure(txn, course)?.root,
    };
    let id: GradeCategoryId = txn.new_id()?;
    let full_max = full_max(old.rules, &[]);
    category::hang(
        txn,
        course,
        "",
        above,
        Child { node: Node::Category(id), terms: Terms { max: full_max, ..terms } },
    )?;
    txn.put(GradeCategory {
        course,
        id,
        parent: Some(above),
        name: old.name.clone(),
        rules: old.rules,
        visibility: later(passage, old.visibility),
        children: Vec::new(),
        full_max,
        stamp: 1,
        revision: 1,
    })?;
    Ok(id)
}

/// Makes the item of a copied quiz, with what the item of the old one had.
pub fn quiz_item(
    txn: &mut Txn<'_>,
    passage: &Passage,
    old: QuizId,
    new: &Quiz,
    now: Timestamp,
) -> Result<(), Refusal> {
    let says = OfQuiz::from(new);
    let Some(known) = item::of_quiz(txn, old)? else {
        return item::make_of_quiz(txn, passage.to, says, Standing::default(), now).map(drop);
    };
    let terms = item::terms(txn, &known)?;
    let standing = Standing {
        category: copying::twin(txn, passage.to, known.category)?,
        weight: terms.weight,
        extra_credit: terms.extra_credit,
        visibility: later(passage, known.visibility),
    };
    let item = item::make_of_quiz(txn, passage.to, says, standing, now)?;
    Ok(copying::pair(txn, passage.to, known.id, item)?)
}

/// Copies some items that are graded by hand, behind `after`; the last one looked at, or `None` when that were all.
pub fn hand_items(
    txn: &mut Txn<'_>,
    passage: &Passage,
    after: Option<GradeItemId>,
    budget: &mut Budget,
) -> Result<Option<GradeItemId>, Refusal> {
    let batch = budget.batch(ITEM_ROWS);
    let after = after.map(|item| (passage.from, item));
    let page = txn.list::<GradeItem>(&(passage.from,), after.as_ref(), batch)?;
    for old in page.iter().filter(|old| old.source == Source::Hand) {
        let terms = item::terms(txn, old)?;
        let twin = copying::twin(txn, passage.to, old.category)?;
        let category = category::named_or_root(txn, passage.to, "/category", twin)?;
        let visibility = later(passage, old.visibility);
        let new =
            item::make(txn, passage.to, ("", category), old.name.clone(), Source::Hand, visibility, terms)?;
        copying::pair(txn, passage.to, old.id, new.id)?;
    }
    budget.spend(ITEM_ROWS * page.len(), 0);
    Ok(page.last().map(|item| item.id).filter(|_| page.len() == batch))
}

/// Puts what was copied into the order of the old course: quizzes and hand-made items came one after the other.
pub fn order(txn: &mut Txn<'_>, passage: &Passage, budget: &mut Budget) -> Result<(), Refusal> {
    let old = txn.list::<GradeCategory>(&(passage.from,), None, usize::MAX)?;
    budget.spend(3 * old.len(), 0);
    for old in old {
        let Some(id) = copying::twin(txn, passage.to, old.id)? else { continue };
        let mut order = Vec::with_capacity(old.children.len());
        for child in &old.children {
            order.extend(node_twin(txn, passage.to, child.node)?);
        }
        let Some(new) = txn.get::<GradeCategory>(&(passage.to, id))? else { continue };
        let mut new = (*new).clone();
        // What is not a copy keeps its place behind those that are.
        let place = |child: &Child| order.iter().position(|node| *node == child.node).unwrap_or(usize::MAX);
        if !new.children.is_sorted_by_key(place) {
            new.children.sort_by_key(place);
            category::put_changed(txn, new)?;
        }
    }
    Ok(())
}

fn node_twin(txn: &Txn<'_>, to: CourseId, node: Node) -> Result<Option<Node>, StoreError> {
    Ok(match node {
        Node::Item(id) => copying::twin(txn, to, id)?.map(Node::Item),
        Node::Category(id) => copying::twin(txn, to, id)?.map(Node::Category),
    })
}
