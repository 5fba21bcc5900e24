//! The rules: plain synchronous functions over a snapshot or a transaction. Knows no HTTP, no async, no sled. What they keep in memory
//! alone is `attempt::heard`, which nothing depends on.

pub mod access;
pub mod account;
pub mod account_change;
pub mod activation;
pub mod attempt;
pub mod audit;
pub mod bank;
pub mod capacity;
pub mod codes;
pub mod content;
pub mod content_edit;
pub mod copying;
pub mod course;
pub mod course_clone;
pub mod course_delete;
pub mod decimal;
pub mod delimited;
pub mod demo;
pub mod encoding;
pub mod enrolment;
pub mod enrolment_file;
pub mod enrolment_key;
pub mod faults;
pub mod file_look;
pub mod files;
pub mod grade;
pub mod group;
pub mod guesses;
pub mod ids;
pub mod job;
pub mod language;
pub mod limits;
pub mod lines;
mod listed;
mod naming;
pub mod once;
pub mod origin;
pub mod outline;
pub mod page;
mod passcode;
pub mod preferences;
pub mod progress;
pub mod question;
pub mod quiz;
pub mod readiness;
pub mod refusal;
pub mod rich_text;
pub mod role;
pub mod roster;
pub mod roster_addresses;
pub mod roster_file;
pub mod roster_rows;
pub mod schedule;
pub mod schema;
pub mod session;
pub mod setup;
#[cfg(test)]
#[path = "../../tests/running/shared.rs"]
mod shared;
pub mod sign_in;
pub mod sign_in_throttle;
#[cfg(test)]
#[path = "../../tests/running/skipped.rs"]
mod skipped;
pub mod standing;
pub mod token;
pub mod xapi;

use crate::store::{Report, Store, StoreError};

/// Adds to the report what does not hold between rows of a noun.
type Check = fn(&Store, &mut Report) -> Result<(), StoreError>;

/// What must hold between rows, noun by noun.
const CHECKS: &[Check] = &[account_change::verify, attempt::verify, content::verify, grade::verify];

/// Recomputes every index and total, and what must hold between rows of different tables. For a store that nobody uses.
pub fn verify(store: &Store) -> Result<Report, StoreError> {
    let mut report = store.verify()?;
    for check in CHECKS {
        check(store, &mut report)?;
    }
    Ok(report)
}
