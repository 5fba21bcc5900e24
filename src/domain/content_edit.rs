//! Changing what a course holds: adding, changing, ordering, moving and removing sections and items.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::access::{self, Actor, Permission, Scope};
use super::content::{
    Availability, Contents, ITEMS, Item, ItemKind, LinkUrl, Section, contents, item, item_for, item_of_quiz,
    section, section_for,
};
use super::course::{self, TITLE_CHARS, in_order};
use super::faults::together;
use super::ids::{CourseId, ItemId, QuizId, SectionId};
use super::naming::one_line;
use super::page::{Page, PageSource};
use super::quiz;
use super::refusal::{Code, Kind, Refusal, invalid};
use crate::clock::Timestamp;
use crate::json::tagged;
use crate::store::{Counter, Read as _, Txn};

/// A year of school days; the outline still reads as one page.
pub const MAX_SECTIONS: usize = 200;
/// More in one section is a list nobody reads; the ids stay far below one record.
pub const MAX_ITEMS_PER_SECTION: usize = 200;
/// Keeps an outline below some hundred KiB and the progress of a learner in one record.
pub const MAX_ITEMS_PER_COURSE: usize = 1_000;

/// A limit on content is reached.
pub const TOO_MUCH_CONTENT: Code = Code::new(
    "too_much_content",
    Kind::Conflict,
    "The course or the section holds as much as it may; `detail` says which limit.",
);
/// The section still has items.
pub const SECTION_NOT_EMPTY: Code = Code::new(
    "section_not_empty",
    Kind::Conflict,
    "The section has items; move or remove them first, so that nothing is lost by one click.",
);
/// The quiz stands in the course already.
pub const QUIZ_PLACED: Code =
    Code::new("quiz_placed", Kind::Conflict, "The quiz has its place in the course already; move that item.");

/// Codes of this file.
pub const CODES: &[Code] = &[TOO_MUCH_CONTENT, SECTION_NOT_EMPTY, QUIZ_PLACED];

/// Whether and when learners see it, from the outside.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct AvailabilityInput {
    /// Hidden from learners altogether when false.
    pub visible: bool,
    /// From here on.
    pub from: Option<Timestamp>,
    /// Until here.
    pub until: Option<Timestamp>,
}

impl Default for AvailabilityInput {
    fn default() -> Self {
        Self { visible: true, from: None, until: None }
    }
}

impl AvailabilityInput {
    fn parse(self) -> Result<Availability, Refusal> {
        in_order("/availability/until", self.from, self.until)?;
        Ok(Availability { visible: self.visible, from: self.from, until: self.until })
    }
}

/// A section from the outside.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SectionInput {
    /// 1 to 200 characters.
    pub title: String,
    /// Whether and when learners see it; always when absent.
    #[serde(default)]
    pub availability: AvailabilityInput,
}

/// Title and availability, checked: what a section and an item have in common.
#[derive(Debug, Clone)]
pub struct Heading {
    title: String,
    availability: Availability,
}

fn heading(title: &str, availability: AvailabilityInput) -> Result<Heading, Refusal> {
    let title = one_line(title, TITLE_CHARS).map_err(|problem| invalid("/title", problem));
    let (title, availability) = together((title, availability.parse()))?;
    Ok(Heading { title, availability })
}

impl SectionInput {
    /// Checks every field.
    pub fn parse(&self) -> Result<Heading, Refusal> {
        heading(&self.title, self.availability)
    }
}

tagged! { "kind";
    /// What a new item is, from the outside.
    #[derive(Debug, Clone, Serialize)]
    #[cfg_attr(test, derive(utoipa::ToSchema))]
    pub enum ItemContentInput {
        /// A page of text.
        Page {
            /// Its Markdown; long pages are sent to the item's source afterwards.
            #[serde(default)]
            markdown: String,
        },
        /// A link to somewhere else.
        Link {
            /// An `http` or `https` address.
            url: String,
        },
        /// A quiz of the course.
        Quiz {
            /// Its id.
            quiz: QuizId,
        },
    }
}

/// A new item from the outside.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ItemInput {
    /// 1 to 200 characters.
    pub title: String,
    /// What it is.
    pub content: ItemContentInput,
    /// Whether and when learners see it; always when absent.
    #[serde(default)]
    pub availability: AvailabilityInput,
}

impl ItemInput {
    /// Checks title, availability and address. The text of a page is checked where it is kept.
    pub fn parse(&self) -> Result<(Heading, ItemKind), Refusal> {
        let kind = match &self.content {
            ItemContentInput::Page { .. } => Ok(ItemKind::Page),
            ItemContentInput::Link { url } => {
                LinkUrl::parse(url).map(ItemKind::Link).map_err(|problem| invalid("/content/url", problem))
            }
            ItemContentInput::Quiz { quiz } => Ok(ItemKind::Quiz(*quiz)),
        };
        together((heading(&self.title, self.availability), kind))
    }
}

/// Changes to an item from the outside.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ItemChangeInput {
    /// 1 to 200 characters.
    pub title: String,
    /// Another address, for a link; the present one stays when absent.
    #[serde(default)]
    pub url: Option<String>,
    /// Whether and when learners see it; always when absent.
    #[serde(default)]
    pub availability: AvailabilityInput,
}

impl ItemChangeInput {
    /// Checks every field.
    pub fn parse(&self) -> Result<(Heading, Option<LinkUrl>), Refusal> {
        let url = self.url.as_deref().map(LinkUrl::parse).transpose();
        together((heading(&self.title, self.availability), url.map_err(|problem| invalid("/url", problem))))
    }
}

fn require_edit(txn: &Txn<'_>, actor: &Actor, course: CourseId) -> Result<(), Refusal> {
    access::require(txn, actor, Permission::EditCourse, Scope::Course(course))
}

/// Adds a section at the end.
pub fn add_section(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: CourseId,
    heading: Heading,
) -> Result<Arc<Section>, Refusal> {
    require_edit(txn, actor, course)?;
    course::get(txn, course)?;
    let id = append_section(txn, course, heading.title, heading.availability)?;
    section(txn, id)
}

/// Adds a section; the caller has settled the right.
pub(super) fn append_section(
    txn: &mut Txn<'_>,
    course: CourseId,
    title: String,
    availability: Availability,
) -> Result<SectionId, Refusal> {
    let mut order = Arc::unwrap_or_clone(contents(txn, course)?);
    if order.sections.len() >= MAX_SECTIONS {
        return Err(TOO_MUCH_CONTENT.refuse_whole(format!("a course has at most {MAX_SECTIONS} sections")));
    }
    let id = txn.new_id()?;
    txn.insert(Section { id, course, title, availability, items: Vec::new(), revision: 1 })?;
    order.sections.push(id);
    order.revision += 1;
    txn.put(order)?;
    Ok(id)
}

/// Changes title and availability of a section. `unchanged` refuses another revision than the one that was read.
pub fn change_section(
    txn: &mut Txn<'_>,
    actor: &Actor,
    id: SectionId,
    heading: Heading,
    unchanged: impl FnOnce(u32) -> Result<(), Refusal>,
) -> Result<Arc<Section>, Refusal> {
    let mut found = section_for_change(txn, actor, id, unchanged)?;
    let before = found.clone();
    found.title = heading.title;
    found.availability = heading.availability;
    if found != before {
        txn.put(found)?;
    }
    section(txn, id)
}

/// The section, when the actor may change it; who may not even see its course gets the same answer as for none.
fn section_for_change(
    txn: &Txn<'_>,
    actor: &Actor,
    id: SectionId,
    unchanged: impl FnOnce(u32) -> Result<(), Refusal>,
) -> Result<Section, Refusal> {
    let mut found = Arc::unwrap_or_clone(section_for(txn, actor, Permission::EditCourse, id)?);
    unchanged(found.revision)?;
    found.revision += 1;
    Ok(found)
}

fn item_for_change(
    txn: &Txn<'_>,
    actor: &Actor,
    id: ItemId,
    unchanged: impl FnOnce(u32) -> Result<(), Refusal>,
) -> Result<Item, Refusal> {
    let mut found = Arc::unwrap_or_clone(item_for(txn, actor, Permission::EditCourse, id)?);
    unchanged(found.revision)?;
    found.revision += 1;
    Ok(found)
}

/// Removes a section that is empty.
pub fn remove_section(
    txn: &mut Txn<'_>,
    actor: &Actor,
    id: SectionId,
    unchanged: impl FnOnce(u32) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let found = section_for_change(txn, actor, id, unchanged)?;
    if !found.items.is_empty() {
        return Err(SECTION_NOT_EMPTY.refuse(format!("the section has {} items", found.items.len())));
    }
    let mut order = Arc::unwrap_or_clone(contents(txn, found.course)?);
    order.sections.retain(|other| *other != id);
    order.revision += 1;
    txn.put(order)?;
    txn.delete::<Section>(&id)?;
    Ok(())
}

/// Refuses a new order that is not the old one with its entries in other places.
fn check_order<T: Copy + Ord + std::fmt::Display>(at: &str, old: &[T], new: &[T]) -> Result<(), Refusal> {
    let sorted = |ids: &[T]| {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids
    };
    if sorted(old) == sorted(new) {
        return Ok(());
    }
    let list = old.iter().map(T::to_string).collect::<Vec<_>>().join(", ");
    Err(invalid(at, format!("does not name each of these exactly once: {list}")))
}

/// Puts the sections of a course in another order.
pub fn order_sections(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: CourseId,
    order: Vec<SectionId>,
    unchanged: impl FnOnce(u32) -> Result<(), Refusal>,
) -> Result<Arc<Contents>, Refusal> {
    require_edit(txn, actor, course)?;
    course::get(txn, course)?;
    let old = contents(txn, course)?;
    unchanged(old.revision)?;
    check_order("/sections", &old.sections, &order)?;
    if old.sections == order {
        return Ok(old);
    }
    txn.put(Contents { course, sections: order, revision: old.revision + 1 })?;
    contents(txn, course)
}

/// Puts the items of a section in another order.
pub fn order_items(
    txn: &mut Txn<'_>,
    actor: &Actor,
    id: SectionId,
    order: Vec<ItemId>,
    unchanged: impl FnOnce(u32) -> Result<(), Refusal>,
) -> Result<Arc<Section>, Refusal> {
    let mut found = section_for_change(txn, actor, id, unchanged)?;
    check_order("/items", &found.items, &order)?;
    if found.items != order {
        found.items = order;
        txn.put(found)?;
    }
    section(txn, id)
}

/// Adds an item at the end of a section; a page comes with its text.
pub fn add_item(
    txn: &mut Txn<'_>,
    actor: &Actor,
    id: SectionId,
    heading: Heading,
    kind: ItemKind,
    text: Option<PageSource>,
) -> Result<Arc<Item>, Refusal> {
    let mut parent = Arc::unwrap_or_clone(section_for(txn, actor, Permission::EditCourse, id)?);
    if let ItemKind::Quiz(quiz) = kind {
        check_quiz(txn, parent.course, quiz)?;
    }
    let item_id = append_item(txn, &mut parent, heading.title, heading.availability, kind, text)?;
    parent.revision += 1;
    txn.put(parent)?;
    item(txn, item_id)
}

/// A quiz stands in its own course, once.
fn check_quiz(txn: &Txn<'_>, course: CourseId, quiz: QuizId) -> Result<(), Refusal> {
    if quiz::get(txn, quiz)?.course != course {
        return Err(invalid("/content/quiz", "is not a quiz of this course"));
    }
    if let Some(other) = item_of_quiz(txn, quiz)? {
        return Err(QUIZ_PLACED.refuse(format!("item {other} shows quiz {quiz} already")));
    }
    Ok(())
}

/// Adds an item to a section that the caller stores; the caller has settled the right.
pub(super) fn append_item(
    txn: &mut Txn<'_>,
    parent: &mut Section,
    title: String,
    availability: Availability,
    kind: ItemKind,
    text: Option<PageSource>,
) -> Result<ItemId, Refusal> {
    let course = parent.course;
    room_in("{section}", parent)?;
    let limit = i64::try_from(MAX_ITEMS_PER_COURSE).unwrap_or(i64::MAX);
    if txn.counter(&Counter::new(ITEMS, &course))? >= limit {
        return Err(
            TOO_MUCH_CONTENT.refuse_whole(format!("a course has at most {MAX_ITEMS_PER_COURSE} items"))
        );
    }
    let id = txn.new_id()?;
    if kind == ItemKind::Page {
        let source = text.unwrap_or_else(|| PageSource::Inline(String::new()));
        txn.insert(Page { item: id, course, source, revision: 1 })?;
    }
    txn.insert(Item { id, course, section: parent.id, title, kind, availability, revision: 1 })?;
    parent.items.push(id);
    Ok(id)
}

/// Refuses a section that is full; `at` is where the request names it.
fn room_in(at: &str, parent: &Section) -> Result<(), Refusal> {
    if parent.items.len() >= MAX_ITEMS_PER_SECTION {
        let problem = format!("a section has at most {MAX_ITEMS_PER_SECTION} items");
        return Err(TOO_MUCH_CONTENT.refuse_saying(at, problem));
    }
    Ok(())
}

/// Changes title, availability and, for a link, the address of an item.
pub fn change_item(
    txn: &mut Txn<'_>,
    actor: &Actor,
    id: ItemId,
    heading: Heading,
    url: Option<LinkUrl>,
    unchanged: impl FnOnce(u32) -> Result<(), Refusal>,
) -> Result<Arc<Item>, Refusal> {
    let mut found = item_for_change(txn, actor, id, unchanged)?;
    let before = found.clone();
    if let Some(url) = url {
        if !matches!(found.kind, ItemKind::Link(_)) {
            return Err(invalid("/url", "is for links, and this item is none"));
        }
        found.kind = ItemKind::Link(url);
    }
    found.title = heading.title;
    found.availability = heading.availability;
    if found != before {
        txn.put(found)?;
    }
    item(txn, id)
}

/// Moves an item to a place in a section of the same course; to the end when no place is given.
pub fn move_item(
    txn: &mut Txn<'_>,
    actor: &Actor,
    id: ItemId,
    to: SectionId,
    position: Option<usize>,
    unchanged: impl FnOnce(u32) -> Result<(), Refusal>,
) -> Result<Arc<Item>, Refusal> {
    let mut found = item_for_change(txn, actor, id, unchanged)?;
    let before = section(txn, found.section)?;
    let mut from = before.as_ref().clone();
    from.items.retain(|other| *other != id);
    let mut target = if to == from.id {
        from
    } else {
        from.revision += 1;
        txn.put(from)?;
        match txn.get::<Section>(&to)? {
            Some(target) if target.course == found.course => Arc::unwrap_or_clone(target),
            _ => return Err(invalid("/section", "is not a section of the item's course")),
        }
    };
    room_in("/section", &target)?;
    let position = position.unwrap_or(target.items.len());
    if position > target.items.len() {
        return Err(invalid("/position", format!("is not between 0 and {}", target.items.len())));
    }
    target.items.insert(position, id);
    if target == *before {
        return item(txn, id);
    }
    target.revision += 1;
    txn.put(target)?;
    found.section = to;
    txn.put(found)?;
    item(txn, id)
}

/// Removes an item, with the text of a page. A quiz that it shows stays in the course, without a place.
pub fn remove_item(
    txn: &mut Txn<'_>,
    actor: &Actor,
    id: ItemId,
    unchanged: impl FnOnce(u32) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let found = item_for_change(txn, actor, id, unchanged)?;
    let mut parent = Arc::unwrap_or_clone(section(txn, found.section)?);
    parent.items.retain(|other| *other != id);
    parent.revision += 1;
    txn.put(parent)?;
    txn.delete::<Page>(&id)?;
    txn.delete::<Item>(&id)?;
    Ok(())
}
