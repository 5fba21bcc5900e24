//! The first administrator: made with a one-time code that is printed at the first start, or by a command on the machine.

use super::access::{ADMINISTRATOR, Actor, Grants, GrantsByRole, RoleName};
use super::account::{Account, AccountStatus};
use super::account_change::{self, NewAccount};
use super::activation::{self, Link, NOBODY, Purpose, SETUP_LIFE};
use super::ids::UserId;
use super::refusal::{Code, INTERNAL, Kind, Refusal};
use super::session::TokenHash;
use super::{audit, sign_in};
use crate::clock::Timestamp;
use crate::store::{Exactly, Read, Txn};

/// There is an administrator.
pub const ALREADY_SET_UP: Code = Code::new(
    "already_set_up",
    Kind::Conflict,
    "There is an administrator already; they can make more. If nobody can sign in, use `lyceum admin` on the machine.",
);

/// Codes of this noun.
pub const CODES: &[Code] = &[ALREADY_SET_UP];

fn administrator() -> Result<RoleName, Refusal> {
    RoleName::parse(ADMINISTRATOR).map_err(|problem| INTERNAL.refuse(problem))
}

/// Is there anybody with the role of an administrator?
pub fn has_administrator(read: &impl Read) -> Result<bool, Refusal> {
    any_administrator(read, |_| Ok(true))
}

/// Is there another administrator than `user` who can sign in?
pub(super) fn has_other_administrator(read: &impl Read, user: UserId) -> Result<bool, Refusal> {
    any_administrator(read, |other| {
        let account = read.get::<Account>(&other)?;
        let usable = account.is_some_and(|a| a.status == AccountStatus::Active && a.activated.is_some());
        Ok(other != user && usable)
    })
}

fn any_administrator(
    read: &impl Read,
    fits: impl Fn(UserId) -> Result<bool, Refusal>,
) -> Result<bool, Refusal> {
    let role = ADMINISTRATOR.to_owned();
    // Administrators are few; nobody grants the role in a course only.
    for (_, user) in read.index_keys::<GrantsByRole>(&Exactly(role), None, usize::MAX)? {
        let site =
            read.get::<Grants>(&user)?.is_some_and(|g| g.site.iter().any(|r| r.as_str() == ADMINISTRATOR));
        if site && fits(user)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Makes a code valid while there is no administrator; earlier codes stop working. Was there none?
pub fn offer(txn: &mut Txn<'_>, code: TokenHash, now: Timestamp) -> Result<bool, Refusal> {
    if has_administrator(txn)? {
        activation::withdraw(txn, NOBODY)?;
        return Ok(false);
    }
    let expires = now.plus(SETUP_LIFE);
    activation::put(txn, Link { token: code, user: NOBODY, purpose: Purpose::Setup, expires })?;
    Ok(true)
}

/// Refuses unless `code` may make the first administrator.
pub fn check(read: &impl Read, code: &str, now: Timestamp) -> Result<(), Refusal> {
    if has_administrator(read)? {
        return Err(ALREADY_SET_UP.refuse("there is an administrator already"));
    }
    match activation::find(read, code, now)?.purpose {
        Purpose::Setup => Ok(()),
        _ => Err(activation::LINK_NOT_VALID.refuse("this is not the set-up code")),
    }
}

/// Makes the first administrator with the code.
pub fn complete(
    txn: &mut Txn<'_>,
    code: &str,
    new: NewAccount,
    hash: String,
    now: Timestamp,
) -> Result<UserId, Refusal> {
    check(txn, code, now)?;
    activation::withdraw(txn, NOBODY)?;
    create_administrator(txn, &Actor::program(now), new, Some(hash))
}

/// Makes an administrator: the first one, or another one by a command on the machine.
pub fn create_administrator(
    txn: &mut Txn<'_>,
    actor: &Actor,
    new: NewAccount,
    hash: Option<String>,
) -> Result<UserId, Refusal> {
    let account = account_change::create(txn, actor, new, None)?;
    txn.put(Grants { user: account.id, site: vec![administrator()?], courses: Vec::new() })?;
    if let Some(hash) = hash {
        sign_in::store(txn, account.id, hash, actor.now)?;
    }
    audit::note(txn, actor, "role.grant", None, format!("user {}", account.id), "administrator, everywhere")?;
    Ok(account.id)
}
