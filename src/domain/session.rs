//! Sessions: what a signed-in person carries. Tokens are 256 random bits and stored as their SHA-256 only.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::access::{Actor, PermissionSet};
use super::ids::{SessionId, UserId};
use super::limits::shortened;
use super::refusal::{Refusal, UNAUTHENTICATED, not_found};
use super::sign_in::NEEDS_SESSION;
use super::{account, account_change, audit, sign_in};
use crate::clock::Timestamp;
use crate::store::{Cache, Entries, Index, Read, Record, Table, TableInfo, Txn};

/// "Last used" is written at most so often: a read must not become a write.
pub const SEEN_EVERY: Duration = Duration::from_mins(5);
/// Sessions of one person; the oldest makes room. More devices than anybody has, few enough to end in one transaction.
const SESSIONS_PER_PERSON: usize = 50;
/// Characters kept of an address and of a User-Agent: enough to recognise a device.
const ADDRESS_LENGTH: usize = 45;
const AGENT_LENGTH: usize = 200;

/// The SHA-256 of a token.
pub type TokenHash = [u8; 32];

/// What is stored of a token that somebody shows.
pub fn token_hash(token: &str) -> TokenHash {
    Sha256::digest(token.as_bytes()).into()
}

/// A signed-in person on one device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The SHA-256 of the token, the key.
    pub token: TokenHash,
    /// Its id, for lists and revocation.
    pub id: SessionId,
    /// Who.
    pub user: UserId,
    /// The SHA-256 of the token that was told at sign-in for `X-CSRF-Token`.
    pub csrf: TokenHash,
    /// When it began.
    pub created: Timestamp,
    /// When it was last used, to within some minutes.
    pub seen: Timestamp,
    /// When it ends unless it is used again.
    pub idle_until: Timestamp,
    /// When it ends in any case.
    pub absolute_until: Timestamp,
    /// The client's address at sign-in.
    pub address: String,
    /// The client's User-Agent at sign-in, shortened.
    pub agent: String,
}

impl Record for Session {
    const TABLE: Table = Table { tag: 24, name: "session" };
    const VERSION: u8 = 1;
    const CACHE: Cache = Cache::Sessions;
    type Key = TokenHash;

    fn key(&self) -> TokenHash {
        self.token
    }

    fn index(&self, entries: &mut Entries) {
        entries.add::<SessionsByUser>(&self.user);
        entries.add::<SessionsByEnd>(&self.absolute_until);
    }
}

/// A person's sessions.
#[derive(Debug)]
pub struct SessionsByUser;

impl Index for SessionsByUser {
    const TABLE: Table = Table { tag: 25, name: "sessions by user" };
    type Key = UserId;
    type Of = Session;
}

/// Sessions by their end, for sweeping.
#[derive(Debug)]
pub struct SessionsByEnd;

impl Index for SessionsByEnd {
    const TABLE: Table = Table { tag: 26, name: "sessions by end" };
    type Key = Timestamp;
    type Of = Session;
}

/// Tables of this noun.
pub const TABLES: &[TableInfo] = &[
    TableInfo::rows::<Session>(),
    TableInfo::index::<SessionsByUser>(),
    TableInfo::index::<SessionsByEnd>(),
];

/// The session that a token opens, when it is still good.
pub fn find(read: &impl Read, token: &str, now: Timestamp) -> Result<Arc<Session>, Refusal> {
    good(read, &token_hash(token), now)
}

/// [`find`] by what is stored of it.
pub fn good(read: &impl Read, token: &TokenHash, now: Timestamp) -> Result<Arc<Session>, Refusal> {
    match read.get::<Session>(token)? {
        Some(session) if session.is_good(now) => Ok(session),
        Some(_) => Err(UNAUTHENTICATED.refuse("the session has expired; sign in again")),
        None => Err(UNAUTHENTICATED.refuse("the session is not known; sign in again")),
    }
}

impl Session {
    /// Who acts in this session.
    pub const fn actor(&self, now: Timestamp) -> Actor {
        Actor::person(self.user, now)
    }

    /// Is it neither unused for too long nor too old?
    pub fn is_good(&self, now: Timestamp) -> bool {
        now < self.idle_until && now < self.absolute_until
    }

    /// Is it time to write down that it was used?
    pub fn is_to_be_touched(&self, now: Timestamp) -> bool {
        now.since(self.seen) >= SEEN_EVERY
    }
}

/// The token that a browser repeats in `X-CSRF-Token`. It follows from the session's token, so that it can be told
/// again to whoever shows the cookie, and nobody can go back from it.
pub fn csrf_token(token: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(b"lyceum csrf token\0");
    hash.update(token.as_bytes());
    URL_SAFE_NO_PAD.encode(hash.finalize())
}

/// The token that forms repeat, and scripts of pages. It follows from the person and from a secret of this installation: a form of
/// a session that has ended can still be sent once its person is back, and by nobody else.
pub fn form_token(key: &[u8; 16], user: UserId) -> String {
    let mut hash = Sha256::new();
    hash.update(b"lyceum form token\0");
    hash.update(key);
    hash.update(user.0.to_be_bytes());
    URL_SAFE_NO_PAD.encode(hash.finalize())
}

/// How long sessions last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetimes {
    /// Ends when unused for so long.
    pub idle: Duration,
    /// Ends after so long in any case.
    pub absolute: Duration,
}

impl Lifetimes {
    /// The end of a session that was used at `now`. Uses are noted only every [`SEEN_EVERY`], so that much is added:
    /// nobody is signed out early.
    fn idle_until(self, now: Timestamp) -> Timestamp {
        now.plus(self.idle).plus(SEEN_EVERY)
    }
}

/// A sign-in whose password was right.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// Who.
    pub user: UserId,
    /// The stored hash that was compared.
    pub compared: String,
    /// The same password hashed with today's cost, when the stored one is older.
    pub strengthened: Option<String>,
    /// The new session's token.
    pub token: String,
    /// The client's address.
    pub address: String,
    /// The client's User-Agent.
    pub agent: String,
}

/// Begins a session, unless the password or the account changed since the password was compared.
pub fn begin(
    txn: &mut Txn<'_>,
    sign_in: SignIn,
    last: Lifetimes,
    now: Timestamp,
) -> Result<Session, Refusal> {
    sign_in::confirm(txn, sign_in.user, &sign_in.compared)?;
    if let Some(hash) = sign_in.strengthened {
        sign_in::strengthen(txn, sign_in.user, hash)?;
    }
    let mut sessions = of_user(txn, sign_in.user)?;
    sessions.sort_by_key(|session| (session.is_good(now), session.seen));
    let over = (sessions.len() + 1).saturating_sub(SESSIONS_PER_PERSON);
    for session in sessions.iter().take(over) {
        txn.delete::<Session>(&session.token)?;
    }
    let session = Session {
        token: token_hash(&sign_in.token),
        id: txn.new_id()?,
        user: sign_in.user,
        csrf: token_hash(&csrf_token(&sign_in.token)),
        created: now,
        seen: now,
        idle_until: last.idle_until(now),
        absolute_until: now.plus(last.absolute),
        address: shortened(&sign_in.address, ADDRESS_LENGTH),
        agent: shortened(&sign_in.agent, AGENT_LENGTH),
    };
    txn.put(session.clone())?;
    Ok(session)
}

/// Writes down that a session was used, at most every [`SEEN_EVERY`].
pub fn touch(txn: &mut Txn<'_>, token: TokenHash, last: Lifetimes, now: Timestamp) -> Result<(), Refusal> {
    if let Some(session) = txn.get::<Session>(&token)?
        && session.is_good(now)
        && session.is_to_be_touched(now)
    {
        txn.put(Session { seen: now, idle_until: last.idle_until(now), ..(*session).clone() })?;
    }
    Ok(())
}

fn of_user(read: &impl Read, user: UserId) -> Result<Vec<Session>, Refusal> {
    // Bounded by `SESSIONS_PER_PERSON`.
    let keys = read.index_keys::<SessionsByUser>(&crate::store::Exactly(user), None, usize::MAX)?;
    let mut sessions = Vec::with_capacity(keys.len());
    for (_, token) in keys {
        sessions.extend(read.get::<Session>(&token)?.map(|session| (*session).clone()));
    }
    Ok(sessions)
}

/// Refuses a personal token: sessions, tokens, passwords and what sets those of others are for the person.
pub fn require_session(actor: &Actor) -> Result<(), Refusal> {
    if actor.scopes == PermissionSet::EVERYTHING {
        Ok(())
    } else {
        Err(NEEDS_SESSION.refuse("sign in; a personal token is not enough for this"))
    }
}

/// Refuses unless it is about oneself, or about somebody over whom one may decide.
pub(super) fn require_over(read: &impl Read, actor: &Actor, user: UserId) -> Result<(), Refusal> {
    require_session(actor)?;
    if actor.user == user {
        return Ok(());
    }
    account_change::require_over(read, actor, user)?;
    // Nobody is not somebody without sessions.
    account::get(read, user).map(drop)
}

/// A person's sessions that are still good, the last used first.
pub fn list(read: &impl Read, actor: &Actor, user: UserId) -> Result<Vec<Session>, Refusal> {
    require_over(read, actor, user)?;
    let mut sessions = of_user(read, user)?;
    sessions.retain(|session| session.is_good(actor.now));
    sessions.sort_by_key(|session| std::cmp::Reverse((session.seen, session.id)));
    Ok(sessions)
}

/// Ends one session of a person.
pub fn revoke(txn: &mut Txn<'_>, actor: &Actor, user: UserId, id: SessionId) -> Result<(), Refusal> {
    require_over(txn, actor, user)?;
    let sessions = of_user(txn, user)?;
    let session = sessions.iter().find(|session| session.id == id).ok_or_else(|| not_found("session", id))?;
    txn.delete::<Session>(&session.token)?;
    if actor.user != user {
        audit::note(txn, actor, "session.revoke", None, format!("user {user}"), format!("session {id}"))?;
    }
    Ok(())
}

/// Ends all sessions of a person, but the one that is asked to stay. How many.
pub fn revoke_all(
    txn: &mut Txn<'_>,
    actor: &Actor,
    user: UserId,
    but: Option<TokenHash>,
) -> Result<usize, Refusal> {
    require_over(txn, actor, user)?;
    let ended = end_all(txn, user, but)?;
    if actor.user != user {
        audit::note(txn, actor, "session.revoke", None, format!("user {user}"), format!("all {ended}"))?;
    }
    Ok(ended)
}

/// Signs out: ends the session that the request came with.
pub fn end(txn: &mut Txn<'_>, token: TokenHash) -> Result<(), Refusal> {
    txn.delete::<Session>(&token)?;
    Ok(())
}

/// [`revoke_all`] as part of a change that has its own right.
pub(super) fn end_all(txn: &mut Txn<'_>, user: UserId, but: Option<TokenHash>) -> Result<usize, Refusal> {
    let mut ended = 0;
    for session in of_user(txn, user)? {
        if Some(session.token) != but {
            txn.delete::<Session>(&session.token)?;
            ended += 1;
        }
    }
    Ok(ended)
}

/// Removes up to `limit` sessions whose time is over. How many there were.
pub fn sweep(txn: &mut Txn<'_>, now: Timestamp, limit: usize) -> Result<usize, Refusal> {
    let over = txn.index_until::<SessionsByEnd>(&now, limit)?;
    for (_, token) in &over {
        txn.delete::<Session>(token)?;
    }
    Ok(over.len())
}
