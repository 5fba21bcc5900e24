//! E-mail addresses that a file of people hands on: one account gets what another one has, which gets another one in a row
//! further down. Taken row by row, the first of them would be refused, and two people who exchange theirs for ever.

use std::collections::HashMap;

use super::access::{self, Actor};
use super::account::{self, Account, Email};
use super::account_change::{self, NewAccount};
use super::ids::UserId;
use super::refusal::Refusal;
use super::roster::is_about_the_row;
use super::roster_rows::{Row, WrongRow};
use crate::store::{Read, Txn};

/// Accounts that hand their address on, one to the next, and are followed before an address is taken from the first: more than
/// a file has on purpose, and some milliseconds.
const MOST_FOLLOWED: usize = 20;

/// The address that each person of a file gets, compared as addresses are, and in which line.
#[derive(Debug, Default)]
pub struct Addresses(HashMap<String, (u32, String)>);

impl Addresses {
    /// Those of a file.
    pub fn of(rows: &[Result<Row, WrongRow>]) -> Self {
        let given = rows.iter().flatten().filter_map(|row| {
            let email = row.email.as_ref()?.folded();
            Some((row.username.as_str().to_owned(), (row.line, email)))
        });
        Self(given.collect())
    }

    /// What the account gets in a row behind this line.
    fn behind(&self, line: u32, account: &Account) -> Option<&str> {
        let (theirs, email) = self.0.get(account.username.as_str())?;
        (*theirs > line).then_some(email.as_str())
    }

    /// The address that a row wants, and those that have to be handed on for it one after the other, each by somebody who
    /// gets the next one in a row that is still to come. Can it be done? The last one is free then, or the row's own account
    /// has it.
    pub fn chain(&self, read: &impl Read, row: &Row) -> Result<(Vec<String>, bool), Refusal> {
        let mut chain: Vec<String> = row.email.iter().map(Email::folded).collect();
        while let Some(last) = chain.last().filter(|_| chain.len() <= MOST_FOLLOWED) {
            let holder = account::by_email(read, last)?;
            let Some(holder) = holder.filter(|holder| holder.username != row.username) else {
                return Ok((chain, true));
            };
            let Some(next) = self.behind(row.line, &holder) else { break };
            chain.push(next.to_owned());
        }
        Ok((chain, false))
    }

    /// Takes the address of a row from the account that has it, where that gets another one further down.
    pub(super) fn hand_on(&self, txn: &mut Txn<'_>, actor: &Actor, row: &Row) -> Result<(), Refusal> {
        let Some(wanted) = &row.email else { return Ok(()) };
        let holder = account::by_email(txn, wanted.as_str())?;
        let Some(holder) = holder.filter(|holder| holder.username != row.username) else { return Ok(()) };
        let (chain, possible) = self.chain(txn, row)?;
        if !possible || !all_get_theirs(txn, actor, row, &chain)? {
            return Ok(());
        }
        match account_change::change(txn, actor, holder.id, without_address(&holder), |_| Ok(())) {
            // Somebody above the importer keeps it, and the row is refused because it is taken.
            Err(refusal) if !is_about_the_row(&refusal) => Err(refusal),
            _ => Ok(()),
        }
    }
}

/// Will each get the address that is meant for them? Who stands above the importer keeps theirs, and nobody gets what is another's
/// username; whoever had handed theirs on already would be left without any.
fn all_get_theirs(read: &impl Read, actor: &Actor, row: &Row, chain: &[String]) -> Result<bool, Refusal> {
    let mut gets = account::by_username(read, row.username.as_str())?;
    for email in chain {
        if let Some(account) = &gets
            && !access::covers(read, actor, account.id)?
        {
            return Ok(false);
        }
        let named = account::by_username(read, email)?;
        if named.is_some_and(|named| gets.as_ref().is_none_or(|gets| gets.id != named.id)) {
            return Ok(false);
        }
        gets = account::by_email(read, email)?;
    }
    Ok(true)
}

fn without_address(account: &Account) -> NewAccount {
    NewAccount {
        username: account.username.clone(),
        email: None,
        first_name: account.first_name.clone(),
        last_name: account.last_name.clone(),
        profile: account.profile.clone(),
    }
}

/// Takes the address of an account, in a try that is given up: a row that was tried before gives it another one.
pub fn free(txn: &mut Txn<'_>, user: UserId) -> Result<(), Refusal> {
    let old = account::get(txn, user)?;
    txn.put(Account { email: None, ..(*old).clone() })?;
    Ok(())
}
