//! Enrolment: a person in a course, with a role, dates and a status. Seats are counted in the transaction that takes
//! them, so a course is never fuller than its capacity.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::access::{self, Actor, Permission, RoleName, Scope};
use super::account::Account;
use super::course::{self, COURSE_ARCHIVED, Course};
use super::faults::{each, together};
use super::ids::{CourseId, UserId};
use super::refusal::{Code, Kind, Refusal, invalid, not_found};
use super::xapi::own::{self, Event};
use super::{account, audit, group, quiz, role};
use crate::clock::Timestamp;
use crate::store::{
    Cache, Counter, CounterKind, Entries, Exactly, Index, Read, Record, StoreError, Table, TableInfo, Topic,
    Txn,
};

/// People enrolled by one request: a large lecture in a few requests, and some milliseconds of the writer each.
pub const MAX_PER_REQUEST: usize = 500;

/// No seat is free.
pub const COURSE_FULL: Code = Code::new("course_full", Kind::Conflict, "Every seat of the course is taken.");
/// The enrolment is suspended.
pub const ENROLMENT_SUSPENDED: Code = Code::new(
    "enrolment_suspended",
    Kind::Conflict,
    "The enrolment is suspended; somebody who manages enrolments can lift that.",
);
/// The end of the enrolment is behind us.
pub const ENROLMENT_OVER: Code = Code::new(
    "enrolment_over",
    Kind::Conflict,
    "The enrolment has ended; somebody who manages enrolments can give it another end.",
);
/// The start of the enrolment is ahead.
pub const ENROLMENT_NOT_BEGUN: Code =
    Code::new("enrolment_not_begun", Kind::Conflict, "The enrolment is there, and begins later.");

/// Somebody would lock themselves out.
pub const OWN_MANAGEMENT: Code = Code::new(
    "own_management",
    Kind::Conflict,
    "You would take away your own right to manage the enrolments of the course; somebody else must do it.",
);

/// Codes of this noun.
pub const CODES: &[Code] =
    &[COURSE_FULL, ENROLMENT_SUSPENDED, ENROLMENT_OVER, ENROLMENT_NOT_BEGUN, OWN_MANAGEMENT];

/// Does it count at all?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EnrolmentStatus {
    /// Yes, between its dates.
    Active,
    /// Not for now; nothing is lost.
    Suspended,
}

/// How the person came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EnrolledBy {
    /// A teacher or administrator.
    Teacher,
    /// The course's key.
    Key,
    /// A file.
    Import,
}

/// Which one it is.
pub type EnrolmentKey = (CourseId, UserId);

/// A person in a course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// The course.
    pub course: CourseId,
    /// The person.
    pub user: UserId,
    /// The role in the course.
    pub role: RoleName,
    /// Does it count?
    pub status: EnrolmentStatus,
    /// Counts from here on, when given.
    pub starts: Option<Timestamp>,
    /// Counts until here, when given.
    pub ends: Option<Timestamp>,
    /// When it was made.
    pub enrolled: Timestamp,
    /// How it was made.
    pub by: EnrolledBy,
    /// Changes so far, for `If-Match`.
    pub revision: u32,
}

impl Enrolment {
    /// Does it give its role at `now`?
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.status == EnrolmentStatus::Active
            && self.starts.is_none_or(|starts| starts <= now)
            && !self.is_over(now)
    }

    /// Is its end behind `now`?
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.ends.is_some_and(|ends| ends <= now)
    }
}

/// People who take up a seat of a course: all enrolments, suspended ones too, so that lifting a suspension never fails.
pub const ENROLLED: CounterKind = CounterKind { tag: 1, name: "enrolled per course" };
/// The topic kind of "what this learner sees of this course".
pub const LEARNER_TOPIC: u8 = 2;
/// The topic kind of "who is enrolled in this course".
pub const ROSTER_TOPIC: u8 = 10;

impl Record for Enrolment {
    const TABLE: Table = Table { tag: 40, name: "enrolment" };
    const VERSION: u8 = 1;
    const CACHE: Cache = Cache::Content;
    type Key = (CourseId, UserId);

    fn key(&self) -> Self::Key {
        (self.course, self.user)
    }

    fn index(&self, entries: &mut Entries) {
        entries.add::<EnrolmentByUser>(&self.user);
        entries.count(Counter::new(ENROLLED, &self.course), 1);
        access::count_holder(entries, &self.role);
        entries.touch(Topic::pair(LEARNER_TOPIC, self.course.0, self.user.0));
        entries.touch(Topic::new(ROSTER_TOPIC, self.course.0));
    }
}

/// A person's courses.
#[derive(Debug)]
pub struct EnrolmentByUser;

impl Index for EnrolmentByUser {
    const TABLE: Table = Table { tag: 41, name: "enrolment by user" };
    type Key = UserId;
    type Of = Enrolment;
}

/// Courses in which somebody has an enrolment, whether it counts now or not, up to `limit`.
pub fn courses_of(read: &impl Read, user: UserId, limit: usize) -> Result<Vec<CourseId>, StoreError> {
    let keys = read.index_keys::<EnrolmentByUser>(&Exactly(user), None, limit)?;
    Ok(keys.into_iter().map(|(_, (course, _))| course).collect())
}

/// The courses of the next so many enrolments behind `after` that have a role, and the last enrolment that was looked at:
/// no index has them, so that all are looked at, some per read.
pub fn with_role(
    read: &impl Read,
    role: &RoleName,
    after: Option<EnrolmentKey>,
    limit: usize,
) -> Result<(Vec<CourseId>, Option<EnrolmentKey>), Refusal> {
    let rows = read.list::<Enrolment>(&(), after.as_ref(), limit)?;
    let last = rows.last().map(Record::key);
    Ok((rows.iter().filter(|row| row.role == *role).map(|row| row.course).collect(), last))
}

/// Enrolments of a course that are looked at for those of learners, some milliseconds for so many: no index tells them from the
/// others, and a lecture that has more has few others.
const MOST_TOLD_APART: usize = 5_000;

/// People enrolled whose role may take quizzes. Behind the first `MOST_TOLD_APART` everybody counts as one of them.
pub fn learners(read: &impl Read, course: CourseId) -> Result<u64, Refusal> {
    let mut others = 0;
    for row in read.list::<Enrolment>(&(course,), None, MOST_TOLD_APART)? {
        if !access::allowed_by(read, &row.role)?.has(Permission::TakeQuiz) {
            others += 1;
        }
    }
    Ok(course::enrolled(read, course)?.saturating_sub(others))
}

/// Tables of this noun.
pub const TABLES: &[TableInfo] = &[TableInfo::rows::<Enrolment>(), TableInfo::index::<EnrolmentByUser>()];

/// What enrolling came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Enrolled {
    /// They are in now.
    Added,
    /// They were in with another role or other dates.
    Changed,
    /// They were in as asked.
    Unchanged,
}

/// The enrolment of a person; checks no right.
pub fn get(read: &impl Read, course: CourseId, user: UserId) -> Result<Arc<Enrolment>, Refusal> {
    read.get::<Enrolment>(&(course, user))?
        .ok_or_else(|| not_found("enrolment", format_args!("of user {user} in course {course}")))
}

/// Refuses a role that allows what the actor may not do in the course themselves: nobody raises anybody above
/// themselves. What learners may is about their own work, which a teacher has no need of, so anybody can give that.
fn changeable(read: &impl Read, actor: &Actor, course: CourseId, role: &RoleName) -> Result<(), Refusal> {
    let mine = access::permissions(read, actor, Scope::Course(course))?;
    let theirs = access::allowed_by(read, role)?;
    if theirs.and(mine.or(access::LEARNER_MAY)) == theirs {
        Ok(())
    } else {
        let said = format!("the role {role} allows more than you may do in this course yourself");
        Err(role::MORE_THAN_OWN.refuse(said))
    }
}

/// The same for a role that somebody is to have from now on. An enrolment as administrator, as it could be made once, is only
/// changed otherwise and ended.
fn grantable(read: &impl Read, actor: &Actor, course: CourseId, role: &RoleName) -> Result<(), Refusal> {
    changeable(read, actor, course, role)?;
    role::refuse_site_wide("/role", role)
}

/// May the actor change an enrolment with this role?
pub fn may_change(
    read: &impl Read,
    actor: &Actor,
    course: CourseId,
    role: &RoleName,
) -> Result<bool, Refusal> {
    match changeable(read, actor, course, role) {
        Ok(()) => Ok(true),
        Err(refusal) if refusal.code == role::MORE_THAN_OWN => Ok(false),
        Err(refusal) => Err(refusal),
    }
}

/// Refuses to take from oneself the right by which one acts. Whoever stands in their own list would be locked out by it, and
/// what comes behind them in it would be refused for want of that right.
pub(super) fn refuse_own_loss(
    read: &impl Read,
    actor: &Actor,
    course: CourseId,
    user: UserId,
    after: Option<&Enrolment>,
) -> Result<(), Refusal> {
    let keeps = || -> Result<bool, Refusal> {
        let mine = access::permissions_with(read, actor, Scope::Course(course), after)?;
        Ok(mine.has(Permission::ManageEnrolment))
    };
    if user != actor.user || keeps()? {
        return Ok(());
    }
    Err(OWN_MANAGEMENT.refuse(
        "you would take away your own right to manage the enrolments of this course; somebody else must do it",
    ))
}

/// Enrols somebody, as a learner where no role is named, or gives who is enrolled the role and those dates that are named.
/// Doing it twice changes nothing, so that somebody above the actor may stand in a file that is taken again. A suspension
/// stays.
#[expect(clippy::too_many_arguments, reason = "each is a fact of the enrolment, named at every call")]
pub fn enrol(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: CourseId,
    user: UserId,
    role: Option<&RoleName>,
    by: EnrolledBy,
    starts: Option<Timestamp>,
    ends: Option<Timestamp>,
) -> Result<Enrolled, Refusal> {
    access::require(txn, actor, Permission::ManageEnrolment, Scope::Course(course))?;
    let course = course::get(txn, course)?;
    let Some(old) = txn.get::<Enrolment>(&(course.id, user))? else {
        let role = match role {
            Some(role) => role.clone(),
            None => access::built_in(access::LEARNER)?,
        };
        grantable(txn, actor, course.id, &role)?;
        return place(txn, actor, &course, user, &role, by, (starts, ends));
    };
    let mut new = Enrolment {
        role: role.unwrap_or(&old.role).clone(),
        starts: starts.or(old.starts),
        ends: ends.or(old.ends),
        ..(*old).clone()
    };
    if new == *old {
        return Ok(Enrolled::Unchanged);
    }
    changeable(txn, actor, course.id, &old.role)?;
    if new.role != old.role {
        grantable(txn, actor, course.id, &new.role)?;
    }
    refuse_archived(&course)?;
    course::in_order("/ends", new.starts, new.ends)?;
    refuse_own_loss(txn, actor, course.id, user, Some(&new))?;
    new.revision += 1;
    let difference = difference(&old, &new);
    audit::note(txn, actor, "enrolment.change", Some(course.id), format!("user {user}"), difference)?;
    txn.put(new)?;
    Ok(Enrolled::Changed)
}

/// The roles that the actor may give in a course: built in ones first, then those that were made here.
pub fn grantable_roles(read: &impl Read, actor: &Actor, course: CourseId) -> Result<Vec<RoleName>, Refusal> {
    let mut roles = Vec::new();
    for (name, _) in access::BUILT_IN.iter().filter(|(name, _)| *name != access::ADMINISTRATOR) {
        roles.push(access::built_in(name)?);
    }
    roles.extend(role::list(read)?.into_iter().map(|role| role.name));
    let mut may = Vec::with_capacity(roles.len());
    for role in roles {
        if may_change(read, actor, course, &role)? {
            may.push(role);
        }
    }
    Ok(may)
}

/// A person to enrol from the outside: by id, by username, or by what they sign in with.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PersonInput {
    /// The account's id.
    #[serde(default)]
    pub user: Option<UserId>,
    /// Or its username.
    #[serde(default)]
    pub username: Option<String>,
    /// Or what they sign in with: their username or their e-mail address.
    #[serde(default)]
    pub login: Option<String>,
    /// The role in the course, any but administrator, which is site-wide. When absent, who is in keeps theirs, and who is not
    /// becomes a learner.
    #[serde(default)]
    pub role: Option<String>,
    /// Counts from here on.
    #[serde(default)]
    pub starts: Option<Timestamp>,
    /// Counts until here.
    #[serde(default)]
    pub ends: Option<Timestamp>,
}

impl PersonInput {
    fn find(&self, read: &impl Read, at: &str) -> Result<UserId, Refusal> {
        let found = match (self.user, &self.username, &self.login) {
            (Some(user), None, None) => read.get::<Account>(&user)?,
            (None, Some(username), None) => account::by_username(read, username)?,
            (None, None, Some(login)) => account::by_login(read, login)?,
            _ => return Err(invalid(at, "needs one of user, username and login")),
        };
        found.map(|account| account.id).ok_or_else(|| invalid(at, "names nobody who has an account"))
    }
}

/// Enrols a list of people, all of them or, when one cannot be, nobody. Who it was and what it came to, in the order
/// of the list.
pub fn enrol_each(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: CourseId,
    people: &[PersonInput],
) -> Result<Vec<(UserId, Enrolled)>, Refusal> {
    access::require(txn, actor, Permission::ManageEnrolment, Scope::Course(course))?;
    check_count("/people", people.len())?;
    let read = &*txn;
    // Who they are is told of all of them at once.
    let found = each(people.iter().enumerate().map(|(place, person)| {
        let at = format!("/people/{place}");
        let role = person.role.as_deref();
        let role = role.map(|role| access::parse_role(read, &format!("{at}/role"), role)).transpose();
        together((person.find(read, &at), role))
    }))?;
    let mut outcome = Vec::with_capacity(people.len());
    for (place, (person, (user, role))) in people.iter().zip(found).enumerate() {
        let at = format!("/people/{place}");
        let by = EnrolledBy::Teacher;
        let enrolled = enrol(txn, actor, course, user, role.as_ref(), by, person.starts, person.ends)
            .map_err(|refusal| placed(refusal, &at))?;
        outcome.push((user, enrolled));
    }
    Ok(outcome)
}

/// Says at which entry of a list a refusal happened, and where in it when that is told.
fn placed(refusal: Refusal, at: &str) -> Refusal {
    if refusal.fields.is_empty() {
        let problem = refusal.detail.clone();
        return refusal.at(at, problem);
    }
    refusal.under(at)
}

/// Enrolling somebody who is not, without a question of rights: the caller has settled it.
pub(super) fn place(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: &Arc<Course>,
    user: UserId,
    role: &RoleName,
    by: EnrolledBy,
    (starts, ends): (Option<Timestamp>, Option<Timestamp>),
) -> Result<Enrolled, Refusal> {
    let id = course.id;
    refuse_archived(course)?;
    course::in_order("/ends", starts, ends)?;
    let taken = course::enrolled(txn, id)?;
    if let Some(seats) = course.capacity
        && taken >= u64::from(seats)
    {
        return Err(full(seats));
    }
    audit::note(txn, actor, "enrolment.add", Some(id), format!("user {user}"), format!("as {role}"))?;
    txn.insert(Enrolment {
        course: id,
        user,
        role: role.clone(),
        status: EnrolmentStatus::Active,
        starts,
        ends,
        enrolled: actor.now,
        by,
        revision: 1,
    })?;
    quiz::overrides::renew_of_user(txn, id, user)?;
    own::tell(txn, course, user, actor.now, &Event::Enrolled { role })?;
    Ok(Enrolled::Added)
}

/// The refusal where no seat is free.
pub fn full(seats: u32) -> Refusal {
    COURSE_FULL.refuse(format!("all {seats} seats of the course are taken"))
}

fn refuse_archived(course: &Course) -> Result<(), Refusal> {
    if course.status.is_over() {
        return Err(COURSE_ARCHIVED.refuse("the course is archived and takes no enrolment"));
    }
    Ok(())
}

fn difference(old: &Enrolment, new: &Enrolment) -> String {
    let mut parts = Vec::new();
    if old.role != new.role {
        parts.push(format!("role {} to {}", old.role, new.role));
    }
    if old.status != new.status {
        parts.push(format!("{:?} to {:?}", old.status, new.status).to_lowercase());
    }
    let moment = |time: Option<Timestamp>| time.map_or_else(|| "none".to_owned(), |time| time.to_string());
    for (what, old, new) in [("starts", old.starts, new.starts), ("ends", old.ends, new.ends)] {
        if old != new {
            parts.push(format!("{what} {} to {}", moment(old), moment(new)));
        }
    }
    parts.join(", ")
}

/// What of an enrolment is to be changed; absent parts stay.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// Another role.
    pub role: Option<RoleName>,
    /// Suspend or reactivate.
    pub status: Option<EnrolmentStatus>,
    /// Another start, or none.
    pub starts: Option<Option<Timestamp>>,
    /// Another end, or none.
    pub ends: Option<Option<Timestamp>>,
}

/// Changes an enrolment: role, dates, suspension. `unchanged` refuses another revision than the one that was read.
pub fn change(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: CourseId,
    user: UserId,
    change: Change,
    unchanged: impl FnOnce(u32) -> Result<(), Refusal>,
) -> Result<Arc<Enrolment>, Refusal> {
    access::require(txn, actor, Permission::ManageEnrolment, Scope::Course(course))?;
    let old = get(txn, course, user)?;
    unchanged(old.revision)?;
    changeable(txn, actor, course, &old.role)?;
    let mut new = (*old).clone();
    if let Some(role) = change.role.filter(|role| *role != old.role) {
        grantable(txn, actor, course, &role)?;
        new.role = role;
    }
    new.status = change.status.unwrap_or(new.status);
    new.starts = change.starts.unwrap_or(new.starts);
    new.ends = change.ends.unwrap_or(new.ends);
    course::in_order("/ends", new.starts, new.ends)?;
    if new == *old {
        return Ok(old);
    }
    refuse_own_loss(txn, actor, course, user, Some(&new))?;
    new.revision += 1;
    audit::note(
        txn,
        actor,
        "enrolment.change",
        Some(course),
        format!("user {user}"),
        difference(&old, &new),
    )?;
    txn.put(new)?;
    get(txn, course, user)
}

/// Takes somebody out of the course and its groups. What they did stays, and counts again when they come back.
pub fn remove(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: CourseId,
    user: UserId,
    unchanged: impl FnOnce(u32) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    access::require(txn, actor, Permission::ManageEnrolment, Scope::Course(course))?;
    let old = get(txn, course, user)?;
    unchanged(old.revision)?;
    changeable(txn, actor, course, &old.role)?;
    refuse_own_loss(txn, actor, course, user, None)?;
    group::leave_all(txn, actor, course, user)?;
    txn.delete::<Enrolment>(&(course, user))?;
    quiz::overrides::renew_of_user(txn, course, user)?;
    let detail = format!("was {}", old.role);
    audit::note(txn, actor, "enrolment.remove", Some(course), format!("user {user}"), detail)
}

/// The enrolments of somebody, in the order of their courses: those in courses whose people the actor may see. Up to
/// `limit` are looked at, with where to go on.
pub fn of_person(
    read: &impl Read,
    actor: &Actor,
    user: UserId,
    after: Option<CourseId>,
    limit: usize,
) -> Result<(Vec<Arc<Enrolment>>, Option<CourseId>), Refusal> {
    let after = after.map(|course| (course, user));
    let behind = after.as_ref().map(|key| (&user, key));
    let keys = read.index_keys::<EnrolmentByUser>(&Exactly(user), behind, limit)?;
    let mut found = Vec::with_capacity(keys.len());
    for (_, key) in &keys {
        let sees = access::allows(read, actor, Permission::ViewRoster, Scope::Course(key.0))?;
        if sees && let Some(enrolment) = read.get::<Enrolment>(key)? {
            found.push(enrolment);
        }
    }
    let next = if keys.len() == limit { keys.last().map(|(_, (course, _))| *course) } else { None };
    Ok((found, next))
}

/// Who is enrolled, in the order of their ids: up to `limit`, behind `after`.
pub fn list(
    read: &impl Read,
    actor: &Actor,
    course: CourseId,
    after: Option<UserId>,
    limit: usize,
) -> Result<Vec<Enrolment>, Refusal> {
    access::require(read, actor, Permission::ViewRoster, Scope::Course(course))?;
    course::get(read, course)?;
    let after = after.map(|user| (course, user));
    Ok(read.list::<Enrolment>(&(course,), after.as_ref(), limit)?)
}

/// Refuses a list that is empty or longer than one request takes.
pub fn check_count(at: &str, count: usize) -> Result<(), Refusal> {
    if (1..=MAX_PER_REQUEST).contains(&count) {
        Ok(())
    } else {
        Err(invalid(
            at,
            format!("does not hold between 1 and {MAX_PER_REQUEST}; send more in further requests"),
        ))
    }
}
