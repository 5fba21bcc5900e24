//! All learning records as a file: `/api/export/statements`, and with their files `/api/export/statements.zip`. Statements are in
//! the order of storing, which only grows, so what broke off goes on behind the last statement that came. Those of one person
//! (`xapi_people`) come as such a zip, too.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _, Write};
use std::sync::Arc;

use actix_web::http::Method;
use actix_web::{HttpResponse, web};
use parking_lot::Mutex;
use serde::Deserialize;
use zip::ZipWriter;
use zip::write::{SimpleFileOptions, StreamWriter};

use super::actor::SignedIn;
use super::address::Query;
#[cfg(test)]
use super::problems::Reading;
use super::routes::{Needs, Routes};
use super::stream::{self, NDJSON, Then};
use super::trail::{Noted, Trail};
use crate::domain::access::{Actor, Permission};
use crate::domain::refusal::{INTERNAL, Refusal, invalid};
use crate::domain::xapi::files::told_line;
use crate::domain::xapi::import;
use crate::domain::xapi::query;
use crate::domain::xapi::record::{FileHash, Statement, Stored, file_name};
use crate::domain::xapi::scalar::moment;
use crate::state::State;
use crate::statement_import::{ATTACHMENTS, NEXT, STATEMENTS};
use crate::store::Class;

/// Files of one zip. The list of them stands at its end and is in memory until then, some hundred bytes each.
const MOST_FILES: usize = 20_000;
/// What is read of a file, or written of a page of statements, at once: all that voids one of them is on its page.
const PIECE_BYTES: usize = 64 * 1024;

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    let needs = Needs::Site(Permission::ManageSite);
    routes.add(Method::GET, "/api/export/statements", Class::Bulk, needs, export);
    routes.add(Method::GET, "/api/export/statements.zip", Class::Bulk, needs, export_zip);
}

/// The documents of this file.
#[cfg(test)]
#[derive(utoipa::OpenApi)]
#[openapi(paths(export, export_zip))]
pub struct Api;

/// Where to begin.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[cfg_attr(test, into_params(parameter_in = Query))]
struct ExportQuery {
    /// `stored` of the last statement that you have: only what was stored later follows.
    after: Option<String>,
}

/// The place that a parameter `after` means.
pub(super) fn place(after: Option<&str>) -> Result<Option<Stored>, Refusal> {
    let read = |text| {
        let us = moment(text).ok().and_then(|moment| u64::try_from(moment.us).ok());
        us.map(Stored).ok_or_else(|| invalid("?after", "is no time such as the `stored` of a statement"))
    };
    after.map(read).transpose()
}

/// Every statement of the learning record store, voided ones too, a statement per line, in the order of storing. To go on behind
/// what came, or to get what is new since the last time, send the `stored` of the last line that you have as `after`.
#[cfg_attr(test, utoipa::path(get, path = "/api/export/statements", tag = "learning records", params(ExportQuery), responses(
    (status = 200, description = "A statement per line", content_type = "application/x-ndjson", body = serde_json::Value), Reading)))]
async fn export(
    who: SignedIn,
    state: web::Data<State>,
    query: Query<ExportQuery>,
    trail: Trail,
) -> Result<HttpResponse, Refusal> {
    let after = place(query.after.as_deref())?;
    let noted = trail.of("statements_export", "statements", None);
    lines(&state, &who, "statements.ndjson", noted, after, all_pages()).await
}

/// All that is stored.
fn all_pages() -> Pages {
    Box::new(|state, actor, after| state.store.read(|read| query::all(read, actor, after)))
}

/// Answers with the statements of these pages, from a place on, a line each. A page is written in pieces: what voids its statements is
/// on it, too.
pub(super) async fn lines(
    state: &State,
    who: &SignedIn,
    name: &str,
    noted: Option<Noted>,
    mut after: Option<Stored>,
    mut pages: Pages,
) -> Result<HttpResponse, Refusal> {
    let mut waiting = Vec::new().into_iter();
    stream::file(state, who, NDJSON, name, noted, move |state, actor, to| {
        if waiting.as_slice().is_empty() {
            let page = pages(state, actor, after)?;
            after = page.next;
            waiting = page.statements.into_iter();
        }
        for statement in waiting.by_ref() {
            to.extend_from_slice(told_line(&state.blobs, &statement)?.as_bytes());
            if to.len() >= PIECE_BYTES {
                break;
            }
        }
        Ok(if waiting.as_slice().is_empty() { Then::from(&after) } else { Then::More })
    })
    .await
}

/// The same with the files of statements, as a zip: `statements.ndjson`, and each file as `attachments/SHA2` with the hash that the
/// statements have for it. A zip has some 20,000 files; one that ends before all statements are told has a `next.json` with the
/// `after` of the next.
#[cfg_attr(test, utoipa::path(get, path = "/api/export/statements.zip", tag = "learning records", params(ExportQuery), responses(
    (status = 200, description = "The zip", content_type = "application/zip", body = Vec<u8>), Reading)))]
async fn export_zip(
    who: SignedIn,
    state: web::Data<State>,
    query: Query<ExportQuery>,
    trail: Trail,
) -> Result<HttpResponse, Refusal> {
    let after = place(query.after.as_deref())?;
    let noted = trail.of("statements_export", "statements", None);
    zip(&state, &who, "statements.zip", noted, after, all_pages()).await
}

/// Statements behind a place, for whom it checks that they may have them.
pub(super) type Pages = Box<dyn FnMut(&State, &Actor, Option<Stored>) -> Result<query::Page, Refusal> + Send>;

/// Answers with a zip of the statements of these pages, from a place on, and of their files.
pub(super) async fn zip(
    state: &State,
    who: &SignedIn,
    name: &str,
    noted: Option<Noted>,
    after: Option<Stored>,
    pages: Pages,
) -> Result<HttpResponse, Refusal> {
    // Its window of what was compressed is large.
    let mut zip = Box::new(Zip::begin(after, pages)?);
    stream::file(state, who, "application/zip", name, noted, move |state, actor, to| {
        let then = zip.more(state, actor)?;
        to.append(&mut zip.out.0.lock());
        Ok(then)
    })
    .await
}

/// What the zip writes, until it is sent.
#[derive(Clone, Default)]
struct Out(Arc<Mutex<Vec<u8>>>);

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A zip that is being sent.
struct Zip {
    out: Out,
    writer: ZipWriter<StreamWriter<Out>>,
    stage: Stage,
    pages: Pages,
    /// Statements of the last page that are not in it yet.
    waiting: std::vec::IntoIter<Arc<Statement>>,
    /// What comes behind this is not in it yet.
    after: Option<Stored>,
    /// Files that its statements have, by the hash that they have for it.
    files: BTreeMap<String, FileHash>,
    /// Another zip is to follow.
    goes_on: bool,
}

enum Stage {
    Statements,
    /// Files that are still to be begun.
    Files(std::collections::btree_map::IntoIter<String, FileHash>),
    /// A file, and then the others.
    File(File, std::collections::btree_map::IntoIter<String, FileHash>),
}

fn failed(error: &impl std::fmt::Display) -> Refusal {
    INTERNAL.refuse(format!("writing a zip: {error}"))
}

/// Every file may be larger than 4 GiB. Deflate at its fastest: statements shrink to a tenth, and readers that take a zip as it
/// comes know the end of a file by it.
fn options() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated)
        .compression_level(Some(1))
        .large_file(true)
}

impl Zip {
    fn begin(after: Option<Stored>, pages: Pages) -> Result<Self, Refusal> {
        let out = Out::default();
        let mut writer = ZipWriter::new_stream(out.clone());
        writer.start_file(STATEMENTS, options()).map_err(|error| failed(&error))?;
        let (waiting, files) = (Vec::new().into_iter(), BTreeMap::new());
        Ok(Self { out, writer, stage: Stage::Statements, pages, waiting, after, files, goes_on: false })
    }

    /// Writes the next page of statements, or the next piece of a file.
    fn more(&mut self, state: &State, actor: &Actor) -> Result<Then, Refusal> {
        match std::mem::replace(&mut self.stage, Stage::Statements) {
            Stage::Statements => self.statements(state, actor)?,
            Stage::Files(mut files) => {
                state.store.read(|read| import::require(read, actor))?;
                match files.next() {
                    Some((sha2, hash)) => {
                        let name = file_name(&hash);
                        let file = state.blobs.reader(&name).map_err(|error| failed(&error))?;
                        let file = file.ok_or_else(|| failed(&format!("the file {name} is missing")))?;
                        let entry = format!("{ATTACHMENTS}{sha2}");
                        self.writer.start_file(entry, options()).map_err(|error| failed(&error))?;
                        self.stage = Stage::File(file, files);
                    }
                    None => return self.end(),
                }
            }
            Stage::File(mut file, files) => {
                let mut bytes = Vec::with_capacity(PIECE_BYTES);
                let read = (&mut file).take(PIECE_BYTES as u64).read_to_end(&mut bytes);
                read.and_then(|_| self.writer.write_all(&bytes)).map_err(|error| failed(&error))?;
                self.stage = if bytes.is_empty() { Stage::Files(files) } else { Stage::File(file, files) };
            }
        }
        Ok(Then::More)
    }

    fn statements(&mut self, state: &State, actor: &Actor) -> Result<(), Refusal> {
        if self.waiting.as_slice().is_empty() {
            let page = (self.pages)(state, actor, self.after)?;
            self.after = page.next;
            self.waiting = page.statements.into_iter();
        }
        let mut bytes = 0;
        for statement in self.waiting.by_ref() {
            let line = told_line(&state.blobs, &statement)?;
            self.writer.write_all(line.as_bytes()).map_err(|error| failed(&error))?;
            for note in &statement.files {
                self.files.entry(note.sha2.to_ascii_lowercase()).or_insert(note.sha256);
            }
            bytes += line.len();
            if bytes >= PIECE_BYTES {
                break;
            }
        }
        if !self.waiting.as_slice().is_empty() {
            return Ok(());
        }
        let over = self.after.is_none();
        if over || self.files.len() >= MOST_FILES {
            self.goes_on = !over;
            self.stage = Stage::Files(std::mem::take(&mut self.files).into_iter());
        }
        Ok(())
    }

    fn end(&mut self) -> Result<Then, Refusal> {
        if let (true, Some(after)) = (self.goes_on, self.after) {
            self.writer.start_file(NEXT, options()).map_err(|error| failed(&error))?;
            let next = format!("{{\"after\":\"{}\"}}\n", after.text());
            self.writer.write_all(next.as_bytes()).map_err(|error| failed(&error))?;
        }
        // The list at the end; the writer that stays behind has nothing in it.
        let writer = std::mem::replace(&mut self.writer, ZipWriter::new_stream(Out::default()));
        writer.finish().map_err(|error| failed(&error))?;
        Ok(Then::End)
    }
}
