//! Courses: what a course is, who may see it, and how it goes from draft to published to archived.
//!
//! Start and end are what the course says of itself; they close enrolment by key, not the content. Rights end with an
//! enrolment, or with the course going back out of sight.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::access::{self, Actor, Grants, Permission, PermissionSet, RoleName, Scope, permissions};
use super::audit;
use super::enrolment::{self, ENROLLED, EnrolledBy, Enrolment, EnrolmentByUser};
use super::enrolment_key::KeyHash;
use super::faults::together;
use super::ids::CourseId;
use super::language::LanguageTag;
use super::naming::{self, fold, one_line, told_apart};
use super::refusal::{Code, FORBIDDEN, Kind, Refusal, TAKEN, invalid, not_found};
use super::rich_text::RichText;
use crate::clock::Timestamp;
use crate::store::{
    Cache, CodecError, Counter, Entries, Exactly, Read, Record, StoreError, Table, TableInfo, Topic, Txn,
    Unique, decode_appended,
};

/// The topic kind of "what everybody sees of this course".
pub const COURSE_TOPIC: u8 = 1;

/// Short names stand in lists, files and addresses.
pub const SHORT_NAME_CHARS: usize = 40;
/// Titles stand on one line of a page.
pub const TITLE_CHARS: usize = 200;
/// A page of text about the course; longer things are pages.
pub const SUMMARY_BYTES: usize = 4 * 1024;
/// Source and HTML share one record with the rest of the course; both fit with room to spare.
const SUMMARY_HTML_BYTES: usize = 9 * 1024;
/// More seats than any hall or any cohort of one course has.
pub const MAX_CAPACITY: u32 = 1_000_000;

/// A state change that the course's state does not allow.
pub const COURSE_STATUS: Code = Code::new(
    "course_status",
    Kind::Conflict,
    "A course goes from draft to published, and between published and archived; only an archived one is deleted.",
);
/// The course is archived.
pub const COURSE_ARCHIVED: Code = Code::new(
    "course_archived",
    Kind::Conflict,
    "The course is archived: it can be read, but it takes no enrolment and no progress.",
);
/// Fewer seats than people.
pub const CAPACITY_BELOW_ENROLLED: Code = Code::new(
    "capacity_below_enrolled",
    Kind::Conflict,
    "More people are enrolled than the new capacity has seats.",
);

/// Codes of this noun.
pub const CODES: &[Code] = &[COURSE_STATUS, COURSE_ARCHIVED, CAPACITY_BELOW_ENROLLED];

/// The state of a course.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CourseStatus {
    /// In the making: staff only.
    Draft,
    /// Open to who is enrolled.
    Published,
    /// Over: read-only for learners, no enrolment.
    Archived,
    /// Being removed with everything in it; not to be changed or entered any more.
    Deleting,
}

impl CourseStatus {
    /// May the state be followed by `next`? Archiving is undone by publishing again; nothing becomes a draft again,
    /// because learners have seen it.
    pub const fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Draft | Self::Archived, Self::Published) | (Self::Published, Self::Archived)
        )
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Archived => "archived",
            Self::Deleting => "deleting",
        }
    }

    /// Does it take no enrolment, no attempt and no progress any more?
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Archived | Self::Deleting)
    }

    /// Do learners see it?
    pub const fn is_shown(self) -> bool {
        matches!(self, Self::Published | Self::Archived)
    }
}

/// A course's short name: 1 to 40 characters with one space between words. Two that differ only in case, or in how letters
/// and their marks are put together, are one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ShortName(String);

impl ShortName {
    /// Checks the form.
    pub fn parse(text: &str) -> Result<Self, String> {
        told_apart(text, SHORT_NAME_CHARS).map(Self)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn folded(&self) -> String {
        fold(&self.0)
    }
}

impl std::fmt::Display for ShortName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Course {
    /// Its id.
    pub id: CourseId,
    /// What files and people call it; unique whatever the case.
    pub short_name: ShortName,
    /// Its title.
    pub title: String,
    /// What it is about, in Markdown.
    pub summary: String,
    /// The summary as safe HTML.
    pub summary_html: RichText,
    /// Its state.
    pub status: CourseStatus,
    /// Seats; `None` for as many as come.
    pub capacity: Option<u32>,
    /// Who knows this may enrol by themselves.
    pub key: Option<KeyHash>,
    /// When it begins, by its own account.
    pub starts: Option<Timestamp>,
    /// When it ends, by its own account; enrolment by key ends here.
    pub ends: Option<Timestamp>,
    /// When it was made.
    pub created: Timestamp,
    /// Set while it is being filled with copies of another course's content.
    pub copying: Option<CourseId>,
    /// Changes so far, for `If-Match`.
    pub revision: u32,
    /// What happens in it is written as statements of the learning record store, too.
    pub learning_records: bool,
    /// What its contents are written in, when that is told.
    pub language: Option<LanguageTag>,
}

impl Course {
    /// A draft with nothing in it.
    pub const fn draft(id: CourseId, short_name: ShortName, title: String, now: Timestamp) -> Self {
        Self {
            id,
            short_name,
            title,
            summary: String::new(),
            summary_html: RichText::empty(),
            status: CourseStatus::Draft,
            capacity: None,
            key: None,
            starts: None,
            ends: None,
            created: now,
            copying: None,
            revision: 1,
            learning_records: false,
            language: None,
        }
    }
}

impl Record for Course {
    const TABLE: Table = Table { tag: 42, name: "course" };
    const VERSION: u8 = 3;
    const CACHE: Cache = Cache::Content;
    type Key = CourseId;

    fn key(&self) -> CourseId {
        self.id
    }

    fn index(&self, entries: &mut Entries) {
        entries.unique::<CourseByShortName>(&self.short_name.folded());
        entries.touch(Topic::new(COURSE_TOPIC, self.id.0));
    }

    fn upgrade(version: u8, body: &[u8]) -> Result<Self, CodecError> {
        let untold = None::<LanguageTag>;
        match version {
            // It kept no learning records, either.
            1 => decode_appended(Self::TABLE.name, (version, 1), body, &(false, untold)),
            _ => decode_appended(Self::TABLE.name, (version, 2), body, &untold),
        }
    }
}

/// Courses by their short name in lower case.
#[derive(Debug)]
pub struct CourseByShortName;

impl Unique for CourseByShortName {
    const TABLE: Table = Table { tag: 43, name: "course by short name" };
    type Key = String;
    type Of = Course;
}

/// Tables of this noun.
pub const TABLES: &[TableInfo] = &[TableInfo::rows::<Course>(), TableInfo::unique::<CourseByShortName>()];

/// The course; checks no right.
pub fn get(read: &impl Read, id: CourseId) -> Result<Arc<Course>, Refusal> {
    read.get::<Course>(&id)?.ok_or_else(|| not_found("course", id))
}

/// The course with this short name, whatever the case; checks no right.
pub fn by_short_name(read: &impl Read, short_name: &str) -> Result<Option<Arc<Course>>, Refusal> {
    Ok(naming::find_told_apart(short_name, |name| read.by_unique::<CourseByShortName>(&fold(name)))?)
}

/// Is the course being removed, so that some of its rows are missing?
pub fn is_deleting(read: &impl Read, id: CourseId) -> Result<bool, StoreError> {
    Ok(read.get::<Course>(&id)?.is_some_and(|course| course.status == CourseStatus::Deleting))
}

/// Refuses a course that is being removed.
pub(super) fn refuse_deleting(course: &Course) -> Result<(), Refusal> {
    if course.status == CourseStatus::Deleting {
        return Err(COURSE_STATUS.refuse("the course is being deleted"));
    }
    Ok(())
}

/// How somebody sees a course.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// Everything, hidden things marked.
    Staff,
    /// What is published, visible and available.
    Learner,
}

impl View {
    /// The view that these rights give; `None` for no view at all.
    pub const fn of(may: PermissionSet) -> Option<Self> {
        if may.has(Permission::ViewDraft) {
            Some(Self::Staff)
        } else if may.has(Permission::ViewCourse) {
            Some(Self::Learner)
        } else {
            None
        }
    }
}

/// The course and how the actor sees it. A course that they may not see is answered as if it did not exist.
pub fn seen(read: &impl Read, actor: &Actor, id: CourseId) -> Result<(Arc<Course>, View), Refusal> {
    let view = View::of(permissions(read, actor, Scope::Course(id))?);
    let course = get(read, id)?;
    match view {
        Some(View::Staff) => Ok((course, View::Staff)),
        Some(View::Learner) if course.status.is_shown() => Ok((course, View::Learner)),
        _ => Err(not_found("course", id)),
    }
}

/// The course, when the actor may see it as it is.
pub fn visible(read: &impl Read, actor: &Actor, id: CourseId) -> Result<Arc<Course>, Refusal> {
    seen(read, actor, id).map(|(course, _)| course)
}

/// The facts of a course, from the outside.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CourseInput {
    /// 1 to 40 characters; unique whatever the case.
    pub short_name: String,
    /// 1 to 200 characters.
    pub title: String,
    /// Markdown, up to 4 KiB.
    #[serde(default)]
    pub summary: String,
    /// Seats; `null` for as many as come.
    #[serde(default)]
    pub capacity: Option<u32>,
    /// When it begins.
    #[serde(default)]
    pub starts: Option<Timestamp>,
    /// When it ends; enrolment by key ends here.
    #[serde(default)]
    pub ends: Option<Timestamp>,
    /// What happens in it is written as statements of the learning record store, too. Absent or null: stays as it is, which is
    /// no for a new course; the course shows it in `staff`.
    #[serde(default)]
    pub learning_records: Option<bool>,
    /// What its contents are written in, as a tag of RFC 5646 such as `en-GB`, up to 64 bytes: pages tell it to whoever has them
    /// read aloud. `null` when it is not told.
    #[serde(default)]
    pub language: Option<String>,
}

/// The facts of a course, checked.
#[derive(Debug, Clone)]
pub struct CourseFacts {
    short_name: ShortName,
    title: String,
    summary: String,
    summary_html: RichText,
    capacity: Option<u32>,
    starts: Option<Timestamp>,
    ends: Option<Timestamp>,
    learning_records: Option<bool>,
    language: Option<LanguageTag>,
}

impl CourseInput {
    /// Checks every field; the summary becomes safe HTML here, outside any transaction.
    pub fn parse(self) -> Result<CourseFacts, Refusal> {
        let language = self.language.as_deref().map(LanguageTag::parse).transpose();
        let (short_name, title, summary_html, (), (), language) = together((
            ShortName::parse(&self.short_name).map_err(|problem| invalid("/short_name", problem)),
            one_line(&self.title, TITLE_CHARS).map_err(|problem| invalid("/title", problem)),
            summary(&self.summary).map_err(|problem| invalid("/summary", problem)),
            check_capacity(self.capacity),
            in_order("/ends", self.starts, self.ends),
            language.map_err(|problem| invalid("/language", problem)),
        ))?;
        Ok(CourseFacts {
            short_name,
            title,
            summary: self.summary,
            summary_html,
            capacity: self.capacity,
            starts: self.starts,
            ends: self.ends,
            learning_records: self.learning_records,
            language,
        })
    }
}

impl CourseFacts {
    /// What a course says now, with other seats: nothing of it is read anew, and learning records stay as they are.
    pub fn with_seats(course: &Course, capacity: Option<u32>) -> Result<Self, Refusal> {
        check_capacity(capacity)?;
        Ok(Self {
            short_name: course.short_name.clone(),
            title: course.title.clone(),
            summary: course.summary.clone(),
            summary_html: course.summary_html.clone(),
            capacity,
            starts: course.starts,
            ends: course.ends,
            learning_records: None,
            language: course.language.clone(),
        })
    }
}

/// A summary as it is shown.
fn summary(markdown: &str) -> Result<RichText, String> {
    if markdown.len() > SUMMARY_BYTES {
        return Err(format!("is longer than {SUMMARY_BYTES} bytes"));
    }
    let shown = RichText::from_markdown(markdown).map_err(|problem| problem.to_string())?;
    if shown.html().len() > SUMMARY_HTML_BYTES {
        return Err(format!("is longer than {SUMMARY_HTML_BYTES} bytes as HTML"));
    }
    Ok(shown)
}

fn check_capacity(capacity: Option<u32>) -> Result<(), Refusal> {
    if capacity.is_some_and(|seats| seats == 0 || seats > MAX_CAPACITY) {
        return Err(invalid("/capacity", format!("is not between 1 and {MAX_CAPACITY}")));
    }
    Ok(())
}

/// Refuses a span that ends before it begins.
pub(super) fn in_order(at: &str, from: Option<Timestamp>, until: Option<Timestamp>) -> Result<(), Refusal> {
    match (from, until) {
        (Some(from), Some(until)) if until <= from => Err(invalid(at, "is not after the start")),
        _ => Ok(()),
    }
}

fn put(txn: &mut Txn<'_>, course: Course) -> Result<Arc<Course>, Refusal> {
    if let Some(other) = txn.unique_key::<CourseByShortName>(&course.short_name.folded())?
        && other != course.id
    {
        let name = &course.short_name;
        return Err(TAKEN
            .refuse(format!("another course has the short name {name} already"))
            .at("/short_name", "is taken; short names differ in more than case"));
    }
    let id = course.id;
    txn.put(course)?;
    get(txn, id)
}

/// Makes a draft. Whoever makes it teaches it when `teach` says so, or when they could not change it otherwise.
pub fn create(
    txn: &mut Txn<'_>,
    actor: &Actor,
    facts: CourseFacts,
    teach: Option<bool>,
) -> Result<Arc<Course>, Refusal> {
    let may = permissions(txn, actor, Scope::Site)?;
    access::require(txn, actor, Permission::CreateCourse, Scope::Site)?;
    let id = txn.new_id()?;
    let mut course = Course::draft(id, facts.short_name.clone(), String::new(), actor.now);
    facts.apply(&mut course);
    let course = put(txn, course)?;
    audit::note(txn, actor, "course.create", Some(id), format!("course {id}"), course.short_name.as_str())?;
    let makes = may.has(Permission::EditCourse) && may.has(Permission::ViewDraft);
    if teach.unwrap_or(!makes) {
        let role = RoleName::parse(access::TEACHER).map_err(|problem| invalid("role", problem))?;
        enrolment::place(txn, actor, &course, actor.user, &role, EnrolledBy::Teacher, (None, None))?;
    }
    Ok(course)
}

impl CourseFacts {
    fn apply(self, course: &mut Course) {
        // Each field is named, so that none is forgotten.
        let Self {
            short_name,
            title,
            summary,
            summary_html,
            capacity,
            starts,
            ends,
            learning_records,
            language,
        } = self;
        course.short_name = short_name;
        course.title = title;
        course.summary = summary;
        course.summary_html = summary_html;
        course.capacity = capacity;
        course.starts = starts;
        course.ends = ends;
        course.learning_records = learning_records.unwrap_or(course.learning_records);
        course.language = language;
    }
}

/// The course for a change of its facts or content: the right is there, and nobody changed it since it was read.
fn for_change(
    read: &impl Read,
    actor: &Actor,
    id: CourseId,
    unchanged: impl FnOnce(u32) -> Result<(), Refusal>,
) -> Result<Course, Refusal> {
    access::require(read, actor, Permission::EditCourse, Scope::Course(id))?;
    let mut course = Arc::unwrap_or_clone(get(read, id)?);
    unchanged(course.revision)?;
    refuse_deleting(&course)?;
    course.revision += 1;
    Ok(course)
}

/// Changes the facts. `unchanged` refuses another revision than the one that was read.
pub fn change(
    txn: &mut Txn<'_>,
    actor: &Actor,
    id: CourseId,
    facts: CourseFacts,
    unchanged: impl FnOnce(u32) -> Result<(), Refusal>,
) -> Result<Arc<Course>, Refusal> {
    let mut course = for_change(txn, actor, id, unchanged)?;
    let enrolled = txn.counter(&Counter::new(ENROLLED, &id))?;
    if let Some(seats) = facts.capacity
        && i64::from(seats) < enrolled
        && course.capacity != facts.capacity
    {
        return Err(CAPACITY_BELOW_ENROLLED
            .refuse(format!("{enrolled} people are enrolled, so the capacity cannot be {seats}"))
            .at("/capacity", "is below the number of people enrolled"));
    }
    let before = course.clone();
    facts.apply(&mut course);
    if course == before {
        return get(txn, id);
    }
    note_learning_records(txn, actor, before.learning_records, &course)?;
    let detail = differences(&before, &course);
    if !detail.is_empty() {
        audit::note(txn, actor, "course.change", Some(id), format!("course {id}"), detail)?;
    }
    put(txn, course)
}

/// What changed, for the audit trail; learning records have an entry of their own.
fn differences(before: &Course, after: &Course) -> String {
    // Each field is named, so that none is forgotten.
    let Course {
        short_name,
        title,
        summary,
        capacity,
        starts,
        ends,
        language,
        id: _,
        summary_html: _,
        status: _,
        key: _,
        created: _,
        copying: _,
        revision: _,
        learning_records: _,
    } = before;
    let parts = [
        ("title", title.clone(), after.title.clone()),
        ("short name", short_name.to_string(), after.short_name.to_string()),
        ("seats", or_none(capacity.as_ref()), or_none(after.capacity.as_ref())),
        ("starts", or_none(starts.as_ref()), or_none(after.starts.as_ref())),
        ("ends", or_none(ends.as_ref()), or_none(after.ends.as_ref())),
        ("language", or_none(language.as_ref()), or_none(after.language.as_ref())),
    ];
    let changed = parts.iter().filter(|(_, old, new)| old != new);
    let mut changes: Vec<String> = changed.map(|(name, old, new)| format!("{name} {old} to {new}")).collect();
    if *summary != after.summary {
        changes.push("summary".to_owned());
    }
    changes.join("; ")
}

fn or_none(value: Option<&impl ToString>) -> String {
    value.map_or_else(|| "none".to_owned(), ToString::to_string)
}

/// Says who made what happens in a course known to those who read learning records, or hid it from them.
fn note_learning_records(
    txn: &mut Txn<'_>,
    actor: &Actor,
    before: bool,
    course: &Course,
) -> Result<(), Refusal> {
    let (id, now) = (course.id, course.learning_records);
    if now == before {
        return Ok(());
    }
    let detail = if now { "on" } else { "off" };
    audit::note(txn, actor, "course.learning_records", Some(id), format!("course {id}"), detail)
}

/// Begins or ends keeping learning records of what happens in a course. What was written stays.
pub fn set_learning_records(
    txn: &mut Txn<'_>,
    actor: &Actor,
    id: CourseId,
    wanted: bool,
    unchanged: impl FnOnce(u32) -> Result<(), Refusal>,
) -> Result<Arc<Course>, Refusal> {
    let mut course = for_change(txn, actor, id, unchanged)?;
    let before = std::mem::replace(&mut course.learning_records, wanted);
    if before == wanted {
        return get(txn, id);
    }
    note_learning_records(txn, actor, before, &course)?;
    put(txn, course)
}

/// Moves the course to another state.
pub fn set_status(
    txn: &mut Txn<'_>,
    actor: &Actor,
    id: CourseId,
    next: CourseStatus,
    unchanged: impl FnOnce(u32) -> Result<(), Refusal>,
) -> Result<Arc<Course>, Refusal> {
    let mut course = for_change(txn, actor, id, unchanged)?;
    let (from, to) = (course.status.name(), next.name());
    if course.status == next {
        return get(txn, id);
    }
    if !course.status.may_become(next) {
        return Err(COURSE_STATUS.refuse(format!("a course that is {from} does not become {to}")));
    }
    if course.copying.is_some() {
        return Err(COURSE_STATUS.refuse("its content is still being copied; finish the copy first"));
    }
    course.status = next;
    let subject = format!("course {id}");
    audit::note(txn, actor, "course.status", Some(id), subject, format!("{from} to {to}"))?;
    put(txn, course)
}

/// Sets or takes away the key by which people enrol themselves.
pub fn set_key(
    txn: &mut Txn<'_>,
    actor: &Actor,
    id: CourseId,
    key: Option<KeyHash>,
    unchanged: impl FnOnce(u32) -> Result<(), Refusal>,
) -> Result<Arc<Course>, Refusal> {
    access::require(txn, actor, Permission::ManageEnrolment, Scope::Course(id))?;
    let mut course = for_change(txn, actor, id, unchanged)?;
    if course.key == key {
        return get(txn, id);
    }
    let detail = if key.is_some() { "set" } else { "removed" };
    audit::note(txn, actor, "course.key", Some(id), format!("course {id}"), detail)?;
    course.key = key;
    put(txn, course)
}

/// How many people are enrolled.
pub fn enrolled(read: &impl Read, id: CourseId) -> Result<u64, Refusal> {
    let total = read.counter(&Counter::new(ENROLLED, &id))?;
    Ok(u64::try_from(total).unwrap_or(0))
}

/// Rows that one step of a filtered list looks at.
const STEP: usize = 256;

/// A course with the enrolment of who asks.
pub type OwnCourse = (Arc<Course>, Arc<Enrolment>);

/// The actor's own courses, in the order of their ids: those in which an enrolment counts now. Up to `limit`, behind
/// `after`.
pub fn mine(
    read: &impl Read,
    actor: &Actor,
    after: Option<CourseId>,
    limit: usize,
) -> Result<Vec<OwnCourse>, Refusal> {
    let mut found = Vec::new();
    let mut after = after.map(|course| (course, actor.user));
    while found.len() < limit {
        let behind = after.as_ref().map(|key| (&actor.user, key));
        let keys = read.index_keys::<EnrolmentByUser>(&Exactly(actor.user), behind, STEP)?;
        for (_, key) in &keys {
            let Some(enrolment) = read.get::<Enrolment>(key)? else { continue };
            if found.len() < limit
                && enrolment.is_active(actor.now)
                && let Some(course) = unless_hidden(seen(read, actor, key.0))?
            {
                found.push((course.0, enrolment));
            }
        }
        match keys.last() {
            Some((_, key)) if keys.len() == STEP => after = Some(*key),
            _ => break,
        }
    }
    Ok(found)
}

/// Courses in which the actor has a role without being enrolled, in the order of their ids. Up to `limit`.
pub fn granted(read: &impl Read, actor: &Actor, limit: usize) -> Result<Vec<Arc<Course>>, Refusal> {
    let Some(grants) = read.get::<Grants>(&actor.user)? else { return Ok(Vec::new()) };
    let mut courses: Vec<CourseId> = grants.courses.iter().map(|(course, _)| *course).collect();
    courses.sort_unstable();
    courses.dedup();
    let mut found = Vec::new();
    for id in courses {
        let enrolment = read.get::<Enrolment>(&(id, actor.user))?;
        let is_own = enrolment.is_some_and(|enrolment| enrolment.is_active(actor.now));
        if found.len() < limit
            && !is_own
            && let Some((course, _)) = unless_hidden(seen(read, actor, id))?
        {
            found.push(course);
        }
    }
    Ok(found)
}

/// `None` for what the actor may not know of, so that lists leave it out.
pub(super) fn unless_hidden<T>(outcome: Result<T, Refusal>) -> Result<Option<T>, Refusal> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(refusal) if refusal.code.kind == Kind::NotFound => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

/// Every course of the installation, for who may see courses everywhere. Up to `limit`, behind `after`.
pub fn all(
    read: &impl Read,
    actor: &Actor,
    after: Option<CourseId>,
    limit: usize,
) -> Result<Vec<Course>, Refusal> {
    let view = View::of(permissions(read, actor, Scope::Site)?).ok_or_else(|| {
        FORBIDDEN.refuse("this needs the permission view_course for the whole installation")
    })?;
    let mut found: Vec<Course> = Vec::new();
    let mut after = after;
    while found.len() < limit {
        let step = read.list::<Course>(&(), after.as_ref(), STEP.min(limit + 1))?;
        let more = step.len() == STEP.min(limit + 1);
        after = step.last().map(|course| course.id);
        found.extend(step.into_iter().filter(|course| view == View::Staff || course.status.is_shown()));
        if !more {
            break;
        }
    }
    found.truncate(limit);
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{decode_value, encode_value};

    /// The last fields as version 1 wrote them, and as versions 2 and 3 do: learning records, then the language.
    #[test]
    fn courses_of_earlier_versions_are_read_and_told_no_language() {
        let short_name = ShortName::parse("C").unwrap();
        let draft = Course::draft(CourseId(7), short_name, "T".to_owned(), Timestamp::from_ms(0));
        let told =
            Course { learning_records: true, language: Some(LanguageTag::parse("de-CH").unwrap()), ..draft };
        let row = encode_value(&told).unwrap();
        let (before, end) = row.split_at(row.len() - 8);
        assert_eq!((row.first(), end), (Some(&3), &[1, 1, 5, b'd', b'e', b'-', b'C', b'H'][..]));
        assert_eq!(decode_value::<Course>(&row).unwrap(), told);
        let earlier = |version: u8, end: &[u8]| {
            let row = [&[version][..], before.get(1..).unwrap(), end].concat();
            decode_value::<Course>(&row)
        };
        let untold = Course { language: None, ..told };
        assert_eq!(earlier(2, &[1]).unwrap(), untold);
        assert_eq!(earlier(1, &[]).unwrap(), Course { learning_records: false, ..untold });
        assert!(earlier(4, &[1, 0]).is_err());
    }
}
