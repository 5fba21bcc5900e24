//! Who may write and read learning records: a key with a secret for Basic authentication, or one bearer token, and what each may
//! do. The name of a credential is the authority of what is written with it.

use std::num::NonZeroU16;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use super::definition::Word;
use super::json::{object, quoted};
use super::term::{Ifi, Term};
use crate::clock::Timestamp;
use crate::domain::access::{self, Actor, Permission, Scope as Place};
use crate::domain::audit;
use crate::domain::faults::{each, together};
use crate::domain::naming::one_line;
use crate::domain::origin::Origin;
use crate::domain::refusal::{Code, FORBIDDEN, Kind, Refusal, UNAUTHENTICATED, invalid, not_found};
use crate::domain::session::{TokenHash, token_hash};
use crate::id_type;
use crate::store::{
    Cache, CodecError, Entries, Exactly, Index, Read, Record, Table, TableInfo, Txn, Unique, decode_appended,
};

id_type!(
    /// A credential of the learning record store.
    CredentialId
);

/// Stands for the installation itself where a credential is named. Ids begin at 1.
pub const SITE: CredentialId = CredentialId(0);
/// What it is called as an authority.
const SITE_NAME: &str = "Lyceum";
/// Its account; keys of credentials are longer.
pub(super) const SITE_ACCOUNT: &str = "lyceum";

/// What every bearer token begins with, so that one in a log or a repository is recognised.
pub const PREFIX: &str = "lyx_";
/// One for each tool that reports here; all are shown in one list.
const MAX_CREDENTIALS: usize = 1_000;
/// Characters of the name of one.
pub const NAME_CHARS: usize = 100;
/// Web pages that may use a credential from a browser.
pub const MAX_ORIGINS: usize = 20;
/// A name of a host is 253 bytes at most.
const MAX_ORIGIN_BYTES: usize = 300;

/// Too many credentials.
pub const TOO_MANY_CREDENTIALS: Code = Code::new(
    "too_many_credentials",
    Kind::Conflict,
    "There are as many credentials of the learning record store as there may be; delete one that is not used.",
);

/// Codes of this file.
pub const CODES: &[Code] = &[TOO_MANY_CREDENTIALS];

/// What a credential may do (xAPI 1.0.3 part three, 4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub enum LrsScope {
    /// Write statements.
    #[serde(rename = "statements/write")]
    StatementsWrite,
    /// Read the statements that it wrote.
    #[serde(rename = "statements/read/mine")]
    StatementsReadMine,
    /// Read statements.
    #[serde(rename = "statements/read")]
    StatementsRead,
    /// Read and write states.
    #[serde(rename = "state")]
    State,
    /// Read and write profiles of activities and agents.
    #[serde(rename = "profile")]
    Profile,
    /// Define what activities and people are called, by the statements that it writes.
    #[serde(rename = "define")]
    Define,
    /// Read everything.
    #[serde(rename = "all/read")]
    AllRead,
    /// Everything.
    #[serde(rename = "all")]
    All,
}

/// A credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credential {
    /// Its id.
    pub id: CredentialId,
    /// Its name; the authority of what it writes.
    pub name: String,
    /// Its key, the user name of Basic authentication.
    pub key: String,
    /// The SHA-256 of its secret, which is random.
    pub secret: TokenHash,
    /// The SHA-256 of its bearer token.
    pub token: TokenHash,
    /// What it may do.
    pub scopes: Vec<LrsScope>,
    /// Web origins from which browsers may use it.
    pub origins: Vec<String>,
    /// When it was made.
    pub created: Timestamp,
    /// Counts changes of its name, scopes and origins.
    pub revision: u32,
}

impl Record for Credential {
    const TABLE: Table = Table { tag: 171, name: "xapi credential" };
    const VERSION: u8 = 2;
    const CACHE: Cache = Cache::Sessions;
    type Key = CredentialId;

    fn key(&self) -> CredentialId {
        self.id
    }

    // None could be changed then.
    fn upgrade(version: u8, body: &[u8]) -> Result<Self, CodecError> {
        decode_appended(Self::TABLE.name, (version, 1), body, &1_u32)
    }

    fn index(&self, entries: &mut Entries) {
        entries.unique::<CredentialByKey>(&self.key);
        entries.unique::<CredentialByToken>(&self.token);
        for origin in &self.origins {
            entries.add::<CredentialsByOrigin>(origin);
        }
    }
}

/// Credentials by their key.
#[derive(Debug)]
pub struct CredentialByKey;

impl Unique for CredentialByKey {
    const TABLE: Table = Table { tag: 172, name: "xapi credential by key" };
    const CACHE: Cache = Cache::Sessions;
    type Key = String;
    type Of = Credential;
}

/// Credentials by their bearer token.
#[derive(Debug)]
pub struct CredentialByToken;

impl Unique for CredentialByToken {
    const TABLE: Table = Table { tag: 173, name: "xapi credential by token" };
    const CACHE: Cache = Cache::Sessions;
    type Key = TokenHash;
    type Of = Credential;
}

/// Credentials by the origins from which browsers may use them.
#[derive(Debug)]
pub struct CredentialsByOrigin;

impl Index for CredentialsByOrigin {
    const TABLE: Table = Table { tag: 174, name: "xapi credentials by origin" };
    type Key = String;
    type Of = Credential;
}

/// May any credential be used by pages of this origin?
pub fn is_origin(read: &impl Read, origin: &str) -> Result<bool, Refusal> {
    Ok(!read.index_keys::<CredentialsByOrigin>(&Exactly(origin.to_owned()), None, 1)?.is_empty())
}

/// Tables of credentials.
pub const TABLES: &[TableInfo] = &[
    TableInfo::rows::<Credential>(),
    TableInfo::unique::<CredentialByKey>(),
    TableInfo::unique::<CredentialByToken>(),
    TableInfo::index::<CredentialsByOrigin>(),
];

/// In whose name a caller writes.
#[derive(Debug, Clone)]
enum Who {
    /// A tool's, or a person's.
    Credential(Arc<Credential>),
    /// This installation's.
    Own { name: &'static str, account: &'static str },
}

/// Who uses the learning record store, and what they may do there.
#[derive(Debug, Clone)]
pub struct Caller {
    who: Who,
    /// The address of this installation, which names its accounts.
    home_page: Arc<str>,
    /// The authority of what is written, as JSON and as what it is found by; put together for the first statement.
    authority: OnceLock<(String, Term)>,
    /// A statement that names an authority keeps it.
    pub keeps_authority: bool,
    /// When.
    pub now: Timestamp,
}

impl Caller {
    /// Who this credential speaks for.
    pub fn of(credential: Arc<Credential>, home_page: &Arc<str>, now: Timestamp) -> Self {
        Self::called(Who::Credential(credential), home_page, now)
    }

    /// This installation itself, which tells what happens in its courses.
    pub fn site(home_page: &Arc<str>, now: Timestamp) -> Self {
        Self::called(Who::Own { name: SITE_NAME, account: SITE_ACCOUNT }, home_page, now)
    }

    /// An administrator who takes in the statements of another store as a file.
    pub fn importing(home_page: &Arc<str>, now: Timestamp) -> Self {
        let who = Who::Own { name: "Import", account: "import" };
        Self { keeps_authority: true, ..Self::called(who, home_page, now) }
    }

    fn called(who: Who, home_page: &Arc<str>, now: Timestamp) -> Self {
        Self { who, home_page: home_page.clone(), authority: OnceLock::new(), keeps_authority: false, now }
    }

    /// The credential; [`SITE`] for this installation.
    pub fn credential(&self) -> CredentialId {
        match &self.who {
            Who::Credential(credential) => credential.id,
            Who::Own { .. } => SITE,
        }
    }

    /// Web origins from which browsers may use it.
    pub fn origins(&self) -> &[String] {
        match &self.who {
            Who::Credential(credential) => &credential.origins,
            Who::Own { .. } => &[],
        }
    }

    fn scopes(&self) -> &[LrsScope] {
        match &self.who {
            Who::Credential(credential) => &credential.scopes,
            Who::Own { .. } => &[LrsScope::StatementsWrite, LrsScope::Define],
        }
    }

    fn authority(&self) -> &(String, Term) {
        self.authority.get_or_init(|| {
            let (name, account) = match &self.who {
                Who::Credential(credential) => (credential.name.as_str(), credential.key.as_str()),
                Who::Own { name, account } => (*name, *account),
            };
            let (home, key, name) = (quoted(&self.home_page), quoted(account), quoted(name));
            let shown = object([("homePage", home.as_str()), ("name", key.as_str())]);
            let members = [("objectType", "\"Agent\""), ("name", name.as_str()), ("account", shown.as_str())];
            let ifi = Ifi::Account { home_page: self.home_page.to_string(), name: account.to_owned() };
            (object(members), Term::agent(&ifi))
        })
    }

    /// The agent for whom it speaks, as JSON.
    pub fn authority_json(&self) -> &str {
        &self.authority().0
    }

    /// What statements of this authority are found by.
    pub fn authority_term(&self) -> Term {
        self.authority().1
    }

    fn has(&self, any: &[LrsScope]) -> bool {
        self.scopes().iter().any(|scope| *scope == LrsScope::All || any.contains(scope))
    }

    /// Refuses who has none of these scopes.
    pub fn require(&self, any: &[LrsScope]) -> Result<(), Refusal> {
        if self.has(any) {
            return Ok(());
        }
        let names: Vec<String> = any.iter().filter_map(|scope| serde_json::to_string(scope).ok()).collect();
        Err(FORBIDDEN.refuse(format!("this credential has none of the scopes {}, \"all\"", names.join(", "))))
    }

    /// May it void what anybody wrote?
    pub fn voids_any(&self) -> bool {
        self.scopes().contains(&LrsScope::All)
    }

    /// What its word on what things are called is worth; `None` when it may not say.
    pub fn word(&self) -> Option<Word> {
        match &self.who {
            _ if !self.has(&[LrsScope::Define]) => None,
            Who::Credential(_) => Some(Word::Newest),
            Who::Own { .. } if self.keeps_authority => Some(Word::Filling),
            Who::Own { .. } => Some(Word::Own),
        }
    }

    /// May it read everybody's statements?
    pub fn reads_all(&self) -> bool {
        self.has(&[LrsScope::StatementsRead, LrsScope::AllRead])
    }

    /// Whose statements it may read: `None` for everybody's.
    pub fn reads_only(&self) -> Result<Option<CredentialId>, Refusal> {
        use LrsScope::{AllRead, StatementsRead, StatementsReadMine};
        if self.reads_all() {
            return Ok(None);
        }
        self.require(&[StatementsRead, AllRead, StatementsReadMine])?;
        Ok(Some(self.credential()))
    }
}

/// The credential with this key and secret.
pub fn by_secret(read: &impl Read, key: &str, secret: &str) -> Result<Arc<Credential>, Refusal> {
    use subtle::ConstantTimeEq as _;
    let found = read.by_unique::<CredentialByKey>(&key.to_owned())?;
    found
        .filter(|known| bool::from(known.secret.ct_eq(&token_hash(secret))))
        .ok_or_else(|| UNAUTHENTICATED.refuse_at("Authorization", "has a key and a secret of no credential"))
}

/// The credential with this bearer token.
pub fn by_token(read: &impl Read, token: &str) -> Result<Arc<Credential>, Refusal> {
    read.by_unique::<CredentialByToken>(&token_hash(token))?
        .ok_or_else(|| UNAUTHENTICATED.refuse_at("Authorization", "has a token of no credential"))
}

/// A credential to be made, checked.
#[derive(Debug, Clone)]
pub struct NewCredential {
    name: String,
    scopes: Vec<LrsScope>,
    origins: Vec<String>,
}

impl NewCredential {
    /// Checks a name, scopes, and origins such as `https://tool.example`.
    pub fn parse(name: &str, named: Vec<LrsScope>, origins: Vec<String>) -> Result<Self, Refusal> {
        let mut scopes = Vec::with_capacity(named.len());
        for scope in named {
            if !scopes.contains(&scope) {
                scopes.push(scope);
            }
        }
        let origins: Vec<String> = origins.into_iter().map(|origin| as_browsers_say(&origin)).collect();
        let name = one_line(name, NAME_CHARS).map_err(|problem| invalid("/name", problem));
        let some = if scopes.is_empty() {
            Err(invalid("/scopes", "is empty: such a credential could do nothing"))
        } else {
            Ok(())
        };
        let (name, (), ()) = together((name, some, check_origins(&origins)))?;
        Ok(Self { name, scopes, origins })
    }
}

/// An origin as browsers send it (RFC 6454, 6.2): in lower case, and without the port that its scheme has anyway.
fn as_browsers_say(origin: &str) -> String {
    let origin = origin.to_lowercase();
    let port = if origin.starts_with("https://") { ":443" } else { ":80" };
    match origin.strip_suffix(port) {
        Some(short) => short.to_owned(),
        None => origin,
    }
}

fn check_origins(origins: &[String]) -> Result<(), Refusal> {
    if origins.len() > MAX_ORIGINS {
        return Err(invalid("/origins", format!("has more than {MAX_ORIGINS} items")));
    }
    let checked = origins.iter().enumerate().map(|(place, origin)| {
        let at = format!("/origins/{place}");
        if origins.iter().take(place).any(|other| other == origin) {
            return Err(invalid(at, "is there twice"));
        }
        check_origin(origin).map_err(|problem| invalid(at, problem))
    });
    each(checked).map(drop)
}

/// Could a browser send this? What none sends would be kept and never let anybody in.
fn check_origin(origin: &str) -> Result<(), String> {
    let none = || "is not an origin such as https://tool.example".to_owned();
    let parts = Origin::of(origin).filter(|_| origin.len() <= MAX_ORIGIN_BYTES).ok_or_else(none)?;
    let Origin { scheme, host, port } = parts;
    if !host.is_ascii() {
        let named = idna::domain_to_ascii(host).map_err(|_| none())?;
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        return Err(format!("is sent by browsers as {scheme}://{named}{port}; write it like that"));
    }
    let is_name = |host: &str| {
        !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
    };
    if !parts.is_address().unwrap_or_else(|| is_name(host)) {
        return Err(none());
    }
    match port.map(str::parse::<NonZeroU16>) {
        None => Ok(()),
        Some(Ok(number)) if port == Some(&*number.to_string()) => Ok(()),
        Some(_) => Err("has a port that is none: 1 to 65535, without a zero in front".to_owned()),
    }
}

/// What a new credential is shown with; random, made outside.
#[derive(Debug, Clone)]
pub struct NewSecrets {
    /// The key.
    pub key: String,
    /// Hash of the secret.
    pub secret: TokenHash,
    /// Hash of the bearer token.
    pub token: TokenHash,
}

/// Makes a credential.
pub fn create(
    txn: &mut Txn<'_>,
    actor: &Actor,
    new: NewCredential,
    secrets: NewSecrets,
) -> Result<Credential, Refusal> {
    access::require(txn, actor, Permission::ManageSite, Place::Site)?;
    if txn.list::<Credential>(&(), None, MAX_CREDENTIALS)?.len() >= MAX_CREDENTIALS {
        return Err(
            TOO_MANY_CREDENTIALS.refuse_whole(format!("there are {MAX_CREDENTIALS} credentials already"))
        );
    }
    let credential = Credential {
        id: txn.new_id()?,
        name: new.name,
        key: secrets.key,
        secret: secrets.secret,
        token: secrets.token,
        scopes: new.scopes,
        origins: new.origins,
        created: actor.now,
        revision: 1,
    };
    txn.put(credential.clone())?;
    note(txn, actor, "xapi_credential.create", &credential)?;
    Ok(credential)
}

/// All credentials, the oldest first.
pub fn list(read: &impl Read, actor: &Actor) -> Result<Vec<Credential>, Refusal> {
    access::require(read, actor, Permission::ManageSite, Place::Site)?;
    Ok(read.list::<Credential>(&(), None, MAX_CREDENTIALS)?)
}

/// A credential.
pub fn get(read: &impl Read, actor: &Actor, id: CredentialId) -> Result<Credential, Refusal> {
    access::require(read, actor, Permission::ManageSite, Place::Site)?;
    read.get::<Credential>(&id)?.map(Arc::unwrap_or_clone).ok_or_else(|| not_found("credential", id))
}

/// Changes what a credential is called, what it may do, and from where. Its key, by which statements name it, stays.
pub fn change(
    txn: &mut Txn<'_>,
    actor: &Actor,
    id: CredentialId,
    new: NewCredential,
    unchanged: impl FnOnce(u32) -> Result<(), Refusal>,
) -> Result<Credential, Refusal> {
    let was = get(txn, actor, id)?;
    unchanged(was.revision)?;
    let NewCredential { name, scopes, origins } = new;
    let mut credential = Credential { name, scopes, origins, ..was.clone() };
    if credential == was {
        return Ok(was);
    }
    credential.revision += 1;
    txn.put(credential.clone())?;
    note(txn, actor, "xapi_credential.change", &credential)?;
    Ok(credential)
}

/// Gives a credential another secret and another token; the old ones end at once. Its key stays.
pub fn renew(
    txn: &mut Txn<'_>,
    actor: &Actor,
    id: CredentialId,
    secrets: &NewSecrets,
) -> Result<Credential, Refusal> {
    let was = get(txn, actor, id)?;
    let credential = Credential { secret: secrets.secret, token: secrets.token, ..was };
    txn.put(credential.clone())?;
    note(txn, actor, "xapi_credential.secret", &credential)?;
    Ok(credential)
}

fn note(
    txn: &mut Txn<'_>,
    actor: &Actor,
    action: &'static str,
    credential: &Credential,
) -> Result<(), Refusal> {
    audit::note(txn, actor, action, None, format!("credential {}", credential.id), credential.name.as_str())
}

/// Deletes a credential; it stops at once. What was written with it stays.
pub fn delete(
    txn: &mut Txn<'_>,
    actor: &Actor,
    id: CredentialId,
    unchanged: impl FnOnce(u32) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let credential = get(txn, actor, id)?;
    unchanged(credential.revision)?;
    txn.delete::<Credential>(&id)?;
    note(txn, actor, "xapi_credential.delete", &credential)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{decode_value, encode_value};

    #[test]
    fn an_origin_is_kept_as_browsers_say_it() {
        for (typed, kept) in [
            ("https://tool.example", "https://tool.example"),
            ("HTTPS://Tool.Example", "https://tool.example"),
            ("https://tool.example:443", "https://tool.example"),
            ("http://tool.example:80", "http://tool.example"),
            ("https://tool.example:80", "https://tool.example:80"),
            ("http://localhost:5173", "http://localhost:5173"),
            ("http://[::1]:5173", "http://[::1]:5173"),
            ("https://[::1]:443", "https://[::1]"),
            ("https://xn--tda.example:65535", "https://xn--tda.example:65535"),
        ] {
            let new = NewCredential::parse("x", vec![LrsScope::All], vec![typed.to_owned()]).unwrap();
            assert_eq!(new.origins, [kept], "{typed}");
        }
        let twice = ["https://a.example", "https://A.example:443"].map(str::to_owned).to_vec();
        let refused = NewCredential::parse("x", vec![LrsScope::All], twice).unwrap_err();
        assert_eq!(refused.fields[0].at, "/origins/1");
        let problem = |wrong: &str| {
            let refused = NewCredential::parse("x", vec![LrsScope::All], vec![wrong.to_owned()]);
            refused.expect_err(wrong).fields[0].problem.clone()
        };
        for wrong in [
            "https://tool.example/",
            "https://:443",
            "tool.example",
            "*",
            "null",
            "ftp://tool.example",
            "https://*.example",
            "https://a@tool.example",
            "https://[::1",
            "https://[x]",
            "https://tool.example\\",
        ] {
            assert!(problem(wrong).starts_with("is not an origin"), "{wrong}: {}", problem(wrong));
        }
        for port in ["", "0", "080", "99999", "65536", "+80", "8o"] {
            let wrong = format!("https://tool.example:{port}");
            assert!(problem(&wrong).starts_with("has a port that is none"), "{wrong}: {}", problem(&wrong));
        }
        for (wrong, right) in [
            ("https://ü.example", "as https://xn--tda.example;"),
            ("https://Ü.example:8443", "as https://xn--tda.example:8443;"),
        ] {
            assert!(problem(wrong).contains(right), "{wrong}: {}", problem(wrong));
        }
    }

    #[test]
    fn a_scope_that_is_named_twice_is_one() {
        use LrsScope::{State, StatementsWrite};
        let new = NewCredential::parse("x", vec![State, StatementsWrite, State, State], Vec::new()).unwrap();
        assert_eq!(new.scopes, [State, StatementsWrite]);
    }

    #[test]
    fn a_credential_of_version_1_is_at_its_first_revision() {
        let credential = Credential {
            id: CredentialId(5),
            name: "Tool".to_owned(),
            key: "key".to_owned(),
            secret: token_hash("secret"),
            token: token_hash("token"),
            scopes: vec![LrsScope::All],
            origins: Vec::new(),
            created: Timestamp::EPOCH,
            revision: 1,
        };
        let mut old = encode_value(&credential).unwrap();
        assert_eq!((old[0], old.pop()), (2, Some(1)));
        old[0] = 1;
        assert_eq!(decode_value::<Credential>(&old).unwrap(), credential);
    }
}
