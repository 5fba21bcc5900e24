//! Making a course from another one: its facts, sections, items and groups, without people.
//!
//! A course may be larger than one transaction, so it is copied in steps. What is still to do is a record; the new
//! course says that it is being copied until the last step, cannot be published before, and a copy that was cut off
//! goes on where it was.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::access::{self, Actor, Permission, Scope};
use super::audit;
use super::content::{self, Availability, Item, ItemKind, Section};
use super::content_edit::{append_item, append_section};
use super::course::{self, Course, CourseFacts, CourseInput};
use super::group::{self, Group, GroupName};
use super::ids::{CourseId, GroupId, ItemId, SectionId};
use super::page::{Page, PageSource};
use super::refusal::{Refusal, not_found};
use crate::clock::Timestamp;
use crate::store::{Read, Record, Table, TableInfo, Txn};

/// Rows that one step copies: some milliseconds of the writer.
const STEP_ROWS: usize = 100;
/// Bytes of text that one step copies.
const STEP_BYTES: usize = 512 * 1024;

/// What is still to be copied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copying {
    /// The new course.
    pub to: CourseId,
    /// The old one.
    pub from: CourseId,
    /// How much later everything is than in the old one.
    pub shift_ms: i64,
    /// Sections to do, the next one last.
    pub sections: Vec<SectionId>,
    /// The new section that is being filled.
    pub filling: Option<SectionId>,
    /// Items to do for it, the next one last.
    pub items: Vec<ItemId>,
    /// The last group that was copied.
    pub after_group: Option<GroupId>,
}

impl Record for Copying {
    const TABLE: Table = Table { tag: 55, name: "course being copied" };
    const VERSION: u8 = 1;
    type Key = CourseId;

    fn key(&self) -> CourseId {
        self.to
    }
}

/// Tables of this file.
pub const TABLES: &[TableInfo] = &[TableInfo::rows::<Copying>()];

/// The new course from the outside.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloneInput {
    /// 1 to 40 characters; unique whatever the case.
    pub short_name: String,
    /// 1 to 200 characters.
    pub title: String,
    /// When the new course begins. When the old one has a start too, every availability moves by the difference.
    #[serde(default)]
    pub starts: Option<Timestamp>,
}

/// The right to copy, and the facts of the new course as of now; text is rendered here, outside a transaction.
pub fn facts(
    read: &impl Read,
    actor: &Actor,
    from: CourseId,
    input: CloneInput,
) -> Result<CourseFacts, Refusal> {
    access::require(read, actor, Permission::EditCourse, Scope::Course(from))?;
    let old = course::get(read, from)?;
    CourseInput {
        short_name: input.short_name,
        title: input.title,
        summary: old.summary.clone(),
        capacity: old.capacity,
        starts: input.starts,
        ends: None,
    }
    .parse()
}

/// Makes the new course, empty, with a list of what is to be copied.
pub fn begin(
    txn: &mut Txn<'_>,
    actor: &Actor,
    from: CourseId,
    facts: CourseFacts,
) -> Result<Arc<Course>, Refusal> {
    access::require(txn, actor, Permission::EditCourse, Scope::Course(from))?;
    let old = course::get(txn, from)?;
    let new = course::create(txn, actor, facts, None)?;
    let shift_ms = match (old.starts, new.starts) {
        (Some(old), Some(new)) => new.ms() - old.ms(),
        _ => 0,
    };
    let mut sections = content::contents(txn, from)?.sections.clone();
    sections.reverse();
    txn.insert(Copying {
        to: new.id,
        from,
        shift_ms,
        sections,
        filling: None,
        items: Vec::new(),
        after_group: None,
    })?;
    let id = new.id;
    txn.put(Course { copying: Some(from), ..(*new).clone() })?;
    audit::note(txn, actor, "course.clone", Some(id), format!("course {id}"), format!("from course {from}"))?;
    course::get(txn, id)
}

/// Copies some more. Is it done?
pub fn step(txn: &mut Txn<'_>, actor: &Actor, to: CourseId) -> Result<bool, Refusal> {
    access::require(txn, actor, Permission::EditCourse, Scope::Course(to))?;
    let mut copying = match txn.get::<Copying>(&to)? {
        Some(copying) => Arc::unwrap_or_clone(copying),
        None if txn.exists::<Course>(&to)? => return Ok(true),
        None => return Err(not_found("course", to)),
    };
    access::require(txn, actor, Permission::EditCourse, Scope::Course(copying.from))?;
    let (mut rows, mut bytes) = (0, 0);
    let mut filling = match copying.filling {
        Some(id) => txn.get::<Section>(&id)?.map(Arc::unwrap_or_clone),
        None => None,
    };
    let content_done = loop {
        if rows >= STEP_ROWS || bytes >= STEP_BYTES {
            break false;
        }
        rows += 1;
        if let Some(id) = copying.items.pop() {
            if let Some(parent) = &mut filling {
                bytes += copy_item(txn, &copying, parent, id)?;
            }
            continue;
        }
        if let Some(section) = filling.take() {
            txn.put(section)?;
        }
        let Some(id) = copying.sections.pop() else { break true };
        // What was removed meanwhile is not copied.
        let Some(old) = txn.get::<Section>(&id)? else { continue };
        let new = append_section(txn, to, old.title.clone(), shifted(old.availability, copying.shift_ms))?;
        filling = txn.get::<Section>(&new)?.map(Arc::unwrap_or_clone);
        copying.items.clone_from(&old.items);
        copying.items.reverse();
    };
    copying.filling = filling.as_ref().map(|section| section.id);
    if let Some(section) = filling {
        txn.put(section)?;
    }
    if content_done && copy_groups(txn, actor, &mut copying)? {
        txn.delete::<Copying>(&to)?;
        let course = course::get(txn, to)?;
        txn.put(Course { copying: None, revision: course.revision + 1, ..(*course).clone() })?;
        return Ok(true);
    }
    txn.put(copying)?;
    Ok(false)
}

fn shifted(availability: Availability, shift_ms: i64) -> Availability {
    let later =
        |time: Option<Timestamp>| time.map(|time| Timestamp::from_ms(time.ms().saturating_add(shift_ms)));
    Availability { from: later(availability.from), until: later(availability.until), ..availability }
}

/// Copies an item into `parent`; how many bytes of text it had.
fn copy_item(
    txn: &mut Txn<'_>,
    copying: &Copying,
    parent: &mut Section,
    id: ItemId,
) -> Result<usize, Refusal> {
    let Some(old) = txn.get::<Item>(&id)? else { return Ok(0) };
    let source = txn.get::<Page>(&id)?.map(|page| page.source.clone());
    let kind = match &old.kind {
        // Quizzes are copied with their questions, by the noun that knows them.
        ItemKind::Quiz(_) => return Ok(0),
        other => other.clone(),
    };
    let bytes = match &source {
        Some(PageSource::Inline(text)) => text.len(),
        _ => 0,
    };
    let availability = shifted(old.availability, copying.shift_ms);
    append_item(txn, parent, old.title.clone(), availability, kind, source)?;
    Ok(bytes)
}

/// Copies some more groups, without members. Were those all?
fn copy_groups(txn: &mut Txn<'_>, actor: &Actor, copying: &mut Copying) -> Result<bool, Refusal> {
    let after = copying.after_group.map(|id| (copying.from, id));
    let groups = txn.list::<Group>(&(copying.from,), after.as_ref(), STEP_ROWS)?;
    for old in &groups {
        group::create(txn, actor, copying.to, GroupName::parse(&old.name)?)?;
        copying.after_group = Some(old.id);
    }
    Ok(groups.len() < STEP_ROWS)
}
