//! `lyceum admin`: administrators and passwords, for whoever may read and write the store's files.
#![expect(clippy::print_stdout, reason = "links and ids are this command's output")]

use std::io::BufRead as _;

use clap::{Args, Subcommand};

use super::{Failure, Place, address_hint, public_address};
use crate::config::Config;
use crate::domain::access::Actor;
use crate::domain::account_change::{self, AccountInput};
use crate::domain::session::token_hash;
use crate::domain::{account, activation, setup, sign_in};
use crate::secret;
use crate::state::State;
use crate::store::Class;

/// Make administrators and reset passwords, on the machine itself. Needs the store for itself: stop the server.
#[derive(Debug, Args)]
pub(super) struct Admin {
    #[command(subcommand)]
    command: AdminCommand,
}

#[derive(Debug, Subcommand)]
enum AdminCommand {
    /// Make an administrator. Without a password it prints a one-time link with which they set one.
    Create(Create),
    /// Set somebody's password, or print a one-time link with which they set one. Their sessions end.
    ResetPassword(ResetPassword),
}

#[derive(Debug, Args)]
struct Create {
    #[command(flatten)]
    place: Place,
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

fn hash(state: &State, password: &str, words: &[String]) -> Result<String, Failure> {
    sign_in::check_new("password", password, words, state.config.sign_in.password_min_length)?;
    let hash = state.hashing.hash_bulk(&[password])?.pop();
    hash.ok_or_else(|| Failure::Answer("the password was not hashed".to_owned()))
}

fn print_link(config: &Config, token: &str, expires: impl std::fmt::Display) {
    println!("Set the password until {expires}, once:");
    println!("  {}/activation?token={token}", public_address(config));
    println!("  (or POST /api/activation with \"token\": \"{token}\")");
    if let Some(hint) = address_hint(config) {
        println!("  ({hint})");
    }
}

impl Create {
    fn run(self) -> Result<(), Failure> {
        let Self { place, username, email, first_name, last_name, password_stdin } = self;
        let new = AccountInput { username, email, first_name, last_name, profile: None }.parse()?;
        let password = if password_stdin { Some(read_password()?) } else { None };
        let state = place.open()?;
        let hash = password.map(|password| hash(&state, &password, &new.words())).transpose()?;
        let token = if hash.is_none() { Some(secret::token()?) } else { None };
        let link = token.as_deref().map(token_hash);
        let actor = Actor::program(state.now());
        let name = new.username.as_str().to_owned();
        let (user, expires) = state.store.write_blocking(Class::Interactive, move |txn| {
            let user = setup::create_administrator(txn, &actor, new, hash)?;
            let link = link.map(|link| activation::issue(txn, &actor, user, link)).transpose()?;
            Ok::<_, crate::domain::refusal::Refusal>((user, link.map(|link| link.expires)))
        })?;
        println!("{name} is an administrator (account {user})");
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
            let hash = hash(&state, &password, &sign_in::words_of(&account))?;
            state.store.write_blocking(Class::Interactive, move |txn| {
                account_change::set_password(txn, &actor, user, hash)
            })?;
            println!("the password of {} is set", account.username.as_str());
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
