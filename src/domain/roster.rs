//! Taking in a row of a file of people: the account is made or brought up to date, then its courses. What a row does
//! not name stays as it is, so importing the same file twice changes nothing.

use serde::{Deserialize, Serialize};

use super::access::{self, Actor};
use super::account::{self, Account, AccountStatus};
use super::account_change::{self, NewAccount, OUTRANKED};
use super::course;
use super::enrolment::{self, EnrolledBy, Enrolment, EnrolmentStatus};
use super::group::{self, GroupName};
use super::ids::{CourseId, UserId};
use super::preferences::{Language, ZoneName};
use super::refusal::{Code, Kind, Refusal, invalid};
use super::roster_addresses::Addresses;
use super::roster_file::UNREADABLE;
use super::roster_rows::{Row, RowEnrolment};
use super::session::token_hash;
use super::sign_in::NEEDS_SESSION;
use super::{activation, sign_in};
use crate::store::{Read, Txn};

/// Codes of this noun.
pub const CODES: &[Code] = &[UNREADABLE];

/// What became of a row's account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AccountOutcome {
    /// There was none.
    Created,
    /// It differed.
    Updated,
    /// It was as the row says.
    Unchanged,
    /// The row was skipped; `problems` says why.
    Refused,
}

/// What became of a course in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EnrolmentOutcome {
    /// They are in now.
    Added,
    /// Role, dates, status or group differed.
    Changed,
    /// It was as the row says.
    Unchanged,
    /// It was skipped; `problems` says why.
    Refused,
}

/// One course of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct EnrolmentReport {
    /// The course's short name, as written.
    pub course: String,
    /// What became of it.
    pub outcome: EnrolmentOutcome,
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct RowReport {
    /// Where the row begins in the file.
    pub line: u32,
    /// Who, as written.
    pub username: String,
    /// The account; `null` when the row was skipped.
    pub user: Option<UserId>,
    /// What became of the account.
    pub account: AccountOutcome,
    /// What became of the courses.
    pub enrolments: Vec<EnrolmentReport>,
    /// What could not be done.
    pub problems: Vec<String>,
    /// What was done otherwise than one might think.
    pub notes: Vec<String>,
    /// For an account without a password and without a link that works, when links were asked for: the token of its activation
    /// link. Not told again.
    pub activation_token: Option<String>,
}

/// What an import did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct RosterReport {
    /// Nothing was written.
    pub dry_run: bool,
    /// How the file was read.
    pub encoding: String,
    /// What separates its fields.
    pub delimiter: String,
    /// Columns that mean nothing here and were passed over.
    pub ignored_columns: Vec<String>,
    /// Rows that are not empty.
    pub rows: usize,
    /// Accounts made.
    pub created: usize,
    /// Accounts changed.
    pub updated: usize,
    /// Accounts that were as the file says.
    pub unchanged: usize,
    /// Rows that were skipped.
    pub refused: usize,
    /// Enrolments made.
    pub enrolled: usize,
    /// Enrolments changed.
    pub enrolments_changed: usize,
    /// Courses of rows that were skipped.
    pub enrolments_refused: usize,
    /// Every row in the order of the file.
    pub results: Vec<RowReport>,
}

impl RosterReport {
    /// Counts rows that were done.
    pub fn count(&mut self, results: &[RowReport]) {
        for result in results {
            match result.account {
                AccountOutcome::Created => self.created += 1,
                AccountOutcome::Updated => self.updated += 1,
                AccountOutcome::Unchanged => self.unchanged += 1,
                AccountOutcome::Refused => self.refused += 1,
            }
            for enrolment in &result.enrolments {
                match enrolment.outcome {
                    EnrolmentOutcome::Added => self.enrolled += 1,
                    EnrolmentOutcome::Changed => self.enrolments_changed += 1,
                    EnrolmentOutcome::Refused => self.enrolments_refused += 1,
                    EnrolmentOutcome::Unchanged => {}
                }
            }
        }
    }
}

/// A row with what was prepared outside the transaction.
#[derive(Debug, Clone)]
pub struct ReadyRow {
    /// The row.
    pub row: Row,
    /// Its password, hashed.
    pub hash: Option<String>,
    /// The token of an activation link, when links are wanted: for an account that has no password then, and no link that works.
    pub token: Option<String>,
}

/// Is a refusal about a row? Others stop the whole import.
pub(super) fn is_about_the_row(refusal: &Refusal) -> bool {
    !matches!(refusal.code.kind, Kind::Internal | Kind::Unavailable | Kind::TooLarge)
}

/// Does the row make an account? Asked before passwords are hashed; existing accounts keep theirs.
pub fn is_new(read: &impl Read, row: &Row) -> Result<bool, Refusal> {
    Ok(account::by_username(read, row.username.as_str())?.is_none())
}

/// Takes in one row. What is wrong with the row is in the report; an error is about the store.
pub fn apply(
    txn: &mut Txn<'_>,
    actor: &Actor,
    ready: &ReadyRow,
    addresses: &Addresses,
) -> Result<RowReport, Refusal> {
    let row = &ready.row;
    let mut report = RowReport {
        line: row.line,
        username: row.username.as_str().to_owned(),
        user: None,
        account: AccountOutcome::Refused,
        enrolments: Vec::new(),
        problems: Vec::new(),
        notes: Vec::new(),
        activation_token: None,
    };
    match apply_account(txn, actor, ready, addresses, &mut report) {
        Ok(user) => report.user = Some(user),
        Err(refusal) if is_about_the_row(&refusal) => {
            report.problems.push(refusal.detail);
            return Ok(report);
        }
        Err(refusal) => return Err(refusal),
    }
    let Some(user) = report.user else { return Ok(report) };
    for enrolment in &row.enrolments {
        let outcome = match enrol(txn, actor, user, enrolment) {
            Ok(outcome) => outcome,
            Err(refusal) if is_about_the_row(&refusal) => {
                report.problems.push(format!("{}: {}", enrolment.course, refusal.detail));
                EnrolmentOutcome::Refused
            }
            Err(refusal) => return Err(refusal),
        };
        report.enrolments.push(EnrolmentReport { course: enrolment.course.clone(), outcome });
    }
    Ok(report)
}

fn apply_account(
    txn: &mut Txn<'_>,
    actor: &Actor,
    ready: &ReadyRow,
    addresses: &Addresses,
    report: &mut RowReport,
) -> Result<UserId, Refusal> {
    let row = &ready.row;
    report.notes.extend(row.shown.notes.iter().cloned());
    let Some(old) = account::by_username(txn, row.username.as_str())? else {
        let name = |name: &Option<account::PersonName>, column: &str| {
            name.clone().ok_or_else(|| invalid(column, "is empty; a new account needs it"))
        };
        let new = NewAccount {
            username: row.username.clone(),
            email: row.email.clone(),
            first_name: name(&row.first_name, "firstname")?,
            last_name: name(&row.last_name, "lastname")?,
            profile: row.profile.clone(),
        };
        let has_password = ready.hash.is_some() || row.password.is_some();
        let is_suspended = row.suspended == Some(true);
        let token = ready.token.as_ref().filter(|_| !has_password && !is_suspended);
        addresses.hand_on(txn, actor, row)?;
        let account = account_change::create(txn, actor, new, token.map(|token| token_hash(token)))?;
        report.activation_token = token.cloned();
        if ready.token.is_some() && !has_password && is_suspended {
            report.notes.push(NO_LINK_SUSPENDED.to_owned());
        }
        if let Some(hash) = &ready.hash {
            sign_in::store(txn, account.id, hash.clone(), actor.now)?;
        }
        account_change::fill_preferences(txn, actor, account.id, &row.shown)?;
        if is_suspended {
            account_change::suspend(txn, actor, account.id)?;
        }
        report.account = AccountOutcome::Created;
        return Ok(account.id);
    };
    if row.password.is_some() {
        report.notes.push("the account exists and keeps its password".to_owned());
    }
    let mut profile = old.profile.clone();
    for (name, value) in &row.profile {
        match profile.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => known.clone_from(value),
            None => profile.push((name.clone(), value.clone())),
        }
    }
    let new = NewAccount {
        username: row.username.clone(),
        email: row.email.clone().or_else(|| old.email.clone()),
        first_name: row.first_name.clone().unwrap_or_else(|| old.first_name.clone()),
        last_name: row.last_name.clone().unwrap_or_else(|| old.last_name.clone()),
        profile: account::parse_profile("profile_field", profile)?,
    };
    // Somebody above the importer may stand in the file, as long as the file changes nothing about them.
    let same = old.email == new.email
        && old.first_name == new.first_name
        && old.last_name == new.last_name
        && old.profile == new.profile;
    let suspends = row.suspended == Some(true) && old.status == AccountStatus::Active;
    if suspends {
        // Before anything is written: a row that is refused changes nothing.
        account_change::require_suspending(txn, actor, old.id)?;
    }
    let mut revision = old.revision;
    if !same {
        addresses.hand_on(txn, actor, row)?;
        revision = account_change::change(txn, actor, old.id, new, |_| Ok(()))?.revision;
    }
    let filled = account_change::fill_preferences(txn, actor, old.id, &row.shown)?;
    if filled.revision != revision {
        revision = filled.revision;
    } else if row.shown.differs_from(&filled.preferences) {
        report.notes.push("the account keeps the language and the time zone that it has".to_owned());
    }
    if suspends {
        revision = account_change::suspend(txn, actor, old.id)?.revision;
    } else if row.suspended == Some(false) && old.status == AccountStatus::Suspended {
        revision = account_change::reactivate(txn, actor, old.id)?.revision;
    }
    link_again(txn, actor, old.id, ready, report)?;
    report.account =
        if revision == old.revision { AccountOutcome::Unchanged } else { AccountOutcome::Updated };
    Ok(old.id)
}

const NO_LINK_SUSPENDED: &str = "the account is suspended and gets no activation link; reactivate it first";
const NO_LINK: &str = "the account has no password and no link that works; make it one";
const KEEPS_LINK: &str =
    "the account has no password yet and keeps the link that it has; where that is lost, make it another one";

/// The link of an account that was there and has no password, when links were asked for. Decided once the row is done: a
/// suspension and another address withdraw the one that there was.
fn link_again(
    txn: &mut Txn<'_>,
    actor: &Actor,
    user: UserId,
    ready: &ReadyRow,
    report: &mut RowReport,
) -> Result<(), Refusal> {
    let Some(token) = &ready.token else { return Ok(()) };
    let account = account::get(txn, user)?;
    if account.activated.is_some() {
        return Ok(());
    }
    let mut note = |note: &str| report.notes.push(note.to_owned());
    if account.status == AccountStatus::Suspended {
        note(NO_LINK_SUSPENDED);
    } else if activation::working(txn, user, actor.now)?.is_some() {
        // It may have been lost with an answer that did not arrive. It may also lie in the person's mail, and work.
        note(KEEPS_LINK);
    } else {
        match activation::issue(txn, actor, user, token_hash(token)) {
            Ok(_) => report.activation_token = Some(token.clone()),
            Err(refusal) if refusal.code == NEEDS_SESSION => note(NO_LINK),
            Err(refusal) if refusal.code == OUTRANKED => note(&refusal.detail),
            Err(refusal) => return Err(refusal),
        }
    }
    Ok(())
}

/// A refusal in the words of a file, which has columns where a body has places.
fn of_columns(mut refusal: Refusal) -> Refusal {
    if refusal.fields.iter().any(|field| field.at == "/ends") {
        // A period is at least a day, so that only an end of before can be in the way.
        "enroltimestart is not before the end that the enrolment has; name an enrolperiod, or give the enrolment another end"
            .clone_into(&mut refusal.detail);
    }
    for (place, column) in [("/role", "role"), ("/name", "group")] {
        if let Some(rest) = refusal.detail.strip_prefix(place) {
            refusal.detail = format!("{column}{rest}");
        }
    }
    refusal
}

/// Enrols somebody as a row says.
pub(super) fn enrol(
    txn: &mut Txn<'_>,
    actor: &Actor,
    user: UserId,
    wanted: &RowEnrolment,
) -> Result<EnrolmentOutcome, Refusal> {
    enrol_as(txn, actor, user, wanted).map_err(of_columns)
}

fn enrol_as(
    txn: &mut Txn<'_>,
    actor: &Actor,
    user: UserId,
    wanted: &RowEnrolment,
) -> Result<EnrolmentOutcome, Refusal> {
    let course = course::by_short_name(txn, &wanted.course)?
        .ok_or_else(|| invalid("course", format!("{} does not exist", wanted.course)))?
        .id;
    let old = txn.get::<Enrolment>(&(course, user))?;
    let role = wanted.role.as_ref();
    let role = role.map(|role| access::parse_role(txn, "role", role.as_str())).transpose()?;
    // A period without a start begins with the enrolment: once, not anew with every import.
    let (starts, ends) = match (wanted.starts, &wanted.period, &old) {
        (Some(starts), Some(period), _) => (Some(starts), Some(period.after(starts))),
        (None, Some(period), None) => (Some(actor.now), Some(period.after(actor.now))),
        (None, Some(period), Some(old)) => {
            (old.starts, Some(period.after(old.starts.unwrap_or(old.enrolled))))
        }
        (starts, None, _) => (starts, None),
    };
    // Checked before anything is written, so that a row is taken with all of it or not at all.
    let group = wanted.group.as_deref().map(|name| prepare_group(txn, course, user, name)).transpose()?;
    if let (Some(true), Some(old)) = (wanted.suspended, &old) {
        let after = Enrolment { status: EnrolmentStatus::Suspended, ..(**old).clone() };
        enrolment::refuse_own_loss(txn, actor, course, user, Some(&after))?;
    }
    let by = EnrolledBy::Import;
    let outcome = enrolment::enrol(txn, actor, course, user, role.as_ref(), by, starts, ends)?;
    let mut outcome = match outcome {
        enrolment::Enrolled::Added => EnrolmentOutcome::Added,
        enrolment::Enrolled::Changed => EnrolmentOutcome::Changed,
        enrolment::Enrolled::Unchanged => EnrolmentOutcome::Unchanged,
    };
    let mut changed = |did: bool| {
        if did && outcome == EnrolmentOutcome::Unchanged {
            outcome = EnrolmentOutcome::Changed;
        }
    };
    if let Some(suspended) = wanted.suspended {
        let status = if suspended { EnrolmentStatus::Suspended } else { EnrolmentStatus::Active };
        if enrolment::get(txn, course, user)?.status != status {
            let change = enrolment::Change { status: Some(status), ..enrolment::Change::default() };
            enrolment::change(txn, actor, course, user, change, |_| Ok(()))?;
            changed(true);
        }
    }
    if let Some((name, id)) = group {
        let id = match id {
            Some(id) => id,
            None => group::create(txn, actor, course, name)?.id,
        };
        if !group::of_user(txn, course, user)?.contains(&id) {
            group::add_members(txn, actor, course, id, &[user])?;
            changed(true);
        }
    }
    Ok(outcome)
}

/// A group by name that has room for somebody, with its id when it exists.
fn prepare_group(
    read: &impl Read,
    course: CourseId,
    user: UserId,
    name: &str,
) -> Result<(GroupName, Option<super::ids::GroupId>), Refusal> {
    let parsed = GroupName::parse(name)?;
    let found = group::by_name(read, course, name)?;
    group::require_joining(read, course, found, user)?;
    Ok((parsed, found))
}

/// The columns of an export of people: what an import reads.
pub const EXPORT_COLUMNS: &str = "username,firstname,lastname,email,suspended,lang,timezone\n";

/// One line of an export.
pub fn export_line(out: &mut String, account: &Account) {
    let fields = [
        account.username.as_str(),
        account.first_name.as_str(),
        account.last_name.as_str(),
        account.email.as_ref().map_or("", account::Email::as_str),
        if account.status == AccountStatus::Suspended { "1" } else { "0" },
        account.preferences.language.map_or("", Language::code),
        account.preferences.time_zone.as_ref().map_or("", ZoneName::as_str),
    ];
    for (place, field) in fields.into_iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        super::roster_file::write_field(out, field);
    }
    out.push('\n');
}
