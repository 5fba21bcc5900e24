//! `lyceum admin`: administrators and passwords, for whoever may read and write the store's files.

use std::io::BufRead as _;
use std::path::Path;

use clap::{Args, Subcommand};

use super::place::{check_empty, find_store};
use super::{Failure, Place, address_hint, of_options, public_address};
use crate::app;
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::access::Actor;
use crate::domain::account_change::{self, AccountInput};
use crate::domain::refusal::Refusal;
use crate::domain::session::token_hash;
use crate::domain::{account, activation, setup, sign_in};
use crate::secret;
use crate::state::State;
use crate::store::Class;

/// Make administrators and reset passwords, on the machine itself.
///
/// Needs the store for itself: stop the server. Before its first start there is none: `create --new-store` makes it.
#[derive(Debug, Args)]
pub(super) struct Admin {
    #[command(subcommand)]
    command: AdminCommand,
}

#[derive(Debug, Subcommand)]
enum AdminCommand {
    /// Make an administrator.
    ///
    /// Without a password it prints a one-time link with which they set one. Before the first start of the server there is no
    /// store: `--new-store` makes it in the directory that is named.
    Create(Create),
    /// Set somebody's password, or print a one-time link with which they set one.
    ///
    /// Their sessions and tokens end.
    ResetPassword(ResetPassword),
}

#[derive(Debug, Args)]
struct Create {
    #[command(flatten)]
    place: Place,
    /// Make a new store, in a directory that is empty or not there yet.
    #[arg(long)]
    new_store: bool,
    /// What they sign in with: a-z, 0-9 and . _ - @.
    #[arg(long)]
    username: String,
    /// Where they are reached.
    #[arg(long)]
    email: Option<String>,
    /// Given name.
    #[arg(long, default_value = "Site")]
    first_name: String,
    /// Family name.
    #[arg(long, default_value = "Administrator")]
    last_name: String,
    /// Read the password from the first line of standard input.
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Debug, Args)]
struct ResetPassword {
    #[command(flatten)]
    place: Place,
    /// Whose: the username or the e-mail address.
    #[arg(long)]
    username: String,
    /// Read the password from the first line of standard input.
    #[arg(long)]
    password_stdin: bool,
}

impl Admin {
    pub(super) fn run(self) -> Result<(), Failure> {
        match self.command {
            AdminCommand::Create(command) => command.run(),
            AdminCommand::ResetPassword(command) => command.run(),
        }
    }
}

fn read_password() -> Result<String, Failure> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(Failure::io("reading the password failed"))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn check(config: &Config, password: &str, words: &[String]) -> Result<(), Failure> {
    sign_in::check_new("password", password, words, config.sign_in.password_min_length)
        .map_err(|refusal| Failure::Answer(format!("the password {}", refusal.detail)))
}

/// Refuses to make a store by a slip of the pen, where nobody would find the administrator, and to take one that is there for
/// new.
fn check_place(directory: &Path, new_store: bool) -> Result<(), Failure> {
    let place = directory.display();
    let refuse = |why: String| Err(Failure::Answer(why));
    match (find_store(directory)?, new_store) {
        (true, false) => Ok(()),
        (true, true) => refuse(format!("there is a store in {place} already; leave out --new-store")),
        (false, false) => refuse(format!(
            "there is no store in {place}; name its directory with --data, or make a new one there with --new-store"
        )),
        (false, true) => check_empty(directory),
    }
}

fn hash(state: &State, password: &str) -> Result<String, Failure> {
    let hash = state.hashing.hash_bulk(&[password])?.pop();
    hash.ok_or_else(|| Failure::Answer("the password was not hashed".to_owned()))
}

fn print_link(config: &Config, token: &str, expires: impl std::fmt::Display) {
    say!("Set the password until {expires}, once:");
    say!("  {}/activation?token={token}", public_address(config));
    say!("  (or POST /api/activation with \"token\": \"{token}\")");
    if let Some(hint) = address_hint(config) {
        say!("  ({hint})");
    }
}

impl Create {
    fn run(self) -> Result<(), Failure> {
        let Self { place, new_store, username, email, first_name, last_name, password_stdin } = self;
        let new = AccountInput { username, email, first_name, last_name, profile: None };
        let new = new.parse().map_err(of_options)?;
        let config = place.load()?;
        check_place(&config.store.directory, new_store)?;
        let password = if password_stdin { Some(read_password()?) } else { None };
        if let Some(password) = &password {
            // Before a store is made for nothing.
            check(&config, password, &new.words())?;
        }
        let state = app::open_for_command(config, Clock::System)?;
        if new_store {
            say!("made a new store in {}", state.config.store.directory.display());
        }
        let hash = password.map(|password| hash(&state, &password)).transpose()?;
        let token = if hash.is_none() { Some(secret::token()?) } else { None };
        let link = token.as_deref().map(token_hash);
        let actor = Actor::program(state.now());
        let name = new.username.as_str().to_owned();
        let made = state.store.write_blocking(Class::Interactive, move |txn| {
            let user = setup::create_administrator(txn, &actor, new, hash)?;
            let link = link.map(|link| activation::issue(txn, &actor, user, link)).transpose()?;
            Ok::<_, Refusal>((user, link.map(|link| link.expires)))
        });
        let (user, expires) = made.map_err(of_options)?;
        say!("{name} is an administrator (account {user})");
        if let (Some(token), Some(expires)) = (token, expires) {
            print_link(&state.config, &token, expires);
        }
        state.store.close();
        Ok(())
    }
}

impl ResetPassword {
    fn run(self) -> Result<(), Failure> {
        let password = if self.password_stdin { Some(read_password()?) } else { None };
        let state = self.place.open_known()?;
        let account = state.store.read(|read| account::by_login(read, &self.username))?;
        let account =
            account.ok_or_else(|| Failure::Answer(format!("there is no account {}", self.username)))?;
        let actor = Actor::program(state.now());
        let user = account.id;
        if let Some(password) = password {
            check(&state.config, &password, &sign_in::words_of(&account))?;
            let hash = hash(&state, &password)?;
            state.store.write_blocking(Class::Interactive, move |txn| {
                account_change::set_password(txn, &actor, user, hash)
            })?;
            say!("the password of {} is set", account.username.as_str());
        } else {
            let token = secret::token()?;
            let link = token_hash(&token);
            let link = state
                .store
                .write_blocking(Class::Interactive, move |txn| activation::issue(txn, &actor, user, link))?;
            print_link(&state.config, &token, link.expires);
        }
        state.store.close();
        Ok(())
    }
}
