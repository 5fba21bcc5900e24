//! Files beside the rows: which are named by a row, and which rows name one that is not there or not as it was.

use std::collections::HashSet;

use super::bank::file::CourseFile;
use super::ids::{CourseId, ItemId};
use super::job;
use super::page::{Page, PageSource, PagesByFile};
use super::refusal::Refusal;
use super::xapi;
use super::xapi::document::{Bytes, Document};
use super::xapi::record::{FileHash, Statement, Stored, file_hash, file_name};
use crate::store::blobs::Blobs;
use crate::store::{Exactly, Read, Record as _, Report, Store, StoreError, key};

/// Rows that one read looks at.
const PAGE: usize = 200;

/// Does a row name this file?
pub fn is_named(read: &impl Read, sha256: &str) -> Result<bool, Refusal> {
    let name = sha256.to_owned();
    Ok(!read.list::<CourseFile>(&(name.clone(),), None, 1)?.is_empty()
        || !read.index_keys::<PagesByFile>(&Exactly(name), None, 1)?.is_empty()
        || job::names_file(read, sha256)?
        || xapi::names_file(read, sha256)?)
}

/// Does any row name a file?
pub fn any_is_named(read: &impl Read) -> Result<bool, StoreError> {
    Ok(!read.list::<CourseFile>(&(), None, 1)?.is_empty()
        || !read.index_keys::<PagesByFile>(&(), None, 1)?.is_empty()
        || job::names_any_file(read)?
        || xapi::names_any_file(read)?)
}

/// Looks at files, at each one's bytes once.
struct Look<'b> {
    blobs: &'b Blobs,
    /// Those whose bytes are what their names say.
    whole: HashSet<FileHash>,
}

impl Look<'_> {
    /// What is wrong with a file that should have so many bytes.
    fn problem(&mut self, sha256: &str, bytes: u64) -> Option<String> {
        match self.blobs.len_bytes(sha256) {
            Ok(Some(found)) if found == bytes => self.problem_inside(sha256),
            Ok(Some(found)) => Some(format!("its file {sha256} has {found} bytes, not {bytes}")),
            Ok(None) => Some(format!("its file {sha256} is missing; restore it from a backup")),
            Err(error) => Some(format!("its file {sha256} cannot be looked at: {error}")),
        }
    }

    fn problem_inside(&mut self, sha256: &str) -> Option<String> {
        let hash = file_hash(sha256);
        if hash.is_some_and(|hash| self.whole.contains(&hash)) {
            return None;
        }
        match self.blobs.is_whole(sha256) {
            Ok(Some(true)) => {
                self.whole.extend(hash);
                None
            }
            Ok(Some(false)) => {
                Some(format!("its file {sha256} has other bytes than it had; restore it from a backup"))
            }
            Ok(None) => Some(format!("its file {sha256} is missing; restore it from a backup")),
            Err(error) => Some(format!("its file {sha256} cannot be read: {error}")),
        }
    }
}

/// Adds to the report the rows whose file is missing or has other bytes.
pub fn verify(store: &Store, blobs: &Blobs, report: &mut Report) -> Result<(), StoreError> {
    let mut look = Look { blobs, whole: HashSet::new() };
    let mut after: Option<ItemId> = None;
    loop {
        let pages = store.read(|read| read.list::<Page>(&(), after.as_ref(), PAGE))?;
        let Some(last) = pages.last() else { break };
        after = Some(last.item);
        for page in &pages {
            if let PageSource::File { sha256, bytes } = &page.source
                && let Some(problem) = look.problem(sha256, u64::from(*bytes))
            {
                report.differ("page", &key::encode(&page.item), problem);
            }
        }
    }
    let mut after: Option<(String, CourseId)> = None;
    loop {
        let files = store.read(|read| read.list::<CourseFile>(&(), after.as_ref(), PAGE))?;
        let Some(last) = files.last() else { break };
        after = Some((last.sha256.clone(), last.course));
        for file in &files {
            if let Some(problem) = look.problem(&file.sha256, file.bytes) {
                report.differ("course file", &key::encode(&(file.sha256.clone(), file.course)), problem);
            }
        }
    }
    verify_records(store, &mut look, report)
}

/// The same for learning records.
fn verify_records(store: &Store, look: &mut Look<'_>, report: &mut Report) -> Result<(), StoreError> {
    let mut after: Option<Stored> = None;
    loop {
        let statements = store.read(|read| read.list::<Statement>(&(), after.as_ref(), PAGE))?;
        let Some(last) = statements.last() else { break };
        after = Some(last.stored);
        for statement in &statements {
            for (sha256, bytes) in statement.needed_files() {
                if let Some(problem) = look.problem(&file_name(&sha256), bytes) {
                    report.differ("statement", &key::encode(&statement.stored), problem);
                }
            }
        }
    }
    let mut after = None;
    loop {
        let documents = store.read(|read| read.list::<Document>(&(), after.as_ref(), PAGE))?;
        let Some(last) = documents.last() else { return Ok(()) };
        after = Some(last.key());
        for document in &documents {
            if let Bytes::File { sha256, bytes } = document.bytes
                && let Some(problem) = look.problem(&file_name(&sha256), bytes)
            {
                report.differ("xapi document", &key::encode(&document.key()), problem);
            }
        }
    }
}
