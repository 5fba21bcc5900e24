//! The people of the demo institution: the administrator first, everybody else by the import of rosters.

use super::DemoError;
use super::shape::{DemoRole, DemoSignIn, Institution, required};
use crate::domain::access::{Actor, OBSERVER, RoleName, Scope};
use crate::domain::account;
use crate::domain::account_change::AccountInput;
use crate::domain::ids::UserId;
use crate::domain::refusal::{INTERNAL, Refusal};
use crate::domain::roster_file::{RosterFile, write_field};
use crate::domain::{demo, role, roster_rows};
use crate::roster_import::{Importer, Options};
use crate::state::State;
use crate::store::Class;

const FILE: &str = "people.csv";

fn file() -> Result<RosterFile, DemoError> {
    Ok(roster_rows::read(required(FILE)?.as_bytes(), None, &jiff::tz::TimeZone::UTC)?.0)
}

fn column(file: &RosterFile, name: &str) -> Result<usize, DemoError> {
    file.columns
        .iter()
        .position(|column| column == name)
        .ok_or_else(|| DemoError::content(FILE, format!("has no column {name}")))
}

fn sign_in(institution: &Institution, role: DemoRole) -> Result<&DemoSignIn, DemoError> {
    institution
        .sign_in
        .iter()
        .find(|sign_in| sign_in.role == role)
        .ok_or_else(|| DemoError::content("institution.toml", format!("names no {}", role.name())))
}

/// Begins in an empty store and makes the administrator.
pub(super) fn begin(state: &State, institution: &Institution) -> Result<UserId, DemoError> {
    let who = sign_in(institution, DemoRole::Administrator)?;
    let file = file()?;
    let at = column(&file, "username")?;
    let row = file
        .rows
        .iter()
        .find(|(_, row)| row.get(at).is_some_and(|name| *name == who.username))
        .ok_or_else(|| DemoError::content(FILE, format!("has no row for {}", who.username)))?;
    let field = |name: &str| -> Result<String, DemoError> {
        Ok(row.1.get(column(&file, name)?).cloned().unwrap_or_default())
    };
    let new = AccountInput {
        username: who.username.clone(),
        email: Some(field("email")?),
        first_name: field("firstname")?,
        last_name: field("lastname")?,
        profile: None,
    }
    .parse()?;
    let hash = state.hashing.hash_bulk(&[&who.password])?.pop();
    let hash = hash.ok_or_else(|| INTERNAL.refuse("the password was not hashed"))?;
    let now = state.now();
    Ok(state.store.write_blocking(Class::Bulk, move |txn| demo::begin(txn, new, hash, now))?)
}

/// The account of somebody whom a file names.
pub(super) fn named(state: &State, file: &str, username: &str) -> Result<UserId, DemoError> {
    let account = state.store.read(|read| account::by_username(read, username))?;
    Ok(account.ok_or_else(|| DemoError::content(file, format!("names {username}, who is nobody")))?.id)
}

/// Imports everybody with their courses. How many people there are then.
pub(super) fn import(state: &State, actor: &Actor, institution: &Institution) -> Result<usize, DemoError> {
    let file = with_passwords(&file()?, institution)?;
    let importer = Importer {
        store: &state.store,
        hashing: &state.hashing,
        password_min_length: state.config.sign_in.password_min_length,
        zone: &state.zone,
    };
    let options = Options {
        passwords: institution.sign_in.len(),
        password_for_the_rest: Some(institution.password_of_everybody_else.clone()),
        ..Options::default()
    };
    let report = importer.import(actor, file.as_bytes(), &options)?;
    if let Some(row) = report.results.iter().find(|row| !row.problems.is_empty()) {
        let problem = format!("line {} is not taken: {}", row.line, row.problems.join("; "));
        return Err(DemoError::content(FILE, problem));
    }
    let observer = RoleName::parse(OBSERVER).map_err(|problem| INTERNAL.refuse(problem))?;
    for who in institution.sign_in.iter().filter(|who| who.role == DemoRole::Observer) {
        let (actor, username, observer) = (actor.clone(), who.username.clone(), observer.clone());
        state.store.write_blocking(Class::Bulk, move |txn| -> Result<(), Refusal> {
            let account = account::by_username(txn, &username)?
                .ok_or_else(|| INTERNAL.refuse(format!("there is no account {username}")))?;
            role::grant(txn, &actor, account.id, &observer, Scope::Site).map(drop)
        })?;
    }
    Ok(report.rows)
}

/// The roster as text, with the passwords of those who can sign in at once.
fn with_passwords(file: &RosterFile, institution: &Institution) -> Result<String, DemoError> {
    let (username, password) = (column(file, "username")?, column(file, "password")?);
    let mut text = file.columns.join(",");
    text.push('\n');
    for (_, row) in &file.rows {
        let who = row.get(username).map(String::as_str).unwrap_or_default();
        let known = institution.sign_in.iter().find(|known| known.username == who);
        for (place, field) in row.iter().enumerate() {
            if place > 0 {
                text.push(',');
            }
            let field = match known {
                // The administrator has an account and a password already.
                Some(known) if place == password && known.role != DemoRole::Administrator => &known.password,
                _ => field,
            };
            write_field(&mut text, field);
        }
        text.push('\n');
    }
    Ok(text)
}
