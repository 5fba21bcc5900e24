//! Passwords: what is stored of them, which ones are accepted, and the refusals of signing in. Hashing itself is slow on
//! purpose and happens outside transactions (`crate::hashing`).

use serde::{Deserialize, Serialize};

use super::account::{self, Account, AccountStatus};
use super::ids::UserId;
use super::naming::composed;
use super::refusal::{Code, Kind, Refusal, invalid};
use crate::clock::Timestamp;
use crate::store::{Read, Record, Table, TableInfo, Txn};

/// Longest password in characters. Argon2 takes any length; this bounds the work of the strength estimate, and a
/// sentence fits.
pub const PASSWORD_LENGTH: usize = 128;
/// Longest thing that can name an account: an e-mail address.
pub const LOGIN_LENGTH: usize = 254;
/// The least strength: more than 10^8 guesses by the estimate, which a slow hash turns into years.
const LEAST_SCORE: zxcvbn::Score = zxcvbn::Score::Three;

/// Letters and digits that a password must have beside the person's own words: `YusufRahman2024` has four.
const BESIDE_OWN: usize = 6;

/// Name or password is wrong.
pub const SIGN_IN_FAILED: Code = Code::new(
    "sign_in_failed",
    Kind::Unauthenticated,
    "Username or password is wrong, or the account has no password yet; which of them is not said.",
);
/// The account is suspended. Only told to somebody who gave the right password.
pub const SUSPENDED: Code = Code::new(
    "account_suspended",
    Kind::Forbidden,
    "The account is suspended; an administrator can say why.",
);
/// Too many failures.
pub const THROTTLED: Code = Code::new(
    "sign_in_throttled",
    Kind::TooMany,
    "Too many failed sign-ins for this account or from this address; try again after Retry-After seconds.",
);
/// Too many sign-ins at once.
pub const SIGN_IN_LATER: Code = Code::new(
    "sign_in_later",
    Kind::Unavailable,
    "Many people are signing in at this moment. `waiting` says how many are before you and how long that takes; your place \
     is kept: come back after Retry-After.",
);
/// The new password is easy to guess.
pub const WEAK_PASSWORD: Code = Code::new(
    "weak_password",
    Kind::Invalid,
    "The password is too short, too long or easy to guess; `detail` says which. Several unrelated words are good.",
);
/// The old password is wrong.
pub const WRONG_PASSWORD: Code =
    Code::new("wrong_password", Kind::Forbidden, "The present password is not right; nothing was changed.");
/// A token cannot do what only a person may.
pub const NEEDS_SESSION: Code = Code::new(
    "needs_session",
    Kind::Forbidden,
    "A personal token cannot manage sessions, tokens or passwords, make or read the links that set those of people who \
     have an account, or enrol its owner with a key; sign in for that.",
);

/// Codes of this noun.
pub const CODES: &[Code] =
    &[SIGN_IN_FAILED, SUSPENDED, THROTTLED, SIGN_IN_LATER, WEAK_PASSWORD, WRONG_PASSWORD, NEEDS_SESSION];

/// What is stored of a person's password: an Argon2id hash in PHC form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Password {
    /// Whose.
    pub user: UserId,
    /// `$argon2id$v=19$m=..,t=..,p=1$salt$hash`.
    pub hash: String,
    /// When it was set.
    pub changed: Timestamp,
}

impl Record for Password {
    const TABLE: Table = Table { tag: 27, name: "password" };
    const VERSION: u8 = 1;
    type Key = UserId;

    fn key(&self) -> UserId {
        self.user
    }
}

/// Tables of this noun.
pub const TABLES: &[TableInfo] = &[TableInfo::rows::<Password>()];

/// What somebody typed to name their account: not empty, no longer than anything that could match.
pub fn parse_login(at: &str, text: &str) -> Result<String, Refusal> {
    let text = text.trim().to_lowercase();
    if (1..=LOGIN_LENGTH).contains(&text.len()) {
        Ok(text)
    } else {
        Err(invalid(at, "is not a username or e-mail address of 1 to 254 bytes"))
    }
}

/// A password as typed, to be compared: only its length is looked at.
pub fn parse_typed(at: &str, text: &str) -> Result<(), Refusal> {
    if text.chars().count() > PASSWORD_LENGTH {
        return Err(invalid(at, format!("is longer than {PASSWORD_LENGTH} characters")));
    }
    Ok(())
}

/// Refuses a new password that is too short, too long or easy to guess. No rule about kinds of letters: length and a
/// strength estimate that knows the person's own words say more.
pub fn check_new(at: &str, password: &str, own_words: &[String], least_length: usize) -> Result<(), Refusal> {
    let refuse = |problem: String| Err(WEAK_PASSWORD.refuse_saying(at, problem));
    let length = password.chars().count();
    if length < least_length {
        return refuse(format!("has {length} characters; at least {least_length} are needed"));
    }
    if length > PASSWORD_LENGTH {
        return refuse(format!("is longer than {PASSWORD_LENGTH} characters"));
    }
    if leans_on(password, own_words) {
        let reason = "It is little more than the person's own name, username or e-mail address.";
        return refuse(format!("is easy to guess: {reason} Use several words that do not belong together."));
    }
    let words: Vec<&str> = own_words.iter().map(String::as_str).collect();
    let estimate = zxcvbn::zxcvbn(password, &words);
    if estimate.score() >= LEAST_SCORE {
        return Ok(());
    }
    let reason = estimate
        .feedback()
        .and_then(zxcvbn::feedback::Feedback::warning)
        .map_or_else(|| "It is easy to guess.".to_owned(), |warning| warning.to_string());
    refuse(format!("is easy to guess: {reason} Use several words that do not belong together."))
}

/// Is a password little more than the person's own words, in whatever order and however joined? The estimate knows each of them,
/// and takes two of them for something new.
fn leans_on(password: &str, own_words: &[String]) -> bool {
    let letters =
        |text: &str| -> String { text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect() };
    let mut words: Vec<String> = own_words.iter().map(|word| letters(word)).collect();
    words.retain(|word| word.chars().count() > 2);
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let whole = letters(password);
    // What stands in the place of a word keeps what is around it from becoming another one.
    let rest = words.iter().fold(whole.clone(), |rest, word| rest.replace(word.as_str(), " "));
    rest != whole && rest.chars().filter(|c| *c != ' ').count() < BESIDE_OWN
}

/// The words that a person's password must not lean on.
pub fn own_words(username: &str, email: Option<&str>, first_name: &str, last_name: &str) -> Vec<String> {
    let mut words = vec!["lyceum".to_owned()];
    let parts = [Some(username), email, Some(first_name), Some(last_name)];
    for part in parts.into_iter().flatten() {
        let lower = part.to_lowercase();
        words.extend(lower.split(|c: char| !c.is_alphanumeric()).filter(|w| w.len() > 2).map(str::to_owned));
        words.push(lower);
    }
    words
}

/// [`own_words`] of an account.
pub fn words_of(account: &Account) -> Vec<String> {
    own_words(
        account.username.as_str(),
        account.email.as_ref().map(account::Email::as_str),
        account.first_name.as_str(),
        account.last_name.as_str(),
    )
}

/// Whom a sign-in would be for, and the hash to compare with.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The account.
    pub user: UserId,
    /// Its stored hash.
    pub hash: String,
}

/// What failures under a typed name are counted for: the account that it names, whichever of its names was typed, or else what
/// was typed. Both are waited for alike, so that waiting does not tell which names there are. Who is kept waiting under one name
/// and then under another learns that both are the same person's; else each name more would be as many guesses more.
pub fn counted_for(read: &impl Read, login: &str) -> Result<String, Refusal> {
    Ok(account::by_login(read, login)?
        .map_or_else(|| composed(login), |account| counted_for_account(account.id)))
}

/// [`counted_for`] of an account. In capitals, which nothing has that was typed.
pub fn counted_for_account(user: UserId) -> String {
    format!("ACCOUNT {user}")
}

/// The account that `login` names, when it has a password. The caller hashes in any case, so that how long it takes says
/// nothing.
pub fn candidate(read: &impl Read, login: &str) -> Result<Option<Candidate>, Refusal> {
    let Some(account) = account::by_login(read, login)? else { return Ok(None) };
    let password = read.get::<Password>(&account.id)?;
    Ok(password.map(|password| Candidate { user: account.id, hash: password.hash.clone() }))
}

/// The stored hash of a person, to compare their present password with.
pub fn stored_hash(read: &impl Read, user: UserId) -> Result<Option<String>, Refusal> {
    Ok(read.get::<Password>(&user)?.map(|password| password.hash.clone()))
}

/// Refuses unless the hash that was compared is still the stored one and the account may sign in: between hashing and
/// this transaction somebody may have changed either.
pub fn confirm(txn: &Txn<'_>, user: UserId, compared: &str) -> Result<(), Refusal> {
    if stored_hash(txn, user)?.as_deref() != Some(compared) {
        return Err(SIGN_IN_FAILED.refuse("username or password is wrong"));
    }
    if account::get(txn, user)?.status == AccountStatus::Suspended {
        return Err(SUSPENDED.refuse("the account is suspended"));
    }
    Ok(())
}

/// Stores a new hash. Rights are the caller's matter; marks the account as activated.
pub(super) fn store(txn: &mut Txn<'_>, user: UserId, hash: String, now: Timestamp) -> Result<(), Refusal> {
    let account = account::get(txn, user)?;
    if account.activated.is_none() {
        txn.put(Account { activated: Some(now), revision: account.revision + 1, ..(*account).clone() })?;
    }
    txn.put(Password { user, hash, changed: now })?;
    Ok(())
}

/// Replaces a hash by one of the same password with today's cost.
pub(super) fn strengthen(txn: &mut Txn<'_>, user: UserId, hash: String) -> Result<(), Refusal> {
    if let Some(password) = txn.get::<Password>(&user)? {
        txn.put(Password { hash, ..(*password).clone() })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_and_unrelated_words_pass_and_own_words_do_not() {
        let words = own_words("ada.lovelace", Some("ada@analytical.example"), "Ada", "Lovelace");
        assert!(check_new("/password", "correct ferry tulip magnet", &words, 10).is_ok());
        for weak in ["short", "lovelace1815", "aaaaaaaaaaaaaaaa", "password1234", "ada.lovelace"] {
            assert_eq!(check_new("/password", weak, &words, 10).unwrap_err().code, WEAK_PASSWORD, "{weak}");
        }
        let words = own_words("y.rahman", Some("yusuf@example.edu"), "Yusuf", "Rahman");
        for weak in ["RahmanYusuf1", "yusufrahman2024", "Yusuf-Rahman-Exam1", "!Yusuf!!Example!edu!"] {
            let problem = check_new("/password", weak, &words, 10).unwrap_err().detail;
            assert!(problem.contains("little more than the person's own name"), "{weak}: {problem}");
        }
        assert!(check_new("/password", "rahman planted six tulips", &words, 10).is_ok());
        assert!(check_new("/password", &"tulip ferry ".repeat(11), &words, 10).is_err());
    }
}
