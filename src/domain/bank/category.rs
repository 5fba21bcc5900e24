//! Categories: the folders of a course's question bank, a tree by parent.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::pools::{Pools, Watch};
use super::question::{QuestionsByCategory, TOP};
use super::{BANK_FULL, CATEGORIES, CATEGORY_DRAWN_FROM, CATEGORY_NOT_EMPTY, MAX_CATEGORIES, MOST_NAMED};
use crate::domain::access::{Actor, Permission};
use crate::domain::audit;
use crate::domain::faults::together;
use crate::domain::ids::{CategoryId, CourseId};
use crate::domain::naming::{self, composed, is_seen, one_line};
use crate::domain::question::format::{MAX_CATEGORY_CHARS, MAX_CATEGORY_DEPTH};
use crate::domain::quiz::{self, Quiz};
use crate::domain::refusal::{Refusal, TAKEN, invalid, not_found};
use crate::domain::rich_text::RichText;
use crate::store::{Counter, Entries, Exactly, Index, Read, Record, Table, Txn, Unique};

/// Bytes of a description: a paragraph or two with a picture's reference; it lies in the record.
pub const MAX_DESCRIPTION_BYTES: usize = 8 * 1024;
/// Characters of the author's identifier, as in Moodle.
pub const MAX_ID_NUMBER_CHARS: usize = 100;

/// A category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// The course.
    pub course: CourseId,
    /// Its id.
    pub id: CategoryId,
    /// The category that it lies in; `None` at the top.
    pub parent: Option<CategoryId>,
    /// Its name, unique beside its siblings.
    pub name: String,
    /// What it is about.
    pub description: RichText,
    /// The author's own identifier, unique in the course.
    pub id_number: Option<String>,
    /// Changes so far, for `If-Match`.
    pub revision: u32,
}

impl Record for Category {
    const TABLE: Table = Table { tag: 60, name: "question category" };
    const VERSION: u8 = 1;
    type Key = (CourseId, CategoryId);

    fn key(&self) -> Self::Key {
        (self.course, self.id)
    }

    fn index(&self, entries: &mut Entries) {
        let parent = self.parent.unwrap_or(TOP);
        entries.unique::<CategoryByName>(&(self.course, parent, self.name.clone()));
        if let Some(id_number) = &self.id_number {
            entries.unique::<CategoryByIdNumber>(&(self.course, id_number.clone()));
        }
        entries.add::<CategoriesByParent>(&(self.course, parent));
        entries.count(Counter::new(CATEGORIES, &self.course), 1);
    }
}

/// A name stands once in a category.
#[derive(Debug)]
pub struct CategoryByName;

impl Unique for CategoryByName {
    const TABLE: Table = Table { tag: 61, name: "question category by name" };
    type Key = (CourseId, CategoryId, String);
    type Of = Category;
}

/// An author's identifier stands once in a course.
#[derive(Debug)]
pub struct CategoryByIdNumber;

impl Unique for CategoryByIdNumber {
    const TABLE: Table = Table { tag: 62, name: "question category by id number" };
    type Key = (CourseId, String);
    type Of = Category;
}

/// The categories in a category.
#[derive(Debug)]
pub struct CategoriesByParent;

impl Index for CategoriesByParent {
    const TABLE: Table = Table { tag: 63, name: "question categories by parent" };
    type Key = (CourseId, CategoryId);
    type Of = Category;
}

/// A category, without asking for a right.
pub fn get(read: &impl Read, course: CourseId, id: CategoryId) -> Result<Arc<Category>, Refusal> {
    read.get::<Category>(&(course, id))?.ok_or_else(|| not_found("question category", id))
}

/// A category and everything below it, by the index alone.
pub(super) fn with_descendants(
    read: &impl Read,
    course: CourseId,
    category: CategoryId,
) -> Result<Vec<CategoryId>, Refusal> {
    let mut all = vec![category];
    let mut next = 0;
    // Bounded by the number of categories: a category has one parent, and moving one below itself is refused.
    while let Some(parent) = all.get(next).copied() {
        next += 1;
        let children = read.index_keys::<CategoriesByParent>(&Exactly((course, parent)), None, usize::MAX)?;
        all.extend(children.into_iter().map(|(_, (_, id))| id));
    }
    Ok(all)
}

/// All categories of a course.
#[derive(Debug, Clone, Default)]
pub struct Tree(BTreeMap<CategoryId, Category>);

impl Tree {
    /// Reads them; a course has at most [`MAX_CATEGORIES`].
    pub fn read(read: &impl Read, course: CourseId) -> Result<Self, Refusal> {
        let all = read.list::<Category>(&(course,), None, usize::MAX)?;
        Ok(Self(all.into_iter().map(|category| (category.id, category)).collect()))
    }

    /// One of them.
    pub fn get(&self, id: CategoryId) -> Option<&Category> {
        self.0.get(&id)
    }

    /// Names from the top to this one.
    pub fn path(&self, id: CategoryId) -> Vec<String> {
        let mut names: Vec<String> =
            self.line(id).into_iter().map(|category| category.name.clone()).collect();
        names.reverse();
        names
    }

    /// From a category up to the top.
    fn line(&self, id: CategoryId) -> Vec<&Category> {
        let mut line = Vec::new();
        let mut at = Some(id);
        // A tree deeper than the limit cannot have been stored; the bound is against a damaged one.
        while let Some(category) = at.and_then(|id| self.0.get(&id))
            && line.len() <= MAX_CATEGORY_DEPTH
        {
            line.push(category);
            at = category.parent;
        }
        line
    }

    /// A category and everything below it, parents first.
    pub fn with_descendants(&self, id: CategoryId) -> Vec<CategoryId> {
        let mut all = vec![id];
        let mut next = 0;
        while let Some(parent) = all.get(next).copied() {
            next += 1;
            all.extend(self.children(Some(parent)).map(|child| child.id));
        }
        all
    }

    /// The categories in a category.
    pub fn children(&self, parent: Option<CategoryId>) -> impl Iterator<Item = &Category> {
        self.0.values().filter(move |category| category.parent == parent)
    }

    /// All of them in the order of a table of contents: each one directly before those in it, siblings as made.
    pub fn in_order(&self) -> Vec<&Category> {
        let mut below: BTreeMap<Option<CategoryId>, Vec<&Category>> = BTreeMap::new();
        for category in self.0.values() {
            below.entry(category.parent).or_default().push(category);
        }
        let mut order = Vec::with_capacity(self.0.len());
        let mut waiting: Vec<&Category> = below.remove(&None).unwrap_or_default();
        waiting.reverse();
        while let Some(category) = waiting.pop() {
            order.push(category);
            let children = below.remove(&Some(category.id)).unwrap_or_default();
            waiting.extend(children.into_iter().rev());
        }
        order
    }
}

/// What can be said of a category.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CategoryFacts {
    parent: Option<CategoryId>,
    name: String,
    /// Stays as it is when there is none.
    description: Option<RichText>,
    id_number: Option<String>,
}

impl CategoryFacts {
    /// Checks what an author sends.
    pub fn parse(
        parent: Option<CategoryId>,
        name: &str,
        description: Option<RichText>,
        id_number: Option<&str>,
    ) -> Result<Self, Refusal> {
        let (name, (), id_number) = together((
            parse_name(name),
            check_description(description.as_ref()),
            parse_id_number(id_number),
        ))?;
        Ok(Self { parent, name, description, id_number })
    }
}

fn parse_name(name: &str) -> Result<String, Refusal> {
    one_line(name, MAX_CATEGORY_CHARS).map_err(|problem| invalid("/name", problem))
}

fn check_description(description: Option<&RichText>) -> Result<(), Refusal> {
    if description.is_some_and(|text| text.html().len() > MAX_DESCRIPTION_BYTES) {
        let problem = format!("is longer than {MAX_DESCRIPTION_BYTES} bytes of HTML");
        return Err(invalid("/description", problem));
    }
    Ok(())
}

fn parse_id_number(id_number: Option<&str>) -> Result<Option<String>, Refusal> {
    let Some(id_number) = id_number.map(str::trim).filter(|it| !it.is_empty()) else { return Ok(None) };
    let id_number = composed(id_number);
    let fits = id_number.chars().count() <= MAX_ID_NUMBER_CHARS && !id_number.contains(char::is_control);
    if !fits || !is_seen(&id_number) {
        let problem = format!("is not one line of at most {MAX_ID_NUMBER_CHARS} characters");
        return Err(invalid("/id_number", problem));
    }
    Ok(Some(id_number))
}

/// Refuses a name that stands beside it already, and an identifier that another category of the course has: both are
/// unique, and who typed them is told where.
fn refuse_taken(
    read: &impl Read,
    course: CourseId,
    id: Option<CategoryId>,
    facts: &CategoryFacts,
) -> Result<(), Refusal> {
    let taken = |other: Option<(CourseId, CategoryId)>, at: &str| match other {
        Some((_, other)) if Some(other) != id => Err(TAKEN
            .refuse(format!("category {other} has the same {}", at.trim_start_matches('/')))
            .at(at, "is taken")),
        _ => Ok(()),
    };
    let place = (course, facts.parent.unwrap_or(TOP), facts.name.clone());
    let of_name = taken(read.unique_key::<CategoryByName>(&place)?, "/name");
    let of_number = match &facts.id_number {
        Some(number) => {
            taken(read.unique_key::<CategoryByIdNumber>(&(course, number.clone()))?, "/id_number")
        }
        None => Ok(()),
    };
    together((of_name, of_number)).map(drop)
}

/// Refuses a parent that there is not, that lies below the category itself, or that is too deep.
fn check_parent(
    read: &impl Read,
    course: CourseId,
    id: Option<CategoryId>,
    parent: Option<CategoryId>,
) -> Result<(), Refusal> {
    let Some(parent) = parent else { return Ok(()) };
    let tree = Tree::read(read, course)?;
    if tree.get(parent).is_none() {
        return Err(invalid(
            "/parent",
            format!("names the category {parent}, which this course does not have"),
        ));
    }
    let line = tree.line(parent);
    let mut height = 1;
    if let Some(id) = id {
        if line.iter().any(|category| category.id == id) {
            return Err(invalid("/parent", "lies below the category itself"));
        }
        for below in tree.with_descendants(id) {
            let steps = tree.line(below).iter().position(|category| category.id == id).unwrap_or_default();
            height = height.max(steps + 1);
        }
    }
    if line.len() + height > MAX_CATEGORY_DEPTH {
        return Err(invalid("/parent", format!("is too deep; at most {MAX_CATEGORY_DEPTH} levels")));
    }
    Ok(())
}

/// Makes a category.
pub fn create(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: CourseId,
    facts: CategoryFacts,
) -> Result<Category, Refusal> {
    super::require(txn, actor, Permission::EditQuestions, course)?;
    check_parent(txn, course, None, facts.parent)?;
    refuse_taken(txn, course, None, &facts)?;
    insert(txn, course, facts)
}

fn insert(txn: &mut Txn<'_>, course: CourseId, facts: CategoryFacts) -> Result<Category, Refusal> {
    if txn.counter(&Counter::new(CATEGORIES, &course))? >= MAX_CATEGORIES {
        return Err(
            BANK_FULL.refuse_whole(format!("a course has at most {MAX_CATEGORIES} question categories"))
        );
    }
    let CategoryFacts { parent, name, description, id_number } = facts;
    let (id, description) = (txn.new_id()?, description.unwrap_or_default());
    let category = Category { course, id, parent, name, description, id_number, revision: 1 };
    txn.insert(category.clone())?;
    Ok(category)
}

/// Changes a category; `check` sees its revision first.
pub fn change(
    txn: &mut Txn<'_>,
    actor: &Actor,
    (course, id): (CourseId, CategoryId),
    check: impl FnOnce(u32) -> Result<(), Refusal>,
    facts: CategoryFacts,
    pools: Pools,
) -> Result<Category, Refusal> {
    super::require(txn, actor, Permission::EditQuestions, course)?;
    let known = get(txn, course, id)?;
    check(known.revision)?;
    check_parent(txn, course, Some(id), facts.parent)?;
    refuse_taken(txn, course, Some(id), &facts)?;
    let CategoryFacts { parent, name, description, id_number } = facts;
    let description = description.unwrap_or_else(|| known.description.clone());
    let mut category =
        Category { course, id, parent, name, description, id_number, revision: known.revision };
    if category == *known {
        return Ok(category);
    }
    category.revision += 1;
    let watch = if category.parent == known.parent {
        Watch::nothing()
    } else {
        Watch::of_categories(txn, course, pools, actor.now)?
    };
    txn.put(category.clone())?;
    watch.check(txn)?;
    Ok(category)
}

/// Refuses while quizzes draw from the category, and names them.
fn refuse_drawn_from(read: &impl Read, category: &Category) -> Result<(), Refusal> {
    let quizzes = quiz::drawing_from(read, category.course, category.id, MOST_NAMED)?;
    let Some(first) = quizzes.first() else { return Ok(()) };
    let detail = format!("quiz {} {:?} draws from the category {:?}", first.id, first.name, category.name);
    let at = |quiz: &Quiz| format!("/quizzes/{}", quiz.id);
    Err(quizzes.iter().fold(CATEGORY_DRAWN_FROM.refuse(detail), |refusal, quiz| {
        refusal.at(at(quiz), format!("{:?} draws from it", quiz.name))
    }))
}

/// Removes a category that holds nothing and that no quiz draws from.
pub fn delete(
    txn: &mut Txn<'_>,
    actor: &Actor,
    (course, id): (CourseId, CategoryId),
    check: impl FnOnce(u32) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    super::require(txn, actor, Permission::EditQuestions, course)?;
    let known = get(txn, course, id)?;
    check(known.revision)?;
    let questions = txn.index_keys::<QuestionsByCategory>(&(course, id), None, 1)?;
    let children = txn.index_keys::<CategoriesByParent>(&Exactly((course, id)), None, 1)?;
    if !questions.is_empty() || !children.is_empty() {
        return Err(CATEGORY_NOT_EMPTY.refuse(format!("the category {:?} is not empty", known.name)));
    }
    refuse_drawn_from(txn, &known)?;
    txn.delete::<Category>(&(course, id))?;
    audit::note(
        txn,
        actor,
        "question_category.delete",
        Some(course),
        format!("question category {id}"),
        known.name.clone(),
    )
}

/// The category under a path, which is made with everything above it where it is missing. The path's names are
/// within the limits of the formats.
pub(super) fn ensure(
    txn: &mut Txn<'_>,
    course: CourseId,
    path: &[String],
    made: &mut Vec<Vec<String>>,
) -> Result<Option<CategoryId>, Refusal> {
    let mut parent = None;
    for (place, name) in path.iter().enumerate() {
        let known = naming::find(name, |name| {
            txn.unique_key::<CategoryByName>(&(course, parent.unwrap_or(TOP), name.to_owned()))
        })?;
        let id = if let Some((_, id)) = known {
            id
        } else {
            let facts = CategoryFacts { parent, name: composed(name), ..CategoryFacts::default() };
            made.push(path.iter().take(place + 1).cloned().collect());
            insert(txn, course, facts)?.id
        };
        parent = Some(id);
    }
    Ok(parent)
}

/// Makes a copy of another course's category below `parent`; one that has its name there already stands for it.
pub(super) fn take_over(
    txn: &mut Txn<'_>,
    course: CourseId,
    parent: Option<CategoryId>,
    old: &Category,
) -> Result<CategoryId, Refusal> {
    let key = (course, parent.unwrap_or(TOP), old.name.clone());
    if let Some((_, id)) = txn.unique_key::<CategoryByName>(&key)? {
        return Ok(id);
    }
    let mut id_number = old.id_number.clone();
    if let Some(wanted) = &id_number
        && txn.unique_key::<CategoryByIdNumber>(&(course, wanted.clone()))?.is_some()
    {
        id_number = None;
    }
    let (name, description) = (old.name.clone(), Some(old.description.clone()));
    Ok(insert(txn, course, CategoryFacts { parent, name, description, id_number })?.id)
}

/// Gives a category the description and identifier of a file where it has none. What could not be taken, as notes.
pub(super) fn describe(
    txn: &mut Txn<'_>,
    course: CourseId,
    id: CategoryId,
    description: &RichText,
    id_number: Option<&str>,
) -> Result<Vec<String>, Refusal> {
    let mut notes = Vec::new();
    let known = get(txn, course, id)?;
    let mut changed = known.as_ref().clone();
    if known.description.is_empty() {
        changed.description = description.clone();
    } else if !description.is_empty() && known.description != *description {
        notes.push(format!("the category {:?} keeps the description that it has here", known.name));
    }
    if let Some(wanted) = id_number.map(composed)
        && known.id_number.as_deref().map(composed).as_ref() != Some(&wanted)
    {
        let taken = txn.unique_key::<CategoryByIdNumber>(&(course, wanted.clone()))?.is_some();
        if known.id_number.is_some() {
            notes.push(format!("the category {:?} keeps the identifier that it has here", known.name));
        } else if taken {
            notes.push(format!(
                "the category {:?} stays without its identifier {wanted:?}, which another category has",
                known.name
            ));
        } else {
            changed.id_number = Some(wanted);
        }
    }
    if changed != *known {
        changed.revision += 1;
        txn.put(changed)?;
    }
    Ok(notes)
}
