//! Making, changing, suspending and finding accounts, and who may do that to whom.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::access::{self, Actor, Permission, Scope};
use super::account::{
    self, Account, AccountByEmail, AccountByUsername, AccountStatus, AccountsByName, AccountsBySearch, Email,
    PersonName, StartsWith, Username,
};
use super::activation::{Link, Purpose};
use super::faults::together;
use super::ids::UserId;
use super::naming;
use super::preferences::Preferences;
use super::refusal::{Code, Kind, Refusal, TAKEN, invalid};
use super::roster_rows::Shown;
use super::session::TokenHash;
use super::sign_in::{Password, WRONG_PASSWORD};
use super::token::ApiToken;
use super::{activation, audit, session, setup, sign_in};
use crate::store::{Read, Record as _, Report, Store, StoreError, Txn, Unique, key};

/// The target may do more than the actor.
pub const OUTRANKED: Code = Code::new(
    "outranked",
    Kind::Forbidden,
    "The account has permissions that you do not have, site-wide or in a course; whoever could change it could act with them.",
);
/// Somebody must be able to run the installation.
pub const LAST_ADMINISTRATOR: Code = Code::new(
    "last_administrator",
    Kind::Conflict,
    "This is the last administrator who can sign in; make another one first.",
);

/// Codes of this file.
pub const CODES: &[Code] = &[OUTRANKED, LAST_ADMINISTRATOR];

/// The facts of an account, from the outside.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AccountInput {
    /// 1 to 100 of `a-z`, `0-9`, `.`, `_`, `-`, `@`; kept in lower case, unique, and nobody else's e-mail address.
    pub username: String,
    /// Unique without regard to case, and nobody else's username: people sign in with either.
    pub email: Option<String>,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Up to 20 extra fields by name.
    pub profile: Option<BTreeMap<String, String>>,
}

/// The facts of an account, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccount {
    /// What they sign in with.
    pub username: Username,
    /// Where they are reached.
    pub email: Option<Email>,
    /// Given name.
    pub first_name: PersonName,
    /// Family name.
    pub last_name: PersonName,
    /// Extra fields.
    pub profile: Vec<(String, String)>,
}

impl AccountInput {
    /// Checks every part.
    pub fn parse(self) -> Result<NewAccount, Refusal> {
        let email = self.email.as_deref().filter(|email| !email.trim().is_empty());
        let email = email.map(Email::parse).transpose();
        let profile = self.profile.unwrap_or_default().into_iter().collect();
        let (username, first_name, last_name, email, profile) = together((
            Username::parse(&self.username).map_err(|problem| invalid("/username", problem)),
            PersonName::parse(&self.first_name).map_err(|problem| invalid("/first_name", problem)),
            PersonName::parse(&self.last_name).map_err(|problem| invalid("/last_name", problem)),
            email.map_err(|problem| invalid("/email", problem)),
            account::parse_profile("/profile", profile),
        ))?;
        Ok(NewAccount { username, email, first_name, last_name, profile })
    }
}

impl NewAccount {
    /// The words that a password must not lean on.
    pub fn words(&self) -> Vec<String> {
        let email = self.email.as_ref().map(Email::as_str);
        sign_in::own_words(self.username.as_str(), email, self.first_name.as_str(), self.last_name.as_str())
    }
}

/// Refuses unless the actor may manage people, and this person can do nothing more than the actor, site-wide or in any
/// course: otherwise a new password or address would be a way up.
pub(super) fn require_over(read: &impl Read, actor: &Actor, user: UserId) -> Result<(), Refusal> {
    access::require(read, actor, Permission::ManagePeople, Scope::Site)?;
    if access::covers(read, actor, user)? {
        Ok(())
    } else {
        Err(OUTRANKED.refuse(format!("user {user} has permissions that you do not have")))
    }
}

/// Refuses a username or an address under which another account is found. People sign in with either, so that a username which is
/// another's address would be found in the place of that one. What an account has it keeps, also from when this was not looked at.
fn refuse_taken(read: &impl Read, new: &NewAccount, old: Option<&Account>) -> Result<(), Refusal> {
    let (username, email) = (("/username", "the username"), ("/email", "the e-mail address"));
    let of_username = if old.is_some_and(|old| old.username == new.username) {
        Ok(())
    } else {
        let name = new.username.as_str();
        refuse_other::<AccountByUsername, AccountByEmail>(
            read,
            old,
            username,
            email.1,
            (name, name.to_owned()),
        )
    };
    let kept = old.and_then(|old| old.email.as_ref()).map(Email::folded);
    let of_email = match &new.email {
        Some(new) if kept != Some(new.folded()) => {
            let name = (new.as_str(), new.folded());
            refuse_other::<AccountByEmail, AccountByUsername>(read, old, email, username.1, name)
        }
        _ => Ok(()),
    };
    together((of_username, of_email)).map(drop)
}

/// Refuses what is at `at` and called `what` when another account than `old` has it, or has it as its `other`.
fn refuse_other<Own, Other>(
    read: &impl Read,
    old: Option<&Account>,
    (at, what): (&str, &str),
    other: &str,
    (text, key): (&str, String),
) -> Result<(), Refusal>
where
    Own: Unique<Key = String, Of = Account>,
    Other: Unique<Key = String, Of = Account>,
{
    let is_other =
        |found: Option<UserId>| found.is_some_and(|found| old.is_none_or(|account| account.id != found));
    if is_other(read.unique_key::<Own>(&key)?) {
        let refusal = TAKEN.refuse(format!("another account has {what} {text}"));
        Err(refusal.at(at, "another account has it already"))
    } else if is_other(read.unique_key::<Other>(&key)?) {
        let problem = format!("is {other} of another account");
        Err(TAKEN.refuse(format!("{what} {text} {problem}")).at(at, problem))
    } else {
        Ok(())
    }
}

/// Makes an account without a password; `link` is the hash of an activation token, when one is wanted.
pub fn create(
    txn: &mut Txn<'_>,
    actor: &Actor,
    new: NewAccount,
    link: Option<TokenHash>,
) -> Result<Arc<Account>, Refusal> {
    access::require(txn, actor, Permission::ManagePeople, Scope::Site)?;
    refuse_taken(txn, &new, None)?;
    let account = Account {
        id: txn.new_id()?,
        username: new.username,
        email: new.email,
        first_name: new.first_name,
        last_name: new.last_name,
        status: AccountStatus::Active,
        activated: None,
        profile: new.profile,
        created: actor.now,
        revision: 1,
        preferences: Preferences::default(),
    };
    if let Some(token) = link {
        activation::put(txn, activation::for_account(&account, token, actor.now))?;
    }
    let id = account.id;
    audit::note(txn, actor, "account.create", None, format!("user {id}"), account.username.as_str())?;
    txn.put(account)?;
    account::get(txn, id)
}

/// Changes the facts of an account. `unchanged` refuses another revision than the one that was read.
pub fn change(
    txn: &mut Txn<'_>,
    actor: &Actor,
    id: UserId,
    new: NewAccount,
    unchanged: impl FnOnce(u32) -> Result<(), Refusal>,
) -> Result<Arc<Account>, Refusal> {
    access::require(txn, actor, Permission::ManagePeople, Scope::Site)?;
    let old = account::get(txn, id)?;
    require_over(txn, actor, id)?;
    unchanged(old.revision)?;
    refuse_taken(txn, &new, Some(&old))?;
    let account = Account {
        username: new.username,
        email: new.email,
        first_name: new.first_name,
        last_name: new.last_name,
        profile: new.profile,
        ..(*old).clone()
    };
    if account == *old {
        return Ok(old);
    }
    let folded = |account: &Account| account.email.as_ref().map(Email::folded);
    if folded(&account) != folded(&old) {
        // A link may lie in the mailbox of whoever has the old address.
        activation::withdraw(txn, id)?;
    }
    let changed = differences(&old, &account);
    audit::note(txn, actor, "account.change", None, format!("user {id}"), changed)?;
    txn.put(Account { revision: old.revision + 1, ..account })?;
    account::get(txn, id)
}

fn differences(old: &Account, new: &Account) -> String {
    let mut parts = Vec::new();
    if old.username != new.username {
        parts.push(format!("username {} to {}", old.username.as_str(), new.username.as_str()));
    }
    if old.email != new.email {
        let text = |email: &Option<Email>| email.as_ref().map_or("none", Email::as_str).to_owned();
        parts.push(format!("e-mail {} to {}", text(&old.email), text(&new.email)));
    }
    if (&old.first_name, &old.last_name) != (&new.first_name, &new.last_name) {
        parts.push(format!("name {} to {}", account::display_name(old), account::display_name(new)));
    }
    if old.profile != new.profile {
        parts.push("extra fields".to_owned());
    }
    parts.join(", ")
}

/// Keeps somebody out: no sign-in, and every session and token stops at once. Nothing is lost.
pub fn suspend(txn: &mut Txn<'_>, actor: &Actor, id: UserId) -> Result<Arc<Account>, Refusal> {
    access::require(txn, actor, Permission::ManagePeople, Scope::Site)?;
    let old = account::get(txn, id)?;
    if old.status == AccountStatus::Suspended {
        require_over(txn, actor, id)?;
        return Ok(old);
    }
    require_suspending(txn, actor, id)?;
    // Sessions go with the account's state in one transaction, so that no request has to ask for it. Tokens ask, and
    // work again after reactivation.
    session::end_all(txn, id, None)?;
    activation::withdraw(txn, id)?;
    set_status(txn, actor, &old, AccountStatus::Suspended, "account.suspend")
}

/// Refuses to suspend somebody above the actor, and the last administrator.
pub(super) fn require_suspending(read: &impl Read, actor: &Actor, id: UserId) -> Result<(), Refusal> {
    require_over(read, actor, id)?;
    refuse_last_administrator(read, id, actor)
}

/// Lets somebody in again.
pub fn reactivate(txn: &mut Txn<'_>, actor: &Actor, id: UserId) -> Result<Arc<Account>, Refusal> {
    access::require(txn, actor, Permission::ManagePeople, Scope::Site)?;
    let old = account::get(txn, id)?;
    require_over(txn, actor, id)?;
    if old.status == AccountStatus::Active {
        return Ok(old);
    }
    set_status(txn, actor, &old, AccountStatus::Active, "account.reactivate")
}

fn set_status(
    txn: &mut Txn<'_>,
    actor: &Actor,
    old: &Account,
    status: AccountStatus,
    action: &str,
) -> Result<Arc<Account>, Refusal> {
    let id = old.id;
    audit::note(txn, actor, action, None, format!("user {id}"), old.username.as_str())?;
    txn.put(Account { status, revision: old.revision + 1, ..old.clone() })?;
    account::get(txn, id)
}

/// Refuses when `user` is an administrator and nobody else could take over.
pub(super) fn refuse_last_administrator(
    read: &impl Read,
    user: UserId,
    actor: &Actor,
) -> Result<(), Refusal> {
    let theirs = access::permissions(read, &Actor::person(user, actor.now), Scope::Site)?;
    if theirs.covers(access::PermissionSet::EVERYTHING) && !setup::has_other_administrator(read, user)? {
        return Err(LAST_ADMINISTRATOR.refuse("nobody else who can sign in is an administrator"));
    }
    Ok(())
}

/// Changes one's own password after the old one was compared: other sessions and all tokens end, links stop working.
pub fn change_password(
    txn: &mut Txn<'_>,
    actor: &Actor,
    compared: &str,
    hash: String,
    keep: Option<TokenHash>,
) -> Result<(), Refusal> {
    session::require_session(actor)?;
    if sign_in::stored_hash(txn, actor.user)?.as_deref() != Some(compared) {
        return Err(WRONG_PASSWORD.refuse("the password was changed meanwhile"));
    }
    sign_in::store(txn, actor.user, hash, actor.now)?;
    activation::end_access(txn, actor.user, keep)?;
    audit::note(txn, actor, "account.password", None, format!("user {}", actor.user), "by the old password")
}

/// What somebody changes of their own account, from the outside.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OwnInput {
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
}

/// What somebody changes of their own account, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnName {
    first_name: PersonName,
    last_name: PersonName,
}

impl OwnInput {
    /// Checks both parts.
    pub fn parse(&self) -> Result<OwnName, Refusal> {
        let (first_name, last_name) = together((
            PersonName::parse(&self.first_name).map_err(|problem| invalid("/first_name", problem)),
            PersonName::parse(&self.last_name).map_err(|problem| invalid("/last_name", problem)),
        ))?;
        Ok(OwnName { first_name, last_name })
    }
}

/// Changes one's own name. Not the address: nobody here can tell whose it is, and who takes a colleague's would be
/// enrolled, and given their role, in their place.
pub fn change_own(txn: &mut Txn<'_>, actor: &Actor, name: OwnName) -> Result<Arc<Account>, Refusal> {
    session::require_session(actor)?;
    let old = account::get(txn, actor.user)?;
    let OwnName { first_name, last_name } = name;
    let account = Account { first_name, last_name, ..(*old).clone() };
    if account == *old {
        return Ok(old);
    }
    let changed = differences(&old, &account);
    audit::note(txn, actor, "account.change", None, format!("user {}", actor.user), changed)?;
    txn.put(Account { revision: old.revision + 1, ..account })?;
    account::get(txn, actor.user)
}

/// Changes how somebody is shown things; their own matter alone.
pub fn set_preferences(
    txn: &mut Txn<'_>,
    actor: &Actor,
    preferences: Preferences,
) -> Result<Arc<Account>, Refusal> {
    session::require_session(actor)?;
    let old = account::get(txn, actor.user)?;
    if old.preferences != preferences {
        txn.put(Account { preferences, revision: old.revision + 1, ..(*old).clone() })?;
    }
    account::get(txn, actor.user)
}

/// Sets the language and the time zone of somebody who has chosen none themselves, as a file of people names them.
pub fn fill_preferences(
    txn: &mut Txn<'_>,
    actor: &Actor,
    id: UserId,
    shown: &Shown,
) -> Result<Arc<Account>, Refusal> {
    access::require(txn, actor, Permission::ManagePeople, Scope::Site)?;
    let old = account::get(txn, id)?;
    let preferences = Preferences {
        language: old.preferences.language.or(shown.language),
        time_zone: old.preferences.time_zone.clone().or_else(|| shown.time_zone.clone()),
        ..old.preferences.clone()
    };
    if preferences == old.preferences {
        return Ok(old);
    }
    require_over(txn, actor, id)?;
    audit::note(txn, actor, "account.change", None, format!("user {id}"), "language and time zone")?;
    txn.put(Account { preferences, revision: old.revision + 1, ..(*old).clone() })?;
    account::get(txn, id)
}

/// Sets somebody's password by a command on the machine.
pub fn set_password(txn: &mut Txn<'_>, actor: &Actor, id: UserId, hash: String) -> Result<(), Refusal> {
    require_over(txn, actor, id)?;
    sign_in::store(txn, id, hash, actor.now)?;
    activation::end_access(txn, id, None)?;
    audit::note(txn, actor, "account.password", None, format!("user {id}"), "by a command on the machine")
}

/// The account, when the actor may see it: their own, or everybody's with the right.
pub fn seen(read: &impl Read, actor: &Actor, id: UserId) -> Result<Arc<Account>, Refusal> {
    if actor.user != id {
        access::require(read, actor, Permission::ViewPeople, Scope::Site)?;
    }
    account::get(read, id)
}

/// Where a list of accounts goes on: an index key and the id behind it.
pub type ListKey = (String, UserId);

/// Longest search text: as long as what it could find.
const SEARCH_LENGTH: usize = 254;

/// Up to `limit` accounts by family name, or those of which a name, the username or the e-mail address begins with
/// `search`, each with its place in the list.
pub fn list(
    read: &impl Read,
    actor: &Actor,
    search: Option<&str>,
    after: Option<ListKey>,
    limit: usize,
) -> Result<Vec<(ListKey, Arc<Account>)>, Refusal> {
    access::require(read, actor, Permission::ViewPeople, Scope::Site)?;
    let search = search.map(str::trim).filter(|text| !text.is_empty());
    let mut found = Vec::new();
    let Some(search) = search else {
        let after = after.as_ref().map(|(name, id)| (name, id));
        for (name, id) in read.index_keys::<AccountsByName>(&(), after, limit)? {
            found.push(((name, id), account::get(read, id)?));
        }
        return Ok(found);
    };
    if search.len() > SEARCH_LENGTH {
        return Err(invalid("?search", format!("is longer than {SEARCH_LENGTH} bytes")));
    }
    let known = naming::find(search, |text| {
        let text = text.to_lowercase();
        let some = read.index_keys::<AccountsBySearch>(&StartsWith(&text), None, 1)?;
        Ok::<_, StoreError>((!some.is_empty()).then_some(text))
    })?;
    let Some(search) = known else { return Ok(found) };
    let prefix = StartsWith(&search);
    let mut after = after;
    while found.len() < limit {
        let from = after.as_ref().map(|(term, id)| (term, id));
        let keys = read.index_keys::<AccountsBySearch>(&prefix, from, limit)?;
        let Some(last) = keys.last().cloned() else { break };
        for (term, id) in keys {
            let account = account::get(read, id)?;
            // Somebody whom several words find stands at the first of them only.
            let first = account.search_terms().into_iter().find(|term| term.starts_with(&search));
            if first.as_ref() == Some(&term) && found.len() < limit {
                found.push(((term, id), account));
            }
        }
        after = Some(last);
    }
    Ok(found)
}

/// Up to `limit` accounts behind one, in the order of ids.
pub fn all(
    read: &impl Read,
    actor: &Actor,
    after: Option<UserId>,
    limit: usize,
) -> Result<Vec<Account>, Refusal> {
    access::require(read, actor, Permission::ViewPeople, Scope::Site)?;
    Ok(read.list::<Account>(&(), after.as_ref(), limit)?)
}

/// For `lyceum verify`: who has a password is marked as activated and the other way round, and links and tokens belong
/// to somebody.
pub(super) fn verify(store: &Store, report: &mut Report) -> Result<(), StoreError> {
    store.read(|read| {
        read.each::<Password>(&(), |password| {
            if read.get::<Account>(&password.user)?.is_none_or(|account| account.activated.is_none()) {
                report.differ(
                    Password::TABLE.name,
                    &key::encode(&password.user),
                    "its account is missing or not marked as activated",
                );
            }
            Ok(ControlFlow::Continue(()))
        })?;
        read.each::<Account>(&(), |account| {
            if account.activated.is_some() && !read.exists::<Password>(&account.id)? {
                report.differ(
                    Account::TABLE.name,
                    &key::encode(&account.id),
                    "it is marked as activated and has no password",
                );
            }
            Ok(ControlFlow::Continue(()))
        })?;
        read.each::<Link>(&(), |link| {
            if link.purpose != Purpose::Setup && !read.exists::<Account>(&link.user)? {
                report.differ(Link::TABLE.name, &link.token, "its account is missing");
            }
            Ok(ControlFlow::Continue(()))
        })?;
        read.each::<ApiToken>(&(), |token| {
            if !read.exists::<Account>(&token.user)? {
                report.differ(ApiToken::TABLE.name, &token.token, "its account is missing");
            }
            Ok(ControlFlow::Continue(()))
        })
    })
}
