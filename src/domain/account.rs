//! Accounts: who there is. The record, the forms of its parts, and how it is found. Passwords are kept apart
//! (`sign_in`), so that what many pages read never carries a hash.

use std::sync::Arc;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::ids::UserId;
use super::naming::{self, HIDDEN, UNSEEN, all_seen, composed, fold, one_line};
use super::preferences::{Preferences, ZoneName};
use super::refusal::{Refusal, invalid, not_found};
use crate::clock::Timestamp;
use crate::store::{
    Cache, CodecError, Entries, Index, PrefixOf, Read, Record, StoreError, Table, TableInfo, Unique,
    decode_old,
};

/// Moodle's limit too: whatever it exports fits.
pub const USERNAME_LENGTH: usize = 100;
/// The longest address that SMTP carries (RFC 5321: a path of 256 with its angle brackets).
pub const EMAIL_LENGTH: usize = 254;
/// RFC 5321, 4.5.3.1.1.
const EMAIL_LOCAL_LENGTH: usize = 64;
/// One part of a name, in characters; full legal names of any country fit.
pub const NAME_LENGTH: usize = 100;
/// Extra fields per person: a page of them, small enough that an account stays far below the largest value.
pub const PROFILE_FIELDS: usize = 20;
/// Characters in the name of an extra field.
const PROFILE_NAME_LENGTH: usize = 50;
/// Characters in the value of an extra field.
pub const PROFILE_VALUE_LENGTH: usize = 200;

/// What somebody signs in with: 1 to 100 of `a-z`, `0-9`, `.`, `_`, `-`, `@`, kept in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(value_type = String))]
pub struct Username(String);

impl Username {
    /// Lowers the case and checks the form.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let lower = text.trim().to_lowercase();
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-@".contains(&b);
        if (1..=USERNAME_LENGTH).contains(&lower.len()) && lower.bytes().all(allowed) {
            Ok(Self(lower))
        } else {
            Err("is not 1 to 100 of the letters a-z, digits and . _ - @")
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An e-mail address. Kept as it was written, with letters and their marks in one piece; unique without regard to case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(value_type = String))]
pub struct Email(String);

impl Email {
    /// Checks the form: one `@` between a local part and a domain, nothing that could end a mail header, nothing that looks like
    /// another address.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const PROBLEM: &str = "is not an e-mail address such as name@example.edu, of at most 254 bytes";
        let text = composed(text.trim());
        let (local, domain) = text.rsplit_once('@').ok_or(PROBLEM)?;
        let forbidden = |c: char| c.is_whitespace() || c.is_control() || "<>()[],;:\\\"@".contains(c);
        let formed = text.len() <= EMAIL_LENGTH
            && (1..=EMAIL_LOCAL_LENGTH).contains(&local.len())
            && !local.contains(forbidden)
            && !domain.contains(forbidden)
            && domain.split('.').all(|label| {
                !label.is_empty() && label.len() <= 63 && !label.starts_with('-') && !label.ends_with('-')
            });
        if !formed {
            Err(PROBLEM)
        } else if all_seen(&text) {
            Ok(Self(text))
        } else {
            Err(HIDDEN)
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is compared.
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

/// One part of a person's name: 1 to 100 characters on one line.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(value_type = String))]
pub struct PersonName(String);

impl PersonName {
    /// Trims and checks.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        one_line(text, NAME_LENGTH).map(Self).map_err(|problem| match problem.as_str() {
            UNSEEN => UNSEEN,
            _ => "is not 1 to 100 characters on one line",
        })
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// May the person sign in?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AccountStatus {
    /// Yes, once there is a password.
    Active,
    /// No; nothing is lost.
    Suspended,
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The id.
    pub id: UserId,
    /// What they sign in with.
    pub username: Username,
    /// Where they are reached.
    pub email: Option<Email>,
    /// Given name.
    pub first_name: PersonName,
    /// Family name.
    pub last_name: PersonName,
    /// May they sign in?
    pub status: AccountStatus,
    /// When a password was first set; `None` while an activation link is waited for.
    pub activated: Option<Timestamp>,
    /// Extra fields by name, as imported.
    pub profile: Vec<(String, String)>,
    /// When it was made.
    pub created: Timestamp,
    /// Changes so far, for `If-Match`.
    pub revision: u32,
    /// How they want to be shown things.
    pub preferences: Preferences,
}

/// An account as version 1 had it: without preferences.
#[derive(Deserialize)]
struct AccountV1 {
    id: UserId,
    username: Username,
    email: Option<Email>,
    first_name: PersonName,
    last_name: PersonName,
    status: AccountStatus,
    activated: Option<Timestamp>,
    profile: Vec<(String, String)>,
    created: Timestamp,
    revision: u32,
}

impl Account {
    /// The words under which search finds the account, in lower case, each once.
    pub(super) fn search_terms(&self) -> Vec<String> {
        let mut terms = vec![self.username.0.clone()];
        terms.extend(self.email.as_ref().map(Email::folded));
        for name in [&self.first_name, &self.last_name] {
            let lower = name.0.to_lowercase();
            // A name is found from its beginning and from the beginning of each of its words.
            terms.extend(lower.split_whitespace().map(str::to_owned));
            terms.push(lower);
        }
        terms.push(format!("{} {}", self.first_name.0, self.last_name.0).to_lowercase());
        terms.sort_unstable();
        terms.dedup();
        terms
    }

    /// Where the account stands in a list by name.
    pub(in crate::domain) fn sort_key(&self) -> String {
        format!("{}\u{1}{}", self.last_name.0.to_lowercase(), self.first_name.0.to_lowercase())
    }
}

impl Record for Account {
    const TABLE: Table = Table { tag: 19, name: "account" };
    const VERSION: u8 = 2;
    const CACHE: Cache = Cache::Content;
    type Key = UserId;

    fn key(&self) -> UserId {
        self.id
    }

    fn index(&self, entries: &mut Entries) {
        entries.unique::<AccountByUsername>(&self.username.0);
        if let Some(email) = &self.email {
            entries.unique::<AccountByEmail>(&email.folded());
        }
        for term in self.search_terms() {
            entries.add::<AccountsBySearch>(&term);
        }
        entries.add::<AccountsByName>(&self.sort_key());
    }

    fn upgrade(version: u8, body: &[u8]) -> Result<Self, CodecError> {
        let old: AccountV1 = decode_old(Self::TABLE.name, (version, 1), body)?;
        Ok(Self {
            id: old.id,
            username: old.username,
            email: old.email,
            first_name: old.first_name,
            last_name: old.last_name,
            status: old.status,
            activated: old.activated,
            profile: old.profile,
            created: old.created,
            revision: old.revision,
            preferences: Preferences::default(),
        })
    }
}

/// The account with a username.
#[derive(Debug)]
pub struct AccountByUsername;

impl Unique for AccountByUsername {
    const TABLE: Table = Table { tag: 20, name: "account by username" };
    type Key = String;
    type Of = Account;
}

/// The account with an e-mail address, in lower case.
#[derive(Debug)]
pub struct AccountByEmail;

impl Unique for AccountByEmail {
    const TABLE: Table = Table { tag: 21, name: "account by e-mail" };
    type Key = String;
    type Of = Account;
}

/// Accounts by the words that search finds them under.
#[derive(Debug)]
pub struct AccountsBySearch;

impl Index for AccountsBySearch {
    const TABLE: Table = Table { tag: 22, name: "accounts by search term" };
    type Key = String;
    type Of = Account;
}

/// Accounts by family name, then given name.
#[derive(Debug)]
pub struct AccountsByName;

impl Index for AccountsByName {
    const TABLE: Table = Table { tag: 23, name: "accounts by name" };
    type Key = String;
    type Of = Account;
}

/// Tables of this noun.
pub const TABLES: &[TableInfo] = &[
    TableInfo::rows::<Account>(),
    TableInfo::unique::<AccountByUsername>(),
    TableInfo::unique::<AccountByEmail>(),
    TableInfo::index::<AccountsBySearch>(),
    TableInfo::index::<AccountsByName>(),
];

/// The beginning of a text key: every key that starts with it matches.
pub(super) struct StartsWith<'t>(pub &'t str);

impl PrefixOf<String> for StartsWith<'_> {
    fn encode_prefix(&self, out: &mut Vec<u8>) {
        // Parsed text has no zero byte, so nothing needs an escape.
        out.extend(self.0.bytes().take_while(|byte| *byte != 0));
    }
}

/// The account, whatever its state; no right is checked.
pub fn get(read: &impl Read, id: UserId) -> Result<Arc<Account>, Refusal> {
    read.get::<Account>(&id)?.ok_or_else(|| not_found("account", id))
}

/// The zone that somebody has chosen to read dates in.
pub fn own_zone(read: &impl Read, user: UserId) -> Result<Option<ZoneName>, Refusal> {
    Ok(read.get::<Account>(&user)?.and_then(|account| account.preferences.time_zone.clone()))
}

/// The zone in which somebody reads dates: `server` for who has chosen none, and for the program itself.
pub fn zone_of(read: &impl Read, user: UserId, server: &TimeZone) -> Result<TimeZone, Refusal> {
    Ok(own_zone(read, user)?.map_or_else(|| server.clone(), |own| own.zone()))
}

/// The account with a username, in any case of letters.
pub fn by_username(read: &impl Read, username: &str) -> Result<Option<Arc<Account>>, Refusal> {
    Ok(read.by_unique::<AccountByUsername>(&username.trim().to_lowercase())?)
}

/// The account with an e-mail address, in any case of letters.
pub fn by_email(read: &impl Read, email: &str) -> Result<Option<Arc<Account>>, Refusal> {
    Ok(naming::find(email, |email| read.by_unique::<AccountByEmail>(&fold(email)))?)
}

/// The account that somebody means with what they typed at sign-in: a username, or an e-mail address.
pub fn by_login(read: &impl Read, login: &str) -> Result<Option<Arc<Account>>, Refusal> {
    match by_username(read, login)? {
        Some(account) => Ok(Some(account)),
        None => by_email(read, login),
    }
}

/// First and family name.
pub fn display_name(account: &Account) -> String {
    format!("{} {}", account.first_name.0, account.last_name.0)
}

/// What people are called who are there.
pub fn known_name(read: &impl Read, user: UserId) -> Result<Option<String>, StoreError> {
    Ok(read.get::<Account>(&user)?.map(|account| display_name(&account)))
}

/// What somebody is called: their name, or their number once they are gone.
pub fn name_of(read: &impl Read, user: UserId) -> Result<String, Refusal> {
    Ok(known_name(read, user)?.unwrap_or_else(|| user.to_string()))
}

/// Extra fields from the outside: names and values within limits, each name once, in order of their names.
pub fn parse_profile(at: &str, fields: Vec<(String, String)>) -> Result<Vec<(String, String)>, Refusal> {
    if fields.len() > PROFILE_FIELDS {
        return Err(invalid(at, format!("has more than {PROFILE_FIELDS} fields")));
    }
    let mut parsed: Vec<(String, String)> = Vec::with_capacity(fields.len());
    for (name, value) in fields {
        let (name, value) = (name.trim(), value.trim());
        let named = (1..=PROFILE_NAME_LENGTH).contains(&name.chars().count())
            && !name.chars().any(|c| c.is_control() || c == '/');
        if !named {
            return Err(invalid(at, "has a field whose name is not 1 to 50 characters without /"));
        }
        if value.chars().count() > PROFILE_VALUE_LENGTH || value.chars().any(char::is_control) {
            return Err(invalid(format!("{at}/{name}"), "is more than 200 characters, or not on one line"));
        }
        parsed.push((name.to_owned(), value.to_owned()));
    }
    parsed.sort();
    if parsed.windows(2).any(|pair| matches!(pair, [(a, _), (b, _)] if a == b)) {
        return Err(invalid(at, "names a field twice"));
    }
    Ok(parsed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_username_is_kept_in_lower_case_and_has_few_letters() {
        assert_eq!(Username::parse(" Ada.Lovelace ").unwrap().as_str(), "ada.lovelace");
        for wrong in ["", "a b", "ädä", "a/b", "a\u{0}b", &"x".repeat(101)] {
            assert!(Username::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    /// Bytes as version 1 wrote them, and as version 2 does. They never change.
    #[test]
    fn an_account_of_version_1_is_read_and_version_2_is_written_as_it_always_was() {
        let mut old = vec![1, 7, 3];
        old.extend(b"ada");
        old.extend([1, 15]);
        old.extend(b"ada@example.org");
        old.push(3);
        old.extend(b"Ada");
        old.push(8);
        old.extend(b"Lovelace");
        // Active; activated after a second; one extra field; made in 1970; three changes.
        old.extend([0, 1, 251, 0xd0, 0x07, 1, 6]);
        old.extend(b"school");
        old.extend([1, b'x', 0, 3]);
        let account: Account = crate::store::decode_value(&old).unwrap();
        assert_eq!(account.username.as_str(), "ada");
        assert_eq!(account.profile, [("school".to_owned(), "x".to_owned())]);
        assert_eq!((account.activated, account.revision), (Some(Timestamp::from_ms(1000)), 3));
        assert_eq!(account.preferences, Preferences::default());
        let mut new = old;
        new[0] = 2;
        new.extend([0, 0, 0]);
        assert_eq!(crate::store::encode_value(&account).unwrap(), new);
        assert!(crate::store::decode_value::<Account>(&[9]).is_err());
    }

    #[test]
    fn an_address_that_could_forge_a_mail_header_is_refused() {
        assert_eq!(Email::parse("Ada@Example.EDU").unwrap().folded(), "ada@example.edu");
        for wrong in ["", "ada", "@b", "a@", "a b@c", "a@b\r\nBcc: x@y", "a@b@c", "a@.b", "a@b..c", "<a@b>"] {
            assert!(Email::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn an_address_that_looks_like_another_is_that_one_or_refused() {
        for hidden in
            ["ann\u{200b}@x.example", "ann\u{202e}@x.example", "\u{feff}ann@x.example", "ann@x\u{ad}.example"]
        {
            assert_eq!(Email::parse(hidden), Err(HIDDEN), "{hidden:?}");
        }
        assert_eq!(Email::parse("Jose\u{301}@x.example").unwrap().as_str(), "Jos\u{e9}@x.example");
        assert_eq!(Email::parse("Jose\u{301}@x.example"), Email::parse("Jos\u{e9}@x.example"));
    }

    #[test]
    fn a_profile_names_each_field_once() {
        let field = |name: &str| (name.to_owned(), "x".to_owned());
        assert!(parse_profile("/profile", vec![field("a"), field("a")]).is_err());
        assert_eq!(parse_profile("/profile", vec![field("b"), field("a")]).unwrap()[0].0, "a");
    }
}
