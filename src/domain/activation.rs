//! One-time links: with one a person sets their first password, a forgotten one anew, or the first administrator is
//! made. 256 random bits, stored as their SHA-256, gone once used.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::access::Actor;
use super::account::{self, Account, AccountStatus};
use super::ids::UserId;
use super::refusal::{Code, Kind, Refusal};
use super::session::{self, TokenHash, token_hash};
use super::sign_in::{self, SUSPENDED};
use super::{account_change, audit, token};
use crate::clock::Timestamp;
use crate::store::{Entries, Exactly, Index, Read, Record, StoreError, Table, TableInfo, Txn};

/// An activation link lies in somebody's mail until they have time for it.
pub const ACTIVATION_LIFE: Duration = Duration::from_hours(14 * 24);
/// A reset is asked for by somebody who waits for it.
pub const RESET_LIFE: Duration = Duration::from_hours(24);
/// The set-up link is printed while somebody sits at the machine.
pub const SETUP_LIFE: Duration = Duration::from_hours(24);

/// The link does not work.
pub const LINK_NOT_VALID: Code = Code::new(
    "link_not_valid",
    Kind::Gone,
    "The link was used already, has expired, or was replaced by a newer one; ask for a new one.",
);

/// Codes of this noun.
pub const CODES: &[Code] = &[LINK_NOT_VALID];

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A person sets their first password.
    Activate,
    /// A person sets a new password.
    Reset,
    /// The first administrator is made; belongs to nobody.
    Setup,
}

/// Nobody's, for the set-up link: ids of people begin at 1.
pub(super) const NOBODY: UserId = UserId(0);

/// A link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The SHA-256 of the token, the key.
    pub token: TokenHash,
    /// Whose password it sets.
    pub user: UserId,
    /// What it is for.
    pub purpose: Purpose,
    /// Until when.
    pub expires: Timestamp,
}

impl Record for Link {
    const TABLE: Table = Table { tag: 28, name: "one-time link" };
    const VERSION: u8 = 1;
    type Key = TokenHash;

    fn key(&self) -> TokenHash {
        self.token
    }

    fn index(&self, entries: &mut Entries) {
        entries.add::<LinksByUser>(&self.user);
        entries.add::<LinksByEnd>(&self.expires);
    }
}

/// A person's links.
#[derive(Debug)]
pub struct LinksByUser;

impl Index for LinksByUser {
    const TABLE: Table = Table { tag: 29, name: "one-time links by user" };
    type Key = UserId;
    type Of = Link;
}

/// Links by their end, for sweeping.
#[derive(Debug)]
pub struct LinksByEnd;

impl Index for LinksByEnd {
    const TABLE: Table = Table { tag: 30, name: "one-time links by end" };
    type Key = Timestamp;
    type Of = Link;
}

/// Tables of this noun.
pub const TABLES: &[TableInfo] =
    &[TableInfo::rows::<Link>(), TableInfo::index::<LinksByUser>(), TableInfo::index::<LinksByEnd>()];

/// Removes a person's links.
pub(super) fn withdraw(txn: &mut Txn<'_>, user: UserId) -> Result<(), Refusal> {
    // At most one: `put` withdraws before it stores.
    for (_, token) in txn.index_keys::<LinksByUser>(&Exactly(user), None, usize::MAX)? {
        txn.delete::<Link>(&token)?;
    }
    Ok(())
}

/// A person's link that still works.
pub fn working(read: &impl Read, user: UserId, now: Timestamp) -> Result<Option<Arc<Link>>, StoreError> {
    let Some((_, token)) = read.index_keys::<LinksByUser>(&Exactly(user), None, 1)?.pop() else {
        return Ok(None);
    };
    Ok(read.get::<Link>(&token)?.filter(|link| now < link.expires))
}

/// Stores a link; earlier ones of the same person stop working.
pub(super) fn put(txn: &mut Txn<'_>, link: Link) -> Result<(), Refusal> {
    withdraw(txn, link.user)?;
    txn.put(link)?;
    Ok(())
}

/// Ends whatever lets somebody in without the password that was just set: sessions but the one that is asked to stay,
/// personal tokens, links. Whoever sets a new one may do so because somebody else had the old one.
pub(super) fn end_access(txn: &mut Txn<'_>, user: UserId, but: Option<TokenHash>) -> Result<(), Refusal> {
    session::end_all(txn, user, but)?;
    token::end_all(txn, user)?;
    withdraw(txn, user)
}

/// Makes the link with which a person sets their password: the first one, or a new one. Only in person: who has the link
/// can be the person, without any scope.
pub fn issue(txn: &mut Txn<'_>, actor: &Actor, user: UserId, token: TokenHash) -> Result<Link, Refusal> {
    session::require_session(actor)?;
    account_change::require_over(txn, actor, user)?;
    let account = account::get(txn, user)?;
    if account.status == AccountStatus::Suspended {
        return Err(SUSPENDED.refuse("reactivate the account first"));
    }
    let link = for_account(&account, token, actor.now);
    put(txn, link.clone())?;
    let action =
        if link.purpose == Purpose::Reset { "account.reset_link" } else { "account.activation_link" };
    audit::note(txn, actor, action, None, format!("user {user}"), format!("until {}", link.expires))?;
    Ok(link)
}

/// The link that fits the state of an account.
pub(super) fn for_account(account: &Account, token: TokenHash, now: Timestamp) -> Link {
    let (purpose, life) = match account.activated {
        None => (Purpose::Activate, ACTIVATION_LIFE),
        Some(_) => (Purpose::Reset, RESET_LIFE),
    };
    Link { token, user: account.id, purpose, expires: now.plus(life) }
}

/// The link that a token opens.
pub(super) fn find(read: &impl Read, token: &str, now: Timestamp) -> Result<Arc<Link>, Refusal> {
    read.get::<Link>(&token_hash(token))?
        .filter(|link| now < link.expires)
        .ok_or_else(|| LINK_NOT_VALID.refuse("the link was used already or has expired; ask for a new one"))
}

/// The account whose password a token sets: for the strength estimate, before anything is hashed.
pub fn account_of(read: &impl Read, token: &str, now: Timestamp) -> Result<Arc<Account>, Refusal> {
    let link = find(read, token, now)?;
    if link.purpose == Purpose::Setup {
        return Err(LINK_NOT_VALID.refuse("this link makes the first administrator; use it for set-up"));
    }
    let account = account::get(read, link.user)?;
    if account.status == AccountStatus::Suspended {
        return Err(SUSPENDED.refuse("the account is suspended"));
    }
    Ok(account)
}

/// Sets the password; the link is gone, and whoever was let in by the old password is let in no more.
pub fn redeem(txn: &mut Txn<'_>, token: &str, hash: String, now: Timestamp) -> Result<UserId, Refusal> {
    let account = account_of(txn, token, now)?;
    sign_in::store(txn, account.id, hash, now)?;
    end_access(txn, account.id, None)?;
    let actor = Actor::person(account.id, now);
    audit::note(txn, &actor, "account.password", None, format!("user {}", account.id), "by a one-time link")?;
    Ok(account.id)
}

/// Removes up to `limit` links whose time is over. How many there were.
pub fn sweep(txn: &mut Txn<'_>, now: Timestamp, limit: usize) -> Result<usize, Refusal> {
    let over = txn.index_until::<LinksByEnd>(&now, limit)?;
    for (_, token) in &over {
        txn.delete::<Link>(token)?;
    }
    Ok(over.len())
}
