//! Progress: which pages and links somebody has marked as visited. One record per person and course, so that an
//! outline reads it at once. Where somebody stands with a quiz is in `standing`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::access::Actor;
use super::content::{self, Item, ItemKind};
use super::content_edit::MAX_ITEMS_PER_COURSE;
use super::course::{COURSE_ARCHIVED, Course, View};
use super::enrolment::LEARNER_TOPIC;
use super::ids::{CourseId, ItemId, UserId};
use super::outline::{self, ToDo};
use super::refusal::{Code, Kind, Refusal};
use super::xapi::own::{self, Event};
use crate::clock::Timestamp;
use crate::store::{Entries, Read, Record, Table, TableInfo, Topic, Txn};

/// Only what is read can be marked.
pub const NOT_MARKABLE: Code = Code::new(
    "not_markable",
    Kind::Conflict,
    "Pages and links are marked as visited; what somebody did with a quiz follows from their attempts.",
);

/// Codes of this noun.
pub const CODES: &[Code] = &[NOT_MARKABLE];

/// What somebody has visited in a course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visited {
    /// The course.
    pub course: CourseId,
    /// The person.
    pub user: UserId,
    /// Items, in the order of their ids; some may be gone by now.
    pub items: Vec<ItemId>,
}

impl Record for Visited {
    const TABLE: Table = Table { tag: 48, name: "visited" };
    const VERSION: u8 = 1;
    type Key = (CourseId, UserId);

    fn key(&self) -> Self::Key {
        (self.course, self.user)
    }

    fn index(&self, entries: &mut Entries) {
        entries.touch(Topic::pair(LEARNER_TOPIC, self.course.0, self.user.0));
    }
}

/// Tables of this noun.
pub const TABLES: &[TableInfo] = &[TableInfo::rows::<Visited>()];

/// What the person has visited in the course; checks no right.
pub fn visited(read: &impl Read, course: CourseId, user: UserId) -> Result<Vec<ItemId>, Refusal> {
    Ok(read.get::<Visited>(&(course, user))?.map(|visited| visited.items.clone()).unwrap_or_default())
}

/// What marking needs, read beside the writer.
#[derive(Debug, Clone)]
pub struct ToMark {
    to_do: Option<ToDo>,
}

/// What it needs to mark an item as wanted; `None` when it is marked so, which needs no transaction. Checks that the actor may
/// see and mark it.
pub fn to_mark(read: &impl Read, actor: &Actor, id: ItemId, wanted: bool) -> Result<Option<ToMark>, Refusal> {
    let (course, _) = markable(read, actor, id)?;
    let visited = read.get::<Visited>(&(course.id, actor.user))?;
    if visited.is_some_and(|visited| visited.items.binary_search(&id).is_ok()) == wanted {
        return Ok(None);
    }
    let to_do = if wanted { to_do(read, &course, actor.user, actor.now) } else { None };
    Ok(Some(ToMark { to_do }))
}

fn markable(read: &impl Read, actor: &Actor, id: ItemId) -> Result<(Arc<Course>, Arc<Item>), Refusal> {
    let (course, item, _) = content::visible_item(read, actor, id)?;
    if matches!(item.kind, ItemKind::Quiz(_)) {
        return Err(NOT_MARKABLE.refuse("a quiz is done by handing in an attempt"));
    }
    if course.status.is_over() {
        return Err(COURSE_ARCHIVED.refuse("the course is archived: progress stays as it is"));
    }
    Ok((course, item))
}

/// Marks an item as visited by the actor, or takes the mark away.
pub fn mark(txn: &mut Txn<'_>, actor: &Actor, id: ItemId, wanted: bool, read: ToMark) -> Result<(), Refusal> {
    let (of, item) = markable(txn, actor, id)?;
    let course = of.id;
    let mut items = visited(txn, course, actor.user)?;
    match (items.binary_search(&id), wanted) {
        (Err(place), true) => items.insert(place, id),
        (Ok(place), false) => drop(items.remove(place)),
        _ => return Ok(()),
    }
    if items.len() > MAX_ITEMS_PER_COURSE {
        let mut kept = Vec::with_capacity(items.len());
        for id in items {
            if txn.exists::<Item>(&id)? {
                kept.push(id);
            }
        }
        items = kept;
    }
    txn.put(Visited { course, user: actor.user, items })?;
    if wanted {
        own::tell(txn, &of, actor.user, actor.now, &Event::Visited { item: &item })?;
        tell(txn, &of, actor.user, actor.now, read.to_do)?;
    }
    Ok(())
}

/// What there is to do for somebody in a course that keeps learning records; `None` where nothing is told.
pub(super) fn to_do(read: &impl Read, course: &Course, user: UserId, now: Timestamp) -> Option<ToDo> {
    if !course.learning_records || !course.status.is_shown() {
        return None;
    }
    match outline::build(read, &Actor::person(user, now), course.id, View::Learner) {
        Ok((outline, _)) => Some(ToDo::of(&outline)),
        Err(refusal) => {
            own::not_told("the progress in a course", &refusal);
            None
        }
    }
}

/// Tells how far somebody is in a course, when it keeps learning records. What there is to do was worked out beside the writer; only
/// what nobody foresaw is worked out here.
pub(super) fn tell(
    txn: &mut Txn<'_>,
    course: &Arc<Course>,
    user: UserId,
    now: Timestamp,
    known: Option<ToDo>,
) -> Result<(), Refusal> {
    let Some(to_do) = known.or_else(|| to_do(txn, course, user, now)) else { return Ok(()) };
    let progress = to_do.progress(txn, course.id, user)?;
    own::tell(txn, course, user, now, &Event::Progressed(progress))
}
