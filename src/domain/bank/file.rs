//! Files that a course's texts show. The bytes lie content-addressed beside the store; a record says which course
//! has them, and so who may read them: whoever may see the course. Knowing a hash gives nothing.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::domain::access::{Actor, Permission, Scope, allows};
use crate::domain::course;
use crate::domain::ids::CourseId;
use crate::domain::question::FileRef;
use crate::domain::question::format::media_type;
use crate::domain::refusal::{Refusal, invalid, not_found};
use crate::domain::rich_text::is_file_hash;
use crate::store::blobs::name_of;
use crate::store::{Entries, Index, Read, Record, Table, Txn};

/// Courses that are looked at for one read of a file. The same picture in more courses than that is served to who
/// may see one of the first of them; it bounds the work of a request.
const COURSES_LOOKED_AT: usize = 1_000;

/// Bytes of a name: what file systems take.
pub const MAX_NAME_BYTES: usize = 255;

/// A course has a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CourseFile {
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// The course.
    pub course: CourseId,
    /// Its name when it came first.
    pub name: String,
    /// Its media type, judged by its name.
    pub media_type: String,
    /// Its size.
    pub bytes: u64,
}

impl Record for CourseFile {
    const TABLE: Table = Table { tag: 73, name: "course file" };
    const VERSION: u8 = 1;
    type Key = (String, CourseId);

    fn key(&self) -> Self::Key {
        (self.sha256.clone(), self.course)
    }

    fn index(&self, entries: &mut Entries) {
        entries.add::<FilesByCourse>(&self.course);
    }
}

impl CourseFile {
    /// The file as a question names it.
    pub fn reference(&self) -> FileRef {
        FileRef {
            name: self.name.clone(),
            sha256: self.sha256.clone(),
            media_type: self.media_type.clone(),
            bytes: self.bytes,
        }
    }
}

/// The files that a course has.
#[derive(Debug)]
pub struct FilesByCourse;

impl Index for FilesByCourse {
    const TABLE: Table = Table { tag: 74, name: "files by course" };
    type Key = CourseId;
    type Of = CourseFile;
}

/// The course has this file from now on. The bytes must be on stable storage already.
pub fn keep(txn: &mut Txn<'_>, course: CourseId, file: &FileRef) -> Result<(), Refusal> {
    if txn.exists::<CourseFile>(&(file.sha256.clone(), course))? {
        return Ok(());
    }
    let FileRef { name, sha256, media_type, bytes } = file.clone();
    txn.put(CourseFile { sha256, course, name, media_type, bytes })?;
    Ok(())
}

/// What an upload would be known as; refuses a name that no question could have.
pub fn describe(name: &str, bytes: &[u8]) -> Result<FileRef, Refusal> {
    let name = name.trim();
    if name.is_empty() || name.len() > MAX_NAME_BYTES || name.contains(char::is_control) {
        return Err(invalid("?name", format!("is not one line of 1 to {MAX_NAME_BYTES} bytes")));
    }
    Ok(FileRef {
        name: name.to_owned(),
        sha256: name_of(bytes),
        media_type: media_type(name).to_owned(),
        bytes: bytes.len().try_into().unwrap_or(u64::MAX),
    })
}

/// Takes up an uploaded file whose bytes are stored.
pub fn upload(txn: &mut Txn<'_>, actor: &Actor, course: CourseId, file: &FileRef) -> Result<(), Refusal> {
    super::require(txn, actor, Permission::EditQuestions, course)?;
    keep(txn, course, file)
}

/// Refuses files that the course does not have: nobody gets at another course's file by naming its hash. `base` is where in the
/// input the question stands that names them.
pub(super) fn check(
    read: &impl Read,
    course: CourseId,
    base: &str,
    files: &[FileRef],
) -> Result<(), Refusal> {
    for (place, file) in files.iter().enumerate() {
        match read.get::<CourseFile>(&(file.sha256.clone(), course))? {
            Some(known) if known.bytes == file.bytes => {}
            Some(known) => {
                let problem = format!("is not {}", known.bytes);
                return Err(invalid(format!("{base}/files/{place}/bytes"), problem));
            }
            None => {
                return Err(invalid(
                    format!("{base}/files/{place}/sha256"),
                    "is not a file of this course; upload it first",
                ));
            }
        }
    }
    Ok(())
}

/// A file that the actor may read: one of a course that they may see.
pub fn readable(read: &impl Read, actor: &Actor, sha256: &str) -> Result<Arc<CourseFile>, Refusal> {
    let nothing = || not_found("file", sha256);
    if !is_file_hash(sha256) {
        return Err(nothing());
    }
    let files = read.list::<CourseFile>(&(sha256.to_owned(),), None, COURSES_LOOKED_AT)?;
    for file in files {
        if course::visible(read, actor, file.course).is_ok()
            || allows(read, actor, Permission::ViewQuestions, Scope::Course(file.course))?
        {
            return Ok(Arc::new(file));
        }
    }
    Err(nothing())
}
