//! The learning record store: xAPI 1.0.3 and 2.0 (IEEE 9274.1.1). `docs/xapi.md` is for whoever uses it.
//!
//! `json` reads bytes without changing them, `statement` and the files beside it validate, `prepare` makes of a statement what is
//! kept, `files` looks after what it carries, `pack` makes its text short, `keep` keeps it, `query` finds it, `shape` tells it. `document` is about states and
//! profiles, `definition` about what is known of activities and people, `credential` about who may do what, `forward` about
//! sending statements on to other stores, `import` about taking them in, `voiding` about what both ways out say of what is voided,
//! `people` about what is here of one person, and `closed` about ids that are not to come back. `own` has the statements of this installation itself.

pub mod activity;
pub mod agent;
pub mod closed;
pub mod context;
pub mod credential;
pub mod definition;
pub mod document;
pub mod fields;
pub mod files;
pub mod forward;
pub mod import;
pub mod json;
pub mod keep;
pub mod multipart;
pub mod own;
pub mod pack;
pub mod people;
pub mod prepare;
pub mod query;
pub mod record;
pub mod sameness;
pub mod scalar;
pub mod sha1;
pub mod shape;
pub mod signature;
pub mod statement;
pub mod term;
#[cfg(test)]
mod tests;
pub mod version;
mod voiding;
pub mod watermark;

use super::refusal::{Code, Kind, Refusal};
use crate::store::{Exactly, Read, StoreError};
use json::Wrong;
use record::{FileHash, StatementsByFile};

/// A statement is not one.
pub const INVALID_STATEMENT: Code = Code::new(
    "invalid_statement",
    Kind::Malformed,
    "A statement is not as xAPI has it; `errors` says where and why. Nothing of the request was kept.",
);
/// A request is not one of xAPI.
pub const INVALID_REQUEST: Code = Code::new(
    "invalid_xapi_request",
    Kind::Malformed,
    "The request is not as xAPI has it: a header, a parameter or a document is missing, unknown or wrong.",
);

/// Codes of this file.
pub const CODES: &[Code] = &[INVALID_STATEMENT, INVALID_REQUEST];

impl From<Wrong> for Refusal {
    fn from(wrong: Wrong) -> Self {
        INVALID_STATEMENT.refuse_at(wrong.pointer(), wrong.problem)
    }
}

/// Does a statement or a document need this file?
pub fn names_file(read: &impl Read, sha256: &str) -> Result<bool, Refusal> {
    let Some(hash) = record::file_hash(sha256) else { return Ok(false) };
    Ok(needed_by_a_statement(read, hash)? || document::names_file(read, hash)?)
}

/// Does a statement or a document need any file?
pub fn names_any_file(read: &impl Read) -> Result<bool, StoreError> {
    Ok(!read.index_keys::<StatementsByFile>(&(), None, 1)?.is_empty() || document::names_any_file(read)?)
}

fn needed_by_a_statement(read: &impl Read, hash: FileHash) -> Result<bool, Refusal> {
    Ok(!read.index_keys::<StatementsByFile>(&Exactly(hash), None, 1)?.is_empty())
}
