//! Sessions: what a signed-in person carries. Tokens are 256 random bits and stored as their SHA-256 only.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::access::Actor;
use super::ids::{SessionId, UserId};
use super::refusal::{Refusal, UNAUTHENTICATED};
use crate::clock::Timestamp;
use crate::store::{Cache, Entries, Index, Read, Record, Table, TableInfo};

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
    /// The SHA-256 of the token that a browser must repeat in `X-CSRF-Token`.
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
pub fn find(read: &impl Read, token: &str, now: Timestamp) -> Result<std::sync::Arc<Session>, Refusal> {
    match read.get::<Session>(&token_hash(token))? {
        Some(session) if now < session.idle_until && now < session.absolute_until => Ok(session),
        Some(_) => Err(UNAUTHENTICATED.refuse("the session has expired; sign in again")),
        None => Err(UNAUTHENTICATED.refuse("the session is not known; sign in again")),
    }
}

impl Session {
    /// Who acts in this session.
    pub const fn actor(&self, now: Timestamp) -> Actor {
        Actor::person(self.user, now)
    }
}
