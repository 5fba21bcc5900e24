//! Personal API tokens: a person's rights, narrowed to scopes, until a date. 256 random bits behind the prefix `lyt_`,
//! stored as their SHA-256.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::access::{Actor, PermissionSet};
use super::account::{self, AccountStatus, PersonName};
use super::audit;
use super::faults::together;
use super::ids::{TokenId, UserId};
use super::refusal::{Code, Kind, Refusal, UNAUTHENTICATED, invalid, not_found};
use super::session::{self, SEEN_EVERY, TokenHash, token_hash};
use crate::clock::Timestamp;
use crate::store::{Cache, Entries, Exactly, Index, Read, Record, Table, TableInfo, Txn};

/// What every token begins with, so that one in a log or a repository is recognised.
pub const PREFIX: &str = "lyt_";
/// Tokens of one person: one per script and device, few enough to list in one go.
const TOKENS_PER_PERSON: usize = 50;
/// The longest life of a token.
const LONGEST_LIFE: Duration = Duration::from_hours(366 * 24);

/// Too many tokens.
pub const TOO_MANY_TOKENS: Code = Code::new(
    "too_many_tokens",
    Kind::Conflict,
    "A person has at most 50 tokens; delete one that is not used.",
);

/// Codes of this noun.
pub const CODES: &[Code] = &[TOO_MANY_TOKENS];

/// A token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiToken {
    /// The SHA-256 of the token, the key.
    pub token: TokenHash,
    /// Its id, for lists and deletion.
    pub id: TokenId,
    /// Whose rights it carries.
    pub user: UserId,
    /// What it is for.
    pub name: String,
    /// What it narrows the rights to.
    pub scopes: PermissionSet,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last used, to within some minutes.
    pub seen: Option<Timestamp>,
    /// When it ends.
    pub expires: Timestamp,
}

impl ApiToken {
    /// Is it time to write down that it was used?
    pub fn is_to_be_touched(&self, now: Timestamp) -> bool {
        self.seen.is_none_or(|seen| now.since(seen) >= SEEN_EVERY)
    }
}

impl Record for ApiToken {
    const TABLE: Table = Table { tag: 31, name: "api token" };
    const VERSION: u8 = 1;
    const CACHE: Cache = Cache::Sessions;
    type Key = TokenHash;

    fn key(&self) -> TokenHash {
        self.token
    }

    fn index(&self, entries: &mut Entries) {
        entries.add::<TokensByUser>(&self.user);
        entries.add::<TokensByEnd>(&self.expires);
    }
}

/// A person's tokens.
#[derive(Debug)]
pub struct TokensByUser;

impl Index for TokensByUser {
    const TABLE: Table = Table { tag: 32, name: "api tokens by user" };
    type Key = UserId;
    type Of = ApiToken;
}

/// Tokens by their end, for sweeping.
#[derive(Debug)]
pub struct TokensByEnd;

impl Index for TokensByEnd {
    const TABLE: Table = Table { tag: 33, name: "api tokens by end" };
    type Key = Timestamp;
    type Of = ApiToken;
}

/// Tables of this noun.
pub const TABLES: &[TableInfo] =
    &[TableInfo::rows::<ApiToken>(), TableInfo::index::<TokensByUser>(), TableInfo::index::<TokensByEnd>()];

/// The token that somebody shows, when it is still good and its person may act.
pub fn find(read: &impl Read, token: &str, now: Timestamp) -> Result<std::sync::Arc<ApiToken>, Refusal> {
    good(read, &token_hash(token), now)
}

/// [`find`] by what is stored of it.
pub fn good(
    read: &impl Read,
    token: &TokenHash,
    now: Timestamp,
) -> Result<std::sync::Arc<ApiToken>, Refusal> {
    let Some(found) = read.get::<ApiToken>(token)? else {
        return Err(UNAUTHENTICATED.refuse("the personal token is not known; make a new one"));
    };
    if now >= found.expires {
        let problem =
            format!("the personal token {} expired at {}; make a new one", found.name, found.expires);
        return Err(UNAUTHENTICATED.refuse(problem));
    }
    if account::get(read, found.user)?.status == AccountStatus::Suspended {
        return Err(UNAUTHENTICATED.refuse("the account of this token is suspended"));
    }
    Ok(found)
}

/// What a new token shall be.
#[derive(Debug, Clone)]
pub struct NewToken {
    name: String,
    scopes: PermissionSet,
    expires: Timestamp,
}

impl NewToken {
    /// Checks a name, the scopes and an end within a year.
    pub fn parse(
        name: &str,
        scopes: PermissionSet,
        expires: Timestamp,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let ends = if expires <= now || expires > now.plus(LONGEST_LIFE) {
            Err(invalid("/expires", "is not in the future and within 366 days"))
        } else {
            Ok(())
        };
        let name = PersonName::parse(name).map_err(|problem| invalid("/name", problem));
        let (name, ()) = together((name, ends))?;
        Ok(Self { name: name.as_str().to_owned(), scopes, expires })
    }
}

/// Makes a token for oneself. Scopes only narrow: a right that the person has not is not gained by naming it, and one
/// that they lose is lost to the token too.
pub fn create(
    txn: &mut Txn<'_>,
    actor: &Actor,
    new: NewToken,
    token: TokenHash,
) -> Result<ApiToken, Refusal> {
    session::require_session(actor)?;
    account::get(txn, actor.user)?;
    if of_user(txn, actor.user)?.len() >= TOKENS_PER_PERSON {
        return Err(TOO_MANY_TOKENS.refuse_whole(format!("there are {TOKENS_PER_PERSON} tokens already")));
    }
    let record = ApiToken {
        token,
        id: txn.new_id()?,
        user: actor.user,
        name: new.name,
        scopes: new.scopes,
        created: actor.now,
        seen: None,
        expires: new.expires,
    };
    audit::note(
        txn,
        actor,
        "token.create",
        None,
        format!("token {}", record.id),
        format!("{}, until {}", record.name, record.expires),
    )?;
    txn.put(record.clone())?;
    Ok(record)
}

fn of_user(read: &impl Read, user: UserId) -> Result<Vec<ApiToken>, Refusal> {
    let keys = read.index_keys::<TokensByUser>(&Exactly(user), None, usize::MAX)?;
    let mut tokens = Vec::with_capacity(keys.len());
    for (_, token) in keys {
        tokens.extend(read.get::<ApiToken>(&token)?.map(|token| (*token).clone()));
    }
    Ok(tokens)
}

/// A person's tokens, the newest first, expired ones too until they are swept.
pub fn list(read: &impl Read, actor: &Actor, user: UserId) -> Result<Vec<ApiToken>, Refusal> {
    session::require_over(read, actor, user)?;
    let mut tokens = of_user(read, user)?;
    tokens.sort_by_key(|token| std::cmp::Reverse(token.id));
    Ok(tokens)
}

/// One of a person's tokens.
pub fn get(read: &impl Read, actor: &Actor, user: UserId, id: TokenId) -> Result<ApiToken, Refusal> {
    let mut tokens = list(read, actor, user)?.into_iter();
    tokens.find(|token| token.id == id).ok_or_else(|| not_found("token", id))
}

/// Deletes a token; it stops at once.
pub fn delete(txn: &mut Txn<'_>, actor: &Actor, user: UserId, id: TokenId) -> Result<(), Refusal> {
    session::require_over(txn, actor, user)?;
    let tokens = of_user(txn, user)?;
    let token = tokens.iter().find(|token| token.id == id).ok_or_else(|| not_found("token", id))?;
    txn.delete::<ApiToken>(&token.token)?;
    audit::note(txn, actor, "token.delete", None, format!("token {id}"), format!("of user {user}"))
}

/// Deletes all tokens of a person, as part of a change that has its own right.
pub(super) fn end_all(txn: &mut Txn<'_>, user: UserId) -> Result<(), Refusal> {
    // Bounded by `TOKENS_PER_PERSON`.
    for (_, token) in txn.index_keys::<TokensByUser>(&Exactly(user), None, usize::MAX)? {
        txn.delete::<ApiToken>(&token)?;
    }
    Ok(())
}

/// Writes down that a token was used.
pub fn touch(txn: &mut Txn<'_>, token: TokenHash, now: Timestamp) -> Result<(), Refusal> {
    if let Some(found) = txn.get::<ApiToken>(&token)?
        && found.is_to_be_touched(now)
    {
        txn.put(ApiToken { seen: Some(now), ..(*found).clone() })?;
    }
    Ok(())
}

/// Removes up to `limit` tokens whose time is over. How many there were.
pub fn sweep(txn: &mut Txn<'_>, now: Timestamp, limit: usize) -> Result<usize, Refusal> {
    let over = txn.index_until::<TokensByEnd>(&now, limit)?;
    for (_, token) in &over {
        txn.delete::<ApiToken>(token)?;
    }
    Ok(over.len())
}
