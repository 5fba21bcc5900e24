//! Changing the tree: items and categories are made, changed, moved, ordered, released and removed. Every change is
//! right for everybody at once, because it moves the stamps of the categories above it.

use std::collections::HashSet;
use std::sync::Arc;

use serde::Deserialize;

use super::calc::{EmptyGrades, Method, Rules, Terms};
use super::category::{
    self, CATEGORIES, Child, FULL, GradeCategory, MOST_CATEGORIES, NOT_EMPTY, NOT_THERE, Name, Node,
    Visibility,
};
use super::gradebook::{self, Gradebook};
use super::item::{self, GradeItem, OF_QUIZ, Source};
use super::scale::{Decimals, Letter, Scale};
use crate::domain::access::{self, Actor, Permission, Scope};
use crate::domain::decimal::Decimal;
use crate::domain::faults::together;
use crate::domain::ids::{CourseId, GradeCategoryId, GradeItemId};
use crate::domain::refusal::{Refusal, invalid};
use crate::domain::{audit, course};
use crate::store::{Counter, Read, Txn};

/// A grade item from the outside. What is absent stays as it is, or gets the default when the item is new.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GradeItemInput {
    /// 1 to 200 characters; needed when it is new. A quiz's item has the quiz's.
    pub name: Option<String>,
    /// The category it is in; the course's own when it is new and nothing is said.
    pub category: Option<GradeCategoryId>,
    /// Its maximum, 0.01 to 100000; needed when it is new. A quiz's item has the quiz's.
    pub max: Option<Decimal>,
    /// Its weight in a weighted mean, 0 to 1000; 1 when it is new. With 0 it does not count, in a sum either.
    pub weight: Option<Decimal>,
    /// It adds to what is reached but not to what can be reached; no when it is new.
    pub extra_credit: Option<bool>,
    /// Do learners see it? Yes when it is new.
    pub visibility: Option<Visibility>,
}

/// A grade category from the outside. What is absent stays as it is, or gets the default when the category is new.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GradeCategoryInput {
    /// 1 to 200 characters; needed when it is new.
    pub name: Option<String>,
    /// The category above; the course's own when it is new and nothing is said.
    pub parent: Option<GradeCategoryId>,
    /// How its children make its total; `sum` when it is new.
    pub method: Option<Method>,
    /// What a missing grade means; `ignored` when it is new.
    pub empty: Option<EmptyGrades>,
    /// How many of the lowest percentages are left out, 0 to 20; none when it is new.
    pub drop_lowest: Option<u8>,
    /// Its weight in a weighted mean, 0 to 1000; 1 when it is new. With 0 it does not count, in a sum either. Not for the
    /// course's own category.
    pub weight: Option<Decimal>,
    /// It adds to what is reached but not to what can be reached; no when it is new. Not for the course's own.
    pub extra_credit: Option<bool>,
    /// Do learners see it and what is in it? Yes when it is new.
    pub visibility: Option<Visibility>,
}

/// How grades of a course are shown, from the outside.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ScaleInput {
    /// Letters, best first; the last begins at 0 %.
    pub letters: Vec<Letter>,
    /// Digits behind the point, 0 to 5; 2 when absent.
    pub decimals: Option<u8>,
}

/// A [`GradeItemInput`] whose form is right.
#[derive(Debug, Clone)]
pub struct ItemFacts {
    name: Option<Name>,
    category: Option<GradeCategoryId>,
    max: Option<Decimal>,
    weight: Option<Decimal>,
    extra_credit: Option<bool>,
    visibility: Option<Visibility>,
}

impl GradeItemInput {
    /// Checks the form.
    pub fn parse(self) -> Result<ItemFacts, Refusal> {
        let (name, max, weight) = together((
            self.name.map(|name| Name::parse("/name", &name)).transpose(),
            self.max.map(|max| item::parse_max("/max", max)).transpose(),
            self.weight.map(|weight| category::parse_weight("/weight", weight)).transpose(),
        ))?;
        let Self { category, extra_credit, visibility, .. } = self;
        Ok(ItemFacts { name, category, max, weight, extra_credit, visibility })
    }

    /// Checks the form of something new, which needs a name and a maximum.
    pub fn parse_new(self) -> Result<ItemFacts, Refusal> {
        let name = needed(self.name.as_ref(), "/name").map(drop);
        let max = needed(self.max.as_ref(), "/max").map(drop);
        together((name, max, self.parse())).map(|((), (), facts)| facts)
    }
}

/// A [`GradeCategoryInput`] whose form is right.
#[derive(Debug, Clone)]
pub struct CategoryFacts {
    name: Option<Name>,
    parent: Option<GradeCategoryId>,
    method: Option<Method>,
    empty: Option<EmptyGrades>,
    drop_lowest: Option<u8>,
    weight: Option<Decimal>,
    extra_credit: Option<bool>,
    visibility: Option<Visibility>,
}

impl GradeCategoryInput {
    /// Checks the form.
    pub fn parse(self) -> Result<CategoryFacts, Refusal> {
        let (name, drop_lowest, weight) = together((
            self.name.map(|name| Name::parse("/name", &name)).transpose(),
            self.drop_lowest.map(|count| category::parse_drop_lowest("/drop_lowest", count)).transpose(),
            self.weight.map(|weight| category::parse_weight("/weight", weight)).transpose(),
        ))?;
        let Self { parent, method, empty, extra_credit, visibility, .. } = self;
        Ok(CategoryFacts { name, parent, method, empty, drop_lowest, weight, extra_credit, visibility })
    }
}

impl CategoryFacts {
    fn rules(&self, before: Rules) -> Rules {
        Rules {
            method: self.method.unwrap_or(before.method),
            empty: self.empty.unwrap_or(before.empty),
            drop_lowest: self.drop_lowest.unwrap_or(before.drop_lowest),
        }
    }

    fn terms(&self, before: Terms) -> Terms {
        Terms {
            weight: self.weight.unwrap_or(before.weight),
            extra_credit: self.extra_credit.unwrap_or(before.extra_credit),
            ..before
        }
    }
}

/// A [`ScaleInput`] whose form is right.
#[derive(Debug, Clone)]
pub struct ScaleFacts {
    scale: Scale,
    decimals: Decimals,
}

impl ScaleInput {
    /// Checks the form.
    pub fn parse(self) -> Result<ScaleFacts, Refusal> {
        let (scale, decimals) = together((
            Scale::parse("/letters", self.letters),
            self.decimals.map_or(Ok(Decimals::default()), |digits| Decimals::parse("/decimals", digits)),
        ))?;
        Ok(ScaleFacts { scale, decimals })
    }
}

/// Refuses unless the actor has the right in a course that exists.
pub fn require(
    read: &impl Read,
    actor: &Actor,
    permission: Permission,
    course: CourseId,
) -> Result<(), Refusal> {
    access::require(read, actor, permission, Scope::Course(course))?;
    course::get(read, course).map(drop)
}

fn needed<T>(value: Option<T>, at: &str) -> Result<T, Refusal> {
    value.ok_or_else(|| invalid(at, "is needed for something new"))
}

/// Makes an item that is graded by hand, at the end of its category.
pub fn add_item(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: CourseId,
    facts: ItemFacts,
) -> Result<GradeItem, Refusal> {
    require(txn, actor, Permission::EditGrades, course)?;
    let name = needed(facts.name, "/name")?;
    let terms = Terms {
        weight: facts.weight.unwrap_or(Decimal::ONE),
        max: needed(facts.max, "/max")?,
        extra_credit: facts.extra_credit.unwrap_or(false),
        draft: false,
    };
    let category = category::named_or_root(txn, course, "/category", facts.category)?;
    let visibility = facts.visibility.unwrap_or(Visibility::Visible);
    let item = item::make(txn, course, ("/category", category), name, Source::Hand, visibility, terms)?;
    let detail = format!("{} of {}", item.name.as_str(), terms.max);
    audit::note(txn, actor, "grade.item.add", Some(course), format!("grade item {}", item.id), detail)?;
    Ok(item)
}

/// Changes an item, and moves it when another category is named. `check` gets the revision found.
pub fn change_item(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: CourseId,
    id: GradeItemId,
    check: impl FnOnce(u32) -> Result<(), Refusal>,
    facts: ItemFacts,
) -> Result<GradeItem, Refusal> {
    require(txn, actor, Permission::EditGrades, course)?;
    let before = item::get(txn, course, id)?;
    check(before.revision)?;
    let old = item::terms(txn, &before)?;
    let terms = Terms {
        weight: facts.weight.unwrap_or(old.weight),
        max: facts.max.unwrap_or(old.max),
        extra_credit: facts.extra_credit.unwrap_or(old.extra_credit),
        ..old
    };
    let name = facts.name.unwrap_or_else(|| before.name.clone());
    if matches!(before.source, Source::Quiz(_)) && (name != before.name || terms.max != old.max) {
        return Err(OF_QUIZ.refuse("the name and the maximum of this item are its quiz's"));
    }
    let category = match facts.category {
        Some(named) => category::named_or_root(txn, course, "/category", Some(named))?,
        None => before.category,
    };
    let visibility = facts.visibility.unwrap_or(before.visibility);
    let mut after = GradeItem { category, name, visibility, ..before.as_ref().clone() };
    if after == *before && terms == old {
        return Ok(after);
    }
    let child = Child { node: Node::Item(id), terms };
    category::rehang(txn, course, "/category", before.category, category, child)?;
    after.revision += 1;
    txn.put(after.clone())?;
    let detail = format!(
        "{} of {} (weight {}, in {}) to {} of {} (weight {}, in {})",
        before.name.as_str(),
        old.max,
        old.weight,
        before.category,
        after.name.as_str(),
        terms.max,
        terms.weight,
        category
    );
    audit::note(txn, actor, "grade.item.change", Some(course), format!("grade item {id}"), detail)?;
    note_visibility(txn, actor, course, Node::Item(id), before.visibility, visibility)?;
    Ok(after)
}

/// Removes an item that is graded by hand from everybody's totals.
pub fn remove_item(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: CourseId,
    id: GradeItemId,
    check: impl FnOnce(u32) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    require(txn, actor, Permission::EditGrades, course)?;
    let item = item::get(txn, course, id)?;
    check(item.revision)?;
    if matches!(item.source, Source::Quiz(_)) {
        return Err(OF_QUIZ.refuse("this item goes with its quiz"));
    }
    item::take_out(txn, &item)?;
    let detail = item.name.as_str().to_owned();
    audit::note(txn, actor, "grade.item.remove", Some(course), format!("grade item {id}"), detail)
}

/// Makes a category at the end of another.
pub fn add_category(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: CourseId,
    facts: CategoryFacts,
) -> Result<GradeCategory, Refusal> {
    require(txn, actor, Permission::EditGrades, course)?;
    let parent = category::named_or_root(txn, course, "/parent", facts.parent)?;
    if txn.counter(&Counter::new(CATEGORIES, &course))? >= MOST_CATEGORIES {
        return Err(FULL.refuse_whole(format!("the course has {MOST_CATEGORIES} grade categories already")));
    }
    let above = category::get(txn, course, parent)?;
    category::require_room(txn, &above, None)?;
    let rules = facts.rules(Rules { method: Method::Sum, empty: EmptyGrades::Ignored, drop_lowest: 0 });
    let full_max = super::calc::full_max(rules, &[]);
    let terms = Terms { weight: Decimal::ONE, max: full_max, extra_credit: false, draft: false };
    let terms = facts.terms(terms);
    let id: GradeCategoryId = txn.new_id()?;
    let category = GradeCategory {
        course,
        id,
        parent: Some(parent),
        name: needed(facts.name, "/name")?,
        rules,
        visibility: facts.visibility.unwrap_or(Visibility::Visible),
        children: Vec::new(),
        full_max,
        stamp: 1,
        revision: 1,
    };
    category::hang(txn, course, "/parent", parent, Child { node: Node::Category(id), terms })?;
    txn.put(category.clone())?;
    let detail = category.name.as_str().to_owned();
    audit::note(txn, actor, "grade.category.add", Some(course), format!("grade category {id}"), detail)?;
    Ok(category)
}

/// Changes a category, and moves it when another parent is named.
pub fn change_category(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: CourseId,
    id: GradeCategoryId,
    check: impl FnOnce(u32) -> Result<(), Refusal>,
    facts: &CategoryFacts,
) -> Result<Arc<GradeCategory>, Refusal> {
    require(txn, actor, Permission::EditGrades, course)?;
    let before = category::get(txn, course, id)?;
    check(before.revision)?;
    let rules = facts.rules(before.rules);
    let visibility = facts.visibility.unwrap_or(before.visibility);
    let mut after = before.as_ref().clone();
    after.rules = rules;
    after.visibility = visibility;
    after.name = facts.name.clone().unwrap_or(after.name);
    if after == *before && hangs_so(txn, &before, facts)? {
        return Ok(before);
    }
    after.revision += 1;
    let (was, now) = (say_rules(before.rules), say_rules(rules));
    let detail = format!("{} ({was}) to {} ({now})", before.name.as_str(), after.name.as_str());
    if rules == before.rules {
        txn.put(after)?;
    } else {
        category::put_changed(txn, after)?;
    }
    match before.parent {
        Some(parent) => hang_again(txn, course, id, parent, facts)?,
        None if facts.parent.is_some() => {
            return Err(NOT_THERE.refuse("the course's own category stands below nothing"));
        }
        None => {
            let given =
                [("/weight", facts.weight.is_some()), ("/extra_credit", facts.extra_credit.is_some())];
            if let Some((at, _)) = given.iter().find(|(_, given)| *given) {
                return Err(invalid(*at, "has no meaning for the course's own category; leave it out"));
            }
        }
    }
    audit::note(txn, actor, "grade.category.change", Some(course), format!("grade category {id}"), detail)?;
    note_visibility(txn, actor, course, Node::Category(id), before.visibility, visibility)?;
    category::get(txn, course, id)
}

/// Does a category hang where and with what terms it is told to?
fn hangs_so(read: &impl Read, category: &GradeCategory, facts: &CategoryFacts) -> Result<bool, Refusal> {
    if facts.parent.is_some_and(|parent| Some(parent) != category.parent) {
        return Ok(false);
    }
    let Some(parent) = category.parent else {
        return Ok(facts.weight.is_none() && facts.extra_credit.is_none());
    };
    let terms = category::expect(read, category.course, parent)?.terms_of(Node::Category(category.id));
    Ok(terms.is_some_and(|terms| facts.terms(terms) == terms))
}

/// Gives a category its terms, in the parent it has or another one.
fn hang_again(
    txn: &mut Txn<'_>,
    course: CourseId,
    id: GradeCategoryId,
    parent: GradeCategoryId,
    facts: &CategoryFacts,
) -> Result<(), Refusal> {
    let node = Node::Category(id);
    let above = category::expect(txn, course, parent)?;
    let Some(old) = above.terms_of(node) else {
        return Err(crate::store::StoreError::Defect(format!("category {id} is not in its parent")).into());
    };
    let to = match facts.parent {
        Some(named) => category::named_or_root(txn, course, "/parent", Some(named))?,
        None => parent,
    };
    let child = Child { node, terms: facts.terms(old) };
    if to == parent {
        return category::change_terms(txn, course, parent, node, child.terms);
    }
    let moved = category::get(txn, course, id)?;
    let target = category::get(txn, course, to)?;
    let mut above = Some(to);
    while let Some(at) = above {
        if at == id {
            return Err(NOT_THERE.refuse("a category cannot stand below itself"));
        }
        above = category::expect(txn, course, at)?.parent;
    }
    category::require_room(txn, &target, Some(&moved))?;
    txn.put(GradeCategory { parent: Some(to), ..moved.as_ref().clone() })?;
    category::rehang(txn, course, "/parent", parent, to, child)
}

/// Removes a category that holds nothing.
pub fn remove_category(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: CourseId,
    id: GradeCategoryId,
    check: impl FnOnce(u32) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    require(txn, actor, Permission::EditGrades, course)?;
    let category = category::get(txn, course, id)?;
    check(category.revision)?;
    let Some(parent) = category.parent else {
        return Err(NOT_EMPTY.refuse("the course's own category cannot be removed"));
    };
    if !category.children.is_empty() {
        return Err(NOT_EMPTY.refuse(format!("it holds {} things", category.children.len())));
    }
    category::unhang(txn, course, parent, Node::Category(id))?;
    txn.delete::<GradeCategory>(&(course, id))?;
    let detail = category.name.as_str().to_owned();
    audit::note(txn, actor, "grade.category.remove", Some(course), format!("grade category {id}"), detail)
}

/// Puts the children of a category in another order, which must name each of them once.
pub fn order(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: CourseId,
    id: GradeCategoryId,
    check: impl FnOnce(u32) -> Result<(), Refusal>,
    order: &[u64],
) -> Result<Arc<GradeCategory>, Refusal> {
    require(txn, actor, Permission::EditGrades, course)?;
    let mut category = category::get(txn, course, id)?.as_ref().clone();
    check(category.revision)?;
    let named: HashSet<u64> = order.iter().copied().collect();
    let have: HashSet<u64> = category.children.iter().map(|child| child.node.id()).collect();
    if named != have || order.len() != category.children.len() {
        return Err(invalid("/children", "does not name every child of the category once, and nothing else"));
    }
    if category.children.iter().map(|child| child.node.id()).eq(order.iter().copied()) {
        return category::get(txn, course, id);
    }
    let place = |child: &Child| order.iter().position(|id| *id == child.node.id());
    category.children.sort_by_key(place);
    category.revision += 1;
    category::put_changed(txn, category)?;
    let detail = order.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
    audit::note(txn, actor, "grade.category.order", Some(course), format!("grade category {id}"), detail)?;
    category::get(txn, course, id)
}

/// Shows an item or category to learners from now on. Showing what is shown changes nothing.
pub fn release(txn: &mut Txn<'_>, actor: &Actor, course: CourseId, node: Node) -> Result<(), Refusal> {
    require(txn, actor, Permission::EditGrades, course)?;
    let visibility = Visibility::Visible;
    let before = match node {
        Node::Item(id) => {
            let item = item::get(txn, course, id)?;
            let before = item.visibility;
            if before != visibility {
                txn.put(GradeItem { visibility, revision: item.revision + 1, ..item.as_ref().clone() })?;
            }
            before
        }
        Node::Category(id) => {
            let category = category::get(txn, course, id)?;
            let before = category.visibility;
            if before != visibility {
                let revision = category.revision + 1;
                txn.put(GradeCategory { visibility, revision, ..category.as_ref().clone() })?;
            }
            before
        }
    };
    note_visibility(txn, actor, course, node, before, visibility)
}

fn note_visibility(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: CourseId,
    node: Node,
    before: Visibility,
    after: Visibility,
) -> Result<(), Refusal> {
    if before == after {
        return Ok(());
    }
    let action = if after.hides(actor.now) { "grade.hide" } else { "grade.release" };
    let detail = format!("{} to {}", say_visibility(before), say_visibility(after));
    audit::note(txn, actor, action, Some(course), node.to_string(), detail)
}

/// Rules as the audit trail has them.
fn say_rules(rules: Rules) -> String {
    let method = match rules.method {
        Method::WeightedMean => "weighted_mean",
        Method::Sum => "sum",
    };
    let empty = match rules.empty {
        EmptyGrades::Ignored => "ignored",
        EmptyGrades::CountAsZero => "count_as_zero",
    };
    format!("{method}, empty {empty}, {} lowest dropped", rules.drop_lowest)
}

/// A visibility as the audit trail has it.
fn say_visibility(visibility: Visibility) -> String {
    match visibility {
        Visibility::Visible => "visible".to_owned(),
        Visibility::Hidden => "hidden".to_owned(),
        Visibility::HiddenUntil(at) => format!("hidden until {at}"),
    }
}

/// Sets the letters and decimals of a course.
pub fn change_scale(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: CourseId,
    check: impl FnOnce(u32) -> Result<(), Refusal>,
    facts: ScaleFacts,
) -> Result<Gradebook, Refusal> {
    require(txn, actor, Permission::EditGrades, course)?;
    let before = gradebook::ensure(txn, course)?;
    check(before.revision)?;
    let mut after = Gradebook { scale: facts.scale, decimals: facts.decimals, ..before.as_ref().clone() };
    if after == *before {
        return Ok(after);
    }
    after.revision += 1;
    txn.put(after.clone())?;
    let letters = after.scale.letters().iter().map(|letter| format!("{} ≥ {}", letter.letter, letter.lower));
    let detail = letters.collect::<Vec<_>>().join(", ");
    audit::note(txn, actor, "grade.scale", Some(course), format!("course {course}"), detail)?;
    Ok(after)
}
