//! The files that a paper shows. Whoever works on it needs them as urgently as the questions, and has no time to ask again
//! later.

use std::net::IpAddr;

use super::{ATTEMPT_OVER, start};
use crate::domain::access::Actor;
use crate::domain::bank;
use crate::domain::ids::AttemptId;
use crate::domain::question::{FileRef, present};
use crate::domain::quiz;
use crate::domain::refusal::{Refusal, not_found};
use crate::store::Read;

/// A file that the paper of the learner's running attempt shows; none that only feedback has.
pub fn of_paper(
    read: &impl Read,
    actor: &Actor,
    attempt: AttemptId,
    address: Option<IpAddr>,
    sha256: &str,
) -> Result<FileRef, Refusal> {
    let attempt = super::own(read, actor, attempt)?;
    start::check_address(&*quiz::get(read, attempt.quiz)?, address)?;
    if !super::head(read, attempt.id)?.is_running() {
        return Err(
            ATTEMPT_OVER.refuse("the attempt is handed in; its files are read as those of its course")
        );
    }
    for slot in &attempt.paper {
        let version = bank::version(read, slot.question, slot.version)?;
        let Some(file) = version.body.files.iter().find(|file| file.sha256 == sha256) else { continue };
        if present(&version.body, &slot.arrangement).files.iter().any(|shown| shown.sha256 == sha256) {
            return Ok(file.clone());
        }
    }
    Err(not_found("file", sha256))
}
