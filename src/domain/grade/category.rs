//! Grade categories: the tree that items hang in. A category keeps the terms of its children, so that one row says
//! all that its total needs; its `stamp` moves with every change below it, and totals that carry an older stamp are
//! computed anew when they are read.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::calc::{Rules, Terms, full_max_of_all};
use super::gradebook::{self, GRADEBOOK_TOPIC, Gradebook};
use crate::clock::Timestamp;
use crate::domain::decimal::Decimal;
use crate::domain::ids::{CourseId, GradeCategoryId, GradeItemId};
use crate::domain::limits::shortened;
use crate::domain::naming::one_line;
use crate::domain::refusal::{Code, Kind, Refusal, invalid, not_found};
use crate::store::{
    Cache, CodecError, Counter, CounterKind, Entries, Read, Record, StoreError, Table, Topic, Txn, decode_old,
};

/// Categories in one another, the course's own included: a grade write touches at most so many totals.
pub const MOST_LEVELS: usize = 4;
/// Children of one category: a total's row holds what each brought, and must stay small.
pub const MOST_CHILDREN: usize = 100;
/// Categories of a course: 25 per level is far beyond what a learner can follow.
pub const MOST_CATEGORIES: i64 = 100;
/// Grade items of a course: a report and a line of the matrix are one page.
pub const MOST_ITEMS: i64 = 500;
/// Characters of a name, as course and quiz names have them.
pub const NAME_LENGTH: usize = 200;
/// Weights are shares; a thousand leaves room for percent and per mille.
const MOST_WEIGHT: i32 = 1000;
/// Dropping more than this leaves no exam of what a category examines.
pub const MOST_DROPPED: u8 = 20;

/// The tree would be too deep.
pub const TOO_DEEP: Code = Code::new(
    "grade_tree_too_deep",
    Kind::Conflict,
    "Grade categories stand at most 4 levels deep, the course's own included.",
);
/// A category or course is full.
pub const FULL: Code = Code::new(
    "gradebook_full",
    Kind::Conflict,
    "A category has at most 100 children, a course at most 100 categories and 500 grade items.",
);
/// A category cannot go where it is to go.
pub const NOT_THERE: Code = Code::new(
    "grade_category_cycle",
    Kind::Conflict,
    "A category cannot stand below itself, and the course's own stands below nothing.",
);
/// The category still holds something.
pub const NOT_EMPTY: Code = Code::new(
    "grade_category_not_empty",
    Kind::Conflict,
    "Move or remove what is in the category first; the course's own cannot be removed.",
);

/// Grade items per course.
pub const ITEMS: CounterKind = CounterKind { tag: 60, name: "grade items per course" };
/// Grade categories per course.
pub const CATEGORIES: CounterKind = CounterKind { tag: 61, name: "grade categories per course" };

/// The name of an item or category: 1 to 200 characters, one line, no spaces at the ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name(String);

impl Name {
    /// Trims and checks.
    pub fn parse(at: &str, text: &str) -> Result<Self, Refusal> {
        one_line(text, NAME_LENGTH).map(Self).map_err(|problem| invalid(at, problem))
    }

    /// A name that another noun checked already, cut to what fits here.
    pub fn shortened(text: &str) -> Self {
        Self(shortened(text, NAME_LENGTH))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Do learners see it?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, schema(as = GradeVisibility))]
pub enum Visibility {
    /// Yes.
    Visible,
    /// Not before it is released.
    Hidden,
    /// From this time on.
    HiddenUntil(Timestamp),
}

impl Visibility {
    /// Is it kept from learners at `now`?
    pub fn hides(self, now: Timestamp) -> bool {
        match self {
            Self::Visible => false,
            Self::Hidden => true,
            Self::HiddenUntil(until) => now < until,
        }
    }
}

/// An item or a category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Node {
    /// An item.
    Item(GradeItemId),
    /// A category.
    Category(GradeCategoryId),
}

impl Node {
    /// Its id; items and categories share one sequence.
    pub const fn id(self) -> u64 {
        match self {
            Self::Item(id) => id.0,
            Self::Category(id) => id.0,
        }
    }
}

impl std::fmt::Display for Node {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Item(id) => write!(f, "grade item {id}"),
            Self::Category(id) => write!(f, "grade category {id}"),
        }
    }
}

/// A child with what it counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Child {
    /// Which.
    pub node: Node,
    /// What for.
    pub terms: Terms,
}

/// A grade category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GradeCategory {
    /// The course.
    pub course: CourseId,
    /// Its id.
    pub id: GradeCategoryId,
    /// The one above; `None` for the course's own.
    pub parent: Option<GradeCategoryId>,
    /// Its name.
    pub name: Name,
    /// How it aggregates.
    pub rules: Rules,
    /// Do learners see it?
    pub visibility: Visibility,
    /// What is in it, in order.
    pub children: Vec<Child>,
    /// Its maximum when no grade is missing and none left out.
    pub full_max: Decimal,
    /// Moves with every change of terms, rules or order in it or below it.
    pub stamp: u32,
    /// Changes by people so far, for `If-Match`.
    pub revision: u32,
}

impl Record for GradeCategory {
    const TABLE: Table = Table { tag: 111, name: "grade category" };
    const VERSION: u8 = 2;
    const CACHE: Cache = Cache::Content;
    type Key = (CourseId, GradeCategoryId);

    fn key(&self) -> Self::Key {
        (self.course, self.id)
    }

    fn index(&self, entries: &mut Entries) {
        entries.count(Counter::new(CATEGORIES, &self.course), 1);
        entries.touch(Topic::new(GRADEBOOK_TOPIC, self.course.0));
    }

    fn upgrade(version: u8, body: &[u8]) -> Result<Self, CodecError> {
        let old: Version1 = decode_old(Self::TABLE.name, (version, 1), body)?;
        let (course, id, parent, name, rules, visibility, children, full_max, stamp, revision) = old;
        let child = |(node, (weight, max, extra_credit))| Child {
            node,
            terms: Terms { weight, max, extra_credit, draft: false },
        };
        let children = children.into_iter().map(child).collect();
        Ok(Self { course, id, parent, name, rules, visibility, children, full_max, stamp, revision })
    }
}

/// A category as version 1 had it: its children's terms did not say whether they are drafts. `settle` looks that up.
type Version1 = (
    CourseId,
    GradeCategoryId,
    Option<GradeCategoryId>,
    Name,
    Rules,
    Visibility,
    Vec<(Node, (Decimal, Decimal, bool))>,
    Decimal,
    u32,
    u32,
);

impl GradeCategory {
    /// Where `node` stands in it.
    pub fn place_of(&self, node: Node) -> Option<usize> {
        self.children.iter().position(|child| child.node == node)
    }

    /// The terms of a child.
    pub fn terms_of(&self, node: Node) -> Option<Terms> {
        self.children.iter().find(|child| child.node == node).map(|child| child.terms)
    }
}

/// A category of the course.
pub fn get(read: &impl Read, course: CourseId, id: GradeCategoryId) -> Result<Arc<GradeCategory>, Refusal> {
    read.get(&(course, id))?.ok_or_else(|| not_found("grade category", id))
}

/// A category that must be there, because another row says so.
pub(super) fn expect(
    read: &impl Read,
    course: CourseId,
    id: GradeCategoryId,
) -> Result<Arc<GradeCategory>, StoreError> {
    read.get(&(course, id))?.ok_or_else(|| StoreError::Defect(format!("grade category {id} is missing")))
}

/// How many categories stand above and including this one: 1 for the course's own.
pub(super) fn level(read: &impl Read, category: &GradeCategory) -> Result<usize, StoreError> {
    let (mut level, mut above) = (1, category.parent);
    while let Some(id) = above {
        above = expect(read, category.course, id)?.parent;
        level += 1;
    }
    Ok(level)
}

/// How many levels a category and those below it take: 1 when none is below.
fn height(read: &impl Read, category: &GradeCategory) -> Result<usize, StoreError> {
    let mut most = 0;
    for child in &category.children {
        if let Node::Category(id) = child.node {
            let below = expect(read, category.course, id)?;
            most = most.max(height(read, below.as_ref())?);
        }
    }
    Ok(most + 1)
}

/// Stores a category whose terms, rules, children or order changed: moves its stamp and those above, and carries its
/// full maximum up. Everybody's totals along this path are computed anew from here on.
pub(super) fn put_changed(txn: &mut Txn<'_>, mut category: GradeCategory) -> Result<(), Refusal> {
    loop {
        category.full_max =
            full_max_of_all(category.rules, category.children.iter().map(|child| child.terms));
        category.stamp += 1;
        let (course, node, max) = (category.course, Node::Category(category.id), category.full_max);
        let above = category.parent;
        txn.put(category)?;
        let Some(above) = above else { return Ok(()) };
        category = expect(txn, course, above)?.as_ref().clone();
        if let Some(child) = category.children.iter_mut().find(|child| child.node == node) {
            child.terms.max = max;
        }
    }
}

/// Hangs a child at the end of a category; `at` is where the input names it.
pub(super) fn hang(
    txn: &mut Txn<'_>,
    course: CourseId,
    at: &str,
    under: GradeCategoryId,
    child: Child,
) -> Result<(), Refusal> {
    let mut category = get(txn, course, under)?.as_ref().clone();
    if category.children.len() >= MOST_CHILDREN {
        let problem = format!(
            "the grade category \"{}\" holds {MOST_CHILDREN} items and categories already; make another grade category \
             and move some of them into it",
            category.name.as_str()
        );
        return Err(FULL.refuse_saying(at, problem));
    }
    category.children.push(child);
    put_changed(txn, category)
}

/// Takes a child out of its category.
pub(super) fn unhang(
    txn: &mut Txn<'_>,
    course: CourseId,
    from: GradeCategoryId,
    node: Node,
) -> Result<(), Refusal> {
    let mut category = expect(txn, course, from)?.as_ref().clone();
    category.children.retain(|child| child.node != node);
    put_changed(txn, category)
}

/// Changes the terms of a child that stays where it is; nothing is written when they are the same.
pub(super) fn change_terms(
    txn: &mut Txn<'_>,
    course: CourseId,
    under: GradeCategoryId,
    node: Node,
    terms: Terms,
) -> Result<(), Refusal> {
    let category = expect(txn, course, under)?;
    if category.terms_of(node) == Some(terms) {
        return Ok(());
    }
    let mut category = category.as_ref().clone();
    if let Some(child) = category.children.iter_mut().find(|child| child.node == node) {
        child.terms = terms;
    }
    put_changed(txn, category)
}

/// Moves a child with new terms under another category; `at` is where the input names that.
pub(super) fn rehang(
    txn: &mut Txn<'_>,
    course: CourseId,
    at: &str,
    from: GradeCategoryId,
    to: GradeCategoryId,
    child: Child,
) -> Result<(), Refusal> {
    if from == to {
        return change_terms(txn, course, from, child.node, child.terms);
    }
    unhang(txn, course, from, child.node)?;
    hang(txn, course, at, to, child)
}

/// The root of a course, made when there is none, or the category that is named.
pub(super) fn named_or_root(
    txn: &mut Txn<'_>,
    course: CourseId,
    at: &str,
    named: Option<GradeCategoryId>,
) -> Result<GradeCategoryId, Refusal> {
    let gradebook: Arc<Gradebook> = gradebook::ensure(txn, course)?;
    match named {
        None => Ok(gradebook.root),
        Some(id) if txn.exists::<GradeCategory>(&(course, id))? => Ok(id),
        Some(id) => Err(invalid(at, format!("names the grade category {id}, which is not in this course"))),
    }
}

/// A weight from the outside.
pub(super) fn parse_weight(at: &str, weight: Decimal) -> Result<Decimal, Refusal> {
    if weight.is_negative() || weight > Decimal::from_int(MOST_WEIGHT) {
        return Err(invalid(at, format!("is not between 0 and {MOST_WEIGHT}")));
    }
    Ok(weight)
}

/// How many to drop, from the outside.
pub(super) fn parse_drop_lowest(at: &str, drop: u8) -> Result<u8, Refusal> {
    if drop > MOST_DROPPED {
        return Err(invalid(at, format!("is not between 0 and {MOST_DROPPED}")));
    }
    Ok(drop)
}

/// Refuses when a category of that height does not fit under `under`.
pub(super) fn require_room(
    txn: &Txn<'_>,
    under: &GradeCategory,
    moved: Option<&GradeCategory>,
) -> Result<(), Refusal> {
    let height = moved.map_or(Ok(1), |moved| height(txn, moved))?;
    if level(txn, under)? + height > MOST_LEVELS {
        return Err(TOO_DEEP.refuse(format!("that would be more than {MOST_LEVELS} levels")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::grade::calc::{EmptyGrades, Method};
    use crate::store::{decode_value, encode_value};

    /// A category as an older program wrote it.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
    struct Old(Version1);

    impl Record for Old {
        const TABLE: Table = GradeCategory::TABLE;
        const VERSION: u8 = 1;
        type Key = (CourseId, GradeCategoryId);

        fn key(&self) -> Self::Key {
            (self.0.0, self.0.1)
        }
    }

    #[test]
    fn a_category_of_version_1_is_read_without_drafts() {
        let node = Node::Item(GradeItemId(7));
        let (weight, max) = (Decimal::ONE, Decimal::from_int(20));
        let rules = Rules { method: Method::Sum, empty: EmptyGrades::Ignored, drop_lowest: 1 };
        let (course, id, above) = (CourseId(1), GradeCategoryId(2), Some(GradeCategoryId(3)));
        let name = Name::shortened("Part");
        let children = vec![(node, (weight, max, true)), (node, (max, weight, false))];
        let hidden = Visibility::Hidden;
        let old = Old((course, id, above, name.clone(), rules, hidden, children, max, 4, 5));
        let terms = |weight, max, extra_credit| Terms { weight, max, extra_credit, draft: false };
        let new = GradeCategory {
            course,
            id,
            parent: above,
            name,
            rules,
            visibility: hidden,
            children: vec![
                Child { node, terms: terms(weight, max, true) },
                Child { node, terms: terms(max, weight, false) },
            ],
            full_max: max,
            stamp: 4,
            revision: 5,
        };
        assert_eq!(decode_value::<GradeCategory>(&encode_value(&old).unwrap()).unwrap(), new);
        assert_eq!(decode_value::<GradeCategory>(&encode_value(&new).unwrap()).unwrap(), new);
    }
}
