//! Forms with files (`multipart/form-data`): bounded, from who may, and the CSRF field is looked at before a byte of a file
//! is read. So the hidden field stands first in the form, which `form_of::csrf` at its top does.
//!
//! A handler takes [`Uploaded`] with the right that the upload needs; nobody else's file is read:
//!
//! ```text
//! struct ImportPeople;
//! impl UploadRight for ImportPeople { fn require(state, actor, request) -> Result<(), Refusal> { .. } }
//! async fn import(uploaded: Uploaded<ImportPeople>) -> Result<HttpResponse, Refusal> {
//!     let file = uploaded.file("file")?;
//! ```

use std::marker::PhantomData;

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::dev::Payload;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};
use futures_util::{Stream, StreamExt as _};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use tokio::time::{Instant, timeout_at};

use super::form::Fields;
use super::frame::Frame;
use super::visitor::{Reading, prove, refuse_other_sites};
use crate::config::BodyPatience;
use crate::domain::access::Actor;
use crate::domain::ids::CourseId;
use crate::domain::refusal::{Refusal, TOO_LARGE, invalid};
use crate::hex;
use crate::http::actor::{self, SignedIn};
use crate::http::body::{BROKEN_BODY, Gathered, SLOW_BODY, UNSUPPORTED_MEDIA_TYPE, refuse_encoded};
use crate::jobs::kept;
use crate::monitor::stages;
use crate::state::State;

/// More parts than any form with a file has: a question with a hundred options that have four fields each.
const MAX_PARTS: usize = 1_024;
/// Longest name of a file that is kept; systems allow 255 bytes.
const FILE_NAME_CHARS: usize = 255;

/// Encodings that files of people come in.
const ENCODINGS: [&str; 5] = ["", "windows-1252", "iso-8859-15", "windows-1256", "utf-16le"];

/// The encodings to choose from, in words.
pub fn file_choices(frame: &Frame) -> Vec<(&'static str, String)> {
    let words = |name: &'static str| match name {
        "" => frame.t("form-encoding-utf-8").into_owned(),
        name => name.to_owned(),
    };
    ENCODINGS.iter().map(|name| (*name, words(name))).collect()
}

/// What concerns a file as a whole or a line of it stands at the file's field.
pub fn file_problems(mut refusal: Refusal) -> Refusal {
    let has_field = |at: &str| matches!(at, "?encoding" | "/file" | "");
    for field in refusal.fields.iter_mut().filter(|field| !has_field(&field.at)) {
        field.problem = format!("{}: {}", field.at, field.problem);
        "/file".clone_into(&mut field.at);
    }
    refusal
}

/// What a file is kept for between trying and taking it.
#[derive(Debug, Clone, Copy)]
pub enum KeptFor {
    /// Accounts, and their courses.
    People,
    /// The people of a course.
    Enrolment(CourseId),
    /// The grades of a course.
    Grades(CourseId),
    /// The questions of a course.
    Questions(CourseId),
}

impl KeptFor {
    /// What only whoever tried the file, as they are signed in, can be told with its name. Whoever knew a name alone could
    /// have others take a file of theirs, or take one that was kept for something else.
    fn seal(self, who: &SignedIn, name: &str) -> String {
        let (kind, course) = match self {
            Self::People => (0_u8, CourseId(0)),
            Self::Enrolment(course) => (1, course),
            Self::Grades(course) => (2, course),
            Self::Questions(course) => (3, course),
        };
        let mut hash = Sha256::new();
        hash.update(b"lyceum kept file\0");
        hash.update(who.token_hash());
        hash.update([kind]);
        hash.update(course.0.to_be_bytes());
        hash.update(name);
        hex::of(&hash.finalize())
    }

    /// The name of a kept file for the pages of who tried it.
    pub fn sealed(self, who: &SignedIn, name: &str) -> String {
        format!("{name}.{}", self.seal(who, name))
    }

    /// The name of the file that was kept for this and for whoever shows what they were told.
    pub fn open(self, who: &SignedIn, shown: &str) -> Result<String, Refusal> {
        let opened = shown.split_once('.');
        let opened =
            opened.filter(|(name, seal)| self.seal(who, name).as_bytes().ct_eq(seal.as_bytes()).into());
        opened.map(|(name, _)| name.to_owned()).ok_or_else(not_kept)
    }
}

fn not_kept() -> Refusal {
    invalid("/file", "is not kept any more; choose it again")
}

/// A file that was tried and is kept until it is taken, by the name that [`KeptFor::open`] gave.
pub fn kept_file(state: &State, name: &str) -> Result<Vec<u8>, Refusal> {
    kept::find(state, name)?.ok_or_else(not_kept)
}

/// The course in the path, for a right that is asked before the body is read.
pub fn course_of(request: &HttpRequest) -> Result<CourseId, Refusal> {
    let id = request.match_info().get("course").and_then(|id| id.parse().ok());
    id.map(CourseId).ok_or_else(|| invalid("course", "is not an id"))
}

/// Who may send a file to an address.
pub trait UploadRight: 'static {
    /// Refuses who may not. Nothing of the body was read yet.
    fn require(state: &State, actor: &Actor, request: &HttpRequest) -> Result<(), Refusal>;
}

/// A file of a form.
#[derive(Debug, Clone)]
pub struct UploadedFile {
    /// The field.
    pub field: String,
    /// What it was called where it came from: words of the sender, for showing only.
    pub name: String,
    /// What is in it.
    pub bytes: Bytes,
}

/// A form with files, of somebody signed in who may send it, from a page of ours.
pub struct Uploaded<R> {
    /// Who.
    pub who: SignedIn,
    /// Their page's frame.
    pub frame: Frame,
    /// What was typed.
    pub fields: Fields,
    /// The files that were chosen; a field without one is not here.
    pub files: Vec<UploadedFile>,
    /// Everything a handler reaches.
    pub state: State,
    right: PhantomData<R>,
}

impl<R> Uploaded<R> {
    /// The file of a field.
    pub fn file(&self, field: &str) -> Result<&UploadedFile, Refusal> {
        self.files
            .iter()
            .find(|file| file.field == field)
            .ok_or_else(|| invalid(format!("/{field}"), "is missing; choose a file"))
    }
}

impl<R: UploadRight> FromRequest for Uploaded<R> {
    type Error = Refusal;
    type Future = Reading<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let who = begin::<R>(request);
        let parts = Multipart::new(request.headers(), payload.take());
        let request = request.clone();
        Box::pin(async move {
            let who = who?;
            let state = actor::state(&request)?.clone();
            let (fields, files) = read(&request, &state, &who, parts).await?;
            let frame = Frame::of(&request, &state, Some(&who))?;
            Ok(Self { who, frame, fields, files, state, right: PhantomData })
        })
    }
}

/// Everything that can be known before the body.
fn begin<R: UploadRight>(request: &HttpRequest) -> Result<SignedIn, Refusal> {
    let who = actor::of_page(request)?;
    refuse_other_sites(request)?;
    R::require(actor::state(request)?, &who.actor, request)?;
    refuse_encoded(request)?;
    Ok(who)
}

/// What may still come, in bytes and in time.
struct Room {
    typed_bytes: usize,
    file_bytes: usize,
    patience: BodyPatience,
    end: Instant,
}

impl Room {
    /// The next thing of a stream, while it keeps coming.
    async fn next<S: Stream + Unpin>(&self, stream: &mut S) -> Result<Option<S::Item>, Refusal> {
        let since = Instant::now();
        let next = timeout_at((since + self.patience.idle).min(self.end), stream.next()).await;
        stages::parsed(since.elapsed());
        next.map_err(|_| SLOW_BODY.refuse("the form stood still or took too long altogether"))
    }

    /// All of a part, which takes its bytes from the room of its sort.
    async fn all(&mut self, state: &State, part: &mut Field, is_file: bool) -> Result<Bytes, Refusal> {
        let mut all = Gathered::begin(state);
        while let Some(chunk) = self.next(part).await? {
            let chunk = chunk.map_err(|error| refused(&error))?;
            let left = if is_file { &mut self.file_bytes } else { &mut self.typed_bytes };
            *left = left.checked_sub(chunk.len()).ok_or_else(|| {
                TOO_LARGE.refuse(if is_file { "the file is too large" } else { "the form is too large" })
            })?;
            all.take(chunk)?;
        }
        Ok(all.whole())
    }
}

fn refused(error: &MultipartError) -> Refusal {
    match error {
        MultipartError::ContentTypeMissing
        | MultipartError::ContentTypeParse
        | MultipartError::ContentTypeIncompatible
        | MultipartError::BoundaryMissing => {
            UNSUPPORTED_MEDIA_TYPE.refuse("send the form as multipart/form-data")
        }
        error => BROKEN_BODY.refuse(error.to_string()),
    }
}

async fn read(
    request: &HttpRequest,
    state: &State,
    who: &SignedIn,
    mut parts: Multipart,
) -> Result<(Fields, Vec<UploadedFile>), Refusal> {
    let server = &state.config.server;
    let patience = server.body_patience();
    let mut room = Room {
        typed_bytes: server.body_limit_bytes,
        file_bytes: server.upload_limit_bytes,
        patience,
        end: Instant::now() + patience.whole_of(server.upload_limit_bytes),
    };
    let (mut fields, mut files) = (Fields::default(), Vec::new());
    let mut count = 0;
    while let Some(part) = room.next(&mut parts).await? {
        let mut part = part.map_err(|error| refused(&error))?;
        count += 1;
        if count > MAX_PARTS {
            return Err(invalid("body", format!("has more than {MAX_PARTS} parts")));
        }
        let name = part.name().unwrap_or_default().to_owned();
        let file = part.content_disposition().and_then(|head| head.get_filename()).map(str::to_owned);
        let Some(file) = file else {
            let value = room.all(state, &mut part, false).await?;
            let value =
                std::str::from_utf8(&value).map_err(|_| invalid(format!("/{name}"), "is not UTF-8"))?;
            fields = fields.with(&name, value.replace("\r\n", "\n"));
            continue;
        };
        prove(request, who, &fields)?;
        let bytes = room.all(state, &mut part, true).await?;
        // A browser sends a nameless, empty file for a field in which none was chosen.
        if !file.is_empty() || !bytes.is_empty() {
            files.push(UploadedFile {
                field: name,
                name: file.chars().take(FILE_NAME_CHARS).collect(),
                bytes,
            });
        }
    }
    prove(request, who, &fields)?;
    Ok((fields, files))
}
