//! Groups of a course: a name and members. Quizzes may give a group other times than everybody.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::access::{self, Actor, Permission, Scope};
use super::course;
use super::enrolment::{self, Enrolment, LEARNER_TOPIC};
use super::faults::Faults;
use super::ids::{CourseId, GroupId, UserId};
use super::naming::{self, fold, told_apart};
use super::refusal::{Code, Kind, Refusal, TAKEN, invalid, not_found};
use super::{attempt, audit, quiz};
use crate::clock::Timestamp;
use crate::store::{
    Cache, Counter, CounterKind, Entries, Exactly, Index, Read, Record, Table, TableInfo, Topic, Txn, Unique,
};

/// Names stand in one line of a list.
pub const NAME_CHARS: usize = 100;
/// A course with more has groups of two; the list of groups stays one short read.
const MAX_GROUPS: i64 = 500;
/// Every start of a quiz looks at the groups of one person, so they are few.
const MAX_GROUPS_PER_PERSON: usize = 50;
/// Members that one step of removing a group takes out, to keep its transactions short.
const STEP: usize = 500;

/// People whom one entry of the audit trail names: they have room in it, however long their numbers are.
const NAMED_AT_ONCE: usize = 20;

/// A limit on groups is reached.
pub const TOO_MANY_GROUPS: Code = Code::new(
    "too_many_groups",
    Kind::Conflict,
    "The course, or this person, has as many groups as there may be.",
);
/// Only who is enrolled can be in a group.
pub const NOT_ENROLLED: Code =
    Code::new("not_enrolled", Kind::Conflict, "The person is not enrolled in the course.");

/// Codes of this noun.
pub const CODES: &[Code] = &[TOO_MANY_GROUPS, NOT_ENROLLED];

/// Groups of a course.
const GROUPS: CounterKind = CounterKind { tag: 20, name: "groups per course" };
/// Members of a group.
pub const MEMBERS: CounterKind = CounterKind { tag: 21, name: "members per group" };

/// A group of people in a course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Its course.
    pub course: CourseId,
    /// Its id.
    pub id: GroupId,
    /// Its name, unique in the course whatever the case.
    pub name: String,
    /// Changes so far, for `If-Match`.
    pub revision: u32,
}

impl Record for Group {
    const TABLE: Table = Table { tag: 49, name: "group" };
    const VERSION: u8 = 1;
    const CACHE: Cache = Cache::Content;
    type Key = (CourseId, GroupId);

    fn key(&self) -> Self::Key {
        (self.course, self.id)
    }

    fn index(&self, entries: &mut Entries) {
        entries.unique::<GroupByName>(&(self.course, fold(&self.name)));
        entries.count(Counter::new(GROUPS, &self.course), 1);
    }
}

/// Groups of a course by name in lower case.
#[derive(Debug)]
pub struct GroupByName;

impl Unique for GroupByName {
    const TABLE: Table = Table { tag: 50, name: "group by name" };
    type Key = (CourseId, String);
    type Of = Group;
}

/// A person in a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The course of the group.
    pub course: CourseId,
    /// The person.
    pub user: UserId,
    /// The group.
    pub group: GroupId,
    /// Since when.
    pub since: Timestamp,
}

impl Record for Member {
    const TABLE: Table = Table { tag: 51, name: "group member" };
    const VERSION: u8 = 1;
    type Key = (CourseId, UserId, GroupId);

    fn key(&self) -> Self::Key {
        (self.course, self.user, self.group)
    }

    fn index(&self, entries: &mut Entries) {
        entries.add::<MembersByGroup>(&self.group);
        entries.count(Counter::new(MEMBERS, &self.group), 1);
        // A group may have its own times for a quiz.
        entries.touch(Topic::pair(LEARNER_TOPIC, self.course.0, self.user.0));
    }
}

/// The members of a group.
#[derive(Debug)]
pub struct MembersByGroup;

impl Index for MembersByGroup {
    const TABLE: Table = Table { tag: 52, name: "members by group" };
    type Key = GroupId;
    type Of = Member;
}

/// Tables of this noun.
pub const TABLES: &[TableInfo] = &[
    TableInfo::rows::<Group>(),
    TableInfo::unique::<GroupByName>(),
    TableInfo::rows::<Member>(),
    TableInfo::index::<MembersByGroup>(),
];

/// The groups of a person in a course, smallest id first; checks no right.
pub fn of_user(read: &impl Read, course: CourseId, user: UserId) -> Result<Vec<GroupId>, Refusal> {
    let members = read.list::<Member>(&(course, user), None, MAX_GROUPS_PER_PERSON)?;
    Ok(members.into_iter().map(|member| member.group).collect())
}

/// The group; checks no right.
pub fn get(read: &impl Read, course: CourseId, id: GroupId) -> Result<Arc<Group>, Refusal> {
    read.get::<Group>(&(course, id))?.ok_or_else(|| not_found("group", id))
}

/// A group's name, checked.
#[derive(Debug, Clone)]
pub struct GroupName(String);

impl GroupName {
    /// Checks the form.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        told_apart(text, NAME_CHARS).map(Self).map_err(|problem| invalid("/name", problem))
    }

    /// Of a group that has it, as it is kept there.
    pub(super) fn of(group: &Group) -> Self {
        Self(group.name.clone())
    }
}

/// The group of a course with this name, whatever the case; checks no right.
pub(super) fn by_name(read: &impl Read, course: CourseId, name: &str) -> Result<Option<GroupId>, Refusal> {
    let found = naming::find_told_apart(name, |name| read.unique_key::<GroupByName>(&(course, fold(name))))?;
    Ok(found.map(|(_, id)| id))
}

/// The group of a course that is kept under this very name, whatever the case; checks no right.
pub(super) fn by_kept_name(
    read: &impl Read,
    course: CourseId,
    name: &str,
) -> Result<Option<GroupId>, Refusal> {
    Ok(read.unique_key::<GroupByName>(&(course, fold(name)))?.map(|(_, id)| id))
}

fn refuse_taken(read: &impl Read, course: CourseId, name: &str, id: GroupId) -> Result<(), Refusal> {
    match by_kept_name(read, course, name)? {
        Some(other) if other != id => Err(TAKEN
            .refuse(format!("another group of the course is called {name}"))
            .at("/name", "is taken; names of groups differ in more than case")),
        _ => Ok(()),
    }
}

/// Makes a group.
pub fn create(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: CourseId,
    name: GroupName,
) -> Result<Arc<Group>, Refusal> {
    access::require(txn, actor, Permission::ManageEnrolment, Scope::Course(course))?;
    course::get(txn, course)?;
    require_room(txn, course)?;
    let id = txn.new_id()?;
    refuse_taken(txn, course, &name.0, id)?;
    txn.insert(Group { course, id, name: name.0, revision: 1 })?;
    get(txn, course, id)
}

/// Gives a group another name.
pub fn rename(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: CourseId,
    id: GroupId,
    name: GroupName,
    unchanged: impl FnOnce(u32) -> Result<(), Refusal>,
) -> Result<Arc<Group>, Refusal> {
    access::require(txn, actor, Permission::ManageEnrolment, Scope::Course(course))?;
    let mut group = Arc::unwrap_or_clone(get(txn, course, id)?);
    unchanged(group.revision)?;
    if group.name == name.0 {
        return get(txn, course, id);
    }
    refuse_taken(txn, course, &name.0, id)?;
    group.name = name.0;
    group.revision += 1;
    txn.put(group)?;
    get(txn, course, id)
}

/// Refuses where a course has as many groups as may be.
fn require_room(read: &impl Read, course: CourseId) -> Result<(), Refusal> {
    if read.counter(&Counter::new(GROUPS, &course))? >= MAX_GROUPS {
        return Err(TOO_MANY_GROUPS.refuse_whole(format!("a course has at most {MAX_GROUPS} groups")));
    }
    Ok(())
}

/// Only who is in a course can be in its groups.
pub fn not_enrolled(user: UserId, at: &str) -> Refusal {
    NOT_ENROLLED.refuse_saying(at, format!("user {user} is not enrolled in the course"))
}

fn in_too_many(user: UserId, at: &str) -> Refusal {
    let problem = format!("user {user} is in {MAX_GROUPS_PER_PERSON} groups already");
    TOO_MANY_GROUPS.refuse_saying(at, problem)
}

/// Refuses where somebody cannot come into a group, or where there is no room for a new one: before they are enrolled with it.
pub fn require_joining(
    read: &impl Read,
    course: CourseId,
    group: Option<GroupId>,
    user: UserId,
) -> Result<(), Refusal> {
    let groups = of_user(read, course, user)?;
    if group.is_some_and(|group| groups.contains(&group)) {
        return Ok(());
    }
    if groups.len() >= MAX_GROUPS_PER_PERSON {
        return Err(in_too_many(user, "group"));
    }
    if group.is_none() { require_room(read, course) } else { Ok(()) }
}

/// Puts people who are enrolled into a group. Who is in it already stays. How many are new.
pub fn add_members(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: CourseId,
    id: GroupId,
    users: &[UserId],
) -> Result<u32, Refusal> {
    access::require(txn, actor, Permission::ManageEnrolment, Scope::Course(course))?;
    enrolment::check_count("/users", users.len())?;
    get(txn, course, id)?;
    let (mut added, mut faults) = (Vec::new(), Faults::default());
    for (place, user) in users.iter().enumerate() {
        let at = || format!("/users/{place}");
        if !txn.exists::<Enrolment>(&(course, *user))? {
            faults.add(not_enrolled(*user, &at()));
            continue;
        }
        if txn.exists::<Member>(&(course, *user, id))? {
            continue;
        }
        if of_user(txn, course, *user)?.len() >= MAX_GROUPS_PER_PERSON {
            faults.add(in_too_many(*user, &at()));
            continue;
        }
        txn.insert(Member { course, user: *user, group: id, since: actor.now })?;
        added.push(*user);
    }
    faults.and(Ok(()))?;
    changed(txn, actor, "group.add", (course, id), &added)?;
    Ok(u32::try_from(added.len()).unwrap_or(u32::MAX))
}

/// These people came into a group or left it: they may have other times in quizzes, and the trail names them, in as many entries as
/// have room for them.
fn changed(
    txn: &mut Txn<'_>,
    actor: &Actor,
    action: &str,
    (course, group): (CourseId, GroupId),
    users: &[UserId],
) -> Result<(), Refusal> {
    quiz::overrides::renew_of_group(txn, group, users.len())?;
    attempt::follow::note_members(txn, actor, course, group, users)?;
    for some in users.chunks(NAMED_AT_ONCE) {
        let some = some.iter().map(|user| format!("user {user}")).collect::<Vec<_>>().join(", ");
        audit::note(txn, actor, action, Some(course), format!("group {group}"), some)?;
    }
    Ok(())
}

/// Takes somebody out of a group.
pub fn remove_member(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: CourseId,
    id: GroupId,
    user: UserId,
) -> Result<(), Refusal> {
    access::require(txn, actor, Permission::ManageEnrolment, Scope::Course(course))?;
    get(txn, course, id)?;
    if !txn.delete::<Member>(&(course, user, id))? {
        return Err(not_found("member", user));
    }
    changed(txn, actor, "group.remove", (course, id), &[user])
}

/// Takes somebody out of every group of a course; the caller has settled the right.
pub(super) fn leave_all(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: CourseId,
    user: UserId,
) -> Result<(), Refusal> {
    for group in of_user(txn, course, user)? {
        txn.delete::<Member>(&(course, user, group))?;
        changed(txn, actor, "group.remove", (course, group), &[user])?;
    }
    Ok(())
}

/// One step of removing a group: some members, or, when none is left, the group with what it has different in quizzes.
/// Is it gone? `unchanged` is for the first step: a removal that has begun does not stop half-way because of a new name.
pub fn remove_step(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: CourseId,
    id: GroupId,
    unchanged: impl FnOnce(u32) -> Result<(), Refusal>,
) -> Result<bool, Refusal> {
    access::require(txn, actor, Permission::ManageEnrolment, Scope::Course(course))?;
    let group = get(txn, course, id)?;
    unchanged(group.revision)?;
    let members = txn.index_keys::<MembersByGroup>(&Exactly(id), None, STEP)?;
    for (_, key) in &members {
        txn.delete::<Member>(key)?;
    }
    let users: Vec<UserId> = members.iter().map(|(_, (_, user, _))| *user).collect();
    changed(txn, actor, "group.remove", (course, id), &users)?;
    if members.len() == STEP {
        return Ok(false);
    }
    let quizzes = quiz::overrides::remove_of_group(txn, id)?;
    if !quizzes.is_empty() {
        let list = quizzes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let detail = format!("removed with the group, in {} quizzes: {list}", quizzes.len());
        audit::note(txn, actor, "quiz.override.remove", Some(course), format!("group {id}"), detail)?;
    }
    txn.delete::<Group>(&(course, id))?;
    audit::note(txn, actor, "group.delete", Some(course), format!("group {id}"), group.name.clone())?;
    Ok(true)
}

/// The groups of a course in the order of their ids: up to `limit`, behind `after`.
pub fn list(
    read: &impl Read,
    actor: &Actor,
    course: CourseId,
    after: Option<GroupId>,
    limit: usize,
) -> Result<Vec<Group>, Refusal> {
    access::require(read, actor, Permission::ViewRoster, Scope::Course(course))?;
    course::get(read, course)?;
    let after = after.map(|group| (course, group));
    Ok(read.list::<Group>(&(course,), after.as_ref(), limit)?)
}

/// The members of a group in the order of their ids: up to `limit`, behind `after`.
pub fn members(
    read: &impl Read,
    actor: &Actor,
    course: CourseId,
    id: GroupId,
    after: Option<UserId>,
    limit: usize,
) -> Result<Vec<UserId>, Refusal> {
    access::require(read, actor, Permission::ViewRoster, Scope::Course(course))?;
    get(read, course, id)?;
    let after = after.map(|user| (course, user, id));
    let behind = after.as_ref().map(|key| (&id, key));
    let keys = read.index_keys::<MembersByGroup>(&Exactly(id), behind, limit)?;
    Ok(keys.into_iter().map(|(_, (_, user, _))| user).collect())
}
