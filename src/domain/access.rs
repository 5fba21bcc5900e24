//! Who may do what: permissions, roles as sets of them, and the one function that decides.
//!
//! A person's rights at a place are the union of: roles granted site-wide, the role of an active enrolment in that
//! course, and roles granted in that course. A token narrows them to its scopes. In a course that is in the making, who may not see
//! drafts has none. Nothing else grants or denies.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::course::Course;
use super::enrolment::{Enrolment, EnrolmentByUser};
use super::ids::{CourseId, UserId};
use super::refusal::{FORBIDDEN, INTERNAL, Refusal, invalid, not_found};
use crate::clock::Timestamp;
use crate::store::{Cache, Counter, CounterKind, Entries, Exactly, Index, Read, Record, Table, TableInfo};

macro_rules! permissions {
    ($(#[doc = $meaning:literal] $name:ident = $bit:literal $text:literal;)+) => {
        /// A right. The bit is stored; it is never reused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(test, derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum Permission {
            $(#[doc = $meaning] $name,)+
        }

        impl Permission {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            const fn bit(self) -> u64 {
                match self {
                    $(Self::$name => 1 << $bit,)+
                }
            }

            /// The permission with a name.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|permission| permission.name() == text)
            }

            /// The name in the API.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }

            /// What it allows, for people who make roles.
            pub const fn meaning(self) -> &'static str {
                match self {
                    $(Self::$name => $meaning,)+
                }
            }
        }
    };
}

permissions! {
    /// See everybody's account.
    ViewPeople = 0 "view_people";
    /// Make and import accounts; change and suspend those of people who may do nothing that one may not oneself.
    ManagePeople = 1 "manage_people";
    /// Make roles and grant them.
    ManageRoles = 2 "manage_roles";
    /// See and change how the installation runs.
    ManageSite = 3 "manage_site";
    /// Make courses.
    CreateCourse = 4 "create_course";
    /// See a course that is published.
    ViewCourse = 10 "view_course";
    /// See a course in any state.
    ViewDraft = 11 "view_draft";
    /// Change a course: its facts, sections and items.
    EditCourse = 12 "edit_course";
    /// See who is enrolled.
    ViewRoster = 13 "view_roster";
    /// Enrol, suspend and remove people.
    ManageEnrolment = 14 "manage_enrolment";
    /// See the question bank, with keys.
    ViewQuestions = 20 "view_questions";
    /// Change the question bank.
    EditQuestions = 21 "edit_questions";
    /// Change quizzes.
    EditQuiz = 22 "edit_quiz";
    /// Take quizzes.
    TakeQuiz = 23 "take_quiz";
    /// See all attempts, live and afterwards.
    ViewAttempts = 24 "view_attempts";
    /// Extend, close and reopen attempts.
    SuperviseAttempts = 25 "supervise_attempts";
    /// Mark by hand, regrade.
    MarkAttempts = 26 "mark_attempts";
    /// See everybody's grades in the course.
    ViewGrades = 30 "view_grades";
    /// Change grade items, categories and grades.
    EditGrades = 31 "edit_grades";
    /// See one's own grades.
    ViewOwnGrades = 32 "view_own_grades";
}

/// Two rights with one bit would be one right.
const _: () = {
    let mut taken = 0;
    let mut rest = Permission::ALL;
    while let [first, others @ ..] = rest {
        assert!(taken & first.bit() == 0, "two permissions have the same bit");
        taken |= first.bit();
        rest = others;
    }
};

/// A set of permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PermissionSet(u64);

impl PermissionSet {
    /// None.
    pub const NONE: Self = Self(0);
    /// Every permission there is and will be.
    pub const EVERYTHING: Self = Self(u64::MAX);

    /// Exactly these.
    pub const fn of(permissions: &[Permission]) -> Self {
        let mut bits = 0;
        let mut rest = permissions;
        while let [first, others @ ..] = rest {
            bits |= first.bit();
            rest = others;
        }
        Self(bits)
    }

    /// Is it in?
    pub const fn has(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }

    /// What is in either.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Is everything in `other` in it too?
    pub const fn covers(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The permissions in it.
    pub fn list(self) -> Vec<Permission> {
        Permission::ALL.iter().copied().filter(|permission| self.has(*permission)).collect()
    }
}

/// The name of a role: 1 to 40 of `a-z`, `0-9`, `_`, beginning with a letter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(test, schema(value_type = String))]
pub struct RoleName(String);

/// Long enough for a word or three, short enough to stand in every enrolment.
pub const ROLE_NAME_LENGTH: usize = 40;

impl RoleName {
    /// Checks the form.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let formed = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.len() <= ROLE_NAME_LENGTH;
        if formed {
            Ok(Self(text.to_owned()))
        } else {
            Err("is not 1 to 40 of a-z, 0-9 and _, beginning with a letter")
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for RoleName {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<RoleName> for String {
    fn from(name: RoleName) -> Self {
        name.0
    }
}

impl std::fmt::Display for RoleName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// The role that everybody enrolled has unless another one is named.
pub const LEARNER: &str = "learner";
/// May do everything.
pub const ADMINISTRATOR: &str = "administrator";
/// Runs courses.
pub const TEACHER: &str = "teacher";
/// Helps to run a course.
pub const ASSISTANT: &str = "assistant";
/// Looks on.
pub const OBSERVER: &str = "observer";

/// What everybody may who takes a course: about the course itself and their own work.
pub const LEARNER_MAY: PermissionSet =
    PermissionSet::of(&[Permission::ViewCourse, Permission::TakeQuiz, Permission::ViewOwnGrades]);
const OBSERVER_MAY: PermissionSet = PermissionSet::of(&[
    Permission::ViewCourse,
    Permission::ViewRoster,
    Permission::ViewAttempts,
    Permission::ViewGrades,
]);
const ASSISTANT_MAY: PermissionSet = OBSERVER_MAY.or(PermissionSet::of(&[
    Permission::ViewDraft,
    Permission::ViewQuestions,
    Permission::SuperviseAttempts,
    Permission::MarkAttempts,
]));
const TEACHER_MAY: PermissionSet = ASSISTANT_MAY.or(PermissionSet::of(&[
    Permission::CreateCourse,
    Permission::EditCourse,
    Permission::ManageEnrolment,
    Permission::EditQuestions,
    Permission::EditQuiz,
    Permission::EditGrades,
]));

/// The roles that every installation has. Their permissions are the program's; they cannot be changed or removed.
pub const BUILT_IN: [(&str, PermissionSet); 5] = [
    (ADMINISTRATOR, PermissionSet::EVERYTHING),
    (TEACHER, TEACHER_MAY),
    (ASSISTANT, ASSISTANT_MAY),
    (LEARNER, LEARNER_MAY),
    (OBSERVER, OBSERVER_MAY),
];

/// A role that an administrator made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// Its name, the key.
    pub name: RoleName,
    /// What it is for.
    pub description: String,
    /// What it allows.
    pub permissions: PermissionSet,
    /// Changes so far, for `If-Match`.
    pub revision: u32,
}

impl Record for Role {
    const TABLE: Table = Table { tag: 16, name: "role" };
    const VERSION: u8 = 1;
    const CACHE: Cache = Cache::Content;
    type Key = String;

    fn key(&self) -> String {
        self.name.0.clone()
    }
}

/// Roles granted to a person beside their enrolments: site-wide, and in single courses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grants {
    /// To whom.
    pub user: UserId,
    /// Everywhere.
    pub site: Vec<RoleName>,
    /// In one course each.
    pub courses: Vec<(CourseId, RoleName)>,
}

impl Record for Grants {
    const TABLE: Table = Table { tag: 17, name: "grants" };
    const VERSION: u8 = 1;
    const CACHE: Cache = Cache::Content;
    /// Learners have none, and every request of theirs looks.
    const REMEMBER_ABSENCE: bool = true;
    type Key = UserId;

    fn key(&self) -> UserId {
        self.user
    }

    fn index(&self, entries: &mut Entries) {
        for role in &self.site {
            entries.add::<GrantsByRole>(&role.0);
            count_holder(entries, role);
        }
        for (_, role) in &self.courses {
            if !self.site.contains(role) {
                entries.add::<GrantsByRole>(&role.0);
            }
            count_holder(entries, role);
        }
    }
}

/// Grants and enrolments with a role that was made here. Those with a built-in role are not counted: it cannot be
/// removed, and everybody has one.
pub const HOLDERS: CounterKind = CounterKind { tag: 10, name: "grants and enrolments per role" };

/// Counts one more grant of a role, or enrolment with it.
pub(super) fn count_holder(entries: &mut Entries, role: &RoleName) {
    if !is_built_in(role) {
        entries.count(Counter::new(HOLDERS, &role.0), 1);
    }
}

/// Is it one that every installation has?
pub fn is_built_in(role: &RoleName) -> bool {
    BUILT_IN.iter().any(|(known, _)| *known == role.0)
}

/// Who has a role.
#[derive(Debug)]
pub struct GrantsByRole;

impl Index for GrantsByRole {
    const TABLE: Table = Table { tag: 18, name: "grants by role" };
    type Key = String;
    type Of = Grants;
}

/// Tables of this noun.
pub const TABLES: &[TableInfo] =
    &[TableInfo::rows::<Role>(), TableInfo::rows::<Grants>(), TableInfo::index::<GrantsByRole>()];

/// Who asks, and how they showed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub user: UserId,
    /// What a token narrows the rights to; everything for a session.
    pub scopes: PermissionSet,
    /// When the request came.
    pub now: Timestamp,
}

impl Actor {
    /// A person with all their rights, as a session has.
    pub const fn person(user: UserId, now: Timestamp) -> Self {
        Self { user, scopes: PermissionSet::EVERYTHING, now }
    }
}

/// The program itself: a command on the machine, set-up, demo content. Ids of people begin at 1, so no session and no
/// token can be its.
const PROGRAM: UserId = UserId(0);

impl Actor {
    /// Whoever may run commands on the machine can read and write its files, so nothing is refused to them.
    pub const fn program(now: Timestamp) -> Self {
        Self::person(PROGRAM, now)
    }

    /// Is it the program and not a person?
    pub fn is_program(&self) -> bool {
        self.user == PROGRAM
    }

    /// Whose account it is; none for the program.
    pub fn account(&self) -> Option<UserId> {
        (!self.is_program()).then_some(self.user)
    }
}

/// Where a right is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The whole installation.
    Site,
    /// One course.
    Course(CourseId),
}

/// What a role allows; nothing when there is no such role (it was removed).
pub fn allowed_by(read: &impl Read, role: &RoleName) -> Result<PermissionSet, Refusal> {
    if let Some((_, permissions)) = BUILT_IN.iter().find(|(name, _)| *name == role.0) {
        return Ok(*permissions);
    }
    let role: Option<Arc<Role>> = read.get(&role.0)?;
    Ok(role.map_or(PermissionSet::NONE, |role| role.permissions))
}

/// One of the roles that are always there, by its name.
pub(super) fn built_in(name: &str) -> Result<RoleName, Refusal> {
    RoleName::parse(name).map_err(|problem| INTERNAL.refuse(problem))
}

/// Everything that the actor may do there.
pub fn permissions(read: &impl Read, actor: &Actor, scope: Scope) -> Result<PermissionSet, Refusal> {
    let enrolment = match scope {
        Scope::Course(course) if !actor.is_program() => read.get::<Enrolment>(&(course, actor.user))?,
        _ => None,
    };
    permissions_with(read, actor, scope, enrolment.as_deref())
}

/// The same, if this were their enrolment in the course.
pub(super) fn permissions_with(
    read: &impl Read,
    actor: &Actor,
    scope: Scope,
    enrolment: Option<&Enrolment>,
) -> Result<PermissionSet, Refusal> {
    if actor.is_program() {
        return Ok(actor.scopes);
    }
    let mut all = PermissionSet::NONE;
    if let Some(grants) = read.get::<Grants>(&actor.user)? {
        for role in &grants.site {
            all = all.or(allowed_by(read, role)?);
        }
        if let Scope::Course(course) = scope {
            for (_, role) in grants.courses.iter().filter(|(granted, _)| *granted == course) {
                all = all.or(allowed_by(read, role)?);
            }
        }
    }
    if let Some(enrolment) = enrolment.filter(|enrolment| enrolment.is_active(actor.now)) {
        all = all.or(allowed_by(read, &enrolment.role)?);
    }
    Ok(all.and(actor.scopes))
}

/// Courses of one person that are looked at for what they may do somewhere: more than anybody has.
const MOST_COURSES: usize = 1_000;

/// Everything that the actor may do somewhere: site-wide, by a role in a course, or by an enrolment that counts now.
pub fn held_somewhere(read: &impl Read, actor: &Actor) -> Result<PermissionSet, Refusal> {
    let mut all = permissions(read, actor, Scope::Site)?;
    let grants = read.get::<Grants>(&actor.user)?;
    let mut courses: Vec<CourseId> =
        grants.iter().flat_map(|grants| &grants.courses).map(|(course, _)| *course).collect();
    let enrolled = read.index_keys::<EnrolmentByUser>(&Exactly(actor.user), None, MOST_COURSES)?;
    courses.extend(enrolled.into_iter().map(|(_, (course, _))| course));
    for course in courses {
        all = all.or(permissions(read, actor, Scope::Course(course))?);
    }
    Ok(all)
}

/// May the actor do all that a person may, site-wide and in each of their courses? What every learner may does not count
/// there: it is about their own work. An enrolment that is suspended or yet to begin counts as it will then.
pub(super) fn covers(read: &impl Read, actor: &Actor, user: UserId) -> Result<bool, Refusal> {
    let mine = permissions(read, actor, Scope::Site)?;
    let theirs = permissions(read, &Actor::person(user, actor.now), Scope::Site)?;
    // Everything is everything, and nobody is above themselves.
    if mine.covers(PermissionSet::EVERYTHING) || actor.user == user {
        return Ok(mine.covers(theirs));
    }
    let mut roles: Vec<(CourseId, RoleName)> =
        read.get::<Grants>(&user)?.map(|grants| grants.courses.clone()).unwrap_or_default();
    for (_, key) in read.index_keys::<EnrolmentByUser>(&Exactly(user), None, MOST_COURSES)? {
        let enrolment = read.get::<Enrolment>(&key)?.filter(|enrolment| !enrolment.is_over(actor.now));
        roles.extend(enrolment.map(|enrolment| (key.0, enrolment.role.clone())));
    }
    // A token narrows what is done, not whom its owner is above: with it nobody sets a password.
    let owner = Actor::person(actor.user, actor.now);
    for (course, role) in roles {
        let role = allowed_by(read, &role)?;
        // Most are learners, and of them nothing more has to be read.
        if !LEARNER_MAY.covers(role)
            && !permissions(read, &owner, Scope::Course(course))?.or(LEARNER_MAY).covers(role)
        {
            return Ok(false);
        }
    }
    Ok(mine.covers(theirs))
}

/// What the actor may do in a course that they see: nothing in one that is in the making or being removed, where they are not
/// of its staff. A token narrows what is done, not what its owner sees.
pub fn in_sight(read: &impl Read, actor: &Actor, course: CourseId) -> Result<PermissionSet, Refusal> {
    let may = permissions(read, actor, Scope::Course(course))?;
    let is_shown = || -> Result<bool, Refusal> {
        Ok(read.get::<Course>(&course)?.is_none_or(|course| course.status.is_shown()))
    };
    if may.has(Permission::ViewDraft) || may == PermissionSet::NONE || is_shown()? {
        return Ok(may);
    }
    let owner = permissions(read, &Actor::person(actor.user, actor.now), Scope::Course(course))?;
    Ok(if owner.has(Permission::ViewDraft) { may } else { PermissionSet::NONE })
}

fn permissions_in_sight(read: &impl Read, actor: &Actor, scope: Scope) -> Result<PermissionSet, Refusal> {
    match scope {
        Scope::Site => permissions(read, actor, scope),
        Scope::Course(course) => in_sight(read, actor, course),
    }
}

/// Does the actor have the right there? The one decision in the program.
pub fn allows(
    read: &impl Read,
    actor: &Actor,
    permission: Permission,
    scope: Scope,
) -> Result<bool, Refusal> {
    Ok(permissions_in_sight(read, actor, scope)?.has(permission))
}

/// Refuses when the right is missing. A course that the actor may not even see is answered as if it did not exist.
pub fn require(read: &impl Read, actor: &Actor, permission: Permission, scope: Scope) -> Result<(), Refusal> {
    let may = permissions_in_sight(read, actor, scope)?;
    if may.has(permission) {
        return Ok(());
    }
    match scope {
        Scope::Course(course) if !may.has(Permission::ViewCourse) && !may.has(Permission::ViewDraft) => {
            Err(not_found("course", course))
        }
        _ => Err(FORBIDDEN.refuse(format!("this needs the permission {}", permission.name()))),
    }
}

/// A role's name from the outside, which must be a role that exists.
pub fn parse_role(read: &impl Read, at: &str, text: &str) -> Result<RoleName, Refusal> {
    let name = RoleName::parse(text).map_err(|problem| invalid(at, problem))?;
    if BUILT_IN.iter().any(|(known, _)| *known == text) || read.exists::<Role>(&name.0)? {
        Ok(name)
    } else {
        Err(invalid(at, format!("names the role {text}, which does not exist")))
    }
}
