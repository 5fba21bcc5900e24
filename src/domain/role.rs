//! Custom roles and grants: made, changed and given by people who have the rights themselves. What a role then allows is
//! decided in `access`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::access::{
    self, ADMINISTRATOR, Actor, Grants, GrantsByRole, HOLDERS, Permission, PermissionSet, Role, RoleName,
    Scope,
};
use super::ids::{CourseId, UserId};
use super::refusal::{Code, Kind, Refusal, TAKEN, invalid, not_found};
use super::{account, account_change, audit, course};
use crate::store::{Counter, Exactly, Read, Txn};

/// Custom roles of an installation: a list that fits one page and one mind.
const ROLES: usize = 100;
/// Roles granted to one person in single courses. Teaching more courses than this goes by enrolment or site-wide.
const COURSE_GRANTS: usize = 200;
/// Site-wide roles of one person.
const SITE_GRANTS: usize = 20;
/// Characters of a description.
pub const DESCRIPTION_LENGTH: usize = 500;

/// The role is part of the program.
pub const BUILT_IN_ROLE: Code = Code::new(
    "built_in_role",
    Kind::Conflict,
    "The built-in roles cannot be changed or removed; make a role of your own.",
);
/// More than one has oneself.
pub const MORE_THAN_OWN: Code = Code::new(
    "more_than_own",
    Kind::Forbidden,
    "A role can only be made, changed, granted or revoked by somebody who has all of its permissions there.",
);
/// Somebody has the role.
pub const ROLE_IN_USE: Code = Code::new(
    "role_in_use",
    Kind::Conflict,
    "People have the role, by grants or enrolments; give them another first.",
);
/// A limit on roles or grants is reached.
pub const TOO_MANY_ROLES: Code = Code::new(
    "too_many_roles",
    Kind::Conflict,
    "There are as many roles, or grants to this person, as may be.",
);

/// Codes of this noun.
pub const CODES: &[Code] = &[BUILT_IN_ROLE, MORE_THAN_OWN, ROLE_IN_USE, TOO_MANY_ROLES];

/// What a role allows, from the outside.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RoleInput {
    /// What it is for, up to 500 characters.
    pub description: String,
    /// What it allows.
    pub permissions: Vec<Permission>,
}

/// What a role allows, checked.
#[derive(Debug, Clone)]
pub struct RoleFacts {
    description: String,
    permissions: PermissionSet,
}

impl RoleInput {
    /// Checks the description.
    pub fn parse(self) -> Result<RoleFacts, Refusal> {
        let description = self.description.trim().to_owned();
        if description.chars().count() > DESCRIPTION_LENGTH {
            return Err(invalid("/description", format!("is longer than {DESCRIPTION_LENGTH} characters")));
        }
        Ok(RoleFacts { description, permissions: PermissionSet::of(&self.permissions) })
    }
}

/// Refuses unless the actor has all of `permissions` at `scope`.
fn require_all(
    read: &impl Read,
    actor: &Actor,
    permissions: PermissionSet,
    scope: Scope,
) -> Result<(), Refusal> {
    let mine = access::permissions(read, actor, scope)?;
    if mine.covers(permissions) {
        return Ok(());
    }
    let missing = permissions.list().into_iter().filter(|permission| !mine.has(*permission));
    let names = missing.map(Permission::name).collect::<Vec<_>>().join(", ");
    Err(MORE_THAN_OWN.refuse(if names.is_empty() {
        "you are no administrator yourself".to_owned()
    } else {
        format!("you do not have {names} here")
    }))
}

fn refuse_built_in(name: &RoleName) -> Result<(), Refusal> {
    if access::is_built_in(name) {
        return Err(BUILT_IN_ROLE.refuse(format!("{name} is built in")));
    }
    Ok(())
}

fn custom(read: &impl Read, name: &RoleName) -> Result<Arc<Role>, Refusal> {
    read.get::<Role>(&name.as_str().to_owned())?.ok_or_else(|| not_found("role", name))
}

/// The roles that were made here, by name. Names of roles are no secret: whoever enrols people needs them.
pub fn list(read: &impl Read) -> Result<Vec<Role>, Refusal> {
    Ok(read.list::<Role>(&(), None, ROLES)?)
}

/// A role that was made here, for who may change it.
pub fn changeable(read: &impl Read, actor: &Actor, name: &RoleName) -> Result<Arc<Role>, Refusal> {
    access::require(read, actor, Permission::ManageRoles, Scope::Site)?;
    refuse_built_in(name)?;
    custom(read, name)
}

/// In how many grants and enrolments a role is that was made here. Those with a built-in role are not counted.
pub fn holders(read: &impl Read, name: &RoleName) -> Result<u64, Refusal> {
    let count = read.counter(&Counter::new(HOLDERS, &name.as_str().to_owned()))?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Who was granted a role, everywhere and in single courses: the first so many people.
pub fn granted_to(
    read: &impl Read,
    actor: &Actor,
    name: &RoleName,
    limit: usize,
) -> Result<Vec<(UserId, Scope)>, Refusal> {
    access::require(read, actor, Permission::ManageRoles, Scope::Site)?;
    let mut found = Vec::new();
    for (_, user) in read.index_keys::<GrantsByRole>(&Exactly(name.as_str().to_owned()), None, limit)? {
        let grants = of_user(read, user)?;
        found.extend(grants.site.iter().filter(|role| *role == name).map(|_| (user, Scope::Site)));
        let courses = grants.courses.iter().filter(|(_, role)| role == name);
        found.extend(courses.map(|(course, _)| (user, Scope::Course(*course))));
    }
    Ok(found)
}

/// A role that was made here.
pub fn get(read: &impl Read, name: &RoleName) -> Result<Arc<Role>, Refusal> {
    custom(read, name)
}

/// Makes a role.
pub fn create(
    txn: &mut Txn<'_>,
    actor: &Actor,
    name: &RoleName,
    facts: RoleFacts,
) -> Result<Arc<Role>, Refusal> {
    access::require(txn, actor, Permission::ManageRoles, Scope::Site)?;
    require_all(txn, actor, facts.permissions, Scope::Site)?;
    refuse_built_in(name).map_err(|refusal| refusal.at("/name", "is taken"))?;
    if txn.exists::<Role>(&name.as_str().to_owned())? {
        return Err(TAKEN.refuse(format!("there is a role {name} already")).at("/name", "is taken"));
    }
    if list(txn)?.len() >= ROLES {
        return Err(TOO_MANY_ROLES.refuse_whole(format!("there are {ROLES} roles already")));
    }
    let RoleFacts { description, permissions } = facts;
    audit::note(txn, actor, "role.create", None, format!("role {name}"), names(permissions))?;
    txn.put(Role { name: name.clone(), description, permissions, revision: 1 })?;
    custom(txn, name)
}

fn names(permissions: PermissionSet) -> String {
    permissions.list().into_iter().map(Permission::name).collect::<Vec<_>>().join(" ")
}

/// Changes what a role allows, for everybody who has it.
pub fn change(
    txn: &mut Txn<'_>,
    actor: &Actor,
    name: &RoleName,
    facts: RoleFacts,
    unchanged: impl FnOnce(u32) -> Result<(), Refusal>,
) -> Result<Arc<Role>, Refusal> {
    access::require(txn, actor, Permission::ManageRoles, Scope::Site)?;
    refuse_built_in(name)?;
    let old = custom(txn, name)?;
    require_all(txn, actor, facts.permissions.or(old.permissions), Scope::Site)?;
    unchanged(old.revision)?;
    let RoleFacts { description, permissions } = facts;
    if (&description, permissions) == (&old.description, old.permissions) {
        return Ok(old);
    }
    let detail = format!("from {} to {}", names(old.permissions), names(permissions));
    audit::note(txn, actor, "role.change", None, format!("role {name}"), detail)?;
    txn.put(Role { name: name.clone(), description, permissions, revision: old.revision + 1 })?;
    custom(txn, name)
}

/// Removes a role that nobody has, by a grant or by an enrolment.
pub fn delete(
    txn: &mut Txn<'_>,
    actor: &Actor,
    name: &RoleName,
    unchanged: impl FnOnce(u32) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    access::require(txn, actor, Permission::ManageRoles, Scope::Site)?;
    refuse_built_in(name)?;
    let old = custom(txn, name)?;
    require_all(txn, actor, old.permissions, Scope::Site)?;
    unchanged(old.revision)?;
    let holders = holders(txn, name)?;
    if holders > 0 {
        return Err(ROLE_IN_USE.refuse(format!("the role {name} is in {holders} grants and enrolments")));
    }
    audit::note(txn, actor, "role.delete", None, format!("role {name}"), names(old.permissions))?;
    txn.delete::<Role>(&name.as_str().to_owned())?;
    Ok(())
}

/// What was granted to a person beside their enrolments.
pub fn grants(read: &impl Read, actor: &Actor, user: UserId) -> Result<Grants, Refusal> {
    if actor.user != user {
        access::require(read, actor, Permission::ManageRoles, Scope::Site)?;
        account::get(read, user)?;
    }
    of_user(read, user)
}

fn of_user(read: &impl Read, user: UserId) -> Result<Grants, Refusal> {
    let grants = read.get::<Grants>(&user)?;
    Ok(grants
        .map_or_else(|| Grants { user, site: Vec::new(), courses: Vec::new() }, |grants| (*grants).clone()))
}

fn place(scope: Scope) -> (Option<CourseId>, String) {
    match scope {
        Scope::Site => (None, "everywhere".to_owned()),
        Scope::Course(course) => (Some(course), format!("in course {course}")),
    }
}

fn require_grantable(read: &impl Read, actor: &Actor, role: &RoleName, scope: Scope) -> Result<(), Refusal> {
    access::require(read, actor, Permission::ManageRoles, scope)?;
    require_all(read, actor, access::allowed_by(read, role)?, scope)
}

/// Refuses a role that nobody has in one course, by a grant or by an enrolment: an administrator of one course would have
/// rights there that mean something only site-wide.
pub(super) fn refuse_site_wide(at: &str, role: &RoleName) -> Result<(), Refusal> {
    if role.as_str() == ADMINISTRATOR {
        return Err(invalid(at, "is administrator, which is granted site-wide only"));
    }
    Ok(())
}

/// Where the role stands that is granted.
const IN_PATH: &str = "{role}";

/// Grants a role. Doing it twice changes nothing.
pub fn grant(
    txn: &mut Txn<'_>,
    actor: &Actor,
    user: UserId,
    role: &RoleName,
    scope: Scope,
) -> Result<Grants, Refusal> {
    require_grantable(txn, actor, role, scope)?;
    if let Scope::Course(course) = scope {
        // A deletion looks through the grants once, with its first chunks.
        course::refuse_deleting(&*course::get(txn, course)?)?;
    }
    access::parse_role(txn, IN_PATH, role.as_str())?;
    account::get(txn, user)?;
    let mut grants = of_user(txn, user)?;
    let has = match scope {
        Scope::Site => grants.site.contains(role),
        Scope::Course(course) => grants.courses.iter().any(|(c, r)| *c == course && r == role),
    };
    if has {
        return Ok(grants);
    }
    match scope {
        Scope::Site => grants.site.push(role.clone()),
        Scope::Course(course) => {
            refuse_site_wide(IN_PATH, role)?;
            grants.courses.push((course, role.clone()));
        }
    }
    if grants.site.len() > SITE_GRANTS || grants.courses.len() > COURSE_GRANTS {
        return Err(TOO_MANY_ROLES.refuse_whole(format!(
            "one person has at most {SITE_GRANTS} site-wide and {COURSE_GRANTS} course roles"
        )));
    }
    let (course, text) = place(scope);
    audit::note(txn, actor, "role.grant", course, format!("user {user}"), format!("{role}, {text}"))?;
    txn.put(grants.clone())?;
    Ok(grants)
}

/// Takes a role back, also one in a course that is gone.
pub fn revoke(
    txn: &mut Txn<'_>,
    actor: &Actor,
    user: UserId,
    role: &RoleName,
    scope: Scope,
) -> Result<Grants, Refusal> {
    require_grantable(txn, actor, role, scope)?;
    let mut grants = of_user(txn, user)?;
    let before = grants.site.len() + grants.courses.len();
    match scope {
        Scope::Site => {
            if role.as_str() == ADMINISTRATOR && grants.site.contains(role) {
                account_change::refuse_last_administrator(txn, user, actor)?;
            }
            grants.site.retain(|granted| granted != role);
        }
        Scope::Course(course) => grants.courses.retain(|(c, granted)| !(*c == course && granted == role)),
    }
    if grants.site.len() + grants.courses.len() == before {
        return Err(not_found("grant of role", role));
    }
    let (course, text) = place(scope);
    audit::note(txn, actor, "role.revoke", course, format!("user {user}"), format!("{role}, {text}"))?;
    if before == 1 {
        txn.delete::<Grants>(&user)?;
    } else {
        txn.put(grants.clone())?;
    }
    Ok(grants)
}
